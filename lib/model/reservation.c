/* Peak use of every memory over a whole mapping: the join of one row per Einsum (50 section 10, 70 section
 * 4).
 *
 * Einsums are taken in workload order. What the Einsums so far hold of one memory is two numbers per loop
 * level: `open` = bits in use just under that many loops where later Einsums can still stand, `done` = peak
 * of what is finished there; each includes all that is held further out. Level -1 is for persistent tensors,
 * which live for the whole workload. */
#include "model/reservation.h"

#include <math.h>
#include <string.h>

typedef struct column { bool present; double bits; } column;
typedef struct levels { column *open, *done; } levels;       /* index: level + 1 */

typedef struct held {                        /* a shared tensor, where its producer or first user backs it */
    const char *tensor, *memory;
    int level;                               /* loops above; -1 persistent */
    double bits;
    const af_part *part;
    int id;                                  /* tensor of that part's Einsum */
} held;
typedef struct held_list { int n; held *items; } held_list;

typedef struct joining {
    af_arena *arena;
    const af_part *parts; int n_parts;
    int n_memories; const char **memories; double *sizes;
    int n_levels;                            /* levels are -1 … n_levels - 2 */
    levels *left;                            /* per memory: all Einsums so far */
    held_list tensors;                       /* of the Einsums so far, still needed */
    af_report *report;
} joining;

/* ---- columns */

static levels new_levels(const joining *j)
{
    return (levels){af_new_array(j->arena, column, j->n_levels), af_new_array(j->arena, column, j->n_levels)};
}

/* What is held at this level or, if nothing is noted there, next further out. */
static double outwards(const column *c, int at)
{
    for (; at >= 0; at--)
        if (c[at].present)
            return c[at].bits;
    return 0;
}

static void raise_to(column *c, double bits)
{
    c->bits = c->present ? fmax(c->bits, bits) : bits;
    c->present = true;
}

/* All that is under more than `shared` + 1 loops ends there: only its peak is kept, at that level. */
static void finish_below(levels *l, int n_levels, int shared)
{
    int top = shared + 2;                    /* index of level shared + 1 */
    bool any = false;
    double most = 0;
    for (int at = top; at < n_levels; at++) {
        if (l->done[at].present || (at > top && l->open[at].present)) {
            most = fmax(most, fmax(l->done[at].present ? l->done[at].bits : 0, at > top &&
                                   l->open[at].present ? l->open[at].bits : 0));
            any = true;
        }
        l->done[at].present = false;
        if (at > top)
            l->open[at].present = false;
    }
    if (any)
        raise_to(&l->open[top], most);
}

/* The level just under the shared loops belongs to the branch that ends here. */
static void close_level(levels *l, int shared)
{
    column *open = &l->open[shared + 2];
    if (open->present)
        raise_to(&l->done[shared + 2], open->bits);
    open->present = false;
}

/* ---- one Einsum */

static int memory_number(const joining *j, const char *name)
{
    for (int m = 0; m < j->n_memories; m++)
        if (!strcmp(j->memories[m], name))
            return m;
    return -1;
}

static void collect_memories(joining *j)
{
    int room = 0;
    for (int i = 0; i < j->n_parts; i++) {
        room += j->parts[i].figures->n_buffets;
        for (int k = 0; k < j->parts[i].figures->n_buffets; k++)
            if (j->parts[i].figures->buffets[k].level + 2 > j->n_levels)
                j->n_levels = j->parts[i].figures->buffets[k].level + 2;
        if (j->parts[i].pmapping->n_loops + 2 > j->n_levels)
            j->n_levels = j->parts[i].pmapping->n_loops + 2;
    }
    j->n_levels++;
    j->memories = af_new_array(j->arena, const char *, room + 1);
    j->sizes = af_new_array(j->arena, double, room + 1);
    for (int i = 0; i < j->n_parts; i++)
        for (int k = 0; k < j->parts[i].figures->n_buffets; k++) {
            const af_buffet *b = &j->parts[i].figures->buffets[k];
            const af_arch_node *node = &j->parts[i].figures->einsum->nodes[b->node];
            if (node->kind != AF_MEMORY || b->occupancy.value == 0 || memory_number(j, node->name) >= 0)
                continue;
            j->sizes[j->n_memories] = node->size;
            j->memories[j->n_memories++] = node->name;
        }
}

