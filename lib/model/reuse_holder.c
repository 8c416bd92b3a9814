/* What one holder of a tensor fetches, writes back and does: its action counts per visit and in all
 * (50 section 4.6), and the share of them that one unit of a spread memory has (50 section 5.6). */
#include "model/reuse.h"

#include <math.h>
#include <string.h>

/* Values that one action moves (20 section 9.1). */
static double values_per_action(const af_reuse_walk *w, const af_arch_node *node, const char *name)
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

bool af_is_distributed(const af_arch_node *node)
{
    for (int i = 0; i < node->n_physical; i++)
        if (node->physical[i].fanout > 1)
            return true;
    return false;
}

/* 1 where the instances are one and by a loop of a template, since that is not in the mapping then (60 Q29
 * (i)); else 0. */
static af_num left_out(af_reuse_walk *w, af_num used, int node, int dimension)
{
    af_num one = af_known(1);
    for (int i = 0; i < w->pmapping->n_analysed; i++) {
        const af_step *s = &w->pmapping->analysed[i];
        if (s->kind == AF_STEP_SPATIAL && s->node == node && s->dimension == dimension && s->of_template)
            return af_sub(w->g, one, af_min(w->g, af_ceil(w->g, af_sub(w->g, used, one)), one));
    }
    return af_known(0);
}

static af_num units_along(af_reuse_walk *w, af_num used, af_num left_out, double stride)
{
    af_num units = af_div(w->g, used, af_known(stride));
    if (!af_is_zero(left_out))
        units = af_max(w->g, units, left_out);
    w->quirks |= (uint64_t)(af_is_known(units) && units.value < 1) << AF_QUIRK_SPREAD_UNITS;
    return af_has_quirk(w->fixes, AF_QUIRK_SPREAD_UNITS) ? af_max(w->g, units, af_known(1)) : units;
}

/* Units of a memory spread over an Array that are in use (50 section 5.6). Of instances that do not fill the
 * stride of one unit the reference makes a part of a unit, which then holds more than there is. */
static af_num active_units(af_reuse_walk *w, const af_reuse_branch *b, int node)
{
    const af_path *path = &w->einsum->paths[w->pmapping->path];
    const af_arch_node *memory = &w->einsum->nodes[node];
    af_num units = af_known(1);
    int at = path->position[node] + 1;
    while (at < path->n_nodes && !w->einsum->nodes[path->nodes[at]].n_dimensions)
        at++;
    if (w->one_unit || !af_is_distributed(memory) || at == path->n_nodes)
        return units;
    const af_arch_node *cells = &w->einsum->nodes[path->nodes[at]];
    for (int d = 0; d < cells->n_dimensions; d++)
        for (int k = 0; k < memory->n_physical; k++) {
            af_num used = b->fanout[af_dimension_number(w->pmapping, path->nodes[at], d)];
            if (!strcmp(memory->physical[k].name, cells->dimensions[d].name) && !af_is_zero(used))
                units = af_mul(w->g, units, units_along(w, used, left_out(w, used, path->nodes[at], d),
                                                        memory->physical[k].stride));
        }
    return units;
}

static bool has_parent(const af_reuse_walk *w, int at)
{
    for (int i = 0; i < at; i++)
        if (af_is_holder(af_walk_step(w, i)))
            return true;
    return false;
}

/* What the holder at `at` fetches from its parent and writes back to it; a Toll passes what
 * its child moves. */
static void fill(af_reuse_walk *w, int at, af_traffic *t, const af_traffic *child, bool skips)
{
    bool toll = af_walk_step(w, at)->kind == AF_STEP_TOLL;
    bool output = w->tensor->output, copy = w->pmapping->is_copy;
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

/* Action counts at the holder per visit of it, then times the loops above it (50 section 4.6). */
static void count_actions(af_reuse_walk *w, const af_step *s, af_traffic *t, const af_traffic *child,
                          af_num units, bool skips, af_loop_products above)
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
    t->read = af_mul(g, af_scaled(g, reads, read), above.total);
    t->write = af_mul(g, af_scaled(g, writes, write), above.total);
    t->skipped_read = af_mul(g, af_scaled(g, skipped_reads, read), above.first_total);
    t->skipped_write = af_mul(g, af_scaled(g, skipped_writes, write), above.first_total);
    t->unit_read = af_div(g, af_mul(g, af_scaled(g, most_reads, read), above.unit), units);
    t->unit_write = af_div(g, af_mul(g, af_scaled(g, most_writes, write), above.unit), units);
    t->unit_skipped_read = af_div(g, af_mul(g, af_scaled(g, least_reads, read), above.first_unit), units);
    t->unit_skipped_write = af_div(g, af_mul(g, af_scaled(g, least_writes, write), above.first_unit), units);
}

/* What moves between a holder and its parent, per visit of the parent, in all visits of it. */
static void total_traffic(af_graph *g, af_traffic *child, af_loop_products above)
{
    child->all_reads = af_mul(g, child->reads, above.total);
    child->all_writes = af_mul(g, child->writes, above.total);
    child->all_skipped = af_mul(g, child->skipped, above.first_total);
}

void af_pass_holder(af_reuse_walk *w, af_reuse_branch *b, int at)
{
    const af_step *s = af_walk_step(w, at);
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
