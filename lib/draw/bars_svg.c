/* Bars as SVG: horizontal, since names are long; from 0, parts behind each other in the order of the
 * records. */
#include "draw/axis.h"
#include "draw/block.h"
#include "draw/label.h"
#include "draw/pictures.h"
#include "draw/svg.h"

#include <math.h>

enum { MARGIN = 20, TITLE_HEIGHT = 34, NAME_MOST = 320, BAR_LENGTH = 480, BAR_HEIGHT = 16, BAR_STEP = 24,
       VALUE_WIDTH = 90, LEGEND_STEP = 20, SWATCH = 12 };

typedef struct plot {
    af_text *out;
    const af_bars *bars;
    af_axis axis;
    int x, y;                                /* of the first bar's corner */
} plot;

static const char *people_figure(const af_bars *bars, double value)
{
    return *bars->unit == '%' ? af_people_share(bars->arena, value)
                              : af_people_number(bars->arena, value, bars->unit, bars->options->raw_units);
}

static bool in_pieces(const af_bars *bars)
{
    return *bars->stack;
}

/* ---- legend: lines of swatches within the picture's width */

static const char *part_class(const af_bars *bars, int k)
{
    return af_part_class(bars->arena, bars->colors[k]);
}

static int legend_entry(const plot *p, int k, int x, int y)
{
    const char *name = af_label(p->bars->arena, p->bars->parts[k]);
    if (p->out) {
        af_svg_rect(p->out, part_class(p->bars, k), (af_box){x, y, SWATCH, SWATCH}, 3);
        af_svg_text(p->out, "dim small", x + SWATCH + 6, y + 10, name);
    }
    return SWATCH + 6 + af_text_width(name, AF_FONT_SMALL) + 18;
}

/* Returns the y below; draws nothing where `out` is NULL. */
static int legend(const plot *p, int y, int limit)
{
    plot silent = *p;
    silent.out = NULL;
    int x = MARGIN;
    for (int k = 0; in_pieces(p->bars) && k < p->bars->n_parts; k++) {
        if (x > MARGIN && x + legend_entry(&silent, k, x, y) > limit)
            x = MARGIN, y += LEGEND_STEP;
        x += legend_entry(p, k, x, y);
    }
    return in_pieces(p->bars) ? y + LEGEND_STEP + 6 : y;
}

/* ---- bars */

static const char *part_tooltip(const af_bars *bars, const af_bar *bar, int k)
{
    const char *part = in_pieces(bars) ? af_format(bars->arena, ", %s", bars->parts[k]) : "";
    return af_format(bars->arena, "%s%s: %s %s", bar->name, part, af_exact_number(bars->arena, bar->parts[k]),
                     *bars->unit == '%' ? "of the size" : bars->unit);
}

static void draw_bar(const plot *p, const af_bar *bar, int y)
{
    double reached = 0;
    for (int k = 0; k < p->bars->n_parts; k++) {
        if (isnan(bar->parts[k]))
            continue;
        int from = af_axis_at(&p->axis, reached), to = af_axis_at(&p->axis, reached += bar->parts[k]);
        if (to <= from)
            continue;
        af_svg_open(p->out, "part", part_tooltip(p->bars, bar, k));
        af_svg_rect(p->out, in_pieces(p->bars) ? part_class(p->bars, k) : af_component_class(bar->color),
                    (af_box){p->x + from, y, to - from, BAR_HEIGHT}, 0);
        af_svg_close(p->out);
    }
    af_svg_text(p->out, "text end", p->x - 8, y + 12, af_label(p->bars->arena, bar->name));
    af_svg_text(p->out, "dim small", p->x + af_axis_at(&p->axis, reached) + 6, y + 12,
                people_figure(p->bars, bar->total));
}

static void draw_grid(const plot *p)
{
    int bottom = p->y + p->bars->bars.count * BAR_STEP;
    for (int i = 0; i < p->axis.n_ticks; i++) {
        int x = p->x + af_axis_at(&p->axis, p->axis.ticks[i]);
        af_svg_line(p->out, i ? "grid" : "axis", x, p->y - 4, x, bottom);
        af_svg_text(p->out, "dim small mid", x, bottom + 16,
                    af_without_zeros(p->bars->arena, people_figure(p->bars, p->axis.ticks[i])));
    }
    if (*p->bars->unit == '%' && p->axis.high >= 1)
        af_svg_line(p->out, "limit", p->x + af_axis_at(&p->axis, 1), p->y - 4, p->x + af_axis_at(&p->axis, 1),
                    bottom);
}

/* ---- the picture */

static const char *picture_title(const af_bars *bars)
{
    if (bars->options->title)
        return af_label(bars->arena, bars->options->title);
    const char *title = af_format(bars->arena, "%s by %s", bars->title, bars->fields[0]);
    for (int i = 1; i < bars->n_fields; i++)
        title = af_joined_text(bars->arena, title, ", ", bars->fields[i]);
    if (in_pieces(bars))
        title = af_joined_text(bars->arena, title, ", in parts by ", bars->stack);
    const char *shown = af_bars_shown(bars);
    return shown ? af_joined_text(bars->arena, title, ": ", shown) : title;
}

static double longest(const af_bars *bars)
{
    double most = 0;
    for (int i = 0; i < bars->bars.count; i++)
        if (isfinite(bars->bars.items[i].total))
            most = fmax(most, bars->bars.items[i].total);
    return most;
}

static double shortest(const af_bars *bars)
{
    double least = INFINITY;
    for (int i = 0; i < bars->bars.count; i++)
        if (bars->bars.items[i].total > 0)
            least = fmin(least, bars->bars.items[i].total);
    return least;
}

static int names_width(const af_bars *bars)
{
    int width = 40;
    for (int i = 0; i < bars->bars.count; i++) {
        int name = af_text_width(af_label(bars->arena, bars->bars.items[i].name), AF_FONT);
        width = name > width ? name : width;
    }
    return width < NAME_MOST ? width : NAME_MOST;
}

static const char *describe(const af_bars *bars, const char *title)
{
    const char *text = af_format(bars->arena, "%s.", title);
    for (int i = 0; i < bars->bars.count && i < 20; i++)
        text = af_format(bars->arena, "%s %s: %s.", text, bars->bars.items[i].name,
                         people_figure(bars, bars->bars.items[i].total));
    return text;
}

void af_bars_svg(af_text *out, const af_bars *bars)
{
    plot p = {.bars = bars, .x = MARGIN + names_width(bars) + 8};
    p.axis = bars->options->log && longest(bars) > 0
        ? af_log_axis(shortest(bars), longest(bars), BAR_LENGTH) : af_linear_axis(longest(bars), BAR_LENGTH);
    const char *title = picture_title(bars);
    int width = p.x + BAR_LENGTH + VALUE_WIDTH + MARGIN,
        titled = af_text_width(title, (af_font){17, true}) + 2 * MARGIN;
    width = titled > width ? titled : width;
    p.y = legend(&p, MARGIN + TITLE_HEIGHT, width - MARGIN);
    p.out = out;
    af_svg_begin(out, width, p.y + bars->bars.count * BAR_STEP + 24 + MARGIN / 2, title,
                 describe(bars, title), bars->options->theme);
    af_svg_text(out, "text title bold", MARGIN, MARGIN + 16, title);
    legend(&p, MARGIN + TITLE_HEIGHT, width - MARGIN);
    draw_grid(&p);
    for (int i = 0; i < bars->bars.count; i++)
        draw_bar(&p, &bars->bars.items[i], p.y + i * BAR_STEP);
    af_svg_end(out);
}
