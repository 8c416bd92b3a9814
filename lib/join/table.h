/* What the files of this folder share: compatibilities, tables of partial mappings, and plans that combine
 * two tables.
 *
 * A partial mapping covers the Einsums joined so far. Partial mappings that later Einsums cannot tell
 * apart (equal compatibility up to the order of loops, equal iteration counts) compete in one Pareto
 * front. The row of a table is one partial mapping; it knows the two rows it was made of, so the choice
 * for every Einsum is found by walking back. */
#ifndef AF_JOIN_TABLE_H
#define AF_JOIN_TABLE_H

#include "join/join.h"

typedef struct af_world af_world;
typedef struct af_stage af_stage;

enum { PAIRS_WORTH_THREADS = 64 };           /* of a stage: for fewer, threads cost more than they save */
enum { AF_MOST_LOOPS = 62 };                 /* of a fused nest: fences are bits of a uint64_t */

/* ---- compatibilities, with names replaced by ids (70 section 3) */
typedef struct af_backing {                  /* where a shared tensor is handed over */
    int tensor, memory;
    bool persistent;
    int n_loops; const int *loops;           /* ids of loop signatures, outermost first */
} af_backing;

typedef struct af_compat {
    int n_loops;
    uint64_t fences;                         /* bit k: something is held or reserved at level k; loops may not
                                                be exchanged across it */
    int n_backings; const af_backing *backings;   /* by tensor id */
} af_compat;

/* the loop at place i was at place at[i]; those from n on stay */
typedef struct af_order { int n; uint8_t at[AF_MOST_LOOPS]; } af_order;

static inline int af_above(const af_backing *b) { return b->persistent ? -1 : b->n_loops; }
static inline int af_ordered(const af_order *order, int place)
{
    return place < order->n ? order->at[place] : place;
}
const af_backing *af_find_backing(const af_compat *c, int tensor);              /* NULL: not there */
/* clear_dead of 70 section 3.3 */
af_compat af_compat_keep(af_arena *arena, const af_compat *c, const bool *tensors);
af_compat af_compat_reorder(af_arena *arena, const af_compat *c, const af_order *order);
/* 70 section 3.3 merge. False: the left has more loops to keep than the right offers. */
bool af_compat_merge(af_arena *arena, const af_compat *left, const af_compat *right, const bool *live,
                     af_compat *joined);
/* All orders of the loops that cross no fence and no tensor's end, the given order first. -1: reported. */
int af_compat_orders(af_arena *arena, const af_compat *c, const af_order **orders, af_report *report);
/* The compatibility restricted to some tensors (NULL: all) in another order (NULL: the same), as text: equal
 * texts are equal compatibilities. */
void af_compat_key(af_text *out, const af_compat *c, const bool *tensors, const af_order *order,
                   bool with_fences);
void af_compat_text(af_text *out, const af_world *world, const af_compat *c); /* for messages */

/* ---- tables */
typedef enum af_column_kind {
    AF_OBJECTIVE,                            /* subject: objective */
    AF_SHARED,                               /* subject: memory. Bits in use just under `level` loops, where
                                                later Einsums can still be added ("right") */
    AF_FINISHED,                             /* subject: memory. Peak of what is finished under `level` loops
                                                ("left") */
    AF_TENSOR_BITS                           /* subject: tensor. Bits of its tile in its backing memory; no
                                                criterion */
} af_column_kind;
typedef struct af_column { af_column_kind kind; int subject, level; } af_column;

/* rows of equal iteration counts, one count per loop */
typedef struct af_run { int start, end; const int32_t *key; } af_run;

/* rows of the pair's tables; index of the pair's result order */
typedef struct af_origin { uint32_t left, right, pair; uint16_t order; } af_origin;

typedef struct af_table {
    af_compat compat;
    int n_columns; af_column *columns;
    int n_rows; double **values;             /* values[column][row] */
    double *lowest, *highest;                /* per column */
    int n_runs; af_run *runs;
    uint32_t *rank;                          /* per row: place among all rows of the Einsum or step in the
                                                canonical order (70 section 14.3) */
    const af_stage *stage; af_origin *origins;   /* how the rows were made; NULL for the tables of groups */
    af_group *group; int *row_of_group;   /* tables of groups: where the rows came from */
    double n_total, n_valid;
} af_table;

void af_table_range(af_table *table, int column);                               /* sets lowest and highest */

/* fmin and fmax are calls, for the sake of nan; no column has any. */
static inline double af_lower(double a, double b) { return a < b ? a : b; }
static inline double af_higher(double a, double b) { return a > b ? a : b; }

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

