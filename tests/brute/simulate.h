/* Counts what a small mapping does by walking every iteration of it. Shares no code with the library that it
 * judges.
 *
 * A problem is a chain of Einsums under one LoopTree. The last tile of a loop may be smaller. Each unit of
 * each component is simulated on its own: what it is asked for, what it fetches, and which values it sees for
 * the first time. Each link of each network counts what passes it. */
#ifndef AF_BRUTE_SIMULATE_H
#define AF_BRUTE_SIMULATE_H

#include <stdbool.h>

enum { SIM_TENSORS = 4, SIM_VARIABLES = 5, SIM_NODES = 64, SIM_LEVELS = 16, SIM_DIMENSIONS = 2,
    SIM_EINSUMS = 3 };

typedef struct sim_index { int n, variable[2], factor[2]; } sim_index;        /* sum of factor x variable */
typedef struct sim_tensor { const char *name; bool output; int n_ranks; sim_index ranks[3]; } sim_tensor;

typedef enum sim_level_kind { SIM_MEMORY, SIM_TOLL, SIM_NETWORK, SIM_COMPUTE, SIM_ARRAY } sim_level_kind;
typedef struct sim_level {
    const char *name;
    sim_level_kind kind;
    bool forked;                             /* stands in the Fork: on the way to its Compute only */
    bool up, down;                           /* Toll: which way is charged */
    bool skips;                              /* first reads of outputs are not charged */
    int n_dimensions, fanout[SIM_DIMENSIONS]; bool reuses[SIM_DIMENSIONS];
    /* Memory in an Array: the level of that, and how many units it has along each dimension of it. Each unit
     * stands at the first of the places that it serves. */
    int grid, spread[SIM_DIMENSIONS];
    double read_bits, write_bits;            /* of one action; of a network's hop: read_bits */
    /* Network: a switch that joins all along a dimension, or a mesh; of one hop */
    bool all_to_all; double latency, throughput;
    double leak;                             /* power of one instance */
} sim_level;

typedef enum sim_kind { SIM_TEMPORAL, SIM_SPATIAL, SIM_HOLD } sim_kind;
typedef struct sim_node { sim_kind kind; int level, dimension, tensor, variable, tile; } sim_node;

typedef struct sim_einsum {
    const char *name;
    bool copy;                               /* tensors[1] becomes what tensors[0] is */
    int compute;                             /* level */
    int n_tensors; sim_tensor tensors[SIM_TENSORS];
    int n_variables, bounds[SIM_VARIABLES];
    /* from the root of the tree to the compute, which is left out */
    int n_nodes; sim_node nodes[SIM_NODES];
} sim_einsum;

typedef struct sim_problem {
    int n_levels; sim_level levels[SIM_LEVELS];      /* top to bottom */
    int bits;                                        /* of a value */
    int n_einsums; sim_einsum einsums[SIM_EINSUMS];
    int common[SIM_EINSUMS][SIM_EINSUMS];            /* loops that two branches share */
    bool even;                                       /* every loop divides evenly */
    bool arrays;
    /* holders of other tensors keep a tile from being taken further in (the reference) */
    bool by_order;
} sim_problem;

/* actions; unit_…: net, busiest unit */
typedef struct sim_count {
    double read, write, skipped_read, skipped_write, unit_read, unit_write;
} sim_count;
/* What one tensor does in one network: hops, steps of the longest way, most over one link along each
 * dimension of each level. */
typedef struct sim_carried { double hops, farthest, most[SIM_LEVELS][SIM_DIMENSIONS]; } sim_carried;
typedef struct sim_result {
    sim_count counts[SIM_LEVELS][SIM_TENSORS];       /* of a copy: all under tensor 0 */
    sim_carried carried[SIM_LEVELS][SIM_TENSORS];    /* of networks */
    double busiest_link[SIM_LEVELS];                 /* of networks: all tensors together */
    double computes, steps;
} sim_result;

void simulate(const sim_problem *problem, int einsum, sim_result *result);

/* Power that everything leaks, whether it is on the Einsum's path or not. */
double leaking_power(const sim_problem *problem);

/* ---- what the parts of the simulator ask of each other */
bool is_on_path(const sim_problem *problem, const sim_einsum *einsum, int level);
int units_of(const sim_level *level);                /* 1 but for a memory in an Array */
/* Of a memory in an Array, along a dimension: places that a unit serves. */
int unit_stride(const sim_problem *problem, int level, int dimension);
int unit_at(const sim_problem *problem, int level, const int *place);
/* How far before a value that no one asks for, a hole of a strided index, one stands that lies in the same
 * unit: in the numbers that values have in a tile of these sizes. */
int hole_step(const sim_tensor *tensor, const int *size);
/* Most values of a tile that one unit holds, at a node of the nest where the tile has these sizes. */
int values_in_one_unit(const sim_problem *problem, const sim_einsum *einsum, int tensor, int level, int at,
                       const int *size);
int innermost_backing(const sim_einsum *einsum);     /* the last node that holds a tensor outermost */
void simulate_copy(const sim_problem *problem, int einsum, sim_result *result);
int tile_extent(const sim_index *index, const int *size);    /* places that a tile of these sizes spans */
bool indexes(const sim_tensor *tensor, int variable, bool *in_sum);
/* Bits that a tensor takes in a level; 0: not held there. */
double reserved_bits(const sim_problem *problem, int einsum, int tensor, int level, int *loops_above);
/* most bits of a memory that are in use at one time */
double peak_bits(const sim_problem *problem, int level);

#endif
