/* Python's str() and repr() of values. */
#include "lang/expression.h"
#include "lang/number.h"

#include <string.h>

/* More than an expression may take: shared parts can make a small value print as a huge text. */
enum { LARGEST_PRINT = 33 << 20 };

typedef struct printer { af_text *out; size_t most; } printer;

static void print_value(printer *p, af_value value);

/* Texts and containers stop once more than `most` bytes are printed. */
static bool go_on(const printer *p) { return p->out->length <= p->most; }

/* ---- texts */
static int sequence_length(unsigned char first)
{
    return first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

/* Control characters, and blanks and soft hyphens that nobody can see. */
static bool is_hidden(const char *c, int length)
{
    unsigned char first = (unsigned char)c[0], second = (unsigned char)c[1];
    return length == 1 ? first < 0x20 || first == 0x7f : first == 0xc2 && (second <= 0xa0 || second == 0xad);
}

static void print_hidden(af_text *out, const char *c, int length)
{
    const char *letter = strchr("\tt\nn\rr", *c);
    if (letter)
        af_text_printf(out, "\\%c", letter[1]);
    else
        af_text_printf(out, "\\x%02x", (unsigned char)c[length - 1]);
}

static void print_quoted(const printer *p, const char *text)
{
    af_text *out = p->out;
    char quote = strchr(text, '\'') && !strchr(text, '"') ? '"' : '\'';
    af_text_add(out, &quote, 1);
    for (int length; *text && go_on(p); text += length) {
        length = sequence_length((unsigned char)*text);
        length = (int)strnlen(text, (size_t)length);
        if (is_hidden(text, length)) {
            print_hidden(out, text, length);
            continue;
        }
        if (*text == quote || *text == '\\')
            af_text_add(out, "\\", 1);
        af_text_add(out, text, (size_t)length);
    }
    af_text_add(out, &quote, 1);
}

/* ---- containers */
static void print_items(printer *p, const char *open, const af_items *list, const char *close)
{
    af_text_puts(p->out, open);
    for (int i = 0; i < list->count && go_on(p); i++) {
        if (i)
            af_text_puts(p->out, ", ");
        print_value(p, list->items[i]);
    }
    af_text_puts(p->out, close);
}

static void print_dict(printer *p, const af_dict *dict)
{
    af_text_puts(p->out, "{");
    for (int i = 0; i < dict->count && go_on(p); i++) {
        if (i)
            af_text_puts(p->out, ", ");
        print_value(p, dict->entries[i].key);
        af_text_puts(p->out, ": ");
        print_value(p, dict->entries[i].value);
    }
    af_text_puts(p->out, "}");
}

static void print_set(af_text *out, const af_token_set *set)
{
    const char *names[128];
    int count = af_set_names(set, names, 128);
    af_text_puts(out, "{");
    for (int i = 0; i < count; i++)
        af_text_printf(out, "%s%s", i ? ", " : "", names[i]);
    af_text_puts(out, "}");
}

static void print_range(af_text *out, const af_range *range)
{
    af_text_printf(out, "range(%lld, %lld", (long long)range->start, (long long)range->stop);
    if (range->step != 1)
        af_text_printf(out, ", %lld", (long long)range->step);
    af_text_puts(out, ")");
}

/* ---- the rest */
static void print_object(printer *p, const af_object *object)
{
    af_value name;
    if (object->kind->is_tuple) {
        af_value items[AF_MOST_PARTS];
        int all = object->kind->count(object), count = all < AF_MOST_PARTS ? all : AF_MOST_PARTS;
        for (int i = 0; i < count; i++)
            object->kind->item(object, af_int(i), &items[i]);
        print_items(p, "(", &(af_items){count, items}, ")");
        return;
    }
    af_text_printf(p->out, "<%s", object->kind->name);
    if (object->kind->attribute(object, "name", &name) && name.type == AF_STRING)
        af_text_printf(p->out, " %s", name.string);
    af_text_puts(p->out, ">");
}

static void print_function(af_text *out, const af_function *function)
{
    if (function->text)
        af_text_puts(out, function->text);
    else
        af_text_printf(out, "<built-in function %s>", function->name);
}

static void print_real(af_text *out, double real)
{
    char buffer[32];
    af_text_add(out, buffer, (size_t)af_real_text(buffer, real));
}

static void print_value(printer *p, af_value value)
{
    af_text *out = p->out;
    switch (value.type) {
    case AF_UNDEFINED: af_text_puts(out, "Undefined"); break;
    case AF_NONE: af_text_puts(out, "None"); break;
    case AF_BOOL: af_text_puts(out, value.truth ? "True" : "False"); break;
    case AF_INT: af_text_printf(out, "%lld", (long long)value.integer); break;
    case AF_BIG: af_int_print(out, value, 10); break;
    case AF_REAL: print_real(out, value.real); break;
    case AF_STRING: print_quoted(p, value.string); break;
    case AF_LIST: print_items(p, "[", value.list, "]"); break;
    case AF_TUPLE: print_items(p, "(", value.list, value.list->count == 1 ? ",)" : ")"); break;
    case AF_PLAIN_SET:
        if (value.list->count)
            print_items(p, "{", value.list, "}");
        else
            af_text_puts(out, "set()");
        break;
    case AF_DICT: print_dict(p, value.dict); break;
    case AF_SET: print_set(out, value.set); break;
    case AF_OBJECT: print_object(p, value.object); break;
    case AF_FUNCTION: print_function(out, value.function); break;
    case AF_RANGE: print_range(out, value.range); break;
    default: af_text_printf(out, "<%s>", af_type_name(value)); break;   /* OPAQUE, ITERATOR */
    }
}

void af_print_repr(af_text *out, af_value value)
{
    printer p = {out, out->length + LARGEST_PRINT};
    print_value(&p, value);
}

void af_print_str(af_text *out, af_value value)
{
    if (value.type == AF_STRING)
        af_text_puts(out, value.string);
    else if (value.type == AF_UNDEFINED)
        af_text_puts(out, "");
    else
        af_print_repr(out, value);
}

void af_print_short(af_text *out, af_value value, size_t room)
{
    size_t start = out->length;
    printer p = {out, start + room};
    print_value(&p, value);
    if (out->length <= start + room)
        return;
    size_t end = start + room;
    /* no half characters; the first one is no later byte */
    while (((unsigned char)out->bytes[end] & 0xc0) == 0x80)
        end--;
    out->length = end;
    out->bytes[end] = 0;
    af_text_puts(out, "...");
}

char *af_describe(af_arena *arena, af_value value)
{
    static const struct { af_type type; const char *what; bool shown; } kinds[] = {
        {AF_UNDEFINED, "nothing", false}, {AF_NONE, "nothing", false}, {AF_BOOL, "", true},
        {AF_INT, "the number ", true},
        {AF_BIG, "the number ", true}, {AF_REAL, "the number ", true}, {AF_STRING, "the text ", true},
        {AF_LIST, "a list", false},
        {AF_TUPLE, "a tuple", false}, {AF_DICT, "a map", false}, {AF_SET, "the set ", true},
        {AF_FUNCTION, "a function", false}};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (kinds[i].type != value.type)
            continue;
        af_text text = {0};
        af_text_puts(&text, kinds[i].what);
        if (kinds[i].shown)
            af_print_short(&text, value, 60);
        char *copy = af_copy_text(arena, text.bytes);
        af_text_free(&text);
        return copy;
    }
    return af_format(arena, "a value of type %s", af_type_name(value));
}
