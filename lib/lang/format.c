/* str.format, and the specifications of its fields and of those of f-strings:
 * [[fill]align][sign][#][0][width][, or _][.precision][type], as Python has them. */
#include "lang/expression_tree.h"
#include "lang/number.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { WIDEST = 1 << 20 };                    /* characters of one field */

typedef struct layout {
    const char *fill; size_t fill_length;     /* one character */
    char align, sign, group, type;            /* 0: not given */
    bool alternative, zeros;
    int width, precision;                     /* precision -1: not given */
} layout;

enum { MOST_PRECISION = 1000 };

/* ---- conversions */

static void put_ascii(af_text *out, const char *text)
{
    while (*text) {
        unsigned char first = (unsigned char)*text++;
        int mask = first < 0x80 ? 0x7f : first < 0xe0 ? 0x1f : first < 0xf0 ? 0x0f : 0x07;
        uint32_t code = (uint32_t)(first & mask);
        for (; ((unsigned char)*text & 0xc0) == 0x80; text++)
            code = code << 6 | ((unsigned char)*text & 0x3f);
        af_text_printf(out, code < 0x80 ? "%c" : code < 0x100 ? "\\x%02x"
                          : code < 0x10000 ? "\\u%04x" : "\\U%08x", code);
    }
}

void af_convert(af_text *out, af_value value, char conversion)
{
    af_text repr = {0};
    if (conversion != 'r' && conversion != 'a') {
        af_print_str(out, value);
        return;
    }
    af_print_repr(conversion == 'r' ? out : &repr, value);
    if (conversion == 'a')
        put_ascii(out, repr.bytes);
    af_text_free(&repr);
}

/* ---- reading */

/* Of the first character of a text that is not empty. */
static size_t character_length(const char *text)
{
    size_t n = 1;
    while (((unsigned char)text[n] & 0xc0) == 0x80)
        n++;
    return n;
}

static int read_number(const char **s)
{
    enum { MOST = 1 << 30 };
    int number = 0;
    for (; isdigit((unsigned char)**s); ++*s)
        number = number < MOST / 10 ? number * 10 + **s - '0' : MOST;
    return number;
}

static char take(const char **s, const char *set) { return **s && strchr(set, **s) ? *(*s)++ : 0; }

static int read_layout(af_evaluation *e, const char *whole, layout *l)
{
    const char *s = whole;
    size_t first = character_length(s);
    *l = (layout){.fill = " ", .fill_length = 1, .precision = -1};
    bool filled = s[first] && strchr("<>=^", s[first]);
    if (filled) {
        l->fill = s, l->fill_length = first, l->align = s[first];
        s += first + 1;
    } else {
        l->align = take(&s, "<>=^");
    }
    l->sign = take(&s, "+- ");
    l->alternative = take(&s, "#");
    l->zeros = *s == '0';
    l->width = read_number(&s);
    l->group = take(&s, ",_");
    if (*s == '.') {
        s++;
        if (!isdigit((unsigned char)*s))
            return af_raise(e, "ValueError", "Format specifier missing precision");
        l->precision = read_number(&s);
    }
    l->type = take(&s, "bcdeEfFgGnosxX%");
    if (*s)
        return af_raise(e, "ValueError", "Invalid format specifier '%s'", whole);
    if (l->zeros && !filled)
        l->fill = "0";
    if (l->precision > MOST_PRECISION)
        return af_raise(e, "ValueError", "the precision in '%s' is too large", whole);
    if (l->width > WIDEST)
        return af_raise(e, "MemoryError", "the result is too large");
    return af_spend_text(e, l->width);
}

static int unknown_type(af_evaluation *e, const layout *l, af_value value)
{
    return af_raise(e, "ValueError", "Unknown format code '%c' for object of type '%s'", l->type,
                    af_type_name(value));
}

/* ---- numbers: a sign, a prefix, digits before the point, the rest */

typedef struct number_text { char sign; const char *prefix; af_text whole; const char *rest; } number_text;

/* Digits with `group` every `every` of them from the right, at least `least` bytes if they stand behind
 * zeros. */
