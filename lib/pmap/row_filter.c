/* A user's filter over the rows of groups: an expression of which the columns of a row are the names. */
#include "pmap/pmap.h"

#include <math.h>

typedef struct filtering {
    af_arena *arena;
    const af_einsum *einsum;
    const af_expression *expression;
    af_report *report;
} filtering;

/* Bits and fractions per memory: the deepest column of a memory has all. */
static void set_memories(const filtering *f, af_scope *scope, const af_group *g, int row)
{
    af_value bits = af_dict_value(f->arena), usage = af_dict_value(f->arena);
    for (int i = 0; i < g->n_reservations; i++) {
        const af_reservation_column *r = &g->reservations[i];
        int node = af_find_node(f->einsum, r->memory);
        af_dict_put(f->arena, bits, af_string(r->memory), af_real(r->bits[row]));
        if (node >= 0 && f->einsum->nodes[node].size > 0)
            af_dict_put(f->arena, usage, af_string(r->memory), af_real(r->bits[row] / f->einsum->nodes[node].size));
    }
    af_scope_set(scope, "bits", bits);
    af_scope_set(scope, "usage", usage);
}

static void set_columns(const filtering *f, af_scope *scope, const af_group *g, int row)
{
    af_value memories = af_dict_value(f->arena), iterations = af_list_value(f->arena, g->compatibility.n_loops);
    for (int o = 0; o < AF_OBJECTIVES; o++)
        if (g->objectives[o])
            af_scope_set(scope, af_objective_names[o], af_real(g->objectives[o][row]));
    if (g->objectives[0] && g->objectives[1])
        af_scope_set(scope, "energy_delay_product", af_real(g->objectives[0][row] * g->objectives[1][row]));
    for (int t = 0; t < g->compatibility.n_tensors; t++)
        af_dict_put(f->arena, memories, af_string(g->compatibility.tensors[t].tensor), af_string(g->compatibility.tensors[t].memory));
    for (int k = 0; k < g->compatibility.n_loops; k++)
        iterations.list->items[k] = af_real(g->iterations[k][row]);
    af_scope_set(scope, "einsum", af_string(f->einsum->name));
    af_scope_set(scope, "memories", memories);
    af_scope_set(scope, "iterations", iterations);
    af_scope_set(scope, "template", af_real(g->templates[g->template_of[row]].id));
    set_memories(f, scope, g, row);
}

/* 1, 0, or -1 reported. */
static int admits(const filtering *f, const af_group *g, int row)
{
    af_scope *scope = af_scope_new(f->arena, NULL);
    af_add_math_names(scope);
    set_columns(f, scope, g, row);
    af_value value;
    if (af_evaluate(f->expression, scope, f->arena, &value, f->report, AF_NOWHERE, "--filter"))
        return -1;
    return af_truth(value);
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

int af_filter_rows(const af_einsum *einsum, const char *expression, af_pmap_result *result, af_report *report)
{
    filtering f = {.arena = af_arena_new(), .einsum = einsum, .report = report};
    f.expression = af_parse_expression(f.arena, expression, report, AF_NOWHERE, "--filter");
    int kept = 0, failed = !f.expression;
    for (int i = 0; i < result->n_groups && !failed; i++) {
        failed = filter_group(&f, result->groups[i]) < 0;
        if (result->groups[i]->n_rows)
            result->groups[kept++] = result->groups[i];
    }
    af_arena_free(f.arena);
    if (failed)
        return -1;
    result->n_groups = kept;
    return kept ? 0 : af_fail(report, AF_NO_ANSWER, AF_NOWHERE, NULL, "Einsum %s: --filter admits none of its pmappings", einsum->name);
}
