/* The model against the simulator on random mappings: every count, every reservation, latency, the peak of
 * every memory, and what every network carries. */
#include "seeds.h"

enum { CASES = 500 };
static const uint64_t ALL_FIXES = ((uint64_t)1 << AF_N_QUIRKS) - 1;

static bool close_to(double a, double b) { return fabs(a - b) <= 1e-9 * fmax(1, fmax(fabs(a), fabs(b))); }

static int wrong;                            /* in the case at hand */

static void compare(double got, double want, const char *what, const char *where, const char *tensor)
{
    CHECK(close_to(got, want));
    if (close_to(got, want))
        return;
    printf("  %s of %s in %s: the model says %g, the walk %g\n", what, tensor, where, got, want);
    wrong++;
}

static void compare_buffet(const sim_problem *p, int einsum, int level, int tensor, const sim_count *c,
                           const af_figures *f)
{
    const sim_einsum *e = &p->einsums[einsum];
    const char *where = p->levels[level].name, *name = e->tensors[tensor].name;
    const af_buffet *b = case_buffet(f, where, name);
    int loops = 0;
    double bits = reserved_bits(p, einsum, tensor, level, &loops);
    if (e->copy && bits == 0)                /* source and destination are told as one */
        bits = reserved_bits(p, einsum, 1, level, &loops);
    if (b->level == -9 && c->read + c->write + bits == 0)
        return;
    compare(b->read.value, c->read - c->skipped_read, "reads", where, name);
    compare(b->write.value, c->write - c->skipped_write, "writes", where, name);
    compare(b->read_skipped.value, c->skipped_read, "skipped reads", where, name);
    compare(b->write_skipped.value, c->skipped_write, "skipped writes", where, name);
    compare(b->read_per_unit.value, c->unit_read, "reads of a unit", where, name);
    compare(b->write_per_unit.value, c->unit_write, "writes of a unit", where, name);
    compare(b->occupancy.value, bits, "bits", where, name);
    if (bits > 0)
        compare(b->level, loops, "loops above", where, name);
}

/* Over one link along a dimension, which levels name differently. */
static double traffic_of(const af_figures *f, const af_hop *h, const char *level, int dimension)
{
    char name[32];
    snprintf(name, sizeof name, "%c%s", "XY"[dimension], level);
    for (int i = 0; i < h->n_traffic; i++)
        if (!strcmp(case_dimension(f, h->dimensions[i]), name))
            return h->traffic[i].value;
    return 0;
}

/* Returns how long it takes. */
static double compare_network(const sim_problem *p, int level, const sim_result *result, const af_figures *f,
                              double *hops)
{
    const sim_level *net = &p->levels[level];
    double farthest = 0;
    for (int t = 0; t < f->einsum->n_tensors; t++) {
        const sim_carried *c = &result->carried[level][t];
        const char *tensor = f->einsum->tensors[t].name;
        const af_hop *h = case_hop(f, net->name, tensor);
        compare(h->hops.value, c->hops, "hops", net->name, tensor);
        compare(h->max_hops.value, c->farthest, "the longest way", net->name, tensor);
        farthest = fmax(farthest, c->farthest);
        *hops += c->hops;
        for (int l = level; l < p->n_levels; l++)
            for (int d = 0; d < p->levels[l].n_dimensions; d++)
                compare(traffic_of(f, h, p->levels[l].name, d), c->most[l][d], "traffic of a link",
                        net->name, tensor);
    }
    double latency = fmax(farthest * net->latency, result->busiest_link[level] / net->throughput);
    if (case_component(f, net->name)->used)
        compare(case_component(f, net->name)->latency.value, latency, "latency", net->name, "-");
    return latency;
}

static void compare_einsum(const sim_problem *p, int einsum, const af_figures *f, bool fixed)
{
    sim_result result;
    simulate(p, einsum, &result);
    const sim_einsum *e = &p->einsums[einsum];
    const char *compute = p->levels[e->compute].name;
    if (e->copy && !fixed)                   /* its traffic is judged where it is right */
        return;
    compare(f->computes.value, result.computes, "computes", compute, "-");
    compare(f->compute_steps.value, result.steps, "steps", compute, "-");
    double slowest = result.steps, energy = result.computes;
    for (int l = 0; l < p->n_levels; l++) {
        const sim_level *level = &p->levels[l];
        double calls = 0;
        if (!is_on_path(p, e, l) || level->kind == SIM_COMPUTE)
            continue;
        if (level->kind == SIM_NETWORK) {
            slowest = fixed ? fmax(slowest, compare_network(p, l, &result, f, &energy)) : slowest;
            continue;
        }
        for (int t = 0; t < (e->copy ? 1 : e->n_tensors); t++) {
            const sim_count *c = &result.counts[l][t];
            compare_buffet(p, einsum, l, t, c, f);
            calls += c->unit_read + c->unit_write / 2;
            energy += c->read - c->skipped_read + (c->write - c->skipped_write) / 2;
        }
        slowest = fmax(slowest, calls);
        if (case_component(f, level->name)->used)
            compare(case_component(f, level->name)->latency.value, calls, "latency", level->name, "-");
    }
    if (!fixed)
        return;
    compare(f->latency.value, slowest, "latency", e->name, "-");
    compare(f->dynamic_energy.value, energy, "energy", e->name, "-");
    compare(f->leak_energy.value, slowest * leaking_power(p), "leakage", e->name, "-");
}

/* ---- the same figures as formulas over unknown tile shapes, at the tile shapes of the mapping */

/* bounds: of the box */
typedef struct at_point { const af_graph *g; double symbols[64], bounds[64]; } at_point;

