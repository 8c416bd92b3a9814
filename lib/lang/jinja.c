/* Rendering of templates (10 sections 3.1, 3.4, 3.6). */
#include "lang/jinja_filter.h"
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
    /* a {{ … }} could not be had; the others are still tried, so that all are told */
    bool failed;
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
        return af_template_fail(r->report, r->path, line, "the rendered text is larger than %d MiB",
                                MOST_OUTPUT >> 20);
    if (!r->out->n_lines)
        add_line(r->out, line);
    const char *end = bytes + length;
    for (const char *at = bytes; at < end && (at = memchr(at, '\n', (size_t)(end - at))); at++)
        add_line(r->out, line += advance);
    af_text_add(&r->out->text, bytes, length);
    return 0;
}

/* What was rendered into a text of its own, as a value. */
static int end_apart(rendering *r, af_rendered *inner, int failed, af_value *text)
{
    failed = failed || af_spend(&r->evaluation, 0, (int64_t)inner->text.length);
    *text = af_string(inner->text.bytes && !failed
                      ? af_copy_slice(r->arena, inner->text.bytes, inner->text.length) : "");
    text->quoted = true;
    af_rendered_free(inner);
    return failed ? -1 : 0;
}

static int render_apart(rendering *r, const af_piece_list *list, af_scope *scope, af_value *text)
{
    af_rendered inner = {0}, *outer = r->out;
    r->out = &inner;
    int failed = render(r, list, scope);
    r->out = outer;
    return end_apart(r, &inner, failed, text);
}

static int too_deep(const rendering *r, int line)
{
    return af_template_fail(r->report, r->path, line, "macros call each other more than %d deep",
                            DEEPEST_CALL);
}

