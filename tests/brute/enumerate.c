#include "enumerate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_STEPS = 40, MOST_HOLDERS = 16, MOST_OPTIONS = 3, MOST_SETS = 3 };

typedef struct order_option { int n_sets; af_mask sets[MOST_SETS]; } order_option;

typedef struct walk {
    af_arena *arena;
    const af_einsum *e;
    const af_path *path;
    brute_list *list;
    brute_parts *parts;
    double most;
    bool any_order;                          /* can the order of loops between two holders matter? */
    /* storage */
    bool *decided; af_mask *held, above;
    af_mask keeps[MOST_HOLDERS][2];          /* per node of the path: no_refetch, no_resend */
    af_mask fans[MOST_HOLDERS];              /* per node of the path:
                                              * variables that its spatial loops may be over */
    /* Per node of the path: tensor_order_options */
    int n_options[MOST_HOLDERS]; order_option options[MOST_HOLDERS][MOST_OPTIONS];
    int n_holders; af_step holders[MOST_HOLDERS];
    int first_memory;
    /* the mapping so far */
    int n; af_step steps[MOST_STEPS];
    double tile[64];                         /* per rank variable, now */
} walk;

static af_mask bit(int i) { return (af_mask)1 << i; }
static bool is_holder(const af_step *s) { return s->kind == AF_STEP_STORAGE || s->kind == AF_STEP_TOLL; }
static int place(const walk *w, const af_step *s) { return w->path->position[s->node]; }

/* ---- sizes of tiles */

/* Of each rank variable's loops, outer to inner, the one before a loop that may be
 * imperfect has free sizes (9.4). */
static bool tiles_are_candidates(const walk *w)
{
    const af_mapper *m = &w->e->mapper;
    double inner[64];
    bool below[64] = {false};
    for (int v = 0; v < w->e->n_rank_variables; v++)
        inner[v] = 1;
    for (int i = w->n - 1; i >= 0; i--) {
        const af_step *s = &w->steps[i];
        if (!brute_is_loop(s))
            continue;
        int v = s->rank_variable;
        bool free_size = (m->explore_imperfect_temporal_loops || m->explore_imperfect_spatial_loops) &&
                         (w->e->simple >> v & 1);
        double size = s->tile.value, bound = w->e->rank_variables[v].bound;
        if (below[v] && !brute_admits_size(bound, free_size, inner[v], m->tiling_coarseness, size))
            return false;
        if (!below[v] && size != 1)
            return false;
        below[v] = true;
        inner[v] = size;
    }
    return true;
}

/* ---- limits that are not the model's */

static bool too_many_fused(const walk *w)
{
    int last = -1, all = 0, of[64] = {0};
    for (int i = 0; i < w->n; i++)
        if (is_holder(&w->steps[i]) && w->steps[i].backing && w->e->tensors[w->steps[i].tensor].fusable)
            last = i;
    for (int i = 0; i < last; i++)
        if (brute_is_loop(&w->steps[i])) {
            all++;
            if (++of[w->steps[i].rank_variable] > w->e->mapper.max_fused_loops_per_rank_variable)
                return true;
        }
    return all > w->e->mapper.max_fused_loops;
}

/* The model moves a spatial loop above persistent data at or inside of its node (50 section 3.4);
 * so it stands right below them. */
static bool is_below_persistent(const walk *w, int spatial)
{
    for (int i = 0; i < spatial; i++)
        if (is_holder(&w->steps[i]) && w->steps[i].persistent &&
            place(w, &w->steps[i]) >= place(w, &w->steps[spatial]))
            return true;
    return false;
}

/* By definition of the mapper's space, above a backing holder of a shared tensor: spatial loops stand as low
 * as what lies below them permits, so no temporal loop comes right after one (7 step 1).
 *
 * And (6.3 rule 7): above a backing holder of a shared tensor, no loop that indexes the tensor of the holder
 * right above it, unless that backs the tensor. Such a loop belongs above the holder. With several fused
 * loops the two differ in what orders of loops they offer to other Einsums. */
