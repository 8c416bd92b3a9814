/* Components of published designs as closed forms, one row each (30 section 4): figures at one technology
 * node, scaled by technology, then by size. Energies in pJ, areas in square micrometres. */
#include "cost/embedded.h"

#include <math.h>

#define TECH_NODE {.name = "tech_node", .required = true}
#define DEPTH_AND_SIZE {.name = "depth", .standard = NO_DEFAULT}, {.name = "size", .standard = NO_DEFAULT}
#define FREE_WRITE {.names = "write", .seconds = 0}

/* area, energy, latency, leak, throughput */
#define ALL_BUT_TIME SCALE_LINEAR, SCALE_LINEAR, SCALE_NONE, SCALE_LINEAR, SCALE_NONE
#define BY_DEPTH SCALE_LINEAR, SCALE_DEPTH_ENERGY, SCALE_NONE, SCALE_DEPTH_ENERGY, SCALE_NONE
#define BY_RESOLUTION SCALE_POWER_OF_2, SCALE_POWER_OF_2, SCALE_LINEAR, SCALE_POWER_OF_2, SCALE_RECIPROCAL
#define BY_RESOLUTION_BUT_TIME SCALE_POWER_OF_2, SCALE_POWER_OF_2, SCALE_NONE, SCALE_POWER_OF_2, SCALE_NONE
#define BY_VOLTAGE SCALE_NONE, SCALE_QUADRATIC, SCALE_NONE, SCALE_QUADRATIC, SCALE_NONE
#define BY_VOLTAGE_AND_AREA SCALE_QUADRATIC, SCALE_QUADRATIC, SCALE_NONE, SCALE_QUADRATIC, SCALE_NONE
#define AREA_ONLY SCALE_LINEAR, SCALE_NONE, SCALE_NONE, SCALE_NONE, SCALE_NONE
#define AREA_AND_LEAK SCALE_LINEAR, SCALE_NONE, SCALE_NONE, SCALE_LINEAR, SCALE_NONE

/* ---- derived parameters */

static int register_width(builder *b, component *c)
{
    double width = number_of(c, "width"), size = number_of(c, "size");
    if (isnan(width) && isnan(size))
        return refuse(b, "width or size must be given");
    if (!isnan(width) && !isnan(size) && width != size)
        return refuse(b, "width is %g and size is %g; of a register they are the same", width, size);
    set_number(c, "width", isnan(width) ? size : width);
    return 0;
}

static int multiplier_widths(builder *b, component *c)
{
    bool both = is_given(c, "width_a") && is_given(c, "width_b");
    bool any = is_given(c, "width_a") || is_given(c, "width_b");
    if (is_given(c, "width") ? any : !both)
        return refuse(b, "either width or both width_a and width_b must be given");
    return 0;
}

static int depth_by_width(builder *b, component *c)
{
    return depth_of(b, c, number_of(c, "width"));
}

static int depth_or_size(builder *b, component *c)
{
    if (is_given(c, "depth") == is_given(c, "size"))
        return refuse(b, "exactly one of depth and size must be given");
    if (depth_by_width(b, c))
        return -1;
    double depth = number_of(c, "depth");
    return depth == trunc(depth) ? 0 : refuse(b, "size / width must be an integer, not %g", depth);
}

/* ---- the rows */

