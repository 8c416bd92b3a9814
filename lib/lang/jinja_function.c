/* Filters and tests of Jinja's dialect (10 section 3.5). */
#include "lang/jinja.h"
#include "lang/expression_tree.h"
#include "lang/number.h"

#include <ctype.h>
#include <string.h>

/* ---- filters */

static int filter_default(const af_function *self, const af_call *call, af_value *result)
{
    static const char *const names[] = {"value", "default_value", "boolean"};
    af_value values[3];
    bool truth = true;
    if (af_bind_arguments(call, self->name, names, 0, 3, values))
        return -1;
    af_value value = call->arguments[0], other = call->count > 1 ? values[1] : af_string("");
    if (value.type != AF_UNDEFINED && af_truth(values[2]) && af_truth_of(call->evaluation, value, &truth))
        return -1;
    other = other.type == AF_UNDEFINED && !other.missing ? af_string("") : other;
    other.quoted |= other.type == AF_STRING;
    *result = value.type == AF_UNDEFINED || !truth ? other : value;
    return 0;
}

/* round(precision=0, method='common'): to a float where the value is one; 'ceil' and 'floor' always to a float. */
static int filter_round(const af_function *self, const af_call *call, af_value *result)
{
    static const char *const names[] = {"value", "precision", "method"};
    af_value values[3], scale, scaled;
    if (af_bind_arguments(call, self->name, names, 1, 3, values))
        return -1;
    const char *method = values[2].type == AF_STRING ? values[2].string : "common";
    values[1] = values[1].type == AF_UNDEFINED ? af_int(0) : values[1];
    if (!strcmp(method, "common"))
        return af_call_value(call->evaluation, af_function_value(af_math_function("round")), values, 2, NULL, result);
    if (strcmp(method, "ceil") && strcmp(method, "floor"))
        return af_raise(call->evaluation, "FilterArgumentError", "method must be common, ceil or floor");
    return af_operate(call->evaluation, "**", af_int(10), values[1], &scale)
        || af_operate(call->evaluation, "*", values[0], scale, &scaled)
        || af_call_value(call->evaluation, af_function_value(af_math_function(method)), &scaled, 1, NULL, &scaled)
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

/* Filters that are a function of 10 section 7.4, or a method of str of the value's text, under the same name. */
static int filter_function(const af_function *self, const af_call *call, af_value *result)
{
    const char *name = strcmp(self->name, "length") && strcmp(self->name, "count") ? self->name : "len";
    return af_call_value(call->evaluation, af_function_value(af_math_function(name)), call->arguments, call->count, call->keywords, result);
}

static int filter_method(const af_function *self, const af_call *call, af_value *result)
{
    af_value method, subject;
    af_text text = {0};
    af_print_str(&text, call->arguments[0]);
    if (af_finish_text(call->evaluation, &text, &subject)
        || !af_find_method(call->evaluation, subject, strcmp(self->name, "trim") ? self->name : "strip", &method))
        return -1;
    return af_call_value(call->evaluation, method, call->arguments + 1, call->count - 1, NULL, result);
}

static int filter_join(const af_function *self, const af_call *call, af_value *result)
{
    af_items items;
    af_text text = {0};
    (void)self;
    if (af_items_of(call->evaluation, call->arguments[0], &items))
        return -1;
    for (int i = 0; i < items.count; i++) {
        if (i && call->count > 1)
            af_print_str(&text, call->arguments[1]);
        af_print_str(&text, items.items[i]);
        if (af_spend(call->evaluation, 0, (int64_t)text.length)) {
            af_text_free(&text);
            return -1;
        }
    }
    return af_finish_text(call->evaluation, &text, result);
}

static int map_attribute(const af_call *call, af_value name, af_value *result)
{
    af_items items;
    if (af_items_of(call->evaluation, call->arguments[0], &items))
        return -1;
    *result = af_list_value(call->evaluation->arena, items.count);
    for (int i = 0; i < items.count; i++)
        if (af_index(call->evaluation, items.items[i], name, &result->list->items[i]))
            return -1;
    return 0;
}

/* map('filter', arguments…): the list of what the filter gives for each item. */
static int filter_map(const af_function *self, const af_call *call, af_value *result)
{
    af_items items;
    (void)self;
    const af_value *name = call->count > 1 ? &call->arguments[1] : NULL;
    const char *keyword = name && call->keywords ? call->keywords[1] : NULL;
    if (!name || (keyword ? strcmp(keyword, "attribute") != 0 : name->type != AF_STRING))
        return af_raise(call->evaluation, "FilterArgumentError", "map needs the name of a filter, as in map('int'), or attribute='…'");
    if (keyword)
        return map_attribute(call, *name, result);
    const char *unknown;
    const af_function *filter = af_filter_of(call->evaluation->arena, &af_jinja, AF_TREE_FILTER, name->string, &unknown);
    if (!filter)
        return af_raise(call->evaluation, "TemplateAssertionError", "%s", unknown);
    if (af_items_of(call->evaluation, call->arguments[0], &items))
        return -1;
    *result = af_list_value(call->evaluation->arena, items.count);
    af_value *arguments = af_new_array(call->evaluation->arena, af_value, call->count);
    for (int a = 2; a < call->count; a++)
        arguments[a - 1] = call->arguments[a];
    for (int i = 0; i < items.count; i++) {
        arguments[0] = items.items[i];
        if (af_call_value(call->evaluation, af_function_value(filter), arguments, call->count - 1, NULL, &result->list->items[i]))
            return -1;
    }
    return 0;
}

static int filter_string(const af_function *self, const af_call *call, af_value *result)
{
    af_text text = {0};
    (void)self;
    af_print_str(&text, call->arguments[0]);
    return af_finish_text(call->evaluation, &text, result);
}

static int filter_end(const af_function *self, const af_call *call, af_value *result)
{
    af_items items;
    if (af_items_of(call->evaluation, call->arguments[0], &items))
        return -1;
    if (!items.count)
        return af_raise(call->evaluation, "UndefinedError", "an empty list has no %s item", self->name);
    *result = items.items[*self->name == 'f' ? 0 : items.count - 1];
    return 0;
}

/* Jinja compares texts without regard to case, unless case_sensitive. */
static af_value folded(const af_call *call, af_value value, af_value case_sensitive)
{
    if (value.type != AF_STRING || af_truth(case_sensitive))
        return value;
    char *copy = af_copy_text(call->evaluation->arena, value.string);
    for (char *c = copy; *c; c++)
        *c = (char)((unsigned char)*c < 128 ? tolower((unsigned char)*c) : *c);
    return af_string(copy);
}

static int filter_unique(const af_function *self, const af_call *call, af_value *result)
{
    static const char *const names[] = {"value", "case_sensitive"};
    af_value values[2];
    af_items items;
    if (af_bind_arguments(call, self->name, names, 1, 2, values) || af_items_of(call->evaluation, values[0], &items))
        return -1;
    *result = af_list_value(call->evaluation->arena, items.count);
    af_items *kept = (af_items *)result->list;
    kept->count = 0;
    for (int i = 0; i < items.count; i++) {
        bool known = false;
        if (af_spend_items(call->evaluation, kept->count))
            return -1;
        for (int k = 0; k < kept->count && !known; k++)
            known = af_equal(folded(call, kept->items[k], values[1]), folded(call, items.items[i], values[1]));
        if (!known)
            kept->items[kept->count++] = items.items[i];
    }
    return 0;
}

typedef struct keyed { af_value key, value; } keyed;

/* Merges the sorted halves of the items; equal ones keep their order. */
static int sort_items(af_evaluation *e, keyed *items, keyed *spare, int count, int sign)
{
    int half = count / 2, left = 0, right = half, order = 0;
    if (count < 2)
        return 0;
    if (sort_items(e, items, spare, half, sign) || sort_items(e, items + half, spare, count - half, sign) || af_spend(e, count, 0))
        return -1;
    for (int i = 0; i < count; i++) {
        if (left < half && right < count && af_compare(e, items[right].key, items[left].key, &order))
            return -1;
        bool take_right = left == half || (right < count && order != 2 && order * sign < 0);
        spare[i] = items[take_right ? right++ : left++];
    }
    memcpy(items, spare, sizeof *items * (size_t)count);
    return 0;
}

/* sort(reverse=false, case_sensitive=false, attribute=none) */
static int filter_sort(const af_function *self, const af_call *call, af_value *result)
{
    static const char *const names[] = {"value", "reverse", "case_sensitive", "attribute"};
    af_value values[4];
    af_items items;
    af_arena *arena = call->evaluation->arena;
    if (af_bind_arguments(call, self->name, names, 1, 4, values) || af_items_of(call->evaluation, values[0], &items))
        return -1;
    keyed *sorted = af_new_array(arena, keyed, items.count);
    bool by_attribute = values[3].type != AF_UNDEFINED && values[3].type != AF_NONE;
    for (int i = 0; i < items.count; i++) {
        sorted[i] = (keyed){items.items[i], items.items[i]};
        if (by_attribute && af_index(call->evaluation, items.items[i], values[3], &sorted[i].key))
            return -1;
        sorted[i].key = folded(call, sorted[i].key, values[2]);
    }
    if (sort_items(call->evaluation, sorted, af_new_array(arena, keyed, items.count), items.count, af_truth(values[1]) ? -1 : 1))
        return -1;
    *result = af_list_value(arena, items.count);
    for (int i = 0; i < items.count; i++)
        result->list->items[i] = sorted[i].value;
    return 0;
}

/* min, max(case_sensitive=false, attribute=none): the first of equals; of nothing an undefined value. */
static int filter_extreme(const af_function *self, const af_call *call, af_value *result)
{
    static const char *const names[] = {"value", "case_sensitive"};
    af_value values[2], best = af_undefined();
    af_items items;
    int sign = self->name[1] == 'a' ? 1 : -1;
    if (af_bind_arguments(call, self->name, names, 1, 2, values) || af_items_of(call->evaluation, values[0], &items))
        return -1;
    af_missing *missing = af_new(call->evaluation->arena, af_missing);
    missing->message = "No aggregated item, sequence was empty.";
    *result = (af_value){.type = AF_UNDEFINED, .missing = missing};
    for (int i = 0; i < items.count; i++) {
        af_value key = folded(call, items.items[i], values[1]);
        int order = sign;
        if (i && af_compare(call->evaluation, key, best, &order))
            return -1;
        if (order != 2 && order * sign > 0) {
            best = key;
            *result = items.items[i];
        }
    }
    return 0;
}

static int filter_reverse(const af_function *self, const af_call *call, af_value *result)
{
    const af_value bounds[3] = {af_none(), af_none(), af_int(-1)};
    af_value list = call->arguments[0];
    if (list.type != AF_STRING && af_call_value(call->evaluation, af_function_value(af_math_function("list")), &list, 1, NULL, &list))
        return -1;
    (void)self;
    return af_get_slice(call->evaluation, list, bounds, result);
}

/* The first letter upper, the others lower: of the text, or of each of its words. */
static int filter_title(const af_function *self, const af_call *call, af_value *result)
{
    af_text text = {0};
    bool start = true;
    af_print_str(&text, call->arguments[0]);
    for (size_t i = 0; i < text.length; i++) {
        unsigned char c = (unsigned char)text.bytes[i];
        text.bytes[i] = (char)(c >= 128 ? c : start ? toupper(c) : tolower(c));
        start = *self->name == 't' && strchr(" \t\n\r\f\v-([{<", c);
    }
    return af_finish_text(call->evaluation, &text, result);
}

/* select('test', arguments…) and reject: the items for which the test holds, or does not; without a test the true ones. */
static int filter_select(const af_function *self, const af_call *call, af_value *result)
{
    af_items items;
    const char *unknown;
    const af_function *test = NULL;
    af_evaluation *e = call->evaluation;
    if (call->count > 1 && call->arguments[1].type == AF_STRING) {
        test = af_filter_of(e->arena, &af_jinja, AF_TREE_TEST, call->arguments[1].string, &unknown);
        if (!test)
            return af_raise(e, "TemplateAssertionError", "%s", unknown);
    }
    if (af_items_of(e, call->arguments[0], &items))
        return -1;
    *result = af_list_value(e->arena, items.count);
    af_value *arguments = af_new_array(e->arena, af_value, call->count);
    for (int a = 2; a < call->count; a++)
        arguments[a - 1] = call->arguments[a];
    int kept = 0;
    for (int i = 0; i < items.count; i++) {
        af_value answer = arguments[0] = items.items[i];
        bool holds;
        if ((test && af_call_value(e, af_function_value(test), arguments, call->count - 1, NULL, &answer)) || af_truth_of(e, answer, &holds))
            return -1;
        if (holds == (*self->name == 's'))
            result->list->items[kept++] = items.items[i];
    }
    ((af_items *)result->list)->count = kept;
    return 0;
}

static const af_function filter_rows[] = {
    {"default", filter_default, true, NULL}, {"d", filter_default, true, NULL},
    {"min", filter_extreme, false, NULL}, {"max", filter_extreme, false, NULL},
    {"sum", filter_function, false, NULL}, {"length", filter_function, false, NULL},
    {"count", filter_function, false, NULL}, {"int", filter_number, false, NULL},
    {"float", filter_number, false, NULL}, {"round", filter_round, false, NULL},
    {"abs", filter_function, false, NULL}, {"list", filter_function, false, NULL},
    {"join", filter_join, false, NULL}, {"string", filter_string, false, NULL},
    {"upper", filter_method, false, NULL}, {"lower", filter_method, false, NULL},
    {"replace", filter_method, false, NULL}, {"trim", filter_method, false, NULL},
    {"first", filter_end, false, NULL}, {"last", filter_end, false, NULL},
    {"sort", filter_sort, false, NULL}, {"unique", filter_unique, false, NULL},
    {"map", filter_map, false, NULL}, {"reverse", filter_reverse, false, NULL},
    {"capitalize", filter_title, false, NULL}, {"title", filter_title, false, NULL},
    {"select", filter_select, false, NULL}, {"reject", filter_select, false, NULL},
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
        {"none", x.type == AF_NONE}, {"number", af_is_number(x)}, {"string", x.type == AF_STRING}, {"mapping", x.type == AF_DICT},
        {"sequence", sequence || x.type == AF_DICT}, {"iterable", sequence || x.type == AF_DICT || x.type == AF_ITERATOR || x.type == AF_PLAIN_SET},
        {"true", x.type == AF_BOOL && x.truth}, {"false", x.type == AF_BOOL && !x.truth}, {"integer", x.type == AF_INT || x.type == AF_BIG},
        {"float", x.type == AF_REAL}, {"boolean", x.type == AF_BOOL}, {"callable", x.type == AF_FUNCTION},
    };
    *result = af_bool(false);
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (!strcmp(types[i].name, self->name))
            *result = af_bool(types[i].holds);
    return 0;
}

