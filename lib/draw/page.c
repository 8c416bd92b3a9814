/* The HTML report: one file that needs no network, and no script but for comfort (80 section B8). It has all
 * pictures that the records allow, and is put together from the documents that af_draw writes one by one. */
#include "draw/label.h"
#include "draw/pictures.h"
#include "draw/svg.h"

/* ---- what is in a report: sections, each a list of figures and then a table */

typedef enum part { SUMMARY, MAPPING, ENERGY, LATENCY, MEMORY, ARCHITECTURE, WORKLOAD, CURVES, SEARCH, INPUT,
                    N_PARTS } part;
static const char *const headings[N_PARTS] = {
    [SUMMARY] = "Summary", [MAPPING] = "Mapping", [ENERGY] = "Energy and actions", [LATENCY] = "Latency",
    [MEMORY] = "Memory in use", [ARCHITECTURE] = "Architecture", [WORKLOAD] = "Workload",
    [CURVES] = "Alternatives and limits", [SEARCH] = "Search", [INPUT] = "What was asked"};
static const char *const names[N_PARTS] = {
    "summary", "mapping", "energy", "latency", "memory", "arch", "workload", "curves", "search", "input"};

/* `needs`: a record without which there is no such figure; `at_least` so many of them. */
typedef struct figure {
    part part;
    af_picture picture;
    const char *needs; int at_least;
    const char *by, *stack;
    bool may_fail;                           /* whether it can be drawn depends on more than that */
} figure;

static const figure figures[] = {
    {MAPPING, AF_PICTURE_MAPPING, "mapping", 1, NULL, NULL, false},
    {ENERGY, AF_PICTURE_ENERGY, "action", 1, "component", "", false},
    {ENERGY, AF_PICTURE_ENERGY, "action", 1, "einsum", "component", false},
    {ENERGY, AF_PICTURE_ENERGY, "action", 1, "tensor", "component", false},
    {ENERGY, AF_PICTURE_ENERGY, "action", 1, "action", "component", false},
    {ENERGY, AF_PICTURE_ACTIONS, "action", 1, "component", "action", false},
    {LATENCY, AF_PICTURE_LATENCY, "einsum_total", 1, "einsum", "", false},
    {LATENCY, AF_PICTURE_LATENCY, "latency", 1, "einsum,component", "", false},
    {MEMORY, AF_PICTURE_MEMORY, "memory", 1, "component,einsum", "tensor", false},
    {ARCHITECTURE, AF_PICTURE_ARCH, "spec", 1, NULL, NULL, false},
    {ARCHITECTURE, AF_PICTURE_AREA, "cost", 1, "component", "", false},
    {WORKLOAD, AF_PICTURE_WORKLOAD, "workload", 1, NULL, NULL, false},
    {CURVES, AF_PICTURE_PARETO, "mapping", 2, NULL, NULL, true},
    {CURVES, AF_PICTURE_SKISLOPE, "mapping", 2, NULL, NULL, true},
    {CURVES, AF_PICTURE_ROOFLINE, "action", 1, NULL, NULL, true},
};
enum { N_FIGURES = sizeof figures / sizeof *figures };

typedef struct page {
    const af_results *results;
    const af_draw_options *options;
    const af_mapping_facts *facts;           /* NULL: no mapping */
    int64_t map;                             /* as records name it; -1: none */
    bool one_input;
    af_arena *arena;
    int n_figures;
} page;

/* ---- figures */

/* An SVG document inside of the page: the page has its style sheet, and ids must be its own. Names in texts
 * have their quotes escaped, so that a bare quote tells an attribute. */
static void add_inline(af_text *out, page *p, const char *svg)
{
    static const char last_id[] = " af-desc\"", end[] = "</style>\n";
    const char *style = strstr(svg, "<style>"), *rest = style ? strstr(style, end) : NULL;
    int number = ++p->n_figures;
    for (const char *c = svg; rest && c < style; c++) {
        af_text_add(out, c, 1);
        if (!strncmp(c, "\"af-", 4) || !strncmp(c, last_id, sizeof last_id - 1))
            af_text_printf(out, "f%d-", number);
    }
    if (rest)
        af_text_puts(out, rest + sizeof end - 1);
}

