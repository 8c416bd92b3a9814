/* Einsums that differ in names only: what was explored of earlier ones, by their shapes. Private to pmap. */
#ifndef AF_PMAP_MEMO_H
#define AF_PMAP_MEMO_H

#include "pmap/explore.h"

const char *af_shape_of(af_arena *arena, const af_json *record);
typedef struct af_claim af_claim;   /* an Einsum of some shape: who claims it first explores it for all */
af_claim *af_memo_claim(af_memo *memo, const char *shape, bool *first);
/* `counts` as they were before the rows were counted. `arena` holds templates and outcomes; it and the arenas
 * of the outcomes are the memo's from now on. */
void af_memo_add(af_memo *memo, af_claim *known, af_arena *arena, const af_counts *counts,
                 const af_outcome *outcomes, int n_outcomes);
/* It came to nothing: the others explore for themselves */
void af_memo_give_up(af_memo *memo, af_claim *known);
/* 1: here it is; 0: it was given up; AF_LATER: it is being explored. */
int af_memo_find(af_memo *memo, const af_claim *known, af_arena *arena, const af_einsum *einsum,
                 af_counts *counts, af_outcome **outcomes, int *n_outcomes);

#endif
