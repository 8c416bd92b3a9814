/* The functions of 10 section 7.4. */
#include "lang/expression_tree.h"
#include "lang/number.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int fail_arguments(const af_call *call, const char *name, int least, int most)
{
    if (least == most)
        return af_raise(call->evaluation, "TypeError", "%s() takes %d argument%s (%d given)", name, least, least == 1 ? "" : "s", call->count);
    return af_raise(call->evaluation, "TypeError", "%s() takes from %d to %d arguments (%d given)", name, least, most, call->count);
}

/* Hands a call with an opaque argument to its owner. 1: none is opaque. */
static int call_opaque(const af_function *self, const af_call *call, const af_value *arguments, int count, af_value *result)
{
    for (int i = 0; i < count; i++)
        if (arguments[i].type == AF_OPAQUE) {
            const af_opaque *opaque = arguments[i].opaque;
            return opaque->kind->call(opaque, self->name, arguments, count, result, call->evaluation);
        }
    return 1;
}

/* ---- real functions of one or two numbers: rows of one table */

static double to_degrees(double x) { return x * (180.0 / M_PI); }
static double to_radians(double x) { return x * (M_PI / 180.0); }

/* Exact where the result is an integer that a double holds. */
static double gamma_of(double x)
{
    enum { LAST_EXACT = 23 };
    if (!(x >= 1 && x <= LAST_EXACT && x == floor(x)))
        return tgamma(x);
    double product = 1;
    for (double i = 2; i < x; i++)
        product *= i;
    return product;
}

typedef struct real_function { af_function function; double (*one)(double); double (*two)(double, double); } real_function;

static int to_real(const af_call *call, af_value value, double *real)
{
    if (!af_is_number(value))
        return af_raise(call->evaluation, "TypeError", "must be real number, not %s", af_type_name(value));
    *real = value.type == AF_REAL ? value.real : 0;
    if (value.type != AF_REAL && !af_int_to_double(value, real))
        return af_raise(call->evaluation, "OverflowError", "int too large to convert to float");
    return 0;
}

static int call_real(const af_function *self, const af_call *call, af_value *result)
{
    const real_function *f = (const real_function *)self;
    int wanted = f->one ? 1 : 2, handed;
    double x[2] = {0, 0};
    if (call->count != wanted)
        return fail_arguments(call, self->name, wanted, wanted);
    if ((handed = call_opaque(self, call, call->arguments, call->count, result)) <= 0)
        return handed;
    bool finite = true, nan = false;
    for (int i = 0; i < wanted; i++) {
        if (to_real(call, call->arguments[i], &x[i]))
            return -1;
        finite &= isfinite(x[i]) != 0;
        nan |= isnan(x[i]);
    }
    double y = f->one ? f->one(x[0]) : f->two(x[0], x[1]);
    if ((isnan(y) && !nan) || (finite && isinf(y) && f->one && x[0] <= 0))
        return af_raise(call->evaluation, "ValueError", "math domain error");
    if (finite && isinf(y) && f->one != to_degrees)
        return af_raise(call->evaluation, "OverflowError", "math range error");
    *result = af_real(y);
    return 0;
}


#define ONE(n, f) {{#n, call_real, false, NULL}, f, NULL}
#define TWO(n, f) {{#n, call_real, false, NULL}, NULL, f}
static const real_function real_functions[] = {
    ONE(exp, exp),   ONE(expm1, expm1), ONE(log1p, log1p), ONE(log10, log10), ONE(sqrt, sqrt),   ONE(acos, acos),   ONE(asin, asin),
    ONE(atan, atan), ONE(cos, cos),     ONE(sin, sin),     ONE(tan, tan),     ONE(acosh, acosh), ONE(asinh, asinh), ONE(atanh, atanh),
    ONE(cosh, cosh), ONE(sinh, sinh),   ONE(tanh, tanh),   ONE(erf, erf),     ONE(erfc, erfc),   ONE(gamma, gamma_of), ONE(lgamma, lgamma),
    ONE(fabs, fabs), ONE(degrees, to_degrees), ONE(radians, to_radians), TWO(atan2, atan2), TWO(copysign, copysign), TWO(fmod, fmod),
    TWO(remainder, remainder),
};

