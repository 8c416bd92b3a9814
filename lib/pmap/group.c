/* From the rows of all templates to groups (60 sections 11.4 and 11.5): split by which fused loops exist,
 * combined where the compatibilities agree up to exchanging loops between which nothing is held. */
#include "pmap/compatibility.h"
#include "pmap/group.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct part {                        /* rows of one template that have the same fused loops */
    const af_outcome *outcome;
    uint64_t gone;                           /* fused loops that do not exist */
    af_compatibility *compatibility;         /* without them */
    int *loops;                              /* its loops' indices among the template's */
    int n_rows, *rows;                       /* rows of outcome->explored */
    double share;                            /* of the template's pmappings */
    bool taken;
} part;

typedef struct member { part *part; const uint8_t *order; } member;
typedef af_list(member) member_list;
/* Parts that agree under some order of their loops */
typedef struct family { af_compatibility *key; member_list members; } family;

typedef struct worker { af_arena *arena, *scratch; } worker;

typedef struct af_grouping grouping;
struct af_grouping {
    const af_einsum *einsum;
    af_arena *arena, *scratch;               /* those of a worker while it makes groups */
    af_list(part) parts;
    struct { family *items; int count, capacity; } families;
    int *slots, room;                        /* families by hash: 1 + index */
    const af_outcome *outcomes;
    af_mapping_node ***nodes;                /* per outcome that has rows */
    int n_workers; worker *workers;
    int n_chosen; family *chosen;
    af_searched *searched;                   /* per chosen family */
    af_pmap_result *result;
};

/* ---- 11.4 splitting */

/* Bit of the outermost loop most significant, as the reference orders the parts. */
static uint64_t which_exist(const af_outcome *o, int row)
{
    uint64_t exist = 0;
    for (int k = 0; k < o->n_fused; k++)
        exist = exist << 1 | (o->explored.iterations[k][row] != 1);
    return exist;
}

typedef struct placed { uint64_t exist; int row; } placed;

static int by_existing(const void *a, const void *b)
{
    const placed *x = a, *y = b;
    return x->exist != y->exist ? (x->exist > y->exist) - (x->exist < y->exist) : x->row - y->row;
}

static void add_part(grouping *g, const af_outcome *o, const placed *rows, int count)
{
    part p = {.outcome = o,
              .n_rows = count,
              .rows = af_new_array(g->scratch, int, count),
              .loops = af_new_array(g->scratch, int, o->n_fused + 1)};
    int n = 0;
    for (int k = 0; k < o->n_fused; k++) {
        if (rows->exist >> (o->n_fused - 1 - k) & 1)
            p.loops[n++] = k;
        else
            p.gone |= (uint64_t)1 << k;
    }
    for (int i = 0; i < count; i++)
        p.rows[i] = rows[i].row;
    p.compatibility = af_compatibility_drop(g->arena, o->compatibility, p.gone);
    *af_push(g->scratch, &g->parts) = p;
}

static void split(grouping *g, const af_outcome *o)
{
    int n = o->explored.n_rows, first_part = g->parts.count;
    placed *rows = af_new_array(g->scratch, placed, n + 1);
    for (int i = 0; i < n; i++)
        rows[i] = (placed){which_exist(o, i), i};
    qsort(rows, (size_t)n, sizeof *rows, by_existing);
    for (int from = 0, to; from < n; from = to) {
        for (to = from; to < n && rows[to].exist == rows[from].exist; to++)
            ;
        add_part(g, o, rows + from, to - from);
    }
    for (int i = first_part; i < g->parts.count; i++)
        g->parts.items[i].share = 1.0 / (g->parts.count - first_part);
}

/* ---- 11.5 finding what agrees */

static void rehash(grouping *g)
{
    g->room = g->room ? 2 * g->room : 64;
    g->slots = af_new_array(g->scratch, int, g->room);
    for (int i = 0; i < g->families.count; i++) {
        uint64_t at = af_compatibility_hash(g->families.items[i].key) & (uint64_t)(g->room - 1);
        while (g->slots[at])
            at = (at + 1) & (uint64_t)(g->room - 1);
        g->slots[at] = i + 1;
    }
}

static family *family_of(grouping *g, af_compatibility *key)
{
    if (2 * g->families.count >= g->room)
        rehash(g);
    uint64_t at = af_compatibility_hash(key) & (uint64_t)(g->room - 1);
    for (; g->slots[at]; at = (at + 1) & (uint64_t)(g->room - 1))
        if (af_compatibility_equal(g->families.items[g->slots[at] - 1].key, key))
            return &g->families.items[g->slots[at] - 1];
    family *new = af_push(g->scratch, &g->families);
    *new = (family){.key = key};
    g->slots[at] = g->families.count;
    return new;
}

