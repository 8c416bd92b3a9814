/* The worked examples of document 45. Expected relations are compared as sets,
 * whatever isl's text for them is. */
#include "model/isl_reuse.h"
#include "model_case.h"

static model_case c;

static bool equals(isl_map *got, const char *want)
{
    isl_map *map = isl_map_read_from_str(isl_map_get_ctx(got), want);
    bool same = map && isl_map_is_equal(got, map) == isl_bool_true;
    if (!same) {
        char *text = isl_map_to_str(got);
        printf("  got  %s\n  want %s\n", text, want);
        free(text);
    }
    isl_map_free(map);
    return same;
}

static af_isl_analysis *analyze(const char *workload, const char *bounds, const char *mapping,
                                const af_isl_options *options)
{
    static const char *const arch =
        "[{'type':'Memory','name':'Main','size':'inf','actions':[]},"
        "{'type':'Memory','name':'Local','size':'inf','actions':[]},"
        "{'type':'Compute','name':'MAC','spatial':[{'name':'X','fanout':16}],'actions':[]}]";
    static const af_isl_options usual;
    case_make(&c, workload, bounds, arch);
    af_isl_analysis *a = af_isl_analyze(c.arena, (const af_einsum *const *)c.einsums, c.n_einsums,
                                        case_mapping(&c, mapping), options ? options : &usual, c.report);
    CHECK(a != NULL);
    if (!a)
        af_report_print(c.report, stdout);
    return a;
}

/* ---- tiles (section 2.2) */

