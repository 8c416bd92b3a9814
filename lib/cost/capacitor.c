#include "cost/capacitor.h"
#include "cost/scaling.h"

#include <math.h>

double charging_energy(double capacitance, double target, double supply)
{
    return capacitance * target * supply;
}

double switching_energy(double capacitance, double voltage, const double *frequencies, int count,
                        bool emptied, double supply)
{
    double sum = 0, expected = 0;
    for (int i = 0; i < count; i++)
        sum += frequencies[i];
    for (int i = 0; i < count; i++)
        for (int j = emptied ? 0 : i; j < count; j++) {
            double before = charging_energy(capacitance, (emptied ? 0. : i) / (count - 1) * voltage, supply);
            double after = charging_energy(capacitance, (double)j / (count - 1) * voltage, supply);
            expected += (after - before) * (frequencies[i] / sum) * (frequencies[j] / sum);
        }
    return expected;
}

/* ---- capacitors and wires as components */

static int build_capacitor(builder *b, component *c)
{
    double shrink = scale_area_by_tech(number_of(c, "tech_node"), 22e-9);
    double per_area = is_given(c, "cap_per_m2") ? number_of(c, "cap_per_m2") : 2.3e-3 * shrink;
    double border = is_given(c, "border_area") ? number_of(c, "border_area") : 1e-12 * shrink;
    if (per_area == 0)
        return refuse(b, "cap_per_m2 must not be 0");
    c->area = number_of(c, "capacitance") / per_area + border;
    return 0;
}

static int build_wire(builder *b, component *c)
{
    (void)b;
    set_number(c, "capacitance", number_of(c, "length") * number_of(c, "capacitance_per_m"));
    return 0;
}

static action_cost at_once(double energy)
{
    return (action_cost){energy, 0, INFINITY, 0, 0};
}

static action_cost read(builder *b, const component *c, af_value attributes, action_cost *parts)
{
    (void)b, (void)attributes, (void)parts;
    return at_once(charging_energy(number_of(c, "capacitance"), number_of(c, "voltage"),
                                   number_of(c, "voltage")));
}

/* An argument of an action; nan: absent. */
static double argument(af_value attributes, const char *name)
{
    const af_value *value = af_dict_find(attributes, name);
    return value && af_is_number(*value) ? af_as_double(*value) : NAN;
}

static action_cost raise_voltage(builder *b, const component *c, af_value attributes, action_cost *parts)
{
    (void)parts;
    double target = argument(attributes, "target_voltage"), supply = argument(attributes, "supply_voltage");
    supply = isnan(supply) ? number_of(c, "voltage") : supply;
    if (isnan(target))
        refuse(b, "action raise_voltage_to needs target_voltage");
    if (target > supply)
        refuse(b, "action raise_voltage_to: target_voltage %g is above the supply of %g", target, supply);
    return at_once(charging_energy(number_of(c, "capacitance"), target, supply));
}

static action_cost switch_voltage(builder *b, const component *c, af_value attributes, action_cost *parts)
{
    (void)parts;
    const component of_action = {.attributes = attributes};
    const af_value *emptied = af_dict_find(attributes, "zero_between_values");
    const double *frequencies;
    double supply = argument(attributes, "supply_voltage"), voltage = number_of(c, "voltage");
    int count = list_of(b, &of_action, "value_probabilities", &frequencies);
    if (count == 1)
        refuse(b, "value_probabilities must have two or more");
    if (count < 2)
        return FREE_ACTION;
    return at_once(switching_energy(number_of(c, "capacitance"), voltage, frequencies, count, !emptied ||
                                    af_truth(*emptied), isnan(supply) ? voltage : supply));
}

#define CAPACITOR_ACTIONS {{.names = "read", .cost = read}, \
                           {.names = "raise_voltage_to", .cost = raise_voltage}, \
                           {.names = "switch", .cost = switch_voltage}}
#define TECH_NODE {.name = "tech_node", .required = true}

const component_class capacitor_classes[] = {
    {.model = "Capacitor", "Capacitor", 0.5, "library",
     {{.name = "capacitance", .required = true}, TECH_NODE, {.name = "voltage", .standard = 0.7},
      {.name = "cap_per_m2", .standard = NO_DEFAULT},
      {.name = "border_area", .standard = NO_DEFAULT}}, CAPACITOR_ACTIONS, .build = build_capacitor},
    {.model = "Wire", "Wire", 0.5, "library",
     {{.name = "length", .required = true}, TECH_NODE, {.name = "capacitance_per_m", .standard = 2e-10},
      {.name = "voltage", .standard = 0.7},
      {.name = "capacitance", .standard = NO_DEFAULT}}, CAPACITOR_ACTIONS, .build = build_wire},
    {.model = NULL}
};
