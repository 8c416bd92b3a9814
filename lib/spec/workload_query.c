/* Queries over an evaluated workload. */
#include "spec/evaluate_parts.h"
#include "spec/workload_query.h"

void af_workload_free(af_workload *w)
{
    if (w)
        af_spaces_free(w->spaces);
}

int af_einsum_number(const af_workload *w, const char *name) { return af_name_find(w->einsum_names, name); }
int af_tensor_number(const af_workload *w, const char *name) { return af_name_find(w->tensor_names, name); }

/* ---- names */

static af_name_list new_list(af_arena *arena, int room)
{
    return (af_name_list){0, af_new_array(arena, const char *, room)};
}

static af_name_list sorted_names(af_arena *arena, const af_names *names)
{
    af_name_list list = new_list(arena, af_name_count(names));
    for (; list.count < af_name_count(names); list.count++)
        list.names[list.count] = af_name_text(names, list.count);
    af_sort_texts(list.names, list.count);
    return list;
}

af_name_list af_einsum_names(const af_workload *w, af_arena *arena)
{
    af_name_list list = new_list(arena, w->n_einsums);
    for (; list.count < w->n_einsums; list.count++)
        list.names[list.count] = w->einsums[list.count].name;
    return list;
}

typedef bool tensor_test(const af_workload *w, const evaluated_tensor *t);

static bool is_persistent(const af_workload *w, const evaluated_tensor *t)
{
    return af_access_of(w, t->uses.items[0])->persistent;
}

static bool is_shared(const af_workload *w, const evaluated_tensor *t)
{
    (void)w;
    return t->n_einsums > 1;
}

/* `holds` NULL: all. */
static af_name_list tensors_that(const af_workload *w, af_arena *arena, tensor_test *holds)
{
    af_name_list list = new_list(arena, w->n_tensors);
    for (int i = 0; i < w->n_tensors; i++)
        if (!holds || holds(w, &w->tensors[i]))
            list.names[list.count++] = w->tensors[i].name;
    af_sort_texts(list.names, list.count);
    return list;
}

af_name_list af_tensor_names(const af_workload *w, af_arena *arena) { return tensors_that(w, arena, NULL); }

af_name_list af_persistent_tensors(const af_workload *w, af_arena *arena)
{
    return tensors_that(w, arena, is_persistent);
}

af_name_list af_tensor_names_used_in_multiple_einsums(const af_workload *w, af_arena *arena)
{
    return tensors_that(w, arena, is_shared);
}

af_name_list af_rank_variables(const af_workload *w, af_arena *arena)
{
    af_names *names = af_names_new(arena);
    for (int i = 0; i < w->n_einsums; i++)
        for (int k = 0; k < w->einsums[i].universe.n_rank_variables; k++)
            af_name_add(names, w->einsums[i].universe.rank_variables[k]);
    return sorted_names(arena, names);
}

af_name_list af_empty_renames(void)
{
    static const char *names[] = {"All", "Tensors", "Nothing", "Inputs", "Outputs"};
    return (af_name_list){sizeof names / sizeof *names, names};
}

/* ---- copies (40 section 4.7) */

static void add_direct(const af_workload *w, const evaluated_tensor *t, af_names *copies)
{
    for (int u = 0; u < t->uses.count; u++) {
        const evaluated_einsum *einsum = &w->einsums[t->uses.items[u].einsum];
        const evaluated_access *own = af_access_of(w, t->uses.items[u]);
        for (int k = 0; einsum->is_copy && k < einsum->n_accesses; k++)
            if (einsum->accesses[k].output != own->output)
                af_name_add(copies, einsum->accesses[k].name);
    }
}

af_name_list af_direct_copies(const af_workload *w, int tensor, af_arena *arena)
{
    af_names *copies = af_names_new(arena);
    add_direct(w, &w->tensors[tensor], copies);
    return sorted_names(arena, copies);
}

af_name_list af_get_tensor_copies(const af_workload *w, int tensor, af_arena *arena)
{
    af_names *reached = af_names_new(arena);
    const char *self = af_name_text(reached, af_name_add(reached, w->tensors[tensor].name));
    for (int i = 0; i < af_name_count(reached); i++)     /* grows while it is walked */
        add_direct(w, &w->tensors[af_tensor_number(w, af_name_text(reached, i))], reached);
    af_name_list all = sorted_names(arena, reached);
    int kept = 0;
    for (int i = 0; i < all.count; i++)
        if (all.names[i] != self)
            all.names[kept++] = all.names[i];
    return (af_name_list){kept, all.names};
}

