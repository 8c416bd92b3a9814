/* When is one unfinished choice of tile shapes no worse than another, whatever is chosen for
 * the rest (60 sections 10.9, 18.5)?
 *
 * Write a formula over known symbols E and unknown ones U as f = sum over j of U_j * G_j(E), terms of equal
 * unknown part gathered, with U_j >= 0. If G_j(a) <= G_j(b) for every j then f(a, u) <= f(b, u) for every u:
 * each G_j is a criterion. max, min and functions that do not decrease hand the question to their arguments.
 * Where a sign is not known, the symbols must simply be equal.
 *
 * An argument of a max that cannot exceed what the max is at least anyway does not decide it, nor does
 * a limit that a row can no longer break: on such rows their criteria need not hold (owners with slack).
 * Exact, since max(x, m) = m for every x <= m. */
#include "pmap/criteria.h"

#include <math.h>

enum { MOST_OWNERS = 64, MOST_MIXED = 16 };

typedef struct weighing {                    /* one formula at work */
    af_criteria *c;
    af_graph *g;
    int owner;
    struct group { af_num unknown, known; int sign; } *groups;   /* known parts gathered by unknown part */
    int n_groups;
} weighing;

static void weigh(af_criteria *c, af_num f, int goal, int owner);

/* ---- signs */

/* 1: never negative, -1: never positive, 0: not known. */
static int sign_of(const af_graph *g, af_num x)
{
    af_interval range = af_interval_of(g, x);
    return range.low >= 0 ? 1 : range.high <= 0 ? -1 : 0;
}

static af_num negated(af_graph *g, af_num x) { return af_sub(g, af_known(0), x); }

static void must_be_equal(af_criteria *c, af_num x)
{
    c->equal |= af_symbols_of(c->p->graph, x) & c->known;
}

/* ---- owners */

/* One whose criteria do not matter where goal * f <= enough for sure. */
static int new_owner(af_criteria *c, af_num f, int goal, double enough, int parent)
{
    af_num most;
    af_graph *g = c->p->graph;
    if (c->owners.count == MOST_OWNERS || !isfinite(enough) ||
        !af_lower_bound(c->p, c->known, goal > 0 ? negated(g, f) : f, &most))
        return parent;
    *af_push(c->arena, &c->owners) = (af_owner){negated(g, most), enough, parent};
    return c->owners.count - 1;
}

/* ---- formulas of known symbols only */

/* Constants do not matter, nor does the size of a single term. */
static af_num reduced(af_criteria *c, af_num f)
{
    af_graph *g = c->p->graph;
    int n = af_n_terms(g, f), kept = 0;
    af_term_view *terms = af_new_array(c->arena, af_term_view, n);
    for (int i = 0; i < n; i++) {
        terms[kept] = af_term_at(g, f, i);
        kept += terms[kept].n_factors > 0;
    }
    if (kept == 1)
        terms[0].coefficient = terms[0].coefficient < 0 ? -1 : 1;
    return kept == n && kept != 1 ? f : af_num_of_terms(g, terms, kept);
}

/* A formula of one symbol that goes one way is as good as the symbol. */
static af_num single_symbol(af_criteria *c, af_num f)
{
    af_graph *g = c->p->graph;
    uint64_t symbols = af_symbols_of(g, f);
    if (symbols & (symbols - 1))
        return f;
    int s = __builtin_ctzll(symbols);
    af_num symbol = af_symbol(g, s, 1, c->p->unknowns[s].most);
    switch (af_direction_of(g, f, s)) {
    case AF_SIGN_NOT_DECREASING: return symbol;
    case AF_SIGN_NOT_INCREASING: return negated(g, symbol);
    case AF_SIGN_CONSTANT: return af_known(0);
    default: return f;
    }
}

static void add_known(af_criteria *c, af_num f, int goal, int owner)
{
    if (!af_symbols_of(c->p->graph, f))
        return;
    f = single_symbol(c, reduced(c, goal > 0 ? f : negated(c->p->graph, f)));
    if (af_is_known(f))
        return;
    for (int i = 0; i < c->columns.count; i++)
        if (c->columns.items[i].formula.node == f.node) {
            c->columns.items[i].owners |= (uint64_t)1 << owner;
            return;
        }
    *af_push(c->arena, &c->columns) = (af_criterion){f, (uint64_t)1 << owner};
}

/* ---- terms */

typedef struct parts {
    af_num known, unknown;
    int n_mixed;
    const af_factor *mixed[MOST_MIXED];
    bool too_many;
} parts;

static af_num product_of(af_graph *g, const af_factor *factors, int n)
{
    af_term_view one = {.coefficient = 1, .n_factors = n, .factors = factors};
    return n ? af_num_of_terms(g, &one, 1) : af_known(1);
}

