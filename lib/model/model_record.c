/* The records of af-model: what one evaluated mapping costs, part by part (50 section 14). */
#include "model/analysis.h"

#include <math.h>
#include <string.h>

typedef struct writing {
    af_output *out;
    const af_mapping_figures *all;
    int64_t id;
    const af_figures *f;                     /* of the Einsum that is written */
    const af_pmapping *p;
    const af_einsum *e;
} writing;

static af_json_writer *begin(const writing *w, const char *type)
{
    af_json_writer *json = af_begin_record(w->out, type);
    af_put_integer(json, "map", w->id);
    if (w->e)
        af_put_string(json, "einsum", w->e->name);
    return json;
}

static const char *node_name(const writing *w, int node) { return w->e->nodes[node].name; }

/* ---- loops */

static void write_tiles(const writing *w)
{
    double shape[64];
    for (int v = 0; v < w->e->n_rank_variables; v++)
        shape[v] = w->e->rank_variables[v].bound;
    for (int i = 0; i < w->p->n_steps; i++) {
        const af_step *s = &w->p->steps[i];
        if (!af_is_loop(s))
            continue;
        double tile = s->tile.value, first = s->initial.value > 0 ? s->initial.value : tile;
        af_json_writer *json = begin(w, "tile");
        af_put_integer(json, "loop", s->loop);
        af_put_string(json, "kind", s->kind == AF_STEP_SPATIAL ? "S" : "T");
        af_put_string(json, "rank_variable", w->e->rank_variables[s->rank_variable].name);
        af_put_number(json, "tile_shape", tile);
        if (s->initial.value > 0)
            af_put_number(json, "initial_tile_shape", s->initial.value);
        else
            af_put_null(json, "initial_tile_shape");
        af_put_number(json, "iterations", ceil((shape[s->rank_variable] - first) / tile + 1));
        af_put_bool(json, "fused", s->fused);
        if (s->kind == AF_STEP_SPATIAL) {
            af_put_string(json, "component", node_name(w, s->node));
            af_put_string(json, "dim", w->e->nodes[s->node].dimensions[s->dimension].name);
        }
        af_end_record(w->out);
        shape[s->rank_variable] = tile;
    }
}

/* ---- actions */

static void write_action(const writing *w, int node, int action, int tensor, double count, double per_unit,
                         double skipped)
{
    const af_action *a = &w->e->nodes[node].actions[action];
    af_json_writer *json = begin(w, "action");
    af_put_string(json, "component", node_name(w, node));
    af_put_string(json, "tensor", tensor < 0 ? NULL : w->e->tensors[tensor].name);
    af_put_string(json, "action", a->name);
    af_put_number(json, "count", count);
    af_put_number(json, "count_per_unit", per_unit);
    af_put_number(json, "skipped", skipped);
    af_put_number(json, "energy_per_action", a->energy);
    af_put_number(json, "energy", count == 0 ? 0 : count * a->energy);
    af_end_record(w->out);
}

static void write_buffet_actions(const writing *w, const af_buffet *b)
{
    const af_arch_node *node = &w->e->nodes[b->node];
    for (int i = 0; i < node->n_actions; i++)
        if (!strcmp(node->actions[i].name, "read"))
            write_action(w, b->node, i, b->tensor, b->read.value, b->read_per_unit.value,
                         b->read_skipped.value);
        else if (!strcmp(node->actions[i].name, "write") && node->kind != AF_TOLL)
            write_action(w, b->node, i, b->tensor, b->write.value, b->write_per_unit.value,
                         b->write_skipped.value);
}

/* Hops of one tensor on one network, over all its routes. */
static void write_hop_action(const writing *w, int node, int tensor)
{
    int action = af_find_action(&w->e->nodes[node], "hop"), n = 0;
    double hops = 0, most = 0;
    for (int i = 0; i < w->f->n_hops; i++)
        if (w->f->hops[i].node == node && w->f->hops[i].tensor == tensor) {
            hops += w->f->hops[i].hops.value;
            most = fmax(most, w->f->hops[i].max_hops.value);
            n++;
        }
    if (n && action >= 0)
        write_action(w, node, action, tensor, hops, most, 0);
}

