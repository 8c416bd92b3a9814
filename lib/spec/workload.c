/* Evaluation of a workload (40 section 5, 10 section 11): accesses, rank sizes, bits per value, persistence;
 * names are in renames.c, spaces and sizes in workload_measure.c. */
#include "spec/workload.h"
#include "spec/evaluate_parts.h"

#include <math.h>

/* ---- accesses and rank variables */

static void note_variable(void *context, const char *start, size_t length)
{
    af_name_add_slice(context, start, length);
}

static int at_most_64(engine *e, const evaluated_einsum *einsum, int count, const char *what)
{
    return count <= 64
               ? 0
               : af_fail(e->report, AF_BAD_DATA, einsum->typed->place, af_typed_path(einsum->typed, NULL),
                         "%d %s in one Einsum; at most 64 are possible", count, what);
}

static int read_accesses(engine *e, evaluated_einsum *einsum, af_names *tensors)
{
    const af_value *items;
    einsum->n_accesses = af_typed_children(einsum->typed, "tensor_accesses", &items);
    einsum->accesses = af_new_array(e->arena, evaluated_access, einsum->n_accesses);
    for (int i = 0; i < einsum->n_accesses; i++) {
        const af_typed *typed = af_typed_of(items[i]);
        evaluated_access *access = &einsum->accesses[i];
        *access = (evaluated_access){.name = af_typed_name(typed),
                                     .typed = typed,
                                     .tensor = af_name_add(tensors, af_typed_name(typed)),
                                     .output = af_truth(af_typed_get(typed, "output")),
                                     .persistent = af_truth(af_typed_get(typed, "persistent"))};
        access->ranks = af_dict_entries(af_typed_get(typed, "projection"), &access->n_ranks);
        for (int k = 0; k < i; k++)
            if (einsum->accesses[k].tensor == access->tensor)
                return af_fail(e->report, AF_BAD_DATA, typed->place, af_typed_path(typed, NULL),
                               "Multiple elements with name \"%s\" found: "
                               "an Einsum accesses each tensor once, and either reads or writes it",
                               access->name);
    }
    return at_most_64(e, einsum, einsum->n_accesses, "tensors");
}

static int read_rank_variables(engine *e, evaluated_einsum *einsum)
{
    af_universe *u = &einsum->universe;
    af_names *found = af_names_new(e->arena);
    for (int i = 0; i < einsum->n_accesses; i++)
        for (int r = 0; r < einsum->accesses[i].n_ranks; r++)
            af_rank_variables_of(einsum->accesses[i].ranks[r].value.string, note_variable, found);
    u->n_rank_variables = af_name_count(found);
    u->rank_variables = af_new_array(e->arena, const char *, u->n_rank_variables);
    for (int i = 0; i < u->n_rank_variables; i++)
        u->rank_variables[i] = af_name_text(found, i);
    af_sort_texts(u->rank_variables, u->n_rank_variables);
    return at_most_64(e, einsum, u->n_rank_variables, "rank variables");
}

static int read_projections(engine *e, evaluated_einsum *einsum)
{
    af_variables variables = {einsum->universe.n_rank_variables, einsum->universe.rank_variables};
    for (int i = 0; i < einsum->n_accesses; i++) {
        evaluated_access *access = &einsum->accesses[i];
        access->projection = af_new_array(e->arena, af_rank, access->n_ranks);
        for (int r = 0; r < access->n_ranks; r++)
            if (af_read_projection(e->arena, access->ranks[r].key.string, access->ranks[r].value.string,
                                   &variables, &access->projection[r], e->report, access->typed->place,
                                   af_typed_path(access->typed, "projection")))
                return -1;
    }
    return 0;
}

static void make_universe(engine *e, evaluated_einsum *einsum)
{
    af_universe *u = &einsum->universe;
    u->n_tensors = einsum->n_accesses;
    u->tensors = af_new_array(e->arena, const char *, u->n_tensors);
    u->rank_variables_of_tensor = af_new_array(e->arena, af_mask, u->n_tensors);
    u->tensors_of_rank_variable = af_new_array(e->arena, af_mask, u->n_rank_variables);
    for (int i = 0; i < u->n_tensors; i++) {
        u->tensors[i] = einsum->accesses[i].name;
        for (int r = 0; r < einsum->accesses[i].n_ranks; r++)
            u->rank_variables_of_tensor[i] |= einsum->accesses[i].projection[r].mentioned;
        for (int v = 0; v < u->n_rank_variables; v++)
            u->tensors_of_rank_variable[v] |= (u->rank_variables_of_tensor[i] >> v & 1) << i;
    }
}

