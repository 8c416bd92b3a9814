/* A mapping as SVG: header with the metrics, then the LoopTree as nested blocks. */
#include "draw/block.h"
#include "draw/label.h"
#include "draw/pictures.h"
#include "draw/svg.h"

#include <math.h>
#include <string.h>

enum {
    MARGIN = 20, CARD_HEIGHT = 54, CARD_GAP = 10, CARD_LEAST = 110, TITLE_HEIGHT = 30, PICTURE_LEAST = 460,
    KEY_HEIGHT = 30, WIDTH_MOST = 1800
};

typedef struct pen { af_text *out; const af_rows *rows; } pen;

/* ---- header */

typedef struct card { const char *label, *value, *more; double share; int color, x, y, w; } card;
typedef af_list(card) card_list;

static const struct { const char *name, *label, *unit; } metric_labels[] = {
    {"energy",               "ENERGY",                "J"},
    {"latency",              "LATENCY",               "s"},
    {"energy_delay_product", "ENERGY \xC3\x97 DELAY", "J\xC2\xB7s"},
    {"dynamic_energy",       "DYNAMIC ENERGY",        "J"},
    {"leak_energy",          "LEAK ENERGY",           "J"},
    {"area",                 "AREA",                  "m2"},
    {"leak_power",           "LEAK POWER",            "W"},
};

static void add_metric_cards(const af_rows *rows, card_list *cards)
{
    const af_mapping_facts *facts = rows->facts;
    for (size_t k = 0; k < sizeof metric_labels / sizeof *metric_labels; k++)
        for (int i = 0; i < facts->metrics.count; i++)
            if (!strcmp(facts->metrics.items[i].name, metric_labels[k].name) &&
                !isnan(facts->metrics.items[i].value))
                *af_push(rows->arena, cards) = (card){
                    .label = metric_labels[k].label,
                    .value = af_people_number(rows->arena, facts->metrics.items[i].value,
                                              metric_labels[k].unit, rows->options->raw_units),
                    .more = af_exact_number(rows->arena, facts->metrics.items[i].value),
                    .share = NAN,
                    .color = -1,
                };
}

static void add_usage_cards(const af_rows *rows, card_list *cards)
{
    const af_mapping_facts *facts = rows->facts;
    for (int i = 0; i < facts->usages.count; i++) {
        const af_usage_facts *usage = &facts->usages.items[i];
        if (isnan(usage->usage) || usage->usage <= 0)
            continue;
        const char *size = NULL;
        if (isfinite(usage->size))
            size = af_format(rows->arena, "of %s",
                             af_people_number(rows->arena, usage->size, "bit", rows->options->raw_units));
        *af_push(rows->arena, cards) = (card){
            .label = af_format(rows->arena, "%s PEAK", af_label(rows->arena, usage->component)),
            .value = af_people_share(rows->arena, usage->usage),
            .more = size,
            .share = usage->usage,
            .color = af_name_find(rows->components, usage->component),
        };
    }
}

/* Lines of cards within `limit`; returns the y below them. */
static int place_cards(card_list *cards, int y, int limit, int *widest)
{
    int x = MARGIN;
    for (int i = 0; i < cards->count; i++) {
        card *c = &cards->items[i];
        int label = af_text_width(c->label, (af_font){11, true}),
            value = af_text_width(c->value, (af_font){20, true});
        int more = c->more && !isnan(c->share) ? af_text_width(c->more, AF_FONT_SMALL) + 8 : 0;
        c->w = 24 + (label > value + more ? label : value + more);
        c->w = c->w < CARD_LEAST ? CARD_LEAST : c->w;
        if (x > MARGIN && x + c->w > MARGIN + limit)
            x = MARGIN, y += CARD_HEIGHT + CARD_GAP;
        c->x = x, c->y = y;
        x += c->w + CARD_GAP;
        *widest = x - CARD_GAP - MARGIN > *widest ? x - CARD_GAP - MARGIN : *widest;
    }
    return cards->count ? y + CARD_HEIGHT + CARD_GAP + 4 : y;
}

static void draw_bar(af_text *out, int color, double share, af_box box)
{
    int filled = (int)lround(box.w * (share > 1 ? 1 : share));
    af_svg_rect(out, "track", box, box.h / 2);
    if (filled > 0)
        af_svg_rect(out, af_component_class(color),
                    (af_box){box.x, box.y, filled < box.h ? box.h : filled, box.h}, box.h / 2);
}

