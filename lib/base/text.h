/* Text: strings in arenas, growing buffers, numbers as the shortest text that reads back. */
#ifndef AF_BASE_TEXT_H
#define AF_BASE_TEXT_H

#include "base/memory.h"
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* Most names differ in their first byte. */
static inline bool af_same_text(const char *a, const char *b) { return *a == *b && !strcmp(a, b); }

#define AF_PRINTF(text, first) __attribute__((format(printf, text, first)))

/* New texts, in the arena and zero-terminated. */
char *af_copy_text(af_arena *arena, const char *text);                      /* NULL gives NULL */
char *af_copy_slice(af_arena *arena, const char *text, size_t length);
/* FNV-1a of bytes, on from `hash`: AF_HASH_START, or what came of the bytes before. */
#define AF_HASH_START 14695981039346656037u
uint64_t af_hash_bytes(const char *bytes, size_t length, uint64_t hash);
static inline uint64_t af_hash_text(const char *text, uint64_t hash)      /* the same, up to its zero byte */
{
    for (; *text; text++)
        hash = (hash ^ (uint8_t)*text) * 1099511628211u;
    return hash;
}
/* The three, one behind the other: "nodes", ".", 3 gives "nodes.3". */
char *af_joined_text(af_arena *arena, const char *left, const char *mark, const char *right);
char *af_numbered_text(af_arena *arena, const char *left, const char *mark, int number);
char *af_format(af_arena *arena, const char *format, ...) AF_PRINTF(2, 3);
char *af_format_list(af_arena *arena, const char *format, va_list arguments);

/* A growing buffer outside of any arena; always ends with a zero byte that `length` does
 * not count. Start it as {0}. */
typedef struct af_text { char *bytes; size_t length, capacity; } af_text;
void af_text_add(af_text *text, const char *bytes, size_t length);
void af_text_puts(af_text *text, const char *string);
void af_text_printf(af_text *text, const char *format, ...) AF_PRINTF(2, 3);
void af_text_clear(af_text *text);                                          /* keeps the capacity */
void af_text_free(af_text *text);
void af_text_grow(af_text *text, size_t more);   /* room for so many bytes more, and the zero */

/* Where the next `more` bytes go. Who writes them raises the length and puts the zero behind. */
static inline char *af_text_room(af_text *text, size_t more)
{
    if (text->capacity - text->length <= more)
        af_text_grow(text, more);
    return text->bytes + text->length;
}

typedef struct af_name_list { int count; const char **names; } af_name_list;
void af_sort_texts(const char **texts, int count);                            /* by bytes */

/* Shortest decimal text of a double that reads back to the same bits, without regard to the locale;
 * `buffer` has AF_NUMBER_ROOM bytes. Integral values below 2^53 have no exponent and no point ("4");
 * af_real_text gives reals a mark ("4.0", "1e-09") as Python's repr does. Not finite: inf, -inf,
 * nan (unquoted). Both return the length. */
enum { AF_NUMBER_ROOM = 32 };
int af_number_text(char *buffer, double value);
int af_real_text(char *buffer, double value);
int af_integer_text(char *buffer, int64_t value);                            /* likewise */

bool af_parse_double(const char *text, double *value);   /* whole text, "C" locale, inf and nan too */
/* The name that `word` is likely meant for, itself one of `names`; NULL if none is near. */
const char *af_nearest(const char *word, const char *const *names, int count);
/* For the end of a message: "; did you mean NAME?", or "" if none is near. */
char *af_meant(af_arena *arena, const char *word, const char *const *names, int count);

#endif
