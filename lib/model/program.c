/* Formulas to straight-line code over columns: one instruction works on up to TILE rows at once.
 *
 * Every term is (coefficient x product of its positive powers) / (product of its negative powers),
 * terms of one sum with the same divisor share the division. With whole numbers this is exact up to
 * the one rounding of the quotient, so that a fan-out or a size is reached exactly where it should be.
 * Products and sums that several formulas need are computed once. */
#include "model/formula_graph.h"
#include "model/program.h"

#include <math.h>
#include <string.h>

enum { TILE = 128 };

typedef enum operation {
    OP_CONSTANT, OP_MULTIPLY, OP_MULTIPLY_CONSTANT, OP_ADD, OP_ADD_CONSTANT, OP_ADD_SCALED, OP_SUBTRACT,
    OP_DIVIDE, OP_DIVIDE_CONSTANT, OP_MAX, OP_MAX_CONSTANT, OP_MIN, OP_MIN_CONSTANT, OP_MIN_NONZERO, OP_CEIL,
    OP_APPLY
} operation;

/* Values are numbered: first the symbols' columns, then one value per instruction. */
typedef struct instruction {
    operation operation;
    int a, b;
    double constant;
    int function;
    int target;
} instruction;
enum { N_SYMBOLS = 64 };

struct af_program {
    int n_instructions; instruction *instructions;
    int n_registers;                         /* instruction.target is a register or an output;
                                              * operands are those too, or symbols */
    int n_outputs; int *outputs;
    double *constants;                       /* of outputs that are known; outputs[k] then is KNOWN */
};
enum { KNOWN = INT16_MIN };
/* Places of values: below 0 the columns of symbols, from 0 registers, from here on the columns of outputs */
enum { OUTPUT = 1 << 24 };

/* ---- compiling: formulas to instructions over values */

typedef struct compiling {
    const af_graph *g;
    af_arena *arena;
    af_list(instruction) code;
    int *value_of_sum, *value_of_atom;       /* by number in the graph: value + 1, 0: not yet */
    int *slots, capacity;                    /* instructions by content */
} compiling;

static bool same_instruction(const instruction *x, const instruction *y)
{
    return x->operation == y->operation && x->a == y->a && x->b == y->b && x->function == y->function &&
           !memcmp(&x->constant, &y->constant, sizeof x->constant);
}

static unsigned hash_instruction(const instruction *x)
{
    uint64_t bits;
    memcpy(&bits, &x->constant, sizeof bits);
    uint64_t hash = ((uint64_t)x->operation << 58) ^ ((uint64_t)(unsigned)x->a << 30) ^
                    (uint64_t)(unsigned)x->b ^ bits * 31;
    hash *= 0x9E3779B97F4A7C15u;
    return (unsigned)(hash >> 33);
}

static void rehash(compiling *c)
{
    c->capacity = c->capacity ? c->capacity * 2 : 256;
    c->slots = af_new_array(c->arena, int, c->capacity);
    for (int i = 0; i < c->code.count; i++) {
        unsigned at = hash_instruction(&c->code.items[i]) & (unsigned)(c->capacity - 1);
        while (c->slots[at])
            at = (at + 1) & (unsigned)(c->capacity - 1);
        c->slots[at] = i + 1;
    }
}

/* The value of an instruction; one with the same content is used again. */
static int emit(compiling *c, instruction x)
{
    if (c->code.count * 2 >= c->capacity)
        rehash(c);
    if ((x.operation == OP_MULTIPLY || x.operation == OP_ADD || x.operation == OP_MAX ||
         x.operation == OP_MIN) &&
        x.a > x.b) {
        int a = x.a;
        x.a = x.b;
        x.b = a;
    }
    unsigned at = hash_instruction(&x) & (unsigned)(c->capacity - 1);
    for (; c->slots[at]; at = (at + 1) & (unsigned)(c->capacity - 1))
        if (same_instruction(&c->code.items[c->slots[at] - 1], &x))
            return N_SYMBOLS + c->slots[at] - 1;
    *af_push(c->arena, &c->code) = x;
    c->slots[at] = c->code.count;
    return N_SYMBOLS + c->code.count - 1;
}

static int emit_two(compiling *c, operation operation, int a, int b)
{
    return emit(c, (instruction){.operation = operation, .a = a, .b = b});
}

