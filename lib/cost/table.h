/* Tables of share/models: text, a row a line, numbers between spaces, `-` for none, `#` starts a comment
 * line. Sorted by their first columns, so that rows are found by bisection. Layouts: share/models/README. */
#ifndef AF_COST_TABLE_H
#define AF_COST_TABLE_H

#include "base/base.h"

typedef struct table { int n_rows, n_columns; const double *cells; } table;   /* nan: none */

/* `name`: "sram/65nm-1". NULL, and *failure says why: it is not there, a line has other than n_columns
 * numbers. */
const table *read_table(af_arena *arena, const char *name, int n_columns, const char **failure);
const double *table_row(const table *table, int row);
/* First row whose leading columns equal `keys`, or -1. */
int find_row(const table *table, const double *keys, int n_keys);
bool row_has(const table *table, int row, const double *keys, int n_keys);    /* false past the end */

#endif
