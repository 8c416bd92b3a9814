/* Integers of any size: signs, conversions and the operations that specs use. Digits are in magnitude.c. */
#include "lang/number.h"
#include "lang/magnitude.h"

#include <math.h>
#include <string.h>

/* An operand as sign and magnitude; a small one lies in the view itself. */
typedef struct view { bool negative; uint32_t small[2]; magnitude m; } view;

static const view *view_of(view *v, af_value a)
{
    if (a.type == AF_BIG) {
        v->negative = a.big->negative;
        v->m = (magnitude){a.big->count, (uint32_t *)a.big->limbs};
        return v;
    }
    int64_t integer = a.type == AF_BOOL ? a.truth : a.integer;
    uint64_t size = integer < 0 ? -(uint64_t)integer : (uint64_t)integer;
    v->negative = integer < 0;
    v->small[0] = (uint32_t)size;
    v->small[1] = (uint32_t)(size >> 32);
    v->m = (magnitude){v->small[1] ? 2 : v->small[0] ? 1 : 0, v->small};
    return v;
}

static af_value make(af_arena *arena, bool negative, magnitude m)
{
    uint64_t low = m.count > 1 ? (uint64_t)m.limbs[1] << 32 | m.limbs[0] : m.count ? m.limbs[0] : 0;
    if (m.count <= 2 && low <= (uint64_t)INT64_MAX + negative)
        return af_int(negative ? (int64_t)-low : (int64_t)low);
    af_big *big = af_arena_take(arena, sizeof *big + sizeof *big->limbs * (size_t)m.count);
    big->negative = negative;
    big->count = m.count;
    memcpy(big->limbs, m.limbs, sizeof *big->limbs * (size_t)m.count);
    return (af_value){.type = AF_BIG, .big = big};
}

static bool make_bounded(af_arena *arena, bool negative, magnitude m, af_value *result)
{
    if (magnitude_bits(m) > AF_BIG_MOST_BITS)
        return false;
    *result = make(arena, negative, m);
    return true;
}

/* ---- asking */
bool af_is_integer(af_value value)
{
    return value.type == AF_INT || value.type == AF_BOOL || value.type == AF_BIG;
}

int af_int_sign(af_value a)
{
    view v;
    view_of(&v, a);
    return v.m.count == 0 ? 0 : v.negative ? -1 : 1;
}

long af_int_bits(af_value a)
{
    view v;
    return magnitude_bits(view_of(&v, a)->m);
}

bool af_int_is_odd(af_value a)
{
    view v;
    view_of(&v, a);
    return v.m.count && (v.m.limbs[0] & 1);
}

bool af_int_fits(af_value a, int64_t *small)
{
    *small = a.type == AF_BOOL ? a.truth : a.type == AF_INT ? a.integer : 0;
    return a.type != AF_BIG;
}

int af_int_compare(af_value a, af_value b)
{
    view va, vb;
    view_of(&va, a), view_of(&vb, b);
    if (va.negative != vb.negative)
        return va.negative ? -1 : 1;
    int order = magnitude_compare(va.m, vb.m);
    return va.negative ? -order : order;
}

/* ---- sums and products */
static bool add(af_arena *arena, const view *a, const view *b, bool b_negative, af_value *sum)
{
    if (a->negative == b_negative)
        return make_bounded(arena, b_negative, magnitude_add(arena, a->m, b->m), sum);
    int order = magnitude_compare(a->m, b->m);
    *sum = order >= 0 ? make(arena, a->negative, magnitude_subtract(arena, a->m, b->m))
                      : make(arena, b_negative, magnitude_subtract(arena, b->m, a->m));
    return true;
}

bool af_int_add(af_arena *arena, af_value a, af_value b, af_value *sum)
{
    view va, vb;
    view_of(&va, a), view_of(&vb, b);
    return add(arena, &va, &vb, vb.negative, sum);
}

