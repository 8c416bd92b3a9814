/* Reading and writing JSON. */
#include "base/base.h"
#include "test.h"

static af_report *report;

static af_json *parse(const char *text)
{
    return af_json_parse(text, strlen(text), report, (af_place){"in", 3, 1});
}

/* Text in, text out. */
static const struct { const char *in, *out; } same[] = {
    {"{}", "{}"},
    {"{ \"b\" : 1 , \"a\" : [ ] }", "{\"b\":1,\"a\":[]}"},
    {"[1,-2,4.0,1e-09,1E5,0.10]", "[1,-2,4.0,1e-09,100000.0,0.1]"},
    {"[-0,-0.0,0e9,123456789012345678,0.000000000000000000000000000000001234567890123456789,17.9769313486231"
     "57e307]",
     "[0,-0.0,0.0,123456789012345678,1.2345678901234567e-33,1.7976931348623157e+308]"},
    {"[2.2250738585072011e-308,5e-324,9007199254740993.0,0.1000000000000000055511151231257827]",
     "[2.225073858507201e-308,5e-324,9007199254740992.0,0.1]"},
    {"[9223372036854775807,-9223372036854775808]", "[9223372036854775807,-9223372036854775808]"},
    {"[9223372036854775808,18446744073709551615]", "[9223372036854775808,18446744073709551615]"},
    {"[12345678901234567890123,-12345678901234567890123]",
     "[12345678901234567890123,-12345678901234567890123]"},
    {"{\"12345678901234567890123\":\"12345678901234567890123\"}",
     "{\"12345678901234567890123\":\"12345678901234567890123\"}"},
    {"[true,false,null]", "[true,false,null]"},
    {"7", "7"},
    {" -1.5 ", "-1.5"},
    {"true", "true"},
    {"\"caf\\u00e9 \\\" \\\\ \\n \\u0001 /\"", "\"café \\\" \\\\ \\n \\u0001 /\""},
    {"\"a\\u0000b\"", "\"a\\u0000b\""},
    {"\"\\ud83d\\ude00\"", "\"\xf0\x9f\x98\x80\""},
    {"{\"a\":{\"a\":{\"a\":[{\"b\":\":\"}]}}}", "{\"a\":{\"a\":{\"a\":[{\"b\":\":\"}]}}}"},
};

static void check_same(void)
{
    for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
        af_json *json = parse(same[i].in);
        af_json_writer w = {0};
        af_put_json(&w, NULL, json);
        CHECK_TEXT(w.text.bytes, same[i].out);
        af_text_free(&w.text);
        af_json_free(json);
    }
    CHECK(!af_failed(report));
}