/* A memory's size may depend on the Einsum. What counts is the fraction, so all bits are in terms of the size
 * in the first Einsum that uses it. */
static double scale(const joining *j, int memory, const af_einsum *einsum)
{
    double first = j->sizes[memory], own = first;
    for (int n = 0; n < einsum->n_nodes; n++)
        if (einsum->nodes[n].kind == AF_MEMORY && !strcmp(einsum->nodes[n].name, j->memories[memory]))
            own = einsum->nodes[n].size;
    return own == first || isinf(own) || isinf(first) || own == 0 ? 1 : first / own;
}

static levels *levels_of_part(const joining *j, const af_part *part)
{
    levels *all = af_new_array(j->arena, levels, j->n_memories);
    for (int m = 0; m < j->n_memories; m++)
        all[m] = new_levels(j);
    for (int k = 0; k < part->figures->n_buffets; k++) {
        const af_buffet *b = &part->figures->buffets[k];
        int m = memory_number(j, part->figures->einsum->nodes[b->node].name);
        if (m < 0 || b->occupancy.value == 0)
            continue;
        column *c = &all[m].open[b->level + 1];
        *c = (column){true, c->bits + b->occupancy.value * scale(j, m, part->figures->einsum)};
    }
    for (int m = 0; m < j->n_memories; m++) {
        double running = 0;
        for (int at = 0; at < j->n_levels; at++)
            if (all[m].open[at].present)
                running = all[m].open[at].bits += running;
    }
    return all;
}

/* Is the tensor used by a part from `first` on? */
static bool used_from(const joining *j, const char *tensor, int first)
{
    for (int i = first; i < j->n_parts; i++)
        if (af_find_tensor(j->parts[i].figures->einsum, tensor) >= 0)
            return true;
    return false;
}

static held_list held_by(const joining *j, const af_part *part)
{
    const af_einsum *e = part->figures->einsum;
    held_list list = {0, af_new_array(j->arena, held, e->n_tensors)};
    for (int i = 0; i < part->pmapping->n_steps; i++) {
        const af_step *s = &part->pmapping->steps[i];
        if (s->kind != AF_STEP_RESERVATION || !s->backing || !e->tensors[s->tensor].fusable)
            continue;
        int m = memory_number(j, e->nodes[s->node].name);
        double bits = part->figures->tensor_bits[s->tensor].value * (m >= 0 ? scale(j, m, e) : 1);
        list.items[list.n++] = (held){e->tensors[s->tensor].name, e->nodes[s->node].name,
                                      part->figures->tensor_level[s->tensor], bits, part, s->tensor};
    }
    return list;
}

static const held *find_held(const held_list *list, const char *tensor)
{
    for (int i = 0; i < list->n; i++)
        if (!strcmp(list->items[i].tensor, tensor))
            return &list->items[i];
    return NULL;
}

/* ---- do two Einsums agree on a shared tensor? */

typedef struct fused_loop { const char *rank; bool spatial; const char *dimension; double tile, initial,
    iterations; int level; } fused_loop;

static const char *rank_indexed_by(const af_tensor *tensor, int rank_variable)
{
    for (int i = 0; i < tensor->n_ranks; i++)
        if (tensor->ranks[i].mentioned >> rank_variable & 1)
            return tensor->ranks[i].name;
    return "";
}

static int fused_loops(const joining *j, const held *h, fused_loop **loops)
{
    const af_pmapping *p = h->part->pmapping;
    int n = 0, room = h->level < 0 ? 0 : h->level;
    *loops = af_new_array(j->arena, fused_loop, room + 1);
    double *shape = af_new_array(j->arena, double, p->einsum->n_rank_variables);
    for (int v = 0; v < p->einsum->n_rank_variables; v++)
        shape[v] = p->einsum->rank_variables[v].bound;
    for (int i = 0; i < p->n_steps && n < room; i++) {
        const af_step *s = &p->steps[i];
        if (!af_is_loop(s))
            continue;
        double tile = s->tile.value, initial = s->initial.value, first = initial > 0 ? initial : tile;
        bool spatial = s->kind == AF_STEP_SPATIAL;
        (*loops)[n] = (fused_loop){rank_indexed_by(&p->einsum->tensors[h->id], s->rank_variable), spatial,
                                   spatial ? p->einsum->nodes[s->node].dimensions[s->dimension].name : "",
                                   tile, initial,
                                   ceil((shape[s->rank_variable] - first) / tile + 1), n};
        shape[s->rank_variable] = tile;
        n++;
    }
    return n;
}

