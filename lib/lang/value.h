/* Values of the languages (YAML, Jinja, expressions): Python's int, float, str, bool, None, list, tuple,
 * dict, plus sets of tensors and rank variables, objects with fields, functions, and numbers whose value
 * is not known yet.
 *
 * Values are small, passed by value, and point into an arena. They are immutable once shared. A value that
 * came from a file keeps its place and whether it was quoted (a quoted string is text, an unquoted one may
 * be an expression: 10 section 4.2). */
#ifndef AF_LANG_VALUE_H
#define AF_LANG_VALUE_H

#include "base/base.h"

typedef enum af_type {
    AF_UNDEFINED,        /* no value: a Jinja name that is not given, a field that is absent */
    AF_NONE, AF_BOOL, AF_INT, AF_BIG, AF_REAL, AF_STRING, AF_LIST, AF_TUPLE, AF_DICT,
    AF_SET,              /* a token set: tensors or rank variables of an Einsum */
    AF_OBJECT,           /* something with named fields: an architecture node, a workload, … */
    AF_FUNCTION,         /* built in, written in YAML, or of a Python helper */
    AF_OPAQUE,           /* a number of somebody else's arithmetic (the model's formulas) */
    AF_RANGE,            /* Python's range: lazy, indexable */
    AF_ITERATOR,         /* what generators, map and enumerate give: its items can be taken once */
    AF_PLAIN_SET         /* Python's own set, {1, 2}: items without equals, in order of appearance */
} af_type;

typedef struct af_value af_value;
typedef struct af_dict af_dict;
typedef struct af_big af_big;                 /* lang/number.h */
typedef struct af_token_set af_token_set;     /* lang/token_set.h */
typedef struct af_function af_function;       /* lang/expression.h */
typedef struct af_object af_object;

struct af_value {
    uint8_t type;                             /* af_type */
    bool quoted;                              /* a string in '…' or "…" (block scalars count as plain);
                                                 a list or dict tagged !nomerge */
    uint16_t file;                            /* index of the file it came from (af_source_file), 0: none */
    uint32_t line : 20, column : 12;          /* 1-based; 0: not known, or past what fits */
    union {
        bool truth;
        int64_t integer;
        double real;
        const char *string;                   /* zero-terminated UTF-8; YAML text holds no NUL */
        const af_big *big;
        const struct af_items *list;          /* LIST, TUPLE */
        const af_dict *dict;
        const af_token_set *set;
        const af_object *object;
        const af_function *function;
        const struct af_opaque *opaque;
        const struct af_range *range;
        struct af_iterator *iterator;
        const struct af_missing *missing;     /* UNDEFINED: why, or NULL: simply absent */
    };
};

typedef struct af_items { int count; af_value *items; } af_items;           /* LIST, TUPLE, PLAIN_SET */
typedef struct af_entry { af_value key, value; } af_entry;
struct af_dict {                                                            /* insertion order */
    int count, capacity;
    af_entry *entries;
    const char *tag;                          /* a YAML tag without "!", or NULL */
    uint32_t *index, n_index;                 /* of value.c: hashed places of entries, once there are many */
};
/* stop as it was given; count says how many there are. */
typedef struct af_range { int64_t start, stop, step, count; } af_range;
/* name: "generator", "map", … */
typedef struct af_iterator { const char *name; int next, count; af_value *items; } af_iterator;
/* Jinja's undefined: "'x' is undefined"; lenient: prints as nothing (10 section 3.5). */
typedef struct af_missing { const char *message; bool lenient; } af_missing;

struct af_call;                                                            /* lang/expression.h */
enum { AF_MOST_PARTS = 8 };
/* An object answers for its attributes; what it is belongs to its owner (lib/spec). */
typedef struct af_object_kind {
    const char *name;                         /* "Memory", for messages and printing */
    bool (*attribute)(const af_object *object, const char *name, af_value *value);
    bool (*item)(const af_object *object, af_value key, af_value *value); /* object[key]; may be NULL */
    /* of attributes, for messages; may be NULL. Returns how many there are */
    int (*names)(const af_object *object, const char **names, int room);
    /* len(); NULL: has none. With `item` too: iteration asks for items 0 … */
    int (*count)(const af_object *object);
    /* object(…); NULL: cannot be called */
    int (*call)(const af_object *object, const struct af_call *call, af_value *result);
    bool is_tuple;                            /* printed as its first AF_MOST_PARTS items, in parentheses */
} af_object_kind;
struct af_object { const af_object_kind *kind; };              /* first member of the owner's struct */

