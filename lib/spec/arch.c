/* Evaluation of an architecture for one Einsum, its component costs, and its part of the `einsum` record (20 sections 5 to 8). */
#include "spec/evaluate_parts.h"

#include <math.h>
#include <string.h>

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
    for (int i = 0; i < count; i++) {
        af_typed *node = evaluate_node(e, af_typed_of(nodes[i]), local);
        if (!node)
            return -1;
        list.list->items[i] = af_typed_value(node);
        if (af_typed_name(node))
            af_scope_set(local, af_typed_name(node), list.list->items[i]);
    }
    af_typed_set(branch, "nodes", list);
    return 0;
}

static af_typed *evaluate_node(engine *e, const af_typed *node, const af_scope *scope)
{
    if (af_field_index(af_typed_class(node), "nodes") < 0)
        return af_evaluate_object(e, node, scope);
    af_typed *branch = af_typed_copy(e->arena, node);
    if (evaluate_nodes(e, branch, scope))
        return NULL;
    const af_value *spatial;
    int count = af_typed_children(branch, "spatial", &spatial);
    af_value list = af_list_value(e->arena, count);
    for (int i = 0; i < count; i++) {
        af_typed *dimension = af_evaluate_object(e, af_typed_of(spatial[i]), scope);
        if (!dimension)
            return NULL;
        list.list->items[i] = af_typed_value(dimension);
    }
    if (count)
        af_typed_set(branch, "spatial", list);
    return branch;
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
    if (af_evaluate_open(e, variables, scope, scope))
        return NULL;
    af_typed_set(result->typed, "variables", af_typed_value(variables));
    af_scope_set(scope, "variables", af_typed_value(variables));
    result->variables = variables->extra;
    af_typed *extras = af_typed_copy(e->arena, af_typed_child(arch, "extra_attributes_for_all_component_models"));
    if (af_evaluate_open(e, extras, scope, NULL))
        return NULL;
    af_typed_set(result->typed, "extra_attributes_for_all_component_models", af_typed_value(extras));
    e->global_extras = extras->extra;
    result->scope = scope;
    return evaluate_nodes(e, result->typed, scope) ? NULL : result;
}

/* ---- methods of nodes in expressions (10 section 7.5) */

typedef struct node_method { af_function function; const af_typed *node; } node_method;

static double fanout_of(const af_typed *node, const char *dimension)
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
    const char *dimension = call->count && call->arguments[0].type == AF_STRING ? call->arguments[0].string : NULL;
    *result = af_int((int64_t)fanout_of(((const node_method *)self)->node, dimension));
    return 0;
}

bool af_typed_method(const af_typed *object, const char *name, af_value *value)
{
    bool along = !strcmp(name, "get_fanout_along");
    if ((!along && strcmp(name, "get_fanout")) || af_field_index(af_typed_class(object), "spatial") < 0)
        return false;
    node_method *method = af_new(object->arena, node_method);
    *method = (node_method){{along ? "get_fanout_along" : "get_fanout", call_get_fanout, false, NULL}, object};
    *value = af_function_value(&method->function);
    return true;
}

/* ---- costs (20 sections 6.1, 6.3, 8) */

static double number_of(const af_typed *object, const char *field)
{
    af_value value = af_typed_get(object, field);
    return af_is_number(value) ? af_as_double(value) : NAN;
}

/* Non-null fields, overlaid by the extra attributes: what a component model may ask for. */
static af_value attributes_of(af_arena *arena, const af_typed *object, af_value base)
{
    const af_class *class = af_typed_class(object);
    af_value dict = base.type == AF_DICT ? af_copy_value(arena, base) : af_dict_value(arena);
    for (int i = 0; i < class->n_fields; i++)
        if (object->values[i].type != AF_NONE && object->values[i].type != AF_OBJECT && object->values[i].type != AF_LIST)
            af_dict_put(arena, dict, af_string(class->fields[i].name), object->values[i]);
    const af_typed *extras = af_typed_child(object, "extra_attributes_for_component_model");
    int count = 0;
    const af_entry *entries = extras ? af_dict_entries(extras->extra, &count) : NULL;
    for (int i = 0; i < count; i++)
        if (entries[i].value.type != AF_NONE)
            af_dict_put(arena, dict, entries[i].key, entries[i].value);
    return dict;
}

