/* af-area: what each component costs. */
#include "evaluated.h"

#include <string.h>

static const char *einsum;
static bool no_area, no_energy, no_throughput, no_leak, done;

static const tool_option options[] = {
    {0, "einsum", OPTION_TEXT, &einsum, "NAME", "the architecture as this Einsum sees it; the first one without this option"},
    {0, "no-area", OPTION_FLAG, &no_area, NULL, "leave areas out"},
    {0, "no-energy", OPTION_FLAG, &no_energy, NULL, "leave energies out"},
    {0, "no-throughput", OPTION_FLAG, &no_throughput, NULL, "leave throughputs out"},
    {0, "no-leak", OPTION_FLAG, &no_leak, NULL, "leave leak powers out"},
    {0, NULL, OPTION_FLAG, NULL, NULL, NULL},
};

static int write_costs(const af_json *json)
{
    af_json_reader reader = {.report = tool_report, .what = "einsum"};
    const char *name = af_json_string_or(&reader, json, "einsum", NULL);
    if (done || (einsum && (!name || strcmp(name, einsum))))
        return 0;
    done = true;
    af_cost_report wanted = {!no_area, !no_energy, !no_throughput, !no_leak, tool_arena};
    return af_write_costs(tool_output(), json, &wanted, tool_report);
}

static int evaluate_and_write(const af_record *record)
{
    af_evaluate_options evaluate = usual_evaluation();
    af_lines lines;
    evaluate.area = !no_area;
    evaluate.area_required = !no_area;
    evaluate.energy = !no_energy;
    evaluate.throughput = !no_throughput;
    evaluate.leak = !no_leak;
    evaluate.n_einsums = einsum != NULL;
    evaluate.einsums = &einsum;
    if (evaluate_record(record, &evaluate, &lines))
        return -1;
    for (int i = 0; i < lines.count; i++) {
        af_record one;
        int failed = record_of_line(lines.lines[i], &one);
        if (!failed && !strcmp(one.type, "einsum"))
            failed = write_costs(one.json);
        af_json_free(one.json);
        if (failed)
            return -1;
    }
    return 0;
}

static int visit(af_record *record)
{
    int failed = 0;
    if (!tool_output())
        return -1;
    if (!strcmp(record->type, "spec") && !is_evaluated(record)) {
        failed = evaluate_and_write(record);
    } else {
        af_pass_record(tool_output(), record);
        if (!strcmp(record->type, "einsum"))
            failed = write_costs(record->json);
    }
    af_record_done(record);
    return failed;
}

static int run(void)
{
    if (tool_each_record(visit))
        return -1;
    if (!done)
        return af_fail(tool_report, AF_BAD_DATA, AF_NOWHERE, NULL, einsum ? "the input has no Einsum %s" : "the input has no `spec` and no `einsum` record%s",
                       einsum ? einsum : "");
    return 0;
}

int main(int argc, char **argv)
{
    static const tool self = {"af-area", "Area, leak power, energy and throughput of each component: `cost` records.", "[FILE…]", options, run};
    return tool_main(argc, argv, &self);
}
