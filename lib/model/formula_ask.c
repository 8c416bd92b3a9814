/* Questions to a formula: its terms, how it goes with a symbol, its value at a point, its text;
 * and formulas made from answers. */
#include "model/formula_graph.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- terms */

uint64_t af_symbols_of(const af_graph *g, af_num x)
{
    return af_is_known(x) ? 0 : g->sums.items[x.node].symbols;
}

int af_n_terms(const af_graph *g, af_num x) { return af_is_known(x) ? 1 : g->sums.items[x.node].count; }

af_term_view af_term_at(const af_graph *g, af_num x, int index)
{
    if (af_is_known(x))
        return (af_term_view){x.value, 0, NULL};
    const graph_term *t = &g->terms.items[g->sums.items[x.node].first + index];
    const graph_monomial *m = &g->monomials.items[t->monomial];
    return (af_term_view){t->coefficient, m->count, &g->factors.items[m->first]};
}

af_atom_kind af_atom_kind_of(const af_graph *g, int atom) { return g->atoms.items[atom].kind; }
int af_atom_n_arguments(const af_graph *g, int atom) { return g->atoms.items[atom].count; }
af_num af_atom_argument(const af_graph *g, int atom, int index)
{
    return g->arguments.items[g->atoms.items[atom].first + index];
}
bool af_atom_monotone(const af_graph *g, int atom)
{
    return g->atoms.items[atom].kind == AF_ATOM_APPLY && af_function_at(g->atoms.items[atom].id)->monotone;
}

static af_num power_of(af_graph *g, af_num x, int power)
{
    af_num result = af_known(1);
    for (int i = 0; i < (power < 0 ? -power : power); i++)
        result = power < 0 ? af_div(g, result, x) : af_mul(g, result, x);
    return result;
}

static af_num substitute_extreme(af_graph *g, const graph_atom *a, int symbol, af_num value)
{
    af_num *operands = af_arena_room(g->arena, sizeof *operands * (size_t)a->count);
    for (int i = 0; i < a->count; i++)
        operands[i] = af_substitute(g, g->arguments.items[a->first + i], symbol, value);
    return af_extreme_of(g, operands, a->count, a->kind == AF_ATOM_MAX);
}

static af_num substitute_atom(af_graph *g, int atom, int symbol, af_num value)
{
    graph_atom a = g->atoms.items[atom];
    if (!(a.symbols >> symbol & 1))
        return af_num_of_atom(g, atom);
    if (a.kind == AF_ATOM_SYMBOL)
        return value;
    if (a.kind == AF_ATOM_MAX || a.kind == AF_ATOM_MIN)
        return substitute_extreme(g, &a, symbol, value);
    af_num first = af_substitute(g, g->arguments.items[a.first], symbol, value), result = first;
    if (a.kind == AF_ATOM_CEIL)
        return af_ceil(g, first);
    if (a.kind == AF_ATOM_APPLY && a.count == 1)
        return af_apply(g, af_function_at(a.id)->name, first);
    for (int i = 1; i < a.count; i++) {
        af_num next = af_substitute(g, g->arguments.items[a.first + i], symbol, value);
        result = a.kind == AF_ATOM_MIN_NONZERO ? af_min_nonzero(g, result, next)
                                               : af_apply_two(g, af_function_at(a.id)->name, result, next);
    }
    return result;
}

/* Terms that have to do with the symbol by way of max, ceil, … */
static af_num substitute_deeply(af_graph *g, af_num x, int symbol, af_num value)
{
    af_num sum = af_known(0);
    for (int i = 0; i < af_n_terms(g, x); i++) {
        af_term_view view = af_term_at(g, x, i);
        af_num term = af_known(view.coefficient);
        for (int k = 0; k < view.n_factors; k++)
            term = af_mul(g, term, power_of(g, substitute_atom(g, view.factors[k].atom, symbol, value),
                                            view.factors[k].power));
        sum = af_add(g, sum, term);
    }
    return sum;
}

af_num af_substitute(af_graph *g, af_num x, int symbol, af_num value)
{
    if (!(af_symbols_of(g, x) >> symbol & 1))
        return x;
    af_num result;
    if (af_recall(g, GRAPH_SUBSTITUTE + symbol, x, value, &result))
        return result;
    if (!af_replace_symbol(g, x, symbol, value, &result))
        result = substitute_deeply(g, x, symbol, value);
    return af_remember(g, GRAPH_SUBSTITUTE + symbol, x, value, result);
}

