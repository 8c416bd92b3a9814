/* Finishing a template (60 section 9) and the whole of template generation for one compute path. */
#include "pmap/template.h"

#include "pmap/tile_shape.h"

#include <math.h>
#include <string.h>

/* ---- drafts */

void af_draft_insert(af_arena *arena, af_draft *draft, int at, af_step step)
{
    af_push(arena, draft);
    memmove(&draft->items[at + 1], &draft->items[at], sizeof *draft->items * (size_t)(draft->count - 1 - at));
    draft->items[at] = step;
}

void af_draft_remove(af_draft *draft, int at)
{
    memmove(&draft->items[at], &draft->items[at + 1], sizeof *draft->items * (size_t)(draft->count - 1 - at));
    draft->count--;
}

/* ---- 9.1 step 2: from the third on, holders of a component move to just below its second.
 * Remembered indices are not corrected for what moved meanwhile, as in the reference. */
static void timeloop_style(const af_generator *g, af_arena *arena, af_draft *draft)
{
    int *n_seen = af_new_array(arena, int, g->einsum->n_nodes),
        *second = af_new_array(arena, int, g->einsum->n_nodes);
    for (int i = 0; i < draft->count; i++) {
        af_step step = draft->items[i];
        if (!af_is_holder(&step))
            continue;
        if (++n_seen[step.node] <= 2) {
            second[step.node] = i;
            continue;
        }
        af_draft_remove(draft, i);
        af_draft_insert(arena, draft, second[step.node] + 1, step);
    }
    for (int i = 0; i < draft->count; i++)
        draft->items[i].lower = false;
}

/* ---- 9.2: variables without a temporal loop get one, as high as possible below the last backing holder.
 * Nothing is lost: rules 6 to 8 of 6.3 have left no place for it, so that no holder profits wherever it is,
 * and up here it makes the tiles of all that follow small. */
static void add_missing_temporals(const af_generator *g, af_arena *arena, af_draft *draft)
{
    af_mask missing = g->rank_variables;
    int at = 0;
    double most = 1;
    for (int i = 0; i < draft->count; i++) {
        const af_step *step = &draft->items[i];
        if (step->kind == AF_STEP_TEMPORAL) {
            missing &= ~af_bit(step->rank_variable);
            at = at == i ? i + 1 : at;
        } else if (af_is_holder(step)) {
            if (step->backing || g->fanout[step->node] < most)
                at = i + 1;
            most = fmax(most, g->fanout[step->node]);
        }
    }
    bool at_end = at == draft->count;
    for (int v = 0; v < g->einsum->n_rank_variables; v++)
        if (missing & af_bit(v))
            af_draft_insert(arena, draft, at_end ? draft->count : at,
                            (af_step){.kind = AF_STEP_TEMPORAL,
                                      .node = -1,
                                      .tensor = -1,
                                      .dimension = -1,
                                      .rank_variable = (int16_t)v,
                                      .tile = af_known(0),
                                      .initial = af_known(0)});
}

/* ---- 9.3 */
static void label_fused(const af_generator *g, af_draft *draft)
{
    int last = 0;
    for (int i = 0; i < draft->count; i++)
        if (af_is_holder(&draft->items[i]) && draft->items[i].backing &&
            (g->fusable & af_bit(draft->items[i].tensor)))
            last = i;
    for (int i = 0; i < draft->count; i++)
        draft->items[i].fused = af_is_loop(&draft->items[i]) && i < last;
}

/* ---- 9.4: the bound of a loop is ceil(size above / own size), so the freedom
 * of an imperfect one is in the size above */
static bool is_simple(const af_einsum *e, int variable)
{
    for (int t = 0; t < e->n_tensors; t++)
        for (int r = 0; r < e->tensors[t].n_ranks; r++)
            if ((e->tensors[t].ranks[r].mentioned & af_bit(variable)) && !e->tensors[t].ranks[r].identifier)
                return false;
    return true;
}

static void label_imperfect(const af_generator *g, af_draft *draft)
{
    const af_mapper *m = &g->einsum->mapper;
    for (int v = 0; v < g->einsum->n_rank_variables; v++) {
        af_step *above = NULL;
        if (!is_simple(g->einsum, v))
            continue;
        for (int i = 0; i < draft->count; i++) {
            af_step *step = &draft->items[i];
            if (!af_is_loop(step) || step->rank_variable != v)
                continue;
            if (step->kind == AF_STEP_SPATIAL ? m->explore_imperfect_spatial_loops
                                              : m->explore_imperfect_temporal_loops)
                (above ? above : step)->may_cause_imperfect = true;
            above = step;
        }
    }
}

