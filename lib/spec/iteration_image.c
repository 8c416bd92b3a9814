/* What accesses touch: images of iteration spaces under index expressions (40 section 10.3, 6 and 7). */
#include "spec/iteration_space_parts.h"

enum {
    WIDEST_IMAGE = 1 << 24,                    /* bits of one rank's set of values; wider is isl's business */
    MOST_POINTS = 1 << 26                      /* of tied variables, walked one by one; likewise */
};

typedef struct image {                         /* n ranks: bounds of each, number of points */
    int64_t *low, *high, count;
    bool box;                                  /* every value between the bounds, independently */
} image;

/* ---- values that one index expression takes, as bits above `low` */

typedef struct value_set { int64_t low, width; uint64_t *bits; } value_set;

static size_t words(int64_t width) { return (size_t)(width + 63) / 64; }

static void set_bit(value_set *set, int64_t value)
{
    set->bits[(value - set->low) / 64] |= (uint64_t)1 << (value - set->low) % 64;
}

static void or_shifted(value_set *into, const value_set *from, int64_t shift)
{
    int64_t offset = shift + from->low - into->low, word = offset / 64, bit = offset % 64;
    for (size_t i = 0; i < words(from->width); i++) {
        into->bits[i + (size_t)word] |= from->bits[i] << bit;
        if (bit && from->bits[i] >> (64 - bit))
            into->bits[i + (size_t)word + 1] |= from->bits[i] >> (64 - bit);
    }
}

static int64_t count_bits(const value_set *set)
{
    int64_t n = 0;
    for (size_t i = 0; i < words(set->width); i++)
        n += __builtin_popcountll(set->bits[i]);
    return n;
}

static value_set empty_set(af_arena *arena, int64_t low, int64_t width)
{
    return (value_set){low, width, af_new_array(arena, uint64_t, words(width) + 1)};
}

/* Sums of a member of each set. */
static value_set sums(af_arena *arena, const value_set *a, const value_set *b)
{
    value_set result = empty_set(arena, a->low + b->low, a->width + b->width - 1);
    for (int64_t i = 0; i < b->width; i++)
        if (b->bits[i / 64] >> i % 64 & 1)
            or_shifted(&result, a, b->low + i);
    return result;
}

/* ---- one rank */

/* |c| (n - 1) for a rank variable that is tied to no other. */
static int64_t span(const af_space *space, const af_affine *e, int v)
{
    int64_t c = e->coefficients[v] < 0 ? -e->coefficients[v] : e->coefficients[v];
    return c * (space->high[v] - space->low[v]);
}

static int64_t least_term(const af_space *space, const af_affine *e, int v)
{
    return e->coefficients[v] * (e->coefficients[v] > 0 ? space->low[v] : space->high[v]);
}

static int64_t greatest_divisor(int64_t a, int64_t b)
{
    while (b) {
        int64_t rest = a % b;
        a = b, b = rest;
    }
    return a < 0 ? -a : a;
}

/* Number of values if they lie without holes on a grid: terms in order of stride,
 * each stride no longer than what the smaller ones reach. 0: they do not. */
static int64_t dense_count(const af_space *space, const af_affine *e)
{
    int64_t grid = 0, reached = 1, previous = 0;
    for (int v = 0; v < space->variables.count; v++)
        if (e->coefficients[v] && space->high[v] > space->low[v])
            grid = greatest_divisor(e->coefficients[v], grid);
    for (int taken = 0; taken < space->variables.count; taken++) {
        int next = -1;
        int64_t stride = 0;
        for (int v = 0; v < space->variables.count; v++) {
            int64_t c = e->coefficients[v] < 0 ? -e->coefficients[v] : e->coefficients[v];
            if (c > previous && space->high[v] > space->low[v] && (next < 0 || c < stride))
                next = v, stride = c;
        }
        if (next < 0)
            break;
        for (int v = 0; v < space->variables.count; v++)
            if (space->high[v] > space->low[v] &&
                (e->coefficients[v] == stride || e->coefficients[v] == -stride)) {
                if (stride / grid > reached)
                    return 0;
                reached += span(space, e, v) / grid;
            }
        previous = stride;
    }
    return reached;
}

typedef struct collector {
    const af_affine *expression;
    const af_component *component;
    value_set *set;
} collector;

static void collect(void *context, const int64_t *point, int last, int64_t low, int64_t high)
{
    collector *c = context;
    int64_t sum = 0;
    for (int m = 0; m < c->component->n_members; m++)
        if (c->component->members[m] != last)
            sum += c->expression->coefficients[c->component->members[m]] * point[c->component->members[m]];
    for (int64_t v = low; v <= high; v++) {
        set_bit(c->set, sum + c->expression->coefficients[last] * v);
        if (!c->expression->coefficients[last])
            break;
    }
}

/* Values of the terms of one component; their bounds are those of its box,
 * which may be wider. False: too many points. */
static bool component_values(const af_space *space, const af_affine *e, const af_component *component,
                             value_set *set)
{
    int64_t low = 0, width = 1;
    if (component->count > MOST_POINTS)
        return false;
    for (int m = 0; m < component->n_members; m++) {
        low += least_term(space, e, component->members[m]);
        width += span(space, e, component->members[m]);
    }
    collector c = {e, component, set};
    *set = empty_set(space->spaces->arena, low, width);
    return af_walk_component(space, component, collect, &c);
}

static value_set variable_values(const af_space *space, const af_affine *e, int v)
{
    value_set set = empty_set(space->spaces->arena, least_term(space, e, v), span(space, e, v) + 1);
    for (int64_t x = space->low[v]; x <= space->high[v]; x++)
        set_bit(&set, e->coefficients[v] * x);
    return set;
}

