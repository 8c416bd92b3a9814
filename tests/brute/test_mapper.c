/* The mapper against brute force on random tiny specs: every mapping of every Einsum,
 * every combination of them, evaluated by the model. The front of af_pmap and af_join must be the same,
 * and each of its mappings must evaluate to the figures that they say.
 *
 * usage: test_mapper [FIRST [COUNT]], seeds; `-v` as a third argument prints each. */
#include "enumerate.h"
#include "random_spec.h"
#include "templates.h"

#include "cost/cost.h"
#include "join/join.h"
#include "spec/evaluate.h"
#include "spec/load.h"
#include "../unit/test.h"

#include <stdlib.h>
#include <unistd.h>

#ifdef __SANITIZE_ADDRESS__
enum { CASES = 60 };
#else
enum { CASES = 320 };
#endif
enum {
    MOST_EINSUMS = 4, MOST_CRITERIA = 8, MOST_MAPPINGS = 6000, MOST_TILINGS = 20000, MOST_COMBINATIONS = 20000
};
static const double TOLERANCE = 1e-9;

/* mapping: as text, NULL: not known */
typedef struct point { double x[MOST_CRITERIA]; const char *mapping; } point;
typedef af_list(point) front;

typedef struct problem {
    af_arena *arena;
    af_report *report;
    const brute_spec *spec;
    int metrics, n_einsums;
    const af_einsum *einsums[MOST_EINSUMS];
    int n_memories; const char *memories[MOST_CRITERIA];
    brute_list lists[MOST_EINSUMS];
    long n_combined;
} problem;

/* ---- the spec */

static bool load(problem *p, const brute_spec *spec)
{
    char path[] = "/tmp/af-brute-XXXXXX.yaml";
    FILE *file = fdopen(mkstemps(path, 5), "w");
    fwrite(spec->yaml.bytes, 1, spec->yaml.length, file);
    fclose(file);
    const char *files[] = {path};
    af_spec *loaded = af_spec_load(p->arena, &(af_load_options){.n_files = 1, .files = files}, p->report);
    unlink(path);
    af_evaluate_options options = {.energy = true,
                                   .throughput = true,
                                   .leak = true,
                                   .cost = af_cost_query,
                                   .cost_context = af_cost_new(p->arena)};
    af_lines lines = {0, NULL};
    if (!loaded || af_evaluate_to_lines(loaded, &options, p->arena, &lines, p->report))
        return false;
    af_note_reserved_across(p->arena, lines.lines, lines.count);
    for (int i = 0; i < lines.count; i++)
        if (strstr(lines.lines[i], "\"rec\":\"einsum\"")) {
            af_json *json = af_json_parse(lines.lines[i], strlen(lines.lines[i]), p->report, AF_NOWHERE);
            p->einsums[p->n_einsums++] = af_einsum_of_json(p->arena, json, p->report, AF_NOWHERE);
            af_json_free(json);
        }
    const af_einsum *e = p->einsums[0];
    for (int n = 0; n < e->n_nodes; n++)
        if (e->nodes[n].kind == AF_MEMORY && isfinite(e->nodes[n].size))
            p->memories[p->n_memories++] = e->nodes[n].name;
    return true;
}

/* ---- fronts in the metrics asked for */

static int criteria(const problem *p, double latency, double dynamic, double leak, const af_usage *usages,
                    int n_usages, point *at)
{
    int n = 0, m = p->metrics;
    if (m & AF_ENERGY_DELAY_PRODUCT)
        at->x[n++] = latency * (dynamic + leak);
    if (m & AF_LATENCY)
        at->x[n++] = latency;
    if (m & AF_ENERGY)
        at->x[n++] = dynamic + leak;
    if (m & AF_DYNAMIC_ENERGY)
        at->x[n++] = dynamic;
    if (m & AF_LEAK_ENERGY)
        at->x[n++] = leak;
    for (int k = 0; k < p->n_memories && (m & AF_RESOURCE_USAGE); k++, n++) {
        at->x[n] = 0;
        for (int i = 0; i < n_usages; i++)
            if (!strcmp(usages[i].component, p->memories[k]))
                at->x[n] = usages[i].usage;
    }
    return n;
}

static bool no_worse(const point *a, const point *b, int n)
{
    for (int i = 0; i < n; i++)
        if (a->x[i] > b->x[i] + TOLERANCE * fabs(b->x[i]))
            return false;
    return true;
}

static bool is_covered(const front *f, const point *b, int n)
{
    for (int i = 0; i < f->count; i++)
        if (no_worse(&f->items[i], b, n))
            return true;
    return false;
}

