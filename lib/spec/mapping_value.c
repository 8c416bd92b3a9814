/* The `mapping` section to a LoopTree: tags, fields, expressions (50 sections 1.1 to 1.3). */
#include "spec/mapping.h"
#include "spec/schema.h"

#include <math.h>
#include <string.h>

typedef struct making { af_arena *arena; const af_scope *scope; af_report *report; bool failed; } making;

static const struct { af_node_kind kind; const char *fields[8]; } known_fields[] = {
    {AF_NODE_TEMPORAL, {"rank_variable", "tile_shape", "initial_tile_shape", "fused", "einsum_rank_variable"}},
    {AF_NODE_SPATIAL, {"rank_variable", "tile_shape", "initial_tile_shape", "name", "component", "fused", "einsum_rank_variable"}},
    {AF_NODE_STORAGE, {"tensors", "component", "persistent", "lower", "einsums"}},
    {AF_NODE_TOLL, {"tensors", "component", "persistent", "lower", "einsums"}},
    {AF_NODE_COMPUTE, {"einsum", "component"}}, {AF_NODE_NESTED, {"nodes"}}, {AF_NODE_SEQUENTIAL, {"nodes"}}, {AF_NODE_PIPELINE, {"nodes"}},
    {AF_NODE_SPLIT, {"nodes"}}, {AF_NODE_MAPPING, {"nodes", "title"}},
    {AF_NODE_RESERVATION, {"purposes", "resource", "persistent", "tensors", "component"}}, {AF_NODE_TEXT_BOX, {"text"}},
};

static void complain(making *m, af_place place, const char *path, const char *format, ...) AF_PRINTF(4, 5);
static void complain(making *m, af_place place, const char *path, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    af_fail_list(m->report, AF_BAD_DATA, place, path, format, arguments);
    va_end(arguments);
    m->failed = true;
}

static const char all_tags[] = "!Compute, !Mapping, !Nested, !Pipeline, !Reservation, !Sequential, !Spatial, !Split, !Storage, !Temporal, !TextBox, !Toll";

static int kind_of(making *m, af_value value, const char *path)
{
    const char *tag = value.type == AF_DICT ? value.dict->tag : NULL;
    const af_value *type = af_dict_find(value, "type"), *mark = af_dict_find(value, "!");
    if (!tag && type && type->type == AF_STRING)
        tag = type->string;
    if (!tag && mark && mark->type == AF_STRING)
        tag = mark->string;
    const char *names[AF_NODE_TEXT_BOX + 1];
    for (int k = 0; k <= AF_NODE_TEXT_BOX; k++) {
        names[k] = af_node_kind_name(k);
        if (tag && !strcmp(*tag == '!' ? tag + 1 : tag, names[k]))
            return k;
    }
    const char *near = tag ? af_nearest(tag, names, AF_NODE_TEXT_BOX + 1) : NULL, *now = tag ? af_present_tag(tag) : NULL;
    if (!tag)
        complain(m, af_place_of(value), path, "a node without a tag: write - !Temporal {rank_variable: …}. Tags are %s", all_tags);
    else if (now)
        complain(m, af_place_of(value), path, "The tag !%s is not supported. Tags are %s. Today this is %s", tag, all_tags, now);
    else if (near)
        complain(m, af_place_of(value), path, "The tag !%s is not supported; did you mean !%s?", tag, near);
    else
        complain(m, af_place_of(value), path, "The tag !%s is not supported. Tags are %s", tag, all_tags);
    return -1;
}

/* Of a part of a node, or of the node if the part has none. */
static af_place place_in(af_value node, af_value part) { return af_place_of(part.line ? part : node); }

