/* What can be said of a `mapping` section before anything is evaluated: tags, fields,
 * forms of values (50 sections 1.1 to 1.3). */
#include "spec/mapping.h"
#include "spec/schema.h"

#include <math.h>
#include <string.h>

typedef struct checking { af_arena *arena; af_report *report; bool failed; } checking;

typedef enum form {
    NAME, NAMES, RANK_VARIABLES, SHAPE, SHAPE_OR_NOTHING, DIMENSION, FLAG, NODES, BINDING, MADE_BY_TOOLS
} form;
typedef struct known_field { const char *name; form form; bool required; } known_field;

static const char *const expected[] = {
    [NAME] = "a name", [NAMES] = "a list of names", [RANK_VARIABLES] = "a rank variable, or a list of them",
    [SHAPE] = "a whole number of at least 1", [SHAPE_OR_NOTHING] = "a whole number of at least 1",
    [DIMENSION] = "the name of a dimension", [FLAG] = "true or false",
    [NODES] = "a list of nodes", [BINDING] = "a map",
};

enum { MOST_FIELDS = 8 };
#define LOOP_FIELDS {"rank_variable", RANK_VARIABLES, false}, {"tile_shape", SHAPE, false}, \
    {"initial_tile_shape", SHAPE_OR_NOTHING, false}, {"fused", FLAG, false}, \
    {"einsum_rank_variable", MADE_BY_TOOLS, false}
#define HOLDER_FIELDS {"tensors", NAMES, false}, {"component", NAME, false}, {"persistent", FLAG, false}, \
    {"lower", FLAG, false}, {"einsums", NAMES, false}, {"binding", BINDING, false}, \
    {"component_object", MADE_BY_TOOLS, false}
static const known_field known_fields[][MOST_FIELDS] = {
    [AF_NODE_TEMPORAL] = {LOOP_FIELDS},
    [AF_NODE_SPATIAL] = {LOOP_FIELDS, {"name", DIMENSION, false}, {"component", NAME, false},
                         {"component_object", MADE_BY_TOOLS, false}},
    [AF_NODE_STORAGE] = {HOLDER_FIELDS}, [AF_NODE_TOLL] = {HOLDER_FIELDS},
    [AF_NODE_COMPUTE] = {{"einsum", NAME, false}, {"component", NAME, false},
                         {"component_object", MADE_BY_TOOLS, false}},
    [AF_NODE_NESTED] = {{"nodes", NODES, false}}, [AF_NODE_SEQUENTIAL] = {{"nodes", NODES, false}},
    [AF_NODE_PIPELINE] = {{"nodes", NODES, false}}, [AF_NODE_SPLIT] = {{"nodes", NODES, false}},
    [AF_NODE_MAPPING] = {{"nodes", NODES, false}, {"title", NAME, false}},
    [AF_NODE_RESERVATION] = {{"purposes", NAMES, true}, {"resource", NAME, true},
                             {"persistent", FLAG, false}},
    [AF_NODE_TEXT_BOX] = {{"text", NAME, true}},
};
static const known_field text_field = {"text", NAME, false};

static void complain(checking *c, af_place place, const char *path, const char *format, ...) AF_PRINTF(4, 5);
static void complain(checking *c, af_place place, const char *path, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    af_fail_list(c->report, AF_BAD_DATA, place, path, format, arguments);
    va_end(arguments);
    c->failed = true;
}

/* ---- tags */

static const char all_tags[] =
    "!Compute, !Mapping, !Nested, !Pipeline, !Reservation, !Sequential, !Spatial, "
    "!Split, !Storage, !Temporal, !TextBox, !Toll";

static const char *tag_of(af_value value)
{
    if (value.type != AF_DICT || value.dict->tag)
        return value.type == AF_DICT ? value.dict->tag : NULL;
    static const char *const keys[] = {"type", "!"};
    for (int i = 0; i < 2; i++) {
        const af_value *entry = af_dict_find(value, keys[i]);
        if (entry && entry->type == AF_STRING)
            return entry->string;
    }
    return NULL;
}

