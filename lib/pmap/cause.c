/* What removed candidates (60 section 17: exact counts of our own instead of the reference's keep rates). */
#include "pmap/cause.h"

#include <math.h>
#include <string.h>

const char *const af_search_stage_names[AF_N_SEARCH_STAGES] = {
    "storage choices", "orders of holders", "templates", "choices of tile shapes", "rows"};

static const af_cause template_rules[AF_N_TEMPLATE_RULES] = {
    [AF_BACK_BELOW] = {"back: a memory further out holds the tensor already", 0, AF_CHOICES, AF_INVALID},
    [AF_UNHELD] = {"keep, may_keep: some tensor is held nowhere", 0, AF_CHOICES, AF_INVALID},
    [AF_DISABLED] = {"enabled: the Compute is not", 0, AF_CHOICES, AF_INVALID},
    [AF_OUT_OF_ORDER] = {"an inner memory's holder above an outer one's (force_memory_hierarchy_order)",
                         0, AF_ORDERS, AF_INVALID},
    [AF_USELESS_COPY] = {"a copy right above an inner one of the same tensor is of no use",
                         0, AF_ORDERS, AF_REPLACED},
    [AF_ORDER_OPTIONS] = {"tensor_order_options", 0, AF_ORDERS, AF_INVALID},
    [AF_WITHOUT_LOOP] = {"constraints force every loop over some rank variable to one",
                         0, AF_TEMPLATES, AF_INVALID},
    [AF_SEEN_BEFORE] = {"the same as one before but for the order of holders without a loop between",
                        0, AF_TEMPLATES, AF_REPLACED},
};

static void count(af_arena *arena, af_pmap_result *result, af_cause cause)
{
    if (cause.removed <= 0)
        return;
    for (int i = 0; i < result->n_causes; i++)
        if (!strcmp(result->causes[i].text, cause.text)) {
            result->causes[i].removed += cause.removed;
            return;
        }
    af_cause *causes = af_new_array(arena, af_cause, result->n_causes + 1);
    if (result->n_causes)
        memcpy(causes, result->causes, sizeof *causes * (size_t)result->n_causes);
    causes[result->n_causes++] = cause;
    result->causes = causes;
}

/* ---- limits of tile shapes */

/* A tensor that is to be held there and of which one value is larger than the memory; -1: none. */
static int too_large(const af_outcome *o, const af_arch_node *memory, int node)
{
    for (int i = 0; i < o->n_steps; i++)
        if (o->steps[i].kind == AF_STEP_STORAGE && o->steps[i].node == node &&
            memory->bits_per_value[o->steps[i].tensor] > memory->size)
            return o->steps[i].tensor;
    return -1;
}

static af_cause capacity_cause(af_arena *arena, const af_einsum *e, const af_outcome *o, int node)
{
    const af_arch_node *memory = &e->nodes[node];
    char size[32], bits[32];
    int large = too_large(o, memory, node);
    af_number_text(size, memory->size);
    if (large >= 0) {
        af_number_text(bits, memory->bits_per_value[large]);
        return (af_cause){af_format(arena, "%s holds %s bits; one value of %s needs %s", memory->name, size,
                                    e->tensors[large].name, bits),
                          0, AF_TILINGS, AF_IMPOSSIBLE};
    }
    return (af_cause){af_format(arena, "%s holds %s bits, too few for what is to be held in it at once",
                                memory->name, size),
                      0, AF_TILINGS, AF_INVALID};
}

static af_cause limit_cause(af_arena *arena, const af_einsum *e, const af_outcome *o, const af_limit *limit)
{
    const af_arch_node *node = &e->nodes[limit->node];
    if (limit->kind == AF_CAPACITY)
        return capacity_cause(arena, e, o, limit->node);
    if (limit->kind == AF_TILE_SHAPE)
        return (af_cause){af_format(arena, "no loops satisfy the tile_shape of %s", node->name), 0,
                          AF_TILINGS, AF_INVALID};
    const af_dimension *d = &node->dimensions[limit->dimension];
    const char *text =
        limit->kind == AF_FANOUT
            ? af_format(arena, "%s fans out to only %g along %s", node->name, d->fanout, d->name)
        : limit->kind == AF_LOOP_BOUND
            ? af_format(arena, "no loops satisfy the loop_bounds of %s along %s", node->name, d->name)
            : af_format(arena, "no loops reach the min_usage of %s along %s", node->name, d->name);
    return (af_cause){text, 0, AF_TILINGS, AF_INVALID};
}

static const char *const row_rules[AF_N_ROW_RULES] = {
    [AF_BY_INCUMBENT] = "worse, whatever follows, than rows of other templates",
    [AF_BY_COMPLETE] = "worse, whatever follows, than rows of the template",
    [AF_BY_CRITERIA] = "worse than others, or equal to one, whatever follows",
    [AF_BY_FRONT] = "worse than others of the template, or equal to one",
};

static void count_limits(af_arena *arena, const af_einsum *e, const af_outcome *o, af_pmap_result *result)
{
    const double *removed = o->explored.tally.by_limit;
    for (int k = 0; k < o->n_limits; k++) {
        if (!removed[k])
            continue;
        af_cause cause = limit_cause(arena, e, o, &o->limits[k]);
        cause.removed = removed[k];
        count(arena, result, cause);
    }
    count(arena, result,
          (af_cause){"max_fused_loops and the other limits on numbers of loops admit none",
                     removed[o->n_limits], AF_TILINGS, AF_INVALID});
}

