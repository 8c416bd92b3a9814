/* `cost` and `cost_total` records, from the costs that an `einsum` record carries (20 section 8.6). */
#include "cost/cost.h"

#include <math.h>
#include <string.h>

static void put_or_null(af_json_writer *w, const char *key, double value)
{
    if (isnan(value))
        af_put_null(w, key);
    else
        af_put_number(w, key, value);
}

static const af_json *find_node(const af_json *branch, const char *name)
{
    const af_json *nodes = af_json_at(branch, "nodes");
    for (int i = 0; i < af_json_count(nodes); i++) {
        const af_json *node = af_json_item(nodes, i), *own = af_json_at(node, "name");
        af_json_reader reader = {.what = "einsum"};
        if (own && !strcmp(af_json_as_string(&reader, own, "name"), name))
            return node;
        const af_json *inner = find_node(node, name);
        if (inner)
            return inner;
    }
    return NULL;
}

static void put_actions(af_json_writer *w, af_json_reader *reader, const af_json *cost, const af_json *node, const af_cost_report *wanted)
{
    const af_json *actions = af_json_at(cost, "actions"), *fields = af_json_at(node, "actions");
    const char *type = af_json_string_or(reader, node, "type", "");
    bool holder = !strcmp(type, "Memory") || !strcmp(type, "Toll");
    af_put_array(w, "actions");
    for (int i = 0; i < af_json_count(actions); i++) {
        const af_json *action = af_json_item(actions, i);
        af_put_object(w, NULL);
        af_put_string(w, "name", af_json_string(reader, action, "name"));
        put_or_null(w, "energy", wanted->energy ? af_json_real_or(reader, action, "energy", NAN) : NAN);
        put_or_null(w, "throughput", wanted->throughput ? af_json_real_or(reader, action, "throughput", NAN) : NAN);
        if (holder)
            put_or_null(w, "bits_per_action", af_json_real_or(reader, af_json_item(fields, i), "bits_per_action", NAN));
        af_put_end_object(w);
    }
    af_put_end_array(w);
}

/* What is wanted and could not be had ends the report, with the message of the step that failed. */
static int tell_missing(const af_json *cost, const af_cost_report *wanted, af_json_reader *reader)
{
    const struct { bool wanted; const char *key; } quantities[] = {
        {wanted->area, "area"}, {wanted->energy, "energy"}, {wanted->throughput, "throughput"}, {wanted->leak, "leak_power"}};
    const af_json *errors = af_json_at(cost, "errors");
    for (size_t i = 0; errors && i < sizeof quantities / sizeof *quantities; i++) {
        const char *message = quantities[i].wanted ? af_json_string_or(reader, errors, quantities[i].key, NULL) : NULL;
        if (message)
            return af_fail(reader->report, AF_BAD_DATA, AF_NOWHERE, NULL, "%s", message);
    }
    return 0;
}

int af_write_costs(af_output *out, const af_json *einsum, const af_cost_report *wanted, af_report *report)
{
    af_json_reader reader = {.report = report, .what = "einsum"};
    const af_json *costs = af_json_array(&reader, einsum, "costs"), *arch = af_json_at(einsum, "arch");
    double area = 0, leak = 0;
    for (int i = 0; i < af_json_count(costs) && !reader.failed; i++) {
        const af_json *cost = af_json_item(costs, i);
        const char *name = af_json_string(&reader, cost, "component");
        const af_json *node = find_node(arch, name);
        double one = wanted->area ? af_json_real_or(&reader, cost, "area", NAN) : NAN, total = wanted->area ? af_json_real_or(&reader, cost, "total_area", NAN) : NAN;
        double power = wanted->leak ? af_json_real_or(&reader, cost, "leak_power", NAN) : NAN;
        double total_power = wanted->leak ? af_json_real_or(&reader, cost, "total_leak_power", NAN) : NAN;
        if (tell_missing(cost, wanted, &reader))
            return -1;
        if (wanted->area && isnan(one))
            return af_fail(report, AF_BAD_DATA, AF_NOWHERE, af_format(wanted->arena, "%s (%s)", af_json_string_or(&reader, node, "path", "arch"), name),
                           "component_class must be set to a valid string, or `area` be given. Occurred while trying to calculate area");
        af_json_writer *w = af_begin_record(out, "cost");
        af_put_string(w, "component", name);
        put_or_null(w, "area", one);
        put_or_null(w, "total_area", total);
        put_or_null(w, "leak_power", power);
        put_or_null(w, "total_leak_power", total_power);
        af_put_number(w, "instances", one > 0 ? total / one : power > 0 ? total_power / power : 1);
        af_put_string(w, "model", af_json_string_or(&reader, cost, "model", NULL));
        af_put_string(w, "source", af_json_string_or(&reader, cost, "source", NULL));
        put_actions(w, &reader, cost, node, wanted);
        af_end_record(out);
        area += total;
        leak += total_power;
    }
    if (reader.failed)
        return -1;
    af_json_writer *w = af_begin_record(out, "cost_total");
    put_or_null(w, "total_area", area);
    put_or_null(w, "total_leak_power", leak);
    af_end_record(out);
    return 0;
}
