/* Names that the expressions of one Einsum know: sets of its tensors and rank variables, renames, and
 * other Einsums' names as empty sets (40 section 5.2, 10 sections 10.4 and 11.2). */
#include "spec/evaluate_parts.h"

#include <string.h>

enum { N_BUILTIN = 8 };
static const char *const builtin_names[N_BUILTIN] = {"All", "Tensors", "Nothing", "Inputs", "Outputs",
                                                     "Intermediates", "Shared", "Persistent"};

static const char **sorted(af_arena *arena, const char *const *names, int count)
{
    const char **copy = af_new_array(arena, const char *, count);
    memcpy(copy, names, sizeof *copy * (size_t)count);
    af_sort_texts(copy, count);
    return copy;
}

/* ---- one rename */

static bool is_renamed(const evaluated_einsum *einsum, const char *name)
{
    return af_name_find(einsum->renamed, name) >= 0;
}

static void add_rename(engine *e, evaluated_einsum *einsum, const char *name, af_value set)
{
    if (is_renamed(einsum, name))
        return;
    *af_push(e->arena, &einsum->renames) = (evaluated_rename){name, set};
    af_name_add(einsum->renamed, name);
}

static int check_count(engine *e, const af_typed *rename, af_value set, const af_scope *scope)
{
    af_scope *own = af_scope_new(e->arena, scope);
    af_value count, given = af_typed_get(rename, "expected_count");
    const char *path = af_typed_path(rename, "expected_count");
    int members = __builtin_popcountll(set.set->members) + __builtin_popcountll(set.set->strangers);
    af_scope_set(own, "source", set);
    if (af_evaluate_value(given, own, e->arena, &count, e->report, rename->place, path))
        return -1;
    bool whole = count.type == AF_INT || count.type == AF_BIG || count.type == AF_BOOL;
    if (count.type == AF_NONE || (whole && af_as_double(count) == members))
        return 0;
    if (!whole)
        return af_fail(e->report, AF_BAD_DATA, af_typed_place(rename, given), path,
                       "a whole number or null is expected, found %s", af_describe(e->arena, count));
    af_text shown = {0};
    af_print_str(&shown, count);
    af_text_printf(&shown, ", but got %d: ", members);
    af_print_str(&shown, set);
    af_fail(e->report, AF_BAD_DATA, rename->place, af_typed_path(rename, NULL), "Expected count is %s",
            shown.bytes);
    af_text_free(&shown);
    return -1;
}

/* A rename has bits per value, which a computed set has not. */
static af_value named_set(engine *e, const af_token_set *computed)
{
    af_token_set *set = af_new(e->arena, af_token_set);
    *set = *computed;
    set->named = true;
    return (af_value){.type = AF_SET, .set = set};
}

static int evaluate_rename(engine *e, evaluated_einsum *einsum, af_scope *scope, const af_typed *rename)
{
    af_value set, source = af_typed_get(rename, "source");
    const char *name = af_typed_name(rename), *path = af_typed_path(rename, "source");
    if (is_renamed(einsum, name))
        return 0;
    if (af_follows_failure(e, source)
        || af_evaluate_set(source.string, scope, AF_TENSORS, -1, e->arena, &set, e->report,
                           af_place_of(source), path)
        || check_count(e, rename, set, scope))
        return -1;
    set = named_set(e, set.set);
    add_rename(e, einsum, name, set);
    af_scope_set(scope, name, set);
    return 0;
}

static int evaluate_list(engine *e, evaluated_einsum *einsum, af_scope *scope, const af_typed *holder,
                         const char *field)
{
    const af_value *items;
    int count = af_typed_children(holder, field, &items), failed = 0;
    for (int i = 0; i < count; i++)
        if (evaluate_rename(e, einsum, scope, af_typed_of(items[i]))) {
            failed = -1;
            *af_push(e->arena, &e->failed) = af_typed_name(af_typed_of(items[i]));
        }
    return failed;
}