static void put_grouped(af_text *out, const af_text *digits, char group, size_t every, size_t least)
{
    size_t count = digits->length, zeros = 0;
    while (count + zeros + (group ? (count + zeros - 1) / every : 0) < least)
        zeros++;
    for (size_t i = count + zeros; i-- > 0;) {
        af_text_add(out, i >= count ? "0" : &digits->bytes[count - 1 - i], 1);
        if (group && i && i % every == 0)
            af_text_add(out, &group, 1);
    }
}

static void pad(af_text *out, const layout *l, long count)
{
    char block[256];
    size_t at_once = sizeof block / l->fill_length;
    for (size_t i = 0; i < at_once; i++)
        memcpy(block + i * l->fill_length, l->fill, l->fill_length);
    for (; count > 0; count -= (long)at_once)
        af_text_add(out, block, (count < (long)at_once ? (size_t)count : at_once) * l->fill_length);
}

static void put_padded(af_text *out, const layout *l, char align, const char *text, size_t length,
                       long characters)
{
    long room = l->width > characters ? l->width - characters : 0;
    long left = align == '>' ? room : align == '^' ? room / 2 : 0;
    pad(out, l, left);
    af_text_add(out, text, length);
    pad(out, l, room - left);
}

static void put_number(af_text *out, const layout *l, const number_text *n)
{
    bool inside = l->align == '=' || (l->zeros && !l->align);
    bool digits = isdigit((unsigned char)n->whole.bytes[0]);
    size_t others = (size_t)(n->sign != 0) + strlen(n->prefix) + strlen(n->rest);
    bool longer = inside && l->fill[0] == '0' && digits && (size_t)l->width > others;
    size_t least = longer ? (size_t)l->width - others : 0;
    af_text body = {0}, text = {0};
    put_grouped(&body, &n->whole, digits ? l->group : 0, strchr("bcoxX", l->type) && l->type ? 4 : 3, least);
    af_text_puts(&body, n->rest);
    if (n->sign)
        af_text_add(&text, &n->sign, 1);
    af_text_puts(&text, n->prefix);
    if (inside) {
        af_text_add(out, text.bytes, text.length);
        pad(out, l, l->width - (long)(text.length + body.length));
        af_text_add(out, body.bytes, body.length);
    } else {
        af_text_add(&text, body.bytes, body.length);
        put_padded(out, l, l->align ? l->align : '>', text.bytes, text.length, (long)text.length);
    }
    af_text_free(&body);
    af_text_free(&text);
}

static char sign_of(const layout *l, bool negative)
{
    return negative ? '-' : l->sign == '+' || l->sign == ' ' ? l->sign : 0;
}

static int format_integer(af_evaluation *e, af_value value, const layout *l, af_text *out)
{
    int base = l->type == 'b' ? 2 : l->type == 'o' ? 8 : l->type == 'x' || l->type == 'X' ? 16 : 10;
    bool negative = af_int_sign(value) < 0;
    if (l->precision >= 0)
        return af_raise(e, "ValueError", "Precision not allowed in integer format specifier");
    if (l->group == ',' && base != 10)
        return af_raise(e, "ValueError", "Cannot specify ',' with '%c'.", l->type);
    const char *prefix = base == 10 ? "" : base == 2 ? "0b" : base == 8 ? "0o" : l->type == 'x' ? "0x" : "0X";
    number_text n = {.sign = sign_of(l, negative), .prefix = l->alternative ? prefix : "", .rest = ""};
    af_int_print(&n.whole, negative ? af_int_negate(e->arena, value) : value, base);
    for (size_t i = 0; i < n.whole.length && l->type == 'X'; i++)
        n.whole.bytes[i] = (char)toupper((unsigned char)n.whole.bytes[i]);
    put_number(out, l, &n);
    af_text_free(&n.whole);
    return 0;
}

/* Takes zeros away that stand before `end`, back to the point; with_point: and the point. */
static void drop_zeros(af_text *digits, size_t end, bool with_point)
{
    size_t from = end;
    while (digits->bytes[from - 1] == '0' && (with_point || digits->bytes[from - 2] != '.'))
        from--;
    from -= digits->bytes[from - 1] == '.';
    memmove(digits->bytes + from, digits->bytes + end, digits->length - end + 1);
    digits->length -= end - from;
}

