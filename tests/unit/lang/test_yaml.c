/* The YAML dialect of 10 section 4: tables of text and what it reads as, or the message that refuses it;
 * writing and reading back. */
#include "show.h"
#include "test.h"

static af_arena *arena;

typedef struct example { const char *text, *expected; } example;

/* Section 4.1, verified against the reference. */
static const example scalars[] = {
    {"~", "null"}, {"", "null"}, {"null", "null"}, {"NULL", "null"}, {"Null", "null"}, {"nULL", "nULL"},
    {"~Intermediates", "~Intermediates"},
    {"true", "true"}, {"True", "true"}, {"FALSE", "false"}, {"tRue", "tRue"}, {"yes", "yes"}, {"on", "on"},
    {"0b11", "3"}, {"0b1_1", "3"}, {"-0b11", "-3"}, {"0b2", "0b2"}, {"0B1", "0B1"}, {"0b_", "0b_"},
    {"0o17", "15"}, {"-0o17", "-15"}, {"0o7_7", "63"}, {"0o8", "0o8"}, {"0o", "0o"}, {"0O7", "0O7"},
    {"017", "17"}, {"0777", "777"}, {"08", "8"},
    {"0x1F", "31"}, {"-0x1F", "-31"}, {"0x_1", "1"}, {"0xg", "0xg"}, {"0x", "0x"}, {"0X1F", "0X1F"},
    {"1_000", "1000"}, {"1__0", "10"}, {"1_", "1"}, {"+3", "3"}, {"-0", "0"}, {"_1", "_1"}, {"-_1", "-1"},
    {"+", "+"}, {"_", "_"},
    {"123456789012345678901234567890", "123456789012345678901234567890"},
    {"-9223372036854775809", "-9223372036854775809"},
    {"1e-9", "1e-09"}, {"1e9", "1000000000.0"}, {"1E9", "1000000000.0"}, {"1.e3", "1000.0"}, {".5", "0.5"},
    {"5.", "5.0"}, {"-.5", "-0.5"},
    {"1_000.5", "1000.5"}, {"12e03", "12000.0"}, {".5e-3", "0.0005"}, {".5e3", ".5e3"}, {"1e400", "inf"},
    {"1_e5", "100000.0"}, {"5._", "5.0"},
    {"._5", "0.5"}, {"._", "._"}, {"1d5", "1d5"}, {"1e", "1e"}, {"1.2.3", "1.2.3"}, {"1e1_0", "1e1_0"},
    {".", "."}, {"+.5", "0.5"}, {"1e5_", "1e5_"},
    {".inf", "inf"}, {"-.INF", "-inf"}, {"+.Inf", "inf"}, {".nan", "nan"}, {".NaN", "nan"}, {"inf", "inf"},
    {"-.nan", "-.nan"}, {".iNF", ".iNF"},
    {"1:30", "1:30"}, {"8/11", "8/11"}, {"64*1024", "64*1024"}, {"0 <= m < 10", "0 <= m < 10"},
    {"a#b", "a#b"}, {"None", "None"},
};

static void test_scalars(void)
{
    for (size_t i = 0; i < sizeof scalars / sizeof *scalars; i++) {
        af_value value = af_yaml_scalar(arena, scalars[i].text, strlen(scalars[i].text));
        CHECK_TEXT(show(arena, value), scalars[i].expected);
    }
    CHECK(af_yaml_scalar(arena, "inf", 3).type == AF_STRING);
    CHECK(af_yaml_scalar(arena, ".inf", 4).type == AF_REAL);
}

