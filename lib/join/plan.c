/* How the columns of two tables make the columns of their join, worked out once per pair (70 section 4.3).
 *
 * The left table has shared reservations at the levels <= s and finished peaks at the levels <= s + 1,
 * where s + 1 is its number of loops; the right table has shared reservations only. Every reservation
 * column of the join is the largest of some sums "columns of the left row + columns of the right row",
 * so the row join itself is additions and maxima, whatever the mapping looks like. */
#include "join/stage.h"

#include <math.h>
#include <string.h>

enum { LEVELS = AF_MOST_LOOPS + 2 };         /* -1 … AF_MOST_LOOPS, stored at level + 1 */
#define CAPACITY_TOLERANCE 1e-9              /* 70 Q13 */

/* A tensor that both sides count (it is freed once), or that only the left knows and that lives on while
 * the right runs (allocated). */
typedef struct adjustment { int memory, level; double sign; bool of_left; int column; } adjustment;

typedef struct builder {
    af_arena *arena;
    const af_world *world; const af_purpose *purpose;
    const af_pair *pair;
    af_plan *plan;
    af_list(af_sum) sums;
    af_list(af_product_column) columns;
    af_list(adjustment) adjustments;
    int shared[LEVELS], finished[LEVELS];    /* of the memory at work: the sum of each level, or -1 */
    int deepest;                             /* of it: below this level there is none */
} builder;

static int find_column(const af_table *table, af_column_kind kind, int subject, int level)
{
    for (int i = 0; i < table->n_columns; i++) {
        const af_column *c = &table->columns[i];
        if (c->kind == kind && c->subject == subject && c->level == level)
            return i;
    }
    return -1;
}

/* The shared reservation that is in force under `level` loops: the deepest column not
 * below. -1: nothing is reserved. */
static int find_reservation(const af_table *table, int memory, int level)
{
    for (; level >= -1; level--) {
        int i = find_column(table, AF_SHARED, memory, level);
        if (i >= 0)
            return i;
    }
    return -1;
}

/* ---- sums */
static int add_sum(builder *b, int left, int right, double limit)
{
    int most = 1 + b->adjustments.count;
    af_sum *sum = af_push(b->arena, &b->sums);
    *sum = (af_sum){.left = af_new_array(b->arena, af_operand, most),
                    .right = af_new_array(b->arena, af_operand, most),
                    .limit = limit};
    if (left >= 0)
        sum->left[sum->n_left++] = (af_operand){left, 1};
    if (right >= 0)
        sum->right[sum->n_right++] = (af_operand){right, 1};
    return b->sums.count - 1;
}

/* Adds the adjustments of a memory that are in force at a level. */
static int adjusted(builder *b, int sum, int memory, int level)
{
    af_sum *s = &b->sums.items[sum];
    for (int i = 0; i < b->adjustments.count; i++) {
        const adjustment *a = &b->adjustments.items[i];
        if (a->memory != memory || a->level > level)
            continue;
        af_operand operand = {a->column, a->sign};
        if (a->of_left)
            s->left[s->n_left++] = operand;
        else
            s->right[s->n_right++] = operand;
    }
    return sum;
}

double af_evaluate_sum(const af_sum *sum, const af_table *left, int left_row, const af_table *right,
                       int right_row)
{
    double total = 0;
    for (int i = 0; i < sum->n_left; i++)
        total += sum->left[i].sign * left->values[sum->left[i].column][left_row];
    for (int i = 0; i < sum->n_right; i++)
        total += sum->right[i].sign * right->values[sum->right[i].column][right_row];
    return total;
}

static double most_of(const af_operand *operands, int count, const af_table *table)
{
    double total = 0;
    for (int i = 0; i < count; i++)
        total += operands[i].sign > 0 ? table->highest[operands[i].column]
                                      : -table->lowest[operands[i].column];
    return total;
}

