/* One stage: all its pairs joined, by threads, into one table per family. */
#include "join/stage.h"

#include <math.h>
#include <string.h>
#include <stdlib.h>

/* Row pairs, not counting that keys must match; does not depend on the number of threads */
enum { PRODUCTS_OF_JOB = 1 << 18 };

typedef struct part {                        /* some pairs of one family */
    int family, n_pairs; const int *pairs;
    af_front_set set;
    int64_t *matched;                        /* per pair */
    int64_t removed[AF_N_JOIN_RULES];
} part;

typedef struct run {
    const af_world *world; const af_purpose *purpose; af_stage *stage;
    af_arena **arenas, **scratches, **values, **lasting;     /* per worker; the last two for tables */
    af_report **reports;
    int n_tables; int *first_parts;          /* per table its first part; then how many there are */
    af_table **tables;
    int n_parts; part *parts;
} run;

/* ---- parts */
static af_front_set empty_set(const af_pair *pair)
{
    return (af_front_set){.n_keys = pair->joined.n_loops, .n_criteria = pair->plan.n_criteria};
}

static double products(const af_pair *pair) { return (double)pair->left->n_rows * pair->right->n_rows; }

static void divide(af_arena *arena, run *r)
{
    af_stage *stage = r->stage;
    int *order = af_new_array(arena, int, stage->n_pairs), n = 0;
    r->parts = af_new_array(arena, part, stage->n_pairs);
    for (int family = 0; family < stage->n_families; family++) {
        double size = INFINITY;
        for (int i = 0; i < stage->n_pairs; i++) {
            if (stage->pairs[i].family != family)
                continue;
            if (size > PRODUCTS_OF_JOB) {
                r->parts[r->n_parts++] = (part){.family = family,
                                                .pairs = order + n,
                                                .set = empty_set(&stage->pairs[i])};
                size = 0;
            }
            order[n++] = i;
            r->parts[r->n_parts - 1].n_pairs++;
            size += products(&stage->pairs[i]);
        }
    }
    for (int i = 0; i < r->n_parts; i++)
        r->parts[i].matched = af_new_array(arena, int64_t, r->parts[i].n_pairs);
}

static void run_part(void *context, int index, int worker)
{
    run *r = context;
    part *p = &r->parts[index];
    for (int i = 0; i < p->n_pairs; i++) {
        af_arena_mark mark = af_arena_here(r->scratches[worker]);
        p->matched[i] = af_join_pair(r->scratches[worker], r->arenas[worker], r->world, r->purpose,
                                     &r->stage->pairs[p->pairs[i]], (uint32_t)p->pairs[i], &p->set,
                                     p->removed, r->reports[worker]);
        af_arena_rewind(r->scratches[worker], mark);
    }
}

static void merge_sets(af_arena *arena, af_front_set *into, const af_front_set *from)
{
    for (int i = 0; i < from->fronts.count; i++) {
        const af_front *f = &from->fronts.items[i];
        af_front *target = af_find_front(arena, into, f->key);
        for (int k = 0; k < f->n; k++)
            af_front_insert(arena, target, into->n_criteria, &f->points[k * into->n_criteria], &f->rows[k]);
    }
}

/* ---- tables */
static int compare_keys(const int32_t *a, const int32_t *b, int n)
{
    for (int i = 0; i < n; i++)
        if (a[i] != b[i])
            return a[i] < b[i] ? -1 : 1;
    return 0;
}

static int by_key(const void *a, const void *b, void *n)
{
    return compare_keys(((const af_front *)a)->key, ((const af_front *)b)->key, *(int *)n);
}

static int by_rank(const void *a, const void *b)
{
    const af_front_point *x = a, *y = b;
    if (x->rank != y->rank)
        return x->rank < y->rank ? -1 : 1;
    if (x->origin.pair != y->origin.pair)
        return x->origin.pair < y->origin.pair ? -1 : 1;
    return (x->origin.order > y->origin.order) - (x->origin.order < y->origin.order);
}

static double column_value(const af_product_column *column, const af_pair *pair, const af_origin *origin)
{
    double value = 0;
    for (int i = 0; i < column->n_sums; i++)
        value = af_higher(value, af_evaluate_sum(&pair->plan.sums[column->sums[i]], pair->left,
                                                 (int)origin->left, pair->right, (int)origin->right));
    return value;
}

