/* The field-evaluation engine (10 section 8): one object at a time, each field once,
 * in the order that its texts ask for. */
#include "spec/evaluate_parts.h"
#include "spec/field_order.h"

#include <string.h>

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

/* ---- open classes */

/* What is called global_… may not change further in (10 section 8.3). */
static int check_global(engine *e, const af_typed *object, const af_scope *scope, const char *name,
                        af_value value)
{
    af_value outer;
    if (strncmp(name, "global_", 7) || !af_scope_get(scope, name, &outer) || af_equal(outer, value))
        return 0;
    af_text text = {0};
    af_print_short(&text, outer, 60);
    af_text_puts(&text, " in the outer scope. It cannot be changed to ");
    af_print_short(&text, value, 60);
    af_fail(e->report, AF_BAD_DATA, af_place_of(value), af_typed_path(object, NULL),
            "Global variable %s is already set to %s", name, text.bytes);
    af_text_free(&text);
    return -1;
}

/* ---- consequences of earlier mistakes */

bool af_follows_failure(const engine *e, af_value given)
{
    for (int i = 0; given.type == AF_STRING && !given.quoted && i < e->failed.count; i++)
        if (af_mentions(given.string, e->failed.items[i]))
            return true;
    return false;
}

int af_evaluate_given(engine *e, af_value given, const af_scope *scope, af_value *result, af_place place,
                      const char *path)
{
    bool failed = af_follows_failure(e, given) ||
                  af_evaluate_value(given, scope, e->arena, result, e->report, place, path);
    return failed ? -1 : 0;
}

static int evaluate_entry(engine *e, af_typed *object, const ordered_field *f, af_scope *own,
                          const af_scope *outer)
{
    af_value value;
    const char *path = f->value.type != AF_STRING ? NULL
                       : e->owner ? af_format(e->arena, "%s.%s (%s)", object->path, f->name, e->owner)
                                  : af_format(e->arena, "%s.%s", object->path, f->name);
    if (af_evaluate_given(e, f->value, own, &value, af_place_of(f->value), path)
        || check_global(e, object, outer, f->name, value))
        return -1;
    af_scope_set(own, f->name, value);
    af_typed_set(object, f->name, value);
    return 0;
}

int af_evaluate_open(engine *e, af_typed *object, const af_scope *scope, af_scope *visible)
{
    int count, failed = 0, before = e->failed.count;
    const af_entry *given = af_dict_entries(object->extra, &count);
    ordered_field *entries = af_new_array(e->arena, ordered_field, count + 1);
    const char **names = af_new_array(e->arena, const char *, count);
    for (int i = 0; i < count; i++)
        entries[i] = (ordered_field){names[i] = given[i].key.string, given[i].value,
                                     given[i].value.type == AF_LIST || given[i].value.type == AF_DICT, true,
                                     i};
    field_order *order = af_field_order(e->arena, entries, count);
    af_scope *own = af_scope_new(e->arena, scope);
    af_scope_expect(own, names, count);
    for (const ordered_field *f; (f = af_next_field(order));) {
        if (evaluate_entry(e, object, f, own, scope)) {
            failed = -1;
            *af_push(e->arena, &e->failed) = f->name;
        } else if (visible) {
            af_value value = af_typed_get(object, f->name);
            if (value.type != AF_NONE)
                af_scope_set(visible, f->name, value);
        }
    }
    failed |= af_check_order(order, e->report, object->place, object->path);
    if (!visible)
        e->failed.count = before;
    return failed;
}

/* ---- one field */

static bool has_type(unsigned types, af_value value)
{
    return (types & AF_MAY_ANY) || (types & AF_MAY_NULL && value.type == AF_NONE) ||
           (types & AF_MAY_BOOL && value.type == AF_BOOL) ||
           (types & AF_MAY_INT && (value.type == AF_INT || value.type == AF_BIG || value.type == AF_BOOL)) ||
           (types & AF_MAY_REAL && value.type == AF_REAL) ||
           (types & AF_MAY_STRING && value.type == AF_STRING) ||
           (types & AF_MAY_LIST && value.type == AF_LIST) || (types & AF_MAY_DICT && value.type == AF_DICT);
}

static int evaluate_set_field(engine *e, const af_typed *object, const af_field *field, af_value text,
                              const af_scope *scope, af_value *result)
{
    af_token_kind kind = field->types & AF_MAY_TENSORS ? AF_TENSORS : AF_RANK_VARIABLES;
    *result = text;
    if (text.type == AF_STRING)
        af_evaluate_set(text.string, scope, kind, -1, e->arena, result, NULL, af_place_of(text),
                        object->path);
    if (result->type != AF_SET)
        *result = text;
    return 0;
}

int af_wrong_result(engine *e, unsigned types, af_value given, af_value result, const char *path)
{
    const char *wanted = types & AF_MAY_BOOL                        ? "true or false"
                         : (types & AF_MAY_NUMBER) == AF_MAY_NUMBER ? "a number"
                         : types & AF_MAY_INT                       ? "a whole number"
                                                                    : "another type";
    const char *slash = given.type == AF_STRING && types & AF_MAY_INT && result.type == AF_REAL
                            ? strchr(given.string, '/')
                            : NULL;
    af_text from = {0};
    af_print_str(&from, given);
    bool later = result.type == AF_STRING && from.bytes && strchr(from.bytes, '.');
    af_fail(e->report, AF_BAD_DATA, af_place_of(given), path, "%s evaluated to %s; %s is expected%s",
            from.bytes, af_describe(e->arena, result), wanted,
            slash && slash[1] != '/' ? ": write // for /"
            : later ? ". What is not evaluated yet, as fields of later nodes are, is still text"
                    : "");
    af_text_free(&from);
    return -1;
}

