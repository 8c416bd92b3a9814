/* af-pmap: all Pareto-optimal pmappings of each Einsum. */
#include "evaluated.h"

#include <string.h>

static const char *chosen_text;
static text_list chosen;
static af_memo *memo;

static const tool_option options[] = {
    {0, "einsums", OPTION_TEXT, &chosen_text, "A,B", "map these Einsums alone; the others are left out"},
    {0, NULL, OPTION_FLAG, NULL, NULL, NULL},
};

static bool is_chosen(const char *name)
{
    for (int i = 0; i < chosen.count; i++)
        if (!strcmp(chosen.items[i], name))
            return true;
    return !chosen.count;
}

static int map_einsum(const af_record *record)
{
    af_arena *arena = af_arena_new();
    af_output *out = tool_output();
    af_pmap_result result = {0};
    af_pmap_options pmap = {.threads = tool_threads, .fixes = tool_fixes, .memo = memo, .record = record->json};
    af_einsum *einsum = af_einsum_of_json(arena, record->json, tool_report, AF_NOWHERE);
    int failed = !einsum;
    if (einsum && is_chosen(einsum->name)) {
        af_pass_record(out, record);
        pmap.progress = tool_progress;
        pmap.progress_context = (void *)einsum->name;
        failed = af_pmap(arena, einsum, &pmap, &result, tool_report);
        for (int i = 0; i < result.n_groups && !failed; i++)
            af_write_group(out, einsum, result.groups[i], &result.counts);
    }
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
    memo = af_memo_new(tool_arena);
    return tool_each_record(visit);
}

int main(int argc, char **argv)
{
    static const tool self = {"af-pmap", "Find all Pareto-optimal pmappings of each Einsum: `group` records.", "[FILE…]", options, run};
    return tool_main(argc, argv, &self);
}
