/* LoopTree nodes: kinds, text, copies and the operations of 50 section 1.5. */
#include "spec/mapping.h"

#include <string.h>

static const char *const kind_names[] = {
    [AF_NODE_TEMPORAL] = "Temporal",     [AF_NODE_SPATIAL] = "Spatial",   [AF_NODE_STORAGE] = "Storage",
    [AF_NODE_TOLL] = "Toll",             [AF_NODE_COMPUTE] = "Compute",   [AF_NODE_NESTED] = "Nested",
    [AF_NODE_SEQUENTIAL] = "Sequential", [AF_NODE_PIPELINE] = "Pipeline", [AF_NODE_SPLIT] = "Split",
    [AF_NODE_MAPPING] = "Mapping",       [AF_NODE_RESERVATION] = "Reservation",
    [AF_NODE_TEXT_BOX] = "TextBox",
};

const char *af_node_kind_name(af_node_kind kind) { return kind_names[kind]; }

/* ---- text */

static void add_names(af_text *out, const af_name_list *names)
{
    for (int i = 0; i < names->count; i++)
        af_text_printf(out, "%s%s", i ? "," : "", names->names[i]);
}

static void add_pattern(af_text *out, const af_mapping_node *loop)
{
    char number[32];
    if (loop->n_iterations > 0) {
        af_number_text(number, loop->n_iterations);
        af_text_printf(out, " in [0..%s)", number);
    }
    if (loop->initial_tile_shape > 0) {
        af_number_text(number, loop->initial_tile_shape);
        af_text_printf(out, " initial=%s", number);
    }
    if (loop->tile_shape > 0) {
        af_number_text(number, loop->tile_shape);
        af_text_printf(out, " shape=%s", number);
    }
}

void af_mapping_node_text(af_text *out, const af_mapping_node *node)
{
    if (af_is_loop_node(node)) {
        if (node->kind == AF_NODE_SPATIAL)
            af_text_printf(out, "S-%s-", node->dimension ? node->dimension : "?");
        else
            af_text_puts(out, "T-");
        add_names(out, &node->rank_variables);
        add_pattern(out, node);
    } else if (af_is_holder_node(node)) {
        af_text_puts(out, "[");
        add_names(out, &node->tensors);
        af_text_printf(out, " in %s]", node->component ? node->component : "?");
    } else if (node->kind == AF_NODE_RESERVATION) {
        add_names(out, &node->tensors);
        af_text_printf(out, " reserves %s", node->component ? node->component : "?");
    } else if (node->kind == AF_NODE_COMPUTE) {
        af_text_printf(out, "%s computes %s", node->component ? node->component : "?",
                       node->einsum ? node->einsum : "?");
    } else {
        af_text_puts(out, kind_names[node->kind]);
    }
}

/* ---- copies and operations */

static af_name_list copy_names(af_arena *arena, const af_name_list *names)
{
    af_name_list copy = {names->count, af_new_array(arena, const char *, names->count + 1)};
    if (names->count)
        memcpy(copy.names, names->names, sizeof *copy.names * (size_t)names->count);
    return copy;
}

static af_mapping_node *copy_node(af_arena *arena, const af_mapping_node *node)
{
    af_mapping_node *copy = af_new(arena, af_mapping_node);
    *copy = *node;
    copy->rank_variables = copy_names(arena, &node->rank_variables);
    copy->loop_einsums = copy_names(arena, &node->loop_einsums);
    copy->loop_einsum_variables = copy_names(arena, &node->loop_einsum_variables);
    copy->tensors = copy_names(arena, &node->tensors);
    copy->backing = copy_names(arena, &node->backing);
    copy->einsums = copy_names(arena, &node->einsums);
    return copy;
}

/* A rewrite of one node into none, one or several, pushed to `out`; children come rewritten already. */
typedef struct rewriting rewriting;
typedef af_list(af_mapping_node *) node_list;
struct rewriting {
    af_arena *arena;
    void (*rewrite)(rewriting *r, af_mapping_node *node, node_list *out);
    const char *const *names;
    int count;
};

static af_mapping_node *rewrite_tree(rewriting *r, const af_mapping_node *node)
{
    af_mapping_node *copy = copy_node(r->arena, node);
    node_list children = {0};
    for (int i = 0; i < node->n_nodes; i++)
        r->rewrite(r, rewrite_tree(r, node->nodes[i]), &children);
    copy->nodes = children.items;
    copy->n_nodes = children.count;
    return copy;
}

static void keep_node(rewriting *r, af_mapping_node *node, node_list *out) { *af_push(r->arena, out) = node; }

af_mapping_node *af_mapping_copy(af_arena *arena, const af_mapping_node *node)
{
    return rewrite_tree(&(rewriting){.arena = arena, .rewrite = keep_node}, node);
}

static bool contains(const af_name_list *names, const char *name)
{
    for (int i = 0; i < names->count; i++)
        if (!strcmp(names->names[i], name))
            return true;
    return false;
}

static void split_by_tensor(rewriting *r, af_mapping_node *node, node_list *out)
{
    for (int i = 0; i < node->tensors.count; i++) {
        af_mapping_node *one = copy_node(r->arena, node);
        one->tensors.count = 1;
        one->tensors.names[0] = node->tensors.names[i];
        one->backing.count = 0;
        if (contains(&node->backing, node->tensors.names[i])) {
            one->backing.names = one->tensors.names;
            one->backing.count = 1;
        }
        keep_node(r, one, out);
    }
}

static void split_reservation(rewriting *r, af_mapping_node *node, node_list *out)
{
    if (node->kind == AF_NODE_RESERVATION)
        split_by_tensor(r, node, out);
    else
        keep_node(r, node, out);
}

