/* Jinja's filters that part a list or a map: batch, slice, groupby, dictsort, items (10 section 3.5). */
#include "lang/jinja_filter.h"

#include <string.h>

static int want_count(const af_call *call, const char *what, af_value given, int64_t least, int64_t *count)
{
    *count = given.type == AF_BOOL ? given.truth : given.integer;
    if (given.type != AF_INT && given.type != AF_BOOL)
        return af_raise(call->evaluation, "TypeError", "%s is a whole number, not '%s'", what,
                        af_type_name(given));
    if (*count >= least)
        return 0;
    return af_raise(call->evaluation, "ValueError", "%s is %lld or more", what, (long long)least);
}

/* A list of count items, and `filled` more of what fills up. */
static af_value part(af_arena *arena, const af_value *items, int count, int filled, af_value filling)
{
    af_value list = af_list_value(arena, count + filled);
    for (int i = 0; i < count + filled; i++)
        list.list->items[i] = i < count ? items[i] : filling;
    return list;
}

/* batch(linecount, fill_with=none): lists of linecount items, the last one filled up. */
int af_filter_batch(const af_function *self, const af_call *call, af_value *result)
{
    static const char *const names[] = {"value", "linecount", "fill_with"};
    af_value values[3];
    af_items items;
    af_arena *arena = call->evaluation->arena;
    int64_t size;
    if (af_bind_arguments(call, self->name, names, 2, 3, values)
        || want_count(call, "batch: linecount", values[1], 1, &size)
        || af_items_of(call->evaluation, values[0], &items))
        return -1;
    bool fills = values[2].type != AF_NONE && values[2].type != AF_UNDEFINED;
    int count = (int)(items.count / size + (items.count % size != 0));
    int64_t room = fills && count ? count * size - items.count : 0;
    int64_t bytes = (items.count + room) * (int64_t)sizeof(af_value);
    if (room > INT32_MAX / 2 || af_spend(call->evaluation, 0, bytes))
        return af_raise(call->evaluation, "MemoryError", "the result is too large");
    *result = af_list_value(arena, count);
    for (int i = 0; i < count; i++) {
        int n = i + 1 < count ? (int)size : (int)(items.count - i * size);
        result->list->items[i] = part(arena, items.items + i * size, n, i + 1 < count ? 0 : (int)room,
                                      values[2]);
    }
    return 0;
}

/* slice(slices, fill_with=none): so many lists, of about as many items each. */
int af_filter_slice(const af_function *self, const af_call *call, af_value *result)
{
    static const char *const names[] = {"value", "slices", "fill_with"};
    af_value values[3];
    af_items items;
    int64_t slices, at = 0;
    if (af_bind_arguments(call, self->name, names, 2, 3, values)
        || want_count(call, "slice: slices", values[1], 1, &slices)
        || af_items_of(call->evaluation, values[0], &items))
        return -1;
    if (slices > INT32_MAX || af_spend(call->evaluation, slices, slices * 2 * (int64_t)sizeof(af_value)))
        return af_raise(call->evaluation, "MemoryError", "the result is too large");
    bool fills = values[2].type != AF_NONE && values[2].type != AF_UNDEFINED;
    *result = af_list_value(call->evaluation->arena, (int)slices);
    for (int64_t i = 0; i < slices; i++) {
        bool longer = i < items.count % slices;
        int n = (int)(items.count / slices) + longer;
        result->list->items[i] = part(call->evaluation->arena, items.items + at, n, fills && !longer,
                                      values[2]);
        at += n;
    }
    return 0;
}

/* ---- groups: pairs of what they share and their items */

typedef struct group { af_object object; af_value parts[2]; } group;

static bool group_attribute(const af_object *object, const char *name, af_value *value)
{
    const group *g = (const group *)object;
    bool shared = !strcmp(name, "grouper");
    *value = g->parts[!shared];
    return shared || !strcmp(name, "list");
}

static bool group_item(const af_object *object, af_value key, af_value *value)
{
    int64_t at = key.type == AF_INT ? key.integer : 9;
    at += at < 0 ? 2 : 0;
    if (at < 0 || at > 1)
        return false;
    *value = ((const group *)object)->parts[at];
    return true;
}

static int group_count(const af_object *object) { (void)object; return 2; }

static const af_object_kind group_kind = {
    .name = "tuple", .attribute = group_attribute, .item = group_item, .count = group_count,
        .is_tuple = true};

