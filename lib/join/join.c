/* From the groups of every Einsum to the Pareto front of whole mappings: left to right, one exact pass (70 section 6). */
#include "join/choice.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What can still be added to a column (70 section 4.4), per memory. */
static double *rise(const af_world *w, double *const *const *parts, int n_parts, int from, int skip)
{
    double *sum = af_new_array(w->arena, double, w->n_memories);
    for (int e = from; e < w->n_einsums; e++)
        for (int m = 0; m < w->n_memories && e != skip; m++)
            for (int i = 0; i < n_parts; i++)
                sum[m] += parts[i][e][m];
    return sum;
}

static af_purpose purpose_of_join(const af_world *w, int einsum)
{
    double *const *const finished[] = {w->above}, *const *const shared[] = {w->most, w->skipped};
    return (af_purpose){.left = true, .last = einsum == w->n_einsums - 1, .live = w->after[einsum],
                        .rise_finished = rise(w, finished, 1, einsum + 1, -1), .rise_shared = rise(w, shared, 2, einsum + 1, -1)};
}

static af_purpose purpose_of_consolidation(const af_world *w, int einsum)
{
    double *const *const innermost[] = {w->above, w->skipped}, *const *const shared[] = {w->most, w->skipped};
    return (af_purpose){.live = w->others[einsum], .rise_innermost = rise(w, innermost, 2, 0, einsum), .rise_shared = rise(w, shared, 2, 0, einsum)};
}

/* ---- stages */
typedef struct driver {
    af_world world;
    af_table ***groups; const int *n_groups;
    af_table *unit;
    af_stage *rights, *joins;                /* per Einsum */
    af_arena *values;                        /* columns of the rights */
    af_join_result *result;
} driver;

static int consolidate(driver *d, int einsum)
{
    const af_world *w = &d->world;
    af_stage *stage = &d->rights[einsum];
    if (af_consolidation(w, einsum, d->unit, d->groups[einsum], d->n_groups[einsum], stage))
        return -1;
    af_purpose purpose = purpose_of_consolidation(w, einsum);
    af_make_plans(d->values, w, &purpose, stage);
    if (af_run_stage(d->values, w, stage, w->einsums[einsum]->name))
        return -1;
    if (!stage->n_tables)
        return af_fail(w->report, AF_NO_ANSWER, AF_NOWHERE, NULL, "no pmappings for Einsum %s", w->einsums[einsum]->name);
    return 0;
}

/* Everything was tested against a capacity: names the memories that can overflow at all. */
static int no_mapping(const driver *d, int einsum)
{
    const af_world *w = &d->world;
    af_text memories = {0};
    for (int m = 0; m < w->n_memories; m++) {
        double most = 0;
        for (int e = 0; e <= einsum; e++)
            most += w->most[e][m] + w->skipped[e][m];
        if (most > w->size[m])
            af_text_printf(&memories, "%s%s", memories.length ? ", " : "", af_name_text(w->memories, m));
    }
    const char *name = w->einsums[einsum]->name;
    if (memories.length)
        af_fail(w->report, AF_NO_ANSWER, AF_NOWHERE, NULL, "no mapping of the Einsums up to %s fits: where loop counts match, what is held at the same "
                "time does not fit into %s", name, memories.bytes);
    else
        af_fail(w->report, AF_NO_ANSWER, AF_NOWHERE, NULL, "no mapping of the Einsums up to %s: the iteration counts of the loops around what %s "
                "shares with those before match in no pair", name, name);
    af_text_free(&memories);
    return -1;
}

static int join_next(driver *d, int einsum, af_arena *values, af_table *const *left, int n_left)
{
    const af_world *w = &d->world;
    af_stage *stage = &d->joins[einsum];
    if (af_pairs_of_join(w, einsum, left, n_left, &d->rights[einsum], stage))
        return -1;
    af_purpose purpose = purpose_of_join(w, einsum);
    af_make_plans(values, w, &purpose, stage);
    if (af_run_stage(values, w, stage, af_format(w->arena, "the join with Einsum %s", w->einsums[einsum]->name)))
        return -1;
    if (!stage->n_tables)
        return no_mapping(d, einsum);
    d->result->joins += stage->n_pairs;
    d->result->matched += stage->matched;
    for (int t = 0; t < stage->n_tables; t++)
        d->result->kept += stage->tables[t]->n_rows;
    return 0;
}

/* An Einsum may not write what an earlier one has read (70 section 6.1 step 2.1). */
static int check_dependencies(const af_world *w)
{
    for (int e = 1; e < w->n_einsums; e++)
        for (int i = 0; i < w->einsums[e]->n_tensors; i++) {
            const af_tensor *tensor = &w->einsums[e]->tensors[i];
            int t = af_name_find(w->tensors, tensor->name);
            if (!tensor->output || t < 0 || !w->before[e][t])
                continue;
            int reader = 0;
            while (!w->uses[reader][t])
                reader++;
            return af_fail(w->report, AF_BAD_DATA, AF_NOWHERE, NULL, "Einsum %s uses tensor %s, which is an output of Einsum %s, which is later in "
                           "the workload: Einsums are joined in the order of the workload", w->einsums[reader]->name, tensor->name, w->einsums[e]->name);
        }
    return 0;
}

static int drive(driver *d)
{
    const af_world *w = &d->world;
    if (check_dependencies(w))
        return -1;
    for (int e = 0; e < w->n_einsums; e++)
        if (consolidate(d, e))
            return -1;
    af_arena *before = NULL;
    af_table *const *left = &d->unit;
    int n_left = 1, status = 0;
    for (int e = 0; e < w->n_einsums && !status; e++) {
        af_arena *values = af_arena_new();
        status = join_next(d, e, values, left, n_left);
        left = d->joins[e].tables, n_left = d->joins[e].n_tables;
        af_arena_free(before);
        before = values;
    }
    if (!status)
        status = af_take_front(w->arena, w, &d->joins[w->n_einsums - 1], d->result);
    af_arena_free(before);
    return status;
}

int af_join(af_arena *arena, const af_einsum *const *einsums, int n_einsums, af_group *const *const *groups, const int *n_groups,
            const af_join_options *options, af_join_result *result, af_report *report)
{
    *result = (af_join_result){0};
    if (!n_einsums)
        return af_fail(report, AF_NO_ANSWER, AF_NOWHERE, NULL, "no Einsum to join");
    for (int e = 0; e < n_einsums; e++)
        if (!n_groups[e])
            return af_fail(report, AF_NO_ANSWER, AF_NOWHERE, NULL, "no pmappings for Einsum %s", einsums[e]->name);
    driver d = {.n_groups = n_groups, .result = result};
    d.world = (af_world){.options = options, .report = report, .n_einsums = n_einsums, .einsums = einsums,
                         .metrics = options->metrics ? options->metrics : einsums[0]->mapper.metrics};
    if (af_world_make(arena, &d.world, groups, n_groups, &d.groups))
        return -1;
    d.unit = af_unit_table(arena);
    d.rights = af_new_array(arena, af_stage, n_einsums);
    d.joins = af_new_array(arena, af_stage, n_einsums);
    d.values = af_arena_new();
    int status = drive(&d);
    af_arena_free(d.values);
    return status;
}