static void draw_card(const pen *p, const card *c)
{
    bool usage = !isnan(c->share);
    af_svg_open(p->out, "card", usage ? c->label : af_format(p->rows->arena, "%s %s", c->label, c->more));
    af_svg_rect(p->out, "panel", (af_box){c->x, c->y, c->w, CARD_HEIGHT}, 8);
    af_svg_text(p->out, "dim tiny bold", c->x + 12, c->y + 18, c->label);
    af_svg_text(p->out, "text big bold", c->x + 12, c->y + 40, c->value);
    if (usage) {
        if (c->more)
            af_svg_text(p->out, "dim small end", c->x + c->w - 12, c->y + 40, c->more);
        draw_bar(p->out, c->color, c->share, (af_box){c->x + 12, c->y + 45, c->w - 24, 4});
    }
    af_svg_close(p->out);
}

/* ---- rows */

static void draw_badge(const pen *p, const char *classes, int x, int y, const char *text)
{
    int width = af_badge_width(text);
    af_svg_rect(p->out, classes, (af_box){x, y + (AF_ROW_HEIGHT - AF_CHIP_HEIGHT) / 2, width, AF_CHIP_HEIGHT},
                5);
    af_svg_text(p->out, "on bold mid", x + width / 2, y + 17, text);
}

static const char *chip_tooltip(const pen *p, const af_chip *chip)
{
    return af_format(p->rows->arena, "%s%s%s%s", af_name_text(p->rows->tensors, chip->tensor),
                     chip->backing ? "; outermost holder" : "",
                     chip->shared ? "; shared by several Einsums" : "",
                     chip->persistent ? "; persistent" : "");
}

static void draw_chip(const pen *p, const af_chip *chip, bool dashed)
{
    const char *classes = af_format(p->rows->arena, "%s %s%s", af_tensor_class(p->rows->arena, chip->tensor),
                                    chip->shared ? "shared" : "chip", dashed ? " dashed" : "");
    int middle = chip->x + (chip->w - (chip->persistent ? 12 : 0)) / 2;
    af_svg_open(p->out, "tensor", chip_tooltip(p, chip));
    af_svg_rect(p->out, classes, (af_box){chip->x, chip->y, chip->w, AF_CHIP_HEIGHT}, AF_CHIP_HEIGHT / 2);
    af_svg_text(p->out, chip->backing ? "text bold mid" : "text mid", middle, chip->y + 13, chip->name);
    if (chip->persistent)
        af_svg_text(p->out, "dim tiny bold mid", chip->x + chip->w - 12, chip->y + 13, "P");
    af_svg_close(p->out);
}

static void draw_note(const pen *p, const af_row *row)
{
    int x = row->x + row->w - AF_PAD;
    if (!row->note)
        return;
    af_svg_text(p->out, "dim small end", x, row->y + 17, row->note);
    if (!isnan(row->usage))
        draw_bar(p->out, row->color, row->usage,
                 (af_box){x - af_text_width(row->note, AF_FONT_SMALL) - AF_PAD - AF_BAR_WIDTH, row->y + 10,
                          AF_BAR_WIDTH, 6});
}

static void draw_children(const pen *p, const af_row *row);

static void draw_holder(const pen *p, const af_row *row)
{
    int x = row->x + AF_PAD, badge = af_badge_width(row->component);
    af_svg_rect(p->out, row->kind == AF_ROW_STORAGE ? "hold" : "hold dashed",
                (af_box){row->x, row->y, row->w, row->h}, 6);
    draw_badge(p, af_component_class(row->color), x, row->y, row->component);
    if (*row->text)
        af_svg_text(p->out, "dim", x + badge + AF_PAD, row->y + 17, row->text);
    for (int i = 0; i < row->n_chips; i++)
        draw_chip(p, &row->chips[i], row->kind == AF_ROW_RESERVATION);
    draw_note(p, row);
}

