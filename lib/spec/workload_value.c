/* The workload as expressions see it: its fields, and the queries of workload_query.h as attributes
 * and methods (10 section 7.5). */
#include "spec/evaluate_parts.h"

#include <string.h>

typedef struct workload_object {
    af_object object;
    const af_workload *workload;
    af_typed *typed;                          /* the section with evaluated fields */
    af_arena *arena;
} workload_object;

/* ---- answers as values. `number`: of the Einsum or tensor asked for, -1 if none was */

typedef af_value answer(const workload_object *self, int number);

static af_value names_value(af_arena *arena, af_name_list names)
{
    af_value list = af_list_value(arena, names.count);
    for (int i = 0; i < names.count; i++)
        list.list->items[i] = af_string(names.names[i]);
    return list;
}

static const af_value *einsums_of(const workload_object *self)
{
    return af_typed_get(self->typed, "einsums").list->items;
}

static af_value einsums_value(const workload_object *self, af_number_list numbers)
{
    af_value list = af_list_value(self->arena, numbers.count);
    for (int i = 0; i < numbers.count; i++)
        list.list->items[i] = einsums_of(self)[numbers.numbers[i]];
    return list;
}

#define NAMES(name, query) \
    static af_value name(const workload_object *s, int number) \
    { \
        (void)number; \
        return names_value(s->arena, query(s->workload, s->arena)); \
    }
NAMES(einsum_names, af_einsum_names)
NAMES(tensor_names, af_tensor_names)
NAMES(rank_variables, af_rank_variables)
NAMES(shared_names, af_tensor_names_used_in_multiple_einsums)

static af_value empty_renames(const workload_object *s, int number)
{
    static const af_universe nothing;
    af_value dict = af_dict_value(s->arena);
    af_name_list names = af_empty_renames();
    (void)number;
    for (int i = 0; i < names.count; i++)
        af_dict_put(s->arena, dict, af_string(names.names[i]),
                    af_set_value(s->arena, &nothing, AF_TENSORS, 0));
    return dict;
}

static af_value tensor_copies(const workload_object *s, int number)
{
    af_value dict = af_dict_value(s->arena);
    af_name_list all = af_tensor_names(s->workload, s->arena);
    (void)number;
    for (int i = 0; i < all.count; i++) {
        int tensor = af_tensor_number(s->workload, all.names[i]);
        af_name_list copies = af_get_tensor_copies(s->workload, tensor, s->arena);
        if (copies.count)
            af_dict_put(s->arena, dict, af_string(all.names[i]), names_value(s->arena, copies));
    }
    return dict;
}

static af_value accesses(const workload_object *s, int number)
{
    const evaluated_tensor *t = &s->workload->tensors[number];
    af_value list = af_list_value(s->arena, t->uses.count);
    for (int i = 0; i < t->uses.count; i++) {
        const af_value *all;
        af_typed_children(af_typed_of(einsums_of(s)[t->uses.items[i].einsum]), "tensor_accesses", &all);
        list.list->items[i] = all[t->uses.items[i].access];
    }
    return list;
}

#define EINSUMS(name, query) \
    static af_value name(const workload_object *s, int tensor) \
    { \
        return einsums_value(s, query(s->workload, tensor, s->arena)); \
    }
EINSUMS(users, af_einsums_with_tensor)
EINSUMS(readers, af_einsums_with_tensor_as_input)
EINSUMS(writers, af_einsums_with_tensor_as_output)

static af_value size(const workload_object *s, int tensor)
{
    return af_int(af_get_tensor_size(s->workload, tensor));
}

static af_value shape(const workload_object *s, int number)
{
    const char **ranks;
    const int64_t *extents;
    af_value dict = af_dict_value(s->arena);
    int count = af_get_tensor_shape(s->workload, number, s->arena, &ranks, &extents);
    for (int r = 0; r < count; r++)
        af_dict_put(s->arena, dict, af_string(ranks[r]), af_int(extents[r]));
    return dict;
}

static af_value computes(const workload_object *s, int einsum)
{
    return af_int(af_num_computes(s->workload, einsum));
}

static af_value intensity(const workload_object *s, int einsum)
{
    return af_real(af_get_compute_intensity(s->workload, einsum));
}

static af_value space(const workload_object *s, int einsum)
{
    return af_string(af_get_iteration_space_shape_isl_string(s->workload, einsum));
}

/* ---- what is asked */

