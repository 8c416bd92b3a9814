/* Values as YAML that reads back to the same values, tags and quoted bits: block style, short lists and
 * maps in brackets. */
#include "lang/yaml.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

enum { SHORT = 88 };                      /* bytes that a list or map in brackets may have */

static void indent(af_text *out, int depth)
{
    for (int i = 0; i < depth; i++)
        af_text_puts(out, "  ");
}

/* ---- scalars */

/* The code point of a character that is written as an escape only, 0 for others; *length: its bytes.
 * `text` is not empty. YAML does not take control characters and the last of the plane, and takes U+0085,
 * U+2028 and U+2029 for line ends. */
static unsigned hidden_character(const char *text, int *length)
{
    unsigned first = (unsigned char)text[0], second = (unsigned char)text[1];
    unsigned third = second ? (unsigned char)text[2] : 0, two = (first & 0x1f) << 6 | (second & 0x3f);
    unsigned three = (first & 0x0f) << 12 | (second & 0x3f) << 6 | (third & 0x3f);
    *length = (int)strnlen(text, first < 0xc0 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4);
    if (*length == 1)
        return first < 0x20 || first == 0x7f ? first : 0;
    if (*length == 2)
        return two < 0xa0 ? two : 0;
    return *length == 3 && (three == 0x2028 || three == 0x2029 || three == 0xfeff || three >= 0xfffe) ? three
        : 0;
}

static bool has_control(const char *text)
{
    for (int length; *text; text += length)
        if (hidden_character(text, &length))
            return true;
    return false;
}

/* Whether the text can stand without quotes and is read back as this string; inside brackets fewer texts
 * can. */
static bool is_plain(const char *text, bool brackets)
{
    size_t length = strlen(text);
    if (!length || has_control(text) || text[0] == ' ' || text[length - 1] == ' ' || text[length - 1] == ':')
        return false;
    if (strchr(",[]{}#&*!|>'\"%@`", text[0]) || (strchr("-?:", text[0]) && (!text[1] || text[1] == ' ')))
        return false;
    if (strstr(text, ": ") || strstr(text, " #") || !strncmp(text, "---", 3) || !strncmp(text, "...", 3))
        return false;
    if (!strcmp(text, "=") || !strcmp(text, "<<") || (brackets && strpbrk(text, ",[]{}:?")))
        return false;
    af_arena *scratch = af_arena_new();
    bool string = af_yaml_scalar(scratch, text, length).type == AF_STRING;
    af_arena_free(scratch);
    return string;
}

bool af_yaml_is_plain(const char *text) { return is_plain(text, false); }

static void put_single_quoted(af_text *out, const char *text)
{
    af_text_puts(out, "'");
    for (; *text; text++)
        af_text_add(out, *text == '\'' ? "''" : text, *text == '\'' ? 2 : 1);
    af_text_puts(out, "'");
}

static void put_double_quoted(af_text *out, const char *text)
{
    af_text_puts(out, "\"");
    for (int length; *text; text += length) {
        unsigned hidden = hidden_character(text, &length);
        if (*text == '"' || *text == '\\')
            af_text_printf(out, "\\%c", *text);
        else if (*text == '\n')
            af_text_puts(out, "\\n");
        else if (hidden)
            af_text_printf(out, hidden < 0x100 ? "\\x%02x" : "\\u%04x", hidden);
        else
            af_text_add(out, text, (size_t)length);
    }
    af_text_puts(out, "\"");
}

static void put_quoted(af_text *out, const char *text)
{
    (has_control(text) ? put_double_quoted : put_single_quoted)(out, text);
}

/* A block scalar counts as unquoted (10 section 4.2), so it can hold any expression. */
static void put_block(af_text *out, const char *text, int depth)
{
    size_t length = strlen(text);
    bool ends = length && text[length - 1] == '\n', more = length > 1 && ends && text[length - 2] == '\n';
    af_text_printf(out, "|%s%s", *text == ' ' || *text == '\n' ? "2" : "", more || !strcmp(text, "\n") ? "+"
                   : ends ? "" : "-");
    while (*text) {
        size_t n = strcspn(text, "\n");
        af_text_puts(out, "\n");
        if (n)
            indent(out, depth);
        af_text_add(out, text, n);
        text += n + (text[n] == '\n');
    }
}

static bool fits_block(const char *text)
{
    for (int length; *text; text += length)
        if (hidden_character(text, &length) && *text != '\n' && *text != '\t')
            return false;
    return true;
}

static void put_string(af_text *out, af_value value, int depth, bool brackets)
{
    if (!value.quoted && is_plain(value.string, brackets))
        af_text_puts(out, value.string);
    else if (value.quoted || brackets || !fits_block(value.string))
        put_quoted(out, value.string);
    else
        put_block(out, value.string, depth);
}

