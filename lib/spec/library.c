/* Functions that specs may use without defining them: those of the compute-in-memory architectures
 * (10 section 13.1), for the average values of encoded and sliced operands and the size of the array.
 * What can be said in the expression language is. */
#include "spec/evaluate_parts.h"

#include <string.h>

/* ---- written in the expression language
 * A histogram has 2^n - 1 bins, for the integers from -(2^(n-1) - 1) to 2^(n-1) - 1; an encoded one is a list
 * of (bits, probability), most significant bit first. Those with an underscore are for the others only. */
static const struct { const char *name, *text; } in_expressions[] = {
    {"get_n_bits",
     "lambda hist: ceil(log2(len(hist) + 1)) if _expect(2 ** ceil(log2(len(hist) + 1)) == len(hist) + 1,"
     " 'Number of histogram bins + 1 must be a power of 2, got', len(hist)) else 0"},
    {"assert_hist_pow2_minus1",
     "lambda hist: None if _expect(2 ** ceil(log2(len(hist) + 1)) == len(hist) + 1,"
     " 'Histogram length must be a power of 2 minus 1, got', len(hist)) else None"},
    {"is_hist_signed", "lambda hist: sum(hist[:len(hist) // 2]) != 0"},
    /* the middle bin counts twice and the last one not at all, as published */
    {"hist_to_magnitude",
     "lambda hist: [hist[len(hist) // 2 + i] + hist[len(hist) // 2 - i]"
     " for i in range(2 ** get_n_bits(hist) // 2 - 1)]"},
    {"norm", "lambda x, nbins, rmin, rmax: x / nbins * (rmax - rmin) + rmin"},
    {"norm_encoded_hist",
     "lambda hist: (lambda total: [(bits, p / total) for bits, p in hist])(sum(p for bits, p in hist))"},
    {"to_bits_unsigned",
     "lambda x, nbits: [round(x) // 2 ** (nbits - 1 - i) % 2 for i in range(nbits)]"
     " if _expect(0 <= round(x) < 2 ** nbits, 'x is outside [0, 2 ** nbits):', x) else 0"},
    {"_encode",
     "lambda hist, bits_of: norm_encoded_hist([(bits_of(i, get_n_bits(hist)), w)"
     " for i, w in enumerate(hist)])"},
    {"_two_parts",
     "lambda encoded: [(part, p / 2) for bits, p in encoded for part in (bits, [0] * len(bits))]"},
    /* v as n digits of +-2^j and two of +-1/2: an odd v needs only the former,
     * an even one is v - 1 and both halves */
    {"_xnor_bits",
     "lambda v, n: to_bits_unsigned((v - (v + 1) % 2 + 2 ** n - 1) // 2, n) + [(v + 1) % 2, 1]"},
    {"offset_encode_hist", "lambda hist: _encode(hist, lambda i, n: to_bits_unsigned(i, n))"},
    {"magnitude_encode_hist",
     "lambda hist: _encode(hist, lambda i, n: to_bits_unsigned(abs(i - len(hist) // 2), n)[1:])"},
    {"two_part_magnitude_encode_hist", "lambda hist: _two_parts(magnitude_encode_hist(hist))"},
    {"offset_encode_if_signed_hist",
     "lambda hist: offset_encode_hist(hist) if is_hist_signed(hist) else magnitude_encode_hist(hist)"},
    {"two_part_magnitude_encode_if_signed_hist",
     "lambda hist: two_part_magnitude_encode_hist(hist) if is_hist_signed(hist)"
     " else magnitude_encode_hist(hist)"},
    {"xnor_encode_hist", "lambda hist: _encode(hist, lambda i, n: _xnor_bits(i - len(hist) // 2, n))"},
    {"zero_gated_xnor_encode_hist",
     "lambda hist: [([0] * len(e[0]) if i == len(hist) // 2 else e[0], e[1])"
     " for i, e in enumerate(xnor_encode_hist(hist))]"},
    /* Averages are linear: of each bit position first, then of the slices.
     * A position past the encoded bits has their mean. */
    {"_average_bit",
     "lambda hist, i: sum(p * (bits[i] if i < len(bits) else sum(bits) / len(bits)) for bits, p in hist)"},
    {"_slice_widths",
     "lambda total, width: width if _is_list(width) else"
     " [width] * (total // width) + ([total % width] if total % width else [])"},
    {"_average_slices",
     "lambda hist, widths, full:"
     " [sum(_average_bit(hist, sum(widths[:k]) + j) * max(2 ** (w - j - 1), 1) for j in range(w))"
     " / max(2 ** (w if full else max(widths)) - 1, 1) for k, w in enumerate(widths)]"},
    {"_checked_slices",
     "lambda hist, total, widths, full: _average_slices(hist, widths, full)"
     " if _expect(sum(widths) == total, 'bits per slice do not add up to total_bits', total) else []"},
    {"encoded_hist_to_avg_slice",
     "lambda encoded_hist, total_bits, bits_per_slice, partial_slices_use_full_range=False,"
     " return_per_slice=False:"
     " (lambda averages: averages if return_per_slice else sum(averages) / len(averages))"
     "(_checked_slices(encoded_hist, total_bits, _slice_widths(total_bits, bits_per_slice),"
     " partial_slices_use_full_range))"},
    {"bits2phase_1phase", "lambda n_bits, max_bits_per_phase=0: (n_bits,)"},
    {"bits2phase_2phase",
     "lambda n_bits, max_bits_per_phase: (n_bits, 0) if n_bits <= max_bits_per_phase"
     " else (ceil(n_bits / 2), floor(n_bits / 2))"},
    {"bits2integration_steps", "lambda n_bits: 2 ** n_bits - 1"},
    {"phase_out_bits", "lambda out_bits, phases, phasenum: max(out_bits - sum(phases[:phasenum]), 0)"},
    {"sum_phase_out_bits",
     "lambda total_out_bits, phases: sum(phase_out_bits(total_out_bits, phases, i)"
     " for i, p in enumerate(phases) if p != 0)"},
};