static bool misplaced_fused(const walk *w)
{
    bool below = false;
    for (int i = w->n - 1; i > 0; i--) {
        const af_step *s = &w->steps[i];
        below |= is_holder(s) && s->backing && w->e->tensors[s->tensor].fusable;
        if (!below || s->kind != AF_STEP_TEMPORAL)
            continue;
        int k = i;
        for (; k >= 0 && brute_is_loop(&w->steps[k]); k--)
            if (w->steps[k].kind == AF_STEP_SPATIAL && !is_below_persistent(w, k))
                return true;
        if (k >= 0 && !w->steps[k].backing &&
            (w->e->tensors[w->steps[k].tensor].relevant & bit(s->rank_variable)))
            return true;
    }
    return false;
}

/* By definition (6.3 rule 7): in a copy, no loop below holders of one component of which one backs a tensor
 * and another, whose tensor the loop indexes, does not, unless no loop may be fused. What holds the input
 * again there is not better than what does not, but by a wrong figure: a write-back counted in place of a
 * fetch (quirk copy-write-back). */
static bool holds_again_in_copy(const walk *w)
{
    for (int i = 0; w->e->is_copy && w->e->mapper.max_fused_loops > 0 && i < w->n; i++) {
        if (w->steps[i].kind != AF_STEP_TEMPORAL)
            continue;
        bool backs = false, again = false;
        int k = i;
        while (k >= 0 && brute_is_loop(&w->steps[k]))
            k--;
        int node = k < 0 ? -1 : w->steps[k].node;
        for (; k >= 0 && is_holder(&w->steps[k]) && w->steps[k].node == node; k--) {
            bool follows = (w->e->tensors[w->steps[k].tensor].relevant & bit(w->steps[i].rank_variable)) != 0;
            backs |= w->steps[k].backing;
            again |= !w->steps[k].backing && follows;
        }
        if (backs && again)
            return true;
    }
    return false;
}

static bool compares(const af_comparison *c, double count)
{
    switch (c->operator) {
    case AF_EQ: return count == c->value;
    case AF_LE: return count <= c->value;
    case AF_LT: return count < c->value;
    case AF_GE: return count >= c->value;
    default: return count > c->value;
    }
}

static bool is_one(const af_comparison *c)
{
    return c->value == 1 && (c->operator== AF_EQ || c->operator== AF_LE);
}

/* Variables that constraints leave no spatial loop. */
static af_mask forced_to_one(const af_einsum *e, const af_dimension *d)
{
    af_mask forced = 0;
    for (int t = 0; t < e->n_tensors; t++)
        forced |= d->reuse & bit(t) ? e->universe.rank_variables_of_tensor[t] : 0;
    for (int i = 0; i < d->n_loop_bounds; i++)
        forced |= is_one(&d->loop_bounds[i]) ? d->loop_bounds[i].expression.members : 0;
    return forced;
}

/* A comparison is asked of the loops that there may be; one that is not there counts as one that iterates
 * once (60 sections 8.4, 8.5). */
static bool comparison_holds(const walk *w, const af_comparison *c, af_mask possible, const double *counts)
{
    double product = 1;
    af_mask members = c->expression.members & possible;
    if (is_one(c) || !(members & (bit(w->e->n_rank_variables) - 1)))
        return true;
    for (int v = 0; v < w->e->n_rank_variables; v++)
        if (members & bit(v)) {
            product *= counts[v];
            if (!c->product && !compares(c, counts[v]))
                return false;
        }
    return !c->product || compares(c, product);
}

