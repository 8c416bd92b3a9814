/* Names and numbers as people read them (80 section B3). */
#include "draw/label.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Advance of U+0020 … U+007E in hundredths of the font size: the wider one of Liberation Sans (which has
 * the widths of Helvetica and Arial) and DejaVu Sans, the two that a Linux machine falls back on. */
static const uint8_t widths[2][95] = {
    {32, 41, 46, 84, 64, 96, 78, 28, 40,  40, 50, 84, 32, 37, 32, 34, 64, 64, 64, 64, 64, 64, 64, 64,
     64, 64, 34, 34, 84, 84, 84, 56, 102, 69, 69, 73, 78, 67, 62, 78, 76, 30, 50, 67, 56, 87, 75, 79,
     67, 79, 73, 67, 62, 74, 69, 99, 69,  67, 69, 40, 34, 40, 84, 56, 50, 62, 64, 55, 64, 62, 36, 64,
     64, 28, 28, 58, 28, 98, 64, 62, 64,  64, 42, 53, 40, 64, 60, 82, 60, 60, 53, 64, 34, 64, 84},
    {35, 46, 53, 84, 70, 101, 88, 31,  46,  46, 53, 84, 38, 42, 38, 37, 70, 70, 70, 70, 70, 70,  70, 70,
     70, 70, 40, 40, 84, 84,  84, 62,  100, 78, 77, 74, 84, 69, 69, 83, 84, 38, 56, 78, 64, 100, 84, 86,
     74, 86, 78, 73, 69, 82,  78, 111, 78,  73, 73, 46, 37, 46, 84, 56, 50, 68, 72, 60, 72, 68,  44, 72,
     72, 35, 35, 67, 35, 105, 72, 69,  72,  72, 50, 60, 48, 72, 66, 93, 65, 66, 59, 72, 37, 72,  84},
};

/* ---- code points */

static int sequence_length(unsigned char lead)
{
    return lead < 0x80                   ? 1
           : lead >= 0xC2 && lead < 0xE0 ? 2
           : lead >= 0xE0 && lead < 0xF0 ? 3
           : lead >= 0xF0 && lead < 0xF5 ? 4
                                         : 0;
}

uint32_t af_next_code_point(const char **text)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    const unsigned char *bytes = (const unsigned char *)*text;
    int length = sequence_length(bytes[0]);
    if (!bytes[0])
        return 0;
    uint32_t code = length > 1 ? bytes[0] & (0x7Fu >> length) : bytes[0];
    for (int i = 1; i < length; i++) {
        if ((bytes[i] & 0xC0) != 0x80)
            length = 0;
        else
            code = code << 6 | (bytes[i] & 0x3F);
    }
    bool valid = length && code >= least[length] && code <= 0x10FFFF && !(code >= 0xD800 && code < 0xE000);
    *text += valid ? length : 1;
    return valid ? code : 0xFFFD;
}

typedef struct code_range { uint32_t first, last; } code_range;

static bool in_ranges(uint32_t code, const code_range *ranges, int count)
{
    for (int i = 0; i < count; i++)
        if (code >= ranges[i].first && code <= ranges[i].last)
            return true;
    return false;
}
#define IN(code, ranges) in_ranges((code), (ranges), (int)(sizeof(ranges) / sizeof *(ranges)))

/* Combining marks and format characters take no room, East Asian wide ones and emoji two columns. */
static int cells_of(uint32_t code)
{
    static const code_range none[] = {
        {0x300,   0x36F},
        {0x483,   0x489},
        {0x591,   0x5BD},
        {0x610,   0x61A},
        {0x64B,   0x65F},
        {0x1AB0,  0x1AFF},
        {0x1DC0,  0x1DFF},
        {0x200B,  0x200F},
        {0x202A,  0x202E},
        {0x2060,  0x2064},
        {0x20D0,  0x20FF},
        {0xFE00,  0xFE0F},
        {0xFE20,  0xFE2F},
        {0xFEFF,  0xFEFF},
        {0xE0000, 0xE0FFF},
    };
    static const code_range wide[] = {
        {0x1100,  0x115F},
        {0x2E80,  0x303E},
        {0x3041,  0x33FF},
        {0x3400,  0x4DBF},
        {0x4E00,  0x9FFF},
        {0xA000,  0xA4CF},
        {0xAC00,  0xD7A3},
        {0xF900,  0xFAFF},
        {0xFE30,  0xFE6F},
        {0xFF00,  0xFF60},
        {0xFFE0,  0xFFE6},
        {0x1F300, 0x1F64F},
        {0x1F680, 0x1F6FF},
        {0x1F900, 0x1F9FF},
        {0x20000, 0x3FFFD},
    };
    return IN(code, none) ? 0 : IN(code, wide) ? 2 : 1;
}

