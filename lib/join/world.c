/* What is known before the first join: names as ids, who uses which shared tensor,
 * capacities, and the groups as tables. */
#include "join/world.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Objectives by the metrics that need them (50 section 9.1) */
static const struct { int objective, metrics; } wanted[] = {
    {0, AF_LATENCY | AF_ENERGY_DELAY_PRODUCT},
    {1, AF_ENERGY | AF_ENERGY_DELAY_PRODUCT},
    {2, AF_DYNAMIC_ENERGY},
    {3, AF_LEAK_ENERGY},
};

/* ---- names */
static int add_loop(af_world *w, const af_loop_signature *loop)
{
    const char *rank = loop->rank ? loop->rank : "(no rank)";
    const char *dimension = loop->dimension ? loop->dimension : "";
    return af_name_add(w->loops, loop->spatial ? af_format(w->arena, "%s(spatial%s%s)", rank,
                                                           *dimension ? " " : "", dimension)
                                               : rank);
}

static void name_group(af_world *w, const af_group *g)
{
    for (int i = 0; i < g->compatibility.n_tensors; i++) {
        af_name_add(w->tensors, g->compatibility.tensors[i].tensor);
        af_name_add(w->memories, g->compatibility.tensors[i].memory);
    }
    for (int i = 0; i < g->n_reservations; i++)
        af_name_add(w->memories, g->reservations[i].memory);
}

/* ---- who uses what */
static bool **matrix(af_arena *arena, int rows, int columns)
{
    bool **m = af_new_array(arena, bool *, rows);
    for (int i = 0; i < rows; i++)
        m[i] = af_new_array(arena, bool, columns);
    return m;
}

static void find_uses(af_world *w, af_group *const *const *groups, const int *n_groups)
{
    int n = w->n_einsums;
    w->uses = matrix(w->arena, n, w->n_tensors);
    w->before = matrix(w->arena, n, w->n_tensors);
    w->after = matrix(w->arena, n, w->n_tensors);
    w->others = matrix(w->arena, n, w->n_tensors);
    for (int e = 0; e < n; e++)
        for (int g = 0; g < n_groups[e]; g++)
            for (int i = 0; i < groups[e][g]->compatibility.n_tensors; i++)
                w->uses[e][af_name_find(w->tensors, groups[e][g]->compatibility.tensors[i].tensor)] = true;
    for (int t = 0; t < w->n_tensors; t++) {
        for (int e = 1; e < n; e++)
            w->before[e][t] = w->before[e - 1][t] || w->uses[e - 1][t];
        for (int e = n - 2; e >= 0; e--)
            w->after[e][t] = w->after[e + 1][t] || w->uses[e + 1][t];
        for (int e = 0; e < n; e++)
            w->others[e][t] = w->before[e][t] || w->after[e][t];
    }
}

/* Source and results of copy Einsums, in both directions, not from one result
 * to another (70 section 11.2). */
static void find_aliases(af_world *w)
{
    w->alias = matrix(w->arena, w->n_tensors, w->n_tensors);
    for (int e = 0; e < w->n_einsums; e++) {
        const af_einsum *einsum = w->einsums[e];
        for (int i = 0; einsum->is_copy && i < einsum->n_tensors; i++)
            for (int o = 0; o < einsum->n_tensors; o++) {
                int a = af_name_find(w->tensors, einsum->tensors[i].name),
                    b = af_name_find(w->tensors, einsum->tensors[o].name);
                if (!einsum->tensors[i].output && einsum->tensors[o].output && a >= 0 && b >= 0)
                    w->alias[a][b] = w->alias[b][a] = true;
            }
    }
}

/* ---- memories */
static double size_in(const af_einsum *einsum, const char *memory)
{
    int node = af_find_node(einsum, memory);
    return node >= 0 && einsum->nodes[node].kind == AF_MEMORY ? einsum->nodes[node].size : INFINITY;
}

static void find_sizes(af_world *w)
{
    w->size = af_new_array(w->arena, double, w->n_memories);
    w->never_freed = af_new_array(w->arena, bool, w->n_memories);
    for (int m = 0; m < w->n_memories; m++) {
        w->size[m] = INFINITY;
        for (int e = 0; e < w->n_einsums && isinf(w->size[m]); e++)
            w->size[m] = size_in(w->einsums[e], af_name_text(w->memories, m));
    }
}

static void find_never_freed(af_world *w, const af_group *g)
{
    if (w->usage || w->options->fixes >> AF_QUIRK_PERSISTENT_NOT_FREED & 1)
        return;
    for (int i = 0; i < g->n_ignored; i++) {
        int memory = af_name_find(w->memories, g->ignored[i]);
        if (memory >= 0)
            w->never_freed[memory] = true;
    }
}

