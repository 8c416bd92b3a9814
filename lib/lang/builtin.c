/* The functions of 10 section 7.4. */
#include "lang/expression_tree.h"
#include "lang/number.h"

#include <math.h>
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
    bool finite = true;
    for (int i = 0; i < wanted; i++) {
        if (to_real(call, call->arguments[i], &x[i]))
            return -1;
        finite &= isfinite(x[i]) != 0;
    }
    double y = f->one ? f->one(x[0]) : f->two(x[0], x[1]);
    if (finite && (isnan(y) || (isinf(y) && f->one && x[0] <= 0)))
        return af_raise(call->evaluation, "ValueError", "math domain error");
    if (finite && isinf(y))
        return af_raise(call->evaluation, "OverflowError", "math range error");
    *result = af_real(y);
    return 0;
}

static double to_degrees(double x) { return x * (180.0 / M_PI); }
static double to_radians(double x) { return x * (M_PI / 180.0); }

#define ONE(n, f) {{#n, call_real, false, NULL}, f, NULL}
#define TWO(n, f) {{#n, call_real, false, NULL}, NULL, f}
static const real_function real_functions[] = {
    ONE(exp, exp),   ONE(expm1, expm1), ONE(log1p, log1p), ONE(log10, log10), ONE(sqrt, sqrt),   ONE(acos, acos),   ONE(asin, asin),
    ONE(atan, atan), ONE(cos, cos),     ONE(sin, sin),     ONE(tan, tan),     ONE(acosh, acosh), ONE(asinh, asinh), ONE(atanh, atanh),
    ONE(cosh, cosh), ONE(sinh, sinh),   ONE(tanh, tanh),   ONE(erf, erf),     ONE(erfc, erfc),   ONE(gamma, tgamma), ONE(lgamma, lgamma),
    ONE(fabs, fabs), ONE(degrees, to_degrees), ONE(radians, to_radians), TWO(atan2, atan2), TWO(copysign, copysign), TWO(fmod, fmod),
    TWO(remainder, remainder), TWO(hypot, hypot),
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
    if (call->arguments[0].type == AF_BIG && af_int_sign(call->arguments[0]) > 0) {
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

static int round_to_digits(const af_call *call, af_value x, int64_t digits, af_value *result)
{
    if (af_is_integer(x) && digits >= 0) {
        *result = x;
        return 0;
    }
    double real;
    if (to_real(call, x, &real))
        return -1;
    if (digits < 0) {
        double scale = pow(10, (double)-digits);
        real = nearbyint(real / scale) * scale;
    } else if (digits < 300 && isfinite(real)) {
        af_parse_double(af_format(call->evaluation->arena, "%.*f", (int)digits, real), &real);
    }
    *result = af_is_integer(x) ? af_int_of_double(call->evaluation->arena, real) : af_real(real);
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

static int call_int(const af_function *self, const af_call *call, af_value *result)
{
    int handed;
    if (call->count > 2)
        return fail_arguments(call, "int", 0, 2);
    if ((handed = call_opaque(self, call, call->arguments, call->count, result)) <= 0)
        return handed;
    af_value x = call->count ? call->arguments[0] : af_int(0);
    if (x.type == AF_REAL)
        return whole_of(call, trunc(x.real), result);
    if (af_is_integer(x)) {
        *result = x.type == AF_BOOL ? af_int(x.truth) : x;
        return 0;
    }
    if (x.type != AF_STRING)
        return af_raise(call->evaluation, "TypeError", "int() argument must be a string or a real number, not '%s'", af_type_name(x));
    int64_t base = 10;
    if (call->count == 2 && !af_int_fits(call->arguments[1], &base))
        base = 0;
    const char *s = x.string + strspn(x.string, " \t\n");
    size_t n = strlen(s);
    while (n && strchr(" \t\n", s[n - 1]))
        n--;
    bool negative = *s == '-';
    if (*s == '-' || *s == '+')
        s++, n--;
    if (base == 16 && s[0] == '0' && (s[1] == 'x' || s[1] == 'X'))
        s += 2, n -= 2;
    if (base < 2 || base > 36 || !af_int_parse(call->evaluation->arena, s, n, (int)base, result))
        return af_raise(call->evaluation, "ValueError", "invalid literal for int() with base %d: '%s'", (int)base, x.string);
    if (negative)
        *result = af_int_negate(call->evaluation->arena, *result);
    return 0;
}

static int call_float(const af_function *self, const af_call *call, af_value *result)
{
    int handed;
    double real = 0;
    if (call->count > 1)
        return fail_arguments(call, "float", 0, 1);
    if ((handed = call_opaque(self, call, call->arguments, call->count, result)) <= 0)
        return handed;
    if (call->count && call->arguments[0].type == AF_STRING) {
        const char *s = call->arguments[0].string;
        if (!strcasecmp(s, "infinity") || !strcasecmp(s, "+infinity") || !strcasecmp(s, "+inf"))
            real = INFINITY;
        else if (!strcasecmp(s, "-infinity"))
            real = -INFINITY;
        else if (!af_parse_double(af_copy_text(call->evaluation->arena, s + strspn(s, " \t\n")), &real))
            return af_raise(call->evaluation, "ValueError", "could not convert string to float: '%s'", s);
    } else if (call->count && to_real(call, call->arguments[0], &real)) {
        return -1;
    }
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
    bool compensated = false;
    for (int i = 0; i < items.count; i++) {
        af_value x = items.items[i];
        if (total.type == AF_REAL && x.type == AF_REAL && compensated) {
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

static int call_fsum(const af_function *self, const af_call *call, af_value *result)
{
    af_items items;
    (void)self;
    if (call->count != 1)
        return fail_arguments(call, "fsum", 1, 1);
    if (af_items_of(call->evaluation, call->arguments[0], &items))
        return -1;
    long double total = 0;                       /* 64 bits of mantissa: exact for what specs hold */
    for (int i = 0; i < items.count; i++) {
        double x;
        if (to_real(call, items.items[i], &x))
            return -1;
        total += x;
    }
    *result = af_real((double)total);
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

static int call_counting(const af_function *self, const af_call *call, af_value *result)
{
    af_arena *arena = call->evaluation->arena;
    int64_t n = 0, k = 0;
    for (int i = 0; i < call->count; i++)
        if (!af_is_integer(call->arguments[i]))
            return af_raise(call->evaluation, "TypeError", "'%s' object cannot be interpreted as an integer", af_type_name(call->arguments[i]));
    if (!strcmp(self->name, "gcd")) {
        *result = af_int(0);
        for (int i = 0; i < call->count; i++)
            *result = af_int_common_divisor(arena, *result, call->arguments[i]);
        return 0;
    }
    if (!call->count || call->count > 2)
        return fail_arguments(call, self->name, 1, 2);
    if (af_int_sign(call->arguments[0]) < 0)
        return af_raise(call->evaluation, "ValueError", "%s() needs an argument of at least 0", self->name);
    if (!strcmp(self->name, "isqrt")) {
        *result = af_int_square_root(arena, call->arguments[0]);
        return 0;
    }
    bool factorial = *self->name == 'f', whole = af_int_fits(call->arguments[0], &n);
    k = n;
    if (call->count == 2)
        whole &= af_int_fits(call->arguments[1], &k);
    if (!whole || k < 0 || n > 100000)
        return af_raise(call->evaluation, "ValueError", "%s(): the arguments are negative or too large", self->name);
    if (k > n) {
        *result = af_int(0);
        return 0;
    }
    if (*self->name == 'c' && k > n - k)
        k = n - k;
    af_value below;
    if (!af_int_product_of_range(arena, factorial ? 1 : n - k + 1, n, result) || !af_int_product_of_range(arena, 1, k, &below))
        return af_raise(call->evaluation, "OverflowError", "the result is too large");
    if (*self->name == 'c')
        af_int_divide(arena, *result, below, result, NULL);
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
    *result = af_bool(x[0] == x[1] || (difference <= x[2] * fmax(fabs(x[0]), fabs(x[1])) || difference <= x[3]));
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

static int call_dist(const af_function *self, const af_call *call, af_value *result)
{
    af_items a, b;
    double total = 0;
    if (call->count != 2)
        return fail_arguments(call, self->name, 2, 2);
    if (af_items_of(call->evaluation, call->arguments[0], &a) || af_items_of(call->evaluation, call->arguments[1], &b))
        return -1;
    for (int i = 0; i < a.count && i < b.count; i++) {
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
    af_range *range = af_new(call->evaluation->arena, af_range);
    double count = ceil(((double)x[1] - (double)x[0]) / (double)x[2]);
    *range = (af_range){x[0], x[2], count < 0 ? 0 : (int64_t)count};
    *result = (af_value){.type = AF_RANGE, .range = range};
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
    PLAIN(isclose, call_isclose), PLAIN(modf, call_parts), PLAIN(frexp, call_parts), PLAIN(ldexp, call_ldexp), PLAIN(dist, call_dist),
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
