/* Renames and the maps that are keyed by sets (10 sections 10.4, 10.5 and 11), through the records of an
 * evaluated spec. */
#include "spec/spec.h"
#include "test.h"

#include <stdlib.h>
#include <unistd.h>

#define WORKLOAD "workload:\n  rank_sizes: {M: 2, N: 3, K: 4, N2: 5}\n  bits_per_value: {All: 8}\n"
#define EINSUMS "  einsums: [\"O[m,n] = I[m,k] * W[k,n]\", \"P[m,n2] = O[m,n] * V[n,n2]\"]\n"
#define MEMORY(fields) "arch:\n  nodes:\n  - !Memory {name: G, size: inf, area: 0, leak_power: 0, " \
                       "tensors: {keep: All}, " fields "}\n" \
                       "  - !Compute {name: C, area: 0, leak_power: 0}\n"

#define NO_NAME "(no such name)"

typedef struct row { const char *yaml, *name, *want; } row;    /* want: the set of that name in Einsum O,
    or "!message" */

static const row renames[] = {
    {WORKLOAD EINSUMS, "All", "I O W"}, {WORKLOAD EINSUMS, "Tensors", "I O W"},
    {WORKLOAD EINSUMS, "Nothing", ""}, {WORKLOAD EINSUMS, "Inputs", "I W"},
    {WORKLOAD EINSUMS, "Outputs", "O"}, {WORKLOAD EINSUMS, "Intermediates", "O"},
    {WORKLOAD EINSUMS, "Shared", "O"}, {WORKLOAD EINSUMS, "Persistent", ""},
    {WORKLOAD EINSUMS, "I", "I"}, {WORKLOAD EINSUMS, "m", "m"}, {WORKLOAD EINSUMS, "V", ""},
    {WORKLOAD EINSUMS, "n2", ""},
    {WORKLOAD EINSUMS "renames:\n  einsums:\n  - {name: default, tensor_accesses: {input: Inputs & "
                      "~Intermediates, output: Outputs}, rank_variables: {r: m}}\n", "input", "I W"},
    {WORKLOAD EINSUMS "renames:\n  einsums:\n  - {name: default, tensor_accesses: {a: Inputs, b: a | "
                      "Outputs}}\n", "b", "I O W"},
    {WORKLOAD EINSUMS "renames:\n  einsums:\n  - {name: default, rank_variables: {r: m, q: ~r}}\n", "q",
     "k n"},
    /* P has none */
    {WORKLOAD EINSUMS "renames:\n  einsums:\n  - {name: default, tensor_accesses: {a: W}}\n", NULL,
     "Name 'W' is not defined"},
    {WORKLOAD EINSUMS "renames:\n  einsums:\n  - name: default\n    tensor_accesses:\n    - {name: a, "
                      "source: Inputs, expected_count: 2}\n", "a", "I W"},
    {WORKLOAD "  einsums:\n  - {einsum: \"O[m,n] = I[m,k] * W[k,n]\", renames: {a: I, b: a | W}}\n", "b",
     "I W"},
    {WORKLOAD "  einsums:\n  - {einsum: \"O[m,n] = I[m,k] * W[k,n]\", renames: {a: I}}\nrenames:\n  "
              "einsums:\n  - {name: default, tensor_accesses: {a: W}}\n", "a", "I"},
    {WORKLOAD "  einsums:\n  - {einsum: \"O[m,n] = I[m,k] * W[k,n]\", renames: {a: b, b: I}}\n", NULL,
     "Name 'b' is not defined"},
    {WORKLOAD "  einsums:\n  - {einsum: \"O[m,n] = I[m,k] * W[k,n]\", renames: {a: 3}}\n", NULL,
     "found the number 3"},
    {WORKLOAD "  einsums:\n  - {einsum: \"O[m,n] = I[m,k] * W[k,n]\", renames: [{name: a, source: All, "
              "expected_count: 2}]}\n", NULL, "Expected count is 2, but got 3"},
    {WORKLOAD "  einsums:\n  - {einsum: \"O[m,n] = I[m,k] * W[k,n]\", renames: [{name: a, source: All, "
              "expected_count: 1.5}]}\n", NULL, "expected_count"},
    {"variables: {I: 5}\n" WORKLOAD "  einsums:\n  - {einsum: \"O[m,n] = I[m,k] * W[k,n]\", renames: {a: "
                                    "W}}\n", "a", "W"},
    {WORKLOAD EINSUMS "  persistent_tensors: W\n", "Persistent", ""},
    {WORKLOAD EINSUMS MEMORY("bits_per_value: {I: 4, Other: 16}"), "All", "I O W"},
    {WORKLOAD EINSUMS MEMORY("bits_per_value: {I: 4, I | W: 8}"), NULL,
     "bits_per_value keys I and I | W overlap on {'I'}"},
    {WORKLOAD EINSUMS MEMORY("bits_per_value: {Other: 4, Other - I: 8}"), NULL,
     "Other appears more than once"},
    {WORKLOAD EINSUMS MEMORY("bits_per_value: {zz: 4}"), NULL, "zz"},
    {WORKLOAD EINSUMS MEMORY("bits_per_value: {I: 1/0}"), NULL, "division by zero"},
    {WORKLOAD EINSUMS MEMORY("values_per_action: {Other: 4}"), "All", "I O W"},
};

