/* What each buffer holds, and what must newly arrive in it (45 sections 3 to 6). */
#include "model/isl_parts.h"
#include "spec/isl_count.h"

#include <isl/constraint.h>
#include <isl/ctx.h>
#include <isl/local_space.h>
#include <isl/options.h>
#include <isl/space.h>
#include <string.h>

/* ---- dimensions of one path */

static bool is_buffer(const af_mapping_node *n)
{
    return n->kind == AF_NODE_STORAGE || n->kind == AF_NODE_COMPUTE;
}

static af_isl_dim dim_of(const af_isl_leaf *leaf, int at)
{
    const af_mapping_node *node = leaf->nodes[at];
    if (node->kind != AF_NODE_SPATIAL)
        return (af_isl_dim){node->kind == AF_NODE_TEMPORAL ? AF_TAG_TEMPORAL :
                            node->kind == AF_NODE_PIPELINE ? AF_TAG_PIPELINE : AF_TAG_SEQUENTIAL, NULL};
    while (!is_buffer(leaf->nodes[at]))
        at++;
    return (af_isl_dim){AF_TAG_SPATIAL, leaf->nodes[at]->component};
}

static bool holds(const af_mapping_node *node, const char *component, const char *tensor)
{
    bool found = false;
    for (int i = 0; i < node->tensors.count && node->kind == AF_NODE_STORAGE; i++)
        found |= !strcmp(node->component, component) && (!tensor || !strcmp(node->tensors.names[i], tensor));
    return found;
}

static int last_storage_of(const af_isl_leaf *leaf, const char *component)
{
    int last = -1;
    for (int i = 0; i < leaf->n_nodes; i++)
        if (leaf->nodes[i]->kind == AF_NODE_STORAGE && !strcmp(leaf->nodes[i]->component, component))
            last = i;
    return last;
}

/* The occupancy of a buffer: what the operations access, over the dimensions that stay. Below the component's
 * last Storage all are summed into one point; below the tensor's own, temporal loops (45 section 3). A
 * Compute keeps all. */
static isl_map *occupancy_of(const isl_work *w, const af_isl_leaf *leaf, const char *component,
                             const char *tensor, af_isl_dims *dims)
{
    isl_map *map = isl_map_apply_range(isl_map_copy(leaf->tiling),
                                       af_isl_projection(w, leaf->einsum,
                                                         af_find_tensor(leaf->einsum, tensor)));
    bool compute = !strcmp(component, leaf->compute), past = false;
    int last = compute ? leaf->n_nodes : last_storage_of(leaf, component), kept = 0;
    dims->dims = af_new_array(w->arena, af_isl_dim, leaf->n_nodes);
    for (int i = 0; i < leaf->n_nodes; i++) {
        const af_mapping_node *node = leaf->nodes[i];
        past |= !compute && holds(node, component, tensor);
        if (!af_is_loop_node(node) && !af_is_split_node(node))
            continue;
        if (i > last || (past && node->kind == AF_NODE_TEMPORAL))
            map = isl_map_project_out(map, isl_dim_in, (unsigned)kept, 1);
        else
            dims->dims[kept++] = dim_of(leaf, i);
    }
    dims->n = kept;
    return isl_map_coalesce(map);
}

/* Holders of other data may stand between it and the Sequential, nothing else. */
static bool stands_above_sequential(const af_isl_leaf *leaf, int at)
{
    while (leaf->nodes[at]->kind == AF_NODE_STORAGE)
        at++;
    return leaf->nodes[at]->kind == AF_NODE_SEQUENTIAL;
}

static void add_buffer(isl_work *w, int leaf, int at, const char *component, int tensor)
{
    const af_isl_leaf *l = &w->analysis->leaves[leaf];
    af_isl_buffer *b = &w->analysis->buffers[w->analysis->n_buffers++];
    *b = (af_isl_buffer){.component = component, .leaf = leaf, .tensor = tensor,
                         .above_sequential = stands_above_sequential(l, at)};
    b->occupancy.map = occupancy_of(w, l, component, l->einsum->tensors[tensor].name, &b->occupancy.dims);
}

static void find_occupancies(isl_work *w)
{
    int room = 0;
    for (int l = 0; l < w->analysis->n_leaves; l++)
        room += w->analysis->leaves[l].n_nodes * w->analysis->leaves[l].einsum->n_tensors;
    w->analysis->buffers = af_new_array(w->arena, af_isl_buffer, room);
    for (int l = 0; l < w->analysis->n_leaves; l++) {
        const af_isl_leaf *leaf = &w->analysis->leaves[l];
        for (int i = 0; i < leaf->n_nodes; i++) {
            const af_mapping_node *node = leaf->nodes[i];
            const char *component = node->component ? node->component : "";
            for (int t = 0; t < leaf->einsum->n_tensors; t++)
                if (node->kind == AF_NODE_COMPUTE || holds(node, component, leaf->einsum->tensors[t].name))
                    add_buffer(w, l, i, node->component, t);
        }
    }
}

