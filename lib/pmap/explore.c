/* One template from its formulas to its Pareto-optimal rows: what is asked of them, the passes over its space, their figures. */
#include "pmap/walk.h"

#include <math.h>
#include <string.h>

enum {
    SMALL_SPACE = 2048,                      /* tilings of a template that are just evaluated, all of them */
    LARGE_SPACE = 1 << 22                    /* from here on fused tiles come first, so that classes are known early */
};

/* ---- one walk */

static bool is_small(const af_problem *p) { return !p->eager && p->template->n_total <= SMALL_SPACE; }
static bool is_large(const af_problem *p) { return p->template->n_total >= LARGE_SPACE || (p->eager && p->template->index % 2); }

static af_tally *new_tally(af_arena *arena, const af_problem *p)
{
    af_tally *tally = af_new(arena, af_tally);
    tally->by_limit = af_new_array(arena, double, p->n_limits + 1);
    return tally;
}

/* `tally`: NULL for a walk on the side. */
static void begin(af_walk *w, af_arena *arena, const af_problem *p, af_tally *tally)
{
    *w = (af_walk){.p = p, .g = p->graph, .arena = arena, .sizes = af_size_table_new(arena, p->einsum->mapper.tiling_coarseness),
                   .small = is_small(p), .tally = tally ? tally : new_tally(arena, p), .of_dives = new_tally(arena, p), .tested_at = af_new_array(arena, int, p->n_limits),
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

/* ---- the best that min_usage can have (60 section 10.11; 20 section 12.4)
 *
 * If some valid row reaches every minimum, those rows are the answer. Otherwise each dimension in turn keeps the rows of greatest usage:
 * a walk whose only goal is that usage finds how much that is. */

static bool has_valid_row(const af_problem *p, const double *least, double *n_evaluated)
{
    af_arena *scratch = af_arena_new();
    af_walk w;
    begin(&w, scratch, p, NULL);
    w.least = least;
    w.any_row = true;
    af_walk_all(&w);
    bool found = w.found;
    *n_evaluated += w.n_evaluated;
    af_rows_free(&w.survivors);
    af_arena_free(scratch);
    return found;
}

static double greatest_usage(const af_problem *p, const double *least, int limit, double *n_evaluated)
{
    af_arena *scratch = af_arena_new();
    af_num goal = af_sub(p->graph, af_known(0), p->limits[limit].formula);
    af_walk w;
    begin(&w, scratch, p, NULL);
    w.least = least;
    w.goals = &goal;
    w.n_goals = 1;
    af_walk_all(&w);
    double usage = NAN, value, *column = &value;
    if (w.survivors.count) {
        w.survivors.count = 1;
        af_run_over_rows(af_program_compile(scratch, p->graph, &goal, 1), &w.survivors, &column, 1, scratch);
        usage = -value;
    }
    *n_evaluated += w.n_evaluated;
    af_rows_free(&w.survivors);
    af_arena_free(scratch);
    return usage;
}

/* If no valid row reaches the minima. */
static void settle_for_less(const af_problem *p, double *least, double *n_evaluated)
{
    for (int k = 0; k < p->n_least; k++)
        least[p->least[k]] = -INFINITY;
    for (int k = 0; k < p->n_least; k++) {
        int limit = p->least[k];
        double usage = greatest_usage(p, least, limit, n_evaluated);
        if (isnan(usage))
            return;                          /* nothing is valid whatever the usage */
        least[limit] = fmin(usage, p->limits[limit].least);
    }
}

/* ---- results */

static void report_rows(af_arena *arena, const af_problem *p, const af_rows *rows, af_explored *e, af_arena *scratch)
{
    int n = p->n_totals + p->n_reservations + p->n_tensors;
    af_num *formulas = af_new_array(scratch, af_num, n + 1);
    memcpy(formulas, p->totals, sizeof *formulas * (size_t)p->n_totals);
    for (int k = 0; k < p->n_reservations; k++)
        formulas[p->n_totals + k] = p->reservations[k].bits;
    for (int k = 0; k < p->n_tensors; k++)
        formulas[p->n_totals + p->n_reservations + k] = p->tensor_bits[k];
    double **columns = af_new_columns(arena, n, rows->count);
    if (n)
        af_run_over_rows(af_program_compile(scratch, p->graph, formulas, n), rows, columns, n, scratch);
    for (int k = 0; k < p->n_totals; k++)
        e->totals[p->total_kind[k]] = columns[k];
    e->reservations = columns + p->n_totals;
    e->tensor_bits = columns + p->n_totals + p->n_reservations;
    e->iterations = af_iteration_columns(p, rows, arena);
    e->tiles = af_new_array(arena, double *, p->n_unknowns + 1);
    for (int s = 0; s < p->n_unknowns; s++) {
        e->tiles[s] = af_new_array(arena, double, rows->count);
        if (rows->count)
            memcpy(e->tiles[s], rows->columns[s], sizeof(double) * (size_t)rows->count);
    }
    e->n_rows = rows->count;
}

/* Exact where nothing was pruned midway, else by the rates at which limits let pass. */
static double count_valid(const af_walk *w)
{
    double valid = w->p->template->n_total;
    for (int k = 0; k < w->p->n_unknowns || k == 0; k++)
        valid *= k < w->n_steps && w->steps[k].n_in ? w->steps[k].n_out / w->steps[k].n_in : 0;
    return valid;
}

typedef struct exploration {
    const af_problem *p;
    const af_incumbents *incumbents;
    int n_goals; af_num *goals;
    double *least;
    af_classes classes;
    double n_evaluated;
    af_tally *tally;
} exploration;

static bool has_bounds(const exploration *x) { return x->n_goals && x->n_goals <= AF_MOST_GOALS && !is_small(x->p); }

static void begin_pass(af_walk *w, af_arena *arena, exploration *x)
{
    begin(w, arena, x->p, x->tally);
    w->least = x->least;
    w->goals = x->goals;
    w->n_goals = x->n_goals;
    w->keyed = true;
    w->classes = has_bounds(x) ? &x->classes : NULL;
}

static double count_hopeless(const af_walk *w)
{
    double n = 0;
    for (int k = 0; k < w->n_steps; k++)
        n += w->steps[k].n_hopeless;
    return n;
}

void af_explore(af_arena *arena, const af_problem *p, const af_incumbents *incumbents, af_explored *explored)
{
    af_arena *scratch = af_arena_new();
    exploration x = {.p = p, .incumbents = incumbents, .n_goals = p->n_totals + p->n_reservations,
                     .tally = new_tally(arena, p), .least = af_new_array(scratch, double, p->n_limits)};
    x.goals = af_new_array(scratch, af_num, x.n_goals + 1);
    memcpy(x.goals, p->totals, sizeof *x.goals * (size_t)p->n_totals);
    for (int k = 0; k < p->n_reservations; k++)
        x.goals[p->n_totals + k] = p->reservations[k].bits;
    for (int i = 0; i < p->n_limits; i++)
        x.least[i] = p->limits[i].least;
    x.classes = (af_classes){.n_fused = p->n_fused, .n_goals = x.n_goals,
                             .outlook = incumbents && has_bounds(&x) ? af_outlook_new(scratch, p, incumbents) : NULL};
    af_walk w;
    begin_pass(&w, scratch, &x);
    af_walk_all(&w);
    if (p->n_least && !w.found && !(count_hopeless(&w) > 0 && has_valid_row(p, x.least, &x.n_evaluated))) {
        settle_for_less(p, x.least, &x.n_evaluated);
        begin_pass(&w, scratch, &x);
        af_walk_all(&w);
    }
    *explored = (af_explored){.tally = *x.tally, .n_evaluated = x.n_evaluated + w.n_evaluated, .n_valid = count_valid(&w)};
    report_rows(arena, p, &w.survivors, explored, scratch);
    af_rows_free(&w.survivors);
    af_arena_free(scratch);
}