static int include(void *context, const char *tag, const char *argument, af_place place, af_value *result)
{
    (void)context;
    (void)place;
    af_value list = af_list_value(arena, strcmp(argument, "crowd") ? 3 : 1100000);
    for (int i = 0; i < list.list->count; i++)
        list.list->items[i] = af_int(1);
    if (!strcmp(argument, "crowd")) {                    /* more values than a file may stand for */
        *result = list;
        return 0;
    }
    *result = af_dict_value(arena);
    af_dict_put(arena, *result, af_string(af_copy_text(arena, tag)),
                af_string(af_copy_text(arena, argument)));
    if (!strcmp(argument, "elsewhere"))                  /* it has a place of its own */
        result->file = (uint16_t)af_source_file("g.yaml"), result->line = 9;
    if (!strcmp(argument, "nested"))
        af_dict_put(arena, *result, af_string("l"), list);
    return strcmp(argument, "nowhere") ? 0 : -1;
}

static const char *read(const char *text, bool merge)
{
    af_report *report = af_report_new("test");
    af_report_quiet(report, true);
    af_yaml_source source = {.text = text, .length = strlen(text), .path = "f.yaml", .include = include};
    af_value value;
    int failed = af_read_yaml(arena, &source, &value, report) || (merge && af_merge(arena, &value, report));
    const char *message = af_report_message(report, 0);
    const char *answer = failed ? af_copy_text(arena, message ? message : "failed silently")
        : show(arena, value);
    CHECK(failed == af_failed(report) || !message);
    af_report_free(report);
    return answer;
}