static bool spatial_constraints_hold(const walk *w, int k, int dimension, const double *counts, int n_loops)
{
    const af_dimension *d = &w->e->nodes[w->path->nodes[k]].dimensions[dimension];
    af_mask forced = forced_to_one(w->e, d);
    double used = 1;
    for (int v = 0; v < w->e->n_rank_variables; v++) {
        used *= counts[v];
        if ((forced & bit(v)) && counts[v] != 1)
            return false;
    }
    for (int i = 0; i < d->n_loop_bounds; i++)
        if (!comparison_holds(w, &d->loop_bounds[i], w->fans[k] & ~forced, counts))
            return false;
    return n_loops <= w->e->mapper.max_loops_per_spatial_dimension &&
           used * d->usage_scale <= d->fanout * (1 + 1e-12);
}

static bool all_spatial_constraints_hold(const walk *w)
{
    for (int k = 0; k < w->path->n_nodes; k++) {
        int node = w->path->nodes[k];
        for (int d = 0; d < w->e->nodes[node].n_dimensions; d++) {
            double counts[64], shape[64];
            int n_loops = 0;
            for (int v = 0; v < w->e->n_rank_variables; v++)
                counts[v] = 1, shape[v] = w->e->rank_variables[v].bound;
            for (int i = 0; i < w->n; i++) {
                const af_step *s = &w->steps[i];
                if (!brute_is_loop(s))
                    continue;
                if (s->kind == AF_STEP_SPATIAL && s->node == node && s->dimension == d) {
                    counts[s->rank_variable] = shape[s->rank_variable] / s->tile.value;
                    n_loops++;
                }
                shape[s->rank_variable] = s->tile.value;
            }
            if (!spatial_constraints_hold(w, k, d, counts, n_loops))
                return false;
        }
    }
    return true;
}

/* No temporal loop that does not index the tensor between two of its holders: what is fetched,
 * or sent, once stays so (8.3). */
static bool stays_whole(const walk *w, int tensor, int from, int to)
{
    for (int i = from + 1; i < to; i++)
        if (w->steps[i].kind == AF_STEP_TEMPORAL &&
            !(w->e->tensors[tensor].relevant & bit(w->steps[i].rank_variable)))
            return false;
    return true;
}

static bool moves_once(const walk *w)
{
    for (int i = 0; i < w->n; i++) {
        const af_step *s = &w->steps[i];
        if (s->kind != AF_STEP_STORAGE)
            continue;
        int first = i, next = i + 1;
        for (int k = i - 1; k >= 0; k--)
            first = is_holder(&w->steps[k]) && w->steps[k].tensor == s->tensor ? k : first;
        while (next < w->n && !(w->steps[next].kind == AF_STEP_STORAGE && w->steps[next].tensor == s->tensor))
            next++;                          /* a Toll stores nothing: what passes it again is sent again */
        const af_mask *once = w->keeps[place(w, s)];
        if (((once[0] & bit(s->tensor)) && !stays_whole(w, s->tensor, first, i)) ||
            ((once[1] & bit(s->tensor)) && !stays_whole(w, s->tensor, i, next)))
            return false;
    }
    return true;
}

/* ---- order of holders, and loops between them */

/* Since the last holder or spatial loop: variables that have a loop; the least that may have one now,
 * where the order does not matter. */
typedef struct gap { af_mask used; int least; } gap;

/* `placed`: holders that stand; the spatial loops of the path's first `done` nodes stand too. */
static void go_on(walk *w, uint32_t placed, int done, gap here);

static af_step loop_step(int kind, int node, int dimension, int variable, double tile)
{
    return (af_step){.kind = (uint8_t)kind,
                     .node = (int16_t)node,
                     .tensor = -1,
                     .dimension = (int16_t)dimension,
                     .rank_variable = (int16_t)variable,
                     .tile = af_known(tile),
                     .initial = af_known(0)};
}

/* For how far down a holder is reserved: through the first loop that its tensor follows in part, and with
 * --fix reservation-order, past other holders, through all that it follows. */
static bool order_matters(const af_einsum *e, uint64_t fixes)
{
    for (int t = 0; t < e->n_tensors; t++)
        if (e->tensors[t].partially_relevant)
            return true;
    return af_has_quirk(fixes, AF_QUIRK_RESERVATION_ORDER);
}

