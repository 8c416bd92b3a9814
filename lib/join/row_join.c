/* The join of the rows of two tables: all pairs of rows with equal iteration
 * counts, as additions and maxima. */
#include "join/stage.h"

#include <math.h>
#include <string.h>

typedef struct side {                        /* of the pair */
    const af_table *table; bool left;
    bool *made;                              /* per run: are its shares there? They are made
                                              * when it first meets another */
    double *shares, *lowest;                 /* per row, and per run the lowest,
                                              * of every sum what this side has in it */
} side;

typedef struct job {
    af_arena *arena, *scratch;
    af_report *report;
    const af_world *world; const double *rest; bool last;
    const af_pair *pair; uint32_t pair_index;
    side left, right;
    double *sums, *point, *peaks;            /* of one row pair; peaks per memory */
    int *numbers; af_front **fronts;         /* of one pair of runs: per result order */
    af_front_set *set;
    int64_t matched, *removed;                /* by rule */
} job;

/* ---- each side's share of every sum */
static side new_side(af_arena *scratch, const af_table *table, int n_sums, bool left)
{
    return (side){table, left, af_new_array(scratch, bool, table->n_runs),
                  af_arena_room(scratch, sizeof(double) * (size_t)table->n_rows * (size_t)n_sums),
                  af_arena_room(scratch, sizeof(double) * (size_t)table->n_runs * (size_t)n_sums)};
}

static double share_of(const af_table *table, const af_operand *operands, int count, int row)
{
    double total = 0;
    for (int i = 0; i < count; i++)
        total += operands[i].sign * table->values[operands[i].column][row];
    return total;
}

static void make_shares(side *side, const af_plan *plan, int run)
{
    if (side->made[run])
        return;
    side->made[run] = true;
    const af_run *rows = &side->table->runs[run];
    for (int s = 0; s < plan->n_sums; s++) {
        const af_sum *sum = &plan->sums[s];
        const af_operand *operands = side->left ? sum->left : sum->right;
        int count = side->left ? sum->n_left : sum->n_right;
        double lowest = INFINITY;
        for (int row = rows->start; row < rows->end; row++) {
            double share = share_of(side->table, operands, count, row);
            side->shares[row * plan->n_sums + s] = share;
            lowest = af_lower(lowest, share);
        }
        side->lowest[run * plan->n_sums + s] = lowest;
    }
}

/* ---- one row pair */

/* Sums in another order differ in the last bits; so that this decides nothing, objectives are compared with
 * 41 bits (4.5e-13 relative). */
static double rounded(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    bits = (bits + 0x400) & ~(uint64_t)0x7ff;
    memcpy(&x, &bits, sizeof bits);
    return x;
}

/* False: a memory overflows. */
static bool add(const job *j, const double *left, const double *right)
{
    const af_plan *plan = &j->pair->plan;
    for (int i = 0; i < plan->n_tested; i++) {
        int s = plan->tested[i];
        if (left[s] + right[s] > plan->sums[s].limit)
            return false;
    }
    for (int s = 0; s < plan->n_sums; s++)
        j->sums[s] = left[s] + right[s];
    return true;
}

static bool hopeless(const job *j)
{
    if (!j->world->n_solutions)
        return false;
    const af_plan *plan = &j->pair->plan;
    double least[AF_OBJECTIVES];
    for (int c = 0; c < plan->n_criteria; c++) {
        const af_column *column = &plan->columns[c].column;
        if (column->kind == AF_OBJECTIVE)
            least[column->subject] = j->sums[plan->columns[c].sums[0]] + j->rest[column->subject];
        else
            j->peaks[column->subject] = 0;
    }
    for (int c = 0; c < plan->n_criteria; c++)
        if (plan->columns[c].column.kind != AF_OBJECTIVE)
            j->peaks[plan->columns[c].column.subject] = af_higher(j->peaks[plan->columns[c].column.subject],
                                                                  j->point[c]);
    return af_is_hopeless(j->world, least, j->peaks);
}

