/* Which model answers, what is refused and how it is told (30 section 2.3, 20 section 8.2), precedence,
 * scales, memory of answers. */
#include "cost/model.h"
#include "cost_case.h"

static const struct { const char *class, *attributes, *actions, *model; } chosen[] = {
    {"IntAdder", "{'tech_node': 65e-9, 'width': 8}", "add", "AladdinAdder"},
    {"intadder", "{'tech_node': 65e-9, 'n_bits': 8, 'cycle_period': 1e-9}", "compute", "Adder"},
    {"IntAdder", "{'tech_node': 65e-9, 'width': 8, 'n_bits': 8, 'cycle_period': 1e-9}", "compute", "Adder"},
    {"IntAdder", "{'tech_node': 65e-9, 'width': 8, 'n_bits': 8, 'cycle_period': 1e-9}", "read",
     "AladdinAdder"},
    {"IntAdder",
     "{'tech_node': 65e-9, 'width': 8, 'n_bits': 8, 'cycle_period': 1e-9, 'model': 'AladdinAdder'}", "write",
     "AladdinAdder"},
    {"DRAM_LPDDR4", "{}", "read write", "LPDDR4"},
    {"SmartBuffer_SRAM", "{'tech_node': 65e-9, 'size': 2048}", "read write", "SmartBufferSRAM"},
};

