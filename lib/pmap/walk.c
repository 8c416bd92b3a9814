/* The walk over tile shapes of one template (60 section 10.5).
 *
 * Symbols get values one after the other. Each step multiplies the rows by the sizes that the new tile may
 * have, drops what cannot become valid whatever follows (bounds on partly known formulas, 10.6), what cannot
 * become as good as complete rows that are known (floors), and, once there are many rows, those that another
 * row makes needless whatever follows (criteria). The set of all candidates never exists at once: rows come
 * in blocks, and where a step has too many the walk goes on with those it has before it takes the next.
 *
 * Nothing optimal is lost: a row is dropped if no completion of it is valid; or if a complete row of its
 * class is clearly better than all its completions; or if there is another row with the same values wherever
 * the rest of the walk, the compatibility or the join could tell them apart (fused loops, tiles whose
 * neighbour is still unknown), that is no worse in every objective, reservation and pending limit for every
 * completion (60 section 2: the exchange argument). */
#include "pmap/walk.h"

#include <math.h>
#include <string.h>

typedef struct af_effort {                   /* from when on it pays to look for what is needless */
    int pruning;                             /* rows below which a step is not pruned */
    int floors;                              /* candidates of a step from which
                                              * on bounds pay for being made */
    int diving;                              /* rows of a step from which on the best are tried first; */
    int diving_fused;                        /* where fused loops keep them in classes, */
    int crowded;                             /* and so many for each class */
    int beam;                                /* rows of a class that a dive goes on with */
    int pending;                             /* rows that come in before a step is pruned again */
    int rows;                                /* of a step with which the walk goes on before it makes more */
    double worth;                            /* comparisons that a row which
                                              * another makes needless is worth */
} af_effort;

static const af_effort usual = {.pruning = 256,
                                .floors = 256,
                                .diving = 512,
                                .diving_fused = 1024,
                                .crowded = 32,
                                .beam = 8,
                                .pending = 1 << 15,
                                .rows = 1 << 15,
                                .worth = 100},
                       eager = {.pruning = 2,
                                .floors = 1,
                                .diving = 4,
                                .diving_fused = 4,
                                .crowded = 2,
                                .beam = 1,
                                .pending = 1,
                                .rows = 64,
                                .worth = INFINITY};

enum { ANY_ROWS = 64 };                      /* instead of `rows`, where one complete row will do */

/* Part of a step's rows that bounds must remove to be made for more */
static const double LEAST_HOPELESS = 0.05;

/* ---- which symbol next
 *
 * Any order gives the same front, since each rule below holds whatever symbols are known (60 section 10.11):
 * every symbol gets all its sizes in every row, and which rows stay is decided by their completions alone.
 * Where tiles of a rank variable are divisors of each other, those of fused loops come first, the outermost
 * first: rows of different fused tiles never compete, so that they cost nothing, and the class of a row is
 * known from then on. Of the others, tiles inside come before those outside of them; of those the one that
 * multiplies the rows least. A tile whose neighbour outside is a symbol keeps rows apart until that is known.
 */

enum { SAMPLE = 16 };                        /* rows that a choice of symbol looks at */

int af_nearest_known(const af_problem *p, uint64_t known, int symbol, bool outer)
{
    int s = outer ? p->unknowns[symbol].outer : p->unknowns[symbol].inner;
    while (s >= 0 && !(known & af_symbol_bit(s)))
        s = outer ? p->unknowns[s].outer : p->unknowns[s].inner;
    return s;
}

/* Sizes of a symbol in a row; thinned out or imperfect ones are those that the bound has (10.2). Where
 * perfect and imperfect loops of one variable alternate, some are larger than the bound or smaller than the
 * tile inside: no tiles (Q20). */
static af_sizes sizes_in(const af_walk *w, const af_rows *rows, int symbol, int row)
{
    const af_unknown *u = &w->p->unknowns[symbol];
    int inner = af_nearest_known(w->p, rows->symbols, symbol, false);
    int outer = w->any_order[u->rank_variable] ? af_nearest_known(w->p, rows->symbols, symbol, true) : -1;
    double least = inner < 0 ? 1 : rows->columns[inner][row],
           most = outer < 0 ? u->most : rows->columns[outer][row];
    af_sizes sizes = *af_size_table_get(w->sizes, outer < 0 ? u->bound : most, u->imperfect, least);
    while (sizes.count && sizes.items[sizes.count - 1] > most)
        sizes.count--;
    for (; sizes.count && sizes.items[0] < least; sizes.count--)
        sizes.items++;
    return sizes;
}

