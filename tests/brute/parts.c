#include "parts.h"

#include <math.h>

/* ---- candidate sizes, by the definition of 60 section 10.2 */

static bool admits_perfect(double outer, double inner, double coarseness, double size)
{
    double last = 0;
    for (double d = 1, n = ceil(outer / inner); d <= n; d++)
        if (fmod(n, d) == 0 && d * inner >= coarseness * last) {
            last = d * inner;
            if (last == size)
                return true;
        }
    return size == outer;
}

static bool admits_imperfect(double outer, double inner, double coarseness, double size)
{
    double counts[256];
    int n = 0;
    for (double at = inner;; at = coarseness > 1 ? at * coarseness : at + inner) {
        double tile = at > outer ? outer : nearbyint(at / inner) * inner, count = ceil(outer / tile);
        bool known = tile > outer;
        for (int i = 0; i < n; i++)
            known |= counts[i] == count;
        if (!known) {
            counts[n++] = count;
            if (ceil(outer / count) == size)
                return true;
        }
        if (at > outer)
            return false;
    }
}

bool brute_admits_size(double outer, bool imperfect, double inner, double coarseness, double size)
{
    return (imperfect ? admits_imperfect : admits_perfect)(outer, inner, coarseness, size);
}

/* ---- classes of mappings */

struct brute_parts {
    af_arena *arena;
    const af_einsum *e;
    uint64_t fixes;
    brute_list *list;
    af_names *classes;
};

brute_parts *brute_parts_new(af_arena *arena, const af_einsum *einsum, uint64_t fixes, brute_list *list)
{
    brute_parts *parts = af_new(arena, brute_parts);
    *parts = (brute_parts){arena, einsum, fixes, list, af_names_new(arena)};
    return parts;
}

static void put_number(af_text *key, double x) { af_text_printf(key, "%.11g ", x); }

static int deepest_shared(const af_einsum *e, const af_figures *f)
{
    int depth = 0;
    for (int t = 0; t < e->n_tensors; t++)
        if (e->tensors[t].fusable && f->tensor_level[t] > depth)
            depth = f->tensor_level[t];
    return depth;
}

/* Bits at each level that other Einsums can tell apart. */
static void put_reservations(const af_einsum *e, const af_figures *f, int depth, af_text *key)
{
    for (int node = 0; node < e->n_nodes; node++)
        for (int at = -1; at <= depth && e->nodes[node].kind == AF_MEMORY; at++) {
            double bits = 0;
            for (int i = 0; i < f->n_buffets; i++)
                if (f->buffets[i].node == node &&
                    (f->buffets[i].level == at || (at == depth && f->buffets[i].level > depth)))
                    bits += f->buffets[i].occupancy.value;
            put_number(key, bits);
        }
}

/* All that a join or a front can tell of a part. */
static void put_class(const af_einsum *e, const af_pmapping *p, const af_figures *f, af_text *key)
{
    int depth = deepest_shared(e, f), level = 0;
    put_number(key, f->latency.value);
    put_number(key, f->dynamic_energy.value);
    put_number(key, f->leak_energy.value);
    put_reservations(e, f, depth, key);
    for (int i = 0; i < p->n_steps; i++) {
        const af_step *s = &p->steps[i];
        if (s->kind == AF_STEP_RESERVATION && s->backing && e->tensors[s->tensor].fusable)
            af_text_printf(key, "|%d@%d:%d", s->tensor, s->node, level);
        if (brute_is_loop(s) && level++ < depth)
            af_text_printf(key, "|%d/%g/%d/%d", s->rank_variable, s->tile.value,
                           s->kind == AF_STEP_SPATIAL ? s->node : -1, s->dimension);
        else if (!brute_is_loop(s) && s->kind != AF_STEP_COMPUTE && level <= depth)
            af_text_printf(key, "|f%d", level);
    }
}

af_part brute_evaluate(af_arena *arena, const af_einsum *einsum, uint64_t fixes, const af_step *steps,
                       int n_steps)
{
    const af_prepare_options all_imperfect = {.imperfect_spatial = true,
                                              .imperfect_temporal = true,
                                              .fixes = fixes};
    af_report *quiet = af_report_new("brute");
    af_part part = {NULL, NULL};
    part.pmapping = af_pmapping_prepare(arena, einsum, steps, n_steps, &all_imperfect, quiet, "mapping");
    if (part.pmapping)
        part.figures = af_evaluate_pmapping(arena, af_graph_new(arena), part.pmapping, AF_METRICS_ALL, fixes,
                                            quiet, "mapping");
    if (part.figures && af_figures_check(part.figures, quiet, "mapping"))
        part.figures = NULL;
    af_report_free(quiet);
    return part;
}

void brute_add(brute_parts *parts, const af_step *steps, int n_steps)
{
    af_arena *scratch = af_arena_new();
    af_part part = brute_evaluate(scratch, parts->e, parts->fixes, steps, n_steps);
    if (part.figures) {
        af_text key = {0};
        put_class(parts->e, part.pmapping, part.figures, &key);
        int n_known = af_name_count(parts->classes);
        if (af_name_add(parts->classes, key.bytes) == n_known)
            *af_push(parts->arena, parts->list) = brute_evaluate(parts->arena, parts->e, parts->fixes, steps,
                                                                 n_steps);
        af_text_free(&key);
    }
    af_arena_free(scratch);
}
