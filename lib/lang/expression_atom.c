/* Values in expressions: names, numbers, texts, brackets, comprehensions (atom, comp_for of 10 section
 * 7.2). */
#include "lang/expression_parser.h"

#include <string.h>

/* ---- words that are no names */

bool af_is_reserved(const parser *p, const char *word)
{
    /* Jinja keeps only the first ones: `class` and `with` are names there. */
    enum { N_RESERVED_IN_JINJA = 8 };
    static const char *const words[] = {
        "and", "or", "not", "if", "else", "for", "in", "is", "lambda", "await", "yield", "async", "import",
        "assert",
        "class", "def", "del", "from", "global", "pass", "raise", "return", "try", "while", "with"};
    int count = p->dialect->jinja ? N_RESERVED_IN_JINJA : (int)(sizeof words / sizeof *words);
    for (int i = 0; i < count; i++)
        if (!strcmp(word, words[i]))
            return true;
    return false;
}

static bool constant_word(const parser *p, const char *word, af_value *value)
{
    const struct { const char *python, *jinja; af_value value; } constants[] = {
        {"None", "none", af_none()}, {"True", "true", af_bool(true)}, {"False", "false", af_bool(false)}};
    for (int i = 0; i < 3; i++)
        if (!strcmp(word, constants[i].python) || (p->dialect->jinja && !strcmp(word, constants[i].jinja))) {
            *value = constants[i].value;
            return true;
        }
    return false;
}

/* ---- comprehensions: items are target, iterable, condition for each clause */

/* NAME, (target), or several with commas: a tuple. */
static const af_tree *target(parser *p)
{
    const char *start = p->token.start;
    tree_list names = {0};
    bool comma = false;
    if (++p->depth > AF_DEEPEST_NESTING)
        return af_wrong(p, "too deeply nested");
    do {
        if (af_at_sign(p, "(")) {
            af_open_bracket(p);
            *af_push(p->arena, &names) = target(p);
            af_close_bracket(p, ")");
            continue;
        }
        if (p->token.type != AF_TOKEN_NAME || af_is_reserved(p, p->token.text))
            break;
        af_tree *name = af_make_tree(p, AF_TREE_NAME, p->token.start);
        name->name = p->token.text;
        af_advance(p);
        *af_push(p->arena, &names) = af_done(p, name);
    } while ((comma = af_take_sign(p, ",")));
    p->depth--;
    if (!names.count)
        return af_wrong(p, "a name is expected after `for`");
    return names.count == 1 && !comma ? names.items[0]
                                      : af_with_items(p, af_make_tree(p, AF_TREE_TUPLE, start), &names);
}

/* The conditions of one clause, joined by AND; NULL: none. */
static const af_tree *conditions(parser *p)
{
    const char *start = p->token.start;
    const af_tree *all = NULL;
    while (af_take_word(p, "if")) {
        const af_tree *next = af_parse_without_condition(p);
        if (!all) {
            all = next;
            continue;
        }
        af_tree *both = af_make_tree(p, AF_TREE_AND, start);
        both->a = all;
        both->b = next;
        all = af_done(p, both);
    }
    return all;
}

const af_tree *af_parse_comprehension(parser *p, const af_tree *item, const af_tree *value,
                                      af_tree_kind makes, const char *start)
{
    af_tree *tree = af_make_tree(p, AF_TREE_GENERATOR, start);
    tree_list clauses = {0};
    tree->makes = makes;
    tree->a = item;
    tree->b = value;
    while (af_take_word(p, "for")) {
        const af_tree *names = target(p);
        if (!af_take_word(p, "in"))
            return af_wrong(p, "`in` is expected in a comprehension");
        const af_tree *iterable = af_parse_without_condition(p), *parts[] = {names, iterable, conditions(p)};
        for (int i = 0; i < 3; i++)
            *af_push(p->arena, &clauses) = parts[i];
    }
    return af_with_items(p, tree, &clauses);
}

/* ---- displays */

/* A lone item in round brackets is itself, and a tuple only with a comma behind it. A list is one, whatever
 * stands in it; one loop makes the whole of it. */
static const af_tree *in_round_or_square(parser *p, const char *start, bool round)
{
    const char *end = round ? ")" : "]";
    const af_tree *whole = NULL;
    tree_list items = {0};
    af_open_bracket(p);
    if (!af_at_sign(p, end)) {
        const af_tree *first = af_parse_whole(p);
        bool loop = af_at_word(p, "for");
        if (loop)
            first = af_parse_comprehension(p, first, NULL, round ? AF_TREE_GENERATOR : AF_TREE_LIST, start);
        if (round ? !af_at_sign(p, ",") : loop)
            whole = first;
        else
            af_parse_items(p, &items, first, end);
    }
    af_close_bracket(p, end);
    return whole ? whole
                 : af_with_items(p, af_make_tree(p, round ? AF_TREE_TUPLE : AF_TREE_LIST, start), &items);
}

static const af_tree *in_curly(parser *p, const char *start)
{
    tree_list items = {0};
    bool dict = true;
    af_open_bracket(p);
    while (!af_at_sign(p, "}")) {
        const af_tree *key = af_parse_whole(p), *value = NULL;
        if (!items.count)
            dict = af_at_sign(p, ":");
        if (dict && !af_take_sign(p, ":"))
            return af_wrong(p, "':' is expected after a key");
        if (dict)
            value = af_parse_whole(p);
        if (af_at_word(p, "for") && !items.count) {
            const af_tree *made = af_parse_comprehension(p, key, value, dict ? AF_TREE_DICT : AF_TREE_SET,
                                                         start);
            af_close_bracket(p, "}");
            return made;
        }
        const af_tree *const parts[] = {key, value};
        for (int i = 0; i < (dict ? 2 : 1); i++)
            *af_push(p->arena, &items) = parts[i];
        if (!af_take_sign(p, ","))
            break;
    }
    af_close_bracket(p, "}");
    return af_with_items(p, af_make_tree(p, dict ? AF_TREE_DICT : AF_TREE_SET, start), &items);
}

