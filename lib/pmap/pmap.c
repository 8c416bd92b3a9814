/* All Pareto-optimal pmappings of one Einsum: templates, each explored on its own, combined to groups. */
#include "pmap/explore.h"
#include "pmap/template.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>

const char *const af_objective_names[AF_OBJECTIVES] = {"latency", "energy", "dynamic_energy", "leak_energy"};

typedef struct work {                        /* of one Einsum, shared by all threads */
    const af_einsum *einsum;
    const af_pmap_options *options;
    const bool *tracked;
    af_incumbents *incumbents;               /* of the templates of earlier rounds */
    int first;                               /* place of this round's first template in the order */
    int n_templates; const af_template **templates;
    int *order;                              /* small spaces first, whose rows are the bounds of the large ones */
    af_outcome *outcomes;
    int n_done; pthread_mutex_t progress;
} work;

/* ---- one template */

/* What is needed of a problem once its formulas are gone. */
static void copy_outcome(af_outcome *o, const af_problem *p)
{
    const af_pmapping *m = p->pmapping;
    o->compatibility = af_compatibility_of(o->arena, m);
    o->n_fused = o->compatibility->n_loops;
    o->n_steps = m->n_steps;
    o->steps = af_new_array(o->arena, af_step, m->n_steps);
    memcpy(o->steps, m->steps, sizeof *o->steps * (size_t)m->n_steps);
    o->n_reservations = p->n_reservations;
    o->reservations = af_new_array(o->arena, af_reservation, p->n_reservations + 1);
    memcpy(o->reservations, p->reservations, sizeof *o->reservations * (size_t)p->n_reservations);
    o->n_tensors = p->n_tensors;
    o->tensors = af_new_array(o->arena, int, p->n_tensors + 1);
    memcpy(o->tensors, p->tensors, sizeof *o->tensors * (size_t)p->n_tensors);
    o->unknown_of_loop = af_new_array(o->arena, int, o->template->n_loops + 1);
    memcpy(o->unknown_of_loop, p->unknown_of_loop, sizeof *o->unknown_of_loop * (size_t)o->template->n_loops);
    o->n_limits = p->n_limits;
    o->limits = af_new_array(o->arena, af_limit, p->n_limits + 1);
    memcpy(o->limits, p->limits, sizeof *o->limits * (size_t)p->n_limits);
}

static void tell_progress(work *w)
{
    if (!w->options->progress)
        return;
    pthread_mutex_lock(&w->progress);
    w->options->progress(w->options->progress_context, ++w->n_done, w->n_templates);
    pthread_mutex_unlock(&w->progress);
}

static void copy_mistakes(af_outcome *o, const af_report *report)
{
    o->status = af_report_status(report);
    while (af_report_message(report, o->n_mistakes))
        o->n_mistakes++;
    o->mistakes = af_new_array(o->arena, const char *, o->n_mistakes);
    for (int i = 0; i < o->n_mistakes; i++)
        o->mistakes[i] = af_copy_text(o->arena, af_report_message(report, i));
}

static void explore_template(void *context, int index, int worker)
{
    work *w = context;
    (void)worker;
    af_outcome *o = &w->outcomes[w->order[w->first + index]];
    af_report *report = af_report_new("");
    af_report_quiet(report, true);           /* what it has to say is the template's cause */
    af_arena *scratch = af_arena_new();
    *o = (af_outcome){.arena = af_arena_new(), .template = w->templates[o - w->outcomes]};
    af_problem problem;
    const char *cause = NULL;
    int made = af_make_problem(scratch, w->einsum, o->template, w->tracked, w->options->fixes, &problem, &cause, report);
    if (made == 0) {
        af_explore(o->arena, &problem, w->incumbents, &o->explored);
        copy_outcome(o, &problem);
    } else {
        o->cause = af_copy_text(o->arena, made < 0 ? "" : cause);
        copy_mistakes(o, report);
    }
    af_arena_free(scratch);
    af_report_free(report);
    tell_progress(w);
}

