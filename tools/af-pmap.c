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
    {0, "einsums", OPTION_TEXT, &chosen_text, "A,B", "map these Einsums alone; the others are left out"},
    {0, "filter", OPTION_TEXT, &filter_text, "EXPRESSION", "keep pmappings of which this is true: energy < 1e-6 and usage['Sram'] < 0.5; see af-pmap(1)"},
    {0, "cache", OPTION_TEXT, &cache_folder, "FOLDER", "keep groups here, and take them from here if the same Einsum was mapped before"},
    {0, "counts", OPTION_FLAG, &tell_counts, NULL, "say how many pmappings there are, are valid, were evaluated, are Pareto-optimal"},
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

/* ---- what is told on standard error */

static void put_count(double x, const char *what)                /* as the reference prints it: 106, 1.13e05 */
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
    total.total += c->total, total.valid += c->valid, total.evaluated += c->evaluated, total.pareto += c->pareto;
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

/* ---- records */

static int find_groups(const af_record *record, af_arena *arena, const af_einsum *einsum, af_pmap_result *result)
{
    const char *key = cache ? af_cache_key(arena, record->json, tool_fixes) : NULL;
    if (key && af_cache_find(cache, arena, key, result)) {
        if (explain)
            fprintf(stderr, "%s: taken from %s\n", einsum->name, cache_folder);
        return 0;
    }
    af_pmap_options pmap = {.threads = tool_threads, .fixes = tool_fixes, .memo = explain ? NULL : memo, .record = record->json,
                            .progress = tool_progress, .progress_context = (void *)einsum->name};
    int failed = af_pmap(arena, einsum, &pmap, result, tool_report);
    if (explain)
        put_causes(einsum->name, result);
    if (key && !failed)
        af_cache_keep(cache, arena, key, einsum, result);
    return failed;
}

static int map_chosen(const af_record *record, af_arena *arena, const af_einsum *einsum)
{
    af_pmap_result result = {0};
    const af_mapper *m = &einsum->mapper;
    const af_row_filter *filter = filter_text ? af_row_filter_make(arena, einsum, filter_text, tool_report) : NULL;
    if (filter_text && !filter)
        return -1;
    tool_limit(m->time_limit, fmin(m->memory_limit, m->memory_limit_per_process));
    af_pass_record(tool_output(), record);
    int failed = find_groups(record, arena, einsum, &result);
    if (tell_counts && result.counts.templates)
        note_counts(einsum->name, &result.counts);
    if (failed || (filter && af_filter_rows(filter, &result, tool_report)))
        return -1;
    af_write_groups(tool_output(), einsum, &result, tool_threads);
    return 0;
}

static int map_einsum(const af_record *record)
{
    af_arena *arena = af_arena_new();
    af_einsum *einsum = af_einsum_of_json(arena, record->json, tool_report, AF_NOWHERE);
    int failed = !einsum;
    if (einsum && is_chosen(einsum->name))
        failed = map_chosen(record, arena, einsum);
    af_arena_free(arena);
    return failed ? -1 : 0;
}

static int map_record(const af_record *record)
{
    if (!strcmp(record->type, "einsum") && af_json_at(record->json, "einsum"))
        return map_einsum(record);
    af_pass_record(tool_output(), record);
    return 0;
}

static int visit(af_record *record)
{
    af_lines lines;
    if (!tool_output())
        return -1;
    if (strcmp(record->type, "spec") || is_evaluated(record)) {
        int failed = map_record(record);
        af_record_done(record);
        return failed;
    }
    af_evaluate_options evaluate = usual_evaluation();
    if (evaluate_record(record, &evaluate, tool_arena, &lines))
        return -1;
    af_note_reserved_across(tool_arena, lines.lines, lines.count);
    for (int i = 0; i < lines.count; i++) {
        af_record one;
        if (record_of_line(lines.lines[i], &one))
            return -1;
        int failed = map_record(&one);
        af_json_free(one.json);
        if (failed)
            return -1;
    }
    af_record_done(record);
    return 0;
}

static int run(void)
{
    chosen = tool_split(chosen_text);
    if (cache_folder && !(cache = af_cache_open(tool_arena, cache_folder, tool_report)))
        return -1;
    memo = af_memo_new(tool_arena);
    int failed = tool_each_record(visit);
    af_memo_free(memo);
    if (!failed && tell_counts)
        put_counts("Total", &total);
    return failed;
}

int main(int argc, char **argv)
{
    static const tool self = {"af-pmap", "Find all Pareto-optimal pmappings of each Einsum: `group` records.", "[FILE…]", options, run};
    return tool_main(argc, argv, &self);
}
