/* Digital blocks as NeuroSim sees them: single runs where the table has them, else closed forms that give
 * the digits which it prints (30 section 9.4). */
#include "cost/embedded.h"
#include "cost/table.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* pJ, um2, pW, ps: columns after a table's keys */
enum { ENERGY, AREA, LEAK, LATENCY, N_FIGURES };
typedef struct block { double figures[N_FIGURES]; cost_method method; } block;

/* Largest errors of an interpolated max pool unit, each unit of the table against its neighbours. */
static const double interpolation_bands[N_FIGURES] = {0.02, 0.03, 0, 0.17};

const double circuit_nodes[N_CIRCUIT_NODES] = {7, 10, 14, 22, 32, 45, 65, 90, 130};

int circuit_node_from(double tech_nm)
{
    int node = 0;
    while (node < N_CIRCUIT_NODES - 1 && circuit_nodes[node] < tech_nm - 1e-9)
        node++;
    return node;
}

/* ---- closed forms; constants: one row per node */

enum { TECH, ADDER_FIXED_ENERGY, ADDER_ENERGY, ADDER_AREA, ADDER_LEAK, ADDER_LATENCY_2, ADDER_LATENCY,
       FLIP_FLOP_ENERGY, FLIP_FLOP_AREA, FLIP_FLOP_LEAK, FLIP_FLOP_LATENCY, SHIFT_ADD_LATENCY, MUX_ENERGY,
       MUX_AREA, NOT_AREA, NAND_AREA, NOR_AREA, N_CONSTANTS };

typedef struct digital_query {
    builder *b;
    double node, bits, parameter;
    const double *constants;
} digital_query;
typedef int (*closed_form)(const digital_query *q, block *result);   /* 0, or -1: refused */

static void add_times(block *sum, double times, const block *part)
{
    for (int k = ENERGY; k <= LEAK; k++)
        sum->figures[k] += times * part->figures[k];
}

static block adder_of(const digital_query *q, double bits)
{
    const double *k = q->constants;
    return (block){{k[ADDER_FIXED_ENERGY] + k[ADDER_ENERGY] * bits, k[ADDER_AREA] * bits,
                    k[ADDER_LEAK] * bits,
                    k[ADDER_LATENCY_2] + fmax(bits - 2, 0) * k[ADDER_LATENCY]}, COST_FORMULA};
}

static block flip_flop_of(const digital_query *q, double bits)
{
    const double *k = q->constants;
    return (block){{k[FLIP_FLOP_ENERGY] * bits, k[FLIP_FLOP_AREA] * bits, k[FLIP_FLOP_LEAK] * bits,
                    k[FLIP_FLOP_LATENCY]}, COST_FORMULA};
}

static int adder(const digital_query *q, block *result)
{
    *result = adder_of(q, q->bits);
    return 0;
}

static int flip_flop(const digital_query *q, block *result)
{
    *result = flip_flop_of(q, q->bits);
    return 0;
}

static int shift_add(const digital_query *q, block *result)
{
    block memory = flip_flop_of(q, q->bits + q->parameter);
    *result = adder_of(q, q->bits);
    add_times(result, 1, &memory);
    result->figures[LATENCY] += q->constants[SHIFT_ADD_LATENCY];
    return 0;
}

/* NeuroSim adds the levels of an adder tree up in single precision, in J, m2, W and s. */
static void round_to_single(block *sum)
{
    for (int k = 0; k < N_FIGURES; k++)
        sum->figures[k] = (double)(float)(sum->figures[k] * 1e-12) * 1e12;
}

/* Halves of the inputs, each level one bit wider. */
static int adder_tree(const digital_query *q, block *result)
{
    double bits = q->bits;
    *result = (block){.method = COST_FORMULA};
    for (double inputs = floor(q->parameter / 2); inputs >= 1; inputs = floor(inputs / 2)) {
        block level = adder_of(q, ++bits);
        add_times(result, inputs, &level);
        result->figures[LATENCY] += level.figures[LATENCY];
        round_to_single(result);
    }
    return 0;
}

/* The decoder's share by log2 of the inputs, beyond the table as its last two entries grow. */
static int mux(const digital_query *q, block *result)
{
    const table *decoders = shared_table(q->b, "digital/mux_decoder", 2 + N_FIGURES);
    double levels = ceil(log2(q->parameter)), most = 7, beyond = fmax(levels - most, 0);
    if (!decoders)
        return -1;
    const char *range = af_format(q->b->arena, "n_mux_inputs is %g; the table has 1 to 128", q->parameter);
    if (beyond > 0 && beyond_range(q->b, range))
        return -1;
    int row = find_row(decoders, (const double[]){q->node, fmin(levels, most)}, 2);
    if (row < 0)
        return refuse(q->b, "models/digital/mux_decoder.txt has no row of %g nm for %g inputs", q->node,
                      q->parameter);
    const double *last = table_row(decoders, row) + 2, *before = last - decoders->n_columns;
    *result = (block){{q->constants[MUX_ENERGY] * q->bits, q->constants[MUX_AREA] * q->bits * q->parameter},
                      beyond > 0 ? COST_EXTRAPOLATED : COST_FORMULA};
    for (int k = 0; k < N_FIGURES; k++)
        result->figures[k] += beyond > 0 ? last[k] * pow(last[k] / before[k], beyond) : last[k];
    return 0;
}

