/* The `workload` record (10 section 17.2, check/README): all Einsums, evaluated, and what may be asked of them. */
#include "spec/evaluate_parts.h"

#include <stdlib.h>
#include <string.h>

static void put_access(af_json_writer *w, const evaluated_access *access)
{
    af_put_object(w, NULL);
    af_put_string(w, "name", access->name);
    af_put_bool(w, "output", access->output);
    af_put_bool(w, "persistent", access->persistent);
    af_put_value(w, "bits_per_value", access->bits);
    af_put_value(w, "backing_storage_size_scale", af_typed_get(access->typed, "backing_storage_size_scale"));
    af_put_array(w, "projection");
    for (int i = 0; i < access->n_ranks; i++) {
        af_put_array(w, NULL);
        af_put_string(w, NULL, access->ranks[i].key.string);
        af_put_string(w, NULL, access->ranks[i].value.string);
        af_put_end_array(w);
    }
    af_put_end_array(w);
    af_put_end_object(w);
}

static void put_einsum(af_json_writer *j, const evaluated_workload *w, const evaluated_einsum *einsum)
{
    af_put_object(j, NULL);
    af_put_string(j, "name", einsum->name);
    af_put_integer(j, "n_instances", einsum->n_instances);
    af_put_bool(j, "is_copy_operation", einsum->is_copy);
    af_put_array(j, "tensor_accesses");
    for (int i = 0; i < einsum->n_accesses; i++)
        put_access(j, &einsum->accesses[i]);
    af_put_end_array(j);
    af_put_array(j, "rank_variables");
    for (int i = 0; i < einsum->universe.n_rank_variables; i++)
        af_put_string(j, NULL, einsum->universe.rank_variables[i]);
    af_put_end_array(j);
    af_put_value(j, "rank_sizes", af_typed_get(einsum->typed, "rank_sizes"));
    af_put_string(j, "iteration_space_isl", einsum->space_text);
    af_put_array(j, "renames");
    for (int i = 0; i < einsum->renames.count; i++) {
        af_put_object(j, NULL);
        af_put_string(j, "name", einsum->renames.items[i].name);
        af_put_value(j, "set", einsum->renames.items[i].set);
        af_put_end_object(j);
    }
    af_put_end_array(j);
    af_put_integer(j, "n_computes", einsum->n_computes);
    af_put_real(j, "compute_intensity", af_compute_intensity(w, einsum));
    af_put_end_object(j);
}

static void put_tensor(af_json_writer *j, const evaluated_workload *w, const evaluated_tensor *t)
{
    const evaluated_access *first = af_access_of(w, t->uses.items[0]);
    af_put_object(j, NULL);
    af_put_string(j, "name", t->name);
    af_put_integer(j, "size", t->size);
    af_put_number(j, "bits", (double)t->size * af_as_double(first->bits));
    af_put_object(j, "shape");
    for (int i = 0; i < first->n_ranks; i++)
        af_put_integer(j, first->ranks[i].key.string, t->shape[i]);
    af_put_end_object(j);
    af_put_end_object(j);
}

static void put_sorted(af_json_writer *j, const char *key, const af_names *set)
{
    int count = af_name_count(set);
    af_arena *arena = af_arena_new();
    const char **names = af_new_array(arena, const char *, count);
    for (int i = 0; i < count; i++)
        names[i] = af_name_text(set, i);
    af_sort_texts(names, count);
    af_put_array(j, key);
    for (int i = 0; i < count; i++)
        af_put_string(j, NULL, names[i]);
    af_put_end_array(j);
    af_arena_free(arena);
}

/* Source and outputs of each copy Einsum, both ways, not further (40 section 4.7). */
static void put_copies(af_json_writer *j, const evaluated_workload *w)
{
    af_put_object(j, "copies");
    for (int t = 0; t < w->n_tensors; t++) {
        af_arena *arena = af_arena_new();
        af_names *copies = af_names_new(arena);
        for (int u = 0; u < w->tensors[t].uses.count; u++) {
            const evaluated_einsum *einsum = &w->einsums[w->tensors[t].uses.items[u].einsum];
            const evaluated_access *own = af_access_of(w, w->tensors[t].uses.items[u]);
            for (int k = 0; einsum->is_copy && k < einsum->n_accesses; k++)
                if (einsum->accesses[k].output != own->output)
                    af_name_add(copies, einsum->accesses[k].name);
        }
        if (af_name_count(copies))
            put_sorted(j, w->tensors[t].name, copies);
        af_arena_free(arena);
    }
    af_put_end_object(j);
}

static void put_rank_variables(af_json_writer *j, const evaluated_workload *w)
{
    af_arena *arena = af_arena_new();
    af_names *names = af_names_new(arena);
    for (int i = 0; i < w->n_einsums; i++)
        for (int k = 0; k < w->einsums[i].universe.n_rank_variables; k++)
            af_name_add(names, w->einsums[i].universe.rank_variables[k]);
    put_sorted(j, "rank_variables", names);
    af_arena_free(arena);
}

void af_put_workload(af_output *out, const evaluated_workload *w, const char *spec)
{
    af_json_writer *j = af_begin_record(out, "workload");
    af_put_string(j, "spec", spec);
    af_put_integer(j, "n_instances", w->n_instances);
    af_put_array(j, "einsums");
    for (int i = 0; i < w->n_einsums; i++)
        put_einsum(j, w, &w->einsums[i]);
    af_put_end_array(j);
    af_put_array(j, "tensors");
    for (int i = 0; i < w->n_tensors; i++)
        put_tensor(j, w, &w->tensors[i]);
    af_put_end_array(j);
    af_put_value(j, "rank_sizes", w->rank_sizes);
    put_rank_variables(j, w);
    put_copies(j, w);
    af_end_record(out);
}
