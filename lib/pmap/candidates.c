/* What a step tries at once: rows of the step before, each with one more tile.
 * Only the columns that its tests look at are filled for all of them; the others for those that pass. */
#include "pmap/walk.h"

#include <limits.h>
#include <math.h>
#include <string.h>

static double *block_column(af_walk *w, int symbol)
{
    if (!w->block[symbol])
        w->block[symbol] = af_arena_room(w->arena, sizeof(double) * AF_BLOCK);
    return w->block[symbol];
}

/* ---- numbers of loops (60 section 10.7). A loop exists whose tile is not the one outside of it.
 * Only loops count where both are known: how many exist can only grow, so a row that has too many now has too
 * many in all its completions. */

static af_side side_of(af_walk *w, int loop)
{
    int s = w->p->unknown_of_loop[loop];
    return s < 0 ? (af_side){NULL, w->p->tile_of_loop[loop]} : (af_side){block_column(w, s), 0};
}

static bool is_known(const af_walk *w, uint64_t known, int loop)
{
    int s = w->p->unknown_of_loop[loop];
    return s < 0 || known & af_symbol_bit(s);
}

static uint64_t symbol_of(const af_walk *w, int loop)
{
    return w->p->unknown_of_loop[loop] < 0 ? 0 : af_symbol_bit(w->p->unknown_of_loop[loop]);
}

/* What exists in every row is taken off at once. Whether the step's symbol is of a loop that is counted. */
static bool count_loops(af_walk *w, const af_walk_step *t, const af_count_limit *limit, af_counted *counted)
{
    *counted = (af_counted){.most = (int)fmin(limit->most, INT_MAX),
                            .loops = af_new_array(w->arena, af_counted_loop, limit->n_members)};
    for (int loop = 0; loop < w->p->template->n_loops; loop++) {
        int outer = w->p->outer_loop[loop];
        if (!(limit->loops[loop / 64] >> (loop % 64) & 1) || !is_known(w, t->known, loop) ||
            (outer >= 0 && !is_known(w, t->known, outer)))
            continue;
        af_counted_loop sides = {.tile = side_of(w, loop), .above = {NULL, w->p->bound_of_loop[loop]}};
        if (outer >= 0)
            sides.above = side_of(w, outer);
        uint64_t symbols = symbol_of(w, loop) | (outer < 0 ? 0 : symbol_of(w, outer));
        if (symbols)
            counted->loops[counted->n++] = sides;
        else
            counted->most -= sides.tile.value != sides.above.value;
        counted->symbols |= symbols;
    }
    return t->symbol >= 0 && counted->symbols & af_symbol_bit(t->symbol);
}

/* Its own loop, or the next one inside of it, may come to exist by the symbol's value, or cease to. */
static bool changes_count(const af_walk *w, int symbol)
{
    for (int i = 0; i < w->p->n_counts; i++)
        for (int loop = 0; loop < w->p->template->n_loops; loop++) {
            int outer = w->p->outer_loop[loop];
            bool concerned = w->p->unknown_of_loop[loop] == symbol ||
                             (outer >= 0 && w->p->unknown_of_loop[outer] == symbol);
            if (concerned && (w->p->counts[i].loops[loop / 64] >> (loop % 64) & 1))
                return true;
        }
    return false;
}

void af_prepare_candidates(af_walk *w, int step)
{
    af_walk_step *t = &w->steps[step];
    t->checks = af_checks_at(w, step);
    t->scratch = t->checks.n ? af_arena_room(w->arena, af_program_scratch(t->checks.program)) : NULL;
    t->tested = t->checks.symbols;
    if (t->symbol >= 0 && !changes_count(w, t->symbol))
        return;
    t->counted = af_new_array(w->arena, af_counted, w->p->n_counts);
    for (int i = 0; i < w->p->n_counts; i++) {
        af_counted *counted = &t->counted[t->n_counted];
        if (!count_loops(w, t, &w->p->counts[i], counted) && w->counted[i])
            continue;                        /* as many exist as in the step before */
        w->counted[i] = true;
        t->tested |= counted->symbols;
        t->n_counted++;
    }
}