/* ---- 9.6 symbols: all tile shapes but those of the innermost loop of a variable and of variables
 * of size one, outermost first */

static void name_symbols(const af_generator *g, af_template *t)
{
    af_mask below = 0;
    for (int i = t->n_steps - 1; i >= 0; i--) {
        af_step *step = &t->steps[i];
        if (!af_is_loop(step))
            continue;
        bool innermost = !(below & af_bit(step->rank_variable));
        step->tile = af_known(innermost || g->einsum->rank_variables[step->rank_variable].bound == 1 ? 1 : 0);
        below |= af_bit(step->rank_variable);
    }
    t->symbol_loop = af_new_array(g->arena, int, t->n_loops);
    for (int i = 0; i < t->n_steps; i++)
        if (af_is_loop(&t->steps[i]) && t->steps[i].tile.value == 0)
            t->symbol_loop[t->n_symbols++] = t->steps[i].loop;
}

/* Remembered: over large bounds it takes long, and templates have but few kinds of loops. */
static double count_tilings(af_generator *g, double bound, const bool *imperfect, int n_loops)
{
    af_tilings_counted key = {.bound = bound, .n_loops = n_loops};
    for (int k = 0; k < n_loops; k++)
        key.imperfect |= imperfect[k] ? af_bit(k % 64) : 0;
    for (int i = 0; i < g->counted.count; i++) {
        const af_tilings_counted *known = &g->counted.items[i];
        if (known->bound == bound && known->n_loops == n_loops && known->imperfect == key.imperfect &&
            n_loops <= 64)
            return known->count;
    }
    key.count = af_count_tilings(bound, imperfect, n_loops);
    *af_push(g->arena, &g->counted) = key;
    return key.count;
}

/* With more and more of the outermost places left empty, if that may be asked (subspace.c). */
static double *tilings_of(af_generator *g, const af_template *t, int variable)
{
    bool *imperfect = af_new_array(g->arena, bool, t->n_loops + 1), any = false;
    int n = 0;
    for (int i = 0; i < t->n_steps; i++)
        if (af_is_loop(&t->steps[i]) && t->steps[i].rank_variable == variable)
            any |= imperfect[n++] = t->steps[i].may_cause_imperfect;
    int most = any ? n : 0;
    double *counts = af_new_array(g->arena, double, most + 1);
    for (int left_out = 0; left_out <= most; left_out++)
        counts[left_out] = count_tilings(g, g->einsum->rank_variables[variable].bound, imperfect + left_out,
                                         n - left_out);
    return counts;
}

static double count_all_tilings(af_generator *g, af_template *t)
{
    double total = 1;
    t->tilings = af_new_array(g->arena, double *, g->einsum->n_rank_variables + 1);
    for (int v = 0; v < g->einsum->n_rank_variables; v++) {
        t->tilings[v] = tilings_of(g, t, v);
        total *= t->tilings[v][0];
    }
    return total;
}

/* Loops get their final numbers; constraints follow them. */
static void renumber(const af_generator *g, af_template *t, af_constrained *from)
{
    int most = 0;
    for (int i = 0; i < t->n_steps; i++)
        most = af_is_loop(&t->steps[i]) && t->steps[i].loop > most ? t->steps[i].loop : most;
    int *now = af_new_array(g->arena, int, most + 1);
    for (int i = 0; i < t->n_steps; i++)
        if (af_is_loop(&t->steps[i])) {
            now[t->steps[i].loop] = t->n_loops;
            t->steps[i].loop = (int16_t)t->n_loops++;
        }
    t->n_bounds = from->n_bounds;
    t->bounds = af_new_array(g->arena, af_loop_bound, from->n_bounds);
    for (int b = 0; b < from->n_bounds; b++) {
        t->bounds[b] = from->bounds[b];
        t->bounds[b].loops = af_new_array(g->arena, int, from->bounds[b].n_loops);
        for (int i = 0; i < from->bounds[b].n_loops; i++)
            t->bounds[b].loops[i] = now[from->bounds[b].loops[i]];
    }
    t->n_least = from->n_least;
    t->least = af_new_array(g->arena, af_least_usage, from->n_least);
    if (from->n_least)
        memcpy(t->least, from->least, sizeof *t->least * (size_t)from->n_least);
}

