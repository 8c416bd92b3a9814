/* Reading JSON: one pass over a copy of the text, in whose place strings are unescaped; values are laid side
 * by side in an arena. Groups of pmappings are megabytes of numbers: this is the pipe's throughput. */
#include "base/json_parts.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_LEVELS = 128 };

typedef struct json_document {                /* what af_json_free finds around a root */
    af_json root;
    af_arena *arena;
} json_document;

typedef struct reader {
    char *text, *at, *end;                    /* *end is 0 */
    af_arena *arena;
    int depth;
    const char *const *unread;                /* members of the root that stay text; NULL: none */
    const char *fault; char *where;           /* the first thing that is wrong */
    struct { char *bytes; size_t used, size; } stack;   /* values of the arrays and objects that are open */
} reader;

static bool fail(reader *r, char *where, const char *what)
{
    if (!r->fault) {
        r->fault = where >= r->end ? "it ends too early" : what;
        r->where = where;
    }
    return false;
}

static void skip_blanks(reader *r)
{
    while (*r->at == ' ' || *r->at == '\t' || *r->at == '\n' || *r->at == '\r')
        r->at++;
}

/* ---- the stack of values whose container is still open */

static void *push(reader *r, size_t size)
{
    if (r->stack.used + size > r->stack.size) {
        r->stack.size = (r->stack.size + size) * 2 + 1024;
        r->stack.bytes = af_memory_resize(r->stack.bytes, r->stack.size);
    }
    void *top = r->stack.bytes + r->stack.used;
    r->stack.used += size;
    return top;
}

/* Moves what was pushed since `from` to the arena. */
static void *settle(reader *r, size_t from)
{
    size_t size = r->stack.used - from;
    r->stack.used = from;
    return size ? memcpy(af_arena_take(r->arena, size), r->stack.bytes + from, size) : NULL;
}

/* ---- strings */

/* Length of a well-formed UTF-8 sequence that begins with a byte over 127; 0: it is none. */
static int sequence_length(const char *at)
{
    const unsigned char *u = (const unsigned char *)at;
    int length = u[0] >= 0xf0 ? 4 : u[0] >= 0xe0 ? 3 : 2;
    unsigned least = u[0] == 0xe0 ? 0xa0 : u[0] == 0xf0 ? 0x90 : 0x80;
    unsigned most = u[0] == 0xed ? 0x9f : u[0] == 0xf4 ? 0x8f : 0xbf;
    if (u[0] < 0xc2 || u[0] > 0xf4 || u[1] < least || u[1] > most)
        return 0;
    for (int i = 2; i < length; i++)
        if ((u[i] & 0xc0) != 0x80)
            return 0;
    return length;
}

static int hex_value(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

static long four_digits(const char *at)       /* -1: not four hexadecimal digits */
{
    long code = 0;
    for (int i = 0; i < 4; i++) {
        int digit = hex_value(at[i]);
        if (digit < 0)
            return -1;
        code = code * 16 + digit;
    }
    return code;
}

static char *put_code(char *out, long code)
{
    if (code < 0x80) {
        *out++ = (char)code;
        return out;
    }
    int more = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
    static const int lead[] = {0, 0xc0, 0xe0, 0xf0};
    *out++ = (char)(lead[more] | code >> 6 * more);
    while (more--)
        *out++ = (char)(0x80 | (code >> 6 * more & 0x3f));
    return out;
}

/* \uXXXX at r->at, which stands behind the u. Halves of a pair that stand alone
 * become U+FFFD. NULL: no digits. */
static char *unescape_code(reader *r, char *out)
{
    long code = four_digits(r->at);
    if (code < 0) {
        fail(r, r->at, "\\u needs four hexadecimal digits");
        return NULL;
    }
    r->at += 4;
    if (code >= 0xd800 && code < 0xdc00 && r->at[0] == '\\' && r->at[1] == 'u') {
        long low = four_digits(r->at + 2);
        if (low >= 0xdc00 && low < 0xe000) {
            r->at += 6;
            return put_code(out, 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00));
        }
    }
    return put_code(out, code >= 0xd800 && code < 0xe000 ? 0xfffd : code);
}

static char *unescape(reader *r, char *out)   /* r->at stands behind the backslash */
{
    static const char letters[] = "\"\\/bfnrt", meanings[] = "\"\\/\b\f\n\r\t";
    char c = *r->at;
    const char *letter = c ? strchr(letters, c) : NULL;
    if (c != 'u' && !letter) {
        fail(r, r->at, "no such escape in a string");
        return NULL;
    }
    r->at++;
    if (c == 'u')
        return unescape_code(r, out);
    *out++ = meanings[letter - letters];
    return out;
}

