/* Which picture, in which format. */
#include "draw/pictures.h"

#include <string.h>

const char *const af_picture_names[AF_N_PICTURES] = {"auto", "mapping"};
const char *const af_draw_format_names[AF_N_DRAW_FORMATS] = {"svg", "text"};

static int draw_mapping(af_text *out, const af_results *results, const af_draw_options *options, af_arena *arena, af_report *report)
{
    af_mapping_facts *facts = af_mapping_facts_of(results, options->mapping, arena, report);
    if (!facts)
        return -1;
    af_rows *rows = af_rows_of(facts, options, arena);
    if (options->collapse == AF_COLLAPSE_ALIKE || (options->collapse == AF_COLLAPSE_AUTO && rows->count > 600))
        af_collapse_alike(rows);
    return options->format == AF_DRAW_TEXT ? af_mapping_text(out, rows, report) : af_mapping_svg(out, rows, report);
}

int af_draw(af_text *out, const af_results *results, const af_draw_options *options, af_report *report)
{
    af_arena *arena = af_arena_new();
    int status = draw_mapping(out, results, options, arena, report);
    af_arena_free(arena);
    return status;
}
