/* YAML text to values: libyaml's events, own composer with the reference's dialect (10 section 4). */
#ifndef AF_LANG_YAML_H
#define AF_LANG_YAML_H

#include "lang/value.h"

/* Reads one document. `line_of` maps a line of `text` (1-based, rendered) to a line of the file; NULL: they are the same.
 * Depth and alias growth are capped. 0, or -1 reported with file:line:column. Merge keys (<<<) are left in: lang/merge.h. */
int af_read_yaml(af_arena *arena, const char *text, size_t length, const char *path, const int *line_of, int n_lines,
                 af_value *result, af_report *report);

/* The merge operators of 10 section 5, applied to a whole tree. */
int af_merge(af_arena *arena, af_value tree, af_value *result, af_report *report);

/* Values as YAML that af_read_yaml reads back to the same values. */
void af_write_yaml(af_text *out, af_value value);

#endif
