/* Temporal loops (60 section 6): every way to put them between ordered holders that may be useful,
 * and spatial loops (section 7).
 *
 * Each removal of a rank variable is an exchange argument: the template without the loop there is matched by
 * one that is at least as good (the why stands at each rule). */
#include "pmap/template.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct block {   /* holders between which no loops come; loops are inserted after it */
    int first, n;                            /* holders[first …] */
    af_mask V;                               /* rank variables that may loop here */
    int n_orders; int **orders;              /* each an order of the variables of V */
    bool may_lower[64]; int n_choices[64];   /* per holder: lowering choices {no}, {yes} or {no, yes} */
} block;

typedef struct placing {
    af_generator *g;
    const af_storage_choice *choice;
    af_arena *arena;
    int n_holders; af_step *holders;         /* block by block */
    int *place;                              /* per holder: its place in the mapping,
                                              * unless none has sunk (sink.c) */
    int n_blocks; block *blocks;
    af_mask *irrelevant;                     /* per tensor; reduced for good by rule 8 */
    int *order_of;                           /* per block: which order is taken */
    af_step *out; int *out_place;
} placing;

/* ---- 6.1 blocks */

static bool in_outer_block(const af_generator *g, const af_step *holder)
{
    return holder->persistent ||
           (!g->einsum->mapper.can_lower_outermost_memory && holder->node == g->first_memory);
}

static void sort_block(const af_generator *g, af_step *holders, int n)
{
    for (int i = 1; i < n; i++) {                            /* stable, by place in the architecture */
        af_step moved = holders[i];
        int at = i;
        for (; at > 0 && g->position[holders[at - 1].node] > g->position[moved.node]; at--)
            holders[at] = holders[at - 1];
        holders[at] = moved;
    }
}

static void make_blocks(placing *p, const af_step *holders, int n)
{
    const af_generator *g = p->g;
    bool first_memory_out = !g->einsum->mapper.can_lower_outermost_memory;
    int count = 0;
    p->blocks = af_new_array(p->arena, block, n + 1);
    p->holders = af_new_array(p->arena, af_step, n);
    p->place = af_new_array(p->arena, int, n);
    for (int i = 0; i < n; i++)
        if (holders[i].persistent)
            p->holders[count++] = holders[i];
    for (int i = 0; first_memory_out && i < n; i++)
        if (!holders[i].persistent && holders[i].node == g->first_memory)
            p->holders[count++] = holders[i];
    p->blocks[0] = (block){.first = 0, .n = count};
    p->n_blocks = 1;
    for (int i = 0; i < n; i++) {
        if (in_outer_block(g, &holders[i]))
            continue;
        block *last = &p->blocks[p->n_blocks - 1];
        bool joins = g->einsum->is_copy && p->n_blocks > 1 && p->holders[last->first].node == holders[i].node;
        if (!joins)
            p->blocks[p->n_blocks++] = (block){.first = count};
        p->blocks[p->n_blocks - 1].n++;
        p->place[count] = g->sunk ? g->sunk->place[i] : 0;
        p->holders[count++] = holders[i];
    }
    p->n_holders = count;
    for (int b = 0; b < p->n_blocks; b++)
        sort_block(g, p->holders + p->blocks[b].first, p->blocks[b].n);
}

/* ---- holders that have sunk past others (sink.c) */

/* The uppermost block that this one's holder stands above in the mapping;
 * the block itself: it has not sunk. */
static int sunk_from(const placing *p, int b)
{
    int from = p->g->sunk && b ? 1 : b;
    while (from < b && p->place[p->blocks[from].first] < p->place[p->blocks[b].first])
        from++;
    return from;
}

static af_mask followed(const placing *p, int tensor)
{
    af_mask variables = 0;
    for (int v = 0; v < p->g->einsum->n_rank_variables; v++)
        if (af_relevance_of(&p->g->einsum->tensors[tensor], v) == AF_RELEVANT)
            variables |= af_bit(v);
    return variables;
}

/* By all holders that have sunk from block b or from further up to below it. */
static af_mask followed_by_sunk(const placing *p, int b)
{
    af_mask variables = p->g->rank_variables;
    for (int below = b + 1; below < p->n_blocks; below++)
        if (sunk_from(p, below) <= b)
            variables &= followed(p, p->holders[p->blocks[below].first].tensor);
    return variables;
}

