/* A mapping as a graph for graphviz, drawn as the reference draws it (80 section A1): the same nodes, labels,
 * fills and edges. A node is called by its path in the tree, so that the bytes depend on the mapping
 * alone. */
#include "draw/label.h"
#include "draw/pictures.h"

#include <string.h>

typedef struct graph {
    af_text *out, edges;
    af_arena *arena;
    const af_draw_options *options;
    int n_names; const char **names;         /* of tensors, sorted: they decide colours */
} graph;

/* ---- colours of tensors */

static void collect(const af_mapping_node *node, af_names *names)
{
    for (int i = 0; i < node->tensors.count; i++)
        af_name_add(names, node->tensors.names[i]);
    for (int i = 0; i < node->n_nodes; i++)
        collect(node->nodes[i], names);
}

static void sort_names(graph *g, const af_mapping_node *root)
{
    af_names *names = af_names_new(g->arena);
    collect(root, names);
    g->n_names = af_name_count(names);
    g->names = af_new_array(g->arena, const char *, g->n_names + 1);
    for (int i = 0; i < g->n_names; i++)
        g->names[i] = af_name_text(names, i);
    af_sort_texts(g->names, g->n_names);
}

/* Twelve colours, then as many hues as there are tensors. */
static const char *color_of(const graph *g, const char *tensor)
{
    static const char *const first[] = {"#FF0000", "#00FF00", "#0000FF", "#FFFF00", "#FF00FF", "#00FFFF",
                                        "#FF8000", "#8000FF", "#008000", "#800000", "#000080", "#808000"};
    int index = 0;
    while (index < g->n_names && strcmp(g->names[index], tensor))
        index++;
    if (index < 12)
        return first[index];
    double hue = (double)index / g->n_names * 6;
    int sector = (int)hue, up = (int)(255 * (hue - sector)), down = (int)(255 * (1 - (hue - sector)));
    const int levels[6][3] = {{255, up, 0},   {down, 255, 0}, {0, 255, up},
                              {0, down, 255}, {up, 0, 255},   {255, 0, down}};
    const int *c = levels[sector % 6];
    return af_format(g->arena, "#%02x%02x%02x", c[0], c[1], c[2]);
}

/* ---- labels */

/* "for m in [0..5) initial=3 shape=4", as far as it is known */
static const char *loop_label(const graph *g, const af_mapping_node *node)
{
    const char *label = node->kind == AF_NODE_SPATIAL
        ? af_format(g->arena, "S-%s-for ", node->dimension ? node->dimension : "?") : "for ";
    for (int i = 0; i < node->rank_variables.count; i++)
        label = af_joined_text(g->arena, label, i ? "," : "", node->rank_variables.names[i]);
    const struct { const char *before, *after; double value; bool shown; } parts[] = {
        {" in [0..", ")", node->n_iterations, true},
        {" initial=", "", node->initial_tile_shape, true},
        {" shape=", "", node->tile_shape, !g->options->no_tile_shape}};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (parts[i].value > 0 && parts[i].shown)
            label = af_format(g->arena, "%s%s%s%s", label, parts[i].before,
                              af_exact_number(g->arena, parts[i].value), parts[i].after);
    return label;
}

/* A row of cells: who holds, and what, each tensor in a frame of its colour. */
static void add_table(graph *g, const af_mapping_node *node, const char *what)
{
    af_text_puts(g->out, "<<TABLE BORDER=\"0\" CELLBORDER=\"0\" CELLSPACING=\"0\">"
                         "<TR><TD ALIGN=\"CENTER\">");
    af_add_escaped(g->out, node->component ? node->component : "?");
    af_text_printf(g->out, " %s</TD>", what);
    for (int i = 0; i < node->tensors.count; i++) {
        af_text_printf(g->out, "<TD ALIGN=\"CENTER\" BORDER=\"5\" COLOR=\"%s\">",
                       color_of(g, node->tensors.names[i]));
        af_add_escaped(g->out, node->tensors.names[i]);
        af_text_puts(g->out, "</TD>");
    }
    af_text_puts(g->out, "</TR></TABLE>>");
}