static void find_uses(engine *e, evaluated_workload *w)
{
    w->n_tensors = af_name_count(w->tensor_names);
    w->tensors = af_new_array(e->arena, evaluated_tensor, w->n_tensors);
    for (int i = 0; i < w->n_tensors; i++)
        w->tensors[i].name = af_name_text(w->tensor_names, i);
    for (int i = 0; i < w->n_einsums; i++)
        for (int k = 0; k < w->einsums[i].n_accesses; k++) {
            evaluated_tensor *t = &w->tensors[w->einsums[i].accesses[k].tensor];
            *af_push(e->arena, &t->uses) = (tensor_use){i, k};
            t->n_einsums++;
            ++*(w->einsums[i].accesses[k].output ? &t->n_writers : &t->n_readers);
        }
}

/* ---- bits per value (40 section 5.3) */

static int bits_of_access(engine *e, evaluated_einsum *einsum, evaluated_access *access, af_value by_tensor)
{
    af_value given = af_typed_get(access->typed, "bits_per_value");
    const af_value *common = af_dict_find(by_tensor, access->name);
    const char *path = af_typed_path(access->typed, "bits_per_value");
    if (given.type == AF_NONE && !common)
        return af_fail(e->report, AF_BAD_DATA, access->typed->place, path,
                       "Tensor %s in Einsum %s does not have a bits per value specified: "
                       "give workload.bits_per_value, as in {All: 8}",
                       access->name, einsum->name);
    if (given.type == AF_NONE)
        access->bits = *common;
    else if (af_evaluate_value(given, einsum->scope, e->arena, &access->bits, e->report, af_place_of(given),
                               path))
        return -1;
    if (access->bits.type != AF_INT && access->bits.type != AF_BIG && access->bits.type != AF_BOOL)
        return af_fail(e->report, AF_BAD_DATA, access->typed->place, path,
                       "bits_per_value must be an integer, found %s", af_describe(e->arena, access->bits));
    return 0;
}

static int evaluate_bits(engine *e, const evaluated_workload *w, evaluated_einsum *einsum)
{
    af_value by_tensor;
    engine own = *e;
    double *bits = af_new_array(e->arena, double, einsum->n_accesses);
    own.universe = &einsum->universe;
    if (af_evaluate_by_tensor(&own, w->typed, "bits_per_value", af_typed_get(w->typed, "bits_per_value"),
                              einsum->scope, &by_tensor))
        return -1;
    for (int i = 0; i < einsum->n_accesses; i++) {
        if (bits_of_access(e, einsum, &einsum->accesses[i], by_tensor))
            return -1;
        bits[i] = af_as_double(einsum->accesses[i].bits);
    }
    einsum->universe.bits_per_value = bits;
    return 0;
}

static int check_bits(engine *e, const evaluated_workload *w, const evaluated_tensor *t)
{
    const evaluated_access *first = af_access_of(w, t->uses.items[0]);
    for (int i = 1; i < t->uses.count; i++) {
        const evaluated_access *a = af_access_of(w, t->uses.items[i]);
        if (!af_equal(first->bits, a->bits))
            return af_fail(e->report, AF_BAD_DATA, a->typed->place, af_typed_path(a->typed, "bits_per_value"),
                           "Tensor %s has bits per value %g in Einsum %s and %g in Einsum %s. "
                           "Bits per value must be consistent across all Einsums that access a tensor",
                           t->name, af_as_double(first->bits), w->einsums[t->uses.items[0].einsum].name,
                           af_as_double(a->bits), w->einsums[t->uses.items[i].einsum].name);
    }
    return 0;
}

/* ---- persistence (40 section 5.4) */

static int evaluate_persistence(engine *e, const evaluated_workload *w, evaluated_einsum *einsum)
{
    af_value text = af_typed_get(w->typed, "persistent_tensors"), set;
    if (text.type != AF_STRING || !*text.string)
        return 0;
    if (af_evaluate_set(text.string, einsum->scope, AF_TENSORS, -1, e->arena, &set, e->report,
                        af_place_of(text), af_typed_path(w->typed, "persistent_tensors")))
        return -1;
    for (int i = 0; i < einsum->n_accesses; i++)
        einsum->accesses[i].persistent |= af_tensors_in(set.set) >> i & 1;
    return 0;
}

static int check_persistence(engine *e, const evaluated_workload *w, const evaluated_tensor *t)
{
    const evaluated_access *first = af_access_of(w, t->uses.items[0]);
    for (int i = 1; i < t->uses.count; i++) {
        const evaluated_access *a = af_access_of(w, t->uses.items[i]);
        if (first->persistent != a->persistent)
            return af_fail(e->report, AF_BAD_DATA, a->typed->place, af_typed_path(a->typed, "persistent"),
                           "Tensor %s is used in multiple Einsums with different persistent values: "
                           "it is persistent in Einsum %s, not in %s",
                           t->name, w->einsums[t->uses.items[first->persistent ? 0 : i].einsum].name,
                           w->einsums[t->uses.items[first->persistent ? i : 0].einsum].name);
    }
    return 0;
}

/* ---- rank sizes (40 section 5.1) */

static int check_rank_size(engine *e, const af_typed *sizes, af_entry size)
{
    const af_value *given = af_dict_find(sizes->extra, size.key.string);
    if (size.value.type == AF_INT || size.value.type == AF_BIG)
        return 0;
    return af_wrong_result(e, AF_MAY_INT, *given, size.value, af_typed_path(sizes, size.key.string));
}

