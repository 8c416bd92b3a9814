/* A thread pool whose results are as if the jobs had run one after the other. */
#ifndef AF_BASE_POOL_H
#define AF_BASE_POOL_H

/* Runs job(context, index, worker) for index 0 … count-1 on up to `threads` threads (0: one per processor), worker < threads.
 * Jobs start in order of index; each writes its result to its own slot, so the caller sees them in order whatever the schedule. */
void af_run_jobs(int threads, int count, void (*job)(void *context, int index, int worker), void *context);
int af_thread_count(int asked);                              /* what 0 or a too large number means here */

#endif
