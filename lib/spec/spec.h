/* spec: what the user said, checked and evaluated. */
#ifndef AF_SPEC_H
#define AF_SPEC_H

#include "spec/einsum.h"       /* one Einsum, evaluated: what the model and the mapper see */
#include "spec/mapping.h"      /* LoopTree: nodes, operations, YAML and records */
#include "spec/load.h"         /* files, Jinja, merge, overrides, construction: an unevaluated spec */
#include "spec/evaluate.h"     /* variables, renames, workload, architecture: the records of af-eval */
#include "spec/workload_query.h"   /* what may be asked of a workload */

#endif
