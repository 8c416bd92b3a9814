/* Texts with % conversions, as Python's str % values has them: %[(name)][flags][width][.precision]type. */
#include "lang/expression_tree.h"
#include "lang/letter.h"

#include <ctype.h>
#include <string.h>

enum { WIDEST = 1 << 20, MOST_PRECISION = 1000 };

typedef struct filling {
    af_evaluation *evaluation;
    /* a tuple: one value for each conversion; a dict: values by name; else one value */
    af_value given;
    int next;                                     /* of the values that have no name */
    af_text text;
} filling;

typedef struct conversion {
    bool left, plus, blank, alternative, zeros;
    int64_t width, precision;                     /* precision -1: not given */
    char type;
    af_value value;
} conversion;

static int take_argument(filling *f, af_value *value)
{
    bool tuple = f->given.type == AF_TUPLE;
    if (f->next >= (tuple ? f->given.list->count : 1))
        return af_raise(f->evaluation, "TypeError", "not enough arguments for format string");
    *value = tuple ? f->given.list->items[f->next] : f->given;
    f->next++;
    return 0;
}

/* Behind (name); the value of that name. */
static int take_named(filling *f, const char **s, af_value *value)
{
    const char *end = strchr(*s, ')');
    if (!end)
        return af_raise(f->evaluation, "ValueError", "incomplete format key");
    const char *name = af_copy_slice(f->evaluation->arena, *s + 1, (size_t)(end - *s - 1));
    *s = end + 1;
    f->next = 1;
    if (f->given.type != AF_DICT)
        return af_raise(f->evaluation, "TypeError", "format requires a mapping");
    const af_value *named = af_dict_find(f->given, name);
    if (!named)
        return af_raise(f->evaluation, "KeyError", "'%s'", name);
    *value = *named;
    return 0;
}

/* A number, or * for one of the arguments. */
static int take_number(filling *f, const char **s, int64_t most, int64_t *number)
{
    *number = 0;
    if (**s == '*') {
        af_value value = af_none();
        ++*s;
        if (take_argument(f, &value))
            return -1;
        if (value.type != AF_INT)
            return af_raise(f->evaluation, "TypeError", "* wants int");
        *number = value.integer;
    }
    for (; isdigit((unsigned char)**s); ++*s)
        *number = *number <= most ? *number * 10 + **s - '0' : *number;
    return *number <= most && *number >= -most ? 0
        : af_raise(f->evaluation, "ValueError", "a format is wider than %lld", (long long)most);
}

static int read_conversion(filling *f, const char **s, conversion *c)
{
    bool named = **s == '(';
    *c = (conversion){.precision = -1};
    if (named && take_named(f, s, &c->value))
        return -1;
    for (; **s && strchr("-+ #0", **s); ++*s) {
        c->left |= **s == '-', c->plus |= **s == '+', c->blank |= **s == ' ';
        c->alternative |= **s == '#', c->zeros |= **s == '0';
    }
    if (take_number(f, s, WIDEST, &c->width))
        return -1;
    if (c->width < 0)
        c->left = true, c->width = -c->width;
    if (**s == '.') {
        ++*s;
        if (take_number(f, s, MOST_PRECISION, &c->precision))
            return -1;
        c->precision = c->precision < 0 ? 0 : c->precision;
    }
    while (**s && strchr("hlL", **s))
        ++*s;
    if (!**s)
        return af_raise(f->evaluation, "ValueError", "incomplete format");
    c->type = *(*s)++;
    return named || c->type == '%' ? 0 : take_argument(f, &c->value);
}

/* ---- one value: its sign or prefix, and the rest, between which zeros go */

static int text_of(filling *f, conversion *c, af_text *body)
{
    af_text text = {0};
    (c->type == 's' ? af_print_str : af_print_repr)(&text, c->value);
    const char *bytes = text.bytes ? text.bytes : "";
    size_t length = c->precision < 0 ? text.length
        : (size_t)(af_skip_characters(bytes, c->precision) - bytes);
    int failed = af_spend_text(f->evaluation, (int64_t)length);
    af_text_add(body, bytes, length);
    af_text_free(&text);
    c->zeros = false;
    return failed;
}

static int character_of(filling *f, conversion *c, af_text *body)
{
    c->zeros = false;
    if (c->value.type == AF_STRING && *c->value.string && !*af_skip_characters(c->value.string, 1))
        af_text_puts(body, c->value.string);
    else if (c->value.type == AF_INT && c->value.integer > 0 && c->value.integer < 0x110000)
        af_add_character(body, (uint32_t)c->value.integer);
    else if (c->value.type == AF_INT)
        return af_raise(f->evaluation, "OverflowError", "%%c arg not in range(0x110000)");
    else
        return af_raise(f->evaluation, "TypeError", "%%c requires int or char");
    return 0;
}

