/* What one tensor moves: reads, writes and occupancy of each of its holders (50 section 4).
 *
 * Shapes flow down the nest, statistics up. Between two loops with an initial tile shape the closed form of
 * 50 section 4.7 holds: an action count is its value at the holder times the product of the loops above. So
 * the way down keeps those products, and the way up multiplies only what travels to the parent. A loop with
 * an initial tile shape is visited twice and its visits are combined. */
#include "model/analysis.h"

#include <math.h>
#include <string.h>

/* Products of the loops above a node: all of them, temporal ones only, and both with the irrelevant temporal
 * loops left out, since what is skipped is skipped once. */
typedef struct products { af_num total, unit, first_total, first_unit; } products;

typedef struct level {                       /* per node of the nest, filled on the way down */
    products above;
    af_num factor;                           /* loop: how often it repeats */
    /* holder: values of its tile; reservation: bits; spatial loop: values below it */
    af_num tile;
    af_num shape;                            /* loop: shape of its rank variable above it */
} level;

typedef struct walk {
    af_arena *arena; af_graph *g;
    const af_pmapping *pmapping;
    const af_einsum *einsum;
    const af_nest *nest;
    const af_iterations *iterations;
    const af_tensor *tensor; int tensor_index;
    uint64_t fixes;
    af_num *shape;
    /* per node and per rank variable, where uneven loops are counted as they run; else NULL */
    const af_cut *cuts; af_num *average;
    level *levels;
    bool two_visits;                         /* some loop of the nest has an initial tile shape */
    bool needs_fanout, needs_networks;
    bool one_unit;                           /* what one unit serves is counted, not a part of it all */
    const af_num *share; int shared_at;      /* of the tile at that node, sizes of what one unit holds */
    int n_dimensions;
    uint64_t quirks;                         /* met on the way */
    af_report *report; const char *path;
} walk;

typedef struct branch { int n; af_traffic *holders; af_num *fanout; bool failed; } branch;

static const af_step *step_at(const walk *w, int at) { return &w->pmapping->analysed[w->nest->steps[at]]; }
static bool is_loop(const af_step *s) { return s->kind == AF_STEP_TEMPORAL || s->kind == AF_STEP_SPATIAL; }
static bool is_holder(const af_step *s) { return s->kind == AF_STEP_STORAGE || s->kind == AF_STEP_TOLL; }

