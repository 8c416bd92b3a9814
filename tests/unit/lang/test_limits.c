/* Limits of an evaluation (10 section 7.3, 85 U18): whatever it does, it fails cleanly at
 * every step where its time or its memory may end, and gives its value once both suffice.
 * Each text makes many steps, or large values, in one way of its own. */
#include "rows.h"

static const row texts[] = {
    {"[1, (2, 3), {4: 5}, {6, 7}]", "[1, (2, 3), {4: 5}, {6, 7}]"},
    {"x + 1 if x > 0 and not y > 1 or s else -x", "42"},
    {"[i * 2 for i in [1, 2, 3] if i > 1]", "[4, 6]"},
    {"{i: -i for i in range(3)}", "{0: 0, 1: -1, 2: -2}"},
    {"{i % 8 for i in range(40)}", "{0, 1, 2, 3, 4, 5, 6, 7}"},
    {"{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}", "{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}"},
    {"[a for a, (b, c) in [(1, (2, 3))] for d in 'xy']", "[1, 1]"},
    {"(lambda a, b=2: a * b)(3)", "6"},
    {"max(*[1, 5], key=lambda v: -v)", "1"},
    {"(lambda a, b: a - b)(**{'b': 6, 'a': 3})", "-3"},
    {"list(map(abs, [-1, -2, -3, -4, -5, -6, -7, -8, -9]))", "[1, 2, 3, 4, 5, 6, 7, 8, 9]"},
    {"'-'.join(['ab', 'cd'])", "'ab-cd'"},
    {"'a b c'.split()", "['a', 'b', 'c']"},
    {"'a,b,c'.split(',')", "['a', 'b', 'c']"},
    {"'banana'.replace('an', 'xyz')", "'bxyzxyza'"},
    {"'text'.upper()", "'TEXT'"},
    {"f'{x:{4}}|{s!r}'", "\"  41|'text'\""},
    {"'{:>{}}{!r}'.format(s, 6, s)", "\"  text'text'\""},
    {"str([1, 2]) + str(3)", "'[1, 2]3'"},
    {"'ab' * 3 + 'c'", "'abababc'"},
    {"[1] * 3 + [2]", "[1, 1, 1, 2]"},
    {"'abcdef'[1:5:2] + 'abc'[0]", "'bda'"},
    {"(1, 2, 3, 4, 5, 6, 7, 8, 9)[8] + [1, 2, 3, 4, 5, 6, 7, 8, 9][0]", "10"},
    {"[1, 2, 3, 4, 5, 6, 7, 8, 9][::4]", "[1, 5, 9]"},
    {"{1, 2, 3, 4, 5} ^ {4, 5, 6}", "{1, 2, 3, 6}"},
    {"{1, 2, 3, 4, 5} >= {4, 5}", "True"},
    {"2 ** 3000 % 1000 + 3 ** 200 % 7", "378"},
    {"(2 ** 3000) * (2 ** 2000) % 11", "1"},
    {"factorial(20) // factorial(18) + comb(6, 3)", "400"},
    {"[1, 2, 3, 4, 5, 6, 7, 8, 9].index(9) + [9, 9, 9, 9, 9, 9, 9, 9, 9].count(9)", "17"},
    {"sorted_keys if 0 else list({i: 1 for i in range(9)}.keys())", "[0, 1, 2, 3, 4, 5, 6, 7, 8]"},
    {"sum([1, 2, 3, 4, 5, 6, 7, 8, 9]) + prod((1, 2, 3, 4, 5, 6, 7, 8))", "40365"},
    {"9 in (1, 2, 3, 4, 5, 6, 7, 8, 9) and 'b' in {'a': 1, 'b': 2}", "True"},
    {"x < 42 < 43 != 5 in [5]", "True"},
    {"{'a': [1, 2]}['a'][1:][0] + len([1, 2])", "4"},
    {"[w.upper() for w in 'a b'.split()][1].lower()", "'b'"},
    {"fsum([0.1] * 10) + dist([0, 0], [3, 4]) + min(3, 2)", "8.0"},
    {"list(enumerate('ab', 5)) + list((1, 2))", "[(5, 'a'), (6, 'b'), 1, 2]"},
    {"round(2.567, ndigits=2) + int('12', base=10) + pow(2, 3)", "22.57"},
};

typedef struct limits { long steps; size_t bytes; } limits;

/* Whether it gives what is wanted; if not, exactly one message says which limit there was. */
static bool holds(const row *row, const af_scope *scope, limits most, const char *kind)
{
    af_arena *arena = af_arena_new();
    af_report *report = af_report_new("test");
    af_text text = {0};
    af_value value;
    const af_expression *parsed = af_parse_expression(arena, row->text, report, AF_NOWHERE, NULL);
    af_evaluation e = af_evaluation_begin(scope, arena, report, AF_NOWHERE, NULL, row->text);
    e.steps_left = most.steps;
    e.most_bytes = most.bytes == SIZE_MAX ? SIZE_MAX : af_arena_size(arena) + most.bytes;
    bool done = parsed && !af_evaluate_part(&e, parsed, scope, &value);
    if (done) {
        af_print_repr(&text, value);
        test_text(text.bytes, row->want, __FILE__, __LINE__, row->text);
    } else {
        const char *message = af_report_message(report, 0);
        test_note(message && strstr(message, kind) && !af_report_message(report, 1), __FILE__, __LINE__,
                  row->text);
    }
    af_text_free(&text);
    af_report_free(report);
    af_arena_free(arena);
    return done;
}

int main(void)
{
    enum { MOST_STEPS = 2000, MOST_BYTES = 1 << 20 };
    af_arena *arena = af_arena_new();
    af_scope *scope = mathematics(arena);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        long steps = 0;
        while (steps < MOST_STEPS && !holds(&texts[i], scope, (limits){steps, SIZE_MAX}, "TimeoutError: "))
            steps++;
        test_note(steps > 1 && steps < MOST_STEPS, __FILE__, __LINE__, texts[i].text);
        size_t bytes = 0;
        while (bytes < MOST_BYTES && !holds(&texts[i], scope, (limits){MOST_STEPS, bytes}, "MemoryError: "))
            bytes += bytes + 1;
        test_note(bytes < MOST_BYTES, __FILE__, __LINE__, texts[i].text);
    }
    af_arena_free(arena);
    return test_end("limits");
}
