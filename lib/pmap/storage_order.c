/* The order of storage nodes (60 section 5): permutations of the holders that the pairwise rules admit,
 * each rule a mask worked out once.
 *
 * A prefix P with remaining holders R is valid iff no holder of P may not stand before a later one,
 * be it in P or in R. So a holder h may be appended iff nothing that is left is in forbidden_after[h];
 * rule R7 looks at neighbours, R4 keeps the order options still satisfied. */
#include "pmap/template.h"

#include <stdlib.h>
#include <string.h>

/* Of these rules R1, R4 and R5 say what an order is: the hierarchy's, and what the user asks for.
 * The others leave out what another order has as well (60 section 5.1): R2, R3: holders of the outermost
 * memory take nothing from above and no loop stands between them (section 6.1), so they see the same
 * tiles in any order: one order of them, before all others, stands for all. Persistent holders likewise,
 * since no loop stands above them. R7: a copy that need not be kept, right above an inner one of its tensor,
 * passes each value on as often as it takes it in: below a holder that backs nothing no loop comes
 * that its tensor follows, above the inner copy none that it does not, unless the loop is fused
 * (section 6.3 rules 7 and 8). The template without the outer copy has less traffic and reserves less.
 * Where a fused loop does come between, the inner copy may stand above it instead, in the template that
 * has no outer copy: as much is fetched from further out. Loops that the tensor follows in part may
 * come between too, and their tiles overlap: what the inner copy takes again the outer one still has.
 * There the rule, which the reference has for all tensors, would lose the best.
 *
 * A copy Einsum ends where all tensors have their first holder: what is further in takes each value once and
 * hands it on to nobody. */
enum { MOST_HOLDERS = 64, MOST_NODES_WITH_OPTIONS = MOST_HOLDERS };

typedef struct ordering {
    af_generator *g;
    const af_storage_choice *choice;
    int n; const af_step **holders;          /* Storage holders, sorted by their text */
    uint64_t forbidden_after[MOST_HOLDERS];  /* R1, R2, R3, R5 */
    uint64_t useless_next[MOST_HOLDERS];     /* R7 */
    int n_tolls; const af_step **tolls;
    int level_of[MOST_HOLDERS];              /* index into choice->levels if that
                                              * component has order options, else -1 */
    const af_step *placed[MOST_HOLDERS];
    af_step *out;                            /* holders and tolls in order */
} ordering;

/* ---- pairwise rules: whether `first` may stand before `second` */

static bool in_first_memory(const af_generator *g, const af_step *holder)
{
    return !g->einsum->mapper.can_lower_outermost_memory && holder->node == g->first_memory;
}

bool af_is_outermost_class(const af_generator *g, const af_step *holder)
{
    return holder->persistent || in_first_memory(g, holder);
}

static const char *tensor_name(const af_generator *g, const af_step *holder)
{
    return g->einsum->tensors[holder->tensor].name;
}

static bool hierarchy_forced(const af_generator *g, const af_step *first, const af_step *second)
{
    const af_arch_node *nodes = g->einsum->nodes;
    if (first->backing && (g->fusable & af_bit(first->tensor)))
        return true;
    return g->einsum->mapper.force_memory_hierarchy_order && !first->persistent && !second->persistent &&
           nodes[first->node].tensors.force_memory_hierarchy_order &&
           nodes[second->node].tensors.force_memory_hierarchy_order;
}

static bool forbidden(const af_generator *g, const af_step *first, const af_step *second)
{
    bool upside_down = g->position[second->node] < g->position[first->node];
    if (upside_down && hierarchy_forced(g, first, second))                                      /* R1 */
        return true;
    if (af_is_outermost_class(g, second) && !af_is_outermost_class(g, first))                         /* R2 */
        return true;
    if (in_first_memory(g, first) && in_first_memory(g, second))   /* R3: reverse alphabetical */
        return strcmp(tensor_name(g, first), tensor_name(g, second)) < 0;
    return upside_down && first->tensor == second->tensor;                                      /* R5 */
}

