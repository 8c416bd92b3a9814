/* The records that pictures are made of. */
#include "draw/results.h"
#include "join/join.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

af_results *af_results_new(af_arena *arena)
{
    af_results *results = af_new(arena, af_results);
    results->arena = arena;
    return results;
}

void af_results_free(af_results *results)
{
    for (int i = 0; results && i < results->records.count; i++)
        af_record_done(&results->records.items[i].record);
}

void af_results_break(af_results *results) { results->broken = true; }

static double *column(const af_json *objectives, const char *name, int n_rows, af_arena *arena)
{
    const af_json *values = af_json_at(objectives, name);
    if (!values)
        return NULL;
    af_json_reader reader = {0};
    double *column = af_new_array(arena, double, n_rows);
    for (int i = 0; i < n_rows; i++)
        column[i] = af_json_item(values, i) ? af_json_as_real(&reader, af_json_item(values, i), name) : NAN;
    return column;
}

/* Groups can be large; a picture needs two columns of them. */
static void note_group(af_results *results, const af_json *json)
{
    af_json_reader reader = {0};
    const af_json *objectives = af_json_at(json, "objectives");
    int n_rows = (int)af_json_integer_or(&reader, json, "rows", 0);
    if (n_rows <= 0 || n_rows > 1 << 24)
        return;
    *af_push(results->arena, &results->groups) =
        (af_group_rows){.einsum = af_copy_text(results->arena,
                                               af_json_string_or(&reader, json, "einsum", "")),
                        .id = af_json_integer_or(&reader, json, "id", -1),
                        .n_rows = n_rows,
                        .energy = column(objectives, "energy", n_rows, results->arena),
                        .latency = column(objectives, "latency", n_rows, results->arena)};
}

bool af_results_add(af_results *results, af_record *record, const char *label)
{
    static const char *const used[] = {"spec", "workload", "einsum", "mapping", "action", "leak", "latency",
                                       "memory", "spatial", "network", "reservation", "tile", "einsum_total",
                                       "total", "cost", "cost_total"};
    if (!strcmp(record->type, "group"))
        note_group(results, record->json);
    for (size_t i = 0; i < sizeof used / sizeof *used; i++)
        if (!strcmp(record->type, used[i])) {
            af_record_keep(record);
            *af_push(results->arena, &results->records) = (af_kept_record){*record, label};
            return true;
        }
    return false;
}

const af_kept_record *af_results_record(const af_results *results, const char *type, int64_t index)
{
    for (int i = 0; i < results->records.count; i++)
        if (!strcmp(results->records.items[i].record.type, type) && index-- == 0)
            return &results->records.items[i];
    return NULL;
}

int64_t af_results_count(const af_results *results, const char *type)
{
    int64_t count = 0;
    for (int i = 0; i < results->records.count; i++)
        count += !strcmp(results->records.items[i].record.type, type);
    return count;
}

int64_t af_results_n_mappings(const af_results *results)
{
    return af_results_count(results, "mapping");
}

/* ---- names */

static void add_components(af_names *names, const af_json *nodes)
{
    af_json_reader reader = {0};
    for (int i = 0; i < af_json_count(nodes); i++) {
        const af_json *node = af_json_item(nodes, i);
        const char *name = af_json_string_or(&reader, node, "name", NULL);
        if (name && !af_json_at(node, "nodes"))
            af_name_add(names, name);
        add_components(names, af_json_at(node, "nodes"));
    }
}

af_names *af_results_components(const af_results *results, af_arena *arena)
{
    af_names *names = af_names_new(arena);
    const af_kept_record *source = af_results_record(results, "einsum", 0);
    if (!source)
        source = af_results_record(results, "spec", 0);
    if (source)
        add_components(names, af_json_at(af_json_at(source->record.json, "arch"), "nodes"));
    return names;
}

/* ---- Einsums */