static int emit_constant(compiling *c, operation operation, int a, double constant)
{
    return emit(c, (instruction){.operation = operation, .a = a, .b = -1, .constant = constant});
}

static int compile_atom(compiling *c, int atom);

/* Product of the powers of one sign; -1: there are none. */
static int compile_product(compiling *c, const af_factor *factors, int count, bool positive)
{
    int product = -1;
    for (int i = 0; i < count; i++) {
        int power = positive ? factors[i].power : -factors[i].power;
        if (power <= 0)
            continue;
        int atom = compile_atom(c, factors[i].atom);
        for (int p = 0; p < power; p++)
            product = product < 0 ? atom : emit_two(c, OP_MULTIPLY, product, atom);
    }
    return product;
}

/* (value + constant) / divisor; value -1: none */
typedef struct part { int divisor; int value; double constant; } part;

static void add_to_part(compiling *c, part *p, double coefficient, int product)
{
    if (product < 0)
        p->constant += coefficient;
    else if (p->value < 0)
        p->value = coefficient == 1 ? product : emit_constant(c, OP_MULTIPLY_CONSTANT, product, coefficient);
    else if (coefficient == 1 || coefficient == -1)
        p->value = emit_two(c, coefficient == 1 ? OP_ADD : OP_SUBTRACT, p->value, product);
    else
        p->value = emit(c, (instruction){.operation = OP_ADD_SCALED,
                                         .a = p->value,
                                         .b = product,
                                         .constant = coefficient});
}

static int part_value(compiling *c, const part *p)
{
    if (p->value < 0)
        return emit_constant(c, OP_DIVIDE_CONSTANT, p->divisor, p->constant);
    int value = p->constant != 0 ? emit_constant(c, OP_ADD_CONSTANT, p->value, p->constant) : p->value;
    return p->divisor < 0 ? value : emit_two(c, OP_DIVIDE, value, p->divisor);
}

static int compile_sum(compiling *c, af_num x)
{
    if (c->value_of_sum[x.node])
        return c->value_of_sum[x.node] - 1;
    int n = af_n_terms(c->g, x), n_parts = 0;
    part *parts = af_new_array(c->arena, part, n + 1);
    for (int i = 0; i < n; i++) {
        af_term_view term = af_term_at(c->g, x, i);
        int divisor = compile_product(c, term.factors, term.n_factors, false);
        int product = compile_product(c, term.factors, term.n_factors, true);
        int at = 0;
        while (at < n_parts && parts[at].divisor != divisor)
            at++;
        if (at == n_parts)
            parts[n_parts++] = (part){divisor, -1, 0};
        add_to_part(c, &parts[at], term.coefficient, product);
    }
    double constant = 0;
    int sum = -1;
    for (int i = 0; i < n_parts; i++) {
        if (parts[i].divisor < 0 && parts[i].value < 0) {
            constant += parts[i].constant;
            continue;
        }
        int value = part_value(c, &parts[i]);
        sum = sum < 0 ? value : emit_two(c, OP_ADD, sum, value);
    }
    if (constant != 0)
        sum = emit_constant(c, OP_ADD_CONSTANT, sum, constant);
    c->value_of_sum[x.node] = sum + 1;
    return sum;
}

static int compile_constant(compiling *c, double value) { return emit_constant(c, OP_CONSTANT, -1, value); }

static int compile_num(compiling *c, af_num x)
{
    return af_is_known(x) ? compile_constant(c, x.value) : compile_sum(c, x);
}

static int compile_extreme(compiling *c, const graph_atom *a)
{
    operation two = a->kind == AF_ATOM_MAX ? OP_MAX : a->kind == AF_ATOM_MIN ? OP_MIN : OP_MIN_NONZERO;
    int value = -1;
    for (int pass = 0; pass < 2; pass++)     /* unknown arguments first */
        for (int i = 0; i < a->count; i++) {
            af_num x = c->g->arguments.items[a->first + i];
            if (af_is_known(x) != (pass == 1))
                continue;
            if (pass == 1 && value >= 0 && two != OP_MIN_NONZERO)
                value = emit_constant(c, two == OP_MAX ? OP_MAX_CONSTANT : OP_MIN_CONSTANT, value, x.value);
            else
                value = value < 0 ? compile_num(c, x) : emit_two(c, two, value, compile_num(c, x));
        }
    return value;
}

