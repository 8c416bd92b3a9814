/* The clean-up of a joined LoopTree (70 section 9.4): what is shared between branches moves above
 * them, equal holders become one. */
#include "join/join.h"

#include <string.h>

typedef af_mapping_node node;
typedef struct nodes { node **items; int count, capacity; } nodes;

static bool is_reservation(const node *n) { return n->kind == AF_NODE_RESERVATION; }

/* ---- names */
static bool has(const af_name_list *list, const char *name)
{
    for (int i = 0; i < list->count; i++)
        if (!strcmp(list->names[i], name))
            return true;
    return false;
}

static bool meet(const af_name_list *a, const af_name_list *b)
{
    for (int i = 0; i < a->count; i++)
        if (has(b, a->names[i]))
            return true;
    return false;
}

static bool covers(const af_name_list *a, const af_name_list *b)
{
    for (int i = 0; i < b->count; i++)
        if (!has(a, b->names[i]))
            return false;
    return true;
}

static bool same_list(const af_name_list *a, const af_name_list *b)
{
    if (a->count != b->count)
        return false;
    for (int i = 0; i < a->count; i++)
        if (strcmp(a->names[i], b->names[i]))
            return false;
    return true;
}

static void add_missing(af_arena *arena, af_name_list *list, const af_name_list *more)
{
    const char **names = af_new_array(arena, const char *, list->count + more->count + 1);
    if (list->count)
        memcpy(names, list->names, sizeof *names * (size_t)list->count);
    list->names = names;
    for (int i = 0; i < more->count; i++)
        if (!has(list, more->names[i]))
            names[list->count++] = more->names[i];
}

static void remove_names(af_arena *arena, af_name_list *list, const af_name_list *less)
{
    af_name_list left = {0, af_new_array(arena, const char *, list->count + 1)};
    for (int i = 0; i < list->count; i++)
        if (!has(less, list->names[i]))
            left.names[left.count++] = list->names[i];
    *list = left;
}

/* ---- nodes */
static bool same_node(const node *a, const node *b)
{
    if (a == b)
        return true;
    if (af_is_holder_node(a) && af_is_holder_node(b))
        return !strcmp(a->component, b->component) && covers(&a->tensors, &b->tensors) &&
               covers(&b->tensors, &a->tensors) && same_list(&a->einsums, &b->einsums);
    return is_reservation(a) && is_reservation(b) && !strcmp(a->component, b->component) &&
           same_list(&a->tensors, &b->tensors) && same_list(&a->einsums, &b->einsums);
}

static bool in(const nodes *list, const node *n)
{
    for (int i = 0; i < list->count; i++)
        if (same_node(list->items[i], n))
            return true;
    return false;
}

static void clear(node *tree, const nodes *unwanted)
{
    int kept = 0;
    for (int i = 0; i < tree->n_nodes; i++) {
        if (in(unwanted, tree->nodes[i]))
            continue;
        clear(tree->nodes[i], unwanted);
        tree->nodes[kept++] = tree->nodes[i];
    }
    tree->n_nodes = kept;
}

static void collect(af_arena *arena, node *tree, bool (*wanted)(const node *), nodes *found)
{
    for (int i = 0; i < tree->n_nodes; i++) {
        if (wanted(tree->nodes[i]))
            *af_push(arena, found) = tree->nodes[i];
        collect(arena, tree->nodes[i], wanted, found);
    }
}

static void set_nodes(node *tree, const nodes *list)
{
    tree->nodes = list->items, tree->n_nodes = list->count;
}

/* ---- steps 1 and 2: some nodes of each split's children go before the split */
static void elevate(af_arena *arena, node *tree, void (*find)(af_arena *, node *, nodes *))
{
    nodes list = {0};
    for (int i = 0; i < tree->n_nodes; i++) {
        node *n = tree->nodes[i];
        if (af_is_split_node(n)) {
            nodes up = {0};
            find(arena, n, &up);
            for (int k = 0; k < up.count; k++)
                *af_push(arena, &list) = up.items[k];
            clear(n, &up);
        }
        elevate(arena, n, find);
        *af_push(arena, &list) = n;
    }
    set_nodes(tree, &list);
}

static bool is_persistent_holder(const node *n) { return af_is_holder_node(n) && n->persistent; }
static bool is_persistent_reservation(const node *n) { return is_reservation(n) && n->persistent; }
static bool is_backing_holder(const node *n) { return af_is_holder_node(n) && n->backing.count; }
static bool is_backing_reservation(const node *n) { return is_reservation(n) && n->backing.count; }

static void find_persistent(af_arena *arena, node *split, nodes *up)
{
    for (int i = 0; i < split->n_nodes; i++) {
        collect(arena, split->nodes[i], is_persistent_holder, up);
        collect(arena, split->nodes[i], is_persistent_reservation, up);
    }
}

static void find_shared(af_arena *arena, node *split, nodes *up)
{
    for (int i = 0; i < split->n_nodes; i++)
        for (int k = i + 1; k < split->n_nodes; k++) {
            nodes a = {0}, b = {0};
            collect(arena, split->nodes[i], is_backing_holder, &a);
            collect(arena, split->nodes[k], is_backing_holder, &b);
            for (int x = 0; x < a.count; x++)
                for (int y = 0; y < b.count; y++)
                    if (meet(&a.items[x]->backing, &b.items[y]->backing) && !in(up, a.items[x]))
                        *af_push(arena, up) = a.items[x];
        }
}

