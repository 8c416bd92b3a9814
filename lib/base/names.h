/* Names <-> small integers, in order of first appearance. */
#ifndef AF_BASE_NAMES_H
#define AF_BASE_NAMES_H

#include "base/memory.h"

typedef struct af_names af_names;

af_names *af_names_new(af_arena *arena);
/* The id; an old name keeps its id. The text is copied */
int af_name_add(af_names *names, const char *name);
int af_name_add_slice(af_names *names, const char *start, size_t length);
int af_name_find(const af_names *names, const char *name);   /* the id, or -1 */
/* The one copy: equal names have equal addresses */
const char *af_name_text(const af_names *names, int id);
int af_name_count(const af_names *names);

#endif
