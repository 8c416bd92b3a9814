/* What tile shapes can use of a dimension: no valid completion uses more, and one uses as much. */
#include "pmap/problem.h"
#include "test.h"

#include <math.h>

enum { N = 4 };   /* two unknown tiles each of rank variables of bound 12 and 10: 0 around 1, 2 around 3 */
static const double bounds[] = {12, 10};

static af_problem problem_of(af_arena *arena, af_einsum *einsum)
{
    *einsum = (af_einsum){.n_rank_variables = 2, .rank_variables = af_new_array(arena, af_rank_variable, 2)};
    af_problem p = {.einsum = einsum,
                    .graph = af_graph_new(arena),
                    .n_unknowns = N,
                    .unknowns = af_new_array(arena, af_unknown, N),
                    .n_limits = 1,
                    .limits = af_new_array(arena, af_limit, 1)};
    for (int v = 0; v < 2; v++)
        einsum->rank_variables[v].bound = bounds[v];
    for (int s = 0; s < N; s++)
        p.unknowns[s] = (af_unknown){.rank_variable = s / 2,
                                     .bound = bounds[s / 2],
                                     .most = bounds[s / 2],
                                     .inner = s % 2 ? -1 : s + 1,
                                     .outer = s % 2 ? s - 1 : -1};
    return p;
}

static af_num tile(const af_problem *p, int s) { return af_symbol(p->graph, s, 1, p->unknowns[s].most); }

static bool divides(double inner, double outer) { return fmod(outer, inner) == 0; }

/* Of all completions that use no more instances than there are. */
static double most_of_all(const af_problem *p, af_num used, double fanout)
{
    double most = 0, s[N];
    for (s[0] = 1; s[0] <= bounds[0]; s[0]++)
        for (s[1] = 1; s[1] <= s[0]; s[1]++)
            for (s[2] = 1; s[2] <= bounds[1]; s[2]++)
                for (s[3] = 1; s[3] <= s[2]; s[3]++) {
                    double n = af_num_at(p->graph, used, s);
                    if (divides(s[0], bounds[0]) && divides(s[1], s[0]) && divides(s[2], bounds[1]) &&
                        divides(s[3], s[2]) && n <= fanout * (1 + 1e-9))
                        most = fmax(most, n);
                }
    return most;
}

static void check_all_fanouts(af_arena *arena, af_problem *p, af_num used)
{
    for (double fanout = 1; fanout <= 130; fanout++) {
        p->limits[0] = (af_limit){.formula = used, .least = -INFINITY, .most = fanout, .kind = AF_FANOUT};
        double usage = af_usage_at_most(arena, p, af_mul(p->graph, used, af_known(0.5 / fanout)));
        CHECK(fabs(usage - most_of_all(p, used, fanout) * 0.5 / fanout) < 1e-12);
    }
}

int main(void)
{
    af_arena *arena = af_arena_new();
    af_einsum einsum;
    af_problem p = problem_of(arena, &einsum);
    af_graph *g = p.graph;
    af_num outermost = af_div(g, af_known(12), tile(&p, 0)), between = af_div(g, tile(&p, 0), tile(&p, 1)),
           other = af_div(g, tile(&p, 2), tile(&p, 3)), last = tile(&p, 3);
    check_all_fanouts(arena, &p, outermost);
    check_all_fanouts(arena, &p, between);
    check_all_fanouts(arena, &p, af_mul(g, outermost, other));
    check_all_fanouts(arena, &p, af_mul(g, af_mul(g, outermost, tile(&p, 1)), last));
    check_all_fanouts(arena, &p, af_mul(g, between, af_mul(g, other, last)));
    CHECK(af_usage_at_most(arena, &p, af_known(0.25)) == 0.25);

    /* No product of counts; nothing to limit it; tiles that need not divide each other */
    CHECK(isinf(af_usage_at_most(arena, &p, af_add(g, between, other))));
    CHECK(isinf(af_usage_at_most(arena, &p, af_mul(g, tile(&p, 0), tile(&p, 1)))));
    CHECK(isinf(af_usage_at_most(arena, &p, outermost)));
    p.limits[0].formula = outermost;
    CHECK(isfinite(af_usage_at_most(arena, &p, outermost)));
    p.unknowns[1].imperfect = true;
    CHECK(isinf(af_usage_at_most(arena, &p, outermost)));
    af_arena_free(arena);
    return test_end("usage");
}
