/* What rows must keep to: capacities, fan-outs, constraints, numbers of loops;
 * as early as partly known tile shapes allow. */
#include "pmap/walk.h"

#include <math.h>

static const double ROUNDING = 1e-9;         /* limits are reached exactly in real arithmetic: 70 Q13 */

double af_tolerant(double most, bool exclusive)
{
    return most + (exclusive ? -1 : 1) * ROUNDING * fabs(most);
}

/* ---- formulas (60 section 10.6)
 *
 * A row goes if the least that a formula can become is above its limit: no completion of the row is valid
 * then, so nothing is lost. The bound takes each unknown tile at the end of its range, inner tile <= tile <=
 * bound, at which the formula is least; where the direction is not known there is no test until it is. For a
 * limit from below the same is done with the formula negated. A test is made again only when it can say
 * something new; the last one, when all symbols of the formula have values, is exact. */

/* A symbol changes what is known of a formula if that has a tile of the same rank variable in it. */
static bool concerns(const af_walk *w, int symbol, af_num f)
{
    for (af_each_symbol(af_symbols_of(w->g, f), s))
        if (w->p->unknowns[s].rank_variable == w->p->unknowns[symbol].rank_variable)
            return true;
    return false;
}

/* A limit from below says something of the one unknown tile in the formula, with the symbol something new.
 * While several are unknown the bound is seldom sharp enough to be worth its evaluation. */
static bool is_raised(const af_walk *w, const af_walk_step *t, const af_limit *l)
{
    uint64_t unknown = l->kind == AF_CAPACITY ? af_symbols_of(w->g, l->formula) & ~t->known : 0;
    if (unknown & (unknown - 1))
        return false;
    for (int i = 0; i < w->p->n_limits && unknown; i++)
        if (w->least[i] > 0 && af_symbols_of(w->g, w->p->limits[i].formula) & unknown &&
            (t->symbol < 0 || concerns(w, t->symbol, w->p->limits[i].formula)))
            return true;
    return false;
}

/* Can a bound have the step's symbol in it? An unknown tile stands at one of its nearest neighbours there. */
static bool may_have_newest(const af_walk *w, const af_walk_step *t, af_num f)
{
    uint64_t symbols = af_symbols_of(w->g, f);
    if (t->symbol < 0 || symbols & af_symbol_bit(t->symbol))
        return true;
    for (af_each_symbol(symbols & ~t->known, s))
        if (af_nearest_known(w->p, t->known, (int)s, false) == t->symbol ||
            af_nearest_known(w->p, t->known, (int)s, true) == t->symbol)
            return true;
    return false;
}

/* What is above no limit for any tiles need not be tested. */
static bool never_exceeds(const af_walk *w, af_num f, double most)
{
    return af_interval_of(w->g, f).high <= most - fabs(most) * 1e-12;
}

static void add_check(af_walk *w, af_checks *c, af_num *formulas, int step, int limit, double sign,
                      double most)
{
    const af_limit *l = &w->p->limits[limit];
    const af_walk_step *t = &w->steps[step];
    bool raised = sign > 0 && is_raised(w, t, l);
    if (!isfinite(most) || (step > 0 && !w->small && !raised && !concerns(w, t->symbol, l->formula)))
        return;                              /* was tested when its newest symbol came */
    bool exact = !(af_symbols_of(w->g, l->formula) & ~t->known);
    if (!exact && !raised && !may_have_newest(w, t, l->formula))
        return;
    double bar = af_tolerant(most, l->exclusive);
    if (l->exclusive)
        bar = nextafter(bar, -INFINITY);
    af_num bound, more, f = sign > 0 ? l->formula : af_sub(w->g, af_known(0), l->formula);
    if ((!raised && never_exceeds(w, f, bar)) || !af_lower_bound(w->p, t->known, f, &bound))
        return;
    if (raised && af_raised_bound(w->p, w->least, t->known, f, &more))
        bound = af_max(w->g, bound, more);
    bool new = t->symbol < 0 || (af_symbols_of(w->g, bound) & af_symbol_bit(t->symbol)) != 0;
    if ((!exact && !new) || never_exceeds(w, bound, bar))
        return;
    formulas[c->n] = bound;
    c->symbols |= af_symbols_of(w->g, bound);
    c->items[c->n++] = (af_check){limit, bar};
}

/* What can be tested now that the step's symbol is known. */
af_checks af_checks_at(af_walk *w, int step)
{
    const af_problem *p = w->p;
    const af_walk_step *t = &w->steps[step];
    af_checks c = {.items = af_new_array(w->arena, af_check, 2 * p->n_limits)};
    if (w->small && t->known != af_all_symbols(p))
        return c;
    af_num *formulas = af_new_array(w->arena, af_num, 2 * p->n_limits);
    for (int i = 0; i < p->n_limits; i++) {
        if (w->tested_at[i] < step)
            continue;
        add_check(w, &c, formulas, step, i, 1, p->limits[i].most);
        add_check(w, &c, formulas, step, i, -1, -w->least[i]);
        if (!(af_symbols_of(w->g, p->limits[i].formula) & ~t->known))
            w->tested_at[i] = step;
    }
    if (!c.n)
        return c;
    c.program = af_program_compile(w->arena, w->g, formulas, c.n);
    c.outputs = af_new_columns(w->arena, c.n, AF_BLOCK);
    return c;
}
