/* Jinja's own global functions: dict, namespace, cycler, joiner (10 section 3.2); range is one of the
 * functions of expressions. */
#include "lang/jinja_filter.h"

#include <string.h>

/* dict(a=1), dict({…}, b=2), dict([(key, value), …]); namespace(…) is one that {% set ns.a = … %} changes. */
static int call_dict(const af_function *self, const af_call *call, af_value *result)
{
    af_evaluation *e = call->evaluation;
    *result = af_dict_value(e->arena);
    for (int i = 0; i < call->count; i++) {
        af_value given = call->arguments[i];
        const char *keyword = call->keywords ? call->keywords[i] : NULL;
        af_items pairs = {0}, pair;
        int count = 0;
        const af_entry *entries = given.type == AF_DICT ? af_dict_entries(given, &count) : NULL;
        if (keyword) {
            af_dict_put(e->arena, *result, af_string(keyword), given);
            continue;
        }
        if (i)
            return af_raise(e, "TypeError", "%s takes one map or list of pairs, and keywords", self->name);
        for (int k = 0; k < count; k++)
            af_dict_put(e->arena, *result, entries[k].key, entries[k].value);
        if (given.type != AF_DICT && af_items_of(e, given, &pairs))
            return -1;
        for (int k = 0; k < pairs.count; k++) {
            if (af_items_of(e, pairs.items[k], &pair))
                return -1;
            if (pair.count != 2)
                return af_raise(e, "ValueError", "%s takes pairs of key and value; item %d has %d values",
                                self->name, k, pair.count);
            af_dict_put(e->arena, *result, pair.items[0], pair.items[1]);
        }
    }
    return 0;
}

/* ---- cycler(a, b, …): next() gives one after the other, current the one at hand, reset() goes back to
 * the first */

typedef struct cycler { af_object object; int at, count; af_value *items; af_function *next, *reset; } cycler;
typedef struct cycler_function { af_function function; cycler *cycler; } cycler_function;

static int call_next(const af_function *self, const af_call *call, af_value *result)
{
    cycler *c = ((const cycler_function *)self)->cycler;
    (void)call;
    *result = c->items[c->at];
    c->at = (c->at + 1) % c->count;
    return 0;
}

static int call_reset(const af_function *self, const af_call *call, af_value *result)
{
    (void)call;
    ((const cycler_function *)self)->cycler->at = 0;
    *result = af_none();
    return 0;
}

static bool cycler_attribute(const af_object *object, const char *name, af_value *value)
{
    const cycler *c = (const cycler *)object;
    const struct { const char *name; af_value value; } attributes[] = {
        {"next", af_function_value(c->next)}, {"reset", af_function_value(c->reset)},
        {"current", c->items[c->at]}};
    for (int i = 0; i < 3; i++)
        if (!strcmp(attributes[i].name, name)) {
            *value = attributes[i].value;
            return true;
        }
    return false;
}
static const af_object_kind cycler_kind = {.name = "Cycler", .attribute = cycler_attribute};

static int call_cycler(const af_function *self, const af_call *call, af_value *result)
{
    af_arena *arena = call->evaluation->arena;
    (void)self;
    if (!call->count)
        return af_raise(call->evaluation, "RuntimeError", "at least one item has to be provided");
    cycler *c = af_new(arena, cycler);
    cycler_function *next = af_new(arena, cycler_function), *reset = af_new(arena, cycler_function);
    *next = (cycler_function){{.name = "next", .call = call_next}, c};
    *reset = (cycler_function){{.name = "reset", .call = call_reset}, c};
    *c = (cycler){{&cycler_kind}, 0, call->count, af_new_array(arena, af_value, call->count), &next->function,
                  &reset->function};
    memcpy(c->items, call->arguments, sizeof *c->items * (size_t)call->count);
    *result = (af_value){.type = AF_OBJECT, .object = &c->object};
    return 0;
}

/* ---- joiner(sep=', '): nothing when it is first called, then the separator */

typedef struct joiner { af_function function; af_value separator; bool used; } joiner;

static int call_join(const af_function *self, const af_call *call, af_value *result)
{
    joiner *j = (joiner *)self;
    (void)call;
    *result = j->used ? j->separator : af_string("");
    j->used = true;
    return 0;
}

static int call_joiner(const af_function *self, const af_call *call, af_value *result)
{
    static const char *const names[] = {"sep"};
    af_value separator;
    if (af_bind_arguments(call, self->name, names, 0, 1, &separator))
        return -1;
    joiner *j = af_new(call->evaluation->arena, joiner);
    separator = separator.type == AF_UNDEFINED ? af_string(", ") : separator;
    *j = (joiner){{.name = "joiner", .call = call_join}, separator, false};
    *result = af_function_value(&j->function);
    return 0;
}

static int call_lipsum(const af_function *self, const af_call *call, af_value *result)
{
    (void)result;
    return af_raise(call->evaluation, "TypeError",
                    "%s() is not supported: a spec must read the same each time", self->name);
}

void af_add_jinja_globals(af_scope *scope)
{
    static const af_function globals[] = {
        {"dict", call_dict, false, NULL},     {"namespace", call_dict, false, NULL},
        {"cycler", call_cycler, false, NULL},
        {"joiner", call_joiner, false, NULL}, {"lipsum", call_lipsum, false, NULL},
    };
    for (size_t i = 0; i < sizeof globals / sizeof *globals; i++) {
        af_value there;
        if (!af_scope_get(scope, globals[i].name, &there))
            af_scope_set(scope, globals[i].name, af_function_value(&globals[i]));
    }
}
