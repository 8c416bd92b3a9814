/* Tables of expression texts and what Python makes of them (10 sections 7 and 20.2). */
#include "lang/lang.h"
#include "test.h"

typedef struct row { const char *text, *want; } row;

static const struct { const char *text; bool upper; } limits[] = {
    {"a < 1", true}, {"a <= 1 and b < 2", true}, {"a < 1 or b < 2", true}, {"1 > a", true},
    {"2*a + b*c < 1", true}, {"a/2 < 1", true}, {"0 < 1", true}, {"not a > 1", true},
    {"1 - a > 0", true}, {"1 > a > 0", false},
    {"a > 1", false}, {"a < 1 and b > 2", false}, {"a - b < 1", false}, {"a < b", false}, {"1/a < 1", false},
    {"(0 - 1)*a < 1", false}, {"-a < 1", false}, {"a == 1", false}, {"f(a) < 1", false}, {"a % 2 < 1", false},
    {"a**2 < 1", false}, {"a < 1 if b else a > 1", false}, {"1 not in [a]", false},
    {"(a + 1)*b < 1", true}, {"(a - 1)*b < 1", false}, {"b*(a - 1) < 1", false}, {"(a*b + c)/2 < 1", true},
    {"a/b < 1", false}, {"a/(0 - 2) < 1", false}, {"1 - a < 1", false}, {"a - a > 0", false},
    {"a > b", false},
    {"2 - 1 < a", false}, {"2 - 1 > a", true}, {"5 // 2 > a", true}, {"a // 2 < 1", false},
    {"5 // a < 1", false}, {"1 == 1", true}, {"1 == a", false}, {"1 > 2 > a", true}, {"1 < 2 or a < 1", true},
    {"1 < 2 and a > 1", false}, {"a < 1 and f(a)", false}, {"not not a < 1", true}, {"not a < 1", false},
    {"'x' < 'y'", true}, {"'x'*a < 1", false}, {"None*a < 1", false}, {"a*f(b) < 1", false},
    {"(a if b else c)*a < 1", false}};

static const row values[] = {
    {"1+2*3",                                            "7"},
    {"8/2",                                              "4.0"},
    {"-7//2",                                            "-4"},
    {"-7%3",                                             "2"},
    {"7%-3",                                             "-2"},
    {"7.5//2",                                           "3.0"},
    {"-7.5%2",                                           "0.5"},
    {"2**10",                                            "1024"},
    {"-2**2",                                            "-4"},
    {"2**-1",                                            "0.5"},
    {"2**3**2",                                          "512"},
    {"2**70",                                            "1180591620717411303424"},
    {"0x10 + 0b11 + 0o7",                                "26"},
    {"1_000",                                            "1000"},
    {"1e3",                                              "1000.0"},
    {"True+1",                                           "2"},
    {"~5",                                               "-6"},
    {"1 if 0 else 2",                                    "2"},
    {"1 < 2 < 3",                                        "True"},
    {"1 < 2 > 3",                                        "False"},
    {"not 0",                                            "True"},
    {"3 in [1,2,3]",                                     "True"},
    {"3 not in (1,2)",                                   "True"},
    {"'b' in 'abc'",                                     "True"},
    {"[1,2]+[3]",                                        "[1, 2, 3]"},
    {"(1,)*3",                                           "(1, 1, 1)"},
    {"'ab'*2",                                           "'abab'"},
    {"[x*x for x in range(4) if x%2]",                   "[1, 9]"},
    {"sum(x for x in range(5))",                         "10"},
    {"sum(i*j for i in range(3) if i > 5 for j in [1])", "0"},
    {"sum([0.1]*10)",                                    "1.0"},
    {"{k: v for k, v in [(1, 2), (3, 4)]}",              "{1: 2, 3: 4}"},
    {"{1, 2, 1}",                                        "{1, 2}"},
    {"max(1.0, 1)",                                      "1.0"},
    {"min([3, 1, 2])",                                   "1"},
    {"max([1, -5], key=abs)",                            "-5"},
    {"round(2.5)",                                       "2"},
    {"round(3.5)",                                       "4"},
    {"round(2.675, 2)",                                  "2.67"},
    {"ceil(7/2)",                                        "4"},
    {"int(3.9)",                                         "3"},
    {"int('0x10', 16)",                                  "16"},
    {"log2(2**70)",                                      "70.0"},
    {"len('abc')",                                       "3"},
    {"abs(-3)",                                          "3"},
    {"pow(2, 10, 1000)",                                 "24"},
    {"gcd(12, 18)",                                      "6"},
    {"comb(5, 2)",                                       "10"},
    {"factorial(5)",                                     "120"},
    {"isqrt(17)",                                        "4"},
    {"[1,2,3][-1]",                                      "3"},
    {"[1,2,3,4][1:3]",                                   "[2, 3]"},
    {"'abcd'[::-1]",                                     "'dcba'"},
    {"(lambda a, b=2: a*b)(3)",                          "6"},
    {"f'{1/3:.2f} {2!r}'",                               "'0.33 2'"},
    {"'a,b'.split(',')",                                 "['a', 'b']"},
    {"'-'.join(['a', 'b'])",                             "'a-b'"},
    {"'{}-{}'.format(1, 2)",                             "'1-2'"},
    {"{'a': 1}['a']",                                    "1"},
    {"{'a': 1}.get('b', 5)",                             "5"},
    {"1, 2",                                             "(1, 2)"},
    {"5 # note",                                         "5"},
    {"1 or 2",                                           "1"},
    {"0 or 2",                                           "2"},
    {"1 and 2",                                          "2"},
    {"None is None",                                     "True"},
    {"1 << 70",                                          "1180591620717411303424"},
    {"-5 >> 1",                                          "-3"},
    {"5 & 3 | 8",                                        "9"},
    {"1 == 1.0",                                         "True"},
    {"'a' == 1",                                         "False"},
    {"inf",                                              "inf"},
    {"1e308*10",                                         "inf"},
    {"float('inf')",                                     "inf"},
    {"x",                                                "41"},
    {"x + 1",                                            "42"},
    {"'a' 'b'",                                          "'ab'"},
    {"list(map(lambda v: v+1, [1, 2]))",                 "[2, 3]"},
    {"0.1+0.2",                                          "0.30000000000000004"},
    {"1e-9",                                             "1e-09"},
};