bool af_int_subtract(af_arena *arena, af_value a, af_value b, af_value *difference)
{
    view va, vb;
    view_of(&va, a), view_of(&vb, b);
    return add(arena, &va, &vb, !vb.negative, difference);
}

af_value af_int_negate(af_arena *arena, af_value a)
{
    view v;
    view_of(&v, a);
    return make(arena, !v.negative, v.m);
}

bool af_int_multiply(af_arena *arena, af_value a, af_value b, af_value *product)
{
    view va, vb;
    view_of(&va, a), view_of(&vb, b);
    if (magnitude_bits(va.m) + magnitude_bits(vb.m) > AF_BIG_MOST_BITS + 1)
        return false;
    return make_bounded(arena, va.negative != vb.negative, magnitude_multiply(arena, va.m, vb.m), product);
}

/* ---- division */
void af_int_divide(af_arena *arena, af_value a, af_value b, af_value *quotient, af_value *remainder)
{
    view va, vb;
    view_of(&va, a), view_of(&vb, b);
    magnitude rest, whole = magnitude_divide(arena, va.m, vb.m, &rest);
    /* towards zero would be one too high */
    bool negative = va.negative != vb.negative, below = negative && rest.count;
    if (quotient) {
        magnitude one = {1, (uint32_t[]){1}};
        *quotient = make(arena, negative, below ? magnitude_add(arena, whole, one) : whole);
    }
    if (remainder)
        *remainder = make(arena, vb.negative, below ? magnitude_subtract(arena, vb.m, rest) : rest);
}

/* ---- powers */
bool af_int_power(af_arena *arena, af_value base, af_value exponent, af_value *power)
{
    int64_t times;
    long bits = af_int_bits(base);
    if (bits <= 1) {                                /* 0, 1, -1 */
        bool one = af_int_sign(exponent) == 0 || (af_int_sign(base) < 0 && !af_int_is_odd(exponent));
        *power = af_int(one ? 1 : af_int_sign(base));
        return true;
    }
    if (!af_int_fits(exponent, &times) || times > AF_BIG_MOST_BITS || (bits - 1) * times > AF_BIG_MOST_BITS)
        return false;
    af_value product = af_int(1), square = base;
    for (; times; times >>= 1) {
        if (times & 1 && !af_int_multiply(arena, product, square, &product))
            return false;
        if (times > 1 && !af_int_multiply(arena, square, square, &square))
            return false;
    }
    *power = product;
    return true;
}

/* About 10^8 steps at most: exponent's bits x square of the modulus's limbs. */
static bool modulo_is_affordable(af_value exponent, af_value modulus)
{
    double limbs = (double)af_int_bits(modulus) / 32 + 1;
    return (double)af_int_bits(exponent) * limbs * limbs < 1e8;
}

bool af_int_power_modulo(af_arena *arena, af_value base, af_value exponent, af_value modulus, af_value *power)
{
    view bits;
    view_of(&bits, exponent);
    if (!modulo_is_affordable(exponent, modulus) || af_int_bits(modulus) > AF_BIG_MOST_BITS / 2)
        return false;
    af_value product, square;
    af_int_divide(arena, af_int(1), modulus, NULL, &product);
    af_int_divide(arena, base, modulus, NULL, &square);
    for (long i = 0, n = magnitude_bits(bits.m); i < n; i++) {
        af_value next;
        if (bits.m.limbs[i / 32] >> i % 32 & 1) {
            af_int_multiply(arena, product, square, &next);
            af_int_divide(arena, next, modulus, NULL, &product);
        }
        af_int_multiply(arena, square, square, &next);
        af_int_divide(arena, next, modulus, NULL, &square);
    }
    *power = product;
    return true;
}

af_value af_int_square_root(af_arena *arena, af_value a)
{
    if (af_int_sign(a) == 0)
        return af_int(0);
    af_value root, next;
    /* not below the root: Newton's steps only go down */
    af_int_shift(arena, af_int(1), (af_int_bits(a) + 1) / 2, &root);
    for (;;) {
        af_int_divide(arena, a, root, &next, NULL);
        af_int_add(arena, next, root, &next);
        af_int_shift(arena, next, -1, &next);
        if (af_int_compare(next, root) >= 0)
            return root;
        root = next;
    }
}

