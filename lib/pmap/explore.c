/* The walk over tile shapes of one template (60 section 10.5).
 *
 * Symbols get values one after the other, inner loops of a rank variable before outer ones. Each step multiplies the rows by the sizes that
 * the new tile may have, drops what cannot become valid whatever follows (bounds on partly known formulas, 10.6), and, once there are many
 * rows, those that another row makes needless whatever follows (criteria). The set of all candidates never exists at once: rows come in
 * blocks, and memory holds the front of the step plus what has come since it was last pruned.
 *
 * Nothing optimal is lost: a row is dropped if no completion of it is valid, or if there is another row with the same values wherever
 * the rest of the walk, the compatibility or the join could tell them apart (fused loops, tiles whose neighbour is still unknown), that is
 * no worse in every objective, reservation and pending limit for every completion (60 section 2: the exchange argument). */
#include "pmap/explore.h"
#include "pmap/rows.h"
#include "pmap/tile_shape.h"

#include <math.h>
#include <string.h>

enum {
    SMALL_SPACE = 2048,                      /* tilings of a template that are just evaluated, all of them */
    WORTH_PRUNING = 1000,                    /* rows below which a step is not pruned */
    MOST_PENDING = 1 << 15                   /* rows that come in before a step is pruned again */
};
static const double ROUNDING = 1e-9;         /* limits are reached exactly in real arithmetic: 70 Q13 */

typedef struct walk {                        /* one pass over the space of a template */
    const af_problem *p;
    af_graph *g;
    af_arena *arena;                         /* of this walk */
    af_size_table *sizes;
    uint64_t known;
    bool small;
    int n_goals; const af_num *goals;        /* to be minimised */
    bool keyed;                              /* the front is told apart by the iterations of fused loops; goals are those of the problem */
    const double *least;                     /* per limit: what it asks for in this walk, -inf: nothing */
    bool *done;                              /* per limit: tested exactly */
    af_rows rows;
    double n_evaluated, valid_rate, *removed;
    double n_in, n_out;                      /* of the step at work: candidates, those that passed all limits */
} walk;

typedef struct check { int limit; double sign, most; bool exclusive; } check;     /* sign * formula <= most */
typedef struct checks { int n; check *items; af_num *formulas; af_program *program; double **outputs; } checks;

/* ---- limits, also on partly known formulas (10.6) */

static uint64_t bit(int symbol) { return (uint64_t)1 << symbol; }

static double tolerant(double most, bool exclusive)
{
    return most + (exclusive ? -1 : 1) * ROUNDING * fabs(most);
}

static void add_check(walk *w, checks *c, int limit, double sign, double most, int newest)
{
    const af_limit *l = &w->p->limits[limit];
    af_num bound, f = sign > 0 ? l->formula : af_sub(w->g, af_known(0), l->formula);
    if (!isfinite(most) || !af_lower_bound(w->p, w->known, f, &bound))
        return;
    bool exact = !(af_symbols_of(w->g, l->formula) & ~w->known);
    if (!exact && newest >= 0 && !(af_symbols_of(w->g, bound) & bit(newest)))
        return;                              /* was tested when its newest symbol came */
    c->formulas[c->n] = bound;
    c->items[c->n++] = (check){limit, sign, tolerant(most, l->exclusive), l->exclusive};
}

/* What can be tested now that `newest` is known. */
static checks checks_now(walk *w, int newest)
{
    const af_problem *p = w->p;
    checks c = {.items = af_new_array(w->arena, check, 2 * p->n_limits), .formulas = af_new_array(w->arena, af_num, 2 * p->n_limits)};
    if (w->small && w->known != (p->n_unknowns == 64 ? ~(uint64_t)0 : bit(p->n_unknowns) - 1))
        return c;
    for (int i = 0; i < p->n_limits; i++) {
        if (w->done[i])
            continue;
        add_check(w, &c, i, 1, p->limits[i].most, newest);
        add_check(w, &c, i, -1, -w->least[i], newest);
        w->done[i] = !(af_symbols_of(w->g, p->limits[i].formula) & ~w->known);
    }
    if (!c.n)
        return c;
    c.program = af_program_compile(w->arena, w->g, c.formulas, c.n);
    c.outputs = af_new_array(w->arena, double *, c.n);
    for (int i = 0; i < c.n; i++)
        c.outputs[i] = af_new_array(w->arena, double, AF_BLOCK);
    return c;
}

