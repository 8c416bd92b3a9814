/* Which picture, in which format. */
#include "draw/label.h"
#include "draw/pictures.h"

#include <string.h>

const char *const af_picture_names[AF_N_PICTURES + 1] = {
    [AF_PICTURE_AUTO] = "auto", [AF_PICTURE_MAPPING] = "mapping", [AF_PICTURE_WORKLOAD] = "workload",
        [AF_PICTURE_ARCH] = "arch",
    [AF_PICTURE_ENERGY] = "energy", [AF_PICTURE_LATENCY] = "latency", [AF_PICTURE_ACTIONS] = "actions",
    [AF_PICTURE_MEMORY] = "memory", [AF_PICTURE_AREA] = "area", [AF_PICTURE_PARETO] = "pareto",
    [AF_PICTURE_SKISLOPE] = "skislope", [AF_PICTURE_ROOFLINE] = "roofline"};
const char *const af_theme_names[AF_N_THEMES + 1] = {"auto", "light", "dark"};
const char *const af_bar_order_names[AF_N_BAR_ORDERS + 1] = {"none", "value", "name"};
const char *const af_draw_format_names[AF_N_DRAW_FORMATS + 1] = {"svg", "text", "tsv", "dot", "html"};

const char *const af_collapse_names[] = {"auto", "none", "alike", NULL};
const char *const af_reservation_names[] = {"bars", "rows", "none", NULL};

/* What a picture is made with; `formats` has a bit for every one that it has. */
typedef int draw_function(af_text *out, const af_results *results, const af_draw_options *options,
                          af_arena *arena, af_report *report);
typedef struct kind { draw_function *draw; unsigned formats; } kind;
enum { SVG = 1 << AF_DRAW_SVG, TEXT = 1 << AF_DRAW_TEXT, TSV = 1 << AF_DRAW_TSV, DOT = 1 << AF_DRAW_DOT };

static int draw_mapping(af_text *out, const af_results *results, const af_draw_options *options,
                        af_arena *arena, af_report *report)
{
    af_mapping_facts *facts = af_mapping_facts_of(results, options->mapping, arena, report);
    if (!facts)
        return -1;
    if (options->format == AF_DRAW_DOT) {
        af_mapping_dot(out, facts, options, arena);
        return 0;
    }
    af_rows *rows = af_rows_of(facts, options, arena);
    if (options->collapse == AF_COLLAPSE_ALIKE ||
        (options->collapse == AF_COLLAPSE_AUTO && rows->count > 600))
        af_collapse_alike(rows);
    return options->format == AF_DRAW_TEXT ? af_mapping_text(out, rows, report)
        : af_mapping_svg(out, rows, report);
}

static int draw_workload(af_text *out, const af_results *results, const af_draw_options *options,
                         af_arena *arena, af_report *report)
{
    const af_cascade *cascade = af_cascade_of(results, options, arena, report);
    if (!cascade)
        return -1;
    (options->format == AF_DRAW_SVG ? af_cascade_svg
     : options->format == AF_DRAW_DOT ? af_cascade_dot : af_cascade_text)(out, cascade);
    return 0;
}

static int draw_bars(af_text *out, const af_results *results, const af_draw_options *options, af_arena *arena,
                     af_report *report)
{
    const af_bars *bars = af_bars_of(results, options, arena, report);
    if (!bars)
        return -1;
    (options->format == AF_DRAW_SVG ? af_bars_svg : options->format == AF_DRAW_TSV ? af_bars_tsv
     : af_bars_text)(out, bars);
    return 0;
}

static int draw_curves(af_text *out, const af_results *results, const af_draw_options *options,
                       af_arena *arena, af_report *report)
{
    bool roofline = options->picture == AF_PICTURE_ROOFLINE;
    const af_curves *curves = (roofline ? af_roofline_of : af_curves_of)(results, options, arena, report);
    if (!curves)
        return -1;
    (options->format == AF_DRAW_SVG ? af_curves_svg : options->format == AF_DRAW_TSV ? af_curves_tsv
     : af_curves_text)(out, curves);
    return 0;
}

