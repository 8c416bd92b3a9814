/* What other Einsums see of a pmapping (60 section 11.1, 70 section 3): where its fusable tensors live,
 * under which loops, and at which levels anything is held, which loops may not be exchanged across. */
#include "pmap/compatibility.h"

#include <string.h>

/* ---- of a template */

static bool is_held(const af_step *step)
{
    return af_is_holder(step) || step->kind == AF_STEP_RESERVATION;
}

/* The rank of the tensor that the loop goes along; NULL: none. */
static const char *rank_of(const af_tensor *tensor, int variable)
{
    for (int r = 0; r < tensor->n_ranks; r++)
        if (tensor->ranks[r].mentioned >> variable & 1)
            return tensor->ranks[r].name;
    return NULL;
}

/* Its name, with the component's where several have one of that name: in the reference such loops count as
 * the same, and the join then gives mappings in which one of them is missing. */
static const char *dimension_of(af_arena *arena, const af_einsum *e, const af_step *loop)
{
    const char *name = e->nodes[loop->node].dimensions[loop->dimension].name;
    for (int n = 0; n < e->n_nodes; n++)
        if (n != loop->node && af_find_dimension(&e->nodes[n], name) >= 0)
            return af_format(arena, "%s.%s", e->nodes[loop->node].name, name);
    return name;
}

static af_loop_signature signature_of(af_arena *arena, const af_einsum *e, const af_tensor *tensor,
                                      const af_step *loop)
{
    bool spatial = loop->kind == AF_STEP_SPATIAL;
    return (af_loop_signature){.rank = rank_of(tensor, loop->rank_variable),
                               .spatial = spatial,
                               .dimension = spatial ? dimension_of(arena, e, loop) : NULL};
}

static af_tensor_reservation reservation_of(af_arena *arena, const af_pmapping *m, int at, int n_loops)
{
    const af_step *here = &m->steps[at];
    const af_tensor *tensor = &m->einsum->tensors[here->tensor];
    af_tensor_reservation r = {.tensor = tensor->name,
                               .memory = m->einsum->nodes[here->node].name,
                               .persistent = here->persistent,
                               .loops = af_new_array(arena, af_loop_signature, n_loops)};
    for (int i = 0; i < at; i++)
        if (af_is_loop(&m->steps[i]))
            r.loops[r.n_loops++] = signature_of(arena, m->einsum, tensor, &m->steps[i]);
    return r;
}

static void insert_by_name(af_compatibility *c, af_tensor_reservation r)
{
    int at = c->n_tensors++;
    for (; at > 0 && strcmp(c->tensors[at - 1].tensor, r.tensor) > 0; at--)
        c->tensors[at] = c->tensors[at - 1];
    c->tensors[at] = r;
    if (r.n_loops > c->n_loops)
        c->n_loops = r.n_loops;
}

/* Fences are clipped to the loops seen while some fusable tensor still lacked its first reservation. */
af_compatibility *af_compatibility_of(af_arena *arena, const af_pmapping *m)
{
    const af_einsum *e = m->einsum;
    uint64_t missing = 0;
    for (int t = 0; t < e->n_tensors; t++)
        missing |= e->tensors[t].fusable ? (uint64_t)1 << t : 0;
    af_compatibility *c = af_new(arena, af_compatibility);
    c->tensors = af_new_array(arena, af_tensor_reservation, e->n_tensors);
    int n_loops = 0, n_fused = 0;
    for (int i = 0; i < m->n_steps; i++) {
        const af_step *step = &m->steps[i];
        if (af_is_loop(step)) {
            n_loops++;
            n_fused += missing != 0;
        }
        if (step->kind == AF_STEP_RESERVATION && (missing >> step->tensor & 1)) {
            insert_by_name(c, reservation_of(arena, m, i, n_loops));
            missing &= ~((uint64_t)1 << step->tensor);
        }
        if (is_held(step))
            c->fences |= (uint64_t)1 << (n_loops < n_fused ? n_loops : n_fused);
    }
    return c;
}

/* ---- without loops that do not exist (11.4) */

int af_level_after(int level, uint64_t gone)
{
    return level <= 0 ? level : level - __builtin_popcountll(gone & (((uint64_t)1 << level) - 1));
}

