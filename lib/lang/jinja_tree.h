/* The parsed form of a template: shared by the reader (jinja_parse.c) and the renderer (jinja.c) only. */
#ifndef AF_LANG_JINJA_TREE_H
#define AF_LANG_JINJA_TREE_H

#include "lang/jinja.h"

typedef enum af_piece_kind {
    AF_PIECE_TEXT, AF_PIECE_PRINT, AF_PIECE_SET, AF_PIECE_IF, AF_PIECE_FOR, AF_PIECE_ASSERT, AF_PIECE_WITH, AF_PIECE_MACRO
} af_piece_kind;

/* A name and an expression: of {% with %}, or a macro's parameter and its default (NULL: none). */
typedef struct af_binding { const char *name; const af_expression *value; } af_binding;

typedef struct af_piece af_piece;
typedef af_list(af_piece *) af_piece_list;
struct af_piece {
    af_piece_kind kind;
    int line;                                 /* of the template, where the piece begins */
    const char *text; size_t length;          /* TEXT */
    const af_expression *expression;          /* PRINT, SET: value (NULL: the body's text); IF, ASSERT: condition; FOR: iterable */
    const af_expression *more;                /* FOR: its condition; ASSERT: its message; NULL: none */
    int n_targets; const char **targets;      /* SET, FOR: names; MACRO: its name */
    const char *attribute;                    /* SET ns.attribute */
    int n_bindings; af_binding *bindings;     /* WITH, MACRO */
    af_piece_list body, otherwise;
};

/* -1: told, with the line of the template. */
int af_template_fail(af_report *report, const char *path, int line, const char *format, ...) AF_PRINTF(4, 5);

/* 0, or -1 reported. The pieces point into `text`, which must live as long as they. */
int af_parse_template(af_arena *arena, const char *text, const char *path, af_piece_list *pieces, af_report *report);

#endif