/* ---- what is known from the start */
struct af_world {
    af_arena *arena;
    const af_join_options *options; af_report *report;
    int n_einsums; const af_einsum *const *einsums;
    af_names *tensors, *memories, *loops;
    int n_tensors, n_memories;
    bool **uses;                             /* uses[e][t]: Einsum e uses shared tensor t */
    bool **before, **after, **others;        /* [e][t]: used by Einsums before e, after e, and by any but e */
    bool **alias;                            /* alias[t][u]: t and u are source and copy (70 section 11.2) */
    double *size;                            /* bits per memory, INFINITY: not limited */
    bool *never_freed;                       /* per memory: the reference counts shared tensors twice there
                                                (70 Q5) */
    double **most, **skipped;                /* [e][m]: largest reservation at any level, and size of the
                                                tensors that skip e */
    double **least;                          /* [e][objective]: of any row of Einsum e; 0 until its tables are
                                                there */
    double ***above;                         /* [e][m][n]: largest reservation of those shared at levels < n
                                                (n <= loops of the table) */
    int metrics, n_objectives, objectives[AF_OBJECTIVES];
    bool usage;                              /* peak usage is a criterion */
    bool same_tiles; af_names *patterns;     /* keys are ids of "count:tile shape" instead of counts */
    const af_expression *filter;             /* rows for which it is not true are dropped; NULL: none */
    bool filters_whole;                      /* it is asked of whole mappings only */
    int n_solutions; double **solutions;     /* complete mappings known, by the criteria of af_criteria: what
                                                is worse is not worth joining */
};

/* Tables of the groups of every Einsum; 0, or -1 reported. tables[e][g] in the order of the groups. */
int af_world_make(af_arena *arena, af_world *world, af_group *const *const *groups, const int *n_groups,
                  af_table ****tables);
/* For jobs of af_run_jobs: copies of the world, each with an arena and a report of its own. `end` gives what
 * they have to the world: -1 if some reported, and then no report after the first of these counts. */
af_world *af_worlds_beside(const af_world *world, int count);
int af_worlds_end(const af_world *world, af_world *worlds, int count);
af_table *af_unit_table(af_arena *arena);    /* one row, no column: what there is before the first Einsum */

/* Fills most, above and skipped. */
void af_find_most(af_world *world, af_table *const *const *tables, const int *n_groups);

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

/* ---- fronts: rows that no other row of equal iteration counts dominates */
/* rank: the left row's, then the right row's */
typedef struct af_front_point { af_origin origin; uint64_t rank; } af_front_point;
typedef struct af_front {
    const int32_t *key;
    int n, capacity;
    double *points;                          /* n x criteria */
    af_front_point *rows;
} af_front;
typedef struct af_front_set {
    int n_keys, n_criteria;
    af_list(af_front) fronts;
    int *slots, n_slots;
} af_front_set;

af_front *af_find_front(af_arena *arena, af_front_set *set, const int32_t *key);     /* made if new */
void af_front_insert(af_arena *arena, af_front *front, int n_criteria, const double *point,
                     const af_front_point *row);
/* some point is better than anything from `bound` on */
bool af_front_beats(const af_front *front, int n_criteria, const double *bound);

/* Adds to the set all that the pair makes; returns the number of row pairs whose iteration counts match,
 * and adds to `removed` how many of them each rule removed. */
int64_t af_join_pair(af_arena *scratch, af_arena *arena, const af_world *world, const af_purpose *purpose,
                     const af_pair *pair, uint32_t pair_index,
                     af_front_set *set, int64_t *removed, af_report *report);

/* ---- the user's filter over objectives (70 section 11.6) */
/* parses it and tries it on a row. -1: reported, AF_USAGE */
int af_filter_make(af_world *world, af_table *const *const *tables);
/* Is it true of the objectives (nan: not known)? A row on which it fails is dropped, and the report has the
 * reason. */
bool af_filter_admits(const af_world *world, af_arena *scratch, const double *objectives, af_report *report);

/* ---- criteria of the answer */
enum { AF_MOST_CRITERIA = AF_OBJECTIVES + 1 };
/* The metrics asked for, in the order in which they rank mappings, of objectives (nan: not known); the number
 * of them. */
int af_criteria(const af_world *world, const double *objectives, double *criteria);
/* A partial mapping is hopeless if each completion is worse than a solution. peaks: per memory so far; only
 * read if usage is a criterion. */
bool af_is_hopeless(const af_world *world, const double *least_objectives, const double *peaks);
/* Some rows as a table of their own: the few best by each column and criterion; those that are not
 * hopeless. */
af_table *af_thin_table(af_arena *values, const af_world *world, const af_table *table);
af_table *af_promising_rows(af_arena *values, const af_world *world, const af_table *table,
                            const double *rest);

/* Joins all pairs of the stage, whose plans are made: the Pareto-optimal rows of every family, in `values`
 * (columns) and the world's arena (the rest). -1: reported (more rows than allowed). */
int af_run_stage(af_arena *values, const af_world *world, const af_purpose *purpose, af_stage *stage,
                 const char *what);

#endif
