/* Methods of architecture nodes in expressions (10 section 7.5, 20 section 20):
 * get_fanout, get_fanout_along, find, find_spatial. */
#include "spec/evaluate_parts.h"

#include <string.h>

typedef struct node_method { af_function function; const af_typed *node; } node_method;

double af_node_fanout(const af_typed *node, const char *dimension)
{
    const af_value *spatial;
    int count = af_typed_children(node, "spatial", &spatial);
    double fanout = 1;
    for (int i = 0; i < count; i++) {
        const af_typed *one = af_typed_of(spatial[i]);
        af_value value = af_typed_get(one, "fanout");
        if (af_is_number(value) && (!dimension || !strcmp(af_typed_name(one), dimension)))
            fanout *= af_as_double(value);
    }
    return fanout;
}

static int call_get_fanout(const af_function *self, const af_call *call, af_value *result)
{
    const af_typed *node = ((const node_method *)self)->node;
    const char *dimension = call->count && call->arguments[0].type == AF_STRING ? call->arguments[0].string
                                                                                : NULL;
    const af_value *spatial;
    int count = af_typed_children(node, "spatial", &spatial);
    for (int i = 0; i < count; i++) {
        af_value fanout = af_typed_get(af_typed_of(spatial[i]), "fanout");
        if (!af_is_number(fanout))
            return af_raise(call->evaluation, "ValueError", "the fanout of %s is not yet evaluated: '%s'",
                            af_typed_name(node), fanout.string);
    }
    *result = af_int((int64_t)af_node_fanout(node, dimension));
    return 0;
}

/* ---- look-ups, depth first; an Array is found, and looked into by name only */

static bool is_branch(const af_typed *node) { return af_field_index(af_typed_class(node), "nodes") >= 0; }

static const af_typed *find_node(const af_typed *node, const char *name)
{
    const char *own = af_typed_name(node);
    if (own && !strcmp(own, name))
        return node;
    const af_value *nodes;
    int count = af_typed_children(node, "nodes", &nodes);
    for (int i = 0; i < count; i++) {
        const af_typed *found = find_node(af_typed_of(nodes[i]), name);
        if (found)
            return found;
    }
    return NULL;
}

typedef struct dimension { const af_typed *entry, *node; } dimension;
typedef af_list(dimension) dimension_list;

static void find_dimensions(af_arena *arena, const af_typed *node, const char *name, dimension_list *found)
{
    const af_value *items;
    int count = af_typed_children(node, "spatial", &items);
    for (int i = 0; i < count; i++)
        if (!strcmp(af_typed_name(af_typed_of(items[i])), name))
            *af_push(arena, found) = (dimension){af_typed_of(items[i]), node};
    count = af_typed_is(node, "Array") ? 0 : af_typed_children(node, "nodes", &items);
    for (int i = 0; i < count; i++)
        find_dimensions(arena, af_typed_of(items[i]), name, found);
}

static int call_find(const af_function *self, const af_call *call, af_value *result)
{
    static const char *const names[] = {"name", "default"};
    af_value values[2];
    if (af_bind_arguments(call, "find()", names, 1, 2, values))
        return -1;
    if (values[0].type != AF_STRING)
        return af_raise(call->evaluation, "TypeError", "find() takes a name, not %s",
                        af_type_name(values[0]));
    const af_typed *found = find_node(((const node_method *)self)->node, values[0].string);
    if (!found && values[1].type == AF_UNDEFINED)
        return af_raise(call->evaluation, "ValueError", "Leaf %s not found in the architecture",
                        values[0].string);
    *result = found ? af_typed_value(found) : values[1];
    return 0;
}

static int raise_several(af_evaluation *e, const char *name, const dimension_list *found)
{
    af_text nodes = {0};
    for (int i = 0; i < found->count; i++)
        af_text_printf(&nodes, "%s'%s'", i ? ", " : "", af_typed_name(found->items[i].node));
    af_raise(e, "ValueError",
             "Multiple spatials with name '%s' found in the architecture (in nodes: [%s]). "
             "Expected exactly one.",
             name, nodes.bytes);
    af_text_free(&nodes);
    return -1;
}

static int call_find_spatial(const af_function *self, const af_call *call, af_value *result)
{
    static const char *const names[] = {"dim", "return_spatialable"};
    af_evaluation *e = call->evaluation;
    af_value values[2];
    dimension_list found = {0};
    if (af_bind_arguments(call, "find_spatial()", names, 1, 2, values))
        return -1;
    if (values[0].type != AF_STRING)
        return af_raise(e, "TypeError", "find_spatial() takes the name of a dimension, not %s",
                        af_type_name(values[0]));
    find_dimensions(e->arena, ((const node_method *)self)->node, values[0].string, &found);
    if (!found.count)
        return af_raise(e, "ValueError", "No spatial dimension with name '%s' found in the architecture",
                        values[0].string);
    if (found.count > 1)
        return raise_several(e, values[0].string, &found);
    *result = af_typed_value(found.items[0].entry);
    if (values[1].type != AF_UNDEFINED && af_truth(values[1])) {
        af_value pair = af_tuple_value(e->arena, 2);
        pair.list->items[0] = *result;
        pair.list->items[1] = af_typed_value(found.items[0].node);
        *result = pair;
    }
    return 0;
}

/* ---- which method which node has */

static bool may_fan_out(const af_typed *node) { return af_field_index(af_typed_class(node), "spatial") >= 0; }

static const struct {
    const char *name;
    int (*call)(const af_function *, const af_call *, af_value *);
    bool (*has)(const af_typed *);
} methods[] = {
    {"get_fanout",       call_get_fanout,   may_fan_out},
    {"get_fanout_along", call_get_fanout,   may_fan_out},
    {"find",             call_find,         is_branch},
    {"find_spatial",     call_find_spatial, is_branch},
};

bool af_typed_method(const af_typed *object, const char *name, af_value *value)
{
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) {
        if (strcmp(methods[i].name, name) || !methods[i].has(object))
            continue;
        node_method *method = af_new(object->arena, node_method);
        *method = (node_method){{methods[i].name, methods[i].call, false, NULL}, object};
        *value = af_function_value(&method->function);
        return true;
    }
    return false;
}