static void add_point(problem *p, front *f, const point *b, int n)
{
    if (is_covered(f, b, n))
        return;
    int kept = 0;
    for (int i = 0; i < f->count; i++)
        if (!no_worse(b, &f->items[i], n))
            f->items[kept++] = f->items[i];
    f->count = kept;
    *af_push(p->arena, f) = *b;
}

static void put_step(af_text *out, const af_einsum *e, const af_step *s)
{
    if (s->kind == AF_STEP_STORAGE || s->kind == AF_STEP_TOLL)
        af_text_printf(out, " [%s in %s]", e->tensors[s->tensor].name, e->nodes[s->node].name);
    else if (s->kind == AF_STEP_TEMPORAL)
        af_text_printf(out, " %s/%g", e->rank_variables[s->rank_variable].name, s->tile.value);
    else if (s->kind == AF_STEP_SPATIAL)
        af_text_printf(out, " %s.%s:%s/%g", e->nodes[s->node].name,
                       e->nodes[s->node].dimensions[s->dimension].name,
                       e->rank_variables[s->rank_variable].name, s->tile.value);
    else if (s->kind == AF_STEP_COMPUTE)
        af_text_printf(out, " %s:%s", e->nodes[s->node].name, e->name);
}

static const char *mapping_text(problem *p, const af_part *parts)
{
    af_text text = {0};
    for (int i = 0; i < p->n_einsums; i++)
        for (int k = 0; k < parts[i].pmapping->n_steps; k++)
            put_step(&text, p->einsums[i], &parts[i].pmapping->steps[k]);
    const char *copy = af_copy_text(p->arena, text.bytes);
    af_text_free(&text);
    return copy;
}

/* ---- all combinations of one mapping per Einsum. What no choice of the rest can bring onto the front
 * is left: figures only grow. */

typedef struct combining {
    problem *p;
    front *f; int n;
    af_part parts[MOST_EINSUMS];
    int common[MOST_EINSUMS][MOST_EINSUMS];
    point least_rest[MOST_EINSUMS + 1];
} combining;

static void add_whole(combining *c)
{
    double latency = 0, dynamic = 0, leak = 0;
    for (int i = 0; i < c->p->n_einsums; i++) {
        latency += c->parts[i].figures->latency.value;
        dynamic += c->parts[i].figures->dynamic_energy.value;
        leak += c->parts[i].figures->leak_energy.value;
    }
    af_arena *scratch = af_arena_new();
    af_report *quiet = af_report_new("brute");
    af_usage *usages;
    int n_usages;
    point at;
    if (!af_peak_usage(scratch, c->parts, c->p->n_einsums, &usages, &n_usages, quiet)) {
        criteria(c->p, latency, dynamic, leak, usages, n_usages, &at);
        at.mapping = is_covered(c->f, &at, c->n) ? NULL : mapping_text(c->p, c->parts);
        add_point(c->p, c->f, &at, c->n);
    }
    af_report_free(quiet);
    af_arena_free(scratch);
}

/* Where a part holds something between two of the loops above a tensor, their order is fixed. Two parts that
 * fix it otherwise do not agree (70 section 3.1 reservation_indices): each agrees with the part that makes
 * the tensor, but there is no order for all. */
typedef struct fixed_loop { const char *variable; double tile; int block; } fixed_loop;

static int fixed_loops(const af_part *part, int n_loops, fixed_loop *loops)
{
    int n = 0, block = 0;
    for (int i = 0; i < part->pmapping->n_steps && n < n_loops; i++) {
        const af_step *s = &part->pmapping->steps[i];
        if (brute_is_loop(s))
            loops[n++] = (fixed_loop){part->figures->einsum->rank_variables[s->rank_variable].name,
                                      s->tile.value, block};
        else
            block = n;
    }
    return n;
}

static int block_of(const fixed_loop *loops, int n, const fixed_loop *wanted)
{
    for (int i = 0; i < n; i++)
        if (!strcmp(loops[i].variable, wanted->variable) && loops[i].tile == wanted->tile)
            return loops[i].block;
    return -1;
}

static bool orders_agree(const af_part *a, const af_part *b, int n_loops)
{
    fixed_loop x[64], y[64];
    int n = fixed_loops(a, n_loops, x), m = fixed_loops(b, n_loops, y);
    for (int i = 0; i < n; i++)
        for (int k = 0; k < i; k++) {
            int first = block_of(y, m, &x[k]), second = block_of(y, m, &x[i]);
            if (x[k].block < x[i].block && first >= 0 && second >= 0 && second < first)
                return false;
        }
    return true;
}