/* ---- 9.10 yield */

/* Constraints that force every loop over a variable to one leave computes out: no mapping.
 * The reference keeps such templates, and its model refuses the mappings. */
static af_mask variables_without_loop(const af_generator *g, const af_draft *draft)
{
    af_mask without = 0;
    for (int v = 0; v < g->einsum->n_rank_variables; v++)
        without |= g->einsum->rank_variables[v].bound > 1 ? af_bit(v) : 0;
    for (int i = 0; i < draft->count; i++)
        if (af_is_loop(&draft->items[i]))
            without &= ~af_bit(draft->items[i].rank_variable);
    return without;
}

/* `like`: number of the template that it is a variant of, -1: none.
 * Variants are neither numbered nor counted: the reference has none. */
static int yield(af_generator *g, af_constrained *from, int like, const af_seen *seen)
{
    const af_mapper *m = &g->einsum->mapper;
    if (g->sinking && like < 0)
        like = (int)g->n_yielded - 1;
    int index = like < 0 ? (int)g->n_yielded++ : like;
    if (m->only_template >= 0 && m->only_template != index)
        return AF_GO_ON;
    if (m->only_template < 0 && like < 0 && g->made.count - g->n_variants >= g->most_templates) {
        g->capped = true;
        return AF_ENOUGH;
    }
    g->searched[AF_TEMPLATES].tried++;
    af_mask without = variables_without_loop(g, &from->draft);
    g->without_loop |= without;
    if (without) {
        g->removed[AF_WITHOUT_LOOP]++;
        return AF_GO_ON;
    }
    af_template t = {.index = index,
                     .path = g->path_index,
                     .n_steps = from->draft.count,
                     .is_variant = like >= 0};
    t.steps = af_new_array(g->arena, af_step, t.n_steps);
    memcpy(t.steps, from->draft.items, sizeof *t.steps * (size_t)t.n_steps);
    renumber(g, &t, from);
    name_symbols(g, &t);
    t.n_total = count_all_tilings(g, &t);
    *af_push(g->arena, &g->made) = t;
    *af_push(g->arena, &g->made_as) = seen;
    g->n_variants += t.is_variant;
    return AF_GO_ON;
}

int af_finish_template(af_generator *g, const af_storage_choice *choice, const af_step *steps, int n_steps)
{
    af_arena *arena = af_arena_new();
    af_draft draft = {0};
    for (int i = 0; i < n_steps; i++)
        *af_push(arena, &draft) = steps[i];
    af_add_spatial_loops(g, arena, &draft);
    if (g->einsum->mapper.timeloop_style_even)
        timeloop_style(g, arena, &draft);
    add_missing_temporals(g, arena, &draft);
    label_fused(g, &draft);
    af_constrained *variants;
    int n = af_constrain(g, arena, choice, &draft, &variants), going = n < 0 ? AF_STOPPED : AF_GO_ON;
    for (int i = 0; i < n && going == AF_GO_ON; i++) {
        af_draft *made = &variants[i].draft;
        af_draft_insert(arena, made, made->count,
                        (af_step){.kind = AF_STEP_COMPUTE,
                                  .node = (int16_t)g->path->compute,
                                  .tensor = -1,
                                  .rank_variable = -1,
                                  .dimension = -1,
                                  .tile = af_known(0),
                                  .initial = af_known(0)});
        label_imperfect(g, made);
        int like;
        const af_seen *seen = af_note_template(g, made, &like);
        if (!seen)
            g->searched[AF_TEMPLATES].tried++, g->removed[AF_SEEN_BEFORE]++;
        else
            going = yield(g, &variants[i], like, seen);
    }
    af_arena_free(arena);
    return going;
}

/* ---- the whole of one path */

static void sort_tensors(af_generator *g)
{
    const af_einsum *e = g->einsum;
    g->tensor_order = af_new_array(g->arena, int, e->n_tensors);
    for (int i = 0; i < e->n_tensors; i++) {
        int at = i;
        for (; at > 0 && strcmp(e->tensors[g->tensor_order[at - 1]].name, e->tensors[i].name) > 0; at--)
            g->tensor_order[at] = g->tensor_order[at - 1];
        g->tensor_order[at] = i;
    }
}