/* ---- logarithms: huge integers keep their precision */

static double log2_of_int(af_value value)
{
    long bits = af_int_bits(value), shift = bits > 1000 ? bits - 1000 : 0;
    af_arena *arena = af_arena_new();
    double real = 0;
    af_value shifted = value;
    af_int_shift(arena, value, -shift, &shifted);
    af_int_to_double(shifted, &real);
    af_arena_free(arena);
    return log2(real) + (double)shift;
}

static int call_log(const af_function *self, const af_call *call, af_value *result)
{
    bool binary = self->name[3] == '2';
    int handed;
    double x, base = 0;
    if (call->count < 1 || call->count > (binary ? 1 : 2))
        return fail_arguments(call, self->name, 1, binary ? 1 : 2);
    if ((handed = call_opaque(self, call, call->arguments, call->count, result)) <= 0)
        return handed;
    if (call->arguments[0].type == AF_BIG && af_int_sign(call->arguments[0]) > 0 && !af_int_to_double(call->arguments[0], &x)) {
        double two = log2_of_int(call->arguments[0]);
        x = binary ? two : two * M_LN2;
    } else {
        if (to_real(call, call->arguments[0], &x))
            return -1;
        if (x <= 0)
            return af_raise(call->evaluation, "ValueError", "math domain error");
        x = binary ? log2(x) : log(x);
    }
    if (call->count == 2) {
        if (to_real(call, call->arguments[1], &base))
            return -1;
        if (base <= 0 || base == 1)
            return af_raise(call->evaluation, base == 1 ? "ZeroDivisionError" : "ValueError", base == 1 ? "float division by zero" : "math domain error");
        x /= log(base);
    }
    *result = af_real(x);
    return 0;
}

/* ---- rounding to integers */

static int whole_of(const af_call *call, double real, af_value *result)
{
    if (!isfinite(real))
        return af_raise(call->evaluation, isnan(real) ? "ValueError" : "OverflowError", isnan(real) ? "cannot convert float NaN to integer"
                                                                                              : "cannot convert float infinity to integer");
    *result = af_int_of_double(call->evaluation->arena, real);
    return 0;
}

static int call_whole(const af_function *self, const af_call *call, af_value *result)
{
    int handed;
    if (call->count != 1)
        return fail_arguments(call, self->name, 1, 1);
    if ((handed = call_opaque(self, call, call->arguments, 1, result)) <= 0)
        return handed;
    af_value x = call->arguments[0];
    if (af_is_integer(x)) {
        *result = x.type == AF_BOOL ? af_int(x.truth) : x;
        return 0;
    }
    if (x.type != AF_REAL)
        return af_raise(call->evaluation, "TypeError", "must be real number, not %s", af_type_name(x));
    return whole_of(call, *self->name == 'c' ? ceil(x.real) : *self->name == 'f' ? floor(x.real) : trunc(x.real), result);
}

