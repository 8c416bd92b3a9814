/* Which tables are joined, and which results compete in one front (70 sections 6.3 to 6.5). */
#include "join/stage.h"

#include <math.h>
#include <string.h>

/* ---- families: compatibilities that are equal after some order of their loops */
typedef struct family_of { int family, n_orders; const af_order *orders; } family_of;

typedef struct maker {
    const af_world *world;
    af_stage *stage;
    af_list(af_pair) pairs;
    af_names *joined, *families;   /* keys; `known` goes with the first, `compats` with the second */
    af_list(family_of) known;
    af_list(const af_compat *) compats;
    af_text key;
} maker;

static maker new_maker(const af_world *world, af_stage *stage)
{
    return (maker){.world = world,
                   .stage = stage,
                   .joined = af_names_new(world->arena),
                   .families = af_names_new(world->arena)};
}

static const char *key_of(maker *m, const af_compat *c, const bool *tensors, const af_order *order,
                          bool with_fences)
{
    af_text_clear(&m->key);
    af_compat_key(&m->key, c, tensors, order, with_fences);
    return m->key.bytes ? m->key.bytes : "";
}

/* Tables of one family compete in one front: later Einsums see of them nothing but the compatibility and the
 * counts, in some order of the loops within the fences, in which loops may be exchanged (70 sections 3.3,
 * 6.3).
 *
 * Its family is named by the least key of all its orders. Several orders have that key if loops are alike:
 * then each row enters with every order of its iteration counts, since a later Einsum may need any of them.
 */
static int classify(maker *m, const af_compat *joined, family_of *result)
{
    af_arena *arena = m->world->arena;
    const af_order *orders;
    int count = af_compat_orders(arena, joined, &orders, m->world->report);
    if (count < 0)
        return -1;
    const char *least = NULL;
    for (int i = 0; i < count; i++) {
        const char *key = key_of(m, joined, NULL, &orders[i], true);
        if (!least || strcmp(key, least) < 0)
            least = af_copy_text(arena, key);
    }
    af_order *equal = af_new_array(arena, af_order, count);
    result->n_orders = 0;
    for (int i = 0; i < count; i++)
        if (!strcmp(key_of(m, joined, NULL, &orders[i], true), least))
            equal[result->n_orders++] = orders[i];
    result->orders = equal;
    result->family = af_name_add(m->families, least);
    if (result->family == m->compats.count) {
        af_compat *compat = af_new(arena, af_compat);
        *compat = af_compat_reorder(arena, joined, &equal[0]);
        *af_push(arena, &m->compats) = compat;
    }
    return 0;
}

static int add_pair(maker *m, af_pair pair)
{
    int known = af_name_add(m->joined, key_of(m, &pair.joined, NULL, NULL, true));
    if (known == m->known.count) {
        family_of f;
        if (classify(m, &pair.joined, &f))
            return -1;
        *af_push(m->world->arena, &m->known) = f;
    }
    const family_of *f = &m->known.items[known];
    pair.family = f->family, pair.n_orders = f->n_orders, pair.orders = f->orders;
    *af_push(m->world->arena, &m->pairs) = pair;
    return 0;
}

static int finish(maker *m, int status)
{
    m->stage->pairs = m->pairs.items, m->stage->n_pairs = m->pairs.count;
    m->stage->families = m->compats.items, m->stage->n_families = m->compats.count;
    af_text_free(&m->key);
    return status;
}

int af_consolidation(const af_world *world, int einsum, const af_table *unit, af_table *const *groups,
                     int n_groups, af_stage *stage)
{
    maker m = new_maker(world, stage);
    m.pairs.capacity = n_groups;
    m.pairs.items = af_new_array(world->arena, af_pair, n_groups);
    for (int g = 0; g < n_groups; g++) {
        af_pair pair = {.left = unit, .right = groups[g]};
        af_compat_merge(world->arena, &unit->compat, &groups[g]->compat, world->others[einsum], &pair.joined);
        if (add_pair(&m, pair))
            return finish(&m, -1);
    }
    return finish(&m, 0);
}

/* ---- buckets: tables by what they share with the other side, in every order of its
 * loops; fences do not matter */
typedef struct entry { int table; af_order order; } entry;
typedef struct bucket { af_list(entry) left, right; } bucket;
typedef struct buckets { af_names *keys; af_list(bucket) items; } buckets;

static int add_to_buckets(maker *m, buckets *b, const af_compat *compat, const bool *shared, int table,
                          bool left)
{
    af_arena *arena = m->world->arena;
    af_compat kept = af_compat_keep(arena, compat, shared);
    const af_order *orders;
    int count = af_compat_orders(arena, &kept, &orders, m->world->report);
    for (int i = 0; i < count; i++) {
        int key = af_name_add(b->keys, key_of(m, &kept, NULL, &orders[i], false));
        if (key == b->items.count)
            *af_push(arena, &b->items) = (bucket){0};
        bucket *at = &b->items.items[key];
        *(left ? af_push(arena, &at->left) : af_push(arena, &at->right)) = (entry){table, orders[i]};
    }
    return count;
}

