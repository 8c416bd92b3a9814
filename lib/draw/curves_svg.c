/* Curves as SVG (80 section B7): axes, roofs, stairs through the front, points. */
#include "draw/axis.h"
#include "draw/label.h"
#include "draw/pictures.h"
#include "draw/svg.h"

#include <math.h>
#include <string.h>

enum { MARGIN = 20, TITLE_HEIGHT = 34, LEFT = 84, PLOT_WIDTH = 640, PLOT_HEIGHT = 400, LEGEND_STEP = 20,
       DOT = 4 };

typedef struct plot {
    af_text *out;
    const af_curves *curves;
    af_axis x, y;
    int left, top;                           /* of the plot's area */
    struct { af_box *items; int count, capacity; } *names;   /* where some are written */
} plot;

static int at_x(const plot *p, double value)
{
    return p->left + af_axis_at(&p->x, value);
}

static int at_y(const plot *p, double value)
{
    return p->top + PLOT_HEIGHT - af_axis_at(&p->y, value);
}

static const char *people(const plot *p, double value, const char *unit)
{
    af_arena *arena = p->curves->arena;
    return af_without_zeros(arena, af_people_number(arena, value, unit, p->curves->options->raw_units));
}

static const char *axis_title(const plot *p, const char *name, const char *unit)
{
    const char *label = af_label(p->curves->arena, name);
    return strcmp(unit, "bit") ? label : af_joined_text(p->curves->arena, label, ", ", "bits in use");
}

/* ---- names in the plot, none over another */

enum { NAME_HEIGHT = 14 };
static const af_font name_font = {.size = 11};

static bool overlap(const af_box *a, const af_box *b)
{
    return a->x < b->x + b->w && b->x < a->x + a->w && a->y < b->y + b->h && b->y < a->y + a->h;
}

/* Beginning at x, or ending there where it would leave the plot; y: of its base line, or as many lines
 * further down as it takes to find room. */
static void write_name(const plot *p, int x, int y, const char *name)
{
    const char *text = af_label(p->curves->arena, name);
    int width = af_text_width(text, name_font);
    bool fits = x + width <= p->left + PLOT_WIDTH;
    af_box box = {fits ? x : x - width, y - NAME_HEIGHT + 3, width, NAME_HEIGHT};
    for (int i = 0; i < p->names->count; i++)
        if (overlap(&box, &p->names->items[i])) {
            box.y = p->names->items[i].y + NAME_HEIGHT;
            i = -1;                          /* those passed over may be in the way now */
        }
    *af_push(p->curves->arena, p->names) = box;
    af_svg_text(p->out, fits ? "dim small" : "dim small end", x, box.y + NAME_HEIGHT - 3, text);
}

/* ---- axes */

/* Lines at 2 and 5 times the powers of ten, while these stand wide enough. */
static void draw_minor_lines(const plot *p, const af_axis *axis, bool along_x)
{
    if (!axis->logarithmic || axis->length / (axis->high - axis->low) < 60)
        return;
    for (double decade = axis->low; decade < axis->high; decade++)
        for (int times = 2; times <= 5; times += 3) {
            double value = pow(10, decade) * times;
            int bottom = p->top + PLOT_HEIGHT, right = p->left + PLOT_WIDTH;
            if (along_x) {
                af_svg_line(p->out, "grid faint", at_x(p, value), p->top, at_x(p, value), bottom);
                af_svg_text(p->out, "dim small mid", at_x(p, value), bottom + 16,
                            people(p, value, p->curves->x_unit));
            } else {
                af_svg_line(p->out, "grid faint", p->left, at_y(p, value), right, at_y(p, value));
                af_svg_text(p->out, "dim small end", p->left - 6, at_y(p, value) + 4,
                            people(p, value, p->curves->y_unit));
            }
        }
}

