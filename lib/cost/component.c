/* One component: explicit value -> Dummy -> model, then the scales (20 section 8.2). */
#include "cost/plug_in.h"
#include "cost/table.h"

#include <math.h>
#include <string.h>
#include <strings.h>

struct af_cost {
    af_arena *arena;
    configurations *configurations;
    model_register *models;                  /* of the present configuration */
    af_names *table_names;
    af_list(const table *) tables;           /* per name */
    bool extrapolate;
};

af_cost *af_cost_new(af_arena *arena)
{
    af_cost *cost = af_new(arena, af_cost);
    cost->arena = arena;
    cost->configurations = af_new_configurations(arena);
    cost->models = af_new_register(arena);
    cost->table_names = af_names_new(arena);
    return cost;
}

void af_cost_extrapolate(af_cost *cost, bool extrapolate)
{
    cost->extrapolate = extrapolate;
}

int af_cost_configure(af_cost *cost, const af_spec *spec, af_report *report)
{
    model_register *models = af_models_for(cost->configurations, spec, report);
    cost->models = models ? models : cost->models;
    return models ? 0 : -1;
}

void af_cost_end(af_cost *cost)
{
    af_end_plug_ins(cost->configurations);
}

model_register *af_models_of(af_cost *cost)
{
    return cost->models;
}

const table *af_cost_table(af_cost *cost, const char *name, int n_columns, const char **failure)
{
    int known = af_name_find(cost->table_names, name);
    if (known >= 0)
        return cost->tables.items[known];
    const table *new = read_table(cost->arena, name, n_columns, failure);
    if (new) {
        af_name_add(cost->table_names, name);
        *af_push(cost->arena, &cost->tables) = new;
    }
    return new;
}

static bool is_dummy(const af_component_query *query)
{
    return query->component_class && !strcasecmp(query->component_class, "dummy");
}

static const char *class_path(const af_component_query *query, af_arena *arena)
{
    return af_format(arena, "%s.component_class (%s)", query->path, query->name);
}

/* ---- asking a model */

static void put_all(af_arena *arena, af_value dict, af_value more)
{
    int count;
    const af_entry *entries = af_dict_entries(more, &count);
    for (int i = 0; i < count; i++)
        af_dict_put(arena, dict, entries[i].key, entries[i].value);
}

static af_value overlaid(af_arena *arena, af_value below, af_value above)
{
    af_value dict = af_dict_value(arena);
    put_all(arena, dict, below);
    put_all(arena, dict, above);
    return dict;
}

static const chosen_model *choose_model(af_cost *cost, const af_component_query *query, af_arena *arena,
                                        af_report *report)
{
    model_request request = {.component_class = query->component_class, .path = class_path(query, arena),
                             .place = query->place, .attributes = query->attributes,
                             .n_actions = query->n_actions, .extrapolate = cost->extrapolate};
    request.actions = af_new_array(arena, struct requested_action, query->n_actions + 1);
    for (int i = 0; i < query->n_actions; i++)
        request.actions[i] = (struct requested_action){
            query->actions[i].name, overlaid(arena, query->attributes, query->actions[i].attributes)};
    return af_choose_model(cost, &request, arena, report);
}

/* One model answers for all quantities. */
static const chosen_model *ask_model(af_cost *cost, af_component_query *query, const char *what,
                                     af_arena *arena, af_report *report)
{
    static const char *const methods[] = {"exact", "formula", "interpolated", "extrapolated"};
    if (query->answer)
        return query->answer;
    if (!query->component_class) {
        af_fail(report, AF_BAD_DATA, query->place, class_path(query, arena),
                "%s of %s is neither given nor modelled: component_class is not set", what,
                query->name);
        return NULL;
    }
    const chosen_model *chosen = choose_model(cost, query, arena, report);
    if (chosen) {
        query->model = chosen->model;
        query->source = chosen->answer.source;
        query->method = methods[chosen->answer.method];
    }
    query->answer = chosen;
    return chosen;
}

