#include "pmap/rows.h"

#include <string.h>

void af_rows_reserve(af_rows *rows, int more)
{
    if (rows->count + more <= rows->capacity)
        return;
    int capacity = rows->capacity ? rows->capacity : 1024;
    while (capacity < rows->count + more)
        capacity *= 2;
    size_t n_columns = (size_t)__builtin_popcountll(rows->symbols);
    double *room = af_memory_resize(NULL, sizeof *room * (size_t)capacity * n_columns), *at = room;
    for (af_each_symbol(rows->symbols, s)) {
        if (rows->count)
            memcpy(at, rows->columns[s], sizeof *at * (size_t)rows->count);
        rows->columns[s] = at;
        at += capacity;
    }
    af_memory_resize(rows->room, 0);
    rows->room = room;
    rows->capacity = capacity;
}

enum { AT_ONCE = 512 };

void af_rows_keep(af_rows *rows, int from, int count, const bool *keep, int *kept)
{
    int to = from, n, place[AT_ONCE];
    for (int first = 0; first < count; first += AT_ONCE) {
        int last = count - first < AT_ONCE ? count : first + AT_ONCE;
        n = 0;
        for (int i = first; i < last; i++) {
            place[n] = from + i;
            n += keep[i];
        }
        if (to != from + first || n != last - first)
            for (af_each_symbol(rows->symbols, s)) {
                double *column = rows->columns[s];
                for (int i = 0; i < n; i++)
                    column[to + i] = column[place[i]];
            }
        to += n;
    }
    *kept = to - from;
}

void af_rows_free(af_rows *rows)
{
    af_memory_resize(rows->room, 0);
    *rows = (af_rows){0};
}
