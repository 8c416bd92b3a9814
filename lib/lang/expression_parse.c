/* Parser of expressions: precedence climbing over one table (10 section 7.2; Jinja's dialect: 10 section
 * 3.5). */
#include "lang/expression_parser.h"

#include <ctype.h>
#include <string.h>

enum { HIGHEST = 1900 };                  /* of trees, which chains of operators make high too */

const af_dialect af_python = {.name = "Python"};

/* ---- tokens */

const af_tree *af_wrong(parser *p, const char *what)
{
    if (!p->wrong) {
        p->wrong = what;
        p->wrong_at = p->token.start;
    }
    p->token = (af_token){.type = AF_TOKEN_END, .start = p->token.start};
    return NULL;
}

void af_advance(parser *p)
{
    p->last_end = p->token.start + p->token.length;
    p->token = af_next_token(p->arena, p->last_end, p->dialect, p->brackets > 0);
    if (p->token.type == AF_TOKEN_WRONG)
        af_wrong(p, p->token.text);
}

bool af_at_sign(const parser *p, const char *sign)
{
    return p->token.type == AF_TOKEN_SIGN && !strcmp(p->token.text, sign);
}

bool af_at_word(const parser *p, const char *word)
{
    return p->token.type == AF_TOKEN_NAME && !strcmp(p->token.text, word);
}

bool af_take_sign(parser *p, const char *sign)
{
    bool there = af_at_sign(p, sign);
    if (there)
        af_advance(p);
    return there;
}

bool af_take_word(parser *p, const char *word)
{
    bool there = af_at_word(p, word);
    if (there)
        af_advance(p);
    return there;
}

/* Brackets count before the next token is read, since newlines inside of them are blanks. */
void af_open_bracket(parser *p)
{
    p->brackets++;
    af_advance(p);
}

void af_close_bracket(parser *p, const char *sign)
{
    if (!af_at_sign(p, sign)) {
        bool end = p->token.type == AF_TOKEN_END;
        af_wrong(p, end ? "a bracket was never closed "
                          "(in {…} and […] of YAML a comma ends a text: quotes keep it whole)"
                        : af_format(p->arena, "'%s' is expected here", sign));
        return;
    }
    p->brackets--;
    af_advance(p);
}

af_tree *af_make_tree(parser *p, af_tree_kind kind, const char *start)
{
    af_tree *tree = af_new(p->arena, af_tree);
    tree->kind = kind;
    tree->start = start;
    return tree;
}

const af_tree *af_done(parser *p, af_tree *tree)
{
    const af_tree *const parts[] = {tree->a, tree->b, tree->c};
    int height = 0;
    for (int i = 0; i < 3 + tree->n_items; i++) {
        const af_tree *part = i < 3 ? parts[i] : tree->items[i - 3];
        height = part && part->height > height ? part->height : height;
    }
    tree->height = (uint16_t)(height + 1);
    tree->length = p->last_end > tree->start ? (size_t)(p->last_end - tree->start) : 0;
    return height < HIGHEST ? tree : af_wrong(p, "too deeply nested");
}

const af_tree *af_with_items(parser *p, af_tree *tree, const tree_list *items)
{
    tree->items = items->items;
    tree->n_items = items->count;
    return af_done(p, tree);
}

const af_tree *af_literal(parser *p, const char *start, af_value value)
{
    af_tree *tree = af_make_tree(p, AF_TREE_LITERAL, start);
    tree->value = value;
    return af_done(p, tree);
}

/* ---- calls, attributes, subscripts */

static void arguments(parser *p, af_tree *call)
{
    tree_list values = {0};
    name_list keywords = {0};
    af_open_bracket(p);
    while (!af_at_sign(p, ")")) {
        const char *start = p->token.start;
        /* what follows is spread */
        const char *keyword = af_take_sign(p, "*") ? "*" : af_take_sign(p, "**") ? "**" : NULL;
        const af_tree *value = af_parse_whole(p);
        if (af_at_sign(p, "=") && value->kind == AF_TREE_NAME) {
            af_advance(p);
            keyword = value->name;
            value = af_parse_whole(p);
        } else if (af_at_word(p, "for")) {
            value = af_parse_comprehension(p, value, NULL, AF_TREE_GENERATOR, start);
        }
        *af_push(p->arena, &values) = value;
        *af_push(p->arena, &keywords) = keyword;
        if (!af_take_sign(p, ","))
            break;
    }
    af_close_bracket(p, ")");
    call->items = values.items;
    call->names = keywords.items;
    call->n_items = values.count;
}

