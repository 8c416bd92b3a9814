/* Templates to pieces: text, {{ … }}, {% … %}, {# … #} (10 sections 3.1 and 3.4). */
#include "lang/expression_tree.h"
#include "lang/jinja_tree.h"

#include <string.h>

enum { DEEPEST = 60 };
static const char blanks[] = " \t\n\r\f\v";

typedef struct reading {
    af_arena *arena;
    const char *path, *at;
    int line;
    /* the blanks that come next are eaten: the tag before ended in - */
    bool eat;
    int depth;
    /* inside of how many ifs: unknown filters are errors only when reached there */
    int soft;
    int uses;                                 /* AF_USES_…: names said so far in the macro at hand */
    /* a tag was wrong, and passed over so that further mistakes are told too */
    bool failed;
    bool lost;                                /* … and its closing was not found */
    af_report *report;
} reading;

int af_template_fail(af_report *report, const char *path, int line, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    af_fail_list(report, AF_BAD_DATA, (af_place){path, line, 0}, NULL, format, arguments);
    va_end(arguments);
    return -1;
}

static void skip_to(reading *r, const char *to)
{
    for (; r->at < to; r->at++)
        r->line += *r->at == '\n';
}

static void skip_blanks(reading *r) { skip_to(r, r->at + strspn(r->at, blanks)); }

/* What stands here, for messages: up to the end of the line. */
static const char *rest_of_line(const reading *r)
{
    size_t n = strcspn(r->at, "\n");
    return n ? af_copy_slice(r->arena, r->at, n < 30 ? n : 30) : "the end of the line";
}

static af_piece *add(reading *r, af_piece_list *list, af_piece_kind kind)
{
    af_piece *piece = af_new(r->arena, af_piece);
    *piece = (af_piece){.kind = kind, .line = r->line};
    *af_push(r->arena, list) = piece;
    return piece;
}

/* ---- text between tags */

static void add_text(reading *r, af_piece_list *list, const char *end, bool trim)
{
    const char *start = r->at;
    while (r->eat && start < end && strchr(blanks, *start))
        start++;
    skip_to(r, start);
    const char *stop = end;
    while (trim && stop > start && strchr(blanks, stop[-1]))
        stop--;
    if (stop > start) {
        af_piece *text = add(r, list, AF_PIECE_TEXT);
        text->text = start;
        text->length = (size_t)(stop - start);
    }
    skip_to(r, end);
    r->eat = false;
}

static const char *next_tag(const char *at)
{
    for (at = strchr(at, '{'); at; at = strchr(at + 1, '{'))
        if (at[1] == '{' || at[1] == '%' || at[1] == '#')
            return at;
    return NULL;
}

/* To where a tag ends that was not understood: before its closing; else before the next tag, or the next
 * line. */
static void pass_over(reading *r, const char *closing)
{
    const char *p = r->at;
    r->failed = true;
    while (*p && *p != '\n' && strncmp(p, closing, 2) && !(*p == '{' && strchr("{%#", p[1])))
        p++;
    r->lost = strncmp(p, closing, 2) != 0;
    skip_to(r, p > r->at && strchr("-+", p[-1]) && !r->lost ? p - 1 : p);
}

static void close_tag(reading *r, const char *closing)
{
    if (!r->lost)
        skip_blanks(r);
    if (!r->lost && strncmp(r->at + (*r->at == '-' || *r->at == '+'), closing, 2)) {
        af_template_fail(r->report, r->path, r->line, "expected '%s' to end this tag, found '%s'", closing,
                         rest_of_line(r));
        pass_over(r, closing);
    }
    if (r->lost) {
        r->lost = false;
        return;
    }
    r->eat = *r->at == '-';
    skip_to(r, r->at + (r->eat || *r->at == '+') + 2);
}

/* ---- what stands inside of tags */

/* Filters and tests that do not exist are errors before anything is rendered, except where a condition
 * decides. */
