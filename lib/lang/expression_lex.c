/* Tokens of expressions (10 section 7.2: NAME, NUMBER, STRING and signs). */
#include "lang/expression_lex.h"
#include "lang/number.h"

#include <ctype.h>
#include <string.h>

static const char *const signs[] = {"**", "//", "<<", ">>", "==", "!=", "<=", ">=", ":=", "->", "+", "-",
                                    "*",  "/",  "%",  "@",  "&",  "|",  "^",  "~",  "<",  ">",  "(", ")",
                                    "[",  "]",  "{",  "}",  ",",  ":",  ".",  "=",  ";",  "!",  NULL};

static bool starts_name(char c) { return isalpha((unsigned char)c) || c == '_' || (c & 0x80); }
static bool in_name(char c) { return starts_name(c) || isdigit((unsigned char)c); }

static af_token wrong(const char *start, size_t length, const char *what)
{
    return (af_token){.type = AF_TOKEN_WRONG, .start = start, .length = length, .text = what};
}

static const char *skip_blanks(const char *p, const af_dialect *dialect, bool brackets)
{
    for (;; p++) {
        if (*p == ' ' || *p == '\t' || *p == '\f' || *p == '\r'
            || (*p == '\n' && (brackets || dialect->jinja)))
            continue;
        if (*p != '#' || dialect->jinja)
            return p;
        while (p[1] && p[1] != '\n')
            p++;
    }
}

/* ---- numbers */

static size_t digits_at(const char *p, bool (*digit)(char c))
{
    size_t n = 0;
    while (digit(p[n]) || (p[n] == '_' && n && digit(p[n - 1]) && digit(p[n + 1])))
        n++;
    return n;
}
static bool is_decimal(char c) { return c >= '0' && c <= '9'; }
static bool is_hex(char c) { return isxdigit((unsigned char)c); }

/* A word that may follow a number at once: 1if x else 2. */
static bool starts_word(const char *p)
{
    static const char *const words[] = {"and", "else", "for", "if", "in", "is", "not", "or"};
    size_t n = 0;
    while (in_name(p[n]))
        n++;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strlen(words[i]) == n && !strncmp(words[i], p, n))
            return true;
    return false;
}

static af_token based_number(af_arena *arena, const char *p, int base)
{
    size_t prefix = p[2] == '_' ? 3 : 2, n = digits_at(p + prefix, is_hex);
    af_value value;
    if (!n || !af_int_parse(arena, p + prefix, n, base, &value))
        return wrong(p, n + prefix, "invalid number");
    return (af_token){.type = AF_TOKEN_NUMBER, .start = p, .length = n + prefix, .value = value};
}

static af_token real_number(af_arena *arena, const char *p, size_t length)
{
    char *bare = af_copy_slice(arena, p, length), *to = bare;
    for (const char *from = bare; *from; from++)
        if (*from != '_')
            *to++ = *from;
    *to = 0;
    double real = 0;
    af_parse_double(bare, &real);
    return (af_token){.type = AF_TOKEN_NUMBER, .start = p, .length = length, .value = af_real(real)};
}

/* Jinja wants digits on both sides of a point: `l.0` is an item. */
static af_token number(af_arena *arena, const char *p, const af_dialect *dialect)
{
    if (*p == '0' && strchr("xXoObB", p[1]) && p[1])
        return based_number(arena, p, tolower(p[1]) == 'x' ? 16 : tolower(p[1]) == 'o' ? 8 : 2);
    size_t n = digits_at(p, is_decimal), whole = n;
    bool real = false;
    if (p[n] == '.' && (!dialect->jinja || is_decimal(p[n + 1]))) {
        real = true;
        n++;
        n += digits_at(p + n, is_decimal);
    }
    if (p[n] == 'e' || p[n] == 'E') {
        size_t sign = p[n + 1] == '+' || p[n + 1] == '-';
        size_t exponent = digits_at(p + n + 1 + sign, is_decimal);
        if (exponent) {
            real = true;
            n += 1 + sign + exponent;
        }
    }
    if (in_name(p[n]) && !starts_word(p + n))
        return wrong(p, n + 1, "invalid decimal literal");
    if (real)
        return real_number(arena, p, n);
    if (*p == '0' && strspn(p, "0_") < whole)
        return wrong(p, whole, "leading zeros in decimal integer literals are not permitted");
    af_value value;
    if (!af_int_parse(arena, p, n, 10, &value))
        return wrong(p, n, "the number is too large");
    return (af_token){.type = AF_TOKEN_NUMBER, .start = p, .length = n, .value = value};
}

/* ---- strings */

static void add_code_point(af_text *out, unsigned long code)
{
    char bytes[4];
    size_t n = 0;
    if (code < 0x80) {
        bytes[n++] = (char)code;
    } else if (code < 0x800) {
        bytes[n++] = (char)(0xC0 | code >> 6);
        bytes[n++] = (char)(0x80 | (code & 0x3F));
    } else if (code < 0x10000) {
        bytes[n++] = (char)(0xE0 | code >> 12);
        bytes[n++] = (char)(0x80 | (code >> 6 & 0x3F));
        bytes[n++] = (char)(0x80 | (code & 0x3F));
    } else {
        bytes[n++] = (char)(0xF0 | code >> 18);
        bytes[n++] = (char)(0x80 | (code >> 12 & 0x3F));
        bytes[n++] = (char)(0x80 | (code >> 6 & 0x3F));
        bytes[n++] = (char)(0x80 | (code & 0x3F));
    }
    af_text_add(out, bytes, n);
}