static bool same_loop(const fused_loop *a, const fused_loop *b)
{
    return !strcmp(a->rank, b->rank) && a->spatial == b->spatial && !strcmp(a->dimension, b->dimension) &&
        a->tile == b->tile &&
           a->initial == b->initial && a->iterations == b->iterations;
}

/* Bit k: something is held or reserved under k loops; loops may not be exchanged across it. */
static uint64_t fences_of(const af_pmapping *p)
{
    uint64_t fences = 0;
    int depth = 0;
    for (int i = 0; i < p->n_steps; i++) {
        depth += af_is_loop(&p->steps[i]);
        if (!af_is_loop(&p->steps[i]) && p->steps[i].kind != AF_STEP_COMPUTE && depth < 64)
            fences |= (uint64_t)1 << depth;
    }
    return fences;
}

/* The first loop of `b` from `from` that equals `loop`, with no common fence between; -1. */
static int partner(const fused_loop *b, int n, int from, const fused_loop *loop, uint64_t fences)
{
    for (int k = from; k < n; k++) {
        if (k > from && fences >> k & 1)
            return -1;
        if (same_loop(&b[k], loop))
            return k;
    }
    return -1;
}

static void put_loops(af_text *out, const fused_loop *loops, int n)
{
    char number[32];
    for (int i = 0; i < n; i++) {
        af_number_text(number, loops[i].tile);
        af_text_printf(out, "%s%s%s tile %s", i ? ", " : "", loops[i].spatial ? "spatial " : "",
                       *loops[i].rank ? loops[i].rank : "(no rank)", number);
    }
    if (!n)
        af_text_puts(out, "no loops");
}

static int disagree(const joining *j, const held *a, const held *b, const fused_loop *x, int n,
                    const fused_loop *y, int m)
{
    af_text text = {0};
    af_text_printf(&text, "no match found for shared tensor %s: %s backs it in %s under ", a->tensor,
                   a->part->figures->einsum->name, a->memory);
    put_loops(&text, x, n);
    af_text_printf(&text, "%s; %s in %s under ", a->level < 0 ? " (persistent)" : "",
                   b->part->figures->einsum->name, b->memory);
    put_loops(&text, y, m);
    af_text_puts(&text, b->level < 0 ? " (persistent)" : "");
    af_fail(j->report, AF_BAD_DATA, AF_NOWHERE, "mapping", "%s", text.bytes);
    af_text_free(&text);
    return -1;
}

/* A distributed memory also says by which spatial loops the tensor lies in it (50 section 5.6). */
static int binding_loops(const joining *j, const held *h, fused_loop **loops)
{
    const af_pmapping *p = h->part->pmapping;
    int n = 0;
    bool below = false, distributed = false;
    *loops = af_new_array(j->arena, fused_loop, p->n_loops + 1);
    for (int i = 0; i < p->n_steps; i++) {
        const af_step *s = &p->steps[i];
        if (s->kind == AF_STEP_STORAGE) {
            below = s->backing && s->tensor == h->id;
            for (int d = 0; below && d < p->einsum->nodes[s->node].n_physical; d++)
                distributed |= p->einsum->nodes[s->node].physical[d].fanout > 1;
        } else if (s->kind == AF_STEP_SPATIAL && below && distributed) {
            (*loops)[n] = (fused_loop){rank_indexed_by(&p->einsum->tensors[h->id], s->rank_variable), true,
                                       "", s->tile.value,
                                       s->initial.value, 0, n};
            n++;
        }
    }
    return n;
}

