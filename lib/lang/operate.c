/* Operators and order with Python's semantics (10 section 7.3). */
#include "lang/expression_tree.h"
#include "lang/number.h"

#include <math.h>
#include <string.h>

/* ---- reals */

static int real_floor_divide(af_evaluation *e, double a, double b, bool remainder, af_value *result)
{
    if (b == 0)
        return af_raise(e, "ZeroDivisionError",
                        remainder ? "float modulo by zero" : "float floor division by zero");
    double mod = fmod(a, b), div = (a - mod) / b;
    if (mod != 0 && (mod < 0) != (b < 0)) {
        mod += b;
        div -= 1;
    } else if (mod == 0) {
        mod = copysign(0, b);
    }
    double whole = div != 0 ? floor(div) : copysign(0, a / b);
    if (div != 0 && div - whole > 0.5)
        whole += 1;
    *result = af_real(remainder ? mod : whole);
    return 0;
}

static int real_power(af_evaluation *e, double a, double b, af_value *result)
{
    if (a == 0 && b < 0)
        return af_raise(e, "ZeroDivisionError", "0.0 cannot be raised to a negative power");
    double power = pow(a, b);
    if (isnan(power) && !isnan(a) && !isnan(b))
        return af_raise(e, "TypeError", "a negative number to a fractional power is complex");
    if (isinf(power) && isfinite(a) && isfinite(b))
        return af_raise(e, "OverflowError", "the result is too large for a real number");
    *result = af_real(power);
    return 0;
}

static int as_real(af_evaluation *e, af_value value, double *real)
{
    if (value.type == AF_REAL)
        *real = value.real;
    else if (!af_int_to_double(value, real))
        return af_raise(e, "OverflowError", "int too large to convert to float");
    return 0;
}

static int operate_reals(af_evaluation *e, const char *op, af_value va, af_value vb, af_value *result)
{
    double a, b;
    if (as_real(e, va, &a) || as_real(e, vb, &b))
        return -1;
    switch (*op) {
    case '+': *result = af_real(a + b); return 0;
    case '-': *result = af_real(a - b); return 0;
    case '%': return real_floor_divide(e, a, b, true, result);
    case '*':
        if (op[1])
            return real_power(e, a, b, result);
        *result = af_real(a * b);
        return 0;
    default:
        if (op[1])
            return real_floor_divide(e, a, b, false, result);
        if (b == 0)
            return af_raise(e, "ZeroDivisionError", "float division by zero");
        *result = af_real(a / b);
        return 0;
    }
}

/* ---- integers */

static int int_divide(af_evaluation *e, const char *op, af_value a, af_value b, af_value *result)
{
    if (!af_int_sign(b))
        return af_raise(e, "ZeroDivisionError", *op == '%' ? "integer modulo by zero" : op[1]
                                                ? "integer division or modulo by zero" : "division by zero");
    if (*op == '/' && !op[1]) {
        double real;
        if (!af_int_quotient_double(e->arena, a, b, &real))
            return af_raise(e, "OverflowError", "integer division result too large for a float");
        *result = af_real(real);
        return 0;
    }
    af_int_divide(e->arena, a, b, *op == '/' ? result : NULL, *op == '%' ? result : NULL);
    return 0;
}

static int int_shift(af_evaluation *e, const char *op, af_value a, af_value b, af_value *result)
{
    int64_t count;
    if (af_int_sign(b) < 0)
        return af_raise(e, "ValueError", "negative shift count");
    if (!af_int_fits(b, &count))
        count = INT64_MAX;
    bool shifted = af_int_shift(e->arena, a, *op == '<' ? count : -count, result);
    return shifted ? 0 : af_raise(e, "OverflowError", "the shifted number is too large");
}

static int spend_digits(af_evaluation *e, af_value a, af_value b);

static int int_power(af_evaluation *e, af_value a, af_value b, af_value *result)
{
    if (af_int_sign(b) < 0)
        return operate_reals(e, "**", a, b, result);
    if (!af_int_power(e->arena, a, b, result))
        return af_raise(e, "OverflowError", "the power is too large");
    return spend_digits(e, *result, *result);
}

