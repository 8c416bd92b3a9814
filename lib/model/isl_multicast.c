/* Multicast in a mesh: each datum goes from the nearest place that has it, over a tree that spans the box
 * around its destinations (45 section 7). Every sum is the number of points of some relation, so counting is
 * all that is needed. */
#include "model/isl_parts.h"
#include "spec/isl_count.h"
#include "spec/load_parts.h"

#include <isl/aff.h>
#include <isl/ilp.h>
#include <isl/options.h>
#include <isl/val.h>
#include <string.h>

/* Tuples without names and nesting: only numbers of dimensions count from here on. */
static isl_map *plain(isl_map *map)
{
    map = isl_map_flatten_range(isl_map_flatten_domain(map));
    if (isl_map_has_tuple_id(map, isl_dim_in) == isl_bool_true)
        map = isl_map_reset_tuple_id(map, isl_dim_in);
    if (isl_map_has_tuple_id(map, isl_dim_out) == isl_bool_true)
        map = isl_map_reset_tuple_id(map, isl_dim_out);
    return map;
}

static isl_map *read_map(isl_ctx *isl, const char *text, const char *what, af_report *report)
{
    isl_map *map = isl_map_read_from_str(isl, text);
    if (!map)
        af_fail(report, AF_BAD_DATA, AF_NOWHERE, what, "isl cannot read this relation: %s", text);
    return map ? plain(map) : NULL;
}

/* [data, destination] -> [hops, source]: of the sources that have the datum the nearest one, the first of
 * equally near ones. */
static isl_map *nearest_sources(isl_map *source, isl_map *fill, isl_map *distance)
{
    unsigned n_place = (unsigned)isl_map_dim(source, isl_dim_in),
        n_data = (unsigned)isl_map_dim(source, isl_dim_out);
    /* data -> destination, source */
    isl_map *pairs = isl_map_flat_range_product(isl_map_reverse(fill), isl_map_reverse(source));
    pairs = isl_map_move_dims(pairs, isl_dim_in, n_data, isl_dim_out, 0, n_place);
    pairs = isl_map_insert_dims(pairs, isl_dim_out, 0, 1);
    /* destination -> hops, source */
    distance = isl_map_move_dims(distance, isl_dim_out, 1, isl_dim_in, n_place, n_place);
    distance = isl_map_insert_dims(distance, isl_dim_in, 0, n_data);
    return isl_map_lexmin(isl_map_intersect(plain(pairs), plain(distance)));
}

/* [data, source] -> place: the box around the source and its destinations. */
static isl_map *boxes(isl_map *casts, unsigned n_data, unsigned n_place)
{
    isl_ctx *isl = isl_map_get_ctx(casts);
    /* data, destination, source -> */
    isl_map *tree = isl_map_move_dims(casts, isl_dim_in, n_data + n_place, isl_dim_out, 0, n_place);
    /* data, source -> destination */
    tree = plain(isl_map_move_dims(tree, isl_dim_out, 0, isl_dim_in, n_data, n_place));
    isl_map *root = isl_map_universe(isl_map_get_space(tree)), *box = NULL;
    for (unsigned i = 0; i < n_place; i++)
        root = isl_map_equate(root, isl_dim_in, (int)(n_data + i), isl_dim_out, (int)i);
    tree = isl_map_union(tree, isl_map_intersect_domain(root, isl_map_domain(isl_map_copy(tree))));
    for (unsigned i = 0; i < n_place; i++) {
        isl_map *low = plain(isl_map_from_pw_aff(isl_map_dim_min(isl_map_copy(tree), (int)i)));
        isl_map *high = plain(isl_map_from_pw_aff(isl_map_dim_max(isl_map_copy(tree), (int)i)));
        low = isl_map_apply_range(low, isl_map_read_from_str(isl, "{ [low] -> [at] : at >= low }"));
        high = isl_map_apply_range(high, isl_map_read_from_str(isl, "{ [high] -> [at] : at <= high }"));
        low = isl_map_intersect(low, high);
        box = box ? isl_map_flat_range_product(box, low) : low;
    }
    isl_map_free(tree);
    return box;
}

static int64_t largest(isl_map *distances)                     /* takes the map */
{
    isl_set *range = isl_map_range(distances);
    int64_t most = 0;
    if (isl_set_is_empty(range) == isl_bool_false) {
        isl_val *value = isl_set_dim_max_val(isl_set_copy(range), 0);
        most = isl_val_get_num_si(value);
        isl_val_free(value);
    }
    isl_set_free(range);
    return most;
}