#define O "O[m,n] = I[m,k] * W[k,n]"
#define RENAMES(list) WORKLOAD "  einsums:\n  - {einsum: \"" O "\", renames: " list "}\n"
static const row more[] = {
    {RENAMES("[{name: a, source: All, expected_count: 3}, {name: b, source: I, expected_count: 2 > 1}]"), "b",
     "I"},
    {RENAMES("[{name: a, source: I | m, expected_count: 2}]"), "a", "I m"},
    {RENAMES("[{name: a, source: All, expected_count: 2 > 1}]"), NULL, "Expected count is True, but got 3: "},
    {RENAMES("[{name: a, source: All, expected_count: 10**30}]"), NULL,
     "Expected count is 1000000000000000000000000000000, but got 3: "},
    {RENAMES("[{name: a, source: All, expected_count: 6/2}]"), NULL,
     "a whole number or null is expected, found the number 3"},
    {RENAMES("[{name: a, source: All, expected_count: str(3)}]"), NULL,
     "a whole number or null is expected, found the text '3'"},
    {RENAMES("[{name: a, source: All, expected_count: 1/0}]"), NULL, "division by zero"},
    {RENAMES("[{name: a, source: All, expected_count: len(source)}]"), "a", "I O W"},
    {RENAMES("[{name: a, source: 5}]"), NULL,
     "source: a set of tensors such as ~Intermediates is expected, found the number 5"},
     {RENAMES("[{name: a}]"), NULL, "source"},
    {RENAMES("[{name: a, source: null}]"), NULL, "source"},
    {RENAMES("[{name: a, source: len(All)}]"), NULL, "gives the number 3; a set of tensors is"},
    {RENAMES("{a: zz, b: a | I, c: yy}"), NULL, "Name 'zz'"},
    {RENAMES("{a: I, Inputs: W, m: k}"), "Inputs", "W"}, {RENAMES("{m: k}"), "m", "k"},
    {RENAMES("{a: I}") "renames:\n  einsums:\n  - {name: O, tensor_accesses: {b: W}}\n  - {name: default, "
                       "tensor_accesses: {c: I}}\n", "b", NO_NAME},
    {RENAMES("{a: I}") "renames:\n  einsums:\n  - {name: O, tensor_accesses: {b: W}}\n  - {name: default, "
                       "tensor_accesses: {c: W}}\n", "c", "W"},
    {WORKLOAD "  einsums: [\"spec[m,n] = I[m,k] * W[k,n]\"]\n", "spec", "spec"},
    {WORKLOAD "  einsums: [{einsum: \"spec[m,n] = I[m,k] * W[k,n]\", renames: {a: spec}}]\n", NULL,
     "a set of tensors is expected"},
    {"variables: {I: 5}\n" RENAMES("{a: I}"), NULL, "gives the number 5; a set of tensors is expected"},
    {WORKLOAD "  einsums:\n  - name: O\n    tensor_accesses: []\n", "All", ""},
    /* maps keyed by sets */
    {WORKLOAD EINSUMS MEMORY("bits_per_value: {I: 4, W: 5, I | W: 8}"), NULL,
     "bits_per_value keys I and I | W overlap on {'I'}"},
    {WORKLOAD EINSUMS MEMORY("bits_per_value: {O: 4, I | W: 5, All - O: 8}"), NULL,
     "bits_per_value keys I | W and All - O overlap on {'I', 'W'}"},
    {WORKLOAD EINSUMS MEMORY("bits_per_value: {m | All: 4}"), "All", "I O W"},
    {WORKLOAD EINSUMS MEMORY("bits_per_value: {my_t: 4}"), NULL, "arch.nodes.0.bits_per_value.my_t (G): "},
    {WORKLOAD EINSUMS MEMORY("bits_per_value: {~my_t: 4}"), NULL, "arch.nodes.0.bits_per_value (G): "},
    {WORKLOAD EINSUMS MEMORY("bits_per_value: {Other: 1/0, zz: 4}"), NULL, "Name 'zz'"},
    /* of no Einsum: all sets are empty */
    {MEMORY("bits_per_value: {All: 4}"), "All", NO_NAME},
    {MEMORY("bits_per_value: {Other: 4}"), "All", NO_NAME},
    {MEMORY("bits_per_value: {All: 4, zz: 5}"), NULL, "Name 'zz' is not defined"},
};

static const char *load(const char *yaml, af_arena *arena, af_lines *lines)
{
    char path[] = "/tmp/af-test-XXXXXX.yaml";
    int file = mkstemps(path, 5);
    af_report *report = af_report_new("test");
    af_report_quiet(report, true);
    if (file < 0 || write(file, yaml, strlen(yaml)) < 0)
        return "cannot write";
    close(file);
    const char *files[] = {path};
    af_load_options load = {.n_files = 1, .files = files};
    af_evaluate_options options = {0};
    const af_spec *spec = af_spec_load(arena, &load, report);
    int failed = !spec || af_evaluate_to_lines(spec, &options, arena, lines, report);
    const char *message = failed ? "" : NULL;            /* all that is told, a line each */
    for (int i = 0; failed && af_report_message(report, i); i++)
        message = af_format(arena, "%s%s\n", message, af_report_message(report, i));
    af_report_free(report);
    unlink(path);
    return message;
}

