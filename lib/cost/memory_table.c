#include "cost/memory_table.h"
#include "cost/table.h"

#include <math.h>
#include <string.h>

const double memory_nodes[N_MEMORY_NODES] = {22, 32, 45, 65, 90};

/* Wires between banks, per node: delay ps/um, energy pJ/um/bit, leak uW/um/bit. */
static const struct { double delay, energy, leak; } wires[N_MEMORY_NODES] = {
    {0.63566, 1.87003e-4, 3.26963e-6}, {0.533786, 2.93202e-4, 5.42388e-7}, {0.43133, 3.75659e-4, 1.79305e-7},
    {0.371557, 4.97548e-4, 1.17514e-6},
    {0.317152, 6.24804e-4, 4.06209e-7},
};
/* Of the table's columns pJ, pJ, uW, um2, ps, ps. */
static const double units[N_MEMORY_FIGURES] = {1e-12, 1e-12, 1e-6, 1e-12, 1e-12, 1e-12};

/* Columns of a bank's row: block, depth, organisation, six figures, height. */
enum { BLOCK, DEPTH, ORGANISATION, FIGURES, HEIGHT = FIGURES + N_MEMORY_FIGURES, BANK_COLUMNS };
enum { N_SIDES = 3, MAX_ORGANISATIONS = 64 };

typedef struct bank_query { const table *table; int node; double block, depth, banks, ports; } bank_query;
typedef struct bank { double figures[N_MEMORY_FIGURES], height; } bank;
typedef struct estimate {
    double figures[N_MEMORY_FIGURES], bands[N_MEMORY_FIGURES];
    cost_method method;
} estimate;

/* ---- one bank, one organisation */

/* A cell's six nodes: blocks (4, 6, 8) 2^i, depths (64, 124) 2^j. */
typedef struct cell { double blocks[N_SIDES], depths[2]; int rows[N_SIDES][2]; } cell;

static bool cell_at(const table *t, double i, double j, cell *c)
{
    *c = (cell){{4 * exp2(i), 6 * exp2(i), 8 * exp2(i)}, {64 * exp2(j), 124 * exp2(j)}, {{0}}};
    for (int q = 0; q < N_SIDES; q++)
        for (int k = 0; k < 2; k++) {
            c->rows[q][k] = find_row(t, (const double[]){c->blocks[q], c->depths[k]}, 2);
            if (c->rows[q][k] < 0)
                return false;
        }
    return true;
}

/* The row of an organisation at a node, or NULL. */
static const double *row_of(const table *t, int first, double organisation)
{
    const double *node = table_row(t, first);
    for (int row = first; row_has(t, row, node, 2); row++)
        if (table_row(t, row)[ORGANISATION] == organisation)
            return table_row(t, row);
    return NULL;
}

/* Linear in depth, quadratic in block. False: the organisation is not at all six nodes. */
static bool interpolate(const bank_query *q, const cell *c, double organisation, bank *result)
{
    double f = (q->depth - c->depths[0]) / (c->depths[1] - c->depths[0]), sums[BANK_COLUMNS] = {0};
    for (int s = 0; s < N_SIDES; s++) {
        const double *low = row_of(q->table, c->rows[s][0], organisation),
            *high = row_of(q->table, c->rows[s][1], organisation);
        if (!low || !high)
            return false;
        double weight = 1;
        for (int r = 0; r < N_SIDES; r++)
            if (r != s)
                weight *= (q->block - c->blocks[r]) / (c->blocks[s] - c->blocks[r]);
        for (int k = FIGURES; k < BANK_COLUMNS; k++)
            sums[k] += weight * ((1 - f) * low[k] + f * high[k]);
    }
    memcpy(result->figures, sums + FIGURES, sizeof result->figures);
    result->height = sums[HEIGHT];
    return true;
}

/* ---- several banks: a tree of wires over their rectangles */

