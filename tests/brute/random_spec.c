#include "random_spec.h"

#include "model/model.h"

#include <stdio.h>
#include <string.h>

/* What a spec is about, besides the usual. */
typedef enum theme {
    PLAIN, UNORDERED, ORDERED, SPATIAL, LEAST_USAGE, TOLERANT, LARGE, EAGER, IMPERFECT, TWICE, N_THEMES
} theme;
static const char *const theme_names[N_THEMES] = {"", " unordered", " ordered", " spatial", " least",
                                                  " tolerant", " large", " eager", " imperfect", " twice"};

typedef struct maker { uint64_t state; bool fans, persistent; theme theme; brute_spec *spec; } maker;

static int draw(maker *m, int below)
{
    m->state = m->state * 6364136223846793005u + 1442695040888963407u;
    return (int)((m->state >> 33) % (uint64_t)below);
}
#define PUT(...) af_text_printf(&m->spec->yaml, __VA_ARGS__)
#define ONE_OF(list) ((list)[draw(m, (int)(sizeof(list) / sizeof *(list)))])

/* ---- architecture */

static void put_loop_bound(maker *m)
{
    static const char *const operators[] = {"==", "<=", "<", ">=", ">", "product==", "product<=", "product<",
                                            "product>=", "product>"};
    static const char *const variables[] = {"All.rank_variables", "input.rank_variables",
                                            "output.rank_variables", "~weight.rank_variables",
                                            "~output.rank_variables"};
    /* A variant of a template that has temporal loops instead of spatial ones is
     * free of what is asked of these. */
    const char *operator = m->persistent ? operators[(int[]){1, 2, 6, 7}[draw(m, 4)]] : ONE_OF(operators);
    PUT("{expression: %s, operator: '%s', value: %d}", ONE_OF(variables), operator, 1 + draw(m, 3));
}

static void put_constraints(maker *m)
{
    static const char *const asks[] = {"",
                                       "",
                                       "",
                                       "",
                                       ", may_reuse: Nothing",
                                       ", may_reuse: input",
                                       ", reuse: input",
                                       ", reuse: output",
                                       (", loop_bounds: [{expression: All.rank_variables, operator: "
                                        "product<=, value: 2}]")};
    static const char *const usages[] = {"1", "0.6", "0.5", "0.9"};
    if (m->theme == SPATIAL && draw(m, 3)) {
        PUT(", loop_bounds: [");
        put_loop_bound(m);
        if (draw(m, 3) == 0) {
            PUT(", ");
            put_loop_bound(m);
        }
        PUT("]");
    } else
        PUT("%s", ONE_OF(asks));
    if (m->theme == SPATIAL && draw(m, 4) == 0)
        PUT(", usage_scale: %s", draw(m, 2) ? "0.5" : "2");
    if (m->theme == LEAST_USAGE)
        PUT(", min_usage: %s", ONE_OF(usages));
}

static void put_spatial(maker *m)
{
    static const char *const names[] = {"X", "Y"};
    int n = 1 + (draw(m, 4) == 0);
    m->fans = true;
    PUT(", spatial: [");
    for (int d = 0; d < n; d++) {
        PUT("%s{name: %s, fanout: %d", d ? ", " : "", names[d], 2 + draw(m, 2));
        put_constraints(m);
        PUT("}");
    }
    PUT("]");
}

/* Fan-outs are what some themes are about. */
static bool fans_out(maker *m, int one_in)
{
    return draw(m, m->theme == SPATIAL || m->theme == LEAST_USAGE ? (one_in + 1) / 2 : one_in) == 0;
}

static void put_actions(maker *m, int cost)
{
    static const char *const throughputs[] = {"inf", "2", "4", "8", "32"};
    PUT("actions: [{name: read, energy: %d.%d, throughput: %s}, {name: write, energy: %d.%d, throughput: "
        "%s}]}\n",
        cost, draw(m, 10), ONE_OF(throughputs), cost, draw(m, 10), ONE_OF(throughputs));
}

