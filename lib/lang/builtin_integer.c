/* Functions of 10 section 7.4 that give integers or read numbers: rounding, int, float, gcd, comb … */
#include "lang/builtin.h"
#include "lang/number.h"

#include <ctype.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- rounding to integers */

static int not_integer(const af_call *call, af_value value)
{
    return af_raise(call->evaluation, "TypeError", "'%s' object cannot be interpreted as an integer",
                    af_type_name(value));
}

static int whole_of(const af_call *call, double real, af_value *result)
{
    if (isnan(real))
        return af_raise(call->evaluation, "ValueError", "cannot convert float NaN to integer");
    if (isinf(real))
        return af_raise(call->evaluation, "OverflowError", "cannot convert float infinity to integer");
    *result = af_int_of_double(call->evaluation->arena, real);
    return 0;
}

static int call_whole(const af_function *self, const af_call *call, af_value *result)
{
    int handed;
    if (af_want_arguments(call, self->name, 1, 1))
        return -1;
    if ((handed = af_call_opaque(self, call, call->arguments, 1, result)) <= 0)
        return handed;
    af_value x = call->arguments[0];
    if (af_is_integer(x)) {
        *result = x.type == AF_BOOL ? af_int(x.truth) : x;
        return 0;
    }
    if (x.type != AF_REAL)
        return af_raise(call->evaluation, "TypeError", "must be real number, not %s", af_type_name(x));
    char what = *self->name;                    /* ceil, floor, trunc */
    return whole_of(call, what == 'c' ? ceil(x.real) : what == 'f' ? floor(x.real) : trunc(x.real), result);
}

/* To a multiple of 10**places, ties to the even one. */
static int round_integer(const af_call *call, af_value x, int64_t places, af_value *result)
{
    af_evaluation *e = call->evaluation;
    af_value unit, below, above, down;
    *result = x.type == AF_BOOL ? af_int(x.truth) : x;
    if (places <= 0)
        return 0;
    /* more than twice as much as any integer is */
    if (!af_int_power(e->arena, af_int(10), af_int(places), &unit)) {
        *result = af_int(0);
        return 0;
    }
    af_int_divide(e->arena, x, unit, &down, &below);
    af_int_subtract(e->arena, unit, below, &above);
    int order = af_int_compare(below, above);
    bool up = order > 0 || (!order && af_int_is_odd(down));
    return af_operate(e, up ? "+" : "-", x, up ? above : below, result);
}

/* A positive real to a multiple of 10**places, places > 0, by the exact decimal digits of the double. */
static double round_left_of_point(double real, int places)
{
    char digits[800];                                    /* more than a double has */
    snprintf(digits, sizeof digits, "%.780e", real);
    int power = atoi(strchr(digits, 'e') + 1);
    if (power < places - 1)
        return 0;
    if (power >= places)
        snprintf(digits, sizeof digits, "%.*e", power - places, real);
    else
        snprintf(digits, sizeof digits, real > 5 * pow(10, power) ? "1e%d" : "0e%d", places);
    af_parse_double(digits, &real);
    return real;
}

static int round_to_digits(const af_call *call, af_value x, int64_t digits, af_value *result)
{
    enum { MOST_DIGITS = 324, MOST_PLACES = 310 };       /* past them a double stays as it is, or becomes 0 */
    double real;
    if (af_is_integer(x))
        return round_integer(call, x, -digits, result);
    if (af_real_argument(call, x, &real))
        return -1;
    if (digits < 0 && isfinite(real) && real != 0)
        real = copysign(round_left_of_point(fabs(real), digits < -MOST_PLACES ? MOST_PLACES : (int)-digits),
                        real);
    else if (digits >= 0 && digits <= MOST_DIGITS && isfinite(real))
        af_parse_double(af_format(call->evaluation->arena, "%.*f", (int)digits, real), &real);
    if (isinf(real) && isfinite(x.real))
        return af_raise(call->evaluation, "OverflowError", "rounded value too large to represent");
    *result = af_real(real);
    return 0;
}

static int call_round(const af_function *self, const af_call *call, af_value *result)
{
    int handed;
    int64_t digits;
    static const char *const names[] = {"number", "ndigits"};
    af_value values[2];
    if (af_bind_arguments(call, "round()", names, 1, 2, values))
        return -1;
    if ((handed = af_call_opaque(self, call, call->arguments, call->count, result)) <= 0)
        return handed;
    if (values[1].type != AF_UNDEFINED && values[1].type != AF_NONE) {
        if (!af_is_integer(values[1]))
            return not_integer(call, values[1]);
        if (!af_int_fits(values[1], &digits) || digits > AF_BIG_MOST_BITS || digits < -AF_BIG_MOST_BITS)
            digits = af_int_sign(values[1]) * (int64_t)AF_BIG_MOST_BITS;
        return round_to_digits(call, values[0], digits, result);
    }
    if (af_is_integer(values[0])) {
        *result = values[0].type == AF_BOOL ? af_int(values[0].truth) : values[0];
        return 0;
    }
    double real;
    return af_real_argument(call, values[0], &real) ? -1 : whole_of(call, nearbyint(real), result);
}

