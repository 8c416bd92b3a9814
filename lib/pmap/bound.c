/* Bounds on formulas some of whose symbols have no value yet. */
#include "pmap/problem.h"
#include "pmap/rows.h"

#include <math.h>

/* The nearest tile outside of the symbol's that has a value, else the bound of its rank variable. */
static af_num outer_tile(const af_problem *p, uint64_t known, int symbol)
{
    int outer = p->unknowns[symbol].outer;
    while (outer >= 0 && !(known >> outer & 1))
        outer = p->unknowns[outer].outer;
    return outer < 0 ? af_known(p->unknowns[symbol].most)
                     : af_symbol(p->graph, outer, 1, p->unknowns[outer].most);
}

static af_num inner_tile(const af_problem *p, int symbol)
{
    int inner = p->unknowns[symbol].inner;
    return inner < 0 ? af_known(1) : af_symbol(p->graph, inner, 1, p->unknowns[inner].most);
}

/* Outer symbols first, since what replaces one may be the next. */
bool af_lower_bound(const af_problem *p, uint64_t known, af_num f, af_num *bound)
{
    for (int s = 0; s < p->n_unknowns; s++) {
        if (!(af_symbols_of(p->graph, f) & ~known & (uint64_t)1 << s))
            continue;
        af_sign direction = af_direction_of(p->graph, f, s);
        if (direction == AF_SIGN_UNKNOWN)
            return false;
        af_num extreme = direction == AF_SIGN_NOT_INCREASING ? outer_tile(p, known, s) : inner_tile(p, s);
        f = af_substitute(p->graph, f, s, extreme);
    }
    *bound = f;
    return true;
}

/* ---- what limits from below say about the least tiles
 *
 * A valid row uses at least so many instances (60 section 10.3), and the formula for that is a product,
 * tile x rest. So its tile is no less than least / rest, and that no less than its own lower bound.
 * A capacity that the least tile breaks is broken by every completion: nothing is lost
 * with the row (60 section 10.6). */

/* Is the formula one product, the symbol in it with power 1? What it is without the symbol. */
static bool is_multiple(const af_problem *p, af_num f, int symbol, af_num *rest)
{
    if (af_is_known(f) || af_n_terms(p->graph, f) != 1)
        return false;
    af_num one = af_symbol(p->graph, symbol, 1, p->unknowns[symbol].most);
    *rest = af_div(p->graph, f, one);
    return !(af_symbols_of(p->graph, *rest) >> symbol & 1);
}

/* Of known symbols only; the known 1 if limits say nothing. */
static af_num raised_tile(const af_problem *p, const double *least, uint64_t known, int symbol)
{
    af_num tile = af_known(1), rest, bound;
    for (int i = 0; i < p->n_limits; i++)
        if (least[i] > 0 && af_symbols_of(p->graph, p->limits[i].formula) >> symbol & 1 &&
            is_multiple(p, p->limits[i].formula, symbol, &rest) &&
            af_lower_bound(p, known, af_div(p->graph, af_known(least[i] * (1 - 2e-9)), rest), &bound))
            tile = af_max(p->graph, tile, bound);
    return tile;
}

bool af_raised_bound(const af_problem *p, const double *least, uint64_t known, af_num f, af_num *bound)
{
    bool raised = false;
    for (af_each_symbol(af_symbols_of(p->graph, f) & ~known, s)) {
        af_num tile = af_direction_of(p->graph, f, (int)s) == AF_SIGN_NOT_DECREASING ?
            raised_tile(p, least, known, (int)s) : af_known(1);
        if (af_symbols_of(p->graph, tile))
            f = af_substitute(p->graph, f, (int)s, tile), raised = true;
    }
    return raised && af_lower_bound(p, known, f, bound);
}

/* ---- numbers (60 section 18.4)
 *
 * Steps of a compute are total / instances used, and instances are limited: multiplied by the numbers used
 * along all dimensions such a formula becomes constant, so it is not below that constant over the product of
 * the limits. */