bool af_must_stand_above(const af_generator *g, const af_storage_choice *choice, const af_step *first,
                         const af_step *second)
{
    bool has_options = false;
    for (int i = 0; i < choice->n_levels; i++)
        has_options |= choice->levels[i].node == first->node && choice->levels[i].n_options;
    return second->kind == AF_STEP_TOLL ? g->position[second->node] > g->position[first->node] :
        forbidden(g, second, first) || (first->node == second->node && has_options);
}

/* Do tiles of the tensor overlap from one iteration of a loop to the next? */
static bool overlaps(const af_generator *g, int tensor)
{
    for (int v = 0; v < g->einsum->n_rank_variables; v++)
        if ((g->partial[tensor] & af_bit(v)) && g->einsum->rank_variables[v].bound > 1)
            return true;
    return false;
}

/* R7: a copy that need not be there, directly above an inner copy with no fan-out between, adds no reuse. */
static bool useless(const af_generator *g, const af_step *first, const af_step *second)
{
    return first->tensor == second->tensor && g->fanout[first->node] == g->fanout[second->node] &&
           !first->must_keep && !(in_first_memory(g, first) && in_first_memory(g, second)) &&
           !overlaps(g, first->tensor);
}

/* ---- R4: options of one component still satisfied once `first` stands before `second` */

static int place_in(const af_option *option, int tensor)
{
    for (int i = 0; i < option->n_sets; i++)
        if (option->sets[i] & af_bit(tensor))
            return i;
    return -1;
}

static uint64_t still_satisfied(const ordering *o, int first, int second, uint64_t options)
{
    const af_level *level = &o->choice->levels[o->level_of[first]];
    const af_generator *g = o->g;
    if (in_first_memory(g, o->holders[first]))   /* R3 decided the pair */
        return options;
    for (int i = 0; i < level->n_options; i++) {
        int a = place_in(&level->options[i], o->holders[first]->tensor),
            b = place_in(&level->options[i], o->holders[second]->tensor);
        if (a >= 0 && b >= 0 && a > b)
            options &= ~((uint64_t)1 << i);
    }
    return options;
}

/* ---- Tolls (section 5.2): as high as possible below what is outside of them */

static void insert_toll(const ordering *o, int *n_out, const af_step *toll)
{
    const af_generator *g = o->g;
    int low = 0, high = *n_out, here = g->position[toll->node];
    for (int i = 0; i < *n_out; i++)
        if (o->out[i].tensor == toll->tensor && g->position[o->out[i].node] < here)
            low = i + 1;
    for (int i = *n_out - 1; i >= 0; i--)
        if (o->out[i].tensor == toll->tensor && g->position[o->out[i].node] > here)
            high = i;
    for (int i = low; i < high; i++)
        if (g->fanout[o->out[i].node] < g->fanout[toll->node])
            low = i + 1;
    for (int i = low; i < high; i++) {
        int other = g->position[o->out[i].node];
        if (other < here || (other == here && strcmp(tensor_name(g, &o->out[i]), tensor_name(g, toll)) < 0))
            low = i + 1;
    }
    memmove(&o->out[low + 1], &o->out[low], sizeof *o->out * (size_t)(*n_out - low));
    o->out[low] = *toll;
    ++*n_out;
}

static int take_order(ordering *o, int n_placed)
{
    for (int i = 0; i < n_placed; i++)
        o->out[i] = *o->placed[i];
    int n_out = n_placed;
    for (int i = 0; i < o->n_tolls; i++)
        insert_toll(o, &n_out, o->tolls[i]);
    return (o->g->sinking ? af_sink_holders : af_place_loops)(o->g, o->choice, o->out, n_out);
}

/* ---- the recursion */

static bool all_backed(const ordering *o, int n_placed)
{
    af_mask backed = 0;
    for (int i = 0; i < n_placed; i++)
        if (o->placed[i]->backing)
            backed |= af_bit(o->placed[i]->tensor);
    return backed == o->g->tensors;
}

