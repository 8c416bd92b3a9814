/* Options, streams and exit codes, the same for all tools (00-overview section 3). */
#include "option.h"
#include "place.h"

#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

af_arena *tool_arena;
af_report *tool_report, *tool_reading;
text_list tool_operands;
int tool_input_index;
int tool_threads = 1;
bool tool_verbose, tool_open_end;
uint64_t tool_fixes;
const char *tool_output_path;
const char *const *tool_unread;

static const tool *the_tool;
static af_output *output;
static FILE *output_file;
static bool help, version, quiet, progress, stats, list_options;
static const char *fix_text;
static double time_limit, memory_limit;
static struct timespec started;

static const tool_option common[] = {
    {'o', "output", OPTION_TEXT, &tool_output_path, "FILE", "write to FILE instead of standard output"},
    {'j', "jobs", OPTION_INTEGER, &tool_threads, "N",
     "threads; 0: one per processor. The output does not depend on it"},
    {0, "fix", OPTION_TEXT, &fix_text, "NAME,…",
     "right figures where the reference's are wrong: see af-quirks(7); all: everywhere"},
    {0, "open", OPTION_FLAG, &tool_open_end, NULL, "the input is a part of a stream and needs no `end`"},
    {0, "time-limit", OPTION_REAL, &time_limit, "SECONDS", "end with exit code 75 after this time"},
    {0, "memory-limit", OPTION_REAL, &memory_limit, "BYTES",
     "end with exit code 75 rather than use more memory"},
    {0, "progress", OPTION_FLAG, &progress, NULL, "say on standard error how far it is"},
    {0, "stats", OPTION_FLAG, &stats, NULL, "counts, seconds and peak memory as JSON on standard error"},
    {'v', "verbose", OPTION_FLAG, &tool_verbose, NULL, "say more"},
    {'q', "quiet", OPTION_FLAG, &quiet, NULL, "no warnings"},
    {'h', "help", OPTION_FLAG, &help, NULL, "this text"},
    {0, "version", OPTION_FLAG, &version, NULL, "the version"},
    {0, "list-options", OPTION_FLAG, &list_options, NULL, NULL},     /* for share/completions */
    {0, NULL, OPTION_FLAG, NULL, NULL, NULL},
};

/* ---- parsing */

static const tool_option *find_option(const char *name, size_t length, char letter)
{
    const tool_option *tables[] = {the_tool->options, common};
    for (int t = 0; t < 2; t++)
        for (const tool_option *o = tables[t]; o->name; o++)
            if (letter ? o->letter == letter : strlen(o->name) == length && !strncmp(o->name, name, length))
                return o;
    return NULL;
}

static int usage(const char *format, const char *what)
{
    af_fail(tool_report, AF_USAGE, AF_NOWHERE, NULL, format, what);
    return -1;
}

static int unknown_option(const char *name)
{
    const char *names[64];
    int count = 0;
    const tool_option *tables[] = {the_tool->options, common};
    for (int t = 0; t < 2; t++)
        for (const tool_option *o = tables[t]; o->name && count < 64; o++)
            names[count++] = o->name;
    const char *near = af_nearest(name, names, count);
    return af_fail(tool_report, AF_USAGE, AF_NOWHERE, NULL, "unknown option --%s%s%s; --help lists all", name,
                   near ? ": did you mean --" : "", near ? near : "");
}

static void push(text_list *list, const char *text)
{
    const char **longer = af_new_array(tool_arena, const char *, list->count + 1);
    if (list->count)
        memcpy(longer, list->items, sizeof *longer * (size_t)list->count);
    longer[list->count++] = text;
    list->items = longer;
}

