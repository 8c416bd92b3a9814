/* Random tables of pmappings against all combinations of their rows, judged by a LoopTree that
 * shares no code with lib/join: who shares which loops, what is reserved at each node of the tree,
 * and the largest sum on any way down (70 section 19, test 6). */
#include "join/join.h"
#include "test.h"

#include <stdlib.h>

enum { MOST_EINSUMS = 4, MOST_TENSORS = 6, MOST_LOOPS = 2, MOST_ROWS = 24, MOST_FRONT = 4096 };

typedef struct pmapping {
    int group;
    int n_loops, rank[MOST_LOOPS], count[MOST_LOOPS];
    /* Of the shared tensors it uses; level -1: persistent. Memory 1 is the buffer */
    int memory[MOST_TENSORS], level[MOST_TENSORS];
    double private[MOST_LOOPS + 2];                      /* bits of its own in the buffer at level -1, 0, … */
    double energy, latency;
} pmapping;

typedef struct problem {
    int n_einsums, n_tensors;
    bool uses[MOST_EINSUMS][MOST_TENSORS];
    int first[MOST_TENSORS], last[MOST_TENSORS];
    int n_rows[MOST_EINSUMS]; pmapping rows[MOST_EINSUMS][MOST_ROWS];
    int n_groups[MOST_EINSUMS];
    /* Most groups follow it, so that many combinations match */
    pmapping usual;
    double capacity;
} problem;

/* ---- random problems */
static uint32_t seed;
static int any(int n)                                    /* 0 … n-1 */
{
    seed = seed * 1664525u + 1013904223u;
    return (int)((seed >> 8) % (uint32_t)n);
}

static double bits_of(const pmapping *p, int tensor)
{
    double bits = 36 * (tensor + 1);
    for (int k = 0; k < p->level[tensor]; k++)
        bits /= p->count[k];
    return bits;
}

static void place_tensor(pmapping *p, int t)
{
    p->memory[t] = any(4) != 0;
    p->level[t] = p->memory[t] ? any(p->n_loops + 2) - 1 : any(p->n_loops + 1);
}

/* All rows of a group differ in counts, own reservations and costs only. */
static pmapping any_group(const problem *b, int einsum)
{
    pmapping p = b->usual;
    for (int k = 0; k < p.n_loops; k++)
        p.rank[k] += !any(8);
    for (int t = 0; t < b->n_tensors; t++)
        if (!any(6))
            place_tensor(&p, t);
    p.n_loops = 0;                                       /* loops above no shared tensor are no fused loops */
    for (int t = 0; t < b->n_tensors; t++)
        if (b->uses[einsum][t] && p.level[t] > p.n_loops)
            p.n_loops = p.level[t];
    return p;
}

static void add_rows(problem *b, int einsum, int count)
{
    pmapping p = any_group(b, einsum);
    p.group = b->n_groups[einsum]++;
    while (count-- > 0 && b->n_rows[einsum] < MOST_ROWS) {
        for (int k = 0; k < p.n_loops; k++)
            p.count[k] = 2 + any(2);
        for (int k = 0; k <= p.n_loops + 1; k++)
            p.private[k] = any(3) ? 0 : any(20);
        p.energy = 1 + any(30), p.latency = 1 + any(4);
        b->rows[einsum][b->n_rows[einsum]++] = p;
    }
}

static problem any_problem(void)
{
    problem b = {.n_einsums = 2 + any(3), .n_tensors = 1 + any(4)};
    for (int t = 0; t < b.n_tensors; t++) {
        b.first[t] = any(b.n_einsums - 1);
        b.last[t] = b.first[t] + 1 + any(b.n_einsums - b.first[t] - 1);
        for (int e = b.first[t]; e <= b.last[t]; e++)
            b.uses[e][t] = e == b.first[t] || e == b.last[t] || any(2);
    }
    b.usual.n_loops = any(MOST_LOOPS + 1);
    for (int k = 0; k < MOST_LOOPS; k++)
        b.usual.rank[k] = any(2);
    for (int t = 0; t < b.n_tensors; t++)
        place_tensor(&b.usual, t);
    for (int e = 0; e < b.n_einsums; e++)
        for (int g = 1 + any(4); g > 0; g--)
            add_rows(&b, e, 1 + any(5));
    b.capacity = 60 + any(400);
    return b;
}

/* ---- the judge: a combination of rows as a LoopTree */
/* shared[e]: loops of e and e+1 */
typedef struct combination {
    const problem *b;
    const pmapping *row[MOST_EINSUMS];
    int shared[MOST_EINSUMS];
} combination;

