/* The figures of one Einsum: traffic of every tensor, then actions, energy, latency, leakage, usage (50
 * sections 4 to 8). */
#include "model/analysis.h"

#include <math.h>

typedef struct evaluating {
    af_arena *arena; af_graph *g;
    const af_pmapping *pmapping;
    const af_einsum *einsum;
    int metrics; uint64_t fixes;
    af_report *report; const char *path;
    af_figures *figures;
} evaluating;

/* ---- buffets */

static bool is_analysed(const af_pmapping *pmapping, int tensor)
{
    for (int i = 0; i < pmapping->n_analysed; i++)
        if (pmapping->analysed[i].kind == AF_STEP_RESERVATION && pmapping->analysed[i].tensor == tensor)
            return true;
    return false;
}

static af_buffet buffet_of(evaluating *v, const af_traffic *t, int tensor)
{
    af_graph *g = v->g;
    double scale = v->einsum->nodes[t->node].actions_scale, instances = v->einsum->n_instances;
    af_buffet b = {.node = t->node, .tensor = tensor, .persistent = t->persistent, .level = t->persistent ?
                   -1 : t->level};
    b.occupancy = af_scaled(g, t->occupancy, t->persistent ? instances : 1);
    b.read_skipped = af_scaled(g, t->skipped_read, scale * instances);
    b.write_skipped = af_scaled(g, t->skipped_write, scale * instances);
    b.read = af_sub(g, af_scaled(g, t->read, scale * instances), b.read_skipped);
    b.write = af_sub(g, af_scaled(g, t->write, scale * instances), b.write_skipped);
    b.read_per_unit = af_scaled(g, af_sub(g, t->unit_read, t->unit_skipped_read), scale);
    b.write_per_unit = af_scaled(g, af_sub(g, t->unit_write, t->unit_skipped_write), scale);
    return b;
}

static af_num least_or_zero(af_graph *g, af_num a, af_num b)
{
    return af_is_zero(a) || af_is_zero(b) ? af_known(0) : af_min(g, a, b);
}

/* In a copy all tensors of a level are one: the least of each counter, 0 if any is 0 (50 section 6). */
static void merge_traffic(af_graph *g, af_traffic *a, const af_traffic *b)
{
#define LEAST(field) a->field = least_or_zero(g, a->field, b->field)
    LEAST(occupancy); LEAST(read); LEAST(write); LEAST(skipped_read); LEAST(skipped_write);
    LEAST(unit_read); LEAST(unit_write); LEAST(unit_skipped_read); LEAST(unit_skipped_write);
#undef LEAST
    a->persistent |= b->persistent;
}

static int source_tensor(const af_einsum *e)
{
    for (int t = 0; t < e->n_tensors; t++)
        if (!e->tensors[t].output)
            return t;
    return 0;
}

static af_tensor_traffic *merge_copies(evaluating *v, const af_tensor_traffic *traffic)
{
    int n = 1;                               /* as for one tensor: [0] is the compute */
    af_traffic *merged = af_new_array(v->arena, af_traffic, v->pmapping->n_analysed + 1);
    for (int t = 0; t < v->einsum->n_tensors; t++)
        for (int i = 1; i < traffic[t].n; i++) {
            int at = 1;
            while (at < n && merged[at].node != traffic[t].holders[i].node)
                at++;
            if (at < n)
                merge_traffic(v->g, &merged[at], &traffic[t].holders[i]);
            else
                merged[n++] = traffic[t].holders[i];
        }
    af_tensor_traffic *all = af_new_array(v->arena, af_tensor_traffic, v->einsum->n_tensors);
    all[source_tensor(v->einsum)] = (af_tensor_traffic){n, merged, 0};
    return all;
}

/* By the architecture's order, then in access order. */
static void list_buffets(evaluating *v, const af_tensor_traffic *traffic)
{
    const af_path *path = &v->einsum->paths[v->pmapping->path];
    af_figures *f = v->figures;
    f->buffets = af_new_array(v->arena, af_buffet, v->pmapping->n_analysed + 1);
    for (int k = 0; k < path->n_nodes; k++)
        for (int t = 0; t < v->einsum->n_tensors; t++)
            for (int i = 1; i < traffic[t].n; i++)
                if (traffic[t].holders[i].node == path->nodes[k])
                    f->buffets[f->n_buffets++] = buffet_of(v, &traffic[t].holders[i], t);
}

