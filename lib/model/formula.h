/* A number that may hold unknowns: the one idea that lets af-model and af-pmap
 * share one analysis (01-layout).
 *
 * An af_num is a double as long as all that it was made of is known; the operations below then are plain
 * arithmetic and the graph stays empty. With an unknown tile shape in it, it names a node of a hash-consed
 * graph in normal form (60 section 18.3): a sum of terms coefficient x product of atoms to integer powers;
 * atoms are symbols and max/min/ceil/… over normal forms. */
#ifndef AF_MODEL_FORMULA_H
#define AF_MODEL_FORMULA_H

#include "spec/spec.h"

typedef struct af_graph af_graph;
/* Node 0: known, `value` it is, so {0} is the known 0; else the node */
typedef struct af_num { double value; int32_t node; } af_num;

af_graph *af_graph_new(af_arena *arena);
af_num af_known(double value);
/* Unknown number `index` (a tile shape), low <= it <= high, low >= 1 */
af_num af_symbol(af_graph *g, int index, double low, double high);
static inline bool af_is_known(af_num x) { return x.node == 0; }
/* Zero tests are structural (50 section 16.4) */
static inline bool af_is_zero(af_num x) { return x.node == 0 && x.value == 0; }

af_num af_add(af_graph *g, af_num a, af_num b);
af_num af_sub(af_graph *g, af_num a, af_num b);
af_num af_mul(af_graph *g, af_num a, af_num b);
af_num af_div(af_graph *g, af_num a, af_num b);                      /* by a single term */
af_num af_max(af_graph *g, af_num a, af_num b);
af_num af_min(af_graph *g, af_num a, af_num b);
/* The largest, or the smallest, of one or more numbers: no formula is made for some of them alone. */
af_num af_extreme_of(af_graph *g, const af_num *operands, int count, bool largest);
/* A known zero is ignored; zero only if both are. */
af_num af_min_nonzero(af_graph *g, af_num a, af_num b);
static inline af_num af_max_nonzero(af_graph *g, af_num a, af_num b)
{
    return af_is_zero(a) ? b : af_is_zero(b) ? a : af_max(g, a, b);
}
static inline af_num af_scaled(af_graph *g, af_num x, double scale)
{
    return scale == 1 ? x : af_mul(g, x, af_known(scale));
}
af_num af_ceil(af_graph *g, af_num a);
/* Floor, trunc, round, sqrt, log2, …: an opaque function of one number */
af_num af_apply(af_graph *g, const char *function, af_num a);

/* "**", "//", "%", "<", "<=", "==", "!=" */
af_num af_apply_two(af_graph *g, const char *function, af_num a, af_num b);
bool af_is_function(const char *name, int n_arguments);   /* does af_apply (1) or af_apply_two (2) know it? */

/* ---- asking a formula */
/* Bit i: symbol i occurs; at most 64 symbols in one graph */
uint64_t af_symbols_of(const af_graph *g, af_num x);
typedef struct af_interval { double low, high; } af_interval;
af_interval af_interval_of(const af_graph *g, af_num x);   /* sound bounds of the value over the whole box */
typedef enum af_sign {
    AF_SIGN_UNKNOWN, AF_SIGN_NOT_DECREASING, AF_SIGN_NOT_INCREASING, AF_SIGN_CONSTANT
} af_sign;
/* As a function of one symbol, on the whole box; sound, may be UNKNOWN */
af_sign af_direction_of(const af_graph *g, af_num x, int symbol);
/* For --explain, --dump and tests */
void af_num_text(af_text *out, const af_graph *g, af_num x, const char *const *symbols);
double af_num_at(const af_graph *g, af_num x, const double *symbols);/* slow evaluation, for tests */

/* Visit the terms of a normal form, for the mapper's criteria (60 section 18.5).
 * A known number is one term without factors. */
typedef enum af_atom_kind {
    AF_ATOM_SYMBOL, AF_ATOM_MAX, AF_ATOM_MIN, AF_ATOM_MIN_NONZERO, AF_ATOM_CEIL, AF_ATOM_APPLY
} af_atom_kind;
typedef struct af_factor { int atom; int power; } af_factor;
typedef struct af_term_view { double coefficient; int n_factors; const af_factor *factors; } af_term_view;
int af_n_terms(const af_graph *g, af_num x);
af_term_view af_term_at(const af_graph *g, af_num x, int index);
af_atom_kind af_atom_kind_of(const af_graph *g, int atom);
int af_atom_n_arguments(const af_graph *g, int atom);
af_num af_atom_argument(const af_graph *g, int atom, int index);
/* AF_ATOM_APPLY: does not decrease in its argument (85 U2) */
bool af_atom_monotone(const af_graph *g, int atom);
af_num af_num_of_atom(const af_graph *g, int atom);
/* Back to normal form; factors by atom, none of power 0 */
af_num af_num_of_terms(af_graph *g, const af_term_view *terms, int count);
af_num af_substitute(af_graph *g, af_num x, int symbol, af_num value);

#endif
