/* Methods of str, list and dict that specs and templates use (10 sections 3.5 and 7.2), and format specifications. */
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
    const char *set = "", *s = self.string;
    if (want_text(call, 0, " \t\n\r\f\v", &set))
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

static int text_split(const af_call *call, af_value self, af_value *result)
{
    const char *separator = "", *s = self.string;
    af_list(af_value) parts = {0};
    af_arena *arena = call->evaluation->arena;
    if (want_text(call, 0, "", &separator) || af_spend(call->evaluation, 0, (int64_t)(strlen(s) * 4 * sizeof(af_value))))
        return -1;
    size_t width = strlen(separator);
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
    while (*old && (next = strstr(s, old)) && !failed) {
        af_text_add(&out, s, (size_t)(next - s));
        af_text_puts(&out, new);
        s = next + strlen(old);
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

static int format_argument(const af_call *call, const char *field, size_t length, int *next, af_value *value)
{
    int index = *next;
    if (length && isdigit((unsigned char)*field)) {
        index = atoi(field);
    } else if (length) {
        for (index = 0; index < call->count; index++)
            if (call->keywords && call->keywords[index] && !strncmp(call->keywords[index], field, length) && !call->keywords[index][length])
                break;
    } else {
        ++*next;
    }
    if (index >= call->count)
        return af_raise(call->evaluation, "IndexError", "format() lacks an argument for '{%.*s}'", (int)length, field);
    *value = call->arguments[index];
    return 0;
}

static int text_format(const af_call *call, af_value self, af_value *result)
{
    af_text out = {0};
    int next = 0, failed = 0;
    for (const char *s = self.string; *s && !failed; s++) {
        if ((*s == '{' || *s == '}') && s[1] == *s) {
            af_text_add(&out, s++, 1);
        } else if (*s == '{') {
            const char *end = strchr(s, '}');
            if (!end) {
                failed = af_raise(call->evaluation, "ValueError", "expected '}' before end of string");
                break;
            }
            const char *colon = memchr(s, ':', (size_t)(end - s));
            af_value value;
            const char *name_end = colon ? colon : end;
            failed = format_argument(call, s + 1, (size_t)(name_end - s - 1), &next, &value) ||
                     af_format_value(call->evaluation, value,
                                     colon ? af_copy_slice(call->evaluation->arena, colon + 1, (size_t)(end - colon - 1)) : "", &out);
            s = end;
            failed = failed || af_spend(call->evaluation, 0, (int64_t)out.length);
        } else {
            af_text_add(&out, s, 1);
        }
    }
    if (!failed)
        return af_finish_text(call->evaluation, &out, result);
    af_text_free(&out);
    return -1;
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

static const struct { af_type type; const char *name; int (*of)(const af_call *call, af_value self, af_value *result); } methods[] = {
    {AF_STRING, "upper", text_upper}, {AF_STRING, "lower", text_lower}, {AF_STRING, "strip", text_strip}, {AF_STRING, "lstrip", text_lstrip},
    {AF_STRING, "rstrip", text_rstrip}, {AF_STRING, "split", text_split}, {AF_STRING, "join", text_join}, {AF_STRING, "replace", text_replace},
    {AF_STRING, "startswith", text_startswith}, {AF_STRING, "endswith", text_endswith}, {AF_STRING, "format", text_format},
    {AF_DICT, "keys", dict_keys}, {AF_DICT, "values", dict_values}, {AF_DICT, "items", dict_items}, {AF_DICT, "get", dict_get},
    {AF_LIST, "count", list_count}, {AF_LIST, "index", list_index}, {AF_TUPLE, "count", list_count}, {AF_TUPLE, "index", list_index},
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

/* ---- format specifications: [[fill]align][width][,][.precision][d e f g % s] */

static int format_number(af_evaluation *e, af_value value, int precision, char type, af_text *out)
{
    if (type == 'd' || (!type && af_is_integer(value) && precision < 0)) {
        if (!af_is_integer(value))
            return af_raise(e, "ValueError", "Unknown format code 'd' for object of type '%s'", af_type_name(value));
        af_print_str(out, value.type == AF_BOOL ? af_int(value.truth) : value);
        return 0;
    }
    double real = af_as_double(value);
    char format[16];
    snprintf(format, sizeof format, "%%.*%c", type == '%' ? 'f' : type ? type : 'g');
    af_text_printf(out, format, precision < 0 ? 6 : precision, type == '%' ? real * 100 : real);
    if (type == '%')
        af_text_puts(out, "%");
    return 0;
}

static void group_thousands(af_text *text)
{
    size_t start = text->length && (*text->bytes == '-'), end = start;
    while (end < text->length && isdigit((unsigned char)text->bytes[end]))
        end++;
    af_text grouped = {0};
    af_text_add(&grouped, text->bytes, start);
    for (size_t i = start; i < end; i++) {
        af_text_add(&grouped, &text->bytes[i], 1);
        if ((end - i - 1) % 3 == 0 && i + 1 < end)
            af_text_puts(&grouped, ",");
    }
    af_text_add(&grouped, text->bytes + end, text->length - end);
    af_text_free(text);
    *text = grouped;
}

int af_format_value(af_evaluation *e, af_value value, const char *s, af_text *out)
{
    char fill = ' ', align = 0, type = 0;
    int width = 0, precision = -1;
    bool commas = false;
    const char *whole = s;
    if (*s && s[1] && strchr("<>^", s[1]))
        fill = *s, align = s[1], s += 2;
    else if (*s && strchr("<>^", *s))
        align = *s++;
    if (*s == '0')
        fill = '0', align = align ? align : '>', s++;
    while (isdigit((unsigned char)*s) && width < 10000)
        width = width * 10 + *s++ - '0';
    if (*s == ',')
        commas = true, s++;
    if (*s == '.')
        for (precision = 0, s++; isdigit((unsigned char)*s) && precision < 1000; s++)
            precision = precision * 10 + *s - '0';
    if (*s && strchr("defgsEG%", *s))
        type = *s++;
    if (*s)
        return af_raise(e, "ValueError", "Invalid format specifier '%s'", whole);
    af_text text = {0};
    int failed = 0;
    if (af_is_number(value) && type != 's' && *whole)
        failed = format_number(e, value, precision, type, &text);
    else
        af_print_str(&text, value);
    if (commas && !failed && text.length)
        group_thousands(&text);
    if (!align)
        align = af_is_number(value) ? '>' : '<';
    int pad = width > (int)text.length ? width - (int)text.length : 0;
    int left = align == '>' ? pad : align == '^' ? pad / 2 : 0;
    for (int i = 0; i < left; i++)
        af_text_add(out, &fill, 1);
    af_text_add(out, text.bytes ? text.bytes : "", text.length);
    for (int i = left; i < pad; i++)
        af_text_add(out, &fill, 1);
    af_text_free(&text);
    return failed;
}