static void put_memory(maker *m, const char *name, const char *size, const char *tensors, int cost, int fan)
{
    static const char *const leaks[] = {"0", "0", "0.25", "0.03"};
    PUT("  - !Memory {name: %s, size: %s, leak_power: %s, area: 0, tensors: {%s}", name, size, ONE_OF(leaks),
        tensors);
    if (fan)
        put_spatial(m);
    PUT(", ");
    put_actions(m, cost);
}

static const char *const outer_sizes[] = {"inf", "48", "64", "96", "128", "200", "400"};
static const char *const inner_sizes[] = {"inf", "8", "16", "32", "64"};

static const char *size_of(maker *m, const char *const *sizes, int n)
{
    const char *size = sizes[draw(m, n)];
    if (m->spec->unlimited || strcmp(size, "inf") == 0)
        return "inf";
    return size;
}
#define SIZE_OF(list) size_of(m, list, (int)(sizeof(list) / sizeof *(list)))

static void put_toll(maker *m)
{
    static const char *const ways[] = {"up_and_down", "up", "down"};
    PUT("  - !Toll {name: Bus, leak_power: 0, area: 0, direction: %s, tensors: {keep: %s}, actions: [{name: "
        "read, energy: 0.%d, throughput: 4}]}\n",
        ONE_OF(ways), draw(m, 2) ? "All" : "input", 1 + draw(m, 9));
}

static void put_compute(maker *m, const char *name, const char *enabled, int fan)
{
    PUT("  - !Compute {name: %s, leak_power: 0.0%d, area: 0%s", name, draw(m, 3), enabled);
    if (fan)
        put_spatial(m);
    PUT(", actions: [{name: compute, energy: 0.%d, throughput: %d}]}\n", draw(m, 10), 1 + draw(m, 2));
}

static void put_architecture(maker *m, bool persistent)
{
    static const char *const mains[] = {"keep: ~Intermediates, may_keep: All",
                                        "keep: ~Intermediates, may_keep: All", "keep: All"};
    static const char *const buffers[] = {"keep: ~Main, may_keep: All", "keep: ~Main, may_keep: All",
                                          "keep: ~Main, may_keep: input", "keep: All"};
    static const char *const odd[] = {"keep: ~Main, may_keep: All, no_refetch_from_above: weight",
                                      "back: ~Main, may_keep: All",
                                      "keep: ~Main, may_keep: All, no_resend_to_below: output"};
    static const char *const inners[] = {"keep: output", "keep: input", "keep: Nothing, may_keep: weight",
                                         "may_keep: input | output"};
    static const char *const orders[] = {", tensor_order_options: [[weight, input | output]]",
                                         (", tensor_order_options: [[weight, input, "
                                          "output], [output, weight]]"),
                                         ", tensor_order_options: [[Above, ~Above]]",
                                         ", tensor_order_options: [[input], [output, input]]"};
    int shape = m->theme == UNORDERED ? 2 + draw(m, 6) : draw(m, 8);
    char tensors[256];
    PUT("arch:\n  nodes:\n");
    put_memory(m, "Main", "inf", persistent ? "keep: ~Intermediates - weight, may_keep: All" : ONE_OF(mains),
               8 + draw(m, 20), 0);
    if (shape == 0)
        put_toll(m);
    snprintf(tensors, sizeof tensors, "%s%s%s", draw(m, 6) ? ONE_OF(buffers) : ONE_OF(odd),
             m->theme == ORDERED && draw(m, 4) ? ONE_OF(orders) : "",
             m->theme == UNORDERED && draw(m, 3) == 0 ? ", force_memory_hierarchy_order: false" : "");
    put_memory(m, "Buffer", SIZE_OF(outer_sizes), tensors, 1 + draw(m, 4), fans_out(m, 5));
    if (shape == 1)
        put_toll(m);
    if (shape == 2 || shape == 3 || (m->theme == UNORDERED && shape != 4)) {
        snprintf(tensors, sizeof tensors, "%s%s", ONE_OF(inners),
                 m->theme == UNORDERED && draw(m, 3) == 0 ? ", force_memory_hierarchy_order: false" : "");
        put_memory(m, "Inner", SIZE_OF(inner_sizes), tensors, draw(m, 2), draw(m, 2));
    }
    if (shape == 4) {   /* a Fork: Einsums of three tensors go one way, others the other */
        PUT("  - !Fork\n    nodes:\n");
        PUT("    - !Compute {name: Side%s, leak_power: 0, area: 0, actions: [{name: compute, energy: %s, "
            "throughput: %d}]}\n",
            draw(m, 3) ? ", enabled: len(All) == 2" : "", draw(m, 2) ? "2" : "0.2", 1 + draw(m, 2));
        put_compute(m, "Unit", draw(m, 2) ? ", enabled: len(All) == 3" : "", 0);
    } else
        put_compute(m, "Unit", "", fans_out(m, 3));
}

