/* Reading JSON through json-c: strict parsing, look-up, getters that note what is wrong. */
#include "base/json.h"

#include <inttypes.h>
#include <json-c/json.h>
#include <math.h>
#include <string.h>

enum { MOST_LEVELS = 128, INT64_DIGITS = 19, SHOWN = 40 };

/* ---- parsing. Even when strict, json-c takes the bare words NaN and Infinity, single quotes and control characters, drops the first of
 * two equal keys, and refuses integers beyond 64 bits. One look over the text before finds these. */

typedef struct outline {
    long colons;                              /* members of all objects, as written */
    const char *fault, *what;                 /* the first place that is no JSON, and why */
    bool long_integers;                       /* there are some, of 19 digits or more */
} outline;

static const char *skip_string(const char *at, const char *end)   /* `at` is behind the opening quote; returns behind the closing one */
{
    for (; at < end && *at != '"'; at++)
        at += *at == '\\' && at + 1 < end;
    return at < end ? at + 1 : end;
}

static void note_fault(outline *o, const char *at, const char *what)
{
    if (!o->fault)
        o->fault = at, o->what = what;
}

static const char *check_string(outline *o, const char *at, const char *end)
{
    const char *behind = skip_string(at, end);
    for (; at < behind; at++)
        if ((unsigned char)*at < ' ')
            note_fault(o, at, "a control character in a string");
    return behind;
}

static void check_character(outline *o, const char *at)
{
    o->colons += *at == ':';
    if (*at == 'N' || *at == 'I')
        note_fault(o, at, "a bare word (NaN and Infinity are written \"nan\", \"inf\")");
    if (*at == '\'')
        note_fault(o, at, "a single quote");
}

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

/* Length of the number that starts here; `integer` says whether it has neither point nor exponent. */
static size_t number_length(const char *at, const char *end, bool *integer)
{
    const char *from = at;
    for (*integer = true; at < end && (is_digit(*at) || strchr(".eE+-", *at)) && *at; at++)
        *integer &= is_digit(*at) || at == from;
    return (size_t)(at - from);
}

static outline outline_of(const char *text, size_t length)
{
    outline o = {0};
    bool integer;
    for (const char *at = text, *end = text + length; at < end;)
        if (*at == '"') {
            at = check_string(&o, at + 1, end);
        } else if (is_digit(*at)) {
            size_t digits = number_length(at, end, &integer);
            o.long_integers |= integer && digits >= INT64_DIGITS;
            at += digits;
        } else {
            check_character(&o, at++);
        }
    return o;
}

/* Marks long integers as reals by "e0", so that json-c keeps their text. `offset`, a place in the marked text, becomes one in the original. */
static void mark_long_integers(af_text *marked, const char *text, size_t length, size_t *offset)
{
    size_t place = *offset;
    for (const char *at = text, *end = text + length; at < end;) {
        bool integer;
        size_t step = *at == '"' ? (size_t)(skip_string(at + 1, end) - at) : is_digit(*at) ? number_length(at, end, &integer) : 1;
        af_text_add(marked, at, step);
        if (is_digit(*at) && integer && step >= INT64_DIGITS) {
            af_text_puts(marked, "e0");
            *offset -= marked->length <= place ? 2 : 0;
        }
        at += step;
    }
}

static af_json *fail_at(const char *text, size_t offset, af_report *report, af_place place, const char *what)
{
    for (size_t i = 0; i < offset; i++) {
        bool newline = text[i] == '\n';
        place.line += newline;
        place.column = newline ? 1 : place.column ? place.column + 1 : 0;
    }
    af_fail(report, AF_BAD_DATA, place, NULL, "not JSON: %s", what);
    return NULL;
}

/* Numbers of members in the tree, and whether a number is too large for a double. */
static long count_members(const af_json *json, bool *overflow)
{
    long count = 0;
    if (json_object_is_type(json, json_type_double))
        *overflow |= !isfinite(json_object_get_double(json));
    for (af_json_each(json, it))
        count += 1 + count_members(it.value, overflow);
    for (int i = 0; i < af_json_count(json); i++)
        count += count_members(json_object_array_get_idx(json, (size_t)i), overflow);
    return count;
}