static void add_hop(evaluating *v, int tensor, const af_route *r)
{
    int n_names = af_n_dimension_names(v->pmapping);
    double scale = v->einsum->nodes[r->network].actions_scale * v->einsum->n_instances;
    af_hop *h = &v->figures->hops[v->figures->n_hops++];
    *h = (af_hop){.node = r->network, .tensor = tensor, .source = r->source, .destination = r->destination,
                  .hops = af_scaled(v->g, r->hops, scale), .max_hops = r->max_hops,
                  .dimensions = af_new_array(v->arena, int, n_names),
                  .traffic = af_new_array(v->arena, af_num, n_names)};
    for (int k = 0; k < n_names; k++)
        if (r->charged[k]) {
            h->dimensions[h->n_traffic] = k;
            h->traffic[h->n_traffic++] = r->traffic[k];
        }
    v->figures->quirks |= r->quirks;
}

static void list_hops(evaluating *v, const af_tensor_traffic *traffic)
{
    int room = 0;
    for (int t = 0; t < v->einsum->n_tensors; t++)
        for (int i = 0; i < traffic[t].n; i++)
            room += traffic[t].holders[i].n_routes;
    v->figures->hops = af_new_array(v->arena, af_hop, room + 1);
    for (int t = 0; t < v->einsum->n_tensors; t++)
        for (int i = traffic[t].n - 1; i >= 0; i--)
            for (int k = 0; k < traffic[t].holders[i].n_routes; k++)
                add_hop(v, t, &traffic[t].holders[i].routes[k]);
}

/* A copy is analysed without its inner holders; the order of its loops is tested
 * with them (50 sections 3.4, 6). */
static int check_order_of_copy(const evaluating *v)
{
    af_pmapping whole = *v->pmapping;
    whole.analysed = whole.steps;
    whole.n_analysed = whole.n_steps;
    af_nest nest;
    for (int t = 0; whole.is_copy && t < v->einsum->n_tensors; t++)
        if (af_nest_of(v->arena, &whole, t, &nest, v->report, v->path) < 0)
            return -1;
    return 0;
}

static int analyze(evaluating *v, af_iterations *iterations)
{
    af_tensor_traffic *traffic = af_new_array(v->arena, af_tensor_traffic, v->einsum->n_tensors);
    af_nest nest;
    if (check_order_of_copy(v) < 0 || af_nest_of(v->arena, v->pmapping, -1, &nest, v->report, v->path) < 0)
        return -1;
    af_count_iterations(v->arena, v->g, v->pmapping, &nest, v->fixes, iterations);
    for (int t = 0; t < v->einsum->n_tensors; t++)
        if (is_analysed(v->pmapping, t) &&
            (af_nest_of(v->arena, v->pmapping, t, &nest, v->report, v->path) < 0 ||
             af_analyze_tensor(v->arena, v->g, v->pmapping, t, &nest, iterations, v->fixes, &traffic[t],
                               v->report, v->path) < 0))
            return -1;
    for (int t = 0; t < v->einsum->n_tensors; t++)
        v->figures->quirks |= traffic[t].quirks;
    v->figures->traffic = traffic;
    list_hops(v, traffic);
    list_buffets(v, v->pmapping->is_copy ? merge_copies(v, traffic) : traffic);
    return 0;
}

/* ---- usage */

static void list_spatial(evaluating *v, const af_iterations *iterations)
{
    const af_path *path = &v->einsum->paths[v->pmapping->path];
    af_figures *f = v->figures;
    f->spatial = af_new_array(v->arena, af_spatial_use, af_n_path_dimensions(v->pmapping));
    for (int k = 0; k < path->n_nodes; k++)
        for (int d = 0; d < v->einsum->nodes[path->nodes[k]].n_dimensions; d++) {
            af_num used = iterations->fanout[f->n_spatial];
            f->spatial[f->n_spatial++] = (af_spatial_use){path->nodes[k], d, af_is_zero(used) ? af_known(1) :
                                                          used};
        }
}