#define PATH "arch.nodes.0.component_class (X): "
static const struct { const char *class, *attributes, *actions, *message; } refused[] = {
    {NULL, "{}", "read", PATH "area of X is neither given nor modelled: component_class is not set"},
    {"IntMAK", "{}", "compute", PATH "component IntMAK is not supported by any model; did you mean IntMAC?"},
    {"Int_MAC", "{}", "compute",
     PATH "component Int_MAC is not supported by any model; did you mean IntMAC?"},
    {"qwertyuiop", "{}", "read", PATH "component qwertyuiop is not supported by any model; "
     "af-area --explain all tells those of the library"},
    {"IntMAC", "{'tech_node': 65e-9, 'adder_width': 8}", "compute",
     PATH "model AladdinIntMAC: attribute multiplier_width is required (given: tech_node, adder_width)"},
    {"IntMAC", "{}", "compute", PATH "model AladdinIntMAC: attribute tech_node is required (given: none)"},
    {"adc", "{'tech_node': 65e-9, 'throughput': 1e9}", "read",
     PATH "model ADC: attribute n_bits is required (given: tech_node, throughput)"},
    {"adc", "{'tech_node': 65e-9, 'throughput': 1e9, 'n_bits': 3}", "read",
     PATH "model ADC: n_bits is 3; it must be from 4 to inf"},
    {"LPDDR4", "{}", "compute", PATH "model LPDDR4: it has no action compute"},
    {"LPDDR4", "{'width': 65}", "read", PATH "model LPDDR4: width is 65; it must be from 1 to 64"},
    {"LPDDR4", "{'width': 8.5}", "read", PATH "model LPDDR4: width must be an integer, not 8.5"},
    {"LPDDR4", "{'width': 'wide'}", "read", PATH "model LPDDR4: width must be a number, not 'wide'"},
    {"Counter", "{'tech_node': 65}", "read",
     PATH "model AladdinCounter: tech_node is 65; a length in metres is expected, such as 65e-9"},
    {"Counter", "{'tech_node': 0}", "read",
     PATH "model AladdinCounter: tech_node is 0; a length in metres is expected, such as 65e-9"},
    {"LPDDR4", "{'model': 'HBM2'}", "read",
     PATH "model LPDDR4: the attribute `model` asks for another model"},
    {"LPDDR4", "{'min_priority': 0.9}", "read",
     PATH "model LPDDR4: its priority 0.3 is below min_priority 0.9"},
    {"HBM2", "{'width': 512}", "read", PATH "model HBM2: width is 512; it must be from 1024 to inf"},
    {"SRAM", "{'tech_node': 65e-9}", "read", PATH "model SRAM: width or size must be given"},
    {"SRAM", "{'tech_node': 65e-9, 'width': 64, 'depth': 64}", "read",
     PATH "model SRAM: size must be given, also beside width and depth"},
    {"SRAM", "{'tech_node': 65e-9, 'width': 64, 'depth': 64, 'size': 100}", "read",
     PATH "model SRAM: depth is 64, but size / width is 1.5625"},
    {"SRAM", "{'tech_node': 65e-9, 'size': 0}", "read",
     PATH "model SRAM: size must be a number above 0, not 0"},
    {"SRAM", "{'tech_node': 65e-9, 'size': 8192, 'n_banks': 0}", "read",
     PATH "model SRAM: n_banks is 0; it must be from 1 to 1.04858e+06"},
    {"SRAM", "{'tech_node': 65e-9, 'size': 65536, 'n_rw_ports': 3}", "read",
     PATH
     "model SRAM: 3 ports; the table has 1 and 2 (af-eval and af-area estimate beyond with --extrapolate)"},
    {"cache", "{'tech_node': 65e-9, 'size': 8192}", "read",
     PATH "model Cache: there are no figures for caches: CACTI finds no tag organisation; "
     "a plug-in may give them, or take SRAM"},
    {"Register", "{'tech_node': 65e-9}", "read", PATH "model AladdinRegister: width or size must be given"},
    {"Register", "{'tech_node': 65e-9, 'width': 4, 'size': 8}", "read",
     PATH "model AladdinRegister: width is 4 and size is 8; of a register they are the same"},
    {"Multiplier", "{'tech_node': 65e-9, 'width': 4, 'width_a': 8}", "read",
     PATH "model AladdinMultiplier: either width or both width_a and width_b must be given"},
    {"IsaacEDRAM", "{'tech_node': 65e-9}", "read", PATH "model IsaacEDRAM: depth or size must be given"},
    {"RaaamEDRAM", "{'tech_node': 16e-9, 'depth': 64, 'size': 65536}", "read",
     PATH "model RaaamEDRAM: exactly one of depth and size must be given"},
    {"RaaamEDRAM", "{'tech_node': 16e-9, 'size': 256}", "read",
     PATH "model RaaamEDRAM: size / width must be an integer, not 0.25"},
    {"AlbireoDAC", "{'tech_node': 7e-9, 'scaling': 'moderat'}", "read",
     PATH "model AlbireoDAC: scaling is moderat; it must be conservative, moderate or aggressive; "
     "did you mean moderate?"},
    {"FlipFlop", "{'tech_node': 5e-9, 'cycle_period': 1e-9, 'n_bits': 8}", "compute",
     PATH "model FlipFlop: tech_node is 5e-09; it must be from 7e-09 to 1.3e-07"},
    {"Mux", "{'tech_node': 7e-9, 'cycle_period': 1e-9, 'n_bits': 8, 'n_mux_inputs': 200}", "compute",
     PATH "model Mux: n_mux_inputs is 200; the table has 1 to 128 (af-eval and af-area estimate beyond with "
     "--extrapolate)"},
    {"MaxPool", "{'tech_node': 7e-9, 'cycle_period': 1e-9, 'n_bits': 70, 'pool_window': 4}", "read",
     PATH "model MaxPool: n_bits is 70; the table has 1 to 64 (af-eval and af-area estimate beyond with "
     "--extrapolate)"},
    {"C2CLadderDAC", "{'resolution': 4, 'voltage': 1, 'tech_node': 22e-9, 'unit_capacitance': 1e-15}", "read",
     PATH "model C2CLadderDAC: hist must be a list of numbers"},
    {"C2CMultiplier",
     "{'resolution': 4, 'voltage': 1, 'tech_node': 22e-9, 'unit_capacitance': 1e-15, 'a_hist': "
     "[1, 2], 'b_bit_distribution': [2]}",
     "read", PATH "model C2CMultiplier: b_bit_distribution[0] is 2; probabilities are from 0 to 1"},
    {"MemoryCell",
     "{'tech_node': 65e-9, 'cycle_period': 1e-9, 'rows': 64, 'cols': 64, 'cols_active_at_once': "
     "8, 'cell_config': 'no/such.cell', "
     "'average_input_value': 1, 'average_cell_value': 1, 'read_pulse_width': 1e-9}",
     "read",
     PATH
     "model MemoryCell: cell_config no/such.cell cannot be read: the path of a memory cell file is expected"},
    {"RaellaQuantEDRAM", "{'tech_node': 65e-9, 'size': 64, 'width': 8}", "read",
     PATH
     "model RaellaQuantEDRAM: this model has no figures; take RaellaQuantMultiplier beside an IsaacEDRAM, "
     "or give a plug-in"},
};

static void check_extrapolation(cost_case *c)
{
    const char *attributes = "{'tech_node': 65e-9, 'size': 65536, 'n_rw_ports': 3}";
    af_component_query q;
    cost_case bold = cost_case_new();
    af_cost_extrapolate(bold.cost, true);
    CHECK(!ask_component(&bold, "SRAM", attributes, "read", "", &q));
    CHECK_TEXT(q.method, "extrapolated");
    CHECK(isinf(q.area_band) && isinf(q.actions[0].energy_band));
    cost_case_free(&bold);
    CHECK(ask_component(c, "SRAM", attributes, "read", "", &q) == -1);
}

