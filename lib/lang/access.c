/* What is in a value, as Python has it (10 section 7.3): membership, iteration, subscripts, attributes. */
#include "lang/expression_tree.h"
#include "lang/number.h"

#include <math.h>
#include <string.h>

/* ---- membership */

static bool object_named(af_value item, const char *name)
{
    af_value own;
    return item.type == AF_OBJECT && item.object->kind->attribute(item.object, "name", &own)
        && own.type == AF_STRING && !strcmp(own.string, name);
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
    uint64_t offset = up ? (uint64_t)number - (uint64_t)range->start
                         : (uint64_t)range->start - (uint64_t)number;
    uint64_t step = up ? (uint64_t)range->step : 0 - (uint64_t)range->step;
    bool behind = up ? number >= range->start : number <= range->start;
    bool inside = behind && offset % step == 0 && offset / step < (uint64_t)range->count;
    return inside ? (int64_t)(offset / step) : -1;
}

int af_hashable(af_evaluation *e, af_value key)
{
    if (key.type == AF_LIST || key.type == AF_DICT || key.type == AF_PLAIN_SET || key.type == AF_SET)
        return af_raise(e, "TypeError", "unhashable type: '%s'", af_type_name(key));
    for (int i = 0; key.type == AF_TUPLE && i < key.list->count; i++)
        if (af_hashable(e, key.list->items[i]))
            return -1;
    return 0;
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
            return af_raise(e, "TypeError", "'in <string>' requires string as left operand, not %s",
                            af_type_name(item));
        *found = strstr(container.string, item.string) != NULL;
        return 0;
    }
    if (container.type == AF_SET) {
        const char *names[128];
        int count = af_set_names(container.set, names, 128);
        if (item.type != AF_STRING)
            return af_raise(e, "TypeError",
                            "only names can be looked up in a set of tensors or rank variables");
        for (int i = 0; i < count; i++)
            *found |= !strcmp(names[i], item.string);
        return 0;
    }
    if ((container.type == AF_DICT || container.type == AF_PLAIN_SET) && af_hashable(e, item))
        return -1;
    af_items items;
    if (af_items_of(e, container, &items))
        return -1;
    for (int i = 0; i < items.count && !*found; i++)
        *found = af_equal(items.items[i], item)
            || (item.type == AF_STRING && object_named(items.items[i], item.string));
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
        return af_raise(e, "TypeError", "%s indices must be integers or slices, not %s", what,
                        af_type_name(key));
    if (!af_int_fits(key, at) || *at >= count || *at < -count)
        return af_raise(e, "IndexError", "%s index out of range", what);
    *at += *at < 0 ? count : 0;
    return 0;
}

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
        if (af_hashable(e, key))
            return -1;
        const af_value *entry = af_dict_get(object, key);
        if (!entry)
            return no_key(e, key);
        *result = *entry;
        return 0;
    }
    if (object.type == AF_OBJECT && object.object->kind->item
        && object.object->kind->item(object.object, key, result))
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
        const char *what = object.type == AF_STRING ? "string" : af_type_name(object);
        if (af_items_of(e, object, &items) || position(e, key, items.count, what, &at))
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
    if (!af_is_jinja(e) || object.type == AF_UNDEFINED)
        return item_of(e, object, key, result);
    if (!item_of(&quiet, object, key, result))
        return 0;
    return key.type == AF_STRING ? af_attribute(e, object, key.string, result)
                                 : absent_item(e, object, key, result);
}

static int bound(af_evaluation *e, af_value given, int64_t count, int64_t missing, int64_t low, int64_t high,
                 int64_t *at)
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

/* A step past `most` goes as far as one of that. */
static int step_of(af_evaluation *e, af_value given, int64_t most, int64_t *step)
{
    *step = 1;
    if (given.type == AF_NONE)
        return 0;
    if (!af_is_integer(given))
        return af_raise(e, "TypeError", "slice indices must be integers or None");
    if (!af_int_sign(given))
        return af_raise(e, "ValueError", "slice step cannot be zero");
    if (!af_int_fits(given, step) || *step > most || *step < -most)
        *step = af_int_sign(given) * most;
    return 0;
}

