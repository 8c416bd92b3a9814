/* Jinja's filters of texts (10 section 3.5). What is no text is printed first. */
#include "lang/jinja_filter.h"
#include "lang/letter.h"

#include <string.h>

int af_print_text(const af_call *call, af_value value, af_value *text)
{
    af_text printed = {0};
    *text = value;
    if (value.type == AF_STRING)
        return 0;
    af_print_str(&printed, value);
    return af_finish_text(call->evaluation, &printed, text);
}

static int want_number(const af_call *call, const char *what, af_value given, int64_t otherwise,
                       int64_t *number)
{
    *number = otherwise;
    if (given.type == AF_UNDEFINED || given.type == AF_NONE)
        return 0;
    if (given.type != AF_INT)
        return af_raise(call->evaluation, "TypeError", "%s is a whole number, not '%s'", what,
                        af_type_name(given));
    *number = given.integer;
    return 0;
}

int af_filter_string(const af_function *self, const af_call *call, af_value *result)
{
    (void)self;
    return af_print_text(call, call->arguments[0], result);
}

/* lower, upper */
int af_filter_case(const af_function *self, const af_call *call, af_value *result)
{
    af_value given;
    af_text text = {0};
    if (af_print_text(call, call->arguments[0], &given))
        return -1;
    af_add_cased(&text, given.string, *self->name == 'l' ? AF_LOWER : AF_UPPER);
    return af_finish_text(call->evaluation, &text, result);
}

/* trim(chars=none) */
int af_filter_trim(const af_function *self, const af_call *call, af_value *result)
{
    static const char *const names[] = {"value", "chars"};
    af_value values[2], method, given;
    if (af_bind_arguments(call, self->name, names, 1, 2, values) || af_print_text(call, values[0], &given)
        || !af_find_method(call->evaluation, given, "strip", &method))
        return -1;
    return af_call_value(call->evaluation, method, values + 1, values[1].type != AF_UNDEFINED, NULL, result);
}

/* replace(old, new, count=none) */
int af_filter_replace(const af_function *self, const af_call *call, af_value *result)
{
    static const char *const names[] = {"value", "old", "new", "count"};
    af_value values[4], given, old, new;
    af_text text = {0};
    int64_t count;
    if (af_bind_arguments(call, self->name, names, 3, 4, values)
        || want_number(call, "replace: count", values[3], -1, &count)
        || af_print_text(call, values[0], &given) || af_print_text(call, values[1], &old)
            || af_print_text(call, values[2], &new))
        return -1;
    const char *at = given.string, *next;
    size_t width = strlen(old.string);
    for (; count && (next = strstr(at, old.string)); count--) {
        af_text_add(&text, at, (size_t)(next - at));
        af_text_puts(&text, new.string);
        at = next + width;
        if (af_spend(call->evaluation, 0, (int64_t)text.length)) {
            af_text_free(&text);
            return -1;
        }
        if (width)
            continue;
        if (!*at)   /* of nothing there is one before each character, and at the end */
            break;
        const char *second = af_skip_characters(at, 1);
        af_text_add(&text, at, (size_t)(second - at));
        at = second;
    }
    af_text_puts(&text, at);
    return af_finish_text(call->evaluation, &text, result);
}

/* capitalize, title: the first letter upper, the others lower; of the text, or of each of its words. */
int af_filter_title(const af_function *self, const af_call *call, af_value *result)
{
    af_text text = {0};
    af_value given;
    bool title = *self->name == 't';
    if (af_print_text(call, call->arguments[0], &given))
        return -1;
    for (const char *at = given.string; *at;) {
        size_t blank = title ? strspn(at, " \t\n\r\f\v-([{<") : 0;
        af_text_add(&text, at, blank);
        at += blank;
        const char *second = af_skip_characters(at, 1);
        size_t rest = title ? strcspn(second, " \t\n\r\f\v-([{<") : strlen(second);
        af_add_cased(&text, af_copy_slice(call->evaluation->arena, at, (size_t)(second - at)), AF_UPPER);
        af_add_cased(&text, af_copy_slice(call->evaluation->arena, second, rest), AF_LOWER);
        at = second + rest;
    }
    return af_finish_text(call->evaluation, &text, result);
}