static int check_agreement(const joining *j, const held *a, const held *b)
{
    fused_loop *x, *y;
    int n = fused_loops(j, a, &x), m = fused_loops(j, b, &y);
    uint64_t fences = fences_of(a->part->pmapping) & fences_of(b->part->pmapping);
    bool agree = !strcmp(a->memory, b->memory) && a->level == b->level && n == m;
    for (int i = 0; i < n && agree; i++) {
        int k = partner(y, m, i, &x[i], fences);
        agree = k >= 0;
        for (; agree && k > i; k--) {        /* bring it to the front of what is left */
            fused_loop loop = y[k];
            y[k] = y[k - 1];
            y[k - 1] = loop;
        }
    }
    if (!agree)
        return disagree(j, a, b, x, n, y, m);
    n = binding_loops(j, a, &x);
    m = binding_loops(j, b, &y);
    for (int i = 0; i < n && agree; i++)
        agree = i < m && same_loop(&x[i], &y[i]);
    return agree && n == m ? 0 : disagree(j, a, b, x, n, y, m);
}

/* ---- the join of one Einsum to those before it */

static int deepest(const held_list *list, const joining *j, const held_list *other, int later)
{
    int level = 0;
    for (int i = 0; i < list->n; i++)
        if ((other && find_held(other, list->items[i].tensor)) || used_from(j, list->items[i].tensor, later))
            level = list->items[i].level > level ? list->items[i].level : level;
    return level;
}

/* Adds `bits` at `level` and under it; a level that was not noted starts as what is further out. */
static void add_at(levels *l, int n_levels, int level, double bits)
{
    for (int at = level + 1; at < n_levels; at++) {
        if (l->open[at].present)
            l->open[at].bits += bits;
        if (at > level + 1 && l->done[at].present)
            l->done[at].bits += bits;
    }
}

static void note_level(levels *l, int level)
{
    column *c = &l->open[level + 1];
    if (!c->present)
        *c = (column){true, outwards(l->open, level)};
}

static levels add_levels(const joining *j, const levels *a, const levels *b)
{
    levels sum = new_levels(j);
    for (int at = 0; at < j->n_levels; at++) {
        if (a->open[at].present || b->open[at].present)
            sum.open[at] = (column){true, outwards(a->open, at) + outwards(b->open, at)};
        if (a->done[at].present)
            sum.done[at] = (column){true, a->done[at].bits + outwards(b->open, at - 1)};
    }
    return sum;
}

/* bits > 0: must live on; < 0: was counted twice */
typedef struct change { int memory, level; double bits; } change;

/* Source and copy: two names of one tensor (70 section 11.2). */
static bool are_copies(const joining *j, const char *a, const char *b)
{
    for (int i = 0; i < j->n_parts; i++) {
        const af_einsum *e = j->parts[i].figures->einsum;
        int x = af_find_tensor(e, a), y = af_find_tensor(e, b);
        if (e->is_copy && x >= 0 && y >= 0 && e->tensors[x].output != e->tensors[y].output)
            return true;
    }
    return false;
}

static int collect_changes(const joining *j, const held_list *right, int next, int shared, change *changes)
{
    int n = 0, freed = 0;
    for (int i = 0; i < j->tensors.n; i++) {
        const held *t = &j->tensors.items[i];
        bool both = find_held(right, t->tensor) != NULL, live = used_from(j, t->tensor, next + 1);
        int m = memory_number(j, t->memory);
        if (m >= 0 && both && t->level <= shared)
            changes[n++] = (change){m, t->level, -t->bits};
        else if (m >= 0 && !both && live && t->level > shared)
            changes[n++] = (change){m, t->level, t->bits};
    }
    freed = n;
    for (int i = 0; i < j->tensors.n; i++)
        for (int k = 0; k < right->n; k++) {
            const held *a = &j->tensors.items[i], *b = &right->items[k];
            int m = memory_number(j, b->memory);
            if (m < 0 || strcmp(a->memory, b->memory) || !strcmp(a->tensor, b->tensor) ||
                !are_copies(j, a->tensor, b->tensor) ||
                !used_from(j, a->tensor, next + 1) || !used_from(j, b->tensor, next + 1))
                continue;
            bool again = false;
            for (int c = 0; c < freed; c++)
                again |= changes[c].memory == m && changes[c].level == b->level && changes[c].bits < 0;
            if (!again)
                changes[n++] = (change){m, b->level, -b->bits};
        }
    return n;
}

