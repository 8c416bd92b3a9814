/* Random tiny specs, as the YAML text of one file. The same seed gives the same text. */
#ifndef AF_BRUTE_RANDOM_SPEC_H
#define AF_BRUTE_RANDOM_SPEC_H

#include "base/text.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct brute_spec {
    char kind[32];                           /* of the workload, and what else the spec is about */
    int metrics;
    bool by_templates;                       /* to be compared with all tile shapes of the mapper's
                                              * templates, not with all mappings */
    bool eager;                              /* the mapper is to prune wherever it
                                              * can, however few rows there are */
    bool ordered;                            /* the order of holders is constrained */
    double tolerance;                        /* of objectives: the front may be worse by that */
    bool unlimited;                          /* no memory can overflow */
    uint64_t fixes;                          /* af_quirk bits: what is asked of model and mapper alike */
    af_text yaml;
} brute_spec;

void brute_random_spec(unsigned seed, brute_spec *spec);

#endif
