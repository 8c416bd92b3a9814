#include "enumerate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_STEPS = 40, MOST_HOLDERS = 16 };

typedef struct key_slot { uint64_t hash; char *text; } key_slot;

typedef struct walk {
    af_arena *arena;
    const af_einsum *e;
    const af_path *path;
    brute_list *list;
    double most;
    /* storage */
    bool *decided; af_mask *held, above;
    af_mask keeps[MOST_HOLDERS][2];          /* per node of the path: no_refetch, no_resend */
    int n_holders; af_step holders[MOST_HOLDERS];
    int first_memory;
    /* the mapping so far */
    int n; af_step steps[MOST_STEPS];
    double tile[64];                         /* per rank variable, now */
    /* classes seen */
    key_slot *slots; size_t room, n_keys;
} walk;

static af_mask bit(int i) { return (af_mask)1 << i; }
static bool is_loop(const af_step *s) { return s->kind == AF_STEP_TEMPORAL || s->kind == AF_STEP_SPATIAL; }
static bool is_holder(const af_step *s) { return s->kind == AF_STEP_STORAGE || s->kind == AF_STEP_TOLL; }
static int place(const walk *w, const af_step *s) { return w->path->position[s->node]; }

/* ---- candidate sizes, by the definition of 60 section 10.2 */

static bool admits_perfect(double outer, double inner, double coarseness, double size)
{
    double last = 0;
    for (double d = 1, n = ceil(outer / inner); d <= n; d++)
        if (fmod(n, d) == 0 && d * inner >= coarseness * last) {
            last = d * inner;
            if (last == size)
                return true;
        }
    return size == outer;
}

static bool admits_imperfect(double outer, double inner, double coarseness, double size)
{
    double counts[256];
    int n = 0;
    for (double at = inner;; at = coarseness > 1 ? at * coarseness : at + inner) {
        double tile = at > outer ? outer : nearbyint(at / inner) * inner, count = ceil(outer / tile);
        bool known = tile > outer;
        for (int i = 0; i < n; i++)
            known |= counts[i] == count;
        if (!known) {
            counts[n++] = count;
            if (ceil(outer / count) == size)
                return true;
        }
        if (at > outer)
            return false;
    }
}

/* Of each rank variable's loops, outer to inner, the one before a loop that may be imperfect has free sizes (9.4). */
static bool tiles_are_candidates(const walk *w)
{
    const af_mapper *m = &w->e->mapper;
    double inner[64];
    bool below[64] = {false};
    for (int v = 0; v < w->e->n_rank_variables; v++)
        inner[v] = 1;
    for (int i = w->n - 1; i >= 0; i--) {
        const af_step *s = &w->steps[i];
        if (!is_loop(s))
            continue;
        int v = s->rank_variable;
        bool free_size = (m->explore_imperfect_temporal_loops || m->explore_imperfect_spatial_loops) && (w->e->simple >> v & 1);
        double size = s->tile.value, bound = w->e->rank_variables[v].bound;
        if (below[v] && !(free_size ? admits_imperfect : admits_perfect)(bound, inner[v], m->tiling_coarseness, size))
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
        if (is_loop(&w->steps[i])) {
            all++;
            if (++of[w->steps[i].rank_variable] > w->e->mapper.max_fused_loops_per_rank_variable)
                return true;
        }
    return all > w->e->mapper.max_fused_loops;
}

/* By definition of the mapper's space (6.3 rule 7): above a backing holder of a shared tensor, no loop that indexes the tensor of the
 * holder right above it, unless that backs the tensor. Such a loop belongs above the holder. With several fused loops the two differ in what
 * orders of loops they offer to other Einsums. */
static bool misplaced_fused(const walk *w)
{
    bool below = false;
    for (int i = w->n - 1; i > 0; i--) {
        const af_step *s = &w->steps[i];
        below |= is_holder(s) && s->backing && w->e->tensors[s->tensor].fusable;
        if (!below || s->kind != AF_STEP_TEMPORAL)
            continue;
        int k = i;
        while (k >= 0 && is_loop(&w->steps[k]))
            k--;
        if (k >= 0 && !w->steps[k].backing && (w->e->tensors[w->steps[k].tensor].relevant & bit(s->rank_variable)))
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

/* Only comparisons that a loop which is not there meets are asked of here: 60 section 8.4. */
static bool spatial_constraints_hold(const walk *w, int node, int dimension, const double *counts, int n_loops)
{
    const af_dimension *d = &w->e->nodes[node].dimensions[dimension];
    if (n_loops > w->e->mapper.max_loops_per_spatial_dimension)
        return false;
    af_mask fixed = 0;
    for (int t = 0; t < w->e->n_tensors; t++)
        if (d->reuse & bit(t))
            fixed |= w->e->universe.rank_variables_of_tensor[t];
    for (int v = 0; v < w->e->n_rank_variables; v++)
        if ((fixed & bit(v)) && counts[v] != 1)
            return false;
    for (int i = 0; i < d->n_loop_bounds; i++) {
        const af_comparison *c = &d->loop_bounds[i];
        double product = 1;
        for (int v = 0; v < w->e->n_rank_variables; v++)
            if (c->expression.members & bit(v)) {
                product *= counts[v];
                if (!c->product && !compares(c, counts[v]))
                    return false;
            }
        if (c->product && !compares(c, product))
            return false;
    }
    return true;
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
                if (!is_loop(s))
                    continue;
                if (s->kind == AF_STEP_SPATIAL && s->node == node && s->dimension == d) {
                    counts[s->rank_variable] = shape[s->rank_variable] / s->tile.value;
                    n_loops++;
                }
                shape[s->rank_variable] = s->tile.value;
            }
            if (!spatial_constraints_hold(w, node, d, counts, n_loops))
                return false;
        }
    }
    return true;
}

