/* What the tools share: one table of options each, over one common table;
 * reading and writing streams; exit codes. */
#ifndef AF_TOOLS_OPTION_H
#define AF_TOOLS_OPTION_H

#include "af.h"

typedef enum option_kind {
    OPTION_FLAG, OPTION_TEXT, OPTION_MAYBE, OPTION_LIST, OPTION_INTEGER, OPTION_REAL,
    OPTION_CHOICE, OPTION_MAYBE_CHOICE, OPTION_CHOICES
} option_kind;
/* OPTION_MAYBE: a text, only as --name=TEXT; "" without one. OPTION_CHOICES: some, with commas between. */
typedef struct text_list { int count; const char **items; } text_list;

typedef struct option_choice {
    const char *const *names;                 /* what may be chosen, ended by NULL */
    int index;                                /* of OPTION_CHOICE and OPTION_MAYBE_CHOICE: what is */
    const char *text;                         /* as it is given; NULL: not */
} option_choice;

typedef struct tool_option {
    char letter;                              /* 0: none */
    const char *name;                         /* without -- */
    option_kind kind;
    void *value;          /* bool, const char *, text_list, int, double or option_choice, by kind */
    const char *argument, *help;              /* help NULL: an older spelling, not listed */
} tool_option;

typedef struct tool {
    const char *name, *summary, *operand;     /* operand: "FILE…" as in the usage line */
    const tool_option *options;               /* its own, ended by name NULL */
    int (*run)(void);                         /* 0, or -1 reported */
} tool;

/* What every tool has, filled in by tool_main before run(). */
extern af_arena *tool_arena;
extern af_report *tool_report;
/* Told by what reads and evaluates input: tool_report, or one that the tool adds to it in its own time */
extern af_report *tool_reading;
extern text_list tool_operands;
extern int tool_input_index;                  /* which operand the record comes from that is visited now */
extern int tool_threads;                      /* -j; 0: one per processor */
extern bool tool_verbose, tool_open_end;
extern uint64_t tool_fixes;
extern const char *tool_output_path;          /* NULL: standard output */
/* Members of records that stay text when records are read; NULL: none */
extern const char *const *tool_unread;

int tool_main(int argc, char **argv, const tool *tool);

af_output *tool_output(void);   /* the record stream out, opened at first use. NULL: reported (73) */
FILE *tool_output_file(void);                 /* the same for tools that write no records */
/* The next record of the operands, or of standard input: 1, 0 at the end, -1 reported. */
int tool_next_record(af_record *record);
/* Where a record that is visited now came from, for messages; AF_NOWHERE of one that the tool itself made. */
af_place tool_place_of(const af_record *record);
/* Calls visit with every record of the operands, or of standard input.
 * The record is the visitor's to keep or to finish. */
int tool_each_record(int (*visit)(af_record *record));
/* One line on standard error, drawn over and over, if --progress or a terminal asks for it: WHAT: done/total,
 * time so far, and how much is left at least, small parts coming first. `done` is 0 at the start. */
void tool_progress(void *what, int done, int total);
/* Limits that the input asks for; --time-limit and --memory-limit hold too, if they are less.
 * Seconds since the tool began, bytes; infinite: none. */
void tool_limit(double seconds, double bytes);
text_list tool_split(const char *text);       /* "A,B" */

#endif
