/* One template from its formulas to its Pareto-optimal rows: what is asked of them,
 * the passes over its space, their figures. */
#include "pmap/walk.h"

#include <math.h>

enum {
    SMALL_SPACE = 2048,                      /* tilings of a template that are just evaluated, all of them */
    LARGE_SPACE = 1 << 22   /* from here on fused tiles come first, so that classes are known early */
};

/* ---- one walk */

static bool is_small(const af_problem *p) { return !p->eager && p->n_total <= SMALL_SPACE; }
static bool is_large(const af_problem *p)
{
    return p->n_total >= LARGE_SPACE || (p->eager && p->template->index % 2);
}

static af_tally *new_tally(af_arena *arena, const af_problem *p)
{
    af_tally *tally = af_new(arena, af_tally);
    tally->by_limit = af_new_array(arena, double, p->n_limits + 1);
    return tally;
}

/* `tally`: NULL for a walk on the side. */
static void begin(af_walk *w, af_arena *arena, const af_problem *p, af_tally *tally)
{
    *w = (af_walk){.p = p, .g = p->graph, .arena = arena, .small = is_small(p), .sizes = p->sizes,
                   .tally = tally ? tally : new_tally(arena, p), .of_dives = new_tally(arena, p),
                   .tested_at = af_new_array(arena, int, p->n_limits),
                   .counted = af_new_array(arena, bool, p->n_counts + 1),
                   .steps = af_new_array(arena, af_walk_step, p->n_unknowns + 1),
                   .any_order = af_new_array(arena, bool, p->einsum->n_rank_variables + 1)};
    for (int i = 0; i < p->n_limits; i++)
        w->tested_at[i] = p->n_unknowns + 1;
    for (int v = 0; v < p->einsum->n_rank_variables; v++)
        w->any_order[v] = p->einsum->mapper.tiling_coarseness <= 1 && is_large(p);
    for (int s = 0; s < p->n_unknowns; s++) {
        w->fused |= p->unknowns[s].kept ? af_symbol_bit(s) : 0;
        if (p->unknowns[s].imperfect)
            w->any_order[p->unknowns[s].rank_variable] = false;
    }
}

/* ---- one template, whose subspaces the walk goes through one after the other */

typedef struct exploration {
    int n_parts; const af_problem *parts;
    const af_problem *p;                     /* the first of them: for what all have alike */
    int n_goals;
    double *least;                           /* per limit: what it asks for */
    af_classes classes;
    double n_evaluated;
    af_tally *tally;
} exploration;

/* ---- the passes */

/* Totals, reservations, bits of tensors. */
static af_num *formulas_of(const af_problem *p, af_arena *scratch, int *count)
{
    *count = p->n_totals + p->n_reservations + p->n_tensors;
    af_num *formulas = af_new_array(scratch, af_num, *count + 1), *at = formulas;
    for (int k = 0; k < p->n_totals; k++)
        *at++ = p->totals[k];
    for (int k = 0; k < p->n_reservations; k++)
        *at++ = p->reservations[k].bits;
    for (int k = 0; k < p->n_tensors; k++)
        *at++ = p->tensor_bits[k];
    return formulas;
}

static bool has_bounds(const exploration *x)
{
    return x->n_goals && x->n_goals <= AF_MOST_GOALS && !(x->n_parts == 1 && is_small(x->p));
}

/* Those with the fewest loops come first: their rows are the bounds of the others. */
static void walk_parts(exploration *x, af_arena *arena, af_walk *walks)
{
    for (int i = x->n_parts - 1; i >= 0; i--) {
        af_walk *w = &walks[i];
        int n;
        begin(w, arena, &x->parts[i], x->tally);
        w->least = x->least;
        w->goals = formulas_of(w->p, arena, &n);
        w->n_goals = x->n_goals;
        w->keyed = true;
        w->classes = has_bounds(x) ? &x->classes : NULL;
        af_walk_all(w);
    }
}

static void free_rows(const exploration *x, af_walk *walks)
{
    for (int i = 0; i < x->n_parts; i++)
        af_rows_free(&walks[i].survivors);
}

static bool any_found(const exploration *x, const af_walk *walks)
{
    bool found = false;
    for (int i = 0; i < x->n_parts; i++)
        found = found || walks[i].found;
    return found;
}

static double count_hopeless(const af_walk *w)
{
    double n = 0;
    for (int k = 0; k < w->n_steps; k++)
        n += w->steps[k].n_hopeless;
    return n;
}

static bool any_hopeless(const exploration *x, const af_walk *walks)
{
    double n = 0;
    for (int i = 0; i < x->n_parts; i++)
        n += count_hopeless(&walks[i]);
    return n > 0;
}

/* ---- the best that min_usage can have (60 section 10.11; 20 section 12.4)
 *
 * If some valid row reaches every minimum, those rows are the answer. Otherwise each dimension in turn keeps
 * the rows of greatest usage: a walk whose only goal is that usage finds how much that is. */

