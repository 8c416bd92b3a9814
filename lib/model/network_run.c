/* What a route carries where loops do not divide evenly, block by block: the fix of imperfect-tiles together
 * with those of networks. Averages do not do here, since how far a block's data travel depends on its place.
 *
 * The tiles of a loop have few sizes: a first one, whole ones, a rest. What is below is worked out once for
 * each. The first block of a row is the largest, and its first link the busiest. Where the source is spread
 * over an Array each part serves the places from its own to the next part's, and the first is the busiest. */
#include "model/analysis.h"

#include <math.h>
#include <string.h>

typedef struct running {
    af_arena *arena; af_graph *g;
    const af_pmapping *pmapping;
    const af_tensor *tensor; int tensor_index;
    const af_nest *nest;
    const af_cut *cuts;
    const af_route *route;
    bool to_end;                             /* the next network down serves what is below it */
    int n_names;
    af_num *size;                            /* of each rank variable's tile */
    double *place;                           /* per dimension name: of the block that the walk is in */
    uint64_t fixes;
} running;

/* from_first: what moves of it from the first part of the source */
typedef struct run { double moved, from_first, hops, farthest, *traffic; } run;

static run run_from(running *r, int at, bool past);

static run nothing(const running *r) { return (run){.traffic = af_new_array(r->arena, double, r->n_names)}; }

static void add(const running *r, run *to, const run *one, double times)
{
    to->moved += one->moved * times;
    to->from_first += one->from_first * times;
    to->hops += one->hops * times;
    to->farthest = fmax(to->farthest, one->farthest);
    for (int i = 0; i < r->n_names; i++)
        to->traffic[i] += one->traffic[i] * times;
}

/* Sizes of a loop's tiles: the first, how often the next comes, and the rest; 0: there is none. */
typedef struct tiles { double size[3]; int count[3]; } tiles;

static tiles tiles_of(const af_step *loop, double whole)
{
    double tile = loop->tile.value, first = af_is_zero(loop->initial) ? tile : loop->initial.value;
    double left = fmax(0, whole - first), n = floor(left / tile), rest = left - n * tile;
    return (tiles){{fmin(first, whole), tile, rest}, {1, (int)n, rest > 0}};
}

static bool is_charged(const running *r, const af_step *loop)
{
    int at = r->pmapping->einsum->paths[r->pmapping->path].position[loop->node];
    const int *position = r->pmapping->einsum->paths[r->pmapping->path].position;
    return at > position[r->route->network] && at <= r->route->lowest && (!r->to_end || at < r->route->end);
}

/* Places along the dimension that one block takes. */
static double places_in(const running *r, int at)
{
    const af_step *loop = &r->pmapping->analysed[r->nest->steps[at]];
    double places = 1;
    for (int i = at + 1; i < r->nest->n; i++) {
        const af_step *s = &r->pmapping->analysed[r->nest->steps[i]];
        if (s->kind == AF_STEP_SPATIAL && s->node == loop->node && s->dimension == loop->dimension)
            places *= r->cuts[i].instances;
    }
    return places;
}

/* stride: between the parts of the source; infinite if it is one */
typedef struct row { bool shared, charged, mesh; double places, stride; int name; } row;

static row row_of(const running *r, int at, bool past)
{
    const af_einsum *e = r->pmapping->einsum;
    const af_step *loop = &r->pmapping->analysed[r->nest->steps[at]];
    const af_dimension *d = &e->nodes[loop->node].dimensions[loop->dimension];
    const struct af_physical *parts = af_physical_along(e, r->route->source, loop);
    bool irrelevant = af_relevance_of(r->tensor, loop->rank_variable) == AF_IRRELEVANT;
    return (row){irrelevant && d->may_reuse >> r->tensor_index & 1, !past && is_charged(r, loop),
                 e->nodes[r->route->network].topology != AF_ALL_TO_ALL, places_in(r, at),
                 parts ? parts->stride : INFINITY, af_dimension_name_number(r->pmapping, d->name)};
}

/* How far a place is from the part that serves it. */
static double steps_to(const row *own, double place)
{
    double steps = isinf(own->stride) ? place : fmod(place, own->stride);
    return own->mesh ? steps : steps > 0;
}

/* The i-th block of a row, which starts at `base`: what reaches it passes the places before it, or none but
 * the last of them if the others want the same. The way from the part to the row's own start is counted
 * there. */