int af_mapping_node_kind(af_value value)
{
    const char *tag = tag_of(value);
    for (int k = 0; tag && k <= AF_NODE_TEXT_BOX; k++)
        if (!strcmp(*tag == '!' ? tag + 1 : tag, af_node_kind_name(k)))
            return k;
    return -1;
}

static void wrong_tag(checking *c, af_value value, const char *path)
{
    const char *names[AF_NODE_TEXT_BOX + 1], *tag = tag_of(value);
    for (int k = 0; k <= AF_NODE_TEXT_BOX; k++)
        names[k] = af_node_kind_name(k);
    const char *near = tag ? af_nearest(tag, names, AF_NODE_TEXT_BOX + 1) : NULL;
    const char *now = tag ? af_present_tag(tag) : NULL;
    af_place place = af_place_of(value);
    if (value.type != AF_DICT)
        complain(c, place, path,
                 "a node is expected, such as - !Temporal {rank_variable: …}, found %s. Tags are %s",
                 af_describe(c->arena, value), all_tags);
    else if (!tag)
        complain(c, place, path, "a node without a tag: write - !Temporal {rank_variable: …}. Tags are %s",
                 all_tags);
    else if (now)
        complain(c, place, path, "The tag !%s is not supported. Tags are %s. Today this is %s", tag,
                 all_tags, now);
    else if (near)
        complain(c, place, path, "The tag !%s is not supported; did you mean !%s?", tag, near);
    else
        complain(c, place, path, "The tag !%s is not supported. Tags are %s", tag, all_tags);
}

/* ---- values of fields */

/* Of a part of a node, or of the node if the part has none. */
static af_place place_in(af_value node, af_value part) { return af_place_of(part.line ? part : node); }

static bool is_whole_number(af_value value)
{
    return value.type == AF_INT || value.type == AF_BOOL ||
           (value.type == AF_REAL && isfinite(value.real) && value.real == floor(value.real));
}

static bool fits(form form, af_value value)
{
    bool truth;
    switch (form) {
    case NAME: return value.type == AF_STRING || value.type == AF_NONE;
    case NAMES: return value.type == AF_LIST;
    case RANK_VARIABLES: return value.type == AF_STRING || value.type == AF_NONE || value.type == AF_LIST;
    case SHAPE: return value.type == AF_STRING || is_whole_number(value);
    case SHAPE_OR_NOTHING: return value.type == AF_STRING || value.type == AF_NONE || is_whole_number(value);
    case DIMENSION: return value.type == AF_STRING || value.type == AF_NONE || is_whole_number(value);
    case FLAG: return af_flag_of(value, &truth);
    case NODES: return value.type == AF_LIST;
    case BINDING: return value.type == AF_DICT;
    case MADE_BY_TOOLS: break;
    }
    return true;
}

static void check_value(checking *c, af_value node, const known_field *field, af_value value,
                        const char *where)
{
    if (!fits(field->form, value)) {
        bool lone = field->form == NAMES && value.type == AF_STRING;
        complain(c, place_in(node, value), where, "%s is expected, found %s%s", expected[field->form],
                 af_describe(c->arena, value), lone ? "; put the names between [ and ]" : "");
        return;
    }
    bool names = field->form == NAMES || field->form == RANK_VARIABLES;
    for (int i = 0; names && value.type == AF_LIST && i < value.list->count; i++)
        if (value.list->items[i].type != AF_STRING)
            complain(c, place_in(node, value), af_format(c->arena, "%s.%d", where, i),
                     "a name is expected, found %s", af_describe(c->arena, value.list->items[i]));
}

static const known_field *find_field(int kind, const char *key)
{
    for (const known_field *f = known_fields[kind]; f < known_fields[kind] + MOST_FIELDS && f->name; f++)
        if (af_same_text(f->name, key))
            return f;
    return !strcmp(key, text_field.name) ? &text_field : NULL;
}

