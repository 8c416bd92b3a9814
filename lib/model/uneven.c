/* Loops that do not divide evenly, counted as they run (50 section 15, rows 3 and 6).
 *
 * The sizes that the tiles of one rank variable have are a short list: a loop cuts each into whole tiles and
 * a rest, or into a first tile of its own size and then those. With V tiles of a rank variable in all, the
 * average tile is bound / V, a loop runs V below / V above times, and since rank variables are cut
 * independently of each other, products of averages are exact averages of products. */
#include "model/analysis.h"

#include <math.h>

typedef struct tiles { double size, times; } tiles;
typedef af_list(tiles) sizes;

static void add_tiles(af_arena *arena, sizes *list, double size, double times)
{
    for (int i = 0; i < list->count; i++)
        if (list->items[i].size == size) {
            list->items[i].times += times;
            return;
        }
    if (size > 0 && times > 0)
        *af_push(arena, list) = (tiles){size, times};
}

/* `whole` is cut, `times` times over, and of its tiles the first `only` are kept; 0: all. */
static void cut_one(af_arena *arena, const af_step *loop, double whole, double times, int only, sizes *below)
{
    double first = af_is_zero(loop->initial) ? loop->tile.value : loop->initial.value, rest = whole - first,
        tile = loop->tile.value, wholes = floor(rest / tile);
    add_tiles(arena, below, fmin(first, whole), times);
    if (rest <= 0)
        return;
    add_tiles(arena, below, tile, times * (only ? fmin(wholes, only - 1) : wholes));
    if (!only || wholes < only - 1)
        add_tiles(arena, below, rest - wholes * tile, times);
}

static double count_tiles(const sizes *list, double *values, double *largest)
{
    double count = 0;
    *values = *largest = 0;
    for (int i = 0; i < list->count; i++) {
        count += list->items[i].times;
        *values += list->items[i].times * list->items[i].size;
        *largest = fmax(*largest, list->items[i].size);
    }
    return count;
}

static double instances_of(const af_step *loop, double largest)
{
    double first = af_is_zero(loop->initial) ? loop->tile.value : loop->initial.value;
    return 1 + ceil(fmax(0, largest - first) / loop->tile.value);
}

static af_cut cut_all(af_arena *arena, const af_step *loop, int only, sizes *list)
{
    sizes below = {0};
    af_cut cut;
    double values, largest, above = count_tiles(list, &values, &largest);
    cut.instances = instances_of(loop, largest);
    for (int i = 0; i < list->count; i++)
        cut_one(arena, loop, list->items[i].size, list->items[i].times, only, &below);
    cut.count = count_tiles(&below, &cut.values, &cut.largest);
    cut.factor = cut.count / above;
    cut.average = cut.values / cut.count;
    *list = below;
    return cut;
}

af_cut *af_cut_nest(af_arena *arena, const af_pmapping *pmapping, const af_nest *nest, const int *only)
{
    const af_einsum *e = pmapping->einsum;
    af_cut *cuts = af_new_array(arena, af_cut, nest->n);
    sizes *of_variable = af_new_array(arena, sizes, e->n_rank_variables);
    for (int v = 0; v < e->n_rank_variables; v++)
        add_tiles(arena, &of_variable[v], e->rank_variables[v].bound, 1);
    for (int i = 0; i < nest->n; i++) {
        const af_step *s = &pmapping->analysed[nest->steps[i]];
        if (af_is_loop(s))
            cuts[i] = cut_all(arena, s, only[i], &of_variable[s->rank_variable]);
    }
    return cuts;
}

bool af_is_uneven(const af_pmapping *pmapping)
{
    const af_einsum *e = pmapping->einsum;
    bool uneven = false;
    double shape[64];
    for (int v = 0; v < e->n_rank_variables; v++)
        shape[v] = e->rank_variables[v].bound;
    for (int i = 0; i < pmapping->n_analysed; i++) {
        const af_step *s = &pmapping->analysed[i];
        if (!af_is_loop(s))
            continue;
        if (!af_is_known(s->tile) || !af_is_known(s->initial))
            return false;
        uneven |= !af_is_zero(s->initial) || fmod(shape[s->rank_variable], s->tile.value) != 0;
        shape[s->rank_variable] = s->tile.value;
    }
    return uneven;
}
