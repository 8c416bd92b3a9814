/* Which part of each component leaks: power gating over the architecture's tree (50 section
 * 7.4, 20 section 15). */
#include "model/analysis.h"

typedef struct gating {
    af_graph *g;
    const af_einsum *einsum;
    const af_figures *figures;
    uint64_t fixes;
    int target;                              /* the Compute that is used */
    af_num *fraction;                        /* per node */
} gating;

/* A list of nodes from the top: w = what of the rest is on; `seen`: the used Compute lies above here; `mine`:
 * it lies in this list. */
typedef struct stretch { af_num w; bool seen, mine; } stretch;

/* Nodes below `node` are those that follow it in pre-order up to this one. */
static int subtree_end(const af_einsum *e, int node)
{
    while (node >= 0 && e->nodes[node].next_sibling < 0)
        node = e->nodes[node].parent;
    return node < 0 ? e->n_nodes : e->nodes[node].next_sibling;
}

static void multiply_subtree(const gating *k, int node, af_num factor)
{
    for (int i = node + 1; i < subtree_end(k->einsum, node); i++)
        k->fraction[i] = af_mul(k->g, k->fraction[i], factor);
}

/* Part of the instances along a dimension that is on. The reference divides by the fan-out twice. */
static af_num part_on(const gating *k, int node, int dimension)
{
    const af_dimension *d = &k->einsum->nodes[node].dimensions[dimension];
    bool once = af_has_quirk(k->fixes, AF_QUIRK_POWER_GATING);
    for (int i = 0; i < k->figures->n_spatial; i++) {
        const af_spatial_use *use = &k->figures->spatial[i];
        if (use->node != node || use->dimension != dimension)
            continue;
        af_num usage = af_div(k->g, use->used, af_known(d->fanout));
        return once ? usage : af_div(k->g, af_mul(k->g, usage, af_known(d->usage_scale)),
                                     af_known(d->fanout));
    }
    return once ? af_known(1) : af_known(1 / d->fanout);
}

static void gate_dimensions(const gating *k, stretch *s, int node, bool unused)
{
    for (int d = 0; d < k->einsum->nodes[node].n_dimensions; d++)
        if (k->einsum->nodes[node].dimensions[d].power_gateable)
            s->w = af_mul(k->g, s->w, unused ? af_known(0) : part_on(k, node, d));
}

static void gate_list(const gating *k, int first, stretch *s);

static void gate_fork(const gating *k, stretch *s, int node)
{
    const af_arch_node *fork = &k->einsum->nodes[node];
    bool inside = k->target > node && k->target < subtree_end(k->einsum, node);
    stretch own = {af_known(1), false, inside};
    gate_list(k, fork->first_child, &own);
    multiply_subtree(k, node, s->w);
    s->seen |= inside;
    if (fork->non_forked_power_gateable && inside)
        s->w = af_known(0);
    if (fork->forked_power_gateable && !inside)
        multiply_subtree(k, node, af_known(0));
}

/* A Hierarchical is as if its nodes stood here; the reference refuses one that does not
 * contain the Compute. */
static void gate_list(const gating *k, int first, stretch *s)
{
    for (int i = first; i >= 0; i = k->einsum->nodes[i].next_sibling) {
        const af_arch_node *node = &k->einsum->nodes[i];
        if (node->kind == AF_HIERARCHICAL)
            gate_list(k, node->first_child, s);
        else if (node->kind == AF_FORK)
            gate_fork(k, s, i);
        else {
            gate_dimensions(k, s, i, node->kind != AF_ARRAY && (s->seen || !s->mine));
            for (int below = i; below < (node->kind == AF_ARRAY ? subtree_end(k->einsum, i) : i + 1); below++)
                k->fraction[below] = s->w;
            s->seen |= i == k->target;
        }
    }
}

void af_active_fractions(af_graph *g, const af_pmapping *pmapping, const af_figures *figures, uint64_t fixes,
                         af_num *fraction)
{
    gating k = {g, pmapping->einsum, figures, fixes, pmapping->compute, fraction};
    stretch all = {af_known(1), false, true};
    for (int i = 0; i < pmapping->einsum->n_nodes; i++)
        fraction[i] = af_known(1);
    gate_list(&k, pmapping->einsum->n_nodes ? 0 : -1, &all);
}

/* ---- totals (20 section 6.3) */

static double physical_fanout(const af_arch_node *node)
{
    double fanout = 1;
    for (int i = 0; i < node->n_physical; i++)
        fanout *= node->physical[i].fanout;
    return fanout;
}

/* Do the nodes after `compute` count as standing below it? Those of its own list do, also further out; behind
 * a Fork that has it they do not. */
static bool counts_below(const af_einsum *e, int compute, int node)
{
    for (int up = e->nodes[compute].parent; up >= 0; up = e->nodes[up].parent)
        if (e->nodes[up].kind == AF_FORK && node >= subtree_end(e, up))
            return false;
    return compute < node;
}

double af_leak_correction(const af_einsum *e, int node, uint64_t fixes)
{
    const af_arch_node *own = &e->nodes[node];
    double correction = af_has_quirk(fixes, AF_QUIRK_OWN_FANOUT_LEAK) ? own->fanout : 1;
    if (af_has_quirk(fixes, AF_QUIRK_ARRAY_MEMBERS) && own->parent >= 0 &&
        e->nodes[own->parent].kind == AF_ARRAY)
        correction *= physical_fanout(own) / e->nodes[own->parent].fanout;
    for (int i = 0; i < node && af_has_quirk(fixes, AF_QUIRK_COMPUTE_FANOUT); i++)
        if (e->nodes[i].kind == AF_COMPUTE && e->nodes[i].fanout != 1 && counts_below(e, i, node))
            correction /= e->nodes[i].fanout;
    return correction;
}
