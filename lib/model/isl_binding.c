/* Binding files: at which physical place of a component each logical instance of it lies, tensor by tensor
 * (45 section 8). A relation is one constraint over the dimensions of both. */
#include "model/isl_parts.h"
#include "lang/yaml.h"
#include "spec/isl_count.h"
#include "spec/load_parts.h"

#include <isl/options.h>
#include <isl/set.h>
#include <isl/space.h>
#include <stdlib.h>
#include <string.h>

typedef af_list(const char *) name_list;
typedef struct reading { af_arena *arena; isl_ctx *isl; af_report *report; } reading;

static int expected(const reading *r, af_value value, const char *path, const char *what)
{
    return af_fail(r->report, AF_BAD_DATA, af_place_of(value), path, "%s is expected, found %s", what,
                   af_describe(r->arena, value));
}

/* The fields of a map, all of which must be there and no others. -1: reported. */
static int read_fields(const reading *r, af_value map, const char *path, const char *const *names,
                       af_value *values, int n)
{
    if (map.type != AF_DICT)
        return expected(r, map, path, "a map");
    for (int i = 0; i < map.dict->count; i++) {
        af_value key = map.dict->entries[i].key;
        int known = 0;
        while (known < n && (key.type != AF_STRING || strcmp(key.string, names[known])))
            known++;
        const char *near = key.type == AF_STRING && known == n ? af_nearest(key.string, names, n) : NULL;
        if (known == n)
            return af_fail(r->report, AF_BAD_DATA, af_place_of(key), path, "Field %s is not supported%s%s%s",
                           key.type == AF_STRING ? key.string : af_describe(r->arena, key),
                           near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
        values[known] = map.dict->entries[i].value;
    }
    for (int i = 0; i < n; i++)
        if (values[i].type == AF_UNDEFINED)
            return af_fail(r->report, AF_BAD_DATA, af_place_of(map), path, "Field %s is required", names[i]);
    return 0;
}

/* isl has names of letters, digits and _; others would change what a relation says. */
static bool is_name(af_value value)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789";
    return value.type == AF_STRING && *value.string && strspn(value.string, letters) == strlen(value.string);
}

/* A name that stands there already gets a prime, so that a relation can tell them apart: in i = i // 2 both
 * are the first. */
static const char *own_name(const reading *r, name_list *names, const char *name)
{
    const char *own = name;
    for (int i = 0; i < names->count; i++)
        if (!strcmp(names->items[i], name))
            own = af_format(r->arena, "%s'", own);
    *af_push(r->arena, names) = name;
    return own;
}

/* "{name, dims}" as isl's text for a tuple: l_NAME_dims[d, e]. */
static const char *read_side(const reading *r, af_value side, const char *path, char prefix,
                             name_list *names, const char **name, int *n_dims)
{
    static const char *const fields[] = {"name", "dims"};
    af_value values[2] = {{0}, {0}};
    if (read_fields(r, side, path, fields, values, 2))
        return NULL;
    if (!is_name(values[0])) {
        expected(r, values[0], af_format(r->arena, "%s.name", path), "a name of letters and digits");
        return NULL;
    }
    if (values[1].type != AF_LIST) {
        expected(r, values[1], af_format(r->arena, "%s.dims", path), "a list of names");
        return NULL;
    }
    *name = values[0].string;
    *n_dims = values[1].list->count;
    const char *text = af_format(r->arena, "%c_%s_dims[", prefix, *name);
    for (int i = 0; i < *n_dims; i++) {
        af_value dim = values[1].list->items[i];
        if (!is_name(dim)) {
            expected(r, dim, af_format(r->arena, "%s.dims.%d", path, i), "a name of letters and digits");
            return NULL;
        }
        text = af_format(r->arena, "%s%s%s", text, i ? ", " : "", own_name(r, names, dim.string));
    }
    return af_format(r->arena, "%s]", text);
}

static int read_relation(const reading *r, const af_entry *entry, const char *path, const char *from,
                         const char *to, af_isl_binding *binding)
{
    if (!is_name(entry->key))
        return expected(r, entry->key, path, "the name of a tensor");
    binding->tensor = entry->key.string;
    path = af_format(r->arena, "%s.%s", path, binding->tensor);
    if (entry->value.type != AF_STRING || strpbrk(entry->value.string, "{};"))
        return expected(r, entry->value, path, "one constraint, such as i = x + 2 * y,");
    binding->text = af_format(r->arena, "{ %s -> %s : %s }", from, to, entry->value.string);
    isl_map *map = isl_map_read_from_str(r->isl, binding->text);
    if (!map)
        return af_fail(r->report, AF_BAD_DATA, af_place_of(entry->value), path,
                       "isl cannot read this relation: %s", binding->text);
    binding->one_place = isl_map_is_single_valued(map) == isl_bool_true;
    binding->own_place = isl_map_is_injective(map) == isl_bool_true;
    isl_map_free(map);
    return 0;
}

