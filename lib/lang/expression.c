/* The evaluator of expressions (10 section 7), for Python's dialect and Jinja's. */
#include "lang/expression_tree.h"

#include <string.h>

enum { DEEPEST = 2000, MOST_STEPS = 1000000, MOST_BYTES = 32 << 20 };

/* ---- one evaluation */

af_evaluation af_evaluation_begin(const af_scope *scope, af_arena *arena, af_report *report, af_place place,
                                  const char *path, const char *text)
{
    return (af_evaluation){.arena = arena, .report = report, .place = place, .path = path, .text = text,
                           .scope = scope,
                           .steps_left = MOST_STEPS, .most_bytes = af_arena_size(arena) + MOST_BYTES};
}

int af_raise(af_evaluation *e, const char *type, const char *format, ...)
{
    if (!e->report)
        return -1;
    va_list arguments;
    va_start(arguments, format);
    char *message = af_format_list(e->arena, format, arguments);
    va_end(arguments);
    if (e->text && !af_is_jinja(e))
        return af_fail(e->report, AF_BAD_DATA, e->place, e->path,
                       "Failed to evaluate: %s. Problem encountered: %s: %s", e->text, type, message);
    return af_fail(e->report, AF_BAD_DATA, e->place, e->path, "%s", message);
}

int af_spend(af_evaluation *e, int64_t steps, int64_t bytes)
{
    e->steps_left -= steps < e->steps_left + 1 ? steps : e->steps_left + 1;
    if (e->steps_left < 0)
        return af_raise(e, "TimeoutError", "the expression takes too many steps");
    bool large = bytes > MOST_BYTES || af_arena_size(e->arena) + (size_t)bytes > e->most_bytes;
    return large ? af_raise(e, "MemoryError", "more than %d MiB are needed", MOST_BYTES >> 20) : 0;
}

int af_spend_items(af_evaluation *e, int64_t count)
{
    /* to look at an item is less work than to evaluate a part of an expression */
    enum { ITEMS_IN_A_STEP = 8 };
    return af_spend(e, count / ITEMS_IN_A_STEP, 0);
}

int af_spend_text(af_evaluation *e, int64_t length)
{
    enum { BYTES_IN_A_STEP = 256 };
    return af_spend(e, length / BYTES_IN_A_STEP, length);
}

/* ---- names */

/* An undefined value of Jinja's, with the nearest name that is given (10 section 3.1; 85 U15). */
static af_value missing_name(af_evaluation *e, const char *name, const af_scope *scope)
{
    int count = af_scope_names(scope, NULL, 0), n = 0;
    const char **names = af_new_array(e->arena, const char *, count + 1);
    af_scope_names(scope, names, count);
    for (int i = 0; i < count; i++) {
        af_value value;
        af_scope_get(scope, names[i], &value);
        if (value.type != AF_FUNCTION && value.type != AF_UNDEFINED)
            names[n++] = names[i];
    }
    const char *near = af_nearest(name, names, n);
    af_missing *missing = af_new(e->arena, af_missing);
    missing->message = near ? af_format(e->arena, "'%s' is undefined (did you mean '%s'?)", name, near)
                            : af_format(e->arena, "'%s' is undefined (-D %s=… gives it a value)", name, name);
    return (af_value){.type = AF_UNDEFINED, .missing = missing};
}