/* The first order under which two tables meet is the one that is joined (70 Q6). Another order in which they
 * meet has alike loops exchanged, of equal rank for all that they share. Where the loops are alike for all of
 * one side, that side has each row in all orders of its counts (classify; 60 section 11.5), so that the first
 * order finds all matches. Where they are not, the space that the mapper searches has only the first. */
static int join_bucket(maker *m, const bucket *b, af_table *const *left, const af_stage *rights, int einsum,
                       bool *seen)
{
    af_arena *arena = m->world->arena;
    for (int i = 0; i < b->left.count; i++)
        for (int k = 0; k < b->right.count; k++) {
            const entry *l = &b->left.items[i], *r = &b->right.items[k];
            bool *met = &seen[(size_t)l->table * (size_t)rights->n_tables + (size_t)r->table];
            if (*met)
                continue;
            *met = true;
            af_pair pair = {.left = left[l->table],
                            .right = rights->tables[r->table],
                            .left_order = l->order,
                            .right_order = r->order};
            af_compat a = af_compat_reorder(arena, &pair.left->compat, &l->order),
                      c = af_compat_reorder(arena, &pair.right->compat, &r->order);
            m->stage->counts.tables++;
            if (!af_compat_merge(arena, &a, &c, m->world->after[einsum], &pair.joined))
                m->stage->counts.removed[AF_OUT_OF_REACH]++;
            else if (add_pair(m, pair))
                return -1;
        }
    return 0;
}

/* ---- errors */

typedef struct compats { const af_compat **items; int count, capacity; } compats;

static void put_compatibility(af_text *out, const af_world *world, const af_compat *c)
{
    for (int i = 0; i < c->n_backings; i++) {
        const af_backing *b = &c->backings[i];
        af_text_printf(out, "%s%s in %s", i ? ", " : "", af_name_text(world->tensors, b->tensor),
                       af_name_text(world->memories, b->memory));
        for (int k = 0; k < b->n_loops; k++)
            af_text_printf(out, "%s%s", k ? " " : " under ", af_name_text(world->loops, b->loops[k]));
        if (b->persistent)
            af_text_puts(out, " for the whole workload");
    }
    if (!c->n_backings)
        af_text_puts(out, "nothing shared");
}

static void list_compats(af_text *out, const af_world *world, const compats *list, const bool *shared)
{
    enum { MOST_TOLD = 4 };
    af_names *told = af_names_new(world->arena);
    af_text one = {0};
    for (int i = 0; i < list->count; i++) {
        af_compat c = af_compat_keep(world->arena, list->items[i], shared);
        af_text_clear(&one);
        put_compatibility(&one, world, &c);
        af_name_add(told, one.bytes);
    }
    for (int i = 0; i < af_name_count(told) && i < MOST_TOLD; i++)
        af_text_printf(out, "%s[%s]", i ? ", " : "", af_name_text(told, i));
    if (af_name_count(told) > MOST_TOLD)
        af_text_printf(out, " and %d more", af_name_count(told) - MOST_TOLD);
    af_text_free(&one);
}

static compats compats_of(const af_world *world, af_table *const *tables, int count)
{
    compats list = {0};
    for (int i = 0; i < count; i++)
        *af_push(world->arena, &list) = &tables[i]->compat;
    return list;
}

static int no_match(const af_world *world, int einsum, const bool *joined, const compats *left,
                    const af_stage *rights)
{
    const char *name = world->einsums[einsum]->name;
    compats right = compats_of(world, rights->tables, rights->n_tables);
    af_text text = {0};
    af_text_printf(&text,
                   "no mapping of the Einsums before %s can be joined with one of %s: "
                   "what they share must live in the same memory under the same loops; those before have ",
                   name, name);
    list_compats(&text, world, left, world->uses[einsum]);
    af_text_printf(&text, "; %s has ", name);
    list_compats(&text, world, &right, joined);
    af_fail(world->report, AF_NO_ANSWER, AF_NOWHERE, NULL, "%s%s", af_cap_note(world), text.bytes);
    af_text_free(&text);
    return -1;
}

const char *af_cap_note(const af_world *world)
{
    double cap = world->einsums[0]->mapper.max_pmapping_templates_per_einsum;
    return isfinite(cap) && cap > 0 ? af_format(world->arena,
                                                "mapper.max_pmapping_templates_per_einsum is %g, "
                                                "so not all pmappings were there to be joined; ",
                                                cap)
                                    : "";
}

/* ---- lookahead (70 section 6.5): a family that no later Einsum can continue is not worth joining
 *
 * Nothing is lost: a whole mapping has one table of each later Einsum, whose reservations of what it shares
 * with those joined so far equal theirs in some order of the loops. If no table of such an Einsum has that,
 * in no order of either side, the family is part of no whole mapping. Fences are not asked about, which can
 * only let more families stay. */

