/* Left to right over the Einsums: a quick pass for bounds where it pays, then one exact
 * pass (70 sections 6 and 7). */
#include "join/choice.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS_WORTH_BOUNDS = 64 };   /* of all Einsums; for fewer a first pass costs more than it saves */

typedef struct driver {
    af_world *world;
    af_table *const *const *groups; const int *n_groups;
    af_table *unit;
    af_stage *rights;                        /* per Einsum: its groups consolidated */
    af_arena *values;                        /* columns of the rights */
    af_join_result *result;
} driver;

static int refused(const af_world *w, const char *what, int einsum)
{
    return af_fail(w->report, AF_NO_ANSWER, AF_NOWHERE, NULL, "--filter admits none of the %s %s", what,
                   w->einsums[einsum]->name);
}

/* The plans of the pairs are of no use once the tables are there. */
static int run_stage(const af_world *w, const af_purpose *purpose, af_stage *stage, af_arena *values,
                     const char *what)
{
    af_arena *plans = af_arena_new();
    af_make_plans(plans, w, purpose, stage);
    int status = af_run_stage(values, w, purpose, stage, what);
    af_arena_free(plans);
    return status;
}

/* ---- one Einsum on its own */
static int consolidate(const driver *d, const af_world *w, int einsum, af_arena *values)
{
    af_stage *stage = &d->rights[einsum];
    if (af_consolidation(w, einsum, d->unit, d->groups[einsum], d->n_groups[einsum], stage))
        return -1;
    af_purpose purpose = af_purpose_of_consolidation(w, einsum);
    if (run_stage(w, &purpose, stage, values, w->einsums[einsum]->name))
        return -1;
    if (!stage->n_tables && stage->counts.removed[AF_REFUSED])
        return refused(w, "pmappings of Einsum", einsum);
    if (!stage->n_tables)
        return af_fail(w->report, AF_NO_ANSWER, AF_NOWHERE, NULL, "no pmappings for Einsum %s",
                       w->einsums[einsum]->name);
    return 0;
}

typedef struct consolidation { const driver *d; af_world *worlds; af_arena **values; } consolidation;

static void consolidate_one(void *context, int einsum, int worker)
{
    const consolidation *c = context;
    (void)worker;
    c->values[einsum] = af_arena_new();
    consolidate(c->d, &c->worlds[einsum], einsum, c->values[einsum]);
}

/* An Einsum's groups have nothing to do with those of others. */
static int consolidate_all(driver *d)
{
    const af_world *w = d->world;
    int n = w->n_einsums;
    consolidation c = {d, af_worlds_beside(w, n), af_new_array(w->arena, af_arena *, n)};
    af_run_jobs(w->options->threads, n, consolidate_one, &c);
    for (int e = 0; e < n; e++)
        af_arena_adopt(d->values, c.values[e]);
    return af_worlds_end(w, c.worlds, n);
}

/* ---- one pass over all Einsums */
typedef struct pass {
    const driver *d;
    const af_stage *rights;
    bool thin;                               /* a first pass: few rows of each table go on */
    af_stage *joins;
    int64_t n_joins, matched, kept;
} pass;

/* Names the memories that can overflow at all. */
static int no_mapping(const af_world *w, int einsum)
{
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
        af_fail(w->report, AF_NO_ANSWER, AF_NOWHERE, NULL,
                "%sno mapping of the Einsums up to %s fits: where loop counts match, "
                "what is held at the same time does not fit into %s",
                af_cap_note(w), name, memories.bytes);
    else
        af_fail(w->report, AF_NO_ANSWER, AF_NOWHERE, NULL,
                "%sno mapping of the Einsums up to %s: the iteration counts of the loops around "
                "what %s shares with those before match in no pair",
                af_cap_note(w), name, name);
    af_text_free(&memories);
    return -1;
}

static int join_next(pass *p, int einsum, af_arena *values, af_table *const *left, int n_left)
{
    const af_world *w = p->d->world;
    af_stage *stage = &p->joins[einsum];
    if (af_pairs_of_join(w, einsum, left, n_left, &p->rights[einsum], stage))
        return -1;
    af_purpose purpose = af_purpose_of_join(w, einsum);
    if (run_stage(w, &purpose, stage, values,
                  af_format(w->arena, "the join with Einsum %s", w->einsums[einsum]->name)))
        return -1;
    if (!stage->n_tables && stage->counts.removed[AF_REFUSED])
        return refused(w, "mappings of the Einsums up to", einsum);
    if (!stage->n_tables)
        return no_mapping(w, einsum);
    p->n_joins += einsum ? stage->n_pairs : 0;
    p->matched += stage->matched;
    for (int t = 0; t < stage->n_tables; t++) {
        if (p->thin && einsum < w->n_einsums - 1)
            stage->tables[t] = af_thin_table(values, w, stage->tables[t]);
        p->kept += stage->tables[t]->n_rows;
    }
    return 0;
}

