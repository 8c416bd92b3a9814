/* The `einsum` record to an af_einsum: the only maker of it.
 * What the record leaves out has the defaults of documents 20 and 60. */
#include "spec/einsum.h"

#include <math.h>
#include <string.h>

typedef struct reading {
    af_arena *arena;
    af_einsum *einsum;
    af_json_reader *reader;
    const char *path;                        /* of the architecture node that is read, for warnings */
} reading;

static const char *copy_string(reading *in, const af_json *object, const char *key)
{
    return af_copy_text(in->arena, af_json_string(in->reader, object, key));
}

/* ---- sets: {"s":[names],"u":"t"|"r"}, or {"e":text} for what is not known yet */

static int find_name(const char *const *names, int count, const char *name)
{
    for (int i = 0; i < count; i++)
        if (!strcmp(names[i], name))
            return i;
    return -1;
}

static af_mask mask_of_names(reading *in, const af_json *names, af_token_kind kind)
{
    const af_universe *u = &in->einsum->universe;
    af_mask mask = 0;
    for (int i = 0; i < af_json_count(names); i++) {
        const char *name = af_json_as_string(in->reader, af_json_item(names, i), "s");
        int found = kind == AF_TENSORS ? find_name(u->tensors, u->n_tensors, name)
                                       : find_name(u->rank_variables, u->n_rank_variables, name);
        if (found >= 0)                      /* what this Einsum does not have does not matter to it */
            mask |= (af_mask)1 << found;
    }
    return mask;
}

static const char *late_text(const af_json *set)
{
    af_json_reader reader = {0};             /* cannot fail: it is asked only for what is a string */
    const af_json *text = af_json_at(set, "e");
    return af_json_is_string(text) ? af_json_as_string(&reader, text, "e") : NULL;
}

static bool is_default_text(const char *text) { return text && text[0] == '<'; }

static af_late_set read_late_set(reading *in, const af_json *set, af_token_kind kind, af_mask missing)
{
    const char *text = late_text(set);
    if (!set || is_default_text(text))
        return (af_late_set){.known = true, .members = missing};
    if (text) {
        text = af_copy_text(in->arena, text);
        const af_expression *parsed = af_parse_expression(in->arena, text, in->reader->report,
                                                          in->reader->place, in->path);
        if (!parsed)
            in->reader->failed = true;
        return (af_late_set){.expression = parsed, .text = text};
    }
    return (af_late_set){.known = true, .members = mask_of_names(in, af_json_at(set, "s"), kind)};
}

typedef struct unknown_names { reading *in; af_text text; } unknown_names;

static void note_unknown(void *context, const char *start, size_t length)
{
    unknown_names *u = context;
    af_value set;
    if (!af_scope_get(u->in->einsum->sets, af_copy_slice(u->in->arena, start, length), &set))
        af_text_printf(&u->text, "%s%.*s", u->text.length ? ", " : "", (int)length, start);
}

/* What is to be said of such a text: which names there are not, and that it has no
 * effect, or which it has (85 U16). */
static void warn_of_letters(reading *in, const char *text, af_mask letters)
{
    unknown_names unknown = {in, {0}};
    af_identifier_runs(text, note_unknown, &unknown);
    if (letters)
        af_warn(in->reader->report, AF_NOWHERE, in->path,
                "\"%s\" is no set of rank variables; its one-letter names are taken. Sets are written m | n",
                text);
    else
        af_warn(in->reader->report, AF_NOWHERE, in->path,
                "the constraint over \"%s\" does nothing: no Einsum has rank variables called %s", text,
                unknown.text.bytes ? unknown.text.bytes : "so");
    af_text_free(&unknown.text);
}

/* A constraint over tensors says nothing of rank variables (20 section 13). */
static void warn_of_tensors(reading *in, const af_json *set)
{
    const char *universe = af_json_string_or(in->reader, set, "u", "");
    const af_json *names = af_json_at(set, "s");
    if (!strcmp(universe, "t") && af_json_count(names))
        af_warn(in->reader->report, AF_NOWHERE, in->path,
                "a constraint over tensors, %s, does nothing; "
                "their rank variables are written %s.rank_variables",
                af_json_as_string(in->reader, af_json_item(names, 0), "s"),
                af_json_as_string(in->reader, af_json_item(names, 0), "s"));
}

/* A set of rank variables that could not be evaluated is taken letter by letter (20 section 13). */
static af_mask letters_of(reading *in, const char *text)
{
    const af_universe *u = &in->einsum->universe;
    af_mask mask = 0;
    for (const char *c = text; *c; c++) {
        char name[2] = {*c, 0};
        int found = find_name(u->rank_variables, u->n_rank_variables, name);
        if (found >= 0)
            mask |= (af_mask)1 << found;
    }
    warn_of_letters(in, text, mask);
    return mask;
}

