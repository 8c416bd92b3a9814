/* The numbers of the worked examples of document 50, sections 5 and 13, and of 20 section 16.1 that neither
 * test_evaluate.c nor test_traffic.c has: parts of sums, single tensors, refusals, networks. */
#include "model_case.h"

#define ACTION(name, energy, throughput, bits) "{'name':'" name "','energy':" energy ",'throughput':" \
    throughput ",'bits_per_action':" bits "}"
#define MEMORY(name, size, leak, reads, writes, more) "{'type':'Memory','name':'" name "','size':" size \
    ",'leak_power':" leak ",'actions':[" reads "," writes "]" more "}"
#define PLAIN(name, size, throughput) MEMORY(name, size, "0", ACTION("read", "1", throughput, "1"), \
    ACTION("write", "1", throughput, "1"), "")
#define FREE(name, more) MEMORY(name, "'inf'", "0", ACTION("read", "0", "'inf'", "1"), \
    ACTION("write", "0", "'inf'", "1"), more)
#define COMPUTE(name, energy, leak, throughput, more) "{'type':'Compute','name':'" name "'," \
    "'leak_power':" leak ",'actions':[{'name':'compute','energy':" energy "," \
    "'throughput':" throughput "}]" more "}"
#define SIMPLE(size, throughput) "[" PLAIN("Main", "'inf'", "'inf'") "," PLAIN("GB", size, throughput) "," \
    COMPUTE("MAC", "1", "0", "1", "") "]"

static model_case c;

static af_mapping_figures *run(const char *workload, const char *bounds, const char *arch,
                               const char *mapping)
{
    af_mapping_figures *all = case_run(&c, workload, bounds, arch, mapping);
    CHECK(all != NULL);
    return all;
}

static void refused(const char *workload, const char *bounds, const char *arch, const char *mapping,
                    const char *what)
{
    case_make(&c, workload, bounds, arch);
    CHECK(!case_evaluate(&c, mapping, 0) && strstr(af_report_message(c.report, 0), what));
    af_report_clear(c.report);
}

/* Net actions, bits, loops above; -9: not told. */
typedef struct held { const char *component, *tensor; double read, write, bits; int level; } held;
enum { ANY = -9 };

static void check_held(const af_figures *f, const held *rows, int n)
{
    for (int i = 0; i < n; i++) {
        const af_buffet *b = case_buffet(f, rows[i].component, rows[i].tensor);
        const double got[] = {b->read.value, b->write.value, b->occupancy.value, b->level},
            want[] = {rows[i].read, rows[i].write, rows[i].bits, rows[i].level};
        for (int k = 0; k < 4; k++)
            if (want[k] != ANY && fabs(got[k] - want[k]) > 1e-9 * fmax(1, want[k])) {
                printf("  %s in %s, figure %d\n", rows[i].tensor, rows[i].component, k);
                CHECK_NUMBER(got[k], want[k]);
            } else
                CHECK(b->level != ANY);
    }
}
#define HELD(f, ...) check_held(f, (const held[]){__VA_ARGS__}, \
                                sizeof (const held[]){__VA_ARGS__} / sizeof(held))

static const char *const one_matmul = "E: T0[m,n0] W0[n0,n1] T1[m,n1]!";

static void test_capacity(void)          /* 13.1: 832 bits are needed */
{
    refused(one_matmul, "m=4 n0=8 n1=8", SIMPLE("700", "'inf'"),
            "T0,T1,W0@Main T0,W0,T1@GB m/1 n0/1 n1/1 MAC:E", "uses 832 bits of GB but its size is only 700");
}

/* Section 12: tiles larger than what they divide, where the reference takes them as they are. */
static void test_permissive(void)
{
    const af_model_options options = {AF_METRICS_ALL, 0, true};
    const struct { const char *loops; double energy, computes; } rows[] = {
        {"m/1", 10240, 256}, {"m/16 m/1", 16384, ANY}, {"m/1 m/2", ANY, 128}};
    for (int i = 0; i < 3; i++) {
        case_make(&c, one_matmul, "m=4 n0=8 n1=8", SIMPLE("100000", "'inf'"));
        const char *text = af_format(c.arena, "T0,T1,W0@Main T0,W0,T1@GB %s n0/1 n1/1 MAC:E", rows[i].loops);
        af_mapping_figures *all = af_evaluate_mapping(c.arena, (const af_einsum *const *)c.einsums,
                                                      c.n_einsums, case_mapping(&c, text), &options,
                                                      c.report);
        CHECK(all != NULL);
        if (all && rows[i].energy != ANY)
            CHECK_NUMBER(all->energy, rows[i].energy);
        if (all && rows[i].computes != ANY)
            CHECK_NUMBER(all->figures[0]->computes.value, rows[i].computes);
        af_report_clear(c.report);
    }
}

