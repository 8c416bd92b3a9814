/* The chosen pmappings as one LoopTree (70 sections 9.1 to 9.3).
 *
 * Loops of two branches are paired by their level in the joined nest, which the join knows, not by looking
 * alike (70 Q20). */
#include "join/choice.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* level: of a fused loop in the joined nest; place: see below; -1 */
typedef struct item { af_mapping_node *node; int level, place; } item;
/* outermost node first; a Sequential stands last */
typedef struct trunk { item *items; int count, capacity; } trunk;
typedef struct piece {                       /* a partial tree */
    trunk nodes;
    int first, n_einsums; const char **einsums;   /* below it: the Einsums from `first` on */
    uint64_t *backs;                         /* bits by place, a tensor in a memory: has it a backing holder
                                                there, anywhere? */
    int *shares;                             /* by number of a later piece: loops shared with it */
    bool torn;                               /* some loop of it would need two tile shapes */
} piece;

typedef struct places { af_names *names; int most; } places; /* a number for each tensor in a memory */

/* ---- sets of places */
static int words_of(int n_places) { return (n_places + 63) / 64; }
static bool has_place(const uint64_t *set, int place) { return set[place / 64] >> place % 64 & 1; }
static void add_place(uint64_t *set, int place) { set[place / 64] |= (uint64_t)1 << place % 64; }

/* ---- levels: which loop of its template each fused loop is, after all exchanges of loops */
static void reorder(int *loops, int count, const af_order *order)
{
    int before[AF_MOST_LOOPS];
    memcpy(before, loops, sizeof *loops * (size_t)count);
    for (int i = 0; i < count && i < order->n; i++)
        if (order->at[i] < count)
            loops[i] = before[order->at[i]];
}

/* levels[k] of the loops of Einsum e's template. */
static int *levels_of(af_arena *arena, const af_world *world, const af_choice *choices, int e,
                      const af_group_template *template)
{
    const af_choice *c = &choices[e];
    int count = c->group->compatibility.n_loops, loops[AF_MOST_LOOPS];
    for (int i = 0; i < count; i++)
        loops[i] = template->loop_of[i];
    reorder(loops, count, c->own_order);
    reorder(loops, count, &c->join->right_order);
    reorder(loops, count, c->joined_order);
    for (int later = e + 1; later < world->n_einsums; later++) {
        reorder(loops, count, &choices[later].join->left_order);
        reorder(loops, count, choices[later].joined_order);
    }
    int n_loops = 0;
    for (int i = 0; i < template->n_nodes; i++)
        n_loops += af_is_loop_node(template->nodes[i]);
    int *levels = af_new_array(arena, int, n_loops);
    for (int k = 0; k < n_loops; k++)
        levels[k] = -1;
    for (int i = 0; i < count; i++)
        levels[loops[i]] = i;
    return levels;
}

/* ---- one pmapping: tile shapes put in, loops that do not iterate left out */
static double shape_around(const af_einsum *einsum, const trunk *seen, const char *variable)
{
    for (int i = seen->count - 1; i >= 0; i--) {
        const af_mapping_node *n = seen->items[i].node;
        if (af_is_loop_node(n) && n->tile_shape > 0 && !strcmp(n->rank_variables.names[0], variable))
            return n->tile_shape;
    }
    int v = af_find_rank_variable(einsum, variable);
    return v >= 0 ? einsum->rank_variables[v].bound : 0;
}

static int place_of(const places *places, const af_mapping_node *node)
{
    char text[512];
    if (snprintf(text, sizeof text, "%s in %s", node->tensors.names[0], node->component) < (int)sizeof text)
        return af_name_add(places->names, text);
    af_text long_text = {0};
    af_text_printf(&long_text, "%s in %s", node->tensors.names[0], node->component);
    int place = af_name_add(places->names, long_text.bytes);
    af_text_free(&long_text);
    return place;
}

static piece pmapping_of(af_arena *arena, const af_world *world, const af_choice *choices,
                         const places *places, int e)
{
    const af_choice *c = &choices[e];
    const af_group_template *template = &c->group->templates[c->group->template_of[c->row]];
    const int *levels = levels_of(arena, world, choices, e, template);
    piece p = {.first = e, .n_einsums = 1, .einsums = af_new(arena, const char *),
               .backs = af_new_array(arena, uint64_t, words_of(places->most))};
    p.einsums[0] = world->einsums[e]->name;
    trunk all = {0};                         /* with loops that do not iterate: they too are around nodes */
    int loop = 0;
    for (int i = 0; i < template->n_nodes; i++) {
        af_mapping_node *node = af_mapping_copy(arena, template->nodes[i]);
        item it = {node, -1, -1};
        bool iterates = true;
        if (af_is_loop_node(node)) {
            it.level = levels[loop];
            node->tile_shape = c->group->tiles[c->row][loop++];
            double around = shape_around(world->einsums[e], &all, node->rank_variables.names[0]);
            node->n_iterations = ceil(around / node->tile_shape);
            iterates = node->tile_shape != around;
        } else if (node->kind == AF_NODE_RESERVATION || (af_is_holder_node(node) && node->backing.count)) {
            it.place = place_of(places, node);
            if (af_is_holder_node(node))
                add_place(p.backs, it.place);
        }
        *af_push(arena, &all) = it;
        if (iterates)
            *af_push(arena, &p.nodes) = it;
    }
    return p;
}

