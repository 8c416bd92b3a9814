/* The order of evaluation of 10 section 8.1: tables of fields, and the order or the circle that they give. */
#include "spec/field_order.h"
#include "test.h"

/* kind: 'p' pending, 'c' a container, '=' never an expression */
typedef struct field { const char *name, *text; int kind; } field;
typedef struct example { const char *expected; field fields[6]; } example;

static const example examples[] = {
    {"", {{0}}},
    {"a b c", {{"c", "1", 'p'}, {"b", "2", 'p'}, {"a", "3", 'p'}}},
    {"c b a", {{"a", "b + 1", 'p'}, {"b", "c * c", 'p'}, {"c", "1", 'p'}}},
    /* What is never an expression comes first, and waits for nothing */
    {"z a", {{"a", "1", 'p'}, {"z", "a", '='}}},
    {"b c a", {{"a", "", 'c'}, {"b", "1", 'p'}, {"c", "2", 'p'}}},      /* containers last */
    {"s b", {{"b", "s[0].fanout", 'p'}, {"s", "", 'c'}}},               /* unless something needs them */
    {"é π b", {{"b", "π + é", 'p'}, {"é", "2", 'p'}, {"π", "3", 'p'}}}, /* letters of any script */
    {"ab a_b a", {{"a", "ab + a_b", 'p'}, {"a_b", "ab", 'p'}, {"ab", "b", 'p'}}},
    /* Words count wherever they stand; one's own name does not */
    {"a b", {{"b", "len('a')", 'p'}, {"a", "a + 1", 'p'}}},
    {"b: Circular dependency detected in expressions. Fields: a, c (c names a, a names c)",
     {{"a", "c", 'p'}, {"b", "1", 'p'}, {"c", "len('a')", 'p'}}},
    {": Circular dependency detected in expressions. Fields: M, N (N names M, M names N)",
     {{"N", "M", 'p'}, {"M", "N + N", 'p'}}},
};

int main(void)
{
    af_arena *arena = af_arena_new();
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
        const example *x = &examples[i];
        ordered_field fields[6];
        int count = 0;
        for (; count < 6 && x->fields[count].name; count++)
            fields[count] = (ordered_field){x->fields[count].name, af_string(x->fields[count].text),
                                            x->fields[count].kind == 'c', x->fields[count].kind != '=',
                                            count};
        af_report *report = af_report_new("test");
        af_text text = {0};
        af_text_puts(&text, "");
        field_order *order = af_field_order(arena, fields, count);
        for (const ordered_field *f; (f = af_next_field(order));) {
            CHECK_TEXT(x->fields[f->index].name, f->name);
            af_text_printf(&text, "%s%s", text.length ? " " : "", f->name);
        }
        if (af_check_order(order, report, AF_NOWHERE, NULL))
            af_text_printf(&text, ": %s", af_report_message(report, 0));
        CHECK_TEXT(text.bytes, x->expected);
        af_text_free(&text);
        af_report_free(report);
    }
    af_arena_free(arena);
    return test_end("field_order");
}
