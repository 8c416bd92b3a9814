/* Jinja's filters of lists: choosing, ordering, reducing (10 section 3.5). */
#include "lang/jinja_filter.h"
#include "lang/letter.h"

#include <stdlib.h>
#include <string.h>

/* ---- shared with the other filters */

af_value af_missing_value(af_arena *arena, const char *message)
{
    af_missing *missing = af_new(arena, af_missing);
    missing->message = message;
    return (af_value){.type = AF_UNDEFINED, .missing = missing};
}

af_value af_jinja_key(const af_call *call, af_value value, af_value case_sensitive)
{
    if (value.type != AF_STRING || af_truth(case_sensitive))
        return value;
    af_text text = {0};
    af_add_cased(&text, value.string, AF_LOWER);
    af_value key = af_string(af_copy_slice(call->evaluation->arena, text.bytes ? text.bytes : "",
                                           text.length));
    af_text_free(&text);
    return key;
}

static int want_defined(af_evaluation *e, af_value value)
{
    return value.type == AF_UNDEFINED && value.missing
        ? af_raise(e, "UndefinedError", "%s", value.missing->message) : 0;
}

int af_jinja_attribute(af_evaluation *e, af_value item, af_value attribute, af_value missing,
                       af_value *result)
{
    *result = item;
    if (attribute.type != AF_STRING)
        return af_index(e, item, attribute, result);
    for (const char *at = attribute.string, *end; at; at = *end ? end + 1 : NULL) {
        end = at + strcspn(at, ".");
        size_t length = (size_t)(end - at);
        char *part = af_copy_slice(e->arena, at, length);
        af_value key = af_string(part);
        if (length && strspn(part, "0123456789") == length && length < 10)
            key = af_int(atoi(part));
        if (want_defined(e, *result) || af_index(e, *result, key, result))
            return -1;
        if (result->type == AF_UNDEFINED && missing.type != AF_UNDEFINED && missing.type != AF_NONE)
            *result = missing;
    }
    return 0;
}

/* The item, or its attribute where one is given. */
static int part_of(const af_call *call, af_value item, af_value attribute, af_value *part)
{
    *part = item;
    if (attribute.type == AF_UNDEFINED || attribute.type == AF_NONE)
        return 0;
    return af_jinja_attribute(call->evaluation, item, attribute, af_undefined(), part);
}

/* The same, for what uses the part: it must be defined. */
static int usable_part(const af_call *call, af_value item, af_value attribute, af_value *part)
{
    return part_of(call, item, attribute, part) || want_defined(call->evaluation, *part) ? -1 : 0;
}

/* ---- items to others */

/* join(d='', attribute=none) */
int af_filter_join(const af_function *self, const af_call *call, af_value *result)
{
    static const char *const names[] = {"value", "d", "attribute"};
    af_value values[3], part;
    af_items items;
    af_text text = {0};
    int failed = 0;
    if (af_bind_arguments(call, self->name, names, 1, 3, values)
        || af_items_of(call->evaluation, values[0], &items))
        return -1;
    for (int i = 0; i < items.count && !failed; i++) {
        if (i && values[1].type != AF_UNDEFINED)
            af_print_str(&text, values[1]);
        failed = usable_part(call, items.items[i], values[2], &part);
        if (!failed)
            af_print_str(&text, part);
        failed = failed || af_spend(call->evaluation, 0, (int64_t)text.length);
    }
    if (!failed)
        return af_finish_text(call->evaluation, &text, result);
    af_text_free(&text);
    return -1;
}

/* map(attribute='…', default=none): the list of the items' attributes. */
static int map_attribute(const af_call *call, af_value *result)
{
    static const char *const names[] = {"value", "attribute", "default"};
    af_value values[3];
    af_items items;
    if (af_bind_arguments(call, "map", names, 2, 3, values)
        || af_items_of(call->evaluation, values[0], &items))
        return -1;
    *result = af_list_value(call->evaluation->arena, items.count);
    for (int i = 0; i < items.count; i++)
        if (af_jinja_attribute(call->evaluation, items.items[i], values[1], values[2],
                               &result->list->items[i]))
            return -1;
    return 0;
}

/* The arguments after the first `skipped`, with room before them for an item. */
static af_call rest_of_call(const af_call *call, int skipped)
{
    af_arena *arena = call->evaluation->arena;
    int count = call->count - skipped + 1;
    af_value *arguments = af_new_array(arena, af_value, count);
    const char **keywords = af_new_array(arena, const char *, count);
    for (int i = 1; i < count; i++) {
        arguments[i] = call->arguments[skipped + i - 1];
        keywords[i] = call->keywords[skipped + i - 1];
    }
    return (af_call){call->evaluation, count, arguments, keywords};
}

static int call_for(const af_function *function, const af_call *rest, af_value item, af_value *result)
{
    ((af_value *)rest->arguments)[0] = item;
    return af_call_value(rest->evaluation, af_function_value(function), rest->arguments, rest->count,
                         rest->keywords, result);
}

