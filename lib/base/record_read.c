/* Reading record streams: JSON texts with any white space between them, checked as whole by their `end`. */
#include "base/json_parts.h"
#include "base/record.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

struct af_input {
    FILE *file;
    const char *name;
    bool open_end;
    const char *const *unread;                /* members of records, or NULL */
    af_report *report;
    af_text line; size_t at;                  /* the input line at hand, and how much of it is used up */
    int line_number;
    /* The text that is being collected, and where it starts */
    af_text record; int record_line, record_column;
    long n_records, since_end;
    bool ended;                               /* the last record was an `end` */
    int last_good;                            /* line of the last whole record; 0: none */
};

af_input *af_input_open(FILE *file, const char *name, bool open_end, af_report *report)
{
    af_input *in = af_memory_resize(NULL, sizeof *in);
    *in = (af_input){.file = file, .name = name, .open_end = open_end, .report = report};
    return in;
}

void af_input_leave(af_input *in, const char *const *members) { in->unread = members; }

void af_input_close(af_input *in)
{
    if (!in)
        return;
    if (in->file != stdin)
        fclose(in->file);
    af_text_free(&in->line);
    af_text_free(&in->record);
    af_memory_resize(in, 0);
}

/* ---- lines: 1, 0 at the end, -1 reported */

static int read_line(af_input *in)
{
    enum { ROOM = 1 << 16 };
    af_text *line = &in->line;
    af_text_clear(line);
    in->at = 0;
    errno = 0;
    do {
        char *to = af_text_room(line, ROOM);
        size_t room = line->capacity - line->length;
        if (!fgets(to, room < INT_MAX ? (int)room : INT_MAX, in->file))
            break;
        line->length += strlen(to);           /* a zero byte ends the line early; the rest is then no JSON */
    } while (!line->length || line->bytes[line->length - 1] != '\n');
    if (ferror(in->file))
        return af_fail(in->report, errno == EISDIR ? AF_NO_INPUT : AF_WRITE_FAILED,
                       (af_place){in->name, 0, 0}, NULL, "cannot read this file: %s", strerror(errno));
    in->line_number += in->line.length > 0;
    return in->line.length > 0;
}

static bool skip_white_space(af_input *in)    /* whether something is left on the line */
{
    while (in->at < in->line.length && isspace((unsigned char)in->line.bytes[in->at]))
        in->at++;
    return in->at < in->line.length;
}

/* ---- texts */

typedef struct scan { int depth; bool in_string, escaped; } scan;

/* Goes on to where the object that is open ends, or to `end`. */
static const char *scan_object(scan *s, const char *at, const char *end)
{
    for (; at < end; at++) {
        if (s->in_string) {
            while (at < end && !s->escaped && af_json_bytes[(unsigned char)*at])
                at++;
            if (at == end)
                break;
            s->in_string = s->escaped || *at != '"';
            s->escaped = !s->escaped && *at == '\\';
        } else if (*at == '"') {
            s->in_string = true;
        } else if (*at == '{' || *at == '[') {
            s->depth++;
        } else if ((*at == '}' || *at == ']') && --s->depth == 0) {
            return at + 1;
        }
    }
    return end;
}

static int fail_truncated(af_input *in, int line, const char *what)
{
    af_place place = {in->name, line, 0};
    if (in->last_good)
        return af_fail(in->report, AF_BAD_DATA, place, NULL, "truncated: %s; the last good line is %d", what,
                       in->last_good);
    return af_fail(in->report, AF_BAD_DATA, place, NULL, "truncated: %s", what);
}

/* What is no object may be YAML. */
static int fail_no_record(const af_input *in)
{
    const char *text = in->line.bytes + in->at, *dot = strrchr(in->name, '.');
    int length = (int)strcspn(text, "\r\n");
    bool yaml = dot && (!strcmp(dot, ".yaml") || !strcmp(dot, ".yml"));
    return af_fail(in->report, AF_BAD_DATA, (af_place){in->name, in->record_line, in->record_column}, NULL,
                   "no record: '%.*s' found, expected a JSON object%s", length < 20 ? length : 20, text,
                   yaml ? "; af-parse makes records of YAML files" : "");
}

/* What most records are: the rest of a line, alone. It is read where it stands, and its text is the line's.
 * False: it is not, or no JSON; then it is collected, and mistakes are told. */
static bool take_line(af_input *in, af_record *record)
{
    char *bytes = in->line.bytes;
    size_t end = in->line.length;
    while (isspace((unsigned char)bytes[end - 1]))
        end--;
    if (bytes[end - 1] != '}')
        return false;
    record->json = af_json_parse_but(bytes + in->at, end - in->at, in->unread, NULL, AF_NOWHERE);
    if (!record->json)
        return false;
    bytes[end] = 0;
    record->line = bytes + in->at;
    record->length = end - in->at;
    in->at = in->line.length;
    return true;
}

