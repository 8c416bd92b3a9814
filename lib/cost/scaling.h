/* How figures change with technology and size (30 section 3). Lengths in metres. */
#ifndef AF_COST_SCALING_H
#define AF_COST_SCALING_H

/* The factor of a figure that is known for technology `from` and wanted for `to`. */
double scale_area_by_tech(double to, double from);
double scale_energy_by_tech(double to, double from);      /* leak power too */
double scale_latency_by_tech(double to, double from);
double scale_throughput_by_tech(double to, double from);

/* Functions of (target, default) that give a factor. */
typedef enum scaling {
    SCALE_NONE, SCALE_LINEAR, SCALE_RECIPROCAL, SCALE_QUADRATIC, SCALE_POWER_OF_2, SCALE_DEPTH_ENERGY
} scaling;
double scaling_factor(scaling function, double target, double standard);

#endif
