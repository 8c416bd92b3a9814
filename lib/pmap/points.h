/* A small front: points of so many numbers each, none at least as large in all of them as another. */
#ifndef AF_PMAP_POINTS_H
#define AF_PMAP_POINTS_H

#include "base/base.h"

/* Point i: numbers + i * size */
typedef struct af_points { int count, capacity; double *numbers; } af_points;

/* Adds a point, behind the others, unless one that is there is as small everywhere; those that it makes
 * superfluous go. Memory comes from `arena`. How many of the first `n_first` points are still there. */
int af_points_add(af_arena *arena, af_points *points, int size, const double *point, int n_first);

#endif
