/* Tables of partial mappings. Private to join.
 *
 * A partial mapping covers the Einsums joined so far. Partial mappings that later Einsums cannot tell
 * apart (equal compatibility up to the order of loops, equal iteration counts) compete in one Pareto
 * front. The row of a table is one partial mapping; it knows the two rows it was made of, so the choice
 * for every Einsum is found by walking back. */
#ifndef AF_JOIN_TABLE_H
#define AF_JOIN_TABLE_H

#include "join/compatibility.h"

typedef struct af_stage af_stage;

typedef enum af_column_kind {
    AF_OBJECTIVE,                            /* subject: objective */
    AF_SHARED,                               /* subject: memory. Bits in use just under `level` loops, where
                                                later Einsums can still be added ("right") */
    AF_FINISHED,                             /* subject: memory. Peak of what is finished under `level` loops
                                                ("left") */
    AF_TENSOR_BITS                           /* subject: tensor. Bits of its tile in its backing memory; no
                                                criterion */
} af_column_kind;
typedef struct af_column { af_column_kind kind; int subject, level; } af_column;

/* rows of equal iteration counts, one count per loop */
typedef struct af_run { int start, end; const int32_t *key; } af_run;

/* rows of the pair's tables; index of the pair's result order */
typedef struct af_origin { uint32_t left, right, pair; uint16_t order; } af_origin;

typedef struct af_table {
    af_compat compat;
    int n_columns; af_column *columns;
    int n_rows; double **values;             /* values[column][row] */
    double *lowest, *highest;                /* per column */
    int n_runs; af_run *runs;
    uint32_t *rank;                          /* per row: place among all rows of the Einsum or step in the
                                                canonical order (70 section 14.3) */
    const af_stage *stage; af_origin *origins;   /* how the rows were made; NULL for the tables of groups */
    af_group *group; int *row_of_group;   /* tables of groups: where the rows came from */
    double n_total, n_valid;
} af_table;

void af_table_range(af_table *table, int column);                               /* sets lowest and highest */
af_table *af_unit_table(af_arena *arena);    /* one row, no column: what there is before the first Einsum */

/* fmin and fmax are calls, for the sake of nan; no column has any. */
static inline double af_lower(double a, double b) { return a < b ? a : b; }
static inline double af_higher(double a, double b) { return a > b ? a : b; }

#endif