/* Products and powers of long numbers take their time. */
static int spend_digits(af_evaluation *e, af_value a, af_value b)
{
    long bits = a.type == AF_BIG || b.type == AF_BIG ? af_int_bits(a) * af_int_bits(b) : 0;
    return af_spend(e, bits >> 14, 0);
}

static int operate_ints(af_evaluation *e, const char *op, af_value a, af_value b, af_value *result)
{
    bool bools = a.type == AF_BOOL && b.type == AF_BOOL, fits = true;
    if (spend_digits(e, a, b))
        return -1;
    switch (*op) {
    case '+': fits = af_int_add(e->arena, a, b, result); break;
    case '-': fits = af_int_subtract(e->arena, a, b, result); break;
    case '*':
        if (op[1])
            return int_power(e, a, b, result);
        fits = af_int_multiply(e->arena, a, b, result);
        break;
    case '/': case '%': return int_divide(e, op, a, b, result);
    case '<': case '>': return int_shift(e, op, a, b, result);
    default:
        *result = af_int_bitwise(e->arena, *op, a, b);
        if (bools)
            *result = af_bool(af_int_sign(*result) != 0);
        return 0;
    }
    return fits ? 0 : af_raise(e, "OverflowError", "the number is too large");
}

/* ---- sets of tensors and rank variables (10 section 10.2): the left operand's universe and kind */

static bool set_masks(af_value value, const af_token_set *like, af_mask *members, af_mask *strangers)
{
    if (value.type == AF_SET) {
        bool same = value.set->kind == like->kind;
        *members = same ? value.set->members : value.set->strangers;
        *strangers = same ? value.set->strangers : value.set->members;
        return true;
    }
    if (value.type != AF_PLAIN_SET)
        return false;
    *members = *strangers = 0;
    const af_universe *u = like->universe;
    for (int i = 0; i < value.list->count; i++) {
        af_value name = value.list->items[i];
        for (int k = 0; name.type == AF_STRING && k < u->n_tensors; k++)
            if (!strcmp(u->tensors[k], name.string))
                *(like->kind == AF_TENSORS ? members : strangers) |= (af_mask)1 << k;
        for (int k = 0; name.type == AF_STRING && k < u->n_rank_variables; k++)
            if (!strcmp(u->rank_variables[k], name.string))
                *(like->kind == AF_RANK_VARIABLES ? members : strangers) |= (af_mask)1 << k;
    }
    return true;
}

static af_mask combine(char op, af_mask a, af_mask b)
{
    return op == '&' ? a & b : op == '|' ? a | b : op == '-' ? a & ~b : a ^ b;
}

af_value af_computed_set(af_evaluation *e, const af_token_set *like, af_mask members, af_mask strangers)
{
    af_token_set *set = af_new(e->arena, af_token_set);
    *set = (af_token_set){.universe = like->universe, .kind = like->kind, .members = members,
                          .strangers = strangers};
    return (af_value){.type = AF_SET, .set = set};
}

static int operate_sets(af_evaluation *e, const char *op, af_value a, af_value b, af_value *result)
{
    af_mask members, strangers;
    if (!strchr("&|-^", *op) || !set_masks(b, a.set, &members, &strangers))
        return af_raise(e, "TypeError", "unsupported operand type(s) for %s: 'set' and '%s'", op,
                        af_type_name(b));
    *result = af_computed_set(e, a.set, combine(*op, a.set->members, members),
                              combine(*op, a.set->strangers, strangers));
    return 0;
}

static bool is_item(const af_items *items, af_value item)
{
    for (int i = 0; i < items->count; i++)
        if (af_equal(items->items[i], item))
            return true;
    return false;
}

