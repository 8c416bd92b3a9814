/* Expressions: they parse and evaluate, or are refused; a failure has a message
 * exactly if one is asked for. */
#include "fuzz.h"

static af_scope *variables(af_arena *arena)
{
    af_scope *scope = af_scope_new(arena, NULL);
    af_value list = af_list_value(arena, 2), dict = af_dict_value(arena);
    list.list->items[0] = af_int(3);
    list.list->items[1] = af_real(0.5);
    af_dict_put(arena, dict, af_string("a"), list);
    af_add_math_names(scope);
    af_scope_set(scope, "x", af_int(41));
    af_scope_set(scope, "y", af_real(-2.5));
    af_scope_set(scope, "s", af_string("text"));
    af_scope_set(scope, "l", list);
    af_scope_set(scope, "d", dict);
    return scope;
}

static void skip_word(void *context, const char *start, size_t length)
{
    *(size_t *)context += length + !*start;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz f = fuzz_begin(data, size);
    af_scope *scope = variables(f.arena);
    af_value value;
    af_text text = {0};
    size_t words = 0;
    if (!af_evaluate_text(f.text, scope, f.arena, &value, f.report, AF_NOWHERE, NULL)) {
        HOLDS(!af_failed(f.report));
        af_print_short(&text, value, 4096);
        HOLDS(value.type != AF_UNDEFINED);
    } else {
        HOLDS(af_report_message(f.report, 0));
        HOLDS(af_evaluate_text(f.text, scope, f.arena, &value, NULL, AF_NOWHERE, NULL) == -1);
    }
    af_identifier_runs(f.text, skip_word, &words);
    HOLDS(words <= size);
    af_text_free(&text);
    fuzz_end(&f);
    return 0;
}
