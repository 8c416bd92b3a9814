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
        find_shortest(slots[slot].text, value);
        slots[slot].value = value;
    }
    memcpy(buffer, slots[slot].text, AF_NUMBER_ROOM);
}

static bool is_integral(double value, double limit)
{
    return fabs(value) < limit && value == floor(value) && !(value == 0 && signbit(value));
}

int af_integer_text(char *buffer, int64_t value)
{
    char digits[AF_NUMBER_ROOM];
    int n = 0, length = 0;
    uint64_t rest = value < 0 ? -(uint64_t)value : (uint64_t)value;
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
