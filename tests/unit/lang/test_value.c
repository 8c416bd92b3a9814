/* Values that expressions do not write down: objects, numbers of others, sets of an Einsum, JSON;
 * and how all are copied and compared. */
#include "rows.h"

#include "lang/jinja.h"

#include <unistd.h>

/* ---- an object: three named parts, and one that can only be asked for its name */

static bool part_attribute(const af_object *object, const char *name, af_value *value)
{
    (void)object;
    if (!strcmp(name, "name"))
        *value = af_string("hop");
    else if (!strcmp(name, "energy"))
        *value = af_int(5);
    else
        return false;
    return true;
}
static int part_names(const af_object *object, const char **names, int room)
{
    (void)object;
    for (int i = 0; i < 2 && i < room; i++)
        names[i] = i ? "energy" : "name";
    return 2;
}
static const af_object_kind part_kind = {.name = "Action", .attribute = part_attribute, .names = part_names};
static const af_object part = {&part_kind};

static bool nothing(const af_object *object, const char *name, af_value *value)
{
    (void)object, (void)name, (void)value;
    return false;
}
static bool whole_item(const af_object *object, af_value key, af_value *value)
{
    (void)object;
    *value = (af_value){.type = AF_OBJECT, .object = &part};
    return key.type == AF_INT && key.integer >= 0 && key.integer < 2;
}
static int two(const af_object *object) { return object ? 2 : 0; }
static int three(const af_object *object) { return object ? 3 : 0; }
static const af_object_kind whole_kind = {.name = "Actions",
                                          .attribute = nothing,
                                          .item = whole_item,
                                          .count = two};
static const af_object_kind broken_kind = {.name = "Broken",
                                           .attribute = nothing,
                                           .item = whole_item,
                                           .count = three};
static const af_object whole = {&whole_kind}, broken = {&broken_kind};

static bool odd_attribute(const af_object *object, const char *name, af_value *value)
{
    (void)object;
    *value = af_int(5);
    return !strcmp(name, "name");
}
static int none_at_all(const af_object *object) { return object ? 0 : 1; }
static const af_object_kind odd_kind = {.name = "Odd", .attribute = odd_attribute, .count = three};
static const af_object_kind empty_kind = {.name = "Empty", .attribute = nothing, .count = none_at_all};
static const af_object odd = {&odd_kind}, empty = {&empty_kind};

/* ---- a number of somebody else's: answers with what was asked */

static int unknown_operate(const af_opaque *self, const char *op, af_value a, af_value b, af_value *result,
                           af_evaluation *e)
{
    (void)self, (void)a, (void)b;
    if (!strcmp(op, "<"))
        return af_raise(e, "TypeError", "not known");
    *result = !strcmp(op, "!=") || !strcmp(op, "==") ? af_bool(*op == '!')
                                                     : af_string(af_format(e->arena, "(%s)", op));
    return 0;
}
static int unknown_call(const af_opaque *self, const char *name, const af_value *arguments, int count,
                        af_value *result, af_evaluation *e)
{
    (void)self, (void)arguments;
    *result = af_string(af_format(e->arena, "%s/%d", name, count));
    return 0;
}
static const af_opaque_kind unknown_kind = {"unknown", unknown_operate, unknown_call};
static const af_opaque unknown = {&unknown_kind};

/* One that cannot say anything about itself. */
static int blind_operate(const af_opaque *self, const char *op, af_value a, af_value b, af_value *result,
                         af_evaluation *e)
{
    (void)self, (void)a, (void)b, (void)result;
    return af_raise(e, "TypeError", "%s is not known", op);
}
static const af_opaque_kind blind_kind = {"blind", blind_operate, unknown_call};
static const af_opaque blind = {&blind_kind};