static int evaluate_scalar(engine *e, const af_typed *object, const af_field *field, af_value given,
                           const af_scope *scope, af_value *result)
{
    bool tries = field->kind == AF_TRIES;
    *result = given;
    if (field->types & (AF_MAY_TENSORS | AF_MAY_RANK_VARIABLES))
        return evaluate_set_field(e, object, field, given, scope, result);
    if (field->kind == AF_PLAIN || field->kind == AF_LATE)
        return 0;
    /* What is no text cannot fail */
    const char *path = given.type == AF_STRING ? af_typed_path(object, field->name) : NULL;
    if (tries ? af_evaluate_value(given, scope, e->arena, result, NULL, af_place_of(given), path)
              : af_evaluate_given(e, given, scope, result, af_place_of(given), path)) {
        *result = given;
        return tries ? 0 : -1;
    }
    if (has_type(field->types, *result))
        return 0;
    if (tries) {
        *result = given;
        return 0;
    }
    return af_wrong_result(e, field->types, given, *result, af_typed_path(object, field->name));
}

static int evaluate_field(engine *e, const af_typed *object, const af_field *field, af_value given,
                          const af_scope *scope, af_value *result)
{
    if (field->flags & AF_FIELD_KEYS_ARE_SETS && field->kind == AF_EVALUATES)
        return af_evaluate_by_tensor(e, object, field->name, given, scope, result);
    if (given.type == AF_OBJECT && af_typed_of(given)) {
        af_typed *child = af_evaluate_object(e, af_typed_of(given), scope);
        *result = child ? af_typed_value(child) : af_none();
        return child ? 0 : -1;
    }
    if (given.type == AF_LIST && field->shape != AF_ONE) {
        int failed = 0;
        *result = af_list_value(e->arena, given.list->count);
        for (int i = 0; i < given.list->count; i++)
            failed |= evaluate_field(e, object, field, given.list->items[i], scope, &result->list->items[i]);
        return failed;
    }
    return evaluate_scalar(e, object, field, given, scope, result);
}

/* ---- extra attributes (20 section 5.2) */

/* Extra attributes of a component: the architecture's fill what is absent or null,
 * then they are names for all its other fields. */
static int evaluate_extras(engine *e, af_typed *component, af_scope *own)
{
    af_typed *extras = af_typed_copy(e->arena,
                                     af_typed_child(component, "extra_attributes_for_component_model"));
    int count;
    const af_entry *global = e->global_extras.type == AF_DICT ? af_dict_entries(e->global_extras, &count)
                                                              : NULL;
    for (int i = 0; global && i < count; i++) {
        const af_value *there = af_dict_find(extras->extra, global[i].key.string);
        if (!there || there->type == AF_NONE) {
            af_value value = global[i].value;
            value.quoted |= value.type == AF_STRING;
            af_typed_set(extras, global[i].key.string, value);
        }
    }
    e->owner = af_typed_name(component);
    int failed = af_evaluate_open(e, extras, own, own);
    e->owner = NULL;
    af_typed_set(component, "extra_attributes_for_component_model", af_typed_value(extras));
    return failed;
}

/* ---- one object */

static bool is_container(const af_field *field, af_value value)
{
    return value.type == AF_OBJECT || (field->shape != AF_ONE && field->shape != AF_BY_NAME);
}

static bool holds_actions(const af_class *class) { return af_field_index(class, "actions") >= 0; }

/* The fields that come later are none of the names that are there, but near them a name may be meant. */
static void expect_fields(engine *e, af_scope *own, const af_class *class)
{
    const char **names = af_new_array(e->arena, const char *, class->n_fields);
    for (int i = 0; i < class->n_fields; i++)
        names[i] = class->fields[i].name;
    af_scope_expect(own, names, class->n_fields);
}

static field_order *order_of(engine *e, const af_typed *object, bool component)
{
    const af_class *class = af_typed_class(object);
    ordered_field *fields = af_new_array(e->arena, ordered_field, class->n_fields + 1);
    int count = 0;
    for (int i = 0; i < class->n_fields; i++) {
        const af_field *field = &class->fields[i];
        bool container = is_container(field, object->values[i]);
        if (!component || strcmp(field->name, "extra_attributes_for_component_model"))
            fields[count++] = (ordered_field){field->name, object->values[i], container,
                                              field->kind == AF_EVALUATES || container, i};
    }
    return af_field_order(e->arena, fields, count);
}

af_typed *af_evaluate_object(engine *e, const af_typed *given, const af_scope *scope)
{
    af_typed *object = af_typed_copy(e->arena, given);
    const af_class *class = af_typed_class(object);
    af_scope *own = af_scope_new(e->arena, scope);
    if (class->open)
        return af_evaluate_open(e, object, own, NULL) ? NULL : object;
    af_resolve_defaults(object);
    bool component = holds_actions(class);
    expect_fields(e, own, class);
    int before = e->failed.count, failed = component ? evaluate_extras(e, object, own) : 0;
    field_order *order = order_of(e, object, component);
    for (const ordered_field *f; (f = af_next_field(order));) {
        af_value value;
        if (evaluate_field(e, object, &class->fields[f->index], f->value, own, &value)) {
            failed = -1;
            *af_push(e->arena, &e->failed) = f->name;
            continue;
        }
        object->values[f->index] = value;
        af_scope_set(own, f->name, value);
    }
    failed |= af_check_order(order, e->report, object->place, af_typed_path(object, NULL));
    e->failed.count = before;
    return failed || af_finish_object(e, object, own) ? NULL : object;
}
