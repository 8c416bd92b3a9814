/* The roofline of a mapping (80 section B7): how much each Einsum computes a second, over how much it
 * computes for each bit that it moves at one memory; and what the memory and the Compute allow. */
#include "draw/curves.h"

#include <math.h>
#include <string.h>

static bool is_named(const af_json *json, const char *key, const char *name)
{
    af_json_reader reader = {0};
    return !strcmp(af_json_string_or(&reader, json, key, ""), name);
}

static const af_json *named_item(const af_json *list, const char *key, const char *name)
{
    for (int i = 0; i < af_json_count(list); i++)
        if (is_named(af_json_item(list, i), key, name))
            return af_json_item(list, i);
    return NULL;
}

static const af_json *find_node(const af_json *nodes, const char *name)
{
    for (int i = 0; i < af_json_count(nodes); i++) {
        const af_json *node = af_json_item(nodes, i), *inner = find_node(af_json_at(node, "nodes"), name);
        if (inner || is_named(node, "name", name))
            return inner ? inner : node;
    }
    return NULL;
}

/* Bits that one action moves. */
static double bits_of(const af_json *einsum, const char *component, const char *action)
{
    af_json_reader reader = {0};
    const af_json *node = find_node(af_json_at(af_json_at(einsum, "arch"), "nodes"), component);
    return af_json_real_or(&reader, named_item(af_json_at(node, "actions"), "name", action),
                           "bits_per_action", 1);
}

/* The most that all instances of a component do in a second: bits of its quickest action, or actions if not
 * `bits`. Reads and writes take turns where total_latency is the usual one, so they are not added. */
static double speed_of(const af_json *einsum, const char *component, bool bits)
{
    af_json_reader reader = {0};
    const af_json *cost = named_item(af_json_at(einsum, "costs"), "component", component);
    double instances = af_json_real_or(&reader, cost, "instances", 1), most = 0;
    for (int i = 0; i < af_json_count(af_json_at(cost, "actions")); i++) {
        const af_json *action = af_json_item(af_json_at(cost, "actions"), i);
        double unit = bits ? bits_of(einsum, component, af_json_string_or(&reader, action, "name", "")) : 1;
        most = fmax(most, af_json_real_or(&reader, action, "throughput", NAN) * unit * instances);
    }
    return isfinite(most) && most > 0 ? most : NAN;
}

static const af_kept_record *einsum_record(const af_results *results, const char *label, const char *einsum)
{
    for (int i = 0; i < results->records.count; i++) {
        const af_kept_record *kept = &results->records.items[i];
        if (!strcmp(kept->record.type, "einsum") && kept->label == label &&
            is_named(kept->record.json, "einsum", einsum))
            return kept;
    }
    return NULL;
}

static bool is_of(const af_kept_record *kept, const char *type, const af_kept_record *total)
{
    af_json_reader reader = {0};
    return !strcmp(kept->record.type, type) && kept->label == total->label &&
           af_json_integer_or(&reader, kept->record.json, "map", -1) ==
               af_json_integer_or(&reader, total->record.json, "map", -2);
}

static double bits_moved(const af_results *results, const af_kept_record *total, const af_json *record,
                         const char *einsum, const char *component)
{
    af_json_reader reader = {0};
    double bits = 0;
    for (int i = 0; i < results->records.count; i++) {
        const af_json *json = results->records.items[i].record.json;
        if (is_of(&results->records.items[i], "action", total) && is_named(json, "einsum", einsum) &&
            is_named(json, "component", component))
            bits += af_json_real_or(&reader, json, "count", 0) *
                    bits_of(record, component, af_json_string_or(&reader, json, "action", ""));
    }
    return bits;
}

/* The component that an Einsum's time is that of, by af-model; NULL: no record says. */
static const char *limit_of(const af_results *results, const af_kept_record *total, const char *einsum,
                            af_arena *arena)
{
    af_json_reader reader = {0};
    for (int i = 0; i < results->records.count; i++) {
        const af_json *json = results->records.items[i].record.json;
        if (is_of(&results->records.items[i], "latency", total) && is_named(json, "einsum", einsum) &&
            af_json_bool_or(&reader, json, "bottleneck", false))
            return af_copy_text(arena, af_json_string_or(&reader, json, "component", "?"));
    }
    return NULL;
}

/* A roof that all Einsums are under: the highest. */
static void raise_roof(double *roof, double speed)
{
    *roof = isnan(*roof) ? speed : fmax(*roof, speed);
}

