/* From a template to its Pareto-optimal rows. Private to pmap. */
#ifndef AF_PMAP_EXPLORE_H
#define AF_PMAP_EXPLORE_H

#include "pmap/incumbent.h"

#include <string.h>

typedef enum af_row_rule {                   /* what removes rows that keep to all limits */
    AF_BY_INCUMBENT, AF_BY_COMPLETE, AF_BY_CRITERIA, AF_BY_FRONT, AF_N_ROW_RULES
} af_row_rule;

/* What became of rows, unfinished ones too: each was removed by one rule, or it went on: tiles were chosen
 * for its next symbol, or it is among the survivors. Dives, which come by some rows twice, are left out. */
typedef struct af_tally {
    double tried, went_on;
    double by[AF_N_ROW_RULES];
    double *by_limit;                        /* per limit of the problem;
                                              * then one for the limits on numbers of loops */
} af_tally;

typedef struct af_explored {                 /* survivors of one template; all in its arena */
    int n_rows;
    double **tiles;                          /* per symbol of its first subspace a column */
    int32_t **iterations;                    /* per fused loop */
    double *totals[AF_OBJECTIVES];           /* by kind; NULL: not asked for */
    double **reservations;                   /* as problem.reservations */
    double **tensor_bits;                    /* as problem.tensors */
    double n_evaluated, n_valid;             /* valid: exact where nothing was pruned midway,
                                              * else by the rates at which limits let pass */
    af_tally tally;
} af_explored;

/* Values that differ by the rounding of sums taken in another order compare as equal (60 section 18.7). */
static inline double af_rounded(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    bits = (bits + (1u << 11)) & ~(uint64_t)0xFFF;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* `parts`: subspaces of one template. */
void af_explore(af_arena *arena, const af_problem *parts, int n_parts, const af_incumbents *incumbents,
                af_explored *explored);

/* What one template came to; copied out of its problem, whose formulas go */
typedef struct af_outcome {
    af_arena *arena;
    const af_template *template;
    const char *cause;                       /* no mapping of it is valid, and why; NULL */
    af_status status;                        /* AF_OK, or the run fails, with `mistakes` */
    int n_mistakes; const char **mistakes;
    int n_steps; af_step *steps;             /* with reservations */
    int n_fused;
    af_compatibility *compatibility;
    af_explored explored;
    int n_reservations; af_reservation *reservations;
    int n_tensors, *tensors;
    int *unknown_of_loop;
    int n_limits; af_limit *limits;
} af_outcome;

#endif
