/* Candidate tile shapes of one loop, and how many tilings a rank variable has. */
#include "pmap/tile_shape.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static double ceil_divide(double a, double b)
{
    return ceil(a / b);
}

typedef af_list(double) size_list;

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* ---- perfect: divisors */

static const double MOST_COUNTED = 4e9;      /* imperfect tilings of larger bounds are estimated */
enum { MOST_PRIMES = 16 };                   /* of a number below 2^64 there are at most 15 */
typedef struct prime_power { double prime; int exponent; } prime_power;

/* Least first. What is left once no smaller prime divides it is a prime. */
static int factorize(double number, prime_power *factors)
{
    uint64_t rest = (uint64_t)number;
    int n = 0;
    for (uint64_t p = 2; rest > 1; p += p == 2 ? 1 : 2) {
        if (p > rest / p)
            p = rest;
        if (rest % p)
            continue;
        factors[n++] = (prime_power){(double)p, 0};
        for (; rest % p == 0; rest /= p)
            factors[n - 1].exponent++;
    }
    return n;
}

static void push_divisors(af_arena *arena, double of, size_list *divisors)
{
    prime_power factors[MOST_PRIMES];
    int n = factorize(of, factors);
    *af_push(arena, divisors) = 1;
    for (int i = 0; i < n; i++)
        for (int without = divisors->count, from = 0, e = 0; e < factors[i].exponent; e++)
            for (int k = 0; k < without; k++) {
                double divisor = divisors->items[from++] * factors[i].prime;
                *af_push(arena, divisors) = divisor;
            }
    qsort(divisors->items, (size_t)divisors->count, sizeof *divisors->items, ascending);
}

/* Thinned greedily, so that each size kept is at least `coarseness` times the one before;
 * the whole tile always stays. */
static void push_perfect(af_arena *arena, double outer, double inner, double coarseness, size_list *sizes)
{
    size_list divisors = {0};
    push_divisors(arena, ceil_divide(outer, inner), &divisors);
    double last = 0;
    bool whole = false;
    for (int i = 0; i < divisors.count; i++) {
        double size = divisors.items[i] * inner;
        if (size < coarseness * last)
            continue;
        last = *af_push(arena, sizes) = size;
        whole = whole || size == outer;
    }
    if (!whole)
        *af_push(arena, sizes) = outer;
}

/* ---- imperfect. Nothing is lost by taking, of all sizes that give the same number of tiles, the smallest:
 * as many tiles come and go, each is no larger, and so the memory that it needs and the steps that it takes
 * are no more (60 section 10.2). Coarseness is the user's wish for fewer. */

/* Sizes come in ascending order, so counts of tiles descend: one that was seen before is the last one. */
static void admit(af_arena *arena, double outer, double size, size_list *sizes, double *last_count)
{
    double n_tiles = ceil_divide(outer, size);
    if (size > outer || n_tiles == *last_count)
        return;
    *last_count = n_tiles;
    *af_push(arena, sizes) = ceil_divide(outer, n_tiles);
}

/* The next multiple of `inner` that makes fewer tiles. */
static double next_multiple(double outer, double inner, double size)
{
    double n_tiles = ceil_divide(outer, size);
    double least = ceil_divide(outer, n_tiles - 1);          /* of any size */
    return n_tiles <= 1 ? INFINITY : fmax(size + inner, ceil_divide(least, inner) * inner);
}

static void push_imperfect(af_arena *arena, double outer, double inner, double coarseness, size_list *sizes)
{
    double last_count = 0;
    for (double n = inner; n <= outer; n = coarseness > 1 ? n * coarseness : next_multiple(outer, inner, n))
        admit(arena, outer, nearbyint(n / inner) * inner, sizes, &last_count);
    admit(arena, outer, outer, sizes, &last_count);
}

static void drop_repeated(size_list *sizes)
{
    int n = 0;
    for (int i = 0; i < sizes->count; i++)
        if (n == 0 || sizes->items[n - 1] != sizes->items[i])
            sizes->items[n++] = sizes->items[i];
    sizes->count = n;
}

af_sizes af_tile_sizes(af_arena *arena, double outer, bool imperfect, double inner, double coarseness)
{
    size_list sizes = {0};
    if (imperfect)
        push_imperfect(arena, outer, inner, coarseness, &sizes);
    else
        push_perfect(arena, outer, inner, coarseness, &sizes);
    qsort(sizes.items, (size_t)sizes.count, sizeof *sizes.items, ascending);
    drop_repeated(&sizes);
    return (af_sizes){sizes.count, sizes.items};
}

/* ---- remembered sizes */

typedef struct known_sizes { double outer, inner; bool imperfect, used; af_sizes sizes; } known_sizes;
struct af_size_table {
    af_arena *arena; double coarseness;
    known_sizes *slots; size_t room, n_used;
    const known_sizes *last;                 /* asked for: often the next too */
};

af_size_table *af_size_table_new(af_arena *arena, double coarseness)
{
    af_size_table *table = af_new(arena, af_size_table);
    *table = (af_size_table){.arena = arena, .coarseness = coarseness, .room = 64};
    table->slots = af_new_array(arena, known_sizes, table->room);
    return table;
}