static const example documents[] = {
    {"", "null"}, {"---\na: 1\n...\n", "{a: 1}"}, {"\xef\xbb\xbf" "a: 1\nb: 2\n", "{a: 1, b: 2}"},
    {"# only a comment\n", "null"}, {"%YAML 1.2\n---\na: 1\n", "{a: 1}"},
    {"a: 1\nb: [x, 'y', \"z\", 1.5]\nc: {d: e}\n", "{a: 1, b: [x, \"y\", \"z\", 1.5], c: {d: e}}"},
    /* block scalars count as plain */
    {"a: |\n  lambda x: x\n", "{a: lambda x: x\n}"}, {"a: >-\n  folded\n  text\n", "{a: folded text}"},
    {"a: \"tab\\tx\"\n", "{a: \"tab\tx\"}"},
    {"1: a\ntrue: b\n", "f.yaml:2:1: found duplicate key \"True\", which stands on line 1 too"},
    {"1: a\n2.5: b\nnull: c\n", "{1: a, 2.5: b, null: c}"},
    {"a: !!int \"5\"\nb: !!float 5\nc: !!bool true\nd: !!null ''\n", "{a: 5, b: 5.0, c: true, d: null}"},
    {"a: !!map {b: 1}\nc: !!seq [1]\n", "{a: {b: 1}, c: [1]}"},
    {"a: ! x\n", "{a: x}"},
    {"- !Memory {name: M}\n- !<!Toll> {name: T}\n", "[!Memory{name: M}, !Toll{name: T}]"},
    {"a: &x {b: 1}\nc: *x\n", "{a: {b: 1}, c: {b: 1}}"}, {"a: &x 1\nb: &x 2\nc: *x\n", "{a: 1, b: 2, c: 2}"},
    {"a: &x {p: 1, q: 2}\nb: {<<: *x, p: 3, r: 4}\n", "{a: {p: 1, q: 2}, b: {p: 3, r: 4, q: 2}}"},
    {"b: {<<: [{p: 1}, {p: 2, q: 3}], r: 0}\n", "{b: {r: 0, p: 1, q: 3}}"},
    {"a: !include_loaded N.k\nb: !include sub/x.yaml\n",
     "{a: {include_loaded: N.k}, b: {include: sub/x.yaml}}"},
    {"a: 2020-01-02\n", "{a: 2020-01-02}"}, {"a: {<<<: {b: 1}}\n", "{a: {<<<: {b: 1}}}"},
    {"a: !!int 12345678901234567890\nb: !!float 12345678901234567890\nc: !!bool Off\nd: !!bool oN\ne: !!null "
     "x\n",
     "{a: 12345678901234567890, b: 1.2345678901234567e+19, c: false, d: true, e: null}"},
    {"a: !!float 1.5\nb: !!seq []\nc: !Memory [1]\nd: &l !nomerge [2]\ne: *l\n",
     "{a: 1.5, b: [], c: [1], d: [2], e: [2]}"},
    {"a: 2020-1-02\nb: 2020-01x02\nc: 2020-01-0\nd: 2020-01-02x\ne: 2020x01-02\n",
     "{a: 2020-1-02, b: 2020-01x02, c: 2020-01-0, d: 2020-01-02x, e: 2020x01-02}"},
    {"a: 1\rb: [2,\r 3]\r", "{a: 1, b: [2, 3]}"}, {"a: 1e+5\nb: 1e-5\n", "{a: 100000.0, b: 1e-05}"},
    {"a: !include nested\n", "{a: {include: nested, l: [1, 1, 1]}}"},
    {"k0: 0\nk1: 0\nk2: 0\nk3: 0\nk4: 0\nk5: 0\nk6: 0\nk7: 0\nk8: 0\nk9: 0\nk1: 0\n",
     "f.yaml:11:1: found duplicate key \"k1\", which stands on line 2 too"},
    /* refused */
    {"a: 1\na: 2\n", "f.yaml:2:1: found duplicate key \"a\", which stands on line 1 too"},
    {"a: {<<: {b: 1}, <<: {c: 1}}\n", "f.yaml:1:17: found duplicate merge key \"<<\""},
    {"<<: 5\n", "f.yaml:1:5: `<<` takes a map or a list of maps, found the number 5"},
    {"<<: [1]\n", "f.yaml:1:5: `<<` takes a map or a list of maps, found the number 1"},
    {"a: *undefined\nb: &defined 1\n", "f.yaml:1:4: found undefined alias 'undefined'"},
    {"a: &name 1\nb: *nane\n", "f.yaml:2:4: found undefined alias 'nane' (did you mean 'name'?)"},
    {"a: &a [*a]\n", "f.yaml:1:8: the alias *a stands inside of what its anchor names"},
    {"a: b\n---\nc: d\n", "f.yaml:2:1: one document is expected in a file; another begins here"},
    {"%YAML 1.1\n---\na: yes\n", "f.yaml:1:1: %YAML 1.1 is not supported: values are read as YAML 1.2 says"},
    {"a: !nomerge 4\n", "f.yaml:1:4: the tag !nomerge must be applied to a list or dict, not to a scalar"},
    {"a: !Compute\n", "f.yaml:1:4: the tag !Compute stands alone: fields must follow it, indented, or {}"},
    {"a: !Compute x\n", "f.yaml:1:4: the tag !Compute cannot stand before a scalar (\"x\")"},
    {"a: !!int x\n", "f.yaml:1:4: the tag !!int does not fit the scalar \"x\""},
    {"a: !!float x\n", "f.yaml:1:4: the tag !!float does not fit the scalar \"x\""},
    {"a: !!str 5\n", "f.yaml:1:4: the tag !!str does not fit the scalar \"5\""},
    {"a: =\n", "f.yaml:1:4: a single = is not a value (quote it)"},
    {"? [1]\n: 2\n", "f.yaml:1:3: a key must be a scalar, not a sequence"},
    {"? {a: 1}\n: 2\n", "f.yaml:1:3: a key must be a scalar, not a mapping"},
    {"a: \"x\\0y\"\n", "f.yaml:1:4: a text must not hold the character NUL"},
    {"a: &m {b: 1}\n*m : 2\n", "f.yaml:2:1: a key must be a scalar, not a mapping"},
    {"a: &l [1]\n*l : 2\n", "f.yaml:2:1: a key must be a scalar, not a sequence"},
    {"a:\n  b: {c: [}\n", "f.yaml:2:11: a value is expected here: is a [ or { not closed?"},
    {"a: [1,\nb: 2\n", "f.yaml:3:1: `,` or `]` is expected here: inside of […] a text that holds , : [ ] { } "
                       "needs quotes (in the list […] that begins on line 1)"},
    {"x: 1\na: {b: 1", "f.yaml:2:9: `,` or `}` is expected here: inside of {…} a text that holds , : [ ] { } "
                     "needs quotes"},
    {"a:\n\tb: 1\n", "f.yaml:2:1: a tab cannot indent: use blanks"},
    {"a: b: c\n", "f.yaml:1:5: a key cannot stand here: a text that holds `: ` needs quotes, and a map "
                  "inside of a map begins on a line of its own"},
                  {"a: \xff\n", "f.yaml:1:4: invalid leading UTF-8 octet"},
    {"a: !include nowhere\n", "failed silently"},
    {"\"\": 1\n\"\": 2\n", "f.yaml:2:1: found duplicate key \"\", which stands on line 1 too"},
    {"*x : 1\n", "f.yaml:1:1: found undefined alias 'x'"},
    {"a: 1\nb: \xff\n", "f.yaml:2:4: invalid leading UTF-8 octet"},
    {"\xff", "f.yaml:1:1: invalid leading UTF-8 octet"},
    {"a: \xc3", "f.yaml:1:4: incomplete UTF-8 octet sequence"},
    {"--- @x\n", "f.yaml:1:5: a text cannot begin with `@`: put it in quotes"},
    {"a: 1\n...\n@x\n", "f.yaml:3:1: a text cannot begin with `@`: put it in quotes"},
    {"a: 1\n}\n", "f.yaml:2:1: a key is expected here: check the indentation of this line, and the quotes "
                  "around the value before it "
     "(in the map that begins on line 1)"},
    {"\xef\xbb\xbf" "\xc3\xa9: 1\r\xe6\x97\xa5: `x\n",
     "f.yaml:2:4: a text cannot begin with ```: put it in quotes"},
    {"a: \"\\q\"\n", "f.yaml:1:5: no such escape: write \\\\ for a backslash, or use '…', where a backslash "
                     "is itself"},
    {"a: \"x", "f.yaml:1:6: a text in quotes is never closed"},
    {"a: \"x\n\n", "f.yaml:3:1: a text in quotes is never closed (in the text that begins on line 1)"},
    {"a: !!int 5.5\n", "f.yaml:1:4: the tag !!int does not fit the scalar \"5.5\""},
    {"a: !!bool 1\n", "f.yaml:1:4: the tag !!bool does not fit the scalar \"1\""},
    {"a: !!map [1]\n", "f.yaml:1:4: the tag !!map does not fit a list"},
    {"a: !!seq {b: 1}\n", "f.yaml:1:4: the tag !!seq does not fit a map"},
    {"a: !include crowd\n", "f.yaml:1:4: aliases and included files stand for more than 1000000 values"},
};