static void add_sign(const conversion *c, bool negative, af_text *sign)
{
    af_text_puts(sign, negative ? "-" : c->plus ? "+" : c->blank ? " " : "");
}

static int integer_of(filling *f, conversion *c, af_text *sign, af_text *body)
{
    bool decimal = strchr("diu", c->type);
    af_value value = c->value;
    if (!af_is_number(value) || (!decimal && value.type == AF_REAL))
        return af_raise(f->evaluation, "TypeError", "%%%c format: %s is required, not %s", c->type,
                        decimal ? "a real number" : "an integer", af_type_name(value));
    if (af_call_value(f->evaluation, af_function_value(af_math_function("int")), &value, 1, NULL, &value))
        return -1;
    af_text digits = {0};
    const char specification[2] = {decimal ? 'd' : c->type};
    if (af_format_value(f->evaluation, value, specification, &digits))
        return -1;
    bool negative = *digits.bytes == '-';
    add_sign(c, negative, sign);
    if (c->alternative && !decimal)
        af_text_printf(sign, "0%c", c->type);
    for (int64_t n = (int64_t)digits.length - negative; n < c->precision; n++)
        af_text_puts(body, "0");
    af_text_puts(body, digits.bytes + negative);
    af_text_free(&digits);
    return 0;
}

static int real_of(filling *f, conversion *c, af_text *sign, af_text *body)
{
    af_value value = c->value;
    if (!af_is_number(value))
        return af_raise(f->evaluation, "TypeError", "must be real number, not %s", af_type_name(value));
    if (af_call_value(f->evaluation, af_function_value(af_math_function("float")), &value, 1, NULL, &value))
        return -1;
    af_text digits = {0};
    const char *specification = af_format(f->evaluation->arena, "%s.%lld%c", c->alternative ? "#" : "",
                                          (long long)(c->precision < 0 ? 6 : c->precision), c->type);
    if (af_format_value(f->evaluation, value, specification, &digits))
        return -1;
    bool negative = *digits.bytes == '-';
    add_sign(c, negative, sign);
    af_text_puts(body, digits.bytes + negative);
    af_text_free(&digits);
    return 0;
}

static int convert(filling *f, conversion *c, af_text *sign, af_text *body)
{
    if (strchr("sr", c->type))
        return text_of(f, c, body);
    if (c->type == 'c')
        return character_of(f, c, body);
    return strchr("diuoxX", c->type) ? integer_of(f, c, sign, body) : real_of(f, c, sign, body);
}

static int add_conversion(filling *f, conversion *c)
{
    af_text sign = {0}, body = {0};
    int failed = convert(f, c, &sign, &body);
    const char *front = sign.bytes ? sign.bytes : "", *rest = body.bytes ? body.bytes : "";
    int64_t blanks = c->width - af_count_characters(front) - af_count_characters(rest);
    bool zeros = c->zeros && !c->left;
    for (int64_t i = 0; i < blanks && !zeros && !c->left; i++)
        af_text_puts(&f->text, " ");
    af_text_puts(&f->text, front);
    for (int64_t i = 0; i < blanks && zeros; i++)
        af_text_puts(&f->text, "0");
    af_text_puts(&f->text, rest);
    for (int64_t i = 0; i < blanks && c->left; i++)
        af_text_puts(&f->text, " ");
    af_text_free(&sign);
    af_text_free(&body);
    return failed || af_spend(f->evaluation, 1, (int64_t)f->text.length) ? -1 : 0;
}

static int fill(filling *f, const char *pattern)
{
    for (const char *s = pattern; *s;) {
        size_t plain = strcspn(s, "%");
        af_text_add(&f->text, s, plain);
        s += plain;
        if (!*s)
            break;
        conversion c;
        s++;
        if (read_conversion(f, &s, &c))
            return -1;
        if (c.type == '%')
            af_text_puts(&f->text, "%");
        else if (!strchr("srcdiuoxXeEfFgG", c.type))
            return af_raise(f->evaluation, "ValueError",
                            "unsupported format character '%.*s' (0x%x) at index %d",
                            (int)(af_skip_characters(s - 1, 1) - (s - 1)), s - 1, (unsigned char)c.type,
                            af_count_characters(pattern) - af_count_characters(s - 1));
        else if (add_conversion(f, &c))
            return -1;
    }
    bool tuple = f->given.type == AF_TUPLE, any = tuple
        || !(f->given.type == AF_DICT || f->given.type == AF_LIST || f->given.type == AF_RANGE);
    return any && f->next < (tuple ? f->given.list->count : 1)
        ? af_raise(f->evaluation, "TypeError", "not all arguments converted during string formatting") : 0;
}

int af_format_percent(af_evaluation *e, const char *pattern, af_value given, af_value *result)
{
    filling f = {.evaluation = e, .given = given};
    if (!fill(&f, pattern))
        return af_finish_text(e, &f.text, result);
    af_text_free(&f.text);
    return -1;
}
