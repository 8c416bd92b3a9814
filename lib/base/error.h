/* Errors and warnings: where (file, line, column), which field, what was found and expected.
 *
 * A library function that can fail returns 0 or -1 (or NULL) and has put the reason into the report that it
 * was handed. A report collects: several mistakes of one stage are all told, in the order of the files (at
 * most 20, then "and N more"). The same mistake in fields of one name is told once, with the number of its
 * places (85 U4). Several threads may tell one report. */
#ifndef AF_BASE_ERROR_H
#define AF_BASE_ERROR_H

#include "base/text.h"
#include <stdio.h>

typedef enum af_status {                  /* exit codes, 00-overview section 3 */
    AF_OK = 0,
    AF_NO_ANSWER = 1,                     /* asked, and answered "none" */
    AF_USAGE = 64, AF_BAD_DATA = 65, AF_NO_INPUT = 66,
    AF_BUG = 70, AF_SYSTEM = 71, AF_CANNOT_CREATE = 73, AF_WRITE_FAILED = 74,
    AF_LIMIT = 75
} af_status;

/* File NULL, line 0, column 0: not known */
typedef struct af_place { const char *file; int line, column; } af_place;
#define AF_NOWHERE ((af_place){NULL, 0, 0})

typedef struct af_report af_report;

/* `tool`: the name that starts every message; it must live as long as the report. Free with
 * af_report_free. */
af_report *af_report_new(const char *tool);
void af_report_free(af_report *report);                      /* with all it holds; tells nothing */
/* For work that is done beside other work: warnings wait until the report is added to another,
 * whose mistakes and warnings then are as if it had been told all this now. `from` is empty after that. */
void af_report_hold(af_report *report);
void af_report_add(af_report *report, af_report *from);
/* Says that this file is read now: mistakes are printed in the order in which files were read. */
void af_report_file(af_report *report, const char *file);
/* The place of those mistakes of this path that are told without one; path NULL: of none from now on. */
void af_report_at(af_report *report, af_place place, const char *path);
/* Finds the place of a field, "arch.nodes.1.size (GlobalBuffer)", for what is told without one: AF_NOWHERE if
 * it is not known. The file's name must live until the next call. Called by one thread at a time. */
typedef af_place af_locate(const char *path);
void af_report_locate(af_report *report, af_locate *find);
void af_report_quiet(af_report *report, bool quiet);         /* no warnings */

/* Each returns -1, so that `return af_fail(…)` reads well. `path` is a field path,
 * "arch.nodes.1.size" or with the element's name "arch.nodes.1.size (GlobalBuffer)", or NULL.
 * Messages: TOOL: [FILE:LINE[:COLUMN]: ][PATH: ]TEXT. */
int af_fail(af_report *report, af_status status, af_place place, const char *path, const char *format, ...)
    AF_PRINTF(5, 6);
int af_fail_list(af_report *report, af_status status, af_place place, const char *path, const char *format,
                 va_list arguments);
/* Once more what af_report_message has given of another report, "PATH: TEXT" or "TEXT" */
int af_fail_again(af_report *report, af_status status, const char *message);
/* Warnings are told once per distinct text, at once. */
void af_warn(af_report *report, af_place place, const char *path, const char *format, ...) AF_PRINTF(4, 5);

bool af_failed(const af_report *report);
af_status af_report_status(const af_report *report);         /* of the first error; AF_OK without */
/* In the order told, without the tool's name; NULL past the last */
const char *af_report_message(const af_report *report, int index);
void af_report_clear(af_report *report);                     /* forgets errors: for tries that may fail */
/* Prints all errors, by file, line and column; those without a line last. */
void af_report_print(const af_report *report, FILE *out);

#endif
