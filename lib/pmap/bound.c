/* Bounds on formulas some of whose symbols have no value yet. */
#include "pmap/explore.h"

#include <math.h>

static af_num inner_tile(const af_problem *p, int symbol)
{
    int inner = p->unknowns[symbol].inner;
    return inner < 0 ? af_known(1) : af_symbol(p->graph, inner, 1, p->unknowns[inner].bound);
}

/* Outer symbols first, since what replaces one may be the next. */
bool af_lower_bound(const af_problem *p, uint64_t known, af_num f, af_num *bound)
{
    for (int s = 0; s < p->n_unknowns; s++) {
        if (!(af_symbols_of(p->graph, f) & ~known & (uint64_t)1 << s))
            continue;
        af_sign direction = af_direction_of(p->graph, f, s);
        if (direction == AF_SIGN_UNKNOWN)
            return false;
        af_num extreme = direction == AF_SIGN_NOT_INCREASING ? af_known(p->unknowns[s].bound) : inner_tile(p, s);
        f = af_substitute(p->graph, f, s, extreme);
    }
    *bound = f;
    return true;
}

/* Steps of a compute are total / instances used, and instances are limited: multiplied by the numbers used along all dimensions such a
 * formula becomes constant, so it is not below that constant over the product of the limits. */
static double by_fanout(const af_problem *p, af_num f)
{
    double most = 1;
    for (int i = 0; i < p->n_limits; i++)
        if (p->limits[i].kind == AF_FANOUT && af_n_terms(p->graph, p->limits[i].formula) == 1) {
            f = af_mul(p->graph, f, p->limits[i].formula);
            most *= p->limits[i].most;
        }
    return af_is_known(f) ? f.value / most : -INFINITY;
}

double af_least_value(const af_problem *p, af_num f)
{
    double least = fmax(af_interval_of(p->graph, f).low, af_n_terms(p->graph, f) == 1 ? by_fanout(p, f) : -INFINITY);
    af_term_view term = af_term_at(p->graph, f, 0);
    bool is_max = af_n_terms(p->graph, f) == 1 && term.coefficient == 1 && term.n_factors == 1 && term.factors[0].power == 1 &&
                  af_atom_kind_of(p->graph, term.factors[0].atom) == AF_ATOM_MAX;
    for (int i = 0; is_max && i < af_atom_n_arguments(p->graph, term.factors[0].atom); i++)
        least = fmax(least, af_least_value(p, af_atom_argument(p->graph, term.factors[0].atom, i)));
    return least;
}
