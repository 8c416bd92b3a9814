/* The Jinja subset of 10 section 3, with StrictUndefined. */
#ifndef AF_LANG_JINJA_H
#define AF_LANG_JINJA_H

#include "lang/expression.h"

/* A template's text after rendering, and for each of its lines (0-based) the line of the template
 * (1-based) that it came from. Start it as {0}; af_rendered_free frees both. */
typedef struct af_rendered { af_text text; int *lines; int n_lines, room; } af_rendered;
void af_rendered_free(af_rendered *rendered);

/* Renders `text`, the content of `path`. `data`: the -D names and the globals of who loads files; what the
 * template sets goes into `variables` (a scope over `data`, made by the caller), so that functions called
 * meanwhile can see it. 0, or -1 reported with file:line. */
int af_render_jinja(const char *text, const char *path, af_scope *variables, af_rendered *out,
                    af_arena *arena, af_report *report);

/* Adds Jinja's own functions (dict, namespace, cycler, joiner) under names that are free. */
void af_add_jinja_globals(af_scope *scope);

extern const af_dialect af_jinja;             /* Jinja's expressions, filters and tests */

#endif