/* What may end items: a sign, or the end of the text and `in`. */
static bool at_end_of_items(const parser *p, const char *end)
{
    return end ? af_at_sign(p, end) : p->token.type == AF_TOKEN_END || af_at_word(p, "in");
}

void af_parse_items(parser *p, tree_list *items, const af_tree *item, const char *end)
{
    for (;; item = af_parse_whole(p)) {
        *af_push(p->arena, items) = item;
        if (!af_take_sign(p, ",") || at_end_of_items(p, end))
            return;
    }
}

static const af_tree *tuple(parser *p, const af_tree *first, const char *start, const char *end)
{
    tree_list items = {0};
    af_parse_items(p, &items, first, end);
    return af_with_items(p, af_make_tree(p, AF_TREE_TUPLE, start), &items);
}

static const af_tree *subscript(parser *p)
{
    const char *start = p->token.start;
    const af_tree *bounds[3] = {NULL, NULL, NULL};
    int n = 0;
    bool slice = false;
    while (!af_at_sign(p, "]") && n < 3) {
        if (!af_at_sign(p, ":"))
            bounds[n] = af_parse_whole(p);
        if (!af_take_sign(p, ":"))
            break;
        slice = true;
        n++;
    }
    if (!slice)
        return af_at_sign(p, ",") ? tuple(p, bounds[0], start, "]") : bounds[0];
    af_tree *tree = af_make_tree(p, AF_TREE_SLICE, start);
    tree->a = bounds[0];
    tree->b = bounds[1];
    tree->c = bounds[2];
    return af_done(p, tree);
}

static const af_tree *postfix(parser *p, const af_tree *value, const char *start);

/* A test may have one argument without brackets: `x is divisibleby 3`. */
static bool starts_operand(const parser *p)
{
    static const char *const ends[] = {"and", "or", "else", "if", "in", "is", "not", "recursive"};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (af_at_word(p, ends[i]))
            return false;
    af_token_type type = p->token.type;
    return type == AF_TOKEN_NAME || type == AF_TOKEN_NUMBER || type == AF_TOKEN_STRING || af_at_sign(p, "[")
        || af_at_sign(p, "{");
}

static const af_tree *jinja_filter(parser *p, const af_tree *value, const char *start)
{
    bool test = af_at_word(p, "is");
    af_advance(p);
    af_tree *tree = af_make_tree(p, test ? AF_TREE_TEST : AF_TREE_FILTER, start);
    bool negated = test && af_take_word(p, "not");
    if (p->token.type != AF_TOKEN_NAME)
        return af_wrong(p, "a name is expected here");
    tree->a = value;
    tree->name = p->token.text;
    af_advance(p);
    if (af_at_sign(p, "("))
        arguments(p, tree);
    else if (test && starts_operand(p)) {
        const char *operand = p->token.start;
        tree->items = af_new_array(p->arena, const af_tree *, 1);
        tree->names = af_new_array(p->arena, const char *, 1);
        tree->items[0] = postfix(p, af_parse_atom(p), operand);
        tree->n_items = 1;
    }
    if (!negated)
        return af_done(p, tree);
    af_tree *not = af_make_tree(p, AF_TREE_NOT, start);
    not->a = af_done(p, tree);
    return af_done(p, not);
}

