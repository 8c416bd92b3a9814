/* What rows must keep to: capacities, fan-outs, constraints, numbers of loops; as early as partly known tile shapes allow. */
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

static void add_check(af_walk *w, af_checks *c, af_num *formulas, int step, int limit, double sign, double most)
{
    const af_limit *l = &w->p->limits[limit];
    const af_walk_step *t = &w->steps[step];
    if (!isfinite(most) || (step > 0 && !w->small && !concerns(w, t->symbol, l->formula)))
        return;                              /* was tested when its newest symbol came */
    af_num bound, f = sign > 0 ? l->formula : af_sub(w->g, af_known(0), l->formula);
    if (!af_lower_bound(w->p, t->known, f, &bound))
        return;
    bool exact = !(af_symbols_of(w->g, l->formula) & ~t->known);
    const af_unknown *newest = t->symbol < 0 ? NULL : &w->p->unknowns[t->symbol];
    bool new = !newest || (af_symbols_of(w->g, bound) & af_symbol_bit(t->symbol)) != 0;
    if (!exact && !new)
        return;
    formulas[c->n] = bound;
    c->items[c->n++] = (af_check){limit, af_tolerant(most, l->exclusive), l->exclusive};
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

/* ---- numbers of loops (60 section 10.7). Only loops count whose tile and the tile outside of it are known:
 * how many exist can only grow, so a row that has too many now has too many in all its completions. */

static double tile_of(const af_walk *w, const af_rows *rows, int loop, int row, bool *known)
{
    int s = w->p->unknown_of_loop[loop];
    if (s < 0)
        return w->p->tile_of_loop[loop];
    if (!(rows->symbols & af_symbol_bit(s)))
        *known = false;
    return *known ? rows->columns[s][row] : 0;
}

static bool loop_exists(const af_walk *w, const af_rows *rows, int loop, int row)
{
    bool known = true;
    int outer = w->p->outer_loop[loop];
    double tile = tile_of(w, rows, loop, row, &known);
    double above = outer >= 0 ? tile_of(w, rows, outer, row, &known) : w->p->bound_of_loop[loop];
    return known && tile != above;
}

bool af_too_many_loops(const af_walk *w, const af_rows *rows, int row)
{
    for (int i = 0; i < w->p->n_counts; i++) {
        const af_count_limit *limit = &w->p->counts[i];
        double count = 0;
        for (int word = 0; word < 4; word++)
            for (uint64_t left = limit->loops[word]; left; left &= left - 1)
                count += loop_exists(w, rows, 64 * word + __builtin_ctzll(left), row);
        if (count > limit->most)
            return true;
    }
    return false;
}

/* Its own loop, or the next one inside of it, may come to exist by the symbol's value, or cease to. */
bool af_changes_count(const af_walk *w, int symbol)
{
    for (int i = 0; i < w->p->n_counts; i++)
        for (int loop = 0; loop < w->p->template->n_loops; loop++) {
            int outer = w->p->outer_loop[loop];
            bool concerned = w->p->unknown_of_loop[loop] == symbol || (outer >= 0 && w->p->unknown_of_loop[outer] == symbol);
            if (concerned && (w->p->counts[i].loops[loop / 64] >> (loop % 64) & 1))
                return true;
        }
    return false;
}
