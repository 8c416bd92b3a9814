/* The costs that an `einsum` record carries, as rows (20 section 8.6). */
#include "cost/cost.h"

#include <math.h>
#include <string.h>

typedef struct cost_reading {
    af_json_reader reader;
    const af_cost_wanted *wanted;
    af_arena *arena;
    af_list(const af_json *) nodes;
    int next;
} cost_reading;

/* Nodes in the order of the architecture, which is that of `costs` too. */
static void list_nodes(cost_reading *r, const af_json *branch)
{
    const af_json *nodes = af_json_at(branch, "nodes");
    for (int i = 0; i < af_json_count(nodes); i++) {
        *af_push(r->arena, &r->nodes) = af_json_item(nodes, i);
        list_nodes(r, af_json_item(nodes, i));
    }
}

/* The component's node: past that of the component before. NULL: there is none. */
static const af_json *next_node(cost_reading *r, const char *component)
{
    while (r->next < r->nodes.count) {
        const af_json *node = r->nodes.items[r->next++];
        const char *name = af_json_string_or(&r->reader, node, "name", NULL);
        if (name && !strcmp(name, component))
            return node;
    }
    return NULL;
}

static void read_actions(cost_reading *r, const af_json *cost, const af_json *node, af_cost_row *row)
{
    const af_json *actions = af_json_at(cost, "actions"), *fields = af_json_at(node, "actions");
    row->n_actions = af_json_count(actions);
    row->actions = af_new_array(r->arena, af_cost_action, row->n_actions + 1);
    for (int i = 0; i < row->n_actions; i++) {
        const af_json *action = af_json_item(actions, i);
        row->actions[i] = (af_cost_action){
            .name = af_json_string(&r->reader, action, "name"),
            .energy = r->wanted->energy ? af_json_real_or(&r->reader, action, "energy", NAN) : NAN,
            .throughput = r->wanted->throughput ? af_json_real_or(&r->reader, action, "throughput", NAN)
            : NAN,
            .energy_band = NAN,
            .bits_per_action = row->holds_data ? af_json_real_or(&r->reader, af_json_item(fields, i),
                                                                 "bits_per_action", NAN) : NAN};
    }
}

/* What is wanted and could not be had ends the report, with the message of the step that failed. */
static int tell_missing(cost_reading *r, const af_json *cost)
{
    const struct { bool wanted; const char *key; } quantities[] = {
        {r->wanted->area, "area"}, {r->wanted->energy, "energy"}, {r->wanted->throughput, "throughput"},
        {r->wanted->leak, "leak_power"}};
    const af_json *errors = af_json_at(cost, "errors");
    for (size_t i = 0; errors && i < sizeof quantities / sizeof *quantities; i++) {
        const char *message = quantities[i].wanted ? af_json_string_or(&r->reader, errors, quantities[i].key,
                NULL) : NULL;
        if (message)
            return af_fail(r->reader.report, AF_BAD_DATA, AF_NOWHERE, NULL, "%s", message);
    }
    return 0;
}

/* fmax takes the number where one is not. */
static void read_bands(cost_reading *r, const af_json *cost, af_cost_row *row)
{
    const af_json *bands = af_json_at(cost, "error_bands"), *energies = bands ? af_json_at(bands, "energy")
        : NULL;
    row->area_band = bands && r->wanted->area ? af_json_real_or(&r->reader, bands, "area", NAN) : NAN;
    row->leak_power_band = bands && r->wanted->leak ? af_json_real_or(&r->reader, bands, "leak_power", NAN)
        : NAN;
    row->throughput_band = bands && r->wanted->throughput ? af_json_real_or(&r->reader, bands, "throughput",
            NAN) : NAN;
    row->error_band = fmax(fmax(row->area_band, row->leak_power_band), row->throughput_band);
    for (int i = 0; energies && r->wanted->energy && i < row->n_actions; i++) {
        row->actions[i].energy_band = af_json_real_or(&r->reader, energies, row->actions[i].name, NAN);
        row->error_band = fmax(row->error_band, row->actions[i].energy_band);
    }
}

int af_refuse_inexact(const af_cost_row *row, const char *path, af_report *report)
{
    if (isinf(row->error_band))
        return af_fail(report, AF_BAD_DATA, AF_NOWHERE, path,
                       "exact figures are required; those of %s are extrapolated", row->model);
    return af_fail(report, AF_BAD_DATA, AF_NOWHERE, path,
                   "exact figures are required; those of %s are interpolated, usually within %.2g %%",
                   row->model,
                   100 * row->error_band);
}

static void read_given(cost_reading *r, const af_json *given, af_cost_row *row)
{
    row->n_given = af_json_count(given);
    row->given = af_new_array(r->arena, const char *, row->n_given + 1);
    for (int i = 0; i < row->n_given; i++)
        row->given[i] = af_json_as_string(&r->reader, af_json_item(given, i), "given");
}

