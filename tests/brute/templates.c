#include "templates.h"

#include "pmap/pmap.h"

#include <math.h>
#include <string.h>

enum { MOST_LOOPS = 40, MOST_LEAST = 4 };

typedef struct row { double tile[MOST_LOOPS], usage[MOST_LEAST]; } row;

typedef struct filling {
    af_arena *arena, *scratch;
    const af_einsum *e;
    const af_template *t;
    brute_list *list; brute_parts *parts;
    uint64_t fixes; double most;
    const af_step *loops[MOST_LOOPS];
    int outer[MOST_LOOPS], inner[MOST_LOOPS];                /* next loop of the same rank variable, -1 */
    double tile[MOST_LOOPS];
    af_list(row) rows;                                       /* valid ones */
} filling;

static double bound_of(const filling *f, int loop)
{
    return f->e->rank_variables[f->loops[loop]->rank_variable].bound;
}
static double above(const filling *f, int loop)
{
    return f->outer[loop] < 0 ? bound_of(f, loop) : f->tile[f->outer[loop]];
}
static bool exists(const filling *f, int loop) { return f->tile[loop] != above(f, loop); }

static void find_loops(filling *f)
{
    int last[64];
    memset(last, -1, sizeof last);
    for (int i = 0, n = 0; i < f->t->n_steps; i++) {
        if (!brute_is_loop(&f->t->steps[i]))
            continue;
        f->loops[n] = &f->t->steps[i];
        f->outer[n] = last[f->loops[n]->rank_variable];
        f->inner[n] = -1;
        if (f->outer[n] >= 0)
            f->inner[f->outer[n]] = n;
        last[f->loops[n]->rank_variable] = n;
        n++;
    }
}

/* ---- what is asked of tile shapes (60 sections 10.3, 10.7) */

static bool compares(af_comparison_operator operator, double count, double value)
{
    switch (operator) {
    case AF_EQ: return count == value;
    case AF_LE: return count <= value;
    case AF_LT: return count < value;
    case AF_GE: return count >= value;
    default: return count > value;
    }
}

/* Where perfect and imperfect loops of one variable alternate, a candidate may be larger
 * than the tile outside (60 Q20). */
static bool tiles_nest(const filling *f)
{
    for (int l = 0; l < f->t->n_loops; l++)
        if (f->tile[l] > above(f, l))
            return false;
    return true;
}

static bool loop_bounds_hold(const filling *f)
{
    for (int b = 0; b < f->t->n_bounds; b++) {
        const af_loop_bound *bound = &f->t->bounds[b];
        double product = 1;
        for (int i = 0; i < bound->n_loops; i++) {
            double count = above(f, bound->loops[i]) / f->tile[bound->loops[i]];
            product *= count;
            if (!bound->product && !compares(bound->operator, count, bound->value))
                return false;
        }
        if (bound->product && !compares(bound->operator, product, bound->value))
            return false;
    }
    return true;
}

static bool few_fused(const filling *f)
{
    int all = 0, of[64] = {0};
    for (int l = 0; l < f->t->n_loops; l++)
        if (f->loops[l]->fused && exists(f, l)) {
            all++;
            if (++of[f->loops[l]->rank_variable] > f->e->mapper.max_fused_loops_per_rank_variable)
                return false;
        }
    return all <= f->e->mapper.max_fused_loops;
}

static double used(const filling *f, int node, int dimension, int *n_loops)
{
    double product = 1;
    *n_loops = 0;
    for (int l = 0; l < f->t->n_loops; l++)
        if (f->loops[l]->kind == AF_STEP_SPATIAL && f->loops[l]->node == node &&
            f->loops[l]->dimension == dimension) {
            product *= above(f, l) / f->tile[l];
            *n_loops += exists(f, l);
        }
    return product;
}

static bool spatial_loops_fit(const filling *f)
{
    int n_loops;
    for (int node = 0; node < f->e->n_nodes; node++)
        for (int d = 0; d < f->e->nodes[node].n_dimensions; d++) {
            const af_dimension *dimension = &f->e->nodes[node].dimensions[d];
            double instances = used(f, node, d, &n_loops),
                   most = dimension->fanout / fmax(1, dimension->usage_scale);
            if (instances > most * (1 + 1e-12) || n_loops > f->e->mapper.max_loops_per_spatial_dimension)
                return false;
        }
    return true;
}

/* ---- one choice */

/* The template's steps, without loops that do not iterate unless `all` are to stay. */
static int steps_of(const filling *f, const double *tile, bool all, af_step *steps)
{
    int n = 0, loop = 0;
    for (int i = 0; i < f->t->n_steps; i++) {
        af_step step = f->t->steps[i];
        if (brute_is_loop(&step)) {
            double outside = f->outer[loop] < 0 ? bound_of(f, loop) : tile[f->outer[loop]];
            step.tile = af_known(tile[loop]);
            if (tile[loop++] == outside && !all)
                continue;
        }
        steps[n++] = step;
    }
    return n;
}