static void test_documents(void)
{
    for (size_t i = 0; i < sizeof documents / sizeof *documents; i++)
        CHECK_TEXT(read(documents[i].text, false), documents[i].expected);
}

/* Section 5, its table of verified results included. */
#define B "b: &b {a: 1, n: {x: 10, y: 20}, l: [4,5]}\n"
#define OF_B "{b: {a: 1, n: {x: 10, y: 20}, l: [4, 5]}, m: "
static const example merges[] = {
    {B "m:\n  <<<: *b\n  n: {x: 99}\n  l: [1]\n", OF_B "{n: {x: 99, y: 20}, l: [1], a: 1}}"},
    {B "m:\n  n: {x: 99}\n  l: [1]\n  <<<: *b\n", OF_B "{n: {x: 99, y: 20}, l: [1, 4, 5], a: 1}}"},
    {B "m:\n  n: {x: 99}\n  l: !nomerge [1]\n  <<<: *b\n", OF_B "{n: {x: 99, y: 20}, l: [1], a: 1}}"},
    {B "m:\n  n: !nomerge {x: 99}\n  <<<: *b\n", OF_B "{n: {x: 99}, a: 1, l: [4, 5]}}"},
    {B "m:\n  \"<<\": *b\n  n: {x: 99}\n", OF_B "{n: {x: 99}, a: 1, l: [4, 5]}}"},
    {"m: {n: {b: 2}, <<<: [{n: {a: 1, b: 9}}, {n: {c: 4}, t: [1]}, {t: [2]}]}\n",
     "{m: {n: {b: 2, a: 1, c: 4}, t: [1, 2]}}"},
    {"m: {a: {b: 1, <<<: {c: 2}}, <<<: {a: {d: 3}}}\n", "{m: {a: {b: 1, c: 2, d: 3}}}"},
    {"- {<<<: {a: 1}}\n- [{<<<: {b: 1}}]\n", "[{a: 1}, [{b: 1}]]"},
    {"- !Memory {name: M, <<<: {size: 1}}\n", "[!Memory{name: M, size: 1}]"},
    {"m: {<<: {a: 1}, <<<: {b: 2}}\n", "{m: {a: 1, b: 2}}"},
    /* an alias is the same map everywhere */
    {"x: &x {a: 1}\nm: {n: *x, <<<: {n: {b: 2}}}\n", "{x: {a: 1, b: 2}, m: {n: {a: 1, b: 2}}}"},
    {"m: {n: 1, <<<: {n: {b: 2}}}\n", "{m: {n: 1}}"},
    {"m: {n: {a: 1}, l: [1], <<<: {n: 5, l: 6}}\n", "{m: {n: {a: 1}, l: [1]}}"},
    {"m: {1: x, <<<: {1: y, 2: z}}\n", "{m: {1: x, 2: z}}"}, {"m: {<<<: []}\n", "{m: {}}"},
    {"m: {\"<<\": 5}\n", "f.yaml:1:11: `<<` takes a map or a list of maps, found the number 5"},
    {"m: {\"<<\": [[{a: 1, n: {b: 1}}], {a: 2, n: {c: 1}, z: 3}]}\n", "{m: {a: 1, n: {b: 1}, z: 3}}"},
    {"m: {<<<: 5}\n", "f.yaml:1:10: `<<<` takes a map or a list of maps, found the number 5"},
    {"m: {<<<: [{a: 1}, x]}\n", "f.yaml:1:19: `<<<` takes a map or a list of maps, found the text 'x'"},
    {"m: {<<<: {a: 1}, \"<<\": {b: 1}}\n",
     "f.yaml:1:4: Cannot have multiple \"<<<\" or \"<<\" keys in a dict. Keys were ['<<<', '<<']"},
    {"m: [{<<<: {n: {<<<: 1}}}]\n", "f.yaml:1:21: `<<<` takes a map or a list of maps, found the number 1"},
    {"m: {k0: 0, k1: 0, k2: 0, k3: 0, k4: 0, k5: 0, k6: 0, k7: 0, k8: 0, <<<: {z: 1}, k9: 0}\n",
     "{m: {k0: 0, k1: 0, k2: 0, k3: 0, k4: 0, k5: 0, k6: 0, k7: 0, k8: 0, k9: 0, z: 1}}"},
};