/* Arithmetic of opaque numbers: the evaluator hands every operation with an opaque operand to its owner,
 * who returns 0, or -1 after af_raise(evaluation, "TypeError", …) (lang/expression.h). `self` is the first
 * opaque operand. */
struct af_evaluation;
typedef struct af_opaque_kind {
    const char *name;
    /* op is "+", "-", "*", "/", "//", "%", "**", "<", "==", …; unary "-" has b undefined. A comparison
     * gives a bool, or fails where it depends on what is not known; the truth of x is asked as x != 0 */
    int (*operate)(const struct af_opaque *self, const char *op, af_value a, af_value b, af_value *result,
                   struct af_evaluation *evaluation);
    /* name is that of a function of 10 section 7.4 ("ceil", "log2", …) with at least one opaque argument.
     * The arguments of "max", "min" and "sum" are the items, however they were given: a list, several
     * arguments, a generator */
    int (*call)(const struct af_opaque *self, const char *name, const af_value *arguments, int count,
                af_value *result,
                struct af_evaluation *evaluation);
} af_opaque_kind;
/* first member of the owner's struct */
typedef struct af_opaque { const af_opaque_kind *kind; } af_opaque;

/* An attribute "name" (a string) lets a LIST of objects be indexed by name, actions['hop'], and asked
 * 'hop' in actions (10 section 7.5). */

/* Making. */
af_value af_undefined(void);
af_value af_none(void);
af_value af_bool(bool truth);
af_value af_int(int64_t integer);
af_value af_real(double real);
af_value af_string(const char *text);                                     /* not copied */
/* items to be filled in: value.list->items[i] */
af_value af_list_value(af_arena *arena, int count);
af_value af_tuple_value(af_arena *arena, int count);
af_value af_dict_value(af_arena *arena);
af_value af_range_value(af_arena *arena, int64_t start, int64_t stop, int64_t step);   /* step is not 0 */
/* only while the dict is being made. An old key keeps its place */
void af_dict_put(af_arena *arena, af_value dict, af_value key, af_value value);
/* only while the dict is being made; nothing if absent */
void af_dict_remove(af_value dict, af_value key);
const af_value *af_dict_get(af_value dict, af_value key);                 /* NULL: absent, or no dict */
const af_value *af_dict_find(af_value dict, const char *key);             /* the same for a string key */
const af_entry *af_dict_entries(af_value dict, int *count);
af_value af_copy_value(af_arena *arena, af_value value);                  /* deep */

/* Asking. */
/* BOOL counts, as in Python; OPAQUE does not */
bool af_is_number(af_value value);
double af_as_double(af_value value);                                      /* BOOL, INT, BIG, REAL */
bool af_truth(af_value value);
bool af_equal(af_value a, af_value b);                                    /* Python's ==: 1 == 1.0 == True */
const char *af_type_name(af_value value);                                 /* "int", "float", "str", … */

/* Python's printing. */
void af_print_str(af_text *out, af_value value);
void af_print_repr(af_text *out, af_value value);
/* for messages: nothing, the number 3, the text 'abc', a list, a map */
char *af_describe(af_arena *arena, af_value value);
/* repr, for messages: about `room` bytes, then "..." */
void af_print_short(af_text *out, af_value value, size_t room);

/* Places: files are registered once. */
int af_source_file(const char *path);                                     /* the id, > 0, thread-safe */
void af_forget_source_files(void);   /* at the end, when no value is left */
const char *af_source_path(int file);                                     /* NULL for 0 */
af_place af_place_of(af_value value);

/* JSON with Python's int/float distinction: 4 is an int, 4.0 a float, "inf" stays text. */
af_value af_value_of_json(af_arena *arena, const af_json *json);
/* sets as {"s":[…],"u":"t"}, functions as {"$fn":name}; dict keys as str() */
void af_put_value(af_json_writer *w, const char *key, af_value value);

#endif