/* Python's own sets: of `a` what is (or is not) in `b`, then for | and ^ what is only in `b`. */
static int operate_plain_sets(af_evaluation *e, char op, const af_items *a, const af_items *b,
                              af_value *result)
{
    int64_t most = (int64_t)a->count + b->count;
    if (af_spend_items(e, (int64_t)a->count * b->count * 2)
        || af_spend(e, 0, most * (int64_t)sizeof(af_value)))
        return -1;
    af_value set = af_list_value(e->arena, a->count + b->count);
    int count = 0;
    for (int i = 0; i < a->count + b->count; i++) {
        bool first = i < a->count;
        af_value item = first ? a->items[i] : b->items[i - a->count];
        bool found = is_item(first ? b : a, item);
        bool keep = first ? op == '|' || found == (op == '&') : (op == '|' || op == '^') && !found;
        if (keep)
            set.list->items[count++] = item;
    }
    ((af_items *)set.list)->count = count;
    set.type = AF_PLAIN_SET;
    *result = set;
    return 0;
}

/* ---- sequences */

static int repeat(af_evaluation *e, af_value sequence, af_value times, af_value *result)
{
    int64_t n;
    if (!af_int_fits(times, &n))
        return af_raise(e, "OverflowError", "cannot fit 'int' into an index-sized integer");
    n = n < 0 ? 0 : n;
    size_t length = sequence.type == AF_STRING ? strlen(sequence.string) : (size_t)sequence.list->count;
    if (n > (1 << 24))
        return af_raise(e, "MemoryError", "the result is too large");
    if (af_spend_text(e, n * (int64_t)(sequence.type == AF_STRING ? length : length * sizeof(af_value))))
        return -1;
    if (sequence.type == AF_STRING) {
        size_t total = length * (size_t)n;
        char *text = af_arena_take(e->arena, total + 1);
        for (size_t done = 0, part; done < total; done += part) {      /* twice as much each time */
            part = !done ? length : done < total - done ? done : total - done;
            memcpy(text + done, done ? text : sequence.string, part);
        }
        *result = af_string(text);
        result->quoted = true;
        return 0;
    }
    *result = af_list_value(e->arena, (int)(n * (int64_t)length));
    for (int i = 0; i < result->list->count; i++)
        result->list->items[i] = sequence.list->items[(size_t)i % length];
    result->type = sequence.type;
    return 0;
}

static int concatenate(af_evaluation *e, af_value a, af_value b, af_value *result)
{
    if (a.type == AF_STRING) {
        int64_t length = (int64_t)(strlen(a.string) + strlen(b.string));
        if (af_spend_text(e, length))
            return -1;
        *result = af_string(af_format(e->arena, "%s%s", a.string, b.string));
        result->quoted = true;
        return 0;
    }
    int64_t count = (int64_t)a.list->count + b.list->count;
    if (af_spend_text(e, count * (int64_t)sizeof(af_value)))
        return -1;
    *result = af_list_value(e->arena, (int)count);
    for (int i = 0; i < result->list->count; i++)
        result->list->items[i] = i < a.list->count ? a.list->items[i] : b.list->items[i - a.list->count];
    result->type = a.type;
    return 0;
}

int af_operate(af_evaluation *e, const char *op, af_value a, af_value b, af_value *result)
{
    if (a.type == AF_OPAQUE || b.type == AF_OPAQUE) {
        const af_opaque *self = a.type == AF_OPAQUE ? a.opaque : b.opaque;
        return self->kind->operate(self, op, a, b, result, e);
    }
    if (af_is_integer(a) && af_is_integer(b))
        return operate_ints(e, op, a, b, result);
    bool arithmetic = strchr("+-*/%", *op) != NULL;
    if (af_is_number(a) && af_is_number(b) && arithmetic)
        return operate_reals(e, op, a, b, result);
    if (a.type == AF_SET)
        return operate_sets(e, op, a, b, result);
    if (a.type == AF_PLAIN_SET && b.type == AF_PLAIN_SET && strchr("&|-^", *op))
        return operate_plain_sets(e, *op, a.list, b.list, result);
    if (*op == '%' && a.type == AF_STRING)
        return af_format_percent(e, a.string, b, result);
    if (*op == '+' && af_is_sequence(a) && a.type == b.type)
        return concatenate(e, a, b, result);
    if (!strcmp(op, "*") && af_is_sequence(a) && af_is_integer(b))
        return repeat(e, a, b, result);
    if (!strcmp(op, "*") && af_is_sequence(b) && af_is_integer(a))
        return repeat(e, b, a, result);
    return af_raise(e, "TypeError", "unsupported operand type(s) for %s: '%s' and '%s'", op, af_type_name(a),
                    af_type_name(b));
}

