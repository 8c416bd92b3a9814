/* The expression language of specs (10 section 7: a subset of Python) and set expressions (10 section 10), one parser and one evaluator.
 * Jinja's expressions use the same evaluator (lang/jinja.h). */
#ifndef AF_LANG_EXPRESSION_H
#define AF_LANG_EXPRESSION_H

#include "lang/token_set.h"

/* A scope maps names to values; look-ups go outwards. Scopes only grow, so closures may keep one. */
typedef struct af_scope af_scope;
af_scope *af_scope_new(af_arena *arena, const af_scope *outer);            /* outer may be NULL */
void af_scope_set(af_scope *scope, const char *name, af_value value);      /* a name set again hides its old value */
bool af_scope_get(const af_scope *scope, const char *name, af_value *value);
int af_scope_names(const af_scope *scope, const char **names, int room);   /* sorted, each once: for "did you mean" and messages */

typedef struct af_expression af_expression;                                /* a parsed text */

/* Parses; NULL and reported if it is no expression. Equal texts share one parse per arena user if the caller caches. */
const af_expression *af_parse_expression(af_arena *arena, const char *text, af_report *report, af_place place, const char *path);

/* Evaluates. 0, or -1 reported with the message of 10 section 15.2. */
int af_evaluate(const af_expression *expression, const af_scope *scope, af_arena *arena, af_value *result,
                af_report *report, af_place place, const char *path);

/* 10 section 7.1: a literal number, bool or quoted string is itself; a text is evaluated. */
int af_evaluate_text(const char *text, const af_scope *scope, af_arena *arena, af_value *result,
                     af_report *report, af_place place, const char *path);

/* 10 section 10.3: the result must be a set of `kind`; expected_count < 0: any number of members. */
int af_evaluate_set(const char *text, const af_scope *scope, af_token_kind kind, int expected_count, af_arena *arena, af_value *result,
                    af_report *report, af_place place, const char *path);

/* Identifier runs of a text ([A-Za-z_0-9]+), for the order of evaluation (10 section 8.1). Calls visit for each. */
void af_identifier_runs(const char *text, void (*visit)(void *context, const char *start, size_t length), void *context);

/* Functions. */
struct af_function {
    const char *name;
    int (*call)(const af_function *self, const af_value *arguments, int count, const char *const *keywords /* NULL or per argument, NULL = positional */,
                af_arena *arena, af_value *result, af_report *report);
};
af_value af_function_value(const af_function *function);
void af_add_math_names(af_scope *scope);                                   /* MATH names of 10 section 7.4 */

#endif
