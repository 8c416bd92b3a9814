/* A workload's Einsums and the tensors between them, out of its record. */
#include "draw/cascade.h"
#include "draw/label.h"

#include <math.h>
#include <string.h>


static void read_accesses(af_cascade *cascade, af_cascade_einsum *einsum, const af_json *accesses,
                          bool outputs, af_names *names)
{
    af_json_reader reader = {0};
    for (int i = 0; i < af_json_count(accesses); i++) {
        const af_json *access = af_json_item(accesses, i);
        if (af_json_bool_or(&reader, access, "output", false) != outputs)
            continue;
        const char *name = af_json_string_or(&reader, access, "name", "?");
        einsum->accesses[einsum->n_accesses++] =
            (af_cascade_access){af_name_add(names, name), outputs, af_access_text(cascade->arena, access)};
    }
}

static void read_einsum(af_cascade *cascade, const af_json *json, af_names *names)
{
    af_json_reader reader = {0};
    const af_json *accesses = af_json_at(json, "tensor_accesses");
    af_cascade_einsum *einsum = &cascade->einsums[cascade->n_einsums++];
    *einsum = (af_cascade_einsum){.name = af_json_string_or(&reader, json, "name", "?"),
                                  .copy = af_json_bool_or(&reader, json, "is_copy_operation", false),
                                  .computes = af_json_real_or(&reader, json, "n_computes", NAN)};
    einsum->accesses = af_new_array(cascade->arena, af_cascade_access, af_json_count(accesses) + 1);
    read_accesses(cascade, einsum, accesses, true, names);
    read_accesses(cascade, einsum, accesses, false, names);
}

static void find_tensors(af_cascade *cascade, const af_json *workload, af_names *names)
{
    af_json_reader reader = {0};
    const af_json *known = af_json_at(workload, "tensors");
    cascade->n_tensors = af_name_count(names);
    cascade->tensors = af_new_array(cascade->arena, af_cascade_tensor, cascade->n_tensors + 1);
    for (int t = 0; t < cascade->n_tensors; t++)
        cascade->tensors[t] =
            (af_cascade_tensor){.name = af_name_text(names, t), .first = -1, .lane = -1, .bits = NAN};
    for (int i = 0; i < af_json_count(known); i++) {
        int t = af_name_find(names, af_json_string_or(&reader, af_json_item(known, i), "name", ""));
        if (t >= 0)
            cascade->tensors[t].bits = af_json_real_or(&reader, af_json_item(known, i), "bits", NAN);
    }
    for (int e = 0; e < cascade->n_einsums; e++)
        for (int a = 0; a < cascade->einsums[e].n_accesses; a++) {
            af_cascade_tensor *tensor = &cascade->tensors[cascade->einsums[e].accesses[a].tensor];
            tensor->n_users += tensor->first < 0 || tensor->last != e;
            tensor->first = tensor->first < 0 ? e : tensor->first;
            tensor->last = e;
        }
}

/* The lowest lane that is free where a tensor begins: no two tensors of one lane meet. */
static void choose_lanes(af_cascade *cascade)
{
    int *busy_until = af_new_array(cascade->arena, int, cascade->n_tensors + 1);
    for (int e = 0; e < cascade->n_einsums; e++)
        for (int t = 0; t < cascade->n_tensors; t++) {
            af_cascade_tensor *tensor = &cascade->tensors[t];
            if (tensor->first != e || tensor->n_users < 2)
                continue;
            tensor->lane = 0;
            while (tensor->lane < cascade->n_lanes && busy_until[tensor->lane] > e)
                tensor->lane++;
            busy_until[tensor->lane] = tensor->last + 1;
            cascade->n_lanes += tensor->lane == cascade->n_lanes;
        }
}

af_cascade *af_cascade_of(const af_results *results, const af_draw_options *options, af_arena *arena,
                          af_report *report)
{
    const af_kept_record *record = af_results_record(results, "workload", 0);
    const af_json *einsums = record ? af_json_at(record->record.json, "einsums") : NULL;
    if (!af_json_count(einsums)) {
        af_fail(report, AF_BAD_DATA, AF_NOWHERE, NULL, "no `workload` record to draw: af-eval makes them");
        return NULL;
    }
    af_cascade *cascade = af_new(arena, af_cascade);
    *cascade = (af_cascade){.arena = arena, .options = options};
    cascade->einsums = af_new_array(arena, af_cascade_einsum, af_json_count(einsums));
    af_names *names = af_names_new(arena);
    for (int i = 0; i < af_json_count(einsums); i++)
        read_einsum(cascade, af_json_item(einsums, i), names);
    find_tensors(cascade, record->record.json, names);
    choose_lanes(cascade);
    return cascade;
}