/* ---- step 3: a tensor that skips branches is reserved in them too */
static void put_first(af_arena *arena, node *tree, node *first)
{
    node **list = af_new_array(arena, node *, tree->n_nodes + 1);
    list[0] = first;
    memcpy(list + 1, tree->nodes, sizeof *list * (size_t)tree->n_nodes);
    tree->nodes = list;
    tree->n_nodes++;
}

static void reserve_between(af_arena *arena, node *split, int from, int to)
{
    nodes a = {0}, b = {0};
    collect(arena, split->nodes[from], is_backing_reservation, &a);
    collect(arena, split->nodes[to], is_backing_reservation, &b);
    for (int x = 0; x < a.count; x++) {
        if (!in(&b, a.items[x]))
            continue;
        for (int k = from + 1; k < to; k++) {
            nodes own = {0};
            collect(arena, split->nodes[k], is_reservation, &own);
            if (!in(&own, a.items[x]))
                put_first(arena, split->nodes[k], af_mapping_copy(arena, a.items[x]));
        }
    }
}

static void propagate(af_arena *arena, node *tree)
{
    for (int i = 0; i < tree->n_nodes; i++)
        propagate(arena, tree->nodes[i]);
    if (!af_is_split_node(tree))
        return;
    for (int i = 0; i < tree->n_nodes; i++)
        for (int k = i + 2; k < tree->n_nodes; k++)
            reserve_between(arena, tree, i, k);
}

/* ---- steps 4 and 5: holders of one component next to each other become one; reservations alike */
static bool stands_between(const node *passed, const node *n)
{
    bool holder = af_is_holder_node(n);
    if (af_is_loop_node(passed))
        return true;
    if (!meet(&passed->tensors, &n->tensors))
        return false;
    return af_is_holder_node(passed) ||
           (is_reservation(passed) && (!holder || strcmp(passed->component, n->component)));
}

/* What lives for the whole workload stays apart, and what is for some Einsums only; so does, for the model,
 * what may be lowered from what may not, and what stands on both sides of another holder: which of them is
 * last before a loop may decide what is reserved below it (50 section 15, row 4). */
static bool may_merge(const node *a, const node *b, bool for_model)
{
    return a->persistent == b->persistent && same_list(&a->einsums, &b->einsums) &&
           (!for_model || a->lower == b->lower);
}

static node *nearest_equal(const nodes *list, const node *n, bool (*wanted)(const node *), bool for_model)
{
    for (int i = list->count - 1; i >= 0; i--) {
        node *passed = list->items[i];
        if (wanted(passed) && !strcmp(passed->component, n->component) && may_merge(passed, n, for_model))
            return passed;
        if (stands_between(passed, n) || (for_model && af_is_holder_node(passed) && af_is_holder_node(n)))
            return NULL;
    }
    return NULL;
}

static void consolidate(af_arena *arena, node *tree, bool (*wanted)(const node *), bool for_model)
{
    nodes list = {0};
    for (int i = 0; i < tree->n_nodes; i++) {
        node *n = tree->nodes[i];
        consolidate(arena, n, wanted, for_model);
        if (!wanted(n)) {
            *af_push(arena, &list) = n;
            continue;
        }
        for (int k = 0; k < list.count; k++)
            if (wanted(list.items[k]) && !strcmp(list.items[k]->component, n->component) &&
                same_list(&list.items[k]->einsums, &n->einsums))
                remove_names(arena, &n->tensors, &list.items[k]->tensors);
        node *into = nearest_equal(&list, n, wanted, for_model);
        if (into) {
            add_missing(arena, &into->tensors, &n->tensors);
            add_missing(arena, &into->backing, &n->backing);
        } else if (n->tensors.count) {
            *af_push(arena, &list) = n;
        }
    }
    set_nodes(tree, &list);
}

/* ---- step 6: between two other nodes, holders stand before reservations */
static void holders_first(af_arena *arena, node *tree)
{
    nodes list = {0};
    for (int i = 0; i < tree->n_nodes;) {
        if (!af_is_holder_node(tree->nodes[i]) && !is_reservation(tree->nodes[i])) {
            holders_first(arena, tree->nodes[i]);
            *af_push(arena, &list) = tree->nodes[i++];
            continue;
        }
        int end = i;
        while (end < tree->n_nodes &&
               (af_is_holder_node(tree->nodes[end]) || is_reservation(tree->nodes[end])))
            end++;
        for (int k = i; k < end; k++)
            if (af_is_holder_node(tree->nodes[k]))
                *af_push(arena, &list) = tree->nodes[k];
        for (; i < end; i++)
            if (is_reservation(tree->nodes[i]))
                *af_push(arena, &list) = tree->nodes[i];
    }
    set_nodes(tree, &list);
}

af_mapping *af_mapping_finish(af_arena *arena, const af_mapping *tree, bool for_model)
{
    af_mapping *result = af_mapping_copy(arena, tree);
    elevate(arena, result, find_persistent);
    if (!for_model)                                          /* it changes the order of copies */
        elevate(arena, result, find_shared);
    propagate(arena, result);
    consolidate(arena, result, af_is_holder_node, for_model);
    consolidate(arena, result, is_reservation, for_model);
    holders_first(arena, result);
    return result;
}