static int emit_value(rendering *r, af_value value, int line)
{
    af_text text = {0};
    af_print_str(&text, value);
    int failed = text.length ? emit(r, text.bytes, text.length, line, false) : 0;
    af_text_free(&text);
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

static bool is_lenient(af_value value)
{
    return value.type == AF_UNDEFINED && value.missing && value.missing->lenient;
}

static int check_defined(const rendering *r, af_value value, int line)
{
    if (value.type != AF_UNDEFINED || is_lenient(value))
        return 0;
    return af_template_fail(r->report, r->path, line, "%s",
                            value.missing ? value.missing->message : "a value is undefined");
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
        return af_template_fail(r->report, r->path, p->line, "%d values for %d names", items.count,
                                p->n_targets);
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
    return value.type == AF_UNDEFINED ? 0 : emit_value(r, value, p->line);
}

/* namespace(…) is a dict that {% set ns.name = … %} changes. */
static int set_attribute(rendering *r, const af_piece *p, const af_scope *scope, af_value value)
{
    af_value target;
    if (!af_scope_get(scope, p->targets[0], &target) || target.type != AF_DICT)
        return af_template_fail(r->report, r->path, p->line,
                                "cannot assign attribute '%s' of '%s': it is no namespace", p->attribute,
                                p->targets[0]);
    af_dict_put(r->arena, target, af_string(p->attribute), value);
    return 0;
}

static int render_set(rendering *r, const af_piece *p, af_scope *scope)
{
    af_value value;
    if (p->expression ? evaluate(r, p->expression, scope, p->line, &value)
                      : render_apart(r, &p->body, af_scope_new(r->arena, scope), &value))
        return -1;
    if (p->more) {
        af_scope *inner = af_scope_new(r->arena, scope);
        af_scope_set(inner, AF_BODY, value);
        if (evaluate(r, p->more, inner, p->line, &value))
            return -1;
    }
    return p->attribute ? set_attribute(r, p, scope, value) : bind(r, p, scope, value);
}

static int render_if(rendering *r, const af_piece *p, af_scope *scope)
{
    bool holds;
    return truth(r, p->expression, scope, p->line, &holds) ? -1
        : render(r, holds ? &p->body : &p->otherwise, scope);
}

/* ---- loops */

/* A loop under way, and the variable `loop` of one of its turns. */
typedef struct loop_state {
    rendering *rendering;
    const af_piece *piece;
    const af_scope *scope;
    af_items items;
    int depth;                                /* of loops that call themselves */
    /* arguments of loop.changed() last time, a tuple; undefined: none yet */
    af_value seen;
} loop_state;
typedef struct loop { af_object object; loop_state *state; int index; } loop;
typedef struct loop_function { af_function function; const loop *loop; } loop_function;

/* loop.cycle(a, b, …): one after the other, turn by turn. */
static int call_cycle(const af_function *self, const af_call *call, af_value *result)
{
    if (!call->count)
        return af_raise(call->evaluation, "TypeError", "no items for cycling given");
    *result = call->arguments[((const loop_function *)self)->loop->index % call->count];
    return 0;
}

/* loop.changed(a, …): whether it is asked with other values than last time. */
static int call_changed(const af_function *self, const af_call *call, af_value *result)
{
    loop_state *state = ((const loop_function *)self)->loop->state;
    af_value given = af_tuple_value(call->evaluation->arena, call->count);
    for (int i = 0; i < call->count; i++)
        given.list->items[i] = call->arguments[i];
    *result = af_bool(!af_equal(given, state->seen));
    state->seen = given;
    return 0;
}

static af_value loop_method(const loop *l, const char *name,
                            int (*call)(const af_function *, const af_call *, af_value *))
{
    loop_function *function = af_new(l->state->rendering->arena, loop_function);
    *function = (loop_function){{.name = name, .call = call, .takes_undefined = true}, l};
    return af_function_value(&function->function);
}

static bool loop_attribute(const af_object *object, const char *name, af_value *value)
{
    const loop *l = (const loop *)object;
    const af_items *items = &l->state->items;
    int index = l->index, count = items->count, depth = l->state->depth;
    const struct { const char *name; bool there; af_value value; } entries[] = {
        {"index", true, af_int(index + 1)}, {"index0", true, af_int(index)},
        {"revindex", true, af_int(count - index)},
        {"revindex0", true, af_int(count - index - 1)}, {"first", true, af_bool(!index)},
        {"last", true, af_bool(index + 1 == count)}, {"length", true, af_int(count)},
        {"depth", true, af_int(depth + 1)}, {"depth0", true, af_int(depth)},
        {"previtem", index > 0, index > 0 ? items->items[index - 1] : af_none()},
        {"nextitem", index + 1 < count, index + 1 < count ? items->items[index + 1] : af_none()},
        {"cycle", true, af_none()}, {"changed", true, af_none()}};
    for (size_t i = 0; i < sizeof entries / sizeof *entries; i++)
        if (!strcmp(entries[i].name, name)) {
            *value = !strcmp(name, "cycle") ? loop_method(l, name, call_cycle)
                   : !strcmp(name, "changed") ? loop_method(l, name, call_changed) : entries[i].value;
            return entries[i].there;
        }
    return false;
}

static int loop_call(const af_object *object, const af_call *call, af_value *result);
static const af_object_kind loop_kind = {.name = "LoopContext", .attribute = loop_attribute,
                                         .call = loop_call};

static void set_loop(rendering *r, af_scope *scope, loop_state *state, int index)
{
    loop *l = af_new(r->arena, loop);
    *l = (loop){{&loop_kind}, state, index};
    af_scope_set(scope, "loop", (af_value){.type = AF_OBJECT, .object = &l->object});
}

/* The items for which the condition of {% for x in e if c %} holds. */
static int choose_items(rendering *r, const af_piece *p, const af_scope *scope, const af_items *items,
                        af_items *chosen)
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

static int render_items(rendering *r, const af_piece *p, const af_scope *scope, af_value iterable, int depth)
{
    af_items items;
    loop_state *state = af_new(r->arena, loop_state);        /* `loop` may outlive this */
    *state = (loop_state){.rendering = r, .piece = p, .scope = scope, .depth = depth};
    if (items_of(r, iterable, p->line, &items) || choose_items(r, p, scope, &items, &state->items))
        return -1;
    /* another turn would make the same mistakes */
    for (int i = 0; i < state->items.count && !(i && r->failed); i++) {
        af_scope *inner = af_scope_new(r->arena, scope);
        set_loop(r, inner, state, i);
        if (bind(r, p, inner, state->items.items[i]) || render(r, &p->body, inner))
            return -1;
    }
    return state->items.count ? 0 : render(r, &p->otherwise, af_scope_new(r->arena, scope));
}

/* loop(items) in a recursive one: the text of the loop over other items. */
static int loop_call(const af_object *object, const af_call *call, af_value *result)
{
    const loop_state *state = ((const loop *)object)->state;
    rendering *r = state->rendering;
    if (!state->piece->recursive)
        return af_raise(call->evaluation, "TypeError",
                        "The loop must have the 'recursive' marker to be called recursively.");
    if (call->count != 1)
        return af_raise(call->evaluation, "TypeError", "loop() takes one argument");
    if (r->depth == DEEPEST_CALL)
        return too_deep(r, state->piece->line);
    af_rendered inner = {0}, *outer = r->out;
    r->depth++, r->out = &inner;
    int failed = render_items(r, state->piece, state->scope, call->arguments[0], state->depth + 1);
    r->depth--, r->out = outer;
    return end_apart(r, &inner, failed, result);
}

static int render_for(rendering *r, const af_piece *p, af_scope *scope)
{
    af_value iterable;
    return evaluate(r, p->expression, scope, p->line, &iterable) || render_items(r, p, scope, iterable, 0)
        ? -1 : 0;
}

/* ---- statements that check and bind */

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
            return af_template_fail(r->report, r->path, p->line, "'=' and a value are expected after '%s'",
                                    p->bindings[i].name);
        if (evaluate(r, p->bindings[i].value, scope, p->line, &value))
            return -1;
        af_scope_set(inner, p->bindings[i].name, value);
    }
    return render(r, &p->body, inner);
}