const component_class closed_forms[] = {
    /* Aladdin's units at 40 nm */
    {"AladdinAdder", "Adder AladdinAdder IntAdder", 0.1, "library",
     {TECH_NODE, {.name = "width", .required = true}},
     {{.names = "read add", 0.21, 1e-9}, FREE_WRITE}, 40e-9, 278, 2.40e-6,
     .scalings = {{"width", 32, ALL_BUT_TIME}}},
    {"AladdinRegister", "Register AladdinRegister", 0.1, "library",
     {TECH_NODE, {.name = "width", .standard = NO_DEFAULT}, {.name = "size", .standard = NO_DEFAULT}},
     {{.names = "read", 0.009, 0, .width = "width"}, {.names = "write", 0.009, 1e-9, .width = "width"}},
     40e-9, 5.98, 0, .scalings = {{"width", 1, ALL_BUT_TIME}},
     .prepare = register_width},
    {"AladdinComparator", "Comparator AladdinComparator", 0.1, "library",
     {TECH_NODE, {.name = "width", .standard = 32}},
     {{.names = "read compare", 0.02947, 1e-9}, FREE_WRITE}, 40e-9, 71, 2.51e-8,
     .scalings = {{"width", 32, ALL_BUT_TIME}}},
    {"AladdinMultiplier", "Multiplier AladdinMultiplier IntMultiplier", 0.1, "library",
     {TECH_NODE, {.name = "width", .standard = NO_DEFAULT}, {.name = "width_a", .standard = NO_DEFAULT},
      {.name = "width_b", .standard = NO_DEFAULT}},
     {{.names = "read multiply", 12.68, 1e-9}, FREE_WRITE}, 40e-9, 6350, 8.00e-5,
     .scalings = {{"width", 32, SCALE_QUADRATIC, SCALE_QUADRATIC, SCALE_NONE, SCALE_QUADRATIC, SCALE_NONE},
                  {"width_a", 32, ALL_BUT_TIME}, {"width_b", 32, ALL_BUT_TIME}},
     .prepare = multiplier_widths},
    {"AladdinCounter", "Counter AladdinCounter", 0.1, "library",
     {TECH_NODE, {.name = "width", .standard = 32}},
     {{.names = "read count", 0.25074, 1e-9}, FREE_WRITE}, 40e-9, 495.5, 3.21e-7,
     .scalings = {{"width", 32, ALL_BUT_TIME}}},

    /* ISAAC, Newton, AtomLayer, FORMS at 32 nm, BRAHMS at 40 nm */
#define EDRAM(NAME) \
    {.model = NAME, NAME, 0.8, "library", {TECH_NODE, {.name = "width", .standard = 256}, DEPTH_AND_SIZE}, \
     {{.names = "read write", 20.45, 1e-9 / 36864, RATE_PER, "width", .width = "width"}}, 32e-9, 83000, 0, \
     .scalings = {{"width", 256, ALL_BUT_TIME}, {"depth", 2048, BY_DEPTH}}, .prepare = depth_by_width}
    EDRAM("IsaacEDRAM"), EDRAM("NewtonEDRAM"), EDRAM("AtomlayerEDRAM"),
#define CHIP_LINK(NAME) \
    {.model = NAME, NAME, 0.8, "library", {TECH_NODE, {.name = "width", .standard = 128}}, \
     {{.names = "read write", 26, 1 / 6.4 / 8 / 1024 / 1024 / 1024, RATE_PER, "width", .width = "width"}}, \
     65e-9, 23000000, 0, .scalings = {{"width", 128, ALL_BUT_TIME}}}
    CHIP_LINK("IsaacChip2ChipLink"), CHIP_LINK("TimelyChip2ChipLink"),
#define ROUTER(NAME, AREA, SECONDS) \
    {.model = NAME, NAME, 0.8, "library", {TECH_NODE, {.name = "width", .standard = 256}}, \
     {{.names = "read transfer", 20.74, SECONDS, RATE_PER, "width", .width = "width"}, FREE_WRITE}, 32e-9, \
     AREA, 0, .scalings = {{"width", 256, ALL_BUT_TIME}}}
    ROUTER("IsaacRouterSharedByFour", 37500, 1e-9 / 36864 / 4), ROUTER("IsaacRouter", 150000, 1e-9 / 36864),
    ROUTER("NewtonRouter", 150000, 1e-9 / 36864),
    ROUTER("AtomlayerRouter", 150000, 1e-9 / 36864),
#define ADC(NAME, BITS, FROM, AREA, ENERGY, RATE) \
    {.model = NAME, NAME, 0.8, "library", {TECH_NODE, {.name = "resolution", .standard = BITS}}, \
     {{.names = "read convert", ENERGY, 1 / (RATE)}, FREE_WRITE}, FROM, AREA, 0, \
     .scalings = {{"resolution", BITS, BY_RESOLUTION}}}
    ADC("IsaacADC", 8, 32e-9, 1200, 1.666666667, 1.2e9), ADC("NewtonADC", 8, 32e-9, 1200, 1.666666667, 1.2e9),
    ADC("AtomlayerADC", 8, 32e-9, 1200, 1.666666667, 1.2e9),
    ADC("FormsADC", 4, 32e-9, 284.375, 0.22619, 2.1e9),
    ADC("BrahmsDAC", 8, 40e-9, 438, 0.291, 1.1e9),
#define SHIFT_ADD(NAME) \
    {.model = NAME, NAME, 0.8, "library", {TECH_NODE, {.name = "width", .standard = 16}}, \
     {{.names = "read shift_add", 0.021, 1e-9 / 1.2}, {.names = "write", 0.021, 0}}, 32e-9, 60, 0, \
     .scalings = {{"width", 16, ALL_BUT_TIME}}}
    SHIFT_ADD("IsaacShiftAdd"), SHIFT_ADD("NewtonShiftAdd"), SHIFT_ADD("AtomlayerShiftAdd"),
#define EDRAM_BUS(NAME) \
    {.model = NAME, NAME, 0.8, "library", {TECH_NODE, {.name = "width", .standard = 1}}, \
     {{.names = "read transfer", 0.054, 1e-9 / 18432, RATE_PER, "width", .width = "width"}, FREE_WRITE}, \
     32e-9, 29.296875, 0, .scalings = {{"width", 1, ALL_BUT_TIME}}}
    EDRAM_BUS("IsaacEDRAMBus"), EDRAM_BUS("NewtonEDRAMBus"), EDRAM_BUS("AtomlayerEDRAMBus"),
#define DAC(NAME) \
    {.model = NAME, NAME, 0.8, "library", {TECH_NODE, {.name = "resolution", .standard = 1}, \
                                           {.name = "rows", .standard = 1}}, \
     {{.names = "read convert", 0.41667, 1e-9, RATE_PER, "rows"}, FREE_WRITE}, 32e-9, 0.166015625, 0, \
     .scalings = {{"resolution", 1, BY_RESOLUTION}, {"rows", 1, AREA_AND_LEAK}}}
    DAC("IsaacDAC"), DAC("NewtonDAC"), DAC("AtomlayerDAC"), DAC("FormsDAC"),
    {"AtomlayerRegisterLadder", "AtomlayerRegisterLadder", 0.8, "library",
     {TECH_NODE, {.name = "width", .standard = 16}, DEPTH_AND_SIZE},
     {{.names = "read", 0.083, 1e-9, RATE_PER, "depth", .width = "width"},
      {.names = "write", 0.083, 1e-9, .width = "width"}}, 32e-9, 1620, 0,
     .scalings = {{"width", 16, ALL_BUT_TIME}, {"depth", 128, BY_DEPTH}}, .prepare = depth_by_width},
    {"AtomlayerInputBufferTransfers", "AtomlayerInputBufferTransfers", 0.8, "library",
     {TECH_NODE, {.name = "width", .standard = 16}, DEPTH_AND_SIZE},
     {{.names = "read transfer", 6.46, 0, .width = "width"}, FREE_WRITE}, 32e-9, 2100, 0,
     .scalings = {{"width", 16, ALL_BUT_TIME}, {"depth", 128, BY_DEPTH}},
     .prepare = depth_by_width},

    /* TIMELY at 65 nm, one step each 150 ns */
#define TIMELY(NAME, ACTION, AREA, ENERGY) \
    {.model = NAME, NAME, 0.8, "library", {TECH_NODE}, \
     {{.names = "read " ACTION, ENERGY, 150e-9}, FREE_WRITE}, 65e-9, AREA, 0}
    TIMELY("TimelyIAdder", "add", 40, 0.0368), TIMELY("TimelyPSubBuf", "drive", 5, 0.0023),
    TIMELY("TimelyChargingComparator", "compare", 40, 0.0417),
#define TIMELY_CONVERTER(NAME, AREA, ENERGY) \
    {.model = NAME, NAME, 0.8, "library", {TECH_NODE, {.name = "resolution", .standard = 8}}, \
     {{.names = "read convert", ENERGY, 150e-9}, FREE_WRITE}, 65e-9, AREA, 0, \
     .scalings = {{"resolution", 8, BY_RESOLUTION_BUT_TIME}}}
    TIMELY_CONVERTER("TimelyDTC", 240, 0.0375), TIMELY_CONVERTER("TimelyTDC", 310, 0.145),
    {"TimelyXSubBuf", "TimelyXSubBuf", 0.8, "library", {TECH_NODE, {.name = "rows", .standard = 1}},
     {{.names = "read drive", 0.00062, 150e-9}, FREE_WRITE}, 65e-9, 5, 0,
     .scalings = {{"rows", 1, ALL_BUT_TIME}}},
    {"TimelyInputOutputBuffer", "TimelyInputOutputBuffer", 0.8, "library",
     {TECH_NODE, {.name = "width", .standard = 128}, DEPTH_AND_SIZE},
     {{.names = "read", 203.776, 9.765625e-13, RATE_TIMES, "width", .width = "width"},
      {.names = "write", 496.624, 9.765625e-12, RATE_TIMES, "width", .width = "width"}}, 65e-9, 40, 0,
     .scalings = {{"width", 128, ALL_BUT_TIME}, {"depth", 128, BY_DEPTH}}, .prepare = depth_by_width},

    /* Jia et al. at 65 nm: technology does not change the rate, which the clock gives */
    {"JiaShiftAdd", "JiaShiftAdd", 0.8, "library",
     {TECH_NODE, {.name = "resolution", .standard = 8}, {.name = "voltage", .standard = 1.2},
      {.name = "cycle_period", .standard = 540e-9}},
     {{.names = "read write shift_and_add", 2.25, 1.0 / 8, RATE_TIMES, "cycle_period"}}, 65e-9, 5000, 2.22e-6,
     .fixed_throughput = true,
     .scalings = {{"resolution", 8, BY_RESOLUTION_BUT_TIME}, {"voltage", 1.2, BY_VOLTAGE}}},
    {"JiaDatapath", "JiaDatapath", 0.8, "library", {TECH_NODE, {.name = "voltage", .standard = 1.2},
                                                    {.name = "cycle_period", .standard = 540e-9}},
     {{.names = "read process", 12, 1.0 / 8, RATE_TIMES, "cycle_period"}, FREE_WRITE}, 65e-9, 10535, 4.44e-6,
     .fixed_throughput = true,
     .scalings = {{"voltage", 1.2, BY_VOLTAGE}}},

    /* NeuRRAM at 130 nm */
    {"NeurramShiftAdd", "NeurramShiftAdd", 0.8, "library", {TECH_NODE, {.name = "resolution", .standard = 8},
                                                            {.name = "voltage", .standard = 1.8}},
     {{.names = "read write shift_and_add", 0.1, 0}}, 130e-9, 170, 5e-9,
     .scalings = {{"resolution", 8, SCALE_POWER_OF_2, SCALE_POWER_OF_2, SCALE_NONE, SCALE_NONE, SCALE_NONE},
                  {"voltage", 1.8, BY_VOLTAGE_AND_AREA}}},
    {"NeurramVariablePrecisionADC", "NeurramVariablePrecisionADC", 0.8, "library",
     {TECH_NODE, {.name = "voltage", .standard = 1.8}},
     {{.names = "read convert", 0.3, 0}, FREE_WRITE}, 130e-9, 400, 1e-8,
     .scalings = {{"voltage", 1.8, BY_VOLTAGE_AND_AREA}}},
    {"NeurramAnalogSample", "NeurramAnalogSample", 0.8, "library",
     {TECH_NODE, {.name = "width", .standard = 1}, {.name = "voltage", .standard = 1.8}},
     {{.names = "read sample", 1.2, 0}, FREE_WRITE}, 130e-9, 45, 1e-8,
     .scalings = {{"width", 1, AREA_ONLY}, {"voltage", 1.8, BY_VOLTAGE_AND_AREA}}},
    {"NeurramAnalogIntegrator", "NeurramAnalogIntegrator", 0.8, "library",
     {TECH_NODE, {.name = "voltage", .standard = 1.8}},
     {{.names = "read integrate", 0.25, 0}, FREE_WRITE}, 130e-9, 350, 5e-9,
     .scalings = {{"voltage", 1.8, BY_VOLTAGE_AND_AREA}}},

    /* RAELLA, RAAAM */
    {"RaellaQuantMultiplier", "RaellaQuantMultiplier", 0.8, "library",
     {TECH_NODE, {.name = "width", .standard = 16}},
     {{.names = "read multiply", 0.25, 1e-9}, FREE_WRITE}, 40e-9, 0, 0,
     .scalings = {{"width", 16, ALL_BUT_TIME}}},
    {"RaaamEDRAM", "RaaamEDRAM", 0.8, "library",
     {TECH_NODE, {.name = "width", .kind = PARAMETER_INTEGER, .standard = 1024},
      {.name = "depth", .kind = PARAMETER_INTEGER, .standard = NO_DEFAULT},
      {.name = "size", .kind = PARAMETER_INTEGER, .standard = NO_DEFAULT}},
     {{.names = "read", 2641.92, 1 / 300e6, RATE_PER, "width", .width = "width"},
      {.names = "write", 2519.04, 1 / 300e6, RATE_PER, "width", .width = "width"}}, 16e-9, 131570, 3.81e-4,
     .scalings = {{"width", 1024, ALL_BUT_TIME}, {"depth", 1024, SCALE_LINEAR, SCALE_DEPTH_ENERGY, SCALE_NONE,
                                                  SCALE_LINEAR, SCALE_NONE}}, .prepare = depth_or_size},

    /* What costs nothing */
#define FREE(NAME, ACTIONS) \
    {.model = NAME, NAME, 0.8, "library", {{.name = "tech_node", .standard = NO_DEFAULT}}, \
     {{.names = ACTIONS, 0, 0}}}
    FREE("DummyStorage", "read write"), FREE("DummyMemory", "read write"), FREE("DummyNetwork", "read write"),
    FREE("DummyCompute", "read write compute"),

    {.model = NULL}
};
