/* Strings, buffers, numbers, names. */
#include "base/base.h"
#include "test.h"

#include <locale.h>
#include <stdlib.h>

static const struct { double value; const char *number, *real; } decimals[] = {
    {0,                       "0",                       "0.0"},
    {-0.0,                    "-0.0",                    "-0.0"},
    {4,                       "4",                       "4.0"},
    {-17,                     "-17",                     "-17.0"},
    {0.1,                     "0.1",                     "0.1"},
    {1e-9,                    "1e-09",                   "1e-09"},
    {0.1 + 0.2,               "0.30000000000000004",     "0.30000000000000004"},
    {1.0 / 3,                 "0.3333333333333333",      "0.3333333333333333"},
    {1e15,                    "1000000000000000",        "1000000000000000.0"},
    {9007199254740991,        "9007199254740991",        "9007199254740991.0"},
    {9007199254740994,        "9007199254740994.0",      "9007199254740994.0"},
    {1e16,                    "1e+16",                   "1e+16"},
    {1e22,                    "1e+22",                   "1e+22"},
    {1.7976931348623157e308,  "1.7976931348623157e+308", "1.7976931348623157e+308"},
    {5e-324,                  "5e-324",                  "5e-324"},
    {0x1p-44,                 "5.684341886080802e-14",   "5.684341886080802e-14"},
    {2.2250738585072014e-308, "2.2250738585072014e-308", "2.2250738585072014e-308"},
    {123456789012345.5,       "123456789012345.5",       "123456789012345.5"},
    {0.0001,                  "0.0001",                  "0.0001"},
    {0.00001,                 "1e-05",                   "1e-05"},
    {INFINITY,                "inf",                     "inf"},
    {-INFINITY,               "-inf",                    "-inf"},
    {NAN,                     "nan",                     "nan"},
};

static void check_decimals(void)
{
    char buffer[32];
    for (size_t i = 0; i < sizeof decimals / sizeof *decimals; i++) {
        CHECK(af_number_text(buffer, decimals[i].value) == (int)strlen(buffer));
        CHECK_TEXT(buffer, decimals[i].number);
        af_real_text(buffer, decimals[i].value);
        CHECK_TEXT(buffer, decimals[i].real);
    }
}

static void check_read_back(void)
{
    uint64_t state = 1;
    int differ = 0;
    for (int i = 0; i < 20000; i++) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        uint64_t bits = state ^ state >> 29;
        double value, again;
        char buffer[32];
        memcpy(&value, &bits, sizeof value);
        if (isnan(value))
            continue;
        af_number_text(buffer, value);
        differ += !af_parse_double(buffer, &again) || memcmp(&value, &again, sizeof value);
    }
    CHECK(differ == 0);
}

/* By printf and strtod: the first of 15, 16, 17 digits that reads back. */
static void print_slowly(char *buffer, double value)
{
    int precision = 14;
    do
        snprintf(buffer, 32, "%.*g", ++precision, value);
    while (precision < 17 && strtod(buffer, NULL) != value);
    if (precision == 17 && fabs(value) >= 1e16 && fabs(value) < 1e17)
        snprintf(buffer, 32, "%.16e", value);
}

/* Of each kind 10,000: any bits; few decimal digits; products and quotients of these, as figures are; what is
 * just beside them. */
static double random_real(int kind, uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    uint64_t bits = *state ^ *state >> 29;
    double value;
    if (kind == 0)
        return memcpy(&value, &bits, sizeof value), value;
    value = (double)(bits >> 40) * pow(10, (int)(bits % 61) - 30);
    return kind == 1 ? value : kind == 2 ? value * 0.37 / 3.1e-7 : nextafter(value, kind == 3 ? INFINITY : 0);
}

static void check_shortest(void)
{
    uint64_t state = 7;
    for (int i = 0; i < 50000; i++) {
        double value = random_real(i % 5, &state);
        char slow[32], text[32];
        bool integral = value == floor(value) && fabs(value) < 1e16;
        if (!isnormal(value) || integral || frexp(fabs(value), &(int){0}) == 0.5)
            continue;
        print_slowly(slow, value);
        af_real_text(text, value);
        CHECK_TEXT(text, slow);
    }
}

