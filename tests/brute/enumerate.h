/* Every mapping of one Einsum, evaluated by the model. Shares no code with lib/pmap and lib/join:
 * no templates, no rules that leave out what cannot be best, only what a mapping is
 * (60 sections 4, 5, 7, 8 and 10.2 as definitions):
 *
 * - each memory and Toll holds what it must and any part of what it may; holders stand in the order of the
 *   hierarchy, the outermost memory's first;
 * - loops over any rank variable stand in any gap below the outermost memory, in any number and, where that
 *   matters, in any order; never above persistent data, nor above a tensor's outermost holder unless they
 *   index the tensor;
 * - spatial loops of a node stand above all that lies at or below it, with any temporal loops before and
 *   after them. */
#ifndef AF_BRUTE_ENUMERATE_H
#define AF_BRUTE_ENUMERATE_H

#include "parts.h"

/* Mappings that fit on their own. Parts live in `arena`. */
brute_list brute_enumerate(af_arena *arena, const af_einsum *einsum, uint64_t fixes, double most);

#endif
