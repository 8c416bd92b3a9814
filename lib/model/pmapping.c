/* One Einsum's flat mapping made ready for analysis: backing holders, labels, reservations (50
 * sections 2, 3, 6). */
#include "model/analysis.h"

#include <string.h>

/* ---- checks of 50 section 12 */

typedef struct preparing {
    af_arena *arena;
    const af_einsum *einsum;
    const af_path *path;
    int n; af_step *steps;
    af_report *report;
    const char *where;
    uint64_t fixes, quirks;
} preparing;

/* Is the right way taken? Notes that the quirk makes a difference here. */
static bool fixes(preparing *p, af_quirk quirk)
{
    p->quirks |= (uint64_t)1 << quirk;
    return af_has_quirk(p->fixes, quirk);
}

static const char *node_name(const preparing *p, int node) { return p->einsum->nodes[node].name; }
static const char *tensor_name(const preparing *p, int tensor) { return p->einsum->tensors[tensor].name; }

static int check_nodes(const preparing *p)
{
    for (int i = 0; i < p->n; i++) {
        const af_step *s = &p->steps[i];
        if (s->kind != AF_STEP_TEMPORAL && p->path->position[s->node] < 0)
            return af_fail(p->report, AF_BAD_DATA, AF_NOWHERE, p->where,
                           "%s is not on the way to %s, which computes %s",
                           node_name(p, s->node), node_name(p, p->path->compute), p->einsum->name);
        if (af_is_loop(s) && !(p->einsum->universe.tensors_of_rank_variable[s->rank_variable]))
            return af_fail(p->report, AF_BAD_DATA, AF_NOWHERE, p->where, "no tensor of %s is indexed by %s",
                           p->einsum->name,
                           p->einsum->rank_variables[s->rank_variable].name);
    }
    return 0;
}

static int check_holders(const preparing *p)
{
    af_mask held = 0;
    for (int i = 0; i < p->n; i++) {
        const af_step *s = &p->steps[i];
        if (!af_is_holder(s))
            continue;
        held |= (af_mask)1 << s->tensor;
        for (int k = 0; k < i; k++)
            if (af_is_holder(&p->steps[k]) && p->steps[k].tensor == s->tensor && p->steps[k].node == s->node)
                return af_fail(p->report, AF_BAD_DATA, AF_NOWHERE, p->where,
                               "%s is held twice in %s, in nodes %d and %d of the branch of %s",
                               tensor_name(p, s->tensor), node_name(p, s->node), k, i, p->einsum->name);
        if (s->kind == AF_STEP_TOLL && s->backing && p->einsum->tensors[s->tensor].fusable)
            return af_fail(p->report, AF_BAD_DATA, AF_NOWHERE, p->where,
                           "%s lets %s pass and is the outermost to hold it, but other Einsums use %s too: "
                           "a Memory above %s must keep it",
                           node_name(p, s->node), tensor_name(p, s->tensor), tensor_name(p, s->tensor),
                           node_name(p, s->node));
    }
    for (int t = 0; t < p->einsum->n_tensors; t++)
        if (!(held >> t & 1))
            return af_fail(p->report, AF_BAD_DATA, AF_NOWHERE, p->where,
                           "tensor %s of %s has no holder above its compute %s",
                           tensor_name(p, t), p->einsum->name, node_name(p, p->path->compute));
    return 0;
}

static bool is_distributed(const af_arch_node *node)
{
    for (int i = 0; i < node->n_physical; i++)
        if (node->physical[i].fanout > 1)
            return true;
    return false;
}

/* The spatial loops below a memory that is spread over an Array say where its tensor lies: each must index it
 * (50 section 5.6). */
static int check_bindings(const preparing *p)
{
    const af_step *memory = NULL;
    for (int i = 0; i < p->n; i++) {
        const af_step *s = &p->steps[i];
        if (s->kind == AF_STEP_STORAGE)
            memory = is_distributed(&p->einsum->nodes[s->node]) ? s : NULL;
        if (s->kind == AF_STEP_SPATIAL && memory &&
            af_relevance_of(&p->einsum->tensors[memory->tensor], s->rank_variable) == AF_IRRELEVANT)
            return af_fail(p->report, AF_BAD_DATA, AF_NOWHERE, p->where,
                           "not supported: %s is spread over an Array and holds %s, "
                           "but the spatial loop over %s below it (%s, %s) does not index %s",
                           node_name(p, memory->node), tensor_name(p, memory->tensor),
                           p->einsum->rank_variables[s->rank_variable].name, node_name(p, s->node),
                           p->einsum->nodes[s->node].dimensions[s->dimension].name,
                           tensor_name(p, memory->tensor));
    }
    return 0;
}

/* ---- holders and loops */

static void find_backing(preparing *p)
{
    af_mask seen = 0;
    for (int i = 0; i < p->n; i++) {
        af_step *s = &p->steps[i];
        if (!af_is_holder(s))
            continue;
        s->backing = !(seen >> s->tensor & 1);
        seen |= (af_mask)1 << s->tensor;
        if (s->backing && !s->persistent && p->einsum->tensors[s->tensor].persistent &&
            s->kind == AF_STEP_STORAGE)
            s->persistent = fixes(p, AF_QUIRK_PERSISTENT_TENSORS);
    }
}

