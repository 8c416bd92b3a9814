/* Tables of an HTML report (80 section B8): rows are records, columns are their members. */
#include "draw/label.h"
#include "draw/pictures.h"

#include <math.h>

/* A column: a member of the record; `unit` NULL: a text. */
typedef struct column { const char *heading, *member, *unit; } column;

static void begin_table(af_text *out, const char *caption, const column *columns, int count)
{
    af_text_puts(out, "<div class=\"wide\"><table><caption>");
    af_add_escaped(out, caption);
    af_text_puts(out, "</caption>\n<thead><tr>");
    for (int i = 0; i < count; i++) {
        af_text_printf(out, "<th scope=\"col\"%s>", columns[i].unit ? " class=\"n\"" : "");
        af_add_escaped(out, columns[i].heading);
        af_text_puts(out, "</th>");
    }
    af_text_puts(out, "</tr></thead>\n<tbody>\n");
}

static void end_table(af_text *out)
{
    af_text_puts(out, "</tbody></table></div>\n");
}

static void add_text_cell(af_text *out, const char *text)
{
    af_text_puts(out, "<td>");
    af_add_escaped(out, text);
    af_text_puts(out, "</td>");
}

/* For people; the number itself is shown where one points. "%": a share. NaN: an empty cell. */
static void add_number_cell(af_text *out, double value, const char *unit, bool raw, af_arena *arena)
{
    if (isnan(value)) {
        af_text_puts(out, "<td></td>");
        return;
    }
    af_text_printf(out, "<td class=\"n\" title=\"%s\">", af_exact_number(arena, value));
    af_add_escaped(out, !strcmp(unit, "%") ? af_people_share(arena, value)
                   : af_people_number(arena, value, unit, raw));
    af_text_puts(out, "</td>");
}

static void add_cells(af_text *out, const af_json *json, const column *columns, int count, bool raw,
                      af_arena *arena)
{
    af_json_reader reader = {0};
    for (int i = 0; i < count; i++)
        if (columns[i].unit)
            add_number_cell(out, af_json_real_or(&reader, json, columns[i].member, NAN), columns[i].unit, raw,
                            arena);
        else
            add_text_cell(out, af_json_string_or(&reader, json, columns[i].member, ""));
    af_text_puts(out, "</tr>\n");
}

/* All records of a type; map -1: of every mapping. */
static void add_record_table(af_text *out, const af_results *results, const char *caption, const char *type,
                             int64_t map, const column *columns, int count, bool raw, af_arena *arena)
{
    af_json_reader reader = {0};
    int rows = 0;
    for (int i = 0; i < results->records.count; i++) {
        const af_record *record = &results->records.items[i].record;
        if (strcmp(record->type, type) ||
            (map >= 0 && af_json_integer_or(&reader, record->json, "map", -1) != map))
            continue;
        if (!rows++)
            begin_table(out, caption, columns, count);
        af_text_puts(out, "<tr>");
        add_cells(out, record->json, columns, count, raw, arena);
    }
    if (rows)
        end_table(out);
}

#define TABLE(out, results, caption, type, map, columns, raw, arena) \
    add_record_table(out, results, caption, type, map, columns, (int)(sizeof columns / sizeof *columns), \
                     raw, arena)

/* ---- summary */

static const char *unit_of(const char *metric)
{
    static const char *const units[][2] = {
        {"energy", "J"}, {"latency", "s"}, {"energy_delay_product", "J\xC2\xB7s"}, {"dynamic_energy", "J"},
        {"leak_energy", "J"}, {"area", "m2"}, {"leak_power", "W"}};
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (!strcmp(metric, units[i][0]))
            return units[i][1];
    return "";
}

static void add_metrics(af_text *out, const af_mapping_facts *facts, bool raw, af_arena *arena)
{
    static const column columns[] = {{"Metric", NULL, NULL}, {"Value", NULL, ""}};
    if (!facts->metrics.count)
        return;
    begin_table(out, "Totals", columns, 2);
    for (int i = 0; i < facts->metrics.count; i++) {
        af_text_puts(out, "<tr>");
        add_text_cell(out, facts->metrics.items[i].name);
        add_number_cell(out, facts->metrics.items[i].value, unit_of(facts->metrics.items[i].name), raw,
                        arena);
        af_text_puts(out, "</tr>\n");
    }
    end_table(out);
}

