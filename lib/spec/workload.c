/* Evaluation of a workload: names and renames of each Einsum, bits, persistence, iteration spaces, sizes (40 section 5, 10 section 11). */
#include "spec/evaluate_parts.h"
#include "spec/workload.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static int by_text(const void *a, const void *b) { return strcmp(*(const char *const *)a, *(const char *const *)b); }

static af_mask bit_of(const char *const *names, int count, const char *name)
{
    for (int i = 0; i < count; i++)
        if (!strcmp(names[i], name))
            return (af_mask)1 << i;
    return 0;
}

/* ---- accesses and rank variables */

typedef struct variable_search { af_names *names; } variable_search;

static void note_variable(void *context, const char *start, size_t length)
{
    char name[256];
    if (length >= sizeof name)
        return;
    memcpy(name, start, length);
    name[length] = 0;
    af_name_add(((variable_search *)context)->names, name);
}

static int read_accesses(engine *e, evaluated_einsum *einsum)
{
    const af_value *items;
    af_names *found = af_names_new(e->arena);
    einsum->n_accesses = af_typed_children(einsum->typed, "tensor_accesses", &items);
    if (einsum->n_accesses > 64)
        return af_fail(e->report, AF_BAD_DATA, einsum->typed->place, einsum->typed->path, "%d tensors in one Einsum; at most 64 are possible", einsum->n_accesses);
    einsum->accesses = af_new_array(e->arena, evaluated_access, einsum->n_accesses + 1);
    for (int i = 0; i < einsum->n_accesses; i++) {
        const af_typed *typed = af_typed_of(items[i]);
        evaluated_access *access = &einsum->accesses[i];
        *access = (evaluated_access){.name = af_typed_name(typed), .typed = typed, .output = af_truth(af_typed_get(typed, "output")),
                                     .persistent = af_truth(af_typed_get(typed, "persistent")), .projection = af_typed_get(typed, "projection")};
        int count;
        const af_entry *ranks = af_dict_entries(access->projection, &count);
        for (int k = 0; k < count; k++)
            af_rank_variables_of(ranks[k].value.string, note_variable, &(variable_search){found});
    }
    af_universe *u = &einsum->universe;
    u->n_tensors = einsum->n_accesses;
    u->n_rank_variables = af_name_count(found);
    if (u->n_rank_variables > 64)
        return af_fail(e->report, AF_BAD_DATA, einsum->typed->place, einsum->typed->path, "%d rank variables in one Einsum; at most 64 are possible", u->n_rank_variables);
    u->tensors = af_new_array(e->arena, const char *, u->n_tensors + 1);
    u->rank_variables = af_new_array(e->arena, const char *, u->n_rank_variables + 1);
    u->rank_variables_of_tensor = af_new_array(e->arena, af_mask, u->n_tensors + 1);
    u->tensors_of_rank_variable = af_new_array(e->arena, af_mask, u->n_rank_variables + 1);
    for (int i = 0; i < u->n_rank_variables; i++)
        u->rank_variables[i] = af_name_text(found, i);
    qsort(u->rank_variables, (size_t)u->n_rank_variables, sizeof *u->rank_variables, by_text);
    for (int i = 0; i < u->n_tensors; i++) {
        int count;
        const af_entry *ranks = af_dict_entries(einsum->accesses[i].projection, &count);
        u->tensors[i] = einsum->accesses[i].name;
        for (int k = 0; k < count; k++) {
            af_names *own = af_names_new(e->arena);
            af_rank_variables_of(ranks[k].value.string, note_variable, &(variable_search){own});
            for (int v = 0; v < af_name_count(own); v++)
                u->rank_variables_of_tensor[i] |= bit_of(u->rank_variables, u->n_rank_variables, af_name_text(own, v));
        }
        for (int v = 0; v < u->n_rank_variables; v++)
            if (u->rank_variables_of_tensor[i] >> v & 1)
                u->tensors_of_rank_variable[v] |= (af_mask)1 << i;
    }
    return 0;
}

