/* What one tensor moves: reads, writes and occupancy of each of its holders (50 section 4).
 *
 * Shapes flow down the nest, statistics up. Between two loops with an initial tile shape the closed form of
 * 50 section 4.7 holds: an action count is its value at the holder times the product of the loops above. So
 * the way down keeps those products, and the way up multiplies only what travels to the parent. A loop with
 * an initial tile shape is visited twice and its visits are combined. */
#include "model/reuse.h"

#include <math.h>
static bool splits(const af_reuse_walk *w, const af_step *s)
{
    return !w->cuts && af_is_loop(s) && !af_is_zero(s->initial) &&
        af_relevance_of(w->tensor, s->rank_variable) != AF_IRRELEVANT;
}

af_num af_tile_values(af_graph *g, const af_tensor *tensor, const af_num *shape, uint64_t fixes)
{
    af_num values = af_known(1);
    bool dense_from_zero = !af_has_quirk(fixes, AF_QUIRK_PROJECTION_CONSTANT);
    /* a tile is as long whichever way it is walked */
    bool forwards = af_has_quirk(fixes, AF_QUIRK_NEGATIVE_COEFFICIENT);
    for (int i = 0; i < tensor->n_ranks; i++) {
        const af_rank *rank = &tensor->ranks[i];
        double rest = 1 + (dense_from_zero ? rank->constant : 0);
        af_num extent = af_known(0);
        for (int k = 0; k < rank->n_terms; k++) {
            af_num own = shape[rank->terms[k].rank_variable];
            double coefficient = forwards ? fabs(rank->terms[k].coefficient) : rank->terms[k].coefficient;
            extent = af_add(g, extent, coefficient == 1 ? own : af_mul(g, af_known(coefficient), own));
            rest -= coefficient;
        }
        values = af_mul(g, values, rest == 0 ? extent : af_add(g, extent, af_known(rest)));
    }
    return values;
}

/* ---- the way down */

static af_loop_products below_loop(af_reuse_walk *w, af_loop_products above, const af_step *loop,
                                   af_num factor)
{
    af_graph *g = w->g;
    af_loop_products p = above;
    p.total = af_mul(g, above.total, factor);
    if (loop->kind == AF_STEP_TEMPORAL)
        p.unit = af_mul(g, above.unit, factor);
    if (!w->tensor->output)
        return p;
    bool first = loop->kind == AF_STEP_SPATIAL || af_relevance_of(w->tensor,
                                                                  loop->rank_variable) == AF_RELEVANT;
    if (first)
        p.first_total = af_mul(g, above.first_total, factor);
    if (first && loop->kind == AF_STEP_TEMPORAL)
        p.first_unit = af_mul(g, above.first_unit, factor);
    return p;
}

/* A loop that is counted as it runs: what is taken is the largest tile, what moves are average ones. */
static void descend_cut(af_reuse_walk *w, af_reuse_level *l, const af_step *loop, const af_cut *cut)
{
    l->factor = af_known(cut->factor);
    w->shape[loop->rank_variable] = af_known(cut->largest);
    w->average[loop->rank_variable] = af_known(cut->average);
}

static void descend_loop(af_reuse_walk *w, af_reuse_level *l, const af_step *loop)
{
    bool irrelevant = af_relevance_of(w->tensor, loop->rank_variable) == AF_IRRELEVANT;
    l->factor = irrelevant ? w->iterations->of_loop[loop->loop] : af_div(w->g, l->shape, loop->tile);
    w->shape[loop->rank_variable] = loop->tile;
}