static int read_node(const reading *r, af_value node, const char *path, int number, af_isl_bindings *all)
{
    static const char *const fields[] = {"logical", "physical", "relations"};
    af_value values[3] = {{0}, {0}, {0}};
    af_isl_binding one = {.node = number};
    name_list names = {0};
    if (read_fields(r, node, path, fields, values, 3))
        return -1;
    const char *from = read_side(r, values[0], af_format(r->arena, "%s.logical", path), 'l', &names,
                                 &one.logical, &one.n_logical);
    const char *to = from ? read_side(r, values[1], af_format(r->arena, "%s.physical", path), 'p', &names,
                                      &one.physical, &one.n_physical) : NULL;
    path = af_format(r->arena, "%s.relations", path);
    if (!to)
        return -1;
    if (values[2].type != AF_DICT)
        return expected(r, values[2], path, "a map from tensors to relations");
    for (int i = 0; i < values[2].dict->count; i++) {
        if (read_relation(r, &values[2].dict->entries[i], path, from, to, &one))
            return -1;
        *af_push(r->arena, all) = one;
    }
    return 0;
}

static int read_binding(const reading *r, af_value binding, const char *path, af_isl_bindings *all)
{
    static const char *const fields[] = {"version", "nodes"};
    af_value values[2] = {{0}, {0}};
    if (read_fields(r, binding, path, fields, values, 2))
        return -1;
    if (values[0].type != AF_INT && values[0].type != AF_REAL)
        return expected(r, values[0], af_format(r->arena, "%s.version", path), "a number");
    if (values[1].type != AF_LIST)
        return expected(r, values[1], af_format(r->arena, "%s.nodes", path), "a list");
    for (int i = 0; i < values[1].list->count; i++)
        if (read_node(r, values[1].list->items[i], af_format(r->arena, "%s.nodes.%d", path, i), i, all))
            return -1;
    return 0;
}

/* {binding: …}, or a list of such. */
static int read_all(const reading *r, af_value value, af_isl_bindings *all)
{
    int n = value.type == AF_LIST ? value.list->count : 1;
    for (int i = 0; i < n; i++) {
        af_value one = value.type == AF_LIST ? value.list->items[i] : value;
        const af_value *binding = af_dict_find(one, "binding");
        if (!binding)
            return expected(r, one, NULL, "a map with `binding`, or a list of such,");
        if (read_binding(r, *binding, n > 1 ? af_format(r->arena, "%d.binding", i) : "binding", all))
            return -1;
    }
    return 0;
}

af_isl_bindings *af_isl_read_bindings(af_arena *arena, const char *path, const char *text, af_report *report)
{
    af_value value;
    af_isl_bindings *all = af_new(arena, af_isl_bindings);
    af_yaml_source source = {.text = text, .length = strlen(text), .path = path};
    if (af_read_yaml(arena, &source, &value, report))
        return NULL;
    reading r = {arena, isl_ctx_alloc(), report};
    isl_options_set_on_error(r.isl, ISL_ON_ERROR_CONTINUE);
    int status = read_all(&r, value, all);
    isl_ctx_free(r.isl);
    return status ? NULL : all;
}

isl_map *af_isl_binding_map(isl_ctx *isl, const af_isl_binding *binding)
{
    return isl_map_read_from_str(isl, binding->text);
}

/* ---- what lies where */

static bool is_own(const af_isl_dim *dim, const char *component)
{
    return dim->tag == AF_TAG_SPATIAL && !strcmp(dim->buffer, component);
}

/* [all dimensions of the space and time of a component] -> [the others, then its own spatial ones] */
static isl_map *own_last(isl_ctx *isl, const af_isl_dims *dims, const char *component)
{
    isl_space *space = isl_space_alloc(isl, 0, (unsigned)dims->n, (unsigned)dims->n);
    isl_map *order = isl_map_universe(space);
    for (int own = 0, at = 0; own < 2; own++)
        for (int i = 0; i < dims->n; i++)
            if (is_own(&dims->dims[i], component) == own)
                order = isl_map_equate(order, isl_dim_in, i, isl_dim_out, at++);
    return order;
}

