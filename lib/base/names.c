/* Names <-> ids: texts in order of appearance, and an open hash table of ids + 1. */
#include "base/names.h"
#include "base/text.h"

#include <string.h>

struct af_names {
    af_arena *arena;
    af_list(const char *) texts;
    int *slots;
    uint32_t n_slots;                         /* a power of two, at least twice the number of names */
};

af_names *af_names_new(af_arena *arena)
{
    af_names *names = af_new(arena, af_names);
    names->arena = arena;
    names->n_slots = 16;
    names->slots = af_new_array(arena, int, names->n_slots);
    return names;
}

/* The slot where the name is, or the free one where it would be. */
static int *find_slot(const af_names *names, const char *name)
{
    uint32_t mask = names->n_slots - 1, i = (uint32_t)af_hash_text(name, AF_HASH_START) & mask;
    while (names->slots[i] && strcmp(names->texts.items[names->slots[i] - 1], name))
        i = (i + 1) & mask;
    return &names->slots[i];
}

static void enlarge(af_names *names)
{
    names->n_slots *= 2;
    names->slots = af_new_array(names->arena, int, names->n_slots);
    for (int id = 0; id < names->texts.count; id++)
        *find_slot(names, names->texts.items[id]) = id + 1;
}

int af_name_find(const af_names *names, const char *name) { return *find_slot(names, name) - 1; }

int af_name_add(af_names *names, const char *name)
{
    int id = af_name_find(names, name);
    if (id >= 0)
        return id;
    if ((uint32_t)names->texts.count * 2 >= names->n_slots)
        enlarge(names);
    *af_push(names->arena, &names->texts) = af_copy_text(names->arena, name);
    return *find_slot(names, name) = names->texts.count, names->texts.count - 1;
}

int af_name_add_slice(af_names *names, const char *start, size_t length)
{
    af_text name = {0};
    af_text_add(&name, start, length);
    int id = af_name_add(names, length ? name.bytes : "");
    af_text_free(&name);
    return id;
}

const char *af_name_text(const af_names *names, int id) { return names->texts.items[id]; }
int af_name_count(const af_names *names) { return names->texts.count; }