/* ---- workload: variables m, k, n, l, p, r of few values */

typedef struct einsum_text { const char *text, *weight, *input, *output; } einsum_text;
/* copy: which Einsum is one, -1 none */
typedef struct workload_kind {
    const char *name;
    bool persistent;
    int copy;
    einsum_text einsums[5];
} workload_kind;

static const workload_kind kinds[] = {
    {"matmul", false, -1, {{"Y[m, n] = X[m, k] * W[k, n]", "W", "X", "Y"}}},
    {"chain", false, -1,
     {{"Y[m, n] = X[m, k] * W[k, n]", "W", "X", "Y"}, {"Z[m, l] = Y[m, n] * V[n, l]", "V", "Y", "Z"}}},
    {"chain", false, -1,
     {{"Y[m, n] = X[m, k] * W[k, n]", "W", "X", "Y"}, {"Z[m, l] = Y[m, n] * V[n, l]", "V", "Y", "Z"}}},
    {"persistent", true, -1,
     {{"Y[m] = X[m, k] * W[k]", "W", "X", "Y"}, {"Z[m, k] = Y[m] * W[k]", "W", "Y", "Z"}}},
    {"persistent", true, -1,
     {{"Y[m, n] = X[m, n] * W[n]", "W", "X", "Y"}, {"Z[m] = Y[m, n] * V[n]", "V", "Y", "Z"}}},
    {"shared", false, -1,
     {{"Y[m] = X[m, k] * W[k]", "W", "X", "Y"}, {"Z[m, k] = Y[m] * W[k]", "W", "Y", "Z"}}},
    {"matvecs", false, -1,
     {{"Y[n] = X[k] * W[k, n]", "W", "X", "Y"}, {"Z[l] = Y[n] * V[n, l]", "V", "Y", "Z"}}},
    {"three", false, -1,
     {{"B[m, k] = A[m, k]", "Nothing", "A", "B"}, {"C[m, k] = B[m, k]", "Nothing", "B", "C"},
      {"D[m] = C[m, k]", "Nothing", "C", "D"}}},
    {"diamond", false, -1,
     {{"Y[m, k] = X[m, k]", "Nothing", "X", "Y"}, {"Z[m] = Y[m, k]", "Nothing", "Y", "Z"},
      {"O[m, k] = Y[m, k] * Z[m]", "Nothing", "Y | Z", "O"}}},
    {"skip", false, -1,
     {{"Y[m] = X[m]", "Nothing", "X", "Y"}, {"Q[m] = P[m]", "Nothing", "P", "Q"},
      {"O[m] = Y[m] * Q[m]", "Nothing", "Y | Q", "O"}}},
    {"shared", false, -1,
     {{"Y[m, n] = X[m, k] * W[k, n]", "W", "X", "Y"}, {"Z[m, l] = X[m, k] * V[k, l]", "V", "X", "Z"}}},
    {"four", false, -1,
     {{"B[m] = A[m, k]", "Nothing", "A", "B"}, {"C[m] = A[m, k]", "Nothing", "A", "C"},
      {"D[m] = B[m]", "Nothing", "B", "D"}, {"E[m] = C[m] * D[m]", "Nothing", "C | D", "E"}}},
    {"copy", false, 1,
     {{"Y[m, k] = X[m, k]", "Nothing", "X", "Y"}, {"C[m, k] = Y[m, k]", "Nothing", "Y", "C"},
      {"O[m] = C[m, k]", "Nothing", "C", "O"}}},
    {"consumers", false, -1,
     {{"Y[m, k] = X[m, k]", "Nothing", "X", "Y"}, {"A[m] = Y[m, k]", "Nothing", "Y", "A"},
      {"B[k] = Y[m, k]", "Nothing", "Y", "B"},
      {"C[m, k] = Y[m, k] * A[m] * B[k]", "Nothing", "Y | A | B", "C"}}},
    {"copies", false, 1,
     {{"Y[m, n] = X[m, k] * W[k, n]", "W", "X", "Y"}, {"C[m, n] = Y[m, n]", "Nothing", "Y", "C"},
      {"O[m, n] = C[m, n] * Y[m, n]", "Nothing", "C | Y", "O"}}},
    {"conv", false, -1, {{"O[p] = I[H: p + r] * F[r]", "F", "I", "O"}}},
    {"conv", false, -1, {{"O[p, n] = I[H: 2*p + r, n] * F[r]", "F", "I", "O"}}},
    {"convs", false, -1,
     {{"T[p] = I[H: p + r] * F[r]", "F", "I", "T"}, {"O[p, n] = T[p] * G[p, n]", "G", "T", "O"}}},
    {"halo", false, -1,
     {{"T[p] = I[H: p + r] * F[r]", "F", "I", "T"}, {"O[q] = T[P: q + s] * G[s]", "G", "T", "O"}}},
};

