/* Memory arrays that compute: their drivers and cells, out of sampled runs of NeuroSim (30 sections 9.2,
 * 9.5). */
#include "cost/cell_config.h"
#include "cost/table.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Columns of contexts: what runs have in common. Column 0 is its number. */
enum { CONTEXT, SEQUENTIAL, TECH, VOLTAGE, THRESHOLD, AT_ONCE, PULSE, CELL,
       CONTEXT_COLUMNS = CELL + N_CELL_SETTINGS };
/* Columns of runs: keys, then sums in pJ, um2, pW, ns. */
enum { ROW_READ_ON, ROW_READ_OFF, ROW_WRITE, ROW_AREA, ROW_LEAK, DAC_AREA, DAC_LEAK,
       COLUMN_READ, COLUMN_WRITE, COLUMN_AREA, COLUMN_LEAK,
       CELL_READ_ON, CELL_READ_OFF, CELL_WRITE_ON, CELL_WRITE_OFF, CELL_AREA, CELL_LEAK, LATENCY, N_SUMS };
enum { RUN_CONTEXT, RUN_ROWS, RUN_COLUMNS, AS_PRINTED, SUMS, RUN_COLUMNS_ALL = SUMS + N_SUMS };

typedef struct array_query {                 /* what is asked of an array */
    cell_config cell;
    double rows, columns, at_once, tech_nm, voltage, threshold;
    bool sequential;
} array_query;

typedef struct array_run {
    double sums[N_SUMS];
    cost_method method;
} array_run;

/* Error bands of what lies between runs: the largest errors on 4400 figures of other arrays, and a fifth
 * more. Rounding of the table's runs is the least of them. */
typedef struct array_bands { double area, leak, read, write, latency; } array_bands;
enum { RESISTIVE_AT_ONCE, SRAM_AT_ONCE, ROW_BY_ROW, N_FAMILIES };
static const array_bands row_bands[N_FAMILIES] = {
    {0.25, 1e-6, 0.015, 0.12, 0.06}, {0.08, 0.04, 0.03, 0.55, 0.2}, {0.6, 0.5, 0.35, 0.7, 0.7}};
static const array_bands column_bands[N_FAMILIES] = {
    {0.7, 1e-6, 1e-6, 0.01, 0.06}, {0.4, 0.7, 0.55, 0.65, 0.2}, {0.4, 1e-6, 1e-6, 0.01, 0.7}};
static const array_bands cell_bands = {1e-6, 1e-6, 0, 0.02, 0};
static const array_bands no_bands;

/* ---- contexts */

static bool near(double a, double b)
{
    return fabs(a - b) <= 1e-9 * fmax(fabs(a), fabs(b));
}

static double steps(double columns, double at_once)
{
    return at_once > 0 ? ceil(columns / at_once) : 1;
}

/* What of the query a context differs in: how many things, and the first of them. */
static int differences(const double *context, const array_query *q, af_arena *arena, const char **first)
{
    const struct { const char *name; double asked, has; } fields[] = {
        {"sequential", q->sequential, context[SEQUENTIAL]}, {"tech_node in nm", q->tech_nm, context[TECH]},
        {"voltage", q->voltage, context[VOLTAGE]},
        {"threshold_voltage", q->threshold, context[THRESHOLD]},
        {"the number of steps to read all columns", steps(q->columns, q->at_once),
         steps(q->columns, context[AT_ONCE])}};
    int count = 0;
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if (!near(fields[i].asked, fields[i].has) && !count++)
            *first = af_format(arena, "%s is %g; the table has %g", fields[i].name, fields[i].asked,
                               fields[i].has);
    for (int i = 0; i < N_CELL_SETTINGS; i++)
        if (!near(q->cell.settings[i], context[CELL + i]) && !count++)
            *first = af_format(arena, "the cell's %s is %g; the table has %g", cell_setting_names[i],
                               q->cell.settings[i], context[CELL + i]);
    return count;
}

/* ---- runs */

