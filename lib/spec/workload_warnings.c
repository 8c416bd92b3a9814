/* What is legal in a workload, and probably not meant (40 section 4.5, 85 U5 and U6). */
#include "spec/evaluate_parts.h"

#include <stdlib.h>
#include <string.h>

/* The same rank variable should have one bound in all Einsums (40 section 4.5); the mapper needs it. */
static void warn_of_bounds(engine *e, const evaluated_workload *w)
{
    af_names *names = af_names_new(e->arena);
    af_list(int) first = {0};                 /* per rank variable the Einsum that has it first */
    af_list(int64_t) bounds = {0};
    for (int i = 0; i < w->n_einsums; i++)
        for (int k = 0; k < w->einsums[i].universe.n_rank_variables; k++) {
            const evaluated_einsum *einsum = &w->einsums[i];
            int id = af_name_add(names, einsum->universe.rank_variables[k]);
            if (id == first.count) {
                *af_push(e->arena, &first) = i;
                *af_push(e->arena, &bounds) = einsum->extents[k];
            } else if (bounds.items[id] != einsum->extents[k])
                af_warn(e->report, einsum->typed->place, af_typed_path(einsum->typed, NULL),
                        "Rank variable %s has different bounds for einsum %s and %s: %lld and %lld",
                        af_name_text(names, id), w->einsums[first.items[id]].name, einsum->name,
                        (long long)bounds.items[id], (long long)einsum->extents[k]);
        }
}

/* ---- copies between tensors that are not alike (85 U5) */

static int by_extent(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* Extents in order of size, without those of one. */
static int extents_of(engine *e, const evaluated_workload *w, const evaluated_tensor *t, int64_t **extents)
{
    int n = af_access_of(w, t->uses.items[0])->n_ranks, count = 0;
    *extents = af_new_array(e->arena, int64_t, n + 1);
    for (int r = 0; r < n; r++)
        if (t->shape[r] != 1)
            (*extents)[count++] = t->shape[r];
    qsort(*extents, (size_t)count, sizeof **extents, by_extent);
    return count;
}

static bool are_alike(engine *e, const evaluated_workload *w, const evaluated_tensor *a,
                      const evaluated_tensor *b)
{
    int64_t *x, *y;
    int n = extents_of(e, w, a, &x), m = extents_of(e, w, b, &y);
    return a->size == b->size && n == m && (!n || !memcmp(x, y, sizeof *x * (size_t)n));
}

/* "A[M: 8, K: 4] of 32 values". */
static const char *describe(engine *e, const evaluated_workload *w, const evaluated_tensor *t)
{
    const evaluated_access *first = af_access_of(w, t->uses.items[0]);
    af_text text = {0};
    for (int r = 0; r < first->n_ranks; r++)
        af_text_printf(&text, "%s%s: %lld", r ? ", " : "", first->ranks[r].key.string,
                       (long long)t->shape[r]);
    char *whole = af_format(e->arena, "%s[%s] of %lld values", t->name, text.bytes ? text.bytes : "",
                            (long long)t->size);
    af_text_free(&text);
    return whole;
}

static void warn_of_copy(engine *e, const evaluated_workload *w, const evaluated_einsum *einsum)
{
    for (int a = 0; a < einsum->n_accesses; a++)
        for (int b = 0; b < einsum->n_accesses; b++) {
            const evaluated_tensor *in = &w->tensors[einsum->accesses[a].tensor];
            const evaluated_tensor *out = &w->tensors[einsum->accesses[b].tensor];
            if (!einsum->accesses[a].output && einsum->accesses[b].output && !are_alike(e, w, in, out))
                af_warn(e->report, einsum->typed->place, af_typed_path(einsum->typed, NULL),
                        "the copy Einsum %s has a source %s and an output %s: "
                        "of a copy each memory is charged for the one that moves less",
                        einsum->name, describe(e, w, in), describe(e, w, out));
        }
}

/* ---- projections that name a rank variable twice (85 U6) */

static double extent_named(const evaluated_einsum *einsum, af_value name)
{
    for (int k = 0; k < einsum->universe.n_rank_variables; k++)
        if (!strcmp(einsum->universe.rank_variables[k], name.string))
            return (double)einsum->extents[k];
    return 1;
}

static void warn_of_repeated(engine *e, const evaluated_einsum *einsum, const evaluated_access *access)
{
    const af_value *lost;
    double all = (double)einsum->n_computes;
    af_text names = {0};
    int count = af_typed_children(access->typed, "_repeated", &lost);
    for (int i = 0; i < count && lost[i].type == AF_STRING; i++) {
        all *= extent_named(einsum, lost[i]);
        af_text_printf(&names, "%s%s", names.length ? ", " : "", lost[i].string);
    }
    if (names.length)
        af_warn(e->report, access->typed->place, af_typed_path(access->typed, "projection"),
                "%s stands here twice and is one rank, the diagonal: %lld computes remain of %.17g. "
                "For two ranks use two rank variables",
                names.bytes, (long long)einsum->n_computes, all);
    af_text_free(&names);
}

void af_warn_of_workload(engine *e, const evaluated_workload *w)
{
    warn_of_bounds(e, w);
    for (int i = 0; i < w->n_einsums; i++) {
        if (w->einsums[i].is_copy)
            warn_of_copy(e, w, &w->einsums[i]);
        for (int k = 0; k < w->einsums[i].n_accesses; k++)
            warn_of_repeated(e, &w->einsums[i], &w->einsums[i].accesses[k]);
    }
}
