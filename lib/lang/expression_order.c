/* How the value of an expression moves as the numbers that its names stand for grow, none of them
 * negative. */
#include "lang/expression_tree.h"

#include <string.h>

typedef enum way { FALLS = -1, STAYS, GROWS, UNKNOWN } way;

static way opposite(way w) { return w == UNKNOWN ? UNKNOWN : (way)-w; }
static way both(way a, way b) { return a == STAYS || a == b ? b : b == STAYS ? a : UNKNOWN; }

static bool is_sign(const af_tree *tree, const char *sign) { return !strcmp(tree->name, sign); }

static bool is_negative(const af_tree *tree)
{
    switch (tree->kind) {
    case AF_TREE_LITERAL: return !(af_is_number(tree->value) && af_as_double(tree->value) >= 0);
    case AF_TREE_NAME: return false;
    case AF_TREE_BINARY:
        return !(is_sign(tree, "+") || is_sign(tree, "*")) || is_negative(tree->a) || is_negative(tree->b);
    default: return true;
    }
}

static way way_of(const af_tree *tree);

/* Of a product: each factor's, if none is negative. A quotient's divisor must be a number. */
static way way_of_binary(const af_tree *tree)
{
    way a = way_of(tree->a), b = way_of(tree->b);
    if (is_sign(tree, "+"))
        return both(a, b);
    if (is_sign(tree, "-"))
        return both(a, opposite(b));
    bool signs_known = !is_negative(tree->a) && !is_negative(tree->b);
    if (is_sign(tree, "*") && signs_known)
        return both(a, b);
    return is_sign(tree, "/") && signs_known && b == STAYS ? a : a == STAYS && b == STAYS ? STAYS : UNKNOWN;
}

/* Of a truth: it grows from false to true. A chain of comparisons is all of them together. */
static way way_of_comparison(const af_tree *tree)
{
    way all = STAYS;
    for (int i = 0; i + 1 < tree->n_items; i++) {
        way a = way_of(tree->items[i]), b = way_of(tree->items[i + 1]);
        const char *sign = tree->names[i];
        way one = sign[0] == '<' ? both(opposite(a), b) : sign[0] == '>' ? both(a, opposite(b)) :
            a == STAYS && b == STAYS ? STAYS : UNKNOWN;
        all = both(all, one);
    }
    return all;
}

static way way_of(const af_tree *tree)
{
    switch (tree->kind) {
    case AF_TREE_LITERAL: return STAYS;
    case AF_TREE_NAME: return GROWS;
    case AF_TREE_BINARY: return way_of_binary(tree);
    case AF_TREE_COMPARE: return way_of_comparison(tree);
    case AF_TREE_AND: case AF_TREE_OR: return both(way_of(tree->a), way_of(tree->b));
    case AF_TREE_NOT: return opposite(way_of(tree->a));
    default: return UNKNOWN;
    }
}

bool af_stays_false_as_names_grow(const af_expression *expression)
{
    way w = way_of(expression->tree);
    return w == FALLS || w == STAYS;
}
