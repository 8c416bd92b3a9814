/* Workloads: the three ways to write an Einsum in one form, index expressions, iteration spaces, and what
 * may be asked of them (40).
 *
 * First half: text to text, for who constructs a spec.
 * Second half: an evaluated workload, for who evaluates one. */
#ifndef AF_SPEC_WORKLOAD_H
#define AF_SPEC_WORKLOAD_H

#include "spec/einsum.h"

/* ---- construction (40 sections 2.4, 2.5, 3 and 6; einsum_text.c) */

/* The `workload` section as written, in one form: nested lists of `einsums` flattened, strings and
 * entries with `einsum:` parsed, projections as dicts rank -> text, renames as lists of {name,
 * source, expected_count}. Other fields stay as they are, unknown ones too. Values keep their places.
 * Every mistake is reported, under paths from `workload` on; 0, or -1. */
int af_normal_workload(af_arena *arena, af_value workload, af_value *result, af_report *report);

/* {new: source} or a list of renames to a list of {name, source, expected_count};
 * other values stay as they are, for the schema to refuse. */
af_value af_normal_renames(af_arena *arena, af_value renames);

/* What needs more than one field: names that are reserved or not unique,
 * letter case of the keys of rank_sizes and iteration_space_shape, one set of ranks per tensor.
 * Takes the normal form once its fields are checked. 0, or -1 reported. */
int af_check_workload(af_value workload, af_report *report);

/* One rank variable: [A-Za-z][A-Za-z0-9_]* and none of EQ NE LT GT LE GE NG NL AND OR (40 section 1.1). */
bool af_is_rank_variable(const char *text, size_t length);

/* Visits the rank variables of a text from left to right, repeated ones again. */
void af_rank_variables_of(const char *text, void (*visit)(void *context, const char *start, size_t length),
                          void *context);

#endif