/* ---- uses of a tensor */

enum { READERS = 1, WRITERS = 2 };

static af_number_list einsums_with(const af_workload *w, int tensor, af_arena *arena, int which)
{
    const evaluated_tensor *t = &w->tensors[tensor];
    af_number_list list = {0, af_new_array(arena, int, t->uses.count)};
    for (int i = 0; i < t->uses.count; i++)
        if (which & (af_access_of(w, t->uses.items[i])->output ? WRITERS : READERS))
            list.numbers[list.count++] = t->uses.items[i].einsum;
    return list;
}

af_number_list af_einsums_with_tensor(const af_workload *w, int tensor, af_arena *arena)
{
    return einsums_with(w, tensor, arena, READERS | WRITERS);
}

af_number_list af_einsums_with_tensor_as_input(const af_workload *w, int tensor, af_arena *arena)
{
    return einsums_with(w, tensor, arena, READERS);
}

af_number_list af_einsums_with_tensor_as_output(const af_workload *w, int tensor, af_arena *arena)
{
    return einsums_with(w, tensor, arena, WRITERS);
}

static af_access access_of(const af_workload *w, tensor_use use, af_arena *arena)
{
    const evaluated_access *a = af_access_of(w, use);
    af_access access = {.einsum = w->einsums[use.einsum].name,
                        .tensor = a->name,
                        .output = a->output,
                        .persistent = a->persistent,
                        .bits_per_value = af_as_double(a->bits),
                        .n_ranks = a->n_ranks};
    access.ranks = af_new_array(arena, const char *, a->n_ranks);
    access.expressions = af_new_array(arena, const char *, a->n_ranks);
    for (int r = 0; r < a->n_ranks; r++) {
        access.ranks[r] = a->ranks[r].key.string;
        access.expressions[r] = a->ranks[r].value.string;
    }
    return access;
}

int af_accesses_for_tensor(const af_workload *w, int tensor, af_arena *arena, const af_access **accesses)
{
    const evaluated_tensor *t = &w->tensors[tensor];
    af_access *list = af_new_array(arena, af_access, t->uses.count);
    for (int i = 0; i < t->uses.count; i++)
        list[i] = access_of(w, t->uses.items[i], arena);
    *accesses = list;
    return t->uses.count;
}

/* ---- figures */

int64_t af_num_computes(const af_workload *w, int einsum)
{
    int64_t all = 0;
    for (int i = 0; i < w->n_einsums && einsum < 0; i++)
        if (__builtin_add_overflow(all, w->einsums[i].n_computes, &all))
            return INT64_MAX;
    return einsum < 0 ? all : w->einsums[einsum].n_computes;
}

int64_t af_n_instances(const af_workload *w, int einsum)
{
    return w->n_instances * (einsum < 0 ? 1 : w->einsums[einsum].n_instances);
}

double af_get_compute_intensity(const af_workload *w, int einsum)
{
    const evaluated_einsum *e = &w->einsums[einsum];
    double moved = 0;
    for (int i = 0; i < e->n_accesses; i++)
        moved += (double)w->tensors[e->accesses[i].tensor].size;
    return (double)e->n_computes / moved;
}

const char *af_get_iteration_space_shape_isl_string(const af_workload *w, int einsum)
{
    return w->einsums[einsum].space_text;
}

int64_t af_get_tensor_size(const af_workload *w, int tensor) { return w->tensors[tensor].size; }

double af_bits_per_value(const af_workload *w, int tensor)
{
    return af_as_double(af_access_of(w, w->tensors[tensor].uses.items[0])->bits);
}

af_value af_rank_sizes(const af_workload *w) { return w->rank_sizes; }

int af_get_tensor_shape(const af_workload *w, int tensor, af_arena *arena, const char ***ranks,
                        const int64_t **extents)
{
    const evaluated_access *first = af_access_of(w, w->tensors[tensor].uses.items[0]);
    *ranks = af_new_array(arena, const char *, first->n_ranks);
    for (int r = 0; r < first->n_ranks; r++)
        (*ranks)[r] = first->ranks[r].key.string;
    *extents = w->tensors[tensor].shape;
    return first->n_ranks;
}