/* `may_reuse` that could not be evaluated permits the tensors whose name is in the text (20 section 12.3). */
static af_mask names_inside(reading *in, const char *text)
{
    const af_universe *u = &in->einsum->universe;
    af_mask mask = 0;
    for (int i = 0; i < u->n_tensors; i++)
        if (strstr(text, u->tensors[i]))
            mask |= (af_mask)1 << i;
    af_warn(in->reader->report, AF_NOWHERE, in->path,
            "may_reuse: \"%s\" is no set of tensors; tensors whose names stand in it are taken", text);
    return mask;
}

static af_comparison read_comparison(reading *in, const af_json *json, af_token_kind kind)
{
    static const struct { const char *text; af_comparison_operator operator; } operators[] = {
        {"==", AF_EQ}, {"<=", AF_LE}, {">=", AF_GE}, {"<", AF_LT}, {">", AF_GT}};
    af_comparison comparison = {.value = af_json_real(in->reader, json, "value")};
    const af_json *set = af_json_at(json, "expression");
    const char *text = late_text(set);
    if (text && kind == AF_RANK_VARIABLES)
        comparison.expression = (af_late_set){.known = true, .members = letters_of(in, text)};
    else
        comparison.expression = read_late_set(in, set, kind, 0);
    if (!text && set && kind == AF_RANK_VARIABLES)
        warn_of_tensors(in, set);
    const char *written = af_json_string(in->reader, json, "operator");
    comparison.product = !strncmp(written, "product", 7);
    const char *operator = written + (comparison.product ? 7 : 0);
    for (size_t i = 0; i < sizeof operators / sizeof *operators; i++)
        if (!strcmp(operators[i].text, operator)) {
            comparison.operator = operators[i].operator;
            return comparison;
        }
    in->reader->failed = true;
    af_fail(in->reader->report, AF_BAD_DATA, AF_NOWHERE, in->path,
            "Unknown operator: %s. One of ==, <=, >=, <, > is expected, or product== and so on", written);
    return comparison;
}

static int read_comparisons(reading *in, const af_json *array, af_token_kind kind,
                            af_comparison **comparisons)
{
    int count = af_json_count(array);
    *comparisons = af_new_array(in->arena, af_comparison, count);
    for (int i = 0; i < count; i++)
        (*comparisons)[i] = read_comparison(in, af_json_item(array, i), kind);
    return count;
}

/* ---- workload part */

static void read_rank(reading *in, const af_json *json, af_rank *rank)
{
    const af_einsum *e = in->einsum;
    rank->name = copy_string(in, json, "rank");
    rank->text = copy_string(in, json, "expression");
    rank->constant = af_json_real_or(in->reader, json, "constant", 0);
    const af_json *terms = af_json_array(in->reader, json, "terms");
    rank->n_terms = af_json_count(terms);
    rank->terms = af_new_array(in->arena, af_term, rank->n_terms);
    for (int i = 0; i < rank->n_terms; i++) {
        const af_json *pair = af_json_item(terms, i);
        const char *name = af_json_as_string(in->reader, af_json_item(pair, 0), "terms");
        int v = af_find_rank_variable(e, name);
        if (v < 0) {
            af_json_wrong(in->reader, "terms", "\"%s\" is no rank variable of %s", name, e->name);
            v = 0;
        }
        rank->terms[i] = (af_term){v, af_json_as_real(in->reader, af_json_item(pair, 1), "terms")};
        rank->mentioned |= (af_mask)1 << v;
        rank->identifier |= !strcmp(name, rank->text);
    }
    rank->sum = rank->n_terms + (rank->constant != 0) >= 2;
}

static void read_tensor(reading *in, const af_json *json, af_tensor *tensor)
{
    af_json_reader *r = in->reader;
    tensor->output = af_json_bool_or(r, json, "output", false);
    tensor->persistent = af_json_bool_or(r, json, "persistent", false);
    tensor->fusable = af_json_bool_or(r, json, "fusable", false);
    tensor->intermediate = af_json_bool_or(r, json, "intermediate", false);
    tensor->bits_per_value = af_json_real(r, json, "bits_per_value");
    tensor->size = af_json_real_or(r, json, "size", NAN);
    const af_json *projection = af_json_array(r, json, "projection");
    tensor->n_ranks = af_json_count(projection);
    tensor->ranks = af_new_array(in->arena, af_rank, tensor->n_ranks);
    for (int i = 0; i < tensor->n_ranks; i++) {
        af_rank *rank = &tensor->ranks[i];
        read_rank(in, af_json_item(projection, i), rank);
        /* The first rank that has a rank variable decides (50 section 4.1). */
        af_mask fresh = rank->mentioned & ~(tensor->relevant | tensor->partially_relevant);
        *(rank->sum ? &tensor->partially_relevant : &tensor->relevant) |= fresh;
    }
}

