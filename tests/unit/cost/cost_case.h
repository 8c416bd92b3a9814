/* One component asked of the embedded models, for tests. */
#ifndef AF_COST_CASE_H
#define AF_COST_CASE_H

#include "cost/cost.h"
#include "lang/expression.h"
#include "test.h"

typedef struct cost_case { af_arena *arena; af_cost *cost; af_report *report; } cost_case;

static inline cost_case cost_case_new(void)
{
    cost_case c = {af_arena_new(), NULL, af_report_new("test")};
    c.cost = af_cost_new(c.arena);
    af_report_quiet(c.report, true);
    return c;
}

static inline void cost_case_free(cost_case *c)
{
    af_report_free(c->report);
    af_arena_free(c->arena);
}

/* Attributes as an expression of the language: "{'tech_node': 65e-9, 'size': 8192}". */
static inline af_value attributes_of(cost_case *c, const char *text)
{
    af_value value = af_none();
    af_scope *scope = af_scope_new(c->arena, NULL);
    if (*text && af_evaluate_text(text, scope, c->arena, &value, c->report, AF_NOWHERE, "test"))
        printf("not ok: bad attributes %s\n", text);
    return value.type == AF_DICT ? value : af_dict_value(c->arena);
}

/* Area, leak power, energies and throughputs of up to two actions, "read write"; 0, or -1 reported
 * (af_report_message). */
static inline int ask_component(cost_case *c, const char *class, const char *attributes, const char *actions,
                                const char *of_action, af_component_query *q)
{
    static const double unknown = NAN;
    af_report_clear(c->report);
    *q = (af_component_query){.name = "X", .path = "arch.nodes.0", .component_class = class,
                              .attributes = attributes_of(c, attributes), .area = unknown,
                              .leak_power = unknown, .area_scale = 1, .leak_power_scale = 1,
                              .energy_scale = 1, .throughput_scale = 1, .n_parallel_instances = 1,
                              .want_area = true, .want_energy = true, .want_throughput = true,
                              .want_leak = true};
    q->actions = af_new_array(c->arena, af_action_query, 4);
    char *rest, *copy = af_copy_text(c->arena, actions);
    for (char *word = strtok_r(copy, " ", &rest); word; word = strtok_r(NULL, " ", &rest))
        q->actions[q->n_actions++] = (af_action_query){.name = word, .energy = unknown, .throughput = unknown,
                                                       .energy_scale = 1, .throughput_scale = 1,
                                                       .attributes = attributes_of(c, of_action)};
    return af_cost_query(c->cost, q, c->arena, c->report);
}

#endif