static const pmapping *maker_of(const combination *c, int t) { return c->row[c->b->first[t]]; }

/* Of the Einsums up to `upto`, for tensors needed after `needed_after` */
static int loops_kept(const combination *c, int upto, int needed_after)
{
    int most = 0;
    for (int t = 0; t < c->b->n_tensors; t++)
        if (c->b->first[t] <= upto && c->b->last[t] > needed_after && maker_of(c, t)->level[t] > most)
            most = maker_of(c, t)->level[t];
    return most;
}

static int own_loops(const combination *c, int e)        /* of Einsum e, for tensors needed after it */
{
    int most = 0;
    for (int t = 0; t < c->b->n_tensors; t++)
        if (c->b->uses[e][t] && c->b->last[t] > e && c->row[e]->level[t] > most)
            most = c->row[e]->level[t];
    return most;
}

static bool agree(const combination *c, int e, int t)
{
    const pmapping *a = maker_of(c, t), *b = c->row[e];
    if (a->memory[t] != b->memory[t] || a->level[t] != b->level[t])
        return false;
    for (int k = 0; k < a->level[t]; k++)
        if (a->rank[k] != b->rank[k])
            return false;
    return true;
}

/* Can Einsum e be a branch of the tree of those before? */
static bool joins(combination *c, int e)
{
    const problem *b = c->b;
    for (int t = 0; t < b->n_tensors; t++)
        if (b->uses[e][t] && b->first[t] < e && !agree(c, e, t))
            return false;
    if (loops_kept(c, e - 1, e) > own_loops(c, e))
        return false;
    c->shared[e - 1] = loops_kept(c, e - 1, e - 1);
    for (int k = 0; k < c->shared[e - 1]; k++)
        if (c->row[e - 1]->count[k] != c->row[e]->count[k])
            return false;
    return true;
}

/* Bits at one node: the Einsums from..to under `level` loops.
 * Tensors of that level are there from their first to their last use. */
static double node_bits(const combination *c, int from, int to, int level)
{
    double bits = 0;
    for (int e = from; e <= to; e++)
        bits += level <= c->row[e]->n_loops ? c->row[e]->private[level + 1] : 0;
    for (int t = 0; t < c->b->n_tensors; t++) {
        const pmapping *p = maker_of(c, t);
        if (p->level[t] == level && p->memory[t] && c->b->first[t] <= to && c->b->last[t] >= from)
            bits += bits_of(p, t);
    }
    return bits;
}

/* The largest sum on the ways down from under `level` loops that the Einsums from..to share. */
static double peak(const combination *c, int from, int to, int level)
{
    double most = 0;
    for (int start = from, end; start <= to; start = end + 1) {
        for (end = start; end < to && c->shared[end] > level; end++)
            ;
        double here = node_bits(c, start, end, level);
        if (level < MOST_LOOPS)
            here += peak(c, start, end, level + 1);
        most = fmax(most, here);
    }
    return most;
}

static double peak_of(const combination *c)
{
    return node_bits(c, 0, c->b->n_einsums - 1, -1) + peak(c, 0, c->b->n_einsums - 1, 0);
}

/* ---- all combinations */
typedef struct point { double v[3]; } point;             /* energy, latency, bits */
typedef struct front { int n, dimensions; point points[MOST_FRONT]; } front;

static bool no_worse(const point *a, const point *b, int dimensions)
{
    for (int i = 0; i < dimensions; i++)
        if (a->v[i] > b->v[i])
            return false;
    return true;
}

static void insert(front *f, point p)
{
    int kept = 0;
    for (int i = 0; i < f->n; i++)
        if (no_worse(&f->points[i], &p, f->dimensions))
            return;
    for (int i = 0; i < f->n; i++)
        if (!no_worse(&p, &f->points[i], f->dimensions))
            f->points[kept++] = f->points[i];
    f->points[kept++] = p;
    f->n = kept;
}

static void enumerate(combination *c, int e, double energy, double latency, front *f)
{
    if (e == c->b->n_einsums) {
        double bits = peak_of(c);
        if (bits <= c->b->capacity)
            insert(f, (point){{energy, latency, bits}});
        return;
    }
    for (int i = 0; i < c->b->n_rows[e]; i++) {
        c->row[e] = &c->b->rows[e][i];
        if (!e || joins(c, e))
            enumerate(c, e + 1, energy + c->row[e]->energy, latency + c->row[e]->latency, f);
    }
}