/* 0 and nothing written if the figure is not to be had. */
static int draw_figure(af_text *svg, page *p, const figure *f, af_draw_format format, af_report *report)
{
    af_draw_options options = *p->options;
    options.format = format, options.picture = f->picture, options.title = NULL;
    options.by = f->by, options.stack = f->stack, options.x = options.y = NULL;
    options.color = false;
    if (!options.width && format == AF_DRAW_SVG)
        options.width = 1080;
    if (f->part == MEMORY || f->part == ARCHITECTURE)
        options.per_compute = false;
    if (!f->may_fail)
        return af_draw_whole(svg, p->results, &options, report);
    af_report *quiet = af_report_new("");
    af_report_hold(quiet);
    if (af_draw_whole(svg, p->results, &options, quiet))
        af_text_clear(svg);
    af_report_free(quiet);
    return 0;
}

static int add_figure(af_text *out, page *p, const figure *f, af_report *report)
{
    af_text svg = {0};
    bool there = f->picture == AF_PICTURE_MAPPING ? p->facts != NULL
        : af_results_count(p->results, f->needs) >= f->at_least;
    int status = there ? draw_figure(&svg, p, f, AF_DRAW_SVG, report) : 0;
    if (!status && svg.length) {
        af_text_puts(out, "<figure>\n");
        add_inline(out, p, svg.bytes);
        af_text_puts(out, "</figure>\n");
    }
    if (!status && svg.length && f->picture == AF_PICTURE_MAPPING) {
        af_text_clear(&svg);
        status = draw_figure(&svg, p, f, AF_DRAW_TEXT, report);
        af_text_puts(out, "<details><summary>As text</summary>\n<pre>");
        af_add_escaped(out, status ? "" : svg.bytes);
        af_text_puts(out, "</pre></details>\n");
    }
    af_text_free(&svg);
    return status;
}

/* ---- sections */

static void add_comparison(af_text *out, const page *p, part which)
{
    static const struct { part part; af_picture what; } compared[] = {
        {SUMMARY, AF_PICTURE_AUTO}, {ENERGY, AF_PICTURE_ENERGY}, {LATENCY, AF_PICTURE_LATENCY},
        {ARCHITECTURE, AF_PICTURE_AREA}};
    for (size_t i = 0; i < sizeof compared / sizeof *compared; i++)
        if (compared[i].part == which)
            af_page_compare(out, p->results, p->options, compared[i].what, p->arena);
}

static void add_tables(af_text *out, page *p, part which)
{
    bool raw = p->options->raw_units;
    if (!p->one_input)
        add_comparison(out, p, which);
    if (which == SUMMARY && p->facts)
        af_page_summary(out, p->results, p->facts, raw, p->arena);
    if (which == ENERGY && p->map >= 0 && p->one_input)
        af_page_actions(out, p->results, p->map, raw, p->arena);
    if (which == MEMORY && p->map >= 0 && p->one_input)
        af_page_memories(out, p->results, p->map, raw, p->arena);
    if (which == ARCHITECTURE && p->one_input)
        af_page_costs(out, p->results, raw, p->arena);
    if (which == SEARCH && p->map >= 0)
        af_page_search(out, p->results, p->map, raw, p->arena);
    if (which == INPUT)
        af_page_asked(out, p->results, p->map, raw, p->arena);
}

static int add_section(af_text *out, page *p, part which, af_report *report)
{
    for (const figure *f = figures; f < figures + N_FIGURES; f++)
        if (f->part == which && add_figure(out, p, f, report))
            return -1;
    add_tables(out, p, which);
    return 0;
}

/* ---- the document */

