/* Renames and the maps that are keyed by sets (10 sections 10.4, 10.5 and 11), through the records of an evaluated spec. */
#include "spec/spec.h"
#include "test.h"

#include <stdlib.h>
#include <unistd.h>

#define WORKLOAD "workload:\n  rank_sizes: {M: 2, N: 3, K: 4, N2: 5}\n  bits_per_value: {All: 8}\n"
#define EINSUMS "  einsums: [\"O[m,n] = I[m,k] * W[k,n]\", \"P[m,n2] = O[m,n] * V[n,n2]\"]\n"
#define MEMORY(fields) "arch:\n  nodes:\n  - !Memory {name: G, size: inf, area: 0, leak_power: 0, tensors: {keep: All}, " fields "}\n" \
                       "  - !Compute {name: C, area: 0, leak_power: 0}\n"

typedef struct row { const char *yaml, *name, *want; } row;    /* want: the set of that name in Einsum O, or "!message" */

static const row renames[] = {
    {WORKLOAD EINSUMS, "All", "I O W"}, {WORKLOAD EINSUMS, "Tensors", "I O W"}, {WORKLOAD EINSUMS, "Nothing", ""}, {WORKLOAD EINSUMS, "Inputs", "I W"},
    {WORKLOAD EINSUMS, "Outputs", "O"}, {WORKLOAD EINSUMS, "Intermediates", "O"}, {WORKLOAD EINSUMS, "Shared", "O"}, {WORKLOAD EINSUMS, "Persistent", ""},
    {WORKLOAD EINSUMS, "I", "I"}, {WORKLOAD EINSUMS, "m", "m"}, {WORKLOAD EINSUMS, "V", ""}, {WORKLOAD EINSUMS, "n2", ""},
    {WORKLOAD EINSUMS "renames:\n  einsums:\n  - {name: default, tensor_accesses: {input: Inputs & ~Intermediates, output: Outputs}, rank_variables: {r: m}}\n", "input", "I W"},
    {WORKLOAD EINSUMS "renames:\n  einsums:\n  - {name: default, tensor_accesses: {a: Inputs, b: a | Outputs}}\n", "b", "I O W"},
    {WORKLOAD EINSUMS "renames:\n  einsums:\n  - {name: default, rank_variables: {r: m, q: ~r}}\n", "q", "k n"},
    {WORKLOAD EINSUMS "renames:\n  einsums:\n  - {name: default, tensor_accesses: {a: W}}\n", NULL, "Name 'W' is not defined"},       /* P has none */
    {WORKLOAD EINSUMS "renames:\n  einsums:\n  - name: default\n    tensor_accesses:\n    - {name: a, source: Inputs, expected_count: 2}\n", "a", "I W"},
    {WORKLOAD "  einsums:\n  - {einsum: \"O[m,n] = I[m,k] * W[k,n]\", renames: {a: I, b: a | W}}\n", "b", "I W"},
    {WORKLOAD "  einsums:\n  - {einsum: \"O[m,n] = I[m,k] * W[k,n]\", renames: {a: I}}\nrenames:\n  einsums:\n  - {name: default, tensor_accesses: {a: W}}\n", "a", "I"},
    {WORKLOAD "  einsums:\n  - {einsum: \"O[m,n] = I[m,k] * W[k,n]\", renames: {a: b, b: I}}\n", NULL, "Name 'b' is not defined"},
    {WORKLOAD "  einsums:\n  - {einsum: \"O[m,n] = I[m,k] * W[k,n]\", renames: {a: 3}}\n", NULL, "found the number 3"},
    {WORKLOAD "  einsums:\n  - {einsum: \"O[m,n] = I[m,k] * W[k,n]\", renames: [{name: a, source: All, expected_count: 2}]}\n", NULL, "Expected count is 2, but got 3"},
    {WORKLOAD "  einsums:\n  - {einsum: \"O[m,n] = I[m,k] * W[k,n]\", renames: [{name: a, source: All, expected_count: 1.5}]}\n", NULL, "expected_count"},
    {"variables: {I: 5}\n" WORKLOAD "  einsums:\n  - {einsum: \"O[m,n] = I[m,k] * W[k,n]\", renames: {a: W}}\n", "a", "W"},
    {WORKLOAD EINSUMS "  persistent_tensors: W\n", "Persistent", ""},
    {WORKLOAD EINSUMS MEMORY("bits_per_value: {I: 4, Other: 16}"), "All", "I O W"},
    {WORKLOAD EINSUMS MEMORY("bits_per_value: {I: 4, I | W: 8}"), NULL, "bits_per_value keys I and I | W overlap on {'I'}"},
    {WORKLOAD EINSUMS MEMORY("bits_per_value: {Other: 4, Other - I: 8}"), NULL, "Other appears more than once"},
    {WORKLOAD EINSUMS MEMORY("bits_per_value: {zz: 4}"), NULL, "zz"},
    {WORKLOAD EINSUMS MEMORY("bits_per_value: {I: 1/0}"), NULL, "division by zero"},
    {WORKLOAD EINSUMS MEMORY("values_per_action: {Other: 4}"), "All", "I O W"},
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
    const char *message = failed ? af_copy_text(arena, af_report_message(report, 0)) : NULL;
    af_report_free(report);
    unlink(path);
    return message;
}

/* The set of that name in the first Einsum's record, its members with blanks between. */
static const char *set_named(const af_lines *lines, const char *name, af_arena *arena)
{
    af_report *report = af_report_new("test");
    const char *answer = "(no such name)";
    for (int i = 0; i < lines->count; i++) {
        af_json *json = af_json_parse(lines->lines[i], strlen(lines->lines[i]), report, AF_NOWHERE);
        const af_json *set = af_json_at(af_json_at(af_json_at(json, "sets"), "names"), name);
        set = set ? set : af_json_at(af_json_at(json, "sets"), name);
        const af_json *members = af_json_at(set, "s") ? af_json_at(set, "s") : set;
        if (members && !strcmp(answer, "(no such name)")) {
            af_json_reader reader = {.what = "set"};
            answer = "";
            for (int k = 0; k < af_json_count(members); k++)
                answer = af_format(arena, "%s%s%s", answer, k ? " " : "", af_json_as_string(&reader, af_json_item(members, k), NULL));
        }
        af_json_free(json);
    }
    af_report_free(report);
    return answer;
}

int main(void)
{
    for (size_t i = 0; i < sizeof renames / sizeof *renames; i++) {
        af_arena *arena = af_arena_new();
        af_lines lines = {0};
        const char *message = load(renames[i].yaml, arena, &lines);
        if (renames[i].name)
            test_text(message ? message : set_named(&lines, renames[i].name, arena), renames[i].want, __FILE__, __LINE__, renames[i].yaml);
        else
            test_note(message && strstr(message, renames[i].want), __FILE__, __LINE__, message ? message : renames[i].yaml);
        af_arena_free(arena);
    }
    return test_end("renames");
}