static int extend(ordering *o, int n_placed, int last, uint64_t left, const uint64_t *alive)
{
    if (!left || (n_placed && o->g->einsum->is_copy && all_backed(o, n_placed)))
        return take_order(o, n_placed);
    int going = AF_GO_ON;
    for (int h = 0; h < o->n && going == AF_GO_ON; h++) {
        uint64_t rest = left & ~((uint64_t)1 << h);
        if (!(left >> h & 1))
            continue;
        o->g->searched[AF_ORDERS].tried++;
        bool in_order = !(o->forbidden_after[h] & rest),
             useful = last < 0 || !(o->useless_next[last] >> h & 1);
        if (!in_order || !useful) {
            o->g->removed[in_order ? AF_USELESS_COPY : AF_OUT_OF_ORDER]++;
            continue;
        }
        uint64_t after[MOST_NODES_WITH_OPTIONS];
        memcpy(after, alive, sizeof *alive * (size_t)o->choice->n_levels);
        int level = o->level_of[h];
        for (int other = 0; level >= 0 && other < o->n; other++)
            if (o->level_of[other] == level && (rest >> other & 1))
                after[level] = still_satisfied(o, h, other, after[level]);
        if (level >= 0 && !after[level]) {
            o->g->removed[AF_ORDER_OPTIONS]++;
            continue;
        }
        o->placed[n_placed] = o->holders[h];
        o->g->searched[AF_ORDERS].went_on++;
        going = extend(o, n_placed + 1, h, rest, after);
    }
    return going;
}

/* ---- setting up */

typedef struct texted { const af_step *holder; char *text; } texted;

static int by_text(const void *a, const void *b)
{
    return strcmp(((const texted *)a)->text, ((const texted *)b)->text);
}

static void sort_holders(ordering *o, af_arena *arena)
{
    const af_einsum *e = o->g->einsum;
    texted *all = af_new_array(arena, texted, o->choice->n_holders);
    for (int i = 0; i < o->choice->n_holders; i++) {
        const af_step *holder = &o->choice->holders[i];
        if (holder->kind == AF_STEP_TOLL)
            o->tolls[o->n_tolls++] = holder;                 /* already by (component, tensor) */
        else
            all[o->n++] = (texted){holder, af_format(arena, "[%s in %s]", e->tensors[holder->tensor].name,
                                                     e->nodes[holder->node].name)};
    }
    qsort(all, (size_t)o->n, sizeof *all, by_text);
    for (int i = 0; i < o->n; i++)
        o->holders[i] = all[i].holder;
}

static void work_out_rules(ordering *o)
{
    for (int a = 0; a < o->n; a++) {
        o->level_of[a] = -1;
        for (int level = 0; level < o->choice->n_levels; level++)
            if (o->choice->levels[level].node == o->holders[a]->node && o->choice->levels[level].n_options)
                o->level_of[a] = level;
        for (int b = 0; b < o->n; b++) {
            if (a == b)
                continue;
            if (forbidden(o->g, o->holders[a], o->holders[b]))
                o->forbidden_after[a] |= (uint64_t)1 << b;
            if (useless(o->g, o->holders[a], o->holders[b]))
                o->useless_next[a] |= (uint64_t)1 << b;
        }
    }
}

int af_order_storage(af_generator *g, const af_storage_choice *choice)
{
    if (choice->n_holders > MOST_HOLDERS || choice->n_levels > MOST_NODES_WITH_OPTIONS)
        return af_fail(g->report, AF_BAD_DATA, AF_NOWHERE, NULL,
                       "Einsum %s: %d tensors held in %d components; at most %d in %d are possible",
                       g->einsum->name, choice->n_holders, choice->n_levels, MOST_HOLDERS,
                       MOST_NODES_WITH_OPTIONS);
    af_arena *arena = af_arena_new();
    ordering *o = af_new(arena, ordering);
    o->g = g;
    o->choice = choice;
    o->holders = af_new_array(arena, const af_step *, choice->n_holders);
    o->tolls = af_new_array(arena, const af_step *, choice->n_holders);
    o->out = af_new_array(arena, af_step, choice->n_holders);
    sort_holders(o, arena);
    work_out_rules(o);
    uint64_t alive[MOST_NODES_WITH_OPTIONS];
    for (int level = 0; level < choice->n_levels; level++) {
        int n = choice->levels[level].n_options;
        alive[level] = n >= 64 ? ~(uint64_t)0 : ((uint64_t)1 << n) - 1;
    }
    int going = extend(o, 0, -1, o->n == 64 ? ~(uint64_t)0 : ((uint64_t)1 << o->n) - 1, alive);
    af_arena_free(arena);
    return going;
}
