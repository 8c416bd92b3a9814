/* A user's filter over the rows of groups: an expression of which the columns of a row are the names. */
#include "pmap/problem.h"

#include <math.h>

struct af_row_filter {
    const af_einsum *einsum;
    const af_expression *expression;
    const bool *tracked;                     /* per node: do rows know how much of it they use? */
};

typedef struct filtering { const af_row_filter *filter; af_arena *arena; af_report *report; } filtering;

/* ---- columns */

/* Those of rows, if one of the metrics is asked for */
static const struct { const char *name; int metrics; } objectives[] = {
    {"latency",              AF_LATENCY | AF_ENERGY_DELAY_PRODUCT},
    {"energy",               AF_ENERGY | AF_ENERGY_DELAY_PRODUCT},
    {"dynamic_energy",       AF_DYNAMIC_ENERGY},
    {"leak_energy",          AF_LEAK_ENERGY},
    {"energy_delay_product", AF_LATENCY | AF_ENERGY | AF_ENERGY_DELAY_PRODUCT},
};
static const char *const others[] = {"bits", "usage", "memories", "iterations", "template", "einsum"};

static bool has_objective(const af_einsum *e, int column)
{
    bool both = (e->mapper.metrics & AF_ENERGY_DELAY_PRODUCT) ||
                ((e->mapper.metrics & AF_LATENCY) && (e->mapper.metrics & AF_ENERGY));
    return column == 4 ? both : (e->mapper.metrics & objectives[column].metrics) != 0;
}

static af_scope *scope_of_names(af_arena *arena, const af_einsum *e)
{
    af_scope *scope = af_scope_new(arena, NULL);
    af_add_math_names(scope);
    for (size_t i = 0; i < sizeof objectives / sizeof *objectives; i++)
        if (has_objective(e, (int)i))
            af_scope_set(scope, objectives[i].name, af_real(0));
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        af_scope_set(scope, others[i], af_real(0));
    return scope;
}

static int fail_of_name(const af_einsum *e, const char *name, af_report *report)
{
    af_text columns = {0};
    for (size_t i = 0; i < sizeof objectives / sizeof *objectives; i++) {
        if (!strcmp(objectives[i].name, name))
            return af_fail(report, AF_BAD_DATA, AF_NOWHERE, "--filter",
                           "Name '%s' is not defined: rows have it if mapper.metrics asks for it", name);
        if (has_objective(e, (int)i))
            af_text_printf(&columns, "%s, ", objectives[i].name);
    }
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        af_text_printf(&columns, "%s%s", i ? ", " : "", others[i]);
    af_fail(report, AF_BAD_DATA, AF_NOWHERE, "--filter",
            "Name '%s' is not defined; the columns of a row are %s", name, columns.bytes);
    af_text_free(&columns);
    return -1;
}

const af_row_filter *af_row_filter_make(af_arena *arena, const af_einsum *einsum, const char *text,
                                        af_report *report)
{
    af_row_filter *filter = af_new(arena, af_row_filter);
    *filter = (af_row_filter){einsum, af_parse_expression(arena, text, report, AF_NOWHERE, "--filter"),
                              af_tracked_memories(arena, einsum)};
    if (!filter->expression)
        return NULL;
    const char *const *names;
    af_value value;
    const af_scope *scope = scope_of_names(arena, einsum);
    for (int i = 0, n = af_expression_names(filter->expression, &names); i < n; i++)
        if (!af_scope_get(scope, names[i], &value)) {
            fail_of_name(einsum, names[i], report);
            return NULL;
        }
    return filter;
}

/* ---- one row */

/* Bits and fractions per memory: the deepest column of a memory has all.
 * Of a memory that the group has no column for it uses none. */
static void set_memories(const filtering *f, af_scope *scope, const af_group *g, int row)
{
    af_value bits = af_dict_value(f->arena), usage = af_dict_value(f->arena);
    const af_einsum *e = f->filter->einsum;
    double *used = af_new_array(f->arena, double, e->n_nodes + 1);
    for (int i = 0; i < g->n_reservations; i++) {
        int node = af_find_node(e, g->reservations[i].memory);
        if (node >= 0)
            used[node] = g->reservations[i].bits[row];
    }
    for (int node = 0; node < e->n_nodes; node++) {
        if (!f->filter->tracked[node])
            continue;
        af_dict_put(f->arena, bits, af_string(e->nodes[node].name), af_real(used[node]));
        af_dict_put(f->arena, usage, af_string(e->nodes[node].name),
                    af_real(e->nodes[node].size > 0 ? used[node] / e->nodes[node].size : 0));
    }
    af_scope_set(scope, "bits", bits);
    af_scope_set(scope, "usage", usage);
}

