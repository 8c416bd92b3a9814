/* What other Einsums see of a mapping. Private to pmap. */
#ifndef AF_PMAP_COMPATIBILITY_H
#define AF_PMAP_COMPATIBILITY_H

#include "pmap/pmap.h"

/* What other Einsums see of a prepared mapping, all its fused loops existing. */
af_compatibility *af_compatibility_of(af_arena *arena, const af_pmapping *pmapping);
/* Without the loops whose bit is set; levels move up. */
af_compatibility *af_compatibility_drop(af_arena *arena, const af_compatibility *c, uint64_t gone);
int af_level_after(int level, uint64_t gone);
/* Equal but for fences that are told apart too (60 section 11.5). */
bool af_compatibility_equal(const af_compatibility *a, const af_compatibility *b);
uint64_t af_compatibility_hash(const af_compatibility *c);
/* order[k] = which loop of c comes to place k. */
af_compatibility *af_compatibility_permute(af_arena *arena, const af_compatibility *c, const uint8_t *order);
/* All orders of c's loops inside its blocks, the identity first (70 section 3.3 equivalents). */
int af_compatibility_orders(af_arena *arena, const af_compatibility *c, uint8_t ***orders);

#endif
