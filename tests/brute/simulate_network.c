/* Networks, link by link. The instances of a spatial loop are blocks that stand in a row along its dimension;
 * what comes from above arrives at the first place of the first block, which sends each other block what it
 * asks for; the first place of that block serves its own parts likewise. In a mesh data pass all places
 * between; a switch has one link to each place. What all blocks share is sent once and passed on. */
#include "simulate_network.h"

#include <stdlib.h>
#include <string.h>

int most_instances(const sim_einsum *e, int at)
{
    const sim_node *loop = &e->nodes[at];
    int size = e->bounds[loop->variable];
    for (int i = 0; i < at; i++)
        if (e->nodes[i].kind != SIM_HOLD && e->nodes[i].variable == loop->variable)
            size = e->nodes[i].tile;
    return (size + loop->tile - 1) / loop->tile;
}

/* Places along the dimension that one instance of a loop takes. */
static int places_in(const sim_einsum *e, int at)
{
    int places = 1;
    for (int i = at + 1; i < e->n_nodes; i++)
        if (e->nodes[i].kind == SIM_SPATIAL && e->nodes[i].level == e->nodes[at].level &&
            e->nodes[i].dimension == e->nodes[at].dimension)
            places *= most_instances(e, i);
    return places;
}

/* The nearest network above a spatial loop, if the tensor comes through it: its holder stands above. -1: it
 * does not. */
static int network_below(const sim_problem *p, const sim_einsum *e, int source, int at)
{
    for (int l = e->nodes[at].level - 1; source >= 0 && l > source; l--)
        if (p->levels[l].kind == SIM_NETWORK && is_on_path(p, e, l))
            return l;
    return -1;
}

static int source_of(const sim_einsum *e, int tensor, int at)
{
    int source = -1;
    for (int i = 0; i < at; i++)
        if (e->nodes[i].kind == SIM_HOLD && e->nodes[i].tensor == tensor)
            source = e->nodes[i].level;
    return source;
}

static int network_of(const sim_problem *p, const sim_einsum *e, int tensor, int at)
{
    return network_below(p, e, source_of(e, tensor, at), at);
}

/* Where the data for a place of an Array come from: the unit that serves it, if the source is spread over the
 * Array; else the first place. */
static int start_of(const links *k, int source, const sim_node *loop, int place)
{
    if (source < 0 || !k->p->levels[source].grid || k->p->levels[source].grid != loop->level ||
        !k->p->levels[source].spread[loop->dimension])
        return 0;
    return place - place % unit_stride(k->p, source, loop->dimension);
}

static int place(const links *k)
{
    int number = 0;
    for (int l = 0; l < k->p->n_levels; l++)
        for (int d = 0; d < k->p->levels[l].n_dimensions; d++)
            number = number * k->p->levels[l].fanout[d] + k->at[l][d];
    return number;
}

void links_start(links *k, const sim_problem *p, const sim_einsum *e)
{
    *k = (links){.p = p, .e = e, .n_places = 1};
    for (int l = 0; l < p->n_levels; l++)
        for (int d = 0; d < p->levels[l].n_dimensions; d++)
            k->n_places *= p->levels[l].fanout[d];
    for (int l = 0; l < p->n_levels; l++)
        for (int d = 0; d < p->levels[l].n_dimensions; d++)
            if (!(k->load[l][d] = calloc((size_t)k->n_places, sizeof(double))) ||
                !(k->all[l][d] = calloc((size_t)k->n_places, sizeof(double))))
                abort();
}

static void load(links *k, const sim_node *loop, int offset, double values)
{
    k->at[loop->level][loop->dimension] += offset;
    k->load[loop->level][loop->dimension][place(k)] += values;
    k->at[loop->level][loop->dimension] -= offset;
}

/* One value on its way to the i-th block: along the row of the unit that it comes from. */
static void carry_one(links *k, const sim_node *loop, int source, int network, const request *r, int i,
                      int size, bool shared, sim_carried *c)
{
    int start = start_of(k, source, loop, i), *at = k->at[loop->level];
    bool all_to_all = k->p->levels[network].all_to_all;
    int first = all_to_all ? start : shared ? (i - 1) * size : start, end = all_to_all ? start + 1 : i * size;
    for (int d = 0; d < SIM_DIMENSIONS; d++)
        if (d != loop->dimension)
            at[d] += start_of(k, source, &(sim_node){.level = loop->level, .dimension = d}, r->place[d]);
    for (int step = first; step < end; step++) {
        c->hops++;
        if (!all_to_all || !shared || i == 1)
            load(k, loop, step, 1);
    }
    for (int d = 0; d < SIM_DIMENSIONS; d++)
        if (d != loop->dimension)
            at[d] -= start_of(k, source, &(sim_node){.level = loop->level, .dimension = d}, r->place[d]);
}