static void learn_workload(af_generator *g)
{
    const af_einsum *e = g->einsum;
    g->relevant = af_new_array(g->arena, af_mask, e->n_tensors);
    g->partial = af_new_array(g->arena, af_mask, e->n_tensors);
    for (int t = 0; t < e->n_tensors; t++) {
        g->tensors |= af_bit(t);
        g->fusable |= e->tensors[t].fusable ? af_bit(t) : 0;
        g->intermediate |= e->tensors[t].intermediate ? af_bit(t) : 0;
        for (int v = 0; v < e->n_rank_variables; v++) {
            af_relevance relevance = af_textual_relevance_of(&e->tensors[t], v);
            g->relevant[t] |= relevance == AF_RELEVANT ? af_bit(v) : 0;
            g->partial[t] |= relevance == AF_PARTIALLY_RELEVANT ? af_bit(v) : 0;
        }
    }
    for (int v = 0; v < e->n_rank_variables; v++)
        g->rank_variables |= af_bit(v);
    sort_tensors(g);
}

static void learn_path(af_generator *g)
{
    const af_einsum *e = g->einsum;
    double fanout = 1;
    g->position = af_new_array(g->arena, int, e->n_nodes);
    g->fanout = af_new_array(g->arena, double, e->n_nodes);
    g->first_memory = -1;
    for (int i = 0; i < e->n_nodes; i++)
        g->position[i] = -1;
    for (int i = 0; i < g->path->n_nodes; i++) {
        int node = g->path->nodes[i];
        g->position[node] = i;
        g->fanout[node] = fanout *= e->nodes[node].fanout;
        if (g->first_memory < 0 && e->nodes[node].kind == AF_MEMORY)
            g->first_memory = node;
    }
}

void af_generator_begin(af_generator *g, af_arena *arena, const af_einsum *einsum, int path, uint64_t fixes,
                        af_report *report)
{
    *g = (af_generator){.einsum = einsum,
                        .path = &einsum->paths[path],
                        .path_index = path,
                        .arena = arena,
                        .report = report,
                        .fixes = fixes,
                        .most_templates = einsum->mapper.max_pmapping_templates_per_einsum,
                        .each_choice = af_order_storage};
    learn_workload(g);
    learn_path(g);
}

/* Once more, for orders in which holders have sunk. These have no part in numbers and counts, and choices and
 * orders have been counted. */
static int sink_holders(af_generator *g)
{
    double removed[AF_N_TEMPLATE_RULES];
    af_searched choices = g->searched[AF_CHOICES], orders = g->searched[AF_ORDERS];
    memcpy(removed, g->removed, sizeof removed);
    g->sinking = true;
    int going = af_choose_storage(g);
    g->sinking = false;
    g->searched[AF_CHOICES] = choices;
    g->searched[AF_ORDERS] = orders;
    for (int rule = 0; rule < AF_WITHOUT_LOOP; rule++)
        g->removed[rule] = removed[rule];
    return going;
}

int af_generate_templates(af_generator *g, af_arena *arena, const af_einsum *einsum, int path, uint64_t fixes,
                          af_report *report)
{
    af_generator_begin(g, arena, einsum, path, fixes, report);
    int going = af_choose_storage(g);
    if (going == AF_GO_ON && af_may_sink(g))
        going = sink_holders(g);
    if (going == AF_STOPPED)
        return -1;
    af_drop_needless_variants(g);
    g->searched[AF_TEMPLATES].went_on = g->made.count;
    return 0;
}

void af_count_templates(const af_generator *g, af_counts *counts)
{
    counts->capped = counts->capped || g->capped;
    for (int i = 0; i < g->made.count; i++) {
        counts->templates += !g->made.items[i].is_variant;
        counts->total += g->made.items[i].is_variant ? 0 : g->made.items[i].n_total;
    }
}

int af_make_templates(af_arena *arena, const af_einsum *einsum, int path, uint64_t fixes,
                      af_template **templates, int *n_templates, af_counts *counts, af_report *report)
{
    af_generator g;
    if (af_generate_templates(&g, arena, einsum, path, fixes, report))
        return -1;
    *templates = g.made.items;
    *n_templates = g.made.count;
    af_count_templates(&g, counts);
    return 0;
}
