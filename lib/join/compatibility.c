/* What two tables must agree on to be joined: where their shared tensors live, and under which loops (70
 * section 3). */
#include "join/compatibility.h"

/* 8! orders of one block; the reference has no bound and runs out of memory */
enum { MOST_LOOPS_OF_BLOCK = 8 };
enum { MOST_ROOM = 40320 };                  /* orders for which room is made at once */

const af_backing *af_find_backing(const af_compat *c, int tensor)
{
    for (int i = 0; i < c->n_backings; i++)
        if (c->backings[i].tensor == tensor)
            return &c->backings[i];
    return NULL;
}

/* min(i, n_loops) for every fence i. */
static uint64_t clipped(uint64_t fences, int n_loops)
{
    uint64_t below = ((uint64_t)1 << n_loops) - 1;
    return (fences & below) | (fences & ~below ? below + 1 : 0);
}

static int count_loops(const af_backing *backings, int count)
{
    int most = 0;
    for (int i = 0; i < count; i++)
        if (backings[i].n_loops > most)
            most = backings[i].n_loops;
    return most;
}

static int loops_to_keep(const af_compat *c, const bool *tensors)
{
    int most = 0;
    for (int i = 0; i < c->n_backings; i++)
        if (tensors[c->backings[i].tensor] && c->backings[i].n_loops > most)
            most = c->backings[i].n_loops;
    return most;
}

af_compat af_compat_keep(af_arena *arena, const af_compat *c, const bool *tensors)
{
    af_backing *kept = af_new_array(arena, af_backing, c->n_backings);
    int n = 0;
    for (int i = 0; i < c->n_backings; i++)
        if (tensors[c->backings[i].tensor])
            kept[n++] = c->backings[i];
    int n_loops = count_loops(kept, n);
    return (af_compat){n_loops, clipped(c->fences, n_loops), n, kept};
}

af_compat af_compat_reorder(af_arena *arena, const af_compat *c, const af_order *order)
{
    af_compat result = *c;
    af_backing *backings = af_new_array(arena, af_backing, c->n_backings);
    for (int i = 0; i < c->n_backings; i++) {
        backings[i] = c->backings[i];
        int *loops = af_new_array(arena, int, backings[i].n_loops);
        for (int k = 0; k < backings[i].n_loops; k++)
            loops[k] = c->backings[i].loops[af_ordered(order, k)];
        backings[i].loops = loops;
    }
    result.backings = backings;
    return result;
}

bool af_compat_merge(af_arena *arena, const af_compat *left, const af_compat *right, const bool *live,
                     af_compat *joined)
{
    if (loops_to_keep(left, live) > loops_to_keep(right, live))
        return false;
    af_backing *backings = af_new_array(arena, af_backing, left->n_backings + right->n_backings);
    int n = 0, l = 0, r = 0;
    /* Both by tensor id; of a shared tensor the left's version wins */
    while (l < left->n_backings || r < right->n_backings) {
        bool take_left = r == right->n_backings ||
                         (l < left->n_backings && left->backings[l].tensor <= right->backings[r].tensor);
        const af_backing *b = take_left ? &left->backings[l] : &right->backings[r];
        if (take_left && r < right->n_backings && right->backings[r].tensor == b->tensor)
            r++;
        *(take_left ? &l : &r) += 1;
        if (live[b->tensor])
            backings[n++] = *b;
    }
    int n_loops = count_loops(backings, n);
    *joined = (af_compat){n_loops, clipped(left->fences | right->fences, n_loops), n, backings};
    return true;
}

/* ---- orders of loops */
static uint64_t stops_of(const af_compat *c)
{
    uint64_t stops = c->fences | (uint64_t)1 << c->n_loops;
    for (int i = 0; i < c->n_backings; i++)
        stops |= (uint64_t)1 << c->backings[i].n_loops;
    return stops;
}

static int next_stop(uint64_t stops, int from)
{
    int end = from + 1;
    while (!(stops >> end & 1))
        end++;
    return end;
}

int af_compat_orders(af_arena *arena, const af_compat *c, const af_order **orders, af_report *report)
{
    uint64_t stops = stops_of(c);
    af_list(af_order) list = {.capacity = 1};    /* as many as there are, unless these are very many */
    for (int start = 0, end; start < c->n_loops; start = end) {
        end = next_stop(stops, start);
        if (end - start > MOST_LOOPS_OF_BLOCK)
            return af_fail(report, AF_LIMIT, AF_NOWHERE, NULL,
                           "%d fused loops stand in one block, so that there are more orders of them than "
                           "can be tried (at most %d loops); lower mapper.max_fused_loops",
                           end - start, MOST_LOOPS_OF_BLOCK);
        for (int n = 2; n <= end - start; n++)
            list.capacity *= list.capacity <= MOST_ROOM / n ? n : 1;
    }
    list.items = af_arena_room(arena, sizeof *list.items * (size_t)list.capacity);
    af_order order = {.n = c->n_loops};
    for (int i = 0; i < order.n; i++)
        order.at[i] = (uint8_t)i;
    do
        *af_push(arena, &list) = order;
    while (af_next_loop_order(order.at, order.n, stops));
    *orders = list.items;
    return list.count;
}

/* ---- texts. Keys are made for every pair of tables and every order: they are put together without printf */
static char *put_number(char *to, const char *mark, int number)
{
    while (*mark)
        *to++ = *mark++;
    return to + af_integer_text(to, number);
}

static char *put_fences(char *to, uint64_t fences)   /* hexadecimal */
{
    int shift = 60;
    while (shift && !(fences >> shift))
        shift -= 4;
    for (; shift >= 0; shift -= 4)
        *to++ = "0123456789abcdef"[fences >> shift & 15];
    *to++ = '|';
    return to;
}

static char *put_backing(char *to, const af_backing *b, const af_order *order)
{
    to = put_number(to, "", b->tensor);
    to = put_number(to, "@", b->memory);
    if (b->persistent)
        *to++ = '*';
    for (int k = 0; k < b->n_loops; k++)
        to = put_number(to, ",", b->loops[af_ordered(order, k)]);
    *to++ = ';';
    return to;
}

void af_compat_key(af_text *out, const af_compat *c, const bool *tensors, const af_order *order,
                   bool with_fences)
{
    static const af_order same = {0};
    order = order ? order : &same;
    char *to = af_text_room(out, AF_NUMBER_ROOM);
    if (with_fences)
        to = put_fences(to, c->fences);
    out->length = (size_t)(to - out->bytes);
    for (int i = 0; i < c->n_backings; i++) {
        const af_backing *b = &c->backings[i];
        if (tensors && !tensors[b->tensor])
            continue;
        to = put_backing(af_text_room(out, (size_t)(b->n_loops + 3) * AF_NUMBER_ROOM), b, order);
        out->length = (size_t)(to - out->bytes);
    }
    out->bytes[out->length] = 0;
}
