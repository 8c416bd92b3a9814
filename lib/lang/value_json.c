/* Values from and to JSON. Integers and reals stay apart: 4 and 4.0. */
#include "lang/expression.h"
#include "lang/number.h"

static af_value number_of_json(af_arena *arena, const af_json *json)
{
    af_json_reader reader = {.what = "number"};
    (void)arena;
    if (af_json_is_integer(json))
        return af_int(af_json_as_integer(&reader, json, NULL));
    return af_real(af_json_as_real(&reader, json, NULL));
}

af_value af_value_of_json(af_arena *arena, const af_json *json)
{
    af_json_reader reader = {.what = "value"};
    if (!json)
        return af_none();
    if (af_json_is_bool(json))
        return af_bool(af_json_as_bool(json));
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
