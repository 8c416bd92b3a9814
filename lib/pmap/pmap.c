/* All Pareto-optimal pmappings of one Einsum: templates, each explored on its own, combined to groups. */
#include "pmap/compatibility.h"
#include "pmap/group.h"
#include "pmap/memo.h"
#include "pmap/cause.h"

#include <limits.h>
#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

const char *const af_objective_names[AF_OBJECTIVES] = {"latency", "energy", "dynamic_energy", "leak_energy"};

typedef enum phase { TO_START, EXPLORING, GROUPING } phase;

typedef struct af_search work;
struct af_search {                           /* of one Einsum, shared by all threads */
    const af_einsum *einsum;
    const af_pmap_options *options;
    af_arena *arena; af_pmap_result *result; af_report *report;
    phase phase;
    int status;
    af_claim *known; bool is_first;          /* of its shape */
    af_arena *keep;                          /* templates and outcomes: what the memo gets */
    af_grouping *grouping;
    const bool *tracked;
    af_incumbents *incumbents;               /* of the templates of earlier rounds */
    atomic_int failed;                       /* place in the order of the first template that failed;
                                              * those behind it are not explored */
    int first, count;                        /* place of this round's first template in
                                              * the order, and how many it has */
    struct sized *sizes;                     /* smallest first */
    int n_templates; const af_template **templates;
    int *order;                              /* small spaces first, whose rows are
                                              * the bounds of the large ones */
    af_generator *generators;                /* one per path; NULL: the outcomes were there already */
    af_counts counts;                        /* before the rows were counted */
    af_outcome *outcomes;
    int n_workers;
    struct worker { af_arena *arena; af_size_table *sizes; } *workers;
    int n_done; pthread_mutex_t progress;
};

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
        af_fail(report, AF_LIMIT, AF_NOWHERE, "mapper.time_limit_per_pmapping_template",
                "template %d of Einsum %s takes longer than %g s", t->index, w->einsum->name,
                w->einsum->mapper.time_limit_per_pmapping_template);
}

static void note_failure(work *w, int place)
{
    int first = w->failed;
    while (place < first && !atomic_compare_exchange_weak(&w->failed, &first, place))
        ;
}

/* One for each subspace that can have valid mappings. Where the first has none,
 * none has. 0; 1: none; -1: reported. */
static int make_problems(af_arena *arena, const work *w, const af_template *t, double deadline, int worker,
                         af_problem **parts, int *n_parts, const char **cause, af_report *report)
{
    af_subspace *subspaces;
    int n = af_subspaces_of(arena, w->einsum, t, &subspaces);
    *parts = af_new_array(arena, af_problem, n);
    *n_parts = 0;
    for (int i = 0; i < n; i++) {
        int made = af_make_problem(arena, w->einsum, t, &subspaces[i], w->tracked, w->options->fixes,
                                   &(*parts)[*n_parts], cause, report);
        if (made < 0 || (made && i == 0))
            return made;
        (*parts)[*n_parts].eager = w->options->eager;
        (*parts)[*n_parts].deadline = deadline;
        (*parts)[*n_parts].sizes = w->workers[worker].sizes;
        *n_parts += !made;
    }
    return 0;
}

