/* Complete pmappings by what other Einsums see of them: the fronts that unfinished rows
 * of other templates must get into. */
#include "pmap/compatibility.h"
#include "pmap/explore.h"
#include "pmap/points.h"

/* ---- what is known: one front for each compatibility without loops that do not exist, and iteration counts
 *
 * Nothing is lost: rows of equal compatibility, after loops that do not iterate are dropped, and of equal
 * iteration counts end in one group, and there compete by these columns (60 sections 11.4, 11.5; group.c). A
 * template is bounded by rows of templates that come before it in the order in which all are explored; of
 * rows that tie both stay until the group's front. With tolerances a row that bounds others may itself be
 * replaced by one within them, which then stands for those others too.
 *
 * A point has the totals and, for each tracked memory and each level from -1 (persistent) to the number of
 * loops, the bits held down to that level. Reservations are running totals, so a level at which a template
 * reserves nothing more has what is held above it. */

typedef struct class {                       /* of one front */
    int family; const int32_t *iterations;
    af_points points;
} class;

struct af_incumbents {
    af_arena *arena;
    const af_einsum *einsum;
    int n_memories, *memories;               /* nodes of those tracked */
    af_list(const af_compatibility *) families;     /* each in the order of its loops that names it */
    af_list(class) classes;
    int *slots, room;                        /* classes: 1 + index */
};

af_incumbents *af_incumbents_new(af_arena *arena, const af_einsum *einsum, const bool *tracked)
{
    af_incumbents *all = af_new(arena, af_incumbents);
    *all = (af_incumbents){.arena = arena,
                           .einsum = einsum,
                           .memories = af_new_array(arena, int, einsum->n_nodes + 1)};
    for (int node = 0; node < einsum->n_nodes; node++)
        if (tracked[node])
            all->memories[all->n_memories++] = node;
    return all;
}

static int n_columns(const af_incumbents *all, int n_totals, int family)
{
    return n_totals + all->n_memories * (all->families.items[family]->n_loops + 2);
}

static uint64_t hash_of(int family, const int32_t *iterations, int n)
{
    uint64_t h = (uint64_t)family * 0x9E3779B97F4A7C15u;
    for (int i = 0; i < n; i++)
        h = (h ^ (uint32_t)iterations[i]) * 0x9E3779B97F4A7C15u, h ^= h >> 29;
    return h;
}

static int *find_slot(const af_incumbents *all, int family, const int32_t *iterations)
{
    int n = all->families.items[family]->n_loops;
    uint64_t at = hash_of(family, iterations, n) & (uint64_t)(all->room - 1);
    for (; all->slots[at]; at = (at + 1) & (uint64_t)(all->room - 1)) {
        const class *c = &all->classes.items[all->slots[at] - 1];
        if (c->family == family && (!n || !memcmp(c->iterations, iterations, sizeof *iterations * (size_t)n)))
            break;
    }
    return &all->slots[at];
}

static class *class_of(af_incumbents *all, int family, const int32_t *iterations)
{
    if (2 * all->classes.count >= all->room) {
        all->room = all->room ? 2 * all->room : 64;
        all->slots = af_new_array(all->arena, int, all->room);
        for (int i = 0; i < all->classes.count; i++)
            *find_slot(all, all->classes.items[i].family, all->classes.items[i].iterations) = i + 1;
    }
    int *slot = find_slot(all, family, iterations), n = all->families.items[family]->n_loops;
    if (!*slot) {
        int32_t *copy = af_new_array(all->arena, int32_t, n + 1);
        memcpy(copy, iterations, sizeof *copy * (size_t)n);
        *af_push(all->arena, &all->classes) = (class){.family = family, .iterations = copy};
        *slot = all->classes.count;
    }
    return &all->classes.items[*slot - 1];
}

/* ---- a template's rows, by which of its fused loops exist */

typedef struct presence {                    /* one combination of existing loops */
    uint64_t exist;                          /* bit k: fused loop k */
    int family;                              /* -1: no incumbent has it */
    int n_loops, *loops;                     /* fused loops in the order of the family */
    int n_columns, *source;                  /* per column: which of the template's goals it
                                              * is; -1: nothing is held there */
} presence;

