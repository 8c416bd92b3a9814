/* A template's figures as formulas over its unknown tile shapes: limits, objectives,
 * reservations (60 sections 9.6, 10.1, 10.3, 11.2). */
#include "pmap/problem.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_SYMBOLS = 64 };

/* ---- symbols */

static double bound_of(const af_problem *p, int variable)
{
    return p->einsum->rank_variables[variable].bound;
}

/* The greatest tile of an outermost loop; of imperfect ones each has a count of tiles
 * of its own (60 section 10.2). */
static double most_of(const af_problem *p, const af_step *loop, bool iterates)
{
    double bound = bound_of(p, loop->rank_variable);
    return !iterates ? bound : loop->may_cause_imperfect ? ceil(bound / 2) : bound - 1;
}

/* Chains of the loops of each variable, outer to inner (10.1). Every loop but the innermost of a variable is
 * unknown, so the inner neighbour of a symbol is a symbol or the tile 1. */
static void find_chains(af_arena *arena, af_problem *p, const af_subspace *part)
{
    const af_template *t = p->template;
    int *last_loop = af_new_array(arena, int, p->einsum->n_rank_variables),
        *n_before = af_new_array(arena, int, p->einsum->n_rank_variables);
    p->unknowns = af_new_array(arena, af_unknown, t->n_symbols);
    p->unknown_of_loop = af_new_array(arena, int, t->n_loops);
    p->outer_loop = af_new_array(arena, int, t->n_loops);
    p->bound_of_loop = af_new_array(arena, double, t->n_loops);
    p->tile_of_loop = af_new_array(arena, double, t->n_loops);
    for (int v = 0; v < p->einsum->n_rank_variables; v++)
        last_loop[v] = -1;
    for (int i = 0; i < t->n_steps; i++) {
        const af_step *step = &t->steps[i];
        if (step->kind != AF_STEP_TEMPORAL && step->kind != AF_STEP_SPATIAL)
            continue;
        int v = step->rank_variable, outer = last_loop[v] < 0 ? -1 : p->unknown_of_loop[last_loop[v]];
        p->outer_loop[step->loop] = last_loop[v];
        p->unknown_of_loop[step->loop] = -1;
        p->bound_of_loop[step->loop] = bound_of(p, v);
        last_loop[v] = step->loop;
        bool left_out = n_before[v]++ < part->left_out[v];
        p->tile_of_loop[step->loop] = left_out ? bound_of(p, v) : 1;
        if (step->tile.value != 0 || left_out)
            continue;
        p->unknown_of_loop[step->loop] = p->n_unknowns;
        if (outer >= 0)
            p->unknowns[outer].inner = p->n_unknowns;
        p->unknowns[p->n_unknowns++] = (af_unknown){.loop = step->loop,
                                                    .rank_variable = v,
                                                    .bound = bound_of(p, v),
                                                    .inner = -1,
                                                    .outer = outer,
                                                    .imperfect = step->may_cause_imperfect,
                                                    .kept = step->fused,
                                                    .iterates = outer < 0 && part->iterates[v],
                                                    .most = outer >= 0 ? p->unknowns[outer].most
                                                                       : most_of(p, step, part->iterates[v])};
    }
}

/* The template's steps with symbols for the tile shapes that are not known. */
static af_step *symbolic_steps(af_arena *arena, const af_problem *p)
{
    const af_template *t = p->template;
    af_step *steps = af_new_array(arena, af_step, t->n_steps);
    memcpy(steps, t->steps, sizeof *steps * (size_t)t->n_steps);
    for (int i = 0; i < t->n_steps; i++) {
        af_step *s = &steps[i];
        if (s->kind != AF_STEP_TEMPORAL && s->kind != AF_STEP_SPATIAL)
            continue;
        int symbol = p->unknown_of_loop[s->loop];
        s->of_template = true;
        s->left_out = symbol < 0 && p->tile_of_loop[s->loop] > 1;
        s->tile = symbol < 0 ? af_known(p->tile_of_loop[s->loop])
                             : af_symbol(p->graph, symbol, 1, p->unknowns[symbol].most);
    }
    return steps;
}

