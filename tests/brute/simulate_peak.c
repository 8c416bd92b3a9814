#include "simulate.h"

#include <string.h>

/* Memory in use. A tile is taken where its holder stands or, if the tensor is held further out already,
 * under the temporal loops that follow immediately as long as they index it; under a loop that indexes it in
 * a sum it is taken, but not further. A copy takes its tiles where the holders stand, to the innermost
 * one that it needs. */
double reserved_bits(const sim_problem *problem, int einsum, int tensor, int level, int *loops_above)
{
    const sim_einsum *e = &problem->einsums[einsum];
    const sim_tensor *t = &e->tensors[tensor];
    int size[SIM_VARIABLES], depth = 0, at = 0;
    bool held = false;
    memcpy(size, e->bounds, sizeof size);
    int under = 0;                           /* the node that the tile is reserved above */
    for (; at < e->n_nodes; at++) {
        const sim_node *node = &e->nodes[at];
        if (node->kind == SIM_HOLD && node->tensor == tensor && node->level == level)
            break;
        held |= node->kind == SIM_HOLD && node->tensor == tensor;
        if (node->kind != SIM_HOLD) {
            size[node->variable] = node->tile;
            depth++;
        }
    }
    if (at == e->n_nodes || problem->levels[level].kind != SIM_MEMORY ||
        (e->copy && at > innermost_backing(e)))
        return 0;
    held &= !e->copy;
    under = at + 1;
    for (int i = at + 1; held && i < e->n_nodes; i++) {
        if (e->nodes[i].kind == SIM_HOLD && e->nodes[i].tensor != tensor && !problem->by_order)
            continue;
        bool in_sum = false;
        if (e->nodes[i].kind != SIM_TEMPORAL || !indexes(t, e->nodes[i].variable, &in_sum))
            break;
        size[e->nodes[i].variable] = e->nodes[i].tile;
        depth++;
        held = !in_sum;
        under = i + 1;
    }
    *loops_above = depth;
    if (problem->levels[level].grid)
        return values_in_one_unit(problem, e, tensor, level, under, size) * problem->bits;
    double values = 1;
    for (int r = 0; r < t->n_ranks; r++)
        values *= tile_extent(&t->ranks[r], size);
    return values * problem->bits;
}

/* The level that holds a tensor outermost. */
static int backing_level(const sim_einsum *e, int tensor)
{
    for (int i = 0; i < e->n_nodes; i++)
        if (e->nodes[i].kind == SIM_HOLD && e->nodes[i].tensor == tensor)
            return e->nodes[i].level;
    return -1;
}

/* Source and copy in one memory are one tile: its name is the source's. */
static const char *tile_name(const sim_problem *p, const char *name, int level)
{
    int loops;
    for (int e = p->n_einsums - 1; e >= 0; e--)
        if (p->einsums[e].copy && !strcmp(p->einsums[e].tensors[1].name, name) &&
            reserved_bits(p, e, 0, level, &loops) > 0 && reserved_bits(p, e, 1, level, &loops) > 0)
            name = p->einsums[e].tensors[0].name;
    return name;
}

/* Does an Einsum hold that tile, as its outermost? Then it is one with that of the others who do. */
static bool shares(const sim_problem *p, int einsum, const char *tile, int level)
{
    const sim_einsum *e = &p->einsums[einsum];
    for (int t = 0; t < e->n_tensors; t++)
        if (backing_level(e, t) == level && !strcmp(tile_name(p, e->tensors[t].name, level), tile))
            return true;
    return false;
}

/* Is what Einsum `from` reserves for a tensor under `depth` loops in use while Einsum `now` runs? Yes, if
 * both stand under a loop that is below the reservation, since that loop comes back; and yes, if the tensor
 * is handed on to an Einsum after `now`. */
static bool in_use(const sim_problem *p, int now, int from, int tensor, int level, int depth)
{
    const char *tile = tile_name(p, p->einsums[from].tensors[tensor].name, level);
    if (p->common[now][from] > depth)
        return true;
    for (int later = now + 1; from < now && later < p->n_einsums; later++)
        if (backing_level(&p->einsums[from], tensor) == level && shares(p, later, tile, level) &&
            p->common[now][from] >= depth)
            return true;
    return false;
}

/* Another Einsum, or another name in the same copy, has counted the tile. */
static bool counted_before(const sim_problem *p, int now, int from, int tensor, int level)
{
    int loops;
    const sim_einsum *e = &p->einsums[from];
    const char *tile = tile_name(p, e->tensors[tensor].name, level);
    for (int t = 0; e->copy && t < tensor; t++)
        if (reserved_bits(p, from, t, level, &loops) > 0 &&
            (from == now || in_use(p, now, from, t, level, loops)))
            return true;
    if (from == now || backing_level(e, tensor) != level)
        return false;
    if (shares(p, now, tile, level))
        return true;
    for (int other = 0; other < from; other++)
        for (int t = 0; other != now && t < p->einsums[other].n_tensors; t++) {
            const sim_einsum *o = &p->einsums[other];
            if (backing_level(o, t) == level && !strcmp(tile_name(p, o->tensors[t].name, level), tile) &&
                reserved_bits(p, other, t, level, &loops) > 0 && in_use(p, now, other, t, level, loops))
                return true;
        }
    return false;
}

double peak_bits(const sim_problem *p, int level)
{
    double most = 0;
    for (int now = 0; now < p->n_einsums; now++) {
        double bits = 0;
        for (int from = 0; from < p->n_einsums; from++)
            for (int t = 0; t < p->einsums[from].n_tensors; t++) {
                int depth = 0;
                double own = reserved_bits(p, from, t, level, &depth);
                if (own > 0 && (from == now || in_use(p, now, from, t, level, depth)) &&
                    !counted_before(p, now, from, t, level))
                    bits += own;
            }
        most = bits > most ? bits : most;
    }
    return most;
}