static double most_of_sum(const builder *b, int sum)
{
    const af_sum *s = &b->sums.items[sum];
    return most_of(s->left, s->n_left, b->pair->left) + most_of(s->right, s->n_right, b->pair->right);
}

/* ---- which tensors are counted twice, or not at all (70 section 4.3 step 3, 11.2) */
static void adjust(builder *b, const af_backing *tensor, double sign)
{
    bool of_left = true;
    int column = find_column(b->pair->left, AF_TENSOR_BITS, tensor->tensor, 0);
    if (column < 0) {
        of_left = false;
        column = find_column(b->pair->right, AF_TENSOR_BITS, tensor->tensor, 0);
    }
    if (column >= 0)
        *af_push(b->arena, &b->adjustments) = (adjustment){tensor->memory, af_above(tensor), sign, of_left,
                                                           column};
}

static bool is_freed(const builder *b, int memory, int level)
{
    for (int i = 0; i < b->adjustments.count; i++) {
        const adjustment *a = &b->adjustments.items[i];
        if (a->memory == memory && a->level == level && a->sign < 0)
            return true;
    }
    return false;
}

/* A copy Einsum makes one reservation for all aliases in one memory: the right's alias of a tensor that
 * the left holds there is free. */
static bool has_alias(const builder *b, const af_backing *of_right)
{
    const af_compat *left = &b->pair->left->compat;
    const bool *live = b->purpose->live;
    for (int i = 0; i < left->n_backings; i++) {
        const af_backing *l = &left->backings[i];
        if (live[l->tensor] && l->memory == of_right->memory && b->world->alias[l->tensor][of_right->tensor])
            return true;
    }
    return false;
}

static void find_adjustments(builder *b)
{
    const af_compat *left = &b->pair->left->compat, *right = &b->pair->right->compat,
                    *joined = &b->pair->joined;
    for (int i = 0; i < left->n_backings; i++) {
        const af_backing *l = &left->backings[i];
        if (af_above(l) < left->n_loops && af_find_backing(right, l->tensor) &&
            !b->world->never_freed[l->memory])
            adjust(b, l, -1);
    }
    int n_shared = b->adjustments.count;
    for (int i = 0; i < right->n_backings; i++) {
        const af_backing *r = &right->backings[i];
        if (!b->purpose->live[r->tensor] || !has_alias(b, r))
            continue;
        int count = b->adjustments.count;
        b->adjustments.count = n_shared;                     /* only shared tensors stand for an alias */
        bool stands_for_it = is_freed(b, r->memory, af_above(r));
        b->adjustments.count = count;
        if (!stands_for_it && !b->world->never_freed[r->memory])
            adjust(b, r, -1);
    }
    for (int i = 0; i < joined->n_backings; i++) {
        const af_backing *j = &joined->backings[i];
        if (af_above(j) >= left->n_loops && !af_find_backing(right, j->tensor))
            adjust(b, j, 1);
    }
}

static bool is_adjusted(const builder *b, int memory, int level)
{
    for (int i = 0; i < b->adjustments.count; i++)
        if (b->adjustments.items[i].memory == memory && b->adjustments.items[i].level == level)
            return true;
    return false;
}

/* ---- one memory (70 section 4.3 steps 1, 3 and 5) */
static int deepest_column(const af_table *table, int memory, int deepest)
{
    for (int i = 0; i < table->n_columns; i++) {
        const af_column *c = &table->columns[i];
        if ((c->kind == AF_SHARED || c->kind == AF_FINISHED) && c->subject == memory && c->level > deepest)
            deepest = c->level;
    }
    return deepest;
}

static int deepest_level(const builder *b, int memory)
{
    int deepest = deepest_column(b->pair->left, memory, deepest_column(b->pair->right, memory, -1));
    for (int i = 0; i < b->adjustments.count; i++) {
        const adjustment *a = &b->adjustments.items[i];
        if (a->memory == memory && a->level > deepest)
            deepest = a->level;
    }
    return deepest;
}

