/* SRAM out of the sampled table, DRAM by energy per bit (30 sections 6 and 8). */
#include "cost/memory_table.h"

#include <math.h>

/* ---- SRAM */

/* Width and depth from what is given (30 section 8.1, steps 1 and 2). */
static int shape(builder *b, component *c)
{
    double size = number_of(c, "size"), depth = number_of(c, "depth"), width = number_of(c, "width");
    if (isnan(width) && isnan(size))
        return refuse(b, "width or size must be given");
    if (isnan(width))
        width = isnan(depth) ? fmax(16, ceil(sqrt(size))) : size / depth;
    set_number(c, "width", width);
    if (depth_of(b, c, width))
        return -1;
    depth = number_of(c, "depth");
    if (isnan(size))
        return refuse(b, "size must be given, also beside width and depth");
    if (fabs(size - depth * width) > 1e-6 * fmax(fabs(size), fabs(depth * width)))
        return refuse(b, "size is %g, but depth %g times width %g is %g", size, depth, width, depth * width);
    set_number(c, "size", depth * width);
    return depth > 0 && width > 0 && isfinite(depth * width) ? 0
        : refuse(b, "size must be a number above 0, not %g", size);
}

/* At one node of the table, scaled from the next request that CACTI takes: whole bytes, at least 32 bits
 * and 64 rows per bank (step 5). */
static int at_node(builder *b, const component *c, double tech_nm, memory_figures *figures)
{
    double width = number_of(c, "width"), depth = number_of(c, "depth"), banks = number_of(c, "n_banks");
    double wide = fmax(ceil(width / 8) * 8, 32), deep = fmax(depth, 64 * banks), wider = width / wide,
        deeper = depth / deep;
    memory_request request = {tech_nm, number_of(c, "n_rw_ports"), floor(wide * deep / 8), wide / 8,
                              exp2(ceil(log2(banks)))};
    if (find_memory(b, &request, figures))
        return -1;
    double access = (0.7 * wider + 0.3) * pow(deeper, 1.56 / 2);
    figures->values[MEMORY_READ] *= access;
    figures->values[MEMORY_WRITE] *= access;
    figures->values[MEMORY_LEAK] *= banks * wider * deeper;
    figures->values[MEMORY_AREA] *= wider * deeper;
    return 0;
}

/* Below the smallest node, and above the largest, figures of the smallest are scaled (step 4). */
static int beyond_nodes(builder *b, const component *c, double tech_nm, memory_figures *figures)
{
    double ratio = tech_nm / memory_nodes[0];
    if (at_node(b, c, memory_nodes[0], figures))
        return -1;
    const double by[N_MEMORY_FIGURES] = {[MEMORY_READ] = sqrt(ratio), [MEMORY_WRITE] = sqrt(ratio),
                                         [MEMORY_LEAK] = ratio < 1 ? sqrt(ratio) * 0.79 : 1,
                                         [MEMORY_AREA] = ratio, [MEMORY_CYCLE] = ratio,
                                         [MEMORY_ACCESS] = ratio};
    for (int k = 0; k < N_MEMORY_FIGURES; k++)
        figures->values[k] *= by[k];
    return 0;
}

static int between_nodes(builder *b, const component *c, double tech_nm, memory_figures *figures)
{
    int above = 0;
    memory_figures high;
    while (memory_nodes[above] < tech_nm * (1 - 1e-12))      /* 22 * 1e-9 m is 22.000000000000004 nm */
        above++;
    if (at_node(b, c, memory_nodes[above], &high))
        return -1;
    *figures = high;
    if (memory_nodes[above] <= tech_nm * (1 + 1e-12))
        return 0;
    if (at_node(b, c, memory_nodes[above - 1], figures))
        return -1;
    double u = (tech_nm - memory_nodes[above - 1]) / (memory_nodes[above] - memory_nodes[above - 1]);
    for (int k = 0; k < N_MEMORY_FIGURES; k++) {
        figures->values[k] = (1 - u) * figures->values[k] + u * high.values[k];
        figures->bands[k] = fmax(figures->bands[k], high.bands[k]);
    }
    if (high.method > figures->method)
        figures->method = high.method;
    if (high.beyond)
        figures->beyond = high.beyond;
    return 0;
}

static int build_sram(builder *b, component *c)
{
    double tech_nm = number_of(c, "tech_node") * 1e9;
    memory_figures *figures = af_new(b->arena, memory_figures);
    bool covered = tech_nm >= memory_nodes[0] && tech_nm <= memory_nodes[N_MEMORY_NODES - 1];
    if (shape(b, c) || (covered ? between_nodes : beyond_nodes)(b, c, tech_nm, figures))
        return -1;
    if (figures->beyond && beyond_range(b, figures->beyond))
        return -1;
    c->area = figures->values[MEMORY_AREA];
    c->leak = figures->values[MEMORY_LEAK];
    c->method = figures->method;
    c->area_band = figures->bands[MEMORY_AREA];
    c->leak_band = figures->bands[MEMORY_LEAK];
    c->data = figures;
    return 0;
}