/* Halo of a rank variable in a rank: what is left of the tile when it is 1 and all others are whole (50
 * section 2). */
static bool has_stride_or_halo(const af_einsum *e, int rank_variable)
{
    for (int t = 0; t < e->n_tensors; t++)
        for (int i = 0; i < e->tensors[t].n_ranks; i++) {
            const af_rank *rank = &e->tensors[t].ranks[i];
            if (!(rank->mentioned >> rank_variable & 1))
                continue;
            double stride = 0, halo = rank->constant;
            for (int k = 0; k < rank->n_terms; k++)
                if (rank->terms[k].rank_variable == rank_variable)
                    stride += rank->terms[k].coefficient;
                else
                    halo += rank->terms[k].coefficient *
                            (e->rank_variables[rank->terms[k].rank_variable].bound - 1);
            if (stride != 1 || halo != 0)
                return true;
        }
    return false;
}

/* An initial tile shape counts on a fused loop over a rank variable that has a halo, once per rank variable
 * (50 section 3.1). */
static void settle_shapes(preparing *p, const af_prepare_options *options)
{
    af_mask kept = 0;
    int n_loops = 0;
    for (int i = 0; i < p->n; i++) {
        af_step *s = &p->steps[i];
        if (!af_is_loop(s))
            continue;
        s->loop = (int16_t)n_loops++;
        bool given = !af_is_zero(s->initial), counts = s->fused && !(kept >> s->rank_variable & 1) &&
            has_stride_or_halo(p->einsum, s->rank_variable);
        if (given && (!counts || (!options->keep_labels && !fixes(p, AF_QUIRK_INITIAL_TILE_SHAPE))))
            s->initial = af_known(0);
        if (!af_is_zero(s->initial))
            kept |= (af_mask)1 << s->rank_variable;
        if (p->einsum->rank_variables[s->rank_variable].bound == 1)
            s->tile = af_known(1);
    }
}

static void label_fused(preparing *p)
{
    int last = -1;
    for (int i = 0; i < p->n; i++)
        if (af_is_holder(&p->steps[i]) && p->steps[i].backing &&
            p->einsum->tensors[p->steps[i].tensor].fusable)
            last = i;
    for (int i = 0; i < p->n; i++)
        if (af_is_loop(&p->steps[i]))
            p->steps[i].fused = i < last;
}

/* Of the loops of one simple rank variable, the one above each loop that may be imperfect
 * (50 section 4.4). */
static void label_imperfect(preparing *p, const af_prepare_options *options)
{
    for (int v = 0; v < p->einsum->n_rank_variables; v++) {
        int before = -1;
        for (int i = 0; i < p->n; i++) {
            af_step *s = &p->steps[i];
            if (!af_is_loop(s) || s->rank_variable != v)
                continue;
            bool allowed = s->kind == AF_STEP_SPATIAL ? options->imperfect_spatial :
                options->imperfect_temporal;
            s->may_cause_imperfect = false;
            if (allowed && p->einsum->simple >> v & 1)
                p->steps[before < 0 ? i : before].may_cause_imperfect = true;
            before = i;
        }
    }
}

/* ---- reservations (50 section 3.3) */

typedef struct spot { int step; bool below; } spot;

/* Where the tile of the holder at `at` is taken: under the loops that index it, at most one
 * step before what stops it. */
static spot reservation_spot(const af_einsum *e, const af_step *steps, int n, int at, bool first,
                             bool past_others)
{
    const af_step *holder = &steps[at];
    if (first || !holder->lower)
        return (spot){at, true};
    for (int i = at + 1; i < n; i++) {
        const af_step *s = &steps[i];
        if ((s->kind == AF_STEP_SPATIAL && s->node == holder->node) ||
            (past_others && af_is_holder(s) && s->tensor != holder->tensor))
            continue;
        if (s->kind != AF_STEP_TEMPORAL)
            return (spot){i, false};
        af_relevance relevance = af_relevance_of(&e->tensors[holder->tensor], s->rank_variable);
        if (relevance != AF_RELEVANT)
            return (spot){i, relevance == AF_PARTIALLY_RELEVANT};
    }
    return (spot){n - 1, false};
}

static void emit_reservations(const af_step *steps, const spot *spots, int n, spot at, af_step *out,
                              int *count)
{
    for (int i = 0; i < n; i++)
        if (af_is_holder(&steps[i]) && spots[i].step == at.step && spots[i].below == at.below) {
            af_step reservation = steps[i];
            reservation.kind = AF_STEP_RESERVATION;
            reservation.loop = (int16_t)i;
            out[(*count)++] = reservation;
        }
}

static int loops_before(const af_step *steps, spot at)
{
    int loops = 0;
    for (int i = 0; i < at.step + at.below; i++)
        loops += af_is_loop(&steps[i]);
    return loops;
}

/* The order in which the holders of other tensors stand changes nothing for a tensor; in the reference it
 * does (50 section 15, row 4). */
