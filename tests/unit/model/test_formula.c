/* Formulas: normal form, exact cancellation, folding, ranges, directions. */
#include "model/model.h"
#include "test.h"

static af_arena *arena;
static af_graph *g;
static af_num x, y, z;                       /* symbols 0, 1, 2 */
static const char *const names[] = {"x", "y", "z"};

static void start(void)
{
    arena = af_arena_new();
    g = af_graph_new(arena);
    x = af_symbol(g, 0, 1, 64);
    y = af_symbol(g, 1, 1, 16);
    z = af_symbol(g, 2, 2, 8);
}

static const char *text_of(af_num a)
{
    static af_text text;
    af_text_clear(&text);
    af_num_text(&text, g, a, names);
    return text.bytes;
}

static af_num k(double value) { return af_known(value); }
static af_num add(af_num a, af_num b) { return af_add(g, a, b); }
static af_num sub(af_num a, af_num b) { return af_sub(g, a, b); }
static af_num mul(af_num a, af_num b) { return af_mul(g, a, b); }
static af_num div(af_num a, af_num b) { return af_div(g, a, b); }

static void test_known(void)
{
    CHECK_NUMBER(add(k(2), k(3)).value, 5);
    CHECK_NUMBER(sub(k(2), k(3)).value, -1);
    CHECK_NUMBER(mul(k(2), k(3)).value, 6);
    CHECK_NUMBER(div(k(1), k(4)).value, 0.25);
    CHECK_NUMBER(af_max(g, k(2), k(3)).value, 3);
    CHECK_NUMBER(af_min(g, k(2), k(3)).value, 2);
    CHECK_NUMBER(af_min_nonzero(g, k(0), k(3)).value, 3);
    CHECK_NUMBER(af_min_nonzero(g, k(0), k(0)).value, 0);
    CHECK_NUMBER(af_ceil(g, k(2.5)).value, 3);
    CHECK_NUMBER(af_apply(g, "floor", k(2.5)).value, 2);
    CHECK_NUMBER(af_apply(g, "round", k(2.5)).value, 2);
    CHECK_NUMBER(af_apply_two(g, "**", k(2), k(5)).value, 32);
    CHECK(af_is_known(div(x, x)));
}

