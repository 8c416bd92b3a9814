/* Bars out of records: which records and which of their numbers, told apart by which fields (80 sections A4,
 * B7). */
#include "draw/bars.h"
#include "draw/label.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef enum field { INPUT, MAPPING, EINSUM, COMPONENT, TENSOR, ACTION, N_FIELDS } field;
const char *const af_bar_field_names[N_FIELDS + 1] =
    {"input", "mapping", "einsum", "component", "tensor", "action", NULL};
enum {
    OF_INPUT = 1 << INPUT, OF_EINSUM = OF_INPUT | 1 << MAPPING | 1 << EINSUM,
    OF_COMPONENT = OF_EINSUM | 1 << COMPONENT, OF_TENSOR = OF_COMPONENT | 1 << TENSOR,
    OF_ACTION = OF_TENSOR | 1 << ACTION
};

/* What a picture is made of: the first source of it whose records have all fields that are asked for. */
typedef struct source {
    af_picture picture;
    const char *title, *unit;
    const char *types[2], *values[2];        /* which records, which of their numbers */
    unsigned of;                             /* a bit for every field that these have */
    const char *by, *stack;                  /* if nothing is asked for */
    bool divisible;                          /* by the number of computes */
} source;

static const source sources[] = {
    {AF_PICTURE_ENERGY, "Energy", "J", {"action", "leak"}, {"energy", "energy"}, OF_ACTION, "component", "",
     true},
    {AF_PICTURE_ACTIONS, "Actions", "", {"action", NULL}, {"count", NULL}, OF_ACTION, "component", "action",
     true},
    {AF_PICTURE_LATENCY, "Latency", "s", {"einsum_total", NULL}, {"latency", NULL}, OF_EINSUM, "einsum", "",
     true},
    {AF_PICTURE_LATENCY, "Latency", "s", {"latency", NULL}, {"seconds", NULL}, OF_COMPONENT, "einsum", "",
     true},
    {AF_PICTURE_MEMORY, "Memory in use", "%", {"memory", NULL}, {"usage", NULL}, OF_TENSOR,
     "component,einsum", "tensor", false},
    {AF_PICTURE_AREA, "Area", "m2", {"cost", NULL}, {"total_area", NULL}, OF_INPUT | 1 << COMPONENT,
     "component", "", false},
};
enum { N_SOURCES = sizeof sources / sizeof *sources };

typedef struct field_list { int count; field items[N_FIELDS]; unsigned bits; } field_list;
typedef struct cell { int bar, part; double value; } cell;

/* One picture in the making. */
typedef struct gathering {
    const af_results *results;
    const af_draw_options *options;
    af_arena *arena;
    const source *source;
    field_list by, stack;
    af_names *bars, *parts;
    af_list(cell) cells;
    af_list(const char **) keys;             /* per bar: texts of its fields */
    bool begun;                              /* what is known of the input that the records come from now: */
    const char *label;
    int64_t map;
    double computes, shown, all;             /* shown: of the figures that are in bars */
    af_names *components;                    /* of all figures, in bars or not */
    const char **chosen; int n_chosen;       /* of --keep or --drop; NULL: neither is given */
} gathering;

/* ---- which fields */

static void add_field(field_list *list, field f)
{
    if (list->bits >> f & 1)
        return;
    list->items[list->count++] = f;
    list->bits |= 1u << f;
}

static void remove_field(field_list *list, field f)
{
    int kept = 0;
    for (int i = 0; i < list->count; i++)
        if (list->items[i] != f)
            list->items[kept++] = list->items[i];
    list->count = kept;
    list->bits &= ~(1u << f);
}

