/* Tables of a report on several inputs (80 section B8): one column each, and how far from the first. */
#include "draw/label.h"
#include "draw/pictures.h"

#include <math.h>

typedef struct comparison {
    af_text *out;
    const af_results *results;
    af_arena *arena;
    bool raw;
    int n_inputs; const char **inputs;
} comparison;

static void find_inputs(comparison *c)
{
    const af_results *results = c->results;
    c->inputs = af_new_array(c->arena, const char *, results->records.count + 1);
    for (int i = 0; i < results->records.count; i++) {
        const char *label = results->records.items[i].label;
        int k = 0;
        while (k < c->n_inputs && c->inputs[k] != label)
            k++;
        if (k == c->n_inputs)
            c->inputs[c->n_inputs++] = label;
    }
}

static const char *input_name(const char *label) { return label ? label : "standard input"; }

static void add_heading(const comparison *c, const char *kind, const char *text, const char *more)
{
    af_text_printf(c->out, "<th scope=\"col\"%s>", kind);
    af_add_escaped(c->out, text);
    af_text_printf(c->out, "%s</th>", more);
}

static void begin_table(const comparison *c, const char *caption, const char *what)
{
    af_text_printf(c->out, "<div class=\"wide\"><table><caption>%s</caption>\n<thead><tr>", caption);
    add_heading(c, "", what, "");
    for (int i = 0; i < c->n_inputs; i++) {
        add_heading(c, " class=\"n\"", input_name(c->inputs[i]), "");
        if (i)
            add_heading(c, " class=\"n\"", input_name(c->inputs[i]), ": difference");
    }
    af_text_puts(c->out, "</tr></thead>\n<tbody>\n");
}

/* "+12.5 %"; what was 0 has none. */
static void add_difference(const comparison *c, double value, double first)
{
    double difference = value / first - 1;
    if (!isfinite(difference))
        af_text_puts(c->out, "<td></td>");
    else
        af_text_printf(c->out, "<td class=\"n\" title=\"%s\">%s%s</td>",
                       af_exact_number(c->arena, difference),
                       difference > 0 ? "+" : difference < 0 ? "\xE2\x88\x92" : "",
                       af_people_share(c->arena, fabs(difference)));
}

/* NaN: this input has no such figure. */
static void add_row(const comparison *c, const char *name, const double *values, const char *unit)
{
    af_text_puts(c->out, "<tr><td>");
    af_add_escaped(c->out, name);
    af_text_puts(c->out, "</td>");
    for (int i = 0; i < c->n_inputs; i++) {
        if (isnan(values[i])) {
            af_text_puts(c->out, "<td></td>");
        } else {
            af_text_printf(c->out, "<td class=\"n\" title=\"%s\">", af_exact_number(c->arena, values[i]));
            af_add_escaped(c->out, af_people_number(c->arena, values[i], unit, c->raw));
            af_text_puts(c->out, "</td>");
        }
        if (i)
            add_difference(c, values[i], values[0]);
    }
    af_text_puts(c->out, "</tr>\n");
}

static double *no_values(const comparison *c)
{
    double *values = af_new_array(c->arena, double, c->n_inputs + 1);
    for (int i = 0; i < c->n_inputs; i++)
        values[i] = NAN;
    return values;
}

static const char end_of_table[] = "</tbody></table></div>\n";

/* Of the index-th `total` of each input. */
static void compare_totals(const comparison *c, int64_t index)
{
    static const char *const metrics[][2] = {
        {"energy", "J"}, {"dynamic_energy", "J"}, {"leak_energy", "J"}, {"latency", "s"},
        {"energy_delay_product", "J\xC2\xB7s"}};
    af_json_reader reader = {0};
    if (!af_results_count(c->results, "total"))
        return;
    begin_table(c, "Totals compared", "Metric");
    for (size_t m = 0; m < sizeof metrics / sizeof *metrics; m++) {
        double *values = no_values(c);
        for (int k = 0; k < c->n_inputs; k++) {
            int64_t left = index;
            for (int i = 0; i < c->results->records.count; i++) {
                const af_kept_record *kept = &c->results->records.items[i];
                if (kept->label == c->inputs[k] && !strcmp(kept->record.type, "total") && left-- == 0)
                    values[k] = af_json_real_or(&reader, kept->record.json, metrics[m][0], NAN);
            }
        }
        add_row(c, metrics[m][0], values, metrics[m][1]);
    }
    af_text_puts(c->out, end_of_table);
}

/* Of the bar called `name` and each input; false: an earlier bar than `index` has been called that. */
static bool values_of(const comparison *c, const af_bars *bars, int index, const char *name, double *values)
{
    for (int k = 0; k < bars->bars.count; k++) {
        const af_bar *bar = &bars->bars.items[k];
        bool same = !strcmp(bar->fields[0], name);
        if (same && k < index)
            return false;
        for (int n = 0; same && n < c->n_inputs; n++)
            if (!strcmp(input_name(c->inputs[n]), bar->fields[1]))
                values[n] = bar->total;
    }
    return true;
}

/* Bars by one field and by input, as a table of both. */
static void compare_bars(const comparison *c, const af_draw_options *given, af_picture picture,
                         const char *caption, const char *field)
{
    af_draw_options options = *given;
    options.picture = picture, options.by = field, options.stack = "", options.per_compute = false;
    af_report *quiet = af_report_new("");
    af_report_hold(quiet);
    const af_bars *bars = af_bars_of(c->results, &options, c->arena, quiet);
    af_report_free(quiet);
    if (!bars)
        return;
    begin_table(c, caption, field);
    for (int i = 0; i < bars->bars.count; i++) {
        double *values = no_values(c);
        if (values_of(c, bars, i, bars->bars.items[i].fields[0], values))
            add_row(c, bars->bars.items[i].fields[0], values, bars->unit);
    }
    af_text_puts(c->out, end_of_table);
}

void af_page_compare(af_text *out, const af_results *results, const af_draw_options *options, af_picture what,
                     af_arena *arena)
{
    comparison c = {.out = out, .results = results, .arena = arena, .raw = options->raw_units};
    find_inputs(&c);
    if (what == AF_PICTURE_AUTO)
        compare_totals(&c, options->mapping);
    if (what == AF_PICTURE_ENERGY)
        compare_bars(&c, options, what, "Energy by component, compared", "component");
    if (what == AF_PICTURE_LATENCY)
        compare_bars(&c, options, what, "Latency by Einsum, compared", "einsum");
    if (what == AF_PICTURE_AREA)
        compare_bars(&c, options, what, "Area by component, compared", "component");
}