struct af_outlook {
    af_arena *arena;
    const af_incumbents *all;
    const af_compatibility *compatibility;
    int n_fused, n_totals, n_reservations;
    const af_reservation *reservations;
    af_list(presence) presences;
    int32_t *iterations;                     /* room for one class */
    struct { double *items; int count, capacity; } points;
};

static int level_in(const af_reservation *r, uint64_t gone, int n_loops)
{
    int level = af_level_after(r->level, gone);
    return level < n_loops ? level : n_loops;
}

/* The goal that has what is held in the memory down to the level:
 * the deepest reservation that is not below. */
static int source_of(const af_outlook *o, int memory, int level, uint64_t gone, int n_loops)
{
    int source = -1;
    for (int k = 0; k < o->n_reservations; k++)
        if (o->reservations[k].node == memory && level_in(&o->reservations[k], gone, n_loops) <= level)
            source = o->n_totals + k;        /* by level, ascending */
    return source;
}

static int find_family(const af_incumbents *all, const af_compatibility *c)
{
    for (int i = 0; i < all->families.count; i++)
        if (af_compatibility_equal(all->families.items[i], c))
            return i;
    return -1;
}

/* A family is named by the first of its orders that came; any of a part's orders finds it. */
static int family_among(const af_outlook *o, const af_compatibility *c, uint8_t **orders, int n_orders,
                        const uint8_t **order)
{
    for (int i = 0; i < n_orders; i++) {
        *order = orders[i];
        int family = find_family(o->all, i ? af_compatibility_permute(o->arena, c, orders[i]) : c);
        if (family >= 0)
            return family;
    }
    *order = orders[0];
    return -1;
}

static presence *presence_of(af_outlook *o, uint64_t exist, af_incumbents *add_to)
{
    for (int i = 0; i < o->presences.count; i++)
        if (o->presences.items[i].exist == exist)
            return &o->presences.items[i];
    uint64_t all = o->n_fused == 64 ? ~(uint64_t)0 : ((uint64_t)1 << o->n_fused) - 1, gone = all & ~exist;
    af_compatibility *c = af_compatibility_drop(o->arena, o->compatibility, gone);
    presence p = {.exist = exist,
                  .n_loops = c->n_loops,
                  .loops = af_new_array(o->arena, int, c->n_loops + 1)};
    uint8_t **orders;
    const uint8_t *order;
    int n_orders = af_compatibility_orders(o->arena, c, &orders), n = 0,
        *places = af_new_array(o->arena, int, o->n_fused + 1);
    p.family = family_among(o, c, orders, n_orders, &order);
    if (p.family < 0 && add_to) {
        p.family = add_to->families.count;
        *af_push(add_to->arena, &add_to->families) = af_compatibility_drop(add_to->arena, c, 0);
    }
    for (int k = 0; k < o->n_fused; k++)
        if (exist >> k & 1)
            places[n++] = k;
    for (int l = 0; l < c->n_loops; l++)
        p.loops[l] = places[order[l]];
    if (p.family >= 0) {
        p.n_columns = n_columns(o->all, o->n_totals, p.family);
        p.source = af_new_array(o->arena, int, p.n_columns);
        for (int t = 0; t < o->n_totals; t++)
            p.source[t] = t;
        for (int m = 0, at = o->n_totals; m < o->all->n_memories; m++)
            for (int level = -1; level <= c->n_loops; level++)
                p.source[at++] = source_of(o, o->all->memories[m], level, gone, c->n_loops);
    }
    *af_push(o->arena, &o->presences) = p;
    return &o->presences.items[o->presences.count - 1];
}

static const int32_t *iterations_in_order(const af_outlook *o, const presence *p, const int32_t *iterations)
{
    for (int l = 0; l < p->n_loops; l++)
        o->iterations[l] = iterations[p->loops[l]];
    return o->iterations;
}

