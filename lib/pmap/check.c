/* What the mapper is asked for that makes no sense (60 section 3), told before any work. */
#include "pmap/cause.h"

#include <math.h>

static int check_options(af_arena *arena, const af_mapper *m, af_report *report)
{
    const struct { const char *name; double value; } numbers[] = {
        {"max_fused_loops",                   m->max_fused_loops},
        {"max_fused_loops_per_rank_variable", m->max_fused_loops_per_rank_variable},
        {"max_loops_per_spatial_dimension",   m->max_loops_per_spatial_dimension},
        {"tiling_coarseness",                 m->tiling_coarseness},
        {"objective_tolerance",               m->objective_tolerance},
        {"resource_usage_tolerance",          m->resource_usage_tolerance},
        {"max_pmapping_templates_per_einsum", m->max_pmapping_templates_per_einsum},
        {"memory_limit",                      m->memory_limit},
        {"memory_limit_per_process",          m->memory_limit_per_process},
        {"time_limit",                        m->time_limit},
        {"time_limit_per_pmapping_template",  m->time_limit_per_pmapping_template},
    };
    int failed = 0;
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        if (!(numbers[i].value >= 0))
            failed = af_fail(report, AF_BAD_DATA, AF_NOWHERE, af_format(arena, "mapper.%s", numbers[i].name),
                             "a number of at least 0 is expected, found %.17g", numbers[i].value);
    if (m->metrics & AF_ACTIONS)
        failed = af_fail(report, AF_BAD_DATA, AF_NOWHERE, "mapper.metrics",
                         "ACTIONS cannot be minimised; it is a choice for mapper.info_metrics");
    return failed;
}

/* The reference's rule leaves the innermost loop over a rank variable out;
 * of users' limits that is hardly what is meant. */
static void warn_of_loop_limit(const af_einsum *e, uint64_t fixes, af_report *report)
{
    if (af_has_quirk(af_quirks_of_search(e) & ~fixes, AF_QUIRK_SPATIAL_LOOP_LIMIT))
        af_warn(report, AF_NOWHERE, "mapper.max_loops_per_spatial_dimension",
                "the innermost spatial loop over a rank variable does not count, as in the reference; "
                "with --fix spatial-loop-limit it does");
}

static void warn_of_tile_shapes(af_arena *arena, const af_einsum *e, uint64_t fixes, af_report *report)
{
    if (af_has_quirk(fixes, AF_QUIRK_TILE_SHAPE))
        return;
    for (int n = 0; n < e->n_nodes; n++)
        if (e->nodes[n].tensors.n_tile_shapes)
            af_warn(report, AF_NOWHERE, af_node_path(arena, &e->nodes[n], "tensors.tile_shape"),
                    "the mapper does not keep to it, as the reference does not; "
                    "with --fix tile-shape it does");
}

/* The reference's mapper evaluates them all the same. */
static int check_tile_shapes(af_arena *arena, const af_einsum *e, af_report *report)
{
    int failed = 0;
    for (int n = 0; n < e->n_nodes; n++)
        for (int i = 0; i < e->nodes[n].tensors.n_tile_shapes; i++) {
            const char *unknown = e->nodes[n].tensors.tile_shapes[i].unknown;
            const char *field = af_numbered_text(arena, "tensors.tile_shape", ".", i);
            if (unknown)
                failed |= af_fail(report, AF_BAD_DATA, AF_NOWHERE, af_node_path(arena, &e->nodes[n], field),
                                  "no Einsum has rank variables called %s", unknown);
        }
    return failed;
}

/* How often a loop runs is counted from the sizes of all tiles (50 section 15, row 3), which formulas over
 * unknown tiles do not have: what the search would find is not the best by such counts. */
static int check_fixes(const af_mapper *m, uint64_t fixes, af_report *report)
{
    const char *field = m->explore_imperfect_temporal_loops  ? "mapper.explore_imperfect_temporal_loops"
                        : m->explore_imperfect_spatial_loops ? "mapper.explore_imperfect_spatial_loops"
                                                             : NULL;
    if (!field || !af_has_quirk(fixes, AF_QUIRK_IMPERFECT_TILES))
        return 0;
    return af_fail(report, AF_BAD_DATA, AF_NOWHERE, field,
                   "the search does not know imperfect loops as --fix imperfect-tiles counts them. Leave the "
                   "fix out here and give it to af-model, or search perfect loops, which it does not change");
}

int af_check_request(af_arena *arena, const af_einsum *einsum, uint64_t fixes, af_report *report)
{
    const af_mapper *m = &einsum->mapper;
    af_warn_of_einsum(einsum, report);
    af_warn_of_older_names(einsum, report);
    warn_of_loop_limit(einsum, fixes, report);
    int failed = check_options(arena, m, report) | check_fixes(m, fixes, report) |
                 check_tile_shapes(arena, einsum, report);
    if (!failed)
        warn_of_tile_shapes(arena, einsum, fixes, report);
    return failed ? -1 : 0;
}

/* The least figure, or 0 where it is only a rounding error below (60 section 11.2). */
static double least_of(const af_pmap_result *result, int objective)
{
    double least = 0, largest = 0;
    for (int i = 0; i < result->n_groups; i++) {
        const double *column = result->groups[i]->objectives[objective];
        for (int row = 0; column && row < result->groups[i]->n_rows; row++) {
            least = fmin(least, column[row]);
            largest = fmax(largest, fabs(column[row]));
        }
    }
    return least < -1e-4 * largest ? least : 0;
}

int af_check_totals(const af_einsum *einsum, const af_pmap_result *result, af_report *report)
{
    int failed = 0;
    for (int o = 0; o < AF_OBJECTIVES; o++) {
        double least = least_of(result, o);
        if (least < 0)
            failed = af_fail(report, AF_BAD_DATA, AF_NOWHERE, einsum->name,
                             "negative %s: %g. The mapper adds up and bounds what is at least 0; look for a "
                             "negative n_instances, bits_per_value, energy or leak_power",
                             af_objective_names[o], least);
    }
    return failed;
}
