/* Points out of records: which mapping has which two figures, and which mappings no other is better than. */
#include "draw/curves.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const struct { const char *name, *unit; } metrics[] = {
    {"energy", "J"}, {"latency", "s"}, {"energy_delay_product", "J\xC2\xB7s"}, {"dynamic_energy", "J"},
    {"leak_energy", "J"},
};
enum { N_METRICS = sizeof metrics / sizeof *metrics };

static const char *unit_of(const char *figure)
{
    for (int i = 0; i < N_METRICS; i++)
        if (!strcmp(figure, metrics[i].name))
            return metrics[i].unit;
    return "bit";
}

/* ---- figures of a mapping */

/* Bits of a memory that are in use: a share of its size. */
static double bits_in_use(const af_json *reservation)
{
    af_json_reader reader = {0};
    double size = af_json_real_or(&reader, reservation, "size",
                                  af_json_real_or(&reader, reservation, "size_bits", NAN));
    return af_json_real_or(&reader, reservation, "bits",
                           af_json_real_or(&reader, reservation, "usage", NAN) * size);
}

static bool is_named(const af_json *json, const char *key, const char *name)
{
    af_json_reader reader = {0};
    return !strcmp(af_json_string_or(&reader, json, key, ""), name);
}

/* What a `mapping` or `total` record itself says; nan: nothing. */
static double own_figure(const af_json *json, const char *figure)
{
    af_json_reader reader = {0};
    const af_json *reservations = af_json_at(json, "reservations"), *of = af_json_at(json, "metrics");
    for (int i = 0; i < af_json_count(reservations); i++)
        if (is_named(af_json_item(reservations, i), "component", figure))
            return bits_in_use(af_json_item(reservations, i));
    return af_json_real_or(&reader, of ? of : json, figure, NAN);
}

typedef struct mapping_point { const char *label; int64_t id; double x, y; } mapping_point;
typedef af_list(mapping_point) point_list;

/* The point of this mapping, a new one if there is none yet. Records of a mapping come close together. */
static mapping_point *point_of(point_list *points, const char *label, int64_t id, af_arena *arena)
{
    for (int i = points->count - 1; i >= 0; i--)
        if (points->items[i].label == label && points->items[i].id == id)
            return &points->items[i];
    mapping_point *point = af_push(arena, points);
    *point = (mapping_point){label, id, NAN, NAN};
    return point;
}

static void set_if_known(double *figure, double value)
{
    if (!isnan(value))
        *figure = value;
}

static void add_reservation(mapping_point *point, const af_json *json, const af_curves *curves)
{
    if (is_named(json, "component", curves->x_name))
        point->x = bits_in_use(json);
    if (is_named(json, "component", curves->y_name))
        point->y = bits_in_use(json);
}

/* ---- which figures */

/* The outermost memory that is bounded and in use: what a ski slope is over. NULL: none. */
static const char *bounded_memory(const af_results *results, af_arena *arena)
{
    af_json_reader reader = {0};
    for (int i = 0; i < results->records.count; i++) {
        const af_json *json = results->records.items[i].record.json, *all = af_json_at(json, "reservations");
        bool own = !strcmp(results->records.items[i].record.type, "reservation");
        for (int k = 0; k < (own ? 1 : af_json_count(all)); k++) {
            const af_json *one = own ? json : af_json_item(all, k);
            double bits = bits_in_use(one);
            if (isfinite(bits) && bits > 0)
                return af_copy_text(arena, af_json_string_or(&reader, one, "component", "?"));
        }
    }
    return NULL;
}

static int choose_axes(af_curves *curves, const af_results *results, af_report *report)
{
    bool skislope = curves->options->picture == AF_PICTURE_SKISLOPE;
    curves->x_name = curves->options->x ? curves->options->x
                     : skislope ? bounded_memory(results, curves->arena) : "latency";
    curves->y_name = curves->options->y ? curves->options->y : "energy";
    if (!curves->x_name)
        return af_fail(report, AF_BAD_DATA, AF_NOWHERE, NULL,
                       "no memory of a limited size is in use: mapper.metrics with "
                       "RESOURCE_USAGE, or af-model, tells how much is");
    curves->x_unit = unit_of(curves->x_name);
    curves->y_unit = unit_of(curves->y_name);
    curves->title = skislope ? "Ski slope" : "Pareto front";
    return 0;
}

