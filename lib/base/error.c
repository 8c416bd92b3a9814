/* A report collects the errors of one run, in order, and tells warnings at once. */
#include "base/error.h"

#include <limits.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_TOLD = 20, MOST_KEPT = 1000, MOST_LINES = 5 };

typedef struct mistake {
    char *message;                            /* as it is told */
    size_t path, text;                        /* where these begin in `message` */
    int file, line, column;                   /* file: number of the report's; -1: none */
    int n_places; uint64_t *places;           /* each once, as hash_of_place */
    int n_lines, lines[MOST_LINES];           /* of the first places, each once */
    int order;                                /* when it was told */
} mistake;

typedef struct warning { char *message; size_t path, text; } warning;   /* as of a mistake */

struct af_report {
    const char *tool;
    bool quiet, held;                         /* held: warnings are told by
                                               * the report that this one is added to */
    pthread_mutex_t lock;
    int n_errors;                             /* told mistakes; the first MOST_KEPT are kept */
    mistake *mistakes;
    int n_files; char **files;                /* in the order in which they are read */
    af_place place; const char *path;         /* where the mistakes of this path are,
                                               * if they are told without a place */
    af_locate *locate;                        /* where other mistakes are; NULL: not known */
    af_status status;
    int n_warnings;
    warning *warnings;                        /* told already */
};

af_report *af_report_new(const char *tool)
{
    af_report *report = af_memory_resize(NULL, sizeof *report);
    *report = (af_report){.tool = tool};
    pthread_mutex_init(&report->lock, NULL);
    return report;
}

static int n_kept(const af_report *report)
{
    return report->n_errors < MOST_KEPT ? report->n_errors : MOST_KEPT;
}

static void forget(mistake *m)
{
    af_memory_resize(m->message, 0);
    af_memory_resize(m->places, 0);
}

void af_report_clear(af_report *report)
{
    for (int i = 0; i < n_kept(report); i++)
        forget(&report->mistakes[i]);
    for (int i = 0; i < report->n_files; i++)
        af_memory_resize(report->files[i], 0);
    report->n_errors = report->n_files = 0;
    report->status = AF_OK;
}

void af_report_free(af_report *report)
{
    if (!report)
        return;
    af_report_clear(report);
    for (int i = 0; i < report->n_warnings; i++)
        af_memory_resize(report->warnings[i].message, 0);
    af_memory_resize(report->warnings, 0);
    af_memory_resize(report->mistakes, 0);
    af_memory_resize(report->files, 0);
    pthread_mutex_destroy(&report->lock);
    af_memory_resize(report, 0);
}

void af_report_locate(af_report *report, af_locate *find) { report->locate = find; }
void af_report_quiet(af_report *report, bool quiet) { report->quiet = quiet; }
void af_report_hold(af_report *report) { report->held = true; }

static bool is_known(af_place place) { return place.file || place.line; }

/* The place of what is told of this path, if it is told without one. */
static af_place place_of(const af_report *report, af_place place, const char *path)
{
    if (is_known(place) || !path)
        return place;
    if (report->path && !strcmp(path, report->path))
        return report->place;
    return report->locate ? report->locate(path) : place;
}

static void put_place(af_text *text, af_place place)
{
    if (place.file)
        af_text_puts(text, place.file);
    if (place.line)
        af_text_printf(text, place.file ? ":%d" : "line %d", place.line);
    if (place.line && place.column)
        af_text_printf(text, ":%d", place.column);
    if (is_known(place))
        af_text_puts(text, ": ");
}

