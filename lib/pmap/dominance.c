/* Which rows make others needless: on the way by criteria (60 sections 10.9, 18.5),
 * at the end by their figures. */
#include "pmap/walk.h"

#include <math.h>
#include <string.h>

/* ---- criteria of a step */

static void pending_limits(const af_walk *w, int step, af_criteria *c)
{
    for (int i = 0; i < w->p->n_limits; i++) {
        const af_limit *l = &w->p->limits[i];
        if (w->tested_at[i] <= step)
            continue;
        if (isfinite(l->most))
            af_add_limit_criteria(c, l->formula, 1, af_tolerant(l->most, l->exclusive));
        if (isfinite(w->least[i]))
            af_add_limit_criteria(c, l->formula, -1, af_tolerant(-w->least[i], l->exclusive));
    }
}

static bool is_counted(const af_problem *p, int loop)
{
    for (int i = 0; i < p->n_counts && loop >= 0; i++)
        if (p->counts[i].loops[loop / 64] >> (loop % 64) & 1)
            return true;
    return false;
}

/* With these equal, whatever tiles one row can be given the other can be given too: sizes depend on the
 * neighbours alone (60 section 10.2), and so do the class of the row and the numbers of loops. So each
 * completion of a removed row has one of the row that stays with the same tiles, which the criteria say is no
 * worse in any goal and breaks no limit that the other keeps to (60 section 10.9).
 *
 * Sizes of a tile next to one that has a value depend on it; fused loops are told apart by the join; so are,
 * here, loops whose number is limited. */
static uint64_t symbols_told_apart(const af_walk *w, uint64_t known)
{
    uint64_t apart = 0;
    for (int s = 0; s < w->p->n_unknowns; s++) {
        const af_unknown *u = &w->p->unknowns[s];
        bool frontier = (u->outer >= 0 && !(known & af_symbol_bit(u->outer))) ||
                        (u->inner >= 0 && !(known & af_symbol_bit(u->inner)));
        bool counted = is_counted(w->p, u->loop) ||
                       is_counted(w->p, u->inner >= 0 ? w->p->unknowns[u->inner].loop : -1);
        if ((known & af_symbol_bit(s)) && (frontier || (w->keyed && u->kept) || counted))
            apart |= af_symbol_bit(s);
    }
    return apart;
}

af_dominance af_compare_at(af_walk *w, int step)
{
    af_dominance made;
    af_criteria *c = &made.criteria;
    uint64_t known = w->steps[step].known;
    af_criteria_begin(c, w->p, w->arena, known);
    c->equal = symbols_told_apart(w, known);
    for (int i = 0; i < w->n_goals; i++)
        af_add_criteria(c, w->goals[i], 1);
    pending_limits(w, step, c);
    af_simplify_criteria(c);
    made.n_formulas = c->columns.count + c->keys.count + c->owners.count;
    af_num *formulas = af_new_array(w->arena, af_num, made.n_formulas);
    int n = 0;
    for (int i = 0; i < c->columns.count; i++)
        formulas[n++] = c->columns.items[i].formula;
    for (int i = 0; i < c->keys.count; i++)
        formulas[n++] = c->keys.items[i];
    for (int i = 0; i < c->owners.count; i++)
        formulas[n++] = c->owners.items[i].most;
    made.program = af_program_compile(w->arena, w->g, formulas, n);
    made.none = !c->columns.count && !c->keys.count && !c->equal;
    return made;
}

void af_run_program(const af_program *program, const af_rows *rows, int from, int count,
                    double *const *outputs, void *scratch)
{
    const double *symbols[AF_MOST_SYMBOLS] = {0};
    for (af_each_symbol(rows->symbols, s))
        symbols[s] = rows->columns[s] + from;
    af_program_run(program, symbols, count, outputs, scratch);
}

