/* Templates: parsed to a tree of pieces, then rendered (10 section 3). */
#include "lang/jinja.h"
#include "lang/expression_tree.h"

#include <string.h>

enum { DEEPEST = 60, MOST_OUTPUT = 64 << 20 };

typedef enum piece_kind { PIECE_TEXT, PIECE_PRINT, PIECE_SET, PIECE_IF, PIECE_FOR, PIECE_ASSERT } piece_kind;
typedef struct piece piece;
typedef af_list(piece *) piece_list;
struct piece {
    piece_kind kind;
    int line;
    const char *text; size_t length;          /* TEXT */
    const af_expression *expression;          /* PRINT; SET: value; IF, ASSERT: condition; FOR: iterable */
    const af_expression *more;                /* FOR: its condition; ASSERT: its message */
    int n_targets; const char **targets;      /* SET, FOR: names */
    const char *attribute;                    /* SET ns.attribute */
    piece_list body, otherwise;
};

typedef struct reading {
    af_arena *arena;
    const char *path, *text, *at;
    int line;
    bool eat;                                 /* the blanks that come next are eaten: the tag before ended in - */
    af_report *report;
    int depth;
} reading;

static af_place here(const reading *r) { return (af_place){r->path, r->line, 0}; }

static void skip_to(reading *r, const char *to)
{
    for (; r->at < to; r->at++)
        r->line += *r->at == '\n';
}

/* ---- pieces of text between tags */

static void add_text(reading *r, piece_list *list, const char *end, bool trim)
{
    const char *start = r->at;
    while (r->eat && start < end && strchr(" \t\n\r", *start))
        start++;
    skip_to(r, start);
    const char *stop = end;
    while (trim && stop > start && strchr(" \t\n\r", stop[-1]))
        stop--;
    if (stop > start) {
        piece *text = af_new(r->arena, piece);
        *text = (piece){.kind = PIECE_TEXT, .line = r->line, .text = start, .length = (size_t)(stop - start)};
        *af_push(r->arena, list) = text;
    }
    skip_to(r, end);
    r->eat = false;
}

static const char *next_tag(const char *at)
{
    for (; *at; at++)
        if (*at == '{' && (at[1] == '{' || at[1] == '%' || at[1] == '#'))
            return at;
    return at;
}

static int close_tag(reading *r, const char *closing)
{
    const char *p = r->at + strspn(r->at, " \t\n\r");
    bool trim = *p == '-';
    p += *p == '-' || *p == '+';
    if (strncmp(p, closing, 2))
        return af_fail(r->report, AF_BAD_DATA, here(r), NULL, "expected '%s' to end this tag, found '%.20s'", closing, p);
    skip_to(r, p + 2);
    r->eat = trim;
    return 0;
}

static const af_expression *read_expression(reading *r, int flags)
{
    size_t used;
    const af_expression *e = af_parse_prefix(r->arena, r->at, &used, &af_jinja, flags, r->report, here(r), NULL);
    if (e)
        skip_to(r, r->at + used);
    return e;
}