static void list_orders(grouping *g, part *p)
{
    uint8_t **orders;
    int n = af_compatibility_orders(g->arena, p->compatibility, &orders);
    for (int i = 0; i < n; i++) {
        af_compatibility *key = i ? af_compatibility_permute(g->arena, p->compatibility, orders[i])
                                  : p->compatibility;
        member_list *members = &family_of(g, key)->members;
        *af_push(g->scratch, members) = (member){p, orders[i]};
    }
}

static int by_size(const void *a, const void *b)
{
    const family *x = *(const family *const *)a, *y = *(const family *const *)b;
    if (x->members.count != y->members.count)
        return y->members.count - x->members.count;
    return (x > y) - (x < y);
}

/* Each family, the largest first, takes those of its members that no other took;
 * a part whose loops can be exchanged with themselves enters under each order. Groups of one come first. */
static family *choose_families(grouping *g, int *count)
{
    int n = g->families.count;
    const family **sorted = af_new_array(g->scratch, const family *, n + 1);
    family *chosen = af_new_array(g->scratch, family, n + 1),
           *several = af_new_array(g->scratch, family, n + 1);
    int n_alone = 0, n_several = 0;
    for (int i = 0; i < n; i++)
        sorted[i] = &g->families.items[i];
    qsort(sorted, (size_t)n, sizeof *sorted, by_size);
    for (int i = 0; i < n; i++) {
        family f = {.key = sorted[i]->key};
        for (int k = 0; k < sorted[i]->members.count; k++)
            if (!sorted[i]->members.items[k].part->taken)
                *af_push(g->scratch, &f.members) = sorted[i]->members.items[k];
        for (int k = 0; k < f.members.count; k++)
            f.members.items[k].part->taken = true;
        if (f.members.count)
            *(f.members.count == 1 ? &chosen[n_alone++] : &several[n_several++]) = f;
    }
    memcpy(chosen + n_alone, several, sizeof *several * (size_t)n_several);
    *count = n_alone + n_several;
    return chosen;
}

/* ---- the table of one family */

typedef struct table {
    int n_rows;
    const member **member_of; int *row_of;   /* where a row came from */
    int n_columns; af_reservation *columns;  /* node and level */
    double **reservations, *totals[AF_OBJECTIVES];
    int32_t **iterations;
    bool *keep;
} table;

static int level_in(const member *m, int level)
{
    int after = af_level_after(level, m->part->gone);
    return after < m->part->compatibility->n_loops ? after : m->part->compatibility->n_loops;
}

static int by_level(const void *a, const void *b)
{
    const af_reservation *x = a, *y = b;
    return x->node != y->node ? x->node - y->node : x->level - y->level;
}

static void find_columns(grouping *g, const family *f, table *t)
{
    int most = 0;
    for (int i = 0; i < f->members.count; i++)
        most += f->members.items[i].part->outcome->n_reservations;
    t->columns = af_new_array(g->scratch, af_reservation, most + 1);
    for (int i = 0; i < f->members.count; i++) {
        const member *m = &f->members.items[i];
        for (int k = 0; k < m->part->outcome->n_reservations; k++)
            t->columns[t->n_columns++] = (af_reservation){m->part->outcome->reservations[k].node,
                                                          level_in(m,
                                                                   m->part->outcome->reservations[k].level),
                                                          af_known(0)};
    }
    qsort(t->columns, (size_t)t->n_columns, sizeof *t->columns, by_level);
    int n = 0;
    for (int i = 0; i < t->n_columns; i++)
        if (!n || by_level(&t->columns[n - 1], &t->columns[i]))
            t->columns[n++] = t->columns[i];
    t->n_columns = n;
}

/* Which of the member's columns says what is held down to `column`'s level: its deepest one that is not
 * below; -1: nothing is held. Of columns that come to one level the deepest has all. */
static int source_of(const member *m, const af_reservation *column)
{
    int source = -1;
    for (int k = 0; k < m->part->outcome->n_reservations; k++) {
        const af_reservation *r = &m->part->outcome->reservations[k];
        if (r->node == column->node && level_in(m, r->level) <= column->level)
            source = k;                      /* by level, ascending */
    }
    return source;
}

