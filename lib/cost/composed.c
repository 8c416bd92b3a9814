/* Components made of others: multiply-accumulate, and parts of RAELLA, Jia et al. and Colonnade (30
 * section 5). */
#include "cost/embedded.h"

#include <math.h>

static af_value at_tech(builder *b, const component *c)
{
    return with_number(b->arena, af_none(), "tech_node", number_of(c, "tech_node"));
}

static af_value of_bits(builder *b, const component *c, const char *name, double bits)
{
    return with_number(b->arena, at_tech(b, c), name, bits);
}

/* Digital blocks have a clock, which changes nothing of what they cost. */
static component *add_block(builder *b, component *c, const char *model, const char *second, double value,
                            double bits)
{
    af_value attributes = with_number(b->arena, of_bits(b, c, "n_bits", bits), "cycle_period",
                                      number_of(c, "cycle_period"));
    return add_part(b, c, model, second ? with_number(b->arena, attributes, second, value) : attributes);
}

/* One action of each of two parts: `bits` of the first (nan: its whole width), all of the second. */
static action_cost call_both(builder *b, const component *c, const char *first, double bits,
                             const char *second, action_cost *parts)
{
    add_action(b, c->parts[0], first, bits, parts);
    add_action(b, c->parts[1], second, NAN, parts);
    return FREE_ACTION;
}

/* ---- integer multiply and accumulate */

static int build_mac(builder *b, component *c)
{
    bool built = add_part(b, c, "AladdinAdder", of_bits(b, c, "width", number_of(c, "adder_width"))) &&
                 add_part(b, c, "AladdinMultiplier",
                          of_bits(b, c, "width", number_of(c, "multiplier_width")));
    return built ? 0 : -1;
}

static action_cost mac(builder *b, const component *c, af_value attributes, action_cost *parts)
{
    (void)attributes;
    return call_both(b, c, "add", NAN, "multiply", parts);
}

/* ---- RAELLA: correction of centred weights, input buffer with speculation, flags, quantization */

static int build_offset_correction(builder *b, component *c)
{
    double bits = number_of(c, "n_center_entry_bits");
    af_value widths = with_number(b->arena, of_bits(b, c, "width_a", 4), "width_b",
                                  number_of(c, "n_bits_per_output"));
    af_value size = of_bits(b, c, "size", bits * number_of(c, "n_center_entries"));
    return add_part(b, c, "SmartBufferSRAM", size) && add_part(b, c, "AladdinMultiplier", widths) ? 0 : -1;
}

static action_cost correct_offset(builder *b, const component *c, af_value attributes, action_cost *parts)
{
    (void)attributes;
    return call_both(b, c, "read", number_of(c, "n_center_entry_bits"), "multiply", parts);
}

static int build_input_buffer(builder *b, component *c)
{
    if (!add_part(b, c, "SmartBufferSRAM", of_bits(b, c, "size", number_of(c, "size"))))
        return -1;
    component *adder = add_part(b, c, "AladdinAdder", of_bits(b, c, "width", 2 * number_of(c, "entry_bits")));
    if (!adder)
        return -1;
    scale_component(adder, (factors){1, 1, 0, 1, INFINITY}, true);
    return 0;
}

static action_cost read_input(builder *b, const component *c, af_value attributes, action_cost *parts)
{
    (void)attributes;
    double bits = number_of(c, "entry_bits");
    if (number_of(c, "speculation_enabled") != 0)
        add_action(b, c->parts[0], "read", bits, parts);
    return call_both(b, c, "read", bits, "add", parts);
}

static action_cost write_input(builder *b, const component *c, af_value attributes, action_cost *parts)
{
    (void)attributes;
    return call_both(b, c, "write", number_of(c, "entry_bits"), "add", parts);
}

static int build_flags(builder *b, component *c)
{
    return add_part(b, c, "SmartBufferSRAM", of_bits(b, c, "size", number_of(c, "n_flags"))) ? 0 : -1;
}

