/* The Pareto kernel, one for all fronts (60 section 12, 70 section 5.1), exact: row a removes row b iff both
 * have the same keys, a <= b in every column, and a < b in one or a stands before b.
 *
 * Rows are first dealt into classes of equal keys. Inside a class they are sorted lexicographically,
 * earlier rows first among equals: then nothing that comes later can remove what came before,
 * so one pass over the sorted rows against those kept so far decides all. */
#include "model/program.h"
#include "pmap/pmap.h"

#include <math.h>
#include <string.h>

enum {
    LANES = 8,                               /* rows of one block of the window */
    COST_OF_ROW = 8,                         /* to sort it, in comparisons with a block */
    SAMPLE = 256, PARTS = 16                 /* rows, and part of all, that tell whether to go on */
};

typedef struct front {                       /* one call */
    const double **columns; int n_columns;   /* those that are not constant */
    bool *keep;
    struct entry *entries, *spare;           /* rows of the class at work, and room for merging */
    double *window;                          /* kept rows in blocks [column][lane]; */
    double *minima;                          /* the least of each block and column, in blocks too */
    double *x;                               /* the row at work */
    int n_kept;
    double n_compared;                       /* blocks */
} front;

typedef struct entry { uint64_t first; int row; } entry;     /* the first column as ordered_bits */

/* ---- classes of equal keys */

static uint64_t mixed(uint64_t h, uint32_t key)
{
    h = (h ^ key) * 0x9E3779B97F4A7C15u;
    return h ^ h >> 29;
}

static bool same_keys(const int32_t *const *keys, int n_keys, int a, int b)
{
    for (int k = 0; k < n_keys; k++)
        if (keys[k][a] != keys[k][b])
            return false;
    return true;
}

/* class_of[row] = number of its class, in order of first appearance; the number of classes. */
static int deal(af_arena *arena, const int32_t *const *keys, int n_keys, int n_rows, int *class_of)
{
    size_t room = 16;
    while (room < 2 * (size_t)n_rows)
        room *= 2;
    int *slots = af_new_array(arena, int, room);         /* 1 + first row of the class */
    int n_classes = 0;
    for (int row = 0; row < n_rows; row++) {
        uint64_t h = 0;
        for (int k = 0; k < n_keys; k++)
            h = mixed(h, (uint32_t)keys[k][row]);
        size_t at = h & (room - 1);
        while (slots[at] && !same_keys(keys, n_keys, slots[at] - 1, row))
            at = (at + 1) & (room - 1);
        if (!slots[at]) {
            slots[at] = row + 1;
            class_of[row] = n_classes++;
        } else {
            class_of[row] = class_of[slots[at] - 1];
        }
    }
    return n_classes;
}

/* Rows sorted by class, stable; class c has rows[start[c]] … rows[start[c + 1] - 1]. */
static int *rows_by_class(af_arena *arena, const int *class_of, int n_classes, int n_rows, int *start)
{
    for (int row = 0; row < n_rows; row++)
        start[class_of[row] + 1]++;
    for (int c = 0; c < n_classes; c++)
        start[c + 1] += start[c];
    int *next = af_new_array(arena, int, n_classes);
    memcpy(next, start, sizeof *next * (size_t)n_classes);
    int *rows = af_arena_room(arena, sizeof *rows * (size_t)n_rows);
    for (int row = 0; row < n_rows; row++)
        rows[next[class_of[row]]++] = row;
    return rows;
}

/* ---- lexicographic order */

/* Numbers that compare as the doubles do; no nan. */
static uint64_t ordered_bits(double x)
{
    int64_t bits;
    x += 0.0;                                /* -0 is 0 */
    memcpy(&bits, &x, sizeof bits);
    return (uint64_t)bits ^ ((uint64_t)(bits >> 63) | (uint64_t)1 << 63);
}

/* Whether row a goes before b by the columns from the second on; a stood before b. */
static bool goes_first(const front *f, int a, int b)
{
    for (int c = 1; c < f->n_columns; c++) {
        double x = f->columns[c][a], y = f->columns[c][b];
        if (x != y)
            return x < y;
    }
    return true;
}

