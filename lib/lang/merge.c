/* The merge operators `<<<` and "<<" (10 section 5). Values are changed in place: an aliased map is one
 * map wherever it appears. */
#include "lang/yaml.h"

#include <string.h>

static af_value concatenate(af_arena *arena, af_value a, af_value b)
{
    af_value joined = af_list_value(arena, a.list->count + b.list->count);
    for (int i = 0; i < joined.list->count; i++)
        joined.list->items[i] = i < a.list->count ? a.list->items[i] : b.list->items[i - a.list->count];
    joined.file = a.file, joined.line = a.line, joined.column = a.column, joined.quoted = a.quoted;
    return joined;
}

static void merge_dict(af_arena *arena, af_value target, af_value source, bool deep);

static void merge_entry(af_arena *arena, af_value target, const af_entry *entry, bool deep)
{
    const af_value *own = af_dict_get(target, entry->key);
    if (!own)
        af_dict_put(arena, target, entry->key, entry->value);
    else if (!deep || own->quoted)                       /* quoted: tagged !nomerge, or plain text */
        return;
    else if (own->type == AF_DICT && entry->value.type == AF_DICT)
        merge_dict(arena, *own, entry->value, true);
    else if (own->type == AF_LIST && entry->value.type == AF_LIST)
        af_dict_put(arena, target, entry->key, concatenate(arena, *own, entry->value));
}

static void merge_dict(af_arena *arena, af_value target, af_value source, bool deep)
{
    for (int i = 0; i < source.dict->count; i++)
        merge_entry(arena, target, &source.dict->entries[i], deep);
}

static int merge_into(af_arena *arena, af_value target, af_value source, bool deep, af_report *report)
{
    if (source.type == AF_LIST) {
        af_value all = af_dict_value(arena);
        for (int i = 0; i < source.list->count; i++)
            if (merge_into(arena, all, source.list->items[i], deep, report))
                return -1;
        all.file = source.file, all.line = source.line, all.column = source.column;
        source = all;
    }
    if (source.type != AF_DICT)
        return af_fail(report, AF_BAD_DATA, af_place_of(source), NULL,
                       "`%s` takes a map or a list of maps, found %s",
                       deep ? "<<<" : "<<", af_describe(arena, source));
    merge_dict(arena, target, source, deep);
    return 0;
}

static bool is_operator(af_value key)
{
    return key.type == AF_STRING && (!strcmp(key.string, "<<<") || !strcmp(key.string, "<<"));
}

static int fail_several(af_value dict, af_report *report)
{
    af_text keys = {0};
    for (int i = 0; i < dict.dict->count; i++) {
        af_text_puts(&keys, i ? ", " : "");
        af_print_repr(&keys, dict.dict->entries[i].key);
    }
    af_fail(report, AF_BAD_DATA, af_place_of(dict), NULL,
            "Cannot have multiple \"<<<\" or \"<<\" keys in a dict. Keys were [%s]",
            keys.bytes);
    af_text_free(&keys);
    return -1;
}

static int check(af_arena *arena, af_value value, af_report *report);

/* Goes through a snapshot of the entries, as the reference does: a list that is written after `<<<` gets
 * its own items back, so lists are only concatenated where they are written before it. */
static int check_dict(af_arena *arena, af_value value, af_report *report)
{
    int count = value.dict->count, operators = 0;
    af_entry *snapshot = af_new_array(arena, af_entry, count);
    for (int i = 0; i < count; i++)
        operators += is_operator((snapshot[i] = value.dict->entries[i]).key);
    if (operators > 1)
        return fail_several(value, report);
    for (int i = 0; i < count; i++) {
        if (check(arena, snapshot[i].value, report))
            return -1;
        if (!is_operator(snapshot[i].key)) {
            af_dict_put(arena, value, snapshot[i].key, snapshot[i].value);
            continue;
        }
        bool deep = snapshot[i].key.string[2];
        af_dict_remove(value, snapshot[i].key);
        if (merge_into(arena, value, af_copy_value(arena, snapshot[i].value), deep, report))
            return -1;
    }
    return 0;
}

static int check(af_arena *arena, af_value value, af_report *report)
{
    if (value.type == AF_DICT)
        return check_dict(arena, value, report);
    if (value.type == AF_LIST)
        for (int i = 0; i < value.list->count; i++)
            if (check(arena, value.list->items[i], report))
                return -1;
    return 0;
}

int af_merge(af_arena *arena, af_value *tree, af_report *report)
{
    return check(arena, *tree, report);
}
