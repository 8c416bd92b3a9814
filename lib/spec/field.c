/* The field-evaluation engine (10 section 8): one object at a time, each field once, in the order that its texts ask for. */
#include "spec/evaluate_parts.h"

#include <stdlib.h>
#include <string.h>

/* ---- order of fields */

typedef struct word_search { const char *word; size_t length; bool found; } word_search;

static void match_word(void *context, const char *start, size_t length)
{
    word_search *s = context;
    s->found |= length == s->length && !strncmp(start, s->word, length);
}

static bool mentions(const char *text, const char *word)
{
    word_search s = {word, strlen(word), false};
    af_identifier_runs(text, match_word, &s);
    return s.found;
}

typedef struct entry { const char *name; af_value value; bool container, pending, done; } entry;

static int by_name(const void *a, const void *b) { return strcmp(((const entry *)a)->name, ((const entry *)b)->name); }

static bool waits(const entry *all, int count, int index)
{
    if (all[index].value.type != AF_STRING || all[index].value.quoted)
        return false;
    for (int i = 0; i < count; i++)
        if (i != index && all[i].pending && !all[i].done && mentions(all[index].value.string, all[i].name))
            return true;
    return false;
}

/* The next entry to evaluate: plain ones first, then those that wait for nothing, containers last. -1: none left, -2: a circle. */
static int next_entry(const entry *all, int count)
{
    int ready = -1, left = 0;
    for (int i = 0; i < count; i++)
        if (!all[i].done && !all[i].pending)
            return i;
    for (int i = 0; i < count; i++) {
        if (all[i].done)
            continue;
        left++;
        if (waits(all, count, i))
            continue;
        if (!all[i].container)
            return i;
        if (ready < 0)
            ready = i;
    }
    return ready >= 0 ? ready : left ? -2 : -1;
}

static int circle(engine *e, const entry *all, int count, af_place place, const char *path)
{
    af_text names = {0};
    for (int i = 0; i < count; i++)
        if (!all[i].done)
            af_text_printf(&names, "%s%s", names.length ? ", " : "", all[i].name);
    af_fail(e->report, AF_BAD_DATA, place, path, "Circular dependency detected in expressions. Fields: %s", names.bytes);
    af_text_free(&names);
    return -1;
}

/* ---- open classes */

int af_evaluate_open(engine *e, af_typed *object, const af_scope *scope, af_scope *visible)
{
    int count;
    const af_entry *given = af_dict_entries(object->extra, &count);
    entry *all = af_new_array(e->arena, entry, count + 1);
    for (int i = 0; i < count; i++)
        all[i] = (entry){given[i].key.string, given[i].value, given[i].value.type == AF_LIST || given[i].value.type == AF_DICT, true, false};
    qsort(all, (size_t)count, sizeof *all, by_name);
    af_scope *own = af_scope_new(e->arena, scope);
    for (int n; (n = next_entry(all, count)) != -1;) {
        const char *path = n >= 0 ? af_format(e->arena, "%s.%s", object->path, all[n].name) : object->path;
        af_value value;
        if (n < 0)
            return circle(e, all, count, object->place, object->path);
        if (af_evaluate_value(all[n].value, own, e->arena, &value, e->report, af_place_of(all[n].value), path))
            return -1;
        all[n].done = true;
        af_scope_set(own, all[n].name, value);
        af_typed_set(object, all[n].name, value);
        if (visible && value.type != AF_NONE)
            af_scope_set(visible, all[n].name, value);
    }
    return 0;
}

/* ---- maps keyed by sets of tensors */

