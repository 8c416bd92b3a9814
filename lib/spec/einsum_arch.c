/* The architecture of an `einsum` record: nodes in the tree's pre-order, paths to the Computes, costs. */
#include "spec/einsum_reading.h"
#include "spec/figure_bound.h"

#include <math.h>
#include <string.h>

/* {tensor: number}; `missing` for the others. */
static double *per_tensor(reading *in, const af_json *object, double missing)
{
    double *values = af_new_array(in->arena, double, in->einsum->n_tensors);
    for (int t = 0; t < in->einsum->n_tensors; t++)
        values[t] = af_json_real_or(in->reader, object, in->einsum->tensors[t].name, missing);
    return values;
}

/* may_reuse that is not given is reuse. */
static void read_reuse(reading *in, const af_json *json, const af_arch_node *node, const char *field,
                       af_dimension *d)
{
    const af_json *reuse = af_json_at(json, "reuse"), *may_reuse = af_json_at(json, "may_reuse");
    const char *text = af_late_text(reuse), *may_text = af_late_text(may_reuse), *outer = in->path;
    bool given = reuse && !text;
    in->path = af_node_path(in->arena, node, af_joined_text(in->arena, field, ".", "reuse"));
    d->reuse = given ? af_read_tensors(in, af_json_at(reuse, "s")) : 0;
    d->may_reuse = given ? d->reuse : af_universe_mask(&in->einsum->universe, AF_TENSORS);
    if (text && !af_is_default_text(text)) {
        af_refuse_tensors(in, text);
    } else if (may_reuse && !may_text) {
        d->may_reuse = af_read_names(in, af_json_at(may_reuse, "s"), AF_TENSORS);
    } else if (may_text && !af_is_default_text(may_text)) {
        in->path = af_node_path(in->arena, node, af_joined_text(in->arena, field, ".", "may_reuse"));
        d->may_reuse_text = af_copy_text(in->arena, may_text);
        d->may_reuse = af_names_inside(in, may_text);
    }
    in->path = outer;
}

static void read_dimension(reading *in, const af_json *json, const af_arch_node *node, int index,
                           af_dimension *d)
{
    const char *field = af_numbered_text(in->arena, "spatial", ".", index);
    d->name = af_read_text(in, json, "name");
    d->fanout = af_json_real(in->reader, json, "fanout");
    read_reuse(in, json, node, field, d);
    d->min_usage = af_json_real_or(in->reader, json, "min_usage", 0);
    d->usage_scale = af_json_real_or(in->reader, json, "usage_scale", 1);
    d->power_gateable = af_json_bool_or(in->reader, json, "power_gateable", false);
    d->n_loop_bounds = af_read_comparisons(in, af_json_at(json, "loop_bounds"), node,
                                           af_joined_text(in->arena, field, ".", "loop_bounds"),
                                           &d->loop_bounds);
}

static void read_dimensions(reading *in, const af_json *json, af_arch_node *node)
{
    const af_json *spatial = af_json_at(json, "spatial");
    node->n_dimensions = af_json_count(spatial);
    node->dimensions = af_new_array(in->arena, af_dimension, node->n_dimensions);
    node->fanout = 1;
    for (int i = 0; i < node->n_dimensions; i++) {
        read_dimension(in, af_json_item(spatial, i), node, i, &node->dimensions[i]);
        node->fanout *= node->dimensions[i].fanout;
    }
}

static void check_figure(reading *in, const af_arch_node *node, const char *field, double figure,
                         const af_figure_bound *bound)
{
    if (!af_is_within(bound, figure))
        in->reader->failed |= af_fail(in->reader->report, AF_BAD_DATA, AF_NOWHERE,
                                      af_node_path(in->arena, node, field), "%s; this one is %g", bound->what,
                                      figure);
}

/* nan: not given */
static void check_given(reading *in, const af_arch_node *node, const char *field, double figure,
                        const af_figure_bound *bound)
{
    if (!isnan(figure))
        check_figure(in, node, field, figure, bound);
}