/* A text without blanks around it, and its sign. */
typedef struct digits { const char *start; size_t length; bool negative; } digits;

static digits trimmed_digits(const char *text)
{
    static const char blanks[] = " \t\n\r\f\v";
    digits d = {.start = text + strspn(text, blanks)};
    d.length = strlen(d.start);
    while (d.length && strchr(blanks, d.start[d.length - 1]))
        d.length--;
    d.negative = *d.start == '-';
    if (*d.start == '-' || *d.start == '+')
        d.start++, d.length--;
    return d;
}

/* The base that 0x, 0o, 0b say; 10: none of them. */
static int prefix_base(const digits *d)
{
    const char letter = d->length > 2 && d->start[0] == '0' ? (char)(d->start[1] | 0x20) : 0;
    return letter == 'x' ? 16 : letter == 'o' ? 8 : letter == 'b' ? 2 : 10;
}

static int int_of_text(const af_call *call, const char *text, int64_t base, af_value *result)
{
    if (base != 0 && (base < 2 || base > 36))
        return af_raise(call->evaluation, "ValueError", "int() base must be >= 2 and <= 36, or 0");
    digits d = trimmed_digits(text);
    int prefixed = prefix_base(&d);
    if (prefixed != 10 && (base == 0 || base == prefixed)) {
        d.start += 2, d.length -= 2;
        d.start += *d.start == '_', d.length -= d.start[-1] == '_';
    }
    bool plain = base == 0 && prefixed == 10 && d.length > 1;
    bool zeros = plain && *d.start == '0' && strspn(d.start, "0_") < d.length;      /* 017 */
    if (zeros || !af_int_parse(call->evaluation->arena, d.start, d.length, base ? (int)base : prefixed,
                               result))
        return af_raise(call->evaluation, "ValueError", "invalid literal for int() with base %d: '%s'",
                        (int)base, text);
    if (d.negative)
        *result = af_int_negate(call->evaluation->arena, *result);
    return 0;
}

static int call_int(const af_function *self, const af_call *call, af_value *result)
{
    static const char *const names[] = {"x", "base"};
    af_evaluation *e = call->evaluation;
    af_value values[2];
    int handed;
    int64_t base = 10;
    if (af_bind_arguments(call, "int()", names, 0, 2, values))
        return -1;
    if ((handed = af_call_opaque(self, call, call->arguments, call->count, result)) <= 0)
        return handed;
    bool based = values[1].type != AF_UNDEFINED;
    af_value x = call->count ? values[0] : af_int(0);
    if (based && !af_is_integer(values[1]))
        return not_integer(call, values[1]);
    if (based && x.type != AF_STRING)
        return af_raise(e, "TypeError", "int() can't convert non-string with explicit base");
    if (based && !af_int_fits(values[1], &base))
        base = -1;
    if (x.type == AF_STRING)
        return int_of_text(call, x.string, base, result);
    if (x.type == AF_REAL)
        return whole_of(call, trunc(x.real), result);
    if (!af_is_integer(x))
        return af_raise(e, "TypeError", "int() argument must be a string or a real number, not '%s'",
                        af_type_name(x));
    *result = x.type == AF_BOOL ? af_int(x.truth) : x;
    return 0;
}

/* inf, infinity, nan in any case, or digits; single underscores may stand between digits. */
static bool real_of_text(af_arena *arena, const char *text, double *real)
{
    digits d = trimmed_digits(text);
    char *copy = af_copy_slice(arena, d.start, d.length), *to = copy;
    *real = !strcasecmp(copy, "inf") || !strcasecmp(copy, "infinity") ? INFINITY : NAN;
    bool word = isinf(*real) || !strcasecmp(copy, "nan");
    for (const char *from = copy; *from && !word; from++) {
        bool between = from > copy && isdigit((unsigned char)from[-1]) && isdigit((unsigned char)from[1]);
        if (!strchr("0123456789.eE+-_", *from) || (*from == '_' && !between))
            return false;
        if (*from != '_')
            *to++ = *from;
    }
    if (!word) {
        *to = 0;
        if (*copy == '-' || *copy == '+' || !af_parse_double(copy, real))
            return false;
    }
    *real = d.negative ? -*real : *real;
    return true;
}

