/* A branch of a LoopTree, with names, to the steps of one pmapping, with ids (50 sections 1.5, 2, 12). */
#include "model/model.h"

#include <math.h>
#include <string.h>

typedef struct translating {
    af_arena *arena;
    const af_einsum *einsum;
    const af_branch *branch;
    bool permissive;
    int n; af_step *steps;
    double *shape;                           /* per rank variable: what the next loop over it divides */
    af_mask whole;                           /* rank variables with a loop of tile shape 1 */
    af_report *report;
} translating;

static int bad(const translating *t, const af_mapping_node *node, const char *field, const char *format,
               ...) AF_PRINTF(4, 5);

static int bad(const translating *t, const af_mapping_node *node, const char *field, const char *format, ...)
{
    const char *path = node->path ? node->path : "mapping";
    va_list arguments;
    va_start(arguments, format);
    int status = af_fail_list(t->report, AF_BAD_DATA, node->place, field ?
                              af_format(t->arena, "%s.%s", path, field) : path, format, arguments);
    va_end(arguments);
    return status;
}

/* ---- names */

/* "; did you mean NAME?", or what there is. */
static const char *known_names(const translating *t, const char *word, const char *const *names, int n)
{
    if (n && word && af_nearest(word, names, n))
        return af_meant(t->arena, word, names, n);
    af_text all = {0};
    for (int i = 0; i < n && i < 12; i++)
        af_text_printf(&all, "%s%s", i ? ", " : "; it has ", names[i]);
    const char *copy = af_copy_text(t->arena, !n ? "; it has none" : n > 12 ? "" : all.bytes);
    af_text_free(&all);
    return copy;
}

static int find_component(const translating *t, const af_mapping_node *node)
{
    int found = node->component ? af_find_node(t->einsum, node->component) : -1;
    if (found >= 0)
        return found;
    const char **names = af_new_array(t->arena, const char *, t->einsum->n_nodes);
    int n = 0;
    for (int i = 0; i < t->einsum->n_nodes; i++)
        if (t->einsum->nodes[i].name)
            names[n++] = t->einsum->nodes[i].name;
    if (!node->component)
        return bad(t, node, "component",
                   "is not given: the name of a component of the architecture is expected%s",
                   known_names(t, NULL, names, n));
    return bad(t, node, "component", "the architecture has no %s%s", node->component,
               known_names(t, node->component, names, n));
}

/* A loop that Einsums name differently says which name is whose; else exactly one of its
 * names must be the Einsum's. */
static int find_variable(const translating *t, const af_mapping_node *node)
{
    for (int i = 0; i < node->loop_einsums.count; i++)
        if (!strcmp(node->loop_einsums.names[i], t->einsum->name))
            return af_find_rank_variable(t->einsum, node->loop_einsum_variables.names[i]);
    int found = -1, n_found = 0;
    for (int i = 0; i < node->rank_variables.count; i++) {
        int v = af_find_rank_variable(t->einsum, node->rank_variables.names[i]);
        if (v >= 0 && v != found)
            found = v, n_found++;
    }
    if (n_found == 1)
        return found;
    if (node->rank_variables.count == 0)
        return bad(t, node, "rank_variable", "is not given");
    const char *names[64];
    for (int i = 0; i < t->einsum->n_rank_variables; i++)
        names[i] = t->einsum->rank_variables[i].name;
    if (n_found == 0)
        return bad(t, node, "rank_variable", "%s has no rank variable %s%s", t->einsum->name,
                   node->rank_variables.names[0],
                   known_names(t, node->rank_variables.names[0], names, t->einsum->n_rank_variables));
    return bad(t, node, "rank_variable", "several of the names are rank variables of %s; one is needed",
               t->einsum->name);
}

/* ---- nodes */

static int check_tile(translating *t, const af_mapping_node *node, int v)
{
    double tile = node->tile_shape, outer = t->shape[v];
    if (tile == 0)
        return bad(t, node, "tile_shape", "is not given; an integer of at least 1 is expected");
    if (tile < 1 || tile != floor(tile))
        return bad(t, node, "tile_shape", "an integer of at least 1 is expected, found %.17g", tile);
    if (tile > outer && !t->permissive)
        return bad(t, node, "tile_shape", "%.17g is larger than the %.17g of %s that the loop divides", tile,
                   outer,
                   t->einsum->rank_variables[v].name);
    t->shape[v] = tile;
    if (tile == 1)
        t->whole |= (af_mask)1 << v;
    return 0;
}

static int add_loop(translating *t, const af_mapping_node *node)
{
    int v = find_variable(t, node);
    if (v < 0 || check_tile(t, node, v) < 0)
        return -1;
    af_step step = {.kind = AF_STEP_TEMPORAL, .rank_variable = (int16_t)v, .fused = node->fused == 1,
                    .tile = af_known(node->tile_shape),
                    .initial = af_known(node->initial_tile_shape), .node = -1, .dimension = -1, .tensor = -1};
    if (node->kind == AF_NODE_SPATIAL) {
        int component = find_component(t, node);
        if (component < 0)
            return -1;
        const af_arch_node *fans = &t->einsum->nodes[component];
        int dimension = node->dimension ? af_find_dimension(fans, node->dimension) : -1;
        if (dimension < 0) {
            const char **names = af_new_array(t->arena, const char *, fans->n_dimensions);
            for (int i = 0; i < fans->n_dimensions; i++)
                names[i] = fans->dimensions[i].name;
            return bad(t, node, "name", node->dimension ? "%s has no spatial dimension %s%s" :
                       "is not given: a spatial dimension of %s is expected%s%s",
                       fans->name, node->dimension ? node->dimension : "",
                       known_names(t, node->dimension, names, fans->n_dimensions));
        }
        step.kind = AF_STEP_SPATIAL;
        step.node = (int16_t)component;
        step.dimension = (int16_t)dimension;
    }
    t->steps[t->n++] = step;
    return 0;
}