enum { MOST_NAMES = 64 };                    /* bits of an af_mask */

static int count_of(reading *in, const af_json *array, const char *key, const char *what)
{
    int count = af_json_count(array);
    if (count <= MOST_NAMES)
        return count;
    af_json_wrong(in->reader, key, "%d %s; at most %d are supported", count, what, MOST_NAMES);
    return 0;
}

static void read_names(reading *in, const af_json *json)
{
    af_einsum *e = in->einsum;
    const af_json *variables = af_json_array(in->reader, json, "rank_variables");
    const af_json *tensors = af_json_array(in->reader, json, "tensors");
    e->n_rank_variables = count_of(in, variables, "rank_variables", "rank variables");
    e->n_tensors = count_of(in, tensors, "tensors", "tensors");
    e->rank_variables = af_new_array(in->arena, af_rank_variable, e->n_rank_variables);
    e->tensors = af_new_array(in->arena, af_tensor, e->n_tensors);
    for (int i = 0; i < e->n_rank_variables; i++) {
        const af_json *item = af_json_item(variables, i);
        e->rank_variables[i] = (af_rank_variable){copy_string(in, item, "name"),
                                                  af_json_real(in->reader, item, "bound")};
    }
    for (int i = 0; i < e->n_tensors; i++)
        e->tensors[i].name = copy_string(in, af_json_item(tensors, i), "name");
}

static void read_tensors(reading *in, const af_json *json)
{
    af_einsum *e = in->einsum;
    for (int i = 0; i < e->n_tensors; i++)
        read_tensor(in, af_json_item(af_json_at(json, "tensors"), i), &e->tensors[i]);
}

static void make_universe(reading *in)
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

/* ---- names that expressions see */

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

static af_value fields_value(reading *in, af_value dict)
{
    fields *object = af_new(in->arena, fields);
    *object = (fields){{&fields_kind}, dict};
    af_value value = af_none();
    value.type = AF_OBJECT;
    value.object = &object->object;
    return value;
}

/* Numbers that JSON cannot write come as words. */
static af_value plain_value(reading *in, const af_json *json)
{
    af_value value = af_value_of_json(in->arena, json);
    double number;
    static const char *const words[] = {"inf", "-inf", "nan"};
    if (value.type == AF_STRING && find_name(words, 3, value.string) >= 0 &&
        af_parse_double(value.string, &number))
        return af_real(number);
    return value;
}

static af_value dict_of(reading *in, const af_json *object)
{
    af_value dict = af_dict_value(in->arena);
    for (af_json_each(object, it))
        af_dict_put(in->arena, dict, af_string(af_copy_text(in->arena, it.key)), plain_value(in, it.value));
    return dict;
}

static void put_all(af_scope *scope, af_value dict)
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

static void make_scopes(reading *in, const af_json *json)
{
    af_einsum *e = in->einsum;
    af_scope *mathematics = af_scope_new(in->arena, NULL);
    af_add_math_names(mathematics);
    e->sets = af_scope_new(in->arena, mathematics);
    for (af_json_each(af_json_at(json, "sets"), it)) {
        const char *universe = af_json_string_or(in->reader, it.value, "u", "t");
        af_token_kind kind = universe[0] == 'r' ? AF_RANK_VARIABLES : AF_TENSORS;
        af_mask members = mask_of_names(in, af_json_at(it.value, "s"), kind);
        af_scope_set(e->sets, af_copy_text(in->arena, it.key),
                     af_set_value(in->arena, &e->universe, kind, members));
    }
    af_value arch = dict_of(in, af_json_at(json, "arch_variables")),
             spec = dict_of(in, af_json_at(json, "variables"));
    e->variables = af_scope_new(in->arena, mathematics);
    put_all(e->variables, arch);             /* spec variables win here: 20 section 10 */
    put_all(e->variables, spec);
    put_functions(in, e->variables, arch);
    put_functions(in, e->variables, spec);
    af_scope_set(e->variables, "variables", fields_value(in, spec));
    af_scope_set(e->variables, "arch_variables", fields_value(in, arch));
}

/* ---- architecture part */

