/* A report on costs as `cost` and `cost_total` records, as a table for people, as CSV for spreadsheets. */
#include "cost/cost.h"

#include <math.h>
#include <string.h>

/* ---- records */

static void put_actions(af_json_writer *w, const af_cost_row *row)
{
    af_put_array(w, "actions");
    for (int i = 0; i < row->n_actions; i++) {
        const af_cost_action *action = &row->actions[i];
        af_put_object(w, NULL);
        af_put_string(w, "name", action->name);
        af_put_figure(w, "energy", action->energy);
        af_put_figure(w, "throughput", action->throughput);
        if (row->holds_data)
            af_put_figure(w, "bits_per_action", action->bits_per_action);
        af_put_end_object(w);
    }
    af_put_end_array(w);
}

static void put_band(af_json_writer *w, const char *key, double band)
{
    if (isinf(band))
        af_put_null(w, key);
    else if (!isnan(band))
        af_put_number(w, key, band);
}

/* How near interpolated figures are; extrapolated ones have null in their place (30 section 8.5). */
static void put_bands(af_json_writer *w, const af_cost_row *row)
{
    bool energies = false;
    put_band(w, "error_band", row->error_band);
    if (!isfinite(row->error_band))
        return;
    af_put_object(w, "error_bands");
    put_band(w, "area", row->area_band);
    put_band(w, "leak_power", row->leak_power_band);
    for (int i = 0; i < row->n_actions; i++)
        energies |= !isnan(row->actions[i].energy_band);
    if (energies) {
        af_put_object(w, "energy");
        for (int i = 0; i < row->n_actions; i++)
            put_band(w, row->actions[i].name, row->actions[i].energy_band);
        af_put_end_object(w);
    }
    put_band(w, "throughput", row->throughput_band);
    af_put_end_object(w);
}

static void put_given(af_json_writer *w, const af_cost_row *row)
{
    if (!row->n_given)
        return;
    af_put_array(w, "given");
    for (int i = 0; i < row->n_given; i++)
        af_put_string(w, NULL, row->given[i]);
    af_put_end_array(w);
}

static void put_total(af_json_writer *w, const af_cost_report *costs)
{
    af_put_figure(w, "total_area", costs->total_area);
    af_put_figure(w, "total_leak_power", costs->total_leak_power);
    if (isnan(costs->total_area_band) && isnan(costs->total_leak_power_band))
        return;
    af_put_object(w, "error_bands");
    put_band(w, "total_area", costs->total_area_band);
    put_band(w, "total_leak_power", costs->total_leak_power_band);
    af_put_end_object(w);
}

void af_write_cost_records(af_output *out, const af_cost_report *costs)
{
    for (int i = 0; i < costs->n_rows; i++) {
        const af_cost_row *row = &costs->rows[i];
        af_json_writer *w = af_begin_record(out, "cost");
        af_put_string(w, "component", row->component);
        af_put_figure(w, "instances", row->instances);
        af_put_figure(w, "area", row->area);
        af_put_figure(w, "total_area", row->total_area);
        af_put_figure(w, "leak_power", row->leak_power);
        af_put_figure(w, "total_leak_power", row->total_leak_power);
        af_put_string(w, "model", row->model);
        af_put_string(w, "source", row->source);
        af_put_string(w, "method", row->method);
        put_bands(w, row);
        put_given(w, row);
        put_actions(w, row);
        af_end_record(out);
    }
    if (costs->single)
        return;
    af_json_writer *w = af_begin_record(out, "cost_total");
    put_total(w, costs);
    af_end_record(out);
}

/* ---- lines of cells: one per action, and one for a component without actions */

enum { N_COLUMNS = 14 };
static const char *const column_names[N_COLUMNS] = {"component", "instances", "area_m2", "total_area_m2",
                                                    "leak_power_W", "total_leak_power_W", "action",
                                                    "energy_J", "throughput_per_s", "bits_per_action",
                                                    "model", "source", "method", "error_band"};
typedef struct cost_line { const char *cells[N_COLUMNS]; } cost_line;
typedef af_list(cost_line) cost_lines;

static const char *cell(af_arena *arena, double value, int digits)
{
    char text[32];
    if (isnan(value))
        return "";
    if (digits)
        return af_format(arena, "%.*g", digits, value);
    af_number_text(text, value);
    return af_copy_text(arena, text);
}

static const char *band_cell(af_arena *arena, double band, int digits)
{
    if (isnan(band) || !digits)
        return cell(arena, band, 0);
    return isinf(band) ? "~~" : af_format(arena, "~ ±%.2g %%", 100 * band);
}

