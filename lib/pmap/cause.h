/* What removed candidates, for --explain-pruning and for the message where none is left. Private to pmap. */
#ifndef AF_PMAP_CAUSE_H
#define AF_PMAP_CAUSE_H

#include "pmap/explore.h"
#include "pmap/template.h"

/* Fills result->causes, in the order of the stages. `generators`: one per path. */
void af_count_causes(af_arena *arena, const af_einsum *einsum, const af_generator *generators,
                     const af_outcome *outcomes, int n_outcomes, af_pmap_result *result);
/* Report that there is no template, no row: AF_NO_ANSWER. */
int af_fail_without_templates(const af_einsum *einsum, const af_generator *generators, af_report *report);
int af_fail_without_rows(const af_einsum *einsum, const af_pmap_result *result, af_report *report);

/* Is what is asked for possible at all? (check.c) -1: reported. */
int af_check_request(af_arena *arena, const af_einsum *einsum, uint64_t fixes, af_report *report);
/* Is any pmapping's latency or energy negative (60 section 11.2)? -1: reported, AF_BAD_DATA. */
int af_check_totals(const af_einsum *einsum, const af_pmap_result *result, af_report *report);

#endif
