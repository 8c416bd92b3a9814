/* results: the records that pictures are made of, and what they say about names. Private to draw. */
#ifndef AF_DRAW_RESULTS_H
#define AF_DRAW_RESULTS_H

#include "draw/draw.h"
#include "spec/spec.h"

typedef struct af_kept_record { af_record record; const char *label; } af_kept_record;

/* What a `group` says of its rows, for the Einsums of a mapping when af-model was not asked. */
/* NULL: not there */
typedef struct af_group_rows {
    const char *einsum;
    int64_t id;
    int n_rows;
    double *energy, *latency;
} af_group_rows;

struct af_results {
    af_arena *arena;
    af_list(af_kept_record) records;         /* in order of arrival */
    af_list(af_group_rows) groups;
    bool broken;                             /* the input ended too early */
};

/* The index-th record of a type, counted over all inputs; NULL past the last. */
const af_kept_record *af_results_record(const af_results *results, const char *type, int64_t index);
int64_t af_results_count(const af_results *results, const char *type);

/* Names of components, depth first in the architecture; without one, none.
 * They decide colours, so that all pictures of a spec agree. */
af_names *af_results_components(const af_results *results, af_arena *arena);

/* What is known of one Einsum. */
typedef struct af_einsum_facts {
    const char *name;
    const char *equation;                    /* "T1[m,n1] = T0[m,n0] × W0[n0,n1]"; NULL */
    double energy, latency;                  /* nan: not known */
} af_einsum_facts;

typedef struct af_usage_facts { const char *component; double usage, size; } af_usage_facts;
typedef struct af_metric_facts { const char *name; double value; } af_metric_facts;

/* One mapping with all that is said about it. */
typedef struct af_mapping_facts {
    const char *title;                       /* NULL: it has none of its own */
    const af_mapping *tree;                  /* cleaned up for drawing; NULL: of an architecture */
    af_list(af_metric_facts) metrics;
    af_list(af_usage_facts) usages;          /* peak per memory */
    int n_einsums; af_einsum_facts *einsums;
    const af_results *results;
    int64_t id;                              /* -1: the mapping of the spec, not a result */
} af_mapping_facts;
/* NULL: reported. */
af_mapping_facts *af_mapping_facts_of(const af_results *results, int64_t index, af_arena *arena,
                                      af_report *report);
/* NULL: not known */
const af_einsum_facts *af_find_einsum_facts(const af_mapping_facts *facts, const char *einsum);
/* Fraction of a memory that a tensor takes, the most over the Einsums; nan if no `memory` record says. */
double af_tensor_usage(const af_mapping_facts *facts, const char *component, const char *tensor);

/* "T0[m,n0]", of one element of tensor_accesses. */
const char *af_access_text(af_arena *arena, const af_json *access);

#endif