static bool take_word(reading *r, char *word, size_t room)
{
    skip_to(r, r->at + strspn(r->at, " \t\n\r"));
    size_t n = strspn(r->at, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789");
    if (!n || n >= room)
        return false;
    memcpy(word, r->at, n);
    word[n] = 0;
    skip_to(r, r->at + n);
    return true;
}

/* ---- statements */

static int read_pieces(reading *r, piece_list *list, const char *const *ends, char *ended);

static int read_names(reading *r, piece *p)
{
    af_list(const char *) names = {0};
    char word[128];
    bool bracket = (skip_to(r, r->at + strspn(r->at, " \t\n\r")), *r->at == '(');
    if (bracket)
        skip_to(r, r->at + 1);
    do {
        if (names.count)
            skip_to(r, r->at + 1);
        if (!take_word(r, word, sizeof word))
            return af_fail(r->report, AF_BAD_DATA, here(r), NULL, "a name is expected here, found '%.20s'", r->at);
        *af_push(r->arena, &names) = af_copy_text(r->arena, word);
        skip_to(r, r->at + strspn(r->at, " \t\n\r"));
    } while (*r->at == ',');
    if (bracket && *r->at == ')')
        skip_to(r, r->at + 1);
    p->targets = names.items;
    p->n_targets = names.count;
    return 0;
}

static int read_set(reading *r, piece *p)
{
    static const char *const ends[] = {"endset", NULL};
    char word[64];
    if (read_names(r, p))
        return -1;
    if (*r->at == '.' && p->n_targets == 1) {
        skip_to(r, r->at + 1);
        if (!take_word(r, word, sizeof word))
            return af_fail(r->report, AF_BAD_DATA, here(r), NULL, "a name is expected after '.'");
        p->attribute = af_copy_text(r->arena, word);
        skip_to(r, r->at + strspn(r->at, " \t\n\r"));
    }
    if (*r->at != '=')
        return close_tag(r, "%}") || read_pieces(r, &p->body, ends, word) || close_tag(r, "%}") ? -1 : 0;
    skip_to(r, r->at + 1);
    p->expression = read_expression(r, AF_PARSE_TUPLE);
    return p->expression ? close_tag(r, "%}") : -1;
}

static int read_if(reading *r, piece *p)
{
    static const char *const ends[] = {"elif", "else", "endif", NULL}, *const last[] = {"endif", NULL};
    char word[64];
    p->expression = read_expression(r, AF_PARSE_TUPLE);
    if (!p->expression || close_tag(r, "%}") || read_pieces(r, &p->body, ends, word))
        return -1;
    if (!strcmp(word, "elif")) {
        piece *next = af_new(r->arena, piece);
        *next = (piece){.kind = PIECE_IF, .line = r->line};
        *af_push(r->arena, &p->otherwise) = next;
        return read_if(r, next);
    }
    if (!strcmp(word, "else") && (close_tag(r, "%}") || read_pieces(r, &p->otherwise, last, word)))
        return -1;
    return close_tag(r, "%}");
}

static int read_for(reading *r, piece *p)
{
    static const char *const ends[] = {"else", "endfor", NULL}, *const last[] = {"endfor", NULL};
    char word[64];
    if (read_names(r, p))
        return -1;
    if (!take_word(r, word, sizeof word) || strcmp(word, "in"))
        return af_fail(r->report, AF_BAD_DATA, here(r), NULL, "expected 'in' after the names of a for");
    if (!(p->expression = read_expression(r, AF_PARSE_NO_CONDITION | AF_PARSE_TUPLE)))
        return -1;
    skip_to(r, r->at + strspn(r->at, " \t\n\r"));
    if (!strncmp(r->at, "if", 2) && strchr(" \t\n(", r->at[2])) {
        skip_to(r, r->at + 2);
        if (!(p->more = read_expression(r, 0)))
            return -1;
    }
    if (close_tag(r, "%}") || read_pieces(r, &p->body, ends, word))
        return -1;
    if (!strcmp(word, "else") && (close_tag(r, "%}") || read_pieces(r, &p->otherwise, last, word)))
        return -1;
    return close_tag(r, "%}");
}

static int read_assert(reading *r, piece *p)
{
    if (!(p->expression = read_expression(r, 0)))
        return -1;
    skip_to(r, r->at + strspn(r->at, " \t\n\r"));
    if (*r->at == ',') {
        skip_to(r, r->at + 1);
        if (!(p->more = read_expression(r, 0)))
            return -1;
    }
    return close_tag(r, "%}");
}

static int read_raw(reading *r, piece_list *list)
{
    if (close_tag(r, "%}"))
        return -1;
    for (const char *at = strstr(r->at, "{%"); at; at = strstr(at + 2, "{%")) {
        const char *p = at + 2;
        bool trim = *p == '-';
        p += trim;
        p += strspn(p, " \t\n\r");
        if (strncmp(p, "endraw", 6))
            continue;
        add_text(r, list, at, trim);
        skip_to(r, p + 6);
        return close_tag(r, "%}");
    }
    return af_fail(r->report, AF_BAD_DATA, here(r), NULL, "{%% raw %%} is never ended by {%% endraw %%}");
}

static const struct { const char *word; piece_kind kind; int (*read)(reading *r, piece *p); } statements[] = {
    {"set", PIECE_SET, read_set}, {"if", PIECE_IF, read_if}, {"for", PIECE_FOR, read_for}, {"assert", PIECE_ASSERT, read_assert},
};

static int read_statement(reading *r, piece_list *list, const char *word, int line)
{
    if (!strcmp(word, "raw"))
        return read_raw(r, list);
    for (size_t i = 0; i < sizeof statements / sizeof *statements; i++) {
        if (strcmp(statements[i].word, word))
            continue;
        piece *p = af_new(r->arena, piece);
        *p = (piece){.kind = statements[i].kind, .line = line};
        *af_push(r->arena, list) = p;
        if (++r->depth > DEEPEST)
            return af_fail(r->report, AF_BAD_DATA, here(r), NULL, "statements are nested too deeply");
        int failed = statements[i].read(r, p);
        r->depth--;
        return failed;
    }
    return af_fail(r->report, AF_BAD_DATA, (af_place){r->path, line, 0}, NULL,
                   "unsupported Jinja statement '%s'; set, if, for, raw and assert can be used", word);
}

/* Reads until a statement whose word is in `ends`; its word goes to `ended`, the tag stays open. ends NULL: to the end of the text. */
static int read_pieces(reading *r, piece_list *list, const char *const *ends, char *ended)
{
    int start = r->line;
    for (;;) {
        const char *tag = next_tag(r->at);
        add_text(r, list, tag, *tag && tag[2] == '-');
        if (!*tag) {
            if (!ends)
                return 0;
            return af_fail(r->report, AF_BAD_DATA, (af_place){r->path, start, 0}, NULL, "a statement that starts here is never ended by '%s'", ends[0]);
        }
        int line = r->line;
        skip_to(r, tag + 2 + (tag[2] == '-' || tag[2] == '+'));
        if (tag[1] == '#') {
            const char *end = strstr(r->at, "#}");
            if (!end)
                return af_fail(r->report, AF_BAD_DATA, here(r), NULL, "a comment is never ended by '#}'");
            skip_to(r, end + 2);
            r->eat = end > tag + 2 && end[-1] == '-';
        } else if (tag[1] == '{') {
            piece *p = af_new(r->arena, piece);
            *p = (piece){.kind = PIECE_PRINT, .line = line, .expression = read_expression(r, AF_PARSE_TUPLE)};
            *af_push(r->arena, list) = p;
            if (!p->expression || close_tag(r, "}}"))
                return -1;
        } else {
            char word[64];
            if (!take_word(r, word, sizeof word))
                return af_fail(r->report, AF_BAD_DATA, here(r), NULL, "a statement is expected after '{%%'");
            for (int i = 0; ends && ends[i]; i++)
                if (!strcmp(word, ends[i])) {
                    strcpy(ended, word);
                    return 0;
                }
            if (read_statement(r, list, word, line))
                return -1;
        }
    }
}

/* ---- rendering */

typedef struct rendering {
    af_arena *arena;
    const char *path;
    af_report *report;
    af_rendered *out;
    int line;
    int depth;
} rendering;

static int render(rendering *r, const piece_list *list, af_scope *scope);

static void mark_lines(rendering *r, const char *bytes, size_t length, int line, bool advance)
{
    af_rendered *out = r->out;
    for (size_t i = 0; i <= length; i++) {
        bool newline = i < length && bytes[i] == '\n';
        if (!newline && out->n_lines)
            continue;
        if (newline && advance)
            line++;
        if (out->n_lines == out->room) {
            out->room = out->room ? out->room * 2 : 256;
            out->lines = af_memory_resize(out->lines, sizeof *out->lines * (size_t)out->room);
        }
        out->lines[out->n_lines++] = line;
    }
}

static int emit(rendering *r, const char *bytes, size_t length, int line, bool advance)
{
    if (r->out->text.length + length > MOST_OUTPUT)
        return af_fail(r->report, AF_BAD_DATA, (af_place){r->path, line, 0}, NULL, "the rendered text is larger than 64 MiB");
    mark_lines(r, bytes, length, line, advance);
    af_text_add(&r->out->text, bytes, length);
    return 0;
}

static int evaluate(rendering *r, const af_expression *e, const af_scope *scope, int line, af_value *value)
{
    return af_evaluate(e, scope, r->arena, value, r->report, (af_place){r->path, line, 0}, NULL);
}

static int truth(rendering *r, const af_expression *e, const af_scope *scope, int line, bool *holds)
{
    af_value value;
    if (evaluate(r, e, scope, line, &value))
        return -1;
    if (value.type == AF_UNDEFINED && value.missing && value.missing->lenient) {
        *holds = false;
        return 0;
    }
    af_evaluation evaluation = af_evaluation_begin(scope, r->arena, r->report, (af_place){r->path, line, 0}, NULL, NULL);
    return af_truth_of(&evaluation, value, holds);
}

static int undefined(rendering *r, af_value value, const af_scope *scope, int line)
{
    const char *message = value.missing ? value.missing->message : "a value is undefined";
    const char *names[512], *near = NULL;
    size_t length = strlen(message);
    if (length > 15 && message[0] == '\'') {
        char *word = af_copy_slice(r->arena, message + 1, strcspn(message + 1, "'"));
        int count = af_scope_names(scope, names, 512);
        near = af_nearest(word, names, count < 512 ? count : 512);
    }
    return af_fail(r->report, AF_BAD_DATA, (af_place){r->path, line, 0}, NULL, "%s%s%s%s", message, near ? "; did you mean '" : "",
                   near ? near : ": give it with -D", near ? "'?" : "");
}

static int print(rendering *r, const piece *p, const af_scope *scope)
{
    af_value value;
    if (evaluate(r, p->expression, scope, p->line, &value))
        return -1;
    if (value.type == AF_UNDEFINED && value.missing && value.missing->lenient)
        return 0;
    if (value.type == AF_UNDEFINED)
        return undefined(r, value, scope, p->line);
    af_text text = {0};
    af_print_str(&text, value);
    int failed = emit(r, text.bytes ? text.bytes : "", text.length, p->line, false);
    af_text_free(&text);
    return failed;
}

/* namespace(…): a dict that {% set ns.name = … %} changes. */
static int set_attribute(rendering *r, const piece *p, const af_scope *scope, af_value value)
{
    af_value target;
    if (!af_scope_get(scope, p->targets[0], &target) || target.type != AF_DICT)
        return af_fail(r->report, AF_BAD_DATA, (af_place){r->path, p->line, 0}, NULL, "cannot assign an attribute of '%s': it is no namespace", p->targets[0]);
    af_dict_put(r->arena, target, af_string(p->attribute), value);
    return 0;
}

static int bind(rendering *r, const piece *p, af_scope *scope, af_value value)
{
    if (p->n_targets == 1) {
        af_scope_set(scope, p->targets[0], value);
        return 0;
    }
    af_items items;
    af_evaluation e = af_evaluation_begin(scope, r->arena, r->report, (af_place){r->path, p->line, 0}, NULL, NULL);
    if (af_items_of(&e, value, &items))
        return -1;
    if (items.count != p->n_targets)
        return af_fail(r->report, AF_BAD_DATA, (af_place){r->path, p->line, 0}, NULL, "%d values for %d names", items.count, p->n_targets);
    for (int i = 0; i < items.count; i++)
        af_scope_set(scope, p->targets[i], items.items[i]);
    return 0;
}

static int set(rendering *r, const piece *p, af_scope *scope)
{
    af_value value;
    if (!p->expression) {
        af_rendered inner = {0}, *outer = r->out;
        r->out = &inner;
        int failed = render(r, &p->body, scope);
        r->out = outer;
        value = af_string(af_copy_slice(r->arena, inner.text.bytes ? inner.text.bytes : "", inner.text.length));
        af_rendered_free(&inner);
        if (failed)
            return -1;
    } else if (evaluate(r, p->expression, scope, p->line, &value)) {
        return -1;
    }
    if (value.type == AF_UNDEFINED && !(value.missing && value.missing->lenient))
        return undefined(r, value, scope, p->line);
    return p->attribute ? set_attribute(r, p, scope, value) : bind(r, p, scope, value);
}

static void set_loop(rendering *r, af_scope *scope, int index, int count)
{
    af_value loop = af_dict_value(r->arena);
    const struct { const char *name; af_value value; } entries[] = {
        {"index", af_int(index + 1)}, {"index0", af_int(index)}, {"revindex", af_int(count - index)}, {"revindex0", af_int(count - index - 1)},
        {"first", af_bool(!index)}, {"last", af_bool(index + 1 == count)}, {"length", af_int(count)}};
    for (size_t i = 0; i < sizeof entries / sizeof *entries; i++)
        af_dict_put(r->arena, loop, af_string(entries[i].name), entries[i].value);
    af_scope_set(scope, "loop", loop);
}

static int for_each(rendering *r, const piece *p, af_scope *scope)
{
    af_value iterable;
    af_items items;
    if (evaluate(r, p->expression, scope, p->line, &iterable))
        return -1;
    if (iterable.type == AF_UNDEFINED && !(iterable.missing && iterable.missing->lenient))
        return undefined(r, iterable, scope, p->line);
    af_evaluation e = af_evaluation_begin(scope, r->arena, r->report, (af_place){r->path, p->line, 0}, NULL, NULL);
    items = (af_items){0, NULL};
    if (iterable.type != AF_UNDEFINED && af_items_of(&e, iterable, &items))
        return -1;
    af_items chosen = {0, af_new_array(r->arena, af_value, items.count + 1)};
    for (int i = 0; i < items.count; i++) {
        af_scope *inner = af_scope_new(r->arena, scope);
        bool holds = true;
        if (p->more && (bind(r, p, inner, items.items[i]) || truth(r, p->more, inner, p->line, &holds)))
            return -1;
        if (holds)
            chosen.items[chosen.count++] = items.items[i];
    }
    for (int i = 0; i < chosen.count; i++) {
        af_scope *inner = af_scope_new(r->arena, scope);
        set_loop(r, inner, i, chosen.count);
        if (bind(r, p, inner, chosen.items[i]) || render(r, &p->body, inner))
            return -1;
    }
    return chosen.count ? 0 : render(r, &p->otherwise, scope);
}

static int check_assertion(rendering *r, const piece *p, const af_scope *scope)
{
    bool holds;
    af_value message = af_undefined();
    if (truth(r, p->expression, scope, p->line, &holds))
        return -1;
    if (holds)
        return 0;
    if (p->more && evaluate(r, p->more, scope, p->line, &message))
        return -1;
    af_text text = {0};
    if (message.type != AF_UNDEFINED)
        af_print_str(&text, message);
    else
        af_text_printf(&text, "assertion failed on line %d", p->line);
    af_fail(r->report, AF_BAD_DATA, (af_place){r->path, p->line, 0}, NULL, "%s", text.bytes);
    af_text_free(&text);
    return -1;
}

static int render_piece(rendering *r, const piece *p, af_scope *scope)
{
    bool holds;
    switch (p->kind) {
    case PIECE_TEXT: return emit(r, p->text, p->length, p->line, true);
    case PIECE_PRINT: return print(r, p, scope);
    case PIECE_SET: return set(r, p, scope);
    case PIECE_FOR: return for_each(r, p, scope);
    case PIECE_ASSERT: return check_assertion(r, p, scope);
    case PIECE_IF: return truth(r, p->expression, scope, p->line, &holds) ? -1 : render(r, holds ? &p->body : &p->otherwise, scope);
    }
    return 0;
}

static int render(rendering *r, const piece_list *list, af_scope *scope)
{
    for (int i = 0; i < list->count; i++)
        if (render_piece(r, list->items[i], scope))
            return -1;
    return 0;
}

void af_rendered_free(af_rendered *rendered)
{
    af_text_free(&rendered->text);
    af_memory_resize(rendered->lines, 0);
    *rendered = (af_rendered){0};
}

/* Line ends as \n, and exactly one newline at the end less (10 section 3.1). */
static char *normal_text(af_arena *arena, const char *text)
{
    size_t length = strlen(text), n = 0;
    char *copy = af_arena_take(arena, length + 1);
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '\r' && text[i + 1] == '\n')
            continue;
        copy[n++] = text[i] == '\r' ? '\n' : text[i];
    }
    if (n && copy[n - 1] == '\n')
        n--;
    copy[n] = 0;
    return copy;
}

int af_render_jinja(const char *text, const char *path, af_scope *variables, af_rendered *out, af_arena *arena, af_report *report)
{
    reading r = {.arena = arena, .path = path, .line = 1, .report = report};
    piece_list pieces = {0};
    r.text = r.at = normal_text(arena, text);
    if (read_pieces(&r, &pieces, NULL, NULL))
        return -1;
    rendering rendering = {.arena = arena, .path = path, .report = report, .out = out};
    return render(&rendering, &pieces, variables);
}