static double between(double v00, double v01, double v10, double v11, double x, double y)
{
    bool logarithms = v00 > 0 && v01 > 0 && v10 > 0 && v11 > 0;
    if (logarithms)
        v00 = log(v00), v01 = log(v01), v10 = log(v10), v11 = log(v11);
    double v = (1 - x) * ((1 - y) * v00 + y * v01) + x * ((1 - y) * v10 + y * v11);
    return logarithms ? exp(v) : v;
}

static const double *find_run(const table *runs, double context, double rows, double columns)
{
    int row = find_row(runs, (const double[]){context, rows, columns}, 3);
    return row < 0 ? NULL : table_row(runs, row);
}

/* Nodes are powers of 2 from 16 to 1024; linear in the logarithms of rows, columns and, where all are
 * above 0, of the sums. */
static int interpolate(builder *b, const table *runs, double context, const array_query *q, array_run *run)
{
    const double least = 4, most = 10;
    double x = log2(q->rows), y = log2(q->columns), i = fmin(fmax(floor(x), least), most - 1),
        j = fmin(fmax(floor(y), least), most - 1);
    bool outside = x < least || y < least || x > most || y > most;
    const char *range = af_format(b->arena,
                                  "an array of %g rows by %g columns; the table has 16 to 1024 of both",
                                  q->rows, q->columns);
    if (outside && beyond_range(b, range))
        return -1;
    const double *corners[4];
    for (int k = 0; k < 4; k++) {
        corners[k] = find_run(runs, context, exp2(i + k / 2), exp2(j + k % 2));
        if (!corners[k])
            return refuse(b, "models/crossbar/runs.txt has no run of %g rows by %g columns of context %g",
                          exp2(i + k / 2), exp2(j + k % 2), context);
    }
    for (int k = 0; k < N_SUMS; k++)
        run->sums[k] = between(corners[0][SUMS + k], corners[1][SUMS + k], corners[2][SUMS + k],
                               corners[3][SUMS + k], x - i, y - j);
    run->method = outside ? COST_EXTRAPOLATED : COST_INTERPOLATED;
    return 0;
}

static int run_of(builder *b, const table *runs, const double *context, const array_query *q, array_run *run)
{
    const double *known = find_run(runs, context[CONTEXT], q->rows, q->columns);
    if (!known || !(known[AS_PRINTED] > 0))
        return interpolate(b, runs, context[CONTEXT], q, run);
    memcpy(run->sums, known + SUMS, sizeof run->sums);
    run->method = COST_EXACT;
    return 0;
}

/* NULL: found. Else what the nearest context differs in, or a refusal in b->failure. */
static const char *find_array(builder *b, const array_query *q, array_run *run)
{
    const table *contexts = shared_table(b, "crossbar/contexts", CONTEXT_COLUMNS),
        *runs = shared_table(b, "crossbar/runs", RUN_COLUMNS_ALL);
    const char *nearest = "there is no table";
    int least = CONTEXT_COLUMNS;
    for (int i = 0; contexts && runs && i < contexts->n_rows; i++) {
        const char *first = NULL;
        int count = differences(table_row(contexts, i), q, b->arena, &first);
        if (!count)
            return run_of(b, runs, table_row(contexts, i), q, run) ? b->failure : NULL;
        if (count < least) {
            least = count;
            nearest = first;
        }
    }
    return nearest;
}

/* ---- queries */

static int read_query(builder *b, component *c, array_query *q)
{
    if (read_cell_config(b, text_of(c, "cell_config"), &q->cell))
        return -1;
    q->rows = trunc(number_of(c, "rows"));
    q->columns = trunc(number_of(c, "cols"));
    q->at_once = trunc(number_of(c, "cols_active_at_once"));
    q->tech_nm = number_of(c, "tech_node") * 1e9;
    q->voltage = number_of(c, "voltage");
    q->threshold = number_of(c, "threshold_voltage");
    q->sequential = number_of(c, "sequential") != 0;
    return 0;
}

/* How often a row is asserted for one value. */
static double assertions(const component *c)
{
    return exp2(number_of(c, "temporal_dac_bits")) - 1;
}