AF_OVER_ROWS static void add_existing(const af_counted_loop *loop, int n, int *restrict count)
{
    const double *tile = loop->tile.column, *above = loop->above.column;
    double one = tile ? loop->above.value : loop->tile.value;
    if (tile && above)
        for (int i = 0; i < n; i++)
            count[i] += tile[i] != above[i];
    else
        for (int i = 0; i < n; i++)
            count[i] += (tile ? tile : above)[i] != one;
}

/* As bytes compilers take several at once; so below. */
AF_OVER_ROWS static void keep_few(const int *restrict count, int most, int n, uint8_t *restrict keep)
{
    for (int i = 0; i < n; i++)
        keep[i] = (uint8_t)(keep[i] & (count[i] <= most ? 1 : 0));
}

static void test_counts(const af_walk *w, const af_walk_step *t, int n, bool *keep)
{
    int count[AF_BLOCK], before = af_count_marked(keep, n);
    for (int k = 0; k < t->n_counted; k++) {
        memset(count, 0, sizeof *count * (size_t)n);
        for (int l = 0; l < t->counted[k].n; l++)
            add_existing(&t->counted[k].loops[l], n, count);
        keep_few(count, t->counted[k].most, n, (uint8_t *)keep);
    }
    w->tally->by_limit[w->p->n_limits] += before - af_count_marked(keep, n);
}

/* ---- limits on formulas */

AF_OVER_ROWS static void compare(const double *restrict values, double most, int n, uint8_t *restrict keep)
{
    for (int i = 0; i < n; i++)
        keep[i] = (uint8_t)(keep[i] & (values[i] <= most ? 1 : 0));
}

static void test_limits(const af_walk *w, const af_walk_step *t, int n, bool *keep)
{
    const af_checks *c = &t->checks;
    int before = af_count_marked(keep, n);
    af_program_run(c->program, (const double *const *)w->block, n, c->outputs, t->scratch);
    for (int k = 0; k < c->n && before; k++) {
        compare(c->outputs[k], c->items[k].most, n, (uint8_t *)keep);
        int left = af_count_marked(keep, n);
        w->tally->by_limit[c->items[k].limit] += before - left;
        before = left;
    }
}

/* ---- both */

AF_OVER_ROWS static void take(const double *restrict from, const int *restrict rows, int n,
                              double *restrict to)
{
    for (int i = 0; i < n; i++)
        to[i] = from[rows[i]];
}

static void fill_block(af_walk *w, const af_walk_step *t, const af_candidates *c)
{
    for (af_each_symbol(t->tested, s)) {
        if ((int)s == t->symbol)
            memcpy(block_column(w, (int)s), c->tile, sizeof *c->tile * (size_t)c->count);
        else
            take(c->from->columns[s], c->parent, c->count, block_column(w, (int)s));
    }
}

/* The candidates that passed, behind the rows that are there. */
static void append(const af_walk_step *t, const af_candidates *c, const bool *keep, af_rows *rows)
{
    int parent[AF_BLOCK], n = 0;
    double tile[AF_BLOCK];
    for (int i = 0; i < c->count; i++) {
        parent[n] = c->parent[i];
        tile[n] = c->tile[i];
        n += keep[i];
    }
    af_rows_reserve(rows, n);
    for (af_each_symbol(c->from->symbols, s))
        take(c->from->columns[s], parent, n, rows->columns[s] + rows->count);
    if (t->symbol >= 0 && n)
        memcpy(rows->columns[t->symbol] + rows->count, tile, sizeof *tile * (size_t)n);
    rows->count += n;
}

int af_admit_candidates(af_walk *w, af_walk_step *t, const af_candidates *c, af_rows *rows)
{
    bool keep[AF_BLOCK];
    int n = c->count, before = rows->count;
    memset(keep, true, sizeof *keep * (size_t)n);
    fill_block(w, t, c);
    if (t->n_counted)
        test_counts(w, t, n, keep);
    w->n_evaluated += af_count_marked(keep, n);
    if (t->checks.n)
        test_limits(w, t, n, keep);
    append(t, c, keep, rows);
    return rows->count - before;
}
