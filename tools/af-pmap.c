/* af-pmap: all Pareto-optimal pmappings of each Einsum. */
#include "evaluated.h"

#include <math.h>
#include <string.h>

static const char *chosen_text, *cache_folder, *filter_text;
static text_list chosen;
static af_memo *memo;
static bool explain, tell_counts;
static af_cache *cache;
static af_counts total;                       /* of all Einsums */

static const tool_option options[] = {
    {0, "einsums", OPTION_TEXT, &chosen_text, "EINSUM,…", "map these Einsums alone; the others are left out"},
    {0, "filter", OPTION_TEXT, &filter_text, "EXPRESSION",
     "keep pmappings of which this is true: energy < 1e-6 and usage['Sram'] < 0.5; see af-pmap(1)"},
    {0, "cache", OPTION_TEXT, &cache_folder, "FOLDER",
     "keep groups here, and take them from here if the same Einsum was mapped before"},
    {0, "counts", OPTION_FLAG, &tell_counts, NULL,
     "say how many pmappings there are, are valid, were evaluated, are Pareto-optimal"},
    {0, "explain-pruning", OPTION_FLAG, &explain, NULL, "say what each rule removed"},
    {0, NULL, OPTION_FLAG, NULL, NULL, NULL},
};

static bool is_chosen(const char *name)
{
    for (int i = 0; i < chosen.count; i++)
        if (!strcmp(chosen.items[i], name))
            return true;
    return !chosen.count;
}