static void put_shape(maker *m)
{
    static const char *const names[] = {"m", "k", "n", "l", "p", "r", "q", "s"};
    static const int sizes[] = {1, 2, 2, 2, 3, 4}, odd_sizes[] = {1, 1, 2, 3, 5, 7},
                     large_sizes[] = {1, 4, 4, 6, 8, 12}, twice_sizes[] = {1, 2, 6, 6};
    int left = m->theme == LARGE ? 2048 : 24, p = 1;         /* iterations in all */
    PUT("  iteration_space_shape: {");
    for (int v = 0; v < 8; v++) {
        int size = m->theme == LARGE ? ONE_OF(large_sizes) : m->theme == IMPERFECT ? ONE_OF(odd_sizes) :
                   m->theme == TWICE && v < 2 ? ONE_OF(twice_sizes) : ONE_OF(sizes);
        while (size > 1 && size > left)
            size--;
        if (v == 4)
            p = size;                        /* q + s runs over what p does */
        if (v == 6)
            size = (p + 2) / 2;
        if (v == 7)
            size = p + 1 - (p + 2) / 2;
        left /= size;
        PUT("%s%s: 0 <= %s < %d", v ? ", " : "", names[v], names[v], size);
    }
    PUT("}\n");
}

static void put_workload(maker *m, const workload_kind *kind)
{
    PUT("workload:\n  bits_per_value: {All: %d}\n", draw(m, 3) ? 8 : 4);
    if (draw(m, 6) == 0)
        PUT("  n_instances: 2\n");
    if (kind->persistent)
        PUT("  persistent_tensors: weight\n");
    put_shape(m);
    PUT("  einsums:\n");
    for (const einsum_text *e = kind->einsums; e->text; e++)
        PUT("  - {einsum: \"%s\", renames: {weight: %s, input: %s, output: %s}%s%s}\n", e->text, e->weight,
            e->input, e->output, e - kind->einsums == kind->copy ? ", is_copy_operation: true" : "",
            draw(m, 10) ? "" : ", n_instances: 3");
}

/* ---- options of the mapper */

/* With fan-out the templates say what there is. Which sizes a tile may have depends on the places for loops
 * around it, unless all loops may be imperfect (60 section 9.4). And rules that leave loops out as needless
 * hold for tiles that divide: a spatial loop over 3 in tiles of 2 that has a temporal loop below it counts
 * 1.5 instances, and no loops in another order do. The space is that of the reference. */
static void put_imperfect(maker *m)
{
    int kinds = m->theme == IMPERFECT ? 1 + draw(m, 3) : !m->fans && !m->spec->by_templates && draw(m, 2);
    if (kinds & 1)
        PUT(", explore_imperfect_temporal_loops: true");
    if (kinds & 2)
        PUT(", explore_imperfect_spatial_loops: true");
    m->spec->by_templates |= m->theme == IMPERFECT && m->fans;
}

