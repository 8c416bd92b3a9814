/* Parser of expressions: precedence climbing over one table (10 section 7.2; Jinja's differences: 10 section 3.5). */
#include "lang/expression_lex.h"
#include "lang/expression_tree.h"

#include <string.h>

enum { DEEPEST = 150, HIGHEST = 1900 };     /* of brackets and signs that are open; of trees, which chains of operators make high too */

typedef struct parser {
    af_arena *arena;
    const af_dialect *dialect;
    const char *text;
    af_token token;
    int brackets, depth;
    const char *last_end;                 /* end of the token before */
    const char *wrong; const char *wrong_at;
} parser;
typedef af_list(const af_tree *) tree_list;
typedef af_list(const char *) name_list;

const af_dialect af_python = {.name = "Python"};

static const af_tree *expression(parser *p);
static const af_tree *binary(parser *p, int least);

/* ---- tokens */

static const af_tree *fail(parser *p, const char *what)
{
    if (!p->wrong) {
        p->wrong = what;
        p->wrong_at = p->token.start;
    }
    p->token = (af_token){.type = AF_TOKEN_END, .start = p->token.start};
    return NULL;
}

static void advance(parser *p)
{
    p->last_end = p->token.start + p->token.length;
    p->token = af_next_token(p->arena, p->last_end, p->dialect, p->brackets > 0);
    if (p->token.type == AF_TOKEN_WRONG)
        fail(p, p->token.text);
}

static bool at_sign(const parser *p, const char *sign) { return p->token.type == AF_TOKEN_SIGN && !strcmp(p->token.text, sign); }
static bool at_word(const parser *p, const char *word) { return p->token.type == AF_TOKEN_NAME && !strcmp(p->token.text, word); }

static bool take_sign(parser *p, const char *sign)
{
    bool there = at_sign(p, sign);
    if (there)
        advance(p);
    return there;
}

static bool take_word(parser *p, const char *word)
{
    bool there = at_word(p, word);
    if (there)
        advance(p);
    return there;
}

/* Brackets count before the next token is read, since newlines inside of them are blanks. */
static void open_bracket(parser *p)
{
    p->brackets++;
    advance(p);
}

static void close_bracket(parser *p, const char *sign)
{
    if (!at_sign(p, sign)) {
        fail(p, p->token.type == AF_TOKEN_END ? "a bracket was never closed (in {…} and […] of YAML a comma ends a text: quotes keep it whole)" : af_format(p->arena, "'%s' is expected here", sign));
        return;
    }
    p->brackets--;
    advance(p);
}

static af_tree *make(parser *p, af_tree_kind kind, const char *start)
{
    af_tree *tree = af_new(p->arena, af_tree);
    tree->kind = kind;
    tree->start = start;
    return tree;
}

static const af_tree *done(parser *p, af_tree *tree)
{
    const af_tree *const parts[] = {tree->a, tree->b, tree->c};
    int height = 0;
    for (int i = 0; i < 3 + tree->n_items; i++) {
        const af_tree *part = i < 3 ? parts[i] : tree->items[i - 3];
        height = part && part->height > height ? part->height : height;
    }
    tree->height = (uint16_t)(height + 1);
    tree->length = p->last_end > tree->start ? (size_t)(p->last_end - tree->start) : 0;
    return height < HIGHEST ? tree : fail(p, "too deeply nested");
}

static const af_tree *with_items(parser *p, af_tree *tree, const tree_list *items)
{
    tree->items = items->items;
    tree->n_items = items->count;
    return done(p, tree);
}

/* ---- words that are no names */

/* Jinja keeps only the first ones: `class` and `with` are names there. */
static const char *const reserved[] = {"and", "or", "not", "if", "else", "for", "in", "is", "lambda", "await", "yield", "async", "import",
                                       "assert", "class", "def", "del", "from", "global", "pass", "raise", "return", "try", "while", "with", NULL};
enum { N_RESERVED_IN_JINJA = 8 };
static bool is_reserved(const parser *p, const char *word)
{
    for (int i = 0; p->dialect->jinja ? i < N_RESERVED_IN_JINJA : reserved[i] != NULL; i++)
        if (!strcmp(word, reserved[i]))
            return true;
    return false;
}