/* Of the top-level renames only `default` counts; other entries are told once (10 Q10). */
static int evaluate_defaults(engine *e, evaluated_einsum *einsum, af_scope *scope, const af_typed *renames,
                             const char *field)
{
    const af_value *entries;
    int count = af_typed_children(renames, "einsums", &entries), failed = 0;
    for (int i = 0; i < count; i++) {
        const af_typed *entry = af_typed_of(entries[i]);
        if (!strcmp(af_typed_name(entry), "default"))
            failed |= evaluate_list(e, einsum, scope, entry, field);
        else
            af_warn(e->report, entry->place, af_typed_path(entry, NULL),
                    "only the entry `default` has an effect here; "
                    "renames of one Einsum stand in workload.einsums");
    }
    return failed;
}

/* ---- names that are always there */

static void builtin_masks(const evaluated_workload *w, const evaluated_einsum *einsum, af_mask *masks)
{
    for (int i = 0; i < einsum->n_accesses; i++) {
        const evaluated_access *a = &einsum->accesses[i];
        const evaluated_tensor *t = &w->tensors[a->tensor];
        const bool in[N_BUILTIN] = {true, true, false, !a->output, a->output, t->n_readers && t->n_writers,
                                    t->n_einsums > 1, a->persistent};
        for (int k = 0; k < N_BUILTIN; k++)
            masks[k] |= (af_mask)in[k] << i;
    }
}

/* In renames a variable hides the set of the same name (10 Q11). */
static bool is_hidden(const af_scope *outer, const char *name)
{
    static const char *const sections[] = {"spec", "variables", "renames", "workload"};
    af_value variables = af_undefined();
    for (int i = 0; i < 4; i++)
        if (!strcmp(sections[i], name))
            return true;
    af_scope_get(outer, "variables", &variables);
    return af_typed_get(af_typed_of(variables), name).type != AF_UNDEFINED;
}

static void set_unless_hidden(engine *e, evaluated_einsum *einsum, af_scope *scope, const af_scope *outer,
                              const char *name, af_token_kind kind, af_mask members)
{
    if (!is_hidden(outer, name))
        af_scope_set(scope, name, af_set_value(e->arena, &einsum->universe, kind, members));
}

static af_scope *rename_scope(engine *e, evaluated_einsum *einsum, const af_scope *outer,
                              const af_mask *masks)
{
    const af_universe *u = &einsum->universe;
    af_scope *scope = af_scope_new(e->arena, outer);
    for (int i = 0; i < N_BUILTIN; i++)
        set_unless_hidden(e, einsum, scope, outer, builtin_names[i], AF_TENSORS, masks[i]);
    for (int i = 0; i < u->n_tensors; i++)
        set_unless_hidden(e, einsum, scope, outer, u->tensors[i], AF_TENSORS, (af_mask)1 << i);
    for (int i = 0; i < u->n_rank_variables; i++)
        set_unless_hidden(e, einsum, scope, outer, u->rank_variables[i], AF_RANK_VARIABLES, (af_mask)1 << i);
    return scope;
}

static void append_own(engine *e, evaluated_einsum *einsum, const af_mask *masks)
{
    const af_universe *u = &einsum->universe;
    const char **tensors = sorted(e->arena, u->tensors, u->n_tensors);
    for (int i = 0; i < N_BUILTIN; i++)
        add_rename(e, einsum, builtin_names[i], af_set_value(e->arena, u, AF_TENSORS, masks[i]));
    for (int i = 0; i < u->n_tensors; i++)
        for (int t = 0; t < u->n_tensors; t++)
            if (!strcmp(tensors[i], u->tensors[t]))
                add_rename(e, einsum, tensors[i], af_set_value(e->arena, u, AF_TENSORS, (af_mask)1 << t));
    for (int i = 0; i < u->n_rank_variables; i++)
        add_rename(e, einsum, u->rank_variables[i],
                   af_set_value(e->arena, u, AF_RANK_VARIABLES, (af_mask)1 << i));
}

