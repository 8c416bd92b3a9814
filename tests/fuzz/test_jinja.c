/* Templates: whatever they hold, each rendered line knows where it came from. */
#include "fuzz.h"

static af_scope *data_scope(af_arena *arena)
{
    af_scope *scope = af_scope_new(arena, NULL);
    af_value list = af_list_value(arena, 3), dict = af_dict_value(arena);
    for (int i = 0; i < 3; i++)
        list.list->items[i] = af_int(i);
    af_dict_put(arena, dict, af_string("a"), af_real(1.5));
    af_dict_put(arena, dict, af_string("b"), af_string("text"));
    af_add_math_names(scope);
    af_scope_set(scope, "n", af_int(7));
    af_scope_set(scope, "s", af_string("some text"));
    af_scope_set(scope, "l", list);
    af_scope_set(scope, "d", dict);
    return af_scope_new(arena, scope);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz f = fuzz_begin(data, size);
    af_rendered out = {0};
    if (!af_render_jinja(f.text, "fuzz.yaml", data_scope(f.arena), &out, f.arena, f.report)) {
        int lines = out.text.length > 0;
        for (size_t i = 0; i < out.text.length; i++)
            lines += out.text.bytes[i] == '\n';
        HOLDS(lines == out.n_lines || (!lines && out.n_lines == 1));
    }
    af_rendered_free(&out);
    fuzz_end(&f);
    return 0;
}