static void check_values_moved(reading *in, const af_arch_node *node, const char *field,
                               const double *figures)
{
    for (int t = 0; t < in->einsum->n_tensors; t++)
        check_given(in, node, field, figures[t], &af_bound_of_values_moved);
}

static void read_action(reading *in, const af_json *json, const af_arch_node *node, af_action *action)
{
    action->name = af_read_text(in, json, "name");
    action->energy = af_json_real_or(in->reader, json, "energy", NAN);
    action->throughput = af_json_real_or(in->reader, json, "throughput", NAN);
    action->latency = af_json_real_or(in->reader, json, "latency", NAN);
    action->energy_scale = af_json_real_or(in->reader, json, "energy_scale", 1);
    action->throughput_scale = af_json_real_or(in->reader, json, "throughput_scale", 1);
    action->latency_scale = af_json_real_or(in->reader, json, "latency_scale", 1);
    double inherited = isnan(node->bits_per_action) ? 1 : node->bits_per_action;
    action->bits_per_action = af_json_real_or(in->reader, json, "bits_per_action", inherited);
    action->values_per_action = per_tensor(in, af_json_at(json, "values_per_action"), NAN);
    check_figure(in, node, "actions.bits_per_action", action->bits_per_action, &af_bound_of_bits_moved);
    check_values_moved(in, node, "actions.values_per_action", action->values_per_action);
    action->extra = af_json_at(json, "extra") ? af_read_dict(in, af_json_at(json, "extra")) : af_none();
}

static void read_tensor_options(reading *in, const af_json *json, const af_arch_node *node,
                                af_tensor_options *options)
{
    af_mask all = af_universe_mask(&in->einsum->universe, AF_TENSORS);
    const af_json *keep = af_json_at(json, "keep"), *may_keep = af_json_at(json, "may_keep");
    options->keep_given = keep && !af_is_default_text(af_late_text(keep));
    options->may_keep_given = may_keep && !af_is_default_text(af_late_text(may_keep));
    options->keep = af_read_late_set(in, keep, AF_TENSORS, 0);
    options->may_keep = af_read_late_set(in, may_keep, AF_TENSORS, options->keep_given ? 0 : all);
    options->back = af_read_late_set(in, af_json_at(json, "back"), AF_TENSORS, 0);
    options->no_refetch_from_above = af_read_late_set(in, af_json_at(json, "no_refetch_from_above"),
                                                      AF_TENSORS, 0);
    options->no_resend_to_below = af_read_late_set(in, af_json_at(json, "no_resend_to_below"), AF_TENSORS, 0);
    options->force_memory_hierarchy_order = af_json_bool_or(in->reader, json, "force_memory_hierarchy_order",
                                                            true);
    options->n_tile_shapes = af_read_comparisons(in, af_json_at(json, "tile_shape"), node,
                                                 "tensors.tile_shape", &options->tile_shapes);
    const af_json *orders = af_json_at(json, "tensor_order_options");
    options->n_order_options = af_json_count(orders);
    options->order_options = af_new_array(in->arena, struct af_order_option, options->n_order_options);
    for (int i = 0; i < options->n_order_options; i++) {
        const af_json *order = af_json_item(orders, i);
        struct af_order_option *option = &options->order_options[i];
        option->n_sets = af_json_count(order);
        option->sets = af_new_array(in->arena, af_late_set, option->n_sets);
        for (int k = 0; k < option->n_sets; k++)
            option->sets[k] = af_read_late_set(in, af_json_item(order, k), AF_TENSORS, 0);
    }
}

static af_direction direction_of(reading *in, const char *name)
{
    static const char *const names[] = {"up_and_down", "up", "down"};
    int found = af_find_text(names, 3, name);
    if (found < 0)
        af_json_wrong(in->reader, "direction", "\"%s\": expected up, down or up_and_down", name);
    return found < 0 ? AF_UP_AND_DOWN : (af_direction)found;
}

