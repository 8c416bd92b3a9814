/* JSON that has been read: look-up, and getters that note what is wrong. */
#include "base/json_parts.h"

#include <math.h>
#include <string.h>

enum { SHOWN = 40 };

const unsigned char af_json_bytes[256] = {
    [' ' ... '!'] = AF_JSON_PLAIN, ['#' ... '['] = AF_JSON_PLAIN, [']' ... 0x7f] = AF_JSON_PLAIN,
    [0x80 ... 0xff] = AF_JSON_SEQUENCE,
};

/* ---- look-up */

static const af_json *present(const af_json *json) { return json->type == AF_JSON_NULL ? NULL : json; }

static const af_json_entry *find_member(const af_json *object, const char *key)
{
    size_t length = strlen(key);
    const af_json_entry *members = object->members;
    if (object->count <= AF_JSON_FEW) {
        for (uint32_t i = 0; i < object->count; i++)
            if (members[i].length == length && !memcmp(members[i].key, key, length))
                return &members[i];
        return NULL;
    }
    const uint32_t *slots = (const uint32_t *)members[object->count].key;
    uint32_t size = af_json_slots(object->count), at = af_json_hash(key, length) & (size - 1);
    for (; slots[at]; at = (at + 1) & (size - 1)) {
        const af_json_entry *member = &members[slots[at] - 1];
        if (member->length == length && !memcmp(member->key, key, length))
            return member;
    }
    return NULL;
}

const af_json *af_json_at(const af_json *object, const char *key)
{
    const af_json_entry *member = af_json_is_object(object) ? find_member(object, key) : NULL;
    return member ? present(&member->value) : NULL;
}

int af_json_count(const af_json *array) { return af_json_is_array(array) ? (int)array->count : 0; }

const af_json *af_json_item(const af_json *array, int index)
{
    return index >= 0 && index < af_json_count(array) ? present(&array->items[index]) : NULL;
}

bool af_json_is_object(const af_json *json) { return json && json->type == AF_JSON_OBJECT; }
bool af_json_is_array(const af_json *json) { return json && json->type == AF_JSON_ARRAY; }
bool af_json_is_string(const af_json *json) { return json && json->type == AF_JSON_STRING; }
bool af_json_is_bool(const af_json *json) { return json && json->type == AF_JSON_BOOL; }
bool af_json_is_integer(const af_json *json) { return json && json->type == AF_JSON_INTEGER; }
bool af_json_is_number(const af_json *json)
{
    return json && json->type >= AF_JSON_INTEGER && json->type <= AF_JSON_REAL;
}
const char *af_json_big_integer(const af_json *json)
{
    return json && json->type == AF_JSON_BIG ? json->string : NULL;
}
const char *af_json_unread(const af_json *json, size_t *length)
{
    if (!json || json->type != AF_JSON_UNREAD)
        return NULL;
    *length = json->count;
    return json->string;
}

bool af_json_truth(const af_json *json) { return json->integer != 0; }
int64_t af_json_int64(const af_json *json) { return json->integer; }

static double real_value(const af_json *number)
{
    double value = number->real;
    if (number->type == AF_JSON_BIG)
        af_parse_double(number->string, &value);
    return number->type == AF_JSON_INTEGER ? (double)number->integer : value;
}

/* ---- getters */

void af_json_wrong(af_json_reader *reader, const char *key, const char *format, ...)
{
    if (reader->failed)
        return;
    reader->failed = true;
    if (!reader->report)
        return;
    af_text path = {0};
    af_text_printf(&path, "%s%s%s", reader->what ? reader->what : "", reader->what && key ? "." : "",
                   key ? key : "");
    va_list arguments;
    va_start(arguments, format);
    af_fail_list(reader->report, AF_BAD_DATA, reader->place, path.bytes, format, arguments);
    va_end(arguments);
    af_text_free(&path);
}

static void expected(af_json_reader *reader, const char *key, const char *wanted, const af_json *found)
{
    if (!found) {
        af_json_wrong(reader, key, "missing, expected %s", wanted);
        return;
    }
    af_json_writer w = {0};
    af_put_json(&w, NULL, found);
    if (af_json_is_string(found))
        af_json_wrong(reader, key, "%.*s found, expected %s", SHOWN, found->string, wanted);
    else
        af_json_wrong(reader, key, "%.*s found, expected %s", SHOWN, w.text.bytes, wanted);
    af_text_free(&w.text);
}

static bool real_of_word(const af_json *json, double *value)
{
    static const struct { const char *word; double value; } words[] = {
        {"inf",  INFINITY},
        {"-inf", -INFINITY},
        {"nan",  NAN},
    };
    for (size_t i = 0; af_json_is_string(json) && i < sizeof words / sizeof *words; i++)
        if (!strcmp(json->string, words[i].word))
            return *value = words[i].value, true;
    return false;
}

double af_json_as_real(af_json_reader *reader, const af_json *json, const char *key)
{
    double value = 0;
    if (af_json_is_number(json))
        return real_value(json);
    if (af_json_is_bool(json))               /* what `input == A` gives counts as a number */
        return af_json_truth(json);
    if (!real_of_word(json, &value))
        expected(reader, key, "a number", json);
    return value;
}

const char *af_json_as_string(af_json_reader *reader, const af_json *json, const char *key)
{
    if (af_json_is_string(json))
        return json->string;
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
        return value->integer;
    if (af_json_is_bool(value))
        return af_json_truth(value);
    double real = af_json_is_number(value) ? real_value(value) : NAN;
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
    if (af_json_is_bool(value))
        return af_json_truth(value);
    expected(reader, key, "true or false", value);
    return missing;
}

const char *af_json_string(af_json_reader *reader, const af_json *object, const char *key)
{
    return af_json_as_string(reader, af_json_at(object, key), key);
}

const char *af_json_string_or(af_json_reader *reader, const af_json *object, const char *key,
                              const char *missing)
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

static af_json_member member_of(const af_json_entry *entry, uint32_t left)
{
    return left ? (af_json_member){entry->key, present(&entry->value), entry, left} : (af_json_member){0};
}

af_json_member af_json_first(const af_json *object)
{
    return af_json_is_object(object) ? member_of(object->members, object->count) : (af_json_member){0};
}

af_json_member af_json_next(af_json_member member)
{
    return member_of((const af_json_entry *)member.entry + 1, member.left - 1);
}