static af_mask held_so_far(const walk *w, uint32_t placed)
{
    af_mask seen = 0;
    for (int i = 0; i < w->n_holders; i++)
        if (placed >> i & 1)
            seen |= bit(w->holders[i].tensor);
    return seen;
}

/* Variables that may loop here, as temporal loops or as spatial ones of the path's node `spatial` (-1):
 * none above persistent data, those that index all that is not held yet, and none that would spread
 * persistent data otherwise than other Einsums do. */
static af_mask loops_allowed(const walk *w, uint32_t placed, int spatial)
{
    af_mask V = ~(af_mask)0, seen = held_so_far(w, placed);
    for (int i = 0; i < w->n_holders; i++)
        if (!(placed >> i & 1) && (w->holders[i].persistent || w->holders[i].node == w->first_memory))
            return 0;
    for (int t = 0; t < w->e->n_tensors; t++) {
        af_mask alone = 0;
        for (int v = 0; v < w->e->n_rank_variables; v++)
            alone |= af_textual_relevance_of(&w->e->tensors[t], v) == AF_RELEVANT ? bit(v) : 0;
        if (!(seen & bit(t)) && (spatial < 0 || w->e->tensors[t].intermediate))
            V &= alone;
    }
    for (int i = 0; i < w->n_holders && spatial >= 0; i++)
        if (w->holders[i].persistent && w->e->tensors[w->holders[i].tensor].fusable &&
            place(w, &w->holders[i]) >= spatial)
            V &= ~w->e->universe.rank_variables_of_tensor[w->holders[i].tensor];
    return V;
}

/* The node whose spatial loops stand here: the next one in the path, if all that
 * lies above it is placed; -1. */
static int fanout_here(const walk *w, uint32_t placed, int done)
{
    for (int k = done; k < w->path->n_nodes; k++) {
        if (w->e->nodes[w->path->nodes[k]].fanout <= 1)
            continue;
        for (int i = 0; i < w->n_holders; i++)
            if (!(placed >> i & 1) && place(w, &w->holders[i]) < k)
                return -1;
        return k;
    }
    return -1;
}

/* At dimension x variable; `used` instances of the dimension so far, `gap` as it is if
 * no spatial loop comes at all. */
static void put_spatials(walk *w, uint32_t placed, int k, int dimension, int variable, double used, gap as_is)
{
    const af_arch_node *node = &w->e->nodes[w->path->nodes[k]];
    if (dimension == node->n_dimensions) {
        go_on(w, placed, k + 1, as_is);
        return;
    }
    if (variable == w->e->n_rank_variables) {
        put_spatials(w, placed, k, dimension + 1, 0, 1, as_is);
        return;
    }
    put_spatials(w, placed, k, dimension, variable + 1, used, as_is);
    double before = w->tile[variable];
    for (double tile = 1; tile < before && (loops_allowed(w, placed, k) & bit(variable)); tile++) {
        double count = before / tile;
        bool even = fmod(before, tile) == 0;
        if ((!even && !w->e->mapper.explore_imperfect_spatial_loops) ||
            used * count > node->dimensions[dimension].fanout * (1 + 1e-12))
            continue;
        w->steps[w->n++] = loop_step(AF_STEP_SPATIAL, w->path->nodes[k], dimension, variable,
                                     w->tile[variable] = tile);
        put_spatials(w, placed, k, dimension, variable + 1, used * count, (gap){0, 0});
        w->n--;
    }
    w->tile[variable] = before;
}

static void put_temporals(walk *w, uint32_t placed, int done, gap here)
{
    af_mask allowed = loops_allowed(w, placed, -1) & ~here.used;
    for (int v = w->any_order ? 0 : here.least; v < w->e->n_rank_variables; v++) {
        double before = w->tile[v];
        for (double tile = 1; (allowed & bit(v)) && tile < before && !w->list->gave_up; tile++) {
            if (fmod(before, tile) && !w->e->mapper.explore_imperfect_temporal_loops)
                continue;
            w->steps[w->n++] = loop_step(AF_STEP_TEMPORAL, -1, -1, v, w->tile[v] = tile);
            go_on(w, placed, done, (gap){here.used | bit(v), v + 1});
            w->n--;
        }
        w->tile[v] = before;
    }
}

