/* Orders of loops that may be exchanged inside of their blocks (60 section 11.5, 70 section 3.3). */
#include "pmap/pmap.h"

static int end_of_block(uint64_t stops, int start)
{
    int end = start + 1;
    while (!(stops >> end & 1))
        end++;
    return end;
}

/* The next permutation of order[start … end - 1] in lexicographic order; false, and back at the first, after
 * the last. */
static bool next_in_block(uint8_t *order, int start, int end)
{
    int i = end - 1;
    while (i > start && order[i - 1] > order[i])
        i--;
    for (int a = i, b = end - 1; a < b; a++, b--) {          /* the falling tail turned round */
        uint8_t swapped = order[a];
        order[a] = order[b], order[b] = swapped;
    }
    if (i == start)
        return false;
    int j = i;
    while (order[j] < order[i - 1])
        j++;
    uint8_t swapped = order[j];
    order[j] = order[i - 1], order[i - 1] = swapped;
    return true;
}

static bool next_from(uint8_t *order, uint64_t stops, int start, int n)
{
    if (start >= n)
        return false;
    int end = end_of_block(stops, start);
    return next_from(order, stops, end, n) || next_in_block(order, start, end);
}

bool af_next_loop_order(uint8_t *order, int n, uint64_t stops) { return next_from(order, stops, 0, n); }
