/* The parser of expressions: what its two files share. expression_parse.c has tokens, operators, what
 * stands behind a value, and whole expressions; expression_atom.c has values: names, numbers, texts,
 * brackets, comprehensions. */
#ifndef AF_LANG_EXPRESSION_PARSER_H
#define AF_LANG_EXPRESSION_PARSER_H

#include "lang/expression_lex.h"
#include "lang/expression_tree.h"

enum { AF_DEEPEST_NESTING = 150 };        /* of brackets and signs that are open */

typedef struct parser {
    af_arena *arena;
    const af_dialect *dialect;
    const char *text;
    af_token token;
    int brackets, depth;
    const char *last_end;                 /* end of the token before */
    const char *wrong, *wrong_at;
} parser;
typedef af_list(const af_tree *) tree_list;
typedef af_list(const char *) name_list;

/* Notes the first thing that is wrong. From then on the token is END: no sign or word stands here any
 * more, so that loops end and callers need not ask. Trees may lack parts then. Returns NULL. */
const af_tree *af_wrong(parser *p, const char *what);

void af_advance(parser *p);
bool af_at_sign(const parser *p, const char *sign);
bool af_at_word(const parser *p, const char *word);
bool af_take_sign(parser *p, const char *sign);                     /* if it is there */
bool af_take_word(parser *p, const char *word);
void af_open_bracket(parser *p);
void af_close_bracket(parser *p, const char *sign);
bool af_is_reserved(const parser *p, const char *word);             /* it cannot be a name */

af_tree *af_make_tree(parser *p, af_tree_kind kind, const char *start);
/* it has all parts, and ends with the token before this one */
const af_tree *af_done(parser *p, af_tree *tree);
const af_tree *af_with_items(parser *p, af_tree *tree, const tree_list *items);
const af_tree *af_literal(parser *p, const char *start, af_value value);

const af_tree *af_parse_whole(parser *p);                           /* expr of 10 section 7.2 */
const af_tree *af_parse_without_condition(parser *p);               /* disj of 10 section 7.2 */
const af_tree *af_parse_atom(parser *p);
/* From `for` on. */
const af_tree *af_parse_comprehension(parser *p, const af_tree *item, const af_tree *value,
                                      af_tree_kind makes, const char *start);
/* `item` and what follows it behind commas, up to the sign `end` (NULL: the end of the text, or `in`). */
void af_parse_items(parser *p, tree_list *items, const af_tree *item, const char *end);

#endif
