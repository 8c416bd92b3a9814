/* Curves for terminals, and as lines of numbers for other programs: one line for each point. */
#include "draw/label.h"
#include "draw/pictures.h"

static void add_cell(af_text *out, const char *text, int width)
{
    af_text_printf(out, "%s%*s", text, width - af_text_cells(text) > 0 ? width - af_text_cells(text) : 0, "");
}

static const char *input_name(const af_series *series)
{
    return series->name ? series->name : "standard input";
}

void af_curves_text(af_text *out, const af_curves *curves)
{
    af_arena *arena = curves->arena;
    bool raw = curves->options->raw_units;
    af_text_printf(out, "%s: %s over %s\n", curves->title, curves->y_name, curves->x_name);
    for (int i = 0; i < curves->series.count; i++) {
        const af_series *series = &curves->series.items[i];
        if (curves->series.count > 1)
            af_text_printf(out, "%s\n", input_name(series));
        for (int k = 0; k < series->points.count; k++) {
            const af_point *point = &series->points.items[k];
            add_cell(out, curves->stairs && !point->front ? "  " : "* ", 2);
            add_cell(out, af_label(arena, point->name), 24);
            add_cell(out, af_people_number(arena, point->x, curves->x_unit, raw), 16);
            af_text_printf(out, "%s\n", af_people_number(arena, point->y, curves->y_unit, raw));
        }
    }
}

void af_curves_tsv(af_text *out, const af_curves *curves)
{
    af_text_printf(out, "input\t%s\t%s\t%s\tfront\n", curves->point, curves->x_name, curves->y_name);
    for (int i = 0; i < curves->series.count; i++)
        for (int k = 0; k < curves->series.items[i].points.count; k++) {
            const af_point *point = &curves->series.items[i].points.items[k];
            af_text_printf(out, "%s\t%s\t", input_name(&curves->series.items[i]), point->name);
            af_text_printf(out, "%s\t%s\t%d\n", af_exact_number(curves->arena, point->x),
                           af_exact_number(curves->arena, point->y), point->front);
        }
}
