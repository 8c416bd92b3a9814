/* Arrays that compute: cell files, runs of the table, what lies between them, and what has no figure (30
 * sections 9.2, 9.3, 9.5). */
#include "cost/cell_config.h"
#include "cost_case.h"

#include <stdlib.h>
#include <unistd.h>

static const char resistive[] =
    "-MemCellType: RRAM\n# -ReadMode: current\n-DeviceRoadmap -1LP 1HP 2LSTP:  2\n-CellArea (F^2):  16\n"
    "-CellAspectRatio: 1 # Width/Height\n"
    "-CellCapacitanceMultiplier: 0.3\n-CellCapacitanceAdjust (F): 0.0e-15\n-AccessCMOSWidth (F): 4\n"
    "-ReadMode: voltage\n-SRAMCellNMOSWidth (F): 2\n"
    "-SRAMCellPMOSWidth (F): 2\n-MinSenseVoltage (mV): 20\n-ResistanceOn (ohm): 1333\n"
    "-ResistanceOff (ohm): 20000\n-SetVoltage (V): 2 # a note\n"
    "-SetPulse (ns): 40\n-ReadVoltage (V): 0.2\n-AccessType: None\n-AccessTransistorResistance (ohm): 1000\n"
    "-AccessVoltage (V): 0.1\n";

static const char *write_cell(cost_case *c, const char *text)
{
    char *path = af_copy_text(c->arena, "/tmp/af-cell-XXXXXX");
    int file = mkstemp(path);
    CHECK(file >= 0 && write(file, text, strlen(text)) == (ssize_t)strlen(text));
    close(file);
    return path;
}

/* ---- cell files */

static const struct { const char *text; int setting; double value; } cells[] = {
    {"-CellArea (F^2): 50\n-CellAspectRatio: 2\n", CELL_HEIGHT, 10},
    {"-CellArea (F^2): 50\n-CellAspectRatio: 2\n", CELL_WIDTH, 5},
    {"-CellArea (F^2): 50\n", CELL_WIDTH, 4}, {"-MemCellType: SRAM\n", CELL_SRAM, 1},
    {" -MemCellType: SRAM\n", CELL_SRAM, 0},
    {"-ResistanceOn (ohm): 25e4\n", CELL_RESISTANCE_ON, 25e4},
    {"-ResistanceOnAtReadVoltage (ohm): 5\n-ResistanceOn (ohm): 6\n", CELL_RESISTANCE_ON, 6},
    {"-ResistanceOnAtReadVoltage (ohm): 5\n", CELL_RESISTANCE_ON, 5},
    {"-SetPulse (ns): 10\n", CELL_WRITE_PULSE, 10e-9},
    {"-SetPulse (ns): 10\n-SetPulse (ns): 20\n", CELL_WRITE_PULSE, 10e-9},
    {"-SetVoltage (V): 2\n-SetEnergy (pJ): 8\n-ResistanceOn (ohm): 1000\n-ResistanceOff (ohm): 1000\n",
     CELL_WRITE_PULSE, 8e-12 / 4 * 1000},
    {"-SetCurrent (uA): 40\n-ResistanceOn (ohm): 1000\n-ResistanceOff (ohm): 1000\n", CELL_WRITE_VOLTAGE,
     0.04},
    {"-SetVoltage (V): 2\n-SetCurrent (uA): 40\n", CELL_WRITE_VOLTAGE, 2},
    {"-ReadPower (uW): 2\n-ResistanceOn (ohm): 1000\n-ResistanceOff (ohm): 1000\n", CELL_READ_VOLTAGE, 2},
    {"-ReadVoltage (V): 0.3\n", CELL_ACCESS_VOLTAGE, 0.3},
    {"", CELL_ROADMAP, -1}, {"", CELL_RESISTANCE_OFF, 1e6},
};

static void check_cells(cost_case *c)
{
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
        builder b = {.arena = c->arena};
        cell_config cell;
        const char *path = write_cell(c, cells[i].text);
        CHECK(!read_cell_config(&b, path, &cell));
        CHECK_NUMBER(cell.settings[cells[i].setting], cells[i].value);
        unlink(path);
    }
    builder b = {.arena = c->arena};
    cell_config cell;
    const char *path = write_cell(c, "-SetPulse (ns): soon\n");
    CHECK(read_cell_config(&b, path, &cell) == -1);
    CHECK_TEXT(b.failure, af_format(c->arena, "%s: -SetPulse (ns): must be followed by a number, not 'soon'",
                                    path));
    unlink(path);
}

/* ---- arrays of that cell at 32 nm and 1 V */

static const char *array(cost_case *c, const char *path, int rows, int columns, const char *more)
{
    return af_format(c->arena,
                     "{'tech_node': 32e-9, 'cycle_period': 1e-9, 'rows': %d, 'cols': "
                     "%d, 'cols_active_at_once': %d, 'cell_config': '%s', 'average_input_value': 0.4, "
                     "'average_cell_value': 0.3, 'read_pulse_width': 1e-9%s}", rows, columns, columns, path,
                     more);
}