int af_evaluate_by_tensor(engine *e, af_value dict, const af_scope *scope, const char *what, const char *path, af_value *result)
{
    int count, others = 0;
    const af_entry *entries = af_dict_entries(dict, &count);
    af_mask all = e->universe ? af_universe_mask(e->universe, AF_TENSORS) : 0, covered = 0;
    af_value *values = af_new_array(e->arena, af_value, 64);
    for (int i = 0; i < count; i++)
        others += mentions(entries[i].key.string, "Other");
    if (others > 1)
        return af_fail(e->report, AF_BAD_DATA, af_place_of(dict), path, "Other appears more than once in %s. It may appear at most once.", what);
    for (int pass = 0; pass < 2; pass++)
        for (int i = 0; i < count; i++) {
            const char *key = entries[i].key.string;
            if (mentions(key, "Other") != (pass == 1))
                continue;
            af_scope *inner = af_scope_new(e->arena, scope);
            const char *where = af_format(e->arena, "%s[%s]", path, key);
            af_value set, value;
            if (e->universe)
                af_scope_set(inner, "Other", af_set_value(e->arena, e->universe, AF_TENSORS, all & ~covered));
            af_place place = af_place_of(entries[i].value);
            if (!place.line)
                place = af_place_of(entries[i].key);
            if (af_evaluate_set(key, inner, AF_TENSORS, -1, e->arena, &set, e->report, place, where))
                return -1;
            af_value text = entries[i].value;
            text.quoted = false;
            if (af_evaluate_value(text, scope, e->arena, &value, e->report, place, where))
                return -1;
            if (set.set->members & covered)
                return af_fail(e->report, AF_BAD_DATA, place, path, "%s keys overlap: %s names a tensor that an earlier key has", what, key);
            covered |= set.set->members;
            for (int t = 0; t < 64; t++)
                if (set.set->members >> t & 1)
                    values[t] = value;
        }
    *result = af_dict_value(e->arena);
    const char *names[64];
    int n = e->universe ? af_set_names(&(af_token_set){.universe = e->universe, .kind = AF_TENSORS, .members = covered}, names, 64) : 0;
    for (int i = 0; i < n; i++)
        for (int t = 0; t < e->universe->n_tensors; t++)
            if (!strcmp(e->universe->tensors[t], names[i]))
                af_dict_put(e->arena, *result, af_string(names[i]), values[t]);
    return 0;
}

/* ---- one field */

static bool has_type(unsigned types, af_value value)
{
    return (types & AF_MAY_ANY) || (types & AF_MAY_NULL && value.type == AF_NONE) || (types & AF_MAY_BOOL && value.type == AF_BOOL) ||
           (types & AF_MAY_INT && (value.type == AF_INT || value.type == AF_BIG || value.type == AF_BOOL)) ||
           (types & AF_MAY_REAL && value.type == AF_REAL) || (types & AF_MAY_STRING && value.type == AF_STRING) ||
           (types & AF_MAY_LIST && value.type == AF_LIST) || (types & AF_MAY_DICT && value.type == AF_DICT);
}

static const char *type_text(unsigned types)
{
    if (types & AF_MAY_BOOL)
        return "a bool";
    if ((types & AF_MAY_NUMBER) == AF_MAY_NUMBER)
        return "a number";
    return types & AF_MAY_INT ? "an int" : "another type";
}

static int evaluate_set_field(engine *e, const af_field *field, af_value text, const af_scope *scope, const char *path, af_value *result)
{
    af_token_kind kind = field->types & AF_MAY_TENSORS ? AF_TENSORS : AF_RANK_VARIABLES;
    *result = text;
    if (text.type == AF_STRING)
        af_evaluate_set(text.string, scope, kind, -1, e->arena, result, NULL, af_place_of(text), path);
    if (result->type != AF_SET)
        *result = text;
    return 0;
}

static int evaluate_scalar(engine *e, const af_field *field, af_value given, const af_scope *scope, const char *path, af_value *result)
{
    bool tries = field->kind == AF_TRIES;
    *result = given;
    if (field->types & (AF_MAY_TENSORS | AF_MAY_RANK_VARIABLES))
        return evaluate_set_field(e, field, given, scope, path, result);
    if (field->kind == AF_PLAIN || field->kind == AF_LATE)
        return 0;
    if (af_evaluate_value(given, scope, e->arena, result, tries ? NULL : e->report, af_place_of(given), path)) {
        *result = given;
        return tries ? 0 : -1;
    }
    if (has_type(field->types, *result))
        return 0;
    if (tries) {
        *result = given;
        return 0;
    }
    af_text shown = {0}, from = {0};
    af_print_short(&shown, *result, 60);
    af_print_str(&from, given);
    af_fail(e->report, AF_BAD_DATA, af_place_of(given), path, "%s evaluated to \"%s\" with type %s. Expected %s.", from.bytes, shown.bytes,
            af_type_name(*result), type_text(field->types));
    af_text_free(&shown);
    af_text_free(&from);
    return -1;
}

