/* Bars for terminals (80 section B9), and as lines of numbers for other programs. */
#include "draw/label.h"
#include "draw/pictures.h"

#include <math.h>

enum { BAR_CELLS = 32, LEAST_BAR_CELLS = 8, NUMBER_CELLS = 12 };

typedef struct sheet { af_text *out; const af_bars *bars; int names, cells; double most; } sheet;

static const char *people_figure(const af_bars *bars, double value)
{
    return *bars->unit == '%' ? af_people_share(bars->arena, value)
                              : af_people_number(bars->arena, value, bars->unit, bars->options->raw_units);
}

/* "███▍", in eighths of a cell; one # a cell in pure ASCII. */
static void add_block(const sheet *s, double share)
{
    af_text *out = s->out;
    bool ascii = s->bars->options->ascii;
    static const char *const eighths[] =
        {"", "\xE2\x96\x8F", "\xE2\x96\x8E", "\xE2\x96\x8D", "\xE2\x96\x8C", "\xE2\x96\x8B",
                                          "\xE2\x96\x8A", "\xE2\x96\x89"};
    int filled = isfinite(share) && share > 0 ? (int)lround(8 * s->cells * (share < 1 ? share : 1)) : 0;
    int cells = ascii ? (filled + 4) / 8 : filled / 8,
        rest = ascii ? 0 : filled % 8;
    for (int i = 0; i < cells; i++)
        af_text_puts(out, ascii ? "#" : "\xE2\x96\x88");
    af_text_puts(out, eighths[rest]);
    af_text_printf(out, "%*s", s->cells - cells - (rest > 0), "");
}

static void add_number(af_text *out, const af_bars *bars, double value)
{
    const char *number = people_figure(bars, value);
    int blanks = NUMBER_CELLS - af_text_cells(number);
    af_text_printf(out, "%*s", blanks > 0 ? blanks : 1, "");
    af_add_plain(out, number, bars->options->ascii);
}

/* `indent`: of parts below their bar */
static void add_line(const sheet *s, int indent, const char *name, double value, int color)
{
    const char *label = af_shorten(s->bars->arena, af_label(s->bars->arena, name), s->names - indent);
    bool colored = s->bars->options->color && color >= 0;
    int blanks = s->names - indent - af_text_cells(label);
    af_text_printf(s->out, "%*s%s%*s  ", indent, "", label, blanks, "");
    if (colored)
        af_text_printf(s->out, "\x1b[%dm", af_terminal_color(color));
    add_block(s, s->most > 0 ? value / s->most : 0);
    af_text_puts(s->out, colored ? "\x1b[0m" : "");
    add_number(s->out, s->bars, value);
    af_text_puts(s->out, "\n");
}

static void note_name(sheet *s, int indent, const char *name)
{
    int cells = indent + af_text_cells(af_label(s->bars->arena, name));
    s->names = cells > s->names ? cells : s->names;
}

/* First bars become shorter, then names. */
static void fit(sheet *s)
{
    int columns = s->bars->options->columns ? s->bars->options->columns : AF_USUAL_COLUMNS;
    int room = columns - 2 - NUMBER_CELLS - s->names;
    s->cells = room > BAR_CELLS ? BAR_CELLS : room > LEAST_BAR_CELLS ? room : LEAST_BAR_CELLS;
    room = columns - 2 - NUMBER_CELLS - s->cells;
    s->names = s->names <= room ? s->names : room > 8 ? room : 8;
}

void af_bars_text(af_text *out, const af_bars *bars)
{
    sheet s = {.out = out, .bars = bars};
    for (int i = 0; i < bars->bars.count; i++) {
        note_name(&s, 0, bars->bars.items[i].name);
        s.most = isfinite(bars->bars.items[i].total) ? fmax(s.most, bars->bars.items[i].total) : s.most;
    }
    for (int k = 0; *bars->stack && k < bars->n_parts; k++)
        note_name(&s, 2, bars->parts[k]);
    fit(&s);
    const char *shown = bars->options->title ? NULL : af_bars_shown(bars);
    af_text_printf(out, "%s%s%s\n", bars->options->title ? bars->options->title : bars->title,
                   shown ? ": " : "", shown ? shown : "");
    for (int i = 0; i < bars->bars.count; i++) {
        const af_bar *bar = &bars->bars.items[i];
        add_line(&s, 0, bar->name, bar->total, *bars->stack ? -1 : bar->color);
        for (int k = 0; *bars->stack && k < bars->n_parts; k++)
            if (!isnan(bar->parts[k]) && bar->parts[k] != 0)
                add_line(&s, 2, bars->parts[k], bar->parts[k], bars->colors[k]);
    }
}

/* Tabs and newlines would be other fields and other lines. */
static void add_field(af_text *out, const char *text)
{
    for (; *text; text++)
        af_text_add(out, *text == '\t' || *text == '\n' ? " " : text, 1);
    af_text_puts(out, "\t");
}

void af_bars_tsv(af_text *out, const af_bars *bars)
{
    for (int i = 0; i < bars->n_fields; i++)
        add_field(out, bars->fields[i]);
    if (*bars->stack)
        add_field(out, bars->stack);
    af_text_printf(out, "value\n");
    for (int i = 0; i < bars->bars.count; i++)
        for (int k = 0; k < bars->n_parts; k++) {
            const af_bar *bar = &bars->bars.items[i];
            if (isnan(bar->parts[k]))
                continue;
            for (int f = 0; f < bars->n_fields; f++)
                add_field(out, bar->fields[f]);
            if (*bars->stack)
                add_field(out, bars->parts[k]);
            af_text_printf(out, "%s\n", af_exact_number(bars->arena, bar->parts[k]));
        }
}