typedef struct array_figures { const char *class; int rows, columns; const char *more, *method;
                              double area, leak, costs[4], tolerance; } array_figures;
static const array_figures arrays[] = {
    {"ArrayRowDrivers", 128, 128, ", 'voltage': 1", "exact", 1.3706990000000001e-09, 3.4276800000000006e-08,
     {2.8397118e-14, 88336783988957.9, 1.3305164889999998e-11, 88336783988957.9}, 1e-9},
    {"ArrayRowDrivers", 128, 128,
     ", 'voltage': 1, 'adc_resolution': 0, 'threshold_voltage': 0, 'temporal_spiking': "
     "False, 'temporal_dac_bits': 3",
     "exact", 1.3706990000000001e-09, 3.4276800000000006e-08,
     {2.8397118e-14, 88336783988957.9, 1.3305164889999998e-11, 88336783988957.9}, 1e-9},
    {"ArrayColumnDrivers", 128, 128, ", 'voltage': 1", "exact", 4.4040190000000004e-10,
     3.4276800000000006e-08, {0, 88336783988957.9, 3.1508679999999997e-17, 88336783988957.9}, 1e-9},
    {"MemoryCell", 128, 128, ", 'voltage': 1", "exact", 1.6383999999999998e-14, 0,
     {3.10384768e-15, 999999999.9999999, 6.204479874e-11, 999999999.9999999}, 1e-9},
    {"MemoryCell", 128, 128, ", 'voltage': 1, 'n_instances': 4", "exact", 4 * 1.6383999999999998e-14, 0,
     {3.10384768e-15, 4e9, 6.204479874e-11, 4e9}, 1e-9},
    {"MemoryCell", 128, 128, ", 'voltage': 1, 'sequential': True", "formula", 1.6383999999999998e-14, 0,
     {3.10384768e-15, 1e9, 6.205060514e-11, 1e9}, 4e-4},
    {"ArrayADC", 128, 128, ", 'voltage': 1", "exact", 0, 0, {0, INFINITY, 0, INFINITY}, 0},
    {"ArrayRowDrivers", 200, 300, ", 'voltage': 1", "interpolated", 4.183818e-09, 5.35575e-08,
     {5.0763170e-14, 137931034482758.64, 4.707502149e-11, 137931034482758.64}, 0.02},
};

static void check_arrays(cost_case *c, const char *path)
{
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++) {
        const array_figures *a = &arrays[i];
        af_component_query q;
        CHECK(!ask_component(c, a->class, array(c, path, a->rows, a->columns, a->more), "read write", "",
                             &q));
        CHECK_TEXT(q.method, a->method);
        CHECK_NEAR(q.area, a->area, a->tolerance);
        CHECK_NEAR(q.leak_power, a->leak, a->tolerance);
        for (int k = 0; k < 2; k++) {
            CHECK_NEAR(q.actions[k].energy, a->costs[2 * k], a->tolerance);
            CHECK_NEAR(q.actions[k].throughput, a->costs[2 * k + 1], a->tolerance);
        }
        CHECK(!strcmp(a->method, "interpolated") == (q.area_band > 0));
    }
}

#define START "arch.nodes.0.component_class (X): model RowDrivers: "
static const struct { int rows, columns; const char *more, *message; } refused[] = {
    {128, 128, ", 'voltage': 0.9",
     START "no figure for this array: voltage is 0.9; the table has 1. A plug-in may give it"},
    {128, 128, ", 'voltage': 1, 'tech_node': 45e-9",
     START "no figure for this array: tech_node in nm is 45; the table has 32. A plug-in may give it"},
    {128, 128, ", 'voltage': 1, 'adc_resolution': 8",
     START "there are no figures for arrays with adc_resolution 8; leave it out and add an ADC of its own"},
    {128, 2048, ", 'voltage': 1",
     START
     "an array of 128 rows by 2048 columns; the table has 16 to 1024 of both (af-eval and af-area estimate "
     "beyond with --extrapolate)"},
    {4, 128, ", 'voltage': 1", START "rows is 4; it must be from 8 to 1e+09"},
};

static void check_refused(cost_case *c, const char *path)
{
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        af_component_query q;
        CHECK(ask_component(c, "ArrayRowDrivers", array(c, path, refused[i].rows, refused[i].columns,
                                                        refused[i].more), "read", "", &q) == -1);
        CHECK_TEXT(af_report_message(c->report, 0), refused[i].message);
    }
}

int main(void)
{
    cost_case c = cost_case_new();
    check_cells(&c);
    const char *path = write_cell(&c, resistive);
    check_arrays(&c, path);
    check_refused(&c, path);
    unlink(path);
    cost_case_free(&c);
    return test_end("crossbar");
}