int af_text_cells(const char *text)
{
    int cells = 0;
    for (uint32_t code; (code = af_next_code_point(&text));)
        cells += cells_of(code);
    return cells;
}

int af_text_width(const char *text, af_font font)
{
    int hundredths = 0;
    for (uint32_t code; (code = af_next_code_point(&text));)
        hundredths += code >= 32 && code < 127 ? widths[font.bold][code - 32]
                      : code == 0xA0           ? 35
                                               : 64 * cells_of(code) + 20;
    return (hundredths * font.size + 99) / 100;
}

int af_terminal_color(int index)
{
    static const int codes[] = {34, 36, 33, 35, 31, 32, 94, 90};
    return codes[index % 8];
}

/* ---- labels */

static void add_code_point(af_text *out, uint32_t code)
{
    char bytes[4];
    int length = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    for (int i = length - 1; i > 0; i--, code >>= 6)
        bytes[i] = (char)(0x80 | (code & 0x3F));
    bytes[0] = (char)(length == 1 ? code : (0xF00u >> length & 0xFF) | code);
    af_text_add(out, bytes, (size_t)length);
}

static const char *text_to_arena(af_arena *arena, af_text *text)
{
    const char *copy = af_copy_slice(arena, text->bytes ? text->bytes : "", text->length);
    af_text_free(text);
    return copy;
}

/* Keeps the first and the last cells; one is for the dots. */
const char *af_shorten(af_arena *arena, const char *text, int cells)
{
    int total = af_text_cells(text), head = (cells - 1) / 2, tail = cells - 1 - head, at = 0;
    if (total <= cells || cells < 1)
        return text;
    af_text out = {0};
    bool dots = false;
    for (uint32_t code; (code = af_next_code_point(&text));) {
        bool keep = at + cells_of(code) <= head || at >= total - tail;
        at += cells_of(code);
        if (keep)
            add_code_point(&out, code);
        else if (!dots)
            add_code_point(&out, 0x2026), dots = true;
    }
    return text_to_arena(arena, &out);
}

const char *af_label(af_arena *arena, const char *text)
{
    af_text out = {0};
    for (uint32_t code; (code = af_next_code_point(&text));) {
        if (code < 32 || code == 127)
            af_text_printf(&out, "\\x%02X", (unsigned)code);
        else
            add_code_point(&out, code);
    }
    return af_shorten(arena, text_to_arena(arena, &out), 40);
}

void af_add_plain(af_text *out, const char *text, bool ascii)
{
    static const struct { uint32_t code; const char *ascii; } known[] = {
        {0xB5, "u"}, {0xD7, "x"}, {0x2026, "~"}, {0xB2, "2"}, {0, "?"}};
    while (*text) {
        const char *start = text;
        uint32_t code = af_next_code_point(&text);
        int k = 0;
        while (known[k].code && known[k].code != code)
            k++;
        if (code == 0xA0)
            af_text_puts(out, " ");
        else if (ascii && code >= 128)
            af_text_puts(out, known[k].ascii);
        else
            af_text_add(out, start, (size_t)(text - start));
    }
}

static bool forbidden_in_xml(uint32_t code)
{
    return (code < 32 && code != 9 && code != 10 && code != 13) || code == 0xFFFE || code == 0xFFFF;
}

void af_add_escaped(af_text *out, const char *text)
{
    for (uint32_t code; (code = af_next_code_point(&text));)
        switch (code) {
        case '&': af_text_puts(out, "&amp;"); break;
        case '<': af_text_puts(out, "&lt;"); break;
        case '>': af_text_puts(out, "&gt;"); break;
        case '"': af_text_puts(out, "&quot;"); break;
        case '\'': af_text_puts(out, "&#39;"); break;
        default: add_code_point(out, forbidden_in_xml(code) ? 0xFFFD : code);
        }
}

/* ---- numbers */

#define NBSP "\xC2\xA0"
#define MICRO "\xC2\xB5"

const char *af_exact_number(af_arena *arena, double value)
{
    char buffer[32];
    af_number_text(buffer, value);
    return af_copy_text(arena, buffer);
}

/* Four digits and the decimal exponent of value, rounded once. */
static int four_digits(double value, char digits[5])
{
    char buffer[40];
    snprintf(buffer, sizeof buffer, "%.3e", fabs(value));
    int n = 0;
    const char *c = buffer;
    for (; *c && *c != 'e'; c++)
        if (*c >= '0' && *c <= '9' && n < 4)            /* the point may be any character: locale */
            digits[n++] = *c;
    digits[n] = 0;
    int exponent = 0;
    sscanf(c, "e%d", &exponent);
    return exponent;
}