/* A map of expressions that may name one another, as an open class is. */
static int evaluate_rank_sizes(engine *e, evaluated_workload *w, const af_scope *outer)
{
    static const char *const before[] = {"n_instances", "persistent_tensors"};
    af_scope *scope = af_scope_new(e->arena, outer);
    af_typed given = *w->typed;
    int count;
    given.object.kind = &af_find_class("Variables")->kind;
    given.extra = af_typed_get(w->typed, "rank_sizes");
    given.path = "workload.rank_sizes";
    for (int i = 0; i < 2; i++)
        af_scope_set(scope, before[i], af_typed_get(w->typed, before[i]));
    af_typed *sizes = af_typed_copy(e->arena, &given);
    if (af_evaluate_open(e, sizes, scope, NULL))
        return -1;
    int failed = 0;
    w->rank_sizes = sizes->extra;
    const af_entry *entries = af_dict_entries(sizes->extra, &count);
    for (int i = 0; i < count; i++)
        failed |= check_rank_size(e, &given, entries[i]);
    return failed;
}

/* ---- the whole */

/* As a double, which is how it enters counts, it is exact. */
static const double most_instances = 9007199254740992.0;

/* Of the workload, times those of the Einsum; einsum NULL: of the workload alone. */
static int read_instances(engine *e, const af_typed *workload, const af_typed *einsum, int64_t *instances)
{
    const af_typed *told = einsum ? einsum : workload;
    double of_workload = af_as_double(af_typed_get(workload, "n_instances")),
           own = af_as_double(af_typed_get(told, "n_instances")),
           all = einsum ? own * of_workload : own;
    *instances = 1;
    if (fmax(fabs(own), fabs(all)) > most_instances)
        return af_fail(e->report, AF_BAD_DATA, told->place, af_typed_path(told, "n_instances"),
                       "%g instances in all; at most %.0f are counted", all, most_instances);
    *instances = (int64_t)own;
    return 0;
}

static int read_einsums(engine *e, evaluated_workload *w)
{
    const af_value *items;
    int failed = 0;
    w->einsum_names = af_names_new(e->arena);
    w->tensor_names = af_names_new(e->arena);
    w->n_einsums = af_typed_children(w->typed, "einsums", &items);
    w->einsums = af_new_array(e->arena, evaluated_einsum, w->n_einsums);
    for (int i = 0; i < w->n_einsums; i++) {
        const af_typed *typed = af_typed_of(items[i]);
        w->einsums[i] = (evaluated_einsum){.name = af_typed_name(typed),
                                           .typed = typed,
                                           .is_copy = af_truth(af_typed_get(typed, "is_copy_operation"))};
        af_name_add(w->einsum_names, w->einsums[i].name);
        if (read_instances(e, w->typed, typed, &w->einsums[i].n_instances) ||
            read_accesses(e, &w->einsums[i], w->tensor_names) || read_rank_variables(e, &w->einsums[i]) ||
            read_projections(e, &w->einsums[i]))
            failed = -1;
        else
            make_universe(e, &w->einsums[i]);
    }
    if (!failed)
        find_uses(e, w);
    return failed;
}

static int measure(engine *e, evaluated_workload *w)
{
    int failed = 0;
    for (int i = 0; i < w->n_tensors; i++)
        failed |= check_bits(e, w, &w->tensors[i]) | check_persistence(e, w, &w->tensors[i]);
    for (int i = 0; i < w->n_einsums; i++)
        failed |= af_measure_einsum(e, w, &w->einsums[i]);
    for (int i = 0; i < w->n_tensors && !failed; i++)
        failed = af_measure_tensor(e, w, &w->tensors[i]);
    return failed;
}

static int evaluate(engine *e, evaluated_workload *w, const af_typed *renames, const af_typed *arch,
                    const af_scope *scope)
{
    if (read_einsums(e, w))
        return -1;
    int failed = 0;
    af_find_foreign_names(e, w, arch);
    for (int i = 0; i < w->n_einsums; i++)
        if (af_name_sets(e, w, &w->einsums[i], renames, scope) || evaluate_bits(e, w, &w->einsums[i]) ||
            evaluate_persistence(e, w, &w->einsums[i]))
            failed = -1;
    failed |= evaluate_rank_sizes(e, w, scope);
    return failed ? -1 : measure(e, w);
}

evaluated_workload *af_evaluate_workload(engine *e, const af_typed *workload, const af_typed *renames,
                                         const af_typed *arch, const af_scope *scope)
{
    evaluated_workload *w = af_new(e->arena, evaluated_workload);
    *w = (evaluated_workload){.typed = workload,
                              .spaces = af_spaces_new(e->arena)};
    if (!read_instances(e, workload, NULL, &w->n_instances) &&
        !evaluate(e, w, renames, arch, scope))
        return w;
    af_spaces_free(w->spaces);
    return NULL;
}
