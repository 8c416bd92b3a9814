#include "cost/cell_config.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

const char *const cell_setting_names[N_CELL_SETTINGS] = {
    "memory cell type", "access type", "read mode", "cell height", "cell width", "AccessCMOSWidth",
    "SRAMCellNMOSWidth", "SRAMCellPMOSWidth",
    "MinSenseVoltage", "ResistanceOn", "ResistanceOff", "AccessTransistorResistance", "ReadVoltage",
    "AccessVoltage", "SetVoltage", "SetPulse",
    "CellCapacitanceMultiplier", "CellCapacitanceAdjust", "DeviceRoadmap"};

static const cell_config defaults = {
    {[CELL_HEIGHT] = 4, [CELL_WIDTH] = 4, [CELL_ACCESS_WIDTH] = 1, [CELL_NMOS_WIDTH] = 2,
     [CELL_PMOS_WIDTH] = 1, [CELL_RESISTANCE_ON] = 1e4,
     [CELL_RESISTANCE_OFF] = 1e6, [CELL_ACCESS_RESISTANCE] = 20000, [CELL_CAPACITANCE_TIMES] = 1,
     [CELL_ROADMAP] = -1}, 1, 1};

/* Keys that set one setting: the value times a unit. The first of two keys for one setting counts. */
static const struct { const char *key; int setting; double unit; } plain_keys[] = {
    {"-AccessCMOSWidth (F):", CELL_ACCESS_WIDTH, 1}, {"-SRAMCellNMOSWidth (F):", CELL_NMOS_WIDTH, 1},
    {"-SRAMCellPMOSWidth (F):", CELL_PMOS_WIDTH, 1},
    {"-MinSenseVoltage (mV):", CELL_SENSE_VOLTAGE, 1e-3},
    {"-ResistanceOnAtReadVoltage (ohm):", CELL_RESISTANCE_ON, 1},
    {"-ResistanceOn (ohm):", CELL_RESISTANCE_ON, 1},
    {"-ResistanceOffAtReadVoltage (ohm):", CELL_RESISTANCE_OFF, 1},
    {"-ResistanceOff (ohm):", CELL_RESISTANCE_OFF, 1},
    {"-AccessTransistorResistance (ohm):", CELL_ACCESS_RESISTANCE, 1},
    {"-SetVoltage (V):", CELL_WRITE_VOLTAGE, 1}, {"-SetPulse (ns):", CELL_WRITE_PULSE, 1e-9},
    {"-ReadVoltage (V):", CELL_READ_VOLTAGE, 1}, {"-CellCapacitanceMultiplier:", CELL_CAPACITANCE_TIMES, 1},
    {"-CellCapacitanceAdjust (F):", CELL_CAPACITANCE_PLUS, 1},
    {"-DeviceRoadmap -1LP 1HP 2LSTP:", CELL_ROADMAP, 1},
};

typedef struct cell_text { builder *b; const char *path, *text; } cell_text;

/* The first line that starts with the key; NULL: none. */
static const char *find_key(const cell_text *t, const char *key)
{
    for (const char *line = t->text; line; line = strchr(line, '\n'), line += line != NULL)
        if (!strncmp(line, key, strlen(key)))
            return line + strlen(key);
    return NULL;
}

/* True: the key is there, and *value is its number. */
static bool find_value(const cell_text *t, const char *key, double *value)
{
    static const char letters[] = "0123456789.-abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    const char *at = find_key(t, key);
    if (!at)
        return false;
    at += strspn(at, " \t");
    const char *word = af_copy_slice(t->b->arena, at, strspn(at, letters));
    if (!af_parse_double(word, value))
        refuse(t->b, "%s: %s must be followed by a number, not '%s'", t->path, key, word);
    return true;
}

static void read_size(const cell_text *t, cell_config *cell)
{
    double area, aspect;
    if (!find_value(t, "-CellArea (F^2):", &area) || !find_value(t, "-CellAspectRatio:", &aspect))
        return;
    cell->settings[CELL_HEIGHT] = sqrt(area * aspect);
    cell->settings[CELL_WIDTH] = sqrt(area / aspect);
}

/* A voltage that is not given, from the power or current at the mean conductance. */
static double voltage_of(const cell_text *t, const char *power, const char *current, double conductance,
                         double otherwise)
{
    double value;
    if (find_value(t, power, &value))
        return value * 1e-6 / (conductance * conductance);
    if (find_value(t, current, &value))
        return value * 1e-6 / conductance;
    return otherwise;
}

static void derive(const cell_text *t, cell_config *cell)
{
    double *s = cell->settings, conductance = (1 / s[CELL_RESISTANCE_ON] + 1 / s[CELL_RESISTANCE_OFF]) / 2,
        energy;
    if (!find_key(t, "-SetVoltage (V):"))
        s[CELL_WRITE_VOLTAGE] = voltage_of(t, "-SetPower (uW):", "-SetCurrent (uA):", conductance,
                                           s[CELL_WRITE_VOLTAGE]);
    if (!find_key(t, "-ReadVoltage (V):"))
        s[CELL_READ_VOLTAGE] = voltage_of(t, "-ReadPower (uW):", "-ReadCurrent (uA):", conductance,
                                          s[CELL_READ_VOLTAGE]);
    if (find_value(t, "-SetEnergy (pJ):", &energy))
        s[CELL_WRITE_PULSE] = energy * 1e-12 / (s[CELL_WRITE_VOLTAGE] * s[CELL_WRITE_VOLTAGE] * conductance);
    if (!find_value(t, "-AccessVoltage (V):", &s[CELL_ACCESS_VOLTAGE]))
        s[CELL_ACCESS_VOLTAGE] = s[CELL_READ_VOLTAGE];
}

static const char *read_text(builder *b, const char *path)
{
    enum { MOST = 1 << 20 };
    FILE *file = fopen(path, "rb");
    if (!file)
        return NULL;
    char *text = af_arena_take(b->arena, MOST + 1);
    size_t length = fread(text, 1, MOST, file);
    bool whole = !ferror(file) && length < MOST;
    fclose(file);
    return whole ? text : NULL;
}

int read_cell_config(builder *b, const char *path, cell_config *cell)
{
    cell_text t = {b, path, read_text(b, path)};
    if (!t.text)
        return refuse(b, "cell_config %s cannot be read: the path of a memory cell file is expected", path);
    *cell = defaults;
    cell->settings[CELL_SRAM] = find_key(&t, "-MemCellType: SRAM") != NULL;
    cell->settings[CELL_ACCESS_CMOS] = find_key(&t, "-AccessType: CMOS") != NULL;
    cell->settings[CELL_CURRENT_MODE] = find_key(&t, "-ReadMode: current") != NULL;
    for (size_t i = 0; i < sizeof plain_keys / sizeof *plain_keys; i++)
        if (find_value(&t, plain_keys[i].key, &cell->settings[plain_keys[i].setting]))
            cell->settings[plain_keys[i].setting] *= plain_keys[i].unit;
    find_value(&t, "-CellReadLeakEnergyMultiplier:", &cell->read_and_leak_times);
    find_value(&t, "-CellWriteEnergyMultiplier:", &cell->write_times);
    read_size(&t, cell);
    derive(&t, cell);
    return b->failure ? -1 : 0;
}
