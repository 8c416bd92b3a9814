/* Memory cell files of NVSim's style, "-Key (unit): value" a line, read as NeuroSim's settings (30 section
 * 9.3). */
#ifndef AF_COST_CELL_CONFIG_H
#define AF_COST_CELL_CONFIG_H

#include "cost/embedded.h"

/* Settings, in the order of the columns of share/models/crossbar/contexts.txt. Sizes in features (F),
 * ohms, volts, seconds. */
enum {
    CELL_SRAM, CELL_ACCESS_CMOS, CELL_CURRENT_MODE, CELL_HEIGHT, CELL_WIDTH, CELL_ACCESS_WIDTH,
    CELL_NMOS_WIDTH, CELL_PMOS_WIDTH, CELL_SENSE_VOLTAGE, CELL_RESISTANCE_ON, CELL_RESISTANCE_OFF,
    CELL_ACCESS_RESISTANCE, CELL_READ_VOLTAGE, CELL_ACCESS_VOLTAGE, CELL_WRITE_VOLTAGE, CELL_WRITE_PULSE,
    CELL_CAPACITANCE_TIMES, CELL_CAPACITANCE_PLUS, CELL_ROADMAP, N_CELL_SETTINGS
};

typedef struct cell_config {
    double settings[N_CELL_SETTINGS];
    double read_and_leak_times, write_times; /* factors outside of NeuroSim */
} cell_config;

extern const char *const cell_setting_names[N_CELL_SETTINGS];   /* for messages */
/* 0, or -1: refused: no such file, a key without a number. */
int read_cell_config(builder *b, const char *path, cell_config *cell);

#endif
