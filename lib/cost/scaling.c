#include "cost/scaling.h"

#include <math.h>

enum { N_NODES = 10 };
static const double tech_nodes[N_NODES] = {130e-9, 90e-9, 65e-9, 45e-9, 32e-9, 20e-9, 16e-9, 14e-9, 10e-9,
                                           7e-9};

/* From the row's node to the column's. */
static const double area_factors[N_NODES][N_NODES] = {
    {1, 0.44, 0.23, 0.16, 0.072, 0.033, 0.03, 0.027, 0.016, 0.0092},
    {2.3, 1, 0.53, 0.35, 0.16, 0.075, 0.067, 0.061, 0.036, 0.021},
    {4.3, 1.9, 1, 0.66, 0.31, 0.14, 0.13, 0.12, 0.068, 0.039},
    {6.4, 2.8, 1.5, 1, 0.46, 0.21, 0.19, 0.17, 0.1, 0.059},
    {14, 6.1, 3.3, 2.2, 1, 0.46, 0.41, 0.38, 0.22, 0.13},
    {30, 13, 7.1, 4.7, 2.2, 1, 0.89, 0.82, 0.48, 0.28},
    {34, 15, 7.9, 5.3, 2.4, 1.1, 1, 0.91, 0.54, 0.31},
    {37, 16, 8.7, 5.8, 2.7, 1.2, 1.1, 1, 0.59, 0.34},
    {63, 28, 15, 9.8, 4.5, 2.1, 1.9, 1.7, 1, 0.58},
    {110, 48, 25, 17, 7.8, 3.6, 3.2, 2.9, 1.7, 1},
};

/* Energy over the supply voltage V of each node: a V^2 + b V + c. */
static const struct { double a, b, c; } energy_polynomials[N_NODES] = {
    {7.171, -6.709, 2.904},   {4.762, -4.781, 2.092},    {3.755, -4.398, 1.975},     {1.103, -0.362, 0.2767},
       {0.9559, -0.7823, 0.471},
    {0.373, -0.1582, 0.04104}, {0.2958, -0.1241, 0.03024}, {0.2363, -0.09675, 0.02239},
    {0.2068, -0.09311, 0.02375}, {0.1776, -0.09097, 0.02447},
};
static const double supply_voltage = 0.8;

/* A length on the scale of nodes: index 0 … 9 with a fraction, and how far beyond the ends it lies (a
 * factor, 1 inside). */
/* between `above` and above + 1 */
typedef struct tech_position { int above; double fraction, beyond; } tech_position;

static tech_position position_of(double length)
{
    tech_position at = {0, 0, 1};
    double largest = tech_nodes[0], smallest = tech_nodes[N_NODES - 1];
    if (length >= largest)
        return (tech_position){0, 0, length / largest};
    if (length <= smallest)
        return (tech_position){N_NODES - 2, 1, length / smallest};
    while (length < tech_nodes[at.above + 1])
        at.above++;
    double larger = tech_nodes[at.above], smaller = tech_nodes[at.above + 1];
    at.fraction = 1 - (length - smaller) / (larger - smaller);
    return at;
}

static double between(double low, double high, double fraction)
{
    return low + (high - low) * fraction;
}

double scale_area_by_tech(double to, double from)
{
    tech_position target = position_of(to), source = position_of(from);
    const double *row = area_factors[source.above], *next = area_factors[source.above + 1];
    double first = between(row[target.above], row[target.above + 1], target.fraction);
    double second = between(next[target.above], next[target.above + 1], target.fraction);
    return target.beyond / source.beyond * between(first, second, source.fraction);
}

static double polynomial(int node)
{
    return energy_polynomials[node].a * supply_voltage * supply_voltage + energy_polynomials[node].b *
        supply_voltage + energy_polynomials[node].c;
}

double scale_energy_by_tech(double to, double from)
{
    const double least = 1e-9;
    tech_position target = position_of(fmax(to, least)), source = position_of(fmax(from, least));
    double high = between(polynomial(target.above), polynomial(target.above + 1), target.fraction);
    double low = between(polynomial(source.above), polynomial(source.above + 1), source.fraction);
    return sqrt(target.beyond / source.beyond) * high / low;
}

double scale_latency_by_tech(double to, double from)
{
    return to / from;
}

double scale_throughput_by_tech(double to, double from)
{
    return from / to;
}

double scaling_factor(scaling function, double target, double standard)
{
    switch (function) {
    case SCALE_LINEAR: return target / standard;
    case SCALE_RECIPROCAL: return 1 / (target / standard);
    case SCALE_QUADRATIC: return target / standard * (target / standard);
    case SCALE_POWER_OF_2: return exp2(target - standard);
    case SCALE_DEPTH_ENERGY: return pow(target / standard, 1.56 / 2);
    case SCALE_NONE: break;
    }
    return 1;
}