static void read_directions(reading *in, const af_json *json, af_arch_node *node)
{
    const af_json *direction = af_json_at(json, "direction");
    node->direction = af_new_array(in->arena, uint8_t, in->einsum->n_tensors);
    for (int t = 0; t < in->einsum->n_tensors; t++)
        node->direction[t] = direction_of(in, af_json_is_string(direction)
                                                  ? af_json_as_string(in->reader, direction, "direction")
                                                  : af_json_string(in->reader, direction,
                                                                   in->einsum->tensors[t].name));
}

static void read_enabled(reading *in, const af_json *json, af_arch_node *node)
{
    const char *text = af_late_text(af_json_at(json, "enabled"));
    if (!text) {
        node->enabled = af_json_bool_or(in->reader, json, "enabled", true);
        return;
    }
    node->enabled = -1;
    /* A holder whose condition cannot be evaluated counts as enabled */
    if (node->kind != AF_COMPUTE) {
        af_remark_on(in, "enabled: \"%s\" cannot be evaluated here and counts as true", text);
        return;
    }
    text = af_copy_text(in->arena, text);
    node->enabled_expression = af_parse_expression(in->arena, text, in->reader->report, in->reader->place,
                                                   in->path);
    in->reader->failed |= !node->enabled_expression;
}

/* Most components have the same text, the default: it is parsed once. */
static const af_expression *parsed_latency(reading *in, const af_arch_node *node)
{
    for (const af_arch_node *other = in->einsum->nodes; other < node; other++)
        if (other->latency_expression && !strcmp(other->total_latency, node->total_latency))
            return other->latency_expression;
    return af_parse_expression(in->arena, node->total_latency, in->reader->report, in->reader->place,
                               af_node_path(in->arena, node, "total_latency"));
}

static void read_latency(reading *in, const af_json *json, af_arch_node *node)
{
    const af_json *latency = af_json_at(json, "total_latency");
    const char *text = af_late_text(latency);
    node->constant_latency = NAN;
    if (!text && latency) {
        node->constant_latency = af_json_as_real(in->reader, latency, "total_latency");
        check_figure(in, node, "total_latency", node->constant_latency, &af_bound_of_latency);
        return;
    }
    const char *missing = node->kind == AF_NETWORK
        ? "max(max_hops*actions['hop'].latency, max_link_traffic/actions['hop'].throughput)"
        : "sum(a.n_calls / a.throughput for a in actions)";
    node->total_latency = af_copy_text(in->arena, text ? text : missing);
    node->latency_expression = parsed_latency(in, node);
    in->reader->failed |= !node->latency_expression;
}

/* Whether no name of the expression can fail to be found, so that only attributes that it names matter. */
static bool finds_all_names(const reading *in, const af_arch_node *node, const char *const *names, int count)
{
    static const char *const counts[] = {"actions", "sum", "max", "min", "max_hops", "max_link_traffic"};
    int n_counts = node->kind == AF_NETWORK ? 6 : 4;
    af_value value;
    for (int i = 0; i < count; i++)
        if (af_find_text(counts, n_counts, names[i]) < 0 &&
            !af_scope_get(in->einsum->variables, names[i], &value))
            return false;
    return true;
}

/* The members of an object as names: those that are `wanted`, NULL: all; of the component itself, those that
 * are attributes. */
static void put_attributes(reading *in, const af_json *object, bool itself, const char *const *wanted,
                           int n_wanted, af_scope *scope)
{
    static const char *const structural[] = {"type", "path", "parents", "nodes", "spatial", "actions",
                                             "tensors", "total_latency", "total_latency_env", "extra",
                                             "direction"};
    int n_structural = itself ? sizeof structural / sizeof *structural : 0;
    for (af_json_each(object, it))
        if ((!wanted || af_find_text(wanted, n_wanted, it.key) >= 0) &&
            af_find_text(structural, n_structural, it.key) < 0)
            af_scope_set(scope, it.key, af_plain_value(in, it.value));
}

