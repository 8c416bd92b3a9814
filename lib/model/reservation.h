/* Peak use of every memory over a whole mapping (50 section 10). */
#ifndef AF_MODEL_RESERVATION_H
#define AF_MODEL_RESERVATION_H

#include "model/model.h"

/* one Einsum; all numbers known */
typedef struct af_part { const af_pmapping *pmapping; const af_figures *figures; } af_part;

/* `parts` in workload order. 0, or -1 reported: shared tensors that do not agree
 * (AF_BAD_DATA), a memory that overflows. */
int af_peak_usage(af_arena *arena, const af_part *parts, int n_parts, af_usage **usages, int *n_usages,
                  af_report *report);

#endif