/* No temporal loop that does not index the tensor between two of its holders: what is fetched, or sent, once stays so (8.3). */
static bool stays_whole(const walk *w, int tensor, int from, int to)
{
    for (int i = from + 1; i < to; i++)
        if (w->steps[i].kind == AF_STEP_TEMPORAL && !(w->e->tensors[tensor].relevant & bit(w->steps[i].rank_variable)))
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

/* ---- a whole mapping */

static void put_number(af_text *key, double x) { af_text_printf(key, "%.11g ", x); }

/* All that a join or a front can tell of a part. */
static void put_class(const walk *w, const af_pmapping *p, const af_figures *f, af_text *key)
{
    int depth = 0, level = 0;
    put_number(key, f->latency.value);
    put_number(key, f->dynamic_energy.value);
    put_number(key, f->leak_energy.value);
    for (int t = 0; t < w->e->n_tensors; t++)
        if (w->e->tensors[t].fusable && f->tensor_level[t] > depth)
            depth = f->tensor_level[t];
    for (int node = 0; node < w->e->n_nodes; node++)
        for (int at = -1; at <= depth && w->e->nodes[node].kind == AF_MEMORY; at++) {
            double bits = 0;
            for (int i = 0; i < f->n_buffets; i++)
                if (f->buffets[i].node == node && (f->buffets[i].level == at || (at == depth && f->buffets[i].level > depth)))
                    bits += f->buffets[i].occupancy.value;
            put_number(key, bits);
        }
    for (int i = 0; i < p->n_steps; i++) {
        const af_step *s = &p->steps[i];
        if (s->kind == AF_STEP_RESERVATION && s->backing && w->e->tensors[s->tensor].fusable)
            af_text_printf(key, "|%d@%d:%d", s->tensor, s->node, level);
        if (is_loop(s) && level++ < depth)
            af_text_printf(key, "|%d/%g/%d/%d", s->rank_variable, s->tile.value, s->kind == AF_STEP_SPATIAL ? s->node : -1, s->dimension);
        else if (!is_loop(s) && s->kind != AF_STEP_COMPUTE && level <= depth)
            af_text_printf(key, "|f%d", level);
    }
}

static uint64_t hash_of(const char *text)
{
    uint64_t h = 14695981039346656037u;
    for (; *text; text++)
        h = (h ^ (uint8_t)*text) * 1099511628211u;
    return h | 1;
}

static void insert_key(walk *w, uint64_t hash, char *text)
{
    size_t at = hash & (w->room - 1);
    while (w->slots[at].hash)
        at = (at + 1) & (w->room - 1);
    w->slots[at] = (key_slot){hash, text};
}

/* Whether a class comes for the first time. */
static bool is_new(walk *w, const char *key)
{
    uint64_t hash = hash_of(key);
    for (size_t at = hash & (w->room - 1); w->slots[at].hash; at = (at + 1) & (w->room - 1))
        if (w->slots[at].hash == hash && !strcmp(w->slots[at].text, key))
            return false;
    if (2 * ++w->n_keys > w->room) {
        key_slot *old = w->slots;
        size_t room = w->room;
        w->room *= 4;
        w->slots = af_new_array(w->arena, key_slot, w->room);
        for (size_t i = 0; i < room; i++)
            if (old[i].hash)
                insert_key(w, old[i].hash, old[i].text);
    }
    insert_key(w, hash, af_copy_text(w->arena, key));
    return true;
}

static af_part evaluate(const walk *w, af_arena *arena)
{
    static const af_prepare_options all_imperfect = {.imperfect_spatial = true, .imperfect_temporal = true};
    af_report *quiet = af_report_new("brute");
    af_part part = {NULL, NULL};
    part.pmapping = af_pmapping_prepare(arena, w->e, w->steps, w->n, &all_imperfect, quiet, "mapping");
    if (part.pmapping)
        part.figures = af_evaluate_pmapping(arena, af_graph_new(arena), part.pmapping, AF_METRICS_ALL, 0, quiet, "mapping");
    if (part.figures && af_figures_check(part.figures, quiet, "mapping"))
        part.figures = NULL;
    af_report_free(quiet);
    return part;
}

static void visit(walk *w)
{
    w->list->n_seen++;
    w->list->gave_up = w->list->n_seen > w->most;
    if (!tiles_are_candidates(w) || too_many_fused(w) || misplaced_fused(w) || !all_spatial_constraints_hold(w) || !moves_once(w))
        return;
    af_arena *scratch = af_arena_new();
    af_part part = evaluate(w, scratch);
    if (part.figures) {
        af_text key = {0};
        put_class(w, part.pmapping, part.figures, &key);
        if (is_new(w, key.bytes))
            *af_push(w->arena, w->list) = evaluate(w, w->arena);
        af_text_free(&key);
    }
    af_arena_free(scratch);
}

/* ---- order of holders, and loops between them */

/* Since the last holder or spatial loop: variables that have a loop; the least that may have one now, where the order does not matter. */
typedef struct gap { af_mask used; int least; } gap;

/* `placed`: holders that stand; the spatial loops of the path's first `done` nodes stand too. */
static void go_on(walk *w, uint32_t placed, int done, gap here);

static af_step loop_step(int kind, int node, int dimension, int variable, double tile)
{
    return (af_step){.kind = (uint8_t)kind, .node = (int16_t)node, .tensor = -1, .dimension = (int16_t)dimension, .rank_variable = (int16_t)variable,
                     .tile = af_known(tile), .initial = af_known(0)};
}

static bool any_partial(const walk *w)
{
    for (int t = 0; t < w->e->n_tensors; t++)
        if (w->e->tensors[t].partially_relevant)
            return true;
    return false;
}

static af_mask held_so_far(const walk *w, uint32_t placed)
{
    af_mask seen = 0;
    for (int i = 0; i < w->n_holders; i++)
        if (placed >> i & 1)
            seen |= bit(w->holders[i].tensor);
    return seen;
}

/* Variables that may loop here, as temporal loops or as spatial ones of the path's node `spatial` (-1): none above persistent data, those that
 * index all that is not held yet, and none that would spread persistent data otherwise than other Einsums do. */
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
        if (w->holders[i].persistent && w->e->tensors[w->holders[i].tensor].fusable && place(w, &w->holders[i]) >= spatial)
            V &= ~w->e->universe.rank_variables_of_tensor[w->holders[i].tensor];
    return V;
}

