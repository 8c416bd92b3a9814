/* Record streams: JSON Lines, and what reads the records that hold specs, Einsums and mappings. */
#include "fuzz.h"
#include "spec/spec.h"

#include <string.h>

/* JSON to a value to JSON to the same value. */
static void check_value(fuzz *f, const af_json *json)
{
    af_value value = af_value_of_json(f->arena, json);
    af_json_writer w = {.first = true};
    af_put_value(&w, NULL, value);
    af_json *again = af_json_parse(w.text.bytes, w.text.length, f->report, AF_NOWHERE);
    HOLDS(again);
    HOLDS(af_equal(value, af_value_of_json(f->arena, again)));
    af_json_free(again);
    af_text_free(&w.text);
}

static void read_record(fuzz *f, const af_record *record)
{
    check_value(f, record->json);
    af_json_writer w = {.first = true};
    if (!strcmp(record->type, "spec")) {
        const af_spec *spec = af_spec_of_json(f->arena, record->json, f->report, AF_NOWHERE);
        if (spec)
            af_put_spec(&w, spec);
    } else if (!strcmp(record->type, "mapping")) {
        const af_mapping *mapping = af_mapping_of_json(f->arena, af_json_at(record->json, "tree"), f->report,
                                                       AF_NOWHERE);
        if (mapping)
            af_put_mapping(&w, NULL, mapping);
    } else if (!strcmp(record->type, "einsum")) {
        HOLDS(af_einsum_of_json(f->arena, record->json, f->report, AF_NOWHERE) ||
              af_report_message(f->report, 0));
    }
    af_text_free(&w.text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz f = fuzz_begin(data, size);
    FILE *file = size ? fmemopen((void *)f.text, size, "r") : NULL;
    af_input *in = file ? af_input_open(file, "fuzz", size % 2, f.report) : NULL;
    af_record record;
    int more = 0;
    while (in && (more = af_read_record(in, &record)) > 0) {
        read_record(&f, &record);
        af_record_done(&record);
    }
    HOLDS(!more || af_failed(f.report));
    af_input_close(in);
    fuzz_end(&f);
    return 0;
}
