/* What to ask of component models, and what their answers make of whole
 * architectures (20 sections 6.1, 6.3, 8). */
#include "spec/evaluate_parts.h"

#include <math.h>
#include <string.h>

static double number_of(const af_typed *object, const char *field)
{
    af_value value = af_typed_get(object, field);
    return af_is_number(value) ? af_as_double(value) : NAN;
}

/* Non-null fields, overlaid by the extra attributes: what a component model may ask for. */
static af_value attributes_of(af_arena *arena, const af_typed *object, af_value base)
{
    const af_class *class = af_typed_class(object);
    af_value dict = base.type == AF_DICT ? af_copy_value(arena, base) : af_dict_value(arena);
    for (int i = 0; i < class->n_fields; i++)
        if (object->values[i].type != AF_NONE && object->values[i].type != AF_OBJECT &&
            object->values[i].type != AF_LIST)
            af_dict_put(arena, dict, af_string(class->fields[i].name), object->values[i]);
    const af_typed *extras = af_typed_child(object, "extra_attributes_for_component_model");
    int count = 0;
    const af_entry *entries = extras ? af_dict_entries(extras->extra, &count) : NULL;
    for (int i = 0; i < count; i++)
        if (entries[i].value.type != AF_NONE)
            af_dict_put(arena, dict, entries[i].key, entries[i].value);
    return dict;
}

static void make_query(engine *e, const af_typed *node, af_component_query *q)
{
    const af_value *actions, class = af_typed_get(node, "component_class");
    *q = (af_component_query){.name = af_typed_name(node),
                              .path = node->path,
                              .place = class.type == AF_STRING && class.line ? af_place_of(class)
                                                                             : node->place,
                              .component_class = af_typed_text(node, "component_class"),
                              .attributes = attributes_of(e->arena, node, af_none()),
                              .area = number_of(node, "area"),
                              .leak_power = number_of(node, "leak_power"),
                              .area_scale = number_of(node, "area_scale"),
                              .leak_power_scale = number_of(node, "leak_power_scale"),
                              .energy_scale = number_of(node, "energy_scale"),
                              .throughput_scale = number_of(node, "throughput_scale"),
                              .n_parallel_instances = number_of(node, "n_parallel_instances")};
    q->n_actions = af_typed_children(node, "actions", &actions);
    q->actions = af_new_array(e->arena, af_action_query, q->n_actions + 1);
    for (int i = 0; i < q->n_actions; i++) {
        const af_typed *action = af_typed_of(actions[i]);
        q->actions[i] = (af_action_query){.name = af_typed_name(action),
                                          .energy = number_of(action, "energy"),
                                          .throughput = number_of(action, "throughput"),
                                          .energy_scale = number_of(action, "energy_scale"),
                                          .throughput_scale = number_of(action, "throughput_scale"),
                                          .attributes = attributes_of(e->arena, action, af_none())};
    }
}

static void note_given(engine *e, component_cost *cost, double figure, const char *action, const char *what)
{
    if (!isnan(figure))
        *af_push(e->arena, &cost->given) = action ? af_joined_text(e->arena, action, ".", what) : what;
}

static void note_all_given(engine *e, component_cost *cost)
{
    const af_component_query *q = &cost->query;
    note_given(e, cost, q->area, NULL, "area");
    note_given(e, cost, q->leak_power, NULL, "leak_power");
    for (int i = 0; i < q->n_actions; i++) {
        note_given(e, cost, q->actions[i].energy, q->actions[i].name, "energy");
        note_given(e, cost, q->actions[i].throughput, q->actions[i].name, "throughput");
    }
}

/* ---- asking: each quantity apart, so that one that cannot be had does not hide the others */

static const char *repeated_action(const af_component_query *q)
{
    for (int i = 0; i < q->n_actions; i++)
        for (int k = 0; k < i; k++)
            if (!strcmp(q->actions[i].name, q->actions[k].name))
                return q->actions[i].name;
    return NULL;
}

/* A failure stays with the component: who needs the quantity tells it. */
static const char *ask(engine *e, component_cost *cost, const af_evaluate_options *options, bool *want)
{
    af_component_query *q = &cost->query;
    const char *repeated = repeated_action(q);
    if (repeated && want != &q->want_area && want != &q->want_leak)
        return af_format(e->arena, "%s: Multiple elements with name \"%s\" found",
                         af_typed_path(cost->node, "actions"), repeated);
    *want = true;
    int failed = options->cost(options->cost_context, q, e->arena, e->report);
    *want = false;
    if (!failed)
        return NULL;
    const char *message = af_report_message(e->report, 0);
    message = af_copy_text(e->arena, message ? message : "not known");
    af_report_clear(e->report);
    return message;
}

static void ask_all(engine *e, component_cost *cost, const af_evaluate_options *options)
{
    af_component_query *q = &cost->query;
    const struct { bool wanted, *want; const char **error; } quantities[] = {
        {options->area,       &q->want_area,       &cost->errors.area},
        {options->energy,     &q->want_energy,     &cost->errors.energy},
        {options->throughput, &q->want_throughput, &cost->errors.throughput},
        {options->leak,       &q->want_leak,       &cost->errors.leak_power},
    };
    for (int i = 0; options->cost && i < 4; i++)
        if (quantities[i].wanted)
            *quantities[i].error = ask(e, cost, options, quantities[i].want);
}

typedef struct cost_walk { engine *e; evaluated_arch *arch; const af_evaluate_options *options; } cost_walk;

/* `fanout`: of all parents so far; grows along a list, a Fork and an Array copy it (20 section 6.1). */
static void walk_costs(cost_walk *c, const af_typed *node, double *fanout)
{
    const af_value *nodes;
    int count = af_typed_children(node, "nodes", &nodes);
    double own = *fanout, *shared = af_typed_is(node, "Fork") ? &own : fanout;
    for (int i = 0; i < count; i++) {
        const af_typed *child = af_typed_of(nodes[i]);
        double copy = *shared, *at = af_typed_is(node, "Array") ? &copy : shared;
        if (af_field_index(af_typed_class(child), "actions") >= 0) {
            component_cost *cost = af_push(c->e->arena, &c->arch->costs);
            *cost = (component_cost){.node = child, .instances = *at};
            make_query(c->e, child, &cost->query);
            note_all_given(c->e, cost);
            ask_all(c->e, cost, c->options);
            cost->total_area = cost->query.area * *at;
            cost->total_leak_power = cost->query.leak_power * *at;
        }
        if (af_typed_name(child))
            *at *= af_node_fanout(child, NULL);
        walk_costs(c, child, at);
    }
}

void af_ask_costs(engine *e, evaluated_arch *arch, const af_evaluate_options *options)
{
    double fanout = 1;
    cost_walk c = {e, arch, options};
    arch->costs.count = 0;
    walk_costs(&c, arch->typed, &fanout);
}