af_value af_int_common_divisor(af_arena *arena, af_value a, af_value b)
{
    view va, vb;
    view_of(&va, a), view_of(&vb, b);
    return make(arena, false, magnitude_common_divisor(arena, va.m, vb.m));
}

/* ---- bits */
bool af_int_shift(af_arena *arena, af_value a, int64_t left, af_value *shifted)
{
    view v;
    view_of(&v, a);
    if (v.m.count == 0) {
        *shifted = af_int(0);
        return true;
    }
    if (left > AF_BIG_MOST_BITS - magnitude_bits(v.m))
        return false;
    if (left >= 0) {
        *shifted = make(arena, v.negative, magnitude_shift_left(arena, v.m, left));
        return true;
    }
    bool lost;
    int64_t right = left < -(int64_t)AF_BIG_MOST_BITS ? AF_BIG_MOST_BITS : -left;
    magnitude m = magnitude_shift_right(arena, v.m, right, &lost);
    if (v.negative && lost)                          /* rounded down */
        m = magnitude_add(arena, m, (magnitude){1, (uint32_t[]){1}});
    *shifted = make(arena, v.negative, m);
    return true;
}

/* Two's complement of `count` limbs. */
static uint32_t *complement_of(af_arena *arena, const view *v, int count)
{
    uint32_t *limbs = af_new_array(arena, uint32_t, count);
    if (v->m.count)
        memcpy(limbs, v->m.limbs, sizeof *limbs * (size_t)v->m.count);
    uint64_t carry = 1;
    for (int i = 0; v->negative && i < count; i++) {
        carry += (uint32_t)~limbs[i];
        limbs[i] = (uint32_t)carry;
        carry >>= 32;
    }
    return limbs;
}

af_value af_int_bitwise(af_arena *arena, char operation, af_value a, af_value b)
{
    view va, vb;
    view_of(&va, a), view_of(&vb, b);
    int count = (va.m.count > vb.m.count ? va.m.count : vb.m.count) + 1;
    uint32_t *x = complement_of(arena, &va, count), *y = complement_of(arena, &vb, count);
    for (int i = 0; i < count; i++)
        x[i] = operation == '&' ? x[i] & y[i] : operation == '|' ? x[i] | y[i] : x[i] ^ y[i];
    view result = {x[count - 1] >> 31, {0}, {count, x}};
    if (result.negative)
        result.m.limbs = complement_of(arena, &result, count);
    return make(arena, result.negative, magnitude_trim(result.m));
}

/* ---- doubles */
bool af_int_to_double(af_value a, double *real)
{
    if (a.type != AF_BIG) {
        *real = (double)(a.type == AF_BOOL ? a.truth : a.integer);
        return true;
    }
    view v;
    view_of(&v, a);
    *real = magnitude_to_double(v.m, 0, false) * (v.negative ? -1 : 1);
    return isfinite(*real);
}

bool af_int_quotient_double(af_arena *arena, af_value a, af_value b, double *real)
{
    /* more than a double has, so that one rounding remains */
    enum { QUOTIENT_BITS = 66 };
    view va, vb;
    view_of(&va, a), view_of(&vb, b);
    if (!va.m.count) {
        *real = vb.negative ? -0.0 : 0.0;
        return true;
    }
    long shift = QUOTIENT_BITS - (magnitude_bits(va.m) - magnitude_bits(vb.m));
    magnitude above = shift > 0 ? magnitude_shift_left(arena, va.m, shift) : va.m;
    magnitude below = shift < 0 ? magnitude_shift_left(arena, vb.m, -shift) : vb.m;
    magnitude rest, quotient = magnitude_divide(arena, above, below, &rest);
    *real = magnitude_to_double(quotient, -shift, rest.count > 0) * (va.negative != vb.negative ? -1 : 1);
    return isfinite(*real);
}