static void criteria_of(const job *j)
{
    const af_plan *plan = &j->pair->plan;
    for (int c = 0; c < plan->n_criteria; c++) {
        const af_product_column *column = &plan->columns[c];
        double value = af_higher(column->floor, 0);
        for (int i = 0; i < column->n_sums; i++)
            value = af_higher(value, j->sums[column->sums[i]]);
        j->point[c] = column->column.kind == AF_OBJECTIVE ? rounded(value) : value;
    }
}

static bool admitted(const job *j)
{
    if (!j->world->filter || (j->world->filters_whole && !j->last))
        return true;
    double objectives[AF_OBJECTIVES] = {NAN, NAN, NAN, NAN};
    const af_plan *plan = &j->pair->plan;
    for (int c = 0; c < plan->n_criteria; c++)
        if (plan->columns[c].column.kind == AF_OBJECTIVE)
            objectives[plan->columns[c].column.subject] = j->sums[plan->columns[c].sums[0]];
    return af_filter_admits(j->world, j->scratch, objectives, j->report);
}

/* ---- runs. A run of rows, or all partners of one row, is passed over if the least of each of its sums,
 * taken as one row, would overflow, be hopeless or be refused by the front: no row of it is less in any sum,
 * so each would be too (70 section 17.3). Where rows enter under several orders there are several fronts, and
 * none is asked. */
static bool is_removed(const job *j, const double *left, const double *right, bool by_front, int64_t n_pairs)
{
    af_join_rule rule;
    if (!add(j, left, right)) {
        rule = AF_OVERFLOW;
    } else {
        criteria_of(j);
        if (hopeless(j))
            rule = AF_WORSE_THAN_SOLUTION;
        else if (by_front && j->pair->n_orders == 1 &&
                 af_front_beats(j->fronts[0], j->pair->plan.n_criteria, j->point))
            rule = AF_WORSE_THAN_FRONT;
        else
            return false;
    }
    j->removed[rule] += n_pairs;
    return true;
}

static void join_rows(job *j, const af_run *left, const af_run *right, int right_run)
{
    const af_pair *pair = j->pair;
    int n = pair->plan.n_sums, n_criteria = pair->plan.n_criteria;
    const double *lowest = &j->right.lowest[right_run * n];
    bool several = right->end - right->start > 1;
    for (int l = left->start; l < left->end; l++) {
        const double *share = &j->left.shares[l * n];
        if (several && is_removed(j, share, lowest, true, right->end - right->start))
            continue;   /* the best that this left row could give is not worth the work */
        for (int r = right->start; r < right->end; r++) {
            if (is_removed(j, share, &j->right.shares[r * n], false, 1))
                continue;
            if (!admitted(j)) {
                j->removed[AF_REFUSED]++;
                continue;
            }
            af_front_point row = {{(uint32_t)l, (uint32_t)r, j->pair_index, 0},
                                  (uint64_t)pair->left->rank[l] << 32 | pair->right->rank[r]};
            for (int o = 0; o < pair->n_orders; o++) {
                row.origin.order = (uint16_t)o;
                af_front_insert(j->arena, j->fronts[o], n_criteria, j->point, &row);
            }
        }
    }
}

static bool worth_joining(const job *j, int left_run, int right_run, int64_t n_pairs)
{
    int n = j->pair->plan.n_sums;
    return !is_removed(j, &j->left.lowest[left_run * n], &j->right.lowest[right_run * n], true, n_pairs);
}

/* Iteration counts of the joined loops are those of the right's, in the pair's
 * order and then in the family's. */