isl_map *af_isl_place(isl_map *occupancy, const af_isl_dims *dims, const af_isl_binding *binding)
{
    isl_ctx *isl = isl_map_get_ctx(occupancy);
    int n_own = 0;
    for (int i = 0; i < dims->n; i++)
        n_own += is_own(&dims->dims[i], binding->logical);
    if (n_own != binding->n_logical)
        return NULL;
    isl_map *to = af_isl_binding_map(isl, binding);
    to = isl_map_reset_tuple_id(isl_map_reset_tuple_id(to, isl_dim_in), isl_dim_out);
    isl_space *others = isl_space_alloc(isl, 0, (unsigned)(dims->n - n_own), (unsigned)(dims->n - n_own));
    to = isl_map_flat_product(isl_map_identity(others), to);
    isl_map *placed = isl_map_reset_tuple_id(isl_map_copy(occupancy), isl_dim_in);
    placed = isl_map_apply_domain(placed, own_last(isl, dims, binding->logical));
    return isl_map_coalesce(isl_map_apply_domain(placed, to));
}

/* ---- records */

void af_write_bindings(af_output *out, const af_isl_bindings *bindings)
{
    isl_ctx *isl = isl_ctx_alloc();
    for (int i = 0; i < bindings->count; i++) {
        const af_isl_binding *b = &bindings->items[i];
        isl_map *map = af_isl_binding_map(isl, b);
        char *text = isl_map_to_str(map);
        af_json_writer *json = af_begin_record(out, "binding");
        af_put_integer(json, "node", b->node);
        af_put_string(json, "logical", b->logical);
        af_put_string(json, "physical", b->physical);
        af_put_string(json, "tensor", b->tensor);
        af_put_string(json, "relation", text);
        af_put_bool(json, "one_place", b->one_place);
        af_put_bool(json, "own_place", b->own_place);
        af_end_record(out);
        free(text);
        isl_map_free(map);
    }
    isl_ctx_free(isl);
}

static int write_placement(af_output *out, af_arena *arena, const af_isl_analysis *a, const af_isl_buffer *b,
                           const af_isl_binding *binding, int64_t id, af_report *report)
{
    const af_isl_leaf *leaf = &a->leaves[b->leaf];
    isl_map *map = af_isl_place(b->occupancy.map, &b->occupancy.dims, binding);
    if (!map)
        return af_fail(report, AF_BAD_DATA, AF_NOWHERE, "binding",
                       "%s has %d dims in the binding, but the mapping of %s has another number of spatial "
                       "loops over it", binding->logical, binding->n_logical, leaf->einsum->name);
    af_isl_relation placed = {.map = map};
    af_isl_count_relation(arena, &placed);
    isl_set *places = isl_map_domain(isl_map_copy(map));
    unsigned n_others = (unsigned)isl_set_dim(places, isl_dim_set) - (unsigned)binding->n_physical;
    int64_t n_places = 0;
    places = isl_set_project_out(places, isl_dim_set, 0, n_others);
    bool counted = af_isl_count_points(arena, places, &n_places);
    char *text = isl_map_to_str(map);
    af_json_writer *json = af_begin_record(out, "placement");
    af_put_integer(json, "map", id);
    af_put_string(json, "einsum", leaf->einsum->name);
    af_put_string(json, "component", binding->logical);
    af_put_string(json, "physical", binding->physical);
    af_put_string(json, "tensor", binding->tensor);
    af_put_string(json, "relation", text);
    const int64_t counts[] = {counted ? n_places : -1, placed.most, placed.total};
    static const char *const keys[] = {"places", "max_per_step", "total"};
    for (int i = 0; i < 3; i++)
        if (counts[i] >= 0)
            af_put_integer(json, keys[i], counts[i]);
        else
            af_put_null(json, keys[i]);
    af_end_record(out);
    free(text);
    isl_set_free(places);
    isl_map_free(map);
    return 0;
}

int af_write_placements(af_output *out, af_arena *arena, const af_isl_analysis *a,
                        const af_isl_bindings *bindings, int64_t id, af_report *report)
{
    for (int i = 0; i < a->n_buffers; i++)
        for (int k = 0; k < bindings->count; k++) {
            const af_isl_buffer *b = &a->buffers[i];
            const af_isl_binding *binding = &bindings->items[k];
            if (!strcmp(b->component, binding->logical) &&
                !strcmp(a->leaves[b->leaf].einsum->tensors[b->tensor].name, binding->tensor) &&
                write_placement(out, arena, a, b, binding, id, report))
                return -1;
        }
    return 0;
}