af_compatibility *af_compatibility_drop(af_arena *arena, const af_compatibility *c, uint64_t gone)
{
    af_compatibility *d = af_new(arena, af_compatibility);
    d->n_tensors = c->n_tensors;
    d->tensors = af_new_array(arena, af_tensor_reservation, c->n_tensors);
    for (int t = 0; t < c->n_tensors; t++) {
        d->tensors[t] = c->tensors[t];
        d->tensors[t].loops = af_new_array(arena, af_loop_signature, c->tensors[t].n_loops);
        d->tensors[t].n_loops = 0;
        for (int k = 0; k < c->tensors[t].n_loops; k++)
            if (!(gone >> k & 1))
                d->tensors[t].loops[d->tensors[t].n_loops++] = c->tensors[t].loops[k];
        if (d->tensors[t].n_loops > d->n_loops)
            d->n_loops = d->tensors[t].n_loops;
    }
    for (int level = 0; level < 64; level++)
        if (c->fences >> level & 1)
            d->fences |= (uint64_t)1 << af_level_after(level, gone);
    return d;
}

/* ---- equality */

static bool same_text(const char *a, const char *b)
{
    return a == b || (a && b && !strcmp(a, b));
}

static bool same_loop(const af_loop_signature *a, const af_loop_signature *b)
{
    return a->spatial == b->spatial && same_text(a->rank, b->rank) && same_text(a->dimension, b->dimension);
}

static bool same_reservation(const af_tensor_reservation *a, const af_tensor_reservation *b)
{
    if (a->n_loops != b->n_loops || a->persistent != b->persistent || strcmp(a->tensor, b->tensor) ||
        strcmp(a->memory, b->memory))
        return false;
    for (int k = 0; k < a->n_loops; k++)
        if (!same_loop(&a->loops[k], &b->loops[k]))
            return false;
    return true;
}

bool af_compatibility_equal(const af_compatibility *a, const af_compatibility *b)
{
    if (a->n_loops != b->n_loops || a->fences != b->fences || a->n_tensors != b->n_tensors)
        return false;
    for (int t = 0; t < a->n_tensors; t++)
        if (!same_reservation(&a->tensors[t], &b->tensors[t]))
            return false;
    return true;
}

static uint64_t mix_text(uint64_t h, const char *text)
{
    return af_hash_bytes("\xFF", 1, text ? af_hash_text(text, h) : h);
}

uint64_t af_compatibility_hash(const af_compatibility *c)
{
    uint64_t h = AF_HASH_START ^ c->fences ^ (uint64_t)c->n_loops << 40;
    for (int t = 0; t < c->n_tensors; t++) {
        const af_tensor_reservation *r = &c->tensors[t];
        h = mix_text(mix_text(h, r->tensor), r->memory) ^ r->persistent;
        for (int k = 0; k < r->n_loops; k++)
            h = mix_text(mix_text(h, r->loops[k].rank), r->loops[k].dimension) ^ r->loops[k].spatial;
    }
    return h ^ h >> 32;
}

/* ---- orders of loops. Nothing is held between the loops of one block, so they may be exchanged. */

af_compatibility *af_compatibility_permute(af_arena *arena, const af_compatibility *c, const uint8_t *order)
{
    af_compatibility *p = af_new(arena, af_compatibility);
    *p = *c;
    p->tensors = af_new_array(arena, af_tensor_reservation, c->n_tensors);
    for (int t = 0; t < c->n_tensors; t++) {
        p->tensors[t] = c->tensors[t];
        p->tensors[t].loops = af_new_array(arena, af_loop_signature, c->tensors[t].n_loops);
        for (int k = 0; k < c->tensors[t].n_loops; k++)
            p->tensors[t].loops[k] = c->tensors[t].loops[order[k]];
    }
    return p;
}

static uint64_t stops_of(const af_compatibility *c)
{
    uint64_t stops = c->fences | (uint64_t)1 << c->n_loops;
    for (int t = 0; t < c->n_tensors; t++)
        stops |= (uint64_t)1 << c->tensors[t].n_loops;
    return stops;
}

int af_compatibility_orders(af_arena *arena, const af_compatibility *c, uint8_t ***orders)
{
    af_list(uint8_t *) list = {0};
    uint8_t *order = af_new_array(arena, uint8_t, c->n_loops + 1);
    for (int k = 0; k < c->n_loops; k++)
        order[k] = (uint8_t)k;
    do {
        uint8_t *copy = *af_push(arena, &list) = af_new_array(arena, uint8_t, c->n_loops + 1);
        memcpy(copy, order, sizeof *order * (size_t)c->n_loops);
    } while (af_next_loop_order(order, c->n_loops, stops_of(c)));
    *orders = list.items;
    return list.count;
}