static void join_banks(const bank_query *q, bank *b)
{
    const double pitch = 0.004 * memory_nodes[q->node], m = log2(q->banks);
    double height = b->height, width = b->figures[MEMORY_AREA] / height;
    double kv = height > width ? floor(m / 2) : m - floor(m / 2), kh = m - kv;
    double address = floor(log2(q->depth)) * q->ports, bits = address + (16 * q->block + 1) * q->ports;
    double tall = height * exp2(kv) + 2 * bits * pitch * (1 - exp2(-kh));
    double wide = width * exp2(kh) + 2 * bits * pitch * (1 - exp2(-kv));
    double x = wide / 2, y = tall / 4, path = 0, all = 0;
    while (kv > 0 || kh > 0) {
        bool across = kh > kv, both = !across && kh > 0;
        path += across ? x : both ? x + y : y;
        all += across ? x : both ? x + 2 * y : y;
        if (across || both)
            x /= 2, kh--;
        if (!across)
            y /= 2, kv--;
    }
    double energy = wires[q->node].energy * path * (address + 8 * q->block * q->ports);
    b->figures[MEMORY_READ] += energy;
    b->figures[MEMORY_WRITE] += energy;
    b->figures[MEMORY_LEAK] += wires[q->node].leak * all * bits;
    b->figures[MEMORY_AREA] = tall * wide;
    b->figures[MEMORY_ACCESS] += 2 * wires[q->node].delay * path;
}

/* ---- the organisation: least access^2 x read */

static double merit(const bank *b)
{
    return b->figures[MEMORY_ACCESS] * b->figures[MEMORY_ACCESS] * b->figures[MEMORY_READ];
}

/* The error band: 2 %, and how far organisations of nearly the same merit lie apart. */
static void set_bands(const bank *banks, int count, int best, estimate *e)
{
    for (int k = 0; k < N_MEMORY_FIGURES; k++) {
        double apart = 0;
        for (int i = 0; i < count; i++)
            if (merit(&banks[i]) < 1.01 * merit(&banks[best]))
                apart = fmax(apart, fabs(banks[i].figures[k] / banks[best].figures[k] - 1));
        e->bands[k] = 0.02 + apart;
    }
}

static bool in_cell(const bank_query *q, const cell *c, estimate *e)
{
    bank banks[MAX_ORGANISATIONS];
    int count = 0, best = 0;
    const double *node = table_row(q->table, c->rows[0][0]);
    for (int row = c->rows[0][0]; row_has(q->table, row, node, 2) && count < MAX_ORGANISATIONS; row++) {
        if (!interpolate(q, c, table_row(q->table, row)[ORGANISATION], &banks[count]))
            continue;
        if (q->banks > 1)
            join_banks(q, &banks[count]);
        if (merit(&banks[count]) < merit(&banks[best]))
            best = count;
        count++;
    }
    if (!count)
        return false;
    memcpy(e->figures, banks[best].figures, sizeof e->figures);
    set_bands(banks, count, best, e);
    return true;
}

/* ---- a request of one or two ports */

/* A one-bank node whose own result is kept apart, because the rule would choose another organisation
 * there. */
static const double *kept_apart(const bank_query *q, int row)
{
    const double keys[] = {q->block, q->depth};
    for (; row >= 0 && row_has(q->table, row, keys, 2); row++)
        if (isnan(table_row(q->table, row)[ORGANISATION]))
            return table_row(q->table, row);
    return NULL;
}

static bool inside(const bank_query *q, estimate *e)
{
    double i = fmax(0, floor(log2(q->block / 4))), j = fmax(0, floor(log2(q->depth / 64)));
    cell c;
    bool found = cell_at(q->table, i, j, &c);
    if (!found && q->block == 4 * exp2(i) && i > 0)
        found = cell_at(q->table, --i, j, &c);
    if (!found && q->depth == 64 * exp2(j) && j > 0)
        found = cell_at(q->table, i, --j, &c);
    if (!found || !in_cell(q, &c, e))
        return false;
    int row = q->banks > 1 ? -1 : find_row(q->table, (const double[]){q->block, q->depth}, 2);
    const double *apart = kept_apart(q, row);
    if (apart)
        memcpy(e->figures, apart + FIGURES, sizeof e->figures);
    e->method = row >= 0 ? COST_EXACT : q->depth < 64 ? COST_EXTRAPOLATED : COST_INTERPOLATED;
    return true;
}

static bool of_bank(const bank_query *q, estimate *e);

