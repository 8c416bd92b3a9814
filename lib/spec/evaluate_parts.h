/* Shared by the files that evaluate: field.c is the engine; renames.c, workload.c,
 * workload_measure.c evaluate the workload, arch.c, flatten.c, cost_query.c the architecture;
 * workload_record.c and einsum_write.c write; evaluate.c says what comes after what. */
#ifndef AF_SPEC_EVALUATE_PARTS_H
#define AF_SPEC_EVALUATE_PARTS_H

#include "spec/evaluate.h"
#include "spec/iteration_space.h"
#include "spec/schema.h"
#include "spec/workload_query.h"

/* ---- engine (10 section 8) */
typedef struct engine {
    af_arena *arena;
    af_report *report;
    const af_universe *universe;              /* of the Einsum at hand, or an empty one; NULL: neither the
                                               * workload's nor the architecture's part has begun */
    af_value global_extras;                   /* evaluated extra_attributes_for_all_component_models:
                                               * a dict */
    const char *owner;                        /* for messages: whose extra attributes
                                               * are evaluated; NULL: nobody's */
    af_list(const char *) failed;             /* names that would be there, had their own evaluation not
                                               * failed; for the object at hand */
} engine;

/* Whether a text says a name of `failed`: what goes wrong with it follows from what was told
 * already, and is not told (85 U4). */
bool af_follows_failure(const engine *e, af_value given);
/* Evaluates as af_evaluate_value does; a text that follows a failure fails without a further message. */
int af_evaluate_given(engine *e, af_value given, const af_scope *scope, af_value *result, af_place place,
                      const char *path);

/* Reports that what a text evaluated to is of none of the types. -1 */
int af_wrong_result(engine *e, unsigned types, af_value given, af_value result, const char *path);
/* A copy of `object` with its fields evaluated in the order of 10 section 8.1; each evaluated field is a name
 * for those after it. `scope` is not changed. NULL: every mistake is reported. */
af_typed *af_evaluate_object(engine *e, const af_typed *object, const af_scope *scope);
/* Entries of an open class; results also go into `visible` under their names, and names that failed stay in
 * `failed`. 0, or -1 reported. */
int af_evaluate_open(engine *e, af_typed *object, const af_scope *scope, af_scope *visible);
bool af_mentions(const char *text, const char *word);                /* as a whole word */

/* ---- maps keyed by sets of tensors (10 section 10.5; by_tensor.c). `field` of `object` has {set expression:
 * expression}; the result is {tensor: value}, sorted. 0, or -1 reported. */
int af_evaluate_by_tensor(engine *e, const af_typed *object, const char *field, af_value dict,
                          const af_scope *scope, af_value *result);
/* Of one entry, for messages */
const char *af_entry_path(engine *e, const af_typed *object, const char *field, const char *key);
af_mask af_tensors_in(const af_token_set *set);                      /* its tensors, whatever its kind */

/* ---- what classes do besides (10 section 8.4; hook.c) */
/* Before its fields: defaults that depend on other fields */
void af_resolve_defaults(af_typed *object);
/* After them. 0, or -1 reported */
int af_finish_object(engine *e, af_typed *object, const af_scope *scope);

/* Functions that no spec has to define (10 section 13.1; library.c): names of the lowest rank. */
void af_add_library(af_scope *scope, af_arena *arena);

