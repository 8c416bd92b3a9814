/* Mappings of one Einsum, evaluated by the model, without those that no one can tell from one before. */
#ifndef AF_BRUTE_PARTS_H
#define AF_BRUTE_PARTS_H

#include "model/reservation.h"

typedef struct brute_list {
    af_part *items; int count, capacity;     /* the first of each class
                                              * of mappings that no one can tell apart */
    double n_seen;                           /* all, the invalid ones too */
    bool gave_up;                            /* there are more than the caller may look through */
} brute_list;

/* What fills such a list; parts live in `arena`. fixes: af_quirk bits of the model */
typedef struct brute_parts brute_parts;
brute_parts *brute_parts_new(af_arena *arena, const af_einsum *einsum, uint64_t fixes, brute_list *list);
/* Without figures if it is not valid on its own. */
af_part brute_evaluate(af_arena *arena, const af_einsum *einsum, uint64_t fixes, const af_step *steps,
                       int n_steps);
void brute_add(brute_parts *parts, const af_step *steps, int n_steps);

/* Is the size a candidate of a loop with that tile below and at most `outer` above? By
 * the definition of 60 section 10.2. */
bool brute_admits_size(double outer, bool imperfect, double inner, double coarseness, double size);

static inline bool brute_is_loop(const af_step *s)
{
    return s->kind == AF_STEP_TEMPORAL || s->kind == AF_STEP_SPATIAL;
}

#endif