static const af_tree *postfix(parser *p, const af_tree *value, const char *start)
{
    for (;;) {
        af_tree *tree;
        if (af_at_sign(p, "(")) {
            tree = af_make_tree(p, AF_TREE_CALL, start);
            tree->a = value;
            arguments(p, tree);
        } else if (af_at_sign(p, "[")) {
            tree = af_make_tree(p, AF_TREE_INDEX, start);
            tree->a = value;
            af_open_bracket(p);
            tree->b = subscript(p);
            if (!tree->b)
                return af_wrong(p, "an index is expected here");
            af_close_bracket(p, "]");
        } else if (af_take_sign(p, ".")) {
            bool jinja = p->dialect->jinja, item = jinja && p->token.type == AF_TOKEN_NUMBER;
            bool name = p->token.type == AF_TOKEN_NAME && (jinja || !af_is_reserved(p, p->token.text));
            if (!name && !item)
                return af_wrong(p, "a name is expected after '.'");
            tree = af_make_tree(p, item ? AF_TREE_INDEX : AF_TREE_ATTRIBUTE, start);
            tree->a = value;
            if (item)
                tree->b = af_literal(p, p->token.start, p->token.value);
            tree->name = p->token.text;
            af_advance(p);
        } else {
            return value;
        }
        value = af_done(p, tree);
    }
}

/* ---- operators: or, and, not, comparisons, then these tables, then signs and powers */

typedef struct level { const char *signs[5]; } level;             /* ended by NULL */
static const level python_levels[] =
    {{{"|"}}, {{"^"}}, {{"&"}}, {{"<<", ">>"}}, {{"+", "-"}}, {{"*", "/", "//", "%"}}};
static const level jinja_levels[] = {{{"+", "-"}}, {{"~"}}, {{"*", "/", "//", "%"}}, {{"**"}}};
enum { PYTHON_LEVELS = 6, JINJA_LEVELS = 4, OR = 0, AND = 1, NOT = 2 };

/* A sign and what `operand` reads after it; NULL: no sign stands here. */
static const af_tree *signed_operand(parser *p, const af_tree *(*operand)(parser *p))
{
    const char *start = p->token.start;
    for (int i = 0; i < 3; i++) {
        const char *sign = (const char *const[]){"-", "+", "~"}[i];
        if (!af_at_sign(p, sign) || (p->dialect->jinja && i == 2))
            continue;
        af_tree *tree = af_make_tree(p, AF_TREE_UNARY, start);
        af_advance(p);
        if (++p->depth > AF_DEEPEST_NESTING)
            return af_wrong(p, "too deeply nested");
        tree->name = sign;
        tree->a = operand(p);
        p->depth--;
        return af_done(p, tree);
    }
    return NULL;
}

/* Jinja binds a sign closer than calls, filters and powers: -3|abs is 3, -2**2 is 4. */
static const af_tree *jinja_operand(parser *p)
{
    const char *start = p->token.start;
    const af_tree *value = signed_operand(p, jinja_operand);
    return postfix(p, value ? value : af_parse_atom(p), start);
}

static const af_tree *jinja_factor(parser *p)
{
    const char *start = p->token.start;
    const af_tree *value = jinja_operand(p);
    while (af_at_sign(p, "|") || af_at_word(p, "is") || af_at_sign(p, "("))
        value = af_at_sign(p, "(") ? postfix(p, value, start) : jinja_filter(p, value, start);
    return value;
}

static const af_tree *factor(parser *p)
{
    if (p->dialect->jinja)
        return jinja_factor(p);
    const char *start = p->token.start;
    const af_tree *value = signed_operand(p, factor);
    if (value)
        return value;
    value = postfix(p, af_parse_atom(p), start);
    if (!af_at_sign(p, "**"))
        return value;
    af_tree *tree = af_make_tree(p, AF_TREE_BINARY, start);
    af_advance(p);
    if (++p->depth > AF_DEEPEST_NESTING)
        return af_wrong(p, "too deeply nested");
    tree->name = "**";
    tree->a = value;
    tree->b = factor(p);
    p->depth--;
    return af_done(p, tree);
}

static const char *level_sign(const parser *p, const level *l)
{
    for (int i = 0; l->signs[i]; i++)
        if (af_at_sign(p, l->signs[i]))
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
    while ((sign = level_sign(p, l))) {
        af_tree *tree = af_make_tree(p, *sign == '~' ? AF_TREE_JOIN : AF_TREE_BINARY, start);
        af_advance(p);
        tree->name = sign;
        tree->a = left;
        tree->b = table_level(p, index + 1);
        left = af_done(p, tree);
    }
    return left;
}

