/* Functions of expressions: lambdas, arguments, calls, filters and tests. */
#include "lang/expression_tree.h"

#include <string.h>

/* ---- lambdas */

typedef struct lambda_function {
    af_function function;
    const af_expression *expression;
    const af_tree *tree;
    const af_scope *scope;
    af_value *defaults;
} lambda_function;

static int call_lambda(const af_function *self, const af_call *call, af_value *result)
{
    const lambda_function *lambda = (const lambda_function *)self;
    const af_tree *tree = lambda->tree;
    af_value *values = af_new_array(call->evaluation->arena, af_value, tree->n_items + 1);
    int least = tree->n_items;
    while (least && tree->items[least - 1])
        least--;
    if (af_bind_arguments(call, "<lambda>()", tree->names, least, tree->n_items, values))
        return -1;
    af_scope *scope = af_scope_new(call->evaluation->arena, lambda->scope);
    for (int i = 0; i < tree->n_items; i++)
        af_scope_set(scope, tree->names[i], values[i].type == AF_UNDEFINED ? lambda->defaults[i] : values[i]);
    const af_expression *outer = call->evaluation->expression;
    call->evaluation->expression = lambda->expression;
    int failed = af_evaluate_tree(call->evaluation, tree->a, scope, result);
    call->evaluation->expression = outer;
    return failed;
}

int af_evaluate_lambda(af_evaluation *e, const af_tree *tree, const af_scope *scope, af_value *result)
{
    lambda_function *lambda = af_new(e->arena, lambda_function);
    *lambda = (lambda_function){.function = {.name = "<lambda>", .call = call_lambda, .takes_undefined = true,
                                             .text = af_copy_slice(e->arena, tree->start, tree->length)},
                                .expression = e->expression, .tree = tree, .scope = scope,
                                .defaults = af_new_array(e->arena, af_value, tree->n_items + 1)};
    for (int i = 0; i < tree->n_items; i++)
        if (tree->items[i] && af_evaluate_tree(e, tree->items[i], scope, &lambda->defaults[i]))
            return -1;
    *result = af_function_value(&lambda->function);
    return 0;
}

af_value af_function_value(const af_function *function)
{
    return (af_value){.type = AF_FUNCTION, .function = function};
}

int af_call_value(af_evaluation *e, af_value function, const af_value *arguments, int count,
                  const char *const *keywords, af_value *result)
{
    if (function.type == AF_SET && !count) {            /* MainMemory.tensors() (10 section 10.2) */
        *result = function;
        return 0;
    }
    af_call call = {.evaluation = e, .count = count, .arguments = arguments, .keywords = keywords};
    if (function.type == AF_OBJECT && function.object->kind->call)
        return function.object->kind->call(function.object, &call, result);
    if (function.type != AF_FUNCTION)
        return af_raise(e, "TypeError", "'%s' object is not callable", af_type_name(function));
    for (int i = 0; i < count && !function.function->takes_undefined; i++)
        if (af_usable(e, arguments[i]))
            return -1;
    return function.function->call(function.function, &call, result);
}

typedef struct argument { af_value value; const char *keyword; } argument;
typedef struct argument_list { af_list(argument) positional, named; } argument_list;

static void add_argument(af_evaluation *e, argument_list *list, af_value value, const char *keyword)
{
    if (keyword)
        *af_push(e->arena, &list->named) = (argument){value, keyword};
    else
        *af_push(e->arena, &list->positional) = (argument){value, NULL};
}

/* "*": the items of anything iterable, "**": the entries of a dict. */
static int spread_argument(af_evaluation *e, argument_list *list, af_value value, const char *how)
{
    af_items items;
    int count;
    const af_entry *entries = af_dict_entries(value, &count);
    if (!how[1] && af_items_of(e, value, &items))
        return -1;
    if (how[1] && value.type != AF_DICT)
        return af_raise(e, "TypeError", "argument after ** must be a mapping, not %s", af_type_name(value));
    for (int i = 0; i < (how[1] ? count : items.count); i++) {
        if (how[1] && entries[i].key.type != AF_STRING)
            return af_raise(e, "TypeError", "keywords must be strings");
        add_argument(e, list, how[1] ? entries[i].value : items.items[i],
                     how[1] ? entries[i].key.string : NULL);
    }
    return 0;
}

