/* A LoopTree in records and YAML: the `tree` of a mapping record in both directions,
 * YAML out (70 section 18.2, 50 section 1.2). */
#include "spec/mapping.h"

#include <ctype.h>
#include <string.h>

enum { DEEPEST = 200 };

/* ---- reading */

static af_name_list names_of(af_arena *arena, af_json_reader *reader, const af_json *json, const char *key)
{
    af_name_list list = {0};
    if (!json)
        return list;
    if (af_json_is_string(json)) {
        list.names = af_new_array(arena, const char *, 1);
        list.names[list.count++] = af_copy_text(arena, af_json_as_string(reader, json, key));
        return list;
    }
    int count = af_json_count(json);
    list.names = af_new_array(arena, const char *, count + 1);
    for (int i = 0; i < count; i++)
        list.names[list.count++] = af_copy_text(arena, af_json_as_string(reader, af_json_item(json, i), key));
    return list;
}

static int kind_of(const char *name)
{
    for (int kind = AF_NODE_TEMPORAL; kind <= AF_NODE_TEXT_BOX; kind++)
        if (!strcmp(name, af_node_kind_name(kind)))
            return kind;
    return -1;
}

/* What a node of a kind needs to be one at all. Tile shapes are not here: a template has none. */
static const char *const needed[][3] = {
    [AF_NODE_TEMPORAL] = {"rank_variable"},
    [AF_NODE_SPATIAL] = {"rank_variable", "name", "component"},
    [AF_NODE_STORAGE] = {"tensors", "component"},
    [AF_NODE_TOLL] = {"tensors", "component"},
    [AF_NODE_COMPUTE] = {"einsum", "component"},
    [AF_NODE_RESERVATION] = {"purposes", "resource"},
};

static void check_needed(af_json_reader *reader, const af_json *json, const af_mapping_node *node)
{
    if ((size_t)node->kind >= sizeof needed / sizeof *needed || !needed[node->kind][0])
        return;
    const char *const *names = needed[node->kind], *kind = af_node_kind_name(node->kind);
    for (int i = 0; i < 3 && names[i]; i++)
        if (!af_json_at(json, names[i]))
            af_json_wrong(reader, names[i], "is not given, and a %s needs it", kind);
    int n_named = af_is_loop_node(node) ? node->rank_variables.count : node->tensors.count;
    if (node->kind != AF_NODE_COMPUTE && !n_named)
        af_json_wrong(reader, names[0], "names nothing, and a %s needs it", kind);
}

static void read_loop(af_arena *arena, af_json_reader *reader, const af_json *json, af_mapping_node *node)
{
    node->rank_variables = names_of(arena, reader, af_json_at(json, "rank_variable"), "rank_variable");
    node->tile_shape = af_json_real_or(reader, json, "tile_shape", 0);
    node->initial_tile_shape = af_json_real_or(reader, json, "initial_tile_shape", 0);
    node->n_iterations = af_json_real_or(reader, json, "n_iterations", 0);
    node->fused = af_json_at(json, "fused") ? af_json_bool_or(reader, json, "fused", false) : -1;
    node->dimension = af_copy_text(arena, af_json_string_or(reader, json, "name", NULL));
    const af_json *translated = af_json_at(json, "einsum_rank_variable");
    int count = 0;
    for (af_json_each(translated, it))
        count++;
    node->loop_einsums.names = af_new_array(arena, const char *, count + 1);
    node->loop_einsum_variables.names = af_new_array(arena, const char *, count + 1);
    for (af_json_each(translated, it)) {
        node->loop_einsums.names[node->loop_einsums.count++] = af_copy_text(arena, it.key);
        node->loop_einsum_variables.names[node->loop_einsum_variables.count++] =
            af_copy_text(arena, af_json_as_string(reader, it.value, it.key));
    }
}

