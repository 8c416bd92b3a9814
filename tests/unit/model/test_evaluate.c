/* The worked examples of document 50, section 13. */
#include "model_case.h"

/* MainMemory, GlobalBuffer, MAC: one bit per action, all energies 1. */
#define SIMPLE(main_energy, size, throughput) \
    "[{'type':'Memory','name':'Main','size':'inf','actions':[{'name':'read','energy':" main_energy \
    ",'throughput':'inf'}," \
    "{'name':'write','energy':" main_energy ",'throughput':'inf'}]}," \
    "{'type':'Memory','name':'GB','size':" size ",'actions':[{'name':'read','energy':1,'throughput':" \
    throughput "}," \
    "{'name':'write','energy':1,'throughput':" throughput "}]}," \
    "{'type':'Compute','name':'MAC','actions':[{'name':'compute','energy':1,'throughput':1}]}]"

static model_case c;

static af_mapping_figures *run(const char *workload, const char *bounds, const char *arch,
                               const char *mapping)
{
    return case_run(&c, workload, bounds, arch, mapping);
}

static void check_buffet(const af_figures *f, const char *component, const char *tensor, const double want[8])
{
    const af_buffet *b = case_buffet(f, component, tensor);
    const double got[8] = {b->read.value + b->read_skipped.value, b->read_skipped.value,
                           b->write.value + b->write_skipped.value, b->write_skipped.value,
                           b->read_per_unit.value, b->write_per_unit.value, b->occupancy.value, b->level};
    static const char *const what[] = {"read", "skipped read", "write", "skipped write", "read per unit",
                                       "write per unit", "bits", "loops above"};
    for (int i = 0; i < 8; i++)
        if (want[i] >= -1) {
            CHECK_NUMBER(got[i], want[i]);
            if (fabs(got[i] - want[i]) > 1e-9)
                printf("  %s of %s in %s\n", what[i], tensor, component);
        }
}
enum { ANY = -9 };
#define BUFFET(f, component, tensor, ...) check_buffet(f, component, tensor, (const double[8]){__VA_ARGS__})

static const char *const one_matmul = "Matmul0: T0[m,n0] W0[n0,n1] T1[m,n1]!";

static void test_one_matmul(void)        /* 13.1 */
{
    af_mapping_figures *all = run(one_matmul, "m=4 n0=8 n1=8", SIMPLE("1", "832", "'inf'"),
                                  "T0,T1,W0@Main T0,W0,T1@GB m/1 n0/1 n1/1 MAC:Matmul0");
    if (!all)
        return;
    const af_figures *f = all->figures[0];
    CHECK_NUMBER(all->energy, 10240);
    CHECK_NUMBER(all->latency, 256);
    CHECK_NUMBER(all->energy_delay_product, 2621440);
    CHECK_NUMBER(case_usage(all, "GB"), 1);  /* exactly full is valid */
    BUFFET(f, "GB", "T0", 2048, 0, 256, 0, 2048, 256, 256, 0);
    BUFFET(f, "GB", "W0", 2048, 0, 512, 0, 2048, 512, 512, 0);
    BUFFET(f, "GB", "T1", 2304, 256, 2304, 256, 2048, 2048, 64, 1);
    BUFFET(f, "Main", "T0", 256, 0, 0, 0, ANY, ANY, 256, 0);
    BUFFET(f, "Main", "W0", 512, 0, 0, 0, ANY, ANY, 512, 0);
    BUFFET(f, "Main", "T1", 256, 256, 256, 0, ANY, ANY, 256, 0);
    CHECK_NUMBER(f->computes.value, 256);
}

static const char *const two_matmuls =
    "Matmul0: T0[m,n0] W0[n0,n1] T1[m,n1]!\nMatmul1: T1[m,n1] W1[n1,n2] T2[m,n2]!";
static const char *const fused_matmuls =
    "T0,T2,W0,W1@Main W0,W1@GB m/1 T0,T2@GB T1@GB ( n0/1 n1/1 MAC:Matmul0 | n1/1 n2/1 MAC:Matmul1 )";
static const char *const unfused_matmuls =
    "T0,T1,T2@Main W0,W1@Main ( T0,W0,T1@GB m/1 n0/1 n1/1 MAC:Matmul0 | T1,W1,T2@GB m/1 n1/1 n2/1 "
    "MAC:Matmul1 )";