static af_json *tokenize(const char *text, size_t length, size_t *end, const char **error)
{
    json_tokener *tokener = json_tokener_new_ex(MOST_LEVELS);
    json_tokener_set_flags(tokener, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
    af_json *json = json_tokener_parse_ex(tokener, text, (int)length);
    *end = json_tokener_get_parse_end(tokener);
    if (json_tokener_get_error(tokener) == json_tokener_continue)   /* a number or word alone ends with the text */
        json = json_tokener_parse_ex(tokener, "", 1);
    enum json_tokener_error status = json_tokener_get_error(tokener);
    *error = status == json_tokener_continue || status == json_tokener_error_parse_eof ? "it ends too early"
           : status == json_tokener_error_depth ? "more than 128 levels"
           : status != json_tokener_success ? json_tokener_error_desc(status)
           : *end < length ? "something follows it" : NULL;
    json_tokener_free(tokener);
    return json;
}

static af_json *parse_text(const char *text, size_t length, bool long_integers, size_t *end, const char **error)
{
    if (!long_integers)
        return tokenize(text, length, end, error);
    af_text marked = {0};
    size_t nowhere = 0;
    mark_long_integers(&marked, text, length, &nowhere);
    af_json *json = tokenize(marked.bytes, marked.length, end, error);
    af_text_clear(&marked);
    mark_long_integers(&marked, text, length, end);
    af_text_free(&marked);
    return json;
}

af_json *af_json_parse(const char *text, size_t length, af_report *report, af_place place)
{
    outline o = outline_of(text, length);
    if (o.fault)
        return fail_at(text, (size_t)(o.fault - text), report, place, o.what);
    if (length > INT32_MAX / 2)
        return fail_at(text, 0, report, place, "more than 1 GiB in one text");
    size_t end;
    const char *error;
    af_json *json = parse_text(text, length, o.long_integers, &end, &error);
    bool overflow = false;
    if (!error && count_members(json, &overflow) != o.colons)
        error = "a key stands twice in one object", end = 0;
    if (!error && overflow)
        error = "a number is too large (infinity is written \"inf\")", end = 0;
    if (!error && json)
        return json;
    json_object_put(json);
    return fail_at(text, end, report, place, error ? error : "a null alone");
}

void af_json_free(af_json *json) { json_object_put(json); }

/* ---- look-up */

const af_json *af_json_at(const af_json *object, const char *key)
{
    af_json *value = NULL;
    return af_json_is_object(object) && json_object_object_get_ex(object, key, &value) ? value : NULL;
}

int af_json_count(const af_json *array) { return af_json_is_array(array) ? (int)json_object_array_length(array) : 0; }

const af_json *af_json_item(const af_json *array, int index)
{
    return index >= 0 && index < af_json_count(array) ? json_object_array_get_idx(array, (size_t)index) : NULL;
}

bool af_json_is_object(const af_json *json) { return json_object_is_type(json, json_type_object) && json; }
bool af_json_is_array(const af_json *json) { return json_object_is_type(json, json_type_array) && json; }
bool af_json_is_string(const af_json *json) { return json_object_is_type(json, json_type_string) && json; }
bool af_json_is_bool(const af_json *json) { return json_object_is_type(json, json_type_boolean) && json; }

bool af_json_is_number(const af_json *json)
{
    return json && (json_object_is_type(json, json_type_int) || json_object_is_type(json, json_type_double));
}

bool af_json_is_integer(const af_json *json)
{
    return json && json_object_is_type(json, json_type_int) && json_object_get_uint64(json) <= INT64_MAX;
}

const char *af_json_big_integer(const af_json *json)
{
    if (!af_json_is_number(json) || af_json_is_integer(json))
        return NULL;
    const char *text = json_object_get_string((af_json *)json);
    size_t digits = *text == '-';
    digits += strspn(text + digits, "0123456789");
    static _Thread_local char copy[512];      /* without the mark "e0" */
    if (digits >= sizeof copy || digits < INT64_DIGITS || (text[digits] && strcmp(text + digits, "e0")))
        return NULL;
    memcpy(copy, text, digits);
    copy[digits] = 0;
    return copy;
}

/* ---- getters */

void af_json_wrong(af_json_reader *reader, const char *key, const char *format, ...)
{
    if (reader->failed)
        return;
    reader->failed = true;
    af_text path = {0};
    af_text_printf(&path, "%s%s%s", reader->what ? reader->what : "", reader->what && key ? "." : "", key ? key : "");
    va_list arguments;
    va_start(arguments, format);
    af_fail_list(reader->report, AF_BAD_DATA, reader->place, path.bytes, format, arguments);
    va_end(arguments);
    af_text_free(&path);
}

static void expected(af_json_reader *reader, const char *key, const char *wanted, const af_json *found)
{
    if (!found)
        af_json_wrong(reader, key, "missing, expected %s", wanted);
    else
        af_json_wrong(reader, key, "%.*s found, expected %s", SHOWN, json_object_get_string((af_json *)found), wanted);
}

static bool real_of_word(const af_json *json, double *value)
{
    static const struct { const char *word; double value; } words[] = {{"inf", INFINITY}, {"-inf", -INFINITY}, {"nan", NAN}};
    for (size_t i = 0; af_json_is_string(json) && i < sizeof words / sizeof *words; i++)
        if (!strcmp(json_object_get_string((af_json *)json), words[i].word))
            return *value = words[i].value, true;
    return false;
}

double af_json_as_real(af_json_reader *reader, const af_json *json, const char *key)
{
    double value = 0;
    if (af_json_is_number(json))
        return json_object_get_double(json);
    if (!real_of_word(json, &value))
        expected(reader, key, "a number", json);
    return value;
}

const char *af_json_as_string(af_json_reader *reader, const af_json *json, const char *key)
{
    if (af_json_is_string(json))
        return json_object_get_string((af_json *)json);
    expected(reader, key, "a string", json);
    return "";
}

double af_json_real(af_json_reader *reader, const af_json *object, const char *key)
{
    return af_json_as_real(reader, af_json_at(object, key), key);
}

double af_json_real_or(af_json_reader *reader, const af_json *object, const char *key, double missing)
{
    const af_json *value = af_json_at(object, key);
    return value ? af_json_as_real(reader, value, key) : missing;
}

int64_t af_json_integer(af_json_reader *reader, const af_json *object, const char *key)
{
    const af_json *value = af_json_at(object, key);
    if (af_json_is_integer(value))
        return json_object_get_int64(value);
    double real = af_json_is_number(value) ? json_object_get_double(value) : NAN;
    if (real == floor(real) && fabs(real) < 0x1p63)   /* jq writes 1e3 for 1000 in some versions */
        return (int64_t)real;
    expected(reader, key, "an integer", value);
    return 0;
}

int64_t af_json_integer_or(af_json_reader *reader, const af_json *object, const char *key, int64_t missing)
{
    return af_json_at(object, key) ? af_json_integer(reader, object, key) : missing;
}

bool af_json_bool_or(af_json_reader *reader, const af_json *object, const char *key, bool missing)
{
    const af_json *value = af_json_at(object, key);
    if (!value)
        return missing;
    if (!af_json_is_bool(value))
        expected(reader, key, "true or false", value);
    return json_object_get_boolean(value);
}

const char *af_json_string(af_json_reader *reader, const af_json *object, const char *key)
{
    return af_json_as_string(reader, af_json_at(object, key), key);
}

const char *af_json_string_or(af_json_reader *reader, const af_json *object, const char *key, const char *missing)
{
    const af_json *value = af_json_at(object, key);
    return value ? af_json_as_string(reader, value, key) : missing;
}

const af_json *af_json_array(af_json_reader *reader, const af_json *object, const char *key)
{
    const af_json *value = af_json_at(object, key);
    if (af_json_is_array(value))
        return value;
    expected(reader, key, "an array", value);
    return NULL;
}

/* ---- members in order */

static af_json_member member_of(const struct lh_entry *entry)
{
    return entry ? (af_json_member){lh_entry_k(entry), lh_entry_v(entry), entry} : (af_json_member){0};
}

af_json_member af_json_first(const af_json *object)
{
    return member_of(af_json_is_object(object) ? json_object_get_object(object)->head : NULL);
}

af_json_member af_json_next(af_json_member member)
{
    return member_of(((const struct lh_entry *)member.entry)->next);
}

bool af_json_truth(const af_json *json) { return json_object_get_boolean((af_json *)json); }
int64_t af_json_int64(const af_json *json) { return json_object_get_int64((af_json *)json); }
