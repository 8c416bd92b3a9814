/* Photonic components of Albireo (30 section 4.1): areas at 7 nm scale with technology, energies and
 * powers with the outlook alone. */
#include "cost/embedded.h"

#include <math.h>
#include <string.h>

enum { N_OUTLOOKS = 3 };
static const char *const outlooks[N_OUTLOOKS] = {"conservative", "moderate", "aggressive"};

/* In order of `albireo_classes`. */
static const struct {
    const char *model;
    double square_micrometres, picojoules[N_OUTLOOKS], watts[N_OUTLOOKS];
    bool clocked;
} devices[] = {
    {"AlbireoTIA", 2769, {0.625, 0.3125, 0.045}, {0}, true},
    {"AlbireoDAC", 153, {5.2, 2.6, 0.325}, {0}, false},
    {"AlbireoMachZehnderModulator", 15066, {0}, {11.3e-3, 1.41e-3, 0.565e-3}, false},
    {"AlbireoMicroRingResonator", 410, {0}, {3.1e-3, 0.388e-3, 0.155e-3}, false},
    {"AlbireoDoubleMicroRingResonator", 820, {0}, {2 * 3.1e-3, 2 * 0.388e-3, 2 * 0.155e-3}, false},
    {"AlbireoPhotodiode", 1846, {0}, {0}, true},
    {"AlbireoArrayedWaveguideGrating", 1108089, {0}, {0}, false},
    {"AlbireoStarCoupler", 262500, {0}, {0}, false},
    {"AlbireoLaser", 6153, {0}, {1.94e-3, 0.0743e-3, 0.0614e-3}, false},
};

static int find_outlook(builder *b, const component *c)
{
    const char *name = text_of(c, "scaling");
    for (int i = 0; i < N_OUTLOOKS; i++)
        if (!name || !strcmp(name, outlooks[i]))
            return i;
    const char *near = af_nearest(name, outlooks, N_OUTLOOKS);
    return refuse(b, "scaling is %s; it must be conservative, moderate or aggressive%s%s%s", name,
                  near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
}

static int build_device(builder *b, component *c)
{
    int i = 0, outlook = find_outlook(b, c);
    if (outlook < 0)
        return -1;
    while (strcmp(devices[i].model, c->class->model))
        i++;
    double seconds = devices[i].clocked ? number_of(c, "cycle_period") : 0;
    action_cost *read = af_new(b->arena, action_cost);
    *read = (action_cost){devices[i].picojoules[outlook] * 1e-12, seconds, 1 / seconds, 0, 0};
    c->area = devices[i].square_micrometres * 1e-12 * scale_area_by_tech(number_of(c, "tech_node"), 7e-9);
    c->leak = devices[i].watts[outlook];
    c->data = read;
    return 0;
}

static action_cost read_device(builder *b, const component *c, af_value attributes, action_cost *parts)
{
    (void)b, (void)attributes, (void)parts;
    return *(const action_cost *)c->data;
}

#define DEVICE(NAME, ALIAS, ...) \
    {.model = NAME, NAME " " ALIAS, 0.5, "library", {{.name = "tech_node", .required = true}, __VA_ARGS__}, \
     {{.names = "read", .cost = read_device}}, .build = build_device}
#define SCALING {"scaling", PARAMETER_TEXT, .standard = NO_DEFAULT}
#define CYCLE {.name = "cycle_period", .standard = 1e-9}

const component_class albireo_classes[] = {
    DEVICE("AlbireoTIA", "albireo_tia", SCALING, CYCLE), DEVICE("AlbireoDAC", "dac_albireo", SCALING),
    DEVICE("AlbireoMachZehnderModulator", "albireo_mzm", SCALING),
    DEVICE("AlbireoMicroRingResonator", "albireo_mrr", SCALING),
    DEVICE("AlbireoDoubleMicroRingResonator", "albireo_double_mrr", SCALING),
    DEVICE("AlbireoPhotodiode", "albireo_photodiode", CYCLE),
    DEVICE("AlbireoArrayedWaveguideGrating", "albireo_awg", {.name = NULL}),
    DEVICE("AlbireoStarCoupler", "albireo_star_coupler", {.name = NULL}),
    DEVICE("AlbireoLaser", "albireo_laser", SCALING),
    {.model = NULL}
};
