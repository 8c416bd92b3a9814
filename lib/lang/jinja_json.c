/* Jinja's filter tojson: JSON that may stand in HTML, keys sorted, only ASCII. */
#include "lang/jinja_filter.h"
#include "lang/letter.h"

#include <math.h>
#include <string.h>

/* indent -1: all on one line */
typedef struct writer { const af_call *call; af_text out; int indent; } writer;

static int write_value(writer *w, af_value value, int depth);

static void write_text(writer *w, const char *text)
{
    static const char named[] = "\"\\\b\f\n\r\t", names[] = "\"\\bfnrt";
    uint32_t code;
    af_text_puts(&w->out, "\"");
    for (int length; (length = af_read_character(text, &code)); text += length) {
        const char *at = code < 128 ? strchr(named, (int)code) : NULL;
        if (at)
            af_text_printf(&w->out, "\\%c", names[at - named]);
        else if (code >= 0x10000)
            af_text_printf(&w->out, "\\u%04x\\u%04x", 0xd7c0 + (code >> 10), 0xdc00 + (code & 0x3ff));
        else if (code < 0x20 || code >= 0x7f || strchr("<>&'", (int)code))
            af_text_printf(&w->out, "\\u%04x", code);
        else
            af_text_add(&w->out, text, 1);
    }
    af_text_puts(&w->out, "\"");
}

static void write_number(writer *w, af_value value)
{
    if (value.type == AF_REAL && !isfinite(value.real))
        af_text_puts(&w->out, isnan(value.real) ? "NaN" : value.real > 0 ? "Infinity" : "-Infinity");
    else if (value.type == AF_BOOL)
        af_text_puts(&w->out, value.truth ? "true" : "false");
    else
        af_print_str(&w->out, value);
}

static void new_line(writer *w, int depth)
{
    if (w->indent < 0)
        return;
    af_text_puts(&w->out, "\n");
    for (int i = 0; i < w->indent * depth; i++)
        af_text_puts(&w->out, " ");
}

static int write_key(writer *w, af_value key)
{
    bool text = key.type == AF_STRING;
    if (!text && key.type != AF_NONE && !af_is_number(key))
        return af_raise(w->call->evaluation, "TypeError",
                        "keys must be str, int, float, bool or None, not %s", af_type_name(key));
    if (text) {
        write_text(w, key.string);
    } else {
        af_text_puts(&w->out, "\"");
        write_value(w, key, 0);
        af_text_puts(&w->out, "\"");
    }
    af_text_puts(&w->out, ": ");
    return 0;
}

static int write_items(writer *w, const af_keyed *items, int count, bool dict, int depth)
{
    af_text_puts(&w->out, dict ? "{" : "[");
    for (int i = 0; i < count; i++) {
        af_text_puts(&w->out, !i ? "" : w->indent < 0 ? ", " : ",");
        new_line(w, depth + 1);
        if ((dict && write_key(w, items[i].key)) || write_value(w, items[i].value, depth + 1)
            || af_spend(w->call->evaluation, 1, (int64_t)w->out.length))
            return -1;
    }
    if (count)
        new_line(w, depth);
    af_text_puts(&w->out, dict ? "}" : "]");
    return 0;
}

static int write_value(writer *w, af_value value, int depth)
{
    enum { DEEPEST = 200 };
    af_evaluation *e = w->call->evaluation;
    bool dict = value.type == AF_DICT, list = value.type == AF_LIST || value.type == AF_TUPLE;
    if (af_is_number(value))
        write_number(w, value);
    else if (value.type == AF_STRING)
        write_text(w, value.string);
    else if (value.type == AF_NONE)
        af_text_puts(&w->out, "null");
    else if (!dict && !list)
        return af_raise(e, "TypeError", "Object of type %s is not JSON serializable", af_type_name(value));
    if (!dict && !list)
        return 0;
    if (depth > DEEPEST)
        return af_raise(e, "ValueError", "JSON is nested deeper than %d levels", DEEPEST);
    int count = dict ? value.dict->count : value.list->count;
    af_keyed *items = af_new_array(e->arena, af_keyed, count);
    for (int i = 0; i < count; i++)
        items[i] = dict ? (af_keyed){value.dict->entries[i].key, value.dict->entries[i].value}
            : (af_keyed){af_none(), value.list->items[i]};
    return (dict && af_sort_keyed(e, items, count, 1)) || write_items(w, items, count, dict, depth) ? -1 : 0;
}

/* tojson(indent=none) */
int af_filter_json(const af_function *self, const af_call *call, af_value *result)
{
    enum { WIDEST = 64 };
    static const char *const names[] = {"value", "indent"};
    af_value values[2];
    if (af_bind_arguments(call, self->name, names, 1, 2, values))
        return -1;
    bool given = values[1].type != AF_UNDEFINED && values[1].type != AF_NONE;
    if (given && (values[1].type != AF_INT || values[1].integer < 0 || values[1].integer > WIDEST))
        return af_raise(call->evaluation, "ValueError",
                        "tojson: indent is a whole number from 0 to %d, or none", WIDEST);
    writer w = {call, {0}, given ? (int)values[1].integer : -1};
    if (!write_value(&w, values[0], 0))
        return af_finish_text(call->evaluation, &w.out, result);
    af_text_free(&w.out);
    return -1;
}
