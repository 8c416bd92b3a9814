/* What must be no worse for one unfinished row to make another needless. Private to pmap.
 *
 * A column has owners: the parts of objectives and limits that it speaks for.
 * Where all owners of a column have slack on a row, which is when their upper bound there is at most
 * `enough`, the row cannot be worse because of them and the column counts as -infinity. */
#ifndef AF_PMAP_CRITERIA_H
#define AF_PMAP_CRITERIA_H

#include "pmap/problem.h"

typedef struct af_owner { af_num most; double enough; int parent; } af_owner;   /* owner 0 never has slack */
typedef struct af_criterion { af_num formula; uint64_t owners; } af_criterion;     /* to be minimised */
typedef struct af_criteria {
    const af_problem *p;
    af_arena *arena;
    uint64_t known, equal;   /* symbols that have values; those whose values must be the same */
    struct { af_criterion *items; int count, capacity; } columns;
    struct { af_num *items; int count, capacity; } keys;     /* formulas whose values must be the same */
    struct { af_owner *items; int count, capacity; } owners;
} af_criteria;

void af_criteria_begin(af_criteria *c, const af_problem *p, af_arena *arena, uint64_t known);
/* Adds what makes f(a, u) <= f(b, u) sure (>= for goal -1) for every completion u of two rows a and b. */
void af_add_criteria(af_criteria *c, af_num f, int goal);
/* The same for goal * f <= most being asked of valid rows: only rows that could
 * still break it are compared. */
void af_add_limit_criteria(af_criteria *c, af_num f, int goal, double most);
void af_simplify_criteria(af_criteria *c);

#endif