static void test_matvecs(void)           /* 13.3 */
{
    const char *workload = "Y: A[na] B[na,ny] Y[ny]!\nZ: Y[ny] C[ny,nz] Z[nz]!", *bounds = "na=4 ny=3 nz=4",
        *arch = SIMPLE("1000", "4");
    af_mapping_figures *all = run(workload, bounds, arch,
        "A,B,C,Y,Z@Main ( A,B@GB ny/1 Y@GB na/1 MAC:Y | C,Z@GB ny/1 Y@GB nz/1 MAC:Z )");
    if (all)
        HELD(all->figures[0], {"GB", "A", 96, 32, ANY, 0}, {"GB", "B", 96, 96, ANY, ANY},
             {"GB", "Y", 96, 96, ANY, ANY});
    all = run(workload, bounds, arch,
              "A,B,C,Z@Main Y@GB ( A,B@GB ny/1 na/1 MAC:Y | C,Z@GB ny/1 nz/1 MAC:Z )");
    if (all) {                               /* B is lowered under both loops, Z under none */
        HELD(all->figures[0], {"GB", "B", ANY, ANY, 8, 2});
        HELD(all->figures[1], {"GB", "Z", ANY, ANY, 32, 0});
    }
    all = run(workload, bounds, arch,
              "A,B,C,Y,Z@Main ny/1 Y@GB ( A,B@GB na/1 MAC:Y | C,Z@GB nz/1 MAC:Z )");
    if (all) {                               /* Y goes to Main and comes back; Z is fetched for each ny */
        HELD(all->figures[0], {"Main", "Y", 0, 24, ANY, ANY});
        HELD(all->figures[1], {"Main", "Y", 24, 0, ANY, ANY}, {"Main", "Z", 96 - 32, 96, ANY, ANY});
    }
}

#define SPATIAL(dram, glb, x, y) "[" \
    MEMORY("DRAM", "'inf'", "0.5", ACTION("read", "10", "64", "8"), \
           ACTION("write", "12", "32", "8"), dram) "," \
    MEMORY("GLB", "100000", "0", ACTION("read", "1", "16", "16"), ACTION("write", "2", "16", "8"), glb) "," \
    MEMORY("RF", "1000", "0.25", ACTION("read", "0.1", "4", "8"), ACTION("write", "0.2", "4", "8"), \
           ",'spatial':[{'name':'X','fanout':4" x "},{'name':'Y','fanout':8" y "}]") "," \
    COMPUTE("MAC", "1", "0.125", "2", "") "]"
static const char *const matmul = "E: A[m,k] B[k,n] C[m,n]!", *const eights = "m=8 k=16 n=4";

static void check_leak(const af_figures *f, const char *component, double leak)
{
    CHECK_NUMBER(case_component(f, component)->leak_energy.value, leak);
}

