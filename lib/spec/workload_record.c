/* The `workload` record (10 section 17.2, check/README): all Einsums, evaluated,
 * and what may be asked of them. */
#include "spec/evaluate_parts.h"

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

static void put_einsum(af_json_writer *j, const evaluated_workload *w, int index)
{
    const evaluated_einsum *einsum = &w->einsums[index];
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
    af_put_real(j, "compute_intensity", af_get_compute_intensity(w, index));
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

static void put_names(af_json_writer *j, const char *key, af_name_list names)
{
    af_put_array(j, key);
    for (int i = 0; i < names.count; i++)
        af_put_string(j, NULL, names.names[i]);
    af_put_end_array(j);
}

/* By one copy: what is reached over several is a question (get_tensor_copies of af.jq, 40 section 4.7). */
static void put_copies(af_json_writer *j, const evaluated_workload *w, af_arena *arena)
{
    af_put_object(j, "copies");
    for (int t = 0; t < w->n_tensors; t++) {
        af_name_list copies = af_direct_copies(w, t, arena);
        if (copies.count)
            put_names(j, w->tensors[t].name, copies);
    }
    af_put_end_object(j);
}

void af_put_workload(af_output *out, const evaluated_workload *w, const char *spec)
{
    af_arena *arena = af_arena_new();
    af_json_writer *j = af_begin_record(out, "workload");
    af_put_string(j, "spec", spec);
    af_put_integer(j, "n_instances", w->n_instances);
    af_put_array(j, "einsums");
    for (int i = 0; i < w->n_einsums; i++)
        put_einsum(j, w, i);
    af_put_end_array(j);
    af_put_array(j, "tensors");
    for (int i = 0; i < w->n_tensors; i++)
        put_tensor(j, w, &w->tensors[i]);
    af_put_end_array(j);
    af_put_value(j, "rank_sizes", w->rank_sizes);
    put_names(j, "rank_variables", af_rank_variables(w, arena));
    put_copies(j, w, arena);
    af_end_record(out);
    af_arena_free(arena);
}
