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

typedef struct copying {
    const sim_problem *p; const sim_einsum *e;
    way way;
    int size[SIM_VARIABLES];                 /* of the tile where the walk is */
    int unit[SIM_NODES];                     /* holder: which instance of its component */
    int instance[SIM_NODES];                 /* spatial loop: which of its own */
    tally *levels;
    links links;
    int tensor;                              /* whose links are counted */
    sim_result *result;
} copying;

static int unit_of(const copying *c, int at)
{
    int level = c->e->nodes[at].level, place[SIM_DIMENSIONS] = {0};
    for (int i = at; i < c->e->n_nodes; i++)
        if (c->e->nodes[i].kind == SIM_SPATIAL && c->e->nodes[i].level == c->p->levels[level].grid)
            place[c->e->nodes[i].dimension] = c->instance[i];
    return c->unit[at] * units_of(&c->p->levels[level]) + unit_at(c->p, level, place);
}

static void move(copying *c)
{
    const sim_einsum *e = c->e;
    for (int i = 0; i < c->way.n; i++) {
        int at = c->way.nodes[i], l = e->nodes[at].level, u = unit_of(c, at), bits = c->p->bits;
        const sim_level *level = &c->p->levels[l];
        bool toll = level->kind == SIM_TOLL, charged = e->nodes[at].tensor == 0 ? level->down : level->up;
        if (c->tensor == 0 && i + 1 < c->way.n && (!toll || charged))
            c->levels[l].read[u] += bits / level->read_bits;
        if (c->tensor == 0 && i > 0 && !toll)
            c->levels[l].write[u] += bits / level->write_bits;
        int next = i + 1 < c->way.n ? c->way.nodes[i + 1] : at, upper = next < at ? next : at;
        if (next != at && e->nodes[upper].tensor == c->tensor)
            links_send(&c->links, at, next, c->instance, c->result);
    }
}

/* Walks to every value. */
static void walk(copying *c, int at, int instance)
{
    if (at == c->e->n_nodes) {
        move(c);
        return;
    }
    const sim_node *node = &c->e->nodes[at];
    c->unit[at] = instance;
    if (node->kind == SIM_HOLD) {
        walk(c, at + 1, instance);
        return;
    }
    int *size = &c->size[node->variable], whole = *size;
    for (int i = 0; i * node->tile < whole; i++) {
        int rest = whole - i * node->tile;
        *size = rest < node->tile ? rest : node->tile;
        c->instance[at] = i;
        walk(c, at + 1, node->kind == SIM_SPATIAL ? instance * most_instances(c->e, at) + i : instance);
    }
    *size = whole;
}

void simulate_copy(const sim_problem *p, int einsum, sim_result *result)
{
    copying c = {.p = p, .e = &p->einsums[einsum], .way = way_of(&p->einsums[einsum]), .result = result,
                 .levels = calloc((size_t)p->n_levels, sizeof *c.levels)};
    if (!c.levels)
        abort();
    links_start(&c.links, p, c.e);
    for (c.tensor = 0; c.tensor < c.e->n_tensors; c.tensor++) {
        memcpy(c.size, c.e->bounds, sizeof c.size);
        walk(&c, 0, 0);
        links_add(&c.links, c.tensor, result);
    }
    links_end(&c.links);
    for (int l = 0; l < p->n_levels; l++)
        for (int u = 0; u < UNITS; u++) {
            sim_count *count = &result->counts[l][0];
            double read = c.levels[l].read[u], write = c.levels[l].write[u];
            count->read += read;
            count->write += write;
            count->unit_read = read > count->unit_read ? read : count->unit_read;
            count->unit_write = write > count->unit_write ? write : count->unit_write;
        }
    free(c.levels);
}