/* "m,n0": an expression alone where it names the rank itself, else RANK:expression (80 section A2). */
static void add_projection(af_text *out, const af_json *projection)
{
    af_json_reader reader = {0};
    for (int i = 0; i < af_json_count(projection); i++) {
        const af_json *pair = af_json_item(projection, i);
        const char *rank = af_json_as_string(&reader, af_json_item(pair, 0), "rank");
        const char *expression = af_json_as_string(&reader, af_json_item(pair, 1), "expression");
        bool implied = rank && expression && !strcasecmp(rank, expression);
        af_text_printf(out, "%s%s%s%s", i ? "," : "", implied || !rank ? "" : rank,
                       implied || !rank ? "" : ":", expression ? expression : "?");
    }
}

static void add_access(af_text *out, const af_json *access)
{
    af_json_reader reader = {0};
    af_text_printf(out, "%s[", af_json_string_or(&reader, access, "name", "?"));
    add_projection(out, af_json_at(access, "projection"));
    af_text_puts(out, "]");
}

const char *af_access_text(af_arena *arena, const af_json *access)
{
    af_text text = {0};
    add_access(&text, access);
    const char *copy = af_copy_text(arena, text.bytes);
    af_text_free(&text);
    return copy;
}

static void add_accesses(af_text *out, const af_json *accesses, bool outputs, const char *between)
{
    af_json_reader reader = {0};
    int n = 0;
    for (int i = 0; i < af_json_count(accesses); i++) {
        const af_json *access = af_json_item(accesses, i);
        if (af_json_bool_or(&reader, access, "output", false) != outputs)
            continue;
        af_text_puts(out, n++ ? between : "");
        add_access(out, access);
    }
}

/* "T1[m,n1] = T0[m,n0] × W0[n0,n1]" from an element of workload.einsums; NULL: it has no accesses. */
static const char *equation(af_arena *arena, const af_json *einsum)
{
    const af_json *accesses = af_json_at(einsum, "tensor_accesses");
    if (!accesses)
        return NULL;
    af_text text = {0};
    add_accesses(&text, accesses, true, ", ");
    af_text_puts(&text, " = ");
    add_accesses(&text, accesses, false, " \xC3\x97 ");
    const char *copy = af_copy_text(arena, text.bytes);
    af_text_free(&text);
    return copy;
}

/* ---- a mapping */

/* Energy and latency of an Einsum: the rows that the join took, from their groups. */
static void figures_from_groups(const af_results *results, const af_json *rows, af_einsum_facts *einsum)
{
    af_json_reader reader = {0};
    const af_json *taken = af_json_at(rows, einsum->name);
    int64_t id = af_json_integer_or(&reader, taken, "group", -1),
            row = af_json_integer_or(&reader, taken, "row", -1);
    for (int i = 0; i < results->groups.count; i++) {
        const af_group_rows *group = &results->groups.items[i];
        if (group->id != id || strcmp(group->einsum, einsum->name) || row < 0 || row >= group->n_rows)
            continue;
        einsum->energy = group->energy ? group->energy[row] : NAN;
        einsum->latency = group->latency ? group->latency[row] : NAN;
    }
}

static bool is_of(const af_kept_record *kept, const char *type, int64_t map)
{
    af_json_reader reader = {0};
    return !strcmp(kept->record.type, type) &&
           af_json_integer_or(&reader, kept->record.json, "map", -1) == map;
}

/* The same from the records of af-model. */
static void figures_from_model(const af_results *results, int64_t map, af_einsum_facts *einsum)
{
    af_json_reader reader = {0};
    for (int i = 0; i < results->records.count; i++) {
        const af_kept_record *kept = &results->records.items[i];
        const af_json *json = kept->record.json;
        if (!is_of(kept, "einsum_total", map) ||
            strcmp(af_json_string_or(&reader, json, "einsum", ""), einsum->name))
            continue;
        einsum->energy = af_json_real_or(&reader, json, "energy", einsum->energy);
        einsum->latency = af_json_real_or(&reader, json, "latency", einsum->latency);
    }
}

