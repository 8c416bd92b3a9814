/* rows: a LoopTree as nested blocks, before any geometry (80 section B4.2).
 * SVG and text are drawn from the same rows. Private to draw. */
#ifndef AF_DRAW_ROWS_H
#define AF_DRAW_ROWS_H

#include "draw/results.h"

typedef enum af_row_kind {
    AF_ROW_TEMPORAL, AF_ROW_SPATIAL,     /* children: what the loop repeats */
    AF_ROW_STORAGE, AF_ROW_TOLL, AF_ROW_RESERVATION, AF_ROW_COMPUTE, AF_ROW_TEXT,
    AF_ROW_SPLIT,                        /* children: branches */
    AF_ROW_BRANCH,                       /* children: rows of one branch */
    AF_ROW_LIST                          /* the whole picture */
} af_row_kind;

typedef struct af_chip {
    const char *name; int tensor;        /* tensor: index in af_rows.tensors, decides the colour */
    bool shared, persistent, backing;    /* used by two Einsums or more; kept throughout;
                                          * held here before anywhere else */
    int x, y, w;
} af_chip;

typedef struct af_row af_row;
struct af_row {
    af_row_kind kind;
    int id;                              /* in order of reading, from 0 */
    const char *component; int color;    /* of what has a component, else NULL and -1 */
    const char *badge;                   /* "×64", NULL if the trip count is not known */
    const char *text, *note;             /* left and right; note may be NULL */
    const char *detail;                  /* for a tooltip; may be NULL */
    double usage;                        /* fraction of the memory; nan: not known */
    int n_chips; af_chip *chips;
    int n_children; af_row **children;
    int n_alike;                         /* branch: how many branches it stands for, 1 or more */
    const char *sequence;                /* split: "sequential", "pipeline"; of an architecture "fork" */
    int per_band;                        /* split: how many branches stand side by side, by block.c */
    int x, y, w, h, header;              /* geometry, by block.c; header:
                                          * height of a loop's or branch's own bar */
};

typedef struct af_rows {
    af_arena *arena;
    const af_mapping_facts *facts;
    const af_draw_options *options;
    af_names *components, *tensors;
    int count;                           /* of rows */
    af_row *root;
} af_rows;
af_rows *af_rows_of(const af_mapping_facts *facts, const af_draw_options *options, af_arena *arena);

/* Puts runs of neighbouring branches that differ in nothing but names into one (80 section B4.5). */
void af_collapse_alike(af_rows *rows);

#endif
