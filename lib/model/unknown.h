/* An af_num as a value of the expression language, so that total_latency may be computed over unknown tile
 * shapes (20 section 10). */
#ifndef AF_MODEL_UNKNOWN_H
#define AF_MODEL_UNKNOWN_H

#include "model/formula.h"

af_value af_value_of_num(af_arena *arena, af_graph *g, af_num x);     /* a real if it is known */
bool af_num_of_value(af_value value, af_num *x);                      /* false: no number */

#endif
