/* An architecture as nested blocks (80 section B6): the rows of a mapping's picture, where what is repeated
 * in space stands inside of its fanout, and a Fork beside what comes after it. */
#include "draw/label.h"
#include "draw/pictures.h"

#include <math.h>
#include <string.h>

typedef af_list(af_row *) row_list;
typedef struct view { af_rows *rows; const af_json *costs; } view;      /* costs: of the `einsum` record;
                                                                           NULL: not known */

static af_row *new_row(const view *v, af_row_kind kind)
{
    af_row *row = af_new(v->rows->arena, af_row);
    *row = (af_row){.kind = kind, .id = v->rows->count++, .color = -1, .text = "", .usage = NAN,
                    .n_alike = 1};
    return row;
}

static void set_children(af_row *row, const row_list *list)
{
    row->children = list->items;
    row->n_children = list->count;
}

static bool is_type(const af_json *node, const char *type)
{
    af_json_reader reader = {0};
    return !strcmp(af_json_string_or(&reader, node, "type", ""), type);
}

/* ---- one node */

/* A number with its unit, an expression as it stands. NULL: nothing. */
static const char *figure(const view *v, const af_json *object, const char *key, const char *unit)
{
    const af_json *value = af_json_at(object, key);
    af_json_reader reader = {0};
    const char *text = af_json_is_string(value) ? af_json_as_string(&reader, value, key)
                       : af_json_string_or(&reader, value, "e", NULL);
    if (text)
        return af_label(v->rows->arena, text);
    return af_json_is_number(value)
        ? af_people_number(v->rows->arena, af_json_as_real(&reader, value, key), unit,
                                                       v->rows->options->raw_units) : NULL;
}

static const af_json *cost_of(const view *v, const char *component)
{
    af_json_reader reader = {0};
    for (int i = 0; i < af_json_count(v->costs); i++)
        if (!strcmp(af_json_string_or(&reader, af_json_item(v->costs, i), "component", ""), component))
            return af_json_item(v->costs, i);
    return NULL;
}

static const char *add_note(const view *v, const char *note, const char *what, const char *text)
{
    return text ? af_format(v->rows->arena, "%s%s%s%s", note ? note : "", note ? " \xC2\xB7 " : "", what,
                            text) : note;
}

static const char *note_of(const view *v, const af_json *node, const char *component)
{
    const af_json *cost = cost_of(v, component);
    const char *note = add_note(v, NULL, "", figure(v, node, "size", "bit"));
    note = add_note(v, note, "", figure(v, cost, "total_area", "m2"));
    note = add_note(v, note, "leaks ", figure(v, cost, "total_leak_power", "W"));
    return note;
}

/* Energy and throughput of each action, for a tooltip. */
static const char *detail_of(const view *v, const char *component)
{
    af_json_reader reader = {0};
    const af_json *actions = af_json_at(cost_of(v, component), "actions");
    const char *detail = NULL;
    for (int i = 0; i < af_json_count(actions); i++) {
        const af_json *action = af_json_item(actions, i);
        const char *energy = figure(v, action, "energy", "J"),
            *throughput = figure(v, action, "throughput", "");
        detail = af_format(v->rows->arena, "%s%s%s: %s, %s a second", detail ? detail : "",
                           detail ? "; " : "",
                           af_json_string_or(&reader, action, "name", "?"), energy ? energy : "?",
                           throughput ? throughput : "?");
    }
    return detail;
}

static af_row *row_of(const view *v, const af_json *node)
{
    af_json_reader reader = {0};
    const char *name = af_json_string_or(&reader, node, "name", "?"),
        *type = af_json_string_or(&reader, node, "type", "");
    bool enabled = af_json_bool_or(&(af_json_reader){0}, node, "enabled", true);
    af_row *row = new_row(v, !strcmp(type, "Toll") ? AF_ROW_TOLL : AF_ROW_STORAGE);
    row->component = af_label(v->rows->arena, name);
    row->color = af_name_find(v->rows->components, name);
    row->text = af_format(v->rows->arena, "%s%s", af_label(v->rows->arena, type),
                          enabled ? "" : ", not enabled");
    row->note = note_of(v, node, name);
    row->detail = detail_of(v, name);
    return row;
}

/* ---- many */

static void add_nodes(const view *v, row_list *list, const af_json *nodes, int from);

/* What stands side by side: a Fork and the rest, an Array's nodes. */
static af_row *branch_of(const view *v, const char *text, const af_json *nodes, int from)
{
    af_row *branch = new_row(v, AF_ROW_BRANCH);
    row_list list = {0};
    branch->text = text;
    add_nodes(v, &list, nodes, from);
    set_children(branch, &list);
    return branch;
}

