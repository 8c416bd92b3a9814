/* One Einsum, evaluated: all that the model, the mapper and the join may ask about workload, architecture,
 * costs and options.
 *
 * It is made from one place only, the `einsum` record (spec/einsum_record.c), so a worker that sees that line
 * alone knows as much as a whole pipe. Ids: tensors and rank variables are indices into the arrays here
 * (bit i of a mask = index i); architecture nodes are indices into `nodes`, in the tree's pre-order.
 * Names are compared by text across Einsums. */
#ifndef AF_SPEC_EINSUM_H
#define AF_SPEC_EINSUM_H

#include "lang/lang.h"

/* ---- metrics: flags, with the reference's values (50 section 9.1) */
typedef enum af_metric {
    AF_LATENCY = 1, AF_ENERGY = 2, AF_DYNAMIC_ENERGY = 4, AF_LEAK_ENERGY = 8,
    AF_RESOURCE_USAGE = 16, AF_ACTIONS = 32, AF_DETAILED_MEMORY_USAGE = 64, AF_ENERGY_DELAY_PRODUCT = 128
} af_metric;
#define AF_METRICS_ALL 255

/* ---- workload part */
typedef struct af_term { int rank_variable; double coefficient; } af_term;

/* One rank of a tensor access: rank name and its index expression, affine */
typedef struct af_rank {
    const char *name, *text;
    int n_terms; af_term *terms; double constant;
    bool identifier;                         /* the text is one rank variable and nothing else (the
                                              * mapper's "textually relevant") */
    bool sum;                                /* two or more terms, a constant counts (the
                                              * model's "partially relevant") */
    af_mask mentioned;                       /* rank variables in the text */
} af_rank;

typedef struct af_tensor {                   /* a tensor as this Einsum accesses it */
    const char *name;
    int n_ranks; af_rank *ranks;
    af_mask relevant, partially_relevant;    /* rank variables, by the model's algebraic test */
    bool output, persistent;
    bool fusable;                            /* accessed by two or more Einsums of the workload */
    bool intermediate;                       /* output of one Einsum and input of one */
    double bits_per_value, size;             /* size in values, of the whole tensor */
} af_tensor;

typedef struct af_rank_variable { const char *name; double bound; } af_rank_variable;

/* ---- architecture part */
typedef enum af_arch_kind {
    AF_MEMORY, AF_TOLL, AF_COMPUTE, AF_NETWORK, AF_CONTAINER, AF_HIERARCHICAL, AF_FORK, AF_ARRAY
} af_arch_kind;

/* A set of tensors or rank variables that is known, or a text that depends on what the memories
 * above hold (20 section 5.5). */
typedef struct af_late_set {
    bool known;
    af_mask members;
    const char *stranger;                    /* a member that is none of the Einsum, or of another kind */
    const af_expression *expression;
    const char *text;
} af_late_set;

typedef enum af_comparison_operator { AF_EQ, AF_LE, AF_GE, AF_LT, AF_GT } af_comparison_operator;
typedef struct af_comparison {
    af_late_set expression;
    const char *text;                        /* of an expression that is not evaluated; NULL: it is */
    const char *unknown;                     /* names in its text that no Einsum has; NULL: none */
    af_comparison_operator operator;
    bool product;
    double value;
} af_comparison;

typedef struct af_dimension {                /* one entry of `spatial` */
    const char *name; double fanout;
    af_mask may_reuse, reuse;
    const char *may_reuse_text;              /* of a may_reuse that could not be evaluated; NULL: it could */
    int n_loop_bounds; af_comparison *loop_bounds;
    double min_usage, usage_scale;
    bool power_gateable;
} af_dimension;

typedef struct af_action {
    const char *name;
    double energy;                           /* J per action, scales applied */
    double throughput;                       /* actions/s of all n_parallel_instances, scales applied */
    double latency;                          /* s, only if the deprecated form gave both; else nan */
    double energy_scale, throughput_scale, latency_scale;   /* as given, for total_latency (20 section 10) */
    double bits_per_action;                  /* nan: none */
    double *values_per_action;               /* per tensor of the Einsum; nan: not given */
    af_value extra;                          /* evaluated extra attributes: a dict or NONE */
} af_action;