static action_cost access_sram(const component *c, int figure)
{
    const memory_figures *figures = c->data;
    double width = number_of(c, "width"), per_bit = figures->values[MEMORY_CYCLE] /
        (width * number_of(c, "n_rw_ports") * number_of(c, "n_banks"));
    return (action_cost){figures->values[figure], figures->values[MEMORY_ACCESS], 1 / (per_bit * width),
                         figures->bands[figure], figures->bands[MEMORY_CYCLE]};
}

static action_cost read_sram(builder *b, const component *c, af_value attributes, action_cost *parts)
{
    (void)b, (void)attributes, (void)parts;
    return access_sram(c, MEMORY_READ);
}

static action_cost write_sram(builder *b, const component *c, af_value attributes, action_cost *parts)
{
    (void)b, (void)attributes, (void)parts;
    return access_sram(c, MEMORY_WRITE);
}

/* CACTI finds no organisation for any cache in the configuration that is used (30 section 8.1). */
static int refuse_cache(builder *b, component *c)
{
    (void)c;
    return refuse(b, "there are no figures for caches: CACTI finds no tag organisation; a plug-in may give "
                     "them, or take SRAM");
}

/* ---- a smart buffer: SRAM with registers for address and step, and an adder (30 section 5) */

static int build_smart_buffer(builder *b, component *c)
{
    const component *sram = add_part(b, c, "SRAM", c->attributes);
    if (!sram)
        return -1;
    set_number(c, "width", number_of(sram, "width"));
    af_value bits = with_number(b->arena, af_none(), "width", fmax(ceil(log2(number_of(sram, "depth"))), 1));
    bits = with_number(b->arena, bits, "tech_node", number_of(c, "tech_node"));
    return add_part(b, c, "AladdinRegister", bits) && add_part(b, c, "AladdinRegister", bits) &&
        add_part(b, c, "AladdinAdder", bits) ? 0 : -1;
}

static action_cost access_smart_buffer(builder *b, const component *c, const char *action, action_cost *parts)
{
    enum { SRAM, ADDRESS, STEP, ADDER };
    add_action(b, c->parts[SRAM], action, number_of(c, "width"), parts);
    add_action(b, c->parts[ADDRESS], action, NAN, parts);
    add_action(b, c->parts[STEP], "read", NAN, parts);
    add_action(b, c->parts[ADDER], "add", NAN, parts);
    return FREE_ACTION;
}

static action_cost read_smart_buffer(builder *b, const component *c, af_value attributes, action_cost *parts)
{
    (void)attributes;
    return access_smart_buffer(b, c, "read", parts);
}

static action_cost write_smart_buffer(builder *b, const component *c, af_value attributes, action_cost *parts)
{
    (void)attributes;
    return access_smart_buffer(b, c, "write", parts);
}

/* ---- DRAM: pJ per bit of a word, words per second of the interface */

#define DRAM(NAME, PICOJOULES, RATE, WIDTH, LEAST, MOST) \
    {.model = NAME, "DRAM" NAME " DRAM_" NAME " " NAME, 0.3, "library", \
     {{"width", PARAMETER_INTEGER, .standard = WIDTH, LEAST, MOST}}, \
     {{.names = "read write", PICOJOULES, 1 / (RATE), .energy_parameter = "width", .width = "width"}}}

#define MEBI (1024. * 1024)
#define GIBI (1024 * MEBI)
#define SRAM_PARAMETERS \
    {.name = "tech_node", .required = true, .least = 1e-10, .most = 1e-5}, \
    {.name = "width", .standard = NO_DEFAULT}, {.name = "depth", .standard = NO_DEFAULT}, \
    {.name = "size", .standard = NO_DEFAULT}, {"n_rw_ports", PARAMETER_INTEGER, .standard = 1, 1, 1024}, \
    {"n_banks", PARAMETER_INTEGER, .standard = 1, 1, 1048576}

const component_class memory_classes[] = {
    {.model = "SRAM", "SRAM", 0.3, "cacti-table", {SRAM_PARAMETERS},
     {{.names = "read", .cost = read_sram, .width = "width"},
      {.names = "write", .cost = write_sram, .width = "width"}}, .build = build_sram},
    {.model = "Cache", "cache", 0.3, "cacti-table",
     {SRAM_PARAMETERS, {"associativity", PARAMETER_INTEGER, .standard = 1},
      {"tag_size", PARAMETER_INTEGER, .standard = NO_DEFAULT}},
     {{.names = "read write"}}, .build = refuse_cache},
    {.model = "SmartBufferSRAM", "smart_buffer_sram smartbuffer_sram smartbuffersram", 0.3, NULL,
     {SRAM_PARAMETERS},
     {{.names = "read", .cost = read_smart_buffer, .width = "width"},
      {.names = "write", .cost = write_smart_buffer, .width = "width"}},
     .build = build_smart_buffer},

    DRAM("LPDDR4", 8, 50 * MEBI, 64, 1, 64), DRAM("LPDDR", 40, 6.25 * MEBI, 64, 1, 64),
    DRAM("DDR3", 70, 33.3 * MEBI, 64, 1, 64),
    DRAM("HBM2", 6.25, 2.4 * GIBI, 2048, 1024, INFINITY), DRAM("HBM3", 4.05, 6.4 * 8 * GIBI, 2048, 1024,
                                                               INFINITY),
    DRAM("HBM4", 3.2, 8. * 8 * GIBI, 4096, 2048, INFINITY),

    {.model = NULL}
};