af_value af_int_of_double(af_arena *arena, double real)
{
    if (fabs(real) < 0x1p63)
        return af_int((int64_t)real);
    int exponent;
    double mantissa = frexp(fabs(real), &exponent);
    uint64_t bits = (uint64_t)ldexp(mantissa, 53);
    magnitude m = {2, (uint32_t[]){(uint32_t)bits, (uint32_t)(bits >> 32)}};
    return make(arena, real < 0, magnitude_shift_left(arena, m, exponent - 53));
}

int af_int_compare_real(af_value a, double b)
{
    if (isinf(b))
        return b > 0 ? -1 : 1;
    char space[sizeof(af_big) + 4 * 40];             /* 1024 bits hold every double */
    af_value whole;
    if (fabs(b) < 0x1p63) {
        whole = af_int((int64_t)b);
    } else {
        af_big *big = (af_big *)(void *)space;
        int exponent;
        uint64_t bits = (uint64_t)ldexp(frexp(fabs(b), &exponent), 53);
        memset(space, 0, sizeof space);
        big->negative = b < 0;
        big->count = (exponent + 31) / 32;
        for (int i = 0; i < 53; i++)
            if (bits >> i & 1)
                big->limbs[(exponent - 53 + i) / 32] |= (uint32_t)1 << (exponent - 53 + i) % 32;
        whole = (af_value){.type = AF_BIG, .big = big};
    }
    int order = af_int_compare(a, whole);
    double fraction = b - trunc(b);
    return order ? order : fraction > 0 ? -1 : fraction < 0;
}

/* ---- text */
static int digit_of(char c)
{
    return c >= '0' && c <= '9' ? c - '0'
         : c >= 'a' && c <= 'z' ? c - 'a' + 10
         : c >= 'A' && c <= 'Z' ? c - 'A' + 10 : 99;
}

bool af_int_parse(af_arena *arena, const char *text, size_t length, int base, af_value *value)
{
    magnitude m = {0, af_new_array(arena, uint32_t, length / 4 + 2)};   /* a digit has less than 6 bits */
    bool digit_before = false;
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '_' && digit_before && i + 1 < length) {
            digit_before = false;
            continue;
        }
        int digit = digit_of(text[i]);
        if (digit >= base || m.count > AF_BIG_MOST_BITS / 32)
            return false;
        magnitude_multiply_small(&m, (uint32_t)base, (uint32_t)digit);
        digit_before = true;
    }
    return digit_before && make_bounded(arena, false, m, value);
}

static void reverse(char *text, size_t length)
{
    for (size_t i = 0; i < length / 2; i++) {
        char c = text[i];
        text[i] = text[length - 1 - i];
        text[length - 1 - i] = c;
    }
}

void af_int_print(af_text *out, af_value a, int base)
{
    view v;
    view_of(&v, a);
    if (v.negative)
        af_text_add(out, "-", 1);
    size_t start = out->length, size = sizeof(uint32_t) * (size_t)(v.m.count + 1);
    uint32_t *copy = af_memory_resize(NULL, size);
    memcpy(copy, v.m.limbs, size - sizeof *copy);
    magnitude m = {v.m.count, copy};
    /* the largest power of the base in a limb, and its digits */
    uint32_t chunk = (uint32_t)base;
    int digits = 1;
    for (; (uint64_t)chunk * (uint32_t)base <= UINT32_MAX; digits++)
        chunk *= (uint32_t)base;
    do {
        uint32_t rest = magnitude_divide_small(&m, chunk);
        for (int i = 0; i < digits && (i == 0 || m.count || rest); i++, rest /= (uint32_t)base)
            af_text_add(out, &"0123456789abcdef"[rest % (uint32_t)base], 1);
    } while (m.count);
    reverse(out->bytes + start, out->length - start);
    af_memory_resize(copy, 0);
}
