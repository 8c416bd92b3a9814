/* The walk. One tensor is followed at a time: a node returns what its part of the nest
 * asks of the holder above it. */
#include "simulate_network.h"

#include <stdlib.h>
#include <string.h>

/* ---- streams: values asked for, in order */
typedef struct stream { int n_reads, n_writes, room; request *reads, *writes; } stream;

static void grow(stream *s)
{
    s->room = s->room ? 2 * s->room : 64;
    s->reads = realloc(s->reads, sizeof *s->reads * (size_t)s->room);
    s->writes = realloc(s->writes, sizeof *s->writes * (size_t)s->room);
    if (!s->reads || !s->writes)
        abort();
}

static void add_read(stream *s, request r)
{
    if (s->n_reads == s->room)
        grow(s);
    s->reads[s->n_reads++] = r;
}

static void add_write(stream *s, request r)
{
    if (s->n_writes == s->room)
        grow(s);
    s->writes[s->n_writes++] = r;
}

static void drop(stream *s)
{
    free(s->reads);
    free(s->writes);
    *s = (stream){0};
}

static void append(stream *to, stream *from)
{
    for (int i = 0; i < from->n_reads; i++)
        add_read(to, from->reads[i]);
    for (int i = 0; i < from->n_writes; i++)
        add_write(to, from->writes[i]);
    drop(from);
}

/* ---- units and what they have seen */
enum { UNITS = 1024, ELEMENTS = 256 };
typedef struct unit { double read, write, skipped_read, skipped_write; bool seen[ELEMENTS]; } unit;

typedef struct walk {
    const sim_problem *problem;
    const sim_einsum *einsum;
    int tensor;
    unit *units[SIM_LEVELS];                 /* UNITS each */
    double computes, steps;
    int first_unit_only;                     /* counting steps: other instances run at the same time */
    links links;
    sim_result *result;
} walk;

typedef struct box { int low[SIM_VARIABLES], size[SIM_VARIABLES]; } box;

int tile_extent(const sim_index *index, const int *size)
{
    int extent = 1;
    for (int i = 0; i < index->n; i++)
        extent += index->factor[i] * (size[index->variable[i]] - 1);
    return extent;
}

/* Number of a value: its place in the dense box of the whole tensor. */
static int element_at(const walk *w, const int *coordinates)
{
    const sim_tensor *t = &w->einsum->tensors[w->tensor];
    int element = 0;
    for (int r = 0; r < t->n_ranks; r++)
        element = element * tile_extent(&t->ranks[r], w->einsum->bounds) + coordinates[r];
    if (element >= ELEMENTS)
        abort();
    return element;
}

static int place(const sim_index *index, const int *low)
{
    int at = 0;
    for (int i = 0; i < index->n; i++)
        at += index->factor[i] * low[index->variable[i]];
    return at;
}

/* Visits every value of the tile that a box touches, holes of strided indices included. */
static void each_element(const walk *w, const box *b, void (*visit)(void *context, int element),
                         void *context)
{
    const sim_tensor *t = &w->einsum->tensors[w->tensor];
    int from[3], extent[3], at[3] = {0}, total = 1;
    for (int r = 0; r < t->n_ranks; r++) {
        from[r] = place(&t->ranks[r], b->low);
        extent[r] = tile_extent(&t->ranks[r], b->size);
        total *= extent[r];
    }
    for (int i = 0; i < total; i++) {
        int rest = i;
        for (int r = t->n_ranks - 1; r >= 0; r--) {
            at[r] = from[r] + rest % extent[r];
            rest /= extent[r];
        }
        visit(context, element_at(w, at));
    }
}

bool indexes(const sim_tensor *t, int variable, bool *in_sum)
{
    for (int r = 0; r < t->n_ranks; r++)
        for (int i = 0; i < t->ranks[r].n; i++)
            if (t->ranks[r].variable[i] == variable) {
                *in_sum = t->ranks[r].n > 1;
                return true;
            }
    return false;
}

bool is_on_path(const sim_problem *p, const sim_einsum *e, int level)
{
    const sim_level *l = &p->levels[level], *own = &p->levels[e->compute];
    if (l->kind == SIM_COMPUTE)
        return level == e->compute;
    return level < e->compute && (!l->forked || own->forked);
}

/* ---- the nodes */
static stream run(walk *w, int at, box b, int instance);

/* The i-th tile of a loop in a box; false: there are not so many. */
static bool take_tile(const sim_node *loop, const box *whole, int i, box *tile)
{
    int v = loop->variable, rest = whole->size[v] - i * loop->tile;
    *tile = *whole;
    tile->low[v] = whole->low[v] + i * loop->tile;
    tile->size[v] = rest < loop->tile ? rest : loop->tile;
    return rest > 0;
}