/* Without type: the shortest digits that read back, or `precision` of them; one behind the point at least. */
static void print_general(af_text *digits, double real, int precision)
{
    char buffer[32];
    if (precision < 0) {
        af_text_add(digits, buffer, (size_t)af_real_text(buffer, real));
        return;
    }
    int decimals = precision > 1 ? precision - 1 : 0;
    af_text_printf(digits, "%.*e", decimals, real);
    size_t mark = strcspn(digits->bytes, "e");
    int power = atoi(digits->bytes + mark + 1);
    if (power < -4 || power >= decimals) {
        if (decimals)
            drop_zeros(digits, mark, true);
        return;
    }
    af_text_clear(digits);
    af_text_printf(digits, "%.*f", decimals - power, real);
    drop_zeros(digits, digits->length, false);
}

static int format_real(double real, const layout *l, af_text *out)
{
    af_text digits = {0};
    bool negative = signbit(real) && !isnan(real), percent = l->type == '%';
    char pattern[8] = "%.*f", type = percent || l->type == 'n' ? (percent ? 'f' : 'g') : l->type;
    real = fabs(real) * (percent ? 100 : 1);
    int precision = l->precision < 0 ? 6 : l->precision;
    if (!isfinite(real))
        af_text_printf(&digits, isupper((unsigned char)type) ? "%F" : "%f", real);
    else if (!type)
        print_general(&digits, real, l->precision);
    else {
        snprintf(pattern, sizeof pattern, l->alternative ? "%%#.*%c" : "%%.*%c", type);
        af_text_printf(&digits, pattern, precision, real);
    }
    if (percent)
        af_text_puts(&digits, "%");
    size_t whole = strspn(digits.bytes, "0123456789");
    whole = whole ? whole : digits.length;
    number_text n = {.sign = sign_of(l, negative), .prefix = "", .rest = digits.bytes + whole};
    af_text_add(&n.whole, digits.bytes, whole);
    put_number(out, l, &n);
    af_text_free(&n.whole);
    af_text_free(&digits);
    return 0;
}

static int format_number(af_evaluation *e, af_value value, const layout *l, af_text *out)
{
    bool integer = af_is_integer(value);
    double real;
    if (l->type == 's' || l->type == 'c' || (!integer && l->type && strchr("bdoxX", l->type)))
        return unknown_type(e, l, value);
    if (integer && (!l->type || strchr("bdnoxX", l->type)))
        return format_integer(e, value, l, out);
    if (integer && !af_int_to_double(value, &real))
        return af_raise(e, "OverflowError", "int too large to convert to float");
    return format_real(integer ? real : value.real, l, out);
}

/* ---- texts */

static int format_text(af_evaluation *e, af_value value, const layout *l, af_text *out)
{
    size_t length = 0;
    long characters = 0;
    if (l->type && l->type != 's')
        return unknown_type(e, l, value);
    if (l->sign || l->align == '=' || l->group || l->alternative)
        return af_raise(e, "ValueError",
                        "Sign, '#', '=' and grouping are not allowed in the format of a string");
    while (value.string[length] && (l->precision < 0 || characters < l->precision)) {
        length += character_length(value.string + length);
        characters++;
    }
    put_padded(out, l, l->align ? l->align : '<', value.string, length, characters);
    return 0;
}

int af_format_value(af_evaluation *e, af_value value, const char *specification, af_text *out)
{
    layout l;
    if (!*specification) {
        af_print_str(out, value);
        return 0;
    }
    if (!af_is_number(value) && value.type != AF_STRING)
        return af_raise(e, "TypeError", "unsupported format string passed to %s.__format__",
                        af_type_name(value));
    if (read_layout(e, specification, &l))
        return -1;
    return value.type == AF_STRING ? format_text(e, value, &l, out) : format_number(e, value, &l, out);
}

/* ---- str.format */

/* next: of the arguments without a number */
typedef struct filling { const af_call *call; int next, depth; } filling;

/* The argument of a number, a keyword, or "": the next one. */
static int argument_of(filling *f, const char *name, af_value *value)
{
    const af_call *call = f->call;
    int index = 0, positional = 0;
    while (positional < call->count && !(call->keywords && call->keywords[positional]))
        positional++;
    if (*name && !isdigit((unsigned char)*name)) {
        for (index = positional; index < call->count; index++)
            if (!strcmp(call->keywords[index], name)) {
                *value = call->arguments[index];
                return 0;
            }
        return af_raise(call->evaluation, "KeyError", "'%s'", name);
    }
    index = *name ? read_number(&name) : f->next++;
    if (index >= positional)
        return af_raise(call->evaluation, "IndexError",
                        "Replacement index %d out of range for positional args tuple", index);
    *value = call->arguments[index];
    return 0;
}