static void draw_axes(const plot *p)
{
    int bottom = p->top + PLOT_HEIGHT, right = p->left + PLOT_WIDTH;
    const af_curves *curves = p->curves;
    draw_minor_lines(p, &p->x, true);
    draw_minor_lines(p, &p->y, false);
    for (int i = 0; i < p->x.n_ticks; i++) {
        af_svg_line(p->out, "grid", at_x(p, p->x.ticks[i]), p->top, at_x(p, p->x.ticks[i]), bottom);
        af_svg_text(p->out, "dim small mid", at_x(p, p->x.ticks[i]), bottom + 16,
                    people(p, p->x.ticks[i], curves->x_unit));
    }
    for (int i = 0; i < p->y.n_ticks; i++) {
        af_svg_line(p->out, "grid", p->left, at_y(p, p->y.ticks[i]), right, at_y(p, p->y.ticks[i]));
        af_svg_text(p->out, "dim small end", p->left - 6, at_y(p, p->y.ticks[i]) + 4,
                    people(p, p->y.ticks[i], curves->y_unit));
    }
    af_svg_line(p->out, "axis", p->left, p->top, p->left, bottom);
    af_svg_line(p->out, "axis", p->left, bottom, right, bottom);
    af_svg_text(p->out, "dim mid", p->left + PLOT_WIDTH / 2, bottom + 36,
                axis_title(p, curves->x_name, curves->x_unit));
    af_svg_text(p->out, "dim", MARGIN, p->top - 10, axis_title(p, curves->y_name, curves->y_unit));
}

/* ---- what is in them */

static const char *stroke_class(const plot *p, int series)
{
    static const char *const dashes[] = {"", " dashed", " again"};
    return af_format(p->curves->arena, "curve k%d%s", series % AF_N_COMPONENT_COLORS, dashes[series % 3]);
}

/* Along x to the next point of the front, then down; from the last one on to the plot's end. */
static void draw_stairs(const plot *p, const af_series *series, int index)
{
    const char *path = "";
    for (int k = 0; k < series->points.count; k++) {
        const af_point *point = &series->points.items[k];
        if (point->front)
            path = af_format(p->curves->arena, *path ? "%sH%dV%d" : "%sM%d %d", path, at_x(p, point->x),
                             at_y(p, point->y));
    }
    if (*path)
        af_svg_path(p->out, stroke_class(p, index),
                    af_format(p->curves->arena, "%sH%d", path, p->left + PLOT_WIDTH));
}

static void draw_roof(const plot *p)
{
    double bandwidth = p->curves->bandwidth, peak = p->curves->peak;
    if (isnan(bandwidth) && isnan(peak))
        return;
    double low = p->x.logarithmic ? pow(10, p->x.low) : 0, knee = isnan(bandwidth) ? low : peak / bandwidth;
    const char *path = "";
    if (!isnan(bandwidth) && !isnan(peak) && knee > low) {
        double from = p->y.logarithmic ? fmax(low, pow(10, p->y.low) / bandwidth) : low;
        path = af_format(p->curves->arena, "M%d %dL%d %dH%d", at_x(p, from), at_y(p, from * bandwidth),
                         at_x(p, knee), at_y(p, peak), p->left + PLOT_WIDTH);
    } else if (!isnan(peak))
        path = af_format(p->curves->arena, "M%d %dH%d", p->left, at_y(p, peak), p->left + PLOT_WIDTH);
    if (!*path)
        return;
    af_svg_open(p->out, "roof",
                isnan(bandwidth) ? NULL : af_format(p->curves->arena, "%s computes a second from %s on",
                people(p, peak, ""), people(p, knee, "")));
    af_svg_path(p->out, "curve limit", path);
    af_svg_close(p->out);
}

/* The other memories' roofs, thin, each with its name: there an Einsum may move what it does not move at the
 * memory of the x axis. */
static void draw_other_roofs(const plot *p)
{
    double low = p->x.logarithmic ? pow(10, p->x.low) : 0,
           high = p->x.logarithmic ? pow(10, p->x.high) : p->x.high;
    double bottom = p->y.logarithmic ? pow(10, p->y.low) : 0, peak = p->curves->peak;
    for (int i = 0; i < p->curves->roofs.count && !isnan(peak); i++) {
        const af_roof *roof = &p->curves->roofs.items[i];
        double from = fmax(low, bottom / roof->bandwidth), to = fmin(high, peak / roof->bandwidth);
        if (roof->bandwidth == p->curves->bandwidth || from >= to)
            continue;
        af_svg_open(p->out, "roof", af_format(p->curves->arena, "%s: %s", roof->name,
                                              people(p, roof->bandwidth, "bit/s")));
        af_svg_path(p->out, "limit dashed", af_format(p->curves->arena, "M%d %dL%d %dH%d", at_x(p, from),
                    at_y(p, from * roof->bandwidth), at_x(p, to), at_y(p, to * roof->bandwidth),
                    at_x(p, fmin(high, fmax(to, peak / p->curves->bandwidth)))));
        write_name(p, at_x(p, to) + 6, at_y(p, to * roof->bandwidth) + 16, roof->name);
        af_svg_close(p->out);
    }
}

