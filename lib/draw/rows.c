/* A LoopTree as nested rows (80 section B4.2). */
#include "draw/rows.h"
#include "draw/label.h"

#include <math.h>
#include <string.h>

typedef af_list(const af_mapping_node *) node_list;
typedef af_list(af_row *) row_list;

/* ---- what the tree says about tensors and Einsums */

static bool has_nodes(const af_mapping_node *node)
{
    return node->kind == AF_NODE_NESTED || node->kind == AF_NODE_SEQUENTIAL ||
           node->kind == AF_NODE_PIPELINE || node->kind == AF_NODE_SPLIT || node->kind == AF_NODE_MAPPING;
}

/* Names in order of appearance: they decide colours where no architecture does. */
static void collect_names(af_rows *rows, const af_mapping_node *node)
{
    if (node->component && node->kind != AF_NODE_SPATIAL)
        af_name_add(rows->components, node->component);
    for (int i = 0; i < node->tensors.count; i++)
        af_name_add(rows->tensors, node->tensors.names[i]);
    for (int i = 0; i < node->n_nodes; i++)
        collect_names(rows, node->nodes[i]);
}

static void collect_einsums(const af_mapping_node *node, af_arena *arena, node_list *computes)
{
    if (node->kind == AF_NODE_COMPUTE)
        *af_push(arena, computes) = node;
    for (int i = 0; i < node->n_nodes; i++)
        collect_einsums(node->nodes[i], arena, computes);
}

static const af_json *workload_accesses(const af_results *results, int einsum)
{
    const af_kept_record *workload = af_results_record(results, "workload", 0);
    return workload ? af_json_at(af_json_item(af_json_at(workload->record.json, "einsums"), einsum),
                                 "tensor_accesses")
                    : NULL;
}

/* Whether two Einsums or more use a tensor, as far as the workload is known. */
static bool is_shared(const af_mapping_facts *facts, const char *tensor)
{
    af_json_reader reader = {0};
    int users = 0;
    for (int e = 0; e < facts->n_einsums; e++) {
        const af_json *accesses = workload_accesses(facts->results, e);
        for (int i = 0; i < af_json_count(accesses); i++)
            if (!strcmp(af_json_string_or(&reader, af_json_item(accesses, i), "name", ""), tensor)) {
                users++;
                break;
            }
    }
    return users > 1;
}

/* ---- texts of rows */

static const char *joined(af_arena *arena, const af_name_list *names)
{
    const char *text = names->count ? names->names[0] : "?";
    for (int i = 1; i < names->count; i++)
        text = af_format(arena, "%s,%s", text, names->names[i]);
    return af_label(arena, text);
}

static const char *tile_note(const af_rows *rows, const af_mapping_node *loop)
{
    af_arena *arena = rows->arena;
    if (rows->options->no_tile_shape || loop->tile_shape == 0)
        return NULL;
    const char *tile = af_people_number(arena, loop->tile_shape, "", false);
    if (loop->initial_tile_shape != 0 && loop->initial_tile_shape != loop->tile_shape)
        return af_format(arena, "first %s, tile %s",
                         af_people_number(arena, loop->initial_tile_shape, "", false), tile);
    return af_format(arena, "tile %s", tile);
}

static bool contains(const af_name_list *names, const char *name)
{
    for (int i = 0; i < names->count; i++)
        if (!strcmp(names->names[i], name))
            return true;
    return false;
}

static const char *both_figures(const af_rows *rows, double energy, double latency)
{
    af_arena *arena = rows->arena;
    bool raw = rows->options->raw_units;
    const char *first = isnan(energy) ? NULL : af_people_number(arena, energy, "J", raw);
    const char *second = isnan(latency) ? NULL : af_people_number(arena, latency, "s", raw);
    return first && second ? af_format(arena, "%s\xC2\xA0\xC2\xA0%s", first, second) : first ? first : second;
}

/* ---- rows */

