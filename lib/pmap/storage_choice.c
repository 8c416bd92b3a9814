/* Which component holds which tensor (60 section 4, 20 section 11.2): a product over the levels,
 * outermost first. What an inner level may hold can depend on what the outer ones hold, so each level is
 * evaluated anew below every choice of the levels above it. */
#include "pmap/template.h"

#include <string.h>

typedef struct choosing {
    af_generator *g;
    af_arena *arena;
    bool *decided; af_mask *held;            /* per node, for late sets */
    af_mask above;                           /* held by the levels so far */
    int n_levels; af_level *levels;          /* with room for all, so that the arena can be rewound */
    int n_holders; af_step *holders;
} choosing;

static int choose_from(choosing *c, int index);

static int evaluate(choosing *c, int node, const af_late_set *set, const char *field, af_mask *members)
{
    const af_einsum *e = c->g->einsum;
    if (set->known && !set->stranger) {
        *members = set->members;
        return 0;
    }
    const char *path = af_node_path(c->arena, &e->nodes[node], af_format(c->arena, "tensors.%s", field));
    if (!set->known)
        return af_late_set_members(e, set, c->held, c->decided, c->above, AF_TENSORS, members, c->g->report,
                                   path);
    bool kept = !strcmp(field, "keep") || !strcmp(field, "may_keep") || !strcmp(field, "back");
    *members = set->members;
    return !kept ? 0
                 : af_fail(c->g->report, AF_BAD_DATA, AF_NOWHERE, path,
                           "a set of tensors is expected; %s is no tensor of the Einsum %s", set->stranger,
                           e->name);
}

/* ---- tensor_order_options (60 section 5.1 R4) */

static int check_disjoint(choosing *c, int node, const af_option *option)
{
    af_mask seen = 0;
    for (int i = 0; i < option->n_sets; i++) {
        if (seen & option->sets[i])
            return af_fail(c->g->report, AF_BAD_DATA, AF_NOWHERE,
                           af_node_path(c->arena, &c->g->einsum->nodes[node], "tensors.tensor_order_options"),
                           "Intersecting entries in tensor_order_options: "
                           "two sets of one entry have a tensor in common");
        seen |= option->sets[i];
    }
    return 0;
}

static void add_option(choosing *c, af_level *level, af_option option)
{
    int n = 0;
    for (int i = 0; i < option.n_sets; i++)
        if (option.sets[i])
            option.sets[n++] = option.sets[i];
    option.n_sets = n;
    if (!n)
        return;
    af_option *all = af_new_array(c->arena, af_option, level->n_options + 1);
    for (int i = 0; i < level->n_options; i++)
        all[i] = level->options[i];
    all[level->n_options++] = option;
    level->options = all;
}

static int evaluate_order_options(choosing *c, af_level *level)
{
    const af_tensor_options *t = &c->g->einsum->nodes[level->node].tensors;
    for (int i = 0; i < t->n_order_options; i++) {
        af_option option = {t->order_options[i].n_sets,
                            af_new_array(c->arena, af_mask, t->order_options[i].n_sets)};
        for (int k = 0; k < option.n_sets; k++)
            if (evaluate(c, level->node, &t->order_options[i].sets[k], "tensor_order_options",
                         &option.sets[k]))
                return -1;
        if (check_disjoint(c, level->node, &option))
            return -1;
        add_option(c, level, option);
    }
    /* Section 4.4: [Above, ~Above] */
    if (!t->n_order_options && c->g->einsum->mapper.prioritize_reuse_of_unfused_tensors) {
        af_option option = {2, af_new_array(c->arena, af_mask, 2)};
        option.sets[0] = c->above & c->g->tensors;
        option.sets[1] = c->g->tensors & ~c->above;
        add_option(c, level, option);
    }
    return 0;
}

/* ---- one level */

/* must, may of section 4.1; 0 none at all, 1 a choice, -1 reported. */
static int evaluate_level(choosing *c, af_level *level, af_mask *must, af_mask *may)
{
    const af_arch_node *node = &c->g->einsum->nodes[level->node];
    const af_tensor_options *t = &node->tensors;
    af_mask keep, may_keep, back;
    if (evaluate(c, level->node, &t->keep, "keep", &keep) ||
        evaluate(c, level->node, &t->may_keep, "may_keep", &may_keep) ||
        evaluate(c, level->node, &t->back, "back", &back) ||
        evaluate(c, level->node, &t->no_refetch_from_above, "no_refetch_from_above", &level->no_refetch) ||
        evaluate(c, level->node, &t->no_resend_to_below, "no_resend_to_below", &level->no_resend) ||
        evaluate_order_options(c, level))
        return -1;
    *must = (keep | back) & c->g->tensors;
    *may = may_keep & ~*must & c->g->tensors;
    if (node->kind == AF_TOLL) {                             /* a Toll passes on what is held further out */
        *must &= c->above;
        *may &= c->above;
    }
    /* Nothing is lost: it takes each value once, so that a holder further in has
     * nothing to reuse (4.1 step 7) */
    if (c->g->einsum->is_copy)
        *may &= ~c->above;
    c->g->removed[AF_BACK_BELOW] += (c->above & back) != 0;
    c->g->searched[AF_CHOICES].tried += (c->above & back) != 0;
    return (c->above & back) == 0;                           /* `back` means: the outermost holder */
}