static void write_actions(const writing *w)
{
    const af_path *path = &w->e->paths[w->p->path];
    for (int k = 0; k < path->n_nodes; k++) {
        int node = path->nodes[k];
        for (int i = 0; i < w->f->n_buffets; i++)
            if (w->f->buffets[i].node == node)
                write_buffet_actions(w, &w->f->buffets[i]);
        for (int t = 0; t < w->e->n_tensors; t++)
            write_hop_action(w, node, t);
        int compute = node == w->f->compute ? af_find_action(&w->e->nodes[node], "compute") : -1;
        if (compute >= 0)
            write_action(w, node, compute, -1, w->f->computes.value,
                         w->f->compute_steps.value * w->e->nodes[node].actions_scale, 0);
    }
}

/* ---- components */

static void write_components(const writing *w)
{
    for (int i = 0; i < w->f->n_components; i++) {
        const af_component_figure *c = &w->f->components[i];
        af_json_writer *json = begin(w, "leak");
        af_put_string(json, "component", node_name(w, c->node));
        af_put_number(json, "power", w->e->nodes[c->node].total_leak_power);
        af_put_number(json, "active_fraction", c->active_fraction.value);
        af_put_number(json, "energy", c->leak_energy.value);
        af_end_record(w->out);
    }
    for (int i = 0; i < w->f->n_components; i++) {
        const af_component_figure *c = &w->f->components[i];
        if (!c->used)
            continue;
        af_json_writer *json = begin(w, "latency");
        af_put_string(json, "component", node_name(w, c->node));
        af_put_number(json, "seconds", c->latency.value);
        af_put_bool(json, "bottleneck", c->latency.value == w->f->latency.value);
        af_end_record(w->out);
    }
}

static void write_memory(const writing *w)
{
    for (int i = 0; i < w->f->n_buffets; i++) {
        const af_buffet *b = &w->f->buffets[i];
        if (w->e->nodes[b->node].kind != AF_MEMORY || b->occupancy.value == 0)
            continue;
        double size = w->e->nodes[b->node].size;
        af_json_writer *json = begin(w, "memory");
        af_put_string(json, "component", node_name(w, b->node));
        af_put_string(json, "tensor", w->e->tensors[b->tensor].name);
        af_put_number(json, "bits", b->occupancy.value);
        af_put_integer(json, "loops_above", b->level);
        af_put_number(json, "usage", isinf(size) ? 0 : b->occupancy.value / size);
        af_end_record(w->out);
    }
}

static void write_spatial(const writing *w)
{
    for (int i = 0; i < w->f->n_spatial; i++) {
        const af_spatial_use *s = &w->f->spatial[i];
        const af_dimension *d = &w->e->nodes[s->node].dimensions[s->dimension];
        af_json_writer *json = begin(w, "spatial");
        af_put_string(json, "component", node_name(w, s->node));
        af_put_string(json, "dim", d->name);
        af_put_number(json, "used", s->used.value);
        af_put_number(json, "fanout", d->fanout);
        af_put_number(json, "usage", s->used.value / d->fanout * d->usage_scale);
        af_end_record(w->out);
    }
}

static void write_networks(const writing *w)
{
    for (int i = 0; i < w->f->n_hops; i++) {
        const af_hop *h = &w->f->hops[i];
        af_json_writer *json = begin(w, "network");
        af_put_string(json, "component", node_name(w, h->node));
        af_put_string(json, "tensor", w->e->tensors[h->tensor].name);
        af_put_string(json, "src", node_name(w, h->source));
        af_put_string(json, "dst", node_name(w, h->destination));
        af_put_number(json, "hops", h->hops.value);
        af_put_number(json, "max_hops", h->max_hops.value);
        af_put_object(json, "max_traffic");
        for (int k = 0; k < h->n_traffic; k++)
            af_put_number(json, af_dimension_name(w->p, h->dimensions[k]), h->traffic[k].value);
        af_put_end_object(json);
        af_end_record(w->out);
    }
}

/* ---- totals */

/* What no metric asks for may not have been computed: it is left out. */
static void put_totals(af_json_writer *json, int metrics, double latency, double dynamic_energy,
                       double leak_energy, double energy)
{
    const struct { int metric; double value; } totals[] = {
        {AF_LATENCY, latency}, {AF_DYNAMIC_ENERGY, dynamic_energy}, {AF_LEAK_ENERGY, leak_energy},
            {AF_ENERGY, energy}};
    for (size_t i = 0; i < sizeof totals / sizeof *totals; i++)
        if (metrics & totals[i].metric)
            af_put_number(json, af_metric_name(totals[i].metric), totals[i].value);
}

