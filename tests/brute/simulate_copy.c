/* A copy moves each value once: from where the source starts, down its holders, then up those of the
 * destination to where that ends. Where both lie in one memory it is one tile, and the way is cut short. */
#include "simulate_network.h"

#include <stdlib.h>
#include <string.h>

typedef struct way { int n, nodes[SIM_NODES]; } way;

int innermost_backing(const sim_einsum *e)
{
    int last = -1;
    bool held[SIM_TENSORS] = {false};
    for (int i = 0; i < e->n_nodes; i++)
        if (e->nodes[i].kind == SIM_HOLD && !held[e->nodes[i].tensor]) {
            held[e->nodes[i].tensor] = true;
            last = i;
        }
    return last;
}

static way way_of(const sim_einsum *e)
{
    way down = {0}, up = {0};
    for (int i = 0; i <= innermost_backing(e); i++)
        if (e->nodes[i].kind == SIM_HOLD) {
            way *own = e->nodes[i].tensor == 0 ? &down : &up;
            own->nodes[own->n++] = i;
        }
    for (int i = 0; i < down.n; i++)
        for (int k = 0; k < up.n; k++)
            if (e->nodes[down.nodes[i]].level == e->nodes[up.nodes[k]].level) {
                down.n = i + 1;
                up.n = k;
            }
    while (up.n > 0)
        down.nodes[down.n++] = up.nodes[--up.n];
    return down;
}

enum { UNITS = 1024 };
typedef struct tally { double read[UNITS], write[UNITS]; } tally;

static void move(const sim_problem *p, const sim_einsum *e, const way *w, const int *unit, tally *levels)
{
    for (int i = 0; i < w->n; i++) {
        int l = e->nodes[w->nodes[i]].level, u = unit[w->nodes[i]];
        const sim_level *level = &p->levels[l];
        bool toll = level->kind == SIM_TOLL, charged = e->nodes[w->nodes[i]].tensor == 0 ? level->down :
            level->up;
        if (i + 1 < w->n && (!toll || charged))
            levels[l].read[u] += p->bits / level->read_bits;
        if (i > 0 && !toll)
            levels[l].write[u] += p->bits / level->write_bits;
    }
}

/* Walks to every value; unit[]: which instance of its component each holder on the way is. */
static void walk(const sim_problem *p, const sim_einsum *e, const way *w, int at, int *size, int instance,
                 int *unit, tally *levels)
{
    if (at == e->n_nodes) {
        move(p, e, w, unit, levels);
        return;
    }
    const sim_node *node = &e->nodes[at];
    unit[at] = instance;
    if (node->kind == SIM_HOLD) {
        walk(p, e, w, at + 1, size, instance, unit, levels);
        return;
    }
    int whole = size[node->variable];
    for (int i = 0; i * node->tile < whole; i++) {
        int rest = whole - i * node->tile;
        size[node->variable] = rest < node->tile ? rest : node->tile;
        walk(p, e, w, at + 1, size, node->kind == SIM_SPATIAL ? instance * most_instances(e, at) + i :
             instance, unit, levels);
    }
    size[node->variable] = whole;
}

void simulate_copy(const sim_problem *p, int einsum, sim_result *result)
{
    const sim_einsum *e = &p->einsums[einsum];
    way w = way_of(e);
    int size[SIM_VARIABLES], unit[SIM_NODES];
    tally *levels = calloc((size_t)p->n_levels, sizeof *levels);
    if (!levels)
        abort();
    memcpy(size, e->bounds, sizeof size);
    walk(p, e, &w, 0, size, 0, unit, levels);
    for (int l = 0; l < p->n_levels; l++)
        for (int u = 0; u < UNITS; u++) {
            sim_count *c = &result->counts[l][0];
            double read = levels[l].read[u], write = levels[l].write[u];
            c->read += read;
            c->write += write;
            c->unit_read = read > c->unit_read ? read : c->unit_read;
            c->unit_write = write > c->unit_write ? write : c->unit_write;
        }
    free(levels);
}
