/* cost: what a component costs. Area (m2), energy (J per action), throughput (actions/s), leak power (W). */
#ifndef AF_COST_H
#define AF_COST_H

#include "spec/spec.h"

typedef struct af_cost af_cost;              /* models, tables read so far, and a memory of answers */

af_cost *af_cost_new(af_arena *arena, const char *share);   /* share: folder of share/models' tables; NULL: the installed one or $AF_SHARE */
/* Which Python models and plug-ins to ask besides the library: `config` section of the spec, NONE if absent. */
void af_cost_configure(af_cost *cost, af_value config);
int af_cost_query(void *cost, af_component_query *query, af_arena *arena, af_report *report);   /* an af_cost_function */

#endif
