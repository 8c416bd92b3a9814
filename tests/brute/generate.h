/* Random small problems, in both forms: for the simulator, and as texts for the library
 * (tests/unit/model/model_case.h). */
#ifndef AF_BRUTE_GENERATE_H
#define AF_BRUTE_GENERATE_H

#include "simulate.h"

typedef struct problem_text { char arch[4096], workload[1024], bounds[256], mapping[4096]; } problem_text;

/* Besides memories, Tolls, fan-outs, fused and uneven loops: copies, a Fork with a Compute of its own,
 * networks, a memory that is spread over an Array. */
void generate(unsigned seed, bool with_all, sim_problem *problem, problem_text *text);

#endif
