/* Einsums and groups from short texts, so that a test reads as a table. */
#ifndef AF_TEST_TABLES_H
#define AF_TEST_TABLES_H

#include "join/stage.h"
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_GROUPS = 32, MOST_EINSUMS = 8 };

/* What is handed to af_join. */
typedef struct input {
    af_arena *arena;
    af_report *report;
    int n_einsums; const af_einsum *einsums[MOST_EINSUMS];
    af_group **groups[MOST_EINSUMS];
    int n_groups[MOST_EINSUMS];
    double size;                             /* bits of GlobalBuffer */
    int metrics;
} input;

static input new_input(double size, int metrics)
{
    return (input){
        .arena = af_arena_new(), .report = af_report_new("test"), .size = size, .metrics = metrics
    };
}
static void free_input(input *in) { af_report_free(in->report), af_arena_free(in->arena); }

/* tensors: "X,Y>Z", what stands after > is written. */
static af_einsum *add_einsum(input *in, const char *name, const char *tensors)
{
    af_einsum *e = af_new(in->arena, af_einsum);
    e->name = name, e->spec = "test", e->index = in->n_einsums;
    e->n_nodes = 2;
    e->nodes = af_new_array(in->arena, af_arch_node, 2);
    e->nodes[0] = (af_arch_node){.kind = AF_MEMORY, .name = "MainMemory", .size = INFINITY, .parent = -1};
    e->nodes[1] = (af_arch_node){.kind = AF_MEMORY, .name = "GlobalBuffer", .size = in->size, .parent = -1};
    e->tensors = af_new_array(in->arena, af_tensor, 8);
    bool output = false;
    for (const char *p = tensors; *p;) {
        size_t length = strcspn(p, ",>");
        e->tensors[e->n_tensors++] = (af_tensor){.name = af_copy_slice(in->arena, p, length),
                                                 .output = output};
        output |= p[length] == '>';
        p += length + (p[length] != 0);
    }
    e->mapper.metrics = in->metrics;
    in->groups[in->n_einsums] = af_new_array(in->arena, af_group *, MOST_GROUPS);
    return (af_einsum *)(in->einsums[in->n_einsums++] = e);
}

static af_loop_signature *read_loops(af_arena *arena, const char **p, int *count)
{
    af_loop_signature *loops = af_new_array(arena, af_loop_signature, 8);
    for (*p += **p == '('; **p && **p != ')'; *p += **p == ',') {
        size_t length = strcspn(*p, ",)");
        loops[(*count)++].rank = af_copy_slice(arena, *p, length);
        *p += length;
    }
    *p += **p == ')';
    return loops;
}

/* "T1@GlobalBuffer(M,N1) W@GlobalBuffer*": memory, loops above, * = persistent. */
static void read_compatibility(af_arena *arena, const char *p, af_compatibility *c)
{
    c->tensors = af_new_array(arena, af_tensor_reservation, 8);
    while (*p) {
        af_tensor_reservation *t = &c->tensors[c->n_tensors++];
        size_t length = strcspn(p, "@");
        t->tensor = af_copy_slice(arena, p, length);
        p += length + 1;
        length = strcspn(p, "(* ");
        t->memory = af_copy_slice(arena, p, length);
        p += length;
        t->persistent = *p == '*';
        p += t->persistent;
        if (*p == '(')
            t->loops = read_loops(arena, &p, &t->n_loops);
        if (t->n_loops > c->n_loops)
            c->n_loops = t->n_loops;
        while (*p == ' ')
            p++;
    }
}

static double *column_of(af_arena *arena, af_group *g, const char *name, int room)
{
    for (int i = 0; i < AF_OBJECTIVES; i++)
        if (!strcmp(name, af_objective_names[i]))
            return g->objectives[i] ? g->objectives[i]
                                    : (g->objectives[i] = af_new_array(arena, double, room));
    if (name[0] == 'R') {
        int level = atoi(name + 1);
        for (int i = 0; i < g->n_reservations; i++)
            if (g->reservations[i].level == level)
                return g->reservations[i].bits;
        g->reservations[g->n_reservations] = (af_reservation_column){"GlobalBuffer", level,
                                                                     af_new_array(arena, double, room)};
        return g->reservations[g->n_reservations++].bits;
    }
    for (int i = 0; i < g->n_tensors; i++)
        if (!strcmp(g->tensors[i].tensor, name))
            return g->tensors[i].bits;
    g->tensors[g->n_tensors] = (af_tensor_column){af_copy_text(arena, name),
                                                  af_new_array(arena, double, room)};
    return g->tensors[g->n_tensors++].bits;
}