static void put_scalar(af_text *out, af_value value, int depth, bool brackets)
{
    switch (value.type) {
    case AF_NONE: case AF_UNDEFINED: af_text_puts(out, "null"); return;
    case AF_BOOL: af_text_puts(out, value.truth ? "true" : "false"); return;
    case AF_STRING: put_string(out, value, depth, brackets); return;
    case AF_REAL:
        if (!isfinite(value.real)) {
            af_text_puts(out, isnan(value.real) ? ".nan" : value.real > 0 ? ".inf" : "-.inf");
            return;
        }
        /* fall through */
    default: af_print_str(out, value);
    }
}

/* !Memory; what is no word stands in !<…>, with its other characters as %XX. */
static void put_tag(af_text *out, const char *blank, const char *tag)
{
    bool word = !tag[strspn(tag, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-")];
    af_text_printf(out, word ? "%s!" : "%s!<!", blank);
    for (; *tag; tag++)
        af_text_printf(out, isalnum((unsigned char)*tag) || strchr("_-", *tag) ? "%c" : "%%%02X",
                       (unsigned char)*tag);
    af_text_puts(out, word ? "" : ">");
}

/* ---- lists and maps */

static bool is_collection(af_value value)
{
    return value.type == AF_LIST || value.type == AF_TUPLE || value.type == AF_DICT;
}

static bool put_short(af_text *out, af_value value);

static bool put_short_item(af_text *out, af_value item)
{
    if (is_collection(item))
        return put_short(out, item);
    put_scalar(out, item, 0, true);
    return item.type != AF_STRING || item.quoted || is_plain(item.string, true);
}

static void put_key(af_text *out, af_value key, bool brackets)
{
    if (key.type == AF_STRING && (key.quoted || !is_plain(key.string, brackets)))
        put_quoted(out, key.string);
    else
        put_scalar(out, key, 0, true);
    af_text_puts(out, ":");
}

/* "[1, 2, 3]" or "{a: 1, b: 2}"; false, with the text as it was: too long, or an item that needs a line of
 * its own. */
static bool put_short(af_text *out, af_value value)
{
    size_t start = out->length;
    bool dict = value.type == AF_DICT, fits = !dict || !value.dict->tag;
    int count = dict ? value.dict->count : value.list->count;
    af_text_puts(out, dict ? "{" : "[");
    for (int i = 0; i < count && fits; i++) {
        af_text_puts(out, i ? ", " : "");
        if (dict) {
            put_key(out, value.dict->entries[i].key, true);
            af_text_puts(out, " ");
        }
        fits = put_short_item(out, dict ? value.dict->entries[i].value : value.list->items[i])
            && out->length - start <= SHORT;
    }
    af_text_puts(out, dict ? "}" : "]");
    if (!fits)
        out->bytes[out->length = start] = 0;
    return fits;
}

static void put_value(af_text *out, af_value value, int depth, const char *blank);

/* Entries on lines of their own; the first goes where the writer stands. */
static void put_entries(af_text *out, const af_dict *dict, int depth)
{
    for (int i = 0; i < dict->count; i++) {
        if (i) {
            af_text_puts(out, "\n");
            indent(out, depth);
        }
        put_key(out, dict->entries[i].key, false);
        put_value(out, dict->entries[i].value, depth, " ");
    }
}

static void put_items(af_text *out, const af_items *list, int depth)
{
    for (int i = 0; i < list->count; i++) {
        af_value item = list->items[i];
        if (i) {
            af_text_puts(out, "\n");
            indent(out, depth);
        }
        af_text_puts(out, "-");
        if (item.type != AF_DICT || item.dict->tag || !item.dict->count) {
            put_value(out, item, depth, " ");
            continue;
        }
        af_text_puts(out, " ");
        if (!put_short(out, item))
            put_entries(out, item.dict, depth + 1);
    }
}

/* What follows a key or a dash at `depth`. */
static void put_value(af_text *out, af_value value, int depth, const char *blank)
{
    bool dict = value.type == AF_DICT, list = value.type == AF_LIST || value.type == AF_TUPLE;
    if (dict && value.dict->tag) {
        put_tag(out, blank, value.dict->tag);
        blank = " ";
    }
    if (!dict && !list) {
        af_text_puts(out, blank);
        put_scalar(out, value, depth + 1, false);
        return;
    }
    size_t start = out->length;
    af_text_puts(out, blank);
    if (dict && !value.dict->count) {
        af_text_puts(out, "{}");
        return;
    }
    if (put_short(out, value))
        return;
    out->bytes[out->length = start] = 0;
    af_text_puts(out, "\n");
    indent(out, depth + 1);
    if (dict)
        put_entries(out, value.dict, depth + 1);
    else
        put_items(out, value.list, depth + 1);
}

void af_write_yaml(af_text *out, af_value value, int depth)
{
    indent(out, depth);
    if (value.type == AF_DICT && value.dict->count && !value.dict->tag)
        put_entries(out, value.dict, depth);
    else if ((value.type == AF_LIST || value.type == AF_TUPLE) && value.list->count)
        put_items(out, value.list, depth);
    else
        put_value(out, value, depth, "");
    af_text_puts(out, "\n");
}