static void keep_live(joining *j, const held_list *right, int next)
{
    held_list kept = {0, af_new_array(j->arena, held, j->tensors.n + right->n)};
    for (int i = 0; i < j->tensors.n; i++)
        if (used_from(j, j->tensors.items[i].tensor, next + 1))
            kept.items[kept.n++] = j->tensors.items[i];
    for (int i = 0; i < right->n; i++)
        if (used_from(j, right->items[i].tensor, next + 1) && !find_held(&kept, right->items[i].tensor))
            kept.items[kept.n++] = right->items[i];
    j->tensors = kept;
}

static int check_join(const joining *j, const held_list *right, int next)
{
    const af_einsum *e = j->parts[next].figures->einsum;
    for (int i = 0; i < right->n; i++) {
        const held *b = &right->items[i], *a = find_held(&j->tensors, b->tensor);
        if (a && e->tensors[b->id].output)
            return af_fail(j->report, AF_BAD_DATA, AF_NOWHERE, "mapping",
                           "%s uses %s, which %s computes later in the workload's order",
                           a->part->figures->einsum->name, a->tensor, e->name);
        if (a && check_agreement(j, a, b) < 0)
            return -1;
    }
    return 0;
}

static int join_next(joining *j, int next)
{
    const af_part *part = &j->parts[next];
    levels *right = levels_of_part(j, part);
    held_list tensors = held_by(j, part);
    if (check_join(j, &tensors, next) < 0)
        return -1;
    int shared = deepest(&j->tensors, j, NULL, next) - 1,
        own = deepest(&tensors, j, &j->tensors, next + 1) - 1;
    change *changes = af_new_array(j->arena, change, j->tensors.n * (tensors.n + 1) + 1);
    int n_changes = collect_changes(j, &tensors, next, shared, changes);
    keep_live(j, &tensors, next);
    int still = deepest(&j->tensors, j, NULL, next + 1) - 1;
    for (int m = 0; m < j->n_memories; m++) {
        /* An Einsum that shares nothing under the common loops still stands under them: its
         * own levels there are kept. */
        finish_below(&right[m], j->n_levels, own > shared ? own : shared);
        finish_below(&j->left[m], j->n_levels, shared);
        close_level(&j->left[m], shared);
        levels sum = add_levels(j, &j->left[m], &right[m]);
        for (int i = 0; i < n_changes; i++)
            if (changes[i].memory == m)
                note_level(&sum, changes[i].level);
        for (int i = 0; i < n_changes; i++)
            if (changes[i].memory == m)
                add_at(&sum, j->n_levels, changes[i].level, changes[i].bits);
        finish_below(&sum, j->n_levels, still);
        j->left[m] = sum;
    }
    return 0;
}

static void start_with(joining *j, const af_part *part)
{
    j->left = levels_of_part(j, part);
    held_list tensors = held_by(j, part), none = {0, NULL};
    j->tensors = none;
    keep_live(j, &tensors, 0);
}

static double peak(const levels *l, int n_levels)
{
    double most = 0;
    for (int at = 0; at < n_levels; at++)
        most = fmax(most, fmax(l->open[at].present ? l->open[at].bits : 0, l->done[at].present ?
                               l->done[at].bits : 0));
    return most;
}

static const double rounding = 1e-9;

int af_peak_usage(af_arena *arena, const af_part *parts, int n_parts, af_usage **usages, int *n_usages,
                  af_report *report)
{
    joining j = {.arena = arena, .parts = parts, .n_parts = n_parts, .report = report};
    collect_memories(&j);
    start_with(&j, &parts[0]);
    for (int i = 1; i < n_parts; i++)
        if (join_next(&j, i) < 0)
            return -1;
    *usages = af_new_array(arena, af_usage, j.n_memories + 1);
    *n_usages = j.n_memories;
    int faults = 0;
    for (int m = 0; m < j.n_memories; m++) {
        double bits = peak(&j.left[m], j.n_levels), size = j.sizes[m];
        if (bits > size * (1 + rounding))
            faults |= af_fail(report, AF_BAD_DATA, AF_NOWHERE, "mapping",
                              "the whole mapping uses %.17g bits of %s but its size is only %.17g: "
                              "%.3g of it",
                              bits, j.memories[m], size, bits / size);
        (*usages)[m] = (af_usage){j.memories[m], isinf(size) ? 0 : bits / size, size};
    }
    return faults;
}
