/* Filters and tests of Jinja's dialect (10 section 3.5). */
#include "lang/jinja.h"
#include "lang/expression_tree.h"
#include "lang/number.h"

#include <stdlib.h>
#include <string.h>

/* ---- filters */

static int filter_default(const af_function *self, const af_call *call, af_value *result)
{
    (void)self;
    bool truth = true;
    af_value value = call->arguments[0];
    bool boolean = call->count > 2 && af_truth(call->arguments[2]);
    if (value.type != AF_UNDEFINED && boolean && af_truth_of(call->evaluation, value, &truth))
        return -1;
    bool use = value.type == AF_UNDEFINED || !truth;
    af_value other = call->count > 1 ? call->arguments[1] : af_string("");
    other.quoted |= other.type == AF_STRING;
    *result = use ? other : value;
    return 0;
}

/* Filters that are a function of 10 section 7.4 or a method of str under the same name. */
static int filter_function(const af_function *self, const af_call *call, af_value *result)
{
    const char *name = strcmp(self->name, "length") && strcmp(self->name, "count") ? self->name : "len";
    return af_call_value(call->evaluation, af_function_value(af_math_function(name)), call->arguments, call->count, call->keywords, result);
}

static int filter_method(const af_function *self, const af_call *call, af_value *result)
{
    af_value method;
    const char *name = strcmp(self->name, "trim") ? self->name : "strip";
    if (!af_find_method(call->evaluation, call->arguments[0], name, &method))
        return af_raise(call->evaluation, "TypeError", "'%s' does not work on '%s'", self->name, af_type_name(call->arguments[0]));
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

/* map('filter', arguments…): the list of what the filter gives for each item. */
static int filter_map(const af_function *self, const af_call *call, af_value *result)
{
    af_items items;
    (void)self;
    const af_value *name = call->count > 1 && !(call->keywords && call->keywords[1]) ? &call->arguments[1] : NULL;
    if (!name || name->type != AF_STRING)
        return af_raise(call->evaluation, "FilterArgumentError", "map needs the name of a filter, as in map('int')");
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

static int filter_unique(const af_function *self, const af_call *call, af_value *result)
{
    af_items items;
    (void)self;
    if (af_items_of(call->evaluation, call->arguments[0], &items))
        return -1;
    *result = af_list_value(call->evaluation->arena, items.count);
    af_items *kept = (af_items *)result->list;
    kept->count = 0;
    for (int i = 0; i < items.count; i++) {
        bool known = false;
        if (af_spend_items(call->evaluation, kept->count))
            return -1;
        for (int k = 0; k < kept->count && !known; k++)
            known = af_equal(kept->items[k], items.items[i]);
        if (!known)
            kept->items[kept->count++] = items.items[i];
    }
    return 0;
}

/* Merges the sorted halves of the items; equal ones keep their order. */
static int sort_items(af_evaluation *e, af_value *items, af_value *spare, int count)
{
    int half = count / 2, left = 0, right = half, order;
    if (count < 2)
        return 0;
    if (sort_items(e, items, spare, half) || sort_items(e, items + half, spare, count - half) || af_spend(e, count, 0))
        return -1;
    for (int i = 0; i < count; i++) {
        if (left < half && right < count && af_compare(e, items[right], items[left], &order))
            return -1;
        bool take_right = left == half || (right < count && order < 0);
        spare[i] = items[take_right ? right++ : left++];
    }
    memcpy(items, spare, sizeof *items * (size_t)count);
    return 0;
}

static int filter_sort(const af_function *self, const af_call *call, af_value *result)
{
    af_items items;
    (void)self;
    if (af_items_of(call->evaluation, call->arguments[0], &items))
        return -1;
    *result = af_list_value(call->evaluation->arena, items.count);
    memcpy(result->list->items, items.items, sizeof(af_value) * (size_t)items.count);
    return sort_items(call->evaluation, result->list->items, af_new_array(call->evaluation->arena, af_value, items.count), items.count);
}

#define FILTER(id, n, f, u) static const af_function filter_of_##id = {n, f, u, NULL}
FILTER(default, "default", filter_default, true); FILTER(d, "d", filter_default, true);
FILTER(min, "min", filter_function, false); FILTER(max, "max", filter_function, false); FILTER(sum, "sum", filter_function, false);
FILTER(length, "length", filter_function, false); FILTER(count, "count", filter_function, false); FILTER(int, "int", filter_function, false);
FILTER(float, "float", filter_function, false); FILTER(round, "round", filter_function, false); FILTER(abs, "abs", filter_function, false);
FILTER(list, "list", filter_function, false); FILTER(join, "join", filter_join, false); FILTER(string, "string", filter_string, false);
FILTER(upper, "upper", filter_method, false); FILTER(lower, "lower", filter_method, false); FILTER(replace, "replace", filter_method, false);
FILTER(trim, "trim", filter_method, false); FILTER(first, "first", filter_end, false); FILTER(last, "last", filter_end, false);
FILTER(sort, "sort", filter_sort, false); FILTER(unique, "unique", filter_unique, false); FILTER(map, "map", filter_map, false);
static const af_function *const filters[] = {
    &filter_of_default, &filter_of_d, &filter_of_min, &filter_of_max, &filter_of_sum, &filter_of_length, &filter_of_count, &filter_of_int,
    &filter_of_float, &filter_of_round, &filter_of_abs, &filter_of_list, &filter_of_join, &filter_of_string, &filter_of_upper,
    &filter_of_lower, &filter_of_replace, &filter_of_trim, &filter_of_first, &filter_of_last, &filter_of_sort, &filter_of_unique,
    &filter_of_map, NULL};

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
        {"float", x.type == AF_REAL}, {"boolean", x.type == AF_BOOL},
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

#define TEST(id, n, f, u) static const af_function test_of_##id = {n, f, u, NULL}
TEST(defined, "defined", test_defined, true); TEST(undefined, "undefined", test_defined, true); TEST(none, "none", test_type, false);
TEST(number, "number", test_type, false); TEST(string, "string", test_type, false); TEST(mapping, "mapping", test_type, false);
TEST(sequence, "sequence", test_type, false); TEST(iterable, "iterable", test_type, false); TEST(true, "true", test_type, false);
TEST(false, "false", test_type, false); TEST(integer, "integer", test_type, false); TEST(float, "float", test_type, false);
TEST(boolean, "boolean", test_type, false); TEST(even, "even", test_division, false); TEST(odd, "odd", test_division, false);
TEST(divisibleby, "divisibleby", test_division, false);
static const af_function *const tests[] = {
    &test_of_defined, &test_of_undefined, &test_of_none, &test_of_number, &test_of_string, &test_of_mapping, &test_of_sequence,
    &test_of_iterable, &test_of_true, &test_of_false, &test_of_integer, &test_of_float, &test_of_boolean, &test_of_even, &test_of_odd,
    &test_of_divisibleby, NULL};

const af_dialect af_jinja = {.name = "Jinja", .jinja = true, .filters = filters, .tests = tests};
