/* A row of the last join, walked back to one row of one group per Einsum. */
#ifndef AF_JOIN_CHOICE_H
#define AF_JOIN_CHOICE_H

#include "join/stage.h"

typedef struct af_choice {                   /* of one Einsum */
    const af_pair *consolidation, *join;     /* the pairs that its row came through */
    const af_order *own_order, *joined_order;/* given to the loops after each */
    af_group *group; int row;
} af_choice;

/* One choice per Einsum, in workload order. */
const af_choice *af_walk_back(af_arena *arena, const af_world *world, const af_table *table, int row);
/* 70 sections 9.1 to 9.3. NULL: there is none, since a loop that is to be shared has different tile shapes
 * (with imperfect loops only). */
af_mapping *af_tree_of(af_arena *arena, const af_world *world, const af_choice *choices);
/* Joins everything and takes the front. 0, or -1 reported. */
int af_run_passes(af_world *world, af_table *const *const *groups, const int *n_groups,
                  af_join_result *result);
/* The Pareto front of the last join's rows as mappings, best first. 0, or -1 reported. */
int af_take_front(af_arena *arena, const af_world *world, const af_stage *last, af_join_result *result);
/* The same as bounds for another pass: world->solutions. */
void af_take_solutions(af_world *world, const af_stage *last);

#endif