/* Does some valid row reach what the walks asked for, be it needless? Each goes on with what it prepared. */
static bool has_valid_row(exploration *x, const af_walk *walks)
{
    bool found = false;
    for (int i = 0; i < x->n_parts && !found; i++) {
        const af_problem *p = &x->parts[i];
        af_walk w = walks[i];
        w.steps = af_new_array(w.arena, af_walk_step, p->n_unknowns + 1);
        memcpy(w.steps, walks[i].steps, sizeof *w.steps * (size_t)w.n_steps);
        for (int k = 0; k < w.n_steps; k++)
            w.steps[k].compared = false;     /* without goals rows need less to be as good as others */
        w.tally = w.of_dives = new_tally(w.arena, p);
        w.n_goals = 0, w.keyed = false, w.classes = NULL;
        w.any_row = true;
        w.n_evaluated = 0;
        af_walk_all(&w);
        found = w.found;
        x->n_evaluated += w.n_evaluated;
        af_rows_free(&w.survivors);
    }
    return found;
}

static bool is_reached(exploration *x, const af_walk *walks)
{
    return any_found(x, walks) || (any_hopeless(x, walks) && has_valid_row(x, walks));
}

static double greatest_usage_in(exploration *x, const af_problem *p, int limit)
{
    af_arena *scratch = af_arena_new();
    af_num goal = af_sub(p->graph, af_known(0), p->limits[limit].formula);
    af_walk w;
    begin(&w, scratch, p, NULL);
    w.least = x->least;
    w.goals = &goal;
    w.n_goals = 1;
    af_walk_all(&w);
    double usage = NAN, value, *column = &value;
    if (w.survivors.count) {
        w.survivors.count = 1;
        af_run_over_rows(af_program_compile(scratch, p->graph, &goal, 1), &w.survivors, &column, 1, scratch);
        usage = -value;
    }
    x->n_evaluated += w.n_evaluated;
    af_rows_free(&w.survivors);
    af_arena_free(scratch);
    return usage;
}

static double greatest_usage(exploration *x, int limit)
{
    double usage = NAN;
    for (int i = 0; i < x->n_parts; i++)
        usage = fmax(usage, greatest_usage_in(x, &x->parts[i], limit));
    return usage;
}

/* If no valid row reaches the minima. min_usage then asks for the most that there is, one dimension after the
 * other (60 section 10.11): rows that use less are not asked for, so that nothing is lost with them. The
 * walks find how much that is exactly, since usage is their only goal. */
static void settle_for_less(exploration *x)
{
    const af_problem *p = x->p;
    for (int k = 0; k < p->n_least; k++)
        x->least[p->least[k]] = -INFINITY;
    for (int k = 0; k < p->n_least; k++) {
        int limit = p->least[k];
        double usage = greatest_usage(x, limit);
        if (isnan(usage))
            return;                          /* nothing is valid whatever the usage */
        x->least[limit] = fmin(usage, p->limits[limit].least);
    }
}

/* Per limit from below: the minimum, or what tile shapes can use, the lesser. Whether that is less than some
 * minimum asks for. */
static bool falls_short(const exploration *x, af_arena *scratch, double *most)
{
    bool less = false;
    for (int k = 0; k < x->p->n_least; k++) {
        int limit = x->p->least[k];
        double least = x->p->limits[limit].least;
        most[limit] = -INFINITY;
        for (int i = 0; i < x->n_parts; i++)
            most[limit] = fmax(most[limit],
                               af_usage_at_most(scratch, &x->parts[i], x->parts[i].limits[limit].formula));
        less = less || -most[limit] > af_tolerant(-least, false);
        most[limit] = fmin(most[limit], least);
    }
    return less;
}

static void add_tally(const exploration *x, const af_tally *more)
{
    x->tally->tried += more->tried;
    x->tally->went_on += more->went_on;
    for (int rule = 0; rule < AF_N_ROW_RULES; rule++)
        x->tally->by[rule] += more->by[rule];
    for (int i = 0; i <= x->p->n_limits; i++)
        x->tally->by_limit[i] += more->by_limit[i];
}

/* A pass that asks for `most`, which no valid row exceeds: if one reaches it along every dimension, that is
 * what the walks above would find. If none does the pass does not count. */
static bool reaches(exploration *x, af_arena *arena, af_walk *walks, const double *most)
{
    af_tally *tally = x->tally;
    for (int k = 0; k < x->p->n_least; k++)
        x->least[x->p->least[k]] = most[x->p->least[k]];
    x->tally = new_tally(arena, x->p);
    walk_parts(x, arena, walks);
    bool reached = is_reached(x, walks);
    const af_tally *own = x->tally;
    x->tally = tally;
    if (reached) {
        add_tally(x, own);
        return true;
    }
    for (int i = 0; i < x->n_parts; i++)
        x->n_evaluated += walks[i].n_evaluated;
    free_rows(x, walks);
    return false;
}

