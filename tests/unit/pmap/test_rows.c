/* Tables of tile shapes: which rows stay, and how many are marked. */
#include "pmap/walk.h"
#include "test.h"

enum { MOST = 2000 };

static bool stays(int pattern, int i)
{
    return pattern == 0 ? false : pattern == 1 ? true : pattern == 2 ? i % 3 == 0 : i < 700 || i % 7 == 1;
}

/* Rows `from` and on are thinned out; those before them, and columns of symbols without a value, are left. */
static void check_keep(int from, int count, int pattern)
{
    af_rows rows = {.symbols = 1 << 2 | 1 << 5};
    bool keep[MOST];
    af_rows_reserve(&rows, from + count);
    for (int i = 0; i < from + count; i++)
        rows.columns[2][i] = i, rows.columns[5][i] = -i;
    for (int i = 0; i < count; i++)
        keep[i] = stays(pattern, i);
    int kept, n = 0;
    af_rows_keep(&rows, from, count, keep, &kept);
    bool same = true;
    for (int i = 0; i < from; i++)
        same = same && rows.columns[2][i] == i && rows.columns[5][i] == -i;
    for (int i = 0; i < count; i++)
        if (keep[i]) {
            same = same && rows.columns[2][from + n] == from + i && rows.columns[5][from + n] == -(from + i);
            n++;
        }
    CHECK(same && kept == n);
    CHECK(af_count_marked(keep, count) == n);
    af_rows_free(&rows);
}

int main(void)
{
    const int counts[] = {0, 1, 7, 8, 9, 511, 512, 513, 1024, 1999, 2000};
    for (size_t k = 0; k < sizeof counts / sizeof *counts; k++)
        for (int pattern = 0; pattern < 4; pattern++) {
            check_keep(0, counts[k], pattern);
            check_keep(13, counts[k], pattern);
        }
    return test_end("rows");
}