/* {tensor: number}; `missing` for the others. */
static double *per_tensor(reading *in, const af_json *object, double missing)
{
    double *values = af_new_array(in->arena, double, in->einsum->n_tensors);
    for (int t = 0; t < in->einsum->n_tensors; t++)
        values[t] = af_json_real_or(in->reader, object, in->einsum->tensors[t].name, missing);
    return values;
}

static void bad_reuse(reading *in, const char *text)
{
    in->reader->failed = true;
    af_fail(in->reader->report, AF_BAD_DATA, AF_NOWHERE, in->path,
            "reuse: \"%s\" is no set of the Einsum's tensors", text);
}

static void read_dimension(reading *in, const af_json *json, af_dimension *d)
{
    af_mask all = af_universe_mask(&in->einsum->universe, AF_TENSORS);
    const af_json *reuse = af_json_at(json, "reuse"), *may_reuse = af_json_at(json, "may_reuse");
    const char *text = late_text(may_reuse);
    d->name = copy_string(in, json, "name");
    d->fanout = af_json_real(in->reader, json, "fanout");
    bool reuse_given = reuse && !late_text(reuse);
    d->reuse = reuse_given ? mask_of_names(in, af_json_at(reuse, "s"), AF_TENSORS) : 0;
    if (late_text(reuse) && !is_default_text(late_text(reuse)))
        bad_reuse(in, late_text(reuse));
    if (!may_reuse || is_default_text(text))
        d->may_reuse = reuse_given ? d->reuse : all;
    else
        d->may_reuse = text ? names_inside(in, text)
                            : mask_of_names(in, af_json_at(may_reuse, "s"), AF_TENSORS);
    d->min_usage = af_json_real_or(in->reader, json, "min_usage", 0);
    d->usage_scale = af_json_real_or(in->reader, json, "usage_scale", 1);
    d->power_gateable = af_json_bool_or(in->reader, json, "power_gateable", false);
    d->n_loop_bounds = read_comparisons(in, af_json_at(json, "loop_bounds"), AF_RANK_VARIABLES,
                                        &d->loop_bounds);
}

static void read_dimensions(reading *in, const af_json *json, af_arch_node *node)
{
    const af_json *spatial = af_json_at(json, "spatial");
    node->n_dimensions = af_json_count(spatial);
    node->dimensions = af_new_array(in->arena, af_dimension, node->n_dimensions);
    node->fanout = 1;
    for (int i = 0; i < node->n_dimensions; i++) {
        read_dimension(in, af_json_item(spatial, i), &node->dimensions[i]);
        node->fanout *= node->dimensions[i].fanout;
    }
}

static void read_action(reading *in, const af_json *json, const af_arch_node *node, af_action *action)
{
    action->name = copy_string(in, json, "name");
    action->energy = af_json_real_or(in->reader, json, "energy", NAN);
    action->throughput = af_json_real_or(in->reader, json, "throughput", NAN);
    action->latency = af_json_real_or(in->reader, json, "latency", NAN);
    double inherited = isnan(node->bits_per_action) ? 1 : node->bits_per_action;
    action->bits_per_action = af_json_real_or(in->reader, json, "bits_per_action", inherited);
    action->values_per_action = per_tensor(in, af_json_at(json, "values_per_action"), NAN);
    action->extra = af_json_at(json, "extra") ? dict_of(in, af_json_at(json, "extra")) : af_none();
}

static void read_tensor_options(reading *in, const af_json *json, af_tensor_options *options)
{
    af_mask all = af_universe_mask(&in->einsum->universe, AF_TENSORS);
    const af_json *keep = af_json_at(json, "keep"), *may_keep = af_json_at(json, "may_keep");
    options->keep_given = keep && !is_default_text(late_text(keep));
    options->may_keep_given = may_keep && !is_default_text(late_text(may_keep));
    options->keep = read_late_set(in, keep, AF_TENSORS, 0);
    options->may_keep = read_late_set(in, may_keep, AF_TENSORS, options->keep_given ? 0 : all);
    options->back = read_late_set(in, af_json_at(json, "back"), AF_TENSORS, 0);
    options->no_refetch_from_above = read_late_set(in, af_json_at(json, "no_refetch_from_above"), AF_TENSORS,
                                                   0);
    options->no_resend_to_below = read_late_set(in, af_json_at(json, "no_resend_to_below"), AF_TENSORS, 0);
    options->force_memory_hierarchy_order = af_json_bool_or(in->reader, json, "force_memory_hierarchy_order",
                                                            true);
    options->n_tile_shapes = read_comparisons(in, af_json_at(json, "tile_shape"), AF_RANK_VARIABLES,
                                              &options->tile_shapes);
    const af_json *orders = af_json_at(json, "tensor_order_options");
    options->n_order_options = af_json_count(orders);
    options->order_options = af_new_array(in->arena, struct af_order_option, options->n_order_options);
    for (int i = 0; i < options->n_order_options; i++) {
        const af_json *order = af_json_item(orders, i);
        struct af_order_option *option = &options->order_options[i];
        option->n_sets = af_json_count(order);
        option->sets = af_new_array(in->arena, af_late_set, option->n_sets);
        for (int k = 0; k < option->n_sets; k++)
            option->sets[k] = read_late_set(in, af_json_item(order, k), AF_TENSORS, 0);
    }
}

