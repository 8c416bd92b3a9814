/* What a spec may say: one table per class, and objects over these tables (10 section 6, 20 section 3,
 * 40 section 2, 50 section 1.2, 60 section 3). Construction, checking, the order of evaluation, printing,
 * --explain and af-spec(5) all read the same tables. */
#ifndef AF_SPEC_SCHEMA_H
#define AF_SPEC_SCHEMA_H

#include "spec/load.h"

/* ---- classes and fields */
typedef struct af_class af_class;
typedef struct af_field af_field;
typedef struct af_typed af_typed;

typedef enum af_field_kind {             /* what becomes of a text that stands in it (10 section 6.2) */
    AF_PLAIN,                            /* stays text, never evaluated */
    AF_EVALUATES,                        /* "=": an expression whose value must be of `types` */
    AF_TRIES,                            /* "~": the same; where evaluation fails the text stays */
    AF_LATE                              /* an expression that somebody evaluates later, by rules of his own:
                                          * total_latency, and bits_per_value and persistent_tensors of a
                                          * workload. The engine of 10 section 8 treats it as plain */
} af_field_kind;

typedef enum af_shape {                  /* how a field holds what `types` or `classes` describe */
    AF_ONE,                              /* one value: number, text, …, or (classes) one AF_OBJECT */
    AF_MANY,                             /* AF_LIST of them */
    AF_MANY_LISTS,                       /* AF_LIST of AF_LISTs of them: tensor_order_options */
    AF_BY_NAME                           /* AF_DICT from text to them: rank_sizes, projection, … */
} af_shape;

enum af_type_bits {                      /* what one value may be; several bits: any, in this order */
    AF_MAY_NULL = 1,
    AF_MAY_BOOL = 2,
    AF_MAY_INT = 4,
    AF_MAY_REAL = 8,
    AF_MAY_STRING = 16,
    AF_MAY_LIST = 32,
    AF_MAY_DICT = 64,
    AF_MAY_TENSORS = 128,                /* a set of tensors; only text at load (10 section 6.3) */
    AF_MAY_RANK_VARIABLES = 256,         /* the same for rank variables */
    AF_MAY_ANY = 512,                    /* values of open classes: unchanged, a quoted text stays text */
    AF_MAY_METRICS = 1024,               /* flags: an integer, a name, names joined by |, a list of names;
                                          * kept as an integer */
    AF_MAY_TOPOLOGY = 2048,              /* one of af_topology_names */
    AF_MAY_NUMBER = AF_MAY_INT | AF_MAY_REAL
};

struct af_field {
    const char *name;
    af_field_kind kind;
    af_shape shape;
    unsigned types;                      /* af_type_bits of the value,
                                          * or of each element; 0: objects of `classes` */
    const af_class *const *classes;      /* NULL-terminated. One: the class of the object(s).
                                          * Several: the YAML tag or `type` chooses */
    const char *missing;                 /* default, as YAML text ("1", ".inf", "null", "[]", "{}",
                                          * or the text of an expression); NULL: required */
    const char *help;                    /* one line, with the unit */
    unsigned flags;                      /* af_field_flags */
};
enum af_field_flags {
    AF_FIELD_PRIVATE = 1,                /* starts with "_": -S may set it, YAML may not;
                                          * written only when it is not the default */
    AF_FIELD_DEPRECATED = 2,             /* latency, latency_scale: written only when it is not the default */
    AF_FIELD_KEYS_ARE_SETS = 4           /* a dict whose keys are set expressions (10 section 10.5) */
};

struct af_class {
    af_object_kind kind;                 /* kind.name is the class's name, "Memory"; must stay first */
    int n_fields;
    const af_field *fields;              /* in the order in which they are written */
    bool open;                           /* takes any other key too; those values are `extra`,
                                          * each AF_EVALUATES with AF_MAY_ANY */
    const char *const *first;            /* fields that are evaluated before all others,
                                          * in this order (10 section 8.1); NULL-terminated or NULL */
    const char *help;
};

/* ---- objects */
struct af_typed {
    af_object object;                    /* object.kind is the class's;
                                          * so that it can stand in an af_value. Must stay first */
    af_value *values;                    /* one per field of the class, in the class's order;
                                          * defaults filled in, never AF_UNDEFINED */
    af_value extra;                      /* AF_DICT: entries of an open class,
                                          * in the order written; AF_UNDEFINED for others */
    const char *path;                    /* "arch.nodes.1": from the section on */
    af_place place;                      /* where it begins; AF_NOWHERE for what construction added */
    af_arena *arena;                     /* where it lives */
};
/* A text in an AF_EVALUATES, AF_TRIES or AF_LATE field is an unquoted AF_STRING (quotes do not matter there:
 * 10 section 6.3, the bit is cleared). In `extra` the quoted bit is kept: quoted = text,
 * not quoted = expression; lists and dicts in `extra` are raw, nothing in them is evaluated.
 * Every value has its place (af_place_of). */