static void test_merges(void)
{
    for (size_t i = 0; i < sizeof merges / sizeof *merges; i++)
        CHECK_TEXT(read(merges[i].text, true), merges[i].expected);
}

static const char *repeat(const char *before, const char *unit, int times, const char *after)
{
    af_text text = {0};
    af_text_puts(&text, before);
    for (int i = 0; i < times; i++)
        af_text_puts(&text, unit);
    af_text_puts(&text, after);
    char *copy = af_copy_text(arena, text.bytes);
    af_text_free(&text);
    return copy;
}

static void test_limits(void)
{
    CHECK_TEXT(read(repeat("a: ", "[", 200, ""), false), "f.yaml:1:103: nested deeper than 100 levels");
    af_text text = {0};
    af_text_puts(&text, "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for (int i = 1; i < 20; i++) {
        af_text_printf(&text, "a%d: &a%d [", i, i);
        for (int k = 0; k < 10; k++)
            af_text_printf(&text, "*a%d%s", i - 1, k < 9 ? ", " : "]\n");
    }
    CHECK(strstr(read(text.bytes, false), "aliases and included files stand for more than 1000000 values"));
    af_text_clear(&text);
    /* each merge costs the alias and the entries that it brings */
    af_text_puts(&text, "a: &a {");
    for (int i = 0; i < 990; i++)
        af_text_printf(&text, "k%d: 0%s", i, i < 989 ? ", " : "}\nb:\n");
    for (int i = 0; i < 600; i++)
        af_text_puts(&text, "- {<<: *a}\n");
    CHECK_TEXT(read(text.bytes, false), "f.yaml:339:10: aliases and included files stand for more than "
                                        "1000000 values");
    af_text_free(&text);
    const char *digits = repeat("", "1234567890", 4000, "");         /* longer than any number may be */
    CHECK(af_yaml_scalar(arena, digits, strlen(digits)).type == AF_STRING);
}

