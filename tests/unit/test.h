/* A small frame for unit tests: each failure is one line with its place; the last line counts. */
#ifndef AF_TEST_H
#define AF_TEST_H

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static int test_passed, test_failed;

static inline void test_note(bool holds, const char *file, int line, const char *what)
{
    if (holds)
        test_passed++;
    else
        test_failed++, printf("not ok %s:%d: %s\n", file, line, what);
}
static inline void test_text(const char *got, const char *want, const char *file, int line, const char *what)
{
    bool same = got && want ? !strcmp(got, want) : got == want;
    test_note(same, file, line, what);
    if (!same)
        printf("  got  %s\n  want %s\n", got ? got : "(null)", want ? want : "(null)");
}
static inline void test_number(double got, double want, double tolerance, const char *file, int line,
                               const char *what)
{
    bool same = got == want || (isnan(got) && isnan(want)) ||
                fabs(got - want) <= tolerance * fmax(fabs(got), fabs(want));
    test_note(same, file, line, what);
    if (!same)
        printf("  got  %.17g\n  want %.17g\n", got, want);
}
#define CHECK(condition) test_note((condition), __FILE__, __LINE__, #condition)
#define CHECK_TEXT(got, want) test_text((got), (want), __FILE__, __LINE__, #got)
#define CHECK_NUMBER(got, want) test_number((got), (want), 1e-12, __FILE__, __LINE__, #got)
#define CHECK_NEAR(got, want, tolerance) test_number((got), (want), (tolerance), __FILE__, __LINE__, #got)

/* Ends main(): "name: N passed, M failed". */
static inline int test_end(const char *name)
{
    printf("%s: %d passed, %d failed\n", name, test_passed, test_failed);
    return test_failed != 0;
}

#endif