/* ---- 6.3 which rank variables may loop after block b */

static af_mask held_up_to(const placing *p, int b)
{
    af_mask seen = 0;
    for (int i = 0; i < p->blocks[b].first + p->blocks[b].n; i++)
        seen |= af_bit(p->holders[i].tensor);
    return seen;
}

/* First later block that is no Toll's; NULL: none. */
static const block *next_block(const placing *p, int b)
{
    for (int i = b + 1; i < p->n_blocks; i++)
        if (p->holders[p->blocks[i].first].kind != AF_STEP_TOLL)
            return &p->blocks[i];
    return NULL;
}

static double most_fanout(const placing *p, int first, int n, double empty)
{
    double most = n ? 0 : empty;
    for (int i = first; i < first + n; i++)
        most = fmax(most, p->g->fanout[p->holders[i].node]);
    return most;
}

/* Only out of order: spatial loops of a component further down can come to stand below this block. */
static bool spatials_may_come_below(const placing *p, int b)
{
    const block *here = &p->blocks[b], *next = b + 1 < p->n_blocks ? here + 1 : NULL;
    double above = most_fanout(p, 0, here->first, INFINITY), mine = most_fanout(p, here->first, here->n, 1);
    double below = next ? most_fanout(p, next->first, next->n, INFINITY) : INFINITY;
    return below < mine && above < mine;
}

static bool reappears(const placing *p, int b)
{
    const block *here = &p->blocks[b];
    for (int i = here->first; i < here->first + here->n; i++)
        for (int j = here->first + here->n; j < p->n_holders; j++)
            if (p->holders[i].node == p->holders[j].node)
                return true;
    return false;
}

/* Rules 1 to 4 say what a mapping is: persistent data is there for the whole workload, a copy moves each
 * value once, nothing is made or fetched again above its outermost holder, and no loop is fused if the user
 * wants none (60 section 6.3). */
static af_mask loops_allowed(const placing *p, int b, af_mask seen)
{
    const af_generator *g = p->g;
    const block *next = next_block(p, b);
    for (int i = 0; next && i < next->n; i++)
        if (p->holders[next->first + i].persistent)          /* no loop above persistent data */
            return 0;
    if (g->einsum->is_copy && reappears(p, b))
        return 0;
    if (g->einsum->mapper.max_fused_loops == 0 && (g->fusable & ~seen))
        return 0;
    /* 3: an irrelevant or partially relevant loop above the outermost holder of a tensor would make it
     * live, or be made, several times. */
    af_mask must_stay_whole = g->einsum->mapper.let_non_intermediate_tensors_respawn ? g->intermediate
                                                                                     : g->tensors;
    af_mask V = g->rank_variables;
    for (int t = 0; t < g->einsum->n_tensors; t++)
        if (must_stay_whole & ~seen & af_bit(t))
            V &= g->relevant[t];
    return V;
}

/* no_resend_to_below deletes irrelevant loops right below a holder: lifted above one,
 * the holder would be without it. */
static bool is_sent_once(const placing *p, const af_step *holder)
{
    for (int i = 0; i < p->choice->n_levels; i++)
        if (p->choice->levels[i].node == holder->node)
            return (p->choice->levels[i].no_resend & af_bit(holder->tensor)) != 0;
    return false;
}