static bool is_outermost(const walk *w, const af_step *s)
{
    return s->persistent || s->node == w->first_memory;
}

/* Must what is further out in the hierarchy stand above `first`? (5.1 R1) */
static bool hierarchy_is_forced(const walk *w, const af_step *first, const af_step *second)
{
    return w->e->is_copy || first->kind == AF_STEP_TOLL || second->kind == AF_STEP_TOLL ||
           (first->backing && w->e->tensors[first->tensor].fusable) ||
           (w->e->mapper.force_memory_hierarchy_order &&
            w->e->nodes[first->node].tensors.force_memory_hierarchy_order &&
            w->e->nodes[second->node].tensors.force_memory_hierarchy_order);
}

static bool may_stand_above(const walk *w, const af_step *s, const af_step *other)
{
    if (s->persistent != other->persistent)
        return s->persistent;
    if (is_outermost(w, s) != is_outermost(w, other))
        return is_outermost(w, s);
    if (place(w, other) >= place(w, s))
        return true;
    return !is_outermost(w, s) && s->tensor != other->tensor && !hierarchy_is_forced(w, s, other);
}

/* May holder i come next? In the first memory and among Tolls the order does not matter, so one is taken. */
static bool may_come(const walk *w, uint32_t placed, int i)
{
    const af_step *s = &w->holders[i];
    for (int k = 0; k < w->n_holders; k++) {
        const af_step *other = &w->holders[k];
        if (placed >> k & 1 || k == i)
            continue;
        bool any_order = !is_outermost(w, s) && s->kind == AF_STEP_STORAGE;
        if (!may_stand_above(w, s, other) ||
            (s->node == other->node && s->persistent == other->persistent && !any_order && k < i))
            return false;
    }
    return true;
}

/* Does some option of each component's tensor_order_options have its holders in the order
 * in which they stand? (5.1 R4) */
static int place_in(const order_option *option, int tensor)
{
    for (int i = 0; i < option->n_sets; i++)
        if (option->sets[i] & bit(tensor))
            return i;
    return -1;
}

static bool is_in_order(const walk *w, int k, const order_option *option)
{
    int last = -1;
    for (int i = 0; i < w->n; i++) {
        int at = is_holder(&w->steps[i]) && place(w, &w->steps[i]) == k ? place_in(option, w->steps[i].tensor)
                                                                        : -1;
        if (at >= 0 && at < last)
            return false;
        last = at >= 0 ? at : last;
    }
    return true;
}

static bool order_options_hold(const walk *w)
{
    for (int k = 0; k < w->path->n_nodes; k++) {
        bool any = !w->n_options[k] || w->path->nodes[k] == w->first_memory;
        for (int i = 0; i < w->n_options[k]; i++)
            any |= is_in_order(w, k, &w->options[k][i]);
        if (!any)
            return false;
    }
    return true;
}

/* ---- a whole mapping */

static void visit(walk *w)
{
    w->list->n_seen++;
    w->list->gave_up = w->list->n_seen > w->most;
    if (!tiles_are_candidates(w) || too_many_fused(w) || misplaced_fused(w) ||
        holds_again_in_copy(w) || !all_spatial_constraints_hold(w) || !moves_once(w) ||
        !order_options_hold(w))
        return;
    brute_add(w->parts, w->steps, w->n);
}

static void put_holders(walk *w, uint32_t placed, int done)
{
    int k = fanout_here(w, placed, done);
    for (int i = 0; i < w->n_holders && !w->list->gave_up; i++) {
        if (placed >> i & 1 || !may_come(w, placed, i) ||
            (k >= 0 && place(w, &w->holders[i]) >= k && w->holders[i].node != w->first_memory))
            continue;
        w->steps[w->n++] = w->holders[i];
        go_on(w, placed | 1u << i, done, (gap){0, 0});
        w->n--;
    }
}

