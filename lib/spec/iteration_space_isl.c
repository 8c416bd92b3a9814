/* Iteration spaces that have no closed form here, by isl (40 section 10.4). */
#include "spec/iteration_space_parts.h"
#include "spec/workload.h"

#include <isl/constraint.h>
#include <isl/ctx.h>
#include <isl/ilp.h>
#include <isl/map.h>
#include <isl/options.h>
#include <isl/set.h>
#include <string.h>

af_spaces *af_spaces_new(af_arena *arena)
{
    af_spaces *spaces = af_new(arena, af_spaces);
    spaces->arena = arena;
    return spaces;
}

void af_spaces_free(af_spaces *spaces)
{
    if (spaces && spaces->isl)
        isl_ctx_free(spaces->isl);
}

static isl_ctx *context_of(af_spaces *spaces)
{
    if (!spaces->isl) {
        spaces->isl = isl_ctx_alloc();
        isl_options_set_on_error(spaces->isl, ISL_ON_ERROR_CONTINUE);
    }
    return spaces->isl;
}

/* ---- texts: rank variables become v0, v1, …, so that their names cannot be isl's words */

static int variable_of(const af_variables *variables, const char *start, size_t length)
{
    for (int i = 0; i < variables->count; i++)
        if (strlen(variables->names[i]) == length && !memcmp(variables->names[i], start, length))
            return i;
    return -1;
}

/* A number may stand right before a name: isl reads 2m as 2*m. */
static void put_renamed(af_text *out, const af_variables *variables, const char *text)
{
    static const char digits[] = "0123456789", letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789";
    while (*text) {
        size_t n = strspn(text, digits);
        int variable = -1;
        if (!n && (n = strspn(text, letters)))
            variable = variable_of(variables, text, n);
        if (variable >= 0)
            af_text_printf(out, "v%d", variable);
        else
            af_text_add(out, text, n ? n : 1);
        text += n ? n : 1;
    }
}

static void put_variables(af_text *out, const af_variables *variables)
{
    af_text_puts(out, "{ [");
    for (int i = 0; i < variables->count; i++)
        af_text_printf(out, i ? ", v%d" : "v%d", i);
    af_text_puts(out, "]");
}

static isl_set *set_of(const af_space *space, const af_asked *asked)
{
    af_text text = {0};
    put_variables(&text, &space->variables);
    if (*space->text) {
        af_text_puts(&text, " : ");
        put_renamed(&text, &space->variables, space->text);
    }
    af_text_puts(&text, " }");
    isl_set *set = isl_set_read_from_str(context_of(space->spaces), text.bytes);
    af_text_free(&text);
    if (!set)
        af_fail(asked->report, AF_BAD_DATA, asked->place, asked->path,
                "the constraints of Einsum %s make no set of integers: `%s`. They may use its rank variables, integers, + - *, comparisons, "
                "and, or", space->einsum, space->text);
    return set;
}

static isl_set *image_of(const af_image_source *source, const af_asked *asked)
{
    af_text text = {0};
    isl_set *set = set_of(source->space, asked);
    if (!set)
        return NULL;
    put_variables(&text, &source->space->variables);
    af_text_puts(&text, " -> [");
    for (int i = 0; i < source->n_ranks; i++) {
        af_text_puts(&text, i ? ", " : "");
        put_renamed(&text, &source->space->variables, source->texts[i]);
    }
    af_text_puts(&text, "] }");
    isl_map *map = isl_map_read_from_str(context_of(source->space->spaces), text.bytes);
    af_text_free(&text);
    if (!map) {
        af_fail(asked->report, AF_BAD_DATA, asked->place, asked->path, "an index expression of Einsum %s cannot be read", source->space->einsum);
        isl_set_free(set);
        return NULL;
    }
    return isl_set_apply(set, map);
}

/* ---- bounds */

static bool integer_of(isl_val *value, int64_t *result)       /* takes the value */
{
    bool fits = isl_val_is_int(value) == isl_bool_true && isl_val_cmp_si(value, INT64_MAX / 4) <= 0 && isl_val_cmp_si(value, INT64_MIN / 4) >= 0;
    if (fits)
        *result = isl_val_get_num_si(value);
    isl_val_free(value);
    return fits;
}

