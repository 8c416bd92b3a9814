/* Tokens of expressions: for the parser only. */
#ifndef AF_LANG_EXPRESSION_LEX_H
#define AF_LANG_EXPRESSION_LEX_H

#include "lang/expression.h"

typedef enum af_token_type {
    AF_TOKEN_END, AF_TOKEN_NAME, AF_TOKEN_NUMBER, AF_TOKEN_STRING, AF_TOKEN_SIGN, AF_TOKEN_WRONG
} af_token_type;

typedef struct af_token {
    af_token_type type;
    const char *start; size_t length;
    const char *text;                     /* NAME, SIGN: their text; WRONG: what is wrong */
    af_value value;                       /* NUMBER, STRING */
    /* STRING: an f-string, value holds its text with escapes and fields; without escapes */
    bool format, raw;
} af_token;

/* Copies the character that an escape stands for; p stands behind the backslash. Returns where to go on;
 * NULL: it stands for none. */
const char *af_escape(const char *p, af_text *out);

/* The token at `text`, blanks and comments before it skipped; brackets: newlines are blanks. */
af_token af_next_token(af_arena *arena, const char *text, const af_dialect *dialect, bool brackets);

#endif
