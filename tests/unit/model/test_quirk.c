/* Each quirk of the reference: its figure, and the right one (50 section 15, 20 section 25). */
#include "model_case.h"

#define MEMORY(name, size, leak, more) \
    "{'type':'Memory','name':'" name "','size':" size ",'leak_power':" leak ",'actions':[" \
    "{'name':'read','energy':1,'throughput':'inf','bits_per_action':1},{'name':'write','energy':1," \
    "'throughput':'inf','bits_per_action':1}]" more "}"
#define COMPUTE(name, leak, more) "{'type':'Compute','name':'" name "','leak_power':" leak \
    ",'actions':[{'name':'compute','energy':1,'throughput':1}]" more "}"
#define SIMPLE \
    "[" MEMORY("Main", "1000000", "0", "") "," MEMORY("GB", "100000", "0", "") "," COMPUTE("MAC", "0", "") \
    "]"
#define FANNED(more) \
    "[" MEMORY("Main", "'inf'", "0", "") "," \
    MEMORY("RF", "'inf'", "1", ",'spatial':[{'name':'X','fanout':8" more "}]") "," \
    COMPUTE("MAC", "2", "") "]"
#define NETWORK(name, throughput) \
    "{'type':'Network','name':'" name "','actions':[{'name':'hop','energy':1,'latency':0,'throughput':" \
    throughput "}]}"
#define GRID ",'spatial':[{'name':'X','fanout':2},{'name':'Y','fanout':2}]"

#define FREE_MAC(more) \
    "{'type':'Compute','name':'MAC','actions':[{'name':'compute','energy':1,'throughput':'inf'}]" more "}"
#define ROW(more) "[" MEMORY("Main", "'inf'", "0", "") "," NETWORK("Net", "1") "," \
    MEMORY("Pad", "'inf'", "0", ",'spatial':[{'name':'Xp','fanout':4" more "}]") "," FREE_MAC("") "]"
#define TWO_ROWS "[" MEMORY("Main", "'inf'", "0", "") "," NETWORK("Near", "1") "," \
    MEMORY("Pad", "'inf'", "0", ",'spatial':[{'name':'Xp','fanout':2}]") "," NETWORK("Far", "1") "," \
    FREE_MAC(",'spatial':[{'name':'Xm','fanout':2}]") "]"
#define SPREAD(topology) "[" MEMORY("Main", "'inf'", "0", "") \
    ",{'type':'Array','name':'Cells','spatial':[{'name':'X','fanout':4}],'nodes':[" \
    MEMORY("Spread", "'inf'", "0", ",'spatial':[{'name':'X','fanout':2}]") \
    ",{'type':'Network','name':'Net','topology':'" topology "'," \
    "'actions':[{'name':'hop','energy':1,'latency':0,'throughput':1}]}]}," FREE_MAC("") "]"
#define PASSED_BY "A,Z@Main Xp:k/2@Pad Z@Pad Xm:k/1@MAC MAC:E"

typedef enum figure { ENERGY, LEAK, LATENCY, USAGE, BITS, READS, HOPS, WAY } figure;
typedef struct row {
    af_quirk quirk;
    const char *workload, *bounds, *extra, *arch, *mapping;
    figure figure; const char *component, *tensor;       /* of USAGE, BITS, READS, HOPS, WAY */
    double reference, right;
} row;