/* ---- all templates */

static int make_all_templates(af_arena *arena, work *w, af_generator *generators, af_counts *counts, af_report *report)
{
    const af_einsum *e = w->einsum;
    for (int p = 0; p < e->n_paths; p++) {
        if (af_generate_templates(&generators[p], arena, e, p, report))
            return -1;
        w->n_templates += generators[p].made.count;
        counts->capped = counts->capped || generators[p].capped;
    }
    w->templates = af_new_array(arena, const af_template *, w->n_templates + 1);
    int n = 0;
    for (int p = 0; p < e->n_paths; p++)
        for (int i = 0; i < generators[p].made.count; i++) {
            w->templates[n++] = &generators[p].made.items[i];
            counts->total += generators[p].made.items[i].n_total;
        }
    counts->templates = n;
    if (counts->capped)
        af_warn(report, AF_NOWHERE, "mapper.max_pmapping_templates_per_einsum", "templates of Einsum %s were cut off at %.0f", e->name,
                e->mapper.max_pmapping_templates_per_einsum);
    return 0;
}

enum { FIRST_ROUND = 8 };                     /* templates */

typedef struct sized { double n_total; int index; } sized;

static int smallest_first(const void *a, const void *b)
{
    const sized *x = a, *y = b;
    return x->n_total != y->n_total ? (x->n_total > y->n_total) - (x->n_total < y->n_total) : x->index - y->index;
}

/* Templates are explored in rounds, each as large as a part of what was there before. All of a round see the rows of earlier rounds and none
 * of their own, so that what comes out does not depend on how many threads there are. Inside a round the largest come first, so that no
 * long one is left at the end. */
static void explore_all(af_arena *arena, work *w)
{
    sized *sizes = af_new_array(arena, sized, w->n_templates + 1);
    w->order = af_new_array(arena, int, w->n_templates + 1);
    w->incumbents = af_incumbents_new(arena, w->einsum, w->tracked);
    for (int i = 0; i < w->n_templates; i++)
        sizes[i] = (sized){w->templates[i]->n_total, i};
    qsort(sizes, (size_t)w->n_templates, sizeof *sizes, smallest_first);
    pthread_mutex_init(&w->progress, NULL);
    for (int count; w->first < w->n_templates; w->first += count) {
        count = w->first / 2 < FIRST_ROUND ? FIRST_ROUND : w->first / 2;
        count = w->n_templates - w->first < count ? w->n_templates - w->first : count;
        for (int i = 0; i < count; i++)
            w->order[w->first + i] = sizes[w->first + count - 1 - i].index;
        af_run_jobs(w->options->threads, count, explore_template, w);
        for (int i = 0; i < count; i++)
            af_incumbents_add(w->incumbents, &w->outcomes[w->order[w->first + i]]);
    }
    pthread_mutex_destroy(&w->progress);
}

/* ---- why candidates went */

/* A tensor that is to be held there and of which one value is larger than the memory; -1: none. */
static int too_large(const af_outcome *o, const af_arch_node *memory, int node)
{
    for (int i = 0; i < o->n_steps; i++)
        if (o->steps[i].kind == AF_STEP_STORAGE && o->steps[i].node == node && memory->bits_per_value[o->steps[i].tensor] > memory->size)
            return o->steps[i].tensor;
    return -1;
}

static const char *capacity_cause(af_arena *arena, const af_einsum *e, const af_outcome *o, int node)
{
    const af_arch_node *memory = &e->nodes[node];
    char size[32], bits[32];
    int large = too_large(o, memory, node);
    af_number_text(size, memory->size);
    if (large >= 0) {
        af_number_text(bits, memory->bits_per_value[large]);
        return af_format(arena, "%s holds %s bits; one value of %s needs %s", memory->name, size, e->tensors[large].name, bits);
    }
    return af_format(arena, "%s holds %s bits, too few for what is to be held in it at once", memory->name, size);
}

