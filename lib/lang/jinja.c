/* Rendering of templates (10 sections 3.1, 3.4, 3.6). */
#include "lang/expression_tree.h"
#include "lang/jinja_tree.h"

#include <string.h>

enum { MOST_OUTPUT = 32 << 20, DEEPEST_CALL = 50 };   /* output: text, and where its lines come from */

typedef struct rendering {
    af_arena *arena;
    const char *path;
    af_report *report;
    af_rendered *out;
    af_evaluation evaluation;                 /* one for the whole template: its limits are the template's */
    int depth;                                /* of macros that call macros */
    bool failed;                              /* a {{ … }} could not be had; the others are still tried, so that all are told */
} rendering;

static int render(rendering *r, const af_piece_list *list, af_scope *scope);

/* ---- output, and which line of the template each of its lines came from */

static void add_line(af_rendered *out, int line)
{
    if (out->n_lines == out->room) {
        out->room = out->room ? out->room * 2 : 256;
        out->lines = af_memory_resize(out->lines, sizeof *out->lines * (size_t)out->room);
    }
    out->lines[out->n_lines++] = line;
}

/* `advance`: the bytes stand in the template as they are, so their newlines are newlines there. */
static int emit(rendering *r, const char *bytes, size_t length, int line, bool advance)
{
    if (r->out->text.length + length + sizeof(int) * (size_t)r->out->n_lines > MOST_OUTPUT)
        return af_template_fail(r->report, r->path, line, "the rendered text is larger than %d MiB", MOST_OUTPUT >> 20);
    if (!r->out->n_lines)
        add_line(r->out, line);
    for (const char *at = bytes, *end = bytes + length; at < end && (at = memchr(at, '\n', (size_t)(end - at))); at++)
        add_line(r->out, line += advance);
    af_text_add(&r->out->text, bytes, length);
    return 0;
}

/* Renders into a text of its own. */
static int render_apart(rendering *r, const af_piece_list *list, af_scope *scope, af_value *text)
{
    af_rendered inner = {0}, *outer = r->out;
    r->out = &inner;
    int failed = render(r, list, scope) || af_spend(&r->evaluation, 0, (int64_t)inner.text.length) ? -1 : 0;
    r->out = outer;
    *text = af_string(failed ? "" : af_copy_slice(r->arena, inner.text.bytes ? inner.text.bytes : "", inner.text.length));
    text->quoted = true;
    af_rendered_free(&inner);
    return failed;
}

/* ---- expressions */

static int evaluate(rendering *r, const af_expression *e, const af_scope *scope, int line, af_value *value)
{
    r->evaluation.place.line = line;
    r->evaluation.scope = scope;
    return af_evaluate_part(&r->evaluation, e, scope, value);
}

static int truth(rendering *r, const af_expression *e, const af_scope *scope, int line, bool *holds)
{
    af_value value;
    return evaluate(r, e, scope, line, &value) || af_truth_of(&r->evaluation, value, holds) ? -1 : 0;
}

static bool is_lenient(af_value value) { return value.type == AF_UNDEFINED && value.missing && value.missing->lenient; }

static int check_defined(const rendering *r, af_value value, int line)
{
    if (value.type != AF_UNDEFINED || is_lenient(value))
        return 0;
    return af_template_fail(r->report, r->path, line, "%s", value.missing ? value.missing->message : "a value is undefined");
}

static int items_of(rendering *r, af_value iterable, int line, af_items *items)
{
    *items = (af_items){0, NULL};
    if (is_lenient(iterable))
        return 0;
    r->evaluation.place.line = line;
    return check_defined(r, iterable, line) || af_items_of(&r->evaluation, iterable, items) ? -1 : 0;
}

static int bind(rendering *r, const af_piece *p, af_scope *scope, af_value value)
{
    if (p->n_targets == 1) {
        af_scope_set(scope, p->targets[0], value);
        return 0;
    }
    af_items items;
    if (items_of(r, value, p->line, &items))
        return -1;
    if (items.count != p->n_targets)
        return af_template_fail(r->report, r->path, p->line, "%d values for %d names", items.count, p->n_targets);
    for (int i = 0; i < items.count; i++)
        af_scope_set(scope, p->targets[i], items.items[i]);
    return 0;
}

/* ---- pieces */

static int render_text(rendering *r, const af_piece *p, af_scope *scope)
{
    (void)scope;
    return emit(r, p->text, p->length, p->line, true);
}

static int render_print(rendering *r, const af_piece *p, af_scope *scope)
{
    af_value value;
    if (evaluate(r, p->expression, scope, p->line, &value) || check_defined(r, value, p->line)) {
        r->failed = true;
        return 0;
    }
    if (value.type == AF_UNDEFINED)
        return 0;
    af_text text = {0};
    af_print_str(&text, value);
    int failed = emit(r, text.bytes ? text.bytes : "", text.length, p->line, false);
    af_text_free(&text);
    return failed;
}