static bool constant_word(const parser *p, const char *word, af_value *value)
{
    bool jinja = p->dialect->jinja;
    if (!strcmp(word, "None") || (jinja && !strcmp(word, "none")))
        *value = af_none();
    else if (!strcmp(word, "True") || (jinja && !strcmp(word, "true")))
        *value = af_bool(true);
    else if (!strcmp(word, "False") || (jinja && !strcmp(word, "false")))
        *value = af_bool(false);
    else
        return false;
    return true;
}

/* ---- comprehensions: items are target, iterable, condition for each clause */

/* NAME, (target), or several with commas: a tuple. */
static const af_tree *target(parser *p)
{
    const char *start = p->token.start;
    tree_list names = {0};
    bool comma = false;
    if (++p->depth > DEEPEST)
        return fail(p, "too deeply nested");
    do {
        if (at_sign(p, "(")) {
            open_bracket(p);
            *af_push(p->arena, &names) = target(p);
            close_bracket(p, ")");
            continue;
        }
        if (p->token.type != AF_TOKEN_NAME || is_reserved(p, p->token.text))
            break;
        af_tree *name = make(p, AF_TREE_NAME, p->token.start);
        name->name = p->token.text;
        advance(p);
        *af_push(p->arena, &names) = done(p, name);
    } while ((comma = take_sign(p, ",")));
    p->depth--;
    if (!names.count || p->wrong)
        return fail(p, "a name is expected after `for`");
    return names.count == 1 && !comma ? names.items[0] : with_items(p, make(p, AF_TREE_TUPLE, start), &names);
}

static const af_tree *comprehension(parser *p, const af_tree *item, const af_tree *value, af_tree_kind makes, const char *start)
{
    af_tree *tree = make(p, AF_TREE_GENERATOR, start);
    tree_list clauses = {0};
    tree->makes = makes;
    tree->a = item;
    tree->b = value;
    while (take_word(p, "for")) {
        *af_push(p->arena, &clauses) = target(p);
        if (!take_word(p, "in"))
            return fail(p, "`in` is expected in a comprehension");
        *af_push(p->arena, &clauses) = binary(p, 0);
        const af_tree *condition = NULL;
        while (take_word(p, "if")) {
            const af_tree *next = binary(p, 0);
            if (condition) {
                af_tree *both = make(p, AF_TREE_AND, start);
                both->a = condition;
                both->b = next;
                condition = done(p, both);
            } else {
                condition = next;
            }
        }
        *af_push(p->arena, &clauses) = condition;
    }
    return with_items(p, tree, &clauses);
}

/* ---- displays */

static const af_tree *in_round(parser *p, const char *start)
{
    tree_list items = {0};
    open_bracket(p);
    if (at_sign(p, ")")) {
        close_bracket(p, ")");
        return with_items(p, make(p, AF_TREE_TUPLE, start), &items);
    }
    const af_tree *first = expression(p);
    if (at_word(p, "for"))
        first = comprehension(p, first, NULL, AF_TREE_GENERATOR, start);
    if (!at_sign(p, ",")) {
        close_bracket(p, ")");
        return first;
    }
    *af_push(p->arena, &items) = first;
    while (take_sign(p, ",") && !at_sign(p, ")"))
        *af_push(p->arena, &items) = expression(p);
    close_bracket(p, ")");
    return with_items(p, make(p, AF_TREE_TUPLE, start), &items);
}

static const af_tree *in_square(parser *p, const char *start)
{
    tree_list items = {0};
    open_bracket(p);
    if (!at_sign(p, "]")) {
        const af_tree *first = expression(p);
        if (at_word(p, "for")) {
            const af_tree *list = comprehension(p, first, NULL, AF_TREE_LIST, start);
            close_bracket(p, "]");
            return list;
        }
        *af_push(p->arena, &items) = first;
        while (take_sign(p, ",") && !at_sign(p, "]"))
            *af_push(p->arena, &items) = expression(p);
    }
    close_bracket(p, "]");
    return with_items(p, make(p, AF_TREE_LIST, start), &items);
}

