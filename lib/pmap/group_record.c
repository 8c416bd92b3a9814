/* The `group` record, both directions: the only place that knows its layout. */
#include "pmap/pmap.h"

#include <string.h>

/* ---- writing */

static void put_compatibility(af_json_writer *w, const af_compatibility *c)
{
    af_put_object(w, "compatibility");
    af_put_integer(w, "n_loops", c->n_loops);
    af_put_array(w, "fences");
    for (int level = 0; level < 64; level++)
        if (c->fences >> level & 1)
            af_put_integer(w, NULL, level);
    af_put_end_array(w);
    af_put_array(w, "tensors");
    for (int t = 0; t < c->n_tensors; t++) {
        const af_tensor_reservation *r = &c->tensors[t];
        af_put_object(w, NULL);
        af_put_string(w, "name", r->tensor);
        af_put_string(w, "memory", r->memory);
        af_put_bool(w, "persistent", r->persistent);
        af_put_array(w, "loops");
        for (int k = 0; k < r->n_loops; k++) {
            af_put_object(w, NULL);
            af_put_string(w, "rank", r->loops[k].rank);
            af_put_bool(w, "spatial", r->loops[k].spatial);
            af_put_string(w, "dimension", r->loops[k].dimension);
            af_put_end_object(w);
        }
        af_put_end_array(w);
        af_put_end_object(w);
    }
    af_put_end_array(w);
    af_put_end_object(w);
}

static void put_columns(af_json_writer *w, const af_group *g)
{
    af_put_array(w, "iterations");
    for (int l = 0; l < g->compatibility.n_loops; l++)
        af_put_integers(w, NULL, g->iterations[l], g->n_rows);
    af_put_end_array(w);
    af_put_object(w, "objectives");
    for (int o = 0; o < AF_OBJECTIVES; o++)
        if (g->objectives[o])
            af_put_numbers(w, af_objective_names[o], g->objectives[o], g->n_rows);
    af_put_end_object(w);
    af_put_array(w, "reservations");
    for (int c = 0; c < g->n_reservations; c++) {
        af_put_object(w, NULL);
        af_put_string(w, "memory", g->reservations[c].memory);
        af_put_integer(w, "level", g->reservations[c].level);
        af_put_numbers(w, "bits", g->reservations[c].bits, g->n_rows);
        af_put_end_object(w);
    }
    af_put_end_array(w);
    af_put_array(w, "tensors");
    for (int t = 0; t < g->n_tensors; t++) {
        af_put_object(w, NULL);
        af_put_string(w, "tensor", g->tensors[t].tensor);
        af_put_numbers(w, "bits", g->tensors[t].bits, g->n_rows);
        af_put_end_object(w);
    }
    af_put_end_array(w);
}

static int count_loops(const af_group_template *t)
{
    int n = 0;
    for (int i = 0; i < t->n_nodes; i++)
        n += af_is_loop_node(t->nodes[i]);
    return n;
}

static void put_templates(af_json_writer *w, const af_group *g)
{
    af_put_array(w, "tiles");
    for (int i = 0; i < g->n_rows; i++)
        af_put_numbers(w, NULL, g->tiles[i], count_loops(&g->templates[g->template_of[i]]));
    af_put_end_array(w);
    af_put_array(w, "templates");
    for (int t = 0; t < g->n_templates; t++) {
        af_put_object(w, NULL);
        af_put_integer(w, "id", g->templates[t].id);
        af_put_integers(w, "loop_of", g->templates[t].loop_of, g->compatibility.n_loops);
        af_put_array(w, "nodes");
        for (int i = 0; i < g->templates[t].n_nodes; i++)
            af_put_mapping(w, NULL, g->templates[t].nodes[i]);
        af_put_end_array(w);
        af_put_end_object(w);
    }
    af_put_end_array(w);
}

static void put_counts(af_json_writer *w, const af_counts *counts)
{
    af_put_object(w, "counts");
    af_put_number(w, "templates", counts->templates);
    af_put_number(w, "total", counts->total);
    af_put_number(w, "evaluated", counts->evaluated);
    af_put_number(w, "valid", counts->valid);
    af_put_number(w, "pareto", counts->pareto);
    af_put_bool(w, "capped", counts->capped);
    af_put_end_object(w);
}