typedef struct look { const char *shape, *fill, *holds; } look;      /* holds: what it says of its tensors */
static const look looks[] = {
    [AF_NODE_TEMPORAL] = {"box", "#FCC2FC", NULL},
    [AF_NODE_SPATIAL] = {"box", "#FCC2FC", NULL},
    [AF_NODE_STORAGE] = {"cylinder", "#D7FCD7", "reuses"},
    [AF_NODE_TOLL] = {"rarrow", "#FFCC99", "passes"},
    [AF_NODE_COMPUTE] = {"ellipse", "#E0EEFF", NULL},
    [AF_NODE_SEQUENTIAL] = {"hexagon", "#FFFFE0", NULL},
    [AF_NODE_PIPELINE] = {"hexagon", "#FFFFE0", NULL},
    [AF_NODE_SPLIT] = {"hexagon", "#FFFFE0", NULL},
    [AF_NODE_RESERVATION] = {"component", "#E8E8E8", "reserved for"},
    [AF_NODE_TEXT_BOX] = {"none", "white", NULL},
};

static const char *label_of(const graph *g, const af_mapping_node *node)
{
    if (node->text)
        return node->text;
    switch (node->kind) {
    case AF_NODE_TEMPORAL:
    case AF_NODE_SPATIAL: return loop_label(g, node);
    case AF_NODE_COMPUTE:
        return af_format(g->arena, "%s computes %s", node->component ? node->component : "?",
                         node->einsum ? node->einsum : "?");
    case AF_NODE_TEXT_BOX: return "";
    default: return "Split";
    }
}

/* ---- nodes and edges */

static void add_node(graph *g, const af_mapping_node *node, const char *id, const char *above)
{
    const look *look = &looks[node->kind];
    af_text_printf(g->out, "  \"%s\" [label=", id);
    if (look->holds && !node->text)
        add_table(g, node, look->holds);
    else
        af_add_quoted(g->out, label_of(g, node));
    af_text_printf(g->out, ", shape=%s, fillcolor=\"%s\"];\n", look->shape, look->fill);
    if (above)
        af_text_printf(&g->edges, "  \"%s\" -- \"%s\";\n", above, id);
}

static bool is_split(const af_mapping_node *node)
{
    return node->kind == AF_NODE_SEQUENTIAL || node->kind == AF_NODE_PIPELINE || node->kind == AF_NODE_SPLIT;
}

static const char *add_any(graph *g, const af_mapping_node *node, const char *id, const char *above);

/* Each stands under the one before, the first under `above`, NULL: nothing. Returns what comes next stands
 * under. */
static const char *add_chain(graph *g, const af_mapping_node *parent, const char *id, const char *above)
{
    for (int i = 0; i < parent->n_nodes; i++)
        above = add_any(g, parent->nodes[i], af_numbered_text(g->arena, id, ".", i), above);
    return above;
}

/* All branches of a split stand under it, and nothing follows it. */
static const char *add_any(graph *g, const af_mapping_node *node, const char *id, const char *above)
{
    if (node->kind == AF_NODE_NESTED || node->kind == AF_NODE_MAPPING)
        return add_chain(g, node, id, above);
    add_node(g, node, id, above);
    if (!is_split(node))
        return id;
    for (int i = 0; i < node->n_nodes; i++)
        add_any(g, node->nodes[i], af_numbered_text(g->arena, id, ".", i), id);
    return NULL;
}

void af_dot_begin(af_text *out, const char *name, const char *title)
{
    af_text_printf(out, "graph %s {\n  rankdir=TB; ranksep=0.1;\n"
                        "  node [shape=box, fontname=Arial, fontsize=12, style=filled, margin=0.05];\n"
                        "  edge [fontname=Arial, fontsize=10];\n", name);
    if (!title)
        return;
    af_text_puts(out, "  label=");
    af_add_quoted(out, title);
    af_text_puts(out, "; labelloc=t;\n");
}

void af_mapping_dot(af_text *out, const af_mapping_facts *facts, const af_draw_options *options,
                    af_arena *arena)
{
    graph g = {.out = out, .arena = arena, .options = options};
    sort_names(&g, facts->tree);
    af_dot_begin(out, "mapping", options->title ? options->title : facts->title);
    add_chain(&g, facts->tree, "n0", NULL);
    af_text_puts(out, g.edges.bytes ? g.edges.bytes : "");
    af_text_free(&g.edges);
    af_text_puts(out, "}\n");
}
