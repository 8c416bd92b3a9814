/* Example A of 70 section 12: two matmuls with M = KN = 2, GlobalBuffer of 96
 * bits, every join and the result. */
#include "tables.h"
#include "test.h"

static const struct {
    const char *compatibility;
    uint64_t fences;
    double n_total;
    const char *rows[2];
} groups[] = {
    {"T1@MainMemory()",
     1,
     40,
     {"energy=1288 R0=56; energy=1512 R0=24; energy=1736 R0=8; energy=2248 R0=0",
      "energy=1288 R0=56; energy=1512 R0=24; energy=1736 R0=8; energy=2248 R0=0"}},
    {"T1@GlobalBuffer(M)",
     3,
     16,
     {"n=2 energy=936 R0=32 R1=56 T1=16; n=2 energy=1160 R0=0 R1=24 T1=16; n=2 energy=1384 R0=0 R1=16 T1=16",
      "n=2 energy=936 R0=32 R1=56 T1=16; n=2 energy=1160 R0=0 R1=24 T1=16; "
      "n=2 energy=1672 R0=0 R1=16 T1=16"}},
    {"T1@GlobalBuffer(N1)",
     3,
     16,
     {"n=2 energy=936 R0=32 R1=56 T1=16; n=2 energy=1160 R0=0 R1=24 T1=16; n=2 energy=1384 R0=0 R1=16 T1=16",
      "n=2 energy=936 R0=32 R1=56 T1=16; n=2 energy=1160 R0=32 R1=48 T1=16; "
      "n=2 energy=1448 R0=0 R1=24 T1=16; n=2 energy=1672 R0=0 R1=16 T1=16"}},
    {"T1@GlobalBuffer()",
     1,
     12,
     {"energy=936 R0=56 T1=32; energy=1160 R0=40 T1=32; energy=1384 R0=32 T1=32",
      "energy=936 R0=56 T1=32; energy=1160 R0=40 T1=32; energy=1672 R0=32 T1=32"}},
    {"T1@GlobalBuffer(M,N1)", 5, 12, {"n=2,2 energy=1384 R2=8 T1=8", "n=2,2 energy=1672 R2=8 T1=8"}},
    {"T1@GlobalBuffer(N1,M)",
     7,
     5,
     {"n=2,2 energy=936 R0=32 R1=48 R2=56 T1=8; n=2,2 energy=1160 R0=0 R1=16 R2=24 T1=8",
      "n=2,2 energy=936 R0=32 R1=48 R2=56 T1=8; n=2,2 energy=1448 R0=0 R1=16 R2=24 T1=8"}},
    {"T1@GlobalBuffer(M,N1)",
     7,
     5,
     {"n=2,2 energy=936 R0=32 R1=48 R2=56 T1=8; n=2,2 energy=1160 R0=0 R1=16 R2=24 T1=8",
      "n=2,2 energy=936 R0=32 R1=48 R2=56 T1=8; n=2,2 energy=1160 R0=0 R1=16 R2=24 T1=8"}},
};
enum { N_GROUPS = sizeof groups / sizeof *groups };

/* What each pair of groups gives, after capacity and Pareto: energy and peak bits, by energy.
 * "a" … "g" in the order above. */
static const struct { const char *pair; double n_total; const char *rows; } joins[] = {
    {"aa", 1600, "2576:56 3024:24 3472:8 4496:0"},
    {"bb", 256,  "1872:88 2096:56 2320:24 3056:16"},
    {"cc", 256,  "1872:88 2096:56 2544:48 2608:24 3056:16"},
    {"dd", 144,  "1872:56 2320:40 3056:32"},
    {"eg", 60,   "2320:56 2544:24"},
    {"ee", 144,  "3056:8"},
    {"gg", 25,   "2096:72 2320:40"},
    {"ge", 60,   "2608:56 2832:24"},
    {"ef", 60,   "2320:56 2832:24"},
    {"ff", 25,   "2096:72 2608:40"},
    {"fe", 60,   "2608:56 2832:24"},
};
enum { N_JOINS = sizeof joins / sizeof *joins };

static input example(double size, int metrics)
{
    input in = new_input(size, metrics);
    add_einsum(&in, "Matmul0", "T0,W0>T1");
    add_einsum(&in, "Matmul1", "T1,W1>T2");
    for (int e = 0; e < 2; e++)
        for (int g = 0; g < N_GROUPS; g++) {
            af_group *group = add_group(&in, e, groups[g].n_total, groups[g].compatibility, groups[g].fences,
                                        groups[g].rows[e]);
            group->objectives[0] = af_new_array(in.arena, double, group->n_rows);
            for (int row = 0; row < group->n_rows; row++)
                group->objectives[0][row] = 8;
        }
    return in;
}