typedef enum argument { NO_CALL, NOTHING, EINSUM, EINSUM_OR_ALL, TENSOR } argument;
typedef struct query { const char *name; argument argument; answer *answer; } query;
static const query queries[] = {
    {"einsum_names",                          NO_CALL,       einsum_names},
    {"tensor_names",                          NO_CALL,       tensor_names},
    {"rank_variables",                        NO_CALL,       rank_variables},
    {"tensor_names_used_in_multiple_einsums", NO_CALL,       shared_names},
    {"empty_renames",                         NOTHING,       empty_renames},
    {"get_tensor_copies",                     NOTHING,       tensor_copies},
    {"accesses_for_tensor",                   TENSOR,        accesses},
    {"einsums_with_tensor",                   TENSOR,        users},
    {"einsums_with_tensor_as_input",          TENSOR,        readers},
    {"einsums_with_tensor_as_output",         TENSOR,        writers},
    {"get_tensor_size",                       TENSOR,        size},
    {"get_tensor_shape",                      TENSOR,        shape},
    {"n_computes",                            EINSUM_OR_ALL, computes},
    {"num_computes",                          EINSUM_OR_ALL, computes},
    {"get_compute_intensity",                 EINSUM,        intensity},
    {"get_iteration_space_shape_isl_string",  EINSUM,        space},
};
enum { N_QUERIES = sizeof queries / sizeof *queries };

typedef struct workload_method {
    af_function function;
    const query *query;
    const workload_object *workload;
} workload_method;

/* The first argument; "" if it is no text. */
static const char *name_of(const af_call *call)
{
    return call->count && call->arguments[0].type == AF_STRING ? call->arguments[0].string : "";
}

static int no_such(const af_call *call, const char *what, af_name_list names)
{
    const char *near = af_nearest(name_of(call), names.names, names.count);
    af_text shown = {0};
    if (call->count)
        af_print_short(&shown, call->arguments[0], 60);
    else
        af_text_puts(&shown, "(none was given)");
    af_raise(call->evaluation, "KeyError", "the workload has no %s %s%s%s%s", what, shown.bytes,
             near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
    af_text_free(&shown);
    return -1;
}

static int call_query(const af_function *function, const af_call *call, af_value *result)
{
    const workload_method *method = (const workload_method *)function;
    const workload_object *self = method->workload;
    argument takes = method->query->argument;
    int number = takes == NOTHING ? -1
               : takes == TENSOR ? af_tensor_number(self->workload, name_of(call))
               : af_einsum_number(self->workload, name_of(call));
    if (number < 0 && takes == TENSOR)
        return no_such(call, "tensor", af_tensor_names(self->workload, self->arena));
    if (number < 0 && (takes == EINSUM || (takes == EINSUM_OR_ALL && call->count)))
        return no_such(call, "Einsum", af_einsum_names(self->workload, self->arena));
    *result = method->query->answer(self, number);
    return 0;
}

static bool workload_attribute(const af_object *object, const char *name, af_value *value)
{
    const workload_object *self = (const workload_object *)object;
    for (int i = 0; i < N_QUERIES; i++) {
        if (strcmp(queries[i].name, name))
            continue;
        workload_method *method = af_new(self->arena, workload_method);
        *method = (workload_method){{queries[i].name, call_query, false, NULL}, &queries[i], self};
        bool called = queries[i].argument != NO_CALL;
        *value = called ? af_function_value(&method->function) : queries[i].answer(self, -1);
        return true;
    }
    *value = af_typed_get(self->typed, name);
    return value->type != AF_UNDEFINED;
}

static int workload_names(const af_object *object, const char **names, int room)
{
    const af_class *class = af_typed_class(((const workload_object *)object)->typed);
    for (int i = 0; i < N_QUERIES + class->n_fields && i < room; i++)
        names[i] = i < N_QUERIES ? queries[i].name : class->fields[i - N_QUERIES].name;
    return N_QUERIES + class->n_fields;
}

/* ---- making it */

static af_value evaluated_accesses(engine *e, const evaluated_einsum *einsum)
{
    af_value list = af_list_value(e->arena, einsum->n_accesses);
    for (int i = 0; i < einsum->n_accesses; i++) {
        af_typed *access = af_typed_copy(e->arena, einsum->accesses[i].typed);
        af_typed_set(access, "bits_per_value", einsum->accesses[i].bits);
        af_typed_set(access, "persistent", af_bool(einsum->accesses[i].persistent));
        list.list->items[i] = af_typed_value(access);
    }
    return list;
}

af_value af_workload_value(engine *e, const evaluated_workload *w)
{
    static const af_object_kind kind = {.name = "Workload",
                                        .attribute = workload_attribute,
                                        .names = workload_names};
    workload_object *self = af_new(e->arena, workload_object);
    af_value einsums = af_list_value(e->arena, w->n_einsums);
    for (int i = 0; i < w->n_einsums; i++) {
        af_typed *einsum = af_typed_copy(e->arena, w->einsums[i].typed);
        af_typed_set(einsum, "tensor_accesses", evaluated_accesses(e, &w->einsums[i]));
        einsums.list->items[i] = af_typed_value(einsum);
    }
    *self = (workload_object){{&kind}, w, af_typed_copy(e->arena, w->typed), e->arena};
    af_typed_set(self->typed, "rank_sizes", w->rank_sizes);
    af_typed_set(self->typed, "einsums", einsums);
    return (af_value){.type = AF_OBJECT, .object = &self->object};
}