int af_unary(af_evaluation *e, const char *op, af_value a, af_value *result)
{
    if (a.type == AF_OPAQUE && *op != '~') {
        if (*op == '-')
            return a.opaque->kind->operate(a.opaque, "-", a, af_undefined(), result, e);
        *result = a;
        return 0;
    }
    if (*op == '~' && a.type == AF_SET) {
        *result = af_computed_set(e, a.set, af_universe_mask(a.set->universe, a.set->kind) & ~a.set->members,
                                  0);
        return 0;
    }
    if (*op == '~' && af_is_integer(a))
        return operate_ints(e, "-", af_int(-1), a, result);
    if (*op != '~' && af_is_integer(a)) {
        *result = *op == '-' ? af_int_negate(e->arena, a) : a.type == AF_BOOL ? af_int(a.truth) : a;
        return 0;
    }
    if (*op != '~' && a.type == AF_REAL) {
        *result = af_real(*op == '-' ? -a.real : a.real);
        return 0;
    }
    return af_raise(e, "TypeError", "bad operand type for unary %s: '%s'", op, af_type_name(a));
}

/* ---- order */

static int order_items(af_evaluation *e, const char *op, const af_items *a, const af_items *b, int *order)
{
    for (int i = 0; i < a->count && i < b->count; i++)
        if (!af_equal(a->items[i], b->items[i]))
            return af_order(e, op, a->items[i], b->items[i], order);
    *order = (a->count > b->count) - (a->count < b->count);
    return 0;
}

/* The smaller one is a part of the larger one; most sets have no order. */
static int order_sets(af_evaluation *e, const af_items *a, const af_items *b, int *order)
{
    int common = 0;
    if (af_spend_items(e, (int64_t)a->count * b->count))
        return -1;
    for (int i = 0; i < a->count; i++)
        common += is_item(b, a->items[i]);
    *order = common == a->count ? (common == b->count ? 0 : -1) : common == b->count ? 1 : AF_NO_ORDER;
    return 0;
}

static int sign_of(int number) { return (number > 0) - (number < 0); }

static int order_of_numbers(af_value a, af_value b)
{
    if ((a.type == AF_REAL && isnan(a.real)) || (b.type == AF_REAL && isnan(b.real)))
        return AF_NO_ORDER;
    if (a.type != AF_REAL)
        return b.type == AF_REAL ? af_int_compare_real(a, b.real) : af_int_compare(a, b);
    return b.type == AF_REAL ? (a.real > b.real) - (a.real < b.real) : -af_int_compare_real(b, a.real);
}

int af_order(af_evaluation *e, const char *op, af_value a, af_value b, int *order)
{
    if (af_is_number(a) && af_is_number(b)) {
        *order = order_of_numbers(a, b);
        return 0;
    }
    switch (a.type == b.type ? a.type : AF_UNDEFINED) {
    case AF_STRING: *order = sign_of(strcmp(a.string, b.string)); return 0;
    case AF_LIST: case AF_TUPLE: return order_items(e, op, a.list, b.list, order);
    case AF_PLAIN_SET: return order_sets(e, a.list, b.list, order);
    default: break;
    }
    return af_raise(e, "TypeError", "'%s' not supported between instances of '%s' and '%s'", op,
                    af_type_name(a), af_type_name(b));
}

int af_compare(af_evaluation *e, af_value a, af_value b, int *order) { return af_order(e, "<", a, b, order); }
