/* af-join: groups of pmappings to whole mappings, the Pareto front, best first. */
#include "option.h"

#include <string.h>

static const char *filter;
static bool no_bound, explain;
static double max_rows;

static const tool_option options[] = {
    {0, "filter", OPTION_TEXT, &filter, "EXPRESSION",
        "keep rows of which this is true: energy < 1e-6 and latency < 1; see af-join(1)"},
    {0, "no-bound", OPTION_FLAG, &no_bound, NULL, "do not prune by lower bounds (changes counts only)"},
    {0, "explain-pruning", OPTION_FLAG, &explain, NULL, "say what each rule removed"},
    {0, "max-rows", OPTION_REAL, &max_rows, "N", "give up when a join has more rows"},
    {0, NULL, OPTION_FLAG, NULL, NULL, NULL},
};

typedef struct einsum_groups {
    af_einsum *einsum;
    af_list(af_group *) groups;
    af_counts counts;
} einsum_groups;
static af_list(einsum_groups) einsums;

static int add_group(af_group *group, af_counts counts, af_place place)
{
    for (int i = 0; i < einsums.count; i++)
        if (!strcmp(einsums.items[i].einsum->name, group->einsum)) {
            *af_push(tool_arena, &einsums.items[i].groups) = group;
            einsums.items[i].counts = counts;
            return 0;
        }
    return af_fail(tool_report, AF_BAD_DATA, place, NULL,
                   "a group of Einsum %s comes without the `einsum` record before it", group->einsum);
}

static int visit(af_record *record)
{
    if (!tool_output())
        return -1;
    int failed = 0;
    if (!strcmp(record->type, "group")) {
        af_counts counts;
        af_place place = tool_place_of(record);
        af_group *group = af_group_of_json(tool_arena, record->json, tool_report, place);
        failed = !group || af_counts_of_group(record->json, &counts, tool_report, place) ||
                 add_group(group, counts, place);
    } else {
        if (!strcmp(record->type, "einsum") && af_json_at(record->json, "einsum")) {
            af_einsum *einsum = af_einsum_of_json(tool_arena, record->json, tool_report,
                                                   tool_place_of(record));
            failed = !einsum;
            if (einsum)
                *af_push(tool_arena, &einsums) = (einsum_groups){.einsum = einsum};
        }
        if (!failed)
            af_pass_record(tool_output(), record);
    }
    af_record_done(record);
    return failed ? -1 : 0;
}

static void sort_by_index(void)
{
    for (int i = 1; i < einsums.count; i++)
        for (int k = i; k > 0 && einsums.items[k - 1].einsum->index > einsums.items[k].einsum->index; k--) {
            einsum_groups swap = einsums.items[k];
            einsums.items[k] = einsums.items[k - 1];
            einsums.items[k - 1] = swap;
        }
}

/* ---- what is told on standard error */

static const struct { const char *text; bool rows; } rules[AF_N_JOIN_RULES] = {
    [AF_OUT_OF_REACH] = {"what later Einsums need lies under more loops than this one has", false},
    [AF_NO_CONTINUATION] = {"some later Einsum has nothing that agrees with them", false},
    [AF_OVERFLOW] = {"what they hold at the same time does not fit into some memory", true},
    [AF_WORSE_THAN_SOLUTION] = {"worse, whatever follows, than a mapping that is known", true},
    [AF_WORSE_THAN_FRONT] = {"the least that one of several could come to is worse than rows that are known",
                             true},
    [AF_REFUSED] = {"--filter refuses them", true},
};

static void put_rules(const char *name, const af_join_step *step, bool rows)
{
    int64_t tried = rows ? step->rows : step->tables, left = tried;
    const char *what = rows ? "pairs of rows" : "pairs of tables";
    for (int rule = 0; rule < AF_N_JOIN_RULES; rule++)
        left -= rules[rule].rows == rows ? step->removed[rule] : 0;
    fprintf(stderr, "%s: %lld %s tried, %lld left", name, (long long)tried, what, (long long)left);
    if (rows)
        fprintf(stderr, ", of which the fronts keep %lld", (long long)step->kept);
    fprintf(stderr, "\n");
    for (int rule = 0; rule < AF_N_JOIN_RULES; rule++)
        if (rules[rule].rows == rows && step->removed[rule])
            fprintf(stderr, "%s: %lld %s: %s\n", name, (long long)step->removed[rule], what,
                    rules[rule].text);
}

static int run(void)
{
    tool_unread = af_group_members_of_rows;
    if (tool_each_record(visit))
        return -1;
    if (!einsums.count)
        return af_fail(tool_report, AF_BAD_DATA, AF_NOWHERE, NULL,
                       "the input has no `einsum` and `group` records; af-pmap makes them");
    sort_by_index();
    const af_einsum **list = af_new_array(tool_arena, const af_einsum *, einsums.count);
    af_group *const **groups = af_new_array(tool_arena, af_group *const *, einsums.count);
    int *counts = af_new_array(tool_arena, int, einsums.count);
    af_counts *pmappings = af_new_array(tool_arena, af_counts, einsums.count);
    for (int i = 0; i < einsums.count; i++) {
        list[i] = einsums.items[i].einsum;
        groups[i] = einsums.items[i].groups.items;
        counts[i] = einsums.items[i].groups.count;
        pmappings[i] = einsums.items[i].counts;
    }
    af_join_options join = {.threads = tool_threads,
                            .fixes = tool_fixes,
                            .bounds = !no_bound,
                            .max_rows = (int64_t)max_rows,
                            .filter = filter};
    af_join_result result = {0};
    if (af_join(tool_arena, list, einsums.count, groups, counts, &join, &result, tool_report))
        return -1;
    for (int e = 1; e < einsums.count && explain; e++) {
        put_rules(list[e]->name, &result.steps[e], false);
        put_rules(list[e]->name, &result.steps[e], true);
    }
    for (int i = 0; i < result.n_mappings; i++)
        af_write_joined(tool_output(), list, einsums.count, pmappings, &result.mappings[i], i);
    return 0;
}

int main(int argc, char **argv)
{
    static const tool self = {"af-join",
                              "Join compatible pmappings of all Einsums: `mapping` records, best first.",
                              "[FILE…]", options, run};
    return tool_main(argc, argv, &self);
}
