/* A mapping as SVG: rows placed by block.c, drawn as badges, texts, chips, rails and arrows (80 section B4). */
#include "draw/label.h"
#include "draw/block.h"
#include "draw/mapping_picture.h"
#include "draw/theme.h"

#include <math.h>

enum { MARGIN = 24, TITLE_HEIGHT = 34, FACTS_HEIGHT = 46 };

static const char style[] =
    "text{font:12px 'DejaVu Sans',Verdana,sans-serif;fill:#1d2530}.b{font-weight:bold}.s{font-size:11px;fill:#5a6675}.w{fill:#fff;font-weight:bold}"
    ".title{font-size:18px;font-weight:bold}.fact{font-size:15px;font-weight:bold}.card{fill:#fff;stroke:#cfd6df}.bg{fill:#f6f8fa}"
    ".loop{fill:#fff7ec;stroke:#ecd2a8}.rail{fill:#e0a44a}.space{fill:#f3effb;stroke:#cdbfe6}.srail{fill:#8a6cc0}.hold{fill:#fff;stroke:#dde3ea}"
    ".comp{fill:#eef3f8;stroke:#c4d2e2}.bar{fill:#e8ecf1}.arrow{stroke:#8893a2;stroke-width:1.5;fill:none}";

static void add_text(af_text *out, int x, int y, const char *class, const char *text)
{
    if (!text || !*text)
        return;
    af_text_printf(out, "<text x=\"%d\" y=\"%d\"%s%s%s>", x, y, class ? " class=\"" : "", class ? class : "", class ? "\"" : "");
    af_add_escaped(out, text);
    af_text_puts(out, "</text>\n");
}

static void add_box(af_text *out, int x, int y, int w, int h, int radius, const char *attribute, const char *value)
{
    af_text_printf(out, "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"%d\" %s=\"%s\"/>\n", x, y, w, h, radius, attribute, value);
}

static int add_badge(af_text *out, int x, int y, const char *text, const char *color)
{
    int width = af_badge_width(text);
    add_box(out, x, y + 4, width, 18, 9, "fill", color);
    add_text(out, x + (width - af_text_width(text, AF_FONT_BOLD)) / 2, y + 17, "w", text);
    return x + width + 7;
}

static void add_chips(af_text *out, const af_row *row)
{
    for (int i = 0; i < row->n_chips; i++) {
        const af_chip *chip = &row->chips[i];
        const char *color = af_tensor_colors[(chip->tensor < 0 ? 0 : chip->tensor) % AF_TENSOR_COLORS];
        af_text_printf(out, "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"4\" fill=\"%s\" stroke=\"%s\" stroke-width=\"%s\"/>\n", chip->x, chip->y,
                       chip->w, AF_CHIP_HEIGHT, color, chip->shared ? "#1d2530" : "#9aa7b5", chip->shared ? "1.6" : "0.8");
        add_text(out, chip->x + AF_CHIP_PAD, chip->y + 13, chip->backing ? "b" : NULL, chip->name);
    }
}

/* How full a memory is, as a small bar at the right end. */
static void add_usage(af_text *out, const af_row *row)
{
    if (!(row->usage >= 0))
        return;
    double share = fmin(1, row->usage);
    int x = row->x + row->w - AF_BAR_WIDTH - AF_PAD, y = row->y + row->h / 2 - 3;
    add_box(out, x, y, AF_BAR_WIDTH, 6, 3, "class", "bar");
    if (share > 0)
        add_box(out, x, y, (int)fmax(2, share * AF_BAR_WIDTH), 6, 3, "fill", share > 0.9 ? "#c2562f" : "#3b8f6b");
}

static void add_line(af_text *out, const af_row *row, const char *badge_color)
{
    int x = row->x + AF_PAD;
    if (row->component && badge_color)
        x = add_badge(out, x, row->y, row->component, af_component_colors[(row->color < 0 ? 0 : row->color) % AF_COMPONENT_COLORS]);
    if (row->badge)
        x = add_badge(out, x, row->y, row->badge, badge_color ? badge_color : "#8a6cc0");
    add_text(out, x, row->y + 17, row->kind == AF_ROW_COMPUTE ? "b" : NULL, row->text);
    if (row->note)
        add_text(out, row->x + row->w - AF_PAD - af_text_width(row->note, AF_FONT_SMALL) - (row->usage >= 0 ? AF_BAR_WIDTH + 8 : 0), row->y + 17, "s", row->note);
    add_usage(out, row);
}

static void draw_row(af_text *out, const af_row *row);

static void draw_children(af_text *out, const af_row *row)
{
    for (int i = 0; i < row->n_children; i++)
        draw_row(out, row->children[i]);
}

static void draw_loop(af_text *out, const af_row *row)
{
    bool space = row->kind == AF_ROW_SPATIAL;
    add_box(out, row->x, row->y, row->w, row->h, 6, "class", space ? "space" : "loop");
    add_box(out, row->x, row->y, 4, row->h, 2, "class", space ? "srail" : "rail");
    int x = row->x + AF_PAD;
    if (row->badge)
        x = add_badge(out, x, row->y, row->badge, space ? "#8a6cc0" : "#c98a2b");
    if (row->component)
        x = add_badge(out, x, row->y, row->component, af_component_colors[(row->color < 0 ? 0 : row->color) % AF_COMPONENT_COLORS]);
    add_text(out, x, row->y + 17, NULL, row->text);
    if (row->note)
        add_text(out, row->x + row->w - AF_PAD - af_text_width(row->note, AF_FONT_SMALL), row->y + 17, "s", row->note);
    draw_children(out, row);
}