void af_run_over_rows(const af_program *program, const af_rows *rows, double *const *columns, int n_columns,
                      af_arena *scratch)
{
    void *registers = af_arena_room(scratch, af_program_scratch(program));
    double **at = af_new_array(scratch, double *, n_columns);
    for (int from = 0; from < rows->count; from += AF_BLOCK) {
        int count = rows->count - from < AF_BLOCK ? rows->count - from : AF_BLOCK;
        for (int k = 0; k < n_columns; k++)
            at[k] = columns[k] + from;
        af_run_program(program, rows, from, count, at, registers);
    }
}

double **af_new_columns(af_arena *arena, int n_columns, int n_rows)
{
    double **columns = af_new_array(arena, double *, n_columns + 1);
    for (int k = 0; k < n_columns; k++)
        columns[k] = af_arena_room(arena, sizeof(double) * (size_t)n_rows);
    return columns;
}

static void keep_front(af_rows *rows, double *const *columns, int n_columns, int32_t *const *keys, int n_keys,
                       double worth, af_arena *scratch)
{
    bool *keep = af_arena_room(scratch, sizeof *keep * (size_t)rows->count);
    af_pareto_while_it_pays((const double *const *)columns, n_columns, (const int32_t *const *)keys, n_keys,
                            rows->count, worth, keep);
    int kept;
    af_rows_keep(rows, 0, rows->count, keep, &kept);
    rows->count = kept;
}

AF_OVER_ROWS
static void add_slack(const double *restrict most, const af_owner *owner, int o, int n_rows,
                      uint64_t *restrict slack)
{
    const double enough = owner->enough;
    const uint64_t parent = (uint64_t)1 << owner->parent, own = (uint64_t)1 << o;
    for (int i = 0; i < n_rows; i++)
        slack[i] |= (most[i] <= enough ? own : 0) | (slack[i] & parent ? own : 0);
}

/* slack[row] has bit o if owner o cannot make the row worse. */
static uint64_t *find_slack(const af_criteria *c, double *const *most, int n_rows, af_arena *scratch)
{
    uint64_t *slack = af_new_array(scratch, uint64_t, n_rows);
    for (int o = 1; o < c->owners.count; o++)
        add_slack(most[o], &c->owners.items[o], o, n_rows, slack);
    return slack;
}

AF_OVER_ROWS static void give_slack_to(double *column, uint64_t owners, const uint64_t *slack, int n_rows)
{
    for (int i = 0; i < n_rows; i++)
        column[i] = owners & ~slack[i] ? column[i] : -INFINITY;
}

static void give_slack(const af_criteria *c, double **columns, const uint64_t *slack, int n_rows)
{
    for (int k = 0; k < c->columns.count; k++)
        if (!(c->columns.items[k].owners & 1))
            give_slack_to(columns[k], c->columns.items[k].owners, slack, n_rows);
}

/* By its bits, in two columns. */
static int split_key(const double *values, bool rounded, int n_rows, int32_t **keys, af_arena *scratch)
{
    for (int half = 0; half < 2; half++)
        keys[half] = af_arena_room(scratch, sizeof *keys[half] * (size_t)n_rows);
    for (int i = 0; i < n_rows; i++) {
        double value = rounded ? af_rounded(values[i]) : values[i];
        int32_t halves[2];
        memcpy(halves, &value, sizeof halves);
        keys[0][i] = halves[0];
        keys[1][i] = halves[1];
    }
    return 2;
}

/* Symbols are whole numbers; large ones and other keys are compared by their bits. */
static int key_columns(const af_criteria *c, const af_rows *rows, double *const *formulas, int32_t **keys,
                       af_arena *scratch)
{
    int n = 0;
    for (af_each_symbol(c->equal, s)) {
        if (c->p->unknowns[s].bound > INT32_MAX) {
            n += split_key(rows->columns[s], false, rows->count, &keys[n], scratch);
            continue;
        }
        keys[n] = af_arena_room(scratch, sizeof *keys[n] * (size_t)rows->count);
        for (int i = 0; i < rows->count; i++)
            keys[n][i] = (int32_t)rows->columns[s][i];
        n++;
    }
    for (int k = 0; k < c->keys.count; k++)
        n += split_key(formulas[k], true, rows->count, &keys[n], scratch);
    return n;
}

