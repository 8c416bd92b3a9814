/* Between the files of the analysis of one pmapping: which nodes matter to a tensor, and what moves (50
 * sections 3 to 5). */
#ifndef AF_MODEL_ANALYSIS_H
#define AF_MODEL_ANALYSIS_H

#include "model/model.h"

/* ---- the nodes that matter to one tensor, outermost first; indices into pmapping->analysed
 * (50 section 3.4) */
/* depth[i]: loops above in the mapping */
typedef struct af_nest { int n; int *steps; int *depth; } af_nest;
/* `tensor` -1: all loops and the compute. -1: reported. */
int af_nest_of(af_arena *arena, const af_pmapping *pmapping, int tensor, af_nest *nest, af_report *report,
               const char *path);

/* ---- loops that do not divide evenly, counted as they run: the fix of imperfect-tiles */
typedef struct af_cut {
    double factor;                           /* how often the loop runs, on average over its visits */
    double count;                            /* tiles of its rank variable below it, in all */
    double average, largest, values;         /* size of the tiles below it; values: of all together */
    double instances;                        /* spatial loop: those that the largest tile above it needs */
} af_cut;
/* some tile does not divide or has a first one of another size; false if one is unknown */
bool af_is_uneven(const af_pmapping *pmapping);
/* One per node of the nest. `only`, per node: of a loop only the first so many tiles count, of which the
 * first is the largest; 0: all. */
af_cut *af_cut_nest(af_arena *arena, const af_pmapping *pmapping, const af_nest *nest, const int *only);

/* ---- pass 0: iterations, computes, fan-out (50 sections 4.3 to 4.5) */
typedef struct af_iterations {
    af_num *of_loop;                         /* N: per loop, by step->loop */
    af_num computes, compute_steps;
    /* per dimension of the path, numbered by af_dimension_number; known 0: no loop uses it */
    af_num *fanout;
} af_iterations;
int af_n_path_dimensions(const af_pmapping *pmapping);
int af_dimension_number(const af_pmapping *pmapping, int node, int dimension);
void af_count_iterations(af_arena *arena, af_graph *g, const af_pmapping *pmapping, const af_nest *nest,
                         uint64_t fixes, af_iterations *iterations);

/* ---- what travels on a network to one holder (50 section 5) */
typedef struct af_route {
    int network;                             /* node */
    int end;                                 /* position on the path where the next network down takes over */
    int lowest;                              /* position of what lies below no loop of its own way */
    int source, destination;                 /* nodes */
    af_num hops, max_hops;
    /* per dimension name of the path, numbered by af_dimension_name_number */
    af_num *traffic; bool *charged;
    uint64_t quirks;                         /* af_quirk bits that changed a figure of it */
} af_route;
/* How a memory is spread along the dimension of a spatial loop; NULL: it is not, or the loop is none of its
 * Array. */
const struct af_physical *af_physical_along(const af_einsum *einsum, int node, const af_step *loop);
int af_n_dimension_names(const af_pmapping *pmapping);
int af_dimension_name_number(const af_pmapping *pmapping, const char *name);
const char *af_dimension_name(const af_pmapping *pmapping, int number);
/* The routes between two holders: one, in the topmost network between them, or, fixed, one per network. */
int af_routes_between(af_arena *arena, const af_pmapping *pmapping, int source, int destination,
                      uint64_t fixes, af_route **routes);
/* The node that data of a copy go to from the innermost holder of a tensor of it:
 * the innermost one of the other tensor if that lies below; else `from` itself. */
int af_copy_destination(const af_pmapping *pmapping, int tensor, int from);
typedef struct af_passing {                  /* a loop that routes pass */
    const af_step *loop;
    af_num factor;                           /* how often it repeats */
    af_num tile;                             /* spatial: values in the tile below it */
    af_num moved;                            /* spatial: values that one instance moves */
    af_num below;                            /* spatial: instances along the dimension that inner loops use */
    bool shared;                             /* one request serves all instances */
    af_num parts_below;                      /* of the source: how many send to what lies below the loop */
} af_passing;
/* 0, or -1 reported: an index that is a sum. */
int af_pass_route(af_graph *g, const af_pmapping *pmapping, int tensor, af_route *route,
                  const af_passing *passing, uint64_t fixes, af_report *report, const char *path);
/* Two visits of a loop, the first with a tile of its own. */
void af_combine_visits(af_graph *g, const af_pmapping *pmapping, const af_step *loop, af_route *a,
                       const af_route *b, uint64_t fixes);

/* Uneven loops: the figures of a route as they run, if the quirks of networks are fixed too; else nothing
 * changes. */
void af_run_route(af_arena *arena, af_graph *g, const af_pmapping *pmapping, int tensor,
                  const af_nest *nest, uint64_t fixes, af_route *route);

/* ---- one holder of a tensor (50 section 4.5) */
typedef struct af_traffic {
    int node;
    int level; bool persistent;
    bool filled;                             /* its Storage or Toll has been met, not only its reservation */
    af_num occupancy;                        /* bits of one unit */
    /* per visit of the parent: values from and to it; the part of the reads that is a first, skipped one */
    af_num reads, writes, skipped;
    af_num most_reads, most_writes, least_skipped;             /* the same of one parent */
    /* the same over the whole nest; only of known numbers, for explanations */
    af_num all_reads, all_writes, all_skipped;
    af_num read, write, skipped_read, skipped_write;           /* actions, before skips are subtracted */
    af_num unit_read, unit_write, unit_skipped_read, unit_skipped_write;   /* of the busiest unit */
    int n_routes; af_route *routes;          /* between it and its parent */
} af_traffic;
/* innermost first; [0] is the compute */
typedef struct af_tensor_traffic {
    int n; af_traffic *holders;
    uint64_t quirks;                         /* af_quirk bits that changed a figure of it */
} af_tensor_traffic;
int af_analyze_tensor(af_arena *arena, af_graph *g, const af_pmapping *pmapping, int tensor,
                      const af_nest *nest, const af_iterations *iterations, uint64_t fixes,
                      af_tensor_traffic *traffic, af_report *report, const char *path);

/* Values in the tile of a tensor; `fixes` may drop constants of projections (50 section 3.2). */
af_num af_tile_values(af_graph *g, const af_tensor *tensor, const af_num *shape, uint64_t fixes);

/* ---- figures from traffic */
int af_component_latencies(af_arena *arena, af_graph *g, const af_pmapping *pmapping,
                           const af_figures *figures, af_num *latency,
                           bool *used, af_report *report);   /* both per node */
void af_active_fractions(af_graph *g, const af_pmapping *pmapping, const af_figures *figures, uint64_t fixes,
                         af_num *fraction);
/* What 20 section 6.3 does to the leakage of a node beyond its instances: the fixes undo it. */
double af_leak_correction(const af_einsum *einsum, int node, uint64_t fixes);
/* af_quirk bits that touch these figures */
uint64_t af_quirks_of(const af_pmapping *pmapping, const af_figures *figures);

#endif
