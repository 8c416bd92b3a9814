/* Holders that sink past others: what --fix reservation-order adds to the orders of holders (50 section 15,
 * row 4).
 *
 * By that fix a holder is reserved below all loops that its tensor follows, past holders of other tensors. As
 * far as figures go it then stands below these loops itself. Rules 7 and 8 of 60 section 6.3 rest on holders
 * that can be moved through loops one by one; but where a holder must stand above another, as the hierarchy
 * or tensor_order_options want it, it cannot be moved below a loop that is below both.
 *
 * So templates are made for orders, too, in which it stands below: it has sunk past the other one. Between
 * the two there are only loops that its tensor follows, and no spatial loop, so that in the mapping it can
 * stand where it must, right above the other one, and is reserved where it has sunk to: figures are the same.
 * In
 * these orders both rules hold as without the fix, but for rule 8 where a loop, once it is below, would stand
 * between the two and is not followed. Nothing is lost: in any mapping all holders can sink as far as their
 * rooms are reserved. */
#include "pmap/template.h"

#include <math.h>
#include <string.h>

typedef struct sinking {
    af_generator *g;
    const af_storage_choice *choice;
    int n; const af_step *holders;           /* in the order of the mapping */
    uint64_t sinks_past[64];                 /* per holder: those before it that may come after it */
    int placed[64];                          /* indices, in the order that is made */
    af_step out[64];
    bool *unspread;                          /* per node */
} sinking;

/* What is reserved of a memory that all fits into is of no consequence. */
static bool is_limited(const af_einsum *e, int node)
{
    return isfinite(e->nodes[node].size) && (!e->never_full[node] ||
                                             (e->mapper.metrics & AF_RESOURCE_USAGE) ||
                                             e->mapper.can_combine_multiple_runs);
}

static bool may_sink(const sinking *s, const af_step *holder, const af_step *other)
{
    return holder->kind == AF_STEP_STORAGE && !holder->backing && !af_is_outermost_class(s->g, holder) &&
        !af_is_outermost_class(s->g, other) && holder->tensor != other->tensor &&
        is_limited(s->g->einsum, holder->node) && af_must_stand_above(s->g, s->choice, holder, other);
}

/* First of those placed that `holder` has sunk past; `n`: none. */
static int top_of(const sinking *s, int holder, int n)
{
    int top = 0;
    while (top < n && s->placed[top] < holder)
        top++;
    return top;
}

/* Right below a Toll there is no loop; and of two holders of one tensor the inner one stops what the outer
 * one sinks. */
static bool sinks_in_vain(const sinking *s, int holder, int n)
{
    int top = top_of(s, holder, n);
    if (top == n)
        return false;
    for (int i = top; i < n; i++)
        if (s->holders[s->placed[i]].tensor == s->holders[holder].tensor)
            return true;
    return s->placed[n - 1] > holder && s->holders[s->placed[n - 1]].kind == AF_STEP_TOLL;
}

/* A spatial loop between would stop it. */
static void find_unspread(sinking *s)
{
    const af_generator *g = s->g;
    memset(s->unspread, 0, sizeof *s->unspread * (size_t)g->einsum->n_nodes);
    for (int i = 0; i < s->n; i++) {
        int innermost = -1, here = g->position[s->holders[s->placed[i]].node];
        for (int k = top_of(s, s->placed[i], i); k < i; k++)
            innermost = g->position[s->out[k].node] > innermost ? g->position[s->out[k].node] : innermost;
        for (int at = here + 1; at <= innermost; at++)
            s->unspread[g->path->nodes[at]] = true;
    }
}

static int take_order(sinking *s)
{
    bool same = true;
    for (int i = 0; i < s->n; i++) {
        same = same && s->placed[i] == i;
        s->out[i] = s->holders[s->placed[i]];
    }
    if (same)
        return AF_GO_ON;
    find_unspread(s);
    af_sunk sunk = {s->placed, s->unspread};
    s->g->sunk = &sunk;
    int going = af_place_loops(s->g, s->choice, s->out, s->n);
    s->g->sunk = NULL;
    return going;
}

static int extend(sinking *s, int n, uint64_t left)
{
    if (n == s->n)
        return take_order(s);
    int going = AF_GO_ON;
    for (int h = 0; h < s->n && going == AF_GO_ON; h++) {
        uint64_t before = left & (af_bit(h) - 1);
        if (!(left >> h & 1) || (before & ~s->sinks_past[h]) || sinks_in_vain(s, h, n))
            continue;
        s->placed[n] = h;
        going = extend(s, n + 1, left & ~af_bit(h));
    }
    return going;
}

bool af_may_sink(const af_generator *g)
{
    const af_mapper *m = &g->einsum->mapper;
    return af_has_quirk(g->fixes, AF_QUIRK_RESERVATION_ORDER) && !g->einsum->is_copy &&
           !m->timeloop_style_even;
}

int af_sink_holders(af_generator *g, const af_storage_choice *choice, const af_step *holders, int n_holders)
{
    af_arena *arena = af_arena_new();
    sinking *s = af_new(arena, sinking);
    bool any = false;
    s->g = g, s->choice = choice, s->n = n_holders, s->holders = holders;
    s->unspread = af_new_array(arena, bool, g->einsum->n_nodes);
    for (int h = 0; h < n_holders; h++)
        for (int before = 0; before < h; before++)
            if (may_sink(s, &holders[before], &holders[h])) {
                s->sinks_past[h] |= af_bit(before);
                any = true;
            }
    int going = any ? extend(s, 0, n_holders == 64 ? ~(uint64_t)0 : af_bit(n_holders) - 1) : AF_GO_ON;
    af_arena_free(arena);
    return going;
}