static const array_bands *bands_of(const array_query *q, const array_run *run, const array_bands *families)
{
    if (run->method != COST_INTERPOLATED)
        return &no_bands;
    bool sram = q->cell.settings[CELL_SRAM] != 0;
    return &families[q->sequential ? ROW_BY_ROW : sram ? SRAM_AT_ONCE : RESISTIVE_AT_ONCE];
}

typedef struct array_costs { action_cost read, write; } array_costs;

static action_cost read_array(builder *b, const component *c, af_value attributes, action_cost *parts)
{
    (void)b, (void)attributes, (void)parts;
    return ((const array_costs *)c->data)->read;
}

static action_cost write_array(builder *b, const component *c, af_value attributes, action_cost *parts)
{
    (void)b, (void)attributes, (void)parts;
    return ((const array_costs *)c->data)->write;
}

/* Energies in pJ. */
static void set_costs(builder *b, component *c, double read, double write, double seconds,
                      const array_bands *bands)
{
    static const size_scaling by_instances = {"n_instances", 1, SCALE_LINEAR, SCALE_NONE, SCALE_RECIPROCAL,
                                              SCALE_LINEAR, SCALE_LINEAR};
    array_costs *costs = af_new(b->arena, array_costs);
    costs->read = (action_cost){read * 1e-12, seconds, 1 / seconds, bands->read, bands->latency};
    costs->write = (action_cost){write * 1e-12, seconds, 1 / seconds, bands->write, bands->latency};
    c->area_band = bands->area;
    c->leak_band = bands->leak;
    c->data = costs;
    scale_by_size(c, &by_instances);
}

/* ---- drivers of rows and columns */

static int driver_run(builder *b, component *c, array_query *q, array_run *run)
{
    if (read_query(b, c, q))
        return -1;
    if (number_of(c, "adc_resolution") > 0)
        return refuse(b,
                      "there are no figures for arrays with adc_resolution %g; "
                      "leave it out and add an ADC of its own",
                      number_of(c, "adc_resolution"));
    const char *missing = find_array(b, q, run);
    return missing ? refuse(b, "no figure for this array: %s. A plug-in may give it", missing) : 0;
}

/* In the reference nanoseconds meet seconds here, and picoseconds come out (30 section 13, Q8). */
static double step_seconds(const component *c, const array_run *run, double lines)
{
    return fmax(run->sums[LATENCY], number_of(c, "read_pulse_width") * assertions(c)) / lines * 1e-12;
}

static int set_size(builder *b, component *c, const array_query *q, const array_run *run, double area,
                    double leak)
{
    c->area = area * 1e-12;
    c->leak = leak * 1e-12;
    c->method = run->method;
    if (area < 0)
        return refuse(b,
                      "the drivers of %g rows by %g columns do not fit beside so small an array: "
                      "more of both, or larger cells are needed",
                      q->rows, q->columns);
    return 0;
}

static int build_row_drivers(builder *b, component *c)
{
    array_query q;
    array_run run;
    if (driver_run(b, c, &q, &run))
        return -1;
    /* drivers of a converter's further levels */
    const double *sums = run.sums, more = exp2(number_of(c, "voltage_dac_bits") - 1) - 1;
    double active = number_of(c, "average_input_value");
    if (number_of(c, "temporal_spiking") != 0)
        active *= assertions(c);
    double read = sums[ROW_READ_OFF] + (sums[ROW_READ_ON] - sums[ROW_READ_OFF]) * active;
    set_costs(b, c, read, sums[ROW_WRITE], step_seconds(c, &run, q.rows), bands_of(&q, &run, row_bands));
    return set_size(b, c, &q, &run, sums[ROW_AREA] + sums[DAC_AREA] * more,
                    sums[ROW_LEAK] + sums[DAC_LEAK] * more);
}

static int build_column_drivers(builder *b, component *c)
{
    array_query q;
    array_run run;
    if (driver_run(b, c, &q, &run))
        return -1;
    double lines = floor(q.columns / steps(q.columns, q.at_once));
    set_costs(b, c, run.sums[COLUMN_READ], run.sums[COLUMN_WRITE], step_seconds(c, &run, lines),
              bands_of(&q, &run, column_bands));
    return set_size(b, c, &q, &run, run.sums[COLUMN_AREA], run.sums[COLUMN_LEAK]);
}

