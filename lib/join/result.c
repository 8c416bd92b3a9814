/* The rows of the last join as mappings: the front in the metrics asked for, best first. */
#include "join/choice.h"

#include <math.h>
#include <stdlib.h>

enum { MOST_SOLUTIONS = 64 };                /* each is compared with each partial mapping */
#define NOISE 1e-12                          /* sums in another order differ by less */

typedef struct candidate {
    int row;
    uint32_t rank;
    int n;
    double *criteria, objectives[AF_OBJECTIVES];
} candidate;

static candidate candidate_of(af_arena *arena, const af_world *world, const af_table *table, int row)
{
    candidate c = {.row = row,
                   .rank = table->rank[row],
                   .criteria = af_new_array(arena, double, AF_MOST_CRITERIA + world->n_memories)};
    for (int i = 0; i < AF_OBJECTIVES; i++)
        c.objectives[i] = NAN;
    for (int i = 0; i < table->n_columns; i++)
        if (table->columns[i].kind == AF_OBJECTIVE)
            c.objectives[table->columns[i].subject] = table->values[i][row];
    c.n = af_criteria(world, c.objectives, c.criteria);
    if (!world->usage)
        return c;
    for (int i = 0; i < table->n_columns; i++)
        if (table->columns[i].kind == AF_SHARED)
            c.criteria[c.n + table->columns[i].subject] = table->values[i][row];
    c.n += world->n_memories;
    return c;
}

static int best_first(const void *a, const void *b)
{
    const candidate *x = a, *y = b;
    for (int i = 0; i < x->n; i++)
        if (x->criteria[i] != y->criteria[i])
            return x->criteria[i] < y->criteria[i] ? -1 : 1;
    return (x->rank > y->rank) - (x->rank < y->rank);
}

/* a makes b superfluous: it is nowhere worse, and somewhere better or the first of two equal ones. */
static bool beats(const candidate *a, const candidate *b, bool a_first)
{
    bool better = a_first;
    for (int i = 0; i < a->n; i++) {
        if (a->criteria[i] > b->criteria[i] * (1 + NOISE))
            return false;
        better |= a->criteria[i] < b->criteria[i] * (1 - NOISE);
    }
    return better;
}

static int keep_front(candidate *c, int n)
{
    bool *out = af_memory_resize(NULL, (size_t)n + 1);
    for (int i = 0; i < n; i++) {
        out[i] = false;
        for (int k = 0; k < n && !out[i]; k++)
            out[i] = k != i && !(k < i && out[k]) && beats(&c[k], &c[i], k < i);
    }
    int kept = 0;
    for (int i = 0; i < n; i++)
        if (!out[i])
            c[kept++] = c[i];
    af_memory_resize(out, 0);
    return kept;
}

/* ---- one mapping */
static void put_usages(af_arena *arena, const af_world *world, const af_table *table, int row,
                       af_joined *mapping)
{
    mapping->usages = af_new_array(arena, af_usage, world->n_memories);
    for (int m = 0; m < world->n_memories; m++) {
        if (isinf(world->size[m]))
            continue;
        double bits = 0;
        for (int c = 0; c < table->n_columns; c++)
            if (table->columns[c].kind == AF_SHARED && table->columns[c].subject == m)
                bits = table->values[c][row];
        mapping->usages[mapping->n_usages++] = (af_usage){af_name_text(world->memories, m),
                                                          bits ? bits / world->size[m] : 0, world->size[m]};
    }
}

static int describe(af_arena *arena, const af_world *world, const af_table *table, const candidate *c,
                    af_joined *mapping)
{
    const af_choice *choices = af_walk_back(arena, world, table, c->row);
    for (int i = 0; i < AF_OBJECTIVES; i++)
        mapping->objectives[i] = c->objectives[i];
    mapping->energy_delay_product = world->metrics & AF_ENERGY_DELAY_PRODUCT
                                        ? c->objectives[0] * c->objectives[1]
                                        : NAN;
    mapping->group = af_new_array(arena, int, world->n_einsums);
    mapping->row = af_new_array(arena, int, world->n_einsums);
    for (int e = 0; e < world->n_einsums; e++) {
        mapping->group[e] = choices[e].group->id, mapping->row[e] = choices[e].row;
        if (af_group_complete(arena, choices[e].group, world->report))
            return -1;
    }
    mapping->tree = af_tree_of(arena, world, choices);
    if (world->usage)
        put_usages(arena, world, table, c->row, mapping);
    return 0;
}

static int front_of(af_arena *arena, const af_world *world, const af_table *table, candidate **candidates)
{
    candidate *all = *candidates = af_new_array(arena, candidate, table->n_rows);
    for (int row = 0; row < table->n_rows; row++)
        all[row] = candidate_of(arena, world, table, row);
    qsort(all, (size_t)table->n_rows, sizeof *all, best_first);
    return keep_front(all, table->n_rows);
}

int af_take_front(af_arena *arena, const af_world *world, const af_stage *last, af_join_result *result)
{
    const af_table *table = last->tables[0];   /* nothing is live any more: there is one family */
    candidate *candidates;
    int n = front_of(arena, world, table, &candidates);
    result->n_total = table->n_total, result->n_valid = table->n_valid;
    result->mappings = af_new_array(arena, af_joined, n);
    for (int i = 0; i < n; i++)
        if (describe(arena, world, table, &candidates[i], &result->mappings[result->n_mappings++]))
            return -1;
    return 0;
}

void af_take_solutions(af_world *world, const af_stage *last)
{
    candidate *candidates;
    int n = front_of(world->arena, world, last->tables[0], &candidates);
    world->n_solutions = n < MOST_SOLUTIONS ? n : MOST_SOLUTIONS;
    world->solutions = af_new_array(world->arena, double *, world->n_solutions);
    for (int i = 0; i < world->n_solutions; i++)             /* evenly over the front */
        world->solutions[i] = candidates[(int64_t)i * n / world->n_solutions].criteria;
}
