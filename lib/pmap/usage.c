/* How much of a dimension tile shapes can use, whatever else is asked of them (60 sections 10.3, 10.11).
 *
 * The instances used along a dimension are a product of loop counts, each a tile over the one inside of it.
 * Of a rank variable whose tiles divide each other such counts together divide its bound, so that the product
 * is one of a divisor of each bound; and it is no more than there are instances. */
#include "pmap/problem.h"
#include "pmap/rows.h"

#include <math.h>

enum { MOST_INSTANCES = 1 << 16 };

static bool is_even(const af_problem *p, int variable)
{
    for (int s = 0; s < p->n_unknowns; s++)
        if (p->unknowns[s].rank_variable == variable && p->unknowns[s].imperfect)
            return false;
    return true;
}

/* power[s] of each symbol in the formula; false: it is not a product of symbols. */
static bool find_powers(const af_problem *p, const af_term_view *term, int *power)
{
    for (int i = 0; i < term->n_factors; i++) {
        int atom = term->factors[i].atom;
        if (af_atom_kind_of(p->graph, atom) != AF_ATOM_SYMBOL)
            return false;
        power[__builtin_ctzll(af_symbols_of(p->graph, af_num_of_atom(p->graph, atom)))] =
            term->factors[i].power;
    }
    return true;
}

/* Does the formula have the variable's tiles as a product of counts, tile / tile inside? Then the first is
 * over a tile, and stands for bound / tile, or is a tile over the next, and so on by turns.
 * Whether it has the variable at all, and what the counts are to be multiplied by. */
static bool has_counts(const af_problem *p, const int *power, int variable, bool *any, double *scale)
{
    int last = 0;
    for (int s = 0; s < p->n_unknowns; s++) {    /* outer ones first */
        if (p->unknowns[s].rank_variable != variable || !power[s])
            continue;
        if (power[s] * power[s] != 1 || power[s] == last)
            return false;
        if (!last && power[s] < 0)
            *scale /= p->unknowns[s].bound;
        last = power[s];
    }
    *any = last != 0;
    return !*any || is_even(p, variable);
}

/* The numbers of instances that limits on the fan-out leave, in terms of the formula. */
static double most_by_fanout(const af_problem *p, af_num f)
{
    double most = INFINITY;
    for (int i = 0; i < p->n_limits; i++) {
        if (p->limits[i].kind != AF_FANOUT || af_is_known(p->limits[i].formula) ||
            af_n_terms(p->graph, p->limits[i].formula) != 1)
            continue;
        af_num ratio = af_div(p->graph, f, p->limits[i].formula);
        if (af_is_known(ratio) && ratio.value > 0)
            most = fmin(most, ratio.value * p->limits[i].most);
    }
    return most;
}

/* reached[n], n = 1 … most: products of those there and a divisor of `bound`. `divisors`: room for them. */
static void multiply_by_divisors(bool *reached, int most, double bound, int *divisors)
{
    int count = 0;
    for (int d = 2; d <= most && d <= bound; d++)
        if ((uint64_t)bound % (uint64_t)d == 0)
            divisors[count++] = d;
    for (int n = most; n >= 1; n--)          /* products are larger: what is entered is not met again */
        for (int i = 0; reached[n] && i < count && divisors[i] <= most / n; i++)
            reached[n * divisors[i]] = true;
}

double af_usage_at_most(af_arena *arena, const af_problem *p, af_num f)
{
    if (af_is_known(f))
        return f.value;
    int power[AF_MOST_SYMBOLS] = {0};
    af_term_view term = af_term_at(p->graph, f, 0);
    if (af_n_terms(p->graph, f) != 1 || term.coefficient <= 0 || !find_powers(p, &term, power))
        return INFINITY;
    double scale = term.coefficient;
    bool *has = af_new_array(arena, bool, p->einsum->n_rank_variables + 1);
    for (int v = 0; v < p->einsum->n_rank_variables; v++)
        if (!has_counts(p, power, v, &has[v], &scale))
            return INFINITY;
    double most = floor(most_by_fanout(p, f) / scale * (1 + 1e-9));
    if (!(most >= 1 && most <= MOST_INSTANCES))
        return INFINITY;
    bool *reached = af_new_array(arena, bool, (size_t)most + 1);
    int *divisors = af_new_array(arena, int, (size_t)most + 1);
    reached[1] = true;
    for (int v = 0; v < p->einsum->n_rank_variables; v++)
        if (has[v])
            multiply_by_divisors(reached, (int)most, p->einsum->rank_variables[v].bound, divisors);
    while (!reached[(int)most])
        most--;
    return most * scale;
}
