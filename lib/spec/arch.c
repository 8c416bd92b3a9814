/* Evaluation of an architecture for one Einsum (20 section 5). */
#include "spec/evaluate_parts.h"

/* ---- nodes: every leaf is a name; evaluated ones replace the raw ones for later siblings (20 section 5) */

static void name_leaves(const af_typed *node, af_scope *scope)
{
    const af_value *nodes;
    int count = af_typed_children(node, "nodes", &nodes);
    for (int i = 0; i < count; i++) {
        const af_typed *child = af_typed_of(nodes[i]);
        const char *name = af_typed_name(child);
        if (name && !af_typed_is(child, "Array"))
            af_scope_set(scope, name, nodes[i]);
        name_leaves(child, scope);
    }
}

static af_typed *evaluate_node(engine *e, const af_typed *node, const af_scope *scope);

static int evaluate_nodes(engine *e, af_typed *branch, const af_scope *scope)
{
    const af_value *nodes;
    int count = af_typed_children(branch, "nodes", &nodes);
    af_scope *local = af_scope_new(e->arena, scope);
    af_value list = af_list_value(e->arena, count);
    int before = e->failed.count, failed = 0;
    for (int i = 0; i < count; i++) {
        af_typed *given = af_typed_of(nodes[i]), *node = evaluate_node(e, given, local);
        const char *name = af_typed_name(given);
        if (!node) {
            failed = -1;
            if (name)
                *af_push(e->arena, &e->failed) = name;
            continue;
        }
        list.list->items[i] = af_typed_value(node);
        if (name)
            af_scope_set(local, name, list.list->items[i]);
    }
    e->failed.count = before;
    af_typed_set(branch, "nodes", list);
    return failed;
}

/* Within an Array its name is the Array before evaluation (20 section 5). */
static const af_scope *inside(engine *e, const af_typed *branch, const af_scope *scope)
{
    if (!af_typed_name(branch))
        return scope;
    af_scope *own = af_scope_new(e->arena, scope);
    af_scope_set(own, af_typed_name(branch), af_typed_value(branch));
    return own;
}

static af_typed *evaluate_node(engine *e, const af_typed *node, const af_scope *scope)
{
    if (af_field_index(af_typed_class(node), "nodes") < 0)
        return af_evaluate_object(e, node, scope);
    af_typed *branch = af_typed_copy(e->arena, node);
    scope = inside(e, node, scope);
    const af_value *spatial;
    int failed = evaluate_nodes(e, branch, scope), count = af_typed_children(branch, "spatial", &spatial);
    af_value list = af_list_value(e->arena, count);
    for (int i = 0; i < count; i++) {
        af_typed *dimension = af_evaluate_object(e, af_typed_of(spatial[i]), scope);
        if (dimension)
            list.list->items[i] = af_typed_value(dimension);
        else
            failed = -1;
    }
    if (count)
        af_typed_set(branch, "spatial", list);
    return failed ? NULL : branch;
}

evaluated_arch *af_evaluate_arch(engine *e, const af_typed *arch, const af_scope *outer)
{
    evaluated_arch *result = af_new(e->arena, evaluated_arch);
    result->typed = af_typed_copy(e->arena, arch);
    af_scope *leaves = af_scope_new(e->arena, outer), *scope = af_scope_new(e->arena, leaves);
    name_leaves(arch, leaves);
    af_typed *variables = af_typed_copy(e->arena, af_typed_child(arch, "variables"));
    af_value spec_variables;
    if (af_scope_get(outer, "variables", &spec_variables) && af_typed_of(spec_variables)) {
        int count;
        const af_entry *entries = af_dict_entries(af_typed_of(spec_variables)->extra, &count);
        for (int i = 0; i < count; i++)
            af_scope_set(scope, entries[i].key.string, entries[i].value);
    }
    int before = e->failed.count, failed = af_evaluate_open(e, variables, scope, scope);
    af_typed_set(result->typed, "variables", af_typed_value(variables));
    af_scope_set(scope, "variables", af_typed_value(variables));
    result->variables = variables->extra;
    af_typed *extras = af_typed_copy(e->arena,
                                     af_typed_child(arch, "extra_attributes_for_all_component_models"));
    /* Names for no one; but those that failed are told to the nodes */
    failed |= af_evaluate_open(e, extras, scope, af_scope_new(e->arena, NULL));
    af_typed_set(result->typed, "extra_attributes_for_all_component_models", af_typed_value(extras));
    e->global_extras = extras->extra;
    failed |= evaluate_nodes(e, result->typed, scope);
    e->failed.count = before;
    return failed ? NULL : result;
}
