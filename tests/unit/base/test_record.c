/* The stream contract of 00-overview section 3. */
#include "base/base.h"
#include "test.h"

#include <stdlib.h>

static af_report *report;

#define END(n) "{\"rec\":\"end\",\"v\":\"1\",\"records\":" #n "}\n"
#define A "{\"rec\":\"a\",\"v\":\"1\",\"x\":4.0}\n"
#define B "{\"rec\":\"b\",\"v\":\"1\",\"big\":12345678901234567890123,\"s\":\"caf\\u00e9 { } \\\" \"}\n"

/* Passes every record on; the output, or the first message. */
static char *pass(const char *text, bool open_end)
{
    static char buffer[1 << 16];
    memset(buffer, 0, sizeof buffer);
    FILE *from = *text ? fmemopen((char *)text, strlen(text), "r") : fopen("/dev/null", "r"),
         *to = fmemopen(buffer, sizeof buffer, "w");
    af_input *in = af_input_open(from, "in", open_end, report);
    af_output *out = af_output_open(to, "out", report);
    af_record record;
    int more;
    for (; (more = af_read_record(in, &record)) > 0; af_record_done(&record))
        af_pass_record(out, &record);
    af_input_close(in);
    if (more == 0 && !af_output_finish(out))
        return buffer;
    if (more)
        af_output_abandon(out);
    CHECK(buffer[0] == 0);                    /* a failure leaves nothing that looks whole */
    snprintf(buffer, sizeof buffer, "%d %s", af_report_status(report), af_report_message(report, 0));
    af_report_clear(report);
    return buffer;
}

static const struct { const char *in, *out; bool open_end; } streams[] = {
    {A B END(2), A B END(2), false},
    {A END(1) B END(1), A B END(2), false}, /* several ends: from parallel */
    {A, A END(1), false},                   /* one whole record alone */
    /* What the last worker of parallel gets */
    {END(7), END(0), false},
    {END(0), END(0), false},
    {A B, A B END(2), true},
    {A B END(9), A B END(2), true},
    {"", END(0), true},
    {"{\n  \"rec\": \"a\",\n  \"v\": \"1\",\r\n\t\"x\": [ 1.50, \"two  { words\", 1e-09 ]\n}\n" END(1),
     "{\"rec\":\"a\",\"v\":\"1\",\"x\":[1.50,\"two  { words\",1e-09]}\n" END(1), false},
    {"\n\n " A "\n\n" END(1) "  \n", A END(1), false},
    {"{\"rec\":\"a\",\"v\":\"1\"}{\"rec\":\"b\",\"v\":\"1\"} " END(2),
     "{\"rec\":\"a\",\"v\":\"1\"}\n{\"rec\":\"b\",\"v\":\"1\"}\n" END(2), false},
    /* On one line: byte for byte */
    {"{ \"rec\" : \"a\", \"v\":\"1\" }\n" END(1), "{ \"rec\" : \"a\", \"v\":\"1\" }\n" END(1), false},
    {"{\"v\":\"1.7\",\"rec\":\"a\"}", "{\"v\":\"1.7\",\"rec\":\"a\"}\n" END(1), false},
    {"{\"rec\":\"a\",\"v\":\"1\"}\n{\"rec\":\"end\",\"v\":\"1\",\"odd\":[1]}",
     "{\"rec\":\"a\",\"v\":\"1\"}\n" END(1), false},
    {A B, "65 in: truncated: there is no `end` record; the last good line is 2", false},
    {A END(1) B A, "65 in: truncated: there is no `end` record; the last good line is 4", false},
    {A "{\"rec\":\"b\",\"v\":\"1\",\"x\":[1,2",
     "65 in:2: truncated: the record that starts here is cut; the last good line is 1", false},
    {A "{\"rec\":\"b\",\"v\":\"1\",\n\"x\":[1,2\n",
     "65 in:2: truncated: the record that starts here is cut; the last good line is 1", true},
    {"{\"rec\":\"b\"", "65 in:1: truncated: the record that starts here is cut", false},
    {A B A END(2),
     "65 in:4: records are missing: `end` counts 2, 3 were read (a part of a stream needs --open)", false},
    {"", "65 in: no records: the input is empty", false},
    {" \n\n", "65 in: no records: the input is empty", false},
    {A "not json\n" END(2), "65 in:2:1: no record: 'not json' found, expected a JSON object", false},
    {"[1]\n", "65 in:1:1: no record: '[1]' found, expected a JSON object", false},
    {A "{\"a\":1}\n" END(2), "65 in:2: rec: missing, expected a string", false},
    {A "{\"rec\":5,\"v\":\"1\"}\n" END(2), "65 in:2: rec: 5 found, expected a string", false},
    {A "{\"rec\":\"b\"}\n" END(2), "65 in:2: v: missing, expected a string", false},
    {A "{\"rec\":\"b\",\"v\":\"2\"}\n" END(2),
     "65 in:2: v: version \"2\" found, this program reads version \"1\"", false},
    {A "{\"rec\":\"b\",\"v\":\"10\"}\n" END(2),
     "65 in:2: v: version \"10\" found, this program reads version \"1\"", false},
    {A "{\"rec\":\"b\",\"v\":\"1\",\"x\":Infinity}\n" END(2),
     "65 in:2:24: not JSON: a bare word (NaN and Infinity are written \"nan\", \"inf\")", false},
    {A "{\"rec\":\"b\",\"v\":\"1\"]\n" END(2), "65 in:2:19: not JSON: ',' or '}' is expected", false},
};