/* "einsum,component"; -1 reported. `taken`: fields that are asked for already. */
static int read_fields(field_list *list, const char *text, const char *option, unsigned taken,
                       af_arena *arena, af_report *report)
{
    while (*text) {
        const char *name = af_copy_slice(arena, text, strcspn(text, ","));
        int f = 0;
        while (f < N_FIELDS && strcmp(name, af_bar_field_names[f]))
            f++;
        if (f == N_FIELDS)
            return af_fail(report, AF_USAGE, AF_NOWHERE, NULL,
                           "%s %s: no such field%s (input, mapping, einsum, component, tensor, action)",
                           option, name, af_meant(arena, name, af_bar_field_names, N_FIELDS));
        if ((taken | list->bits) >> f & 1)
            return af_fail(report, AF_USAGE, AF_NOWHERE, NULL, "%s %s: this field is asked for twice", option,
                           name);
        add_field(list, f);
        text += strlen(name);
        text += *text == ',';
    }
    return 0;
}

static const source *source_with(af_picture picture, unsigned fields)
{
    for (const source *s = sources; s < sources + N_SOURCES; s++)
        if (s->picture == picture && !(fields & ~s->of))
            return s;
    return NULL;
}

static int report_missing_field(const source *first, unsigned fields, af_report *report)
{
    unsigned known = 0;
    for (const source *s = sources; s < sources + N_SOURCES; s++)
        known |= s->picture == first->picture ? s->of : 0;
    int f = 0;
    while (!((fields & ~known) >> f & 1))
        f++;
    return af_fail(report, AF_USAGE, AF_NOWHERE, NULL, "%s is not told by %s", first->title,
                   af_bar_field_names[f]);
}

static int n_inputs(const af_results *results)
{
    int count = results->records.count > 0;
    for (int i = 1; i < results->records.count; i++)
        count += results->records.items[i].label != results->records.items[i - 1].label;
    return count;
}

static int choose_fields(gathering *g, const source *first, af_report *report)
{
    const char *by = g->options->by ? g->options->by : first->by;
    const char *stack = g->options->stack ? g->options->stack : g->options->by ? "" : first->stack;
    if (read_fields(&g->by, by, "--by", 0, g->arena, report) ||
        read_fields(&g->stack, stack, "--stack", g->by.bits, g->arena, report))
        return -1;
    if (!g->by.count)
        return af_fail(report, AF_USAGE, AF_NOWHERE, NULL, "--by: a field is expected");
    if (g->options->log && g->stack.count)   /* parts of a length that is no sum */
        return af_fail(report, AF_USAGE, AF_NOWHERE, NULL, "--log: bars in parts have lengths that add up; "
                       "--stack '' leaves the parts out");
    if (n_inputs(g->results) > 1 && !(g->stack.bits >> INPUT & 1))
        add_field(&g->by, INPUT);
    return 0;
}

/* "Sram,Mac" of --keep or --drop. */
static void choose_components(gathering *g)
{
    const char *text = g->options->keep ? g->options->keep : g->options->drop;
    if (!text)
        return;
    g->chosen = af_new_array(g->arena, const char *, strlen(text) + 1);
    while (*text) {
        g->chosen[g->n_chosen++] = af_copy_slice(g->arena, text, strcspn(text, ","));
        text += strlen(g->chosen[g->n_chosen - 1]);
        text += *text == ',';
    }
}

/* Components of an Einsum work at the same time: their latencies stand side by side, not on each other. */
static int choose(gathering *g, af_report *report)
{
    const source *first = source_with(g->options->picture, 0);
    if (choose_fields(g, first, report))
        return -1;
    choose_components(g);
    if (first->picture == AF_PICTURE_LATENCY && (g->stack.bits >> COMPONENT & 1 || g->chosen)) {
        remove_field(&g->stack, COMPONENT);
        add_field(&g->by, COMPONENT);
    }
    unsigned needed = g->by.bits | g->stack.bits | (g->chosen ? 1u << COMPONENT : 0);
    g->source = source_with(first->picture, needed);
    if (!g->source)
        return report_missing_field(first, needed, report);
    if (g->options->per_compute && !first->divisible)
        return af_fail(report, AF_USAGE, AF_NOWHERE, NULL, "--per-compute: %s is not spent by computes",
                       first->title);
    return 0;
}