static const row calls[] = {
    {"(lambda a, b: a - b)(*[6, 3])",                    "3"},
    {"(lambda a, b: a - b)(**{'b': 6, 'a': 3})",         "-3"},
    {"(lambda a, b=1: a - b)(*(8,), **{})",              "7"},
    {"max(*[1, 5], **{'key': lambda v: -v})",            "1"},
    {"list(map(lambda a, b: a * b, [1, 2, 3], (4, 5)))", "[4, 10]"},
    {"list(map(abs, []))",                               "[]"},
};

static const row failures[] = {
    {"abs(**[1])",
     "Failed to evaluate: abs(**[1]). Problem encountered: TypeError: "
     "argument after ** must be a mapping, not list"},
    {"abs(**{1: 2})",
     "Failed to evaluate: abs(**{1: 2}). Problem encountered: TypeError: keywords must be strings"},
    {"abs(*1)", "Failed to evaluate: abs(*1). Problem encountered: TypeError: 'int' object is not iterable"},
    {"1/0", "Failed to evaluate: 1/0. Problem encountered: ZeroDivisionError: division by zero"},
    {"foo + 1", "Failed to evaluate: foo + 1. Problem encountered: NameError: Name 'foo' is not defined."},
    {"xy", "Failed to evaluate: xy. Problem encountered: NameError: Name 'xy' is not defined."},
    {"1 +",
     "Failed to evaluate: 1 +. Problem encountered: SyntaxError: "
     "the expression ends where a value is expected (column 4)"},
    {"'a' < 1",
     "Failed to evaluate: 'a' < 1. Problem encountered: TypeError: "
     "'<' not supported between instances of 'str' and 'int'"},
    {"[1][3]", "Failed to evaluate: [1][3]. Problem encountered: IndexError: list index out of range"},
    {"017 + 1",
     "Failed to evaluate: 017 + 1. Problem encountered: SyntaxError: "
     "leading zeros in decimal integer literals are not permitted (column 1)"},
    {"10**10**10",
     "Failed to evaluate: 10**10**10. Problem encountered: OverflowError: the power is too large"},
    {"'a'*10**9", "Failed to evaluate: 'a'*10**9. Problem encountered: MemoryError: the result is too large"},
    {"'ab'.replace('a', 'b'*10000000).replace('b', 'c'*10000000)",
     "Failed to evaluate: 'ab'.replace('a', 'b'*10000000).replace('b', 'c'*10000000). Problem encountered: "
     "MemoryError: more than 32 MiB are needed"},
    {"sum(1 for i in range(3000) for j in range(3000))",
     "Failed to evaluate: sum(1 for i in range(3000) for j in range(3000)). Problem encountered: "
     "MemoryError: more than 32 MiB are needed"},
    {"(lambda f: f(f))(lambda f: f(f))",
     "Failed to evaluate: (lambda f: f(f))(lambda f: f(f)). Problem encountered: "
     "RecursionError: maximum recursion depth exceeded"},
    {"sqrt(-1)", "Failed to evaluate: sqrt(-1). Problem encountered: ValueError: math domain error"},
};

