/* An architecture as a graph for graphviz, drawn as the reference draws it (80 section A3), but that all
 * that is in an Array stands under it. */
#include "draw/label.h"
#include "draw/pictures.h"

#include <string.h>

typedef struct graph { af_text *out, edges; af_arena *arena; } graph;

static const char *text_at(const af_json *node, const char *key)
{
    af_json_reader reader = {0};
    return af_json_string_or(&reader, node, key, "");
}

/* A number, or an expression as it is written. */
static const char *value_at(const graph *g, const af_json *node, const char *key)
{
    const af_json *value = af_json_at(node, key);
    af_json_reader reader = {0};
    if (af_json_is_number(value))
        return af_exact_number(g->arena, af_json_as_real(&reader, value, key));
    return af_json_is_string(value) ? af_json_as_string(&reader, value, key) : text_at(value, "e");
}

typedef struct look { const char *type, *shape, *fill; } look;
static const look looks[] = {
    {"Memory", "cylinder", "#D7FCD7"}, {"Toll", "rarrow", "#FFCC99"},   {"Compute", "ellipse", "#E0EEFF"},
    {"Network", "Msquare", "#FAF8C8"}, {"Container", "box", "#FCC2FC"}, {"Array", "box", "#FCC2FC"},
};
enum { N_LOOKS = sizeof looks / sizeof *looks };

/* "[4× Z, 2× X]" on a line of its own; nothing if there is no fanout. */
static const char *fanouts_of(const graph *g, const af_json *node)
{
    const af_json *spatial = af_json_at(node, "spatial");
    const char *text = "";
    for (int i = 0; i < af_json_count(spatial); i++)
        text = af_format(g->arena, "%s%s%s\xC3\x97 %s", text, i ? ", " : "\n[",
                         value_at(g, af_json_item(spatial, i), "fanout"),
                         text_at(af_json_item(spatial, i), "name"));
    return *text ? af_joined_text(g->arena, text, "]", "") : text;
}

static const look *look_of(const char *type)
{
    for (int i = 0; i < N_LOOKS; i++)
        if (!strcmp(looks[i].type, type))
            return &looks[i];
    return &looks[4];                        /* a record that somebody made: a box */
}

static void add_node(graph *g, const af_json *node, const char *id, const char *above, bool inside)
{
    const char *type = text_at(node, "type"), *size = value_at(g, node, "size");
    const look *look = look_of(type);
    bool array = !strcmp(type, "Array"), memory = !strcmp(type, "Memory");
    af_text_printf(g->out, "  \"%s\" [label=", id);
    af_add_quoted(g->out, af_format(g->arena, "%s%s%s%s", array ? "Array" : text_at(node, "name"),
                                    memory ? " with size " : "", memory ? size : "", fanouts_of(g, node)));
    af_text_printf(g->out, ", shape=%s, fillcolor=\"%s\"];\n", look->shape, look->fill);
    if (above)
        af_text_printf(&g->edges, "  \"%s\" -- \"%s\"%s;\n", above, id, inside ? " [style=dashed]" : "");
}

/* Nodes one under the other, the first under `above`, NULL: nothing; nothing stands under a Compute. Returns
 * what comes next stands under. `inside`: of an Array, under which all stand. */
static const char *add_nodes(graph *g, const af_json *nodes, const char *path, const char *above, bool inside)
{
    for (int i = 0; i < af_json_count(nodes); i++) {
        const af_json *node = af_json_item(nodes, i), *inner = af_json_at(node, "nodes");
        const char *type = text_at(node, "type"), *id = af_numbered_text(g->arena, path, ".", i);
        if (!strcmp(type, "Hierarchical")) {
            above = add_nodes(g, inner, id, above, inside);
        } else if (!strcmp(type, "Fork")) {
            add_nodes(g, inner, id, above, inside);
        } else {
            add_node(g, node, id, above, inside);
            add_nodes(g, inner, id, id, true);
            above = inside || !strcmp(type, "Compute") ? above : id;
        }
    }
    return above;
}

void af_arch_dot(af_text *out, const af_json *arch, const af_draw_options *options, af_arena *arena)
{
    graph g = {.out = out, .arena = arena};
    af_dot_begin(out, "architecture", options->title);
    add_nodes(&g, af_json_at(arch, "nodes"), "n0", NULL, false);
    af_text_puts(out, g.edges.bytes ? g.edges.bytes : "");
    af_text_free(&g.edges);
    af_text_puts(out, "}\n");
}