/* The comparison operator here, taken; NULL: none. */
static const char *comparison_sign(parser *p)
{
    static const char *const plain[] = {"==", "!=", "<=", ">=", "<", ">"};
    for (int i = 0; i < 6; i++)
        if (af_take_sign(p, plain[i]))
            return plain[i];
    if (af_take_word(p, "in"))
        return "in";
    if (af_at_word(p, "not")) {
        af_token next = af_next_token(p->arena, p->token.start + p->token.length, p->dialect,
                                      p->brackets > 0);
        if (next.type == AF_TOKEN_NAME && !strcmp(next.text, "in")) {
            af_advance(p);
            af_advance(p);
            return "not in";
        }
        return NULL;
    }
    if (!p->dialect->jinja && af_take_word(p, "is"))
        return af_take_word(p, "not") ? "is not" : "is";
    return NULL;
}

static const af_tree *comparison(parser *p)
{
    const char *start = p->token.start;
    const af_tree *operand = table_level(p, 0);
    const char *sign = comparison_sign(p);
    tree_list operands = {0};
    name_list operators = {0};
    if (!sign)
        return operand;
    for (; sign; sign = comparison_sign(p)) {
        *af_push(p->arena, &operands) = operand;
        *af_push(p->arena, &operators) = sign;
        operand = table_level(p, 0);
    }
    *af_push(p->arena, &operands) = operand;
    af_tree *tree = af_make_tree(p, AF_TREE_COMPARE, start);
    tree->names = operators.items;
    return af_with_items(p, tree, &operands);
}

static const af_tree *binary(parser *p, int least)
{
    const char *start = p->token.start;
    if (least == NOT) {
        if (!af_take_word(p, "not"))
            return comparison(p);
        if (++p->depth > AF_DEEPEST_NESTING)
            return af_wrong(p, "too deeply nested");
        af_tree *tree = af_make_tree(p, AF_TREE_NOT, start);
        tree->a = binary(p, NOT);
        p->depth--;
        return af_done(p, tree);
    }
    const af_tree *left = binary(p, least + 1);
    while (af_take_word(p, least == OR ? "or" : "and")) {
        af_tree *tree = af_make_tree(p, least == OR ? AF_TREE_OR : AF_TREE_AND, start);
        tree->a = left;
        tree->b = binary(p, least + 1);
        left = af_done(p, tree);
    }
    return left;
}

const af_tree *af_parse_without_condition(parser *p) { return binary(p, OR); }

/* ---- whole expressions */

static const af_tree *lambda(parser *p, const char *start)
{
    af_tree *tree = af_make_tree(p, AF_TREE_LAMBDA, start);
    tree_list defaults = {0};
    name_list names = {0};
    while (p->token.type == AF_TOKEN_NAME && !af_is_reserved(p, p->token.text)) {
        *af_push(p->arena, &names) = p->token.text;
        af_advance(p);
        *af_push(p->arena, &defaults) = af_take_sign(p, "=") ? af_parse_whole(p) : NULL;
        if (!af_take_sign(p, ","))
            break;
    }
    if (!af_take_sign(p, ":"))
        return af_wrong(p, "':' is expected after the parameters of a lambda");
    tree->names = names.items;
    tree->items = defaults.items;
    tree->n_items = names.count;
    tree->a = af_parse_whole(p);
    return af_done(p, tree);
}

static const af_tree *conditional(parser *p, const af_tree *value, const char *start)
{
    af_tree *tree = af_make_tree(p, AF_TREE_IF, start);
    af_advance(p);
    tree->a = value;
    tree->b = binary(p, OR);
    if (af_take_word(p, "else"))
        tree->c = af_parse_whole(p);
    else if (!p->dialect->jinja)
        return af_wrong(p, "expected 'else' after 'if' expression");
    return af_done(p, tree);
}