static void count_uses(evaluated_workload *w, af_arena *arena)
{
    w->tensor_names = af_names_new(arena);
    for (int i = 0; i < w->n_einsums; i++)
        for (int k = 0; k < w->einsums[i].n_accesses; k++)
            af_name_add(w->tensor_names, w->einsums[i].accesses[k].name);
    w->n_tensors = af_name_count(w->tensor_names);
    w->tensors = af_new_array(arena, evaluated_tensor, w->n_tensors + 1);
    for (int i = 0; i < w->n_tensors; i++)
        w->tensors[i].name = af_name_text(w->tensor_names, i);
    for (int i = 0; i < w->n_einsums; i++)
        for (int k = 0; k < w->einsums[i].n_accesses; k++) {
            evaluated_tensor *t = &w->tensors[af_name_find(w->tensor_names, w->einsums[i].accesses[k].name)];
            t->n_einsums++;
            ++*(w->einsums[i].accesses[k].output ? &t->n_writers : &t->n_readers);
        }
}

/* ---- names (40 section 5.2) */

static bool is_renamed(const evaluated_einsum *einsum, const char *name) { return af_name_find(einsum->renamed, name) >= 0; }

static void add_rename(engine *e, evaluated_einsum *einsum, const char *name, af_value set)
{
    *af_push(e->arena, &einsum->renames) = (evaluated_rename){name, set};
    af_name_add(einsum->renamed, name);
}

static void append_rename(engine *e, evaluated_einsum *einsum, const char *name, af_token_kind kind, af_mask members)
{
    if (!is_renamed(einsum, name))
        add_rename(e, einsum, name, af_set_value(e->arena, &einsum->universe, kind, members));
}

typedef struct builtin_sets { const char *names[8]; af_mask masks[8]; } builtin_sets;

static builtin_sets builtin_names(const evaluated_workload *w, const evaluated_einsum *einsum)
{
    builtin_sets sets = {{"All", "Tensors", "Nothing", "Inputs", "Outputs", "Intermediates", "Shared", "Persistent"}, {0}};
    for (int i = 0; i < einsum->n_accesses; i++) {
        const evaluated_access *a = &einsum->accesses[i];
        const evaluated_tensor *t = &w->tensors[af_name_find(w->tensor_names, a->name)];
        const bool in[8] = {true, true, false, !a->output, a->output, t->n_readers && t->n_writers, t->n_einsums > 1, a->persistent};
        for (int k = 0; k < 8; k++)
            sets.masks[k] |= (af_mask)in[k] << i;
    }
    return sets;
}

static int evaluate_rename(engine *e, evaluated_einsum *einsum, af_scope *scope, const af_typed *rename)
{
    af_value set, count;
    const char *name = af_typed_name(rename);
    if (is_renamed(einsum, name))
        return 0;
    af_value source = af_typed_get(rename, "source");
    const char *path = af_typed_path(rename, "source");
    if (source.type != AF_STRING)
        return af_fail(e->report, AF_BAD_DATA, rename->place, path, "a set expression is expected");
    if (af_evaluate_set(source.string, scope, AF_TENSORS, -1, e->arena, &set, e->report, af_place_of(source), path))
        return -1;
    af_scope *own = af_scope_new(e->arena, scope);
    af_scope_set(own, "source", set);
    if (af_evaluate_value(af_typed_get(rename, "expected_count"), own, e->arena, &count, e->report, rename->place, af_typed_path(rename, "expected_count")))
        return -1;
    int members = __builtin_popcountll(set.set->members);
    if (count.type == AF_INT && count.integer != members) {
        af_text shown = {0};
        af_print_str(&shown, set);
        af_fail(e->report, AF_BAD_DATA, af_place_of(source), af_typed_path(rename, NULL), "Expected count is %lld, but got %d: %s",
                (long long)count.integer, members, shown.bytes);
        af_text_free(&shown);
        return -1;
    }
    set = af_set_value(e->arena, set.set->universe, set.set->kind, set.set->members);
    add_rename(e, einsum, name, set);
    af_scope_set(scope, name, set);
    return 0;
}

