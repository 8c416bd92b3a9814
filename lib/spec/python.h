/* Functions of the user's Python files, run by a helper process (share/python/af_functions.py, which tells
 * the protocol; 10 section 13). */
#ifndef AF_SPEC_PYTHON_H
#define AF_SPEC_PYTHON_H

#include "spec/evaluate.h"
#include "spec/schema.h"

typedef struct python {
    af_arena *arena;
    af_helper *helper;
    const char *files;                       /* "a.py, b.py", for messages */
    af_list(af_value) lent;                  /* our functions and objects that it knows, by number */
    af_list(af_value) kept;                  /* its functions and objects that we know, by number */
    af_names *questions;                     /* calls so far: functions are taken for pure */
    af_list(af_value) answers;
} python;

/* ---- python_value.c: values as the protocol writes them */
/* 0, or -1 raised: numbers that are not known yet have no value. An iterator is used up. */
int af_put_python_value(python *p, af_json_writer *w, const char *key, af_value value, af_evaluation *e);
af_value af_python_value(python *p, const af_json *json);

/* ---- custom_function.c */
/* Calls one of its functions, or "getattr", "getitem", "len". 0, or -1 raised. */
int af_call_python(python *p, const char *function, int number, const af_call *call, af_value *result);

/* Functions of the files that `config` names, as names of the scope. 0, or -1 reported; *p is NULL if no
 * file is named. */
int af_add_custom_functions(const af_typed *config, af_scope *scope, af_arena *arena, af_functions *functions,
                            python **p, af_report *report);
/* -1 if the helper has failed: reported, if nothing is yet. `p` may be NULL. */
int af_check_custom_functions(const python *p, af_report *report);

#endif