/* namespace(…) is a dict that {% set ns.name = … %} changes. */
static int set_attribute(rendering *r, const af_piece *p, const af_scope *scope, af_value value)
{
    af_value target;
    if (!af_scope_get(scope, p->targets[0], &target) || target.type != AF_DICT)
        return af_template_fail(r->report, r->path, p->line, "cannot assign attribute '%s' of '%s': it is no namespace", p->attribute, p->targets[0]);
    af_dict_put(r->arena, target, af_string(p->attribute), value);
    return 0;
}

static int render_set(rendering *r, const af_piece *p, af_scope *scope)
{
    af_value value;
    if (p->expression ? evaluate(r, p->expression, scope, p->line, &value) : render_apart(r, &p->body, af_scope_new(r->arena, scope), &value))
        return -1;
    return p->attribute ? set_attribute(r, p, scope, value) : bind(r, p, scope, value);
}

static int render_if(rendering *r, const af_piece *p, af_scope *scope)
{
    bool holds;
    return truth(r, p->expression, scope, p->line, &holds) ? -1 : render(r, holds ? &p->body : &p->otherwise, scope);
}

/* The variable `loop`. */
typedef struct loop { af_object object; const af_items *items; int index; } loop;

static bool loop_attribute(const af_object *object, const char *name, af_value *value)
{
    const loop *l = (const loop *)object;
    int index = l->index, count = l->items->count;
    const struct { const char *name; bool there; af_value value; } entries[] = {
        {"index", true, af_int(index + 1)}, {"index0", true, af_int(index)}, {"revindex", true, af_int(count - index)},
        {"revindex0", true, af_int(count - index - 1)}, {"first", true, af_bool(!index)}, {"last", true, af_bool(index + 1 == count)},
        {"length", true, af_int(count)}, {"depth", true, af_int(1)}, {"depth0", true, af_int(0)},
        {"previtem", index > 0, index > 0 ? l->items->items[index - 1] : af_none()},
        {"nextitem", index + 1 < count, index + 1 < count ? l->items->items[index + 1] : af_none()}};
    for (size_t i = 0; i < sizeof entries / sizeof *entries; i++)
        if (!strcmp(entries[i].name, name)) {
            *value = entries[i].value;
            return entries[i].there;
        }
    return false;
}
static const af_object_kind loop_kind = {.name = "LoopContext", .attribute = loop_attribute};

static void set_loop(rendering *r, af_scope *scope, const af_items *items, int index)
{
    loop *l = af_new(r->arena, loop);
    *l = (loop){{&loop_kind}, items, index};
    af_scope_set(scope, "loop", (af_value){.type = AF_OBJECT, .object = &l->object});
}

/* The items for which the condition of {% for x in e if c %} holds. */
static int choose_items(rendering *r, const af_piece *p, const af_scope *scope, const af_items *items, af_items *chosen)
{
    *chosen = p->more ? (af_items){0, af_new_array(r->arena, af_value, items->count)} : *items;
    for (int i = 0; p->more && i < items->count; i++) {
        af_scope *inner = af_scope_new(r->arena, scope);
        bool holds = true;
        if ((bind(r, p, inner, items->items[i]) || truth(r, p->more, inner, p->line, &holds)))
            return -1;
        if (holds)
            chosen->items[chosen->count++] = items->items[i];
    }
    return 0;
}

static int render_for(rendering *r, const af_piece *p, af_scope *scope)
{
    af_value iterable;
    af_items items, *chosen = af_new(r->arena, af_items);        /* `loop` may outlive this */
    if (evaluate(r, p->expression, scope, p->line, &iterable) || items_of(r, iterable, p->line, &items) ||
        choose_items(r, p, scope, &items, chosen))
        return -1;
    for (int i = 0; i < chosen->count && !(i && r->failed); i++) {        /* another turn would make the same mistakes */
        af_scope *inner = af_scope_new(r->arena, scope);
        set_loop(r, inner, chosen, i);
        if (bind(r, p, inner, chosen->items[i]) || render(r, &p->body, inner))
            return -1;
    }
    return chosen->count ? 0 : render(r, &p->otherwise, af_scope_new(r->arena, scope));
}

static int render_assert(rendering *r, const af_piece *p, af_scope *scope)
{
    bool holds;
    af_value message = af_undefined();
    if (truth(r, p->expression, scope, p->line, &holds))
        return -1;
    if (holds)
        return 0;
    if (p->more && (evaluate(r, p->more, scope, p->line, &message) || check_defined(r, message, p->line)))
        return -1;
    af_text text = {0};
    if (message.type != AF_UNDEFINED)
        af_print_str(&text, message);
    if (text.length)
        af_template_fail(r->report, r->path, p->line, "%s", text.bytes);
    else
        af_template_fail(r->report, r->path, p->line, "assertion failed on line %d", p->line);
    af_text_free(&text);
    return -1;
}

