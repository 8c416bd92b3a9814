/* The functions of 10 section 7.4: those of reals, and all by name. */
#include "lang/builtin.h"
#include "lang/number.h"

#include <fenv.h>
#include <limits.h>
#include <math.h>
#include <string.h>

int af_want_arguments(const af_call *call, const char *name, int least, int most)
{
    af_evaluation *e = call->evaluation;
    for (int i = 0; i < call->count; i++)
        if (call->keywords && call->keywords[i])
            return af_raise(e, "TypeError", "%s() takes no keyword arguments", name);
    if (call->count >= least && call->count <= most)
        return 0;
    if (most == INT_MAX)
        return af_raise(e, "TypeError", "%s() takes at least %d arguments (%d given)", name, least,
                        call->count);
    if (least < most)
        return af_raise(e, "TypeError", "%s() takes from %d to %d arguments (%d given)", name, least, most,
                        call->count);
    return af_raise(e, "TypeError", "%s() takes %d argument%s (%d given)", name, least,
                    least == 1 ? "" : "s", call->count);
}

int af_call_opaque(const af_function *self, const af_call *call, const af_value *arguments, int count,
                   af_value *result)
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
    if (value.type == AF_REAL)
        *real = value.real;
    else if (!af_int_to_double(value, real))
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

typedef struct real_function {
    af_function function;
    double (*one)(double);
    double (*two)(double, double);
} real_function;

static int call_real(const af_function *self, const af_call *call, af_value *result)
{
    const real_function *f = (const real_function *)self;
    int wanted = f->one ? 1 : 2, handed;
    double x[2] = {0, 0};
    if (af_want_arguments(call, self->name, wanted, wanted))
        return -1;
    if ((handed = af_call_opaque(self, call, call->arguments, call->count, result)) <= 0)
        return handed;
    bool finite = true, nan = false;
    for (int i = 0; i < wanted; i++) {
        if (af_real_argument(call, call->arguments[i], &x[i]))
            return -1;
        finite &= isfinite(x[i]) != 0;
        nan |= isnan(x[i]);
    }
    feclearexcept(FE_DIVBYZERO);
    double y = f->one ? f->one(x[0]) : f->two(x[0], x[1]);
    bool infinite = finite && isinf(y) && f->one != to_degrees, pole = infinite && fetestexcept(FE_DIVBYZERO);
    if (pole || (isnan(y) && !nan))
        return af_raise(call->evaluation, "ValueError", "math domain error");
    if (infinite)
        return af_raise(call->evaluation, "OverflowError", "math range error");
    *result = af_real(y);
    return 0;
}