/* The components that an Einsum waits for: "Dram, Sram". */
static const char *bottlenecks(const af_results *results, const char *einsum, int64_t map, af_arena *arena)
{
    af_json_reader reader = {0};
    const char *found = "";
    for (int i = 0; i < results->records.count; i++) {
        const af_record *record = &results->records.items[i].record;
        if (!strcmp(record->type, "latency") && af_json_bool_or(&reader, record->json, "bottleneck", false) &&
            af_json_integer_or(&reader, record->json, "map", -1) == map &&
            !strcmp(af_json_string_or(&reader, record->json, "einsum", ""), einsum))
            found = af_joined_text(arena, found, *found ? ", " : "",
                                   af_json_string_or(&reader, record->json, "component", "?"));
    }
    return found;
}

static void add_einsums(af_text *out, const af_results *results, const af_mapping_facts *facts, bool raw,
                        af_arena *arena)
{
    static const column columns[] = {{"Einsum", NULL, NULL}, {"Energy", NULL, ""}, {"Latency", NULL, ""},
                                     {"Limited by", NULL, NULL}, {"What it computes", NULL, NULL}};
    if (!facts->n_einsums)
        return;
    begin_table(out, "Einsums", columns, sizeof columns / sizeof *columns);
    for (int i = 0; i < facts->n_einsums; i++) {
        const af_einsum_facts *einsum = &facts->einsums[i];
        af_text_puts(out, "<tr>");
        add_text_cell(out, einsum->name);
        add_number_cell(out, einsum->energy, "J", raw, arena);
        add_number_cell(out, einsum->latency, "s", raw, arena);
        add_text_cell(out, bottlenecks(results, einsum->name, facts->id, arena));
        add_text_cell(out, einsum->equation ? einsum->equation : "");
        af_text_puts(out, "</tr>\n");
    }
    end_table(out);
}

static void add_usages(af_text *out, const af_mapping_facts *facts, bool raw, af_arena *arena)
{
    static const column columns[] = {{"Memory", NULL, NULL}, {"Size", NULL, ""},
                                     {"In use at most", NULL, ""}};
    if (!facts->usages.count)
        return;
    begin_table(out, "Memories", columns, 3);
    for (int i = 0; i < facts->usages.count; i++) {
        const af_usage_facts *usage = &facts->usages.items[i];
        af_text_puts(out, "<tr>");
        add_text_cell(out, usage->component);
        add_number_cell(out, usage->size, "bit", raw, arena);
        add_number_cell(out, usage->usage, "%", raw, arena);
        af_text_puts(out, "</tr>\n");
    }
    end_table(out);
}

void af_page_summary(af_text *out, const af_results *results, const af_mapping_facts *facts, bool raw,
                     af_arena *arena)
{
    add_metrics(out, facts, raw, arena);
    add_usages(out, facts, raw, arena);
    add_einsums(out, results, facts, raw, arena);
}

/* ---- what af-model and af-area say, record by record */

void af_page_actions(af_text *out, const af_results *results, int64_t map, bool raw, af_arena *arena)
{
    static const column actions[] = {
        {"Einsum", "einsum", NULL}, {"Component", "component", NULL}, {"Tensor", "tensor", NULL},
        {"Action", "action", NULL}, {"Count", "count", ""}, {"Energy each", "energy_per_action", "J"},
        {"Energy", "energy", "J"}};
    static const column leaks[] = {
        {"Einsum", "einsum", NULL}, {"Component", "component", NULL}, {"Leak power", "power", "W"},
        {"Energy", "energy", "J"}};
    TABLE(out, results, "Actions", "action", map, actions, raw, arena);
    TABLE(out, results, "Leakage", "leak", map, leaks, raw, arena);
}

void af_page_memories(af_text *out, const af_results *results, int64_t map, bool raw, af_arena *arena)
{
    static const column columns[] = {
        {"Einsum", "einsum", NULL}, {"Memory", "component", NULL}, {"Tensor", "tensor", NULL},
        {"In use", "bits", "bit"}, {"Share of the memory", "usage", "%"}};
    TABLE(out, results, "Tensors in memories", "memory", map, columns, raw, arena);
}