static int64_t count_and_free(af_arena *arena, isl_map *map)
{
    int64_t count = af_isl_count_map(arena, map);
    isl_map_free(map);
    return count;
}

/* takes the maps */
static af_multicast measure(af_arena *arena, isl_map *source, isl_map *fill, isl_map *distance)
{
    unsigned n_place = (unsigned)isl_map_dim(source, isl_dim_in),
        n_data = (unsigned)isl_map_dim(source, isl_dim_out);
    isl_map *nearest = nearest_sources(source, fill, distance);
    isl_map *casts = isl_map_project_out(isl_map_copy(nearest), isl_dim_out, 0, 1);
    isl_map *hops = isl_map_project_out(nearest, isl_dim_out, 1, n_place);
    isl_map *box = boxes(isl_map_copy(casts), n_data, n_place);
    isl_map *steps = isl_map_apply_range(isl_map_copy(hops),
                                         isl_map_read_from_str(isl_map_get_ctx(hops),
                                                               "{ [hops] -> [step] : 0 <= step < hops }"));
    isl_set *roots = isl_map_domain(isl_map_copy(box));
    int64_t n_roots = 0;
    af_isl_count_points(arena, roots, &n_roots);
    isl_set_free(roots);
    af_multicast result = {count_and_free(arena, casts), count_and_free(arena, box) - n_roots, largest(hops),
        count_and_free(arena, steps)};
    return result;
}

int af_isl_multicast(af_arena *arena, const char *source_text, const char *fill_text,
                     const char *distance_text, af_multicast *result, af_report *report)
{
    isl_ctx *isl = isl_ctx_alloc();
    isl_options_set_on_error(isl, ISL_ON_ERROR_CONTINUE);
    isl_map *source = read_map(isl, source_text, "source", report),
        *fill = read_map(isl, fill_text, "fill", report);
    isl_map *distance = read_map(isl, distance_text, "distance", report);
    int status = source && fill && distance ? 0 : -1;
    if (!status && (isl_map_dim(source, isl_dim_in) != isl_map_dim(fill, isl_dim_in) ||
                    isl_map_dim(source, isl_dim_out) != isl_map_dim(fill, isl_dim_out) ||
                    isl_map_dim(distance, isl_dim_in) != 2 * isl_map_dim(source, isl_dim_in) ||
                    isl_map_dim(distance, isl_dim_out) != 1))
        status = af_fail(report, AF_BAD_DATA, AF_NOWHERE, "distance",
                         "source and fill must relate the same places to the same data, "
                         "distance two places to hops");
    if (status) {
        isl_map_free(source);
        isl_map_free(fill);
        isl_map_free(distance);
    } else
        *result = measure(arena, source, fill, distance);
    isl_ctx_free(isl);
    return status;
}

/* ---- cases in a file */

static const char *text_in(af_value entry, const char *key)
{
    const af_value *value = af_dict_find(entry, key);
    return value && value->type == AF_STRING ? value->string : NULL;
}

static int write_case(af_output *out, af_arena *arena, af_value entry, int number, af_report *report)
{
    const char *source = text_in(entry, "occ"), *fill = text_in(entry, "fill"),
        *distance = text_in(entry, "dist_fn");
    af_multicast found;
    if (!source || !fill || !distance)
        return af_fail(report, AF_BAD_DATA, af_place_of(entry), af_format(arena, "%d", number),
                       "the texts occ, fill and dist_fn are expected");
    if (af_isl_multicast(arena, source, fill, distance, &found, report))
        return -1;
    af_json_writer *json = af_begin_record(out, "multicast");
    af_put_integer(json, "case", number);
    af_put_integer(json, "casts", found.casts);
    af_put_integer(json, "hops", found.hops);
    af_put_integer(json, "latency", found.latency);
    af_put_integer(json, "unicast_hops", found.unicast_hops);
    af_end_record(out);
    return 0;
}

int af_write_multicasts(af_output *out, af_arena *arena, const char *path, af_report *report)
{
    const char *text = af_file_content(arena, path, report);
    af_value list;
    if (!text || af_read_yaml(arena, &(af_yaml_source){.text = text, .length = strlen(text), .path = path},
                              &list, report))
        return -1;
    if (list.type != AF_LIST)
        return af_fail(report, AF_BAD_DATA, (af_place){path, 1, 0}, NULL,
                       "a list of {occ, fill, dist_fn} is expected");
    for (int i = 0; i < list.list->count; i++)
        if (write_case(out, arena, list.list->items[i], i, report))
            return -1;
    return 0;
}
