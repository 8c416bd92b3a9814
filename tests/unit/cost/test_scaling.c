/* Scaling by technology and size: the worked figures of 30 section 3. */
#include "cost/scaling.h"
#include "test.h"

static const struct { double (*function)(double to, double from); double to, from, factor; } by_tech[] = {
    {scale_area_by_tech, 16e-9, 40e-9, 0.2746153846153846},
    {scale_area_by_tech, 65e-9, 40e-9, 2.192307692307692},
    {scale_area_by_tech, 5e-9, 32e-9, 0.09285714285714286},
    {scale_area_by_tech, 180e-9, 130e-9, 1.3846153846153846},
    {scale_area_by_tech, 28e-9, 65e-9, 0.25333333333333324},
    {scale_area_by_tech, 32e-9, 32e-9, 1},
    {scale_energy_by_tech, 16e-9, 40e-9, 0.19971490029174185},
    {scale_energy_by_tech, 65e-9, 40e-9, 1.42772109278003},
    {scale_energy_by_tech, 5e-9, 32e-9, 0.12088693335728945},
    {scale_energy_by_tech, 0.5e-9, 32e-9, 0.05406228011567722},
    {scale_energy_by_tech, 28e-9, 65e-9, 0.41369000542761825},
    {scale_latency_by_tech, 16e-9, 32e-9, 0.5},
    {scale_throughput_by_tech, 16e-9, 32e-9, 2},
};

static const struct { scaling function; double target, standard, factor; } by_size[] = {
    {SCALE_NONE, 7, 2, 1}, {SCALE_LINEAR, 6, 4, 1.5}, {SCALE_RECIPROCAL, 8, 4, 0.5},
    {SCALE_QUADRATIC, 6, 4, 2.25}, {SCALE_POWER_OF_2, 5, 8, 0.125},
    {SCALE_DEPTH_ENERGY, 256, 1024, 0.33915108186191795},
};

int main(void)
{
    for (size_t i = 0; i < sizeof by_tech / sizeof *by_tech; i++)
        CHECK_NUMBER(by_tech[i].function(by_tech[i].to, by_tech[i].from), by_tech[i].factor);
    for (size_t i = 0; i < sizeof by_size / sizeof *by_size; i++)
        CHECK_NUMBER(scaling_factor(by_size[i].function, by_size[i].target, by_size[i].standard),
                     by_size[i].factor);
    return test_end("scaling");
}
