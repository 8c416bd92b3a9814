/* Rows of a mapping as nested boxes: measured from the inside out, then placed from the outside
 * in (80 sections B4.3, B4.4). */
#include "draw/block.h"
#include "draw/label.h"

#include <limits.h>
#include <math.h>

enum { CHIPS_LEAST = 200, CHIPS_MOST = 470, MOST_PER_BAND = 64 };

static int larger(int a, int b)
{
    return a > b ? a : b;
}

static int smaller(int a, int b)
{
    return a < b ? a : b;
}

int af_badge_width(const char *text)
{
    return af_text_width(text, AF_FONT_BOLD) + 2 * AF_CHIP_PAD;
}

static bool is_loop(const af_row *row)
{
    return row->kind == AF_ROW_TEMPORAL || row->kind == AF_ROW_SPATIAL;
}

/* ---- measuring */

static int note_width(const af_row *row)
{
    int bar = isnan(row->usage) ? 0 : AF_BAR_WIDTH + AF_PAD;
    return row->note ? af_text_width(row->note, AF_FONT_SMALL) + 2 * AF_PAD + bar : 0;
}

/* Width up to where chips begin. */
static int left_width(const af_row *row)
{
    int width = AF_PAD;
    if (row->component)
        width += af_badge_width(row->component) + AF_PAD;
    if (row->badge)
        width += af_badge_width(row->badge) + AF_PAD;
    if (*row->text)
        width += af_text_width(row->text, row->kind == AF_ROW_BRANCH ? AF_FONT_BOLD : AF_FONT) + AF_PAD;
    return width;
}

static int chip_width(const af_chip *chip)
{
    return af_text_width(chip->name, AF_FONT) + (chip->persistent ? 12 : 0) + 2 * AF_CHIP_PAD;
}

/* Puts chips into lines of at most `room`; returns the widest line, and the row's height in its header. */
static int measure_chips(af_row *row, int left, int room)
{
    int x = 0, line = 0, widest = 0;
    for (int i = 0; i < row->n_chips; i++) {
        af_chip *chip = &row->chips[i];
        chip->w = chip_width(chip);
        if (x && x + chip->w > room)
            x = 0, line++;
        chip->x = left + x;
        chip->y = line * (AF_ROW_HEIGHT - 4) + (AF_ROW_HEIGHT - AF_CHIP_HEIGHT) / 2;
        x += chip->w + AF_CHIP_GAP;
        widest = larger(widest, x - AF_CHIP_GAP);
    }
    row->header = AF_ROW_HEIGHT + line * (AF_ROW_HEIGHT - 4);
    return widest;
}

static void measure(af_row *row, int limit);

static void measure_list(af_row *row, int limit, int *width, int *height)
{
    *width = *height = 0;
    for (int i = 0; i < row->n_children; i++) {
        measure(row->children[i], limit);
        *width = larger(*width, row->children[i]->w);
        *height += row->children[i]->h + (i ? AF_ROW_GAP : 0);
    }
}

/* How many branches from `first` on stand side by side, at most `most`;
 * their widths with gaps, and the tallest. */
static int band_of(const af_row *split, int first, int most, int limit, int *width, int *height)
{
    int n = 0;
    *width = *height = 0;
    while (first + n < split->n_children && n < most) {
        const af_row *branch = split->children[first + n];
        int wider = *width + branch->w + (n ? AF_BRANCH_GAP : 0);
        if (n && wider > limit)
            break;
        *width = wider;
        *height = larger(*height, branch->h);
        n++;
    }
    return n;
}

static int bands_height(const af_row *split, int per_band, int limit, int *widest)
{
    int total = 0, width, height;
    *widest = 0;
    for (int i = 0; i < split->n_children;) {
        i += band_of(split, i, per_band, limit, &width, &height);
        *widest = larger(*widest, width);
        total += height + (i < split->n_children ? AF_BAND_GAP : 0);
    }
    return total;
}

/* How many branches to put side by side: what is lowest, and of these the narrowest,
 * so four that need two bands stand two by two. */
static int branches_per_band(const af_row *split, int limit)
{
    int best = 1, least = INT_MAX, width;
    for (int n = 1; n <= split->n_children && n <= MOST_PER_BAND; n++) {
        int height = bands_height(split, n, limit, &width);
        if (height < least)
            least = height, best = n;
    }
    return best;
}

static void measure_split(af_row *row, int limit)
{
    int header = af_text_width(row->text, AF_FONT_SMALL) + 2 * AF_PAD, width;
    for (int i = 0; i < row->n_children; i++)
        measure(row->children[i], limit);
    row->per_band = branches_per_band(row, limit);
    row->h = AF_CAPTION_HEIGHT + bands_height(row, row->per_band, limit, &width);
    row->w = larger(header, width);
}

