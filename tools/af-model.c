/* af-model: mappings evaluated in detail. */
#include "evaluated.h"
#include "model/isl_reuse.h"
#include "spec/load_parts.h"

#include <string.h>

static const char *metrics_text, *multicast_file, *binding_file;
static af_isl_options isl_options;
static bool permissive, columns, explain, yaml_mapping;

static const char *const backends[] = {"isl", NULL};
static option_choice backend = {.names = backends};       /* not given: the usual analysis */

static const tool_option options[] = {
    {0, "metrics", OPTION_TEXT, &metrics_text, "A|B", "what to report, by names; all without this option"},
    {0, "permissive", OPTION_FLAG, &permissive, NULL,
     "accept tiles larger than what they divide, as the reference does"},
    {0, "columns", OPTION_FLAG, &columns, NULL,
     "write all figures of a mapping as one flat record, under the reference's column names"},
    {0, "explain", OPTION_FLAG, &explain, NULL,
     "also write the nest of each tensor and what moves at each of its holders"},
    {0, "backend", OPTION_CHOICE, &backend, "isl",
     "another analysis: by integer sets, for tiles, occupancies and fills; its records are other ones"},
    {0, "no-reuse", OPTION_FLAG, &isl_options.no_reuse, NULL,
     "--backend isl: all that a buffer holds arrives anew at each step"},
    {0, "flush", OPTION_FLAG, &isl_options.flush, NULL,
     "--backend isl: nothing stays from one iteration of an outer loop to the next"},
    {0, "links", OPTION_FLAG, &isl_options.links, NULL, "--backend isl: say what neighbours can hand over"},
    {0, "multicast", OPTION_TEXT, &multicast_file, "FILE",
     "count hops in a mesh, no mapping: YAML, a list of {occ, fill, dist_fn}, relations as isl reads them"},
    {0, "binding", OPTION_TEXT, &binding_file, "FILE",
     "where logical instances lie: YAML, binding.nodes of {logical, physical, relations}; "
     "with --backend isl also what lies there, else no mapping is read"},
    {0, "yaml-mapping", OPTION_FLAG, &yaml_mapping, NULL,
     "write the first mapping as YAML instead, to be edited and given to af-parse"},
    {0, NULL, OPTION_FLAG, NULL, NULL, NULL},
};

static af_list(const af_einsum *) einsums;
static af_arena *spec_arena;   /* of the spec at hand: a stream of many takes no more room than one */
static int64_t n_mappings;
static const af_spec *given;                  /* a spec with a mapping of its own */
static const af_isl_bindings *bindings;       /* of --binding */
static uint64_t quirks;                       /* that have changed a figure of the stream */

/* Those of --metrics, or else of the spec's `model`. -1: reported. */
static int metrics(const af_einsum *einsum)
{
    int64_t chosen = 0;
    if (!metrics_text)
        return einsum->model_metrics;
    if (!af_metrics_of_text(metrics_text, &chosen))
        return af_fail(tool_report, AF_USAGE, AF_NOWHERE, NULL,
                       "--metrics: '%s' is no list of metrics; one is LATENCY|ENERGY, of LATENCY, ENERGY, "
                       "DYNAMIC_ENERGY, LEAK_ENERGY, RESOURCE_USAGE, ACTIONS, "
                       "DETAILED_MEMORY_USAGE, ENERGY_DELAY_PRODUCT",
                       metrics_text);
    return (int)chosen;
}

static int write_yaml_mapping(const af_mapping *mapping)
{
    FILE *file = n_mappings == 1 ? tool_output_file() : NULL;
    af_text text = {0};
    if (n_mappings > 1)
        return 0;
    if (!file)
        return -1;
    af_mapping_write_yaml(&text, mapping);
    fwrite(text.bytes, 1, text.length, file);     /* a failure shows when the file is flushed at the end */
    af_text_free(&text);
    return 0;
}

static int analyze_by_sets(af_arena *arena, int count, const af_mapping *mapping, int64_t id)
{
    af_isl_analysis *analysis = af_isl_analyze(arena, einsums.items, count, mapping,
                                               &isl_options, tool_report);
    if (!analysis)
        return -1;
    af_write_isl_analysis(tool_output(), arena, analysis, id);
    int status = bindings ? af_write_placements(tool_output(), arena, analysis, bindings, id, tool_report) :
        0;
    af_isl_free(analysis);
    return status;
}

static int evaluate(af_arena *arena, const af_mapping *mapping, int64_t id)
{
    if (yaml_mapping)
        return write_yaml_mapping(mapping);
    int count = einsums.count;
    if (!count)
        return af_fail(tool_report, AF_BAD_DATA, AF_NOWHERE, NULL,
                       "the `einsum` records that this mapping needs are missing");
    if (backend.text)
        return analyze_by_sets(arena, count, mapping, id);
    af_model_options model = {metrics(einsums.items[0]), tool_fixes, permissive};
    if (model.metrics < 0)
        return -1;
    af_mapping_figures *figures = af_evaluate_mapping(arena, einsums.items, count, mapping,
                                                      &model, tool_report);
    if (!figures || af_check_evaluation(figures, tool_report))
        return -1;
    quirks |= figures->quirks;
    if (explain && af_write_explanation(tool_output(), figures, id, tool_report))
        return -1;
    (columns ? af_write_columns : af_write_evaluation)(tool_output(), figures, id, model.metrics);
    return 0;
}