/* Follows .name and [key] from a value; a key of digits is an index. */
static int follow(af_evaluation *e, const char *s, af_value *value)
{
    while (*s) {
        char mark = *s++;
        size_t length = strcspn(s, mark == '[' ? "]" : ".[");
        const char *part = af_copy_slice(e->arena, s, length);
        af_value key = af_string(part);
        s += length;
        if (mark != '.' && mark != '[')
            return af_raise(e, "ValueError", "Only '.' or '[' may follow ']' in format field specifier");
        if (mark == '[' && *s++ != ']')
            return af_raise(e, "ValueError", "Missing ']' in format string");
        if (!length)
            return af_raise(e, "ValueError", "Empty attribute in format string");
        if (mark == '[' && isdigit((unsigned char)*part))
            key = af_int(read_number(&part));
        if (mark == '.' ? af_attribute(e, *value, part, value) : af_index(e, *value, key, value))
            return -1;
    }
    return af_usable(e, *value);
}

static int fill(filling *f, const char *s, const char *end, af_text *out);

/* NAME[!conversion], which ends at `end`, as a value. */
static int field_value(filling *f, const char *s, const char *end, af_value *value)
{
    af_evaluation *e = f->call->evaluation;
    const char *mark = memchr(s, '!', (size_t)(end - s)), *name_end = mark ? mark : end;
    const char *name = af_copy_slice(e->arena, s, (size_t)(name_end - s));
    size_t first = strcspn(name, ".[");
    if (argument_of(f, af_copy_slice(e->arena, name, first), value) || follow(e, name + first, value))
        return -1;
    if (!mark)
        return 0;
    if (mark + 2 != end || !strchr("rsa", mark[1]))
        return af_raise(e, "ValueError", "!r, !s or !a and a ':' are expected behind the name in a format");
    af_text text = {0};
    af_convert(&text, *value, mark[1]);
    return af_finish_text(e, &text, value);
}

/* One field, NAME[!conversion][:specification], which ends at `end`. */
static int fill_field(filling *f, const char *s, const char *end, af_text *out)
{
    af_evaluation *e = f->call->evaluation;
    const char *colon = memchr(s, ':', (size_t)(end - s));
    af_value value;
    af_text specification = {0};
    af_text_puts(&specification, "");
    int failed = field_value(f, s, colon ? colon : end, &value)
        || (colon && fill(f, colon + 1, end, &specification));
    failed = failed || af_format_value(e, value, specification.bytes, out);
    af_text_free(&specification);
    return failed ? -1 : af_spend(e, 1, (int64_t)out->length);
}

/* Where the field ends that begins at s; NULL: nowhere. */
static const char *field_end(const char *s, const char *end)
{
    int depth = 0;
    for (; s < end && (depth || *s != '}'); s++)
        depth += *s == '{' ? 1 : *s == '}' ? -1 : 0;
    return s < end ? s : NULL;
}

/* Fields may stand in the specifications of fields, but no deeper, as in Python. */
static int fill(filling *f, const char *s, const char *end, af_text *out)
{
    enum { DEEPEST = 2 };
    af_evaluation *e = f->call->evaluation;
    if (f->depth == DEEPEST)
        return af_raise(e, "ValueError", "Max string recursion exceeded");
    for (f->depth++; s < end; s++) {
        bool brace = *s == '{' || *s == '}';
        if (!brace || (s + 1 < end && s[1] == *s)) {
            af_text_add(out, s, 1);
            s += brace;
            continue;
        }
        const char *field = field_end(s + 1, end);
        if (*s == '}' || !field)
            return af_raise(e, "ValueError", *s == '{' ? "expected '}' before end of string"
                                                       : "Single '}' encountered in format string");
        if (fill_field(f, s + 1, field, out))
            return -1;
        s = field;
    }
    f->depth--;
    return 0;
}

int af_format_text(const af_call *call, const char *pattern, af_value *result)
{
    filling f = {.call = call};
    af_text out = {0};
    if (!fill(&f, pattern, pattern + strlen(pattern), &out))
        return af_finish_text(call->evaluation, &out, result);
    af_text_free(&out);
    return -1;
}