static bool is_whole(const walk *w, uint32_t placed, int done)
{
    for (int v = 0; v < w->e->n_rank_variables; v++)
        if (w->tile[v] != 1)
            return false;
    return placed == (1u << w->n_holders) - 1 && fanout_here(w, placed, done) < 0;
}

/* What can come next: a loop, the spatial loops of the next node, a holder, the end. */
static void go_on(walk *w, uint32_t placed, int done, gap here)
{
    if (w->list->gave_up || w->n >= MOST_STEPS - 1)
        return;
    if (is_whole(w, placed, done)) {
        w->steps[w->n++] = (af_step){.kind = AF_STEP_COMPUTE,
                                     .node = (int16_t)w->path->compute,
                                     .tensor = -1,
                                     .rank_variable = -1,
                                     .dimension = -1,
                                     .tile = af_known(0),
                                     .initial = af_known(0)};
        visit(w);
        w->n--;
        return;
    }
    put_temporals(w, placed, done, here);
    int k = fanout_here(w, placed, done);
    if (k >= 0) {
        w->fans[k] = loops_allowed(w, placed, k);
        put_spatials(w, placed, k, 0, 0, 1, here);
    }
    put_holders(w, placed, done);
}

/* ---- which component holds what */

static af_mask set_of(const walk *w, const af_late_set *set)
{
    af_mask members = 0;
    af_report *quiet = af_report_new("brute");
    if (af_late_set_members(w->e, set, w->held, w->decided, w->above, AF_TENSORS, &members, quiet, "set"))
        abort();
    af_report_free(quiet);
    return members & (bit(w->e->n_tensors) - 1);
}

static void choose(walk *w, int k);

static void hold(walk *w, int k, af_mask chosen)
{
    int node = w->path->nodes[k], n = w->n_holders;
    af_mask above = w->above;
    for (int t = 0; t < w->e->n_tensors; t++)
        if (chosen & bit(t)) {
            bool first = !(above & bit(t));
            w->holders[w->n_holders++] = (af_step){.kind = w->e->nodes[node].kind == AF_TOLL
                                                               ? AF_STEP_TOLL
                                                               : AF_STEP_STORAGE,
                                                   .node = (int16_t)node,
                                                   .tensor = (int16_t)t,
                                                   .rank_variable = -1,
                                                   .dimension = -1,
                                                   .backing = first,
                                                   .lower = true,
                                                   .persistent = first && w->e->tensors[t].persistent,
                                                   .tile = af_known(0),
                                                   .initial = af_known(0)};
        }
    w->above |= chosen;
    w->held[node] = chosen;
    w->decided[node] = true;
    choose(w, k + 1);
    w->decided[node] = false;
    w->above = above;
    w->n_holders = n;
}

static void set_order_options(walk *w, int k)
{
    const af_tensor_options *t = &w->e->nodes[w->path->nodes[k]].tensors;
    w->n_options[k] = 0;
    for (int i = 0; i < t->n_order_options && i < MOST_OPTIONS; i++) {
        order_option option = {0};
        for (int j = 0; j < t->order_options[i].n_sets && j < MOST_SETS; j++)
            option.sets[option.n_sets++] = set_of(w, &t->order_options[i].sets[j]);
        w->options[k][w->n_options[k]++] = option;
    }
    if (!t->n_order_options && w->e->mapper.prioritize_reuse_of_unfused_tensors)      /* 4.4 */
        w->options[k][w->n_options[k]++] = (order_option){2, {w->above, ~w->above}};
}