/* "" where none has to be named: the index stays. */
static int choose(const tool_option *o, const char *text)
{
    option_choice *choice = o->value;
    const char *all = "";
    int count = 0;
    choice->text = text ? text : "";
    if (o->kind == OPTION_CHOICES || !text)
        return 0;
    for (; choice->names[count]; count++) {
        if (!strcmp(text, choice->names[count]))
            return choice->index = count, 0;
        all = af_joined_text(tool_arena, all, count ? ", " : "", choice->names[count]);
    }
    return af_fail(tool_report, AF_USAGE, AF_NOWHERE, NULL, "--%s %s: %s%s is expected%s", o->name, text,
                   count > 1 ? "one of " : "", all, af_meant(tool_arena, text, choice->names, count));
}

static int set_option(const tool_option *o, const char *text)
{
    double number = 0;
    bool whole = o->kind == OPTION_INTEGER;
    if ((whole || o->kind == OPTION_REAL) &&
        (!af_parse_double(text, &number) || !(number >= 0) || (whole && number != floor(number))))
        return af_fail(tool_report, AF_USAGE, AF_NOWHERE, NULL, "--%s %s: a %snumber is expected, 0 or more",
                       o->name, text, whole ? "whole " : "");
    switch (o->kind) {
    case OPTION_FLAG: *(bool *)o->value = true; break;
    case OPTION_TEXT: *(const char **)o->value = text; break;
    case OPTION_MAYBE: *(const char **)o->value = text ? text : ""; break;
    case OPTION_LIST: push(o->value, text); break;
    case OPTION_INTEGER: *(int *)o->value = number > 1e9 ? 1000000000 : (int)number; break;
    case OPTION_REAL: *(double *)o->value = number; break;
    case OPTION_CHOICE: case OPTION_MAYBE_CHOICE: case OPTION_CHOICES: return choose(o, text);
    }
    return 0;
}

static bool may_stand_alone(const tool_option *o)
{
    return o->kind == OPTION_MAYBE || o->kind == OPTION_MAYBE_CHOICE;
}

static int parse_long(char **argv, int argc, int *i)
{
    const char *name = argv[*i] + 2, *equals = strchr(name, '=');
    const tool_option *o = find_option(name, equals ? (size_t)(equals - name) : strlen(name), 0);
    if (!o)
        return unknown_option(equals ? af_copy_slice(tool_arena, name, (size_t)(equals - name)) : name);
    if (o->kind == OPTION_FLAG)
        return equals ? usage("--%s takes no value", o->name) : set_option(o, NULL);
    if (may_stand_alone(o))
        return set_option(o, equals ? equals + 1 : NULL);
    if (!equals && *i + 1 >= argc)
        return usage("--%s needs a value", o->name);
    return set_option(o, equals ? equals + 1 : argv[++*i]);
}

static int parse_short(char **argv, int argc, int *i)
{
    for (const char *c = argv[*i] + 1; *c; c++) {
        const tool_option *o = find_option(NULL, 0, *c);
        if (!o)
            return usage("unknown option -%.1s; --help lists all", c);
        if (o->kind == OPTION_FLAG || may_stand_alone(o)) {
            set_option(o, NULL);
            continue;
        }
        if (c[1])
            return set_option(o, c + 1);
        return *i + 1 < argc ? set_option(o, argv[++*i]) : usage("-%.1s needs a value", c);
    }
    return 0;
}

static int parse(int argc, char **argv)
{
    bool only_operands = false;
    for (int i = 1; i < argc; i++) {
        int failed = 0;
        if (!only_operands && !strcmp(argv[i], "--"))
            only_operands = true;
        else if (!only_operands && !strncmp(argv[i], "--", 2))
            failed = parse_long(argv, argc, &i);
        else if (!only_operands && argv[i][0] == '-' && argv[i][1])
            failed = parse_short(argv, argc, &i);
        else
            push(&tool_operands, argv[i]);
        if (failed)
            return -1;
    }
    return 0;
}

/* Bytes that only continue a character take no column: "NAME,…" has eight bytes and six columns. */
static int continuing_bytes(const char *text)
{
    int count = 0;
    for (; *text; text++)
        count += ((unsigned char)*text & 0xc0) == 0x80;
    return count;
}

