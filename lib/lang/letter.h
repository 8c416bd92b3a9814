/* Upper and lower case without regard to the locale: ASCII, Latin-1, Latin Extended-A, Greek and Cyrillic. */
#ifndef AF_LANG_LETTER_H
#define AF_LANG_LETTER_H

#include "base/text.h"

typedef enum af_case { AF_LOWER, AF_UPPER } af_case;

/* of UTF-8: its bytes (0 at the end); what is no UTF-8 is a character each byte */
int af_read_character(const char *text, uint32_t *code);
int af_count_characters(const char *text);
const char *af_skip_characters(const char *text, int64_t count);   /* behind `count` of them, or at the end */
void af_add_character(af_text *out, uint32_t code);

/* of a letter (one outside of ASCII has only such bytes), a digit or _ */
static inline bool af_is_word_byte(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') ||
           byte == '_' || (byte & 0x80);
}

/* Adds the text in that case, as Python's upper() and lower() give it: ß becomes SS, a Σ at the end of a
 * word ς. Letters of other scripts stay as they are. */
void af_add_cased(af_text *out, const char *text, af_case to);
/* has letters, all of that case: islower(), isupper() */
bool af_is_cased(const char *text, af_case as);

#endif
