/* What the reference does otherwise, by name, and which of it touches the figures of one pmapping (50 section 15). */
#include "model/analysis.h"

#include <string.h>

static const char *const names[AF_N_QUIRKS] = {
    [AF_QUIRK_POWER_GATING] = "power-gating", [AF_QUIRK_COPY_WRITE_BACK] = "copy-write-back",
    [AF_QUIRK_PIPELINE_SEQUENTIAL] = "pipeline-sequential", [AF_QUIRK_NETWORK_TRAFFIC] = "network-traffic",
    [AF_QUIRK_PROJECTION_CONSTANT] = "projection-constant", [AF_QUIRK_PERSISTENT_NOT_FREED] = "persistent-not-freed",
    [AF_QUIRK_OWN_FANOUT_LEAK] = "own-fanout-leak"};

const char *af_quirk_name(int quirk) { return names[quirk]; }

int af_parse_fixes(const char *text, uint64_t *fixes)
{
    *fixes = 0;
    while (*text) {
        size_t length = strcspn(text, ",");
        int quirk = 0;
        while (quirk < AF_N_QUIRKS && (strlen(names[quirk]) != length || strncmp(names[quirk], text, length)))
            quirk++;
        if (quirk < AF_N_QUIRKS)
            *fixes |= (uint64_t)1 << quirk;
        else if (length == 3 && !strncmp(text, "all", 3))
            *fixes |= ((uint64_t)1 << AF_N_QUIRKS) - 1;
        else
            return -1;
        text += length + (text[length] == ',');
    }
    return 0;
}

static bool gates(const af_einsum *e)
{
    for (int i = 0; i < e->n_nodes; i++)
        for (int d = 0; d < e->nodes[i].n_dimensions; d++)
            if (e->nodes[i].dimensions[d].power_gateable && e->nodes[i].dimensions[d].fanout != 1)
                return true;
    return false;
}

static bool has_constant(const af_einsum *e)
{
    for (int t = 0; t < e->n_tensors; t++)
        for (int i = 0; i < e->tensors[t].n_ranks; i++)
            if (e->tensors[t].ranks[i].constant != 0)
                return true;
    return false;
}

static bool leaks_with_fanout(const af_einsum *e)
{
    for (int i = 0; i < e->n_nodes; i++)
        if (e->nodes[i].fanout > 1 && e->nodes[i].kind <= AF_NETWORK && e->nodes[i].total_leak_power > 0)
            return true;
    return false;
}

/* Two spatial dimensions of one network: the inner one's traffic is dropped. */
static bool drops_traffic(const af_pmapping *p, const af_figures *f)
{
    for (int i = 0; i < f->n_hops; i++) {
        const char *dimension = NULL;
        const int *position = p->einsum->paths[p->path].position;
        for (int k = 0; k < p->n_analysed; k++) {
            const af_step *s = &p->analysed[k];
            if (s->kind != AF_STEP_SPATIAL || position[s->node] < position[f->hops[i].node])
                continue;
            const char *own = p->einsum->nodes[s->node].dimensions[s->dimension].name;
            if (dimension && strcmp(dimension, own))
                return true;
            dimension = own;
        }
    }
    return false;
}

/* An input below its outermost holder in a copy: the reference counts a write-back where a fetch is meant. */
static bool copies_inputs(const af_pmapping *p)
{
    for (int i = 0; p->is_copy && i < p->n_analysed; i++)
        if (p->analysed[i].kind == AF_STEP_STORAGE && !p->analysed[i].backing && !p->einsum->tensors[p->analysed[i].tensor].output)
            return true;
    return false;
}

uint64_t af_quirks_of(const af_pmapping *pmapping, const af_figures *figures)
{
    const af_einsum *e = pmapping->einsum;
    return (uint64_t)(figures->n_components > 0 && gates(e)) << AF_QUIRK_POWER_GATING |
           (uint64_t)copies_inputs(pmapping) << AF_QUIRK_COPY_WRITE_BACK | (uint64_t)drops_traffic(pmapping, figures) << AF_QUIRK_NETWORK_TRAFFIC |
           (uint64_t)has_constant(e) << AF_QUIRK_PROJECTION_CONSTANT |
           (uint64_t)(figures->n_components > 0 && leaks_with_fanout(e)) << AF_QUIRK_OWN_FANOUT_LEAK;
}