enum { HELP_INDENT = 33, HELP_WIDTH = 80 };

/* Words from column `indent` on, in lines of at most HELP_WIDTH. */
static void print_wrapped(const char *text, int indent)
{
    int column = indent;
    for (const char *word = text; *word;) {
        size_t length = strcspn(word, " ");
        int cells = (int)length, over = word > text;
        for (size_t i = 0; i < length; i++)
            cells -= ((unsigned char)word[i] & 0xc0) == 0x80;
        if (over && column + 1 + cells > HELP_WIDTH) {
            printf("\n%*s", indent, "");
            column = indent, over = 0;
        }
        printf("%s%.*s", over ? " " : "", (int)length, word);
        column += over + cells;
        word += length + (word[length] == ' ');
    }
    printf("\n");
}

static void print_table(const tool_option *o)
{
    for (; o->name; o++) {
        if (!o->help)
            continue;
        char left[64];
        bool letter = o->letter;
        const char *mark = !o->argument ? "" : may_stand_alone(o) ? "[=" : " ";
        snprintf(left, sizeof left, "  %s%c%s--%s%s%s%s", letter ? "-" : " ", letter ? o->letter : ' ',
                 letter ? ", " : "  ", o->name, mark, o->argument ? o->argument : "",
                 *mark == '[' ? "]" : "");
        printf("%-*s ", HELP_INDENT - 1 + continuing_bytes(left), left);
        print_wrapped(o->help, HELP_INDENT);
    }
}

static void print_help(void)
{
    printf("usage: %s [options] %s\n", the_tool->name, the_tool->operand);
    print_wrapped(the_tool->summary, 0);
    printf("\n");
    print_table(the_tool->options);
    print_table(common);
}

/* A reader that has gone is no error. */
static int flush_text(FILE *file, const char *name)
{
    bool failed = ferror(file);               /* errno is still that of this last write */
    failed |= fflush(file) || (file != stdout && fclose(file));
    if (!failed || errno == EPIPE)
        return 0;
    return af_fail(tool_report, AF_WRITE_FAILED, (af_place){name, 0, 0}, NULL, "cannot write: %s",
                   strerror(errno ? errno : EIO));
}

static const char *const *choices_of(const tool_option *o)
{
    static const char *const none[] = {NULL};
    bool among = o->kind == OPTION_CHOICE || o->kind == OPTION_MAYBE_CHOICE || o->kind == OPTION_CHOICES;
    return among ? ((const option_choice *)o->value)->names : none;
}

/* A line for each option, fields with tabs between: letter, name, how its value is given, argument, choices,
 * help. */
static void list_table(const tool_option *o)
{
    for (; o->name; o++) {
        if (!o->help)
            continue;
        printf("%.1s\t%s\t%s\t%s\t", &o->letter, o->name,
               o->kind == OPTION_FLAG ? "flag" : may_stand_alone(o) ? "maybe"
               : o->kind == OPTION_CHOICES ? "several" : "value", o->argument ? o->argument : "");
        for (const char *const *choice = choices_of(o); *choice; choice++)
            printf("%s ", *choice);
        printf("\t%s\n", o->help);
    }
}

static int tell_about_tool(void)
{
    if (help)
        print_help();
    else if (version)
        printf("%s %s (af-records 1)\n", the_tool->name, AF_VERSION);
    else
        list_table(the_tool->options), list_table(common);
    return flush_text(stdout, "standard output");
}

/* ---- limits */

static void out_of_memory(bool limited)
{
    const char *text = limited ? ": the memory limit is reached\n" : ": out of memory\n";
    ssize_t written = write(2, the_tool->name, strlen(the_tool->name));
    written += write(2, text, strlen(text));
    _exit(written > 0 && limited ? AF_LIMIT : limited ? AF_LIMIT : AF_SYSTEM);
}

