/* SRAM arrays as CACTI sees them, out of a table of one bank's organisations (30 section 8.5). */
#ifndef AF_COST_MEMORY_TABLE_H
#define AF_COST_MEMORY_TABLE_H

#include "cost/embedded.h"

/* J, J, W per bank, m2, s, s */
enum { MEMORY_READ, MEMORY_WRITE, MEMORY_LEAK, MEMORY_AREA, MEMORY_CYCLE, MEMORY_ACCESS, N_MEMORY_FIGURES };

/* banks: a power of two */
typedef struct memory_request { double tech_nm, ports, size_bytes, block_bytes, banks; } memory_request;
typedef struct memory_figures {
    double values[N_MEMORY_FIGURES];
    double bands[N_MEMORY_FIGURES];          /* relative; 0 where exact */
    cost_method method;
    const char *beyond;                      /* extrapolated: which range was left, for messages */
} memory_figures;

/* tech_nm one of memory_nodes. 0, or -1: refused (no table). */
int find_memory(builder *b, const memory_request *request, memory_figures *figures);

enum { N_MEMORY_NODES = 5 };
extern const double memory_nodes[N_MEMORY_NODES];   /* nm, ascending */

#endif
