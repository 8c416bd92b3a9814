/* The records inside of an HTML report: kept as a block of data, one a line, and taken out of it again. */
#include "base/record.h"
#include "draw/pictures.h"

#include <stdlib.h>

static const char head[] = "<script type=\"application/json\" id=\"af-records\">", tail[] = "</script>";

/* What could end the block, or open a comment in it, and what JSON says instead with the same meaning. */
static const struct { const char *plain, *kept; } marks[] = {{"</", "<\\/"}, {"<!", "<\\u0021"}};
enum { N_MARKS = sizeof marks / sizeof *marks };

/* Adds a line with one spelling of every mark replaced by the other. */
static void add_replaced(af_text *out, const char *line, size_t length, bool back)
{
    const char *end = line + length;
    while (line < end) {
        size_t taken = 0;
        for (int i = 0; *line == '<' && i < N_MARKS && !taken; i++) {
            const char *from = back ? marks[i].kept : marks[i].plain;
            if ((size_t)(end - line) >= strlen(from) && !strncmp(line, from, strlen(from))) {
                af_text_puts(out, back ? marks[i].plain : marks[i].kept);
                taken = strlen(from);
            }
        }
        if (!taken)
            af_text_add(out, line, taken = 1);
        line += taken;
    }
}

void af_page_records(af_text *out, const af_results *results)
{
    af_text_printf(out, "%s\n", head);
    for (int i = 0; i < results->records.count; i++) {
        const af_record *record = &results->records.items[i].record;
        add_replaced(out, record->line, record->length, false);
        af_text_puts(out, "\n");
    }
    af_text_printf(out, "%s\n", tail);
}

static bool is_line(const char *line, ssize_t length, const char *wanted)
{
    return (size_t)length == strlen(wanted) && !memcmp(line, wanted, (size_t)length);
}

int af_page_extract(FILE *in, const char *name, af_output *out, af_report *report)
{
    char *line = NULL;
    size_t capacity = 0;
    bool inside = false, found = false, whole = false;
    af_text record = {0};
    for (ssize_t length; !whole && (length = getline(&line, &capacity, in)) > 0;) {
        length -= line[length - 1] == '\n';
        if (inside && is_line(line, length, tail)) {
            whole = true;
        } else if (inside) {
            af_text_clear(&record);
            add_replaced(&record, line, (size_t)length, true);
            af_write_line(out, record.bytes, record.length);
        }
        found = inside = inside || is_line(line, length, head);
    }
    free(line);
    af_text_free(&record);
    if (whole)
        return 0;
    return found ? af_fail(report, AF_BAD_DATA, AF_NOWHERE, NULL, "%s: the report ends in its records", name)
        : af_fail(report, AF_BAD_DATA, AF_NOWHERE, NULL, "%s: no records in it: a report of one input, as "
                  "af-render -T html writes it, is expected", name);
}