/* Of the workload that is read or was evaluated: all Einsums asked for are there, and one is. */
static int check_chosen(const af_record *record, af_report *report)
{
    const af_json *workload = record->json;
    const af_json *einsums = af_json_at(workload, "einsums");
    int count = af_json_count(einsums);
    const char **names = af_new_array(tool_arena, const char *, count + 1);
    af_json_reader reader = {.report = report, .what = "workload.einsums", .place = tool_place_of(record)};
    for (int i = 0; i < count; i++)
        names[i] = af_json_string_or(&reader, af_json_item(einsums, i), "name", "");
    if (reader.failed)
        return -1;
    if (!count)
        return af_fail(report, AF_BAD_DATA, AF_NOWHERE, "workload.einsums",
                       "there is no Einsum to map; a workload is expected among the files of af-parse");
    for (int i = 0; i < chosen.count; i++) {
        int found = 0;
        while (found < count && strcmp(chosen.items[i], names[found]))
            found++;
        const char *near = af_nearest(chosen.items[i], names, count);
        if (found == count)
            return af_fail(report, AF_BAD_DATA, AF_NOWHERE, "workload.einsums",
                           "--einsums: no Einsum is called '%s'%s%s%s", chosen.items[i],
                           near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
    }
    return 0;
}

/* ---- what is told on standard error */

static void put_count(double x, const char *what)   /* as the reference prints it: 106, 1.13e05 */
{
    char text[32];
    snprintf(text, sizeof text, x >= 1000 ? "%.2e" : "%.0f", x >= 1000 ? x : round(x));
    char *plus = strstr(text, "e+");
    if (plus)
        memmove(plus + 1, plus + 2, strlen(plus + 2) + 1);
    fprintf(stderr, "%s%s", text, what);
}

static void put_share(double total, double x, const char *what)
{
    put_count(x, " (1/");
    put_count(x > 0 ? round(total) / x : INFINITY, what);
}

static void put_counts(const char *name, const af_counts *c)
{
    fprintf(stderr, "%s: ", name);
    put_count(c->total, " total, ");
    put_share(c->total, c->valid, ") valid, ");
    put_share(c->total, c->evaluated, ") evaluated, ");
    put_share(c->total, c->pareto, ") Pareto-Optimal\n");
}

static void note_counts(const char *name, const af_counts *c)
{
    put_counts(name, c);
    total.total += c->total, total.valid += c->valid, total.evaluated += c->evaluated,
        total.pareto += c->pareto;
}

static void put_removed(const char *name, const af_pmap_result *result, int stage)
{
    char number[32];
    for (int i = 0; i < result->n_causes; i++) {
        const af_cause *c = &result->causes[i];
        if ((int)c->of != stage)
            continue;
        af_number_text(number, c->removed);
        fprintf(stderr, "%s: %s %s: %s\n", name, number, af_search_stage_names[stage], c->text);
    }
}

/* Stage by stage: how many there were, how many are left, what removed the others. */
static void put_causes(const char *name, const af_pmap_result *result)
{
    char tried[32], left[32];
    for (int stage = 0; stage < AF_N_SEARCH_STAGES; stage++) {
        const af_searched *s = &result->searched[stage];
        if (!s->tried)
            continue;
        af_number_text(tried, s->tried);
        af_number_text(left, s->went_on);
        fprintf(stderr, "%s: %s %s tried, %s left\n", name, tried, af_search_stage_names[stage], left);
        put_removed(name, result, stage);
    }
}

/* ---- records: each is a task, which ends when those before it have ended. That of an Einsum first finds its
 * pmappings, then the text of each group */

typedef struct step {   /* of one record of the input, or of one that a `spec` is evaluated to */
    af_arena *arena;
    af_report *report;                       /* told when the records before are done */
    af_record record;
    bool failed, left_out;
    af_einsum *einsum;                       /* NULL: the record is passed on, no more */
    af_pmap_options options;
    af_search *search;                       /* NULL: groups from the cache */
    af_pmap_result result;
    const char *key;                         /* in the cache; NULL: there is none */
    af_cache_seeker seeker;
    bool waiting;                            /* for another that seeks the same key */
    const af_row_filter *filter;
    bool writing; af_json_writer *texts;
} step;

/* Groups from the cache, or else a search. */
static void find_groups(step *s)
{
    s->waiting = s->key && !af_cache_seek(cache, &s->seeker, s->key);
    if (s->waiting)
        return;
    if (s->key && af_cache_find(cache, s->arena, s->key, &s->result))
        af_cache_sought(cache, &s->seeker);
    else
        s->search = af_search_new(s->arena, s->einsum, &s->options, &s->result, s->report);
}

static int begin_search(step *s)
{
    const af_mapper *m = &s->einsum->mapper;
    s->filter = filter_text ? af_row_filter_make(s->arena, s->einsum, filter_text, s->report) : NULL;
    if (filter_text && !s->filter)
        return -1;
    tool_limit(m->time_limit, fmin(m->memory_limit, m->memory_limit_per_process));
    s->options = (af_pmap_options){.threads = tool_threads,
                                   .fixes = tool_fixes,
                                   .memo = explain ? NULL : memo,
                                   .record = s->record.json,
                                   .progress = tool_progress,
                                   .progress_context = (void *)s->einsum->name};
    s->key = cache ? af_cache_key(s->arena, s->record.json, tool_fixes) : NULL;
    find_groups(s);
    return 0;
}

static int begin_einsum(step *s)
{
    s->einsum = af_einsum_of_json(s->arena, s->record.json, s->report, tool_place_of(&s->record));
    if (!s->einsum)
        return -1;
    s->left_out = !is_chosen(s->einsum->name);
    return s->left_out ? 0 : begin_search(s);
}

/* The next record, or the next of those that the last `spec` was evaluated to.
 * 1, 0 at the end, -1 reported. */
static int next_record(af_record *record)
{
    static af_lines lines;
    static int n_taken;
    if (n_taken < lines.count)
        return record_of_line(lines.lines[n_taken++], record) ? -1 : 1;
    int more = tool_next_record(record);
    if (more <= 0 || !tool_output())
        return more > 0 ? -1 : more;
    if (strcmp(record->type, "spec") || is_evaluated(record)) {
        af_record_keep(record);
        return 1;
    }
    af_evaluate_options evaluate = usual_evaluation();
    int failed = evaluate_record(record, &evaluate, tool_arena, &lines);
    af_record_done(record);
    n_taken = 0;
    if (failed)
        return -1;
    af_note_reserved_across(tool_arena, lines.lines, lines.count);
    return next_record(record);
}

static void *begin(void *context)
{
    af_record record;
    int more = next_record(&record);
    (void)context;
    if (!more)
        return NULL;
    af_arena *arena = af_arena_new();
    step *s = af_new(arena, step);
    *s = (step){.arena = arena, .report = af_report_new(""), .failed = more < 0};
    af_report_hold(s->report);
    af_report_add(s->report, tool_reading);
    if (more < 0)
        return s;
    s->record = record;
    if (!strcmp(record.type, "einsum") && af_json_at(record.json, "einsum"))
        s->failed = begin_einsum(s);
    else if (!strcmp(record.type, "workload"))
        s->failed = check_chosen(&record, s->report);
    return s;
}

/* Of groups that are found. */
static int begin_texts(step *s)
{
    if (s->key && s->search)
        af_cache_keep(cache, s->arena, s->key, s->einsum, &s->result, s->report);
    if (s->key)
        af_cache_sought(cache, &s->seeker);
    s->failed = s->filter && af_filter_rows(s->filter, &s->result, s->report);
    s->writing = true;
    s->texts = af_new_array(s->arena, af_json_writer, s->result.n_groups + 1);
    return s->failed ? 0 : s->result.n_groups;
}

static int next(void *task)
{
    step *s = task;
    if (s->failed || !s->einsum || s->left_out || s->writing)
        return 0;
    if (s->waiting)
        find_groups(s);
    if (s->waiting)
        return AF_LATER;
    int count = s->search ? af_search_next(s->search) : 0;
    if (count)
        return count;
    s->failed = s->search && af_search_status(s->search);
    return s->failed ? 0 : begin_texts(s);
}

static void job(void *task, int index, int worker)
{
    step *s = task;
    if (s->writing)
        af_put_group(&s->texts[index], s->einsum, &s->result, index);
    else
        af_search_job(s->search, index, worker);
}

static void tell(const step *s)
{
    if (explain && s->search)
        put_causes(s->einsum->name, &s->result);
    else if (explain)
        fprintf(stderr, "%s: taken from %s\n", s->einsum->name, cache_folder);
    if (tell_counts && s->result.counts.templates)
        note_counts(s->einsum->name, &s->result.counts);
}

static void write_out(const step *s)
{
    if (!s->left_out)
        af_pass_record(tool_output(), &s->record);
    for (int i = 0; i < s->result.n_groups && s->writing; i++)
        af_write_line(tool_output(), s->texts[i].text.bytes, s->texts[i].text.length);
}

static int end(void *task, bool wanted)
{
    step *s = task;
    int failed = s->failed;
    if (wanted && s->einsum && !s->left_out && (s->search || s->writing))
        tell(s);
    if (wanted)
        af_report_add(tool_report, s->report);
    if (wanted && !failed)
        write_out(s);
    for (int i = 0; i < s->result.n_groups && s->writing; i++)
        af_text_free(&s->texts[i].text);
    if (s->search)
        af_search_end(s->search);
    if (s->key)
        af_cache_sought(cache, &s->seeker);
    af_record_done(&s->record);
    af_report_free(s->report);
    af_arena_free(s->arena);
    return failed ? -1 : 0;
}

static int run(void)
{
    static const af_task_kind steps = {begin, next, job, end};
    chosen = tool_split(chosen_text);
    if (cache_folder && !(cache = af_cache_open(tool_arena, cache_folder, tool_report)))
        return -1;
    memo = af_memo_new();
    tool_reading = af_report_new("");
    af_report_hold(tool_reading);             /* a record's waits until those before it have ended */
    int failed = af_run_tasks(tool_threads, &steps, NULL);
    af_memo_free(memo);
    if (!failed)
        af_report_add(tool_report, tool_reading);
    af_report_free(tool_reading);
    tool_reading = tool_report;
    if (!failed && tell_counts)
        put_counts("Total", &total);
    return failed || !tool_output() ? -1 : 0;
}

int main(int argc, char **argv)
{
    static const tool self = {"af-pmap", "Find all Pareto-optimal pmappings of each Einsum: `group` records.",
                              "[FILE…]", options, run};
    return tool_main(argc, argv, &self);
}