static void test_two_matmuls(void)       /* 13.2 */
{
    const char *bounds = "m=4 n0=8 n1=8 n2=8";
    af_mapping_figures *all = run(two_matmuls, bounds, SIMPLE("1", "100000", "'inf'"), fused_matmuls);
    if (all) {
        CHECK_NUMBER(all->energy, 19456);
        CHECK_NUMBER(all->figures[0]->energy.value, 9728);
        CHECK_NUMBER(all->latency, 512);
        CHECK_NUMBER(all->energy_delay_product, 9961472);
        CHECK_NUMBER(case_usage(all, "GB"), 0.01152);
        BUFFET(all->figures[0], "GB", "T1", 2048, 256, 2048, 0, 1792, 2048, 64, 1);
        BUFFET(all->figures[1], "GB", "T1", 2048, 0, 0, 0, 2048, 0, 64, 1);
    }
    all = run(two_matmuls, bounds, SIMPLE("1", "100000", "'inf'"), unfused_matmuls);
    if (all) {
        CHECK_NUMBER(all->energy, 20480);
        CHECK_NUMBER(case_usage(all, "GB"), 0.00832);
        CHECK_NUMBER(all->energy_delay_product, 10485760);
    }
    case_make(&c, two_matmuls, bounds, SIMPLE("1", "1000", "'inf'"));
    /* Only together too large */
    CHECK(!case_evaluate(&c, fused_matmuls, 0) && strstr(af_report_message(c.report, 0), "GB"));
    af_report_clear(c.report);
}

static void test_matvecs(void)           /* 13.3 */
{
    const char *workload = "Y: A[na] B[na,ny] Y[ny]!\nZ: Y[ny] C[ny,nz] Z[nz]!";
    const struct { const char *mapping; double energy, latency, y, z, usage; } rows[] = {
        {"A,B,C,Y,Z@Main ( A,B@GB ny/1 Y@GB na/1 MAC:Y | C,Z@GB ny/1 Y@GB nz/1 MAC:Z )", 4080, 254, 128, 126,
         0.136},
        {"A,B,C,Z@Main Y@GB ( A,B@GB ny/1 na/1 MAC:Y | C,Z@GB ny/1 nz/1 MAC:Z )", 3552, 242, 122, 120, 0.152},
        {"A,B,C,Y,Z@Main ny/1 Y@GB ( A,B@GB na/1 MAC:Y | C,Z@GB nz/1 MAC:Z )", 6192, 302, 144, 158, 0.048},
        {"A,B,C,Z@Main A@GB ny/1 Y@GB ( B@GB na/1 MAC:Y | C,Z@GB nz/1 MAC:Z )", 4960, 274, 122, 152, 0.080},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        af_mapping_figures *all = run(workload, "na=4 ny=3 nz=4", SIMPLE("10", "1000", "4"), rows[i].mapping);
        CHECK(all != NULL);
        if (!all)
            continue;
        CHECK_NUMBER(all->energy, rows[i].energy);
        CHECK_NUMBER(all->latency, rows[i].latency);
        CHECK_NUMBER(case_component(all->figures[0], "GB")->latency.value, rows[i].y);
        CHECK_NUMBER(case_component(all->figures[1], "GB")->latency.value, rows[i].z);
        CHECK_NUMBER(case_usage(all, "GB"), rows[i].usage);
    }
    af_mapping_figures *all = run(workload, "na=4 ny=3 nz=4", SIMPLE("10", "1000", "4"), rows[2].mapping);
    if (all)
        BUFFET(all->figures[1], "GB", "Z", ANY, ANY, ANY, ANY, ANY, ANY, 8, 2);
}

/* DRAM, GLB, RF fanned out 4 x 8, MAC (13.4). */
#define MEMORY(name, size, leak, e_read, t_read, b_read, e_write, t_write, b_write, more) \
    "{'type':'Memory','name':'" name "','size':" size ",'leak_power':" leak ",'actions':[" \
    "{'name':'read','energy':" e_read ",'throughput':" t_read ",'bits_per_action':" b_read "}," \
    "{'name':'write','energy':" e_write ",'throughput':" t_write ",'bits_per_action':" b_write "}]" more "}"
#define SPATIAL_ARCH(dram, glb, rf, x, y) \
    "[" MEMORY("DRAM", "'inf'", "0.5", "10", "64", "8", "12", "32", "8", dram) "," \
    MEMORY("GLB", "100000", "0", "1", "16", "16", "2", "16", "8", glb) "," \
    MEMORY("RF", "1000", "0.25", "0.1", "4", "8", "0.2", "4", "8", \
           ",'spatial':[{'name':'X','fanout':4" x "},{'name':'Y','fanout':8" y "}]" rf) "," \
    "{'type':'Compute','name':'MAC','leak_power':0.125,'actions':[{'name':'compute','energy':1," \
    "'throughput':2}]}]"

