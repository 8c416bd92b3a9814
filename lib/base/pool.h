/* A thread pool whose results are as if the jobs had run one after the other. */
#ifndef AF_BASE_POOL_H
#define AF_BASE_POOL_H

#include <stdbool.h>

/* Runs job(context, index, worker) for index 0 … count-1 on up to `threads` threads (0: one per processor),
 * worker < threads. Jobs start in order of index; each writes its result to its own slot, so the caller sees
 * them in order whatever the schedule. */
void af_run_jobs(int threads, int count, void (*job)(void *context, int index, int worker), void *context);
int af_thread_count(int asked);              /* what 0 or a too large number means here */

/* Tasks, several at a time, each in rounds of jobs. A job may be run by any thread, and together with all of
 * its round and with other tasks. A task sees what its earlier rounds have left and nothing of the schedule,
 * so that its result does not depend on the number of threads. A thread takes the first task that has
 * something to do; with one thread a task is begun when the one before has ended. */
enum { AF_LATER = -1 };                      /* of `next`: it waits for another task, which is not done yet */
typedef struct af_task_kind {
    void *(*begin)(void *context);           /* the next task; NULL: there is none. In order, one at a time */
    int (*next)(void *task);                 /* between two rounds: number of jobs of the next; 0: done */
    void (*job)(void *task, int index, int worker);
    /* In order, one at a time. -1: the tasks that follow are not wanted. `wanted`: false for these, which
     * may be anywhere; what they hold is to be released. */
    int (*end)(void *task, bool wanted);
} af_task_kind;
int af_run_tasks(int threads, const af_task_kind *kind, void *context);      /* -1: some `end` said so */

#endif
