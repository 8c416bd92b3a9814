/* Doubles as the shortest decimal text that reads back to the same bits, whatever the locale. */
#include "base/text.h"

#include <ctype.h>
#include <float.h>
#include <locale.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static locale_t c_locale;
static pthread_once_t c_locale_made = PTHREAD_ONCE_INIT;

static void make_c_locale(void) { c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0); }

static double read_back(const char *text, char **end)
{
    pthread_once(&c_locale_made, make_c_locale);
    return strtod_l(text, end, c_locale);
}

bool af_parse_double(const char *text, double *value)
{
    /* What strtod takes beyond decimal numbers */
    if (!*text || isspace((unsigned char)*text) || strpbrk(text, "xX(pP"))
        return false;
    char *end;
    *value = read_back(text, &end);
    return !*end;
}

/* snprintf with a point whatever the locale's mark is; marks of several bytes shrink to one. */
static void print_digits(char *buffer, int precision, double value)
{
    /* 17 digits before the point: Python writes an exponent */
    bool seventeen = precision == 17 && fabs(value) >= 1e16 && fabs(value) < 1e17;
    if (seventeen)
        snprintf(buffer, AF_NUMBER_ROOM, "%.16e", value);
    else
        snprintf(buffer, AF_NUMBER_ROOM, "%.*g", precision, value);
    char *to = buffer;
    bool pointed = false;
    for (const char *from = buffer; *from; from++)
        if (strchr("0123456789+-e", *from))
            *to++ = *from;
        else if (!pointed)
            *to++ = '.', pointed = true;
    *to = 0;
}

/* Adds one to the last digit of the mantissa. False where that would carry: a shorter text exists then. */
static bool increment_last_digit(char *text)
{
    char *last = text + strcspn(text, "e") - 1;
    if (*last == '9' || *last == '.')
        return false;
    ++*last;
    return true;
}

/* At a power of two the doubles below lie twice as dense as those above, so the 16 digits
 * nearest to the value may belong to the double below while the next larger 16 digits read back
 * (2^-44 is 5.684341886080802e-14). */
static bool shortest_at_power_of_two(char *buffer, double value)
{
    int exponent;
    if (fabs(frexp(value, &exponent)) != 0.5)
        return false;
    print_digits(buffer, 16, value);
    return increment_last_digit(buffer) && read_back(buffer, NULL) == value;
}

static void find_shortest(char *buffer, double value)
{
    for (int precision = fabs(value) < DBL_MIN ? 1 : 15; precision < 17; precision++) {
        print_digits(buffer, precision, value);
        if (read_back(buffer, NULL) == value)
            return;
    }
    if (!shortest_at_power_of_two(buffer, value))
        print_digits(buffer, 17, value);
}

/* ---- the usual way, without printf: the value scaled by a power of ten to 17 digits before the point
 *
 * Scaled values and half the distance to the neighbours have 64 bits behind the point, of which the last
 * few are not sure: power_of_ten is wrong by less than 2^-119 of its value. Where a comparison is closer
 * than that, and where the two neighbours are not equally far, find_shortest is asked. */

typedef unsigned __int128 wide;
typedef struct scaled { wide bits; int exponent; } scaled;       /* bits x 2^exponent, the highest bit set */
typedef struct decimal { uint64_t digits; int exponent; } decimal;   /* 17 digits, one before the point */

static const wide NOT_SURE = 256;

static scaled product(scaled a, scaled b)
{
    uint64_t a1 = (uint64_t)(a.bits >> 64), a0 = (uint64_t)a.bits;
    uint64_t b1 = (uint64_t)(b.bits >> 64), b0 = (uint64_t)b.bits;
    wide middle = (wide)a1 * b0 + (uint64_t)((wide)a0 * b0 >> 64), other = (wide)a0 * b1 + (uint64_t)middle;
    wide high = (wide)a1 * b1 + (middle >> 64) + (other >> 64);
    int shift = !(high >> 127);
    return (scaled){high << shift, a.exponent + b.exponent + 128 - shift};
}

static scaled power_of_ten(int n)
{
    scaled power = {(wide)1 << 127, -127};
    static const scaled ten = {(wide)10 << 124, -124},
                        tenth = {(wide)0xcccccccccccccccc << 64 | 0xcccccccccccccccd, -131};
    scaled square = n < 0 ? tenth : ten;
    for (int rest = abs(n); rest; rest >>= 1) {
        if (rest & 1)
            power = product(power, square);
        square = product(square, square);
    }
    return power;
}

/* The multiple of `unit` next to `value`, *distance away. False: there are two, as far as can be told. */
static bool nearest_multiple(wide value, uint64_t unit, uint64_t *nearest, wide *distance)
{
    uint64_t whole = (uint64_t)(value >> 64), rest = whole % unit;
    wide down = (wide)rest << 64 | (uint64_t)value, up = ((wide)unit << 64) - down;
    *nearest = whole - rest + (up < down ? unit : 0);
    *distance = up < down ? up : down;
    return (up < down ? down - up : up - down) > NOT_SURE;
}

