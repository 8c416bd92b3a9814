/* Architectures of two to four levels with fan-out and Tolls, chains of one to three Einsums, fused mappings
 * with even and uneven loops. */
#include "generate.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

typedef struct generator {
    unsigned state;
    sim_problem *p;
    problem_text *text;
    int current[SIM_VARIABLES];              /* tile shapes of the Einsum that is mapped */
    /* loops over variable 0 above the Einsum's branch, all branches of it included */
    int trunk_loops[SIM_EINSUMS];
} generator;

static int draw(generator *g, int below)
{
    g->state = g->state * 1103515245u + 12345u;
    return (int)(g->state >> 16 & 0x7fff) % below;
}

static void put(char *to, size_t room, const char *format, ...)
{
    va_list arguments;
    size_t used = strlen(to);
    va_start(arguments, format);
    vsnprintf(to + used, room - used, format, arguments);
    va_end(arguments);
}
#define PUT(field, ...) put(g->text->field, sizeof g->text->field, __VA_ARGS__)

/* ---- architecture */
static void add_level(generator *g, const char *name, sim_level_kind kind, bool may_fan)
{
    static const char *const dimensions[] = {"X", "Y"};
    sim_level *l = &g->p->levels[g->p->n_levels++];
    *l = (sim_level){.name = name, .kind = kind, .up = true, .down = true, .skips = draw(g, 4) > 0,
                     .read_bits = 1 << draw(g, 4), .write_bits = 1 << draw(g, 4)};
    PUT(arch, "%s{'type':'%s','name':'%s'", g->p->n_levels > 1 ? "," : "[", kind == SIM_TOLL ? "Toll" :
        kind == SIM_COMPUTE ? "Compute" : "Memory", name);
    if (kind == SIM_MEMORY)
        PUT(arch, ",'size':1e6");
    if (kind == SIM_TOLL) {
        int way = draw(g, 3);
        l->up = way != 1;
        l->down = way != 2;
        PUT(arch, ",'direction':'%s'", way == 0 ? "up_and_down" : way == 1 ? "down" : "up");
    } else
        PUT(arch, ",'skip_initial_output_write':%s", l->skips ? "true" : "false");
    l->n_dimensions = may_fan ? draw(g, 3) : 0;
    PUT(arch, ",'spatial':[");
    for (int d = 0; d < l->n_dimensions; d++) {
        l->fanout[d] = 2 + draw(g, 2);
        l->reuses[d] = draw(g, 3) > 0;
        PUT(arch, "%s{'name':'%s','fanout':%d%s}", d ? "," : "", dimensions[d], l->fanout[d], l->reuses[d] ?
            "" : ",'may_reuse':{'s':[],'u':'t'}");
    }
    PUT(arch, "],'actions':[");
    if (kind == SIM_COMPUTE)
        PUT(arch, "{'name':'compute','energy':1,'throughput':1}]}");
    else {
        PUT(arch, "{'name':'read','energy':1,'throughput':1,'bits_per_action':%g}", l->read_bits);
        PUT(arch, "%s]}", kind == SIM_TOLL ? "" :
            ",{'name':'write','energy':0.5,'throughput':2,'bits_per_action':");
        if (kind == SIM_MEMORY) {
            g->text->arch[strlen(g->text->arch) - 2] = 0;
            PUT(arch, "%g}]}", l->write_bits);
        }
    }
}

static void make_architecture(generator *g)
{
    add_level(g, "Main", SIM_MEMORY, false);
    if (draw(g, 3) == 0)
        add_level(g, "Link", SIM_TOLL, draw(g, 2));
    if (draw(g, 4) > 0)
        add_level(g, "Outer", SIM_MEMORY, draw(g, 2));
    if (draw(g, 2) == 0)
        add_level(g, "Inner", SIM_MEMORY, true);
    add_level(g, "MAC", SIM_COMPUTE, draw(g, 2));
    PUT(arch, "]");
    g->p->bits = 8;
}

/* ---- workload: variable 0 is the one that fused branches share */
static const char *const variable_names[SIM_EINSUMS][SIM_VARIABLES] = {{"m", "a", "b", "p", "r"},
    {"m", "b", "c", "p", "r"}, {"m", "c", "d", "p", "r"}};
