/* Compiled formulas give what slow evaluation gives, on every row of a block, and whole quotients exactly. */
#include "model/model.h"
#include "test.h"

enum { N_OUTPUTS = 40 };
static unsigned random_state = 777;
static unsigned draw(unsigned below)
{
    return (random_state = random_state * 1103515245 + 12345) / 65536 % below;
}

static af_num random_formula(af_graph *g, const af_num *symbols, int depth)
{
    if (depth == 0)
        return draw(5) == 0 ? af_known(draw(5) / 2.0) : symbols[draw(4)];
    af_num a = random_formula(g, symbols, depth - 1), b = random_formula(g, symbols, depth - 1);
    switch (draw(7)) {
    case 0: return af_add(g, a, b);
    case 1: return af_sub(g, a, b);
    case 2: return af_mul(g, a, b);
    case 3: return af_div(g, a, symbols[draw(4)]);
    case 4: return af_max(g, a, b);
    case 5: return af_min(g, a, b);
    }
    /* What jumps is given what both ways compute without rounding: one product over another. */
    af_num quotient = af_div(g, af_mul(g, symbols[draw(4)], symbols[draw(4)]), symbols[draw(4)]);
    switch (draw(3)) {
    case 0: return af_mul(g, a, af_ceil(g, quotient));
    case 1: return af_mul(g, a, af_apply(g, "floor", quotient));
    default: return af_mul(g, a, af_min_nonzero(g, quotient, af_sub(g, symbols[0], symbols[1])));
    }
}

static void test_random(void)
{
    af_arena *arena = af_arena_new();
    af_graph *g = af_graph_new(arena);
    af_num symbols[4], outputs[N_OUTPUTS];
    double *columns[4], *results[N_OUTPUTS];
    for (int s = 0; s < 4; s++) {
        symbols[s] = af_symbol(g, s, 1, 50);
        columns[s] = af_new_array(arena, double, AF_BLOCK);
        for (int i = 0; i < AF_BLOCK; i++)
            columns[s][i] = 1 + draw(50);
    }
    for (int k = 0; k < N_OUTPUTS; k++) {
        outputs[k] = random_formula(g, symbols, 4);
        results[k] = af_new_array(arena, double, AF_BLOCK);
    }
    af_program *program = af_program_compile(arena, g, outputs, N_OUTPUTS);
    void *scratch = af_arena_take(arena, af_program_scratch(program));
    int n_rows = AF_BLOCK - 37;
    af_program_run(program, (const double *const *)columns, n_rows, results, scratch);
    for (int k = 0; k < N_OUTPUTS; k++)
        for (int i = 0; i < n_rows; i += 13) {
            double at[] = {columns[0][i], columns[1][i], columns[2][i], columns[3][i]};
            double want = af_num_at(g, outputs[k], at), scale = 1;
            for (int t = 0; t < af_n_terms(g, outputs[k]); t++)
                scale = fmax(scale, fabs(af_term_at(g, outputs[k], t).coefficient) * 1e6);
            CHECK(fabs(results[k][i] - want) <= 1e-11 * fmax(scale, fabs(want)));
        }
    af_arena_free(arena);
}

/* 49 * (1/49) is not 1: a quotient of whole numbers must be divided, not multiplied by a reciprocal. */
static void test_quotients(void)
{
    af_arena *arena = af_arena_new();
    af_graph *g = af_graph_new(arena);
    af_num x = af_symbol(g, 0, 1, 4096), y = af_symbol(g, 1, 1, 4096);
    af_num outputs[] = {af_div(g, x, y), af_ceil(g, af_div(g, x, y)), af_known(7), x};
    af_program *program = af_program_compile(arena, g, outputs, 4);
    void *scratch = af_arena_take(arena, af_program_scratch(program));
    double a[AF_BLOCK], b[AF_BLOCK], r[4][AF_BLOCK];
    const double *columns[] = {a, b};
    double *results[] = {r[0], r[1], r[2], r[3]};
    for (int times = 1; times < 8; times++) {
        for (int i = 0; i < AF_BLOCK; i++)
            b[i] = i + 1, a[i] = times * b[i];
        af_program_run(program, columns, AF_BLOCK, results, scratch);
        for (int i = 0; i < AF_BLOCK; i++)
            CHECK(r[0][i] == times && r[1][i] == times && r[2][i] == 7 && r[3][i] == a[i]);
    }
    af_arena_free(arena);
}

int main(void)
{
    for (int i = 0; i < 20; i++)
        test_random();
    test_quotients();
    return test_end("program");
}