static void test_normal_form(void)
{
    const struct { af_num number; const char *text; } rows[] = {
        {add(x, x), "2*x"},
        {sub(add(x, y), x), "y"},
        {sub(mul(x, k(3)), mul(k(3), x)), "0"},
        {mul(div(k(64), x), x), "64"},
        {div(mul(x, y), mul(y, z)), "x/z"},
        {mul(add(x, k(1)), sub(x, k(1))), "-1 + x^2"},
        {div(add(mul(x, y), y), y), "1 + x"},
        {add(div(k(8), x), div(k(8), x)), "16/x"},
        {div(x, k(INFINITY)), "0"},
        {mul(k(0), x), "0"},
        {div(k(1), mul(x, x)), "1/x^2"},
        {mul(af_max(g, x, y), k(2)), "2*max(x, y)"},
        {sub(k(1), x), "1 - x"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        CHECK_TEXT(text_of(rows[i].number), rows[i].text);
    CHECK(mul(add(x, y), z).node == add(mul(z, y), mul(x, z)).node);   /* hash-consed: one node */
}

static void test_extremes(void)
{
    CHECK_TEXT(text_of(af_max(g, x, x)), "x");
    CHECK_TEXT(text_of(af_max(g, af_max(g, x, y), x)), "max(x, y)");
    CHECK_TEXT(text_of(af_max(g, add(x, y), x)), "x + y");             /* y >= 1: one passes the other */
    CHECK_TEXT(text_of(af_max(g, k(0), mul(x, k(5)))), "5*x");
    CHECK_TEXT(text_of(af_max(g, k(70), x)), "70");
    CHECK_TEXT(text_of(af_min(g, k(70), x)), "x");
    CHECK_TEXT(text_of(af_max(g, k(30), x)), "max(30, x)");
    /* Of several: as two by two, in any order */
    af_num some[] = {k(30), x, mul(x, y), k(7), y};
    CHECK_TEXT(text_of(af_extreme_of(g, some, 5, true)), "max(30, x, x*y)");
    CHECK_TEXT(text_of(af_extreme_of(g, some, 5, false)), "min(7, x, y, x*y)");
    CHECK_TEXT(text_of(af_extreme_of(g, some, 1, true)), "30");
    CHECK_NUMBER(af_extreme_of(g, (af_num[]){k(2), k(5), k(3)}, 3, true).value, 5);
    CHECK_TEXT(text_of(af_min_nonzero(g, k(0), x)), "x");
    CHECK_TEXT(text_of(af_ceil(g, mul(x, k(3)))), "3*x");              /* whole already */
    CHECK_TEXT(text_of(af_ceil(g, div(k(7), x))), "ceil(7/x)");
    CHECK_TEXT(text_of(af_apply(g, "log2", x)), "log2(x)");
    CHECK_TEXT(text_of(div(x, add(x, y))), "x*reciprocal(x + y)");
}

static void test_directions(void)
{
    const struct { af_num number; int symbol; af_sign sign; } rows[] = {
        {x, 0, AF_SIGN_NOT_DECREASING},
        {x, 1, AF_SIGN_CONSTANT},
        {div(k(8), x), 0, AF_SIGN_NOT_INCREASING},
        {mul(k(-1), x), 0, AF_SIGN_NOT_INCREASING},
        {add(div(k(8), x), x), 0, AF_SIGN_UNKNOWN},
        {mul(sub(add(x, y), k(1)), z), 2, AF_SIGN_NOT_DECREASING},  /* by the derivative: x + y - 1 >= 1 */
        {sub(mul(x, z), x), 0, AF_SIGN_NOT_DECREASING},             /* z - 1 >= 1 */
        {sub(mul(x, y), mul(k(20), x)), 0, AF_SIGN_NOT_INCREASING}, /* y - 20 < 0 */
        {af_max(g, x, div(y, x)), 0, AF_SIGN_UNKNOWN},
        {af_max(g, x, mul(x, y)), 0, AF_SIGN_NOT_DECREASING},
        {af_max(g, mul(k(9), y), mul(x, y)), 1, AF_SIGN_NOT_DECREASING},
        {af_ceil(g, div(k(7), x)), 0, AF_SIGN_NOT_INCREASING},
        {af_apply(g, "log2", x), 0, AF_SIGN_NOT_DECREASING},
        {af_apply(g, "reciprocal", add(x, y)), 0, AF_SIGN_NOT_INCREASING},
        {af_apply(g, "abs", x), 0, AF_SIGN_UNKNOWN},
        {mul(af_ceil(g, div(k(7), x)), y), 1, AF_SIGN_NOT_DECREASING},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        CHECK(af_direction_of(g, rows[i].number, rows[i].symbol) == rows[i].sign);
        if (af_direction_of(g, rows[i].number, rows[i].symbol) != rows[i].sign)
            printf("  %s by %s\n", text_of(rows[i].number), names[rows[i].symbol]);
    }
}

/* Sound on random formulas: the range holds every value, a direction holds between neighbours,
 * terms and substitution give the same value. */
static unsigned random_state = 12345;
static unsigned draw(unsigned below)
{
    return (random_state = random_state * 1103515245 + 12345) / 65536 % below;
}

static af_num random_formula(int depth)
{
    if (depth == 0 || draw(8) == 0)
        return draw(4) == 0 ? k(draw(5)) : (af_num[]){x, y, z}[draw(3)];
    af_num a = random_formula(depth - 1), b = random_formula(depth - 1);
    switch (draw(7)) {
    case 0: return add(a, b);
    case 1: return sub(a, b);
    case 2: return mul(a, b);
    case 3: return div(a, (af_num[]){x, y, z}[draw(3)]);
    case 4: return af_max(g, a, b);
    case 5: return af_min(g, a, b);
    default: return af_ceil(g, a);
    }
}

static void check_formula(af_num f)
{
    af_interval range = af_interval_of(g, f);
    const double low[] = {1, 1, 2}, high[] = {64, 16, 8};
    for (int trial = 0; trial < 6; trial++) {
        double at[3], value;
        for (int s = 0; s < 3; s++)
            at[s] = low[s] + draw((unsigned)(high[s] - low[s]));
        value = af_num_at(g, f, at);
        double slack = 1e-9 * (1 + fabs(value));
        CHECK(value >= range.low - slack && value <= range.high + slack);
        int s = (int)draw(3);
        af_sign sign = af_direction_of(g, f, s);
        af_num fixed = af_substitute(g, f, s, k(at[s]));
        CHECK_NEAR(af_num_at(g, fixed, at) + 1e3, value + 1e3, 1e-9);
        at[s]++;
        double next = af_num_at(g, f, at);
        CHECK(sign == AF_SIGN_UNKNOWN || (sign == AF_SIGN_CONSTANT && next == value) ||
              (sign == AF_SIGN_NOT_DECREASING && next >= value - slack) ||
              (sign == AF_SIGN_NOT_INCREASING && next <= value + slack));
    }
}

static void test_random(void)
{
    for (int i = 0; i < 2000; i++)
        check_formula(random_formula(3));
}

int main(void)
{
    start();
    test_known();
    test_normal_form();
    test_extremes();
    test_directions();
    test_random();
    af_arena_free(arena);
    return test_end("formula");
}