static int check_filters(const reading *r, const af_tree *tree, bool soft)
{
    const char *unknown;
    if (!tree || soft)
        return 0;
    if ((tree->kind == AF_TREE_FILTER || tree->kind == AF_TREE_TEST)
        && !af_filter_of(r->arena, &af_jinja, tree->kind, tree->name, &unknown))
        return af_template_fail(r->report, r->path, r->line, "%s", unknown);
    soft = tree->kind == AF_TREE_IF;
    if (check_filters(r, tree->a, soft) || check_filters(r, tree->b, soft) || check_filters(r, tree->c, soft))
        return -1;
    for (int i = 0; i < tree->n_items; i++)
        if (check_filters(r, tree->items[i], soft))
            return -1;
    return 0;
}

static void note_names(reading *r, const af_expression *e)
{
    static const struct { const char *name; int uses; } known[] = {
        {"varargs", AF_USES_VARARGS}, {"kwargs", AF_USES_KWARGS}, {"caller", AF_USES_CALLER}};
    for (int i = 0; i < e->n_names; i++)
        for (int k = 0; k < 3; k++)
            r->uses |= strcmp(e->names[i], known[k].name) ? 0 : known[k].uses;
}

/* The expression that `text` begins with; `ahead` of its bytes are not in the template. */
static const af_expression *parse(reading *r, const char *text, size_t ahead, int flags)
{
    size_t used;
    af_place place = {r->path, r->line, 0};
    const af_expression *e = af_parse_prefix(r->arena, text, &used, &af_jinja, flags, r->report, place, NULL);
    if (!e || check_filters(r, e->tree, r->soft > 0))
        return NULL;
    note_names(r, e);
    skip_to(r, r->at + used - ahead);
    return e;
}

/* An expression up to `closing`. One that is wrong is told and passed over, so that the tags after it are
 * read too. */
static const af_expression *read_expression(reading *r, int flags, const char *closing)
{
    skip_blanks(r);
    const af_expression *e = parse(r, r->at, 0, flags);
    if (e)
        return e;
    pass_over(r, closing);
    return af_parse_expression(r->arena, "None", r->report, AF_NOWHERE, NULL);
}

/* Filters of the text of a body: upper | trim. */
static const af_expression *read_filters(reading *r)
{
    static const char body[] = AF_BODY " | ";
    const char *end = strstr(r->at, "%}");
    skip_blanks(r);
    size_t length = end ? (size_t)(end - r->at) + strcspn(end, "\n") : strlen(r->at);
    const char *text = af_format(r->arena, "%s%.*s", body, (int)length, r->at);
    return parse(r, text, sizeof body - 1, 0);
}

static bool take_sign(reading *r, char sign)
{
    skip_blanks(r);
    if (*r->at != sign)
        return false;
    skip_to(r, r->at + 1);
    return true;
}

static const char digits[] = "0123456789",
    letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789";

/* A name; NULL: none stands here. */
static const char *take_name(reading *r)
{
    skip_blanks(r);
    size_t n = strspn(r->at, letters);
    if (!n || strchr(digits, *r->at))
        return NULL;
    const char *name = af_copy_slice(r->arena, r->at, n);
    skip_to(r, r->at + n);
    return name;
}

static bool take_word(reading *r, const char *word)
{
    skip_blanks(r);
    size_t length = strlen(word);
    if (strncmp(r->at, word, length) || strchr(letters, r->at[length]))
        return false;
    skip_to(r, r->at + length);
    return true;
}

static const char *want_name(reading *r)
{
    const char *name = take_name(r);
    if (!name)
        af_template_fail(r->report, r->path, r->line, "a name is expected here, found '%s'", rest_of_line(r));
    return name;
}

static int read_targets(reading *r, af_piece *p)
{
    af_list(const char *) names = {0};
    bool bracket = take_sign(r, '(');
    do {
        const char *name = want_name(r);
        if (!name)
            return -1;
        *af_push(r->arena, &names) = name;
    } while (take_sign(r, ','));
    if (bracket && !take_sign(r, ')'))
        return af_template_fail(r->report, r->path, r->line, "expected ')' after the names, found '%s'",
                                rest_of_line(r));
    p->targets = names.items;
    p->n_targets = names.count;
    return 0;
}

