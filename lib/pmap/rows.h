/* Tables of tile shapes, one growing column per symbol that has a value. Private to pmap. */
#ifndef AF_PMAP_ROWS_H
#define AF_PMAP_ROWS_H

#include "base/base.h"

enum { AF_MOST_SYMBOLS = 64 };

typedef struct af_rows {
    uint64_t symbols;
    int count, capacity;
    double *room, *columns[AF_MOST_SYMBOLS];
} af_rows;

/* Visit the set bits of a mask: for (af_each_symbol(mask, s)) uses s. */
#define af_each_symbol(mask, s) \
    uint64_t s##_left = (mask), s = s##_left ? (uint64_t)__builtin_ctzll(s##_left) : 0; s##_left; \
    s##_left &= s##_left - 1, s = s##_left ? (uint64_t)__builtin_ctzll(s##_left) : 0

void af_rows_reserve(af_rows *rows, int more);               /* room for `more` rows behind the last */
/* Compacts rows from … from + count - 1 */
void af_rows_keep(af_rows *rows, int from, int count, const bool *keep, int *kept);
void af_rows_free(af_rows *rows);

#endif