static void join_runs(job *j, int left_run, int right_run)
{
    const af_pair *pair = j->pair;
    const af_run *left = &pair->left->runs[left_run], *right = &pair->right->runs[right_run];
    int64_t n_pairs = (int64_t)(left->end - left->start) * (right->end - right->start);
    j->matched += n_pairs;
    for (int o = 0; o < pair->n_orders; o++) {
        int32_t key[AF_MOST_LOOPS];
        for (int i = 0; i < pair->joined.n_loops; i++)
            key[i] = right->key[af_ordered(&pair->right_order, af_ordered(&pair->orders[o], i))];
        j->numbers[o] = (int)(af_find_front(j->arena, j->set, key) - j->set->fronts.items);
    }
    for (int o = 0; o < pair->n_orders; o++)                 /* only now: the list of fronts may have moved */
        j->fronts[o] = &j->set->fronts.items[j->numbers[o]];
    make_shares(&j->left, &pair->plan, left_run);
    make_shares(&j->right, &pair->plan, right_run);
    if (worth_joining(j, left_run, right_run, n_pairs))
        join_rows(j, left, right, right_run);
}

/* ---- which runs match: the left's counts are the first of the right's */
/* 1 + run of the right; chains of equal hashes */
typedef struct matcher { int n_slots; int *first, *next; } matcher;

static uint32_t hash_key(const af_run *run, const af_order *order, int n)
{
    uint32_t h = 2166136261u;
    for (int i = 0; i < n; i++)
        h = (h ^ (uint32_t)run->key[af_ordered(order, i)]) * 16777619u;
    return h ^ h >> 15;
}

static matcher match_right(af_arena *scratch, const af_pair *pair)
{
    const af_table *right = pair->right;
    matcher m = {.n_slots = 8};
    while (m.n_slots < right->n_runs)
        m.n_slots *= 2;
    m.first = af_new_array(scratch, int, m.n_slots);
    m.next = af_new_array(scratch, int, right->n_runs);
    for (int run = right->n_runs - 1; run >= 0; run--) {
        int *slot = &m.first[hash_key(&right->runs[run], &pair->right_order, pair->left->compat.n_loops) &
                             (uint32_t)(m.n_slots - 1)];
        m.next[run] = *slot;
        *slot = run + 1;
    }
    return m;
}

static bool same_counts(const af_pair *pair, const af_run *left, const af_run *right)
{
    for (int i = 0; i < pair->left->compat.n_loops; i++)
        if (left->key[af_ordered(&pair->left_order, i)] != right->key[af_ordered(&pair->right_order, i)])
            return false;
    return true;
}

int64_t af_join_pair(af_arena *scratch, af_arena *arena, const af_world *world, const af_purpose *purpose,
                     const af_pair *pair, uint32_t pair_index, af_front_set *set, int64_t *removed,
                     af_report *report)
{
    job j = {.arena = arena, .scratch = scratch, .report = report, .world = world, .rest = purpose->rest,
             .last = purpose->last, .pair = pair,
             .pair_index = pair_index, .set = set, .removed = removed};
    j.left = new_side(scratch, pair->left, pair->plan.n_sums, true);
    j.right = new_side(scratch, pair->right, pair->plan.n_sums, false);
    j.sums = af_new_array(scratch, double, pair->plan.n_sums);
    j.point = af_new_array(scratch, double, pair->plan.n_criteria);
    j.peaks = af_new_array(scratch, double, world->n_memories);
    j.numbers = af_new_array(scratch, int, pair->n_orders);
    j.fronts = af_new_array(scratch, af_front *, pair->n_orders);
    matcher m = match_right(scratch, pair);
    for (int l = 0; l < pair->left->n_runs; l++) {
        const af_run *left = &pair->left->runs[l];
        uint32_t h = hash_key(left, &pair->left_order, pair->left->compat.n_loops);
        for (int r = m.first[h & (uint32_t)(m.n_slots - 1)]; r; r = m.next[r - 1])
            if (same_counts(pair, left, &pair->right->runs[r - 1]))
                join_runs(&j, l, r - 1);
    }
    return j.matched;
}
