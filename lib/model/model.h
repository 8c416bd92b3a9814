/* model: what a mapping costs (document 50). One analysis over af_num, for known and
 * unknown tile shapes alike. */
#ifndef AF_MODEL_H
#define AF_MODEL_H

#include "model/formula.h"     /* numbers that may hold unknowns */
#include "model/program.h"     /* formulas over blocks of candidates */

/* ---- one Einsum's flat mapping, by ids, outermost node first */
typedef enum af_step_kind { AF_STEP_TEMPORAL, AF_STEP_SPATIAL, AF_STEP_STORAGE, AF_STEP_TOLL,
    AF_STEP_RESERVATION, AF_STEP_COMPUTE } af_step_kind;

typedef struct af_step {
    uint8_t kind;
    /* architecture node: holder's, reservation's, spatial loop's, compute's */
    int16_t node;
    int16_t tensor;                          /* of a holder or reservation */
    int16_t rank_variable, dimension;        /* of a loop; dimension: index into nodes[node].dimensions */
    /* holder; backing and persistent are copied to its reservation */
    bool backing, lower, persistent;
    bool must_keep;                          /* holder: the mapper had no choice */
    bool fused, may_cause_imperfect;         /* loop */
    /* loop: its place is left empty, its tile is the whole bound: no outermost loop (50 section 4.4) */
    bool left_out;
    /* loop of a template: where it runs once it will not be in the mapping, and nothing is charged for it */
    bool of_template;
    /* loop: 0, 1, … from the outermost; reservation: index of its holder in the step list before insertion */
    int16_t loop;
    af_num tile, initial;                    /* loop; initial: known 0 if none */
} af_step;

static inline bool af_is_loop(const af_step *step)
{
    return step->kind == AF_STEP_TEMPORAL || step->kind == AF_STEP_SPATIAL;
}
static inline bool af_is_holder(const af_step *step)
{
    return step->kind == AF_STEP_STORAGE || step->kind == AF_STEP_TOLL;
}

typedef struct af_pmapping {                 /* ready for analysis */
    const af_einsum *einsum;
    int compute, path;                       /* arch node, index into einsum->paths */
    int n_steps; af_step *steps;             /* with reservations */
    /* what the analysis walks: the same, but for a copy Einsum (50 section 6) */
    int n_analysed; af_step *analysed;
    int n_loops;
    bool is_copy;
    uint64_t quirks;                         /* af_quirk bits that making it ready has met, fixed or not */
} af_pmapping;

/* Makes a flat mapping ready: backing holders, fused labels, imperfect labels as told, reservations inserted
 * (50 section 3.3; for a copy Einsum section 6). `steps` has holders of one tensor each, no reservations.
 * NULL: reported. */
typedef struct af_prepare_options {
    bool imperfect_spatial, imperfect_temporal; bool keep_labels;
    uint64_t fixes;                          /* af_quirk bits */
} af_prepare_options;
af_pmapping *af_pmapping_prepare(af_arena *arena, const af_einsum *einsum, const af_step *steps, int n_steps,
                                 const af_prepare_options *options, af_report *report, const char *path);

/* ---- figures of one Einsum */
typedef struct af_buffet {                   /* a tensor held in a component */
    int node, tensor;
    /* loops above its reservation in the tensor's own list; -1 persistent */
    int level;
    bool persistent;
    af_num occupancy;                        /* bits per physical unit; persistent ones x instances */
    af_num read, write;                      /* net actions, x actions_scale x instances */
    af_num read_skipped, write_skipped;      /* what was subtracted */
    af_num read_per_unit, write_per_unit;    /* net, of the busiest unit: what latency counts */
} af_buffet;
typedef struct af_spatial_use { int node, dimension; af_num used; } af_spatial_use;       /* instances */
typedef struct af_hop {                      /* a tensor on its way over a network (50 section 5) */
    int node, tensor, source, destination;   /* node: the network */
    af_num hops, max_hops;
    int n_traffic; int *dimensions; af_num *traffic;     /* per dimension that is charged */
} af_hop;
typedef struct af_component_figure {
    int node; bool used;
    af_num latency, leak_energy, active_fraction;
} af_component_figure;

typedef struct af_figures {
    const af_einsum *einsum;
    int compute;
    int n_buffets; af_buffet *buffets;       /* by arch order, then tensor in access order */
    int n_spatial; af_spatial_use *spatial;  /* every dimension of the path */
    int n_hops; af_hop *hops;
    /* every component of the architecture, tree order; latency only if used */
    int n_components; af_component_figure *components;
    af_num computes, compute_steps;          /* total operations x instances; steps of one unit */
    af_num latency, dynamic_energy, leak_energy, energy; /* x instances */
    af_num *tensor_bits;                     /* per tensor: occupancy at its backing holder (fusable ones) */
    /* per tensor: loops above its backing reservation, whole list; -1 persistent */
    int *tensor_level;
    uint64_t quirks;                         /* af_quirk bits that changed a figure */
    /* per tensor, what moved before it was added up: for af_write_explanation */
    const struct af_tensor_traffic *traffic;
} af_figures;

/* The analysis. metrics: what is wanted (af_metric flags); what no flag asks for may be left out. NULL:
 * reported, with the status AF_BAD_DATA for an invalid mapping (50 section 12). Capacity and fan-out are not
 * tested here: af_figures_check does that for known numbers. */
af_figures *af_evaluate_pmapping(af_arena *arena, af_graph *g, const af_pmapping *pmapping, int metrics,
                                 uint64_t fixes, af_report *report, const char *path);
/* Warns if a total_latency uses names of an older version (85 U1); those who evaluate an Einsum's pmappings
 * call it once. */