static void unknown_field(making *m, af_place place, const char *key, int kind, const char *const *fields, int n, const char *path)
{
    const char *near = af_nearest(key, fields, n), *where = af_format(m->arena, "%s.%s", path, key);
    af_text all = {0};
    for (int i = 0; i < n; i++)
        af_text_printf(&all, "%s, ", fields[i]);
    if (near)
        complain(m, place, where, "Field %s is not supported for %s; did you mean %s?", key, af_node_kind_name(kind), near);
    else
        complain(m, place, where, "Field %s is not supported for %s. Supported fields are: %stext", key, af_node_kind_name(kind), all.bytes);
    af_text_free(&all);
}

static void check_fields(making *m, af_value value, int kind, const char *path)
{
    int count;
    const af_entry *entries = af_dict_entries(value, &count);
    for (int i = 0; i < count; i++) {
        const char *key = entries[i].key.type == AF_STRING ? entries[i].key.string : "?";
        bool known = !strcmp(key, "text") || !strcmp(key, "type") || !strcmp(key, "!") || !strcmp(key, "binding");
        const char *const *fields = known_fields[kind].fields;
        int n = 0;
        for (; n < 8 && fields[n]; n++)
            known |= !strcmp(key, fields[n]);
        if (!known)
            unknown_field(m, place_in(value, entries[i].key), key, kind, fields, n, path);
    }
}

static const char *text_of(making *m, af_value value, const char *key)
{
    const af_value *entry = af_dict_find(value, key);
    if (!entry || entry->type == AF_NONE)
        return NULL;
    if (entry->type == AF_STRING)
        return entry->string;
    af_text text = {0};
    af_print_str(&text, *entry);
    char *copy = af_copy_text(m->arena, text.bytes ? text.bytes : "");
    af_text_free(&text);
    return copy;
}

static af_name_list names_of(making *m, af_value value, const char *key, const char *path)
{
    const af_value *entry = af_dict_find(value, key);
    af_name_list list = {0};
    if (!entry || entry->type == AF_NONE)
        return list;
    if (entry->type == AF_STRING) {
        list = (af_name_list){1, af_new_array(m->arena, const char *, 1)};
        list.names[0] = entry->string;
        return list;
    }
    if (entry->type != AF_LIST) {
        complain(m, place_in(value, *entry), af_format(m->arena, "%s.%s", path, key), "a list of names is expected, found %s", af_describe(m->arena, *entry));
        return list;
    }
    list.names = af_new_array(m->arena, const char *, entry->list->count + 1);
    for (int i = 0; i < entry->list->count; i++)
        if (entry->list->items[i].type == AF_STRING)
            list.names[list.count++] = entry->list->items[i].string;
        else
            complain(m, place_in(value, *entry), af_format(m->arena, "%s.%s.%d", path, key, i), "a name is expected, found %s",
                     af_describe(m->arena, entry->list->items[i]));
    return list;
}

static double shape_of(making *m, af_value value, const char *key, const char *path)
{
    const af_value *entry = af_dict_find(value, key);
    af_value shape;
    if (!entry || entry->type == AF_NONE)
        return 0;
    const char *where = af_format(m->arena, "%s.%s", path, key);
    if (af_evaluate_value(*entry, m->scope, m->arena, &shape, m->report, place_in(value, *entry), where)) {
        m->failed = true;
        return 0;
    }
    double number = af_is_number(shape) ? af_as_double(shape) : NAN;
    if (!(number >= 1) || number != floor(number)) {
        complain(m, place_in(value, *entry), where, "a whole number of at least 1 is expected, found %s", af_describe(m->arena, *entry));
        return 0;
    }
    return number;
}