static void test_spatial(void)           /* 13.4 */
{
    const char *whole = "A,B,C@DRAM m/4 A,B,C@GLB X:n/1@RF Y:k/2@RF A,B,C@RF m/1 k/1 MAC:E",
        *half = "A,B,C@DRAM m/4 A,B,C@GLB X:n/1@RF Y:k/4@RF A,B,C@RF m/1 k/1 MAC:E";
    af_mapping_figures *all = run(matmul, eights, SPATIAL("", "", "", ""), whole);
    if (all)
        HELD(all->figures[0], {"DRAM", "A", 128, 0, 1024, 0}, {"DRAM", "B", 128, 0, 512, 0});
    all = run(matmul, eights, SPATIAL("", "", ",'may_reuse':{'s':[],'u':'t'}", ""), whole);
    if (all)
        HELD(all->figures[0], {"GLB", "A", 256, ANY, ANY, ANY});
    c.extra = "'n_instances':6";
    all = run(matmul, eights, SPATIAL("", "", "", ""), whole);
    c.extra = NULL;
    if (all) {
        CHECK_NUMBER(all->energy, 28129.5);
        CHECK_NUMBER(case_usage(all, "RF"), 0.088);
        HELD(all->figures[0], {"RF", "A", 6 * 512, 6 * 512, 64, 3});
        CHECK_NUMBER(all->figures[0]->spatial[1].used.value, 8);
    }
    all = run(matmul, eights, SPATIAL("", "", "", ",'power_gateable':true"), half);
    if (all) {
        CHECK_NUMBER(all->figures[0]->spatial[1].used.value, 4);
        check_leak(all->figures[0], "DRAM", 21);
        check_leak(all->figures[0], "RF", 0.65625);
        check_leak(all->figures[0], "MAC", 10.5);
    }
    all = run(matmul, eights, SPATIAL("", "", ",'power_gateable':true", ",'power_gateable':true"), half);
    if (all) {
        check_leak(all->figures[0], "RF", 0.1640625);
        check_leak(all->figures[0], "MAC", 2.625);
    }
    all = run(matmul, eights, SPATIAL(",'bits_per_value':{'A':4}",
                                      ",'values_per_action':{'C':2},'skip_initial_output_write':false",
                                      "", ""), whole);
    if (all)
        HELD(all->figures[0], {"DRAM", "A", 64, 0, ANY, ANY}, {"DRAM", "C", 32, 32, ANY, ANY},
             {"GLB", "C", 32, 32, ANY, ANY});
}

static void test_convolution(void)       /* 13.6: of the holders above p only O, the last, is lowered */
{
    af_mapping_figures *all = run("E: I[c,p+r] F[k,c,r] O[k,p]!", "p=8 r=3 c=2 k=4",
                                  SIMPLE("100000", "'inf'"),
                                  "I,F,O@Main k/2 I,F,O@GB p/4 c/1 r/1 p/1 k/1 MAC:E");
    if (all)
        HELD(all->figures[0], {"GB", "O", ANY, ANY, 64, 2}, {"GB", "I", ANY, ANY, 160, 1});
}

static void test_toll(void)              /* 13.7 */
{
    af_mapping_figures *all = run("E: T0[m,n0] W0[n0,n1] T1[m,n1]!", "m=128 n0=64 n1=128", "["
        FREE("Main", "") ",{'type':'Toll','name':'Toll','direction':'up_and_down','actions':["
        ACTION("read", "100", "'inf'", "1") "]}," FREE("Local", "") "," COMPUTE("MAC", "0", "0", "1", "") "]",
        "T0,W0,T1@Main m/32 ~T0,W0,T1@Toll n0/16 T0,W0,T1@Local m/1 n0/1 n1/1 MAC:E");
    if (all)
        HELD(all->figures[0], {"Main", "T1", 393216, 524288, ANY, 0});
}

static void test_imperfect(void)         /* 13.9: 3.5 instances */
{
    const struct { const char *fanout; double usage; } rows[] = {
        {"4", 0.875}, {"7,'usage_scale':2", 1}, {"3", 0}};
    c.bits = "1";
    for (int i = 0; i < 3; i++) {
        const char *arch = af_format(c.arena, "[" PLAIN("DRAM", "'inf'", "'inf'") ","
            MEMORY("RF", "'inf'", "0", ACTION("read", "1", "1", "1"), ACTION("write", "1", "1", "1"),
                   ",'spatial':[{'name':'X','fanout':%s}]") "," COMPUTE("MAC", "1", "0", "'inf'", "") "]",
            rows[i].fanout);
        const char *mapping = "A,V,Z@DRAM X:m/2@RF A,V,Z@RF m/1 k/1 MAC:E";
        if (rows[i].usage == 0) {
            refused("E: A[m,k] V[k] Z[m]!", "m=7 k=5", arch, mapping, "3.5 spatial instances");
            continue;
        }
        af_mapping_figures *all = run("E: A[m,k] V[k] Z[m]!", "m=7 k=5", arch, mapping);
        if (!all)
            continue;
        const af_spatial_use *s = &all->figures[0]->spatial[0];
        const af_dimension *d = &all->figures[0]->einsum->nodes[s->node].dimensions[s->dimension];
        CHECK_NUMBER(s->used.value / d->fanout * d->usage_scale, rows[i].usage);
        CHECK_NUMBER(all->figures[0]->computes.value, 35);
    }
    c.bits = NULL;
}

