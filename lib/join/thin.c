/* Nothing is lost by the quick pass: what it finds are whole mappings that fit, which bound the exact pass;
 * whatever it leaves out, the exact pass has (70 section 7).
 *
 * Tables with fewer rows: for a quick first pass, and without rows that a known solution rules out. */
#include "join/world.h"

#include <string.h>

/* The marked rows as a table of their own. */
static af_table *subset(af_arena *values, const af_world *world, const af_table *table, const bool *keep)
{
    int count = 0;
    for (int row = 0; row < table->n_rows; row++)
        count += keep[row];
    af_table *result = af_new(world->arena, af_table);
    *result = *table;
    result->n_rows = result->n_runs = 0;
    result->runs = af_new_array(values, af_run, count < table->n_runs ? count : table->n_runs);
    result->rank = af_new_array(values, uint32_t, count);
    result->origins = af_new_array(world->arena, af_origin, count);
    result->values = af_new_array(values, double *, table->n_columns);
    for (int c = 0; c < table->n_columns; c++)
        result->values[c] = af_new_array(values, double, count);
    for (int run = 0; run < table->n_runs; run++) {
        int start = result->n_rows;
        for (int row = table->runs[run].start; row < table->runs[run].end; row++) {
            if (!keep[row])
                continue;
            int to = result->n_rows++;
            result->rank[to] = table->rank[row];
            result->origins[to] = table->origins[row];
            for (int c = 0; c < table->n_columns; c++)
                result->values[c][to] = table->values[c][row];
        }
        if (result->n_rows > start)
            result->runs[result->n_runs++] = (af_run){start, result->n_rows, table->runs[run].key};
    }
    result->lowest = af_new_array(values, double, table->n_columns);
    result->highest = af_new_array(values, double, table->n_columns);
    for (int c = 0; c < table->n_columns; c++)
        af_table_range(result, c);
    return result;
}

/* ---- the few rows that are best by each column and by each criterion of the answer */
enum { FEW = 4 };

/* Marks the FEW rows of least value; of equal ones the first. */
static void keep_least(const double *value, int n_rows, bool *keep)
{
    int best[FEW], n = 0;
    for (int row = 0; row < n_rows; row++) {
        if (n == FEW && value[row] >= value[best[FEW - 1]])
            continue;
        int at = n < FEW ? n++ : FEW - 1;
        for (; at && value[row] < value[best[at - 1]]; at--)
            best[at] = best[at - 1];
        best[at] = row;
    }
    while (n--)
        keep[best[n]] = true;
}

static double **criteria_of_rows(af_arena *scratch, const af_world *world, const af_table *table,
                                 int *n_criteria)
{
    double **criteria = af_new_array(scratch, double *, AF_MOST_CRITERIA);
    for (int i = 0; i < AF_MOST_CRITERIA; i++)
        criteria[i] = af_new_array(scratch, double, table->n_rows);
    for (int row = 0; row < table->n_rows; row++) {
        double objectives[AF_OBJECTIVES] = {0}, one[AF_MOST_CRITERIA];
        for (int c = 0; c < table->n_columns; c++)
            if (table->columns[c].kind == AF_OBJECTIVE)
                objectives[table->columns[c].subject] = table->values[c][row];
        *n_criteria = af_criteria(world, objectives, one);
        for (int i = 0; i < *n_criteria; i++)
            criteria[i][row] = one[i];
    }
    return criteria;
}

af_table *af_thin_table(af_arena *values, const af_world *world, const af_table *table)
{
    af_arena *scratch = af_arena_new();
    bool *keep = af_new_array(scratch, bool, table->n_rows);
    int n_criteria = 0;
    double **criteria = criteria_of_rows(scratch, world, table, &n_criteria);
    for (int i = 0; i < n_criteria; i++)
        keep_least(criteria[i], table->n_rows, keep);
    for (int c = 0; c < table->n_columns; c++)
        if (table->columns[c].kind != AF_TENSOR_BITS)
            keep_least(table->values[c], table->n_rows, keep);
    af_table *result = subset(values, world, table, keep);
    af_arena_free(scratch);
    return result;
}

/* ---- rows that can still lead to something */
static bool can_win(const af_world *world, const af_table *table, int row, const double *rest, double *peaks)
{
    double least[AF_OBJECTIVES] = {0};
    memset(peaks, 0, sizeof *peaks * (size_t)world->n_memories);
    for (int c = 0; c < table->n_columns; c++) {
        const af_column *column = &table->columns[c];
        double value = table->values[c][row];
        if (column->kind == AF_OBJECTIVE)
            least[column->subject] = value + rest[column->subject];
        else if (column->kind != AF_TENSOR_BITS)
            peaks[column->subject] = af_higher(peaks[column->subject], value);
    }
    return !af_is_hopeless(world, least, peaks);
}

af_table *af_promising_rows(af_arena *values, const af_world *world, const af_table *table,
                            const double *rest)
{
    af_arena *scratch = af_arena_new();
    bool *keep = af_new_array(scratch, bool, table->n_rows);
    double *peaks = af_new_array(scratch, double, world->n_memories);
    for (int row = 0; row < table->n_rows; row++)
        keep[row] = can_win(world, table, row, rest, peaks);
    af_table *result = subset(values, world, table, keep);
    af_arena_free(scratch);
    return result;
}
