/* A memory that is spread over an Array: its units stand in it at equal distances, and each holds what the
 * places nearest to it ask for. */
#include "simulate.h"

#include <stdlib.h>
#include <string.h>

int units_of(const sim_level *level)
{
    int units = 1;
    for (int d = 0; level->grid && d < SIM_DIMENSIONS; d++)
        units *= level->spread[d] ? level->spread[d] : 1;
    return units;
}

int unit_stride(const sim_problem *p, int level, int dimension)
{
    const sim_level *l = &p->levels[level];
    return l->spread[dimension] ? p->levels[l->grid].fanout[dimension] / l->spread[dimension] : 1;
}

int unit_at(const sim_problem *p, int level, const int *place)
{
    const sim_level *l = &p->levels[level];
    int unit = 0;
    for (int d = 0; l->grid && d < SIM_DIMENSIONS; d++)
        if (l->spread[d])
            unit = unit * l->spread[d] + place[d] / unit_stride(p, level, d);
    return unit;
}

int hole_step(const sim_tensor *t, const int *size)
{
    int step = 0;
    for (int r = 0; r < t->n_ranks; r++)
        step = t->ranks[r].n > 1 ? 1 : step * tile_extent(&t->ranks[r], size);
    return step;
}

enum { VALUES = 512 };
typedef struct spreading {
    const sim_problem *p; const sim_einsum *e;
    const sim_tensor *t;
    int level;
    const int *whole;                        /* sizes of the tile */
    int low[SIM_VARIABLES], size[SIM_VARIABLES], place[SIM_DIMENSIONS];
    int unit[VALUES];                        /* of each value, 1 more; 0: nobody has asked for it */
} spreading;

static void ask(spreading *s)
{
    int value = 0;
    for (int r = 0; r < s->t->n_ranks; r++) {
        const sim_index *index = &s->t->ranks[r];
        int at = 0;
        for (int i = 0; i < index->n; i++)
            at += index->factor[i] * s->low[index->variable[i]];
        value = value * tile_extent(index, s->whole) + at;
    }
    if (value >= VALUES)
        abort();
    s->unit[value] = 1 + unit_at(s->p, s->level, s->place);
}

static void spread_from(spreading *s, int at)
{
    if (at == s->e->n_nodes) {
        ask(s);
        return;
    }
    const sim_node *loop = &s->e->nodes[at];
    if (loop->kind == SIM_HOLD) {
        spread_from(s, at + 1);
        return;
    }
    int v = loop->variable, whole = s->size[v], low = s->low[v];
    bool here = loop->kind == SIM_SPATIAL && loop->level == s->p->levels[s->level].grid;
    for (int i = 0; i * loop->tile < whole; i++) {
        int rest = whole - i * loop->tile;
        s->low[v] = low + i * loop->tile;
        s->size[v] = rest < loop->tile ? rest : loop->tile;
        if (here)
            s->place[loop->dimension] = i;
        spread_from(s, at + 1);
    }
    s->low[v] = low;
    s->size[v] = whole;
}

int values_in_one_unit(const sim_problem *p, const sim_einsum *e, int tensor, int level, int at,
                       const int *size)
{
    spreading s = {.p = p, .e = e, .t = &e->tensors[tensor], .level = level, .whole = size};
    int most = 0, step = hole_step(s.t, size), total = 1;
    memcpy(s.size, size, sizeof s.size);
    spread_from(&s, at);
    for (int r = 0; r < s.t->n_ranks; r++)
        total *= tile_extent(&s.t->ranks[r], size);
    for (int i = step; i < total; i++)
        if (!s.unit[i])
            s.unit[i] = s.unit[i - step];
    for (int unit = 1; unit <= units_of(&p->levels[level]); unit++) {
        int n = 0;
        for (int i = 0; i < VALUES; i++)
            n += s.unit[i] == unit;
        most = n > most ? n : most;
    }
    return most;
}
