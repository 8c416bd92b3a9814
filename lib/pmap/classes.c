/* Rows that compete, and the best complete ones known of them.
 *
 * Rows compete if all fused loops iterate equally often in them: what other Einsums can tell of a row of one
 * template is that, and its figures (60 sections 2 and 11.4; 70 section 14.1). So a row of the class that is
 * no worse in every goal can replace another in any whole mapping. */
#include "pmap/walk.h"

#include <math.h>

static uint64_t hash_of(const int32_t *iterations, int n)
{
    uint64_t h = 0;
    for (int i = 0; i < n; i++)
        h = (h ^ (uint32_t)iterations[i]) * 0x9E3779B97F4A7C15u, h ^= h >> 29;
    return h;
}

static int *find_slot(const af_classes *all, const int32_t *iterations)
{
    uint64_t at = hash_of(iterations, all->n_fused) & (uint64_t)(all->room - 1);
    for (; all->slots[at]; at = (at + 1) & (uint64_t)(all->room - 1))
        if (!all->n_fused || !memcmp(all->items.items[all->slots[at] - 1]->iterations, iterations,
                                     sizeof *iterations * (size_t)all->n_fused))
            break;
    return &all->slots[at];
}

static void enlarge(af_arena *arena, af_classes *all)
{
    all->room = all->room ? 2 * all->room : 64;
    all->slots = af_new_array(arena, int, all->room);
    for (int i = 0; i < all->items.count; i++)
        *find_slot(all, all->items.items[i]->iterations) = i + 1;
}

/* A new class starts with what is known from other templates. */
af_class *af_class_of(af_arena *arena, af_classes *all, const int32_t *iterations)
{
    if (2 * all->items.count >= all->room)
        enlarge(arena, all);
    int *slot = find_slot(all, iterations);
    if (*slot)
        return all->items.items[*slot - 1];
    af_class *c = *af_push(arena, &all->items) = af_new(arena, af_class);
    *slot = all->items.count;
    c->iterations = af_new_array(arena, int32_t, all->n_fused + 1);
    memcpy(c->iterations, iterations, sizeof *iterations * (size_t)all->n_fused);
    const double *points;
    int n = all->outlook ? af_incumbents_of(all->outlook, iterations, &points) : 0;
    for (int i = 0; i < n; i++)
        af_class_add(arena, all, c, points + i * all->n_goals);
    c->n_foreign = c->points.count;
    return c;
}

void af_class_add(af_arena *arena, const af_classes *all, af_class *c, const double *goals)
{
    c->n_foreign = af_points_add(arena, &c->points, all->n_goals, goals, c->n_foreign);
}

/* Worse by more than the rounding of sums: rows that tie with a known one are left to the front,
 * where the first of them stays. */
static bool clearly_less(double a, double b) { return a < b - 1e-9 * fabs(b); }

int af_class_beats(const af_classes *all, const af_class *c, double *const *floors, int row)
{
    for (int i = 0; i < c->points.count; i++) {
        const double *point = &c->points.numbers[i * all->n_goals];
        int g = 0;
        while (g < all->n_goals && point[g] <= floors[g][row])
            g++;
        if (g < all->n_goals)
            continue;
        for (g = 0; g < all->n_goals; g++)
            if (clearly_less(point[g], floors[g][row]))
                return i;
    }
    return -1;
}