const af_tree *af_parse_whole(parser *p)
{
    const char *start = p->token.start;
    if (++p->depth > AF_DEEPEST_NESTING)
        return af_wrong(p, "too deeply nested");
    const af_tree *value;
    if (!p->dialect->jinja && af_take_word(p, "lambda")) {
        value = lambda(p, start);
    } else {
        value = binary(p, OR);
        while (af_at_word(p, "if"))        /* Jinja: 1 if a if b else 2 is (1 if a) if b else 2 */
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

/* KB, pJ, ns, GHz, mW, bits: a prefix or none, then what is measured. */
static bool is_unit(const char *name, size_t length)
{
    static const char *const measures[] = {"B", "iB", "b", "bit", "bits", "bytes",
                                           "J", "s", "W", "Hz", "m", "V"};
    size_t prefix = length > 1 && strchr("fpnumkKMGT", name[0]) ? 1 : 0;
    for (size_t from = 0; from <= prefix; from++)
        for (size_t i = 0; i < sizeof measures / sizeof *measures; i++)
            if (strlen(measures[i]) == length - from && !strncmp(measures[i], name + from, length - from))
                return true;
    return length == 1 && strchr("kKMGT", *name);
}

/* What to write instead of a number with a unit, if the mistake is in one: 3KB, 16 pJ. */
static const char *remedy_of_unit(const parser *p)
{
    const char *from = p->wrong_at;
    while (from > p->text && strchr("0123456789. ", from[-1]))
        from--;
    from += strspn(from, " ");
    size_t digits = strspn(from, "0123456789.");
    const char *name = from + digits + strspn(from + digits, " ");
    size_t length = 0;
    while (isalnum((unsigned char)name[length]) || name[length] == '_')
        length++;
    bool alone = from == p->text || (!isalpha((unsigned char)from[-1]) && from[-1] != '_');
    return digits && alone && is_unit(name, length)
               ? ". Numbers have no units: write 3e-12 for 3 pJ, 16 * 1024 * 8 for 16 KiB in bits" : "";
}

static const af_expression *syntax_error(const parser *p, af_report *report, af_place place, const char *path)
{
    for (const char *c = p->text; p->dialect->jinja && c < p->wrong_at; c++)
        if (*c == '\n')
            place.line++;
    if (report && p->dialect->jinja)
        af_fail(report, AF_BAD_DATA, place, path, "%s", p->wrong);
    else if (report)
        af_fail(report, AF_BAD_DATA, place, path,
                "Failed to evaluate: %s. Problem encountered: SyntaxError: %s (column %d)%s",
                p->text, p->wrong, (int)(p->wrong_at - p->text) + 1, remedy_of_unit(p));
    return NULL;
}

static const af_tree *begin(parser *p, const char *text, int flags)
{
    p->token.start = text;
    af_advance(p);
    const char *start = p->token.start;
    const af_tree *tree = flags & AF_PARSE_NO_CONDITION ? af_parse_without_condition(p) : af_parse_whole(p);
    return flags & AF_PARSE_TUPLE && af_at_sign(p, ",") ? tuple(p, tree, start, NULL) : tree;
}

const af_expression *af_parse_prefix(af_arena *arena, const char *text, size_t *used,
                                     const af_dialect *dialect, int flags,
                                     af_report *report, af_place place, const char *path)
{
    parser p = {.arena = arena, .dialect = dialect, .text = text};
    const af_tree *tree = begin(&p, text, flags);
    if (p.wrong)
        return syntax_error(&p, report, place, path);
    *used = (size_t)(p.token.start - text);
    return finish(&p, tree);
}

const af_expression *af_parse_expression(af_arena *arena, const char *text, af_report *report,
                                         af_place place, const char *path)
{
    static const char blanks[] = " \t\n\r\f";
    parser p = {.arena = arena, .dialect = &af_python, .text = af_copy_text(arena, text)};
    const af_tree *tree = begin(&p, p.text + strspn(p.text, blanks), AF_PARSE_TUPLE);
    if (p.token.type != AF_TOKEN_END || p.token.start[strspn(p.token.start, blanks)])
        af_wrong(&p, "invalid syntax");
    return p.wrong ? syntax_error(&p, report, place, path) : finish(&p, tree);
}