static int evaluate_rename_list(engine *e, evaluated_einsum *einsum, af_scope *scope, const af_typed *holder, const char *field)
{
    const af_value *items;
    int count = af_typed_children(holder, field, &items);
    for (int i = 0; i < count; i++)
        if (evaluate_rename(e, einsum, scope, af_typed_of(items[i])))
            return -1;
    return 0;
}

static void append_foreign(engine *e, const evaluated_workload *w, evaluated_einsum *einsum, bool tensors)
{
    af_names *all = af_names_new(e->arena);
    for (int i = 0; i < w->n_einsums; i++) {
        const af_universe *u = &w->einsums[i].universe;
        for (int k = 0; k < (tensors ? u->n_tensors : u->n_rank_variables); k++)
            af_name_add(all, tensors ? u->tensors[k] : u->rank_variables[k]);
    }
    int count = af_name_count(all);
    const char **names = af_new_array(e->arena, const char *, count + 1);
    for (int i = 0; i < count; i++)
        names[i] = af_name_text(all, i);
    qsort(names, (size_t)count, sizeof *names, by_text);
    for (int i = 0; i < count; i++)
        append_rename(e, einsum, names[i], tensors ? AF_TENSORS : AF_RANK_VARIABLES, 0);
}

static int name_sets(engine *e, const evaluated_workload *w, evaluated_einsum *einsum, const af_typed *renames, const af_scope *outer)
{
    af_universe *u = &einsum->universe;
    builtin_sets sets = builtin_names(w, einsum);
    af_scope *base = af_scope_new(e->arena, outer), *scope = af_scope_new(e->arena, base);
    for (int i = 0; i < 8; i++)
        af_scope_set(base, sets.names[i], af_set_value(e->arena, u, AF_TENSORS, sets.masks[i]));
    for (int i = 0; i < u->n_tensors; i++)
        af_scope_set(base, u->tensors[i], af_set_value(e->arena, u, AF_TENSORS, (af_mask)1 << i));
    for (int i = 0; i < u->n_rank_variables; i++)
        af_scope_set(base, u->rank_variables[i], af_set_value(e->arena, u, AF_RANK_VARIABLES, (af_mask)1 << i));
    if (evaluate_rename_list(e, einsum, scope, einsum->typed, "renames"))
        return -1;
    const af_value *items;
    int count = af_typed_children(renames, "einsums", &items);
    for (int k = 0; k < 2; k++)
        for (int i = 0; i < count; i++) {
            const af_typed *entry = af_typed_of(items[i]);
            if (!strcmp(af_typed_name(entry), "default") && evaluate_rename_list(e, einsum, scope, entry, k ? "rank_variables" : "tensor_accesses"))
                return -1;
        }
    for (int i = 0; i < 8; i++)
        append_rename(e, einsum, sets.names[i], AF_TENSORS, sets.masks[i]);
    const char **sorted = af_new_array(e->arena, const char *, u->n_tensors + 1);
    memcpy(sorted, u->tensors, sizeof *sorted * (size_t)u->n_tensors);
    qsort(sorted, (size_t)u->n_tensors, sizeof *sorted, by_text);
    for (int i = 0; i < u->n_tensors; i++)
        append_rename(e, einsum, sorted[i], AF_TENSORS, bit_of(u->tensors, u->n_tensors, sorted[i]));
    for (int i = 0; i < u->n_rank_variables; i++)
        append_rename(e, einsum, u->rank_variables[i], AF_RANK_VARIABLES, (af_mask)1 << i);
    append_foreign(e, w, einsum, true);
    append_foreign(e, w, einsum, false);
    einsum->scope = af_scope_new(e->arena, outer);
    for (int i = 0; i < einsum->renames.count; i++)
        af_scope_set(einsum->scope, einsum->renames.items[i].name, einsum->renames.items[i].set);
    return 0;
}

/* ---- bits and persistence (40 sections 5.3, 5.4) */

