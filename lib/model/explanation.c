/* How the figures of a mapping come about: the nest of each tensor, and what moves at each holder of it (50
 * sections 3.4, 4.5). */
#include "model/analysis.h"

typedef struct explaining {
    af_arena *arena;
    af_output *out;
    int64_t id;
    const af_figures *f;
    const af_pmapping *p;
    const af_einsum *e;
} explaining;

/* The compact text of 50 section 1.4, with ids for names. */
static void put_step(af_text *text, const explaining *x, const af_step *s)
{
    const char *node = s->kind == AF_STEP_TEMPORAL ? "" : x->e->nodes[s->node].name;
    switch (s->kind) {
    case AF_STEP_TEMPORAL:
        af_text_printf(text, "T-%s shape=%g", x->e->rank_variables[s->rank_variable].name, s->tile.value);
        break;
    case AF_STEP_SPATIAL:
        af_text_printf(text, "S-%s-%s shape=%g", x->e->nodes[s->node].dimensions[s->dimension].name,
                       x->e->rank_variables[s->rank_variable].name, s->tile.value);
        break;
    case AF_STEP_RESERVATION: af_text_printf(text, "%s reserves %s", x->e->tensors[s->tensor].name,
                                             node); break;
    case AF_STEP_COMPUTE: af_text_printf(text, "%s computes %s", node, x->e->name); break;
    default: af_text_printf(text, "[%s in %s]", x->e->tensors[s->tensor].name, node);
    }
}

static af_json_writer *begin(const explaining *x, const char *type, int tensor)
{
    af_json_writer *json = af_begin_record(x->out, type);
    af_put_integer(json, "map", x->id);
    af_put_string(json, "einsum", x->e->name);
    af_put_string(json, "tensor", x->e->tensors[tensor].name);
    return json;
}

static int write_nest(const explaining *x, int tensor, af_report *report)
{
    af_nest nest;
    if (af_nest_of(x->arena, x->p, tensor, &nest, report, NULL) < 0)
        return -1;
    af_json_writer *json = begin(x, "nest", tensor);
    af_put_array(json, "nodes");
    for (int i = 0; i < nest.n; i++) {
        af_text text = {0};
        put_step(&text, x, &x->p->analysed[nest.steps[i]]);
        af_put_string(json, NULL, text.bytes);
        af_text_free(&text);
    }
    af_put_end_array(json);
    af_end_record(x->out);
    return 0;
}

static void write_buffet(const explaining *x, int tensor, const af_traffic *t)
{
    const struct { const char *name; af_num value; } numbers[] = {
        {"reads_from_parent", t->all_reads}, {"writes_to_parent", t->all_writes},
            {"skipped_reads_from_parent", t->all_skipped},
        {"most_reads_per_parent", t->most_reads}, {"most_writes_per_parent", t->most_writes},
        {"least_skipped_per_parent", t->least_skipped}, {"reads", t->read}, {"writes", t->write},
        {"skipped_reads", t->skipped_read},
        {"skipped_writes", t->skipped_write}, {"reads_per_unit", t->unit_read},
        {"writes_per_unit", t->unit_write},
        {"skipped_reads_per_unit", t->unit_skipped_read}, {"skipped_writes_per_unit", t->unit_skipped_write},
        {"bits", t->occupancy}};
    af_json_writer *json = begin(x, "buffet", tensor);
    af_put_string(json, "component", x->e->nodes[t->node].name);
    af_put_integer(json, "loops_above", t->persistent ? -1 : t->level);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        af_put_number(json, numbers[i].name, numbers[i].value.value);
    af_end_record(x->out);
}

static int write_einsum(explaining *x, const af_figures *figures, const af_pmapping *pmapping,
                        af_report *report)
{
    x->f = figures, x->p = pmapping, x->e = figures->einsum;
    for (int t = 0; t < x->e->n_tensors; t++) {
        const af_tensor_traffic *traffic = &figures->traffic[t];
        if (traffic->n && write_nest(x, t, report))
            return -1;
        for (int k = traffic->n - 1; k >= 0; k--)
            write_buffet(x, t, &traffic->holders[k]);
    }
    return 0;
}

int af_write_explanation(af_output *out, const af_mapping_figures *all, int64_t id, af_report *report)
{
    explaining x = {.arena = af_arena_new(), .out = out, .id = id};
    int failed = 0;
    for (int i = 0; i < all->n_einsums && !failed; i++)
        failed = write_einsum(&x, all->figures[i], all->pmappings[i], report);
    af_arena_free(x.arena);
    return failed;
}