/* To a multiple of 10**places, ties to the even one. */
static int round_integer(const af_call *call, af_value x, int64_t places, af_value *result)
{
    af_evaluation *e = call->evaluation;
    af_value unit, rest, twice, down;
    if (places <= 0 || !af_int_sign(x)) {
        *result = x.type == AF_BOOL ? af_int(x.truth) : x;
        return 0;
    }
    if (places > 4 * af_int_bits(x)) {
        *result = af_int(0);
        return 0;
    }
    if (af_operate(e, "**", af_int(10), af_int(places), &unit))
        return -1;
    af_int_divide(e->arena, x, unit, &down, &rest);
    if (af_operate(e, "*", rest, af_int(2), &twice))
        return -1;
    int order = af_int_compare(twice, unit);
    bool up = order > 0 || (!order && af_int_is_odd(down));
    return af_operate(e, "-", x, rest, result) || (up && af_operate(e, "+", *result, unit, result)) ? -1 : 0;
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
        return round_integer(call, x, digits < -AF_BIG_MOST_BITS ? AF_BIG_MOST_BITS : -digits, result);
    if (to_real(call, x, &real))
        return -1;
    if (digits < 0 && isfinite(real) && real != 0)
        real = copysign(round_left_of_point(fabs(real), digits < -MOST_PLACES ? MOST_PLACES : (int)-digits), real);
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
    if ((handed = call_opaque(self, call, call->arguments, call->count, result)) <= 0)
        return handed;
    if (values[1].type != AF_UNDEFINED && values[1].type != AF_NONE) {
        if (!af_is_integer(values[1]) || !af_int_fits(values[1], &digits))
            return af_raise(call->evaluation, "TypeError", "'%s' object cannot be interpreted as an integer", af_type_name(values[1]));
        return round_to_digits(call, values[0], digits, result);
    }
    if (af_is_integer(values[0])) {
        *result = values[0].type == AF_BOOL ? af_int(values[0].truth) : values[0];
        return 0;
    }
    double real;
    return to_real(call, values[0], &real) ? -1 : whole_of(call, nearbyint(real), result);
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
    bool zeros = base == 0 && prefixed == 10 && d.length > 1 && *d.start == '0' && strspn(d.start, "0_") < d.length;   /* 017 */
    if (zeros || !af_int_parse(call->evaluation->arena, d.start, d.length, base ? (int)base : prefixed, result))
        return af_raise(call->evaluation, "ValueError", "invalid literal for int() with base %d: '%s'", (int)base, text);
    if (d.negative)
        *result = af_int_negate(call->evaluation->arena, *result);
    return 0;
}

static int call_int(const af_function *self, const af_call *call, af_value *result)
{
    int handed;
    int64_t base = 10;
    if (call->count > 2)
        return fail_arguments(call, "int", 0, 2);
    if ((handed = call_opaque(self, call, call->arguments, call->count, result)) <= 0)
        return handed;
    af_value x = call->count ? call->arguments[0] : af_int(0);
    if (call->count == 2 && !af_is_integer(call->arguments[1]))
        return af_raise(call->evaluation, "TypeError", "'%s' object cannot be interpreted as an integer", af_type_name(call->arguments[1]));
    if (call->count == 2 && x.type != AF_STRING)
        return af_raise(call->evaluation, "TypeError", "int() can't convert non-string with explicit base");
    if (call->count == 2 && !af_int_fits(call->arguments[1], &base))
        base = -1;
    if (x.type == AF_STRING)
        return int_of_text(call, x.string, base, result);
    if (x.type == AF_REAL)
        return whole_of(call, trunc(x.real), result);
    if (!af_is_integer(x))
        return af_raise(call->evaluation, "TypeError", "int() argument must be a string or a real number, not '%s'", af_type_name(x));
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
    if (call->count > 1)
        return fail_arguments(call, "float", 0, 1);
    if ((handed = call_opaque(self, call, call->arguments, call->count, result)) <= 0)
        return handed;
    af_value x = call->count ? call->arguments[0] : af_int(0);
    if (x.type == AF_STRING && !real_of_text(call->evaluation->arena, x.string, &real))
        return af_raise(call->evaluation, "ValueError", "could not convert string to float: '%s'", x.string);
    if (x.type != AF_STRING && to_real(call, x, &real))
        return -1;
    *result = af_real(real);
    return 0;
}

/* ---- sum, min, max, prod, len, abs … */

static int items_of_arguments(const af_call *call, af_items *items)
{
    int positional = 0;
    while (positional < call->count && !(call->keywords && call->keywords[positional]))
        positional++;
    if (positional == 1)
        return af_items_of(call->evaluation, call->arguments[0], items);
    *items = (af_items){positional, (af_value *)call->arguments};
    return 0;
}

