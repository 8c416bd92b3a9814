/* Values as short text, with what the reader of YAML must tell apart: "x" was quoted, x was not; 1 is an
 * int, 1.0 a float; !Tag{…}. */
#ifndef AF_TEST_SHOW_H
#define AF_TEST_SHOW_H

#include "lang/lang.h"

static inline void show_into(af_text *out, af_value value)
{
    int count;
    const af_entry *entries;
    switch (value.type) {
    case AF_NONE: af_text_puts(out, "null"); return;
    case AF_BOOL: af_text_puts(out, value.truth ? "true" : "false"); return;
    case AF_STRING: af_text_printf(out, value.quoted ? "\"%s\"" : "%s", value.string); return;
    case AF_LIST:
        af_text_puts(out, "[");
        for (int i = 0; i < value.list->count; i++) {
            af_text_puts(out, i ? ", " : "");
            show_into(out, value.list->items[i]);
        }
        af_text_puts(out, "]");
        return;
    case AF_DICT:
        if (value.dict->tag)
            af_text_printf(out, "!%s", value.dict->tag);
        entries = af_dict_entries(value, &count);
        af_text_puts(out, "{");
        for (int i = 0; i < count; i++) {
            af_text_puts(out, i ? ", " : "");
            show_into(out, entries[i].key);
            af_text_puts(out, ": ");
            show_into(out, entries[i].value);
        }
        af_text_puts(out, "}");
        return;
    default: af_print_str(out, value);
    }
}

static inline char *show(af_arena *arena, af_value value)
{
    af_text text = {0};
    show_into(&text, value);
    char *copy = af_copy_text(arena, text.bytes ? text.bytes : "");
    af_text_free(&text);
    return copy;
}

#endif