/* The Einsums after this one that share a tensor with it or with those before; the number of them. */
static int find_sharing(const af_world *world, int einsum, int *sharing)
{
    int *live = af_new_array(world->arena, int, world->n_tensors), n_live = 0, n = 0;
    for (int t = 0; t < world->n_tensors; t++)
        if (world->before[einsum + 1][t] && world->after[einsum][t])
            live[n_live++] = t;
    for (int later = einsum + 1; later < world->n_einsums; later++) {
        bool shares = false;
        for (int i = 0; i < n_live && !shares; i++)
            shares = world->uses[later][live[i]];
        if (shares)
            sharing[n++] = later;
    }
    return n;
}

static int keys_of_einsum(maker *m, const af_stage *stage, const bool *joined, af_names *keys)
{
    for (int i = 0; i < stage->n_tables; i++) {
        af_compat kept = af_compat_keep(m->world->arena, &stage->tables[i]->compat, joined);
        const af_order *orders;
        int count = af_compat_orders(m->world->arena, &kept, &orders, m->world->report);
        if (count < 0)
            return -1;
        for (int k = 0; k < count; k++)
            af_name_add(keys, key_of(m, &kept, NULL, &orders[k], false));
    }
    return 0;
}

static int mark_hopeless(maker *m, int later, const af_names *keys, bool *hopeless)
{
    for (int f = 0; f < m->compats.count; f++) {
        af_compat kept = af_compat_keep(m->world->arena, m->compats.items[f], m->world->uses[later]);
        const af_order *orders;
        int count = af_compat_orders(m->world->arena, &kept, &orders, m->world->report);
        if (count < 0)
            return -1;
        bool found = false;
        for (int k = 0; k < count && !found; k++)
            found = af_name_find(keys, key_of(m, &kept, NULL, &orders[k], false)) >= 0;
        hopeless[f] |= !found;
    }
    return 0;
}

static int drop_hopeless(maker *m, const bool *hopeless)
{
    int n = 0;
    for (int i = 0; i < m->pairs.count; i++)
        if (!hopeless[m->pairs.items[i].family])
            m->pairs.items[n++] = m->pairs.items[i];
    m->stage->counts.removed[AF_NO_CONTINUATION] += m->pairs.count - n;
    return m->pairs.count = n;
}

typedef struct ahead {                       /* job i is about the Einsum later[i] */
    const maker *m;
    int einsum; const int *later;
    const af_stage *rights;                  /* of this Einsum and those after it */
    const bool *joined;                      /* tensors of this Einsum and those before */
    af_world *worlds;
    bool **hopeless;                         /* per job and family */
} ahead;

static void look_at_one(void *context, int index, int worker)
{
    ahead *a = context;
    int later = a->later[index];
    (void)worker;
    const af_world *world = &a->worlds[index];
    maker own = {.world = world, .compats = a->m->compats};
    af_names *keys = af_names_new(world->arena);
    a->hopeless[index] = af_new_array(world->arena, bool, own.compats.count);
    if (!keys_of_einsum(&own, &a->rights[later - a->einsum], a->joined, keys))
        mark_hopeless(&own, later, keys, a->hopeless[index]);
    af_text_free(&own.key);
}

static int look_ahead(maker *m, int einsum, const af_stage *rights)
{
    const af_world *world = m->world;
    if (einsum == world->n_einsums - 1)
        return 0;
    int *later = af_new_array(world->arena, int, world->n_einsums);
    int n = find_sharing(world, einsum, later);
    int threads = m->pairs.count < PAIRS_WORTH_THREADS ? 1 : world->options->threads;
    ahead a = {m, einsum, later, rights, world->before[einsum + 1], af_worlds_beside(world, n),
               af_new_array(world->arena, bool *, n)};
    af_run_jobs(threads, n, look_at_one, &a);
    if (af_worlds_end(world, a.worlds, n))
        return -1;
    compats all = {m->compats.items, m->compats.count, 0};
    for (int i = 0; i < n; i++)
        if (!drop_hopeless(m, a.hopeless[i]))
            return no_match(world, later[i], a.joined, &all, &rights[later[i] - einsum]);
    return 0;
}

int af_pairs_of_join(const af_world *world, int einsum, af_table *const *left, int n_left,
                     const af_stage *rights, af_stage *stage)
{
    maker m = new_maker(world, stage);
    buckets b = {.keys = af_names_new(world->arena)};
    for (int i = 0; i < n_left; i++)
        if (add_to_buckets(&m, &b, &left[i]->compat, world->uses[einsum], i, true) < 0)
            return finish(&m, -1);
    for (int i = 0; i < rights->n_tables; i++)
        if (add_to_buckets(&m, &b, &rights->tables[i]->compat, world->before[einsum], i, false) < 0)
            return finish(&m, -1);
    bool *seen = af_new_array(world->arena, bool, (size_t)n_left * (size_t)rights->n_tables);
    for (int i = 0; i < b.items.count; i++)
        if (join_bucket(&m, &b.items.items[i], left, rights, einsum, seen))
            return finish(&m, -1);
    compats of_left = compats_of(world, left, n_left);
    if (!m.pairs.count)
        return finish(&m, no_match(world, einsum, world->before[einsum], &of_left, rights));
    return finish(&m, look_ahead(&m, einsum, rights));
}
