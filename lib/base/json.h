/* JSON: reading (strict, depth-capped, positions in errors), writing straight to text.
 *
 * Numbers: integers exact; reals as the shortest text that reads back; inf, -inf and nan are the strings
 * "inf", "-inf", "nan", and every getter of a real accepts these strings. */
#ifndef AF_BASE_JSON_H
#define AF_BASE_JSON_H

#include "base/error.h"

/* ---- reading. All of a text is one block of memory: it lives until its root is freed. */
typedef struct af_json af_json;

/* Strict: no comments, bare NaN or Infinity, key twice in one object, control characters in
 * strings; at most 128 levels; UTF-8. NULL: reported, if there is a report. Free with af_json_free. */
af_json *af_json_parse(const char *text, size_t length, af_report *report, af_place place);
void af_json_free(af_json *json);

/* The same, but members of the root with these names (ended by NULL) stay text until somebody asks for them:
 * of what is in brackets, only where it ends is looked for. To all else they are of no kind. */
af_json *af_json_parse_but(const char *text, size_t length, const char *const *unread, af_report *report,
                           af_place place);
/* That text; NULL: it was read, or json is NULL */
const char *af_json_unread(const af_json *json, size_t *length);

/* A reader notes the first thing that is wrong with one record and goes on with defaults:
 * one check at the end is enough. Without a report it only notes: for records that another tool
 * has checked, where what is missing is left out. */
typedef struct af_json_reader {
    af_report *report;
    const char *what;
    af_place place;
    bool failed;
} af_json_reader;

/* NULL if absent or null, or if object is NULL */
const af_json *af_json_at(const af_json *object, const char *key);
int af_json_count(const af_json *array);   /* 0 for NULL and for what is no array */
const af_json *af_json_item(const af_json *array, int index);
bool af_json_is_object(const af_json *json);
bool af_json_is_array(const af_json *json);
bool af_json_is_string(const af_json *json);
bool af_json_is_bool(const af_json *json);
bool af_json_is_integer(const af_json *json);
bool af_json_is_number(const af_json *json);                                 /* not the words "inf", "nan" */
/* Digits of an integer beyond int64 (is_integer is false); else NULL */
const char *af_json_big_integer(const af_json *json);

bool af_json_truth(const af_json *json);                                      /* of a bool */
int64_t af_json_int64(const af_json *json);                                   /* of an integer */

/* The value itself; key only for the message */
double af_json_as_real(af_json_reader *reader, const af_json *json, const char *key);
const char *af_json_as_string(af_json_reader *reader, const af_json *json, const char *key);
double af_json_real(af_json_reader *reader, const af_json *object, const char *key);           /* required */
double af_json_real_or(af_json_reader *reader, const af_json *object, const char *key, double missing);
int64_t af_json_integer(af_json_reader *reader, const af_json *object, const char *key);
int64_t af_json_integer_or(af_json_reader *reader, const af_json *object, const char *key, int64_t missing);
bool af_json_bool_or(af_json_reader *reader, const af_json *object, const char *key, bool missing);
/* Lives as long as the JSON */
const char *af_json_string(af_json_reader *reader, const af_json *object, const char *key);
const char *af_json_string_or(af_json_reader *reader, const af_json *object, const char *key,
                              const char *missing);
/* Required; NULL and failed otherwise */
const af_json *af_json_array(af_json_reader *reader, const af_json *object, const char *key);
void af_json_wrong(af_json_reader *reader, const char *key, const char *format, ...) AF_PRINTF(3, 4);

/* Visit the members of an object in order: for (af_json_each(object, it)) uses it.key and it.value, which is
 * NULL for null. Nothing is visited of what is no object. */
typedef struct af_json_member {
    const char *key;
    const af_json *value;
    const void *entry;
    uint32_t left;
} af_json_member;
af_json_member af_json_first(const af_json *object);
af_json_member af_json_next(af_json_member member);
#define af_json_each(object, it) af_json_member it = af_json_first(object); it.key; it = af_json_next(it)

/* ---- writing, into `text`, which the caller frees; start the writer as {0}. Inside an object give the key,
 * inside an array NULL. Commas are the writer's business; that brackets match is the caller's. */
typedef struct af_json_writer { af_text text; bool first; int depth; } af_json_writer;

void af_put_object(af_json_writer *w, const char *key);
void af_put_array(af_json_writer *w, const char *key);
void af_put_end_object(af_json_writer *w);
void af_put_end_array(af_json_writer *w);
void af_put_string(af_json_writer *w, const char *key, const char *value);   /* NULL value: null */
void af_put_slice(af_json_writer *w, const char *key, const char *value, size_t length);
void af_put_integer(af_json_writer *w, const char *key, int64_t value);
void af_put_number(af_json_writer *w, const char *key, double value);   /* integral values without a point */
/* Whole arrays of them, each as above. */
void af_put_integers(af_json_writer *w, const char *key, const int *values, int count);
void af_put_numbers(af_json_writer *w, const char *key, const double *values, int count);
/* Always with a point or exponent: "4.0" */
void af_put_real(af_json_writer *w, const char *key, double value);
/* The same, and null for NAN: not known */
void af_put_figure(af_json_writer *w, const char *key, double value);
void af_put_bool(af_json_writer *w, const char *key, bool value);
void af_put_null(af_json_writer *w, const char *key);
void af_put_raw(af_json_writer *w, const char *key, const char *json);       /* already JSON */
/* A value that was read, with all that is in it; reals as the shortest text that reads back. */
void af_put_json(af_json_writer *w, const char *key, const af_json *json);

#endif