static const row objects[] = {
    {"part", "<Action hop>"},
    {"part.energy", "5"},
    {"part['energy']", "5"},
    {"whole", "<Actions>"},
    {"len(whole)", "2"},
    {"[a.energy for a in whole]", "[5, 5]"},
    {"whole[1].name", "'hop'"},
    {"parts['hop'].energy", "5"},
    {"'hop' in parts", "True"},
    {"'hip' in parts", "False"},
    {"'hop' in whole", "True"},
    {"part == part", "True"},
    {"part == whole", "False"},
    {"not part", "False"},
    {"bool(whole)", "True"},
    {"part in [part]", "True"},
    {"str(part)", "'<Action hop>'"},
    {"part.enrgy", "!AttributeError: 'Action' object has no attribute 'enrgy'. Did you mean 'energy'?"},
    {"whole.x", "!AttributeError: 'Actions' object has no attribute 'x'"},
    {"whole[5]", "!TypeError: 'Actions' object is not subscriptable"},
    {"part[0]", "!TypeError: 'Action' object is not subscriptable"},
    {"[a for a in part]", "!TypeError: 'Action' object is not iterable"},
    {"[a for a in broken]", "!TypeError: 'Broken' object is not iterable"},
    {"len(part)", "!TypeError: object of type 'Action' has no len()"},
    {"parts['hip']", "!KeyError: No element with name \"hip\" found."},
    {"pairs['hop']", "!ValueError: Multiple elements with name \"hop\" found."},
    {"empty or 1", "1"},
    {"not empty", "True"},
    {"len(empty)", "0"},
    {"odd", "<Odd>"},
    {"bool(odd)", "True"},
    {"'5' in [odd, whole]", "False"},
    {"[a for a in odd]", "!TypeError: 'Odd' object is not iterable"},
    {"5 in [part, 5]", "True"},
    {"{part: 1}[part]", "1"},
    {"[] == part", "False"},
    {"max(part, part)", "!TypeError: '>' not supported between instances of 'Action' and 'Action'"},
    {"part + 1", "!TypeError: unsupported operand type(s) for +: 'Action' and 'int'"},
    {"part()", "!TypeError: 'Action' object is not callable"},
};

static const row opaques[] = {
    {"u + 1", "'(+)'"},
    {"1 - u", "'(-)'"},
    {"u ** 2", "'(**)'"},
    {"-u", "'(-)'"},
    {"+u is u", "True"},
    {"u > 1", "True"},
    {"u == 1", "False"},
    {"u < 1", "!TypeError: not known"},
    {"1 if u else 2", "1"},
    {"not u", "False"},
    {"u and 3", "3"},
    {"ceil(u)", "'ceil/1'"},
    {"max(1, u)", "'max/2'"},
    {"max([u, 2, 3])", "'max/3'"},
    {"sum(i for i in [u, 1])", "'sum/2'"},
    {"min(u, 1)", "'min/2'"},
    {"prod([u])", "'prod/1'"},
    {"sqrt(u)", "'sqrt/1'"},
    {"log(u, 2)", "'log/2'"},
    {"log2(u)", "'log2/1'"},
    {"atan2(1, u)", "'atan2/2'"},
    {"round(u)", "'round/1'"},
    {"int(u)", "'int/1'"},
    {"float(u)", "'float/1'"},
    {"abs(u)", "'abs/1'"},
    {"pow(u, 2)", "'pow/2'"},
    {"hypot(u, 1)", "'hypot/2'"},
    {"[u]", "[<unknown>]"},
    {"~u", "!TypeError: bad operand type for unary ~: 'unknown'"},
    {"1 < u", "!TypeError: not known"},
    {"2 == u", "False"},
    {"len(u)", "!TypeError: object of type 'unknown' has no len()"},
    {"gcd(u)", "!TypeError: 'unknown' object cannot be interpreted as an integer"},
    {"str(u)", "'<unknown>'"},
    {"sum([1], u)", "'(+)'"},
    {"pow(u, 2, 3)", "!TypeError: pow() 3rd argument not allowed unless all arguments are integers"},
    {"1 if blind else 2", "!TypeError: != is not known"},
    {"not blind", "!TypeError: != is not known"},
    {"blind == 1", "!TypeError: == is not known"},
    {"bool(blind)", "!TypeError: != is not known"},
    {"blind and 1", "!TypeError: != is not known"},
    {"[1 for i in [1] if blind]", "!TypeError: != is not known"},
    {"-blind", "!TypeError: - is not known"},
    {"sum([1], blind)", "!TypeError: + is not known"},
    {"[1][u]", "!TypeError: list indices must be integers or slices, not unknown"},
};

