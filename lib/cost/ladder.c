/* Ladders of capacitors and of resistors that convert codes to voltages, and multipliers of capacitors (30
 * section 5). */
#include "cost/capacitor.h"

#include <math.h>
#include <string.h>

enum { MAX_RESOLUTION = 20 };

/* ---- the parts that a ladder's figures come from */

typedef struct ladder { const double *frequencies; int n_frequencies; double unit, flip_flop_energy; } ladder;

static component *make_capacitor(builder *b, const component *c, double capacitance)
{
    af_value attributes = with_number(b->arena, af_none(), "capacitance", capacitance);
    attributes = with_number(b->arena, attributes, "voltage", number_of(c, "voltage"));
    attributes = with_number(b->arena, attributes, "tech_node", number_of(c, "tech_node"));
    return make_named(b, "Capacitor", attributes);
}

static component *make_block(builder *b, const component *c, const char *model, double bits, double period)
{
    af_value attributes = with_number(b->arena, af_none(), "cycle_period", period);
    attributes = with_number(b->arena, attributes, "tech_node", number_of(c, "tech_node"));
    return make_named(b, model, with_number(b->arena, attributes, "n_bits", bits));
}

/* Registers for the code, and the histogram of codes. The ladder itself is added by the caller. */
static int build_ladder(builder *b, component *c, double unit)
{
    ladder *l = af_new(b->arena, ladder);
    component *registers = make_block(b, c, "FlipFlop", number_of(c, "resolution"),
                                      number_of(c, "cycle_period"));
    l->n_frequencies = list_of(b, c, "hist", &l->frequencies);
    if (!registers || l->n_frequencies < 0)
        return -1;
    l->unit = unit;
    l->flip_flop_energy = call_action(b, registers, "read", NAN, af_none()).energy;
    c->area = area_of(registers);
    c->leak = leak_of(registers);
    c->method = registers->method;
    c->data = l;
    return 0;
}

static int build_capacitor_ladder(builder *b, component *c)
{
    static const size_scaling by_resolution = {"resolution", 1, SCALE_LINEAR, SCALE_NONE, SCALE_NONE,
                                               SCALE_LINEAR, SCALE_NONE};
    double unit = number_of(c, "unit_capacitance");
    const component *one = make_capacitor(b, c, unit), *two = make_capacitor(b, c, 2 * unit);
    if (!one || !two || build_ladder(b, c, unit))
        return -1;
    set_number(c, "load_capacitance", number_of(c, "load_capacitance") + 2 * unit);
    if (number_of(c, "capacitors_consume_area") != 0)
        c->area += area_of(one) + area_of(two);
    scale_by_size(c, &by_resolution);
    return 0;
}

static int build_resistor_ladder(builder *b, component *c)
{
    double unit = number_of(c, "unit_resistance"), shrink = number_of(c, "tech_node") / 22e-9;
    if (build_ladder(b, c, 1 / unit / 2))
        return -1;
    c->area += 2.35e-15 * (shrink * shrink) * number_of(c, "resolution") * unit * 3;
    return 0;
}

static int build_dual_ladder(builder *b, component *c)
{
    if (build_resistor_ladder(b, c))
        return -1;
    scale_component(c, (factors){2, 2, 1, 2, 1}, true);
    return 0;
}

/* ---- one conversion */

/* Until the output is within half of the least bit. Load resistance and capacitance count twice, as in the
 * reference. */
static double settling_time(const component *c)
{
    double r = 2 * number_of(c, "load_resistance"), load = 2 * number_of(c, "load_capacitance"),
        most = exp2(number_of(c, "resolution")) - 1;
    if (r == 0)
        return number_of(c, "cycle_period");
    double start = -log((most + 1) / most) * r * load, end = -log(sqrt(2) / most) * r * load;
    return fmax(end - start, number_of(c, "cycle_period"));
}

/* Frequencies of all 2^n codes, from a histogram of any length whose first and middle bins are the codes 0
 * and 2^(n-1) exactly. */
