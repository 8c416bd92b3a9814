/* Helpers that answer, die, hang, keep silent, talk nonsense. */
#include "base/base.h"
#include "test.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static af_helper *shell(const char *script, double seconds)
{
    const char *const arguments[] = {"sh", "-c", script, NULL};
    return af_helper_start(arguments, seconds);
}

/* The answer's field "x", or why there is none. */
static const char *ask(af_helper *helper, const char *line)
{
    af_json_reader reader = {.what = "answer"};
    const af_json *answer = af_helper_ask(helper, line);
    return answer ? af_json_string_or(&reader, answer, "x", "none") : af_helper_failure(helper);
}

#define ECHO "while read -r line; do printf '%s\\n' \"$line\"; done"

static const struct { const char *script; double seconds; const char *wanted; } helpers[] = {
    {ECHO, 10, "word"},
    {"read -r line; printf '{\"x\":'; sleep 0.1; echo '\"late\"}'", 10, "late"},
    {"read -r line; echo '{}'", 10, "none"},
    {"echo 'for the user' >&2; read -r line; echo '{\"x\":\"said\"}'; exit 3", 10, "said"},
    {"true", 10, "ended with status 0 instead of answering"},
    {"read -r line; exit 3", 10, "ended with status 3 instead of answering"},
    {"read -r line; echo first >&2; echo 'no table' >&2; echo >&2; exit 3", 10,
     "ended with status 3 instead of answering; it said: no table"},
    {"read -r line; printf '{\"x\":1'; exit 0", 10, "ended with status 0 instead of answering"},
    {"kill -SEGV $$", 10, "was ended by signal 11 (Segmentation fault) instead of answering"},
    {"exec <&- ; sleep 0.2; exit 5", 10, "ended with status 5 instead of answering"},
    {"sleep 100", 0.2, "gave no answer within 0.2 s"},
    {"trap '' TERM HUP INT; while :; do sleep 100; done", 0.2, "gave no answer within 0.2 s"},
    {"exec >&-; sleep 100", 10, "was ended by signal 9 (Killed) instead of answering"},
    {"read -r line; echo waiting >&2; printf '{'; sleep 100", 3,
     "gave no answer within 3 s; it said: waiting"},
    {"read -r line; echo hello world; sleep 100", 10, "answered with what is no JSON object: hello world"},
    {"read -r line; echo; sleep 100", 10, "answered with what is no JSON object: "},
    {"read -r line; echo '[1]'", 10, "answered with what is no JSON object: [1]"},
    {"read -r line; echo '{\"x\":NaN}'", 10, "answered with what is no JSON object: {\"x\":NaN}"},
    {"read -r line; printf 'a\\033[1mb\\000c\\n'", 10, "answered with what is no JSON object: a?[1mb"},
    {"read -r line; head -c 70000000 /dev/zero; sleep 100", 20, "answered with a line of more than 64 MiB"},
};

static void check_answers(void)
{
    for (size_t i = 0; i < sizeof helpers / sizeof *helpers; i++) {
        af_helper *helper = shell(helpers[i].script, helpers[i].seconds);
        CHECK_TEXT(ask(helper, "{\"x\":\"word\"}"), helpers[i].wanted);
        const char *failure = af_helper_failure(helper);
        /* Once failed, always failed, and at once */
        CHECK(!failure || !strcmp(ask(helper, "{}"), failure));
        af_helper_stop(helper);
        CHECK(waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD);     /* no zombie */
    }
}

static void *start_echo(void *context)
{
    *(af_helper **)context = shell(ECHO "; echo farewell >&2", 10);
    return NULL;
}

/* It goes on when the thread that has started it has ended, and ends by itself. */
static void check_outlives_thread(void)
{
    pthread_t thread;
    af_helper *helper = NULL;
    CHECK(!pthread_create(&thread, NULL, start_echo, &helper));
    pthread_join(thread, NULL);
    usleep(100000);                           /* for a kernel that would kill it */
    CHECK_TEXT(ask(helper, "{\"x\":\"word\"}"), "word");
    af_helper_stop(helper);
    CHECK(waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD);
}