/* ---- the same problem for af_join */
static const char *const rank_names[] = {"M", "N", "K"};
static const char *const memory_names[] = {"MainMemory", "GlobalBuffer"};

static af_einsum *einsum_of(af_arena *arena, const problem *b, int e)
{
    af_einsum *einsum = af_new(arena, af_einsum);
    einsum->name = af_format(arena, "E%d", e), einsum->spec = "test";
    einsum->n_nodes = 2;
    einsum->nodes = af_new_array(arena, af_arch_node, 2);
    einsum->nodes[0] = (af_arch_node){.kind = AF_MEMORY,
                                      .name = memory_names[0],
                                      .size = INFINITY,
                                      .parent = -1};
    einsum->nodes[1] = (af_arch_node){.kind = AF_MEMORY,
                                      .name = memory_names[1],
                                      .size = b->capacity,
                                      .parent = -1};
    return einsum;
}

static void fill_compatibility(af_arena *arena, const problem *b, int e, const pmapping *p,
                               af_compatibility *c)
{
    c->n_loops = p->n_loops;
    c->fences = ((uint64_t)2 << p->n_loops) - 1;         /* every level is a fence: loops keep their order */
    c->tensors = af_new_array(arena, af_tensor_reservation, MOST_TENSORS);
    for (int t = 0; t < b->n_tensors; t++) {
        if (!b->uses[e][t])
            continue;
        af_tensor_reservation *r = &c->tensors[c->n_tensors++];
        *r = (af_tensor_reservation){af_format(arena, "T%d", t), memory_names[p->memory[t]], p->level[t] < 0,
                                     p->level[t] < 0 ? 0 : p->level[t],
                                     af_new_array(arena, af_loop_signature, MOST_LOOPS)};
        for (int k = 0; k < r->n_loops; k++)
            r->loops[k].rank = rank_names[p->rank[k]];
    }
}

static double running_total(const problem *b, int e, const pmapping *p, int level)
{
    double bits = 0;
    for (int n = -1; n <= level; n++)
        bits += p->private[n + 1];
    for (int t = 0; t < b->n_tensors; t++)
        if (b->uses[e][t] && p->memory[t] && p->level[t] <= level)
            bits += bits_of(p, t);
    return bits;
}

/* Loops and a compute: the tree is not looked at here. */
static af_group_template *template_of(af_arena *arena, const char *einsum)
{
    static const char *variable = "m";
    af_group_template *t = af_new(arena, af_group_template);
    t->nodes = af_new_array(arena, af_mapping_node *, MOST_LOOPS + 1);
    t->loop_of = af_new_array(arena, int, MOST_LOOPS);
    for (int k = 0; k <= MOST_LOOPS; k++) {
        af_mapping_node *n = t->nodes[t->n_nodes++] = af_new(arena, af_mapping_node);
        *n = k < MOST_LOOPS ? (af_mapping_node){.kind = AF_NODE_TEMPORAL, .rank_variables = {1, &variable}}
                            : (af_mapping_node){.kind = AF_NODE_COMPUTE, .einsum = einsum};
        if (k < MOST_LOOPS)
            t->loop_of[k] = k;
    }
    return t;
}

static af_group *group_of(af_arena *arena, const problem *b, int e, int number)
{
    const pmapping *rows[MOST_ROWS];
    int n = 0;
    for (int i = 0; i < b->n_rows[e]; i++)
        if (b->rows[e][i].group == number)
            rows[n++] = &b->rows[e][i];
    af_group *g = af_new(arena, af_group);
    *g = (af_group){.einsum = af_format(arena, "E%d", e),
                    .id = number,
                    .n_rows = n,
                    .n_total = n,
                    .n_valid = n};
    fill_compatibility(arena, b, e, rows[0], &g->compatibility);
    g->template_of = af_new_array(arena, int, n);
    g->tiles = af_new_array(arena, double *, n);
    g->iterations = af_new_array(arena, int32_t *, MOST_LOOPS);
    g->n_templates = 1;
    g->templates = template_of(arena, g->einsum);
    for (int k = 0; k < MOST_LOOPS; k++)
        g->iterations[k] = af_new_array(arena, int32_t, n);
    g->objectives[0] = af_new_array(arena, double, n), g->objectives[1] = af_new_array(arena, double, n);
    g->reservations = af_new_array(arena, af_reservation_column, MOST_LOOPS + 2);
    g->tensors = af_new_array(arena, af_tensor_column, MOST_TENSORS);
    for (int level = -1; level <= rows[0]->n_loops; level++)
        g->reservations[g->n_reservations++] = (af_reservation_column){memory_names[1], level,
                                                                       af_new_array(arena, double, n)};
    for (int t = 0; t < b->n_tensors; t++)
        if (b->uses[e][t] && rows[0]->memory[t])
            g->tensors[g->n_tensors++] = (af_tensor_column){af_format(arena, "T%d", t),
                                                            af_new_array(arena, double, n)};
    for (int i = 0; i < n; i++) {
        g->tiles[i] = af_new_array(arena, double, MOST_LOOPS);
        g->tiles[i][0] = g->tiles[i][1] = 1;
        g->objectives[0][i] = rows[i]->latency, g->objectives[1][i] = rows[i]->energy;
        for (int k = 0; k < rows[i]->n_loops; k++)
            g->iterations[k][i] = rows[i]->count[k];
        for (int r = 0; r < g->n_reservations; r++)
            g->reservations[r].bits[i] = running_total(b, e, rows[i], g->reservations[r].level);
        for (int t = 0; t < g->n_tensors; t++)
            g->tensors[t].bits[i] = bits_of(rows[i], atoi(g->tensors[t].tensor + 1));
    }
    return g;
}