static void unknown_field(checking *c, af_place place, const char *key, int kind, const char *path)
{
    const char *names[MOST_FIELDS + 1];
    int n = 0;
    for (; n < MOST_FIELDS && known_fields[kind][n].name; n++)
        names[n] = known_fields[kind][n].name;
    const char *near = af_nearest(key, names, n), *where = af_format(c->arena, "%s.%s", path, key);
    af_text all = {0};
    for (int i = 0; i < n; i++)
        if (known_fields[kind][i].form != MADE_BY_TOOLS)
            af_text_printf(&all, "%s, ", names[i]);
    if (near)
        complain(c, place, where, "Field %s is not supported for %s; did you mean %s?", key,
                 af_node_kind_name(kind), near);
    else
        complain(c, place, where, "Field %s is not supported for %s. Supported fields are: %stext", key,
                 af_node_kind_name(kind), all.bytes);
    af_text_free(&all);
}

static void check_fields(checking *c, af_value node, int kind, const char *path)
{
    int count;
    const af_entry *entries = af_dict_entries(node, &count);
    for (int i = 0; i < count; i++) {
        const char *key = entries[i].key.type == AF_STRING ? entries[i].key.string : "?";
        const known_field *field = find_field(kind, key);
        if (field)
            check_value(c, node, field, entries[i].value, af_joined_text(c->arena, path, ".", key));
        else if (strcmp(key, "type") && strcmp(key, "!"))
            unknown_field(c, place_in(node, entries[i].key), key, kind, path);
    }
    for (const known_field *f = known_fields[kind]; f < known_fields[kind] + MOST_FIELDS && f->name; f++)
        if (f->required && !af_dict_find(node, f->name))
            complain(c, af_place_of(node), af_format(c->arena, "%s.%s", path, f->name),
                     "Field %s is required for %s: %s", f->name, af_node_kind_name(kind), expected[f->form]);
}

/* ---- the tree */

static bool has_children(int kind) { return kind >= AF_NODE_NESTED && kind <= AF_NODE_MAPPING; }

static void check_node(checking *c, af_value node, int kind, const char *path, int depth)
{
    check_fields(c, node, kind, path);
    const af_value *nodes = has_children(kind) ? af_dict_find(node, "nodes") : NULL;
    if (depth > 100)
        complain(c, af_place_of(node), path, "nested too deeply");
    else if (has_children(kind) && !nodes && kind != AF_NODE_MAPPING)
        complain(c, af_place_of(node), af_format(c->arena, "%s.nodes", path), "a list of nodes is expected");
    int count = nodes && nodes->type == AF_LIST && depth <= 100 ? nodes->list->count : 0;
    bool chain = kind == AF_NODE_NESTED || kind == AF_NODE_MAPPING;
    for (int i = 0; i < count; i++) {
        const char *where = af_numbered_text(c->arena, path, ".nodes.", i);
        int child = af_mapping_node_kind(nodes->list->items[i]);
        if (child < 0)
            wrong_tag(c, nodes->list->items[i], where);
        else if (chain && has_children(child) && i + 1 < count)
            complain(c, af_place_of(nodes->list->items[i]), where,
                     "this node has nodes of its own, so it must be the last of its list");
        else
            check_node(c, nodes->list->items[i], child, where, depth + 1);
    }
}

int af_check_mapping(af_arena *arena, af_value value, af_report *report)
{
    checking c = {.arena = arena, .report = report};
    if (value.type != AF_DICT)
        return af_fail(report, AF_BAD_DATA, af_place_of(value), "mapping",
                       "a map with `nodes` is expected, found %s", af_describe(arena, value));
    check_node(&c, value, AF_NODE_MAPPING, "mapping", 0);
    return c.failed ? -1 : 0;
}
