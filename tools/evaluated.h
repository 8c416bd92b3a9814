/* For the tools that take a `spec` as well as what af-eval makes of it. */
#ifndef AF_TOOLS_EVALUATED_H
#define AF_TOOLS_EVALUATED_H

#include "option.h"

/* The records that af-eval would write for this `spec` record, in `arena`. 0, or -1 reported. */
int evaluate_record(const af_record *record, const af_evaluate_options *options, af_arena *arena,
                    af_lines *lines);
af_cost *tool_costs(void);                    /* one for the run: tables are read and answers found once */
af_evaluate_options usual_evaluation(void);   /* costs by lib/cost, areas where they can be had */
bool is_evaluated(const af_record *record);
/* Makes a record of one of these lines. `einsum` and `workload` are parsed; the others,
 * type "", are there to be passed on. */
int record_of_line(char *line, af_record *record);

#endif