static af_mapping_node *read_node(af_arena *arena, af_json_reader *reader, const af_json *json, int depth)
{
    const char *name = af_json_string(reader, json, "!");
    int kind = reader->failed ? -1 : kind_of(name);
    if (kind < 0 || depth > DEEPEST) {
        if (!reader->failed)
            af_json_wrong(reader, "!",
                          depth > DEEPEST ? "the tree is deeper than %s allows"
                                          : "is no node of a mapping: %s",
                          depth > DEEPEST ? "af" : name);
        return NULL;
    }
    af_mapping_node *node = af_new(arena, af_mapping_node);
    node->kind = kind;
    node->lower = af_json_bool_or(reader, json, "lower", true);
    node->persistent = af_json_bool_or(reader, json, "persistent", false);
    node->text = af_copy_text(arena, af_json_string_or(reader, json, "text", NULL));
    node->title = af_copy_text(arena, af_json_string_or(reader, json, "title", NULL));
    node->einsum = af_copy_text(arena, af_json_string_or(reader, json, "einsum", NULL));
    bool reservation = kind == AF_NODE_RESERVATION;
    const char *component = reservation ? "resource" : "component",
               *tensors = reservation ? "purposes" : "tensors";
    node->component = af_copy_text(arena, af_json_string_or(reader, json, component, NULL));
    node->tensors = names_of(arena, reader, af_json_at(json, tensors), tensors);
    node->backing = names_of(arena, reader, af_json_at(json, "backing"), "backing");
    node->einsums = names_of(arena, reader, af_json_at(json, "einsums"), "einsums");
    if (kind == AF_NODE_TEMPORAL || kind == AF_NODE_SPATIAL)
        read_loop(arena, reader, json, node);
    check_needed(reader, json, node);
    const af_json *children = af_json_at(json, "nodes");
    int count = af_json_count(children);
    node->nodes = af_new_array(arena, af_mapping_node *, count + 1);
    for (int i = 0; i < count && !reader->failed; i++)
        node->nodes[node->n_nodes++] = read_node(arena, reader, af_json_item(children, i), depth + 1);
    return node;
}

af_mapping *af_mapping_of_json(af_arena *arena, const af_json *json, af_report *report, af_place place)
{
    af_json_reader reader = {.report = report, .what = "mapping", .place = place};
    af_mapping_node *node = read_node(arena, &reader, json, 0);
    return reader.failed ? NULL : node;
}

/* ---- writing records */

static void put_names(af_json_writer *w, const char *key, const af_name_list *names)
{
    if (!names->count)
        return;
    af_put_array(w, key);
    for (int i = 0; i < names->count; i++)
        af_put_string(w, NULL, names->names[i]);
    af_put_end_array(w);
}

static void put_loop(af_json_writer *w, const af_mapping_node *node)
{
    if (node->rank_variables.count == 1 && !node->loop_einsums.count)
        af_put_string(w, "rank_variable", node->rank_variables.names[0]);
    else
        put_names(w, "rank_variable", &node->rank_variables);
    if (node->loop_einsums.count) {
        af_put_object(w, "einsum_rank_variable");
        for (int i = 0; i < node->loop_einsums.count; i++)
            af_put_string(w, node->loop_einsums.names[i], node->loop_einsum_variables.names[i]);
        af_put_end_object(w);
    }
    if (node->tile_shape > 0)
        af_put_number(w, "tile_shape", node->tile_shape);
    if (node->initial_tile_shape > 0)
        af_put_number(w, "initial_tile_shape", node->initial_tile_shape);
    if (node->n_iterations > 0)
        af_put_number(w, "n_iterations", node->n_iterations);
    if (node->fused >= 0)
        af_put_bool(w, "fused", node->fused);
    if (node->kind == AF_NODE_SPATIAL) {
        af_put_string(w, "name", node->dimension);
        af_put_string(w, "component", node->component);
    }
}

void af_put_mapping(af_json_writer *w, const char *key, const af_mapping *node)
{
    af_put_object(w, key);
    af_put_string(w, "!", af_node_kind_name(node->kind));
    if (af_is_loop_node(node)) {
        put_loop(w, node);
    } else if (node->kind == AF_NODE_RESERVATION) {
        put_names(w, "purposes", &node->tensors);
        af_put_string(w, "resource", node->component);
    } else if (af_is_holder_node(node)) {
        put_names(w, "tensors", &node->tensors);
        af_put_string(w, "component", node->component);
        /* A Toll holds nothing that could be taken lower */
        if (!node->lower && node->kind == AF_NODE_STORAGE)
            af_put_bool(w, "lower", false);
    } else if (node->kind == AF_NODE_COMPUTE) {
        af_put_string(w, "einsum", node->einsum);
        af_put_string(w, "component", node->component);
    }
    put_names(w, "backing", &node->backing);
    put_names(w, "einsums", &node->einsums);
    if (node->persistent)
        af_put_bool(w, "persistent", true);
    if (node->text)
        af_put_string(w, "text", node->text);
    if (node->title)
        af_put_string(w, "title", node->title);
    if (node->kind >= AF_NODE_NESTED && node->kind <= AF_NODE_MAPPING) {
        af_put_array(w, "nodes");
        for (int i = 0; i < node->n_nodes; i++)
            af_put_mapping(w, NULL, node->nodes[i]);
        af_put_end_array(w);
    }
    af_put_end_object(w);
}

