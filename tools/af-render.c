/* af-render: pictures of mappings, and of what is known about them. */
#include "option.h"

#include <errno.h>
#include <string.h>

static const char *picture = "auto", *format = "svg", *theme = "auto", *sort = "none", *labels;
static int mapping;
static bool all_branches, reservations, html, extract;
static af_draw_options draw;

static const tool_option options[] = {
    {'p', "picture", OPTION_TEXT, &picture, "NAME",
     "mapping (usual), workload, arch; energy, latency, actions, memory, area: bars; "
     "pareto, skislope, roofline: curves"},
    {'T', "format", OPTION_TEXT, &format, "NAME",
     "svg (usual), text; of bars and curves tsv, the numbers; of mapping, workload and arch dot; html: a "
     "report with all pictures"},
    {'f', "format", OPTION_TEXT, &format, "NAME", NULL},                /* an older letter */
    {0, "html", OPTION_FLAG, &html, NULL, "as -T html"},
    {0, "extract", OPTION_FLAG, &extract, NULL, "the input is such a report: write the records in it"},
    {'m', "mapping", OPTION_INTEGER, &mapping, "N", "which mapping, from 0 (the best)"},
    {0, "by", OPTION_TEXT, &draw.by, "A,B",
     "a bar for each: of input, mapping, einsum, component, tensor, action"},
    {0, "stack", OPTION_TEXT, &draw.stack, "A,B", "in each bar a part for each of these fields"},
    {0, "per-compute", OPTION_FLAG, &draw.per_compute, NULL, "bars: over the number of computes"},
    {0, "keep", OPTION_TEXT, &draw.keep, "A,B", "bars: only of these components"},
    {0, "drop", OPTION_TEXT, &draw.drop, "A,B", "bars: not of these components"},
    {0, "sort", OPTION_TEXT, &sort, "NAME", "bars: none (usual: as the records come), value, name"},
    {0, "hide-zeros", OPTION_FLAG, &draw.hide_zeros, NULL, "bars: leave out those that are zero"},
    {0, "x", OPTION_TEXT, &draw.x, "NAME",
     "curves over this: a metric, or a memory, meaning its bits in use"},
    {0, "y", OPTION_TEXT, &draw.y, "NAME", "curves of this: likewise"},
    {0, "label", OPTION_TEXT, &labels, "A,B", "names of the input files, where several are compared"},
    {0, "title", OPTION_TEXT, &draw.title, "TEXT", "instead of a title made from the spec"},
    {0, "width", OPTION_INTEGER, &draw.width, "PIXELS", "branches wrap there"},
    {0, "all-branches", OPTION_FLAG, &all_branches, NULL, "do not put branches that are alike into one"},
    {0, "reservations", OPTION_FLAG, &reservations, NULL, "mapping: rows for what is set aside in memories"},
    {0, "no-tile-shape", OPTION_FLAG, &draw.no_tile_shape, NULL, "mapping: loops without sizes of tiles"},
    {0, "theme", OPTION_TEXT, &theme, "NAME", "SVG: auto (usual: as the viewer likes it), light, dark"},
    {0, "ascii", OPTION_FLAG, &draw.ascii, NULL, "text in pure ASCII"},
    {0, "raw-units", OPTION_FLAG, &draw.raw_units, NULL, "numbers without prefixes"},
    {0, NULL, OPTION_FLAG, NULL, NULL, NULL},
};

static af_results *results;
static text_list names;

static int visit(af_record *record)
{
    if (!af_results_add(results, record, tool_operands.count ? names.items[tool_input_index] : NULL))
        af_record_done(record);
    return 0;
}

/* The index of `word` in names; -1 reported. */
static int choice(const char *option, const char *word, const char *const *words, int count)
{
    for (int i = 0; i < count; i++)
        if (!strcmp(word, words[i]))
            return i;
    const char *all = words[0];
    for (int i = 1; i < count; i++)
        all = af_joined_text(tool_arena, all, ", ", words[i]);
    return af_fail(tool_report, AF_USAGE, AF_NOWHERE, NULL, "--%s %s: one of %s is expected%s", option, word,
                   all,
                   af_meant(tool_arena, word, words, count));
}

/* Inputs of one name would be added up. */
static int name_inputs(void)
{
    names = labels ? tool_split(labels) : tool_operands;
    if (names.count != tool_operands.count)
        return af_fail(tool_report, AF_USAGE, AF_NOWHERE, NULL,
                       "--label: a name for each of the %d input files is expected, "
                       "found %d", tool_operands.count, names.count);
    for (int i = 0; i < names.count; i++)
        for (int k = 0; k < i; k++)
            if (!strcmp(names.items[i], names.items[k]))
                return af_fail(tool_report, AF_USAGE, AF_NOWHERE, NULL,
                               "two inputs are called %s: --label gives other names",
                               names.items[i]);
    return 0;
}

/* Operands, or standard input, are reports. */
static int extract_all(void)
{
    af_output *out = tool_output();
    int status = out ? 0 : -1;
    for (int i = 0; i < (tool_operands.count ? tool_operands.count : 1) && !status; i++) {
        const char *name = tool_operands.count ? tool_operands.items[i] : "-";
        bool standard = !strcmp(name, "-");
        FILE *file = standard ? stdin : fopen(name, "r");
        if (!file)
            return af_fail(tool_report, AF_NO_INPUT, AF_NOWHERE, NULL, "%s: cannot read this file: %s", name,
                           strerror(errno));
        status = af_page_extract(file, standard ? "standard input" : name, out, tool_report);
        if (!standard)
            fclose(file);
    }
    return status;
}

static int run(void)
{
    if (extract)
        return extract_all();
    if (html)
        format = "html";
    int which = choice("picture", picture, af_picture_names, AF_N_PICTURES);
    int kind = choice("format", format, af_draw_format_names, AF_N_DRAW_FORMATS);
    int colors = choice("theme", theme, af_theme_names, AF_N_THEMES);
    int order = choice("sort", sort, af_bar_order_names, AF_N_BAR_ORDERS);
    if (which < 0 || kind < 0 || colors < 0 || order < 0)
        return -1;
    if (draw.keep && draw.drop)
        return af_fail(tool_report, AF_USAGE, AF_NOWHERE, NULL, "--keep and --drop: one of them is expected");
    if (name_inputs())
        return -1;
    draw.picture = which, draw.format = kind, draw.mapping = mapping, draw.theme = colors;
    draw.order = order;
    draw.collapse = all_branches ? AF_COLLAPSE_NONE : AF_COLLAPSE_AUTO;
    draw.reservations = reservations ? AF_RESERVATION_ROWS : AF_RESERVATION_BARS;
    results = af_results_new(tool_arena);
    af_text text = {0};
    int failed = tool_each_record(visit) || af_draw(&text, results, &draw, tool_report);
    FILE *file = failed ? NULL : tool_output_file();
    if (file)
        fwrite(text.bytes, 1, text.length, file);
    af_text_free(&text);
    af_results_free(results);
    return file ? 0 : -1;
}

int main(int argc, char **argv)
{
    static const tool self = {
        "af-render", "Draw mappings, their figures, workloads, architectures: SVG, text, numbers, a report.",
        "[FILE…]", options, run};
    return tool_main(argc, argv, &self);
}
