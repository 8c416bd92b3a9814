/* What the tests over random problems share: one case per seed, told whole where it fails. */
#ifndef BRUTE_SEEDS_H
#define BRUTE_SEEDS_H

#include "../unit/model/model_case.h"
#include "generate.h"

#include <stdlib.h>

static void tell_case(unsigned seed, const problem_text *text, model_case *c)
{
    printf("case %u: %s\n  %s\n  %s\n  %s\n", seed, text->workload, text->bounds, text->arch, text->mapping);
    af_report_print(c->report, stdout);
    af_report_clear(c->report);
}

/* main(): [FIRST [COUNT]]. */
static int run_seeds(int argc, char **argv, unsigned usual_count,
                     void (*compare)(unsigned seed, model_case *c), const char *name)
{
    model_case c;
    unsigned first = argc > 1 ? (unsigned)atoi(argv[1]) : 1,
             count = argc > 2 ? (unsigned)atoi(argv[2]) : usual_count;
    for (unsigned seed = first; seed < first + count; seed++) {
        case_start(&c);
        compare(seed, &c);
        case_end(&c);
    }
    return test_end(name);
}

#endif
