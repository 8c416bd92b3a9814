/* Filters and tests of Jinja's dialect (10 section 3.5). */
#include "lang/jinja_filter.h"
#include "lang/letter.h"

#include <string.h>

/* ---- filters */

static int filter_default(const af_function *self, const af_call *call, af_value *result)
{
    static const char *const names[] = {"value", "default_value", "boolean"};
    af_value values[3];
    if (af_bind_arguments(call, self->name, names, 0, 3, values))
        return -1;
    af_value value = call->arguments[0], other = call->count > 1 ? values[1] : af_string("");
    other = other.type == AF_UNDEFINED && !other.missing ? af_string("") : other;
    other.quoted |= other.type == AF_STRING;
    *result = value.type == AF_UNDEFINED || (af_truth(values[2]) && !af_truth(value)) ? other : value;
    return 0;
}

/* round(precision=0, method='common'): to a float where the value is one; 'ceil' and 'floor' always to a
 * float. */
static int filter_round(const af_function *self, const af_call *call, af_value *result)
{
    static const char *const names[] = {"value", "precision", "method"};
    af_value values[3], scale, scaled;
    if (af_bind_arguments(call, self->name, names, 1, 3, values))
        return -1;
    const char *method = values[2].type == AF_STRING ? values[2].string : "common";
    values[1] = values[1].type == AF_UNDEFINED ? af_int(0) : values[1];
    if (!strcmp(method, "common"))
        return af_call_value(call->evaluation, af_function_value(af_math_function("round")), values, 2, NULL,
                             result);
    if (strcmp(method, "ceil") && strcmp(method, "floor"))
        return af_raise(call->evaluation, "FilterArgumentError", "method must be common, ceil or floor");
    return af_operate(call->evaluation, "**", af_int(10), values[1], &scale)
        || af_operate(call->evaluation, "*", values[0], scale, &scaled)
        || af_call_value(call->evaluation, af_function_value(af_math_function(method)), &scaled, 1, NULL,
                         &scaled)
        || af_operate(call->evaluation, "/", scaled, scale, result) ? -1 : 0;
}

/* int(default=0, base=10) and float(default=0.0): the default where the value is no number. */
static int filter_number(const af_function *self, const af_call *call, af_value *result)
{
    static const char *const names[] = {"value", "default", "base"};
    af_value values[3] = {af_undefined(), af_undefined(), af_undefined()};
    bool whole = *self->name == 'i';
    if (af_bind_arguments(call, self->name, names, 1, whole ? 3 : 2, values))
        return -1;
    af_evaluation quiet = *call->evaluation;
    quiet.report = NULL;
    af_value based[2] = {values[0], values[2]}, real;
    int count = values[0].type == AF_STRING && values[2].type != AF_UNDEFINED ? 2 : 1;
    if (!af_call_value(&quiet, af_function_value(af_math_function(self->name)), based, count, NULL, result))
        return 0;
    if (whole && !af_call_value(&quiet, af_function_value(af_math_function("float")), based, 1, NULL, &real)
        && !af_call_value(&quiet, af_function_value(af_math_function("int")), &real, 1, NULL, result))
        return 0;
    *result = values[1].type != AF_UNDEFINED ? values[1] : whole ? af_int(0) : af_real(0);
    return 0;
}

/* Filters that are a function of 10 section 7.4 under the same name. */
static int filter_function(const af_function *self, const af_call *call, af_value *result)
{
    const char *name = strcmp(self->name, "length") && strcmp(self->name, "count") ? self->name : "len";
    return af_call_value(call->evaluation, af_function_value(af_math_function(name)), call->arguments,
                         call->count, call->keywords, result);
}


/* attr('name'): an attribute or, of a map, an entry. */
static int filter_attribute(const af_function *self, const af_call *call, af_value *result)
{
    static const char *const names[] = {"value", "name"};
    af_value values[2];
    if (af_bind_arguments(call, self->name, names, 2, 2, values))
        return -1;
    if (values[1].type != AF_STRING)
        return af_raise(call->evaluation, "TypeError", "the name of an attribute is expected, not '%s'",
                        af_type_name(values[1]));
    return af_attribute(call->evaluation, values[0], values[1].string, result);
}

/* What Jinja has and a spec has no use for, with the reason. */
static int filter_refused(const af_function *self, const af_call *call, af_value *result)
{
    (void)result;
    return af_raise(call->evaluation, "TemplateAssertionError", "the filter '%s' is not supported: %s",
                    self->name, self->text);
}
static const char for_html[] = "it makes HTML", not_again[] = "a spec must read the same each time",
    for_people[] = "it lays text out for people";

