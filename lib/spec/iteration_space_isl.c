/* Iteration spaces that have no closed form here, by isl (40 section 10.4). */
#include "spec/isl_count.h"
#include "spec/iteration_space_parts.h"
#include "spec/workload.h"

#include <isl/ctx.h>
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
    static const char digits[] = "0123456789",
                      letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789";
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
                "the constraints of Einsum %s make no set of integers: `%s`. "
                "They may use its rank variables, integers, + - *, comparisons, and, or",
                space->einsum, space->text);
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
        af_fail(asked->report, AF_BAD_DATA, asked->place, asked->path,
                "an index expression of Einsum %s cannot be read", source->space->einsum);
        isl_set_free(set);
        return NULL;
    }
    return isl_set_apply(set, map);
}

/* ---- asking */

static int extent_of(af_space *space, isl_set *set, int variable, int64_t *extent, const af_asked *asked)
{
    if (af_isl_extent(set, variable, extent))
        return 0;
    space->out_of_range[variable] = af_isl_is_bounded(set, variable);
    return af_space_unbounded(space, variable, asked);
}

int af_isl_extents(af_space *space, int64_t *extents, const af_asked *asked)
{
    isl_set *set = set_of(space, asked);
    int status = set ? 0 : -1;
    if (set && isl_set_is_empty(set) == isl_bool_true)
        status = af_space_unbounded(space, -1, asked);
    for (int v = 0; v < space->variables.count && !status; v++)
        status = extent_of(space, set, v, &extents[v], asked);
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
            status = extent_of(space, set, v, &extent, asked);
        if (!status && !af_isl_count_points(space->spaces->arena, set, count))
            status = af_space_too_large(space, asked);
    }
    isl_set_free(set);
    return status;
}

int af_isl_image(af_spaces *spaces, const af_image_source *sources, int n_sources, int64_t *extents,
                 int64_t *size, const af_asked *asked)
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
        status = af_fail(asked->report, AF_BAD_DATA, asked->place, asked->path,
                         "no element of it is accessed: the accesses of %s%s have nothing in common",
                         sources[0].space->einsum, n_sources > 1 ? " and others" : "");
    for (int i = 0; i < sources[0].n_ranks && !status; i++)
        if (!af_isl_extent(all, i, &extents[i]))
            status = af_fail(asked->report, AF_BAD_DATA, asked->place, asked->path,
                             "its rank %d, `%s` in Einsum %s, is %s", i, sources[0].texts[i],
                             sources[0].space->einsum,
                             !af_isl_is_bounded(all, i) ? "not bounded" :
                                 "too large: indices must lie between -2^61 and 2^61");
    if (!status && !af_isl_count_points(spaces->arena, all, size))
        status = af_space_too_large(sources[0].space, asked);
    isl_set_free(all);
    return status;
}
