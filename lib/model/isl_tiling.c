/* Which operations run at each point of the loop nest, for every Compute of a LoopTree (45 section 2). */
#include "model/isl_parts.h"

#include <isl/aff.h>
#include <isl/constraint.h>
#include <isl/local_space.h>
#include <isl/options.h>
#include <isl/set.h>
#include <isl/space.h>
#include <string.h>

typedef uint64_t group;                      /* bit: number of the Einsum */

typedef struct tiling_walk {
    isl_work *w;
    isl_map **tilings;                       /* per Einsum: dimensions so far -> rank variables */
    /* dimensions above the outermost Storage of each tensor */
    af_list(struct held { const char *tensor; int level; }) held;
    af_list(const af_mapping_node *) path;
    af_list(af_isl_leaf) leaves;
} tiling_walk;

/* ---- relations from texts: numbers and positions only, so that no name can be isl's word */

static void put_positions(af_text *text, int n)
{
    af_text_puts(text, "[");
    for (int i = 0; i < n; i++)
        af_text_printf(text, i ? ", v%d" : "v%d", i);
    af_text_puts(text, "]");
}

isl_map *af_isl_projection(const isl_work *w, const af_einsum *e, int tensor)
{
    const af_tensor *t = &e->tensors[tensor];
    af_text text = {0};
    af_text_puts(&text, "{ ");
    put_positions(&text, e->n_rank_variables);
    af_text_puts(&text, " -> [");
    for (int r = 0; r < t->n_ranks; r++) {
        af_text_printf(&text, "%s%.0f", r ? ", " : "", t->ranks[r].constant);
        for (int k = 0; k < t->ranks[r].n_terms; k++)
            af_text_printf(&text, "%+.0f*v%d", t->ranks[r].terms[k].coefficient,
                           t->ranks[r].terms[k].rank_variable);
    }
    af_text_puts(&text, "] }");
    isl_map *map = isl_map_read_from_str(w->isl, text.bytes);
    af_text_free(&text);
    return map;
}

static isl_map *whole_space(const isl_work *w, const af_einsum *e)
{
    af_text text = {0};
    af_text_puts(&text, "{ [] -> ");
    put_positions(&text, e->n_rank_variables);
    for (int v = 0; v < e->n_rank_variables; v++)
        af_text_printf(&text, "%s0 <= v%d < %.0f", v ? " and " : " : ", v, e->rank_variables[v].bound);
    af_text_puts(&text, " }");
    isl_map *map = isl_map_read_from_str(w->isl, text.bytes);
    af_text_free(&text);
    return map;
}

/* ---- one more loop (45 section 2.2) */

static isl_map *at_least_zero(isl_map *map, int out, int start, int step, int sign, int constant)
{
    int x = (int)isl_map_dim(map, isl_dim_in) - 1;
    isl_constraint *c = isl_constraint_alloc_inequality(isl_local_space_from_space(isl_map_get_space(map)));
    if (out >= 0)
        c = isl_constraint_set_coefficient_si(c, isl_dim_out, out, sign);
    if (start >= 0)
        c = isl_constraint_set_coefficient_si(c, isl_dim_out, start, -sign);
    c = isl_constraint_set_coefficient_si(c, isl_dim_in, x, step);
    c = isl_constraint_set_constant_si(c, constant);
    return isl_map_add_constraint(map, c);
}

/* Tile x starts `size` times x above the least value, and ends where the operations do. */
isl_map *af_isl_add_tile(isl_map *tiling, int dimension, int size)
{
    unsigned n = (unsigned)isl_map_dim(tiling, isl_dim_in);
    isl_map *start = isl_map_from_pw_aff(isl_map_dim_min(isl_map_copy(tiling), dimension));
    start = isl_map_insert_dims(isl_map_reset_tuple_id(start, isl_dim_in), isl_dim_in, n, 1);
    tiling = isl_map_insert_dims(tiling, isl_dim_in, n, 1);
    isl_map *both = isl_map_flat_range_product(start, tiling);       /* -> start, operations */
    int k = dimension + 1;
    both = at_least_zero(both, k, 0, -size, 1, 0);                   /* value - start - size x >= 0 */
    /* start + size x + size - 1 - value >= 0 */
    both = at_least_zero(both, k, 0, size, -1, size - 1);
    both = at_least_zero(both, -1, -1, 1, 1, 0);                     /* x >= 0 */
    return isl_map_coalesce(isl_map_project_out(both, isl_dim_out, 0, 1));
}

/* Points that come before: one iteration earlier of the loop above `level`, or earlier in the loops below it
 * (45 section 2.5). */