static const char *const matmul = "E: A[m,k] B[k,n] C[m,n]!";
static const char *const spatial_mapping =
    "A,B,C@DRAM m/4 A,B,C@GLB X:n/1@RF Y:k/2@RF A,B,C@RF m/1 k/1 MAC:E";

static void test_spatial(void)           /* 13.4 */
{
    const char *bounds = "m=8 k=16 n=4";
    af_mapping_figures *all = run(matmul, bounds, SPATIAL_ARCH("", "", "", "", ""), spatial_mapping);
    CHECK(all != NULL);
    if (!all)
        return;
    const af_figures *f = all->figures[0];
    BUFFET(f, "RF", "A", 512, 0, 512, 0, 16, 16, 64, 3);
    BUFFET(f, "RF", "B", 512, 0, 128, 0, 16, 4, 16, 3);
    BUFFET(f, "RF", "C", 768, 256, 768, 256, 16, 16, 8, 4);
    BUFFET(f, "GLB", "A", 64, 0, 128, 0, 64, 128, 512, 1);
    BUFFET(f, "GLB", "B", 64, 0, 128, 0, 64, 128, 512, 1);
    BUFFET(f, "GLB", "C", 32, 16, 64, 32, 16, 32, 128, 1);
    BUFFET(f, "DRAM", "A", 128, 0, 0, 0, ANY, ANY, 1024, 0);
    BUFFET(f, "DRAM", "C", 32, 32, 32, 0, ANY, ANY, 256, 0);
    const struct { const char *component; double latency, leak; } rows[] = {
        {"DRAM", 5,  13.5},
        {"GLB",  27, 0},
        {"RF",   21, 6.75},
        {"MAC",  8,  108},
    };
    for (int i = 0; i < 4; i++) {
        CHECK_NUMBER(case_component(f, rows[i].component)->latency.value, rows[i].latency);
        CHECK_NUMBER(case_component(f, rows[i].component)->leak_energy.value, rows[i].leak);
    }
    CHECK_NUMBER(f->compute_steps.value, 16);
    CHECK_NUMBER(all->dynamic_energy, 4560);
    CHECK_NUMBER(all->energy, 4688.25);
    CHECK_NUMBER(case_usage(all, "RF"), 0.088);
    CHECK_NUMBER(case_usage(all, "GLB"), 0.01152);
}