/* NAME [= expression], NAME [= expression], … up to `end` (0: up to the end of the tag). */
static int read_bindings(reading *r, af_piece *p, char end)
{
    af_list(af_binding) bindings = {0};
    skip_blanks(r);
    if (end ? take_sign(r, end) : strchr("-+%", *r->at) != NULL)
        return 0;
    do {
        af_binding binding = {want_name(r), NULL};
        if (!binding.name)
            return -1;
        if (take_sign(r, '='))
            binding.value = read_expression(r, 0, "%}");
        *af_push(r->arena, &bindings) = binding;
    } while (take_sign(r, ','));
    if (end && !take_sign(r, end))
        return af_template_fail(r->report, r->path, r->line, "expected '%c' here, found '%s'", end,
                                rest_of_line(r));
    p->bindings = bindings.items;
    p->n_bindings = bindings.count;
    return 0;
}

/* ---- statements. Each is read from behind its word up to the end of its last tag. */

typedef const char *const words[4];
static const words set_ends = {"endset"}, if_ends = {"elif", "else", "endif"}, if_last = {"endif"},
                   for_ends = {"else", "endfor"}, for_last = {"endfor"}, with_ends = {"endwith"},
                       macro_ends = {"endmacro"},
                   call_ends = {"endcall"}, filter_ends = {"endfilter"}, block_ends = {"endblock"};

/* endif of elif, else, endif */
static const char *last_word(const char *const *ends)
{
    while (ends[1])
        ends++;
    return *ends;
}

static int read_pieces(reading *r, af_piece_list *list, const char *const *ends, const char **ended);

static int read_body(reading *r, af_piece_list *list, const char *const *ends, const char **ended)
{
    close_tag(r, "%}");
    return read_pieces(r, list, ends, ended);
}

/* A body up to the one tag that can end it, and that tag. */
static int read_whole_body(reading *r, af_piece_list *list, const char *const *ends)
{
    const char *ended;
    if (read_body(r, list, ends, &ended))
        return -1;
    close_tag(r, "%}");
    return 0;
}

static int read_set(reading *r, af_piece *p)
{
    if (read_targets(r, p))
        return -1;
    if (p->n_targets == 1 && take_sign(r, '.') && !(p->attribute = want_name(r)))
        return -1;
    if (take_sign(r, '=')) {
        p->expression = read_expression(r, AF_PARSE_TUPLE, "%}");
        close_tag(r, "%}");
        return 0;
    }
    if (take_sign(r, '|') && !(p->more = read_filters(r)))
        return -1;
    return read_whole_body(r, &p->body, set_ends);
}

static int read_branches(reading *r, af_piece *p)
{
    const char *ended;
    p->expression = read_expression(r, AF_PARSE_TUPLE, "%}");
    r->soft++;
    if (read_body(r, &p->body, if_ends, &ended))
        return -1;
    if (!strcmp(ended, "elif")) {
        r->soft--;
        return read_branches(r, add(r, &p->otherwise, AF_PIECE_IF));
    }
    if (!strcmp(ended, "else") && read_body(r, &p->otherwise, if_last, &ended))
        return -1;
    r->soft--;
    close_tag(r, "%}");
    return 0;
}

static int read_for(reading *r, af_piece *p)
{
    const char *ended, *in;
    if (read_targets(r, p))
        return -1;
    if (!(in = take_name(r)) || strcmp(in, "in"))
        return af_template_fail(r->report, r->path, r->line, "expected 'in' after the names of a for");
    p->expression = read_expression(r, AF_PARSE_NO_CONDITION | AF_PARSE_TUPLE, "%}");
    if (take_word(r, "if"))
        p->more = read_expression(r, 0, "%}");
    p->recursive = take_word(r, "recursive");
    if (read_body(r, &p->body, for_ends, &ended)
        || (!strcmp(ended, "else") && read_body(r, &p->otherwise, for_last, &ended)))
        return -1;
    close_tag(r, "%}");
    return 0;
}

static int read_assert(reading *r, af_piece *p)
{
    p->expression = read_expression(r, 0, "%}");
    if (take_sign(r, ','))
        p->more = read_expression(r, 0, "%}");
    close_tag(r, "%}");
    return 0;
}

static int read_with(reading *r, af_piece *p)
{
    return read_bindings(r, p, 0) || read_whole_body(r, &p->body, with_ends) ? -1 : 0;
}

