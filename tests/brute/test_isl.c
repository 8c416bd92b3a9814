/* The analysis by integer sets against the usual one, on random mappings (45 section 10). Common ground: what
 * the usual analysis moves to a memory is what the sets say it holds, summed over its space and time; what it
 * takes from a memory is what the sets say the buffer below holds, where no request serves several instances;
 * the tile it reserves, where loops are not crossed, is the most that it holds at one time; every operation
 * takes one value of each tensor. Reuse over time and between neighbours can only lessen it. Not on it: holes
 * of strided indices, the traffic of copies, units of a memory in an Array. */
#include "seeds.h"
#include "model/isl_reuse.h"

enum { CASES = 100 };
static const uint64_t ALL_FIXES = ((uint64_t)1 << AF_N_QUIRKS) - 1;

static int wrong;

static void same(double sets, double usual, const char *what, const af_isl_buffer *b, const af_einsum *e)
{
    bool equal = fabs(sets - usual) <= 1e-9 * fmax(1, fabs(usual));
    CHECK(equal);
    if (equal)
        return;
    printf("  %s of %s in %s for %s: by sets %g, by the model %g\n", what, e->tensors[b->tensor].name,
           b->component, e->name, sets, usual);
    wrong++;
}

static bool has_parent(const sim_einsum *e, int tensor, int level)
{
    bool above = false;
    for (int i = 0; i < e->n_nodes; i++) {
        if (e->nodes[i].kind == SIM_HOLD && e->nodes[i].tensor == tensor && e->nodes[i].level == level)
            return above;
        above |= e->nodes[i].kind == SIM_HOLD && e->nodes[i].tensor == tensor;
    }
    return false;
}

static int loops_above(const sim_einsum *e, int tensor, int level)
{
    int loops = 0;
    for (int i = 0; i < e->n_nodes; i++) {
        if (e->nodes[i].kind == SIM_HOLD && e->nodes[i].tensor == tensor && e->nodes[i].level == level)
            return loops;
        loops += e->nodes[i].kind != SIM_HOLD;
    }
    return -1;
}

static int level_named(const sim_problem *p, const char *name)
{
    int level = 0;
    while (strcmp(p->levels[level].name, name))
        level++;
    return level;
}

/* The usual analysis takes the whole box that a strided index spans, holes too. */
static bool has_holes(const sim_tensor *t)
{
    bool strided = false;
    for (int r = 0; r < t->n_ranks; r++)
        for (int i = 0; i < t->ranks[r].n; i++)
            strided |= t->ranks[r].factor[i] > 1;
    return strided;
}

static int node_of(const sim_einsum *e, int tensor, int level)
{
    int at = 0;
    while (at < e->n_nodes && !(e->nodes[at].kind == SIM_HOLD && e->nodes[at].tensor == tensor &&
                                e->nodes[at].level == level))
        at++;
    return at;
}

/* One request serves several instances somewhere between two holders. */
static bool is_shared(const sim_problem *p, const sim_einsum *e, int tensor, int from, int to)
{
    bool shared = false, in_sum;
    for (int i = from; i < to; i++)
        shared |= e->nodes[i].kind == SIM_SPATIAL &&
            !indexes(&e->tensors[tensor], e->nodes[i].variable, &in_sum) &&
            p->levels[e->nodes[i].level].reuses[e->nodes[i].dimension];
    return shared;
}

/* What a memory serves: what the buffer below it holds, all its points together; and of an output what the
 * memory itself exchanges with the one above. */
