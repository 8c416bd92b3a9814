/* The functions of 10 section 13.1: what they give for small histograms,
 * worked by hand, and what they refuse. */
#include "spec/evaluate_parts.h"
#include "test.h"

static const struct { const char *text, *want; } rows[] = {
    {"get_n_bits([0, 1, 0])", "2"},
    {"is_hist_signed([0, 1, 1])", "False"},
    {"is_hist_signed([1, 0, 0])", "True"},
    {"hist_to_magnitude([1, 2, 3, 4, 3, 2, 1])", "[8, 6, 4]"},
    {"norm(1, 4, -1, 1)", "-0.5"},
    {"to_bits_unsigned(6, 4)", "[0, 1, 1, 0]"},
    {"offset_encode_hist([1, 1, 2])", "[([0, 0], 0.25), ([0, 1], 0.25), ([1, 0], 0.5)]"},
    {"magnitude_encode_hist([1, 1, 2])", "[([1], 0.25), ([0], 0.25), ([1], 0.5)]"},
    {"two_part_magnitude_encode_hist([0, 0, 1])",
     "[([1], 0.0), ([0], 0.0), ([0], 0.0), ([0], 0.0), ([1], 0.5), ([0], 0.5)]"},
    {"offset_encode_if_signed_hist([0, 0, 1])", "[([1], 0.0), ([0], 0.0), ([1], 1.0)]"},
    {"two_part_magnitude_encode_if_signed_hist([0, 0, 1])", "[([1], 0.0), ([0], 0.0), ([1], 1.0)]"},
    /* -1 = -2 + 1 - 1/2 + 1/2, 0 = -2 + 1 + 1/2 + 1/2, 1 = 2 - 1 - 1/2 + 1/2 */
    {"xnor_encode_hist([1, 1, 2])", "[([0, 1, 0, 1], 0.25), ([0, 1, 1, 1], 0.25), ([1, 0, 0, 1], 0.5)]"},
    {"zero_gated_xnor_encode_hist([1, 1, 2])[1]", "([0, 0, 0, 0], 0.25)"},
    /* bits (0.5, 0.25): two slices of a bit; one of two bits, (2 * 0.5 + 0.25) / 3;
     * a third position has the mean bit of each value */
    {"encoded_hist_to_avg_slice(offset_encode_hist([1, 1, 2]), 2, 1, return_per_slice=True)", "[0.5, 0.25]"},
    {"encoded_hist_to_avg_slice(offset_encode_hist([1, 1, 2]), 2, [1, 1])", "0.375"},
    {"encoded_hist_to_avg_slice(offset_encode_hist([1, 1, 2]), 2, 2)", "0.4166666666666667"},
    {"encoded_hist_to_avg_slice(offset_encode_hist([1, 1, 2]), 3, 2, return_per_slice=True)",
     "[0.4166666666666667, 0.125]"},
    {"encoded_hist_to_avg_slice(offset_encode_hist([1, 1, 2]), 3, 2, True, True)",
     "[0.4166666666666667, 0.375]"},
    {"bits2phase_1phase(5)", "(5,)"},
    {"bits2phase_2phase(3, 3)", "(3, 0)"},
    {"bits2phase_2phase(7, 3)", "(4, 3)"},
    {"sum_map(bits2integration_steps, (4, 3))", "22"},
    {"sum_map(pow, (2, 3), 2)", "13"},
    {"phase_out_bits(7, (4, 3), 1)", "3"},
    {"sum_phase_out_bits(7, (4, 3))", "10"},
    {"sum_phase_out_bits(7, (4, 0))", "7"},
    {"get_n_bits([1, 1])", "AssertionError: Number of histogram bins + 1 must be a power of 2, got 2"},
    {"to_bits_unsigned(4, 2)", "AssertionError: x is outside [0, 2 ** nbits): 4"},
    {"encoded_hist_to_avg_slice(offset_encode_hist([1]), 2, [1])",
     "AssertionError: bits per slice do not add up to total_bits 2"},
    {"get_array_fanout_total(1)",
     "TypeError: get_array_fanout_total() takes the spec: get_array_fanout_total(spec)"},
    {"_expect()", "NameError: Name '_expect' is not defined."},
    {"_is_list()", "NameError: Name '_is_list' is not defined."},
    {"sum_map(abs)", "TypeError: sum_map() takes a function and at least 1 argument (1 given)"},
};

int main(void)
{
    af_arena *arena = af_arena_new();
    af_report *report = af_report_new("test");
    af_scope *scope = af_scope_new(arena, NULL);
    af_add_math_names(scope);
    af_add_library(scope, arena);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        af_value value;
        af_text text = {0};
        if (!af_evaluate_text(rows[i].text, scope, arena, &value, report, AF_NOWHERE, NULL)) {
            af_print_repr(&text, value);
            CHECK_TEXT(text.bytes, rows[i].want);
        } else {
            const char *problem = strstr(af_report_message(report, 0), "Problem encountered: ");
            CHECK_TEXT(problem ? problem + strlen("Problem encountered: ") : NULL, rows[i].want);
            af_report_clear(report);
        }
        af_text_free(&text);
    }
    af_report_free(report);
    af_arena_free(arena);
    return test_end("library");
}