static void count_tilings(af_arena *arena, const af_einsum *e, const af_outcome *outcomes, int n,
                          af_pmap_result *result)
{
    double by[AF_N_ROW_RULES] = {0};
    af_searched *searched = &result->searched[AF_TILINGS];
    for (int i = 0; i < n; i++) {
        const af_tally *tally = &outcomes[i].explored.tally;
        if (outcomes[i].cause) {
            count(arena, result,
                  (af_cause){af_copy_text(arena, outcomes[i].cause), 1, AF_TEMPLATES, AF_INVALID});
            continue;
        }
        count_limits(arena, e, &outcomes[i], result);
        searched->tried += tally->tried, searched->went_on += tally->went_on;
        for (int rule = 0; rule < AF_N_ROW_RULES; rule++)
            by[rule] += tally->by[rule];
    }
    for (int rule = 0; rule < AF_N_ROW_RULES; rule++)
        count(arena, result, (af_cause){row_rules[rule], by[rule], AF_TILINGS, AF_REPLACED});
}

/* Templates come from the generators; those that the model refuses go before any tile shape is tried. */
static void count_templates(const af_einsum *einsum, const af_generator *generators,
                            const af_outcome *outcomes, int n_outcomes, af_pmap_result *result)
{
    for (int p = 0; p < einsum->n_paths && generators; p++)
        for (int stage = AF_CHOICES; stage <= AF_TEMPLATES; stage++) {
            result->searched[stage].tried += generators[p].searched[stage].tried;
            result->searched[stage].went_on += generators[p].searched[stage].went_on;
        }
    for (int i = 0; i < n_outcomes && generators; i++)
        result->searched[AF_TEMPLATES].went_on -= outcomes[i].cause != NULL;
}

void af_count_causes(af_arena *arena, const af_einsum *einsum, const af_generator *generators,
                     const af_outcome *outcomes, int n_outcomes, af_pmap_result *result)
{
    for (int rule = 0; rule < AF_N_TEMPLATE_RULES && generators; rule++)
        for (int p = 0; p < einsum->n_paths; p++) {
            af_cause cause = template_rules[rule];
            cause.removed = generators[p].removed[rule];
            count(arena, result, cause);
        }
    count_templates(einsum, generators, outcomes, n_outcomes, result);
    count_tilings(arena, einsum, outcomes, n_outcomes, result);
    const af_searched *rows = &result->searched[AF_ROWS];
    count(arena, result,
          (af_cause){"worse than others of the Einsum, or equal to one", rows->tried - rows->went_on, AF_ROWS,
                     AF_REPLACED});
}

/* ---- nothing left */

int af_fail_without_templates(const af_einsum *e, const af_generator *generators, af_report *report)
{
    if (!e->n_paths)
        return af_fail(report, AF_NO_ANSWER, AF_NOWHERE, "arch.nodes",
                       "Einsum %s has no mapping: the architecture has no Compute", e->name);
    for (int p = 0; p < e->n_paths; p++)
        for (int t = 0; t < e->n_tensors; t++)
            if (generators[p].unheld & af_bit(t))
                return af_fail(report, AF_NO_ANSWER, AF_NOWHERE, NULL,
                               "Einsum %s has no mapping: no memory may keep tensor %s", e->name,
                               e->tensors[t].name);
    for (int p = 0; p < e->n_paths; p++)
        if (generators[p].without_loop)
            return af_fail(report, AF_NO_ANSWER, AF_NOWHERE, NULL,
                           "Einsum %s has no mapping: constraints (loop_bounds, reuse, "
                           "no_refetch_from_above, no_resend_to_below) force every loop over %s to one",
                           e->name, e->rank_variables[__builtin_ctzll(generators[p].without_loop)].name);
    if (generators[0].disabled)
        return af_fail(report, AF_NO_ANSWER, AF_NOWHERE, NULL,
                       "Einsum %s has no mapping: no Compute is enabled for it", e->name);
    return af_fail(report, AF_NO_ANSWER, AF_NOWHERE, NULL,
                   "Einsum %s has no mapping: the constraints on what memories hold (keep, "
                   "may_keep, back, tensor_order_options) admit none",
                   e->name);
}

/* First what no mapping like it can meet, then what removed most of the tile shapes or
 * templates; of equals the first. */
static bool tells_more(const af_cause *a, const af_cause *b)
{
    if (a->kind != b->kind)
        return a->kind > b->kind;
    return a->removed != b->removed ? a->removed > b->removed : a < b;
}

int af_fail_without_rows(const af_einsum *e, const af_pmap_result *result, af_report *report)
{
    enum { TOLD = 3 };
    af_text why = {0};
    const af_cause *last = NULL;
    for (int n = 0; n < TOLD; n++) {
        const af_cause *next = NULL;
        for (int i = 0; i < result->n_causes; i++) {
            const af_cause *c = &result->causes[i];
            bool to_tell = c->kind != AF_REPLACED && (c->of == AF_TILINGS || c->of == AF_TEMPLATES) &&
                           (!last || tells_more(last, c));
            if (to_tell && (!next || tells_more(c, next)))
                next = c;
        }
        if (!next || (last && last->kind > next->kind))
            break;
        af_text_printf(&why, "%s%s", n ? "; " : "", next->text);
        last = next;
    }
    af_fail(report, AF_NO_ANSWER, AF_NOWHERE, NULL, "Einsum %s has no valid mapping%s: %s", e->name,
            result->counts.capped ? " among the templates up to mapper.max_pmapping_templates_per_einsum"
                                  : "",
            why.bytes ? why.bytes : "no candidate is left");
    af_text_free(&why);
    return -1;
}
