/* A workload as SVG: an Einsum a row, and at its left a lane for each tensor that passes on, with a dot where
 * it is written and a ring where it is read. Lanes of one tensor and its chips have one colour. */
#include "draw/block.h"
#include "draw/label.h"
#include "draw/pictures.h"
#include "draw/svg.h"

#include <math.h>

enum { MARGIN = 20, TITLE_HEIGHT = 34, ROW_HEIGHT = 56, ROW_GAP = 12, LANE_STEP = 18, LANE_WIDTH = 5,
       DOT = 6 };

typedef struct plot { af_text *out; const af_cascade *cascade; int left, top, width; } plot;

static const char *people(const af_cascade *cascade, double value, const char *unit)
{
    return af_people_number(cascade->arena, value, unit, cascade->options->raw_units);
}

static int row_y(const plot *p, int einsum)
{
    return p->top + einsum * (ROW_HEIGHT + ROW_GAP);
}

/* Lane 0 stands next to the rows. */
static int lane_x(const plot *p, int lane)
{
    return p->left - 16 - lane * LANE_STEP;
}

static const char *tensor_tooltip(const plot *p, const af_cascade_tensor *tensor)
{
    const char *size = isnan(tensor->bits) ? ""
        : af_format(p->cascade->arena, ", %s", people(p->cascade, tensor->bits, "bit"));
    return af_format(p->cascade->arena, "%s%s", tensor->name, size);
}

/* ---- lanes */

static void draw_lane(const plot *p, int t)
{
    const af_cascade_tensor *tensor = &p->cascade->tensors[t];
    int x = lane_x(p, tensor->lane), from = row_y(p, tensor->first) + ROW_HEIGHT / 2,
        to = row_y(p, tensor->last) + ROW_HEIGHT / 2;
    af_svg_open(p->out, "lane", tensor_tooltip(p, tensor));
    af_svg_rect(p->out, af_tensor_class(p->cascade->arena, t),
                (af_box){x - LANE_WIDTH / 2, from, LANE_WIDTH, to - from}, LANE_WIDTH / 2);
    af_svg_close(p->out);
}

static void draw_stop(const plot *p, int einsum, const af_cascade_access *access)
{
    const af_cascade_tensor *tensor = &p->cascade->tensors[access->tensor];
    if (tensor->lane < 0)
        return;
    int x = lane_x(p, tensor->lane), y = row_y(p, einsum) + ROW_HEIGHT / 2;
    af_svg_line(p->out, "arrow", x + DOT, y, p->left, y);
    af_svg_rect(p->out, access->output ? "for-mark" : "hold", (af_box){x - DOT, y - DOT, 2 * DOT, 2 * DOT},
                DOT);
}

/* ---- Einsums */

static int chip_width(const af_cascade_access *access)
{
    return af_text_width(access->text, AF_FONT) + 2 * AF_CHIP_PAD;
}

static const char *mark_after(const af_cascade_einsum *einsum, int a)
{
    if (a + 1 == einsum->n_accesses)
        return "";
    return einsum->accesses[a].output &&
        !einsum->accesses[a + 1].output ? "=" : einsum->accesses[a].output ? "," : "\xC3\x97";
}

static int draw_chip(const plot *p, const af_cascade_access *access, int x, int y)
{
    int width = chip_width(access);
    const af_cascade_tensor *tensor = &p->cascade->tensors[access->tensor];
    if (!p->out)
        return width;
    af_svg_open(p->out, "tensor", tensor_tooltip(p, tensor));
    af_svg_rect(p->out, af_format(p->cascade->arena, "%s %s",
                                  af_tensor_class(p->cascade->arena, access->tensor),
                                  tensor->n_users > 1 ? "shared" : "chip"),
                                      (af_box){x, y, width, AF_CHIP_HEIGHT}, AF_CHIP_HEIGHT / 2);
    af_svg_text(p->out, "text mid", x + width / 2, y + 13, access->text);
    af_svg_close(p->out);
    return width;
}

/* The equation in chips; returns where it ends. Draws nothing where `out` is NULL. */
static int draw_equation(const plot *p, const af_cascade_einsum *einsum, int x, int y)
{
    for (int a = 0; a < einsum->n_accesses; a++) {
        const char *mark = mark_after(einsum, a);
        x += draw_chip(p, &einsum->accesses[a], x, y);
        if (*mark && p->out)
            af_svg_text(p->out, "dim mid", x + 11, y + 13, mark);
        x += *mark ? 22 : 0;
    }
    return x;
}

static void draw_einsum(const plot *p, int e)
{
    const af_cascade_einsum *einsum = &p->cascade->einsums[e];
    int y = row_y(p, e);
    const char *what = isnan(einsum->computes) ? ""
        : af_format(p->cascade->arena, "%s computes", people(p->cascade, einsum->computes, ""));
    af_svg_rect(p->out, einsum->copy ? "compute dashed" : "compute",
                (af_box){p->left, y, p->width, ROW_HEIGHT}, 8);
    af_svg_text(p->out, "text bold", p->left + AF_PAD, y + 20, af_label(p->cascade->arena, einsum->name));
    af_svg_text(p->out, "dim small end", p->left + p->width - AF_PAD, y + 20, einsum->copy ? "copy" : what);
    draw_equation(p, einsum, p->left + AF_PAD, y + 30);
    for (int a = einsum->n_accesses - 1; a >= 0; a--)
        draw_stop(p, e, &einsum->accesses[a]);
}

static int widest(const plot *p)
{
    int width = 240;
    for (int e = 0; e < p->cascade->n_einsums; e++) {
        const af_cascade_einsum *einsum = &p->cascade->einsums[e];
        int equation = draw_equation(p, einsum, 0, 0), name = af_text_width(einsum->name, AF_FONT_BOLD) + 140;
        width = equation > width ? equation : width;
        width = name > width ? name : width;
    }
    return width + 2 * AF_PAD;
}

void af_cascade_svg(af_text *out, const af_cascade *cascade)
{
    const char *title = cascade->options->title ? af_label(cascade->arena, cascade->options->title)
                        : af_format(cascade->arena, "Workload of %d Einsum%s", cascade->n_einsums,
                                    cascade->n_einsums == 1 ? "" : "s");
    plot p = {.cascade = cascade, .left = MARGIN + cascade->n_lanes * LANE_STEP + 10,
              .top = MARGIN + TITLE_HEIGHT};
    p.width = widest(&p);
    p.out = out;
    af_svg_begin(out, p.left + p.width + MARGIN, row_y(&p, cascade->n_einsums) + MARGIN / 2, title, title,
                 cascade->options->theme);
    af_svg_text(out, "text title bold", MARGIN, MARGIN + 16, title);
    for (int t = 0; t < cascade->n_tensors; t++)
        if (cascade->tensors[t].lane >= 0)
            draw_lane(&p, t);
    for (int e = 0; e < cascade->n_einsums; e++)
        draw_einsum(&p, e);
    af_svg_end(out);
}