/* digits: significant ones; 0: all. */
static void add_row(af_arena *arena, cost_lines *lines, const af_cost_row *row, int digits, bool repeat)
{
    for (int i = 0; i < row->n_actions || !i; i++) {
        const af_cost_action *action = row->n_actions ? &row->actions[i] : NULL;
        cost_line *line = af_push(arena, lines);
        bool told = i && !repeat;
        double figures[] = {row->instances, row->area, row->total_area, row->leak_power,
                            row->total_leak_power};
        line->cells[0] = told ? "" : row->component;
        for (int k = 0; k < 5; k++)
            line->cells[k + 1] = told ? "" : cell(arena, figures[k], digits);
        line->cells[6] = action ? action->name : "";
        line->cells[7] = action ? cell(arena, action->energy, digits) : "";
        line->cells[8] = action ? cell(arena, action->throughput, digits) : "";
        line->cells[9] = action ? cell(arena, action->bits_per_action, digits) : "";
        line->cells[10] = told || !row->model ? "" : row->model;
        line->cells[11] = told || !row->source ? "" : row->source;
        line->cells[12] = told || !row->method ? "" : row->method;
        line->cells[13] = told ? "" : band_cell(arena, row->error_band, digits);
    }
}

static bool is_text_column(int column) { return column == 0 || column == 6 || column >= 10; }

static void print_line(FILE *out, const cost_line *line, const int *widths)
{
    const char *gap = "";
    for (int c = 0, last = N_COLUMNS; c < N_COLUMNS; c++) {
        if (!widths[c])
            continue;
        for (last = N_COLUMNS - 1; last > c && !*line->cells[last]; last--)
            ;
        int width = last == c && is_text_column(c) ? 0 : widths[c];
        fprintf(out, "%s%*s", gap, is_text_column(c) ? -width : width, line->cells[c]);
        if (last == c)
            break;
        gap = "  ";
    }
    putc('\n', out);
}

void af_write_cost_table(FILE *out, const af_cost_report *costs)
{
    af_arena *arena = af_arena_new();
    cost_lines lines = {0};
    int widths[N_COLUMNS] = {0};
    af_cost_row total = {.component = "total", .instances = NAN, .area = NAN, .total_area = costs->total_area,
                         .leak_power = NAN, .error_band = NAN,
                         .total_leak_power = costs->total_leak_power};
    for (int i = 0; i < costs->n_rows; i++)
        add_row(arena, &lines, &costs->rows[i], 6, false);
    if (costs->n_rows > 1 && !(isnan(costs->total_area) && isnan(costs->total_leak_power)))
        add_row(arena, &lines, &total, 6, false);
    cost_line head;
    memcpy(head.cells, column_names, sizeof head.cells);
    for (int c = 0; c < N_COLUMNS; c++) {     /* a column without a figure is left out */
        for (int i = 0; i < lines.count; i++)
            widths[c] = (int)fmax(widths[c], (double)strlen(lines.items[i].cells[c]));
        widths[c] = widths[c] ? (int)fmax(widths[c], (double)strlen(column_names[c])) : 0;
    }
    print_line(out, &head, widths);
    for (int i = 0; i < lines.count; i++)
        print_line(out, &lines.items[i], widths);
    af_arena_free(arena);
}

/* RFC 4180: quotes where they are needed, doubled inside. */
static void put_csv(FILE *out, const char *text)
{
    if (!strpbrk(text, ",\"\r\n")) {
        fputs(text, out);
        return;
    }
    putc('"', out);
    for (; *text; text++)
        fprintf(out, *text == '"' ? "\"\"" : "%c", *text);
    putc('"', out);
}

static void put_csv_line(FILE *out, const char *const *cells)
{
    for (int c = 0; c < N_COLUMNS; c++) {
        if (c)
            putc(',', out);
        put_csv(out, cells[c]);
    }
    putc('\n', out);
}

void af_write_cost_csv(FILE *out, const af_cost_report *costs, bool header)
{
    af_arena *arena = af_arena_new();
    cost_lines lines = {0};
    for (int i = 0; i < costs->n_rows; i++)
        add_row(arena, &lines, &costs->rows[i], 0, true);
    if (header)
        put_csv_line(out, column_names);
    for (int i = 0; i < lines.count; i++)
        put_csv_line(out, lines.items[i].cells);
    af_arena_free(arena);
}