/* Explicit values win, a Dummy costs nothing, scales apply to all: all the scales of 20 section 8.4. */
static void check_precedence(cost_case *c)
{
    af_component_query q = {.name = "X", .path = "arch.nodes.0", .attributes = af_dict_value(c->arena),
                            .area = 2, .leak_power = 5, .area_scale = 3,
                            .leak_power_scale = 7, .energy_scale = 11, .throughput_scale = 13,
                            .n_parallel_instances = 2, .n_actions = 1,
                            .want_area = true, .want_energy = true, .want_throughput = true,
                            .want_leak = true};
    af_action_query read = {.name = "read", .energy = 1, .throughput = 10, .energy_scale = 17,
                            .throughput_scale = 19, .attributes = af_dict_value(c->arena)};
    q.actions = &read;
    CHECK(!af_cost_query(c->cost, &q, c->arena, c->report));
    CHECK(q.area == 12 && q.leak_power == 70 && read.energy == 187 && read.throughput == 4940);
    CHECK_TEXT(q.source, "given");
    CHECK(!ask_component(c, "dummy", "{}", "read", "", &q));
    CHECK(q.area == 0 && q.leak_power == 0 && q.actions[0].energy == 0 && isinf(q.actions[0].throughput));
    CHECK_TEXT(q.source, "dummy");
}

/* ---- a model of another owner is asked in its turn, once per request, and gives way when it cannot */

typedef struct foreign { int asked; const char *failure; double priority; bool installed; } foreign;
static bool any_action(const cost_model *model, const char *action) { return model->self && *action; }

static const char *answer_foreign(const cost_model *model, const model_request *request, model_answer *answer,
                                  af_arena *arena, af_report *report)
{
    foreign *f = (foreign *)model->self;
    (void)arena, (void)report;
    f->asked++;
    answer->area = 42;
    answer->source = "plugin:test";
    answer->area_band = answer->leak_power_band = answer->throughput_band = NAN;
    for (int i = 0; i < request->n_actions; i++)
        answer->actions[i] = (action_answer){1, 1, 1, NAN};
    return f->failure;
}

static const char *list_foreign(void *self, model_list *models, af_arena *arena, af_report *report)
{
    static const char *const names[] = {"IntMAC", "SRAM"};
    (void)report;
    *af_push(arena, models) = (cost_model){.name = "Mine", .n_names = 2, .names = names,
                                           .priority = ((foreign *)self)->priority, .has_action = any_action,
                                           .answer = answer_foreign, .self = self};
    return NULL;
}

static void check_foreign(foreign f, const char *class, const char *attributes, const char *model, int asked)
{
    cost_case c = cost_case_new();
    af_component_query q;
    af_add_model_source(af_models_of(c.cost), (model_source){list_foreign, &f, f.installed});
    for (int i = 0; i < 3; i++)
        CHECK(!ask_component(&c, class, attributes, "read", "", &q));
    CHECK_TEXT(q.model, model);
    CHECK(f.asked == asked);
    cost_case_free(&c);
}

int main(void)
{
    cost_case c = cost_case_new();
    for (size_t i = 0; i < sizeof chosen / sizeof *chosen; i++) {
        af_component_query q;
        CHECK(!ask_component(&c, chosen[i].class, chosen[i].attributes, chosen[i].actions, "", &q));
        CHECK_TEXT(q.model, chosen[i].model);
    }
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        af_component_query q;
        CHECK(ask_component(&c, refused[i].class, refused[i].attributes, refused[i].actions, "", &q) == -1);
        CHECK_TEXT(af_report_message(c.report, 0), refused[i].message);
    }
    check_extrapolation(&c);
    check_precedence(&c);
    const char *mac = "{'tech_node': 65e-9, 'adder_width': 8, 'multiplier_width': 8}",
        *odd = "{'tech_node': 65e-9, 'size': 12345}";
    const char *known = "{'tech_node': 22e-9, 'size': 262144, 'width': 512}";
    check_foreign((foreign){.priority = 0.9}, "IntMAC", mac, "Mine", 1);
    check_foreign((foreign){.priority = 0.05}, "IntMAC", mac, "AladdinIntMAC", 0);
    check_foreign((foreign){.priority = 0.9, .failure = "no idea"}, "IntMAC", mac, "AladdinIntMAC", 1);
    /* instead of an interpolated figure, */
    check_foreign((foreign){.priority = 0.9, .installed = true}, "SRAM", odd, "Mine", 1);
    /* not of an exact one */
    check_foreign((foreign){.priority = 0.9, .installed = true}, "SRAM", known, "SRAM", 0);
    check_foreign((foreign){.priority = 0.9, .installed = true, .failure = "no"}, "SRAM", odd, "SRAM", 1);
    cost_case_free(&c);
    return test_end("select");
}
