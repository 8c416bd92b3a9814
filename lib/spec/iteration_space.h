/* Iteration spaces and index expressions over integers (40 sections 4.4, 4.5, 10.3, 10.4).
 *
 * Boxes, and boxes cut by few inequalities, are counted here; every other text that isl understands goes
 * to isl. */
#ifndef AF_SPEC_ITERATION_SPACE_H
#define AF_SPEC_ITERATION_SPACE_H

#include "spec/einsum.h"

/* ---- affine expressions over the rank variables of one Einsum */
/* One coefficient per rank variable */
typedef struct af_affine { int64_t constant, *coefficients; } af_affine;
typedef struct af_variables { int count; const char **names; } af_variables;

/* Reads the longest affine expression at the start of `text`: + - *, integers, rank variables, parentheses,
 * "2p" for 2*p. The end of what was read, or NULL: it is none, or its numbers leave int64. */
const char *af_read_affine(af_arena *arena, const char *text, const af_variables *variables,
                           af_affine *result);

/* One rank of an access: its index expression as terms, and the tests of relevance (40 section 4.6,
 * 60 section 1). 0, or -1 reported. */
int af_read_projection(af_arena *arena, const char *rank, const char *text, const af_variables *variables,
                       af_rank *result, af_report *report, af_place place, const char *path);

/* ---- spaces */
/* What the spaces of one evaluation share: isl's context, made when first needed */
typedef struct af_spaces af_spaces;
af_spaces *af_spaces_new(af_arena *arena);
void af_spaces_free(af_spaces *spaces);        /* before the arena goes */

typedef struct af_space af_space;
/* `text`: constraints joined by " and ", as isl reads them; it must stay.
 * Never NULL; a wrong text shows when something is asked. */
af_space *af_space_new(af_spaces *spaces, const char *einsum, af_variables variables, const char *text);

/* Each: 0, or -1 reported under `path`: a text that is no constraint, an empty or unbounded
 * space, a count beyond int64. */
/* Max - min + 1 of each rank variable */
int af_space_extents(af_space *space, int64_t *extents, af_report *report, af_place place, const char *path);
/* Number of points; 0 if empty */
int af_space_count(af_space *space, int64_t *count, af_report *report, af_place place, const char *path);

/* The points that accesses touch: the intersection, rank by rank in the order given,
 * of the images of spaces under index expressions. */
typedef struct af_image_source { af_space *space; int n_ranks; const char *const *texts; } af_image_source;
int af_image_of(af_spaces *spaces, const af_image_source *sources, int n_sources, int64_t *extents,
                int64_t *size, af_report *report, af_place place, const char *path);

#endif
