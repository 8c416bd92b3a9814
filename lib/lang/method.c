/* Methods of str, list, dict and range that specs and templates use (10 sections 3.5 and 7.2). */
#include "lang/expression_tree.h"
#include "lang/number.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

typedef struct bound_method { af_function function; af_value self; int (*of)(const af_call *call, af_value self, af_value *result); } bound_method;

static af_value text_value(const af_call *call, const char *text)
{
    af_value value = af_string(text);
    (void)call;
    value.quoted = true;
    return value;
}

static int want_text(const af_call *call, int index, const char *missing, const char **text)
{
    if (index >= call->count) {
        *text = missing;
        return missing ? 0 : af_raise(call->evaluation, "TypeError", "an argument is missing");
    }
    if (call->arguments[index].type != AF_STRING)
        return af_raise(call->evaluation, "TypeError", "a string is expected, not '%s'", af_type_name(call->arguments[index]));
    *text = call->arguments[index].string;
    return 0;
}

/* ---- str */

static int change_case(const af_call *call, af_value self, af_value *result, int (*one)(int))
{
    if (af_spend(call->evaluation, 0, (int64_t)strlen(self.string)))
        return -1;
    char *copy = af_copy_text(call->evaluation->arena, self.string);
    for (char *c = copy; *c; c++)
        *c = (char)((unsigned char)*c < 128 ? one((unsigned char)*c) : *c);
    *result = text_value(call, copy);
    return 0;
}
static int text_upper(const af_call *call, af_value self, af_value *result) { return change_case(call, self, result, toupper); }
static int text_lower(const af_call *call, af_value self, af_value *result) { return change_case(call, self, result, tolower); }

static int strip_ends(const af_call *call, af_value self, af_value *result, bool left, bool right)
{
    const char *set = " \t\n\r\f\v", *s = self.string;
    if (call->count && call->arguments[0].type != AF_NONE && want_text(call, 0, set, &set))
        return -1;
    size_t length = strlen(s);
    while (left && length && strchr(set, *s))
        s++, length--;
    while (right && length && strchr(set, s[length - 1]))
        length--;
    *result = text_value(call, af_copy_slice(call->evaluation->arena, s, length));
    return 0;
}
static int text_strip(const af_call *call, af_value self, af_value *result) { return strip_ends(call, self, result, true, true); }
static int text_lstrip(const af_call *call, af_value self, af_value *result) { return strip_ends(call, self, result, true, false); }
static int text_rstrip(const af_call *call, af_value self, af_value *result) { return strip_ends(call, self, result, false, true); }

/* NULL: none is given, so runs of blanks separate. */
static int want_separator(const af_call *call, const char **separator)
{
    *separator = NULL;
    if (!call->count || call->arguments[0].type == AF_NONE)
        return 0;
    if (want_text(call, 0, "", separator))
        return -1;
    return **separator ? 0 : af_raise(call->evaluation, "ValueError", "empty separator");
}

static int text_split(const af_call *call, af_value self, af_value *result)
{
    const char *separator = "", *s = self.string;
    af_list(af_value) parts = {0};
    af_arena *arena = call->evaluation->arena;
    if (want_separator(call, &separator) || af_spend(call->evaluation, 0, (int64_t)(strlen(s) * 4 * sizeof(af_value))))
        return -1;
    size_t width = separator ? strlen(separator) : 0;
    while (!width) {
        s += strspn(s, " \t\n\r\f\v");
        size_t n = strcspn(s, " \t\n\r\f\v");
        if (!n)
            break;
        *af_push(arena, &parts) = text_value(call, af_copy_slice(arena, s, n));
        s += n;
    }
    while (width) {
        const char *next = strstr(s, separator);
        *af_push(arena, &parts) = text_value(call, next ? af_copy_slice(arena, s, (size_t)(next - s)) : s);
        if (!next)
            break;
        s = next + width;
    }
    *result = af_list_value(arena, parts.count);
    for (int i = 0; i < parts.count; i++)
        result->list->items[i] = parts.items[i];
    return 0;
}

static int text_join(const af_call *call, af_value self, af_value *result)
{
    af_items items;
    af_text out = {0};
    if (call->count != 1 || af_items_of(call->evaluation, call->arguments[0], &items))
        return call->count == 1 ? -1 : af_raise(call->evaluation, "TypeError", "join() takes exactly one argument");
    for (int i = 0; i < items.count; i++) {
        if (items.items[i].type != AF_STRING) {
            af_text_free(&out);
            return af_raise(call->evaluation, "TypeError", "sequence item %d: expected str instance, %s found", i, af_type_name(items.items[i]));
        }
        af_text_puts(&out, i ? self.string : "");
        af_text_puts(&out, items.items[i].string);
        if (af_spend(call->evaluation, 0, (int64_t)out.length)) {
            af_text_free(&out);
            return -1;
        }
    }
    return af_finish_text(call->evaluation, &out, result);
}

static int text_replace(const af_call *call, af_value self, af_value *result)
{
    const char *old = "", *new = "", *s = self.string, *next;
    af_text out = {0};
    int failed = 0;
    if (want_text(call, 0, NULL, &old) || want_text(call, 1, NULL, &new))
        return -1;
    while (!failed && (next = *old ? strstr(s, old) : s)) {
        af_text_add(&out, s, (size_t)(next - s));
        af_text_puts(&out, new);
        s = next + strlen(old);
        if (!*old && !*s)
            break;
        for (bool one = !*old; one; one = ((unsigned char)*s & 0xc0) == 0x80)
            af_text_add(&out, s++, 1);
        failed = af_spend(call->evaluation, 0, (int64_t)out.length);
    }
    af_text_puts(&out, s);
    if (!failed)
        return af_finish_text(call->evaluation, &out, result);
    af_text_free(&out);
    return -1;
}