static af_row *new_row(af_rows *rows, af_row_kind kind)
{
    af_row *row = af_new(rows->arena, af_row);
    *row = (af_row){.kind = kind, .id = rows->count++, .color = -1, .text = "", .usage = NAN, .n_alike = 1};
    return row;
}

static void set_component(af_rows *rows, af_row *row, const char *component)
{
    row->component = af_label(rows->arena, component ? component : "?");
    row->color = component ? af_name_find(rows->components, component) : -1;
}

static void add_chip(af_rows *rows, af_row *row, const af_mapping_node *node, const char *tensor)
{
    for (int i = 0; i < row->n_chips; i++)
        if (!strcmp(af_name_text(rows->tensors, row->chips[i].tensor), tensor))
            return;
    af_chip *chips = af_new_array(rows->arena, af_chip, row->n_chips + 1);
    if (row->n_chips)
        memcpy(chips, row->chips, sizeof *chips * (size_t)row->n_chips);
    chips[row->n_chips++] = (af_chip){.name = af_label(rows->arena, tensor),
                                      .tensor = af_name_find(rows->tensors, tensor),
                                      .shared = is_shared(rows->facts, tensor),
                                      .persistent = node->persistent,
                                      .backing = contains(&node->backing, tensor)};
    row->chips = chips;
    double usage = node->kind == AF_NODE_STORAGE && rows->options->reservations != AF_RESERVATION_NONE
                       ? af_tensor_usage(rows->facts, node->component, tensor) : NAN;
    if (usage > 0)
        row->usage = (isnan(row->usage) ? 0 : row->usage) + usage;
}

static double peak_usage(const af_mapping_facts *facts, const char *component)
{
    for (int i = 0; i < facts->usages.count; i++)
        if (!strcmp(facts->usages.items[i].component, component))
            return facts->usages.items[i].usage;
    return 1;
}

/* Tensors of one holder need not be there at the same time: a sum above the memory's peak
 * says nothing and is not shown. */
static void add_chips(af_rows *rows, af_row *row, const af_mapping_node *node)
{
    for (int i = 0; i < node->tensors.count; i++)
        add_chip(rows, row, node, node->tensors.names[i]);
    if (row->usage > peak_usage(rows->facts, node->component) * (1 + 1e-9))
        row->usage = NAN;
    row->note = isnan(row->usage) ? NULL : af_people_share(rows->arena, row->usage);
}

static void add_holder(af_rows *rows, row_list *out, const af_mapping_node *node)
{
    af_row_kind kind = node->kind == AF_NODE_TOLL      ? AF_ROW_TOLL
                       : node->kind == AF_NODE_STORAGE ? AF_ROW_STORAGE
                                                       : AF_ROW_RESERVATION;
    af_row *last = out->count ? out->items[out->count - 1] : NULL;
    if (kind == AF_ROW_RESERVATION && rows->options->reservations != AF_RESERVATION_ROWS)
        return;
    if (last && last->kind == kind &&
        !strcmp(last->component, af_label(rows->arena, node->component ? node->component : "?"))) {
        add_chips(rows, last, node);
        return;
    }
    af_row *row = *af_push(rows->arena, out) = new_row(rows, kind);
    set_component(rows, row, node->component);
    row->text = kind == AF_ROW_TOLL ? "passes" : kind == AF_ROW_RESERVATION ? "reserved" : "";
    add_chips(rows, row, node);
}

static af_row *loop_row(af_rows *rows, const af_mapping_node *node)
{
    bool spatial = node->kind == AF_NODE_SPATIAL;
    af_row *row = new_row(rows, spatial ? AF_ROW_SPATIAL : AF_ROW_TEMPORAL);
    af_arena *arena = rows->arena;
    const char *variables = joined(arena, &node->rank_variables);
    const char *count = node->n_iterations > 0 ? af_exact_number(arena, node->n_iterations) : NULL;
    row->badge = count ? af_format(arena, "\xC3\x97%s", count) : NULL;
    row->text = af_format(arena, "%s %s%s%s", spatial ? "par" : "for", variables, count ? " in 0.." : "",
                          count ? count : "");
    if (spatial)
        row->text = af_format(arena, "%s on %s%s%s", row->text,
                              af_label(arena, node->component ? node->component : "?"),
                              node->dimension ? "." : "",
                              node->dimension ? af_label(arena, node->dimension) : "");
    row->note = tile_note(rows, node);
    return row;
}