static void fill_columns(af_arena *values, const af_stage *stage, af_table *table)
{
    const af_plan *plan = &stage->pairs[table->origins[0].pair].plan;
    table->n_columns = plan->n_columns;
    table->columns = af_new_array(values, af_column, plan->n_columns);
    table->values = af_new_array(values, double *, plan->n_columns);
    table->lowest = af_new_array(values, double, plan->n_columns);
    table->highest = af_new_array(values, double, plan->n_columns);
    for (int c = 0; c < plan->n_columns; c++) {
        table->columns[c] = plan->columns[c].column;
        double *column = table->values[c] = af_new_array(values, double, table->n_rows);
        for (int row = 0; row < table->n_rows; row++) {
            const af_pair *pair = &stage->pairs[table->origins[row].pair];
            column[row] = column_value(&pair->plan.columns[c], pair, &table->origins[row]);
        }
        af_table_range(table, c);
    }
}

void af_table_range(af_table *table, int column)
{
    double lowest = INFINITY, highest = -INFINITY;
    for (int row = 0; row < table->n_rows; row++) {
        lowest = af_lower(lowest, table->values[column][row]);
        highest = af_higher(highest, table->values[column][row]);
    }
    table->lowest[column] = lowest, table->highest[column] = highest;
}

static af_table *make_table(af_arena *lasting, af_arena *values, const af_stage *stage, int family,
                            af_front_set *set)
{
    if (set->fronts.count)
        qsort_r(set->fronts.items, (size_t)set->fronts.count, sizeof(af_front), by_key, &set->n_keys);
    af_table *table = af_new(lasting, af_table);
    table->compat = *stage->families[family];
    table->stage = stage;
    table->runs = af_new_array(values, af_run, set->fronts.count);
    for (int i = 0; i < set->fronts.count; i++)
        table->n_rows += set->fronts.items[i].n;
    table->origins = af_new_array(lasting, af_origin, table->n_rows);
    table->rank = af_new_array(values, uint32_t, table->n_rows);
    int row = 0;
    for (int i = 0; i < set->fronts.count; i++) {
        af_front *f = &set->fronts.items[i];
        if (!f->n)
            continue;
        qsort(f->rows, (size_t)f->n, sizeof *f->rows, by_rank);
        int32_t *key = af_new_array(values, int32_t, set->n_keys);
        if (set->n_keys)
            memcpy(key, f->key, sizeof *key * (size_t)set->n_keys);
        table->runs[table->n_runs++] = (af_run){row, row + f->n, key};
        for (int k = 0; k < f->n; k++)
            table->origins[row++] = f->rows[k].origin;
    }
    if (table->n_rows)
        fill_columns(values, stage, table);
    return table;
}

/* Counts of 70 section 6.2. */
static void count_mappings(const run *r, const part *p, af_table *table)
{
    for (int i = 0; i < p->n_pairs; i++) {
        const af_pair *pair = &r->stage->pairs[p->pairs[i]];
        double share = (double)p->matched[i] / af_higher(1, products(pair));
        table->n_total += pair->left->n_total * pair->right->n_total * share;
        table->n_valid += pair->left->n_valid * pair->right->n_valid * share;
        r->stage->matched += p->matched[i];
        r->stage->counts.rows += p->matched[i];
    }
    for (int rule = 0; rule < AF_N_JOIN_RULES; rule++)
        r->stage->counts.removed[rule] += p->removed[rule];
}

/* ---- ranks */
enum { ORDER, RIGHT, LEFT, N_DIGITS };       /* the last decides first */

typedef struct place { uint32_t digits[N_DIGITS]; af_table *table; int row; } place;

static void sort_by_digit(const place *from, place *to, int64_t n, int digit)
{
    uint32_t most = 0;
    for (int64_t i = 0; i < n; i++)
        most = from[i].digits[digit] > most ? from[i].digits[digit] : most;
    int64_t *start = af_memory_resize(NULL, sizeof *start * ((size_t)most + 2));
    memset(start, 0, sizeof *start * ((size_t)most + 2));
    for (int64_t i = 0; i < n; i++)
        start[from[i].digits[digit] + 1]++;
    for (uint32_t d = 0; d < most; d++)
        start[d + 1] += start[d];
    for (int64_t i = 0; i < n; i++)
        to[start[from[i].digits[digit]]++] = from[i];
    af_memory_resize(start, 0);
}

/* Ranks over all tables of the stage: the order of (left row, right row), each by its own rank. These are
 * dense, and no two pairs of tables have the same two rows. */
