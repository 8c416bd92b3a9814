/* The functions of 10 section 7.4: what their files share. */
#ifndef AF_LANG_BUILTIN_H
#define AF_LANG_BUILTIN_H

#include "lang/expression_tree.h"

/* each ended by one without a name */
extern const af_function af_integer_functions[], af_item_functions[];

/* -1: raised that a function takes least to most arguments (most INT_MAX: any number), none of them by
 * keyword. */
int af_want_arguments(const af_call *call, const char *name, int least, int most);
/* Hands a call with an opaque argument to its owner: 0, or -1 raised. 1: none is opaque. */
int af_call_opaque(const af_function *self, const af_call *call, const af_value *arguments, int count,
                   af_value *result);
/* 0, or -1 raised: no number, or past the largest real. */
int af_real_argument(const af_call *call, af_value value, double *real);

#endif
