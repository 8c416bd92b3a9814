/* From what the templates of an Einsum came to, to its groups. Private to pmap. */
#ifndef AF_PMAP_GROUP_H
#define AF_PMAP_GROUP_H

#include "pmap/explore.h"

/* Splits the outcomes by which fused loops exist and combines what agrees (60 sections 11.4, 11.5). Fills
 * groups and counts.pareto: begin says how many groups there are (result->n_groups), make each makes one, on
 * any thread, end gives what they hold to the arena of begin. */
typedef struct af_grouping af_grouping;
af_grouping *af_grouping_begin(af_arena *arena, const af_einsum *einsum, const af_outcome *outcomes,
                               int n_outcomes, int n_workers, af_pmap_result *result);
void af_grouping_make(af_grouping *grouping, int index, int worker);
void af_grouping_end(af_grouping *grouping);

#endif