static action_cost read_flag(builder *b, const component *c, af_value attributes, action_cost *parts)
{
    (void)attributes;
    if (number_of(c, "speculation_enabled") != 0) {
        add_action(b, c->parts[0], "write", 1, parts);
        add_action(b, c->parts[0], "read", 1, parts);
    }
    return FREE_ACTION;
}

static int refuse_quantization(builder *b, component *c)
{
    (void)c;
    return refuse(b, "this model has no figures; take RaellaQuantMultiplier beside an IsaacEDRAM, or give a "
                     "plug-in");
}

/* ---- Jia et al.: comparators with zero, their results, and a counter of zeros; costs are per input */

static int build_zero_comparator(builder *b, component *c)
{
    static const size_scaling by_voltage = {"voltage", 0.85, SCALE_LINEAR, SCALE_QUADRATIC, SCALE_RECIPROCAL,
                                            SCALE_LINEAR, SCALE_LINEAR};
    double n = number_of(c, "n_comparators"), bits = number_of(c, "n_bits"),
        voltage = number_of(c, "voltage"), from = by_voltage.standard;
    /* the flip-flop's energy is left out */
    const factors by[] = {{n, 1, 1, n, n}, {n * bits, 0, bits, n * bits, n * bits}, {1, 1 / n, 1, 1, n}};
    if (!add_part(b, c, "AladdinComparator", of_bits(b, c, "width", bits)) ||
        !add_block(b, c, "FlipFlop", NULL, 0, 1) ||
        !add_block(b, c, "AdderTree", "n_adder_tree_inputs", n, 1))
        return -1;
    for (int i = 0; i < c->n_parts; i++) {
        scale_component(c->parts[i], by[i], false);
        scale_component(c->parts[i], (factors){scaling_factor(by_voltage.area, voltage, from),
                                               scaling_factor(by_voltage.energy, voltage, from),
                                               scaling_factor(by_voltage.latency, voltage, from),
                                               scaling_factor(by_voltage.leak, voltage, from),
                                               scaling_factor(by_voltage.throughput, voltage, from)}, true);
        scale_component(c->parts[i], (factors){1, 1, 1, 0.02, 1}, false);
    }
    return 0;
}

static action_cost read_all_parts(builder *b, const component *c, af_value attributes, action_cost *parts)
{
    (void)attributes;
    for (int i = 0; i < c->n_parts; i++)
        add_action(b, c->parts[i], "read", NAN, parts);
    return FREE_ACTION;
}

/* ---- Colonnade, at 65 nm whatever the parts' own technology */

static int build_cim_logic(builder *b, component *c)
{
    component *adder = add_block(b, c, "Adder", NULL, 0, number_of(c, "width"));
    if (!adder)
        return -1;
    scale_by_tech(c, number_of(c, "tech_node"), 65e-9);
    double energy = number_of(c, "voltage_energy_scale") * 0.0285 * number_of(c, "switching_activity");
    scale_component(adder, (factors){0.9, energy, 0, 15, INFINITY}, true);
    return 0;
}

static int build_input_port(builder *b, component *c)
{
    double activity = number_of(c, "switching_activity");
    double n = number_of(c, "n_instances") * number_of(c, "voltage_energy_scale");
    component *adder = add_block(b, c, "Adder", NULL, 0, 1);
    if (!adder)
        return -1;
    scale_component(adder, (factors){0, n * activity * activity, 0, 0, INFINITY}, true);
    return 0;
}

/* Beside the adder, 1 fF charged to 0.8 V. */
static action_cost drive_input_port(builder *b, const component *c, af_value attributes, action_cost *parts)
{
    double activity = number_of(c, "switching_activity");
    double n = number_of(c, "n_instances") * number_of(c, "voltage_energy_scale");
    action_cost own = read_all_parts(b, c, attributes, parts);
    own.energy = 1e-15 * (0.8 * 0.8) * n * (activity * activity);
    return own;
}

static int build_register(builder *b, component *c)
{
    component *flip_flop = add_block(b, c, "FlipFlop", NULL, 0, 1);
    if (!flip_flop)
        return -1;
    scale_by_tech(c, number_of(c, "tech_node"), 65e-9);
    scale_component(flip_flop, (factors){1.3, number_of(c, "voltage_energy_scale") * 4.5, 1, 1, 1}, true);
    return 0;
}