static const row sets[] = {
    {"All", "{I, O, W}"},
    {"~I", "{O, W}"},
    {"I | O", "{I, O}"},
    {"All - W", "{I, O}"},
    {"(I | W) & W", "{W}"},
    {"I ^ (I | O)", "{O}"},
    {"~I & Inputs", "{W}"},
    {"I ^ Inputs", "{W}"},
    {"I | m", "{I, m}"},
    {"m | I", "{I, m}"},
    {"I & m", "{}"},
    {"~m", "{k, n}"},
    {"~I.rank_variables", "{n}"},
    {"Nothing.rank_variables", "{}"},
    {"(I|W).rank_variables", "{k, m, n}"},
    {"I and W", "{W}"},
    {"I or W", "{I}"},
    {"Inputs if len(All) > 3 else All", "{I, O, W}"},
    {"I & {\"I\"}", "{I}"},
    {"I | {\"W\", \"m\", \"zz\", 5}", "{I, W, m}"},
    {"m | {\"k\", \"W\"}", "{W, k, m}"},
    {"W.rank_variables - O.rank_variables", "{k}"},
    {"I.tensors", "{I}"},
    {"I()", "{I}"},
    {"All.tensors()", "{I, O, W}"},
    {"m.tensors", "{m}"},
    {"I.bits_per_value", "8"},
    {"W.bits_per_value", "4.5"},
    {"len(All)", "3"},
    {"\"I\" in All", "True"},
    {"\"k\" in All", "False"},
    {"[t for t in All]", "['I', 'O', 'W']"},
    {"I == I", "True"},
    {"I == W", "False"},
    {"Nothing == Nothing & m", "True"},
    {"not Nothing", "True"},
    {"str(I | W)", "'{I, W}'"},
    {"{\"I\"} & I", "!TypeError: unsupported operand type(s) for &: 'set' and 'set of tensors'"},
    {"I + W", "!TypeError: unsupported operand type(s) for +: 'set' and 'set of tensors'"},
    {"I & 3", "!TypeError: unsupported operand type(s) for &: 'set' and 'int'"},
    {"I << W", "!TypeError: unsupported operand type(s) for <<: 'set' and 'set of tensors'"},
    {"I[0]", "!TypeError: 'set of tensors' object is not subscriptable"},
    {"I < W", "!TypeError: '<' not supported between instances of 'set of tensors' and 'set of tensors'"},
    {"m.rank_variables",
     "!AttributeError: a set of rank variables has no attribute 'rank_variables'; it has tensors"},
    {"(I | m).rank_variables", "!ValueError: m is a rank variable; only tensors have rank_variables"},
    {"I.foo",
     "!AttributeError: a set has no attribute 'foo'; it has bits_per_value, rank_variables, tensors"},
    {"All.bits_per_value",
     "!ValueError: Can not access bits_per_value for a set with 3 elements: it needs exactly one tensor"},
    {"(I & All).bits_per_value", "!ValueError: Bits per value is not defined for this set"},
    {"O.bits_per_value", "!ValueError: Bits per value is not defined for this set"},
    {"m.bits_per_value",
     "!ValueError: Can not access bits_per_value for a set with 1 elements: it needs exactly one tensor"},
    {"(I | m) == I", "False"},
    {"(I | m) - m == I", "True"},
    {"I == m", "False"},
    {"I & W == m & n", "True"},
    {"I & m == m & I", "True"},
    {"len(m)", "1"},
    {"m[0]", "!TypeError: 'set of rank variables' object is not subscriptable"},
    {"[v for v in m | k]", "['k', 'm']"},
    {"I in {1: 2}", "!TypeError: unhashable type: 'set of tensors'"},
    {"{m: 1}", "!TypeError: unhashable type: 'set of rank variables'"},
    {"I ** W", "!TypeError: unsupported operand type(s) for **: 'set' and 'set of tensors'"},
    {"3 in All", "!TypeError: only names can be looked up in a set of tensors or rank variables"},
    {"I(1)", "!TypeError: 'set of tensors' object is not callable"},
};

static void add_sets(af_arena *arena, af_scope *scope, af_universe *u)
{
    static const char *tensors[] = {"I", "W", "O"}, *variables[] = {"k", "m", "n"};
    static af_mask of_tensor[] = {3, 5, 6}, of_variable[] = {3, 5, 6};
    static double bits[] = {8, 4.5, NAN};
    *u = (af_universe){3, 3, tensors, variables, of_tensor, of_variable, bits};
    for (int i = 0; i < 3; i++) {
        af_scope_set(scope, tensors[i], af_set_value(arena, u, AF_TENSORS, (af_mask)1 << i));
        af_scope_set(scope, variables[i], af_set_value(arena, u, AF_RANK_VARIABLES, (af_mask)1 << i));
    }
    af_scope_set(scope, "All", af_set_value(arena, u, AF_TENSORS, 7));
    af_scope_set(scope, "Inputs", af_set_value(arena, u, AF_TENSORS, 3));
    af_scope_set(scope, "Nothing", af_set_value(arena, u, AF_TENSORS, 0));
}