/* Beyond the cells: a power law through the last factor of 16 in block or depth (step 6). */
static bool outside(const bank_query *q, estimate *e)
{
    bank_query edge = *q, back = *q;
    estimate far, near;
    bool wide = q->block > 1024;
    if (wide) {
        edge.block = 1024;
        back.block = 64;
    } else {
        double i = fmax(0, floor(log2(q->block / 4)));
        edge.depth = q->ports > 1 ? 64 * exp2(fmin(10, 15 - fmin(i, 7))) : 65536;
        back.depth = edge.depth / 16;
    }
    double ratio = wide ? q->block / edge.block : q->depth / edge.depth;
    if (ratio == 1 || !of_bank(&edge, &far) || !of_bank(&back, &near))
        return false;
    for (int k = 0; k < N_MEMORY_FIGURES; k++)
        e->figures[k] = far.figures[k] * pow(far.figures[k] / near.figures[k], log(ratio) / log(16));
    e->method = COST_EXTRAPOLATED;
    return true;
}

static bool of_bank(const bank_query *q, estimate *e)
{
    return inside(q, e) || outside(q, e);
}

/* ---- whole requests */

static int node_of(double tech_nm)
{
    int node = 0;
    while (memory_nodes[node] != tech_nm)
        node++;
    return node;
}

static bool known_exactly(builder *b, const memory_request *r, memory_figures *figures)
{
    enum { KEYS = 5 };
    static const double exact_units[N_MEMORY_FIGURES] = {1e-9, 1e-9, 1e-3, 1e-6, 1e-9, 1e-9};
    const table *exact = shared_table(b, "sram/exact", KEYS + N_MEMORY_FIGURES);
    const double keys[KEYS] = {r->tech_nm, r->block_bytes, r->banks, r->ports, r->size_bytes};
    int row = exact ? find_row(exact, keys, KEYS) : -1;
    if (row < 0)
        return false;
    for (int k = 0; k < N_MEMORY_FIGURES; k++)
        figures->values[k] = table_row(exact, row)[KEYS + k] * exact_units[k];
    return true;
}

static int with_ports(builder *b, const memory_request *r, double ports, estimate *e)
{
    const char *name = af_format(b->arena, "sram/%gnm-%g", r->tech_nm, ports);
    bank_query q = {shared_table(b, name, BANK_COLUMNS), node_of(r->tech_nm), r->block_bytes,
                    r->size_bytes / r->block_bytes / r->banks, r->banks, ports};
    if (!q.table)
        return -1;
    return of_bank(&q, e) ? 0 : refuse(b, "the table models/%s.txt has no rows around %g bytes by %g rows",
                                       name, q.block, q.depth);
}

static const char *range_left(builder *b, const memory_request *r)
{
    double depth = r->size_bytes / r->block_bytes / r->banks;
    if (r->ports > 2)
        return af_format(b->arena, "%g ports; the table has 1 and 2", r->ports);
    if (depth < 64)
        return af_format(b->arena, "%g rows per bank of %g banks; the table has 64 to 65536 rows", depth,
                         r->banks);
    return af_format(b->arena,
                     "%g rows of %g bytes per bank; the table has 64 to 65536 rows of "
                     "4 to 1024 bytes up to 8 MiB per bank%s",
                     depth, r->block_bytes,
                     r->ports > 1 ? "" : ", or 32768 rows of up to 4096 bytes where neither is much larger");
}

int find_memory(builder *b, const memory_request *r, memory_figures *figures)
{
    estimate one, two;
    *figures = (memory_figures){.method = COST_EXACT};
    if (known_exactly(b, r, figures))
        return 0;
    if (with_ports(b, r, fmin(r->ports, 2), &two) || (r->ports > 2 && with_ports(b, r, 1, &one)))
        return -1;
    for (int k = 0; k < N_MEMORY_FIGURES; k++) {
        double root = r->ports > 2 ? sqrt(one.figures[k]) : 0, value = two.figures[k];
        if (r->ports > 2)                     /* step 7 */
            value = pow(root + (r->ports - 1) * (sqrt(two.figures[k]) - root), 2);
        figures->values[k] = value * units[k];
    }
    figures->method = r->ports > 2 ? COST_EXTRAPOLATED : two.method;
    if (figures->method == COST_INTERPOLATED)
        memcpy(figures->bands, two.bands, sizeof figures->bands);
    if (figures->method == COST_EXTRAPOLATED)
        figures->beyond = range_left(b, r);
    return 0;
}
