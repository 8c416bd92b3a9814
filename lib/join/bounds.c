/* What is still to come. Both kinds of bounds are taken over all rows of an Einsum, so that no choice of the
 * rest adds more to a memory or costs less (70 sections 14.1, 17.3). The most that other Einsums can add to a
 * memory, and the least that they cost. */
#include "join/stage.h"

#include <math.h>

/* ---- memories */
static double **zeros(af_arena *arena, int rows, int columns)
{
    double **m = af_new_array(arena, double *, rows);
    for (int i = 0; i < rows; i++)
        m[i] = af_new_array(arena, double, columns);
    return m;
}

static int loops_when_joined(const af_world *w, int einsum, const af_compat *c)
{
    int n_loops = 0;
    for (int i = 0; i < c->n_backings; i++)
        if (w->others[einsum][c->backings[i].tensor] && c->backings[i].n_loops > n_loops)
            n_loops = c->backings[i].n_loops;
    return n_loops;
}

static void find_most(af_world *w, int einsum, const af_table *table, double **largest)
{
    int n_loops = loops_when_joined(w, einsum, &table->compat);
    for (int c = 0; c < table->n_columns; c++) {
        const af_column *column = &table->columns[c];
        double highest = table->highest[c];
        if (column->kind == AF_SHARED) {
            double *most = &w->most[einsum][column->subject], *above = w->above[einsum][column->subject];
            *most = af_higher(*most, highest);
            for (int n = column->level + 1; n <= AF_MOST_LOOPS && column->level < n_loops; n++)
                above[n] = af_higher(above[n], highest);
        } else if (column->kind == AF_TENSOR_BITS) {
            int memory = af_find_backing(&table->compat, column->subject)->memory;
            double *tensor = &largest[column->subject][memory];
            *tensor = af_higher(*tensor, highest);
        }
    }
}

static void find_skipped(af_world *w, double *const *largest)
{
    for (int e = 0; e < w->n_einsums; e++)
        for (int t = 0; t < w->n_tensors; t++)
            for (int m = 0; m < w->n_memories; m++)
                if (w->before[e][t] && w->after[e][t] && !w->uses[e][t])
                    w->skipped[e][m] += largest[t][m];
}

void af_find_most(af_world *w, af_table *const *const *tables, const int *n_groups)
{
    w->most = zeros(w->arena, w->n_einsums, w->n_memories);
    w->skipped = zeros(w->arena, w->n_einsums, w->n_memories);
    w->least = zeros(w->arena, w->n_einsums, AF_OBJECTIVES);
    w->above = af_new_array(w->arena, double **, w->n_einsums);
    double **largest = zeros(w->arena, w->n_tensors, w->n_memories);
    for (int e = 0; e < w->n_einsums; e++) {
        w->above[e] = zeros(w->arena, w->n_memories, AF_MOST_LOOPS + 1);
        for (int g = 0; g < n_groups[e]; g++)
            find_most(w, e, tables[e][g], largest);
    }
    find_skipped(w, largest);
}

/* The shared reservations of the Einsums from `first` on, without those of `self`,
 * and the tensors that skip any of them. */
static double all_above(const af_world *w, int memory, int first, int self)
{
    double sum = 0;
    for (int e = first; e < w->n_einsums; e++)
        sum += (e == self ? 0 : w->above[e][memory][AF_MOST_LOOPS]) + w->skipped[e][memory];
    return sum;
}

/* A shared reservation meets the whole usage of one Einsum, since that then is finished,
 * and the shared reservations of the others. */
static double most_shared(const af_world *w, int memory, int first, int self)
{
    double most = 0;
    for (int e = first; e < w->n_einsums; e++)
        if (e != self)
            most = af_higher(most, w->most[e][memory] - w->above[e][memory][AF_MOST_LOOPS]);
    return all_above(w, memory, first, self) + most;
}

static double *per_memory(const af_world *w, double (*rise)(const af_world *, int, int, int), int first,
                          int self)
{
    double *result = af_new_array(w->arena, double, w->n_memories);
    for (int m = 0; m < w->n_memories; m++)
        result[m] = rise(w, m, first, self);
    return result;
}