static const row rows[] = {
    /* 4 of 8 instances run for 4 steps: RF leaks 1 on itself, MAC 2 x 8 */
    {AF_QUIRK_POWER_GATING, "E: A[m,k] Z[m]!", "m=4 k=4", NULL, FANNED(",'power_gateable':true"),
     "A,Z@Main X:k/1@RF A,Z@RF m/1 MAC:E", LEAK, NULL, NULL, 4 * (1 + 16) / 16.0, 4 * (1 + 16) / 2.0},
    {AF_QUIRK_OWN_FANOUT_LEAK, "E: A[m,k] Z[m]!", "m=4 k=4", NULL, FANNED(""),
     "A,Z@Main X:k/1@RF A,Z@RF m/1 MAC:E", LEAK, NULL, NULL, 4 * (1 + 16), 4 * (8 + 16)},
    {AF_QUIRK_ARRAY_MEMBERS, "E: A[m] Z[m]!", "m=4", NULL,
     "[" MEMORY("Main", "'inf'", "0", "")
     ",{'type':'Array','name':'Cells','spatial':[{'name':'X','fanout':4},{'name':'Y','fanout':4}],'nodes':["
     MEMORY("Spread", "'inf'", "1", GRID) "]}," COMPUTE("MAC", "0", "") "]",
     "A,Z@Main m/1 MAC:E", LEAK, NULL, NULL, 4 * 16, 4 * 4},
    {AF_QUIRK_COMPUTE_FANOUT, "E: A[m] Z[m]!", "m=4", NULL,
     "[" MEMORY("Main", "'inf'", "0", "") "," COMPUTE("Vector", "0", ",'spatial':[{'name':'X','fanout':3}]")
     "," COMPUTE("MAC", "8", "") "]",
     "A,Z@Main m/1 MAC:E", LEAK, NULL, NULL, 4 * 24, 4 * 8},
    /* 50 section 13.9; rightly each of A, B, C is read 7 x 6 x 5 = 210 times by the MAC */
    {AF_QUIRK_IMPERFECT_TILES, "E: A[m,k] B[k,n] C[m,n]!", "m=7 k=6 n=5", NULL, SIMPLE,
     "A,B,C@Main m/3 A,B,C@GB n/2 m/1 k/4 k/1 n/1 MAC:E", ENERGY, NULL, NULL, 11258,
     210 + (336 + 720 + 280) + 8 * (210 + 42 + 210 + 90 + 210 + 210)},
    /* 50 section 13.12: tiles of 4, 2, 2 */
    {AF_QUIRK_INITIAL_TILE_SHAPE, "C1: I[p+r] F1[r] T[p]!\nC2: T[p] J[p+s] F2[s] O[p]!", "p=8 r=3 s=3", NULL,
     SIMPLE, "I,J,F1,F2,O@Main p/2-4 T@GB ( I,F1@GB r/1 p/1 MAC:C1 | J,F2,O@GB s/1 p/1 MAC:C2 )", ENERGY,
     NULL, NULL, 2672, 3952},
    {AF_QUIRK_IMPERFECT_TILES, "C1: I[p+r] F1[r] T[p]!\nC2: T[p] J[p+s] F2[s] O[p]!", "p=8 r=3 s=3", NULL,
     SIMPLE, "I,J,F1,F2,O@Main p/2+4 T@GB ( I,F1@GB r/1 p/1 MAC:C1 | J,F2,O@GB s/1 p/1 MAC:C2 )", ENERGY,
     NULL, NULL, 3952, 2512},
    /* T0 could be taken value by value, T1 row by row; in the reference W0,
     * which stands last, keeps them from it */
    {AF_QUIRK_RESERVATION_ORDER, "E: T0[m,n0] W0[n0,n1] T1[m,n1]!", "m=4 n0=8 n1=8", NULL, SIMPLE,
     "T0,T1,W0@Main T0,T1,W0@GB m/1 n0/1 n1/1 MAC:E", USAGE, "GB", NULL, (256 + 256 + 512) / 1e5,
     (8 + 64 + 512) / 1e5},
    {AF_QUIRK_PERSISTENT_TENSORS, "E: X[m,k] W[k,n]^ Y[m,n]!", "m=4 k=8 n=8", "'n_instances':6", SIMPLE,
     "X,W,Y@Main m/1 k/1 n/1 MAC:E", USAGE, "Main", NULL, (256 + 512 + 256) / 1e6,
     (256 + 6 * 512 + 256) / 1e6},
    {AF_QUIRK_PROJECTION_CONSTANT, "E: A[p+3] Z[p]!", "p=4", NULL, SIMPLE, "A,Z@Main p/1 MAC:E", BITS, "Main",
     "A", 7 * 8, 4 * 8},
    {AF_QUIRK_NEGATIVE_COEFFICIENT, "E: A[p+-1*r] Z[p]!", "p=4 r=3", NULL, SIMPLE, "A,Z@Main p/1 r/1 MAC:E",
     BITS, "Main", "A", 2 * 8, 6 * 8},
    /* 20 section 16.1: two iterations of m, each 256 over the links along X */
    {AF_QUIRK_NETWORK_TRAFFIC, "E: T0[m,n0] W0[n0,n1] T1[m,n1]!", "m=8 n0=4 n1=4", NULL,
     "[" MEMORY("Main", "'inf'", "0", "") "," MEMORY("GB", "'inf'", "0", "") "," NETWORK("Net", "1") ","
     MEMORY("Pad", "'inf'", "0", GRID) ","
     "{'type':'Compute','name':'MAC','actions':[{'name':'compute','energy':1,'throughput':'inf'}]}]",
     "T0,T1,W0@Main T0,T1,W0@GB m/4 X:n0/2@Pad Y:n1/2@Pad T0,T1,W0@Pad m/1 n0/1 n1/1 MAC:E", LATENCY, NULL,
     NULL, 256, 512},
    /* B is fetched again for each m: what the link carries is 32 of A, 32 of Z,
     * and 8 or rightly 4 x 8 of B */
    {AF_QUIRK_NETWORK_VOLUME, "E: A[m,k] B[k] Z[m,k]!", "m=4 k=2", NULL, ROW(""),
     "A,B,Z@Main Xp:k/1@Pad m/1 A,B,Z@Pad MAC:E", LATENCY, NULL, NULL, 72, 96},
    /* what is not shared is sent to each: A travels 0, 1, 2, 3 steps, not along all once */
    {AF_QUIRK_NETWORK_VOLUME, "E: A[k] B[m,k] Z[m,k]!", "m=4 k=2", NULL, ROW(",'may_reuse':{'s':[],'u':'t'}"),
     "A,B,Z@Main Xp:m/1@Pad A,B,Z@Pad k/1 MAC:E", HOPS, "Net", "A", 3 * 16, (1 + 2 + 3) * 16},
    {AF_QUIRK_NETWORK_REACH, "E: A[k] Z[k]!", "k=8", NULL, ROW(""), "A,Z@Main Xp:k/2@Pad A,Z@Pad k/1 MAC:E",
     WAY, "Net", "A", 4, 3},
    {AF_QUIRK_NETWORK_REACH, "E: A[k] Z[k]!", "k=8", NULL, ROW(""), "A,Z@Main Xp:k/8@Pad A,Z@Pad k/1 MAC:E",
     WAY, "Net", "A", 1, 0},
    /* A passes Pad by: Near carries 1 step of 16 bits, then Far in each of 2 rows 1 step of 8 */
    {AF_QUIRK_NETWORK_BETWEEN, "E: A[k] Z[k]!", "k=4", NULL, TWO_ROWS, PASSED_BY, HOPS, "Near", "A",
     16 + 2 * 8, 16},
    {AF_QUIRK_NETWORK_BETWEEN, "E: A[k] Z[k]!", "k=4", NULL, TWO_ROWS, PASSED_BY, HOPS, "Far", "A", 0, 2 * 8},
    /* two values, both in the first of two units, which serves four cells */
    {AF_QUIRK_SPREAD_UNITS, "E: B[n] Z[n]!", "n=2", NULL,
     "[" MEMORY("Main", "'inf'", "0", "")
     ",{'type':'Array','name':'Cells','spatial':[{'name':'X','fanout':8}],'nodes':["
     MEMORY("Spread", "'inf'", "0", ",'spatial':[{'name':'X','fanout':2}]") "]}," FREE_MAC("") "]",
     "Z,B@Main B@Spread X:n/1@Cells MAC:E", BITS, "Spread", "B", 32, 16},
    /* 3 cells, two of them served by the first unit, the other by its own */
    {AF_QUIRK_SPREAD_UNITS, "E: B[n] Z[n]!", "n=3", NULL, SPREAD("mesh"),
     "Z,B@Main B@Spread X:n/1@Cells MAC:E", HOPS, "Net", "B", 1.5 * 8, 8},
    /* each row has a unit of its own, which sends one value of B along it; of Z two leave the first cell */
    {AF_QUIRK_SPREAD_UNITS, "E: B[m,n] Z[m,n]!", "m=2 n=2", NULL,
     "[" MEMORY("Main", "'inf'", "0", "") ",{'type':'Array','name':'Cells'" GRID ",'nodes':["
     MEMORY("Spread", "'inf'", "0", ",'spatial':[{'name':'X','fanout':1},{'name':'Y','fanout':2}]") ","
     NETWORK("Net", "1") "]}," FREE_MAC("") "]",
     "Z,B@Main B@Spread X:m/1@Cells Y:n/1@Cells MAC:E", LATENCY, NULL, NULL, 16 + 16, 16 + 8},
    /* 4 cells, two of them where their unit is */
    {AF_QUIRK_SPREAD_UNITS, "E: B[n] Z[n]!", "n=4", NULL, SPREAD("all_to_all"),
     "Z,B@Main B@Spread X:n/1@Cells MAC:E", HOPS, "Net", "B", 3 * 8, 2 * 8},
    {AF_QUIRK_COPY_WRITE_BACK, "E: X[m,n] Y[m,n]!", "m=4 n=8", "'is_copy_operation':true", SIMPLE,
     "X@Main m/2 X@GB Y@GB n/1 m/1 MAC:E", READS, "Main", "X", 0, 256},
    /* what is copied within Main goes nowhere; from Main to Pad: 8 values one step, and not on to the MACs */
    {AF_QUIRK_COPY_NETWORK, "E: X[m,n] Y[m,n]!", "m=4 n=8", "'is_copy_operation':true", ROW(""),
     "X,Y@Main Xp:m/1@Pad n/1 MAC:E", HOPS, "Net", "X", (1 + 2 + 3) * 64, 0},
    {AF_QUIRK_COPY_NETWORK, "E: X[m,n] Y[m,n]!", "m=4 n=4", "'is_copy_operation':true", TWO_ROWS,
     "X@Main Xp:m/2@Pad Y@Pad Xm:m/1@MAC n/1 MAC:E", HOPS, "Near", "X", 8 * 8 + 2 * 4 * 8, 8 * 8},
};