/* The node whose spatial loops stand here: the next one in the path, if all that lies above it is placed; -1. */
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

/* At dimension x variable; `used` instances of the dimension so far, `gap` as it is if no spatial loop comes at all. */
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
        if ((!even && !w->e->mapper.explore_imperfect_spatial_loops) || used * count > node->dimensions[dimension].fanout * (1 + 1e-12))
            continue;
        w->steps[w->n++] = loop_step(AF_STEP_SPATIAL, w->path->nodes[k], dimension, variable, w->tile[variable] = tile);
        put_spatials(w, placed, k, dimension, variable + 1, used * count, (gap){0, 0});
        w->n--;
    }
    w->tile[variable] = before;
}

static void put_temporals(walk *w, uint32_t placed, int done, gap here)
{
    af_mask allowed = loops_allowed(w, placed, -1) & ~here.used;
    for (int v = any_partial(w) ? 0 : here.least; v < w->e->n_rank_variables; v++) {
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

/* May holder i come next? Outer components first; in the first memory and among Tolls the order does not matter, so one is taken. */
static bool may_come(const walk *w, uint32_t placed, int i)
{
    const af_step *s = &w->holders[i];
    for (int k = 0; k < w->n_holders; k++) {
        const af_step *other = &w->holders[k];
        if (placed >> k & 1 || k == i)
            continue;
        bool any_order = s->node == other->node && s->node != w->first_memory && s->kind == AF_STEP_STORAGE && !w->e->is_copy;
        if (other->persistent != s->persistent ? other->persistent : any_order ? false : place(w, other) != place(w, s) ? place(w, other) < place(w, s) : k < i)
            return false;
    }
    return true;
}

static void put_holders(walk *w, uint32_t placed, int done)
{
    int k = fanout_here(w, placed, done);
    for (int i = 0; i < w->n_holders && !w->list->gave_up; i++) {
        if (placed >> i & 1 || !may_come(w, placed, i) || (k >= 0 && place(w, &w->holders[i]) >= k && w->holders[i].node != w->first_memory))
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
        w->steps[w->n++] = (af_step){.kind = AF_STEP_COMPUTE, .node = (int16_t)w->path->compute, .tensor = -1, .rank_variable = -1, .dimension = -1,
                                     .tile = af_known(0), .initial = af_known(0)};
        visit(w);
        w->n--;
        return;
    }
    put_temporals(w, placed, done, here);
    int k = fanout_here(w, placed, done);
    if (k >= 0)
        put_spatials(w, placed, k, 0, 0, 1, here);
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
            w->holders[w->n_holders++] = (af_step){
                .kind = w->e->nodes[node].kind == AF_TOLL ? AF_STEP_TOLL : AF_STEP_STORAGE, .node = (int16_t)node, .tensor = (int16_t)t,
                .rank_variable = -1, .dimension = -1, .backing = first, .lower = true, .persistent = first && w->e->tensors[t].persistent,
                .tile = af_known(0), .initial = af_known(0)};
        }
    w->above |= chosen;
    w->held[node] = chosen;
    w->decided[node] = true;
    choose(w, k + 1);
    w->decided[node] = false;
    w->above = above;
    w->n_holders = n;
}

static void choose_level(walk *w, int k)
{
    int node = w->path->nodes[k];
    const af_tensor_options *t = &w->e->nodes[node].tensors;
    af_mask back = set_of(w, &t->back), must = set_of(w, &t->keep) | back, may = set_of(w, &t->may_keep) & ~must;
    w->keeps[k][0] = set_of(w, &t->no_refetch_from_above);
    w->keeps[k][1] = set_of(w, &t->no_resend_to_below);
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

static void choose(walk *w, int k)
{
    if (w->list->gave_up)
        return;
    if (k == w->path->n_nodes) {
        if (w->above == bit(w->e->n_tensors) - 1 && is_enabled(w, w->path->compute))
            go_on(w, 0, 0, (gap){0, 0});
        return;
    }
    af_arch_kind kind = w->e->nodes[w->path->nodes[k]].kind;
    if ((kind == AF_MEMORY || kind == AF_TOLL) && is_enabled(w, w->path->nodes[k]))
        choose_level(w, k);
    else
        choose(w, k + 1);
}

brute_list brute_enumerate(af_arena *arena, const af_einsum *einsum, double most)
{
    brute_list list = {0};
    for (int p = 0; p < einsum->n_paths; p++) {
        walk w = {.arena = arena, .e = einsum, .path = &einsum->paths[p], .list = &list, .most = most, .first_memory = -1, .room = 1 << 12};
        w.slots = af_new_array(arena, key_slot, w.room);
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