/* Where the shared tensors lie: bits at the backing holder, and loops above its reservation in the whole list
 * (50 sections 8.1, 10). */
static void find_backing_levels(evaluating *v)
{
    af_figures *f = v->figures;
    f->tensor_bits = af_new_array(v->arena, af_num, v->einsum->n_tensors);
    f->tensor_level = af_new_array(v->arena, int, v->einsum->n_tensors);
    int depth = 0;
    for (int i = 0; i < v->pmapping->n_steps; i++) {
        const af_step *s = &v->pmapping->steps[i];
        depth += af_is_loop(s);
        if (s->kind != AF_STEP_RESERVATION || !s->backing)
            continue;
        f->tensor_level[s->tensor] = s->persistent ? -1 : depth;
        f->tensor_bits[s->tensor] = af_known(0);
        for (int k = 0; k < f->n_buffets; k++)
            if (f->buffets[k].node == s->node && (v->pmapping->is_copy || f->buffets[k].tensor == s->tensor))
                f->tensor_bits[s->tensor] = f->buffets[k].occupancy;
    }
}

/* ---- energy */

/* An action that the model counts is not declared, perhaps because it has an older name,
 * hops for hop (85 U3). */
static int no_action(const evaluating *v, const af_arch_node *component, const char *name)
{
    const char **names = af_new_array(v->arena, const char *, component->n_actions), *near;
    af_text all = {0};
    for (int i = 0; i < component->n_actions; i++) {
        names[i] = component->actions[i].name;
        af_text_printf(&all, "%s%s", i ? ", " : "", names[i]);
    }
    near = af_nearest(name, names, component->n_actions);
    af_fail(v->report, AF_BAD_DATA, AF_NOWHERE, af_node_path(v->arena, component, "actions"),
            "action %s happens but is not declared; declared are %s%s%s%s%s", name, all.length ? all.bytes :
            "none", near ? ". Today " : "",
            near ? near : "", near ? " is " : "", near ? name : "");
    af_text_free(&all);
    return -1;
}

static int add_energy(evaluating *v, int node, const char *name, af_num count, af_num *energy)
{
    const af_arch_node *component = &v->einsum->nodes[node];
    int action = af_find_action(component, name);
    if (af_is_zero(count))
        return 0;
    if (action < 0)
        return no_action(v, component, name);
    if (isnan(component->actions[action].energy))
        return af_fail(v->report, AF_BAD_DATA, AF_NOWHERE, af_node_path(v->arena, component, "actions"),
                       "action %s has no energy%s%s", name, component->no_energy ? ": " : "",
                       component->no_energy ? component->no_energy : "");
    *energy = af_add(v->g, *energy, af_scaled(v->g, count, component->actions[action].energy));
    return 0;
}

/* Component by component: the counts of its tensors, then the energy, so that the sum has the same terms
 * however it is read. */
static int sum_dynamic_energy(evaluating *v)
{
    af_figures *f = v->figures;
    const af_path *path = &v->einsum->paths[v->pmapping->path];
    f->dynamic_energy = af_known(0);
    for (int k = 0; k < path->n_nodes; k++) {
        int node = path->nodes[k];
        af_num read = af_known(0), write = af_known(0), hops = af_known(0);
        for (int i = 0; i < f->n_buffets; i++)
            if (f->buffets[i].node == node) {
                read = af_add(v->g, read, f->buffets[i].read);
                write = af_add(v->g, write, f->buffets[i].write);
            }
        for (int i = 0; i < f->n_hops; i++)
            if (f->hops[i].node == node)
                hops = af_add(v->g, hops, f->hops[i].hops);
        af_num computes = node == f->compute ? f->computes : af_known(0);
        if (add_energy(v, node, "read", read, &f->dynamic_energy) < 0 ||
            add_energy(v, node, "write", write, &f->dynamic_energy) < 0 ||
            add_energy(v, node, "hop", hops, &f->dynamic_energy) < 0 ||
            add_energy(v, node, "compute", computes, &f->dynamic_energy) < 0)
            return -1;
    }
    return 0;
}

