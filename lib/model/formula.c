/* Arithmetic of numbers that may hold unknowns: sums of terms, each a coefficient times atoms to
 * integer powers, in normal form. */
#include "model/formula_graph.h"

#include <math.h>
#include <string.h>

/* ---- making */

static void push_term(af_graph *g, double coefficient, int monomial)
{
    if (coefficient != 0)
        *af_push(g->arena, &g->terms) = (graph_term){coefficient, monomial};
}

static af_num num_of_monomial(af_graph *g, double coefficient, int monomial)
{
    int first = g->terms.count;
    push_term(g, coefficient, monomial);
    return af_make_sum(g, first);
}

static void start(af_graph *g)
{
    if (g->monomials.count)
        return;
    af_make_monomial(g, 0);                  /* number 0: the empty product */
    *af_push(g->arena, &g->sums) = (graph_sum){0};   /* number 0 stands for what is known */
}

static int monomial_of_atom(af_graph *g, int atom, int power)
{
    start(g);
    int first = g->factors.count;
    *af_push(g->arena, &g->factors) = (af_factor){atom, power};
    return af_make_monomial(g, first);
}

af_num af_num_of_atom(const af_graph *graph, int atom)
{
    /* Enters a number into the tables; what the graph says does not change */
    af_graph *g = (af_graph *)graph;
    if (!g->atoms.items[atom].sum)
        g->atoms.items[atom].sum = num_of_monomial(g, 1, monomial_of_atom(g, atom, 1)).node;
    return (af_num){0, g->atoms.items[atom].sum};
}

/* Most graphs need no more: a pool that grows is copied, and leaves its room behind. */
#define begin_pool(arena, pool, most)                                                                        \
    ((pool)->items = af_arena_room((arena), sizeof *(pool)->items * (most)), (pool)->capacity = (most))

af_graph *af_graph_new(af_arena *arena)
{
    af_graph *g = af_new(arena, af_graph);
    g->arena = arena;
    begin_pool(arena, &g->factors, 256);
    begin_pool(arena, &g->monomials, 128);
    begin_pool(arena, &g->terms, 512);
    begin_pool(arena, &g->sums, 256);
    begin_pool(arena, &g->atoms, 64);
    return g;
}

af_num af_known(double value) { return (af_num){value, 0}; }

af_num af_symbol(af_graph *g, int index, double low, double high)
{
    int *atom = &g->atom_of_symbol[index];
    if (!*atom)
        *atom = 1 + af_make_atom(g, AF_ATOM_SYMBOL, index, NULL, 0, (uint64_t)1 << index,
                                 (af_interval){low, high});
    return af_num_of_atom(g, *atom - 1);
}

/* ---- arithmetic */

/* A known number seen as terms. */
static const graph_term *terms_of(const af_graph *g, const af_num *x, graph_term *room, int *count)
{
    if (!af_is_known(*x)) {
        *count = g->sums.items[x->node].count;
        return &g->terms.items[g->sums.items[x->node].first];
    }
    *room = (graph_term){x->value, 0};
    *count = x->value != 0;
    return room;
}

/* a + scale * b */
static af_num add_scaled(af_graph *g, af_num a, af_num b, double scale)
{
    start(g);
    int first = g->terms.count, n, m;
    graph_term room_a, room_b;
    terms_of(g, &a, &room_a, &n);
    terms_of(g, &b, &room_b, &m);
    af_make_room(g->arena, &g->terms, n + m);
    const graph_term *x = terms_of(g, &a, &room_a, &n), *y = terms_of(g, &b, &room_b, &m);
    graph_term *to = &g->terms.items[first];
    for (int i = 0, k = 0; i < n || k < m;) {
        int order = i == n ? 1 : k == m ? -1 : x[i].monomial - y[k].monomial;
        graph_term term = order <= 0 ? x[i] : (graph_term){0, y[k].monomial};
        if (order >= 0)
            term.coefficient += scale * y[k].coefficient;
        i += order <= 0;
        k += order >= 0;
        if (term.coefficient != 0)
            *to++ = term;
    }
    g->terms.count = (int)(to - g->terms.items);
    return af_make_sum(g, first);
}

af_num af_add(af_graph *g, af_num a, af_num b)
{
    if (af_is_known(a) && af_is_known(b))
        return af_known(a.value + b.value);
    return af_is_zero(a) ? b : af_is_zero(b) ? a : add_scaled(g, a, b, 1);
}

