/* Flattening: for each Compute the nodes from the outermost to it (20 section 7). */
#include "spec/evaluate_parts.h"

static bool has_compute(const af_typed *node, const af_typed *target)
{
    const af_value *nodes;
    int count = af_typed_children(node, "nodes", &nodes);
    for (int i = 0; i < count; i++)
        if (af_typed_of(nodes[i]) == target || has_compute(af_typed_of(nodes[i]), target))
            return true;
    return false;
}

bool af_flatten(af_arena *arena, const af_typed *branch, const af_typed *target, node_list *out)
{
    const af_value *nodes;
    int count = af_typed_children(branch, "nodes", &nodes);
    for (int i = 0; i < count; i++) {
        const af_typed *node = af_typed_of(nodes[i]);
        if (node == target) {
            *af_push(arena, out) = node;
            return true;
        }
        if (af_typed_is(node, "Fork") && !has_compute(node, target))
            continue;
        if (af_typed_is(node, "Fork") || af_typed_is(node, "Hierarchical")) {
            if (af_flatten(arena, node, target, out))
                return true;
        } else if (af_typed_is(node, "Array")) {
            const af_value *members;
            int n = af_typed_children(node, "nodes", &members);
            for (int k = 0; k < n; k++)
                *af_push(arena, out) = af_typed_of(members[k]);
            *af_push(arena, out) = node;
        } else if (!af_typed_is(node, "Compute")) {
            *af_push(arena, out) = node;
        }
    }
    return false;
}