/* ---- workload (40 section 5) */
typedef struct evaluated_access {
    const char *name;
    int tensor;                               /* index among the workload's */
    bool output, persistent;
    af_value bits;
    const af_typed *typed;
    int n_ranks; const af_entry *ranks;       /* rank -> index expression, as written */
    af_rank *projection;                      /* the same, read */
} evaluated_access;
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
    int64_t *extents, n_computes;             /* extents per rank variable */
    int64_t n_instances;
    bool is_copy;
} evaluated_einsum;
typedef struct tensor_use { int einsum, access; } tensor_use;
typedef struct evaluated_tensor {
    const char *name;
    af_list(tensor_use) uses;                 /* in the order of the workload */
    int n_readers, n_writers, n_einsums;
    int64_t size, *shape;                     /* shape per rank of the first access */
} evaluated_tensor;
typedef struct evaluated_workload evaluated_workload;
struct evaluated_workload {
    const af_typed *typed;
    int n_einsums; evaluated_einsum *einsums;
    int n_tensors; evaluated_tensor *tensors; /* in order of first appearance */
    af_names *einsum_names, *tensor_names;    /* ids are indices into `einsums` and `tensors` */
    af_name_list foreign_tensors, foreign_rank_variables;   /* sorted; see af_find_foreign_names */
    af_spaces *spaces;
    af_value rank_sizes;                      /* dict */
    int64_t n_instances;
};

/* Evaluates in the order of 40 section 5.1. `arch`: whose texts may name tensors of any Einsum. NULL:
 * reported. */
evaluated_workload *af_evaluate_workload(engine *e, const af_typed *workload, const af_typed *renames,
                                         const af_typed *arch, const af_scope *scope);

/* renames.c */
/* Up to so many tensors (or rank variables) every Einsum lists the names of all others too */
enum { AF_ALL_NAMES = 256 };
void af_find_foreign_names(engine *e, evaluated_workload *w, const af_typed *arch);
int af_name_sets(engine *e, const evaluated_workload *w, evaluated_einsum *einsum, const af_typed *renames,
                 const af_scope *outer);

/* workload_measure.c: iteration spaces, computes, sizes (40 sections 4.4, 4.5). 0, or -1 reported. */
int af_measure_einsum(engine *e, const evaluated_workload *w, evaluated_einsum *einsum);
int af_measure_tensor(engine *e, const evaluated_workload *w, evaluated_tensor *tensor);
const evaluated_access *af_access_of(const evaluated_workload *w, tensor_use use);
/* workload_warnings.c: what is probably not meant */
void af_warn_of_workload(engine *e, const evaluated_workload *w);
/* The workload as expressions see it: its fields, and the queries of workload_query.h (workload_value.c). */
af_value af_workload_value(engine *e, const evaluated_workload *w);

/* workload_record.c */
void af_put_workload(af_output *out, const evaluated_workload *w, const char *spec);

/* ---- architecture (20 sections 5 to 8) */
typedef struct component_cost {
    const af_typed *node;
    af_component_query query;
    double instances, total_area, total_leak_power;    /* instances: the fanout above it */
    af_list(const char *) given;              /* figures that the spec gives: "area", "read.energy" */
    /* Why it could not be had: a whole message with its path; NULL: it was, or was not asked for */
    struct { const char *area, *energy, *throughput, *leak_power; } errors;
} component_cost;
typedef struct evaluated_arch {
    af_typed *typed;                          /* nodes evaluated */
    af_value variables;                       /* dict: arch variables */
    af_list(component_cost) costs;            /* tree order */
} evaluated_arch;

/* NULL: reported */
evaluated_arch *af_evaluate_arch(engine *e, const af_typed *arch, const af_scope *scope);
/* Of its own spatial entries; dimension NULL: all (node_method.c) */
double af_node_fanout(const af_typed *node, const char *dimension);
void af_ask_costs(engine *e, evaluated_arch *arch, const af_evaluate_options *options);     /* cost_query.c */

typedef af_list(const af_typed *) node_list;
/* Adds to `out` the nodes from the top of a branch down to `target` (20 section 7; flatten.c). False: the
 * target is not in it, and `out` has the whole branch. */
bool af_flatten(af_arena *arena, const af_typed *branch, const af_typed *target, node_list *out);

/* ---- the `einsum` record (einsum_write.c) */
typedef struct einsum_record {
    const af_spec *spec;
    const evaluated_workload *workload;
    int index;                                /* of the Einsum; -1: none */
    const evaluated_arch *arch;
    af_value variables;                       /* dict */
    af_name_list never_full;                    /* memories of 60 section 13 step 2 */
} einsum_record;
void af_put_einsum(af_output *out, const einsum_record *record);

#endif