/* Whether entry a goes before b; a stood before b. */
static inline bool in_order(const front *f, const entry *a, const entry *b)
{
    return a->first < b->first || (a->first == b->first && goes_first(f, a->row, b->row));
}

static void insertion_sort(const front *f, entry *entries, int count)
{
    for (int i = 1; i < count; i++) {
        entry moved = entries[i];
        int at = i;
        for (; at > 0 && !in_order(f, &entries[at - 1], &moved); at--)
            entries[at] = entries[at - 1];
        entries[at] = moved;
    }
}

/* Two sorted halves to `to`. Which one is next is no branch: it cannot be foretold. */
static void merge(const front *f, const entry *left, int n_left, const entry *right, int n_right, entry *to)
{
    const entry *left_end = left + n_left, *right_end = right + n_right;
    while (left < left_end && right < right_end) {
        bool is_left = left->first < right->first;
        if (left->first == right->first)
            is_left = goes_first(f, left->row, right->row);
        const entry *next = is_left ? left : right;
        *to++ = *next;
        left += is_left;
        right += !is_left;
    }
    memcpy(to, left, sizeof *to * (size_t)(left_end - left));
    memcpy(to + (left_end - left), right, sizeof *to * (size_t)(right_end - right));
}

enum { RUN = 12 };                           /* rows that are sorted by insertion */

/* The entries, or the spare ones, whichever are sorted in the end. */
static entry *merge_sort(const front *f, entry *entries, entry *spare, int count)
{
    for (int from = 0; from < count; from += RUN)
        insertion_sort(f, entries + from, count - from < RUN ? count - from : RUN);
    for (int run = RUN; run < count; run *= 2) {
        for (int from = 0; from < count; from += 2 * run) {
            int n_left = count - from < run ? count - from : run, rest = count - from - n_left;
            merge(f, entries + from, n_left, entries + from + n_left, rest < run ? rest : run, spare + from);
        }
        entry *sorted = spare;
        spare = entries;
        entries = sorted;
    }
    return entries;
}

/* ---- one class */

static void keep_row(front *f, int row)
{
    f->keep[row] = true;
    f->n_kept++;
}

static void least_of_one_column(front *f, const int *rows, int count)
{
    int best = rows[0];
    for (int i = 1; i < count; i++)
        if (f->columns[0][rows[i]] < f->columns[0][best])
            best = rows[i];
    keep_row(f, best);
}

static void sweep_two_columns(front *f, const entry *entries, int count)
{
    const double *second = f->columns[1];
    double best = 0;
    for (int i = 0; i < count; i++) {
        int row = entries[i].row;
        if (i == 0 || second[row] < best) {
            best = second[row];
            keep_row(f, row);
        }
    }
}

/* What a processor compares at once; older ones take it in two steps */
enum { WIDE = 4 };
typedef double wide __attribute__((vector_size(8 * WIDE), aligned(8)));
typedef int64_t wide_marks __attribute__((vector_size(8 * WIDE), aligned(8)));

/* Marks the lanes of a block that are <= x in every column from the second on (in the first they are, by the
 * order); whether there are any. An empty lane is nan: nan <= x never holds. */
AF_OVER_ROWS
static bool covers(const double *block, const double *x, int n_columns, int64_t *marks)
{
    wide_marks low = ~(wide_marks){0}, high = low;
    for (int c = 1; c < n_columns; c++) {
        const wide *values = (const wide *)(block + c * LANES), bound = {x[c], x[c], x[c], x[c]};
        low &= values[0] <= bound;
        high &= values[1] <= bound;
    }
    ((wide_marks *)marks)[0] = low;
    ((wide_marks *)marks)[1] = high;
    low |= high;
    return (low[0] | low[1] | low[2] | low[3]) != 0;
}

static double *block_at(const front *f, double *blocks, int b)
{
    return blocks + (size_t)b * (size_t)(f->n_columns * LANES);
}

