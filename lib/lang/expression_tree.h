/* The parsed form of an expression: shared by the parser and the evaluator only. */
#ifndef AF_LANG_EXPRESSION_TREE_H
#define AF_LANG_EXPRESSION_TREE_H

#include "lang/expression.h"

typedef enum af_tree_kind {
    AF_TREE_LITERAL, AF_TREE_NAME, AF_TREE_UNARY, AF_TREE_BINARY, AF_TREE_COMPARE, AF_TREE_AND, AF_TREE_OR,
    AF_TREE_NOT, AF_TREE_IF, AF_TREE_CALL, AF_TREE_ATTRIBUTE, AF_TREE_INDEX, AF_TREE_SLICE, AF_TREE_LIST,
    AF_TREE_TUPLE, AF_TREE_SET, AF_TREE_DICT, AF_TREE_GENERATOR, AF_TREE_LAMBDA, AF_TREE_TEXT, AF_TREE_FORMAT,
    AF_TREE_FILTER, AF_TREE_TEST, AF_TREE_JOIN
} af_tree_kind;

typedef struct af_tree af_tree;
struct af_tree {
    uint8_t kind;
    uint8_t makes;                        /* GENERATOR: what it makes: GENERATOR itself, LIST, SET or DICT */
    uint16_t height;                      /* 1 + that of the highest part; its limit bounds the recursion */
    int n_items;
    const char *name;                     /* NAME, ATTRIBUTE, operator, FILTER, TEST */
    af_value value;                       /* LITERAL */
    const af_tree *a, *b, *c;             /* operands; IF: then, condition, else; SLICE: start, stop, step;
                                             FORMAT: value, specification */
    const af_tree **items;                /* COMPARE: operands; CALL: arguments; LIST …; TEXT: pieces;
                                             DICT: keys and values in turn; GENERATOR: per clause target,
                                             iterable, and conditions joined by AND (or NULL) */
    const char **names;                   /* COMPARE: operators; CALL: keywords or NULL ("*" for a spread
                                             argument); LAMBDA: parameters */
    const char *start; size_t length;     /* the text it came from */
};

struct af_expression {
    const char *text;
    const af_tree *tree;
    const af_dialect *dialect;
    int n_names; const char **names;      /* free names */
};

/* The function of a dialect's FILTER or TEST. NULL: none has this name, and *unknown says so. */
const af_function *af_filter_of(af_arena *arena, const af_dialect *dialect, af_tree_kind kind,
                                const char *name, const char **unknown);

/* Names that are not bound inside of the tree, each once, in order of appearance (expression_names.c). */
void af_find_free_names(af_arena *arena, const af_tree *tree, const char ***names, int *count);

/* The parse of a text, kept in the outermost scope. NULL: reported. */
const af_expression *af_scope_parse(const af_scope *scope, const char *text, af_report *report,
                                    af_place place, const char *path);

/* ---- evaluation of a part (expression.c); of a call, a lambda, a filter or test (expression_call.c) */
int af_evaluate_tree(af_evaluation *e, const af_tree *tree, const af_scope *scope, af_value *result);
/* no undefined value */
int af_evaluate_usable(af_evaluation *e, const af_tree *tree, const af_scope *scope, af_value *result);
/* -1: raised that it is undefined */
int af_usable(af_evaluation *e, af_value value);
int af_evaluate_call(af_evaluation *e, const af_tree *tree, const af_scope *scope, af_value *result);
int af_evaluate_lambda(af_evaluation *e, const af_tree *tree, const af_scope *scope, af_value *result);
int af_evaluate_filter(af_evaluation *e, const af_tree *tree, const af_scope *scope, af_value *result);

/* ---- operators and functions, for the evaluator (operate.c, access.c, builtin.c, method.c) */
static inline bool af_is_jinja(const af_evaluation *e)
{
    return e->expression && e->expression->dialect->jinja;
}

static inline bool af_is_sequence(af_value v)
{
    return v.type == AF_STRING || v.type == AF_LIST || v.type == AF_TUPLE;
}

int af_operate(af_evaluation *e, const char *op, af_value a, af_value b, af_value *result);
int af_unary(af_evaluation *e, const char *op, af_value a, af_value *result);
/* Fails with the two types as `op` would in Python, where it does not order them. *order as af_compare. */
int af_order(af_evaluation *e, const char *op, af_value a, af_value b, int *order);
/* A set in the universe of another, without a number of bits. */
af_value af_computed_set(af_evaluation *e, const af_token_set *like, af_mask members, af_mask strangers);
/* -1: raised that it can be no key of a dict or item of a set */
int af_hashable(af_evaluation *e, af_value key);
int64_t af_range_find(const af_range *range, af_value item);     /* its index, -1: not there */
int af_contains(af_evaluation *e, af_value item, af_value container, bool *found);
int af_get_slice(af_evaluation *e, af_value object, const af_value bounds[3], af_value *result);
/* of str, list, dict, sets */
bool af_find_method(af_evaluation *e, af_value self, const char *name, af_value *method);
/* steps are used up; bytes are about to be taken. -1: raised, past a limit */
int af_spend(af_evaluation *e, int64_t steps, int64_t bytes);
int af_spend_items(af_evaluation *e, int64_t count);              /* the same for a look at that many items */
/* the same for a text of that length, about to be made */
int af_spend_text(af_evaluation *e, int64_t length);
/* a text that was built becomes the result; it is freed */
int af_finish_text(af_evaluation *e, af_text *text, af_value *result);
/* of a field: 'r' as repr, 'a' as that in ASCII, else as str */
void af_convert(af_text *out, af_value value, char conversion);
int af_format_value(af_evaluation *e, af_value value, const char *specification, af_text *out);
/* pattern.format(…) */
int af_format_text(const af_call *call, const char *pattern, af_value *result);
/* pattern % given */
int af_format_percent(af_evaluation *e, const char *pattern, af_value given, af_value *result);

#endif