/* max - min + 1 of a dimension; false: empty or unbounded. */
static bool extent_of(isl_set *set, int dimension, int64_t *extent)
{
    int64_t low, high;
    bool bounded = integer_of(isl_set_dim_min_val(isl_set_copy(set), dimension), &low);
    bounded &= integer_of(isl_set_dim_max_val(isl_set_copy(set), dimension), &high);
    if (bounded)
        *extent = high - low + 1;
    return bounded;
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
        if (isl_constraint_involves_dims(constraint, type, (unsigned)(d < l->n_set ? d : d - l->n_set), 1) != isl_bool_true)
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
        counted = extent_of(set, 0, count);
    else if (counted)
        counted = integer_of(isl_set_count_val(set), count);
    isl_set_free(set);
    return counted;
}

typedef struct total { af_arena *arena; int64_t count; bool failed; } total;

static isl_stat count_part(isl_basic_set *set, void *context)
{
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
        if (leads && !(count_group(only_group(set, &l, root_of(&l, d)), &count) && af_multiply_count(&product, count)))
            t->failed = true;
    }
    t->failed |= __builtin_add_overflow(t->count, product, &t->count);
    isl_basic_set_free(set);
    return isl_stat_ok;
}

static bool count_points(af_arena *arena, isl_set *set, int64_t *count)
{
    total t = {arena, 0, false};
    isl_set *parts = isl_set_make_disjoint(isl_set_coalesce(isl_set_copy(set)));
    isl_set_foreach_basic_set(parts, count_part, &t);
    isl_set_free(parts);
    *count = t.count;
    return !t.failed;
}

/* ---- asking */

int af_isl_extents(af_space *space, int64_t *extents, const af_asked *asked)
{
    isl_set *set = set_of(space, asked);
    int status = set ? 0 : -1;
    if (set && isl_set_is_empty(set) == isl_bool_true)
        status = af_space_unbounded(space, -1, asked);
    for (int v = 0; v < space->variables.count && !status; v++)
        if (!extent_of(set, v, &extents[v]))
            status = af_space_unbounded(space, v, asked);
    isl_set_free(set);
    return status;
}

int af_isl_count(af_space *space, int64_t *count, const af_asked *asked)
{
    isl_set *set = set_of(space, asked);
    int status = set ? 0 : -1;
    int64_t extent;
    *count = 0;
    if (set && isl_set_is_empty(set) != isl_bool_true) {
        for (int v = 0; v < space->variables.count && !status; v++)
            if (!extent_of(set, v, &extent))
                status = af_space_unbounded(space, v, asked);
        if (!status && !count_points(space->spaces->arena, set, count))
            status = af_space_too_large(space, asked);
    }
    isl_set_free(set);
    return status;
}

int af_isl_image(af_spaces *spaces, const af_image_source *sources, int n_sources, int64_t *extents, int64_t *size, const af_asked *asked)
{
    isl_set *all = image_of(&sources[0], asked);
    for (int i = 1; i < n_sources && all; i++) {
        isl_set *next = image_of(&sources[i], asked);
        if (next)
            all = isl_set_intersect(all, next);
        else
            all = isl_set_free(all);
    }
    if (!all)
        return -1;
    int status = 0;
    if (isl_set_is_empty(all) == isl_bool_true)
        status = af_fail(asked->report, AF_BAD_DATA, asked->place, asked->path, "no element of it is accessed: the accesses of %s%s have nothing "
                         "in common", sources[0].space->einsum, n_sources > 1 ? " and others" : "");
    for (int i = 0; i < sources[0].n_ranks && !status; i++)
        if (!extent_of(all, i, &extents[i]))
            status = af_fail(asked->report, AF_BAD_DATA, asked->place, asked->path, "its rank %d, `%s` in Einsum %s, is not bounded",
                             i, sources[0].texts[i], sources[0].space->einsum);
    if (!status && !count_points(spaces->arena, all, size))
        status = af_space_too_large(sources[0].space, asked);
    isl_set_free(all);
    return status;
}