af_num af_sub(af_graph *g, af_num a, af_num b)
{
    if (af_is_known(a) && af_is_known(b))
        return af_known(a.value - b.value);
    return af_is_zero(b) ? a : add_scaled(g, a, b, -1);
}

/* Product of two monomials, the first without atom `without`; the second one's powers times `power`. */
static int merge_monomials(af_graph *g, int a, int without, int b, int power)
{
    int first = g->factors.count;
    graph_monomial x = g->monomials.items[a], y = g->monomials.items[b];
    af_make_room(g->arena, &g->factors, x.count + y.count);
    af_factor *to = &g->factors.items[first];
    for (int i = 0, k = 0; i < x.count || k < y.count;) {
        const af_factor *f = &g->factors.items[x.first + i], *h = &g->factors.items[y.first + k];
        int order = i == x.count ? 1 : k == y.count ? -1 : f->atom - h->atom;
        af_factor factor = {order <= 0 ? f->atom : h->atom, 0};
        if (order <= 0 && f->atom != without)
            factor.power = f->power;
        if (order >= 0)
            factor.power += power * h->power;
        i += order <= 0;
        k += order >= 0;
        if (factor.power)
            *to++ = factor;
    }
    g->factors.count = (int)(to - g->factors.items);
    return af_make_monomial(g, first);
}

/* Product of two monomials; the second one's powers times `sign`. */
static int multiply_monomials(af_graph *g, int a, int b, int sign)
{
    return b == 0 ? a : merge_monomials(g, a, -1, b, sign);
}

/* Sorts the terms from `first` on by monomial (insertion: they are few and nearly
 * sorted) and merges equal ones. */
static void settle_terms(af_graph *g, int first)
{
    graph_term *t = &g->terms.items[first];
    int count = g->terms.count - first, kept = 0;
    for (int i = 1; i < count; i++) {
        graph_term term = t[i];
        int at = i;
        for (; at > 0 && t[at - 1].monomial > term.monomial; at--)
            t[at] = t[at - 1];
        t[at] = term;
    }
    for (int i = 0; i < count; i++) {
        if (kept && t[kept - 1].monomial == t[i].monomial)
            t[kept - 1].coefficient += t[i].coefficient;
        else
            t[kept++] = t[i];
        if (t[kept - 1].coefficient == 0 && (i + 1 == count || t[i + 1].monomial != t[kept - 1].monomial))
            kept--;
    }
    g->terms.count = first + kept;
}

af_num af_num_of_terms(af_graph *g, const af_term_view *terms, int count)
{
    start(g);
    int first = g->terms.count;
    for (int i = 0; i < count; i++) {
        int from = g->factors.count;
        for (int k = 0; k < terms[i].n_factors; k++)
            *af_push(g->arena, &g->factors) = terms[i].factors[k];
        push_term(g, terms[i].coefficient, af_make_monomial(g, from));
    }
    settle_terms(g, first);
    return af_make_sum(g, first);
}

static af_num scale_terms(af_graph *g, af_num a, double factor, int monomial, int sign, bool divide)
{
    int first = g->terms.count, n = g->sums.items[a.node].count;
    for (int i = 0; i < n; i++) {
        graph_term t = g->terms.items[g->sums.items[a.node].first + i];
        push_term(g, divide ? t.coefficient / factor : t.coefficient * factor,
                  multiply_monomials(g, t.monomial, monomial, sign));
    }
    if (monomial)                            /* else they are in order as they were */
        settle_terms(g, first);
    return af_make_sum(g, first);
}

static af_num multiply_sums(af_graph *g, af_num a, af_num b)
{
    int n = g->sums.items[a.node].count, m = g->sums.items[b.node].count,
        first_a = g->sums.items[a.node].first;
    int first_b = g->sums.items[b.node].first;
    int first = g->terms.count;
    for (int i = 0; i < n; i++)
        for (int k = 0; k < m; k++) {
            graph_term x = g->terms.items[first_a + i], y = g->terms.items[first_b + k];
            push_term(g, x.coefficient * y.coefficient, multiply_monomials(g, x.monomial, y.monomial, 1));
        }
    settle_terms(g, first);
    return af_make_sum(g, first);
}

