/* Integers of any size. Operands are values of type BOOL, INT or BIG; results are INT where they fit, else
 * BIG.
 *
 * Results past AF_BIG_MOST_BITS are refused: functions that can make large ones return false then, with
 * the result untouched. */
#ifndef AF_LANG_NUMBER_H
#define AF_LANG_NUMBER_H

#include "lang/value.h"

enum { AF_BIG_MOST_BITS = 1 << 14 };

/* little-endian, top limb not 0; always outside of int64_t */
struct af_big { bool negative; int count; uint32_t limbs[]; };

bool af_is_integer(af_value value);                                 /* BOOL, INT, BIG */
int af_int_sign(af_value a);                                        /* -1, 0, 1 */
/* of the magnitude: 0 for 0, 1 for 1, 2 for 2 and 3, … */
long af_int_bits(af_value a);
bool af_int_is_odd(af_value a);
bool af_int_fits(af_value a, int64_t *small);

bool af_int_add(af_arena *arena, af_value a, af_value b, af_value *sum);
bool af_int_subtract(af_arena *arena, af_value a, af_value b, af_value *difference);
bool af_int_multiply(af_arena *arena, af_value a, af_value b, af_value *product);
/* Quotient rounded down, remainder with the divisor's sign; b is not 0. Either may be NULL. */
void af_int_divide(af_arena *arena, af_value a, af_value b, af_value *quotient, af_value *remainder);
/* exponent >= 0 */
bool af_int_power(af_arena *arena, af_value base, af_value exponent, af_value *power);
/* exponent >= 0, modulus not 0 */
bool af_int_power_modulo(af_arena *arena, af_value base, af_value exponent, af_value modulus,
                         af_value *power);
/* left < 0: to the right, rounded down */
bool af_int_shift(af_arena *arena, af_value a, int64_t left, af_value *shifted);
af_value af_int_negate(af_arena *arena, af_value a);
/* '&', '|', '^' of two's complements */
af_value af_int_bitwise(af_arena *arena, char operation, af_value a, af_value b);
/* rounded down; a >= 0 */
af_value af_int_square_root(af_arena *arena, af_value a);
/* greatest, >= 0 */
af_value af_int_common_divisor(af_arena *arena, af_value a, af_value b);

int af_int_compare(af_value a, af_value b);                         /* < 0, 0, > 0 */
int af_int_compare_real(af_value a, double b);                      /* exact; b is not nan */

/* Nearest doubles, ties to even. False: past the largest double. */
bool af_int_to_double(af_value a, double *real);
/* a / b, b not 0 */
bool af_int_quotient_double(af_arena *arena, af_value a, af_value b, double *real);
af_value af_int_of_double(af_arena *arena, double real);            /* towards zero; real is finite */

/* Digits of `base` 2 … 36 with single underscores between them; whole text. False: something else, or too
 * large. */
bool af_int_parse(af_arena *arena, const char *text, size_t length, int base, af_value *value);
void af_int_print(af_text *out, af_value a, int base);              /* base 2 … 16, lower case; no prefix */

#endif
