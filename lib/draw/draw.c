/* From records to one picture. */
#include "draw/mapping_picture.h"

#include <string.h>

const char *const af_draw_format_names[AF_N_DRAW_FORMATS] = {"svg", "text"};

const char *af_metric_unit(const char *metric)
{
    if (!strcmp(metric, "energy_delay_product"))
        return "J·s";
    return strstr(metric, "energy") ? "J" : strstr(metric, "latency") ? "s" : "";
}

int af_draw(af_text *out, const af_results *results, const af_draw_options *options, af_report *report)
{
    af_arena *arena = af_arena_new();
    af_mapping_facts *facts = af_mapping_facts_of(results, options->mapping, arena, report);
    int failed = -1;
    if (facts && options->format == AF_DRAW_TEXT)
        failed = af_mapping_text(out, facts, options, arena, report);
    else if (facts)
        failed = af_mapping_svg(out, facts, options, arena, report);
    af_arena_free(arena);
    return failed;
}