static void split_holder(rewriting *r, af_mapping_node *node, node_list *out)
{
    if (af_is_holder_node(node))
        split_by_tensor(r, node, out);
    else
        keep_node(r, node, out);
}

static void drop_reservation(rewriting *r, af_mapping_node *node, node_list *out)
{
    if (node->kind != AF_NODE_RESERVATION)
        keep_node(r, node, out);
}

static void restrict_names(af_name_list *names, const char *const *wanted, int count)
{
    int kept = 0;
    for (int i = 0; i < names->count; i++)
        for (int k = 0; k < count; k++)
            if (!strcmp(names->names[i], wanted[k])) {
                names->names[kept++] = names->names[i];
                break;
            }
    names->count = kept;
}

static void restrict_to_names(rewriting *r, af_mapping_node *node, node_list *out)
{
    if (af_is_holder_node(node) || node->kind == AF_NODE_RESERVATION) {
        restrict_names(&node->tensors, r->names, r->count);
        restrict_names(&node->backing, r->names, r->count);
        if (!node->tensors.count)
            return;
    }
    keep_node(r, node, out);
}

af_mapping_node *af_mapping_split_reservations(af_arena *arena, const af_mapping_node *node)
{
    return rewrite_tree(&(rewriting){.arena = arena, .rewrite = split_reservation}, node);
}

af_mapping_node *af_mapping_split_holders(af_arena *arena, const af_mapping_node *node)
{
    return rewrite_tree(&(rewriting){.arena = arena, .rewrite = split_holder}, node);
}

af_mapping_node *af_mapping_remove_reservations(af_arena *arena, const af_mapping_node *node)
{
    return rewrite_tree(&(rewriting){.arena = arena, .rewrite = drop_reservation}, node);
}

af_mapping_node *af_mapping_clear_irrelevant_reservations(af_arena *arena, const af_mapping_node *node,
                                                          const char *const *tensors, int count)
{
    return rewrite_tree(&(rewriting){.arena = arena,
                                     .rewrite = restrict_to_names,
                                     .names = tensors,
                                     .count = count},
                        node);
}

/* ---- branches (50 section 1.6) */

typedef struct branching {
    af_arena *arena;
    bool (*accessed)(void *context, const char *einsum, const char *tensor);
    void *context;
    af_report *report;
    af_list(af_branch) branches;
    bool failed;
} branching;

static void bad_branch(branching *b, const af_mapping_node *node, const char *what)
{
    b->failed = true;
    af_fail(b->report, AF_BAD_DATA, node ? node->place : AF_NOWHERE,
            node && node->path ? node->path : "mapping", "%s", what);
}

static void finish_branch(branching *b, const node_list *path)
{
    const af_mapping_node *leaf = path->count ? path->items[path->count - 1] : NULL;
    if (!leaf || leaf->kind != AF_NODE_COMPUTE || !leaf->einsum) {
        bad_branch(b, leaf,
                   leaf && leaf->kind == AF_NODE_COMPUTE
                       ? "this Compute does not say which `einsum` it computes"
                       : "a branch of the mapping ends here, without a !Compute");
        return;
    }
    af_branch *branch = af_push(b->arena, &b->branches);
    *branch = (af_branch){.einsum = leaf->einsum,
                          .nodes = af_new_array(b->arena, af_mapping_node *, path->count)};
    for (int i = 0; i < path->count; i++) {
        af_mapping_node *node = copy_node(b->arena, path->items[i]);
        if (af_is_holder_node(node) || node->kind == AF_NODE_RESERVATION) {
            int kept = 0;
            if (node->einsums.count && !contains(&node->einsums, leaf->einsum))
                continue;
            for (int k = 0; k < node->tensors.count; k++)
                if (b->accessed(b->context, leaf->einsum, node->tensors.names[k]))
                    node->tensors.names[kept++] = node->tensors.names[k];
            node->tensors.count = kept;
            if (!kept)
                continue;
        }
        branch->nodes[branch->n_nodes++] = node;
    }
}

static void walk_branches(branching *b, const af_mapping_node *node, node_list *path)
{
    int depth = path->count;
    for (int i = 0; i < node->n_nodes && !b->failed; i++) {
        af_mapping_node *child = node->nodes[i];
        bool has_children = child->kind == AF_NODE_NESTED || child->kind == AF_NODE_MAPPING ||
                            af_is_split_node(child);
        if (af_is_split_node(node) || !has_children) {
            if (af_is_split_node(node))
                path->count = depth;
            if (has_children) {
                walk_branches(b, child, path);
                continue;
            }
            *af_push(b->arena, path) = child;
            if (child->kind == AF_NODE_COMPUTE && i + 1 < node->n_nodes && !af_is_split_node(node)) {
                bad_branch(b, node->nodes[i + 1],
                           "this node stands after a Compute, which must be the last of its branch");
                return;
            }
            if (af_is_split_node(node) || i + 1 == node->n_nodes)
                finish_branch(b, path);
        } else if (i + 1 == node->n_nodes) {
            walk_branches(b, child, path);
        } else {
            bad_branch(b, child, "this node has nodes of its own, so it must be the last of its list");
        }
    }
    if (!node->n_nodes)
        bad_branch(b, node, "the list of nodes is empty; every branch must end in a !Compute");
    path->count = depth;
}

int af_mapping_branches(af_arena *arena, const af_mapping *mapping,
                        bool (*accessed)(void *context, const char *einsum, const char *tensor),
                        void *context, af_branch **branches, int *n_branches, af_report *report)
{
    branching b = {.arena = arena, .accessed = accessed, .context = context, .report = report};
    node_list path = {0};
    walk_branches(&b, mapping, &path);
    *branches = b.branches.items;
    *n_branches = b.branches.count;
    return b.failed ? -1 : 0;
}
