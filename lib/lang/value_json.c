/* Values from and to JSON. Integers and reals stay apart: 4 and 4.0. */
#include "lang/expression.h"
#include "lang/number.h"

#include <string.h>

static af_value number_of_json(af_arena *arena, const af_json *json)
{
    af_json_reader reader = {.what = "number"};
    const char *digits = af_json_big_integer(json);
    bool negative = digits && *digits == '-';
    af_value big;
    if (digits && af_int_parse(arena, digits + negative, strlen(digits + negative), 10, &big))
        return negative ? af_int_negate(arena, big) : big;
    if (af_json_is_integer(json))
        return af_int((int64_t)af_json_int64(json));
    return af_real(af_json_as_real(&reader, json, NULL));
}

af_value af_value_of_json(af_arena *arena, const af_json *json)
{
    af_json_reader reader = {.what = "value"};
    if (!json)
        return af_none();
    if (af_json_is_bool(json))
        return af_bool(af_json_truth(json));
    if (af_json_is_number(json))
        return number_of_json(arena, json);
    if (af_json_is_string(json))
        return af_string(af_copy_text(arena, af_json_as_string(&reader, json, NULL)));
    if (af_json_is_array(json)) {
        af_value list = af_list_value(arena, af_json_count(json));
        for (int i = 0; i < list.list->count; i++)
            list.list->items[i] = af_value_of_json(arena, af_json_item(json, i));
        return list;
    }
    af_value dict = af_dict_value(arena);
    for (af_json_each(json, it))
        af_dict_put(arena, dict, af_string(af_copy_text(arena, it.key)), af_value_of_json(arena, it.value));
    return dict;
}

static void put_items(af_json_writer *w, const char *key, const af_items *items)
{
    af_put_array(w, key);
    for (int i = 0; i < items->count; i++)
        af_put_value(w, NULL, items->items[i]);
    af_put_end_array(w);
}

static void put_set(af_json_writer *w, const char *key, const af_token_set *set)
{
    const char *names[128];
    int count = af_set_names(set, names, 128);
    af_put_object(w, key);
    af_put_array(w, "s");
    for (int i = 0; i < count; i++)
        af_put_string(w, NULL, names[i]);
    af_put_end_array(w);
    af_put_string(w, "u", set->kind == AF_TENSORS ? "t" : "r");
    af_put_end_object(w);
}

static void put_dict(af_json_writer *w, const char *key, af_value dict)
{
    int count;
    const af_entry *entries = af_dict_entries(dict, &count);
    af_text name = {0};
    af_put_object(w, key);
    for (int i = 0; i < count; i++) {
        af_text_clear(&name);
        af_print_str(&name, entries[i].key);
        af_put_value(w, name.bytes, entries[i].value);
    }
    af_text_free(&name);
    af_put_end_object(w);
}

static void put_printed(af_json_writer *w, const char *key, af_value value)
{
    af_text text = {0};
    af_print_str(&text, value);
    if (value.type == AF_BIG) {
        af_put_raw(w, key, text.bytes);
    } else if (value.type == AF_FUNCTION) {
        const char *name = value.function->text ? value.function->text : value.function->name;
        af_put_object(w, key);
        af_put_string(w, "$fn", name);
        af_put_end_object(w);
    } else {
        af_put_string(w, key, text.bytes);
    }
    af_text_free(&text);
}

void af_put_value(af_json_writer *w, const char *key, af_value value)
{
    switch (value.type) {
    case AF_UNDEFINED: case AF_NONE: af_put_null(w, key); break;
    case AF_BOOL: af_put_bool(w, key, value.truth); break;
    case AF_INT: af_put_integer(w, key, value.integer); break;
    case AF_REAL: af_put_real(w, key, value.real); break;
    case AF_STRING: af_put_string(w, key, value.string); break;
    case AF_LIST: case AF_TUPLE: case AF_PLAIN_SET: put_items(w, key, value.list); break;
    case AF_DICT: put_dict(w, key, value); break;
    case AF_SET: put_set(w, key, value.set); break;
    default: put_printed(w, key, value);
    }
}