af_num af_mul(af_graph *g, af_num a, af_num b)
{
    if (af_is_known(a) && af_is_known(b))
        return af_known(a.value * b.value);
    if (af_is_known(a))
        return af_mul(g, b, a);
    if (af_is_known(b) && b.value == 1)
        return a;
    af_num result;
    if (af_recall(g, GRAPH_MULTIPLY, a, b, &result))
        return result;
    result = af_is_known(b) ? scale_terms(g, a, b.value, 0, 1, false) : multiply_sums(g, a, b);
    return af_remember(g, GRAPH_MULTIPLY, a, b, result);
}

/* One of them is a node. */
static af_num divide_sums(af_graph *g, af_num a, af_num b)
{
    if (af_is_known(b))
        return scale_terms(g, a, b.value, 0, 1, true);
    if (g->sums.items[b.node].count > 1)
        return af_mul(g, a, af_apply(g, "reciprocal", b));
    graph_term divisor = g->terms.items[g->sums.items[b.node].first];
    if (af_is_known(a))
        return num_of_monomial(g, a.value / divisor.coefficient,
                               multiply_monomials(g, 0, divisor.monomial, -1));
    return scale_terms(g, a, divisor.coefficient, divisor.monomial, -1, true);
}

af_num af_div(af_graph *g, af_num a, af_num b)
{
    if (af_is_known(a) && af_is_known(b))
        return af_known(a.value / b.value);
    if (af_is_known(b) && b.value == 1)
        return a;
    if (!af_is_known(b) && (af_is_zero(a) || af_same_num(a, b)))
        return af_known(af_is_zero(a) ? 0 : 1);
    af_num result;
    if (af_recall(g, GRAPH_DIVIDE, a, b, &result))
        return result;
    return af_remember(g, GRAPH_DIVIDE, a, b, divide_sums(g, a, b));
}

/* ---- replacing a symbol */

/* The power of the symbol in a monomial all of whose other atoms are free of it. */
static bool own_power(const af_graph *g, int monomial, int symbol, af_factor *own)
{
    const graph_monomial *m = &g->monomials.items[monomial];
    *own = (af_factor){-1, 0};
    if (!(m->symbols >> symbol & 1))
        return true;
    for (int i = m->first; i < m->first + m->count; i++) {
        af_factor f = g->factors.items[i];
        const graph_atom *atom = &g->atoms.items[f.atom];
        if (!(atom->symbols >> symbol & 1))
            continue;
        if (atom->kind != AF_ATOM_SYMBOL)
            return false;
        *own = f;
    }
    return true;
}

static double raised(double x, int power)
{
    double result = 1;
    for (int i = 0; i < (power < 0 ? -power : power); i++)
        result = power < 0 ? result / x : result * x;
    return result;
}

bool af_replace_symbol(af_graph *g, af_num x, int symbol, af_num value, af_num *result)
{
    int n = g->sums.items[x.node].count, from = g->sums.items[x.node].first, put = 0, first = g->terms.count;
    if (!af_is_known(value)) {
        const graph_term *term = &g->terms.items[g->sums.items[value.node].first];
        if (g->sums.items[value.node].count > 1 || term->coefficient != 1)
            return false;
        put = term->monomial;
    }
    for (int i = 0; i < n; i++) {
        graph_term term = g->terms.items[from + i];
        af_factor own;
        if (!own_power(g, term.monomial, symbol, &own)) {
            g->terms.count = first;
            return false;
        }
        if (own.power) {
            term.monomial = merge_monomials(g, term.monomial, own.atom, put, own.power);
            term.coefficient *= af_is_known(value) ? raised(value.value, own.power) : 1;
        }
        push_term(g, term.coefficient, term.monomial);
    }
    settle_terms(g, first);
    *result = af_make_sum(g, first);
    return true;
}

/* ---- atoms over normal forms */

static bool single_atom(const af_graph *g, af_num x, af_atom_kind kind, int *atom)
{
    if (af_is_known(x) || g->sums.items[x.node].count != 1)
        return false;
    const graph_term *t = &g->terms.items[g->sums.items[x.node].first];
    const graph_monomial *m = &g->monomials.items[t->monomial];
    if (t->coefficient != 1 || m->count != 1 || g->factors.items[m->first].power != 1)
        return false;
    *atom = g->factors.items[m->first].atom;
    return g->atoms.items[*atom].kind == kind;
}

