/* Sets of tensors and rank variables. */
#include "lang/token_set.h"

af_value af_set_value(af_arena *arena, const af_universe *universe, af_token_kind kind, af_mask members)
{
    af_token_set *set = af_new(arena, af_token_set);
    *set = (af_token_set){.universe = universe, .kind = kind, .named = true, .members = members};
    return (af_value){.type = AF_SET, .set = set};
}

af_mask af_universe_mask(const af_universe *universe, af_token_kind kind)
{
    int count = kind == AF_TENSORS ? universe->n_tensors : universe->n_rank_variables;
    return count >= 64 ? ~(af_mask)0 : ((af_mask)1 << count) - 1;
}

static int add_members(const char *const *all, af_mask mask, const char **names, int count)
{
    for (int i = 0; i < 64; i++)
        if (mask >> i & 1)
            names[count++] = all[i];
    return count;
}

int af_set_names(const af_token_set *set, const char **names, int room)
{
    const af_universe *u = set->universe;
    bool tensors = set->kind == AF_TENSORS;
    const char *members[128];
    int count = add_members(tensors ? u->tensors : u->rank_variables, set->members, members, 0);
    count = add_members(tensors ? u->rank_variables : u->tensors, set->strangers, members, count);
    af_sort_texts(members, count);
    for (int i = 0; i < count && i < room; i++)
        names[i] = members[i];
    return count;
}