void af_page_costs(af_text *out, const af_results *results, bool raw, af_arena *arena)
{
    static const column columns[] = {
        {"Component", "component", NULL}, {"Instances", "instances", ""}, {"Area of one", "area", "m2"},
        {"Area", "total_area", "m2"}, {"Leak power of one", "leak_power", "W"},
        {"Leak power", "total_leak_power", "W"}};
    TABLE(out, results, "Costs of components", "cost", -1, columns, raw, arena);
}

/* ---- how the mapping was found */

static const af_json *mapping_record(const af_results *results, int64_t map)
{
    af_json_reader reader = {0};
    for (int i = 0; i < results->records.count; i++) {
        const af_record *record = &results->records.items[i].record;
        if (!strcmp(record->type, "mapping") && af_json_integer_or(&reader, record->json, "id", -1) == map)
            return record->json;
    }
    return NULL;
}

void af_page_search(af_text *out, const af_results *results, int64_t map, bool raw, af_arena *arena)
{
    static const column columns[] = {
        {"Einsum", NULL, NULL}, {"Templates", "templates", ""}, {"Pmappings in all", "total", ""},
        {"Evaluated", "evaluated", ""}, {"Valid", "valid", ""}, {"Kept", "pareto", ""}};
    int rows = 0;
    for (af_json_each(af_json_at(mapping_record(results, map), "counts"), it)) {
        if (!rows++)
            begin_table(out, "Pmappings that were looked at", columns, sizeof columns / sizeof *columns);
        af_text_puts(out, "<tr>");
        add_text_cell(out, it.key);
        add_cells(out, it.value, columns + 1, sizeof columns / sizeof *columns - 1, raw, arena);
    }
    if (rows)
        end_table(out);
}

/* A setting as it would be written; NULL: more than a word. `metrics` are bits in the record: their names are
 * those of the mapping's figures. */
static const char *setting_text(const char *name, const af_json *value, af_arena *arena)
{
    af_json_reader reader = {0};
    if (!strcmp(name, "metrics") || !strcmp(name, "info_metrics") || af_json_is_object(value) ||
        af_json_is_array(value))
        return NULL;
    if (!value)
        return "none";
    if (af_json_is_bool(value))
        return af_json_truth(value) ? "true" : "false";
    return af_json_is_string(value) ? af_json_as_string(&reader, value, name)
        : af_exact_number(arena, af_json_as_real(&reader, value, name));
}

static void add_pair(af_text *out, const char *name, const char *text)
{
    af_text_puts(out, "<tr>");
    add_text_cell(out, name);
    add_text_cell(out, text);
    af_text_puts(out, "</tr>\n");
}

static void add_settings(af_text *out, const char *caption, const af_json *settings, af_arena *arena)
{
    static const column columns[] = {{"Name", NULL, NULL}, {"Value", NULL, NULL}};
    int rows = 0;
    for (af_json_each(settings, it)) {
        const char *text = setting_text(it.key, it.value, arena);
        if (text && !rows++)
            begin_table(out, caption, columns, 2);
        if (text)
            add_pair(out, it.key, text);
    }
    if (rows)
        end_table(out);
}

static const char *names_of_metrics(const af_json *mapping, af_arena *arena)
{
    const char *names = "";
    for (af_json_each(af_json_at(mapping, "metrics"), it))
        names = af_joined_text(arena, names, *names ? ", " : "", it.key);
    return names;
}

void af_page_asked(af_text *out, const af_results *results, int64_t map, bool raw, af_arena *arena)
{
    static const column columns[] = {{"What", NULL, NULL}, {"Value", NULL, NULL}};
    const af_kept_record *spec = af_results_record(results, "spec", 0);
    const af_json *json = spec ? spec->record.json : NULL, *files = af_json_at(json, "files");
    const char *metrics = names_of_metrics(mapping_record(results, map), arena);
    af_json_reader reader = {0};
    (void)raw;
    if (!json)
        return;
    begin_table(out, "Input", columns, 2);
    add_pair(out, "spec", af_json_string_or(&reader, json, "id", "?"));
    for (int i = 0; i < af_json_count(files); i++)
        add_pair(out, "file", af_json_as_string(&reader, af_json_item(files, i), "files"));
    if (*metrics)
        add_pair(out, "metrics", metrics);
    end_table(out);
    add_settings(out, "Values for templates (-D)", af_json_at(json, "jinja"), arena);
    add_settings(out, "Variables", af_json_at(json, "variables"), arena);
    add_settings(out, "Settings of the mapper", af_json_at(json, "mapper"), arena);
}