enum { MOST_ARGUMENTS = 256 };
typedef struct argument_list {
    int count;
    af_num items[MOST_ARGUMENTS];
    uint64_t from[MOST_ARGUMENTS];           /* bits: of the first operand, of the second, … */
} argument_list;

static bool num_before(af_num a, af_num b) { return a.node != b.node ? a.node < b.node : a.value < b.value; }

static void insert_argument(argument_list *list, af_num x, uint64_t from)
{
    int at = list->count;
    while (at > 0 && num_before(x, list->items[at - 1]))
        at--;
    if (at > 0 && af_same_num(list->items[at - 1], x)) {
        list->from[at - 1] |= from;
        return;
    }
    memmove(&list->items[at + 1], &list->items[at], sizeof *list->items * (size_t)(list->count - at));
    memmove(&list->from[at + 1], &list->from[at], sizeof *list->from * (size_t)(list->count - at));
    list->items[at] = x;
    list->from[at] = from;
    list->count++;
}

static void remove_argument(argument_list *list, int at)
{
    list->count--;
    memmove(&list->items[at], &list->items[at + 1], sizeof *list->items * (size_t)(list->count - at));
    memmove(&list->from[at], &list->from[at + 1], sizeof *list->from * (size_t)(list->count - at));
}

/* Arguments of nested max (min) are arguments of the outer one. */
static void gather_arguments(const af_graph *g, af_num x, af_atom_kind kind, uint64_t from,
                             argument_list *list)
{
    int atom;
    if (!single_atom(g, x, kind, &atom) || list->count + g->atoms.items[atom].count >= MOST_ARGUMENTS) {
        insert_argument(list, x, from);
        return;
    }
    for (int i = 0; i < g->atoms.items[atom].count; i++)
        insert_argument(list, g->arguments.items[g->atoms.items[atom].first + i], from);
}

/* Is a - b, in normal form, at least 0 (at most 0 with sign -1) everywhere? The
 * difference itself is not needed. */
static bool passes(const af_graph *g, af_num a, af_num b, double sign)
{
    int n, m;
    graph_term room_a, room_b;
    const graph_term *x = terms_of(g, &a, &room_a, &n), *y = terms_of(g, &b, &room_b, &m);
    double least = 0;
    for (int i = 0, k = 0; i < n || k < m;) {
        int order = i == n ? 1 : k == m ? -1 : x[i].monomial - y[k].monomial;
        double coefficient = (order <= 0 ? x[i].coefficient : 0) - (order >= 0 ? y[k].coefficient : 0);
        int monomial = order <= 0 ? x[i].monomial : y[k].monomial;
        i += order <= 0;
        k += order >= 0;
        if (coefficient == 0)
            continue;
        af_interval range = g->monomials.items[monomial].range;
        double factor = sign * coefficient;
        least += af_end_scaled(factor > 0 ? range.low : range.high, factor);
    }
    return least >= 0;
}

/* Drops arguments that another one passes everywhere. Of those of one operand none does. */
static void drop_passed(const af_graph *g, argument_list *list, bool largest)
{
    for (int i = 0; i < list->count; i++)
        for (int k = 0; k < list->count; k++) {
            if ((list->from[i] & list->from[k]) ||
                !passes(g, list->items[k], list->items[i], largest ? 1 : -1))
                continue;
            remove_argument(list, i--);
            break;
        }
}

enum { MOST_OPERANDS = 64 };
static af_num extreme(af_graph *g, const af_num *operands, int count, af_atom_kind kind)
{
    argument_list list;                      /* its room is large, and seldom needed */
    list.count = 0;
    for (int i = 0; i < count; i++)
        gather_arguments(g, operands[i], kind, (uint64_t)1 << i, &list);
    bool largest = kind == AF_ATOM_MAX;
    if (kind != AF_ATOM_MIN_NONZERO)
        drop_passed(g, &list, largest);
    if (list.count == 1)
        return list.items[0];
    uint64_t symbols = 0;
    af_interval range = af_interval_of(g, list.items[0]);
    for (int i = 0; i < list.count; i++) {
        af_interval r = af_interval_of(g, list.items[i]);
        symbols |= af_symbols_of(g, list.items[i]);
        range.low = largest ? fmax(range.low, r.low) : fmin(range.low, r.low);
        range.high = largest || kind == AF_ATOM_MIN_NONZERO ? fmax(range.high, r.high)
                                                            : fmin(range.high, r.high);
    }
    return af_num_of_atom(g, af_make_atom(g, kind, 0, list.items, list.count, symbols, range));
}