static int compile_atom(compiling *c, int atom)
{
    if (c->value_of_atom[atom])
        return c->value_of_atom[atom] - 1;
    const graph_atom *a = &c->g->atoms.items[atom];
    int value;
    if (a->kind == AF_ATOM_SYMBOL)
        value = a->id;
    else if (a->kind == AF_ATOM_CEIL)
        value = emit_constant(c, OP_CEIL, compile_num(c, c->g->arguments.items[a->first]), 0);
    else if (a->kind == AF_ATOM_APPLY) {
        int first = compile_num(c, c->g->arguments.items[a->first]);
        int last = a->count == 1 ? first : compile_num(c, c->g->arguments.items[a->first + 1]);
        value = emit(c, (instruction){.operation = OP_APPLY, .a = first, .b = last, .function = a->id});
    } else
        value = compile_extreme(c, a);
    c->value_of_atom[atom] = value + 1;
    return value;
}

/* ---- registers: a value's register is free again after its last use. What is an output needs none: it is
 * where it should be from the start. */

typedef struct allocation { int *last_use, *register_of; int *free; int n_free, n_registers; } allocation;

static int take_register(allocation *a) { return a->n_free ? a->free[--a->n_free] : a->n_registers++; }

static int place_of(const allocation *a, int value)
{
    return value < N_SYMBOLS ? -1 - value : a->register_of[value - N_SYMBOLS];
}

static void mark_use(allocation *a, int value, int at)
{
    if (value >= N_SYMBOLS)
        a->last_use[value - N_SYMBOLS] = at;
}

static void release(allocation *a, int value, int at)
{
    if (value < N_SYMBOLS || a->last_use[value - N_SYMBOLS] != at || place_of(a, value) >= OUTPUT)
        return;
    a->last_use[value - N_SYMBOLS] = -1;     /* once, if it is both operands */
    a->free[a->n_free++] = a->register_of[value - N_SYMBOLS];
}

static void allocate_registers(af_arena *arena, af_program *p)
{
    int n = p->n_instructions;
    allocation a = {af_new_array(arena, int, n), af_new_array(arena, int, n), af_new_array(arena, int, n), 0,
                    0};
    for (int i = 0; i < n; i++) {
        mark_use(&a, p->instructions[i].a, i);
        mark_use(&a, p->instructions[i].b, i);
    }
    for (int k = p->n_outputs - 1; k >= 0; k--)
        if (p->outputs[k] != KNOWN && p->outputs[k] >= N_SYMBOLS)
            a.register_of[p->outputs[k] - N_SYMBOLS] = OUTPUT + k;
    for (int i = 0; i < n; i++) {
        instruction *x = &p->instructions[i];
        int first = x->a, second = x->b;
        x->a = first < 0 ? 0 : place_of(&a, first);
        x->b = second < 0 ? 0 : place_of(&a, second);
        /* Before the operands' are free: it must not be one of them */
        if (!a.register_of[i])
            a.register_of[i] = take_register(&a);
        x->target = a.register_of[i];
        release(&a, first, i);
        release(&a, second, i);
    }
    for (int k = 0; k < p->n_outputs; k++)
        if (p->outputs[k] != KNOWN)
            p->outputs[k] = place_of(&a, p->outputs[k]);
    p->n_registers = a.n_registers;
}

af_program *af_program_compile(af_arena *arena, const af_graph *g, const af_num *outputs, int n_outputs)
{
    compiling c = {.g = g, .arena = arena};
    c.value_of_sum = af_new_array(arena, int, g->sums.count + 1);
    c.value_of_atom = af_new_array(arena, int, g->atoms.count + 1);
    af_program *p = af_new(arena, af_program);
    p->n_outputs = n_outputs;
    p->outputs = af_new_array(arena, int, n_outputs);
    p->constants = af_new_array(arena, double, n_outputs);
    for (int k = 0; k < n_outputs; k++) {
        p->constants[k] = outputs[k].value;
        p->outputs[k] = af_is_known(outputs[k]) ? KNOWN : compile_sum(&c, outputs[k]);
    }
    p->instructions = c.code.items;
    p->n_instructions = c.code.count;
    allocate_registers(arena, p);
    return p;
}

size_t af_program_scratch(const af_program *p)
{
    return sizeof(double) * TILE * (size_t)(p->n_registers + 1);
}

/* ---- running */

