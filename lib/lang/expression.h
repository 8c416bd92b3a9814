/* The expression language of specs (10 section 7: a subset of Python) and set expressions (10 section 10),
 * one parser and one evaluator. Jinja's expressions use both, with a dialect of their own (lang/jinja.h). */
#ifndef AF_LANG_EXPRESSION_H
#define AF_LANG_EXPRESSION_H

#include "lang/token_set.h"

/* ---- scopes
 * A scope maps names to values; look-ups go outwards. Scopes only grow, so closures may keep one: a lambda
 * sees what was set before it was made (10 section 13.3). */
typedef struct af_scope af_scope;
af_scope *af_scope_new(af_arena *arena, const af_scope *outer);            /* outer may be NULL */
/* a name set again hides its old value; the text is copied */
void af_scope_set(af_scope *scope, const char *name, af_value value);
bool af_scope_get(const af_scope *scope, const char *name, af_value *value);
/* Names that are set later, or perhaps not: messages about names that are not defined propose them too.
 * The array is kept, not copied. */
void af_scope_expect(af_scope *scope, const char *const *names, int count);
/* all names, set or expected */
const char **af_scope_candidates(const af_scope *scope, af_arena *arena, int *count);
/* sorted, each once; returns how many there are, which may be more than room */
int af_scope_names(const af_scope *scope, const char **names, int room);
void af_add_math_names(af_scope *scope);                                   /* MATH names of 10 section 7.4 */

/* ---- expressions */
/* a parsed text; immutable, may be shared by threads */
typedef struct af_expression af_expression;

/* Parses; NULL and reported if it is no expression. The text is copied. In every function here `report`
 * may be NULL: then a failure is silent and cheap, for texts that may stay text (10 section 6.2). */
const af_expression *af_parse_expression(af_arena *arena, const char *text, af_report *report,
                                         af_place place, const char *path);

/* Evaluates. 0, or -1 reported with the message of 10 section 15.2. A string that comes out is marked as
 * quoted: it is not evaluated again. Results may share parts with the scope's values; new parts live in
 * `arena`. */
int af_evaluate(const af_expression *expression, const af_scope *scope, af_arena *arena, af_value *result,
                af_report *report, af_place place, const char *path);

/* 10 section 7.1 for a text that is not quoted: numbers, bools and exact names first. Parses are kept in
 * the outermost scope, so that evaluating a text again is cheap; threads that share scopes use
 * af_parse_expression and af_evaluate instead. */
int af_evaluate_text(const char *text, const af_scope *scope, af_arena *arena, af_value *result,
                     af_report *report, af_place place, const char *path);

/* The same for any value: a quoted string is itself, a real with an integral value becomes an int, other
 * values are themselves. */
int af_evaluate_value(af_value value, const af_scope *scope, af_arena *arena, af_value *result,
                      af_report *report, af_place place, const char *path);

/* 10 section 10.3: the result must be a set; `kind` is only for the message (10 section 10.1: the kinds
 * are not told apart). expected_count < 0: any number of members. Keeps parses as af_evaluate_text does. */
int af_evaluate_set(const char *text, const af_scope *scope, af_token_kind kind, int expected_count,
                    af_arena *arena, af_value *result, af_report *report, af_place place, const char *path);

/* Names that an expression takes from its scope (not those of its own lambdas and loops), each once. */
int af_expression_names(const af_expression *expression, const char *const **names);

/* Is it sure that, once it is false, it stays so however much the numbers grow that its names stand for, none
 * of them negative? (expression_order.c) */
bool af_stays_false_as_names_grow(const af_expression *expression);

/* Identifier runs of a text ([A-Za-z_0-9]+), for the order of evaluation (10 section 8.1). Calls visit for
 * each. */
void af_identifier_runs(const char *text, void (*visit)(void *context, const char *start, size_t length),
                        void *context);

/* ---- functions
 * One evaluation under way. Functions and opaque numbers are handed it: memory comes from its arena,
 * failures go through af_raise. */