static const char page_style[] =
    "body{font-family:Helvetica,Arial,\"Liberation Sans\",\"DejaVu Sans\",sans-serif;font-size:14px;"
    "line-height:1.45;max-width:1120px;margin:0 auto;padding:24px 20px 60px}"
    "h1{font-size:24px;margin:0 0 8px}h2{font-size:18px;margin:36px 0 10px;padding-top:12px;"
    "border-top:1px solid #8886}nav ul{list-style:none;margin:0;padding:0;display:flex;flex-wrap:wrap;"
    "gap:4px 18px}figure{margin:14px 0;overflow-x:auto}figure svg{display:block}.wide{overflow-x:auto}"
    "table{border-collapse:collapse;margin:14px 0;font-size:13px}caption{text-align:left;font-weight:bold;"
    "padding-bottom:4px}th,td{text-align:left;padding:2px 18px 2px 0;border-bottom:1px solid #8884;"
    "vertical-align:top;overflow-wrap:anywhere}th{white-space:nowrap}.n{text-align:right;white-space:nowrap;"
    "font-variant-numeric:tabular-nums}pre{font-size:12px;line-height:1.3;overflow-x:auto}"
    "summary,th{cursor:pointer}[aria-sort=ascending]::after{content:\" \\25B2\"}"
    "[aria-sort=descending]::after{content:\" \\25BC\"}caption button{font-size:11px}"
    "td.lit{background:#ffd54a66}text.lit{paint-order:stroke;stroke:#ffd54a99;stroke-width:6px}"
    "@media print{nav,button{display:none}body{max-width:none;padding:0}h2{break-after:avoid}"
    "figure,tr,caption{break-inside:avoid}figure,.wide,pre{overflow:visible}"
    "figure svg{max-width:100%;height:auto}}";
static const char light[] = "body{background:#fff;color:#1b2028}a{color:#1d4e9e}",
                  dark[] = "body{background:#14171c;color:#e9edf2}a{color:#8fb4f5}";

static void add_head(af_text *out, const page *p, const char *title)
{
    af_theme theme = p->options->theme;
    af_text_puts(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                 "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                 "style-src 'unsafe-inline'; script-src 'unsafe-inline'\">\n"
                 "<meta name=\"viewport\" content=\"width=device-width\">\n<title>");
    af_add_escaped(out, title);
    af_text_puts(out, "</title>\n");
    af_svg_style(out, theme);
    af_text_printf(out, "<style>%s%s", page_style, theme == AF_THEME_DARK ? dark : light);
    if (theme == AF_THEME_AUTO)
        af_text_printf(out, "@media (prefers-color-scheme:dark){%s}", dark);
    af_text_puts(out, "</style>\n</head>\n<body>\n<header>\n<h1>");
    af_add_escaped(out, title);
    af_text_puts(out, "</h1>\n");
}

static int add_page(af_text *out, page *p, const char *title, af_report *report)
{
    af_text sections[N_PARTS] = {{0}};
    int status = 0;
    for (int i = 0; i < N_PARTS && !status; i++)
        status = add_section(&sections[i], p, i, report);
    add_head(out, p, title);
    af_text_puts(out, "<nav aria-label=\"Sections\"><ul>\n");
    for (int i = 0; i < N_PARTS; i++)
        if (sections[i].length)
            af_text_printf(out, "<li><a href=\"#%s\">%s</a></li>\n", names[i], headings[i]);
    af_text_puts(out, "</ul></nav>\n</header>\n<main>\n");
    for (int i = 0; i < N_PARTS; i++) {
        if (sections[i].length)
            af_text_printf(out, "<section id=\"%s\">\n<h2>%s</h2>\n%s</section>\n", names[i], headings[i],
                           sections[i].bytes);
        af_text_free(&sections[i]);
    }
    af_text_puts(out, "</main>\n");
    if (p->one_input)
        af_page_records(out, p->results);
    af_page_script(out);
    af_text_puts(out, "</body>\n</html>\n");
    return status;
}

static bool has_mapping(const af_results *results)
{
    const af_kept_record *spec = af_results_record(results, "spec", 0);
    const af_json *given = spec ? af_json_at(spec->record.json, "mapping") : NULL;
    return af_results_n_mappings(results) || af_json_count(af_json_at(given, "nodes"));
}

int af_page_html(af_text *out, const af_results *results, const af_draw_options *options, af_arena *arena,
                 af_report *report)
{
    page p = {.results = results, .options = options, .map = -1, .one_input = true, .arena = arena};
    if (!results->records.count)
        return af_fail(report, AF_BAD_DATA, AF_NOWHERE, NULL, "no record to report on: af-parse makes them");
    for (int i = 1; i < results->records.count; i++)
        p.one_input = p.one_input && results->records.items[i].label == results->records.items[0].label;
    if (has_mapping(results) && !(p.facts = af_mapping_facts_of(results, options->mapping, arena, report)))
        return -1;
    p.map = p.facts ? p.facts->id : -1;
    const char *title = options->title ? options->title : p.facts && p.facts->title ? p.facts->title
        : p.map >= 0 ? af_format(arena, "Report on mapping %lld", (long long)options->mapping) : "Report";
    return add_page(out, &p, title, report);
}