static const int choices[] = {1, 2, 3, 4, 6, 5, 7};

static sim_index one_index(int variable) { return (sim_index){1, {variable}, {1}}; }

static void put_tensor(generator *g, int einsum, const sim_tensor *t)
{
    PUT(workload, " %s[", t->name);
    for (int r = 0; r < t->n_ranks; r++)
        for (int i = 0; i < t->ranks[r].n; i++) {
            PUT(workload, "%s", i ? "+" : r ? "," : "");
            if (t->ranks[r].factor[i] != 1)
                PUT(workload, "%d*", t->ranks[r].factor[i]);
            PUT(workload, "%s", variable_names[einsum][t->ranks[r].variable[i]]);
        }
    PUT(workload, "]%s", t->output ? "!" : "");
}

/* The first Einsum of a chain as a convolution along the variable that fused branches share: tiles of its
 * input overlap. */
static void slide_over_shared(generator *g, sim_einsum *e)
{
    e->tensors[0].ranks[0] = (sim_index){2, {0, 3}, {1 + draw(g, 2), 1}};
    e->tensors[1].ranks[e->tensors[1].n_ranks++] = one_index(3);
    e->bounds[3] = 1 + draw(g, 3);
    e->n_variables = 4;
}

static void make_matmul(generator *g, int einsum, const int *bounds)
{
    static const char *const names[SIM_EINSUMS][3] = {{"T0", "W0", "T1"}, {"T1", "W1", "T2"},
        {"T2", "W2", "T3"}};
    sim_einsum *e = &g->p->einsums[einsum];
    const sim_index m = one_index(0), k = one_index(1), n = one_index(2);
    const sim_tensor tensors[3] = {{names[einsum][0], false, 2, {m, k}}, {names[einsum][1], false, 2, {k, n}},
        {names[einsum][2], true, 2, {m, n}}};
    e->n_tensors = 3;
    memcpy(e->tensors, tensors, sizeof tensors);
    e->n_variables = 3;
    const int own[] = {bounds[0], bounds[1 + einsum], bounds[2 + einsum], 1, 1};
    memcpy(e->bounds, own, sizeof own);
    if (einsum == 0 && draw(g, 3) == 0)
        slide_over_shared(g, e);
}

static void make_convolution(generator *g, const int *bounds)
{
    sim_einsum *e = &g->p->einsums[0];
    const sim_index m = one_index(0), c = one_index(1), k = one_index(2), p = one_index(3), r = one_index(4);
    const sim_index slide = {2, {3, 4}, {1 + draw(g, 2), 1}};
    const sim_tensor tensors[3] = {{"I", false, 3, {m, c, slide}}, {"F", false, 3, {k, c, r}},
        {"O", true, 3, {m, k, p}}};
    e->n_tensors = 3;
    memcpy(e->tensors, tensors, sizeof tensors);
    e->n_variables = 5;
    const int own[] = {1 + draw(g, 2), 1 + draw(g, 2), 1 + draw(g, 2),
        choices[1 + draw(g, g->p->even ? 4 : 6)], 1 + draw(g, 3)};
    memcpy(e->bounds, own, sizeof own);
    (void)bounds;
}

static void make_workload(generator *g)
{
    int bounds[5];
    for (int i = 0; i < 5; i++)
        bounds[i] = choices[draw(g, g->p->even ? 4 : 6)];
    bounds[0] = choices[1 + draw(g, g->p->even ? 4 : 6)];
    bool convolution = draw(g, 3) == 0;
    g->p->n_einsums = convolution ? 1 : 1 + draw(g, 3);
    for (int i = 0; i < g->p->n_einsums; i++) {
        static const char *const names[] = {"E0", "E1", "E2"};
        sim_einsum *e = &g->p->einsums[i];
        e->name = names[i];
        if (convolution)
            make_convolution(g, bounds);
        else
            make_matmul(g, i, bounds);
        PUT(workload, "%s%s:", i ? "\n" : "", e->name);
        for (int t = 0; t < e->n_tensors; t++)
            put_tensor(g, i, &e->tensors[t]);
        for (int v = 0; v < e->n_variables; v++)
            PUT(bounds, "%s%s=%d", *g->text->bounds ? " " : "", variable_names[i][v], e->bounds[v]);
    }
}

