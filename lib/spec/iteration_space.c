/* Iteration spaces in closed form (40 section 10.3): a box, cut by inequalities that tie
 * few rank variables together. */
#include "spec/iteration_space_parts.h"

#include <limits.h>
#include <string.h>

enum { MOST_STEPS = 1 << 22,                  /* of counting one component; more is isl's business */
       MOST_ROUNDS = 64 };                    /* of tightening bounds */

typedef __int128 wide;

/* ---- constraints: each affine expression is >= 0 */

typedef af_list(af_affine) affine_list;

static af_affine difference(af_arena *arena, const af_variables *variables, af_affine a, af_affine b,
                            int64_t minus)
{
    af_affine d = {a.constant - b.constant - minus, af_new_array(arena, int64_t, variables->count)};
    for (int i = 0; i < variables->count; i++)
        d.coefficients[i] = a.coefficients[i] - b.coefficients[i];
    return d;
}

static const char *read_operator(const char *at, char *operator)
{
    static const char *const operators[] = {"<=", ">=", "<", ">", "="};
    for (int i = 0; i < 5; i++)
        if (!strncmp(at, operators[i], strlen(operators[i]))) {
            *operator = "lg<>="[i];            /* l: <=, g: >= */
            at += strlen(operators[i]);
            return *at == '=' ? NULL : at;
        }
    return NULL;
}

static void add_relation(af_arena *arena, const af_variables *v, affine_list *list, af_affine a,
                         char operator, af_affine b)
{
    if (strchr("<l=", operator))
        *af_push(arena, list) = difference(arena, v, b, a, operator == '<');
    if (strchr(">g=", operator))
        *af_push(arena, list) = difference(arena, v, a, b, operator == '>');
}

/* So that sums and differences stay in range */
static bool moderate(const af_variables *variables, af_affine a)
{
    bool fits = a.constant > -(INT64_MAX >> 8) && a.constant < INT64_MAX >> 8;
    for (int i = 0; i < variables->count; i++)
        fits &= a.coefficients[i] > -(INT64_MAX >> 8) && a.coefficients[i] < INT64_MAX >> 8;
    return fits;
}

/* "0 <= m < 8 and 0 <= p + r < 30": chains of comparisons. False: something else stands there. */
static bool read_constraints(af_arena *arena, const char *text, const af_variables *variables,
                             affine_list *list)
{
    const char *at = text + strspn(text, " \t\n");
    while (*at) {
        af_affine left, right;
        char operator;
        int links = 0;
        if (!(at = af_read_affine(arena, at, variables, &left)))
            return false;
        for (; *at && strncmp(at, "and", 3); left = right, links++) {
            if (!(at = read_operator(at, &operator)) || !(at = af_read_affine(arena, at, variables, &right))
                || !moderate(variables, left) || !moderate(variables, right))
                return false;
            add_relation(arena, variables, list, left, operator, right);
        }
        if (!links)
            return false;
        if (*at)
            at += 3;
        if (at[-1] == 'd' && !*at)
            return false;                      /* ends with "and" */
    }
    return true;
}

/* ---- bounds */

static wide floor_divide(wide a, wide b) { return a / b - (a % b && (a < 0) != (b < 0)); }

/* Greatest value of a constraint's expression without one variable's term; false: without bound. */
static bool greatest(const af_space *space, const af_affine *e, int without, wide *result)
{
    wide sum = e->constant;
    for (int i = 0; i < space->variables.count; i++) {
        int64_t c = e->coefficients[i], bound = c > 0 ? space->high[i] : space->low[i];
        if (!c || i == without)
            continue;
        if (bound == AF_NO_LOW || bound == AF_NO_HIGH)
            return false;
        sum += (wide)c * bound;
    }
    *result = sum;
    return true;
}

