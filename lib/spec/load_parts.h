/* Shared by the files that load: load.c reads files, spec.c puts them together, override.c sets values. */
#ifndef AF_SPEC_LOAD_PARTS_H
#define AF_SPEC_LOAD_PARTS_H

#include "spec/schema.h"

typedef struct loader {
    af_arena *arena;
    af_report *report;
    af_scope *functions;                       /* and constants, that every template may use */
    af_scope *data;                            /* -D over these */
    af_value data_dict;                        /* the same -D as a dict */
    af_list(const char *) files;               /* read so far */
    af_names *template_words;                  /* that stand in their templates */
    const af_load_options *options;
    af_value owners, hidden;                   /* section → path of the file that has it first;
                                                * those that came too late (af_spec) */
} loader;

char *af_file_content(af_arena *arena, const char *path, af_report *report);    /* NULL: reported */
/* A dict; 0, or -1 reported */
int af_load_file(loader *l, const char *path, af_value *result);

/* A value given on the command line: JSON if it parses as such, else what YAML makes of a plain text. */
af_value af_command_line_value(af_arena *arena, const char *text);
/* "arch.nodes.GlobalBuffer.size=64*1024" on a raw tree: list elements by index or name.
 * 0, or -1 reported (AF_USAGE or AF_BAD_DATA). */
int af_apply_override(af_arena *arena, af_value tree, const char *assignment, af_report *report);
/* Whether what is written leaves room for this: nothing stands below a number or a text. */
bool af_can_override(af_arena *arena, af_value tree, const char *path);

#endif