/* ---- limits on numbers of loops (10.7) */

static double tile_of(const walk *w, int loop, int row, bool *known)
{
    int s = w->p->unknown_of_loop[loop];
    if (s < 0)
        return 1;
    if (!(w->known & bit(s)))
        *known = false;
    return *known ? w->rows.columns[s][row] : 0;
}

static bool loop_exists(const walk *w, int loop, int row)
{
    bool known = true;
    int outer = w->p->outer_loop[loop];
    double tile = tile_of(w, loop, row, &known);
    double above = outer >= 0 ? tile_of(w, outer, row, &known) : w->p->bound_of_loop[loop];
    return known && tile != above;
}

static bool too_many_loops(const walk *w, int row)
{
    for (int i = 0; i < w->p->n_counts; i++) {
        const af_count_limit *limit = &w->p->counts[i];
        double count = 0;
        for (int word = 0; word < 4; word++)
            for (uint64_t left = limit->loops[word]; left; left &= left - 1)
                count += loop_exists(w, 64 * word + __builtin_ctzll(left), row);
        if (count > limit->most)
            return true;
    }
    return false;
}

/* ---- blocks */

static void run(const af_program *program, const af_rows *rows, int from, int count, double *const *outputs, void *scratch)
{
    const double *symbols[AF_MOST_SYMBOLS] = {0};
    for (af_each_symbol(rows->symbols, s))
        symbols[s] = rows->columns[s] + from;
    af_program_run(program, symbols, count, outputs, scratch);
}

/* Drops what breaks a limit from the `count` rows that stand behind the last; the rest belong to the table from now on. */
static void admit_block(walk *w, const checks *c, void *scratch, int count)
{
    int from = w->rows.count;
    bool keep[AF_BLOCK];
    w->n_in += count;
    for (int i = 0; i < count; i++) {
        keep[i] = !too_many_loops(w, from + i);
        w->removed[w->p->n_limits] += !keep[i];
        w->n_evaluated += keep[i];
    }
    if (c->n)
        run(c->program, &w->rows, from, count, c->outputs, scratch);
    for (int k = 0; k < c->n; k++) {
        const check *test = &c->items[k];
        for (int i = 0; i < count; i++)
            if (keep[i] && !(test->exclusive ? c->outputs[k][i] < test->most : c->outputs[k][i] <= test->most)) {
                keep[i] = false;
                w->removed[test->limit]++;
            }
    }
    int kept;
    af_rows_keep(&w->rows, from, count, keep, &kept);
    w->rows.count += kept;
    w->n_out += kept;
}

/* ---- pruning by criteria */

typedef struct comparison {                  /* criteria of one step, compiled: columns, key formulas, owners */
    af_criteria criteria;
    af_program *program; int n_formulas;
    bool none;                               /* nothing to compare: any row does */
} comparison;

static void pending_limits(const walk *w, af_criteria *c)
{
    for (int i = 0; i < w->p->n_limits; i++) {
        const af_limit *l = &w->p->limits[i];
        if (w->done[i])
            continue;
        if (isfinite(l->most))
            af_add_limit_criteria(c, l->formula, 1, tolerant(l->most, l->exclusive));
        if (isfinite(w->least[i]))
            af_add_limit_criteria(c, l->formula, -1, tolerant(-w->least[i], l->exclusive));
    }
}

static bool is_counted(const af_problem *p, int loop)
{
    for (int i = 0; i < p->n_counts && loop >= 0; i++)
        if (p->counts[i].loops[loop / 64] >> (loop % 64) & 1)
            return true;
    return false;
}

