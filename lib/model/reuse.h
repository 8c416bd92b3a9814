/* Between the files of the analysis of one tensor: the walk through its nest. Private to reuse*.c. */
#ifndef AF_MODEL_REUSE_H
#define AF_MODEL_REUSE_H

#include "model/analysis.h"

/* Products of the loops above a node: all of them, temporal ones only, and both with the irrelevant temporal
 * loops left out, since what is skipped is skipped once. */
typedef struct af_loop_products { af_num total, unit, first_total, first_unit; } af_loop_products;

typedef struct af_reuse_level {                       /* per node of the nest, filled on the way down */
    af_loop_products above;
    af_num factor;                           /* loop: how often it repeats */
    /* holder: values of its tile; reservation: bits; spatial loop: values below it */
    af_num tile;
    af_num shape;                            /* loop: shape of its rank variable above it */
} af_reuse_level;

typedef struct af_reuse_walk {
    af_arena *arena; af_graph *g;
    const af_pmapping *pmapping;
    const af_einsum *einsum;
    const af_nest *nest;
    const af_iterations *iterations;
    const af_tensor *tensor; int tensor_index;
    uint64_t fixes;
    af_num *shape;
    /* per node and per rank variable, where uneven loops are counted as they run; else NULL */
    const af_cut *cuts; af_num *average;
    af_reuse_level *levels;
    bool two_visits;                         /* some loop of the nest has an initial tile shape */
    bool needs_fanout, needs_networks;
    bool one_unit;                           /* what one unit serves is counted, not a part of it all */
    const af_num *share; int shared_at;      /* of the tile at that node, sizes of what one unit holds */
    int n_dimensions;
    uint64_t quirks;                         /* met on the way */
    af_report *report; const char *path;
} af_reuse_walk;

typedef struct af_reuse_branch { int n; af_traffic *holders; af_num *fanout; bool failed; } af_reuse_branch;

static inline const af_step *af_walk_step(const af_reuse_walk *w, int at)
{
    return &w->pmapping->analysed[w->nest->steps[at]];
}

/* Bits of one value of the tensor in a node. */
static inline double af_bits_in(const af_reuse_walk *w, int node)
{
    return w->einsum->nodes[node].bits_per_value[w->tensor_index];
}

/* The walk down from the step `from` and up again: the holders below, innermost first. `failed`: reported. */
af_reuse_branch af_reuse_from(af_reuse_walk *w, int from);
/* The same of the whole nest where its loops are uneven, each counted as it runs. */
af_reuse_branch af_reuse_as_it_runs(af_reuse_walk *w);
/* The holder at the step `at`, whose reservation has been met: its fills, action counts, bits of a unit. */
void af_pass_holder(af_reuse_walk *w, af_reuse_branch *b, int at);
/* One request of a spatial loop's instances for the same values is enough: multicast, reduction. */
bool af_is_reused(const af_reuse_walk *w, const af_step *loop);
/* A memory of which each unit serves a part of an Array. */
bool af_is_distributed(const af_arch_node *node);

#endif
