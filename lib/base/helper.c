/* Helper processes: pipes to and from, one question at a time under a time limit. */
#include "base/helper.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { LONGEST_LINE = 64 << 20, MOST_WORDS = 64 << 10, QUOTED = 300 };
static const double farewell = 1;             /* seconds to end in once there is nothing more to read */

struct af_helper {
    pid_t pid;                                /* 0: none, or reaped */
    pthread_t parent; bool has_parent;        /* the thread that has started it: lives until it is stopped */
    sem_t started, stopped;
    const char *const *arguments; int error;  /* of the start; errno of why it failed, or 0 */
    int to, from, words_from;                 /* its stdin, stdout, stderr; -1: closed */
    double seconds;
    af_text heard;                            /* from its stdout: the last answer, and what came after */
    size_t answered;                          /* bytes of the last answer */
    af_text words;                            /* from its stderr, at most MOST_WORDS */
    af_json *answer;
    af_text failure;
};

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void close_end(int *end)
{
    if (*end >= 0)
        close(*end);
    *end = -1;
}

/* ---- what it says on stderr */

static bool is_open(int end) { return end >= 0; }

/* Takes what is there. False: nothing more will come. */
static bool take(int end, af_text *into, size_t most)
{
    char bytes[65536];
    ssize_t count = read(end, bytes, sizeof bytes);
    if (count > 0 && into->length < most)
        af_text_add(into, bytes, (size_t)count < most - into->length ? (size_t)count : most - into->length);
    return count > 0 || (count < 0 && (errno == EINTR || errno == EAGAIN));
}

static void hear_last_words(af_helper *helper)
{
    struct pollfd at = {helper->words_from, POLLIN, 0};
    while (is_open(helper->words_from) && poll(&at, 1, 0) > 0)
        if (!take(helper->words_from, &helper->words, MOST_WORDS))
            close_end(&helper->words_from);
}

/* The last line that is not blank, cut to QUOTED bytes. */
static void quote_last_words(const af_helper *helper, af_text *out)
{
    size_t end = helper->words.length;
    while (end && strchr(" \t\r\n", helper->words.bytes[end - 1]))
        end--;
    size_t start = end;
    while (start && helper->words.bytes[start - 1] != '\n')
        start--;
    if (end > start)
        af_text_printf(out, "; it said: %.*s", (int)(end - start < QUOTED ? end - start : QUOTED),
                       helper->words.bytes + start);
}

/* ---- ends */

/* Waits for its end, at most `seconds`, then kills it and all that it has started. The wait status. */
static int reap(af_helper *helper, double seconds)
{
    static const struct timespec pause = {0, 1000000};
    int status = 0;
    double end = now() + seconds;
    pid_t ended;
    while (!(ended = waitpid(helper->pid, &status, WNOHANG)) && now() < end)
        nanosleep(&pause, NULL);
    kill(-helper->pid, SIGKILL);
    while (!ended && waitpid(helper->pid, &status, 0) < 0 && errno == EINTR)
        ;
    helper->pid = 0;
    hear_last_words(helper);
    return status;
}

static void close_all(af_helper *helper)
{
    close_end(&helper->to);
    close_end(&helper->from);
    close_end(&helper->words_from);
}

const af_json *af_helper_fail(af_helper *helper, const char *format, ...)
{
    va_list arguments;
    if (helper->failure.length)
        return NULL;
    va_start(arguments, format);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    char *text = af_memory_resize(NULL, (size_t)length + 1);
    va_start(arguments, format);
    vsnprintf(text, (size_t)length + 1, format, arguments);
    va_end(arguments);
    af_text_puts(&helper->failure, text);
    af_memory_resize(text, 0);
    if (helper->pid)
        reap(helper, 0);
    quote_last_words(helper, &helper->failure);
    for (size_t i = 0; i < helper->failure.length; i++)
        if (iscntrl((unsigned char)helper->failure.bytes[i]))
            helper->failure.bytes[i] = '?';
    close_all(helper);
    return NULL;
}

static int fail_by_death(af_helper *helper)
{
    int status = reap(helper, farewell);
    if (WIFSIGNALED(status))
        af_helper_fail(helper, "was ended by signal %d (%s) instead of answering", WTERMSIG(status),
                       strsignal(WTERMSIG(status)));
    else
        af_helper_fail(helper, "ended with status %d instead of answering", WEXITSTATUS(status));
    return -1;
}

const char *af_helper_failure(const af_helper *helper)
{
    return helper->failure.length ? helper->failure.bytes : NULL;
}