/* Rules 6 to 8: where a loop could stand, but another template with the same tile sizes has it elsewhere and
 * is at least as good in every objective and reservation, so that nothing is lost (60 section 2).
 *
 * 6: a Toll holds nothing. What is below it sees the same tiles if the loop stands right above it, and as
 * much passes.
 * 7: let the loop stand below a holder that backs nothing and whose tensor it follows. With the holder moved
 * down through it, each iteration brings its own part of the tile: as much is fetched in all, and less is
 * held at a time. All holders between see the same loops. In a copy Einsum holders of a component stand
 * together, so that the loop goes above one that backs a tensor, too. Without the inner holder of the input
 * it can stay below: as much is fetched, unless a write-back is counted in place of a fetch (quirk
 * copy-write-back). What only that makes look better is not searched.
 * 8: let the loop stand above the next holder, whose tensor does not follow it. With that holder lifted above
 * it, the same tile stays for all its iterations: it is fetched once instead of each time, and is as large.
 * But it is held for longer, which other Einsums notice if the loop is fused; and where the holder before is
 * lowered through a loop that its tensor follows in part, which loop is first decides how far. There the loop
 * stays. So it does where no_resend_to_below would delete it once it is below.
 *
 * A reservation goes below the loops that follow its holder, and rules 7 and 8 change which these are only
 * for the holder that moves. With --fix reservation-order it goes past other holders too; there holders are
 * sunk as far as their rooms are, so that the same is true (sink.c), but for one thing: a loop that is moved
 * below a holder by rule 8 must not come above one that has sunk past that holder and does not follow it.
 * Hops of networks are charged by the order of loops as well, so with these neither rule holds
 * (60 Q29 ii). */
static af_mask loops_useful(placing *p, int b, af_mask V, bool fused_region)
{
    const af_generator *g = p->g;
    const block *here = &p->blocks[b], *next = next_block(p, b);
    /* 6: a Toll stores nothing, so no reuse can start here */
    if (here->n && p->holders[here->first].kind == AF_STEP_TOLL)
        return 0;
    /* Q29 (ii): 7 and 8 compare reads and writes only, not hops */
    if (g->every_loop_matters)
        return V;
    af_mask partial = 0, may_go_below = next ? followed_by_sunk(p, (int)(next - p->blocks)) : 0;
    for (int i = here->first; i < here->first + here->n; i++) {
        partial |= g->partial[p->holders[i].tensor];
        /* 7: below a fully relevant loop the tile shrinks and the traffic stays, so the template with the
         * loop above the holder is at least as good */
        if (!p->holders[i].backing)
            V &= ~g->relevant[p->holders[i].tensor];
    }
    for (int i = 0; !fused_region && next && i < next->n; i++) {
        int t = p->holders[next->first + i].tensor;
        if (is_sent_once(p, &p->holders[next->first + i]))
            continue;
        /* 8: lifted above an irrelevant loop the tile stays and is reused more. Not where the lift would
         * keep it over other Einsums, nor where the loop is partially relevant to `here`: there the order
         * matters */
        p->irrelevant[t] &= ~partial;
        V &= ~(p->irrelevant[t] & may_go_below);
    }
    return V;
}

/* ---- 6.4 lowering, 6.5 orders */

typedef struct permutable { af_mask members; int n; int order[64]; } permutable;

static void add_permutable(permutable *p, af_mask more)
{
    for (int v = 0; v < 64; v++)
        if ((more & ~p->members) >> v & 1)
            p->order[p->n++] = v;
    p->members |= more;
}

/* The first row of the table of 6.4 that fits, but for holders below which spatial loops may come: the
 * reference does not lower those. A reservation goes no further down than the next spatial loop in any case,
 * and lowered it is no larger. */
static void choose_lowering(const placing *p, block *here, bool below, permutable *first)
{
    const af_generator *g = p->g;
    for (int i = 0; i < here->n; i++) {
        const af_step *holder = &p->holders[here->first + i];
        af_mask partial = g->partial[holder->tensor] & here->V;
        bool can = g->einsum->mapper.can_lower_outermost_memory || holder->node != g->first_memory;
        here->n_choices[i] = 1;
        here->may_lower[i] = false;
        if (holder->persistent || holder->kind == AF_STEP_TOLL)
            continue;
        if (holder->backing && can && partial && !below) {
            here->n_choices[i] = 2;
            here->may_lower[i] = true;
            add_permutable(first, partial);
        } else if (!holder->backing) {
            here->may_lower[i] = true;
            add_permutable(first, partial);
        }
    }
}

static int *one_order(const placing *p, af_mask V, int first, af_mask then)
{
    int *order = af_new_array(p->arena, int, __builtin_popcountll(V)), n = 0;
    if (first >= 0)
        order[n++] = first;
    for (int pass = 0; pass < 2; pass++)
        for (int v = 0; v < p->g->einsum->n_rank_variables; v++)
            if (v != first && (V >> v & 1) && ((then >> v & 1) != 0) == (pass == 0))
                order[n++] = v;
    return order;
}