/* The body of a macro, and which of the names of AF_USES_… it says. */
static int read_callable(reading *r, af_piece *p, const char *const *ends)
{
    int before = r->uses;
    r->uses = 0;
    if (read_whole_body(r, &p->body, ends))
        return -1;
    p->uses = r->uses;
    r->uses |= before;
    return 0;
}

/* {% call(a, b) m(1) %}: calls m with the argument `caller`, a macro of the body. */
static int read_call(reading *r, af_piece *p)
{
    if (take_sign(r, '(') && read_bindings(r, p, ')'))
        return -1;
    bool before = r->failed;
    r->failed = false;
    const af_expression *e = read_expression(r, 0, "%}");
    if (e->tree->kind != AF_TREE_CALL && !r->failed)
        return af_template_fail(r->report, r->path, r->line,
                                "{%% call %%} takes the call of a macro, such as m(1)");
    r->failed |= before;
    af_expression *with_caller = af_new(r->arena, af_expression);
    af_tree *call = af_new(r->arena, af_tree), *name = af_new(r->arena, af_tree);
    int count = e->tree->n_items;
    *with_caller = *e, *call = *e->tree,
        *name = (af_tree){.kind = AF_TREE_NAME, .name = AF_CALLER, .height = 1};
    call->items = af_new_array(r->arena, const af_tree *, count + 1);
    call->names = af_new_array(r->arena, const char *, count + 1);
    for (int i = 0; i <= count; i++) {
        call->items[i] = i < count ? e->tree->items[i] : name;
        call->names[i] = i < count ? e->tree->names[i] : "caller";
    }
    call->n_items = count + 1;
    with_caller->tree = call;
    p->expression = with_caller;
    return read_callable(r, p, call_ends);
}

static int read_filter(reading *r, af_piece *p)
{
    return (p->expression = read_filters(r)) ? read_whole_body(r, &p->body, filter_ends) : -1;
}

/* {% block name %}: nothing extends a spec, so it is what it holds. */
static int read_block(reading *r, af_piece *p)
{
    const char *ended, *name = want_name(r);
    if (!name)
        return -1;
    take_word(r, "scoped");
    if (read_body(r, &p->body, block_ends, &ended))
        return -1;
    take_word(r, name);
    close_tag(r, "%}");
    return 0;
}

/* {% print a, b %}: a body of pieces that print. */
static int read_print_statement(reading *r, af_piece *p)
{
    skip_blanks(r);
    if (!strchr("-+%", *r->at))
        do
            add(r, &p->body, AF_PIECE_PRINT)->expression = read_expression(r, 0, "%}");
        while (take_sign(r, ','));
    close_tag(r, "%}");
    return 0;
}

static int read_macro(reading *r, af_piece *p)
{
    const char *name = want_name(r);
    if (!name)
        return -1;
    if (!take_sign(r, '('))
        return af_template_fail(r->report, r->path, r->line,
                                "expected '(' after the name of a macro, found '%s'", rest_of_line(r));
    p->targets = af_new(r->arena, const char *);
    p->targets[0] = name;
    p->n_targets = 1;
    return read_bindings(r, p, ')') ? -1 : read_callable(r, p, macro_ends);
}

static int read_raw(reading *r, af_piece_list *list)
{
    int line = r->line;
    close_tag(r, "%}");
    for (const char *at = strstr(r->at, "{%"); at; at = strstr(at + 2, "{%")) {
        bool trim = at[2] == '-';
        const char *word = at + 2 + (trim || at[2] == '+');
        word += strspn(word, blanks);
        if (strncmp(word, "endraw", 6))
            continue;
        add_text(r, list, at, trim);
        skip_to(r, word + 6);
        close_tag(r, "%}");
    return 0;
    }
    return af_template_fail(r->report, r->path, line, "{%% raw %%} is never ended by {%% endraw %%}");
}

static const struct { const char *word; af_piece_kind kind; int (*read)(reading *r,
                                                                        af_piece *p); } statements[] = {
    {"set", AF_PIECE_SET, read_set}, {"if", AF_PIECE_IF, read_branches}, {"for", AF_PIECE_FOR, read_for},
    {"assert", AF_PIECE_ASSERT, read_assert}, {"with", AF_PIECE_WITH, read_with},
    {"macro", AF_PIECE_MACRO, read_macro},
    {"call", AF_PIECE_CALL, read_call}, {"filter", AF_PIECE_FILTER, read_filter},
    {"block", AF_PIECE_WITH, read_block},
    {"print", AF_PIECE_WITH, read_print_statement},
};

