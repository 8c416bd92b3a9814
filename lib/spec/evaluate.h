/* An unevaluated spec to the records of af-eval (10 sections 8 to 14). */
#ifndef AF_SPEC_EVALUATE_H
#define AF_SPEC_EVALUATE_H

#include "spec/load.h"

/* What a component costs is asked once its fields are evaluated.
 * lib/cost has the models and stands above this folder, so the tool hands the function in.
 * Precedence and scales: 20 section 8.2, applied by the one who answers. Not given or not known: nan. */
typedef struct af_action_query {
    const char *name;
    double energy, throughput;               /* in: as given; out: the answer, scales applied */
    double energy_scale, throughput_scale;
    double energy_band;                      /* out: the same */
    af_value attributes;                     /* dict: non-null fields of the action,
                                              * overlaid by its extra attributes */
} af_action_query;
typedef struct af_component_query {
    const char *name, *path;                 /* "GlobalBuffer", "arch.nodes.1" */
    af_place place;                          /* of the class, or of the component where it has none */
    const char *component_class;             /* NULL: none */
    af_value attributes;                     /* dict: non-null evaluated fields, overlaid by the extra
                                              * attributes (20 section 8.3) */
    double area, leak_power;                 /* in: as given; out: of one instance, scales applied */
    double area_scale, leak_power_scale, energy_scale, throughput_scale, n_parallel_instances;
    int n_actions; af_action_query *actions;
    bool want_area, want_energy, want_throughput, want_leak;   /* what is not asked for stays as it is */
    const char *model, *source, *method;     /* out: which model answered; "given", "dummy", "cacti-table", …;
                                              * "exact", "interpolated", … (30 section 10.3) */
    /* out: relative error bands of interpolated figures; nan or 0: none, inf: extrapolated */
    double area_band, leak_power_band, throughput_band;
    const void *answer;                      /* what is asked keeps here what it found, for the next quantity;
                                              * NULL at first */
} af_component_query;
/* 0, or -1 reported */
typedef int (*af_cost_function)(void *context, af_component_query *query, af_arena *arena, af_report *report);

/* Python, running the function files of a spec (config.expression_custom_functions).
 * Start it as {0}; it is kept for later specs with the same files, until it is ended. */
typedef struct af_functions { af_helper *helper; af_text files; } af_functions;
void af_end_functions(af_functions *functions);

typedef struct af_evaluate_options {
    int n_einsums; const char **einsums;     /* restrict to these; 0: all */
    bool only_first;                         /* write only the first of them */
    bool no_einsum;                          /* one `einsum` record with einsum null */
    bool area, energy, throughput, leak;     /* what to ask; areas are optional unless `area_required` */
    bool area_required;
    af_cost_function cost; void *cost_context;
    af_functions *functions;                 /* NULL: Python is started for this spec alone */
} af_evaluate_options;

/* The `spec` record with "evaluated":true, then `workload`, then the `einsum` records: each line is one
 * record, in `arena`, without its line break. 0, or -1 reported. */
typedef struct af_lines { int count; char **lines; } af_lines;
int af_evaluate_to_lines(const af_spec *spec, const af_evaluate_options *options, af_arena *arena,
                         af_lines *lines, af_report *report);

#endif