static stream run_temporal(walk *w, int at, box whole, int instance)
{
    const sim_node *node = &w->einsum->nodes[at];
    stream all = {0};
    box b;
    for (int i = 0; take_tile(node, &whole, i, &b); i++) {
        stream one = run(w, at + 1, b, instance);
        append(&all, &one);
    }
    return all;
}

static void put_at(const walk *w, int at, int i, stream *s)
{
    const sim_node *loop = &w->einsum->nodes[at];
    for (int k = 0; w->problem->levels[loop->level].kind == SIM_ARRAY && k < s->n_reads; k++)
        s->reads[k].place[loop->dimension] += i;
    for (int k = 0; w->problem->levels[loop->level].kind == SIM_ARRAY && k < s->n_writes; k++)
        s->writes[k].place[loop->dimension] += i;
}

/* Instances run in step. Where they ask for the same values and may share them, one request goes up: that of
 * the first, who has the most to do. */
static stream run_spatial(walk *w, int at, box whole, int instance)
{
    const sim_node *node = &w->einsum->nodes[at];
    if (instance >= UNITS)
        abort();
    bool in_sum, shared = w->tensor >= 0 &&
        !indexes(&w->einsum->tensors[w->tensor], node->variable, &in_sum) &&
        w->problem->levels[node->level].reuses[node->dimension];
    stream all = {0};
    box b;
    int most = most_instances(w->einsum, at), outer = w->first_unit_only, n = 0;
    for (; take_tile(node, &whole, n, &b); n++) {
        w->first_unit_only = outer || n > 0;
        links_move(&w->links, w->tensor, at, n, w->result);
        stream one = run(w, at + 1, b, instance * most + n);
        links_move(&w->links, w->tensor, at, -n, w->result);
        put_at(w, at, n, &one);
        bool output = w->tensor >= 0 && w->einsum->tensors[w->tensor].output;
        if (w->tensor >= 0)
            links_carry(&w->links, w->tensor, at, n, output ? one.writes : one.reads,
                        output ? one.n_writes : one.n_reads, shared, w->result);
        if (n > 0 && shared) {
            if (one.n_reads > all.n_reads || one.n_writes > all.n_writes)
                abort();
            drop(&one);
        } else
            append(&all, &one);
    }
    w->first_unit_only = outer;
    return all;
}

/* owner: per value 1 more than the unit that it is in; NULL: all in the first */
typedef struct filling { walk *w; stream *out; unit *u; const int *owner; bool output, marks; } filling;

static int owner_of(const walk *w, const int *owner, int element)
{
    int step = hole_step(&w->einsum->tensors[w->tensor], w->einsum->bounds);
    while (!owner[element] && step && element >= step)
        element -= step;
    return owner[element] ? owner[element] - 1 : 0;
}

static void fill_one(void *context, int element)
{
    filling *f = context;
    unit *u = f->u + (f->owner ? owner_of(f->w, f->owner, element) : 0);
    add_read(f->out, (request){element, f->marks && !u->seen[element], {0}});
    u->seen[element] = true;
    if (f->output)
        add_write(f->out, (request){element, false, {0}});
}

static bool held_above(const walk *w, int at)
{
    for (int i = 0; i < at; i++)
        if (w->einsum->nodes[i].kind == SIM_HOLD && w->einsum->nodes[i].tensor == w->tensor)
            return true;
    return false;
}

static void note_owners(const walk *w, int level, const request *requests, int n, int *owner)
{
    for (int i = 0; i < n; i++)
        owner[requests[i].element] = 1 + unit_at(w->problem, level, requests[i].place);
}

