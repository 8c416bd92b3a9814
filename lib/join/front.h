/* Fronts: rows that no other row of equal iteration counts dominates. Private to join. */
#ifndef AF_JOIN_FRONT_H
#define AF_JOIN_FRONT_H

#include "join/table.h"

/* rank: the left row's, then the right row's */
typedef struct af_front_point { af_origin origin; uint64_t rank; } af_front_point;
typedef struct af_front {
    const int32_t *key;
    int n, capacity;
    double *points;                          /* n x criteria */
    af_front_point *rows;
} af_front;
typedef struct af_front_set {
    int n_keys, n_criteria;
    af_list(af_front) fronts;
    int *slots, n_slots;
} af_front_set;

af_front *af_find_front(af_arena *arena, af_front_set *set, const int32_t *key);     /* made if new */
void af_front_insert(af_arena *arena, af_front *front, int n_criteria, const double *point,
                     const af_front_point *row);
/* some point is better than anything from `bound` on */
bool af_front_beats(const af_front *front, int n_criteria, const double *bound);

#endif
