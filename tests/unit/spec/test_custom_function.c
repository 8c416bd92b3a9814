/* Values to Python and back, what Python asks back in between, and what goes wrong in its functions. */
#include "spec/evaluate_parts.h"
#include "spec/python.h"
#include "test.h"

#include <stdlib.h>
#include <unistd.h>

static const char functions_text[] =
    "import collections, os, time\n"
    "from math import sqrt as root, ceil\n"
    "LIMIT = 3\n"
    "Pair = collections.namedtuple('Pair', 'bits share')\n"
    "def pairs(xs): return [Pair(x, x / sum(xs)) for x in xs]\n"
    "def shares(ps): return sum(p.share for p in ps)\n"
    "def echo(x): return x\n"
    "def kind(x): return type(x).__name__\n"
    "def fail(x): raise ValueError(f'no {x},\\n really')\n"
    "def caught(f):\n"
    "    try:\n"
    "        return f(1)\n"
    "    except Exception as error:\n"
    "        return str(error)\n"
    "def apply(f, *xs, **kw): return [f(x, **kw) for x in xs]\n"
    "def values(): return [1, 2.0, True, None, 'x', [1], (1,), {'a': 1, 2: 3}, {3, 1, 2}, range(1, 6, 2), "
    "2**70, -2**63, -2**70, 1e300]\n"
    "def ranges(): return [range(1, 6, 2), range(5, 0, -2), range(5, 0), range(2**62)]\n"
    "def too_far(): return range(2**70)\n"
    "def endless(): return float('inf')\n"
    "def generated(n): return (i for i in range(n))\n"
    "class Counter:\n"
    "    def __init__(self, n): self.n = n\n"
    "    def twice(self): return self.n * 2\n"
    "def die(): os._exit(7)\n"
    "def leave(): raise SystemExit(3)\n"
    "def noise():\n"
    "    print('said')\n"
    "    os.system('echo too; cat')\n"
    "    return 1\n"
    "def max(x): return 'mine'\n"
    "def is_hist_signed(hist): return 'mine'\n"
    "class Odd(Exception):\n"
    "    def __str__(self): raise RuntimeError('no')\n"
    "def odd(): raise Odd()\n"
    "def texts(kind): return {'zero': 'a\\0b', 'half': '\\ud800'}[kind]\n"
    "calls = []\n"
    "def count(x):\n"
    "    calls.append(x)\n"
    "    return len(calls)\n";