/* Arrows between branches that run one after the other. */
static void draw_split(af_text *out, const af_row *row)
{
    draw_children(out, row);
    for (int i = 0; i + 1 < row->n_children; i++) {
        const af_row *a = row->children[i], *b = row->children[i + 1];
        if (b->x <= a->x)
            continue;
        int y = a->y + 13, from = a->x + a->w + 4, to = b->x - 4;
        af_text_printf(out, "<path class=\"arrow\" d=\"M%d %dH%dM%d %dL%d %dL%d %d\"/>\n", from, y, to, to - 5, y - 4, to, y, to - 5, y + 4);
    }
}

static void draw_branch(af_text *out, const af_row *row)
{
    add_box(out, row->x, row->y, row->w, row->h, 8, "class", "card");
    add_text(out, row->x + AF_CARD_PAD, row->y + 17, "b", row->text);
    if (row->note)
        add_text(out, row->x + row->w - AF_CARD_PAD - af_text_width(row->note, AF_FONT_SMALL), row->y + 17, "s", row->note);
    draw_children(out, row);
}

static void draw_row(af_text *out, const af_row *row)
{
    af_text_printf(out, "<g id=\"row%d\">\n", row->id);
    if (row->detail) {
        af_text_puts(out, "<title>");
        af_add_escaped(out, row->detail);
        af_text_puts(out, "</title>\n");
    }
    switch (row->kind) {
    case AF_ROW_TEMPORAL: case AF_ROW_SPATIAL: draw_loop(out, row); break;
    case AF_ROW_SPLIT: draw_split(out, row); break;
    case AF_ROW_BRANCH: draw_branch(out, row); break;
    case AF_ROW_LIST: draw_children(out, row); break;
    default:
        add_box(out, row->x, row->y, row->w, row->h, 6, "class", row->kind == AF_ROW_COMPUTE ? "comp" : "hold");
        add_line(out, row, "#5f6b7a");
        add_chips(out, row);
    }
    af_text_puts(out, "</g>\n");
}

/* ---- the head: title, metrics, how full each memory is */

static void draw_facts(af_text *out, const af_mapping_facts *facts, const af_draw_options *options, af_arena *arena)
{
    int x = MARGIN, y = MARGIN + TITLE_HEIGHT;
    for (int i = 0; i < facts->n_metrics; i++) {
        const char *value = af_people_number(arena, facts->metrics[i].value, af_metric_unit(facts->metrics[i].name), options->raw_units);
        add_text(out, x, y + 6, "s", facts->metrics[i].name);
        add_text(out, x, y + 25, "fact", value);
        int a = af_text_width(facts->metrics[i].name, AF_FONT_SMALL), b = af_text_width(value, (af_font){15, true});
        x += (a > b ? a : b) + 28;
    }
    for (int i = 0; i < facts->n_usages; i++) {
        const char *value = af_people_share(arena, facts->usages[i].usage), *name = facts->usages[i].component;
        add_text(out, x, y + 6, "s", af_format(arena, "%s, peak", name));
        add_text(out, x, y + 25, "fact", value);
        int a = af_text_width(name, AF_FONT_SMALL) + 40, b = af_text_width(value, (af_font){15, true});
        x += (a > b ? a : b) + 28;
    }
}

static int facts_width(const af_mapping_facts *facts, const af_draw_options *options, af_arena *arena)
{
    af_text none = {0};
    int width = 0;
    (void)options;
    for (int i = 0; i < facts->n_metrics; i++)
        width += 28 + af_text_width(facts->metrics[i].name, (af_font){15, true}) + 60;
    for (int i = 0; i < facts->n_usages; i++)
        width += 28 + af_text_width(facts->usages[i].component, (af_font){15, true}) + 40;
    (void)arena;
    af_text_free(&none);
    return width;
}

int af_mapping_svg(af_text *out, const af_mapping_facts *facts, const af_draw_options *options, af_arena *arena, af_report *report)
{
    af_rows *rows = af_rows_of(facts, options, arena);
    if (options->collapse != AF_COLLAPSE_NONE)
        af_collapse_alike(rows);
    int limit = (options->width ? options->width : 1600) - 2 * MARGIN, top = MARGIN + TITLE_HEIGHT + FACTS_HEIGHT;
    af_place_blocks(rows, MARGIN, top, limit);
    const char *breach = af_check_blocks(rows);
    if (breach)
        return af_fail(report, AF_BUG, AF_NOWHERE, NULL, "the picture does not fit: %s", breach);
    const char *title = options->title ? options->title : facts->title ? facts->title : "Mapping";
    int title_width = af_text_width(title, (af_font){18, true}), width = rows->root->w, head = facts_width(facts, options, arena);
    width = (width > title_width ? width : title_width) > head ? (width > title_width ? width : title_width) : head;
    int whole = width + 2 * MARGIN, height = top + rows->root->h + MARGIN;
    af_text_printf(out, "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\">\n<style>%s</style>\n", whole, height, whole,
                   height, style);
    add_box(out, 0, 0, whole, height, 0, "class", "bg");
    add_text(out, MARGIN, MARGIN + 16, "title", title);
    draw_facts(out, facts, options, arena);
    draw_row(out, rows->root);
    af_text_puts(out, "</svg>\n");
    return 0;
}