/* Collects the text of one object into in->record. 1, or -1 reported. */
static int collect(af_input *in)
{
    af_text_clear(&in->record);
    scan s = {0};
    for (;;) {
        const char *from = in->line.bytes + in->at,
                   *to = scan_object(&s, from, in->line.bytes + in->line.length);
        af_text_add(&in->record, from, (size_t)(to - from));
        in->at = (size_t)(to - in->line.bytes);
        if (!s.depth)
            return 1;
        int more = read_line(in);
        if (more <= 0)
            return more ? -1 : fail_truncated(in, in->record_line, "the record that starts here is cut");
    }
}

/* Removes white space between tokens: numbers and strings stay as they are. */
static void put_on_one_line(af_text *text)
{
    scan s = {0};
    char *to = text->bytes;
    for (const char *from = text->bytes, *end = from + text->length; from < end; from++) {
        bool inside = s.in_string;
        scan_object(&s, from, from + 1);
        if (inside || !isspace((unsigned char)*from))
            *to++ = *from;
    }
    text->length = (size_t)(to - text->bytes);
    *to = 0;
}

/* ---- records */

static int check_version(af_json_reader *reader, const af_json *json)
{
    const char *version = af_json_string(reader, json, "v");
    if (!reader->failed && strcmp(version, "1") && strncmp(version, "1.", 2))
        af_json_wrong(reader, "v", "version \"%.20s\" found, this program reads version \"1\"", version);
    return reader->failed ? -1 : 0;
}

static int check_end(af_input *in, const af_record *record)
{
    af_json_reader reader = {in->report, "end", {in->name, in->record_line, 0}, false};
    int64_t announced = af_json_integer_or(&reader, record->json, "records", in->since_end);
    if (reader.failed)
        return -1;
    if (in->since_end && announced != in->since_end && !in->open_end)
        return af_fail(in->report, AF_BAD_DATA, reader.place, NULL,
                       "records are missing: `end` counts %lld, "
                       "%ld were read (a part of a stream needs --open)",
                       (long long)announced, in->since_end);
    in->since_end = 0;
    in->ended = true;
    in->last_good = in->line_number;
    return 0;
}

/* The next text and its JSON. 1, 0 at the end of input, -1 reported. */
static int read_text(af_input *in, af_record *record)
{
    int more = 1;
    while (!skip_white_space(in) && (more = read_line(in)) > 0)
        ;
    if (more <= 0)
        return more;
    in->record_line = in->line_number;
    in->record_column = (int)in->at + 1;
    if (in->line.bytes[in->at] != '{')
        return fail_no_record(in);
    if (take_line(in, record))
        return 1;
    if (collect(in) < 0)
        return -1;
    af_place place = {in->name, in->record_line, in->record_column};
    record->json = af_json_parse_but(in->record.bytes, in->record.length, in->unread, in->report, place);
    if (memchr(in->record.bytes, '\n', in->record.length))
        put_on_one_line(&in->record);
    record->line = in->record.bytes;
    record->length = in->record.length;
    return record->json ? 1 : -1;
}

/* 0, or -1 reported: then the record is released. */
static int check_record(af_input *in, af_record *record)
{
    record->number = in->n_records + 1;
    af_json_reader reader = {in->report, NULL, {in->name, in->record_line, 0}, false};
    record->type = af_json_string(&reader, record->json, "rec");
    if (!reader.failed && !check_version(&reader, record->json))
        return 0;
    af_record_done(record);
    return -1;
}

static int check_whole(af_input *in)
{
    if (!in->last_good && !in->open_end)
        return af_fail(in->report, AF_BAD_DATA, (af_place){in->name, 0, 0}, NULL,
                       "no records: the input is empty%s",
                       in->file == stdin ? "; the command before in the pipe has written none" : "");
    if (in->n_records > 1 && !in->ended && !in->open_end)
        return fail_truncated(in, 0, "there is no `end` record");
    return 0;
}

static int count_record(af_input *in)
{
    in->n_records++;
    in->since_end++;
    in->ended = false;
    in->last_good = in->line_number;
    return 1;
}

int af_read_record(af_input *in, af_record *record)
{
    for (;;) {
        *record = (af_record){0};
        int more = read_text(in, record);
        if (more <= 0)
            return more ? -1 : check_whole(in);
        if (check_record(in, record))
            return -1;
        if (strcmp(record->type, "end"))
            return count_record(in);
        int fault = check_end(in, record);
        af_record_done(record);
        if (fault)
            return -1;
    }
}

void af_record_done(af_record *record)
{
    af_json_free(record->json);
    af_memory_resize(record->kept, 0);
    *record = (af_record){0};
}

void af_record_keep(af_record *record)
{
    if (record->kept)
        return;
    record->kept = af_memory_resize(NULL, record->length + 1);
    memcpy(record->kept, record->line, record->length + 1);
    record->line = record->kept;
}