/* ---- how many loops two pieces share (70 section 9.2) */
static int shared_loops(const piece *p, const piece *q, int n_places)
{
    int remaining = 0, loops = 0;
    for (int i = 0; i < words_of(n_places); i++)
        remaining += __builtin_popcountll(p->backs[i] & q->backs[i]);
    for (int i = 0; i < p->nodes.count && remaining; i++) {
        const item *it = &p->nodes.items[i];
        loops += af_is_loop_node(it->node);
        if (it->node->kind != AF_NODE_RESERVATION || !has_place(p->backs, it->place) ||
            !has_place(q->backs, it->place))
            continue;
        bool first = true;
        for (int k = 0; k < i && first; k++)
            first = p->nodes.items[k].node->kind != AF_NODE_RESERVATION ||
                    p->nodes.items[k].place != it->place;
        remaining -= first;
    }
    return loops;
}

/* ---- loops of two pieces that are one (70 section 9.3) */
static bool same_loop(const af_mapping_node *a, const af_mapping_node *b)
{
    if (a->kind != b->kind || a->loop_einsums.count || b->loop_einsums.count ||
        strcmp(a->rank_variables.names[0], b->rank_variables.names[0]) ||
        a->tile_shape != b->tile_shape || a->initial_tile_shape != b->initial_tile_shape ||
        a->n_iterations != b->n_iterations)
        return false;
    return a->kind == AF_NODE_TEMPORAL ||
           (!strcmp(a->dimension, b->dimension) && !strcmp(a->component, b->component));
}

static void add_name(af_arena *arena, af_name_list *list, const char *name)
{
    const char **names = af_new_array(arena, const char *, list->count + 1);
    if (list->count)
        memcpy(names, list->names, sizeof *names * (size_t)list->count);
    names[list->count++] = name;
    list->names = names;
}

static bool names_have(const af_name_list *names, const char *name)
{
    for (int i = 0; i < names->count; i++)
        if (!strcmp(names->names[i], name))
            return true;
    return false;
}

static void add_sorted(af_arena *arena, af_name_list *list, const char *name)
{
    if (names_have(list, name))
        return;
    add_name(arena, list, name);
    for (int i = list->count - 1; i && strcmp(list->names[i - 1], name) > 0; i--)
        list->names[i] = list->names[i - 1], list->names[i - 1] = name;
}

/* Notes which rank variable each Einsum below means by the loop. */
static void add_meanings(af_arena *arena, af_mapping_node *result, const af_mapping_node *loop,
                         const piece *below)
{
    for (int i = 0; i < loop->rank_variables.count; i++)
        add_sorted(arena, &result->rank_variables, loop->rank_variables.names[i]);
    bool told = loop->loop_einsums.count > 0;
    int count = told ? loop->loop_einsums.count : below->n_einsums;
    for (int i = 0; i < count; i++) {
        add_name(arena, &result->loop_einsums, told ? loop->loop_einsums.names[i] : below->einsums[i]);
        add_name(arena, &result->loop_einsum_variables,
                 told ? loop->loop_einsum_variables.names[i] : loop->rank_variables.names[0]);
    }
}

static af_mapping_node *one_loop(af_arena *arena, af_mapping_node *a, const piece *p,
                                 const af_mapping_node *b, const piece *q)
{
    if (same_loop(a, b))
        return a;
    af_mapping_node *loop = af_mapping_copy(arena, a);
    loop->rank_variables = loop->loop_einsums = loop->loop_einsum_variables = (af_name_list){0};
    add_meanings(arena, loop, a, p);
    add_meanings(arena, loop, b, q);
    return loop;
}

/* ---- merging along the first n loops: `shared` moves over both node lists, pairing loops of one level */
/* [at, end): up to and including the n-th loop */
typedef struct cursor { const trunk *nodes; int at, end; bool *taken; } cursor;

static cursor start(af_arena *arena, const trunk *nodes, int n_loops)
{
    cursor c = {nodes, 0, 0, af_new_array(arena, bool, nodes->count)};
    for (; n_loops && c.end < nodes->count; c.end++)
        n_loops -= af_is_loop_node(nodes->items[c.end].node);
    return c;
}

