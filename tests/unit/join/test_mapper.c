/* The mapper against brute force on tiny specs: every holder choice and order, every place and order
 * of loops, evaluated by the model; the front of af_pmap and af_join must have the same optimum.
 * The enumerator shares nothing with pmap and join. */
#include "join/join.h"
#include "spec/load.h"
#include "spec/evaluate.h"
#include "cost/cost.h"
#include "test.h"

#include <stdlib.h>
#include <unistd.h>

enum { MOST = 16 };

typedef struct case_of { const char *name, *buffer; int n_einsums, bounds[4]; } case_of;
typedef struct setting {
    af_arena *arena;
    af_report *report;
    const af_einsum *einsums[2];
    int n_einsums;
} setting;

/* ---- the spec, by the front half */

static const char spec_text[] =
    "arch:\n  nodes:\n"
    "  - !Memory {name: Main, size: inf, leak_power: 0, area: 0, tensors: {keep: ~Intermediates, may_keep: "
    "All}, actions: [{name: read, energy: 7, throughput: 3}, {name: write, energy: 9, throughput: 3}]}\n"
    "  - !Memory {name: Buffer, size: %s, leak_power: 0.25, area: 0, tensors: {keep: ~Main, may_keep: "
    "All}, actions: [{name: read, energy: 1, throughput: 16}, {name: write, energy: 2, throughput: 16}]}\n"
    "  - !Compute {name: Unit, leak_power: 0, area: 0, actions: [{name: compute, energy: 1, throughput: "
    "1}]}\n"
    "workload:\n  bits_per_value: {All: 8}\n  iteration_space_shape: {m: 0 <= m < %d, a: 0 <= a < %d, b: "
    "0 <= b < %d, c: 0 <= c < %d}\n"
    "  einsums:\n  - \"Y[m, b] = X[m, a] * V[a, b]\"\n%s"
    "mapper: {metrics: %d}\n";

static void load(setting *s, const case_of *c, int metrics)
{
    char path[] = "/tmp/af-mapper-XXXXXX.yaml";
    int descriptor = mkstemps(path, 5);
    FILE *file = fdopen(descriptor, "w");
    fprintf(file, spec_text, c->buffer, c->bounds[0], c->bounds[1], c->bounds[2], c->bounds[3],
            c->n_einsums > 1 ? "  - \"Z[m, c] = Y[m, b] * W[b, c]\"\n" : "", metrics);
    fclose(file);
    const char *files[] = {path};
    af_spec *spec = af_spec_load(s->arena, &(af_load_options){.n_files = 1, .files = files}, s->report);
    unlink(path);
    af_evaluate_options options = {.energy = true,
                                   .throughput = true,
                                   .leak = true,
                                   .cost = af_cost_query,
                                   .cost_context = af_cost_new(s->arena)};
    af_lines lines = {0, NULL};
    CHECK(spec && !af_evaluate_to_lines(spec, &options, s->arena, &lines, s->report));
    s->n_einsums = 0;
    for (int i = 0; i < lines.count; i++)
        if (strstr(lines.lines[i], "\"rec\":\"einsum\"")) {
            af_json *json = af_json_parse(lines.lines[i], strlen(lines.lines[i]), s->report, AF_NOWHERE);
            s->einsums[s->n_einsums++] = af_einsum_of_json(s->arena, json, s->report, AF_NOWHERE);
            af_json_free(json);
        }
}

/* ---- LoopTrees by hand */

typedef struct branch { af_arena *arena; af_mapping_node *nodes[MOST]; int n; } branch;

static af_mapping_node *node_of(af_arena *arena, af_node_kind kind)
{
    af_mapping_node *node = af_new(arena, af_mapping_node);
    node->kind = kind;
    node->lower = true;
    node->fused = -1;
    return node;
}

static af_name_list one_name(af_arena *arena, const char *name)
{
    af_name_list list = {1, af_new_array(arena, const char *, 1)};
    list.names[0] = name;
    return list;
}

