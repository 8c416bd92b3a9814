/* Methods of str, list, dict and range that specs and templates use (10 sections 3.5 and 7.2). */
#include "lang/builtin.h"
#include "lang/letter.h"
#include "lang/number.h"

#include <limits.h>
#include <string.h>

typedef int (*method_call)(const af_call *call, af_value self, af_value *result);

static af_value text_value(const char *text)
{
    af_value value = af_string(text);
    value.quoted = true;
    return value;
}

static int want_text(const af_call *call, af_value given, const char **text)
{
    if (given.type != AF_STRING)
        return af_raise(call->evaluation, "TypeError", "a string is expected, not '%s'", af_type_name(given));
    *text = given.string;
    return 0;
}

/* How often, at most; less than 0, or not given: as often as there is something. */
static int want_count(const af_call *call, af_value given, int64_t *count)
{
    *count = INT64_MAX;
    if (given.type == AF_UNDEFINED)
        return 0;
    if (!af_is_integer(given))
        return af_raise(call->evaluation, "TypeError", "'%s' object cannot be interpreted as an integer",
                        af_type_name(given));
    if (af_int_sign(given) >= 0)
        af_int_fits(given, count);
    return 0;
}

/* ---- str */

static int change_case(const af_call *call, af_value self, af_value *result, af_case to)
{
    af_text text = {0};
    af_add_cased(&text, self.string, to);
    return af_finish_text(call->evaluation, &text, result);
}
static int text_upper(const af_call *call, af_value self, af_value *result)
{
    return change_case(call, self, result, AF_UPPER);
}
static int text_lower(const af_call *call, af_value self, af_value *result)
{
    return change_case(call, self, result, AF_LOWER);
}

static size_t character_length(const char *text)
{
    size_t n = 1;
    while (((unsigned char)text[n] & 0xc0) == 0x80)
        n++;
    return n;
}

static bool is_one_of(const char *set, const char *character)
{
    size_t n = character_length(character);
    for (; *set; set += character_length(set))
        if (!strncmp(set, character, n))
            return true;
    return false;
}

static int strip_ends(const af_call *call, af_value self, af_value *result, bool left, bool right)
{
    const char *set = " \t\n\r\f\v", *s = self.string;
    if (call->count && call->arguments[0].type != AF_NONE && want_text(call, call->arguments[0], &set))
        return -1;
    while (left && *s && is_one_of(set, s))
        s += character_length(s);
    const char *end = s + strlen(s), *last;
    for (; right && end > s; end = last) {
        for (last = end - 1; ((unsigned char)*last & 0xc0) == 0x80; last--)
            continue;
        if (!is_one_of(set, last))
            break;
    }
    *result = text_value(af_copy_slice(call->evaluation->arena, s, (size_t)(end - s)));
    return 0;
}
static int text_strip(const af_call *call, af_value self, af_value *result)
{
    return strip_ends(call, self, result, true, true);
}

static int text_lstrip(const af_call *call, af_value self, af_value *result)
{
    return strip_ends(call, self, result, true, false);
}

static int text_rstrip(const af_call *call, af_value self, af_value *result)
{
    return strip_ends(call, self, result, false, true);
}

/* NULL: none is given, so runs of blanks separate. */
static int want_separator(const af_call *call, af_value given, const char **separator)
{
    *separator = NULL;
    if (given.type == AF_UNDEFINED || given.type == AF_NONE)
        return 0;
    if (want_text(call, given, separator))
        return -1;
    return **separator ? 0 : af_raise(call->evaluation, "ValueError", "empty separator");
}

