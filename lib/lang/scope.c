/* Scopes: names to values, looked up outwards. */
#include "lang/expression_tree.h"

#include <stdlib.h>
#include <string.h>

typedef struct binding { const char *name; af_value value; uint32_t hash; } binding;
struct af_scope {
    af_arena *arena;
    const af_scope *outer;
    af_list(binding) bindings;
    int *slots, n_slots;                      /* open addressing; a slot holds the latest binding + 1 */
    af_names *texts;                          /* of the outermost scope: parses of texts that were evaluated in it */
    af_list(const af_expression *) parses;
};

static uint32_t hash_of(const char *name)
{
    uint32_t hash = 2166136261u;
    for (; *name; name++)
        hash = (hash ^ (uint8_t)*name) * 16777619u;
    return hash;
}

af_scope *af_scope_new(af_arena *arena, const af_scope *outer)
{
    af_scope *scope = af_new(arena, af_scope);
    scope->arena = arena;
    scope->outer = outer;
    return scope;
}

static int *slot_of(const af_scope *scope, const char *name, uint32_t hash)
{
    for (uint32_t i = hash;; i++) {
        int *slot = &scope->slots[i & (uint32_t)(scope->n_slots - 1)];
        if (!*slot)
            return slot;
        const binding *b = &scope->bindings.items[*slot - 1];
        if (b->hash == hash && !strcmp(b->name, name))
            return slot;
    }
}

static void grow_slots(af_scope *scope)
{
    scope->n_slots = scope->n_slots ? scope->n_slots * 2 : 8;
    scope->slots = af_new_array(scope->arena, int, scope->n_slots);
    for (int i = 0; i < scope->bindings.count; i++)
        *slot_of(scope, scope->bindings.items[i].name, scope->bindings.items[i].hash) = i + 1;
}

void af_scope_set(af_scope *scope, const char *name, af_value value)
{
    if (scope->bindings.count * 2 >= scope->n_slots)
        grow_slots(scope);
    uint32_t hash = hash_of(name);
    int *slot = slot_of(scope, name, hash);
    const char *copy = *slot ? scope->bindings.items[*slot - 1].name : af_copy_text(scope->arena, name);
    *af_push(scope->arena, &scope->bindings) = (binding){copy, value, hash};
    *slot = scope->bindings.count;
}

bool af_scope_get(const af_scope *scope, const char *name, af_value *value)
{
    uint32_t hash = hash_of(name);
    for (; scope; scope = scope->outer) {
        if (!scope->n_slots)
            continue;
        int *slot = slot_of(scope, name, hash);
        if (*slot) {
            *value = scope->bindings.items[*slot - 1].value;
            return true;
        }
    }
    return false;
}

int af_scope_names(const af_scope *scope, const char **names, int room)
{
    int total = 0;
    for (const af_scope *s = scope; s; s = s->outer)
        total += s->bindings.count;
    const char **all = af_memory_resize(NULL, sizeof *all * (size_t)(total + 1));
    int n = 0;
    for (const af_scope *s = scope; s; s = s->outer)
        for (int i = 0; i < s->bindings.count; i++)
            all[n++] = s->bindings.items[i].name;
    af_sort_texts(all, n);
    int count = 0;
    for (int i = 0; i < n; i++)
        if (!i || strcmp(all[i], all[i - 1])) {
            if (count < room)
                names[count] = all[i];
            count++;
        }
    af_memory_resize(all, 0);
    return count;
}

const af_expression *af_scope_parse(const af_scope *scope, const char *text, af_report *report, af_place place, const char *path)
{
    const af_scope *outermost = scope;
    while (outermost->outer)
        outermost = outermost->outer;
    af_scope *cache = (af_scope *)outermost;   /* a memory of parses is no change that anybody sees */
    if (!cache->texts)
        cache->texts = af_names_new(cache->arena);
    int id = af_name_find(cache->texts, text);
    if (id >= 0)
        return cache->parses.items[id];
    const af_expression *parsed = af_parse_expression(cache->arena, text, report, place, path);
    if (parsed) {
        af_name_add(cache->texts, text);
        *af_push(cache->arena, &cache->parses) = parsed;
    }
    return parsed;
}