static int evaluate_bits(engine *e, const evaluated_workload *w, evaluated_einsum *einsum)
{
    af_value by_tensor;
    engine own = *e;
    own.universe = &einsum->universe;
    if (af_evaluate_by_tensor(&own, af_typed_get(w->typed, "bits_per_value"), einsum->scope, "workload bits_per_value", "workload.bits_per_value", &by_tensor))
        return -1;
    double *bits = af_new_array(e->arena, double, einsum->n_accesses + 1);
    for (int i = 0; i < einsum->n_accesses; i++) {
        evaluated_access *access = &einsum->accesses[i];
        af_value given = af_typed_get(access->typed, "bits_per_value");
        const af_value *common = af_dict_find(by_tensor, access->name);
        const char *path = af_typed_path(access->typed, "bits_per_value");
        if (given.type == AF_NONE && !common)
            return af_fail(e->report, AF_BAD_DATA, access->typed->place, path,
                           "Tensor %s in Einsum %s does not have a bits per value specified: give workload.bits_per_value, as in {All: 8}", access->name, einsum->name);
        if (given.type != AF_NONE && af_evaluate_value(given, einsum->scope, e->arena, &access->bits, e->report, access->typed->place, path))
            return -1;
        if (given.type == AF_NONE)
            access->bits = *common;
        if (!af_is_number(access->bits))
            return af_fail(e->report, AF_BAD_DATA, access->typed->place, path, "bits_per_value must be a number");
        bits[i] = af_as_double(access->bits);
    }
    einsum->universe.bits_per_value = bits;
    return 0;
}

static int evaluate_persistence(engine *e, const evaluated_workload *w, evaluated_einsum *einsum)
{
    af_value text = af_typed_get(w->typed, "persistent_tensors"), set;
    if (text.type != AF_STRING || !*text.string)
        return 0;
    if (af_evaluate_set(text.string, einsum->scope, AF_TENSORS, -1, e->arena, &set, e->report, af_place_of(text), "workload.persistent_tensors"))
        return -1;
    for (int i = 0; i < einsum->n_accesses; i++)
        einsum->accesses[i].persistent |= set.set->members >> i & 1;
    return 0;
}

static int check_agreement(engine *e, const evaluated_workload *w)
{
    const evaluated_access **first = af_new_array(e->arena, const evaluated_access *, w->n_tensors + 1);
    const char **where = af_new_array(e->arena, const char *, w->n_tensors + 1);
    for (int i = 0; i < w->n_einsums; i++)
        for (int k = 0; k < w->einsums[i].n_accesses; k++) {
            const evaluated_access *a = &w->einsums[i].accesses[k];
            int t = af_name_find(w->tensor_names, a->name);
            if (!first[t]) {
                first[t] = a;
                where[t] = w->einsums[i].name;
            } else if (!af_equal(first[t]->bits, a->bits)) {
                return af_fail(e->report, AF_BAD_DATA, a->typed->place, af_typed_path(a->typed, "bits_per_value"),
                               "Tensor %s has bits per value %g in Einsum %s and %g in Einsum %s. Bits per value must be consistent across all Einsums "
                               "that access a tensor.", a->name, af_as_double(first[t]->bits), where[t], af_as_double(a->bits), w->einsums[i].name);
            } else if (first[t]->persistent != a->persistent) {
                return af_fail(e->report, AF_BAD_DATA, a->typed->place, af_typed_path(a->typed, "persistent"),
                               "Tensor %s is used in multiple Einsums with different persistent values: Einsums %s and %s", a->name, where[t], w->einsums[i].name);
            }
        }
    return 0;
}

/* ---- iteration spaces and sizes (40 sections 4.4, 4.5) */

static void add_constraint(af_text *text, const char *constraint) { af_text_printf(text, "%s%s", text->length ? " and " : "", constraint); }