static int text_split(const af_call *call, af_value self, af_value *result)
{
    static const char *const names[] = {"sep", "maxsplit"};
    static const char blanks[] = " \t\n\r\f\v";
    const char *separator, *s = self.string;
    int64_t most;
    af_value values[2];
    af_list(af_value) parts = {0};
    af_arena *arena = call->evaluation->arena;
    int64_t size = (int64_t)(strlen(s) * 4 * sizeof(af_value));
    if (af_bind_arguments(call, "split()", names, 0, 2, values) || want_separator(call, values[0], &separator)
        || want_count(call, values[1], &most) || af_spend(call->evaluation, 0, size))
        return -1;
    for (const char *next = s; next; s = next ? next + (separator ? strlen(separator) : 0) : s) {
        s += separator ? 0 : strspn(s, blanks);
        if (!separator && !*s)
            break;
        next = parts.count >= most ? NULL : separator ? strstr(s, separator) : s + strcspn(s, blanks);
        *af_push(arena, &parts) = text_value(next ? af_copy_slice(arena, s, (size_t)(next - s)) : s);
    }
    *result = af_list_value(arena, parts.count);
    for (int i = 0; i < parts.count; i++)
        result->list->items[i] = parts.items[i];
    return 0;
}

static int finish(af_evaluation *e, af_text *text, int failed, af_value *result)
{
    if (!failed)
        return af_finish_text(e, text, result);
    af_text_free(text);
    return -1;
}

static int text_join(const af_call *call, af_value self, af_value *result)
{
    af_items items;
    af_text out = {0};
    af_evaluation *e = call->evaluation;
    if (af_items_of(e, call->arguments[0], &items))
        return -1;
    int failed = 0;
    for (int i = 0; i < items.count && !failed; i++) {
        if (items.items[i].type != AF_STRING) {
            failed = af_raise(e, "TypeError", "sequence item %d: expected str instance, %s found", i,
                              af_type_name(items.items[i]));
            continue;
        }
        af_text_puts(&out, i ? self.string : "");
        af_text_puts(&out, items.items[i].string);
        failed = af_spend(e, 0, (int64_t)out.length);
    }
    return finish(e, &out, failed, result);
}