static const struct { const char *text, *want; } rows[] = {
    {"echo(4)", "4"},
    {"echo(4.0)", "4.0"},
    {"echo(0.1)", "0.1"},
    {"echo(1e22)", "1e+22"},
    {"echo(2**70)", "1180591620717411303424"},
    {"echo([True, None, 'caf\xc3\xa9 \"\\n'])", "[True, None, 'caf\xc3\xa9 \"\\n']"},
    {"echo((1,))", "(1,)"},
    {"echo([inf, -inf, nan])", "[inf, -inf, nan]"},
    {"echo({1: 'a', 'b': [2]})", "{1: 'a', 'b': [2]}"},
    {"echo({3, 1})", "{1, 3}"},
    {"echo(range(1, 7, 2))", "range(1, 7, 2)"},
    {"echo(map(abs, [-1, 2]))", "[1, 2]"},
    {"values()", "[1, 2.0, True, None, 'x', [1], (1,), {'a': 1, 2: 3}, {1, 2, 3}, range(1, 6, 2), "
                 "1180591620717411303424, -9223372036854775808, -1180591620717411303424, 1e+300]"},
    {"endless()", "inf"},
    {"[len(r) for r in ranges()]", "[3, 3, 0, 4611686018427387904]"},
    {"list(ranges()[1])", "[5, 3, 1]"},
    {"too_far()", "OverflowError: a range past 64 bits cannot be handed back"},
    {"generated(3)", "[0, 1, 2]"},
    {"[kind(x) for x in [1, 1.0, '', None, True, [], (), {}, {1}, range(2), inf, abs]]",
     "['int', 'float', 'str', 'NoneType', 'bool', 'list', 'tuple', 'dict', 'set', 'range', 'float', "
     "'function']"},
    {"shares(pairs([1, 3]))", "1.0"},
    {"[b for b, s in pairs([1, 3])]", "[1, 3]"},
    {"pairs([1, 3])[1].share", "0.75"},
    {"len(pairs([1, 3])[0])", "2"},
    {"Counter(4).twice() + Counter(5).n", "13"},
    {"root(9)", "3.0"},
    {"apply(lambda x, k=1: x * k * w, 1, 2, k=10)", "[30, 60]"},
    {"apply(echo, 1, 2)", "[1, 2]"},
    {"apply(ceil, 0.5)", "[1]"},
    {"apply(lambda x: apply(lambda y: y + x, 1, 2), 10, 20)", "[[11, 12], [21, 22]]"},
    {"echo(lambda x: x + 1)(2)", "3"},
    {"echo(echo)(5)", "5"},
    {"caught(lambda x: x.nothing)", "\"'int' object has no attribute 'nothing'\""},
    {"caught(lambda x: 1 / 0)", "'division by zero'"},
    {"max(1, 2)", "2"},                      /* MATH is before the user's functions, */
    {"is_hist_signed([1, 0, 0])", "'mine'"}, /* they are before ours, */
    /* And do not change ours */
    {"two_part_magnitude_encode_if_signed_hist([0, 0, 1])", "[([1], 0.0), ([0], 0.0), ([1], 1.0)]"},
    {"count('a') + count('a') + count('b')", "4"}, /* the same call is made once */
    /* Prints are no answers, and questions are not to be read by others */
    {"noise()", "1"},
    {"LIMIT", "NameError: Name 'LIMIT' is not defined."},
    {"ecko(1)", "NameError: Name 'ecko' is not defined. Did you mean 'echo'?"},
    {"fail(3)", "ValueError: no 3, really (functions.py:9)"},
    {"apply(lambda x: fail(x), 1)", "RuntimeError: no 1, really (functions.py:9) (functions.py:15)"},
    {"echo(1, 2)", "TypeError: echo() takes 1 positional argument but 2 were given"},
    {"pairs([1])[0].nothing", "AttributeError: 'Pair' object has no attribute 'nothing'"},
    {"odd()", "Odd: (functions.py:34)"},
    {"texts('zero')", "ValueError: a text with a character of value zero cannot be handed back"},
    {"texts('half')", "UnicodeEncodeError: 'utf-8' codec can't encode character '\\ud800' in position 0: "
                      "surrogates not allowed"},
    {"leave()", "SystemExit: 3 (functions.py:25)"},
    {"die()", "RuntimeError: Python, with the functions of functions.py, ended with status 7 instead of "
              "answering; it said: too"},
    {"echo(44)", "RuntimeError: Python, with the functions of functions.py, ended with status 7 instead of "
                 "answering; it said: too"},
    {"echo(4)", "4"}, /* known from before */
};

static af_typed *config_of(af_arena *arena, const char *yaml, af_report *report)
{
    af_value raw;
    af_yaml_source source = {.text = yaml, .length = strlen(yaml), .path = "s.yaml"};
    return af_read_yaml(arena, &source, &raw, report)
               ? NULL
               : af_construct(arena, af_find_class("Config"), raw, "config", report);
}

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    fputs(text, file);
    fclose(file);
}

static af_functions kept;

static af_scope *scope_with(af_arena *arena, const char *yaml, python **functions, af_report *report)
{
    af_scope *ours = af_scope_new(arena, NULL), *all = af_scope_new(arena, ours);
    af_add_math_names(ours);
    af_add_library(ours, arena);
    if (af_add_custom_functions(config_of(arena, yaml, report), all, arena, &kept, functions, report))
        return NULL;
    af_add_math_names(all);
    af_scope_set(all, "w", af_int(3));
    return all;
}