static double sizes_per_row(const af_walk *w, const af_rows *rows, int symbol)
{
    int every = rows->count / SAMPLE + 1;
    double n = 0, sizes = 0;
    for (int row = 0; row < rows->count; row += every, n++)
        sizes += sizes_in(w, rows, symbol, row).count;
    return n > 0 ? sizes / n : 1;
}

/* Whether some usage that must reach a minimum is known once the symbol is: few of its sizes will do. */
static bool completes_usage(const af_walk *w, uint64_t known, int symbol)
{
    for (int k = 0; k < w->p->n_least; k++) {
        int limit = w->p->least[k];
        uint64_t unknown = af_symbols_of(w->g, w->p->limits[limit].formula) & ~known;
        if (unknown == af_symbol_bit(symbol) && isfinite(w->least[limit]))
            return true;
    }
    return false;
}

static int next_symbol(const af_walk *w, const af_rows *rows)
{
    int best = -1;
    double least_growth = 0;
    for (int s = 0; s < w->p->n_unknowns; s++)
        if (!(rows->symbols & af_symbol_bit(s)) && w->p->unknowns[s].kept &&
            w->any_order[w->p->unknowns[s].rank_variable])
            return s;
    for (int s = w->p->n_unknowns - 1; s >= 0; s--) {
        const af_unknown *u = &w->p->unknowns[s];
        if ((rows->symbols & af_symbol_bit(s)) ||
            (u->inner >= 0 && !(rows->symbols & af_symbol_bit(u->inner))))
            continue;
        bool apart = u->outer >= 0 && !(rows->symbols & af_symbol_bit(u->outer));
        double growth = completes_usage(w, rows->symbols, s) ? 1
                                                             : sizes_per_row(w, rows, s) * (apart ? 2 : 1);
        if (best < 0 || growth < least_growth)
            best = s, least_growth = growth;
    }
    return best;
}

static af_walk_step *step_at(af_walk *w, int k, const af_rows *rows)
{
    af_walk_step *t = &w->steps[k];
    if (k < w->n_steps)
        return t;
    int symbol = w->p->n_unknowns ? next_symbol(w, rows) : -1;
    *t = (af_walk_step){.symbol = symbol, .known = rows->symbols | (symbol < 0 ? 0 : af_symbol_bit(symbol))};
    t->last = t->known == af_all_symbols(w->p);
    w->n_steps = k + 1;
    af_prepare_candidates(w, k);
    if (t->last && w->n_goals)
        t->floors = af_program_compile(w->arena, w->g, w->goals, w->n_goals);
    return t;
}

/* ---- floors */

static af_program *floors_of(af_walk *w, af_walk_step *t)
{
    if (!t->floors) {
        af_num *floors = af_new_array(w->arena, af_num, w->n_goals);
        af_floors(w->arena, w->p, t->known, w->goals, w->n_goals, floors);
        t->floors = af_program_compile(w->arena, w->g, floors, w->n_goals);
    }
    if (!t->floor_values) {
        t->floor_values = af_new_columns(w->arena, w->n_goals, AF_BLOCK);
        t->floor_scratch = af_arena_room(w->arena, af_program_scratch(t->floors));
    }
    return t->floors;
}

static bool same_fused(const af_walk *w, const af_rows *rows, int a, int b)
{
    for (af_each_symbol(w->fused & rows->symbols, s))
        if (rows->columns[s][a] != rows->columns[s][b])
            return false;
    return true;
}

static af_class *class_of_row(af_walk *w, const af_rows *rows, int row)
{
    int32_t iterations[AF_MOST_SYMBOLS + 1];
    for (int k = 0; k < w->p->n_fused; k++)
        iterations[k] = af_iterations_of(w->p, rows, k, row);
    return af_class_of(w->arena, w->classes, iterations);
}

/* changes[i]: row from + i differs from the one before it in some tile of a fused loop. */
AF_OVER_ROWS
static void mark_changes(const af_walk *w, const af_rows *rows, int from, int count, bool *changes)
{
    memset(changes, 0, sizeof *changes * (size_t)count);
    changes[0] = true;
    for (af_each_symbol(w->fused & rows->symbols, s)) {
        const double *column = rows->columns[s] + from;
        for (int i = 1; i < count; i++)
            changes[i] |= column[i] != column[i - 1];
    }
}

