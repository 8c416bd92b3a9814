/* Questions about single components, without an architecture: `component` records. */
#include "cost/cost.h"

#include <math.h>

/* An action is a name, or an object with its name and attributes. */
static void read_action(af_json_reader *reader, const af_json *json, af_arena *arena, af_action_query *action)
{
    *action = (af_action_query){.name = "", .energy = NAN, .throughput = NAN, .energy_scale = 1,
                                .throughput_scale = 1, .attributes = af_dict_value(arena)};
    if (json && af_json_is_object(json)) {
        action->name = af_json_string(reader, json, "name");
        action->attributes = af_value_of_json(arena, json);
    } else {
        action->name = af_json_as_string(reader, json, "actions");
    }
}

static int read_query(const af_json *json, const af_cost_wanted *wanted, af_arena *arena, af_report *report,
                      af_component_query *q)
{
    af_json_reader reader = {.report = report, .what = "component"};
    const af_json *attributes = af_json_at(json, "attributes"), *actions = af_json_at(json, "actions");
    const char *class = af_json_string(&reader, json, "component_class"),
        *name = af_json_string_or(&reader, json, "name", class);
    if (attributes && !af_json_is_object(attributes))
        af_json_wrong(&reader, "attributes", "an object is expected");
    if (actions && !af_json_is_array(actions))
        af_json_wrong(&reader, "actions",
                      "a list of names, or of objects with name and attributes, is expected");
    if (reader.failed)
        return -1;
    *q = (af_component_query){.name = name, .path = "component", .component_class = class, .area = NAN,
                              .leak_power = NAN, .area_scale = 1, .leak_power_scale = 1,
                              .energy_scale = 1, .throughput_scale = 1, .n_parallel_instances = 1,
                              .want_area = wanted->area, .want_energy = wanted->energy,
                              .want_throughput = wanted->throughput, .want_leak = wanted->leak,
                              .n_actions = af_json_count(actions)};
    q->attributes = attributes ? af_value_of_json(arena, attributes) : af_dict_value(arena);
    q->actions = af_new_array(arena, af_action_query, q->n_actions + 1);
    for (int i = 0; i < q->n_actions; i++)
        read_action(&reader, af_json_item(actions, i), arena, &q->actions[i]);
    return reader.failed ? -1 : 0;
}

static double band(double relative)
{
    return relative > 0 ? relative : NAN;
}

static af_cost_row row_of(const af_component_query *q, af_arena *arena)
{
    af_cost_row row = {.component = q->name, .model = q->model, .source = q->source, .method = q->method,
                       .instances = 1, .area = q->area, .total_area = q->area,
                       .leak_power = q->leak_power, .total_leak_power = q->leak_power,
                       .area_band = band(q->area_band),
                       .leak_power_band = band(q->leak_power_band),
                       .throughput_band = band(q->throughput_band), .n_actions = q->n_actions};
    row.error_band = fmax(fmax(row.area_band, row.leak_power_band), row.throughput_band);
    row.actions = af_new_array(arena, af_cost_action, q->n_actions + 1);
    for (int i = 0; i < q->n_actions; i++) {
        const af_action_query *a = &q->actions[i];
        row.actions[i] = (af_cost_action){a->name, a->energy, a->throughput, band(a->energy_band), NAN};
        row.error_band = fmax(row.error_band, row.actions[i].energy_band);
    }
    return row;
}

int af_ask_component(af_cost *cost, const af_json *json, const af_cost_wanted *wanted, af_arena *arena,
                     af_cost_report *costs, af_report *report)
{
    af_component_query q;
    if (read_query(json, wanted, arena, report, &q) || af_cost_query(cost, &q, arena, report))
        return -1;
    *costs = (af_cost_report){.n_rows = 1, .rows = af_new(arena, af_cost_row), .single = true,
                              .total_area = q.area, .total_leak_power = q.leak_power};
    costs->rows[0] = row_of(&q, arena);
    costs->total_area_band = costs->rows[0].area_band;
    costs->total_leak_power_band = costs->rows[0].leak_power_band;
    if (wanted->exact && !isnan(costs->rows[0].error_band))
        return af_refuse_inexact(&costs->rows[0], af_format(arena, "component (%s)", q.name), report);
    return 0;
}