static const af_tree *in_curly(parser *p, const char *start)
{
    tree_list items = {0};
    bool dict = true;
    open_bracket(p);
    while (!at_sign(p, "}") && !p->wrong) {
        const af_tree *key = expression(p), *value = NULL;
        if (!items.count)
            dict = at_sign(p, ":");
        if (dict && !take_sign(p, ":"))
            return fail(p, "':' is expected after a key");
        if (dict)
            value = expression(p);
        if (at_word(p, "for") && !items.count) {
            const af_tree *made = comprehension(p, key, value, dict ? AF_TREE_DICT : AF_TREE_SET, start);
            close_bracket(p, "}");
            return made;
        }
        *af_push(p->arena, &items) = key;
        if (dict)
            *af_push(p->arena, &items) = value;
        if (!take_sign(p, ","))
            break;
    }
    close_bracket(p, "}");
    return with_items(p, make(p, dict ? AF_TREE_DICT : AF_TREE_SET, start), &items);
}

/* ---- strings: adjacent ones join; f-strings hold expressions */

static const af_tree *literal(parser *p, const char *start, af_value value)
{
    af_tree *tree = make(p, AF_TREE_LITERAL, start);
    tree->value = value;
    return done(p, tree);
}

static void add_piece(parser *p, tree_list *pieces, const char *start, const char *bytes, size_t length)
{
    af_value text = af_string(af_copy_slice(p->arena, bytes, length));
    text.quoted = true;
    if (length)
        *af_push(p->arena, pieces) = literal(p, start, text);
}

static const char *format_pieces(parser *p, const char *s, bool raw, bool specification, tree_list *pieces, const char *start);

/* One {expression!conversion:specification}; s stands behind the brace. Returns where to go on, or NULL. */
static const char *format_field(parser *p, const char *s, bool raw, tree_list *pieces, const char *start)
{
    parser inner = {.arena = p->arena, .dialect = p->dialect, .text = s, .brackets = 1, .depth = p->depth + 1, .last_end = s};
    inner.token = af_next_token(p->arena, s, p->dialect, true);
    af_tree *tree = make(p, AF_TREE_FORMAT, start), *specification = make(p, AF_TREE_TEXT, start);
    tree_list parts = {0};
    tree->a = expression(&inner);
    const char *at = inner.token.start;
    if (inner.wrong)
        return NULL;
    if (*at == '!') {
        if (at[1] != 'r' && at[1] != 's')
            return NULL;
        tree->value = af_int(at[1]);
        at += 2;
    }
    if (*at == ':' && !(at = format_pieces(p, at + 1, raw, true, &parts, start)))
        return NULL;
    tree->b = with_items(p, specification, &parts);
    *af_push(p->arena, pieces) = done(p, tree);
    return *at == '}' && !p->wrong ? at + 1 : NULL;
}

