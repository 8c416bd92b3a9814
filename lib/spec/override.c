/* -S PATH=VALUE on the raw tree, before construction. */
#include "spec/load_parts.h"

#include <stdlib.h>
#include <string.h>

af_value af_command_line_value(af_arena *arena, const char *text)
{
    if (!strcmp(text, "null"))                /* the one JSON text that has no af_json */
        return af_none();
    af_report *quiet = af_report_new("");
    af_json *json = *text ? af_json_parse(text, strlen(text), quiet, AF_NOWHERE) : NULL;
    af_value value = json ? af_value_of_json(arena, json) : af_string(af_copy_text(arena, text));
    af_json_free(json);
    af_report_free(quiet);
    return value;
}

static af_value *element_of(af_value list, const char *key)
{
    char *end;
    long index = strtol(key, &end, 10);
    if (*key && !*end && index >= -list.list->count && index < list.list->count)
        return &list.list->items[index < 0 ? index + list.list->count : index];
    for (int i = 0; i < list.list->count; i++) {
        const af_value *name = af_dict_find(list.list->items[i], "name");
        if (name && name->type == AF_STRING && !strcmp(name->string, key))
            return &list.list->items[i];
        /* Nodes of a Hierarchical, Fork or Array are found by name too */
        af_value *deeper = NULL;
        const af_value *nodes = af_dict_find(list.list->items[i], "nodes");
        if (nodes && nodes->type == AF_LIST && (deeper = element_of(*nodes, key)) && !strtol(key, &end, 10))
            return deeper;
    }
    return NULL;
}

static int no_element(af_report *report, af_value list, const char *key, const char *path)
{
    const char *names[256];
    int count = 0;
    for (int i = 0; i < list.list->count && count < 256; i++) {
        const af_value *name = af_dict_find(list.list->items[i], "name");
        if (name && name->type == AF_STRING)
            names[count++] = name->string;
    }
    const char *near = af_nearest(key, names, count);
    return af_fail(report, AF_BAD_DATA, AF_NOWHERE, path, "no element '%s' in this list of %d%s%s%s", key,
                   list.list->count, near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

/* A node's name where a section or a field of arch should stand. */
static bool is_node(af_value tree, af_value at, const char *key)
{
    const af_value *arch = af_dict_find(tree, "arch");
    bool top = at.dict == tree.dict;
    if (!arch || arch->type != AF_DICT || (!top && at.dict != arch->dict))
        return false;
    const af_value *nodes = af_dict_find(*arch, "nodes");
    bool field = af_field_index(af_find_class(top ? "Spec" : "Arch"), key) >= 0;
    return !field && nodes && nodes->type == AF_LIST && element_of(*nodes, key);
}

int af_apply_override(af_arena *arena, af_value tree, const char *assignment, af_report *report)
{
    const char *equals = strchr(assignment, '=');
    if (!equals || equals == assignment)
        return af_fail(report, AF_USAGE, AF_NOWHERE, NULL,
                       "-S %s: PATH=VALUE is expected, as in mapper.metrics=ENERGY", assignment);
    char *path = af_copy_slice(arena, assignment, (size_t)(equals - assignment));
    af_value value = af_command_line_value(arena, equals + 1);
    af_value at = tree;
    for (char *key = path, *next; key; key = next) {
        next = strchr(key, '.');
        if (next)
            *next++ = 0;
        if (at.type == AF_LIST) {
            af_value *element = element_of(at, key);
            if (!element)
                return no_element(report, at, key,
                                  af_copy_slice(arena, assignment, (size_t)(equals - assignment)));
            if (!next)
                *element = value;
            at = *element;
        } else if (at.type == AF_DICT) {
            const af_value *entry = af_dict_find(at, key);
            if (is_node(tree, at, key))
                return af_fail(report, AF_USAGE, AF_NOWHERE, NULL,
                               "-S %s: %s is a node: write arch.nodes.%s%s%s", assignment, key, key,
                               next ? "." : "", next ? next : "");
            af_value deeper = entry ? *entry : af_dict_value(arena);
            if (!next)
                deeper = value;
            af_dict_put(arena, at, af_string(key), deeper);
            at = deeper;
        } else {
            return af_fail(report, AF_BAD_DATA, AF_NOWHERE, assignment,
                           "'%s' stands below a value that has no fields", key);
        }
    }
    return 0;
}

bool af_can_override(af_arena *arena, af_value tree, const char *path)
{
    af_value at = tree;
    for (char *key = af_copy_text(arena, path), *next; key; key = next) {
        next = strchr(key, '.');
        if (next)
            *next++ = 0;
        const af_value *entry = at.type == AF_LIST ? element_of(at, key) : af_dict_find(at, key);
        if ((at.type != AF_LIST && at.type != AF_DICT) || (at.type == AF_LIST && !entry))
            return false;
        if (!entry)                           /* what is not there yet is made on the way */
            return true;
        at = *entry;
    }
    return true;
}