/* [FILE:LINE[:COLUMN]: ][PATH: ]TEXT, in a block of its own; *before: bytes before PATH and before TEXT */
static char *message_of(af_place place, const char *path, const char *format, va_list arguments,
                        size_t before[2])
{
    af_text text = {0};
    put_place(&text, place);
    before[0] = text.length;
    if (path && *path)
        af_text_printf(&text, "%s: ", path);
    before[1] = text.length;
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

static int file_number(af_report *report, const char *file)
{
    for (int i = 0; file && i < report->n_files; i++)
        if (!strcmp(report->files[i], file))
            return i;
    if (!file)
        return -1;
    report->files = af_memory_resize(report->files, sizeof *report->files * (size_t)(report->n_files + 1));
    char *copy = af_memory_resize(NULL, strlen(file) + 1);
    report->files[report->n_files] = strcpy(copy, file);
    return report->n_files++;
}

void af_report_at(af_report *report, af_place place, const char *path)
{
    report->place = place;
    report->path = path;
}

void af_report_file(af_report *report, const char *file) { file_number(report, file); }

/* ---- the same mistake again */

/* The last name of a path, without what stands in brackets after it:
 * "size" of "arch.nodes.1.size (GlobalBuffer): ". */
static const char *last_name(const char *path, size_t length, size_t *name_length)
{
    size_t end = 0, start;
    while (end < length && path[end] != ' ' && path[end] != ':')
        end++;
    for (start = end; start && path[start - 1] != '.'; start--)
        ;
    *name_length = end - start;
    return path + start;
}

/* The same text about fields of the same name, in the same file. */
static bool same_mistake(const mistake *a, const mistake *b)
{
    size_t n, m;
    const char *x = last_name(a->message + a->path, a->text - a->path, &n),
               *y = last_name(b->message + b->path, b->text - b->path, &m);
    return a->file == b->file && n == m && !memcmp(x, y, n) &&
           !strcmp(a->message + a->text, b->message + b->text);
}

/* Of what stands before the text: file, line, column and path. */
static uint64_t hash_of_place(const mistake *m)
{
    return af_hash_bytes(m->message, m->text, AF_HASH_START);
}

/* What is evaluated for each Einsum is told of one place again and again: it counts once. */
static void add_place(mistake *m, uint64_t place)
{
    for (int i = 0; i < m->n_places; i++)
        if (m->places[i] == place)
            return;
    m->places = af_memory_resize(m->places, sizeof *m->places * (size_t)(m->n_places + 1));
    m->places[m->n_places++] = place;
}

static void add_line(mistake *m, int line)
{
    for (int i = 0; i < m->n_lines; i++)
        if (m->lines[i] == line)
            return;
    if (m->n_lines < MOST_LINES)
        m->lines[m->n_lines++] = line;
}

/* Whether this was told, perhaps of other places, which are then added. */
static bool told_before(af_report *report, const mistake *new)
{
    for (int i = 0; i < n_kept(report); i++) {
        mistake *old = &report->mistakes[i];
        if (!same_mistake(old, new))
            continue;
        for (int k = 0; k < new->n_places; k++)
            add_place(old, new->places[k]);
        for (int k = 0; k < new->n_lines; k++)
            add_line(old, new->lines[k]);
        return true;
    }
    return false;
}

/* ---- errors */

static void add_mistake(af_report *report, mistake *new, af_status status)
{
    new->order = report->n_errors;
    if (!report->n_errors)
        report->status = status;
    if (told_before(report, new) || report->n_errors >= MOST_KEPT) {
        report->n_errors += report->n_errors >= MOST_KEPT;
        forget(new);
        return;
    }
    report->mistakes = af_memory_resize(report->mistakes,
                                        sizeof *report->mistakes * (size_t)(report->n_errors + 1));
    report->mistakes[report->n_errors++] = *new;
}

int af_fail_list(af_report *report, af_status status, af_place place, const char *path, const char *format,
                 va_list arguments)
{
    size_t before[2];
    pthread_mutex_lock(&report->lock);
    place = place_of(report, place, path);
    mistake new = {.message = message_of(place, path, format, arguments, before),
                   .file = file_number(report, place.file),
                   .line = place.line,
                   .column = place.column,
                   .n_lines = 1,
                   .lines = {place.line}};
    new.path = before[0], new.text = before[1];
    add_place(&new, hash_of_place(&new));
    add_mistake(report, &new, status);
    pthread_mutex_unlock(&report->lock);
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

/* A path is a word, perhaps with a name in brackets after it. */
int af_fail_again(af_report *report, af_status status, const char *message)
{
    size_t length = strcspn(message, " :");
    if (!strncmp(message + length, " (", 2))
        length += strcspn(message + length, ")") + 1;
    if (!length || strncmp(message + length, ": ", 2))
        return af_fail(report, status, AF_NOWHERE, NULL, "%s", message);
    char *path = memcpy(af_memory_resize(NULL, length + 1), message, length);
    path[length] = 0;
    af_fail(report, status, AF_NOWHERE, path, "%s", message + length + 2);
    af_memory_resize(path, 0);
    return -1;
}

bool af_failed(const af_report *report) { return report->n_errors > 0; }
af_status af_report_status(const af_report *report) { return report->status; }

const char *af_report_message(const af_report *report, int index)
{
    return index < n_kept(report) ? report->mistakes[index].message : NULL;
}

static int by_place(const void *a, const void *b)
{
    const mistake *x = a, *y = b;
    const int keys[][2] = {
        {x->line ? x->file : INT_MAX, y->line ? y->file : INT_MAX},
        {x->line,                     y->line},
        {x->column,                   y->column},
        {x->order,                    y->order},
    };
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (keys[i][0] != keys[i][1])
            return keys[i][0] < keys[i][1] ? -1 : 1;
    return 0;
}

static int by_number(const void *a, const void *b) { return *(const int *)a - *(const int *)b; }

static void print_places(mistake *m, FILE *out)
{
    if (m->n_places == 1)
        return;
    fprintf(out, " (at %d places", m->n_places);
    qsort(m->lines, (size_t)m->n_lines, sizeof *m->lines, by_number);
    for (int i = 0; m->n_lines > 1 && i < m->n_lines; i++)
        fprintf(out, "%s%d", i ? ", " : ": lines ", m->lines[i]);
    fputs(m->n_lines == MOST_LINES && m->n_places > MOST_LINES ? ", …)" : ")", out);
}

void af_report_print(const af_report *report, FILE *out)
{
    int count = n_kept(report);
    if (!count)
        return;                               /* takes no memory: the output is whole by now */
    mistake *sorted = af_memory_resize(NULL, sizeof *sorted * (size_t)count);
    memcpy(sorted, report->mistakes, sizeof *sorted * (size_t)count);
    qsort(sorted, (size_t)count, sizeof *sorted, by_place);
    for (int i = 0; i < count && i < MOST_TOLD; i++) {
        fprintf(out, "%s: %s", report->tool, sorted[i].message);
        print_places(&sorted[i], out);
        fputc('\n', out);
    }
    if (report->n_errors > MOST_TOLD)
        fprintf(out, "%s: and %d more\n", report->tool, report->n_errors - MOST_TOLD);
    af_memory_resize(sorted, 0);
}

/* ---- warnings */

static bool is_new_warning(af_report *report, const char *message)
{
    for (int i = 0; i < report->n_warnings; i++)
        if (!strcmp(report->warnings[i].message, message))
            return false;
    return true;
}

static void add_warning(af_report *report, warning new)
{
    if (report->quiet || !is_new_warning(report, new.message)) {
        af_memory_resize(new.message, 0);
        return;
    }
    if (!report->held)
        fprintf(stderr, "%s: warning: %s\n", report->tool, new.message);
    report->warnings = af_memory_resize(report->warnings,
                                        sizeof *report->warnings * (size_t)(report->n_warnings + 1));
    report->warnings[report->n_warnings++] = new;
}

void af_warn(af_report *report, af_place place, const char *path, const char *format, ...)
{
    size_t before[2];
    va_list arguments;
    pthread_mutex_lock(&report->lock);
    va_start(arguments, format);
    char *message = message_of(place_of(report, place, path), path, format, arguments, before);
    va_end(arguments);
    add_warning(report, (warning){message, before[0], before[1]});
    pthread_mutex_unlock(&report->lock);
}

/* ---- one report after another */

/* The place of a message that was told to a report which did not know where: put before it. */
static af_place put_before(const af_report *report, char **message, size_t *path, size_t *text)
{
    if (*path || *text < 2 || !report->locate)
        return AF_NOWHERE;
    char *name = memcpy(af_memory_resize(NULL, *text), *message, *text);
    name[*text - 2] = 0;                      /* without ": " */
    af_place place = report->locate(name);
    af_memory_resize(name, 0);
    if (!is_known(place))
        return place;
    af_text whole = {0};
    put_place(&whole, place);
    *path += whole.length, *text += whole.length;
    af_text_puts(&whole, *message);
    af_memory_resize(*message, 0);
    *message = strcpy(af_memory_resize(NULL, whole.length + 1), whole.bytes);
    af_text_free(&whole);
    return place;
}

static void put_mistake_before(af_report *report, mistake *m)
{
    af_place place = put_before(report, &m->message, &m->path, &m->text);
    if (!is_known(place))
        return;
    m->file = file_number(report, place.file);
    m->line = m->lines[0] = place.line, m->column = place.column;
    m->n_places = 0;
    add_place(m, hash_of_place(m));
}

void af_report_add(af_report *report, af_report *from)
{
    pthread_mutex_lock(&report->lock);
    for (int i = 0; i < from->n_warnings; i++) {
        warning *w = &from->warnings[i];
        put_before(report, &w->message, &w->path, &w->text);
        add_warning(report, *w);
    }
    for (int i = 0; i < n_kept(from); i++) {
        mistake *m = &from->mistakes[i];
        m->file = file_number(report, m->file < 0 ? NULL : from->files[m->file]);
        if (m->file < 0 && m->n_places == 1)
            put_mistake_before(report, m);
        add_mistake(report, m, from->status);
    }
    pthread_mutex_unlock(&report->lock);
    from->n_warnings = from->n_errors = 0;
    from->status = AF_OK;
}
