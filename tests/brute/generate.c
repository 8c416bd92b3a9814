/* Architectures of two to four levels with fan-out, Tolls, networks and a Fork; chains of one to three
 * Einsums, copies among them; fused mappings with even and uneven loops. */
#include "generate.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

typedef struct generator {
    unsigned state;
    sim_problem *p;
    problem_text *text;
    bool copies, forks, networks, arrays;    /* may be there */
    const sim_level *grid;                   /* the Array whose members are written */
    unsigned bound;                          /* tensors in a memory of an Array that no Memory is below yet */
    bool keeps_source;                       /* the last Einsum also reads what the second one has copied */
    char names[SIM_EINSUMS][SIM_VARIABLES][2];
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
static void begin_node(generator *g, const char *type)
{
    char last = g->text->arch[strlen(g->text->arch) - 1];
    PUT(arch, "%s{'type':'%s'", last == '[' ? "" : ",", type);
}

static sim_level *new_level(generator *g, const char *name, sim_level_kind kind)
{
    static const char *const types[] = {"Memory", "Toll", "Network", "Compute"};
    sim_level *l = &g->p->levels[g->p->n_levels++];
    *l = (sim_level){.name = name, .kind = kind, .up = true, .down = true};
    begin_node(g, types[kind]);
    l->leak = kind == SIM_NETWORK ? 0 : draw(g, 3);
    PUT(arch, ",'name':'%s','leak_power':%g", name, l->leak);
    return l;
}

static void fan_out(generator *g, sim_level *l)
{
    PUT(arch, ",'spatial':[");
    for (int d = 0; d < l->n_dimensions; d++) {
        l->fanout[d] = 2 + draw(g, 2);
        l->reuses[d] = draw(g, 3) > 0;
        PUT(arch, "%s{'name':'%c%s','fanout':%d%s}", d ? "," : "", "XY"[d], l->name, l->fanout[d],
            l->reuses[d] ? "" : ",'may_reuse':{'s':[],'u':'t'}");
    }
    PUT(arch, "]");
}

/* Along each dimension a number of units that divides the places. */
static void spread_out(generator *g, sim_level *l)
{
    bool any = false;
    PUT(arch, ",'spatial':[");
    for (int d = 0; d < g->grid->n_dimensions; d++) {
        do
            l->spread[d] = 1 + draw(g, g->grid->fanout[d]);
        while (g->grid->fanout[d] % l->spread[d]);
        PUT(arch, "%s{'name':'%cGrid','fanout':%d}", any ? "," : "", "XY"[d], l->spread[d]);
        any = true;
    }
    PUT(arch, "]");
}

static void add_level(generator *g, const char *name, sim_level_kind kind, bool may_fan)
{
    sim_level *l = new_level(g, name, kind);
    l->skips = draw(g, 4) > 0;
    l->read_bits = 1 << draw(g, 4);
    l->write_bits = 1 << draw(g, 4);
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
    if (g->grid)
        spread_out(g, l);
    else
        fan_out(g, l);
    if (kind == SIM_COMPUTE)
        PUT(arch, ",'actions':[{'name':'compute','energy':1,'throughput':1}]}");
    else
        PUT(arch, ",'actions':[{'name':'read','energy':1,'throughput':1,'bits_per_action':%g}", l->read_bits);
    if (kind == SIM_MEMORY)
        PUT(arch, ",{'name':'write','energy':0.5,'throughput':2,'bits_per_action':%g}", l->write_bits);
    if (kind != SIM_COMPUTE)
        PUT(arch, "]}");
}

static void add_network(generator *g, const char *name)
{
    if (!g->networks || draw(g, 3) == 0)
        return;
    sim_level *l = new_level(g, name, SIM_NETWORK);
    l->all_to_all = draw(g, 2);
    l->read_bits = 1 << draw(g, 3);
    l->latency = draw(g, 2) ? 10 : 0;
    l->throughput = 1 + draw(g, 8);
    PUT(arch, ",'topology':'%s','actions':[{'name':'hop','energy':1,'latency':%g,'throughput':%g,"
        "'bits_per_action':%g}],'bits_per_action':%g}", l->all_to_all ? "all_to_all" : "mesh", l->latency,
        l->throughput, l->read_bits, l->read_bits);
}

static void add_fork(generator *g)
{
    int first = g->p->n_levels;
    if (!g->forks)
        return;
    begin_node(g, "Fork");
    PUT(arch, ",'nodes':[");
    if (draw(g, 2))
        add_level(g, "Side", SIM_MEMORY, draw(g, 2));
    add_network(g, "SideNet");
    add_level(g, "Scalar", SIM_COMPUTE, draw(g, 2));
    for (int l = first; l < g->p->n_levels; l++)
        g->p->levels[l].forked = true;
    PUT(arch, "]}");
}

/* A memory that is spread over it, and perhaps a network. The members stand before the Array itself. */
static void add_array(generator *g)
{
    sim_level grid = {.name = "Grid", .kind = SIM_ARRAY, .n_dimensions = 1 + draw(g, 2)};
    if (!g->arrays)
        return;
    begin_node(g, "Array");
    PUT(arch, ",'name':'Grid','spatial':[");
    for (int d = 0; d < grid.n_dimensions; d++) {
        static const int places[] = {2, 3, 4, 6};
        grid.fanout[d] = places[draw(g, 4)];
        grid.reuses[d] = draw(g, 3) > 0;
        PUT(arch, "%s{'name':'%cGrid','fanout':%d%s}", d ? "," : "", "XY"[d], grid.fanout[d],
            grid.reuses[d] ? "" : ",'may_reuse':{'s':[],'u':'t'}");
    }
    PUT(arch, "],'nodes':[");
    int memory = g->p->n_levels;
    g->grid = &grid;
    add_level(g, "Spread", SIM_MEMORY, false);
    add_network(g, "GridNet");
    g->grid = NULL;
    PUT(arch, "]}");
    g->p->levels[memory].grid = g->p->n_levels;
    g->p->levels[g->p->n_levels++] = grid;
}

static void make_architecture(generator *g)
{
    PUT(arch, "[");
    add_level(g, "Main", SIM_MEMORY, false);
    if (draw(g, 3) == 0)
        add_level(g, "Link", SIM_TOLL, draw(g, 2));
    add_network(g, "OuterNet");
    if (draw(g, 4) > 0)
        add_level(g, "Outer", SIM_MEMORY, draw(g, 2));
    add_fork(g);
    add_array(g);
    add_network(g, "InnerNet");
    if (draw(g, 2) == 0)
        add_level(g, "Inner", SIM_MEMORY, true);
    add_network(g, "MacNet");
    add_level(g, "MAC", SIM_COMPUTE, g->networks || draw(g, 2));
    PUT(arch, "]");
    g->p->bits = 8;
}

/* ---- workload: variable 0 is the one that fused branches share */
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
            PUT(workload, "%s", g->names[einsum][t->ranks[r].variable[i]]);
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

static const char *const tensor_names[SIM_EINSUMS][3] = {{"T0", "W0", "T1"}, {"T1", "W1", "T2"},
    {"T2", "W2", "T3"}};

/* The columns of what comes in are variable `in`; of what goes out, `in` + 1. */
static void make_matmul(generator *g, int einsum, const int *bounds, int in)
{
    sim_einsum *e = &g->p->einsums[einsum];
    const sim_index m = one_index(0), k = one_index(1), n = one_index(2);
    const char *const *names = tensor_names[einsum];
    const sim_tensor tensors[3] = {{names[0], false, 2, {m, k}}, {names[1], false, 2, {k, n}},
        {names[2], true, 2, {m, n}}};
    e->n_tensors = 3;
    memcpy(e->tensors, tensors, sizeof tensors);
    e->n_variables = 3;
    const int own[] = {bounds[0], bounds[1 + in], bounds[2 + in], 1, 1};
    memcpy(e->bounds, own, sizeof own);
    const char letters[] = {'m', (char)('a' + in), (char)('b' + in), 'p', 'r'};
    for (int v = 0; v < SIM_VARIABLES; v++)
        g->names[einsum][v][0] = letters[v];
    if (einsum == 0 && draw(g, 3) == 0)
        slide_over_shared(g, e);
}

static void make_copy(generator *g, int einsum, const int *bounds, int in)
{
    sim_einsum *e = &g->p->einsums[einsum];
    const sim_index m = one_index(0), k = one_index(1);
    const sim_tensor tensors[2] = {{tensor_names[einsum][0], false, 2, {m, k}},
        {tensor_names[einsum][2], true, 2, {m, k}}};
    e->copy = true;
    e->n_tensors = 2;
    memcpy(e->tensors, tensors, sizeof tensors);
    e->n_variables = 2;
    const int own[] = {bounds[0], bounds[1 + in], 1, 1, 1};
    memcpy(e->bounds, own, sizeof own);
    g->names[einsum][0][0] = 'm';
    g->names[einsum][1][0] = (char)('a' + in);
}

static int output_of(const sim_einsum *e) { return e->n_tensors - 1; }

static void make_convolution(generator *g)
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
    for (int v = 0; v < SIM_VARIABLES; v++)
        g->names[0][v][0] = "mabpr"[v];
}