static int directly_common(const combining *c, int i, int k)
{
    int common = 0;
    const af_figures *a = c->parts[i].figures, *b = c->parts[k].figures;
    for (int t = 0; t < b->einsum->n_tensors; t++)
        if (af_find_tensor(a->einsum, b->einsum->tensors[t].name) >= 0 && b->tensor_level[t] > common)
            common = b->tensor_level[t];
    return common;
}

/* How many loops part k has in common with each before it: those above a tensor that both
 * access, or by way of others. */
static void find_common(combining *c, int k)
{
    for (int i = 0; i < k; i++) {
        c->common[i][k] = directly_common(c, i, k);
        for (int j = 0; j < k; j++) {
            int before = c->common[i < j ? i : j][i < j ? j : i],
                direct = i == j ? 0 : directly_common(c, j, k);
            int both = before < direct ? before : direct;
            c->common[i][k] = i != j && both > c->common[i][k] ? both : c->common[i][k];
        }
    }
}

/* Do shared tensors stand in the same memory under as many loops, in an order that all have? (The model says
 * whether the loops are the same.) */
static bool may_agree(combining *c, int k)
{
    const af_part *part = &c->parts[k];
    find_common(c, k);
    for (int i = 0; i < k; i++) {
        for (int t = 0; t < part->figures->einsum->n_tensors; t++) {
            int other = af_find_tensor(c->parts[i].figures->einsum, part->figures->einsum->tensors[t].name);
            if (other >= 0 && c->parts[i].figures->tensor_level[other] != part->figures->tensor_level[t])
                return false;
        }
        if (!orders_agree(&c->parts[i], part, c->common[i][k]))
            return false;
    }
    return true;
}

static int deepest_live(const combining *c, int einsum, int after)
{
    int deepest = 0;
    for (int t = 0; t < c->p->einsums[einsum]->n_tensors; t++)
        for (int later = after + 1; later < c->p->n_einsums; later++)
            if (af_find_tensor(c->p->einsums[later], c->p->einsums[einsum]->tensors[t].name) >= 0 &&
                c->parts[einsum].figures->tensor_level[t] > deepest)
                deepest = c->parts[einsum].figures->tensor_level[t];
    return deepest;
}

/* By definition of the joined space (70 section 3.3 merge): what must live on beyond Einsum k is not under
 * more loops than what k hands on. */
static bool can_be_reached(const combining *c, int k)
{
    for (int i = 0; i < k; i++)
        if (deepest_live(c, i, k) > deepest_live(c, k, k))
            return false;
    return true;
}

static bool is_hopeless(const combining *c, int k)
{
    double latency = c->least_rest[k].x[0], dynamic = c->least_rest[k].x[1], leak = c->least_rest[k].x[2];
    for (int i = 0; i < k; i++) {
        latency += c->parts[i].figures->latency.value;
        dynamic += c->parts[i].figures->dynamic_energy.value;
        leak += c->parts[i].figures->leak_energy.value;
    }
    point bound;
    af_usage usages[MOST_CRITERIA];
    /* At least what one Einsum uses of a memory on its own; persistent data and copies are
     * counted once with those of others */
    for (int m = 0; m < c->p->n_memories; m++) {
        usages[m] = (af_usage){c->p->memories[m], 0, 0};
        for (int i = 0; i < k; i++) {
            double bits = 0, size = 1;
            const af_figures *f = c->parts[i].figures;
            for (int b = 0; b < f->n_buffets && !f->einsum->is_copy; b++)
                if (!f->buffets[b].persistent &&
                    !strcmp(f->einsum->nodes[f->buffets[b].node].name, c->p->memories[m]))
                    bits += f->buffets[b].occupancy.value, size = f->einsum->nodes[f->buffets[b].node].size;
            usages[m].usage = fmax(usages[m].usage, bits / size);
        }
    }
    criteria(c->p, latency, dynamic, leak, usages, c->p->n_memories, &bound);
    return is_covered(c->f, &bound, c->n);
}

static void combine(combining *c, int k)
{
    if (c->p->n_combined > MOST_COMBINATIONS || is_hopeless(c, k))
        return;
    if (k == c->p->n_einsums) {
        c->p->n_combined++;
        add_whole(c);
        return;
    }
    const brute_list *list = &c->p->lists[k];
    for (int i = 0; i < list->count; i++) {
        c->parts[k] = list->items[i];
        if (may_agree(c, k) && can_be_reached(c, k))
            combine(c, k + 1);
    }
}