typedef struct af_evaluation {
    af_arena *arena;
    af_report *report;                        /* NULL: silent */
    af_place place;
    const char *path;
    /* what is being evaluated, for messages; NULL: nothing in particular */
    const char *text;
    const af_expression *expression;          /* NULL outside of af_evaluate */
    const af_scope *scope;
    long steps_left; size_t most_bytes;       /* limits on time and on what the arena may hold */
    int depth;
} af_evaluation;

/* For those who call functions, iterate or compare outside of an expression (Jinja's statements). scope
 * may be NULL. */
af_evaluation af_evaluation_begin(const af_scope *scope, af_arena *arena, af_report *report, af_place place,
                                  const char *path, const char *text);

/* af_evaluate as a part of an evaluation that is under way and whose limits it counts against. */
int af_evaluate_part(af_evaluation *evaluation, const af_expression *expression, const af_scope *scope,
                     af_value *result);

/* Fails with a Python exception: "Failed to evaluate: TEXT. Problem encountered: TYPE: …". Returns -1. */
int af_raise(af_evaluation *evaluation, const char *type, const char *format, ...) AF_PRINTF(3, 4);

typedef struct af_call {                      /* positional arguments first */
    af_evaluation *evaluation;
    int count; const af_value *arguments;
    const char *const *keywords;              /* NULL, or per argument its keyword, NULL: positional */
} af_call;

struct af_function {                          /* put it first into a struct of your own to carry more */
    const char *name;
    /* 0, or -1 after af_raise */
    int (*call)(const af_function *self, const af_call *call, af_value *result);
    /* else an undefined argument (Jinja) is an error before the call */
    bool takes_undefined;
    /* how it prints, a lambda's source; NULL: <built-in function NAME> */
    const char *text;
};
af_value af_function_value(const af_function *function);
const af_function *af_math_function(const char *name);                     /* of 10 section 7.4; NULL: none */

/* Each returns 0, or -1 raised. */
int af_call_value(af_evaluation *evaluation, af_value function, const af_value *arguments, int count,
                  const char *const *keywords, af_value *result);
/* all items of anything iterable; uses up an iterator */
int af_items_of(af_evaluation *evaluation, af_value iterable, af_items *items);
enum { AF_NO_ORDER = 2 };                     /* of nan, and of sets that are no part of each other */
/* -1, 0, 1 as Python's < and ==, or AF_NO_ORDER */
int af_compare(af_evaluation *evaluation, af_value a, af_value b, int *order);
/* af_truth, but undefined and unknown numbers are errors */
int af_truth_of(af_evaluation *evaluation, af_value value, bool *truth);
/* object[key] */
int af_index(af_evaluation *evaluation, af_value object, af_value key, af_value *result);
/* object.name: fields, methods */
int af_attribute(af_evaluation *evaluation, af_value object, const char *name, af_value *result);
/* Parameters by position or name, as a Python function with these names would take them; absent ones are
 * undefined. */
int af_bind_arguments(const af_call *call, const char *function, const char *const *names, int least,
                      int most, af_value *values);

/* ---- dialects
 * Jinja (10 section 3.5): ** groups to the left and binds looser than a sign, `~` joins texts, `|`
 * filters, `is` tests, true/false/none, a conditional may lack its else, a.b and a[b] fall back on each
 * other, what is missing is an undefined value (af_missing) that is an error once used. Filters and tests
 * are functions with the value as first argument; unknown ones are errors when reached. */
typedef struct af_dialect {
    const char *name;
    bool jinja;
    const af_function *filters; int n_filters;
    const af_function *tests; int n_tests;
} af_dialect;
extern const af_dialect af_python;

enum { AF_PARSE_TUPLE = 1,                    /* `a, b` without brackets is a tuple */
       AF_PARSE_NO_CONDITION = 2 };           /* stop before an `if`: {% for x in e if c %} */

/* Parses the longest expression that `text` starts with; *used: bytes up to where it ends, blanks after it
 * included. In Jinja's dialect `-}}`, `}}`, `-%}`, `%}` outside of brackets end it, and `place` is that of
 * text[0], newlines counted for messages. af_evaluate evaluates the result; it may give AF_UNDEFINED. */
const af_expression *af_parse_prefix(af_arena *arena, const char *text, size_t *used,
                                     const af_dialect *dialect, int flags,
                                     af_report *report, af_place place, const char *path);

#endif