static void visit(filling *f)
{
    f->list->n_seen++;
    f->list->gave_up = f->list->gave_up || f->list->n_seen > f->most;
    if (f->list->gave_up || !tiles_nest(f) || !few_fused(f) || !spatial_loops_fit(f) || !loop_bounds_hold(f))
        return;
    af_step *steps = af_new_array(f->scratch, af_step, f->t->n_steps);
    if (f->t->n_least) {   /* the best that is valid, as the template has it, is to be found first */
        af_arena *scratch = af_arena_new();
        af_part part = brute_evaluate(scratch, f->e, f->fixes, steps, steps_of(f, f->tile, true, steps));
        af_arena_free(scratch);
        if (!part.figures)
            return;
    }
    row *r = af_push(f->scratch, &f->rows);
    memcpy(r->tile, f->tile, sizeof r->tile);
    for (int i = 0; i < f->t->n_least && i < MOST_LEAST; i++) {
        int n_loops;
        const af_least_usage *least = &f->t->least[i];
        const af_dimension *d = &f->e->nodes[least->node].dimensions[least->dimension];
        r->usage[i] = used(f, least->node, least->dimension, &n_loops) * d->usage_scale / d->fanout;
    }
}

/* Loops from the innermost on, so that the tile below is there (10.2). */
static void choose(filling *f, int loop)
{
    if (f->list->gave_up)
        return;
    if (loop < 0) {
        visit(f);
        return;
    }
    double bound = bound_of(f, loop), inner = f->inner[loop] < 0 ? 1 : f->tile[f->inner[loop]];
    for (double size = 1; size <= bound; size++) {
        bool is_candidate = f->inner[loop] < 0
                                ? size == 1
                                : brute_admits_size(bound, f->loops[loop]->may_cause_imperfect, inner,
                                                    f->e->mapper.tiling_coarseness, size);
        f->tile[loop] = size;
        if (is_candidate)
            choose(f, loop - 1);
    }
}

/* ---- min_usage: if some row reaches every minimum, such rows stay; else each dimension in turn leaves those
 * of greatest usage, the one whose loops come last in the template first (60 section 10.11) */

static bool reaches(const filling *f, const row *r, int i)
{
    return r->usage[i] >= f->t->least[i].value * (1 - 1e-9);
}

static int outermost_loop(const filling *f, int least)
{
    int first = MOST_LOOPS;
    for (int l = 0; l < f->t->n_loops; l++) {
        const af_step *s = f->loops[l];
        if (s->kind != AF_STEP_SPATIAL || s->node != f->t->least[least].node ||
            s->dimension != f->t->least[least].dimension || bound_of(f, l) == 1)
            continue;
        int unknown = f->outer[l] >= 0 ? f->outer[l] : f->inner[l] >= 0 ? l : MOST_LOOPS;
        first = unknown < first ? unknown : first;
    }
    return first;
}

static void keep_rows(filling *f, const bool *keep)
{
    int n = 0;
    for (int r = 0; r < f->rows.count; r++)
        if (keep[r])
            f->rows.items[n++] = f->rows.items[r];
    f->rows.count = n;
}

static void keep_greatest(filling *f, int i)
{
    double greatest = 0;
    bool *keep = af_new_array(f->scratch, bool, f->rows.count + 1);
    for (int r = 0; r < f->rows.count; r++)
        greatest = fmax(greatest, f->rows.items[r].usage[i]);
    greatest = fmin(greatest, f->t->least[i].value);
    for (int r = 0; r < f->rows.count; r++)
        keep[r] = f->rows.items[r].usage[i] >= greatest * (1 - 1e-9);
    keep_rows(f, keep);
}

static void keep_most_used(filling *f)
{
    bool *keep = af_new_array(f->scratch, bool, f->rows.count + 1), any = false, done[MOST_LEAST] = {false};
    for (int r = 0; r < f->rows.count; r++) {
        keep[r] = true;
        for (int i = 0; i < f->t->n_least; i++)
            keep[r] &= reaches(f, &f->rows.items[r], i);
        any |= keep[r];
    }
    if (any) {
        keep_rows(f, keep);
        return;
    }
    for (int n = 0; n < f->t->n_least; n++) {
        int next = -1;
        for (int i = 0; i < f->t->n_least; i++)
            if (!done[i] && (next < 0 || outermost_loop(f, i) > outermost_loop(f, next)))
                next = i;
        done[next] = true;
        keep_greatest(f, next);
    }
}

static void fill(filling *f)
{
    f->rows.count = 0;
    find_loops(f);
    choose(f, f->t->n_loops - 1);
    if (f->t->n_least)
        keep_most_used(f);
    af_step *steps = af_new_array(f->scratch, af_step, f->t->n_steps);
    for (int r = 0; r < f->rows.count && !f->list->gave_up; r++)
        brute_add(f->parts, steps, steps_of(f, f->rows.items[r].tile, false, steps));
}

brute_list brute_of_templates(af_arena *arena, const af_einsum *einsum, uint64_t fixes, double most)
{
    brute_list list = {0};
    brute_parts *parts = brute_parts_new(arena, einsum, fixes, &list);
    af_report *report = af_report_new("brute");
    af_report_quiet(report, true);
    for (int p = 0; p < einsum->n_paths; p++) {
        af_template *templates;
        int n = 0;
        af_counts counts = {0};
        list.gave_up = list.gave_up ||
                       af_make_templates(arena, einsum, p, fixes, &templates, &n, &counts, report) ||
                       counts.total > most;
        for (int t = 0; t < n && !list.gave_up; t++) {
            filling f = {.arena = arena,
                         .scratch = af_arena_new(),
                         .e = einsum,
                         .t = &templates[t],
                         .list = &list,
                         .parts = parts,
                         .fixes = fixes,
                         .most = most};
            if (f.t->n_loops <= MOST_LOOPS && f.t->n_least <= MOST_LEAST)
                fill(&f);
            else
                list.gave_up = true;
            af_arena_free(f.scratch);
        }
    }
    af_report_free(report);
    return list;
}
