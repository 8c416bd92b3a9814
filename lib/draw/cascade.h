/* cascade: a workload as its Einsums, in order, and the tensors that pass between them (80 section B5).
 * Private to draw. */
#ifndef AF_DRAW_CASCADE_H
#define AF_DRAW_CASCADE_H

#include "draw/results.h"

/* A tensor; where several Einsums use it, it has a lane beside them, from the first to the last. */
typedef struct af_cascade_tensor { const char *name; int first, last, n_users,
                                   lane; double bits; } af_cascade_tensor;

typedef struct af_cascade_access {
    int tensor;
    bool output;
    const char *text;                        /* "T0[m,n0]" */
} af_cascade_access;

typedef struct af_cascade_einsum {
    const char *name;
    bool copy;
    double computes;                         /* nan: not known */
    int n_accesses; af_cascade_access *accesses;                           /* outputs first */
} af_cascade_einsum;

typedef struct af_cascade {
    af_arena *arena;
    const af_draw_options *options;
    int n_einsums; af_cascade_einsum *einsums;
    int n_tensors; af_cascade_tensor *tensors;
    int n_lanes;
} af_cascade;

/* NULL: reported. */
af_cascade *af_cascade_of(const af_results *results, const af_draw_options *options, af_arena *arena,
                          af_report *report);

#endif
