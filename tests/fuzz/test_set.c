/* Set expressions over one Einsum: what comes out is a set of its names. */
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *tensors[] = {"I", "W", "O"}, *variables[] = {"k", "m", "n"};
    static af_mask of_tensor[] = {3, 5, 6}, of_variable[] = {3, 5, 6};
    static const double bits[] = {8, 4, 16};
    const af_universe u = {3, 3, tensors, variables, of_tensor, of_variable, bits};
    fuzz f = fuzz_begin(data, size);
    af_scope *scope = af_scope_new(f.arena, NULL);
    for (int i = 0; i < 3; i++) {
        af_scope_set(scope, tensors[i], af_set_value(f.arena, &u, AF_TENSORS, (af_mask)1 << i));
        af_scope_set(scope, variables[i], af_set_value(f.arena, &u, AF_RANK_VARIABLES, (af_mask)1 << i));
    }
    af_scope_set(scope, "All", af_set_value(f.arena, &u, AF_TENSORS, 7));
    af_scope_set(scope, "Nothing", af_set_value(f.arena, &u, AF_TENSORS, 0));
    af_value set;
    const char *names[6];
    if (!af_evaluate_set(f.text, scope, AF_TENSORS, -1, f.arena, &set, f.report, AF_NOWHERE, NULL)) {
        HOLDS(set.type == AF_SET && set.set->universe == &u);
        HOLDS(!((set.set->members | set.set->strangers) & ~(af_mask)7));
        HOLDS(af_set_names(set.set, names, 6) <= 6);
    } else {
        HOLDS(af_report_message(f.report, 0));
    }
    fuzz_end(&f);
    return 0;
}
