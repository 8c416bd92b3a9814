/* Sets as masks: universes of every size up to 64 names, names of both kinds in order, room for fewer. */
#include "lang/lang.h"
#include "test.h"

static const char *tensors[64], *variables[] = {"k", "B", "m"};
static af_universe universe = {.n_tensors = 64, .tensors = tensors, .n_rank_variables = 3,
                               .rank_variables = variables};

static void test_masks(void)
{
    static const struct { int count; af_mask want; } sizes[] = {{0, 0}, {1, 1}, {3, 7},
                                                                {63, ~(af_mask)0 >> 1}, {64, ~(af_mask)0}};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        af_universe u = {.n_tensors = sizes[i].count, .n_rank_variables = 2};
        CHECK(af_universe_mask(&u, AF_TENSORS) == sizes[i].want);
        CHECK(af_universe_mask(&u, AF_RANK_VARIABLES) == 3);
    }
}

static void test_names(af_arena *arena)
{
    static const struct { af_token_kind kind; af_mask members, strangers; int room,
                         count; const char *want; } sets[] = {
        {AF_TENSORS, 0, 0, 8, 0, ""}, {AF_TENSORS, 5, 0, 8, 2, "T00 T02 "},
        {AF_TENSORS, 1, 7, 8, 4, "B T00 k m "},
        {AF_RANK_VARIABLES, 7, 2, 8, 4, "B T01 k m "}, {AF_RANK_VARIABLES, 7, 0, 2, 3, "B k "},
        {AF_TENSORS, 7, 0, 0, 3, ""},
        {AF_TENSORS, ~(af_mask)0, 7, 2, 67, "B T00 "},
    };
    for (size_t i = 0; i < sizeof sets / sizeof *sets; i++) {
        const char *names[8], *text = "";
        af_token_set set = {&universe, sets[i].kind, false, sets[i].members, sets[i].strangers};
        int count = af_set_names(&set, names, sets[i].room);
        CHECK(count == sets[i].count);
        for (int k = 0; k < count && k < sets[i].room; k++)
            text = af_format(arena, "%s%s ", text, names[k]);
        CHECK_TEXT(text, sets[i].want);
    }
}

int main(void)
{
    af_arena *arena = af_arena_new();
    for (int i = 0; i < 64; i++)
        tensors[i] = af_format(arena, "T%02d", i);
    test_masks();
    test_names(arena);
    af_value value = af_set_value(arena, &universe, AF_TENSORS, 6);
    CHECK(value.type == AF_SET && value.set->named && value.set->members == 6 && !value.set->strangers);
    af_arena_free(arena);
    return test_end("token_set");
}