/* ---- how it goes with one symbol */

static af_sign flipped(af_sign sign)
{
    return sign == AF_SIGN_NOT_DECREASING   ? AF_SIGN_NOT_INCREASING
           : sign == AF_SIGN_NOT_INCREASING ? AF_SIGN_NOT_DECREASING
                                            : sign;
}

static af_sign both(af_sign a, af_sign b)
{
    return a == AF_SIGN_CONSTANT ? b : b == AF_SIGN_CONSTANT || a == b ? a : AF_SIGN_UNKNOWN;
}

static af_sign atom_direction(const af_graph *g, int id, int symbol)
{
    const graph_atom *a = &g->atoms.items[id];
    if (!(a->symbols >> symbol & 1))
        return AF_SIGN_CONSTANT;
    if (a->kind == AF_ATOM_SYMBOL)
        return AF_SIGN_NOT_DECREASING;
    if (a->kind == AF_ATOM_MIN_NONZERO)
        return AF_SIGN_UNKNOWN;
    if (a->kind == AF_ATOM_APPLY && !af_function_at(a->id)->monotone) {
        af_interval r = af_interval_of(g, g->arguments.items[a->first]);
        bool decreasing = !strcmp(af_function_at(a->id)->name, "reciprocal") && (r.low > 0 || r.high < 0);
        return decreasing ? flipped(af_direction_of(g, g->arguments.items[a->first], symbol))
                          : AF_SIGN_UNKNOWN;
    }
    af_sign sign = AF_SIGN_CONSTANT;
    for (int i = 0; i < a->count; i++)
        sign = both(sign, af_direction_of(g, g->arguments.items[a->first + i], symbol));
    return sign;
}

/* A product goes up where every factor is at least 0 and none goes down. */
static af_sign term_direction(const af_graph *g, af_term_view term, int symbol)
{
    af_sign sign = AF_SIGN_CONSTANT;
    bool negative = term.coefficient < 0;
    for (int i = 0; i < term.n_factors; i++) {
        const graph_atom *atom = &g->atoms.items[term.factors[i].atom];
        af_sign own = atom_direction(g, term.factors[i].atom, symbol);
        if (atom->range.low < 0) {
            if (own != AF_SIGN_CONSTANT || atom->range.high > 0)
                sign = AF_SIGN_UNKNOWN;
            negative ^= term.factors[i].power & 1;
        }
        sign = both(sign, term.factors[i].power < 0 ? flipped(own) : own);
    }
    return negative ? flipped(sign) : sign;
}

/* The derivative of a term by a symbol lies where? false: other atoms than the symbol itself depend on it. */
static bool add_slope(const af_graph *g, af_term_view term, int symbol, af_interval *sum)
{
    af_interval slope = {1, 1};
    int power = 0;
    for (int k = 0; k < term.n_factors; k++) {
        const graph_atom *atom = &g->atoms.items[term.factors[k].atom];
        bool own = atom->symbols >> symbol & 1;
        if (own && atom->kind != AF_ATOM_SYMBOL)
            return false;
        power = own ? term.factors[k].power : power;
        if (term.factors[k].power != own)
            slope = af_interval_product(slope, af_interval_power(atom->range, term.factors[k].power - own));
    }
    if (!power)
        return true;
    slope = af_interval_scaled(slope, term.coefficient * power);
    sum->low += slope.low;
    sum->high += slope.high;
    return true;
}

/* Of formulas where only the symbol itself depends on it. Derivatives of different terms are different, so
 * that none is lost by not adding them up as formulas first. */
static bool slope_of(const af_graph *g, af_num x, int symbol, af_interval *slope)
{
    *slope = (af_interval){0, 0};
    for (int i = 0; i < af_n_terms(g, x); i++)
        if (!add_slope(g, af_term_at(g, x, i), symbol, slope))
            return false;
    return true;
}

