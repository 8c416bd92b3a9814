/* Constraints on loops (60 section 8, 20 sections 11.3 and 12): which loops they force to one,
 * so that they are deleted, and what they ask of those that stay. Loops are known by their number in
 * `loop` while steps come and go. */
#include "pmap/template.h"

#include <string.h>

typedef struct constraining {
    const af_generator *g;
    af_arena *arena;
    const af_storage_choice *choice;
    const af_draft *draft;
    int n_loops;
    bool *to_one;                            /* per loop: some constraint forces it to one */
    af_list(af_loop_bound) bounds;
    af_list(af_least_usage) least;
} constraining;

static bool is_one(const af_comparison *c)
{
    return c->value == 1 && (c->operator == AF_EQ || c->operator == AF_LE);
}

/* ---- 8.3 no_refetch_from_above, no_resend_to_below */

static void force_irrelevant_temporals(constraining *c, int tensor, int from, int to)
{
    const af_tensor *t = &c->g->einsum->tensors[tensor];
    for (int i = from + 1; i < to; i++) {
        const af_step *step = &c->draft->items[i];
        if (step->kind == AF_STEP_TEMPORAL && af_relevance_of(t, step->rank_variable) != AF_RELEVANT)
            c->to_one[step->loop] = true;
    }
}

static int find_holder(const af_draft *draft, int tensor, int node, int from)
{
    for (int i = from; i < draft->count; i++)
        if (af_is_holder(&draft->items[i]) && draft->items[i].tensor == tensor &&
            (node < 0 || draft->items[i].node == node))
            return i;
    return -1;
}

static void no_refetch(constraining *c, const af_level *level)
{
    for (int t = 0; t < c->g->einsum->n_tensors; t++) {
        if (!(level->held & level->no_refetch & af_bit(t)))
            continue;
        int first = find_holder(c->draft, t, -1, 0);
        int here = first < 0 ? -1 : find_holder(c->draft, t, level->node, first + 1);
        if (here >= 0)
            force_irrelevant_temporals(c, t, first, here);
    }
}

static void no_resend(constraining *c, const af_level *level)
{
    for (int t = 0; t < c->g->einsum->n_tensors; t++) {
        if (!(level->held & level->no_resend & af_bit(t)))
            continue;
        int here = find_holder(c->draft, t, level->node, 0);
        int next = here < 0 ? -1 : find_holder(c->draft, t, -1, here + 1);
        if (here >= 0)
            force_irrelevant_temporals(c, t, here, next < 0 ? c->draft->count : next);
    }
}

static void memory_constraints(constraining *c)
{
    for (int i = 0; i < c->choice->n_levels; i++)
        if (c->g->einsum->nodes[c->choice->levels[i].node].kind == AF_MEMORY) {
            no_refetch(c, &c->choice->levels[i]);
            no_resend(c, &c->choice->levels[i]);
        }
}

/* ---- 8.4 spatial constraints */

static bool is_spatial_of(const af_step *step, int node, int dimension)
{
    return step->kind == AF_STEP_SPATIAL && step->node == node && step->dimension == dimension;
}

static void bound_loops(constraining *c, int node, int dimension, const af_comparison *comparison,
                        af_mask variables, bool product)
{
    af_loop_bound bound = {node, dimension, comparison->operator, comparison->value, product, 0,
                           af_new_array(c->arena, int, c->n_loops)};
    for (int i = 0; i < c->draft->count; i++) {
        const af_step *step = &c->draft->items[i];
        if (!is_spatial_of(step, node, dimension) || !(variables & af_bit(step->rank_variable)))
            continue;
        bound.loops[bound.n_loops++] = step->loop;
        c->to_one[step->loop] = c->to_one[step->loop] || is_one(comparison);
    }
    if (bound.n_loops && !is_one(comparison))
        *af_push(c->arena, &c->bounds) = bound;
}

/* 8.1: a product takes all variables together, any other comparison each for itself. */
static void compare(constraining *c, int node, int dimension, const af_comparison *comparison)
{
    af_mask variables = comparison->expression.members;
    if (comparison->product && __builtin_popcountll(variables) > 1) {
        bound_loops(c, node, dimension, comparison, variables, true);
        return;
    }
    for (int v = 0; v < c->g->einsum->n_rank_variables; v++)
        if (variables & af_bit(v))
            bound_loops(c, node, dimension, comparison, af_bit(v), false);
}

static af_mask variables_of(const af_einsum *e, af_mask tensors)
{
    af_mask variables = 0;
    for (int t = 0; t < e->n_tensors; t++)
        if (tensors & af_bit(t))
            variables |= e->universe.rank_variables_of_tensor[t];
    return variables;
}

