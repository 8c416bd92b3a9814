/* cost: what a component costs. Area (m2), energy (J per action), throughput (actions/s), leak power (W). */
#ifndef AF_COST_H
#define AF_COST_H

#include "spec/spec.h"

typedef struct af_cost af_cost;              /* models, tables read so far, and a memory of answers */

af_cost *af_cost_new(af_arena *arena, const char *share);   /* share: folder of share/models' tables; NULL: the installed one or $AF_SHARE */
/* Which Python models and plug-ins to ask besides the library: `config` section of the spec, NONE if absent. */
void af_cost_configure(af_cost *cost, af_value config);
int af_cost_query(void *cost, af_component_query *query, af_arena *arena, af_report *report);   /* an af_cost_function */

/* What to tell; a quantity that is left out is null, its total too. */
typedef struct af_cost_report { bool area, energy, throughput, leak; af_arena *arena; } af_cost_report;
/* One `cost` record per component of an `einsum` record, then `cost_total`. 0, or -1 reported: an area that is wanted and not known. */
int af_write_costs(af_output *out, const af_json *einsum, const af_cost_report *wanted, af_report *report);

#endif