const af_class *af_typed_class(const af_typed *object);
af_typed *af_typed_of(af_value value);                                         /* NULL: not one of ours */
af_value af_typed_value(const af_typed *object);                               /* the AF_OBJECT */
bool af_typed_is(const af_typed *object, const char *class_name);              /* exactly this class */

int af_field_index(const af_class *class, const char *name);                   /* -1: no such field */
/* The value of a field or of an entry of `extra`. AF_UNDEFINED: no such name. */
af_value af_typed_get(const af_typed *object, const char *name);
/* An AF_ONE object; NULL if the field is null or absent */
af_typed *af_typed_child(const af_typed *object, const char *name);
/* Items of a list field; 0 for none */
int af_typed_children(const af_typed *object, const char *name, const af_value **items);
/* Of a string field; NULL if it is none */
const char *af_typed_text(const af_typed *object, const char *name);
const char *af_typed_name(const af_typed *object);                             /* its `name`, or NULL */
/* "arch.nodes.1.size (GlobalBuffer)"; field NULL: the object itself. */
const char *af_typed_path(const af_typed *object, const char *field);

/* For the evaluation: a copy whose values can be set without touching the original (children are shared). */
af_typed *af_typed_copy(af_arena *arena, const af_typed *object);
/* A field, or an entry of `extra` */
void af_typed_set(af_typed *object, const char *name, af_value value);

/* What a user calls what the class describes, for messages: "Memory" of what has a tag or a section so named,
 * else "an action". */
const char *af_class_called(const af_class *class);
/* What an older spelling of a field of this class is called today (85 U3), for messages;
 * the same of a tag. NULL: not known. */
const char *af_present_spelling(const af_class *class, const char *old);
const char *af_present_tag(const char *old);
/* Of a part of the object, or of the object if it has none */
af_place af_typed_place(const af_typed *object, af_value part);

/* All classes, for look-ups by name and for printing. NULL-terminated. */
extern const af_class *const af_classes[];
const af_class *af_find_class(const char *name);                               /* NULL: none */
/* "mesh", "all_to_all", NULL */
extern const char *const af_topology_names[];

/* Methods that expressions may call on objects (`GlobalBuffer.get_fanout()`, 10 section 7.5): asked when
 * `name` is neither field nor extra entry. Defined by the evaluation (spec/evaluate.c or spec/arch.c);
 * `object->arena` is there for what it has to make. */
bool af_typed_method(const af_typed *object, const char *name, af_value *value);

/* ---- the whole */
struct af_spec {
    af_arena *arena;
    af_typed *root;                      /* class Spec; the sections below are its fields */
    /* Never NULL: an absent section has its defaults */
    af_typed *arch, *config, *mapper, *model, *renames, *variables, *workload;
    af_typed *mapping;                   /* NULL: no mapping */
    af_value mapping_value;              /* the mapping as a tagged dict (af_spec_mapping) */
    const char *id;                      /* 16 hex digits: a hash of the record without it;
                                          * NULL: not known yet (af_spec_id) */
    bool evaluated;                      /* the record said "evaluated":true */
    int n_files; const char **files;     /* source files, in the order read */
    af_value data;                       /* AF_DICT: the Jinja data of -D */
    af_value written;                    /* AF_DICT: all as the files have it; NONE: not kept */
    af_value hidden;                     /* AF_LIST of {section, file, by}: sections of `file` that do not
                                          * count, as file `by` has them first */
};

/* ---- construction, for what else has to be built by the schema (an Einsum in a test, a node that -S
 * inserts). From raw values (YAML or JSON) to an object of `class`; every mistake is reported, NULL if there
 * was one. Raw dicts that stand for one of several classes carry the tag, or have a key `type`. */
af_typed *af_construct(af_arena *arena, const af_class *class, af_value raw, const char *path,
                       af_report *report);

/* What counts as true or false in a plain field: the numbers 0 and 1 and words such as `yes`
 * and `off` too. false: neither. */
bool af_flag_of(af_value raw, bool *truth);

/* The shorthand of an Einsum (40 section 3.2, 10 appendix A), in spec/einsum_text.c. Result: a dict {"name":
 * text, "tensor_accesses": [{"name", "projection": {RANK: text, …}, "output": bool}, …]} with the inputs in
 * the order of the text, then the output; the same tensor may come twice: construction merges by name (40
 * section 3.1). 0, or -1 reported under `path`. */
int af_parse_einsum_text(af_arena *arena, const char *text, af_value *result, af_report *report,
                         af_place place, const char *path);

#endif
