/* Upper and lower case by tables. */
#include "lang/letter.h"

/* ---- UTF-8 */

int af_read_character(const char *text, uint32_t *code)
{
    unsigned char first = (unsigned char)*text;
    int length = !first ? 0 : first < 0xc2 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 1;
    *code = length > 1 ? first & (0x7f >> length) : first;
    for (int i = 1; i < length; i++) {
        if (((unsigned char)text[i] & 0xc0) != 0x80) {
            *code = first;
            return 1;
        }
        *code = *code << 6 | (text[i] & 0x3f);
    }
    return length;
}

const char *af_skip_characters(const char *text, int64_t count)
{
    uint32_t code;
    for (int length; count > 0 && (length = af_read_character(text, &code)); count--)
        text += length;
    return text;
}

int af_count_characters(const char *text)
{
    int count = 0;
    for (; *text; text = af_skip_characters(text, 1))
        count++;
    return count;
}

void af_add_character(af_text *out, uint32_t code)
{
    char bytes[4] = {(char)code};
    int length = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    for (int i = length - 1; length > 1 && i >= 0; i--, code >>= 6)
        bytes[i] = (char)(i ? 0x80 | (code & 0x3f) : (0xf00 >> length & 0xff) | code);
    af_text_add(out, bytes, (size_t)length);
}

/* ---- case */

/* Upper-case letters first … last and their lower-case ones: so far behind them, or 0: every second one is
 * upper, its lower one is next. */
static const struct { uint32_t first, last; int distance; } ranges[] = {
    {'A', 'Z', 32},          {0xc0, 0xd6, 32},        {0xd8, 0xde, 32},        {0x100, 0x12f, 0},
    {0x132, 0x137, 0},
    {0x139, 0x148, 0},       {0x14a, 0x177, 0},       {0x178, 0x178, -121},    {0x179, 0x17e, 0},
    {0x370, 0x373, 0},
    {0x376, 0x377, 0},       {0x37f, 0x37f, 116},     {0x386, 0x386, 38},      {0x388, 0x38a, 37},
    {0x38c, 0x38c, 64},
    {0x38e, 0x38f, 63},      {0x391, 0x3a1, 32},      {0x3a3, 0x3ab, 32},      {0x3cf, 0x3cf, 8},
    {0x3d8, 0x3ef, 0},
    {0x3f7, 0x3f8, 0},       {0x3f9, 0x3f9, -7},      {0x3fa, 0x3fb, 0},       {0x3fd, 0x3ff, -130},
    {0x400, 0x40f, 80},
    {0x410, 0x42f, 32},      {0x460, 0x481, 0},       {0x48a, 0x4bf, 0},       {0x4c0, 0x4c0, 15},
    {0x4c1, 0x4ce, 0},
    {0x4d0, 0x52f, 0},
};
/* What has no partner of its own: it turns into a text, or (NULL) stays as it is. */
static const struct { uint32_t code; af_case of; const char *other; } singles[] = {
    {0xb5, AF_LOWER, "\u039c"},  {0xdf, AF_LOWER, "SS"},      {0x130, AF_UPPER, "i\u0307"},
    {0x131, AF_LOWER, "I"},
    {0x149, AF_LOWER, "\u02bcN"}, {0x17f, AF_LOWER, "S"},     {0x390, AF_LOWER, "\u0399\u0308\u0301"},
    {0x3b0, AF_LOWER, "\u03a5\u0308\u0301"}, {0x3c2, AF_LOWER, "\u03a3"}, {0x3d0, AF_LOWER, "\u0392"},
    {0x3d1, AF_LOWER, "\u0398"}, {0x3d5, AF_LOWER, "\u03a6"}, {0x3d6, AF_LOWER, "\u03a0"},
    {0x3f0, AF_LOWER, "\u039a"},
    {0x3f1, AF_LOWER, "\u03a1"}, {0x3f4, AF_UPPER, "\u03b8"}, {0x3f5, AF_LOWER, "\u0395"},
    {0xaa, AF_LOWER, NULL},      {0xba, AF_LOWER, NULL},      {0x138, AF_LOWER, NULL},
    {0x37a, AF_LOWER, NULL},
    {0x3fc, AF_LOWER, NULL},     {0x3d2, AF_UPPER, NULL},     {0x3d3, AF_UPPER, NULL},
    {0x3d4, AF_UPPER, NULL},
};
/* The letter's case and its partner in the other case: one character, or a text. False: it has no case. */
static bool find_letter(uint32_t code, af_case *of, uint32_t *partner, const char **text)
{
    *partner = code, *text = NULL;
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++) {
        uint32_t first = ranges[i].first, last = ranges[i].last;
        int distance = ranges[i].distance;
        bool pairs = !distance, upper = code >= first && code <= last;
        if (!upper && (pairs || code - (uint32_t)distance < first || code - (uint32_t)distance > last))
            continue;
        *of = pairs ? ((code - first) % 2 ? AF_LOWER : AF_UPPER) : upper ? AF_UPPER : AF_LOWER;
        distance = pairs ? 1 : distance;
        *partner = *of == AF_UPPER ? code + (uint32_t)distance : code - (uint32_t)distance;
        return true;
    }
    for (size_t i = 0; i < sizeof singles / sizeof *singles; i++)
        if (singles[i].code == code) {
            *of = singles[i].of, *text = singles[i].other;
            return true;
        }
    return false;
}

static bool is_letter(const char *text)
{
    af_case of;
    uint32_t code, partner;
    const char *other;
    return af_read_character(text, &code) && find_letter(code, &of, &partner, &other);
}

void af_add_cased(af_text *out, const char *text, af_case to)
{
    enum { SIGMA = 0x3a3, FINAL_SIGMA = 0x3c2 };
    bool letter_before = false;
    uint32_t code;
    for (int length; (length = af_read_character(text, &code)); text += length) {
        af_case of;
        uint32_t partner;
        const char *other;
        bool letter = find_letter(code, &of, &partner, &other), changes = letter && of != to;
        if (changes && code == SIGMA && letter_before && !is_letter(text + length))
            af_add_character(out, FINAL_SIGMA);
        else if (changes && other)
            af_text_puts(out, other);
        else if (changes)
            af_add_character(out, partner);
        else
            af_text_add(out, text, (size_t)length);
        letter_before = letter;
    }
}

bool af_is_cased(const char *text, af_case as)
{
    bool any = false;
    uint32_t code;
    for (int length; (length = af_read_character(text, &code)); text += length) {
        af_case of;
        uint32_t partner;
        const char *other;
        if (!find_letter(code, &of, &partner, &other))
            continue;
        if (of != as)
            return false;
        any = true;
    }
    return any;
}