static action_cost write_register(builder *b, const component *c, af_value attributes, action_cost *parts)
{
    (void)attributes;
    add_action(b, c->parts[0], "write", NAN, parts);
    return FREE_ACTION;
}

/* ---- the classes */

#define REQUIRED(NAME) {.name = NAME, .required = true}
#define DEFAULT(NAME, VALUE) {.name = NAME, .standard = VALUE}
#define SWITCH(NAME) {NAME, PARAMETER_TRUTH, .required = true}

const component_class composed_classes[] = {
    {.model = "AladdinIntMAC", "IntMAC AladdinIntMAC", 0.1, "library",
     {REQUIRED("tech_node"), REQUIRED("adder_width"), REQUIRED("multiplier_width")},
     {{.names = "read mac compute", .cost = mac}, {.names = "write"}}, .build = build_mac},

    {.model = "RaellaOutputCenterOffsetCorrect", "RaellaOutputCenterOffsetCorrect", 0.5, NULL,
     {REQUIRED("tech_node"), REQUIRED("n_bits_per_output"), REQUIRED("cycle_period"),
      REQUIRED("n_center_entries"), DEFAULT("n_center_entry_bits", 4)},
     {{.names = "read", .cost = correct_offset, .width = "n_bits_per_output"}},
     .build = build_offset_correction},
    {.model = "RaellaInputBuffer", "RaellaInputBuffer", 0.5, NULL,
     {REQUIRED("tech_node"), SWITCH("speculation_enabled"), REQUIRED("entry_bits"), REQUIRED("size")},
     {{.names = "read", .cost = read_input, .width = "entry_bits"},
      {.names = "write", .cost = write_input, .width = "entry_bits"}}, .build = build_input_buffer},
    {.model = "RaellaFlagRegister", "RaellaFlagRegister", 0.5, NULL,
     {REQUIRED("tech_node"), REQUIRED("n_flags"), SWITCH("speculation_enabled")},
     {{.names = "read", .cost = read_flag}}, .build = build_flags},
    {.model = "RaellaQuantEDRAM", "RaellaQuantEDRAM", 0.8, NULL,
     {REQUIRED("tech_node"), REQUIRED("size"), REQUIRED("width")}, {{.names = "read write multiply"}},
     .build = refuse_quantization},

    {.model = "JiaZeroComparator", "JiaZeroComparator", 0.8, NULL,
     {REQUIRED("n_comparators"), REQUIRED("n_bits"), REQUIRED("tech_node"), DEFAULT("voltage", 0.85),
      DEFAULT("cycle_period", 1e-9)},
     {{.names = "read", .cost = read_all_parts}, {.names = "write"}}, .build = build_zero_comparator},

    {.model = "ColonnadeCimLogic", "ColonnadeCimLogic", 0.8, NULL,
     {REQUIRED("tech_node"), DEFAULT("width", 1), DEFAULT("switching_activity", 0.5),
      DEFAULT("voltage_energy_scale", 1), DEFAULT("cycle_period", 10e-9)},
     {{.names = "read", .cost = read_all_parts}}, .build = build_cim_logic},
    {.model = "ColonnadeCimLogicInputPort", "ColonnadeCimLogicInputPort", 0.8, NULL,
     {REQUIRED("tech_node"), DEFAULT("switching_activity", 0.5), DEFAULT("voltage", 0.8),
      DEFAULT("voltage_energy_scale", 1), DEFAULT("n_instances", 1),
      DEFAULT("cycle_period", 10e-9)},
     {{.names = "read", .cost = drive_input_port, .n_bits = 1}}, .build = build_input_port},
    {.model = "ColonnadeRegister", "ColonnadeRegister", 0.8, NULL,
     {REQUIRED("tech_node"), DEFAULT("width", 1), DEFAULT("voltage_energy_scale", 1),
      DEFAULT("cycle_period", 10e-9)},
     {{.names = "read", .cost = read_all_parts, .width = "width"},
      {.names = "write", .cost = write_register, .width = "width"}}, .build = build_register},

    {.model = NULL}
};