/* The names of a component that total_latency sees: evaluated fields, null ones too, and extra attributes.
 * Most texts, the default among them, say none of these: then there is nothing to put. */
static void read_attributes(reading *in, const af_json *json, af_arch_node *node)
{
    if (!node->latency_expression)
        return;
    static const char extras[] = "extra_attributes_for_component_model";
    const af_json *extra = af_json_at(json, "extra");
    const char *const *names;
    int n_names = af_expression_names(node->latency_expression, &names);
    const char *const *wanted = finds_all_names(in, node, names, n_names) ? names : NULL;
    af_scope *scope = af_scope_new(in->arena, in->einsum->variables);
    put_attributes(in, extra, false, wanted, n_names, scope);
    put_attributes(in, json, true, wanted, n_names, scope);
    put_attributes(in, af_json_at(json, "total_latency_env"), false, wanted, n_names, scope);
    if (!wanted || af_find_text(wanted, n_names, extras) >= 0)
        af_scope_set(scope, extras, af_fields_value(in, af_read_dict(in, extra)));
    node->latency_scope = scope;
}

static void read_component(reading *in, const af_json *json, af_arch_node *node)
{
    af_json_reader *r = in->reader;
    bool holder = node->kind == AF_MEMORY || node->kind == AF_TOLL;
    read_enabled(in, json, node);
    node->actions_scale = af_json_real_or(r, json, "actions_scale", 1);
    node->area = node->total_area = node->leak_power = node->total_leak_power = NAN;
    node->bits_per_action = af_json_real_or(r, json, "bits_per_action", NAN);
    node->bits_per_value = af_new_array(in->arena, double, in->einsum->n_tensors);
    for (int t = 0; t < in->einsum->n_tensors; t++)
        node->bits_per_value[t] = af_json_real_or(r, af_json_at(json, "bits_per_value"),
                                                  in->einsum->tensors[t].name,
                                                  in->einsum->tensors[t].bits_per_value);
    node->values_per_action = per_tensor(in, af_json_at(json, "values_per_action"), NAN);
    node->skip_initial_output_write = af_json_bool_or(r, json, "skip_initial_output_write", true);
    node->size = INFINITY;
    if (node->kind == AF_MEMORY)
        node->size = af_json_real(r, json, "size");
    check_figure(in, node, "size", node->size, &af_bound_of_size);
    check_given(in, node, "bits_per_action", node->bits_per_action, &af_bound_of_bits_moved);
    check_values_moved(in, node, "values_per_action", node->values_per_action);
    node->topology = !strcmp(af_json_string_or(r, json, "topology", "mesh"), "all_to_all") ? AF_ALL_TO_ALL
                                                                                           : AF_MESH;
    const af_json *actions = af_json_at(json, "actions");
    node->n_actions = af_json_count(actions);
    node->actions = af_new_array(in->arena, af_action, node->n_actions);
    for (int i = 0; i < node->n_actions; i++)
        read_action(in, af_json_item(actions, i), node, &node->actions[i]);
    if (holder)
        read_tensor_options(in, af_json_at(json, "tensors"), node, &node->tensors);
    if (node->kind == AF_TOLL)
        read_directions(in, json, node);
    read_latency(in, json, node);
    read_attributes(in, json, node);
}

/* A member of an Array: its dimensions say how many copies are spread over the grid (20 section 17). */
static void place_in_array(reading *in, const af_arch_node *array, af_arch_node *node)
{
    node->n_physical = node->n_dimensions;
    node->physical = af_new_array(in->arena, struct af_physical, node->n_physical);
    for (int i = 0; i < node->n_physical; i++) {
        const af_dimension *own = &node->dimensions[i];
        int along = af_find_dimension(array, own->name);
        double cells = along < 0 ? 1 : array->dimensions[along].fanout, stride = cells / own->fanout;
        if (stride != floor(stride)) {
            in->reader->failed = true;
            af_fail(in->reader->report, AF_BAD_DATA, AF_NOWHERE, af_node_path(in->arena, node, "spatial"),
                    "%g copies along %s do not divide the %g cells of %s", own->fanout, own->name, cells,
                    array->name);
        }
        node->physical[i] = (struct af_physical){own->name, own->fanout, stride};
    }
    node->n_dimensions = 0;
    node->fanout = 1;
}

