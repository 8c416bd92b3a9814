/* The Pareto kernel: tables of 60 section 12 and 70 section 5, and an O(n^2) judge on random tables
 * with ties, keys and infinities. */
#include "pmap/pmap.h"
#include "test.h"

#include <stdlib.h>

/* ---- tables: rows as text "a b c; a b c", the rows that stay as "0 2 5" */
enum { MOST = 64 };
typedef struct table { double values[4][MOST]; int n_columns, n_rows; } table;

static table read_table(const char *text)
{
    table t = {.n_columns = 0, .n_rows = 0};
    for (int column = 0; *text;) {
        char *end;
        t.values[column++][t.n_rows] = strtod(text, &end);
        text = end;
        if (column > t.n_columns)
            t.n_columns = column;
        if (*text == ';' || !*text)
            t.n_rows++, column = 0;
        if (*text == ';')
            text++;
    }
    return t;
}

static void check_table(const char *goals, const char *rows, const char *want)
{
    table t = read_table(rows);
    const double *minimise[4];
    const int32_t *keys[4];
    int32_t whole[4][MOST];
    int n_minimise = 0, n_keys = 0;
    for (int c = 0; c < t.n_columns; c++) {
        for (int row = 0; row < t.n_rows; row++) {
            whole[c][row] = (int32_t)t.values[c][row];
            if (goals[c] == '-')
                t.values[c][row] = -t.values[c][row];
        }
        if (goals[c] == '=')
            keys[n_keys++] = whole[c];
        else
            minimise[n_minimise++] = t.values[c];
    }
    bool keep[MOST];
    int n_kept = af_pareto(minimise, n_minimise, keys, n_keys, t.n_rows, keep);
    char got[4 * MOST] = "";
    int counted = 0;
    for (int row = 0; row < t.n_rows; row++)
        if (keep[row])
            snprintf(got + strlen(got), sizeof got - strlen(got), "%s%d", counted++ ? " " : "", row);
    CHECK_TEXT(got, want);
    CHECK(n_kept == counted);
}

static const struct { const char *goals, *rows, *want; } tables[] = {   /* goals: + min, - max, = key */
    {"++", "1 2; 2 1; 1 2; 3 3; 1 1.5", "1 4"},                /* 60 section 12.1 */
    {"=+", "1 2; 2 1; 1 2; 3 3; 1 1.5", "1 3 4"},
    {"-+", "1 2; 2 1; 1 2; 3 3; 1 1.5", "1 3"},
    {"+++", "1e12 5 .3; 1e12 4 .3; 1000001000000 1 .9; 1 9 .9", "1 2 3"},   /* 70 section 5.2 */
    {"++", "1 inf; 2 1; 0 inf", "1 2"},
    {"+", "3; 2; 2; 5", "1"},
    {"+", "7", "0"},
    {"++", "4 4; 4 4; 4 4", "0"},                              /* all constant: the first */
    {"=", "1; 2; 1; 2; 3", "0 1 4"},                           /* only keys: the first of each */
    {"==+", "1 1 9; 1 2 9; 1 1 8; 2 1 1", "1 2 3"},
    {"+++", "1 2 3; 3 2 1; 2 2 2; 1 2 3; 2 2 3", "0 1 2"},
    {"++++", "0 0 0 inf; 0 0 0 inf; 1 0 0 0", "0 2"},
};

/* ---- random tables against the definition */
static uint32_t seed = 1;
static uint32_t draw(uint32_t below)
{
    seed = seed * 1664525u + 1013904223u;
    return (seed >> 8) % below;
}

static bool removes(double *const *columns, int n_columns, int32_t *const *keys, int n_keys, int a, int b)
{
    for (int k = 0; k < n_keys; k++)
        if (keys[k][a] != keys[k][b])
            return false;
    bool less = false;
    for (int c = 0; c < n_columns; c++) {
        if (columns[c][a] > columns[c][b])
            return false;
        less = less || columns[c][a] < columns[c][b];
    }
    return less || a < b;
}

static void check_random(int n_columns, int n_keys, int n_rows, uint32_t values)
{
    double *columns[6];
    int32_t *keys[3];
    for (int c = 0; c < n_columns; c++) {
        columns[c] = malloc(sizeof **columns * (size_t)n_rows);
        for (int row = 0; row < n_rows; row++) {
            uint32_t value = draw(values + 1);
            columns[c][row] = value == values ? INFINITY : value * 0.5 - 1;
        }
    }
    for (int k = 0; k < n_keys; k++) {
        keys[k] = malloc(sizeof **keys * (size_t)n_rows);
        for (int row = 0; row < n_rows; row++)
            keys[k][row] = (int32_t)draw(3) - 1;
    }
    bool *keep = malloc((size_t)n_rows);
    int n_kept = af_pareto((const double *const *)columns, n_columns, (const int32_t *const *)keys, n_keys,
                           n_rows, keep);
    int wrong = 0, counted = 0;
    for (int b = 0; b < n_rows; b++) {
        bool stays = true;
        for (int a = 0; a < n_rows && stays; a++)
            stays = a == b || !removes(columns, n_columns, keys, n_keys, a, b);
        wrong += stays != keep[b];
        counted += stays;
    }
    CHECK(wrong == 0);
    CHECK(counted == n_kept);
    for (int c = 0; c < n_columns; c++)
        free(columns[c]);
    for (int k = 0; k < n_keys; k++)
        free(keys[k]);
    free(keep);
}

static void check_rounding(double relative, double absolute, const char *values, const char *want)
{
    table t = read_table(values), w = read_table(want);
    af_round_for_tolerance(t.values[0], t.n_rows, relative, absolute);
    for (int row = 0; row < t.n_rows; row++)
        CHECK_NEAR(t.values[0][row], w.values[0][row], 1e-7);
}

int main(void)
{
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        check_table(tables[i].goals, tables[i].rows, tables[i].want);
    for (int round = 0; round < 300; round++)
        check_random(1 + (int)draw(6), (int)draw(4), 1 + (int)draw(120), 1 + draw(12));
    check_random(5, 1, 1500, 40);
    check_rounding(0.1, 0, "1; 1.04; 1.06; 2", "1; 1; 1.1; 1.9487171");          /* 60 section 12.4 */
    check_rounding(1, 0, "1; 1.4; 1.5; 2; 2.9; 3; 100", "1; 1; 2; 2; 4; 4; 128"); /* 70 section 5.1 */
    check_rounding(1, 0, "0; 1; 3", "0; 1; 3");
    check_rounding(0.1, 0.02, ".1; .2; .3; .9", "0.1; 0.19784467; 0.28966438; 0.90909091");
    check_rounding(0, 0.25, "0.3; 0.6", "0.25; 0.5");
    return test_end("pareto");
}
