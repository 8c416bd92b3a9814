/* Tables of expressions: a text, and how Python prints its value; or "!Type: message" where it fails. */
#ifndef AF_TEST_ROWS_H
#define AF_TEST_ROWS_H

#include "lang/lang.h"
#include "test.h"

typedef struct row { const char *text, *want; } row;
#define CHECK_ROWS(table, scope)                                                                             \
    check_rows((table), sizeof(table) / sizeof *(table), (scope), __FILE__, __LINE__)

static inline af_scope *mathematics(af_arena *arena)
{
    af_scope *scope = af_scope_new(arena, NULL);
    af_add_math_names(scope);
    af_scope_set(scope, "x", af_int(41));
    af_scope_set(scope, "y", af_real(-2.5));
    af_scope_set(scope, "s", af_string("text"));
    return scope;
}

static inline void check_rows(const row *rows, size_t count, const af_scope *scope, const char *file,
                              int line)
{
    for (size_t i = 0; i < count; i++) {
        af_arena *arena = af_arena_new();
        af_report *report = af_report_new("test");
        af_text text = {0};
        af_value value;
        const af_expression *e = af_parse_expression(arena, rows[i].text, report, AF_NOWHERE, NULL);
        if (e && !af_evaluate(e, scope, arena, &value, report, AF_NOWHERE, NULL)) {
            af_print_repr(&text, value);
        } else {
            const char *message = af_report_message(report, 0),
                       *problem = message ? strstr(message, "encountered: ") : NULL;
            af_text_printf(&text, "!%s", problem ? problem + strlen("encountered: ") : message);
            test_note(af_evaluate_text(rows[i].text, scope, arena, &value, NULL, AF_NOWHERE, NULL) == -1,
                      file, line, "fails without a report");
        }
        test_text(text.bytes, rows[i].want, file, line, rows[i].text);
        af_text_free(&text);
        af_report_free(report);
        af_arena_free(arena);
    }
}

#endif