#define ONE(n, f) {{#n, call_real, false, NULL}, f, NULL}
#define TWO(n, f) {{#n, call_real, false, NULL}, NULL, f}
static const real_function real_functions[] = {
    ONE(exp, exp), ONE(expm1, expm1), ONE(log1p, log1p), ONE(log10, log10), ONE(sqrt, sqrt), ONE(acos, acos),
    ONE(asin, asin), ONE(atan, atan), ONE(cos, cos), ONE(sin, sin), ONE(tan, tan), ONE(acosh, acosh),
    ONE(asinh, asinh), ONE(atanh, atanh), ONE(cosh, cosh), ONE(sinh, sinh), ONE(tanh, tanh), ONE(erf, erf),
    ONE(erfc, erfc), ONE(gamma, gamma_of), ONE(lgamma, lgamma), ONE(fabs, fabs), ONE(degrees, to_degrees),
    ONE(radians, to_radians), TWO(atan2, atan2), TWO(copysign, copysign), TWO(fmod, fmod),
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

/* The natural or the binary one; of a positive number. */
static int log_of(const af_call *call, af_value value, bool binary, double *logarithm)
{
    double x = af_as_double(value);                     /* infinite for integers past the largest double */
    if (value.type != AF_BIG && af_real_argument(call, value, &x))
        return -1;
    if (x <= 0)
        return af_raise(call->evaluation, "ValueError", "math domain error");
    if (value.type == AF_BIG && isinf(x))
        *logarithm = log2_of_int(value) * (binary ? 1 : M_LN2);
    else
        *logarithm = binary ? log2(x) : log(x);
    return 0;
}

static int call_log(const af_function *self, const af_call *call, af_value *result)
{
    bool binary = self->name[3] == '2';
    int handed;
    double x, base = 1;
    if (af_want_arguments(call, self->name, 1, binary ? 1 : 2))
        return -1;
    if ((handed = af_call_opaque(self, call, call->arguments, call->count, result)) <= 0)
        return handed;
    if (log_of(call, call->arguments[0], binary, &x)
        || (call->count == 2 && log_of(call, call->arguments[1], false, &base)))
        return -1;
    if (base == 0)
        return af_raise(call->evaluation, "ZeroDivisionError", "float division by zero");
    *result = af_real(x / base);
    return 0;
}

/* ---- abs and pow */

static int call_abs(const af_function *self, const af_call *call, af_value *result)
{
    int handed;
    if (af_want_arguments(call, "abs", 1, 1))
        return -1;
    if ((handed = af_call_opaque(self, call, call->arguments, 1, result)) <= 0)
        return handed;
    af_value x = call->arguments[0];
    if (af_is_integer(x))
        *result = af_int_sign(x) < 0 ? af_int_negate(call->evaluation->arena, x)
                                     : x.type == AF_BOOL ? af_int(x.truth) : x;
    else if (x.type == AF_REAL)
        *result = af_real(fabs(x.real));
    else
        return af_raise(call->evaluation, "TypeError", "bad operand type for abs(): '%s'", af_type_name(x));
    return 0;
}

static int call_pow(const af_function *self, const af_call *call, af_value *result)
{
    static const char *const names[] = {"base", "exp", "mod"};
    af_evaluation *e = call->evaluation;
    af_value values[3];
    int handed;
    if (af_bind_arguments(call, "pow()", names, 2, 3, values))
        return -1;
    if (values[2].type == AF_UNDEFINED || values[2].type == AF_NONE) {
        if ((handed = af_call_opaque(self, call, values, 2, result)) <= 0)
            return handed;
        return af_operate(e, "**", values[0], values[1], result);
    }
    for (int i = 0; i < 3; i++)
        if (!af_is_integer(values[i]))
            return af_raise(e, "TypeError",
                            "pow() 3rd argument not allowed unless all arguments are integers");
    if (!af_int_sign(values[2]) || af_int_sign(values[1]) < 0)
        return af_raise(e, "ValueError", "pow() needs a modulus other than 0 and an exponent of at least 0");
    bool fits = af_int_power_modulo(e->arena, values[0], values[1], values[2], result);
    return fits ? 0 : af_raise(e, "OverflowError", "the numbers are too large");
}

/* ---- tests of reals */

static int call_test(const af_function *self, const af_call *call, af_value *result)
{
    double x;
    if (af_want_arguments(call, self->name, 1, 1) || af_real_argument(call, call->arguments[0], &x))
        return -1;
    char what = self->name[2];                  /* isfinite, isinf, isnan */
    *result = af_bool(what == 'f' ? isfinite(x) : what == 'i' ? isinf(x) : isnan(x));
    return 0;
}

static int call_isclose(const af_function *self, const af_call *call, af_value *result)
{
    static const char *const names[] = {"a", "b", "rel_tol", "abs_tol"};
    af_value values[4];
    double x[4] = {0, 0, 1e-9, 0};
    (void)self;
    if (af_bind_arguments(call, "isclose()", names, 2, 4, values))
        return -1;
    for (int i = 0; i < 4; i++)
        if (values[i].type != AF_UNDEFINED && af_real_argument(call, values[i], &x[i]))
            return -1;
    double difference = fabs(x[0] - x[1]), largest = fmax(fabs(x[0]), fabs(x[1]));
    if (x[2] < 0 || x[3] < 0)
        return af_raise(call->evaluation, "ValueError", "tolerances must be non-negative");
    *result = af_bool(x[0] == x[1] || (difference < INFINITY && difference <= fmax(x[2] * largest, x[3])));
    return 0;
}

static int call_parts(const af_function *self, const af_call *call, af_value *result)
{
    double x, whole;
    int exponent;
    if (af_want_arguments(call, self->name, 1, 1) || af_real_argument(call, call->arguments[0], &x))
        return -1;
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
    enum { FARTHEST = 5000 };                     /* past it every double becomes 0 or infinite */
    double x, y;
    int64_t n;
    if (af_want_arguments(call, self->name, 2, 2) || af_real_argument(call, call->arguments[0], &x))
        return -1;
    af_value power = call->arguments[1];
    if (!af_is_integer(power))
        return af_raise(call->evaluation, "TypeError", "Expected an int as second argument to ldexp, not %s",
                        af_type_name(power));
    if (!af_int_fits(power, &n))
        n = af_int_sign(power) * (int64_t)FARTHEST;
    y = ldexp(x, n > FARTHEST ? FARTHEST : n < -FARTHEST ? -FARTHEST : (int)n);
    if (isinf(y) && isfinite(x))
        return af_raise(call->evaluation, "OverflowError", "math range error");
    *result = af_real(y);
    return 0;
}

static int call_hypot(const af_function *self, const af_call *call, af_value *result)
{
    double total = 0;
    int handed;
    if (af_want_arguments(call, self->name, 0, INT_MAX))
        return -1;
    if ((handed = af_call_opaque(self, call, call->arguments, call->count, result)) <= 0)
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
    if (af_want_arguments(call, self->name, 2, 2) || af_items_of(call->evaluation, call->arguments[0], &a)
        || af_items_of(call->evaluation, call->arguments[1], &b))
        return -1;
    if (a.count != b.count)
        return af_raise(call->evaluation, "ValueError",
                        "both points must have the same number of dimensions");
    for (int i = 0; i < a.count; i++) {
        double x, y;
        if (af_real_argument(call, a.items[i], &x) || af_real_argument(call, b.items[i], &y))
            return -1;
        total = hypot(total, x - y);
    }
    *result = af_real(total);
    return 0;
}

#define PLAIN(n, f) {#n, f, false, NULL}
static const af_function functions[] = {
    PLAIN(log, call_log), PLAIN(log2, call_log), PLAIN(abs, call_abs), PLAIN(pow, call_pow),
    PLAIN(isfinite, call_test), PLAIN(isinf, call_test), PLAIN(isnan, call_test),
    PLAIN(isclose, call_isclose), PLAIN(modf, call_parts), PLAIN(frexp, call_parts), PLAIN(ldexp, call_ldexp),
    PLAIN(dist, call_dist), PLAIN(hypot, call_hypot), {NULL, NULL, false, NULL},
};
static const struct { const char *name; double value; } constants[] = {
    {"pi", M_PI}, {"e", M_E}, {"tau", 2 * M_PI}, {"inf", INFINITY}, {"nan", NAN},
};

static const af_function *const tables[] = {functions, af_integer_functions, af_item_functions};
enum { N_TABLES = 3, N_REAL_FUNCTIONS = sizeof real_functions / sizeof *real_functions };

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