/* The Einsum's equation stands behind its name where there is room. */
static void draw_compute(const pen *p, const af_row *row)
{
    int x = row->x + AF_PAD,
        end = row->x + row->w - (row->note ? af_text_width(row->note, AF_FONT_SMALL) + AF_PAD : 0) - AF_PAD;
    af_svg_rect(p->out, "compute", (af_box){row->x, row->y, row->w, row->h}, 6);
    draw_badge(p, af_component_class(row->color), x, row->y, row->component);
    x += af_badge_width(row->component) + AF_PAD;
    af_svg_text(p->out, "text bold", x, row->y + 17, row->text);
    x += af_text_width(row->text, AF_FONT_BOLD) + AF_PAD;
    if (row->detail && x + af_text_width(row->detail, AF_FONT_SMALL) <= end)
        af_svg_text(p->out, "dim small", x, row->y + 17, row->detail);
    draw_note(p, row);
}

static void draw_loop(const pen *p, const af_row *row)
{
    bool spatial = row->kind == AF_ROW_SPATIAL;
    const char *mark = spatial ? "par-mark" : "for-mark";
    int x = row->x + AF_PAD;
    af_svg_rect(p->out, spatial ? "par" : "for", (af_box){row->x, row->y, row->w, row->h}, 7);
    af_svg_rect(p->out, spatial ? "par-bar" : "for-bar",
                (af_box){row->x + 1, row->y + 1, row->w - 2, row->header - 2}, 6);
    if (row->n_children)
        af_svg_rect(p->out, mark,
                    (af_box){row->x + 5, row->y + row->header + AF_ROW_GAP, 4,
                             row->h - row->header - AF_ROW_GAP - AF_LOOP_END},
                    2);
    if (row->badge)
        draw_badge(p, mark, x, row->y, row->badge);
    af_svg_text(p->out, "text", row->badge ? x + af_badge_width(row->badge) + AF_PAD : x, row->y + 17,
                row->text);
    draw_note(p, row);
    draw_children(p, row);
}

static void draw_branch(const pen *p, const af_row *row)
{
    af_svg_rect(p->out, row->n_alike > 1 ? "branch dashed" : "branch",
                (af_box){row->x, row->y, row->w, row->h}, 9);
    af_svg_rect(p->out, "branch-bar", (af_box){row->x + 1, row->y + 1, row->w - 2, row->header - 2}, 8);
    af_svg_text(p->out, "text bold", row->x + AF_PAD, row->y + 17, row->text);
    draw_note(p, row);
    draw_children(p, row);
}

/* Arrows from each branch to the next: one after the other, or two at once for a pipeline; none in an
 * architecture. */
static void draw_split(const pen *p, const af_row *row)
{
    bool pipeline = !strcmp(row->sequence, "pipeline"), ordered = strcmp(row->sequence, "fork") != 0;
    af_svg_text(p->out, "dim small", row->x + 2, row->y + 14, row->text);
    for (int i = 0; ordered && i + 1 < row->n_children; i++) {
        const af_row *a = row->children[i], *b = row->children[i + 1];
        if (a->y != b->y)
            continue;
        int x = a->x + a->w + AF_BRANCH_GAP / 2, y = a->y + AF_ROW_HEIGHT / 2;
        for (int k = 0; k <= pipeline; k++)
            af_svg_path(p->out, "arrow",
                        af_format(p->rows->arena, "M%d %dl6 6l-6 6", x - 3 - 3 * pipeline + 6 * k, y - 6));
    }
    draw_children(p, row);
}

static const char *row_tooltip(const pen *p, const af_row *row)
{
    if (row->kind == AF_ROW_COMPUTE)
        return row->detail ? row->detail
                           : af_format(p->rows->arena, "%s computes %s", row->component, row->text);
    return row->detail;
}

static void draw_row(const pen *p, const af_row *row)
{
    static const char *const classes[] = {"temporal", "spatial", "storage", "toll", "reservation", "computes",
                                          "note", "split", "part", "tree"};
    af_svg_open(p->out, classes[row->kind], row_tooltip(p, row));
    switch (row->kind) {
    case AF_ROW_TEMPORAL: case AF_ROW_SPATIAL: draw_loop(p, row); break;
    case AF_ROW_STORAGE: case AF_ROW_TOLL: case AF_ROW_RESERVATION: draw_holder(p, row); break;
    case AF_ROW_COMPUTE: draw_compute(p, row); break;
    case AF_ROW_TEXT: af_svg_text(p->out, "text", row->x + AF_PAD, row->y + 17, row->text); break;
    case AF_ROW_SPLIT: draw_split(p, row); break;
    case AF_ROW_BRANCH: draw_branch(p, row); break;
    case AF_ROW_LIST: draw_children(p, row); break;
    }
    af_svg_close(p->out);
}

