/* The schema told to a person: a class, its fields, what each may be, its default and meaning. */
#include "spec/schema.h"

#include <string.h>

static void say_kinds(af_text *out, const af_field *field)
{
    static const struct { unsigned bit; const char *name; } kinds[] = {
        {AF_MAY_NULL,           "null"},
        {AF_MAY_BOOL,           "true or false"},
        {AF_MAY_INT,            "integer"},
        {AF_MAY_REAL,           "real"},
        {AF_MAY_STRING,         "text"},
        {AF_MAY_LIST,           "list"},
        {AF_MAY_DICT,           "map"},
        {AF_MAY_TENSORS,        "set of tensors"},
        {AF_MAY_RANK_VARIABLES, "set of rank variables"},
        {AF_MAY_ANY,            "any value"},
        {AF_MAY_METRICS,        "metrics joined by |"},
        {AF_MAY_TOPOLOGY,       "topology"},
    };
    const char *between = "";
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (field->types & kinds[i].bit) {
            af_text_printf(out, "%s%s", between, kinds[i].name);
            between = ", ";
        }
    for (int i = 0; field->classes && field->classes[i]; i++, between = ", ")
        af_text_printf(out, "%s%s", between, field->classes[i]->kind.name);
}

static void say_field(af_text *out, const af_field *field)
{
    static const char *const shapes[] = {"", "list of ", "list of lists of ", "map from names to "};
    af_text_printf(out, "  %s: %s\n      ", field->name, field->help ? field->help : "");
    af_text_puts(out, shapes[field->shape]);
    say_kinds(out, field);
    if (field->kind == AF_EVALUATES || field->kind == AF_TRIES)
        af_text_puts(out, "; an expression");
    else if (field->kind == AF_LATE)
        af_text_puts(out, "; an expression, evaluated late");
    if (field->missing)
        af_text_printf(out, "; default: %s", field->missing);
    else
        af_text_puts(out, "; required");
    af_text_puts(out, field->flags & AF_FIELD_PRIVATE      ? "; set with -S only\n"
                      : field->flags & AF_FIELD_DEPRECATED ? "; deprecated\n"
                                                           : "\n");
}

static void explain_class(af_text *out, const af_class *class)
{
    af_text_printf(out, "%s: %s\n", class->kind.name, class->help ? class->help : "");
    for (int i = 0; i < class->n_fields; i++)
        say_field(out, &class->fields[i]);
    if (class->open)
        af_text_puts(out, "  any other name: an expression\n");
}

int af_explain(af_text *out, const char *name, af_report *report)
{
    const af_class *class = af_find_class(name);
    if (class) {
        explain_class(out, class);
        return 0;
    }
    if (!strcmp(name, "all")) {
        for (int i = 0; af_classes[i]; i++) {
            if (i)
                af_text_puts(out, "\n");
            explain_class(out, af_classes[i]);
        }
        return 0;
    }
    enum { ROOM = 128 };
    const char *names[ROOM];
    int count = 0;
    af_text list = {0};
    for (; af_classes[count] && count < ROOM; count++) {
        names[count] = af_classes[count]->kind.name;
        af_text_printf(&list, "%s%s", count ? ", " : "", names[count]);
    }
    const char *near = af_nearest(name, names, count);
    if (near)
        af_fail(report, AF_USAGE, AF_NOWHERE, NULL, "--explain %s: no such class; did you mean %s?", name,
                near);
    else
        af_fail(report, AF_USAGE, AF_NOWHERE, NULL, "--explain %s: no such class; there are all, %s", name,
                list.bytes);
    af_text_free(&list);
    return -1;
}
