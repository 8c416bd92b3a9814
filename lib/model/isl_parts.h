/* Between the files isl_*.c of the analysis by integer sets. */
#ifndef AF_MODEL_ISL_PARTS_H
#define AF_MODEL_ISL_PARTS_H

#include "model/isl_reuse.h"

typedef struct isl_work {
    af_arena *arena; isl_ctx *isl;
    const af_einsum *const *einsums; int n_einsums;
    const af_mapping *mapping;
    const af_isl_options *options;
    af_report *report;
    af_isl_analysis *analysis;
} isl_work;

/* rank variables -> ranks */
isl_map *af_isl_projection(const isl_work *w, const af_einsum *einsum, int tensor);
int af_isl_find_tilings(isl_work *w);                 /* leaves of the analysis; 0, or -1 reported */
int64_t af_isl_count_map(af_arena *arena, isl_map *map);      /* pairs; -1: too many. Keeps the map */
void af_isl_count_relation(af_arena *arena, af_isl_relation *relation);       /* its total and most */

#endif