static void out_of_time(int signal)
{
    static const char text[] = ": the time limit is reached\n";
    (void)signal;
    if (write(2, the_tool->name, strlen(the_tool->name)) < 0 || write(2, text, sizeof text - 1) < 0)
        _exit(AF_LIMIT);
    _exit(AF_LIMIT);
}

static double seconds_so_far(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)(now.tv_sec - started.tv_sec) + (double)(now.tv_nsec - started.tv_nsec) / 1e9;
}

static void set_alarm(void)
{
    double left = fmax(1e-6, time_limit - seconds_so_far());
    struct itimerval timer = {.it_value = {(time_t)left, (suseconds_t)((left - (double)(time_t)left) * 1e6)}};
    if (!timer.it_value.tv_sec && !timer.it_value.tv_usec)
        timer.it_value.tv_usec = 1;
    signal(SIGALRM, out_of_time);
    setitimer(ITIMER_REAL, &timer, NULL);
}

void tool_limit(double seconds, double bytes)
{
    if (seconds < 1e9 && (!time_limit || seconds < time_limit)) {
        time_limit = fmax(seconds, 1e-6);
        set_alarm();
    }
    if (bytes < 1e18 && (!memory_limit || bytes < memory_limit))
        af_memory_limit((size_t)(memory_limit = fmax(bytes, 1)));
}

static void set_limits(void)
{
    af_memory_on_failure(out_of_memory);
    if (memory_limit > 0)
        af_memory_limit((size_t)memory_limit);
    if (time_limit > 0)
        set_alarm();
    const char *fail_at = getenv("AF_FAIL_ALLOCATION");
    if (fail_at)
        af_memory_fail_at(strtoull(fail_at, NULL, 10));
}

