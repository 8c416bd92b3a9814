/* A spec as YAML that loads to the same spec (10 section 16): templated and merged, with tags,
 * without what has its default. */
#include "spec/schema.h"

#include <string.h>

static af_value value_of_object(af_arena *arena, const af_typed *object, bool tagged);

/* ---- defaults */

static bool is_empty(af_value value)
{
    return value.type == AF_LIST ? !value.list->count
                                 : value.type == AF_DICT && !value.dict->count && !value.dict->tag;
}

static bool is_default(af_arena *arena, const af_field *field, af_value value)
{
    if (!field->missing)
        return false;
    if (!strcmp(field->missing, "[]") || !strcmp(field->missing, "{}"))
        return is_empty(value);
    af_value missing = af_yaml_scalar(arena, field->missing, strlen(field->missing));
    return missing.type == value.type && af_equal(missing, value);
}

/* ---- values */

/* A text of a declared field may be quoted or not (10 section 6.3):
 * "10" and "*x" need no block of their own. */
static af_value declared_text(af_value text)
{
    text.quoted = !af_yaml_is_plain(text.string);
    return text;
}

/* Renames without expected counts as {new: source}; UNDEFINED: they have to stay a list. */
static af_value renames_by_name(af_arena *arena, const af_items *renames)
{
    af_value by_name = af_dict_value(arena);
    for (int i = 0; i < renames->count; i++) {
        const af_value *name = af_dict_find(renames->items[i], "name");
        const af_value *source = af_dict_find(renames->items[i], "source");
        if (af_dict_find(renames->items[i], "expected_count") || af_dict_find(by_name, name->string))
            return af_undefined();
        af_dict_put(arena, by_name, *name, *source);
    }
    return by_name;
}

static af_value value_of(af_arena *arena, const af_field *field, af_value value)
{
    if (value.type == AF_OBJECT)
        return value_of_object(arena, af_typed_of(value), field->classes[1] != NULL);
    if (field->types & AF_MAY_ANY && field->shape == AF_ONE)
        return value;
    if (value.type == AF_STRING)
        return declared_text(value);
    if (value.type == AF_LIST) {
        af_value list = af_list_value(arena, value.list->count);
        for (int i = 0; i < value.list->count; i++)
            list.list->items[i] = value_of(arena, field, value.list->items[i]);
        bool renames = field->classes && !strcmp(field->classes[0]->kind.name, "Rename");
        af_value by_name = renames ? renames_by_name(arena, list.list) : af_undefined();
        return renames && by_name.type == AF_DICT ? by_name : list;
    }
    if (value.type == AF_DICT && field->shape == AF_BY_NAME) {
        af_value dict = af_dict_value(arena);
        for (int i = 0; i < value.dict->count; i++)
            af_dict_put(arena, dict, declared_text(value.dict->entries[i].key),
                        value_of(arena, field, value.dict->entries[i].value));
        return dict;
    }
    return value;
}

static af_value value_of_object(af_arena *arena, const af_typed *object, bool tagged)
{
    const af_class *class = af_typed_class(object);
    af_value dict = af_dict_value(arena);
    if (tagged)
        ((af_dict *)dict.dict)->tag = class->kind.name;
    for (int i = 0; i < class->n_fields; i++) {
        af_value value = value_of(arena, &class->fields[i], object->values[i]);
        if (!is_default(arena, &class->fields[i], value))
            af_dict_put(arena, dict, af_string(class->fields[i].name), value);
    }
    for (int i = 0; object->extra.type == AF_DICT && i < object->extra.dict->count; i++)
        af_dict_put(arena, dict, object->extra.dict->entries[i].key, object->extra.dict->entries[i].value);
    return dict;
}

/* ---- the whole */

/* Loading renders templates first, so braces of the text itself stand as templates that print them. */
static void add_without_templates(af_text *out, const char *yaml)
{
    for (; *yaml; yaml++)
        if (*yaml == '{' && yaml[1] && strchr("{%#", yaml[1])) {
            af_text_printf(out, "{{ '{%c' }}", yaml[1]);
            yaml++;
        } else
            af_text_add(out, yaml, 1);
}

void af_spec_write_yaml(af_text *out, const af_spec *spec)
{
    af_arena *arena = af_arena_new();
    af_value root = value_of_object(arena, spec->root, false);
    af_text yaml = {0};
    if (spec->mapping_value.type != AF_NONE)
        af_dict_put(arena, root, af_string("mapping"), spec->mapping_value);
    af_write_yaml(&yaml, root, 0);
    add_without_templates(out, yaml.bytes);
    af_text_free(&yaml);
    af_arena_free(arena);
}