static const struct { const char *in, *message; } refused[] = {
    {"{\"a\":NaN}", "in:3:6: not JSON: a bare word"},
    {"[1,\n Infinity]", "in:4:2: not JSON: a bare word"},
    {"[-Infinity]", "in:3:3: not JSON: a bare word"},
    {"{\"a\":1,\"a\":2}", "in:3:1: not JSON: a key stands twice"},
    {"{\"a\":1,\"b\":{\"a\":2,\"c\":1,\"a\":3}}", "in:3:12: not JSON: a key stands twice"},
    {"[1,]", "in:3:4: not JSON"},
    {"{'a':1}", "in:3:2: not JSON"},
    {"[1 2]", "in:3:4: not JSON"},
    {"[01]", "in:3:"},
    {"[1e999]", "in:3:2: not JSON: a number is too large"},
    {"[1] 2", "in:3:5: not JSON"},
    {"[1", "in:3:3: not JSON: it ends too early"},
    {"", "in:3:1: not JSON: it ends too early"},
    {"/* c */ 1", "in:3:1: not JSON"},
    {"tru", "in:3:"},
    {"True", "in:3:1: not JSON"},
    {"null", "in:3:5: not JSON: a null alone"},
    {"\"\xff\"", "in:3:2: not JSON: a string is not UTF-8"},
    {"\"\xed\xa0\x80\"", "in:3:2: not JSON: a string is not UTF-8"},
    {"\"\xc3", "in:3:2: not JSON: a string is not UTF-8"},
    {"\"\\u12g4\"", "in:3:4: not JSON: \\u needs four hexadecimal digits"},
    {"\"\\x\"", "in:3:3: not JSON: no such escape"},
    {"\"\\", "in:3:3: not JSON: it ends too early"},
    {"[1.]", "in:3:4: not JSON: a point needs a digit"},
    {"[1e+]", "in:3:5: not JSON: an exponent needs a digit"},
    {"[-]", "in:3:3: not JSON: a value is expected"},
    {"[.5]", "in:3:2: not JSON: a value is expected"},
    {"[+1]", "in:3:2: not JSON: a value is expected"},
    {"{\"a\" 1}", "in:3:6: not JSON: ':' is expected"},
    {"{a:1}", "in:3:2: not JSON: a key in double quotes"},
    {"{\"a\":1,}", "in:3:8: not JSON: a key in double quotes"},
    {"[nul]", "in:3:2: not JSON: a value is expected"},
    {"[12345678901234567890123,\nx]", "in:4:1: not JSON"},
    {"[12345678901234567890123, x]", "in:3:27: not JSON"},
    {"\"a\nb\"", "in:3:3: not JSON: a control character"},
};

static void check_refused(void)
{
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        af_json *json = parse(refused[i].in);
        CHECK(json == NULL);
        const char *message = af_report_message(report, 0);
        CHECK(message && !strncmp(message, refused[i].message, strlen(refused[i].message)));
        if (!message || strncmp(message, refused[i].message, strlen(refused[i].message)))
            printf("  in   %s\n  got  %s\n  want %s\n", refused[i].in, message ? message : "(nothing)",
                   refused[i].message);
        af_report_clear(report);
        af_json_free(json);
    }
    char deep[1001] = "";
    memset(deep, '[', 1000);
    CHECK(parse(deep) == NULL);
    CHECK(strstr(af_report_message(report, 0), "128 levels") != NULL);
    af_report_clear(report);
}

static void check_getters(void)
{
    af_json *json = parse("{\"i\":7,\"r\":2.5,\"big\":12345678901234567890123,\"u\":18446744073709551615,"
                          "\"inf\":\"inf\",\"s\":\"text\",\"t\":true,\"n\":null,"
                          "\"a\":[1,2],\"whole\":1e3,\"minus\":\"-inf\"}");
    af_json_reader r = {report, "group", AF_NOWHERE, false};
    CHECK(af_json_integer(&r, json, "i") == 7 && af_json_integer(&r, json, "whole") == 1000);
    CHECK(af_json_integer_or(&r, json, "n", 5) == 5 && af_json_integer_or(&r, json, "absent", 6) == 6);
    CHECK(af_json_real(&r, json, "i") == 7 && af_json_real(&r, json, "r") == 2.5);
    CHECK_NUMBER(af_json_real(&r, json, "big"), 12345678901234567890123.0);
    CHECK_NUMBER(af_json_real(&r, json, "u"), 18446744073709551615.0);
    CHECK(af_json_real(&r, json, "inf") == INFINITY && af_json_real(&r, json, "minus") == -INFINITY);
    CHECK(af_json_real_or(&r, json, "n", 0.5) == 0.5);
    CHECK(af_json_bool_or(&r, json, "t", false) && af_json_bool_or(&r, json, "n", true) &&
          !af_json_bool_or(&r, json, "absent", false));
    CHECK_TEXT(af_json_string(&r, json, "s"), "text");
    CHECK_TEXT(af_json_string_or(&r, json, "n", "other"), "other");
    CHECK(af_json_count(af_json_array(&r, json, "a")) == 2);
    CHECK(!r.failed);
    CHECK_TEXT(af_json_big_integer(af_json_at(json, "big")), "12345678901234567890123");
    CHECK_TEXT(af_json_big_integer(af_json_at(json, "u")), "18446744073709551615");
    CHECK(!af_json_big_integer(af_json_at(json, "i")) && !af_json_big_integer(af_json_at(json, "r")) &&
          !af_json_big_integer(NULL));
    CHECK(af_json_is_integer(af_json_at(json, "i")) && !af_json_is_integer(af_json_at(json, "r")) &&
          !af_json_is_integer(af_json_at(json, "big")));
    CHECK(af_json_is_number(af_json_at(json, "big")) && !af_json_is_number(af_json_at(json, "inf")));
    CHECK(af_json_at(json, "n") == NULL && af_json_at(NULL, "n") == NULL &&
          af_json_at(af_json_at(json, "a"), "n") == NULL);
    CHECK(af_json_item(af_json_at(json, "a"), 2) == NULL && af_json_item(json, 0) == NULL);
    char keys[200] = "";
    for (af_json_each(json, it))
        strcat(strcat(keys, it.key), " ");
    CHECK_TEXT(keys, "i r big u inf s t n a whole minus ");
    af_json_free(json);
}

