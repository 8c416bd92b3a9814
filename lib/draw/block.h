/* block: rows of a mapping as nested boxes (80 sections B4.3, B4.4). Integers only. Private to draw. */
#ifndef AF_DRAW_BLOCK_H
#define AF_DRAW_BLOCK_H

#include "draw/rows.h"

enum {
    AF_ROW_HEIGHT = 26, AF_ROW_GAP = 4, AF_PAD = 9,
    AF_INDENT = 15,                          /* of what a loop repeats; its rail stands there */
    AF_LOOP_END = 6,                         /* room right of and below the body of a loop */
    AF_CARD_PAD = 9, AF_BRANCH_GAP = 26,     /* between branches stands an arrow */
    AF_BAND_GAP = 14, AF_CAPTION_HEIGHT = 20,
    AF_CHIP_HEIGHT = 18, AF_CHIP_GAP = 5, AF_CHIP_PAD = 8,
    AF_BAR_WIDTH = 64
};
#define AF_FONT ((af_font){12, false})
#define AF_FONT_BOLD ((af_font){12, true})
#define AF_FONT_SMALL ((af_font){11, false})

/* Width of the filled pill that holds a component's name or a trip count. */
int af_badge_width(const char *text);

/* Gives every row its place, the root's upper left corner at x, y. What lies side by side wraps at `limit`
 * pixels. The root is at least `least` wide; it becomes wider than the limit only if one branch alone is. */
void af_place_blocks(af_rows *rows, int x, int y, int least, int limit);

/* The first breach of: boxes of one list do not overlap, a child lies inside its parent,
 * a text inside its box. NULL: none. */
const char *af_check_blocks(const af_rows *rows);

#endif