static const row literal_texts[] = {
    {"tRuE",               "True"},
    {" 5 ",                "5"},
    {"017",                "17"},
    {"1_0",                "10"},
    {"3.0",                "3.0"},
    {"1e9",                "1000000000.0"},
    {"9007199254740993",   "9007199254740992.0"},
    {"9007199254740993+0", "9007199254740993"},
    {"None",               "None"},
};

static const row sets[] = {
    {"All",                       "{I, O, W}"},
    {"~I",                        "{O, W}"},
    {"I | O",                     "{I, O}"},
    {"All - W",                   "{I, O}"},
    {"(I | W) & W",               "{W}"},
    {"I ^ (I | O)",               "{O}"},
    {"I.rank_variables",          "{k, m}"},
    {"~I.rank_variables",         "{n}"},
    {"I if len(All) == 3 else W", "{I}"},
    {"Nothing or W",              "{W}"},
    {"I.tensors",                 "{I}"},
};

static af_scope *einsum_scope(af_arena *arena, af_universe *u)
{
    static const char *tensors[] = {"I", "W", "O"}, *variables[] = {"k", "m", "n"};
    static af_mask of_tensor[] = {3, 5, 6}, of_variable[] = {3, 5, 6};
    *u = (af_universe){3, 3, tensors, variables, of_tensor, of_variable, NULL};
    af_scope *scope = af_scope_new(arena, NULL);
    af_add_math_names(scope);
    for (int i = 0; i < 3; i++)
        af_scope_set(scope, tensors[i], af_set_value(arena, u, AF_TENSORS, (af_mask)1 << i));
    af_scope_set(scope, "All", af_set_value(arena, u, AF_TENSORS, 7));
    af_scope_set(scope, "Nothing", af_set_value(arena, u, AF_TENSORS, 0));
    af_scope_set(scope, "x", af_int(41));
    return scope;
}

int main(void)
{
    af_arena *arena = af_arena_new();
    af_report *report = af_report_new("test");
    af_universe u;
    af_scope *scope = einsum_scope(arena, &u);
    af_text text = {0};
    af_value value;
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        af_text_clear(&text);
        const af_expression *e = af_parse_expression(arena, values[i].text, report, AF_NOWHERE, NULL);
        if (e && !af_evaluate(e, scope, arena, &value, report, AF_NOWHERE, NULL))
            af_print_repr(&text, value);
        test_text(text.bytes, values[i].want, __FILE__, __LINE__, values[i].text);
    }
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
        af_text_clear(&text);
        if (!af_evaluate_text(calls[i].text, scope, arena, &value, report, AF_NOWHERE, NULL))
            af_print_repr(&text, value);
        test_text(text.bytes, calls[i].want, __FILE__, __LINE__, calls[i].text);
    }
    CHECK(!af_failed(report));
    for (size_t i = 0; i < sizeof failures / sizeof *failures; i++) {
        af_report_clear(report);
        CHECK(af_evaluate_text(failures[i].text, scope, arena, &value, report, AF_NOWHERE, NULL) == -1);
        test_text(af_report_message(report, 0), failures[i].want, __FILE__, __LINE__, failures[i].text);
        CHECK(af_evaluate_text(failures[i].text, scope, arena, &value, NULL, AF_NOWHERE, NULL) == -1);
    }
    for (size_t i = 0; i < sizeof literal_texts / sizeof *literal_texts; i++) {
        af_text_clear(&text);
        if (!af_evaluate_text(literal_texts[i].text, scope, arena, &value, report, AF_NOWHERE, NULL))
            af_print_repr(&text, value);
        test_text(text.bytes, literal_texts[i].want, __FILE__, __LINE__, literal_texts[i].text);
    }
    for (size_t i = 0; i < sizeof sets / sizeof *sets; i++) {
        af_text_clear(&text);
        if (!af_evaluate_set(sets[i].text, scope, AF_TENSORS, -1, arena, &value, report, AF_NOWHERE, NULL))
            af_print_repr(&text, value);
        test_text(text.bytes, sets[i].want, __FILE__, __LINE__, sets[i].text);
    }
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        const af_expression *e = af_parse_expression(arena, limits[i].text, report, AF_NOWHERE, NULL);
        bool upper = e && af_stays_false_as_names_grow(e);
        test_note(e && upper == limits[i].upper, __FILE__, __LINE__, limits[i].text);
    }
    af_text_free(&text);
    af_report_free(report);
    af_arena_free(arena);
    return test_end("expression");
}