/* center(width=80) */
int af_filter_center(const af_function *self, const af_call *call, af_value *result)
{
    static const char *const names[] = {"value", "width"};
    af_value values[2], given;
    af_text text = {0};
    int64_t width;
    if (af_bind_arguments(call, self->name, names, 1, 2, values)
        || want_number(call, "center: width", values[1], 80, &width)
        || af_print_text(call, values[0], &given) || af_spend_text(call->evaluation, width > 0 ? width : 0))
        return -1;
    int64_t blanks = width - af_count_characters(given.string), left = blanks > 0
        ? blanks / 2 + (blanks & width & 1) : 0;
    for (int64_t i = 0; i < left; i++)
        af_text_puts(&text, " ");
    af_text_puts(&text, given.string);
    for (int64_t i = left; i < blanks; i++)
        af_text_puts(&text, " ");
    return af_finish_text(call->evaluation, &text, result);
}

/* ---- lines */

/* The length of a line, and of what ends it: 0 at the end of the text. */
static size_t line_length(const char *text, size_t *ending)
{
    static const char *const ends[] = {"\r\n", "\n", "\r", "\v", "\f", "\x1c", "\x1d", "\x1e", "\xc2\x85",
                                       "\u2028", "\u2029"};
    for (size_t n = 0;; n++)
        for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
            *ending = strlen(ends[i]);
            if (!strncmp(text + n, ends[i], *ending))
                return n;
            *ending = 0;
            if (!text[n])
                return n;
        }
}

/* indent(width=4, first=false, blank=false): each line but the first goes in by `width` blanks, or by a
 * text. */
int af_filter_indent(const af_function *self, const af_call *call, af_value *result)
{
    static const char *const names[] = {"value", "width", "first", "blank"};
    af_value values[4];
    af_text text = {0};
    int64_t width = 0;
    if (af_bind_arguments(call, self->name, names, 1, 4, values))
        return -1;
    if (values[0].type != AF_STRING)
        return af_raise(call->evaluation, "TypeError", "indent takes a text, not '%s'",
                        af_type_name(values[0]));
    const char *with = values[1].type == AF_STRING ? values[1].string : NULL;
    if (!with && want_number(call, "indent: width", values[1], 4, &width))
        return -1;
    width = width < 0 ? 0 : width;
    if (af_spend_text(call->evaluation, width))
        return -1;
    if (!with)
        with = memset(af_arena_take(call->evaluation->arena, (size_t)width + 1), ' ', (size_t)width);
    bool first = true, first_too = af_truth(values[2]), blank_too = af_truth(values[3]);
    size_t ending;
    for (const char *at = values[0].string; first || *at; first = false) {
        size_t length = line_length(at, &ending);
        af_text_puts(&text, first ? "" : "\n");
        if (first ? first_too : length || blank_too)
            af_text_puts(&text, with);
        af_text_add(&text, at, length);
        at += length + ending;
        /* the text ends in a newline: one more line, which is empty */
        bool last = ending && !*at && at[-1] != '\r';
        if (last)
            af_text_puts(&text, "\n");
        if (last && blank_too)
            af_text_puts(&text, with);
        if (af_spend(call->evaluation, 1, (int64_t)text.length)) {
            af_text_free(&text);
            return -1;
        }
    }
    return af_finish_text(call->evaluation, &text, result);
}