static void test_fork(void)              /* 13.11, component by component */
{
    static const char *const names[] = {"DRAM", "SCALAR", "GLB", "MAC"};
    const struct { const char *fork; double leak[2][4]; } rows[] = {
        {"", {{6, 12, 24, 48}, {4, 8, 16, 32}}},
        {",'forked_power_gateable':true", {{6, 0, 24, 48}, {4, 8, 16, 32}}},
        {",'non_forked_power_gateable':true", {{6, 12, 24, 48}, {4, 8, 0, 0}}}};
    for (int i = 0; i < 3; i++) {
        af_mapping_figures *all = run("E1: A[m,k] B[m]!\nE2: B[m] C[m]!", "m=4 k=3", af_format(c.arena, "["
            MEMORY("DRAM", "'inf'", "1", ACTION("read", "0", "'inf'", "1"),
                   ACTION("write", "0", "'inf'", "1"), "")
            ",{'type':'Fork'%s,'nodes':[" COMPUTE("SCALAR", "3", "2", "1", "") "]},"
            MEMORY("GLB", "'inf'", "4", ACTION("read", "0", "'inf'", "1"),
                   ACTION("write", "0", "'inf'", "1"), "") ","
            COMPUTE("MAC", "0", "8", "2", "") "]", rows[i].fork),
            "A,B,C@DRAM ( A,B@GLB m/1 k/1 MAC:E1 | m/1 SCALAR:E2 )");
        for (int e = 0; all && e < 2; e++)
            for (int k = 0; k < 4; k++)
                check_leak(all->figures[e], names[k], rows[i].leak[e][k]);
        if (all) {
            CHECK_NUMBER(all->figures[0]->latency.value, 6);
            CHECK_NUMBER(all->figures[1]->latency.value, 4);
        }
    }
}

static void test_placement(void)         /* 13.13 */
{
    c.bits = "1";
    af_mapping_figures *all = run("E: A[m,k] Z[m]!", "m=4 k=2",
        "[" FREE("DRAM", "") "," PLAIN("BUF", "'inf'", "'inf'") ","
        MEMORY("REG", "'inf'", "0", ACTION("read", "1", "1", "1"), ACTION("write", "1", "1", "1"),
               ",'spatial':[{'name':'X','fanout':2}]") "," COMPUTE("MAC", "0", "0", "1", "") "]",
        "A,Z@DRAM X:k/1@REG A@REG m/1 Z@BUF k/1 MAC:E");
    c.bits = NULL;
    if (!all)
        return;
    HELD(all->figures[0], {"REG", "A", 8, 8, ANY, ANY}, {"BUF", "Z", 8 - 4, 8 - 4, ANY, ANY});
    CHECK_NUMBER(case_component(all->figures[0], "REG")->latency.value, 8);
    CHECK_NUMBER(case_component(all->figures[0], "MAC")->latency.value, 4);
}

/* ---- networks: 5.3, 13.8, 20 section 16.1 */

#define NETWORK(name, latency, throughput, more) "{'type':'Network','name':'" name \
    "','actions':[{'name':'hop','energy':1,'latency':" latency ",'throughput':" throughput "}]" more "}"

typedef struct carried { const char *network, *tensor; double hops, farthest, traffic; } carried;

static void check_carried(const af_figures *f, const carried *rows, int n)
{
    for (int i = 0; i < n; i++) {
        const af_hop *h = case_hop(f, rows[i].network, rows[i].tensor);
        CHECK_NUMBER(h->hops.value, rows[i].hops);
        CHECK_NUMBER(h->max_hops.value, rows[i].farthest);
        CHECK(h->n_traffic == 1);
        CHECK_NUMBER(h->n_traffic ? h->traffic[0].value : 0, rows[i].traffic);
    }
}
#define CARRIED(f, ...) check_carried(f, (const carried[]){__VA_ARGS__}, \
                                      sizeof (const carried[]){__VA_ARGS__} / sizeof(carried))

