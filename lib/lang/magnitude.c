/* Schoolbook arithmetic on base-2^32 digits: sizes are bounded (number.h), so nothing cleverer pays. */
#include "lang/magnitude.h"

#include <math.h>
#include <string.h>

static magnitude new_magnitude(af_arena *arena, int count)
{
    return (magnitude){count, af_new_array(arena, uint32_t, count + 1)};
}

magnitude magnitude_trim(magnitude m)
{
    while (m.count && !m.limbs[m.count - 1])
        m.count--;
    return m;
}

long magnitude_bits(magnitude m) { return m.count ? 32L * m.count - __builtin_clz(m.limbs[m.count - 1]) : 0; }

int magnitude_compare(magnitude a, magnitude b)
{
    if (a.count != b.count)
        return a.count < b.count ? -1 : 1;
    for (int i = a.count; i-- > 0;)
        if (a.limbs[i] != b.limbs[i])
            return a.limbs[i] < b.limbs[i] ? -1 : 1;
    return 0;
}

magnitude magnitude_add(af_arena *arena, magnitude a, magnitude b)
{
    if (a.count < b.count)
        return magnitude_add(arena, b, a);
    magnitude sum = new_magnitude(arena, a.count + 1);
    uint64_t carry = 0;
    for (int i = 0; i < a.count; i++) {
        carry += (uint64_t)a.limbs[i] + (i < b.count ? b.limbs[i] : 0);
        sum.limbs[i] = (uint32_t)carry;
        carry >>= 32;
    }
    sum.limbs[a.count] = (uint32_t)carry;
    return magnitude_trim(sum);
}

/* a -= b, a >= b; returns a trimmed. */
static magnitude subtract_from(magnitude a, magnitude b)
{
    int64_t borrow = 0;
    for (int i = 0; i < a.count && (i < b.count || borrow); i++) {
        borrow += (int64_t)a.limbs[i] - (i < b.count ? b.limbs[i] : 0);
        a.limbs[i] = (uint32_t)borrow;
        borrow >>= 32;
    }
    return magnitude_trim(a);
}

static magnitude copy_of(af_arena *arena, magnitude m)
{
    magnitude copy = new_magnitude(arena, m.count);
    if (m.count)
        memcpy(copy.limbs, m.limbs, sizeof *m.limbs * (size_t)m.count);
    return copy;
}

magnitude magnitude_subtract(af_arena *arena, magnitude a, magnitude b)
{
    return subtract_from(copy_of(arena, a), b);
}

magnitude magnitude_multiply(af_arena *arena, magnitude a, magnitude b)
{
    magnitude product = new_magnitude(arena, a.count + b.count);
    for (int i = 0; i < a.count; i++) {
        uint64_t carry = 0;
        for (int j = 0; j < b.count; j++) {
            carry += (uint64_t)a.limbs[i] * b.limbs[j] + product.limbs[i + j];
            product.limbs[i + j] = (uint32_t)carry;
            carry >>= 32;
        }
        product.limbs[i + b.count] = (uint32_t)carry;
    }
    return magnitude_trim(product);
}

void magnitude_multiply_small(magnitude *m, uint32_t factor, uint32_t summand)
{
    uint64_t carry = summand;
    for (int i = 0; i < m->count; i++) {
        carry += (uint64_t)m->limbs[i] * factor;
        m->limbs[i] = (uint32_t)carry;
        carry >>= 32;
    }
    if (carry)
        m->limbs[m->count++] = (uint32_t)carry;
}

uint32_t magnitude_divide_small(magnitude *m, uint32_t divisor)
{
    uint64_t rest = 0;
    for (int i = m->count; i-- > 0;) {
        rest = rest << 32 | m->limbs[i];
        m->limbs[i] = (uint32_t)(rest / divisor);
        rest %= divisor;
    }
    *m = magnitude_trim(*m);
    return (uint32_t)rest;
}

/* ---- shifts */
magnitude magnitude_shift_left(af_arena *arena, magnitude a, int64_t bits)
{
    int limbs = (int)(bits / 32), rest = (int)(bits % 32);
    magnitude shifted = new_magnitude(arena, a.count + limbs + 1);
    for (int i = 0; i < a.count; i++) {
        uint64_t pair = (uint64_t)a.limbs[i] << rest;
        shifted.limbs[i + limbs] |= (uint32_t)pair;
        shifted.limbs[i + limbs + 1] = (uint32_t)(pair >> 32);
    }
    return magnitude_trim(shifted);
}

static magnitude shift_right_in_place(magnitude m, int64_t bits)
{
    int limbs = (int)(bits / 32), rest = (int)(bits % 32);
    for (int i = limbs; i < m.count; i++) {
        uint64_t pair = (uint64_t)(i + 1 < m.count ? m.limbs[i + 1] : 0) << 32 | m.limbs[i];
        m.limbs[i - limbs] = (uint32_t)(pair >> rest);
    }
    m.count = m.count > limbs ? m.count - limbs : 0;
    return magnitude_trim(m);
}