/* map('filter', arguments…): the list of what the filter gives for each item. */
int af_filter_map(const af_function *self, const af_call *call, af_value *result)
{
    af_items items;
    const char *unknown;
    (void)self;
    bool keyword = call->count > 1 && call->keywords[1];
    if (keyword && (!strcmp(call->keywords[1], "attribute") || !strcmp(call->keywords[1], "default")))
        return map_attribute(call, result);
    if (call->count < 2 || keyword || call->arguments[1].type != AF_STRING)
        return af_raise(call->evaluation, "FilterArgumentError",
                        "map needs the name of a filter, as in map('int'), or attribute='…'");
    const char *name = call->arguments[1].string;
    const af_function *filter = af_filter_of(call->evaluation->arena, &af_jinja, AF_TREE_FILTER, name,
                                             &unknown);
    if (!filter)
        return af_raise(call->evaluation, "TemplateAssertionError", "%s", unknown);
    if (af_items_of(call->evaluation, call->arguments[0], &items))
        return -1;
    af_call rest = rest_of_call(call, 2);
    *result = af_list_value(call->evaluation->arena, items.count);
    for (int i = 0; i < items.count; i++)
        if (call_for(filter, &rest, items.items[i], &result->list->items[i]))
            return -1;
    return 0;
}

int af_filter_end(const af_function *self, const af_call *call, af_value *result)
{
    af_items items;
    if (af_items_of(call->evaluation, call->arguments[0], &items))
        return -1;
    *result = !items.count ? af_missing_value(call->evaluation->arena,
                                              af_format(call->evaluation->arena,
                                                        "No %s item, sequence was empty.", self->name))
            : items.items[*self->name == 'f' ? 0 : items.count - 1];
    return 0;
}

int af_filter_reverse(const af_function *self, const af_call *call, af_value *result)
{
    const af_value bounds[3] = {af_none(), af_none(), af_int(-1)};
    af_value to_list = af_function_value(af_math_function("list"));
    af_value list = call->arguments[0];
    if (list.type != AF_STRING && af_call_value(call->evaluation, to_list, &list, 1, NULL, &list))
        return -1;
    (void)self;
    return af_get_slice(call->evaluation, list, bounds, result);
}

/* ---- order */

/* unique(case_sensitive=false, attribute=none) */
int af_filter_unique(const af_function *self, const af_call *call, af_value *result)
{
    static const char *const names[] = {"value", "case_sensitive", "attribute"};
    af_value values[3];
    af_items items;
    if (af_bind_arguments(call, self->name, names, 1, 3, values)
        || af_items_of(call->evaluation, values[0], &items))
        return -1;
    *result = af_list_value(call->evaluation->arena, items.count);
    af_value *keys = af_new_array(call->evaluation->arena, af_value, items.count);
    int kept = 0;
    for (int i = 0; i < items.count; i++) {
        int k;
        if (af_spend_items(call->evaluation, kept)
            || usable_part(call, items.items[i], values[2], &keys[kept]))
            return -1;
        keys[kept] = af_jinja_key(call, keys[kept], values[1]);
        for (k = 0; k < kept && !af_equal(keys[k], keys[kept]);)
            k++;
        if (k == kept)
            result->list->items[kept++] = items.items[i];
    }
    ((af_items *)result->list)->count = kept;
    return 0;
}

