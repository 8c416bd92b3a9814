/* Functions of 10 section 7.4 over items, and those that make them: sum, min, max, prod, len, range, list,
 * map … */
#include "lang/builtin.h"
#include "lang/number.h"

#include <limits.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

/* ---- sums and products */

/* CPython 3.12: compensated (Neumaier) as long as the items are floats (10 section 7.4). */
static int call_sum(const af_function *self, const af_call *call, af_value *result)
{
    static const char *const names[] = {"iterable", "start"};
    af_evaluation *e = call->evaluation;
    af_value values[2];
    af_items items;
    int handed;
    if (af_bind_arguments(call, "sum()", names, 1, 2, values) || af_items_of(e, values[0], &items))
        return -1;
    if ((handed = af_call_opaque(self, call, items.items, items.count, result)) <= 0)
        return handed;
    af_value total = values[1].type == AF_UNDEFINED ? af_int(0) : values[1];
    double correction = 0;
    if (total.type == AF_STRING)
        return af_raise(e, "TypeError", "sum() can't sum strings [use ''.join(seq) instead]");
    for (int i = 0; i < items.count; i++) {
        af_value x = items.items[i];
        if (x.type == AF_REAL && total.type == AF_REAL) {
            double t = total.real + x.real;
            correction += fabs(total.real) >= fabs(x.real) ? (total.real - t) + x.real
                                                           : (x.real - t) + total.real;
            total.real = t;
        } else if (af_operate(e, "+", total, x, &total)) {
            return -1;
        }
    }
    if (isfinite(correction) && correction != 0)
        total.real += correction;
    *result = total;
    return 0;
}

static int call_prod(const af_function *self, const af_call *call, af_value *result)
{
    static const char *const names[] = {"iterable", "start"};
    af_evaluation *e = call->evaluation;
    af_value values[2];
    af_items items;
    int handed;
    if (af_bind_arguments(call, "prod()", names, 1, 2, values) || af_items_of(e, values[0], &items))
        return -1;
    if ((handed = af_call_opaque(self, call, items.items, items.count, result)) <= 0)
        return handed;
    *result = values[1].type == AF_UNDEFINED ? af_int(1) : values[1];
    for (int i = 0; i < items.count; i++)
        if (af_operate(e, "*", *result, items.items[i], result))
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

/* The nearest double of the sum of partial sums, which grow: ties between the last two are decided by the
 * one below. */
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
    af_evaluation *e = call->evaluation;
    af_items items;
    double infinite = 0, special = 0;             /* sums of the infinite ones, and of those and the nans */
    int count = 0;
    if (af_want_arguments(call, self->name, 1, 1) || af_items_of(e, call->arguments[0], &items))
        return -1;
    double *partials = af_new_array(e->arena, double, items.count + 1);
    for (int i = 0; i < items.count; i++) {
        double x;
        if (af_real_argument(call, items.items[i], &x))
            return -1;
        if (isfinite(x))
            count = add_exactly(partials, count, x);
        else
            special += x;
        infinite += isinf(x) ? x : 0;
    }
    if (isnan(infinite))
        return af_raise(e, "ValueError", "-inf + inf in fsum");
    double total = special != 0 ? special : round_partials(partials, count);
    if (special == 0 && !isfinite(total))
        return af_raise(e, "OverflowError", "intermediate overflow in fsum");
    *result = af_real(total);
    return 0;
}

/* ---- the least and the greatest */

typedef struct extreme { af_value key, missing; af_items items; } extreme;

/* Several arguments, or the items of one; `key` and `default` by name. */
static int extreme_arguments(const af_call *call, const char *name, extreme *x)
{
    af_evaluation *e = call->evaluation;
    af_value *items = af_new_array(e->arena, af_value, call->count + 1);
    *x = (extreme){.key = af_undefined(), .missing = af_undefined(), .items = {0, items}};
    for (int i = 0; i < call->count; i++) {
        const char *keyword = call->keywords ? call->keywords[i] : NULL;
        if (!keyword)
            items[x->items.count++] = call->arguments[i];
        else if (!strcmp(keyword, "key"))
            x->key = call->arguments[i];
        else if (!strcmp(keyword, "default"))
            x->missing = call->arguments[i];
        else
            return af_raise(e, "TypeError", "%s() got an unexpected keyword argument '%s'", name, keyword);
    }
    if (!x->items.count)
        return af_raise(e, "TypeError", "%s expected at least 1 argument, got 0", name);
    return x->items.count == 1 ? af_items_of(e, items[0], &x->items) : 0;
}

