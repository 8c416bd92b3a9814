/* Formulas compiled to straight-line code that runs over blocks of candidates (structure of arrays). */
#ifndef AF_MODEL_PROGRAM_H
#define AF_MODEL_PROGRAM_H

#include "model/formula.h"

/* Of a function that does the same for many rows: -O2 alone does not take several at once where their number
 * is not known, and with AVX2 it is twice as many. No operation may be contracted or reordered, so that every
 * clone gives the same bits. The loader chooses among clones before a sanitizer has begun, and what chooses
 * would call it. */
#if defined(__GNUC__) && !defined(__clang__)
#define AF_AT_ONCE __attribute__((optimize("O3", "unroll-loops")))
#else
#define AF_AT_ONCE
#endif
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__SANITIZE_ADDRESS__) \
    && !defined(__SANITIZE_THREAD__) && !defined(AF_NO_CLONES)
#define AF_OVER_ROWS AF_AT_ONCE __attribute__((target_clones("avx2", "default")))
#else
#define AF_OVER_ROWS AF_AT_ONCE
#endif

typedef struct af_program af_program;        /* immutable after compiling: threads may share it */

af_program *af_program_compile(af_arena *arena, const af_graph *g, const af_num *outputs, int n_outputs);
size_t af_program_scratch(const af_program *program);                /* bytes that a run needs, per thread */
enum { AF_BLOCK = 512 };                                             /* most rows of one run */
/* symbols[i] = column of symbol i (may be NULL if it does not occur); outputs[k] receives n_rows numbers. */
void af_program_run(const af_program *program, const double *const *symbols, int n_rows,
                    double *const *outputs, void *scratch);

#endif
