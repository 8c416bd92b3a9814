/* Every choice of tile shapes of every template of one Einsum, evaluated by the model. Takes the mapper's
 * templates, but none of its ways through their tile shapes: no formulas, no bounds, nothing left out on the
 * way. It is for what is defined per template, as min_usage is (60 section 10.11), and for spaces that are
 * too large to enumerate mappings without templates. */
#ifndef AF_BRUTE_TEMPLATES_H
#define AF_BRUTE_TEMPLATES_H

#include "parts.h"

brute_list brute_of_templates(af_arena *arena, const af_einsum *einsum, uint64_t fixes, double most);

#endif
