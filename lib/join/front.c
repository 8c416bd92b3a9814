/* A row goes if another of the same family and iteration counts is no worse in any criterion. Nothing is lost
 * (70 section 14.1): which partners the two can have depends on their compatibility and counts alone; every
 * column of what comes out grows with the columns that go in, by sums and maxima; and what is freed or
 * allocated then, the sizes of tensors, is the same for both, since equal counts make equal tiles; where they
 * do not, tiles are part of the key (world.c). So each completion of the one has a completion of the other
 * that is no worse.
 *
 * Incremental Pareto fronts, one per tuple of iteration counts.
 *
 * What is kept does not depend on the order in which points come: dominance is a partial order, and of equal
 * points the one of the lowest rank stays. */
#include "join/front.h"

#include <string.h>

static uint32_t hash_of(const int32_t *key, int n_keys)
{
    uint64_t h = 0;
    for (int i = 0; i < n_keys; i++) {
        h = (h ^ (uint32_t)key[i]) * 0x9E3779B97F4A7C15u;
        h ^= h >> 29;
    }
    return (uint32_t)h;
}

static int *find_slot(const af_front_set *set, const int32_t *key)
{
    uint32_t mask = (uint32_t)set->n_slots - 1, i = hash_of(key, set->n_keys) & mask;
    while (set->slots[i] &&
           memcmp(set->fronts.items[set->slots[i] - 1].key, key, sizeof *key * (size_t)set->n_keys))
        i = (i + 1) & mask;
    return &set->slots[i];
}

static void enlarge(af_arena *arena, af_front_set *set)
{
    set->n_slots = set->n_slots ? set->n_slots * 2 : 8;
    set->slots = af_new_array(arena, int, set->n_slots);
    for (int i = 0; i < set->fronts.count; i++)
        *find_slot(set, set->fronts.items[i].key) = i + 1;
}

af_front *af_find_front(af_arena *arena, af_front_set *set, const int32_t *key)
{
    if (set->fronts.count * 2 >= set->n_slots)
        enlarge(arena, set);
    int *slot = find_slot(set, key);
    if (!*slot) {
        int32_t *copy = af_new_array(arena, int32_t, set->n_keys);
        if (set->n_keys)
            memcpy(copy, key, sizeof *key * (size_t)set->n_keys);
        *af_push(arena, &set->fronts) = (af_front){.key = copy};
        *slot = set->fronts.count;
    }
    return &set->fronts.items[*slot - 1];
}

static bool comes_before(const af_front_point *a, const af_front_point *b)
{
    if (a->rank != b->rank)
        return a->rank < b->rank;
    return a->origin.pair != b->origin.pair ? a->origin.pair < b->origin.pair
                                            : a->origin.order < b->origin.order;
}

static void grow(af_arena *arena, af_front *front, int n_criteria)
{
    int capacity = front->capacity ? front->capacity * 2 : 1;              /* most fronts have one point */
    double *points = af_arena_room(arena, sizeof *points * (size_t)capacity * (size_t)n_criteria);
    af_front_point *rows = af_arena_room(arena, sizeof *rows * (size_t)capacity);
    if (front->n) {
        memcpy(points, front->points, sizeof *points * (size_t)front->n * (size_t)n_criteria);
        memcpy(rows, front->rows, sizeof *rows * (size_t)front->n);
    }
    front->points = points, front->rows = rows, front->capacity = capacity;
}

static void put(af_front *front, int n_criteria, int at, const double *point, const af_front_point *row)
{
    memmove(&front->points[at * n_criteria], point, sizeof *point * (size_t)n_criteria);
    front->rows[at] = *row;
}

/* The point that has just refused another one goes halfway to the front:
 * it will probably refuse the next too. */
static void advance(af_front *front, int n_criteria, int at)
{
    int to = at / 2;
    af_front_point row = front->rows[to];
    front->rows[to] = front->rows[at], front->rows[at] = row;
    for (int c = 0; c < n_criteria; c++) {
        double *a = &front->points[at * n_criteria + c], *b = &front->points[to * n_criteria + c], t = *a;
        *a = *b, *b = t;
    }
}

void af_front_insert(af_arena *arena, af_front *front, int n_criteria, const double *point,
                     const af_front_point *row)
{
    for (int i = 0; i < front->n; i++) {
        const double *p = &front->points[i * n_criteria];
        bool no_worse = true, no_better = true;
        for (int c = 0; c < n_criteria && (no_worse || no_better); c++) {
            no_worse &= p[c] <= point[c];
            no_better &= p[c] >= point[c];
        }
        if (no_worse) {
            if (no_better && comes_before(row, &front->rows[i]))
                front->rows[i] = *row;
            if (i)
                advance(front, n_criteria, i);
            return;
        }
        if (no_better) {
            front->n--;
            put(front, n_criteria, i, &front->points[front->n * n_criteria], &front->rows[front->n]);
            i--;
        }
    }
    if (front->n == front->capacity)
        grow(arena, front, n_criteria);
    put(front, n_criteria, front->n++, point, row);
}

bool af_front_beats(const af_front *front, int n_criteria, const double *bound)
{
    for (int i = 0; i < front->n; i++) {
        const double *p = &front->points[i * n_criteria];
        bool no_worse = true, equal = true;
        for (int c = 0; c < n_criteria && no_worse; c++) {
            no_worse &= p[c] <= bound[c];
            equal &= p[c] == bound[c];
        }
        if (no_worse && !equal)
            return true;
    }
    return false;
}
