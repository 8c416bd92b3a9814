/* Shared by the files that evaluate: field.c the engine, workload.c Einsums and their names, arch.c architecture and costs, evaluate.c the records. */
#ifndef AF_SPEC_EVALUATE_PARTS_H
#define AF_SPEC_EVALUATE_PARTS_H

#include "spec/evaluate.h"
#include "spec/iteration_space.h"
#include "spec/schema.h"

/* ---- engine (10 section 8) */
typedef struct engine {
    af_arena *arena;
    af_report *report;
    const af_universe *universe;              /* of the Einsum at hand; NULL: none */
    af_value global_extras;                   /* evaluated extra_attributes_for_all_component_models: a dict */
} engine;

/* A copy of `object` with its fields evaluated in the order of 10 section 8.1; each evaluated field is a name for those after it.
 * `scope` is not changed. NULL: reported. */
af_typed *af_evaluate_object(engine *e, const af_typed *object, const af_scope *scope);
/* Entries of an open class; results also go into `visible` under their names. 0, or -1 reported. */
int af_evaluate_open(engine *e, af_typed *object, const af_scope *scope, af_scope *visible);
/* {set expression: expression} to {tensor: value} (10 section 10.5). 0, or -1 reported. */
int af_evaluate_by_tensor(engine *e, af_value dict, const af_scope *scope, const char *what, const char *path, af_value *result);

/* ---- workload (40 section 5) */
typedef struct evaluated_access { const char *name; bool output, persistent; af_value bits; const af_typed *typed; af_value projection; } evaluated_access;
typedef struct evaluated_rename { const char *name; af_value set; } evaluated_rename;
typedef struct evaluated_einsum {
    const char *name;
    const af_typed *typed;
    int n_accesses; evaluated_access *accesses;
    af_universe universe;                     /* tensors in access order, rank variables sorted */
    af_list(evaluated_rename) renames;
    af_names *renamed;                        /* names of `renames` */
    af_scope *scope;                          /* spec's names, then the Einsum's */
    const char *space_text;
    af_space *space;
    int64_t *extents, n_computes;             /* per rank variable */
    int64_t n_instances;
    bool is_copy;
} evaluated_einsum;
typedef struct evaluated_tensor { const char *name; int n_readers, n_writers, n_einsums; int64_t size, *shape; int n_ranks; const char **ranks; } evaluated_tensor;
typedef struct evaluated_workload {
    const af_typed *typed;
    int n_einsums; evaluated_einsum *einsums;
    int n_tensors; evaluated_tensor *tensors; /* in order of first appearance */
    af_names *tensor_names;
    af_spaces *spaces;
    af_value rank_sizes;                      /* dict */
    int64_t n_instances;
} evaluated_workload;

evaluated_workload *af_evaluate_workload(engine *e, const af_typed *workload, const af_typed *renames, const af_scope *scope);
void af_put_workload(af_output *out, const evaluated_workload *w, const char *spec);

/* ---- architecture (20 sections 5 to 8) */
typedef struct component_cost { const af_typed *node; af_component_query query; double total_area, total_leak_power; } component_cost;
typedef struct evaluated_arch {
    af_typed *typed;                          /* nodes evaluated */
    af_scope *scope;                          /* what total_latency sees besides the component's own fields */
    af_value variables;                       /* dict: arch variables */
    af_list(component_cost) costs;            /* tree order */
} evaluated_arch;

evaluated_arch *af_evaluate_arch(engine *e, const af_typed *arch, const af_scope *scope);
int af_ask_costs(engine *e, evaluated_arch *arch, const af_evaluate_options *options);
void af_put_arch(af_json_writer *w, const evaluated_arch *arch);     /* members arch, flattened, costs */

#endif