static bool is_of(const known_sizes *slot, double outer, bool imperfect, double inner)
{
    return slot->used && slot->outer == outer && slot->inner == inner && slot->imperfect == imperfect;
}

static known_sizes *find_slot(known_sizes *slots, size_t room, double outer, bool imperfect, double inner)
{
    uint64_t h = (uint64_t)outer * 0x9E3779B97F4A7C15u ^ (uint64_t)inner * 0xC2B2AE3D27D4EB4Fu ^
                 (uint64_t)imperfect;
    size_t at = (h ^ h >> 31) & (room - 1);
    while (slots[at].used && !is_of(&slots[at], outer, imperfect, inner))
        at = (at + 1) & (room - 1);
    return &slots[at];
}

static void grow(af_size_table *table)
{
    known_sizes *old = table->slots;
    size_t n_old = table->room;
    table->room *= 2;
    table->slots = af_new_array(table->arena, known_sizes, table->room);
    for (size_t i = 0; i < n_old; i++)
        if (old[i].used)
            *find_slot(table->slots, table->room, old[i].outer, old[i].imperfect, old[i].inner) = old[i];
}

const af_sizes *af_size_table_get(af_size_table *table, double outer, bool imperfect, double inner)
{
    if (table->last && is_of(table->last, outer, imperfect, inner))
        return &table->last->sizes;
    if (2 * table->n_used >= table->room)
        grow(table);
    known_sizes *slot = find_slot(table->slots, table->room, outer, imperfect, inner);
    if (!slot->used) {
        af_sizes sizes = af_tile_sizes(table->arena, outer, imperfect, inner, table->coarseness);
        *slot = (known_sizes){outer, inner, imperfect, true, sizes};
        table->n_used++;
    }
    table->last = slot;
    return &slot->sizes;
}

/* ---- counts: C(b, loops) = 1 for one loop; else the sum over the outermost loop's sizes s
 * of C(ceil(b / s), the rest) */

static double binomial(double n, double k)
{
    double result = 1;
    for (double i = 1; i <= k; i++)
        result = result * (n - k + i) / i;
    return nearbyint(result);
}

static double count_perfect(double bound, int n_loops)
{
    prime_power factors[MOST_PRIMES];
    int n = factorize(bound, factors);
    double result = 1;
    for (int i = 0; i < n; i++)
        result *= binomial(factors[i].exponent + n_loops - 1, n_loops - 1);
    return result;
}

/* All values that ceil(bound / s) takes; whatever is divided again is among them. Descending. */
static size_list quotients(af_arena *arena, double bound)
{
    size_list found = {0};
    for (double s = 1; s <= bound;) {
        double value = *af_push(arena, &found) = ceil_divide(bound, s);
        if (value == 1)
            break;
        s = floor((bound - 1) / (value - 1)) + 1;              /* least s with ceil(bound / s) < value */
    }
    return found;
}

static int place_of(const size_list *descending, double value)
{
    int low = 0, high = descending->count - 1;
    while (low < high) {
        int middle = (low + high) / 2;
        if (descending->items[middle] > value)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static double sum_over_sizes(const size_list *values, const double *counts, double bound, bool imperfect)
{
    double sum = 0;
    for (double s = 1; s <= bound;) {
        double value = ceil_divide(bound, s);
        double next = value == 1 ? bound + 1 : floor((bound - 1) / (value - 1)) + 1;
        double multiplicity = imperfect ? next - s : fmod(bound, value) == 0;
        sum += multiplicity * counts[place_of(values, value)];
        s = next;
    }
    return sum;
}

/* Each loop over imperfect sizes multiplies by about the sum of 1 / size, divided by its place:
 * B ln(B)^k / k! with k + 2 loops. */
static double estimate_imperfect(double bound, int n_loops)
{
    double estimate = bound;
    for (int k = 1; k <= n_loops - 2; k++)
        estimate *= log(bound) / k;
    return nearbyint(estimate);
}

double af_count_tilings(double bound, const bool *imperfect, int n_loops)
{
    bool any = false;
    for (int k = 0; k + 1 < n_loops; k++)
        any = any || imperfect[k];
    if (n_loops <= 1)
        return 1;
    if (!any)
        return count_perfect(bound, n_loops);
    if (bound > MOST_COUNTED)
        return estimate_imperfect(bound, n_loops);
    af_arena *arena = af_arena_new();
    size_list values = quotients(arena, bound);
    double *counts = af_new_array(arena, double, values.count),
           *next = af_new_array(arena, double, values.count);
    for (int i = 0; i < values.count; i++)   /* two loops */
        counts[i] = imperfect[n_loops - 2] ? values.items[i] : count_perfect(values.items[i], 2);
    for (int k = n_loops - 3; k >= 0; k--) {
        for (int i = 0; i < (k ? values.count : 1); i++)
            next[i] = sum_over_sizes(&values, counts, values.items[i], imperfect[k]);
        memcpy(counts, next, sizeof *counts * (size_t)values.count);
    }
    double total = counts[0];
    af_arena_free(arena);
    return total;
}
