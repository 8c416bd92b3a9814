/* Bounds on partly known formulas: nowhere above the value of a valid completion,
 * and no number where they can say more. */
#include "pmap/problem.h"
#include "test.h"

#include <math.h>

enum { N = 4 };   /* two rank variables of bound 16, two unknown tiles each: 0 around 1, 2 around 3 */
static const double sizes[] = {1, 2, 4, 8, 16};

static af_problem problem_of(af_arena *arena)
{
    af_problem p = {.graph = af_graph_new(arena),
                    .n_unknowns = N,
                    .unknowns = af_new_array(arena, af_unknown, N),
                    .n_limits = 1,
                    .limits = af_new_array(arena, af_limit, 1)};
    for (int s = 0; s < N; s++)
        p.unknowns[s] = (af_unknown){.rank_variable = s / 2,
                                     .bound = 16,
                                     .most = 16,
                                     .inner = s % 2 ? -1 : s + 1,
                                     .outer = s % 2 ? s - 1 : -1};
    return p;
}

static af_num tile(const af_problem *p, int s) { return af_symbol(p->graph, s, 1, 16); }

static af_num term(const af_problem *p, double coefficient, int above, int below)
{
    af_graph *g = p->graph;
    return af_div(g, af_mul(g, af_known(coefficient), above < 0 ? af_known(1) : tile(p, above)),
                  below < 0 ? af_known(1) : tile(p, below));
}

/* Goals as the mapper has them: sums of refetches, a strided halo (2 - 1/s),
 * a maximum, terms with both signs. */
static int goals_of(const af_problem *p, af_num *goals)
{
    af_graph *g = p->graph;
    goals[0] = af_add(g, term(p, 32, -1, 0), af_add(g, term(p, 48, -1, 3), term(p, 2, 0, 1)));
    goals[1] = af_mul(g, af_sub(g, af_known(2), term(p, 1, -1, 1)),
                      af_add(g, term(p, 1, -1, 2), term(p, -0.5, 3, 2)));
    goals[2] = af_max(g, term(p, 64, -1, 0), af_max(g, tile(p, 1), term(p, 8, 3, 2)));
    goals[3] = af_sub(g, tile(p, 0), term(p, 3, 2, 3));
    return 4;
}

static void check_completions(const af_problem *p, uint64_t known, const af_num *goals, const af_num *floors,
                              int n)
{
    double s[N];
    for (int code = 0; code < 625; code++) {
        for (int k = 0, left = code; k < N; k++, left /= 5)
            s[k] = sizes[left % 5];
        if (s[1] > s[0] || s[3] > s[2] || af_num_at(p->graph, p->limits[0].formula, s) > p->limits[0].most)
            continue;
        for (int i = 0; i < n; i++) {
            CHECK(!(af_symbols_of(p->graph, floors[i]) & ~known));
            double value = af_num_at(p->graph, goals[i], s);
            CHECK(af_num_at(p->graph, floors[i], s) <= value + 1e-9 * (1 + (value < 0 ? -value : value)));
        }
    }
}

int main(void)
{
    af_arena *arena = af_arena_new();
    af_problem p = problem_of(arena);
    af_num goals[4], floors[4];
    int n = goals_of(&p, goals);
    p.limits[0] = (af_limit){.formula = af_add(p.graph, af_mul(p.graph, tile(&p, 0), tile(&p, 2)),
                                               tile(&p, 1)),
                             .least = -INFINITY,
                             .most = 40,
                             .kind = AF_CAPACITY};
    for (uint64_t known = 0; known < 1 << N; known++) {
        af_floors(arena, &p, known, goals, n, floors);
        check_completions(&p, known, goals, floors, n);
    }
    /* The limit counts: with tile 2 at 8 the first goal is more than with all tiles at 16 */
    af_floors(arena, &p, 0x4, goals, 1, floors);
    double s[N] = {0, 0, 8, 0};
    CHECK(af_num_at(p.graph, floors[0], s) > 32.0 / 16 + 48.0 / 16 + 2);
    af_arena_free(arena);
    return test_end("bound");
}
