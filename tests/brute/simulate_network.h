/* Between the walk and its networks. */
#ifndef AF_BRUTE_SIMULATE_NETWORK_H
#define AF_BRUTE_SIMULATE_NETWORK_H

#include "simulate.h"

typedef struct links {
    const sim_problem *p; const sim_einsum *e;
    int n_places;
    /* values over the link from a place along a dimension, of one tensor; actions, of all */
    double *load[SIM_LEVELS][SIM_DIMENSIONS], *all[SIM_LEVELS][SIM_DIMENSIONS];
    int at[SIM_LEVELS][SIM_DIMENSIONS];      /* the place where the walk is */
    double way[SIM_LEVELS];                  /* steps to it, per network */
} links;

void links_start(links *k, const sim_problem *problem, const sim_einsum *einsum);
void links_move(links *k, int tensor, int at, int i, sim_result *result);
/* A value that is asked for. first: the unit that asks has never had it before and it is a partial sum;
 * place: of the unit in the Array between it and its holder */
typedef struct request { int element; bool first; int place[SIM_DIMENSIONS]; } request;
/* The i-th block of a spatial loop has asked for n values; `shared`: all blocks for the same. */
void links_carry(links *k, int tensor, int at, int i, const request *requests, int n, bool shared,
                 sim_result *result);
void links_add(links *k, int tensor, sim_result *result);
void links_end(links *k);
/* One value of a copy from one node that holds it to another, through the networks between them. instance:
 * per node, of a spatial loop, the one that the value is in. */
void links_send(links *k, int from, int to, const int *instance, sim_result *result);
/* Most instances that a spatial loop ever has: those of the largest tile above it. */
int most_instances(const sim_einsum *einsum, int at);

#endif
