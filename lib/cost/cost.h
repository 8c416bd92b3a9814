/* cost: what a component costs. Area (m2), energy (J per action), throughput (actions/s), leak power (W). */
#ifndef AF_COST_H
#define AF_COST_H

#include "spec/spec.h"

typedef struct af_cost af_cost;              /* models, tables read so far, and a memory of answers */

/* tables are those of share/models (base/share.h), read when first needed */
af_cost *af_cost_new(af_arena *arena);
/* Parameters beyond a table's range: false (the default) an error that names the range, true a warning. */
void af_cost_extrapolate(af_cost *cost, bool extrapolate);
/* Which plug-ins and Python models to ask besides the library, by the spec's `config`; to be said before
 * the costs of a spec are asked. They are started when first needed, and kept for later specs. 0, or -1
 * reported. */
int af_cost_configure(af_cost *cost, const af_spec *spec, af_report *report);
void af_cost_end(af_cost *cost);             /* ends what was started; nothing is asked after that */
/* an af_cost_function */
int af_cost_query(void *cost, af_component_query *query, af_arena *arena, af_report *report);

/* Appends what a class of the library asks for, as `af-area --explain` tells it: attributes, defaults,
 * actions. `all`: of every class. 0, or -1 reported: there is none. */
int af_explain_component(af_text *out, const char *name, af_report *report);

/* ---- the report on an architecture (20 section 8.6) */

/* What to tell. A quantity that is not wanted is NAN in the rows, null in records, empty in tables. */
typedef struct af_cost_wanted {
    bool area, energy, throughput, leak;
    bool exact;                               /* an interpolated or extrapolated figure is an error */
} af_cost_wanted;

/* Bands are relative, 0.02 for 2 %; NAN: the figure is exact, by formula or given; INFINITY: extrapolated,
 * nothing is known. */
typedef struct af_cost_action {
    const char *name;
    double energy, throughput, energy_band;
    double bits_per_action;                   /* NAN but for Memory and Toll */
} af_cost_action;
typedef struct af_cost_row {
    /* model NULL: none was asked. source: where the figures come from (30 section 10.3) */
    const char *component, *model, *source;
    const char *method;                       /* "exact", "formula", "interpolated",
                                               * "extrapolated"; NULL: no model */
    int n_given; const char **given;          /* beside a model's figures,
                                               * those that the spec gives: "read.energy" */
    double instances;                         /* as totals count them: the fanouts above,
                                               * not its own (20 section 6.3) */
    double area, total_area, leak_power, total_leak_power;
    double area_band, leak_power_band, throughput_band, error_band;   /* the last: the largest of all */
    bool holds_data;                          /* Memory or Toll: its actions have bits_per_action */
    int n_actions; af_cost_action *actions;
} af_cost_row;
typedef struct af_cost_report {
    int n_rows; af_cost_row *rows;            /* in the order of the architecture */
    /* one component asked by itself: its `cost` record has no `cost_total` after it */
    bool single;
    double total_area, total_leak_power;
    double total_area_band, total_leak_power_band;   /* mean of the parts' bands, by their share */
} af_cost_report;

/* From an `einsum` record, which must live as long as the report. `component`: only this one (NULL: all).
 * 0, or -1 reported: an unknown component, a quantity that is wanted and could not be had, one that is not
 * exact where that is wanted. */
int af_read_costs(const af_json *einsum, const af_cost_wanted *wanted, const char *component, af_arena *arena,
                  af_cost_report *costs, af_report *report);
/* one `cost` per row, then `cost_total` */
void af_write_cost_records(af_output *out, const af_cost_report *costs);
/* aligned, a line per action, totals last */
void af_write_cost_table(FILE *out, const af_cost_report *costs);
/* a line per component and action, all fields on each */
void af_write_cost_csv(FILE *out, const af_cost_report *costs, bool header);

/* One component without an architecture, from a `component` record:
 * {"name":…,"component_class":"SRAM","attributes":{"size":8192,
 * "tech_node":6.5e-8},"actions":["read",{"name":"write","bits_per_action":8}]}; all but the class may be
 * left out. 0, or -1 reported. */
int af_ask_component(af_cost *cost, const af_json *json, const af_cost_wanted *wanted, af_arena *arena,
                     af_cost_report *costs, af_report *report);
/* reports that exact figures are required: -1 */
int af_refuse_inexact(const af_cost_row *row, const char *path, af_report *report);

#endif