static void add_split(const view *v, row_list *list, const char *text, const row_list *branches)
{
    af_row *split = new_row(v, AF_ROW_SPLIT);
    set_children(split, branches);
    split->sequence = "fork";
    split->text = text;
    *af_push(v->rows->arena, list) = split;
}

static void add_fork(const view *v, row_list *list, const af_json *nodes, int at)
{
    row_list branches = {0};
    *af_push(v->rows->arena, &branches) =
        branch_of(v, "Fork", af_json_at(af_json_item(nodes, at), "nodes"), 0);
    if (at + 1 < af_json_count(nodes))
        *af_push(v->rows->arena, &branches) = branch_of(v, "and on", nodes, at + 1);
    add_split(v, list, branches.count > 1 ? "side by side" : "", &branches);
}

static void add_array(const view *v, row_list *list, const af_json *array)
{
    row_list branches = {0};
    *af_push(v->rows->arena, &branches) = branch_of(v, "Array", af_json_at(array, "nodes"), 0);
    add_split(v, list, "", &branches);
}

/* A block for each dimension of a fanout; returns the list inside of the innermost. */
static row_list *open_fanouts(const view *v, row_list *list, const af_json *node, af_row **innermost)
{
    af_json_reader reader = {0};
    const af_json *spatial = af_json_at(node, "spatial");
    for (int i = 0; i < af_json_count(spatial); i++) {
        const af_json *dimension = af_json_item(spatial, i);
        const char *fanout = figure(v, dimension, "fanout", "");
        af_row *row = new_row(v, AF_ROW_SPATIAL);
        row->text = af_format(v->rows->arena, "%s \xC3\x97 %s", fanout ? fanout : "?",
                              af_label(v->rows->arena, af_json_string_or(&reader, dimension, "name", "?")));
        *af_push(v->rows->arena, list) = row;
        if (*innermost)
            set_children(*innermost, list);
        *innermost = row;
        list = af_new(v->rows->arena, row_list);
    }
    return list;
}

/* From the from-th node on. A node's fanout holds for the node and for all that follow. */
static void add_nodes(const view *v, row_list *list, const af_json *nodes, int from)
{
    row_list *inner = list;
    af_row *innermost = NULL;
    for (int i = from; i < af_json_count(nodes); i++) {
        const af_json *node = af_json_item(nodes, i);
        inner = open_fanouts(v, inner, node, &innermost);
        if (is_type(node, "Fork")) {
            add_fork(v, inner, nodes, i);
            break;
        }
        if (is_type(node, "Array"))
            add_array(v, inner, node);
        else if (af_json_count(af_json_at(node, "nodes")))
            add_nodes(v, inner, af_json_at(node, "nodes"), 0);
        else
            *af_push(v->rows->arena, inner) = row_of(v, node);
        if (innermost)
            set_children(innermost, inner);
    }
    if (innermost)
        set_children(innermost, inner);
}

static void add_total(af_mapping_facts *facts, const view *v, const char *name, const char *key)
{
    af_json_reader reader = {0};
    double total = 0;
    for (int i = 0; i < af_json_count(v->costs); i++)
        total += af_json_real_or(&reader, af_json_item(v->costs, i), key, NAN);
    if (v->costs && !isnan(total))
        *af_push(v->rows->arena, &facts->metrics) = (af_metric_facts){name, total};
}

int af_arch_picture(af_text *out, const af_results *results, const af_draw_options *options, af_arena *arena,
                    af_report *report)
{
    const af_kept_record *source = af_results_record(results, "einsum", 0);
    const af_json *costs = source ? af_json_at(source->record.json, "costs") : NULL;
    if (!source)
        source = af_results_record(results, "spec", 0);
    const af_json *arch = source ? af_json_at(source->record.json, "arch") : NULL;
    if (!af_json_count(af_json_at(arch, "nodes")))
        return af_fail(report, AF_BAD_DATA, AF_NOWHERE, NULL, "no architecture to draw: af-parse reads one");
    if (options->format == AF_DRAW_DOT) {
        af_arch_dot(out, arch, options, arena);
        return 0;
    }
    af_mapping_facts *facts = af_new(arena, af_mapping_facts);
    *facts = (af_mapping_facts){.title = "Architecture", .results = results, .id = -1};
    af_rows *rows = af_new(arena, af_rows);
    *rows = (af_rows){.arena = arena, .facts = facts, .options = options, .tensors = af_names_new(arena),
                      .components = af_results_components(results, arena)};
    view v = {rows, costs};
    add_total(facts, &v, "area", "total_area");
    add_total(facts, &v, "leak_power", "total_leak_power");
    rows->root = new_row(&v, AF_ROW_LIST);
    row_list list = {0};
    add_nodes(&v, &list, af_json_at(arch, "nodes"), 0);
    set_children(rows->root, &list);
    return options->format == AF_DRAW_TEXT ? af_mapping_text(out, rows, report)
        : af_mapping_svg(out, rows, report);
}