static double figure_of(const row *r, const af_mapping_figures *all)
{
    switch (r->figure) {
    case ENERGY: return all->energy;
    case LEAK: return all->leak_energy;
    case LATENCY: return all->latency;
    case USAGE: return case_usage(all, r->component);
    case HOPS: return case_hop(all->figures[0], r->component, r->tensor)->hops.value;
    case WAY: return case_hop(all->figures[0], r->component, r->tensor)->max_hops.value;
    case BITS: return case_buffet(all->figures[0], r->component, r->tensor)->occupancy.value;
    default: return case_buffet(all->figures[0], r->component, r->tensor)->read.value;
    }
}

static void check_row(const row *r)
{
    const uint64_t own = (uint64_t)1 << r->quirk;
    model_case c;
    case_start(&c);
    c.extra = r->extra;
    CHECK(case_make(&c, r->workload, r->bounds, r->arch));
    af_mapping_figures *reference = case_evaluate(&c, r->mapping, 0),
                       *right = case_evaluate(&c, r->mapping, own),
                       *others = case_evaluate(&c, r->mapping, ~own);
    CHECK(reference && right && others);
    if (!reference || !right || !others) {
        af_report_print(c.report, stdout);
    } else {
        CHECK_NUMBER(figure_of(r, reference), r->reference);
        CHECK_NUMBER(figure_of(r, right), r->right);
        CHECK(reference->quirks & own);
        CHECK(!(right->quirks & own));
        if (fabs(figure_of(r, right) - r->right) > 1e-9 || !(reference->quirks & own))
            printf("  %s\n", af_quirk_name(r->quirk));
    }
    case_end(&c);
}

