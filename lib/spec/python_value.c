/* Values between expressions and the Python helper, both ways. What JSON cannot say is lent: it stays on
 * its side and has a number. */
#include "lang/number.h"
#include "spec/python.h"

#include <math.h>

/* ---- ours to theirs */

static const void *address_of(af_value value)
{
    return value.type == AF_OBJECT ? (const void *)value.object : (const void *)value.function;
}

/* The number of a function or object of ours; a new one if it has none. */
static int number_of(python *p, af_value value)
{
    for (int i = 0; i < p->lent.count; i++)
        if (address_of(p->lent.items[i]) == address_of(value))
            return i;
    *af_push(p->arena, &p->lent) = value;
    return p->lent.count - 1;
}

/* The number of what is theirs; -1: it is ours. */
static int number_of_kept(const python *p, af_value value)
{
    for (int i = 0; i < p->kept.count; i++)
        if (p->kept.items[i].type == value.type && address_of(p->kept.items[i]) == address_of(value))
            return i;
    return -1;
}

static void put_lent(python *p, af_json_writer *w, af_value value)
{
    int kept = number_of_kept(p, value);
    if (kept >= 0) {
        af_put_integer(w, "kept", kept);
        return;
    }
    af_put_integer(w, "lent", number_of(p, value));
    if (value.type == AF_FUNCTION)
        af_put_string(w, "function", value.function->name);
    else
        af_put_string(w, "class", value.object->kind->name);
}

static int put_items(python *p, af_json_writer *w, const char *key, const af_value *items, int count,
                     af_evaluation *e)
{
    int failed = 0;
    af_put_array(w, key);
    for (int i = 0; i < count; i++)
        failed |= af_put_python_value(p, w, NULL, items[i], e);
    af_put_end_array(w);
    return failed;
}

static int put_pairs(python *p, af_json_writer *w, af_value dict, af_evaluation *e)
{
    int count, failed = 0;
    const af_entry *entries = af_dict_entries(dict, &count);
    af_put_array(w, "dict");
    for (int i = 0; i < count; i++) {
        af_value pair[] = {entries[i].key, entries[i].value};
        failed |= put_items(p, w, NULL, pair, 2, e);
    }
    af_put_end_array(w);
    return failed;
}

static void put_names(af_json_writer *w, const af_token_set *set)
{
    const char *names[128];
    int count = af_set_names(set, names, 128);
    af_put_array(w, "set");
    for (int i = 0; i < count; i++)
        af_put_string(w, NULL, names[i]);
    af_put_end_array(w);
}

static void put_range(af_json_writer *w, const af_range *range)
{
    af_put_array(w, "range");
    af_put_integer(w, NULL, range->start);
    af_put_integer(w, NULL, range->stop);
    af_put_integer(w, NULL, range->step);
    af_put_end_array(w);
}

/* What is written as an object with a key that says what it is. */
static int put_special(python *p, af_json_writer *w, af_value value, af_evaluation *e)
{
    switch (value.type) {
    case AF_TUPLE: return put_items(p, w, "tuple", value.list->items, value.list->count, e);
    case AF_PLAIN_SET: return put_items(p, w, "set", value.list->items, value.list->count, e);
    case AF_DICT: return put_pairs(p, w, value, e);
    case AF_SET: put_names(w, value.set); return 0;
    case AF_RANGE: put_range(w, value.range); return 0;
    case AF_REAL: af_put_number(w, "real", value.real); return 0;
    case AF_FUNCTION: case AF_OBJECT: put_lent(p, w, value); return 0;
    default: return af_raise(e, "TypeError", "a value of type %s cannot be handed to Python",
                             af_type_name(value));
    }
}

int af_put_python_value(python *p, af_json_writer *w, const char *key, af_value value, af_evaluation *e)
{
    static const unsigned simple = 1u << AF_NONE | 1u << AF_BOOL | 1u << AF_INT | 1u << AF_BIG
                                   | 1u << AF_STRING;
    if (simple >> value.type & 1 || (value.type == AF_REAL && isfinite(value.real))) {
        af_put_value(w, key, value);
        return 0;
    }
    if (value.type == AF_LIST || value.type == AF_ITERATOR) {
        af_items items;
        return af_items_of(e, value, &items) || put_items(p, w, key, items.items, items.count, e) ? -1 : 0;
    }
    af_put_object(w, key);
    int failed = put_special(p, w, value, e);
    af_put_end_object(w);
    return failed;
}

/* ---- theirs to ours: objects and functions that stay in Python */

typedef struct python_function { af_function function; python *owner; int number; } python_function;
typedef struct python_object {
    af_object object;
    af_object_kind kind;                      /* its own: the name is that of the class in Python */
    python *owner;
    int number;
} python_object;

static int call_function(const af_function *function, const af_call *call, af_value *result)
{
    const python_function *self = (const python_function *)function;
    return af_call_python(self->owner, NULL, self->number, call, result);
}

