/* The tilings of a template by which of its outermost places for loops are left empty.
 *
 * The outermost loop of a rank variable runs a whole number of times, the others an average one (50 section
 * 4.4). Which loop that is depends on the row: the first place for a loop, or, if the row leaves that empty,
 * the next. Formulas that took the first place for the outermost loop would say too little of such rows,
 * which then would keep others out of the front that are better. So a template whose tiles need not divide
 * evenly is explored in subspaces: in each of them it is settled, for each rank variable, which place has the
 * outermost loop, and all formulas are exact. Together they have every tiling once. Where the outermost place
 * may be the last but one, its tile may as well be the whole bound: then the innermost loop is the only one,
 * and it runs a whole number of times. */
#include "pmap/problem.h"
#include "pmap/template.h"

#include <math.h>

/* What all loops of a variable together come to matters only to tensors that it does not index: for the
 * others they multiply out. */
static bool is_irrelevant_to_some(const af_einsum *e, int variable)
{
    for (int t = 0; t < e->n_tensors; t++)
        if (af_relevance_of(&e->tensors[t], variable) == AF_IRRELEVANT)
            return true;
    return false;
}

/* ---- spaces that are too large
 *
 * A bound of B has 2 sqrt(B) imperfect sizes, and about 5.3 B^(3/4) pairs of one that lies in another; limits
 * and bounds make less of triples, but all pairs are gone through. */

static const double MOST_PAIRS = 1 << 28;

static double n_pairs(double bound, double coarseness)
{
    double pairs = 5.3 * pow(bound, 0.75),
        thinned = coarseness > 1 ? 1 + log(bound) / log(coarseness) : INFINITY;
    return fmin(pairs, thinned * thinned);
}

static int check_pairs(const af_einsum *e, const af_template *t, int variable, af_report *report)
{
    double bound = e->rank_variables[variable].bound, pairs = n_pairs(bound, e->mapper.tiling_coarseness);
    int n_imperfect = 0;
    for (int i = 0; i < t->n_steps; i++)
        n_imperfect += af_is_loop(&t->steps[i]) && t->steps[i].rank_variable == variable &&
            t->steps[i].tile.value == 0 && t->steps[i].may_cause_imperfect;
    if (n_imperfect < 2 || pairs <= MOST_PAIRS)
        return 0;
    return af_fail(report, AF_BAD_DATA, AF_NOWHERE, "mapper.tiling_coarseness",
                   "rank variable %s of Einsum %s is as large as %.0f: with imperfect loops it has about "
                   "%.1e pairs of tile shapes, one in the other, too many to go through. A coarseness of "
                   "1.1 leaves few of them; perfect loops (explore_imperfect_temporal_loops, "
                   "explore_imperfect_spatial_loops: false) have few, too",
                   e->rank_variables[variable].name, e->name, bound, pairs);
}

/* The join's keys are iteration counts of 32 bits. */
static int check_fused_bounds(const af_einsum *e, const af_template *t, af_report *report)
{
    for (int i = 0; i < t->n_steps; i++) {
        const af_step *s = &t->steps[i];
        double bound = af_is_loop(s) && s->fused ? e->rank_variables[s->rank_variable].bound : 0;
        if (bound > INT32_MAX)
            return af_fail(report, AF_BAD_DATA, AF_NOWHERE, "mapper.max_fused_loops",
                           "rank variable %s of Einsum %s is as large as %.0f: a loop that Einsums share "
                           "has at most %d iterations. With 0 there are no such loops",
                           e->rank_variables[s->rank_variable].name, e->name, bound, INT32_MAX);
    }
    return 0;
}

int af_check_template(const af_einsum *e, const af_template *t, af_report *report)
{
    for (int v = 0; v < e->n_rank_variables; v++)
        if (check_pairs(e, t, v, report))
            return -1;
    return check_fused_bounds(e, t, report);
}

/* ---- subspaces */

/* Of 4, 6 or 12 no tile that can be chosen leaves a rest: then all counts are whole, whichever loop is the
 * outermost. */
static bool has_uneven_size(double bound)
{
    for (double tiles = 2; tiles < bound; tiles++)
        if (fmod(bound, ceil(bound / tiles)) != 0)
            return true;
    return false;
}

/* Places that may have the outermost loop. */
static int n_choices(const af_einsum *e, const af_template *t, int variable)
{
    int n_unknown = 0;
    bool imperfect = false;
    for (int i = 0; i < t->n_steps; i++)
        if (af_is_loop(&t->steps[i]) && t->steps[i].rank_variable == variable) {
            n_unknown += t->steps[i].tile.value == 0;
            imperfect |= t->steps[i].may_cause_imperfect;
        }
    bool matters = imperfect && n_unknown > 1 && is_irrelevant_to_some(e, variable) &&
        has_uneven_size(e->rank_variables[variable].bound);
    return matters ? n_unknown : 1;
}

static af_subspace subspace_at(af_arena *arena, const af_einsum *e, const af_template *t, const int *choices,
                               int index)
{
    int n = e->n_rank_variables;
    af_subspace s = {af_new_array(arena, int, n + 1), af_new_array(arena, bool, n + 1), 1};
    for (int v = 0; v < n; v++) {
        s.left_out[v] = index % choices[v];
        s.iterates[v] = s.left_out[v] + 1 < choices[v];
        s.n_total *= t->tilings[v][s.left_out[v]] - (s.iterates[v] ? t->tilings[v][s.left_out[v] + 1] : 0);
        index /= choices[v];
    }
    return s;
}

int af_subspaces_of(af_arena *arena, const af_einsum *e, const af_template *t, af_subspace **subspaces)
{
    int count = 1, *choices = af_new_array(arena, int, e->n_rank_variables + 1);
    for (int v = 0; v < e->n_rank_variables; v++)
        count *= choices[v] = n_choices(e, t, v);
    *subspaces = af_new_array(arena, af_subspace, count);
    for (int i = 0; i < count; i++)
        (*subspaces)[i] = subspace_at(arena, e, t, choices, i);
    return count;
}