/* Nothing of all that: no quirk, and the fixes change nothing. */
static void check_plain(void)
{
    model_case c;
    case_start(&c);
    CHECK(case_make(&c, "E: A[m,k] B[k,n] C[m,n]!", "m=4 k=4 n=4", SIMPLE));
    const char *mapping = "A,B,C@Main m/2 A,C@GB B@GB m/1 k/1 n/1 MAC:E";
    af_mapping_figures *reference = case_evaluate(&c, mapping, 0),
                       *right = case_evaluate(&c, mapping, ~(uint64_t)0);
    CHECK(reference && right && reference->energy == right->energy && reference->latency == right->latency);
    CHECK(reference && (reference->quirks & ~((uint64_t)1 << AF_QUIRK_RESERVATION_ORDER)) == 0);
    case_end(&c);
}

static void check_names(void)
{
    uint64_t fixes;
    af_text all = {0};
    for (int i = 0; i < AF_N_QUIRKS; i++) {
        CHECK(af_parse_fixes(af_quirk_name(i), &fixes) == 0 && fixes == (uint64_t)1 << i);
        af_text_printf(&all, "%s%s", i ? "," : "", af_quirk_name(i));
    }
    CHECK(af_parse_fixes(all.bytes, &fixes) == 0 && fixes == ((uint64_t)1 << AF_N_QUIRKS) - 1);
    CHECK(af_parse_fixes("all", &fixes) == 0 && fixes == ((uint64_t)1 << AF_N_QUIRKS) - 1);
    CHECK(af_parse_fixes("power", &fixes) < 0 && af_parse_fixes("power-gating,alles", &fixes) < 0);
    af_text_free(&all);
}

int main(void)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        check_row(&rows[i]);
    check_plain();
    check_names();
    return test_end("quirk");
}
