/* One component: explicit value -> Dummy -> model, then the scales (20 section 8.2). */
#include "cost/cost.h"

#include <math.h>
#include <string.h>
#include <strings.h>

struct af_cost {
    af_arena *arena;
    const char *share;
};

af_cost *af_cost_new(af_arena *arena, const char *share)
{
    af_cost *cost = af_new(arena, af_cost);
    cost->arena = arena;
    cost->share = share;
    return cost;
}

void af_cost_configure(af_cost *cost, af_value config)
{
    (void)cost;
    (void)config;
}

static bool is_dummy(const af_component_query *query)
{
    return query->component_class && !strcasecmp(query->component_class, "dummy");
}

static const char *class_path(const af_component_query *query, af_arena *arena)
{
    return af_format(arena, "%s.component_class (%s)", query->path, query->name);
}

/* A figure that is needed and not given: what a Dummy says, or a model. 0, or -1 reported. */
static int fill(const af_component_query *query, double *figure, double dummy, const char *what, af_arena *arena, af_report *report)
{
    if (!isnan(*figure))
        return 0;
    if (is_dummy(query)) {
        *figure = dummy;
        return 0;
    }
    if (!query->component_class)
        return af_fail(report, AF_BAD_DATA, AF_NOWHERE, class_path(query, arena),
                       "%s of %s is neither given nor modelled: component_class is not set", what, query->name);
    return af_fail(report, AF_BAD_DATA, AF_NOWHERE, class_path(query, arena), "component %s is not supported by any model",
                   query->component_class);
}

static void warn_if_negative(const af_component_query *query, double figure, const char *what, af_report *report)
{
    if (figure < 0)
        af_warn(report, AF_NOWHERE, query->path, "%s has negative %s: %g", query->name, what, figure);
}

static int ask_area(af_component_query *query, af_arena *arena, af_report *report)
{
    if (isnan(query->area) && query->area_optional && !is_dummy(query))
        return 0;
    if (fill(query, &query->area, 0, "area", arena, report))
        return -1;
    query->area *= query->area_scale;
    query->area *= query->n_parallel_instances;
    warn_if_negative(query, query->area, "area", report);
    return 0;
}

static int ask_energy(af_component_query *query, af_action_query *action, af_arena *arena, af_report *report)
{
    const char *what = af_format(arena, "energy of action %s", action->name);
    if (fill(query, &action->energy, 0, what, arena, report))
        return -1;
    action->energy *= query->energy_scale;
    action->energy *= action->energy_scale;
    warn_if_negative(query, action->energy, what, report);
    return 0;
}

static int ask_throughput(af_component_query *query, af_action_query *action, af_arena *arena, af_report *report)
{
    const char *what = af_format(arena, "throughput of action %s", action->name);
    if (fill(query, &action->throughput, INFINITY, what, arena, report))
        return -1;
    action->throughput *= query->throughput_scale;
    action->throughput *= action->throughput_scale;
    action->throughput *= query->n_parallel_instances;
    warn_if_negative(query, action->throughput, what, report);
    return 0;
}

static int ask_leak(af_component_query *query, af_arena *arena, af_report *report)
{
    if (fill(query, &query->leak_power, 0, "leak_power", arena, report))
        return -1;
    query->leak_power *= query->leak_power_scale;
    query->leak_power *= query->n_parallel_instances;
    warn_if_negative(query, query->leak_power, "leak_power", report);
    return 0;
}

/* Quantities in the reference's order: which is missing first decides the message. */
int af_cost_query(void *cost, af_component_query *query, af_arena *arena, af_report *report)
{
    (void)cost;
    query->source = is_dummy(query) ? "dummy" : "given";
    if (query->want_area && ask_area(query, arena, report))
        return -1;
    for (int i = 0; query->want_energy && i < query->n_actions; i++)
        if (ask_energy(query, &query->actions[i], arena, report))
            return -1;
    for (int i = 0; query->want_throughput && i < query->n_actions; i++)
        if (ask_throughput(query, &query->actions[i], arena, report))
            return -1;
    return query->want_leak ? ask_leak(query, arena, report) : 0;
}
