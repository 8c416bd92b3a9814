/* The records of the analysis by integer sets: tiling, occupancy, fill, transfer (45 section 10). */
#include "model/isl_parts.h"

#include <isl/id.h>
#include <stdlib.h>

typedef struct writing { af_output *out; af_arena *arena; const af_isl_analysis *a; int64_t id; } writing;

static af_json_writer *begin(const writing *w, const char *type, const af_isl_leaf *leaf)
{
    af_json_writer *json = af_begin_record(w->out, type);
    af_put_integer(json, "map", w->id);
    af_put_string(json, "einsum", leaf->einsum->name);
    return json;
}

static void put_count(af_json_writer *json, const char *key, int64_t count)
{
    if (count >= 0)
        af_put_integer(json, key, count);
    else
        af_put_null(json, key);
}

/* isl's own text, with names of what is related. */
static void put_relation(const writing *w, af_json_writer *json, isl_map *map, const char *from,
                         const char *to)
{
    map = isl_map_set_tuple_name(isl_map_copy(map), isl_dim_in, af_format(w->arena, "%s_spacetime", from));
    map = isl_map_set_tuple_name(map, isl_dim_out, to);
    char *text = isl_map_to_str(isl_map_coalesce(map));
    af_put_string(json, "relation", text);
    free(text);
    isl_map_free(map);
}

static void write_tiling(const writing *w, const af_isl_leaf *leaf)
{
    af_json_writer *json = begin(w, "tiling", leaf);
    af_put_string(json, "component", leaf->compute);
    put_relation(w, json, leaf->tiling, leaf->compute, af_format(w->arena, "%s_operation",
                                                                 leaf->einsum->name));
    af_put_array(json, "rank_variables");
    for (int v = 0; v < leaf->einsum->n_rank_variables; v++)
        af_put_string(json, NULL, leaf->einsum->rank_variables[v].name);
    af_put_end_array(json);
    put_count(json, "total", leaf->operations);
    af_end_record(w->out);
}

static void write_relation(const writing *w, const af_isl_buffer *b, const char *type,
                           const af_isl_relation *r)
{
    static const char *const tags[] = {[AF_TAG_TEMPORAL] = "T", [AF_TAG_SPATIAL] = "S",
        [AF_TAG_PIPELINE] = "P", [AF_TAG_SEQUENTIAL] = "Seq"};
    const af_isl_leaf *leaf = &w->a->leaves[b->leaf];
    const char *tensor = leaf->einsum->tensors[b->tensor].name;
    af_json_writer *json = begin(w, type, leaf);
    af_put_string(json, "component", b->component);
    af_put_string(json, "tensor", tensor);
    af_put_array(json, "tags");
    for (int i = 0; i < r->dims.n; i++)
        af_put_string(json, NULL, tags[r->dims.dims[i].tag]);
    af_put_end_array(json);
    put_relation(w, json, r->map, b->component, tensor);
    put_count(json, "max_per_step", r->most);
    put_count(json, "total", r->total);
    if (r == &b->occupancy)
        af_put_bool(json, "above_sequential", b->above_sequential);
    af_end_record(w->out);
}

static void write_transfer(const writing *w, const af_isl_buffer *b)
{
    const af_isl_leaf *leaf = &w->a->leaves[b->leaf];
    af_json_writer *json = begin(w, "transfer", leaf);
    af_put_string(json, "model", "link");
    af_put_string(json, "component", b->component);
    af_put_string(json, "tensor", leaf->einsum->tensors[b->tensor].name);
    af_put_integer(json, "fulfilled", b->from_neighbours);
    af_put_integer(json, "unfulfilled", b->not_from_neighbours);
    af_put_integer(json, "hops", b->from_neighbours);        /* a neighbour is one hop away */
    af_end_record(w->out);
}

void af_write_isl_analysis(af_output *out, af_arena *arena, const af_isl_analysis *a, int64_t id)
{
    writing w = {out, arena, a, id};
    for (int l = 0; l < a->n_leaves; l++)
        write_tiling(&w, &a->leaves[l]);
    for (int i = 0; i < a->n_buffers; i++) {
        const af_isl_buffer *b = &a->buffers[i];
        write_relation(&w, b, "occupancy", &b->occupancy);
        write_relation(&w, b, "fill", &b->fill);
        if (b->moves_links)
            write_transfer(&w, b);
    }
}