static void make_space(engine *e, const evaluated_workload *w, evaluated_einsum *einsum)
{
    af_text text = {0};
    const af_value *own;
    int count;
    const af_entry *ranks;
    char size[64];
    int n = af_typed_children(einsum->typed, "iteration_space_shape", &own);
    for (int i = 0; i < n; i++)
        add_constraint(&text, own[i].string);
    af_value shapes = af_typed_get(w->typed, "iteration_space_shape"), sizes = af_typed_get(einsum->typed, "rank_sizes");
    for (int i = 0; i < einsum->universe.n_rank_variables; i++) {
        const af_value *shape = af_dict_find(shapes, einsum->universe.rank_variables[i]);
        if (shape)
            add_constraint(&text, shape->string);
    }
    for (int i = 0; i < einsum->n_accesses; i++) {
        ranks = af_dict_entries(einsum->accesses[i].projection, &count);
        for (int k = 0; k < count; k++) {
            const af_value *rank_size = af_dict_find(sizes, ranks[k].key.string);
            if (!rank_size)
                rank_size = af_dict_find(w->rank_sizes, ranks[k].key.string);
            if (!rank_size)
                continue;
            af_number_text(size, af_as_double(*rank_size));
            add_constraint(&text, af_format(e->arena, "0 <= %s < %s", ranks[k].value.string, size));
        }
    }
    einsum->space_text = af_copy_text(e->arena, text.bytes ? text.bytes : "");
    af_text_free(&text);
    einsum->space = af_space_new(w->spaces, einsum->name, (af_variables){einsum->universe.n_rank_variables, einsum->universe.rank_variables}, einsum->space_text);
}

static int measure_space(engine *e, evaluated_einsum *einsum)
{
    const char *path = af_format(e->arena, "%s (%s)", einsum->typed->path, einsum->name);
    einsum->extents = af_new_array(e->arena, int64_t, einsum->universe.n_rank_variables + 1);
    return af_space_extents(einsum->space, einsum->extents, e->report, einsum->typed->place, path) ||
                   af_space_count(einsum->space, &einsum->n_computes, e->report, einsum->typed->place, path)
               ? -1 : 0;
}

/* The tensor's points: those that all its writers make, or without writers those that all its readers take. */
static int measure_tensor(engine *e, const evaluated_workload *w, evaluated_tensor *t)
{
    af_image_source *sources = af_new_array(e->arena, af_image_source, t->n_einsums + 1);
    int n_sources = 0;
    const evaluated_access *first = NULL;
    for (int i = 0; i < w->n_einsums; i++)
        for (int k = 0; k < w->einsums[i].n_accesses; k++) {
            const evaluated_access *a = &w->einsums[i].accesses[k];
            if (strcmp(a->name, t->name) || (t->n_writers && !a->output))
                continue;
            int count;
            const af_entry *ranks = af_dict_entries(a->projection, &count);
            const char **texts = af_new_array(e->arena, const char *, count + 1);
            first = first ? first : a;
            const af_entry *order = af_dict_entries(first->projection, &count);
            for (int r = 0; r < count; r++) {
                const af_value *text = af_dict_find(a->projection, order[r].key.string);
                texts[r] = text ? text->string : ranks[r].value.string;
            }
            sources[n_sources++] = (af_image_source){w->einsums[i].space, count, texts};
        }
    const af_entry *ranks = af_dict_entries(first->projection, &t->n_ranks);
    t->ranks = af_new_array(e->arena, const char *, t->n_ranks + 1);
    t->shape = af_new_array(e->arena, int64_t, t->n_ranks + 1);
    for (int r = 0; r < t->n_ranks; r++)
        t->ranks[r] = ranks[r].key.string;
    return af_image_of(w->spaces, sources, n_sources, t->shape, &t->size, e->report, first->typed->place, af_format(e->arena, "%s (%s)", first->typed->path, t->name));
}

static int evaluate_rank_sizes(engine *e, evaluated_workload *w, const af_scope *scope)
{
    af_typed *holder = af_typed_copy(e->arena, w->typed);
    int count;
    const af_entry *entries = af_dict_entries(af_typed_get(w->typed, "rank_sizes"), &count);
    af_typed open = *holder;
    open.extra = af_dict_value(e->arena);
    open.object.kind = &af_find_class("Variables")->kind;
    open.path = "workload.rank_sizes";
    for (int i = 0; i < count; i++)
        af_dict_put(e->arena, open.extra, entries[i].key, entries[i].value);
    if (af_evaluate_open(e, &open, scope, NULL))
        return -1;
    w->rank_sizes = open.extra;
    entries = af_dict_entries(open.extra, &count);
    for (int i = 0; i < count; i++)
        if (entries[i].value.type != AF_INT && entries[i].value.type != AF_BIG) {
            af_text shown = {0};
            af_print_repr(&shown, entries[i].value);
            af_fail(e->report, AF_BAD_DATA, af_place_of(af_dict_entries(af_typed_get(w->typed, "rank_sizes"), &count)[i].value),
                    af_format(e->arena, "workload.rank_sizes.%s", entries[i].key.string), "evaluated to \"%s\" with type %s. Expected an int.", shown.bytes,
                    af_type_name(entries[i].value));
            af_text_free(&shown);
            return -1;
        }
    return 0;
}