static int by_energy(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* One pair alone, as in the table. */
static void join_pair(af_arena *arena, const af_world *world, const af_pair *original, char *text,
                      double *n_total)
{
    af_pair pair = *original;
    af_stage stage = {.n_pairs = 1, .pairs = &pair, .n_families = 1};
    pair.family = 0;
    static const double rest[AF_OBJECTIVES];
    af_purpose last = {.left = true, .last = true, .live = world->after[1], .rest = rest};
    af_make_plans(arena, world, &last, &stage);
    af_front_set set = {.n_criteria = pair.plan.n_criteria};
    int64_t removed[AF_N_JOIN_RULES] = {0};
    int64_t matched = af_join_pair(arena, arena, world, &last, &pair, 0, &set, removed, world->report);
    *n_total = pair.left->n_total * pair.right->n_total * (double)matched / pair.left->n_rows /
               pair.right->n_rows;
    double rows[16][2];
    int n = set.fronts.count ? set.fronts.items[0].n : 0;
    for (int i = 0; i < n; i++)
        rows[i][0] = set.fronts.items[0].points[i * 3 + 1],
        rows[i][1] = set.fronts.items[0].points[i * 3 + 2];
    qsort(rows, (size_t)n, sizeof *rows, by_energy);
    *text = 0;
    for (int i = 0; i < n; i++)
        text += sprintf(text, "%s%g:%g", i ? " " : "", rows[i][0], rows[i][1]);
}

static char letter_of(const af_table *table)
{
    while (table->stage)                     /* to the group: these have one row or more of one group only */
        table = table->stage->pairs[table->origins[0].pair].right;
    return (char)('a' + table->group->id);
}

static int stage_of(af_arena *values, af_world *world, const af_purpose *purpose, af_stage *stage)
{
    af_make_plans(values, world, purpose, stage);
    return af_run_stage(values, world, purpose, stage, "test");
}

static void check_joins(void)
{
    input in = example(96, AF_ENERGY | AF_LATENCY | AF_RESOURCE_USAGE);
    af_join_options options = {.threads = 1};
    af_world world = {.options = &options,
                      .report = in.report,
                      .n_einsums = 2,
                      .einsums = in.einsums,
                      .metrics = in.metrics};
    af_table ***tables;
    CHECK(!af_world_make(in.arena, &world, (af_group *const *const *)in.groups, in.n_groups, &tables));
    const af_table *unit = af_unit_table(in.arena);
    af_stage rights[2] = {{0}, {0}}, first = {0}, second = {0};
    for (int e = 0; e < 2; e++) {
        af_purpose own = {.live = world.others[e]};
        CHECK(!af_consolidation(&world, e, unit, tables[e], in.n_groups[e], &rights[e]));
        CHECK(!stage_of(in.arena, &world, &own, &rights[e]));
    }
    af_table *const none[] = {(af_table *)unit};
    af_purpose left = {.left = true, .live = world.after[0]};
    CHECK(!af_pairs_of_join(&world, 0, none, 1, rights, &first));
    CHECK(!stage_of(in.arena, &world, &left, &first));
    CHECK(!af_pairs_of_join(&world, 1, first.tables, first.n_tables, &rights[1], &second));
    CHECK_NUMBER(second.n_pairs, N_JOINS);
    double total = 0;
    for (int i = 0; i < second.n_pairs; i++) {
        const af_pair *p = &second.pairs[i];
        char name[] = {letter_of(p->left), letter_of(p->right), 0}, text[256];
        double n_total;
        join_pair(in.arena, &world, p, text, &n_total);
        total += n_total;
        int known = 0;
        while (known < N_JOINS && strcmp(joins[known].pair, name))
            known++;
        CHECK(known < N_JOINS);
        if (known == N_JOINS)
            continue;
        CHECK_NUMBER(n_total, joins[known].n_total);
        CHECK_TEXT(text, joins[known].rows);
    }
    CHECK_NUMBER(total, 2690);
    free_input(&in);
}

static const struct { double size; int metrics; const char *front; } fronts[] = {
    {96, AF_ENERGY | AF_LATENCY, "1872:16"},
    {96, AF_ENERGY_DELAY_PRODUCT, "1872:16"},
    {96, AF_ENERGY | AF_LATENCY | AF_RESOURCE_USAGE, "1872:16:56 2320:16:24 3056:16:8 4496:16:0"},
    {40, AF_ENERGY | AF_RESOURCE_USAGE, "2320:16:24 3056:16:8 4496:16:0"},
    {INFINITY, AF_ENERGY, "1872:16"},
};

static void check_fronts(void)
{
    for (size_t i = 0; i < sizeof fronts / sizeof *fronts; i++) {
        input in = example(fronts[i].size, fronts[i].metrics | AF_LATENCY);
        af_join_result result;
        CHECK(!join_input(&in, &result));
        char text[256] = "", *p = text;
        for (int k = 0; k < result.n_mappings; k++) {
            const af_joined *m = &result.mappings[k];
            p += sprintf(p, "%s%g:%g", k ? " " : "", m->objectives[1], m->objectives[0]);
            if (fronts[i].metrics & AF_RESOURCE_USAGE)
                p += sprintf(p, ":%g", m->usages[0].usage * fronts[i].size);
        }
        CHECK_TEXT(text, fronts[i].front);
        CHECK_NUMBER(result.n_total, 2690);
        if (fronts[i].metrics & AF_ENERGY_DELAY_PRODUCT)
            CHECK_NUMBER(result.mappings[0].energy_delay_product, 29952);
        free_input(&in);
    }
}

int main(void)
{
    check_joins();
    check_fronts();
    return test_end("join example A");
}
