/* From a template to its Pareto-optimal rows. Private to pmap.
 *
 * problem: the template's figures as formulas over unknown tile shapes; criteria:
 * when one unfinished choice of tile shapes is no worse than another; explore: the walk; compatibility:
 * what other Einsums see of the template. */
#ifndef AF_PMAP_EXPLORE_H
#define AF_PMAP_EXPLORE_H

#include "pmap/pmap.h"
#include "pmap/tile_shape.h"

#include <string.h>

/* ---- problem */
typedef struct af_unknown {                  /* a tile shape to be chosen; symbol i of the graph */
    int loop, rank_variable;
    double bound;                            /* of the rank variable */
    double most;                             /* greatest value */
    bool iterates;                           /* the bound is none of its values:
                                              * its loop is there (subspace.c) */
    int inner, outer;                        /* next symbols of the same rank
                                              * variable, -1: tile 1, the bound */
    bool imperfect;
    bool kept;                               /* of a fused loop: every combination of their values
                                              * must survive (60 section 10.4) */
} af_unknown;

typedef enum af_limit_kind {
    AF_CAPACITY, AF_FANOUT, AF_LOOP_BOUND, AF_TILE_SHAPE, AF_LEAST_USAGE
} af_limit_kind;
typedef struct af_limit {   /* least <= formula <= most, or < with `exclusive`; infinite: no limit */
    af_num formula;
    double least, most;
    bool exclusive;
    af_limit_kind kind; int node, dimension; /* whose */
} af_limit;

/* At most so many of these loops exist */
typedef struct af_count_limit { uint64_t loops[4]; int n_members; double most; } af_count_limit;

/* Running total of a memory down to a level */
typedef struct af_reservation { int node, level; af_num bits; } af_reservation;

typedef struct af_problem {
    const af_einsum *einsum;
    const af_template *template;
    af_graph *graph;
    const af_pmapping *pmapping;
    bool eager;                              /* af_pmap_options.eager */
    af_size_table *sizes;                    /* of the worker, for all templates */
    double deadline;                         /* in seconds of this thread:
                                              * what is not found by then is not asked for; INFINITY: none */
    int n_unknowns; af_unknown *unknowns;
    double n_total;                          /* tilings */
    int *unknown_of_loop;                    /* per loop: its symbol, -1: `tile_of_loop` */
    double *tile_of_loop;                    /* 1, or the bound where the loop is left out */
    int *outer_loop;                         /* per loop: next loop out over the same variable, -1 */
    double *bound_of_loop;                   /* per loop: bound of its rank variable */
    int n_fused;                             /* loops of the compatibility: 0 … n_fused - 1 */
    int n_limits; af_limit *limits;
    int n_least, *least;                     /* limits that are best effort,
                                              * in the order of their filters (60 section 10.11) */
    int n_counts; af_count_limit *counts;
    int n_totals, total_kind[AF_OBJECTIVES]; af_num totals[AF_OBJECTIVES];
    int n_reservations; af_reservation *reservations;   /* tracked memories, by node and level */
    int n_tensors, *tensors; af_num *tensor_bits;       /* fusable tensors by name */
} af_problem;

/* Part of a template's tilings: per rank variable, how many of its outermost places for loops are left empty,
 * and whether the one after them is not (subspace.c). */
typedef struct af_subspace { int *left_out; bool *iterates; double n_total; } af_subspace;
/* -1: it has so many imperfect tile shapes that a walk through them would not end,
 * or more iterations than the join can tell apart; reported, AF_BAD_DATA. */
int af_check_template(const af_einsum *einsum, const af_template *t, af_report *report);
/* Those that make up the template's tilings; the first leaves no place empty. */
int af_subspaces_of(af_arena *arena, const af_einsum *einsum, const af_template *t, af_subspace **subspaces);

double af_thread_seconds(void);              /* processor time of this thread */

/* `tracked`: per node, whether its reservations matter to other Einsums. All subspaces of a template have the
 * same limits, totals, reservations and tensors. 0; 1: no mapping of this subspace is valid, `cause` says
 * why; -1: reported. */
int af_make_problem(af_arena *arena, const af_einsum *einsum, const af_template *t, const af_subspace *part,
                    const bool *tracked, uint64_t fixes, af_problem *problem, const char **cause,
                    af_report *report);

/* ---- bounds */
/* A formula of known symbols only that is nowhere above `f`, whatever the others get (60 section 10.6:
 * inner tile <= tile <= bound). false: the direction of some symbol is not known. */
bool af_lower_bound(const af_problem *p, uint64_t known, af_num f, af_num *bound);
/* The same where limits from below, least[i] <= limit i, say more of the unknown
 * tiles than their neighbours do. */
bool af_raised_bound(const af_problem *p, const double *least, uint64_t known, af_num f, af_num *bound);
/* A number that `f` is not below in any valid mapping. */
double af_least_value(const af_problem *p, af_num f);
/* Formulas of known symbols only that the given ones are not below in any valid mapping.
 * Tighter than af_lower_bound: limits on memories and fan-outs count, and no direction need be known.
 * Made in the problem's graph; `arena` is for what is needed on the way. */
void af_floors(af_arena *arena, const af_problem *p, uint64_t known, const af_num *formulas, int count,
               af_num *floors);

/* ---- usage
 * A number that a usage of instances is not above in any valid mapping, and that tile shapes reach if nothing
 * but the fan-out limits them; INFINITY: not known. `arena` is for what is needed on the way. */