static stream run_holder(walk *w, int at, box b, int instance)
{
    const sim_node *node = &w->einsum->nodes[at];
    const sim_level *level = &w->problem->levels[node->level];
    if (instance * units_of(level) >= UNITS)
        abort();
    unit *units = &w->units[node->level][instance * units_of(level)];
    bool output = w->einsum->tensors[w->tensor].output, toll = level->kind == SIM_TOLL, skips = toll ||
        level->skips;
    int owner[ELEMENTS] = {0};
    stream child = run(w, at + 1, b, instance), own = {0};
    double read = w->problem->bits / level->read_bits, write = toll ? 0 :
        w->problem->bits / level->write_bits;
    bool down = !toll || level->down, up = !toll || level->up;
    note_owners(w, node->level, child.reads, child.n_reads, owner);
    note_owners(w, node->level, child.writes, child.n_writes, owner);
    if (held_above(w, at) && !toll) {
        filling f = {w, &own, units, owner, output, output && skips};
        each_element(w, &b, fill_one, &f);
    }
    for (int i = 0; down && i < child.n_reads; i++) {
        unit *u = &units[owner_of(w, owner, child.reads[i].element)];
        u->read += read;
        u->skipped_read += skips && child.reads[i].first ? read : 0;
    }
    for (int i = 0; up && i < child.n_writes; i++)
        units[owner_of(w, owner, child.writes[i].element)].write += write;
    if (toll && held_above(w, at))
        append(&own, &child);
    for (int i = 0; down && i < own.n_reads; i++) {
        unit *u = &units[owner_of(w, owner, own.reads[i].element)];
        u->write += write;
        u->skipped_write += own.reads[i].first ? write : 0;
    }
    for (int i = 0; up && i < own.n_writes; i++)
        units[owner_of(w, owner, own.writes[i].element)].read += read;
    drop(&child);
    return own;
}

static stream run_compute(walk *w, box b, int instance)
{
    const sim_level *level = &w->problem->levels[w->einsum->compute];
    unit *u = &w->units[w->einsum->compute][instance];
    stream own = {0};
    w->computes++;
    w->steps += !w->first_unit_only;
    if (w->tensor >= 0) {
        bool output = w->einsum->tensors[w->tensor].output;
        filling f = {w, &own, u, NULL, output, output && level->skips};
        each_element(w, &b, fill_one, &f);
    }
    return own;
}

static stream run(walk *w, int at, box b, int instance)
{
    if (at == w->einsum->n_nodes)
        return run_compute(w, b, instance);
    const sim_node *node = &w->einsum->nodes[at];
    switch (node->kind) {
    case SIM_TEMPORAL: return run_temporal(w, at, b, instance);
    case SIM_SPATIAL: return run_spatial(w, at, b, instance);
    default: return w->tensor >= 0 && node->tensor == w->tensor ? run_holder(w, at, b, instance) :
        run(w, at + 1, b, instance);
    }
}

static void add_units(const walk *w, sim_result *result)
{
    for (int l = 0; l < w->problem->n_levels; l++) {
        sim_count *c = &result->counts[l][w->tensor];
        for (int i = 0; i < UNITS; i++) {
            const unit *u = &w->units[l][i];
            c->read += u->read;
            c->write += u->write;
            c->skipped_read += u->skipped_read;
            c->skipped_write += u->skipped_write;
            double read = u->read - u->skipped_read, write = u->write - u->skipped_write;
            c->unit_read = read > c->unit_read ? read : c->unit_read;
            c->unit_write = write > c->unit_write ? write : c->unit_write;
        }
    }
}

/* A component is there once per instance of all that stands above it, a Compute apart, and of itself. */
double leaking_power(const sim_problem *p)
{
    double power = 0;
    for (int l = 0; l < p->n_levels; l++) {
        double instances = 1;
        for (int above = 0; above <= l; above++)
            for (int d = 0; d < p->levels[above].n_dimensions; d++)
                if (above == l || (p->levels[above].kind != SIM_COMPUTE &&
                                   (!p->levels[above].forked || p->levels[l].forked)))
                    instances *= p->levels[above].fanout[d];
        instances *= units_of(&p->levels[l]);
        power += instances * p->levels[l].leak;
    }
    return power;
}

static void simulate_tensor(walk *w, sim_result *result)
{
    for (int l = 0; l < w->problem->n_levels; l++)
        if (!(w->units[l] = calloc(UNITS, sizeof(unit))))
            abort();
    box b = {{0}, {0}};
    memcpy(b.size, w->einsum->bounds, sizeof b.size);
    w->computes = w->steps = 0;
    stream top = run(w, 0, b, 0);
    drop(&top);
    if (w->tensor >= 0) {
        add_units(w, result);
        links_add(&w->links, w->tensor, result);
    } else {
        result->computes = w->computes;
        result->steps = w->steps;
    }
    for (int l = 0; l < w->problem->n_levels; l++)
        free(w->units[l]);
}

void simulate(const sim_problem *problem, int einsum, sim_result *result)
{
    *result = (sim_result){0};
    const sim_einsum *e = &problem->einsums[einsum];
    if (e->copy) {
        simulate_copy(problem, einsum, result);
        return;
    }
    walk w = {.problem = problem, .einsum = e, .result = result};
    links_start(&w.links, problem, e);
    for (w.tensor = -1; w.tensor < e->n_tensors; w.tensor++)
        simulate_tensor(&w, result);
    links_end(&w.links);
}
