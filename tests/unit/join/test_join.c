/* Joins of small tables: tensors that skip Einsums, copies, persistent tensors,
 * loops with other names, errors; and the trees. */
#include "tables.h"
#include "test.h"

/* ---- fronts */
typedef struct group_text {
    int einsum;
    const char *compatibility;
    uint64_t fences;
    const char *rows;
} group_text;
typedef struct join_case {
    const char *name;
    double size; int metrics;
    const char *einsums[5][2];               /* name, tensors */
    group_text groups[8];
    const char *front;                       /* energy:latency:bits */
    const char *error;                       /* part of the message, if it fails */
} join_case;

#define USAGE (AF_ENERGY | AF_LATENCY | AF_RESOURCE_USAGE)
static const join_case cases[] = {
    /* 70 section 11.1: Y (16 bits in the buffer) lives on while B runs */
    {"skip, nothing of B in the buffer", 32, USAGE, {{"A", "X>Y"}, {"B", "P>Q"}, {"C", "Y,Q>O"}},
     {{0, "Y@GlobalBuffer()", 1, "energy=1 latency=1 R0=16 Y=16"},
      {1, "Q@MainMemory()", 1, "energy=1 latency=1"},
      {2, "Y@GlobalBuffer() Q@MainMemory()", 1, "energy=1 latency=1 R0=16 Y=16"}}, "3:3:16", NULL},
    {"skip, Q in the buffer", 32, USAGE, {{"A", "X>Y"}, {"B", "P>Q"}, {"C", "Y,Q>O"}},
     {{0, "Y@GlobalBuffer()", 1, "energy=1 latency=1 R0=16 Y=16"},
      {1, "Q@GlobalBuffer()", 1, "energy=1 latency=1 R0=16 Q=16"},
      {2, "Y@GlobalBuffer() Q@GlobalBuffer()", 1, "energy=1 latency=1 R0=32 Y=16 Q=16"}}, "3:3:32", NULL},
    {"skip, B's own under a loop", 32, USAGE, {{"A", "X>Y"}, {"B", "P>Q"}, {"C", "Y,Q>O"}},
     {{0, "Y@GlobalBuffer()", 1, "energy=1 latency=1 R0=16 Y=16"},
      {1, "Q@MainMemory(M)", 3, "n=2 energy=1 latency=1 R1=8"},
      {2, "Y@GlobalBuffer() Q@MainMemory(M)", 3, "n=2 energy=1 latency=1 R0=16 Y=16"}}, "3:3:24", NULL},
    {"skip, no room", 24, AF_ENERGY | AF_LATENCY, {{"A", "X>Y"}, {"B", "P>Q"}, {"C", "Y,Q>O"}},
     {{0, "Y@GlobalBuffer()", 1, "energy=1 latency=1 R0=16 Y=16"},
      {1, "Q@GlobalBuffer()", 1, "energy=1 latency=1 R0=16 Q=16"},
      {2, "Y@GlobalBuffer() Q@GlobalBuffer()", 1, "energy=1 latency=1 R0=16 Y=16 Q=16"}}, NULL,
     "does not fit into GlobalBuffer"},
    {"counts must match", 96, USAGE, {{"A", "X>Y"}, {"B", "Y>Z"}},
     {{0, "Y@GlobalBuffer(M)", 3, "n=2 energy=5 latency=1 R1=8 Y=8; n=4 energy=1 latency=1 R1=4 Y=4"},
      {1, "Y@GlobalBuffer(M)", 3, "n=2 energy=1 latency=1 R1=8 Y=8; n=8 energy=0 latency=0 R1=2 Y=2"}},
     "6:2:8", NULL},
    {"no counts match", 96, USAGE, {{"A", "X>Y"}, {"B", "Y>Z"}},
     {{0, "Y@GlobalBuffer(M)", 3, "n=4 energy=1 latency=1 R1=4 Y=4"},
      {1, "Y@GlobalBuffer(M)", 3, "n=2 energy=1 latency=1 R1=8 Y=8"}}, NULL, "iteration counts"},
    {"another memory", 96, USAGE, {{"A", "X>Y"}, {"B", "Y>Z"}},
     {{0, "Y@GlobalBuffer(M)", 3, "n=4 energy=1 latency=1 R1=4 Y=4"},
      {1, "Y@MainMemory(M)", 3, "n=4 energy=1 latency=1"}}, NULL,
     "those before have [Y in GlobalBuffer under M]; B has [Y in MainMemory under M]"},
    {"loops in another order, no fence between", 96, USAGE, {{"A", "X>Y"}, {"B", "Y>Z"}},
     {{0, "Y@GlobalBuffer(M,N)", 5, "n=2,4 energy=1 latency=1 R2=4 Y=4"},
      {1, "Y@GlobalBuffer(N,M)", 7, "n=4,2 energy=1 latency=1 R2=8 Y=4"}}, "2:2:8", NULL},
    {"a fence between on both sides", 96, USAGE, {{"A", "X>Y"}, {"B", "Y>Z"}},
     {{0, "Y@GlobalBuffer(M,N)", 7, "n=2,4 energy=1 latency=1 R2=4 Y=4"},
      {1, "Y@GlobalBuffer(N,M)", 7, "n=4,2 energy=1 latency=1 R2=8 Y=4"}}, NULL,
     "those before have [Y in GlobalBuffer under M N]"},
    {"alike loops: counts in either order", 96, USAGE, {{"A", "X>Y"}, {"B", "Y>Z"}},
     {{0, "Y@GlobalBuffer(M,M)", 5, "n=2,3 energy=1 latency=1 R2=4 Y=4"},
      {1, "Y@GlobalBuffer(M,M)", 7, "n=3,2 energy=1 latency=1 R2=8 Y=4"}}, "2:2:8", NULL},
    {"a shared upper tensor counts once", 96, USAGE, {{"A", "X,S>Y"}, {"B", "Y,S>Z"}},
     {{0, "S@GlobalBuffer() Y@GlobalBuffer(M)", 3, "n=2 energy=1 latency=1 R0=32 R1=40 S=32 Y=8"},
      {1, "S@GlobalBuffer() Y@GlobalBuffer(M)", 3, "n=2 energy=1 latency=1 R0=32 R1=44 S=32 Y=8"}}, "2:2:44",
     NULL},
    {"a persistent tensor alone is shared", 96, USAGE, {{"A", "X,W>Y"}, {"B", "Z,W>O"}},
     {{0, "W@GlobalBuffer*", 1, "energy=1 latency=1 R-1=16 R0=24 W=16"},
      {1, "W@GlobalBuffer*", 1, "energy=1 latency=1 R-1=16 R0=56 W=16"}}, "2:2:56", NULL},
    {"a later Einsum cannot follow", 96, USAGE, {{"A", "X>Y"}, {"B", "Y>Z"}, {"C", "Y,Z>O"}},
     {{0, "Y@GlobalBuffer(M)", 3, "n=2 energy=1 latency=1 R1=4 Y=4"},
      {1, "Y@GlobalBuffer(M) Z@GlobalBuffer(M)", 3, "n=2 energy=1 latency=1 R1=8 Y=4 Z=4"},
      {2, "Y@MainMemory() Z@GlobalBuffer(M)", 3, "n=2 energy=1 latency=1 R1=8 Z=4"}}, NULL,
     "those before have [Y in GlobalBuffer under M]; C has [Y in MainMemory]"},
    {"an output that was read before", 96, USAGE, {{"B", "Y>Z"}, {"A", "X>Y"}},
     {{0, "Y@MainMemory()", 1, "energy=1 latency=1"}, {1, "Y@MainMemory()", 1, "energy=1 latency=1"}}, NULL,
     "Einsum B uses tensor Y, which is an output of Einsum A, which is later"},
    {"no group at all", 96, USAGE, {{"A", "X>Y"}, {"B", "Y>Z"}},
     {{0, "Y@MainMemory()", 1, "energy=1 latency=1"}}, NULL, "no pmappings for Einsum B"},
    {"made for other metrics", 96, USAGE, {{"A", "X>Y"}}, {{0, "Y@MainMemory()", 1, "energy=1"}}, NULL,
     "group 0 of Einsum A has no latency"},
    {"equal counts of different tiles are one loop only if there is such a tree", 96, USAGE,
     {{"A", "X>Y"}, {"B", "Y>Z"}},
     {{0, "Y@GlobalBuffer(M)", 3,
       "n=2 t=600 energy=1 latency=1 R1=8 Y=8; n=2 t=700 energy=4 latency=1 R1=8 Y=8"},
      {1, "Y@GlobalBuffer(M)", 3,
       "n=2 t=700 energy=1 latency=1 R1=8 Y=8; n=2 t=600 energy=3 latency=1 R1=8 Y=8"}}, "4:2:8", NULL},
    {"one Einsum", 96, USAGE, {{"A", "X>Y"}},
     {{0, "Y@GlobalBuffer(M)", 3,
       "n=2 energy=1 latency=4 R0=8 R1=16; n=2 energy=2 latency=2 R0=8 R1=24; "
       "n=4 energy=3 latency=3 R0=9 R1=24"}}, "1:4:16 2:2:24", NULL},
};