/* ---- names of other Einsums */

static void note_word(void *context, const char *start,
                      size_t length) { af_name_add_slice(context, start, length); }

static void note_words(af_names *words, af_value value);

static void note_words_of_object(af_names *words, const af_typed *object)
{
    const af_class *class = af_typed_class(object);
    for (int i = 0; i < class->n_fields; i++)
        note_words(words, object->values[i]);
    note_words(words, object->extra);
}

static void note_words(af_names *words, af_value value)
{
    if (value.type == AF_STRING)
        af_identifier_runs(value.string, note_word, words);
    for (int i = 0; value.type == AF_LIST && i < value.list->count; i++)
        note_words(words, value.list->items[i]);
    for (int i = 0; value.type == AF_DICT && i < value.dict->count; i++) {
        note_words(words, value.dict->entries[i].key);
        note_words(words, value.dict->entries[i].value);
    }
    const af_typed *object = af_typed_of(value);
    if (object)
        note_words_of_object(words, object);
}

/* Names of tensors (or rank variables) that all Einsums may say. Of a large workload only those that some
 * expression does say: each is the empty set in all but a few Einsums, and a list of all in each would
 * grow with the square of the workload. */
static af_name_list foreign_names(engine *e, const evaluated_workload *w, const af_names *words, bool tensors)
{
    af_names *all = af_names_new(e->arena);
    for (int i = 0; i < w->n_einsums; i++) {
        const af_universe *u = &w->einsums[i].universe;
        for (int k = 0; k < (tensors ? u->n_tensors : u->n_rank_variables); k++)
            af_name_add(all, tensors ? u->tensors[k] : u->rank_variables[k]);
    }
    int count = af_name_count(all), kept = 0;
    const char **names = af_new_array(e->arena, const char *, count);
    for (int i = 0; i < count; i++)
        if (count <= AF_ALL_NAMES || af_name_find(words, af_name_text(all, i)) >= 0)
            names[kept++] = af_name_text(all, i);
    return (af_name_list){kept, sorted(e->arena, names, kept)};
}

void af_find_foreign_names(engine *e, evaluated_workload *w, const af_typed *arch)
{
    af_names *words = af_names_new(e->arena);
    note_words_of_object(words, arch);
    note_words(words, af_typed_get(w->typed, "bits_per_value"));
    note_words(words, af_typed_get(w->typed, "persistent_tensors"));
    w->foreign_tensors = foreign_names(e, w, words, true);
    w->foreign_rank_variables = foreign_names(e, w, words, false);
}

static void append_foreign(engine *e, evaluated_einsum *einsum, af_name_list names, af_token_kind kind)
{
    for (int i = 0; i < names.count; i++)
        add_rename(e, einsum, names.names[i], af_set_value(e->arena, &einsum->universe, kind, 0));
}

int af_name_sets(engine *e, const evaluated_workload *w, evaluated_einsum *einsum, const af_typed *renames,
                 const af_scope *outer)
{
    af_mask masks[N_BUILTIN] = {0};
    builtin_masks(w, einsum, masks);
    af_scope *scope = rename_scope(e, einsum, outer, masks);
    einsum->renamed = af_names_new(e->arena);
    int before = e->failed.count, failed = evaluate_list(e, einsum, scope, einsum->typed, "renames");
    failed |= evaluate_defaults(e, einsum, scope, renames, "tensor_accesses");
    failed |= evaluate_defaults(e, einsum, scope, renames, "rank_variables");
    e->failed.count = before;
    if (failed)
        return -1;
    append_own(e, einsum, masks);
    append_foreign(e, einsum, w->foreign_tensors, AF_TENSORS);
    append_foreign(e, einsum, w->foreign_rank_variables, AF_RANK_VARIABLES);
    einsum->scope = af_scope_new(e->arena, outer);
    for (int i = 0; i < einsum->renames.count; i++)
        af_scope_set(einsum->scope, einsum->renames.items[i].name, einsum->renames.items[i].set);
    return 0;
}
