/* What moves between holders, and sums over tensors: the intermediate numbers of the worked examples
 * of document 50, section 13. */
#include "model/analysis.h"
#include "model_case.h"

#define LEVEL(name, energy, size, throughput) \
    "{'type':'Memory','name':'" name "','size':" size ",'actions':[" \
    "{'name':'read','energy':" energy ",'throughput':" throughput "},{'name':'write','energy':" energy \
    ",'throughput':" throughput "}]}"
#define MAC "{'type':'Compute','name':'MAC','actions':[{'name':'compute','energy':1,'throughput':1}]}"
#define SIMPLE(energy, size, throughput) \
    "[" LEVEL("Main", energy, "'inf'", "'inf'") "," LEVEL("GB", "1", size, throughput) "," MAC "]"

static model_case c;

static af_mapping_figures *run(const char *workload, const char *bounds, const char *arch,
                               const char *mapping)
{
    af_mapping_figures *all = case_run(&c, workload, bounds, arch, mapping);
    CHECK(all != NULL);
    return all;
}

static const af_traffic *traffic_of(const af_figures *f, const char *component, const char *tensor)
{
    const af_tensor_traffic *t = &f->traffic[af_find_tensor(f->einsum, tensor)];
    for (int i = 0; i < t->n; i++)
        if (!strcmp(f->einsum->nodes[t->holders[i].node].name, component))
            return &t->holders[i];
    static const af_traffic none = {.level = -9};
    return &none;
}

/* Values from the parent, to it, and of the former those that are skipped. */
typedef struct moved { const char *component, *tensor; double reads, writes, skipped; } moved;

static void check_moved(const af_figures *f, const moved *rows, int n)
{
    for (int i = 0; i < n; i++) {
        const af_traffic *t = traffic_of(f, rows[i].component, rows[i].tensor);
        CHECK(t->level >= 0);
        CHECK_NUMBER(t->all_reads.value, rows[i].reads);
        CHECK_NUMBER(t->all_writes.value, rows[i].writes);
        CHECK_NUMBER(t->all_skipped.value, rows[i].skipped);
    }
}
#define MOVED(f, ...)                                                                                        \
    check_moved(f, (const moved[]){__VA_ARGS__}, sizeof(const moved[]){__VA_ARGS__} / sizeof(moved))

/* Net actions of a component over all tensors and Einsums. */
static void check_actions(const af_mapping_figures *all, const char *component, double read, double write)
{
    double reads = 0, writes = 0;
    for (int e = 0; all && e < all->n_einsums; e++)
        for (int i = 0; i < all->figures[e]->n_buffets; i++) {
            const af_buffet *b = &all->figures[e]->buffets[i];
            bool own = !strcmp(all->figures[e]->einsum->nodes[b->node].name, component);
            reads += own ? b->read.value : 0;
            writes += own ? b->write.value : 0;
        }
    CHECK_NUMBER(reads, read);
    CHECK_NUMBER(writes, write);
}

static void test_matmul(void)            /* 13.1 */
{
    af_mapping_figures *all = run("E: T0[m,n0] W0[n0,n1] T1[m,n1]!", "m=4 n0=8 n1=8",
                                  SIMPLE("1", "832", "'inf'"),
                                  "T0,T1,W0@Main T0,W0,T1@GB m/1 n0/1 n1/1 MAC:E");
    if (!all)
        return;
    MOVED(all->figures[0], {"MAC", "T0", 256, 0, 0}, {"MAC", "W0", 256, 0, 0}, {"MAC", "T1", 256, 256, 32},
          {"GB", "T0", 32, 0, 0}, {"GB", "W0", 64, 0, 0}, {"GB", "T1", 32, 32, 32});
    check_actions(all, "GB", 2048 + 2048 + 2048, 256 + 512 + 2048);
    check_actions(all, "Main", 256 + 512 + 0, 256);
}