/* What must come out as a set (10 section 10.3). */
static void check_set_results(const af_scope *scope, af_arena *arena)
{
    static const struct { const char *text; af_token_kind kind; int count; const char *want; } cases[] = {
        {"I", AF_TENSORS, -1, NULL},
        {"~I", AF_TENSORS, 2, NULL},
        {"m", AF_RANK_VARIABLES, 1, NULL},
        {"3", AF_TENSORS, -1,
         "f.yaml:3: p: the set expression \"3\" gives the number 3; a set of tensors is expected"},
        {"'a'", AF_RANK_VARIABLES, -1,
         "f.yaml:3: p: the set expression \"'a'\" gives the text 'a'; a set of rank variables is expected"},
        {"All", AF_TENSORS, 1, "f.yaml:3: p: Expected count is 1, but got 3: All"},
        {"I |", AF_TENSORS, -1,
         "f.yaml:3: p: Failed to evaluate: I |. Problem encountered: SyntaxError: "
         "the expression ends where a value is expected (column 4)"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        af_report *report = af_report_new("test");
        af_value value;
        int failed = af_evaluate_set(cases[i].text, scope, cases[i].kind, cases[i].count, arena, &value,
                                     report, (af_place){"f.yaml", 3, 0}, "p");
        CHECK(failed == (cases[i].want ? -1 : 0));
        CHECK_TEXT(af_report_message(report, 0), cases[i].want);
        CHECK(af_evaluate_set(cases[i].text, scope, cases[i].kind, cases[i].count, arena, &value, NULL,
                              AF_NOWHERE, NULL) == failed);
        af_report_free(report);
    }
}

/* ---- JSON there and back */
static void check_json(af_arena *arena)
{
    static const char *const texts[] = {"null",
                                        "true",
                                        "false",
                                        "4",
                                        "4.0",
                                        "-9223372036854775808",
                                        "123456789012345678901234567890",
                                        "1e-09",
                                        "\"a\\\"b\"",
                                        "-123456789012345678901234567890",
                                        "[1,[2.5,\"x\"],{}]",
                                        "{\"a\":{\"b\":[null]},\"c\":\"inf\"}"};
    af_report *report = af_report_new("test");
    for (size_t i = 1; i < sizeof texts / sizeof *texts; i++) {
        af_json *json = af_json_parse(texts[i], strlen(texts[i]), report, AF_NOWHERE);
        af_json_writer w = {.first = true};
        af_put_value(&w, NULL, af_value_of_json(arena, json));
        CHECK_TEXT(w.text.bytes, texts[i]);
        af_text_free(&w.text);
        af_json_free(json);
    }
    CHECK(!af_failed(report) && af_value_of_json(arena, NULL).type == AF_NONE);
    af_report_free(report);
}

static void check_written(const af_scope *scope, af_arena *arena)
{
    static const row rows[] = {
        {"I | W",               "{\"s\":[\"I\",\"W\"],\"u\":\"t\"}"},
        {"m",                   "{\"s\":[\"m\"],\"u\":\"r\"}"},
        {"(1, 2)",              "[1,2]"},
        {"{1, 1}",              "[1]"},
        {"{1: 'a', 2.5: None}", "{\"1\":\"a\",\"2.5\":null}"},
        {"abs",                 "{\"$fn\":\"abs\"}"},
        {"lambda a: a+1",       "{\"$fn\":\"lambda a: a+1\"}"},
        {"range(3)",            "\"range(0, 3)\""},
        {"[inf, -inf, nan]",    "[\"inf\",\"-inf\",\"nan\"]"},
        {"True",                "true"},
        {"2**70",               "1180591620717411303424"},
        {"part",                "\"<Action hop>\""},
        {"u",                   "\"<unknown>\""},
        {"{'': 1}",             "{\"\":1}"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        af_value value = af_none();
        af_json_writer w = {.first = true};
        CHECK(!af_evaluate_text(rows[i].text, scope, arena, &value, NULL, AF_NOWHERE, NULL));
        af_put_value(&w, NULL, value);
        CHECK_TEXT(w.text.bytes, rows[i].want);
        af_text_free(&w.text);
    }
}

/* A deep copy prints alike, is equal, and survives what it was made of. */
static void check_copies(const af_scope *scope, af_arena *arena)
{
    static const char *const texts[] = {
        "1", "2**70", "1.5", "'a'", "None", "True", "[1, [2]]", "(1, 'a')", "{1: {2: 3}}", "{1, 2}",
        "range(1, 5)", "I | W", "part", "abs", "-2**70",
        "{'a': 1, 'b': 2, 'c': 3, 'd': 4, 'e': 5, 'f': 6, 'g': 7, 'h': 8, 'i': 9}"
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        af_arena *scratch = af_arena_new();
        af_value value = af_none();
        af_text first = {0}, second = {0};
        CHECK(!af_evaluate_text(texts[i], scope, scratch, &value, NULL, AF_NOWHERE, NULL));
        af_value copy = af_copy_value(arena, value);
        CHECK(af_equal(value, copy));
        af_print_repr(&first, value);
        af_arena_free(scratch);
        af_print_repr(&second, copy);
        CHECK_TEXT(second.bytes, first.bytes);
        af_text_free(&first);
        af_text_free(&second);
    }
}

/* How messages speak of a value. */
static void check_described(const af_scope *scope, af_arena *arena)
{
    static const row rows[] = {
        {"None",            "nothing"},
        {"True",            "True"},
        {"5",               "the number 5"},
        {"2**70",           "the number 1180591620717411303424"},
        {"2.5",             "the number 2.5"},
        {"'a'",             "the text 'a'"},
        {"[1]",             "a list"},
        {"(1,)",            "a tuple"},
        {"{1: 2}",          "a map"},
        {"I | W",           "the set {I, W}"},
        {"abs",             "a function"},
        {"part",            "a value of type Action"},
        {"u",               "a value of type unknown"},
        {"range(3)",        "a value of type range"},
        {"{1}",             "a value of type set"},
        {"(i for i in [])", "a value of type generator"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        af_value value = af_none();
        CHECK(!af_evaluate_text(rows[i].text, scope, arena, &value, NULL, AF_NOWHERE, NULL));
        CHECK_TEXT(af_describe(arena, value), rows[i].want);
    }
    CHECK_TEXT(af_describe(arena, af_undefined()), "nothing");
}

/* Dicts in the making, and what is asked of values that are none. */
static void check_dicts(af_arena *arena)
{
    enum { MANY = 20 };
    af_value dict = af_dict_value(arena);
    int count = -1;
    for (int i = 0; i < MANY; i++)
        af_dict_put(arena, dict, af_int(i), af_int(-i));
    af_dict_remove(dict, af_int(7));
    af_dict_remove(dict, af_int(MANY));                       /* not there: nothing changes */
    CHECK(dict.dict->count == MANY - 1 && !af_dict_get(dict, af_int(7)) &&
          af_dict_get(dict, af_int(8))->integer == -8);
    CHECK(!af_dict_get(af_int(3), af_int(3)) && !af_dict_find(af_none(), "a"));
    CHECK(!af_dict_entries(af_int(3), &count) && count == 0);
    af_value few = af_dict_value(arena), missing = af_undefined();
    af_dict_put(arena, few, af_string("a"), missing);
    af_dict_remove(few, af_string("b"));
    CHECK(few.dict->count == 1 && af_equal(missing, af_undefined()) && af_equal(few, few) &&
          !af_equal(missing, af_none()));
    CHECK(!af_source_path(0) && !af_source_path(UINT16_MAX) &&
          !strcmp(af_source_path(af_source_file("a.yaml")), "a.yaml"));
}

static void check_short(af_arena *arena)
{
    af_text text = {0};
    af_print_short(&text, af_string("caf\xc3\xa9s and more"), 5);
    CHECK_TEXT(text.bytes, "'caf...");
    af_text_clear(&text);
    af_print_short(&text, af_string("a"), 5);
    CHECK_TEXT(text.bytes, "'a'");
    af_text_clear(&text);
    af_value list = af_list_value(arena, 100);
    for (int i = 0; i < 100; i++)
        list.list->items[i] = af_int(i);
    af_print_short(&text, list, 10);
    CHECK_TEXT(text.bytes, "[0, 1, 2, ...");
    af_text_clear(&text);
    af_value dict = af_dict_value(arena);
    for (int i = 0; i < 100; i++)
        af_dict_put(arena, dict, af_int(i), af_int(i));
    af_print_short(&text, dict, 10);
    CHECK_TEXT(text.bytes, "{0: 0, 1: ...");
    af_text_clear(&text);
    af_print_str(&text, af_undefined());
    CHECK_TEXT(text.bytes, "");
    af_print_repr(&text, af_undefined());
    CHECK_TEXT(text.bytes, "Undefined");
    af_text_free(&text);
}

/* Texts and values that may be literals (10 section 7.1). */
static void check_values(const af_scope *scope, af_arena *arena)
{
    static const row rows[] = {
        {"tRuE",               "True"},
        {"FALSE",              "False"},
        {" 5 ",                "5"},
        {"-7",                 "-7"},
        {"+7",                 "7"},
        {"017",                "17"},
        {"1_0",                "10"},
        {"3.0",                "3.0"},
        {"1e9",                "1000000000.0"},
        {"9007199254740993",   "9007199254740992.0"},
        {"9007199254740993+0", "9007199254740993"},
        {"s",                  "'text'"},
    };
    static const struct { double real; const char *want; } reals[] = {
        {4,        "4"},
        {1e3,      "1000"},
        {-0.0,     "0"},
        {1.5,      "1.5"},
        {1e22,     "10000000000000000000000"},
        {-1e22,    "-10000000000000000000000"},
        {INFINITY, "inf"},
        {NAN,      "nan"},
    };
    af_text text = {0};
    af_value value;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        af_text_clear(&text);
        CHECK(!af_evaluate_value(af_string(rows[i].text), scope, arena, &value, NULL, AF_NOWHERE, NULL));
        af_print_repr(&text, value);
        CHECK_TEXT(text.bytes, rows[i].want);
    }
    for (size_t i = 0; i < sizeof reals / sizeof *reals; i++) {
        af_text_clear(&text);
        CHECK(!af_evaluate_value(af_real(reals[i].real), scope, arena, &value, NULL, AF_NOWHERE, NULL));
        af_print_repr(&text, value);
        CHECK_TEXT(text.bytes, reals[i].want);
    }
    value = af_string("1+1");
    value.quoted = true;
    CHECK(!af_evaluate_value(value, scope, arena, &value, NULL, AF_NOWHERE, NULL) &&
          !strcmp(value.string, "1+1"));
    CHECK(!af_evaluate_value(af_int(9007199254740993), scope, arena, &value, NULL, AF_NOWHERE, NULL) &&
          value.type == AF_REAL);
    CHECK(!af_evaluate_text("1+1", NULL, arena, &value, NULL, AF_NOWHERE, NULL) && value.integer == 2);
    CHECK(!af_evaluate_text("sqrt(16) + max(1, 2)", NULL, arena, &value, NULL, AF_NOWHERE, NULL) &&
          value.real == 6);
    CHECK(!af_evaluate_text(" \v7\f", scope, arena, &value, NULL, AF_NOWHERE, NULL) && value.integer == 7);
    CHECK(af_evaluate_text("", scope, arena, &value, NULL, AF_NOWHERE, NULL) == -1);
    CHECK(!af_evaluate_text("2**80 + 1", scope, arena, &value, NULL, AF_NOWHERE, NULL)
          && !af_evaluate_value(value, scope, arena, &value, NULL, AF_NOWHERE, NULL) && value.real == 0x1p80);
    af_text_free(&text);
}

/* Names that an expression takes from outside, words of any text, and scopes with many names. */
static void check_names(af_arena *arena)
{
    const char *const *names;
    const af_expression *e = af_parse_expression(arena,
                                                 "a + sum(b*i for i in c if i < d) + (lambda t, u=k: "
                                                 "t + h)(a)",
                                                 NULL, AF_NOWHERE, NULL);
    int count = e ? af_expression_names(e, &names) : 0;
    af_text text = {0};
    for (int i = 0; i < count; i++)
        af_text_printf(&text, "%s ", names[i]);
    CHECK_TEXT(text.bytes, "a c d b sum k h ");
    af_text_free(&text);
    af_scope *outer = af_scope_new(arena, NULL), *inner = af_scope_new(arena, outer);
    const char *all[64];
    af_value value;
    for (int i = 0; i < 40; i++)
        af_scope_set(i % 2 ? outer : inner, af_format(arena, "n%02d", i / 2), af_int(i));
    af_scope_set(inner, "n03", af_int(99));
    CHECK(af_scope_get(inner, "n03", &value) && value.integer == 99 && af_scope_get(outer, "n03", &value) &&
          value.integer == 7);
    CHECK(!af_scope_get(inner, "m", &value) && !af_scope_get(NULL, "m", &value));
    CHECK(af_scope_names(inner, all, 64) == 20 && !strcmp(all[0], "n00") && !strcmp(all[19], "n19"));
    CHECK(af_scope_names(inner, NULL, 0) == 20);
}

/* Integers of more digits than there may be, wherever they stand. */
static void check_too_long(const af_scope *scope, af_arena *arena)
{
    enum { DIGITS = 5000 };
    static const row rows[] = {
        {"%s+0",      "the number is too large"},
        {"int('%s')", "invalid literal for int() with base 10"},
        {"0x%s",      "invalid number"},
    };
    char digits[DIGITS + 1];
    memset(digits, '7', DIGITS);
    digits[DIGITS] = 0;
    af_value value;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        af_report *report = af_report_new("test");
        af_text text = {0};
        const char *at = strstr(rows[i].text, "%s");
        af_text_add(&text, rows[i].text, (size_t)(at - rows[i].text));
        af_text_puts(&text, digits);
        af_text_puts(&text, at + 2);
        CHECK(af_evaluate_text(text.bytes, scope, arena, &value, report, AF_NOWHERE, NULL) == -1);
        test_note(strstr(af_report_message(report, 0), rows[i].want), __FILE__, __LINE__, rows[i].want);
        af_report_free(report);
        af_text_free(&text);
    }
    memset(digits + 400, 0, DIGITS - 400);   /* past the largest double, but an integer still */
    CHECK(!af_evaluate_text(digits, scope, arena, &value, NULL, AF_NOWHERE, NULL) && value.type == AF_BIG);
    memset(digits, '7', DIGITS);
    af_json *json = af_json_parse(digits, DIGITS, NULL, AF_NOWHERE);
    CHECK(json && isinf(af_as_double(af_value_of_json(arena, json))));
    af_json_free(json);
}

/* All names of a text that nobody has given are told; those that come later,
 * and words of other languages, as such. */
static void check_missing(af_arena *arena)
{
    static const char *const later[] = {"size"};
    static const struct { const char *text, *first, *second; } cases[] = {
        {"foo + abs(bar) + foo", "Name 'foo' is not defined.", "Name 'bar' is not defined."},
        {"size * 2", "Name 'size' is not defined here: the field is evaluated later.", NULL},
        {"siz + width", "Name 'siz' is not defined. Did you mean 'size'?", NULL},
        {"null", "Name 'null' is not defined. Did you mean 'None'?", NULL},
        {"maxx(1)", "Name 'maxx' is not defined.", NULL},
    };
    af_scope *scope = af_scope_new(arena, NULL);
    af_scope_set(scope, "width", af_int(3));
    af_scope_expect(scope, later, 1);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        af_report *report = af_report_new("test");
        af_value value;
        CHECK(af_evaluate_text(cases[i].text, scope, arena, &value, report, AF_NOWHERE, NULL) == -1);
        const char *first = strstr(af_report_message(report, 0), "Name "),
                   *second = af_report_message(report, 1);
        CHECK_TEXT(first, cases[i].first);
        CHECK_TEXT(second ? strstr(second, "Name ") : NULL, cases[i].second);
        af_report_free(report);
    }
    af_scope_set(scope, "gone", af_undefined());
    af_report *report = af_report_new("test");
    af_value value;
    CHECK(af_evaluate_text("gone + 1", scope, arena, &value, report, AF_NOWHERE, NULL) == -1);
    CHECK_TEXT(af_report_message(report, 0),
               "Failed to evaluate: gone + 1. Problem encountered: UndefinedError: a value is undefined");
    af_report_free(report);
}