isl_map *af_isl_prior(isl_ctx *isl, int n, int level)
{
    isl_space *space = isl_space_set_alloc(isl, 0, (unsigned)n);
    isl_map *prior = isl_map_empty(isl_space_map_from_set(isl_space_copy(space)));
    if (level > 0) {
        isl_map *before = isl_map_universe(isl_space_map_from_set(isl_space_copy(space)));
        for (int i = 0; i < level - 1; i++)
            before = isl_map_equate(before, isl_dim_in, i, isl_dim_out, i);
        isl_constraint *c = isl_constraint_alloc_equality(
            isl_local_space_from_space(isl_map_get_space(before)));
        c = isl_constraint_set_coefficient_si(c, isl_dim_in, level - 1, 1);
        c = isl_constraint_set_coefficient_si(c, isl_dim_out, level - 1, -1);
        prior = isl_map_union(prior, isl_map_add_constraint(before, isl_constraint_set_constant_si(c, -1)));
    }
    if (level < n) {
        isl_map *inside = isl_map_lex_gt(isl_space_copy(space));
        for (int i = 0; i < level; i++)
            inside = isl_map_equate(inside, isl_dim_in, i, isl_dim_out, i);
        prior = isl_map_union(prior, inside);
    }
    isl_space_free(space);
    return isl_map_coalesce(prior);
}

/* ---- groups */

static int find_einsum(const isl_work *w, const char *name)
{
    for (int i = 0; i < w->n_einsums && name; i++)
        if (!strcmp(w->einsums[i]->name, name))
            return i;
    return -1;
}

static group einsums_below(const isl_work *w, const af_mapping_node *node)
{
    int own = node->kind == AF_NODE_COMPUTE ? find_einsum(w, node->einsum) : -1;
    group all = own < 0 ? 0 : (group)1 << own;
    for (int i = 0; i < node->n_nodes; i++)
        all |= einsums_below(w, node->nodes[i]);
    return all;
}

static bool reads(const isl_work *w, int einsum, const char *tensor)
{
    int t = af_find_tensor(w->einsums[einsum], tensor);
    return t >= 0 && !w->einsums[einsum]->tensors[t].output;
}

/* Final consumers: no output of theirs is read in the group. */
static group heads_of(const isl_work *w, group all)
{
    group heads = all;
    for (int e = 0; e < w->n_einsums; e++)
        for (int t = 0; t < w->einsums[e]->n_tensors; t++)
            for (int other = 0; other < w->n_einsums; other++)
                if (all >> e & all >> other & 1 && w->einsums[e]->tensors[t].output &&
                    reads(w, other, w->einsums[e]->tensors[t].name))
                    heads &= ~((group)1 << e);
    return heads;
}

static int only_member(group all)
{
    return all && !(all & (all - 1)) ? __builtin_ctzll(all) : -1;
}

/* ---- loops */

static const struct held *find_held(const tiling_walk *t, const char *tensor)
{
    for (int i = 0; i < t->held.count; i++)
        if (!strcmp(t->held.items[i].tensor, tensor))
            return &t->held.items[i];
    return NULL;
}

static int variable_for(const af_einsum *e, const af_mapping_node *loop)
{
    for (int i = 0; i < loop->loop_einsums.count; i++)
        if (!strcmp(loop->loop_einsums.names[i], e->name))
            return af_find_rank_variable(e, loop->loop_einsum_variables.names[i]);
    int found = -1;
    for (int i = 0; i < loop->rank_variables.count && found < 0; i++)
        found = af_find_rank_variable(e, loop->rank_variables.names[i]);
    return found;
}

static int refuse(const tiling_walk *t, const af_mapping_node *node, const char *what, const char *name)
{
    return af_fail(t->w->report, AF_BAD_DATA, node->place, node->path ? node->path : "mapping",
                   "--backend isl: %s %s", what, name);
}

static int add_loop(tiling_walk *t, const af_mapping_node *loop, group all)
{
    int head = only_member(heads_of(t->w, all));
    if (head < 0)
        return refuse(t, loop, "a loop over Einsums with several final consumers cannot be tiled;",
                      "split them above it");
    int v = variable_for(t->w->einsums[head], loop);
    if (v < 0)
        return refuse(t, loop, "the loop's rank variable is none of", t->w->einsums[head]->name);
    if (loop->initial_tile_shape > 0 && loop->initial_tile_shape != loop->tile_shape)
        return refuse(t, loop, "a first tile of another size is not covered:", "initial_tile_shape");
    t->tilings[head] = af_isl_add_tile(t->tilings[head], v, (int)loop->tile_shape);
    isl_set *domain = isl_map_domain(isl_map_copy(t->tilings[head]));
    for (int e = 0; e < t->w->n_einsums; e++)
        if (all >> e & 1 && e != head) {
            isl_map *map = isl_map_insert_dims(t->tilings[e], isl_dim_in,
                                               (unsigned)isl_map_dim(t->tilings[e], isl_dim_in), 1);
            t->tilings[e] = isl_map_intersect_domain(map, isl_set_copy(domain));
        }
    isl_set_free(domain);
    return 0;
}

