/* The user's filter: an expression over the objectives of a row (70 section 11.6).
 *
 * Objectives only grow as more Einsums join. So a row for which an upper limit is false goes at once: it is
 * of no mapping for which it is true. Any other filter is asked of whole mappings only. */
#include "join/world.h"

#include <math.h>

static void set_names(af_scope *scope, const double *objectives)
{
    for (int i = 0; i < AF_OBJECTIVES; i++)
        if (!isnan(objectives[i]))
            af_scope_set(scope, af_objective_names[i], af_real(objectives[i]));
    if (!isnan(objectives[0]) && !isnan(objectives[1]))
        af_scope_set(scope, "energy_delay_product", af_real(objectives[0] * objectives[1]));
}

bool af_filter_admits(const af_world *world, af_arena *scratch, const double *objectives, af_report *report)
{
    af_arena_mark mark = af_arena_here(scratch);
    af_scope *scope = af_scope_new(scratch, NULL);
    af_add_math_names(scope);
    set_names(scope, objectives);
    af_value value;
    bool admits = !af_evaluate(world->filter, scope, scratch, &value, report, AF_NOWHERE, "--filter") &&
                  af_truth(value);
    af_arena_rewind(scratch, mark);
    return admits;
}

int af_filter_make(af_world *world, af_table *const *const *tables)
{
    if (!world->options->filter)
        return 0;
    world->filter = af_parse_expression(world->arena, world->options->filter, world->report, AF_NOWHERE,
                                        "--filter");
    if (!world->filter)
        return -1;
    world->filters_whole = !af_stays_false_as_names_grow(world->filter);
    double objectives[AF_OBJECTIVES] = {NAN, NAN, NAN, NAN};
    const af_table *first = tables[0][0];
    for (int c = 0; c < first->n_columns; c++)
        if (first->columns[c].kind == AF_OBJECTIVE && first->n_rows)
            objectives[first->columns[c].subject] = first->values[c][0];
    af_filter_admits(world, world->arena, objectives, world->report);
    return af_failed(world->report) ? -1 : 0;
}