static void fill_rows(grouping *g, const family *f, table *t)
{
    int n_loops = f->key->n_loops;
    int *source = af_new_array(g->scratch, int, t->n_columns + 1);
    for (int i = 0; i < f->members.count; i++) {
        const member *m = &f->members.items[i];
        const af_explored *e = &m->part->outcome->explored;
        for (int c = 0; c < t->n_columns; c++)
            source[c] = source_of(m, &t->columns[c]);
        for (int k = 0; k < m->part->n_rows; k++) {
            int row = m->part->rows[k], at = t->n_rows++;
            t->member_of[at] = m;
            t->row_of[at] = row;
            for (int c = 0; c < t->n_columns; c++)
                t->reservations[c][at] = source[c] < 0 ? 0 : e->reservations[source[c]][row];
            for (int o = 0; o < AF_OBJECTIVES; o++)
                if (t->totals[o])
                    t->totals[o][at] = e->totals[o][row];
            for (int l = 0; l < n_loops; l++)
                t->iterations[l][at] = e->iterations[m->part->loops[m->order[l]]][row];
        }
    }
}

static void make_table(grouping *g, const family *f, table *t)
{
    int most = 0;
    for (int i = 0; i < f->members.count; i++)
        most += f->members.items[i].part->n_rows;
    *t = (table){.member_of = af_new_array(g->scratch, const member *, most),
                 .row_of = af_new_array(g->scratch, int, most),
                 .keep = af_new_array(g->scratch, bool, most)};
    find_columns(g, f, t);
    t->reservations = af_new_array(g->scratch, double *, t->n_columns + 1);
    t->iterations = af_new_array(g->scratch, int32_t *, f->key->n_loops + 1);
    for (int c = 0; c < t->n_columns; c++)
        t->reservations[c] = af_new_array(g->scratch, double, most);
    for (int l = 0; l < f->key->n_loops; l++)
        t->iterations[l] = af_new_array(g->scratch, int32_t, most);
    for (int o = 0; o < AF_OBJECTIVES; o++)
        if (f->members.items[0].part->outcome->explored.totals[o])
            t->totals[o] = af_new_array(g->scratch, double, most);
    fill_rows(g, f, t);
}

/* Rows of different templates compete here: what other Einsums see of them is the same. A level at which a
 * template reserves nothing more counts as what it holds above, which is what it holds there (60 section
 * 11.5). So a row that is no worse in every column can replace another in any mapping (60 section 2; 70
 * section 14.1). Of loops that are alike, so that the compatibility is the same with them exchanged, the
 * table has each row in every order of its counts: the join looks at one order of the loops only (70 Q6), and
 * needs the others' rows.
 *
 * No tolerance here, even if there is one (60 Q22). */
static int keep_front(grouping *g, const family *f, table *t)
{
    const double **columns = af_new_array(g->scratch, const double *, t->n_columns + AF_OBJECTIVES);
    int n = 0;
    for (int o = 0; o < AF_OBJECTIVES; o++) {
        if (!t->totals[o])
            continue;
        double *compared = af_new_array(g->scratch, double, t->n_rows);
        for (int i = 0; i < t->n_rows; i++)
            compared[i] = af_rounded(t->totals[o][i]);
        columns[n++] = compared;
    }
    for (int c = 0; c < t->n_columns; c++)
        columns[n++] = t->reservations[c];
    return af_pareto(columns, n, (const int32_t *const *)t->iterations, f->key->n_loops, t->n_rows, t->keep);
}

/* ---- templates as the tree needs them */

static af_name_list one_name(af_arena *arena, const char *name)
{
    af_name_list list = {1, af_new_array(arena, const char *, 1)};
    list.names[0] = name;
    return list;
}

static af_mapping_node *node_of(const grouping *g, const af_step *step)
{
    static const af_node_kind kinds[] = {
        [AF_STEP_TEMPORAL] = AF_NODE_TEMPORAL, [AF_STEP_SPATIAL] = AF_NODE_SPATIAL,
        [AF_STEP_STORAGE] = AF_NODE_STORAGE, [AF_STEP_TOLL] = AF_NODE_TOLL,
        [AF_STEP_RESERVATION] = AF_NODE_RESERVATION, [AF_STEP_COMPUTE] = AF_NODE_COMPUTE,
    };
    const af_einsum *e = g->einsum;
    af_mapping_node *node = af_new(g->arena, af_mapping_node);
    node->kind = kinds[step->kind];
    node->fused = -1;
    node->lower = true;
    if (step->kind != AF_STEP_TEMPORAL)
        node->component = e->nodes[step->node].name;
    if (step->kind == AF_STEP_COMPUTE) {
        node->einsum = e->name;
    } else if (af_is_loop(step)) {
        node->rank_variables = one_name(g->arena, e->rank_variables[step->rank_variable].name);
        node->fused = step->fused;
        if (step->kind == AF_STEP_SPATIAL)
            node->dimension = e->nodes[step->node].dimensions[step->dimension].name;
    } else {
        node->tensors = one_name(g->arena, e->tensors[step->tensor].name);
        node->persistent = step->persistent;
        node->lower = step->kind == AF_STEP_RESERVATION || step->lower;
        if (step->backing)
            node->backing = node->tensors;
    }
    return node;
}