/* Bounds have removed too few of the step's rows to be made, or dived for, again. */
static bool says_little(const af_walk *w, const af_walk_step *t)
{
    return t->n_tested > w->effort->floors && t->n_hopeless < LEAST_HOPELESS * t->n_tested;
}

/* Nothing is lost: a floor is nowhere above its goal on any valid completion (bound.c). So if a complete
 * valid row of the same class is no worse than the floors in every goal and clearly better in one, each
 * completion would be dominated by it in the front that both compete in (60 section 2). Ties stay, so that of
 * equal rows the first survives. Whether the test is made at all is a matter of time only.
 *
 * Unmarks rows no completion of which can be as good as what is known of their class; whether there are any.
 */
static bool test_floors(af_walk *w, af_walk_step *t, const af_rows *rows, int from, int count, bool *keep)
{
    if (!count || !w->classes || (w->fused & ~t->known) || w->p->n_fused > AF_MOST_SYMBOLS ||
        (!t->floors && t->n_in < w->effort->floors))
        return false;
    if (says_little(w, t))
        return false;
    af_class *classes[AF_BLOCK];
    bool any = false, *changes = keep;
    mark_changes(w, rows, from, count, changes);
    for (int i = 0; i < count; i++) {
        classes[i] = changes[i] ? class_of_row(w, rows, from + i) : classes[i - 1];
        any = any || classes[i]->points.count;
    }
    if (!any)
        return false;
    const af_program *program = floors_of(w, t);
    af_run_program(program, rows, from, count, t->floor_values, t->floor_scratch);
    any = false;
    t->n_tested += count;
    for (int i = 0; i < count; i++) {
        int by = af_class_beats(w->classes, classes[i], t->floor_values, i);
        keep[i] = by < 0;
        any = any || !keep[i];
        t->n_hopeless += !keep[i];
        if (!keep[i])
            w->tally->by[by < classes[i]->n_foreign ? AF_BY_INCUMBENT : AF_BY_COMPLETE]++;
    }
    return any;
}

/* ---- blocks */

static int keep_marked(af_rows *rows, int from, int count, const bool *keep)
{
    int kept;
    af_rows_keep(rows, from, count, keep, &kept);
    return kept;
}

/* Marked rows of a block to where `to` is; the row behind them. */
static int move_marked(af_rows *rows, int to, int from, int count, const bool *keep)
{
    for (int i = 0; i < count; i++) {
        if (!keep[i])
            continue;
        for (af_each_symbol(rows->symbols, s))
            rows->columns[s][to] = rows->columns[s][from + i];
        to++;
    }
    return to;
}

/* Adds the candidates that neither break a limit nor are hopeless. */
static void admit(af_walk *w, af_walk_step *t, af_rows *rows, const af_candidates *c)
{
    int from = rows->count, count = af_admit_candidates(w, t, c, rows);
    bool keep[AF_BLOCK];
    t->n_in += c->count;
    w->tally->tried += c->count;
    t->n_out += count;
    w->found = w->found || (t->last && count);
    if (test_floors(w, t, rows, from, count, keep))
        rows->count = from + keep_marked(rows, from, count, keep);
}

/* ---- dives. Nothing is lost by them: they go on with some of the rows, only to learn of complete ones; the
 * walk takes up all rows afterwards, those too, and what a dive found is no survivor of its own. The best
 * rows of each class are completed first, so that there are bounds for the others */

static double score_of(const af_walk *w, double *const *floors, int row)
{
    int n = w->p->n_totals ? w->p->n_totals : w->n_goals;
    double score = 1;
    for (int g = 0; g < n; g++)
        score *= fmax(floors[g][row], 1e-300);
    return score;
}

static void mark_best(int beam, const double *score, int from, int to, bool *keep)
{
    for (int n = 0; n < beam; n++) {
        int best = -1;
        for (int row = from; row < to; row++)
            if (!keep[row] && (best < 0 || score[row] < score[best]))
                best = row;
        if (best < 0)
            return;
        keep[best] = true;
    }
}