static void add_compute(af_rows *rows, row_list *out, const af_mapping_node *node, bool alone)
{
    af_row *row = *af_push(rows->arena, out) = new_row(rows, AF_ROW_COMPUTE);
    const af_einsum_facts *einsum = af_find_einsum_facts(rows->facts, node->einsum);
    set_component(rows, row, node->component);
    row->text = af_label(rows->arena, node->einsum ? node->einsum : "?");
    row->detail = einsum ? einsum->equation : NULL;
    if (einsum && alone)
        row->note = both_figures(rows, einsum->energy, einsum->latency);
}

static void add_text(af_rows *rows, row_list *out, const af_mapping_node *node)
{
    for (const char *line = node->text; line; line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL) {
        af_row *row = *af_push(rows->arena, out) = new_row(rows, AF_ROW_TEXT);
        size_t length = strcspn(line, "\n");
        row->text = af_label(rows->arena, af_copy_slice(rows->arena, line, length));
    }
}

/* Nested lists are one list. */
static void splice(af_arena *arena, const af_mapping_node *node, node_list *out)
{
    if (node->kind != AF_NODE_NESTED && node->kind != AF_NODE_MAPPING) {
        *af_push(arena, out) = node;
        return;
    }
    for (int i = 0; i < node->n_nodes; i++)
        splice(arena, node->nodes[i], out);
}

static void set_children(af_row *row, const row_list *list)
{
    row->n_children = list->count;
    row->children = list->items;
}

static void add_rows(af_rows *rows, row_list *out, af_mapping_node const *const *nodes, int count,
                     bool alone);

/* The Einsums of a branch: "Q", "Q, K", "Q … FFB (10)". */
static const char *branch_name(af_arena *arena, const node_list *computes)
{
    const char *text = computes->count ? computes->items[0]->einsum : "(nothing)";
    const char *last = computes->count ? computes->items[computes->count - 1]->einsum : NULL;
    if (computes->count > 3)
        return af_format(arena, "%s \xE2\x80\xA6 %s (%d)", af_shorten(arena, text, 24),
                         af_shorten(arena, last, 24), computes->count);
    for (int i = 1; i < computes->count; i++)
        text = af_format(arena, "%s, %s", text, computes->items[i]->einsum);
    return af_label(arena, text);
}

static af_row *branch_row(af_rows *rows, const af_mapping_node *node)
{
    node_list computes = {0}, nodes = {0};
    row_list children = {0};
    af_row *row = new_row(rows, AF_ROW_BRANCH);
    collect_einsums(node, rows->arena, &computes);
    double energy = 0, latency = 0;
    for (int i = 0; i < computes.count; i++) {
        const af_einsum_facts *einsum = af_find_einsum_facts(rows->facts, computes.items[i]->einsum);
        energy += einsum ? einsum->energy : NAN;
        latency += einsum ? einsum->latency : NAN;
    }
    row->text = branch_name(rows->arena, &computes);
    row->note = both_figures(rows, computes.count ? energy : NAN, computes.count ? latency : NAN);
    splice(rows->arena, node, &nodes);
    add_rows(rows, &children, (af_mapping_node const *const *)nodes.items, nodes.count, computes.count > 1);
    set_children(row, &children);
    return row;
}