static parts take_apart(const weighing *w, const af_term_view *term)
{
    parts p = {0};
    int n_known = 0, n_unknown = 0;
    af_factor *known = af_new_array(w->c->arena, af_factor, 2 * term->n_factors),
              *unknown = known + term->n_factors;
    for (int i = 0; i < term->n_factors; i++) {
        const af_factor *factor = &term->factors[i];
        uint64_t symbols = af_symbols_of(w->g, af_num_of_atom(w->g, factor->atom));
        if (!(symbols & ~w->c->known))
            known[n_known++] = *factor;
        else if (!(symbols & w->c->known))
            unknown[n_unknown++] = *factor;
        else if (p.n_mixed < MOST_MIXED)
            p.mixed[p.n_mixed++] = factor;
        else
            p.too_many = true;
    }
    p.known = product_of(w->g, known, n_known);
    p.unknown = product_of(w->g, unknown, n_unknown);
    return p;
}

static void gather(weighing *w, af_num unknown, af_num known, int sign)
{
    for (int i = 0; i < w->n_groups; i++) {
        struct group *group = &w->groups[i];
        bool same = af_is_known(unknown) ? af_is_known(group->unknown) : group->unknown.node == unknown.node;
        if (same && group->sign == sign) {
            group->known = af_add(w->g, group->known, known);
            return;
        }
    }
    w->groups[w->n_groups++] = (struct group){unknown, known, sign};
}

/* An atom that mixes known and unknown symbols, times `scale` >= 0 of known symbols:
 * max(a, b) * scale = max(a * scale, b * scale). */
static bool weigh_extremum(const weighing *w, int atom, af_num scale, int goal)
{
    af_atom_kind kind = af_atom_kind_of(w->g, atom);
    int n = af_atom_n_arguments(w->g, atom);
    if (kind != AF_ATOM_MAX && kind != AF_ATOM_MIN && kind != AF_ATOM_MIN_NONZERO)
        return false;
    for (int i = 0; kind == AF_ATOM_MIN_NONZERO && i < n; i++)
        /* A zero would be passed over */
        if (af_interval_of(w->g, af_atom_argument(w->g, atom, i)).low <= 0)
            return false;
    double least = af_least_value(w->c->p, af_num_of_atom(w->g, atom));
    for (int i = 0; i < n; i++) {
        af_num argument = af_atom_argument(w->g, atom, i);
        int owner = kind == AF_ATOM_MAX && goal > 0 ? new_owner(w->c, argument, 1, least, w->owner)
                                                    : w->owner;
        weigh(w->c, af_mul(w->g, scale, argument), goal, owner);
    }
    return true;
}

/* A factor of a product whose other factors are not negative. */
static bool weigh_atom(const weighing *w, int atom, int goal)
{
    af_atom_kind kind = af_atom_kind_of(w->g, atom);
    bool monotone = kind == AF_ATOM_APPLY && af_atom_n_arguments(w->g, atom) == 1 &&
                    af_atom_monotone(w->g, atom);
    if (kind == AF_ATOM_CEIL || monotone) {
        weigh(w->c, af_atom_argument(w->g, atom, 0), goal, w->owner);
        return true;
    }
    return weigh_extremum(w, atom, af_known(1), goal);
}

/* coefficient * known * unknown * mixed atoms: a product of factors that are not negative does not
 * increase where none of them does. */
static bool weigh_mixed(const weighing *w, double coefficient, const parts *p, int goal)
{
    int known = sign_of(w->g, p->known), unknown = sign_of(w->g, p->unknown);
    if (!known || !unknown || p->too_many)
        return false;
    goal *= (coefficient < 0 ? -1 : 1) * known * unknown;
    if (p->n_mixed == 1 && p->mixed[0]->power == 1) {
        if (weigh_extremum(w, p->mixed[0]->atom, known > 0 ? p->known : negated(w->g, p->known), goal))
            return true;
        if (!af_symbols_of(w->g, p->known))
            return weigh_atom(w, p->mixed[0]->atom, goal);
    }
    for (int i = 0; i < p->n_mixed; i++)
        if (sign_of(w->g, af_num_of_atom(w->g, p->mixed[i]->atom)) <= 0)
            return false;
    add_known(w->c, p->known, known * goal, w->owner);
    for (int i = 0; i < p->n_mixed; i++)
        if (!weigh_atom(w, p->mixed[i]->atom, p->mixed[i]->power > 0 ? goal : -goal))
            return false;
    return true;
}

static void weigh_term(weighing *w, const af_term_view *term, int goal)
{
    parts p = take_apart(w, term);
    if (p.n_mixed) {
        if (!weigh_mixed(w, term->coefficient, &p, goal))
            for (int i = 0; i < term->n_factors; i++)
                must_be_equal(w->c, af_num_of_atom(w->g, term->factors[i].atom));
        return;
    }
    if (!af_symbols_of(w->g, p.known))
        return;
    int sign = sign_of(w->g, p.unknown);
    if (!sign)
        must_be_equal(w->c, p.known);
    else
        gather(w, p.unknown, af_mul(w->g, af_known(term->coefficient), p.known), sign);
}