static void add_levels(builder *b, int memory)
{
    const af_table *left = b->pair->left, *right = b->pair->right;
    double limit = b->world->size[memory] * (1 + CAPACITY_TOLERANCE);
    b->deepest = deepest_level(b, memory);
    memset(b->shared, -1, sizeof b->shared), memset(b->finished, -1, sizeof b->finished);
    for (int level = -1; level <= b->deepest; level++) {
        int *shared = &b->shared[level + 1], *finished = &b->finished[level + 1];
        if (find_column(left, AF_SHARED, memory, level) >= 0 ||
            find_column(right, AF_SHARED, memory, level) >= 0 || is_adjusted(b, memory, level))
            *shared = adjusted(b,
                               add_sum(b, find_reservation(left, memory, level),
                                       find_reservation(right, memory, level), limit),
                               memory, level);
        int peak = find_column(left, AF_FINISHED, memory, level);
        if (peak >= 0)
            *finished = adjusted(b, add_sum(b, peak, find_reservation(right, memory, level - 1), limit),
                                 memory, level - 1);
    }
}

static void put_sum(af_product_column *column, int sum)
{
    if (sum >= 0)
        column->sums[column->n_sums++] = sum;
}

/* What is deeper than `target` has ended; its peak goes there. */
static void gather(builder *b, int memory, int target)
{
    af_column_kind kind = b->purpose->left && !b->purpose->last ? AF_FINISHED : AF_SHARED;
    af_product_column column = {{kind, memory, target}, 0, NULL, -INFINITY};
    column.sums = af_new_array(b->arena, int, LEVELS + 2);
    int deepest = b->deepest;
    while (deepest > target && b->shared[deepest + 1] < 0)
        deepest--;
    for (int level = target; level <= b->deepest; level++)
        put_sum(&column, b->finished[level + 1]);
    put_sum(&column, b->shared[target + 1]);
    if (deepest > target)
        put_sum(&column, b->shared[deepest + 1]);
    if (column.n_sums)
        *af_push(b->arena, &b->columns) = column;
}

static void add_memory(builder *b, int memory)
{
    int target = b->purpose->last ? -1 : b->pair->joined.n_loops;
    add_levels(b, memory);
    for (int level = -1; level < target; level++) {
        int shared = b->shared[level + 1], finished = b->finished[level + 1];
        if (shared >= 0) {
            af_product_column *c = af_push(b->arena, &b->columns);
            *c = (af_product_column){{AF_SHARED, memory, level}, 0, af_new_array(b->arena, int, 1),
                                     -INFINITY};
            put_sum(c, shared);
        }
        if (finished >= 0) {
            af_product_column *c = af_push(b->arena, &b->columns);
            *c = (af_product_column){{AF_FINISHED, memory, level}, 0, af_new_array(b->arena, int, 2),
                                     -INFINITY};
            put_sum(c, finished);
            put_sum(c, shared);
        }
    }
    gather(b, memory, target);
}

/* ---- columns that are one sum */
static void add_simple(builder *b, af_column what, int left, int right)
{
    if (left < 0 && right < 0)
        return;
    int sum = add_sum(b, left, right, INFINITY);
    af_product_column *c = af_push(b->arena, &b->columns);
    *c = (af_product_column){what, 0, af_new_array(b->arena, int, 1), -INFINITY};
    put_sum(c, sum);
}

static void add_tensor(builder *b, int tensor)
{
    int left = find_column(b->pair->left, AF_TENSOR_BITS, tensor, 0);
    int right = find_column(b->pair->right, AF_TENSOR_BITS, tensor, 0);
    add_simple(b, (af_column){AF_TENSOR_BITS, tensor, 0}, left, left < 0 ? right : -1);
}