static void release_parent(af_helper *helper)
{
    sem_post(&helper->stopped);
    if (helper->has_parent)
        pthread_join(helper->parent, NULL);
    sem_destroy(&helper->started);
    sem_destroy(&helper->stopped);
}

void af_helper_stop(af_helper *helper)
{
    if (!helper)
        return;
    close_end(&helper->to);
    if (helper->pid)
        reap(helper, farewell);
    release_parent(helper);
    if (!helper->failure.length && helper->words.length)
        fwrite(helper->words.bytes, 1, helper->words.length, stderr);
    close_all(helper);
    af_json_free(helper->answer);
    af_text_free(&helper->heard);
    af_text_free(&helper->words);
    af_text_free(&helper->failure);
    af_memory_resize(helper, 0);
}

/* ---- starting */

/* A pipe whose ends are none of 0, 1, 2, and do not outlive an exec. */
static int make_pipe(int ends[2])
{
    int low[2];
    if (pipe2(low, O_CLOEXEC))
        return -1;
    for (int i = 0; i < 2; i++) {
        ends[i] = fcntl(low[i], F_DUPFD_CLOEXEC, 3);
        close(low[i]);
    }
    return is_open(ends[0]) && is_open(ends[1]) ? 0 : -1;
}

typedef struct pipes { int in[2], out[2], words[2], trouble[2]; } pipes;

/* In the child, between fork and exec: only calls that are safe there. What goes wrong is told through
 * `trouble`. */
static _Noreturn void become(const char *const *arguments, const pipes *p, pid_t parent)
{
    sigset_t none;
    sigemptyset(&none);
    signal(SIGPIPE, SIG_DFL);
    sigprocmask(SIG_SETMASK, &none, NULL);
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() == parent && dup2(p->in[0], 0) == 0 && dup2(p->out[1], 1) == 1 && dup2(p->words[1], 2) == 2)
        execvp(arguments[0], (char *const *)arguments);
    int error = errno;
    if (write(p->trouble[1], &error, sizeof error) < 0)
        _exit(126);
    _exit(127);
}

/* Waits until the child runs its program. 0, or the errno of why it cannot. */
static int trouble_of(int end)
{
    int error = 0;
    ssize_t count;
    while ((count = read(end, &error, sizeof error)) < 0 && errno == EINTR)
        ;
    return count == sizeof error ? error : 0;
}

static int start(af_helper *helper, const char *const *arguments)
{
    pipes p = {{-1, -1}, {-1, -1}, {-1, -1}, {-1, -1}};
    pid_t parent = getpid();
    int error = 0;
    if (make_pipe(p.in) || make_pipe(p.out) || make_pipe(p.words) || make_pipe(p.trouble)
        || (helper->pid = fork()) < 0) {
        error = errno;
        helper->pid = 0;
    }
    if (!error && !helper->pid)
        become(arguments, &p, parent);
    if (!error)
        setpgid(helper->pid, helper->pid);    /* both do it: whoever comes first */
    helper->to = p.in[1], helper->from = p.out[0], helper->words_from = p.words[0];
    close_end(&p.in[0]);
    close_end(&p.out[1]);
    close_end(&p.words[1]);
    close_end(&p.trouble[1]);
    if (!error)
        error = trouble_of(p.trouble[0]);
    close_end(&p.trouble[0]);
    if (!error)
        fcntl(helper->to, F_SETFL, O_NONBLOCK);
    return error;
}

static void wait_for(sem_t *event)
{
    while (sem_wait(event) && errno == EINTR)
        ;
}

static void *be_parent(void *context)
{
    af_helper *helper = context;
    helper->error = start(helper, helper->arguments);
    sem_post(&helper->started);
    wait_for(&helper->stopped);
    return NULL;
}

/* The kernel kills a child when the thread that forked it ends. So a thread does that and nothing else, and
 * who asks for the helper may end before it. Where no thread can be had, who asks is the parent. */
static void start_by_parent(af_helper *helper)
{
    enum { STACK = 256 << 10 };
    pthread_attr_t small;
    pthread_attr_init(&small);
    pthread_attr_setstacksize(&small, STACK);
    helper->has_parent = !pthread_create(&helper->parent, &small, be_parent, helper);
    pthread_attr_destroy(&small);
    if (helper->has_parent)
        wait_for(&helper->started);
    else
        helper->error = start(helper, helper->arguments);
}

