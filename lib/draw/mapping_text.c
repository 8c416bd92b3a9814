/* A mapping as text for a terminal: the same rows as the SVG, indented. */
#include "draw/label.h"
#include "draw/mapping_picture.h"

static void write_row(af_text *out, const af_row *row, int depth)
{
    bool own = row->kind != AF_ROW_LIST && row->kind != AF_ROW_SPLIT;
    if (own) {
        af_text_printf(out, "%*s", depth * 2, "");
        if (row->badge)
            af_text_printf(out, "%s ", row->badge);
        if (row->component)
            af_text_printf(out, "%s ", row->component);
        af_text_puts(out, row->text ? row->text : "");
        for (int i = 0; i < row->n_chips; i++)
            af_text_printf(out, "%s%s", i || (row->text && *row->text) ? " " : "", row->chips[i].name);
        if (row->note)
            af_text_printf(out, "  (%s)", row->note);
        af_text_puts(out, "\n");
    }
    for (int i = 0; i < row->n_children; i++)
        write_row(out, row->children[i], depth + (own ? 1 : 0));
}

int af_mapping_text(af_text *out, const af_mapping_facts *facts, const af_draw_options *options, af_arena *arena, af_report *report)
{
    (void)report;
    af_rows *rows = af_rows_of(facts, options, arena);
    if (options->collapse == AF_COLLAPSE_ALIKE)
        af_collapse_alike(rows);
    af_text_printf(out, "%s\n", options->title ? options->title : facts->title ? facts->title : "Mapping");
    for (int i = 0; i < facts->n_metrics; i++)
        af_text_printf(out, "%s%s %s", i ? ", " : "", facts->metrics[i].name, af_people_number(arena, facts->metrics[i].value, af_metric_unit(facts->metrics[i].name), options->raw_units));
    af_text_puts(out, "\n");
    write_row(out, rows->root, 0);
    return 0;
}