/* One instruction over n rows. */
AF_OVER_ROWS
static void run_rows(const instruction *x, const double *a, const double *b, double *restrict to, int n)
{
    const double k = x->constant;
    switch (x->operation) {
    case OP_CONSTANT: for (int i = 0; i < n; i++) to[i] = k; break;
    case OP_MULTIPLY: for (int i = 0; i < n; i++) to[i] = a[i] * b[i]; break;
    case OP_MULTIPLY_CONSTANT: for (int i = 0; i < n; i++) to[i] = a[i] * k; break;
    case OP_ADD: for (int i = 0; i < n; i++) to[i] = a[i] + b[i]; break;
    case OP_ADD_CONSTANT: for (int i = 0; i < n; i++) to[i] = a[i] + k; break;
    case OP_ADD_SCALED: for (int i = 0; i < n; i++) to[i] = a[i] + k * b[i]; break;
    case OP_SUBTRACT: for (int i = 0; i < n; i++) to[i] = a[i] - b[i]; break;
    case OP_DIVIDE: for (int i = 0; i < n; i++) to[i] = a[i] / b[i]; break;
    case OP_DIVIDE_CONSTANT: for (int i = 0; i < n; i++) to[i] = k / a[i]; break;
    case OP_MAX: for (int i = 0; i < n; i++) to[i] = a[i] > b[i] ? a[i] : b[i]; break;
    case OP_MAX_CONSTANT: for (int i = 0; i < n; i++) to[i] = a[i] > k ? a[i] : k; break;
    case OP_MIN: for (int i = 0; i < n; i++) to[i] = a[i] < b[i] ? a[i] : b[i]; break;
    case OP_MIN_CONSTANT: for (int i = 0; i < n; i++) to[i] = a[i] < k ? a[i] : k; break;
    case OP_MIN_NONZERO:
        for (int i = 0; i < n; i++)
            to[i] = a[i] == 0 ? b[i] : b[i] == 0 ? a[i] : a[i] < b[i] ? a[i] : b[i];
        break;
    case OP_CEIL: for (int i = 0; i < n; i++) to[i] = ceil(a[i]); break;
    case OP_APPLY:
        break;
    }
}

static void apply_rows(const instruction *x, const double *a, const double *b, double *to, int n)
{
    double (*of)(double, double) = af_function_at(x->function)->of;
    for (int i = 0; i < n; i++)
        to[i] = of(a[i], b[i]);
}

static bool has_two_operands(operation operation)
{
    static const bool two[] = {
        [OP_MULTIPLY] = true, [OP_ADD] = true, [OP_ADD_SCALED] = true, [OP_SUBTRACT] = true,
        [OP_DIVIDE] = true, [OP_MAX] = true, [OP_MIN] = true, [OP_MIN_NONZERO] = true, [OP_APPLY] = true
    };
    return two[operation];
}

typedef struct tile {                        /* rows that run at once */
    const double *const *symbols;
    double *const *outputs, *registers;
    int row;                                 /* the first */
} tile;

static double *target(const tile *t, int place)
{
    return place >= OUTPUT ? t->outputs[place - OUTPUT] + t->row : t->registers + (size_t)place * TILE;
}

static const double *operand(const tile *t, int place)
{
    return place < 0 ? t->symbols[-1 - place] + t->row : target(t, place);
}

static void run_tile(const af_program *p, const tile *t, int n)
{
    for (int i = 0; i < p->n_instructions; i++) {
        const instruction *x = &p->instructions[i];
        const double *a = x->operation == OP_CONSTANT ? NULL : operand(t, x->a);
        const double *b = has_two_operands(x->operation) ? operand(t, x->b) : a;
        (x->operation == OP_APPLY ? apply_rows : run_rows)(x, a, b, target(t, x->target), n);
    }
    for (int k = 0; k < p->n_outputs; k++) {
        double *to = target(t, OUTPUT + k);
        if (p->outputs[k] == KNOWN)
            for (int i = 0; i < n; i++)
                to[i] = p->constants[k];
        else if (p->outputs[k] != OUTPUT + k)
            memcpy(to, operand(t, p->outputs[k]), sizeof *to * (size_t)n);
    }
}

void af_program_run(const af_program *program, const double *const *symbols, int n_rows,
                    double *const *outputs, void *scratch)
{
    tile t = {symbols, outputs, scratch, 0};
    for (; t.row < n_rows; t.row += TILE)
        run_tile(program, &t, n_rows - t.row < TILE ? n_rows - t.row : TILE);
}