static const char *limit_cause(af_arena *arena, const af_einsum *e, const af_outcome *o, const af_limit *limit)
{
    const af_arch_node *node = &e->nodes[limit->node];
    const char *dimension = limit->dimension >= 0 ? node->dimensions[limit->dimension].name : NULL;
    switch (limit->kind) {
    case AF_CAPACITY: return capacity_cause(arena, e, o, limit->node);
    case AF_FANOUT: return af_format(arena, "%s fans out to only %g along %s", node->name, node->dimensions[limit->dimension].fanout, dimension);
    case AF_LOOP_BOUND: return af_format(arena, "no loops satisfy the loop_bounds of %s along %s", node->name, dimension);
    default: return af_format(arena, "no loops reach the min_usage of %s along %s", node->name, dimension);
    }
}

static void count_cause(af_arena *arena, af_pmap_result *result, const char *text, double removed)
{
    if (removed <= 0)
        return;
    for (int i = 0; i < result->n_causes; i++)
        if (!strcmp(result->causes[i].text, text)) {
            result->causes[i].removed += removed;
            return;
        }
    struct af_cause *causes = af_new_array(arena, struct af_cause, result->n_causes + 1);
    if (result->n_causes)
        memcpy(causes, result->causes, sizeof *causes * (size_t)result->n_causes);
    causes[result->n_causes++] = (struct af_cause){text, removed};
    result->causes = causes;
}

static void collect_causes(af_arena *arena, const work *w, af_pmap_result *result)
{
    for (int i = 0; i < w->n_templates; i++) {
        const af_outcome *o = &w->outcomes[i];
        if (o->cause) {
            count_cause(arena, result, af_copy_text(arena, o->cause), o->template->n_total);
            continue;
        }
        for (int k = 0; k < o->n_limits; k++)
            if (o->explored.removed[k] > 0)
                count_cause(arena, result, limit_cause(arena, w->einsum, o, &o->limits[k]), o->explored.removed[k]);
        count_cause(arena, result, "max_fused_loops and the other limits on numbers of loops admit none", o->explored.removed[o->n_limits]);
    }
}

static int no_templates(const work *w, const af_generator *generators, af_report *report)
{
    const af_einsum *e = w->einsum;
    if (!e->n_paths)
        return af_fail(report, AF_NO_ANSWER, AF_NOWHERE, "arch.nodes", "Einsum %s has no mapping: the architecture has no Compute", e->name);
    for (int p = 0; p < e->n_paths; p++)
        for (int t = 0; t < e->n_tensors; t++)
            if (generators[p].unheld & af_bit(t))
                return af_fail(report, AF_NO_ANSWER, AF_NOWHERE, NULL, "Einsum %s has no mapping: no memory may keep tensor %s", e->name,
                               e->tensors[t].name);
    for (int p = 0; p < e->n_paths; p++)
        if (generators[p].without_loop)
            return af_fail(report, AF_NO_ANSWER, AF_NOWHERE, NULL, "Einsum %s has no mapping: constraints (loop_bounds, reuse, no_refetch_from_above, "
                           "no_resend_to_below) force every loop over %s to one", e->name,
                           e->rank_variables[__builtin_ctzll(generators[p].without_loop)].name);
    if (generators[0].disabled)
        return af_fail(report, AF_NO_ANSWER, AF_NOWHERE, NULL, "Einsum %s has no mapping: no Compute is enabled for it", e->name);
    return af_fail(report, AF_NO_ANSWER, AF_NOWHERE, NULL, "Einsum %s has no mapping: the constraints on what memories hold "
                   "(keep, may_keep, back, tensor_order_options) admit none", e->name);
}

