/* Which memories other Einsums must know the use of (60 section 13). */
#include "pmap/explore.h"

#include <math.h>

/* Step 2, which memories can hold everything at once, stands in the einsum record (`never_full`). A memory of infinite size is never
 * tracked. Where usage is asked for, or runs are to be combined, all others are. */
bool *af_tracked_memories(af_arena *arena, const af_einsum *e)
{
    bool *tracked = af_new_array(arena, bool, e->n_nodes);
    bool all = (e->mapper.metrics & AF_RESOURCE_USAGE) || e->mapper.can_combine_multiple_runs;
    for (int node = 0; node < e->n_nodes; node++)
        tracked[node] = e->nodes[node].kind == AF_MEMORY && isfinite(e->nodes[node].size) && (all || !e->never_full[node]);
    return tracked;
}