static int render_with(rendering *r, const af_piece *p, af_scope *scope)
{
    af_scope *inner = af_scope_new(r->arena, scope);
    for (int i = 0; i < p->n_bindings; i++) {
        af_value value = af_none();
        if (!p->bindings[i].value)
            return af_template_fail(r->report, r->path, p->line, "'=' and a value are expected after '%s'", p->bindings[i].name);
        if (evaluate(r, p->bindings[i].value, scope, p->line, &value))
            return -1;
        af_scope_set(inner, p->bindings[i].name, value);
    }
    return render(r, &p->body, inner);
}

/* ---- macros: functions whose result is rendered text */

typedef struct macro { af_function function; rendering *rendering; const af_piece *piece; af_scope *scope; } macro;

static int call_macro(const af_function *self, const af_call *call, af_value *result)
{
    const macro *m = (const macro *)self;
    const af_piece *p = m->piece;
    rendering *r = m->rendering;
    const char **names = af_new_array(r->arena, const char *, p->n_bindings);
    af_value *values = af_new_array(r->arena, af_value, p->n_bindings);
    for (int i = 0; i < p->n_bindings; i++)
        names[i] = p->bindings[i].name;
    if (af_bind_arguments(call, self->name, names, 0, p->n_bindings, values))
        return -1;
    if (r->depth == DEEPEST_CALL)
        return af_template_fail(r->report, r->path, p->line, "macros call each other more than %d deep", DEEPEST_CALL);
    af_scope *inner = af_scope_new(r->arena, m->scope);
    for (int i = 0; i < p->n_bindings; i++) {
        if (values[i].type == AF_UNDEFINED && p->bindings[i].value && evaluate(r, p->bindings[i].value, inner, p->line, &values[i]))
            return -1;
        if (values[i].type == AF_UNDEFINED && !values[i].missing) {
            af_missing *missing = af_new(r->arena, af_missing);
            missing->message = af_format(r->arena, "parameter '%s' was not provided", names[i]);
            values[i].missing = missing;
        }
        af_scope_set(inner, names[i], values[i]);
    }
    r->depth++;
    int failed = render_apart(r, &p->body, inner, result);
    r->depth--;
    return failed;
}

static int render_macro(rendering *r, const af_piece *p, af_scope *scope)
{
    macro *m = af_new(r->arena, macro);
    *m = (macro){{.name = p->targets[0], .call = call_macro, .takes_undefined = true}, r, p, scope};
    af_scope_set(scope, p->targets[0], af_function_value(&m->function));
    return 0;
}

static int render(rendering *r, const af_piece_list *list, af_scope *scope)
{
    static int (*const renderers[])(rendering *r, const af_piece *p, af_scope *scope) = {
        [AF_PIECE_TEXT] = render_text, [AF_PIECE_PRINT] = render_print, [AF_PIECE_SET] = render_set, [AF_PIECE_IF] = render_if,
        [AF_PIECE_FOR] = render_for, [AF_PIECE_ASSERT] = render_assert, [AF_PIECE_WITH] = render_with, [AF_PIECE_MACRO] = render_macro};
    for (int i = 0; i < list->count; i++) {
        r->evaluation.place.line = list->items[i]->line;
        if (af_spend(&r->evaluation, 1, 0) || renderers[list->items[i]->kind](r, list->items[i], scope))
            return -1;
    }
    return 0;
}

/* ---- the whole */

void af_rendered_free(af_rendered *rendered)
{
    af_text_free(&rendered->text);
    af_memory_resize(rendered->lines, 0);
    *rendered = (af_rendered){0};
}

/* Line ends as \n, and one newline at the end less (10 section 3.1). */
static char *normal_text(af_arena *arena, const char *text)
{
    size_t length = strlen(text), n = 0;
    char *copy = af_arena_take(arena, length + 1);
    for (size_t i = 0; i < length; i++)
        if (text[i] != '\r' || text[i + 1] != '\n')
            copy[n++] = text[i] == '\r' ? '\n' : text[i];
    if (n && copy[n - 1] == '\n')
        n--;
    copy[n] = 0;
    return copy;
}

int af_render_jinja(const char *text, const char *path, af_scope *variables, af_rendered *out, af_arena *arena, af_report *report)
{
    af_piece_list pieces = {0};
    rendering *r = af_new(arena, rendering);             /* macros keep it */
    *r = (rendering){.arena = arena, .path = path, .report = report, .out = out,
                     .evaluation = af_evaluation_begin(variables, arena, report, (af_place){path, 1, 0}, NULL, NULL)};
    if (af_parse_template(arena, normal_text(arena, text), path, &pieces, report))
        return -1;
    return render(r, &pieces, variables) || r->failed ? -1 : 0;
}
