/* A whole mapping: its branches one by one, then what they use together (50 sections 2 and 10). */
#include "model/reservation.h"

#include <string.h>

typedef struct evaluating {
    af_arena *arena;
    const af_einsum *const *einsums; int n_einsums;
    const af_mapping *mapping;
    const af_model_options *options;
    af_report *report;
    af_part *parts;                          /* per Einsum; figures NULL: no leaf */
} evaluating;

static int find_einsum(const evaluating *v, const char *name)
{
    for (int i = 0; i < v->n_einsums; i++)
        if (!strcmp(v->einsums[i]->name, name))
            return i;
    return -1;
}

static bool is_accessed(void *context, const char *einsum, const char *tensor)
{
    const evaluating *v = context;
    int found = find_einsum(v, einsum);
    return found < 0 || af_find_tensor(v->einsums[found], tensor) >= 0;
}

/* ---- what is said of a hand-written mapping that is accepted but odd (50 sections 12, 15) */

static void warn_of_node(const evaluating *v, const af_mapping_node *node)
{
    for (int i = 0; i < node->tensors.count; i++) {
        bool known = false;
        for (int e = 0; e < v->n_einsums; e++)
            known |= af_find_tensor(v->einsums[e], node->tensors.names[i]) >= 0;
        if (!known)
            af_warn(v->report, node->place, node->path,
                    "tensors: no Einsum has a tensor \"%s\"; it is left out", node->tensors.names[i]);
    }
    if (node->initial_tile_shape > 0 && node->fused < 0)
        af_warn(v->report, node->place, node->path,
                "initial_tile_shape: is ignored in a mapping that no mapper has made");
    if (node->kind == AF_NODE_PIPELINE)
        af_warn(v->report, node->place, node->path,
                "a !Pipeline is evaluated as a !Sequential: its branches do not overlap in time");
    for (int i = 0; i < node->n_nodes; i++)
        warn_of_node(v, node->nodes[i]);
}

/* Of a mapping that somebody wrote; of one that a mapper has made, the mapper has told what is odd. */
static void warn_of_given(const evaluating *v)
{
    warn_of_node(v, v->mapping);
    for (int i = 0; i < v->n_einsums; i++) {
        af_warn_of_einsum(v->einsums[i], v->report);
        af_warn_of_older_names(v->einsums[i], v->report);
    }
}

static void warn_of_order(const evaluating *v, const af_pmapping *p, const af_mapping_node *leaf)
{
    const af_einsum *e = p->einsum;
    const int *position = e->paths[p->path].position;
    const af_path *path = &e->paths[p->path];
    int outermost = -1;
    for (int i = 0; i < path->n_nodes && outermost < 0; i++)
        if (e->nodes[path->nodes[i]].kind == AF_MEMORY)
            outermost = path->nodes[i];
    for (int i = 0; i < p->n_steps; i++) {
        const af_step *s = &p->steps[i];
        if (s->kind != AF_STEP_STORAGE && s->kind != AF_STEP_TOLL)
            continue;
        for (int k = 0; k < i; k++) {
            const af_step *above = &p->steps[k];
            if (af_is_holder(above) &&
                above->tensor == s->tensor && position[above->node] > position[s->node])
                af_warn(v->report, leaf->place, leaf->path,
                        "%s holds %s above %s, but stands below it in the architecture",
                        e->nodes[above->node].name, e->tensors[s->tensor].name, e->nodes[s->node].name);
        }
        if (s->backing && s->node != outermost && !e->tensors[s->tensor].fusable)
            af_warn(v->report, leaf->place, leaf->path,
                    "%s starts and ends in %s: %s does not hold it, so nothing is moved above",
                    e->tensors[s->tensor].name, e->nodes[s->node].name, e->nodes[outermost].name);
    }
}

/* ---- branches */

static bool has_labels(const af_branch *branch)
{
    for (int i = 0; i < branch->n_nodes; i++)
        if (branch->nodes[i]->fused >= 0)
            return true;
    return false;
}

static const char *names_of_einsums(const evaluating *v)
{
    af_text text = {0};
    for (int i = 0; i < v->n_einsums; i++)
        af_text_printf(&text, "%s%s", i ? ", " : "", v->einsums[i]->name);
    const char *names = af_copy_text(v->arena, text.bytes ? text.bytes : "");
    af_text_free(&text);
    return names;
}