/* Iteration count of a loop, as constraints see it: size above / tile shape. */
static af_num count_of(const af_problem *p, const af_num *tiles, int loop, int variable)
{
    af_num above = p->outer_loop[loop] < 0 ? af_known(bound_of(p, variable)) : tiles[p->outer_loop[loop]];
    return af_div(p->graph, above, tiles[loop]);
}

/* ---- limits */

static af_limit *add_limit(af_problem *p, af_limit_kind kind, int node, int dimension, af_num formula)
{
    af_limit *limit = &p->limits[p->n_limits++];
    *limit = (af_limit){.formula = formula,
                        .least = -INFINITY,
                        .most = INFINITY,
                        .kind = kind,
                        .node = node,
                        .dimension = dimension};
    return limit;
}

static void compare_to(af_limit *limit, af_comparison_operator operator, double value)
{
    if (operator == AF_EQ || operator == AF_LE || operator == AF_LT)
        limit->most = value;
    if (operator == AF_EQ || operator == AF_GE || operator == AF_GT)
        limit->least = value;
    limit->exclusive = operator == AF_LT || operator == AF_GT;
}

static void add_loop_bound(af_problem *p, const af_loop_bound *bound, af_num formula)
{
    compare_to(add_limit(p, AF_LOOP_BOUND, bound->node, bound->dimension, formula), bound->operator,
               bound->value);
}

static void limit_loops(af_problem *p, const af_num *tiles, const int *variables)
{
    for (int b = 0; b < p->template->n_bounds; b++) {
        const af_loop_bound *bound = &p->template->bounds[b];
        af_num product = af_known(1);
        for (int i = 0; i < bound->n_loops; i++) {
            af_num count = count_of(p, tiles, bound->loops[i], variables[bound->loops[i]]);
            if (bound->product)
                product = af_mul(p->graph, product, count);
            else
                add_loop_bound(p, bound, count);
        }
        if (bound->product)
            add_loop_bound(p, bound, product);
    }
}

/* ---- tile_shape, which the reference does not enforce (20 section 25, row 7):
 * the tile of a memory is that of the nearest loops above its first holder */

static int first_holder_in(const af_problem *p, int node)
{
    for (int i = 0; i < p->pmapping->n_steps; i++)
        if (p->pmapping->steps[i].kind == AF_STEP_STORAGE && p->pmapping->steps[i].node == node)
            return i;
    return -1;
}

static af_num tile_above(const af_problem *p, int holder, int variable)
{
    for (int i = holder - 1; i >= 0; i--) {
        const af_step *s = &p->pmapping->steps[i];
        if ((s->kind == AF_STEP_TEMPORAL || s->kind == AF_STEP_SPATIAL) && s->rank_variable == variable)
            return s->tile;
    }
    return af_known(bound_of(p, variable));
}

static void limit_tile(af_problem *p, int node, int holder, const af_comparison *c)
{
    af_num product = af_known(1);
    bool together = c->product && __builtin_popcountll(c->expression.members) > 1;
    for (int v = 0; v < p->einsum->n_rank_variables; v++) {
        if (!(c->expression.members >> v & 1))
            continue;
        af_num tile = tile_above(p, holder, v);
        product = af_mul(p->graph, product, tile);
        if (!together)
            compare_to(add_limit(p, AF_TILE_SHAPE, node, -1, tile), c->operator, c->value);
    }
    if (together)
        compare_to(add_limit(p, AF_TILE_SHAPE, node, -1, product), c->operator, c->value);
}

static void limit_tile_shapes(af_problem *p)
{
    for (int node = 0; node < p->einsum->n_nodes; node++) {
        const af_tensor_options *o = &p->einsum->nodes[node].tensors;
        int holder = o->n_tile_shapes ? first_holder_in(p, node) : -1;
        for (int i = 0; i < o->n_tile_shapes && holder >= 0; i++)
            limit_tile(p, node, holder, &o->tile_shapes[i]);
    }
}

static int n_tile_limits(const af_einsum *e)
{
    int n = 0;
    for (int node = 0; node < e->n_nodes; node++)
        n += e->nodes[node].tensors.n_tile_shapes * e->n_rank_variables;
    return n;
}