static void find_best(af_walk *w, af_walk_step *t, const af_rows *rows, af_arena *scratch, bool *keep)
{
    double **floors = af_new_columns(scratch, w->n_goals, rows->count),
           *score = af_new_array(scratch, double, rows->count);
    af_run_over_rows(floors_of(w, t), rows, floors, w->n_goals, scratch);
    for (int row = 0; row < rows->count; row++)
        score[row] = score_of(w, floors, row);
    for (int from = 0, to; from < rows->count; from = to) {
        for (to = from + 1; to < rows->count && same_fused(w, rows, from, to); to++)
            ;
        mark_best(w->effort->beam, score, from, to, keep);
    }
}

static bool is_crowded(const af_walk *w, const af_rows *rows)
{
    int n_classes = 1;
    if (rows->count < (w->fused ? w->effort->diving_fused : w->effort->diving) || (w->fused & ~rows->symbols))
        return false;
    for (int row = 1; row < rows->count; row++)
        n_classes += !same_fused(w, rows, row - 1, row);
    return rows->count >= w->effort->crowded * n_classes;
}

static void extend(af_walk *w, int k, const af_rows *from);

static void dive(af_walk *w, int k, const af_rows *rows)
{
    af_arena *scratch = af_arena_new();
    bool *keep = af_new_array(scratch, bool, rows->count);
    find_best(w, &w->steps[k], rows, scratch, keep);
    af_rows best = {.symbols = rows->symbols};
    af_rows_reserve(&best, rows->count);
    for (int row = 0; row < rows->count; row++) {
        if (!keep[row])
            continue;
        for (af_each_symbol(rows->symbols, s))
            best.columns[s][best.count] = rows->columns[s][row];
        best.count++;
    }
    af_arena_free(scratch);
    af_tally *tally = w->tally;
    w->tally = w->of_dives;                  /* the walk comes by them again */
    w->diving = true;
    extend(w, k + 1, &best);
    w->diving = false;
    w->tally = tally;
    af_rows_free(&best);
}

static void keep_best(af_walk *w, int k, af_rows *rows)
{
    if (rows->count <= w->effort->beam)
        return;
    af_arena *scratch = af_arena_new();
    bool *keep = af_new_array(scratch, bool, rows->count);
    find_best(w, &w->steps[k], rows, scratch, keep);
    rows->count = keep_marked(rows, 0, rows->count, keep);
    af_arena_free(scratch);
}

/* ---- complete rows */

static void add_to_classes(af_walk *w, af_walk_step *t, const af_rows *rows)
{
    af_arena *scratch = af_arena_new();
    double **goals = af_new_columns(scratch, w->n_goals, rows->count), point[AF_MOST_GOALS];
    af_run_over_rows(floors_of(w, t), rows, goals, w->n_goals, scratch);
    af_class *class = NULL;
    for (int row = 0; row < rows->count; row++) {
        for (int g = 0; g < w->n_goals; g++)
            point[g] = goals[g][row];
        if (!row || !same_fused(w, rows, row - 1, row))
            class = class_of_row(w, rows, row);
        af_class_add(w->arena, w->classes, class, point);
    }
    af_arena_free(scratch);
}

static void keep_final_front(af_walk *w, af_rows *rows)
{
    int before = rows->count;
    af_keep_final_front(w, rows);
    w->tally->by[AF_BY_FRONT] += before - rows->count;
}

static void complete(af_walk *w, af_walk_step *t, af_rows *rows)
{
    if (rows->count > 1)
        keep_final_front(w, rows);
    if (w->classes)
        add_to_classes(w, t, rows);
    if (w->diving)
        return;                              /* the walk comes by them again */
    w->survivors.symbols = rows->symbols;
    af_rows_reserve(&w->survivors, rows->count);
    for (af_each_symbol(rows->symbols, s))
        memcpy(w->survivors.columns[s] + w->survivors.count, rows->columns[s],
               sizeof(double) * (size_t)rows->count);
    w->survivors.count += rows->count;
    if (w->survivors.count > w->next_prune) {
        keep_final_front(w, &w->survivors);
        w->next_prune = 2 * w->survivors.count + w->effort->pending;
    }
}

/* ---- steps */

static void prune(af_walk *w, int k, af_rows *rows)
{
    af_walk_step *t = &w->steps[k];
    if (t->last) {
        keep_final_front(w, rows);
        return;
    }
    if (!t->compared)
        t->dominance = af_compare_at(w, k);
    t->compared = true;
    int before = rows->count;
    af_keep_undominated(rows, &t->dominance, w->effort->worth);
    w->tally->by[AF_BY_CRITERIA] += before - rows->count;
}