static int evaluate_branch(evaluating *v, const af_branch *branch)
{
    const af_mapping_node *leaf = branch->nodes[branch->n_nodes - 1];
    const char *path = leaf->path ? leaf->path : "mapping";
    int index = find_einsum(v, branch->einsum), n_steps;
    if (index < 0)
        return af_fail(v->report, AF_BAD_DATA, leaf->place, af_format(v->arena, "%s.einsum", path),
                       "the workload has no Einsum %s; it has %s",
                       branch->einsum, names_of_einsums(v));
    if (v->parts[index].figures)
        return af_fail(v->report, AF_BAD_DATA, leaf->place, af_format(v->arena, "%s.einsum", path),
                       "%s is computed in two branches of the mapping",
                       branch->einsum);
    const af_einsum *e = v->einsums[index];
    af_step *steps = af_steps_of_branch(v->arena, e, branch, v->options->permissive, &n_steps, v->report);
    if (!steps)
        return -1;
    bool labelled = has_labels(branch);
    const af_prepare_options all_imperfect = {true, true, labelled, v->options->fixes};
    af_pmapping *p = af_pmapping_prepare(v->arena, e, steps, n_steps, &all_imperfect, v->report, path);
    if (!p)
        return -1;
    af_figures *f = af_evaluate_pmapping(v->arena, af_graph_new(v->arena), p, v->options->metrics,
                                         v->options->fixes, v->report, path);
    if (!f || af_figures_check(f, v->report, path) < 0)
        return -1;
    if (leaf->path)
        warn_of_order(v, p, leaf);
    v->parts[index] = (af_part){p, f};
    return 0;
}

static int evaluate_branches(evaluating *v)
{
    af_branch *branches;
    int n_branches, failed = 0;
    if (af_mapping_branches(v->arena, v->mapping, is_accessed, v, &branches, &n_branches, v->report) < 0)
        return -1;
    for (int i = 0; i < n_branches; i++) {
        const af_mapping_node *leaf = branches[i].nodes[branches[i].n_nodes - 1];
        af_report_at(v->report, leaf->place, leaf->path);
        failed |= evaluate_branch(v, &branches[i]) < 0;
        af_report_at(v->report, AF_NOWHERE, NULL);
    }
    return failed ? -1 : 0;
}

int af_figures_check(const af_figures *figures, af_report *report, const char *path)
{
    const af_einsum *e = figures->einsum;
    int faults = 0;
    for (int i = 0; i < figures->n_spatial; i++) {
        const af_spatial_use *use = &figures->spatial[i];
        const af_dimension *d = &e->nodes[use->node].dimensions[use->dimension];
        if (use->used.value > d->fanout)
            faults |= af_fail(report, AF_BAD_DATA, AF_NOWHERE, path,
                              "%s uses %.17g spatial instances of %s dimension %s, "
                              "but its fanout is only %.17g",
                              e->name, use->used.value, e->nodes[use->node].name, d->name, d->fanout);
    }
    for (int node = 0; node < e->n_nodes; node++) {
        double bits = 0;
        for (int i = 0; i < figures->n_buffets; i++)
            if (figures->buffets[i].node == node)
                bits += figures->buffets[i].occupancy.value;
        if (e->nodes[node].kind == AF_MEMORY && bits > e->nodes[node].size)
            faults |= af_fail(report, AF_BAD_DATA, AF_NOWHERE, path,
                              "%s uses %.17g bits of %s but its size is only %.17g bits", e->name, bits,
                              e->nodes[node].name, e->nodes[node].size);
    }
    return faults;
}

/* ---- totals */

static af_mapping_figures *add_up(evaluating *v)
{
    af_mapping_figures *all = af_new(v->arena, af_mapping_figures);
    af_part *parts = af_new_array(v->arena, af_part, v->n_einsums);
    all->figures = af_new_array(v->arena, af_figures *, v->n_einsums);
    all->pmappings = af_new_array(v->arena, af_pmapping *, v->n_einsums);
    for (int i = 0; i < v->n_einsums; i++) {
        const af_figures *f = v->parts[i].figures;
        if (!f) {
            af_warn(v->report, v->mapping->place, "mapping", "no branch computes the Einsum %s",
                    v->einsums[i]->name);
            continue;
        }
        parts[all->n_einsums] = v->parts[i];
        all->figures[all->n_einsums] = (af_figures *)f;
        all->pmappings[all->n_einsums++] = (af_pmapping *)v->parts[i].pmapping;
        all->latency += f->latency.value;
        all->dynamic_energy += f->dynamic_energy.value;
        all->leak_energy += f->leak_energy.value;
        all->energy += f->energy.value;
        all->quirks |= f->quirks;
    }
    all->energy_delay_product = all->energy * all->latency;
    return af_peak_usage(v->arena, parts, all->n_einsums, &all->usages, &all->n_usages, v->report) < 0 ?
        NULL : all;
}

af_mapping_figures *af_evaluate_mapping(af_arena *arena, const af_einsum *const *einsums, int n_einsums,
                                        const af_mapping *mapping, const af_model_options *options,
                                        af_report *report)
{
    evaluating v = {arena, einsums, n_einsums, mapping, options, report,
        af_new_array(arena, af_part, n_einsums)};
    if (af_check_bounds(einsums, n_einsums, report) < 0)
        return NULL;
    if (mapping->path || mapping->place.line)
        warn_of_given(&v);
    return evaluate_branches(&v) < 0 ? NULL : add_up(&v);
}