static void choose_level(walk *w, int k)
{
    int node = w->path->nodes[k];
    const af_tensor_options *t = &w->e->nodes[node].tensors;
    af_mask back = set_of(w, &t->back), must = set_of(w, &t->keep) | back,
            may = set_of(w, &t->may_keep) & ~must;
    w->keeps[k][0] = set_of(w, &t->no_refetch_from_above);
    w->keeps[k][1] = set_of(w, &t->no_resend_to_below);
    set_order_options(w, k);
    if (back & w->above)
        return;
    if (w->e->nodes[node].kind == AF_TOLL)
        must &= w->above, may &= w->above;
    if (w->e->is_copy)
        may &= ~w->above;                    /* by definition: a copy has nothing to keep near (4.1) */
    for (af_mask part = may;; part = (part - 1) & may) {
        hold(w, k, must | part);
        if (!part)
            break;
    }
}

static bool is_enabled(const walk *w, int node)
{
    af_report *quiet = af_report_new("brute");
    int enabled = af_node_enabled(w->e, node, w->held, w->decided, w->above, quiet);
    af_report_free(quiet);
    return enabled > 0;
}

/* By definition the holders of a copy end as soon as all tensors have their first (section 5): what is
 * further in is left out; of the innermost component's other holders any may come before that. */
static void go_on_with_copy(walk *w)
{
    af_step all[MOST_HOLDERS], kept[MOST_HOLDERS];
    int n = w->n_holders, innermost = 0, n_kept = 0, n_free = 0, at_free[MOST_HOLDERS];
    memcpy(all, w->holders, sizeof *all * (size_t)n);
    for (int i = 0; i < n; i++)
        innermost = all[i].backing && place(w, &all[i]) > innermost ? place(w, &all[i]) : innermost;
    for (int i = 0; i < n; i++)
        if (!all[i].backing && all[i].kind == AF_STEP_STORAGE && place(w, &all[i]) == innermost)
            at_free[n_free++] = i;
        else if (all[i].kind == AF_STEP_TOLL || place(w, &all[i]) <= innermost)
            kept[n_kept++] = all[i];
    for (unsigned subset = 0; subset < 1u << n_free; subset++) {
        memcpy(w->holders, kept, sizeof *kept * (size_t)n_kept);
        w->n_holders = n_kept;
        for (int i = 0; i < n_free; i++)
            if (subset >> i & 1)
                w->holders[w->n_holders++] = all[at_free[i]];
        go_on(w, 0, 0, (gap){0, 0});
    }
    memcpy(w->holders, all, sizeof *all * (size_t)n);
    w->n_holders = n;
}

static void choose(walk *w, int k)
{
    if (w->list->gave_up)
        return;
    if (k == w->path->n_nodes) {
        if (w->above != bit(w->e->n_tensors) - 1 || !is_enabled(w, w->path->compute))
            return;
        if (w->e->is_copy)
            go_on_with_copy(w);
        else
            go_on(w, 0, 0, (gap){0, 0});
        return;
    }
    af_arch_kind kind = w->e->nodes[w->path->nodes[k]].kind;
    if ((kind == AF_MEMORY || kind == AF_TOLL) && is_enabled(w, w->path->nodes[k]))
        choose_level(w, k);
    else
        choose(w, k + 1);
}

brute_list brute_enumerate(af_arena *arena, const af_einsum *einsum, uint64_t fixes, double most)
{
    brute_list list = {0};
    for (int p = 0; p < einsum->n_paths; p++) {
        walk w = {.arena = arena,
                  .e = einsum,
                  .path = &einsum->paths[p],
                  .list = &list,
                  .most = most,
                  .first_memory = -1,
                  .any_order = order_matters(einsum, fixes),
                  .parts = brute_parts_new(arena, einsum, fixes, &list)};
        w.decided = af_new_array(arena, bool, einsum->n_nodes);
        w.held = af_new_array(arena, af_mask, einsum->n_nodes);
        for (int k = w.path->n_nodes - 1; k >= 0; k--)
            if (einsum->nodes[w.path->nodes[k]].kind == AF_MEMORY)
                w.first_memory = w.path->nodes[k];
        for (int v = 0; v < einsum->n_rank_variables; v++)
            w.tile[v] = einsum->rank_variables[v].bound;
        choose(&w, 0);
    }
    return list;
}