/* ---- macros: functions whose result is rendered text */

typedef struct macro {
    af_function function;
    rendering *rendering;
    const af_piece *piece;
    const af_scope *scope;
} macro;

/* Parts the arguments: `own` for the parameters, the others into varargs, kwargs and caller, as far as the
 * body says these names. */
static int part_arguments(const macro *m, const af_call *call, af_call *own, af_scope *inner)
{
    const af_piece *p = m->piece;
    af_arena *arena = m->rendering->arena;
    af_value *arguments = af_new_array(arena, af_value, call->count),
        more = af_tuple_value(arena, call->count);
    const char **keywords = af_new_array(arena, const char *, call->count), *name = m->function.name;
    af_value named = af_dict_value(arena), caller = af_undefined();
    int n_more = 0;
    *own = (af_call){call->evaluation, 0, arguments, keywords};
    for (int i = 0; i < call->count; i++) {
        const char *keyword = call->keywords ? call->keywords[i] : NULL;
        bool known = keyword ? false : i < p->n_bindings;
        for (int k = 0; keyword && k < p->n_bindings && !known; k++)
            known = !strcmp(p->bindings[k].name, keyword);
        if (known)
            keywords[own->count] = keyword, arguments[own->count++] = call->arguments[i];
        else if (keyword && p->uses & AF_USES_CALLER && !strcmp(keyword, "caller"))
            caller = call->arguments[i];
        else if (keyword && p->uses & AF_USES_KWARGS)
            af_dict_put(arena, named, af_string(keyword), call->arguments[i]);
        else if (keyword)
            return af_raise(call->evaluation, "TypeError", "macro '%s' takes no keyword argument '%s'", name,
                            keyword);
        else if (p->uses & AF_USES_VARARGS)
            more.list->items[n_more++] = call->arguments[i];
        else
            return af_raise(call->evaluation, "TypeError", "macro '%s' takes not more than %d argument(s)",
                            name, p->n_bindings);
    }
    ((af_items *)more.list)->count = n_more;
    if (caller.type == AF_UNDEFINED)
        caller = af_missing_value(arena, "No caller defined");
    const struct { int uses; const char *name; af_value value; } extra[] = {
        {AF_USES_VARARGS, "varargs", more}, {AF_USES_KWARGS, "kwargs", named},
        {AF_USES_CALLER, "caller", caller}};
    for (int i = 0; i < 3; i++)
        if (p->uses & extra[i].uses)
            af_scope_set(inner, extra[i].name, extra[i].value);
    return 0;
}