static void add_split(af_rows *rows, row_list *out, const af_mapping_node *node)
{
    row_list branches = {0};
    af_row *row = *af_push(rows->arena, out) = new_row(rows, AF_ROW_SPLIT);
    for (int i = 0; i < node->n_nodes; i++)
        *af_push(rows->arena, &branches) = branch_row(rows, node->nodes[i]);
    row->sequence = node->kind == AF_NODE_PIPELINE ? "pipeline"
                    : node->kind == AF_NODE_SPLIT  ? "split"
                                                   : "sequential";
    row->text = af_format(rows->arena, "%s, %d branch%s", row->sequence, node->n_nodes,
                          node->n_nodes == 1 ? "" : "es");
    set_children(row, &branches);
}

static void add_rows(af_rows *rows, row_list *out, af_mapping_node const *const *nodes, int count, bool alone)
{
    for (int i = 0; i < count; i++) {
        const af_mapping_node *node = nodes[i];
        if (node->text)
            add_text(rows, out, node);
        else if (af_is_split_node(node))
            add_split(rows, out, node);
        else if (node->kind == AF_NODE_COMPUTE)
            add_compute(rows, out, node, alone);
        else if (af_is_loop_node(node)) {
            row_list body = {0};
            af_row *row = *af_push(rows->arena, out) = loop_row(rows, node);
            add_rows(rows, &body, nodes + i + 1, count - i - 1, alone);
            set_children(row, &body);
            return;
        } else if (!has_nodes(node))
            add_holder(rows, out, node);
    }
}

af_rows *af_rows_of(const af_mapping_facts *facts, const af_draw_options *options, af_arena *arena)
{
    af_rows *rows = af_new(arena, af_rows);
    node_list nodes = {0};
    row_list list = {0};
    *rows = (af_rows){.arena = arena, .facts = facts, .options = options, .tensors = af_names_new(arena),
                      .components = af_results_components(facts->results, arena)};
    collect_names(rows, facts->tree);
    rows->root = new_row(rows, AF_ROW_LIST);
    splice(arena, facts->tree, &nodes);
    add_rows(rows, &list, (af_mapping_node const *const *)nodes.items, nodes.count, true);
    set_children(rows->root, &list);
    return rows;
}

/* ---- branches that are alike */

static bool same_text(const char *a, const char *b)
{
    return a && b ? !strcmp(a, b) : a == b;
}

/* Equal but for the names of tensors, rank variables and Einsums. */
static bool alike(const af_row *a, const af_row *b)
{
    bool same = a->kind == b->kind && a->n_chips == b->n_chips && a->n_children == b->n_children &&
                same_text(a->component, b->component) && same_text(a->badge, b->badge) &&
                (a->kind == AF_ROW_BRANCH || a->kind == AF_ROW_COMPUTE || same_text(a->note, b->note));
    for (int i = 0; same && i < a->n_children; i++)
        same = alike(a->children[i], b->children[i]);
    return same;
}

static void collapse_branches(af_rows *rows, af_row *split)
{
    int kept = 0;
    for (int i = 0; i < split->n_children;) {
        af_row *first = split->children[i];
        int run = 1;
        while (i + run < split->n_children && alike(first, split->children[i + run]))
            run++;
        if (run > 1) {
            const af_row *last = split->children[i + run - 1];
            for (int k = 0; k < run; k++)
                first->detail = af_format(rows->arena, "%s%s%s", k ? first->detail : "", k ? ", " : "",
                                          split->children[i + k]->text);
            first->text = af_format(rows->arena, "%s \xE2\x80\xA6 %s (%d alike)", first->text, last->text,
                                    run);
            first->n_alike = run;
        }
        split->children[kept++] = first;
        i += run;
    }
    split->n_children = kept;
}

static void collapse(af_rows *rows, af_row *row)
{
    if (row->kind == AF_ROW_SPLIT)
        collapse_branches(rows, row);
    for (int i = 0; i < row->n_children; i++)
        collapse(rows, row->children[i]);
}

void af_collapse_alike(af_rows *rows)
{
    collapse(rows, rows->root);
}