static const af_function filter_rows[] = {
    {"default", filter_default, true, NULL},          {"d", filter_default, true, NULL},
    {"abs", filter_function, false, NULL},            {"attr", filter_attribute, false, NULL},
    {"batch", af_filter_batch, false, NULL},          {"capitalize", af_filter_title, false, NULL},
    {"center", af_filter_center, false, NULL},        {"count", filter_function, false, NULL},
    {"dictsort", af_filter_dictsort, false, NULL},    {"e", filter_refused, true, for_html},
    {"escape", filter_refused, true, for_html},       {"filesizeformat", af_filter_size, false, NULL},
    {"first", af_filter_end, false, NULL},            {"float", filter_number, false, NULL},
    {"forceescape", filter_refused, true, for_html},  {"format", af_filter_format, false, NULL},
    {"groupby", af_filter_group, false, NULL},        {"indent", af_filter_indent, false, NULL},
    {"int", filter_number, false, NULL},              {"items", af_filter_items, true, NULL},
    {"join", af_filter_join, false, NULL},            {"last", af_filter_end, false, NULL},
    {"length", filter_function, false, NULL},         {"list", filter_function, false, NULL},
    {"lower", af_filter_case, false, NULL},            {"map", af_filter_map, false, NULL},
    {"max", af_filter_extreme, false, NULL},          {"min", af_filter_extreme, false, NULL},
    {"pprint", filter_refused, true, for_people},     {"random", filter_refused, true, not_again},
    {"reject", af_filter_select, false, NULL},        {"rejectattr", af_filter_select_attribute, false, NULL},
    {"replace", af_filter_replace, false, NULL},      {"reverse", af_filter_reverse, false, NULL},
    {"round", filter_round, false, NULL},             {"safe", af_filter_string, false, NULL},
    {"select", af_filter_select, false, NULL},        {"selectattr", af_filter_select_attribute, false, NULL},
    {"slice", af_filter_slice, false, NULL},          {"sort", af_filter_sort, false, NULL},
    {"string", af_filter_string, false, NULL},           {"striptags", filter_refused, true, for_html},
    {"sum", af_filter_sum, false, NULL},              {"title", af_filter_title, false, NULL},
    {"tojson", af_filter_json, false, NULL},          {"trim", af_filter_trim, false, NULL},
    {"truncate", af_filter_truncate, false, NULL},    {"unique", af_filter_unique, false, NULL},
    {"upper", af_filter_case, false, NULL},            {"urlencode", filter_refused, true, for_html},
    {"urlize", filter_refused, true, for_html},       {"wordcount", filter_refused, true, for_people},
    {"wordwrap", filter_refused, true, for_people},   {"xmlattr", filter_refused, true, for_html},
};

/* ---- tests */

static int test_defined(const af_function *self, const af_call *call, af_value *result)
{
    *result = af_bool((call->arguments[0].type != AF_UNDEFINED) == (*self->name == 'd'));
    return 0;
}

static int test_type(const af_function *self, const af_call *call, af_value *result)
{
    af_value x = call->arguments[0];
    bool sequence = x.type == AF_LIST || x.type == AF_TUPLE || x.type == AF_STRING || x.type == AF_RANGE;
    const struct { const char *name; bool holds; } types[] = {
        {"none", x.type == AF_NONE}, {"number", af_is_number(x)}, {"string", x.type == AF_STRING},
        {"mapping", x.type == AF_DICT},
        {"sequence", sequence || x.type == AF_DICT},
        {"iterable", sequence || x.type == AF_DICT || x.type == AF_ITERATOR},
        {"true", x.type == AF_BOOL && x.truth}, {"false", x.type == AF_BOOL && !x.truth},
        {"integer", x.type == AF_INT || x.type == AF_BIG},
        {"float", x.type == AF_REAL}, {"boolean", x.type == AF_BOOL},
        {"callable", x.type == AF_FUNCTION || (x.type == AF_OBJECT && x.object->kind->call)},
    };
    *result = af_bool(false);
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (!strcmp(types[i].name, self->name))
            *result = af_bool(types[i].holds);
    return 0;
}

static int test_division(const af_function *self, const af_call *call, af_value *result)
{
    bool given = *self->name == 'd';
    if (given && call->count != 2)
        return af_raise(call->evaluation, "TypeError", "the test '%s' needs one argument", self->name);
    af_value rest, by = given ? call->arguments[1] : af_int(2);
    if (af_operate(call->evaluation, "%", call->arguments[0], by, &rest))
        return -1;
    *result = af_bool(af_equal(rest, af_int(*self->name == 'o')));
    return 0;
}