/* truncate(length=255, killwords=false, end='...', leeway=5) */
int af_filter_truncate(const af_function *self, const af_call *call, af_value *result)
{
    static const char *const names[] = {"value", "length", "killwords", "end", "leeway"};
    af_value values[5], given, end;
    af_text text = {0};
    int64_t length, leeway;
    af_evaluation *e = call->evaluation;
    if (af_bind_arguments(call, self->name, names, 1, 5, values) || af_print_text(call, values[0], &given)
        || want_number(call, "truncate: length", values[1], 255, &length)
            || want_number(call, "truncate: leeway", values[4], 5, &leeway)
        || af_print_text(call, values[3].type == AF_UNDEFINED ? af_string("...") : values[3], &end))
        return -1;
    int64_t kept = length - af_count_characters(end.string);
    if (kept < 0)
        return af_raise(e, "AssertionError", "expected length >= %lld, got %lld", (long long)(length - kept),
                        (long long)length);
    if (leeway < 0)
        return af_raise(e, "AssertionError", "expected leeway >= 0, got %lld", (long long)leeway);
    int count = af_count_characters(given.string);
    if (count <= length || count - length <= leeway) {
        *result = given;
        return 0;
    }
    size_t bytes = (size_t)(af_skip_characters(given.string, kept) - given.string);
    for (size_t i = bytes; i-- && !af_truth(values[2]);)
        if (given.string[i] == ' ') {
            bytes = i;
            break;
        }
    af_text_add(&text, given.string, bytes);
    af_text_puts(&text, end.string);
    return af_finish_text(e, &text, result);
}

/* ---- numbers */

/* filesizeformat(binary=false): 1.5 kB, or with powers of 1024 1.5 KiB. */
int af_filter_size(const af_function *self, const af_call *call, af_value *result)
{
    static const char *const names[] = {"value", "binary"};
    static const char prefixes[] = "kMGTPEZY";
    af_value values[2], real;
    af_text text = {0};
    af_evaluation *e = call->evaluation;
    if (af_bind_arguments(call, self->name, names, 1, 2, values)
        || af_call_value(e, af_function_value(af_math_function("float")), values, 1, NULL, &real))
        return -1;
    bool binary = af_truth(values[1]);
    double base = binary ? 1024 : 1000, bytes = real.real, unit = base;
    if (bytes == 1)
        af_text_puts(&text, "1 Byte");
    else if (bytes < base) {
        af_value whole;
        if (af_call_value(e, af_function_value(af_math_function("int")), &real, 1, NULL, &whole))
            return -1;
        af_print_str(&text, whole);
        af_text_puts(&text, " Bytes");
    } else {
        int i = 0;
        for (unit *= base; bytes >= unit && prefixes[i + 1]; i++)
            unit *= base;
        if (af_format_value(e, af_real(base * bytes / unit), ".1f", &text)) {
            af_text_free(&text);
            return -1;
        }
        char prefix = binary && !i ? 'K' : prefixes[i];
        af_text_printf(&text, " %c%s", prefix, binary ? "iB" : "B");
    }
    return af_finish_text(e, &text, result);
}

/* '%s of %d'|format(a, b), or '%(name)s'|format(name=a) */
int af_filter_format(const af_function *self, const af_call *call, af_value *result)
{
    af_value pattern, given;
    af_arena *arena = call->evaluation->arena;
    int named = 0, count = call->count - 1;
    (void)self;
    for (int i = 1; i < call->count; i++)
        named += call->keywords[i] != NULL;
    if (named && named < count)
        return af_raise(call->evaluation, "FilterArgumentError",
                        "can't handle positional and keyword arguments at the same time");
    if (af_print_text(call, call->arguments[0], &pattern))
        return -1;
    given = named ? af_dict_value(arena) : af_tuple_value(arena, count);
    for (int i = 0; i < count; i++)
        if (named)
            af_dict_put(arena, given, af_string(call->keywords[i + 1]), call->arguments[i + 1]);
        else
            given.list->items[i] = call->arguments[i + 1];
    return af_format_percent(call->evaluation, pattern.string, given, result);
}
