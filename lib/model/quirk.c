/* What the reference does otherwise, by name, and which of it touches the figures of one
 * pmapping (50 section 15). */
#include "model/analysis.h"

#include <math.h>
#include <string.h>

static const char *const names[AF_N_QUIRKS] = {
    [AF_QUIRK_POWER_GATING] = "power-gating", [AF_QUIRK_OWN_FANOUT_LEAK] = "own-fanout-leak",
    [AF_QUIRK_ARRAY_MEMBERS] = "array-members", [AF_QUIRK_COMPUTE_FANOUT] = "compute-fanout",
    [AF_QUIRK_IMPERFECT_TILES] = "imperfect-tiles", [AF_QUIRK_INITIAL_TILE_SHAPE] = "initial-tile-shape",
    [AF_QUIRK_RESERVATION_ORDER] = "reservation-order", [AF_QUIRK_PERSISTENT_TENSORS] = "persistent-tensors",
    [AF_QUIRK_PERSISTENT_NOT_FREED] = "persistent-not-freed",
    [AF_QUIRK_PROJECTION_CONSTANT] = "projection-constant",
    [AF_QUIRK_NEGATIVE_COEFFICIENT] = "negative-coefficient", [AF_QUIRK_NETWORK_TRAFFIC] = "network-traffic",
    [AF_QUIRK_NETWORK_VOLUME] = "network-volume", [AF_QUIRK_NETWORK_REACH] = "network-reach",
    [AF_QUIRK_NETWORK_BETWEEN] = "network-between", [AF_QUIRK_SPREAD_UNITS] = "spread-units",
    [AF_QUIRK_COPY_WRITE_BACK] = "copy-write-back", [AF_QUIRK_COPY_NETWORK] = "copy-network",
    [AF_QUIRK_TILE_SHAPE] = "tile-shape",
    [AF_QUIRK_SPATIAL_LOOP_LIMIT] = "spatial-loop-limit"};

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

static bool has_constant(const af_rank *rank) { return rank->constant != 0; }

static bool has_negative(const af_rank *rank)
{
    bool negative = false;
    for (int k = 0; k < rank->n_terms; k++)
        negative |= rank->terms[k].coefficient < 0;
    return negative;
}

static bool any_rank(const af_einsum *e, bool (*has)(const af_rank *rank))
{
    for (int t = 0; t < e->n_tensors; t++)
        for (int i = 0; i < e->tensors[t].n_ranks; i++)
            if (has(&e->tensors[t].ranks[i]))
                return true;
    return false;
}

static bool leaks_otherwise(const af_einsum *e, af_quirk quirk)
{
    for (int i = 0; i < e->n_nodes; i++)
        if (e->nodes[i].kind <= AF_NETWORK && e->nodes[i].total_leak_power > 0 &&
            af_leak_correction(e, i, (uint64_t)1 << quirk) != 1)
            return true;
    return false;
}

/* Traffic of inner dimensions, or of all but the last iteration: where anything is charged below a loop, some
 * is dropped. */
static bool drops_traffic(const af_pmapping *p, const af_figures *f)
{
    const int *position = p->einsum->paths[p->path].position;
    for (int i = 0; i < f->n_hops; i++) {
        bool loop_above = false;
        for (int k = 0; k < p->n_analysed; k++) {
            const af_step *s = &p->analysed[k];
            bool charged = s->kind == AF_STEP_SPATIAL && position[s->node] >= position[f->hops[i].node];
            if (charged && loop_above)
                return true;
            loop_above |= s->kind == AF_STEP_TEMPORAL || charged;
        }
    }
    return false;
}

/* An input below its outermost holder in a copy: the reference counts a write-back where a fetch is meant. */
static bool copies_inputs(const af_pmapping *p)
{
    for (int i = 0; p->is_copy && i < p->n_analysed; i++)
        if (p->analysed[i].kind == AF_STEP_STORAGE && !p->analysed[i].backing &&
            !p->einsum->tensors[p->analysed[i].tensor].output)
            return true;
    return false;
}

uint64_t af_quirks_of(const af_pmapping *pmapping, const af_figures *figures)
{
    const af_einsum *e = pmapping->einsum;
    bool leaks = figures->n_components > 0;
    const struct { af_quirk quirk; bool touched; } rows[] = {
        {AF_QUIRK_POWER_GATING, leaks && gates(e)},
        {AF_QUIRK_OWN_FANOUT_LEAK, leaks && leaks_otherwise(e, AF_QUIRK_OWN_FANOUT_LEAK)},
        {AF_QUIRK_ARRAY_MEMBERS, leaks && leaks_otherwise(e, AF_QUIRK_ARRAY_MEMBERS)},
        {AF_QUIRK_COMPUTE_FANOUT, leaks && leaks_otherwise(e, AF_QUIRK_COMPUTE_FANOUT)},
        {AF_QUIRK_IMPERFECT_TILES, af_is_uneven(pmapping)},
        {AF_QUIRK_PROJECTION_CONSTANT, any_rank(e, has_constant)},
        {AF_QUIRK_NEGATIVE_COEFFICIENT, any_rank(e, has_negative)},
        {AF_QUIRK_NETWORK_TRAFFIC, drops_traffic(pmapping, figures)},
        {AF_QUIRK_COPY_WRITE_BACK, copies_inputs(pmapping)},
    };
    uint64_t quirks = pmapping->quirks;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        quirks |= (uint64_t)rows[i].touched << rows[i].quirk;
    return quirks;
}

uint64_t af_quirks_of_search(const af_einsum *e)
{
    bool tiles = false, fans = false;
    for (int i = 0; i < e->n_nodes; i++) {
        tiles |= e->nodes[i].tensors.n_tile_shapes > 0;
        for (int d = 0; d < e->nodes[i].n_dimensions; d++)
            fans |= e->nodes[i].dimensions[d].fanout > 1;
    }
    bool loops = fans && isfinite(e->mapper.max_loops_per_spatial_dimension);
    return (uint64_t)tiles << AF_QUIRK_TILE_SHAPE | (uint64_t)loops << AF_QUIRK_SPATIAL_LOOP_LIMIT;
}