static int unknown_statement(const reading *r, int line, const char *word, const char *const *ends)
{
    const char *known[16] = {"raw"};
    int count = 1;
    for (size_t i = 0; i < sizeof statements / sizeof *statements; i++)
        known[count++] = statements[i].word;
    for (int i = 0; ends && ends[i]; i++)
        known[count++] = ends[i];
    const char *near = af_nearest(word, known, count);
    bool end = !strncmp(word, "end", 3) || !strcmp(word, "else") || !strcmp(word, "elif");
    if (near || !end)
        return af_template_fail(r->report, r->path, line,
                                "unsupported Jinja statement '%s'%s%s%s: set, if, for, with, macro, call, "
                                "filter, block, print, raw and assert can be used%s", word,
                                near ? " (did you mean '" : "", near ? near : "", near ? "'?)" : "",
                                strcmp(word, "include") ? "" : "; files are read by {{ include('FILE') }}");
    return af_template_fail(r->report, r->path, line, "'%s' ends nothing that was begun%s%s%s", word, ends
                            ? ": '" : "",
                            ends ? last_word(ends) : "", ends ? "' is expected" : "");
}

static int read_statement(reading *r, af_piece_list *list, const char *word, const char *const *ends,
                          int line)
{
    if (!strcmp(word, "raw"))
        return read_raw(r, list);
    for (size_t i = 0; i < sizeof statements / sizeof *statements; i++) {
        if (strcmp(statements[i].word, word))
            continue;
        if (++r->depth > DEEPEST)
            return af_template_fail(r->report, r->path, line, "statements are nested deeper than %d levels",
                                    DEEPEST);
        af_piece *piece = add(r, list, statements[i].kind);
        piece->line = line;
        int failed = statements[i].read(r, piece);
        r->depth--;
        return failed;
    }
    return unknown_statement(r, line, word, ends);
}

static int skip_comment(reading *r, int line)
{
    const char *end = strstr(r->at, "#}");
    if (!end)
        return af_template_fail(r->report, r->path, line, "a comment is never ended by '#}'");
    r->eat = end > r->at && end[-1] == '-';
    skip_to(r, end + 2);
    return 0;
}

static int read_print(reading *r, af_piece *p)
{
    p->expression = read_expression(r, AF_PARSE_TUPLE, "}}");
    close_tag(r, "}}");
    return 0;
}

/* Reads until a statement whose word is in `ends`; the word goes to `ended`, its tag stays open. ends
 * NULL: to the end of the text. */
static int read_pieces(reading *r, af_piece_list *list, const char *const *ends, const char **ended)
{
    int start = r->line;
    for (;;) {
        const char *tag = next_tag(r->at);
        add_text(r, list, tag ? tag : r->at + strlen(r->at), tag && tag[2] == '-');
        if (!tag)
            return ends ? af_template_fail(r->report, r->path, start,
                                           "a statement that starts here is never ended by '%s'",
                                           last_word(ends)) : 0;
        int line = r->line;
        skip_to(r, tag + 2 + (tag[2] == '-' || tag[2] == '+'));
        if (tag[1] != '%') {
            if (tag[1] == '#' ? skip_comment(r, line) : read_print(r, add(r, list, AF_PIECE_PRINT)))
                return -1;
            continue;
        }
        const char *word = take_name(r);
        if (!word)
            return af_template_fail(r->report, r->path, r->line,
                                    "a statement is expected after '{%%', found '%s'", rest_of_line(r));
        for (int i = 0; ends && ends[i]; i++)
            if (!strcmp(word, ends[i])) {
                *ended = ends[i];
                return 0;
            }
        if (read_statement(r, list, word, ends, line))
            return -1;
    }
}

int af_parse_template(af_arena *arena, const char *text, const char *path, af_piece_list *pieces,
                      af_report *report)
{
    reading r = {.arena = arena, .path = path, .at = text, .line = 1, .report = report};
    return read_pieces(&r, pieces, NULL, NULL) || r.failed ? -1 : 0;
}
