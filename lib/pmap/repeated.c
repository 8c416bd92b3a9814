/* De-duplication (60 section 9.5): templates that differ only in the order of holders with no loop between
 * are the same.
 *
 * Nothing is lost: no iteration passes between such holders, so each of them sees the same tiles and
 * the same traffic in any order. One thing does depend on it as long as the reference's model is followed (50
 * section 15, row 4; --fix reservation-order): of these holders, only the last is reserved below the loops
 * that follow and index its tensor. So templates that differ in which holder that is are told apart here,
 * which the reference does not do, unless that is fixed; of two of them, one in which a holder is reserved
 * further down and nothing else differs is enough, since its reservations are no larger (60 section 2),
 * unless the loop is fused: then other Einsums see the difference. */
#include "pmap/template.h"

#include <stdlib.h>
#include <string.h>

struct af_seen {                             /* one template, or variant of one */
    uint64_t hash;
    int count; const uint32_t *key;          /* what it is, but for the order of holders */
    int n_lasts; const uint32_t *lasts;      /* per run of holders: the last one, if it is reserved below
                                              * the loop that follows; else 0 */
    int index;                               /* in the reference's numbering */
};

enum { FUSED = 1u << 31 };

static int by_value(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

/* Dimensions of equal name are written alike in the reference's key, whatever their component. */
static uint32_t dimension_code(const af_generator *g, const af_step *step)
{
    const af_arch_node *nodes = g->einsum->nodes;
    const char *name = nodes[step->node].dimensions[step->dimension].name;
    for (int i = 0; i < g->path->n_nodes; i++) {
        int d = af_find_dimension(&nodes[g->path->nodes[i]], name);
        if (d >= 0)
            return (uint32_t)(i << 8 | d);
    }
    return 0;
}

static uint32_t code_of(const af_generator *g, const af_step *step)
{
    if (af_is_holder(step))
        return 1u << 28 | (uint32_t)step->node << 8 | (uint32_t)step->tensor;
    if (step->kind == AF_STEP_TEMPORAL)
        return 2u << 28 | (uint32_t)step->rank_variable;
    if (step->kind == AF_STEP_SPATIAL)
        return 3u << 28 | dimension_code(g, step) << 8 | (uint32_t)step->rank_variable;
    return 4u << 28 | (uint32_t)step->node;
}

/* ---- which holders are reserved below the loops that follow them */

static bool is_reserved_below(const af_generator *g, const af_draft *draft, int at)
{
    if (af_has_quirk(g->fixes, AF_QUIRK_RESERVATION_ORDER))
        return false;
    const af_step *holder = &draft->items[at];
    int next = at + 1;
    while (next < draft->count && draft->items[next].kind == AF_STEP_SPATIAL &&
           draft->items[next].node == holder->node)
        next++;
    const af_step *loop = next < draft->count ? &draft->items[next] : NULL;
    return holder->kind == AF_STEP_STORAGE && !holder->backing && holder->lower && loop &&
           loop->kind == AF_STEP_TEMPORAL && g->einsum->rank_variables[loop->rank_variable].bound > 1 &&
           af_relevance_of(&g->einsum->tensors[holder->tensor], loop->rank_variable) != AF_IRRELEVANT;
}

static int end_of_run(const af_draft *draft, int first)
{
    while (first < draft->count && af_is_holder(&draft->items[first]))
        first++;
    return first;
}

static af_seen *describe(const af_generator *g, const af_draft *draft)
{
    af_seen *seen = af_new(g->arena, af_seen);
    uint32_t *key = af_new_array(g->arena, uint32_t, draft->count),
             *lasts = af_new_array(g->arena, uint32_t, draft->count);
    for (int i = 0; i < draft->count; i++)
        key[i] = code_of(g, &draft->items[i]);
    for (int i = 0; i < draft->count; i++) {
        int end = end_of_run(draft, i);
        if (end == i)
            continue;
        bool fused = end < draft->count && draft->items[end].fused;
        lasts[seen->n_lasts++] = is_reserved_below(g, draft, end - 1) ? key[end - 1] | (fused ? FUSED : 0)
                                                                      : 0;
        qsort(key + i, (size_t)(end - i), sizeof *key, by_value);
        i = end - 1;
    }
    seen->hash = (uint64_t)draft->count;
    for (int i = 0; i < draft->count; i++)
        seen->hash = (seen->hash ^ key[i]) * 0x9E3779B97F4A7C15u, seen->hash ^= seen->hash >> 29;
    seen->count = draft->count, seen->key = key, seen->lasts = lasts;
    return seen;
}

/* ---- those that were noted: variants of one template stand behind each other */

static bool same_key(const af_seen *a, const af_seen *b)
{
    return a->hash == b->hash && a->count == b->count &&
           !memcmp(a->key, b->key, sizeof *a->key * (size_t)a->count);
}

static bool same_lasts(const af_seen *a, const af_seen *b)
{
    return !memcmp(a->lasts, b->lasts, sizeof *a->lasts * (size_t)a->n_lasts);
}

static void put(af_generator *g, af_seen *seen)
{
    size_t at = seen->hash & (g->seen.room - 1);
    while (g->seen.slots[at])
        at = (at + 1) & (g->seen.room - 1);
    g->seen.slots[at] = seen;
}

static void grow(af_generator *g)
{
    size_t old_room = g->seen.room;
    af_seen **old = g->seen.slots;
    g->seen.room = old_room ? 2 * old_room : 64;
    g->seen.slots = af_new_array(g->arena, af_seen *, g->seen.room);
    for (size_t i = 0; i < old_room; i++)
        if (old[i])
            put(g, old[i]);
}

const af_seen *af_note_template(af_generator *g, const af_draft *draft, int *like)
{
    if (2 * g->seen.n_used >= g->seen.room)
        grow(g);
    af_arena_mark mark = af_arena_here(g->arena);
    af_seen *seen = describe(g, draft);
    *like = -1;
    for (size_t at = seen->hash & (g->seen.room - 1); g->seen.slots[at]; at = (at + 1) & (g->seen.room - 1)) {
        const af_seen *other = g->seen.slots[at];
        if (!same_key(other, seen))
            continue;
        *like = other->index;
        if (same_lasts(other, seen)) {
            af_arena_rewind(g->arena, mark);
            return NULL;
        }
    }
    seen->index = *like < 0 ? (int)g->n_yielded : *like;
    put(g, seen);
    g->seen.n_used++;
    return seen;
}

/* ---- variants of which another is no worse */

static bool is_needless(const af_seen *a, const af_seen *better)
{
    if (a == better || a->index != better->index || !same_key(a, better) || same_lasts(a, better))
        return false;
    for (int i = 0; i < a->n_lasts; i++)
        if (a->lasts[i] != better->lasts[i] && (a->lasts[i] || (better->lasts[i] & FUSED)))
            return false;
    return true;
}

static const af_seen *better_than(const af_generator *g, const af_seen *seen, int *at)
{
    for (int i = 0; i < g->made_as.count; i++)
        if (is_needless(seen, g->made_as.items[i])) {
            *at = i;
            return g->made_as.items[i];
        }
    return NULL;
}

/* The one that stays in place of one that is numbered takes its number. */
void af_drop_needless_variants(af_generator *g)
{
    int n = 0, best = 0;
    bool *needless = g->n_variants ? af_new_array(g->arena, bool, g->made.count) : NULL;
    for (int i = 0; i < g->made.count && g->n_variants; i++) {
        const af_seen *better = better_than(g, g->made_as.items[i], &best);
        for (needless[i] = better; better;)
            better = better_than(g, better, &best);
        if (needless[i] && !g->made.items[i].is_variant)
            g->made.items[best].is_variant = false;
        g->removed[AF_SEEN_BEFORE] += needless[i];
    }
    for (int i = 0; i < g->made.count && g->n_variants; i++)
        if (!needless[i])
            g->made.items[n++] = g->made.items[i];
    g->made.count = g->n_variants ? n : g->made.count;
}