static bool always_holds(const af_space *space, const af_affine *e)
{
    af_affine negated = {-e->constant, af_new_array(space->spaces->arena, int64_t, space->variables.count)};
    wide most;
    for (int i = 0; i < space->variables.count; i++)
        negated.coefficients[i] = -e->coefficients[i];
    return greatest(space, &negated, -1, &most) && most <= 0;
}

/* c*v + rest >= 0 bounds v. True if a bound got tighter. */
static bool tighten(af_space *space, const af_affine *e, int v)
{
    int64_t c = e->coefficients[v];
    wide rest;
    if (!c || !greatest(space, e, v, &rest))
        return false;
    if (rest > AF_MOST_BOUND || rest < -(wide)AF_MOST_BOUND) {
        space->out_of_range[v] = true;
        return false;
    }
    int64_t *low = &space->low[v], *high = &space->high[v];
    if (c > 0) {
        int64_t least = (int64_t)-floor_divide(rest, c);
        if (*low >= least)
            return false;
        *low = least;
    } else {
        int64_t most = (int64_t)floor_divide(rest, -(wide)c);
        if (*high <= most)
            return false;
        *high = most;
    }
    return true;
}

/* False: the rounds did not suffice. */
static bool tighten_all(af_space *space, const affine_list *constraints)
{
    bool changed = true;
    for (int round = 0; changed && !space->empty; round++) {
        if (round == MOST_ROUNDS)
            return false;
        changed = false;
        for (int i = 0; i < constraints->count; i++)
            for (int v = 0; v < space->variables.count; v++)
                changed |= tighten(space, &constraints->items[i], v);
        for (int v = 0; v < space->variables.count; v++)
            space->empty |= space->low[v] > space->high[v];
    }
    return true;
}

static bool contradicts(const af_space *space, const af_affine *e)
{
    wide most;
    return greatest(space, e, -1, &most) && most < 0;
}

/* ---- components */

static int group_of(const int *parent, int v) { return parent[v] == v ? v : group_of(parent, parent[v]); }

static int first_variable(const af_space *space, const af_affine *e)
{
    for (int v = 0; v < space->variables.count; v++)
        if (e->coefficients[v])
            return v;
    return -1;
}

static void make_component(af_space *space, const int *parent, int root, const affine_list *kept)
{
    af_arena *arena = space->spaces->arena;
    af_component *c = &space->components[space->n_components];
    c->members = af_new_array(arena, int, space->variables.count);
    c->constraints = af_new_array(arena, af_affine, kept->count);
    for (int v = 0; v < space->variables.count; v++)
        if (group_of(parent, v) == root)
            c->members[c->n_members++] = v, space->component_of[v] = space->n_components;
    for (int i = 0; i < kept->count; i++)
        if (group_of(parent, first_variable(space, &kept->items[i])) == root)
            c->constraints[c->n_constraints++] = kept->items[i];
    space->n_components++;
}

static void find_components(af_space *space, const affine_list *kept)
{
    af_arena *arena = space->spaces->arena;
    int n = space->variables.count, *parent = af_new_array(arena, int, n);
    space->component_of = af_new_array(arena, int, n);
    space->components = af_new_array(arena, af_component, n);
    for (int v = 0; v < n; v++)
        parent[v] = v, space->component_of[v] = -1;
    for (int i = 0; i < kept->count; i++)
        for (int v = 0; v < n; v++)
            if (kept->items[i].coefficients[v])
                parent[group_of(parent, v)] = group_of(parent, first_variable(space, &kept->items[i]));
    for (int i = 0; i < kept->count; i++) {
        int root = group_of(parent, first_variable(space, &kept->items[i]));
        if (space->component_of[root] < 0)
            make_component(space, parent, root, kept);
    }
}

/* ---- counting a component: all its members but the last take every value,
 * the last one's range is clipped */

typedef struct walk {
    const af_space *space;
    const af_component *component;
    int64_t *point;                            /* per rank variable of the Einsum */
    long steps;
    af_visit_points *visit;
    void *context;
} walk;

