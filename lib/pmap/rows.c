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

void af_rows_keep(af_rows *rows, int from, int count, const bool *keep, int *kept)
{
    int n = 0;
    for (int i = 0; i < count; i++)
        n += keep[i];
    *kept = n;
    if (n == count)
        return;
    for (af_each_symbol(rows->symbols, s)) {
        double *column = rows->columns[s] + from;
        for (int i = 0, to = 0; i < count; i++) {
            column[to] = column[i];
            to += keep[i];
        }
    }
}

void af_rows_free(af_rows *rows)
{
    af_memory_resize(rows->room, 0);
    *rows = (af_rows){0};
}