/* The first of 15, 16, 17 digits that reads back; false: it cannot be told here. */
static bool round_scaled(wide value, wide half, uint64_t *digits)
{
    wide distance;
    for (uint64_t unit = 100; unit > 1; unit /= 10) {
        if (!nearest_multiple(value, unit, digits, &distance))
            return false;
        if (distance + NOT_SURE < half)
            return true;
        if (distance < half + NOT_SURE)
            return false;
    }
    return nearest_multiple(value, 1, digits, &distance);
}

static bool find_digits(double value, decimal *found)
{
    static const uint64_t least = 10000000000000000u;             /* of 17 digits */
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    uint64_t mantissa = bits & (((uint64_t)1 << 52) - 1);
    int exponent = (int)(bits >> 52 & 0x7ff) - 1075;
    if (!mantissa || exponent == -1075)       /* neighbours not equally far, or fewer bits */
        return false;
    found->exponent = (exponent + 52) * 78913 >> 18;   /* of the power of two below: times log10 2 */
    for (;; found->exponent++) {
        scaled power = power_of_ten(16 - found->exponent);
        scaled all = product((scaled){(wide)(mantissa | (uint64_t)1 << 52) << 75, exponent - 75}, power);
        wide fixed = all.bits >> (-64 - all.exponent),
             half = power.bits >> (-64 - power.exponent - exponent + 1);
        if (fixed >> 64 < 10 * least)
            return round_scaled(fixed, half, &found->digits);
    }
}

/* As %g writes them, which takes an exponent where Python's repr does. */
static void put_digits(char *buffer, bool negative, decimal d)
{
    char text[AF_NUMBER_ROOM], *to = buffer;
    if (d.digits == 100000000000000000u)
        d.digits /= 10, d.exponent++;
    int length = af_integer_text(text, (int64_t)d.digits);
    int before = d.exponent < -4 || d.exponent >= 16 ? 1 : d.exponent + 1;
    while (text[length - 1] == '0')
        length--;
    if (negative)
        *to++ = '-';
    if (before <= 0) {
        memcpy(to, "0.0000", 6);
        to += 2 - before;
    }
    for (int i = 0; i < length; i++) {
        if (i && i == before)
            *to++ = '.';
        *to++ = text[i];
    }
    if (before == 1 && d.exponent) {
        *to++ = 'e';
        *to++ = d.exponent < 0 ? '-' : '+';
        if (abs(d.exponent) < 10)
            *to++ = '0';
        to += af_integer_text(to, abs(d.exponent));
    }
    *to = 0;
}

/* Records say the same few reals again and again (energies per action, powers):
 * the last texts are kept, one per slot. */
static void print_shortest(char *buffer, double value)
{
    enum { SLOTS = 256 };
    static _Thread_local struct { double value; char text[AF_NUMBER_ROOM]; } slots[SLOTS];
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    int slot = (int)(bits * 0x9e3779b97f4a7c15u >> 56);
    /* 0 is never asked for here, so an empty slot matches nothing */
    if (memcmp(&slots[slot].value, &value, sizeof value)) {
        decimal d;
        if (find_digits(value, &d))
            put_digits(slots[slot].text, value < 0, d);
        else
            find_shortest(slots[slot].text, value);
        slots[slot].value = value;
    }
    memcpy(buffer, slots[slot].text, AF_NUMBER_ROOM);
}

static bool is_integral(double value, double limit)
{
    return fabs(value) < limit && value == (double)(int64_t)value && !(value == 0 && signbit(value));
}

int af_integer_text(char *buffer, int64_t value)
{
    char digits[AF_NUMBER_ROOM];
    int n = 0, length = 0;
    uint64_t rest = value < 0 ? -(uint64_t)value : (uint64_t)value;
    if ((uint64_t)value < 10) {              /* most numbers of records: counts, ids, tiles */
        buffer[0] = (char)('0' + value);
        buffer[1] = 0;
        return 1;
    }
    do
        digits[n++] = (char)('0' + rest % 10);
    while (rest /= 10);
    if (value < 0)
        buffer[length++] = '-';
    while (n)
        buffer[length++] = digits[--n];
    buffer[length] = 0;
    return length;
}

int af_number_text(char *buffer, double value)
{
    if (is_integral(value, 9007199254740992.0))
        return af_integer_text(buffer, (int64_t)value);
    return af_real_text(buffer, value);
}

int af_real_text(char *buffer, double value)
{
    if (is_integral(value, 1e16)) {           /* Python's repr has an exponent from 1e16 on */
        int length = af_integer_text(buffer, (int64_t)value);
        memcpy(buffer + length, ".0", 3);
        return length + 2;
    }
    if (isnan(value))
        strcpy(buffer, "nan");
    else if (isinf(value))
        strcpy(buffer, value < 0 ? "-inf" : "inf");
    else if (value == 0)
        strcpy(buffer, "-0.0");               /* 0.0 is integral */
    else
        print_shortest(buffer, value);
    return (int)strlen(buffer);
}