/* Arguments of a call, spread ones spread. `first`: put before them if not NULL (filters). */
static int evaluate_arguments(af_evaluation *e, const af_tree *tree, const af_scope *scope,
                              const af_value *first, int *count,
                              af_value **values, const char *const **keywords)
{
    argument_list list = {{0}, {0}};
    if (first)
        add_argument(e, &list, *first, NULL);
    for (int i = 0; i < tree->n_items; i++) {
        af_value value;
        const char *keyword = tree->names[i];
        if (af_evaluate_tree(e, tree->items[i], scope, &value))
            return -1;
        if (!keyword || *keyword != '*')
            add_argument(e, &list, value, keyword);
        else if (spread_argument(e, &list, value, keyword))
            return -1;
    }
    int positional = list.positional.count;
    *count = positional + list.named.count;
    *values = af_new_array(e->arena, af_value, *count);
    const char **names = af_new_array(e->arena, const char *, *count);
    for (int i = 0; i < *count; i++) {
        const argument *from = i < positional ? &list.positional.items[i] : &list.named.items[i - positional];
        (*values)[i] = from->value;
        names[i] = from->keyword;
    }
    *keywords = names;
    return 0;
}

int af_evaluate_call(af_evaluation *e, const af_tree *tree, const af_scope *scope, af_value *result)
{
    af_value function, *values;
    const char *const *keywords;
    int count;
    if (af_evaluate_usable(e, tree->a, scope, &function)
        || evaluate_arguments(e, tree, scope, NULL, &count, &values, &keywords))
        return -1;
    return af_call_value(e, function, values, count, keywords, result);
}

const af_function *af_filter_of(af_arena *arena, const af_dialect *dialect, af_tree_kind kind,
                                const char *name, const char **unknown)
{
    bool test = kind == AF_TREE_TEST;
    const af_function *functions = test ? dialect->tests : dialect->filters;
    int count = test ? dialect->n_tests : dialect->n_filters;
    for (int i = 0; i < count; i++)
        if (!strcmp(functions[i].name, name))
            return &functions[i];
    const char **names = af_new_array(arena, const char *, count);
    for (int i = 0; i < count; i++)
        names[i] = functions[i].name;
    const char *near = af_nearest(name, names, count);
    *unknown = near ? af_format(arena, "No %s named '%s'; did you mean '%s'?", test ? "test" : "filter",
                                name, near)
                    : af_format(arena, "No %s named '%s'", test ? "test" : "filter", name);
    return NULL;
}

int af_evaluate_filter(af_evaluation *e, const af_tree *tree, const af_scope *scope, af_value *result)
{
    const char *unknown;
    const af_function *function =
        af_filter_of(e->arena, e->expression->dialect, tree->kind, tree->name, &unknown);
    if (!function)
        return af_raise(e, "TemplateAssertionError", "%s", unknown);
    int count;
    af_value value, *values;
    const char *const *keywords;
    if (af_evaluate_tree(e, tree->a, scope, &value)
        || evaluate_arguments(e, tree, scope, &value, &count, &values, &keywords))
        return -1;
    return af_call_value(e, af_function_value(function), values, count, keywords, result);
}

int af_bind_arguments(const af_call *call, const char *function, const char *const *names, int least,
                      int most, af_value *values)
{
    for (int i = 0; i < most; i++)
        values[i] = af_undefined();
    for (int i = 0; i < call->count; i++) {
        const char *keyword = call->keywords ? call->keywords[i] : NULL;
        int at = i;
        if (keyword)
            for (at = 0; at < most && strcmp(names[at], keyword); at++)
                ;
        if (at >= most && keyword)
            return af_raise(call->evaluation, "TypeError", "%s got an unexpected keyword argument '%s'",
                            function, keyword);
        if (at >= most)
            return af_raise(call->evaluation, "TypeError",
                            "%s takes %d positional arguments but %d were given", function, most,
                            call->count);
        if (values[at].type != AF_UNDEFINED)
            return af_raise(call->evaluation, "TypeError", "%s got multiple values for argument '%s'",
                            function, names[at]);
        values[at] = call->arguments[i];
    }
    for (int i = 0; i < least; i++)
        if (values[i].type == AF_UNDEFINED && !values[i].missing)
            return af_raise(call->evaluation, "TypeError", "%s missing required argument: '%s'", function,
                            names[i]);
    return 0;
}