static double by_fanout(const af_problem *p, af_num f)
{
    double most = 1;
    for (int i = 0; i < p->n_limits; i++)
        if (p->limits[i].kind == AF_FANOUT && !af_is_known(p->limits[i].formula) &&
            af_n_terms(p->graph, p->limits[i].formula) == 1) {
            f = af_mul(p->graph, f, p->limits[i].formula);
            most *= p->limits[i].most;
        }
    return af_is_known(f) ? f.value / most : -INFINITY;
}

/* The atom of a formula that is that atom times a positive number; -1: it is none. */
static int scaled_atom(const af_problem *p, af_num f, double *scale)
{
    if (af_is_known(f) || af_n_terms(p->graph, f) != 1)
        return -1;
    af_term_view term = af_term_at(p->graph, f, 0);
    *scale = term.coefficient;
    bool single = term.coefficient > 0 && term.n_factors == 1 && term.factors[0].power == 1;
    return single ? term.factors[0].atom : -1;
}

double af_least_value(const af_problem *p, af_num f)
{
    double least = af_n_terms(p->graph, f) == 1 ? by_fanout(p, f) : -INFINITY, scale;
    least = fmax(af_interval_of(p->graph, f).low, least);
    int atom = scaled_atom(p, f, &scale);
    if (atom < 0 || scale != 1 || af_atom_kind_of(p->graph, atom) != AF_ATOM_MAX)
        return least;
    for (int i = 0; i < af_atom_n_arguments(p->graph, atom); i++)
        least = fmax(least, af_least_value(p, af_atom_argument(p->graph, atom, i)));
    return least;
}

/* ---- what no completion of a row can fall below
 *
 * Why a floor is one: on a valid completion each unknown tile lies in its range, and the range is no wider
 * than said here, since it follows from inner <= tile <= outer and from limits that a valid row keeps to,
 * with what stands beside the tile in the limit at its least. A formula that goes one way along a tile is
 * least at one end, and one linear in the tile or in its reciprocal is at one end or the other whatever the
 * rest is; the sum of least parts is no more than the least of the sum. Tiles are integers that divide each
 * other: to let them be any number of the range can only lower the floor (60 sections 10.6, 18.5).
 *
 * Each unknown tile lies between its neighbours, and what memories and fan-outs can hold limits it further:
 * where a limit reads A + B * s <= most, s is at most (most - least A) / least B. The formula is cut into
 * parts that share no unknown symbol, each bounded on its own: along a symbol that it goes one way in by the
 * end of the range, else, being linear in s or in 1/s, by the lesser of both ends. */

enum { MOST_SPLITS = 4 };                    /* symbols of one part that are taken at both ends */
/* What stands for a slope that may be 0 or less: such a limit says nothing */
static const double SMALLEST_SLOPE = 1e-300;

typedef struct bounding {
    af_arena *arena;
    const af_problem *p;
    af_graph *g;
    uint64_t known;
    bool limited;                            /* are `most` filled in? */
    af_num most[AF_MOST_SYMBOLS];
} bounding;

static af_num floor_of(const bounding *b, af_num f, int splits);

static uint64_t missing(const bounding *b, af_num f) { return af_symbols_of(b->g, f) & ~b->known; }

static af_num most_of(const bounding *b, int symbol)
{
    return b->limited ? b->most[symbol] : outer_tile(b->p, b->known, symbol);
}

static af_num least_of(const bounding *b, int symbol)
{
    int inner = b->p->unknowns[symbol].inner;
    while (inner >= 0 && !(b->known >> inner & 1))
        inner = b->p->unknowns[inner].inner;
    return inner < 0 ? af_known(1) : af_symbol(b->g, inner, 1, b->p->unknowns[inner].most);
}

/* Is the term, times `power` of the symbol, all that it has to do with the symbol? */
static bool has_power(const af_graph *g, const af_term_view *term, int symbol, int *power)
{
    *power = 0;
    for (int i = 0; i < term->n_factors; i++) {
        int atom = term->factors[i].atom;
        if (!(af_symbols_of(g, af_num_of_atom(g, atom)) >> symbol & 1))
            continue;
        if (af_atom_kind_of(g, atom) != AF_ATOM_SYMBOL)
            return false;
        *power = term->factors[i].power;
    }
    return true;
}

