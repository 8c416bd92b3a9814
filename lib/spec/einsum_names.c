/* The names that expressions of an `einsum` record see: its tensors and rank variables, sets, variables,
 * functions (20 section 10). */
#include "spec/einsum_reading.h"

void af_make_universe(reading *in)
{
    af_einsum *e = in->einsum;
    af_universe *u = &e->universe;
    u->n_tensors = e->n_tensors;
    u->n_rank_variables = e->n_rank_variables;
    u->tensors = af_new_array(in->arena, const char *, e->n_tensors);
    u->rank_variables = af_new_array(in->arena, const char *, e->n_rank_variables);
    u->rank_variables_of_tensor = af_new_array(in->arena, af_mask, e->n_tensors);
    u->tensors_of_rank_variable = af_new_array(in->arena, af_mask, e->n_rank_variables);
    double *bits = af_new_array(in->arena, double, e->n_tensors);
    u->bits_per_value = bits;
    e->simple = af_universe_mask(u, AF_RANK_VARIABLES);
    for (int v = 0; v < e->n_rank_variables; v++)
        u->rank_variables[v] = e->rank_variables[v].name;
    for (int t = 0; t < e->n_tensors; t++) {
        u->tensors[t] = e->tensors[t].name;
        bits[t] = e->tensors[t].bits_per_value;
        for (int i = 0; i < e->tensors[t].n_ranks; i++)
            u->rank_variables_of_tensor[t] |= e->tensors[t].ranks[i].mentioned;
        for (int v = 0; v < e->n_rank_variables; v++) {
            if (u->rank_variables_of_tensor[t] >> v & 1)
                u->tensors_of_rank_variable[v] |= (af_mask)1 << t;
            if (af_textual_relevance_of(&e->tensors[t], v) == AF_PARTIALLY_RELEVANT)
                e->simple &= ~((af_mask)1 << v);
        }
    }
}

/* A dictionary whose keys are attributes: variables.x, extra_attributes_for_component_model.x */
typedef struct fields { af_object object; af_value dict; } fields;

static bool field_of(const af_object *object, const char *name, af_value *value)
{
    const af_value *found = af_dict_find(((const fields *)object)->dict, name);
    if (found)
        *value = *found;
    return found != NULL;
}

static const af_object_kind fields_kind = {.name = "fields", .attribute = field_of};

af_value af_fields_value(reading *in, af_value dict)
{
    fields *object = af_new(in->arena, fields);
    *object = (fields){{&fields_kind}, dict};
    af_value value = af_none();
    value.type = AF_OBJECT;
    value.object = &object->object;
    return value;
}

/* Numbers that JSON cannot write come as words. */
af_value af_plain_value(reading *in, const af_json *json)
{
    af_value value = af_value_of_json(in->arena, json);
    double number;
    static const char *const words[] = {"inf", "-inf", "nan"};
    if (value.type == AF_STRING && af_find_text(words, 3, value.string) >= 0 &&
        af_parse_double(value.string, &number))
        return af_real(number);
    return value;
}

af_value af_read_dict(reading *in, const af_json *object)
{
    af_value dict = af_dict_value(in->arena);
    for (af_json_each(object, it))
        af_dict_put(in->arena, dict, af_string(af_copy_text(in->arena, it.key)),
                    af_plain_value(in, it.value));
    return dict;
}

/* Each entry as a name. */
static void put_names(af_scope *scope, af_value dict)
{
    int count;
    const af_entry *entries = af_dict_entries(dict, &count);
    for (int i = 0; i < count; i++)
        af_scope_set(scope, entries[i].key.string, entries[i].value);
}

static int call_absent(const af_function *self, const af_call *call, af_value *result)
{
    (void)result;
    return af_raise(call->evaluation, "NameError",
                    "%s is a function of a Python file: only af-eval has these; "
                    "functions written in YAML go everywhere",
                    self->name);
}

/* Functions travel as their text: a lambda, or the name of a function of MATH. */
static void put_functions(reading *in, af_scope *scope, af_value dict)
{
    int count;
    const af_entry *entries = af_dict_entries(dict, &count);
    for (int i = 0; i < count; i++) {
        const af_value *text = af_dict_find(entries[i].value, "$fn");
        af_value function;
        if (!text || text->type != AF_STRING)
            continue;
        if (af_evaluate_text(text->string, scope, in->arena, &function, NULL, AF_NOWHERE, NULL)) {
            af_function *absent = af_new(in->arena, af_function);
            *absent = (af_function){.name = entries[i].key.string, .call = call_absent, .text = text->string};
            function = af_function_value(absent);
        }
        af_scope_set(scope, entries[i].key.string, function);
    }
}

void af_make_scopes(reading *in, const af_json *json)
{
    af_einsum *e = in->einsum;
    af_scope *mathematics = af_scope_new(in->arena, NULL);
    af_add_math_names(mathematics);
    e->sets = af_scope_new(in->arena, mathematics);
    for (af_json_each(af_json_at(json, "sets"), it)) {
        const char *universe = af_json_string_or(in->reader, it.value, "u", "t");
        af_token_kind kind = universe[0] == 'r' ? AF_RANK_VARIABLES : AF_TENSORS;
        af_mask members = af_read_names(in, af_json_at(it.value, "s"), kind);
        af_scope_set(e->sets, af_copy_text(in->arena, it.key),
                     af_set_value(in->arena, &e->universe, kind, members));
    }
    af_value arch = af_read_dict(in, af_json_at(json, "arch_variables")),
             spec = af_read_dict(in, af_json_at(json, "variables"));
    e->variables = af_scope_new(in->arena, mathematics);
    put_names(e->variables, arch);             /* spec variables win here: 20 section 10 */
    put_names(e->variables, spec);
    put_functions(in, e->variables, arch);
    put_functions(in, e->variables, spec);
    af_scope_set(e->variables, "variables", af_fields_value(in, spec));
    af_scope_set(e->variables, "arch_variables", af_fields_value(in, arch));
}
