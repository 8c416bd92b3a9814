/* A template's figures as formulas over unknown tile shapes, and what can be said of them while some are
 * not known. Private to pmap. */
#ifndef AF_PMAP_PROBLEM_H
#define AF_PMAP_PROBLEM_H

#include "pmap/pmap.h"
#include "pmap/tile_shape.h"

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

/* Per node: do its reservations matter to others? (60 section 13) */
bool *af_tracked_memories(af_arena *arena, const af_einsum *einsum);

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

#endif