static void pass_others(af_arena *arena, cursor *c, trunk *out)
{
    for (; c->at < c->end && (c->taken[c->at] || !af_is_loop_node(c->nodes->items[c->at].node)); c->at++)
        if (!c->taken[c->at])
            *af_push(arena, out) = c->nodes->items[c->at];
}

/* The loop of a level in the run of loops where the cursor stands; -1: not there. */
static int find_level(const cursor *c, int level)
{
    for (int i = c->at; i < c->end && af_is_loop_node(c->nodes->items[i].node); i++)
        if (!c->taken[i] && c->nodes->items[i].level == level)
            return i;
    return -1;
}

static bool pair_one(af_arena *arena, cursor *mine, const piece *p, cursor *other, const piece *q,
                     piece *result)
{
    for (int i = mine->at; i < mine->end && af_is_loop_node(mine->nodes->items[i].node); i++) {
        int k = mine->taken[i] ? -1 : find_level(other, mine->nodes->items[i].level);
        if (k < 0)
            continue;
        mine->taken[i] = other->taken[k] = true;
        item both = mine->nodes->items[i];
        const af_mapping_node *partner = other->nodes->items[k].node;
        result->torn |= both.node->tile_shape != partner->tile_shape;
        both.node = one_loop(arena, both.node, p, partner, q);
        *af_push(arena, &result->nodes) = both;
        return true;
    }
    return false;
}

static af_mapping_node *branch_node(af_arena *arena, af_node_kind kind, int n_nodes)
{
    af_mapping_node *node = af_new(arena, af_mapping_node);
    node->kind = kind;
    node->fused = -1;
    node->lower = true;
    node->nodes = af_new_array(arena, af_mapping_node *, n_nodes);
    return node;
}

static void add_child(af_arena *arena, af_mapping_node *node, af_mapping_node *child)
{
    af_mapping_node **nodes = af_new_array(arena, af_mapping_node *, node->n_nodes + 1);
    if (node->n_nodes)
        memcpy(nodes, node->nodes, sizeof *nodes * (size_t)node->n_nodes);
    nodes[node->n_nodes++] = child;
    node->nodes = nodes;
}

static af_mapping_node *nested(af_arena *arena, const cursor *rest)
{
    af_mapping_node *node = branch_node(arena, AF_NODE_NESTED, rest->nodes->count - rest->end);
    for (int i = rest->end; i < rest->nodes->count; i++)
        node->nodes[node->n_nodes++] = rest->nodes->items[i].node;
    return node;
}

static af_mapping_node *starts_with_branches(const cursor *rest)
{
    af_mapping_node *first = rest->end < rest->nodes->count ? rest->nodes->items[rest->end].node : NULL;
    return first && first->kind == AF_NODE_SEQUENTIAL ? first : NULL;
}

/* What follows the shared loops becomes branches. */
static af_mapping_node *branches(af_arena *arena, const cursor *p, const cursor *q)
{
    af_mapping_node *of_p = starts_with_branches(p), *of_q = starts_with_branches(q);
    af_mapping_node *all = of_p ? of_p : of_q ? of_q : branch_node(arena, AF_NODE_SEQUENTIAL, 2);
    if (!of_p && !of_q)
        add_child(arena, all, nested(arena, p));
    if (!of_p && of_q)
        add_child(arena, all, nested(arena, p));
    else if (of_p && of_q)
        for (int i = 0; i < of_q->n_nodes; i++)
            add_child(arena, all, of_q->nodes[i]);
    else
        add_child(arena, all, nested(arena, q));
    return all;
}

static piece join_pieces(af_arena *arena, const piece *p, const piece *q, int n_places)
{
    piece result = {.first = p->first, .n_einsums = p->n_einsums + q->n_einsums, .backs = p->backs,
                    .torn = p->torn || q->torn};
    result.einsums = af_new_array(arena, const char *, result.n_einsums);
    memcpy(result.einsums, p->einsums, sizeof *p->einsums * (size_t)p->n_einsums);
    memcpy(result.einsums + p->n_einsums, q->einsums, sizeof *q->einsums * (size_t)q->n_einsums);
    for (int i = 0; i < words_of(n_places); i++)
        result.backs[i] |= q->backs[i];
    return result;
}

/* ---- what one side holds above the shared loops
 *
 * The nodes above the shared loops stand above both branches. A tensor that both access may be held there
 * by one side alone: the join lets each Einsum keep what it likes. Such a holder is marked with the
 * Einsums that it is for. */
static bool accesses(const af_world *world, const piece *p, const char *tensor)
{
    for (int i = 0; i < p->n_einsums; i++)
        if (af_find_tensor(world->einsums[p->first + i], tensor) >= 0)
            return true;
    return false;
}