typedef struct af_tensor_options {           /* `tensors` of a Memory or Toll */
    af_late_set keep, may_keep, back, no_refetch_from_above, no_resend_to_below;
    bool keep_given, may_keep_given;         /* "Nothing if keep is defined, else All" */
    int n_order_options; struct af_order_option { int n_sets; af_late_set *sets; } *order_options;
    int n_tile_shapes; af_comparison *tile_shapes;
    bool force_memory_hierarchy_order;
} af_tensor_options;

typedef enum af_direction { AF_UP_AND_DOWN, AF_UP, AF_DOWN } af_direction;
typedef enum af_topology { AF_MESH, AF_ALL_TO_ALL } af_topology;

typedef struct af_arch_node {
    af_arch_kind kind;
    const char *name;                        /* NULL for Hierarchical and Fork */
    const char *path;                        /* for messages: "arch.nodes.1 (GlobalBuffer)" */
    int parent, first_child, next_sibling;   /* the tree, -1: none.
                                              * The root is not in the array: top nodes have parent -1 */
    int n_dimensions; af_dimension *dimensions;
    double fanout;                           /* product over its dimensions */
    bool forked_power_gateable, non_forked_power_gateable;  /* Fork */
    /* components: Memory, Toll, Compute, Network */
    int enabled;                             /* 1, 0; -1: not known before the mapper has chosen
                                              * storage (enabled_expression) */
    const af_expression *enabled_expression;
    int n_actions; af_action *actions;
    const char *no_energy, *no_throughput, *no_leak_power;   /* why its model gives none; NULL: it does, or
                                              * was not asked */
    double actions_scale;
    double area, total_area, leak_power, total_leak_power;   /* nan: not computed */
    const char *total_latency;               /* expression text, as given or the default; NULL for a number */
    double constant_latency;                 /* total_latency was given as a number; else nan */
    const af_expression *latency_expression; /* of the text, parsed once */
    const af_scope *latency_scope;           /* names that it sees besides the counts:
                                              * those of all components, and its own attributes */
    double *bits_per_value;                  /* per tensor: the component's own,
                                              * or the access's. Memory, Toll, Network */
    double *values_per_action;               /* per tensor; nan: not given */
    double bits_per_action;                  /* nan: none */
    /* Memory */
    double size;
    bool skip_initial_output_write;          /* Memory, Compute; Toll: true */
    af_tensor_options tensors;               /* Memory, Toll */
    uint8_t *direction;                      /* Toll: af_direction per tensor */
    af_topology topology;                    /* Network */
    /* placement inside an Array (20 section 17): physical dimensions; the logical ones are emptied */
    int n_physical; struct af_physical { const char *name; double fanout, stride; } *physical;
} af_arch_node;

/* One flattened architecture: from the outermost node to one Compute (20 section 7). */
/* position: per node of the tree, -1: not on it */
typedef struct af_path { int compute; int n_nodes; int *nodes; int *position; } af_path;

/* ---- mapper options (60 section 3) */
typedef struct af_mapper {
    int metrics, info_metrics;
    bool timeloop_style_even, force_memory_hierarchy_order, explore_removing_spatials, explore_loop_orders,
         can_lower_outermost_memory, explore_imperfect_spatial_loops, explore_imperfect_temporal_loops,
         prioritize_reuse_of_unfused_tensors, let_non_intermediate_tensors_respawn, can_combine_multiple_runs;
    double max_fused_loops_per_rank_variable, max_fused_loops, max_loops_per_spatial_dimension,
        tiling_coarseness, memory_limit, memory_limit_per_process, time_limit,
        time_limit_per_pmapping_template, max_pmapping_templates_per_einsum, objective_tolerance,
        resource_usage_tolerance;
    int only_template;                       /* -1: all */
} af_mapper;

/* Something odd about an Einsum's record that is no error. */
typedef struct af_remark { const char *path, *text; } af_remark;