static int count_nodes(const af_json *nodes)
{
    int count = af_json_count(nodes);
    for (int i = af_json_count(nodes) - 1; i >= 0; i--)
        count += count_nodes(af_json_at(af_json_item(nodes, i), "nodes"));
    return count;
}

static af_arch_kind kind_of(reading *in, const char *type)
{
    static const char *const names[] = {"Memory", "Toll", "Compute", "Network", "Container", "Hierarchical",
                                        "Fork", "Array"};
    int found = af_find_text(names, 8, type);
    if (found < 0)
        af_json_wrong(in->reader, "type", "unknown type of architecture node \"%s\"", type);
    return found < 0 ? AF_CONTAINER : (af_arch_kind)found;
}

static void read_nodes(reading *in, const af_json *nodes, int parent, const char *prefix);

static void read_node(reading *in, const af_json *json, int index, const char *path)
{
    af_arch_node *node = &in->einsum->nodes[index];
    node->first_child = node->next_sibling = -1;
    node->kind = kind_of(in, af_json_string(in->reader, json, "type"));
    bool named = node->kind != AF_HIERARCHICAL && node->kind != AF_FORK;
    node->name = named ? af_read_text(in, json, "name") : NULL;
    node->path = in->path = named ? af_format(in->arena, "%s (%s)", path, node->name) : path;
    read_dimensions(in, json, node);
    node->forked_power_gateable = af_json_bool_or(in->reader, json, "forked_power_gateable", false);
    node->non_forked_power_gateable = af_json_bool_or(in->reader, json, "non_forked_power_gateable", false);
    if (node->kind <= AF_NETWORK)
        read_component(in, json, node);
    if (node->parent >= 0 && in->einsum->nodes[node->parent].kind == AF_ARRAY)
        place_in_array(in, &in->einsum->nodes[node->parent], node);
    read_nodes(in, af_json_at(json, "nodes"), index, path);
}

static void read_nodes(reading *in, const af_json *nodes, int parent, const char *prefix)
{
    af_einsum *e = in->einsum;
    int before = -1;
    for (int i = 0; i < af_json_count(nodes); i++) {
        int index = e->n_nodes++;
        e->nodes[index].parent = parent;
        if (before >= 0)
            e->nodes[before].next_sibling = index;
        else if (parent >= 0)
            e->nodes[parent].first_child = index;
        before = index;
        read_node(in, af_json_item(nodes, i), index, af_numbered_text(in->arena, prefix, ".nodes.", i));
    }
}

static int node_named(reading *in, const char *name, const char *key)
{
    int node = af_find_node(in->einsum, name);
    if (node < 0)
        af_json_wrong(in->reader, key, "\"%s\" is not in the architecture", name);
    return node;
}

static void read_paths(reading *in, const af_json *json)
{
    af_einsum *e = in->einsum;
    const af_json *paths = af_json_array(in->reader, json, "flattened");
    e->n_paths = af_json_count(paths);
    e->paths = af_new_array(in->arena, af_path, e->n_paths);
    for (int i = 0; i < e->n_paths; i++) {
        const af_json *nodes = af_json_array(in->reader, af_json_item(paths, i), "nodes");
        af_path *path = &e->paths[i];
        path->n_nodes = af_json_count(nodes);
        path->nodes = af_new_array(in->arena, int, path->n_nodes);
        for (int k = 0; k < path->n_nodes; k++)
            path->nodes[k] = node_named(in, af_json_as_string(in->reader, af_json_item(nodes, k), "nodes"),
                                        "flattened");
        path->compute = node_named(in, af_json_string(in->reader, af_json_item(paths, i), "compute"),
                                   "flattened");
        path->position = af_new_array(in->arena, int, e->n_nodes);
        for (int k = 0; k < e->n_nodes; k++)
            path->position[k] = -1;
        for (int k = 0; k < path->n_nodes; k++)
            if (path->nodes[k] >= 0)
                path->position[path->nodes[k]] = k;
    }
}