static int test_division(const af_function *self, const af_call *call, af_value *result)
{
    af_value rest, by = *self->name == 'd' && call->count > 1 ? call->arguments[1] : af_int(2);
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
    if (name[0] == 'e' || name[0] == 'n') {
        *result = af_bool(af_equal(call->arguments[0], call->arguments[1]) == (name[0] == 'e'));
        return 0;
    }
    if (af_compare(call->evaluation, call->arguments[0], call->arguments[1], &order))
        return -1;
    bool less = name[0] == 'l', equal = name[1] == 'e' && !name[2];
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

static const af_function test_rows[] = {
    {"defined", test_defined, true, NULL}, {"undefined", test_defined, true, NULL},
    {"none", test_type, false, NULL}, {"number", test_type, false, NULL},
    {"string", test_type, false, NULL}, {"mapping", test_type, false, NULL},
    {"sequence", test_type, false, NULL}, {"iterable", test_type, false, NULL},
    {"true", test_type, false, NULL}, {"false", test_type, false, NULL},
    {"integer", test_type, false, NULL}, {"float", test_type, false, NULL},
    {"boolean", test_type, false, NULL}, {"callable", test_type, false, NULL},
    {"even", test_division, false, NULL}, {"odd", test_division, false, NULL},
    {"divisibleby", test_division, false, NULL}, {"eq", test_comparison, false, NULL},
    {"ne", test_comparison, false, NULL}, {"lt", test_comparison, false, NULL},
    {"le", test_comparison, false, NULL}, {"gt", test_comparison, false, NULL},
    {"ge", test_comparison, false, NULL}, {"equalto", test_comparison, false, NULL},
    {"greaterthan", test_comparison, false, NULL}, {"lessthan", test_comparison, false, NULL},
    {"in", test_in, false, NULL},
};

const af_dialect af_jinja = {.name = "Jinja", .jinja = true, .filters = filter_rows, .n_filters = sizeof filter_rows / sizeof *filter_rows,
                             .tests = test_rows, .n_tests = sizeof test_rows / sizeof *test_rows};