/* r->at stands behind the opening quote. The text ends with a 0 in the place of the closing one or before. */
static bool read_string(reader *r, const char **text, uint32_t *length)
{
    char *start = r->at, *out;
    for (out = start; af_json_bytes[(unsigned char)*out] == AF_JSON_PLAIN; out++)
        ;
    for (r->at = out; out && *r->at != '"';) {
        unsigned char c = (unsigned char)*r->at;
        if (c == '\\') {
            r->at++;
            out = unescape(r, out);
        } else if (c < ' ') {
            return fail(r, r->at, "a control character in a string");
        } else {
            int count = c < 0x80 ? 1 : sequence_length(r->at);
            if (!count)
                return fail(r, r->at, "a string is not UTF-8");
            memmove(out, r->at, (size_t)count);
            out += count;
            r->at += count;
        }
    }
    if (!out)
        return false;
    r->at++;
    *out = 0;
    *text = start;
    *length = (uint32_t)(out - start);
    return true;
}

/* ---- numbers */

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

/* Powers of ten that a double holds exactly. With up to 15 digits before them one
 * operation gives the nearest double. */
static const double exact_powers[] = {1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12,
                                      1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

typedef struct number { bool negative, integer, exact; int64_t digits; int n_digits; long exponent; } number;

static void take_digits(reader *r, number *n, int point)
{
    enum { MOST_DIGITS = 18 };               /* that an int64_t surely holds */
    char *at = r->at;
    int64_t digits = n->digits;
    int n_digits = n->n_digits;
    for (; is_digit(*at); at++) {
        n_digits += digits || *at != '0';
        if (n_digits <= MOST_DIGITS)
            digits = digits * 10 + (*at - '0');
    }
    n->exact = n_digits <= MOST_DIGITS;
    n->exponent -= point * (at - r->at);
    n->digits = digits, n->n_digits = n_digits;
    r->at = at;
}

static bool take_exponent(reader *r, number *n)
{
    long sign = r->at[1] == '-' ? -1 : 1, exponent = 0;
    r->at += 1 + (r->at[1] == '-' || r->at[1] == '+');
    if (!is_digit(*r->at))
        return fail(r, r->at, "an exponent needs a digit");
    for (; is_digit(*r->at); r->at++)
        exponent = exponent < 100000 ? exponent * 10 + (*r->at - '0') : exponent;
    n->exponent += sign * exponent;
    n->integer = false;
    return true;
}

static bool real_of(reader *r, const number *n, const char *start, af_json *value)
{
    long power = n->exponent < 0 ? -n->exponent : n->exponent;
    value->type = AF_JSON_REAL;
    if (n->exact && n->n_digits <= 15 && power <= 22) {
        double digits = (double)n->digits,
               real = n->exponent < 0 ? digits / exact_powers[power] : digits * exact_powers[power];
        value->real = n->negative ? -real : real;
        return true;
    }
    char after = *r->at;
    *r->at = 0;
    af_parse_double(start, &value->real);
    *r->at = after;
    return isfinite(value->real) ||
           fail(r, (char *)start, "a number is too large (infinity is written \"inf\")");
}

static bool integer_of(reader *r, const number *n, const char *start, af_json *value)
{
    if (n->exact) {
        value->type = AF_JSON_INTEGER;
        value->integer = n->negative ? -n->digits : n->digits;
        return true;
    }
    const char *text = af_copy_slice(r->arena, start, (size_t)(r->at - start));
    errno = 0;
    value->type = AF_JSON_INTEGER;
    value->integer = strtoll(text, NULL, 10);
    if (errno) {
        value->type = AF_JSON_BIG;
        value->string = text;
        value->count = (uint32_t)(r->at - start);
    }
    return true;
}

static bool read_number(reader *r, af_json *value)
{
    char *start = r->at;
    number n = {.integer = true, .exact = true, .negative = *start == '-'};
    r->at += n.negative;
    if (*r->at == 'I' || *r->at == 'N')
        return fail(r, r->at, "a bare word (NaN and Infinity are written \"nan\", \"inf\")");
    if (!is_digit(*r->at))
        return fail(r, r->at, "a value is expected");
    if (*r->at == '0' && is_digit(r->at[1]))
        return fail(r, r->at, "a number begins with 0");
    take_digits(r, &n, 0);
    if (*r->at == '.') {
        r->at++;
        if (!is_digit(*r->at))
            return fail(r, r->at, "a point needs a digit behind it");
        take_digits(r, &n, 1);
        n.integer = false;
    }
    if ((*r->at == 'e' || *r->at == 'E') && !take_exponent(r, &n))
        return false;
    return n.integer ? integer_of(r, &n, start, value) : real_of(r, &n, start, value);
}

/* ---- arrays and objects */

static bool read_value(reader *r, af_json *value);

/* Behind a value: true at a comma, false at the closing bracket or a fault. */
static bool goes_on(reader *r, char close)
{
    skip_blanks(r);
    if (*r->at == ',') {
        r->at++;
        return true;
    }
    if (*r->at == close)
        r->at++;
    else
        fail(r, r->at, close == ']' ? "',' or ']' is expected" : "',' or '}' is expected");
    return false;
}

static bool opens_empty(reader *r, char close)
{
    r->at++;
    skip_blanks(r);
    if (*r->at != close)
        return false;
    r->at++;
    return true;
}

static bool read_array(reader *r, af_json *value)
{
    size_t from = r->stack.used;
    value->type = AF_JSON_ARRAY;
    if (opens_empty(r, ']'))
        return true;
    do {
        af_json item = {0};
        skip_blanks(r);
        if (!read_value(r, &item))
            return false;
        *(af_json *)push(r, sizeof item) = item;
        value->count++;
    } while (goes_on(r, ']'));
    value->items = settle(r, from);
    return !r->fault;
}

static bool same_key(const af_json_entry *a, const af_json_entry *b)
{
    return a->length == b->length && !memcmp(a->key, b->key, a->length);
}

uint32_t af_json_hash(const char *key, size_t length)
{
    return (uint32_t)af_hash_bytes(key, length, AF_HASH_START);
}

/* Of an object with many members, places by hash, open addressing, place + 1; their number is the power
 * of two over twice the count. The table stands behind the members. False: a key stands twice. */
static bool index_members(reader *r, af_json *object)
{
    uint32_t size = af_json_slots(object->count), *slots = af_new_array(r->arena, uint32_t, size);
    for (uint32_t i = 0; i < object->count; i++) {
        uint32_t at = af_json_hash(object->members[i].key, object->members[i].length) & (size - 1);
        for (; slots[at]; at = (at + 1) & (size - 1))
            if (same_key(&object->members[slots[at] - 1], &object->members[i]))
                return false;
        slots[at] = i + 1;
    }
    object->members[object->count].key = (const char *)slots;
    return true;
}

static bool keys_differ(reader *r, af_json *object)
{
    if (object->count > AF_JSON_FEW)
        return index_members(r, object);
    for (uint32_t i = 1; i < object->count; i++)
        for (uint32_t k = 0; k < i; k++)
            if (same_key(&object->members[i], &object->members[k]))
                return false;
    return true;
}

static bool stays_text(const reader *r, const af_json_entry *member)
{
    bool stays = false;
    if (r->unread && r->depth == 1 && (*r->at == '[' || *r->at == '{'))
        for (const char *const *name = r->unread; *name && !stays; name++)
            stays = strlen(*name) == member->length && !memcmp(*name, member->key, member->length);
    return stays;
}

/* Bytes that decide how text is passed over: brackets count outside of strings, the others inside too. */
enum { PLAIN, OPENS, CLOSES, QUOTE, BACKSLASH, NOTHING };
static const unsigned char marks[256] = {
    ['['] = OPENS, ['{'] = OPENS, [']'] = CLOSES, ['}'] = CLOSES, ['"'] = QUOTE, ['\\'] = BACKSLASH,
    [0] = NOTHING,
};

/* `at` stands behind the opening quote; behind the closing one, or where a zero byte is. */
static char *pass_over_string(char *at)
{
    for (;;) {
        while (marks[(unsigned char)*at] < QUOTE)
            at++;
        if (*at == '"')
            return at + 1;
        if (!*at || !*++at)
            return at;
        at++;                                /* the escaped one */
    }
}

/* From an opening bracket to behind the one that closes it. */
static bool pass_over(reader *r, af_json *value)
{
    char *start = r->at, *at = start;
    int depth = 0;
    do {
        unsigned char mark;
        while ((mark = marks[(unsigned char)*at]) == PLAIN)
            at++;
        if (mark == NOTHING)
            return fail(r, at, "a zero byte");
        depth += (mark == OPENS) - (mark == CLOSES);
        at++;
        if (mark == QUOTE)
            at = pass_over_string(at);
    } while (depth);
    r->at = at;
    *value = (af_json){.type = AF_JSON_UNREAD, .string = start, .count = (uint32_t)(at - start)};
    return true;
}

static bool read_member(reader *r)
{
    af_json_entry entry = {0};
    skip_blanks(r);
    if (*r->at != '"')
        return fail(r, r->at, *r->at == '\'' ? "a single quote" : "a key in double quotes is expected");
    r->at++;
    if (!read_string(r, &entry.key, &entry.length))
        return false;
    skip_blanks(r);
    if (*r->at != ':')
        return fail(r, r->at, "':' is expected behind a key");
    r->at++;
    skip_blanks(r);
    if (!(stays_text(r, &entry) ? pass_over(r, &entry.value) : read_value(r, &entry.value)))
        return false;
    *(af_json_entry *)push(r, sizeof entry) = entry;
    return true;
}

static bool read_object(reader *r, af_json *value)
{
    size_t from = r->stack.used;
    char *start = r->at;
    value->type = AF_JSON_OBJECT;
    if (opens_empty(r, '}'))
        return true;
    do {
        if (!read_member(r))
            return false;
        value->count++;
    } while (goes_on(r, '}'));
    push(r, sizeof(af_json_entry));           /* for the index */
    value->members = settle(r, from);
    return !r->fault && (keys_differ(r, value) || fail(r, start, "a key stands twice in one object"));
}

/* ---- values */

static bool read_word(reader *r, af_json *value)
{
    static const struct { const char *word; uint8_t type; int truth; } words[] = {
        {"true", AF_JSON_BOOL, 1}, {"false", AF_JSON_BOOL, 0}, {"null", AF_JSON_NULL, 0}};
    for (int i = 0; i < 3; i++) {
        size_t length = strlen(words[i].word);
        if (strncmp(r->at, words[i].word, length))
            continue;
        value->type = words[i].type;
        value->integer = words[i].truth;
        r->at += length;
        return true;
    }
    return fail(r, r->at,
                *r->at == 'N' || *r->at == 'I' ? "a bare word (NaN and Infinity are written \"nan\", \"inf\")"
                : *r->at == '\''               ? "a single quote"
                                               : "a value is expected");
}

static bool read_container(reader *r, af_json *value)
{
    if (r->depth == MOST_LEVELS)
        return fail(r, r->at, "more than 128 levels");
    r->depth++;
    bool read = *r->at == '[' ? read_array(r, value) : read_object(r, value);
    r->depth--;
    return read;
}

static bool read_value(reader *r, af_json *value)
{
    switch (*r->at) {
    case '{': case '[':
        return read_container(r, value);
    case '"':
        r->at++;
        value->type = AF_JSON_STRING;
        return read_string(r, &value->string, &value->count);
    case '-': case '0': case '1': case '2': case '3': case '4':
    case '5': case '6': case '7': case '8': case '9':
        return read_number(r, value);
    default:
        return read_word(r, value);
    }
}

/* ---- whole texts */

static void tell(const reader *r, const char *text, af_report *report, af_place place)
{
    for (size_t i = 0; i < (size_t)(r->where - r->text); i++) {
        bool newline = text[i] == '\n';
        place.line += newline;
        place.column = newline ? 1 : place.column ? place.column + 1 : 0;
    }
    af_fail(report, AF_BAD_DATA, place, NULL, "not JSON: %s", r->fault);
}

static bool read_text(reader *r, af_json *root)
{
    skip_blanks(r);
    if (!read_value(r, root))
        return false;
    skip_blanks(r);
    if (r->at < r->end)
        return fail(r, r->at, "something follows it");
    if (root->type == AF_JSON_NULL) {
        r->fault = "a null alone";
        r->where = r->at;
    }
    return !r->fault;
}

af_json *af_json_parse(const char *text, size_t length, af_report *report, af_place place)
{
    return af_json_parse_but(text, length, NULL, report, place);
}

af_json *af_json_parse_but(const char *text, size_t length, const char *const *unread, af_report *report,
                           af_place place)
{
    af_arena *arena = af_arena_new();
    json_document *document = af_new(arena, json_document);
    reader r = {.arena = arena, .unread = unread};
    document->arena = arena;
    if (length >= UINT32_MAX) {
        r.fault = "more than 4 GiB in one text";
    } else {
        r.text = r.at = af_copy_slice(arena, text, length);
        r.end = r.text + length;
        read_text(&r, &document->root);
    }
    af_memory_resize(r.stack.bytes, 0);
    if (!r.fault)
        return &document->root;
    if (report)
        tell(&r, text, report, place);
    af_arena_free(arena);
    return NULL;
}

void af_json_free(af_json *json)
{
    if (json)
        af_arena_free(((json_document *)json)->arena);
}