/* ---- what the others of a group must run for what its head runs (45 section 2.4) */

static isl_map *inverse_projection(const isl_work *w, int einsum, const char *tensor)
{
    return isl_map_reverse(af_isl_projection(w, w->einsums[einsum],
                                             af_find_tensor(w->einsums[einsum], tensor)));
}

static isl_map *needed_data(const tiling_walk *t, int einsum, const char *tensor)
{
    const af_einsum *e = t->w->einsums[einsum];
    return isl_map_apply_range(isl_map_copy(t->tilings[einsum]),
                               af_isl_projection(t->w, e, af_find_tensor(e, tensor)));
}

/* A tensor that every Einsum of the group reads, if there is exactly one. */
static const char *shared_input(const isl_work *w, group all, int head)
{
    const char *shared = NULL;
    int count = 0;
    for (int t = 0; t < w->einsums[head]->n_tensors; t++) {
        const char *name = w->einsums[head]->tensors[t].name;
        bool by_all = true;
        for (int e = 0; e < w->n_einsums; e++)
            by_all &= !(all >> e & 1) || reads(w, e, name);
        if (by_all)
            shared = name, count++;
    }
    return count == 1 ? shared : NULL;
}

static int infer_from_input(tiling_walk *t, group all, int head, const char *tensor)
{
    isl_map *data = needed_data(t, head, tensor);
    for (int e = 0; e < t->w->n_einsums; e++)
        if (all >> e & 1 && e != head)
            t->tilings[e] = isl_map_intersect(t->tilings[e],
                                              isl_map_apply_range(isl_map_copy(data),
                                                                  inverse_projection(t->w, e, tensor)));
    isl_map_free(data);
    return 0;
}

/* Of what is needed, what was not needed before: the rest is still held. */
static isl_map *newly_needed(const tiling_walk *t, isl_map *need, const char *tensor)
{
    const struct held *held = find_held(t, tensor);
    if (!held)
        return need;
    isl_map *before = isl_map_apply_range(af_isl_prior(t->w->isl, (int)isl_map_dim(need, isl_dim_in),
                                                       held->level), isl_map_copy(need));
    return isl_map_coalesce(isl_map_subtract(need, before));
}

static int producer_of(const isl_work *w, group all, const char *tensor, int *n_producers)
{
    int producer = -1;
    *n_producers = 0;
    for (int e = 0; e < w->n_einsums; e++) {
        int own = all >> e & 1 ? af_find_tensor(w->einsums[e], tensor) : -1;
        if (own >= 0 && w->einsums[e]->tensors[own].output)
            producer = e, ++*n_producers;
    }
    return producer;
}

static int infer_from_consumers(tiling_walk *t, const af_mapping_node *node, group all, int head)
{
    int *queue = af_new_array(t->w->arena, int, 64 * 64), from = 0, n = 0;
    queue[n++] = head;
    while (from < n) {
        int consumer = queue[from++], n_producers;
        const af_einsum *e = t->w->einsums[consumer];
        for (int k = 0; k < e->n_tensors; k++) {
            int producer = e->tensors[k].output ? -1 : producer_of(t->w, all, e->tensors[k].name,
                                                                   &n_producers);
            if (producer < 0)
                continue;
            if (n_producers > 1)
                return refuse(t, node, "several Einsums write", e->tensors[k].name);
            isl_map *data = newly_needed(t, needed_data(t, consumer, e->tensors[k].name), e->tensors[k].name);
            isl_map *operations = isl_map_apply_range(data,
                                                      inverse_projection(t->w, producer, e->tensors[k].name));
            t->tilings[producer] = isl_map_coalesce(isl_map_intersect(t->tilings[producer], operations));
            if (n < 64 * 64)
                queue[n++] = producer;
        }
    }
    return 0;
}

/* ---- the walk */

static int walk_nodes(tiling_walk *t, const af_mapping_node *list, group all);

