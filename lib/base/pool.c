/* Worker threads take what is to be done for the first task that has something; the calling thread
 * is worker 0. */
#include "base/pool.h"
#include "base/memory.h"

#include <pthread.h>
#include <sched.h>
#include <string.h>

enum {
    MOST_THREADS = 256,
    TASKS_OF_THREAD = 8                      /* begun and not ended: so many tasks hold memory at a time */
};

/* BETWEEN: two rounds; BUSY: some thread is in `next` */
typedef enum state { BETWEEN, BUSY, IN_ROUND, WAITING, DONE } state;

typedef struct task {
    void *task;
    state state;
    int count, taken, left;                  /* of the round's jobs: all, those begun, those not finished */
} task;

typedef struct pool {
    const af_task_kind *kind; void *context;
    pthread_mutex_t lock; pthread_cond_t change;
    int room, count; task *tasks;            /* in order, those begun that have not ended */
    bool beginning, ending, all_begun, stopped;
    long n_done;
} pool;

typedef struct worker { pool *pool; int number; pthread_t thread; } worker;

int af_thread_count(int asked)
{
    cpu_set_t processors;
    int count = asked;
    if (count <= 0)
        count = sched_getaffinity(0, sizeof processors, &processors) ? 1 : CPU_COUNT(&processors);
    return count < MOST_THREADS ? count : MOST_THREADS;
}

/* ---- what there is to do. The lock is held, but not while a function of the kind runs */

static void begin(pool *p)
{
    p->beginning = true;
    pthread_mutex_unlock(&p->lock);
    void *new = p->kind->begin(p->context);
    pthread_mutex_lock(&p->lock);
    p->beginning = false;
    p->all_begun = !new;
    if (new)
        p->tasks[p->count++] = (task){.task = new};
    pthread_cond_broadcast(&p->change);
}

static task *find(pool *p, const void *of)   /* it has moved if tasks before it have ended */
{
    task *t = p->tasks;
    while (t->task != of)
        t++;
    return t;
}

static void note_done(pool *p)
{
    p->n_done++;
    for (int i = 0; i < p->count; i++)
        if (p->tasks[i].state == WAITING)
            p->tasks[i].state = BETWEEN;
}

static void go_on(pool *p, task *t)
{
    void *of = t->task;
    long n_done = p->n_done;
    t->state = BUSY;
    pthread_mutex_unlock(&p->lock);
    int count = p->kind->next(of);
    pthread_mutex_lock(&p->lock);
    t = find(p, of);
    if (count == AF_LATER)
        t->state = n_done == p->n_done ? WAITING : BETWEEN;
    else
        *t = (task){of, count ? IN_ROUND : DONE, count, 0, count};
    if (!count)
        note_done(p);
    pthread_cond_broadcast(&p->change);
}

static void run_job(pool *p, task *t, int worker)
{
    void *of = t->task;
    int index = t->taken++;
    pthread_mutex_unlock(&p->lock);
    p->kind->job(of, index, worker);
    pthread_mutex_lock(&p->lock);
    t = find(p, of);
    if (--t->left == 0) {
        t->state = BETWEEN;
        pthread_cond_broadcast(&p->change);
    }
}

/* It leaves the list first: `end` gives its address back, and the next task to begin may get the same. */
static void end_first(pool *p)
{
    void *of = p->tasks[0].task;
    memmove(p->tasks, p->tasks + 1, sizeof *p->tasks * (size_t)--p->count);
    p->ending = true;
    pthread_mutex_unlock(&p->lock);
    bool stop = p->kind->end(of, true) < 0;
    pthread_mutex_lock(&p->lock);
    p->ending = false;
    p->stopped = stop;
    pthread_cond_broadcast(&p->change);
}

/* Does one thing. False: there is nothing to do now. */
static bool step(pool *p, int worker)
{
    if (p->count && p->tasks[0].state == DONE && !p->ending)
        return end_first(p), true;
    for (task *t = p->tasks; t < p->tasks + p->count; t++) {
        if (t->state == BETWEEN)
            return go_on(p, t), true;
        if (t->state == IN_ROUND && t->taken < t->count)
            return run_job(p, t, worker), true;
    }
    if (p->all_begun || p->beginning || p->count + p->ending == p->room)
        return false;
    return begin(p), true;
}

static void *run(void *argument)
{
    worker *self = argument;
    pool *p = self->pool;
    pthread_mutex_lock(&p->lock);
    while (!p->stopped && (p->count || !p->all_begun))
        if (!step(p, self->number))
            pthread_cond_wait(&p->change, &p->lock);
    pthread_mutex_unlock(&p->lock);
    return NULL;
}

/* Fewer threads than asked for is no error: all is done by those there are. */
static void run_on(pool *p, int threads)
{
    worker workers[MOST_THREADS];
    int n = 1;
    for (; n < threads; n++) {
        workers[n] = (worker){.pool = p, .number = n};
        if (pthread_create(&workers[n].thread, NULL, run, &workers[n]))
            break;
    }
    workers[0] = (worker){.pool = p};
    run(&workers[0]);
    while (--n > 0)
        pthread_join(workers[n].thread, NULL);
}

int af_run_tasks(int threads, const af_task_kind *kind, void *context)
{
    threads = af_thread_count(threads);
    pool p = {.kind = kind, .context = context, .room = threads * TASKS_OF_THREAD};
    p.tasks = af_memory_resize(NULL, sizeof *p.tasks * (size_t)p.room);
    pthread_mutex_init(&p.lock, NULL);
    pthread_cond_init(&p.change, NULL);
    run_on(&p, threads);
    for (int i = 0; i < p.count; i++)
        kind->end(p.tasks[i].task, false);
    pthread_cond_destroy(&p.change);
    pthread_mutex_destroy(&p.lock);
    af_memory_resize(p.tasks, 0);
    return p.stopped ? -1 : 0;
}

/* ---- jobs alone: one task of one round */

typedef struct jobs {
    void (*job)(void *context, int index, int worker); void *context;
    int count;
    bool begun;
} jobs;

static void *begin_jobs(void *context)
{
    jobs *j = context;
    bool begun = j->begun;
    j->begun = true;
    return begun ? NULL : j;
}

static int next_jobs(void *task)
{
    jobs *j = task;
    int count = j->count;
    j->count = 0;
    return count;
}

static void run_one_of_jobs(void *task, int index, int worker)
{
    jobs *j = task;
    j->job(j->context, index, worker);
}

static int end_jobs(void *task, bool wanted) { (void)task, (void)wanted; return 0; }

void af_run_jobs(int threads, int count, void (*job)(void *context, int index, int worker), void *context)
{
    static const af_task_kind kind = {begin_jobs, next_jobs, run_one_of_jobs, end_jobs};
    jobs j = {job, context, count, false};
    threads = af_thread_count(threads);
    if (threads > 1 && count > 1)
        af_run_tasks(threads < count ? threads : count, &kind, &j);
    else
        for (int i = 0; i < count; i++)
            job(context, i, 0);
}
