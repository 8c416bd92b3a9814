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

bool af_mentions(const char *text, const char *word)
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
        if (i != index && all[i].pending && !all[i].done && af_mentions(all[index].value.string, all[i].name))
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

/* What is called global_… may not change further in (10 section 8.3). */
static int check_global(engine *e, const af_typed *object, const af_scope *scope, const char *name, af_value value)
{
    af_value outer;
    if (strncmp(name, "global_", 7) || !af_scope_get(scope, name, &outer) || af_equal(outer, value))
        return 0;
    af_text text = {0};
    af_print_short(&text, outer, 60);
    af_text_puts(&text, " in the outer scope. It cannot be changed to ");
    af_print_short(&text, value, 60);
    af_fail(e->report, AF_BAD_DATA, af_place_of(value), af_typed_path(object, NULL), "Global variable %s is already set to %s", name, text.bytes);
    af_text_free(&text);
    return -1;
}

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
        if (af_evaluate_value(all[n].value, own, e->arena, &value, e->report, af_place_of(all[n].value), path)
            || check_global(e, object, scope, all[n].name, value))
            return -1;
        all[n].done = true;
        af_scope_set(own, all[n].name, value);
        af_typed_set(object, all[n].name, value);
        if (visible && value.type != AF_NONE)
            af_scope_set(visible, all[n].name, value);
    }
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
        return af_evaluate_by_tensor(e, object, field->name, given, scope, result);
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

/* ---- extra attributes (20 section 5.2) */

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
    af_resolve_defaults(object);
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
    return af_finish_object(e, object, own) ? NULL : object;
}
