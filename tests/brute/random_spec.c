#include "random_spec.h"

#include "spec/einsum.h"

#include <stdio.h>

typedef struct maker { uint64_t state; bool fans; brute_spec *spec; } maker;

static int draw(maker *m, int below)
{
    m->state = m->state * 6364136223846793005u + 1442695040888963407u;
    return (int)((m->state >> 33) % (uint64_t)below);
}
#define PUT(...) af_text_printf(&m->spec->yaml, __VA_ARGS__)
#define ONE_OF(list) ((list)[draw(m, (int)(sizeof(list) / sizeof *(list)))])

/* ---- architecture */

static void put_spatial(maker *m, bool constrained)
{
    static const char *const asks[] = {"", "", "", "", ", may_reuse: Nothing", ", may_reuse: input", ", reuse: input", ", reuse: output",
                                       ", loop_bounds: [{expression: All.rank_variables, operator: product<=, value: 2}]"};
    static const char *const names[] = {"X", "Y"};
    int n = 1 + (draw(m, 4) == 0);
    m->fans = true;
    PUT(", spatial: [");
    for (int d = 0; d < n; d++)
        PUT("%s{name: %s, fanout: %d%s}", d ? ", " : "", names[d], 2 + draw(m, 2), constrained ? ONE_OF(asks) : "");
    PUT("]");
}

static void put_actions(maker *m, int cost)
{
    static const char *const throughputs[] = {"inf", "2", "4", "8", "32"};
    PUT("actions: [{name: read, energy: %d.%d, throughput: %s}, {name: write, energy: %d.%d, throughput: %s}]}\n", cost, draw(m, 10), ONE_OF(throughputs),
        cost, draw(m, 10), ONE_OF(throughputs));
}

static void put_memory(maker *m, const char *name, const char *size, const char *tensors, int cost, int fan)
{
    static const char *const leaks[] = {"0", "0", "0.25", "0.03"};
    PUT("  - !Memory {name: %s, size: %s, leak_power: %s, area: 0, tensors: {%s}", name, size, ONE_OF(leaks), tensors);
    if (fan)
        put_spatial(m, true);
    PUT(", ");
    put_actions(m, cost);
}

static const char *const outer_sizes[] = {"inf", "48", "64", "96", "128", "200", "400"};
static const char *const inner_sizes[] = {"inf", "8", "16", "32", "64"};

static void put_toll(maker *m)
{
    static const char *const ways[] = {"up_and_down", "up", "down"};
    PUT("  - !Toll {name: Bus, leak_power: 0, area: 0, direction: %s, tensors: {keep: %s}, actions: [{name: read, energy: 0.%d, throughput: 4}]}\n", ONE_OF(ways),
        draw(m, 2) ? "All" : "input", 1 + draw(m, 9));
}

static void put_compute(maker *m, const char *name, const char *enabled, int fan)
{
    PUT("  - !Compute {name: %s, leak_power: 0.0%d, area: 0%s", name, draw(m, 3), enabled);
    if (fan)
        put_spatial(m, true);
    PUT(", actions: [{name: compute, energy: 0.%d, throughput: %d}]}\n", draw(m, 10), 1 + draw(m, 2));
}

