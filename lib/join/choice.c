/* A row of the last join walked back to the groups. */
#include "join/choice.h"

const af_choice *af_walk_back(af_arena *arena, const af_world *world, const af_table *table, int row)
{
    af_choice *choices = af_new_array(arena, af_choice, world->n_einsums);
    for (int e = world->n_einsums - 1; e >= 0; e--) {
        const af_origin *joined = &table->origins[row];
        const af_pair *join = &table->stage->pairs[joined->pair];
        const af_origin *own = &join->right->origins[joined->right];
        const af_pair *consolidation = &join->right->stage->pairs[own->pair];
        choices[e] = (af_choice){consolidation,
                                 join,
                                 &consolidation->orders[own->order],
                                 &join->orders[joined->order],
                                 consolidation->right->group,
                                 consolidation->right->row_of_group[own->right]};
        row = (int)joined->left;
        table = join->left;
    }
    return choices;
}