static void make_query(engine *e, const af_typed *node, const af_evaluate_options *options, af_component_query *q)
{
    const af_value *actions;
    *q = (af_component_query){.name = af_typed_name(node), .path = node->path, .component_class = af_typed_text(node, "component_class"),
                              .attributes = attributes_of(e->arena, node, af_none()), .area = number_of(node, "area"),
                              .leak_power = number_of(node, "leak_power"), .area_scale = number_of(node, "area_scale"),
                              .leak_power_scale = number_of(node, "leak_power_scale"), .energy_scale = number_of(node, "energy_scale"),
                              .throughput_scale = number_of(node, "throughput_scale"), .n_parallel_instances = number_of(node, "n_parallel_instances"),
                              .want_area = options->area, .want_energy = options->energy, .want_throughput = options->throughput,
                              .want_leak = options->leak, .area_optional = !options->area_required};
    q->n_actions = af_typed_children(node, "actions", &actions);
    q->actions = af_new_array(e->arena, af_action_query, q->n_actions + 1);
    for (int i = 0; i < q->n_actions; i++) {
        const af_typed *action = af_typed_of(actions[i]);
        q->actions[i] = (af_action_query){.name = af_typed_name(action), .energy = number_of(action, "energy"), .throughput = number_of(action, "throughput"),
                                          .energy_scale = number_of(action, "energy_scale"), .throughput_scale = number_of(action, "throughput_scale"),
                                          .attributes = attributes_of(e->arena, action, af_none())};
    }
}

typedef struct cost_walk { engine *e; evaluated_arch *arch; const af_evaluate_options *options; } cost_walk;

/* `fanout`: of all parents so far; grows along a list, a Fork and an Array copy it (20 section 6.1). */
static int walk_costs(cost_walk *c, const af_typed *node, double *fanout)
{
    const af_value *nodes;
    int count = af_typed_children(node, "nodes", &nodes);
    double own = *fanout, *shared = af_typed_is(node, "Fork") ? &own : fanout;
    for (int i = 0; i < count; i++) {
        const af_typed *child = af_typed_of(nodes[i]);
        double copy = *shared, *at = af_typed_is(node, "Array") ? &copy : shared;
        if (af_field_index(af_typed_class(child), "actions") >= 0) {
            component_cost *cost = af_push(c->e->arena, &c->arch->costs);
            *cost = (component_cost){.node = child};
            make_query(c->e, child, c->options, &cost->query);
            if (c->options->cost && c->options->cost(c->options->cost_context, &cost->query, c->e->arena, c->e->report))
                return -1;
            cost->total_area = cost->query.area * *at;
            cost->total_leak_power = cost->query.leak_power * *at;
        }
        if (af_typed_name(child))
            *at *= fanout_of(child, NULL);
        if (walk_costs(c, child, at))
            return -1;
    }
    return 0;
}

int af_ask_costs(engine *e, evaluated_arch *arch, const af_evaluate_options *options)
{
    double fanout = 1;
    cost_walk c = {e, arch, options};
    arch->costs.count = 0;
    return walk_costs(&c, arch->typed, &fanout);
}

static void put_costs(af_json_writer *w, const evaluated_arch *arch)
{
    af_put_array(w, "costs");
    for (int i = 0; i < arch->costs.count; i++) {
        const component_cost *cost = &arch->costs.items[i];
        const af_component_query *q = &cost->query;
        af_put_object(w, NULL);
        af_put_string(w, "component", q->name);
        const struct { const char *name; double value; } figures[] = {
            {"area", q->area}, {"total_area", cost->total_area}, {"leak_power", q->leak_power}, {"total_leak_power", cost->total_leak_power}};
        for (int k = 0; k < 4; k++)
            if (isnan(figures[k].value))
                af_put_null(w, figures[k].name);
            else
                af_put_number(w, figures[k].name, figures[k].value);
        af_put_string(w, "model", q->model);
        af_put_string(w, "source", q->source);
        af_put_array(w, "actions");
        for (int k = 0; k < q->n_actions; k++) {
            af_put_object(w, NULL);
            af_put_string(w, "name", q->actions[k].name);
            af_put_number(w, "energy", q->actions[k].energy);
            af_put_number(w, "throughput", q->actions[k].throughput);
            af_put_end_object(w);
        }
        af_put_end_array(w);
        af_put_end_object(w);
    }
    af_put_end_array(w);
}

/* ---- flattening: one list per Compute (20 section 7) */

typedef af_list(const af_typed *) node_list;