/* The unit values of 20 section 16.1: n = 4, s = 2, V = 10, to which the inner loop of two adds its own. */
static void test_unit_values(void)
{
    const char *arch = "[" FREE("Main", "") "," NETWORK("Net", "0", "'inf'", "") ","
        FREE("Pad", ",'spatial':[{'name':'X','fanout':8}]") "," COMPUTE("MAC", "0", "0", "1", "") "]";
    const char *mapping = "A,B,Z@Main X:n/2@Pad X:n/1@Pad A,B,Z@Pad m/1 MAC:E";
    c.bits = "10";
    af_mapping_figures *all = run("E: A[m] B[n] Z[m,n]!", "m=1 n=8", arch, mapping);
    if (all)                                 /* multicast 60, 8, 10 and inside 4 x 10, 2, 10 */
        CARRIED(all->figures[0], {"Net", "A", 60 + 4 * 10, 8 + 2, 10 + 10});
    c.bits = "5";
    all = run("E: A[m] B[n] Z[m,n]!", "m=1 n=8", arch, mapping);
    if (all)                                 /* unicast 120, 8, 30 and inside 4 x 5, 2, 5 */
        CARRIED(all->figures[0], {"Net", "B", 120 + 4 * 5, 8 + 2, 30 + 5});
    c.bits = "10";
    all = run("E: A[m] B[n] Z[m,n]!", "m=1 n=5", "[" FREE("Main", "") ","
        NETWORK("Net", "0", "'inf'", ",'topology':'all_to_all'") ","
        FREE("Pad", ",'spatial':[{'name':'X','fanout':5}]") ","
        COMPUTE("MAC", "0", "0", "1", "") "]", "A,B,Z@Main X:n/1@Pad A,B,Z@Pad m/1 MAC:E");
    if (all)
        CARRIED(all->figures[0], {"Net", "A", 40, 1, 10}, {"Net", "B", 40, 1, 40});
    all = run("E: B[n] Z[n]!", "n=4", "[" FREE("Main", "") ",{'type':'Array','name':'Grid','spatial':["
        "{'name':'X','fanout':8}],'nodes':[" FREE("Spread", ",'spatial':[{'name':'X','fanout':2}]") ","
        NETWORK("Net", "0", "'inf'", "") "]}," FREE("Pad", "") "," COMPUTE("MAC", "0", "0", "1", "") "]",
        "Z,B@Main B@Spread X:n/1@Grid B,Z@Pad MAC:E");
    c.bits = NULL;
    if (all)                                 /* a source in two parts, 4 apart */
        CARRIED(all->figures[0], {"Net", "B", 60, 3, 30});
}

#define ROW(fanout, topology) "[" FREE("Main", "") "," FREE("GB", "") \
    ",{'type':'Network','name':'PeArray','total_latency':{'e':'max_hops'}," \
    "'actions':[{'name':'hop','energy':1,'latency':0,'throughput':'inf'}]}," \
    FREE("Pad", ",'spatial':[{'name':'X','fanout':4}]") "," \
    NETWORK("MacArray", "1", "'inf'", topology) "," \
    COMPUTE("MAC", "0", "0", "'inf'", ",'spatial':[{'name':'X','fanout':" fanout "}]") "]"

static void test_rows(void)
{
    af_mapping_figures *all = run(one_matmul, "m=8 n0=8 n1=8", ROW("2", ""),
        "T0,W0,T1@Main T0,W0,T1@GB m/4 X:n0/2@Pad T0,W0,T1@Pad m/1 n1/1 X:n0/1@MAC MAC:E");
    if (all)
        CARRIED(all->figures[0], {"MacArray", "W0", 2048, 2, 8}, {"PeArray", "W0", 1536, 4, 384});
    all = run(one_matmul, "m=8 n0=8 n1=8", ROW("4", ",'topology':'all_to_all'"),
              "T0,W0,T1@Main T0,W0,T1@GB m/4 X:n0/4@Pad T0,W0,T1@Pad m/1 n1/1 X:n0/1@MAC MAC:E");
    if (!all)
        return;
    CARRIED(all->figures[0], {"MacArray", "T0", 3072, 1, 24}, {"MacArray", "W0", 3072, 1, 24},
            {"MacArray", "T1", 3072, 1, 8});
    CHECK_NUMBER(case_hop(all->figures[0], "PeArray", "W0")->hops.value, 512);
    CHECK_NUMBER(case_hop(all->figures[0], "PeArray", "T0")->max_hops.value, 2);
    CHECK_NUMBER(case_component(all->figures[0], "MacArray")->latency.value, 1);
    CHECK_NUMBER(case_component(all->figures[0], "PeArray")->latency.value, 2);
    CHECK_NUMBER(all->energy, 10496);
    CHECK_NUMBER(all->latency, 2);
}

