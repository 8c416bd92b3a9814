/* When is one unfinished choice of tile shapes no worse than another, whatever is chosen for the rest (60 sections 10.9, 18.5)?
 *
 * Write a formula over known symbols E and unknown ones U as f = sum over j of U_j * G_j(E), terms of equal unknown part gathered, with
 * U_j >= 0. If G_j(a) <= G_j(b) for every j then f(a, u) <= f(b, u) for every u: each G_j is a criterion. max, min and functions that do
 * not decrease hand the question to their arguments. Where a sign is not known, the symbols must simply be equal: always right. */
#include "pmap/explore.h"

#include <string.h>

typedef struct weighing {                    /* one formula at work */
    af_criteria *c;
    af_arena *arena;
    af_graph *g;
    struct group { af_num unknown, known; int sign; } *groups;   /* known parts gathered by unknown part */
    int n_groups;
} weighing;

/* ---- signs */

/* 1: never negative, -1: never positive, 0: not known. */
static int sign_of(const af_graph *g, af_num x)
{
    af_interval range = af_interval_of(g, x);
    return range.low >= 0 ? 1 : range.high <= 0 ? -1 : 0;
}

static void must_be_equal(af_criteria *c, const af_graph *g, af_num x)
{
    c->equal |= af_symbols_of(g, x) & c->known;
}

/* ---- formulas of known symbols only */

static bool single_symbol(uint64_t symbols) { return symbols && !(symbols & (symbols - 1)); }

static void compare_symbol(af_criteria *c, uint64_t symbol, int goal)
{
    *(goal > 0 ? &c->least : &c->greatest) |= symbol;
}

static af_num without_constants(af_arena *arena, af_graph *g, af_num f)
{
    int n = af_n_terms(g, f), kept = 0;
    af_term_view *terms = af_new_array(arena, af_term_view, n);
    for (int i = 0; i < n; i++) {
        terms[kept] = af_term_at(g, f, i);
        kept += terms[kept].n_factors > 0;
    }
    if (kept == 1) {                                         /* one term: its size does not matter either */
        terms[0].coefficient = terms[0].coefficient < 0 ? -1 : 1;
        return af_num_of_terms(g, terms, 1);
    }
    return kept == n ? f : af_num_of_terms(g, terms, kept);
}

static void add_known(af_criteria *c, af_arena *arena, af_graph *g, af_num f, int goal)
{
    uint64_t symbols = af_symbols_of(g, f);
    if (!symbols)
        return;
    if (single_symbol(symbols)) {
        af_sign direction = af_direction_of(g, f, __builtin_ctzll(symbols));
        if (direction == AF_SIGN_CONSTANT)
            return;
        if (direction != AF_SIGN_UNKNOWN) {
            compare_symbol(c, symbols, direction == AF_SIGN_NOT_DECREASING ? goal : -goal);
            return;
        }
    }
    f = without_constants(arena, g, goal > 0 ? f : af_sub(g, af_known(0), f));
    for (int i = 0; i < c->columns.count; i++)
        if (c->columns.items[i].node == f.node)
            return;
    *af_push(arena, &c->columns) = f;
}

/* ---- terms */

typedef struct parts { af_num known, unknown; int n_mixed; const af_factor *mixed[16]; bool too_many; } parts;

static af_num power_of(af_graph *g, const af_factor *factor)
{
    af_term_view one = {.coefficient = 1, .n_factors = 1, .factors = factor};
    return af_num_of_terms(g, &one, 1);
}