static input input_of(const join_case *c)
{
    input in = new_input(c->size, c->metrics);
    for (int e = 0; e < 5 && c->einsums[e][0]; e++)
        add_einsum(&in, c->einsums[e][0], c->einsums[e][1]);
    for (int g = 0; g < 8 && c->groups[g].compatibility; g++)
        add_group(&in, c->groups[g].einsum, 1, c->groups[g].compatibility, c->groups[g].fences,
                  c->groups[g].rows);
    return in;
}

static void check_case(const join_case *c)
{
    input in = input_of(c);
    af_join_result result;
    int status = join_input(&in, &result);
    if (c->error) {
        bool told = status && strstr(af_report_message(in.report, 0), c->error);
        CHECK(told);
        if (!told)
            printf("  %s: %s\n", c->name, status ? af_report_message(in.report, 0) : "no error");
    } else {
        char text[256] = "", *p = text;
        for (int i = 0; i < result.n_mappings; i++) {
            const af_joined *m = &result.mappings[i];
            p += sprintf(p, "%s%g:%g:%g", i ? " " : "", m->objectives[1], m->objectives[0],
                         m->n_usages ? m->usages[0].usage * m->usages[0].size : 0);
        }
        CHECK_TEXT(status ? af_report_message(in.report, 0) : text, c->front);
    }
    free_input(&in);
}

