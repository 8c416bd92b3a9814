/* Tables of templates: a text, and what it renders to; or "!" and the first message that refuses it. */
#ifndef AF_TEST_TEMPLATES_H
#define AF_TEST_TEMPLATES_H

#include "lang/lang.h"
#include "test.h"

typedef struct row { const char *text, *want; } row;
#define CHECK_TEMPLATES(table) check_templates((table), sizeof(table) / sizeof *(table), __FILE__, __LINE__)

static inline af_scope *data(af_arena *arena)
{
    af_scope *scope = af_scope_new(arena, NULL);
    af_value list = af_list_value(arena, 3), dict = af_dict_value(arena);
    for (int i = 0; i < 3; i++)
        list.list->items[i] = af_int(i + 1);
    af_dict_put(arena, dict, af_string("a"), af_real(1.5));
    af_dict_put(arena, dict, af_string("b"), af_string("x"));
    af_add_math_names(scope);
    af_add_jinja_globals(scope);
    af_add_jinja_globals(scope);             /* what is there stays */
    af_scope_set(scope, "n", af_int(7));
    af_scope_set(scope, "s", af_string("some text"));
    af_scope_set(scope, "l", list);
    af_scope_set(scope, "d", dict);
    af_scope_set(scope, "f", af_real(2.5));
    af_scope_set(scope, "t", af_bool(true));
    return af_scope_new(arena, scope);
}

static inline void check_templates(const row *rows, size_t count, const char *file, int line)
{
    for (size_t i = 0; i < count; i++) {
        af_arena *arena = af_arena_new();
        af_report *report = af_report_new("test");
        af_rendered out = {0};
        af_report_quiet(report, true);
        const char *got = "";
        if (af_render_jinja(rows[i].text, "f.yaml", data(arena), &out, arena, report))
            got = af_format(arena, "!%s", af_report_message(report, 0));
        else if (out.text.bytes)
            got = out.text.bytes;
        test_text(got, rows[i].want, file, line, rows[i].text);
        af_rendered_free(&out);
        af_report_free(report);
        af_arena_free(arena);
    }
}

#endif