static uint64_t existing(const af_outlook *o, const int32_t *iterations)
{
    uint64_t exist = 0;
    for (int k = 0; k < o->n_fused; k++)
        exist |= (uint64_t)(iterations[k] != 1) << k;
    return exist;
}

/* ---- both ways */

void af_incumbents_add(af_incumbents *all, const af_outcome *outcome)
{
    if (outcome->cause || !outcome->explored.n_rows)
        return;
    af_arena *scratch = af_arena_new();
    const af_explored *e = &outcome->explored;
    af_outlook o = {.arena = scratch,
                    .all = all,
                    .compatibility = outcome->compatibility,
                    .n_fused = outcome->n_fused,
                    .n_reservations = outcome->n_reservations,
                    .reservations = outcome->reservations};
    const double *columns[AF_OBJECTIVES];
    for (int k = 0; k < AF_OBJECTIVES; k++)
        if (e->totals[k])
            columns[o.n_totals++] = e->totals[k];
    o.iterations = af_new_array(scratch, int32_t, 2 * o.n_fused + 2);
    int32_t *own = o.iterations + o.n_fused + 1;
    double *point = af_new_array(scratch, double, AF_OBJECTIVES + all->n_memories * (o.n_fused + 2));
    for (int row = 0; row < e->n_rows; row++) {
        for (int k = 0; k < o.n_fused; k++)
            own[k] = e->iterations[k][row];
        const presence *p = presence_of(&o, existing(&o, own), all);
        for (int c = 0; c < p->n_columns; c++)
            point[c] = p->source[c] < 0            ? 0
                       : p->source[c] < o.n_totals ? columns[p->source[c]][row]
                                                   : e->reservations[p->source[c] - o.n_totals][row];
        af_points_add(all->arena, &class_of(all, p->family, iterations_in_order(&o, p, own))->points,
                      p->n_columns, point, 0);
    }
    af_arena_free(scratch);
}

af_outlook *af_outlook_new(af_arena *arena, const af_problem *problem, const af_incumbents *incumbents)
{
    af_outlook *o = af_new(arena, af_outlook);
    *o = (af_outlook){.arena = arena,
                      .all = incumbents,
                      .compatibility = af_compatibility_of(arena, problem->pmapping),
                      .n_totals = problem->n_totals,
                      .n_reservations = problem->n_reservations,
                      .reservations = problem->reservations};
    o->n_fused = o->compatibility->n_loops;
    o->iterations = af_new_array(arena, int32_t, o->n_fused + 1);
    return o;
}

/* In terms of the goals a point has, of all columns that a goal stands for, the greatest;
 * one that holds something where the problem holds nothing cannot be compared. */
static bool in_goals(const af_outlook *o, const presence *p, const double *point, double *goals)
{
    for (int g = 0; g < o->n_totals + o->n_reservations; g++)
        goals[g] = g < o->n_totals ? point[g] : 0;
    for (int c = o->n_totals; c < p->n_columns; c++) {
        if (p->source[c] >= 0)
            goals[p->source[c]] = point[c] > goals[p->source[c]] ? point[c] : goals[p->source[c]];
        else if (point[c] > 0)
            return false;
    }
    return true;
}

int af_incumbents_of(af_outlook *o, const int32_t *iterations, const double **points)
{
    if (!o->all->room)
        return 0;
    const presence *p = presence_of(o, existing(o, iterations), NULL);
    const int *slot = p->family < 0 ? NULL
                                    : find_slot(o->all, p->family, iterations_in_order(o, p, iterations));
    if (!slot || !*slot)
        return 0;
    const class *c = &o->all->classes.items[*slot - 1];
    int n_goals = o->n_totals + o->n_reservations, n = 0;
    if (o->points.capacity < c->points.count * n_goals) {
        o->points.capacity = 2 * c->points.count * n_goals;
        o->points.items = af_new_array(o->arena, double, o->points.capacity);
    }
    for (int i = 0; i < c->points.count; i++)
        n += in_goals(o, p, &c->points.numbers[i * p->n_columns], &o->points.items[n * n_goals]);
    *points = o->points.items;
    return n;
}
