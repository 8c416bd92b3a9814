/* The whole library. */
#ifndef AF_H
#define AF_H

#include "base/base.h"
#include "lang/lang.h"
#include "spec/spec.h"
#include "cost/cost.h"
#include "model/model.h"
#include "pmap/pmap.h"
#include "join/join.h"
#include "draw/draw.h"

#endif