/* The first block some row of which covers x; -1. Only blocks whose least covers it are looked at. */
static int find_killer(const front *f, const double *x, int n_blocks)
{
    int64_t may[LANES], rows[LANES];
    for (int first = 0; first < n_blocks; first += LANES) {
        if (!covers(block_at(f, f->minima, first / LANES), x, f->n_columns, may))
            continue;
        for (int lane = 0; lane < LANES; lane++)
            if (may[lane] && covers(block_at(f, f->window, first + lane), x, f->n_columns, rows))
                return first + lane;
    }
    return -1;
}

/* Numbers of one lane; the others are empty if it is the first. */
static void fill_lane(const front *f, double *block, int lane, const double *x)
{
    for (int c = 0; c < f->n_columns; c++) {
        if (lane == 0)
            for (int other = 0; other < LANES; other++)
                block[c * LANES + other] = NAN;
        block[c * LANES + lane] = x[c];
    }
}

static void add_to_window(const front *f, int n_in_window, const double *x)
{
    int b = n_in_window / LANES, lane = n_in_window % LANES;
    fill_lane(f, block_at(f, f->window, b), lane, x);
    double *minima = block_at(f, f->minima, b / LANES);
    if (lane == 0)
        fill_lane(f, minima, b % LANES, x);
    else
        for (int c = 0, at = b % LANES; c < f->n_columns; c++, at += LANES)
            minima[at] = x[c] < minima[at] ? x[c] : minima[at];
}

static void skyline(front *f, const entry *entries, int count)
{
    int n_window = 0, killer = 0, n = f->n_columns;
    int64_t marks[LANES];
    for (int i = 0; i < count; i++) {
        int row = entries[i].row, n_blocks = (n_window + LANES - 1) / LANES;
        for (int c = 0; c < n; c++)
            f->x[c] = f->columns[c][row];
        /* Rows near in order are often removed by the same ones */
        bool covered = n_blocks > 0 && covers(block_at(f, f->window, killer), f->x, n, marks);
        if (!covered) {
            int by = find_killer(f, f->x, n_blocks);
            covered = by >= 0;
            killer = covered ? by : killer;
        }
        f->n_compared += COST_OF_ROW + (covered ? killer : n_blocks);
        if (covered)
            continue;
        add_to_window(f, n_window++, f->x);
        keep_row(f, row);
    }
}

static void class_front(front *f, const int *rows, int count)
{
    if (count == 1 || f->n_columns == 0) {
        keep_row(f, rows[0]);
        return;
    }
    if (f->n_columns == 1) {
        least_of_one_column(f, rows, count);
        return;
    }
    for (int i = 0; i < count; i++)
        f->entries[i] = (entry){ordered_bits(f->columns[0][rows[i]]), rows[i]};
    const entry *sorted = merge_sort(f, f->entries, f->spare, count);
    if (f->n_columns == 2)
        sweep_two_columns(f, sorted, count);
    else
        skyline(f, sorted, count);
}

/* ---- entry */

static bool is_constant(const double *column, int n_rows)
{
    for (int row = 1; row < n_rows; row++)
        if (column[row] != column[0])
            return false;
    return true;
}

/* In a sample of the rows. */
static int n_changes(const double *column, int n_rows)
{
    int n = 0, step = n_rows / SAMPLE + 1;
    for (int row = step; row < n_rows; row += step)
        n += column[row] != column[row - step];
    return n;
}

/* Those that are not constant. First the one that changes most:
 * it alone often tells which row comes first. */
static void choose_columns(front *f, const double *const *columns, int n_columns, int n_rows)
{
    int most = 0;
    for (int c = 0; c < n_columns; c++) {
        if (is_constant(columns[c], n_rows))
            continue;
        f->columns[f->n_columns++] = columns[c];
        int n = n_changes(columns[c], n_rows);
        if (n > most) {
            f->columns[f->n_columns - 1] = f->columns[0];
            f->columns[0] = columns[c];
            most = n;
        }
    }
}

static void make_room(front *f, af_arena *arena, int largest)
{
    size_t blocks = (size_t)(largest / LANES + 1), size = sizeof(double) * (size_t)f->n_columns;
    f->entries = af_arena_room(arena, sizeof *f->entries * (size_t)largest);
    f->spare = af_arena_room(arena, sizeof *f->spare * (size_t)largest);
    if (f->n_columns >= 3) {
        f->window = af_arena_room(arena, size * LANES * blocks);
        f->minima = af_arena_room(arena, size * LANES * (blocks / LANES + 1));
        f->x = af_arena_room(arena, size);
    }
}