static void test_fused_matmuls(void)     /* 13.2 */
{
    const char *workload = "Matmul0: T0[m,n0] W0[n0,n1] T1[m,n1]!\nMatmul1: T1[m,n1] W1[n1,n2] T2[m,n2]!",
               *bounds = "m=4 n0=8 n1=8 n2=8";
    const struct { const char *mapping; double gb_read, gb_write, main_read, main_write, each; } rows[] = {
        {"T0,T2,W0,W1@Main W0,W1@GB m/1 T0,T2@GB T1@GB ( n0/1 n1/1 MAC:Matmul0 | n1/1 n2/1 MAC:Matmul1 )",
         12032, 5376, 1280, 256, 9728},
        {"T0,T1,T2@Main W0,W1@Main ( T0,W0,T1@GB m/1 n0/1 n1/1 MAC:Matmul0 | T1,W1,T2@GB m/1 n1/1 n2/1 "
         "MAC:Matmul1 )",
         12288, 5632, 1536, 512, 10240},
    };
    for (int i = 0; i < 2; i++) {
        af_mapping_figures *all = run(workload, bounds, SIMPLE("1", "100000", "'inf'"), rows[i].mapping);
        if (!all)
            continue;
        check_actions(all, "GB", rows[i].gb_read, rows[i].gb_write);
        check_actions(all, "Main", rows[i].main_read, rows[i].main_write);
        for (int e = 0; e < 2; e++) {
            CHECK_NUMBER(all->figures[e]->energy.value, rows[i].each);
            CHECK_NUMBER(all->figures[e]->latency.value, 256);
        }
    }
}

static void test_matvecs(void)           /* 13.3 */
{
    const char *workload = "Y: A[na] B[na,ny] Y[ny]!\nZ: Y[ny] C[ny,nz] Z[nz]!";
    const struct { const char *mapping; double gb_read, gb_write, main_read, main_write; } rows[] = {
        {"A,B,C,Y,Z@Main ( A,B@GB ny/1 Y@GB na/1 MAC:Y | C,Z@GB ny/1 Y@GB nz/1 MAC:Z )", 576, 440, 248, 56},
        {"A,B,C,Z@Main Y@GB ( A,B@GB ny/1 na/1 MAC:Y | C,Z@GB ny/1 nz/1 MAC:Z )", 552, 416, 224, 32},
        {"A,B,C,Y,Z@Main ny/1 Y@GB ( A,B@GB na/1 MAC:Y | C,Z@GB nz/1 MAC:Z )", 640, 568, 376, 120},
        {"A,B,C,Z@Main A@GB ny/1 Y@GB ( B@GB na/1 MAC:Y | C,Z@GB nz/1 MAC:Z )", 616, 480, 288, 96}};
    for (int i = 0; i < 4; i++) {
        af_mapping_figures *all = run(workload, "na=4 ny=3 nz=4", SIMPLE("10", "1000", "4"), rows[i].mapping);
        if (!all)
            continue;
        check_actions(all, "GB", rows[i].gb_read, rows[i].gb_write);
        check_actions(all, "Main", rows[i].main_read, rows[i].main_write);
        if (i == 2) {
            MOVED(all->figures[1], {"GB", "Z", 12, 12, 4});
            CHECK_NUMBER(case_buffet(all->figures[1], "Main", "Z")->read_skipped.value, 32);
        }
    }
}

/* Row c of 13.6: what a tile with a halo brings. */
static void test_halo(void)
{
    const char *plain = "E: I[c,p+r] F[k,c,r] O[k,p]!", *strided = "E: I[c,2*p+r] F[k,c,r] O[k,p]!",
               *row = "E: I[p+r] F[r] O[p]!";
    const struct { const char *workload, *bounds, *mapping; double fills, main_bits; } rows[] = {
        {plain, "p=8 r=3 c=2 k=4", "I,F,O@Main k/2 p/4 I,F,O@GB c/1 r/1 p/1 k/1 MAC:E", 48, 160},
        {strided, "p=8 r=3 c=2 k=4", "I,F,O@Main k/2 p/4 I,F,O@GB c/1 r/1 p/1 k/1 MAC:E", 72, 272},
        {plain, "p=8 r=3 c=2 k=4", "I,F,O@Main k/2 I,F,O@GB p/4 c/1 r/1 p/1 k/1 MAC:E", 40, 160},
        {row, "p=8 r=3", "I,F,O@Main F,O,I@GB p/4 r/1 p/1 MAC:E", 10, 80}};
    for (int i = 0; i < 4; i++) {
        af_mapping_figures *all = run(rows[i].workload, rows[i].bounds, SIMPLE("1", "100000", "'inf'"),
                                      rows[i].mapping);
        if (!all)
            continue;
        MOVED(all->figures[0], {"GB", "I", rows[i].fills, 0, 0});
        CHECK_NUMBER(case_buffet(all->figures[0], "Main", "I")->occupancy.value, rows[i].main_bits);
        if (i < 3)
            CHECK_NUMBER(all->latency, 192);
    }
}

#define BANK(name, size, reads, writes, more) \
    "{'type':'Memory','name':'" name "','size':" size ",'actions':[" reads "," writes "]" more "}"
#define ACTION(name, energy, throughput, bits) \
    "{'name':'" name "','energy':" energy ",'throughput':" throughput ",'bits_per_action':" bits "}"