/* ---- what needs more than expressions */

static int call_expect(const af_function *self, const af_call *call, af_value *result)
{
    (void)self;
    af_text found = {0};
    *result = af_bool(true);
    if (af_truth(call->arguments[0]))
        return 0;
    af_print_short(&found, call->arguments[2], 60);
    af_raise(call->evaluation, "AssertionError", "%s %s", call->arguments[1].string, found.bytes);
    af_text_free(&found);
    return -1;
}

static int call_is_list(const af_function *self, const af_call *call, af_value *result)
{
    (void)self;
    *result = af_bool(call->arguments[0].type == AF_LIST || call->arguments[0].type == AF_TUPLE);
    return 0;
}

/* The sum of f over its arguments, taken in step; what is no list, or shorter than
 * the longest, is repeated whole. */
static int call_sum_map(const af_function *self, const af_call *call, af_value *result)
{
    (void)self;
    af_evaluation *e = call->evaluation;
    if (call->count < 2)
        return af_raise(e, "TypeError", "sum_map() takes a function and at least 1 argument (%d given)",
                        call->count);
    int longest = 0, n = call->count - 1;
    for (int i = 1; i <= n; i++) {
        af_value a = call->arguments[i];
        int length = a.type == AF_LIST || a.type == AF_TUPLE ? a.list->count
                     : a.type == AF_INT                      ? (int)a.integer
                                                             : 0;
        longest = length > longest ? length : longest;
    }
    af_value all = af_list_value(e->arena, longest), *row = af_new_array(e->arena, af_value, n);
    for (int k = 0; k < longest; k++) {
        for (int i = 0; i < n; i++) {
            af_value a = call->arguments[i + 1];
            bool listed = (a.type == AF_LIST || a.type == AF_TUPLE) && a.list->count == longest;
            row[i] = listed ? a.list->items[k] : a;
        }
        if (af_call_value(e, call->arguments[0], row, n, NULL, &all.list->items[k]))
            return -1;
    }
    return af_call_value(e, af_function_value(af_math_function("sum")), &all, 1, NULL, result);
}

typedef struct fanout_function {
    af_function function;
    const char *reuse;                        /* the tensor that has to be reused; NULL: input, or output */
} fanout_function;

/* A fanout as it stands in the file: a number, or an expression over the variables. */
static int add_fanout(const af_call *call, const af_typed *spec, af_value fanout, int64_t *product)
{
    af_evaluation *e = call->evaluation;
    if (fanout.type == AF_STRING) {
        af_scope *names = af_scope_new(e->arena, NULL);
        const af_typed *of[] = {af_typed_child(spec, "variables"),
                                af_typed_child(af_typed_child(spec, "arch"), "variables")};
        for (int k = 0; k < 2; k++) {
            int count = 0;
            const af_entry *entries = of[k] && of[k]->extra.type == AF_DICT
                                          ? af_dict_entries(of[k]->extra, &count)
                                          : NULL;
            for (int i = 0; i < count; i++)
                af_scope_set(names, entries[i].key.string, entries[i].value);
        }
        const char *text = fanout.string;
        if (af_evaluate_text(text, names, e->arena, &fanout, NULL, e->place, e->path) ||
            !af_is_number(fanout))
            return af_raise(e, "ValueError",
                            "the fanout '%s' is no number, and no expression over plain variables of the "
                            "spec",
                            text);
    }
    *product *= (int64_t)af_as_double(fanout);
    return 0;
}