static af_mapping_node **nodes_of(const grouping *g, const af_outcome *o)
{
    af_mapping_node **nodes = af_new_array(g->arena, af_mapping_node *, o->n_steps);
    for (int i = 0; i < o->n_steps; i++)
        nodes[i] = node_of(g, &o->steps[i]);
    return nodes;
}

/* ---- the group */

static double *tiles_of(const grouping *g, const af_outcome *o, int row)
{
    double *tiles = af_new_array(g->arena, double, o->template->n_loops + 1);
    for (int loop = 0; loop < o->template->n_loops; loop++)
        tiles[loop] = o->unknown_of_loop[loop] < 0 ? 1 : o->explored.tiles[o->unknown_of_loop[loop]][row];
    return tiles;
}

static int template_in(const grouping *g, af_group *group, const member *m)
{
    const af_outcome *o = m->part->outcome;
    af_group_template *t = &group->templates[group->n_templates];
    *t = (af_group_template){.id = (int)(o - g->outcomes), .n_nodes = o->n_steps,
                             .nodes = g->nodes[o - g->outcomes],
                             .loop_of = af_new_array(g->arena, int, group->compatibility.n_loops + 1)};
    for (int l = 0; l < group->compatibility.n_loops; l++)
        t->loop_of[l] = m->part->loops[m->order[l]];
    return group->n_templates++;
}

static double *kept(const grouping *g, const table *t, const double *column, int n)
{
    double *copy = af_new_array(g->arena, double, n);
    for (int i = 0, to = 0; i < t->n_rows; i++)
        if (t->keep[i])
            copy[to++] = column[i];
    return copy;
}

static void copy_columns(const grouping *g, const table *t, af_group *group)
{
    int n = group->n_rows;
    for (int o = 0; o < AF_OBJECTIVES; o++)
        group->objectives[o] = t->totals[o] ? kept(g, t, t->totals[o], n) : NULL;
    group->n_reservations = t->n_columns;
    group->reservations = af_new_array(g->arena, af_reservation_column, t->n_columns + 1);
    for (int c = 0; c < t->n_columns; c++)
        group->reservations[c] = (af_reservation_column){g->einsum->nodes[t->columns[c].node].name,
                                                         t->columns[c].level,
                                                         kept(g, t, t->reservations[c], n)};
    group->iterations = af_new_array(g->arena, int32_t *, group->compatibility.n_loops + 1);
    for (int l = 0; l < group->compatibility.n_loops; l++) {
        group->iterations[l] = af_new_array(g->arena, int32_t, n);
        for (int i = 0, to = 0; i < t->n_rows; i++)
            if (t->keep[i])
                group->iterations[l][to++] = t->iterations[l][i];
    }
}

static void copy_rows(const grouping *g, const family *f, const table *t, af_group *group)
{
    const af_outcome *any = f->members.items[0].part->outcome;
    group->n_tensors = any->n_tensors;
    group->tensors = af_new_array(g->arena, af_tensor_column, any->n_tensors + 1);
    for (int k = 0; k < any->n_tensors; k++)
        group->tensors[k] = (af_tensor_column){g->einsum->tensors[any->tensors[k]].name,
                                               af_new_array(g->arena, double, group->n_rows)};
    group->template_of = af_new_array(g->arena, int, group->n_rows);
    group->tiles = af_new_array(g->arena, double *, group->n_rows);
    group->templates = af_new_array(g->arena, af_group_template, f->members.count);
    const member *last = NULL;
    for (int i = 0, to = 0; i < t->n_rows; i++) {
        if (!t->keep[i])
            continue;
        const member *m = t->member_of[i];
        if (m != last)
            template_in(g, group, m);
        last = m;
        group->template_of[to] = group->n_templates - 1;
        group->tiles[to] = tiles_of(g, m->part->outcome, t->row_of[i]);
        for (int k = 0; k < any->n_tensors; k++)
            group->tensors[k].bits[to] = m->part->outcome->explored.tensor_bits[k][t->row_of[i]];
        to++;
    }
}