void af_warn_of_older_names(const af_einsum *einsum, af_report *report);
/* used <= fanout, bits <= size; every dimension and memory that is overfull is reported. 0, or -1. */
int af_figures_check(const af_figures *figures, af_report *report, const char *path);

/* ---- a whole mapping (50 sections 2, 10) */
/* fraction of the memory, most over time */
typedef struct af_usage { const char *component; double usage, size; } af_usage;
typedef struct af_mapping_figures {
    /* workload order; Einsums without a leaf in the mapping are not there */
    int n_einsums; af_figures **figures;
    af_pmapping **pmappings;                 /* of each */
    double latency, dynamic_energy, leak_energy, energy, energy_delay_product;
    int n_usages; af_usage *usages;
    uint64_t quirks;
} af_mapping_figures;
typedef struct af_model_options {
    int metrics;                             /* af_metric flags */
    uint64_t fixes;                          /* af_quirk bits */
    /* tiles larger than what they divide are no error (50 section 12) */
    bool permissive;
} af_model_options;
/* NULL: reported, AF_BAD_DATA for an invalid mapping; what is wrong with each branch is
 * told, not only the first. */
af_mapping_figures *af_evaluate_mapping(af_arena *arena, const af_einsum *const *einsums, int n_einsums,
                                        const af_mapping *mapping, const af_model_options *options,
                                        af_report *report);

/* The nodes of one branch by ids, as af_pmapping_prepare takes them; checks names and
 * tile shapes. NULL: reported. */
af_step *af_steps_of_branch(af_arena *arena, const af_einsum *einsum, const af_branch *branch,
                            bool permissive, int *n_steps, af_report *report);

/* Writes the records of 50 section 14 for one evaluation; `id` is the mapping's. */
void af_write_evaluation(af_output *out, const af_mapping_figures *evaluation, int64_t id, int metrics);
/* One `columns` record: everything under the reference's column names (50 section 9.1). */
void af_write_columns(af_output *out, const af_mapping_figures *evaluation, int64_t id, int metrics);
/* How the figures come about: `nest` and `buffet` records, the nodes that matter to each tensor and what
 * moves at each holder. 0, or -1 reported. */
int af_write_explanation(af_output *out, const af_mapping_figures *evaluation, int64_t id, af_report *report);
/* Counts finite and not negative; -1: reported, AF_BAD_DATA where what they are multiplied by is negative or
 * an energy is not finite, else AF_BUG */
int af_check_evaluation(const af_mapping_figures *evaluation, af_report *report);
void af_put_quirks(af_json_writer *json, uint64_t quirks);           /* "quirks":[names] */

/* ---- quirks (00-overview section 3): what the reference does otherwise, by name; af-quirks(7) tells them */
typedef enum af_quirk {
    /* the used part of a gated fan-out is divided by the fan-out twice */
    AF_QUIRK_POWER_GATING,
    AF_QUIRK_OWN_FANOUT_LEAK,                /* a component's own fan-out is missing in its leakage */
    /* a member of an Array leaks once per cell, however many copies of it there are */
    AF_QUIRK_ARRAY_MEMBERS,
    /* a Compute's fan-out multiplies the leakage of what follows it */
    AF_QUIRK_COMPUTE_FANOUT,
    /* tiles that do not divide, first tiles: plain ratios, whole outermost loops, sums over visits */
    AF_QUIRK_IMPERFECT_TILES,
    AF_QUIRK_INITIAL_TILE_SHAPE,             /* initial_tile_shape in a hand-written mapping is ignored */
    AF_QUIRK_RESERVATION_ORDER,              /* only the last holder before loops is reserved below them */
    AF_QUIRK_PERSISTENT_TENSORS,             /* persistent_tensors does not apply to hand-written mappings */
    /* the join neither frees nor shares where a persistent tensor lies */
    AF_QUIRK_PERSISTENT_NOT_FREED,
    AF_QUIRK_PROJECTION_CONSTANT,            /* constants of projections enlarge tiles */
    AF_QUIRK_NEGATIVE_COEFFICIENT,           /* negative coefficients shrink tiles */
    /* traffic of inner dimensions and earlier iterations is dropped */
    AF_QUIRK_NETWORK_TRAFFIC,
    AF_QUIRK_NETWORK_VOLUME,                 /* a tile travels once, however often it is fetched, by whom */
    AF_QUIRK_NETWORK_REACH,                  /* the longest way counts instances, not steps between them */
    AF_QUIRK_NETWORK_BETWEEN,                /* of several networks only the topmost carries anything */
    AF_QUIRK_SPREAD_UNITS,                   /* fewer instances than one unit serves are a part of a unit */
    AF_QUIRK_COPY_WRITE_BACK,                /* a copy's fetches count as write-backs */
    AF_QUIRK_COPY_NETWORK,                   /* source and destination of a copy travel on to the Compute */
    AF_QUIRK_TILE_SHAPE,                     /* constraints on tile shapes bind no loop in the search */
    /* the innermost spatial loop over a rank variable counts for no limit on numbers of loops */
    AF_QUIRK_SPATIAL_LOOP_LIMIT,
    AF_N_QUIRKS
} af_quirk;
static inline bool af_has_quirk(uint64_t set, af_quirk quirk) { return set >> quirk & 1; }
/* What an Einsum asks of the search that the reference does not keep: af_quirk bits. */
uint64_t af_quirks_of_search(const af_einsum *einsum);
const char *af_quirk_name(int quirk);
int af_parse_fixes(const char *text,
                   uint64_t *fixes);               /* "power-gating,…" or "all": 0, -1 unknown name */

#endif
