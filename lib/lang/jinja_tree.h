/* The parsed form of a template: shared by the reader (jinja_parse.c) and the renderer (jinja.c) only. */
#ifndef AF_LANG_JINJA_TREE_H
#define AF_LANG_JINJA_TREE_H

#include "lang/jinja.h"

typedef enum af_piece_kind {
    AF_PIECE_TEXT, AF_PIECE_PRINT, AF_PIECE_SET, AF_PIECE_IF, AF_PIECE_FOR, AF_PIECE_ASSERT, AF_PIECE_WITH,
    AF_PIECE_MACRO, AF_PIECE_CALL, AF_PIECE_FILTER
} af_piece_kind;

/* Names for what has none in a template: the text of a body that is filtered, the body of {% call %}. */
#define AF_BODY "__body__"
#define AF_CALLER "__caller__"

/* What a macro is called with besides its parameters, if its body says the names. */
enum { AF_USES_VARARGS = 1, AF_USES_KWARGS = 2, AF_USES_CALLER = 4 };

/* A name and an expression: of {% with %}, or a macro's parameter and its default (NULL: none). */
typedef struct af_binding { const char *name; const af_expression *value; } af_binding;

typedef struct af_piece af_piece;
typedef af_list(af_piece *) af_piece_list;
struct af_piece {
    af_piece_kind kind;
    int line;                                 /* of the template, where the piece begins */
    const char *text; size_t length;          /* TEXT */
    /* PRINT, SET: value (NULL: the body's text); IF, ASSERT: condition; FOR: iterable; CALL: the call, with
     * AF_CALLER as an argument; FILTER: filters of AF_BODY */
    const af_expression *expression;
    /* FOR: its condition; ASSERT: its message; SET: filters of the body's text; NULL: none */
    const af_expression *more;
    bool recursive;                           /* FOR */
    int uses;                                 /* MACRO, CALL: AF_USES_… */
    int n_targets; const char **targets;      /* SET, FOR: names; MACRO: its name */
    const char *attribute;                    /* SET ns.attribute */
    int n_bindings; af_binding *bindings;     /* WITH, MACRO, CALL */
    af_piece_list body, otherwise;
};

/* -1: told, with the line of the template. */
int af_template_fail(af_report *report, const char *path, int line, const char *format, ...) AF_PRINTF(4, 5);

/* 0, or -1 reported. The pieces point into `text`, which must live as long as they. */
int af_parse_template(af_arena *arena, const char *text, const char *path, af_piece_list *pieces,
                      af_report *report);

#endif
