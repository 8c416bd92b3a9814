/* bars: figures of records added up by some of their fields (80 section B7). SVG, text and TSV are written
 * from the same bars. Private to draw. */
#ifndef AF_DRAW_BARS_H
#define AF_DRAW_BARS_H

#include "draw/results.h"

typedef struct af_bar {
    const char *name, **fields;              /* "Layer0, Sram", and its fields one by one */
    double *parts, total;                    /* a part that is not there: nan */
    int color;
} af_bar;

typedef struct af_bars {
    af_arena *arena;
    const af_draw_options *options;
    const char *title, *unit;                /* "Energy", "J" */
    double shown, all;                       /* sums with and without --keep or --drop; nan: nothing is
                                              * left out, or the figures are none to be added up */
    int n_fields; const char **fields;       /* what tells the bars apart: "einsum", "component" */
    const char *stack;                       /* "tensor": what tells the parts
                                              * apart; "": bars are of one piece */
    int n_parts; const char **parts;
    int *colors;                             /* of the parts: as af_component_class counts */
    af_list(af_bar) bars;
} af_bars;

/* NULL: reported. */
af_bars *af_bars_of(const af_results *results, const af_draw_options *options, af_arena *arena,
                    af_report *report);

/* "3.2 MJ of 5.8 MJ", where components are left out; else NULL. */
const char *af_bars_shown(const af_bars *bars);

#endif
