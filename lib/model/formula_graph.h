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
/* Open addressing; a slot holds number + 1 */
typedef struct graph_index { int *slots, capacity; } graph_index;

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

af_interval af_interval_scaled(af_interval a, double factor);
af_interval af_interval_power(af_interval a, int power);

#endif