static void compare_served(const sim_problem *p, const af_isl_buffer *b, const af_isl_buffer *child,
                           const af_einsum *e, const af_buffet *buffet)
{
    const sim_einsum *own = &p->einsums[b->leaf];
    int level = level_named(p, b->component), below = level_named(p, child->component);
    const sim_level *memory = &p->levels[level];
    bool output = own->tensors[b->tensor].output;
    if (memory->kind != SIM_MEMORY || (has_holes(&own->tensors[b->tensor]) && below != own->compute) ||
        is_shared(p, own, b->tensor, node_of(own, b->tensor, level), node_of(own, b->tensor, below)))
        return;
    bool exchanges = has_parent(own, b->tensor, level);
    double above = exchanges ? (double)b->occupancy.total : 0, served = (double)child->occupancy.total;
    double read = buffet->read.value + buffet->read_skipped.value,
        written = buffet->write.value + buffet->write_skipped.value;
    if (exchanges && has_holes(&own->tensors[b->tensor]))
        return;
    same(served + (output ? above : 0), read * memory->read_bits / p->bits, "values read", b, e);
    if (output)
        same(served + above, written * memory->write_bits / p->bits, "values written", b, e);
}

/* The next one of the same tensor on the same way. */
static const af_isl_buffer *child_of(const af_isl_analysis *a, const af_isl_buffer *b)
{
    const af_isl_buffer *child = b + 1;
    while (child < a->buffers + a->n_buffers && (child->leaf != b->leaf || child->tensor != b->tensor))
        child++;
    return child < a->buffers + a->n_buffers ? child : NULL;
}

static void compare_buffer(const sim_problem *p, const af_isl_analysis *a, const af_isl_buffer *b,
                           const af_mapping_figures *all)
{
    const af_einsum *e = a->leaves[b->leaf].einsum;
    const af_figures *f = all->figures[b->leaf];
    const sim_einsum *own = &p->einsums[b->leaf];
    int level = level_named(p, b->component);
    CHECK(b->fill.total <= b->occupancy.total && b->fill.total > 0);
    CHECK(b->from_neighbours >= 0 && b->from_neighbours <= b->fill.total);
    if (level == own->compute) {
        double computes = own->copy ? (double)a->leaves[b->leaf].operations : f->computes.value;
        same((double)b->occupancy.total, computes, "values", b, e);
        return;
    }
    const af_buffet *buffet = case_buffet(f, b->component, e->tensors[b->tensor].name);
    if (!own->copy && child_of(a, b))
        compare_served(p, b, child_of(a, b), e, buffet);
    if (has_holes(&own->tensors[b->tensor]) || own->copy)
        return;
    if (!e->tensors[b->tensor].output && has_parent(own, b->tensor, level))
        same((double)b->occupancy.total, buffet->write.value * p->levels[level].write_bits / p->bits,
             "values", b, e);
    bool spread = p->levels[level].grid > 0;     /* the sets tell no units apart */
    if (b->occupancy.most >= 0 && !spread && buffet->level == loops_above(own, b->tensor, level))
        same((double)b->occupancy.most, buffet->occupancy.value / p->bits, "tile", b, e);
}

static void compare_problem(unsigned seed, model_case *c)
{
    static const af_isl_options links = {.links = true};
    sim_problem p;
    problem_text text;
    generate(seed, true, &p, &text);
    bool made = case_make(c, text.workload, text.bounds, text.arch);
    af_mapping_figures *all = made ? case_evaluate(c, text.mapping, ALL_FIXES) : NULL;
    af_isl_analysis *a = all ? af_isl_analyze(c->arena, (const af_einsum *const *)c->einsums, c->n_einsums,
                                              case_mapping(c, text.mapping), &links, c->report) : NULL;
    CHECK(all && a);
    wrong = !a;
    for (int l = 0; a && l < a->n_leaves; l++)
        CHECK(p.einsums[l].copy || (double)a->leaves[l].operations == all->figures[l]->computes.value);
    for (int i = 0; a && i < a->n_buffers; i++)
        compare_buffer(&p, a, &a->buffers[i], all);
    if (a)
        af_isl_free(a);
    if (wrong)
        tell_case(seed, &text, c);
}

int main(int argc, char **argv) { return run_seeds(argc, argv, CASES, compare_problem, "brute isl"); }