/* Linear in the symbol, or in its reciprocal. */
static bool is_linear(const af_graph *g, af_num f, int symbol)
{
    int sign = 0, power;
    for (int i = 0; i < af_n_terms(g, f); i++) {
        af_term_view term = af_term_at(g, f, i);
        if (!has_power(g, &term, symbol, &power) || power * power > 1 || power * sign < 0)
            return false;
        sign = power ? power : sign;
    }
    return true;
}

static af_num fallback(const bounding *b, af_num f) { return af_known(af_least_value(b->p, f)); }

static af_num floor_of_extremum(const bounding *b, int atom, double scale, int splits)
{
    af_atom_kind kind = af_atom_kind_of(b->g, atom);
    int n = af_atom_n_arguments(b->g, atom);
    af_num *floors = af_new_array(b->arena, af_num, n);
    for (int i = 0; i < n; i++)
        floors[i] = af_mul(b->g, af_known(scale), floor_of(b, af_atom_argument(b->g, atom, i), splits));
    return af_extreme_of(b->g, floors, n, kind == AF_ATOM_MAX);
}

static bool is_extremum(const bounding *b, int atom)
{
    af_atom_kind kind = atom < 0 ? AF_ATOM_SYMBOL : af_atom_kind_of(b->g, atom);
    return kind == AF_ATOM_MAX || kind == AF_ATOM_MIN;
}

/* Every unknown symbol on its own. */
static af_num floor_of_term(const bounding *b, af_num term, int splits)
{
    double scale;
    int atom = scaled_atom(b->p, term, &scale);
    if (is_extremum(b, atom))
        return floor_of_extremum(b, atom, scale, splits);
    for (af_each_symbol(missing(b, term), s)) {
        af_sign direction = af_direction_of(b->g, term, (int)s);
        if (direction == AF_SIGN_UNKNOWN)
            return fallback(b, term);
        term = af_substitute(b->g, term, (int)s,
                             direction == AF_SIGN_NOT_INCREASING ? most_of(b, (int)s) : least_of(b, (int)s));
    }
    return term;
}

static af_num floor_of_terms(const bounding *b, af_num f, int splits)
{
    af_num sum = af_known(0);
    for (int i = 0; i < af_n_terms(b->g, f); i++) {
        af_term_view view = af_term_at(b->g, f, i);
        sum = af_add(b->g, sum, floor_of_term(b, af_num_of_terms(b->g, &view, 1), splits));
    }
    return sum;
}

/* A part that shares its unknown symbols. */
static af_num floor_of_part(const bounding *b, af_num f, int splits)
{
    double scale;
    for (uint64_t left = missing(b, f); left; left &= left - 1) {
        int s = __builtin_ctzll(left);
        af_sign direction = af_direction_of(b->g, f, s);
        if (direction == AF_SIGN_UNKNOWN)
            continue;
        bool at_most = direction == AF_SIGN_NOT_INCREASING;
        return floor_of(b, af_substitute(b->g, f, s, at_most ? most_of(b, s) : inner_tile(b->p, s)), splits);
    }
    int atom = scaled_atom(b->p, f, &scale);
    if (is_extremum(b, atom))
        return floor_of_extremum(b, atom, scale, splits);
    int s = __builtin_ctzll(missing(b, f));
    if (splits < MOST_SPLITS && is_linear(b->g, f, s))
        return af_min(b->g, floor_of(b, af_substitute(b->g, f, s, least_of(b, s)), splits + 1),
                      floor_of(b, af_substitute(b->g, f, s, most_of(b, s)), splits + 1));
    return floor_of_terms(b, f, splits);
}

static uint64_t missing_in_term(const bounding *b, const af_term_view *term)
{
    uint64_t symbols = 0;
    for (int i = 0; i < term->n_factors; i++)
        symbols |= missing(b, af_num_of_atom(b->g, term->factors[i].atom));
    return symbols;
}

