/* YAML text to values: libyaml's events, own composer with the reference's dialect (10 section 4). */
#ifndef AF_LANG_YAML_H
#define AF_LANG_YAML_H

#include "lang/value.h"

/* One text to read. */
typedef struct af_yaml_source {
    const char *text; size_t length;
    const char *path;                     /* of the file, for places; NULL: not from a file */
    /* line k of the text (0-based) is line line_of[k] of the file (1-based); NULL: the same lines */
    const int *line_of; int n_lines;
    /* What a scalar tagged !include_loaded, !include or !includedir stands for; NULL: such tags are
     * errors. 0, or -1 reported. */
    int (*include)(void *context, const char *tag, const char *argument, af_place place, af_value *result);
    void *context;
} af_yaml_source;

/* Reads one document; an empty one is None. Depth and growth by aliases are capped. Merge keys `<<` are
 * applied, `<<<` are left in (af_merge). Aliases share one value. 0, or -1 reported with file:line:column. */
int af_read_yaml(af_arena *arena, const af_yaml_source *source, af_value *result, af_report *report);

/* What a plain scalar is: null, bool, int, float or string, by the rules of 10 section 4.1. The text is
 * copied. */
af_value af_yaml_scalar(af_arena *arena, const char *text, size_t length);

/* The operators `<<<` (deep) and "<<" (shallow) of 10 section 5, applied to a whole tree in place. 0, or
 * -1 reported. */
int af_merge(af_arena *arena, af_value *tree, af_report *report);

/* Values as YAML that af_read_yaml reads back to the same values, tags and quoted bits. `depth`: how far
 * the text is indented. */
void af_write_yaml(af_text *out, af_value value, int depth);
bool af_yaml_is_plain(const char *text);  /* unquoted, on a line of its own, it is read back as this text */

#endif