static void rank_rows(const af_stage *stage, int64_t n_rows)
{
    af_arena *arena = af_arena_new();
    place *places = af_arena_room(arena, sizeof *places * (size_t)n_rows);
    place *other = af_arena_room(arena, sizeof *other * (size_t)n_rows);
    int64_t n = 0;
    for (int t = 0; t < stage->n_tables; t++)
        for (int row = 0; row < stage->tables[t]->n_rows; row++) {
            af_origin o = stage->tables[t]->origins[row];
            const af_pair *pair = &stage->pairs[o.pair];
            places[n++] = (place){{o.order, pair->right->rank[o.right], pair->left->rank[o.left]},
                                  stage->tables[t], row};
        }
    for (int digit = 0; digit < N_DIGITS; digit++) {
        sort_by_digit(places, other, n, digit);
        place *sorted = other;
        other = places, places = sorted;
    }
    for (int64_t i = 0; i < n; i++)
        places[i].table->rank[places[i].row] = (uint32_t)i;
    af_arena_free(arena);
}

/* The fronts of a family's parts into one table. */
static void make_one_table(void *context, int index, int worker)
{
    run *r = context;
    part *first = &r->parts[r->first_parts[index]];
    for (int i = r->first_parts[index] + 1; i < r->first_parts[index + 1]; i++)
        merge_sets(r->arenas[worker], &first->set, &r->parts[i].set);
    r->tables[index] = make_table(r->lasting[worker], r->values[worker], r->stage, first->family,
                                  &first->set);
}

static int64_t collect(run *r, int threads)
{
    af_stage *stage = r->stage;
    int64_t n_rows = 0;
    af_run_jobs(threads, r->n_tables, make_one_table, r);
    stage->tables = af_new_array(r->world->arena, af_table *, stage->n_families);
    for (int t = 0; t < r->n_tables; t++) {
        for (int i = r->first_parts[t]; i < r->first_parts[t + 1]; i++)
            count_mappings(r, &r->parts[i], r->tables[t]);
        if (r->tables[t]->n_rows)
            stage->tables[stage->n_tables++] = r->tables[t];
        n_rows += r->tables[t]->n_rows;
    }
    stage->counts.kept = n_rows;
    return n_rows;
}

static void list_tables(af_arena *arena, run *r)
{
    r->first_parts = af_new_array(arena, int, r->n_parts + 1);
    r->tables = af_new_array(arena, af_table *, r->n_parts);
    for (int i = 0; i < r->n_parts; i++)
        if (!i || r->parts[i].family != r->parts[i - 1].family)
            r->first_parts[r->n_tables++] = i;
    r->first_parts[r->n_tables] = r->n_parts;
}

static af_arena **new_arenas(af_arena *arena, int count)
{
    af_arena **arenas = af_new_array(arena, af_arena *, count);
    for (int i = 0; i < count; i++)
        arenas[i] = af_arena_new();
    return arenas;
}

static run start(af_arena *arena, const af_world *world, const af_purpose *purpose, af_stage *stage,
                 int threads)
{
    run r = {.world = world, .purpose = purpose, .stage = stage};
    r.arenas = new_arenas(arena, threads), r.scratches = new_arenas(arena, threads);
    r.values = new_arenas(arena, threads), r.lasting = new_arenas(arena, threads);
    r.reports = af_new_array(arena, af_report *, threads);
    for (int i = 0; i < threads; i++)
        r.reports[i] = af_report_new("");
    divide(arena, &r);
    list_tables(arena, &r);
    return r;
}

static int end(run *r, int threads, af_arena *values)
{
    const char *problem = NULL;
    for (int i = 0; i < threads; i++) {
        if (!problem && af_failed(r->reports[i]))
            problem = af_copy_text(r->world->arena, af_report_message(r->reports[i], 0));
        af_arena_free(r->arenas[i]), af_arena_free(r->scratches[i]), af_report_free(r->reports[i]);
        af_arena_adopt(values, r->values[i]), af_arena_adopt(r->world->arena, r->lasting[i]);
    }
    return problem ? af_fail(r->world->report, AF_USAGE, AF_NOWHERE, NULL, "%s", problem) : 0;
}

int af_run_stage(af_arena *values, const af_world *world, const af_purpose *purpose, af_stage *stage,
                 const char *what)
{
    af_arena *arena = af_arena_new();
    int threads = stage->n_pairs < PAIRS_WORTH_THREADS ? 1 : af_thread_count(world->options->threads);
    run r = start(arena, world, purpose, stage, threads);
    af_run_jobs(threads, r.n_parts, run_part, &r);
    int64_t n_rows = collect(&r, threads);
    int status = end(&r, threads, values);
    af_arena_free(arena);
    if (status)
        return status;
    if (n_rows > UINT32_MAX || (world->options->max_rows && n_rows > world->options->max_rows))
        return af_fail(world->report, AF_LIMIT, AF_NOWHERE, NULL,
                       "%s leaves %lld partial mappings, more than the %lld allowed", what, (long long)n_rows,
                       (long long)world->options->max_rows);
    rank_rows(stage, n_rows);
    return 0;
}
