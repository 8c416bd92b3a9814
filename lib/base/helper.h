/* Helpers: programs that answer each line with a line, both JSON objects, for as long as they are asked:
 * plug-ins, Python.
 *
 * A helper runs beside us in a process group of its own, is stopped when it gives no answer in time or
 * nonsense for one, and is killed by the kernel if we end without stopping it. Any thread may start it, and
 * it outlives that one; it is asked by one thread at a time. */
#ifndef AF_BASE_HELPER_H
#define AF_BASE_HELPER_H

#include "base/json.h"

typedef struct af_helper af_helper;

/* Runs `arguments` (NULL-terminated; the program is looked for in PATH if it has no slash), with `seconds`
 * for each answer. Never NULL: what cannot be run has failed already. */
af_helper *af_helper_start(const char *const *arguments, double seconds);

/* The answer to a line (which holds no newline): an object that lives until the next question. NULL: the
 * helper has failed. */
const af_json *af_helper_ask(af_helper *helper, const char *line);

/* Why the helper has failed, "ended with status 3 instead of answering; it said: …"; from then on it
 * answers nothing. NULL: it has not. */
const char *af_helper_failure(const af_helper *helper);
/* Makes it fail: for answers whose content is nonsense. Returns NULL. */
const af_json *af_helper_fail(af_helper *helper, const char *format, ...) AF_PRINTF(2, 3);

/* Lets it end by itself for a second, then kills it. What a helper that did not fail has said on stderr
 * goes to ours. NULL is fine. */
void af_helper_stop(af_helper *helper);

/* The time limit for an answer: $AF_HELPER_SECONDS if that is a positive number, else `usual`. */
double af_helper_seconds(double usual);

#endif