/* ---- strings: adjacent ones join; f-strings hold expressions */

static void add_piece(parser *p, tree_list *pieces, const char *start, const char *bytes, size_t length)
{
    af_value text = af_string(af_copy_slice(p->arena, bytes, length));
    text.quoted = true;
    if (length)
        *af_push(p->arena, pieces) = af_literal(p, start, text);
}

static const char *format_pieces(parser *p, const char *s, bool raw, bool specification, tree_list *pieces,
                                 const char *start);

/* One {expression!conversion:specification}; s stands behind the brace. Returns where to go on, or NULL. */
static const char *format_field(parser *p, const char *s, bool raw, tree_list *pieces, const char *start)
{
    parser inner = {.arena = p->arena, .dialect = p->dialect, .text = s, .brackets = 1,
                    .depth = p->depth + 1, .token.start = s};
    af_tree *tree = af_make_tree(p, AF_TREE_FORMAT, start);
    af_tree *specification = af_make_tree(p, AF_TREE_TEXT, start);
    tree_list parts = {0};
    af_advance(&inner);
    tree->a = af_parse_whole(&inner);
    const char *at = inner.token.start;
    if (inner.wrong) {
        af_wrong(p, af_format(p->arena, "in the f-string: %s", inner.wrong));
        return NULL;
    }
    if (*at == '!') {
        if (at[1] != 'r' && at[1] != 's' && at[1] != 'a')
            return NULL;
        tree->value = af_int(at[1]);
        at += 2;
    }
    if (*at == ':')
        at = format_pieces(p, at + 1, raw, true, &parts, start);
    tree->b = af_with_items(p, specification, &parts);
    *af_push(p->arena, pieces) = af_done(p, tree);
    return at && *at == '}' ? at + 1 : NULL;
}

/* Up to the end, or up to the brace that ends a specification. NULL: what stands there is no f-string. */
static const char *format_pieces(parser *p, const char *s, bool raw, bool specification, tree_list *pieces,
                                 const char *start)
{
    af_text plain = {0};
    while (s && *s && !(specification && *s == '}')) {
        bool brace = *s == '{' || *s == '}';
        if (brace && s[1] == *s && !specification) {
            af_text_add(&plain, s, 1);
            s += 2;
        } else if (*s == '{') {
            add_piece(p, pieces, start, plain.bytes, plain.length);
            af_text_clear(&plain);
            p->depth++;
            s = format_field(p, s + 1, raw, pieces, start);
            p->depth--;
        } else if (brace) {
            s = NULL;
        } else if (*s == '\\' && !raw && s[1]) {
            s = af_escape(s + 1, &plain);
        } else {
            af_text_add(&plain, s++, 1);
        }
    }
    if (s)
        add_piece(p, pieces, start, plain.bytes, plain.length);
    af_text_free(&plain);
    return s;
}

static const af_tree *joined(parser *p, const tree_list *pieces, const char *start)
{
    af_text text = {0};
    for (int i = 0; i < pieces->count; i++)
        af_text_puts(&text, pieces->items[i]->value.string);
    af_value value = af_string(af_copy_slice(p->arena, text.bytes, text.length));
    value.quoted = true;
    af_text_free(&text);
    return af_literal(p, start, value);
}

static const af_tree *strings(parser *p)
{
    const char *start = p->token.start;
    tree_list pieces = {0};
    bool any_format = false;
    for (; p->token.type == AF_TOKEN_STRING; af_advance(p)) {
        const char *text = p->token.value.string;
        any_format |= p->token.format;
        if (!p->token.format)
            add_piece(p, &pieces, start, text, strlen(text));
        else if (!format_pieces(p, text, p->token.raw, false, &pieces, start))
            return af_wrong(p, "invalid f-string");
    }
    return any_format ? af_with_items(p, af_make_tree(p, AF_TREE_TEXT, start), &pieces)
                      : joined(p, &pieces, start);
}

const af_tree *af_parse_atom(parser *p)
{
    const char *start = p->token.start;
    af_value value;
    if (p->token.type == AF_TOKEN_STRING)
        return strings(p);
    if (p->token.type == AF_TOKEN_NUMBER) {
        value = p->token.value;
        af_advance(p);
        return af_literal(p, start, value);
    }
    if (p->token.type == AF_TOKEN_NAME && !af_is_reserved(p, p->token.text)) {
        const char *name = p->token.text;
        af_advance(p);
        if (constant_word(p, name, &value))
            return af_literal(p, start, value);
        af_tree *tree = af_make_tree(p, AF_TREE_NAME, start);
        tree->name = name;
        return af_done(p, tree);
    }
    if (af_at_sign(p, "("))
        return in_round_or_square(p, start, true);
    if (af_at_sign(p, "["))
        return in_round_or_square(p, start, false);
    if (af_at_sign(p, "{"))
        return in_curly(p, start);
    return af_wrong(p, p->token.type == AF_TOKEN_END ? "the expression ends where a value is expected"
                                                     : "a value is expected here");
}