/* A peak under n loops meets reservations that are shared above them. */
static double *const *rise_of_finished(const af_world *w, int first)
{
    double **rise = zeros(w->arena, w->n_memories, AF_MOST_LOOPS + 1);
    for (int e = first; e < w->n_einsums; e++)
        for (int m = 0; m < w->n_memories; m++)
            for (int n = 0; n <= AF_MOST_LOOPS; n++)
                rise[m][n] += w->above[e][m][n];
    return rise;
}

/* ---- objectives */
void af_note_least(af_world *w, int einsum, af_table *const *tables, int n_tables)
{
    for (int i = 0; i < w->n_objectives; i++) {
        double least = INFINITY;
        for (int t = 0; t < n_tables; t++)
            for (int c = 0; c < tables[t]->n_columns; c++)
                if (tables[t]->columns[c].kind == AF_OBJECTIVE &&
                    tables[t]->columns[c].subject == w->objectives[i])
                    least = af_lower(least, tables[t]->lowest[c]);
        w->least[einsum][w->objectives[i]] = least;
    }
}

static double *rest(const af_world *w, int first, int self)
{
    double *sum = af_new_array(w->arena, double, AF_OBJECTIVES);
    for (int e = first; e < w->n_einsums; e++)
        for (int o = 0; o < AF_OBJECTIVES && e != self; o++)
            sum[o] += w->least[e][o];
    return sum;
}

af_purpose af_purpose_of_join(const af_world *w, int einsum)
{
    return (af_purpose){.left = true,
                        .last = einsum == w->n_einsums - 1,
                        .live = w->after[einsum],
                        .rest = rest(w, einsum + 1, -1),
                        .rise_finished = rise_of_finished(w, einsum + 1),
                        .rise_shared = per_memory(w, most_shared, einsum + 1, -1)};
}

af_purpose af_purpose_of_consolidation(const af_world *w, int einsum)
{
    return (af_purpose){.live = w->others[einsum],
                        .rest = rest(w, 0, einsum),
                        .rise_innermost = per_memory(w, all_above, 0, einsum),
                        .rise_shared = per_memory(w, most_shared, 0, einsum)};
}

/* ---- criteria */
/* What decides first (00-overview section 3); -1: energy x latency */
static const struct { int metric, objective; } ranking[] = {
    {AF_ENERGY_DELAY_PRODUCT, -1},
    {AF_ENERGY,               1},
    {AF_LATENCY,              0},
    {AF_DYNAMIC_ENERGY,       2},
    {AF_LEAK_ENERGY,          3},
};

int af_criteria(const af_world *w, const double *objectives, double *criteria)
{
    int n = 0;
    for (size_t i = 0; i < sizeof ranking / sizeof *ranking; i++)
        if (w->metrics & ranking[i].metric)
            criteria[n++] = ranking[i].objective < 0 ? objectives[0] * objectives[1]
                                                     : objectives[ranking[i].objective];
    return n;
}

/* Nothing is lost with a hopeless partial mapping: objectives and peaks only grow as more Einsums are joined,
 * so all its completions are worse than a mapping that is known to be valid (70 section 7).
 *
 * Worse by more than rounding: a solution must not rule out the partial mappings that it is made of. */
#define CLEARLY_LESS(a, b) ((a) < (b) * (1 - 1e-9))

bool af_is_hopeless(const af_world *w, const double *least_objectives, const double *peaks)
{
    double criteria[AF_MOST_CRITERIA];
    int n = w->n_solutions ? af_criteria(w, least_objectives, criteria) : 0;
    for (int s = 0; s < w->n_solutions; s++) {
        const double *solution = w->solutions[s];
        bool better = false, no_worse = true;
        for (int i = 0; i < n && no_worse; i++) {
            no_worse = solution[i] <= criteria[i];
            better |= CLEARLY_LESS(solution[i], criteria[i]);
        }
        for (int m = 0; w->usage && m < w->n_memories && no_worse; m++)
            no_worse = solution[n + m] <= peaks[m];
        if (no_worse && better)
            return true;
    }
    return false;
}
