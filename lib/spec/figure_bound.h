/* What figures of components and actions may be: what divides is more than 0, and no amount is negative. The
 * evaluation asks, and so does who reads its records, which can have been edited. Private to spec. */
#ifndef AF_SPEC_FIGURE_BOUND_H
#define AF_SPEC_FIGURE_BOUND_H

#include <stdbool.h>

typedef struct af_figure_bound { bool may_be_zero; const char *what; } af_figure_bound;

static const af_figure_bound af_bound_of_size = {true, "a size is at least 0 bits"},
                      af_bound_of_latency = {true, "a latency is at least 0 s"},
                      af_bound_of_value = {true, "a value has at least 0 bits"},
                      af_bound_of_bits_moved = {false, "an action moves more than 0 bits"},
                      af_bound_of_values_moved = {false, "an action moves more than 0 values"};

static inline bool af_is_within(const af_figure_bound *bound, double figure)
{
    return figure > 0 || (bound->may_be_zero && figure == 0);
}

#endif
