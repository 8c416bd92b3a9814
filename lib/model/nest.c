/* The nodes of a pmapping that matter to one tensor, in the order in which they act on it (50 section 3.4).
 *
 * A spatial loop stands for hardware: it acts between two holders of a tensor where its component lies
 * between theirs in the architecture, wherever the mapping has it. So each tensor has its own nest. */
#include "model/analysis.h"

typedef struct building {
    const af_pmapping *pmapping;
    const int *position;                     /* of architecture nodes on the path */
    int tensor;
    int n; int *steps;
    int n_spatials; int *spatials;           /* not placed yet, in the mapping's order */
} building;

static bool is_kept(const building *b, const af_step *s)
{
    if (s->kind == AF_STEP_TEMPORAL || s->kind == AF_STEP_COMPUTE)
        return true;
    return s->kind != AF_STEP_SPATIAL && b->tensor >= 0 && s->tensor == b->tensor;
}

/* Puts the waiting spatial loops that fan out no lower than `node`. */
static void place_spatials(building *b, int node)
{
    int left = 0;
    for (int i = 0; i < b->n_spatials; i++) {
        int step = b->spatials[i];
        if (b->position[b->pmapping->analysed[step].node] <= b->position[node])
            b->steps[b->n++] = step;
        else
            b->spatials[left++] = step;
    }
    b->n_spatials = left;
}

/* Within each run of loops the mapping's order holds. */
static void sort_runs(building *b)
{
    const af_step *steps = b->pmapping->analysed;
    for (int i = 1; i < b->n; i++) {
        int step = b->steps[i], at = i;
        for (; af_is_loop(&steps[step]) && at > 0 && af_is_loop(&steps[b->steps[at - 1]]) &&
             b->steps[at - 1] > step; at--)
            b->steps[at] = b->steps[at - 1];
        b->steps[at] = step;
    }
}

static int check_order(const building *b, af_report *report, const char *path)
{
    const af_einsum *e = b->pmapping->einsum;
    const af_step *steps = b->pmapping->analysed;
    af_mask indexed = b->tensor < 0 ? ~(af_mask)0 : e->universe.rank_variables_of_tensor[b->tensor];
    for (int i = 0; i < b->n; i++)
        for (int k = i + 1; k < b->n && af_is_loop(&steps[b->steps[i]]); k++) {
            const af_step *x = &steps[b->steps[i]], *y = &steps[b->steps[k]];
            if (!af_is_loop(y) || x->rank_variable != y->rank_variable || b->steps[i] < b->steps[k] ||
                !(indexed >> x->rank_variable & 1))
                continue;
            return af_fail(report, AF_BAD_DATA, AF_NOWHERE, path,
                           "%s: a spatial loop over %s stands above a temporal loop over %s, and that above "
                           "a holder of %s that the spatial loop's component does not fan out to: "
                           "for %s the two loops change places",
                           e->name, e->rank_variables[x->rank_variable].name,
                           e->rank_variables[x->rank_variable].name, e->tensors[b->tensor].name,
                           e->tensors[b->tensor].name);
        }
    return 0;
}

/* Loops before each step: in the mapping, not in the nest, since how long something is held is a matter of
 * time, which other tensors and other Einsums share. */
static void count_loops_before(const af_pmapping *pmapping, int *loops)
{
    for (int i = 0, n = 0; i < pmapping->n_analysed; i++) {
        loops[i] = n;
        n += af_is_loop(&pmapping->analysed[i]);
    }
}

int af_nest_of(af_arena *arena, const af_pmapping *pmapping, int tensor, af_nest *nest, af_report *report,
               const char *path)
{
    int n = pmapping->n_analysed;
    building b = {.pmapping = pmapping, .position = pmapping->einsum->paths[pmapping->path].position,
                  .tensor = tensor,
                  .steps = af_new_array(arena, int, n), .spatials = af_new_array(arena, int, n)};
    for (int i = 0; i < n; i++)
        if (pmapping->analysed[i].kind == AF_STEP_SPATIAL)
            b.spatials[b.n_spatials++] = i;
    for (int i = 0; i < n; i++) {
        const af_step *s = &pmapping->analysed[i];
        if (!is_kept(&b, s))
            continue;
        if (s->kind != AF_STEP_TEMPORAL && s->kind != AF_STEP_RESERVATION)
            place_spatials(&b, s->node);
        b.steps[b.n++] = i;
    }
    sort_runs(&b);
    nest->n = b.n;
    nest->steps = b.steps;
    nest->depth = b.spatials;                /* all are placed: the room is free */
    int *before = af_new_array(arena, int, n);
    count_loops_before(pmapping, before);
    for (int i = 0; i < b.n; i++)
        nest->depth[i] = before[b.steps[i]];
    return tensor < 0 ? 0 : check_order(&b, report, path);
}