/* What other languages, and YAML 1.1, say for what is called otherwise here. */
static const char *other_word(const char *name)
{
    static const struct { const char *word, *here; } words[] = {
        {"yes", "True"}, {"no", "False"}, {"on", "True"}, {"off", "False"}, {"null", "None"},
        {"Null", "None"},
        {"Infinity", "inf"}, {"infinity", "inf"}, {"NaN", "nan"}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (!strcmp(words[i].word, name))
            return words[i].here;
    return NULL;
}

static void name_error(af_evaluation *e, const char *name, const af_scope *scope)
{
    int count;
    bool later = false;
    const char **names = af_scope_candidates(scope, e->arena, &count), *near = other_word(name);
    for (int i = 0; i < count && !later; i++)
        later = !strcmp(names[i], name);
    near = near ? near : af_nearest(name, names, count);
    if (later)
        af_raise(e, "NameError", "Name '%s' is not defined here: the field is evaluated later.", name);
    else if (near)
        af_raise(e, "NameError", "Name '%s' is not defined. Did you mean '%s'?", name, near);
    else
        af_raise(e, "NameError", "Name '%s' is not defined.", name);
}

static int undefined_name(af_evaluation *e, const af_tree *tree, const af_scope *scope, af_value *result)
{
    if (e->expression->dialect->jinja) {
        *result = missing_name(e, tree->name, scope);
        return 0;
    }
    if (!e->report)
        return -1;
    name_error(e, tree->name, scope);
    /* the others of the same text, that all are told */
    for (int i = 0; i < e->expression->n_names; i++) {
        af_value value;
        const char *name = e->expression->names[i];
        if (strcmp(name, tree->name) && !af_scope_get(scope, name, &value) && !af_math_function(name))
            name_error(e, name, scope);
    }
    return -1;
}

static int evaluate_name(af_evaluation *e, const af_tree *tree, const af_scope *scope, af_value *result)
{
    if (af_scope_get(scope, tree->name, result))
        return 0;
    const af_function *function = e->expression->dialect->jinja ? NULL : af_math_function(tree->name);
    if (!function)
        return undefined_name(e, tree, scope, result);
    *result = af_function_value(function);
    return 0;
}

int af_usable(af_evaluation *e, af_value value)
{
    if (value.type != AF_UNDEFINED)
        return 0;
    return af_raise(e, "UndefinedError", "%s",
                    value.missing ? value.missing->message : "a value is undefined");
}

int af_evaluate_usable(af_evaluation *e, const af_tree *tree, const af_scope *scope, af_value *result)
{
    return af_evaluate_tree(e, tree, scope, result) || af_usable(e, *result) ? -1 : 0;
}

/* ---- comparisons and truth */

static bool is_lenient(af_value value)
{
    return value.type == AF_UNDEFINED && value.missing && value.missing->lenient;
}

int af_truth_of(af_evaluation *e, af_value value, bool *truth)
{
    if (is_lenient(value)) {
        *truth = false;
        return 0;
    }
    if (af_usable(e, value))
        return -1;
    if (value.type == AF_OPAQUE) {
        af_value answer;
        if (value.opaque->kind->operate(value.opaque, "!=", value, af_int(0), &answer, e))
            return -1;
        value = answer;
    }
    *truth = af_truth(value);
    return 0;
}

static int compare_pair(af_evaluation *e, const char *op, af_value a, af_value b, bool *holds)
{
    int order;
    if (a.type == AF_OPAQUE || b.type == AF_OPAQUE) {
        af_value answer;
        const af_opaque *self = a.type == AF_OPAQUE ? a.opaque : b.opaque;
        return self->kind->operate(self, op, a, b, &answer, e) || af_truth_of(e, answer, holds) ? -1 : 0;
    }
    if (!strcmp(op, "==") || !strcmp(op, "!=")) {
        *holds = af_equal(a, b) == (*op == '=');
        return 0;
    }
    if (!strcmp(op, "is") || !strcmp(op, "is not")) {
        *holds = (a.type == b.type && af_equal(a, b)) == !op[2];
        return 0;
    }
    if (!strcmp(op, "in") || !strcmp(op, "not in")) {
        if (af_contains(e, a, b, holds))
            return -1;
        *holds = *holds == (*op == 'i');
        return 0;
    }
    if (af_order(e, op, a, b, &order))
        return -1;
    bool inside = *op == '<' ? order < 0 : order > 0 && order != AF_NO_ORDER;
    *holds = inside || (op[1] && !order);
    return 0;
}

static int evaluate_comparison(af_evaluation *e, const af_tree *tree, const af_scope *scope, af_value *result)
{
    af_value left, right;
    bool holds = true;
    if (af_evaluate_tree(e, tree->items[0], scope, &left))
        return -1;
    for (int i = 1; i < tree->n_items && holds; i++) {
        const char *op = tree->names[i - 1];
        if (af_evaluate_tree(e, tree->items[i], scope, &right))
            return -1;
        if (op[1] == '=' && strchr("=!", *op) && (is_lenient(left) || is_lenient(right)))
            holds = (is_lenient(left) && is_lenient(right)) == (*op == '=');
        else if (af_usable(e, left) || af_usable(e, right) || compare_pair(e, op, left, right, &holds))
            return -1;
        left = right;
    }
    *result = af_bool(holds);
    return 0;
}

static int evaluate_logic(af_evaluation *e, const af_tree *tree, const af_scope *scope, af_value *result)
{
    bool truth;
    if (af_evaluate_tree(e, tree->a, scope, result) || af_truth_of(e, *result, &truth))
        return -1;
    return truth == (tree->kind == AF_TREE_AND) ? af_evaluate_tree(e, tree->b, scope, result) : 0;
}

static int evaluate_condition(af_evaluation *e, const af_tree *tree, const af_scope *scope, af_value *result)
{
    bool truth;
    af_value condition;
    if (af_evaluate_tree(e, tree->b, scope, &condition) || af_truth_of(e, condition, &truth))
        return -1;
    if (truth)
        return af_evaluate_tree(e, tree->a, scope, result);
    if (tree->c)
        return af_evaluate_tree(e, tree->c, scope, result);
    af_missing *missing = af_new(e->arena, af_missing);
    *missing = (af_missing){.lenient = true};
    missing->message = af_format(e->arena, "the inline if-expression on line %d evaluated to false "
                                           "and no else section was defined", e->place.line);
    *result = (af_value){.type = AF_UNDEFINED, .missing = missing};
    return 0;
}

/* ---- displays and comprehensions */

static int evaluate_items(af_evaluation *e, const af_tree *tree, const af_scope *scope, af_value *result)
{
    af_value list = af_list_value(e->arena, tree->n_items);
    for (int i = 0; i < tree->n_items; i++)
        if (af_evaluate_tree(e, tree->items[i], scope, &list.list->items[i]))
            return -1;
    list.type = tree->kind == AF_TREE_TUPLE ? AF_TUPLE : AF_LIST;
    *result = list;
    return 0;
}

static int without_equals(af_evaluation *e, const af_items *items, af_value *set)
{
    int count = 0;
    *set = af_list_value(e->arena, items->count);
    for (int i = 0; i < items->count; i++) {
        bool known = false;
        if (af_spend_items(e, count) || af_hashable(e, items->items[i]))
            return -1;
        for (int k = 0; k < count && !known; k++)
            known = af_equal(set->list->items[k], items->items[i]);
        if (!known)
            set->list->items[count++] = items->items[i];
    }
    ((af_items *)set->list)->count = count;
    set->type = AF_PLAIN_SET;
    return 0;
}

static int evaluate_dict(af_evaluation *e, const af_tree *tree, const af_scope *scope, af_value *result)
{
    *result = af_dict_value(e->arena);
    for (int i = 0; i < tree->n_items; i += 2) {
        af_value key, value;
        if (af_evaluate_usable(e, tree->items[i], scope, &key) || af_hashable(e, key)
            || af_evaluate_tree(e, tree->items[i + 1], scope, &value))
            return -1;
        af_dict_put(e->arena, *result, key, value);
    }
    return 0;
}

static int bind(af_evaluation *e, const af_tree *target, af_value value, af_scope *scope)
{
    if (target->kind == AF_TREE_NAME) {
        af_scope_set(scope, target->name, value);
        return 0;
    }
    af_items items;
    if (af_items_of(e, value, &items))
        return -1;
    if (items.count != target->n_items)
        return af_raise(e, "ValueError",
                        items.count < target->n_items ? "not enough values to unpack"
                                                      : "too many values to unpack");
    for (int i = 0; i < items.count; i++)
        if (bind(e, target->items[i], items.items[i], scope))
            return -1;
    return 0;
}

typedef struct gathering { const af_tree *tree; af_value dict; af_list(af_value) items; } gathering;

static int gather_clause(af_evaluation *e, gathering *g, int clause, const af_scope *scope)
{
    const af_tree *tree = g->tree;
    af_value value, key;
    if (clause * 3 == tree->n_items) {
        if (tree->makes == AF_TREE_DICT) {
            if (af_evaluate_usable(e, tree->a, scope, &key) || af_hashable(e, key)
                || af_evaluate_tree(e, tree->b, scope, &value))
                return -1;
            af_dict_put(e->arena, g->dict, key, value);
            return 0;
        }
        if (af_evaluate_tree(e, tree->a, scope, &value))
            return -1;
        *af_push(e->arena, &g->items) = value;
        return 0;
    }
    af_items items;
    if (af_evaluate_usable(e, tree->items[clause * 3 + 1], scope, &value) || af_items_of(e, value, &items))
        return -1;
    for (int i = 0; i < items.count; i++) {
        af_scope *inner = af_scope_new(e->arena, scope);
        bool holds = true;
        const af_tree *condition = tree->items[clause * 3 + 2];
        if (af_spend(e, 1, 0) || bind(e, tree->items[clause * 3], items.items[i], inner))
            return -1;
        if (condition && (af_evaluate_tree(e, condition, inner, &value) || af_truth_of(e, value, &holds)))
            return -1;
        if (holds && gather_clause(e, g, clause + 1, inner))
            return -1;
    }
    return 0;
}

static int evaluate_generator(af_evaluation *e, const af_tree *tree, const af_scope *scope, af_value *result)
{
    gathering g = {.tree = tree, .dict = af_dict_value(e->arena)};
    if (gather_clause(e, &g, 0, scope))
        return -1;
    if (tree->makes == AF_TREE_DICT) {
        *result = g.dict;
        return 0;
    }
    af_items items = {g.items.count, g.items.items};
    if (tree->makes == AF_TREE_SET)
        return without_equals(e, &items, result);
    if (tree->makes == AF_TREE_LIST) {
        *result = af_list_value(e->arena, items.count);
        if (items.count)
            memcpy(result->list->items, items.items, sizeof(af_value) * (size_t)items.count);
    } else {
        af_iterator *iterator = af_new(e->arena, af_iterator);
        *iterator = (af_iterator){.name = "generator", .count = items.count, .items = items.items};
        *result = (af_value){.type = AF_ITERATOR, .iterator = iterator};
    }
    return 0;
}

/* ---- texts */

int af_finish_text(af_evaluation *e, af_text *text, af_value *result)
{
    int failed = af_spend_text(e, (int64_t)text->length);
    *result = af_string(failed ? "" : af_copy_slice(e->arena, text->bytes, text->length));
    result->quoted = true;
    af_text_free(text);
    return failed;
}

static int evaluate_text(af_evaluation *e, const af_tree *tree, const af_scope *scope, af_value *result);

/* {value!conversion:specification} of an f-string. */
static int evaluate_field(af_evaluation *e, const af_tree *field, const af_scope *scope, af_text *out)
{
    af_value value, specification;
    if (af_evaluate_usable(e, field->a, scope, &value) || evaluate_text(e, field->b, scope, &specification))
        return -1;
    if (field->value.type == AF_INT) {
        af_text text = {0};
        af_convert(&text, value, (char)field->value.integer);
        if (af_finish_text(e, &text, &value))
            return -1;
    }
    return af_format_value(e, value, specification.string, out);
}

static int evaluate_text(af_evaluation *e, const af_tree *tree, const af_scope *scope, af_value *result)
{
    af_text out = {0};
    int failed = 0;
    for (int i = 0; i < tree->n_items && !failed; i++) {
        const af_tree *piece = tree->items[i];
        if (piece->kind == AF_TREE_FORMAT)
            failed = evaluate_field(e, piece, scope, &out);
        else
            af_text_puts(&out, piece->value.string);
        failed = failed || af_spend(e, 0, (int64_t)out.length);
    }
    if (!failed)
        return af_finish_text(e, &out, result);
    af_text_free(&out);
    return -1;
}

static int evaluate_join(af_evaluation *e, const af_tree *tree, const af_scope *scope, af_value *result)
{
    af_value a, b;
    if (af_evaluate_usable(e, tree->a, scope, &a) || af_evaluate_usable(e, tree->b, scope, &b))
        return -1;
    af_text out = {0};
    af_print_str(&out, a);
    af_print_str(&out, b);
    return af_finish_text(e, &out, result);
}

/* ---- subscripts and attributes */

static int evaluate_subscript(af_evaluation *e, const af_tree *tree, const af_scope *scope, af_value *result)
{
    af_value object, key;
    if (af_evaluate_usable(e, tree->a, scope, &object))
        return -1;
    if (tree->b->kind != AF_TREE_SLICE)
        return af_evaluate_usable(e, tree->b, scope, &key) ? -1 : af_index(e, object, key, result);
    af_value bounds[3] = {af_none(), af_none(), af_none()};
    const af_tree *parts[3] = {tree->b->a, tree->b->b, tree->b->c};
    for (int i = 0; i < 3; i++)
        if (parts[i] && af_evaluate_usable(e, parts[i], scope, &bounds[i]))
            return -1;
    return af_get_slice(e, object, bounds, result);
}

static int evaluate_attribute(af_evaluation *e, const af_tree *tree, const af_scope *scope, af_value *result)
{
    af_value object;
    return af_evaluate_usable(e, tree->a, scope, &object) ? -1 : af_attribute(e, object, tree->name, result);
}

/* ---- everything */

static int evaluate_binary(af_evaluation *e, const af_tree *tree, const af_scope *scope, af_value *result)
{
    af_value a, b;
    if (af_evaluate_usable(e, tree->a, scope, &a) || af_evaluate_usable(e, tree->b, scope, &b))
        return -1;
    return af_operate(e, tree->name, a, b, result);
}

static int evaluate_unary(af_evaluation *e, const af_tree *tree, const af_scope *scope, af_value *result)
{
    af_value a;
    return af_evaluate_usable(e, tree->a, scope, &a) ? -1 : af_unary(e, tree->name, a, result);
}

static int evaluate_not(af_evaluation *e, const af_tree *tree, const af_scope *scope, af_value *result)
{
    bool truth;
    if (af_evaluate_tree(e, tree->a, scope, result) || af_truth_of(e, *result, &truth))
        return -1;
    *result = af_bool(!truth);
    return 0;
}

static int evaluate_set_display(af_evaluation *e, const af_tree *tree, const af_scope *scope,
                                af_value *result)
{
    return evaluate_items(e, tree, scope, result) || without_equals(e, result->list, result) ? -1 : 0;
}

static int evaluate_literal(af_evaluation *e, const af_tree *tree, const af_scope *scope, af_value *result)
{
    (void)e, (void)scope;
    *result = tree->value;
    return 0;
}

typedef int (*evaluator)(af_evaluation *e, const af_tree *tree, const af_scope *scope, af_value *result);
static const evaluator evaluators[] = {
    [AF_TREE_LITERAL] = evaluate_literal, [AF_TREE_NAME] = evaluate_name, [AF_TREE_UNARY] = evaluate_unary,
    [AF_TREE_BINARY] = evaluate_binary, [AF_TREE_COMPARE] = evaluate_comparison,
    [AF_TREE_AND] = evaluate_logic, [AF_TREE_OR] = evaluate_logic, [AF_TREE_NOT] = evaluate_not,
    [AF_TREE_IF] = evaluate_condition, [AF_TREE_CALL] = af_evaluate_call,
    [AF_TREE_ATTRIBUTE] = evaluate_attribute, [AF_TREE_INDEX] = evaluate_subscript,
    [AF_TREE_LIST] = evaluate_items, [AF_TREE_TUPLE] = evaluate_items, [AF_TREE_SET] = evaluate_set_display,
    [AF_TREE_DICT] = evaluate_dict, [AF_TREE_GENERATOR] = evaluate_generator,
    [AF_TREE_LAMBDA] = af_evaluate_lambda, [AF_TREE_TEXT] = evaluate_text,
    [AF_TREE_FILTER] = af_evaluate_filter, [AF_TREE_TEST] = af_evaluate_filter,
    [AF_TREE_JOIN] = evaluate_join,
};

int af_evaluate_tree(af_evaluation *e, const af_tree *tree, const af_scope *scope, af_value *result)
{
    if (++e->depth > DEEPEST)
        return af_raise(e, "RecursionError", "maximum recursion depth exceeded");
    int failed = af_spend(e, 1, 0) ? -1 : evaluators[tree->kind](e, tree, scope, result);
    e->depth--;
    return failed;
}

int af_evaluate_part(af_evaluation *e, const af_expression *expression, const af_scope *scope,
                     af_value *result)
{
    const af_expression *outer = e->expression;
    e->expression = expression;
    int failed = af_evaluate_tree(e, expression->tree, scope, result);
    e->expression = outer;
    if (!failed && result->type == AF_STRING)
        result->quoted = true;
    return failed;
}

int af_evaluate(const af_expression *expression, const af_scope *scope, af_arena *arena, af_value *result,
                af_report *report, af_place place, const char *path)
{
    af_evaluation e = af_evaluation_begin(scope, arena, report, place, path, expression->text);
    return af_evaluate_part(&e, expression, scope, result);
}