static void push_holder(branch *b, const char *tensor, const char *memory)
{
    af_mapping_node *node = b->nodes[b->n++] = node_of(b->arena, AF_NODE_STORAGE);
    node->tensors = one_name(b->arena, tensor);
    node->component = memory;
}

static void push_loop(branch *b, const char *variable, double tile)
{
    af_mapping_node *node = b->nodes[b->n++] = node_of(b->arena, AF_NODE_TEMPORAL);
    node->rank_variables = one_name(b->arena, variable);
    node->tile_shape = tile;
}

static void push_compute(branch *b, const char *einsum)
{
    af_mapping_node *node = b->nodes[b->n++] = node_of(b->arena, AF_NODE_COMPUTE);
    node->einsum = einsum;
    node->component = "Unit";
}

static af_mapping_node *list_node(af_arena *arena, af_node_kind kind, af_mapping_node *const *nodes, int n)
{
    af_mapping_node *node = node_of(arena, kind);
    node->nodes = af_new_array(arena, af_mapping_node *, n + 1);
    memcpy(node->nodes, nodes, sizeof *nodes * (size_t)n);
    node->n_nodes = n;
    return node;
}

/* ---- one Einsum below what is shared: holders in every order, each loop in every gap,
 * loops of a gap in every order */

typedef struct walk {
    setting *s;
    const char *einsum, *memory_of_rest;
    const char *tensors[3]; int n_tensors;       /* may be held in the Buffer here */
    const char *variables[3]; double sizes[3]; int n_variables;
    branch built;
    void (*visit)(struct walk *w);
    void *context;
} walk;

static void place_loops(walk *w, int gap, int n_gaps, const char *const *order, double *left, unsigned used);

static void next_gap(walk *w, int gap, int n_gaps, const char *const *order, double *left)
{
    int depth = w->built.n;
    if (gap + 1 < n_gaps) {
        push_holder(&w->built, order[gap], "Buffer");
        place_loops(w, gap + 1, n_gaps, order, left, 0);
    } else {
        bool complete = true;
        for (int v = 0; v < w->n_variables; v++)
            complete &= left[v] == 1;
        if (complete) {
            push_compute(&w->built, w->einsum);
            w->visit(w);
        }
    }
    w->built.n = depth;
}

static void place_loops(walk *w, int gap, int n_gaps, const char *const *order, double *left, unsigned used)
{
    next_gap(w, gap, n_gaps, order, left);
    for (int v = 0; v < w->n_variables; v++)
        for (int tile = 1; !(used >> v & 1) && tile < left[v]; tile++) {
            if ((int)left[v] % tile)
                continue;
            double before = left[v];
            push_loop(&w->built, w->variables[v], tile);
            left[v] = tile;
            place_loops(w, gap, n_gaps, order, left, used | 1u << v);
            left[v] = before;
            w->built.n--;
        }
}

static void order_holders(walk *w, const char **order, int n, unsigned used)
{
    double left[3];
    memcpy(left, w->sizes, sizeof left);
    place_loops(w, 0, n + 1, order, left, 0);
    for (int t = 0; t < w->n_tensors; t++)
        if (!(used >> t & 1)) {
            order[n] = w->tensors[t];
            order_holders(w, order, n + 1, used | 1u << t);
        }
}

/* ---- evaluation: the least energy and the least latency that any valid mapping has */

typedef struct best { double energy, latency; int64_t valid; } best;

static bool evaluate(setting *s, const af_mapping *mapping, double *energy, double *latency)
{
    af_arena *arena = af_arena_new();
    af_model_options options = {AF_METRICS_ALL, 0, false};
    af_report *quiet = af_report_new("brute");
    af_report_quiet(quiet, true);
    af_mapping_figures *f = af_evaluate_mapping(arena, s->einsums, s->n_einsums, mapping, &options, quiet);
    if (f) {
        *energy = f->energy;
        *latency = f->latency;
    }
    af_report_free(quiet);
    af_arena_free(arena);
    return f != NULL;
}