/* ---- trees, as indented outlines with one letter per level */
static void outline(af_text *out, const af_mapping_node *node)
{
    if (node->n_nodes) {
        af_text_puts(out, node->kind == AF_NODE_SEQUENTIAL ? "{" : "(");
        for (int i = 0; i < node->n_nodes; i++) {
            af_text_puts(out, i ? " " : "");
            outline(out, node->nodes[i]);
        }
        af_text_puts(out, node->kind == AF_NODE_SEQUENTIAL ? "}" : ")");
    } else if (node->kind == AF_NODE_COMPUTE) {
        af_text_puts(out, node->einsum);
    } else if (node->kind == AF_NODE_TEMPORAL) {
        for (int i = 0; i < node->rank_variables.count; i++)
            af_text_printf(out, "%s%s", i ? "|" : "", node->rank_variables.names[i]);
        af_text_printf(out, "%g", node->n_iterations);
    } else {
        af_text_puts(out, node->kind == AF_NODE_RESERVATION ? "r:" : "");
        for (int i = 0; i < node->tensors.count; i++)
            af_text_printf(out, "%s%s", i ? "," : "", node->tensors.names[i]);
    }
}

static const struct {
    const char *name;
    const char *einsums[5][2];
    group_text groups[8];
    const char *joined, *drawn;
} trees[] = {
    {"untiled", {{"A", "X>Y"}, {"B", "Y>Z"}},
     {{0, "Y@GlobalBuffer()", 1, "energy=1 latency=1 R0=8 Y=8"},
      {1, "Y@GlobalBuffer()", 1, "energy=1 latency=1 R0=8 Y=8"}}, "({(Y r:Y A) (Y r:Y B)})",
     "(Y {(r:Y A) (r:Y B)})"},
    {"one loop", {{"A", "X>Y"}, {"B", "Y>Z"}},
     {{0, "Y@GlobalBuffer(M)", 3, "n=2 energy=1 latency=1 R1=8 Y=8"},
      {1, "Y@GlobalBuffer(M)", 3, "n=2 energy=1 latency=1 R1=8 Y=8"}}, "(m2 {(Y r:Y A) (Y r:Y B)})",
     "(m2 Y {(r:Y A) (r:Y B)})"},
    {"two levels", {{"A", "X>Y"}, {"B", "Y>Z"}, {"C", "Z>O"}},
     {{0, "Y@GlobalBuffer(M,N)", 7, "n=2,4 energy=1 latency=1 R2=8 Y=8"},
      {1, "Y@GlobalBuffer(M,N) Z@GlobalBuffer(M)", 7, "n=2,4 energy=1 latency=1 R1=8 R2=16 Y=8 Z=8"},
      {2, "Z@GlobalBuffer(M)", 3, "n=2 energy=1 latency=1 R1=8 Z=8"}},
     "(m2 {(Z r:Z n4 {(Y r:Y A) (Y r:Y B)}) (Z r:Z C)})", "(m2 Z {(r:Z n4 Y {(r:Y A) (r:Y B)}) (r:Z C)})"},
    {"loops with other names", {{"A", "X>Y"}, {"B", "Y>Z"}},
     {{0, "Y@GlobalBuffer(M) P@MainMemory()", 3, "n=2 energy=1 latency=1 R1=8 Y=8"},
      {1, "Y@GlobalBuffer(M) Q@MainMemory(L)", 3, "n=2 energy=1 latency=1 R1=8 Y=8"}},
     "(P r:P m2 {(Y r:Y A) (Y r:Y Q r:Q B)})", "(P r:P m2 Y {(r:Y A) (Q r:Y r:Q B)})"},
    {"a tensor skips a branch", {{"A", "X>Y"}, {"B", "P>Q"}, {"C", "Y,Q>O"}},
     {{0, "Y@GlobalBuffer()", 1, "energy=1 latency=1 R0=8 Y=8"},
      {1, "Q@GlobalBuffer()", 1, "energy=1 latency=1 R0=8 Q=8"},
      {2, "Y@GlobalBuffer() Q@GlobalBuffer()", 1, "energy=1 latency=1 R0=16 Y=8 Q=8"}},
     "({(Y r:Y A) (Q r:Q B) (Y r:Y Q r:Q C)})", "(Y,Q {(r:Y A) (r:Y,Q B) (r:Y,Q C)})"},
    {"a persistent tensor stands above all", {{"A", "X,W>Y"}, {"B", "Y,W>Z"}},
     {{0, "Y@GlobalBuffer(M) W@GlobalBuffer*", 3, "n=2 energy=1 latency=1 R-1=8 R1=16 Y=8 W=8"},
      {1, "Y@GlobalBuffer(M) W@GlobalBuffer*", 3, "n=2 energy=1 latency=1 R-1=8 R1=16 Y=8 W=8"}},
     "(W r:W W r:W m2 {(Y r:Y A) (Y r:Y B)})", "(W r:W m2 Y {(r:Y A) (r:Y B)})"},
};

