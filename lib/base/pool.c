/* Worker threads take the jobs in order of index; the calling thread is worker 0. */
#include "base/pool.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

enum { MOST_THREADS = 256 };

typedef struct work {
    void (*job)(void *context, int index, int worker);
    void *context;
    int count;
    _Atomic int next;
} work;
typedef struct worker { work *work; int number; pthread_t thread; } worker;

int af_thread_count(int asked)
{
    cpu_set_t processors;
    int available = sched_getaffinity(0, sizeof processors, &processors) ? 1 : CPU_COUNT(&processors);
    int count = asked > 0 ? asked : available;
    return count < MOST_THREADS ? count : MOST_THREADS;
}

static void *run(void *argument)
{
    worker *self = argument;
    work *w = self->work;
    for (int i; (i = atomic_fetch_add(&w->next, 1)) < w->count;)
        w->job(w->context, i, self->number);
    return NULL;
}

void af_run_jobs(int threads, int count, void (*job)(void *context, int index, int worker), void *context)
{
    work w = {job, context, count, 0};
    worker workers[MOST_THREADS];
    threads = af_thread_count(threads);
    int n = 1;
    for (; n < threads && n < count; n++) {   /* fewer threads than asked for is no error: the jobs are done by those there are */
        workers[n] = (worker){.work = &w, .number = n};
        if (pthread_create(&workers[n].thread, NULL, run, &workers[n]))
            break;
    }
    workers[0] = (worker){.work = &w};
    run(&workers[0]);
    while (--n > 0)
        pthread_join(workers[n].thread, NULL);
}