static void add_block(const row *own, run *to, const run *block, int i, double base)
{
    double place = base + i * own->places;
    double steps = steps_to(own, place) - (own->mesh ? steps_to(own, base) : 0);
    bool first = place < own->stride;
    to->moved = own->shared ? fmax(to->moved, block->moved) : to->moved + block->moved;
    double from_first = first ? block->from_first : 0;
    to->from_first = own->shared ? fmax(to->from_first, from_first) : to->from_first + from_first;
    to->hops += block->hops;
    to->farthest = fmax(to->farthest, block->farthest + (own->charged ? steps : 0));
    if (!own->charged || i == 0)
        return;
    to->hops += block->moved * (own->shared && own->mesh ? own->places : steps);
    if (first && (!own->shared || i == 1))
        to->traffic[own->name] += block->from_first;
}

static run run_loop(running *r, int at, bool past)
{
    const af_step *loop = &r->pmapping->analysed[r->nest->steps[at]];
    af_num whole = r->size[loop->rank_variable];
    tiles t = tiles_of(loop, whole.value);
    run all = nothing(r);
    row own = loop->kind == AF_STEP_SPATIAL ? row_of(r, at, past) : (row){0};
    /* where it matters which part serves the inner loops along the same dimension, each block is walked */
    bool apart = own.places > 1 && !isinf(own.stride);
    double base = isinf(own.stride) ? 0 : r->place[own.name];
    for (int k = 0, block = 0; k < 3; k++) {
        if (!t.count[k])
            continue;
        r->size[loop->rank_variable] = af_known(t.size[k]);
        run one = run_from(r, at + 1, past);
        if (loop->kind == AF_STEP_TEMPORAL) {
            add(r, &all, &one, t.count[k]);
            continue;
        }
        if (block == 0)
            memcpy(all.traffic, one.traffic, sizeof *all.traffic * (size_t)r->n_names);
        for (int i = 0; i < t.count[k]; i++, block++) {
            if (apart && block > 0) {
                r->place[own.name] = base + block * own.places;
                one = run_from(r, at + 1, past);
            }
            add_block(&own, &all, &one, block, base);
        }
        if (apart)
            r->place[own.name] = base;
    }
    r->size[loop->rank_variable] = whole;
    return all;
}

/* `past`: below the destination, a Toll, which moves what its child moves. */
static run run_from(running *r, int at, bool past)
{
    const af_step *s = &r->pmapping->analysed[r->nest->steps[at]];
    if (af_is_loop(s))
        return run_loop(r, at, past);
    bool here = past || s->node == r->route->destination;
    run end = nothing(r);
    if (s->kind == AF_STEP_COMPUTE || (s->kind == AF_STEP_STORAGE && here)) {
        end.moved = end.from_first = s->kind == AF_STEP_COMPUTE ? 1 :
            af_tile_values(r->g, r->tensor, r->size, r->fixes).value;
        return end;
    }
    return run_from(r, at + 1, past || (s->kind == AF_STEP_TOLL && here));
}

void af_run_route(af_arena *arena, af_graph *g, const af_pmapping *pmapping, int tensor,
                  const af_nest *nest, uint64_t fixes, af_route *route)
{
    static const af_quirk needed[] = {AF_QUIRK_NETWORK_TRAFFIC, AF_QUIRK_NETWORK_VOLUME,
        AF_QUIRK_NETWORK_REACH, AF_QUIRK_SPREAD_UNITS};
    const af_einsum *e = pmapping->einsum;
    for (int i = 0; i < 3 + (e->nodes[route->source].n_physical > 0); i++)
        if (!af_has_quirk(fixes, needed[i]))
            return;
    running r = {arena, g, pmapping, &e->tensors[tensor], tensor, nest,
        af_cut_nest(arena, pmapping, nest, af_new_array(arena, int, nest->n)), route,
        af_has_quirk(fixes, AF_QUIRK_NETWORK_BETWEEN), af_n_dimension_names(pmapping),
        af_new_array(arena, af_num, e->n_rank_variables),
        af_new_array(arena, double, af_n_dimension_names(pmapping)), fixes};
    for (int v = 0; v < e->n_rank_variables; v++)
        r.size[v] = af_known(e->rank_variables[v].bound);
    run all = run_from(&r, 0, false);
    const af_arch_node *network = &e->nodes[route->network];
    double actions = network->bits_per_value[tensor] / (network->bits_per_action > 0 ?
                                                         network->bits_per_action : 1);
    route->hops = af_known(all.hops * actions);
    route->max_hops = af_known(all.farthest);
    for (int i = 0; i < r.n_names; i++)
        route->traffic[i] = af_known(all.traffic[i] * actions);
}