static void check_no_program(void)
{
    static const char *const programs[][2] = {
        {"/no/such/program", "cannot be run: No such file or directory"},
        {"af-no-such",       "cannot be run: No such file or directory"},
        {"/etc/passwd",      "cannot be run: Permission denied"},
    };
    for (size_t i = 0; i < sizeof programs / sizeof *programs; i++) {
        const char *const arguments[] = {programs[i][0], NULL};
        af_helper *helper = af_helper_start(arguments, 1);
        CHECK_TEXT(af_helper_failure(helper), programs[i][1]);
        CHECK(!af_helper_ask(helper, "{}"));
        af_helper_stop(helper);
        CHECK(waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD);
    }
}

/* Both pipes fill up while the question is still on its way. */
static void check_long_lines(void)
{
    af_text line = {0};
    af_text_puts(&line, "{\"x\":\"");
    for (int i = 0; i < 300000; i++)
        af_text_puts(&line, "0123456789");
    af_text_puts(&line, "\"}");
    af_helper *helper = shell("head -c 200000 /dev/zero | tr '\\000' e >&2; exec cat", 20);
    for (int i = 0; i < 3; i++)
        CHECK(strlen(ask(helper, line.bytes)) == 3000000);
    CHECK_TEXT(ask(helper, "{\"x\":\"short\"}"), "short");
    CHECK(!af_helper_fail(helper, "answered %d", 7));
    CHECK(!strncmp(af_helper_failure(helper), "answered 7; it said: eeee", 25) &&
          strlen(af_helper_failure(helper)) < 400);
    af_helper_stop(helper);
    af_helper *gone = shell("exit 4", 20);
    usleep(100000);
    CHECK_TEXT(ask(gone, line.bytes), "ended with status 4 instead of answering");    /* and no SIGPIPE */
    af_helper_stop(gone);
    af_text_free(&line);
}

static void check_several(void)
{
    /* The second does not hold the first one's pipe open */
    af_helper *first = shell(ECHO, 10), *second = shell(ECHO, 10);
    CHECK_TEXT(ask(first, "{\"x\":\"a\"}"), "a");
    CHECK_TEXT(ask(second, "{\"x\":\"b\"}"), "b");
    CHECK_TEXT(ask(first, "{\"x\":\"c\"}"), "c");
    af_helper_stop(first);
    CHECK_TEXT(ask(second, "{\"x\":\"d\"}"), "d");
    af_helper_stop(second);
    af_helper_stop(NULL);
}

/* What a helper has started ends with it. */
static void check_descendants(void)
{
    af_helper *helper = shell("sleep 100 & read -r line; echo \"{\\\"x\\\":\\\"$!\\\"}\"; exec sleep 100", 5);
    int sleeper = atoi(ask(helper, "{}"));
    CHECK(sleeper > 1 && kill(sleeper, 0) == 0);
    af_helper_stop(helper);
    int waits = 0;
    char path[40], state[200] = "";
    snprintf(path, sizeof path, "/proc/%d/stat", sleeper);
    for (bool there = true; there && waits < 100; waits += there) {     /* gone, or a zombie of init's */
        FILE *stat = fopen(path, "r");
        there = stat && fgets(state, sizeof state, stat) && !strstr(state, ") Z");
        if (stat)
            fclose(stat);
        if (there)
            usleep(20000);
    }
    CHECK(waits < 100);
}

static void check_seconds(void)
{
    setenv("AF_HELPER_SECONDS", "2.5", 1);
    CHECK_NUMBER(af_helper_seconds(60), 2.5);
    setenv("AF_HELPER_SECONDS", "-1", 1);
    CHECK_NUMBER(af_helper_seconds(60), 60);
    unsetenv("AF_HELPER_SECONDS");
    CHECK_NUMBER(af_helper_seconds(60), 60);
}

int main(void)
{
    freopen("/dev/null", "w", stderr);                                   /* what well-behaved helpers say */
    check_answers();
    check_outlives_thread();
    check_no_program();
    check_long_lines();
    check_several();
    check_descendants();
    check_seconds();
    CHECK(af_memory_in_use() == 0);
    return test_end("base/helper");
}