static void write_einsum_total(const writing *w, int metrics)
{
    af_json_writer *json = begin(w, "einsum_total");
    put_totals(json, metrics, w->f->latency.value, w->f->dynamic_energy.value, w->f->leak_energy.value,
               w->f->energy.value);
    af_put_number(json, "computes", w->f->computes.value);
    af_put_number(json, "n_instances", w->e->n_instances);
    af_end_record(w->out);
}

void af_put_quirks(af_json_writer *json, uint64_t quirks)
{
    af_put_array(json, "quirks");
    for (int i = 0; i < AF_N_QUIRKS; i++)
        if (quirks >> i & 1)
            af_put_string(json, NULL, af_quirk_name(i));
    af_put_end_array(json);
}

static void write_whole(const writing *w, int metrics)
{
    for (int i = 0; i < w->all->n_usages && metrics & AF_RESOURCE_USAGE; i++) {
        af_json_writer *json = begin(w, "reservation");
        af_put_string(json, "component", w->all->usages[i].component);
        af_put_number(json, "usage", w->all->usages[i].usage);
        af_put_number(json, "size_bits", w->all->usages[i].size);
        af_end_record(w->out);
    }
    af_json_writer *json = begin(w, "total");
    put_totals(json, metrics, w->all->latency, w->all->dynamic_energy, w->all->leak_energy, w->all->energy);
    if (metrics & AF_ENERGY_DELAY_PRODUCT)
        af_put_number(json, "energy_delay_product", w->all->energy_delay_product);
    af_put_quirks(json, w->all->quirks);
    af_end_record(w->out);
}

void af_write_evaluation(af_output *out, const af_mapping_figures *all, int64_t id, int metrics)
{
    writing w = {.out = out, .all = all, .id = id};
    for (int i = 0; i < all->n_einsums; i++) {
        w.f = all->figures[i];
        w.p = all->pmappings[i];
        w.e = w.f->einsum;
        write_tiles(&w);
        if (metrics & AF_ACTIONS) {
            write_actions(&w);
            write_components(&w);
        }
        if (metrics & AF_DETAILED_MEMORY_USAGE)
            write_memory(&w);
        if (metrics & AF_ACTIONS) {
            write_spatial(&w);
            write_networks(&w);
        }
        write_einsum_total(&w, metrics);
    }
    w.e = NULL;
    write_whole(&w, metrics);
}

/* ---- results are checked before they are printed (00-overview section 3) */

static bool is_count(af_num x) { return isfinite(x.value) && x.value >= -1e-9; }

static const char *breach_of(const af_figures *f)
{
    for (int i = 0; i < f->n_buffets; i++)
        if (!is_count(f->buffets[i].read) || !is_count(f->buffets[i].write) ||
            !is_count(f->buffets[i].occupancy))
            return f->einsum->nodes[f->buffets[i].node].name;
    for (int i = 0; i < f->n_components; i++)
        if (f->components[i].used && !is_count(f->components[i].latency))
            return f->einsum->nodes[f->components[i].node].name;
    return is_count(f->computes) ? NULL : "computes";
}

/* What counts are multiplied by is the user's; the workload lets it be negative (40 section 1). */
static int check_factors(const af_einsum *e, af_report *report)
{
    int failed = 0;
    if (e->n_instances < 0)
        failed = af_fail(report, AF_BAD_DATA, AF_NOWHERE, e->name,
                         "an Einsum runs at least 0 times; its n_instances and the workload's make %g",
                         e->n_instances);
    for (int t = 0; t < e->n_tensors; t++)
        if (e->tensors[t].bits_per_value < 0)
            failed = af_fail(report, AF_BAD_DATA, AF_NOWHERE, e->name,
                             "a value has at least 0 bits; the bits_per_value of %s is %g",
                             e->tensors[t].name, e->tensors[t].bits_per_value);
    return failed;
}

int af_check_evaluation(const af_mapping_figures *all, af_report *report)
{
    for (int i = 0; i < all->n_einsums; i++) {
        if (check_factors(all->figures[i]->einsum, report))
            return -1;
        const char *where = breach_of(all->figures[i]);
        if (where)
            return af_fail(report, AF_BUG, AF_NOWHERE, all->figures[i]->einsum->name,
                           "a figure of %s is negative or not finite", where);
        if (!isfinite(all->figures[i]->energy.value))
            return af_fail(report, AF_BAD_DATA, AF_NOWHERE, all->figures[i]->einsum->name,
                           "its energy is %g: a component that it uses has an energy "
                           "or a leak_power that is not finite",
                           all->figures[i]->energy.value);
    }
    return 0;
}
