/* The `mapping` record (af-records(5)). */
#include "join/join.h"

#include <math.h>

static void put_metrics(af_json_writer *w, const af_joined *mapping)
{
    af_put_object(w, "metrics");
    if (!isnan(mapping->energy_delay_product))
        af_put_number(w, "energy_delay_product", mapping->energy_delay_product);
    for (int i = 0; i < AF_OBJECTIVES; i++)
        if (!isnan(mapping->objectives[i]))
            af_put_number(w, af_objective_names[i], mapping->objectives[i]);
    af_put_end_object(w);
}

static void put_usages(af_json_writer *w, const af_joined *mapping)
{
    af_put_array(w, "reservations");
    for (int i = 0; i < mapping->n_usages; i++) {
        const af_usage *u = &mapping->usages[i];
        af_put_object(w, NULL);
        af_put_string(w, "component", u->component);
        af_put_number(w, "usage", u->usage);
        af_put_number(w, "size", u->size);
        af_put_end_object(w);
    }
    af_put_end_array(w);
}

static void put_counts(af_json_writer *w, const af_einsum *const *einsums, int n_einsums,
                       const af_counts *counts)
{
    af_put_object(w, "counts");
    for (int e = 0; e < n_einsums; e++) {
        af_put_object(w, einsums[e]->name);
        af_put_number(w, "templates", counts[e].templates);
        af_put_number(w, "total", counts[e].total);
        af_put_number(w, "evaluated", counts[e].evaluated);
        af_put_number(w, "valid", counts[e].valid);
        af_put_number(w, "pareto", counts[e].pareto);
        if (counts[e].capped)
            af_put_bool(w, "capped", true);
        af_put_end_object(w);
    }
    af_put_end_object(w);
}

void af_write_joined(af_output *out, const af_einsum *const *einsums, int n_einsums, const af_counts *counts,
                     const af_joined *mapping, int64_t id)
{
    af_json_writer *w = af_begin_record(out, "mapping");
    af_put_integer(w, "id", id);
    af_put_string(w, "spec", einsums[0]->spec);
    put_metrics(w, mapping);
    put_usages(w, mapping);
    af_put_quirks(w, mapping->quirks);
    if (counts)
        put_counts(w, einsums, n_einsums, counts);
    af_put_mapping(w, "tree", mapping->tree);
    af_end_record(out);
}