static void test_spatial(void)           /* 13.4: A is multicast over X, C is reduced over Y */
{
    const char *arch =
        "[" BANK("DRAM", "'inf'", ACTION("read", "10", "64", "8"), ACTION("write", "12", "32", "8"), "") ","
        BANK("GLB", "100000", ACTION("read", "1", "16", "16"), ACTION("write", "2", "16", "8"), "") ","
        BANK("RF", "1000", ACTION("read", "0.1", "4", "8"), ACTION("write", "0.2", "4", "8"),
             ",'spatial':[{'name':'X','fanout':4},{'name':'Y','fanout':8}]") "," MAC "]";
    af_mapping_figures *all = run("E: A[m,k] B[k,n] C[m,n]!", "m=8 k=16 n=4", arch,
                                  "A,B,C@DRAM m/4 A,B,C@GLB X:n/1@RF Y:k/2@RF A,B,C@RF m/1 k/1 MAC:E");
    if (!all)
        return;
    const af_figures *f = all->figures[0];
    MOVED(f, {"RF", "A", 128, 0, 0}, {"RF", "B", 128, 0, 0}, {"RF", "C", 32, 32, 32}, {"GLB", "A", 128, 0, 0},
          {"GLB", "B", 128, 0, 0}, {"GLB", "C", 32, 32, 32});
    const struct {
        const char *tensor;
        double unit_read, unit_write, skipped_read, skipped_write;
    } units[] = {
        {"A", 16, 16, 0, 0},
        {"B", 16, 4,  0, 0},
        {"C", 24, 24, 8, 8},
    };
    for (int i = 0; i < 3; i++) {
        const af_traffic *t = traffic_of(f, "RF", units[i].tensor);
        CHECK_NUMBER(t->unit_read.value, units[i].unit_read);
        CHECK_NUMBER(t->unit_write.value, units[i].unit_write);
        CHECK_NUMBER(t->unit_skipped_read.value, units[i].skipped_read);
        CHECK_NUMBER(t->unit_skipped_write.value, units[i].skipped_write);
    }
    CHECK_NUMBER(f->computes.value, 512);
    CHECK_NUMBER(f->spatial[0].used.value, 4);
    CHECK_NUMBER(f->spatial[1].used.value, 8);
}

/* 13.9: relevant loops by ratios, the outermost loop of an irrelevant one in whole runs */
static void test_imperfect(void)
{
    af_mapping_figures *all = run("E: A[m,k] B[k,n] C[m,n]!", "m=7 k=6 n=5", SIMPLE("1", "100000", "'inf'"),
                                  "A,B,C@Main m/3 A,B,C@GB n/2 m/1 k/4 k/1 n/1 MAC:E");
    if (all)
        MOVED(all->figures[0], {"MAC", "A", 252, 0, 0}, {"MAC", "B", 270, 0, 0}, {"MAC", "C", 280, 280, 35},
              {"GB", "A", 42, 0, 0}, {"GB", "B", 90, 0, 0}, {"GB", "C", 35, 35, 35});
}

/* 13.12: visits of 4 and of 2, 2; iterations of r and p summed over them */
static void test_first_tile(void)
{
    af_mapping_figures *all = run("C1: I[p+r] F1[r] T[p]!\nC2: T[p] J[p+s] F2[s] O[p]!", "p=8 r=3 s=3",
                                  SIMPLE("1", "100000", "1"),
                                  "I,J,F1,F2,O@Main p/2+4 T@GB ( I,F1@GB r/1 p/1 MAC:C1 | J,F2,O@GB s/1 p/1 "
                                  "MAC:C2 )");
    if (!all)
        return;
    const af_figures *f = all->figures[0];
    CHECK_NUMBER(traffic_of(f, "GB", "I")->all_reads.value, 14);
    CHECK_NUMBER(traffic_of(f, "GB", "I")->occupancy.value, 48);
    CHECK_NUMBER(traffic_of(f, "GB", "T")->occupancy.value, 32);
    CHECK_NUMBER(traffic_of(f, "GB", "T")->read.value, 384);
    CHECK_NUMBER(traffic_of(f, "GB", "T")->unit_read.value, 192);
    CHECK_NUMBER(traffic_of(f, "GB", "F1")->read.value, 54 * 8);
}

int main(void)
{
    case_start(&c);
    test_matmul();
    test_fused_matmuls();
    test_matvecs();
    test_halo();
    test_spatial();
    test_imperfect();
    test_first_tile();
    case_end(&c);
    return test_end("traffic");
}
