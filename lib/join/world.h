/* What a join knows from the start, and what is asked of whole mappings. Private to join. */
#ifndef AF_JOIN_WORLD_H
#define AF_JOIN_WORLD_H

#include "join/table.h"

typedef struct af_world {
    af_arena *arena;
    const af_join_options *options; af_report *report;
    int n_einsums; const af_einsum *const *einsums;
    af_names *tensors, *memories, *loops;
    int n_tensors, n_memories;
    bool **uses;                             /* uses[e][t]: Einsum e uses shared tensor t */
    bool **before, **after, **others;        /* [e][t]: used by Einsums before e, after e, and by any but e */
    bool **alias;                            /* alias[t][u]: t and u are source and copy (70 section 11.2) */
    double *size;                            /* bits per memory, INFINITY: not limited */
    bool *never_freed;                       /* per memory: the reference counts shared tensors twice there
                                                (70 Q5) */
    double **most, **skipped;                /* [e][m]: largest reservation at any level, and size of the
                                                tensors that skip e */
    double **least;                          /* [e][objective]: of any row of Einsum e; 0 until its tables are
                                                there */
    double ***above;                         /* [e][m][n]: largest reservation of those shared at levels < n
                                                (n <= loops of the table) */
    int metrics, n_objectives, objectives[AF_OBJECTIVES];
    bool usage;                              /* peak usage is a criterion */
    bool same_tiles; af_names *patterns;     /* keys are ids of "count:tile shape" instead of counts */
    const af_expression *filter;             /* rows for which it is not true are dropped; NULL: none */
    bool filters_whole;                      /* it is asked of whole mappings only */
    int n_solutions; double **solutions;     /* complete mappings known, by the criteria of af_criteria: what
                                                is worse is not worth joining */
} af_world;

/* Tables of the groups of every Einsum; 0, or -1 reported. tables[e][g] in the order of the groups. */
int af_world_make(af_arena *arena, af_world *world, af_group *const *const *groups, const int *n_groups,
                  af_table ****tables);
/* For jobs of af_run_jobs: copies of the world, each with an arena and a report of its own. `end` gives what
 * they have to the world: -1 if some reported, and then no report after the first of these counts. */
af_world *af_worlds_beside(const af_world *world, int count);
int af_worlds_end(const af_world *world, af_world *worlds, int count);

/* Fills most, above and skipped. */
void af_find_most(af_world *world, af_table *const *const *tables, const int *n_groups);

/* ---- the user's filter over objectives (70 section 11.6) */
/* parses it and tries it on a row. -1: reported, AF_USAGE */
int af_filter_make(af_world *world, af_table *const *const *tables);
/* Is it true of the objectives (nan: not known)? A row on which it fails is dropped, and the report has the
 * reason. */
bool af_filter_admits(const af_world *world, af_arena *scratch, const double *objectives, af_report *report);

/* ---- criteria of the answer */
enum { AF_MOST_CRITERIA = AF_OBJECTIVES + 1 };
/* The metrics asked for, in the order in which they rank mappings, of objectives (nan: not known); the number
 * of them. */
int af_criteria(const af_world *world, const double *objectives, double *criteria);
/* A partial mapping is hopeless if each completion is worse than a solution. peaks: per memory so far; only
 * read if usage is a criterion. */
bool af_is_hopeless(const af_world *world, const double *least_objectives, const double *peaks);

/* Some rows as a table of their own: the few best by each column and criterion; those that are not
 * hopeless. */
af_table *af_thin_table(af_arena *values, const af_world *world, const af_table *table);
af_table *af_promising_rows(af_arena *values, const af_world *world, const af_table *table,
                            const double *rest);

#endif
