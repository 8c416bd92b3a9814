/* Affine expressions over rank variables (40 sections 2.4 and 4.6). */
#include "spec/iteration_space.h"
#include "spec/workload.h"

#include <ctype.h>
#include <string.h>

enum { DEEPEST = 100 };                       /* parentheses in parentheses */

typedef struct reader {
    af_arena *arena;
    const af_variables *variables;
    const char *at;
    int depth;
    bool failed;
} reader;

static af_affine sum_of_terms(reader *r);

static void skip_blanks(reader *r)
{
    while (isspace((unsigned char)*r->at))
        r->at++;
}

static bool accept(reader *r, char c)
{
    skip_blanks(r);
    if (*r->at != c)
        return false;
    r->at++;
    return true;
}

static af_affine affine_number(reader *r, int64_t value)
{
    return (af_affine){value, af_new_array(r->arena, int64_t, r->variables->count)};
}

/* a + factor * b */
static af_affine combined(reader *r, af_affine a, int64_t factor, af_affine b)
{
    for (int i = -1; i < r->variables->count; i++) {
        int64_t *into = i < 0 ? &a.constant : &a.coefficients[i], product;
        r->failed |= __builtin_mul_overflow(factor, i < 0 ? b.constant : b.coefficients[i], &product)
                     || __builtin_add_overflow(*into, product, into);
    }
    return a;
}

static bool is_constant(reader *r, af_affine a)
{
    for (int i = 0; i < r->variables->count; i++)
        if (a.coefficients[i])
            return false;
    return true;
}

static af_affine product(reader *r, af_affine a, af_affine b)
{
    if (!is_constant(r, a) && !is_constant(r, b)) {
        r->failed = true;
        return a;
    }
    return is_constant(r, a) ? combined(r, affine_number(r, 0), a.constant, b)
                             : combined(r, affine_number(r, 0), b.constant, a);
}

static af_affine number(reader *r)
{
    int64_t value = 0;
    for (; isdigit((unsigned char)*r->at); r->at++)
        r->failed |= __builtin_mul_overflow(value, 10, &value) ||
                     __builtin_add_overflow(value, *r->at - '0', &value);
    return affine_number(r, value);
}

static af_affine rank_variable(reader *r)
{
    const char *start = r->at;
    af_affine value = affine_number(r, 0);
    while (isalnum((unsigned char)*r->at) || *r->at == '_')
        r->at++;
    size_t length = (size_t)(r->at - start);
    for (int i = 0; i < r->variables->count; i++)
        if (strlen(r->variables->names[i]) == length && !memcmp(r->variables->names[i], start, length)) {
            value.coefficients[i] = 1;
            return value;
        }
    r->failed = true;
    return value;
}

static af_affine atom(reader *r)
{
    skip_blanks(r);
    if (r->depth < DEEPEST && accept(r, '(')) {
        r->depth++;
        af_affine inner = sum_of_terms(r);
        r->depth--;
        r->failed |= !accept(r, ')');
        return inner;
    }
    if (isdigit((unsigned char)*r->at)) {
        af_affine value = number(r);
        return isalpha((unsigned char)*r->at) ? product(r, value, rank_variable(r)) : value;
    }
    if (isalpha((unsigned char)*r->at))
        return rank_variable(r);
    r->failed = true;
    return affine_number(r, 0);
}

static af_affine signed_atom(reader *r)
{
    bool negative = false;
    for (;; )
        if (accept(r, '-'))
            negative = !negative;
        else if (!accept(r, '+'))
            break;
    af_affine value = atom(r);
    return negative ? combined(r, affine_number(r, 0), -1, value) : value;
}

static af_affine term(reader *r)
{
    af_affine value = signed_atom(r);
    while (!r->failed && accept(r, '*'))
        value = product(r, value, signed_atom(r));
    return value;
}

static af_affine sum_of_terms(reader *r)
{
    af_affine value = term(r);
    while (!r->failed) {
        if (accept(r, '+'))
            value = combined(r, value, 1, term(r));
        else if (accept(r, '-'))
            value = combined(r, value, -1, term(r));
        else
            break;
    }
    return value;
}

const char *af_read_affine(af_arena *arena, const char *text, const af_variables *variables,
                           af_affine *result)
{
    reader r = {arena, variables, text, 0, false};
    *result = sum_of_terms(&r);
    skip_blanks(&r);
    return r.failed ? NULL : r.at;
}

/* ---- projections */

typedef struct mention { const af_variables *variables; af_mask mask; } mention;

static void note_mention(void *context, const char *start, size_t length)
{
    mention *m = context;
    for (int i = 0; i < m->variables->count; i++)
        if (strlen(m->variables->names[i]) == length && !memcmp(m->variables->names[i], start, length))
            m->mask |= (af_mask)1 << i;
}

/* Constraints may say 2p, an index expression may not (40 section 11, row 9). */
static bool lacks_star(const char *text)
{
    for (const char *c = text; *c; c++)
        if (isdigit((unsigned char)*c) && isalpha((unsigned char)c[1]) &&
            (c == text || !isalnum((unsigned char)c[-1])))
            return true;
    return false;
}

int af_read_projection(af_arena *arena, const char *rank, const char *text, const af_variables *variables,
                       af_rank *result, af_report *report, af_place place, const char *path)
{
    af_affine expression;
    mention mentioned = {variables, 0};
    if (lacks_star(text))
        return af_fail(report, AF_BAD_DATA, place, path,
                       "the index expression of rank %s, `%s`, lacks a `*`: write `2*p`, not `2p`", rank,
                       text);
    const char *end = af_read_affine(arena, text, variables, &expression);
    if (!end || *end)
        return af_fail(report, AF_BAD_DATA, place, path,
                       "the index expression of rank %s, `%s`, "
                       "must be a sum of rank variables times integers",
                       rank, text);
    af_rank_variables_of(text, note_mention, &mentioned);
    *result = (af_rank){.name = rank, .text = text, .terms = af_new_array(arena, af_term, variables->count),
                        .constant = (double)expression.constant, .mentioned = mentioned.mask};
    for (int i = 0; i < variables->count; i++)
        if (expression.coefficients[i])
            result->terms[result->n_terms++] = (af_term){i, (double)expression.coefficients[i]};
    result->identifier = af_is_rank_variable(text, strlen(text));
    result->sum = result->n_terms + (expression.constant != 0) >= 2;
    return 0;
}