static void make_group(grouping *g, const family *f, int id, af_group *group, af_searched *searched)
{
    table t;
    make_table(g, f, &t);
    group->einsum = g->einsum->name;
    group->id = id;
    group->compatibility = *f->key;
    group->n_rows = keep_front(g, f, &t);
    *searched = (af_searched){t.n_rows, group->n_rows};
    copy_columns(g, &t, group);
    copy_rows(g, f, &t, group);
    const part *last = NULL;
    for (int i = 0; i < f->members.count; i++) {
        const part *p = f->members.items[i].part;
        if (p != last) {
            group->n_total += p->outcome->template->n_total * p->share;
            group->n_valid += p->outcome->explored.n_valid * p->share;
        }
        last = p;
    }
}

/* Memories that hold a persistent tensor: the reference neither frees nor allocates
 * there when it joins (70 Q5). */
static int ignored_memories(grouping *g, int n_outcomes, const char ***names)
{
    int n = 0;
    *names = af_new_array(g->arena, const char *, g->einsum->n_nodes);
    if (g->einsum->mapper.metrics & AF_RESOURCE_USAGE || g->einsum->mapper.can_combine_multiple_runs)
        return 0;
    bool *found = af_new_array(g->scratch, bool, g->einsum->n_nodes);
    for (int i = 0; i < n_outcomes; i++)
        for (int k = 0; k < g->outcomes[i].n_steps; k++)
            if (g->outcomes[i].steps[k].persistent && g->outcomes[i].steps[k].kind == AF_STEP_STORAGE)
                found[g->outcomes[i].steps[k].node] = true;
    for (int node = 0; node < g->einsum->n_nodes; node++)
        if (found[node])
            (*names)[n++] = g->einsum->nodes[node].name;
    return n;
}

/* ---- all groups: what belongs together is found, then each group can be made beside the others */

static worker *new_workers(af_arena *arena, int count)
{
    worker *workers = af_new_array(arena, worker, count);
    for (int i = 0; i < count; i++)
        workers[i] = (worker){af_arena_new(), af_arena_new()};
    return workers;
}

af_grouping *af_grouping_begin(af_arena *arena, const af_einsum *einsum, const af_outcome *outcomes,
                               int n_outcomes, int n_workers, af_pmap_result *result)
{
    af_arena *scratch = af_arena_new();
    grouping *g = af_new(scratch, grouping);
    *g = (grouping){.einsum = einsum,
                    .arena = arena,
                    .scratch = scratch,
                    .outcomes = outcomes,
                    .result = result,
                    .n_workers = n_workers,
                    .workers = new_workers(scratch, n_workers)};
    g->nodes = af_new_array(scratch, af_mapping_node **, n_outcomes + 1);
    for (int i = 0; i < n_outcomes; i++) {
        if (outcomes[i].cause || !outcomes[i].explored.n_rows)
            continue;
        split(g, &outcomes[i]);
        g->nodes[i] = nodes_of(g, &outcomes[i]);
    }
    for (int i = 0; i < g->parts.count; i++)
        list_orders(g, &g->parts.items[i]);
    g->chosen = choose_families(g, &g->n_chosen);
    g->searched = af_new_array(scratch, af_searched, g->n_chosen + 1);
    result->n_groups = g->n_chosen;
    result->groups = af_new_array(arena, af_group *, g->n_chosen + 1);
    const char **ignored;
    int n_ignored = ignored_memories(g, n_outcomes, &ignored);
    for (int i = 0; i < g->n_chosen; i++) {
        result->groups[i] = af_new(arena, af_group);
        *result->groups[i] = (af_group){.n_ignored = n_ignored, .ignored = ignored};
    }
    return g;
}

void af_grouping_make(af_grouping *g, int index, int worker)
{
    grouping own = *g;
    own.arena = g->workers[worker].arena, own.scratch = g->workers[worker].scratch;
    af_arena_mark mark = af_arena_here(own.scratch);
    make_group(&own, &g->chosen[index], index, g->result->groups[index], &g->searched[index]);
    af_arena_rewind(own.scratch, mark);
}

void af_grouping_end(af_grouping *g)
{
    af_pmap_result *result = g->result;
    for (int i = 0; i < g->n_chosen; i++) {
        result->searched[AF_ROWS].tried += g->searched[i].tried,
            result->searched[AF_ROWS].went_on += g->searched[i].went_on;
        result->counts.pareto += result->groups[i]->n_rows;
    }
    for (int i = 0; i < g->n_workers; i++) {
        af_arena_adopt(g->arena, g->workers[i].arena);
        af_arena_free(g->workers[i].scratch);
    }
    af_arena_free(g->scratch);
}