static void dimension_constraints(constraining *c, int node, int dimension)
{
    const af_dimension *d = &c->g->einsum->nodes[node].dimensions[dimension];
    bool any = false;
    for (int i = 0; i < c->draft->count; i++)
        any = any || is_spatial_of(&c->draft->items[i], node, dimension);
    for (int i = 0; i < d->n_loop_bounds; i++)
        compare(c, node, dimension, &d->loop_bounds[i]);
    if (d->reuse) {   /* only loops that none of these tensors follows may stay */
        af_comparison one = {.operator = AF_EQ, .value = 1};
        one.expression.members = variables_of(c->g->einsum, d->reuse);
        compare(c, node, dimension, &one);
    }
    if (d->min_usage > 0 && !c->g->einsum->is_copy && any)
        *af_push(c->arena, &c->least) = (af_least_usage){node, dimension, d->min_usage};
}

static void spatial_constraints(constraining *c)
{
    for (int i = 0; i < c->g->path->n_nodes; i++) {
        int node = c->g->path->nodes[i];
        for (int d = 0; d < c->g->einsum->nodes[node].n_dimensions; d++)
            dimension_constraints(c, node, d);
    }
}

/* ---- 8.5 deletion. What may iterate once only is no loop: the row in which it does so has
 * the same figures without it. A loop forced to one goes even if another constraint would have it
 * otherwise (60 Q9), and that is said. */

static void remove_loops(af_draft *draft, const bool *gone)
{
    for (int i = draft->count - 1; i >= 0; i--)
        if (af_is_loop(&draft->items[i]) && gone[draft->items[i].loop])
            af_draft_remove(draft, i);
}

static void remove_targets(af_constrained *variant, const bool *gone)
{
    int n_bounds = 0;
    for (int b = 0; b < variant->n_bounds; b++) {
        af_loop_bound bound = variant->bounds[b];
        int n = 0;
        for (int i = 0; i < bound.n_loops; i++)
            if (!gone[bound.loops[i]])
                bound.loops[n++] = bound.loops[i];
        bound.n_loops = n;
        if (n)
            variant->bounds[n_bounds++] = bound;
    }
    variant->n_bounds = n_bounds;
}

static void warn_of_conflicts(const constraining *c)
{
    const af_einsum *e = c->g->einsum;
    for (int b = 0; b < c->bounds.count; b++)
        for (int i = 0; i < c->bounds.items[b].n_loops; i++)
            if (c->to_one[c->bounds.items[b].loops[i]])
                af_warn(c->g->report, AF_NOWHERE, e->nodes[c->bounds.items[b].node].path,
                        "a loop is constrained to one and by loop_bounds as well: it is deleted");
}

/* ---- nodes that are not to be spread out (sink.c): their loops go, as if each iterated once */

static bool admits_one(const af_loop_bound *b)
{
    switch (b->operator) {
    case AF_EQ: return b->value == 1;
    case AF_LE: return b->value >= 1;
    case AF_LT: return b->value > 1;
    case AF_GE: return b->value <= 1;
    default: return b->value < 1;
    }
}

/* False: some constraint asks for more. What min_usage asks of a template's loops is of no other
 * template's (60 section 10.11). */
static bool leave_unspread(const constraining *c, af_constrained *base)
{
    const bool *unspread = c->g->sunk->unspread;
    bool *gone = af_new_array(c->arena, bool, c->n_loops);
    for (int i = 0; i < base->draft.count; i++)
        if (base->draft.items[i].kind == AF_STEP_SPATIAL && unspread[base->draft.items[i].node])
            gone[base->draft.items[i].loop] = true;
    for (int b = 0; b < base->n_bounds; b++)
        if (unspread[base->bounds[b].node] && !admits_one(&base->bounds[b]))
            return false;
    for (int i = 0; i < base->n_least; i++)
        if (unspread[base->least[i].node])
            return false;
    remove_loops(&base->draft, gone);
    remove_targets(base, gone);
    return true;
}

/* ---- 8.6 crossing: a spatial loop that stands below a holder which lies at or inside its level
 * is moved above it for that tensor, and must not pass a temporal loop of the same rank variable.
 * Only out-of-order hierarchies have such pairs. */

typedef struct crossing { bool *spatials, *temporals; } crossing;
typedef af_list(crossing) crossing_list;

static int last_inner_spatial(const af_generator *g, const af_draft *draft, int holder)
{
    int last = holder;
    for (int q = holder + 1; q < draft->count; q++)
        if (draft->items[q].kind == AF_STEP_SPATIAL &&
            g->fanout[draft->items[holder].node] >= g->fanout[draft->items[q].node])
            last = q;
    return last;
}