/* ---- which records */

/* The map of the index-th record of a type of an input. -1: there are not so many. */
static int64_t map_in(const af_results *results, const char *label, const char *type, const char *key,
                      int64_t index)
{
    af_json_reader reader = {0};
    for (int i = 0; i < results->records.count; i++) {
        const af_kept_record *kept = &results->records.items[i];
        if (!strcmp(kept->record.type, type) && kept->label == label && index-- == 0)
            return af_json_integer_or(&reader, kept->record.json, key, -1);
    }
    return -1;
}

/* Of the index-th total of an input, which is what --mapping counts; a stream that breaks off has fewer. */
static int64_t map_of(const af_results *results, const char *label, int64_t index)
{
    int64_t map = map_in(results, label, "total", "map", index);
    return map < 0 && results->broken ? map_in(results, label, "mapping", "id", index) : map;
}

static bool is_wanted(const gathering *g, const af_kept_record *kept, const char *type)
{
    af_json_reader reader = {0};
    if (strcmp(kept->record.type, type))
        return false;
    return !(g->source->of >> MAPPING & 1) || (g->by.bits | g->stack.bits) >> MAPPING & 1 ||
           af_json_integer_or(&reader, kept->record.json, "map", -1) == g->map;
}

static const char *field_text(const gathering *g, const af_kept_record *kept, field f)
{
    af_json_reader reader = {0};
    const af_json *json = kept->record.json;
    switch (f) {
    case INPUT: return kept->label ? kept->label : "standard input";
    case MAPPING: return af_numbered_text(g->arena, "mapping", " ",
                                          (int)af_json_integer_or(&reader, json, "map", 0));
    case ACTION: return af_json_string_or(&reader, json, "action", "leak");
    case TENSOR: return af_json_string_or(&reader, json, "tensor", "None");
    default: return af_json_string_or(&reader, json, af_bar_field_names[f], "?");
    }
}

/* The fields' texts, in `texts` and as one. */
static const char *join_fields(const gathering *g, const af_kept_record *kept, const field_list *list,
                               const char **texts)
{
    const char *joined = "";
    for (int i = 0; i < list->count; i++) {
        texts[i] = af_copy_text(g->arena, field_text(g, kept, list->items[i]));
        joined = i ? af_joined_text(g->arena, joined, ", ", texts[i]) : texts[i];
    }
    return joined;
}

/* How many computes the Einsums of an input have, not scaled by instances (Mappings.n_computes of the
 * reference). `einsum` NULL: of all. */
static double computes_of(const af_results *results, const char *label, const char *einsum)
{
    af_json_reader reader = {0};
    double computes = 0;
    for (int i = 0; i < results->records.count; i++) {
        const af_kept_record *kept = &results->records.items[i];
        const af_json *einsums = af_json_at(kept->record.json, "einsums");
        for (int k = 0; kept->label == label && !strcmp(kept->record.type, "workload") &&
             k < af_json_count(einsums); k++)
            if (!einsum || !strcmp(af_json_string_or(&reader, af_json_item(einsums, k), "name", ""), einsum))
                computes += af_json_real_or(&reader, af_json_item(einsums, k), "n_computes", 0);
    }
    return computes;
}

static void note_input(gathering *g, const char *label)
{
    if (g->begun && g->label == label)
        return;
    g->begun = true;
    g->label = label;
    g->map = map_of(g->results, label, g->options->mapping);
    g->computes = computes_of(g->results, label, NULL);
}

static bool is_left_out(gathering *g, const af_kept_record *kept)
{
    if (!g->chosen)
        return false;
    const char *component = field_text(g, kept, COMPONENT);
    af_name_add(g->components, component);
    bool among = false;
    for (int i = 0; i < g->n_chosen; i++)
        among = among || !strcmp(g->chosen[i], component);
    return among != (g->options->keep != NULL);
}