static void set_columns(const filtering *f, af_scope *scope, const af_group *g, int row)
{
    af_value memories = af_dict_value(f->arena),
             iterations = af_list_value(f->arena, g->compatibility.n_loops);
    for (int o = 0; o < AF_OBJECTIVES; o++)
        if (g->objectives[o])
            af_scope_set(scope, af_objective_names[o], af_real(g->objectives[o][row]));
    if (g->objectives[0] && g->objectives[1])
        af_scope_set(scope, "energy_delay_product", af_real(g->objectives[0][row] * g->objectives[1][row]));
    for (int t = 0; t < g->compatibility.n_tensors; t++)
        af_dict_put(f->arena, memories, af_string(g->compatibility.tensors[t].tensor),
                    af_string(g->compatibility.tensors[t].memory));
    for (int k = 0; k < g->compatibility.n_loops; k++)
        iterations.list->items[k] = af_real(g->iterations[k][row]);
    af_scope_set(scope, "einsum", af_string(f->filter->einsum->name));
    af_scope_set(scope, "memories", memories);
    af_scope_set(scope, "iterations", iterations);
    af_scope_set(scope, "template", af_real(g->templates[g->template_of[row]].id));
    set_memories(f, scope, g, row);
}

/* What is behind an unknown key: shared tensors alone have a place, and a memory that can never be full, or
 * is free between Einsums, is not kept account of. */
static void explain_keys(const filtering *f, const af_group *g)
{
    af_text keys = {0};
    for (int t = 0; t < g->compatibility.n_tensors; t++)
        af_text_printf(&keys, "%s%s", t ? ", " : " of ", g->compatibility.tensors[t].tensor);
    af_text_printf(&keys, "%s; bits and usage", keys.length ? "" : " of nothing, since no tensor is shared");
    int n = 0;
    for (int node = 0; node < f->filter->einsum->n_nodes; node++)
        if (f->filter->tracked[node])
            af_text_printf(&keys, "%s%s", n++ ? ", " : " of ", f->filter->einsum->nodes[node].name);
    af_text_printf(&keys, "%s", n ? "" : " of none, since none can overflow");
    af_fail(f->report, AF_BAD_DATA, AF_NOWHERE, "--filter",
            "rows of Einsum %s have memories%s (of all with RESOURCE_USAGE in mapper.metrics)",
            f->filter->einsum->name, keys.bytes);
    af_text_free(&keys);
}

/* 1, 0, or -1 reported. */
static int admits(const filtering *f, const af_group *g, int row)
{
    af_scope *scope = af_scope_new(f->arena, NULL);
    af_add_math_names(scope);
    set_columns(f, scope, g, row);
    af_value value;
    if (!af_evaluate(f->filter->expression, scope, f->arena, &value, f->report, AF_NOWHERE, "--filter"))
        return af_truth(value);
    if (strstr(af_report_message(f->report, 0), "KeyError"))
        explain_keys(f, g);
    return -1;
}

static void move_row(af_group *g, int from, int to)
{
    g->template_of[to] = g->template_of[from];
    g->tiles[to] = g->tiles[from];
    for (int k = 0; k < g->compatibility.n_loops; k++)
        g->iterations[k][to] = g->iterations[k][from];
    for (int o = 0; o < AF_OBJECTIVES; o++)
        if (g->objectives[o])
            g->objectives[o][to] = g->objectives[o][from];
    for (int i = 0; i < g->n_reservations; i++)
        g->reservations[i].bits[to] = g->reservations[i].bits[from];
    for (int i = 0; i < g->n_tensors; i++)
        g->tensors[i].bits[to] = g->tensors[i].bits[from];
}

static int filter_group(filtering *f, af_group *g)
{
    int n = 0;
    for (int row = 0; row < g->n_rows; row++) {
        af_arena_mark mark = af_arena_here(f->arena);
        int admitted = admits(f, g, row);
        af_arena_rewind(f->arena, mark);
        if (admitted < 0)
            return -1;
        if (admitted)
            move_row(g, row, n++);
    }
    g->n_rows = n;
    return 0;
}

int af_filter_rows(const af_row_filter *filter, af_pmap_result *result, af_report *report)
{
    filtering f = {.filter = filter, .arena = af_arena_new(), .report = report};
    int kept = 0;
    bool failed = false;
    for (int i = 0; i < result->n_groups && !failed; i++) {
        failed = filter_group(&f, result->groups[i]) < 0;
        if (result->groups[i]->n_rows)
            result->groups[kept++] = result->groups[i];
    }
    af_arena_free(f.arena);
    if (failed)
        return -1;
    result->n_groups = kept;
    if (kept)
        return 0;
    return af_fail(report, AF_NO_ANSWER, AF_NOWHERE, NULL, "Einsum %s: --filter admits none of its pmappings",
                   filter->einsum->name);
}