static af_direction direction_of(reading *in, const char *name)
{
    static const char *const names[] = {"up_and_down", "up", "down"};
    int found = find_name(names, 3, name);
    if (found < 0)
        af_json_wrong(in->reader, "direction", "\"%s\": expected up, down or up_and_down", name);
    return found < 0 ? AF_UP_AND_DOWN : (af_direction)found;
}

static void read_directions(reading *in, const af_json *json, af_arch_node *node)
{
    const af_json *direction = af_json_at(json, "direction");
    node->direction = af_new_array(in->arena, uint8_t, in->einsum->n_tensors);
    for (int t = 0; t < in->einsum->n_tensors; t++)
        node->direction[t] = direction_of(in, af_json_is_string(direction)
                                                  ? af_json_as_string(in->reader, direction, "direction")
                                                  : af_json_string(in->reader, direction,
                                                                   in->einsum->tensors[t].name));
}

static void read_enabled(reading *in, const af_json *json, af_arch_node *node)
{
    const char *text = late_text(af_json_at(json, "enabled"));
    if (!text) {
        node->enabled = af_json_bool_or(in->reader, json, "enabled", true);
        return;
    }
    node->enabled = -1;
    /* A holder whose condition cannot be evaluated counts as enabled */
    if (node->kind != AF_COMPUTE) {
        af_warn(in->reader->report, AF_NOWHERE, in->path,
                "enabled: \"%s\" cannot be evaluated here and counts as true", text);
        return;
    }
    text = af_copy_text(in->arena, text);
    node->enabled_expression = af_parse_expression(in->arena, text, in->reader->report, in->reader->place,
                                                   in->path);
    in->reader->failed |= !node->enabled_expression;
}

static void read_latency(reading *in, const af_json *json, af_arch_node *node)
{
    const af_json *latency = af_json_at(json, "total_latency");
    const char *text = late_text(latency);
    node->constant_latency = NAN;
    if (!text && latency) {
        node->constant_latency = af_json_as_real(in->reader, latency, "total_latency");
        return;
    }
    const char *missing = node->kind == AF_NETWORK
        ? "max(max_hops*actions['hop'].latency, max_link_traffic/actions['hop'].throughput)"
        : "sum(a.n_calls / a.throughput for a in actions)";
    node->total_latency = af_copy_text(in->arena, text ? text : missing);
    const char *path = af_node_path(in->arena, node, "total_latency");
    node->latency_expression = af_parse_expression(in->arena, node->total_latency, in->reader->report,
                                                   in->reader->place, path);
    in->reader->failed |= !node->latency_expression;
}

/* The names of a component that total_latency sees: evaluated fields, null ones too, and extra attributes. */
static void read_attributes(reading *in, const af_json *json, af_arch_node *node)
{
    static const char *const structural[] = {"type", "path", "parents", "nodes", "spatial", "actions",
                                             "tensors", "total_latency", "total_latency_env", "extra",
                                             "direction"};
    af_value extra = dict_of(in, af_json_at(json, "extra"));
    af_value dict = dict_of(in, af_json_at(json, "extra"));
    for (af_json_each(json, it))
        if (find_name(structural, sizeof structural / sizeof *structural, it.key) < 0)
            af_dict_put(in->arena, dict, af_string(af_copy_text(in->arena, it.key)),
                        plain_value(in, it.value));
    for (af_json_each(af_json_at(json, "total_latency_env"), it))
        af_dict_put(in->arena, dict, af_string(af_copy_text(in->arena, it.key)), plain_value(in, it.value));
    af_dict_put(in->arena, dict, af_string("extra_attributes_for_component_model"), fields_value(in, extra));
    node->attributes = dict;
    af_scope *scope = af_scope_new(in->arena, in->einsum->variables);
    put_all(scope, dict);
    node->latency_scope = scope;
}

