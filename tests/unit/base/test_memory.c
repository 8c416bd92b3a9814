/* The allocation hook, arenas, threads. */
#include "base/base.h"
#include "test.h"

#include <sched.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void check_arena(void)
{
    af_arena *arena = af_arena_new();
    CHECK(af_arena_take(arena, 0) != af_arena_take(arena, 0));
    char *first = af_new_array(arena, char, 100);
    CHECK((uintptr_t)first % 16 == 0);
    memset(first, 1, 100);
    af_arena_mark mark = af_arena_here(arena);
    size_t before = af_memory_in_use();
    for (int i = 0; i < 1000; i++)
        memset(af_arena_take(arena, 5000), 0xff, 5000);
    CHECK(af_memory_in_use() >= before + 5000000);
    af_arena_rewind(arena, mark);
    CHECK(af_memory_in_use() == before);
    CHECK(first[0] == 1 && first[99] == 1);
    const char *again = af_arena_take(arena, 64);
    int sum = 0;
    for (int i = 0; i < 64; i++)
        sum += again[i];
    CHECK(sum == 0);
    af_list(int) list = {0};
    for (int i = 0; i < 10000; i++)
        *af_push(arena, &list) = i;
    CHECK(list.count == 10000 && list.items[0] == 0 && list.items[9999] == 9999);
    af_arena_free(arena);
    af_arena_free(NULL);
    CHECK(af_memory_in_use() == 0);
    CHECK(af_memory_peak() >= 5000000);
}

static void use_memory(void)
{
    af_arena *arena = af_arena_new();
    for (int i = 0; i < 100; i++)
        af_arena_take(arena, 100000);
    af_arena_free(arena);
}