static void test_spatial_variants(void)  /* 13.4 */
{
    const char *half = "A,B,C@DRAM m/4 A,B,C@GLB X:n/1@RF Y:k/4@RF A,B,C@RF m/1 k/1 MAC:E";
    const struct {
        const char *arch, *extra, *mapping;
        double dynamic, leak, latency;
        uint64_t fixes;
    } rows[] = {
        {SPATIAL_ARCH("", "", "", ",'may_reuse':{'s':[],'u':'t'}", ""), NULL, spatial_mapping, 4752, 185.25,
         39, 0},
        {SPATIAL_ARCH("", "", "", "", ""), "'n_instances':6", spatial_mapping, 27360, 769.5, 162, 0},
        {SPATIAL_ARCH("", "", "", "", ",'power_gateable':true"), NULL, half, ANY, 21 + 0.65625 + 10.5, 42, 0},
        {SPATIAL_ARCH("", "", "", "", ",'power_gateable':true"), NULL, half, ANY, 21 + 5.25 + 84, 42,
         1 << AF_QUIRK_POWER_GATING},
        {SPATIAL_ARCH("", "", "", ",'power_gateable':true", ",'power_gateable':true"), NULL, half, ANY,
         21 + 0.1640625 + 2.625, 42, 0},
        {SPATIAL_ARCH( ",'bits_per_value':{'A':4}" ,
         ",'total_latency':{'e':'max(a.n_calls / a.throughput for a in actions)'}"
         ",'values_per_action':{'C':2},"
         "'skip_initial_output_write':false" ,
         ",'actions_scale':2" ,
         "" ,
         "" ),
         NULL, spatial_mapping, ANY, ANY, 42, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        c.extra = rows[i].extra;
        case_make(&c, matmul, "m=8 k=16 n=4", rows[i].arch);
        c.extra = NULL;
        af_mapping_figures *all = case_evaluate(&c, rows[i].mapping, rows[i].fixes);
        CHECK(all != NULL);
        if (!all)
            continue;
        if (rows[i].dynamic != ANY)
            CHECK_NUMBER(all->dynamic_energy, rows[i].dynamic);
        if (rows[i].leak != ANY)
            CHECK_NUMBER(all->leak_energy, rows[i].leak);
        CHECK_NUMBER(all->latency, rows[i].latency);
        CHECK((all->quirks & rows[i].fixes) == 0);
        if (i != 5)
            continue;
        CHECK_NUMBER(all->energy, 4839.5);
        CHECK_NUMBER(case_component(all->figures[0], "DRAM")->latency.value, 4.5);
        CHECK_NUMBER(case_component(all->figures[0], "GLB")->latency.value, 18);
        BUFFET(all->figures[0], "GLB", "C", 32, 0, 32, 0, ANY, ANY, 128, 1);
    }
}

static void test_halo(void)              /* 13.6 */
{
    const char *strided = "E: I[c,2*p+r] F[k,c,r] O[k,p]!", *plain = "E: I[c,p+r] F[k,c,r] O[k,p]!",
               *row = "E: I[p+r] F[r] O[p]!";
    const char *inside = "I,F,O@Main k/2 p/4 I,F,O@GB c/1 r/1 p/1 k/1 MAC:E",
               *above = "I,F,O@Main k/2 I,F,O@GB p/4 c/1 r/1 p/1 k/1 MAC:E";
    const struct {
        const char *workload, *bounds, *mapping;
        double energy, bits, reads, usage;
        int level;
    } rows[] = {
        {plain,   "p=8 r=3 c=2 k=4", inside,                                  8128, 96,  384, ANY,     2},
        {strided, "p=8 r=3 c=2 k=4", inside,                                  8512, 144, 576, ANY,     2},
        {plain,   "p=8 r=3 c=2 k=4", above,                                   7616, 160, 320, ANY,     1},
        {row,     "p=8 r=3",         "I,F,O@Main F,O,I@GB p/4 r/1 p/1 MAC:E", 1064, 48,  80,  0.00136, 1},
        {row,     "p=8 r=3",         "I,F,O@Main F,O,I@GB p/3 r/1 p/1 MAC:E", 1064, 40,  80,  ANY,     1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        af_mapping_figures *all = run(rows[i].workload, rows[i].bounds, SIMPLE("1", "100000", "'inf'"),
                                      rows[i].mapping);
        CHECK(all != NULL);
        if (!all)
            continue;
        CHECK_NUMBER(all->energy, rows[i].energy);
        BUFFET(all->figures[0], "GB", "I", ANY, ANY, ANY, ANY, ANY, ANY, rows[i].bits, rows[i].level);
        CHECK_NUMBER(case_buffet(all->figures[0], "Main", "I")->read.value, rows[i].reads);
        if (rows[i].usage != ANY)
            CHECK_NUMBER(case_usage(all, "GB"), rows[i].usage);
    }
}

#define TOLL_ARCH(direction) "[" MEMORY("Main", "'inf'", "0", "0", "'inf'", "1", "0", "'inf'", "1", "") "," \
    "{'type':'Toll','name':'Toll','direction':" direction \
    ",'actions':[{'name':'read','energy':100,'throughput':'inf'}]}," \
    MEMORY("Local", "'inf'", "0", "0", "'inf'", "1", "0", "'inf'", "1", "") "," \
    "{'type':'Compute','name':'MAC','actions':[{'name':'compute','energy':0,'throughput':1}]}]"

static void test_toll(void)              /* 13.7 */
{
    const char *passed = "T0,W0,T1@Main ~T0,W0,T1@Toll T0,W0,T1@Local m/1 n0/1 n1/1 MAC:Matmul0";
    const char *tiled = "T0,W0,T1@Main m/32 ~T0,W0,T1@Toll n0/16 T0,W0,T1@Local m/1 n0/1 n1/1 MAC:Matmul0";
    const struct { const char *arch, *mapping; double t0, w0, t1, energy; } rows[] = {
        {TOLL_ARCH("'up_and_down'"), passed, 65536, 65536,  131072, 26214400},
        {TOLL_ARCH("'up'"),          passed, 0,     0,      131072, 13107200},
        {TOLL_ARCH("'down'"),        passed, 65536, 65536,  0,      13107200},
        {TOLL_ARCH("'up_and_down'"), tiled,  65536, 262144, 917504, 124518400},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        af_mapping_figures *all = run(one_matmul, "m=128 n0=64 n1=128", rows[i].arch, rows[i].mapping);
        CHECK(all != NULL);
        if (!all)
            continue;
        CHECK_NUMBER(all->energy, rows[i].energy);
        CHECK_NUMBER(case_buffet(all->figures[0], "Toll", "T0")->read.value, rows[i].t0);
        CHECK_NUMBER(case_buffet(all->figures[0], "Toll", "W0")->read.value, rows[i].w0);
        CHECK_NUMBER(case_buffet(all->figures[0], "Toll", "T1")->read.value, rows[i].t1);
        CHECK_NUMBER(case_buffet(all->figures[0], "Toll", "T1")->write.value, 0);
        CHECK_NUMBER(case_usage(all, "Toll"), -1);
    }
}

#define FREE(name, more) MEMORY(name, "'inf'", "0", "0", "'inf'", "1", "0", "'inf'", "1", more)
#define NETWORK(name, latency, hop_latency, throughput, more) "{'type':'Network','name':'" name "'" latency \
    ",'actions':[{'name':'hop','energy':1,'latency':" hop_latency ",'throughput':" throughput "}]" more "}"
#define ROW_NET(fanout, topology) \
    "[" FREE("Main", "") "," FREE("GB", "") "," \
    NETWORK("PeArray", ",'total_latency':{'e':'max_hops'}", "0", "'inf'", topology) "," \
    FREE("Pad", ",'spatial':[{'name':'X','fanout':4}]") "," NETWORK("MacArray", "", "1", "'inf'", topology) \
    "," \
    "{'type':'Compute','name':'MAC','spatial':[{'name':'X','fanout':" fanout \
    "}],'actions':[{'name':'compute','energy':0,'throughput':'inf'}]}]"

static const af_hop *hop_of(const af_figures *f, const char *network, const char *tensor)
{
    static const af_hop none = {.node = -1};
    for (int i = 0; i < f->n_hops; i++)
        if (!strcmp(f->einsum->nodes[f->hops[i].node].name, network) &&
            !strcmp(f->einsum->tensors[f->hops[i].tensor].name, tensor))
            return &f->hops[i];
    return &none;
}

static void check_hops(const af_figures *f, const char *network, const char *tensor, double hops,
                       double max_hops, double traffic)
{
    const af_hop *h = hop_of(f, network, tensor);
    CHECK(h->node >= 0);
    if (h->node < 0)
        return;
    CHECK_NUMBER(h->hops.value, hops);
    CHECK_NUMBER(h->max_hops.value, max_hops);
    CHECK(h->n_traffic == 1);
    CHECK_NUMBER(h->traffic[0].value, traffic);
}

static void test_networks(void)          /* 13.8 */
{
    af_mapping_figures *all = run(one_matmul, "m=8 n0=8 n1=8", ROW_NET("2", ""),
                                  "T0,W0,T1@Main T0,W0,T1@GB m/4 X:n0/2@Pad T0,W0,T1@Pad m/1 n1/1 "
                                  "X:n0/1@MAC MAC:Matmul0");
    CHECK(all != NULL);
    if (all) {
        const af_figures *f = all->figures[0];
        check_hops(f, "MacArray", "T0", 2048, 2, 8);
        check_hops(f, "MacArray", "T1", 2048, 2, 8);
        check_hops(f, "PeArray", "T0", 768, 4, 192);
        check_hops(f, "PeArray", "T1", 1536, 4, 256);
        check_hops(f, "PeArray", "W0", 1536, 4, 384);
        CHECK_NUMBER(case_component(f, "PeArray")->latency.value, 4);
        CHECK_NUMBER(case_component(f, "MacArray")->latency.value, 2);
        CHECK_NUMBER(all->latency, 4);
        CHECK_NUMBER(all->energy, 9984);
    }
    all = run(one_matmul, "m=8 n0=8 n1=8", ROW_NET("4", ",'topology':'all_to_all'"),
              "T0,W0,T1@Main T0,W0,T1@GB m/4 X:n0/4@Pad T0,W0,T1@Pad m/1 n1/1 X:n0/1@MAC MAC:Matmul0");
    CHECK(all != NULL);
    if (all) {
        check_hops(all->figures[0], "MacArray", "T0", 3072, 1, 24);
        check_hops(all->figures[0], "MacArray", "T1", 3072, 1, 8);
        CHECK_NUMBER(hop_of(all->figures[0], "PeArray", "T0")->hops.value, 256);
        CHECK_NUMBER(hop_of(all->figures[0], "PeArray", "T1")->hops.value, 512);
    }
}

#define MESH_2D "[" FREE("Main", "") "," FREE("GB", "") "," NETWORK("PeArray", "", "0", "4e9", "") "," \
    FREE("Pad", ",'spatial':[{'name':'X','fanout':2},{'name':'Y','fanout':2}]") "," \
    NETWORK("MacArray", "", "0", "16e9", "") "," \
    "{'type':'Compute','name':'MAC','spatial':[{'name':'X','fanout':2},{'name':'Y','fanout':2}]," \
    "'actions':[{'name':'compute','energy':0,'throughput':'inf'}]}]"

static void test_mesh(void)              /* 13.8, 20 section 16.1 */
{
    af_mapping_figures *all = run(one_matmul, "m=8 n0=4 n1=4", MESH_2D,
        "T0,T1,W0@Main T0,T1,W0@GB m/4 X:n0/2@Pad Y:n1/2@Pad T0,T1,W0@Pad m/1 X:n0/1@MAC Y:n1/1@MAC "
        "MAC:Matmul0");
    CHECK(all != NULL);
    if (!all)
        return;
    check_hops(all->figures[0], "MacArray", "T0", 768, 4, 8);
    check_hops(all->figures[0], "MacArray", "T1", 1024, 4, 16);
    check_hops(all->figures[0], "MacArray", "W0", 1024, 4, 16);
    check_hops(all->figures[0], "PeArray", "T0", 384, 4, 64);
    check_hops(all->figures[0], "PeArray", "T1", 512, 4, 128);
    check_hops(all->figures[0], "PeArray", "W0", 256, 4, 64);
    CHECK_NUMBER(case_component(all->figures[0], "PeArray")->latency.value, 6.4e-8);
    CHECK_NUMBER(case_component(all->figures[0], "MacArray")->latency.value, 2.5e-9);
    CHECK_NUMBER(all->energy, 3968);
    CHECK(all->quirks >> AF_QUIRK_NETWORK_TRAFFIC & 1);
}

static void test_distributed(void)       /* 13.8 */
{
    static const char *const arch =
        "[" FREE("Main", "") ",{'type':'Array','name':'Grid','spatial':[{'name':'X','fanout':4},"
        "{'name':'Y','fanout':4}],'nodes':["
        MEMORY("Spread", "100000", "1", "5", "1", "1", "5", "1", "1",
               ",'spatial':[{'name':'X','fanout':2},{'name':'Y','fanout':2}]") ","
        NETWORK("NoC", ",'total_latency':{'e':'0'}", "0", "'inf'", "") "]},"
        MEMORY("Pad", "100000", "0", "0", "'inf'", "1", "0", "'inf'", "1", "") ","
        "{'type':'Compute','name':'MAC','actions':[{'name':'compute','energy':0,'throughput':'inf'}]}]";
    af_mapping_figures *all = run(one_matmul, "m=8 n0=8 n1=8", arch,
                                  "T0,W0,T1@Main W0@Spread m/4 X:n0/2@Grid Y:n1/2@Grid "
                                  "T0,W0,T1@Pad m/1 n0/1 n1/1 MAC:Matmul0");
    CHECK(all != NULL);
    if (!all)
        return;
    BUFFET(all->figures[0], "Spread", "W0", 1024, 0, 512, 0, 256, 128, 128, 0);
    CHECK_NUMBER(all->latency, 384);
    CHECK_NUMBER(case_usage(all, "Spread"), 0.00128);
    CHECK_NUMBER(hop_of(all->figures[0], "NoC", "T0")->hops.value, 2304);
    CHECK_NUMBER(hop_of(all->figures[0], "NoC", "T1")->hops.value, 4608);
    check_hops(all->figures[0], "NoC", "W0", 1024, 2, 128);
    CHECK_NUMBER(all->leak_energy, 6144);
}

static void test_imperfect(void)         /* 13.9 */
{
    af_mapping_figures *all = run(matmul, "m=7 k=6 n=5", SIMPLE("1", "100000", "'inf'"),
                                  "A,B,C@Main m/3 A,B,C@GB n/2 m/1 k/4 k/1 n/1 MAC:E");
    CHECK(all != NULL);
    if (all) {
        BUFFET(all->figures[0], "GB", "A", 2016, 0, 336, 0, ANY, ANY, 144, 1);
        BUFFET(all->figures[0], "GB", "B", 2160, 0, 720, 0, ANY, ANY, 240, 1);
        BUFFET(all->figures[0], "GB", "C", 2520, 280, 2520, 280, ANY, ANY, 16, 3);
        CHECK_NUMBER(all->figures[0]->computes.value, 210);
        CHECK_NUMBER(all->energy, 11258);
        CHECK_NUMBER(case_usage(all, "GB"), 0.004);
    }
    all = run(matmul, "m=7 k=6 n=5", SIMPLE("1", "100000", "'inf'"),
              "A,B,C@Main m/3 A,B,C@GB n/2 m/1 k/4 k/3 k/1 n/1 MAC:E");
    CHECK(all && fabs(all->energy - 11258) < 1e-9);
    c.bits = "1";
    const char *arch = "[" MEMORY("DRAM", "'inf'", "0", "1", "'inf'", "1", "1", "'inf'", "1", "") ","
        MEMORY("RF", "'inf'", "0", "1", "1", "1", "1", "1", "1", ",'spatial':[{'name':'X','fanout':4}]") ","
        "{'type':'Compute','name':'MAC','actions':[{'name':'compute','energy':1,'throughput':'inf'}]}]";
    all = run("E: A[m,k] V[k] Z[m]!", "m=7 k=5", arch, "A,V,Z@DRAM X:m/2@RF A,V,Z@RF m/1 k/1 MAC:E");
    c.bits = NULL;
    CHECK(all != NULL);
    if (!all)
        return;
    CHECK_NUMBER(all->figures[0]->spatial[0].used.value, 3.5);
    BUFFET(all->figures[0], "RF", "V", ANY, ANY, 20, 0, ANY, 5, ANY, ANY);
    CHECK_NUMBER(all->figures[0]->compute_steps.value, 10);
    CHECK_NUMBER(all->latency, 55);
    CHECK_NUMBER(all->energy, 282);
}

static void test_persistent(void)        /* 13.10 */
{
    c.extra = "'n_instances':6";
    case_make(&c, "E: X[m,k] W[k,n] Y[m,n]!", "m=4 k=8 n=8", SIMPLE("1", "100000", "'inf'"));
    c.extra = NULL;
    af_mapping_figures *all = case_evaluate(&c, "X,W,Y@Main ^W@GB m/1 X,Y@GB k/1 n/1 MAC:E", 0);
    CHECK(all != NULL);
    if (!all)
        return;
    BUFFET(all->figures[0], "GB", "W", ANY, ANY, ANY, ANY, ANY, ANY, 6 * 512, -1);
    CHECK_NUMBER(case_usage(all, "GB"), 0.032);
    CHECK_NUMBER(all->energy, 61440);
    CHECK_NUMBER(all->latency, 1536);
}

#define FORKED(fork) "[" MEMORY("DRAM", "'inf'", "1", "0", "'inf'", "1", "0", "'inf'", "1", "") "," \
    "{'type':'Fork'" fork \
    ",'nodes':[{'type':'Compute','name':'SCALAR','leak_power':2,'actions':[{'name':'compute','energy':3," \
    "'throughput':1}]}]}," \
    MEMORY("GLB", "'inf'", "4", "0", "'inf'", "1", "0", "'inf'", "1", "") "," \
    "{'type':'Compute','name':'MAC','leak_power':8,'actions':[{'name':'compute','energy':0,'throughput':2}]}]"

static void test_fork(void)              /* 13.11 */
{
    const struct { const char *arch; double leak; } rows[] = {
        {FORKED(""),                                  150},
        {FORKED(",'forked_power_gateable':true"),     138},
        {FORKED(",'non_forked_power_gateable':true"), 102},
    };
    for (int i = 0; i < 3; i++) {
        af_mapping_figures *all = run("E1: A[m,k] B[m]!\nE2: B[m] C[m]!", "m=4 k=3", rows[i].arch,
                                      "A,B,C@DRAM ( A,B@GLB m/1 k/1 MAC:E1 | m/1 SCALAR:E2 )");
        CHECK(all != NULL);
        if (!all)
            continue;
        CHECK_NUMBER(all->latency, 10);
        CHECK_NUMBER(all->leak_energy, rows[i].leak);
        CHECK(!case_component(all->figures[1], "GLB")->used);
    }
}

static void test_initial_tile(void)      /* 13.12 */
{
    const char *workload = "C1: I[p+r] F1[r] T[p]!\nC2: T[p] J[p+s] F2[s] O[p]!";
    const struct { const char *mapping; double energy, first, second, usage; } rows[] = {
        {"I,J,F1,F2,O@Main p/2 T@GB ( I,F1@GB r/1 p/1 MAC:C1 | J,F2,O@GB s/1 p/1 MAC:C2 )", 2672, 928, 1184,
         0.00088},
        {"I,J,F1,F2,O@Main p/2+4 T@GB ( I,F1@GB r/1 p/1 MAC:C1 | J,F2,O@GB s/1 p/1 MAC:C2 )", 3952, 1016,
         1240, 0.00136},
    };
    for (int i = 0; i < 2; i++) {
        af_mapping_figures *all = run(workload, "p=8 r=3 s=3", SIMPLE("1", "100000", "1"), rows[i].mapping);
        CHECK(all != NULL);
        if (!all)
            continue;
        CHECK_NUMBER(all->energy, rows[i].energy);
        CHECK_NUMBER(all->figures[0]->latency.value, rows[i].first);
        CHECK_NUMBER(all->figures[1]->latency.value, rows[i].second);
        CHECK_NUMBER(case_usage(all, "GB"), rows[i].usage);
        if (i == 1)
            BUFFET(all->figures[0], "GB", "T", ANY, ANY, ANY, ANY, ANY, ANY, 32, 1);
    }
}

#define PLACED \
    "[" FREE("DRAM", "") "," MEMORY("BUF", "'inf'", "0", "1", "'inf'", "1", "1", "'inf'", "1", "") "," \
    MEMORY("REG", "'inf'", "0", "1", "1", "1", "1", "1", "1", ",'spatial':[{'name':'X','fanout':2}]") "," \
    "{'type':'Compute','name':'MAC','actions':[{'name':'compute','energy':0,'throughput':1}]}]"

static void test_placement(void)         /* 13.13 */
{
    c.bits = "1";
    af_mapping_figures *all = run("E: A[m,k] Z[m]!", "m=4 k=2", PLACED,
                                  "A,Z@DRAM X:k/1@REG A@REG m/1 Z@BUF k/1 MAC:E");
    CHECK(all != NULL);
    if (all) {
        /* under two loops of the mapping; in its own list, which moves X below
         * it, the reference counts one */
        BUFFET(all->figures[0], "BUF", "Z", 8, 4, 8, 4, ANY, ANY, ANY, 2);
        CHECK_NUMBER(all->latency, 8);
    }
    CHECK(!case_evaluate(&c, "A,Z@DRAM X:m/2@REG A@REG m/1 Z@BUF k/1 MAC:E", 0));
    CHECK(strstr(af_report_message(c.report, 0), "spatial loop over m"));
    af_report_clear(c.report);
    c.bits = NULL;
}

/* Copies move only between the backing holders (section 6). */
static void test_copies(void)
{
    const struct {
        const char *mapping;
        double main_read, main_write, gb_read, gb_write;
        uint64_t fixes;
    } rows[] = {
        {"X,Y@Main m/1 n/1 MAC:E",             0,   0,   0, 0,   0},
        {"X@Main Y@GB m/1 n/1 MAC:E",          256, 0,   0, 256, 0},
        {"X@Main m/2 X@GB Y@GB n/1 m/1 MAC:E", 0,   256, 0, 0,   0},
        {"X@Main m/2 X@GB Y@GB n/1 m/1 MAC:E", 256, 0,   0, 256, 1 << AF_QUIRK_COPY_WRITE_BACK},
    };
    c.extra = "'is_copy_operation':true";
    case_make(&c, "E: X[m,n] Y[m,n]!", "m=4 n=8", SIMPLE("1", "100000", "'inf'"));
    c.extra = NULL;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        af_mapping_figures *all = case_evaluate(&c, rows[i].mapping, rows[i].fixes);
        CHECK(all != NULL);
        if (!all)
            continue;
        const af_figures *f = all->figures[0];
        CHECK_NUMBER(case_buffet(f, "Main", "X")->read.value, rows[i].main_read);
        CHECK_NUMBER(case_buffet(f, "Main", "X")->write.value, rows[i].main_write);
        CHECK_NUMBER(case_buffet(f, "GB", "X")->read.value, rows[i].gb_read);
        CHECK_NUMBER(case_buffet(f, "GB", "X")->write.value, rows[i].gb_write);
        CHECK_NUMBER(f->computes.value, 0);
    }
}

int main(void)
{
    case_start(&c);
    test_one_matmul();
    test_two_matmuls();
    test_matvecs();
    test_spatial();
    test_spatial_variants();
    test_halo();
    test_toll();
    test_networks();
    test_mesh();
    test_distributed();
    test_imperfect();
    test_persistent();
    test_fork();
    test_initial_tile();
    test_placement();
    test_copies();
    case_end(&c);
    return test_end("evaluate");
}