static void check_streams(void)
{
    for (size_t i = 0; i < sizeof streams / sizeof *streams; i++)
        CHECK_TEXT(pass(streams[i].in, streams[i].open_end), streams[i].out);
}

static void check_kept(void)
{
    const char *text = A B END(2);
    af_input *in = af_input_open(fmemopen((char *)text, strlen(text), "r"), "in", false, report);
    af_record first, second, last;
    CHECK(af_read_record(in, &first) == 1);
    af_record_keep(&first);
    CHECK(af_read_record(in, &second) == 1 && second.number == 2);
    af_record_keep(&second);
    CHECK(af_read_record(in, &last) == 0);
    af_input_close(in);
    CHECK_TEXT(first.type, "a");
    CHECK(first.number == 1 && first.length == strlen(A) - 1 && !strncmp(first.line, A, first.length));
    CHECK_TEXT(second.type, "b");
    af_record_done(&first);
    af_record_done(&second);
}

static void check_written(void)
{
    char buffer[400] = "";
    af_output *out = af_output_open(fmemopen(buffer, sizeof buffer, "w"), "out", report);
    af_json_writer *w = af_begin_record(out, "total");
    af_put_real(w, "energy", 4);
    af_end_record(out);
    af_write_line(out, "{\"rec\":\"a\",\"v\":\"1\"}", 19);
    CHECK(af_output_finish(out) == 0);
    CHECK_TEXT(buffer,
               "{\"rec\":\"total\",\"v\":\"1\",\"energy\":4.0}\n{\"rec\":\"a\",\"v\":\"1\"}\n" END(2));
}

static void check_full_disk(void)
{
    FILE *full = fopen("/dev/full", "w");
    if (!full)
        return;
    af_output *out = af_output_open(full, "/dev/full", report);
    af_write_line(out, "{\"rec\":\"a\",\"v\":\"1\"}", 19);
    CHECK(af_output_finish(out) == -1);
    CHECK(af_report_status(report) == AF_WRITE_FAILED);
    CHECK_TEXT(af_report_message(report, 0), "/dev/full: cannot write: No space left on device");
    af_report_clear(report);
}

/* One record without `end` would look whole: it must not leave before there is more, however large it is. */
static void check_large_record_alone(void)
{
    char *buffer = calloc(1, 1 << 20), *large = malloc(200000);
    memset(large, ' ', 200000);
    af_output *out = af_output_open(fmemopen(buffer, 1 << 20, "w"), "out", report);
    af_write_line(out, large, 200000);
    CHECK(buffer[0] == 0);
    af_write_line(out, "{}", 2);
    CHECK(buffer[0] == ' ' && strlen(buffer) == 200004);
    af_output_abandon(out);
    free(buffer);
    free(large);
}

int main(void)
{
    report = af_report_new("test");
    check_streams();
    check_kept();
    check_written();
    check_full_disk();
    check_large_record_alone();
    af_report_free(report);
    CHECK(af_memory_in_use() == 0);
    return test_end("base/record");
}