/* Between and beyond the bit widths of the table linearly. */
static int max_pool_unit(const digital_query *q, block *unit)
{
    const table *units = shared_table(q->b, "digital/max_pool_unit", 2 + N_FIGURES);
    int row = units ? find_row(units, &q->node, 1) : -1;
    if (row < 0)
        return refuse(q->b, "digital/max_pool_unit has no row of %g nm", q->node);
    while (row_has(units, row + 2, &q->node, 1) && table_row(units, row + 1)[1] < q->bits)
        row++;
    const double *low = table_row(units, row), *high = table_row(units, row + 1);
    double f = (q->bits - low[1]) / (high[1] - low[1]);
    const char *range = af_format(q->b->arena, "n_bits is %g; the table has 1 to %g", q->bits, high[1]);
    if (f > 1 && beyond_range(q->b, range))
        return -1;
    unit->method = f == 0 || f == 1 ? COST_FORMULA : f < 1 ? COST_INTERPOLATED : COST_EXTRAPOLATED;
    for (int k = 0; k < N_FIGURES; k++)
        unit->figures[k] = low[k + 2] + (high[k + 2] - low[k + 2]) * f;
    return 0;
}

static int max_pool(const digital_query *q, block *result)
{
    double comparisons = 0, steps = 0;
    block unit = {.method = COST_FORMULA};
    if (max_pool_unit(q, &unit))
        return -1;
    for (double inputs = floor(q->parameter); inputs >= 1; inputs = floor(inputs / 2)) {
        comparisons += floor(inputs / 2);
        steps++;
    }
    comparisons += fmod(floor(q->parameter), 2);
    steps += fmod(floor(q->parameter), 2);
    *result = (block){.figures = {[LATENCY] = unit.figures[LATENCY] * steps}, .method = unit.method};
    add_times(result, comparisons, &unit);
    return 0;
}

/* ---- one block at one technology, between two nodes */

/* Of the classes, in order of `digital_classes`. A gate has an area and nothing else. */
typedef struct block_kind { const char *model, *table, *parameter; closed_form form; int gate_area;
                           } block_kind;
static const block_kind kinds[] = {
    {"NORGate", "digital/nor_gate", NULL, NULL, NOR_AREA}, {"NANDGate", "digital/nand_gate", NULL, NULL,
                                                            NAND_AREA},
    {"NOTGate", "digital/not_gate", NULL, NULL, NOT_AREA}, {"FlipFlop", "digital/flip_flop", NULL, flip_flop,
                                                            0}, {"Adder", "digital/adder", NULL, adder, 0},
    {"AdderTree", "digital/adder_tree", "n_adder_tree_inputs", adder_tree, 0},
    {"Mux", "digital/mux", "n_mux_inputs", mux, 0},
    {"MaxPool", "digital/max_pool", "pool_window", max_pool, 0},
    {"ShiftAdd", "digital/shift_add", "shift_register_n_bits", shift_add, 0},
};

/* NeuroSim prints seven digits, which its figures are read from. */
static void round_as_printed(block *result)
{
    for (int k = 0; k < N_FIGURES; k++) {
        char text[32];
        snprintf(text, sizeof text, "%.6e", result->figures[k]);
        result->figures[k] = strtod(text, NULL);
    }
}

static int at_node(builder *b, const block_kind *kind, double node, double bits, double parameter,
                   block *result)
{
    const table *runs = shared_table(b, kind->table, 3 + N_FIGURES),
        *constants = shared_table(b, "digital/constants", N_CONSTANTS);
    if (!runs || !constants)
        return -1;
    int row = find_row(runs, (const double[]){node, bits, parameter}, 3);
    const double *known = table_row(constants, find_row(constants, &node, 1));
    digital_query q = {b, node, bits, parameter, known};
    if (row < 0 && kind->form) {
        if (kind->form(&q, result))
            return -1;
        round_as_printed(result);
        return 0;
    }
    *result = (block){.figures = {[AREA] = known[kind->gate_area]}, .method = COST_FORMULA};
    if (row >= 0) {
        memcpy(result->figures, table_row(runs, row) + 3, sizeof result->figures);
        result->method = COST_EXACT;
    }
    return 0;
}

static int at_tech(builder *b, const block_kind *kind, double tech_nm, double bits, double parameter,
                   block *result)
{
    int above = circuit_node_from(tech_nm);
    block low;
    if (at_node(b, kind, circuit_nodes[above], bits, parameter, result))
        return -1;
    if (fabs(circuit_nodes[above] - tech_nm) <= 1e-9)
        return 0;
    if (at_node(b, kind, circuit_nodes[above - 1], bits, parameter, &low))
        return -1;
    double f = (tech_nm - circuit_nodes[above - 1]) / (circuit_nodes[above] - circuit_nodes[above - 1]);
    for (int k = 0; k < N_FIGURES; k++)
        result->figures[k] = low.figures[k] + (result->figures[k] - low.figures[k]) * f;
    result->method = low.method > result->method ? low.method : result->method;
    return 0;
}