/* Merges the sorted halves of the items. */
static int sort_items(af_evaluation *e, af_keyed *items, af_keyed *spare, int count, int sign)
{
    int half = count / 2, left = 0, right = half, order = 0;
    if (count < 2)
        return 0;
    if (sort_items(e, items, spare, half, sign) || sort_items(e, items + half, spare, count - half, sign))
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

int af_sort_keyed(af_evaluation *e, af_keyed *items, int count, int sign)
{
    int64_t levels = 1;
    for (int n = count; n > 1; n /= 2)
        levels++;
    return af_spend(e, levels * count, 0) ? -1
        : sort_items(e, items, af_new_array(e->arena, af_keyed, count), count, sign);
}

/* What an item is sorted by: itself, an attribute, or several: 'a,b'. */
static int sort_key(const af_call *call, af_value item, af_value attribute, af_value case_sensitive,
                    af_value *key)
{
    const char *text = attribute.type == AF_STRING ? attribute.string : "";
    if (!strchr(text, ',')) {
        int failed = usable_part(call, item, attribute, key);
        *key = af_jinja_key(call, *key, case_sensitive);
        return failed;
    }
    af_list(af_value) keys = {0};
    for (size_t n; *text; text += n + (text[n] == ',')) {
        n = strcspn(text, ",");
        af_value part, one = af_string(af_copy_slice(call->evaluation->arena, text, n));
        if (usable_part(call, item, one, &part))
            return -1;
        *af_push(call->evaluation->arena, &keys) = af_jinja_key(call, part, case_sensitive);
    }
    *key = af_list_value(call->evaluation->arena, keys.count);
    memcpy(key->list->items, keys.items, sizeof *keys.items * (size_t)keys.count);
    return 0;
}

/* sort(reverse=false, case_sensitive=false, attribute=none) */
int af_filter_sort(const af_function *self, const af_call *call, af_value *result)
{
    static const char *const names[] = {"value", "reverse", "case_sensitive", "attribute"};
    af_value values[4];
    af_items items;
    af_arena *arena = call->evaluation->arena;
    if (af_bind_arguments(call, self->name, names, 1, 4, values)
        || af_items_of(call->evaluation, values[0], &items))
        return -1;
    af_keyed *sorted = af_new_array(arena, af_keyed, items.count);
    for (int i = 0; i < items.count; i++) {
        sorted[i].value = items.items[i];
        if (sort_key(call, items.items[i], values[3], values[2], &sorted[i].key))
            return -1;
    }
    if (af_sort_keyed(call->evaluation, sorted, items.count, af_truth(values[1]) ? -1 : 1))
        return -1;
    *result = af_list_value(arena, items.count);
    for (int i = 0; i < items.count; i++)
        result->list->items[i] = sorted[i].value;
    return 0;
}

/* min, max(case_sensitive=false, attribute=none): the first of equals; of nothing an undefined value. */
int af_filter_extreme(const af_function *self, const af_call *call, af_value *result)
{
    static const char *const names[] = {"value", "case_sensitive", "attribute"};
    af_value values[3], best = af_undefined();
    af_items items;
    int sign = self->name[1] == 'a' ? 1 : -1;
    if (af_bind_arguments(call, self->name, names, 1, 3, values)
        || af_items_of(call->evaluation, values[0], &items))
        return -1;
    *result = af_missing_value(call->evaluation->arena, "No aggregated item, sequence was empty.");
    for (int i = 0; i < items.count; i++) {
        af_value key;
        int order = sign;
        if (usable_part(call, items.items[i], values[2], &key))
            return -1;
        key = af_jinja_key(call, key, values[1]);
        if (i && af_compare(call->evaluation, key, best, &order))
            return -1;
        if (order != 2 && order * sign > 0) {
            best = key;
            *result = items.items[i];
        }
    }
    return 0;
}

/* sum(attribute=none, start=0) */
int af_filter_sum(const af_function *self, const af_call *call, af_value *result)
{
    static const char *const names[] = {"value", "attribute", "start"};
    af_value values[3], arguments[2];
    af_items items;
    af_evaluation *e = call->evaluation;
    if (af_bind_arguments(call, self->name, names, 1, 3, values) || af_items_of(e, values[0], &items))
        return -1;
    arguments[0] = af_list_value(e->arena, items.count);
    arguments[1] = values[2].type == AF_UNDEFINED ? af_int(0) : values[2];
    for (int i = 0; i < items.count; i++)
        if (usable_part(call, items.items[i], values[1], &arguments[0].list->items[i]))
            return -1;
    return af_call_value(e, af_function_value(af_math_function("sum")), arguments, 2, NULL, result);
}

/* ---- choice */

/* The items for which the test named by argument `at` holds, or does not; without a test the true ones. */
static int choose(const af_call *call, af_value attribute, int at, bool wanted, af_value *result)
{
    af_items items;
    const char *unknown;
    const af_function *test = NULL;
    af_evaluation *e = call->evaluation;
    if (call->count > at) {
        af_value name = call->arguments[at];
        if (name.type == AF_STRING)
            test = af_filter_of(e->arena, &af_jinja, AF_TREE_TEST, name.string, &unknown);
        if (!test)
            return af_raise(e, "TemplateAssertionError", "%s", name.type == AF_STRING ? unknown
                            : "the name of a test is expected here");
    }
    if (af_items_of(e, call->arguments[0], &items))
        return -1;
    af_call rest = rest_of_call(call, call->count > at ? at + 1 : call->count);
    *result = af_list_value(e->arena, items.count);
    int kept = 0;
    for (int i = 0; i < items.count; i++) {
        af_value part, answer;
        bool holds;
        if (part_of(call, items.items[i], attribute, &part))
            return -1;
        answer = part;
        if ((test && call_for(test, &rest, part, &answer)) || af_truth_of(e, answer, &holds))
            return -1;
        if (holds == wanted)
            result->list->items[kept++] = items.items[i];
    }
    ((af_items *)result->list)->count = kept;
    return 0;
}

/* select('test', arguments…) and reject */
int af_filter_select(const af_function *self, const af_call *call, af_value *result)
{
    return choose(call, af_undefined(), 1, *self->name == 's', result);
}

/* selectattr('attribute', 'test', arguments…) and rejectattr */
int af_filter_select_attribute(const af_function *self, const af_call *call, af_value *result)
{
    if (call->count < 2)
        return af_raise(call->evaluation, "FilterArgumentError", "%s needs the name of an attribute",
                        self->name);
    return choose(call, call->arguments[1], 2, *self->name == 's', result);
}