/* Does a limit on a tile that is known already fail? */
static const af_limit *broken_tile(const af_problem *p)
{
    for (int i = 0; i < p->n_limits; i++) {
        const af_limit *l = &p->limits[i];
        double x = l->formula.value;
        if (l->kind == AF_TILE_SHAPE && af_is_known(l->formula) &&
            (x < l->least || x > l->most || (l->exclusive && (x == l->least || x == l->most))))
            return l;
    }
    return NULL;
}

static bool has_loop_along(const af_template *t, int node, int dimension)
{
    for (int i = 0; i < t->n_steps; i++)
        if (t->steps[i].kind == AF_STEP_SPATIAL && t->steps[i].node == node &&
            t->steps[i].dimension == dimension)
            return true;
    return false;
}

static void limit_fanout(af_problem *p, const af_figures *figures)
{
    for (int i = 0; i < figures->n_spatial; i++) {
        const af_spatial_use *use = &figures->spatial[i];
        const af_dimension *d = &p->einsum->nodes[use->node].dimensions[use->dimension];
        if (!has_loop_along(p->template, use->node, use->dimension) && d->usage_scale <= 1)
            continue;
        af_limit *limit = add_limit(p, AF_FANOUT, use->node, use->dimension, use->used);
        limit->most = d->fanout / fmax(1, d->usage_scale);   /* used <= fanout and usage <= 1: 60 Q30 */
    }
}

static af_num usage_of(const af_problem *p, const af_figures *figures, const af_least_usage *least)
{
    const af_dimension *d = &p->einsum->nodes[least->node].dimensions[least->dimension];
    for (int i = 0; i < figures->n_spatial; i++)
        if (figures->spatial[i].node == least->node && figures->spatial[i].dimension == least->dimension)
            return af_mul(p->graph, figures->spatial[i].used, af_known(d->usage_scale / d->fanout));
    return af_known(d->usage_scale / d->fanout);
}

/* Outermost symbol of a formula: innermost are chosen first, so the later it comes in the template
 * the earlier the formula is known. */
static int first_symbol(const af_problem *p, int limit)
{
    uint64_t symbols = af_symbols_of(p->graph, p->limits[limit].formula);
    return symbols ? __builtin_ctzll(symbols) : MOST_SYMBOLS;
}

static void limit_least_usage(af_arena *arena, af_problem *p, const af_figures *figures)
{
    p->least = af_new_array(arena, int, p->template->n_least);
    for (int i = 0; i < p->template->n_least; i++) {
        const af_least_usage *least = &p->template->least[i];
        int limit = p->n_limits, at = p->n_least++;
        add_limit(p, AF_LEAST_USAGE, least->node, least->dimension, usage_of(p, figures, least))
            ->least = least->value;
        for (; at > 0 && first_symbol(p, p->least[at - 1]) < first_symbol(p, limit); at--)
            p->least[at] = p->least[at - 1];
        p->least[at] = limit;
    }
}

/* ---- reservations. Nothing is lost by folding: below the last fused loop nothing of another Einsum is ever
 * held at the same time, so that only the peak there counts, which is the deepest running total (60 section
 * 11.3 step 2). Per memory running totals, one column for each level at which something is held, what lies
 * deeper than the fused loops folded into their innermost level (50 section 8.1, 60 sections 11.2 and 11.3)
 */

static int by_level(const void *a, const void *b)
{
    const af_reservation *x = a, *y = b;
    return x->node != y->node ? x->node - y->node : x->level - y->level;
}

static af_reservation *occupancies(af_arena *arena, const af_problem *p, const af_figures *figures,
                                   int *count)
{
    af_reservation *all = af_new_array(arena, af_reservation, figures->n_buffets);
    *count = 0;
    for (int i = 0; i < figures->n_buffets; i++) {
        const af_buffet *b = &figures->buffets[i];
        const af_arch_node *node = &p->einsum->nodes[b->node];
        if (node->kind == AF_MEMORY && isfinite(node->size) && !af_is_zero(b->occupancy))
            all[(*count)++] = (af_reservation){b->node, b->level < p->n_fused ? b->level : p->n_fused,
                                               b->occupancy};
    }
    qsort(all, (size_t)*count, sizeof *all, by_level);
    return all;
}