/* ---- mapping */
static void add_node(generator *g, int einsum, sim_node node)
{
    sim_einsum *e = &g->p->einsums[einsum];
    e->nodes[e->n_nodes++] = node;
}

static void put_holder(generator *g, const char *tensors, int level)
{
    PUT(mapping, "%s%s@%s ", g->p->levels[level].kind == SIM_TOLL ? "~" : "", tensors,
        g->p->levels[level].name);
}

static void hold(generator *g, int einsum, int tensor, int level, bool in_text)
{
    add_node(g, einsum, (sim_node){.kind = SIM_HOLD, .level = level, .tensor = tensor});
    if (in_text)
        put_holder(g, g->p->einsums[einsum].tensors[tensor].name, level);
}

static int pick_tile(generator *g, int size, int most_times)
{
    int tile;
    do
        tile = 1 + draw(g, size);
    while ((g->p->even && size % tile) || (size + tile - 1) / tile > most_times);
    return tile;
}

static void add_temporal(generator *g, int einsum, int variable, int tile)
{
    add_node(g, einsum, (sim_node){.kind = SIM_TEMPORAL, .variable = variable, .tile = tile});
    PUT(mapping, "%s/%d ", variable_names[einsum][variable], tile);
    g->current[variable] = tile;
}

static void add_spatials(generator *g, int einsum, int level)
{
    const sim_level *l = &g->p->levels[level];
    for (int d = 0; d < l->n_dimensions; d++) {
        int v = draw(g, g->p->einsums[einsum].n_variables), tile = pick_tile(g, g->current[v], l->fanout[d]);
        if (draw(g, 4) == 0)
            continue;
        add_node(g, einsum, (sim_node){.kind = SIM_SPATIAL, .level = level, .dimension = d, .variable = v,
                                       .tile = tile});
        PUT(mapping, "%s:%s/%d@%s ", d ? "Y" : "X", variable_names[einsum][v], tile, l->name);
        g->current[v] = tile;
    }
}

static bool is_held(const sim_einsum *e, int tensor, int level)
{
    for (int i = 0; i < e->n_nodes; i++)
        if (e->nodes[i].kind == SIM_HOLD && e->nodes[i].tensor == tensor &&
            (level < 0 || e->nodes[i].level == level))
            return true;
    return false;
}

static void map_level(generator *g, int einsum, int level)
{
    sim_einsum *e = &g->p->einsums[einsum];
    add_spatials(g, einsum, level);
    int start = draw(g, e->n_tensors);
    for (int k = 0; k < e->n_tensors; k++) {
        int t = (start + k) % e->n_tensors;
        bool toll_first = g->p->levels[level].kind == SIM_TOLL && !is_held(e, t, -1);
        if (!is_held(e, t, level) && !toll_first && draw(g, 3) > 0)
            hold(g, einsum, t, level, true);
    }
    for (int k = draw(g, 3); k > 0; k--) {
        int v = draw(g, e->n_variables);
        add_temporal(g, einsum, v, pick_tile(g, g->current[v], 6));
    }
}

/* From the trunk down to the compute. */
static void map_branch(generator *g, int einsum)
{
    sim_einsum *e = &g->p->einsums[einsum];
    for (int l = 1; l < g->p->n_levels - 1; l++)
        map_level(g, einsum, l);
    add_spatials(g, einsum, g->p->n_levels - 1);
    int start = draw(g, e->n_variables);
    for (int k = 0; k < e->n_variables; k++) {
        int v = (start + k) % e->n_variables;
        add_temporal(g, einsum, v, 1);
    }
    PUT(mapping, "MAC:%s ", e->name);
}

/* Trunk: weights, inputs and outputs in Main; some loops over m; intermediates in Main or in a memory below
 * those loops. */