static void add_record(gathering *g, const af_kept_record *kept, const char *value)
{
    af_json_reader reader = {0};
    bool left_out = is_left_out(g, kept);
    const char **texts = af_new_array(g->arena, const char *, N_FIELDS), *parts[N_FIELDS];
    double figure = af_json_real_or(&reader, kept->record.json, value, NAN);
    if (g->options->per_compute)
        figure /= g->options->per_einsum ? computes_of(g->results, g->label, field_text(g, kept, EINSUM))
                  : g->computes;
    g->all += isnan(figure) ? 0 : figure;
    if (left_out)
        return;
    g->shown += isnan(figure) ? 0 : figure;
    int bar = af_name_add(g->bars, join_fields(g, kept, &g->by, texts));
    int part = af_name_add(g->parts, join_fields(g, kept, &g->stack, parts));
    if (bar == g->keys.count)
        *af_push(g->arena, &g->keys) = texts;
    if (!isnan(figure))
        *af_push(g->arena, &g->cells) = (cell){bar, part, figure};
}

static const char **texts_of(const gathering *g, const af_names *names)
{
    const char **texts = af_new_array(g->arena, const char *, af_name_count(names) + 1);
    for (int i = 0; i < af_name_count(names); i++)
        texts[i] = af_name_text(names, i);
    return texts;
}

/* A name of --keep or --drop that no record has is a slip. */
static int check_components(const gathering *g, af_report *report)
{
    const char *option = g->options->keep ? "keep" : "drop";
    int count = af_name_count(g->components);
    const char **names = texts_of(g, g->components);
    for (int i = 0; count && i < g->n_chosen; i++)
        if (af_name_find(g->components, g->chosen[i]) < 0)
            return af_fail(report, AF_USAGE, AF_NOWHERE, NULL, "--%s %s: no such component%s", option,
                           g->chosen[i], af_meant(g->arena, g->chosen[i], names, count));
    if (count && !g->keys.count)
        return af_fail(report, AF_USAGE, AF_NOWHERE, NULL, "--%s leaves no component", option);
    return 0;
}

static int add_records(gathering *g, af_report *report)
{
    const af_results *results = g->results;
    for (int i = 0; i < results->records.count; i++) {
        note_input(g, results->records.items[i].label);
        for (int k = 0; k < 2 && g->source->types[k]; k++)
            if (is_wanted(g, &results->records.items[i], g->source->types[k]))
                add_record(g, &results->records.items[i], g->source->values[k]);
    }
    int64_t totals = af_results_count(results, "total");
    if (check_components(g, report))
        return -1;
    if (g->keys.count)
        return 0;
    if (totals && g->options->mapping >= totals)
        return af_fail(report, AF_USAGE, AF_NOWHERE, NULL,
                       "there is no mapping %lld: the input has %lld, 0 to %lld",
                       (long long)g->options->mapping, (long long)totals, (long long)totals - 1);
    return af_fail(report, AF_BAD_DATA, AF_NOWHERE, NULL, "no `%s` record to draw: %s makes them",
                   g->source->types[0], g->source->picture == AF_PICTURE_AREA ? "af-area" : "af-model");
}

/* ---- the bars */

static int color_of(af_names *components, const char *name, int otherwise)
{
    int known = af_name_find(components, name);
    return known >= 0 ? known : otherwise;
}

/* A component has the colour that it has in all pictures. */
static void choose_colors(af_bars *bars, const gathering *g)
{
    af_names *components = af_results_components(g->results, g->arena);
    int component = 0;
    while (component < g->by.count && g->by.items[component] != COMPONENT)
        component++;
    bars->colors = af_new_array(g->arena, int, bars->n_parts + 1);
    for (int k = 0; k < bars->n_parts; k++)
        bars->colors[k] = g->stack.bits >> COMPONENT & 1 ? color_of(components, bars->parts[k], k) : k;
    for (int i = 0; i < bars->bars.count; i++)
        if (component < g->by.count)
            bars->bars.items[i].color = color_of(components, bars->bars.items[i].fields[component], 0);
}