/* ---- one group as a table */
static af_compat compat_of(af_world *w, const af_compatibility *c)
{
    af_backing *backings = af_new_array(w->arena, af_backing, c->n_tensors);
    for (int i = 0; i < c->n_tensors; i++) {
        const af_tensor_reservation *t = &c->tensors[i];
        int *loops = af_new_array(w->arena, int, t->n_loops), place = i;
        for (int k = 0; k < t->n_loops; k++)
            loops[k] = add_loop(w, &t->loops[k]);
        af_backing b = {af_name_find(w->tensors, t->tensor), af_name_find(w->memories, t->memory),
                        t->persistent, t->n_loops, loops};
        for (; place && backings[place - 1].tensor > b.tensor; place--)
            backings[place] = backings[place - 1];
        backings[place] = b;
    }
    return (af_compat){c->n_loops, c->fences, c->n_tensors, backings};
}

/* What must match of loop k: its iteration count, or that with its tile shape. */
static int32_t key_of(const af_world *w, const af_group *g, int row, int k)
{
    if (!w->same_tiles)
        return g->iterations[k][row];
    const af_group_template *template = &g->templates[g->template_of[row]];
    return af_name_add(w->patterns, af_format(w->arena, "%d:%.17g", (int)g->iterations[k][row],
                                              g->tiles[row][template->loop_of[k]]));
}

typedef struct keyed_row { int row; const int32_t *key; } keyed_row;

static int by_key(const void *a, const void *b, void *context)
{
    const keyed_row *x = a, *y = b;
    for (int k = 0; k < *(int *)context; k++)
        if (x->key[k] != y->key[k])
            return x->key[k] < y->key[k] ? -1 : 1;
    return x->row - y->row;
}

/* Rows of equal iteration counts stand together. */
static void make_runs(af_world *w, af_table *table)
{
    const af_group *g = table->group;
    int n_loops = g->compatibility.n_loops;
    af_arena *scratch = af_arena_new();
    keyed_row *rows = af_arena_room(scratch, sizeof *rows * (size_t)table->n_rows);
    int32_t *keys = af_arena_room(w->arena, sizeof *keys * (size_t)table->n_rows * (size_t)n_loops);
    for (int row = 0; row < table->n_rows; row++, keys += n_loops) {
        for (int k = 0; k < n_loops; k++)
            keys[k] = key_of(w, g, table->row_of_group[row], k);
        rows[row] = (keyed_row){table->row_of_group[row], keys};
    }
    qsort_r(rows, (size_t)table->n_rows, sizeof *rows, by_key, &n_loops);
    table->runs = af_arena_room(w->arena, sizeof *table->runs * (size_t)table->n_rows);
    for (int row = 0; row < table->n_rows; row++) {
        table->row_of_group[row] = rows[row].row;
        af_run *last = table->n_runs ? &table->runs[table->n_runs - 1] : NULL;
        if (last && (!n_loops || !memcmp(last->key, rows[row].key, sizeof *last->key * (size_t)n_loops)))
            last->end++;
        else
            table->runs[table->n_runs++] = (af_run){row, row + 1, rows[row].key};
    }
    af_arena_free(scratch);
}

static void add_column(af_arena *arena, af_table *table, af_column column, const double *values, double scale)
{
    int c = table->n_columns++;
    table->columns[c] = column;
    table->values[c] = af_new_array(arena, double, table->n_rows);
    for (int row = 0; row < table->n_rows; row++)
        table->values[c][row] = values[table->row_of_group[row]] * scale;
    af_table_range(table, c);
}

/* Bits of this Einsum's memory, as bits of the memory of that name in the first Einsum that has it:
 * what counts is the fraction. */
static double scale_of(const af_world *w, int einsum, int memory)
{
    double own = size_in(w->einsums[einsum], af_name_text(w->memories, memory));
    bool as_it_is = own == w->size[memory] || own == 0 || isinf(own) || isinf(w->size[memory]);
    return as_it_is ? 1 : w->size[memory] / own;
}

static int add_columns(af_world *w, int einsum, af_table *table)
{
    const af_group *g = table->group;
    int room = AF_OBJECTIVES + g->n_reservations + g->n_tensors;
    table->columns = af_new_array(w->arena, af_column, room);
    table->values = af_new_array(w->arena, double *, room);
    table->lowest = af_new_array(w->arena, double, room);
    table->highest = af_new_array(w->arena, double, room);
    for (int i = 0; i < w->n_objectives; i++) {
        int objective = w->objectives[i];
        if (!g->objectives[objective])
            return af_fail(w->report, AF_BAD_DATA, AF_NOWHERE, NULL,
                           "group %d of Einsum %s has no %s: "
                           "it was made for other metrics than those asked for now",
                           g->id, g->einsum, af_objective_names[objective]);
        add_column(w->arena, table, (af_column){AF_OBJECTIVE, objective, 0}, g->objectives[objective], 1);
    }
    for (int i = 0; i < g->n_reservations; i++) {
        int memory = af_name_find(w->memories, g->reservations[i].memory);
        if (isfinite(w->size[memory]))
            add_column(w->arena, table, (af_column){AF_SHARED, memory, g->reservations[i].level},
                       g->reservations[i].bits, scale_of(w, einsum, memory));
    }
    for (int i = 0; i < g->n_tensors; i++) {
        const af_backing *b = af_find_backing(&table->compat, af_name_find(w->tensors, g->tensors[i].tensor));
        if (b && isfinite(w->size[b->memory]))
            add_column(w->arena, table, (af_column){AF_TENSOR_BITS, b->tensor, 0}, g->tensors[i].bits,
                       scale_of(w, einsum, b->memory));
    }
    return 0;
}