/* What was kept of the spec before is not needed any more. */
static void begin_spec(void)
{
    af_arena_free(spec_arena);
    spec_arena = af_arena_new();
    memset(&einsums, 0, sizeof einsums);
}

static int evaluate_given(void)
{
    const af_spec *spec = given;
    given = NULL;
    if (!spec)
        return 0;
    af_mapping *mapping = af_mapping_of_value(spec_arena, af_spec_mapping(spec), einsums.count ?
                                              einsums.items[0]->variables : NULL, tool_report);
    n_mappings++;
    return mapping ? evaluate(spec_arena, mapping, 0) : -1;
}

/* Context goes on to the reader of the records; YAML has none. */
static void pass(const char *line, size_t length)
{
    if (!yaml_mapping)
        af_write_line(tool_output(), line, length);
}

static int add_einsum(const af_record *record)
{
    if (!af_json_at(record->json, "einsum"))
        return 0;
    af_einsum *einsum = af_einsum_of_json(spec_arena, record->json, tool_report, tool_place_of(record));
    if (einsum)
        *af_push(spec_arena, &einsums) = einsum;
    return einsum ? 0 : -1;
}

static int evaluate_joined(const af_record *record)
{
    af_arena *arena = af_arena_new();
    af_place place = tool_place_of(record);
    af_json_reader reader = {.report = tool_report, .what = "mapping", .place = place};
    af_mapping *tree = af_mapping_of_json(arena, af_json_at(record->json, "tree"), tool_report, place);
    int64_t id = af_json_integer(&reader, record->json, "id");
    given = NULL;
    n_mappings++;
    int failed = !tree || reader.failed || evaluate(arena, af_mapping_finish(arena, tree, true), id);
    af_arena_free(arena);
    return failed ? -1 : 0;
}

static int take_spec(const af_record *record)
{
    if (evaluate_given())
        return -1;
    begin_spec();
    af_spec *spec = af_spec_of_json(spec_arena, record->json, tool_report, tool_place_of(record));
    if (!spec)
        return -1;
    given = af_spec_mapping(spec).type > AF_NONE ? spec : NULL;
    if (is_evaluated(record)) {
        pass(record->line, record->length);
        return 0;
    }
    if (!given)
        return af_fail(tool_report, AF_BAD_DATA, AF_NOWHERE, "mapping",
                       "this spec has no mapping; af-pmap | af-join finds one");
    af_evaluate_options options = usual_evaluation();
    af_lines lines;
    options.area = false;
    if (af_cost_configure(options.cost_context, spec, tool_report) ||
        af_evaluate_to_lines(spec, &options, spec_arena, &lines, tool_report))
        return -1;
    for (int i = 0; i < lines.count; i++) {
        af_record one;
        int failed = record_of_line(lines.lines[i], &one) ||
            (!strcmp(one.type, "einsum") && add_einsum(&one));
        pass(one.line, one.length);
        af_json_free(one.json);
        if (failed)
            return -1;
    }
    return evaluate_given();
}

static int visit(af_record *record)
{
    int failed = 0;
    if (!yaml_mapping && !tool_output())
        return -1;
    if (!strcmp(record->type, "spec")) {
        failed = take_spec(record);
    } else {
        pass(record->line, record->length);
        if (!strcmp(record->type, "einsum"))
            failed = add_einsum(record);
        else if (!strcmp(record->type, "mapping"))
            failed = evaluate_joined(record);
    }
    af_record_done(record);
    return failed;
}

static void tell_quirks(void)
{
    af_text names = {0};
    for (int i = 0; i < AF_N_QUIRKS; i++)
        if (quirks >> i & 1)
            af_text_printf(&names, "%s%s", names.length ? "," : "", af_quirk_name(i));
    if (names.length)
        af_warn(tool_report, AF_NOWHERE, NULL,
                "some figures are the reference's where it is wrong; "
                "--fix %s gives the right ones, see af-quirks(7)",
                names.bytes);
    af_text_free(&names);
}

/* The bindings, told first. -1: reported. */
static int read_bindings(void)
{
    const char *text = af_file_content(tool_arena, binding_file, tool_report);
    bindings = text ? af_isl_read_bindings(tool_arena, binding_file, text, tool_report) : NULL;
    if (!bindings || !tool_output())
        return -1;
    af_write_bindings(tool_output(), bindings);
    return 0;
}

static int run(void)
{
    if (multicast_file)
        return tool_output() ? af_write_multicasts(tool_output(), tool_arena, multicast_file, tool_report) :
            -1;
    if (binding_file && read_bindings())
        return -1;
    if (binding_file && !backend.text)
        return 0;
    begin_spec();
    int failed = tool_each_record(visit) || evaluate_given();
    af_arena_free(spec_arena);
    if (failed)
        return -1;
    tell_quirks();
    return n_mappings
               ? 0
               : af_fail(tool_report, AF_BAD_DATA, AF_NOWHERE, NULL,
                         "the input has no mapping: neither a `mapping` record nor a spec with a mapping");
}

int main(int argc, char **argv)
{
    static const tool self = {"af-model", "Evaluate mappings: actions, energy, latency, usage, part by part.",
        "[FILE…]", options, run};
    return tool_main(argc, argv, &self);
}