void links_carry(links *k, int tensor, int at, int i, const request *requests, int n, bool shared,
                 sim_result *result)
{
    const sim_node *loop = &k->e->nodes[at];
    int network = network_of(k->p, k->e, tensor, at), source = source_of(k->e, tensor, at);
    for (int r = 0; network >= 0 && i > start_of(k, source, loop, i) && r < n; r++)
        carry_one(k, loop, source, network, &requests[r], i, places_in(k->e, at), shared,
                  &result->carried[network][tensor]);
}

/* Goes to the i-th block, or back with -i. */
void links_move(links *k, int tensor, int at, int i, sim_result *result)
{
    const sim_node *loop = &k->e->nodes[at];
    int network = network_of(k->p, k->e, tensor, at), places = i * places_in(k->e, at);
    int forward = i < 0 ? -1 : 1;
    k->at[loop->level][loop->dimension] += places;
    if (network < 0)
        return;
    sim_carried *c = &result->carried[network][tensor];
    int steps = forward * places - start_of(k, source_of(k->e, tensor, at), loop, forward * i);
    k->way[network] += forward * (k->p->levels[network].all_to_all ? steps > 0 : steps);
    c->farthest = k->way[network] > c->farthest ? k->way[network] : c->farthest;
}

/* It passes the same links on the way up as down. Counted for the tensor of the upper node. */
void links_send(links *k, int from, int to, const int *instance, sim_result *result)
{
    int upper = from < to ? from : to, lower = from < to ? to : from;
    int tensor = k->e->nodes[upper].tensor, source = k->e->nodes[upper].level;
    for (int l = 0; l < k->p->n_levels; l++)
        k->way[l] = 0;
    memset(k->at, 0, sizeof k->at);
    for (int i = 0; i < lower; i++) {
        const sim_node *loop = &k->e->nodes[i];
        int network = loop->kind == SIM_SPATIAL && i > upper ? network_below(k->p, k->e, source, i) : -1;
        if (loop->kind != SIM_SPATIAL)
            continue;
        int steps = instance[i] * places_in(k->e, i), start = start_of(k, source, loop, instance[i]);
        bool mesh = network >= 0 && !k->p->levels[network].all_to_all;
        int end = mesh || start == steps ? steps : start + 1;
        for (int step = start; network >= 0 && step < end; step++) {
            result->carried[network][tensor].hops++;
            k->way[network]++;
            load(k, loop, step, 1);
        }
        k->at[loop->level][loop->dimension] += steps;
    }
    for (int l = 0; l < k->p->n_levels; l++)
        if (k->way[l] > result->carried[l][tensor].farthest)
            result->carried[l][tensor].farthest = k->way[l];
}

/* Values become actions, and what the tensor has loaded is added to what the others have. */
void links_add(links *k, int tensor, sim_result *result)
{
    int network = -1;
    for (int l = 0; l < k->p->n_levels; l++) {
        const sim_level *level = &k->p->levels[l];
        if (level->kind == SIM_NETWORK && is_on_path(k->p, k->e, l)) {
            network = l;
            result->carried[l][tensor].hops *= k->p->bits / level->read_bits;
        }
        for (int d = 0; network >= 0 && d < level->n_dimensions; d++)
            for (int i = 0; i < k->n_places; i++) {
                double own = k->load[l][d][i] * k->p->bits / k->p->levels[network].read_bits,
                    *most = &result->carried[network][tensor].most[l][d],
                    *busiest = &result->busiest_link[network];
                k->all[l][d][i] += own;
                k->load[l][d][i] = 0;
                *most = own > *most ? own : *most;
                *busiest = k->all[l][d][i] > *busiest ? k->all[l][d][i] : *busiest;
            }
    }
}

void links_end(links *k)
{
    for (int l = 0; l < SIM_LEVELS; l++)
        for (int d = 0; d < SIM_DIMENSIONS; d++) {
            free(k->load[l][d]);
            free(k->all[l][d]);
        }
}