/* Of the classes so far, do those that went make up for the work? */
static bool pays(const front *f, int n_done, int n_rows, double worth)
{
    return n_done < SAMPLE || n_done < n_rows / PARTS || f->n_compared <= worth * (n_done - f->n_kept);
}

static int common_divisor(int a, int b) { return b ? common_divisor(b, a % b) : a; }

/* Neighbours are alike: classes are taken in steps of a part of all that has no
 * divisor in common with them. */
static int stride_of(int n_classes)
{
    int stride = (int)(0.618 * n_classes) | 1;
    while (common_divisor(stride, n_classes) != 1)
        stride += 2;
    return stride;
}

static void class_fronts(front *f, const int *rows, const int *start, int n_classes, double worth)
{
    int n_rows = start[n_classes], n_done = 0, stride = worth < INFINITY ? stride_of(n_classes) : 1;
    for (int i = 0, c = 0; i < n_classes; i++, c = (c + stride) % n_classes) {
        int count = start[c + 1] - start[c];
        if (worth < INFINITY && !pays(f, n_done, n_rows, worth)) {
            for (int k = 0; k < count; k++)
                keep_row(f, rows[start[c] + k]);
            continue;
        }
        class_front(f, rows + start[c], count);
        n_done += count;
    }
}

int af_pareto(const double *const *minimise, int n_minimise, const int32_t *const *keys, int n_keys,
              int n_rows, bool *keep)
{
    return af_pareto_while_it_pays(minimise, n_minimise, keys, n_keys, n_rows, INFINITY, keep);
}

int af_pareto_while_it_pays(const double *const *minimise, int n_minimise, const int32_t *const *keys,
                            int n_keys, int n_rows, double worth, bool *keep)
{
    if (n_rows <= 1) {
        if (n_rows == 1)
            keep[0] = true;
        return n_rows;
    }
    memset(keep, 0, (size_t)n_rows * sizeof *keep);
    af_arena *arena = af_arena_new();
    front f = {.columns = af_new_array(arena, const double *, n_minimise), .keep = keep};
    choose_columns(&f, minimise, n_minimise, n_rows);

    int *class_of = af_arena_room(arena, sizeof *class_of * (size_t)n_rows);
    if (!n_keys)
        memset(class_of, 0, sizeof *class_of * (size_t)n_rows);
    int n_classes = n_keys ? deal(arena, keys, n_keys, n_rows, class_of) : 1;
    int *start = af_new_array(arena, int, n_classes + 1);
    int *rows = rows_by_class(arena, class_of, n_classes, n_rows, start);
    int largest = 0;
    for (int c = 0; c < n_classes; c++)
        largest = start[c + 1] - start[c] > largest ? start[c + 1] - start[c] : largest;
    make_room(&f, arena, largest);
    class_fronts(&f, rows, start, n_classes, worth);
    af_arena_free(arena);
    return f.n_kept;
}

/* ---- tolerances (70 section 5.1; 60 section 12.4): only values that are compared are
 * rounded, never those that are kept */

static double nearest_power(double x, double relative)
{
    double step = log(1 + relative);
    return exp(nearbyint(log(x) / step) * step);
}

static double nearest_multiple(double x, double absolute)
{
    return absolute > 0 ? nearbyint(x / absolute) * absolute : x;
}

void af_round_for_tolerance(double *column, int n_rows, double relative, double absolute)
{
    bool positive = true;   /* one value that is not positive switches the relative rounding off */
    for (int row = 0; row < n_rows; row++)
        positive = positive && column[row] > 0;
    for (int row = 0; row < n_rows; row++) {
        double x = column[row];
        if (!isfinite(x))
            continue;
        if (relative > 0 && (absolute == 0 || relative * x > absolute))
            column[row] = positive ? nearest_power(x, relative) : x;
        else
            column[row] = nearest_multiple(x, absolute);
    }
}
