/* The component classes of this folder told to a person: attributes, their kinds and defaults; actions. */
#include "cost/embedded.h"

#include <math.h>
#include <string.h>
#include <strings.h>

static void say_number(af_text *out, const char *before, double number)
{
    char text[32];
    af_number_text(text, number);
    af_text_printf(out, "%s%s", before, text);
}

static void say_parameter(af_text *out, const parameter *p)
{
    static const char *const kinds[] = {"number", "integer", "true or false", "text", "list of numbers"};
    bool numeric = p->kind == PARAMETER_NUMBER || p->kind == PARAMETER_INTEGER;
    bool bounded = p->least != 0 || p->most != 0;
    af_text_printf(out, "  %s: %s", p->name, kinds[p->kind]);
    if (bounded && isfinite(p->least))
        say_number(out, " from ", p->least);
    if (bounded && isfinite(p->most))
        say_number(out, " to ", p->most);
    if (p->required)
        af_text_puts(out, "; required");
    else if (p->kind == PARAMETER_TRUTH)
        af_text_puts(out, p->standard != 0 ? "; default: true" : "; default: false");
    else if (numeric && !isnan(p->standard))
        say_number(out, "; default: ", p->standard);
    af_text_puts(out, "\n");
}

/* "read add" is told as "read, add". */
static void say_names(af_text *out, const char *names, const char *between)
{
    for (; *names; names += strspn(names, " ")) {
        size_t length = strcspn(names, " ");
        af_text_printf(out, "%s%.*s", between, (int)length, names);
        between = ", ";
        names += length;
    }
}

static void explain_class(af_text *out, const component_class *class)
{
    const char *between = " ";
    af_text_printf(out, "%s:", class->model);
    say_names(out, class->names, " component_class ");
    af_text_puts(out, "\n");
    for (int i = 0; i < MAX_PARAMETERS && class->parameters[i].name; i++)
        say_parameter(out, &class->parameters[i]);
    af_text_puts(out, "  actions:");
    for (int i = 0; i < MAX_ACTIONS && class->actions[i].names; i++)
        if (!class->actions[i].inner) {
            say_names(out, class->actions[i].names, between);
            between = ", ";
        }
    af_text_puts(out, "\n");
}

static bool is_called(const component_class *class, const char *name)
{
    if (!strcasecmp(class->model, name))
        return true;
    size_t length;
    for (const char *one = class->names; *one; one += length, one += strspn(one, " ")) {
        length = strcspn(one, " ");
        if (strlen(name) == length && !strncasecmp(one, name, length))
            return true;
    }
    return false;
}

int af_explain_component(af_text *out, const char *name, af_report *report)
{
    enum { ROOM = 256 };
    const char *names[ROOM];
    int count = 0;
    bool all = !strcmp(name, "all"), told = false;
    for (const component_class *class; count < ROOM && (class = embedded_class(count)); count++) {
        names[count] = class->model;
        if (!all && !is_called(class, name))
            continue;
        if (told)
            af_text_puts(out, "\n");
        explain_class(out, class);
        told = true;
    }
    const char *near = told ? NULL : af_nearest(name, names, count);
    return told ? 0 : af_fail(report, AF_USAGE, AF_NOWHERE, NULL,
                              "--explain %s: no component class of the library%s%s%s; `all` tells all", name,
                              near ? ", did you mean " : "", near ? near : "", near ? "?" : "");
}
