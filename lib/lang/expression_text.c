/* Texts of specs that may be literals, expressions or set expressions (10 sections 7.1 and 10.3). */
#include "lang/expression_tree.h"
#include "lang/number.h"

#include <string.h>

static bool word_is(const char *text, const char *word) { return !strcasecmp(text, word); }

/* An integer that no double is equal to becomes the nearest real, unless it is past all of them. */
static af_value integer_or_real(af_value integer)
{
    double real;
    return af_int_to_double(integer, &real) && af_int_compare_real(integer, real) ? af_real(real) : integer;
}

/* A number that Python's int() and float() both read from the text. */
static bool plain_integer(af_arena *arena, const char *text, af_value *result)
{
    size_t blank = strspn(text, " \t\n\r\f\v"), length = strlen(text);
    while (length > blank && strchr(" \t\n\r\f\v", text[length - 1]))
        length--;
    const char *digits = text + blank;
    bool negative = *digits == '-';
    if (*digits == '-' || *digits == '+')
        digits++;
    if (!af_int_parse(arena, digits, (size_t)(text + length - digits), 10, result))
        return false;
    *result = integer_or_real(negative ? af_int_negate(arena, *result) : *result);
    return true;
}

int af_evaluate_text(const char *text, const af_scope *scope, af_arena *arena, af_value *result,
                     af_report *report, af_place place, const char *path)
{
    if (word_is(text, "true") || word_is(text, "false")) {
        *result = af_bool(*text == 't' || *text == 'T');
        return 0;
    }
    if (plain_integer(arena, text, result))
        return 0;
    if (af_scope_get(scope, text, result)) {
        result->quoted |= result->type == AF_STRING;
        return 0;
    }
    const af_expression *parsed = scope ? af_scope_parse(scope, text, report, place, path)
                                        : af_parse_expression(arena, text, report, place, path);
    return parsed ? af_evaluate(parsed, scope, arena, result, report, place, path) : -1;
}

int af_evaluate_value(af_value value, const af_scope *scope, af_arena *arena, af_value *result,
                      af_report *report, af_place place, const char *path)
{
    if (value.type == AF_STRING && !value.quoted)
        return af_evaluate_text(value.string, scope, arena, result, report, place, path);
    *result = value;
    if (value.type == AF_REAL && value.real > -9e18 && value.real < 9e18
        && value.real == (double)(int64_t)value.real)
        *result = af_int((int64_t)value.real);
    else if (value.type == AF_REAL && value.real - value.real == 0
             && (value.real >= 9e18 || value.real <= -9e18))
        *result = af_int_of_double(arena, value.real);
    else if (value.type == AF_INT || value.type == AF_BIG)
        *result = integer_or_real(value);
    return 0;
}

int af_evaluate_set(const char *text, const af_scope *scope, af_token_kind kind, int expected_count,
                    af_arena *arena, af_value *result, af_report *report, af_place place, const char *path)
{
    if (!af_scope_get(scope, text, result)) {
        const af_expression *parsed = af_scope_parse(scope, text, report, place, path);
        if (!parsed || af_evaluate(parsed, scope, arena, result, report, place, path))
            return -1;
    }
    const char *wanted = kind == AF_TENSORS ? "tensors" : "rank variables";
    if (result->type != AF_SET)
        return report ? af_fail(report, AF_BAD_DATA, place, path,
                                "the set expression \"%s\" gives %s; a set of %s "
                                "is expected", text, af_describe(arena, *result), wanted) : -1;
    int count = __builtin_popcountll(result->set->members) + __builtin_popcountll(result->set->strangers);
    if (expected_count >= 0 && count != expected_count)
        return report ? af_fail(report, AF_BAD_DATA, place, path, "Expected count is %d, but got %d: %s",
                                expected_count, count, text) : -1;
    return 0;
}