static af_num remembered_extreme(af_graph *g, af_num a, af_num b, af_atom_kind kind,
                                 graph_operation operation)
{
    af_num result;
    if (af_recall(g, operation, a, b, &result))
        return result;
    return af_remember(g, operation, a, b, extreme(g, (af_num[]){a, b}, 2, kind));
}

af_num af_extreme_of(af_graph *g, const af_num *operands, int count, bool largest)
{
    if (count == 1)
        return operands[0];
    int n_known = 0;
    for (int i = 0; i < count; i++)
        n_known += af_is_known(operands[i]);
    if (n_known < count && count > 2 && count <= MOST_OPERANDS)
        return extreme(g, operands, count, largest ? AF_ATOM_MAX : AF_ATOM_MIN);
    af_num result = operands[0];
    for (int i = 1; i < count; i++)
        result = (largest ? af_max : af_min)(g, result, operands[i]);
    return result;
}

af_num af_max(af_graph *g, af_num a, af_num b)
{
    if (af_is_known(a) && af_is_known(b))
        return a.value >= b.value ? a : b;
    return remembered_extreme(g, a, b, AF_ATOM_MAX, GRAPH_MAX);
}

af_num af_min(af_graph *g, af_num a, af_num b)
{
    if (af_is_known(a) && af_is_known(b))
        return a.value <= b.value ? a : b;
    return remembered_extreme(g, a, b, AF_ATOM_MIN, GRAPH_MIN);
}

af_num af_min_nonzero(af_graph *g, af_num a, af_num b)
{
    if (af_is_zero(a) || af_is_zero(b))
        return af_is_zero(a) ? b : a;
    if (af_is_known(a) && af_is_known(b))
        return a.value <= b.value ? a : b;
    return remembered_extreme(g, a, b, AF_ATOM_MIN_NONZERO, GRAPH_MIN_NONZERO);
}

/* Whole for every whole value of the symbols: whole coefficients, no quotients. */
static bool is_whole(const af_graph *g, af_num x)
{
    for (int i = 0; i < af_n_terms(g, x); i++) {
        af_term_view term = af_term_at(g, x, i);
        if (term.coefficient != floor(term.coefficient))
            return false;
        for (int k = 0; k < term.n_factors; k++) {
            af_atom_kind kind = g->atoms.items[term.factors[k].atom].kind;
            if (term.factors[k].power < 0 || (kind != AF_ATOM_SYMBOL && kind != AF_ATOM_CEIL))
                return false;
        }
    }
    return true;
}

af_num af_ceil(af_graph *g, af_num a)
{
    if (af_is_known(a))
        return af_known(ceil(a.value));
    if (is_whole(g, a))
        return a;
    af_interval r = af_interval_of(g, a);
    return af_num_of_atom(g, af_make_atom(g, AF_ATOM_CEIL, 0, &a, 1, af_symbols_of(g, a),
                                          (af_interval){ceil(r.low), ceil(r.high)}));
}

static af_num apply(af_graph *g, const char *name, const af_num *arguments, int count)
{
    int id = af_function_find(name, count);
    const graph_function *function = af_function_at(id);
    if (af_is_known(arguments[0]) && af_is_known(arguments[count - 1]))
        return af_known(function->of(arguments[0].value, arguments[count - 1].value));
    af_interval range = {-INFINITY, INFINITY}, r = af_interval_of(g, arguments[0]);
    if (function->monotone)
        range = (af_interval){function->of(r.low, 0), function->of(r.high, 0)};
    else if (!strcmp(name, "reciprocal"))
        range = af_interval_power(r, -1);
    if (isnan(range.low) || isnan(range.high))
        range = (af_interval){-INFINITY, INFINITY};
    uint64_t symbols = af_symbols_of(g, arguments[0]) | af_symbols_of(g, arguments[count - 1]);
    return af_num_of_atom(g, af_make_atom(g, AF_ATOM_APPLY, id, arguments, count, symbols, range));
}

af_num af_apply(af_graph *g, const char *function, af_num a) { return apply(g, function, &a, 1); }

af_num af_apply_two(af_graph *g, const char *function, af_num a, af_num b)
{
    return apply(g, function, (af_num[]){a, b}, 2);
}