static int no_rows(const work *w, const af_pmap_result *result, af_report *report)
{
    af_text why = {0};
    bool *told = af_memory_resize(NULL, (size_t)result->n_causes + 1);
    memset(told, 0, (size_t)result->n_causes + 1);
    for (int n = 0; n < 3; n++) {            /* those that removed most */
        int most = -1;
        for (int i = 0; i < result->n_causes; i++)
            if (!told[i] && (most < 0 || result->causes[i].removed > result->causes[most].removed))
                most = i;
        if (most < 0)
            break;
        told[most] = true;
        af_text_printf(&why, "%s%s", n ? "; " : "", result->causes[most].text);
    }
    af_fail(report, AF_NO_ANSWER, AF_NOWHERE, NULL, "Einsum %s has no valid mapping%s: %s", w->einsum->name,
            result->counts.capped ? " among the templates up to mapper.max_pmapping_templates_per_einsum" : "",
            why.bytes ? why.bytes : "no candidate is left");
    af_memory_resize(told, 0);
    af_text_free(&why);
    return -1;
}

/* ---- entry */

static int finish(af_arena *arena, const work *w, af_pmap_result *result, af_report *report)
{
    for (int i = 0; i < w->n_templates; i++) {
        const af_outcome *o = &w->outcomes[i];
        for (int k = 0; k < o->n_mistakes; k++)
            af_fail(report, o->status, AF_NOWHERE, NULL, "%s", o->mistakes[k]);
        if (o->status)
            return -1;
        result->counts.evaluated += o->explored.n_evaluated;
        result->counts.valid += o->explored.n_valid;
    }
    collect_causes(arena, w, result);
    af_make_groups(arena, w->einsum, w->outcomes, w->n_templates, result);
    return result->n_groups ? 0 : no_rows(w, result, report);
}

/* Templates and outcomes into `keep`. */
static int explore_einsum(af_arena *arena, af_arena *keep, work *w, af_counts *counts, af_report *report)
{
    af_generator *generators = af_new_array(arena, af_generator, w->einsum->n_paths + 1);
    w->tracked = af_tracked_memories(arena, w->einsum);
    if (make_all_templates(keep, w, generators, counts, report))
        return -1;
    if (!w->n_templates)
        return no_templates(w, generators, report);
    w->outcomes = af_new_array(keep, af_outcome, w->n_templates + 1);
    explore_all(arena, w);
    return 0;
}

static void warn_of_figures(const af_einsum *e, uint64_t fixes, af_report *report)
{
    bool uneven = e->mapper.explore_imperfect_spatial_loops || e->mapper.explore_imperfect_temporal_loops;
    af_warn_of_older_names(e, report);
    if (uneven && af_has_quirk(fixes, AF_QUIRK_IMPERFECT_TILES))
        af_warn(report, AF_NOWHERE, NULL, "--fix imperfect-tiles: the search takes the reference's counts; af-model gives the right ones of what it finds");
}

int af_pmap(af_arena *arena, const af_einsum *einsum, const af_pmap_options *options, af_pmap_result *result, af_report *report)
{
    *result = (af_pmap_result){0};
    work w = {.einsum = einsum, .options = options};
    warn_of_figures(einsum, options->fixes, report);
    af_memo *memo = einsum->n_einsums > 1 && options->record ? options->memo : NULL;
    const char *shape = memo ? af_shape_of(arena, options->record) : NULL;
    if (memo && af_memo_find(memo, shape, arena, einsum, &result->counts, &w.outcomes, &w.n_templates))
        return finish(arena, &w, result, report);
    if (explore_einsum(arena, memo ? af_memo_arena(memo) : arena, &w, &result->counts, report))
        return -1;
    af_counts counts = result->counts;
    int status = finish(arena, &w, result, report);
    if (memo && !status)
        af_memo_add(memo, shape, &counts, w.outcomes, w.n_templates);
    for (int i = 0; i < w.n_templates && !(memo && !status); i++)
        af_arena_free(w.outcomes[i].arena);
    return status;
}
