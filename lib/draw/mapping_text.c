/* A mapping as lines of text, for terminals and for who does not see pictures (80 section B9). */
#include "draw/label.h"
#include "draw/pictures.h"

#include <math.h>
#include <string.h>

enum { LEAST_WIDTH = 54 };

/* Colour of the first `colored` bytes of left */
typedef struct line { const char *prefix, *left, *right; int color; size_t colored; } line;

typedef struct sheet {
    const af_rows *rows;
    af_arena *arena;
    int names;                               /* width of the column of components */
    af_list(line) lines;
} sheet;

static const char *mark(const sheet *s, const char *utf8, const char *ascii)
{
    return s->rows->options->ascii ? ascii : utf8;
}

static void widest_component(const af_row *row, int *width)
{
    int cells = row->component && row->kind != AF_ROW_COMPUTE ? af_text_cells(row->component) : 0;
    *width = cells > *width ? cells : *width;
    for (int i = 0; i < row->n_children; i++)
        widest_component(row->children[i], width);
}

static void add_line(sheet *s, const char *prefix, const char *left, const char *right, const af_row *row)
{
    *af_push(s->arena, &s->lines) = (line){prefix, left, right, row ? row->color : -1,
                                           row && row->component ? strlen(row->component) : 0};
}

/* "GlobalBuffer  T0 T1", wrapped at the picture's width with the tensors under each other. */
static void add_holder(sheet *s, const char *prefix, const af_row *row)
{
    int columns = s->rows->options->columns ? s->rows->options->columns : AF_USUAL_COLUMNS,
        used = af_text_cells(prefix) + s->names + 2;
    const char *what = *row->text ? af_format(s->arena, "%s%s", row->text, row->n_chips ? " " : "") : "";
    const char *left = af_format(s->arena, "%s%*s%s", row->component,
                                 s->names - af_text_cells(row->component) + 2, "", what);
    const char *right = row->note;
    int room = columns - used - af_text_cells(what), taken = 0;
    for (int i = 0; i < row->n_chips; i++) {
        const char *name = af_format(s->arena, "%s%s", row->chips[i].name,
                                     row->chips[i].persistent ? "*" : "");
        int cells = af_text_cells(name);
        if (taken && taken + 1 + cells > room) {
            add_line(s, prefix, left, right, i ? row : NULL);
            left = af_format(s->arena, "%*s", s->names + 2, "");
            right = NULL, taken = 0, room = columns - used;
        }
        left = af_format(s->arena, "%s%s%s", left, taken ? " " : "", name);
        taken += cells + (taken > 0);
    }
    add_line(s, prefix, left, right, *left == ' ' ? NULL : row);
}

static void add_row(sheet *s, const char *prefix, const af_row *row);

static void add_children(sheet *s, const char *prefix, const af_row *row)
{
    for (int i = 0; i < row->n_children; i++)
        add_row(s, prefix, row->children[i]);
}

static void add_branches(sheet *s, const char *prefix, const af_row *split)
{
    for (int i = 0; i < split->n_children; i++) {
        const af_row *branch = split->children[i];
        bool last = i + 1 == split->n_children;
        const char *tee = last ? mark(s, "\xE2\x94\x94\xE2\x94\x80", "`-")
                               : mark(s, "\xE2\x94\x9C\xE2\x94\x80", "|-");
        add_line(s, af_format(s->arena, "%s%s", prefix, tee), branch->text, branch->note, NULL);
        add_children(s, af_format(s->arena, "%s%s", prefix, last ? "  " : mark(s, "\xE2\x94\x82 ", "| ")),
                     branch);
    }
}

static void add_row(sheet *s, const char *prefix, const af_row *row)
{
    switch (row->kind) {
    case AF_ROW_STORAGE: case AF_ROW_TOLL: case AF_ROW_RESERVATION:
        add_holder(s, prefix, row);
        break;
    case AF_ROW_COMPUTE:
        add_line(s, prefix, af_format(s->arena, "%s computes %s", row->component, row->text), row->note, row);
        break;
    case AF_ROW_TEMPORAL: case AF_ROW_SPATIAL:
        add_line(s, prefix, row->text, row->note, NULL);
        add_children(s,
                     af_format(s->arena, "%s%s", prefix,
                               row->kind == AF_ROW_SPATIAL ? mark(s, "\xE2\x94\x83 ", "# ")
                                                           : mark(s, "\xE2\x94\x82 ", "| ")),
                     row);
        break;
    case AF_ROW_SPLIT:
        add_line(s, prefix, row->text, NULL, NULL);
        add_branches(s, prefix, row);
        break;
    default:
        if (row->kind == AF_ROW_TEXT)
            add_line(s, prefix, row->text, NULL, NULL);
        add_children(s, prefix, row);
    }
}

static void add_colored(af_text *out, const sheet *s, const line *l, const char *left)
{
    bool color = s->rows->options->color && l->color >= 0 && l->colored <= strlen(left);
    if (color) {
        af_text_printf(out, "\x1b[%dm%.*s\x1b[0m", af_terminal_color(l->color), (int)l->colored, left);
        left += l->colored;
    }
    af_add_plain(out, left, s->rows->options->ascii);
}

static void write_line(af_text *out, const sheet *s, const line *l, int width)
{
    int prefix = af_text_cells(l->prefix), room = width - prefix;
    const char *left = af_shorten(s->arena, l->left, room > 8 ? room : 8);
    int blanks = room - af_text_cells(left) - (l->right ? af_text_cells(l->right) : 0);
    af_text_puts(out, l->prefix);
    add_colored(out, s, l, left);
    if (l->right && blanks >= 2) {
        af_text_printf(out, "%*s", blanks, "");
        af_add_plain(out, l->right, s->rows->options->ascii);
    }
    af_text_puts(out, "\n");
}

static const char *title_line(const sheet *s)
{
    static const struct { const char *name, *unit; } units[] = {
        {"energy", "J"}, {"latency", "s"}, {"area", "m2"}, {"leak_power", "W"}};
    const af_mapping_facts *facts = s->rows->facts;
    const char *title = s->rows->options->title ? s->rows->options->title : facts->title;
    if (!title)
        title = facts->id < 0 ? "mapping as given"
                              : af_format(s->arena, "mapping %lld", (long long)facts->id);
    for (size_t k = 0; k < sizeof units / sizeof *units; k++)
        for (int i = 0; i < facts->metrics.count; i++)
            if (!strcmp(facts->metrics.items[i].name, units[k].name) && !isnan(facts->metrics.items[i].value))
                title = af_format(s->arena, "%s  %s %s", title, units[k].name,
                                  af_people_number(s->arena, facts->metrics.items[i].value, units[k].unit,
                                                   s->rows->options->raw_units));
    return title;
}

int af_mapping_text(af_text *out, af_rows *rows, af_report *report)
{
    (void)report;
    int columns = rows->options->columns ? rows->options->columns : AF_USUAL_COLUMNS, longest = LEAST_WIDTH;
    sheet s = {.rows = rows, .arena = rows->arena};
    widest_component(rows->root, &s.names);
    add_line(&s, "", title_line(&s), NULL, NULL);
    add_row(&s, "", rows->root);
    for (int i = 0; i < s.lines.count; i++) {
        const line *l = &s.lines.items[i];
        int cells = af_text_cells(l->prefix) + af_text_cells(l->left) +
                    (l->right ? 2 + af_text_cells(l->right) : 0);
        longest = cells > longest ? cells : longest;
    }
    for (int i = 0; i < s.lines.count; i++)
        write_line(out, &s, &s.lines.items[i], longest < columns ? longest : columns);
    return 0;
}
