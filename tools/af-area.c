/* af-area: what each component costs. */
#include "evaluated.h"

#include <math.h>
#include <string.h>

static const char *einsum, *component, *action, *explained;
static bool area, energy, throughput, latency, leak, no_area, no_energy, no_throughput, no_leak, total,
    extrapolate, exact;
static bool told, told_any;                   /* this architecture; any */
static af_cost_wanted wanted;

static const char *const formats[] = {"jsonl", "table", "csv", NULL};
static option_choice format = {.names = formats};

static const tool_option options[] = {
    {'T', "to", OPTION_CHOICE, &format, "jsonl|table|csv",
     "`cost` records after those of the input, or a table alone"},
    {0, "einsum", OPTION_TEXT, &einsum, "EINSUM",
     "the architecture as this Einsum sees it; the first one without this option"},
    {'c', "component", OPTION_TEXT, &component, "COMPONENT", "only this component"},
    {0, "action", OPTION_TEXT, &action, "NAME",
     "one number: this action's energy, or its --throughput or --latency (seconds an action)"},
    {0, "total", OPTION_FLAG, &total, NULL,
     "one number: the area of all instances, or with --leak their leak power"},
    {0, "area", OPTION_FLAG, &area, NULL,
     "areas, and of the rest only what is asked for too; with --component alone: one number"},
    {0, "energy", OPTION_FLAG, &energy, NULL, "the same for energies"},
    {0, "throughput", OPTION_FLAG, &throughput, NULL, "the same for throughputs"},
    {0, "latency", OPTION_FLAG, &latency, NULL, "the same as --throughput"},
    {0, "leak", OPTION_FLAG, &leak, NULL, "the same for leak powers"},
    {0, "no-area", OPTION_FLAG, &no_area, NULL, "leave areas out"},
    {0, "no-energy", OPTION_FLAG, &no_energy, NULL, "leave energies out"},
    {0, "no-throughput", OPTION_FLAG, &no_throughput, NULL, "leave throughputs out"},
    {0, "no-leak", OPTION_FLAG, &no_leak, NULL, "leave leak powers out"},
    {0, "extrapolate", OPTION_FLAG, &extrapolate, NULL,
     "beyond the range of a model's table: estimate and warn, instead of an error"},
    {0, "require-exact", OPTION_FLAG, &exact, NULL,
     "a figure that is interpolated or extrapolated is an error"},
    {0, "explain", OPTION_TEXT, &explained, "CLASS",
     "say which attributes and actions an SRAM, an Adder, … has instead; all: every class of the library"},
    {0, NULL, OPTION_FLAG, NULL, NULL, NULL},
};

static bool is_format(const char *name) { return !strcmp(formats[format.index], name); }

/* ---- one number */

static bool one_quantity(void) { return area + energy + throughput + latency + leak == 1; }
static bool one_number(void)
{
    return total || action || (component && is_format("jsonl") && one_quantity() && (area || leak));
}