static void explore_template(work *w, int index, int worker)
{
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

static int make_all_templates(work *w)
{
    const af_einsum *e = w->einsum;
    af_generator *generators = w->generators;
    af_counts *counts = &w->result->counts;
    af_report *report = w->report;
    for (int p = 0; p < e->n_paths; p++) {
        if (af_generate_templates(&generators[p], w->keep, e, p, w->options->fixes, report))
            return -1;
        w->n_templates += generators[p].made.count;
        af_count_templates(&generators[p], counts);
    }
    w->templates = af_new_array(w->keep, const af_template *, w->n_templates + 1);
    for (int p = 0, n = 0; p < e->n_paths; p++)
        for (int i = 0; i < generators[p].made.count; i++)
            w->templates[n++] = &generators[p].made.items[i];
    if (counts->capped)
        af_warn(report, AF_NOWHERE, "mapper.max_pmapping_templates_per_einsum",
                "templates of Einsum %s were cut off at %.0f", e->name,
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
    return x->n_total != y->n_total ? (x->n_total > y->n_total) - (x->n_total < y->n_total)
                                    : x->index - y->index;
}

static void make_workers(work *w)
{
    w->n_workers = af_thread_count(w->options->threads);
    w->workers = af_new_array(w->arena, struct worker, w->n_workers);
    for (int i = 0; i < w->n_workers; i++) {
        w->workers[i].arena = af_arena_new();
        w->workers[i].sizes = af_size_table_new(w->workers[i].arena, w->einsum->mapper.tiling_coarseness);
    }
}

static void free_workers(work *w)
{
    for (int i = 0; i < w->n_workers; i++)
        af_arena_free(w->workers[i].arena);
    w->n_workers = 0;
}

/* A template depends on others only by the bounds that their rows are to its own (incumbent.c), so any order
 * gives the same groups (60 section 2).
 *
 * Templates are explored in rounds, each as large as a part of what was there before. All of a round see the
 * rows of earlier rounds and none of their own, so that what comes out does not depend on how many threads
 * there are. Inside a round the largest come first, so that no long one is left at the end. */
static int next_round(work *w)
{
    w->first += w->count;
    w->count = w->first / 2 < FIRST_ROUND ? FIRST_ROUND : w->first / 2;
    if (w->count > w->n_templates - w->first)
        w->count = w->n_templates - w->first;
    for (int i = 0; i < w->count; i++)
        w->order[w->first + i] = w->sizes[w->first + w->count - 1 - i].index;
    return w->count;
}

static int begin_exploring(work *w)
{
    make_workers(w);
    w->sizes = af_new_array(w->arena, sized, w->n_templates + 1);
    w->order = af_new_array(w->arena, int, w->n_templates + 1);
    w->outcomes = af_new_array(w->keep, af_outcome, w->n_templates + 1);
    w->incumbents = af_incumbents_new(w->arena, w->einsum, w->tracked);
    for (int i = 0; i < w->n_templates; i++)
        w->sizes[i] = (sized){w->templates[i]->n_total, i};
    qsort(w->sizes, (size_t)w->n_templates, sizeof *w->sizes, smallest_first);
    if (w->options->progress)
        w->options->progress(w->options->progress_context, 0, w->n_templates);
    w->phase = EXPLORING;
    return next_round(w);
}

/* ---- from one phase to the next: each gives the number of jobs of the next round, or 0 */

static int fail(work *w)
{
    w->status = -1;
    return 0;
}

static int begin_groups(work *w)
{
    for (int i = 0; i < w->n_templates; i++) {
        w->result->counts.evaluated += w->outcomes[i].explored.n_evaluated;
        w->result->counts.valid += w->outcomes[i].explored.n_valid;
    }
    w->phase = GROUPING;
    w->grouping = af_grouping_begin(w->arena, w->einsum, w->outcomes, w->n_templates,
                                    af_thread_count(w->options->threads), w->result);
    return w->result->n_groups ? w->result->n_groups : af_search_next(w);
}

static int start(work *w)
{
    af_report *report = w->report;
    if (af_check_request(w->arena, w->einsum, w->options->fixes, report))
        return fail(w);
    int found = !w->known || w->is_first ? 0
                                         : af_memo_find(w->options->memo, w->known, w->arena, w->einsum,
                                                        &w->result->counts, &w->outcomes, &w->n_templates);
    if (found)
        return found == AF_LATER ? AF_LATER : begin_groups(w);
    w->generators = af_new_array(w->arena, af_generator, w->einsum->n_paths + 1);
    w->tracked = af_tracked_memories(w->arena, w->einsum);
    w->keep = af_arena_new();
    if (make_all_templates(w))
        return fail(w);
    if (w->n_templates)
        return begin_exploring(w);
    af_count_causes(w->arena, w->einsum, w->generators, NULL, 0, w->result);
    af_fail_without_templates(w->einsum, w->generators, report);
    return fail(w);
}

static int after_round(work *w)
{
    for (int i = 0; i < w->count && w->failed == INT_MAX; i++)
        af_incumbents_add(w->incumbents, &w->outcomes[w->order[w->first + i]]);
    if (w->failed == INT_MAX && next_round(w))
        return w->count;
    free_workers(w);
    if (w->failed == INT_MAX) {
        w->counts = w->result->counts;
        return begin_groups(w);
    }
    const af_outcome *o = &w->outcomes[w->order[w->failed]];
    for (int k = 0; k < o->n_mistakes; k++)
        af_fail_again(w->report, o->status, o->mistakes[k]);
    return fail(w);
}

static int after_groups(work *w)
{
    af_grouping_end(w->grouping);
    w->grouping = NULL;
    af_count_causes(w->arena, w->einsum, w->generators, w->outcomes, w->n_templates, w->result);
    if (!w->result->n_groups) {
        af_fail_without_rows(w->einsum, w->result, w->report);
        return fail(w);
    }
    if (af_check_totals(w->einsum, w->result, w->report))
        return fail(w);
    if (w->known && w->is_first) {
        af_memo_add(w->options->memo, w->known, w->keep, &w->counts, w->outcomes, w->n_templates);
        w->keep = NULL, w->known = NULL;
    }
    return 0;
}

/* ---- entry */

af_search *af_search_new(af_arena *arena, const af_einsum *einsum, const af_pmap_options *options,
                         af_pmap_result *result, af_report *report)
{
    af_search *w = af_new(arena, af_search);
    *result = (af_pmap_result){0};
    *w = (af_search){.einsum = einsum,
                     .options = options,
                     .arena = arena,
                     .result = result,
                     .report = report,
                     .failed = INT_MAX};
    pthread_mutex_init(&w->progress, NULL);
    if (options->memo && options->record && einsum->n_einsums > 1)
        w->known = af_memo_claim(options->memo, af_shape_of(arena, options->record), &w->is_first);
    return w;
}

int af_search_next(af_search *w)
{
    static int (*const steps[])(work *) = {
        [TO_START] = start, [EXPLORING] = after_round, [GROUPING] = after_groups
    };
    return steps[w->phase](w);
}

void af_search_job(af_search *w, int index, int worker)
{
    if (w->phase == EXPLORING)
        explore_template(w, index, worker);
    else
        af_grouping_make(w->grouping, index, worker);
}

int af_search_status(const af_search *w) { return w->status; }

int af_search_end(af_search *w)
{
    if (w->grouping)
        af_grouping_end(w->grouping);
    free_workers(w);
    for (int i = 0; i < w->n_templates && w->keep && w->outcomes; i++)
        af_arena_free(w->outcomes[i].arena);
    if (w->known && w->is_first)
        af_memo_give_up(w->options->memo, w->known);
    af_arena_free(w->keep);
    pthread_mutex_destroy(&w->progress);
    return w->status;
}

/* ---- one Einsum alone */

static void *begin_alone(void *context)
{
    af_search **search = context, *s = *search;
    *search = NULL;
    return s;
}

static int next_alone(void *task) { return af_search_next(task); }
static void job_alone(void *task, int index, int worker) { af_search_job(task, index, worker); }
static int end_alone(void *task, bool wanted) { (void)wanted; return af_search_end(task); }

int af_pmap(af_arena *arena, const af_einsum *einsum, const af_pmap_options *options, af_pmap_result *result,
            af_report *report)
{
    static const af_task_kind kind = {begin_alone, next_alone, job_alone, end_alone};
    af_search *search = af_search_new(arena, einsum, options, result, report);
    return af_run_tasks(options->threads, &kind, &search);
}
