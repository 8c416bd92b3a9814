/* The functions of 10 section 7.4. */
#include "lang/builtin.h"
#include "lang/number.h"

#include <math.h>
#include <string.h>
#include <unistd.h>

int af_fail_arguments(const af_call *call, const char *name, int least, int most)
{
    if (least == most)
        return af_raise(call->evaluation, "TypeError", "%s() takes %d argument%s (%d given)", name, least, least == 1 ? "" : "s", call->count);
    return af_raise(call->evaluation, "TypeError", "%s() takes from %d to %d arguments (%d given)", name, least, most, call->count);
}

int af_call_opaque(const af_function *self, const af_call *call, const af_value *arguments, int count, af_value *result)
{
    for (int i = 0; i < count; i++)
        if (arguments[i].type == AF_OPAQUE) {
            const af_opaque *opaque = arguments[i].opaque;
            return opaque->kind->call(opaque, self->name, arguments, count, result, call->evaluation);
        }
    return 1;
}

int af_real_argument(const af_call *call, af_value value, double *real)
{
    if (!af_is_number(value))
        return af_raise(call->evaluation, "TypeError", "must be real number, not %s", af_type_name(value));
    *real = value.type == AF_REAL ? value.real : 0;
    if (value.type != AF_REAL && !af_int_to_double(value, real))
        return af_raise(call->evaluation, "OverflowError", "int too large to convert to float");
    return 0;
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

static int call_real(const af_function *self, const af_call *call, af_value *result)
{
    const real_function *f = (const real_function *)self;
    int wanted = f->one ? 1 : 2, handed;
    double x[2] = {0, 0};
    if (call->count != wanted)
        return af_fail_arguments(call, self->name, wanted, wanted);
    if ((handed = af_call_opaque(self, call, call->arguments, call->count, result)) <= 0)
        return handed;
    bool finite = true, nan = false;
    for (int i = 0; i < wanted; i++) {
        if (af_real_argument(call, call->arguments[i], &x[i]))
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
        return af_fail_arguments(call, self->name, 1, binary ? 1 : 2);
    if ((handed = af_call_opaque(self, call, call->arguments, call->count, result)) <= 0)
        return handed;
    if (call->arguments[0].type == AF_BIG && af_int_sign(call->arguments[0]) > 0 && !af_int_to_double(call->arguments[0], &x)) {
        double two = log2_of_int(call->arguments[0]);
        x = binary ? two : two * M_LN2;
    } else {
        if (af_real_argument(call, call->arguments[0], &x))
            return -1;
        if (x <= 0)
            return af_raise(call->evaluation, "ValueError", "math domain error");
        x = binary ? log2(x) : log(x);
    }
    if (call->count == 2) {
        if (af_real_argument(call, call->arguments[1], &base))
            return -1;
        if (base <= 0 || base == 1)
            return af_raise(call->evaluation, base == 1 ? "ZeroDivisionError" : "ValueError", base == 1 ? "float division by zero" : "math domain error");
        x /= log(base);
    }
    *result = af_real(x);
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
        return af_fail_arguments(call, "sum", 1, 2);
    if (af_items_of(call->evaluation, call->arguments[0], &items))
        return -1;
    if ((handed = af_call_opaque(self, call, items.items, items.count, result)) <= 0)
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
    if ((handed = af_call_opaque(self, call, items.items, items.count, result)) <= 0)
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
        return call->count < 1 ? af_fail_arguments(call, "prod", 1, 2) : -1;
    if ((handed = af_call_opaque(self, call, items.items, items.count, result)) <= 0)
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
    bool opposite = false;
    int count = 0;
    if (call->count != 1)
        return af_fail_arguments(call, self->name, 1, 1);
    if (af_items_of(call->evaluation, call->arguments[0], &items))
        return -1;
    double *partials = af_new_array(call->evaluation->arena, double, items.count + 1);
    for (int i = 0; i < items.count; i++) {
        double x;
        if (af_real_argument(call, items.items[i], &x))
            return -1;
        opposite |= isinf(x) && isinf(special) && x != special;
        if (!isfinite(x))
            special += x;
        else
            count = add_exactly(partials, count, x);
    }
    if (isnan(special) && opposite)
        return af_raise(call->evaluation, "ValueError", "-inf + inf in fsum");
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
        return af_fail_arguments(call, "len", 1, 1);
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
        return af_fail_arguments(call, "abs", 1, 1);
    if ((handed = af_call_opaque(self, call, call->arguments, 1, result)) <= 0)
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
        return af_fail_arguments(call, "pow", 2, 3);
    if (call->count == 2 && (handed = af_call_opaque(self, call, call->arguments, 2, result)) <= 0)
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

/* ---- tests of reals */

static int call_test(const af_function *self, const af_call *call, af_value *result)
{
    double x;
    if (call->count != 1 || af_real_argument(call, call->arguments[0], &x))
        return call->count != 1 ? af_fail_arguments(call, self->name, 1, 1) : -1;
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
        if (values[i].type != AF_UNDEFINED && af_real_argument(call, values[i], &x[i]))
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
    if (call->count != 1 || af_real_argument(call, call->arguments[0], &x))
        return call->count != 1 ? af_fail_arguments(call, self->name, 1, 1) : -1;
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
    if (call->count != 2 || af_real_argument(call, call->arguments[0], &x) || !af_is_integer(call->arguments[1]) || !af_int_fits(call->arguments[1], &n))
        return af_fail_arguments(call, self->name, 2, 2);
    *result = af_real(ldexp(x, n > 5000 ? 5000 : n < -5000 ? -5000 : (int)n));
    return 0;
}

static int call_hypot(const af_function *self, const af_call *call, af_value *result)
{
    double total = 0;
    int handed = af_call_opaque(self, call, call->arguments, call->count, result);
    if (handed <= 0)
        return handed;
    for (int i = 0; i < call->count; i++) {
        double x;
        if (af_real_argument(call, call->arguments[i], &x))
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
        return af_fail_arguments(call, self->name, 2, 2);
    if (af_items_of(call->evaluation, call->arguments[0], &a) || af_items_of(call->evaluation, call->arguments[1], &b))
        return -1;
    if (a.count != b.count)
        return af_raise(call->evaluation, "ValueError", "both points must have the same number of dimensions");
    for (int i = 0; i < a.count; i++) {
        double x, y;
        if (af_real_argument(call, a.items[i], &x) || af_real_argument(call, b.items[i], &y))
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
        return af_fail_arguments(call, self->name, 1, 3);
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
        return af_fail_arguments(call, self->name, 0, 1);
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
        return af_fail_arguments(call, self->name, 0, 1);
    if (call->count)
        af_print_str(&text, call->arguments[0]);
    return af_finish_text(call->evaluation, &text, result);
}

static int call_bool(const af_function *self, const af_call *call, af_value *result)
{
    bool truth = false;
    if (call->count > 1)
        return af_fail_arguments(call, self->name, 0, 1);
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
        return af_fail_arguments(call, self->name, 1, 2);
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
        return af_fail_arguments(call, self->name, 2, 2);
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
    PLAIN(log, call_log), PLAIN(log2, call_log), PLAIN(sum, call_sum), PLAIN(min, call_extreme), PLAIN(max, call_extreme),
    PLAIN(prod, call_prod), PLAIN(fsum, call_fsum), PLAIN(len, call_len), PLAIN(abs, call_abs), PLAIN(pow, call_pow),
    PLAIN(isfinite, call_test), PLAIN(isinf, call_test), PLAIN(isnan, call_test), PLAIN(isclose, call_isclose),
    PLAIN(modf, call_parts), PLAIN(frexp, call_parts), PLAIN(ldexp, call_ldexp), PLAIN(dist, call_dist), PLAIN(hypot, call_hypot),
    PLAIN(range, call_range), PLAIN(list, call_list), PLAIN(tuple, call_list), PLAIN(str, call_str), PLAIN(bool, call_bool),
    PLAIN(enumerate, call_enumerate), PLAIN(map, call_map), PLAIN(getcwd, call_getcwd), {NULL, NULL, false, NULL},
};
static const struct { const char *name; double value; } constants[] = {
    {"pi", M_PI}, {"e", M_E}, {"tau", 2 * M_PI}, {"inf", INFINITY}, {"nan", NAN},
};

static const af_function *const tables[] = {functions, af_integer_functions};
enum { N_TABLES = 2, N_REAL_FUNCTIONS = sizeof real_functions / sizeof *real_functions };

const af_function *af_math_function(const char *name)
{
    for (int t = 0; t < N_TABLES; t++)
        for (const af_function *f = tables[t]; f->name; f++)
            if (!strcmp(f->name, name))
                return f;
    for (int i = 0; i < N_REAL_FUNCTIONS; i++)
        if (!strcmp(real_functions[i].function.name, name))
            return &real_functions[i].function;
    return NULL;
}

void af_add_math_names(af_scope *scope)
{
    for (int t = 0; t < N_TABLES; t++)
        for (const af_function *f = tables[t]; f->name; f++)
            af_scope_set(scope, f->name, af_function_value(f));
    for (int i = 0; i < N_REAL_FUNCTIONS; i++)
        af_scope_set(scope, real_functions[i].function.name, af_function_value(&real_functions[i].function));
    for (size_t i = 0; i < sizeof constants / sizeof *constants; i++)
        af_scope_set(scope, constants[i].name, af_real(constants[i].value));
}
