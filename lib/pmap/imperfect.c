/* Figures of rows with imperfect loops as the model gives them.
 *
 * The outermost loop of a rank variable runs a whole number of times, the others an average one (50 section 4.4). In the formulas of a template
 * the outermost is the first place for a loop; in a row that leaves this place empty it is another. So the rows that the walk has kept
 * are evaluated once more, without the loops that do not iterate: what af-model says of the mapping. */
#include "pmap/explore.h"

static double tile_in(const af_outcome *o, int loop, int row)
{
    int s = o->unknown_of_loop[loop];
    return s < 0 ? 1 : o->explored.tiles[s][row];
}

static int steps_of_row(const af_outcome *o, const af_einsum *e, int row, af_step *steps, double *shape)
{
    const af_template *t = o->template;
    int n = 0;
    for (int v = 0; v < e->n_rank_variables; v++)
        shape[v] = e->rank_variables[v].bound;
    for (int i = 0; i < t->n_steps; i++) {
        af_step step = t->steps[i];
        if (step.kind == AF_STEP_TEMPORAL || step.kind == AF_STEP_SPATIAL) {
            double tile = tile_in(o, step.loop, row);
            if (tile == shape[step.rank_variable])
                continue;
            step.tile = af_known(shape[step.rank_variable] = tile);
        }
        steps[n++] = step;
    }
    return n;
}

static void settle_row(af_outcome *o, const af_einsum *e, uint64_t fixes, int row, af_arena *scratch)
{
    af_report *quiet = af_report_new("");
    af_step *steps = af_new_array(scratch, af_step, o->template->n_steps);
    int n = steps_of_row(o, e, row, steps, af_new_array(scratch, double, e->n_rank_variables));
    af_prepare_options options = {e->mapper.explore_imperfect_spatial_loops, e->mapper.explore_imperfect_temporal_loops, .keep_labels = true, .fixes = fixes};
    af_pmapping *p = af_pmapping_prepare(scratch, e, steps, n, &options, quiet, "row");
    af_figures *f = p ? af_evaluate_pmapping(scratch, af_graph_new(scratch), p, e->mapper.metrics, fixes, quiet, "row") : NULL;
    const double totals[AF_OBJECTIVES] = {f ? f->latency.value : 0, f ? f->energy.value : 0, f ? f->dynamic_energy.value : 0, f ? f->leak_energy.value : 0};
    for (int k = 0; f && k < AF_OBJECTIVES; k++)
        if (o->explored.totals[k])
            o->explored.totals[k][row] = totals[k];
    af_report_free(quiet);
}

void af_settle_imperfect(af_outcome *o, const af_einsum *e, uint64_t fixes)
{
    if (!e->mapper.explore_imperfect_spatial_loops && !e->mapper.explore_imperfect_temporal_loops)
        return;
    af_arena *scratch = af_arena_new();
    for (int row = 0; row < o->explored.n_rows; row++) {
        af_arena_mark mark = af_arena_here(scratch);
        settle_row(o, e, fixes, row, scratch);
        af_arena_rewind(scratch, mark);
    }
    af_arena_free(scratch);
}