/* Fills levels from `from` to the first node that is the leaf or splits, whose index it returns. */
static int descend(af_reuse_walk *w, int from)
{
    af_num one = af_known(1);
    af_loop_products p = {one, one, one, one};
    const af_num *moving = w->cuts ? w->average : w->shape;
    int at = from;
    for (;; at++) {
        const af_step *s = af_walk_step(w, at);
        af_reuse_level *l = &w->levels[at];
        l->above = p;
        if (s->kind == AF_STEP_COMPUTE || splits(w, s))
            return at;
        if (af_is_holder(s))
            l->tile = af_tile_values(w->g, w->tensor, w->share && at == w->shared_at ? w->share : moving,
                                     w->fixes);
        else if (s->kind == AF_STEP_RESERVATION)
            l->tile = af_mul(w->g, af_tile_values(w->g, w->tensor, w->shape, w->fixes),
                             af_known(af_bits_in(w, s->node)));
        else {
            l->shape = w->shape[s->rank_variable];
            if (w->cuts)
                descend_cut(w, l, s, &w->cuts[at]);
            else
                descend_loop(w, l, s);
            if (s->kind == AF_STEP_SPATIAL && w->needs_networks)
                l->tile = af_tile_values(w->g, w->tensor, moving, w->fixes);
            p = below_loop(w, p, s, l->factor);
        }
    }
}

/* ---- the way up: routes */

static void start_routes(af_reuse_walk *w, af_traffic *to, int at)
{
    int source = -1;
    for (int i = at - 1, own = af_walk_step(w, at)->kind == AF_STEP_COMPUTE; i >= 0 && source < 0; i--) {
        const af_step *s = af_walk_step(w, i);
        if (!af_is_holder(s))
            continue;
        if (own)
            source = s->node;
        own |= s->node == to->node;          /* the holder of this reservation; the next one is the parent */
    }
    if (source < 0 || !w->needs_networks)
        return;
    bool leaves = w->pmapping->is_copy && af_walk_step(w, at)->kind == AF_STEP_COMPUTE;
    int end = leaves ? af_copy_destination(w->pmapping, w->tensor_index, source) : to->node;
    to->n_routes = af_routes_between(w->arena, w->pmapping, source,
                                     af_has_quirk(w->fixes, AF_QUIRK_COPY_NETWORK) ? end : to->node, w->fixes,
                                     &to->routes);
    for (int i = 0; i < to->n_routes; i++)
        to->routes[i].lowest = w->einsum->paths[w->pmapping->path].position[end];
}

/* Parts of a source that send to the instances below a loop, each over links of its own: along the other
 * dimensions of their Array. */
static af_num parts_below(af_reuse_walk *w, const af_reuse_branch *b, const af_step *loop, int source)
{
    const af_einsum *e = w->einsum;
    af_num parts = af_known(1);
    for (int d = 0; d < e->nodes[loop->node].n_dimensions; d++) {
        const af_step along = {.node = loop->node, .dimension = (int16_t)d};
        const struct af_physical *own = af_physical_along(e, source, &along);
        af_num used = b->fanout[af_dimension_number(w->pmapping, loop->node, d)];
        if (d != loop->dimension && own && !af_is_zero(used))
            parts = af_mul(w->g, parts, af_max(w->g, af_div(w->g, used, af_known(own->stride)), af_known(1)));
    }
    return parts;
}

static int pass_routes(af_reuse_walk *w, const af_reuse_branch *b, const af_step *loop, af_num factor,
                       af_num tile)
{
    af_passing passing = {.loop = loop, .factor = factor, .tile = tile};
    if (loop->kind == AF_STEP_SPATIAL && w->needs_networks) {
        passing.shared = af_is_reused(w, loop);
        passing.below = b->fanout[af_dimension_number(w->pmapping, loop->node, loop->dimension)];
    }
    for (int i = 0; i < b->n; i++) {
        const af_traffic *t = &b->holders[i];
        passing.moved = w->tensor->output ? t->writes : t->reads;
        for (int k = 0; k < t->n_routes; k++) {
            if (loop->kind == AF_STEP_SPATIAL)
                passing.parts_below = parts_below(w, b, loop, t->routes[k].source);
            if (af_pass_route(w->g, w->pmapping, w->tensor_index, &t->routes[k], &passing, w->fixes,
                              w->report, w->path) < 0)
                return -1;
        }
    }
    return 0;
}

/* ---- the way up: holders */

static void multiply_parent_traffic(af_graph *g, af_traffic *t, af_num factor, bool skipped_too)
{
    t->reads = af_mul(g, t->reads, factor);
    t->writes = af_mul(g, t->writes, factor);
    if (skipped_too)
        t->skipped = af_mul(g, t->skipped, factor);
}

