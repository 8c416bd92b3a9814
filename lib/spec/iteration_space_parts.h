/* Shared by iteration_space.c (boxes cut by inequalities, in closed form or by counting)
 * and iteration_space_isl.c (everything else). */
#ifndef AF_SPEC_ITERATION_SPACE_PARTS_H
#define AF_SPEC_ITERATION_SPACE_PARTS_H

#include "spec/iteration_space.h"

struct isl_ctx;
struct isl_set;

struct af_spaces { af_arena *arena; struct isl_ctx *isl; };

#define AF_NO_LOW INT64_MIN                    /* no bound on this side */
#define AF_NO_HIGH INT64_MAX
#define AF_MOST_BOUND (INT64_MAX / 4)          /* 2^61 - 1, so that sums and differences stay in range */

/* Rank variables that inequalities tie together; alone ones are in no component. */
typedef struct af_component {
    int n_members;
    int *members;
    int n_constraints;
    af_affine *constraints;
    int64_t count;
} af_component;

struct af_space {
    af_spaces *spaces;
    const char *einsum, *text;
    af_variables variables;
    bool native;                               /* the text is a conjunction
                                                * of inequalities, and what follows is exact */
    bool empty;
    int64_t *low, *high;                       /* per rank variable */
    bool *out_of_range;                        /* per rank variable: a bound is beyond AF_MOST_BOUND */
    int n_components; af_component *components;
    int *component_of;                         /* per rank variable; -1: alone */
};

/* Visits the points of a component: `point` has the values of all members but the last,
 * which takes low … high. False: too many steps. */
typedef void af_visit_points(void *context, const int64_t *point, int last, int64_t low, int64_t high);
bool af_walk_component(const af_space *space, const af_component *component, af_visit_points *visit,
                       void *context);

/* Where a failure is told */
typedef struct af_asked { af_report *report; af_place place; const char *path; } af_asked;

int af_isl_extents(af_space *space, int64_t *extents, const af_asked *asked);
int af_isl_count(af_space *space, int64_t *count, const af_asked *asked);
int af_isl_image(af_spaces *spaces, const af_image_source *sources, int n_sources, int64_t *extents,
                 int64_t *size, const af_asked *asked);
/* Each reports and returns -1 */
int af_space_unbounded(const af_space *space, int variable, const af_asked *asked);
int af_space_too_large(const af_space *space, const af_asked *asked);
/* false: beyond int64 */
bool af_multiply_count(int64_t *count, int64_t factor);

#endif