static void draw_children(const pen *p, const af_row *row)
{
    for (int i = 0; i < row->n_children; i++)
        draw_row(p, row->children[i]);
}

/* ---- key */

static int draw_key_entry(const pen *p, int x, int y, const char *swatch, int radius, const char *text)
{
    af_svg_rect(p->out, swatch, (af_box){x, y, 16, 12}, radius);
    af_svg_text(p->out, "dim small", x + 22, y + 10, text);
    return x + 22 + af_text_width(text, AF_FONT_SMALL) + 18;
}

static void draw_key(const pen *p, int x, int y, int limit)
{
    static const struct { const char *swatch; int radius; const char *text; } entries[] = {
        {"for-mark", 3, "temporal loop"}, {"par-mark", 3, "spatial loop"}, {"t8 chip", 6, "tensor held"},
        {"t8 shared", 6, "shared by Einsums"}};
    for (size_t i = 0; i < sizeof entries / sizeof *entries; i++)
        if (x + 22 + af_text_width(entries[i].text, AF_FONT_SMALL) < limit)
            x = draw_key_entry(p, x, y, entries[i].swatch, entries[i].radius, entries[i].text);
    if (x + af_text_width("bold: outermost holder", AF_FONT_SMALL) < limit)
        af_svg_text(p->out, "dim small", x, y + 10, "bold: outermost holder");
}

/* ---- the picture */

static const char *picture_title(const af_rows *rows)
{
    const char *title = rows->options->title ? rows->options->title : rows->facts->title;
    if (title)
        return af_label(rows->arena, title);
    return rows->facts->id < 0 ? "Mapping as given"
                               : af_format(rows->arena, "Mapping %lld", (long long)rows->facts->id);
}

static const char *describe(const af_rows *rows, const char *title, const card_list *cards)
{
    const char *text = af_format(rows->arena, rows->facts->tree ? "%s as nested loops." : "%s.", title);
    for (int i = 0; i < cards->count; i++)
        text = af_format(rows->arena, "%s %s %s.", text, cards->items[i].label, cards->items[i].value);
    return text;
}

static int larger(int a, int b)
{
    return a > b ? a : b;
}

/* Unless it is given: the least of a few widths at which the picture is no taller than wide.
 * Leaves the rows placed at it. */
static int width_limit(af_rows *rows)
{
    static const int widths[] = {900, 1200, 1500, WIDTH_MOST};
    int given = rows->options->width, limit = given ? larger(given, PICTURE_LEAST) : 0;
    for (int i = 0; !given && limit != WIDTH_MOST; i++) {
        limit = widths[i];
        af_place_blocks(rows, MARGIN, 0, 0, limit - 2 * MARGIN);
        if (rows->root->h <= limit)
            break;
    }
    af_place_blocks(rows, MARGIN, 0, 0, limit - 2 * MARGIN);
    return limit;
}

int af_mapping_svg(af_text *out, af_rows *rows, af_report *report)
{
    const af_draw_options *options = rows->options;
    const char *title = picture_title(rows);
    int limit = width_limit(rows) - 2 * MARGIN;
    pen p = {out, rows};
    card_list cards = {0};
    add_metric_cards(rows, &cards);
    add_usage_cards(rows, &cards);
    int width = larger(rows->root->w,
                       larger(PICTURE_LEAST - 2 * MARGIN, af_text_width(title, (af_font){17, true})));
    int top = place_cards(&cards, MARGIN + TITLE_HEIGHT, larger(width, limit < 900 ? limit : 900), &width);
    af_place_blocks(rows, MARGIN, top, width, limit);
    const char *breach = af_check_blocks(rows);
    if (breach)
        return af_fail(report, AF_BUG, AF_NOWHERE, NULL, "layout of the mapping: %s", breach);
    af_svg_begin(out, width + 2 * MARGIN, top + rows->root->h + KEY_HEIGHT + MARGIN / 2, title,
                 describe(rows, title, &cards), options->theme);
    af_svg_text(out, "text title bold", MARGIN, MARGIN + 16, title);
    for (int i = 0; i < cards.count; i++)
        draw_card(&p, &cards.items[i]);
    draw_row(&p, rows->root);
    if (rows->facts->tree)
        draw_key(&p, MARGIN, top + rows->root->h + 14, MARGIN + width);
    af_svg_end(out);
    return 0;
}
