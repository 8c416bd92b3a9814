#include "cost/table.h"

#include <math.h>
#include <string.h>

/* ---- reading */

/* A plain decimal of at most 15 digits is an integer over a power of ten, both exact, so that the quotient
 * is the nearest double. */
static bool plain_decimal(const char **at, double *number)
{
    static const double powers[] = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13,
                                    1e14, 1e15};
    const char *c = *at;
    bool negative = *c == '-', point = false;
    int digits = 0, decimals = 0;
    int64_t whole = 0;
    for (c += negative; (*c >= '0' && *c <= '9') || (*c == '.' && !point); c++) {
        if (*c == '.') {
            point = true;
            continue;
        }
        whole = whole * 10 + (*c - '0');
        decimals += point;
        if (++digits > 15)
            return false;
    }
    if (!digits || (*c && *c != ' ' && *c != '\n'))
        return false;
    *number = (negative ? -(double)whole : (double)whole) / powers[decimals];
    *at = c;
    return true;
}

static bool any_number(const char **at, double *number)
{
    char word[40];
    size_t length = strcspn(*at, " \n");
    if (!length || length >= sizeof word)
        return false;
    memcpy(word, *at, length);
    word[length] = 0;
    *at += length;
    *number = NAN;
    return !strcmp(word, "-") || af_parse_double(word, number);
}

typedef struct table_reader { const char *at; int line; af_list(double) cells; } table_reader;

/* One line; true: it has n_columns numbers, or is a comment. */
static bool read_line(af_arena *arena, table_reader *r, int n_columns)
{
    if (*r->at == '#') {
        r->at += strcspn(r->at, "\n");
        return true;
    }
    for (int i = 0; i < n_columns; i++) {
        double *cell = af_push(arena, &r->cells);
        r->at += *r->at == ' ';
        if (!plain_decimal(&r->at, cell) && !any_number(&r->at, cell))
            return false;
    }
    return *r->at == '\n' || !*r->at;
}

const table *read_table(af_arena *arena, const char *name, int n_columns, const char **failure)
{
    const char *file = af_format(arena, "models/%s.txt", name);
    size_t length = 0;
    table_reader r = {.at = af_read_share(arena, file, &length)};
    if (!r.at) {
        *failure = af_format(arena,
                             "the table %s is not in the folder of shared files; $AF_SHARE names another",
                             file);
        return NULL;
    }
    for (; *r.at; r.at += *r.at == '\n') {
        r.line++;
        if (!read_line(arena, &r, n_columns)) {
            *failure = af_format(arena, "%s:%d: a line of %d numbers is expected", af_share_path(arena, file),
                                 r.line, n_columns);
            return NULL;
        }
    }
    table *read = af_new(arena, table);
    *read = (table){r.cells.count / n_columns, n_columns, r.cells.items};
    return read;
}

/* ---- finding */

const double *table_row(const table *table, int row)
{
    return table->cells + (size_t)row * (size_t)table->n_columns;
}

static int compare(const double *row, const double *keys, int n_keys)
{
    for (int i = 0; i < n_keys; i++)
        if (row[i] != keys[i])
            return row[i] < keys[i] ? -1 : 1;
    return 0;
}

bool row_has(const table *table, int row, const double *keys, int n_keys)
{
    return row < table->n_rows && !compare(table_row(table, row), keys, n_keys);
}

int find_row(const table *table, const double *keys, int n_keys)
{
    int low = 0, high = table->n_rows;
    while (low < high) {
        int middle = (low + high) / 2;
        if (compare(table_row(table, middle), keys, n_keys) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return row_has(table, low, keys, n_keys) ? low : -1;
}
