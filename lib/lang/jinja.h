/* The Jinja subset of 10 section 3, with StrictUndefined. */
#ifndef AF_LANG_JINJA_H
#define AF_LANG_JINJA_H

#include "lang/expression.h"

typedef struct af_jinja_source {              /* where included files and globals come from */
    void *context;
    const af_scope *data;                     /* the -D names and the custom globals */
} af_jinja_source;

/* Renders. `lines` receives, per line of the output, the template's line (1-based), for messages; free both with af_text_free and af_memory_resize. */
int af_render_jinja(const char *text, const char *path, const af_scope *data, af_text *out, int **lines, int *n_lines,
                    af_arena *arena, af_report *report);

#endif