/* A chain of its own: each tensor is held under its loops, one loop after the other. */
static void add_template(af_arena *arena, const af_einsum *einsum, af_group *g)
{
    const af_compatibility *c = &g->compatibility;
    af_group_template *t = g->templates = af_new(arena, af_group_template);
    g->n_templates = 1;
    t->loop_of = af_new_array(arena, int, c->n_loops);
    t->nodes = af_new_array(arena, af_mapping_node *, c->n_loops + 2 * c->n_tensors + 1);
    const af_tensor_reservation *deepest = &c->tensors[0];
    for (int level = 0; level <= c->n_loops; level++) {
        for (int i = 0; i < c->n_tensors; i++) {
            const af_tensor_reservation *r = &c->tensors[i];
            if (r->n_loops > deepest->n_loops)
                deepest = r;
            if (r->n_loops != level)
                continue;
            af_mapping_node *n = af_new_array(arena, af_mapping_node, 2);
            const char **name = af_new(arena, const char *);
            *name = r->tensor;
            n[0] = (af_mapping_node){.kind = AF_NODE_STORAGE,
                                     .tensors = {1, name},
                                     .backing = {1, name},
                                     .component = r->memory,
                                     .lower = true,
                                     .persistent = r->persistent,
                                     .fused = -1};
            n[1] = n[0];
            n[1].kind = AF_NODE_RESERVATION;
            t->nodes[t->n_nodes++] = &n[0];
            t->nodes[t->n_nodes++] = &n[1];
        }
        if (level < c->n_loops) {
            af_mapping_node *loop = af_new(arena, af_mapping_node);
            const char **variable = af_new(arena, const char *);
            *variable = af_format(arena, "%c", tolower(deepest->loops[level].rank[0]));
            *loop = (af_mapping_node){.kind = AF_NODE_TEMPORAL, .rank_variables = {1, variable}, .fused = 1};
            t->loop_of[level] = level;
            t->nodes[t->n_nodes++] = loop;
        }
    }
    af_mapping_node *compute = af_new(arena, af_mapping_node);
    *compute = (af_mapping_node){.kind = AF_NODE_COMPUTE,
                                 .einsum = einsum->name,
                                 .component = "MAC",
                                 .fused = -1};
    t->nodes[t->n_nodes++] = compute;
}

/* rows: "n=2,2 energy=936 latency=8 R0=32 R1=56 T1=16; …" iteration counts, objectives,
 * bits in GlobalBuffer by level, bits of tensors; t=4,2: tile shapes other than those that divide 1024. */
static af_group *add_group(input *in, int einsum, double n_total, const char *compatibility, uint64_t fences,
                           const char *rows)
{
    enum { ROOM = 64 };
    af_group *g = af_new(in->arena, af_group);
    g->einsum = in->einsums[einsum]->name, g->id = in->n_groups[einsum], g->n_total = g->n_valid = n_total;
    read_compatibility(in->arena, compatibility, &g->compatibility);
    g->compatibility.fences = fences;
    g->reservations = af_new_array(in->arena, af_reservation_column, 8);
    g->tensors = af_new_array(in->arena, af_tensor_column, 8);
    g->template_of = af_new_array(in->arena, int, ROOM);
    g->tiles = af_new_array(in->arena, double *, ROOM);
    g->iterations = af_new_array(in->arena, int32_t *, 8);
    for (int k = 0; k < 8; k++)
        g->iterations[k] = af_new_array(in->arena, int32_t, ROOM);
    char *text = af_copy_text(in->arena, rows), *save_row, *save_cell;
    for (char *row = strtok_r(text, ";", &save_row); row; row = strtok_r(NULL, ";", &save_row)) {
        double *tiles = g->tiles[g->n_rows] = af_new_array(in->arena, double, 8);
        for (char *cell = strtok_r(row, " \n", &save_cell); cell; cell = strtok_r(NULL, " \n", &save_cell)) {
            char *value = strchr(cell, '=');
            *value++ = 0;
            if (!strcmp(cell, "n"))
                for (int k = 0; *value; k++, value += *value == ',')
                    g->iterations[k][g->n_rows] = (int32_t)strtol(value, &value, 10);
            else if (!strcmp(cell, "t"))
                for (int k = 0; *value; k++, value += *value == ',')
                    tiles[k] = strtod(value, &value);
            else
                column_of(in->arena, g, cell, ROOM)[g->n_rows] = strtod(value, NULL);
        }
        g->n_rows++;
    }
    for (int row = 0; row < g->n_rows; row++)   /* all loops are over variables of 1024 */
        for (int k = 0; k < g->compatibility.n_loops; k++)
            if (!g->tiles[row][k])
                g->tiles[row][k] = 1024.0 / g->iterations[k][row];
    add_template(in->arena, in->einsums[einsum], g);
    in->groups[einsum][in->n_groups[einsum]++] = g;
    return g;
}

static int join_input(input *in, af_join_result *result)
{
    af_join_options options = {.threads = 1};
    return af_join(in->arena, in->einsums, in->n_einsums, (af_group *const *const *)in->groups, in->n_groups,
                   &options, result, in->report);
}

#endif