static bool splits(const walk *w, const af_step *s)
{
    return !w->cuts && is_loop(s) && !af_is_zero(s->initial) &&
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

static products below_loop(walk *w, products above, const af_step *loop, af_num factor)
{
    af_graph *g = w->g;
    products p = above;
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
static void descend_cut(walk *w, level *l, const af_step *loop, const af_cut *cut)
{
    l->factor = af_known(cut->factor);
    w->shape[loop->rank_variable] = af_known(cut->largest);
    w->average[loop->rank_variable] = af_known(cut->average);
}

static void descend_loop(walk *w, level *l, const af_step *loop)
{
    bool irrelevant = af_relevance_of(w->tensor, loop->rank_variable) == AF_IRRELEVANT;
    l->factor = irrelevant ? w->iterations->of_loop[loop->loop] : af_div(w->g, l->shape, loop->tile);
    w->shape[loop->rank_variable] = loop->tile;
}

static double bits_in(const walk *w,
                      int node) { return w->einsum->nodes[node].bits_per_value[w->tensor_index]; }

/* Fills levels from `from` to the first node that is the leaf or splits, whose index it returns. */
static int descend(walk *w, int from)
{
    af_num one = af_known(1);
    products p = {one, one, one, one};
    const af_num *moving = w->cuts ? w->average : w->shape;
    int at = from;
    for (;; at++) {
        const af_step *s = step_at(w, at);
        level *l = &w->levels[at];
        l->above = p;
        if (s->kind == AF_STEP_COMPUTE || splits(w, s))
            return at;
        if (is_holder(s))
            l->tile = af_tile_values(w->g, w->tensor, w->share && at == w->shared_at ? w->share : moving,
                                     w->fixes);
        else if (s->kind == AF_STEP_RESERVATION)
            l->tile = af_mul(w->g, af_tile_values(w->g, w->tensor, w->shape, w->fixes),
                             af_known(bits_in(w, s->node)));
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

static void start_routes(walk *w, af_traffic *to, int at)
{
    int source = -1;
    for (int i = at - 1, own = step_at(w, at)->kind == AF_STEP_COMPUTE; i >= 0 && source < 0; i--) {
        const af_step *s = step_at(w, i);
        if (!is_holder(s))
            continue;
        if (own)
            source = s->node;
        own |= s->node == to->node;          /* the holder of this reservation; the next one is the parent */
    }
    if (source < 0 || !w->needs_networks)
        return;
    bool leaves = w->pmapping->is_copy && step_at(w, at)->kind == AF_STEP_COMPUTE;
    int end = leaves ? af_copy_destination(w->pmapping, w->tensor_index, source) : to->node;
    to->n_routes = af_routes_between(w->arena, w->pmapping, source,
                                     af_has_quirk(w->fixes, AF_QUIRK_COPY_NETWORK) ? end : to->node, w->fixes,
                                     &to->routes);
    for (int i = 0; i < to->n_routes; i++)
        to->routes[i].lowest = w->einsum->paths[w->pmapping->path].position[end];
}

static bool is_reused(const walk *w, const af_step *loop);

/* Parts of a source that send to the instances below a loop, each over links of its own: along the other
 * dimensions of their Array. */
static af_num parts_below(walk *w, const branch *b, const af_step *loop, int source)
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

static int pass_routes(walk *w, const branch *b, const af_step *loop, af_num factor, af_num tile)
{
    af_passing passing = {.loop = loop, .factor = factor, .tile = tile};
    if (loop->kind == AF_STEP_SPATIAL && w->needs_networks) {
        passing.shared = is_reused(w, loop);
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

/* One request of a spatial loop's instances for the same values is enough: multicast, reduction. */
static bool is_reused(const walk *w, const af_step *loop)
{
    return af_relevance_of(w->tensor, loop->rank_variable) == AF_IRRELEVANT &&
           w->einsum->nodes[loop->node].dimensions[loop->dimension].may_reuse >> w->tensor_index & 1;
}

static int pass_loop(walk *w, branch *b, int at)
{
    const af_step *loop = step_at(w, at);
    const level *l = &w->levels[at];
    bool spatial = loop->kind == AF_STEP_SPATIAL;
    af_relevance relevance = af_relevance_of(w->tensor, loop->rank_variable);
    /* The outermost holder so far; until its Storage is met, the next inner one still talks to a parent. */
    int outermost = b->n - 1, talking = b->holders[outermost].filled ? outermost : outermost - 1;
    bool reused = spatial && talking == outermost && is_reused(w, loop);
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

static void take_reservation(walk *w, branch *b, int at)
{
    const af_step *s = step_at(w, at);
    af_traffic *t = &b->holders[b->n++];
    *t = (af_traffic){.node = s->node, .level = w->nest->depth[at], .persistent = s->persistent,
                      .occupancy = w->levels[at].tile};
    start_routes(w, t, at);
}

/* Values that one action moves (20 section 9.1). */
static double values_per_action(const walk *w, const af_arch_node *node, const char *name)
{
    int action = af_find_action(node, name);
    double bits = 1, own = action < 0 ? NAN : node->actions[action].values_per_action[w->tensor_index];
    if (!isnan(own))
        return own;
    own = node->values_per_action[w->tensor_index];
    if (!isnan(own))
        return own;
    if (action >= 0)
        bits = node->actions[action].bits_per_action;
    return bits / node->bits_per_value[w->tensor_index];
}

static bool is_distributed(const af_arch_node *node)
{
    for (int i = 0; i < node->n_physical; i++)
        if (node->physical[i].fanout > 1)
            return true;
    return false;
}

static af_num units_along(walk *w, af_num used, double stride)
{
    af_num units = af_div(w->g, used, af_known(stride));
    w->quirks |= (uint64_t)(af_is_known(units) && units.value < 1) << AF_QUIRK_SPREAD_UNITS;
    return af_has_quirk(w->fixes, AF_QUIRK_SPREAD_UNITS) ? af_max(w->g, units, af_known(1)) : units;
}

/* Units of a memory spread over an Array that are in use (50 section 5.6). Of instances that do not fill the
 * stride of one unit the reference makes a part of a unit, which then holds more than there is. */
static af_num active_units(walk *w, const branch *b, int node)
{
    const af_path *path = &w->einsum->paths[w->pmapping->path];
    const af_arch_node *memory = &w->einsum->nodes[node];
    af_num units = af_known(1);
    int at = path->position[node] + 1;
    while (at < path->n_nodes && !w->einsum->nodes[path->nodes[at]].n_dimensions)
        at++;
    if (w->one_unit || !is_distributed(memory) || at == path->n_nodes)
        return units;
    const af_arch_node *cells = &w->einsum->nodes[path->nodes[at]];
    for (int d = 0; d < cells->n_dimensions; d++)
        for (int k = 0; k < memory->n_physical; k++) {
            af_num used = b->fanout[af_dimension_number(w->pmapping, path->nodes[at], d)];
            if (!strcmp(memory->physical[k].name, cells->dimensions[d].name) && !af_is_zero(used))
                units = af_mul(w->g, units, units_along(w, used, memory->physical[k].stride));
        }
    return units;
}

static bool has_parent(const walk *w, int at)
{
    for (int i = 0; i < at; i++)
        if (is_holder(step_at(w, i)))
            return true;
    return false;
}

/* What the holder at `at` fetches from its parent and writes back to it; a Toll passes what
 * its child moves. */
static void fill(walk *w, int at, af_traffic *t, const af_traffic *child, bool skips)
{
    bool toll = step_at(w, at)->kind == AF_STEP_TOLL, output = w->tensor->output, copy = w->pmapping->is_copy;
    af_num tile = w->levels[at].tile, zero = af_known(0);
    /* In a copy no holder is taken as the backing one: all flows upwards, inputs too (50 section 6). */
    bool as_reference = !af_has_quirk(w->fixes, AF_QUIRK_COPY_WRITE_BACK);
    bool fetches = !copy || (!as_reference && !output), writes = output || (copy && as_reference);
    bool skipped = fetches && output && skips;
    t->reads = !fetches ? zero : toll ? child->reads : tile;
    t->most_reads = !fetches ? zero : toll ? child->most_reads : tile;
    t->skipped = !skipped ? zero : toll ? child->skipped : tile;
    t->least_skipped = !skipped ? zero : toll ? child->least_skipped : tile;
    t->writes = !writes ? zero : toll ? child->writes : tile;
    t->most_writes = !writes ? zero : toll ? child->most_writes : tile;
}

static af_num scaled(af_graph *g, af_num x, double scale) { return scale == 1 ? x :
    af_mul(g, x, af_known(scale)); }

/* Action counts at the holder per visit of it, then times the loops above it (50 section 4.6). */
static void count_actions(walk *w, const af_step *s, af_traffic *t, const af_traffic *child, af_num units,
                          bool skips, products above)
{
    af_graph *g = w->g;
    const af_arch_node *node = &w->einsum->nodes[s->node];
    bool toll = s->kind == AF_STEP_TOLL;
    bool down = !toll || node->direction[w->tensor_index] != AF_UP, up = !toll ||
        node->direction[w->tensor_index] != AF_DOWN;
    double read = 1 / values_per_action(w, node, "read"), write = toll ? 0 :
        1 / values_per_action(w, node, "write");
    af_num zero = af_known(0);
    af_num reads = af_add(g, up ? t->writes : zero, down ? child->reads : zero);
    af_num writes = toll ? zero : af_add(g, t->reads, child->writes);
    af_num skipped_reads = down && skips ? child->skipped : zero, skipped_writes = toll ? zero : t->skipped;
    af_num most_reads = reads, most_writes = writes, least_reads = skipped_reads,
        least_writes = skipped_writes;
    /* the fill itself counts in full, the child's share per parent (50 section 4.6) */
    if (w->two_visits) {
        most_reads = af_add(g, up ? t->writes : zero, down ? child->most_reads : zero);
        most_writes = toll ? zero : af_add(g, t->reads, child->most_writes);
        least_reads = down && skips ? child->least_skipped : zero;
        least_writes = toll ? zero : t->least_skipped;
    }
    t->read = af_mul(g, scaled(g, reads, read), above.total);
    t->write = af_mul(g, scaled(g, writes, write), above.total);
    t->skipped_read = af_mul(g, scaled(g, skipped_reads, read), above.first_total);
    t->skipped_write = af_mul(g, scaled(g, skipped_writes, write), above.first_total);
    t->unit_read = af_div(g, af_mul(g, scaled(g, most_reads, read), above.unit), units);
    t->unit_write = af_div(g, af_mul(g, scaled(g, most_writes, write), above.unit), units);
    t->unit_skipped_read = af_div(g, af_mul(g, scaled(g, least_reads, read), above.first_unit), units);
    t->unit_skipped_write = af_div(g, af_mul(g, scaled(g, least_writes, write), above.first_unit), units);
}

/* What moves between a holder and its parent, per visit of the parent, in all visits of it. */
static void total_traffic(af_graph *g, af_traffic *child, products above)
{
    child->all_reads = af_mul(g, child->reads, above.total);
    child->all_writes = af_mul(g, child->writes, above.total);
    child->all_skipped = af_mul(g, child->skipped, above.first_total);
}

static void pass_holder(walk *w, branch *b, int at)
{
    const af_step *s = step_at(w, at);
    const af_arch_node *node = &w->einsum->nodes[s->node];
    af_traffic *t = &b->holders[b->n - 1];
    const af_traffic *child = &b->holders[b->n - 2];
    bool skips = (s->kind == AF_STEP_TOLL || node->skip_initial_output_write) && !w->pmapping->is_copy;
    t->filled = true;
    if (has_parent(w, at))
        fill(w, at, t, child, skips);
    af_num units = active_units(w, b, s->node);
    t->occupancy = s->kind == AF_STEP_TOLL ? af_known(0) : af_div(w->g, t->occupancy, units);
    count_actions(w, s, t, child, units, skips, w->levels[at].above);
    if (af_is_known(child->reads))
        total_traffic(w->g, &b->holders[b->n - 2], w->levels[at].above);
}

static branch leaf_branch(walk *w, int at)
{
    const af_step *s = step_at(w, at);
    bool output = w->tensor->output, copy = w->pmapping->is_copy;
    branch b = {1, af_new_array(w->arena, af_traffic, w->nest->n), NULL, false};
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

static branch analyze_from(walk *w, int from);

static af_num larger(af_graph *g, af_num a, af_num b) { return af_is_zero(a) ? b : af_is_zero(b) ? a :
    af_max(g, a, b); }
static af_num smaller(af_graph *g, af_num a, af_num b) { return af_min_nonzero(g, a, b); }

static void multiply_each(af_graph *g, af_num *const *numbers, int n, af_num factor)
{
    for (int i = 0; i < n; i++)
        *numbers[i] = af_mul(g, *numbers[i], factor);
}

/* One holder below the loop, repeated `factor` times by it. */
static void repeat(walk *w, af_traffic *t, const af_step *loop, af_num factor)
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

static void combine(walk *w, af_traffic *a, const af_traffic *b)
{
    af_graph *g = w->g;
#define SUM(field) a->field = af_add(g, a->field, b->field)
#define MOST(field) a->field = larger(g, a->field, b->field)
#define LEAST(field) a->field = smaller(g, a->field, b->field)
    SUM(reads); SUM(writes); SUM(skipped); SUM(read); SUM(write); SUM(skipped_read); SUM(skipped_write);
    SUM(all_reads); SUM(all_writes); SUM(all_skipped);
    MOST(most_reads); MOST(most_writes); MOST(unit_read); MOST(unit_write); MOST(occupancy);
    LEAST(least_skipped); LEAST(unit_skipped_read); LEAST(unit_skipped_write);
#undef SUM
#undef MOST
#undef LEAST
}

static branch visit(walk *w, int at, const af_step *loop, af_num value, af_num factor)
{
    w->shape[loop->rank_variable] = value;
    af_num values = w->needs_networks ? af_tile_values(w->g, w->tensor, w->shape, w->fixes) : af_known(0);
    branch b = analyze_from(w, at + 1);
    b.failed = b.failed || pass_routes(w, &b, loop, factor, values) < 0;
    for (int i = 0; i < b.n && !b.failed; i++)
        repeat(w, &b.holders[i], loop, factor);
    if (loop->kind == AF_STEP_SPATIAL && w->needs_fanout) {
        af_num *used = &b.fanout[af_dimension_number(w->pmapping, loop->node, loop->dimension)];
        *used = af_is_zero(*used) ? factor : af_mul(w->g, *used, factor);
    }
    return b;
}

static branch split_branch(walk *w, int at)
{
    const af_step *loop = step_at(w, at);
    af_graph *g = w->g;
    af_num shape = w->shape[loop->rank_variable];
    af_num rest = af_ceil(g, af_div(g, af_sub(g, shape, loop->initial), loop->tile));
    branch a = visit(w, at, loop, loop->initial, af_known(1));
    branch b = visit(w, at, loop, loop->tile, rest);
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
        a.fanout[d] = d == own ? af_add(g, a.fanout[d], b.fanout[d]) : larger(g, a.fanout[d], b.fanout[d]);
    return a;
}

/* What is above the split in this stretch multiplies the action counts of what is below it. */
static void multiply_actions(walk *w, branch *b, products above)
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

static branch analyze_from(walk *w, int from)
{
    int end = descend(w, from);
    bool leaf = step_at(w, end)->kind == AF_STEP_COMPUTE;
    branch b = leaf ? leaf_branch(w, end) : split_branch(w, end);
    if (!leaf)
        multiply_actions(w, &b, w->levels[end].above);
    for (int at = end - 1; at >= from && !b.failed; at--) {
        const af_step *s = step_at(w, at);
        if (is_loop(s)) {
            w->shape[s->rank_variable] = w->levels[at].shape;
            b.failed = pass_loop(w, &b, at) < 0;
        } else if (s->kind == AF_STEP_RESERVATION)
            take_reservation(w, &b, at);
        else
            pass_holder(w, &b, at);
    }
    return b;
}

static void note_needs(walk *w)
{
    const af_path *path = &w->einsum->paths[w->pmapping->path];
    for (int i = 0; i < path->n_nodes; i++) {
        w->needs_networks |= w->einsum->nodes[path->nodes[i]].kind == AF_NETWORK;
        w->needs_fanout |= w->needs_networks || is_distributed(&w->einsum->nodes[path->nodes[i]]);
    }
    for (int i = 0; i < w->nest->n; i++)
        w->two_visits |= splits(w, step_at(w, i));
    if (w->needs_fanout)
        w->n_dimensions = af_n_path_dimensions(w->pmapping);
}

/* ---- uneven loops as they run */

/* For which count of the holder at `at` the loops are cut. Of some loops only the first tile counts, which is
 * the largest: of the spatial ones above the holder, for its busiest unit; of the spatial ones between it and
 * what it serves, if one request serves all instances; and, for what is skipped, of the temporal ones that
 * come back to the same values. Where the holder is spread over an Array, the busiest unit is the first, and
 * of the loops of the Array as many tiles count as it serves. */
typedef struct view { int at; bool unit, skips; } view;

/* Of the loop at `at` below a holder in `node`: so many tiles are those of the first unit; 0: all. */
static int served_by_first_unit(const walk *w, int node, int at, const af_cut *all)
{
    const af_step *loop = step_at(w, at);
    const struct af_physical *parts = NULL;
    double places = 1;
    if (loop->kind == AF_STEP_SPATIAL)
        parts = af_physical_along(w->einsum, node, loop);
    for (int i = at + 1; parts && i < w->nest->n; i++) {
        const af_step *s = step_at(w, i);
        if (s->kind == AF_STEP_SPATIAL && s->node == loop->node && s->dimension == loop->dimension)
            places *= all[i].instances;
    }
    return parts ? (int)ceil(parts->stride / places) : 0;
}

/* The most bits of a holder that one of its units takes: of the largest tile at its reservation the share of
 * the first. */
static af_num occupancy_of_first_unit(walk *w, int at)
{
    const af_step *holder = step_at(w, at);
    int *only = af_new_array(w->arena, int, w->nest->n), reserved = at;
    const af_cut *all = af_cut_nest(w->arena, w->pmapping, w->nest, only);
    for (int i = at; i < w->nest->n; i++)
        if (step_at(w, i)->kind == AF_STEP_RESERVATION && step_at(w, i)->node == holder->node)
            reserved = i;
    for (int i = 0; i < w->nest->n; i++)
        only[i] = i < reserved ? 1 : served_by_first_unit(w, holder->node, i, all);
    const af_cut *own = af_cut_nest(w->arena, w->pmapping, w->nest, only);
    for (int k = 0; k < w->einsum->n_rank_variables; k++)
        w->average[k] = af_known(w->einsum->rank_variables[k].bound);
    for (int i = 0; i < w->nest->n; i++)
        if (is_loop(step_at(w, i)))
            w->average[step_at(w, i)->rank_variable] = af_known(own[i].values);
    return af_mul(w->g, af_tile_values(w->g, w->tensor, w->average, w->fixes),
                  af_known(bits_in(w, holder->node)));
}

/* Sizes of the part of its tile that the first unit of a holder has, on average over the holder's visits. */
static const af_num *share_of_first_unit(walk *w, int holder)
{
    af_num *share = af_new_array(w->arena, af_num, w->einsum->n_rank_variables);
    double *visits = af_new_array(w->arena, double, w->einsum->n_rank_variables);
    af_mask spread = 0;
    for (int k = 0; k < w->einsum->n_rank_variables; k++)
        share[k] = af_known(w->einsum->rank_variables[k].bound), visits[k] = 1;
    for (int i = 0; i < w->nest->n; i++) {
        const af_step *s = step_at(w, i);
        if (!is_loop(s))
            continue;
        if (i < holder) {
            share[s->rank_variable] = af_known(w->cuts[i].average);
            visits[s->rank_variable] = w->cuts[i].count;
        } else if (s->kind == AF_STEP_SPATIAL && af_physical_along(w->einsum, step_at(w, holder)->node, s))
            spread |= (af_mask)1 << s->rank_variable;
    }
    for (int i = holder; i < w->nest->n; i++)
        if (is_loop(step_at(w, i)) && spread >> step_at(w, i)->rank_variable & 1)
            share[step_at(w, i)->rank_variable] =
                af_known(w->cuts[i].values / visits[step_at(w, i)->rank_variable]);
    return share;
}

static branch analyze_view(walk *w, view v)
{
    int *first = af_new_array(w->arena, int, w->nest->n);
    const af_cut *all = af_cut_nest(w->arena, w->pmapping, w->nest, first);
    bool serves = true;
    w->one_unit = v.unit && af_has_quirk(w->fixes, AF_QUIRK_SPREAD_UNITS);
    for (int i = 0; i < w->nest->n; i++) {
        const af_step *s = step_at(w, i);
        serves &= i <= v.at || s->kind != AF_STEP_STORAGE;     /* a Toll passes on what stands below it */
        if (s->kind == AF_STEP_SPATIAL)
            first[i] = i < v.at ? v.unit : serves && is_reused(w, s) ? 1 :
                w->one_unit ? served_by_first_unit(w, step_at(w, v.at)->node, i, all) : 0;
        else if (s->kind == AF_STEP_TEMPORAL)
            first[i] = v.skips && af_relevance_of(w->tensor, s->rank_variable) != AF_RELEVANT;
    }
    w->cuts = af_cut_nest(w->arena, w->pmapping, w->nest, first);
    w->share = w->one_unit ? share_of_first_unit(w, v.at) : NULL;
    w->shared_at = v.at;
    for (int k = 0; k < w->einsum->n_rank_variables; k++)
        w->shape[k] = w->average[k] = af_known(w->einsum->rank_variables[k].bound);
    return analyze_from(w, 0);
}

static void take_counts(walk *w, af_traffic *t, int at, int holder)
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

static branch analyze_as_it_runs(walk *w)
{
    w->average = af_new_array(w->arena, af_num, w->einsum->n_rank_variables);
    branch all = analyze_view(w, (view){w->nest->n, false, false});
    for (int at = 0; at < w->nest->n && !all.failed; at++)
        for (int i = 1; i < all.n && is_holder(step_at(w, at)); i++)
            if (all.holders[i].node == step_at(w, at)->node) {
                take_counts(w, &all.holders[i], at, i);
                if (is_distributed(&w->einsum->nodes[step_at(w, at)->node]) &&
                    af_has_quirk(w->fixes, AF_QUIRK_SPREAD_UNITS))
                    all.holders[i].occupancy = occupancy_of_first_unit(w, at);
            }
    for (int i = 0; i < all.n && !all.failed; i++)
        for (int k = 0; k < all.holders[i].n_routes; k++)
            af_run_route(w->arena, w->g, w->pmapping, w->tensor_index, w->nest, w->fixes,
                         &all.holders[i].routes[k]);
    return all;
}

int af_analyze_tensor(af_arena *arena, af_graph *g, const af_pmapping *pmapping, int tensor,
                      const af_nest *nest,
                      const af_iterations *iterations, uint64_t fixes, af_tensor_traffic *traffic,
                      af_report *report, const char *path)
{
    const af_einsum *e = pmapping->einsum;
    walk w = {.arena = arena, .g = g, .pmapping = pmapping, .einsum = e, .nest = nest,
              .iterations = iterations,
              .tensor = &e->tensors[tensor], .tensor_index = tensor, .fixes = fixes, .report = report,
              .path = path,
              .shape = af_new_array(arena, af_num, e->n_rank_variables),
              .levels = af_new_array(arena, level, nest->n)};
    for (int v = 0; v < e->n_rank_variables; v++)
        w.shape[v] = af_known(e->rank_variables[v].bound);
    note_needs(&w);
    bool as_it_runs = af_has_quirk(fixes, AF_QUIRK_IMPERFECT_TILES) && af_is_uneven(pmapping);
    branch b = as_it_runs ? analyze_as_it_runs(&w) : analyze_from(&w, 0);
    if (!w.two_visits)
        for (int i = 0; i < b.n; i++) {
            af_traffic *t = &b.holders[i];
            t->most_reads = t->reads, t->most_writes = t->writes, t->least_skipped = t->skipped;
        }
    *traffic = (af_tensor_traffic){b.n, b.holders, w.quirks};
    return b.failed ? -1 : 0;
}
