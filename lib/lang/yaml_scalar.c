/* Plain scalars by YAML 1.2's rules, as the reference resolves them (10 section 4.1: verified table). */
#include "lang/number.h"
#include "lang/yaml.h"

#include <math.h>
#include <string.h>

typedef struct word { const char *text; af_type type; double value; } word;

static const word words[] = {
    {"~", AF_NONE, 0}, {"", AF_NONE, 0}, {"null", AF_NONE, 0}, {"Null", AF_NONE, 0}, {"NULL", AF_NONE, 0},
    {"true", AF_BOOL, 1}, {"True", AF_BOOL, 1}, {"TRUE", AF_BOOL, 1},
    {"false", AF_BOOL, 0}, {"False", AF_BOOL, 0}, {"FALSE", AF_BOOL, 0},
    {".inf", AF_REAL, INFINITY}, {".Inf", AF_REAL, INFINITY}, {".INF", AF_REAL, INFINITY},
    {"+.inf", AF_REAL, INFINITY}, {"+.Inf", AF_REAL, INFINITY}, {"+.INF", AF_REAL, INFINITY},
    {"-.inf", AF_REAL, -INFINITY}, {"-.Inf", AF_REAL, -INFINITY}, {"-.INF", AF_REAL, -INFINITY},
    {".nan", AF_REAL, NAN}, {".NaN", AF_REAL, NAN}, {".NAN", AF_REAL, NAN},
};

static bool find_word(const char *text, af_value *value)
{
    if (*text && !strchr("~nNtTfF.+-", *text))
        return false;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (!strcmp(words[i].text, text)) {
            *value = words[i].type == AF_NONE ? af_none()
                   : words[i].type == AF_BOOL ? af_bool(words[i].value != 0) : af_real(words[i].value);
            return true;
        }
    return false;
}

static size_t skip(const char *text, const char *set) { return strspn(text, set); }

/* Whether the text has a digit; the reference's patterns let underscores alone pass and then fail. */
static bool has_digit(const char *text) { return strpbrk(text, "0123456789abcdefABCDEF") != NULL; }

/* An int in one of the four bases: the base, or 0. `digits` is set to where they begin. */
static int integer_base(const char *text, const char **digits)
{
    static const struct { const char *prefix, *set; int base; } forms[] = {
        {"0b", "01_", 2}, {"0o", "01234567_", 8}, {"0x", "0123456789abcdefABCDEF_", 16},
        {"", "0123456789_", 10},
    };
    const char *p = text + (*text == '-' || *text == '+');
    if (p == text && *p == '_')
        return 0;                                        /* "_1" is a word, "-_1" is an int */
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        size_t n = strlen(forms[i].prefix);
        if (strncmp(p, forms[i].prefix, n))
            continue;
        size_t run = skip(p + n, forms[i].set);
        *digits = p + n;
        if (run && !p[n + run] && has_digit(p + n))
            return forms[i].base;
    }
    return 0;
}

/* [-+]?[0-9][0-9_]*(\.[0-9_]*)?([eE][-+]?[0-9]+)? with a point or an exponent, or
 * [-+]?\.[0-9_]+([eE][-+][0-9]+)? */
static bool is_real(const char *text)
{
    const char *p = text + (*text == '-' || *text == '+');
    bool leading = *p >= '0' && *p <= '9', marked = false;
    if (leading)
        p += skip(p, "0123456789_");
    if (*p == '.') {
        size_t run = skip(p + 1, "0123456789_");
        if (!leading && (!run || !has_digit(p)))
            return false;
        marked = true;
        p += 1 + run;
    } else if (!leading)
        return false;
    if (*p == 'e' || *p == 'E') {
        bool sign = p[1] == '-' || p[1] == '+';
        size_t run = skip(p + 1 + sign, "0123456789");
        if (!run || (!leading && !sign))
            return false;
        marked = true;
        p += 1 + sign + run;
    }
    return marked && !*p;
}

/* Without underscores. */
static char *bare(af_arena *arena, const char *text)
{
    char *copy = af_copy_text(arena, text), *to = copy;
    for (const char *p = text; *p; p++)
        if (*p != '_')
            *to++ = *p;
    *to = 0;
    return copy;
}

af_value af_yaml_scalar(af_arena *arena, const char *text, size_t length)
{
    char *copy = af_copy_slice(arena, text, length);
    af_value value;
    const char *digits;
    if (find_word(copy, &value))
        return value;
    if (!strchr("0123456789+-.", *copy))
        return af_string(copy);
    int base = integer_base(copy, &digits);
    if (base) {
        char *plain = bare(arena, digits);
        if (!af_int_parse(arena, plain, strlen(plain), base, &value))
            return af_string(copy);
        return *copy == '-' ? af_int_negate(arena, value) : value;
    }
    double real = 0;
    if (!is_real(copy))
        return af_string(copy);
    af_parse_double(bare(arena, copy), &real);
    return af_real(real);
}