static int test_comparison(const af_function *self, const af_call *call, af_value *result)
{
    int order = 2;
    const char *name = self->name;
    if (call->count != 2)
        return af_raise(call->evaluation, "TypeError", "the test '%s' needs one argument", name);
    if (strchr("en=!", *name)) {
        *result = af_bool(af_equal(call->arguments[0], call->arguments[1]) == (*name == 'e' || *name == '='));
        return 0;
    }
    if (af_compare(call->evaluation, call->arguments[0], call->arguments[1], &order))
        return -1;
    bool less = strchr("l<", *name), equal = !strcmp(name + 1, "e") || !strcmp(name + 1, "=");
    *result = af_bool(order != 2 && ((less ? order < 0 : order > 0) || (equal && !order)));
    return 0;
}

static int test_in(const af_function *self, const af_call *call, af_value *result)
{
    bool found = false;
    (void)self;
    if (call->count != 2)
        return af_raise(call->evaluation, "TypeError", "the test 'in' needs one argument");
    int failed = af_contains(call->evaluation, call->arguments[0], call->arguments[1], &found);
    *result = af_bool(found);
    return failed;
}

/* lower, upper: of the text of the value. */
static int test_case(const af_function *self, const af_call *call, af_value *result)
{
    af_value text;
    if (af_print_text(call, call->arguments[0], &text))
        return -1;
    *result = af_bool(af_is_cased(text.string, *self->name == 'l' ? AF_LOWER : AF_UPPER));
    return 0;
}

/* filter, test: whether there is one of this name. */
static int test_known(const af_function *self, const af_call *call, af_value *result)
{
    const char *unknown;
    af_value name = call->arguments[0];
    af_tree_kind kind = *self->name == 'f' ? AF_TREE_FILTER : AF_TREE_TEST;
    *result = af_bool(name.type == AF_STRING
                      && af_filter_of(call->evaluation->arena, &af_jinja, kind, name.string, &unknown));
    return 0;
}

/* sameas: as Python's `is`, which only None and the bools are asked with. */
static int test_same(const af_function *self, const af_call *call, af_value *result)
{
    if (call->count != 2)
        return af_raise(call->evaluation, "TypeError", "the test '%s' needs one argument", self->name);
    af_value a = call->arguments[0], b = call->arguments[1];
    *result = af_bool(a.type == b.type && af_equal(a, b));
    return 0;
}

static int test_escaped(const af_function *self, const af_call *call, af_value *result)
{
    (void)self, (void)call;
    *result = af_bool(false);
    return 0;
}

static const af_function test_rows[] = {
    {"!=", test_comparison, false, NULL},          {"<", test_comparison, false, NULL},
    {"<=", test_comparison, false, NULL},          {"==", test_comparison, false, NULL},
    {">", test_comparison, false, NULL},           {">=", test_comparison, false, NULL},
    {"boolean", test_type, false, NULL},           {"callable", test_type, false, NULL},
    {"defined", test_defined, true, NULL},         {"divisibleby", test_division, false, NULL},
    {"eq", test_comparison, false, NULL},          {"equalto", test_comparison, false, NULL},
    {"escaped", test_escaped, false, NULL},        {"even", test_division, false, NULL},
    {"false", test_type, false, NULL},             {"filter", test_known, false, NULL},
    {"float", test_type, false, NULL},             {"ge", test_comparison, false, NULL},
    {"greaterthan", test_comparison, false, NULL}, {"gt", test_comparison, false, NULL},
    {"in", test_in, false, NULL},                  {"integer", test_type, false, NULL},
    {"iterable", test_type, false, NULL},          {"le", test_comparison, false, NULL},
    {"lessthan", test_comparison, false, NULL},    {"lower", test_case, false, NULL},
    {"lt", test_comparison, false, NULL},          {"mapping", test_type, false, NULL},
    {"ne", test_comparison, false, NULL},          {"none", test_type, false, NULL},
    {"number", test_type, false, NULL},            {"odd", test_division, false, NULL},
    {"sameas", test_same, false, NULL},            {"sequence", test_type, false, NULL},
    {"string", test_type, false, NULL},            {"test", test_known, false, NULL},
    {"true", test_type, false, NULL},              {"undefined", test_defined, true, NULL},
    {"upper", test_case, false, NULL},
};

const af_dialect af_jinja = {.name = "Jinja", .jinja = true, .filters = filter_rows,
                             .n_filters = sizeof filter_rows / sizeof *filter_rows,
                             .tests = test_rows, .n_tests = sizeof test_rows / sizeof *test_rows};