static void check_values(af_report *report)
{
    af_arena *arena = af_arena_new();
    python *functions;
    write_file("functions.py", functions_text);
    af_scope *scope = scope_with(arena, "expression_custom_functions: [' functions.py ']", &functions,
                                 report);
    CHECK(scope && functions);
    for (size_t i = 0; scope && i < sizeof rows / sizeof *rows; i++) {
        af_value value;
        af_text text = {0};
        if (!af_evaluate_text(rows[i].text, scope, arena, &value, report, AF_NOWHERE, NULL)) {
            af_print_repr(&text, value);
            test_text(text.bytes, rows[i].want, __FILE__, __LINE__, rows[i].text);
        } else {
            const char *problem = strstr(af_report_message(report, 0), "Problem encountered: ");
            test_text(problem ? problem + strlen("Problem encountered: ") : NULL, rows[i].want, __FILE__,
                      __LINE__, rows[i].text);
            af_report_clear(report);
        }
        af_text_free(&text);
    }
    /* It had died, which nobody need have noticed */
    CHECK(af_check_custom_functions(functions, report) == -1);
    CHECK_TEXT(af_report_message(report, 0),
               "config.expression_custom_functions: Python, with the functions of functions.py, ended with "
               "status 7 instead of answering; it said: too");
    af_report_clear(report);
    af_arena_free(arena);
}

static const struct { const char *config, *file, *want; } loads[] = {
    {"{}", "", NULL},
    {"expression_custom_functions: []", "", NULL},
    {"expression_custom_functions: [bad.py]", "x = 1", NULL},
    {"expression_custom_functions: [bad.py]", "\ndef f(:\n",
     "bad.py:2 cannot be loaded: SyntaxError: invalid syntax"},
    {"expression_custom_functions: [bad.py]", "import math\nimport no_such_module\n",
     "bad.py:2 cannot be loaded: ModuleNotFoundError: No module named 'no_such_module'"},
    {"expression_custom_functions: [bad.py]", "import sys\nsys.exit(2)\n",
     "bad.py:2 cannot be loaded: SystemExit: 2"},
    {"expression_custom_functions: [bad.py]", "import os\nos._exit(2)\n",
     "Python, which is needed for bad.py, ended with status 2 instead of answering"},
    {"expression_custom_functions: [none.py]", "", "Could not find math function file none.py."},
};

static void check_loads(af_report *report)
{
    for (size_t i = 0; i < sizeof loads / sizeof *loads; i++) {
        af_arena *arena = af_arena_new();
        python *functions;
        write_file("bad.py", loads[i].file);
        bool loaded = scope_with(arena, loads[i].config, &functions, report) != NULL;
        const char *message = af_report_message(report, 0),
                   *text = message ? strstr(message, ": config.expression_custom_functions") : NULL;
        CHECK(loaded == !loads[i].want);
        CHECK(!message || !strncmp(message, "s.yaml:1:", 9));
        CHECK_TEXT(text ? strchr(text + 2, ':') + 2 : NULL, loads[i].want);
        af_end_functions(&kept);
        af_report_clear(report);
        af_arena_free(arena);
    }
}

/* Python goes on running for the next spec with the same files, and begins anew otherwise. */
static void check_kept(af_report *report)
{
    static const struct { const char *files; int calls; } specs[] = {
        {"[functions.py]",         1},
        {"[functions.py]",         2},
        {"[bad.py, functions.py]", 1},
        {"[functions.py]",         1},
    };
    write_file("bad.py", "");
    for (size_t i = 0; i < sizeof specs / sizeof *specs; i++) {
        af_arena *arena = af_arena_new();
        python *functions;
        af_value count = af_none();
        af_scope *scope = scope_with(arena,
                                     af_format(arena, "expression_custom_functions: %s", specs[i].files),
                                     &functions, report);
        CHECK(scope &&
              !af_evaluate_text("count(pairs([7])[0].bits)", scope, arena, &count, report, AF_NOWHERE, NULL));
        CHECK(count.type == AF_INT && count.integer == specs[i].calls);
        CHECK(!af_check_custom_functions(functions, report));
        af_arena_free(arena);
    }
    af_end_functions(&kept);
}

int main(void)
{
    char folder[] = "/tmp/af_functions_XXXXXX";
    if (system("python3 -c '' 2>/dev/null")) {
        puts("no python3");
        return test_end("custom_function");
    }
    if (!mkdtemp(folder) || chdir(folder))
        return 1;
    af_report *report = af_report_new("test");
    check_values(report);
    check_loads(report);
    check_kept(report);
    af_report_free(report);
    remove("functions.py");
    remove("bad.py");
    rmdir(folder);
    return test_end("custom_function");
}