/* Of m > 0. */
static long trailing_zeros(magnitude m)
{
    int i = 0;
    while (!m.limbs[i])
        i++;
    return 32L * i + __builtin_ctz(m.limbs[i]);
}

magnitude magnitude_shift_right(af_arena *arena, magnitude a, int64_t bits, bool *lost)
{
    *lost = trailing_zeros(a) < bits;
    return shift_right_in_place(copy_of(arena, a), bits);
}

/* ---- division: Knuth, The Art of Computer Programming, volume 2, algorithm D */

/* How often the divisor goes into the top of `a` (its limbs i+n … i), at most one too high. */
static uint64_t quotient_digit(const uint32_t *a, const uint32_t *divisor, int n)
{
    uint64_t top = (uint64_t)a[n] << 32 | a[n - 1];
    uint64_t digit = top / divisor[n - 1], rest = top % divisor[n - 1];
    while (digit > UINT32_MAX || digit * divisor[n - 2] > (rest << 32 | a[n - 2])) {
        digit--;
        rest += divisor[n - 1];
        if (rest > UINT32_MAX)
            break;
    }
    return digit;
}

/* a -= digit x divisor on n+1 limbs; true if that went below zero. */
static bool subtract_multiple(uint32_t *a, const uint32_t *divisor, int n, uint64_t digit)
{
    uint64_t carry = 0;
    int64_t borrow = 0;
    for (int i = 0; i <= n; i++) {
        carry += i < n ? digit * divisor[i] : 0;
        borrow += (int64_t)a[i] - (int64_t)(uint32_t)carry;
        a[i] = (uint32_t)borrow;
        borrow >>= 32;
        carry >>= 32;
    }
    return borrow < 0;
}

static void add_back(uint32_t *a, const uint32_t *divisor, int n)
{
    uint64_t carry = 0;
    for (int i = 0; i <= n; i++) {
        carry += (uint64_t)a[i] + (i < n ? divisor[i] : 0);
        a[i] = (uint32_t)carry;
        carry >>= 32;
    }
}

magnitude magnitude_divide(af_arena *arena, magnitude a, magnitude b, magnitude *rest)
{
    if (b.count == 1) {
        magnitude quotient = copy_of(arena, a);
        uint32_t left = magnitude_divide_small(&quotient, b.limbs[0]);
        *rest = new_magnitude(arena, 1);
        rest->limbs[0] = left;
        *rest = magnitude_trim(*rest);
        return quotient;
    }
    if (a.count < b.count) {
        *rest = a;
        return (magnitude){0, a.limbs};
    }
    int shift = __builtin_clz(b.limbs[b.count - 1]), n = b.count;
    magnitude divisor = magnitude_shift_left(arena, b, shift), left = new_magnitude(arena, a.count + 1);
    magnitude shifted = magnitude_shift_left(arena, a, shift),
        quotient = new_magnitude(arena, a.count - n + 1);
    memcpy(left.limbs, shifted.limbs, sizeof *left.limbs * (size_t)shifted.count);
    for (int i = a.count - n; i >= 0; i--) {
        uint64_t digit = quotient_digit(left.limbs + i, divisor.limbs, n);
        if (subtract_multiple(left.limbs + i, divisor.limbs, n, digit)) {
            digit--;
            add_back(left.limbs + i, divisor.limbs, n);
        }
        quotient.limbs[i] = (uint32_t)digit;
    }
    *rest = shift_right_in_place(magnitude_trim(left), shift);
    return magnitude_trim(quotient);
}

/* Halving and subtracting, in place. */
magnitude magnitude_common_divisor(af_arena *arena, magnitude a, magnitude b)
{
    if (!a.count || !b.count)
        return a.count ? a : b;
    long twos_a = trailing_zeros(a), twos_b = trailing_zeros(b);
    a = shift_right_in_place(copy_of(arena, a), twos_a);
    b = shift_right_in_place(copy_of(arena, b), twos_b);
    for (int order; (order = magnitude_compare(a, b)) != 0;) {
        if (order < 0) {
            magnitude t = a;
            a = b;
            b = t;
        }
        a = subtract_from(a, b);
        a = shift_right_in_place(a, trailing_zeros(a));
    }
    return magnitude_shift_left(arena, a, twos_a < twos_b ? twos_a : twos_b);
}

/* ---- the nearest double */
static bool bit_at(magnitude m, long i) { return i < 32L * m.count && (m.limbs[i / 32] >> i % 32 & 1); }

double magnitude_to_double(magnitude m, long exponent, bool more)
{
    enum { PRECISION = 53, LEAST_EXPONENT = -1074 };
    long bits = magnitude_bits(m);
    long drop = bits - PRECISION;                   /* low bits that do not fit */
    if (exponent + drop < LEAST_EXPONENT)           /* subnormal: fewer bits remain */
        drop = LEAST_EXPONENT - exponent;
    uint64_t kept = 0;
    for (long i = bits - 1; i >= drop; i--)
        kept = kept << 1 | bit_at(m, i);
    bool half = bit_at(m, drop - 1);
    more = more || trailing_zeros(m) < drop - 1;
    kept += half && (more || (kept & 1));
    return ldexp((double)kept, (int)(exponent + drop));
}