/* Has the trunk the like of this node under so many loops? */
static bool has_like(const cursor *trunk, const af_mapping_node *node, int depth)
{
    for (int i = 0, loops = 0; i < trunk->end && loops <= depth; i++) {
        const af_mapping_node *n = trunk->nodes->items[i].node;
        loops += af_is_loop_node(n);
        if (loops == depth && n->kind == node->kind && !strcmp(n->component, node->component) &&
            !strcmp(n->tensors.names[0], node->tensors.names[0]))
            return true;
    }
    return false;
}

static void mark_own_holders(const af_world *world, const piece *p, const cursor *mine, const piece *q,
                             const cursor *other)
{
    for (int i = 0, loops = 0; i < mine->end; i++) {
        af_mapping_node *n = mine->nodes->items[i].node;
        if (af_is_loop_node(n))
            loops++;
        else if ((af_is_holder_node(n) || n->kind == AF_NODE_RESERVATION) && !n->einsums.count &&
                 accesses(world, q, n->tensors.names[0]) &&
                 !has_like(other, n, loops))
            n->einsums = (af_name_list){p->n_einsums, p->einsums};
    }
}

static piece merge(af_arena *arena, const af_world *world, const piece *p, const piece *q, int n_places,
                   int n_loops)
{
    piece result = join_pieces(arena, p, q, n_places);
    cursor mine = start(arena, &p->nodes, n_loops), other = start(arena, &q->nodes, n_loops);
    mark_own_holders(world, p, &mine, q, &other);
    mark_own_holders(world, q, &other, p, &mine);
    do {
        pass_others(arena, &mine, &result.nodes);
        pass_others(arena, &other, &result.nodes);
    } while (pair_one(arena, &mine, p, &other, q, &result));
    *af_push(arena, &result.nodes) = (item){branches(arena, &mine, &other), -1, -1};
    return result;
}

/* Neighbours that share the most loops are merged first (70 section 9.2). */
static int most_shared(const piece *pieces, int count, int *most)
{
    int at = 0;
    *most = 0;
    for (int i = 0; i + 1 < count; i++)
        for (int k = i + 1; k < count; k++)
            if (pieces[i].shares[k] > *most)
                *most = pieces[i].shares[k], at = i;
    return at;
}

/* Two neighbours become one: what others share with them is one place further to the front, and what they
 * share is found anew. */
static void merge_at(af_arena *arena, const af_world *world, piece *pieces, int count, int at, int n_places,
                     int n_loops)
{
    int *shares = pieces[at].shares;
    pieces[at] = merge(arena, world, &pieces[at], &pieces[at + 1], n_places, n_loops);
    pieces[at].shares = shares;
    memmove(&pieces[at + 1], &pieces[at + 2], sizeof *pieces * (size_t)(count - at - 2));
    for (int i = 0; i < at; i++) {
        memmove(&pieces[i].shares[at + 1], &pieces[i].shares[at + 2], sizeof(int) * (size_t)(count - at - 2));
        pieces[i].shares[at] = shared_loops(&pieces[i], &pieces[at], n_places);
    }
    for (int i = at + 1; i < count - 1; i++)
        memmove(pieces[i].shares, pieces[i].shares + 1, sizeof(int) * (size_t)(count - 1));
    for (int k = at + 1; k < count - 1; k++)
        pieces[at].shares[k] = shared_loops(&pieces[at], &pieces[k], n_places);
}

af_mapping *af_tree_of(af_arena *arena, const af_world *world, const af_choice *choices)
{
    int count = world->n_einsums, most;
    piece *pieces = af_new_array(arena, piece, count);
    places places = {.names = af_names_new(arena)};
    for (int e = 0; e < count; e++)
        places.most += choices[e].group->templates[choices[e].group->template_of[choices[e].row]].n_nodes;
    for (int e = 0; e < count; e++)
        pieces[e] = pmapping_of(arena, world, choices, &places, e);
    int n_places = af_name_count(places.names);
    for (int i = 0; i < count; i++) {
        pieces[i].shares = af_new_array(arena, int, count);
        for (int k = i + 1; k < count; k++)
            pieces[i].shares[k] = shared_loops(&pieces[i], &pieces[k], n_places);
    }
    for (; count > 1; count--) {
        int at = most_shared(pieces, count, &most);
        merge_at(arena, world, pieces, count, at, n_places, most);
    }
    if (pieces[0].torn)
        return NULL;
    af_mapping *tree = branch_node(arena, AF_NODE_MAPPING, pieces[0].nodes.count);
    for (int i = 0; i < pieces[0].nodes.count; i++)
        tree->nodes[tree->n_nodes++] = pieces[0].nodes.items[i].node;
    return tree;
}
