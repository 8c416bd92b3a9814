/* The YAML composer, merging and the writer: what was read and is written is read as the same values. */
#include "fuzz.h"

#include <string.h>

enum { MOST_BYTES = 1 << 16 };                /* written: aliases make long texts of short ones */

static int include(void *context, const char *tag, const char *argument, af_place place, af_value *result)
{
    (void)tag, (void)place;
    *result = af_string(af_copy_text(context, argument));
    result->quoted = true;
    return *argument == '?' ? -1 : 0;
}

static int read(fuzz *f, const char *text, size_t length, af_value *value)
{
    af_yaml_source source = {.text = text,
                             .length = length,
                             .path = "fuzz.yaml",
                             .include = include,
                             .context = f->arena};
    return af_read_yaml(f->arena, &source, value, f->report);
}

static void check_written(fuzz *f, af_value value)
{
    af_value again;
    af_text text = {0}, before = {0}, after = {0};
    af_print_short(&text, value, MOST_BYTES);
    if (text.length < MOST_BYTES) {
        af_text_clear(&text);
        af_write_yaml(&text, value, 0);
        HOLDS(!read(f, text.bytes, text.length, &again));
        af_print_repr(&before, value);        /* a nan is not equal to itself, but says the same */
        af_print_repr(&after, again);
        HOLDS(af_equal(value, again) || (before.bytes && after.bytes && !strcmp(before.bytes, after.bytes)));
    }
    af_text_free(&before);
    af_text_free(&after);
    af_text_free(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz f = fuzz_begin(data, size);
    af_value value;
    if (!read(&f, f.text, size, &value)) {
        check_written(&f, value);
        if (!af_merge(f.arena, &value, f.report))
            check_written(&f, value);
    }
    fuzz_end(&f);
    return 0;
}