af_sign af_direction_of(const af_graph *g, af_num x, int symbol)
{
    if (!(af_symbols_of(g, x) >> symbol & 1))
        return AF_SIGN_CONSTANT;
    af_sign sign = AF_SIGN_CONSTANT;
    for (int i = 0; i < af_n_terms(g, x); i++)
        sign = both(sign, term_direction(g, af_term_at(g, x, i), symbol));
    af_interval r;
    if (sign != AF_SIGN_UNKNOWN || !slope_of(g, x, symbol, &r))
        return sign;
    return r.low >= 0 ? AF_SIGN_NOT_DECREASING : r.high <= 0 ? AF_SIGN_NOT_INCREASING : AF_SIGN_UNKNOWN;
}

/* ---- value at a point */

static double atom_at(const af_graph *g, int id, const double *symbols)
{
    const graph_atom *a = &g->atoms.items[id];
    if (a->kind == AF_ATOM_SYMBOL)
        return symbols[a->id];
    double value = af_num_at(g, g->arguments.items[a->first], symbols);
    if (a->kind == AF_ATOM_CEIL)
        return ceil(value);
    if (a->kind == AF_ATOM_APPLY)
        return af_function_at(a->id)->of(value,
                                         af_num_at(g, g->arguments.items[a->first + a->count - 1], symbols));
    for (int i = 1; i < a->count; i++) {
        double next = af_num_at(g, g->arguments.items[a->first + i], symbols);
        bool ignored = a->kind == AF_ATOM_MIN_NONZERO && next == 0;
        bool replaces = a->kind == AF_ATOM_MAX
                            ? next > value
                            : next < value || (a->kind == AF_ATOM_MIN_NONZERO && value == 0);
        if (replaces && !ignored)
            value = next;
    }
    return value;
}

double af_num_at(const af_graph *g, af_num x, const double *symbols)
{
    double sum = 0;
    for (int i = 0; i < af_n_terms(g, x); i++) {
        af_term_view term = af_term_at(g, x, i);
        double above = 1, below = 1;
        for (int k = 0; k < term.n_factors; k++)
            for (int p = 0; p < abs(term.factors[k].power); p++)
                *(term.factors[k].power > 0 ? &above : &below) *= atom_at(g, term.factors[k].atom, symbols);
        sum += term.coefficient * above / below;
    }
    return sum;
}

/* ---- text */

static void put_atom(af_text *out, const af_graph *g, int id, const char *const *symbols)
{
    static const char *const words[] = {[AF_ATOM_MAX] = "max",
                                        [AF_ATOM_MIN] = "min",
                                        [AF_ATOM_MIN_NONZERO] = "min_nonzero",
                                        [AF_ATOM_CEIL] = "ceil"};
    const graph_atom *a = &g->atoms.items[id];
    if (a->kind == AF_ATOM_SYMBOL) {
        if (symbols)
            af_text_puts(out, symbols[a->id]);
        else
            af_text_printf(out, "x%d", a->id);
        return;
    }
    af_text_printf(out, "%s(", a->kind == AF_ATOM_APPLY ? af_function_at(a->id)->name : words[a->kind]);
    for (int i = 0; i < a->count; i++) {
        af_text_puts(out, i ? ", " : "");
        af_num_text(out, g, g->arguments.items[a->first + i], symbols);
    }
    af_text_puts(out, ")");
}

static void put_term(af_text *out, const af_graph *g, af_term_view term, const char *const *symbols)
{
    char number[32];
    bool started = term.coefficient != 1 || term.n_factors == 0 || term.factors[0].power < 0;
    if (started)
        af_text_add(out, number, (size_t)af_number_text(number, term.coefficient));
    for (int i = 0; i < term.n_factors; i++) {
        int power = term.factors[i].power;
        af_text_puts(out, power < 0 ? "/" : started ? "*" : "");
        started = true;
        put_atom(out, g, term.factors[i].atom, symbols);
        if (abs(power) > 1)
            af_text_printf(out, "^%d", abs(power));
    }
}

void af_num_text(af_text *out, const af_graph *g, af_num x, const char *const *symbols)
{
    for (int i = 0; i < af_n_terms(g, x); i++) {
        af_term_view term = af_term_at(g, x, i);
        bool minus = i > 0 && term.coefficient < 0;
        af_text_puts(out, i == 0 ? "" : minus ? " - " : " + ");
        if (minus)
            term.coefficient = -term.coefficient;
        put_term(out, g, term, symbols);
    }
}
