/* Queries over workloads: tables of a workload and what is answered (40 sections 4 and 8.5). */
#include "spec/spec.h"
#include "test.h"

static af_arena *arena;
static af_report *report;

static const char chain[] = "{\"bits_per_value\": {\"All\": 8}, \"persistent_tensors\": \"Inputs - "
                            "Intermediates\", \"n_instances\": 3, "
                            "\"rank_sizes\": {\"M\": 2, \"N\": \"3*2\", \"K\": \"M*N\"}, \"einsums\": "
                            "[{\"einsum\": \"C[m,n] = A[m,k] * B[k,n]\", \"n_instances\": 5}, \"E[m] = "
                            "C[m,n]\", {\"einsum\": \"F[m] = E[m]\", \"is_copy_operation\": true}, "
                            "{\"einsum\": \"G[m] = F[m]\", \"is_copy_operation\": true}]}";

static af_workload *load(const char *workload, af_spec **spec)
{
    const char *text = af_format(arena, "{\"rec\": \"spec\", \"v\": \"1\", \"id\": \"1\", \"workload\": %s}",
                                 workload);
    af_json *json = af_json_parse(text, strlen(text), report, AF_NOWHERE);
    *spec = json ? af_spec_of_json(arena, json, report, AF_NOWHERE) : NULL;
    af_json_free(json);
    return *spec ? af_workload_of_spec(*spec, report) : NULL;
}

static const char *names(af_name_list list)
{
    af_text text = {0};
    for (int i = 0; i < list.count; i++)
        af_text_printf(&text, "%s%s", i ? " " : "", list.names[i]);
    char *copy = af_copy_text(arena, text.bytes ? text.bytes : "");
    af_text_free(&text);
    return copy;
}

static const char *einsums(const af_workload *w, af_number_list list)
{
    af_name_list all = af_einsum_names(w, arena), some = {0, af_new_array(arena, const char *, list.count)};
    for (; some.count < list.count; some.count++)
        some.names[some.count] = all.names[list.numbers[some.count]];
    return names(some);
}

static void test_names(const af_workload *w)
{
    CHECK_TEXT(names(af_einsum_names(w, arena)), "C E F G");
    CHECK_TEXT(names(af_tensor_names(w, arena)), "A B C E F G");
    CHECK_TEXT(names(af_rank_variables(w, arena)), "k m n");
    CHECK_TEXT(names(af_persistent_tensors(w, arena)), "A B");
    CHECK_TEXT(names(af_tensor_names_used_in_multiple_einsums(w, arena)), "C E F");
    CHECK_TEXT(names(af_empty_renames()), "All Tensors Nothing Inputs Outputs");
    CHECK(af_einsum_number(w, "F") == 2 && af_einsum_number(w, "A") == -1 && af_tensor_number(w, "zz") == -1);
}

static void test_tensors(const af_workload *w)
{
    int c = af_tensor_number(w, "C"), a = af_tensor_number(w, "A");
    const af_access *accesses;
    const char **ranks;
    const int64_t *extents;
    CHECK_TEXT(einsums(w, af_einsums_with_tensor(w, c, arena)), "C E");
    CHECK_TEXT(einsums(w, af_einsums_with_tensor_as_input(w, c, arena)), "E");
    CHECK_TEXT(einsums(w, af_einsums_with_tensor_as_output(w, c, arena)), "C");
    CHECK(af_accesses_for_tensor(w, c, arena, &accesses) == 2);
    CHECK(!strcmp(accesses[0].einsum, "C") && accesses[0].output && !strcmp(accesses[1].einsum, "E") &&
          !accesses[1].output);
    CHECK(accesses[1].n_ranks == 2 && !strcmp(accesses[1].ranks[1], "N") &&
          !strcmp(accesses[1].expressions[1], "n"));
    CHECK(af_accesses_for_tensor(w, a, arena, &accesses) == 1 && accesses->persistent &&
          accesses->bits_per_value == 8);
    CHECK(af_get_tensor_size(w, a) == 24 && af_bits_per_value(w, a) == 8);
    CHECK(af_get_tensor_shape(w, a, arena, &ranks, &extents) == 2 && !strcmp(ranks[1], "K") &&
          extents[0] == 2 && extents[1] == 12);
}

static void test_copies(const af_workload *w)
{
    static const struct { const char *tensor, *direct, *all; } rows[] = {
        {"E", "F", "F G"}, {"F", "E G", "E G"}, {"G", "F", "E F"}, {"A", "", ""}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int tensor = af_tensor_number(w, rows[i].tensor);
        CHECK_TEXT(names(af_direct_copies(w, tensor, arena)), rows[i].direct);
        CHECK_TEXT(names(af_get_tensor_copies(w, tensor, arena)), rows[i].all);
    }
}

static void test_figures(const af_workload *w)
{
    int first = af_einsum_number(w, "C");
    CHECK(af_num_computes(w, first) == 144 && af_num_computes(w, -1) == 144 + 12 + 2 + 2);
    CHECK(af_n_instances(w, first) == 15 && af_n_instances(w, 1) == 3 && af_n_instances(w, -1) == 3);
    CHECK_NUMBER(af_get_compute_intensity(w, first), 144.0 / (24 + 72 + 12));
    CHECK_TEXT(af_get_iteration_space_shape_isl_string(w, 1), "0 <= m < 2 and 0 <= n < 6 and 0 <= m < 2");
    CHECK_NUMBER(af_as_double(*af_dict_find(af_rank_sizes(w), "K")), 12);
}

static void test_one_copy_of_several(void)
{
    af_spec *spec;
    af_workload *w = load("{\"bits_per_value\": {\"All\": 8}, \"rank_sizes\": {\"M\": 4}, \"einsums\": "
                          "[{\"name\": \"X\", \"is_copy_operation\": true, "
                          "\"tensor_accesses\": [{\"name\": \"X\", \"projection\": [\"m\"]}, {\"name\": "
                          "\"Y\", \"projection\": [\"m\"], \"output\": true}, {\"name\": \"Z\", "
                          "\"projection\": [\"m\"], \"output\": true}]}]}",
                          &spec);
    CHECK(w != NULL);
    if (w) {
        CHECK_TEXT(names(af_get_tensor_copies(w, af_tensor_number(w, "Y"), arena)), "X Z");
        CHECK_TEXT(names(af_direct_copies(w, af_tensor_number(w, "Y"), arena)), "X");
    }
    af_workload_free(w);
}

int main(void)
{
    arena = af_arena_new();
    report = af_report_new("test");
    af_report_quiet(report, true);
    af_spec *spec;
    af_workload *w = load(chain, &spec);
    CHECK(w != NULL);
    if (w) {
        test_names(w);
        test_tensors(w);
        test_copies(w);
        test_figures(w);
    }
    af_workload_free(w);
    test_one_copy_of_several();
    CHECK(!load("{\"rank_sizes\": {\"M\": \"1/2\"}}", &spec) && af_failed(report));
    af_workload_free(NULL);
    af_report_free(report);
    af_arena_free(arena);
    return test_end("workload_query");
}