/* The only rows that are given up for others that are not as good: the user asks for it by the tolerance.
 *
 * With an objective_tolerance, rows that are equal when rounded compete before the join (70 section 7 end).
 */
static int rows_within_tolerance(const af_world *w, int einsum, const af_group *g, int *rows)
{
    double tolerance = w->einsums[einsum]->mapper.objective_tolerance;
    int n = 0;
    bool *keep = af_new_array(w->arena, bool, g->n_rows);
    memset(keep, true, (size_t)g->n_rows);
    if (tolerance > 0) {
        af_arena *scratch = af_arena_new();
        double **columns = af_new_array(scratch, double *, w->n_objectives + g->n_reservations);
        int n_columns = 0;
        for (int i = 0; i < w->n_objectives + g->n_reservations; i++) {
            bool objective = i < w->n_objectives;
            const af_reservation_column *r = objective ? NULL : &g->reservations[i - w->n_objectives];
            const double *from = objective ? g->objectives[w->objectives[i]] : r->bits;
            double size = objective ? 1 : size_in(w->einsums[einsum], r->memory);
            if (!from || isinf(size))
                continue;
            double *column = columns[n_columns++] = af_new_array(scratch, double, g->n_rows);
            for (int row = 0; row < g->n_rows; row++)
                column[row] = from[row] / size;
            if (objective || !w->usage)
                af_round_for_tolerance(column, g->n_rows, tolerance, 0);
        }
        af_pareto((const double *const *)columns, n_columns, (const int32_t *const *)g->iterations,
                  g->compatibility.n_loops, g->n_rows, keep);
        af_arena_free(scratch);
    }
    for (int row = 0; row < g->n_rows; row++)
        if (keep[row])
            rows[n++] = row;
    return n;
}

static af_table *table_of(af_world *w, int einsum, af_group *g, uint32_t first_rank)
{
    af_table *table = af_new(w->arena, af_table);
    table->compat = compat_of(w, &g->compatibility);
    table->group = g;
    table->row_of_group = af_new_array(w->arena, int, g->n_rows);
    table->n_rows = rows_within_tolerance(w, einsum, g, table->row_of_group);
    make_runs(w, table);
    table->rank = af_new_array(w->arena, uint32_t, table->n_rows);
    for (int row = 0; row < table->n_rows; row++)
        table->rank[row] = first_rank + (uint32_t)table->row_of_group[row];
    table->n_total = g->n_total, table->n_valid = g->n_valid;
    return add_columns(w, einsum, table) ? NULL : table;
}

af_table *af_unit_table(af_arena *arena)
{
    static const int32_t no_counts[1];
    af_table *unit = af_new(arena, af_table);
    unit->n_rows = unit->n_runs = 1;
    unit->runs = af_new(arena, af_run);
    *unit->runs = (af_run){0, 1, no_counts};
    unit->rank = af_new(arena, uint32_t);
    unit->n_total = unit->n_valid = 1;
    return unit;
}

int af_world_make(af_arena *arena, af_world *w, af_group *const *const *groups, const int *n_groups,
                  af_table ****tables)
{
    w->arena = arena;
    w->tensors = af_names_new(arena), w->memories = af_names_new(arena), w->loops = af_names_new(arena),
    w->patterns = af_names_new(arena);
    w->usage = w->metrics & AF_RESOURCE_USAGE;
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
        if (w->metrics & wanted[i].metrics)
            w->objectives[w->n_objectives++] = wanted[i].objective;
    for (int e = 0; e < w->n_einsums; e++)
        for (int g = 0; g < n_groups[e]; g++)
            name_group(w, groups[e][g]);
    w->n_tensors = af_name_count(w->tensors), w->n_memories = af_name_count(w->memories);
    find_uses(w, groups, n_groups);
    find_aliases(w);
    find_sizes(w);
    *tables = af_new_array(arena, af_table **, w->n_einsums);
    for (int e = 0; e < w->n_einsums; e++) {
        uint32_t rank = 0;
        (*tables)[e] = af_new_array(arena, af_table *, n_groups[e]);
        for (int g = 0; g < n_groups[e]; rank += (uint32_t)groups[e][g]->n_rows, g++) {
            if (!((*tables)[e][g] = table_of(w, e, groups[e][g], rank)))
                return -1;
            find_never_freed(w, groups[e][g]);
        }
    }
    af_find_most(w, (af_table *const *const *)*tables, n_groups);
    return 0;
}
