/* Operators, comparisons, subscripts and iteration with Python's semantics (10 section 7.3). */
#include "lang/expression_tree.h"
#include "lang/number.h"

#include <math.h>
#include <string.h>

/* ---- reals */

static int real_floor_divide(af_evaluation *e, double a, double b, bool remainder, af_value *result)
{
    if (b == 0)
        return af_raise(e, "ZeroDivisionError", remainder ? "float modulo by zero" : "float floor division by zero");
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
        return af_raise(e, "ZeroDivisionError", *op == '%' ? "integer modulo by zero" : op[1] ? "integer division or modulo by zero" : "division by zero");
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
    if (*op == '>' && (!af_int_fits(b, &count) || count > AF_BIG_MOST_BITS))
        *result = af_int(af_int_sign(a) < 0 ? -1 : 0);
    else if (!af_int_fits(b, &count) || !af_int_shift(e->arena, a, *op == '<' ? count : -count, result))
        return af_raise(e, "OverflowError", "the shifted number is too large");
    return 0;
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

static af_value computed_set(af_evaluation *e, const af_token_set *like, af_mask members, af_mask strangers)
{
    af_token_set *set = af_new(e->arena, af_token_set);
    *set = (af_token_set){.universe = like->universe, .kind = like->kind, .members = members, .strangers = strangers};
    return (af_value){.type = AF_SET, .set = set};
}

static int operate_sets(af_evaluation *e, const char *op, af_value a, af_value b, af_value *result)
{
    af_mask members, strangers;
    if (!strchr("&|-^", *op) || op[1] || !set_masks(b, a.set, &members, &strangers))
        return af_raise(e, "TypeError", "unsupported operand type(s) for %s: 'set' and '%s'", op, af_type_name(b));
    *result = computed_set(e, a.set, combine(*op, a.set->members, members), combine(*op, a.set->strangers, strangers));
    return 0;
}

/* Python's own sets: of `a` what is (or is not) in `b`, then for | and ^ what is only in `b`. */
static int operate_plain_sets(af_evaluation *e, char op, const af_items *a, const af_items *b, af_value *result)
{
    if (af_spend_items(e, (int64_t)a->count * b->count * 2) || af_spend(e, 0, ((int64_t)a->count + b->count) * (int64_t)sizeof(af_value)))
        return -1;
    af_value set = af_list_value(e->arena, a->count + b->count);
    int count = 0;
    for (int i = 0; i < a->count + b->count; i++) {
        bool first = i < a->count, found = false;
        const af_items *other = first ? b : a;
        af_value item = first ? a->items[i] : b->items[i - a->count];
        for (int k = 0; k < other->count && !found; k++)
            found = af_equal(other->items[k], item);
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
        for (size_t done = 0, part; done < total; done += part) {      /* what is there already is copied, twice as much each time */
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

static bool is_sequence(af_value v) { return v.type == AF_STRING || v.type == AF_LIST || v.type == AF_TUPLE; }

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
    if (*op == '+' && is_sequence(a) && a.type == b.type)
        return concatenate(e, a, b, result);
    if (!strcmp(op, "*") && is_sequence(a) && af_is_integer(b))
        return repeat(e, a, b, result);
    if (!strcmp(op, "*") && is_sequence(b) && af_is_integer(a))
        return repeat(e, b, a, result);
    return af_raise(e, "TypeError", "unsupported operand type(s) for %s: '%s' and '%s'", op, af_type_name(a), af_type_name(b));
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
        *result = computed_set(e, a.set, af_universe_mask(a.set->universe, a.set->kind) & ~a.set->members, 0);
        return 0;
    }
    if (*op == '~' && af_is_integer(a))
        return operate_ints(e, "-", af_int(-1), a, result);
    if (*op != '~' && af_is_integer(a)) {
        *result = *op == '-' ? af_int_negate(e->arena, a) : af_int_negate(e->arena, af_int_negate(e->arena, a));
        return 0;
    }
    if (*op != '~' && a.type == AF_REAL) {
        *result = af_real(*op == '-' ? -a.real : a.real);
        return 0;
    }
    return af_raise(e, "TypeError", "bad operand type for unary %s: '%s'", op, af_type_name(a));
}

/* ---- order and membership */

static int compare_items(af_evaluation *e, const af_items *a, const af_items *b, int *order)
{
    for (int i = 0; i < a->count && i < b->count; i++)
        if (!af_equal(a->items[i], b->items[i]))
            return af_compare(e, a->items[i], b->items[i], order);
    *order = (a->count > b->count) - (a->count < b->count);
    return 0;
}

int af_compare(af_evaluation *e, af_value a, af_value b, int *order)
{
    if (af_is_integer(a) && af_is_integer(b)) {
        *order = af_int_compare(a, b);
    } else if (af_is_number(a) && af_is_number(b)) {
        bool nan = (a.type == AF_REAL && isnan(a.real)) || (b.type == AF_REAL && isnan(b.real));
        if (nan)
            *order = 2;
        else if (a.type == AF_REAL && b.type == AF_REAL)
            *order = (a.real > b.real) - (a.real < b.real);
        else
            *order = a.type == AF_REAL ? -af_int_compare_real(b, a.real) : af_int_compare_real(a, b.real);
    } else if (a.type == AF_STRING && b.type == AF_STRING) {
        int c = strcmp(a.string, b.string);
        *order = (c > 0) - (c < 0);
    } else if (a.type == b.type && (a.type == AF_LIST || a.type == AF_TUPLE)) {
        return compare_items(e, a.list, b.list, order);
    } else {
        return af_raise(e, "TypeError", "'<' not supported between instances of '%s' and '%s'", af_type_name(a), af_type_name(b));
    }
    return 0;
}

static bool object_named(af_value item, const char *name)
{
    af_value own;
    return item.type == AF_OBJECT && item.object->kind->attribute(item.object, "name", &own) && own.type == AF_STRING && !strcmp(own.string, name);
}

/* The index of a number in a range, without going through it; -1: it is not there. */
int64_t af_range_find(const af_range *range, af_value item)
{
    int64_t number;
    if (item.type == AF_REAL && fabs(item.real) < 0x1p62 && item.real == trunc(item.real))
        item = af_int((int64_t)item.real);
    if (!af_is_integer(item) || !af_int_fits(item, &number))
        return -1;
    bool up = range->step > 0;
    uint64_t offset = up ? (uint64_t)number - (uint64_t)range->start : (uint64_t)range->start - (uint64_t)number;
    uint64_t step = up ? (uint64_t)range->step : 0 - (uint64_t)range->step;
    bool behind = up ? number >= range->start : number <= range->start;
    return behind && offset % step == 0 && offset / step < (uint64_t)range->count ? (int64_t)(offset / step) : -1;
}

int af_contains(af_evaluation *e, af_value item, af_value container, bool *found)
{
    *found = false;
    if (container.type == AF_RANGE) {
        *found = af_range_find(container.range, item) >= 0;
        return 0;
    }
    if (container.type == AF_STRING) {
        if (item.type != AF_STRING)
            return af_raise(e, "TypeError", "'in <string>' requires string as left operand, not %s", af_type_name(item));
        *found = strstr(container.string, item.string) != NULL;
        return 0;
    }
    if (container.type == AF_SET) {
        const char *names[128];
        int count = af_set_names(container.set, names, 128);
        if (item.type != AF_STRING)
            return af_raise(e, "TypeError", "only names can be looked up in a set of tensors or rank variables");
        for (int i = 0; i < count; i++)
            *found |= !strcmp(names[i], item.string);
        return 0;
    }
    af_items items;
    if (af_items_of(e, container, &items))
        return -1;
    for (int i = 0; i < items.count && !*found; i++)
        *found = af_equal(items.items[i], item) || (item.type == AF_STRING && object_named(items.items[i], item.string));
    return 0;
}

/* ---- iteration */

static int range_items(af_evaluation *e, const af_range *range, af_items *items)
{
    if (range->count > (1 << 24))
        return af_raise(e, "MemoryError", "the range is too long");
    if (af_spend(e, 0, range->count * (int64_t)sizeof(af_value)))
        return -1;
    items->count = (int)range->count;
    items->items = af_new_array(e->arena, af_value, items->count + 1);
    for (int i = 0; i < items->count; i++)
        items->items[i] = af_int(range->start + i * range->step);
    return 0;
}

static int text_items(af_evaluation *e, const char *text, af_items *items)
{
    if (af_spend(e, 0, (int64_t)(strlen(text) * (sizeof(af_value) + 16))))
        return -1;
    items->items = af_new_array(e->arena, af_value, strlen(text) + 1);
    items->count = 0;
    while (*text) {
        size_t n = 1;
        while ((text[n] & 0xC0) == 0x80)
            n++;
        af_value item = af_string(af_copy_slice(e->arena, text, n));
        item.quoted = true;
        items->items[items->count++] = item;
        text += n;
    }
    return 0;
}

static int object_items(af_evaluation *e, const af_object *object, af_items *items)
{
    items->count = object->kind->count(object);
    items->items = af_new_array(e->arena, af_value, items->count + 1);
    for (int i = 0; i < items->count; i++)
        if (!object->kind->item(object, af_int(i), &items->items[i]))
            return af_raise(e, "TypeError", "'%s' object is not iterable", object->kind->name);
    return 0;
}

static int items_of(af_evaluation *e, af_value iterable, af_items *items)
{
    const char *names[128];
    int count;
    switch (iterable.type) {
    case AF_LIST: case AF_TUPLE: case AF_PLAIN_SET: *items = *iterable.list; return 0;
    case AF_RANGE: return range_items(e, iterable.range, items);
    case AF_STRING: return text_items(e, iterable.string, items);
    case AF_ITERATOR:
        count = iterable.iterator->count - iterable.iterator->next;
        *items = (af_items){count, count ? iterable.iterator->items + iterable.iterator->next : NULL};
        iterable.iterator->next = iterable.iterator->count;
        return 0;
    case AF_DICT: {
        const af_entry *entries = af_dict_entries(iterable, &count);
        *items = (af_items){count, af_new_array(e->arena, af_value, count + 1)};
        for (int i = 0; i < count; i++)
            items->items[i] = entries[i].key;
        return 0;
    }
    case AF_SET:
        count = af_set_names(iterable.set, names, 128);
        *items = (af_items){count, af_new_array(e->arena, af_value, count + 1)};
        for (int i = 0; i < count; i++)
            items->items[i] = af_string(names[i]);
        return 0;
    case AF_OBJECT:
        if (iterable.object->kind->count && iterable.object->kind->item)
            return object_items(e, iterable.object, items);
        break;
    default: break;
    }
    return af_raise(e, "TypeError", "'%s' object is not iterable", af_type_name(iterable));
}

int af_items_of(af_evaluation *e, af_value iterable, af_items *items)
{
    return items_of(e, iterable, items) || af_spend_items(e, items->count) ? -1 : 0;
}

/* ---- subscripts */

static int item_named(af_evaluation *e, const af_items *items, const char *name, af_value *result)
{
    int found = 0;
    for (int i = 0; i < items->count; i++)
        if (object_named(items->items[i], name)) {
            *result = items->items[i];
            found++;
        }
    if (found == 1)
        return 0;
    return found ? af_raise(e, "ValueError", "Multiple elements with name \"%s\" found.", name)
                 : af_raise(e, "KeyError", "No element with name \"%s\" found.", name);
}

static int position(af_evaluation *e, af_value key, int64_t count, const char *what, int64_t *at)
{
    if (!af_is_integer(key))
        return af_raise(e, "TypeError", "%s indices must be integers or slices, not %s", what, af_type_name(key));
    if (!af_int_fits(key, at) || *at >= count || *at < -count)
        return af_raise(e, "IndexError", "%s index out of range", what);
    *at += *at < 0 ? count : 0;
    return 0;
}

static bool is_jinja(const af_evaluation *e) { return e->expression && e->expression->dialect->jinja; }

/* What Jinja makes of object[key] where there is no such item. */
static int absent_item(af_evaluation *e, af_value object, af_value key, af_value *result)
{
    af_text text = {0};
    af_print_repr(&text, key);
    af_missing *missing = af_new(e->arena, af_missing);
    missing->message = af_format(e->arena, "'%s object' has no element %s", af_type_name(object), text.bytes);
    af_text_free(&text);
    *result = (af_value){.type = AF_UNDEFINED, .missing = missing};
    return 0;
}

static int absent(af_evaluation *e, af_value object, const char *name, af_value *result)
{
    af_missing *missing = af_new(e->arena, af_missing);
    missing->message = af_format(e->arena, "'%s object' has no attribute '%s'", af_type_name(object), name);
    *result = (af_value){.type = AF_UNDEFINED, .missing = missing};
    return 0;
}

static int no_key(af_evaluation *e, af_value key)
{
    af_text text = {0};
    af_print_repr(&text, key);
    af_raise(e, "KeyError", "%s", text.bytes);
    af_text_free(&text);
    return -1;
}

static int item_of(af_evaluation *e, af_value object, af_value key, af_value *result)
{
    int64_t at;
    af_items items;
    if (object.type == AF_DICT) {
        const af_value *entry = af_dict_get(object, key);
        if (!entry)
            return no_key(e, key);
        *result = *entry;
        return 0;
    }
    if (object.type == AF_OBJECT && object.object->kind->item && object.object->kind->item(object.object, key, result))
        return 0;
    if (object.type == AF_OBJECT && key.type == AF_STRING)
        return af_attribute(e, object, key.string, result);
    if (object.type == AF_LIST && key.type == AF_STRING)
        return item_named(e, object.list, key.string, result);
    if (object.type == AF_RANGE) {
        if (position(e, key, object.range->count, "range object", &at))
            return -1;
        *result = af_int(object.range->start + at * object.range->step);
        return 0;
    }
    if (object.type == AF_LIST || object.type == AF_TUPLE || object.type == AF_STRING) {
        if (af_items_of(e, object, &items) ||
            position(e, key, items.count, object.type == AF_STRING ? "string" : object.type == AF_LIST ? "list" : "tuple", &at))
            return -1;
        *result = items.items[at];
        return 0;
    }
    return af_raise(e, "TypeError", "'%s' object is not subscriptable", af_type_name(object));
}

int af_index(af_evaluation *e, af_value object, af_value key, af_value *result)
{
    af_evaluation quiet = *e;
    quiet.report = NULL;
    if (!is_jinja(e) || object.type == AF_UNDEFINED)
        return item_of(e, object, key, result);
    if (!item_of(&quiet, object, key, result))
        return 0;
    return key.type == AF_STRING ? af_attribute(e, object, key.string, result) : absent_item(e, object, key, result);
}

static int bound(af_evaluation *e, af_value given, int64_t count, int64_t missing, int64_t low, int64_t high, int64_t *at)
{
    *at = missing;
    if (given.type == AF_NONE)
        return 0;
    if (!af_is_integer(given))
        return af_raise(e, "TypeError", "slice indices must be integers or None");
    if (!af_int_fits(given, at))
        *at = af_int_sign(given) < 0 ? low : high;
    *at += *at < 0 ? count : 0;
    *at = *at < low ? low : *at > high ? high : *at;
    return 0;
}

static int slice_of_range(af_evaluation *e, const af_range *range, int64_t start, int64_t stop, int64_t step, af_value *result)
{
    if (__builtin_mul_overflow(start, range->step, &start) || __builtin_add_overflow(start, range->start, &start)
        || __builtin_mul_overflow(stop, range->step, &stop) || __builtin_add_overflow(stop, range->start, &stop)
        || __builtin_mul_overflow(step, range->step, &step))
        return af_raise(e, "OverflowError", "the range is too long");
    *result = af_range_value(e->arena, start, stop, step);
    return 0;
}

int af_get_slice(af_evaluation *e, af_value object, const af_value bounds[3], af_value *result)
{
    af_items items = {0};
    int64_t step = 1, start, stop;
    if (!is_sequence(object) && object.type != AF_RANGE)
        return af_raise(e, "TypeError", "'%s' object cannot be sliced", af_type_name(object));
    if (object.type != AF_RANGE && af_items_of(e, object, &items))
        return -1;
    if (bounds[2].type != AF_NONE && (!af_is_integer(bounds[2]) || !af_int_fits(bounds[2], &step) || !step))
        return af_raise(e, "ValueError", "slice step must be a whole number other than zero");
    int64_t n = object.type == AF_RANGE ? object.range->count : items.count;
    if (bound(e, bounds[0], n, step > 0 ? 0 : n - 1, step > 0 ? 0 : -1, step > 0 ? n : n - 1, &start) ||
        bound(e, bounds[1], n, step > 0 ? n : -1, step > 0 ? 0 : -1, step > 0 ? n : n - 1, &stop))
        return -1;
    if (object.type == AF_RANGE)
        return slice_of_range(e, object.range, start, stop, step, result);
    int64_t length = step > 0 ? (stop - start + step - 1) / step : (start - stop - step - 1) / -step;
    af_value list = af_list_value(e->arena, (int)(length < 0 ? 0 : length));
    af_text text = {0};
    for (int i = 0; i < list.list->count; i++) {
        list.list->items[i] = items.items[start + i * step];
        if (object.type == AF_STRING)
            af_text_puts(&text, list.list->items[i].string);
    }
    *result = list;
    result->type = object.type == AF_TUPLE ? AF_TUPLE : AF_LIST;
    if (object.type == AF_STRING) {
        *result = af_string(af_copy_slice(e->arena, text.bytes ? text.bytes : "", text.length));
        result->quoted = true;
    }
    af_text_free(&text);
    return 0;
}

/* ---- attributes */

static int set_attribute(af_evaluation *e, const af_token_set *set, const char *name, af_value *result)
{
    const af_universe *u = set->universe;
    if (!strcmp(name, "tensors")) {
        *result = (af_value){.type = AF_SET, .set = set};
        return 0;
    }
    if (!strcmp(name, "rank_variables") && set->kind == AF_TENSORS) {
        af_mask all = 0;
        if (set->strangers)
            return af_raise(e, "ValueError", "%s is a rank variable; only tensors have rank_variables", u->rank_variables[__builtin_ctzll(set->strangers)]);
        for (int i = 0; i < u->n_tensors; i++)
            if (set->members >> i & 1)
                all |= u->rank_variables_of_tensor[i];
        *result = computed_set(e, &(af_token_set){.universe = u, .kind = AF_RANK_VARIABLES}, all, 0);
        return 0;
    }
    if (!strcmp(name, "bits_per_value")) {
        if (__builtin_popcountll(set->members) != 1 || set->kind != AF_TENSORS)
            return af_raise(e, "ValueError", "Can not access bits_per_value for a set with %d elements: it needs exactly one tensor",
                            __builtin_popcountll(set->members));
        double bits = u->bits_per_value && set->named ? u->bits_per_value[__builtin_ctzll(set->members)] : NAN;
        if (isnan(bits))
            return af_raise(e, "ValueError", "Bits per value is not defined for this set");
        *result = bits == (double)(int64_t)bits ? af_int((int64_t)bits) : af_real(bits);
        return 0;
    }
    return af_raise(e, "AttributeError", set->kind == AF_TENSORS ? "a set has no attribute '%s'; it has bits_per_value, rank_variables, tensors"
                                                                 : "a set of rank variables has no attribute '%s'; it has tensors", name);
}

int af_attribute(af_evaluation *e, af_value object, const char *name, af_value *result)
{
    if (object.type == AF_SET)
        return set_attribute(e, object.set, name, result);
    if (object.type == AF_OBJECT && object.object->kind->attribute(object.object, name, result))
        return 0;
    if (is_jinja(e) && object.type == AF_DICT) {
        const af_value *entry = af_dict_find(object, name);
        if (entry) {
            *result = *entry;
            return 0;
        }
    }
    if (af_find_method(e, object, name, result))
        return 0;
    if (is_jinja(e))
        return absent(e, object, name, result);
    if (object.type == AF_DICT && af_dict_find(object, name))
        return af_raise(e, "AttributeError", "'dict' object has no attribute '%s'; its entry is written ['%s']", name, name);
    const char *names[256];
    int count = object.type == AF_OBJECT && object.object->kind->names ? object.object->kind->names(object.object, names, 256) : 0;
    const char *near = af_nearest(name, names, count < 256 ? count : 256);
    return af_raise(e, "AttributeError", "'%s' object has no attribute '%s'%s%s%s",
                    object.type == AF_OBJECT ? object.object->kind->name : af_type_name(object), name,
                    near ? ". Did you mean '" : "", near ? near : "", near ? "'?" : "");
}