static void reserve(af_arena *arena, af_problem *p, const af_figures *figures, const bool *tracked)
{
    int count;
    af_reservation *all = occupancies(arena, p, figures, &count);
    p->reservations = af_new_array(arena, af_reservation, count);
    for (int i = 0; i < count;) {
        int node = all[i].node;
        af_num total = af_known(0);
        while (i < count && all[i].node == node) {
            int level = all[i].level;
            for (; i < count && all[i].node == node && all[i].level == level; i++)
                total = af_add(p->graph, total, all[i].bits);
            if (tracked[node])
                p->reservations[p->n_reservations++] = (af_reservation){node, level, total};
        }
        if (!p->einsum->never_full[node])
            add_limit(p, AF_CAPACITY, node, -1, total)->most = p->einsum->nodes[node].size;
    }
}

/* ---- limits on numbers of loops (10.7); they are the user's.
 * A group as large as its limit cannot break it */

static void add_count_limit(af_problem *p, const af_count_limit *limit)
{
    if (limit->n_members > limit->most)
        p->counts[p->n_counts++] = *limit;
}

static void add_member(af_count_limit *limit, int loop)
{
    limit->loops[loop / 64] |= (uint64_t)1 << (loop % 64);
    limit->n_members++;
}

static void limit_fused_loops(af_problem *p)
{
    const af_mapper *m = &p->einsum->mapper;
    const af_template *t = p->template;
    af_count_limit all = {.most = m->max_fused_loops};
    for (int v = 0; v < p->einsum->n_rank_variables; v++) {
        af_count_limit one = {.most = m->max_fused_loops_per_rank_variable};
        for (int i = 0; i < t->n_steps; i++)
            if (t->steps[i].fused && t->steps[i].rank_variable == v) {
                add_member(&one, t->steps[i].loop);
                add_member(&all, t->steps[i].loop);
            }
        add_count_limit(p, &one);
    }
    add_count_limit(p, &all);
}

/* The reference counts loops by their unknown tile shapes. The innermost loop over a rank
 * variable has none, its tile is 1, so that it goes uncounted (af-quirks(7), spatial-loop-limit);
 * of fused loops none is innermost. */
static void limit_spatial_loops(af_problem *p, uint64_t fixes)
{
    const af_template *t = p->template;
    bool all = af_has_quirk(fixes, AF_QUIRK_SPATIAL_LOOP_LIMIT);
    for (int node = 0; node < p->einsum->n_nodes; node++)
        for (int d = 0; d < p->einsum->nodes[node].n_dimensions; d++) {
            af_count_limit limit = {.most = p->einsum->mapper.max_loops_per_spatial_dimension};
            for (int i = 0; i < t->n_steps; i++)
                if (t->steps[i].kind == AF_STEP_SPATIAL && t->steps[i].node == node &&
                    t->steps[i].dimension == d && (all || p->unknown_of_loop[t->steps[i].loop] >= 0))
                    add_member(&limit, t->steps[i].loop);
            add_count_limit(p, &limit);
        }
}

static void limit_numbers_of_loops(af_arena *arena, af_problem *p, uint64_t fixes)
{
    int most = p->einsum->n_rank_variables + 1;
    for (int node = 0; node < p->einsum->n_nodes; node++)
        most += p->einsum->nodes[node].n_dimensions;
    p->counts = af_new_array(arena, af_count_limit, most);
    limit_fused_loops(p);
    limit_spatial_loops(p, fixes);
}

/* ---- objectives (10.3, 11.2). The energy-delay product is no objective: it grows with energy and latency,
 * so their front has its best */

static void choose_totals(af_problem *p, const af_figures *figures)
{
    int m = p->einsum->mapper.metrics;
    const struct { bool wanted; af_num total; } totals[AF_OBJECTIVES] = {
        {m & (AF_LATENCY | AF_ENERGY_DELAY_PRODUCT), figures->latency},
        {m & (AF_ENERGY | AF_ENERGY_DELAY_PRODUCT), figures->energy},
        {m & AF_DYNAMIC_ENERGY, figures->dynamic_energy},
        {m & AF_LEAK_ENERGY, figures->leak_energy}};
    for (int k = 0; k < AF_OBJECTIVES; k++)
        if (totals[k].wanted) {
            p->total_kind[p->n_totals] = k;
            p->totals[p->n_totals++] = totals[k].total;
        }
}