static int evaluate_field(engine *e, const af_typed *object, const af_field *field, af_value given, const af_scope *scope, af_value *result)
{
    const char *path = af_typed_path(object, field->name);
    if (field->flags & AF_FIELD_KEYS_ARE_SETS && field->kind == AF_EVALUATES)
        return af_evaluate_by_tensor(e, given, scope, field->name, path, result);
    if (given.type == AF_OBJECT && af_typed_of(given)) {
        af_typed *child = af_evaluate_object(e, af_typed_of(given), scope);
        *result = child ? af_typed_value(child) : af_none();
        return child ? 0 : -1;
    }
    if (given.type == AF_LIST && field->shape != AF_ONE) {
        *result = af_list_value(e->arena, given.list->count);
        for (int i = 0; i < given.list->count; i++)
            if (evaluate_field(e, object, field, given.list->items[i], scope, &result->list->items[i]))
                return -1;
        return 0;
    }
    return evaluate_scalar(e, field, given, scope, path, result);
}

/* ---- hooks (10 section 8.4) */

static bool is_text(af_value value, const char *text) { return value.type == AF_STRING && !strcmp(value.string, text); }

/* Defaults that depend on other fields. */
static void resolve_defaults(af_typed *object)
{
    if (af_typed_is(object, "Spatial")) {
        bool given = !is_text(af_typed_get(object, "reuse"), "<Defaults to Nothing>");
        if (is_text(af_typed_get(object, "may_reuse"), "<Same as reuse if reuse is defined, else All>"))
            af_typed_set(object, "may_reuse", given ? af_typed_get(object, "reuse") : af_string("All"));
        if (!given)
            af_typed_set(object, "reuse", af_string("Nothing"));
    }
    if (af_typed_is(object, "Tensors")) {
        bool given = !is_text(af_typed_get(object, "keep"), "<Defaults to Nothing>");
        if (is_text(af_typed_get(object, "may_keep"), "<Nothing if keep is defined, else All>"))
            af_typed_set(object, "may_keep", af_string(given ? "~All" : "All"));
        if (!given)
            af_typed_set(object, "keep", af_string("Nothing"));
    }
}

static void finish_tensors(engine *e, af_typed *object)
{
    af_value keep = af_typed_get(object, "keep"), may = af_typed_get(object, "may_keep"), back = af_typed_get(object, "back");
    if (back.type != AF_SET)
        return;
    if (keep.type == AF_SET)
        af_typed_set(object, "keep", af_set_value(e->arena, keep.set->universe, AF_TENSORS, keep.set->members | back.set->members));
    if (may.type == AF_SET)
        af_typed_set(object, "may_keep", af_set_value(e->arena, may.set->universe, AF_TENSORS, may.set->members & ~back.set->members));
}

static void finish_comparison(engine *e, af_typed *object)
{
    af_value set = af_typed_get(object, "expression");
    const char *operator = af_typed_text(object, "operator");
    if (set.type == AF_SET && operator && !strncmp(operator, "product", 7) && __builtin_popcountll(set.set->members) == 1)
        af_typed_set(object, "operator", af_string(af_copy_text(e->arena, operator + 7)));
}