/* CPython 3.12: compensated (Neumaier) as long as the items are floats (10 section 7.4). */
static int call_sum(const af_function *self, const af_call *call, af_value *result)
{
    af_items items;
    int handed;
    if (call->count < 1 || call->count > 2)
        return fail_arguments(call, "sum", 1, 2);
    if (af_items_of(call->evaluation, call->arguments[0], &items))
        return -1;
    if ((handed = call_opaque(self, call, items.items, items.count, result)) <= 0)
        return handed;
    af_value total = call->count == 2 ? call->arguments[1] : af_int(0);
    double correction = 0;
    bool compensated = total.type == AF_REAL;
    if (total.type == AF_STRING)
        return af_raise(call->evaluation, "TypeError", "sum() can't sum strings [use ''.join(seq) instead]");
    for (int i = 0; i < items.count; i++) {
        af_value x = items.items[i];
        if (x.type == AF_REAL && compensated) {
            double t = total.real + x.real;
            correction += fabs(total.real) >= fabs(x.real) ? (total.real - t) + x.real : (x.real - t) + total.real;
            total.real = t;
            continue;
        }
        if (af_operate(call->evaluation, "+", total, x, &total))
            return -1;
        compensated = total.type == AF_REAL;
    }
    if (total.type == AF_REAL && correction != 0 && isfinite(correction))
        total.real += correction;
    *result = total;
    return 0;
}

static int call_extreme(const af_function *self, const af_call *call, af_value *result)
{
    af_items items;
    int handed, sign = self->name[1] == 'a' ? 1 : -1;
    af_value key = af_undefined(), missing = af_undefined();
    for (int i = 0; i < call->count; i++)
        if (call->keywords && call->keywords[i])
            *(strcmp(call->keywords[i], "key") ? &missing : &key) = call->arguments[i];
    if (items_of_arguments(call, &items))
        return -1;
    if ((handed = call_opaque(self, call, items.items, items.count, result)) <= 0)
        return handed;
    if (!items.count && missing.type == AF_UNDEFINED)
        return af_raise(call->evaluation, "ValueError", "%s() iterable argument is empty", self->name);
    if (!items.count) {
        *result = missing;
        return 0;
    }
    af_value best = af_undefined();
    for (int i = 0; i < items.count; i++) {
        af_value weight = items.items[i];
        int order = 0;
        if (key.type != AF_UNDEFINED && af_call_value(call->evaluation, key, &items.items[i], 1, NULL, &weight))
            return -1;
        if (i && af_compare(call->evaluation, weight, best, &order))
            return -1;
        if (!i || (order != 2 && order * sign > 0)) {
            best = weight;
            *result = items.items[i];
        }
    }
    return 0;
}

static int call_prod(const af_function *self, const af_call *call, af_value *result)
{
    af_items items;
    int handed;
    if (call->count < 1 || af_items_of(call->evaluation, call->arguments[0], &items))
        return call->count < 1 ? fail_arguments(call, "prod", 1, 2) : -1;
    if ((handed = call_opaque(self, call, items.items, items.count, result)) <= 0)
        return handed;
    *result = call->count > 1 ? call->arguments[1] : af_int(1);
    for (int i = 0; i < items.count; i++)
        if (af_operate(call->evaluation, "*", *result, items.items[i], result))
            return -1;
    return 0;
}

/* Adds to a sum that is kept as partial sums without common bits, so that nothing is lost. */
static int add_exactly(double *partials, int count, double x)
{
    int kept = 0;
    for (int i = 0; i < count; i++) {
        double y = partials[i];
        if (fabs(x) < fabs(y)) {
            double other = x;
            x = y, y = other;
        }
        double high = x + y, low = y - (high - x);
        if (low != 0)
            partials[kept++] = low;
        x = high;
    }
    partials[kept++] = x;
    return kept;
}

/* The nearest double of the sum of partial sums, which grow: ties between the last two are decided by the one below. */
static double round_partials(const double *partials, int count)
{
    double high = count ? partials[--count] : 0, low = 0;
    while (count && low == 0) {
        double x = high, y = partials[--count];
        high = x + y;
        low = y - (high - x);
    }
    if (count && ((low < 0 && partials[count - 1] < 0) || (low > 0 && partials[count - 1] > 0))) {
        double twice = low * 2, next = high + twice;
        if (twice == next - high)
            high = next;
    }
    return high;
}

