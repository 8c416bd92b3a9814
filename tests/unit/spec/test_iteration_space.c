/* Iteration spaces and what accesses touch: the tables of 40 sections 4.5 and 10.3. Each row is asked twice,
 * in closed form where there is one, and with a harmless `or` that sends it to isl. */
#include "spec/iteration_space.h"
#include "test.h"

typedef struct row {
    const char *variables, *constraints;       /* names separated by blanks */
    long long count;                           /* -1: refused */
    const char *projection;                    /* index expressions separated by commas */
    long long extents[3], size;
} row;

static const row rows[] = {
    {"p r", "0 <= p < 4 and 0 <= r < 3", 12, "2*p+r", {9}, 9},
    {"p r", "0 <= p < 4 and 0 <= r < 3", 12, "4*p+r", {15}, 12},
    {"p", "0 <= p < 4", 4, "2*p", {7}, 4},
    {"p", "0 <= p < 4", 4, "p, p", {4, 4}, 4},
    {"p r", "0 <= p < 10 and 0 <= r < 3 and 0 <= p + r < 10", 27, "p + r", {10}, 10},
    {"k m", "0<=m<4 and 0<=k<=m", 10, "m, k", {4, 4}, 10},
    {"k m", "0<=m<4 and 0<=k<=m", 10, "m", {4}, 4},
    {"m", "0<=m<4 or 10<=m<12", 6, "m", {12}, 6},
    {"m", "(0<=m<4) or (4<=m<8)", 8, "m", {8}, 8},
    {"m", "0<=m<8 and m mod 2 = 0", 4, "m", {7}, 4},
    {"p", "0 <= p < 10", 10, "0, p", {1, 10}, 10},
    {"m", "-3<=m<4", 7, "m", {7}, 7},
    {"m", "-3<=m<4", 7, "-m", {7}, 7},
    {"", "", 1, "", {0}, 1},
    {"b s", "b = 2 and 0 <= s < 5", 5, "b, s", {1, 5}, 5},
    {"p q r s t", "0<=p<28 and 0<=q<28 and 0<=r<3 and 0<=s<3 and 0<=t<192 and p+r<28 and q+s<28",
     81LL * 81 * 192, "p+r, q+s, t", {28, 28, 192}, 28 * 28 * 192},
    {"c h", "0 <= c < 55 and 0 <= h < 11", 605, "4*c + h", {227}, 227},
    {"a b c", "0<=a<3 and 0<=b<3 and 0<=c<3 and a + b + c = 3", 7, "a, b", {3, 3}, 7},
    {"m", "0 <= m < 0", 0, "", {0}, -1},
    {"m k", "0 <= m < 4", -1, "m", {4}, 4},
    {"m", "0 <= 2m < 7", 4, "m", {4}, 4},
    {"min max", "0 <= min < 3 and 0 <= max < min + 1", 6, "max", {3}, 3},
    {"m", "nonsense <= m < 4", -1, "m", {0}, -1},
    {"a b", "0 <= a < 1000000 and 0 <= b < 1000000 and a + b < 1000000", 500000500000, "a", {1000000},
     1000000},
};

static int split(af_arena *arena, const char *text, const char *separator, const char **parts)
{
    int n = 0;
    for (char *part = strtok(af_copy_text(arena, text), separator); part; part = strtok(NULL, separator))
        parts[n++] = part;
    return n;
}

static void ask(const row *row, const char *constraints, af_report *report)
{
    af_arena *arena = af_arena_new();
    af_spaces *spaces = af_spaces_new(arena);
    const char *names[8], *texts[4];
    af_variables variables = {split(arena, row->variables, " ", names), names};
    af_space *space = af_space_new(spaces, "E", variables, constraints);
    int64_t count = 0, size = 0, extents[4] = {0};
    int status = af_space_count(space, &count, report, AF_NOWHERE, "workload");
    CHECK_NUMBER(status < 0 ? -1 : (double)count, (double)row->count);
    af_image_source source = {space, split(arena, row->projection, ",", texts), texts};
    status = af_image_of(spaces, &source, 1, extents, &size, report, AF_NOWHERE, "workload");
    CHECK_NUMBER(status < 0 ? -1 : (double)size, (double)row->size);
    for (int i = 0; i < source.n_ranks && status == 0; i++)
        CHECK_NUMBER((double)extents[i], (double)row->extents[i]);
    af_spaces_free(spaces);
    af_arena_free(arena);
}

static void rows_by_both_ways(af_report *report)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char by_isl[256];
        ask(&rows[i], rows[i].constraints, report);
        snprintf(by_isl, sizeof by_isl, "(%s) or 1 = 0", rows[i].constraints);
        if (*rows[i].constraints && rows[i].count < 1000000000)
            ask(&rows[i], by_isl, report);
    }
}

static void several_readers(af_report *report)
{
    af_arena *arena = af_arena_new();
    af_spaces *spaces = af_spaces_new(arena);
    const char *m[] = {"m"};
    af_image_source sources[2] = {{af_space_new(spaces, "A", (af_variables){1, m}, "0 <= m < 4"), 1, m},
                                  {af_space_new(spaces, "B", (af_variables){1, m}, "0 <= m < 6"), 1, m}};
    int64_t extent, size;
    CHECK(af_image_of(spaces, sources, 2, &extent, &size, report, AF_NOWHERE, NULL) == 0 && extent == 4 &&
          size == 4);
    sources[1].space = af_space_new(spaces, "B", (af_variables){1, m}, "4 <= m < 6");
    CHECK(af_image_of(spaces, sources, 2, &extent, &size, report, AF_NOWHERE, NULL) < 0);
    af_spaces_free(spaces);
    af_arena_free(arena);
}

static void index_expressions(af_report *report)
{
    static const struct { const char *text; int terms; double constant; bool identifier, sum; } cases[] = {
        {"p",             1, 0,  true,  false},
        {"2*p",           1, 0,  false, false},
        {"-p",            1, 0,  false, false},
        {"p+p",           1, 0,  false, false},
        {"p+1",           1, 1,  false, true},
        {"p-r",           2, 0,  false, true},
        {"2*(p+r)",       2, 0,  false, true},
        {"0",             0, 0,  false, false},
        {"p*2 + r*3 - 1", 2, -1, false, true},
    };
    static const char *const wrong[] = {"p*r", "p//2", "2p", "p +", "q", "", "p)"};
    const char *names[] = {"p", "r"};
    af_variables variables = {2, names};
    af_arena *arena = af_arena_new();
    af_rank rank;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        CHECK(af_read_projection(arena, "H", cases[i].text, &variables, &rank, report, AF_NOWHERE, NULL) ==
              0);
        CHECK(rank.n_terms == cases[i].terms && rank.constant == cases[i].constant);
        CHECK(rank.identifier == cases[i].identifier && rank.sum == cases[i].sum);
    }
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        CHECK(af_read_projection(arena, "H", wrong[i], &variables, &rank, report, AF_NOWHERE, NULL) < 0);
    af_arena_free(arena);
}

int main(void)
{
    af_report *report = af_report_new("test");
    rows_by_both_ways(report);
    several_readers(report);
    index_expressions(report);
    af_report_free(report);
    return test_end("iteration_space");
}