static void multiply_most(af_graph *g, af_traffic *t, af_num factor, bool skipped_too)
{
    t->most_reads = af_mul(g, t->most_reads, factor);
    t->most_writes = af_mul(g, t->most_writes, factor);
    if (skipped_too)
        t->least_skipped = af_mul(g, t->least_skipped, factor);
}

bool af_is_reused(const af_reuse_walk *w, const af_step *loop)
{
    return af_relevance_of(w->tensor, loop->rank_variable) == AF_IRRELEVANT &&
           w->einsum->nodes[loop->node].dimensions[loop->dimension].may_reuse >> w->tensor_index & 1;
}

static int pass_loop(af_reuse_walk *w, af_reuse_branch *b, int at)
{
    const af_step *loop = af_walk_step(w, at);
    const af_reuse_level *l = &w->levels[at];
    bool spatial = loop->kind == AF_STEP_SPATIAL;
    af_relevance relevance = af_relevance_of(w->tensor, loop->rank_variable);
    /* The outermost holder so far; until its Storage is met, the next inner one still talks to a parent. */
    int outermost = b->n - 1, talking = b->holders[outermost].filled ? outermost : outermost - 1;
    bool reused = spatial && talking == outermost && af_is_reused(w, loop);
    if (pass_routes(w, b, loop, l->factor, l->tile) < 0)
        return -1;
    if (!reused) {
        bool skipped_too = spatial || relevance == AF_RELEVANT;
        multiply_parent_traffic(w->g, &b->holders[talking], l->factor, skipped_too);
        if (w->two_visits)
            multiply_most(w->g, &b->holders[talking], l->factor, skipped_too);
    }
    if (spatial && w->needs_fanout) {
        af_num *used = &b->fanout[af_dimension_number(w->pmapping, loop->node, loop->dimension)];
        af_num instances = w->cuts ? af_known(w->cuts[at].instances) : l->factor;
        *used = af_is_zero(*used) ? instances : af_mul(w->g, *used, instances);
    }
    return 0;
}

static void take_reservation(af_reuse_walk *w, af_reuse_branch *b, int at)
{
    const af_step *s = af_walk_step(w, at);
    af_traffic *t = &b->holders[b->n++];
    *t = (af_traffic){.node = s->node, .level = w->nest->depth[at], .persistent = s->persistent,
                      .occupancy = w->levels[at].tile};
    start_routes(w, t, at);
}

/* The compute, and what reservations stand for */
static int most_holders(const af_reuse_walk *w)
{
    int n = 1;
    for (int i = 0; i < w->nest->n; i++)
        n += af_walk_step(w, i)->kind == AF_STEP_RESERVATION;
    return n;
}

static af_reuse_branch leaf_branch(af_reuse_walk *w, int at)
{
    const af_step *s = af_walk_step(w, at);
    bool output = w->tensor->output, copy = w->pmapping->is_copy;
    af_reuse_branch b = {1, af_new_array(w->arena, af_traffic, most_holders(w)), NULL, false};
    af_num one = af_known(1), zero = af_known(0);
    af_num reads = copy && output ? zero : one, writes = output ? one : zero;
    af_num skipped = output && !copy && w->einsum->nodes[s->node].skip_initial_output_write ? one : zero;
    b.holders[0] = (af_traffic){.node = s->node, .level = w->nest->depth[at], .filled = true,
                                .occupancy = one, .reads = reads,
                                .writes = writes, .skipped = skipped, .most_reads = reads,
                                .most_writes = writes, .least_skipped = skipped};
    start_routes(w, &b.holders[0], at);
    if (w->needs_fanout)
        b.fanout = af_new_array(w->arena, af_num, w->n_dimensions);
    return b;
}

/* ---- loops with an initial tile shape: two visits (50 sections 4.3, 4.5) */

static void multiply_each(af_graph *g, af_num *const *numbers, int n, af_num factor)
{
    for (int i = 0; i < n; i++)
        *numbers[i] = af_mul(g, *numbers[i], factor);
}