static int call_fsum(const af_function *self, const af_call *call, af_value *result)
{
    af_items items;
    double special = 0;
    int count = 0;
    if (call->count != 1)
        return fail_arguments(call, self->name, 1, 1);
    if (af_items_of(call->evaluation, call->arguments[0], &items))
        return -1;
    double *partials = af_new_array(call->evaluation->arena, double, items.count + 1);
    for (int i = 0; i < items.count; i++) {
        double x;
        if (to_real(call, items.items[i], &x))
            return -1;
        if (!isfinite(x))
            special += x;
        else
            count = add_exactly(partials, count, x);
    }
    double total = special != 0 ? special : round_partials(partials, count);
    if (special == 0 && !isfinite(total))
        return af_raise(call->evaluation, "OverflowError", "intermediate overflow in fsum");
    *result = af_real(total);
    return 0;
}

static int call_len(const af_function *self, const af_call *call, af_value *result)
{
    (void)self;
    if (call->count != 1)
        return fail_arguments(call, "len", 1, 1);
    af_value x = call->arguments[0];
    af_items items;
    if (x.type == AF_OBJECT && x.object->kind->count) {
        *result = af_int(x.object->kind->count(x.object));
        return 0;
    }
    if (x.type == AF_RANGE) {
        *result = af_int(x.range->count);
        return 0;
    }
    if (x.type == AF_ITERATOR || x.type == AF_OBJECT || af_is_number(x) || x.type == AF_NONE || x.type == AF_FUNCTION)
        return af_raise(call->evaluation, "TypeError", "object of type '%s' has no len()", af_type_name(x));
    if (af_items_of(call->evaluation, x, &items))
        return -1;
    *result = af_int(items.count);
    return 0;
}

static int call_abs(const af_function *self, const af_call *call, af_value *result)
{
    int handed;
    if (call->count != 1)
        return fail_arguments(call, "abs", 1, 1);
    if ((handed = call_opaque(self, call, call->arguments, 1, result)) <= 0)
        return handed;
    af_value x = call->arguments[0];
    if (af_is_integer(x))
        *result = af_int_sign(x) < 0 ? af_int_negate(call->evaluation->arena, x) : x.type == AF_BOOL ? af_int(x.truth) : x;
    else if (x.type == AF_REAL)
        *result = af_real(fabs(x.real));
    else
        return af_raise(call->evaluation, "TypeError", "bad operand type for abs(): '%s'", af_type_name(x));
    return 0;
}

static int call_pow(const af_function *self, const af_call *call, af_value *result)
{
    int handed;
    if (call->count < 2 || call->count > 3)
        return fail_arguments(call, "pow", 2, 3);
    if (call->count == 2 && (handed = call_opaque(self, call, call->arguments, 2, result)) <= 0)
        return handed;
    if (call->count == 2)
        return af_operate(call->evaluation, "**", call->arguments[0], call->arguments[1], result);
    for (int i = 0; i < 3; i++)
        if (!af_is_integer(call->arguments[i]))
            return af_raise(call->evaluation, "TypeError", "pow() 3rd argument not allowed unless all arguments are integers");
    if (!af_int_sign(call->arguments[2]) || af_int_sign(call->arguments[1]) < 0)
        return af_raise(call->evaluation, "ValueError", "pow() needs a modulus other than 0 and an exponent of at least 0");
    return af_int_power_modulo(call->evaluation->arena, call->arguments[0], call->arguments[1], call->arguments[2], result)
               ? 0 : af_raise(call->evaluation, "OverflowError", "the numbers are too large");
}

/* ---- integers: gcd, isqrt, factorial, comb, perm */

