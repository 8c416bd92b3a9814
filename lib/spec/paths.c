/* The fields of a spec as -S names them, for people who look for one and for the completion of shells. */
#include "spec/load_parts.h"
#include "spec/schema.h"

#include <string.h>

static const char *name_of(const af_json *element)
{
    af_json_reader reader = {0};
    return af_json_string_or(&reader, element, "name", "");
}

/* An element is called by its name, where -S finds it by that: as override.c looks for it. */
static const char *element_key(af_arena *arena, const af_json *list, int index)
{
    const char *name = name_of(af_json_item(list, index));
    bool plain = *name && !strpbrk(name, ".=") && strspn(name, "-0123456789") < strlen(name);
    for (int i = 0; plain && i < index; i++)
        plain = strcmp(name_of(af_json_item(list, i)), name) != 0;
    return plain ? name : af_format(arena, "%d", index);
}

typedef struct path_list { af_text *out; af_arena *arena; af_value tree; } path_list;

static void add_paths(path_list *list, const char *path, const af_json *json);

/* `but`: a member that is looked at in another way; "": none */
static void add_members(path_list *list, const char *path, const af_json *object, const char *but)
{
    for (af_json_each(object, it))
        if (*it.key != '@' && strcmp(it.key, "type") && strcmp(it.key, but) && !strpbrk(it.key, ".="))
            add_paths(list, af_joined_text(list->arena, path, ".", it.key), it.value);
}

/* `outermost`: of nodes within nodes, the path of the list that all of them are found in by their names. */
static void add_elements(path_list *list, const char *path, const char *outermost, const af_json *elements)
{
    for (int i = 0; i < af_json_count(elements); i++) {
        const af_json *element = af_json_item(elements, i), *nodes = af_json_at(element, "nodes");
        const char *key = element_key(list->arena, elements, i);
        bool named = !strcmp(key, name_of(element));
        const char *deeper = af_joined_text(list->arena, named ? outermost : path, ".", key);
        add_members(list, deeper, element, "nodes");
        add_elements(list, af_joined_text(list->arena, deeper, ".", "nodes"), outermost, nodes);
    }
}

static void add_paths(path_list *list, const char *path, const af_json *json)
{
    const af_json *first = af_json_item(json, 0);
    bool plain = af_json_at(json, "e") || af_json_at(first, "e");
    if (!plain && af_json_is_object(first))
        add_elements(list, path, path, json);
    else if (!plain && af_json_first(json).key)
        add_members(list, path, json, "");
    else if (af_can_override(list->arena, list->tree, path))
        af_text_printf(list->out, "%s\n", path);
}

void af_spec_write_paths(af_text *out, const af_spec *spec)
{
    static const char *const sections[] = {"variables", "workload", "arch", "mapping", "mapper", "model",
                                           "config"};
    af_arena *arena = af_arena_new();
    path_list list = {out, arena, spec->written};
    af_json_writer w = {0};
    af_put_object(&w, NULL);
    af_put_spec(&w, spec);
    af_put_end_object(&w);
    af_json *json = af_json_parse(w.text.bytes, w.text.length, NULL, AF_NOWHERE);
    for (size_t i = 0; i < sizeof sections / sizeof *sections; i++)
        if (af_json_first(af_json_at(json, sections[i])).key)
            add_paths(&list, sections[i], af_json_at(json, sections[i]));
    af_json_free(json);
    af_text_free(&w.text);
    af_arena_free(arena);
}