static void weigh(af_criteria *c, af_num f, int goal, int owner)
{
    af_graph *g = c->p->graph;
    uint64_t symbols = af_symbols_of(g, f);
    if (!(symbols & c->known))
        return;
    if (!(symbols & ~c->known)) {
        add_known(c, f, goal, owner);
        return;
    }
    int n = af_n_terms(g, f);
    weighing w = {.c = c, .g = g, .owner = owner, .groups = af_new_array(c->arena, struct group, n)};
    for (int i = 0; i < n; i++) {
        af_term_view term = af_term_at(g, f, i);
        weigh_term(&w, &term, goal);
    }
    for (int i = 0; i < w.n_groups; i++)
        add_known(c, w.groups[i].known, goal * w.groups[i].sign, owner);
}

/* ---- entry */

void af_criteria_begin(af_criteria *c, const af_problem *p, af_arena *arena, uint64_t known)
{
    *c = (af_criteria){.p = p, .arena = arena, .known = known};
    *af_push(arena, &c->owners) = (af_owner){.most = af_known(INFINITY), .enough = -INFINITY, .parent = -1};
}

void af_add_criteria(af_criteria *c, af_num f, int goal)
{
    weigh(c, f, goal, 0);
}

void af_add_limit_criteria(af_criteria *c, af_num f, int goal, double most)
{
    weigh(c, f, goal, new_owner(c, f, goal, most, 0));
}

/* ---- simplification. A column, or key, goes if those that stay imply it: it goes one way along each of its
 * symbols, and that symbol is compared the same way, or is equal. Then a row that is no worse in the others
 * is no worse in it, so the same rows are removed (60 section 10.10; without its flip of goals, Q27). What a
 * column asks for under some owners only may stand for another only where that has no further owners. */

static bool is_opposite(const af_criteria *c, af_num a, af_num b)
{
    af_num sum = af_add(c->p->graph, a, b);
    return af_is_known(sum);
}

static void remove_column(af_criteria *c, int at)
{
    for (int i = at; i + 1 < c->columns.count; i++)
        c->columns.items[i] = c->columns.items[i + 1];
    c->columns.count--;
}

/* What should be small and large at once must be equal: as a key it sorts the rows into classes,
 * which is cheaper than to compare. */
static void join_opposites(af_criteria *c)
{
    for (int i = 0; i < c->columns.count; i++)
        for (int k = i + 1; k < c->columns.count; k++) {
            if (!is_opposite(c, c->columns.items[i].formula, c->columns.items[k].formula))
                continue;
            af_num f = c->columns.items[i].formula;
            uint64_t symbols = af_symbols_of(c->p->graph, f);
            if (symbols & (symbols - 1))
                *af_push(c->arena, &c->keys) = f;
            else
                c->equal |= symbols;
            remove_column(c, k);
            remove_column(c, i--);
            break;
        }
}

/* Whether a column for the symbol, small or large, holds wherever `owners` ask for one. */
static bool symbol_compared(const af_criteria *c, int symbol, bool small, uint64_t owners)
{
    af_graph *g = c->p->graph;
    af_num wanted = af_symbol(g, symbol, 1, c->p->unknowns[symbol].most);
    if (!small)
        wanted = negated(g, wanted);
    for (int i = 0; i < c->columns.count; i++)
        if (c->columns.items[i].formula.node == wanted.node)
            return (c->columns.items[i].owners & 1) || !(owners & ~c->columns.items[i].owners);
    return false;
}

static bool decided_by_symbols(const af_criteria *c, const af_criterion *column)
{
    uint64_t symbols = af_symbols_of(c->p->graph, column->formula);
    if (!(symbols & (symbols - 1)))
        return (symbols & ~c->equal) == 0;
    for (uint64_t left = symbols & ~c->equal; left; left &= left - 1) {
        int symbol = __builtin_ctzll(left);
        af_sign direction = af_direction_of(c->p->graph, column->formula, symbol);
        if (direction == AF_SIGN_UNKNOWN ||
            (direction != AF_SIGN_CONSTANT &&
             !symbol_compared(c, symbol, direction == AF_SIGN_NOT_DECREASING, column->owners)))
            return false;
    }
    return true;
}

void af_simplify_criteria(af_criteria *c)
{
    join_opposites(c);
    for (int i = 0; i < c->columns.count; i++)
        if (decided_by_symbols(c, &c->columns.items[i]))
            remove_column(c, i--);
    for (int i = 0; i < c->keys.count; i++)
        if (!(af_symbols_of(c->p->graph, c->keys.items[i]) & ~c->equal))
            c->keys.items[i--] = c->keys.items[--c->keys.count];
}
