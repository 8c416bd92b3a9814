/* The second, independent analysis: reuse by integer sets and maps (document 45).
 *
 * Nothing of the usual figures comes from it. It works on relations: which operations run at each point of a
 * loop nest (tiling), which data a buffer must hold at each point of its own space and time (occupancy),
 * which of these must newly arrive (fill). */
#ifndef AF_MODEL_ISL_REUSE_H
#define AF_MODEL_ISL_REUSE_H

#include "model/model.h"
#include <isl/map.h>

typedef enum af_isl_tag { AF_TAG_TEMPORAL, AF_TAG_SPATIAL, AF_TAG_PIPELINE, AF_TAG_SEQUENTIAL } af_isl_tag;
/* buffer: of a spatial one, what it fans out to */
typedef struct af_isl_dim { af_isl_tag tag; const char *buffer; } af_isl_dim;
typedef struct af_isl_dims { int n; af_isl_dim *dims; } af_isl_dims;

/* A relation over space and time: one input dimension per entry of `dims`; its count and the most at one
 * point; -1: too many to count. */
typedef struct af_isl_relation { af_isl_dims dims; isl_map *map; int64_t total, most; } af_isl_relation;

typedef struct af_isl_leaf {                 /* one Compute */
    const af_einsum *einsum;
    const char *compute;
    /* all dimensions of its branch -> rank variables of the Einsum, by name */
    isl_map *tiling;
    int64_t operations;
    int n_nodes; const af_mapping_node **nodes;      /* from the root, splits included, to the Compute */
} af_isl_leaf;

/* a tensor in a memory, or at the Compute, on the way to one leaf */
typedef struct af_isl_buffer {
    const char *component;
    int leaf, tensor;
    /* effective: occupancy without the dimensions it does not depend on; same as of fill */
    af_isl_relation occupancy, effective, fill;
    bool moves_links; int64_t from_neighbours, not_from_neighbours;     /* of the fill (45 section 6) */
    bool above_sequential;                   /* nothing but holders stands between it and a Sequential */
} af_isl_buffer;

typedef struct af_isl_analysis {
    isl_ctx *isl;
    int n_leaves; af_isl_leaf *leaves;       /* in tree order */
    int n_buffers; af_isl_buffer *buffers;   /* by leaf, then outermost first, the Compute last */
} af_isl_analysis;

typedef struct af_isl_options {
    bool no_reuse;                           /* everything arrives anew at each point */
    /* nothing stays from one iteration of an outer loop to the next (45 section 5) */
    bool flush;
    /* what a neighbour had one step before comes from it (45 section 6) */
    bool links;
} af_isl_options;

/* NULL: reported; AF_BAD_DATA for a mapping that this analysis does not cover: a first tile of another size,
 * an iteration space that is no box, loops over Einsums with several final consumers. Free with af_isl_free
 * before the arena. */
af_isl_analysis *af_isl_analyze(af_arena *arena, const af_einsum *const *einsums, int n_einsums,
                                const af_mapping *mapping, const af_isl_options *options, af_report *report);
void af_isl_free(af_isl_analysis *analysis);
void af_write_isl_analysis(af_output *out, af_arena *arena, const af_isl_analysis *analysis, int64_t id);

/* ---- the steps, for tests. Maps are taken unless `keep` is said */
isl_map *af_isl_add_tile(isl_map *tiling, int dimension, int size);                  /* 45 section 2.2 */
isl_map *af_isl_prior(isl_ctx *isl, int n, int level);                               /* 45 section 2.5 */
/* 45 section 5: the fill, and the occupancy without the dimensions that do not matter.
 * `dims` shrinks with it. */
isl_map *af_isl_temporal_fill(af_arena *arena, isl_map *occupancy, af_isl_dims *dims,
                              const af_isl_options *options, isl_map **effective);
/* 45 section 6: that part of the fill that neighbours of `buffer` held one step before; NULL: there is no
 * such dimension. Keeps both. */
isl_map *af_isl_from_neighbours(isl_map *fill, isl_map *occupancy, const af_isl_dims *dims,
                                const char *buffer);

/* ---- binding files: where the logical instances of a component lie (45 section 8) */
typedef struct af_isl_binding {              /* of one tensor */
    int node;                                /* of the file's list */
    const char *logical, *physical, *tensor; /* components */
    int n_logical, n_physical;               /* dims */
    const char *text;                        /* { l_LOGICAL_dims[…] -> p_PHYSICAL_dims[…] : … } */
    /* each logical instance lies at one place at most; no two lie at the same one */
    bool one_place, own_place;
} af_isl_binding;
typedef af_list(af_isl_binding) af_isl_bindings;
/* `text` is YAML: {binding: {version, nodes}} or a list of such;
 * `path` is its name in messages. NULL: reported. */
af_isl_bindings *af_isl_read_bindings(af_arena *arena, const char *path, const char *text, af_report *report);
isl_map *af_isl_binding_map(isl_ctx *isl, const af_isl_binding *binding);
/* An occupancy over the physical places: the component's own spatial dimensions become those of the binding
 * and stand last. NULL: it has another number of them. Keeps the map. */
isl_map *af_isl_place(isl_map *occupancy, const af_isl_dims *dims, const af_isl_binding *binding);
/* A `binding` record per relation. */
void af_write_bindings(af_output *out, const af_isl_bindings *bindings);
/* A `placement` record per buffer that has a binding. 0, or -1 reported. */
int af_write_placements(af_output *out, af_arena *arena, const af_isl_analysis *analysis,
                        const af_isl_bindings *bindings, int64_t id, af_report *report);

/* ---- multicast in a mesh between distributed buffers (45 section 7). The relations as isl reads them:
 * `source` and `fill` from places to data, `distance` from [destination -> source] to hops. 0, or -1
 * reported. */
typedef struct af_multicast { int64_t casts, hops, latency, unicast_hops; } af_multicast;
int af_isl_multicast(af_arena *arena, const char *source, const char *fill, const char *distance,
                     af_multicast *result, af_report *report);
/* A `multicast` record per entry {occ, fill, dist_fn} of a YAML file. 0, or -1 reported. */
int af_write_multicasts(af_output *out, af_arena *arena, const char *path, af_report *report);

#endif