static int text_replace(const af_call *call, af_value self, af_value *result)
{
    const char *old = "", *new = "", *s = self.string, *next;
    af_text out = {0};
    int64_t most;
    int failed = 0;
    if (want_text(call, call->arguments[0], &old) || want_text(call, call->arguments[1], &new)
        || want_count(call, call->count == 3 ? call->arguments[2] : af_undefined(), &most))
        return -1;
    for (; !failed && most > 0 && (next = *old ? strstr(s, old) : s); most--) {
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
    return finish(call->evaluation, &out, failed, result);
}

static bool begins(const char *text, const char *with) { return !strncmp(text, with, strlen(with)); }

static bool ends(const char *text, const char *with)
{
    size_t n = strlen(text), m = strlen(with);
    return n >= m && !strcmp(text + n - m, with);
}

/* with one text, or with any of a tuple of them */
static int test_text(const af_call *call, bool (*test)(const char *text, const char *with), af_value self,
                     af_value *result)
{
    af_value with = call->arguments[0];
    bool any = false;
    int n = with.type == AF_TUPLE ? with.list->count : 1;
    for (int i = 0; i < n && !any; i++) {
        const char *text = "";
        if (want_text(call, with.type == AF_TUPLE ? with.list->items[i] : with, &text))
            return -1;
        any = test(self.string, text);
    }
    *result = af_bool(any);
    return 0;
}

static int text_startswith(const af_call *call, af_value self, af_value *result)
{
    return test_text(call, begins, self, result);
}

static int text_endswith(const af_call *call, af_value self, af_value *result)
{
    return test_text(call, ends, self, result);
}

static int text_format(const af_call *call, af_value self, af_value *result)
{
    return af_format_text(call, self.string, result);
}

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
static int dict_keys(const af_call *call, af_value self, af_value *result)
{
    return dict_parts(call, self, result, 0);
}

static int dict_values(const af_call *call, af_value self, af_value *result)
{
    return dict_parts(call, self, result, 1);
}

static int dict_items(const af_call *call, af_value self, af_value *result)
{
    return dict_parts(call, self, result, 2);
}

static int dict_get(const af_call *call, af_value self, af_value *result)
{
    if (af_hashable(call->evaluation, call->arguments[0]))
        return -1;
    const af_value *entry = af_dict_get(self, call->arguments[0]);
    *result = entry ? *entry : call->count == 2 ? call->arguments[1] : af_none();
    return 0;
}

static int list_count(const af_call *call, af_value self, af_value *result)
{
    int64_t n = 0;
    if (af_spend_items(call->evaluation, self.list->count))
        return -1;
    for (int i = 0; i < self.list->count; i++)
        n += af_equal(self.list->items[i], call->arguments[0]);
    *result = af_int(n);
    return 0;
}

static int list_index(const af_call *call, af_value self, af_value *result)
{
    if (af_spend_items(call->evaluation, self.list->count))
        return -1;
    for (int i = 0; i < self.list->count; i++)
        if (af_equal(self.list->items[i], call->arguments[0])) {
            *result = af_int(i);
            return 0;
        }
    return af_raise(call->evaluation, "ValueError", "the value is not in the list");
}

static int range_index(const af_call *call, af_value self, af_value *result)
{
    int64_t index = af_range_find(self.range, call->arguments[0]);
    if (index < 0)
        return af_raise(call->evaluation, "ValueError", "the value is not in the range");
    *result = af_int(index);
    return 0;
}

static int range_count(const af_call *call, af_value self, af_value *result)
{
    *result = af_int(af_range_find(self.range, call->arguments[0]) >= 0);
    return 0;
}

/* `least` to `most` arguments without keywords; INT_MAX: the method looks after that itself. */
typedef struct method { af_type type; const char *name; int least, most; method_call call; } method;
static const method methods[] = {
    {AF_STRING, "upper", 0, 0, text_upper},           {AF_STRING, "lower", 0, 0, text_lower},
    {AF_STRING, "strip", 0, 1, text_strip},           {AF_STRING, "lstrip", 0, 1, text_lstrip},
    {AF_STRING, "rstrip", 0, 1, text_rstrip},         {AF_STRING, "split", 0, INT_MAX, text_split},
    {AF_STRING, "join", 1, 1, text_join},             {AF_STRING, "replace", 2, 3, text_replace},
    {AF_STRING, "startswith", 1, 1, text_startswith}, {AF_STRING, "endswith", 1, 1, text_endswith},
    {AF_STRING, "format", 0, INT_MAX, text_format},   {AF_DICT, "keys", 0, 0, dict_keys},
    {AF_DICT, "values", 0, 0, dict_values},           {AF_DICT, "items", 0, 0, dict_items},
    {AF_DICT, "get", 1, 2, dict_get},                 {AF_LIST, "count", 1, 1, list_count},
    {AF_LIST, "index", 1, 1, list_index},             {AF_TUPLE, "count", 1, 1, list_count},
    {AF_TUPLE, "index", 1, 1, list_index},            {AF_RANGE, "count", 1, 1, range_count},
    {AF_RANGE, "index", 1, 1, range_index},
};
typedef struct bound_method { af_function function; af_value self; const method *method; } bound_method;

static int call_method(const af_function *self, const af_call *call, af_value *result)
{
    const bound_method *bound = (const bound_method *)self;
    const method *m = bound->method;
    if (m->most < INT_MAX && af_want_arguments(call, m->name, m->least, m->most))
        return -1;
    return m->call(call, bound->self, result);
}

bool af_find_method(af_evaluation *e, af_value self, const char *name, af_value *result)
{
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) {
        const method *m = &methods[i];
        if (m->type != self.type || strcmp(m->name, name))
            continue;
        bound_method *bound = af_new(e->arena, bound_method);
        *bound = (bound_method){.function = {.name = m->name, .call = call_method}, .self = self,
                                .method = m};
        *result = af_function_value(&bound->function);
        return true;
    }
    return false;
}