static int by_energy(const void *a, const void *b)
{
    const af_figures *x = ((const af_part *)a)->figures, *y = ((const af_part *)b)->figures;
    double u = x->energy.value * x->latency.value, v = y->energy.value * y->latency.value;
    return (u > v) - (u < v);
}

/* False: the space is larger than a test may look through. */
static bool brute_front(problem *p, front *f)
{
    combining c = {.p = p, .f = f};
    point none;
    c.n = criteria(p, 0, 0, 0, NULL, 0, &none);
    for (int k = 0; k < p->n_einsums; k++) {
        p->lists[k] = p->spec->by_templates
                          ? brute_of_templates(p->arena, p->einsums[k], p->spec->fixes, MOST_TILINGS)
                          : brute_enumerate(p->arena, p->einsums[k], p->spec->fixes, MOST_MAPPINGS);
        if (p->lists[k].gave_up)
            return false;
        if (p->lists[k].count)
            qsort(p->lists[k].items, (size_t)p->lists[k].count, sizeof *p->lists[k].items, by_energy);
    }
    for (int k = p->n_einsums - 1; k >= 0; k--) {
        double least[3] = {INFINITY, INFINITY, INFINITY};
        for (int i = 0; i < p->lists[k].count; i++) {
            const af_figures *g = p->lists[k].items[i].figures;
            least[0] = fmin(least[0], g->latency.value);
            least[1] = fmin(least[1], g->dynamic_energy.value);
            least[2] = fmin(least[2], g->leak_energy.value);
        }
        for (int i = 0; i < 3; i++)
            c.least_rest[k].x[i] = least[i] + (k + 1 < p->n_einsums ? c.least_rest[k + 1].x[i] : 0);
    }
    combine(&c, 0);
    return p->n_combined <= MOST_COMBINATIONS;
}

/* ---- the mapper */

/* What was tried is what rules removed and what is left. */
static void check_counts(const af_pmap_result *result)
{
    for (int stage = 0; stage < AF_N_SEARCH_STAGES; stage++) {
        double removed = 0;
        for (int i = 0; i < result->n_causes; i++)
            removed += (int)result->causes[i].of == stage ? result->causes[i].removed : 0;
        CHECK(result->searched[stage].tried == removed + result->searched[stage].went_on);
    }
}

static bool mapper_front(problem *p, front *f)
{
    af_group *const *groups[MOST_EINSUMS];
    int counts[MOST_EINSUMS];
    for (int i = 0; i < p->n_einsums; i++) {
        af_pmap_result result = {0};
        af_pmap_options options = {.threads = 1,
                                   .fixes = p->spec->fixes | (uint64_t)1 << AF_QUIRK_SPATIAL_LOOP_LIMIT,
                                   .eager = p->spec->eager};
        int failed = af_pmap(p->arena, p->einsums[i], &options, &result, p->report);
        check_counts(&result);
        if (failed)
            return false;
        groups[i] = result.groups;
        counts[i] = result.n_groups;
    }
    af_join_result joined = {0};
    af_join_options options = {.threads = 1, .bounds = true, .fixes = ~(uint64_t)0};
    if (af_join(p->arena, p->einsums, p->n_einsums, groups, counts, &options, &joined, p->report))
        return false;
    for (int i = 0; i < joined.n_mappings; i++) {
        const af_joined *m = &joined.mappings[i];
        af_model_options all = {AF_METRICS_ALL, p->spec->fixes, false};
        af_mapping_figures *g = af_evaluate_mapping(p->arena, p->einsums, p->n_einsums,
                                                    af_mapping_finish(p->arena, m->tree, true), &all,
                                                    p->report);
        CHECK(g != NULL);
        if (!g)
            return false;
        point at;
        criteria(p, g->latency, g->dynamic_energy, g->leak_energy, g->usages, g->n_usages, &at);
        af_part parts[MOST_EINSUMS];
        for (int k = 0; k < p->n_einsums; k++)
            parts[k] = (af_part){g->pmappings[k], g->figures[k]};
        at.mapping = mapping_text(p, parts);
        CHECK(isnan(m->objectives[0]) || fabs(m->objectives[0] - g->latency) <= TOLERANCE * g->latency);
        CHECK(isnan(m->objectives[1]) || fabs(m->objectives[1] - g->energy) <= TOLERANCE * g->energy);
        *af_push(p->arena, f) = at;
    }
    return true;
}

/* ---- a case */