/* ---- writing YAML: what the model finds out again is left out */

/* A name inside of a flow collection: as it is, or in double quotes. */
static void yaml_name(af_text *out, const char *name)
{
    bool word = *name != 0 && af_yaml_is_plain(name);
    for (const char *at = name; *at && word; at++)
        word = isalnum((unsigned char)*at) || *at == '_' || (at > name && (*at == '-' || *at == '.'));
    if (word) {
        af_text_puts(out, name);
        return;
    }
    af_json_writer quoted = {.text = *out};
    af_put_string(&quoted, NULL, name);
    *out = quoted.text;
}

static void yaml_field(af_text *out, const char *key, const char *name)
{
    if (!name)
        return;
    af_text_printf(out, ", %s: ", key);
    yaml_name(out, name);
}

static void yaml_names(af_text *out, const char *key, const af_name_list *names)
{
    af_text_printf(out, "%s: [", key);
    for (int i = 0; i < names->count; i++) {
        af_text_puts(out, i ? ", " : "");
        yaml_name(out, names->names[i]);
    }
    af_text_puts(out, "]");
}

static void yaml_number(af_text *out, const char *key, double value)
{
    char number[32];
    af_number_text(number, value);
    if (value > 0)
        af_text_printf(out, ", %s: %s", key, number);
}

static void yaml_loop(af_text *out, const af_mapping_node *node)
{
    if (node->rank_variables.count == 1) {
        af_text_puts(out, "rank_variable: ");
        yaml_name(out, node->rank_variables.names[0]);
    } else
        yaml_names(out, "rank_variable", &node->rank_variables);
    for (int i = 0; i < node->loop_einsums.count; i++) {
        af_text_puts(out, i ? ", " : ", einsum_rank_variable: {");
        yaml_name(out, node->loop_einsums.names[i]);
        af_text_puts(out, ": ");
        yaml_name(out, node->loop_einsum_variables.names[i]);
        af_text_puts(out, i == node->loop_einsums.count - 1 ? "}" : "");
    }
    yaml_number(out, "tile_shape", node->tile_shape);
    yaml_number(out, "initial_tile_shape", node->initial_tile_shape);
    /* Only the mapper's first tiles count (50 section 3.1) */
    if (node->initial_tile_shape > 0 && node->fused > 0)
        af_text_puts(out, ", fused: true");
    yaml_field(out, "name", node->dimension);
    yaml_field(out, "component", node->component);
}

/* `lower` matters below the outermost holder only. */
static void yaml_holder(af_text *out, const af_mapping_node *node)
{
    yaml_names(out, "tensors", &node->tensors);
    yaml_field(out, "component", node->component);
    if (node->persistent)
        af_text_puts(out, ", persistent: true");
    if (!node->lower && node->backing.count < node->tensors.count)
        af_text_puts(out, ", lower: false");
    if (node->einsums.count) {
        af_text_puts(out, ", ");
        yaml_names(out, "einsums", &node->einsums);
    }
}

static void yaml_compute(af_text *out, const af_mapping_node *node)
{
    af_text_puts(out, "einsum: ");
    yaml_name(out, node->einsum ? node->einsum : "");
    yaml_field(out, "component", node->component);
}

static void yaml_node(af_text *out, const af_mapping_node *node, int indent)
{
    if (node->kind == AF_NODE_RESERVATION || node->kind == AF_NODE_TEXT_BOX)
        return;
    af_text_printf(out, "%*s- !%s", indent, "", af_node_kind_name(node->kind));
    if (node->kind >= AF_NODE_NESTED && node->kind <= AF_NODE_MAPPING) {
        af_text_printf(out, "\n%*snodes:\n", indent + 2, "");
        for (int i = 0; i < node->n_nodes; i++)
            yaml_node(out, node->nodes[i], indent + 2);
        return;
    }
    af_text_puts(out, " {");
    if (af_is_loop_node(node))
        yaml_loop(out, node);
    else if (node->kind == AF_NODE_COMPUTE)
        yaml_compute(out, node);
    else
        yaml_holder(out, node);
    yaml_field(out, "text", node->text);
    af_text_puts(out, "}\n");
}

void af_mapping_write_yaml(af_text *out, const af_mapping *mapping)
{
    af_text_puts(out, "mapping:\n");
    if (mapping->title) {
        af_text_puts(out, "  title: ");
        yaml_name(out, mapping->title);
        af_text_puts(out, "\n");
    }
    af_text_puts(out, "  nodes:\n");
    for (int i = 0; i < mapping->n_nodes; i++)
        yaml_node(out, mapping->nodes[i], 2);
}
