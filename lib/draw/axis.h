/* axis: numbers to pixels, and where to put ticks (80 section B7). Private to draw. */
#ifndef AF_DRAW_AXIS_H
#define AF_DRAW_AXIS_H

#include <stdbool.h>

enum { AF_MOST_TICKS = 40 };

typedef struct af_axis {
    bool logarithmic;
    double low, high;                        /* shown from here to there, over `length` pixels */
    int length;
    int n_ticks; double ticks[AF_MOST_TICKS];
} af_axis;

/* From 0 to a bit more than `most`, with 4 to 8 ticks at multiples of 1, 2 or 5 times a power of ten. */
af_axis af_linear_axis(double most, int length);
/* The decades around least … most, which are above 0; a tick at each decade, or at every n-th if there are
 * many. */
af_axis af_log_axis(double least, double most, int length);

/* Pixels from the axis's start; what lies outside is at its ends. */
int af_axis_at(const af_axis *axis, double value);

#endif