static const char *with_unit(af_arena *arena, const char *number, const char *prefix, const char *unit)
{
    return *prefix || *unit ? af_format(arena, "%s" NBSP "%s%s", number, prefix, unit) : number;
}

/* The four digits with a point after `before` of them; before <= 0: leading zeros. */
static const char *pointed(af_arena *arena, double value, const char *digits, int before)
{
    const char *sign = value < 0 ? "-" : "";
    if (before <= 0)
        return af_format(arena, "%s0.%.*s%s", sign, -before, "0000000000", digits);
    return af_format(arena, before < 4 ? "%s%.*s.%s" : "%s%.*s", sign, before, digits, digits + before);
}

static const char *people_area(af_arena *arena, double value)
{
    bool millimetres = fabs(value) >= 1e-9;
    double scaled = value * (millimetres ? 1e6 : 1e12);
    if (!isfinite(scaled))
        return with_unit(arena, af_people_number(arena, value, "", false), "", "m\xC2\xB2");
    char digits[5];
    int exponent = four_digits(scaled, digits);
    const char *unit = millimetres ? "mm\xC2\xB2" : MICRO "m\xC2\xB2";
    if (scaled == 0 || exponent < -6 || exponent > 9)
        return with_unit(arena, af_people_number(arena, scaled, "", false), "", unit);
    if (exponent > 3)
        return with_unit(arena, af_format(arena, "%.0f", scaled), "", unit);
    return with_unit(arena, pointed(arena, scaled, digits, exponent + 1), "", unit);
}

const char *af_people_number(af_arena *arena, double value, const char *unit, bool raw)
{
    static const char *const prefixes[] = {"y", "z", "a", "f", "p", "n", MICRO, "m", "", "k", "M", "G", "T",
                                           "P", "E", "Z", "Y"};
    char digits[5];
    bool area = !strcmp(unit, "m2");
    if (raw && isfinite(value)) {
        int exponent = four_digits(value, digits);
        const char *number = value == 0 ? "0"
                             : af_format(arena, "%se%+03d", pointed(arena, value, digits, 1), exponent);
        return with_unit(arena, number, "", area ? "m\xC2\xB2" : unit);
    }
    if (area && isfinite(value) && value != 0)
        return people_area(arena, value);
    if (!isfinite(value) || (value == floor(value) && fabs(value) < 100000))
        return with_unit(arena, af_exact_number(arena, value), "", area ? "m\xC2\xB2" : unit);
    int exponent = four_digits(value, digits);
    if (exponent < -24 || exponent >= 27)
        return with_unit(arena, af_format(arena, "%se%+03d", pointed(arena, value, digits, 1), exponent), "",
                         unit);
    int thousands = (exponent + 24) / 3;
    return with_unit(arena, pointed(arena, value, digits, exponent + 24 - 3 * thousands + 1),
                     prefixes[thousands], unit);
}

const char *af_without_zeros(af_arena *arena, const char *number)
{
    const char *point = strchr(number, '.');
    if (!point)
        return number;
    const char *end = point + 1 + strspn(point + 1, "0123456789"), *kept = end;
    while (kept[-1] == '0')
        kept--;
    kept -= kept[-1] == '.';
    return af_joined_text(arena, af_copy_slice(arena, number, (size_t)(kept - number)), "", end);
}

const char *af_people_share(af_arena *arena, double fraction)
{
    double percent = 100 * fraction;
    char digits[5], buffer[40];
    if (!isfinite(percent))
        return af_exact_number(arena, percent);
    if (percent == 0 || (percent > 0 && percent < 0.001))
        return percent == 0 ? "0" NBSP "%" : "<0.001" NBSP "%";
    snprintf(buffer, sizeof buffer, "%.2e", percent);   /* three digits, as %.3g, without its exponent */
    double rounded = 0;
    sscanf(buffer, "%lf", &rounded);
    int exponent = four_digits(rounded, digits);
    if (exponent > 5)
        return af_format(arena, "%.0f" NBSP "%%", percent);
    digits[3] = 0;
    const char *number = exponent >= 2 ? af_format(arena, "%.0f", rounded)
                                       : pointed(arena, rounded, digits, exponent + 1);
    size_t length = strlen(number);
    while (strchr(number, '.') && (number[length - 1] == '0' || number[length - 1] == '.') && length > 1)
        if (number[--length] == '.')
            break;
    return af_format(arena, "%.*s" NBSP "%%", (int)length, number);
}

void af_add_quoted(af_text *out, const char *text)
{
    af_text_puts(out, "\"");
    for (; *text; text++)
        if (*text == '\n')
            af_text_puts(out, "\\n");
        else
            af_text_printf(out, *text == '"' || *text == '\\' ? "\\%c" : "%c", *text);
    af_text_puts(out, "\"");
}
