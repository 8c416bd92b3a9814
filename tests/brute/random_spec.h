/* Random tiny specs, as the YAML text of one file. The same seed gives the same text. */
#ifndef AF_BRUTE_RANDOM_SPEC_H
#define AF_BRUTE_RANDOM_SPEC_H

#include "base/text.h"

typedef struct brute_spec {
    char kind[16];                           /* of the workload */
    int metrics;
    af_text yaml;
} brute_spec;

void brute_random_spec(unsigned seed, brute_spec *spec);

#endif
