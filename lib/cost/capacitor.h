/* Charging capacitors (30 section 5); shared by ladders and multipliers of capacitors. Voltages V,
 * energies J. */
#ifndef AF_COST_CAPACITOR_H
#define AF_COST_CAPACITOR_H

#include "cost/embedded.h"

/* From 0 to `target` out of a supply. */
double charging_energy(double capacitance, double target, double supply);
/* Expected energy of one switch, for values spread evenly over 0 … voltage that come with these
 * frequencies. The capacitor is emptied between values, or else goes from one value up to the next. */
double switching_energy(double capacitance, double voltage, const double *frequencies, int count,
                        bool emptied, double supply);

#endif
