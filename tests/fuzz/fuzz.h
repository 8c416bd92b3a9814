/* Fuzz targets: each test_NAME.c defines the function that libFuzzer calls, `make fuzz` lets it loose,
 * and replay.c runs it once over the inputs kept in corpus/NAME. A target never fails on what it reads;
 * what must hold whatever comes, it says by HOLDS. */
#ifndef AF_FUZZ_H
#define AF_FUZZ_H

#include "lang/lang.h"

#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define HOLDS(condition) ((condition) ? (void)0 : fuzz_abort(__FILE__, __LINE__, #condition))
static inline void fuzz_abort(const char *file, int line, const char *what)
{
    fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, what);
    abort();
}

/* What every target works with; ends without anything left. */
typedef struct fuzz { af_arena *arena; af_report *report; const char *text; } fuzz;

static inline fuzz fuzz_begin(const uint8_t *data, size_t size)
{
    fuzz f = {.arena = af_arena_new(), .report = af_report_new("fuzz")};
    af_report_quiet(f.report, true);
    f.text = af_copy_slice(f.arena, (const char *)data, size);
    return f;
}

static inline void fuzz_end(fuzz *f)
{
    af_report_free(f->report);
    af_arena_free(f->arena);
}

#endif
