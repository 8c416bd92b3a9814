/* join: FFM, second half. Compatible pmappings of all Einsums to whole mappings (document 70). */
#ifndef AF_JOIN_H
#define AF_JOIN_H

#include "pmap/pmap.h"

typedef struct af_join_options {
    int threads;
    int metrics;                             /* 0: the mapper's */
    uint64_t fixes;
    bool bounds;                             /* prune by lower bounds of what is still to come (exact) */
    int64_t max_rows;                        /* 0: no limit */
    const char *filter;                      /* expression over a row's columns; NULL */
} af_join_options;

typedef struct af_joined {                   /* one mapping of the front */
    double objectives[AF_OBJECTIVES];        /* nan: not asked for, and nothing that was asked for needs it */
    double energy_delay_product;
    int n_usages; af_usage *usages;          /* peak of every memory of limited size, if RESOURCE_USAGE is
                                              * asked for (else the groups need not know it) */
    int *group, *row;                        /* per Einsum: id of the group and which of its rows was taken */
    af_mapping *tree;                        /* before clean-up (70 section 9.4) */
    uint64_t quirks;                         /* af_quirk bits that may have changed what was found */
} af_joined;

/* What became of the pairs of one join, with the Einsum: of the tables that agree about what they share,
 * and of the rows of equal iteration counts in those of them that were joined.
 * What was tried is what the rules removed and what is left. */
typedef enum af_join_rule {
    AF_OUT_OF_REACH,                         /* pairs of tables: what lives on lies too deep */
    AF_NO_CONTINUATION,                      /* pairs of tables: look-ahead */
    AF_OVERFLOW,                             /* from here on pairs of rows */
    AF_WORSE_THAN_SOLUTION,
    AF_WORSE_THAN_FRONT,
    AF_REFUSED,
    AF_N_JOIN_RULES
} af_join_rule;
typedef struct af_join_step {
    int64_t tables, rows, removed[AF_N_JOIN_RULES];
    int64_t kept;                            /* rows of the fronts */
} af_join_step;

typedef struct af_join_result {
    int n_mappings; af_joined *mappings;
    double n_total, n_valid;
    int64_t joins, matched, kept;
    af_join_step *steps;                     /* per Einsum; the first joins nothing */
} af_join_result;

/* groups[e] = groups of Einsum e, workload order. Mappings come best first.
 * -1: reported (AF_NO_ANSWER: no mapping, and why; AF_BAD_DATA: Einsums that cannot go together). */
int af_join(af_arena *arena, const af_einsum *const *einsums, int n_einsums, af_group *const *const *groups,
            const int *n_groups, const af_join_options *options, af_join_result *result, af_report *report);

/* 70 section 9.4: what is drawn (for_model false) or evaluated (true). A new tree. */
af_mapping *af_mapping_finish(af_arena *arena, const af_mapping *tree, bool for_model);

/* One `mapping` record. counts: per Einsum, what its groups say (`counts` of the group record); NULL: not
 * known. */
void af_write_joined(af_output *out, const af_einsum *const *einsums, int n_einsums, const af_counts *counts,
                     const af_joined *mapping, int64_t id);

#endif
