/* af-render: a picture of a mapping. */
#include "option.h"

#include <string.h>

static const char *format = "svg", *title;
static int mapping, width;
static bool all_branches, raw_units;

static const tool_option options[] = {
    {'f', "format", OPTION_TEXT, &format, "svg|text", "what to write"},
    {'m', "mapping", OPTION_INTEGER, &mapping, "N", "which mapping, from 0 (the best)"},
    {0, "title", OPTION_TEXT, &title, "TEXT", "instead of a title made from the spec"},
    {0, "width", OPTION_INTEGER, &width, "PIXELS", "branches wrap there"},
    {0, "all-branches", OPTION_FLAG, &all_branches, NULL, "do not put branches that are alike into one"},
    {0, "raw-units", OPTION_FLAG, &raw_units, NULL, "numbers without prefixes"},
    {0, NULL, OPTION_FLAG, NULL, NULL, NULL},
};

static af_results *results;

static int visit(af_record *record)
{
    if (!af_results_add(results, record, NULL))
        af_record_done(record);
    return 0;
}

static int run(void)
{
    af_draw_options draw = {.mapping = mapping, .width = width, .title = title, .raw_units = raw_units,
                            .collapse = all_branches ? AF_COLLAPSE_NONE : AF_COLLAPSE_AUTO};
    int kind = 0;
    while (kind < AF_N_DRAW_FORMATS && strcmp(format, af_draw_format_names[kind]))
        kind++;
    if (kind == AF_N_DRAW_FORMATS)
        return af_fail(tool_report, AF_USAGE, AF_NOWHERE, NULL, "--format %s: svg or text is expected", format);
    draw.format = kind;
    results = af_results_new(tool_arena);
    if (tool_each_record(visit))
        return -1;
    af_text text = {0};
    int failed = af_draw(&text, results, &draw, tool_report);
    FILE *file = failed ? NULL : tool_output_file();
    if (file)
        fwrite(text.bytes, 1, text.length, file);
    af_text_free(&text);
    af_results_free(results);
    return file ? 0 : -1;
}

int main(int argc, char **argv)
{
    static const tool self = {"af-render", "Draw a mapping: SVG or text.", "[FILE…]", options, run};
    return tool_main(argc, argv, &self);
}
