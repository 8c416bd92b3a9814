/* Numbers to pixels, and where to put ticks (80 section B7). */
#include "draw/axis.h"

#include <math.h>

/* The least of 1, 2, 5 × 10^k that is not below `step`. */
static double round_step(double step)
{
    double decade = pow(10, floor(log10(step) + 1e-9));
    double times = step / decade;
    return decade * (times <= 1 + 1e-9 ? 1 : times <= 2 + 1e-9 ? 2 : times <= 5 + 1e-9 ? 5 : 10);
}

af_axis af_linear_axis(double most, int length)
{
    af_axis axis = {.high = most > 0 ? most : 1, .length = length};
    double step = round_step(axis.high / 7);
    while (axis.n_ticks * step <= axis.high * (1 + 1e-9) && axis.n_ticks < AF_MOST_TICKS) {
        axis.ticks[axis.n_ticks] = axis.n_ticks * step;
        axis.n_ticks++;
    }
    return axis;
}

af_axis af_log_axis(double least, double most, int length)
{
    double first = floor(log10(least) + 1e-9), last = ceil(log10(most) - 1e-9);
    last = last > first ? last : first + 1;
    double step = ceil((last - first) / 9);
    af_axis axis = {.logarithmic = true, .low = first, .high = last, .length = length};
    for (double k = first; k <= last && axis.n_ticks < AF_MOST_TICKS; k += step)
        axis.ticks[axis.n_ticks++] = pow(10, k);
    return axis;
}

int af_axis_at(const af_axis *axis, double value)
{
    double at = axis->logarithmic ? value > 0 ? log10(value) : -HUGE_VAL : value;
    double share = (at - axis->low) / (axis->high - axis->low);
    return share >= 1 ? axis->length : share > 0 ? (int)lround(axis->length * share + 1e-9) : 0;
}