static void put_mapper(maker *m)
{
    static const int metrics[] = {AF_ENERGY, AF_LATENCY, AF_ENERGY | AF_LATENCY, AF_ENERGY | AF_LATENCY,
                                  AF_ENERGY_DELAY_PRODUCT, AF_ENERGY | AF_RESOURCE_USAGE, AF_RESOURCE_USAGE,
                                  AF_ENERGY | AF_LATENCY | AF_RESOURCE_USAGE, AF_LATENCY | AF_RESOURCE_USAGE,
                                  AF_DYNAMIC_ENERGY | AF_LEAK_ENERGY, AF_DYNAMIC_ENERGY | AF_LATENCY,
                                  AF_LEAK_ENERGY, AF_ENERGY_DELAY_PRODUCT | AF_RESOURCE_USAGE,
                                  AF_ENERGY_DELAY_PRODUCT | AF_LATENCY};
    m->spec->metrics = ONE_OF(metrics);
    PUT("mapper: {metrics: %d", m->spec->metrics);
    if (m->theme == TWICE || draw(m, 3) == 0)
        PUT(", max_fused_loops_per_rank_variable: 2");
    if (m->theme != TWICE && draw(m, 4) == 0)
        PUT(", max_fused_loops: %d", draw(m, 3));
    if (draw(m, 8) == 0)
        PUT(", max_loops_per_spatial_dimension: 1");
    if (draw(m, 8) == 0) {
        /* Which sizes are left out depends on the order of loops, which the templates
         * say where there is fan-out. */
        PUT(", tiling_coarseness: %s", (const char *[]){"2", "1.5", "3"}[draw(m, 3)]);
        m->spec->by_templates |= m->fans;
    }
    /* In a hierarchy in order only persistent holders cross spatial loops (60 section 8.6). */
    if (m->theme == UNORDERED || m->persistent)
        PUT(", out_of_order_hierarchy_explore_removing_spatials_for_more_temporals: true%s",
            m->theme == UNORDERED && draw(m, 3) ? ", force_memory_hierarchy_order: false" : "");
    if (m->theme == ORDERED && draw(m, 2))
        PUT(", prioritize_reuse_of_unfused_tensors: true");
    if (m->theme == TOLERANT)
        PUT(", objective_tolerance: %g, resource_usage_tolerance: %g", m->spec->tolerance,
            draw(m, 2) ? 0.25 : 0.0);
    put_imperfect(m);
    PUT("}\n");
}

/* How far down a holder is reserved is settled for a template, before it is known which of its loops are
 * there; that another template has the same mapping without them is sure for tiles that divide only
 * (put_imperfect). */
static void choose_fixes(maker *m)
{
    bool by_uneven_templates = m->theme == IMPERFECT && m->fans;
    if (draw(m, 4) == 0 && !by_uneven_templates)
        m->spec->fixes |= (uint64_t)1 << AF_QUIRK_RESERVATION_ORDER;
}

/* The more themes there are, the rarer each: PLAIN stays half of all. */
static theme choose_theme(maker *m) { return draw(m, 2) ? PLAIN : (theme)(1 + draw(m, N_THEMES - 1)); }

void brute_random_spec(unsigned seed, brute_spec *spec)
{
    *spec = (brute_spec){.metrics = 0};
    maker made = {.state = seed * 2654435761u + 12345, .spec = spec}, *m = &made;
    for (int i = 0; i < 8; i++)
        draw(m, 2);
    m->theme = choose_theme(m);
    spec->by_templates = m->theme == LEAST_USAGE || m->theme == LARGE;
    spec->eager = m->theme == EAGER || (m->theme != LARGE && draw(m, 3) == 0);
    spec->tolerance = m->theme == TOLERANT ? 0.1 + 0.2 * draw(m, 4) : 0;
    spec->unlimited = m->theme == TOLERANT && draw(m, 2);
    spec->ordered = m->theme == ORDERED;
    const workload_kind *kind = &ONE_OF(kinds);
    snprintf(spec->kind, sizeof spec->kind, "%s%s", kind->name, theme_names[m->theme]);
    m->persistent = kind->persistent;
    put_architecture(m, kind->persistent);
    put_workload(m, kind);
    put_mapper(m);
    choose_fixes(m);
}