/* A tensor is held once in a component of a branch (50 section 12; 85 U11). */
static int check_twice(const translating *t, const af_mapping_node *node, int which)
{
    for (int i = 0; i < t->branch->n_nodes; i++) {
        const af_mapping_node *above = t->branch->nodes[i];
        bool holds = af_is_holder_node(above);
        for (int k = 0; holds && above->component && !strcmp(above->component, node->component) &&
             k < above->tensors.count; k++) {
            if (above == node && k == which)
                return 0;
            if (strcmp(above->tensors.names[k], node->tensors.names[which]))
                continue;
            if (above == node)
                return bad(t, node, "tensors", "%s is held twice in %s: it stands twice in this list",
                           above->tensors.names[k], node->component);
            return bad(t, node, "tensors", "%s is held twice in %s: here and above, in %s%s",
                       above->tensors.names[k], node->component,
                       above->path ? above->path : "the same branch", above->place.line ?
                       af_format(t->arena, " on line %d", above->place.line) : "");
        }
    }
    return 0;
}

static int add_holders(translating *t, const af_mapping_node *node)
{
    int component = find_component(t, node);
    if (component < 0)
        return -1;
    bool toll = node->kind == AF_NODE_TOLL;
    if (t->einsum->nodes[component].kind != (toll ? AF_TOLL : AF_MEMORY))
        return bad(t, node, "component", "%s is no %s, so it cannot be the component of a !%s",
                   node->component, toll ? "Toll" : "Memory",
                   af_node_kind_name(node->kind));
    for (int i = 0; i < node->tensors.count; i++) {
        if (check_twice(t, node, i) < 0)
            return -1;
        t->steps[t->n++] = (af_step){.kind = toll ? AF_STEP_TOLL : AF_STEP_STORAGE,
                                     .node = (int16_t)component,
                                     .tensor = (int16_t)af_find_tensor(t->einsum, node->tensors.names[i]),
                                     .lower = node->lower,
                                     .persistent = node->persistent, .rank_variable = -1, .dimension = -1,
                                     .loop = -1};
    }
    return 0;
}

static int add_compute(translating *t, const af_mapping_node *node)
{
    int component = find_component(t, node);
    if (component < 0)
        return -1;
    if (!af_find_path(t->einsum, component))
        return bad(t, node, "component", "%s is no Compute that the architecture can reach", node->component);
    t->steps[t->n++] = (af_step){.kind = AF_STEP_COMPUTE, .node = (int16_t)component, .tensor = -1,
                                 .rank_variable = -1, .dimension = -1,
                                 .loop = -1};
    return 0;
}

static int add_node(translating *t, const af_mapping_node *node)
{
    switch (node->kind) {
    case AF_NODE_TEMPORAL: case AF_NODE_SPATIAL: return add_loop(t, node);
    case AF_NODE_STORAGE: case AF_NODE_TOLL: return add_holders(t, node);
    case AF_NODE_COMPUTE: return add_compute(t, node);
    case AF_NODE_RESERVATION: return 0;      /* inserted anew */
    default: return bad(t, node, NULL, "a !%s cannot be evaluated", af_node_kind_name(node->kind));
    }
}

/* Every rank variable must be walked to single values (50 section 2). */
static int check_whole(const translating *t)
{
    af_text missing = {0};
    for (int v = 0; v < t->einsum->n_rank_variables; v++)
        if (t->einsum->rank_variables[v].bound > 1 && !(t->whole >> v & 1))
            af_text_printf(&missing, "%s%s", missing.length ? ", " : "", t->einsum->rank_variables[v].name);
    if (!missing.length)
        return 0;
    bad(t, t->branch->nodes[t->branch->n_nodes - 1], NULL,
        "missing loop with tile_shape 1 for rank variables {%s} in Einsum %s", missing.bytes,
        t->einsum->name);
    af_text_free(&missing);
    return -1;
}

af_step *af_steps_of_branch(af_arena *arena, const af_einsum *einsum, const af_branch *branch,
                            bool permissive, int *n_steps, af_report *report)
{
    int room = branch->n_nodes;
    for (int i = 0; i < branch->n_nodes; i++)
        room += branch->nodes[i]->tensors.count;
    translating t = {.arena = arena, .einsum = einsum, .branch = branch, .permissive = permissive,
                     .report = report,
                     .steps = af_new_array(arena, af_step, room),
                     .shape = af_new_array(arena, double, einsum->n_rank_variables)};
    for (int v = 0; v < einsum->n_rank_variables; v++)
        t.shape[v] = einsum->rank_variables[v].bound;
    bool failed = false;
    for (int i = 0; i < branch->n_nodes; i++)
        failed |= add_node(&t, branch->nodes[i]) < 0;
    if (failed || check_whole(&t) < 0)
        return NULL;
    *n_steps = t.n;
    return t.steps;
}
