/* A checked `mapping` section (mapping_check.c) to a LoopTree; expressions of tile shapes are
 * evaluated (50 section 1.2). */
#include "spec/mapping.h"
#include "spec/schema.h"

#include <math.h>

typedef struct making { af_arena *arena; const af_scope *scope; af_report *report; bool failed; } making;

/* Of a part of a node, or of the node if the part has none. */
static af_place place_in(af_value node, af_value part) { return af_place_of(part.line ? part : node); }

static const char *text_of(af_value value, const char *key)
{
    const af_value *entry = af_dict_find(value, key);
    return entry && entry->type == AF_STRING ? entry->string : NULL;
}

/* A dimension may be written as a number. */
static const char *dimension_of(making *m, af_value value)
{
    const af_value *entry = af_dict_find(value, "name");
    return entry && af_is_number(*entry) ? af_format(m->arena, "%.0f", af_as_double(*entry))
                                         : text_of(value, "name");
}

static bool flag_of(af_value value, const char *key, bool usual)
{
    const af_value *entry = af_dict_find(value, key);
    bool truth;
    return entry && af_flag_of(*entry, &truth) ? truth : usual;
}

static af_name_list names_of(making *m, af_value value, const char *key)
{
    const af_value *entry = af_dict_find(value, key);
    af_name_list list = {0};
    if (!entry || (entry->type != AF_LIST && entry->type != AF_STRING))
        return list;
    const af_value *items = entry->type == AF_LIST ? entry->list->items : entry;
    list.count = entry->type == AF_LIST ? entry->list->count : 1;
    list.names = af_new_array(m->arena, const char *, list.count + 1);
    for (int i = 0; i < list.count; i++)
        list.names[i] = items[i].string;
    return list;
}

static double shape_of(making *m, af_value value, const char *key, const char *path)
{
    const af_value *entry = af_dict_find(value, key);
    af_value shape;
    if (!entry || entry->type == AF_NONE)
        return 0;
    const char *where = af_joined_text(m->arena, path, ".", key);
    if (af_evaluate_value(*entry, m->scope, m->arena, &shape, m->report, place_in(value, *entry), where)) {
        m->failed = true;
        return 0;
    }
    double number = af_is_number(shape) ? af_as_double(shape) : NAN;
    if (!(number >= 1) || isinf(number) || number != floor(number)) {
        m->failed |= af_fail(m->report, AF_BAD_DATA, place_in(value, *entry), where,
                             "a whole number of at least 1 is expected, found %s",
                             af_describe(m->arena, *entry));
        return 0;
    }
    return number;
}

/* What af-model --yaml-mapping writes beyond the reference's fields, where the figures depend on it. */
static void read_labels(making *m, af_value value, af_mapping_node *node, const char *path)
{
    const af_value *variables = af_dict_find(value, "einsum_rank_variable");
    if (af_dict_find(value, "fused"))
        node->fused = flag_of(value, "fused", false);
    node->lower = flag_of(value, "lower", true);
    if (!variables || variables->type == AF_NONE)
        return;
    int count;
    const af_entry *entries = af_dict_entries(*variables, &count);
    node->loop_einsums.names = af_new_array(m->arena, const char *, count + 1);
    node->loop_einsum_variables.names = af_new_array(m->arena, const char *, count + 1);
    for (int i = 0; i < count; i++) {
        if (entries[i].key.type != AF_STRING || entries[i].value.type != AF_STRING) {
            m->failed |= af_fail(m->report, AF_BAD_DATA, af_place_of(*variables),
                                 af_format(m->arena, "%s.einsum_rank_variable", path),
                                 "names of Einsums and their rank variables are expected");
            return;
        }
        node->loop_einsums.names[node->loop_einsums.count++] = entries[i].key.string;
        node->loop_einsum_variables.names[node->loop_einsum_variables.count++] = entries[i].value.string;
    }
}

static void require(making *m, const af_mapping_node *node, af_value value, const char *field,
                    const char *what)
{
    if (!af_dict_find(value, field))
        m->failed |= af_fail(m->report, AF_BAD_DATA, node->place,
                             af_format(m->arena, "%s.%s", node->path, field), "Field %s is required for %s%s",
                             field, af_node_kind_name(node->kind), what);
}

static af_mapping_node *make_node(making *m, af_value value, const char *path, int kind)
{
    af_mapping_node *node = af_new(m->arena, af_mapping_node);
    *node = (af_mapping_node){.kind = kind,
                              .path = path,
                              .place = af_place_of(value),
                              .lower = true,
                              .fused = -1};
    node->text = text_of(value, "text");
    node->title = text_of(value, "title");
    node->rank_variables = names_of(m, value, "rank_variable");
    node->dimension = dimension_of(m, value);
    node->tensors = names_of(m, value, kind == AF_NODE_RESERVATION ? "purposes" : "tensors");
    node->einsums = names_of(m, value, "einsums");
    node->component = text_of(value, kind == AF_NODE_RESERVATION ? "resource" : "component");
    node->einsum = text_of(value, "einsum");
    node->persistent = flag_of(value, "persistent", false);
    read_labels(m, value, node, path);
    node->tile_shape = shape_of(m, value, "tile_shape", path);
    node->initial_tile_shape = shape_of(m, value, "initial_tile_shape", path);
    if (kind == AF_NODE_TEMPORAL || kind == AF_NODE_SPATIAL) {
        require(m, node, value, "tile_shape",
                ": a whole number of at least 1, not the \"symbol\" of the mapper");
        require(m, node, value, "rank_variable", "");
    }
    const af_value *nodes = af_dict_find(value, "nodes");
    int count = nodes && nodes->type == AF_LIST ? nodes->list->count : 0;
    node->nodes = af_new_array(m->arena, af_mapping_node *, count + 1);
    for (int i = 0; i < count; i++) {
        af_value child = nodes->list->items[i];
        const char *where = af_numbered_text(m->arena, path, ".nodes.", i);
        node->nodes[node->n_nodes++] = make_node(m, child, where, af_mapping_node_kind(child));
    }
    return node;
}

af_mapping *af_mapping_of_value(af_arena *arena, af_value value, const af_scope *scope, af_report *report)
{
    making m = {.arena = arena, .scope = scope, .report = report};
    if (af_check_mapping(arena, value, report))
        return NULL;
    af_mapping_node *node = make_node(&m, value, "mapping", AF_NODE_MAPPING);
    return m.failed ? NULL : node;
}
