/* svg: writing SVG with classes for all paint, so that one style sheet gives light,
 * dark and print (80 section B3.3). Private to draw. */
#ifndef AF_DRAW_SVG_H
#define AF_DRAW_SVG_H

#include "draw/draw.h"

enum { AF_N_COMPONENT_COLORS = 8, AF_N_TENSOR_COLORS = 12 };

typedef struct af_box { int x, y, w, h; } af_box;

/* The document's head: size, title and description for those who do not see
 * the picture, style sheet, background. */
void af_svg_begin(af_text *out, int width, int height, const char *title, const char *description,
                  af_theme theme);
void af_svg_style(af_text *out, af_theme theme);        /* the style sheet alone, as af_svg_begin writes it */
void af_svg_end(af_text *out);

/* `classes` are without their prefix "af-": "text small". Coordinates are pixels. */
void af_svg_rect(af_text *out, const char *classes, af_box box, int radius);
void af_svg_text(af_text *out, const char *classes, int x, int y, const char *text);
void af_svg_path(af_text *out, const char *classes, const char *d);
void af_svg_line(af_text *out, const char *classes, int x1, int y1, int x2, int y2);
void af_svg_open(af_text *out, const char *classes, const char *tooltip);   /* a group; tooltip may be NULL */
void af_svg_close(af_text *out);

/* Classes of the index-th component or tensor: "c3", "t7 again" from the second round of colours on. */
const char *af_component_class(int index);
/* Of the index-th part of a stack: from the second round of colours on paler, then framed; 48 looks. */
const char *af_part_class(af_arena *arena, int index);
const char *af_tensor_class(af_arena *arena, int index);

#endif