static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text), size = strlen(end);
    return length >= size && !strcmp(text + length - size, end);
}

static bool reuses(const af_typed *dimension, const char *tensor)
{
    const char *may = af_typed_text(dimension, "may_reuse"), *reuse = af_typed_text(dimension, "reuse"),
               *name = af_typed_name(dimension);
    return name && (ends_with(name, "ARRAY_COLUMNS") || ends_with(name, "ARRAY_ROWS"))
        && ((may && !strcmp(may, tensor)) || (reuse && !strcmp(reuse, tensor)));
}

/* Over all leaves of a branch, in any depth. */
static int multiply_fanouts(const af_call *call, const af_typed *spec, const af_typed *node,
                            const char *tensor, int64_t *product)
{
    const af_value *items;
    int count = af_typed_children(node, "nodes", &items);
    for (int i = 0; i < count; i++)
        if (multiply_fanouts(call, spec, af_typed_of(items[i]), tensor, product))
            return -1;
    if (af_field_index(af_typed_class(node), "nodes") >= 0)
        return 0;
    count = af_typed_children(node, "spatial", &items);
    for (int i = 0; i < count; i++)
        if (reuses(af_typed_of(items[i]), tensor) &&
            add_fanout(call, spec, af_typed_get(af_typed_of(items[i]), "fanout"), product))
            return -1;
    return 0;
}

static int call_array_fanout(const af_function *self, const af_call *call, af_value *result)
{
    const char *only = ((const fanout_function *)self)->reuse;
    const af_typed *spec = call->count == 1 ? af_typed_of(call->arguments[0]) : NULL;
    int64_t product = 1;
    if (!spec || !af_typed_is(spec, "Spec"))
        return af_raise(call->evaluation, "TypeError", "%s() takes the spec: %s(spec)", self->name,
                        self->name);
    const char *const tensors[] = {"input", "output"};
    for (int i = 0; i < 2; i++)
        if ((!only || !strcmp(only, tensors[i])) &&
            multiply_fanouts(call, spec, af_typed_child(spec, "arch"), tensors[i], &product))
            return -1;
    *result = af_int(product);
    return 0;
}

static const af_function functions[] = {
    {"_expect",  call_expect,  false, NULL},
    {"_is_list", call_is_list, false, NULL},
    {"sum_map",  call_sum_map, false, NULL},
};
static const fanout_function fanouts[] = {
    {{"get_array_fanout_reuse_input", call_array_fanout, false, NULL}, "input"},
    {{"get_array_fanout_reuse_output", call_array_fanout, false, NULL}, "output"},
    {{"get_array_fanout_total", call_array_fanout, false, NULL}, NULL},
};

/* A function in expressions is parsed when it is first called: most specs call none. */
typedef struct lazy_function {
    af_function function;                     /* its text is the lambda */
    const af_scope *scope;
    af_value parsed;                          /* AF_UNDEFINED: not yet */
} lazy_function;

static int call_lazy(const af_function *self, const af_call *call, af_value *result)
{
    lazy_function *lazy = (lazy_function *)self;
    af_evaluation *e = call->evaluation;
    if (lazy->parsed.type == AF_UNDEFINED &&
        af_evaluate_text(self->text, lazy->scope, e->arena, &lazy->parsed, e->report, e->place, e->path))
        return -1;
    return af_call_value(e, lazy->parsed, call->arguments, call->count, call->keywords, result);
}

/* Names with an underscore are seen by the lambdas only: nobody else calls them,
 * so they need not doubt their arguments. */
void af_add_library(af_scope *scope, af_arena *arena)
{
    af_scope *inside = af_scope_new(arena, scope);
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
        af_scope_set(*functions[i].name == '_' ? inside : scope, functions[i].name,
                     af_function_value(&functions[i]));
    for (size_t i = 0; i < sizeof fanouts / sizeof *fanouts; i++)
        af_scope_set(scope, fanouts[i].function.name, af_function_value(&fanouts[i].function));
    size_t count = sizeof in_expressions / sizeof *in_expressions;
    lazy_function *lazy = af_new_array(arena, lazy_function, count);
    for (size_t i = 0; i < count; i++) {
        const char *name = in_expressions[i].name;
        lazy[i] = (lazy_function){{name, call_lazy, false, in_expressions[i].text}, inside, af_undefined()};
        af_scope_set(*name == '_' ? inside : scope, name, af_function_value(&lazy[i].function));
    }
}
