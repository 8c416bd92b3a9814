/* From the groups of every Einsum to the Pareto front of whole mappings (document 70). */
#include "join/choice.h"

#include <math.h>

typedef struct attempt {                     /* one exact join, with what may make another one necessary */
    af_join_result result;
    int status;
    bool as_reference;                       /* some memory counts shared tensors
                                              * as the reference does (70 Q5) */
} attempt;

typedef struct input { af_group *const *const *groups; const int *n_groups; } input;

static attempt join_once(af_arena *arena, const af_world *given, input in, bool same_tiles)
{
    attempt a = {.status = -1};
    af_world world = *given;
    world.same_tiles = same_tiles;
    for (int e = 0; e < world.n_einsums && same_tiles; e++)
        for (int g = 0; g < in.n_groups[e]; g++)
            if (af_group_complete(arena, in.groups[e][g], world.report))
                return a;
    af_table ***tables;
    if (af_world_make(arena, &world, in.groups, in.n_groups, &tables) ||
        af_filter_make(&world, (af_table *const *const *)tables))
        return a;
    for (int m = 0; m < world.n_memories; m++)
        a.as_reference |= world.never_freed[m] && isfinite(world.size[m]);
    a.status = af_run_passes(&world, (af_table *const *const *)tables, in.n_groups, &a.result);
    return a;
}

/* With imperfect loops, tiles of different sizes can have equal iteration counts, and equal counts
 * are all that must match (70 section 11.5). If a mapping came out that way it is no mapping:
 * no tree has such a loop. Then tile shapes must match too. */
static attempt join_as(af_arena *arena, const af_world *world, input in)
{
    attempt a = join_once(arena, world, in, false);
    bool possible = true;
    for (int i = 0; i < a.result.n_mappings; i++)
        possible &= a.result.mappings[i].tree != NULL;
    return a.status || possible ? a : join_once(arena, world, in, true);
}

static bool same_figures(const af_join_result *a, const af_join_result *b)
{
    bool same = a->n_mappings == b->n_mappings;
    for (int i = 0; same && i < a->n_mappings; i++)
        for (int o = 0; o < AF_OBJECTIVES; o++) {
            double x = a->mappings[i].objectives[o], y = b->mappings[i].objectives[o];
            same &= isnan(x) ? isnan(y) : fabs(x - y) <= 1e-12 * fabs(x);
        }
    return same;
}

/* 70 Q5. The reference's result by default; whether it is worse than the right one is found out,
 * told and marked. Where the reference finds nothing, the right result is given. */
static void compare_with_right(af_arena *arena, const af_world *given, input in, attempt *reference)
{
    const uint64_t quirk = (uint64_t)1 << AF_QUIRK_PERSISTENT_NOT_FREED;
    af_join_options options = *given->options;
    options.fixes |= quirk;
    af_world world = *given;
    world.options = &options;
    world.report = af_report_new("");
    attempt right = join_as(arena, &world, in);
    af_report_free(world.report);
    if (right.status)
        return;
    if (reference->status) {
        af_report_clear(given->report);
        *reference = right;
    } else if (!same_figures(&reference->result, &right.result)) {
        for (int i = 0; i < reference->result.n_mappings; i++)
            reference->result.mappings[i].quirks |= quirk;
        af_warn(given->report, AF_NOWHERE, NULL,
                "%s: where a memory holds a persistent tensor, tensors that fused Einsums share above their "
                "common loops count once for each; without that there are better mappings (--fix %s)",
                af_quirk_name(AF_QUIRK_PERSISTENT_NOT_FREED), af_quirk_name(AF_QUIRK_PERSISTENT_NOT_FREED));
    }
}

static uint64_t not_kept(const af_einsum *const *einsums, int n_einsums)
{
    uint64_t quirks = 0;
    for (int e = 0; e < n_einsums; e++)
        quirks |= af_quirks_of_search(einsums[e]);
    return quirks;
}

int af_join(af_arena *arena, const af_einsum *const *einsums, int n_einsums, af_group *const *const *groups,
            const int *n_groups, const af_join_options *options, af_join_result *result, af_report *report)
{
    if (!n_einsums)
        return af_fail(report, AF_NO_ANSWER, AF_NOWHERE, NULL, "no Einsum to join");
    for (int e = 0; e < n_einsums; e++)
        if (!n_groups[e])
            return af_fail(report, AF_NO_ANSWER, AF_NOWHERE, NULL, "no pmappings for Einsum %s",
                           einsums[e]->name);
    if (af_check_bounds(einsums, n_einsums, report))
        return -1;
    af_world world = {.options = options, .report = report, .n_einsums = n_einsums, .einsums = einsums,
                      .metrics = options->metrics ? options->metrics : einsums[0]->mapper.metrics};
    input in = {groups, n_groups};
    attempt a = join_as(arena, &world, in);
    if (a.as_reference && (!a.status || af_report_status(report) == AF_NO_ANSWER))
        compare_with_right(arena, &world, in, &a);
    *result = a.result;
    uint64_t quirks = not_kept(einsums, n_einsums) & ~options->fixes;
    for (int i = 0; i < result->n_mappings; i++)
        result->mappings[i].quirks |= quirks;
    return a.status;
}