static void clip_last(walk *w, int last)
{
    wide low = w->space->low[last], high = w->space->high[last];
    for (int i = 0; i < w->component->n_constraints; i++) {
        const af_affine *e = &w->component->constraints[i];
        wide rest = e->constant, c = e->coefficients[last];
        for (int m = 0; m < w->component->n_members - 1; m++)
            rest += (wide)e->coefficients[w->component->members[m]] * w->point[w->component->members[m]];
        if (!c && rest < 0)
            return;
        wide bound = c > 0 ? -floor_divide(rest, c) : c < 0 ? floor_divide(rest, -c) : 0;
        if (c > 0 && bound > low)
            low = bound;
        if (c < 0 && bound < high)
            high = bound;
    }
    if (low <= high)
        w->visit(w->context, w->point, last, (int64_t)low, (int64_t)high);
}

static bool walk_from(walk *w, int depth)
{
    int v = w->component->members[depth];
    if (++w->steps > MOST_STEPS)
        return false;
    if (depth == w->component->n_members - 1) {
        clip_last(w, v);
        return true;
    }
    for (w->point[v] = w->space->low[v]; w->point[v] <= w->space->high[v]; w->point[v]++)
        if (!walk_from(w, depth + 1))
            return false;
    return true;
}

bool af_walk_component(const af_space *space, const af_component *component, af_visit_points *visit,
                       void *context)
{
    walk w = {space, component, af_new_array(space->spaces->arena, int64_t, space->variables.count), 0, visit,
              context};
    return walk_from(&w, 0);
}

typedef struct tally { int64_t count, *low, *high; const af_component *component; } tally;

static void tally_point(void *context, const int64_t *point, int last, int64_t low, int64_t high)
{
    tally *t = context;
    t->count += high - low + 1;
    for (int m = 0; m < t->component->n_members; m++) {
        int v = t->component->members[m];
        int64_t least = v == last ? low : point[v], most = v == last ? high : point[v];
        t->low[v] = least < t->low[v] ? least : t->low[v];
        t->high[v] = most > t->high[v] ? most : t->high[v];
    }
}

/* The widest member goes last: its range is in closed form. */
static void widest_last(const af_space *space, af_component *c)
{
    int widest = 0, last = c->n_members - 1;
    for (int m = 1; m <= last; m++)
        if (space->high[c->members[m]] - space->low[c->members[m]] >
            space->high[c->members[widest]] - space->low[c->members[widest]])
            widest = m;
    int moved = c->members[widest];
    c->members[widest] = c->members[last];
    c->members[last] = moved;
}

/* Counts the points and finds the exact bounds; false: too many steps. */
static bool count_component(af_space *space, af_component *c)
{
    int n = space->variables.count;
    af_arena *arena = space->spaces->arena;
    tally t = {0, af_new_array(arena, int64_t, n), af_new_array(arena, int64_t, n), c};
    for (int v = 0; v < n; v++)
        t.low[v] = INT64_MAX, t.high[v] = INT64_MIN;
    widest_last(space, c);
    if (!af_walk_component(space, c, tally_point, &t))
        return false;
    c->count = t.count;
    space->empty |= !t.count;
    for (int m = 0; m < c->n_members && t.count; m++)
        space->low[c->members[m]] = t.low[c->members[m]], space->high[c->members[m]] = t.high[c->members[m]];
    return true;
}

/* ---- making */

static bool is_bounded(const af_space *space, int v)
{
    return space->low[v] != AF_NO_LOW && space->high[v] != AF_NO_HIGH;
}

/* True: bounds, components and counts are exact. */
static bool analyse(af_space *space)
{
    af_arena *arena = space->spaces->arena;
    affine_list constraints = {0}, kept = {0};
    if (!read_constraints(arena, space->text, &space->variables, &constraints) ||
        !tighten_all(space, &constraints))
        return false;
    for (int i = 0; i < constraints.count && !space->empty; i++) {
        space->empty |= contradicts(space, &constraints.items[i]);
        if (!always_holds(space, &constraints.items[i]))
            *af_push(arena, &kept) = constraints.items[i];
    }
    if (space->empty)
        return true;
    find_components(space, &kept);
    for (int i = 0; i < space->n_components; i++) {
        for (int m = 0; m < space->components[i].n_members; m++)
            if (!is_bounded(space, space->components[i].members[m]))
                return false;
        if (!count_component(space, &space->components[i]))
            return false;
    }
    return true;
}