static void compare_formula(const at_point *at, af_num formula, af_num known, const char *what,
                            const char *where)
{
    compare(af_num_at(at->g, formula, at->symbols), known.value, what, where, "formula");
}

/* A direction that is claimed holds when one tile shape moves alone. */
static void check_directions(const at_point *at, af_num x, int n_symbols)
{
    for (int s = 0; s < n_symbols; s++) {
        at_point moved = *at;
        moved.symbols[s] += moved.symbols[s] < moved.bounds[s];
        double here = af_num_at(at->g, x, at->symbols), there = af_num_at(at->g, x, moved.symbols),
            slack = 1e-9 * (1 + fabs(here));
        af_sign sign = af_direction_of(at->g, x, s);
        CHECK(sign != AF_SIGN_CONSTANT || fabs(there - here) <= slack);
        CHECK(sign != AF_SIGN_NOT_DECREASING || there >= here - slack);
        CHECK(sign != AF_SIGN_NOT_INCREASING || there <= here + slack);
        af_interval range = af_interval_of(at->g, x);
        CHECK(here >= range.low - slack && here <= range.high + slack);
    }
}

static void compare_figures(const at_point *at, const af_figures *formulas, const af_figures *known,
                            int n_symbols)
{
    CHECK(formulas->n_buffets == known->n_buffets && formulas->n_spatial == known->n_spatial);
    for (int i = 0; i < known->n_buffets; i++) {
        const af_buffet *f = &formulas->buffets[i], *k = &known->buffets[i];
        const char *where = known->einsum->nodes[k->node].name;
        compare_formula(at, f->read, k->read, "reads", where);
        compare_formula(at, f->write, k->write, "writes", where);
        compare_formula(at, f->read_per_unit, k->read_per_unit, "reads of a unit", where);
        compare_formula(at, f->write_per_unit, k->write_per_unit, "writes of a unit", where);
        compare_formula(at, f->occupancy, k->occupancy, "bits", where);
        check_directions(at, f->occupancy, n_symbols);
        CHECK(f->level == k->level);
    }
    for (int i = 0; i < known->n_spatial; i++)
        compare_formula(at, formulas->spatial[i].used, known->spatial[i].used, "instances", "-");
    compare_formula(at, formulas->energy, known->energy, "energy", "-");
    compare_formula(at, formulas->latency, known->latency, "latency", "-");
    check_directions(at, formulas->energy, n_symbols);
    check_directions(at, formulas->latency, n_symbols);
}

static void compare_unknown(model_case *c, const af_pmapping *mapped, const af_figures *known, uint64_t fixes)
{
    const af_einsum *e = mapped->einsum;
    af_graph *g = af_graph_new(c->arena);
    at_point at = {g, {0}, {0}};
    af_step *steps = af_new_array(c->arena, af_step, mapped->n_steps);
    int n = 0, n_symbols = 0;
    for (int i = 0; i < mapped->n_steps; i++) {
        if (mapped->steps[i].kind == AF_STEP_RESERVATION)
            continue;
        steps[n] = mapped->steps[i];
        bool loop = steps[n].kind == AF_STEP_TEMPORAL || steps[n].kind == AF_STEP_SPATIAL;
        if (loop && n_symbols < 64) {
            at.symbols[n_symbols] = steps[n].tile.value;
            at.bounds[n_symbols] = e->rank_variables[steps[n].rank_variable].bound;
            steps[n].tile = af_symbol(g, n_symbols++, 1, e->rank_variables[steps[n].rank_variable].bound);
        }
        n++;
    }
    const af_prepare_options all_imperfect = {true, true, false, fixes};
    af_pmapping *p = af_pmapping_prepare(c->arena, e, steps, n, &all_imperfect, c->report, "mapping");
    af_figures *f = p ? af_evaluate_pmapping(c->arena, g, p, AF_METRICS_ALL, fixes, c->report,
                                              "mapping") : NULL;
    CHECK(f != NULL);
    if (f)
        compare_figures(&at, f, known, n_symbols);
}

/* With the reference's quirks or without; uneven loops only without, since the reference
 * counts them by ratios. */
static void compare_fixed(model_case *c, sim_problem *p, const problem_text *text, bool fixed)
{
    p->by_order = !fixed;
    af_mapping_figures *all = case_evaluate(c, text->mapping, fixed ? ALL_FIXES : 0);
    CHECK(all != NULL);
    wrong += !all;
    for (int i = 0; all && i < p->n_einsums; i++) {
        compare_einsum(p, i, all->figures[i], fixed);
        if (p->even)
            compare_unknown(c, all->pmappings[i], all->figures[i], fixed ? ALL_FIXES : 0);
    }
    for (int l = 0; all && l < p->n_levels; l++) {
        if (p->levels[l].kind != SIM_MEMORY)
            continue;
        double peak = peak_bits(p, l), usage = case_usage(all, p->levels[l].name);
        compare(usage < 0 ? 0 : usage * 1e6, peak, "peak bits", p->levels[l].name, "-");
    }
}

static void compare_problem(unsigned seed, model_case *c)
{
    sim_problem p;
    problem_text text;
    generate(seed, true, &p, &text);
    wrong = !case_make(c, text.workload, text.bounds, text.arch);
    for (int fixed = !p.even || p.arrays; fixed < 2 && !wrong; fixed++)
        compare_fixed(c, &p, &text, fixed);
    if (wrong)
        tell_case(seed, &text, c);
}

int main(int argc, char **argv) { return run_seeds(argc, argv, CASES, compare_problem, "brute model"); }
