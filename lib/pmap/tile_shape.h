/* Candidate tile shapes of one loop, and how many tilings a rank variable has (60 sections 10.2
 * and 14.3). Private to pmap. */
#ifndef AF_PMAP_TILE_SHAPE_H
#define AF_PMAP_TILE_SHAPE_H

#include "base/base.h"

typedef struct af_sizes { int count; double *items; } af_sizes;     /* ascending */

/* Tile shapes that a loop may have if the tile below it is `inner` and the tile above it at most `outer`;
 * coarseness >= 1 thins them out. Perfect: multiples of inner that divide outer. Imperfect:
 * of all sizes with one count of tiles the smallest. */
af_sizes af_tile_sizes(af_arena *arena, double outer, bool imperfect, double inner, double coarseness);

/* The same, remembered by (outer, imperfect, inner) for one coarseness;
 * the answers live as long as the arena. */
typedef struct af_size_table af_size_table;
af_size_table *af_size_table_new(af_arena *arena, double coarseness);
const af_sizes *af_size_table_get(af_size_table *table, double outer, bool imperfect, double inner);

/* Tilings of one rank variable by n_loops loops, outermost first, the innermost having tile 1.
 * imperfect[k] tells of loop k. Of imperfect loops over more than 4e9 an estimate. */
double af_count_tilings(double bound, const bool *imperfect, int n_loops);

#endif