static double *spread(af_arena *arena, const ladder *l, int n_codes)
{
    double *codes = af_new_array(arena, double, n_codes),
        *bins = af_new_array(arena, double, l->n_frequencies), sum = 0;
    double scale = (double)l->n_frequencies / n_codes;
    const int exact[2][2] = {{0, 0}, {l->n_frequencies / 2, n_codes / 2}};
    memcpy(bins, l->frequencies, sizeof *bins * (size_t)l->n_frequencies);
    for (int i = 0; i < 2; i++) {
        codes[exact[i][1]] = bins[exact[i][0]] / fmin(scale, 1);
        bins[exact[i][0]] = 0;
    }
    for (int i = 1; i < n_codes; i++) {
        double at = (double)i / n_codes * (l->n_frequencies - 1), low = floor(at), part = at - low;
        if (i == exact[1][1])
            continue;
        int end = (int)fmin(ceil(low + scale), l->n_frequencies - 1);
        for (int k = (int)low; scale > 1 && k < end; k++)
            codes[i] += bins[k];
        if (scale <= 1)
            codes[i] += bins[(int)low] * (1 - part) + bins[(int)ceil(at)] * part;
    }
    for (int i = 0; i < n_codes; i++)
        sum += codes[i];
    for (int i = 0; i < n_codes; i++)
        codes[i] /= sum;
    return codes;
}

/* Sum over the set bits of supply less node voltage, in volts: node equations with 4, 5 … 5, 3 on the
 * diagonal and -2 beside it. */
static double drawn(int code, int n, double supply)
{
    double diagonal[MAX_RESOLUTION], right[MAX_RESOLUTION], node = 0, sum = 0;
    for (int i = 0; i < n; i++) {
        diagonal[i] = i == 0 ? 4 : i == n - 1 ? 3 : 5;
        right[i] = (code >> i & 1) * supply;
        if (i) {
            diagonal[i] -= 4 / diagonal[i - 1];
            right[i] += 2 * right[i - 1] / diagonal[i - 1];
        }
    }
    for (int i = n - 1; i >= 0; i--) {
        node = (right[i] + (i == n - 1 ? 0 : 2 * node)) / diagonal[i];
        if (code >> i & 1)
            sum += supply - node;
    }
    return sum;
}

static double flips(const double *codes, int n)
{
    double sum = 0;
    for (int bit = 0; bit < n; bit++) {
        double set = 0;
        for (int code = 0; code < 1 << n; code++)
            set += code >> bit & 1 ? codes[code] : 0;
        sum += set * (1 - set);
    }
    return sum;
}

static double conversion_energy(builder *b, const component *c, double held)
{
    const ladder *l = c->data;
    int n = (int)number_of(c, "resolution");
    double voltage = number_of(c, "voltage"), per_code = 0, *codes = spread(b->arena, l, 1 << n);
    for (int code = 0; code < 1 << n; code++)
        per_code += drawn(code, n, voltage) * voltage * l->unit * codes[code];
    double control = voltage * number_of(c, "tech_node");
    return per_code * held + control * control * n * 0.08 + l->flip_flop_energy * flips(codes, n);
}

static action_cost convert_by_capacitors(builder *b, const component *c, af_value attributes,
                                         action_cost *parts)
{
    (void)attributes, (void)parts;
    double seconds = settling_time(c);
    return (action_cost){conversion_energy(b, c, 1), seconds, 1 / seconds, 0, 0};
}

/* Resistors draw power for as long as the value is held. */
static action_cost convert_by_resistors(builder *b, const component *c, af_value attributes,
                                        action_cost *parts)
{
    (void)attributes, (void)parts;
    double seconds = settling_time(c);
    return (action_cost){conversion_energy(b, c, seconds), seconds, 1 / seconds, 0, 0};
}

/* ---- multipliers of capacitors: an analog operand on port A, bits on port B */

typedef struct multiplier { const double *frequencies, *bits; int n_frequencies, n_bits;
                           double mean_voltage, rises; } multiplier;

static int build_multiplier(builder *b, component *c)
{
    static const size_scaling by_resolution = {"resolution", 1, SCALE_LINEAR, SCALE_LINEAR, SCALE_NONE,
                                               SCALE_LINEAR, SCALE_NONE};
    double unit = number_of(c, "unit_capacitance"), squares = 0, sum = 0, tech = number_of(c, "tech_node");
    const component *one = make_capacitor(b, c, unit), *two = make_capacitor(b, c, 2 * unit),
        *inverter = make_block(b, c, "NOTGate", 1, 1e-9);
    multiplier *m = af_new(b->arena, multiplier);
    m->n_frequencies = list_of(b, c, "a_hist", &m->frequencies);
    m->n_bits = list_of(b, c, "b_bit_distribution", &m->bits);
    if (b->failure)
        return -1;
    if (m->n_frequencies < 2)
        return refuse(b, "a_hist must have two or more frequencies");
    for (int i = 0; i < m->n_frequencies; i++) {
        squares += (double)i * i * m->frequencies[i];
        sum += m->frequencies[i];
    }
    for (int i = 0; i < m->n_bits; i++) {
        if (!(m->bits[i] >= 0 && m->bits[i] <= 1))
            return refuse(b, "b_bit_distribution[%d] is %g; probabilities are from 0 to 1", i, m->bits[i]);
        m->rises += m->bits[i] * (1 - m->bits[i]);
    }
    m->rises /= m->n_bits;
    m->mean_voltage = sqrt(squares / sum) * number_of(c, "voltage") / (m->n_frequencies - 1);
    c->area = area_of(one) + area_of(two) + area_of(inverter) + 2 * (tech * tech) * 100;
    c->leak = leak_of(one) + leak_of(two) + leak_of(inverter);
    c->data = m;
    scale_by_size(c, &by_resolution);
    return 0;
}

