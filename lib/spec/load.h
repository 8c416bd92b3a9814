/* Files to an unevaluated spec: Jinja, YAML, merge, construction by the schema,
 * overrides (10 sections 2 to 6, Appendix B). */
#ifndef AF_SPEC_LOAD_H
#define AF_SPEC_LOAD_H

#include "lang/lang.h"

/* spec/schema.h says what is inside: a tree of objects over the schema's classes */
typedef struct af_spec af_spec;

typedef struct af_load_options {
    int n_files; const char **files;         /* "-" is stdin; globs are expanded */
    int n_data; const char **data;           /* -D NAME=VALUE */
    int n_overrides; const char **overrides; /* -S PATH=VALUE */
    int n_top_keys; const char **top_keys;   /* --top-key KEY or SECTION=FILE */
    /* Told after each file: the names that its template had at the end, with their values
     * (85 U17). NULL: nobody asks */
    void (*on_variable)(const char *path, const char *name, const char *value);
    bool keep_written;                       /* for af_spec_write_paths */
} af_load_options;

/* NULL: reported */
af_spec *af_spec_load(af_arena *arena, const af_load_options *options, af_report *report);
/* The `spec` record */
af_spec *af_spec_of_json(af_arena *arena, const af_json *json, af_report *report, af_place place);
/* 16 hex digits: a hash of what it says */
const char *af_spec_id(const af_spec *spec);
/* Members of the `spec` record */
void af_put_spec(af_json_writer *w, const af_spec *spec);
/* YAML that loads to the same spec, without templates, merges and what has its default (spec_yaml.c). */
void af_spec_write_yaml(af_text *out, const af_spec *spec);
/* A line for every field that -S can set, as it names it: "arch.nodes.Sram.size" (paths.c). */
void af_spec_write_paths(af_text *out, const af_spec *spec);
/* The `mapping` section; NONE if absent */
af_value af_spec_mapping(const af_spec *spec);

/* For people: a class of the schema ("Memory"; "all": every one) with its fields, kinds, defaults, meanings.
 * 0, or -1 reported: no such class. */
int af_explain(af_text *out, const char *class_name, af_report *report);

#endif