static void add_bars(af_bars *bars, const gathering *g)
{
    for (int i = 0; i < af_name_count(g->bars); i++) {
        af_bar *bar = af_push(g->arena, &bars->bars);
        *bar = (af_bar){.name = af_name_text(g->bars, i), .fields = g->keys.items[i]};
        bar->parts = af_new_array(g->arena, double, bars->n_parts + 1);
        for (int k = 0; k < bars->n_parts; k++)
            bar->parts[k] = NAN;
    }
    for (int i = 0; i < g->cells.count; i++) {
        af_bar *bar = &bars->bars.items[g->cells.items[i].bar];
        double *part = &bar->parts[g->cells.items[i].part], value = g->cells.items[i].value;
        *part = isnan(*part) ? value : *part + value;
        bar->total += value;
    }
}

static af_bars *bars_of(const gathering *g)
{
    af_bars *bars = af_new(g->arena, af_bars);
    *bars = (af_bars){.arena = g->arena, .options = g->options, .unit = g->source->unit, .stack = "",
                      .title = g->source->title, .n_fields = g->by.count, .n_parts = af_name_count(g->parts)};
    bool sums = g->chosen && g->source->picture != AF_PICTURE_LATENCY &&
        g->source->picture != AF_PICTURE_MEMORY;
    bars->shown = sums ? g->shown : NAN, bars->all = sums ? g->all : NAN;
    if (g->options->per_compute)
        bars->title = af_joined_text(g->arena, bars->title, " ", "per compute");
    bars->fields = af_new_array(g->arena, const char *, bars->n_fields);
    for (int i = 0; i < g->by.count; i++)
        bars->fields[i] = af_bar_field_names[g->by.items[i]];
    for (int i = 0; i < g->stack.count; i++)
        bars->stack = af_joined_text(g->arena, bars->stack, i ? ", " : "",
                                     af_bar_field_names[g->stack.items[i]]);
    bars->parts = texts_of(g, g->parts);
    add_bars(bars, g);
    choose_colors(bars, g);
    return bars;
}

static int by_value(const void *a, const void *b)
{
    const af_bar *x = a, *y = b;
    return x->total != y->total ? x->total < y->total ? 1 : -1 : strcmp(x->name, y->name);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const af_bar *)a)->name, ((const af_bar *)b)->name);
}

static void sort_bars(af_bars *bars, af_bar_order order)
{
    if (order != AF_BARS_AS_READ)
        qsort(bars->bars.items, (size_t)bars->bars.count, sizeof(af_bar),
              order == AF_BARS_BY_VALUE ? by_value : by_name);
}

const char *af_bars_shown(const af_bars *bars)
{
    bool raw = bars->options->raw_units;
    return isnan(bars->all) ? NULL
        : af_joined_text(bars->arena, af_people_number(bars->arena, bars->shown, bars->unit, raw), " of ",
                         af_people_number(bars->arena, bars->all, bars->unit, raw));
}

static void hide_zeros(af_bars *bars)
{
    int kept = 0;
    for (int i = 0; i < bars->bars.count; i++)
        if (bars->bars.items[i].total != 0)
            bars->bars.items[kept++] = bars->bars.items[i];
    bars->bars.count = kept;
}

af_bars *af_bars_of(const af_results *results, const af_draw_options *options, af_arena *arena,
                    af_report *report)
{
    gathering g = {.results = results, .options = options, .arena = arena, .bars = af_names_new(arena),
                   .parts = af_names_new(arena), .components = af_names_new(arena)};
    if (choose(&g, report) || add_records(&g, report))
        return NULL;
    af_bars *bars = bars_of(&g);
    if (options->hide_zeros)
        hide_zeros(bars);
    sort_bars(bars, options->order);
    return bars;
}
