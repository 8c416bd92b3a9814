/* A workload as lines of text, and as a graph for graphviz (80 sections A2, B5). */
#include "draw/label.h"
#include "draw/pictures.h"

#include <math.h>

static void add_equation(af_text *out, const af_cascade_einsum *einsum)
{
    for (int a = 0; a < einsum->n_accesses; a++) {
        bool last_output = einsum->accesses[a].output && a + 1 < einsum->n_accesses &&
            !einsum->accesses[a + 1].output;
        af_text_printf(out, "%s%s", einsum->accesses[a].text,
                       last_output ? " = " : a + 1 == einsum->n_accesses ? "" : einsum->accesses[a].output
                           ? ", " : " \xC3\x97 ");
    }
}

void af_cascade_text(af_text *out, const af_cascade *cascade)
{
    int width = 0;
    for (int e = 0; e < cascade->n_einsums; e++) {
        int cells = af_text_cells(af_label(cascade->arena, cascade->einsums[e].name));
        width = cells > width ? cells : width;
    }
    for (int e = 0; e < cascade->n_einsums; e++) {
        const af_cascade_einsum *einsum = &cascade->einsums[e];
        const char *name = af_label(cascade->arena, einsum->name);
        af_text_printf(out, "%s%*s  ", name, width - af_text_cells(name), "");
        add_equation(out, einsum);
        if (einsum->copy)
            af_text_puts(out, "  (copy)");
        else if (!isnan(einsum->computes))
            af_text_printf(out, "  %s computes", af_exact_number(cascade->arena, einsum->computes));
        af_text_puts(out, "\n");
    }
}

/* In quotes, as the language of graphviz has them. */
static void add_quoted(af_text *out, const char *prefix, const char *text)
{
    af_text_printf(out, "\"%s", prefix);
    for (; *text; text++)
        af_text_printf(out, *text == '"' || *text == '\\' ? "\\%c" : "%c", *text);
    af_text_puts(out, "\"");
}

static void add_node(af_text *out, const char *prefix, const char *name, const char *label, const char *style)
{
    af_text_puts(out, "  ");
    add_quoted(out, prefix, name);
    af_text_printf(out, " [%s, label=", style);
    add_quoted(out, "", label);
    af_text_puts(out, "];\n");
}

static void add_edge(af_text *out, const char *einsum, const char *tensor, bool output)
{
    af_text_puts(out, "  ");
    add_quoted(out, output ? "e_" : "t_", output ? einsum : tensor);
    af_text_puts(out, " -> ");
    add_quoted(out, output ? "t_" : "e_", output ? tensor : einsum);
    af_text_puts(out, ";\n");
}

void af_cascade_dot(af_text *out, const af_cascade *cascade)
{
    af_text_puts(out, "digraph workload {\n  rankdir=TB; ordering=out; nodesep=0.25; ranksep=0.3;\n"
                      "  node [fontname=\"DejaVu Sans Mono\", fontsize=11,\n"
                      "        style=filled, fillcolor=white];\n");
    for (int e = 0; e < cascade->n_einsums; e++) {
        const af_cascade_einsum *einsum = &cascade->einsums[e];
        af_text equation = {0};
        add_equation(&equation, einsum);
        add_node(out, "e_", einsum->name, af_format(cascade->arena, "%s\n%s", einsum->name, equation.bytes),
                 einsum->copy ? "shape=box, style=\"filled,dashed\", fillcolor=\"#eaf2fb\""
                     : "shape=box, fillcolor=\"#eaf2fb\"");
        af_text_free(&equation);
    }
    for (int t = 0; t < cascade->n_tensors; t++)
        add_node(out, "t_", cascade->tensors[t].name, cascade->tensors[t].name,
                 cascade->tensors[t].n_users > 1 ? "shape=oval, penwidth=2" : "shape=oval");
    for (int e = 0; e < cascade->n_einsums; e++)
        for (int a = 0; a < cascade->einsums[e].n_accesses; a++)
            add_edge(out, cascade->einsums[e].name,
                     cascade->tensors[cascade->einsums[e].accesses[a].tensor].name,
                     cascade->einsums[e].accesses[a].output);
    af_text_puts(out, "}\n");
}