/* What af-model --yaml-mapping writes beyond the reference's fields, where the figures depend on it. */
static void read_labels(making *m, af_value value, af_mapping_node *node, const char *path)
{
    const af_value *fused = af_dict_find(value, "fused"), *lower = af_dict_find(value, "lower");
    const af_value *variables = af_dict_find(value, "einsum_rank_variable");
    if (fused && fused->type != AF_NONE)
        node->fused = af_truth(*fused);
    if (lower && lower->type != AF_NONE)
        node->lower = af_truth(*lower);
    if (!variables || variables->type == AF_NONE)
        return;
    int count;
    const af_entry *entries = af_dict_entries(*variables, &count);
    node->loop_einsums.names = af_new_array(m->arena, const char *, count + 1);
    node->loop_einsum_variables.names = af_new_array(m->arena, const char *, count + 1);
    for (int i = 0; i < count; i++) {
        if (entries[i].key.type != AF_STRING || entries[i].value.type != AF_STRING) {
            complain(m, af_place_of(*variables), af_format(m->arena, "%s.einsum_rank_variable", path), "names of Einsums and their rank variables are expected");
            return;
        }
        node->loop_einsums.names[node->loop_einsums.count++] = entries[i].key.string;
        node->loop_einsum_variables.names[node->loop_einsum_variables.count++] = entries[i].value.string;
    }
}

static bool has_children(int kind) { return kind >= AF_NODE_NESTED && kind <= AF_NODE_MAPPING; }

static af_mapping_node *make_node(making *m, af_value value, const char *path, int kind, int depth)
{
    af_mapping_node *node = af_new(m->arena, af_mapping_node);
    *node = (af_mapping_node){.kind = kind, .path = path, .place = af_place_of(value), .lower = true, .fused = -1};
    check_fields(m, value, kind, path);
    node->text = text_of(m, value, "text");
    node->title = text_of(m, value, "title");
    node->rank_variables = names_of(m, value, "rank_variable", path);
    node->dimension = text_of(m, value, "name");
    node->tensors = names_of(m, value, kind == AF_NODE_RESERVATION ? "purposes" : "tensors", path);
    node->einsums = names_of(m, value, "einsums", path);
    node->component = text_of(m, value, kind == AF_NODE_RESERVATION ? "resource" : "component");
    node->einsum = text_of(m, value, "einsum");
    const af_value *persistent = af_dict_find(value, "persistent");
    node->persistent = persistent && af_truth(*persistent);
    read_labels(m, value, node, path);
    bool loop = kind == AF_NODE_TEMPORAL || kind == AF_NODE_SPATIAL;
    node->tile_shape = shape_of(m, value, "tile_shape", path);
    node->initial_tile_shape = shape_of(m, value, "initial_tile_shape", path);
    if (loop && !af_dict_find(value, "tile_shape"))
        complain(m, node->place, af_format(m->arena, "%s.tile_shape", path), "Field tile_shape is required for %s: a whole number of at least 1", af_node_kind_name(kind));
    if (loop && !af_dict_find(value, "rank_variable"))
        complain(m, node->place, af_format(m->arena, "%s.rank_variable", path), "Field rank_variable is required for %s", af_node_kind_name(kind));
    const af_value *nodes = af_dict_find(value, "nodes");
    if (!has_children(kind))
        return node;
    if (!nodes || nodes->type != AF_LIST || depth > 100) {
        complain(m, node->place, af_format(m->arena, "%s.nodes", path), depth > 100 ? "nested too deeply" : "a list of nodes is expected");
        return node;
    }
    node->nodes = af_new_array(m->arena, af_mapping_node *, nodes->list->count + 1);
    for (int i = 0; i < nodes->list->count; i++) {
        const char *where = af_format(m->arena, "%s.nodes.%d", path, i);
        int child = kind_of(m, nodes->list->items[i], where);
        if (child >= 0)
            node->nodes[node->n_nodes++] = make_node(m, nodes->list->items[i], where, child, depth + 1);
    }
    return node;
}

af_mapping *af_mapping_of_value(af_arena *arena, af_value value, const af_scope *scope, af_report *report)
{
    making m = {.arena = arena, .scope = scope, .report = report};
    if (value.type != AF_DICT) {
        af_fail(report, AF_BAD_DATA, af_place_of(value), "mapping", "a map with `nodes` is expected, found %s", af_describe(arena, value));
        return NULL;
    }
    af_mapping_node *node = make_node(&m, value, "mapping", AF_NODE_MAPPING, 0);
    return m.failed ? NULL : node;
}