static void find_einsums(af_mapping_facts *facts, const af_json *rows, af_arena *arena)
{
    const af_results *results = facts->results;
    const af_kept_record *workload = af_results_record(results, "workload", 0);
    const af_json *einsums = workload ? af_json_at(workload->record.json, "einsums") : NULL;
    af_json_reader reader = {0};
    facts->einsums = af_new_array(arena, af_einsum_facts, af_json_count(einsums));
    for (int i = 0; i < af_json_count(einsums); i++) {
        const af_json *json = af_json_item(einsums, i);
        af_einsum_facts *einsum = &facts->einsums[facts->n_einsums++];
        *einsum = (af_einsum_facts){af_json_string_or(&reader, json, "name", "?"), equation(arena, json),
                                    NAN, NAN};
        figures_from_groups(results, rows, einsum);
        figures_from_model(results, facts->id, einsum);
    }
}

static void add_usage(af_mapping_facts *facts, const af_json *json, af_arena *arena)
{
    af_json_reader reader = {0};
    const char *component = af_json_string_or(&reader, json, "component", "?");
    for (int i = 0; i < facts->usages.count; i++)
        if (!strcmp(facts->usages.items[i].component, component))
            return;
    double size = af_json_real_or(&reader, json, "size", af_json_real_or(&reader, json, "size_bits", NAN));
    *af_push(arena, &facts->usages) = (af_usage_facts){component,
                                                       af_json_real_or(&reader, json, "usage", NAN), size};
}

static void add_metric(af_mapping_facts *facts, const char *name, double value, af_arena *arena)
{
    for (int i = 0; i < facts->metrics.count; i++)
        if (!strcmp(facts->metrics.items[i].name, name))
            return;
    if (!isnan(value))
        *af_push(arena, &facts->metrics) = (af_metric_facts){name, value};
}

/* What the mapping itself says comes first, then what af-model adds. */
static void find_totals(af_mapping_facts *facts, const af_json *mapping, af_arena *arena)
{
    static const char *const shown[] = {"energy", "latency", "energy_delay_product"};
    af_json_reader reader = {0};
    const af_json *reservations = af_json_at(mapping, "reservations");
    for (af_json_each(af_json_at(mapping, "metrics"), it))
        add_metric(facts, it.key, af_json_as_real(&reader, it.value, it.key), arena);
    for (int i = 0; i < af_json_count(reservations); i++)
        add_usage(facts, af_json_item(reservations, i), arena);
    for (int i = 0; i < facts->results->records.count; i++) {
        const af_kept_record *kept = &facts->results->records.items[i];
        for (int k = 0; k < 3 && is_of(kept, "total", facts->id); k++)
            add_metric(facts, shown[k], af_json_real_or(&reader, kept->record.json, shown[k], NAN), arena);
        if (is_of(kept, "reservation", facts->id))
            add_usage(facts, kept->record.json, arena);
    }
}

/* ---- a mapping that the spec gives: af-model counts its loops and leaves the tree as it stands */

typedef af_list(af_mapping_node *) loop_list;

/* Iterations of the index-th loop above an Einsum's Compute. 0: no `tile` record says. */
static double iterations_of(const af_mapping_facts *facts, const char *einsum, int index)
{
    af_json_reader reader = {0};
    for (int i = 0; i < facts->results->records.count; i++) {
        const af_json *json = facts->results->records.items[i].record.json;
        if (is_of(&facts->results->records.items[i], "tile", facts->id) && einsum &&
            af_json_integer_or(&reader, json, "loop", -1) == index &&
            !strcmp(af_json_string_or(&reader, json, "einsum", ""), einsum))
            return af_json_real_or(&reader, json, "iterations", 0);
    }
    return 0;
}

/* A loop over several rank variables is as many loops to af-model. */
static void count_loops(const af_mapping_facts *facts, const char *einsum, const loop_list *loops)
{
    for (int i = 0, index = 0; i < loops->count; index += loops->items[i]->rank_variables.count, i++)
        if (!loops->items[i]->n_iterations && loops->items[i]->rank_variables.count == 1)
            loops->items[i]->n_iterations = iterations_of(facts, einsum, index);
}

