/* Record streams, 00-overview section 3: JSON Lines, first keys rec and v,
 * ended by {"rec":"end",…,"records":N}.
 *
 * for (af_record r; af_read_record(in, &r) > 0; af_record_done(&r))
 *     if (!strcmp(r.type, "spec")) … else af_pass_record(out, &r);
 *
 * Reading checks each record's JSON, rec and v, takes the `end`s out, and says at the end of input
 * whether the stream was whole. */
#ifndef AF_BASE_RECORD_H
#define AF_BASE_RECORD_H

#include "base/json.h"

typedef struct af_record {
    const char *type;                     /* value of "rec" */
    const char *line; size_t length;      /* on one line, without the newline;
                                           * byte for byte as it came if it came on one line */
    long number;                          /* 1, 2, … in the input, for messages */
    af_json *json;
    char *kept;                           /* the line, once af_record_keep has taken it; else NULL */
} af_record;

/* An `end` that counts other records than came since the one before is a fault, unless --open; an `end` alone
 * is what a worker of `parallel --pipe` gets last. Positions in messages: NAME:LINE:COLUMN of the input. */
typedef struct af_input af_input;
/* Reads `file`, called `name` in messages; af_input_close closes it, unless it is stdin. open_end: --open, no
 * `end` needed. */
af_input *af_input_open(FILE *file, const char *name, bool open_end, af_report *report);
void af_input_leave(af_input *in, const char *const *members);   /* these stay unread: af_json_parse_but */
void af_input_close(af_input *in);
/* 1: a record, 0: the whole stream was read, -1: reported (65, or 74 on a read error) */
int af_read_record(af_input *in, af_record *record);
/* Frees what the record holds; its json and line are gone. */
void af_record_done(af_record *record);
/* Takes line and json out of the input's reach, so that they outlive the next read, until af_record_done. */
void af_record_keep(af_record *record);

/* Whole lines leave in blocks, and never the first record alone before `end`:
 * one record without `end` would look whole. */
typedef struct af_output af_output;
/* Writes to `file`, called `name` in messages. NULL: all is kept for af_output_lines. */
af_output *af_output_open(FILE *file, const char *name, af_report *report);
/* {"rec":TYPE,"v":"1" is written; add members */
af_json_writer *af_begin_record(af_output *out, const char *type);
void af_put_record(af_json_writer *w, const char *type);   /* the same, to a text that becomes a line later */
void af_end_record(af_output *out);                                  /* closes the object and the line */
void af_write_line(af_output *out, const char *line, size_t length); /* a whole record, already text */
void af_pass_record(af_output *out, const af_record *record);        /* its line, as it came */
/* Writes `end`, flushes, closes: 0, or -1 reported (74; quiet on a closed pipe) */
int af_output_finish(af_output *out);
/* Of an output without a file: all lines in `arena`, no `end`; closes it. */
char *af_output_lines(af_output *out, af_arena *arena);
void af_output_abandon(af_output *out);   /* no `end`: what was written does not look whole */

#endif
