/* Arithmetic of numbers with unknowns, handed over by the expression evaluator. */
#include "model/unknown.h"

#include <math.h>
#include <string.h>

typedef struct unknown { af_opaque opaque; af_graph *g; af_num number; } unknown;

static int operate(const af_opaque *self, const char *op, af_value a, af_value b, af_value *result,
                   af_evaluation *evaluation);
static int call(const af_opaque *self, const char *name, const af_value *arguments, int count,
                af_value *result, af_evaluation *evaluation);

static const af_opaque_kind unknown_kind = {"number", operate, call};

af_value af_value_of_num(af_arena *arena, af_graph *g, af_num x)
{
    if (af_is_known(x))
        return af_real(x.value);
    unknown *u = af_new(arena, unknown);
    *u = (unknown){{&unknown_kind}, g, x};
    af_value value = af_none();
    value.type = AF_OPAQUE;
    value.opaque = &u->opaque;
    return value;
}

bool af_num_of_value(af_value value, af_num *x)
{
    if (value.type == AF_OPAQUE && value.opaque->kind == &unknown_kind)
        *x = ((const unknown *)value.opaque)->number;
    else if (af_is_number(value))
        *x = af_known(af_as_double(value));
    else
        return false;
    return true;
}

/* x to a whole power is a product; any other power is opaque. */
static af_num power(af_graph *g, af_num x, af_num exponent)
{
    if (!af_is_known(exponent) || fabs(exponent.value) > 8 || exponent.value != floor(exponent.value))
        return af_apply_two(g, "**", x, exponent);
    af_num result = af_known(1);
    for (int i = 0; i < fabs(exponent.value); i++)
        result = exponent.value > 0 ? af_mul(g, result, x) : af_div(g, result, x);
    return result;
}

static af_num swapped(af_graph *g, const char *op, af_num a, af_num b) { return af_apply_two(g, op, b, a); }

static int operate(const af_opaque *self, const char *op, af_value a, af_value b, af_value *result,
                   af_evaluation *evaluation)
{
    af_graph *g = ((const unknown *)self)->g;
    af_num x, y = af_known(0), r;
    if (!af_num_of_value(a, &x) || (b.type != AF_UNDEFINED && !af_num_of_value(b, &y)))
        return af_raise(evaluation, "TypeError", "unsupported operand types for %s: '%s' and '%s'", op,
                        af_type_name(a), af_type_name(b));
    bool one = b.type == AF_UNDEFINED, divides = !strcmp(op, "/") || !strcmp(op, "//") || !strcmp(op, "%");
    if (divides && af_is_zero(y))
        return af_raise(evaluation, "ZeroDivisionError", "division by zero");
    if (!strcmp(op, "+"))
        r = one ? x : af_add(g, x, y);
    else if (!strcmp(op, "-"))
        r = one ? af_sub(g, af_known(0), x) : af_sub(g, x, y);
    else if (!strcmp(op, "*"))
        r = af_mul(g, x, y);
    else if (!strcmp(op, "/"))
        r = af_div(g, x, y);
    else if (!strcmp(op, "**"))
        r = power(g, x, y);
    else if (!strcmp(op, ">") || !strcmp(op, ">="))
        r = swapped(g, op[1] ? "<=" : "<", x, y);
    else if (af_is_function(op, 2))
        r = af_apply_two(g, op, x, y);
    else
        return af_raise(evaluation, "TypeError", "%s of a count that depends on tile shapes", op);
    *result = af_value_of_num(evaluation->arena, g, r);
    return 0;
}

static int call(const af_opaque *self, const char *name, const af_value *arguments, int count,
                af_value *result, af_evaluation *evaluation)
{
    af_graph *g = ((const unknown *)self)->g;
    bool sum = !strcmp(name, "sum"), most = !strcmp(name, "max"), least = !strcmp(name, "min");
    af_num r = af_known(0), x;
    for (int i = 0; i < count; i++) {
        if (!af_num_of_value(arguments[i], &x))
            return af_raise(evaluation, "TypeError", "%s: expected a number, got '%s'", name,
                            af_type_name(arguments[i]));
        r = i == 0 ? x : sum ? af_add(g, r, x) : most ? af_max(g, r, x) : least ? af_min(g, r, x) : r;
    }
    if (count == 1 && !strcmp(name, "ceil"))
        r = af_ceil(g, r);
    else if (count == 1 && af_is_function(name, 1))
        r = af_apply(g, name, r);
    else if (count == 2 && !strcmp(name, "pow"))
        r = power(g, r, x);
    else if (!sum && !most && !least && strcmp(name, "float"))
        return af_raise(evaluation, "TypeError", "%s of a count that depends on tile shapes", name);
    *result = af_value_of_num(evaluation->arena, g, r);
    return 0;
}