static bool same_place(const plot *p, const af_point *a, const af_point *b)
{
    return at_x(p, a->x) == at_x(p, b->x) && at_y(p, a->y) == at_y(p, b->y);
}

/* Points that lie on each other are named once, by all their names: at the last of them. */
static void draw_names(const plot *p, const af_series *series, int k)
{
    const af_point *point = &series->points.items[k];
    const char *names = "";
    for (int i = 0; i < series->points.count; i++)
        if (same_place(p, point, &series->points.items[i])) {
            if (i > k)
                return;
            names = af_joined_text(p->curves->arena, names, *names ? ", " : "", series->points.items[i].name);
        }
    write_name(p, at_x(p, point->x) + 2 * DOT, at_y(p, point->y) + 2 * DOT, names);
}

static const char *point_tooltip(const plot *p, const af_point *point)
{
    const af_curves *curves = p->curves;
    return af_format(curves->arena, "%s: %s %s, %s %s%s%s", point->name, curves->x_name,
                     af_exact_number(curves->arena, point->x),
                     curves->y_name, af_exact_number(curves->arena, point->y),
                     point->limit ? ", limited by " : "", point->limit ? point->limit : "");
}

/* How far a point is below the roof. */
static void draw_drop(const plot *p, const af_point *point)
{
    double roof = af_roof_at(p->curves, point->x);
    if (isfinite(roof) && roof > point->y && at_y(p, point->y) - at_y(p, roof) > DOT)
        af_svg_path(p->out, "axis dashed", af_format(p->curves->arena, "M%d %dV%d", at_x(p, point->x),
                                                     at_y(p, point->y), at_y(p, roof)));
}

static void draw_points(const plot *p, const af_series *series, int index)
{
    bool named = !p->curves->stairs;
    for (int k = 0; k < series->points.count; k++) {
        const af_point *point = &series->points.items[k];
        if (p->curves->options->picture == AF_PICTURE_SKISLOPE && !point->front)
            continue;
        af_box box = {at_x(p, point->x) - DOT, at_y(p, point->y) - DOT, 2 * DOT, 2 * DOT};
        af_svg_open(p->out, "point", point_tooltip(p, point));
        if (p->curves->drop)
            draw_drop(p, point);
        af_svg_rect(p->out, point->front || named ? af_component_class(index) : "track", box, DOT);
        if (named)
            draw_names(p, series, k);
        af_svg_close(p->out);
    }
}

static int draw_legend(const plot *p, int y)
{
    for (int i = 0; p->curves->series.count > 1 && i < p->curves->series.count; i++, y += LEGEND_STEP) {
        const char *name = p->curves->series.items[i].name;
        af_svg_rect(p->out, af_component_class(i), (af_box){MARGIN, y, 12, 12}, 3);
        af_svg_text(p->out, "dim small", MARGIN + 18, y + 10,
                    af_label(p->curves->arena, name ? name : "standard input"));
    }
    return y;
}

void af_curves_svg(af_text *out, const af_curves *curves)
{
    int n_inputs = curves->series.count > 1 ? curves->series.count : 0;
    plot p = {out, curves, .left = MARGIN + LEFT, .top = MARGIN + TITLE_HEIGHT + n_inputs * LEGEND_STEP + 20};
    p.names = af_arena_take(curves->arena, sizeof *p.names);
    const char *title = curves->options->title ? af_label(curves->arena, curves->options->title)
                        : af_format(curves->arena, "%s: %s over %s", curves->title, curves->y_name,
                                    curves->x_name);
    af_curves_axes(curves, &p.x, &p.y, PLOT_WIDTH, PLOT_HEIGHT);
    af_svg_begin(out, p.left + PLOT_WIDTH + 2 * MARGIN + 20, p.top + PLOT_HEIGHT + 50 + MARGIN / 2, title,
                 title, curves->options->theme);
    af_svg_text(out, "text title bold", MARGIN, MARGIN + 16, title);
    draw_legend(&p, MARGIN + TITLE_HEIGHT);
    draw_axes(&p);
    draw_other_roofs(&p);
    draw_roof(&p);
    for (int i = 0; curves->stairs && i < curves->series.count; i++)
        draw_stairs(&p, &curves->series.items[i], i);
    for (int i = 0; i < curves->series.count; i++)
        draw_points(&p, &curves->series.items[i], i);
    af_svg_end(out);
}