static void measure(af_row *row, int limit)
{
    int width, height;
    if (row->kind == AF_ROW_SPLIT) {
        measure_split(row, limit);
        return;
    }
    int left = left_width(row),
        room = larger(CHIPS_LEAST, smaller(CHIPS_MOST, limit - left - note_width(row) - AF_PAD));
    int chips = measure_chips(row, left, room);
    row->w = left + (chips ? chips + AF_PAD : 0) + note_width(row);
    row->h = row->header;
    if (is_loop(row)) {
        measure_list(row, limit - AF_INDENT - AF_LOOP_END, &width, &height);
        row->w = larger(row->w, AF_INDENT + width + AF_LOOP_END);
        row->h += row->n_children ? AF_ROW_GAP + height + AF_LOOP_END : 0;
    } else if (row->kind == AF_ROW_BRANCH) {
        measure_list(row, limit - 2 * AF_CARD_PAD, &width, &height);
        row->w = larger(row->w, width + 2 * AF_CARD_PAD);
        row->h += row->n_children ? AF_CARD_PAD + height + AF_CARD_PAD : 0;
    } else if (row->kind == AF_ROW_LIST) {
        measure_list(row, limit, &row->w, &row->h);
        row->header = 0;
    }
}

/* ---- placing */

static void place(af_row *row, int x, int y, int width);

static void place_list(af_row *row, int x, int y, int width)
{
    for (int i = 0; i < row->n_children; i++) {
        place(row->children[i], x, y, width);
        y += row->children[i]->h + AF_ROW_GAP;
    }
}

/* All branches of a band get the same width if that is enough for each. */
static bool even_shares(const af_row *split, int first, int count, int share)
{
    bool enough = true;
    for (int i = 0; i < count; i++)
        enough = enough && split->children[first + i]->w <= share;
    return enough;
}

/* Branches of a band share the whole width; in a band that is much shorter than the others
 * they get an even share at most. */
static void place_split(af_row *row, int width)
{
    int y = row->y + AF_CAPTION_HEIGHT, used, height;
    int share = (width - (row->per_band - 1) * AF_BRANCH_GAP) / row->per_band;
    for (int i = 0; i < row->n_children;) {
        int n = band_of(row, i, row->per_band, width, &used, &height), x = row->x,
            rest = larger(0, width - used);
        bool even = even_shares(row, i, n, share), short_band = n < row->per_band && rest > width / 4;
        for (int k = 0; k < n; k++, i++) {
            af_row *branch = row->children[i];
            int more = short_band ? 0 : rest / (n - k);
            rest -= more;
            place(branch, x, y, even ? share : short_band ? larger(share, branch->w) : branch->w + more);
            branch->h = height;
            x += branch->w + AF_BRANCH_GAP;
        }
        y += height + AF_BAND_GAP;
    }
}

static void place(af_row *row, int x, int y, int width)
{
    row->x = x;
    row->y = y;
    row->w = width;
    for (int i = 0; i < row->n_chips; i++) {
        row->chips[i].x += x;
        row->chips[i].y += y;
    }
    if (row->kind == AF_ROW_SPLIT)
        place_split(row, width);
    else if (is_loop(row))
        place_list(row, x + AF_INDENT, y + row->header + AF_ROW_GAP, width - AF_INDENT - AF_LOOP_END);
    else if (row->kind == AF_ROW_BRANCH)
        place_list(row, x + AF_CARD_PAD, y + row->header + AF_CARD_PAD, width - 2 * AF_CARD_PAD);
    else
        place_list(row, x, y, width);
}

void af_place_blocks(af_rows *rows, int x, int y, int least, int limit)
{
    measure(rows->root, limit);
    place(rows->root, x, y, larger(rows->root->w, least));
}

/* ---- checking */

static const char *check_row(const af_row *row, af_arena *arena)
{
    const char *breach = NULL;
    int needed = left_width(row) + note_width(row);
    if (row->kind != AF_ROW_SPLIT && row->kind != AF_ROW_LIST && needed > row->w)
        return af_format(arena, "text of row %d (%s) needs %d px of %d", row->id, row->text, needed, row->w);
    for (int i = 0; i < row->n_children && !breach; i++) {
        const af_row *child = row->children[i], *next = i + 1 < row->n_children ? row->children[i + 1] : NULL;
        if (child->x < row->x || child->y < row->y || child->x + child->w > row->x + row->w ||
            child->y + child->h > row->y + row->h)
            return af_format(arena, "row %d (%s) is not inside row %d", child->id, child->text, row->id);
        if (next && child->x + child->w > next->x && next->x + next->w > child->x &&
            child->y + child->h > next->y && next->y + next->h > child->y)
            return af_format(arena, "rows %d and %d overlap", child->id, next->id);
        breach = check_row(child, arena);
    }
    return breach;
}

const char *af_check_blocks(const af_rows *rows)
{
    return check_row(rows->root, rows->arena);
}