/* A large file is no growth by aliases. */
static void test_size(void)
{
    enum { COUNT = 1100000 };
    af_arena *own = af_arena_new();
    af_report *report = af_report_new("test");
    af_text text = {0};
    af_value value;
    af_text_puts(&text, "[");
    for (int i = 0; i < COUNT; i++)
        af_text_puts(&text, "1,");
    af_text_puts(&text, "]");
    af_yaml_source source = {.text = text.bytes, .length = text.length};
    CHECK(!af_read_yaml(own, &source, &value, report) && value.list->count == COUNT);
    af_text_free(&text);
    af_report_free(report);
    af_arena_free(own);
}

static void test_places(void)
{
    static const int lines[] = {7, 7, 9};
    af_yaml_source source = {.text = "a: 1\nb:\n  - !T {c: x}\n", .length = 22, .path = "g.yaml",
                             .line_of = lines, .n_lines = 3};
    af_report *report = af_report_new("test");
    af_value value;
    CHECK(!af_read_yaml(arena, &source, &value, report));
    const af_value *b = af_dict_find(value, "b");
    af_place place = af_place_of(b->list->items[0]);
    CHECK_TEXT(place.file, "g.yaml");
    CHECK(place.line == 9 && place.column == 5);
    CHECK(af_place_of(*af_dict_find(value, "a")).line == 7);
    source = (af_yaml_source){.text = "a: !include x\n", .length = 14};
    CHECK(af_read_yaml(arena, &source, &value, report) == -1);
    CHECK_TEXT(af_report_message(report, 0), "line 1:4: the tag !include is not possible here");
    static const char elsewhere[] = "\na: !include elsewhere\nb: 1\n";
    source = (af_yaml_source){.text = elsewhere, .length = sizeof elsewhere - 1, .include = include,
                              .path = "f.yaml",
                              .line_of = lines, .n_lines = 1};
    CHECK(!af_read_yaml(arena, &source, &value, report));
    place = af_place_of(*af_dict_find(value, "a"));
    CHECK_TEXT(place.file, "g.yaml");                    /* what is included keeps its place */
    CHECK(place.line == 9);
    CHECK(af_place_of(*af_dict_find(value, "b")).line == 3);      /* past the lines that are known */
    af_report_free(report);
}

/* Lines and columns past what a value can hold are not known. */
static void test_far_places(void)
{
    enum { LINES = 0x100000 };
    char *text = af_arena_take(arena, LINES + 5000);
    memset(text, '\n', LINES);
    memset(text + LINES, ' ', 4500);
    strcpy(text + LINES + 4500, "5");
    af_yaml_source source = {.text = text, .length = strlen(text), .path = "f.yaml"};
    af_report *report = af_report_new("test");
    af_value value;
    CHECK(!af_read_yaml(arena, &source, &value, report) && value.type == AF_INT && !value.line
          && !value.column);
    af_report_free(report);
}