double af_usage_at_most(af_arena *arena, const af_problem *p, af_num usage);

/* ---- criteria: what must be no worse for one unfinished row to make another needless
 *
 * A column has owners: the parts of objectives and limits that it speaks for.
 * Where all owners of a column have slack on a row, which is when their upper bound there is at most
 * `enough`, the row cannot be worse because of them and the column counts as -infinity. */
typedef struct af_owner { af_num most; double enough; int parent; } af_owner;   /* owner 0 never has slack */
typedef struct af_criterion { af_num formula; uint64_t owners; } af_criterion;     /* to be minimised */
typedef struct af_criteria {
    const af_problem *p;
    af_arena *arena;
    uint64_t known, equal;   /* symbols that have values; those whose values must be the same */
    struct { af_criterion *items; int count, capacity; } columns;
    struct { af_num *items; int count, capacity; } keys;     /* formulas whose values must be the same */
    struct { af_owner *items; int count, capacity; } owners;
} af_criteria;

void af_criteria_begin(af_criteria *c, const af_problem *p, af_arena *arena, uint64_t known);
/* Adds what makes f(a, u) <= f(b, u) sure (>= for goal -1) for every completion u of two rows a and b. */
void af_add_criteria(af_criteria *c, af_num f, int goal);
/* The same for goal * f <= most being asked of valid rows: only rows that could
 * still break it are compared. */
void af_add_limit_criteria(af_criteria *c, af_num f, int goal, double most);
void af_simplify_criteria(af_criteria *c);

/* ---- incumbents: complete pmappings of templates explored before, by what other Einsums see of them
 *
 * Rows of one compatibility and equal iteration counts of its loops compete in one front,
 * whatever template they are of (60 section 11.5). So an unfinished row whose every completion would be
 * clearly worse than such a row is not needed. */
typedef struct af_incumbents af_incumbents;
typedef struct af_outlook af_outlook;   /* a problem's view of them: how its goals relate to their columns */
struct af_outcome;

af_incumbents *af_incumbents_new(af_arena *arena, const af_einsum *einsum, const bool *tracked);
void af_incumbents_add(af_incumbents *incumbents, const struct af_outcome *outcome);
af_outlook *af_outlook_new(af_arena *arena, const af_problem *problem, const af_incumbents *incumbents);
/* What the incumbents of a class have in terms of the problem's goals (totals, then reservations),
 * number after number; how many. */
int af_incumbents_of(af_outlook *outlook, const int32_t *iterations, const double **points);

/* ---- exploration */
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

/* ---- compatibility */
/* What other Einsums see of a prepared mapping, all its fused loops existing. */
af_compatibility *af_compatibility_of(af_arena *arena, const af_pmapping *pmapping);
/* Without the loops whose bit is set; levels move up. */
af_compatibility *af_compatibility_drop(af_arena *arena, const af_compatibility *c, uint64_t gone);
int af_level_after(int level, uint64_t gone);
/* Equal but for fences that are told apart too (60 section 11.5). */
bool af_compatibility_equal(const af_compatibility *a, const af_compatibility *b);
uint64_t af_compatibility_hash(const af_compatibility *c);
/* order[k] = which loop of c comes to place k. */
af_compatibility *af_compatibility_permute(af_arena *arena, const af_compatibility *c, const uint8_t *order);
/* All orders of c's loops inside its blocks, the identity first (70 section 3.3 equivalents). */
int af_compatibility_orders(af_arena *arena, const af_compatibility *c, uint8_t ***orders);

/* ---- what one template came to; copied out of its problem, whose formulas go */
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

/* ---- Einsums that differ in names only: what was explored of earlier ones, by their shapes */
const char *af_shape_of(af_arena *arena, const af_json *record);
typedef struct af_claim af_claim;   /* an Einsum of some shape: who claims it first explores it for all */
af_claim *af_memo_claim(af_memo *memo, const char *shape, bool *first);
/* `counts` as they were before the rows were counted. `arena` holds templates and outcomes; it and the arenas
 * of the outcomes are the memo's from now on. */
void af_memo_add(af_memo *memo, af_claim *known, af_arena *arena, const af_counts *counts,
                 const af_outcome *outcomes, int n_outcomes);
/* It came to nothing: the others explore for themselves */
void af_memo_give_up(af_memo *memo, af_claim *known);
/* 1: here it is; 0: it was given up; AF_LATER: it is being explored. */
int af_memo_find(af_memo *memo, const af_claim *known, af_arena *arena, const af_einsum *einsum,
                 af_counts *counts, af_outcome **outcomes, int *n_outcomes);

bool *af_tracked_memories(af_arena *arena, const af_einsum *einsum);     /* per node */

/* Splits the outcomes by which fused loops exist and combines what agrees (60 sections 11.4, 11.5). Fills
 * groups and counts.pareto: begin says how many groups there are (result->n_groups), make each makes one, on
 * any thread, end gives what they hold to the arena of begin. */
typedef struct af_grouping af_grouping;
af_grouping *af_grouping_begin(af_arena *arena, const af_einsum *einsum, const af_outcome *outcomes,
                               int n_outcomes, int n_workers, af_pmap_result *result);
void af_grouping_make(af_grouping *grouping, int index, int worker);
void af_grouping_end(af_grouping *grouping);

#endif