static bool *loops_over(const constraining *c, const af_draft *draft, int from, int to, af_step_kind kind,
                        int variable)
{
    bool *found = NULL;
    for (int i = from; i <= to; i++)
        if (draft->items[i].kind == kind && draft->items[i].rank_variable == variable) {
            found = found ? found : af_new_array(c->arena, bool, c->n_loops);
            found[draft->items[i].loop] = true;
        }
    return found;
}

/* For every such pair one of the two groups must go, or the model refuses the mapping: the variants together
 * have all mappings that it takes. Without explore_removing_spatials only those without the temporal loops
 * are asked for (60 section 8.6).
 *
 * The reference leaves the last spatial loop out and then refuses what it made; ours has it (60 section 8.6).
 */
static void find_crossings(const constraining *c, const af_draft *draft, crossing_list *found)
{
    const af_einsum *e = c->g->einsum;
    for (int h = 0; h < draft->count; h++) {
        if (!af_is_holder(&draft->items[h]))
            continue;
        int last = last_inner_spatial(c->g, draft, h);
        for (int v = 0; last > h && v < e->n_rank_variables; v++) {
            if (af_relevance_of(&e->tensors[draft->items[h].tensor], v) == AF_IRRELEVANT)
                continue;
            bool *spatials = loops_over(c, draft, h + 1, last, AF_STEP_SPATIAL, v);
            bool *temporals = loops_over(c, draft, h + 1, last, AF_STEP_TEMPORAL, v);
            if (spatials && temporals)
                *af_push(c->arena, found) = (crossing){spatials, temporals};
        }
    }
}

/* Each variant has bounds of its own: in the reference all share one record, so that what one
 * deletes frees the others (8.6). */
static af_constrained make_variant(const constraining *c, const af_constrained *base,
                                   const crossing_list *pairs, unsigned keep_spatials)
{
    af_constrained variant = *base;
    variant.draft.items = af_new_array(c->arena, af_step, base->draft.count);
    variant.draft.capacity = base->draft.count;
    memcpy(variant.draft.items, base->draft.items, sizeof *base->draft.items * (size_t)base->draft.count);
    variant.bounds = af_new_array(c->arena, af_loop_bound, base->n_bounds);
    for (int b = 0; b < base->n_bounds; b++) {
        variant.bounds[b] = base->bounds[b];
        variant.bounds[b].loops = af_new_array(c->arena, int, c->n_loops);
        memcpy(variant.bounds[b].loops, base->bounds[b].loops, sizeof(int) * (size_t)base->bounds[b].n_loops);
    }
    bool *gone = af_new_array(c->arena, bool, c->n_loops);
    for (int p = 0; p < pairs->count; p++) {
        bool keep = keep_spatials >> (pairs->count - 1 - p) & 1;
        for (int i = 0; i < c->n_loops; i++)
            gone[i] = gone[i] || (keep ? pairs->items[p].temporals[i] : pairs->items[p].spatials[i]);
    }
    remove_loops(&variant.draft, gone);
    remove_targets(&variant, gone);
    return variant;
}

static int resolve_crossings(const constraining *c, const af_constrained *base, af_constrained **variants)
{
    crossing_list pairs = {0};
    find_crossings(c, &base->draft, &pairs);
    bool both = c->g->einsum->mapper.explore_removing_spatials;
    if (both && pairs.count > 16)
        return af_fail(c->g->report, AF_BAD_DATA, AF_NOWHERE, NULL,
                       "Einsum %s: %d crossings of spatial and temporal loops in one template; "
                       "at most 16 can be explored both ways",
                       c->g->einsum->name, pairs.count);
    unsigned n = both ? 1u << pairs.count : 1;
    *variants = af_new_array(c->arena, af_constrained, n);
    for (unsigned i = 0; i < n; i++)   /* spatial deletion first; without exploring the temporals go */
        (*variants)[i] = make_variant(c, base, &pairs, both ? i : ~0u);
    return (int)n;
}

int af_constrain(const af_generator *g, af_arena *arena, const af_storage_choice *choice,
                 const af_draft *draft, af_constrained **variants)
{
    constraining c = {.g = g, .arena = arena, .choice = choice, .draft = draft};
    for (int i = 0; i < draft->count; i++)
        if (af_is_loop(&draft->items[i]))
            draft->items[i].loop = (int16_t)c.n_loops++;
    c.to_one = af_new_array(arena, bool, c.n_loops);
    memory_constraints(&c);
    spatial_constraints(&c);
    warn_of_conflicts(&c);
    af_constrained base = {*draft, c.bounds.count, c.bounds.items, c.least.count, c.least.items};
    remove_loops(&base.draft, c.to_one);
    remove_targets(&base, c.to_one);
    if (g->sunk && !leave_unspread(&c, &base))
        return 0;
    return resolve_crossings(&c, &base, variants);
}