/* Sizes of the next tile out depend on the value; fused loops are told apart by the join; so are, here, loops whose number is limited. */
static uint64_t symbols_told_apart(const walk *w)
{
    uint64_t apart = 0;
    for (int s = 0; s < w->p->n_unknowns; s++) {
        const af_unknown *u = &w->p->unknowns[s];
        bool frontier = u->outer >= 0 && !(w->known & bit(u->outer));
        bool counted = is_counted(w->p, u->loop) || is_counted(w->p, u->inner >= 0 ? w->p->unknowns[u->inner].loop : -1);
        if ((w->known & bit(s)) && (frontier || (w->keyed && u->kept) || counted))
            apart |= bit(s);
    }
    return apart;
}

static comparison compare_at(walk *w)
{
    comparison made;
    af_criteria *c = &made.criteria;
    af_criteria_begin(c, w->p, w->arena, w->known);
    c->equal = symbols_told_apart(w);
    for (int i = 0; i < w->n_goals; i++)
        af_add_criteria(c, w->goals[i], 1);
    pending_limits(w, c);
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

static void run_all(const af_program *program, const af_rows *rows, double *const *columns, int n_columns, af_arena *scratch)
{
    void *registers = af_arena_take(scratch, af_program_scratch(program));
    double **at = af_new_array(scratch, double *, n_columns);
    for (int from = 0; from < rows->count; from += AF_BLOCK) {
        int count = rows->count - from < AF_BLOCK ? rows->count - from : AF_BLOCK;
        for (int k = 0; k < n_columns; k++)
            at[k] = columns[k] + from;
        run(program, rows, from, count, at, registers);
    }
}

static double **new_columns(af_arena *arena, int n_columns, int n_rows)
{
    double **columns = af_new_array(arena, double *, n_columns + 1);
    for (int k = 0; k < n_columns; k++)
        columns[k] = af_new_array(arena, double, n_rows);
    return columns;
}

static void keep_front(af_rows *rows, double *const *columns, int n_columns, int32_t *const *keys, int n_keys, af_arena *scratch)
{
    bool *keep = af_new_array(scratch, bool, rows->count);
    af_pareto((const double *const *)columns, n_columns, (const int32_t *const *)keys, n_keys, rows->count, keep);
    int kept;
    af_rows_keep(rows, 0, rows->count, keep, &kept);
    rows->count = kept;
}

/* slack[row] has bit o if owner o cannot make the row worse. */
static uint64_t *find_slack(const af_criteria *c, double *const *most, int n_rows, af_arena *scratch)
{
    uint64_t *slack = af_new_array(scratch, uint64_t, n_rows);
    for (int o = 1; o < c->owners.count; o++) {
        const af_owner *owner = &c->owners.items[o];
        for (int i = 0; i < n_rows; i++)
            slack[i] |= (uint64_t)(most[o][i] <= owner->enough || (slack[i] >> owner->parent & 1)) << o;
    }
    return slack;
}

static void give_slack(const af_criteria *c, double **columns, const uint64_t *slack, int n_rows)
{
    for (int k = 0; k < c->columns.count; k++) {
        uint64_t owners = c->columns.items[k].owners;
        for (int i = 0; i < n_rows && !(owners & 1); i++)
            if (!(owners & ~slack[i]))
                columns[k][i] = -INFINITY;
    }
}

/* Symbols are whole numbers; other keys are compared by their bits. */
static int key_columns(const af_criteria *c, const af_rows *rows, double *const *formulas, int32_t **keys, af_arena *scratch)
{
    int n = 0;
    for (af_each_symbol(c->equal, s)) {
        keys[n] = af_new_array(scratch, int32_t, rows->count);
        for (int i = 0; i < rows->count; i++)
            keys[n][i] = (int32_t)rows->columns[s][i];
        n++;
    }
    for (int k = 0; k < c->keys.count; k++, n += 2) {
        keys[n] = af_new_array(scratch, int32_t, rows->count);
        keys[n + 1] = af_new_array(scratch, int32_t, rows->count);
        for (int i = 0; i < rows->count; i++) {
            double value = af_rounded(formulas[k][i]);
            int32_t halves[2];
            memcpy(halves, &value, sizeof halves);
            keys[n][i] = halves[0];
            keys[n + 1][i] = halves[1];
        }
    }
    return n;
}

static void prune(af_rows *rows, const comparison *made)
{
    const af_criteria *c = &made->criteria;
    if (made->none) {
        rows->count = rows->count > 0;
        return;
    }
    af_arena *scratch = af_arena_new();
    double **formulas = new_columns(scratch, made->n_formulas, rows->count);
    run_all(made->program, rows, formulas, made->n_formulas, scratch);
    double **key_formulas = formulas + c->columns.count, **most = key_formulas + c->keys.count;
    give_slack(c, formulas, find_slack(c, most, rows->count, scratch), rows->count);
    int32_t **keys = af_new_array(scratch, int32_t *, AF_MOST_SYMBOLS + 2 * c->keys.count);
    int n_keys = key_columns(c, rows, key_formulas, keys, scratch);
    keep_front(rows, formulas, c->columns.count, keys, n_keys, scratch);
    af_arena_free(scratch);
}

/* ---- the last step: every figure is known */

/* Columns as the front compares them: objectives and reservations by their tolerances (60 section 12.4), in parts of the memory. */
static void round_columns(const walk *w, double **columns, int n_rows)
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

static int32_t iterations_of(const af_problem *p, const af_rows *rows, int loop, int row)
{
    int s = p->unknown_of_loop[loop], outer = p->outer_loop[loop], above = outer < 0 ? -1 : p->unknown_of_loop[outer];
    double tile = s < 0 ? 1 : rows->columns[s][row];
    double around = outer < 0 ? p->bound_of_loop[loop] : above < 0 ? 1 : rows->columns[above][row];
    return (int32_t)ceil((around - tile) / tile + 1);        /* 60 section 11.2 step 4 */
}

static int32_t **iteration_columns(const af_problem *p, const af_rows *rows, af_arena *arena)
{
    int32_t **columns = af_new_array(arena, int32_t *, p->n_fused + 1);
    for (int k = 0; k < p->n_fused; k++) {
        columns[k] = af_new_array(arena, int32_t, rows->count);
        for (int i = 0; i < rows->count; i++)
            columns[k][i] = iterations_of(p, rows, k, i);
    }
    return columns;
}

static void keep_final_front(walk *w, const af_program *goals)
{
    af_arena *scratch = af_arena_new();
    double **columns = new_columns(scratch, w->n_goals, w->rows.count);
    if (goals)
        run_all(goals, &w->rows, columns, w->n_goals, scratch);
    if (w->keyed)
        round_columns(w, columns, w->rows.count);
    keep_front(&w->rows, columns, w->n_goals, iteration_columns(w->p, &w->rows, scratch), w->keyed ? w->p->n_fused : 0, scratch);
    af_arena_free(scratch);
}

/* ---- steps */

enum { SAMPLE = 16 };                       /* rows that a choice of symbol looks at */

/* Sizes per row that the symbol may have, on average over some rows. */
static double sizes_per_row(const walk *w, int symbol)
{
    const af_unknown *u = &w->p->unknowns[symbol];
    int every = w->rows.count / SAMPLE + 1;
    double n = 0, sizes = 0;
    for (int row = 0; row < w->rows.count; row += every, n++)
        sizes += af_size_table_get(w->sizes, u->bound, u->imperfect, u->inner < 0 ? 1 : w->rows.columns[u->inner][row])->count;
    return sizes / n;
}

/* Whether some usage that must reach a minimum is known once the symbol is: few of its sizes will do. */
static bool completes_usage(const walk *w, int symbol)
{
    for (int k = 0; k < w->p->n_least; k++) {
        int limit = w->p->least[k];
        uint64_t missing = af_symbols_of(w->g, w->p->limits[limit].formula) & ~w->known;
        if (missing == bit(symbol) && isfinite(w->least[limit]))
            return true;
    }
    return false;
}

/* Tiles inside before those outside of them; of those the one that multiplies the rows least. A tile whose neighbour outside is a
 * symbol keeps rows apart until that is known. Any order gives the same front (60 section 10.11). */
static int next_symbol(const walk *w)
{
    int best = -1;
    double least_growth = 0;
    for (int s = w->p->n_unknowns - 1; s >= 0; s--) {
        const af_unknown *u = &w->p->unknowns[s];
        if ((w->known & bit(s)) || (u->inner >= 0 && !(w->known & bit(u->inner))))
            continue;
        double growth = completes_usage(w, s) ? 1 : sizes_per_row(w, s) * (u->outer >= 0 ? 2 : 1);
        if (best < 0 || growth < least_growth)
            best = s, least_growth = growth;
    }
    return best;
}

typedef struct step {
    int symbol;
    bool last;
    checks checks;
    comparison comparison;                   /* of every step but the last, once it is worth it */
    bool compared;
    af_program *goals;                       /* of the last step */
    void *scratch;
    int next_prune;                          /* rows at which to prune again */
} step;

static void prune_step(walk *w, step *t)
{
    if (t->last) {
        keep_final_front(w, t->goals);
    } else {
        if (!t->compared)
            t->comparison = compare_at(w);
        t->compared = true;
        prune(&w->rows, &t->comparison);
    }
    t->next_prune = 2 * w->rows.count + MOST_PENDING;
}

static void flush(walk *w, step *t, int *pending)
{
    admit_block(w, &t->checks, t->scratch, *pending);
    *pending = 0;
    if (w->rows.count >= t->next_prune && (t->last || !w->small))
        prune_step(w, t);
    af_rows_reserve(&w->rows, AF_BLOCK);
}

static void extend_row(walk *w, step *t, const af_rows *from, int row, int *pending)
{
    const af_unknown *u = &w->p->unknowns[t->symbol];
    double inner = u->inner < 0 ? 1 : from->columns[u->inner][row];
    const af_sizes *sizes = af_size_table_get(w->sizes, u->bound, u->imperfect, inner);
    for (int k = 0; k < sizes->count; k++) {
        int at = w->rows.count + *pending;
        for (af_each_symbol(from->symbols, s))
            w->rows.columns[s][at] = from->columns[s][row];
        w->rows.columns[t->symbol][at] = sizes->items[k];
        if (++*pending == AF_BLOCK)
            flush(w, t, pending);
    }
}

static void take_step(walk *w, int symbol)
{
    af_rows from = w->rows;
    w->known |= bit(symbol);
    w->rows = (af_rows){.symbols = w->known};
    af_rows_reserve(&w->rows, AF_BLOCK);
    step t = {.symbol = symbol, .last = __builtin_popcountll(w->known) == w->p->n_unknowns, .next_prune = MOST_PENDING};
    t.checks = checks_now(w, symbol);
    if (t.checks.program)
        t.scratch = af_arena_take(w->arena, af_program_scratch(t.checks.program));
    if (t.last && w->n_goals)
        t.goals = af_program_compile(w->arena, w->g, w->goals, w->n_goals);
    int pending = 0;
    w->n_in = w->n_out = 0;
    for (int row = 0; row < from.count; row++)
        extend_row(w, &t, &from, row, &pending);
    flush(w, &t, &pending);
    w->valid_rate *= w->n_in ? w->n_out / w->n_in : 0;
    if (w->rows.count > 1 && (t.last || (!w->small && w->rows.count >= WORTH_PRUNING)))
        prune_step(w, &t);
    af_rows_free(&from);
}

/* A template without symbols is tested all the same (60 Q24). */
static void take_only_row(walk *w)
{
    w->rows = (af_rows){0};
    checks c = checks_now(w, -1);
    void *scratch = c.n ? af_arena_take(w->arena, af_program_scratch(c.program)) : NULL;
    w->n_in = w->n_out = 0;
    admit_block(w, &c, scratch, 1);
    w->valid_rate *= w->n_out / w->n_in;
}

static void walk_all(walk *w)
{
    w->known = 0;
    w->valid_rate = 1;
    memset(w->done, 0, sizeof *w->done * (size_t)w->p->n_limits);
    if (!w->p->n_unknowns) {
        take_only_row(w);
        return;
    }
    w->rows = (af_rows){.count = 1};
    while (w->rows.count && w->known != (w->p->n_unknowns == 64 ? ~(uint64_t)0 : bit(w->p->n_unknowns) - 1))
        take_step(w, next_symbol(w));
}

/* ---- the best that min_usage can have (60 section 10.11; 20 section 12.4)
 *
 * If some valid row reaches every minimum, those rows are the answer. Otherwise each dimension in turn keeps the rows of greatest usage:
 * a walk whose only goal is that usage finds how much that is. */

static bool has_rows(walk *w, af_rows *rows)
{
    walk_all(w);
    *rows = w->rows;
    w->rows = (af_rows){0};
    return rows->count > 0;
}

static double greatest_usage(walk *w, int limit)
{
    walk best = *w;
    af_num goal = af_sub(w->g, af_known(0), w->p->limits[limit].formula);
    best.goals = &goal;
    best.n_goals = 1;
    best.keyed = false;
    af_rows rows;
    double usage = NAN, *column = &usage;
    if (has_rows(&best, &rows)) {
        af_arena *scratch = af_arena_new();
        rows.count = 1;
        double value = 0;
        column = &value;
        run_all(af_program_compile(scratch, w->g, &goal, 1), &rows, &column, 1, scratch);
        usage = -value;
        af_arena_free(scratch);
    }
    af_rows_free(&rows);
    w->n_evaluated += best.n_evaluated - w->n_evaluated;
    return usage;
}

static void settle_for_less(walk *w, double *least)
{
    const af_problem *p = w->p;
    for (int k = 0; k < p->n_least; k++)
        least[p->least[k]] = -INFINITY;
    for (int k = 0; k < p->n_least; k++) {
        int limit = p->least[k];
        double usage = greatest_usage(w, limit);
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
    double **columns = new_columns(arena, n, rows->count);
    if (n)
        run_all(af_program_compile(scratch, p->graph, formulas, n), rows, columns, n, scratch);
    for (int k = 0; k < p->n_totals; k++)
        e->totals[p->total_kind[k]] = columns[k];
    e->reservations = columns + p->n_totals;
    e->tensor_bits = columns + p->n_totals + p->n_reservations;
    e->iterations = iteration_columns(p, rows, arena);
    e->tiles = af_new_array(arena, double *, p->n_unknowns + 1);
    for (int s = 0; s < p->n_unknowns; s++) {
        e->tiles[s] = af_new_array(arena, double, rows->count);
        memcpy(e->tiles[s], rows->columns[s], sizeof(double) * (size_t)rows->count);
    }
    e->n_rows = rows->count;
}

void af_explore(af_arena *arena, const af_problem *p, af_explored *explored)
{
    af_arena *scratch = af_arena_new();
    int n_goals = p->n_totals + p->n_reservations;
    af_num *goals = af_new_array(scratch, af_num, n_goals + 1);
    memcpy(goals, p->totals, sizeof *goals * (size_t)p->n_totals);
    for (int k = 0; k < p->n_reservations; k++)
        goals[p->n_totals + k] = p->reservations[k].bits;
    double *least = af_new_array(scratch, double, p->n_limits);
    for (int i = 0; i < p->n_limits; i++)
        least[i] = p->limits[i].least;
    *explored = (af_explored){.removed = af_new_array(arena, double, p->n_limits + 1)};
    walk w = {.p = p, .g = p->graph, .arena = scratch, .sizes = af_size_table_new(scratch, p->einsum->mapper.tiling_coarseness),
              .small = p->template->n_total <= SMALL_SPACE, .n_goals = n_goals, .goals = goals, .keyed = true, .least = least,
              .done = af_new_array(scratch, bool, p->n_limits), .removed = explored->removed};
    af_rows rows;
    if (!has_rows(&w, &rows) && p->n_least) {
        settle_for_less(&w, least);
        has_rows(&w, &rows);
    }
    explored->n_evaluated = w.n_evaluated;
    explored->n_valid = p->template->n_total * w.valid_rate;
    report_rows(arena, p, &rows, explored, scratch);
    af_rows_free(&rows);
    af_arena_free(scratch);
}
