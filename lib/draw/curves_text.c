/* Curves for terminals, and as lines of numbers for other programs: one line for each point. */
#include "draw/label.h"
#include "draw/pictures.h"

#include <stdlib.h>

static void add_cell(af_text *out, const char *text, int width)
{
    af_text_printf(out, "%s%*s", text, width - af_text_cells(text) > 0 ? width - af_text_cells(text) : 0, "");
}

static void add_number(af_text *out, const af_curves *curves, double value, const char *unit, int width)
{
    add_cell(out, af_people_number(curves->arena, value, unit, curves->options->raw_units), width);
}

static const char *input_name(const af_series *series)
{
    return series->name ? series->name : "standard input";
}

/* ---- rooflines: nearest to the roof first */

typedef struct distance { const af_point *point; double share; int place; } distance;

static int compare_distances(const void *a, const void *b)
{
    const distance *p = a, *q = b;
    return p->share != q->share ? (p->share < q->share) - (p->share > q->share) : p->place - q->place;
}

static void add_below_roof(af_text *out, const af_curves *curves, const af_series *series)
{
    distance *order = af_new_array(curves->arena, distance, series->points.count + 1);
    for (int k = 0; k < series->points.count; k++) {
        const af_point *point = &series->points.items[k];
        order[k] = (distance){point, point->y / af_roof_at(curves, point->x), k};
    }
    qsort(order, (size_t)series->points.count, sizeof *order, compare_distances);
    for (int k = 0; k < series->points.count; k++) {
        const af_point *point = order[k].point;
        add_cell(out, af_label(curves->arena, point->name), 26);
        add_number(out, curves, point->x, "", 16);
        add_number(out, curves, point->y, "", 16);
        add_cell(out, af_people_share(curves->arena, order[k].share), 12);
        af_text_printf(out, "%s\n", point->limit ? af_label(curves->arena, point->limit) : "");
    }
}

static void add_roofs(af_text *out, const af_curves *curves)
{
    for (int i = 0; i < curves->roofs.count; i++) {
        add_cell(out, af_format(curves->arena, "roof of %s", curves->roofs.items[i].name), 26);
        add_number(out, curves, curves->roofs.items[i].bandwidth, "bit/s", 16);
        af_text_puts(out, "\n");
    }
    if (curves->peak > 0) {
        add_cell(out, "peak", 42);
        add_number(out, curves, curves->peak, "", 0);
        af_text_puts(out, "\n");
    }
    if (curves->series.count)
        af_text_printf(out, "%-26s%-16s%-16s%-12slimited by\n", "", "computes/bit", "computes/s", "of roof");
}

/* ---- lines */

static void add_points(af_text *out, const af_curves *curves, const af_series *series)
{
    for (int k = 0; k < series->points.count; k++) {
        const af_point *point = &series->points.items[k];
        add_cell(out, point->front ? "* " : "  ", 2);
        add_cell(out, af_label(curves->arena, point->name), 24);
        add_number(out, curves, point->x, curves->x_unit, 16);
        add_number(out, curves, point->y, curves->y_unit, 0);
        af_text_puts(out, "\n");
    }
}

void af_curves_text(af_text *out, const af_curves *curves)
{
    bool roofline = curves->options->picture == AF_PICTURE_ROOFLINE;
    af_text_printf(out, "%s: %s over %s\n", curves->title, curves->y_name, curves->x_name);
    if (curves->options->plot)
        af_curves_plot(out, curves);
    if (roofline)
        add_roofs(out, curves);
    for (int i = 0; i < curves->series.count; i++) {
        const af_series *series = &curves->series.items[i];
        if (curves->series.count > 1)
            af_text_printf(out, "%s\n", input_name(series));
        (roofline ? add_below_roof : add_points)(out, curves, series);
    }
}

void af_curves_tsv(af_text *out, const af_curves *curves)
{
    bool roofline = curves->options->picture == AF_PICTURE_ROOFLINE;
    af_text_printf(out, "input\t%s\t%s\t%s\t%s\n", curves->point, curves->x_name, curves->y_name,
                   roofline ? "roof\tlimited by" : "front");
    for (int i = 0; i < curves->series.count; i++)
        for (int k = 0; k < curves->series.items[i].points.count; k++) {
            const af_point *point = &curves->series.items[i].points.items[k];
            af_text_printf(out, "%s\t%s\t", input_name(&curves->series.items[i]), point->name);
            af_text_printf(out, "%s\t%s\t", af_exact_number(curves->arena, point->x),
                           af_exact_number(curves->arena, point->y));
            if (roofline)
                af_text_printf(out, "%s\t%s\n", af_exact_number(curves->arena, af_roof_at(curves, point->x)),
                               point->limit ? point->limit : "-");
            else
                af_text_printf(out, "%d\n", point->front);
        }
}