/* Exit status of use_memory() in a process of its own. */
static int status_with(size_t limit, uint64_t fail_at, void (*handler)(bool limited))
{
    fflush(NULL);
    pid_t child = fork();
    if (!child) {
        if (!freopen("/dev/null", "w", stderr))
            _exit(99);
        af_memory_limit(limit);
        af_memory_fail_at(fail_at);
        af_memory_on_failure(handler);
        use_memory();
        _exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void leave(bool limited) { _exit(limited ? 41 : 42); }

static void check_failure(void)
{
    CHECK(status_with(0, 0, NULL) == 0);
    CHECK(status_with(1000000, 0, NULL) == 75);
    CHECK(status_with(100000000, 0, NULL) == 0);
    CHECK(status_with(0, 1, NULL) == 71);
    CHECK(status_with(0, 7, NULL) == 71);
    CHECK(status_with(0, 1000000, NULL) == 0);
    CHECK(status_with(1000000, 0, leave) == 41);
    CHECK(status_with(0, 3, leave) == 42);
}

typedef struct squares { int result[1000]; int worker[1000]; } squares;

static void square(void *context, int index, int worker)
{
    squares *s = context;
    s->result[index] = index * index;
    s->worker[index] = worker;
    af_arena *arena = af_arena_new();
    af_arena_take(arena, 1000);
    af_arena_free(arena);
}

static void check_pool(void)
{
    for (int threads = 0; threads <= 8; threads++) {
        squares s = {0};
        af_run_jobs(threads, 1000, square, &s);
        int wrong = 0;
        for (int i = 0; i < 1000; i++)
            wrong += s.result[i] != i * i || s.worker[i] < 0 || s.worker[i] >= af_thread_count(threads);
        CHECK(wrong == 0);
    }
    squares untouched = {0};
    af_run_jobs(4, 0, square, &untouched);
    CHECK(af_thread_count(3) == 3 && af_thread_count(0) >= 1 && af_thread_count(1 << 30) <= 256);
    CHECK(af_memory_in_use() == 0);
}

/* Task t has t % 4 rounds of t + 1 jobs; its value is what its jobs have added. Every fifth waits for the
 * one before. The place of the last one that ended is the next one's. */
typedef struct tasks tasks;
typedef struct counting { tasks *all; int number, round; atomic_int value; } counting;
struct tasks {
    int n; atomic_int n_begun; int n_ended, stop_at;
    atomic_bool done[100];
    counting places[100]; _Atomic(counting *) given_back;
};

static void *begin_counting(void *context)
{
    tasks *all = context;
    if (all->n_begun == all->n)
        return NULL;
    counting *again = atomic_exchange(&all->given_back, NULL);
    counting *c = again ? again : &all->places[all->n_begun];
    *c = (counting){.all = all, .number = all->n_begun++};
    return c;
}

static int next_counting(void *task)
{
    counting *c = task;
    if (c->number && c->number % 5 == 0 && !c->all->done[c->number - 1])
        return AF_LATER;
    if (c->value != c->round * (c->number + 1) * 3 || c->round++ == c->number % 4) {
        c->all->done[c->number] = true;
        return 0;
    }
    return c->number + 1;
}

static void job_counting(void *task, int index, int worker)
{
    counting *c = task;
    c->value += index <= c->number && worker < 8 ? 3 : 1000;
}

static int end_counting(void *task, bool wanted)
{
    counting *c = task;
    tasks *all = c->all;
    int number = c->number;
    bool right = c->value == (number % 4) * (number + 1) * 3 && number == all->n_ended;
    all->n_ended += wanted && right;
    all->given_back = c;
    for (int i = 0, begun = all->n_begun; i < 20 && all->n_begun == begun; i++)
        sched_yield();
    return wanted && number == all->stop_at ? -1 : 0;
}

static void check_tasks(void)
{
    static const af_task_kind kind = {begin_counting, next_counting, job_counting, end_counting};
    for (int threads = 1; threads <= 8; threads++) {
        tasks all = {.n = 100, .stop_at = -1}, some = {.n = 100, .stop_at = 41}, none = {0};
        CHECK(af_run_tasks(threads, &kind, &all) == 0 && all.n_ended == 100);
        CHECK(af_run_tasks(threads, &kind, &some) == -1 && some.n_ended == 42);
        CHECK(af_run_tasks(threads, &kind, &none) == 0);
    }
    CHECK(af_memory_in_use() == 0);
}

static void check_adoption(void)
{
    for (int empty = 0; empty < 4; empty++) {
        af_arena *arena = af_arena_new(), *other = af_arena_new();
        char *own = empty & 1 ? NULL : af_arena_take(arena, 5000);
        char *given = empty & 2 ? NULL : af_arena_take(other, 100);
        size_t size = af_arena_size(arena) + af_arena_size(other);
        if (given)
            strcpy(given, "kept");
        af_arena_mark mark = af_arena_here(arena);
        af_arena_adopt(arena, other);
        CHECK(af_arena_size(arena) == size);
        memset(af_arena_take(arena, 10000), 1, 10000);
        if (own)
            af_arena_rewind(arena, mark);
        CHECK(!given || !strcmp(given, "kept"));
        af_arena_free(arena);
    }
    CHECK(af_memory_in_use() == 0);
}

/* The join hands over an arena for each Einsum: the time may not grow with what was handed over before. */
static void check_many_adoptions(void)
{
    enum { MANY = 10000 };
    static af_arena *others[MANY];
    static char *given[MANY];
    af_arena *arena = af_arena_new();
    for (int i = 0; i < MANY; i++) {
        others[i] = af_arena_new();
        given[i] = af_arena_take(others[i], 1);
        *given[i] = (char)i;
    }
    clock_t start = clock();
    for (int i = 0; i < MANY; i++)
        af_arena_adopt(arena, others[i]);
    CHECK((double)(clock() - start) / CLOCKS_PER_SEC < 0.05);
    for (int i = 0; i < MANY; i++)
        CHECK(*given[i] == (char)i);
    af_arena_free(arena);
    CHECK(af_memory_in_use() == 0);
}

static void check_report(void)
{
    af_report *report = af_report_new("af-test");
    CHECK(!af_failed(report) && af_report_status(report) == AF_OK && !af_report_message(report, 0));
    CHECK(af_fail(report, AF_BAD_DATA, (af_place){"a.yaml", 12, 7}, "arch.nodes.1.size", "found %d", 3) ==
          -1);
    af_fail(report, AF_NO_INPUT, (af_place){"a.yaml", 12, 0}, NULL, "x");
    af_fail(report, AF_BUG, AF_NOWHERE, "mapper", "y");
    af_fail(report, AF_BUG, (af_place){NULL, 4, 1}, NULL, "z");
    CHECK(af_report_status(report) == AF_BAD_DATA);
    CHECK_TEXT(af_report_message(report, 0), "a.yaml:12:7: arch.nodes.1.size: found 3");
    CHECK_TEXT(af_report_message(report, 1), "a.yaml:12: x");
    CHECK_TEXT(af_report_message(report, 2), "mapper: y");
    CHECK_TEXT(af_report_message(report, 3), "line 4:1: z");
    for (int i = 0; i < 30; i++)
        af_fail(report, AF_BUG, AF_NOWHERE, NULL, "more %d", i);
    char printed[4000] = "";
    FILE *file = fmemopen(printed, sizeof printed, "w");
    af_report_print(report, file);
    fclose(file);
    CHECK(strstr(printed, "af-test: line 4:1: z\naf-test: a.yaml:12: x\naf-test: a.yaml:12:7: "
                          "arch.nodes.1.size: found 3\n") == printed);
    CHECK(strstr(printed, "af-test: and 14 more\n") != NULL);
    af_report_clear(report);
    CHECK(!af_failed(report) && af_report_status(report) == AF_OK);
    af_report *later = af_report_new("");
    af_report_hold(later);
    af_fail(later, AF_LIMIT, (af_place){"b.yaml", 2, 0}, NULL, "b");
    af_fail(later, AF_BUG, AF_NOWHERE, NULL, "a");
    af_fail(report, AF_BUG, AF_NOWHERE, NULL, "a");
    af_report_add(report, later);
    CHECK(af_report_status(report) == AF_BUG && !af_failed(later));
    CHECK_TEXT(af_report_message(report, 0), "a");
    CHECK_TEXT(af_report_message(report, 1), "b.yaml:2: b");
    CHECK(!af_report_message(report, 2));
    af_report_free(later);
    af_report_free(report);
    CHECK(af_memory_in_use() == 0);
}

int main(void)
{
    check_arena();
    check_failure();
    check_adoption();
    check_many_adoptions();
    check_pool();
    check_tasks();
    check_report();
    return test_end("base/memory");
}