static void build(builder *b)
{
    find_adjustments(b);
    for (int i = 0; i < b->world->n_objectives; i++) {
        int objective = b->world->objectives[i];
        add_simple(b, (af_column){AF_OBJECTIVE, objective, 0},
                   find_column(b->pair->left, AF_OBJECTIVE, objective, 0),
                   find_column(b->pair->right, AF_OBJECTIVE, objective, 0));
    }
    for (int memory = 0; memory < b->world->n_memories; memory++)
        if (isfinite(b->world->size[memory]))
            add_memory(b, memory);
    for (int i = 0; i < b->pair->joined.n_backings; i++)
        add_tensor(b, b->pair->joined.backings[i].tensor);
}

/* ---- one set of columns for a whole family */
static const af_product_column *find_product(const builder *b, af_column_kind kind, int subject, int level)
{
    for (int i = 0; i < b->columns.count; i++) {
        const af_column *c = &b->columns.items[i].column;
        if (c->kind == kind && c->subject == subject && c->level == level)
            return &b->columns.items[i];
    }
    return NULL;
}

/* A level that this pair lacks has what is reserved above it (70 section 4.2 fill). */
static af_product_column column_or_fill(const builder *b, af_column what)
{
    const af_product_column *found = find_product(b, what.kind, what.subject, what.level);
    if (!found && (what.kind == AF_SHARED || what.kind == AF_FINISHED))
        for (int level = what.level - 1; level >= -1 && !found; level--)
            found = find_product(b, AF_SHARED, what.subject, level);
    af_product_column result = found ? *found : (af_product_column){.floor = -INFINITY};
    result.column = what;
    return result;
}

static double most_of_column(const builder *b, const af_product_column *column)
{
    double most = 0;
    for (int i = 0; i < column->n_sums; i++)
        most = af_higher(most, most_of_sum(b, column->sums[i]));
    return most;
}

/* Nothing is lost by raising values to the floor, nor by leaving out a column none of whose values is above
 * it. What a mapping holds of a memory matters only in that it must fit, unless usage is a criterion. `rise`
 * is no less than all that later Einsums can add to the value: each adds at most its own largest reservation
 * of those that can be held at the same time, and the tensors that skip it (bounds.c). So below size - rise
 * all values are equally good: no completion overflows because of them.
 *
 * Below this no value can ever lead to an overflow: what later Einsums add at most still fits (70 section
 * 4.4, made sharp). */
static double floor_of(const builder *b, af_column what)
{
    const af_purpose *p = b->purpose;
    if (b->world->usage || what.kind == AF_OBJECTIVE || what.kind == AF_TENSOR_BITS)
        return -INFINITY;
    bool innermost = !p->left && what.level == b->pair->joined.n_loops;
    double rise = what.kind == AF_FINISHED ? p->rise_finished[what.subject][what.level]
                                           : (innermost ? p->rise_innermost : p->rise_shared)[what.subject];
    return b->world->size[what.subject] - rise;
}

typedef struct family { int n_builders; builder **builders; af_list(af_column) columns; } family;

static bool has_column(const family *f, const af_column *column)
{
    for (int i = 0; i < f->columns.count; i++) {
        const af_column *c = &f->columns.items[i];
        if (c->kind == column->kind && c->subject == column->subject && c->level == column->level)
            return true;
    }
    return false;
}

/* A column is left out if it can lead to no overflow in any pair: none of its values is above the floor,
 * or nothing can be added to them. */
static bool matters(const family *f, af_column what)
{
    for (int i = 0; i < f->n_builders; i++) {
        double floor = floor_of(f->builders[i], what);
        af_product_column column = column_or_fill(f->builders[i], what);
        if (isinf(floor) || (floor < f->builders[i]->world->size[what.subject] &&
                             most_of_column(f->builders[i], &column) > floor))
            return true;
    }
    return false;
}

static void collect_columns(af_arena *arena, family *f)
{
    for (int i = 0; i < f->n_builders; i++) {
        const builder *b = f->builders[i];
        for (int k = 0; k < b->columns.count; k++) {
            const af_column *c = &b->columns.items[k].column;
            if (!has_column(f, c) && matters(f, *c))
                *af_push(arena, &f->columns) = *c;
        }
    }
}