/* Jinja's dialect, where templates alone would not reach it: values, and "!" with the message. */
static void check_jinja(const af_scope *scope, af_arena *arena)
{
    static const row rows[] = {
        {"s|upper()(1)",         "!f.yaml:3: 'str' object is not callable"},
        {"(1/0)|abs",            "!f.yaml:3: division by zero"},
        {"1 +\n\n$",             "!f.yaml:5: invalid character"},
        {"~x",                   "!f.yaml:3: a value is expected here"},
        {"nope",                 "!f.yaml:3: 'nope' is undefined (-D nope=… gives it a value)"},
        {"parst",                "!f.yaml:3: 'parst' is undefined (did you mean 'part'?)"},
        {"(1 if 0) == (1 if 0)", "True"},
        {"(1 if 0) == 1",        "False"},
        {"1 != (1 if 0)",        "True"},
        {"1 < 2 < 1 < nope",     "False"},
        {"1 + nope",             "!f.yaml:3: 'nope' is undefined (-D nope=… gives it a value)"},
        {"1 == nope",            "!f.yaml:3: 'nope' is undefined (-D nope=… gives it a value)"},
        {"4 is divisibleby 2",   "True"},
        {"x is in [41]",         "True"},
        {"1, 2",                 "(1, 2)"},
        {"x #y",                 "!f.yaml:3: invalid character"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        af_report *report = af_report_new("test");
        af_place place = {"f.yaml", 3, 0};
        af_text text = {0};
        size_t used;
        af_value value = af_none();
        const af_expression *e = af_parse_prefix(arena, rows[i].text, &used, &af_jinja, AF_PARSE_TUPLE,
                                                 report, place, NULL);
        if (e && !af_evaluate(e, scope, arena, &value, report, place, NULL) && value.type != AF_UNDEFINED)
            af_print_repr(&text, value);
        else if (value.type == AF_UNDEFINED)
            af_text_printf(&text, "!f.yaml:3: %s", value.missing->message);
        else
            af_text_printf(&text, "!%s", af_report_message(report, 0));
        test_text(text.bytes, rows[i].want, __FILE__, __LINE__, rows[i].text);
        af_text_free(&text);
        af_report_free(report);
    }
}

/* What others do with values outside of an expression, and with none in hand. */
static void check_outside(af_arena *arena)
{
    af_report *report = af_report_new("test");
    af_evaluation e = af_evaluation_begin(NULL, arena, report, AF_NOWHERE, NULL, NULL);
    af_value list = af_list_value(arena, 2), value;
    int order;
    list.list->items[0] = af_int(5);
    CHECK(!af_index(&e, list, af_int(0), &value) && value.integer == 5);
    CHECK(af_index(&e, af_undefined(), af_int(0), &value) == -1);
    CHECK_TEXT(af_report_message(report, 0), "'undefined' object is not subscriptable");
    CHECK(!af_compare(&e, af_real(NAN), af_int(1), &order) && order == AF_NO_ORDER);
    CHECK(!af_compare(&e, af_string("b"), af_string("a"), &order) && order == 1);
    const af_function *cwd = af_math_function("getcwd");
    char path[4096];
    CHECK(!af_call_value(&e, af_function_value(cwd), NULL, 0, NULL, &value) && getcwd(path, sizeof path));
    CHECK_TEXT(value.string, path);
    CHECK(!af_math_function("sorted"));
    af_report_free(report);
    /* two names of one hash are two names, in scopes of few and of many */
    af_scope *scope = af_scope_new(arena, NULL);
    for (int round = 0; round < 2; round++) {
        af_scope_set(scope, "costarring", af_int(1));
        af_scope_set(scope, "liquid", af_int(2));
        CHECK(af_scope_get(scope, "costarring", &value) && value.integer == 1);
        CHECK(af_scope_get(scope, "liquid", &value) && value.integer == 2);
        for (int i = 0; i < 30; i++)
            af_scope_set(scope, af_format(arena, "n%d", i), af_int(i));
    }
}

static void count_words(void *context, const char *start, size_t length)
{
    af_text_printf(context, "%.*s,", (int)length, start);
}

int main(void)
{
    af_arena *arena = af_arena_new();
    af_scope *scope = mathematics(arena);
    af_universe u;
    af_value parts = af_list_value(arena, 1), pairs = af_list_value(arena, 2);
    af_text words = {0};
    parts.list->items[0] = pairs.list->items[0] = pairs.list->items[1] = (af_value){.type = AF_OBJECT,
                                                                                    .object = &part};
    af_scope_set(scope, "part", parts.list->items[0]);
    af_scope_set(scope, "whole", (af_value){.type = AF_OBJECT, .object = &whole});
    af_scope_set(scope, "broken", (af_value){.type = AF_OBJECT, .object = &broken});
    af_scope_set(scope, "parts", parts);
    af_scope_set(scope, "pairs", pairs);
    af_scope_set(scope, "odd", (af_value){.type = AF_OBJECT, .object = &odd});
    af_scope_set(scope, "empty", (af_value){.type = AF_OBJECT, .object = &empty});
    af_scope_set(scope, "blind", (af_value){.type = AF_OPAQUE, .opaque = &blind});
    af_scope_set(scope, "u", (af_value){.type = AF_OPAQUE, .opaque = &unknown});
    add_sets(arena, scope, &u);
    CHECK_ROWS(objects, scope);
    CHECK_ROWS(opaques, scope);
    CHECK_ROWS(sets, scope);
    check_set_results(scope, arena);
    check_json(arena);
    check_written(scope, arena);
    check_copies(scope, arena);
    check_described(scope, arena);
    check_dicts(arena);
    check_short(arena);
    check_values(scope, arena);
    check_too_long(scope, arena);
    check_missing(arena);
    check_jinja(scope, arena);
    check_outside(arena);
    check_names(arena);
    af_identifier_runs("a+b_1*'c d'2x", count_words, &words);
    CHECK_TEXT(words.bytes, "a,b_1,c,d,2x,");
    af_text_free(&words);
    af_arena_free(arena);
    return test_end("value");
}
