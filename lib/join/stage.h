/* One step of the join: the pairs of tables that fit together, plans that combine their rows, and the tables
 * that come out. Private to join. */
#ifndef AF_JOIN_STAGE_H
#define AF_JOIN_STAGE_H

#include "join/front.h"
#include "join/world.h"

enum { PAIRS_WORTH_THREADS = 64 };           /* of a stage: for fewer, threads cost more than they save */

/* ---- plans: how columns of two tables make the columns of their join (70 section 4.3 in closed form) */
typedef struct af_operand { int column; double sign; } af_operand;
typedef struct af_sum {                      /* of columns of the left and of the right row */
    int n_left, n_right; af_operand *left, *right;
    double limit;                            /* no valid mapping has more; INFINITY: not to be tested */
} af_sum;
typedef struct af_product_column {           /* the largest of some sums, or 0 of none */
    af_column column;
    int n_sums; int *sums;
    double floor;                            /* what is below can never overflow any more: equally good */
} af_product_column;
typedef struct af_plan {
    int n_sums; af_sum *sums;
    int n_tested; int *tested;               /* sums with a limit */
    int n_columns; af_product_column *columns;
    int n_criteria;                          /* the first columns; tensor bits follow */
} af_plan;

typedef struct af_pair {                     /* two tables to be joined */
    const af_table *left, *right;
    af_order left_order, right_order;        /* that make their shared tensors equal */
    af_compat joined;
    int family;                              /* of the stage: which front the results compete in */
    int n_orders; const af_order *orders;    /* of the joined loops that make them the family's (several if
                                                loops are alike: 60 section 11.5) */
    af_plan plan;
} af_pair;

/* One consolidation of an Einsum's groups, or one join: all its pairs, and the tables that came out. */
struct af_stage {
    int n_pairs; af_pair *pairs;
    int n_families; const af_compat **families;
    af_table **tables; int n_tables;
    int64_t matched;
    af_join_step counts;
};

/* The kind of step a plan is made for. */
typedef struct af_purpose {
    bool left;                               /* the result will be a left side: its innermost shared
                                                reservation is finished */
    bool last;                               /* nothing follows: one peak per memory */
    const bool *live;                        /* tensors that later Einsums need */
    double *const *rise_finished;            /* [memory][level]: the most that is still added to a peak, */
    const double *rise_shared;               /* [memory]: to a shared reservation, */
    const double *rise_innermost;            /* [memory]: to one under all loops of a right side */
    const double *rest;                      /* [objective]: the least that the other Einsums add */
} af_purpose;

/* left of what comes after Einsum `einsum` */
af_purpose af_purpose_of_join(const af_world *world, int einsum);
/* one Einsum on its own, a right side */
af_purpose af_purpose_of_consolidation(const af_world *world, int einsum);
/* What a consolidated Einsum costs at least enters the `rest` of all purposes made from now on. */
void af_note_least(af_world *world, int einsum, af_table *const *tables, int n_tables);

/* Fills the plans of all pairs of a stage: the pairs of one family get the same columns. */
void af_make_plans(af_arena *arena, const af_world *world, const af_purpose *purpose, af_stage *stage);
double af_evaluate_sum(const af_sum *sum, const af_table *left, int left_row, const af_table *right,
                       int right_row);

/* The pairs of a stage, each with its family: an Einsum's groups on their own, or a join (70 sections 6.3 to
 * 6.5). -1: reported, no pair matches. */
int af_consolidation(const af_world *world, int einsum, const af_table *unit, af_table *const *groups,
                     int n_groups, af_stage *stage);
const char *af_cap_note(const af_world *world);   /* for the start of a message: that not all pmappings were
                                                     tried, if so (85 U7) */
int af_pairs_of_join(const af_world *world, int einsum, af_table *const *left, int n_left,
                     const af_stage *rights, af_stage *stage);

/* Adds to the set all that the pair makes; returns the number of row pairs whose iteration counts match,
 * and adds to `removed` how many of them each rule removed. */
int64_t af_join_pair(af_arena *scratch, af_arena *arena, const af_world *world, const af_purpose *purpose,
                     const af_pair *pair, uint32_t pair_index,
                     af_front_set *set, int64_t *removed, af_report *report);

/* Joins all pairs of the stage, whose plans are made: the Pareto-optimal rows of every family, in `values`
 * (columns) and the world's arena (the rest). -1: reported (more rows than allowed). */
int af_run_stage(af_arena *values, const af_world *world, const af_purpose *purpose, af_stage *stage,
                 const char *what);

#endif