af_space *af_space_new(af_spaces *spaces, const char *einsum, af_variables variables, const char *text)
{
    af_space *space = af_new(spaces->arena, af_space);
    *space = (af_space){.spaces = spaces, .einsum = einsum, .text = text, .variables = variables,
                        .low = af_new_array(spaces->arena, int64_t, variables.count),
                        .high = af_new_array(spaces->arena, int64_t, variables.count),
                        .out_of_range = af_new_array(spaces->arena, bool, variables.count)};
    for (int v = 0; v < variables.count; v++)
        space->low[v] = AF_NO_LOW, space->high[v] = AF_NO_HIGH;
    space->native = analyse(space);
    return space;
}

/* ---- asking */

int af_space_unbounded(const af_space *space, int variable, const af_asked *asked)
{
    if (variable < 0)
        return af_fail(asked->report, AF_BAD_DATA, asked->place, asked->path,
                       "the iteration space of Einsum %s is empty: no values satisfy `%s`", space->einsum,
                       space->text);
    if (space->out_of_range[variable])
        return af_fail(asked->report, AF_BAD_DATA, asked->place, asked->path,
                       "Rank variable %s of Einsum %s is too large: its values must lie between -2^61 and "
                       "2^61. The constraints are `%s`",
                       space->variables.names[variable], space->einsum, space->text);
    return af_fail(asked->report, AF_BAD_DATA, asked->place, asked->path,
                   "Rank variable %s of Einsum %s is not bounded: give the size of its rank in rank_sizes, "
                   "or a constraint in iteration_space_shape. The constraints are `%s`",
                   space->variables.names[variable], space->einsum, space->text);
}

int af_space_too_large(const af_space *space, const af_asked *asked)
{
    return af_fail(asked->report, AF_BAD_DATA, asked->place, asked->path,
                   "Einsum %s has more points than 2^63 - 1", space->einsum);
}

bool af_multiply_count(int64_t *count, int64_t factor)
{
    return !__builtin_mul_overflow(*count, factor, count);
}

static int find_unbounded(const af_space *space)
{
    for (int v = 0; v < space->variables.count; v++)
        if (!is_bounded(space, v))
            return v;
    return -1;
}

int af_space_extents(af_space *space, int64_t *extents, af_report *report, af_place place, const char *path)
{
    af_asked asked = {report, place, path};
    if (!space->native)
        return af_isl_extents(space, extents, &asked);
    if (space->empty || find_unbounded(space) >= 0)
        return af_space_unbounded(space, space->empty ? -1 : find_unbounded(space), &asked);
    for (int v = 0; v < space->variables.count; v++)
        extents[v] = space->high[v] - space->low[v] + 1;
    return 0;
}

int af_space_count(af_space *space, int64_t *count, af_report *report, af_place place, const char *path)
{
    af_asked asked = {report, place, path};
    if (!space->native)
        return af_isl_count(space, count, &asked);
    *count = space->empty ? 0 : 1;
    if (space->empty)
        return 0;
    if (find_unbounded(space) >= 0)
        return af_space_unbounded(space, find_unbounded(space), &asked);
    for (int v = 0; v < space->variables.count; v++)
        if (space->component_of[v] < 0 && !af_multiply_count(count, space->high[v] - space->low[v] + 1))
            return af_space_too_large(space, &asked);
    for (int i = 0; i < space->n_components; i++)
        if (!af_multiply_count(count, space->components[i].count))
            return af_space_too_large(space, &asked);
    return 0;
}