static int64_t whole(af_value value) { return (int64_t)af_as_double(value); }

evaluated_workload *af_evaluate_workload(engine *e, const af_typed *workload, const af_typed *renames, const af_scope *scope)
{
    evaluated_workload *w = af_new(e->arena, evaluated_workload);
    const af_value *items;
    *w = (evaluated_workload){.typed = workload, .spaces = af_spaces_new(e->arena), .n_instances = whole(af_typed_get(workload, "n_instances"))};
    w->n_einsums = af_typed_children(workload, "einsums", &items);
    w->einsums = af_new_array(e->arena, evaluated_einsum, w->n_einsums + 1);
    if (evaluate_rank_sizes(e, w, scope))
        return NULL;
    for (int i = 0; i < w->n_einsums; i++) {
        const af_typed *typed = af_typed_of(items[i]);
        w->einsums[i] = (evaluated_einsum){.name = af_typed_name(typed), .typed = typed, .n_instances = whole(af_typed_get(typed, "n_instances")),
                                           .is_copy = af_truth(af_typed_get(typed, "is_copy_operation"))};
        w->einsums[i].renamed = af_names_new(e->arena);
        if (read_accesses(e, &w->einsums[i]))
            return NULL;
    }
    count_uses(w, e->arena);
    for (int i = 0; i < w->n_einsums; i++) {
        evaluated_einsum *einsum = &w->einsums[i];
        if (name_sets(e, w, einsum, renames, scope) || evaluate_bits(e, w, einsum) || evaluate_persistence(e, w, einsum))
            return NULL;
        make_space(e, w, einsum);
        if (measure_space(e, einsum))
            return NULL;
    }
    if (check_agreement(e, w))
        return NULL;
    for (int i = 0; i < w->n_tensors; i++)
        if (measure_tensor(e, w, &w->tensors[i]))
            return NULL;
    return w;
}

/* ---- the `workload` record */

static double intensity(const evaluated_workload *w, const evaluated_einsum *einsum)
{
    double moved = 0;
    for (int i = 0; i < einsum->n_accesses; i++)
        moved += (double)w->tensors[af_name_find(w->tensor_names, einsum->accesses[i].name)].size;
    return (double)einsum->n_computes / moved;
}

static void put_access(af_json_writer *w, const evaluated_access *access)
{
    int count;
    const af_entry *ranks = af_dict_entries(access->projection, &count);
    af_put_object(w, NULL);
    af_put_string(w, "name", access->name);
    af_put_bool(w, "output", access->output);
    af_put_bool(w, "persistent", access->persistent);
    af_put_value(w, "bits_per_value", access->bits);
    af_put_value(w, "backing_storage_size_scale", af_typed_get(access->typed, "backing_storage_size_scale"));
    af_put_array(w, "projection");
    for (int i = 0; i < count; i++) {
        af_put_array(w, NULL);
        af_put_string(w, NULL, ranks[i].key.string);
        af_put_string(w, NULL, ranks[i].value.string);
        af_put_end_array(w);
    }
    af_put_end_array(w);
    af_put_end_object(w);
}

