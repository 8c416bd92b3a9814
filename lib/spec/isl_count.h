/* Counting what isl describes: Debian's isl has no counting library beside it (40
 * section 10.4, 45 section 11). */
#ifndef AF_SPEC_ISL_COUNT_H
#define AF_SPEC_ISL_COUNT_H

#include "base/memory.h"
#include <isl/set.h>

/* Max - min + 1; false: empty, unbounded, or bounded beyond 2^61. Keeps the set */
bool af_isl_extent(isl_set *set, int dimension, int64_t *extent);
bool af_isl_is_bounded(isl_set *set, int dimension);
/* false: unbounded, or beyond int64. Keeps the set */
bool af_isl_count_points(af_arena *arena, isl_set *set, int64_t *count);

#endif