static void test_tiles(void)
{
    isl_ctx *isl = isl_ctx_alloc();
    const struct { const char *space; int n, sizes[2]; const char *want; } rows[] = {
        {"{ [] -> [m] : 0 <= m < 10 }", 1, {4},
         "{ [x] -> [m] : 4x <= m <= 4x + 3 and 0 <= m < 10 and 0 <= x <= 2 }"},
        {"{ [] -> [m] : 0 <= m < 10 }", 2, {4, 2},
         "{ [x, y] -> [m] : 4x + 2y <= m <= 4x + 2y + 1 and 0 <= m < 10 and 0 <= x <= 2 and 0 <= y <= 1 }"},
        {"{ [] -> [m] : 0 <= m < 10 }", 1, {10}, "{ [0] -> [m] : 0 <= m < 10 }"},
        {"{ [] -> [m] : 0 <= m < 10 }", 1, {16}, "{ [0] -> [m] : 0 <= m < 10 }"},
        {"{ [] -> [m] : 3 <= m < 11 }", 1, {4}, "{ [x] -> [m] : 3 + 4x <= m <= 6 + 4x and 0 <= x <= 1 }"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        isl_map *map = isl_map_read_from_str(isl, rows[i].space);
        for (int k = 0; k < rows[i].n; k++)
            map = af_isl_add_tile(map, 0, rows[i].sizes[k]);
        CHECK(equals(map, rows[i].want));
        isl_map_free(map);
    }
    isl_ctx_free(isl);
}

static void test_prior(void)             /* section 2.5 */
{
    isl_ctx *isl = isl_ctx_alloc();
    const struct { int n, level; const char *want; } rows[] = {
        {3, 0, "{ [a,b,c] -> [d,e,f] : d < a or (d = a and e < b) or (d = a and e = b and f < c) }"},
        {3, 1, "{ [a,b,c] -> [d,e,f] : d = a - 1 or (d = a and e < b) or (d = a and e = b and f < c) }"},
        {3, 2, "{ [a,b,c] -> [d,e,f] : d = a and (e = b - 1 or (e = b and f < c)) }"},
        {3, 3, "{ [a,b,c] -> [a,b,c - 1] }"}, {1, 1, "{ [a] -> [a - 1] }"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        isl_map *map = af_isl_prior(isl, rows[i].n, rows[i].level);
        CHECK(equals(map, rows[i].want));
        isl_map_free(map);
    }
    isl_ctx_free(isl);
}

/* ---- whole analyses */

typedef struct wanted {
    const char *component, *einsum, *tensor, *occupancy, *fill;
    int64_t total;
    int n_dims;
    bool above_sequential;
} wanted;

static void check_buffers(const af_isl_analysis *a, const wanted *rows, int n)
{
    for (int i = 0; i < n; i++) {
        const wanted *row = &rows[i];
        const af_isl_buffer *found = NULL;
        for (int k = 0; k < a->n_buffers; k++) {
            const af_isl_buffer *b = &a->buffers[k];
            const af_einsum *e = a->leaves[b->leaf].einsum;
            if (!strcmp(b->component, row->component) && !strcmp(e->name, row->einsum) &&
                !strcmp(e->tensors[b->tensor].name, row->tensor))
                found = b;
        }
        CHECK(found != NULL);
        if (!found)
            continue;
        bool good = equals(found->occupancy.map, row->occupancy) &&
                    (!row->fill || equals(found->fill.map, row->fill)) && found->fill.total == row->total &&
                    found->occupancy.dims.n == row->n_dims &&
                    found->above_sequential == row->above_sequential;
        CHECK(good);
        if (!good)
            printf("  %s in %s for %s: fill %lld, want %lld\n", row->tensor, row->component, row->einsum,
                   (long long)found->fill.total, (long long)row->total);
    }
}

static void test_convolution(void)       /* section 4.1: rank variables p, r by name */
{
    af_isl_analysis *a = analyze("conv: I[r,p] W[r] O[p]!", "p=16 r=3",
                                 "I,W,O@Main p/8 I,W,O@Local p/1 X:r/1@MAC MAC:conv", NULL);
    if (!a)
        return;
    CHECK(equals(a->leaves[0].tiling,
                 "{ [p0,p1,r0] -> [8p0 + p1, r0] : 0 <= p0 <= 1 and 0 <= p1 <= 7 and 0 <= r0 <= 2 }"));
    CHECK(a->leaves[0].operations == 48);
    const wanted rows[] = {
        {"Main", "conv", "I", "{ [] -> [r,p] : 0 <= r <= 2 and 0 <= p <= 15 }", NULL, 48, 0, false},
        {"Main", "conv", "W", "{ [] -> [r] : 0 <= r <= 2 }", NULL, 3, 0, false},
        {"Main", "conv", "O", "{ [] -> [p] : 0 <= p <= 15 }", NULL, 16, 0, false},
        {"Local", "conv", "I", "{ [t] -> [r,p] : 0 <= r <= 2 and 8t <= p <= 8t + 7 and 0 <= t <= 1 }", NULL,
         48, 1, false},
        {"Local", "conv", "W", "{ [t] -> [r] : 0 <= r <= 2 and 0 <= t <= 1 }", "{ [] -> [r] : 0 <= r <= 2 }",
         3, 1, false},
        {"Local", "conv", "O", "{ [t] -> [p] : 8t <= p <= 8t + 7 and 0 <= t <= 1 }", NULL, 16, 1, false},
        {"MAC", "conv", "I", "{ [a,b,r] -> [r, 8a + b] : 0 <= a <= 1 and 0 <= b <= 7 and 0 <= r <= 2 }", NULL,
         48, 3, false},
        {"MAC", "conv", "W", "{ [a,b,r] -> [r] : 0 <= a <= 1 and 0 <= b <= 7 and 0 <= r <= 2 }",
         "{ [r] -> [r] : 0 <= r <= 2 }", 3, 3, false},
        {"MAC", "conv", "O", "{ [a,b,r] -> [8a + b] : 0 <= a <= 1 and 0 <= b <= 7 and 0 <= r <= 2 }", NULL,
         48, 3, false},
    };
    check_buffers(a, rows, sizeof rows / sizeof *rows);
    const af_isl_dims *dims = &a->buffers[a->n_buffers - 1].occupancy.dims;
    CHECK(dims->dims[0].tag == AF_TAG_TEMPORAL && dims->dims[1].tag == AF_TAG_TEMPORAL &&
          dims->dims[2].tag == AF_TAG_SPATIAL && !strcmp(dims->dims[2].buffer, "MAC"));
    af_isl_free(a);
}

static void test_two_convolutions(void)  /* section 4.2 */
{
    af_isl_analysis *a = analyze("convA: I[pa+ra] WA[ra] A[pa]!\nconvB: A[pb+rb] WB[rb] B[pb]!",
                                 "pa=16 ra=3 pb=16 rb=3",
                                 "I,WA,WB,B@Main pb/8 I,WA,A,WB,B@Local ( pa/1 X:ra/1@MAC MAC:convA | pb/1 "
                                 "X:rb/1@MAC MAC:convB )",
                                 NULL);
    if (!a)
        return;
    CHECK(equals(a->leaves[0].tiling, "{ [0,0,p,r] -> [p, r] : 0 <= p <= 9 and 0 <= r <= 2; [1,0,p,r] -> [10 "
                                      "+ p, r] : 0 <= p <= 5 and 0 <= r <= 2 }"));
    CHECK(equals(a->leaves[1].tiling,
                 "{ [t,1,p,r] -> [8t + p, r] : 0 <= t <= 1 and 0 <= p <= 7 and 0 <= r <= 2 }"));
    const wanted rows[] = {
        {"Main", "convA", "I", "{ [] -> [i] : 0 <= i <= 17 }", NULL, 18, 0, false},
        {"Main", "convA", "WA", "{ [] -> [r] : 0 <= r <= 2 }", NULL, 3, 0, false},
        {"Main", "convB", "WB", "{ [] -> [r] : 0 <= r <= 2 }", NULL, 3, 0, false},
        {"Main", "convB", "B", "{ [] -> [p] : 0 <= p <= 15 }", NULL, 16, 0, false},
        {"Local", "convA", "I", "{ [0] -> [i] : 0 <= i <= 11; [1] -> [i] : 10 <= i <= 17 }",
         "{ [0] -> [i] : 0 <= i <= 11; [1] -> [i] : 12 <= i <= 17 }", 18, 1, true},
        {"Local", "convA", "WA", "{ [t] -> [r] : 0 <= r <= 2 and 0 <= t <= 1 }",
         "{ [] -> [r] : 0 <= r <= 2 }", 3, 1, true},
        {"Local", "convB", "WB", "{ [t] -> [r] : 0 <= r <= 2 and 0 <= t <= 1 }",
         "{ [] -> [r] : 0 <= r <= 2 }", 3, 1, true},
        {"Local", "convA", "A", "{ [0] -> [p] : 0 <= p <= 9; [1] -> [p] : 10 <= p <= 15 }", NULL, 16, 1,
         true},
        {"Local", "convB", "A", "{ [t] -> [p] : 8t <= p <= 8t + 9 and 0 <= t <= 1 }",
         "{ [0] -> [p] : 0 <= p <= 9; [1] -> [p] : 10 <= p <= 17 }", 18, 1, true},
        {"Local", "convB", "B", "{ [t] -> [p] : 8t <= p <= 8t + 7 and 0 <= t <= 1 }", NULL, 16, 1, true},
        {"MAC", "convA", "I",
         "{ [0,0,p,r] -> [p + r] : 0 <= p <= 9 and 0 <= r <= 2; [1,0,p,r] -> [10 + p + r] : "
         "0 <= p <= 5 and 0 <= r <= 2 }",
         NULL, 48, 4, false},
        {"MAC", "convA", "WA",
         "{ [0,0,p,r] -> [r] : 0 <= p <= 9 and 0 <= r <= 2; [1,0,p,r] -> [r] : 0 <= p <= 5 and 0 <= r <= 2 }",
         NULL, 3, 4, false},
        {"MAC", "convA", "A",
         "{ [0,0,p,r] -> [p] : 0 <= p <= 9 and 0 <= r <= 2; [1,0,p,r] -> [10 + p] : "
         "0 <= p <= 5 and 0 <= r <= 2 }",
         NULL, 48, 4, false},
        {"MAC", "convB", "A", "{ [t,1,p,r] -> [8t + p + r] : 0 <= t <= 1 and 0 <= p <= 7 and 0 <= r <= 2 }",
         NULL, 48, 4, false},
        {"MAC", "convB", "WB", "{ [t,1,p,r] -> [r] : 0 <= t <= 1 and 0 <= p <= 7 and 0 <= r <= 2 }", NULL, 3,
         4, false},
        {"MAC", "convB", "B", "{ [t,1,p,r] -> [8t + p] : 0 <= t <= 1 and 0 <= p <= 7 and 0 <= r <= 2 }", NULL,
         48, 4, false},
    };
    check_buffers(a, rows, sizeof rows / sizeof *rows);
    const af_isl_dims *dims = &a->buffers[a->n_buffers - 1].occupancy.dims;
    CHECK(dims->dims[1].tag == AF_TAG_SEQUENTIAL && dims->dims[2].tag == AF_TAG_TEMPORAL &&
          dims->dims[3].tag == AF_TAG_SPATIAL);
    af_isl_free(a);
}

/* ---- fills (section 5): T temporal, S spatial, P pipeline, Q sequential */

static af_isl_dims dims_of(const char *tags)
{
    af_isl_dims dims = {(int)strlen(tags), af_new_array(c.arena, af_isl_dim, 8)};
    for (int i = 0; i < dims.n; i++)
        dims.dims[i] = (af_isl_dim){(af_isl_tag)(strchr("TSPQ", tags[i]) - "TSPQ"), "B"};
    return dims;
}

static void test_fills(void)
{
    isl_ctx *isl = isl_ctx_alloc();
    const struct { const char *tags, *occupancy, *fill; af_isl_options options; int n_dims; } rows[] = {
        {"T", "{ [t] -> [h] : 0 <= t < 4 and t <= h < t + 3 }",
         "{ [0] -> [h] : 0 <= h <= 2; [t] -> [t + 2] : 0 < t < 4 }", {0}, 1},
        {"T", "{ [t] -> [h] : 0 <= t < 4 and t <= h < t + 3 }",
         "{ [0] -> [h] : 0 <= h <= 2; [t] -> [t + 2] : 0 < t < 4 }", {.flush = true}, 1},
        {"T", "{ [t] -> [h] : 0 <= t < 4 and t <= h < t + 3 }",
         "{ [t] -> [h] : 0 <= t < 4 and t <= h < t + 3 }", {.no_reuse = true}, 1},
        {"TST", "{ [a,x,b] -> [d] : b <= d < b + 3 and 0 <= a,x,b < 2 }",
         "{ [0,x,0] -> [d] : 0 <= d <= 2 and 0 <= x < 2; [0,x,1] -> [3] : 0 <= x < 2; [1,x,0] -> [0] : "
         "0 <= x < 2; [1,x,1] -> [3] : 0 <= x < 2 }",
         {0}, 3},
        {"TT", "{ [a,b] -> [e] : 4a + b <= e < 4a + b + 3 and 0 <= a < 2 and 0 <= b < 4 }",
         "{ [0,0] -> [e] : 0 <= e <= 2; [0,b] -> [b + 2] : 0 < b < 4; [1,b] -> [6 + b] : 0 <= b < 4 }", {0},
         2},
        {"TT", "{ [a,b] -> [e] : 4a + b <= e < 4a + b + 3 and 0 <= a < 2 and 0 <= b < 4 }",
         "{ [a,0] -> [e] : 4a <= e <= 4a + 2 and 0 <= a < 2; [a,b] -> [4a + b + 2] : "
         "0 <= a < 2 and 0 < b < 4 }",
         {.flush = true}, 2},
        {"TT", "{ [a,b] -> [e] : 4a <= e < 4a + 6 and 0 <= a < 2 and 0 <= b < 4 }",
         "{ [0] -> [e] : 0 <= e <= 5; [1] -> [e] : 6 <= e <= 9 }", {0}, 1},
        {"TT", "{ [a,b] -> [e] : 0 <= e < 6 and 0 <= a < 2 and 0 <= b < 4 }", "{ [] -> [e] : 0 <= e < 6 }",
         {0}, 0},
        {"S", "{ [x] -> [e] : 0 <= e < 6 and 0 <= x < 2 }", "{ [x] -> [e] : 0 <= e < 6 and 0 <= x < 2 }", {0},
         1},
        {"", "{ [] -> [e] : 0 <= e < 6 }", "{ [] -> [e] : 0 <= e < 6 }", {0}, 0},
        {"PT", "{ [q,t] -> [e] : t <= e < t + 2 and 0 <= q < 2 and 0 <= t < 3 }",
         "{ [q,0] -> [e] : 0 <= e < 2 and 0 <= q < 2; [q,t] -> [t + 1] : 0 <= q < 2 and 0 < t < 3 }", {0}, 2},
        {"QT", "{ [1,t] -> [t] : 0 <= t < 3 }", "{ [1,t] -> [t] : 0 <= t < 3 }", {0}, 2},
        {"TT", "{ [a,b] -> [b] : 0 <= a < 2 and 0 <= b < 4 }", "{ [a,b] -> [b] : 0 <= a < 2 and 0 <= b < 4 }",
         {0}, 2},
        {"TT", "{ [a,b] -> [b] : 0 <= a < 2 and 0 <= b < 4 }", "{ [a,b] -> [b] : 0 <= a < 2 and 0 <= b < 4 }",
         {.flush = true}, 2},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        af_isl_dims dims = dims_of(rows[i].tags);
        isl_map *occupancy = isl_map_read_from_str(isl, rows[i].occupancy), *effective;
        isl_map *fill = af_isl_temporal_fill(c.arena, occupancy, &dims, &rows[i].options, &effective);
        CHECK(equals(fill, rows[i].fill));
        CHECK(dims.n == rows[i].n_dims);
        isl_map_free(fill);
        isl_map_free(effective);
    }
    isl_ctx_free(isl);
}

static void test_neighbours(void)        /* section 6 */
{
    isl_ctx *isl = isl_ctx_alloc();
    const struct { const char *tags, *data, *from_neighbours; } rows[] = {
        {"TSS", "{ [t,x,y] -> [t + x + y] : 0 <= t,x,y < 2 }",
         "{ [1,x,0] -> [1 + x] : 0 <= x < 2; [1,0,y] -> [1 + y] : 0 <= y < 2 }"},
        {"TS", "{ [t,x] -> [t + x] : 0 <= t < 3 and 0 <= x < 4 }",
         "{ [t,x] -> [t + x] : 0 < t < 3 and 0 <= x <= 2 }"},
        {"ST", "{ [x,t] -> [t + x] : 0 <= t < 3 and 0 <= x < 4 }",
         "{ [x,t] -> [t + x] : 0 < t < 3 and 0 <= x <= 2 }"},
        {"S", "{ [x] -> [x] : 0 <= x < 4 }", NULL},
        {"T", "{ [t] -> [t] : 0 <= t < 4 }", NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        af_isl_dims dims = dims_of(rows[i].tags);
        isl_map *data = isl_map_read_from_str(isl, rows[i].data),
                *moved = af_isl_from_neighbours(data, data, &dims, "B");
        CHECK((moved != NULL) == (rows[i].from_neighbours != NULL));
        if (moved)
            CHECK(equals(moved, rows[i].from_neighbours));
        CHECK(!af_isl_from_neighbours(data, data, &dims, "other"));
        isl_map_free(moved);
        isl_map_free(data);
    }
    isl_ctx_free(isl);
}

/* ---- multicast (section 7) */

static void test_multicast(void)
{
#define NOC "noc[x,y]"
#define MANHATTAN \
    "{ [noc[x,y] -> noc[u,v]] -> hops[h] : h = (x - u) + (y - v) and x >= u and y >= v; " \
    "[noc[x,y] -> noc[u,v]] -> hops[h] : h = (u - x) + (y - v) and x < u and y >= v;" \
    " [noc[x,y] -> noc[u,v]] -> hops[h] : h = (x - u) + (v - y) and x >= u and y < v; " \
    "[noc[x,y] -> noc[u,v]] -> hops[h] : h = (u - x) + (v - y) and x < u and y < v }"
    const struct { const char *source, *fill; af_multicast want; } rows[] = {
        {"{ noc[0,0] -> data[d] : 0 <= d < 2 }",
         "{ noc[x,y] -> data[d] : 0 <= d < 2 and 0 <= x < 3 and 0 <= y < 2 }", {12, 10, 3, 18}},
        {"{ noc[x,y] -> data[x,y] : 0 <= x,y < 8 }", "{ noc[x,y] -> data[x,d] : 0 <= x,y,d < 8 }",
         {512, 448, 7, 1344}},
        {"{ noc[x,y] -> data[x,y] : 0 <= x,y < 8 }", "{ noc[x,y] -> data[d,y] : 0 <= x,y,d < 8 }",
         {512, 448, 7, 1344}},
        {"{ noc[x,y] -> data[x,d] : 0 <= x,y,d < 8 }", "{ noc[x,y] -> data[x,y] : 0 <= x,y < 8 }",
         {64, 0, 0, 0}},
        {"{ noc[x,y] -> data[d,y] : 0 <= x,y,d < 8 }", "{ noc[x,y] -> data[x,y] : 0 <= x,y < 8 }",
         {64, 0, 0, 0}},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        af_multicast got = {0};
        CHECK(af_isl_multicast(c.arena, rows[i].source, rows[i].fill, MANHATTAN, &got, c.report) == 0);
        CHECK_NUMBER((double)got.casts, (double)rows[i].want.casts);
        CHECK_NUMBER((double)got.hops, (double)rows[i].want.hops);
        CHECK_NUMBER((double)got.latency, (double)rows[i].want.latency);
        CHECK_NUMBER((double)got.unicast_hops, (double)rows[i].want.unicast_hops);
    }
    af_multicast got;
    CHECK(af_isl_multicast(c.arena, "{ noc[0] -> ", "{ }", MANHATTAN, &got, c.report) < 0);
    af_report_clear(c.report);
}

/* Manhattan distance between places x, y at the same time; `times` names the dimensions of time. */
static const char *distance_at(const char *times)
{
    const char *text = "";
    for (int quarter = 0; quarter < 4; quarter++)
        text = af_format(c.arena, "%s%s [noc[%s, x, y] -> noc[%s, u, v]] -> hops[(%s) + (%s)] : %s and %s",
                         text, quarter ? ";" : "", times, times, quarter & 1 ? "x - u" : "u - x",
                         quarter & 2 ? "y - v" : "v - y", quarter & 1 ? "x >= u" : "x < u",
                         quarter & 2 ? "y >= v" : "y < v");
    return af_format(c.arena, "{%s }", text);
}

/* Cases 4 to 13 of section 7.4: an 8 x 8 array that multiplies 64 x 64 matrices, loaded from its edge or from
 * buffers on it, in steps of time. */
static void test_multicast_in_time(void)
{
#define EDGE "{ noc[tm,tn,0,0] -> data[m,k] : 0 <= tm,tn < 8 and 0 <= m,k < 64 }"
#define ALL "0 <= tm,tn,x,y < 8 and 0 <= tk < 64"
#define BY_ROW "0 <= k < 64 and (k - y) mod 8 = 0"
    const struct { const char *times, *source, *fill; int64_t hops, casts; } rows[] = {
        {"tm,tn", "{ noc[tm,tn,0,0] -> data[0,0] : 0 <= tm,tn < 1 }",
         "{ noc[tm,0,x,y] -> data[tm + x,k] : 0 <= tm,x,y,k < 1 }", 0, 1},
        {"tm,tn,tk", "{ noc[tm,tn,tk,x,y] -> data[tm + x,k] : 0 <= tm,tn,tk,x,y,k < 1 }",
         "{ noc[tm,tn,tk,x,y] -> data[tm + x,tk] : 0 <= tm,tn,tk,x,y < 1 }", 0, 1},
        {"tm,tn", EDGE, "{ noc[tm,0,x,y] -> data[8tm + x,k] : 0 <= tm,x,y < 8 and 0 <= k < 64 }", 143360,
         32768},
        {"tm,tn,tk", "{ noc[tm,tn,tk,x,y] -> data[8tm + x,k] : " ALL " and 0 <= k < 64 }",
         "{ noc[tm,tn,tk,x,y] -> data[8tm + x,tk] : " ALL " }", 0, 262144},
        {"tm,tn", EDGE, "{ noc[0,0,x,y] -> data[x,k] : 0 <= x,y < 8 and " BY_ROW " }", 9856, 512},
        {"tm,tn,tk", "{ noc[0,0,tk,x,y] -> data[x,k] : 0 <= tk < 64 and 0 <= x,y < 8 and " BY_ROW " }",
         "{ noc[0,0,0,x,y] -> data[x,0] : 0 <= x,y < 8 }", 56, 64},
        {"tm,tn", EDGE, "{ noc[tm,0,0,y] -> data[8tm,k] : 0 <= tm,y < 8 and " BY_ROW " }", 1792, 512},
        {"tm,tn,tk",
         "{ noc[tm,tn,tk,0,y] -> data[8tm,k] : 0 <= tm,tn,y < 8 and 0 <= tk < 64 and " BY_ROW " }",
         "{ noc[tm,tn,tk,0,y] -> data[8tm,tk] : 0 <= tm,tn,y < 8 and 0 <= tk < 64 }", 28672, 32768},
        {"tm,tn", EDGE, "{ noc[tm,0,x,y] -> data[8tm + x,k] : 0 <= tm,x,y < 8 and " BY_ROW " }", 78848, 4096},
        {"tm,tn,tk", "{ noc[tm,tn,tk,x,y] -> data[8tm + x,k] : " ALL " and " BY_ROW " }",
         "{ noc[tm,tn,tk,x,y] -> data[8tm + x,tk] : " ALL " }", 229376, 262144},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        af_multicast got = {0};
        CHECK(af_isl_multicast(c.arena, rows[i].source, rows[i].fill, distance_at(rows[i].times), &got,
                               c.report) == 0);
        CHECK_NUMBER((double)got.casts, (double)rows[i].casts);
        CHECK_NUMBER((double)got.hops, (double)rows[i].hops);
    }
}

/* ---- bindings (section 8): the relations of the reference's own test */

static void test_bindings(void)
{
    static const char text[] = "binding:\n  version: 0.4\n  nodes:\n"
        "  - logical: {name: ProcessingElement, dims: [i]}\n    physical: {name: ProcessingElement, dims: "
        "[x, y]}\n"
        "    relations: {tensorA: i = x + y * 2, tensorB: i = x + y * 2}\n"
        "  - logical: {name: Scratchpad, dims: [x, y]}\n    physical: {name: GLB, dims: [a, b]}\n"
        "    relations: {tensorA: x = a and y = b, tensorB: x = b and y = a}\n"
        "  - logical: {name: DRAM, dims: [i]}\n    physical: {name: DRAM, dims: [i]}\n"
        "    relations: {weights: i = i // 2}\n";
    static const char *const want[] = {
        "{ l_ProcessingElement_dims[i] -> p_ProcessingElement_dims[x, y] : i = x + 2y }",
        "{ l_ProcessingElement_dims[i] -> p_ProcessingElement_dims[x, y] : i = x + (y * 2) }",
        "{ l_Scratchpad_dims[x, y] -> p_GLB_dims[a, b] : x = a and y = b }",
        "{ l_Scratchpad_dims[x, y] -> p_GLB_dims[a, b] : x = b and y = a }",
        "{ l_DRAM_dims[i] -> p_DRAM_dims[i'] : -1 <= i <= 0 }"};
    isl_ctx *isl = isl_ctx_alloc();
    af_isl_bindings *all = af_isl_read_bindings(c.arena, "test", text, c.report);
    CHECK(all && all->count == 5);
    for (int i = 0; all && i < all->count; i++) {
        isl_map *map = af_isl_binding_map(isl, &all->items[i]);
        CHECK(equals(map, want[i]));
        isl_map_free(map);
    }
    if (all) {   /* two steps of time on three instances, the middle one in space */
        af_isl_dims dims = dims_of("TST");
        dims.dims[1].buffer = "ProcessingElement";
        isl_map *data = isl_map_read_from_str(isl, "{ [t,i,u] -> [3t + i] : 0 <= t < 2 and 0 <= i < 3 and u "
                                                   "= 0 }");
        isl_map *placed = af_isl_place(data, &dims, &all->items[0]);
        CHECK(placed && equals(placed, "{ [t,0,x,y] -> [3t + x + 2y] : 0 <= t < 2 and 0 <= x + 2y < 3 }"));
        CHECK(!af_isl_place(data, &dims, &all->items[2]));
        isl_map_free(placed);
        isl_map_free(data);
    }
    isl_ctx_free(isl);
}

/* ---- what it does not cover is refused */

static void test_refusals(void)
{
    const struct { const char *workload, *bounds, *mapping, *what; } rows[] = {
        {"E: A[m] B[m]!", "m=4", "A,B@Main m/2+4 m/1 MAC:E", "initial_tile_shape"},
        {"E: A[m] B[m]!\nF: A[m] C[m]!", "m=4", "A,B,C@Main m/2 ( m/1 MAC:E | m/1 MAC:F )",
         "several final consumers"},
        {"E: A[m] B[m]!", "m=4", "A,B@Main k/1 MAC:E", "none of E"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        static const af_isl_options usual;
        case_make(&c, rows[i].workload, rows[i].bounds,
                  "[{'type':'Memory','name':'Main','size':'inf','actions':[]},{'type':'Compute','name':'MAC',"
                  "'actions':[]}]");
        CHECK(!af_isl_analyze(c.arena, (const af_einsum *const *)c.einsums, c.n_einsums,
                              case_mapping(&c, rows[i].mapping), &usual, c.report));
        CHECK(strstr(af_report_message(c.report, 0), rows[i].what) != NULL);
        af_report_clear(c.report);
    }
}

int main(void)
{
    case_start(&c);
    test_tiles();
    test_prior();
    test_convolution();
    test_two_convolutions();
    test_fills();
    test_neighbours();
    test_multicast();
    test_multicast_in_time();
    test_bindings();
    test_refusals();
    case_end(&c);
    return test_end("isl_reuse");
}