static void check_parse_double(void)
{
    static const struct { const char *text; bool good; double value; } rows[] = {
        {"1",      true,  1},
        {"-2.5e3", true,  -2500},
        {"inf",    true,  INFINITY},
        {"-inf",   true,  -INFINITY},
        {"1e400",  true,  INFINITY},
        {"",       false, 0},
        {" 1",     false, 0},
        {"1 ",     false, 0},
        {"1,5",    false, 0},
        {"0x10",   false, 0},
        {"one",    false, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        double value = 0;
        bool good = af_parse_double(rows[i].text, &value);
        CHECK(good == rows[i].good);
        if (good)
            CHECK_NUMBER(value, rows[i].value);
    }
    double nan = 0;
    CHECK(af_parse_double("nan", &nan) && isnan(nan));
}

static void check_nearest(void)
{
    static const char *const names[] = {"GlobalBuffer", "MainMemory", "MAC", "size", "tile_shape"};
    static const struct { const char *word, *nearest; } rows[] = {
        {"GlobalBufer",  "GlobalBuffer"},
        {"globalbuffer", "GlobalBuffer"},
        {"MianMemory",   "MainMemory"},
        {"szie",         "size"},
        {"tile_shpae",   "tile_shape"},
        {"MCA",          "MAC"},
        {"Register",     NULL},
        {"",             NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        CHECK_TEXT(af_nearest(rows[i].word, names, 5), rows[i].nearest);
}

static void check_buffers(void)
{
    af_text text = {0};
    for (int i = 0; i < 1000; i++)
        af_text_printf(&text, "%03d,", i);
    CHECK(text.length == 4000 && strlen(text.bytes) == 4000);
    CHECK(!strncmp(text.bytes + 3996, "999,", 5));
    af_text_clear(&text);
    CHECK(text.length == 0 && text.bytes[0] == 0);
    af_text_add(&text, "", 0);
    af_text_free(&text);
    CHECK(text.bytes == NULL);
    af_arena *arena = af_arena_new();
    CHECK_TEXT(af_format(arena, "%s-%d", "a", 7), "a-7");
    CHECK_TEXT(af_copy_slice(arena, "abcdef", 3), "abc");
    CHECK(af_copy_text(arena, NULL) == NULL);
    af_arena_free(arena);
}

static void check_names(void)
{
    af_arena *arena = af_arena_new();
    af_names *names = af_names_new(arena);
    char name[16];
    for (int i = 0; i < 500; i++) {
        snprintf(name, sizeof name, "name%d", i);
        CHECK(af_name_add(names, name) == i);
    }
    CHECK(af_name_add(names, "name7") == 7);
    CHECK(af_name_find(names, "name499") == 499 && af_name_find(names, "other") == -1);
    CHECK(af_name_count(names) == 500);
    CHECK_TEXT(af_name_text(names, 42), "name42");
    CHECK(af_name_add(names, "") == 500 && af_name_find(names, "") == 500);
    af_arena_free(arena);
}

static void check_slices(void)
{
    af_arena *arena = af_arena_new();
    af_names *names = af_names_new(arena);
    char longest[2000];
    memset(longest, 'x', sizeof longest);
    CHECK(af_name_add_slice(names, "tensor", 3) == 0 && af_name_add_slice(names, "tens", 3) == 0);
    CHECK(af_name_add_slice(names, longest, sizeof longest) == 1 &&
          strlen(af_name_text(names, 1)) == sizeof longest);
    CHECK(af_name_add_slice(names, longest, 0) == 2);
    CHECK_TEXT(af_name_text(names, 0), "ten");
    const char *texts[] = {"b", "", "a10", "a1"};
    af_sort_texts(texts, 4);
    CHECK(!strcmp(texts[0], "") && !strcmp(texts[1], "a1") && !strcmp(texts[2], "a10") &&
          !strcmp(texts[3], "b"));
    af_arena_free(arena);
}

int main(void)
{
    check_decimals();
    check_read_back();
    check_shortest();
    /* Where it is installed: a comma for the point must change nothing */
    if (setlocale(LC_ALL, "de_DE.UTF-8"))
        check_decimals(), check_parse_double();
    setlocale(LC_ALL, "C");
    check_parse_double();
    check_nearest();
    check_buffers();
    check_names();
    check_slices();
    CHECK(af_memory_in_use() == 0);
    return test_end("base/text");
}
