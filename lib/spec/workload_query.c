/* What may be asked of a workload: iteration spaces, computes, shapes, sizes (40 sections 4.4, 4.5), also by expressions. */
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

/* The tensor's points: those that all its writers make or, without writers, those that all its readers take. Ranks are matched by name
 * (the reference goes by position, 40 section 9 row 4). */
int af_measure_tensor(engine *e, const evaluated_workload *w, evaluated_tensor *t)
{
    const evaluated_access *first = af_access_of(w, t->uses.items[0]);
    af_image_source *sources = af_new_array(e->arena, af_image_source, t->uses.count);
    int n_sources = 0;
    for (int i = 0; i < t->uses.count; i++) {
        const evaluated_access *access = af_access_of(w, t->uses.items[i]);
        if (access->output || !t->n_writers)
            sources[n_sources++] = (af_image_source){w->einsums[t->uses.items[i].einsum].space, first->n_ranks, texts_in_order(e, access, first)};
    }
    t->shape = af_new_array(e->arena, int64_t, first->n_ranks);
    return af_image_of(w->spaces, sources, n_sources, t->shape, &t->size, e->report, first->typed->place, af_typed_path(first->typed, NULL));
}

double af_compute_intensity(const evaluated_workload *w, const evaluated_einsum *einsum)
{
    double moved = 0;
    for (int i = 0; i < einsum->n_accesses; i++)
        moved += (double)w->tensors[einsum->accesses[i].tensor].size;
    return (double)einsum->n_computes / moved;
}

/* ---- the workload in expressions */

typedef struct workload_object { af_object object; const evaluated_workload *workload; af_typed *typed; af_arena *arena; } workload_object;
typedef struct workload_method { af_function function; const evaluated_workload *workload; } workload_method;

static const evaluated_workload *workload_of(const af_function *self) { return ((const workload_method *)self)->workload; }

static void no_such(const af_call *call, const char *what)
{
    af_text shown = {0};
    if (call->count)
        af_print_short(&shown, call->arguments[0], 60);
    af_raise(call->evaluation, "KeyError", "the workload has no %s %s", what, call->count ? shown.bytes : "(none was given)");
    af_text_free(&shown);
}

/* The Einsum (tensor) that the first argument names. NULL: raised. */
static const evaluated_einsum *einsum_argument(const af_function *self, const af_call *call)
{
    const evaluated_workload *w = workload_of(self);
    for (int i = 0; call->count && call->arguments[0].type == AF_STRING && i < w->n_einsums; i++)
        if (!strcmp(w->einsums[i].name, call->arguments[0].string))
            return &w->einsums[i];
    no_such(call, "Einsum");
    return NULL;
}

static const evaluated_tensor *tensor_argument(const af_function *self, const af_call *call)
{
    const evaluated_workload *w = workload_of(self);
    for (int i = 0; call->count && call->arguments[0].type == AF_STRING && i < w->n_tensors; i++)
        if (!strcmp(w->tensors[i].name, call->arguments[0].string))
            return &w->tensors[i];
    no_such(call, "tensor");
    return NULL;
}

/* Of one Einsum or, without argument, of all. */
static int call_n_computes(const af_function *self, const af_call *call, af_value *result)
{
    const evaluated_workload *w = workload_of(self);
    const evaluated_einsum *einsum = call->count ? einsum_argument(self, call) : NULL;
    int64_t all = 0;
    if (call->count && !einsum)
        return -1;
    for (int i = 0; i < w->n_einsums; i++)
        all += w->einsums[i].n_computes;
    *result = af_int(einsum ? einsum->n_computes : all);
    return 0;
}

static int call_get_compute_intensity(const af_function *self, const af_call *call, af_value *result)
{
    const evaluated_einsum *einsum = einsum_argument(self, call);
    if (einsum)
        *result = af_real(af_compute_intensity(workload_of(self), einsum));
    return einsum ? 0 : -1;
}

static int call_get_iteration_space(const af_function *self, const af_call *call, af_value *result)
{
    const evaluated_einsum *einsum = einsum_argument(self, call);
    if (einsum)
        *result = af_string(einsum->space_text);
    return einsum ? 0 : -1;
}

static int call_get_tensor_size(const af_function *self, const af_call *call, af_value *result)
{
    const evaluated_tensor *tensor = tensor_argument(self, call);
    if (tensor)
        *result = af_int(tensor->size);
    return tensor ? 0 : -1;
}

static int call_get_tensor_shape(const af_function *self, const af_call *call, af_value *result)
{
    const evaluated_tensor *tensor = tensor_argument(self, call);
    if (!tensor)
        return -1;
    const evaluated_access *first = af_access_of(workload_of(self), tensor->uses.items[0]);
    *result = af_dict_value(call->evaluation->arena);
    for (int r = 0; r < first->n_ranks; r++)
        af_dict_put(call->evaluation->arena, *result, first->ranks[r].key, af_int(tensor->shape[r]));
    return 0;
}

static const struct { const char *name; int (*call)(const af_function *self, const af_call *call, af_value *result); } methods[] = {
    {"n_computes", call_n_computes}, {"num_computes", call_n_computes}, {"get_compute_intensity", call_get_compute_intensity},
    {"get_iteration_space_shape_isl_string", call_get_iteration_space}, {"get_tensor_size", call_get_tensor_size},
    {"get_tensor_shape", call_get_tensor_shape},
};
enum { N_METHODS = sizeof methods / sizeof *methods };

static bool workload_attribute(const af_object *object, const char *name, af_value *value)
{
    const workload_object *self = (const workload_object *)object;
    for (int i = 0; i < N_METHODS; i++)
        if (!strcmp(methods[i].name, name)) {
            workload_method *method = af_new(self->arena, workload_method);
            *method = (workload_method){{methods[i].name, methods[i].call, false, NULL}, self->workload};
            *value = af_function_value(&method->function);
            return true;
        }
    *value = af_typed_get(self->typed, name);
    return value->type != AF_UNDEFINED;
}

static int workload_names(const af_object *object, const char **names, int room)
{
    const af_class *class = af_typed_class(((const workload_object *)object)->typed);
    for (int i = 0; i < N_METHODS + class->n_fields && i < room; i++)
        names[i] = i < N_METHODS ? methods[i].name : class->fields[i - N_METHODS].name;
    return N_METHODS + class->n_fields;
}

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
    static const af_object_kind kind = {.name = "Workload", .attribute = workload_attribute, .names = workload_names};
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