static void visit_single(walk *w)
{
    best *b = w->context;
    double energy, latency;
    af_arena_mark mark = af_arena_here(w->s->arena);
    if (evaluate(w->s, list_node(w->s->arena, AF_NODE_MAPPING, w->built.nodes, w->built.n), &energy,
                 &latency)) {
        b->valid++;
        b->energy = fmin(b->energy, energy);
        b->latency = fmin(b->latency, latency);
    }
    af_arena_rewind(w->s->arena, mark);
}

static best brute_single(setting *s, const case_of *c)
{
    best b = {INFINITY, INFINITY, 0};
    walk w = {.s = s,
              .einsum = "Y",
              .tensors = {"X", "V", "Y"},
              .n_tensors = 3,
              .variables = {"m", "a", "b"},
              .sizes = {c->bounds[0], c->bounds[1], c->bounds[2]},
              .n_variables = 3,
              .visit = visit_single,
              .context = &b,
              .built = {.arena = s->arena}};
    const char *order[3];
    push_holder(&w.built, "X", "Main");
    push_holder(&w.built, "V", "Main");
    push_holder(&w.built, "Y", "Main");
    order_holders(&w, order, 0, 0);
    return b;
}

/* ---- the mapper */

static bool mapper(setting *s, double *energy, double *latency)
{
    af_group *const *groups[2];
    int counts[2];
    for (int i = 0; i < s->n_einsums; i++) {
        af_pmap_result result = {0};
        if (af_pmap(s->arena, s->einsums[i], &(af_pmap_options){.threads = 1}, &result, s->report))
            return false;
        groups[i] = result.groups;
        counts[i] = result.n_groups;
    }
    af_join_result joined = {0};
    if (af_join(s->arena, s->einsums, s->n_einsums, groups, counts,
                &(af_join_options){.threads = 1, .bounds = true}, &joined, s->report))
        return false;
    *energy = *latency = INFINITY;
    for (int i = 0; i < joined.n_mappings; i++) {
        double e, l;
        CHECK(evaluate(s, af_mapping_finish(s->arena, joined.mappings[i].tree, true), &e, &l));
        *energy = fmin(*energy, e);
        *latency = fmin(*latency, l);
    }
    return joined.n_mappings > 0;
}

/* ---- two Einsums, Y in the Buffer under 0, 1 or 2 shared loops. Without a limit of capacity the branches
 * cost what they cost whatever the other does, so each is searched with the other as it was first. */

typedef struct pair_search {
    setting *s;
    branch head, other;
    bool first_branch;
    double least, first;
    branch kept;
} pair_search;

static double pair_energy(pair_search *p, const branch *one, const branch *two)
{
    double energy = NAN, latency;
    af_arena_mark mark = af_arena_here(p->s->arena);
    af_mapping_node *branches[2] = {list_node(p->s->arena, AF_NODE_NESTED, one->nodes, one->n),
                                    list_node(p->s->arena, AF_NODE_NESTED, two->nodes, two->n)};
    branch whole = p->head;
    whole.nodes[whole.n++] = list_node(p->s->arena, AF_NODE_SEQUENTIAL, branches, 2);
    bool valid = evaluate(p->s, list_node(p->s->arena, AF_NODE_MAPPING, whole.nodes, whole.n), &energy,
                          &latency);
    af_arena_rewind(p->s->arena, mark);
    return valid ? energy : NAN;
}

static void visit_pair(walk *w)
{
    pair_search *p = w->context;
    if (!p->kept.n)
        p->kept = w->built;
    if (!p->other.n)
        return;
    double energy = p->first_branch ? pair_energy(p, &w->built, &p->other)
                                    : pair_energy(p, &p->other, &w->built);
    p->least = fmin(p->least, energy);
}

static walk walk_of(pair_search *p, bool first, const double *tile, const char *const *above, int n_above)
{
    const char *own[2][2] = {{"X", "V"}, {"W", "Z"}};
    walk w = {.s = p->s,
              .einsum = first ? "Y" : "Z",
              .n_variables = 3,
              .visit = visit_pair,
              .context = p,
              .built = {.arena = p->s->arena}};
    const char *variables[2][3] = {{"m", "b", "a"}, {"m", "b", "c"}};
    memcpy(w.variables, variables[!first], sizeof w.variables);
    w.sizes[0] = tile[0];
    w.sizes[1] = tile[1];
    w.sizes[2] = first ? tile[2] : tile[3];
    for (int t = 0; t < 2; t++) {
        bool held = false;
        for (int k = 0; k < n_above; k++)
            held |= !strcmp(above[k], own[!first][t]);
        if (!held)
            w.tensors[w.n_tensors++] = own[!first][t];
    }
    return w;
}