/* One holder below the loop, repeated `factor` times by it. */
static void repeat(af_reuse_walk *w, af_traffic *t, const af_step *loop, af_num factor)
{
    af_graph *g = w->g;
    bool spatial = loop->kind == AF_STEP_SPATIAL;
    bool first = spatial || af_relevance_of(w->tensor, loop->rank_variable) == AF_RELEVANT;
    multiply_parent_traffic(g, t, factor, first);
    multiply_most(g, t, factor, first);
    af_num *totals[] = {&t->read, &t->write, &t->all_reads, &t->all_writes},
        *firsts[] = {&t->skipped_read, &t->skipped_write, &t->all_skipped};
    af_num *units[] = {&t->unit_read, &t->unit_write}, *unit_firsts[] = {&t->unit_skipped_read,
        &t->unit_skipped_write};
    multiply_each(g, totals, 4, factor);
    if (first)
        multiply_each(g, firsts, 3, factor);
    if (!spatial)
        multiply_each(g, units, 2, factor);
    if (!spatial && first)
        multiply_each(g, unit_firsts, 2, factor);
}

static void combine(af_reuse_walk *w, af_traffic *a, const af_traffic *b)
{
    af_graph *g = w->g;
#define SUM(field) a->field = af_add(g, a->field, b->field)
#define MOST(field) a->field = af_max_nonzero(g, a->field, b->field)
#define LEAST(field) a->field = af_min_nonzero(g, a->field, b->field)
    SUM(reads); SUM(writes); SUM(skipped); SUM(read); SUM(write); SUM(skipped_read); SUM(skipped_write);
    SUM(all_reads); SUM(all_writes); SUM(all_skipped);
    MOST(most_reads); MOST(most_writes); MOST(unit_read); MOST(unit_write); MOST(occupancy);
    LEAST(least_skipped); LEAST(unit_skipped_read); LEAST(unit_skipped_write);
#undef SUM
#undef MOST
#undef LEAST
}

static af_reuse_branch visit(af_reuse_walk *w, int at, const af_step *loop, af_num value, af_num factor)
{
    w->shape[loop->rank_variable] = value;
    af_num values = w->needs_networks ? af_tile_values(w->g, w->tensor, w->shape, w->fixes) : af_known(0);
    af_reuse_branch b = af_reuse_from(w, at + 1);
    b.failed = b.failed || pass_routes(w, &b, loop, factor, values) < 0;
    for (int i = 0; i < b.n && !b.failed; i++)
        repeat(w, &b.holders[i], loop, factor);
    if (loop->kind == AF_STEP_SPATIAL && w->needs_fanout) {
        af_num *used = &b.fanout[af_dimension_number(w->pmapping, loop->node, loop->dimension)];
        *used = af_is_zero(*used) ? factor : af_mul(w->g, *used, factor);
    }
    return b;
}

static af_reuse_branch split_branch(af_reuse_walk *w, int at)
{
    const af_step *loop = af_walk_step(w, at);
    af_graph *g = w->g;
    af_num shape = w->shape[loop->rank_variable];
    af_num rest = af_ceil(g, af_div(g, af_sub(g, shape, loop->initial), loop->tile));
    af_reuse_branch a = visit(w, at, loop, loop->initial, af_known(1));
    af_reuse_branch b = visit(w, at, loop, loop->tile, rest);
    w->shape[loop->rank_variable] = shape;
    a.failed |= b.failed;
    for (int i = 0; i < a.n && !a.failed; i++) {
        combine(w, &a.holders[i], &b.holders[i]);
        for (int k = 0; k < a.holders[i].n_routes; k++)
            af_combine_visits(g, w->pmapping, loop, &a.holders[i].routes[k], &b.holders[i].routes[k],
                              w->fixes);
    }
    int own = loop->kind == AF_STEP_SPATIAL ? af_dimension_number(w->pmapping, loop->node, loop->dimension) :
        -1;
    for (int d = 0; w->needs_fanout && d < w->n_dimensions; d++)
        a.fanout[d] = d == own ? af_add(g, a.fanout[d], b.fanout[d])
                               : af_max_nonzero(g, a.fanout[d], b.fanout[d]);
    return a;
}