static void push_holders(choosing *c, const af_level *level, af_mask must)
{
    const af_einsum *e = c->g->einsum;
    for (int i = 0; i < e->n_tensors; i++) {
        int t = c->g->tensor_order[i];
        if (!(level->held & af_bit(t)))
            continue;
        bool first = !(c->above & af_bit(t));
        c->holders[c->n_holders++] = (af_step){.kind = e->nodes[level->node].kind == AF_TOLL
                                                           ? AF_STEP_TOLL
                                                           : AF_STEP_STORAGE,
                                               .node = (int16_t)level->node,
                                               .tensor = (int16_t)t,
                                               .rank_variable = -1,
                                               .dimension = -1,
                                               .backing = first,
                                               .must_keep = first || (must & af_bit(t)),
                                               .lower = true,
                                               .persistent = first && e->tensors[t].persistent,
                                               .tile = af_known(0),
                                               .initial = af_known(0)};
    }
}

static int take(choosing *c, int index, af_level level, af_mask held, af_mask must)
{
    af_mask above = c->above;
    int n_holders = c->n_holders;
    level.held = held;
    c->levels[c->n_levels++] = level;
    push_holders(c, &level, must);
    c->above |= held;
    c->decided[level.node] = true;
    c->held[level.node] = held;
    int going = choose_from(c, index + 1);
    c->decided[level.node] = false;
    c->above = above;
    c->n_levels--;
    c->n_holders = n_holders;
    return going;
}

/* All subsets of `may` of one size, in lexicographic order of names. */
static int subsets(choosing *c, int index, const af_level *level, af_mask must, af_mask may, int size,
                   int from, af_mask chosen)
{
    if (size == 0)
        return take(c, index, *level, must | chosen, must);
    int going = AF_GO_ON;
    for (int i = from; i < c->g->einsum->n_tensors && going == AF_GO_ON; i++) {
        int t = c->g->tensor_order[i];
        if (may & af_bit(t))
            going = subsets(c, index, level, must, may, size - 1, i + 1, chosen | af_bit(t));
    }
    return going;
}

static int choose_level(choosing *c, int index, int node)
{
    af_arena_mark mark = af_arena_here(c->arena);
    af_level level = {.node = node};
    af_mask must, may;
    int alive = evaluate_level(c, &level, &must, &may);
    int going = alive < 0 ? AF_STOPPED : AF_GO_ON;
    for (int size = 0; alive > 0 && going == AF_GO_ON && size <= __builtin_popcountll(may); size++)
        going = subsets(c, index, &level, must, may, size, 0, 0);
    af_arena_rewind(c->arena, mark);
    return going;
}

/* ---- all levels held: is the choice whole? */

/* The reference ends the run at a choice that leaves a tensor unheld; ours drops it (60 Q31). */
static int take_choice(choosing *c)
{
    af_generator *g = c->g;
    int enabled = af_node_enabled(g->einsum, g->path->compute, c->held, c->decided, c->above, g->report);
    if (enabled < 0 || af_check_compute_sets(g->einsum, g->path->compute, c->held, c->decided, c->above,
                                             g->report) < 0)
        return AF_STOPPED;
    g->unheld |= g->tensors & ~c->above;
    g->disabled = g->disabled || !enabled;
    g->searched[AF_CHOICES].tried++;
    g->removed[AF_DISABLED] += !enabled;
    g->removed[AF_UNHELD] += enabled && (g->tensors & ~c->above);
    if (!enabled || (g->tensors & ~c->above))
        return AF_GO_ON;
    g->searched[AF_CHOICES].went_on++;
    af_storage_choice choice = {c->n_levels, c->levels, c->n_holders, c->holders};
    return g->each_choice(g, &choice);
}

static int choose_from(choosing *c, int index)
{
    const af_generator *g = c->g;
    if (index == g->path->n_nodes)
        return take_choice(c);
    int node = g->path->nodes[index];
    af_arch_kind kind = g->einsum->nodes[node].kind;
    if (kind != AF_MEMORY && kind != AF_TOLL)
        return choose_from(c, index + 1);
    int enabled = af_node_enabled(g->einsum, node, c->held, c->decided, c->above, g->report);
    if (enabled < 0)
        return AF_STOPPED;
    return enabled ? choose_level(c, index, node) : choose_from(c, index + 1);
}

int af_choose_storage(af_generator *g)
{
    choosing c = {.g = g, .arena = af_arena_new()};
    c.decided = af_new_array(c.arena, bool, g->einsum->n_nodes);
    c.held = af_new_array(c.arena, af_mask, g->einsum->n_nodes);
    c.levels = af_new_array(c.arena, af_level, g->path->n_nodes);
    c.holders = af_new_array(c.arena, af_step, g->path->n_nodes * g->einsum->n_tensors);
    int going = choose_from(&c, 0);
    af_arena_free(c.arena);
    return going;
}