static void read_component(reading *in, const af_json *json, af_arch_node *node)
{
    af_json_reader *r = in->reader;
    bool holder = node->kind == AF_MEMORY || node->kind == AF_TOLL;
    read_enabled(in, json, node);
    node->actions_scale = af_json_real_or(r, json, "actions_scale", 1);
    node->area = node->total_area = node->leak_power = node->total_leak_power = NAN;
    node->bits_per_action = af_json_real_or(r, json, "bits_per_action", NAN);
    node->bits_per_value = af_new_array(in->arena, double, in->einsum->n_tensors);
    for (int t = 0; t < in->einsum->n_tensors; t++)
        node->bits_per_value[t] = af_json_real_or(r, af_json_at(json, "bits_per_value"),
                                                  in->einsum->tensors[t].name,
                                                  in->einsum->tensors[t].bits_per_value);
    node->values_per_action = per_tensor(in, af_json_at(json, "values_per_action"), NAN);
    node->skip_initial_output_write = af_json_bool_or(r, json, "skip_initial_output_write", true);
    node->size = node->kind == AF_MEMORY ? af_json_real(r, json, "size") : INFINITY;
    node->topology = !strcmp(af_json_string_or(r, json, "topology", "mesh"), "all_to_all") ? AF_ALL_TO_ALL
                                                                                           : AF_MESH;
    const af_json *actions = af_json_at(json, "actions");
    node->n_actions = af_json_count(actions);
    node->actions = af_new_array(in->arena, af_action, node->n_actions);
    for (int i = 0; i < node->n_actions; i++)
        read_action(in, af_json_item(actions, i), node, &node->actions[i]);
    if (holder)
        read_tensor_options(in, af_json_at(json, "tensors"), &node->tensors);
    if (node->kind == AF_TOLL)
        read_directions(in, json, node);
    read_latency(in, json, node);
    read_attributes(in, json, node);
}

/* A member of an Array: its dimensions say how many copies are spread over the grid (20 section 17). */
static void place_in_array(reading *in, const af_arch_node *array, af_arch_node *node)
{
    node->n_physical = node->n_dimensions;
    node->physical = af_new_array(in->arena, struct af_physical, node->n_physical);
    for (int i = 0; i < node->n_physical; i++) {
        const af_dimension *own = &node->dimensions[i];
        int along = af_find_dimension(array, own->name);
        double cells = along < 0 ? 1 : array->dimensions[along].fanout, stride = cells / own->fanout;
        if (stride != floor(stride)) {
            in->reader->failed = true;
            af_fail(in->reader->report, AF_BAD_DATA, AF_NOWHERE, af_node_path(in->arena, node, "spatial"),
                    "%g copies along %s do not divide the %g cells of %s", own->fanout, own->name, cells,
                    array->name);
        }
        node->physical[i] = (struct af_physical){own->name, own->fanout, stride};
    }
    node->n_dimensions = 0;
    node->fanout = 1;
}

static int count_nodes(const af_json *nodes)
{
    int count = af_json_count(nodes);
    for (int i = af_json_count(nodes) - 1; i >= 0; i--)
        count += count_nodes(af_json_at(af_json_item(nodes, i), "nodes"));
    return count;
}

static af_arch_kind kind_of(reading *in, const char *type)
{
    static const char *const names[] = {"Memory", "Toll", "Compute", "Network", "Container", "Hierarchical",
                                        "Fork", "Array"};
    int found = find_name(names, 8, type);
    if (found < 0)
        af_json_wrong(in->reader, "type", "unknown type of architecture node \"%s\"", type);
    return found < 0 ? AF_CONTAINER : (af_arch_kind)found;
}

static void read_nodes(reading *in, const af_json *nodes, int parent, const char *prefix);

static void read_node(reading *in, const af_json *json, int index, const char *path)
{
    af_arch_node *node = &in->einsum->nodes[index];
    node->first_child = node->next_sibling = -1;
    node->kind = kind_of(in, af_json_string(in->reader, json, "type"));
    bool named = node->kind != AF_HIERARCHICAL && node->kind != AF_FORK;
    node->name = named ? copy_string(in, json, "name") : NULL;
    node->path = in->path = named ? af_format(in->arena, "%s (%s)", path, node->name) : path;
    read_dimensions(in, json, node);
    node->forked_power_gateable = af_json_bool_or(in->reader, json, "forked_power_gateable", false);
    node->non_forked_power_gateable = af_json_bool_or(in->reader, json, "non_forked_power_gateable", false);
    if (node->kind <= AF_NETWORK)
        read_component(in, json, node);
    if (node->parent >= 0 && in->einsum->nodes[node->parent].kind == AF_ARRAY)
        place_in_array(in, &in->einsum->nodes[node->parent], node);
    read_nodes(in, af_json_at(json, "nodes"), index, path);
}