static void find_tensors(af_arena *arena, af_problem *p, const af_figures *figures)
{
    const af_einsum *e = p->einsum;
    p->tensors = af_new_array(arena, int, e->n_tensors);
    for (int t = 0; t < e->n_tensors; t++) {
        if (!e->tensors[t].fusable)
            continue;
        int at = p->n_tensors++;
        for (; at > 0 && strcmp(e->tensors[p->tensors[at - 1]].name, e->tensors[t].name) > 0; at--)
            p->tensors[at] = p->tensors[at - 1];
        p->tensors[at] = t;
    }
    p->tensor_bits = af_new_array(arena, af_num, p->n_tensors);
    for (int i = 0; i < p->n_tensors; i++)
        p->tensor_bits[i] = figures->tensor_bits[p->tensors[i]];
}

/* ---- all */

static void build(af_arena *arena, af_problem *p, const af_figures *figures, const bool *tracked,
                  uint64_t fixes)
{
    const af_template *t = p->template;
    af_num *tiles = af_new_array(arena, af_num, t->n_loops);
    int *variables = af_new_array(arena, int, t->n_loops), n_bounds = 0;
    for (int i = 0; i < p->pmapping->n_steps; i++) {
        const af_step *step = &p->pmapping->steps[i];
        if (step->kind == AF_STEP_TEMPORAL || step->kind == AF_STEP_SPATIAL) {
            tiles[step->loop] = step->tile;
            variables[step->loop] = step->rank_variable;
        }
    }
    for (int b = 0; b < t->n_bounds; b++)
        n_bounds += t->bounds[b].n_loops;
    p->limits = af_new_array(arena, af_limit,
                             figures->n_buffets + figures->n_spatial + n_bounds + t->n_least +
                                 n_tile_limits(p->einsum));
    for (int i = 0; i < p->einsum->n_tensors; i++)
        if (p->einsum->tensors[i].fusable && figures->tensor_level[i] > p->n_fused)
            p->n_fused = figures->tensor_level[i];
    limit_fanout(p, figures);
    limit_loops(p, tiles, variables);
    if (af_has_quirk(fixes, AF_QUIRK_TILE_SHAPE))
        limit_tile_shapes(p);
    reserve(arena, p, figures, tracked);
    limit_least_usage(arena, p, figures);
    limit_numbers_of_loops(arena, p, fixes);
    choose_totals(p, figures);
    find_tensors(arena, p, figures);
}

int af_make_problem(af_arena *arena, const af_einsum *einsum, const af_template *t, const af_subspace *part,
                    const bool *tracked, uint64_t fixes, af_problem *problem, const char **cause,
                    af_report *report)
{
    *problem = (af_problem){.einsum = einsum,
                            .template = t,
                            .graph = af_graph_new(arena),
                            .n_total = part->n_total};
    if (t->n_symbols > MOST_SYMBOLS)
        return af_fail(report, AF_BAD_DATA, AF_NOWHERE, NULL,
                       "Einsum %s: a template has %d unknown tile shapes; at most %d are possible",
                       einsum->name, t->n_symbols, MOST_SYMBOLS);
    find_chains(arena, problem, part);
    const af_mapper *m = &einsum->mapper;
    af_prepare_options labelled = {m->explore_imperfect_spatial_loops, m->explore_imperfect_temporal_loops,
                                   .keep_labels = true, .fixes = fixes};
    const char *path = af_format(arena, "template %d of Einsum %s", t->index, einsum->name);
    problem->pmapping = af_pmapping_prepare(arena, einsum, symbolic_steps(arena, problem), t->n_steps,
                                            &labelled, report, path);
    af_figures *figures = NULL;
    if (problem->pmapping)
        figures = af_evaluate_pmapping(arena, problem->graph, problem->pmapping, m->metrics, fixes, report,
                                       path);
    if (!figures) {
        /* What is not told of the template is wrong in the spec */
        if (strncmp(af_report_message(report, 0), path, strlen(path)))
            return -1;
        *cause = af_copy_text(arena, af_report_message(report, 0) + strlen(path) + strlen(": "));
        af_report_clear(report);
        return 1;
    }
    build(arena, problem, figures, tracked, fixes);
    const af_limit *broken = broken_tile(problem);
    if (broken)
        *cause = af_format(arena, "no loops satisfy the tile_shape of %s", einsum->nodes[broken->node].name);
    return broken != NULL;
}