/* Of every Memory that an Einsum has. */
static void raise_roofs(af_curves *curves, const af_json *einsum)
{
    af_json_reader reader = {0};
    const af_json *costs = af_json_at(einsum, "costs");
    for (int i = 0; i < af_json_count(costs); i++) {
        const char *name = af_json_string_or(&reader, af_json_item(costs, i), "component", "");
        const af_json *node = find_node(af_json_at(af_json_at(einsum, "arch"), "nodes"), name);
        double speed = speed_of(einsum, name, true);
        int k = 0;
        if (isnan(speed) || !is_named(node, "type", "Memory"))
            continue;
        while (k < curves->roofs.count && strcmp(curves->roofs.items[k].name, name))
            k++;
        if (k == curves->roofs.count)
            *af_push(curves->arena, &curves->roofs) = (af_roof){af_copy_text(curves->arena, name), NAN};
        raise_roof(&curves->roofs.items[k].bandwidth, speed);
    }
}

double af_roof_at(const af_curves *curves, double x)
{
    return fmin(curves->bandwidth * x, curves->peak);        /* of two, the one that is known */
}

/* Sums over the Einsums, for a point of the whole mapping. */
typedef struct whole { double computes, bits; int n_einsums; } whole;

static int add_einsum(af_curves *curves, whole *all, const af_results *results, const af_kept_record *total,
                      const af_json *sum, af_report *report)
{
    af_json_reader reader = {0};
    const char *name = af_json_string_or(&reader, sum, "einsum", "?");
    const af_kept_record *record = einsum_record(results, total->label, name);
    if (!record)
        return af_fail(report, AF_BAD_DATA, AF_NOWHERE, NULL,
                       "no `einsum` record of %s: af-model passes them on", name);
    const af_json *einsum = record->record.json, *path = af_json_item(af_json_at(einsum, "flattened"), 0);
    const char *asked = curves->options->level ? curves->options->level : curves->options->x;
    const char *memory = asked ? asked
                         : af_json_as_string(&reader, af_json_item(af_json_at(path, "nodes"), 0), "nodes");
    if (!memory || !named_item(af_json_at(einsum, "costs"), "component", memory))
        return af_fail(report, AF_USAGE, AF_NOWHERE, NULL, "--%s %s: no such component",
                       curves->options->level ? "level" : "x", memory ? memory : "");
    double computes = af_json_real_or(&reader, sum, "computes", NAN),
        latency = af_json_real_or(&reader, sum, "latency", NAN);
    double bits = bits_moved(results, total, einsum, name, memory);
    curves->x_name = af_format(curves->arena, "computes per bit of %s", memory);
    raise_roof(&curves->bandwidth, speed_of(einsum, memory, true));
    raise_roofs(curves, einsum);
    raise_roof(&curves->peak, speed_of(einsum, af_json_string_or(&reader, path, "compute", ""), false));
    all->computes += computes, all->bits += bits, all->n_einsums++;
    if (bits > 0 && latency > 0 && isfinite(latency))
        af_curves_add(curves, total->label, af_copy_text(curves->arena, name), computes / bits,
                      computes / latency)->limit = limit_of(results, total, name, curves->arena);
    return 0;
}

/* Of several Einsums: all computes over all bits, and over the latency of the mapping. */
static void add_whole(af_curves *curves, const whole *all, const af_kept_record *total)
{
    af_json_reader reader = {0};
    double latency = af_json_real_or(&reader, total->record.json, "latency", NAN);
    if (all->n_einsums > 1 && all->bits > 0 && latency > 0 && isfinite(latency))
        af_curves_add(curves, total->label, "whole mapping", all->computes / all->bits,
                      all->computes / latency);
}

/* Those that are given; without records these two segments are all there is. */
static void take_roofs(af_curves *curves)
{
    if (curves->options->peak > 0)
        curves->peak = curves->options->peak;
    if (curves->options->bandwidth > 0)
        curves->bandwidth = curves->options->bandwidth;
}

af_curves *af_roofline_of(const af_results *results, const af_draw_options *options, af_arena *arena,
                          af_report *report)
{
    af_curves *curves = af_new(arena, af_curves);
    *curves = (af_curves){.arena = arena, .options = options, .title = "Roofline", .point = "einsum",
                          .x_unit = "",
                          .y_name = "computes per second", .y_unit = "", .bandwidth = NAN, .peak = NAN,
                          .drop = true};
    whole all = {0};
    if (!results->records.count && options->peak > 0 && options->bandwidth > 0) {
        curves->x_name = "computes per bit";
        take_roofs(curves);
        return curves;
    }
    const af_kept_record *total = af_results_record(results, "total", options->mapping);
    if (!total)
        return af_fail(report, AF_BAD_DATA, AF_NOWHERE, NULL,
                       "no `total` record of mapping %lld: af-model makes them",
                       (long long)options->mapping), NULL;
    for (int i = 0; i < results->records.count; i++)
        if (is_of(&results->records.items[i], "einsum_total", total) &&
            add_einsum(curves, &all, results, total,
                       results->records.items[i].record.json, report))
            return NULL;
    add_whole(curves, &all, total);
    take_roofs(curves);
    if (!curves->series.count)
        return af_fail(report, AF_BAD_DATA, AF_NOWHERE, NULL,
                       "no Einsum moves anything at that component in some time"), NULL;
    return curves;
}
