/* curves: points of mappings or Einsums in a plane (80 section B7): Pareto fronts, ski slopes, rooflines.
 * Private to draw. */
#ifndef AF_DRAW_CURVES_H
#define AF_DRAW_CURVES_H

#include "draw/results.h"

/* front: none is better in both; limit: of a roofline, the component that takes the longest, NULL: not
 * known */
typedef struct af_point { const char *name; double x, y; bool front; const char *limit; } af_point;
/* What one memory allows: computes a second ≤ bandwidth × computes a bit */
typedef struct af_roof { const char *name; double bandwidth; } af_roof;
typedef struct af_series { const char *name; af_list(af_point) points; } af_series;  /* by x, then y */

typedef struct af_curves {
    af_arena *arena;
    const af_draw_options *options;
    const char *title, *point;               /* point: what one is, "mapping" */
    const char *x_name, *x_unit, *y_name, *y_unit;
    bool drop;                               /* a dashed line from each point up to the roof */
    bool stairs;                             /* a line through each series' front: along x, then down */
    double bandwidth, peak;                  /* roofline: y is at most bandwidth × x, and at most peak; else
                                                nan */
    af_list(af_roof) roofs;                  /* of all memories, as far as records say; x is of one */
    af_list(af_series) series;               /* one for each input */
} af_curves;

/* NULL: reported. */
af_curves *af_curves_of(const af_results *results, const af_draw_options *options, af_arena *arena,
                        af_report *report);
/* The roofline's own: points are the Einsums of one mapping. NULL: reported. */
af_curves *af_roofline_of(const af_results *results, const af_draw_options *options, af_arena *arena,
                          af_report *report);

/* The roof above x: nan if there is none. */
double af_roof_at(const af_curves *curves, double x);

/* The series of an input, a new one if there is none yet; puts a point into it, and returns that. */
af_point *af_curves_add(af_curves *curves, const char *input, const char *name, double x, double y);

#endif