static void read_nodes(reading *in, const af_json *nodes, int parent, const char *prefix)
{
    af_einsum *e = in->einsum;
    int before = -1;
    for (int i = 0; i < af_json_count(nodes); i++) {
        int index = e->n_nodes++;
        e->nodes[index].parent = parent;
        if (before >= 0)
            e->nodes[before].next_sibling = index;
        else if (parent >= 0)
            e->nodes[parent].first_child = index;
        before = index;
        read_node(in, af_json_item(nodes, i), index, af_numbered_text(in->arena, prefix, ".nodes.", i));
    }
}

static int node_named(reading *in, const char *name, const char *key)
{
    int node = af_find_node(in->einsum, name);
    if (node < 0)
        af_json_wrong(in->reader, key, "\"%s\" is not in the architecture", name);
    return node;
}

static void read_paths(reading *in, const af_json *json)
{
    af_einsum *e = in->einsum;
    const af_json *paths = af_json_array(in->reader, json, "flattened");
    e->n_paths = af_json_count(paths);
    e->paths = af_new_array(in->arena, af_path, e->n_paths);
    for (int i = 0; i < e->n_paths; i++) {
        const af_json *nodes = af_json_array(in->reader, af_json_item(paths, i), "nodes");
        af_path *path = &e->paths[i];
        path->n_nodes = af_json_count(nodes);
        path->nodes = af_new_array(in->arena, int, path->n_nodes);
        for (int k = 0; k < path->n_nodes; k++)
            path->nodes[k] = node_named(in, af_json_as_string(in->reader, af_json_item(nodes, k), "nodes"),
                                        "flattened");
        path->compute = node_named(in, af_json_string(in->reader, af_json_item(paths, i), "compute"),
                                   "flattened");
        path->position = af_new_array(in->arena, int, e->n_nodes);
        for (int k = 0; k < e->n_nodes; k++)
            path->position[k] = -1;
        for (int k = 0; k < path->n_nodes; k++)
            if (path->nodes[k] >= 0)
                path->position[path->nodes[k]] = k;
    }
}

static void read_cost(reading *in, const af_json *json)
{
    int index = node_named(in, af_json_string(in->reader, json, "component"), "costs");
    if (index < 0)
        return;
    af_arch_node *node = &in->einsum->nodes[index];
    node->area = af_json_real_or(in->reader, json, "area", NAN);
    node->total_area = af_json_real_or(in->reader, json, "total_area", NAN);
    node->leak_power = af_json_real_or(in->reader, json, "leak_power", NAN);
    node->total_leak_power = af_json_real_or(in->reader, json, "total_leak_power", NAN);
    const af_json *actions = af_json_at(json, "actions");
    for (int i = 0; i < af_json_count(actions); i++) {
        const af_json *item = af_json_item(actions, i);
        int action = af_find_action(node, af_json_string(in->reader, item, "name"));
        if (action < 0)
            continue;
        node->actions[action].energy = af_json_real_or(in->reader, item, "energy", NAN);
        node->actions[action].throughput = af_json_real_or(in->reader, item, "throughput", NAN);
    }
}

/* ---- mapper options: one table of names, places and defaults (60 section 3) */