/* An array's own converter is what it costs more than the same array without; with no resolution that is
 * nothing. */
static int build_array_adc(builder *b, component *c)
{
    array_query q;
    if (read_query(b, c, &q))
        return -1;
    if (number_of(c, "adc_resolution") > 0)
        return refuse(b, "there are no figures for adc_resolution %g; the class ADC has them",
                      number_of(c, "adc_resolution"));
    c->method = COST_EXACT;
    set_costs(b, c, 0, 0, 0, &no_bands);
    return 0;
}

/* ---- cells */

/* One pulse through wires of the 40 nm class, access transistor and resistance: pJ, for a resistive cell
 * (30 section 9.5). */
static double pulse_energy(const array_query *q, double seconds, double voltage, double resistance)
{
    const double *s = q->cell.settings, per_metre = 4.03e-8 / (40e-9 * 40e-9 * 1.9);
    double wire = (q->rows * s[CELL_HEIGHT] + q->columns * s[CELL_WIDTH]) * per_metre * 40e-9,
        access = s[CELL_ACCESS_CMOS] != 0 ? s[CELL_ACCESS_RESISTANCE] : 0;
    return seconds * voltage * voltage / (wire + resistance + access) * 1e12;
}

/* As the estimator prints figures: seven digits. */
static double seven_digits(double value)
{
    char text[32];
    double printed = value;
    snprintf(text, sizeof text, "%.7g", value);
    af_parse_double(text, &printed);
    return printed;
}

/* Of one cell: with an access transistor between the two nodes about its technology, else at its
 * technology. */
static double cell_area(const array_query *q)
{
    int above = circuit_node_from(q->tech_nm);
    double features = q->cell.settings[CELL_HEIGHT] * q->cell.settings[CELL_WIDTH], size = q->tech_nm * 1e-3;
    if (q->cell.settings[CELL_ACCESS_CMOS] == 0 || near(circuit_nodes[above], q->tech_nm))
        return seven_digits(features * size * size);
    double low = circuit_nodes[above - 1] * 1e-3, high = circuit_nodes[above] * 1e-3, f = (size - low) /
        (high - low);
    double area = seven_digits(features * high * high);
    double smaller = seven_digits(features * low * low);
    return smaller + (area - smaller) * f;
}

/* A resistive cell in closed form: reads are exact, writes but for the word line's charge, 0.044 % at most
 * where they were compared. */
static array_run resistive_cell(const array_query *q, double read_pulse)
{
    const double *s = q->cell.settings, read = s[CELL_READ_VOLTAGE], write = s[CELL_WRITE_VOLTAGE],
        pulse = s[CELL_WRITE_PULSE];
    array_run run = {.method = COST_FORMULA};
    run.sums[CELL_READ_ON] = seven_digits(pulse_energy(q, read_pulse, read, s[CELL_RESISTANCE_ON]));
    run.sums[CELL_READ_OFF] = seven_digits(pulse_energy(q, read_pulse, read, s[CELL_RESISTANCE_OFF]));
    run.sums[CELL_WRITE_ON] = pulse_energy(q, pulse, write, s[CELL_RESISTANCE_ON]);
    run.sums[CELL_WRITE_OFF] = pulse_energy(q, pulse, write, s[CELL_RESISTANCE_OFF]);
    run.sums[CELL_AREA] = cell_area(q);
    return run;
}

/* The closed form, with the writes of the array's own run where the table has it. */
static void find_resistive(builder *b, const component *c, const array_query *q, array_run *run)
{
    model_request plain = *b->request;
    builder trial = *b;                      /* that there is no run is no refusal here */
    array_run known;
    plain.extrapolate = false;
    trial.request = &plain;
    *run = resistive_cell(q, number_of(c, "read_pulse_width"));
    if (find_array(&trial, q, &known) || known.method != COST_EXACT)
        return;
    run->method = COST_EXACT;
    run->sums[CELL_WRITE_ON] = known.sums[CELL_WRITE_ON];
    run->sums[CELL_WRITE_OFF] = known.sums[CELL_WRITE_OFF];
}