/* getattr(), getitem() or len() of an object, without a message. */
static bool ask_object(const af_object *object, const char *function, const af_value *argument,
                       af_value *value)
{
    const python_object *self = (const python_object *)object;
    af_evaluation e = af_evaluation_begin(NULL, self->owner->arena, NULL, AF_NOWHERE, NULL, NULL);
    af_value arguments[2] = {{.type = AF_OBJECT, .object = object}, argument ? *argument : af_none()};
    af_call call = {&e, argument ? 2 : 1, arguments, NULL};
    return !af_call_python(self->owner, function, 0, &call, value);
}

static bool object_attribute(const af_object *object, const char *name, af_value *value)
{
    af_value argument = af_string(name);
    return ask_object(object, "getattr", &argument, value);
}

static bool object_item(const af_object *object, af_value key, af_value *value)
{
    return ask_object(object, "getitem", &key, value);
}

static int object_count(const af_object *object)
{
    af_value count;
    return ask_object(object, "len", NULL, &count) && count.type == AF_INT ? (int)count.integer : 0;
}

static af_value new_function(python *p, int number, const char *name)
{
    python_function *self = af_new(p->arena, python_function);
    *self = (python_function){{.name = af_copy_text(p->arena, name), .call = call_function}, p, number};
    return af_function_value(&self->function);
}

static af_value new_object(python *p, int number, const char *class, bool sized)
{
    python_object *self = af_new(p->arena, python_object);
    self->owner = p;
    self->number = number;
    self->kind = (af_object_kind){.name = af_copy_text(p->arena, class), .attribute = object_attribute,
                                  .item = object_item, .count = sized ? object_count : NULL};
    self->object.kind = &self->kind;
    return (af_value){.type = AF_OBJECT, .object = &self->object};
}

static af_value kept_value(python *p, const af_json *json, int number)
{
    af_json_reader reader = {.what = "answer"};
    const char *function = af_json_string_or(&reader, json, "function", NULL);
    const char *class = af_json_string_or(&reader, json, "class", "object");
    bool sized = af_json_bool_or(&reader, json, "sized", false);
    while (number >= p->kept.count)
        *af_push(p->arena, &p->kept) = af_undefined();
    if (p->kept.items[number].type == AF_UNDEFINED)
        p->kept.items[number] = function ? new_function(p, number, function)
                                         : new_object(p, number, class, sized);
    return p->kept.items[number];
}

/* ---- theirs to ours: values */

enum { MOST_NEW = 1 << 22 };                  /* numbers of theirs that one answer may skip */

static af_value items_value(python *p, const af_json *json, af_type type)
{
    af_value list = af_list_value(p->arena, af_json_count(json));
    for (int i = 0; i < list.list->count; i++)
        list.list->items[i] = af_python_value(p, af_json_item(json, i));
    list.type = (uint8_t)type;
    return list;
}

static af_value dict_value(python *p, const af_json *pairs)
{
    af_value dict = af_dict_value(p->arena);
    for (int i = 0; i < af_json_count(pairs); i++) {
        const af_json *pair = af_json_item(pairs, i);
        af_value key = af_python_value(p, af_json_item(pair, 0));
        af_dict_put(p->arena, dict, key, af_python_value(p, af_json_item(pair, 1)));
    }
    return dict;
}

static int64_t bound(python *p, const af_json *bounds, int index)
{
    int64_t number = 0;
    af_value value = af_value_of_json(p->arena, af_json_item(bounds, index));
    return af_is_integer(value) && af_int_fits(value, &number) ? number : 0;
}

static af_value range_value(python *p, const af_json *bounds)
{
    int64_t step = bound(p, bounds, 2);
    return af_range_value(p->arena, bound(p, bounds, 0), bound(p, bounds, 1), step ? step : 1);
}

static af_value special_value(python *p, const af_json *json)
{
    af_json_reader reader = {.what = "answer"};
    const af_json *content;
    if ((content = af_json_at(json, "real")))
        return af_real(af_json_as_real(&reader, content, NULL));
    if ((content = af_json_at(json, "tuple")))
        return items_value(p, content, AF_TUPLE);
    if ((content = af_json_at(json, "set")))
        return items_value(p, content, AF_PLAIN_SET);
    if ((content = af_json_at(json, "dict")))
        return dict_value(p, content);
    if ((content = af_json_at(json, "range")))
        return range_value(p, content);
    int64_t lent = af_json_integer_or(&reader, json, "lent", -1);
    int64_t kept = af_json_integer_or(&reader, json, "kept", -1);
    if (lent >= 0 && lent < p->lent.count)
        return p->lent.items[lent];
    return kept >= 0 && kept < p->kept.count + MOST_NEW ? kept_value(p, json, (int)kept) : af_none();
}

af_value af_python_value(python *p, const af_json *json)
{
    if (af_json_is_array(json))
        return items_value(p, json, AF_LIST);
    if (af_json_is_object(json))
        return special_value(p, json);
    af_value value = af_value_of_json(p->arena, json);
    value.quoted = value.type == AF_STRING;
    return value;
}
