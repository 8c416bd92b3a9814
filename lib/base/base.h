/* base: memory, text, names, errors, JSON, record streams, threads. Knows nothing of accelerators. */
#ifndef AF_BASE_H
#define AF_BASE_H

#include "base/memory.h"   /* allocation hook, arenas, growing arrays */
#include "base/text.h"     /* strings, buffers, shortest numbers, nearest name */
#include "base/names.h"    /* names <-> ids */
#include "base/error.h"    /* place, field path, message, exit status */
#include "base/json.h"     /* reading and writing */
#include "base/record.h"   /* the stream contract */
#include "base/pool.h"     /* threads with results in order */
#include "base/share.h"    /* files that are read at run time: tables, libraries */
#include "base/helper.h"   /* programs that answer lines with lines: plug-ins, Python */

#endif