/* ---- points */

static int compare_points(const void *a, const void *b)
{
    const af_point *p = a, *q = b;
    return p->x != q->x ? p->x < q->x ? -1 : 1 : (p->y > q->y) - (p->y < q->y);
}

static void mark_front(af_series *series)
{
    double best = INFINITY;
    qsort(series->points.items, (size_t)series->points.count, sizeof(af_point), compare_points);
    for (int i = 0; i < series->points.count; i++) {
        af_point *point = &series->points.items[i];
        point->front = point->y < best;
        best = point->front ? point->y : best;
    }
}

af_point *af_curves_add(af_curves *curves, const char *input, const char *name, double x, double y)
{
    int i = 0;
    while (i < curves->series.count && curves->series.items[i].name != input)
        i++;
    if (i == curves->series.count)
        *af_push(curves->arena, &curves->series) = (af_series){.name = input};
    af_point *point = af_push(curves->arena, &curves->series.items[i].points);
    *point = (af_point){name, x, y, false, NULL};
    return point;
}

static void read_points(point_list *points, const af_results *results, const af_curves *curves)
{
    af_json_reader reader = {0};
    for (int i = 0; i < results->records.count; i++) {
        const af_kept_record *kept = &results->records.items[i];
        const af_json *json = kept->record.json;
        bool mapping = !strcmp(kept->record.type, "mapping"), total = !strcmp(kept->record.type, "total");
        if (!mapping && !total && strcmp(kept->record.type, "reservation"))
            continue;
        mapping_point *point =
            point_of(points, kept->label, af_json_integer_or(&reader, json, mapping ? "id" : "map", 0),
                                        curves->arena);
        if (!mapping && !total) {
            add_reservation(point, json, curves);
            continue;
        }
        set_if_known(&point->x, own_figure(json, curves->x_name));
        set_if_known(&point->y, own_figure(json, curves->y_name));
    }
}

/* Where no mapping has a figure, its name is at fault; where one lacks it, that one is left out. */
static int check_points(const af_curves *curves, const point_list *points, af_report *report)
{
    bool x = false, y = false;
    for (int i = 0; i < points->count; i++) {
        x = x || !isnan(points->items[i].x);
        y = y || !isnan(points->items[i].y);
    }
    if (!points->count)
        return af_fail(report, AF_BAD_DATA, AF_NOWHERE, NULL,
                       "no `mapping` record to draw: af-join makes them");
    if (!x || !y)
        return af_fail(report, AF_BAD_DATA, AF_NOWHERE, NULL,
                       "no mapping has the metric or memory %s: mapper.metrics says "
                       "what af-join tells, af-model tells all", x ? curves->y_name : curves->x_name);
    return 0;
}

af_curves *af_curves_of(const af_results *results, const af_draw_options *options, af_arena *arena,
                        af_report *report)
{
    af_curves *curves = af_new(arena, af_curves);
    *curves = (af_curves){.arena = arena, .options = options, .point = "mapping", .stairs = true,
                          .bandwidth = NAN, .peak = NAN};
    point_list points = {0};
    if (choose_axes(curves, results, report))
        return NULL;
    read_points(&points, results, curves);
    if (check_points(curves, &points, report))
        return NULL;
    for (int i = 0; i < points.count; i++) {
        const mapping_point *p = &points.items[i];
        if (isfinite(p->x) && isfinite(p->y))
            af_curves_add(curves, p->label, af_numbered_text(arena, "mapping", " ", (int)p->id), p->x, p->y);
    }
    for (int i = 0; i < curves->series.count; i++)
        mark_front(&curves->series.items[i]);
    return curves;
}