static int find_figure(const af_cost_report *costs, double *figure)
{
    const af_cost_row *row = costs->rows;
    if (total)
        *figure = leak ? costs->total_leak_power : costs->total_area;
    else if (!action)
        *figure = leak ? row->leak_power : row->area;
    if (!action)
        return 0;
    const char **names = af_new_array(tool_arena, const char *, row->n_actions + 1);
    for (int i = 0; i < row->n_actions; i++) {
        const af_cost_action *a = &row->actions[i];
        names[i] = a->name;
        if (!strcmp(a->name, action)) {
            *figure = latency ? 1 / a->throughput : throughput ? a->throughput : a->energy;
            return 0;
        }
    }
    const char *near = af_nearest(action, names, row->n_actions);
    return af_fail(tool_report, AF_BAD_DATA, AF_NOWHERE, NULL, "%s has no action %s%s%s%s", component, action,
                   near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
}

static int write_number(const af_cost_report *costs)
{
    double figure = NAN;
    FILE *out = tool_output_file();
    if (!out || find_figure(costs, &figure))
        return -1;
    char text[32];
    af_number_text(text, figure);
    fprintf(out, "%s\n", text);
    return 0;
}

/* ---- all of it */

static int write_report(const af_cost_report *costs)
{
    if (one_number())
        return write_number(costs);
    if (is_format("jsonl")) {
        af_write_cost_records(tool_output(), costs);
        return 0;
    }
    FILE *out = tool_output_file();
    if (!out)
        return -1;
    if (is_format("csv"))
        af_write_cost_csv(out, costs, !told_any);
    else
        af_write_cost_table(out, costs);
    return 0;
}

static int write_costs(const af_record *record, af_arena *arena)
{
    const af_json *json = record->json;
    af_json_reader reader = {.report = tool_report, .what = "einsum", .place = tool_place_of(record)};
    const char *name = af_json_string_or(&reader, json, "einsum", NULL);
    if (reader.failed)
        return -1;
    if (told || (einsum && (!name || strcmp(name, einsum))))
        return 0;
    af_cost_report costs;
    if (af_read_costs(json, &wanted, component, arena, &costs, tool_report) || write_report(&costs))
        return -1;
    told = told_any = true;
    return 0;
}

static int evaluate_and_write(const af_record *record)
{
    af_evaluate_options evaluate = usual_evaluation();
    af_lines lines = {0};
    evaluate.area = evaluate.area_required = wanted.area;
    evaluate.energy = wanted.energy;
    evaluate.throughput = wanted.throughput;
    evaluate.leak = wanted.leak;
    evaluate.n_einsums = einsum != NULL;
    evaluate.einsums = &einsum;
    evaluate.only_first = true;
    af_arena *arena = af_arena_new();         /* of its own: a sweep may have thousands
                                               * of architectures in one stream */
    int failed = evaluate_record(record, &evaluate, arena, &lines);
    if (!failed) {   /* the last one: `spec` and `workload` before it need not be read */
        af_record last;
        failed = record_of_line(lines.lines[lines.count - 1], &last) || write_costs(&last, arena);
        af_json_free(last.json);
    }
    af_arena_free(arena);
    return failed;
}

/* A component that is asked without an architecture. */
static int ask_and_write(const af_record *record)
{
    const af_json *json = record->json;
    af_json_reader reader = {.report = tool_report, .what = "component", .place = tool_place_of(record)};
    const char *name = af_json_string_or(&reader, json, "name", NULL);
    if (reader.failed)
        return -1;
    if (component && (!name || strcmp(name, component)))
        return 0;
    af_arena *arena = af_arena_new();
    af_cost_report costs;
    bool failed = af_ask_component(tool_costs(), json, &wanted, arena, &costs, tool_report) ||
                  write_report(&costs);
    told_any |= !failed;
    af_arena_free(arena);
    return failed ? -1 : 0;
}

static int visit(af_record *record)
{
    int failed = 0;
    bool spec = !strcmp(record->type, "spec"), records = is_format("jsonl") && !one_number();
    if (records && !tool_output())
        return -1;
    told &= !spec;
    if (spec && !is_evaluated(record)) {
        failed = evaluate_and_write(record);
    } else {
        if (records)
            af_pass_record(tool_output(), record);
        if (!strcmp(record->type, "einsum"))
            failed = write_costs(record, tool_arena);
        else if (!strcmp(record->type, "component"))
            failed = ask_and_write(record);
    }
    af_record_done(record);
    return failed;
}

static int check_options(void)
{
    if (action && !component)
        return af_fail(tool_report, AF_USAGE, AF_NOWHERE, NULL, "--action %s needs --component NAME", action);
    if ((action || total) && !is_format("jsonl"))
        return af_fail(tool_report, AF_USAGE, AF_NOWHERE, NULL,
                       "--%s gives one number, --to %s a table: take one", action ? "action" : "total",
                       formats[format.index]);
    bool all = !area && !energy && !throughput && !latency && !leak;
    wanted = (af_cost_wanted){(all || area) && !no_area, (all || energy) && !no_energy,
                              (all || throughput || latency) && !no_throughput, (all || leak) && !no_leak,
                              false};
    if (action)                               /* nothing else has to be known for one number */
        wanted = (af_cost_wanted){.energy = !throughput && !latency, .throughput = throughput || latency};
    else if (total)
        wanted = (af_cost_wanted){.area = !leak, .leak = leak};
    wanted.exact = exact;
    return 0;
}

static int explain(void)
{
    af_text text = {0};
    FILE *file = af_explain_component(&text, explained, tool_report) ? NULL : tool_output_file();
    if (file)
        fwrite(text.bytes, 1, text.length, file);
    af_text_free(&text);
    return file ? 0 : -1;
}

static int run(void)
{
    if (explained)
        return explain();
    if (check_options())
        return -1;
    af_cost_extrapolate(tool_costs(), extrapolate);
    if (tool_each_record(visit))
        return -1;
    if (!told_any)
        return af_fail(tool_report, AF_BAD_DATA, AF_NOWHERE, NULL,
                       einsum ? "the input has no Einsum %s"
                              : "the input has no `spec`, `einsum` or `component` record%s",
                       einsum ? einsum : "");
    return 0;
}

int main(int argc, char **argv)
{
    static const tool self = {"af-area",
                              "Area, leak power, energy and throughput of each component: "
                              "`cost` records, a table, or one number.",
                              "[FILE…]", options, run};
    return tool_main(argc, argv, &self);
}
