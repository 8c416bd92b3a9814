/* A report collects the errors of one run, in order, and tells warnings at once. */
#include "base/error.h"

#include <string.h>

enum { MOST_TOLD = 20 };

struct af_report {
    const char *tool;
    bool quiet;
    int n_errors;
    char *messages[MOST_TOLD];
    af_status status;
    int n_warnings;
    char **warnings;                          /* told already */
};

af_report *af_report_new(const char *tool)
{
    af_report *report = af_memory_resize(NULL, sizeof *report);
    *report = (af_report){.tool = tool};
    return report;
}

void af_report_clear(af_report *report)
{
    for (int i = 0; i < report->n_errors && i < MOST_TOLD; i++)
        af_memory_resize(report->messages[i], 0);
    report->n_errors = 0;
    report->status = AF_OK;
}

void af_report_free(af_report *report)
{
    if (!report)
        return;
    af_report_clear(report);
    for (int i = 0; i < report->n_warnings; i++)
        af_memory_resize(report->warnings[i], 0);
    af_memory_resize(report->warnings, 0);
    af_memory_resize(report, 0);
}

void af_report_quiet(af_report *report, bool quiet) { report->quiet = quiet; }

/* [FILE:LINE[:COLUMN]: ][PATH: ]TEXT, in a block of its own */
static char *message_of(af_place place, const char *path, const char *format, va_list arguments)
{
    af_text text = {0};
    if (place.file)
        af_text_puts(&text, place.file);
    if (place.line)
        af_text_printf(&text, place.file ? ":%d" : "line %d", place.line);
    if (place.line && place.column)
        af_text_printf(&text, ":%d", place.column);
    if (place.file || place.line)
        af_text_puts(&text, ": ");
    if (path && *path)
        af_text_printf(&text, "%s: ", path);
    va_list again;
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, again);
    va_end(again);
    char *message = af_memory_resize(NULL, text.length + (size_t)length + 1);
    memcpy(message, text.length ? text.bytes : "", text.length);
    vsnprintf(message + text.length, (size_t)length + 1, format, arguments);
    af_text_free(&text);
    return message;
}

int af_fail_list(af_report *report, af_status status, af_place place, const char *path, const char *format, va_list arguments)
{
    if (!report->n_errors)
        report->status = status;
    if (report->n_errors < MOST_TOLD)
        report->messages[report->n_errors] = message_of(place, path, format, arguments);
    report->n_errors++;
    return -1;
}

int af_fail(af_report *report, af_status status, af_place place, const char *path, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    af_fail_list(report, status, place, path, format, arguments);
    va_end(arguments);
    return -1;
}

static bool is_new_warning(af_report *report, const char *message)
{
    for (int i = 0; i < report->n_warnings; i++)
        if (!strcmp(report->warnings[i], message))
            return false;
    return true;
}

void af_warn(af_report *report, af_place place, const char *path, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *message = message_of(place, path, format, arguments);
    va_end(arguments);
    if (report->quiet || !is_new_warning(report, message)) {
        af_memory_resize(message, 0);
        return;
    }
    fprintf(stderr, "%s: warning: %s\n", report->tool, message);
    report->warnings = af_memory_resize(report->warnings, sizeof *report->warnings * (size_t)(report->n_warnings + 1));
    report->warnings[report->n_warnings++] = message;
}

bool af_failed(const af_report *report) { return report->n_errors > 0; }
af_status af_report_status(const af_report *report) { return report->status; }

const char *af_report_message(const af_report *report, int index)
{
    return index < report->n_errors && index < MOST_TOLD ? report->messages[index] : NULL;
}

void af_report_print(const af_report *report, FILE *out)
{
    for (int i = 0; af_report_message(report, i); i++)
        fprintf(out, "%s: %s\n", report->tool, report->messages[i]);
    if (report->n_errors > MOST_TOLD)
        fprintf(out, "%s: and %d more\n", report->tool, report->n_errors - MOST_TOLD);
}