/* groupby(attribute, default=none, case_sensitive=false): sorted by the attribute. */
int af_filter_group(const af_function *self, const af_call *call, af_value *result)
{
    static const char *const names[] = {"value", "attribute", "default", "case_sensitive"};
    af_value values[4], shared = af_undefined();
    af_items items;
    af_evaluation *e = call->evaluation;
    if (af_bind_arguments(call, self->name, names, 2, 4, values) || af_items_of(e, values[0], &items))
        return -1;
    af_keyed *sorted = af_new_array(e->arena, af_keyed, items.count);
    af_value *own = af_new_array(e->arena, af_value, items.count),
        *members = af_new_array(e->arena, af_value, items.count);
    for (int i = 0; i < items.count; i++) {
        if (af_jinja_attribute(e, items.items[i], values[1], values[2], &own[i]))
            return -1;
        sorted[i] = (af_keyed){af_jinja_key(call, own[i], values[3]), af_int(i)};
    }
    if (af_sort_keyed(e, sorted, items.count, 1))
        return -1;
    *result = af_list_value(e->arena, items.count);
    int count = 0;
    for (int i = 0, n = 0; i < items.count; i++) {
        int64_t at = sorted[i].value.integer;
        shared = n ? shared : own[at];
        members[n++] = items.items[at];
        if (i + 1 < items.count && af_equal(sorted[i].key, sorted[i + 1].key))
            continue;
        group *g = af_new(e->arena, group);
        *g = (group){{&group_kind}, {shared, part(e->arena, members, n, 0, af_none())}};
        result->list->items[count++] = (af_value){.type = AF_OBJECT, .object = &g->object};
        n = 0;
    }
    ((af_items *)result->list)->count = count;
    return 0;
}

/* ---- maps */

static af_value pair(af_arena *arena, const af_entry *entry)
{
    af_value tuple = af_tuple_value(arena, 2);
    tuple.list->items[0] = entry->key, tuple.list->items[1] = entry->value;
    return tuple;
}

/* dictsort(case_sensitive=false, by='key', reverse=false): pairs of key and value. */
int af_filter_dictsort(const af_function *self, const af_call *call, af_value *result)
{
    static const char *const names[] = {"value", "case_sensitive", "by", "reverse"};
    af_value values[4];
    af_evaluation *e = call->evaluation;
    int count;
    if (af_bind_arguments(call, self->name, names, 1, 4, values))
        return -1;
    const char *by = values[2].type == AF_STRING ? values[2].string
                   : values[2].type == AF_UNDEFINED ? "key" : "";
    bool by_value = !strcmp(by, "value");
    if (!by_value && strcmp(by, "key"))
        return af_raise(e, "FilterArgumentError", "You can only sort by either \"key\" or \"value\"");
    if (values[0].type != AF_DICT)
        return af_raise(e, "TypeError", "dictsort takes a map, not '%s'", af_type_name(values[0]));
    const af_entry *entries = af_dict_entries(values[0], &count);
    af_keyed *sorted = af_new_array(e->arena, af_keyed, count);
    for (int i = 0; i < count; i++)
        sorted[i] = (af_keyed){af_jinja_key(call, by_value ? entries[i].value : entries[i].key, values[1]),
                               pair(e->arena, &entries[i])};
    if (af_sort_keyed(e, sorted, count, af_truth(values[3]) ? -1 : 1))
        return -1;
    *result = af_list_value(e->arena, count);
    for (int i = 0; i < count; i++)
        result->list->items[i] = sorted[i].value;
    return 0;
}

/* items: pairs of key and value; of an undefined value none. */
int af_filter_items(const af_function *self, const af_call *call, af_value *result)
{
    af_value map = call->arguments[0];
    int count = 0;
    (void)self;
    if (map.type != AF_DICT && map.type != AF_UNDEFINED)
        return af_raise(call->evaluation, "TypeError", "Can only get item pairs from a mapping.");
    const af_entry *entries = map.type == AF_DICT ? af_dict_entries(map, &count) : NULL;
    if (af_spend_items(call->evaluation, count))
        return -1;
    *result = af_list_value(call->evaluation->arena, count);
    for (int i = 0; i < count; i++)
        result->list->items[i] = pair(call->evaluation->arena, &entries[i]);
    return 0;
}