/* Nothing is lost (60 section 6.5): between two blocks of holders all loops are gone through by the same
 * tiles in any order, and iterations multiply. The one thing that depends on the order is how far a lowered
 * holder is reserved down, which is through the first loop that its tensor follows in part: so each of these
 * comes first once. What order fused loops need for the join, it finds itself, within the fences (70 section
 * 3.3). */
static void choose_orders(const placing *p, block *here, const permutable *first)
{
    bool lowers = false;
    for (int i = 0; i < here->n; i++)
        lowers = lowers || here->may_lower[i];
    bool several = lowers && first->n > 0;
    here->n_orders = several && p->g->einsum->mapper.explore_loop_orders ? first->n : 1;
    here->orders = af_new_array(p->arena, int *, here->n_orders);
    for (int k = 0; k < here->n_orders; k++)
        here->orders[k] = several ? one_order(p, here->V, first->order[k], first->members)
                                  : one_order(p, here->V, -1, here->V);
}

/* ---- 6.6 the product: orders of all blocks, the last fastest; for each,
 * lowerings of all holders, the last fastest */

/* Above those that it has sunk past. */
static void put_holder(placing *p, int holder, int n)
{
    int at = 0;
    while (at < n && (!af_is_holder(&p->out[at]) || p->out_place[at] <= p->place[holder]))
        at++;
    memmove(&p->out[at + 1], &p->out[at], sizeof *p->out * (size_t)(n - at));
    memmove(&p->out_place[at + 1], &p->out_place[at], sizeof *p->out_place * (size_t)(n - at));
    p->out[at] = p->holders[holder];
    p->out_place[at] = p->place[holder];
}

static int emit(placing *p)
{
    int n = 0;
    for (int b = 0; b < p->n_blocks; b++) {
        const block *here = &p->blocks[b];
        for (int i = 0; i < here->n; i++)
            put_holder(p, here->first + i, n++);
        const int *order = here->orders[p->order_of[b]];
        for (int k = 0; k < __builtin_popcountll(here->V); k++)
            p->out[n++] = (af_step){.kind = AF_STEP_TEMPORAL,
                                    .node = -1,
                                    .tensor = -1,
                                    .dimension = -1,
                                    .rank_variable = (int16_t)order[k],
                                    .tile = af_known(0),
                                    .initial = af_known(0)};
    }
    return af_finish_template(p->g, p->choice, p->out, n);
}

static int each_lowering(placing *p, int b, int i)
{
    if (b == p->n_blocks)
        return emit(p);
    const block *here = &p->blocks[b];
    if (i == here->n)
        return each_lowering(p, b + 1, 0);
    int going = AF_GO_ON;
    for (int k = 0; k < here->n_choices[i] && going == AF_GO_ON; k++) {
        p->holders[here->first + i].lower = here->n_choices[i] == 1 ? here->may_lower[i] : k == 1;
        going = each_lowering(p, b, i + 1);
    }
    return going;
}

static int each_order(placing *p, int b)
{
    if (b == p->n_blocks)
        return each_lowering(p, 0, 0);
    int going = AF_GO_ON;
    for (int k = 0; k < p->blocks[b].n_orders && going == AF_GO_ON; k++) {
        p->order_of[b] = k;
        going = each_order(p, b + 1);
    }
    return going;
}

static void work_out_blocks(placing *p)
{
    bool fused_region = true;
    for (int b = 0; b < p->n_blocks; b++) {
        block *here = &p->blocks[b];
        af_mask seen = held_up_to(p, b);
        fused_region = fused_region && (p->g->fusable & ~seen);
        bool below = spatials_may_come_below(p, b);
        here->V = loops_allowed(p, b, seen);
        if (!below)
            here->V = loops_useful(p, b, here->V, fused_region);
        here->V &= followed_by_sunk(p, b);
        permutable first = {0};
        choose_lowering(p, here, below, &first);
        choose_orders(p, here, &first);
    }
}