static double search_below(setting *s, const branch *head, const double *tile, const char *const *above,
                           int n_above)
{
    pair_search p = {.s = s, .head = *head, .least = INFINITY};
    const char *order[3];
    branch first[2];
    for (int k = 0; k < 2; k++) {
        walk w = walk_of(&p, k == 0, tile, above, n_above);
        p.kept.n = p.other.n = 0;
        order_holders(&w, order, 0, 0);
        first[k] = p.kept;
    }
    double base = pair_energy(&p, &first[0], &first[1]), least[2];
    for (int k = 0; k < 2; k++) {
        walk w = walk_of(&p, k == 0, tile, above, n_above);
        p.first_branch = k == 0;
        p.other = first[!k];
        p.least = INFINITY;
        order_holders(&w, order, 0, 0);
        least[k] = p.least;
    }
    return least[0] + least[1] - base;
}

static double brute_pair(setting *s, const case_of *c)
{
    static const char *const tensors[] = {"X", "V", "W", "Z"};
    double least = INFINITY;
    for (unsigned set = 0; set < 16; set++)                    /* held in the Buffer above the shared loops */
        for (int shape = 0; shape < 5; shape++) {              /* shared loops: none, m, b, m b, b m */
            branch head = {.arena = s->arena};
            const char *above[4];
            int n_above = 0;
            double tile[4] = {c->bounds[0], c->bounds[2], c->bounds[1], c->bounds[3]};
            for (int t = 0; t < 4; t++)
                push_holder(&head, tensors[t], "Main");
            for (int t = 0; t < 4; t++)
                if (set >> t & 1) {
                    push_holder(&head, tensors[t], "Buffer");
                    above[n_above++] = tensors[t];
                }
            bool m = shape == 1 || shape >= 3, b = shape >= 2;
            if (m && shape != 4)
                push_loop(&head, "m", tile[0] = 1);
            if (b)
                push_loop(&head, "b", tile[1] = 1);
            if (shape == 4)
                push_loop(&head, "m", tile[0] = 1);
            push_holder(&head, "Y", "Buffer");
            least = fmin(least, search_below(s, &head, tile, above, n_above));
        }
    return least;
}

int main(void)
{
    static const case_of cases[] = {
        {"2x2x2",        "inf", 1, {2, 2, 2, 1}},
        {"4x2x2",        "inf", 1, {4, 2, 2, 1}},
        {"2x3x2",        "40",  1, {2, 3, 2, 1}},
        {"2x2x4, tight", "24",  1, {2, 2, 4, 1}},
        {"1x2x3",        "64",  1, {1, 2, 3, 1}},
        {"two, 2x2x2x2", "inf", 2, {2, 2, 2, 2}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        setting s = {.arena = af_arena_new(), .report = af_report_new("test")};
        double energy = NAN, latency = NAN;
        load(&s, &cases[i], AF_ENERGY | AF_LATENCY);
        test_note(mapper(&s, &energy, &latency), __FILE__, __LINE__, cases[i].name);
        if (cases[i].n_einsums == 1) {
            best b = brute_single(&s, &cases[i]);
            test_note(b.valid > 20, __FILE__, __LINE__, cases[i].name);
            test_number(energy, b.energy, 1e-12, __FILE__, __LINE__, cases[i].name);
            test_number(latency, b.latency, 1e-12, __FILE__, __LINE__, cases[i].name);
        } else {
            test_number(energy, brute_pair(&s, &cases[i]), 1e-12, __FILE__, __LINE__, cases[i].name);
        }
        af_report_print(s.report, stdout);
        af_report_free(s.report);
        af_arena_free(s.arena);
    }
    return test_end("mapper against brute force");
}
