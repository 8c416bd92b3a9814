/* What Einsums must agree about to be joined, with names replaced by ids (70 section 3). Private to join. */
#ifndef AF_JOIN_COMPATIBILITY_H
#define AF_JOIN_COMPATIBILITY_H

#include "join/join.h"

enum { AF_MOST_LOOPS = 62 };                 /* of a fused nest: fences are bits of a uint64_t */

typedef struct af_backing {                  /* where a shared tensor is handed over */
    int tensor, memory;
    bool persistent;
    int n_loops; const int *loops;           /* ids of loop signatures, outermost first */
} af_backing;

typedef struct af_compat {
    int n_loops;
    uint64_t fences;                         /* bit k: something is held or reserved at level k; loops may not
                                                be exchanged across it */
    int n_backings; const af_backing *backings;   /* by tensor id */
} af_compat;

/* the loop at place i was at place at[i]; those from n on stay */
typedef struct af_order { int n; uint8_t at[AF_MOST_LOOPS]; } af_order;

static inline int af_above(const af_backing *b) { return b->persistent ? -1 : b->n_loops; }
static inline int af_ordered(const af_order *order, int place)
{
    return place < order->n ? order->at[place] : place;
}
const af_backing *af_find_backing(const af_compat *c, int tensor);              /* NULL: not there */
/* clear_dead of 70 section 3.3 */
af_compat af_compat_keep(af_arena *arena, const af_compat *c, const bool *tensors);
af_compat af_compat_reorder(af_arena *arena, const af_compat *c, const af_order *order);
/* 70 section 3.3 merge. False: the left has more loops to keep than the right offers. */
bool af_compat_merge(af_arena *arena, const af_compat *left, const af_compat *right, const bool *live,
                     af_compat *joined);
/* All orders of the loops that cross no fence and no tensor's end, the given order first. -1: reported. */
int af_compat_orders(af_arena *arena, const af_compat *c, const af_order **orders, af_report *report);
/* The compatibility restricted to some tensors (NULL: all) in another order (NULL: the same), as text: equal
 * texts are equal compatibilities. */
void af_compat_key(af_text *out, const af_compat *c, const bool *tensors, const af_order *order,
                   bool with_fences);

#endif
