/* Inside of a graph of formulas: shared by the files formula*.c and program.c only. */
#ifndef AF_MODEL_FORMULA_GRAPH_H
#define AF_MODEL_FORMULA_GRAPH_H

#include "model/formula.h"

/* Everything that is numbered here is hash-consed: equal content, equal number.
 * Ranges hold over the whole box of the symbols. */
/* Factors, by atom; 0 is the empty one */
typedef struct graph_monomial { int first, count; uint64_t symbols; af_interval range; } graph_monomial;
typedef struct graph_term { double coefficient; int monomial; } graph_term;
/* Terms, by monomial */
typedef struct graph_sum { int first, count; uint64_t symbols; af_interval range; } graph_sum;
typedef struct graph_atom {
    af_atom_kind kind;
    int id;                                  /* number of the symbol, or of the function */
    int first, count;                        /* arguments */
    uint64_t symbols;
    af_interval range;
    int sum;                                 /* the atom as a number, once asked for; 0: not yet */
} graph_atom;
enum { GRAPH_SYMBOLS = 64, GRAPH_RESULTS = 256 };
/* Open addressing: of each number its hash, so that few are compared, and none is hashed again */
typedef struct graph_slot { uint32_t hash; int id; } graph_slot;       /* id: number + 1, 0: free */
typedef struct graph_index { graph_slot *slots; int capacity; } graph_index;

/* What an operation on two numbers gave, one of them a node */
typedef enum graph_operation {
    GRAPH_NONE, GRAPH_MULTIPLY, GRAPH_DIVIDE, GRAPH_MAX, GRAPH_MIN, GRAPH_MIN_NONZERO,
    GRAPH_SUBSTITUTE                         /* + number of the symbol */
} graph_operation;
typedef struct graph_result { int operation; af_num a, b, result; } graph_result;

struct af_graph {
    af_arena *arena;
    af_list(af_factor) factors;
    af_list(graph_monomial) monomials;
    af_list(graph_term) terms;
    af_list(graph_sum) sums;
    af_list(af_num) arguments;
    af_list(graph_atom) atoms;
    graph_index monomial_index, sum_index, atom_index;
    int atom_of_symbol[GRAPH_SYMBOLS];       /* atom + 1, 0: not yet */
    graph_result results[GRAPH_RESULTS];     /* the last of each place */
};

/* Room for `more` items at the end of a pool, so that it does not move while they are written. */
#define af_make_room(arena, list, more)                                                                      \
    do {                                                                                                     \
        while ((list)->capacity - (list)->count < (more))                                                    \
            (list)->items = af_arena_grow((arena), (list)->items, sizeof *(list)->items, (list)->count,      \
                                          &(list)->capacity);                                                \
    } while (0)

/* The functions of af_apply. */
typedef struct graph_function {
    const char *name;
    int n_arguments;
    double (*of)(double a, double b);
    bool monotone;
} graph_function;
const graph_function *af_function_at(int id);
int af_function_find(const char *name, int n_arguments);               /* -1: no such function */

bool af_same_num(af_num a, af_num b);
/* From the end of the pools to numbers: factors from `first` on, sorted by atom, none of power 0;
 * terms from `first` on, sorted by monomial, none with coefficient 0. What is there already is found,
 * and the pool shrinks again. */
int af_make_monomial(af_graph *g, int first);
af_num af_make_sum(af_graph *g, int first);
int af_make_atom(af_graph *g, af_atom_kind kind, int id, const af_num *arguments, int count, uint64_t symbols,
                 af_interval range);

/* An operation gives the same number whenever it is asked for, so the last results are remembered: analyses
 * ask for the same ones again and again. Is this one? And to remember it. */
bool af_recall(const af_graph *g, int operation, af_num a, af_num b, af_num *result);
af_num af_remember(af_graph *g, int operation, af_num a, af_num b, af_num result);

/* Substitution where the symbol stands on its own in every term, and a known number or one term
 * of coefficient 1 is put for it: no product need be taken apart. false: it is not so. */
bool af_replace_symbol(af_graph *g, af_num x, int symbol, af_num value, af_num *result);

/* An end of a range times a factor: an infinite one times 0 is 0 */
static inline double af_end_scaled(double end, double factor)
{
    return end == 0 || factor == 0 ? 0 : end * factor;
}
static inline af_interval af_interval_scaled(af_interval a, double factor)
{
    double low = af_end_scaled(a.low, factor), high = af_end_scaled(a.high, factor);
    return factor >= 0 ? (af_interval){low, high} : (af_interval){high, low};
}
af_interval af_interval_product(af_interval a, af_interval b);
af_interval af_interval_power(af_interval a, int power);

#endif