typedef struct asking {
    af_cost *cost;
    af_component_query *query;
    af_arena *arena;
    af_report *report;
} asking;

/* A figure that is needed and not given: what a Dummy says, or a model. `of` picks it out of the answer;
 * 0, or -1 reported. */
typedef enum quantity { AREA, LEAK, ENERGY, THROUGHPUT } quantity;
static int fill(asking *a, double *figure, double *band, quantity quantity, int action, const char *what)
{
    *band = NAN;
    if (!isnan(*figure))
        return 0;
    if (is_dummy(a->query)) {
        *figure = quantity == THROUGHPUT ? INFINITY : 0;
        return 0;
    }
    const chosen_model *chosen = ask_model(a->cost, a->query, what, a->arena, a->report);
    if (!chosen)
        return -1;
    const model_answer *answer = &chosen->answer;
    const struct { double figure, band; } figures[] = {
        [AREA] = {answer->area, answer->area_band}, [LEAK] = {answer->leak_power, answer->leak_power_band},
        [ENERGY] = {answer->actions[action].energy, answer->actions[action].energy_band},
        [THROUGHPUT] = {answer->actions[action].throughput, answer->throughput_band},
    };
    *figure = figures[quantity].figure;
    *band = figures[quantity].band;
    return 0;
}

static void warn_if_negative(const asking *a, double figure, const char *what)
{
    if (figure < 0)
        af_warn(a->report, a->query->place, a->query->path, "%s has negative %s: %g", a->query->name, what,
                figure);
}

static int ask_area(asking *a)
{
    af_component_query *query = a->query;
    if (fill(a, &query->area, &query->area_band, AREA, 0, "area"))
        return -1;
    query->area *= query->area_scale;
    query->area *= query->n_parallel_instances;
    warn_if_negative(a, query->area, "area");
    return 0;
}

static int ask_energy(asking *a, int i)
{
    af_component_query *query = a->query;
    af_action_query *action = &query->actions[i];
    const char *what = af_joined_text(a->arena, "energy of action", " ", action->name);
    if (fill(a, &action->energy, &action->energy_band, ENERGY, i, what))
        return -1;
    action->energy *= query->energy_scale;
    action->energy *= action->energy_scale;
    warn_if_negative(a, action->energy, what);
    return 0;
}

static int ask_throughput(asking *a, int i)
{
    af_component_query *query = a->query;
    af_action_query *action = &query->actions[i];
    const char *what = af_joined_text(a->arena, "throughput of action", " ", action->name);
    if (fill(a, &action->throughput, &query->throughput_band, THROUGHPUT, i, what))
        return -1;
    action->throughput *= query->throughput_scale;
    action->throughput *= action->throughput_scale;
    action->throughput *= query->n_parallel_instances;
    warn_if_negative(a, action->throughput, what);
    return 0;
}

static int ask_leak(asking *a)
{
    af_component_query *query = a->query;
    if (fill(a, &query->leak_power, &query->leak_power_band, LEAK, 0, "leak_power"))
        return -1;
    query->leak_power *= query->leak_power_scale;
    query->leak_power *= query->n_parallel_instances;
    warn_if_negative(a, query->leak_power, "leak_power");
    return 0;
}

/* Quantities in the reference's order: which is missing first decides the message. */
int af_cost_query(void *cost, af_component_query *query, af_arena *arena, af_report *report)
{
    asking a = {cost, query, arena, report};
    if (!query->source)
        query->source = is_dummy(query) ? "dummy" : "given";
    if (query->want_area && ask_area(&a))
        return -1;
    for (int i = 0; query->want_energy && i < query->n_actions; i++)
        if (ask_energy(&a, i))
            return -1;
    for (int i = 0; query->want_throughput && i < query->n_actions; i++)
        if (ask_throughput(&a, i))
            return -1;
    return query->want_leak ? ask_leak(&a) : 0;
}
