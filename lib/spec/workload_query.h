/* What may be asked of an evaluated workload, by the names of the published interface (40 sections 4.2
 * to 4.8). The same queries are filters over the `workload` record in share/jq/af.jq and methods
 * of `workload` in expressions. */
#ifndef AF_SPEC_WORKLOAD_QUERY_H
#define AF_SPEC_WORKLOAD_QUERY_H

#include "spec/load.h"

typedef struct evaluated_workload af_workload;
typedef struct af_number_list { int count; int *numbers; } af_number_list;

/* Evaluates variables, renames and workload of a spec, into the spec's arena. NULL: reported. */
af_workload *af_workload_of_spec(const af_spec *spec, af_report *report);
void af_workload_free(af_workload *workload);      /* what lies outside of the arena; NULL is fine */

/* Einsums and tensors are numbers here; -1: no such name. */
int af_einsum_number(const af_workload *workload, const char *name);
int af_tensor_number(const af_workload *workload, const char *name);

/* Lists of names are made in the arena; those of Einsums are in the order of the workload,
 * all others sorted by byte order. Tensors that are used in multiple Einsums are those that can be fused. */
af_name_list af_einsum_names(const af_workload *workload, af_arena *arena);
af_name_list af_tensor_names(const af_workload *workload, af_arena *arena);
af_name_list af_rank_variables(const af_workload *workload, af_arena *arena);
af_name_list af_persistent_tensors(const af_workload *workload, af_arena *arena);
af_name_list af_tensor_names_used_in_multiple_einsums(const af_workload *workload, af_arena *arena);
af_name_list af_empty_renames(void);      /* names that are there without any Einsum, each the empty set */

/* Tensors that hold the same values by copy Einsums, over any number of copies; not the tensor itself.
 * af_direct_copies: by one copy. */
af_name_list af_get_tensor_copies(const af_workload *workload, int tensor, af_arena *arena);
af_name_list af_direct_copies(const af_workload *workload, int tensor, af_arena *arena);

/* Numbers of Einsums that access a tensor: at all, reading, writing. */
af_number_list af_einsums_with_tensor(const af_workload *workload, int tensor, af_arena *arena);
af_number_list af_einsums_with_tensor_as_input(const af_workload *workload, int tensor, af_arena *arena);
af_number_list af_einsums_with_tensor_as_output(const af_workload *workload, int tensor, af_arena *arena);

typedef struct af_access {
    const char *einsum, *tensor;
    bool output, persistent;
    double bits_per_value;
    int n_ranks; const char **ranks, **expressions;
} af_access;
/* In workload order; returns how many. */
int af_accesses_for_tensor(const af_workload *workload, int tensor, af_arena *arena,
                           const af_access **accesses);

/* Of an Einsum; num_computes of -1: of all, n_instances of -1: of the workload alone.
 * Computes are not scaled by n_instances, which is the workload's times the Einsum's.
 * Intensity: computes per value of the Einsum's tensors. */
int64_t af_num_computes(const af_workload *workload, int einsum);
int64_t af_n_instances(const af_workload *workload, int einsum);
double af_get_compute_intensity(const af_workload *workload, int einsum);
const char *af_get_iteration_space_shape_isl_string(const af_workload *workload, int einsum);

/* Of a tensor: values; extent of each rank, in the order of its first access (returns
 * how many); bits of a value. */
int64_t af_get_tensor_size(const af_workload *workload, int tensor);
int af_get_tensor_shape(const af_workload *workload, int tensor, af_arena *arena, const char ***ranks,
                        const int64_t **extents);
double af_bits_per_value(const af_workload *workload, int tensor);

af_value af_rank_sizes(const af_workload *workload);       /* of the workload: a dict, rank → int */

#endif
