#include "pmap/rows.h"

void af_rows_reserve(af_rows *rows, int more)
{
    if (rows->count + more <= rows->capacity)
        return;
    int capacity = rows->capacity ? rows->capacity : 1024;
    while (capacity < rows->count + more)
        capacity *= 2;
    for (af_each_symbol(rows->symbols, s))
        rows->columns[s] = af_memory_resize(rows->columns[s], sizeof(double) * (size_t)capacity);
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
        for (int i = 0, to = 0; i < count; i++)
            if (keep[i])
                column[to++] = column[i];
    }
}

void af_rows_free(af_rows *rows)
{
    for (af_each_symbol(rows->symbols, s))
        af_memory_resize(rows->columns[s], 0);
    *rows = (af_rows){0};
}