static void put_architecture(maker *m, bool persistent)
{
    static const char *const mains[] = {"keep: ~Intermediates, may_keep: All", "keep: ~Intermediates, may_keep: All", "keep: All"};
    static const char *const buffers[] = {"keep: ~Main, may_keep: All", "keep: ~Main, may_keep: All", "keep: ~Main, may_keep: input", "keep: All"};
    static const char *const odd[] = {"keep: ~Main, may_keep: All, no_refetch_from_above: weight", "back: ~Main, may_keep: All",
                                      "keep: ~Main, may_keep: All, no_resend_to_below: output"};
    static const char *const inners[] = {"keep: output", "keep: input", "keep: Nothing, may_keep: weight", "may_keep: input | output"};
    int shape = draw(m, 8);
    PUT("arch:\n  nodes:\n");
    put_memory(m, "Main", "inf", persistent ? "keep: ~Intermediates - weight, may_keep: All" : ONE_OF(mains), 8 + draw(m, 20), 0);
    if (shape == 0)
        put_toll(m);
    put_memory(m, "Buffer", ONE_OF(outer_sizes), draw(m, 6) ? ONE_OF(buffers) : ONE_OF(odd), 1 + draw(m, 4), draw(m, 5) == 0);
    if (shape == 1)
        put_toll(m);
    if (shape == 2 || shape == 3)
        put_memory(m, "Inner", ONE_OF(inner_sizes), ONE_OF(inners), draw(m, 2), draw(m, 2));
    if (shape == 4) {                        /* a Fork: Einsums of three tensors go one way, others the other */
        PUT("  - !Fork\n    nodes:\n");
        PUT("    - !Compute {name: Side, enabled: len(All) == 2, leak_power: 0, area: 0, actions: [{name: compute, energy: 2, throughput: 1}]}\n");
        put_compute(m, "Unit", draw(m, 2) ? ", enabled: len(All) == 3" : "", 0);
    } else
        put_compute(m, "Unit", "", draw(m, 3) == 0);
}

/* ---- workload: variables m, k, n, l, p, r of few values */

typedef struct einsum_text { const char *text, *weight, *input, *output; } einsum_text;
typedef struct workload_kind { const char *name; bool persistent; int copy; einsum_text einsums[5]; } workload_kind;   /* copy: which Einsum is one, -1 none */

static const workload_kind kinds[] = {
    {"matmul", false, -1, {{"Y[m, n] = X[m, k] * W[k, n]", "W", "X", "Y"}}},
    {"chain", false, -1, {{"Y[m, n] = X[m, k] * W[k, n]", "W", "X", "Y"}, {"Z[m, l] = Y[m, n] * V[n, l]", "V", "Y", "Z"}}},
    {"chain", false, -1, {{"Y[m, n] = X[m, k] * W[k, n]", "W", "X", "Y"}, {"Z[m, l] = Y[m, n] * V[n, l]", "V", "Y", "Z"}}},
    {"persistent", true, -1, {{"Y[m] = X[m, k] * W[k]", "W", "X", "Y"}, {"Z[m, k] = Y[m] * W[k]", "W", "Y", "Z"}}},
    {"persistent", true, -1, {{"Y[m, n] = X[m, n] * W[n]", "W", "X", "Y"}, {"Z[m] = Y[m, n] * V[n]", "V", "Y", "Z"}}},
    {"shared", false, -1, {{"Y[m] = X[m, k] * W[k]", "W", "X", "Y"}, {"Z[m, k] = Y[m] * W[k]", "W", "Y", "Z"}}},
    {"matvecs", false, -1, {{"Y[n] = X[k] * W[k, n]", "W", "X", "Y"}, {"Z[l] = Y[n] * V[n, l]", "V", "Y", "Z"}}},
    {"three", false, -1, {{"B[m, k] = A[m, k]", "Nothing", "A", "B"}, {"C[m, k] = B[m, k]", "Nothing", "B", "C"}, {"D[m] = C[m, k]", "Nothing", "C", "D"}}},
    {"diamond", false, -1, {{"Y[m, k] = X[m, k]", "Nothing", "X", "Y"}, {"Z[m] = Y[m, k]", "Nothing", "Y", "Z"}, {"O[m, k] = Y[m, k] * Z[m]", "Nothing", "Y | Z", "O"}}},
    {"skip", false, -1, {{"Y[m] = X[m]", "Nothing", "X", "Y"}, {"Q[m] = P[m]", "Nothing", "P", "Q"}, {"O[m] = Y[m] * Q[m]", "Nothing", "Y | Q", "O"}}},
    {"shared", false, -1, {{"Y[m, n] = X[m, k] * W[k, n]", "W", "X", "Y"}, {"Z[m, l] = X[m, k] * V[k, l]", "V", "X", "Z"}}},
    {"four", false, -1, {{"B[m] = A[m, k]", "Nothing", "A", "B"}, {"C[m] = A[m, k]", "Nothing", "A", "C"}, {"D[m] = B[m]", "Nothing", "B", "D"},
                         {"E[m] = C[m] * D[m]", "Nothing", "C | D", "E"}}},
    {"copy", false, 1, {{"Y[m, k] = X[m, k]", "Nothing", "X", "Y"}, {"C[m, k] = Y[m, k]", "Nothing", "Y", "C"}, {"O[m] = C[m, k]", "Nothing", "C", "O"}}},
    {"conv", false, -1, {{"O[p] = I[H: p + r] * F[r]", "F", "I", "O"}}},
    {"conv", false, -1, {{"O[p, n] = I[H: 2*p + r, n] * F[r]", "F", "I", "O"}}},
    {"convs", false, -1, {{"T[p] = I[H: p + r] * F[r]", "F", "I", "T"}, {"O[p, n] = T[p] * G[p, n]", "G", "T", "O"}}},
};