static int split(tiling_walk *t, const af_mapping_node *node, group all)
{
    int head = only_member(heads_of(t->w, all));
    const char *shared = head < 0 ? NULL : shared_input(t->w, all, head);
    if (head >= 0 && (shared ? infer_from_input(t, all, head, shared) :
                      infer_from_consumers(t, node, all, head)))
        return -1;
    int depth = t->path.count;
    for (int i = 0; i < node->n_nodes; i++) {
        group own = einsums_below(t->w, node->nodes[i]);
        for (int e = 0; e < t->w->n_einsums; e++)
            if (own >> e & 1) {
                unsigned n = (unsigned)isl_map_dim(t->tilings[e], isl_dim_in);
                t->tilings[e] = isl_map_fix_si(isl_map_insert_dims(t->tilings[e], isl_dim_in, n, 1),
                                               isl_dim_in, n, i);
            }
        const af_mapping_node alone = {.kind = AF_NODE_NESTED, .n_nodes = 1,
                                       .nodes = (af_mapping_node **)&node->nodes[i]};
        if (walk_nodes(t, &alone, own))
            return -1;
        t->path.count = depth;
    }
    return 0;
}

static int take_leaf(tiling_walk *t, const af_mapping_node *node)
{
    int e = find_einsum(t->w, node->einsum);
    if (e < 0)
        return refuse(t, node, "the workload has no Einsum", node->einsum ? node->einsum : "");
    af_isl_leaf *leaf = af_push(t->w->arena, &t->leaves);
    *leaf = (af_isl_leaf){.einsum = t->w->einsums[e], .compute = node->component,
                          .tiling = isl_map_coalesce(isl_map_copy(t->tilings[e])),
                          .n_nodes = t->path.count};
    leaf->nodes = af_new_array(t->w->arena, const af_mapping_node *, leaf->n_nodes);
    memcpy(leaf->nodes, t->path.items, sizeof *leaf->nodes * (size_t)leaf->n_nodes);
    leaf->operations = af_isl_count_map(t->w->arena, leaf->tiling);
    return 0;
}

static void note_storage(tiling_walk *t, const af_mapping_node *node, group all)
{
    for (int i = 0; i < node->tensors.count; i++)
        if (all && !find_held(t, node->tensors.names[i]))
            *af_push(t->w->arena, &t->held) =
                (struct held){node->tensors.names[i], (int)isl_map_dim(t->tilings[__builtin_ctzll(all)],
                                                                       isl_dim_in)};
}

static int walk_node(tiling_walk *t, const af_mapping_node *node, group all)
{
    if (node->kind == AF_NODE_NESTED || node->kind == AF_NODE_MAPPING)
        return walk_nodes(t, node, all);
    if (node->kind == AF_NODE_RESERVATION || node->kind == AF_NODE_TOLL)
        return 0;                            /* neither holds data */
    *af_push(t->w->arena, &t->path) = node;
    switch (node->kind) {
    case AF_NODE_STORAGE: note_storage(t, node, all); return 0;
    case AF_NODE_TEMPORAL: case AF_NODE_SPATIAL: return add_loop(t, node, all);
    case AF_NODE_COMPUTE: return take_leaf(t, node);
    case AF_NODE_SEQUENTIAL: case AF_NODE_PIPELINE: case AF_NODE_SPLIT: return split(t, node, all);
    default: return refuse(t, node, "not covered: a node", af_node_kind_name(node->kind));
    }
}

static int walk_nodes(tiling_walk *t, const af_mapping_node *list, group all)
{
    for (int i = 0; i < list->n_nodes; i++)
        if (walk_node(t, list->nodes[i], all))
            return -1;
    return 0;
}

static int check_spaces(const isl_work *w)
{
    for (int i = 0; i < w->n_einsums; i++) {
        const af_einsum *e = w->einsums[i];
        double points = 1;
        for (int v = 0; v < e->n_rank_variables; v++)
            points *= e->rank_variables[v].bound;
        if (e->n_computes > 0 && e->n_computes != points)
            return af_fail(w->report, AF_BAD_DATA, AF_NOWHERE, "workload",
                           "--backend isl: the iteration space of %s is no box", e->name);
    }
    return w->n_einsums <= 64 ? 0 : af_fail(w->report, AF_BAD_DATA, AF_NOWHERE, "workload",
                                            "--backend isl: more than 64 Einsums");
}

int af_isl_find_tilings(isl_work *w)
{
    if (check_spaces(w))
        return -1;
    tiling_walk t = {.w = w, .tilings = af_new_array(w->arena, isl_map *, w->n_einsums)};
    for (int e = 0; e < w->n_einsums; e++)
        t.tilings[e] = whole_space(w, w->einsums[e]);
    int status = walk_nodes(&t, w->mapping, einsums_below(w, w->mapping));
    for (int e = 0; e < w->n_einsums; e++)
        isl_map_free(t.tilings[e]);
    w->analysis->leaves = t.leaves.items;
    w->analysis->n_leaves = t.leaves.count;
    return status;
}
