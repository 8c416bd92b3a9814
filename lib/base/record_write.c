/* Writing record streams. */
#include "base/record.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

enum { BLOCK = 1 << 16, PIPE = 1 << 20 };

struct af_output {
    FILE *file;
    const char *name;
    af_report *report;
    af_json_writer writer;                    /* its text is what has not been written yet */
    long n_records;
    int error;                                /* errno of the first write that failed */
};

af_output *af_output_open(FILE *file, const char *name, af_report *report)
{
    af_output *out = af_memory_resize(NULL, sizeof *out);
#ifdef F_SETPIPE_SZ
    if (file)   /* if it is a pipe: who writes goes on while who reads is busy */
        fcntl(fileno(file), F_SETPIPE_SZ, PIPE);
#endif
    *out = (af_output){.file = file, .name = name, .report = report};
    af_text_grow(&out->writer.text, BLOCK);   /* untouched pages cost nothing; growing copies */
    return out;
}

static void write_out(af_output *out)
{
    af_text *text = &out->writer.text;
    if (!out->file)
        return;
    errno = 0;
    if (!out->error && text->length &&
        (fwrite(text->bytes, 1, text->length, out->file) < text->length || fflush(out->file)))
        out->error = errno ? errno : EIO;
    af_text_clear(text);
}

static void end_line(af_output *out)
{
    af_text_add(&out->writer.text, "\n", 1);
    out->n_records++;
    if (out->n_records > 1 && out->writer.text.length >= BLOCK)
        write_out(out);
}

void af_put_record(af_json_writer *w, const char *type)
{
    af_put_object(w, NULL);
    af_put_string(w, "rec", type);
    af_put_string(w, "v", "1");
}

af_json_writer *af_begin_record(af_output *out, const char *type)
{
    af_put_record(&out->writer, type);
    return &out->writer;
}

void af_end_record(af_output *out)
{
    af_put_end_object(&out->writer);
    end_line(out);
}

void af_write_line(af_output *out, const char *line, size_t length)
{
    af_text_add(&out->writer.text, line, length);
    end_line(out);
}

void af_pass_record(af_output *out, const af_record *record)
{
    af_write_line(out, record->line, record->length);
}

static void release(af_output *out)
{
    af_text_free(&out->writer.text);
    af_memory_resize(out, 0);
}

char *af_output_lines(af_output *out, af_arena *arena)
{
    char *lines = af_copy_slice(arena, out->writer.text.bytes, out->writer.text.length);
    release(out);
    return lines;
}

int af_output_finish(af_output *out)
{
    long n_records = out->n_records;
    af_put_integer(af_begin_record(out, "end"), "records", n_records);
    af_end_record(out);
    write_out(out);
    errno = 0;
    if (fclose(out->file) && !out->error)
        out->error = errno ? errno : EIO;
    int error = out->error;
    if (error && error != EPIPE)              /* who closed the pipe has had enough */
        af_fail(out->report, AF_WRITE_FAILED, (af_place){out->name, 0, 0}, NULL, "cannot write: %s",
                strerror(error));
    release(out);
    return error ? -1 : 0;
}

void af_output_abandon(af_output *out)
{
    if (!out)
        return;
    if (out->file)
        fclose(out->file);
    release(out);
}
