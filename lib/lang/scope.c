/* Scopes: names to values, looked up outwards. */
#include "lang/expression_tree.h"

#include <string.h>

typedef struct binding { const char *name; af_value value; uint32_t hash; } binding;
struct af_scope {
    af_arena *arena;
    const af_scope *outer;
    af_list(binding) bindings;
    const char *const *expected; int n_expected;
    /* once there are many: open addressing; a slot holds the latest binding + 1 */
    int *slots, n_slots;
    struct parses *parses;                    /* of the outermost scope: of texts that were evaluated in it */
};
struct parses { af_names *texts; af_list(const af_expression *) expressions; };
enum { FEW_NAMES = 8 };                       /* most scopes are those of loops and lambdas */

static uint32_t hash_of(const char *name)
{
    return (uint32_t)af_hash_text(name, AF_HASH_START);
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
    scope->n_slots = scope->n_slots ? scope->n_slots * 2 : 4 * FEW_NAMES;
    scope->slots = af_new_array(scope->arena, int, scope->n_slots);
    for (int i = 0; i < scope->bindings.count; i++)
        *slot_of(scope, scope->bindings.items[i].name, scope->bindings.items[i].hash) = i + 1;
}

/* The latest binding of a name in this scope alone; NULL: none. */
static const binding *find(const af_scope *scope, const char *name, uint32_t hash)
{
    if (scope->n_slots) {
        int slot = *slot_of(scope, name, hash);
        return slot ? &scope->bindings.items[slot - 1] : NULL;
    }
    for (int i = scope->bindings.count - 1; i >= 0; i--)
        if (scope->bindings.items[i].hash == hash && !strcmp(scope->bindings.items[i].name, name))
            return &scope->bindings.items[i];
    return NULL;
}

void af_scope_set(af_scope *scope, const char *name, af_value value)
{
    if (scope->bindings.count >= FEW_NAMES && scope->bindings.count * 2 >= scope->n_slots)
        grow_slots(scope);
    if (!scope->bindings.capacity) {
        enum { FIRST_NAMES = 2 };
        scope->bindings.items = af_new_array(scope->arena, binding, FIRST_NAMES);
        scope->bindings.capacity = FIRST_NAMES;
    }
    uint32_t hash = hash_of(name);
    int *slot = scope->n_slots ? slot_of(scope, name, hash) : NULL, number = slot ? *slot : 0;
    const binding *old = number ? &scope->bindings.items[number - 1] : slot ? NULL : find(scope, name, hash);
    const char *copy = old ? old->name : af_copy_text(scope->arena, name);
    *af_push(scope->arena, &scope->bindings) = (binding){copy, value, hash};
    if (slot)
        *slot = scope->bindings.count;
}

bool af_scope_get(const af_scope *scope, const char *name, af_value *value)
{
    uint32_t hash = hash_of(name);
    const binding *found = NULL;
    for (; scope && !found; scope = scope->outer)
        found = find(scope, name, hash);
    if (found)
        *value = found->value;
    return found != NULL;
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

void af_scope_expect(af_scope *scope, const char *const *names, int count)
{
    scope->expected = names;
    scope->n_expected = count;
}

const char **af_scope_candidates(const af_scope *scope, af_arena *arena, int *count)
{
    int n = af_scope_names(scope, NULL, 0), set = n;
    for (const af_scope *s = scope; s; s = s->outer)
        n += s->n_expected;
    const char **names = af_new_array(arena, const char *, n + 1);
    af_scope_names(scope, names, set);
    *count = set;
    for (const af_scope *s = scope; s; s = s->outer)
        for (int i = 0; i < s->n_expected; i++)
            names[(*count)++] = s->expected[i];
    return names;
}

const af_expression *af_scope_parse(const af_scope *scope, const char *text, af_report *report,
                                    af_place place, const char *path)
{
    const af_scope *outermost = scope;
    while (outermost->outer)
        outermost = outermost->outer;
    struct parses *parses = outermost->parses;
    if (!parses) {
        parses = af_new(outermost->arena, struct parses);
        parses->texts = af_names_new(outermost->arena);
        ((af_scope *)outermost)->parses = parses;   /* a memory of parses is no change that anybody sees */
    }
    int id = af_name_find(parses->texts, text);
    if (id >= 0)
        return parses->expressions.items[id];
    const af_expression *parsed = af_parse_expression(outermost->arena, text, report, place, path);
    if (parsed) {
        af_name_add(parses->texts, text);
        *af_push(outermost->arena, &parses->expressions) = parsed;
    }
    return parsed;
}
