/* Opaque functions that total_latency may call on numbers with unknowns in them (85 U2). */
#include "model/formula_graph.h"

#include <math.h>
#include <string.h>

static double f_floor(double a, double b) { (void)b; return floor(a); }
static double f_trunc(double a, double b) { (void)b; return trunc(a); }
static double f_round(double a, double b) { (void)b; return rint(a); }       /* half to even, as Python */
static double f_sqrt(double a, double b) { (void)b; return sqrt(a); }
static double f_log(double a, double b) { (void)b; return log(a); }
static double f_log2(double a, double b) { (void)b; return log2(a); }
static double f_log10(double a, double b) { (void)b; return log10(a); }
static double f_log1p(double a, double b) { (void)b; return log1p(a); }
static double f_exp(double a, double b) { (void)b; return exp(a); }
static double f_abs(double a, double b) { (void)b; return fabs(a); }
static double f_reciprocal(double a, double b) { (void)b; return 1 / a; }
static double f_power(double a, double b) { return pow(a, b); }
static double f_floor_divide(double a, double b) { return floor(a / b); }
/* Sign of the divisor, as Python */
static double f_modulo(double a, double b) { return a - b * floor(a / b); }
static double f_less(double a, double b) { return a < b; }
static double f_at_most(double a, double b) { return a <= b; }
static double f_equal(double a, double b) { return a == b; }
static double f_not_equal(double a, double b) { return a != b; }

static const graph_function functions[] = {
    {"floor",      1, f_floor,        true},
    {"trunc",      1, f_trunc,        true},
    {"int",        1, f_trunc,        true},
    {"round",      1, f_round,        true},
    {"sqrt",       1, f_sqrt,         true},
    {"log",        1, f_log,          true},
    {"log2",       1, f_log2,         true},
    {"log10",      1, f_log10,        true},
    {"log1p",      1, f_log1p,        true},
    {"exp",        1, f_exp,          true},
    {"abs",        1, f_abs,          false},
    {"fabs",       1, f_abs,          false},
    {"reciprocal", 1, f_reciprocal,   false},
    {"**",         2, f_power,        false},
    {"//",         2, f_floor_divide, false},
    {"%",          2, f_modulo,       false},
    {"<",          2, f_less,         false},
    {"<=",         2, f_at_most,      false},
    {"==",         2, f_equal,        false},
    {"!=",         2, f_not_equal,    false},
};

const graph_function *af_function_at(int id) { return &functions[id]; }

int af_function_find(const char *name, int n_arguments)
{
    for (int i = 0; i < (int)(sizeof functions / sizeof *functions); i++)
        if (functions[i].n_arguments == n_arguments && !strcmp(functions[i].name, name))
            return i;
    return -1;
}

bool af_is_function(const char *name, int n_arguments) { return af_function_find(name, n_arguments) >= 0; }