void af_keep_undominated(af_rows *rows, const af_dominance *made, double worth)
{
    const af_criteria *c = &made->criteria;
    if (made->none) {
        rows->count = rows->count > 0;
        return;
    }
    af_arena *scratch = af_arena_new();
    double **formulas = af_new_columns(scratch, made->n_formulas, rows->count);
    af_run_over_rows(made->program, rows, formulas, made->n_formulas, scratch);
    double **key_formulas = formulas + c->columns.count, **most = key_formulas + c->keys.count;
    give_slack(c, formulas, find_slack(c, most, rows->count, scratch), rows->count);
    int32_t **keys = af_new_array(scratch, int32_t *, 2 * (AF_MOST_SYMBOLS + c->keys.count));
    int n_keys = key_columns(c, rows, key_formulas, keys, scratch);
    keep_front(rows, formulas, c->columns.count, keys, n_keys, worth, scratch);
    af_arena_free(scratch);
}

/* ---- the last step: every figure is known, and rows of equal iterations compete by them (60 sections 11.3
 * step 5, 12.1). Tolerances lose what the user said may be lost: of rows that are equal when rounded the
 * first stays (12.4). Rounding to 41 bits loses nothing: it is what sums taken in another order differ by
 * (18.7). */

/* Columns as the front compares them: objectives and reservations by their tolerances (60
 * section 12.4), in parts of the memory. */
static void round_columns(const af_walk *w, double **columns, int n_rows)
{
    const af_problem *p = w->p;
    const af_mapper *m = &p->einsum->mapper;
    double relative = m->metrics & AF_RESOURCE_USAGE ? m->objective_tolerance : m->resource_usage_tolerance;
    for (int k = 0; k < w->n_goals; k++)
        for (int i = 0; i < n_rows; i++)
            columns[k][i] = af_rounded(columns[k][i]);
    for (int k = 0; k < p->n_totals && m->objective_tolerance > 0; k++)
        af_round_for_tolerance(columns[k], n_rows, m->objective_tolerance, 0);
    for (int k = p->n_totals; k < w->n_goals && relative > 0; k++) {
        double size = p->einsum->nodes[p->reservations[k - p->n_totals].node].size;
        for (int i = 0; i < n_rows; i++)
            columns[k][i] /= size;
        af_round_for_tolerance(columns[k], n_rows, relative, relative / p->einsum->n_einsums);
    }
}

int32_t af_iterations_of(const af_problem *p, const af_rows *rows, int loop, int row)
{
    int s = p->unknown_of_loop[loop], outer = p->outer_loop[loop],
        above = outer < 0 ? -1 : p->unknown_of_loop[outer];
    double tile = s < 0 ? p->tile_of_loop[loop] : rows->columns[s][row];
    double around = outer < 0   ? p->bound_of_loop[loop]
                    : above < 0 ? p->tile_of_loop[outer]
                                : rows->columns[above][row];
    return (int32_t)ceil((around - tile) / tile + 1);        /* 60 section 11.2 step 4 */
}

static int32_t **iteration_columns(const af_problem *p, const af_rows *rows, af_arena *arena)
{
    int32_t **columns = af_new_array(arena, int32_t *, p->n_fused + 1);
    for (int k = 0; k < p->n_fused; k++) {
        columns[k] = af_arena_room(arena, sizeof *columns[k] * (size_t)rows->count);
        for (int i = 0; i < rows->count; i++)
            columns[k][i] = af_iterations_of(p, rows, k, i);
    }
    return columns;
}

void af_keep_final_front(const af_walk *w, af_rows *rows)
{
    af_arena *scratch = af_arena_new();
    double **columns = af_new_columns(scratch, w->n_goals, rows->count);
    if (w->n_goals)
        af_run_over_rows(w->steps[w->n_steps - 1].floors, rows, columns, w->n_goals, scratch);
    if (w->keyed)
        round_columns(w, columns, rows->count);
    keep_front(rows, columns, w->n_goals, iteration_columns(w->p, rows, scratch),
               w->keyed ? w->p->n_fused : 0, INFINITY, scratch);
    af_arena_free(scratch);
}
