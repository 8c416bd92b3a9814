/* Pass 0 over all loops: iterations, computes, steps, instances used (50 sections 4.2 to 4.5). */
#include "model/analysis.h"

#include <math.h>

typedef struct counting {
    af_graph *g; af_arena *arena;
    const af_pmapping *pmapping;
    const af_nest *nest;
    af_num *shape;
    af_num *of_loop;
    int n_dimensions;
} counting;

typedef struct counts { af_num computes, steps, *fanout; } counts;

int af_n_path_dimensions(const af_pmapping *pmapping)
{
    const af_path *path = &pmapping->einsum->paths[pmapping->path];
    int n = 0;
    for (int i = 0; i < path->n_nodes; i++)
        n += pmapping->einsum->nodes[path->nodes[i]].n_dimensions;
    return n;
}

int af_dimension_number(const af_pmapping *pmapping, int node, int dimension)
{
    const af_path *path = &pmapping->einsum->paths[pmapping->path];
    int n = dimension;
    for (int i = 0; path->nodes[i] != node; i++)
        n += pmapping->einsum->nodes[path->nodes[i]].n_dimensions;
    return n;
}

/* With imperfect tiles the outermost loop of a simple rank variable runs a whole number of
 * times (50 section 4.4). */
static bool rounds_up(const counting *c, int at, int rank_variable)
{
    const af_step *steps = c->pmapping->analysed;
    if (!(c->pmapping->einsum->simple >> rank_variable & 1))
        return false;
    for (int i = 0; i < c->nest->n - 1; i++) {
        const af_step *s = &steps[c->nest->steps[i]];
        if (s->rank_variable != rank_variable || s->left_out)
            continue;
        if (i < at)
            return false;
        if (s->may_cause_imperfect)
            return true;
    }
    return false;
}

static counts count_from(counting *c, int at);

static counts count_visit(counting *c, int at, const af_step *loop, af_num value)
{
    af_num before = c->shape[loop->rank_variable];
    c->shape[loop->rank_variable] = value;
    counts below = count_from(c, at + 1);
    c->shape[loop->rank_variable] = before;
    return below;
}

/* A loop with an initial tile shape: one visit with that, the others with the tile shape. */
static counts count_two_visits(counting *c, int at, const af_step *loop)
{
    af_graph *g = c->g;
    af_num shape = c->shape[loop->rank_variable];
    af_num rest = af_ceil(g, af_div(g, af_sub(g, shape, loop->initial), loop->tile));
    c->of_loop[loop->loop] = af_add(g, c->of_loop[loop->loop], af_add(g, af_known(1), rest));
    counts a = count_visit(c, at, loop, loop->initial), b = count_visit(c, at, loop, loop->tile), sum;
    bool temporal = loop->kind == AF_STEP_TEMPORAL;
    sum.computes = af_add(g, a.computes, af_mul(g, b.computes, rest));
    sum.steps = temporal ? af_add(g, a.steps, af_mul(g, b.steps, rest)) : af_max_nonzero(g, a.steps, b.steps);
    sum.fanout = a.fanout;
    int own = temporal ? -1 : af_dimension_number(c->pmapping, loop->node, loop->dimension);
    for (int d = 0; d < c->n_dimensions; d++)
        if (d == own) {
            af_num first = af_is_zero(a.fanout[d]) ? af_known(1) : a.fanout[d],
                other = af_is_zero(b.fanout[d]) ? af_known(1) : b.fanout[d];
            sum.fanout[d] = af_add(g, first, af_mul(g, other, rest));
        } else
            sum.fanout[d] = af_max_nonzero(g, a.fanout[d], b.fanout[d]);
    return sum;
}

static counts count_leaf(const counting *c)
{
    af_num one = af_known(c->pmapping->is_copy ? 0 : 1);
    return (counts){one, one, af_new_array(c->arena, af_num, c->n_dimensions)};
}

