/* Strings in arenas, growing buffers, the nearest name. */
#include "base/text.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

char *af_copy_slice(af_arena *arena, const char *text, size_t length)
{
    char *copy = af_arena_room(arena, length + 1);
    if (length)
        memcpy(copy, text, length);
    copy[length] = 0;
    return copy;
}

uint64_t af_hash_bytes(const char *bytes, size_t length, uint64_t hash)
{
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ (uint8_t)bytes[i]) * 1099511628211u;
    return hash;
}

char *af_copy_text(af_arena *arena, const char *text)
{
    return text ? af_copy_slice(arena, text, strlen(text)) : NULL;
}

char *af_joined_text(af_arena *arena, const char *left, const char *mark, const char *right)
{
    size_t n_left = strlen(left), n_mark = strlen(mark), n_right = strlen(right);
    char *text = af_arena_room(arena, n_left + n_mark + n_right + 1);
    memcpy(text, left, n_left);
    memcpy(text + n_left, mark, n_mark);
    memcpy(text + n_left + n_mark, right, n_right + 1);
    return text;
}

char *af_numbered_text(af_arena *arena, const char *left, const char *mark, int number)
{
    char digits[AF_NUMBER_ROOM];
    af_integer_text(digits, number);
    return af_joined_text(arena, left, mark, digits);
}

char *af_format_list(af_arena *arena, const char *format, va_list arguments)
{
    char room[256];
    va_list again;
    va_copy(again, arguments);
    size_t length = (size_t)vsnprintf(room, sizeof room, format, again);
    va_end(again);
    char *text = af_arena_room(arena, length + 1);
    if (length < sizeof room)
        memcpy(text, room, length + 1);
    else
        vsnprintf(text, length + 1, format, arguments);
    return text;
}

char *af_format(af_arena *arena, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *text = af_format_list(arena, format, arguments);
    va_end(arguments);
    return text;
}

/* ---- growing buffers */

void af_text_grow(af_text *text, size_t more)
{
    size_t needed = text->length + more + 1, larger = text->capacity ? text->capacity * 2 : 64;
    text->capacity = larger < needed ? needed : larger;
    text->bytes = af_memory_resize(text->bytes, text->capacity);
}

void af_text_add(af_text *text, const char *bytes, size_t length)
{
    char *to = af_text_room(text, length);
    if (length)
        memcpy(to, bytes, length);
    to[length] = 0;
    text->length += length;
}

void af_text_puts(af_text *text, const char *string)
{
    af_text_add(text, string, strlen(string));
}

void af_text_printf(af_text *text, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    char *to = af_text_room(text, (size_t)length);
    va_start(arguments, format);
    vsnprintf(to, (size_t)length + 1, format, arguments);
    va_end(arguments);
    text->length += (size_t)length;
}

void af_text_clear(af_text *text)
{
    text->length = 0;
    if (text->bytes)
        text->bytes[0] = 0;
}

void af_text_free(af_text *text)
{
    af_memory_resize(text->bytes, 0);
    *text = (af_text){0};
}

/* ---- the nearest name: edit distance with transpositions, letter case costs nothing */
enum { LONGEST_WORD = 63 };

static int smaller(int a, int b) { return a < b ? a : b; }

static bool same_letter(char a, char b) { return tolower((unsigned char)a) == tolower((unsigned char)b); }

static int edit_distance(const char *a, int n, const char *b, int m)
{
    int rows[3][LONGEST_WORD + 1];
    for (int j = 0; j <= m; j++)
        rows[0][j] = j;
    for (int i = 1; i <= n; i++) {
        int *now = rows[i % 3], *before = rows[(i + 2) % 3], *two_before = rows[(i + 1) % 3];
        now[0] = i;
        for (int j = 1; j <= m; j++) {
            now[j] = smaller(smaller(before[j], now[j - 1]) + 1,
                             before[j - 1] + !same_letter(a[i - 1], b[j - 1]));
            if (i > 1 && j > 1 && same_letter(a[i - 1], b[j - 2]) && same_letter(a[i - 2], b[j - 1]))
                now[j] = smaller(now[j], two_before[j - 2] + 1);
        }
    }
    return rows[n % 3][m];
}

/* The first words of a name: is_copy of is_copy_operation. */
static bool starts_with(const char *longer, const char *shorter)
{
    size_t length = strlen(shorter);
    return length > 3 && !strncasecmp(longer, shorter, length) && longer[length] == '_';
}

const char *af_nearest(const char *word, const char *const *names, int count)
{
    size_t length = strlen(word);
    if (length > LONGEST_WORD)
        return NULL;
    const char *nearest = NULL;
    /* As many letters may be wrong */
    int least = (length < 3 ? 0 : length < 6 ? 1 : length < 9 ? 2 : 3) + 1;
    for (int i = 0; i < count; i++) {
        size_t other = strlen(names[i]);
        int distance = other > LONGEST_WORD ? least : edit_distance(word, (int)length, names[i], (int)other);
        if (distance < least) {
            least = distance;
            nearest = names[i];
        }
    }
    for (int i = 0; i < count && !nearest; i++)
        if (starts_with(word, names[i]) || starts_with(names[i], word))
            nearest = names[i];
    return nearest;
}

char *af_meant(af_arena *arena, const char *word, const char *const *names, int count)
{
    const char *near = af_nearest(word, names, count);
    return near ? af_format(arena, "; did you mean %s?", near) : af_copy_text(arena, "");
}

static int by_bytes(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

void af_sort_texts(const char **texts, int count)
{
    if (count)
        qsort(texts, (size_t)count, sizeof *texts, by_bytes);
}
