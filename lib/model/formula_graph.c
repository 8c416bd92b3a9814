/* Tables of monomials, sums and atoms, each hash-consed, with the range of each
 * over the box of the symbols. */
#include "model/formula_graph.h"

#include <math.h>
#include <string.h>

/* ---- hash-consing */

static uint64_t mix(uint64_t hash, uint64_t word)
{
    hash = (hash ^ word) * 0x9E3779B97F4A7C15u;
    return hash ^ hash >> 29;
}

static uint64_t bits_of(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static uint64_t hash_monomial(const af_graph *g, int id)
{
    uint64_t hash = 1;
    const graph_monomial *m = &g->monomials.items[id];
    for (int i = 0; i < m->count; i++) {
        const af_factor *f = &g->factors.items[m->first + i];
        hash = mix(hash, (uint64_t)f->atom << 32 | (uint32_t)f->power);
    }
    return hash;
}

static uint64_t hash_sum(const af_graph *g, int id)
{
    uint64_t hash = 2;
    const graph_sum *s = &g->sums.items[id];
    for (int i = 0; i < s->count; i++) {
        const graph_term *t = &g->terms.items[s->first + i];
        hash = mix(mix(hash, bits_of(t->coefficient)), (uint64_t)t->monomial);
    }
    return hash;
}

static uint64_t hash_atom(const af_graph *g, int id)
{
    const graph_atom *a = &g->atoms.items[id];
    uint64_t hash = mix((uint64_t)a->kind, (uint64_t)a->id);
    for (int i = 0; i < a->count; i++) {
        const af_num *x = &g->arguments.items[a->first + i];
        hash = mix(hash, af_is_known(*x) ? bits_of(x->value) : (uint64_t)x->node);
    }
    return hash;
}

static bool same_monomial(const af_graph *g, int a, int b)
{
    const graph_monomial *x = &g->monomials.items[a], *y = &g->monomials.items[b];
    return x->count == y->count && !memcmp(&g->factors.items[x->first], &g->factors.items[y->first],
                                           sizeof(af_factor) * (size_t)x->count);
}

static bool same_sum(const af_graph *g, int a, int b)
{
    const graph_sum *x = &g->sums.items[a], *y = &g->sums.items[b];
    if (x->count != y->count)
        return false;
    for (int i = 0; i < x->count; i++) {
        const graph_term *s = &g->terms.items[x->first + i], *t = &g->terms.items[y->first + i];
        if (s->monomial != t->monomial || s->coefficient != t->coefficient)
            return false;
    }
    return true;
}

bool af_same_num(af_num a, af_num b) { return a.node == b.node && (!af_is_known(a) || a.value == b.value); }

static bool same_atom(const af_graph *g, int a, int b)
{
    const graph_atom *x = &g->atoms.items[a], *y = &g->atoms.items[b];
    if (x->kind != y->kind || x->id != y->id || x->count != y->count)
        return false;
    for (int i = 0; i < x->count; i++)
        if (!af_same_num(g->arguments.items[x->first + i], g->arguments.items[y->first + i]))
            return false;
    return true;
}

typedef struct table {
    uint64_t (*hash)(const af_graph *g, int id);
    bool (*same)(const af_graph *g, int a, int b);
} table;
static const table monomial_table = {hash_monomial, same_monomial}, sum_table = {hash_sum, same_sum},
                   atom_table = {hash_atom, same_atom};

static unsigned free_slot(const graph_index *index, uint32_t hash)
{
    unsigned last = (unsigned)index->capacity - 1, at = hash & last;
    while (index->slots[at].id)
        at = (at + 1) & last;
    return at;
}

static void index_grow(af_graph *g, graph_index *index)
{
    graph_index old = *index;
    index->capacity = old.capacity ? old.capacity * 2 : 128;
    index->slots = af_new_array(g->arena, graph_slot, index->capacity);
    for (int i = 0; i < old.capacity; i++)
        if (old.slots[i].id)
            index->slots[free_slot(index, old.slots[i].hash)] = old.slots[i];
}

/* The number of what equals the last of `count` items: an earlier one,
 * or the last itself, which then is entered. */
static inline int index_last(af_graph *g, graph_index *index, const table *t, int count)
{
    if (count * 2 > index->capacity)
        index_grow(g, index);
    uint32_t hash = (uint32_t)t->hash(g, count - 1);
    unsigned last = (unsigned)index->capacity - 1, at = hash & last;
    for (; index->slots[at].id; at = (at + 1) & last)
        if (index->slots[at].hash == hash && t->same(g, index->slots[at].id - 1, count - 1))
            return index->slots[at].id - 1;
    index->slots[at] = (graph_slot){hash, count};
    return count - 1;
}

/* ---- results */

static unsigned place_of(int operation, af_num a, af_num b)
{
    uint64_t hash = mix((uint64_t)(unsigned)a.node << 32 | (unsigned)b.node, (uint64_t)(unsigned)operation);
    if (af_is_known(a) || af_is_known(b))
        hash = mix(hash, bits_of(af_is_known(a) ? a.value : b.value));
    return (unsigned)hash % GRAPH_RESULTS;
}

bool af_recall(const af_graph *g, int operation, af_num a, af_num b, af_num *result)
{
    const graph_result *r = &g->results[place_of(operation, a, b)];
    if (r->operation != operation || !af_same_num(r->a, a) || !af_same_num(r->b, b))
        return false;
    *result = r->result;
    return true;
}

af_num af_remember(af_graph *g, int operation, af_num a, af_num b, af_num result)
{
    g->results[place_of(operation, a, b)] = (graph_result){operation, a, b, result};
    return result;
}

/* ---- ranges */

af_interval af_interval_product(af_interval a, af_interval b)
{
    if (a.low >= 0 && b.low >= 0)
        return (af_interval){af_end_scaled(a.low, b.low), af_end_scaled(a.high, b.high)};
    double p = af_end_scaled(a.low, b.low), q = af_end_scaled(a.low, b.high);
    double r = af_end_scaled(a.high, b.low), s = af_end_scaled(a.high, b.high);
    return (af_interval){fmin(fmin(p, q), fmin(r, s)), fmax(fmax(p, q), fmax(r, s))};
}

af_interval af_interval_power(af_interval a, int power)
{
    if (power == 1)
        return a;
    if (power < 0 && a.low <= 0 && a.high >= 0)
        return (af_interval){-INFINITY, INFINITY};
    if (power < 0)
        a = (af_interval){1 / a.high, 1 / a.low}, power = -power;
    af_interval result = a;
    for (int i = 1; i < power; i++)
        result = af_interval_product(result, a);
    if (power % 2 == 0)
        result.low = fmax(result.low, 0);
    return result;
}

af_interval af_interval_of(const af_graph *g, af_num x)
{
    return af_is_known(x) ? (af_interval){x.value, x.value} : g->sums.items[x.node].range;
}

/* ---- making monomials, sums, atoms */

static void describe_monomial(const af_graph *g, graph_monomial *m)
{
    m->range = (af_interval){1, 1};
    for (int i = m->first; i < m->first + m->count; i++) {
        const graph_atom *atom = &g->atoms.items[g->factors.items[i].atom];
        m->symbols |= atom->symbols;
        m->range = af_interval_product(m->range, af_interval_power(atom->range, g->factors.items[i].power));
    }
}

/* Factors from `first` to the end of the pool are sorted by atom and have no power 0: a monomial's number. */
int af_make_monomial(af_graph *g, int first)
{
    *af_push(g->arena, &g->monomials) = (graph_monomial){.first = first, .count = g->factors.count - first};
    int last = g->monomials.count - 1, id = index_last(g, &g->monomial_index, &monomial_table, last + 1);
    if (id == last) {
        describe_monomial(g, &g->monomials.items[id]);
    } else {
        g->monomials.count--;
        g->factors.count = first;
    }
    return id;
}

static void describe_sum(const af_graph *g, graph_sum *s)
{
    for (int i = s->first; i < s->first + s->count; i++) {
        const graph_monomial *m = &g->monomials.items[g->terms.items[i].monomial];
        af_interval part = af_interval_scaled(m->range, g->terms.items[i].coefficient);
        s->symbols |= m->symbols;
        s->range.low += part.low;
        s->range.high += part.high;
    }
}

/* Terms from `first` to the end of the pool, sorted by monomial, none with coefficient 0: a number. */
af_num af_make_sum(af_graph *g, int first)
{
    int count = g->terms.count - first;
    const graph_term *terms = &g->terms.items[first];
    if (count == 0 || (count == 1 && terms[0].monomial == 0)) {
        double value = count ? terms[0].coefficient : 0;
        g->terms.count = first;
        return af_known(value);
    }
    *af_push(g->arena, &g->sums) = (graph_sum){.first = first, .count = count};
    int last = g->sums.count - 1, id = index_last(g, &g->sum_index, &sum_table, last + 1);
    if (id == last) {
        describe_sum(g, &g->sums.items[id]);
    } else {
        g->sums.count--;
        g->terms.count = first;
    }
    return (af_num){0, id};
}

int af_make_atom(af_graph *g, af_atom_kind kind, int id, const af_num *arguments, int count, uint64_t symbols,
                 af_interval range)
{
    graph_atom atom = {kind, id, g->arguments.count, count, symbols, range, 0};
    for (int i = 0; i < count; i++)
        *af_push(g->arena, &g->arguments) = arguments[i];
    *af_push(g->arena, &g->atoms) = atom;
    int found = index_last(g, &g->atom_index, &atom_table, g->atoms.count);
    if (found != g->atoms.count - 1) {
        g->atoms.count--;
        g->arguments.count = atom.first;
    }
    return found;
}