/* A Container fans out: bits per hop, and a scale that traffic does not see. */
static void test_bits(void)
{
    const struct { const char *more; double hops[3], traffic[3]; } rows[] = {
        {"", {768, 768, 1536}, {256, 384, 768}},
        {",'bits_per_action':4,'actions_scale':3", {576, 576, 1152}, {64, 96, 192}}};
    static const char *const tensors[] = {"A", "B", "C"};
    for (int i = 0; i < 2; i++) {
        af_mapping_figures *all = run(matmul, "m=8 k=4 n=16", af_format(c.arena, "[" FREE("M0", "")
            ",{'type':'Network','name':'N','actions':[{'name':'hop','energy':1,'latency':0,'throughput':1}]"
            "%s},"
            "{'type':'Container','name':'P','spatial':[{'name':'X','fanout':4}]},"
            COMPUTE("MAC", "0", "0", "1", "") "]", rows[i].more),
            "A,B,C@M0 X:n/4@P m/1 k/1 n/1 MAC:E");
        double traffic = 0;
        for (int t = 0; all && t < 3; t++) {
            const carried row = {"N", tensors[t], rows[i].hops[t], 4, rows[i].traffic[t]};
            check_carried(all->figures[0], &row, 1);
            traffic += rows[i].traffic[t];
        }
        CHECK_NUMBER(case_component(all ? all->figures[0] : NULL, "N")->latency.value, traffic);
    }
}

static void test_spread(void)            /* 13.8 and 20 section 17 */
{
#define GRID "[" FREE("Main", "") ",{'type':'Array','name':'Grid','spatial':[{'name':'X','fanout':4}," \
    "{'name':'Y','fanout':4}],'nodes':[" FREE("GB", "") "," \
    MEMORY("Spread", "100000", "%d", ACTION("read", "5", "1", "1"), ACTION("write", "5", "1", "1"), \
           ",'spatial':[{'name':'X','fanout':2},{'name':'Y','fanout':2}]") "," \
    NETWORK("NoC", "0", "'inf'", "") "]}," \
    MEMORY("Pad", "100000", "0", ACTION("read", "1", "'inf'", "1"), \
           ACTION("write", "1", "'inf'", "1"), "") "," \
    COMPUTE("MAC", "1", "0", "'inf'", "") "]"
    af_mapping_figures *all = run(one_matmul, "m=8 n0=8 n1=8", af_format(c.arena, GRID, 1),
        "T0,W0,T1@Main W0@Spread m/4 X:n0/2@Grid Y:n1/2@Grid T0,W0,T1@Pad m/1 n0/1 n1/1 MAC:E");
    if (all) {
        CHECK_NUMBER(all->energy, 41728);
        CHECK_NUMBER(all->leak_energy, 6144);
    }
    all = run(one_matmul, "m=8 n0=8 n1=8", af_format(c.arena, GRID, 0),
        "T0,T1,W0@Main m/4 T0,T1@GB W0@Spread X:n0/2@Grid Y:n1/2@Grid T0,W0,T1@Pad m/1 n0/1 n1/1 MAC:E");
    if (all) {
        const af_figures *f = all->figures[0];
        HELD(f, {"Spread", "W0", 1024, 1024, ANY, ANY});
        CHECK_NUMBER(case_hop(f, "NoC", "T0")->hops.value, 2304);
        CHECK_NUMBER(case_hop(f, "NoC", "T1")->hops.value, 4608);
        CHECK_NUMBER(case_hop(f, "NoC", "W0")->hops.value, 1024);
        CHECK_NUMBER(case_component(f, "Spread")->latency.value, 512);
        CHECK_NUMBER(all->dynamic_energy, 38144);
    }
    refused(one_matmul, "m=8 n0=8 n1=8", af_format(c.arena, GRID, 0),
            "T0,T1,W0@Main m/4 T0@Spread X:n1/2@Grid T0,W0,T1@Pad m/1 n0/1 n1/1 MAC:E", "not supported");
}

int main(void)
{
    case_start(&c);
    test_capacity();
    test_permissive();
    test_matvecs();
    test_spatial();
    test_convolution();
    test_toll();
    test_imperfect();
    test_fork();
    test_placement();
    test_unit_values();
    test_rows();
    test_bits();
    test_spread();
    case_end(&c);
    return test_end("examples");
}
