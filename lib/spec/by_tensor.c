/* Maps whose keys are sets of tensors: bits_per_value, values_per_action, direction (10 section 10.5, 20
 * sections 5.4 and 18). */
#include "spec/evaluate_parts.h"

#include <ctype.h>
#include <string.h>

/* keys evaluated so far */
typedef struct covering { int n_keys; const char **keys; af_mask *sets; af_value *values; } covering;

/* Path of one entry; a key that is no word would not read as a path, and stays out of it. */
const char *af_entry_path(engine *e, const af_typed *object, const char *field, const char *key)
{
    for (const char *c = key; *c; c++)
        if (!isalnum((unsigned char)*c) && *c != '_')
            return af_typed_path(object, field);
    return af_typed_path(object, af_format(e->arena, "%s.%s", field, key));
}

af_mask af_tensors_in(const af_token_set *set) { return set->kind == AF_TENSORS ? set->members
                                                : set->strangers; }

static int overlap(engine *e, const af_typed *object, const char *field, const covering *c, const char *key,
                   af_mask shared, af_place place)
{
    const char *names[64];
    int i = 0;
    while (!(c->sets[i] & shared))
        i++;
    shared &= c->sets[i];
    int count = af_set_names(&(af_token_set){.universe = e->universe, .kind = AF_TENSORS, .members = shared},
                             names, 64);
    af_text text = {0};
    for (int n = 0; n < count; n++)
        af_text_printf(&text, "%s'%s'", n ? ", " : "", names[n]);
    af_fail(e->report, AF_BAD_DATA, place, af_typed_path(object, field), "%s keys %s and %s overlap on {%s}",
            field, c->keys[i], key, text.bytes);
    af_text_free(&text);
    return -1;
}

static int evaluate_entry(engine *e, const af_typed *object, const char *field, const af_entry *entry,
                          const af_scope *scope, covering *c)
{
    const char *key = entry->key.string, *path = af_entry_path(e, object, field, key);
    af_mask covered = 0;
    af_value set, value, text = entry->value;
    af_place place = af_typed_place(object, entry->key.line ? entry->key : entry->value);
    af_scope *inner = af_scope_new(e->arena, scope);
    for (int i = 0; i < c->n_keys; i++)
        covered |= c->sets[i];
    if (af_mentions(key, "Other"))
        af_scope_set(inner, "Other", af_set_value(e->arena, e->universe, AF_TENSORS,
                                                  af_universe_mask(e->universe, AF_TENSORS) & ~covered));
    text.quoted = false;                       /* quotes do not matter here: 10 section 6.3 */
    if (af_evaluate_set(key, inner, AF_TENSORS, -1, e->arena, &set, e->report, place, path)
        || af_evaluate_given(e, text, scope, &value, af_place_of(text), path))
        return -1;
    if (af_tensors_in(set.set) & covered)
        return overlap(e, object, field, c, key, af_tensors_in(set.set) & covered, place);
    c->keys[c->n_keys] = key, c->sets[c->n_keys] = af_tensors_in(set.set), c->values[c->n_keys++] = value;
    return 0;
}

static af_value by_tensor(engine *e, const covering *c)
{
    const char *names[64];
    af_value result = af_dict_value(e->arena);
    af_mask all = 0;
    for (int i = 0; i < c->n_keys; i++)
        all |= c->sets[i];
    int count = af_set_names(&(af_token_set){.universe = e->universe, .kind = AF_TENSORS, .members = all},
                             names, 64);
    for (int n = 0; n < count; n++)
        for (int i = 0; i < c->n_keys; i++)
            for (int t = 0; t < e->universe->n_tensors; t++)
                if (c->sets[i] >> t & 1 && !strcmp(e->universe->tensors[t], names[n]))
                    af_dict_put(e->arena, result, af_string(names[n]), c->values[i]);
    return result;
}

int af_evaluate_by_tensor(engine *e, const af_typed *object, const char *field, af_value dict,
                          const af_scope *scope, af_value *result)
{
    int count, others = 0, failed = 0;
    const af_entry *entries = af_dict_entries(dict, &count);
    covering c = {0, af_new_array(e->arena, const char *, count), af_new_array(e->arena, af_mask, count),
                  af_new_array(e->arena, af_value, count)};
    for (int i = 0; i < count; i++)
        others += af_mentions(entries[i].key.string, "Other");
    if (others > 1)
        return af_fail(e->report, AF_BAD_DATA, af_typed_place(object, dict), af_typed_path(object, field),
                       "Other appears more than once in %s. It may appear at most once: it is what the other "
                       "keys leave", field);
    for (int other = 0; other < 2; other++)    /* Other is what the rest leaves */
        for (int i = 0; i < count; i++)
            if (af_mentions(entries[i].key.string, "Other") == (other == 1))
                failed |= evaluate_entry(e, object, field, &entries[i], scope, &c);
    *result = by_tensor(e, &c);
    return failed;
}
