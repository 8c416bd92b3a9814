/* Components made of others (30 section 5), and capacitors. */
#include "cost/embedded.h"

#include <math.h>

#define TECH_NODE {.name = "tech_node", .required = true}

static af_value at_tech(builder *b, const component *c)
{
    return with_number(b->arena, af_none(), "tech_node", number_of(c, "tech_node"));
}

/* ---- integer multiply and accumulate */

static int build_mac(builder *b, component *c)
{
    bool built = add_part(b, c, "AladdinAdder", with_number(b->arena, at_tech(b, c), "width", number_of(c, "adder_width"))) &&
                 add_part(b, c, "AladdinMultiplier", with_number(b->arena, at_tech(b, c), "width", number_of(c, "multiplier_width")));
    return built ? 0 : -1;
}

static action_cost mac(builder *b, const component *c, af_value attributes, action_cost *parts)
{
    (void)attributes;
    add_action(b, c->parts[0], "add", NAN, parts);
    add_action(b, c->parts[1], "multiply", NAN, parts);
    return FREE_ACTION;
}

const component_class composed_classes[] = {
    {"AladdinIntMAC", "IntMAC AladdinIntMAC", 0.1, "library",
     {TECH_NODE, {.name = "adder_width", .required = true}, {.name = "multiplier_width", .required = true}},
     {{.names = "mac read compute", .cost = mac}, {.names = "write", 0, 0}}, .build = build_mac},

    {.model = NULL}
};