/* Written and read back: the same value, and the text is as one would write it. */
static const example written[] = {
    {"a: 1\nb: 1e-9\nc: .inf\nd: -.inf\ne: .nan\nf: true\ng: null\nh: 4.0\n",
     "a: 1\nb: 1e-09\nc: .inf\nd: -.inf\ne: .nan\nf: true\ng: null\nh: 4.0\n"},
    {"a: x y\nb: 'x y'\nc: \"it's\"\nd: '5'\ne: 64*1024\n",
     "a: x y\nb: 'x y'\nc: 'it''s'\nd: '5'\ne: 64*1024\n"},
    {"a: |-\n  lambda x: x\nb: |\n  two\n  lines\nc: |+\n  x\n\nd: |2-\n   blank first\n",
     "a: |-\n  lambda x: x\nb: |\n  two\n  lines\nc: |+\n  x\n\nd: |2-\n   blank first\n"},
    {"a: |-\n  5\nb: |-\n  true\nc: |-\nd: |2+\n\n  x\n\n",
     "a: |-\n  5\nb: |-\n  true\nc: |-\nd: |2+\n\n  x\n\n"},
    {"a: \"x\\ty\\n\\x01\"\n", "a: \"x\\x09y\\n\\x01\"\n"},
    {"a: \"\\x85\\u2028\\u2029\\ufeff\\x7f\\xa0\\U0001f600\"\n",
     "a: \"\\x85\\u2028\\u2029\\ufeff\\x7f\xc2\xa0\xf0\x9f\x98\x80\"\n"},
    {"!<!x]%20y> {a: 1}\n", "!<!x%5D%20y>\n  a: 1\n"}, {"!T {}\n", "!T {}\n"},
    {"a: []\nb: {}\nc: [1, [2, x], \"y\"]\n", "a: []\nb: {}\nc: [1, [2, x], 'y']\n"},
    {"nodes:\n- !Memory\n  name: M\n  size: 1\n- !Toll {}\n- {a: 1, b: {c: 2}}\n",
     "nodes:\n  - !Memory\n    name: M\n    size: 1\n  - !Toll {}\n  - {a: 1, b: {c: 2}}\n"},
    {"l: [{a: 1}, [{b: 2}], [x: y]]\n", "l: [{a: 1}, [{b: 2}], [{x: y}]]\n"},
    {"1: a\n'2': b\n\"x: y\": c\n", "1: a\n'2': b\n'x: y': c\n"},
    {"m: {'a,b': 1, 'c:': \"x\", d: |-\n  5\n}\n", "failed"},
    {"m: {'a,b': 1, 'c:': \"x\", d: {}}\n", "m: {'a,b': 1, 'c:': 'x', d: {}}\n"},
    {"m:\n  a: 1\n  b: |-\n    5\n", "m:\n  a: 1\n  b: |-\n    5\n"},
    {"m: {a: !T {b: 1}}\n", "m:\n  a: !T\n    b: 1\n"},
    {"- 1\n- x\n", "- 1\n- x\n"}, {"5\n", "5\n"}, {"!T {a: 1}\n", "!T\n  a: 1\n"}, {"a: [ |-\n", "failed"},
    {"a: x,y\nb: [~All, a b]\nc: '-'\nd: -x\ne: '#'\n", "a: x,y\nb: [~All, a b]\nc: '-'\nd: -x\ne: '#'\n"},
    {"a: |-\n  x \nb: |-\n  x:\nc: |-\n  -\nd: |-\n  - x\ne: |-\n  ---\nf: |-\n  ...\ng: |-\n  =\nh: |-\n  "
     "<<\n"
     "i: |-\n  x #y\nj: |-\n  ? x\nk: |-\n  [x\nl: |-\n  x: y\nm: |-\n  a\tb\nn: ?x\no: :x\np: |-\n  ?\n",
     "a: |-\n  x \nb: |-\n  x:\nc: |-\n  -\nd: |-\n  - x\ne: |-\n  ---\nf: |-\n  ...\ng: |-\n  =\nh: |-\n  "
     "<<\n"
     "i: |-\n  x #y\nj: |-\n  ? x\nk: |-\n  [x\nl: |-\n  x: y\nm: |-\n  a\tb\nn: ?x\no: :x\np: |-\n  ?\n"},
    {"a: |+\n\nb: false\n", "a: |2+\n\nb: false\n"}, {"a: \"q\\\"\\t\\\\\"\n", "a: \"q\\\"\\x09\\\\\"\n"},
    {"a: \"\\u65e5\\uffff\\ufffe\"\n", "a: \"\xe6\x97\xa5\\uffff\\ufffe\"\n"},
    {"!my-tag_x {a: 1}\n", "!my-tag_x\n  a: 1\n"},
    {"l: [x?y, 'x?y', a:b, ~x]\n", "l:\n  - x?y\n  - 'x?y'\n  - a:b\n  - ~x\n"},
    {"[]\n", "[]\n"}, {"{}\n", "{}\n"}, {"l: [{}, {a: {}}, []]\n", "l: [{}, {a: {}}, []]\n"},
    {"l:\n- {}\n- !T {a: 1}\n", "l:\n  - {}\n  - !T\n    a: 1\n"},
    {"- {a: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, b: "
     "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb}\n",
     "- a: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n  b: "
     "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\n"},
    {"a: [\"a,b\", aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb]\n",
     "a:\n  - 'a,b'\n  - aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n  - "
     "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\n"},
};