/* A capacity is tested where it can be exceeded. Sums only grow on the way, so a row that does not fit now
 * fits in no completion (70 section 4.1); a sum whose largest value fits needs no test.
 *
 * Keeps the sums that are in use: in a column, or to be tested. A shared reservation implies those above it.
 */
static void finish_plan(const builder *b, const family *f, af_plan *plan)
{
    plan->columns = af_new_array(b->arena, af_product_column, f->columns.count);
    int *place = af_new_array(b->arena, int, b->sums.count);                /* 1 + index in the plan */
    plan->sums = af_new_array(b->arena, af_sum, b->sums.count);
    plan->tested = af_new_array(b->arena, int, b->sums.count);
    for (int tensors = 0; tensors < 2; tensors++) {                          /* criteria first */
        for (int i = 0; i < f->columns.count; i++) {
            if ((f->columns.items[i].kind == AF_TENSOR_BITS) != tensors)
                continue;
            af_product_column column = column_or_fill(b, f->columns.items[i]),
                              *made = &plan->columns[plan->n_columns++];
            *made = column;
            made->sums = af_new_array(b->arena, int, column.n_sums);
            made->floor = floor_of(b, column.column);
            for (int k = 0; k < column.n_sums; k++) {
                int *at = &place[column.sums[k]];
                if (!*at) {
                    plan->sums[plan->n_sums++] = b->sums.items[column.sums[k]];
                    *at = plan->n_sums;
                }
                made->sums[k] = *at - 1;
            }
        }
        if (!tensors)
            plan->n_criteria = plan->n_columns;
    }
    for (int i = 0; i < b->sums.count; i++) {
        if (isinf(b->sums.items[i].limit) || most_of_sum(b, i) <= b->sums.items[i].limit)
            continue;
        if (!place[i])
            plan->sums[plan->n_sums++] = b->sums.items[i], place[i] = plan->n_sums;
        plan->tested[plan->n_tested++] = place[i] - 1;
    }
}

typedef struct planning { builder *builders; family *families; af_arena **arenas; } planning;

/* Those of one family. */
static void make_some_plans(void *context, int index, int worker)
{
    const planning *p = context;
    family *f = &p->families[index];
    for (int i = 0; i < f->n_builders; i++) {
        f->builders[i]->arena = p->arenas[worker];
        build(f->builders[i]);
    }
    collect_columns(p->arenas[worker], f);
    for (int i = 0; i < f->n_builders; i++)
        finish_plan(f->builders[i], f, f->builders[i]->plan);
}

void af_make_plans(af_arena *arena, const af_world *world, const af_purpose *purpose, af_stage *stage)
{
    int threads = stage->n_pairs < PAIRS_WORTH_THREADS ? 1 : af_thread_count(world->options->threads);
    af_arena *scratch = af_arena_new();
    planning p = {af_arena_room(scratch, sizeof(builder) * (size_t)stage->n_pairs),
                  af_new_array(scratch, family, stage->n_families),
                  af_new_array(scratch, af_arena *, threads)};
    for (int i = 0; i < stage->n_pairs; i++)
        p.families[stage->pairs[i].family].n_builders++;
    for (int i = 0; i < stage->n_families; i++) {
        p.families[i].builders = af_new_array(scratch, builder *, p.families[i].n_builders);
        p.families[i].n_builders = 0;
    }
    for (int i = 0; i < stage->n_pairs; i++) {
        family *f = &p.families[stage->pairs[i].family];
        p.builders[i] = (builder){.world = world, .purpose = purpose, .pair = &stage->pairs[i],
                                  .plan = &stage->pairs[i].plan};
        f->builders[f->n_builders++] = &p.builders[i];
    }
    for (int i = 0; i < threads; i++)
        p.arenas[i] = af_arena_new();
    af_run_jobs(threads, stage->n_families, make_some_plans, &p);
    for (int i = 0; i < threads; i++)
        af_arena_adopt(arena, p.arenas[i]);
    af_arena_free(scratch);
}
