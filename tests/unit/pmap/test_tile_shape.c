/* Candidate tile shapes (60 section 10.2) and numbers of tilings (60 sections 14.3, 15). */
#include "pmap/tile_shape.h"
#include "test.h"

static const struct { double outer; bool imperfect; double inner, coarseness; const char *want; } sizes[] = {
    {64, false, 1, 1, "1 2 4 8 16 32 64"},
    {12, false, 2, 1, "2 4 6 12"},
    {12, false, 1, 2, "1 2 4 12"},
    {64, false, 1, 4, "1 4 16 64"},
    {12, false, 5, 1, "5 12 15"},                               /* Q20 */
    {1, false, 1, 1, "1"},
    {7, true, 1, 1, "1 2 3 4 7"},
    {12, true, 1, 1, "1 2 3 4 6 12"},
    {10, true, 3, 1, "3 5 10"},
    {100, true, 1, 2, "1 2 4 8 15 25 50 100"},
    {64, true, 1, 1, "1 2 3 4 5 6 7 8 10 11 13 16 22 32 64"},
};

static void check_sizes(af_arena *arena, af_size_table *table, int i)
{
    char got[400] = "";
    af_sizes found = af_tile_sizes(arena, sizes[i].outer, sizes[i].imperfect, sizes[i].inner,
                                   sizes[i].coarseness);
    for (int k = 0; k < found.count; k++)
        snprintf(got + strlen(got), sizeof got - strlen(got), "%s%g", k ? " " : "", found.items[k]);
    CHECK_TEXT(got, sizes[i].want);
    if (sizes[i].coarseness == 1) {
        const af_sizes *known = af_size_table_get(table, sizes[i].outer, sizes[i].imperfect, sizes[i].inner);
        CHECK(known->count == found.count &&
              !memcmp(known->items, found.items, sizeof *found.items * (size_t)found.count));
        CHECK(known == af_size_table_get(table, sizes[i].outer, sizes[i].imperfect, sizes[i].inner));
    }
}

static double brute_count(double bound, const bool *imperfect, int n_loops)
{
    if (n_loops <= 1)
        return 1;
    double sum = 0;
    for (double s = 1; s <= bound; s++)
        if (imperfect[0] || fmod(bound, s) == 0)
            sum += brute_count(ceil(bound / s), imperfect + 1, n_loops - 1);
    return sum;
}

int main(void)
{
    af_arena *arena = af_arena_new();
    af_size_table *table = af_size_table_new(arena, 1);
    for (int i = 0; i < (int)(sizeof sizes / sizeof *sizes); i++)
        check_sizes(arena, table, i);
    for (int inner = 1; inner < 300; inner++)                   /* the table grows */
        af_size_table_get(table, 12.0 * inner, false, inner);
    CHECK(af_size_table_get(table, 24, false, 2)->count == 6);

    const bool perfect[5] = {false}, imperfect[5] = {true, true, true, true, true},
               mixed[5] = {true, false, true, false, true};
    CHECK_NUMBER(af_count_tilings(64, perfect, 1), 1);
    CHECK_NUMBER(af_count_tilings(64, perfect, 2), 7);
    CHECK_NUMBER(af_count_tilings(64, perfect, 3), 28);
    CHECK_NUMBER(af_count_tilings(4096, perfect, 4), 455);
    CHECK_NUMBER(af_count_tilings(12288, perfect, 5), 1820 * 5);
    const double bounds[] = {1, 2, 7, 12, 25, 36};
    for (int i = 0; i < 6; i++)
        for (int n = 1; n <= 4; n++) {
            CHECK_NUMBER(af_count_tilings(bounds[i], perfect, n), brute_count(bounds[i], perfect, n));
            CHECK_NUMBER(af_count_tilings(bounds[i], imperfect, n), brute_count(bounds[i], imperfect, n));
            CHECK_NUMBER(af_count_tilings(bounds[i], mixed, n), brute_count(bounds[i], mixed, n));
        }
    af_arena_free(arena);
    return test_end("tile_shape");
}
