/* What has to be counted in a workload: iteration spaces, computes, shapes and sizes
 * of tensors (40 sections 4.4, 4.5). */
#include "spec/evaluate_parts.h"

#include <string.h>

/* ---- iteration spaces */

static void add_constraint(af_text *text, const char *constraint)
{
    af_text_printf(text, "%s%s", text->length ? " and " : "", constraint);
}

static void add_own_shapes(af_text *text, const evaluated_einsum *einsum)
{
    const af_value *shapes;
    int count = af_typed_children(einsum->typed, "iteration_space_shape", &shapes);
    for (int i = 0; i < count; i++)
        add_constraint(text, shapes[i].string);
}

static void add_common_shapes(af_text *text, const evaluated_workload *w, const evaluated_einsum *einsum)
{
    af_value shapes = af_typed_get(w->typed, "iteration_space_shape");
    for (int i = 0; i < einsum->universe.n_rank_variables; i++) {
        const af_value *shape = af_dict_find(shapes, einsum->universe.rank_variables[i]);
        if (shape)
            add_constraint(text, shape->string);
    }
}

static void add_rank_bounds(af_text *text, const evaluated_workload *w, const evaluated_einsum *einsum)
{
    af_value own = af_typed_get(einsum->typed, "rank_sizes");
    for (int i = 0; i < einsum->n_accesses; i++)
        for (int r = 0; r < einsum->accesses[i].n_ranks; r++) {
            const af_entry *rank = &einsum->accesses[i].ranks[r];
            const af_value *size = af_dict_find(own, rank->key.string);
            size = size ? size : af_dict_find(w->rank_sizes, rank->key.string);
            if (!size)
                continue;
            af_text_printf(text, "%s0 <= %s < ", text->length ? " and " : "", rank->value.string);
            af_print_str(text, *size);
        }
}

int af_measure_einsum(engine *e, const evaluated_workload *w, evaluated_einsum *einsum)
{
    af_text text = {0};
    const char *path = af_typed_path(einsum->typed, NULL);
    af_variables variables = {einsum->universe.n_rank_variables, einsum->universe.rank_variables};
    add_own_shapes(&text, einsum);
    add_common_shapes(&text, w, einsum);
    add_rank_bounds(&text, w, einsum);
    einsum->space_text = af_copy_text(e->arena, text.bytes ? text.bytes : "");
    af_text_free(&text);
    einsum->space = af_space_new(w->spaces, einsum->name, variables, einsum->space_text);
    einsum->extents = af_new_array(e->arena, int64_t, variables.count);
    if (af_space_extents(einsum->space, einsum->extents, e->report, einsum->typed->place, path))
        return -1;
    return af_space_count(einsum->space, &einsum->n_computes, e->report, einsum->typed->place, path);
}

/* ---- tensors */

const evaluated_access *af_access_of(const evaluated_workload *w, tensor_use use)
{
    return &w->einsums[use.einsum].accesses[use.access];
}

/* Index expressions of an access in the order of ranks of another. */
static const char **texts_in_order(engine *e, const evaluated_access *access, const evaluated_access *order)
{
    const char **texts = af_new_array(e->arena, const char *, order->n_ranks);
    for (int r = 0; r < order->n_ranks; r++)
        for (int k = 0; k < access->n_ranks; k++)
            if (!strcmp(access->ranks[k].key.string, order->ranks[r].key.string))
                texts[r] = access->ranks[k].value.string;
    return texts;
}

/* The tensor's points: those that all its writers make or, without writers, those that all its readers take.
 * Ranks are matched by name (the reference goes by position, 40 section 9 row 4). */
int af_measure_tensor(engine *e, const evaluated_workload *w, evaluated_tensor *t)
{
    const evaluated_access *first = af_access_of(w, t->uses.items[0]);
    af_image_source *sources = af_new_array(e->arena, af_image_source, t->uses.count);
    int n_sources = 0;
    for (int i = 0; i < t->uses.count; i++) {
        const evaluated_access *access = af_access_of(w, t->uses.items[i]);
        if (access->output || !t->n_writers)
            sources[n_sources++] = (af_image_source){w->einsums[t->uses.items[i].einsum].space,
                                                     first->n_ranks, texts_in_order(e, access, first)};
    }
    t->shape = af_new_array(e->arena, int64_t, first->n_ranks);
    return af_image_of(w->spaces, sources, n_sources, t->shape, &t->size, e->report, first->typed->place,
                       af_typed_path(first->typed, NULL));
}