static void trim(const value_set *set, int64_t *low, int64_t *high)
{
    int64_t first = 0, last = set->width - 1;
    while (!(set->bits[first / 64] >> first % 64 & 1))
        first++;
    while (!(set->bits[last / 64] >> last % 64 & 1))
        last--;
    *low = set->low + first, *high = set->low + last;
}

/* Bounds and number of an expression's values by listing them; false: too many. */
static bool list_values(const af_space *space, const af_affine *e, int64_t *low, int64_t *high,
                        int64_t *count)
{
    af_arena *arena = space->spaces->arena;
    value_set all = empty_set(arena, e->constant, 1), next;
    bool *done = af_new_array(arena, bool, space->n_components);
    set_bit(&all, e->constant);
    for (int v = 0; v < space->variables.count; v++) {
        int c = space->component_of[v];
        if (!e->coefficients[v] || (c >= 0 && done[c]))
            continue;
        if (c < 0)
            next = variable_values(space, e, v);
        else if (!component_values(space, e, &space->components[c], &next))
            return false;
        if (c >= 0)
            done[c] = true;
        all = all.width >= next.width ? sums(arena, &all, &next) : sums(arena, &next, &all);
    }
    trim(&all, low, high);
    *count = count_bits(&all);
    return true;
}

static bool image_of_rank(const af_space *space, const af_affine *e, int64_t *low, int64_t *high,
                          int64_t *count)
{
    __int128 width = 1, least = e->constant;
    bool tied = false;
    for (int v = 0; v < space->variables.count; v++) {
        if (!e->coefficients[v])
            continue;
        tied |= space->component_of[v] >= 0;
        __int128 c = e->coefficients[v], reach = c * (space->high[v] - space->low[v]);
        width += reach < 0 ? -reach : reach;
        least += c * (c > 0 ? space->low[v] : space->high[v]);
    }
    if (width > INT64_MAX / 4 || least > INT64_MAX / 4 || least < INT64_MIN / 4)
        return false;
    *low = (int64_t)least, *high = (int64_t)(least + width - 1);
    *count = tied ? 0 : dense_count(space, e);
    return *count || (width <= WIDEST_IMAGE && list_values(space, e, low, high, count));
}

/* ---- one access */

/* No two ranks depend on the same rank variable, or on ones tied together. */
static bool independent(const af_space *space, const af_affine *expressions, int n_ranks)
{
    int n = space->variables.count;
    /* Of variables, then of components; rank + 1 */
    int *owner = af_new_array(space->spaces->arena, int, 2 * n);
    for (int i = 0; i < n_ranks; i++)
        for (int v = 0; v < n; v++) {
            if (!expressions[i].coefficients[v])
                continue;
            int *mine = space->component_of[v] >= 0 ? &owner[n + space->component_of[v]] : &owner[v];
            if (*mine && *mine != i + 1)
                return false;
            *mine = i + 1;
        }
    return true;
}

static bool is_finite(const af_space *space, const af_affine *e)
{
    for (int v = 0; v < space->variables.count; v++)
        if (e->coefficients[v] && (space->low[v] == AF_NO_LOW || space->high[v] == AF_NO_HIGH))
            return false;
    return true;
}

/* False: not in closed form. */
static bool image_of_access(const af_image_source *source, image *result)
{
    const af_space *space = source->space;
    af_arena *arena = space->spaces->arena;
    int n = source->n_ranks;
    af_affine *expressions = af_new_array(arena, af_affine, n);
    *result = (image){af_new_array(arena, int64_t, n), af_new_array(arena, int64_t, n), 1, true};
    if (!space->native || space->empty)
        return false;
    for (int i = 0; i < n; i++) {
        const char *end = af_read_affine(arena, source->texts[i], &space->variables, &expressions[i]);
        if (!end || *end || !is_finite(space, &expressions[i]))
            return false;
    }
    if (!independent(space, expressions, n))
        return false;
    for (int i = 0; i < n; i++) {
        int64_t count;
        if (!image_of_rank(space, &expressions[i], &result->low[i], &result->high[i], &count)
            || !af_multiply_count(&result->count, count))
            return false;
        result->box &= count == result->high[i] - result->low[i] + 1;
    }
    return true;
}

static void intersect_boxes(image *a, const image *b, int n_ranks)
{
    a->count = 1;
    for (int i = 0; i < n_ranks; i++) {
        a->low[i] = b->low[i] > a->low[i] ? b->low[i] : a->low[i];
        a->high[i] = b->high[i] < a->high[i] ? b->high[i] : a->high[i];
        if (a->low[i] > a->high[i] || !af_multiply_count(&a->count, a->high[i] - a->low[i] + 1)) {
            a->box = false;                    /* empty or too large: isl says which */
            return;
        }
    }
}

int af_image_of(af_spaces *spaces, const af_image_source *sources, int n_sources, int64_t *extents,
                int64_t *size, af_report *report, af_place place, const char *path)
{
    af_asked asked = {report, place, path};
    af_arena_mark mark = af_arena_here(spaces->arena);
    image all, next;
    bool closed = image_of_access(&sources[0], &all);
    for (int i = 1; i < n_sources && closed; i++) {
        closed = all.box && image_of_access(&sources[i], &next) && next.box;
        if (closed) {
            intersect_boxes(&all, &next, sources[0].n_ranks);
            closed = all.box;
        }
    }
    *size = all.count;
    for (int i = 0; i < sources[0].n_ranks; i++)
        extents[i] = all.high[i] - all.low[i] + 1;
    af_arena_rewind(spaces->arena, mark);
    return closed ? 0 : af_isl_image(spaces, sources, n_sources, extents, size, &asked);
}