static spot settled_spot(preparing *p, const af_step *steps, int n, int at, bool first)
{
    spot right = reservation_spot(p->einsum, steps, n, at, first, true),
        reference = reservation_spot(p->einsum, steps, n, at, first, false);
    if (loops_before(steps, right) == loops_before(steps, reference))
        return reference;
    return fixes(p, AF_QUIRK_RESERVATION_ORDER) ? right : reference;
}

static af_step *insert_reservations(preparing *p, const af_step *steps, int n, int *n_out)
{
    spot *spots = af_new_array(p->arena, spot, n);
    af_step *out = af_new_array(p->arena, af_step, 2 * n);
    af_mask seen = 0;
    for (int i = 0; i < n; i++)
        if (af_is_holder(&steps[i])) {
            spots[i] = settled_spot(p, steps, n, i, !(seen >> steps[i].tensor & 1));
            seen |= (af_mask)1 << steps[i].tensor;
        }
    int count = 0;
    for (int i = 0; i < n; i++) {
        emit_reservations(steps, spots, n, (spot){i, false}, out, &count);
        out[count++] = steps[i];
        emit_reservations(steps, spots, n, (spot){i, true}, out, &count);
    }
    *n_out = count;
    return out;
}

/* ---- copy Einsums (50 section 6): only what lies between the backing holders is moved,
 * and nothing is lowered */

static int check_copy_levels(const preparing *p)
{
    for (int i = 0; i < p->n; i++) {
        bool loop_between = false;
        for (int k = i + 1; af_is_holder(&p->steps[i]) && k < p->n; k++) {
            loop_between |= af_is_loop(&p->steps[k]);
            if (af_is_holder(&p->steps[k]) && p->steps[k].node == p->steps[i].node && loop_between)
                return af_fail(p->report, AF_BAD_DATA, AF_NOWHERE, p->where,
                               "copy Einsum %s: the holders of %s must stand together, "
                               "with no loop between them",
                               p->einsum->name, node_name(p, p->steps[i].node));
        }
    }
    return 0;
}

static af_step *copy_steps(preparing *p, int *n_out)
{
    af_step *steps = af_new_array(p->arena, af_step, p->n);
    int last = 0, count = 0;
    for (int i = 0; i < p->n; i++)
        if (af_is_holder(&p->steps[i]) && p->steps[i].backing)
            last = i;
    for (int i = 0; i < p->n; i++)
        if (!af_is_holder(&p->steps[i]) || i <= last) {
            steps[count] = p->steps[i];
            steps[count++].lower = false;
        }
    return insert_reservations(p, steps, count, n_out);
}

static int check_copy(const preparing *p)
{
    int n_inputs = 0;
    for (int t = 0; t < p->einsum->n_tensors; t++)
        n_inputs += !p->einsum->tensors[t].output;
    if (n_inputs != 1)
        return af_fail(p->report, AF_BAD_DATA, AF_NOWHERE, p->where,
                       "copy Einsum %s reads %d tensors; it must read exactly one",
                       p->einsum->name, n_inputs);
    return check_copy_levels(p);
}

/* ---- all together */

static int check(preparing *p)
{
    if (check_nodes(p) < 0)
        return -1;
    find_backing(p);
    if (check_holders(p) < 0 || check_bindings(p) < 0)
        return -1;
    return p->einsum->is_copy ? check_copy(p) : 0;
}

af_pmapping *af_pmapping_prepare(af_arena *arena, const af_einsum *einsum, const af_step *steps, int n_steps,
                                 const af_prepare_options *options, af_report *report, const char *path)
{
    const af_step *leaf = n_steps ? &steps[n_steps - 1] : NULL;
    const af_path *way = leaf && leaf->kind == AF_STEP_COMPUTE ? af_find_path(einsum, leaf->node) : NULL;
    if (!way) {
        af_fail(report, AF_BAD_DATA, AF_NOWHERE, path,
                "the branch of %s does not end in a Compute of the architecture", einsum->name);
        return NULL;
    }
    preparing p = {arena, einsum, way, n_steps, af_new_array(arena, af_step, n_steps), report, path,
        options->fixes, 0};
    memcpy(p.steps, steps, sizeof *steps * (size_t)n_steps);
    if (check(&p) < 0)
        return NULL;
    if (!options->keep_labels)
        label_fused(&p);
    settle_shapes(&p, options);
    label_fused(&p);
    label_imperfect(&p, options);
    af_pmapping *pmapping = af_new(arena, af_pmapping);
    pmapping->einsum = einsum;
    pmapping->compute = leaf->node;
    pmapping->path = (int)(way - einsum->paths);
    pmapping->is_copy = einsum->is_copy;
    for (int i = 0; i < n_steps; i++)
        pmapping->n_loops += af_is_loop(&steps[i]);
    pmapping->steps = insert_reservations(&p, p.steps, n_steps, &pmapping->n_steps);
    pmapping->analysed = pmapping->steps;
    pmapping->n_analysed = pmapping->n_steps;
    if (einsum->is_copy)
        pmapping->analysed = copy_steps(&p, &pmapping->n_analysed);
    pmapping->quirks = p.quirks;
    return pmapping;
}
