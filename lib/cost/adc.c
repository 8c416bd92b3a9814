/* Analog-to-digital converters by a fit over a survey of published ones (30 section 7). */
#include "cost/embedded.h"

#include <math.h>

/* Schreier figure of merit over frequency, and its greatest by effective bits (0 … 20). */
static const double merit_intercept = 213.7806687348118, merit_by_log_frequency = -2.8719030399529957;
static const double greatest_merit[] = {
    128.3068287398817,  131.52734025085925, 134.7478517618368,  137.96836327281437, 141.18887478379193,
    144.4093862947695,  147.62989780574708, 150.85040931672464, 154.0709208277022,  157.29143233867975,
    160.5119438496573,  163.73245536063487, 166.95296687161243, 170.17347838259,    173.39398989356755,
    176.61450140454514, 179.83501291552267, 183.05552442650026, 186.27603593747781, 189.49654744845537,
    192.71705895943293};
/* ln pJ over ln nm and ln bits. */
static const double energy_intercept = 26.0496215686518, energy_by_log_tech = 1.8800369206815004,
    energy_by_log_bits = -2.8291256050594527,
                    energy_residual = -1.4702022133784405;
/* ln um2 over ln nm, ln Hz, ln pJ. */
static const double area_by_log_tech = 0.9932794744745022, area_by_log_frequency = 0.18071538424508238,
    area_by_log_energy = 0.29912426192653485,
                    area_intercept = 1.3461916439910742;

static int build_adc(builder *b, component *c)
{
    double bits = number_of(c, "n_bits"), tech_nm = number_of(c, "tech_node") * 1e9,
        n = trunc(number_of(c, "n_adcs")), throughput = number_of(c, "throughput");
    if (n < 1)
        return refuse(b, "n_adcs must be 1 or more, not %g", n);
    double log_frequency = log(throughput / n);
    double merit = fmin(merit_intercept + merit_by_log_frequency * log_frequency,
                        greatest_merit[(int)fmin(fmax(ceil(bits), 0), 20)]);
    double signal_to_noise = bits * 20 * (log(2) / log(10)) + 10 * (log(1.5) / log(10));
    double picojoules = 1 / (pow(10, (merit - signal_to_noise) / 10) * 2) *
                        exp(energy_intercept + energy_by_log_tech * log(tech_nm) + energy_by_log_bits *
                            log(bits) + energy_residual);
    double square_micrometres = exp(area_by_log_tech * log(tech_nm) + area_by_log_frequency * log_frequency +
                                    area_by_log_energy * log(picojoules) +
                                    area_intercept) * n;
    double *joules = af_new(b->arena, double);
    *joules = picojoules * 1e-12;
    c->area = square_micrometres * 1e-12;
    c->leak = *joules * throughput * 0.2;
    c->data = joules;
    return 0;
}

static action_cost convert(builder *b, const component *c, af_value attributes, action_cost *parts)
{
    (void)b, (void)attributes, (void)parts;
    double throughput = number_of(c, "throughput");
    return (action_cost){*(const double *)c->data * 0.8, 1 / throughput, throughput, 0, 0};
}

const component_class converter_classes[] = {
    {.model = "ADC", "adc pim_adc sar_adc array_adc pim_array_adc cim_array_adc cim_adc", 0.35,
     "adc-survey-fit",
     {{"n_bits", PARAMETER_NUMBER, true, .least = 4, .most = INFINITY},
      {"tech_node", PARAMETER_NUMBER, true, .least = 1e-10, .most = 1e-5},
      {"throughput", PARAMETER_NUMBER, true, .least = 1e-300, .most = INFINITY},
      {.name = "n_adcs", .standard = 1}},
     {{.names = "convert drive read sample activate", .cost = convert}}, .build = build_adc},

    {.model = NULL}
};
