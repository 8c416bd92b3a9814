/* Bars for terminals (80 section B9), and as lines of numbers for other programs. */
#include "draw/label.h"
#include "draw/pictures.h"

#include <math.h>

enum { BAR_CELLS = 32, USUAL_WIDTH = 100 };

static const char *people_figure(const af_bars *bars, double value)
{
    return *bars->unit == '%' ? af_people_share(bars->arena, value)
                              : af_people_number(bars->arena, value, bars->unit, bars->options->raw_units);
}

/* "███▍", in eighths of a cell; one # a cell in pure ASCII. */
static void add_block(af_text *out, const af_bars *bars, double share)
{
    static const char *const eighths[] =
        {"", "\xE2\x96\x8F", "\xE2\x96\x8E", "\xE2\x96\x8D", "\xE2\x96\x8C", "\xE2\x96\x8B",
                                          "\xE2\x96\x8A", "\xE2\x96\x89"};
    int filled = isfinite(share) && share > 0 ? (int)lround(8 * BAR_CELLS * (share < 1 ? share : 1)) : 0;
    int cells = bars->options->ascii ? (filled + 4) / 8 : filled / 8,
        rest = bars->options->ascii ? 0 : filled % 8;
    for (int i = 0; i < cells; i++)
        af_text_puts(out, bars->options->ascii ? "#" : "\xE2\x96\x88");
    af_text_puts(out, eighths[rest]);
    af_text_printf(out, "%*s", BAR_CELLS - cells - (rest > 0), "");
}

static void add_number(af_text *out, const af_bars *bars, double value)
{
    const char *number = people_figure(bars, value);
    af_text_printf(out, "%*s", 12 - af_text_cells(number) > 0 ? 12 - af_text_cells(number) : 1, "");
    for (uint32_t code; *number;) {
        const char *start = number;
        code = af_next_code_point(&number);
        if (code == 0xA0)
            af_text_puts(out, " ");
        else if (bars->options->ascii && code >= 128)
            af_text_puts(out, code == 0xB5 ? "u" : code == 0xB2 ? "2" : "?");
        else
            af_text_add(out, start, (size_t)(number - start));
    }
}

static void add_line(af_text *out, const af_bars *bars, const char *name, int width, double value,
                     double most)
{
    const char *label = af_label(bars->arena, name);
    af_text_printf(out, "%s%*s  ", label, width - af_text_cells(label), "");
    add_block(out, bars, most > 0 ? value / most : 0);
    add_number(out, bars, value);
    af_text_puts(out, "\n");
}

void af_bars_text(af_text *out, const af_bars *bars)
{
    int width = 0;
    double most = 0;
    for (int i = 0; i < bars->bars.count; i++) {
        int cells = af_text_cells(af_label(bars->arena, bars->bars.items[i].name));
        width = cells > width ? cells : width;
        most = isfinite(bars->bars.items[i].total) ? fmax(most, bars->bars.items[i].total) : most;
    }
    for (int k = 0; *bars->stack && k < bars->n_parts; k++) {
        int cells = 2 + af_text_cells(af_label(bars->arena, bars->parts[k]));
        width = cells > width ? cells : width;
    }
    const char *shown = bars->options->title ? NULL : af_bars_shown(bars);
    af_text_printf(out, "%s%s%s\n", bars->options->title ? bars->options->title : bars->title,
                   shown ? ": " : "", shown ? shown : "");
    for (int i = 0; i < bars->bars.count; i++) {
        const af_bar *bar = &bars->bars.items[i];
        add_line(out, bars, bar->name, width, bar->total, most);
        for (int k = 0; *bars->stack && k < bars->n_parts; k++)
            if (!isnan(bar->parts[k]) && bar->parts[k] != 0)
                add_line(out, bars, af_joined_text(bars->arena, "  ", "", bars->parts[k]), width,
                         bar->parts[k], most);
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
