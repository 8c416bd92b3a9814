/* Loops that do not divide evenly, counted as they run (the fix of imperfect-tiles): the nest is walked anew
 * for each count of a holder, with the loops cut to the tiles that the count is of. */
#include "model/reuse.h"

#include <math.h>

/* For which count of the holder at `at` the loops are cut. Of some loops only the first tile counts, which is
 * the largest: of the spatial ones above the holder, for its busiest unit; of the spatial ones between it and
 * what it serves, if one request serves all instances; and, for what is skipped, of the temporal ones that
 * come back to the same values. Where the holder is spread over an Array, the busiest unit is the first, and
 * of the loops of the Array as many tiles count as it serves. */
typedef struct view { int at; bool unit, skips; } view;

/* Of the loop at `at` below a holder in `node`: so many tiles are those of the first unit; 0: all. */
static int served_by_first_unit(const af_reuse_walk *w, int node, int at, const af_cut *all)
{
    const af_step *loop = af_walk_step(w, at);
    const struct af_physical *parts = NULL;
    double places = 1;
    if (loop->kind == AF_STEP_SPATIAL)
        parts = af_physical_along(w->einsum, node, loop);
    for (int i = at + 1; parts && i < w->nest->n; i++) {
        const af_step *s = af_walk_step(w, i);
        if (s->kind == AF_STEP_SPATIAL && s->node == loop->node && s->dimension == loop->dimension)
            places *= all[i].instances;
    }
    return parts ? (int)ceil(parts->stride / places) : 0;
}

/* The most bits of a holder that one of its units takes: of the largest tile at its reservation the share of
 * the first. */
static af_num occupancy_of_first_unit(af_reuse_walk *w, int at)
{
    const af_step *holder = af_walk_step(w, at);
    int *only = af_new_array(w->arena, int, w->nest->n), reserved = at;
    const af_cut *all = af_cut_nest(w->arena, w->pmapping, w->nest, only);
    for (int i = at; i < w->nest->n; i++)
        if (af_walk_step(w, i)->kind == AF_STEP_RESERVATION && af_walk_step(w, i)->node == holder->node)
            reserved = i;
    for (int i = 0; i < w->nest->n; i++)
        only[i] = i < reserved ? 1 : served_by_first_unit(w, holder->node, i, all);
    const af_cut *own = af_cut_nest(w->arena, w->pmapping, w->nest, only);
    for (int k = 0; k < w->einsum->n_rank_variables; k++)
        w->average[k] = af_known(w->einsum->rank_variables[k].bound);
    for (int i = 0; i < w->nest->n; i++)
        if (af_is_loop(af_walk_step(w, i)))
            w->average[af_walk_step(w, i)->rank_variable] = af_known(own[i].values);
    return af_mul(w->g, af_tile_values(w->g, w->tensor, w->average, w->fixes),
                  af_known(af_bits_in(w, holder->node)));
}

/* Sizes of the part of its tile that the first unit of a holder has, on average over the holder's visits. */
static const af_num *share_of_first_unit(af_reuse_walk *w, int holder)
{
    af_num *share = af_new_array(w->arena, af_num, w->einsum->n_rank_variables);
    double *visits = af_new_array(w->arena, double, w->einsum->n_rank_variables);
    af_mask spread = 0;
    for (int k = 0; k < w->einsum->n_rank_variables; k++)
        share[k] = af_known(w->einsum->rank_variables[k].bound), visits[k] = 1;
    for (int i = 0; i < w->nest->n; i++) {
        const af_step *s = af_walk_step(w, i);
        if (!af_is_loop(s))
            continue;
        if (i < holder) {
            share[s->rank_variable] = af_known(w->cuts[i].average);
            visits[s->rank_variable] = w->cuts[i].count;
        } else if (s->kind == AF_STEP_SPATIAL &&
                   af_physical_along(w->einsum, af_walk_step(w, holder)->node, s))
            spread |= (af_mask)1 << s->rank_variable;
    }
    for (int i = holder; i < w->nest->n; i++)
        if (af_is_loop(af_walk_step(w, i)) && spread >> af_walk_step(w, i)->rank_variable & 1)
            share[af_walk_step(w, i)->rank_variable] =
                af_known(w->cuts[i].values / visits[af_walk_step(w, i)->rank_variable]);
    return share;
}

static af_reuse_branch analyze_view(af_reuse_walk *w, view v)
{
    int *first = af_new_array(w->arena, int, w->nest->n);
    const af_cut *all = af_cut_nest(w->arena, w->pmapping, w->nest, first);
    bool serves = true;
    w->one_unit = v.unit && af_has_quirk(w->fixes, AF_QUIRK_SPREAD_UNITS);
    for (int i = 0; i < w->nest->n; i++) {
        const af_step *s = af_walk_step(w, i);
        serves &= i <= v.at || s->kind != AF_STEP_STORAGE;     /* a Toll passes on what stands below it */
        if (s->kind == AF_STEP_SPATIAL)
            first[i] = i < v.at ? v.unit : serves && af_is_reused(w, s) ? 1 :
                w->one_unit ? served_by_first_unit(w, af_walk_step(w, v.at)->node, i, all) : 0;
        else if (s->kind == AF_STEP_TEMPORAL)
            first[i] = v.skips && af_relevance_of(w->tensor, s->rank_variable) != AF_RELEVANT;
    }
    w->cuts = af_cut_nest(w->arena, w->pmapping, w->nest, first);
    w->share = w->one_unit ? share_of_first_unit(w, v.at) : NULL;
    w->shared_at = v.at;
    for (int k = 0; k < w->einsum->n_rank_variables; k++)
        w->shape[k] = w->average[k] = af_known(w->einsum->rank_variables[k].bound);
    return af_reuse_from(w, 0);
}

static void take_counts(af_reuse_walk *w, af_traffic *t, int at, int holder)
{
    const af_traffic *total = &analyze_view(w, (view){at, false, false}).holders[holder],
        *skipped = &analyze_view(w, (view){at, false, true}).holders[holder];
    t->read = total->read, t->write = total->write;
    t->skipped_read = skipped->skipped_read, t->skipped_write = skipped->skipped_write;
    total = &analyze_view(w, (view){at, true, false}).holders[holder],
        skipped = &analyze_view(w, (view){at, true, true}).holders[holder];
    t->unit_read = total->unit_read, t->unit_write = total->unit_write;
    t->unit_skipped_read = skipped->unit_skipped_read, t->unit_skipped_write = skipped->unit_skipped_write;
}

af_reuse_branch af_reuse_as_it_runs(af_reuse_walk *w)
{
    w->average = af_new_array(w->arena, af_num, w->einsum->n_rank_variables);
    af_reuse_branch all = analyze_view(w, (view){w->nest->n, false, false});
    for (int at = 0; at < w->nest->n && !all.failed; at++)
        for (int i = 1; i < all.n && af_is_holder(af_walk_step(w, at)); i++)
            if (all.holders[i].node == af_walk_step(w, at)->node) {
                take_counts(w, &all.holders[i], at, i);
                if (af_is_distributed(&w->einsum->nodes[af_walk_step(w, at)->node]) &&
                    af_has_quirk(w->fixes, AF_QUIRK_SPREAD_UNITS))
                    all.holders[i].occupancy = occupancy_of_first_unit(w, at);
            }
    for (int i = 0; i < all.n && !all.failed; i++)
        for (int k = 0; k < all.holders[i].n_routes; k++)
            af_run_route(w->arena, w->g, w->pmapping, w->tensor_index, w->nest, w->fixes,
                         &all.holders[i].routes[k]);
    return all;
}
