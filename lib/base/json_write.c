/* Writing JSON straight to text. */
#include "base/json_parts.h"

#include <math.h>
#include <string.h>

/* What stands in a string for a byte that does not stand for itself. */
static void put_escape(af_text *text, unsigned char c)
{
    static const char short_escapes[32] = {
        ['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f', ['\r'] = 'r'
    };
    char escape = c < ' ' ? short_escapes[c] : (char)c;
    if (escape)
        af_text_add(text, (char[]){'\\', escape}, 2);
    else
        af_text_printf(text, "\\u%04x", c);
}

static void put_byte(af_text *text, char c)
{
    char *to = af_text_room(text, 1);
    to[0] = c;
    to[1] = 0;
    text->length++;
}

/* Whether eight bytes all stand for themselves. May say no where they do: a byte that is found can spoil the
 * one behind it. */
static bool eight_plain(const char *bytes)
{
    const uint64_t ones = 0x0101010101010101u, tops = 0x80 * ones;
    uint64_t x;
    memcpy(&x, bytes, sizeof x);
    uint64_t quotes = x ^ '"' * ones, backslashes = x ^ '\\' * ones;
    uint64_t found = ((x - ' ' * ones) & ~x) | ((quotes - ones) & ~quotes) |
                     ((backslashes - ones) & ~backslashes);
    return !(found & tops);
}

static void put_quoted(af_text *text, const char *value, size_t length)
{
    char *to = af_text_room(text, length + 3);
    *to++ = '"';
    for (size_t at = 0;; at++) {
        for (; length - at >= 8 && eight_plain(value + at); at += 8, to += 8)
            memcpy(to, value + at, 8);
        while (at < length && af_json_bytes[(unsigned char)value[at]])
            *to++ = value[at++];
        text->length = (size_t)(to - text->bytes);
        if (at == length)
            break;
        put_escape(text, (unsigned char)value[at]);
        to = af_text_room(text, length - at + 3);
    }
    memcpy(to, "\"", 2);
    text->length++;
}

/* What stands before a value: a comma, and the key inside of an object. */
static void begin_value(af_json_writer *w, const char *key)
{
    if (w->depth && !w->first)
        put_byte(&w->text, ',');
    w->first = false;
    if (!key)
        return;
    put_quoted(&w->text, key, strlen(key));
    put_byte(&w->text, ':');
}

static void open(af_json_writer *w, const char *key, char bracket)
{
    begin_value(w, key);
    put_byte(&w->text, bracket);
    w->depth++;
    w->first = true;
}

static void close(af_json_writer *w, char bracket)
{
    put_byte(&w->text, bracket);
    w->depth--;
    w->first = false;
}

void af_put_object(af_json_writer *w, const char *key) { open(w, key, '{'); }
void af_put_array(af_json_writer *w, const char *key) { open(w, key, '['); }
void af_put_end_object(af_json_writer *w) { close(w, '}'); }
void af_put_end_array(af_json_writer *w) { close(w, ']'); }

void af_put_raw(af_json_writer *w, const char *key, const char *json)
{
    begin_value(w, key);
    af_text_puts(&w->text, json);
}

void af_put_slice(af_json_writer *w, const char *key, const char *value, size_t length)
{
    begin_value(w, key);
    put_quoted(&w->text, value, length);
}

void af_put_string(af_json_writer *w, const char *key, const char *value)
{
    if (value)
        af_put_slice(w, key, value, strlen(value));
    else
        af_put_null(w, key);
}

void af_put_integer(af_json_writer *w, const char *key, int64_t value)
{
    begin_value(w, key);
    w->text.length += (size_t)af_integer_text(af_text_room(&w->text, AF_NUMBER_ROOM), value);
}

void af_put_integers(af_json_writer *w, const char *key, const int *values, int count)
{
    begin_value(w, key);
    char *start = af_text_room(&w->text, (size_t)count * AF_NUMBER_ROOM + 2), *to = start;
    *to++ = '[';
    for (int i = 0; i < count; i++) {
        to += af_integer_text(to, values[i]);
        *to++ = ',';
    }
    to -= count > 0;
    memcpy(to, "]", 2);
    w->text.length += (size_t)(to + 1 - start);
}

static void put_decimal(af_json_writer *w, const char *key, double value,
                        int (*text_of)(char *buffer, double value))
{
    char digits[AF_NUMBER_ROOM];
    size_t length = (size_t)text_of(digits, value);
    if (!isfinite(value)) {
        af_put_slice(w, key, digits, length);
        return;
    }
    begin_value(w, key);
    af_text_add(&w->text, digits, length);
}

void af_put_number(af_json_writer *w, const char *key, double value)
{
    put_decimal(w, key, value, af_number_text);
}
void af_put_real(af_json_writer *w, const char *key, double value)
{
    put_decimal(w, key, value, af_real_text);
}

void af_put_numbers(af_json_writer *w, const char *key, const double *values, int count)
{
    enum { BETWEEN = 4 };                    /* two quotes, a comma, the 0 */
    begin_value(w, key);
    put_byte(&w->text, '[');
    for (int i = 0; i < count; i++) {
        char *start = af_text_room(&w->text, AF_NUMBER_ROOM + BETWEEN), *to = start;
        bool quoted = !isfinite(values[i]);
        if (i)
            *to++ = ',';
        if (quoted)
            *to++ = '"';
        to += af_number_text(to, values[i]);
        if (quoted)
            *to++ = '"';
        w->text.length += (size_t)(to - start);
    }
    put_byte(&w->text, ']');
}

void af_put_figure(af_json_writer *w, const char *key, double value)
{
    if (isnan(value))
        af_put_null(w, key);
    else
        af_put_number(w, key, value);
}

void af_put_bool(af_json_writer *w, const char *key, bool value)
{
    af_put_raw(w, key, value ? "true" : "false");
}
void af_put_null(af_json_writer *w, const char *key) { af_put_raw(w, key, "null"); }

void af_put_json(af_json_writer *w, const char *key, const af_json *json)
{
    if (af_json_is_object(json)) {
        af_put_object(w, key);
        for (af_json_each(json, it))
            af_put_json(w, it.key, it.value);
        af_put_end_object(w);
    } else if (af_json_is_array(json)) {
        af_put_array(w, key);
        for (int i = 0; i < af_json_count(json); i++)
            af_put_json(w, NULL, af_json_item(json, i));
        af_put_end_array(w);
    } else if (af_json_is_string(json)) {
        af_put_slice(w, key, json->string, json->count);
    } else if (af_json_is_bool(json)) {
        af_put_bool(w, key, af_json_truth(json));
    } else if (af_json_is_integer(json)) {
        af_put_integer(w, key, json->integer);
    } else if (af_json_is_number(json)) {
        const char *digits = af_json_big_integer(json);
        if (digits)
            af_put_raw(w, key, digits);
        else
            af_put_real(w, key, json->real);
    } else {
        af_put_null(w, key);
    }
}