/* ---- temporal reuse (45 section 5) */

static bool is_temporal(af_isl_dim d) { return d.tag == AF_TAG_TEMPORAL || d.tag == AF_TAG_SEQUENTIAL; }

/* Each point to the one at the instant before it: the last of the earlier instants that
 * there are, all else equal. */
static isl_map *shift_in_time(isl_map *occupancy, const af_isl_dims *dims)
{
    isl_set *points = isl_map_domain(isl_map_copy(occupancy)), *instants = isl_set_copy(points);
    for (int d = dims->n - 1; d >= 0; d--)
        if (!is_temporal(dims->dims[d]))
            instants = isl_set_project_out(instants, isl_dim_set, (unsigned)d, 1);
    isl_map *before = isl_map_lex_gt(isl_set_get_space(instants));
    before = isl_map_intersect_range(isl_map_intersect_domain(before, isl_set_copy(instants)), instants);
    before = isl_map_lexmax(before);
    for (int d = 0; d < dims->n; d++) {
        if (is_temporal(dims->dims[d]))
            continue;
        before = isl_map_insert_dims(before, isl_dim_in, (unsigned)d, 1);
        before = isl_map_insert_dims(before, isl_dim_out, (unsigned)d, 1);
        before = isl_map_equate(before, isl_dim_in, d, isl_dim_out, d);
    }
    before = isl_map_intersect_domain(before, isl_set_copy(points));
    return isl_map_intersect_range(before, points);
}

static isl_map *equal_but_for(isl_space *points, int dimension, int difference)
{
    isl_map *map = isl_map_universe(isl_space_map_from_set(points));
    for (int d = 0; d < (int)isl_map_dim(map, isl_dim_in); d++) {
        isl_constraint *c = isl_constraint_alloc_equality(isl_local_space_from_space(isl_map_get_space(map)));
        c = isl_constraint_set_coefficient_si(c, isl_dim_in, d, 1);
        c = isl_constraint_set_coefficient_si(c, isl_dim_out, d, -1);
        map = isl_map_add_constraint(map, isl_constraint_set_constant_si(c, d == dimension ? difference : 0));
    }
    return map;
}

static isl_map *shift_one_loop(isl_map *occupancy, int dimension)
{
    return equal_but_for(isl_space_domain(isl_map_get_space(occupancy)), dimension, -1);
}

/* The occupancy with a dimension left out, if the data do not depend on it; else NULL. */
static isl_map *without_dimension(isl_map *occupancy, int d)
{
    isl_map *less = isl_map_project_out(isl_map_copy(occupancy), isl_dim_in, (unsigned)d, 1);
    isl_map *again = isl_map_insert_dims(isl_map_copy(less), isl_dim_in, (unsigned)d, 1);
    again = isl_map_intersect_domain(again, isl_map_domain(isl_map_copy(occupancy)));
    bool same = isl_map_is_equal(again, occupancy) == isl_bool_true;
    isl_map_free(again);
    return same ? less : (isl_map_free(less), NULL);
}

isl_map *af_isl_temporal_fill(af_arena *arena, isl_map *occupancy, af_isl_dims *dims,
                              const af_isl_options *options, isl_map **effective)
{
    af_isl_dims left = {dims->n, af_new_array(arena, af_isl_dim, dims->n)};
    for (int i = 0; i < dims->n; i++)
        left.dims[i] = dims->dims[i];
    isl_map *fill = NULL;
    for (int d = dims->n - 1; d >= 0 && !options->no_reuse && !fill; d--) {
        isl_map *less = is_temporal(left.dims[d]) ? without_dimension(occupancy, d) : NULL;
        if (less) {
            isl_map_free(occupancy);
            occupancy = isl_map_coalesce(less);
            left.n--;
            memmove(&left.dims[d], &left.dims[d + 1], sizeof *left.dims * (size_t)(left.n - d));
        } else if (is_temporal(left.dims[d])) {
            isl_map *shift = options->flush ? shift_one_loop(occupancy, d) : shift_in_time(occupancy, &left);
            isl_map *held = isl_map_apply_range(shift, isl_map_copy(occupancy));
            fill = isl_map_coalesce(isl_map_subtract(isl_map_copy(occupancy), held));
        }
    }
    *dims = left;
    *effective = occupancy;
    return fill ? fill : isl_map_copy(occupancy);
}

/* ---- transfers between neighbours (45 section 6) */

