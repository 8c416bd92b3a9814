/* All figures of one mapping under the reference's column names, as one flat record (50 section 9.1). */
#include "model/analysis.h"

#include <math.h>
#include <string.h>

typedef struct columns {
    af_json_writer *json;
    const af_figures *f;
    const af_pmapping *p;
    const af_einsum *e;
} columns;

/* Fields joined by <SEP>, the Einsum's name first; ended by NULL. */
static void put(const columns *c, double value, ...)
{
    af_text key = {0};
    va_list parts;
    va_start(parts, value);
    af_text_puts(&key, c->e ? c->e->name : "Total");
    for (const char *part; (part = va_arg(parts, const char *));)
        af_text_printf(&key, "<SEP>%s", part);
    va_end(parts);
    af_put_number(c->json, key.bytes, value);
    af_text_free(&key);
}

static const char *node_name(const columns *c, int node) { return c->e->nodes[node].name; }

static void put_action(const columns *c, int node, const char *tensor, const char *name, double count)
{
    int action = af_find_action(&c->e->nodes[node], name);
    put(c, count, "action", node_name(c, node), tensor, name, NULL);
    if (count != 0 && action >= 0)           /* rows of zero have no energy column (50 section 7.2) */
        put(c, count * c->e->nodes[node].actions[action].energy, "energy", node_name(c, node), tensor, name,
            NULL);
}

static void put_hops(const columns *c)
{
    const af_path *path = &c->e->paths[c->p->path];
    for (int k = 0; k < path->n_nodes; k++)
        for (int t = 0; t < c->e->n_tensors; t++) {
            double hops = 0;
            bool any = false;
            for (int i = 0; i < c->f->n_hops; i++)
                if (c->f->hops[i].node == path->nodes[k] && c->f->hops[i].tensor == t)
                    hops += c->f->hops[i].hops.value, any = true;
            if (any)
                put_action(c, path->nodes[k], c->e->tensors[t].name, "hop", hops);
        }
}

static void put_actions(const columns *c)
{
    for (int i = 0; i < c->f->n_spatial; i++) {
        const af_dimension *d = &c->e->nodes[c->f->spatial[i].node].dimensions[c->f->spatial[i].dimension];
        put(c, c->f->spatial[i].used.value / d->fanout * d->usage_scale, "usage", "spatial",
            node_name(c, c->f->spatial[i].node), d->name, NULL);
    }
    for (int i = 0; i < c->f->n_buffets; i++) {
        const af_buffet *b = &c->f->buffets[i];
        put_action(c, b->node, c->e->tensors[b->tensor].name, "read", b->read.value);
        put_action(c, b->node, c->e->tensors[b->tensor].name, "write", b->write.value);
    }
    put_action(c, c->f->compute, "None", "compute", c->f->computes.value);
    put_hops(c);
    for (int i = 0; i < c->f->n_components; i++)
        put(c, c->f->components[i].leak_energy.value, "energy", node_name(c, c->f->components[i].node),
            "leak", NULL);
    for (int i = 0; i < c->f->n_components; i++)
        if (c->f->components[i].used)
            put(c, c->f->components[i].latency.value, "latency", node_name(c, c->f->components[i].node),
                NULL);
}

static void put_memory(const columns *c)
{
    for (int i = 0; i < c->f->n_buffets; i++) {
        const af_buffet *b = &c->f->buffets[i];
        double size = c->e->nodes[b->node].size;
        if (c->e->nodes[b->node].kind == AF_MEMORY && b->occupancy.value != 0)
            put(c, isinf(size) ? 0 : b->occupancy.value / size, "usage", "memory", node_name(c, b->node),
                c->e->tensors[b->tensor].name, NULL);
    }
}

/* ---- fused loops: how far a rank moves from one iteration to the next, and how much of it is seen first */

static bool rank_before(const af_einsum *e, int tensor, int rank)
{
    for (int t = 0; t <= tensor; t++)
        for (int r = 0; r < (t == tensor ? rank : e->tensors[t].n_ranks); r++)
            if (!strcmp(e->tensors[t].ranks[r].name, e->tensors[tensor].ranks[rank].name))
                return true;
    return false;
}

static void put_rank(const columns *c, const af_step *s, const af_rank *rank)
{
    double first = s->initial.value > 0 ? s->initial.value : s->tile.value, stride = 0,
        initial = rank->constant;
    char loop[16];
    snprintf(loop, sizeof loop, "%d", s->loop);
    for (int k = 0; k < rank->n_terms; k++) {
        bool own = rank->terms[k].rank_variable == s->rank_variable;
        stride += own ? rank->terms[k].coefficient * s->tile.value : 0;
        initial += rank->terms[k].coefficient * (own ? first :
                                                 c->e->rank_variables[rank->terms[k].rank_variable].bound);
    }
    put(c, stride, "stride", rank->name, loop, NULL);
    put(c, initial, "initial", rank->name, loop, NULL);
}

static void put_fused_loops(const columns *c)
{
    for (int i = 0; i < c->p->n_steps; i++) {
        const af_step *s = &c->p->steps[i];
        if (!af_is_loop(s) || !s->fused)
            continue;
        for (int t = 0; t < c->e->n_tensors; t++)
            for (int r = 0; r < c->e->tensors[t].n_ranks; r++)
                if (c->e->tensors[t].ranks[r].mentioned >> s->rank_variable & 1 && !rank_before(c->e, t, r))
                    put_rank(c, s, &c->e->tensors[t].ranks[r]);
    }
}

static void put_totals(const columns *c, const af_mapping_figures *all, int metrics)
{
    const struct { int metric; double value; } totals[] = {
        {AF_LATENCY, all->latency}, {AF_ENERGY, all->energy}, {AF_DYNAMIC_ENERGY, all->dynamic_energy},
        {AF_LEAK_ENERGY, all->leak_energy}, {AF_ENERGY_DELAY_PRODUCT, all->energy_delay_product}};
    for (int i = 0; i < 5; i++)
        if (metrics & totals[i].metric)
            put(c, totals[i].value, af_metric_name(totals[i].metric), NULL);
    for (int i = 0; i < all->n_usages && metrics & AF_RESOURCE_USAGE; i++) {
        af_text key = {0};
        af_text_printf(&key, "reservation<SEP>%s<SEP>-1<SEP>right", all->usages[i].component);
        af_put_number(c->json, key.bytes, all->usages[i].usage);
        af_text_free(&key);
    }
}

void af_write_columns(af_output *out, const af_mapping_figures *all, int64_t id, int metrics)
{
    columns c = {.json = af_begin_record(out, "columns")};
    af_put_integer(c.json, "map", id);
    put_totals(&c, all, metrics);
    for (int i = 0; i < all->n_einsums; i++) {
        c.f = all->figures[i];
        c.p = all->pmappings[i];
        c.e = c.f->einsum;
        if (metrics & AF_DETAILED_MEMORY_USAGE)
            put_memory(&c);
        if (metrics & AF_ACTIONS)
            put_actions(&c);
        put_fused_loops(&c);
    }
    af_end_record(out);
}