static int call_extreme(const af_function *self, const af_call *call, af_value *result)
{
    af_evaluation *e = call->evaluation;
    extreme x;
    int handed;
    const char *better = self->name[1] == 'a' ? ">" : "<";
    if (extreme_arguments(call, self->name, &x))
        return -1;
    if ((handed = af_call_opaque(self, call, x.items.items, x.items.count, result)) <= 0)
        return handed;
    if (!x.items.count && x.missing.type == AF_UNDEFINED)
        return af_raise(e, "ValueError", "%s() iterable argument is empty", self->name);
    *result = x.missing;
    af_value best = af_undefined();
    for (int i = 0; i < x.items.count; i++) {
        af_value weight = x.items.items[i];
        int order = *better == '>' ? 1 : -1, wanted = order;      /* the first is the best so far */
        if (x.key.type != AF_UNDEFINED && x.key.type != AF_NONE
            && af_call_value(e, x.key, &x.items.items[i], 1, NULL, &weight))
            return -1;
        if (i && af_order(e, better, weight, best, &order))
            return -1;
        if (order == wanted) {
            best = weight;
            *result = x.items.items[i];
        }
    }
    return 0;
}

/* ---- length */

static int64_t characters(const char *text)
{
    int64_t count = 0;
    for (; *text; text++)
        count += ((unsigned char)*text & 0xc0) != 0x80;
    return count;
}

/* -1: it has none. */
static int64_t length_of(af_value x)
{
    const char *names[128];
    switch (x.type) {
    case AF_STRING: return characters(x.string);
    case AF_LIST: case AF_TUPLE: case AF_PLAIN_SET: return x.list->count;
    case AF_DICT: return x.dict->count;
    case AF_RANGE: return x.range->count;
    case AF_SET: return af_set_names(x.set, names, 128);
    case AF_OBJECT: return x.object->kind->count ? x.object->kind->count(x.object) : -1;
    default: return -1;
    }
}

static int call_len(const af_function *self, const af_call *call, af_value *result)
{
    if (af_want_arguments(call, self->name, 1, 1))
        return -1;
    af_value x = call->arguments[0];
    *result = af_int(length_of(x));
    if (result->integer < 0)
        return af_raise(call->evaluation, "TypeError", "object of type '%s' has no len()", af_type_name(x));
    return 0;
}

/* ---- making values */

/* One of 64 bits. */
static int want_integer(const af_call *call, af_value value, int64_t *integer)
{
    if (!af_is_integer(value))
        return af_raise(call->evaluation, "TypeError", "'%s' object cannot be interpreted as an integer",
                        af_type_name(value));
    return af_int_fits(value, integer) ? 0
        : af_raise(call->evaluation, "OverflowError", "the number is too large");
}

static int call_range(const af_function *self, const af_call *call, af_value *result)
{
    af_evaluation *e = call->evaluation;
    int64_t x[3] = {0, 0, 1};
    if (af_want_arguments(call, self->name, 1, 3))
        return -1;
    for (int i = 0; i < call->count; i++)
        if (want_integer(call, call->arguments[i], &x[call->count == 1 ? 1 : i]))
            return -1;
    if (!x[2])
        return af_raise(e, "ValueError", "range() arg 3 must not be zero");
    *result = af_range_value(e->arena, x[0], x[1], x[2]);
    return result->range->count < INT64_MAX ? 0 : af_raise(e, "OverflowError", "the range is too long");
}

static int call_list(const af_function *self, const af_call *call, af_value *result)
{
    af_items items = {0, NULL};
    if (af_want_arguments(call, self->name, 0, 1))
        return -1;
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
    if (af_want_arguments(call, self->name, 0, 1))
        return -1;
    if (call->count)
        af_print_str(&text, call->arguments[0]);
    return af_finish_text(call->evaluation, &text, result);
}

static int call_bool(const af_function *self, const af_call *call, af_value *result)
{
    bool truth = false;
    if (af_want_arguments(call, self->name, 0, 1))
        return -1;
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
    static const char *const names[] = {"iterable", "start"};
    af_value values[2];
    af_items items;
    int64_t start = 0;
    (void)self;
    if (af_bind_arguments(call, "enumerate()", names, 1, 2, values)
        || af_items_of(call->evaluation, values[0], &items))
        return -1;
    if (values[1].type != AF_UNDEFINED && want_integer(call, values[1], &start))
        return -1;
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
    int n = call->count - 1, length = INT_MAX;
    if (af_want_arguments(call, self->name, 2, INT_MAX))
        return -1;
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
    if (af_want_arguments(call, self->name, 0, 0))
        return -1;
    if (!getcwd(path, sizeof path))
        return af_raise(call->evaluation, "FileNotFoundError", "the current folder cannot be told");
    *result = af_string(af_copy_text(call->evaluation->arena, path));
    result->quoted = true;
    return 0;
}

#define PLAIN(n, f) {#n, f, false, NULL}
const af_function af_item_functions[] = {
    PLAIN(sum, call_sum), PLAIN(prod, call_prod), PLAIN(fsum, call_fsum), PLAIN(min, call_extreme),
    PLAIN(max, call_extreme), PLAIN(len, call_len), PLAIN(range, call_range), PLAIN(list, call_list),
    PLAIN(tuple, call_list), PLAIN(str, call_str), PLAIN(bool, call_bool), PLAIN(enumerate, call_enumerate),
    PLAIN(map, call_map), PLAIN(getcwd, call_getcwd), {NULL, NULL, false, NULL},
};