static void put_einsum(af_json_writer *j, const evaluated_workload *w, const evaluated_einsum *einsum)
{
    af_put_object(j, NULL);
    af_put_string(j, "name", einsum->name);
    af_put_integer(j, "n_instances", einsum->n_instances);
    af_put_bool(j, "is_copy_operation", einsum->is_copy);
    af_put_array(j, "tensor_accesses");
    for (int i = 0; i < einsum->n_accesses; i++)
        put_access(j, &einsum->accesses[i]);
    af_put_end_array(j);
    af_put_array(j, "rank_variables");
    for (int i = 0; i < einsum->universe.n_rank_variables; i++)
        af_put_string(j, NULL, einsum->universe.rank_variables[i]);
    af_put_end_array(j);
    af_put_value(j, "rank_sizes", af_typed_get(einsum->typed, "rank_sizes"));
    af_put_string(j, "iteration_space_isl", einsum->space_text);
    af_put_array(j, "renames");
    for (int i = 0; i < einsum->renames.count; i++) {
        af_put_object(j, NULL);
        af_put_string(j, "name", einsum->renames.items[i].name);
        af_put_value(j, "set", einsum->renames.items[i].set);
        af_put_end_object(j);
    }
    af_put_end_array(j);
    af_put_integer(j, "n_computes", einsum->n_computes);
    af_put_real(j, "compute_intensity", intensity(w, einsum));
    af_put_end_object(j);
}

static void put_tensor(af_json_writer *j, const evaluated_workload *w, const evaluated_tensor *t)
{
    af_put_object(j, NULL);
    af_put_string(j, "name", t->name);
    af_put_integer(j, "size", t->size);
    for (int i = 0; i < w->n_einsums; i++)
        for (int k = 0; k < w->einsums[i].n_accesses; k++)
            if (!strcmp(w->einsums[i].accesses[k].name, t->name)) {
                af_put_number(j, "bits", (double)t->size * af_as_double(w->einsums[i].accesses[k].bits));
                i = w->n_einsums - 1;
                break;
            }
    af_put_object(j, "shape");
    for (int i = 0; i < t->n_ranks; i++)
        af_put_integer(j, t->ranks[i], t->shape[i]);
    af_put_end_object(j);
    af_put_end_object(j);
}

/* Source and outputs of each copy Einsum, both ways (40 section 4.7). */
static void put_copies(af_json_writer *j, const evaluated_workload *w)
{
    af_put_object(j, "copies");
    for (int t = 0; t < w->n_tensors; t++) {
        const char *names[128];
        int count = 0;
        for (int i = 0; i < w->n_einsums; i++)
            for (int a = 0; w->einsums[i].is_copy && a < w->einsums[i].n_accesses; a++)
                for (int b = 0; b < w->einsums[i].n_accesses; b++) {
                    const evaluated_access *x = &w->einsums[i].accesses[a], *y = &w->einsums[i].accesses[b];
                    if (!strcmp(x->name, w->tensors[t].name) && x->output != y->output && count < 128)
                        names[count++] = y->name;
                }
        if (!count)
            continue;
        qsort(names, (size_t)count, sizeof *names, by_text);
        af_put_array(j, w->tensors[t].name);
        for (int i = 0; i < count; i++)
            if (!i || strcmp(names[i], names[i - 1]))
                af_put_string(j, NULL, names[i]);
        af_put_end_array(j);
    }
    af_put_end_object(j);
}

void af_put_workload(af_output *out, const evaluated_workload *w, const char *spec)
{
    af_json_writer *j = af_begin_record(out, "workload");
    af_put_string(j, "spec", spec);
    af_put_integer(j, "n_instances", w->n_instances);
    af_put_array(j, "einsums");
    for (int i = 0; i < w->n_einsums; i++)
        put_einsum(j, w, &w->einsums[i]);
    af_put_end_array(j);
    af_put_array(j, "tensors");
    for (int i = 0; i < w->n_tensors; i++)
        put_tensor(j, w, &w->tensors[i]);
    af_put_end_array(j);
    af_put_value(j, "rank_sizes", w->rank_sizes);
    af_put_array(j, "rank_variables");
    const char *names[1024];
    int count = 0;
    for (int i = 0; i < w->n_einsums; i++)
        for (int k = 0; k < w->einsums[i].universe.n_rank_variables && count < 1024; k++)
            names[count++] = w->einsums[i].universe.rank_variables[k];
    qsort(names, (size_t)count, sizeof *names, by_text);
    for (int i = 0; i < count; i++)
        if (!i || strcmp(names[i], names[i - 1]))
            af_put_string(j, NULL, names[i]);
    af_put_end_array(j);
    put_copies(j, w);
    af_end_record(out);
}
