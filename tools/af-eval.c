/* af-eval: a `spec` to the evaluated `workload` and `einsum` records. */
#include "evaluated.h"

#include <string.h>

static text_list einsums;
static bool no_einsum, extrapolate;

static const tool_option options[] = {
    {0, "einsum", OPTION_LIST, &einsums, "EINSUM", "only this Einsum; may be given several times"},
    {0, "no-einsum", OPTION_FLAG, &no_einsum, NULL, "the architecture without any Einsum"},
    {0, "extrapolate", OPTION_FLAG, &extrapolate, NULL,
     "components beyond the range of a model's table: estimate and warn, instead of an error"},
    {0, NULL, OPTION_FLAG, NULL, NULL, NULL},
};

static int visit(af_record *record)
{
    af_output *out = tool_output();
    af_lines lines;
    if (!out)
        return -1;
    if (strcmp(record->type, "spec") || is_evaluated(record)) {
        af_pass_record(out, record);
        af_record_done(record);
        return 0;
    }
    af_evaluate_options evaluate = usual_evaluation();
    af_cost_extrapolate(tool_costs(), extrapolate);
    evaluate.n_einsums = einsums.count;
    evaluate.einsums = einsums.items;
    evaluate.no_einsum = no_einsum;
    af_arena *arena = af_arena_new();         /* a stream of many specs takes no more room than one */
    int failed = evaluate_record(record, &evaluate, arena, &lines);
    if (!failed)
        af_note_reserved_across(arena, lines.lines, lines.count);
    for (int i = 0; !failed && i < lines.count; i++)
        af_write_line(out, lines.lines[i], strlen(lines.lines[i]));
    af_arena_free(arena);
    af_record_done(record);
    return failed;
}

/* A stream without records is one too: its `end` is written. */
static int run(void) { return tool_each_record(visit) || !tool_output() ? -1 : 0; }

int main(int argc, char **argv)
{
    static const tool self = {"af-eval",
                              "Evaluate a `spec`: workload, and per Einsum the architecture with its costs.",
                              "[FILE…]", options, run};
    return tool_main(argc, argv, &self);
}
