/* A `spec` on the way to what af-eval makes of it. */
#include "evaluated.h"

#include <stdlib.h>
#include <string.h>

bool is_evaluated(const af_record *record)
{
    const af_json *mark = af_json_at(record->json, "evaluated");
    return mark && af_json_is_bool(mark) && af_json_truth(mark);
}

static af_arena *cost_arena;                  /* outlives the tool's own: helpers end when the process does */
static af_cost *costs;
static af_functions functions;

static void end_helpers(void)
{
    af_cost_end(costs);
    af_end_functions(&functions);
    af_arena_free(cost_arena);
}

af_cost *tool_costs(void)
{
    if (!costs) {
        cost_arena = af_arena_new();
        costs = af_cost_new(cost_arena);
        atexit(end_helpers);
    }
    return costs;
}

af_evaluate_options usual_evaluation(void)
{
    return (af_evaluate_options){.area = true,
                                 .energy = true,
                                 .throughput = true,
                                 .leak = true,
                                 .cost = af_cost_query,
                                 .cost_context = tool_costs(),
                                 .functions = &functions};
}

int evaluate_record(const af_record *record, const af_evaluate_options *options, af_arena *arena,
                    af_lines *lines)
{
    af_arena *own = af_arena_new();           /* evaluated, a spec is many times its records */
    af_spec *spec = af_spec_of_json(own, record->json, tool_reading, tool_place_of(record));
    int failed = !spec || af_cost_configure(options->cost_context, spec, tool_reading) ||
                 af_evaluate_to_lines(spec, options, arena, lines, tool_reading);
    af_arena_free(own);
    return failed ? -1 : 0;
}

int record_of_line(char *line, af_record *record)
{
    static const char *const types[] = {"einsum", "workload"};
    static const char start[] = "{\"rec\":\"";
    *record = (af_record){.type = "", .line = line, .length = strlen(line)};
    for (int i = 0; i < 2 && !strncmp(line, start, sizeof start - 1); i++) {
        size_t length = strlen(types[i]);
        const char *type = line + sizeof start - 1;
        if (!strncmp(type, types[i], length) && type[length] == '"')
            record->type = types[i];
    }
    if (!*record->type)
        return 0;
    record->json = af_json_parse(line, record->length, tool_reading, AF_NOWHERE);
    return record->json ? 0 : -1;
}
