/* All Pareto-optimal pmappings of one Einsum: templates, each explored on its own, combined to groups. */
#include "pmap/explore.h"
#include "pmap/cause.h"

#include <limits.h>
#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

const char *const af_objective_names[AF_OBJECTIVES] = {"latency", "energy", "dynamic_energy", "leak_energy"};

typedef struct work {                        /* of one Einsum, shared by all threads */
    const af_einsum *einsum;
    const af_pmap_options *options;
    const bool *tracked;
    af_incumbents *incumbents;               /* of the templates of earlier rounds */
    atomic_int failed;                       /* place in the order of the first template that failed; those behind it are not explored */
    int first;                               /* place of this round's first template in the order */
    int n_templates; const af_template **templates;
    int *order;                              /* small spaces first, whose rows are the bounds of the large ones */
    af_generator *generators;                /* one per path; NULL: the outcomes were there already */
    af_outcome *outcomes;
    struct worker { af_arena *arena; af_size_table *sizes; } *workers;
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

double af_thread_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* The walk stops at the deadline. */
static void check_time(const work *w, double deadline, const af_template *t, af_report *report)
{
    if (af_thread_seconds() > deadline)
        af_fail(report, AF_LIMIT, AF_NOWHERE, "mapper.time_limit_per_pmapping_template", "template %d of Einsum %s takes longer than %g s", t->index,
                w->einsum->name, w->einsum->mapper.time_limit_per_pmapping_template);
}

static void note_failure(work *w, int place)
{
    int first = w->failed;
    while (place < first && !atomic_compare_exchange_weak(&w->failed, &first, place))
        ;
}

/* One for each subspace that can have valid mappings. Where the first has none, none has. 0; 1: none; -1: reported. */
static int make_problems(af_arena *arena, const work *w, const af_template *t, double deadline, int worker, af_problem **parts, int *n_parts, const char **cause,
                         af_report *report)
{
    af_subspace *subspaces;
    int n = af_subspaces_of(arena, w->einsum, t, &subspaces);
    *parts = af_new_array(arena, af_problem, n);
    *n_parts = 0;
    for (int i = 0; i < n; i++) {
        int made = af_make_problem(arena, w->einsum, t, &subspaces[i], w->tracked, w->options->fixes, &(*parts)[*n_parts], cause, report);
        if (made < 0 || (made && i == 0))
            return made;
        (*parts)[*n_parts].eager = w->options->eager;
        (*parts)[*n_parts].deadline = deadline;
        (*parts)[*n_parts].sizes = w->workers[worker].sizes;
        *n_parts += !made;
    }
    return 0;
}

static void explore_template(void *context, int index, int worker)
{
    work *w = context;
    int place = w->first + index;
    if (place > w->failed)
        return;
    double deadline = af_thread_seconds() + w->einsum->mapper.time_limit_per_pmapping_template;
    af_outcome *o = &w->outcomes[w->order[place]];
    af_report *report = af_report_new("");
    af_report_quiet(report, true);           /* what it has to say is the template's cause */
    af_arena *scratch = af_arena_new();
    *o = (af_outcome){.arena = af_arena_new(), .template = w->templates[o - w->outcomes]};
    af_problem *parts;
    int n_parts;
    const char *cause = NULL;
    int made = make_problems(scratch, w, o->template, deadline, worker, &parts, &n_parts, &cause, report);
    if (made == 0) {
        af_explore(o->arena, parts, n_parts, w->incumbents, &o->explored);
        copy_outcome(o, &parts[0]);
        check_time(w, deadline, o->template, report);
    } else {
        o->cause = af_copy_text(o->arena, made < 0 ? "" : cause);
    }
    copy_mistakes(o, report);
    if (o->status)
        note_failure(w, place);
    af_arena_free(scratch);
    af_report_free(report);
    tell_progress(w);
}

/* ---- all templates */

static int make_all_templates(af_arena *arena, work *w, af_generator *generators, af_counts *counts, af_report *report)
{
    const af_einsum *e = w->einsum;
    for (int p = 0; p < e->n_paths; p++) {
        if (af_generate_templates(&generators[p], arena, e, p, w->options->fixes, report))
            return -1;
        w->n_templates += generators[p].made.count;
        af_count_templates(&generators[p], counts);
    }
    w->templates = af_new_array(arena, const af_template *, w->n_templates + 1);
    for (int p = 0, n = 0; p < e->n_paths; p++)
        for (int i = 0; i < generators[p].made.count; i++)
            w->templates[n++] = &generators[p].made.items[i];
    if (counts->capped)
        af_warn(report, AF_NOWHERE, "mapper.max_pmapping_templates_per_einsum", "templates of Einsum %s were cut off at %.0f", e->name,
                e->mapper.max_pmapping_templates_per_einsum);
    for (int i = 0; i < w->n_templates; i++)
        if (af_check_template(e, w->templates[i], report))
            return -1;
    return 0;
}

enum { FIRST_ROUND = 8 };                     /* templates */

typedef struct sized { double n_total; int index; } sized;

static int smallest_first(const void *a, const void *b)
{
    const sized *x = a, *y = b;
    return x->n_total != y->n_total ? (x->n_total > y->n_total) - (x->n_total < y->n_total) : x->index - y->index;
}

/* A template depends on others only by the bounds that their rows are to its own (incumbent.c), so any order
 * gives the same groups (60 section 2).
 *
 * Templates are explored in rounds, each as large as a part of what was there before. All of a round see the
 * rows of earlier rounds and none of their own, so that what comes out does not depend on how many threads
 * there are. Inside a round the largest come first, so that no long one is left at the end. */
static void explore_all(af_arena *arena, work *w)
{
    int n_workers = af_thread_count(w->options->threads);
    w->workers = af_new_array(arena, struct worker, n_workers);
    for (int i = 0; i < n_workers; i++) {
        w->workers[i].arena = af_arena_new();
        w->workers[i].sizes = af_size_table_new(w->workers[i].arena, w->einsum->mapper.tiling_coarseness);
    }
    sized *sizes = af_new_array(arena, sized, w->n_templates + 1);
    w->order = af_new_array(arena, int, w->n_templates + 1);
    w->incumbents = af_incumbents_new(arena, w->einsum, w->tracked);
    for (int i = 0; i < w->n_templates; i++)
        sizes[i] = (sized){w->templates[i]->n_total, i};
    qsort(sizes, (size_t)w->n_templates, sizeof *sizes, smallest_first);
    pthread_mutex_init(&w->progress, NULL);
    if (w->options->progress)
        w->options->progress(w->options->progress_context, 0, w->n_templates);
    for (int count; w->first < w->n_templates && w->failed == INT_MAX; w->first += count) {
        count = w->first / 2 < FIRST_ROUND ? FIRST_ROUND : w->first / 2;
        count = w->n_templates - w->first < count ? w->n_templates - w->first : count;
        for (int i = 0; i < count; i++)
            w->order[w->first + i] = sizes[w->first + count - 1 - i].index;
        af_run_jobs(w->options->threads, count, explore_template, w);
        for (int i = 0; i < count && w->failed == INT_MAX; i++)
            af_incumbents_add(w->incumbents, &w->outcomes[w->order[w->first + i]]);
    }
    pthread_mutex_destroy(&w->progress);
    for (int i = 0; i < n_workers; i++)
        af_arena_free(w->workers[i].arena);
}

/* ---- entry */

static int finish(af_arena *arena, const work *w, af_pmap_result *result, af_report *report)
{
    if (w->failed != INT_MAX) {
        const af_outcome *o = &w->outcomes[w->order[w->failed]];
        for (int k = 0; k < o->n_mistakes; k++)
            af_fail(report, o->status, AF_NOWHERE, NULL, "%s", o->mistakes[k]);
        return -1;
    }
    for (int i = 0; i < w->n_templates; i++) {
        const af_outcome *o = &w->outcomes[i];
        result->counts.evaluated += o->explored.n_evaluated;
        result->counts.valid += o->explored.n_valid;
    }
    af_make_groups(arena, w->einsum, w->outcomes, w->n_templates, result);
    af_count_causes(arena, w->einsum, w->generators, w->outcomes, w->n_templates, result);
    return result->n_groups ? 0 : af_fail_without_rows(w->einsum, result, report);
}

/* Templates and outcomes into `keep`. */
static int explore_einsum(af_arena *arena, af_arena *keep, work *w, af_pmap_result *result, af_report *report)
{
    w->generators = af_new_array(arena, af_generator, w->einsum->n_paths + 1);
    w->tracked = af_tracked_memories(arena, w->einsum);
    if (make_all_templates(keep, w, w->generators, &result->counts, report))
        return -1;
    if (!w->n_templates) {
        af_count_causes(arena, w->einsum, w->generators, NULL, 0, result);
        return af_fail_without_templates(w->einsum, w->generators, report);
    }
    w->outcomes = af_new_array(keep, af_outcome, w->n_templates + 1);
    explore_all(arena, w);
    return 0;
}

int af_pmap(af_arena *arena, const af_einsum *einsum, const af_pmap_options *options, af_pmap_result *result, af_report *report)
{
    *result = (af_pmap_result){0};
    if (af_check_request(arena, einsum, options->fixes, report))
        return -1;
    work w = {.einsum = einsum, .options = options, .failed = INT_MAX};
    af_memo *memo = einsum->n_einsums > 1 && options->record ? options->memo : NULL;
    const char *shape = memo ? af_shape_of(arena, options->record) : NULL;
    if (memo && af_memo_find(memo, shape, arena, einsum, &result->counts, &w.outcomes, &w.n_templates))
        return finish(arena, &w, result, report);
    if (explore_einsum(arena, memo ? af_memo_arena(memo) : arena, &w, result, report))
        return -1;
    af_counts counts = result->counts;
    int status = finish(arena, &w, result, report);
    if (memo && !status)
        af_memo_add(memo, shape, &counts, w.outcomes, w.n_templates);
    for (int i = 0; i < w.n_templates && !(memo && !status); i++)
        af_arena_free(w.outcomes[i].arena);
    return status;
}