static counts count_from(counting *c, int at)
{
    const af_step *loop = &c->pmapping->analysed[c->nest->steps[at]];
    if (loop->kind == AF_STEP_COMPUTE)
        return count_leaf(c);
    if (!af_is_zero(loop->initial))
        return count_two_visits(c, at, loop);
    af_graph *g = c->g;
    af_num factor = af_div(g, c->shape[loop->rank_variable], loop->tile);
    af_num repeats = factor;
    if (rounds_up(c, at, loop->rank_variable))
        repeats = af_ceil(g,
                          af_div(g, af_known(c->pmapping->einsum->rank_variables[loop->rank_variable].bound),
                                 loop->tile));
    c->of_loop[loop->loop] = af_add(g, c->of_loop[loop->loop], repeats);
    counts below = count_visit(c, at, loop, loop->tile);
    below.computes = af_mul(g, below.computes, factor);
    if (loop->kind == AF_STEP_TEMPORAL)
        below.steps = af_mul(g, below.steps, factor);
    else {
        af_num *used = &below.fanout[af_dimension_number(c->pmapping, loop->node, loop->dimension)];
        *used = af_is_zero(*used) ? factor : af_mul(g, *used, factor);
    }
    return below;
}

/* The same from the loops as they run (uneven.c). Steps are those of the first unit, which has the most. */
static void count_as_it_runs(af_arena *arena, const af_pmapping *pmapping, const af_nest *nest,
                             af_iterations *iterations)
{
    int *none = af_new_array(arena, int, nest->n), *spatial = af_new_array(arena, int, nest->n);
    for (int i = 0; i < nest->n; i++)
        spatial[i] = pmapping->analysed[nest->steps[i]].kind == AF_STEP_SPATIAL;
    const af_cut *total = af_cut_nest(arena, pmapping, nest, none),
        *unit = af_cut_nest(arena, pmapping, nest, spatial);
    double *tiles = af_new_array(arena, double, pmapping->einsum->n_rank_variables),
        *of_unit = af_new_array(arena, double, pmapping->einsum->n_rank_variables);
    for (int d = 0; d < af_n_path_dimensions(pmapping); d++)
        iterations->fanout[d] = af_known(0);
    for (int i = 0; i < nest->n - 1; i++) {
        const af_step *s = &pmapping->analysed[nest->steps[i]];
        tiles[s->rank_variable] = total[i].count;
        of_unit[s->rank_variable] = unit[i].count;
        if (s->kind == AF_STEP_TEMPORAL)
            continue;
        af_num *used = &iterations->fanout[af_dimension_number(pmapping, s->node, s->dimension)];
        *used = af_known((af_is_zero(*used) ? 1 : used->value) * total[i].instances);
    }
    double computes = pmapping->is_copy ? 0 : 1, steps = computes;
    for (int v = 0; v < pmapping->einsum->n_rank_variables; v++) {
        computes *= fmax(1, tiles[v]);
        steps *= fmax(1, of_unit[v]);
    }
    iterations->computes = af_known(computes);
    iterations->compute_steps = af_known(steps);
}

void af_count_iterations(af_arena *arena, af_graph *g, const af_pmapping *pmapping, const af_nest *nest,
                         uint64_t fixes, af_iterations *iterations)
{
    const af_einsum *e = pmapping->einsum;
    counting c = {.g = g, .arena = arena, .pmapping = pmapping, .nest = nest,
                  .n_dimensions = af_n_path_dimensions(pmapping)};
    c.shape = af_new_array(arena, af_num, e->n_rank_variables);
    c.of_loop = af_new_array(arena, af_num, pmapping->n_loops);
    for (int v = 0; v < e->n_rank_variables; v++)
        c.shape[v] = af_known(e->rank_variables[v].bound);
    counts all = count_from(&c, 0);
    *iterations = (af_iterations){c.of_loop, all.computes, all.steps, all.fanout};
    if (af_has_quirk(fixes, AF_QUIRK_IMPERFECT_TILES) && af_is_uneven(pmapping))
        count_as_it_runs(arena, pmapping, nest, iterations);
}