af_helper *af_helper_start(const char *const *arguments, double seconds)
{
    af_helper *helper = af_memory_resize(NULL, sizeof *helper);
    *helper = (af_helper){.to = -1, .from = -1, .words_from = -1, .seconds = seconds, .arguments = arguments};
    sem_init(&helper->started, 0, 0);
    sem_init(&helper->stopped, 0, 0);
    start_by_parent(helper);
    if (helper->error)
        af_helper_fail(helper, "cannot be run: %s", strerror(helper->error));
    return helper;
}

double af_helper_seconds(double usual)
{
    const char *given = getenv("AF_HELPER_SECONDS");
    double seconds;
    return given && af_parse_double(given, &seconds) && seconds > 0 ? seconds : usual;
}

/* ---- asking */

/* write() without SIGPIPE: a reader that is gone is no reason to end. */
static ssize_t write_quietly(int end, const char *bytes, size_t length)
{
    static const struct timespec at_once = {0, 0};
    sigset_t broken, before, pending;
    sigemptyset(&broken);
    sigaddset(&broken, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &broken, &before);
    sigpending(&pending);
    ssize_t count = write(end, bytes, length);
    int error = errno;
    if (count < 0 && error == EPIPE && !sigismember(&pending, SIGPIPE))
        sigtimedwait(&broken, NULL, &at_once);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    errno = error;
    return count;
}

/* What is left of a question on its way. A reader that is gone shows at the other pipe. */
static void send_more(af_helper *helper, const af_text *question, size_t *sent)
{
    ssize_t count = write_quietly(helper->to, question->bytes + *sent, question->length - *sent);
    if (count > 0)
        *sent += (size_t)count;
    else if (errno != EAGAIN && errno != EINTR)
        *sent = question->length;
}

static bool line_is_whole(af_helper *helper, size_t *searched)
{
    const char *from = helper->heard.bytes + *searched;
    size_t new = helper->heard.length - *searched;
    const char *end = new ? memchr(from, '\n', new) : NULL;
    *searched = helper->heard.length;
    helper->answered = end ? (size_t)(end + 1 - helper->heard.bytes) : 0;
    return end;
}

/* Sends the question and reads until a line is whole. 0, or -1: failed. */
static int exchange(af_helper *helper, const af_text *question)
{
    double end = now() + helper->seconds;
    size_t sent = 0, searched = 0;
    while (!line_is_whole(helper, &searched)) {
        double left = end - now();
        struct pollfd at[] = {{helper->from, POLLIN, 0}, {helper->words_from, POLLIN, 0},
                              {sent < question->length ? helper->to : -1, POLLOUT, 0}};
        if (helper->heard.length >= LONGEST_LINE)
            return af_helper_fail(helper, "answered with a line of more than %d MiB", LONGEST_LINE >> 20), -1;
        if (left <= 0)
            return af_helper_fail(helper, "gave no answer within %g s", helper->seconds), -1;
        if (poll(at, 3, left < 1e6 ? (int)(left * 1000) + 1 : 1000000000) < 0)
            continue;
        if (at[2].revents)
            send_more(helper, question, &sent);
        if (at[1].revents && !take(helper->words_from, &helper->words, MOST_WORDS))
            close_end(&helper->words_from);
        if (at[0].revents && !take(helper->from, &helper->heard, LONGEST_LINE))
            return fail_by_death(helper);
    }
    return 0;
}

static void drop_last_answer(af_helper *helper)
{
    if (helper->answered)
        memmove(helper->heard.bytes, helper->heard.bytes + helper->answered,
                helper->heard.length - helper->answered);
    helper->heard.length -= helper->answered;
    helper->answered = 0;
    af_json_free(helper->answer);
    helper->answer = NULL;
}

const af_json *af_helper_ask(af_helper *helper, const char *line)
{
    if (helper->failure.length)
        return NULL;
    af_text question = {0};
    af_text_puts(&question, line);
    af_text_puts(&question, "\n");
    drop_last_answer(helper);
    int failed = exchange(helper, &question);
    af_text_free(&question);
    if (failed)
        return NULL;
    af_report *report = af_report_new("");
    helper->answer = af_json_parse(helper->heard.bytes, helper->answered - 1, report, AF_NOWHERE);
    af_report_free(report);
    int quoted = helper->answered < QUOTED ? (int)helper->answered - 1 : QUOTED;
    if (!af_json_is_object(helper->answer))
        return af_helper_fail(helper, "answered with what is no JSON object: %.*s", quoted,
                              helper->heard.bytes);
    return helper->answer;
}