static int call_float(const af_function *self, const af_call *call, af_value *result)
{
    int handed;
    double real = 0;
    if (af_want_arguments(call, "float", 0, 1))
        return -1;
    if ((handed = af_call_opaque(self, call, call->arguments, call->count, result)) <= 0)
        return handed;
    af_value x = call->count ? call->arguments[0] : af_int(0);
    if (x.type == AF_STRING && !real_of_text(call->evaluation->arena, x.string, &real))
        return af_raise(call->evaluation, "ValueError", "could not convert string to float: '%s'", x.string);
    if (x.type != AF_STRING && af_real_argument(call, x, &real))
        return -1;
    *result = af_real(real);
    return 0;
}

/* ---- integers: gcd, isqrt, factorial, comb, perm */

/* n × (n - 1) × … of k factors, divided by k! for combinations. */
static int falling_product(const af_call *call, af_value n, int64_t k, bool combinations, af_value *result)
{
    af_evaluation *e = call->evaluation;
    *result = af_int(1);
    for (int64_t i = 0; i < k; i++) {
        af_value factor;
        af_int_subtract(e->arena, n, af_int(i), &factor);       /* always fits: 0 <= i <= n */
        if (af_spend(e, 1, 0) || af_operate(e, "*", *result, factor, result))
            return -1;
        if (combinations)
            af_int_divide(e->arena, *result, af_int(i + 1), result, NULL);
    }
    return 0;
}

static int count_choices(const af_call *call, const char *name, af_value n, af_value k, af_value *result)
{
    bool combinations = *name == 'c';
    int64_t count;
    af_value rest;
    if (af_int_sign(n) < 0 || af_int_sign(k) < 0)
        return af_raise(call->evaluation, "ValueError", "%s must be a non-negative integer",
                        af_int_sign(n) < 0 ? "n" : "k");
    af_int_subtract(call->evaluation->arena, n, k, &rest);       /* always fits: neither is negative */
    if (combinations && af_int_sign(rest) >= 0 && af_int_compare(rest, k) < 0)
        k = rest;
    if (af_int_sign(rest) < 0) {
        *result = af_int(0);
        return 0;
    }
    if (!af_int_fits(k, &count))
        return af_raise(call->evaluation, "OverflowError", "k must not exceed 9223372036854775807");
    return falling_product(call, n, count, combinations, result);
}

/* comb(n, k), perm(n[, k]) */
static int call_choices(const af_function *self, const af_call *call, af_value *result)
{
    const af_value *x = call->arguments;
    bool perm = *self->name == 'p';
    if (af_want_arguments(call, self->name, perm ? 1 : 2, 2))
        return -1;
    af_value k = call->count == 1 || (perm && x[1].type == AF_NONE) ? x[0] : x[1];      /* all of them */
    if (!af_is_integer(x[0]) || !af_is_integer(k))
        return not_integer(call, af_is_integer(x[0]) ? k : x[0]);
    return count_choices(call, self->name, x[0], k, result);
}

/* factorial(n), isqrt(n) */
static int call_natural(const af_function *self, const af_call *call, af_value *result)
{
    if (af_want_arguments(call, self->name, 1, 1))
        return -1;
    af_value n = call->arguments[0];
    if (!af_is_integer(n))
        return not_integer(call, n);
    if (af_int_sign(n) < 0)
        return af_raise(call->evaluation, "ValueError", "%s() not defined for negative values", self->name);
    if (*self->name == 'f')
        return count_choices(call, "perm", n, n, result);
    *result = af_int_square_root(call->evaluation->arena, n);
    return 0;
}

static int call_gcd(const af_function *self, const af_call *call, af_value *result)
{
    *result = af_int(0);
    if (af_want_arguments(call, self->name, 0, INT_MAX))
        return -1;
    for (int i = 0; i < call->count; i++) {
        if (!af_is_integer(call->arguments[i]))
            return not_integer(call, call->arguments[i]);
        *result = af_int_common_divisor(call->evaluation->arena, *result, call->arguments[i]);
    }
    return 0;
}

#define PLAIN(n, f) {#n, f, false, NULL}
const af_function af_integer_functions[] = {
    PLAIN(ceil, call_whole), PLAIN(floor, call_whole), PLAIN(trunc, call_whole), PLAIN(round, call_round),
    PLAIN(int, call_int), PLAIN(float, call_float), PLAIN(gcd, call_gcd), PLAIN(isqrt, call_natural),
    PLAIN(factorial, call_natural), PLAIN(comb, call_choices), PLAIN(perm, call_choices),
    {NULL, NULL, false, NULL},
};