static int finish_direction(engine *e, af_typed *object, const af_scope *scope)
{
    af_value direction = af_typed_get(object, "direction");
    af_value result = af_dict_value(e->arena);
    int count;
    const af_entry *entries = af_dict_entries(direction, &count);
    if (direction.type == AF_STRING) {
        for (int t = 0; e->universe && t < e->universe->n_tensors; t++)
            af_dict_put(e->arena, result, af_string(e->universe->tensors[t]), direction);
    } else {
        for (int i = 0; i < count; i++) {
            af_value set;
            const char *path = af_format(e->arena, "%s key %s", af_typed_path(object, "direction"), entries[i].key.string);
            if (af_evaluate_set(entries[i].key.string, scope, AF_TENSORS, -1, e->arena, &set, e->report, object->place, path))
                return -1;
            for (int t = 0; t < set.set->universe->n_tensors; t++)
                if (set.set->members >> t & 1)
                    af_dict_put(e->arena, result, af_string(set.set->universe->tensors[t]), entries[i].value);
        }
    }
    entries = af_dict_entries(result, &count);
    for (int i = 0; i < count; i++)
        if (!is_text(entries[i].value, "up") && !is_text(entries[i].value, "down") && !is_text(entries[i].value, "up_and_down"))
            return af_fail(e->report, AF_BAD_DATA, object->place, af_typed_path(object, "direction"),
                           "Invalid direction. Must be one of down, up, up_and_down");
    for (int t = 0; e->universe && t < e->universe->n_tensors; t++)
        if (!af_dict_find(result, e->universe->tensors[t]))
            return af_fail(e->report, AF_BAD_DATA, object->place, af_typed_path(object, "direction"), "Missing direction for %s", e->universe->tensors[t]);
    af_typed_set(object, "direction", result);
    return 0;
}

/* Extra attributes of a component: the architecture's fill what is absent or null, then they are names for all its other fields. */
static int evaluate_extras(engine *e, af_typed *component, af_scope *own)
{
    af_typed *extras = af_typed_copy(e->arena, af_typed_child(component, "extra_attributes_for_component_model"));
    int count;
    const af_entry *global = e->global_extras.type == AF_DICT ? af_dict_entries(e->global_extras, &count) : NULL;
    for (int i = 0; global && i < count; i++) {
        const af_value *there = af_dict_find(extras->extra, global[i].key.string);
        if (!there || there->type == AF_NONE) {
            af_value value = global[i].value;
            value.quoted |= value.type == AF_STRING;
            af_typed_set(extras, global[i].key.string, value);
        }
    }
    if (af_evaluate_open(e, extras, own, own))
        return -1;
    af_typed_set(component, "extra_attributes_for_component_model", af_typed_value(extras));
    return 0;
}

/* ---- one object */

static bool is_container(const af_field *field, af_value value)
{
    return value.type == AF_OBJECT || (field->shape != AF_ONE && field->shape != AF_BY_NAME);
}

static bool holds_actions(const af_class *class) { return af_field_index(class, "actions") >= 0; }

af_typed *af_evaluate_object(engine *e, const af_typed *given, const af_scope *scope)
{
    af_typed *object = af_typed_copy(e->arena, given);
    const af_class *class = af_typed_class(object);
    af_scope *own = af_scope_new(e->arena, scope);
    if (class->open)
        return af_evaluate_open(e, object, own, NULL) ? NULL : object;
    resolve_defaults(object);
    bool component = holds_actions(class);
    if (component && evaluate_extras(e, object, own))
        return NULL;
    entry *all = af_new_array(e->arena, entry, class->n_fields + 1);
    int count = 0;
    for (int i = 0; i < class->n_fields; i++) {
        const af_field *field = &class->fields[i];
        if (component && !strcmp(field->name, "extra_attributes_for_component_model"))
            continue;
        bool container = is_container(field, object->values[i]);
        all[count++] = (entry){field->name, object->values[i], container, field->kind == AF_EVALUATES || container, false};
    }
    qsort(all, (size_t)count, sizeof *all, by_name);
    for (int n; (n = next_entry(all, count)) != -1;) {
        if (n < 0) {
            circle(e, all, count, object->place, af_typed_path(object, NULL));
            return NULL;
        }
        const af_field *field = &class->fields[af_field_index(class, all[n].name)];
        af_value value;
        if (evaluate_field(e, object, field, all[n].value, own, &value))
            return NULL;
        all[n].done = true;
        af_typed_set(object, all[n].name, value);
        af_scope_set(own, all[n].name, value);
    }
    if (af_typed_is(object, "Tensors"))
        finish_tensors(e, object);
    if (af_typed_is(object, "Comparison"))
        finish_comparison(e, object);
    if (af_typed_is(object, "Toll") && finish_direction(e, object, own))
        return NULL;
    return object;
}