struct af_einsum {
    const char *name, *spec;                 /* spec: id of the spec record it came from */
    int index, n_einsums;                    /* position in the workload */
    double n_instances;                      /* workload x Einsum */
    bool is_copy;
    double n_computes;
    int n_tensors; af_tensor *tensors;       /* in access order */
    int n_rank_variables; af_rank_variable *rank_variables;   /* sorted by name */
    af_mask simple;                          /* rank variables that never stand inside
                                              * an expression (50 section 4.1) */
    af_universe universe;
    af_scope *sets;                          /* names that late sets see:
                                              * the Einsum's sets, tensors and rank variables */
    af_scope *variables;                     /* names that every total_latency sees:
                                              * mathematics, arch and spec variables (20 section 10) */
    int n_nodes; af_arch_node *nodes;
    int n_paths; af_path *paths;             /* one per Compute, in tree order */
    af_mapper mapper;
    int model_metrics;
    bool *never_full;                        /* per node: a memory that can hold all that may ever be
                                              * in it (60 section 13 step 2) */
    bool *reserved_across;                   /* per node: some Einsum may hold something there while others
                                              * run, or across fused loops (step 3) */
    af_list(af_remark) remarks;              /* for af_warn_of_einsum */
};
typedef struct af_einsum af_einsum;

/* Relevance of a rank variable to a tensor. Two tests coexist in the reference (60 section 1). */
typedef enum af_relevance { AF_IRRELEVANT, AF_PARTIALLY_RELEVANT, AF_RELEVANT } af_relevance;
/* algebraic: 50 section 4.1 */
af_relevance af_relevance_of(const af_tensor *tensor, int rank_variable);
af_relevance af_textual_relevance_of(const af_tensor *tensor, int rank_variable);  /* template generation */

/* Evaluates a late set: `held[node]` = tensors held by the memories decided so far,
 * `decided[node]` whether it is, `above` their union. 0, or -1 reported under `path`. */
int af_late_set_members(const af_einsum *einsum, const af_late_set *set, const af_mask *held,
                        const bool *decided, af_mask above, af_token_kind kind, af_mask *members,
                        af_report *report, const char *path);
/* `enabled` of a node once storage is chosen; 1, 0, or -1 reported. */
int af_node_enabled(const af_einsum *einsum, int node, const af_mask *held, const bool *decided,
                    af_mask above, af_report *report);
/* A Compute's spatial sets that could not be evaluated before must be once storage is chosen (20 section
 * 5.5). 0, or -1 reported. */
int af_check_compute_sets(const af_einsum *einsum, int compute, const af_mask *held, const bool *decided,
                          af_mask above, af_report *report);

int af_find_node(const af_einsum *einsum, const char *name);             /* index, or -1 */
int af_find_tensor(const af_einsum *einsum, const char *name);
int af_find_rank_variable(const af_einsum *einsum, const char *name);
int af_find_dimension(const af_arch_node *node, const char *name);
int af_find_action(const af_arch_node *node, const char *name);
const af_path *af_find_path(const af_einsum *einsum, int compute);       /* NULL: no such Compute */
/* Of its field: "arch.nodes.1.size (G)" */
const char *af_node_path(af_arena *arena, const af_arch_node *node, const char *field);
/* Adds the flags that "LATENCY|ENERGY", or their sum as a number, names.
 * False: some name is no metric, or there is none. */
bool af_metrics_of_text(const char *text, int64_t *metrics);
const char *af_metric_name(int metric);                                  /* "energy_delay_product" */

/* One name, one bound: the loops of Einsums that are mapped together are counted alike (70 section 9.1).
 * 0; -1: reported, AF_BAD_DATA. */
int af_check_bounds(const af_einsum *const *einsums, int n_einsums, af_report *report);

/* The `einsum` record, both directions. The reader is the only maker of af_einsum;
 * the result lives in `arena`, `json` may go. */
af_einsum *af_einsum_of_json(af_arena *arena, const af_json *json, af_report *report, af_place place);
/* Warns of what is odd in the record, such as names that no Einsum has (85 U16): for the first tool of a pipe
 * that works with it, so that it is told once. */
void af_warn_of_einsum(const af_einsum *einsum, af_report *report);

#endif