static const kind kinds[AF_N_PICTURES] = {
    [AF_PICTURE_MAPPING] = {draw_mapping, SVG | TEXT | DOT},
    [AF_PICTURE_ARCH] = {af_arch_picture, SVG | TEXT | DOT},
    [AF_PICTURE_WORKLOAD] = {draw_workload, SVG | TEXT | DOT},
    [AF_PICTURE_ENERGY] = {draw_bars, SVG | TEXT | TSV}, [AF_PICTURE_LATENCY] = {draw_bars, SVG | TEXT | TSV},
    [AF_PICTURE_ACTIONS] = {draw_bars, SVG | TEXT | TSV}, [AF_PICTURE_MEMORY] = {draw_bars, SVG | TEXT | TSV},
    [AF_PICTURE_AREA] = {draw_bars, SVG | TEXT | TSV}, [AF_PICTURE_PARETO] = {draw_curves, SVG | TEXT | TSV},
    [AF_PICTURE_SKISLOPE] = {draw_curves, SVG | TEXT | TSV},
        [AF_PICTURE_ROOFLINE] = {draw_curves, SVG | TEXT | TSV},
};

/* A mapping, if there is one: also one that a spec has. */
static af_picture usual_picture(const af_results *results)
{
    const af_kept_record *spec = af_results_record(results, "spec", 0);
    const af_json *given = spec ? af_json_at(spec->record.json, "mapping") : NULL;
    if (af_results_n_mappings(results) || af_json_count(af_json_at(given, "nodes")))
        return AF_PICTURE_MAPPING;
    return af_results_record(results, "workload", 0) ? AF_PICTURE_WORKLOAD : spec ? AF_PICTURE_ARCH
        : AF_PICTURE_MAPPING;
}

/* Tables as terminals can show them; lines that are too long are cut in their middle. Mappings and bars are
 * laid out to fit. */
static void fit_lines(af_text *text, const af_draw_options *options, af_arena *arena)
{
    af_text out = {0};
    for (const char *line = text->bytes; line && *line;) {
        size_t length = strcspn(line, "\n");
        const char *all = af_copy_slice(arena, line, length);
        af_add_plain(&out, options->columns ? af_shorten(arena, all, options->columns) : all, options->ascii);
        af_text_puts(&out, "\n");
        line += length + (line[length] == '\n');
    }
    af_text_free(text);
    *text = out;
}

static int draw_with(draw_function *draw, af_text *out, const af_results *results,
                     const af_draw_options *options, af_report *report)
{
    af_arena *arena = af_arena_new();
    int status = draw(out, results, options, arena, report);
    af_arena_free(arena);
    return status;
}

/* Where people see it first; the other formats are numbers and graphs for programs. */
static void add_banner(af_text *out, const char *banner, af_draw_format format)
{
    static const struct { const char *after, *open, *close; } places[AF_N_DRAW_FORMATS] = {
        [AF_DRAW_SVG] = {"</svg>", "<text class=\"af-text af-bold\" x=\"20\" y=\"14\">",
                         "</text>\n</svg>\n"},
        [AF_DRAW_HTML] = {"</h1>\n", "</h1>\n<p><strong>", "</strong></p>\n"},
        [AF_DRAW_TEXT] = {"", "", "\n"}};
    const char *after = places[format].after;
    const char *at = !after ? NULL : format == AF_DRAW_SVG ? out->bytes + out->length - strlen("</svg>\n")
        : strstr(out->bytes, after);
    if (!at)
        return;
    size_t before = (size_t)(at - out->bytes), skip = strlen(after);
    af_text whole = {0};
    af_text_add(&whole, out->bytes, before);
    af_text_puts(&whole, places[format].open);
    (format == AF_DRAW_TEXT ? af_text_puts : af_add_escaped)(&whole, banner);
    af_text_puts(&whole, places[format].close);
    if (format != AF_DRAW_SVG)
        af_text_puts(&whole, at + skip);
    af_text_free(out);
    *out = whole;
}

int af_draw_whole(af_text *out, const af_results *results, const af_draw_options *given, af_report *report)
{
    af_draw_options options = *given;
    if (options.format == AF_DRAW_HTML)
        return draw_with(af_page_html, out, results, given, report);
    if (options.picture == AF_PICTURE_AUTO)
        options.picture = usual_picture(results);
    const kind *k = &kinds[options.picture];
    bool table = options.picture == AF_PICTURE_WORKLOAD || k->draw == draw_curves;
    if (!(k->formats >> options.format & 1))
        return af_fail(report, AF_USAGE, AF_NOWHERE, NULL, "%s is not drawn as %s",
                       af_picture_names[options.picture], af_draw_format_names[options.format]);
    int status = draw_with(k->draw, out, results, &options, report);
    if (!status && table && options.format == AF_DRAW_TEXT)
        fit_lines(out, &options, results->arena);
    return status;
}

int af_draw(af_text *out, const af_results *results, const af_draw_options *options, af_report *report)
{
    int status = af_draw_whole(out, results, options, report);
    if (!status && results->broken)
        add_banner(out, "Partial: the input breaks off", options->format);
    return status;
}
