/* A row of the last join walked back to the groups, and forward again for the peaks of the one mapping that it stands for. */
#include "join/choice.h"

#include <math.h>

const af_choice *af_walk_back(af_arena *arena, const af_world *world, const af_table *table, int row)
{
    af_choice *choices = af_new_array(arena, af_choice, world->n_einsums);
    for (int e = world->n_einsums - 1; e >= 0; e--) {
        const af_origin *joined = &table->origins[row];
        const af_pair *join = &table->stage->pairs[joined->pair];
        const af_origin *own = &join->right->origins[joined->right];
        const af_pair *consolidation = &join->right->stage->pairs[own->pair];
        choices[e] = (af_choice){consolidation, join, &consolidation->orders[own->order], &join->orders[joined->order],
                                 consolidation->right->group, consolidation->right->row_of_group[own->right], (int)own->right};
        row = (int)joined->left;
        table = join->left;
    }
    return choices;
}

/* ---- tables of one row */
static af_table *one_row(af_arena *arena, int n_columns)
{
    af_table *table = af_new(arena, af_table);
    table->n_rows = 1;
    table->columns = af_new_array(arena, af_column, n_columns);
    table->values = af_new_array(arena, double *, n_columns);
    table->lowest = af_new_array(arena, double, n_columns);
    table->highest = af_new_array(arena, double, n_columns);
    return table;
}

static void add_value(af_arena *arena, af_table *table, af_column column, double value)
{
    int c = table->n_columns++;
    table->columns[c] = column;
    table->values[c] = af_new(arena, double);
    table->values[c][0] = table->lowest[c] = table->highest[c] = value;
}

static af_table *row_alone(af_arena *arena, const af_table *table, int row)
{
    af_table *alone = one_row(arena, table->n_columns);
    alone->compat = table->compat;
    for (int c = 0; c < table->n_columns; c++)
        add_value(arena, alone, table->columns[c], table->values[c][row]);
    return alone;
}

static af_table *replay(af_arena *arena, const af_world *world, const af_pair *original, const af_order *order, const af_table *left,
                        const af_table *right, const af_purpose *purpose)
{
    af_pair pair = *original;
    pair.left = left, pair.right = right, pair.family = 0, pair.plan = (af_plan){0};
    af_stage stage = {.n_pairs = 1, .pairs = &pair, .n_families = 1};
    af_make_plans(arena, world, purpose, &stage);
    af_table *result = one_row(arena, pair.plan.n_columns);
    result->compat = af_compat_reorder(arena, &pair.joined, order);
    for (int c = 0; c < pair.plan.n_columns; c++) {
        const af_product_column *column = &pair.plan.columns[c];
        double value = 0;
        for (int i = 0; i < column->n_sums; i++)
            value = fmax(value, af_evaluate_sum(&pair.plan.sums[column->sums[i]], left, 0, right, 0));
        add_value(arena, result, column->column, value);
    }
    return result;
}

double *af_peak_of_choice(af_arena *arena, const af_world *world, const af_choice *choices)
{
    af_world exact = *world;                                 /* nothing is dropped, and nothing counted twice */
    exact.usage = true;
    exact.never_freed = af_new_array(arena, bool, world->n_memories);
    const af_table *unit = af_unit_table(arena), *left = unit;
    for (int e = 0; e < world->n_einsums; e++) {
        const af_choice *c = &choices[e];
        af_purpose own = {.whole = true, .live = world->others[e]};
        af_purpose join = {.whole = true, .left = true, .last = e == world->n_einsums - 1, .live = world->after[e]};
        const af_table *right = replay(arena, &exact, c->consolidation, c->own_order, unit, row_alone(arena, c->consolidation->right, c->table_row), &own);
        left = replay(arena, &exact, c->join, c->joined_order, left, right, &join);
    }
    double *peaks = af_new_array(arena, double, world->n_memories);
    for (int m = 0; m < world->n_memories; m++)
        peaks[m] = NAN;
    for (int c = 0; c < left->n_columns; c++)
        if (left->columns[c].kind == AF_SHARED)
            peaks[left->columns[c].subject] = left->values[c][0];
    return peaks;
}