void af_put_group(af_json_writer *w, const af_einsum *einsum, const af_pmap_result *result, int index)
{
    const af_group *g = result->groups[index];
    af_put_record(w, "group");
    af_put_string(w, "spec", einsum->spec);
    af_put_string(w, "einsum", g->einsum);
    af_put_integer(w, "id", g->id);
    af_put_number(w, "n_total", g->n_total);
    af_put_number(w, "n_valid", g->n_valid);
    put_compatibility(w, &g->compatibility);
    af_put_array(w, "ignored");
    for (int i = 0; i < g->n_ignored; i++)
        af_put_string(w, NULL, g->ignored[i]);
    af_put_end_array(w);
    af_put_integer(w, "rows", g->n_rows);
    af_put_integers(w, "template", g->template_of, g->n_rows);
    put_columns(w, g);
    put_templates(w, g);
    put_counts(w, &result->counts);
    af_put_end_object(w);
}

void af_write_groups(af_output *out, const af_einsum *einsum, const af_pmap_result *result)
{
    for (int i = 0; i < result->n_groups; i++) {
        af_json_writer w = {0};
        af_put_group(&w, einsum, result, i);
        af_write_line(out, w.text.bytes, w.text.length);
        af_text_free(&w.text);
    }
}

/* ---- reading */

typedef struct reading { af_arena *arena; af_json_reader *r; af_group *g; } reading;

static const char *text_of(const reading *in, const af_json *object, const char *key)
{
    return af_copy_text(in->arena, af_json_string_or(in->r, object, key, NULL));
}

/* A column: an array of exactly n numbers. */
static double *reals_of(const reading *in, const af_json *column, const char *key, int n)
{
    double *values = af_new_array(in->arena, double, n + 1);
    if (!af_json_is_array(column) || af_json_count(column) != n)
        af_json_wrong(in->r, key, "has %d values; expected %d", af_json_count(column), n);
    for (int i = 0; i < n && !in->r->failed; i++)
        values[i] = af_json_as_real(in->r, af_json_item(column, i), key);
    return values;
}

static int32_t *ints_of(const reading *in, const af_json *column, const char *key, int n, double least,
                        double most)
{
    double *values = reals_of(in, column, key, n);
    int32_t *whole = af_new_array(in->arena, int32_t, n + 1);
    for (int i = 0; i < n && !in->r->failed; i++) {
        if (!(values[i] >= least && values[i] <= most))
            af_json_wrong(in->r, key, "has the value %g; expected %g to %g", values[i], least, most);
        else
            whole[i] = (int32_t)values[i];
    }
    return whole;
}

/* Number of items of an array that must be there. */
static int count_of(const reading *in, const af_json *object, const char *key)
{
    return af_json_count(af_json_array(in->r, object, key));
}

static void read_reservation(const reading *in, const af_json *json, af_tensor_reservation *r)
{
    *r = (af_tensor_reservation){.tensor = af_copy_text(in->arena, af_json_string(in->r, json, "name")),
                                 .memory = af_copy_text(in->arena, af_json_string(in->r, json, "memory")),
                                 .persistent = af_json_bool_or(in->r, json, "persistent", false),
                                 .n_loops = count_of(in, json, "loops")};
    r->loops = af_new_array(in->arena, af_loop_signature, r->n_loops + 1);
    for (int k = 0; k < r->n_loops; k++) {
        const af_json *loop = af_json_item(af_json_at(json, "loops"), k);
        r->loops[k] = (af_loop_signature){.rank = text_of(in, loop, "rank"),
                                          .spatial = af_json_bool_or(in->r, loop, "spatial", false),
                                          .dimension = text_of(in, loop, "dimension")};
    }
}

static void read_compatibility(const reading *in, const af_json *json)
{
    af_compatibility *c = &in->g->compatibility;
    const af_json *fences = af_json_array(in->r, json, "fences");
    c->n_loops = (int)af_json_integer(in->r, json, "n_loops");
    if (c->n_loops < 0 || c->n_loops > 62)
        af_json_wrong(in->r, "n_loops", "is %d; expected 0 to 62", c->n_loops);
    int32_t *levels = ints_of(in, fences, "fences", af_json_count(fences), 0, 62);
    for (int i = 0; i < af_json_count(fences); i++)
        c->fences |= (uint64_t)1 << levels[i];
    c->n_tensors = count_of(in, json, "tensors");
    c->tensors = af_new_array(in->arena, af_tensor_reservation, c->n_tensors + 1);
    for (int t = 0; t < c->n_tensors && !in->r->failed; t++) {
        read_reservation(in, af_json_item(af_json_at(json, "tensors"), t), &c->tensors[t]);
        if (c->tensors[t].n_loops > c->n_loops)
            af_json_wrong(in->r, "tensors", "%s is under %d loops; expected at most %d", c->tensors[t].tensor,
                          c->tensors[t].n_loops, c->n_loops);
    }
}