static void print_front(const char *what, const front *f, const front *other, int n)
{
    for (int i = 0; i < f->count; i++) {
        printf("  %s%s:", what, is_covered(other, &f->items[i], n) ? "" : " alone");
        for (int k = 0; k < n; k++)
            printf(" %.12g", f->items[i].x[k]);
        printf("  %s\n", f->items[i].mapping ? f->items[i].mapping : "");
    }
}

/* Is every point of `b` matched in `a`, if that may be worse by `slack`? */
static bool covers_front(const front *a, const front *b, int n, double slack)
{
    for (int i = 0; i < b->count; i++) {
        point allowed = b->items[i];
        for (int k = 0; k < n; k++)
            allowed.x[k] *= slack;
        if (!is_covered(a, &allowed, n))
            return false;
    }
    return true;
}

/* Objectives are rounded twice, once over the templates of an Einsum and once before the join, each time to
 * within a factor (60 section 12.4, 70 section 7). Reservations are rounded too: where a memory can overflow,
 * nothing may be left. */
static bool is_right(const problem *p, const front *brute, const front *mapper, int n)
{
    double t = 1 + p->spec->tolerance;
    /* In the tree of a join holders of several Einsums stand in an order that no constraint on one of them
     * rules: less may be reserved. */
    if (!p->spec->ordered && !covers_front(brute, mapper, n, 1))
        return false;
    if (p->spec->tolerance > 0 && (!p->spec->unlimited || (p->metrics & AF_RESOURCE_USAGE)))
        return true;
    return covers_front(mapper, brute, n,
                        p->spec->tolerance > 0 ? pow(t, p->metrics & AF_ENERGY_DELAY_PRODUCT ? 4 : 2) : 1);
}

typedef enum outcome { TOO_LARGE, NONE_VALID, COMPARED } outcome;

static outcome run_case(unsigned seed, bool verbose)
{
    brute_spec spec;
    brute_random_spec(seed, &spec);
    problem p = {.arena = af_arena_new(),
                 .report = af_report_new("brute"),
                 .spec = &spec,
                 .metrics = spec.metrics};
    front brute = {0}, mapper = {0};
    af_report_quiet(p.report, true);
    outcome outcome = TOO_LARGE;
    point none;
    bool loaded = load(&p, &spec);
    test_note(loaded, __FILE__, __LINE__, "a random spec loads");
    if (loaded && brute_front(&p, &brute)) {
        outcome = brute.count ? COMPARED : NONE_VALID;
        bool found = mapper_front(&p, &mapper), status = !found && af_report_status(p.report) != AF_NO_ANSWER;
        int n = criteria(&p, 0, 0, 0, NULL, 0, &none);
        bool same = !status && is_right(&p, &brute, &mapper, n);
        test_note(same, __FILE__, __LINE__, "the front is that of brute force");
        if (!same) {
            printf("seed %u, %s, metrics %d, fixes %#llx\n%s", seed, spec.kind, spec.metrics,
                   (unsigned long long)spec.fixes, spec.yaml.bytes);
            print_front("brute force", &brute, &mapper, n);
            print_front("mapper", &mapper, &brute, n);
        }
    }
    if (!loaded || af_report_status(p.report) > AF_NO_ANSWER)
        af_report_print(p.report, stdout);
    if (verbose) {
        printf("seed %u %s %s: front %d, combinations %ld, mappings", seed, spec.kind,
               (const char *[]){"too large", "none valid", "compared"}[outcome], brute.count, p.n_combined);
        for (int i = 0; i < p.n_einsums; i++)
            printf(" %g (%d)", p.lists[i].n_seen, p.lists[i].count);
        printf("\n");
    }
    af_text_free(&spec.yaml);
    af_report_free(p.report);
    af_arena_free(p.arena);
    return outcome;
}

/* What long runs found: a holder that must stand above another and is reserved below it;
 * loops below persistent data. */
static const unsigned found[] = {2612, 4455, 5382, 4234};

int main(int argc, char **argv)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
    unsigned seed = argc > 1 ? (unsigned)atoi(argv[1]) : 1;
    int wanted = argc > 2 ? atoi(argv[2]) : CASES, n[3] = {0};
    for (size_t i = 0; argc == 1 && i < sizeof found / sizeof *found; i++)
        run_case(found[i], false);
    while (n[COMPARED] + n[NONE_VALID] < wanted)
        n[run_case(seed++, argc > 3)]++;
    printf("%d specs compared, %d of them without a mapping; %d were too large\n", wanted, n[NONE_VALID],
           n[TOO_LARGE]);
    return test_end("the mapper against every mapping");
}