static int find_cell(builder *b, const component *c, const array_query *q, array_run *run)
{
    if (q->cell.settings[CELL_SRAM] == 0) {
        find_resistive(b, c, q, run);
        return 0;
    }
    const char *missing = find_array(b, q, run);
    if (missing)
        return refuse(b, "no figure for this cell: %s. A plug-in may give it", missing);
    run->sums[CELL_READ_ON] = run->sums[CELL_READ_OFF] = 0;
    return 0;
}

static int build_cell(builder *b, component *c)
{
    array_query q;
    array_run run;
    if (read_query(b, c, &q) || find_cell(b, c, &q, &run))
        return -1;
    double value = number_of(c, "average_cell_value"), period = number_of(c, "cycle_period");
    double read = (run.sums[CELL_READ_OFF] + (run.sums[CELL_READ_ON] - run.sums[CELL_READ_OFF]) * value) *
        number_of(c, "average_input_value") * assertions(c);
    /* The weighting of writes is the wrong way round in the reference (30 section 13, Q8). */
    double write = (run.sums[CELL_WRITE_ON] + (run.sums[CELL_WRITE_OFF] - run.sums[CELL_WRITE_ON]) * value) *
        q.cell.write_times;
    c->area = run.sums[CELL_AREA] * 1e-12;
    c->leak = run.sums[CELL_LEAK] * q.cell.read_and_leak_times * 1e-12;
    c->method = run.method;
    set_costs(b, c, read, write, period, run.method == COST_INTERPOLATED ? &cell_bands : &no_bands);
    return 0;
}

/* ---- the classes */

#define REQUIRED(NAME) {.name = NAME, .required = true}
#define DEFAULT(NAME, VALUE) {.name = NAME, .standard = VALUE}
#define ARRAY(MODEL, NAMES, BUILD) \
    {.model = MODEL, NAMES, 0.3, "neurosim-table", \
     {{"tech_node", PARAMETER_NUMBER, true, .least = 7e-9, .most = 130e-9}, REQUIRED("cycle_period"), \
      {"rows", PARAMETER_NUMBER, true, .least = 8, .most = 1e9}, \
      {"cols", PARAMETER_NUMBER, true, .least = 8, .most = 1e9}, \
      {"cols_active_at_once", PARAMETER_NUMBER, true, .least = 1, .most = 1e9}, \
      {"cell_config", PARAMETER_TEXT, .required = true}, REQUIRED("average_input_value"), \
      REQUIRED("average_cell_value"), REQUIRED("read_pulse_width"), \
      DEFAULT("adc_resolution", 0), {"voltage_dac_bits", PARAMETER_NUMBER, .standard = 1, .least = 1, \
                                     .most = 64}, \
      {"temporal_dac_bits", PARAMETER_NUMBER, .standard = 1, .least = 1, .most = 64}, \
      {"temporal_spiking", PARAMETER_TRUTH, .standard = 1}, DEFAULT("voltage", 0), \
      DEFAULT("threshold_voltage", 0), {"sequential", PARAMETER_TRUTH, .standard = 0}, \
      DEFAULT("n_instances", 1)}, \
     {{.names = "read compute add convert", .cost = read_array}, \
      {.names = "write update", .cost = write_array}}, .build = BUILD}

const component_class crossbar_classes[] = {
    ARRAY("RowDrivers", "ArrayRowDrivers NeuroSimArrayRowDrivers", build_row_drivers),
    ARRAY("ColDrivers",
          "ArrayColDrivers NeuroSimArrayColDrivers ArrayColumnDrivers NeuroSimArrayColumnDrivers",
          build_column_drivers),
    ARRAY("ArrayADC", "ArrayADC NeuroSimArrayADC", build_array_adc),
    ARRAY("MemoryCell", "MemoryCell NeuroSimMemoryCell", build_cell),
    {.model = NULL}
};