/* What would stand at a position. False: past what fits. */
static bool at_position(const af_range *range, int64_t *at)
{
    return !__builtin_mul_overflow(*at, range->step, at) && !__builtin_add_overflow(*at, range->start, at);
}

static int slice_of_range(af_evaluation *e, const af_range *range, int64_t start, int64_t stop, int64_t step,
                          af_value *result)
{
    if (!at_position(range, &start) || !at_position(range, &stop)
        || __builtin_mul_overflow(step, range->step, &step))
        return af_raise(e, "OverflowError", "the range is too long");
    *result = af_range_value(e->arena, start, stop, step);
    return 0;
}

int af_get_slice(af_evaluation *e, af_value object, const af_value bounds[3], af_value *result)
{
    af_items items = {0};
    int64_t step, start, stop;
    if (!af_is_sequence(object) && object.type != AF_RANGE)
        return af_raise(e, "TypeError", "'%s' object cannot be sliced", af_type_name(object));
    if (object.type != AF_RANGE && af_items_of(e, object, &items))
        return -1;
    if (step_of(e, bounds[2], object.type == AF_RANGE ? INT64_MAX : INT32_MAX, &step))
        return -1;
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
        *result = af_string(af_copy_slice(e->arena, text.bytes, text.length));
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
            return af_raise(e, "ValueError", "%s is a rank variable; only tensors have rank_variables",
                            u->rank_variables[__builtin_ctzll(set->strangers)]);
        for (int i = 0; i < u->n_tensors; i++)
            if (set->members >> i & 1)
                all |= u->rank_variables_of_tensor[i];
        *result = af_computed_set(e, &(af_token_set){.universe = u, .kind = AF_RANK_VARIABLES}, all, 0);
        return 0;
    }
    if (!strcmp(name, "bits_per_value")) {
        if (__builtin_popcountll(set->members) != 1 || set->kind != AF_TENSORS)
            return af_raise(e, "ValueError", "Can not access bits_per_value for a set with %d elements: "
                                             "it needs exactly one tensor",
                                             __builtin_popcountll(set->members));
        bool known = u->bits_per_value && set->named;
        double bits = known ? u->bits_per_value[__builtin_ctzll(set->members)] : NAN;
        if (isnan(bits))
            return af_raise(e, "ValueError", "Bits per value is not defined for this set");
        *result = bits == (double)(int64_t)bits ? af_int((int64_t)bits) : af_real(bits);
        return 0;
    }
    if (set->kind == AF_RANK_VARIABLES)
        return af_raise(e, "AttributeError", "a set of rank variables has no attribute '%s'; it has tensors",
                        name);
    return af_raise(e, "AttributeError",
                    "a set has no attribute '%s'; it has bits_per_value, rank_variables, tensors", name);
}

int af_attribute(af_evaluation *e, af_value object, const char *name, af_value *result)
{
    if (object.type == AF_SET)
        return set_attribute(e, object.set, name, result);
    if (object.type == AF_OBJECT && object.object->kind->attribute(object.object, name, result))
        return 0;
    if (af_is_jinja(e) && object.type == AF_DICT) {
        const af_value *entry = af_dict_find(object, name);
        if (entry) {
            *result = *entry;
            return 0;
        }
    }
    if (af_find_method(e, object, name, result))
        return 0;
    if (af_is_jinja(e))
        return absent(e, object, name, result);
    if (object.type == AF_DICT && af_dict_find(object, name))
        return af_raise(e, "AttributeError",
                        "'dict' object has no attribute '%s'; its entry is written ['%s']", name, name);
    const char *names[256];
    const af_object_kind *kind = object.type == AF_OBJECT ? object.object->kind : NULL;
    int count = kind && kind->names ? kind->names(object.object, names, 256) : 0;
    const char *near = af_nearest(name, names, count < 256 ? count : 256);
    return af_raise(e, "AttributeError", "'%s' object has no attribute '%s'%s%s%s",
                    af_type_name(object), name,
                    near ? ". Did you mean '" : "", near ? near : "", near ? "'?" : "");
}