/* NULL: not as many digits as there must be, or no character. */
static const char *numbered_escape(const char *p, int least, int most, int base, af_text *out)
{
    unsigned long code = 0;
    int n = 0;
    for (; n < most && (base == 16 ? is_hex(p[n]) : (p[n] >= '0' && p[n] < '8')); n++)
        code = code * (unsigned)base + (unsigned)(p[n] <= '9' ? p[n] - '0' : tolower(p[n]) - 'a' + 10);
    if (n < least || !code || code > 0x10ffff || (code >= 0xd800 && code < 0xe000))
        return NULL;
    add_code_point(out, code);
    return p + n;
}

const char *af_escape(const char *p, af_text *out)
{
    static const char letters[] = "abfnrtv\\'\"", codes[] = "\a\b\f\n\r\t\v\\'\"";
    const char *known = strchr(letters, *p);
    if (known) {
        af_text_add(out, &codes[known - letters], 1);
        return p + 1;
    }
    if (*p == '\n')
        return p + 1;
    if (*p == 'x' || *p == 'u' || *p == 'U') {
        int digits = *p == 'x' ? 2 : *p == 'u' ? 4 : 8;
        return numbered_escape(p + 1, digits, digits, 16, out);
    }
    if (*p >= '0' && *p < '8')
        return numbered_escape(p, 1, 3, 8, out);
    af_text_add(out, "\\", 1);
    af_text_add(out, p, 1);
    return p + 1;
}

static const char *skip_quoted(const char *p, bool format);

/* Behind the field of an f-string that begins at p, its closing brace included; NULL: it does not end. */
static const char *skip_field(const char *p)
{
    int depth = 0;
    bool specification = false;
    for (; *p; p++) {
        if (*p == '}' && !depth)
            return p + 1;
        if (!specification && (*p == '\'' || *p == '"')) {
            if (!(p = skip_quoted(p, tolower(p[-1]) == 'f')))
                return NULL;
            p--;
        } else if (strchr("([{", *p)) {
            depth++;
        } else if (strchr(")]}", *p)) {
            depth--;
        }
        specification |= *p == ':' && !depth;
    }
    return NULL;
}

/* Behind the string whose first quote stands at p; NULL: it does not end. Of f-strings the fields may hold
 * quotes of any kind. */
static const char *skip_quoted(const char *p, bool format)
{
    char quote = *p;
    bool triple = p[1] == quote && p[2] == quote;
    p += triple ? 3 : 1;
    for (;;) {
        if (!*p || (*p == '\n' && !triple))
            return NULL;
        if (*p == quote && (!triple || (p[1] == quote && p[2] == quote)))
            return p + (triple ? 3 : 1);
        if (*p == '\\' && p[1])
            p += 2;
        else if (format && p[0] == '{' && p[1] == '{')
            p += 2;
        else if (format && *p == '{') {
            if (!(p = skip_field(p + 1)))
                return NULL;
        } else
            p++;
    }
}

static af_token string(af_arena *arena, const char *start, const char *p, bool raw, bool format)
{
    const char *end = skip_quoted(p, format);
    if (!end)
        return wrong(start, strcspn(start, "\n"), "unterminated string literal");
    size_t quotes = p[1] == *p && p[2] == *p ? 3 : 1;
    af_text out = {0};
    for (p += quotes; p && p < end - quotes;) {
        if (*p != '\\' || raw || format)
            af_text_add(&out, p++, 1);
        else
            p = af_escape(p + 1, &out);
    }
    af_value value = af_string(af_copy_slice(arena, out.bytes, out.length));
    value.quoted = true;
    af_text_free(&out);
    if (!p)
        return wrong(start, (size_t)(end - start), "this string holds an escape for no character");
    return (af_token){.type = AF_TOKEN_STRING, .start = start, .length = (size_t)(end - start),
                      .value = value, .format = format, .raw = raw};
}

/* The length of a string's prefix letters at p, or 0 with *is_string false. */
static bool string_prefix(const char *p, bool *raw, bool *format, size_t *length)
{
    *raw = *format = false;
    size_t n = 0;
    for (; n < 2 && p[n] && strchr("rRfFuU", p[n]); n++) {
        *raw |= tolower(p[n]) == 'r';
        *format |= tolower(p[n]) == 'f';
    }
    *length = n;
    return p[n] == '"' || p[n] == '\'';
}

af_token af_next_token(af_arena *arena, const char *text, const af_dialect *dialect, bool brackets)
{
    const char *p = skip_blanks(text, dialect, brackets);
    bool raw, format;
    size_t prefix;
    if (!*p || *p == '\n')
        return (af_token){.type = AF_TOKEN_END, .start = p};
    if (dialect->jinja && !brackets) {
        const char *end = *p == '-' || *p == '+' ? p + 1 : p;
        if ((end[0] == '}' && end[1] == '}') || (end[0] == '%' && end[1] == '}'))
            return (af_token){.type = AF_TOKEN_END, .start = p};
    }
    if (string_prefix(p, &raw, &format, &prefix) && !(prefix && dialect->jinja))
        return string(arena, p, p + prefix, raw, format);
    if (is_decimal(*p) || (*p == '.' && is_decimal(p[1]) && !dialect->jinja))
        return number(arena, p, dialect);
    if (starts_name(*p)) {
        size_t n = 1;
        while (in_name(p[n]))
            n++;
        return (af_token){.type = AF_TOKEN_NAME, .start = p, .length = n, .text = af_copy_slice(arena, p, n)};
    }
    for (int i = 0; signs[i]; i++)
        if (!strncmp(p, signs[i], strlen(signs[i])))
            return (af_token){.type = AF_TOKEN_SIGN, .start = p, .length = strlen(signs[i]),
                              .text = signs[i]};
    return wrong(p, 1, "invalid character");
}