static void check_wrong(void)
{
    af_json *json = parse("{\"s\":\"text\",\"r\":2.5,\"o\":{}}");
    static const struct { const char *key; char kind; const char *message; } rows[] = {
        {"s", 'r', "in:9: group.s: text found, expected a number"},
        {"x", 'r', "in:9: group.x: missing, expected a number"},
        {"r", 'i', "in:9: group.r: 2.5 found, expected an integer"},
        {"r", 's', "in:9: group.r: 2.5 found, expected a string"},
        {"o", 'a', "in:9: group.o: {} found, expected an array"},
        {"s", 'b', "in:9: group.s: text found, expected true or false"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        af_json_reader r = {report, "group", {"in", 9, 0}, false};
        switch (rows[i].kind) {
        case 'r': af_json_real(&r, json, rows[i].key); break;
        case 'i': af_json_integer(&r, json, rows[i].key); break;
        case 's': af_json_string(&r, json, rows[i].key); break;
        case 'a': af_json_array(&r, json, rows[i].key); break;
        case 'b': af_json_bool_or(&r, json, rows[i].key, true); break;
        }
        af_json_real(&r, json, "second");     /* only the first thing that is wrong is told */
        CHECK(r.failed && !af_report_message(report, 1));
        CHECK_TEXT(af_report_message(report, 0), rows[i].message);
        af_report_clear(report);
    }
    af_json_free(json);
}

static void check_writer(void)
{
    af_json_writer w = {0};
    af_put_object(&w, NULL);
    af_put_string(&w, "s", "a\"\tb\x01é");
    af_put_string(&w, "none", NULL);
    af_put_array(&w, "a");
    af_put_integer(&w, NULL, INT64_MIN);
    af_put_number(&w, NULL, 4);
    af_put_real(&w, NULL, 4);
    af_put_number(&w, NULL, INFINITY);
    af_put_real(&w, NULL, NAN);
    af_put_array(&w, NULL);
    af_put_end_array(&w);
    af_put_object(&w, NULL);
    af_put_end_object(&w);
    af_put_end_array(&w);
    af_put_bool(&w, "t", true);
    af_put_raw(&w, "raw", "[1]");
    af_put_slice(&w, "slice", "abcdef", 2);
    af_put_numbers(&w, "numbers", (double[]){9, 10, -1, -0.0, 0.5, 1e300, -INFINITY, NAN}, 8);
    af_put_numbers(&w, "no_numbers", NULL, 0);
    af_put_integers(&w, "integers", (int[]){0, -7, 12}, 3);
    af_put_end_object(&w);
    CHECK_TEXT(w.text.bytes, "{\"s\":\"a\\\"\\tb\\u0001é\",\"none\":null,\"a\":[-9223372036854775808,4,4.0,"
                             "\"inf\",\"nan\",[],{}],\"t\":true,"
                             "\"raw\":[1],\"slice\":\"ab\","
                             "\"numbers\":[9,10,-1,-0.0,0.5,1e+300,\"-inf\",\"nan\"],\"no_numbers\":[],"
                             "\"integers\":[0,-7,12]}");
    CHECK(w.depth == 0);
    af_text_free(&w.text);
}

/* Objects of any size are looked up and checked alike. */
static void check_sizes(void)
{
    for (int size = 0; size < 70; size++) {
        af_json_writer w = {0};
        char key[16];
        af_put_object(&w, NULL);
        for (int i = 0; i < size; i++) {
            snprintf(key, sizeof key, "key%d", i * 7);
            af_put_integer(&w, key, i);
        }
        af_put_end_object(&w);
        af_json *json = parse(w.text.bytes);
        af_json_reader r = {report, "sizes", AF_NOWHERE, false};
        for (int i = 0; i < size; i++) {
            snprintf(key, sizeof key, "key%d", i * 7);
            CHECK(af_json_integer_or(&r, json, key, -1) == i);
        }
        CHECK(!af_json_at(json, "key1") && !af_json_at(json, ""));
        af_json_free(json);
        if (size) {                           /* the last key once more */
            w.text.bytes[w.text.length - 1] = ',';
            af_text_printf(&w.text, "\"%s\":0}", key);
            CHECK(!parse(w.text.bytes) && strstr(af_report_message(report, 0), "a key stands twice"));
            af_report_clear(report);
        }
        af_text_free(&w.text);
    }
}

/* Members that stay text. */
static const struct { const char *in, *unread; } parts[] = {
    {"{\"a\":[1, [2,{\"b\":\"]\\\"\"}]] ,\"c\":3}", "[1, [2,{\"b\":\"]\\\"\"}]]"},
    {"{\"c\":3,\"a\":{}}",                          "{}"},
    {"{\"a\":[nobody has looked],\"c\":3}",         "[nobody has looked]"},
    {"{\"a\":7,\"c\":3}",                           NULL},
    {"{\"c\":3}",                                   NULL},
    {"{\"c\":3,\"b\":{\"a\":[1]}}",                 NULL},
};

static void check_unread(void)
{
    static const char *const names[] = {"x", "a", NULL};
    static const char *const open[] = {"{\"a\":[1", "{\"a\":[\"", "{\"a\":[\"\\", "{\"a\":[]"};
    af_json_reader r = {report, "parts", AF_NOWHERE, false};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        af_json *json = af_json_parse_but(parts[i].in, strlen(parts[i].in), names, report, AF_NOWHERE);
        const af_json *a = af_json_at(json, "a");
        size_t length = 0;
        const char *text = af_json_unread(a, &length);
        CHECK(!text == !parts[i].unread);
        CHECK(!text || (length == strlen(parts[i].unread) && !strncmp(text, parts[i].unread, length)));
        CHECK(!text || (!af_json_is_array(a) && !af_json_is_object(a) && !af_json_count(a)));
        CHECK(af_json_integer_or(&r, json, "c", 0) == 3);
        af_json_free(json);
    }
    CHECK(!af_failed(report));
    for (size_t i = 0; i < sizeof open / sizeof *open; i++) {
        CHECK(!af_json_parse_but(open[i], strlen(open[i]), names, report, AF_NOWHERE));
        CHECK(strstr(af_report_message(report, 0), "it ends too early"));
        af_report_clear(report);
    }
}

int main(void)
{
    report = af_report_new("test");
    check_same();
    check_refused();
    check_sizes();
    check_getters();
    check_wrong();
    check_writer();
    check_unread();
    af_report_free(report);
    CHECK(af_memory_in_use() == 0);
    return test_end("base/json");
}