/* Left to right. `finish` takes what it needs from the last stage, whose columns then go. */
static int run_pass(pass *p, int (*finish)(const pass *))
{
    const af_world *w = p->d->world;
    p->joins = af_new_array(w->arena, af_stage, w->n_einsums);
    af_arena *before = NULL;
    af_table *const *left = &p->d->unit;
    int n_left = 1, status = 0;
    for (int e = 0; e < w->n_einsums && !status; e++) {
        af_arena *values = af_arena_new();
        status = join_next(p, e, values, left, n_left);
        left = p->joins[e].tables, n_left = p->joins[e].n_tables;
        af_arena_free(before);
        before = values;
    }
    if (!status)
        status = finish(p);
    af_arena_free(before);
    return status;
}

static int take_front(const pass *p)
{
    af_join_result *result = p->d->result;
    result->joins = p->n_joins, result->matched = p->matched, result->kept = p->kept;
    result->steps = af_new_array(p->d->world->arena, af_join_step, p->d->world->n_einsums);
    for (int e = 1; e < p->d->world->n_einsums; e++)
        result->steps[e] = p->joins[e].counts;
    return af_take_front(p->d->world->arena, p->d->world, &p->joins[p->d->world->n_einsums - 1], result);
}

static int take_solutions(const pass *p)
{
    af_take_solutions(p->d->world, &p->joins[p->d->world->n_einsums - 1]);
    return 0;
}

/* ---- bounds (70 section 7): a quick pass, in which few partial mappings go on from each join,
 * finds complete mappings; what cannot be better than one of them is left out of the exact
 * pass. The front stays the same. */
static void leave_out_hopeless(driver *d)
{
    const af_world *w = d->world;
    for (int e = 0; e < w->n_einsums; e++) {
        af_stage *right = &d->rights[e];
        af_purpose purpose = af_purpose_of_consolidation(w, e);
        int n = 0;
        for (int t = 0; t < right->n_tables; t++) {
            af_table *left = af_promising_rows(d->values, w, right->tables[t], purpose.rest);
            if (left->n_rows)
                right->tables[n++] = left;
        }
        right->n_tables = n;
    }
}

static void find_bounds(driver *d)
{
    int64_t n_rows = 0;
    for (int e = 0; e < d->world->n_einsums; e++)
        for (int t = 0; t < d->rights[e].n_tables; t++)
            n_rows += d->rights[e].tables[t]->n_rows;
    if (!d->world->options->bounds || n_rows < ROWS_WORTH_BOUNDS)
        return;
    pass quick = {.d = d, .rights = d->rights, .thin = true};
    /* It may find nothing: then there are no bounds, and the exact pass decides */
    if (run_pass(&quick, take_solutions))
        af_report_clear(d->world->report);
    else
        leave_out_hopeless(d);
}

/* ---- */

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
            return af_fail(w->report, AF_BAD_DATA, AF_NOWHERE, NULL,
                           "Einsum %s uses tensor %s, which is an output of Einsum %s, which is later in "
                           "the workload: Einsums are joined in the order of the workload",
                           w->einsums[reader]->name, tensor->name, w->einsums[e]->name);
        }
    return 0;
}

static int drive(driver *d)
{
    af_world *w = d->world;
    if (check_dependencies(w))
        return -1;
    if (consolidate_all(d))
        return -1;
    for (int e = 0; e < w->n_einsums; e++)
        af_note_least(w, e, d->rights[e].tables, d->rights[e].n_tables);
    find_bounds(d);
    pass exact = {.d = d, .rights = d->rights};
    return run_pass(&exact, take_front);
}

int af_run_passes(af_world *world, af_table *const *const *groups, const int *n_groups,
                  af_join_result *result)
{
    driver d = {.world = world, .groups = groups, .n_groups = n_groups, .result = result};
    d.unit = af_unit_table(world->arena);
    d.rights = af_new_array(world->arena, af_stage, world->n_einsums);
    d.values = af_arena_new();
    int status = drive(&d);
    af_arena_free(d.values);
    return status;
}
