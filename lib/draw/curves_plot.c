/* Curves as dots for terminals (80 section B9): 60 by 16 characters of braille, each of 2 by 4 dots; in pure
 * ASCII a * where there is any. */
#include "draw/axis.h"
#include "draw/label.h"
#include "draw/pictures.h"

#include <math.h>
#include <string.h>

enum { CELLS = 60, LINES = 16, WIDTH = 2 * CELLS, HEIGHT = 4 * LINES };

typedef struct dots { const af_curves *curves; af_axis x, y; unsigned char cells[LINES][CELLS]; } dots;

static void set_dot(dots *d, int x, int y)
{
    static const unsigned char bits[4][2] = {{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};
    int down = HEIGHT - 1 - y;
    if (x >= 0 && x < WIDTH && down >= 0 && down < HEIGHT)
        d->cells[down / 4][x / 2] |= bits[down % 4][x % 2];
}

static int at(const af_axis *axis, double value)
{
    int place = af_axis_at(axis, value);
    return place < axis->length ? place : axis->length - 1;
}

/* A point stands out from a line by its neighbours. */
static void set_point(dots *d, const af_point *point)
{
    int x = at(&d->x, point->x), y = at(&d->y, point->y);
    for (int i = 0; i < 4; i++)
        set_dot(d, x + (i == 1) - (i == 2), y + (i == 3));
}

/* Along x to the next point of the front, then down, every second dot. */
static void set_stairs(dots *d, const af_series *series)
{
    const af_point *last = NULL;
    for (int k = 0; k < series->points.count; k++) {
        const af_point *point = &series->points.items[k];
        if (!point->front)
            continue;
        for (int x = last ? at(&d->x, last->x) : WIDTH; x <= at(&d->x, point->x); x += 2)
            set_dot(d, x, at(&d->y, last->y));
        for (int y = at(&d->y, point->y); last && y <= at(&d->y, last->y); y += 2)
            set_dot(d, at(&d->x, point->x), y);
        last = point;
    }
    for (int x = last ? at(&d->x, last->x) : WIDTH; x < WIDTH; x += 2)
        set_dot(d, x, at(&d->y, last->y));
}

static void set_roof(dots *d)
{
    for (int x = 0; x < WIDTH; x++) {
        double share = (double)x / (WIDTH - 1), at_x = d->x.low + (d->x.high - d->x.low) * share;
        double roof = af_roof_at(d->curves, d->x.logarithmic ? pow(10, at_x) : at_x);
        double low = d->y.logarithmic ? pow(10, d->y.low) : 0;
        if (roof >= low)
            set_dot(d, x, at(&d->y, roof));
    }
}

static void add_cell(af_text *out, unsigned char bits, bool ascii)
{
    char braille[] = {(char)0xE2, (char)(0xA0 | bits >> 6), (char)(0x80 | (bits & 0x3F)), 0};
    af_text_puts(out, !bits ? " " : ascii ? "*" : braille);
}

static const char *end_of(const dots *d, const af_axis *axis, bool high, const char *unit)
{
    double value = high ? axis->high : axis->low;
    af_arena *arena = d->curves->arena;
    return af_without_zeros(arena, af_people_number(arena, axis->logarithmic ? pow(10, value) : value, unit,
                                                    d->curves->options->raw_units));
}

static void add_lines(af_text *out, const dots *d, bool ascii)
{
    for (int line = 0; line < LINES; line++) {
        const char *number = line == 0 ? end_of(d, &d->y, true, d->curves->y_unit)
            : line == LINES - 1 ? end_of(d, &d->y, false, d->curves->y_unit) : "";
        int last = CELLS;
        while (last && !d->cells[line][last - 1])
            last--;
        af_text_printf(out, "%*s%s %s", 12 - af_text_cells(number), "", number, ascii ? "|" : "\xE2\x94\x82");
        for (int cell = 0; cell < last; cell++)
            add_cell(out, d->cells[line][cell], ascii);
        af_text_puts(out, "\n");
    }
}

void af_curves_plot(af_text *out, const af_curves *curves)
{
    dots d = {.curves = curves};
    bool ascii = curves->options->ascii;
    af_curves_axes(curves, &d.x, &d.y, WIDTH, HEIGHT);
    if (!isnan(curves->peak))
        set_roof(&d);
    for (int i = 0; i < curves->series.count; i++) {
        const af_series *series = &curves->series.items[i];
        if (curves->stairs)
            set_stairs(&d, series);
        for (int k = 0; k < series->points.count; k++)
            set_point(&d, &series->points.items[k]);
    }
    add_lines(out, &d, ascii);
    af_text_printf(out, "%13s%s", "", ascii ? "`" : "\xE2\x94\x94");
    for (int cell = 0; cell < CELLS; cell++)
        af_text_puts(out, ascii ? "-" : "\xE2\x94\x80");
    const char *left = end_of(&d, &d.x, false, curves->x_unit);
    const char *right = end_of(&d, &d.x, true, curves->x_unit);
    int blanks = CELLS + 1 - af_text_cells(left) - af_text_cells(right);
    af_text_printf(out, "\n%13s%s%*s%s\n", "", left, blanks, "", right);
}