/* Why a quantity could not be had, without the place and the path, which end with the node's name. */
static const char *why_missing(reading *in, const af_json *errors, const char *quantity, const char *name)
{
    const char *message = errors ? af_json_string_or(in->reader, errors, quantity, NULL) : NULL;
    const char *end = af_format(in->arena, " (%s): ", name);
    const char *found = message ? strstr(message, end) : NULL;
    return af_copy_text(in->arena, found ? found + strlen(end) : message);
}

static void read_cost(reading *in, const af_json *json)
{
    int index = node_named(in, af_json_string(in->reader, json, "component"), "costs");
    if (index < 0)
        return;
    af_arch_node *node = &in->einsum->nodes[index];
    node->area = af_json_real_or(in->reader, json, "area", NAN);
    node->total_area = af_json_real_or(in->reader, json, "total_area", NAN);
    node->leak_power = af_json_real_or(in->reader, json, "leak_power", NAN);
    node->total_leak_power = af_json_real_or(in->reader, json, "total_leak_power", NAN);
    node->no_energy = why_missing(in, af_json_at(json, "errors"), "energy", node->name);
    node->no_throughput = why_missing(in, af_json_at(json, "errors"), "throughput", node->name);
    node->no_leak_power = why_missing(in, af_json_at(json, "errors"), "leak_power", node->name);
    const af_json *actions = af_json_at(json, "actions");
    for (int i = 0; i < af_json_count(actions); i++) {
        const af_json *item = af_json_item(actions, i);
        int action = af_find_action(node, af_json_string(in->reader, item, "name"));
        if (action < 0)
            continue;
        node->actions[action].energy = af_json_real_or(in->reader, item, "energy", NAN);
        node->actions[action].throughput = af_json_real_or(in->reader, item, "throughput", NAN);
    }
}

static void read_never_full(reading *in, const af_json *names)
{
    in->einsum->never_full = af_new_array(in->arena, bool, in->einsum->n_nodes);
    for (int i = 0; i < af_json_count(names); i++) {
        int node = node_named(in, af_json_as_string(in->reader, af_json_item(names, i), "never_full"),
                              "never_full");
        if (node >= 0)
            in->einsum->never_full[node] = true;
    }
}

/* A record that does not say is taken to have all memories. */
static void read_reserved_across(reading *in, const af_json *names)
{
    in->einsum->reserved_across = af_new_array(in->arena, bool, in->einsum->n_nodes);
    for (int node = 0; node < in->einsum->n_nodes; node++)
        in->einsum->reserved_across[node] = !names;
    for (int i = 0; i < af_json_count(names); i++) {
        int node = af_find_node(in->einsum,
                                af_json_as_string(in->reader, af_json_item(names, i), "reserved_across"));
        if (node >= 0)
            in->einsum->reserved_across[node] = true;
    }
}

void af_read_architecture(reading *in, const af_json *json)
{
    const af_json *nodes = af_json_at(af_json_at(json, "arch"), "nodes");
    in->einsum->nodes = af_new_array(in->arena, af_arch_node, count_nodes(nodes));
    read_nodes(in, nodes, -1, "arch");
    read_paths(in, json);
    const af_json *costs = af_json_at(json, "costs");
    for (int i = 0; i < af_json_count(costs); i++)
        read_cost(in, af_json_item(costs, i));
    read_never_full(in, af_json_at(json, "never_full"));
    read_reserved_across(in, af_json_at(json, "reserved_across"));
}
