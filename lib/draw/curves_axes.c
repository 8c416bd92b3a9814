/* Which axes show all points and roofs of curves. */
#include "draw/pictures.h"

#include <math.h>
#include <string.h>

typedef struct range { double least, most; } range;

static void widen(range *r, double value)
{
    if (!isfinite(value))
        return;
    r->least = fmin(r->least, value);
    r->most = fmax(r->most, value);
}

/* By decades where it is asked for; else where the figures differ much, and for ski slopes and
 * rooflines. */
static af_axis axis_of(range r, const af_draw_options *options, char name, int length)
{
    bool usual = options->picture != AF_PICTURE_PARETO || r.most / r.least > 50;
    bool decades = options->log ? strchr(options->log, name) != NULL : usual;
    return r.least > 0 && decades ? af_log_axis(r.least, r.most, length) : af_linear_axis(r.most, length);
}

void af_curves_axes(const af_curves *curves, af_axis *x_axis, af_axis *y_axis, int width, int height)
{
    range x = {INFINITY, 0}, y = {INFINITY, 0};
    for (int i = 0; i < curves->series.count; i++)
        for (int k = 0; k < curves->series.items[i].points.count; k++) {
            widen(&x, curves->series.items[i].points.items[k].x);
            widen(&y, curves->series.items[i].points.items[k].y);
        }
    widen(&x, curves->peak / curves->bandwidth);
    widen(&y, curves->peak);
    for (int i = 0; i < curves->roofs.count; i++)
        widen(&x, curves->peak / curves->roofs.items[i].bandwidth);
    if (!curves->series.count) {             /* two roofs alone: both are to be seen */
        widen(&x, curves->peak / curves->bandwidth / 2);
        widen(&x, curves->peak / curves->bandwidth * 2);
        widen(&y, curves->peak / 2);
    }
    *x_axis = axis_of(x, curves->options, 'x', width);
    *y_axis = axis_of(y, curves->options, 'y', height);
}