static void read_columns(const reading *in, const af_json *json)
{
    af_group *g = in->g;
    const af_json *iterations = af_json_array(in->r, json, "iterations");
    if (af_json_count(iterations) != g->compatibility.n_loops)
        af_json_wrong(in->r, "iterations", "has %d columns; expected %d, one for each loop",
                      af_json_count(iterations), g->compatibility.n_loops);
    g->iterations = af_new_array(in->arena, int32_t *, g->compatibility.n_loops + 1);
    for (int l = 0; l < g->compatibility.n_loops && !in->r->failed; l++)
        g->iterations[l] = ints_of(in, af_json_item(iterations, l), "iterations", g->n_rows, 1, INT32_MAX);
    const af_json *objectives = af_json_at(json, "objectives");
    for (int o = 0; o < AF_OBJECTIVES; o++)
        if (af_json_at(objectives, af_objective_names[o]))
            g->objectives[o] = reals_of(in, af_json_at(objectives, af_objective_names[o]),
                                        af_objective_names[o], g->n_rows);
    const af_json *reservations = af_json_array(in->r, json, "reservations"),
                  *tensors = af_json_array(in->r, json, "tensors");
    g->n_reservations = af_json_count(reservations);
    g->reservations = af_new_array(in->arena, af_reservation_column, g->n_reservations + 1);
    for (int c = 0; c < g->n_reservations && !in->r->failed; c++) {
        const af_json *column = af_json_item(reservations, c);
        g->reservations[c] = (af_reservation_column){af_copy_text(in->arena,
                                                                  af_json_string(in->r, column, "memory")),
                                                     (int)af_json_integer(in->r, column, "level"),
                                                     reals_of(in, af_json_at(column, "bits"), "bits",
                                                              g->n_rows)};
    }
    g->n_tensors = af_json_count(tensors);
    g->tensors = af_new_array(in->arena, af_tensor_column, g->n_tensors + 1);
    for (int t = 0; t < g->n_tensors && !in->r->failed; t++) {
        const af_json *column = af_json_item(tensors, t);
        g->tensors[t] = (af_tensor_column){af_copy_text(in->arena, af_json_string(in->r, column, "tensor")),
                                           reals_of(in, af_json_at(column, "bits"), "bits", g->n_rows)};
    }
}

static void read_template(const reading *in, const af_json *json, af_group_template *t)
{
    const af_json *nodes = af_json_array(in->r, json, "nodes");
    t->id = (int)af_json_integer(in->r, json, "id");
    t->n_nodes = af_json_count(nodes);
    t->nodes = af_new_array(in->arena, af_mapping_node *, t->n_nodes + 1);
    for (int i = 0; i < t->n_nodes && !in->r->failed; i++)
        if (!(t->nodes[i] = af_mapping_of_json(in->arena, af_json_item(nodes, i), in->r->report,
                                               in->r->place)))
            in->r->failed = true;
    if (!in->r->failed)
        t->loop_of = ints_of(in, af_json_at(json, "loop_of"), "loop_of", in->g->compatibility.n_loops, 0,
                             count_loops(t) - 1);
}

static void read_templates(const reading *in, const af_json *json)
{
    af_group *g = in->g;
    const af_json *templates = af_json_array(in->r, json, "templates"),
                  *tiles = af_json_array(in->r, json, "tiles");
    g->n_templates = af_json_count(templates);
    g->templates = af_new_array(in->arena, af_group_template, g->n_templates + 1);
    for (int t = 0; t < g->n_templates && !in->r->failed; t++)
        read_template(in, af_json_item(templates, t), &g->templates[t]);
    g->template_of = ints_of(in, af_json_at(json, "template"), "template", g->n_rows, 0, g->n_templates - 1);
    g->tiles = af_new_array(in->arena, double *, g->n_rows + 1);
    if (!in->r->failed && af_json_count(tiles) != g->n_rows)
        af_json_wrong(in->r, "tiles", "has %d rows; expected %d", af_json_count(tiles), g->n_rows);
    for (int i = 0; i < g->n_rows && !in->r->failed; i++)
        g->tiles[i] = reals_of(in, af_json_item(tiles, i), "tiles",
                               count_loops(&g->templates[g->template_of[i]]));
}

