/* The walk over tile shapes of one template. Private to pmap.
 *
 * limits: what rows must keep to; dominance: which rows make others needless; classes: rows that compete,
 * and the best complete ones known of them; walk: the enumeration that puts these together. */
#ifndef AF_PMAP_WALK_H
#define AF_PMAP_WALK_H

#include "pmap/criteria.h"
#include "pmap/explore.h"
#include "pmap/points.h"
#include "pmap/rows.h"
#include "pmap/tile_shape.h"

enum { AF_MOST_GOALS = 64 };                 /* with more there are no bounds */

/* ---- limits, also on partly known formulas (10.6) */
typedef struct af_check { int limit; double most; } af_check;
typedef struct af_checks {
    int n;
    af_check *items;
    uint64_t symbols;
    af_program *program;
    double **outputs;
} af_checks;

/* ---- limits on numbers of loops (10.7) */
/* A tile: of each candidate, or one for all */
typedef struct af_side { const double *column; double value; } af_side;
typedef struct af_counted_loop { af_side tile, above; } af_counted_loop;   /* it exists where they differ */
typedef struct af_counted { int most; int n; af_counted_loop *loops; uint64_t symbols; } af_counted;

/* ---- candidates of one step */
typedef struct af_candidates {
    const af_rows *from;
    int count, parent[AF_BLOCK];             /* row of `from` */
    double tile[AF_BLOCK];                   /* the step's symbol */
} af_candidates;

/* ---- dominance: criteria of one step, compiled */
typedef struct af_dominance {
    af_criteria criteria;
    af_program *program; int n_formulas;
    bool none;                               /* nothing to compare: any row does */
} af_dominance;

/* ---- classes: rows of equal iterations of all fused loops */
typedef struct af_class {
    int32_t *iterations;
    af_points points;                        /* of complete rows, in goals: */
    int n_foreign;                           /* those of other templates stand first */
} af_class;
typedef struct af_classes {
    af_outlook *outlook;
    int n_fused, n_goals;
    af_list(af_class *) items;
    int *slots, room;
} af_classes;

af_class *af_class_of(af_arena *arena, af_classes *classes, const int32_t *iterations);
void af_class_add(af_arena *arena, const af_classes *classes, af_class *class, const double *goals);
/* Is every completion of a row whose goals are at least `floors` clearly worse than some complete row
 * of the class? The place of that one; -1. */
int af_class_beats(const af_classes *classes, const af_class *class, double *const *floors, int row);

/* ---- the walk */
typedef struct af_walk_step {
    int symbol;
    uint64_t known;                          /* with it */
    bool last;
    int n_counted; af_counted *counted;      /* 0: the symbol makes no loop exist whose number is limited */
    af_checks checks; void *scratch;
    uint64_t tested;                         /* symbols that decide these */
    bool compared; af_dominance dominance;
    /* Of the goals, once asked for; goals themselves in the last step */
    af_program *floors; double **floor_values; void *floor_scratch;
    double n_in, n_out;                      /* candidates, those that passed all limits */
    double n_tested, n_hopeless;             /* those compared with complete rows
                                              * that are known, those worse */
} af_walk_step;

typedef struct af_walk {
    const af_problem *p;
    af_graph *g;
    af_arena *arena;                         /* of this walk */
    af_size_table *sizes;
    const struct af_effort *effort;
    bool small;                              /* all are evaluated, and none pruned on the way */
    int n_goals; const af_num *goals;        /* to be minimised */
    bool keyed;                              /* the front is told apart by the iterations of fused loops;
                                              * goals are those of the problem */
    double *block[AF_MOST_SYMBOLS];          /* tiles of the candidates that are tested */
    const double *least;                     /* per limit: what it asks for in this walk, -inf: nothing */
    int *tested_at;                          /* per limit: the step at which it was tested
                                              * exactly; past the last: not yet */
    bool *counted;                           /* per limit on a number of loops: did a step test it? */
    uint64_t fused;                          /* unknown tiles of fused loops */
    bool *any_order;                         /* per rank variable: are its tiles divisors of each
                                              * other, thinned out by nothing? */
    af_classes *classes;                     /* NULL: no bounds */
    bool diving;                             /* only the best rows of each class
                                              * go on, for the sake of bounds */
    bool any_row;                            /* one complete row will do */
    bool late;                               /* the problem's deadline is over: nothing more is made */
    int n_blocks;
    bool found;                              /* a complete row that keeps to all limits,
                                              * be it in a dive or hopeless */
    af_walk_step *steps; int n_steps;        /* made so far; the order of symbols is
                                              * chosen as the first rows come by */
    af_rows survivors; int next_prune;
    double n_evaluated;
    af_tally *tally, *of_dives;
} af_walk;

/* limits.c */
af_checks af_checks_at(af_walk *w, int step);
double af_tolerant(double most, bool exclusive);

/* candidates.c */
void af_prepare_candidates(af_walk *w, int step);            /* what the step tests */
/* Those that keep to all limits, as far as they can tell, to the end of the rows; how many. */
int af_admit_candidates(af_walk *w, af_walk_step *step, const af_candidates *candidates, af_rows *rows);

/* dominance.c */
void af_run_program(const af_program *program, const af_rows *rows, int from, int count,
                    double *const *outputs, void *scratch);
void af_run_over_rows(const af_program *program, const af_rows *rows, double *const *columns, int n_columns,
                      af_arena *scratch);
double **af_new_columns(af_arena *arena, int n_columns, int n_rows);
int32_t af_iterations_of(const af_problem *p, const af_rows *rows, int loop, int row);
af_dominance af_compare_at(af_walk *w, int step);
/* `worth`: see af_pareto_while_it_pays. Nothing is lost by rows that stay. */
void af_keep_undominated(af_rows *rows, const af_dominance *comparison, double worth);
void af_keep_final_front(const af_walk *w, af_rows *rows);

/* walk.c */
/* The nearest symbol outside (inside) of this one that has a value; -1. */
int af_nearest_known(const af_problem *p, uint64_t known, int symbol, bool outer);
void af_walk_all(af_walk *w);                /* all complete rows of the front into w->survivors */

/* Eight at once: the highest byte of the product is the sum of all. */
static inline int af_count_marked(const bool *marked, int count)
{
    int n = 0, i = 0;
    for (uint64_t eight; i + 8 <= count; i += 8) {
        memcpy(&eight, marked + i, sizeof eight);
        n += (int)(eight * 0x0101010101010101u >> 56);
    }
    for (; i < count; i++)
        n += marked[i];
    return n;
}

static inline uint64_t af_symbol_bit(int symbol) { return (uint64_t)1 << symbol; }
static inline uint64_t af_all_symbols(const af_problem *p)
{
    return p->n_unknowns == 64 ? ~(uint64_t)0 : af_symbol_bit(p->n_unknowns) - 1;
}

#endif