static bool has_compute(const af_typed *node, const af_typed *target)
{
    const af_value *nodes;
    int count = af_typed_children(node, "nodes", &nodes);
    for (int i = 0; i < count; i++)
        if (af_typed_of(nodes[i]) == target || has_compute(af_typed_of(nodes[i]), target))
            return true;
    return false;
}

static bool flatten(af_arena *arena, const af_typed *branch, const af_typed *target, node_list *out)
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
            if (flatten(arena, node, target, out))
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

static void put_paths(af_json_writer *w, const af_typed *arch, const af_typed *branch)
{
    const af_value *nodes;
    int count = af_typed_children(branch, "nodes", &nodes);
    for (int i = 0; i < count; i++) {
        const af_typed *node = af_typed_of(nodes[i]);
        node_list list = {0};
        if (!af_typed_is(node, "Compute")) {
            if (!af_typed_is(node, "Array"))
                put_paths(w, arch, node);
            continue;
        }
        flatten(arch->arena, arch, node, &list);
        af_put_object(w, NULL);
        af_put_string(w, "compute", af_typed_name(node));
        af_put_array(w, "nodes");
        for (int k = 0; k < list.count; k++)
            af_put_string(w, NULL, af_typed_name(list.items[k]));
        af_put_end_array(w);
        af_put_end_object(w);
    }
}

/* ---- ArchNode (10 section 17.2): the values before the cost step */

static void put_node_value(af_json_writer *w, const char *key, const af_field *field, af_value value);

static void put_fields(af_json_writer *w, const af_typed *object)
{
    const af_class *class = af_typed_class(object);
    for (int i = 0; i < class->n_fields; i++) {
        const af_field *field = &class->fields[i];
        if (!strcmp(field->name, "extra_attributes_for_component_model"))
            af_put_value(w, "extra", af_typed_child(object, field->name)->extra);
        else if (strcmp(field->name, "nodes"))
            put_node_value(w, field->name, field, object->values[i]);
    }
}

static void put_node_value(af_json_writer *w, const char *key, const af_field *field, af_value value)
{
    bool set = field->types & (AF_MAY_TENSORS | AF_MAY_RANK_VARIABLES);
    if (value.type == AF_OBJECT && af_typed_of(value)) {
        af_put_object(w, key);
        put_fields(w, af_typed_of(value));
        af_put_end_object(w);
    } else if (value.type == AF_LIST && field->shape != AF_ONE) {
        af_put_array(w, key);
        for (int i = 0; i < value.list->count; i++)
            put_node_value(w, NULL, field, value.list->items[i]);
        af_put_end_array(w);
    } else if (value.type == AF_STRING && (set || field->kind == AF_LATE || !strcmp(field->name, "enabled"))) {
        af_put_object(w, key);
        af_put_string(w, "e", value.string);
        af_put_end_object(w);
    } else {
        af_put_value(w, key, value);
    }
}

static void put_nodes(af_json_writer *w, const af_typed *branch, const char *const *parents, int n_parents)
{
    const af_value *nodes;
    int count = af_typed_children(branch, "nodes", &nodes), n = n_parents;
    const char *names[256];
    for (int i = 0; i < n_parents; i++)
        names[i] = parents[i];
    af_put_array(w, "nodes");
    for (int i = 0; i < count; i++) {
        const af_typed *node = af_typed_of(nodes[i]);
        const char *name = af_typed_name(node);
        af_put_object(w, NULL);
        af_put_string(w, "type", af_typed_class(node)->kind.name);
        af_put_string(w, "path", node->path);
        af_put_array(w, "parents");
        for (int k = 0; k < n; k++)
            af_put_string(w, NULL, names[k]);
        af_put_end_array(w);
        put_fields(w, node);
        bool array = af_typed_is(branch, "Array");
        int inside = n;
        if (name && n < 255)
            names[inside++] = name;
        if (af_field_index(af_typed_class(node), "nodes") >= 0)
            put_nodes(w, node, names, inside);
        if (name && !array)
            n = inside;
        af_put_end_object(w);
    }
    af_put_end_array(w);
}

void af_put_arch(af_json_writer *w, const evaluated_arch *arch)
{
    af_put_object(w, "arch");
    af_put_value(w, "extra_attributes_for_all_component_models", af_typed_child(arch->typed, "extra_attributes_for_all_component_models")->extra);
    put_nodes(w, arch->typed, NULL, 0);
    af_put_end_object(w);
    af_put_array(w, "flattened");
    put_paths(w, arch->typed, arch->typed);
    af_put_end_array(w);
    put_costs(w, arch);
}