static int read_row(cost_reading *r, const af_json *cost, af_cost_row *row)
{
    const af_json *node = next_node(r, row->component);
    const char *type = af_json_string_or(&r->reader, node, "type", "");
    bool area = r->wanted->area, leak = r->wanted->leak;
    row->model = af_json_string_or(&r->reader, cost, "model", NULL);
    row->source = af_json_string_or(&r->reader, cost, "source", NULL);
    row->method = af_json_string_or(&r->reader, cost, "method", NULL);
    row->instances = af_json_real_or(&r->reader, cost, "instances", NAN);
    row->area = area ? af_json_real_or(&r->reader, cost, "area", NAN) : NAN;
    row->total_area = area ? af_json_real_or(&r->reader, cost, "total_area", NAN) : NAN;
    row->leak_power = leak ? af_json_real_or(&r->reader, cost, "leak_power", NAN) : NAN;
    row->total_leak_power = leak ? af_json_real_or(&r->reader, cost, "total_leak_power", NAN) : NAN;
    row->holds_data = !strcmp(type, "Memory") || !strcmp(type, "Toll");
    read_actions(r, cost, node, row);
    read_bands(r, cost, row);
    read_given(r, af_json_at(cost, "given"), row);
    if (tell_missing(r, cost))
        return -1;
    if (r->wanted->exact && !isnan(row->error_band))
        return af_refuse_inexact(row,
                                 af_format(r->arena, "%s (%s)",
                                           af_json_string_or(&r->reader, node, "path", "arch"),
                                           row->component), r->reader.report);
    if (area && isnan(row->area))
        return af_fail(r->reader.report, AF_BAD_DATA, AF_NOWHERE,
                       af_format(r->arena, "%s (%s)", af_json_string_or(&r->reader, node, "path", "arch"),
                                 row->component),
                       "component_class must be set to a valid string, or `area` be given. "
                       "Occurred while trying to calculate area");
    return r->reader.failed ? -1 : 0;
}

/* Of a sum, the mean of the parts' bands by their share; exact parts count as 0, NAN: all are exact. */
typedef struct banded_sum { double sum, weighted; bool any; } banded_sum;

static void add_banded(banded_sum *total, double value, double band)
{
    total->sum += value;
    if (!isnan(band)) {
        total->weighted += isinf(band) ? INFINITY : band * value;
        total->any = true;
    }
}

static double band_of(const banded_sum *total)
{
    return total->any && total->sum != 0 ? total->weighted / total->sum : NAN;
}

static int tell_unknown(cost_reading *r, const af_json *costs, const char *component)
{
    int count = af_json_count(costs);
    const char **names = af_new_array(r->arena, const char *, count + 1);
    for (int i = 0; i < count; i++)
        names[i] = af_json_string(&r->reader, af_json_item(costs, i), "component");
    const char *near = af_nearest(component, names, count);
    return af_fail(r->reader.report, AF_BAD_DATA, AF_NOWHERE, NULL,
                   "the architecture has no component %s%s%s%s", component,
                   near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
}

int af_read_costs(const af_json *einsum, const af_cost_wanted *wanted, const char *component, af_arena *arena,
                  af_cost_report *costs, af_report *report)
{
    cost_reading r = {{.report = report, .what = "einsum"}, wanted, arena, {0}, 0};
    const af_json *list = af_json_array(&r.reader, einsum, "costs");
    list_nodes(&r, af_json_at(einsum, "arch"));
    banded_sum area = {0}, leak = {0};
    int failed = 0;
    *costs = (af_cost_report){.rows = af_new_array(arena, af_cost_row, af_json_count(list) + 1)};
    for (int i = 0; i < af_json_count(list) && !r.reader.failed; i++) {
        const af_json *cost = af_json_item(list, i);
        af_cost_row *row = &costs->rows[costs->n_rows];
        row->component = af_json_string(&r.reader, cost, "component");
        if (r.reader.failed || (component && strcmp(component, row->component)))
            continue;
        if (read_row(&r, cost, row)) {        /* all components that miss something are told */
            failed = -1;
            continue;
        }
        add_banded(&area, row->total_area, row->area_band);
        add_banded(&leak, row->total_leak_power, row->leak_power_band);
        costs->n_rows++;
    }
    costs->total_area = area.sum;
    costs->total_leak_power = leak.sum;
    costs->total_area_band = band_of(&area);
    costs->total_leak_power_band = band_of(&leak);
    if (component && !costs->n_rows && !failed && !r.reader.failed)
        return tell_unknown(&r, list, component);
    return failed || r.reader.failed ? -1 : 0;
}
