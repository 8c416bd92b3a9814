/* Few points, compared one by one. A point covered by another bounds nothing that the other does not bound:
 * what it is no worse than, that one is no worse than either. */
#include "pmap/points.h"

#include <string.h>

static bool covers(const double *a, const double *b, int size)
{
    for (int k = 0; k < size; k++)
        if (a[k] > b[k])
            return false;
    return true;
}

static void make_room(af_arena *arena, af_points *points, int size)
{
    if (points->count < points->capacity)
        return;
    const double *old = points->numbers;
    points->capacity = points->capacity ? 2 * points->capacity : 2;
    points->numbers = af_new_array(arena, double, points->capacity * size);
    if (points->count)
        memcpy(points->numbers, old, sizeof *old * (size_t)(points->count * size));
}

int af_points_add(af_arena *arena, af_points *points, int size, const double *point, int n_first)
{
    int kept = 0, n_left = 0;
    for (int i = 0; i < points->count; i++)
        if (covers(&points->numbers[i * size], point, size))
            return n_first;
    for (int i = 0; i < points->count; i++)
        if (!covers(point, &points->numbers[i * size], size)) {
            n_left += i < n_first;
            if (kept < i)
                memcpy(&points->numbers[size * kept], &points->numbers[i * size],
                       sizeof *point * (size_t)size);
            kept++;
        }
    points->count = kept;
    make_room(arena, points, size);
    memcpy(&points->numbers[size * points->count++], point, sizeof *point * (size_t)size);
    return n_left;
}