int af_place_loops(af_generator *g, const af_storage_choice *choice, const af_step *holders, int n_holders)
{
    placing p = {.g = g, .choice = choice, .arena = af_arena_new()};
    make_blocks(&p, holders, n_holders);
    p.irrelevant = af_new_array(p.arena, af_mask, g->einsum->n_tensors);
    for (int t = 0; t < g->einsum->n_tensors; t++)
        p.irrelevant[t] = g->rank_variables & ~(g->relevant[t] | g->partial[t]);
    p.order_of = af_new_array(p.arena, int, p.n_blocks);
    int most = n_holders + p.n_blocks * g->einsum->n_rank_variables;
    p.out = af_new_array(p.arena, af_step, most);
    p.out_place = af_new_array(p.arena, int, most);
    work_out_blocks(&p);
    int going = each_order(&p, 0);
    af_arena_free(p.arena);
    return going;
}

/* ---- section 7: spatial loops, for every node with fan-out as low as possible above
 * everything that lives below it */

/* As low as possible, and no other place is tried. Nothing is lost (60 section 7): the instances of a spatial
 * loop run at the same time, so that temporal loops of the same gap may as well stand above it: tiles further
 * in are the same, and each instance takes its part of what comes. All that must be above it is what lies
 * above the fan-out in the architecture. Other orders of fused loops are found by the join, but for one: a
 * fence between them, such as a Toll, keeps them in this order.
 *
 * No loop stands above persistent data. The model moves spatial loops that belong above a holder of it there,
 * and no loop of their variable may be in the way (50 section 3.4): so they come right below, and those of
 * inner nodes below them. So do, below loops of a node that a holder further up lies inside of, those of
 * nodes further in: for that holder's tensor the first are moved above it (60 Q32). */
static int place_of_fanout(const af_generator *g, const af_draft *draft, int node)
{
    int at = 0, persistent = 0, innermost = -1;
    for (int i = 0; i < draft->count; i++) {
        if (af_is_holder(&draft->items[i]) && g->position[draft->items[i].node] < g->position[node])
            at = i + 1;
        if (af_is_holder(&draft->items[i]) && draft->items[i].persistent)
            persistent = i + 1;
    }
    if (at < persistent)
        return persistent;
    for (int i = 0; i < at; i++)
        if (af_is_holder(&draft->items[i]) && g->position[draft->items[i].node] > innermost)
            innermost = g->position[draft->items[i].node];
    while (at < draft->count &&
           (draft->items[at].kind == AF_STEP_TEMPORAL ||
            (draft->items[at].kind == AF_STEP_SPATIAL && g->position[draft->items[at].node] <= innermost)))
        at++;
    return at;
}

/* No recomputation: what is handed on between Einsums and not yet held above must be relevant.
 * Persistent data that several Einsums use must lie alike for all of them: no loop of theirs spreads it. */
static af_mask spatial_variables(const af_generator *g, const af_draft *draft, int node, int at)
{
    af_mask held = 0, V = g->rank_variables;
    for (int i = 0; i < at; i++) {
        const af_step *step = &draft->items[i];
        if (!af_is_holder(step))
            continue;
        held |= af_bit(step->tensor);
        if (step->persistent && (g->fusable & af_bit(step->tensor)) &&
            g->position[step->node] >= g->position[node])
            V &= ~(g->relevant[step->tensor] | g->partial[step->tensor]);
    }
    for (int t = 0; t < g->einsum->n_tensors; t++)
        if (g->intermediate & ~held & af_bit(t))
            V &= g->relevant[t];
    return V;
}

void af_add_spatial_loops(const af_generator *g, af_arena *arena, af_draft *draft)
{
    for (int i = 0; i < g->path->n_nodes; i++) {
        int node = g->path->nodes[i];
        if (g->einsum->nodes[node].fanout <= 1)
            continue;
        int at = place_of_fanout(g, draft, node);
        af_mask V = spatial_variables(g, draft, node, at);
        for (int d = 0; d < g->einsum->nodes[node].n_dimensions; d++)
            for (int v = 0; v < g->einsum->n_rank_variables; v++)
                if (V >> v & 1)
                    af_draft_insert(arena, draft, at, (af_step){
                        .kind = AF_STEP_SPATIAL, .node = (int16_t)node, .tensor = -1, .dimension = (int16_t)d,
                        .rank_variable = (int16_t)v, .tile = af_known(0), .initial = af_known(0)});
    }
}