static void test_writing(void)
{
    for (size_t i = 0; i < sizeof written / sizeof *written; i++) {
        af_report *report = af_report_new("test");
        af_yaml_source source = {.text = written[i].text, .length = strlen(written[i].text)};
        af_value value, again;
        af_text text = {0};
        if (af_read_yaml(arena, &source, &value, report)) {
            CHECK_TEXT("failed", written[i].expected);
        } else {
            af_write_yaml(&text, value, 0);
            CHECK_TEXT(text.bytes, written[i].expected);
            source = (af_yaml_source){.text = text.bytes, .length = text.length};
            CHECK(!af_read_yaml(arena, &source, &again, report));
            CHECK_TEXT(show(arena, again), show(arena, value));
        }
        af_text_free(&text);
        af_report_free(report);
    }
}

/* Values that no text gives: what a caller may have built. */
static void test_writing_values(void)
{
    af_value tuple = af_tuple_value(arena, 2), dict = af_dict_value(arena), holder = af_list_value(arena, 1);
    tuple.list->items[0] = af_int(1), tuple.list->items[1] = af_string("\x01 \xe6\x97\xa5");
    af_dict_put(arena, dict, af_string("t: x"), tuple);
    af_dict_put(arena, dict, af_string("u"), af_undefined());
    af_dict_put(arena, dict, af_string("5"), af_bool(false));
    af_dict_put(arena, dict, af_string("c"), af_string("\x01"));
    holder.list->items[0] = af_tuple_value(arena, 0);
    const struct { af_value value; int depth; const char *want; } cases[] = {
        {tuple, 0, "- 1\n- \"\\x01 \xe6\x97\xa5\"\n"},
        {dict, 1, "  't: x':\n    - 1\n    - \"\\x01 \xe6\x97\xa5\"\n  u: null\n  '5': false\n  c: "
                  "\"\\x01\"\n"},
        {holder, 0, "- []\n"}, {af_tuple_value(arena, 0), 0, "[]\n"}, {af_string("\xc3"), 0, "\xc3\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        af_text text = {0};
        af_write_yaml(&text, cases[i].value, cases[i].depth);
        CHECK_TEXT(text.bytes, cases[i].want);
        af_text_free(&text);
    }
    CHECK(af_yaml_is_plain("a b") && !af_yaml_is_plain("") && !af_yaml_is_plain("5")
          && !af_yaml_is_plain("a: b"));
}

int main(void)
{
    arena = af_arena_new();
    test_scalars();
    test_documents();
    test_merges();
    test_limits();
    test_size();
    test_places();
    test_far_places();
    test_writing();
    test_writing_values();
    af_arena_free(arena);
    return test_end("yaml");
}
