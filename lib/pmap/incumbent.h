/* Incumbents: complete pmappings of templates explored before, by what other Einsums see of them. Private to
 * pmap.
 *
 * Rows of one compatibility and equal iteration counts of its loops compete in one front,
 * whatever template they are of (60 section 11.5). So an unfinished row whose every completion would be
 * clearly worse than such a row is not needed. */
#ifndef AF_PMAP_INCUMBENT_H
#define AF_PMAP_INCUMBENT_H

#include "pmap/problem.h"

typedef struct af_incumbents af_incumbents;
typedef struct af_outlook af_outlook;   /* a problem's view of them: how its goals relate to their columns */
struct af_outcome;

af_incumbents *af_incumbents_new(af_arena *arena, const af_einsum *einsum, const bool *tracked);
void af_incumbents_add(af_incumbents *incumbents, const struct af_outcome *outcome);
af_outlook *af_outlook_new(af_arena *arena, const af_problem *problem, const af_incumbents *incumbents);
/* What the incumbents of a class have in terms of the problem's goals (totals, then reservations),
 * number after number; how many. */
int af_incumbents_of(af_outlook *outlook, const int32_t *iterations, const double **points);

#endif