static int build_port_b(builder *b, component *c)
{
    if (build_multiplier(b, c))
        return -1;
    scale_component(c, (factors){0, 1, 1, 0, 1}, false);      /* counted in the multiplier */
    return 0;
}

static action_cost switch_a(builder *b, const component *c, af_value attributes, action_cost *parts)
{
    (void)b, (void)attributes, (void)parts;
    const multiplier *m = c->data;
    double voltage = number_of(c, "voltage"), unit = number_of(c, "unit_capacitance");
    double both = switching_energy(unit, voltage, m->frequencies, m->n_frequencies, true, voltage) +
                  switching_energy(2 * unit, voltage, m->frequencies, m->n_frequencies, true, voltage);
    return (action_cost){both * 1.67 / number_of(c, "resolution"), 0, INFINITY, 0, 0};
}

static action_cost switch_b(builder *b, const component *c, af_value attributes, action_cost *parts)
{
    (void)b, (void)attributes, (void)parts;
    const multiplier *m = c->data;
    double voltage = number_of(c, "voltage"), unit = number_of(c, "unit_capacitance");
    double both = charging_energy(unit, m->mean_voltage, voltage) +
                  charging_energy(2 * unit, m->mean_voltage, voltage);
    return (action_cost){both * m->rises, 0, INFINITY, 0, 0};
}

/* ---- the classes */

#define REQUIRED(NAME) {.name = NAME, .required = true}
#define DEFAULT(NAME, VALUE) {.name = NAME, .standard = VALUE}
#define LADDER_PARAMETERS \
    {"resolution", PARAMETER_INTEGER, true, .least = 1, .most = MAX_RESOLUTION}, REQUIRED("voltage"), \
    REQUIRED("tech_node"), \
    {"hist", PARAMETER_LIST, .standard = NO_DEFAULT}, DEFAULT("cycle_period", 1e-9), \
    DEFAULT("load_capacitance", 0), DEFAULT("load_resistance", 0)
#define MULTIPLIER_PARAMETERS \
    REQUIRED("resolution"), REQUIRED("voltage"), REQUIRED("unit_capacitance"), \
    {"a_hist", PARAMETER_LIST, .required = true}, {"b_bit_distribution", PARAMETER_LIST, .required = true}, \
    REQUIRED("tech_node")

const component_class ladder_classes[] = {
    {.model = "C2CLadderDAC", "C2CLadderDAC C2CDAC", 0.5, "library",
     {LADDER_PARAMETERS, REQUIRED("unit_capacitance"),
      {"capacitors_consume_area", PARAMETER_TRUTH, .standard = 1}},
     {{.names = "read convert", .cost = convert_by_capacitors}}, .build = build_capacitor_ladder},
    {.model = "R2RLadderDAC", "R2RLadderDAC R2RDAC", 0.5, "library",
     {LADDER_PARAMETERS, REQUIRED("unit_resistance")},
     {{.names = "read convert", .cost = convert_by_resistors}}, .build = build_resistor_ladder},
    {.model = "DualSidedR2RLadderDAC", "DualSidedR2RLadderDAC DualSidedR2RDAC", 0.5, "library",
     {LADDER_PARAMETERS, REQUIRED("unit_resistance")},
     {{.names = "read convert", .cost = convert_by_resistors}}, .build = build_dual_ladder},
    {.model = "C2CMultiplier", "C2CMultiplier", 0.5, "library", {MULTIPLIER_PARAMETERS},
     {{.names = "read switch_a", .cost = switch_a}, {.names = "switch_b", .cost = switch_b}},
     .build = build_multiplier},
    {.model = "C2CMultiplierPortB", "C2CMultiplierPortB", 0.5, "library", {MULTIPLIER_PARAMETERS},
     {{.names = "switch_a", .cost = switch_a}, {.names = "read switch_b", .cost = switch_b}},
     .build = build_port_b},
    {.model = NULL}
};
