/* Numbers of points of isl's sets (40 section 10.4). */
#include "spec/isl_count.h"
#include "spec/iteration_space_parts.h"

#include <isl/constraint.h>
#include <isl/ilp.h>
#include <isl/val.h>

/* ---- bounds */

static bool integer_of(isl_val *value, int64_t *result)       /* takes the value */
{
    bool fits = isl_val_is_int(value) == isl_bool_true && isl_val_cmp_si(value, AF_MOST_BOUND) <= 0 &&
        isl_val_cmp_si(value, -AF_MOST_BOUND) >= 0;
    if (fits)
        *result = isl_val_get_num_si(value);
    isl_val_free(value);
    return fits;
}

bool af_isl_extent(isl_set *set, int dimension, int64_t *extent)
{
    int64_t low, high;
    bool bounded = integer_of(isl_set_dim_min_val(isl_set_copy(set), dimension), &low);
    bounded &= integer_of(isl_set_dim_max_val(isl_set_copy(set), dimension), &high);
    if (bounded)
        *extent = high - low + 1;
    return bounded;
}

bool af_isl_is_bounded(isl_set *set, int dimension)
{
    return isl_set_dim_is_bounded(set, isl_dim_set, (unsigned)dimension) == isl_bool_true;
}

/* ---- counting: dimensions that no constraint ties together are counted apart */

typedef struct links { int n_set, n_all, *parent; } links;

static int root_of(const links *l, int d) { return l->parent[d] == d ? d : root_of(l, l->parent[d]); }

static isl_stat link_constraint(isl_constraint *constraint, void *context)
{
    links *l = context;
    int first = -1;
    for (int d = 0; d < l->n_all; d++) {
        enum isl_dim_type type = d < l->n_set ? isl_dim_set : isl_dim_div;
        if (isl_constraint_involves_dims(constraint, type, (unsigned)(d < l->n_set ? d : d - l->n_set),
                                         1) != isl_bool_true)
            continue;
        if (first >= 0)
            l->parent[root_of(l, d)] = root_of(l, first);
        else
            first = d;
    }
    isl_constraint_free(constraint);
    return isl_stat_ok;
}

/* The dimensions of one group alone. */
static isl_set *only_group(isl_basic_set *set, const links *l, int root)
{
    isl_set *rest = isl_set_from_basic_set(isl_basic_set_copy(set));
    for (int d = l->n_set - 1; d >= 0; d--)
        if (root_of(l, d) != root)
            rest = isl_set_project_out(rest, isl_dim_set, (unsigned)d, 1);
    return rest;
}

static bool count_group(isl_set *set, int64_t *count)          /* takes the set */
{
    bool counted = isl_set_is_bounded(set) == isl_bool_true;
    if (counted && isl_set_dim(set, isl_dim_set) == 1 && isl_set_is_box(set) == isl_bool_true)
        counted = af_isl_extent(set, 0, count);
    else if (counted)
        counted = integer_of(isl_set_count_val(set), count);
    isl_set_free(set);
    return counted;
}

typedef struct total { af_arena *arena; int64_t count; bool failed; } total;

/* A dimension that an equality gives from the others adds no points. */
static isl_stat find_given(isl_constraint *constraint, void *context)
{
    int *given = context;
    int n = (int)isl_constraint_dim(constraint, isl_dim_set),
        n_quantified = (int)isl_constraint_dim(constraint, isl_dim_div);
    bool gives = isl_constraint_is_equality(constraint) == isl_bool_true &&
                 (!n_quantified || isl_constraint_involves_dims(constraint, isl_dim_div, 0,
                                                                (unsigned)n_quantified) == isl_bool_false);
    for (int d = 0; d < n && *given < 0 && gives; d++) {
        isl_val *coefficient = isl_constraint_get_coefficient_val(constraint, isl_dim_set, d);
        if (isl_val_is_one(coefficient) == isl_bool_true || isl_val_is_negone(coefficient) == isl_bool_true)
            *given = d;
        isl_val_free(coefficient);
    }
    isl_constraint_free(constraint);
    return isl_stat_ok;
}

static isl_basic_set *without_given(isl_basic_set *set)       /* takes the set */
{
    for (int given = 0; given >= 0 && set;) {
        given = -1;
        isl_basic_set_foreach_constraint(set, find_given, &given);
        if (given >= 0)
            set = isl_basic_set_project_out(set, isl_dim_set, (unsigned)given, 1);
    }
    return set;
}

static isl_stat count_part(isl_basic_set *set, void *context)
{
    set = without_given(set);
    total *t = context;
    links l = {(int)isl_basic_set_dim(set, isl_dim_set), 0, NULL};
    int64_t product = 1, count = 0;
    l.n_all = l.n_set + (int)isl_basic_set_dim(set, isl_dim_div);
    l.parent = af_new_array(t->arena, int, l.n_all);
    for (int d = 0; d < l.n_all; d++)
        l.parent[d] = d;
    isl_basic_set_foreach_constraint(set, link_constraint, &l);
    for (int d = 0; d < l.n_set; d++) {
        bool leads = true;                     /* the first dimension of its group counts it */
        for (int before = 0; before < d; before++)
            leads &= root_of(&l, before) != root_of(&l, d);
        if (leads && !(count_group(only_group(set, &l, root_of(&l, d)), &count) &&
                       af_multiply_count(&product, count)))
            t->failed = true;
    }
    t->failed |= __builtin_add_overflow(t->count, product, &t->count);
    isl_basic_set_free(set);
    return isl_stat_ok;
}

bool af_isl_count_points(af_arena *arena, isl_set *set, int64_t *count)
{
    total t = {arena, 0, false};
    isl_set *parts = isl_set_make_disjoint(isl_set_coalesce(isl_set_compute_divs(isl_set_copy(set))));
    isl_set_foreach_basic_set(parts, count_part, &t);
    isl_set_free(parts);
    *count = t.count;
    return !t.failed;
}
