/* Small fronts: what stays, what goes, in which order. */
#include "pmap/points.h"
#include "test.h"

int main(void)
{
    static const double given[][2] = {{3, 3}, {3, 3}, {4, 3}, {1, 5}, {5, 1}, {2, 2}, {0, 9}, {2, 1}};
    /* (2, 2) removed (3, 3); (2, 1) removes (5, 1) and (2, 2) */
    static const double want[][2] = {{1, 5}, {0, 9}, {2, 1}};
    static const int counts[] = {1, 1, 1, 2, 3, 3, 4, 3};
    af_arena *arena = af_arena_new();
    af_points points = {0};
    for (size_t i = 0; i < sizeof given / sizeof *given; i++) {
        af_points_add(arena, &points, 2, given[i], 0);
        CHECK(points.count == counts[i]);
    }
    for (int i = 0; i < points.count; i++)
        CHECK(points.numbers[2 * i] == want[i][0] && points.numbers[2 * i + 1] == want[i][1]);
    af_arena_free(arena);
    return test_end("points");
}
