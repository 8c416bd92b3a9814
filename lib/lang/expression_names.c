/* Names that an expression takes from its scope: those that no lambda or loop of its own binds. */
#include "lang/expression_tree.h"
#include "lang/letter.h"

#include <string.h>

typedef af_list(const char *) name_list;

static void add_free(af_arena *arena, name_list *free, const name_list *bound, const char *name)
{
    for (int i = 0; i < bound->count; i++)
        if (!strcmp(bound->items[i], name))
            return;
    for (int i = 0; i < free->count; i++)
        if (!strcmp(free->items[i], name))
            return;
    *af_push(arena, free) = name;
}

static void bind_target(af_arena *arena, name_list *bound, const af_tree *target)
{
    if (target->kind == AF_TREE_NAME)
        *af_push(arena, bound) = target->name;
    for (int i = 0; i < target->n_items; i++)
        bind_target(arena, bound, target->items[i]);
}

static void find_free(af_arena *arena, const af_tree *tree, name_list *free, name_list *bound)
{
    if (!tree)
        return;
    int depth = bound->count;
    if (tree->kind == AF_TREE_NAME)
        add_free(arena, free, bound, tree->name);
    for (int i = 0; i < tree->n_items; i++) {
        if (tree->kind == AF_TREE_GENERATOR && i % 3 == 0) {
            find_free(arena, tree->items[i + 1], free, bound);
            bind_target(arena, bound, tree->items[i]);
        } else if (tree->kind != AF_TREE_GENERATOR || i % 3 == 2) {
            find_free(arena, tree->items[i], free, bound);
        }
    }
    if (tree->kind == AF_TREE_LAMBDA)
        for (int i = 0; i < tree->n_items; i++)
            *af_push(arena, bound) = tree->names[i];
    find_free(arena, tree->a, free, bound);
    find_free(arena, tree->b, free, bound);
    find_free(arena, tree->c, free, bound);
    bound->count = depth;
}

int af_expression_names(const af_expression *expression, const char *const **names)
{
    *names = expression->names;
    return expression->n_names;
}

void af_find_free_names(af_arena *arena, const af_tree *tree, const char ***names, int *count)
{
    name_list free = {0}, bound = {0};
    find_free(arena, tree, &free, &bound);
    *names = free.items;
    *count = free.count;
}

/* ---- words of any text */

void af_identifier_runs(const char *text, void (*visit)(void *context, const char *start, size_t length),
                        void *context)
{
    for (size_t n; *text; text += n ? n : 1) {
        for (n = 0; af_is_word_byte(text[n]); n++)
            continue;
        if (n)
            visit(context, text, n);
    }
}
