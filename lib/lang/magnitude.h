/* Magnitudes: the digits of large integers, base 2^32, little-endian, top limb not 0 (no limbs: 0).
 * Private to lang/number.c. */
#ifndef AF_LANG_MAGNITUDE_H
#define AF_LANG_MAGNITUDE_H

#include "base/base.h"

typedef struct magnitude { int count; uint32_t *limbs; } magnitude;

magnitude magnitude_trim(magnitude m);                       /* without zeros on top */
long magnitude_bits(magnitude m);
int magnitude_compare(magnitude a, magnitude b);
magnitude magnitude_add(af_arena *arena, magnitude a, magnitude b);
magnitude magnitude_subtract(af_arena *arena, magnitude a, magnitude b);      /* a >= b */
magnitude magnitude_multiply(af_arena *arena, magnitude a, magnitude b);
magnitude magnitude_divide(af_arena *arena, magnitude a, magnitude b, magnitude *rest);   /* b > 0 */
magnitude magnitude_shift_left(af_arena *arena, magnitude a, int64_t bits);
/* a > 0; lost: a bit that was 1 fell out */
magnitude magnitude_shift_right(af_arena *arena, magnitude a, int64_t bits, bool *lost);
magnitude magnitude_common_divisor(af_arena *arena, magnitude a, magnitude b);

/* In place. */
/* needs room for one more limb */
void magnitude_multiply_small(magnitude *m, uint32_t factor, uint32_t summand);
uint32_t magnitude_divide_small(magnitude *m, uint32_t divisor);                  /* returns the rest */

/* m x 2^exponent, plus something less than one unit if `more`, as the nearest double, ties to even; inf
 * past the largest. m has more bits than a double. */
double magnitude_to_double(magnitude m, long exponent, bool more);

#endif