/* The rows that are asked for: those that reach the minima, else those of the greatest usage. No pass asks
 * for minima that tile shapes cannot reach. */
static void walk_for_usage(exploration *x, af_arena *arena, af_walk *walks)
{
    double *most = af_new_array(arena, double, x->p->n_limits);
    if (falls_short(x, arena, most)) {
        if (reaches(x, arena, walks, most))
            return;
    } else {
        walk_parts(x, arena, walks);
        if (is_reached(x, walks))
            return;
        free_rows(x, walks);
    }
    settle_for_less(x);
    walk_parts(x, arena, walks);
}

/* ---- results */

/* Of the template's symbol `s`, which the subspace may have settled. */
static void report_tiles(const af_problem *first, const af_problem *p, int s, const af_rows *rows,
                         double *column)
{
    int loop = first->unknowns[s].loop, own = p->unknown_of_loop[loop];
    for (int i = 0; i < rows->count; i++)
        column[i] = own < 0 ? p->tile_of_loop[loop] : rows->columns[own][i];
}

static void report_rows(const exploration *x, const af_walk *w, double *const *columns, af_explored *e,
                        af_arena *scratch)
{
    const af_problem *p = w->p;
    const af_rows *rows = &w->survivors;
    int n, from = e->n_rows;
    af_num *formulas = formulas_of(p, scratch, &n);
    double **at = af_new_array(scratch, double *, n + 1);
    for (int k = 0; k < n; k++)
        at[k] = columns[k] + from;
    if (n)
        af_run_over_rows(af_program_compile(scratch, p->graph, formulas, n), rows, at, n, scratch);
    for (int k = 0; k < p->n_fused; k++)
        for (int i = 0; i < rows->count; i++)
            e->iterations[k][from + i] = af_iterations_of(p, rows, k, i);
    for (int s = 0; s < x->p->n_unknowns; s++)
        report_tiles(x->p, p, s, rows, e->tiles[s] + from);
    e->n_rows += rows->count;
}

static void report_all(af_arena *arena, const exploration *x, const af_walk *walks, af_explored *e,
                       af_arena *scratch)
{
    const af_problem *p = x->p;
    int n = p->n_totals + p->n_reservations + p->n_tensors, n_rows = 0;
    for (int i = 0; i < x->n_parts; i++)
        n_rows += walks[i].survivors.count;
    double **columns = af_new_columns(arena, n, n_rows);
    for (int k = 0; k < p->n_totals; k++)
        e->totals[p->total_kind[k]] = columns[k];
    e->reservations = columns + p->n_totals;
    e->tensor_bits = columns + p->n_totals + p->n_reservations;
    e->tiles = af_new_columns(arena, p->n_unknowns, n_rows);
    e->iterations = af_new_array(arena, int32_t *, p->n_fused + 1);
    for (int k = 0; k < p->n_fused; k++)
        e->iterations[k] = af_new_array(arena, int32_t, n_rows);
    for (int i = 0; i < x->n_parts; i++)
        report_rows(x, &walks[i], columns, e, scratch);
}

/* Exact where nothing was pruned midway, else by the rates at which limits let pass. */
static double count_valid(const af_walk *w)
{
    double valid = w->p->n_total;
    for (int k = 0; k < w->p->n_unknowns || k == 0; k++)
        valid *= k < w->n_steps && w->steps[k].n_in ? w->steps[k].n_out / w->steps[k].n_in : 0;
    return valid;
}

void af_explore(af_arena *arena, const af_problem *parts, int n_parts, const af_incumbents *incumbents,
                af_explored *explored)
{
    af_arena *scratch = af_arena_new();
    const af_problem *p = &parts[0];
    exploration x = {.n_parts = n_parts, .parts = parts, .p = p, .n_goals = p->n_totals + p->n_reservations,
                     .tally = new_tally(arena, p), .least = af_new_array(scratch, double, p->n_limits)};
    for (int i = 0; i < p->n_limits; i++)
        x.least[i] = p->limits[i].least;
    x.classes = (af_classes){.n_fused = p->n_fused,
                             .n_goals = x.n_goals,
                             .outlook = incumbents && has_bounds(&x) ? af_outlook_new(scratch, p, incumbents)
                                                                     : NULL};
    af_walk *walks = af_new_array(scratch, af_walk, n_parts);
    if (p->n_least)
        walk_for_usage(&x, scratch, walks);
    else
        walk_parts(&x, scratch, walks);
    *explored = (af_explored){.tally = *x.tally, .n_evaluated = x.n_evaluated};
    for (int i = 0; i < n_parts; i++) {
        explored->n_evaluated += walks[i].n_evaluated;
        explored->n_valid += count_valid(&walks[i]);
    }
    report_all(arena, &x, walks, explored, scratch);
    free_rows(&x, walks);
    af_arena_free(scratch);
}