isl_map *af_isl_from_neighbours(isl_map *fill, isl_map *occupancy, const af_isl_dims *dims,
                                const char *buffer)
{
    int time = -1;
    bool spread = false;
    for (int d = 0; d < dims->n; d++) {
        time = is_temporal(dims->dims[d]) ? d : time;
        spread |= dims->dims[d].tag == AF_TAG_SPATIAL && !strcmp(dims->dims[d].buffer, buffer);
    }
    if (time < 0 || !spread)
        return NULL;
    isl_map *available = isl_map_empty(isl_map_get_space(fill));
    for (int d = 0; d < dims->n; d++)
        for (int step = -1; step <= 1; step += 2) {
            if (dims->dims[d].tag != AF_TAG_SPATIAL || strcmp(dims->dims[d].buffer, buffer))
                continue;
            isl_space *points = isl_space_domain(isl_map_get_space(occupancy));
            isl_map *before = equal_but_for(isl_space_copy(points), time, -1),
                *beside = equal_but_for(points, d, step);
            available = isl_map_union(available, isl_map_apply_range(isl_map_apply_range(before, beside),
                                                                     isl_map_copy(occupancy)));
        }
    return isl_map_coalesce(isl_map_intersect(isl_map_copy(fill), available));
}

/* ---- counting */

int64_t af_isl_count_map(af_arena *arena, isl_map *map)
{
    isl_set *pairs = isl_set_flatten(isl_map_wrap(isl_map_copy(map)));
    int64_t count;
    bool counted = af_isl_count_points(arena, pairs, &count);
    isl_set_free(pairs);
    return counted ? count : -1;
}

enum { MOST_POINTS = 1 << 14 };              /* of space and time that are looked at one by one */

typedef struct looking { af_arena *arena; isl_map *map; int64_t most; } looking;

static isl_stat look_at(isl_point *point, void *context)
{
    looking *l = context;
    isl_set *data = isl_set_apply(isl_set_from_point(point), isl_map_copy(l->map));
    int64_t count;
    if (af_isl_count_points(l->arena, data, &count) && count > l->most)
        l->most = count;
    isl_set_free(data);
    return isl_stat_ok;
}

void af_isl_count_relation(af_arena *arena, af_isl_relation *r)
{
    isl_set *points = isl_map_domain(isl_map_copy(r->map));
    int64_t n_points = 0;
    looking l = {arena, r->map, 0};
    r->total = af_isl_count_map(arena, r->map);
    bool few = af_isl_count_points(arena, points, &n_points) && n_points <= MOST_POINTS;
    if (few && n_points == r->total)
        l.most = n_points > 0;               /* one value at every point */
    else if (few)
        isl_set_foreach_point(points, look_at, &l);
    r->most = few ? l.most : -1;
    isl_set_free(points);
}

/* ---- all together */

static void analyze_buffer(const isl_work *w, af_isl_buffer *b)
{
    b->fill.dims = b->occupancy.dims;
    b->fill.map = af_isl_temporal_fill(w->arena, isl_map_copy(b->occupancy.map), &b->fill.dims, w->options,
                                       &b->effective.map);
    b->effective.dims = b->fill.dims;
    af_isl_relation *relations[] = {&b->occupancy, &b->effective, &b->fill};
    for (int i = 0; i < 3; i++)
        af_isl_count_relation(w->arena, relations[i]);
    isl_map *moved = w->options->links ? af_isl_from_neighbours(b->fill.map, b->effective.map, &b->fill.dims,
                                                                b->component) : NULL;
    b->moves_links = moved != NULL;
    b->from_neighbours = moved ? af_isl_count_map(w->arena, moved) : 0;
    b->not_from_neighbours = b->fill.total - b->from_neighbours;
    isl_map_free(moved);
}

af_isl_analysis *af_isl_analyze(af_arena *arena, const af_einsum *const *einsums, int n_einsums,
                                const af_mapping *mapping, const af_isl_options *options, af_report *report)
{
    af_isl_analysis *analysis = af_new(arena, af_isl_analysis);
    isl_work w = {arena, isl_ctx_alloc(), einsums, n_einsums, mapping, options, report, analysis};
    isl_options_set_on_error(w.isl, ISL_ON_ERROR_CONTINUE);
    analysis->isl = w.isl;
    int status = af_isl_find_tilings(&w);
    if (!status)
        find_occupancies(&w);
    for (int i = 0; i < analysis->n_buffers && !status; i++)
        analyze_buffer(&w, &analysis->buffers[i]);
    if (!status && isl_ctx_last_error(w.isl) != isl_error_none)
        status = af_fail(report, AF_BUG, AF_NOWHERE, "mapping", "--backend isl: isl fails: %s",
                         isl_ctx_last_error_msg(w.isl));
    if (!status)
        return analysis;
    af_isl_free(analysis);
    return NULL;
}

void af_isl_free(af_isl_analysis *analysis)
{
    for (int i = 0; i < analysis->n_leaves; i++)
        isl_map_free(analysis->leaves[i].tiling);
    for (int i = 0; i < analysis->n_buffers; i++) {
        isl_map_free(analysis->buffers[i].occupancy.map);
        isl_map_free(analysis->buffers[i].effective.map);
        isl_map_free(analysis->buffers[i].fill.map);
    }
    isl_ctx_free(analysis->isl);
}