static void put_workload(maker *m, const workload_kind *kind)
{
    static const char *const names[] = {"m", "k", "n", "l", "p", "r"};
    static const int sizes[] = {1, 2, 2, 2, 3, 4};
    int left = 24;                           /* iterations in all */
    PUT("workload:\n  bits_per_value: {All: %d}\n", draw(m, 3) ? 8 : 4);
    if (draw(m, 6) == 0)
        PUT("  n_instances: 2\n");
    if (kind->persistent)
        PUT("  persistent_tensors: weight\n");
    PUT("  iteration_space_shape: {");
    for (int v = 0; v < 6; v++) {
        int size = ONE_OF(sizes);
        while (size > 1 && size > left)
            size--;
        left /= size;
        PUT("%s%s: 0 <= %s < %d", v ? ", " : "", names[v], names[v], size);
    }
    PUT("}\n  einsums:\n");
    for (const einsum_text *e = kind->einsums; e->text; e++)
        PUT("  - {einsum: \"%s\", renames: {weight: %s, input: %s, output: %s}%s}\n", e->text, e->weight, e->input, e->output,
            e - kind->einsums == kind->copy ? ", is_copy_operation: true" : "");
}

/* ---- options of the mapper */

static void put_mapper(maker *m, bool imperfect)
{
    static const int metrics[] = {
        AF_ENERGY, AF_LATENCY, AF_ENERGY | AF_LATENCY, AF_ENERGY | AF_LATENCY, AF_ENERGY_DELAY_PRODUCT, AF_ENERGY | AF_RESOURCE_USAGE,
        AF_RESOURCE_USAGE, AF_ENERGY | AF_LATENCY | AF_RESOURCE_USAGE, AF_LATENCY | AF_RESOURCE_USAGE, AF_DYNAMIC_ENERGY | AF_LEAK_ENERGY,
        AF_DYNAMIC_ENERGY | AF_LATENCY, AF_LEAK_ENERGY, AF_ENERGY_DELAY_PRODUCT | AF_RESOURCE_USAGE, AF_ENERGY_DELAY_PRODUCT | AF_LATENCY};
    m->spec->metrics = ONE_OF(metrics);
    PUT("mapper: {metrics: %d", m->spec->metrics);
    if (draw(m, 3) == 0)
        PUT(", max_fused_loops_per_rank_variable: 2");
    if (draw(m, 4) == 0)
        PUT(", max_fused_loops: %d", draw(m, 3));
    if (draw(m, 8) == 0)
        PUT(", max_loops_per_spatial_dimension: 1");
    if (draw(m, 8) == 0)
        PUT(", tiling_coarseness: 2");
    if (imperfect)
        PUT(", explore_imperfect_temporal_loops: true");
    PUT("}\n");
}

void brute_random_spec(unsigned seed, brute_spec *spec)
{
    *spec = (brute_spec){.metrics = 0};
    maker made = {seed * 2654435761u + 12345, false, spec}, *m = &made;
    for (int i = 0; i < 8; i++)
        draw(m, 2);
    const workload_kind *kind = &ONE_OF(kinds);
    snprintf(spec->kind, sizeof spec->kind, "%s", kind->name);
    put_architecture(m, kind->persistent);
    put_workload(m, kind);
    put_mapper(m, !m->fans && draw(m, 2));
}