/* What is above the split in this stretch multiplies the action counts of what is below it. */
static void multiply_actions(af_reuse_walk *w, af_reuse_branch *b, af_loop_products above)
{
    af_graph *g = w->g;
    for (int i = 0; i < b->n; i++) {
        af_traffic *t = &b->holders[i];
        t->read = af_mul(g, t->read, above.total);
        t->write = af_mul(g, t->write, above.total);
        t->all_reads = af_mul(g, t->all_reads, above.total);
        t->all_writes = af_mul(g, t->all_writes, above.total);
        t->all_skipped = af_mul(g, t->all_skipped, above.first_total);
        t->skipped_read = af_mul(g, t->skipped_read, above.first_total);
        t->skipped_write = af_mul(g, t->skipped_write, above.first_total);
        t->unit_read = af_mul(g, t->unit_read, above.unit);
        t->unit_write = af_mul(g, t->unit_write, above.unit);
        t->unit_skipped_read = af_mul(g, t->unit_skipped_read, above.first_unit);
        t->unit_skipped_write = af_mul(g, t->unit_skipped_write, above.first_unit);
    }
}

af_reuse_branch af_reuse_from(af_reuse_walk *w, int from)
{
    int end = descend(w, from);
    bool leaf = af_walk_step(w, end)->kind == AF_STEP_COMPUTE;
    af_reuse_branch b = leaf ? leaf_branch(w, end) : split_branch(w, end);
    if (!leaf)
        multiply_actions(w, &b, w->levels[end].above);
    for (int at = end - 1; at >= from && !b.failed; at--) {
        const af_step *s = af_walk_step(w, at);
        if (af_is_loop(s)) {
            w->shape[s->rank_variable] = w->levels[at].shape;
            b.failed = pass_loop(w, &b, at) < 0;
        } else if (s->kind == AF_STEP_RESERVATION)
            take_reservation(w, &b, at);
        else
            af_pass_holder(w, &b, at);
    }
    return b;
}

static void note_needs(af_reuse_walk *w)
{
    const af_path *path = &w->einsum->paths[w->pmapping->path];
    for (int i = 0; i < path->n_nodes; i++) {
        w->needs_networks |= w->einsum->nodes[path->nodes[i]].kind == AF_NETWORK;
        w->needs_fanout |= w->needs_networks || af_is_distributed(&w->einsum->nodes[path->nodes[i]]);
    }
    for (int i = 0; i < w->nest->n; i++)
        w->two_visits |= splits(w, af_walk_step(w, i));
    if (w->needs_fanout)
        w->n_dimensions = af_n_path_dimensions(w->pmapping);
}

int af_analyze_tensor(af_arena *arena, af_graph *g, const af_pmapping *pmapping, int tensor,
                      const af_nest *nest, const af_iterations *iterations, uint64_t fixes,
                      af_tensor_traffic *traffic, af_report *report, const char *path)
{
    const af_einsum *e = pmapping->einsum;
    af_reuse_walk w = {.arena = arena, .g = g, .pmapping = pmapping, .einsum = e, .nest = nest,
              .iterations = iterations,
              .tensor = &e->tensors[tensor], .tensor_index = tensor, .fixes = fixes, .report = report,
              .path = path,
              .shape = af_new_array(arena, af_num, e->n_rank_variables),
              .levels = af_new_array(arena, af_reuse_level, nest->n)};
    for (int v = 0; v < e->n_rank_variables; v++)
        w.shape[v] = af_known(e->rank_variables[v].bound);
    note_needs(&w);
    bool as_it_runs = af_has_quirk(fixes, AF_QUIRK_IMPERFECT_TILES) && af_is_uneven(pmapping);
    af_reuse_branch b = as_it_runs ? af_reuse_as_it_runs(&w) : af_reuse_from(&w, 0);
    if (!w.two_visits)
        for (int i = 0; i < b.n; i++) {
            af_traffic *t = &b.holders[i];
            t->most_reads = t->reads, t->most_writes = t->writes, t->least_skipped = t->skipped;
        }
    *traffic = (af_tensor_traffic){b.n, b.holders, w.quirks};
    return b.failed ? -1 : 0;
}