/* ---- latency and leakage */

static bool is_component(const af_arch_node *node) { return node->kind <= AF_NETWORK; }

static int list_components(evaluating *v)
{
    const af_einsum *e = v->einsum;
    af_figures *f = v->figures;
    af_num *latency = af_new_array(v->arena, af_num, e->n_nodes),
           *of_used = af_new_array(v->arena, af_num, e->n_nodes + 1);
    int n_used = 1;                          /* the first is 0 */
    bool *used = af_new_array(v->arena, bool, e->n_nodes);
    if (af_component_latencies(v->arena, v->g, v->pmapping, f, latency, used, v->report) < 0)
        return -1;
    f->components = af_new_array(v->arena, af_component_figure, e->n_nodes);
    for (int i = 0; i < e->n_nodes; i++) {
        if (!is_component(&e->nodes[i]))
            continue;
        f->components[f->n_components++] = (af_component_figure){
            i, used[i], used[i] ? af_scaled(v->g, latency[i], e->n_instances) : af_known(0), af_known(0),
                af_known(1)};
        if (used[i])
            of_used[n_used++] = latency[i];
    }
    f->latency = af_scaled(v->g, af_extreme_of(v->g, of_used, n_used, true), e->n_instances);
    return 0;
}

static int sum_leak_energy(evaluating *v)
{
    const af_einsum *e = v->einsum;
    af_figures *f = v->figures;
    af_num *fraction = af_new_array(v->arena, af_num, e->n_nodes);
    af_active_fractions(v->g, v->pmapping, f, v->fixes, fraction);
    f->leak_energy = af_known(0);
    for (int i = 0; i < f->n_components; i++) {
        af_component_figure *c = &f->components[i];
        const af_arch_node *node = &e->nodes[c->node];
        if (isnan(node->total_leak_power))
            return af_fail(v->report, AF_BAD_DATA, AF_NOWHERE, af_node_path(v->arena, node, "leak_power"),
                           "%s", node->no_leak_power ? node->no_leak_power : "not known");
        double power = node->total_leak_power * af_leak_correction(e, c->node, v->fixes);
        c->active_fraction = fraction[c->node];
        c->leak_energy = af_mul(v->g, af_scaled(v->g, f->latency, power), c->active_fraction);
        f->leak_energy = af_add(v->g, f->leak_energy, c->leak_energy);
    }
    return 0;
}

/* ---- all together */

enum {
    NEEDS_DYNAMIC = AF_ENERGY | AF_DYNAMIC_ENERGY | AF_ENERGY_DELAY_PRODUCT | AF_ACTIONS,
    NEEDS_LEAK = AF_ENERGY | AF_LEAK_ENERGY | AF_ENERGY_DELAY_PRODUCT | AF_ACTIONS,
    NEEDS_LATENCY = AF_LATENCY | NEEDS_LEAK
};

af_figures *af_evaluate_pmapping(af_arena *arena, af_graph *g, const af_pmapping *pmapping, int metrics,
                                 uint64_t fixes, af_report *report, const char *path)
{
    af_figures *f = af_new(arena, af_figures);
    evaluating v = {arena, g, pmapping, pmapping->einsum, metrics, fixes, report, path, f};
    *f = (af_figures){.einsum = v.einsum, .compute = pmapping->compute};
    af_iterations iterations;
    if (analyze(&v, &iterations) < 0)
        return NULL;
    f->computes = af_scaled(g, iterations.computes,
                         v.einsum->n_instances * v.einsum->nodes[f->compute].actions_scale);
    f->compute_steps = iterations.compute_steps;
    list_spatial(&v, &iterations);
    find_backing_levels(&v);
    if ((metrics & NEEDS_LATENCY && list_components(&v) < 0) ||
        (metrics & NEEDS_DYNAMIC && sum_dynamic_energy(&v) < 0) ||
        (metrics & NEEDS_LEAK && sum_leak_energy(&v) < 0))
        return NULL;
    f->energy = af_add(g, f->leak_energy, f->dynamic_energy);
    f->quirks = (f->quirks | af_quirks_of(pmapping, f)) & ~fixes;
    return f;
}