/* n × (n - 1) × … of k factors, divided by k! for combinations. */
static int falling_product(const af_call *call, af_value n, int64_t k, bool combinations, af_value *result)
{
    af_evaluation *e = call->evaluation;
    *result = af_int(1);
    for (int64_t i = 0; i < k; i++) {
        af_value factor;
        if (af_spend(e, 1, 0) || af_operate(e, "-", n, af_int(i), &factor) || af_operate(e, "*", *result, factor, result))
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
        return af_raise(call->evaluation, "ValueError", "%s() must be a non-negative integer", af_int_sign(n) < 0 ? "n" : "k");
    if (af_operate(call->evaluation, "-", n, k, &rest))
        return -1;
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

/* comb(n, k), perm(n[, k]), factorial(n), isqrt(n), gcd(…) */
static int call_counting(const af_function *self, const af_call *call, af_value *result)
{
    const af_value *x = call->arguments;
    int least = *self->name == 'c' ? 2 : 1, most = *self->name == 'c' || *self->name == 'p' ? 2 : 1;
    bool gcd = *self->name == 'g';
    if (!gcd && (call->count < least || call->count > most))
        return fail_arguments(call, self->name, least, most);
    for (int i = 0; i < call->count; i++)
        if (!af_is_integer(x[i]) && !(x[i].type == AF_NONE && *self->name == 'p' && i))
            return af_raise(call->evaluation, "TypeError", "'%s' object cannot be interpreted as an integer", af_type_name(x[i]));
    if (gcd) {
        *result = af_int(0);
        for (int i = 0; i < call->count; i++)
            *result = af_int_common_divisor(call->evaluation->arena, *result, x[i]);
        return 0;
    }
    if (most == 2)
        return count_choices(call, self->name, x[0], call->count == 2 && x[1].type != AF_NONE ? x[1] : x[0], result);
    if (af_int_sign(x[0]) < 0)
        return af_raise(call->evaluation, "ValueError", "%s() not defined for negative values", self->name);
    if (*self->name == 'f')
        return count_choices(call, "perm", x[0], x[0], result);
    *result = af_int_square_root(call->evaluation->arena, x[0]);
    return 0;
}

/* ---- tests of reals */

static int call_test(const af_function *self, const af_call *call, af_value *result)
{
    double x;
    if (call->count != 1 || to_real(call, call->arguments[0], &x))
        return call->count != 1 ? fail_arguments(call, self->name, 1, 1) : -1;
    *result = af_bool(self->name[2] == 'f' ? isfinite(x) != 0 : self->name[2] == 'i' ? isinf(x) != 0 : isnan(x) != 0);
    return 0;
}

static int call_isclose(const af_function *self, const af_call *call, af_value *result)
{
    static const char *const names[] = {"a", "b", "rel_tol", "abs_tol"};
    af_value values[4];
    double x[4] = {0, 0, 1e-9, 0};
    if (af_bind_arguments(call, self->name, names, 2, 4, values))
        return -1;
    for (int i = 0; i < 4; i++)
        if (values[i].type != AF_UNDEFINED && to_real(call, values[i], &x[i]))
            return -1;
    double difference = fabs(x[0] - x[1]);
    bool finite = isfinite(x[0]) && isfinite(x[1]);
    if (x[2] < 0 || x[3] < 0)
        return af_raise(call->evaluation, "ValueError", "tolerances must be non-negative");
    *result = af_bool(x[0] == x[1] || (finite && (difference <= x[2] * fmax(fabs(x[0]), fabs(x[1])) || difference <= x[3])));
    return 0;
}

static int call_parts(const af_function *self, const af_call *call, af_value *result)
{
    double x, whole;
    int exponent;
    if (call->count != 1 || to_real(call, call->arguments[0], &x))
        return call->count != 1 ? fail_arguments(call, self->name, 1, 1) : -1;
    *result = af_tuple_value(call->evaluation->arena, 2);
    if (*self->name == 'm') {
        result->list->items[0] = af_real(modf(x, &whole));
        result->list->items[1] = af_real(whole);
    } else {
        result->list->items[0] = af_real(frexp(x, &exponent));
        result->list->items[1] = af_int(exponent);
    }
    return 0;
}

static int call_ldexp(const af_function *self, const af_call *call, af_value *result)
{
    double x;
    int64_t n;
    if (call->count != 2 || to_real(call, call->arguments[0], &x) || !af_is_integer(call->arguments[1]) || !af_int_fits(call->arguments[1], &n))
        return fail_arguments(call, self->name, 2, 2);
    *result = af_real(ldexp(x, n > 5000 ? 5000 : n < -5000 ? -5000 : (int)n));
    return 0;
}

static int call_hypot(const af_function *self, const af_call *call, af_value *result)
{
    double total = 0;
    int handed = call_opaque(self, call, call->arguments, call->count, result);
    if (handed <= 0)
        return handed;
    for (int i = 0; i < call->count; i++) {
        double x;
        if (to_real(call, call->arguments[i], &x))
            return -1;
        total = hypot(total, x);
    }
    *result = af_real(total);
    return 0;
}

static int call_dist(const af_function *self, const af_call *call, af_value *result)
{
    af_items a, b;
    double total = 0;
    if (call->count != 2)
        return fail_arguments(call, self->name, 2, 2);
    if (af_items_of(call->evaluation, call->arguments[0], &a) || af_items_of(call->evaluation, call->arguments[1], &b))
        return -1;
    if (a.count != b.count)
        return af_raise(call->evaluation, "ValueError", "both points must have the same number of dimensions");
    for (int i = 0; i < a.count; i++) {
        double x, y;
        if (to_real(call, a.items[i], &x) || to_real(call, b.items[i], &y))
            return -1;
        total = hypot(total, x - y);
    }
    *result = af_real(total);
    return 0;
}

/* ---- making values */

static int call_range(const af_function *self, const af_call *call, af_value *result)
{
    int64_t x[3] = {0, 0, 1};
    if (call->count < 1 || call->count > 3)
        return fail_arguments(call, self->name, 1, 3);
    for (int i = 0; i < call->count; i++)
        if (!af_is_integer(call->arguments[i]) || !af_int_fits(call->arguments[i], &x[call->count == 1 ? 1 : i]))
            return af_raise(call->evaluation, "TypeError", "'%s' object cannot be interpreted as an integer", af_type_name(call->arguments[i]));
    if (!x[2])
        return af_raise(call->evaluation, "ValueError", "range() arg 3 must not be zero");
    *result = af_range_value(call->evaluation->arena, x[0], x[1], x[2]);
    return 0;
}

static int call_list(const af_function *self, const af_call *call, af_value *result)
{
    af_items items = {0, NULL};
    if (call->count > 1)
        return fail_arguments(call, self->name, 0, 1);
    if (call->count && af_items_of(call->evaluation, call->arguments[0], &items))
        return -1;
    *result = af_list_value(call->evaluation->arena, items.count);
    for (int i = 0; i < items.count; i++)
        result->list->items[i] = items.items[i];
    result->type = *self->name == 't' ? AF_TUPLE : AF_LIST;
    return 0;
}

static int call_str(const af_function *self, const af_call *call, af_value *result)
{
    af_text text = {0};
    if (call->count > 1)
        return fail_arguments(call, self->name, 0, 1);
    if (call->count)
        af_print_str(&text, call->arguments[0]);
    return af_finish_text(call->evaluation, &text, result);
}

static int call_bool(const af_function *self, const af_call *call, af_value *result)
{
    bool truth = false;
    if (call->count > 1)
        return fail_arguments(call, self->name, 0, 1);
    if (call->count && af_truth_of(call->evaluation, call->arguments[0], &truth))
        return -1;
    *result = af_bool(truth);
    return 0;
}

static af_value iterator(af_arena *arena, const char *name, int count)
{
    af_iterator *it = af_new(arena, af_iterator);
    *it = (af_iterator){.name = name, .count = count, .items = af_new_array(arena, af_value, count + 1)};
    return (af_value){.type = AF_ITERATOR, .iterator = it};
}

static int call_enumerate(const af_function *self, const af_call *call, af_value *result)
{
    af_items items;
    int64_t start = 0;
    if (call->count < 1 || call->count > 2)
        return fail_arguments(call, self->name, 1, 2);
    if (af_items_of(call->evaluation, call->arguments[0], &items))
        return -1;
    if (call->count == 2)
        af_int_fits(call->arguments[1], &start);
    *result = iterator(call->evaluation->arena, "enumerate", items.count);
    for (int i = 0; i < items.count; i++) {
        af_value pair = af_tuple_value(call->evaluation->arena, 2);
        pair.list->items[0] = af_int(start + i);
        pair.list->items[1] = items.items[i];
        result->iterator->items[i] = pair;
    }
    return 0;
}

/* In step over all iterables; the shortest ends it. */
static int call_map(const af_function *self, const af_call *call, af_value *result)
{
    af_evaluation *e = call->evaluation;
    int n = call->count - 1, length = INT32_MAX;
    if (n < 1)
        return fail_arguments(call, self->name, 2, 2);
    af_items *columns = af_new_array(e->arena, af_items, n);
    for (int k = 0; k < n; k++) {
        if (af_items_of(e, call->arguments[k + 1], &columns[k]))
            return -1;
        length = columns[k].count < length ? columns[k].count : length;
    }
    *result = iterator(e->arena, "map", length);
    af_value *row = af_new_array(e->arena, af_value, n);
    for (int i = 0; i < length; i++) {
        for (int k = 0; k < n; k++)
            row[k] = columns[k].items[i];
        if (af_call_value(e, call->arguments[0], row, n, NULL, &result->iterator->items[i]))
            return -1;
    }
    return 0;
}

static int call_getcwd(const af_function *self, const af_call *call, af_value *result)
{
    char path[4096];
    (void)self;
    *result = af_string(af_copy_text(call->evaluation->arena, getcwd(path, sizeof path) ? path : "."));
    result->quoted = true;
    return 0;
}

#define PLAIN(n, f) {#n, f, false, NULL}
static const af_function functions[] = {
    PLAIN(log, call_log), PLAIN(log2, call_log), PLAIN(ceil, call_whole), PLAIN(floor, call_whole), PLAIN(trunc, call_whole),
    PLAIN(round, call_round), PLAIN(int, call_int), PLAIN(float, call_float), PLAIN(sum, call_sum), PLAIN(min, call_extreme),
    PLAIN(max, call_extreme), PLAIN(prod, call_prod), PLAIN(fsum, call_fsum), PLAIN(len, call_len), PLAIN(abs, call_abs),
    PLAIN(pow, call_pow), PLAIN(gcd, call_counting), PLAIN(isqrt, call_counting), PLAIN(factorial, call_counting),
    PLAIN(comb, call_counting), PLAIN(perm, call_counting), PLAIN(isfinite, call_test), PLAIN(isinf, call_test), PLAIN(isnan, call_test),
    PLAIN(isclose, call_isclose), PLAIN(modf, call_parts), PLAIN(frexp, call_parts), PLAIN(ldexp, call_ldexp), PLAIN(dist, call_dist), PLAIN(hypot, call_hypot),
    PLAIN(range, call_range), PLAIN(list, call_list), PLAIN(tuple, call_list), PLAIN(str, call_str), PLAIN(bool, call_bool),
    PLAIN(enumerate, call_enumerate), PLAIN(map, call_map), PLAIN(getcwd, call_getcwd),
};
static const struct { const char *name; double value; } constants[] = {
    {"pi", M_PI}, {"e", M_E}, {"tau", 2 * M_PI}, {"inf", INFINITY}, {"nan", NAN},
};

const af_function *af_math_function(const char *name)
{
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
        if (!strcmp(functions[i].name, name))
            return &functions[i];
    for (size_t i = 0; i < sizeof real_functions / sizeof *real_functions; i++)
        if (!strcmp(real_functions[i].function.name, name))
            return &real_functions[i].function;
    return NULL;
}

void af_add_math_names(af_scope *scope)
{
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
        af_scope_set(scope, functions[i].name, af_function_value(&functions[i]));
    for (size_t i = 0; i < sizeof real_functions / sizeof *real_functions; i++)
        af_scope_set(scope, real_functions[i].function.name, af_function_value(&real_functions[i].function));
    for (size_t i = 0; i < sizeof constants / sizeof *constants; i++)
        af_scope_set(scope, constants[i].name, af_real(constants[i].value));
}