static bool is_enough(const af_walk *w) { return w->late || (w->any_row && w->found); }

/* The clock is not asked for each block. */
static void look_at_clock(af_walk *w)
{
    enum { BLOCKS = 16 };
    if (++w->n_blocks % BLOCKS == 0 && isfinite(w->p->deadline))
        w->late = w->late || af_thread_seconds() > w->p->deadline;
}

static void dive_and_test(af_walk *w, int k, af_rows *rows)
{
    bool keep[AF_BLOCK];
    dive(w, k, rows);
    int kept = 0;
    for (int from = 0; from < rows->count; from += AF_BLOCK) {
        int count = rows->count - from < AF_BLOCK ? rows->count - from : AF_BLOCK;
        if (!test_floors(w, &w->steps[k], rows, from, count, keep))
            memset(keep, true, sizeof keep);
        kept = move_marked(rows, kept, from, count, keep);
    }
    rows->count = kept;
}

/* On to the next step with the rows there are. */
static void go_on(af_walk *w, int k, af_rows *rows)
{
    af_walk_step *t = &w->steps[k];
    if (rows->count && !is_enough(w)) {
        if (w->diving)
            keep_best(w, k, rows);
        else if (w->classes && !t->last && !says_little(w, t) && is_crowded(w, rows))
            dive_and_test(w, k, rows);
        if (t->last) {
            complete(w, t, rows);
        } else {
            w->tally->went_on += rows->count;
            extend(w, k + 1, rows);
        }
    }
    rows->count = 0;
}

typedef struct extension { af_rows rows; af_candidates candidates; int step, next_prune; } extension;

static void flush(af_walk *w, extension *x)
{
    af_walk_step *t = &w->steps[x->step];
    admit(w, t, &x->rows, &x->candidates);
    x->candidates.count = 0;
    look_at_clock(w);
    if (w->any_row && x->rows.count >= ANY_ROWS)
        go_on(w, x->step, &x->rows);
    if (x->rows.count >= x->next_prune && (t->last || !w->small)) {
        prune(w, x->step, &x->rows);
        if (x->rows.count >= w->effort->rows)
            go_on(w, x->step, &x->rows);
        x->next_prune = 2 * x->rows.count + w->effort->pending;
    }
}

static void extend_row(af_walk *w, extension *x, int row)
{
    af_candidates *c = &x->candidates;
    const af_sizes sizes = sizes_in(w, c->from, w->steps[x->step].symbol, row);
    for (int done = 0, n; done < sizes.count; done += n) {
        n = sizes.count - done < AF_BLOCK - c->count ? sizes.count - done : AF_BLOCK - c->count;
        for (int i = 0; i < n; i++) {
            c->parent[c->count + i] = row;
            c->tile[c->count + i] = sizes.items[done + i];
        }
        c->count += n;
        if (c->count == AF_BLOCK)
            flush(w, x);
    }
}

/* Gives the symbol of step k all its values in all rows, and goes on with what came out. */
static void extend(af_walk *w, int k, const af_rows *from)
{
    af_walk_step *t = step_at(w, k, from);
    extension x;
    x.rows = (af_rows){.symbols = t->known};
    x.candidates.from = from;
    x.candidates.count = 0;
    x.step = k;
    x.next_prune = w->effort->pending;
    for (int row = 0; row < from->count && !is_enough(w); row++)
        extend_row(w, &x, row);
    flush(w, &x);
    if (!t->last && !w->small && x.rows.count >= w->effort->pruning)
        prune(w, k, &x.rows);
    go_on(w, k, &x.rows);
    af_rows_free(&x.rows);
}

/* A template without symbols is tested all the same (60 Q24). */
static void take_only_row(af_walk *w)
{
    af_rows none = {0}, rows = {0};
    af_candidates only = {.from = &none, .count = 1};
    admit(w, step_at(w, 0, &none), &rows, &only);
    w->survivors.count = rows.count;
}

void af_walk_all(af_walk *w)
{
    w->survivors = (af_rows){0};
    w->effort = w->p->eager ? &eager : &usual;
    w->next_prune = w->effort->pending;
    af_rows none = {.count = 1};
    if (w->p->n_unknowns)
        extend(w, 0, &none);
    else
        take_only_row(w);
    if (w->survivors.count > 1)
        keep_final_front(w, &w->survivors);
    w->tally->went_on += w->survivors.count;
}