static parts take_apart(weighing *w, const af_term_view *term)
{
    parts p = {.known = af_known(1), .unknown = af_known(1)};
    for (int i = 0; i < term->n_factors; i++) {
        const af_factor *factor = &term->factors[i];
        uint64_t symbols = af_symbols_of(w->g, af_num_of_atom(w->g, factor->atom));
        if (!(symbols & ~w->c->known))
            p.known = af_mul(w->g, p.known, power_of(w->g, factor));
        else if (!(symbols & w->c->known))
            p.unknown = af_mul(w->g, p.unknown, power_of(w->g, factor));
        else if (p.n_mixed < 16)
            p.mixed[p.n_mixed++] = factor;
        else
            p.too_many = true;
    }
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

/* An atom that mixes known and unknown symbols, times `scale` >= 0 of known symbols: max(a, b) * scale = max(a * scale, b * scale). */
static bool weigh_extremum(weighing *w, int atom, af_num scale, int goal)
{
    af_atom_kind kind = af_atom_kind_of(w->g, atom);
    int n = af_atom_n_arguments(w->g, atom);
    if (kind != AF_ATOM_MAX && kind != AF_ATOM_MIN && kind != AF_ATOM_MIN_NONZERO)
        return false;
    for (int i = 0; kind == AF_ATOM_MIN_NONZERO && i < n; i++)
        if (af_interval_of(w->g, af_atom_argument(w->g, atom, i)).low <= 0)      /* a zero would be passed over */
            return false;
    for (int i = 0; i < n; i++)
        af_add_criteria(w->c, w->arena, w->g, af_mul(w->g, scale, af_atom_argument(w->g, atom, i)), goal);
    return true;
}

/* A factor of a product whose other factors are not negative. */
static bool weigh_atom(weighing *w, int atom, int goal)
{
    af_atom_kind kind = af_atom_kind_of(w->g, atom);
    if (kind == AF_ATOM_CEIL || (kind == AF_ATOM_APPLY && af_atom_n_arguments(w->g, atom) == 1 && af_atom_monotone(w->g, atom))) {
        af_add_criteria(w->c, w->arena, w->g, af_atom_argument(w->g, atom, 0), goal);
        return true;
    }
    return weigh_extremum(w, atom, af_known(1), goal);
}

/* coefficient * known * unknown * mixed atoms: a product of factors that are not negative does not increase where none of them does. */
static bool weigh_mixed(weighing *w, double coefficient, const parts *p, int goal)
{
    int known = sign_of(w->g, p->known), unknown = sign_of(w->g, p->unknown);
    if (!known || !unknown || p->too_many)
        return false;
    goal *= (coefficient < 0 ? -1 : 1) * known * unknown;
    if (p->n_mixed == 1 && p->mixed[0]->power == 1) {
        af_num size = known > 0 ? p->known : af_sub(w->g, af_known(0), p->known);
        if (weigh_extremum(w, p->mixed[0]->atom, size, goal))
            return true;
        if (!af_symbols_of(w->g, p->known))
            return weigh_atom(w, p->mixed[0]->atom, goal);
    }
    for (int i = 0; i < p->n_mixed; i++)
        if (sign_of(w->g, af_num_of_atom(w->g, p->mixed[i]->atom)) <= 0)
            return false;
    add_known(w->c, w->arena, w->g, p->known, known * goal);
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
                must_be_equal(w->c, w->g, af_num_of_atom(w->g, term->factors[i].atom));
        return;
    }
    if (!af_symbols_of(w->g, p.known))
        return;
    int sign = sign_of(w->g, p.unknown);
    if (!sign)
        must_be_equal(w->c, w->g, p.known);
    else
        gather(w, p.unknown, af_mul(w->g, af_known(term->coefficient), p.known), sign);
}

void af_add_criteria(af_criteria *c, af_arena *arena, af_graph *g, af_num f, int goal)
{
    uint64_t symbols = af_symbols_of(g, f);
    if (!(symbols & c->known))
        return;
    if (!(symbols & ~c->known)) {
        add_known(c, arena, g, f, goal);
        return;
    }
    int n = af_n_terms(g, f);
    weighing w = {.c = c, .arena = arena, .g = g, .groups = af_new_array(arena, struct group, n)};
    for (int i = 0; i < n; i++) {
        af_term_view term = af_term_at(g, f, i);
        weigh_term(&w, &term, goal);
    }
    for (int i = 0; i < w.n_groups; i++)
        add_known(c, arena, g, w.groups[i].known, goal * w.groups[i].sign);
}

/* ---- simplification: a formula is no criterion of its own if the comparison of its symbols decides it */

static bool decided_by_symbols(const af_criteria *c, const af_graph *g, af_num f)
{
    for (uint64_t left = af_symbols_of(g, f); left; left &= left - 1) {
        int symbol = __builtin_ctzll(left);
        uint64_t bit = (uint64_t)1 << symbol;
        if (c->equal & bit)
            continue;
        af_sign direction = af_direction_of(g, f, symbol);
        if (!(direction == AF_SIGN_NOT_DECREASING && (c->least & bit)) && !(direction == AF_SIGN_NOT_INCREASING && (c->greatest & bit)) &&
            direction != AF_SIGN_CONSTANT)
            return false;
    }
    return true;
}

void af_simplify_criteria(af_criteria *c, const af_graph *g)
{
    c->equal |= c->least & c->greatest;
    c->least &= ~c->equal;
    c->greatest &= ~c->equal;
    int kept = 0;
    for (int i = 0; i < c->columns.count; i++)
        if (!decided_by_symbols(c, g, c->columns.items[i]))
            c->columns.items[kept++] = c->columns.items[i];
    c->columns.count = kept;
}