/* The set of that name in the first Einsum's record, its members with blanks between. */
static const char *set_named(const af_lines *lines, const char *name, af_arena *arena)
{
    af_report *report = af_report_new("test");
    const char *answer = NO_NAME;
    int first = 0;
    while (first < lines->count - 1 && !strstr(lines->lines[first], "\"rec\":\"einsum\""))
        first++;
    af_json *json = af_json_parse(lines->lines[first], strlen(lines->lines[first]), report, AF_NOWHERE);
    const af_json *set = af_json_at(af_json_at(af_json_at(json, "sets"), "names"), name);
    set = set ? set : af_json_at(af_json_at(json, "sets"), name);
    const af_json *members = af_json_at(set, "s") ? af_json_at(set, "s") : set;
    if (members) {
        af_json_reader reader = {.what = "set"};
        answer = "";
        for (int k = 0; k < af_json_count(members); k++)
            answer = af_format(arena, "%s%s%s", answer, k ? " " : "",
                               af_json_as_string(&reader, af_json_item(members, k), NULL));
    }
    af_json_free(json);
    af_report_free(report);
    return answer;
}

/* What follows from a mistake that was told is not told. Of a large workload each Einsum knows the names
 * that are said somewhere. */
static void check_large(void)
{
    af_arena *arena = af_arena_new();
    af_lines lines = {0};
    const char *message = load(RENAMES("{a: zz, b: a | I}"), arena, &lines);
    CHECK(message && strstr(message, "'zz'") && strchr(message, '\n') == message + strlen(message) - 1);
    af_text text = {0};
    af_text_puts(&text, MEMORY("bits_per_value: {~T7 & All: 8}") "workload:\n  rank_sizes: {M: 2, N: 3}\n  "
                                                                 "bits_per_value: {All: 8}\n  einsums:\n");
    for (int i = 0; i < 300; i++)
        af_text_printf(&text, "  - T%d[m,n] = T%d[m,n]\n", i + 1, i);
    message = load(text.bytes, arena, &lines);
    CHECK_TEXT(message, NULL);
    CHECK_TEXT(set_named(&lines, "T7", arena), "");
    CHECK_TEXT(set_named(&lines, "T1", arena), "T1");
    CHECK_TEXT(set_named(&lines, "T8", arena), NO_NAME);
    af_text_free(&text);
    af_arena_free(arena);
}

/* Keys that come from a record have no places of their own: the value's, or the component's, stands in. */
static void check_record(void)
{
    static const struct { const char *bits, *want; } cases[] = {
        {"{\"zz\":4}", "f.yaml:7:2: arch.nodes.0.bits_per_value.zz (G): "},
        {"{\"zz\":{\"e\":\"4\",\"at\":[8,3,0]}}", "f.yaml:8:3: arch.nodes.0.bits_per_value.zz (G): "},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        af_arena *arena = af_arena_new();
        af_report *report = af_report_new("test");
        af_lines lines = {0};
        const char *text = af_format(arena,
                                     "{\"rec\":\"spec\",\"v\":\"1\",\"id\":\"0\",\"files\":[\"f.yaml\"],"
                                     "\"arch\":{\"nodes\":[{\"!\":\"Memory\","
                                            "\"@\":[7,2,0],\"name\":\"G\",\"size\":1,\"area\":0,"
                                            "\"leak_power\":0,\"bits_per_value\":%s}]}}",
                                     cases[i].bits);
        af_json *json = af_json_parse(text, strlen(text), report, AF_NOWHERE);
        const af_spec *spec = af_spec_of_json(arena, json, report, AF_NOWHERE);
        CHECK(spec && af_evaluate_to_lines(spec, &(af_evaluate_options){0}, arena, &lines, report));
        const char *message = af_report_message(report, 0);
        test_note(message && !strncmp(message, cases[i].want, strlen(cases[i].want)), __FILE__, __LINE__,
                  message ? message : "none");
        af_json_free(json);
        af_report_free(report);
        af_arena_free(arena);
    }
}

static void check(const row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        af_arena *arena = af_arena_new();
        af_lines lines = {0};
        const char *message = load(rows[i].yaml, arena, &lines);
        if (rows[i].name)
            test_text(message ? message : set_named(&lines, rows[i].name, arena), rows[i].want, __FILE__,
                      __LINE__, rows[i].yaml);
        else
            test_note(message && strstr(message, rows[i].want), __FILE__, __LINE__, message ? message
                      : rows[i].yaml);
        af_arena_free(arena);
    }
}

int main(void)
{
    check(renames, sizeof renames / sizeof *renames);
    check(more, sizeof more / sizeof *more);
    check_large();
    check_record();
    return test_end("renames");
}