/* ---- the classes */

static double band_of(const block *block, int figure)
{
    return block->method == COST_INTERPOLATED ? interpolation_bands[figure] : 0;
}

static int build_block(builder *b, component *c)
{
    static const size_scaling by_instances = {"n_instances", 1, SCALE_LINEAR, SCALE_NONE, SCALE_RECIPROCAL,
                                              SCALE_LINEAR, SCALE_LINEAR};
    const block_kind *kind = kinds;
    block *block = af_new(b->arena, struct block);
    while (strcmp(kind->model, c->class->model))
        kind++;
    double bits = kind->form ? trunc(number_of(c, "n_bits")) : 0;
    double parameter = kind->parameter ? trunc(number_of(c, kind->parameter)) : 0;
    if (at_tech(b, kind, number_of(c, "tech_node") * 1e9, bits, parameter, block))
        return -1;
    c->area = block->figures[AREA] * 1e-12;
    c->leak = block->figures[LEAK] * 1e-12;
    c->method = block->method;
    c->data = block;
    c->area_band = band_of(block, AREA);
    c->leak_band = band_of(block, LEAK);
    scale_by_size(c, &by_instances);
    return 0;
}

static action_cost of_energy(const component *c, double picojoules)
{
    const block *block = c->data;
    double seconds = block->figures[LATENCY] * 1e-12;
    return (action_cost){picojoules * 1e-12, seconds, 1 / seconds, band_of(block, ENERGY),
                         band_of(block, LATENCY)};
}

static action_cost run_block(builder *b, const component *c, af_value attributes, action_cost *parts)
{
    (void)b, (void)attributes, (void)parts;
    return of_energy(c, ((const block *)c->data)->figures[ENERGY]);
}

/* A write takes as long as a run, and costs nothing. */
static action_cost write_block(builder *b, const component *c, af_value attributes, action_cost *parts)
{
    (void)b, (void)attributes, (void)parts;
    return of_energy(c, 0);
}

#define CLOCKED {"tech_node", PARAMETER_NUMBER, true, .least = 7e-9, .most = 130e-9}, \
    {.name = "cycle_period", .required = true}
#define COUNT(NAME) {NAME, PARAMETER_NUMBER, true, .least = 1, .most = 1e9}
#define INSTANCES {.name = "n_instances", .standard = 1}
#define RUN(NAMES) {.names = NAMES, .cost = run_block}
#define INNER_RUN(NAMES) {.names = NAMES, .cost = run_block, .inner = true}
#define WRITE(NAMES) {.names = NAMES, .cost = write_block}
#define INNER_WRITE(NAMES) {.names = NAMES, .cost = write_block, .inner = true}
#define GATE(NAME) \
    {.model = NAME, NAME " NeuroSim" NAME, 0.3, "neurosim-digital", {CLOCKED, INSTANCES}, \
     {RUN("read compute add convert"), WRITE("write update")}, \
     .build = build_block}

/* Which actions a user may name differs from class to class; parts of composed components use the inner
 * ones too. */
const component_class digital_classes[] = {
    GATE("NORGate"), GATE("NANDGate"), GATE("NOTGate"),
    {.model = "FlipFlop", "FlipFlop NeuroSimFlipFlop", 0.3, "neurosim-digital",
     {CLOCKED, COUNT("n_bits"), INSTANCES},
     {RUN("compute add convert"), WRITE("update"), INNER_RUN("read"), INNER_WRITE("write")},
     .build = build_block},
    {.model = "Adder", "Adder NeuroSimAdder IntAdder", 0.3, "neurosim-digital",
     {CLOCKED, COUNT("n_bits"), INSTANCES},
     {RUN("compute convert"), WRITE("write update"), INNER_RUN("read add")}, .build = build_block},
    {.model = "AdderTree", "AdderTree NeuroSimAdderTree IntAdderTree", 0.3, "neurosim-digital",
     {CLOCKED, COUNT("n_bits"), COUNT("n_adder_tree_inputs"), INSTANCES},
     {RUN("read compute add convert"), WRITE("write update")}, .build = build_block},
    {.model = "Mux", "Mux NeuroSimMux", 0.3, "neurosim-digital",
     {CLOCKED, COUNT("n_bits"), COUNT("n_mux_inputs"), INSTANCES},
     {RUN("compute add convert"), WRITE("write update"), INNER_RUN("read")}, .build = build_block},
    {.model = "MaxPool", "MaxPool NeuroSimMaxPool", 0.3, "neurosim-digital",
     {CLOCKED, COUNT("n_bits"), COUNT("pool_window"), INSTANCES},
     {RUN("read compute add convert"), WRITE("write update")}, .build = build_block},
    {.model = "ShiftAdd", "ShiftAdd NeuroSimShiftAdd", 0.3, "neurosim-digital",
     {CLOCKED, COUNT("n_bits"), COUNT("shift_register_n_bits"), INSTANCES},
     {RUN("read compute add convert")}, .build = build_block},

    {.model = NULL}
};