static void check_tree(size_t i)
{
    join_case c = {.name = trees[i].name, .size = 1000, .metrics = AF_ENERGY};
    memcpy(c.einsums, trees[i].einsums, sizeof c.einsums);
    memcpy(c.groups, trees[i].groups, sizeof c.groups);
    input in = input_of(&c);
    for (int e = 0; e < in.n_einsums; e++) {
        af_einsum *einsum = (af_einsum *)in.einsums[e];
        static af_rank_variable variables[] = {{"l", 1024}, {"m", 1024}, {"n", 1024}};
        einsum->n_rank_variables = 3, einsum->rank_variables = variables;
    }
    af_join_result result;
    CHECK(!join_input(&in, &result));
    af_text joined = {0}, drawn = {0};
    outline(&joined, result.mappings[0].tree);
    outline(&drawn, af_mapping_finish(in.arena, result.mappings[0].tree, false));
    CHECK_TEXT(joined.bytes, trees[i].joined);
    CHECK_TEXT(drawn.bytes, trees[i].drawn);
    af_text_free(&joined), af_text_free(&drawn);
    free_input(&in);
}

int main(void)
{
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check_case(&cases[i]);
    for (size_t i = 0; i < sizeof trees / sizeof *trees; i++)
        check_tree(i);
    return test_end("join");
}
