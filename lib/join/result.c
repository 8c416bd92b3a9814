/* The rows of the last join as mappings: the front in the metrics asked for, best first. */
#include "join/choice.h"

#include <math.h>
#include <stdlib.h>

enum { ENERGY_DELAY_PRODUCT = AF_OBJECTIVES };
static const struct { int metric, value; } ranking[] = {     /* what decides first (00-overview section 3) */
    {AF_ENERGY_DELAY_PRODUCT, ENERGY_DELAY_PRODUCT}, {AF_ENERGY, 1}, {AF_LATENCY, 0}, {AF_DYNAMIC_ENERGY, 2}, {AF_LEAK_ENERGY, 3}};

#define NOISE 1e-12                          /* sums in another order differ by less */

typedef struct candidate { int row; uint32_t rank; int n; double *criteria, values[AF_OBJECTIVES + 1]; } candidate;

static candidate candidate_of(af_arena *arena, const af_world *world, const af_table *table, int row)
{
    candidate c = {.row = row, .rank = table->rank[row], .criteria = af_new_array(arena, double, AF_OBJECTIVES + 1 + table->n_columns)};
    for (int i = 0; i <= AF_OBJECTIVES; i++)
        c.values[i] = NAN;
    for (int i = 0; i < table->n_columns; i++)
        if (table->columns[i].kind == AF_OBJECTIVE)
            c.values[table->columns[i].subject] = table->values[i][row];
    if (world->metrics & AF_ENERGY_DELAY_PRODUCT)
        c.values[ENERGY_DELAY_PRODUCT] = c.values[0] * c.values[1];
    for (size_t i = 0; i < sizeof ranking / sizeof *ranking; i++)
        if (world->metrics & ranking[i].metric)
            c.criteria[c.n++] = c.values[ranking[i].value];
    for (int i = 0; world->usage && i < table->n_columns; i++)
        if (table->columns[i].kind == AF_SHARED)
            c.criteria[c.n++] = table->values[i][row];
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
static int put_usages(af_arena *arena, const af_world *world, const af_choice *choices, af_joined *mapping)
{
    double *peaks = af_peak_usage(arena, world, choices);
    mapping->usages = af_new_array(arena, af_usage, world->n_memories);
    for (int m = 0; m < world->n_memories; m++) {
        if (isnan(peaks[m]))
            continue;
        const char *name = af_name_text(world->memories, m);
        double size = world->size[m];
        mapping->usages[mapping->n_usages++] = (af_usage){name, size > 0 ? peaks[m] / size : 0, size};
        if (peaks[m] > size * (1 + 1e-9))
            return af_fail(world->report, AF_BUG, AF_NOWHERE, NULL, "a joined mapping uses %g bits of %s, which has %g", peaks[m], name, size);
    }
    return 0;
}

static int describe(af_arena *arena, const af_world *world, const af_table *table, const candidate *c, af_joined *mapping)
{
    const af_choice *choices = af_walk_back(arena, world, table, c->row);
    for (int i = 0; i < AF_OBJECTIVES; i++)
        mapping->objectives[i] = c->values[i];
    mapping->energy_delay_product = c->values[ENERGY_DELAY_PRODUCT];
    mapping->group = af_new_array(arena, int, world->n_einsums);
    mapping->row = af_new_array(arena, int, world->n_einsums);
    for (int e = 0; e < world->n_einsums; e++)
        mapping->group[e] = choices[e].group->id, mapping->row[e] = choices[e].row;
    mapping->tree = af_tree_of(arena, world, choices);
    return put_usages(arena, world, choices, mapping);
}

int af_take_front(af_arena *arena, const af_world *world, const af_stage *last, af_join_result *result)
{
    const af_table *table = last->tables[0];                 /* nothing is live any more: there is one family */
    result->n_total = table->n_total, result->n_valid = table->n_valid;
    candidate *candidates = af_new_array(arena, candidate, table->n_rows);
    for (int row = 0; row < table->n_rows; row++)
        candidates[row] = candidate_of(arena, world, table, row);
    qsort(candidates, (size_t)table->n_rows, sizeof *candidates, best_first);
    int n = keep_front(candidates, table->n_rows);
    result->mappings = af_new_array(arena, af_joined, n);
    for (int i = 0; i < n; i++)
        if (describe(arena, world, table, &candidates[i], &result->mappings[result->n_mappings++]))
            return -1;
    return 0;
}