/* Up to the end, or up to the brace that ends a specification. */
static const char *format_pieces(parser *p, const char *s, bool raw, bool specification, tree_list *pieces, const char *start)
{
    af_text plain = {0};
    while (s && *s && !(specification && *s == '}')) {
        if ((*s == '{' || *s == '}') && s[1] == *s && !specification) {
            af_text_add(&plain, s, 1);
            s += 2;
        } else if (*s == '{') {
            add_piece(p, pieces, start, plain.bytes, plain.length);
            af_text_clear(&plain);
            s = ++p->depth > DEEPEST ? NULL : format_field(p, s + 1, raw, pieces, start);
            p->depth--;
        } else if (*s == '}') {
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

static const af_tree *strings(parser *p)
{
    const char *start = p->token.start;
    tree_list pieces = {0};
    bool any_format = false;
    for (; p->token.type == AF_TOKEN_STRING; advance(p)) {
        const char *text = p->token.value.string;
        any_format |= p->token.format;
        if (!p->token.format)
            add_piece(p, &pieces, start, text, strlen(text));
        else if (!format_pieces(p, text, p->token.raw, false, &pieces, start))
            return fail(p, "invalid f-string");
    }
    if (!any_format) {
        af_text joined = {0};
        for (int i = 0; i < pieces.count; i++)
            af_text_puts(&joined, pieces.items[i]->value.string);
        af_value text = af_string(af_copy_slice(p->arena, joined.bytes ? joined.bytes : "", joined.length));
        text.quoted = true;
        af_text_free(&joined);
        return literal(p, start, text);
    }
    return with_items(p, make(p, AF_TREE_TEXT, start), &pieces);
}

static const af_tree *atom(parser *p)
{
    const char *start = p->token.start;
    af_value value;
    if (p->token.type == AF_TOKEN_STRING)
        return strings(p);
    if (p->token.type == AF_TOKEN_NUMBER) {
        value = p->token.value;
        advance(p);
        return literal(p, start, value);
    }
    if (p->token.type == AF_TOKEN_NAME && !is_reserved(p, p->token.text)) {
        const char *name = p->token.text;
        advance(p);
        if (constant_word(p, name, &value))
            return literal(p, start, value);
        af_tree *tree = make(p, AF_TREE_NAME, start);
        tree->name = name;
        return done(p, tree);
    }
    if (at_sign(p, "("))
        return in_round(p, start);
    if (at_sign(p, "["))
        return in_square(p, start);
    if (at_sign(p, "{"))
        return in_curly(p, start);
    return fail(p, p->token.type == AF_TOKEN_END ? "the expression ends where a value is expected" : "a value is expected here");
}

/* ---- calls, attributes, subscripts */

static void arguments(parser *p, af_tree *call)
{
    tree_list values = {0};
    name_list keywords = {0};
    open_bracket(p);
    while (!at_sign(p, ")") && !p->wrong) {
        const char *start = p->token.start;
        const char *keyword = take_sign(p, "*") ? "*" : take_sign(p, "**") ? "**" : NULL;    /* what follows is spread */
        const af_tree *value = expression(p);
        if (at_sign(p, "=") && value && value->kind == AF_TREE_NAME) {
            advance(p);
            keyword = value->name;
            value = expression(p);
        } else if (at_word(p, "for")) {
            value = comprehension(p, value, NULL, AF_TREE_GENERATOR, start);
        }
        *af_push(p->arena, &values) = value;
        *af_push(p->arena, &keywords) = keyword;
        if (!take_sign(p, ","))
            break;
    }
    close_bracket(p, ")");
    call->items = values.items;
    call->names = keywords.items;
    call->n_items = values.count;
}

/* The items behind the first of a tuple without brackets, up to `end` (NULL: the end of the text, or `in`). */
static const af_tree *tuple_rest(parser *p, const af_tree *first, const char *start, const char *end)
{
    tree_list items = {0};
    *af_push(p->arena, &items) = first;
    while (take_sign(p, ",") && !(end ? at_sign(p, end) : p->token.type == AF_TOKEN_END || at_word(p, "in")))
        *af_push(p->arena, &items) = expression(p);
    return with_items(p, make(p, AF_TREE_TUPLE, start), &items);
}

static const af_tree *subscript(parser *p)
{
    const char *start = p->token.start;
    const af_tree *bounds[3] = {NULL, NULL, NULL};
    int n = 0;
    bool slice = false;
    while (!at_sign(p, "]") && n < 3 && !p->wrong) {
        if (!at_sign(p, ":"))
            bounds[n] = expression(p);
        if (!take_sign(p, ":"))
            break;
        slice = true;
        n++;
    }
    if (!slice && at_sign(p, ",") && !p->wrong)
        return tuple_rest(p, bounds[0], start, "]");
    if (!slice)
        return bounds[0];
    af_tree *tree = make(p, AF_TREE_SLICE, start);
    tree->a = bounds[0];
    tree->b = bounds[1];
    tree->c = bounds[2];
    return done(p, tree);
}

static const af_tree *postfix(parser *p, const af_tree *value, const char *start);

/* A test may have one argument without brackets: `x is divisibleby 3`. */
static bool starts_operand(const parser *p)
{
    static const char *const ends[] = {"and", "or", "else", "if", "in", "is", "not", "recursive"};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (at_word(p, ends[i]))
            return false;
    return p->token.type == AF_TOKEN_NAME || p->token.type == AF_TOKEN_NUMBER || p->token.type == AF_TOKEN_STRING || at_sign(p, "[")
        || at_sign(p, "{");
}

static const af_tree *jinja_filter(parser *p, const af_tree *value, const char *start)
{
    bool test = at_word(p, "is");
    advance(p);
    af_tree *tree = make(p, test ? AF_TREE_TEST : AF_TREE_FILTER, start);
    bool negated = test && take_word(p, "not");
    if (p->token.type != AF_TOKEN_NAME)
        return fail(p, "a name is expected here");
    tree->a = value;
    tree->name = p->token.text;
    advance(p);
    if (at_sign(p, "("))
        arguments(p, tree);
    else if (test && starts_operand(p)) {
        const char *operand = p->token.start;
        tree_list one = {0};
        *af_push(p->arena, &one) = postfix(p, atom(p), operand);
        tree->items = one.items;
        tree->names = af_new_array(p->arena, const char *, 1);
        tree->n_items = 1;
    }
    if (!negated)
        return done(p, tree);
    af_tree *not = make(p, AF_TREE_NOT, start);
    not->a = done(p, tree);
    return done(p, not);
}

static const af_tree *postfix(parser *p, const af_tree *value, const char *start)
{
    while (!p->wrong) {
        af_tree *tree;
        if (at_sign(p, "(")) {
            tree = make(p, AF_TREE_CALL, start);
            tree->a = value;
            arguments(p, tree);
        } else if (at_sign(p, "[")) {
            tree = make(p, AF_TREE_INDEX, start);
            tree->a = value;
            open_bracket(p);
            tree->b = subscript(p);
            if (!tree->b)
                return fail(p, "invalid syntax");
            close_bracket(p, "]");
        } else if (take_sign(p, ".")) {
            bool item = p->dialect->jinja && p->token.type == AF_TOKEN_NUMBER;
            if ((p->token.type != AF_TOKEN_NAME || (!p->dialect->jinja && is_reserved(p, p->token.text))) && !item)
                return fail(p, "a name is expected after '.'");
            tree = make(p, item ? AF_TREE_INDEX : AF_TREE_ATTRIBUTE, start);
            tree->a = value;
            if (item)
                tree->b = literal(p, p->token.start, p->token.value);
            tree->name = p->token.text;
            advance(p);
        } else {
            return value;
        }
        value = done(p, tree);
    }
    return NULL;
}

/* ---- operators: level 0 or, 1 and, 2 not, 3 comparisons, then this table, then signs and powers */

typedef struct level { const char *signs[6]; } level;
static const level python_levels[] = {{{"|"}}, {{"^"}}, {{"&"}}, {{"<<", ">>"}}, {{"+", "-"}}, {{"*", "/", "//", "%"}}};
static const level jinja_levels[] = {{{"+", "-"}}, {{"~"}}, {{"*", "/", "//", "%"}}, {{"**"}}};
enum { PYTHON_LEVELS = 6, JINJA_LEVELS = 4, OR = 0, AND = 1, NOT = 2, COMPARE = 3, TABLE = 4 };

/* A sign and what `operand` reads after it; NULL: no sign stands here. */
static const af_tree *signed_operand(parser *p, const af_tree *(*operand)(parser *p))
{
    const char *start = p->token.start;
    for (int i = 0; i < 3; i++) {
        const char *sign = (const char *const[]){"-", "+", "~"}[i];
        if (!at_sign(p, sign) || (p->dialect->jinja && i == 2))
            continue;
        af_tree *tree = make(p, AF_TREE_UNARY, start);
        advance(p);
        if (++p->depth > DEEPEST)
            return fail(p, "too deeply nested");
        tree->name = sign;
        tree->a = operand(p);
        p->depth--;
        return done(p, tree);
    }
    return NULL;
}

/* Jinja binds a sign closer than calls, filters and powers: -3|abs is 3, -2**2 is 4. */
static const af_tree *jinja_operand(parser *p)
{
    const char *start = p->token.start;
    const af_tree *value = signed_operand(p, jinja_operand);
    return p->wrong ? NULL : postfix(p, value ? value : atom(p), start);
}

static const af_tree *jinja_factor(parser *p)
{
    const char *start = p->token.start;
    const af_tree *value = jinja_operand(p);
    while (!p->wrong && (at_sign(p, "|") || at_word(p, "is") || at_sign(p, "(")))
        value = at_sign(p, "(") ? postfix(p, value, start) : jinja_filter(p, value, start);
    return value;
}

static const af_tree *factor(parser *p)
{
    if (p->dialect->jinja)
        return jinja_factor(p);
    const char *start = p->token.start;
    const af_tree *value = signed_operand(p, factor);
    if (value || p->wrong)
        return value;
    value = postfix(p, atom(p), start);
    if (!at_sign(p, "**"))
        return value;
    af_tree *tree = make(p, AF_TREE_BINARY, start);
    advance(p);
    if (++p->depth > DEEPEST)
        return fail(p, "too deeply nested");
    tree->name = "**";
    tree->a = value;
    tree->b = factor(p);
    p->depth--;
    return done(p, tree);
}

static const char *level_sign(const parser *p, const level *l)
{
    for (int i = 0; i < 6 && l->signs[i]; i++)
        if (at_sign(p, l->signs[i]))
            return l->signs[i];
    return NULL;
}

static const af_tree *table_level(parser *p, int index)
{
    bool jinja = p->dialect->jinja;
    if (index == (jinja ? JINJA_LEVELS : PYTHON_LEVELS))
        return factor(p);
    const level *l = jinja ? &jinja_levels[index] : &python_levels[index];
    const char *start = p->token.start, *sign;
    const af_tree *left = table_level(p, index + 1);
    while (!p->wrong && (sign = level_sign(p, l))) {
        af_tree *tree = make(p, *sign == '~' ? AF_TREE_JOIN : AF_TREE_BINARY, start);
        advance(p);
        tree->name = sign;
        tree->a = left;
        tree->b = table_level(p, index + 1);
        left = done(p, tree);
    }
    return left;
}

/* The comparison operator here, taken; NULL: none. */
static const char *comparison_sign(parser *p)
{
    static const char *const plain[] = {"==", "!=", "<=", ">=", "<", ">"};
    for (int i = 0; i < 6; i++)
        if (take_sign(p, plain[i]))
            return plain[i];
    if (take_word(p, "in"))
        return "in";
    if (at_word(p, "not")) {
        af_token next = af_next_token(p->arena, p->token.start + p->token.length, p->dialect, p->brackets > 0);
        if (next.type == AF_TOKEN_NAME && !strcmp(next.text, "in")) {
            advance(p);
            advance(p);
            return "not in";
        }
        return NULL;
    }
    if (!p->dialect->jinja && take_word(p, "is"))
        return take_word(p, "not") ? "is not" : "is";
    return NULL;
}

static const af_tree *comparison(parser *p)
{
    const char *start = p->token.start, *sign;
    tree_list operands = {0};
    name_list operators = {0};
    const af_tree *first = table_level(p, 0);
    while (!p->wrong && (sign = comparison_sign(p))) {
        if (!operands.count)
            *af_push(p->arena, &operands) = first;
        *af_push(p->arena, &operators) = sign;
        *af_push(p->arena, &operands) = table_level(p, 0);
    }
    if (!operands.count)
        return first;
    af_tree *tree = make(p, AF_TREE_COMPARE, start);
    tree->names = operators.items;
    return with_items(p, tree, &operands);
}

static const af_tree *binary(parser *p, int least)
{
    const char *start = p->token.start;
    if (least == COMPARE)
        return comparison(p);
    if (least == NOT) {
        if (!take_word(p, "not"))
            return comparison(p);
        if (++p->depth > DEEPEST)
            return fail(p, "too deeply nested");
        af_tree *tree = make(p, AF_TREE_NOT, start);
        tree->a = binary(p, NOT);
        p->depth--;
        return done(p, tree);
    }
    const af_tree *left = binary(p, least + 1);
    while (!p->wrong && take_word(p, least == OR ? "or" : "and")) {
        af_tree *tree = make(p, least == OR ? AF_TREE_OR : AF_TREE_AND, start);
        tree->a = left;
        tree->b = binary(p, least + 1);
        left = done(p, tree);
    }
    return left;
}

/* ---- whole expressions */

static const af_tree *lambda(parser *p, const char *start)
{
    af_tree *tree = make(p, AF_TREE_LAMBDA, start);
    tree_list defaults = {0};
    name_list names = {0};
    while (p->token.type == AF_TOKEN_NAME && !is_reserved(p, p->token.text)) {
        *af_push(p->arena, &names) = p->token.text;
        advance(p);
        *af_push(p->arena, &defaults) = take_sign(p, "=") ? expression(p) : NULL;
        if (!take_sign(p, ","))
            break;
    }
    if (!take_sign(p, ":"))
        return fail(p, "':' is expected after the parameters of a lambda");
    tree->names = names.items;
    tree->items = defaults.items;
    tree->n_items = names.count;
    tree->a = expression(p);
    return done(p, tree);
}

static const af_tree *conditional(parser *p, const af_tree *value, const char *start)
{
    af_tree *tree = make(p, AF_TREE_IF, start);
    advance(p);
    tree->a = value;
    tree->b = binary(p, OR);
    if (take_word(p, "else"))
        tree->c = expression(p);
    else if (!p->dialect->jinja)
        return fail(p, "expected 'else' after 'if' expression");
    return done(p, tree);
}

static const af_tree *expression(parser *p)
{
    const char *start = p->token.start;
    if (++p->depth > DEEPEST)
        return fail(p, "too deeply nested");
    const af_tree *value;
    if (!p->dialect->jinja && take_word(p, "lambda")) {
        value = lambda(p, start);
    } else {
        value = binary(p, OR);
        while (at_word(p, "if") && !p->wrong)        /* Jinja: 1 if a if b else 2 is (1 if a) if b else 2 */
            value = conditional(p, value, start);
    }
    p->depth--;
    return value;
}

static const af_expression *finish(parser *p, const af_tree *tree)
{
    af_expression *whole = af_new(p->arena, af_expression);
    *whole = (af_expression){.text = p->text, .tree = tree, .dialect = p->dialect};
    af_find_free_names(p->arena, tree, &whole->names, &whole->n_names);
    return whole;
}

static const af_expression *syntax_error(const parser *p, af_report *report, af_place place, const char *path)
{
    for (const char *c = p->text; p->dialect->jinja && c < p->wrong_at && *c; c++)
        if (*c == '\n')
            place.line++;
    if (report && p->dialect->jinja)
        af_fail(report, AF_BAD_DATA, place, path, "%s", p->wrong);
    else if (report)
        af_fail(report, AF_BAD_DATA, place, path, "Failed to evaluate: %s. Problem encountered: SyntaxError: %s (column %d)", p->text, p->wrong,
                (int)(p->wrong_at - p->text) + 1);
    return NULL;
}

const af_expression *af_parse_prefix(af_arena *arena, const char *text, size_t *used, const af_dialect *dialect, int flags,
                                     af_report *report, af_place place, const char *path)
{
    parser p = {.arena = arena, .dialect = dialect, .text = text, .last_end = text};
    p.token = af_next_token(arena, text, dialect, false);
    if (p.token.type == AF_TOKEN_WRONG)
        fail(&p, p.token.text);
    const char *start = p.token.start;
    const af_tree *tree = p.wrong ? NULL : flags & AF_PARSE_NO_CONDITION ? binary(&p, OR) : expression(&p);
    if (flags & AF_PARSE_TUPLE && at_sign(&p, ",") && !p.wrong)
        tree = tuple_rest(&p, tree, start, NULL);
    if (p.wrong)
        return syntax_error(&p, report, place, path);
    *used = (size_t)(p.token.start - text);
    return finish(&p, tree);
}

const af_expression *af_parse_expression(af_arena *arena, const char *text, af_report *report, af_place place, const char *path)
{
    parser p = {.arena = arena, .dialect = &af_python};
    p.text = p.last_end = af_copy_text(arena, text);
    p.token = af_next_token(arena, p.text + strspn(p.text, " \t\n\r\f"), &af_python, false);
    if (p.token.type == AF_TOKEN_WRONG)
        fail(&p, p.token.text);
    const char *start = p.token.start;
    const af_tree *tree = p.wrong ? NULL : expression(&p);
    if (at_sign(&p, ",") && !p.wrong)
        tree = tuple_rest(&p, tree, start, NULL);
    if (!p.wrong && (p.token.type != AF_TOKEN_END || p.token.start[strspn(p.token.start, " \t\n\r\f")]))
        fail(&p, "invalid syntax");
    return p.wrong ? syntax_error(&p, report, place, path) : finish(&p, tree);
}