const char *const af_group_members_of_rows[] = {"template", "tiles", "templates", NULL};

/* The members of rows as an object of their own; NULL: they were read. */
static const char *unread_of(const reading *in, const af_json *json)
{
    enum { MARKS = 4 };                      /* around a name: {"": or ,"": */
    size_t room = 2, length;
    for (const char *const *name = af_group_members_of_rows; *name; name++)
        if (af_json_unread(af_json_at(json, *name), &length))
            room += strlen(*name) + MARKS + length;
    if (room == 2)
        return NULL;
    char *text = af_arena_room(in->arena, room), *to = text;
    for (const char *const *name = af_group_members_of_rows; *name; name++) {
        const char *value = af_json_unread(af_json_at(json, *name), &length);
        if (!value)
            continue;
        to = stpcpy(stpcpy(to, to == text ? "{\"" : ",\""), *name);
        to = mempcpy(mempcpy(to, "\":", 2), value, length);
    }
    memcpy(to, "}", 2);
    return text;
}

int af_group_complete(af_arena *arena, af_group *group, af_report *report)
{
    if (!group->unread)
        return 0;
    af_json *json = af_json_parse(group->unread, strlen(group->unread), report, group->place);
    af_json_reader reader = {.report = report, .what = "group", .place = group->place};
    reading in = {arena, &reader, group};
    if (json)
        read_templates(&in, json);
    af_json_free(json);
    group->unread = NULL;
    return json && !reader.failed ? 0 : -1;
}

af_group *af_group_of_json(af_arena *arena, const af_json *json, af_report *report, af_place place)
{
    af_json_reader reader = {.report = report, .what = "group", .place = place};
    reading in = {arena, &reader, af_new(arena, af_group)};
    af_group *g = in.g;
    g->place = place;
    g->einsum = af_copy_text(arena, af_json_string(&reader, json, "einsum"));
    g->id = (int)af_json_integer(&reader, json, "id");
    g->n_total = af_json_real_or(&reader, json, "n_total", 0);
    g->n_valid = af_json_real_or(&reader, json, "n_valid", 0);
    const af_json *ignored = af_json_at(json, "ignored");
    g->n_ignored = af_json_count(ignored);
    g->ignored = af_new_array(arena, const char *, g->n_ignored + 1);
    for (int i = 0; i < g->n_ignored; i++)
        g->ignored[i] = af_copy_text(arena, af_json_as_string(&reader, af_json_item(ignored, i), "ignored"));
    int64_t rows = af_json_integer(&reader, json, "rows");
    if (rows < 0 || rows > INT32_MAX)
        af_json_wrong(&reader, "rows", "is %lld", (long long)rows);
    g->n_rows = reader.failed ? 0 : (int)rows;
    if (!reader.failed)
        read_compatibility(&in, af_json_at(json, "compatibility"));
    if (!reader.failed)
        read_columns(&in, json);
    g->unread = unread_of(&in, json);
    if (!reader.failed && !g->unread)
        read_templates(&in, json);
    return reader.failed ? NULL : g;
}

int af_counts_of_group(const af_json *group, af_counts *counts, af_report *report, af_place place)
{
    af_json_reader reader = {.report = report, .what = "group.counts", .place = place};
    const af_json *c = af_json_at(group, "counts");
    *counts = (af_counts){.templates = af_json_real_or(&reader, c, "templates", 0),
                          .total = af_json_real_or(&reader, c, "total", 0),
                          .evaluated = af_json_real_or(&reader, c, "evaluated", 0),
                          .valid = af_json_real_or(&reader, c, "valid", 0),
                          .pareto = af_json_real_or(&reader, c, "pareto", 0),
                          .capped = af_json_bool_or(&reader, c, "capped", false)};
    return reader.failed ? -1 : 0;
}