static void read_mapper(reading *in, const af_json *json, af_mapper *mapper)
{
    const struct { const char *name; bool *place; bool missing; } flags[] = {
        {"_timeloop_style_even", &mapper->timeloop_style_even, false},
        {"force_memory_hierarchy_order", &mapper->force_memory_hierarchy_order, true},
        {"out_of_order_hierarchy_explore_removing_spatials_for_more_temporals",
         &mapper->explore_removing_spatials, false},
        {"explore_loop_orders", &mapper->explore_loop_orders, true},
        {"_can_lower_outermost_memory", &mapper->can_lower_outermost_memory, false},
        {"explore_imperfect_spatial_loops", &mapper->explore_imperfect_spatial_loops, false},
        {"explore_imperfect_temporal_loops", &mapper->explore_imperfect_temporal_loops, false},
        {"prioritize_reuse_of_unfused_tensors", &mapper->prioritize_reuse_of_unfused_tensors, false},
        {"_let_non_intermediate_tensors_respawn_in_backing_storage",
         &mapper->let_non_intermediate_tensors_respawn, false},
        {"can_combine_multiple_runs", &mapper->can_combine_multiple_runs, false},
    };
    const struct { const char *name; double *place; double missing; } numbers[] = {
        {"max_fused_loops_per_rank_variable", &mapper->max_fused_loops_per_rank_variable, 1},
        {"max_fused_loops", &mapper->max_fused_loops, INFINITY},
        {"max_loops_per_spatial_dimension", &mapper->max_loops_per_spatial_dimension, INFINITY},
        {"tiling_coarseness", &mapper->tiling_coarseness, 1},
        {"memory_limit", &mapper->memory_limit, INFINITY},
        {"memory_limit_per_process", &mapper->memory_limit_per_process, INFINITY},
        {"time_limit", &mapper->time_limit, INFINITY},
        {"time_limit_per_pmapping_template", &mapper->time_limit_per_pmapping_template, INFINITY},
        {"max_pmapping_templates_per_einsum", &mapper->max_pmapping_templates_per_einsum, INFINITY},
        {"objective_tolerance", &mapper->objective_tolerance, 0},
        {"resource_usage_tolerance", &mapper->resource_usage_tolerance, 0}};
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
        *flags[i].place = af_json_bool_or(in->reader, json, flags[i].name, flags[i].missing);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        *numbers[i].place = af_json_real_or(in->reader, json, numbers[i].name, numbers[i].missing);
    mapper->metrics = (int)af_json_integer_or(in->reader, json, "metrics", AF_ENERGY);
    mapper->info_metrics = (int)af_json_integer_or(in->reader, json, "info_metrics", AF_METRICS_ALL);
    mapper->only_template = (int)af_json_integer_or(in->reader, json, "_only_output_pmapping_with_index", -1);
}

static void read_never_full(reading *in, const af_json *names)
{
    in->einsum->never_full = af_new_array(in->arena, bool, in->einsum->n_nodes);
    for (int i = 0; i < af_json_count(names); i++) {
        int node = node_named(in, af_json_as_string(in->reader, af_json_item(names, i), "never_full"),
                              "never_full");
        if (node >= 0)
            in->einsum->never_full[node] = true;
    }
}

/* A record that does not say is taken to have all memories. */
static void read_reserved_across(reading *in, const af_json *names)
{
    in->einsum->reserved_across = af_new_array(in->arena, bool, in->einsum->n_nodes);
    for (int node = 0; node < in->einsum->n_nodes; node++)
        in->einsum->reserved_across[node] = !names;
    for (int i = 0; i < af_json_count(names); i++) {
        int node = af_find_node(in->einsum,
                                af_json_as_string(in->reader, af_json_item(names, i), "reserved_across"));
        if (node >= 0)
            in->einsum->reserved_across[node] = true;
    }
}

static void read_architecture(reading *in, const af_json *json)
{
    const af_json *nodes = af_json_at(af_json_at(json, "arch"), "nodes");
    in->einsum->nodes = af_new_array(in->arena, af_arch_node, count_nodes(nodes));
    read_nodes(in, nodes, -1, "arch");
    read_paths(in, json);
    const af_json *costs = af_json_at(json, "costs");
    for (int i = 0; i < af_json_count(costs); i++)
        read_cost(in, af_json_item(costs, i));
    read_never_full(in, af_json_at(json, "never_full"));
    read_reserved_across(in, af_json_at(json, "reserved_across"));
}

af_einsum *af_einsum_of_json(af_arena *arena, const af_json *json, af_report *report, af_place place)
{
    af_json_reader reader = {.report = report, .what = "einsum record", .place = place};
    af_einsum *e = af_new(arena, af_einsum);
    reading in = {arena, e, &reader, NULL};
    e->name = copy_string(&in, json, "einsum");
    e->spec = af_copy_text(arena, af_json_string_or(&reader, json, "spec", ""));
    e->index = (int)af_json_integer_or(&reader, json, "index", 0);
    e->n_einsums = (int)af_json_integer_or(&reader, json, "n_einsums", 1);
    e->n_instances = af_json_real_or(&reader, json, "n_instances", 1);
    e->is_copy = af_json_bool_or(&reader, json, "is_copy_operation", false);
    e->n_computes = af_json_real_or(&reader, json, "n_computes", NAN);
    read_names(&in, json);
    read_tensors(&in, json);
    make_universe(&in);
    make_scopes(&in, json);
    read_architecture(&in, json);
    read_mapper(&in, af_json_at(json, "mapper"), &e->mapper);
    e->model_metrics = (int)af_json_integer_or(&reader, af_json_at(json, "model"), "metrics", AF_METRICS_ALL);
    return reader.failed ? NULL : e;
}