/* Moves the terms that share unknown symbols with those before them, or with each other by way of them,
 * to the front; their number. */
static int gather_part(af_term_view *terms, uint64_t *symbols, int n)
{
    int count = 1;
    uint64_t part = symbols[0];
    for (int i = 1; i < n; i++) {
        if (i < count || !(symbols[i] & part))
            continue;
        af_term_view term = terms[i];
        uint64_t own = symbols[i];
        terms[i] = terms[count], symbols[i] = symbols[count];
        terms[count] = term, symbols[count++] = own;
        part |= own;
        i = count - 1;                       /* the part has grown: those passed over may belong to it */
    }
    return count;
}

static af_num floor_of(const bounding *b, af_num f, int splits)
{
    if (!missing(b, f))
        return f;
    int n = af_n_terms(b->g, f);
    af_term_view *terms = af_new_array(b->arena, af_term_view, n);
    uint64_t *symbols = af_new_array(b->arena, uint64_t, n);
    for (int i = 0; i < n; i++) {
        terms[i] = af_term_at(b->g, f, i);
        symbols[i] = missing_in_term(b, &terms[i]);
    }
    af_num sum = af_known(0);
    for (int first = 0, count; first < n; first += count) {
        count = gather_part(terms + first, symbols + first, n - first);
        af_num part = count == n ? f : af_num_of_terms(b->g, terms + first, count);
        sum = af_add(b->g, sum, symbols[first] ? floor_of_part(b, part, splits) : part);
    }
    return sum;
}

/* ---- what limits say about the largest tiles */

/* f = rest + slope * symbol; false: it is not so. */
static bool is_affine(const bounding *b, af_num f, int symbol, af_num *rest, af_num *slope)
{
    int n = af_n_terms(b->g, f), n_rest = 0, n_slope = 0, power;
    af_term_view *terms = af_new_array(b->arena, af_term_view, 2 * n);
    for (int i = 0; i < n; i++) {
        af_term_view term = af_term_at(b->g, f, i);
        if (!has_power(b->g, &term, symbol, &power) || power < 0 || power > 1)
            return false;
        *(power ? &terms[n + n_slope++] : &terms[n_rest++]) = term;
    }
    *rest = af_num_of_terms(b->g, terms, n_rest);
    *slope = af_div(b->g, af_num_of_terms(b->g, terms + n, n_slope),
                    af_symbol(b->g, symbol, 1, b->p->unknowns[symbol].most));
    return true;
}

static void limit_tile(bounding *b, int symbol)
{
    for (int i = 0; i < b->p->n_limits; i++) {
        const af_limit *limit = &b->p->limits[i];
        af_num rest, slope;
        if (!(missing(b, limit->formula) >> symbol & 1) || !isfinite(limit->most) ||
            !is_affine(b, limit->formula, symbol, &rest, &slope))
            continue;
        rest = floor_of(b, rest, 0);
        slope = af_max(b->g, floor_of(b, slope, 0), af_known(SMALLEST_SLOPE));
        if (af_is_known(slope) && slope.value <= SMALLEST_SLOPE)
            continue;
        af_num most = af_div(b->g, af_sub(b->g, af_known(limit->most * (1 + 1e-9)), rest), slope);
        b->most[symbol] = af_min(b->g, b->most[symbol], most);
    }
    b->most[symbol] = af_max(b->g, b->most[symbol], least_of(b, symbol));
}

void af_floors(af_arena *arena, const af_problem *p, uint64_t known, const af_num *formulas, int count,
               af_num *floors)
{
    bounding b = {.arena = arena, .p = p, .g = p->graph, .known = known};
    uint64_t unknown = 0;
    for (int i = 0; i < count; i++)
        unknown |= missing(&b, formulas[i]);
    for (af_each_symbol(unknown, s)) {
        b.most[s] = outer_tile(p, known, (int)s);
        limit_tile(&b, (int)s);
    }
    b.limited = true;
    for (int i = 0; i < count; i++)
        floors[i] = af_max(p->graph, floor_of(&b, formulas[i], 0), af_known(af_least_value(p, formulas[i])));
}