static void print_stats(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    fprintf(stderr, "{\"tool\":\"%s\",\"seconds\":%.6f,\"cpu_seconds\":%.6f,\"peak_bytes\":%zu}\n",
            the_tool->name, seconds_so_far(),
            (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
                (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6,
            af_memory_peak());
}

/* ---- progress */

static void tell_progress(const char *what, int done, int total)
{
    static struct timespec begun, told;
    struct timespec now;
    if (quiet || !(progress || isatty(2)))
        return;
    clock_gettime(CLOCK_MONOTONIC, &now);
    if (!done)
        begun = now;
    double since = (double)(now.tv_sec - told.tv_sec) + (double)(now.tv_nsec - told.tv_nsec) / 1e9;
    if (done < total && done > 1 && since < 0.1)
        return;
    told = now;
    double spent = (double)(now.tv_sec - begun.tv_sec) + (double)(now.tv_nsec - begun.tv_nsec) / 1e9;
    fprintf(stderr, "\r%s: %s: %d/%d in %.0f s", the_tool->name, what, done, total, spent);
    if (done && done < total)
        fprintf(stderr, ", at least %.0f s left", spent / done * (total - done));
    fprintf(stderr, "\033[K%s", done == total ? "\n" : "");
}

void tool_progress(void *what, int done, int total)
{
    static pthread_mutex_t one_at_a_time = PTHREAD_MUTEX_INITIALIZER;
    pthread_mutex_lock(&one_at_a_time);
    tell_progress(what, done, total);
    pthread_mutex_unlock(&one_at_a_time);
}

/* ---- streams */

static bool to_standard_output(void) { return !tool_output_path || !strcmp(tool_output_path, "-"); }

static const char *output_name(void)
{
    return to_standard_output() ? "standard output" : tool_output_path;
}

FILE *tool_output_file(void)
{
    if (output_file)
        return output_file;
    if (to_standard_output())
        return output_file = stdout;
    output_file = fopen(tool_output_path, "wb");
    if (!output_file)
        af_fail(tool_report, AF_CANNOT_CREATE, (af_place){tool_output_path, 0, 0}, NULL,
                "cannot create this file: %s", strerror(errno));
    return output_file;
}

af_output *tool_output(void)
{
    if (!output && tool_output_file())
        output = af_output_open(output_file, output_name(), tool_report);
    return output;
}

static af_input *open_operand(const char *path)
{
    FILE *file = !path || !strcmp(path, "-") ? stdin : fopen(path, "rb");
    if (!file)
        af_fail(tool_reading, AF_NO_INPUT, (af_place){path, 0, 0}, NULL, "cannot read this file: %s",
                strerror(errno));
    af_input *in = file ? af_input_open(file, path ? path : "standard input", tool_open_end, tool_reading)
                        : NULL;
    if (in)
        af_input_leave(in, tool_unread);
    return in;
}

static const char *operand_name(int index)
{
    const char *path = tool_operands.count ? tool_operands.items[index] : "-";
    return strcmp(path, "-") ? path : "standard input";
}

af_place tool_place_of(const af_record *record)
{
    return record->number ? (af_place){operand_name(tool_input_index), (int)record->number, 0} : AF_NOWHERE;
}

static af_input *input;                       /* of the operand before n_opened */
static int n_opened;

static void close_input(void)
{
    af_input_close(input);
    input = NULL;
}

int tool_next_record(af_record *record)
{
    int n_operands = tool_operands.count ? tool_operands.count : 1, got = 1;
    while (got >= 0 && (input || n_opened < n_operands)) {
        if (!input)
            input = open_operand(tool_operands.count ? tool_operands.items[tool_input_index = n_opened]
                                                     : NULL),
            n_opened++;
        got = input ? af_read_record(input, record) : -1;
        if (got > 0 && !strcmp(record->type, "spec"))
            note_spec(record);
        if (got > 0)
            return 1;
        close_input();
    }
    n_opened = n_operands;
    return got < 0 ? -1 : 0;
}

int tool_each_record(int (*visit)(af_record *record))
{
    int got;
    for (af_record record; (got = tool_next_record(&record)) > 0;)
        if (visit(&record))
            return -1;
    return got;
}

text_list tool_split(const char *text)
{
    text_list list = {0, NULL};
    while (text && *text) {
        size_t n = strcspn(text, ",");
        if (n)
            push(&list, af_copy_slice(tool_arena, text, n));
        text += n + (text[n] == ',');
    }
    return list;
}

/* ---- main */

static int run(int argc, char **argv)
{
    if (parse(argc, argv))
        return -1;
    if (help || version || list_options)
        return tell_about_tool();
    af_report_quiet(tool_report, quiet);
    fix_text = fix_text ? fix_text : getenv("AF_FIX");
    if (fix_text && af_parse_fixes(fix_text, &tool_fixes))
        return usage("--fix %s: no such quirk; af-quirks(7) lists them", fix_text);
    set_limits();
    if (the_tool->run() || af_failed(tool_report))   /* nothing is whole once a mistake is told */
        return -1;
    if (output) {
        af_output *last = output;
        output = NULL;
        return af_output_finish(last);
    }
    return output_file ? flush_text(output_file, output_name()) : 0;
}

int tool_main(int argc, char **argv, const tool *tool)
{
    the_tool = tool;
    clock_gettime(CLOCK_MONOTONIC, &started);
    signal(SIGPIPE, SIG_IGN);
    af_memory_keep();
    tool_arena = af_arena_new();
    tool_report = tool_reading = af_report_new(tool->name);
    af_report_locate(tool_report, place_in_spec);
    int failed = run(argc, argv);
    close_input();                            /* if it was not read to its end */
    if (failed && output)
        af_output_abandon(output);
    af_report_print(tool_report, stderr);
    if (stats)
        print_stats();
    int status = failed ? (int)af_report_status(tool_report) : 0;
    af_report_free(tool_report);
    af_arena_free(tool_arena);
    forget_spec();
    af_forget_source_files();
    return status;
}