static void add_iterations(const af_mapping_facts *facts, const af_mapping_node *node, loop_list *loops,
                           af_arena *arena)
{
    int above = loops->count;
    for (int i = 0; i < node->n_nodes; i++) {
        af_mapping_node *child = node->nodes[i];
        if (af_is_loop_node(child))
            *af_push(arena, loops) = child;
        else if (child->kind == AF_NODE_COMPUTE)
            count_loops(facts, child->einsum, loops);
        else
            add_iterations(facts, child, loops, arena);
    }
    loops->count = above;
}

static void add_model_figures(af_mapping_facts *facts, const af_mapping *tree, af_arena *arena)
{
    af_json_reader reader = {0};
    const af_kept_record *total = af_results_record(facts->results, "total", 0);
    loop_list loops = {0};
    if (!total)
        return;
    facts->id = af_json_integer_or(&reader, total->record.json, "map", 0);
    facts->title = "Mapping as given";
    find_totals(facts, NULL, arena);
    add_iterations(facts, tree, &loops, arena);
}

static af_mapping_facts *facts_of_spec(af_mapping_facts *facts, const af_kept_record *spec, af_arena *arena,
                                       af_report *report)
{
    af_spec *loaded = af_spec_of_json(arena, spec->record.json, report, AF_NOWHERE);
    if (!loaded)
        return NULL;
    af_value mapping = af_spec_mapping(loaded);
    if (mapping.type == AF_NONE || mapping.type == AF_UNDEFINED)
        return NULL;
    facts->id = -1;
    const af_mapping *tree = af_mapping_of_value(arena, mapping, NULL, report);
    facts->tree = tree;
    if (tree)
        add_model_figures(facts, tree, arena);
    find_einsums(facts, NULL, arena);
    return facts->tree ? facts : NULL;
}

af_mapping_facts *af_mapping_facts_of(const af_results *results, int64_t index, af_arena *arena,
                                      af_report *report)
{
    af_mapping_facts *facts = af_new(arena, af_mapping_facts);
    facts->results = results;
    const af_kept_record *kept = af_results_record(results, "mapping", index),
                         *spec = af_results_record(results, "spec", 0);
    int64_t count = af_results_n_mappings(results);
    if (!kept && count) {
        af_fail(report, AF_USAGE, AF_NOWHERE, NULL, "there is no mapping %lld: the input has %lld, 0 to %lld",
                (long long)index, (long long)count, (long long)count - 1);
        return NULL;
    }
    if (!kept && spec && (facts_of_spec(facts, spec, arena, report) || af_failed(report)))
        return af_failed(report) ? NULL : facts;
    if (!kept) {
        af_fail(report, AF_BAD_DATA, AF_NOWHERE, NULL, "no `mapping` record to draw: af-join makes them");
        return NULL;
    }
    const af_json *json = kept->record.json;
    af_json_reader reader = {.report = report, .what = "mapping record"};
    facts->id = af_json_integer_or(&reader, json, "id", index);
    facts->title = af_json_string_or(&reader, json, "title", NULL);
    const af_mapping *tree = af_mapping_of_json(arena, af_json_at(json, "tree"), report, AF_NOWHERE);
    if (!tree || reader.failed)
        return NULL;
    facts->tree = af_mapping_finish(arena, tree, false);
    find_totals(facts, json, arena);
    find_einsums(facts, af_json_at(json, "rows"), arena);
    return facts;
}

const af_einsum_facts *af_find_einsum_facts(const af_mapping_facts *facts, const char *einsum)
{
    for (int i = 0; einsum && i < facts->n_einsums; i++)
        if (!strcmp(facts->einsums[i].name, einsum))
            return &facts->einsums[i];
    return NULL;
}

double af_tensor_usage(const af_mapping_facts *facts, const char *component, const char *tensor)
{
    af_json_reader reader = {0};
    double most = NAN;
    for (int i = 0; i < facts->results->records.count; i++) {
        const af_kept_record *kept = &facts->results->records.items[i];
        const af_json *json = kept->record.json;
        if (is_of(kept, "memory", facts->id) &&
            !strcmp(af_json_string_or(&reader, json, "component", ""), component) &&
            !strcmp(af_json_string_or(&reader, json, "tensor", ""), tensor))
            most = fmax(most, af_json_real_or(&reader, json, "usage", 0));
    }
    return most;
}