static void hold_in_main(generator *g, int level_of_middle[])
{
    for (int i = 0; i < g->p->n_einsums; i++)
        for (int t = 0; t < g->p->einsums[i].n_tensors; t++) {
            bool shared = g->p->n_einsums > 1 && ((t == 0 && i > 0) || (t == 2 && i + 1 < g->p->n_einsums));
            int middle = shared ? (t == 0 ? i - 1 : i) : -1;
            if (shared && level_of_middle[middle] != 0)
                continue;
            hold(g, i, t, 0, !(shared && t == 0));
        }
}

static void trunk_loops(generator *g, int first, int last, int from, int to, const int *tiles)
{
    for (int k = from; k < to; k++) {
        PUT(mapping, "m/%d ", tiles[k]);
        for (int i = first; i <= last; i++)
            add_node(g, i, (sim_node){.kind = SIM_TEMPORAL, .variable = 0, .tile = tiles[k]});
    }
}

static void hold_middle(generator *g, int middle, int level)
{
    if (level == 0)
        return;
    hold(g, middle, 2, level, true);
    hold(g, middle + 1, 0, level, false);
}

static void start_branch(generator *g, int einsum)
{
    sim_einsum *e = &g->p->einsums[einsum];
    memcpy(g->current, e->bounds, sizeof g->current);
    for (int i = 0; i < e->n_nodes; i++)
        if (e->nodes[i].kind != SIM_HOLD)
            g->current[e->nodes[i].variable] = e->nodes[i].tile;
}

/* Branches first … last, of which each neighbouring pair shares depth[pair] loops; `above` of them are
 * written already. */
static void map_branches(generator *g, int first, int last, int above, const int *depth, const int *tiles,
                         const int *level_of_middle)
{
    if (first == last) {
        start_branch(g, first);
        map_branch(g, first);
        return;
    }
    int least = depth[first];
    for (int i = first; i < last; i++)
        least = depth[i] < least ? depth[i] : least;
    trunk_loops(g, first, last, above, least, tiles);
    for (int i = first; i < last; i++)
        if (depth[i] == least)
            hold_middle(g, i, level_of_middle[i]);
    PUT(mapping, "( ");
    for (int i = first; i <= last;) {
        int end = i;
        while (end < last && depth[end] > least)
            end++;
        if (i > first)
            PUT(mapping, "| ");
        map_branches(g, i, end, least, depth, tiles, level_of_middle);
        i = end + 1;
    }
    PUT(mapping, ") ");
}

static void make_mapping(generator *g)
{
    int depth[2], tiles[2], level_of_middle[2];
    tiles[0] = pick_tile(g, g->p->einsums[0].bounds[0], 6);
    tiles[1] = pick_tile(g, tiles[0], 6);
    for (int i = 0; i < 2; i++) {
        int level = draw(g, g->p->n_levels - 1);
        depth[i] = draw(g, 3);
        level_of_middle[i] = g->p->levels[level].kind == SIM_MEMORY && draw(g, 4) > 0 ? level : 0;
        for (int l = level_of_middle[i]; l > 0; l--)
            if (g->p->levels[l].n_dimensions)
                /* a fan-out above a memory in the trunk would be a loop of the branches */
                level_of_middle[i] = 0;
        if (level_of_middle[i] == 0)
            depth[i] = 0;
    }
    hold_in_main(g, level_of_middle);
    map_branches(g, 0, g->p->n_einsums - 1, 0, depth, tiles, level_of_middle);
    for (int a = 0; a < g->p->n_einsums; a++)
        for (int b = 0; b < g->p->n_einsums; b++) {
            int shared = 9;
            for (int i = a < b ? a : b; i < (a < b ? b : a); i++)
                shared = depth[i] < shared ? depth[i] : shared;
            g->p->common[a][b] = shared;
        }
}

void generate(unsigned seed, sim_problem *problem, problem_text *text)
{
    generator g = {.state = seed * 2654435761u + 1, .p = problem, .text = text};
    memset(problem, 0, sizeof *problem);
    memset(text, 0, sizeof *text);
    problem->even = draw(&g, 3) > 0;
    make_architecture(&g);
    make_workload(&g);
    make_mapping(&g);
}