static void make_workload(generator *g)
{
    int bounds[5];
    for (int i = 0; i < 5; i++)
        bounds[i] = choices[draw(g, g->p->even ? 4 : 6)];
    bounds[0] = choices[1 + draw(g, g->p->even ? 4 : 6)];
    bool convolution = draw(g, 3) == 0 && !g->copies;
    g->p->n_einsums = convolution ? 1 : 1 + draw(g, 3);
    for (int i = 0, in = 0; i < g->p->n_einsums; i++) {
        static const char *const names[] = {"E0", "E1", "E2"};
        sim_einsum *e = &g->p->einsums[i];
        e->name = names[i];
        if (convolution)
            make_convolution(g);
        else if (g->copies && draw(g, 2))
            make_copy(g, i, bounds, in);
        else
            make_matmul(g, i, bounds, in++);
        if (i == 2 && g->p->einsums[1].copy && !e->copy && draw(g, 2)) {
            g->keeps_source = true;
            e->tensors[1] = g->p->einsums[1].tensors[0];
        }
        PUT(workload, "%s%s%s:", i ? "\n" : "", e->name, e->copy ? "=" : "");
        for (int t = 0; t < e->n_tensors; t++)
            put_tensor(g, i, &e->tensors[t]);
        for (int v = 0; v < e->n_variables; v++)
            PUT(bounds, "%s%s=%d", *g->text->bounds ? " " : "", g->names[i][v], e->bounds[v]);
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
    if (g->p->levels[level].kind == SIM_MEMORY)
        g->bound = g->p->levels[level].grid ? g->bound | 1u << tensor : 0;
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
    PUT(mapping, "%s/%d ", g->names[einsum][variable], tile);
    g->current[variable] = tile;
}

/* What a network carries to instances whose tiles overlap is left open. */
static bool in_some_sum(const sim_einsum *e, int variable)
{
    bool any = false, in_sum = false;
    for (int t = 0; t < e->n_tensors; t++)
        any |= indexes(&e->tensors[t], variable, &in_sum) && in_sum;
    return any;
}

/* Are all those tensors indexed by the variable, and by it alone in their rank? */
static bool all_index(const sim_einsum *e, unsigned tensors, int variable)
{
    bool all = true, in_sum = false;
    for (int t = 0; t < e->n_tensors; t++)
        if (tensors >> t & 1)
            all &= indexes(&e->tensors[t], variable, &in_sum) && !in_sum;
    return all;
}

static void add_spatial(generator *g, int einsum, int level, int dimension, int variable)
{
    const sim_level *l = &g->p->levels[level];
    int tile = pick_tile(g, g->current[variable], l->fanout[dimension]);
    add_node(g, einsum, (sim_node){.kind = SIM_SPATIAL, .level = level, .dimension = dimension,
                                   .variable = variable, .tile = tile});
    PUT(mapping, "%c%s:%s/%d@%s ", "XY"[dimension], l->name, g->names[einsum][variable], tile, l->name);
    g->current[variable] = tile;
}

/* -1: no loop. What is spread over an Array lies where the loops below say, so that they index it. */
static int pick_spatial(generator *g, int einsum)
{
    const sim_einsum *e = &g->p->einsums[einsum];
    int v = draw(g, e->n_variables);
    bool none = draw(g, 4) == 0 || (g->networks && in_some_sum(e, v));
    return none || !all_index(e, g->bound, v) ? -1 : v;
}

static void add_spatials(generator *g, int einsum, int level)
{
    for (int d = 0; d < g->p->levels[level].n_dimensions; d++) {
        int v = pick_spatial(g, einsum);
        if (v >= 0)
            add_spatial(g, einsum, level, d, v);
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

/* A memory in an Array, and the loops of that. */
static void map_spread(generator *g, int einsum, int level)
{
    sim_einsum *e = &g->p->einsums[einsum];
    int grid = g->p->levels[level].grid, variables[SIM_DIMENSIONS];
    for (int d = 0; d < g->p->levels[grid].n_dimensions; d++)
        variables[d] = pick_spatial(g, einsum);
    for (int t = 0; t < e->n_tensors; t++) {
        bool follows = true;
        for (int d = 0; d < g->p->levels[grid].n_dimensions; d++)
            follows &= variables[d] < 0 || all_index(e, 1u << t, variables[d]);
        if (follows && !is_held(e, t, level) && draw(g, 3) > 0)
            hold(g, einsum, t, level, true);
    }
    for (int k = draw(g, 2); k > 0; k--) {
        int v = draw(g, e->n_variables);
        add_temporal(g, einsum, v, pick_tile(g, g->current[v], 6));
    }
    for (int d = 0; d < g->p->levels[grid].n_dimensions; d++)
        if (variables[d] >= 0)
            add_spatial(g, einsum, grid, d, variables[d]);
}

/* From the trunk down to the compute. */
static void map_branch(generator *g, int einsum)
{
    sim_einsum *e = &g->p->einsums[einsum];
    for (int l = 1; l < e->compute; l++)
        if (is_on_path(g->p, e, l) && g->p->levels[l].kind != SIM_NETWORK) {
            if (g->p->levels[l].grid)
                map_spread(g, einsum, l);
            else if (g->p->levels[l].kind != SIM_ARRAY)
                map_level(g, einsum, l);
        }
    add_spatials(g, einsum, e->compute);
    int start = draw(g, e->n_variables);
    for (int k = 0; k < e->n_variables; k++) {
        int v = (start + k) % e->n_variables;
        add_temporal(g, einsum, v, 1);
    }
    PUT(mapping, "%s:%s ", g->p->levels[e->compute].name, e->name);
}

/* Trunk: weights, inputs and outputs in Main; some loops over m; intermediates in Main or in a memory below
 * those loops. */
static void hold_in_main(generator *g, int level_of_middle[])
{
    for (int i = 0; i < g->p->n_einsums; i++)
        for (int t = 0; t < g->p->einsums[i].n_tensors; t++) {
            bool shared = (t == 0 && i > 0) ||
                (t == output_of(&g->p->einsums[i]) && i + 1 < g->p->n_einsums);
            int middle = shared ? (t == 0 ? i - 1 : i) : -1;
            if (g->keeps_source && i == 2 && t == 1)
                shared = true, middle = 0;
            if (shared && level_of_middle[middle] != 0)
                continue;
            hold(g, i, t, 0, !shared || (t != 0 && middle == i));
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
    hold(g, middle, output_of(&g->p->einsums[middle]), level, true);
    hold(g, middle + 1, 0, level, false);
    if (g->keeps_source && middle == 0)
        hold(g, 2, 1, level, false);
}

static void start_branch(generator *g, int einsum)
{
    sim_einsum *e = &g->p->einsums[einsum];
    memcpy(g->current, e->bounds, sizeof g->current);
    g->bound = 0;
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

static int pick_compute(generator *g)
{
    int level;
    do
        level = draw(g, g->p->n_levels);
    while (g->p->levels[level].kind != SIM_COMPUTE);
    return level;
}

static bool on_all_paths(const sim_problem *p, int level)
{
    bool on_all = true;
    for (int i = 0; i < p->n_einsums; i++)
        on_all &= is_on_path(p, &p->einsums[i], level);
    return on_all;
}

static void make_mapping(generator *g)
{
    int depth[2], tiles[2], level_of_middle[2];
    for (int i = 0; i < g->p->n_einsums; i++)
        g->p->einsums[i].compute = pick_compute(g);
    tiles[0] = pick_tile(g, g->p->einsums[0].bounds[0], 6);
    tiles[1] = pick_tile(g, tiles[0], 6);
    for (int i = 0; i < 2; i++) {
        int level = draw(g, g->p->n_levels - 1);
        depth[i] = draw(g, 3);
        bool may_be_shared = g->p->levels[level].kind == SIM_MEMORY && !g->p->levels[level].grid;
        level_of_middle[i] = may_be_shared && draw(g, 4) > 0 ? level : 0;
        for (int l = level_of_middle[i]; l > 0; l--)
            /* a fan-out above a memory in the trunk would be a loop of the branches */
            if (g->p->levels[l].n_dimensions || !on_all_paths(g->p, level_of_middle[i]))
                level_of_middle[i] = 0;
        if (level_of_middle[i] == 0)
            depth[i] = 0;
    }
    if (g->keeps_source && depth[0] > depth[1])
        depth[0] = depth[1];
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

/* In a copy the holders of one memory stand together. */
static bool stands_together(const sim_einsum *e)
{
    bool together = true;
    for (int i = 0; i < e->n_nodes; i++)
        for (int k = i + 1, loop = 0; k < e->n_nodes && e->nodes[i].kind == SIM_HOLD; k++) {
            loop |= e->nodes[k].kind != SIM_HOLD;
            together &= !loop || e->nodes[k].kind != SIM_HOLD || e->nodes[k].level != e->nodes[i].level;
        }
    return together || !e->copy;
}

static bool try_problem(generator *g, bool with_all)
{
    memset(g->p, 0, sizeof *g->p);
    memset(g->text, 0, sizeof *g->text);
    memset(g->names, 0, sizeof g->names);
    g->p->even = draw(g, 3) > 0;
    g->keeps_source = false;
    g->forks = with_all && draw(g, 3) == 0;
    g->networks = with_all && draw(g, 2);
    g->copies = with_all && draw(g, 2);
    g->arrays = g->p->arrays = with_all && draw(g, 3) == 0;
    g->grid = NULL;
    g->bound = 0;
    make_architecture(g);
    make_workload(g);
    make_mapping(g);
    bool good = true;
    for (int i = 0; i < g->p->n_einsums; i++)
        good &= stands_together(&g->p->einsums[i]);
    return good;
}

void generate(unsigned seed, bool with_all, sim_problem *problem, problem_text *text)
{
    generator g = {.state = seed * 2654435761u + 1, .p = problem, .text = text};
    while (!try_problem(&g, with_all))
        continue;
}
