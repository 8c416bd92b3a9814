/* label: names and numbers as people read them, and how much room they take (80
 * section B3). Private to draw. */
#ifndef AF_DRAW_LABEL_H
#define AF_DRAW_LABEL_H

#include "base/base.h"

typedef struct af_font { int size; bool bold; } af_font;             /* size in pixels */

/* Room for a text in pixels: an upper bound over the fonts that the pictures ask for,
 * so that it holds whichever is installed. */
int af_text_width(const char *text, af_font font);
enum { AF_USUAL_COLUMNS = 100 };             /* of text that is not told how wide it may be */
int af_terminal_color(int index);            /* ANSI code of the index-th component: the palette has eight */
/* Columns of a terminal: wide characters take two, combining ones none */
int af_text_cells(const char *text);

/* The next code point of UTF-8; a byte that is not UTF-8 gives U+FFFD. Moves `text` on; 0 at the end. */
uint32_t af_next_code_point(const char **text);

/* A text as a picture can show it: control characters as \xNN, what is not UTF-8 as U+FFFD,
 * more than 40 cells shortened in the middle. */
const char *af_label(af_arena *arena, const char *text);
const char *af_shorten(af_arena *arena, const char *text, int cells);

/* "5.816 MJ": four digits and an SI prefix; small integers as they are. Raw: "5.8163e+06 J".
 * Unit "" gives no unit; "m2" gives mm² or µm². */
const char *af_people_number(af_arena *arena, double value, const char *unit, bool raw);
const char *af_without_zeros(af_arena *arena, const char *number);   /* "1.000 MJ" as "1 MJ": for ticks */
const char *af_people_share(af_arena *arena, double fraction);       /* "24.8 %" */
/* The shortest text that reads back, for tooltips and TSV */
const char *af_exact_number(af_arena *arena, double value);

/* Adds text for a terminal: without no-break spaces, and in pure ASCII if asked. */
void af_add_plain(af_text *out, const char *text, bool ascii);

/* Adds text with & < > " ' escaped and what XML forbids replaced. */
void af_add_escaped(af_text *out, const char *text);

/* Adds a text in quotes, as the language of graphviz has them. */
void af_add_quoted(af_text *out, const char *text);

#endif