static int join_problem(af_arena *arena, const problem *b, int metrics, int threads, bool bounds,
                        af_join_result *result, af_report *report)
{
    const af_einsum *einsums[MOST_EINSUMS];
    af_group **groups[MOST_EINSUMS];
    for (int e = 0; e < b->n_einsums; e++) {
        einsums[e] = einsum_of(arena, b, e);
        groups[e] = af_new_array(arena, af_group *, b->n_groups[e]);
        for (int g = 0; g < b->n_groups[e]; g++)
            groups[e][g] = group_of(arena, b, e, g);
    }
    af_join_options options = {.threads = threads, .metrics = metrics, .bounds = bounds};
    return af_join(arena, einsums, b->n_einsums, (af_group *const *const *)groups, b->n_groups, &options,
                   result, report);
}

static bool same_front(const front *f, const af_join_result *result, double capacity)
{
    if (f->n != result->n_mappings)
        return false;
    for (int i = 0; i < result->n_mappings; i++) {
        const af_joined *m = &result->mappings[i];
        double bits = m->n_usages ? m->usages[0].usage * capacity : 0;
        bool found = false;
        for (int k = 0; k < f->n && !found; k++) {
            const double *v = f->points[k].v;
            found = v[0] == m->objectives[1] && v[1] == m->objectives[0] &&
                    (f->dimensions < 3 || fabs(v[2] - bits) < 1e-6);
        }
        if (!found)
            return false;
    }
    return true;
}

static bool same_choice(const af_join_result *a, const af_join_result *b, int n_einsums)
{
    bool same = a->n_mappings == b->n_mappings;
    for (int i = 0; same && i < a->n_mappings; i++)
        for (int e = 0; e < n_einsums; e++)
            same &= a->mappings[i].group[e] == b->mappings[i].group[e] &&
                    a->mappings[i].row[e] == b->mappings[i].row[e];
    return same;
}

static int check_problem(int number, int metrics)
{
    problem b = any_problem();
    static front f;
    f.n = 0, f.dimensions = metrics & AF_RESOURCE_USAGE ? 3 : 2;
    combination c = {.b = &b};
    enumerate(&c, 0, 0, 0, &f);
    af_arena *arena = af_arena_new();
    af_report *report = af_report_new("test");
    af_join_result one = {0}, two = {0};
    int status = join_problem(arena, &b, metrics, 1, false, &one, report),
        again = join_problem(arena, &b, metrics, 2, true, &two, report);
    bool right = (status ? f.n == 0 && af_report_status(report) == AF_NO_ANSWER
                         : same_front(&f, &one, b.capacity)) &&
                 status == again;
    CHECK(right);
    CHECK(status || same_choice(&one, &two, b.n_einsums));
    if (!right)
        printf("  problem %d (%d Einsums, metrics %d): %d points by brute force, af_join %d\n", number,
               b.n_einsums, metrics, f.n, one.n_mappings);
    af_report_free(report), af_arena_free(arena);
    return f.n > 0;
}

int main(void)
{
    int answered = 0;
    for (int i = 0; i < 1500; i++) {
        seed = (uint32_t)i * 2654435761u + 1;
        answered += check_problem(i, AF_ENERGY | AF_LATENCY | (i & 1 ? AF_RESOURCE_USAGE : 0));
    }
    CHECK(answered > 500);
    return test_end("join against brute force");
}