static int text_startswith(const af_call *call, af_value self, af_value *result)
{
    const char *with = "";
    if (want_text(call, 0, NULL, &with))
        return -1;
    *result = af_bool(!strncmp(self.string, with, strlen(with)));
    return 0;
}

static int text_endswith(const af_call *call, af_value self, af_value *result)
{
    const char *with = "";
    if (want_text(call, 0, NULL, &with))
        return -1;
    size_t n = strlen(self.string), m = strlen(with);
    *result = af_bool(n >= m && !strcmp(self.string + n - m, with));
    return 0;
}

static int text_format(const af_call *call, af_value self, af_value *result) { return af_format_text(call, self.string, result); }

/* ---- dict and list */

static int dict_parts(const af_call *call, af_value self, af_value *result, int what)
{
    int count;
    const af_entry *entries = af_dict_entries(self, &count);
    if (af_spend_items(call->evaluation, count))
        return -1;
    *result = af_list_value(call->evaluation->arena, count);
    for (int i = 0; i < count; i++) {
        af_value pair = af_tuple_value(call->evaluation->arena, 2);
        pair.list->items[0] = entries[i].key;
        pair.list->items[1] = entries[i].value;
        result->list->items[i] = what == 0 ? entries[i].key : what == 1 ? entries[i].value : pair;
    }
    return 0;
}
static int dict_keys(const af_call *call, af_value self, af_value *result) { return dict_parts(call, self, result, 0); }
static int dict_values(const af_call *call, af_value self, af_value *result) { return dict_parts(call, self, result, 1); }
static int dict_items(const af_call *call, af_value self, af_value *result) { return dict_parts(call, self, result, 2); }

static int dict_get(const af_call *call, af_value self, af_value *result)
{
    if (call->count < 1 || call->count > 2)
        return af_raise(call->evaluation, "TypeError", "get() takes one or two arguments");
    const af_value *entry = af_dict_get(self, call->arguments[0]);
    *result = entry ? *entry : call->count == 2 ? call->arguments[1] : af_none();
    return 0;
}

static int list_count(const af_call *call, af_value self, af_value *result)
{
    int64_t n = 0;
    if (af_spend_items(call->evaluation, self.list->count))
        return -1;
    for (int i = 0; i < self.list->count && call->count == 1; i++)
        n += af_equal(self.list->items[i], call->arguments[0]);
    *result = af_int(n);
    return 0;
}

static int list_index(const af_call *call, af_value self, af_value *result)
{
    if (af_spend_items(call->evaluation, self.list->count))
        return -1;
    for (int i = 0; i < self.list->count && call->count == 1; i++)
        if (af_equal(self.list->items[i], call->arguments[0])) {
            *result = af_int(i);
            return 0;
        }
    return af_raise(call->evaluation, "ValueError", "the value is not in the list");
}

static int range_index(const af_call *call, af_value self, af_value *result)
{
    int64_t index = call->count == 1 ? af_range_find(self.range, call->arguments[0]) : -1;
    if (index < 0)
        return af_raise(call->evaluation, "ValueError", "the value is not in the range");
    *result = af_int(index);
    return 0;
}

static int range_count(const af_call *call, af_value self, af_value *result)
{
    *result = af_int(call->count == 1 && af_range_find(self.range, call->arguments[0]) >= 0);
    return 0;
}

static const struct { af_type type; const char *name; int (*of)(const af_call *call, af_value self, af_value *result); } methods[] = {
    {AF_STRING, "upper", text_upper}, {AF_STRING, "lower", text_lower}, {AF_STRING, "strip", text_strip}, {AF_STRING, "lstrip", text_lstrip},
    {AF_STRING, "rstrip", text_rstrip}, {AF_STRING, "split", text_split}, {AF_STRING, "join", text_join}, {AF_STRING, "replace", text_replace},
    {AF_STRING, "startswith", text_startswith}, {AF_STRING, "endswith", text_endswith}, {AF_STRING, "format", text_format},
    {AF_DICT, "keys", dict_keys}, {AF_DICT, "values", dict_values}, {AF_DICT, "items", dict_items}, {AF_DICT, "get", dict_get},
    {AF_LIST, "count", list_count}, {AF_LIST, "index", list_index}, {AF_TUPLE, "count", list_count}, {AF_TUPLE, "index", list_index},
    {AF_RANGE, "count", range_count}, {AF_RANGE, "index", range_index},
};

static int call_method(const af_function *self, const af_call *call, af_value *result)
{
    const bound_method *method = (const bound_method *)self;
    return method->of(call, method->self, result);
}

bool af_find_method(af_evaluation *e, af_value self, const char *name, af_value *method)
{
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) {
        if (methods[i].type != self.type || strcmp(methods[i].name, name))
            continue;
        bound_method *bound = af_new(e->arena, bound_method);
        *bound = (bound_method){.function = {.name = methods[i].name, .call = call_method}, .self = self, .of = methods[i].of};
        *method = af_function_value(&bound->function);
        return true;
    }
    return false;
}