static int bind_parameters(const macro *m, const af_call *call, af_scope *inner)
{
    rendering *r = m->rendering;
    const af_piece *p = m->piece;
    af_call own;
    const char **names = af_new_array(r->arena, const char *, p->n_bindings);
    af_value *values = af_new_array(r->arena, af_value, p->n_bindings);
    for (int i = 0; i < p->n_bindings; i++)
        names[i] = p->bindings[i].name;
    if (part_arguments(m, call, &own, inner))
        return -1;
    af_bind_arguments(&own, m->function.name, names, 0, p->n_bindings, values);
    for (int i = 0; i < p->n_bindings; i++) {
        bool missing = values[i].type == AF_UNDEFINED && !values[i].missing;
        if (missing && p->bindings[i].value && evaluate(r, p->bindings[i].value, inner, p->line, &values[i]))
            return -1;
        if (missing && !p->bindings[i].value)
            values[i] = af_missing_value(r->arena,
                                         af_format(r->arena, "parameter '%s' was not provided", names[i]));
        af_scope_set(inner, names[i], values[i]);
    }
    return 0;
}

static int call_macro(const af_function *self, const af_call *call, af_value *result)
{
    const macro *m = (const macro *)self;
    rendering *r = m->rendering;
    if (r->depth == DEEPEST_CALL)
        return too_deep(r, m->piece->line);
    af_scope *inner = af_scope_new(r->arena, m->scope);
    if (bind_parameters(m, call, inner))
        return -1;
    r->depth++;
    int failed = render_apart(r, &m->piece->body, inner, result);
    r->depth--;
    return failed;
}

static af_value macro_of(rendering *r, const af_piece *p, const char *name, const af_scope *scope)
{
    macro *m = af_new(r->arena, macro);
    *m = (macro){{.name = name, .call = call_macro, .takes_undefined = true}, r, p, scope};
    return af_function_value(&m->function);
}

static int render_macro(rendering *r, const af_piece *p, af_scope *scope)
{
    af_scope_set(scope, p->targets[0], macro_of(r, p, p->targets[0], scope));
    return 0;
}

static int print(rendering *r, const af_piece *p, const af_scope *scope)
{
    af_value value;
    if (evaluate(r, p->expression, scope, p->line, &value) || check_defined(r, value, p->line))
        return -1;
    return value.type == AF_UNDEFINED ? 0 : emit_value(r, value, p->line);
}

static int render_call(rendering *r, const af_piece *p, af_scope *scope)
{
    af_scope *inner = af_scope_new(r->arena, scope);
    af_scope_set(inner, AF_CALLER, macro_of(r, p, "caller", scope));
    return print(r, p, inner);
}

static int render_filter(rendering *r, const af_piece *p, af_scope *scope)
{
    af_value text;
    af_scope *inner = af_scope_new(r->arena, scope);
    if (render_apart(r, &p->body, af_scope_new(r->arena, scope), &text))
        return -1;
    af_scope_set(inner, AF_BODY, text);
    return print(r, p, inner);
}

static int render(rendering *r, const af_piece_list *list, af_scope *scope)
{
    static int (*const renderers[])(rendering *r, const af_piece *p, af_scope *scope) = {
        [AF_PIECE_TEXT] = render_text, [AF_PIECE_PRINT] = render_print, [AF_PIECE_SET] = render_set,
        [AF_PIECE_IF] = render_if,
        [AF_PIECE_FOR] = render_for, [AF_PIECE_ASSERT] = render_assert, [AF_PIECE_WITH] = render_with,
        [AF_PIECE_MACRO] = render_macro,
        [AF_PIECE_CALL] = render_call, [AF_PIECE_FILTER] = render_filter};
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

int af_render_jinja(const char *text, const char *path, af_scope *variables, af_rendered *out,
                    af_arena *arena, af_report *report)
{
    af_piece_list pieces = {0};
    rendering *r = af_new(arena, rendering);             /* macros keep it */
    *r = (rendering){.arena = arena, .path = path, .report = report, .out = out,
                     .evaluation = af_evaluation_begin(variables, arena, report, (af_place){path, 1, 0}, NULL,
                                                       NULL)};
    if (af_parse_template(arena, normal_text(arena, text), path, &pieces, report))
        return -1;
    return render(r, &pieces, variables) || r->failed ? -1 : 0;
}
