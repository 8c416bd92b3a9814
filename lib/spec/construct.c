/* Construction: raw values to objects of the schema, with every mistake reported (10 sections 6.1 to 6.4). */
#include "spec/einsum.h"
#include "spec/schema.h"
#include "spec/workload.h"

#include <math.h>
#include <string.h>

enum { N_DEFAULTS = 64 };

typedef struct construction {
    af_arena *arena;
    af_report *report;
    bool failed;
    const af_class *listed;          /* whose fields the message about this key has listed: once is enough */
    const char *listed_for;
    struct { const af_field *field; af_value value; } defaults[N_DEFAULTS];   /* as read; by its address */
} construction;

/* Where a value stands: `name` in what is above or, without a name, its element.
 * The path is written once it is asked for. */
typedef struct spot spot;
struct spot { spot *above; const char *name; int index; const char *path; };

static const char *path_of(const construction *c, spot *at)
{
    if (at->path)
        return at->path;
    const char *above = path_of(c, at->above);
    if (at->name)
        at->path = *above ? af_joined_text(c->arena, above, ".", at->name) : at->name;
    else
        at->path = af_numbered_text(c->arena, above, ".", at->index);
    return at->path;
}

static af_value construct_value(construction *c, const af_field *field, af_value raw, spot *at);

static void complain(construction *c, af_place place, const char *path, const char *format, ...)
    AF_PRINTF(4, 5);
static void complain(construction *c, af_place place, const char *path, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    af_fail_list(c->report, AF_BAD_DATA, place, path, format, arguments);
    va_end(arguments);
    c->failed = true;
}

/* ---- scalars: what is accepted for each type (10 section 6.3) */

static const struct { unsigned bit; const char *name; } type_names[] = {
    {AF_MAY_BOOL,           "true or false"},
    {AF_MAY_INT,            "a whole number"},
    {AF_MAY_REAL,           "a number"},
    {AF_MAY_STRING,         "text"},
    {AF_MAY_LIST,           "a list"},
    {AF_MAY_DICT,           "a map"},
    {AF_MAY_TENSORS,        "a set of tensors such as ~Intermediates"},
    {AF_MAY_RANK_VARIABLES, "a set of rank variables such as m | n"},
    {AF_MAY_METRICS,        "a list of metrics such as ENERGY|LATENCY"},
    {AF_MAY_TOPOLOGY,       "mesh or all_to_all"},
};

static const char *expected(construction *c, const af_field *field)
{
    af_text text = {0};
    bool number = (field->types & AF_MAY_NUMBER) == AF_MAY_NUMBER,
         set = field->types & (AF_MAY_TENSORS | AF_MAY_RANK_VARIABLES);
    for (size_t i = 0; i < sizeof type_names / sizeof *type_names; i++)
        if (field->types & type_names[i].bit && !(number && type_names[i].bit == AF_MAY_INT))
            af_text_printf(&text, "%s%s", text.length ? " or " : "", type_names[i].name);
    if (field->kind != AF_PLAIN && !set)
        af_text_printf(&text, "%san expression", text.length ? " or " : "");
    char *copy = af_copy_text(c->arena, text.bytes ? text.bytes : "something else");
    af_text_free(&text);
    return copy;
}

/* The name that a text should have been, where the type has names. */
static const char *meant(construction *c, const af_field *field, af_value raw)
{
    static const char *const truths[] = {"true", "false"};
    const char *names[16];
    int count = 0;
    if (raw.type != AF_STRING)
        return "";
    if (field->types & AF_MAY_TOPOLOGY)
        return af_meant(c->arena, raw.string, af_topology_names, 2);
    if (field->types & AF_MAY_BOOL)
        return af_meant(c->arena, raw.string, truths, 2);
    for (; field->types & AF_MAY_METRICS && count < 16 && af_metric_name(1 << count); count++)
        names[count] = af_metric_name(1 << count);
    return af_meant(c->arena, raw.string, names, count);
}

bool af_flag_of(af_value raw, bool *truth)
{
    static const char *const yes[] = {"true", "yes", "on", "t", "y", "1"};
    static const char *const no[] = {"false", "no", "off", "f", "n", "0"};
    if (raw.type == AF_BOOL ||
        ((raw.type == AF_INT || raw.type == AF_REAL) && (af_as_double(raw) == 0 || af_as_double(raw) == 1))) {
        *truth = af_as_double(raw) != 0;
        return true;
    }
    for (int i = 0; raw.type == AF_STRING && i < 6; i++)
        if (!strcasecmp(raw.string, yes[i]) || !strcasecmp(raw.string, no[i])) {
            *truth = !strcasecmp(raw.string, yes[i]);
            return true;
        }
    return false;
}

static bool metrics_of(af_value raw, af_value *value)
{
    int64_t bits = 0;
    bool fine = false;
    if (raw.type == AF_INT)
        fine = (bits = raw.integer) > 0 && bits < 256;
    else if (raw.type == AF_STRING)
        fine = af_metrics_of_text(raw.string, &bits);
    else if (raw.type == AF_LIST)
        for (int i = 0; i < raw.list->count; i++)
            if (raw.list->items[i].type != AF_STRING ||
                !(fine = af_metrics_of_text(raw.list->items[i].string, &bits)))
                return false;
    *value = af_int(bits);
    return fine;
}

static bool is_whole(double x) { return isfinite(x) && x == floor(x) && fabs(x) < 9e18; }

/* The value that a field of these types takes from `raw`; false: it takes none.
 * Plain numeric texts count as numbers. */
static bool coerce(unsigned types, af_value raw, af_value *value)
{
    bool truth;
    double real;
    *value = raw;
    if (types & AF_MAY_ANY || (types & AF_MAY_NULL && raw.type == AF_NONE))
        return true;
    if (types & AF_MAY_METRICS)
        return metrics_of(raw, value);
    if (types & AF_MAY_TOPOLOGY)
        return raw.type == AF_STRING && (!strcmp(raw.string, "mesh") || !strcmp(raw.string, "all_to_all"));
    if (types & AF_MAY_BOOL && af_flag_of(raw, &truth)) {
        *value = af_bool(truth);
        return true;
    }
    if (types & AF_MAY_NUMBER && (raw.type == AF_INT || raw.type == AF_BIG))
        return true;
    if (types & AF_MAY_REAL && raw.type == AF_REAL)
        return true;
    if (types & AF_MAY_INT && raw.type == AF_REAL && is_whole(raw.real)) {
        *value = af_int((int64_t)raw.real);
        return true;
    }
    if (types & AF_MAY_NUMBER && raw.type == AF_BOOL) {
        *value = af_int(raw.truth);
        return true;
    }
    if (types & AF_MAY_STRING && raw.type == AF_STRING)
        return true;
    if (types & AF_MAY_NUMBER && raw.type == AF_STRING && af_parse_double(raw.string, &real)) {
        if (!(types & AF_MAY_REAL) && !is_whole(real))
            return false;
        *value = types & AF_MAY_REAL ? af_real(real) : af_int((int64_t)real);
        return true;
    }
    return (types & AF_MAY_LIST && raw.type == AF_LIST) || (types & AF_MAY_DICT && raw.type == AF_DICT);
}

static af_value scalar(construction *c, const af_field *field, af_value raw, spot *at)
{
    af_value value;
    bool expression = field->kind != AF_PLAIN && raw.type == AF_STRING;
    if (expression || (field->types & AF_MAY_ANY)) {
        value = raw;
        if (expression)
            value.quoted = false;
        return value;
    }
    if (coerce(field->types, raw, &value)) {
        value.file = raw.file, value.line = raw.line, value.column = raw.column;
        return value;
    }
    complain(c, af_place_of(raw), path_of(c, at), "%s is expected, found %s%s", expected(c, field),
             af_describe(c->arena, raw), meant(c, field, raw));
    return af_none();
}

/* ---- objects */

static void unknown_tag(construction *c, af_value raw, const char *tag, const char *const *names, int count,
                        const char *all, const char *path)
{
    const char *near = af_nearest(tag, names, count);
    if (near)
        complain(c, af_place_of(raw), path, "The tag !%s is not supported; did you mean !%s?", tag, near);
    else
        complain(c, af_place_of(raw), path, "The tag !%s is not supported. Tags are %s", tag, all);
}

static void unknown_class(construction *c, const af_field *field, af_value raw, const char *tag,
                          const char *path)
{
    const char *names[16];
    int count = 0;
    for (; field->classes[count]; count++)
        names[count] = field->classes[count]->kind.name;
    const char *now = tag ? af_present_tag(tag) : NULL;
    af_text all = {0};
    af_sort_texts(names, count);
    for (int i = 0; i < count; i++)
        af_text_printf(&all, "%s!%s", i ? ", " : "", names[i]);
    if (raw.type != AF_DICT)
        complain(c, af_place_of(raw), path, "a tagged map such as !Memory {name: …} is expected, found %s",
                 af_describe(c->arena, raw));
    else if (!tag)
        complain(c, af_place_of(raw), path, "a map without a tag: write - !Memory {name: …}. Tags are %s",
                 all.bytes);
    else if (now)
        complain(c, af_place_of(raw), path, "The tag !%s is not supported. Tags are %s. Today this is %s",
                 tag, all.bytes, now);
    else
        unknown_tag(c, raw, tag, names, count, all.bytes, path);
    af_text_free(&all);
}

static const af_class *class_of(construction *c, const af_field *field, af_value raw, spot *at)
{
    if (!field->classes[1])
        return field->classes[0];
    const char *tag = raw.type == AF_DICT ? raw.dict->tag : NULL;
    const af_value *type = af_dict_find(raw, "type");
    if (tag && type && type->type == AF_STRING && strcmp(tag, type->string)) {
        complain(c, af_place_of(raw), path_of(c, at), "the tag !%s and `type: %s` differ", tag, type->string);
        return NULL;
    }
    if (!tag && type && type->type == AF_STRING)
        tag = type->string;
    for (int i = 0; tag && field->classes[i]; i++)
        if (!strcmp(field->classes[i]->kind.name, *tag == '!' ? tag + 1 : tag))
            return field->classes[i];
    unknown_class(c, field, raw, tag, path_of(c, at));
    return NULL;
}

static af_value missing_value(construction *c, const af_field *field, spot *at)
{
    size_t slot = (uintptr_t)field / sizeof *field % N_DEFAULTS;
    if (!strcmp(field->missing, "[]"))
        return af_list_value(c->arena, 0);
    if (!strcmp(field->missing, "{}")) {
        af_value dict = af_dict_value(c->arena);
        return field->classes ? construct_value(c, field, dict, at) : dict;
    }
    if (c->defaults[slot].field != field) {
        c->defaults[slot].field = field;
        c->defaults[slot].value = af_yaml_scalar(c->arena, field->missing, strlen(field->missing));
    }
    return c->defaults[slot].value;
}

static void unknown_field(construction *c, const af_class *class, af_value key, const char *path)
{
    const char *names[64], *near, *now = af_present_spelling(class, key.string);
    bool listed = class == c->listed && strcmp(key.string, c->listed_for);
    int count = 0;
    af_text all = {0};
    for (int i = 0; i < class->n_fields; i++)
        if (!(class->fields[i].flags & (AF_FIELD_PRIVATE | AF_FIELD_DEPRECATED)))
            names[count++] = class->fields[i].name;
    af_sort_texts(names, count);
    for (int i = 0; i < count; i++)
        af_text_printf(&all, "%s%s", i ? ", " : "", names[i]);
    near = now ? NULL : af_nearest(key.string, names, count);
    if (near)
        complain(c, af_place_of(key), path, "Field %s is not supported for %s; did you mean %s?", key.string,
                 af_class_called(class), near);
    else
        complain(c, af_place_of(key), path, "Field %s is not supported for %s%s%s%s%s", key.string,
                 af_class_called(class), listed ? "" : ". Supported fields are: ", listed ? "" : all.bytes,
                 now ? ". Today this is " : "", now ? now : "");
    if (!near && !listed)
        c->listed = class, c->listed_for = key.string;
    af_text_free(&all);
}

/* Puts each value that is given under the name of a field in its place, raw. */
static void take_fields(construction *c, const af_class *class, af_value raw, bool several, spot *at,
                        af_typed *object)
{
    int count;
    const af_entry *entries = af_dict_entries(raw, &count);
    for (int i = 0; i < count; i++) {
        af_value key = entries[i].key;
        if (key.type != AF_STRING) {
            complain(c, af_place_of(key), path_of(c, at),
                     class->open ? "a name is expected%s, found %s as key"
                                 : "a field of %s is expected, found %s as key",
                     class->open ? "" : af_class_called(class), af_describe(c->arena, key));
            continue;
        }
        int index = af_field_index(class, key.string);
        if (index >= 0)
            object->values[index] = entries[i].value;
        else if (several && !strcmp(key.string, "type"))
            continue;
        else if (class->open)
            af_dict_put(c->arena, object->extra, key, entries[i].value);
        else
            unknown_field(c, class, key, path_of(c, &(spot){.above = at, .name = key.string}));
    }
}

/* Deprecated latencies to throughputs (10 section 6.4). */
static void rewrite_latency(construction *c, af_typed *object, const char *old, const char *new,
                            const char *path)
{
    af_value given = af_typed_get(object, old), now = af_typed_get(object, new);
    bool has = given.type != AF_UNDEFINED && given.type != AF_NONE &&
               !(given.type == AF_INT && given.integer == 1 && strstr(old, "scale"));
    bool replaced = now.type != AF_NONE && !(now.type == AF_INT && now.integer == 1 && strstr(new, "scale"));
    if (!has)
        return;
    if (replaced) {
        if (strstr(old, "scale"))
            complain(c, object->place, path, "`%s` and `%s` are both given: drop the deprecated `%s`", old,
                     new, old);
        return;
    }
    af_text text = {0};
    af_print_str(&text, given);
    af_value expression = af_string(
        af_format(c->arena, "1 / (%s) if (%s) != 0 else float('inf')", text.bytes, text.bytes));
    expression.file = given.file, expression.line = given.line, expression.column = given.column;
    af_text_free(&text);
    af_typed_set(object, new, expression);
    af_typed_set(object, old, strstr(old, "scale") ? af_int(1) : af_none());
}

static bool has_action(af_value actions, const char *name)
{
    for (int i = 0; i < actions.list->count; i++) {
        const af_typed *action = af_typed_of(actions.list->items[i]);
        const char *there = action ? af_typed_name(action) : NULL;
        if (there && !strcmp(there, name))
            return true;
    }
    return false;
}

static void append_action(construction *c, const af_field *field, af_value *actions, const char *name,
                          spot *at)
{
    spot list = {.above = at, .name = field->name}, last = {.above = &list, .index = actions->list->count};
    af_value raw = af_dict_value(c->arena), longer = af_list_value(c->arena, actions->list->count + 1);
    af_dict_put(c->arena, raw, af_string("name"), af_string(name));
    for (int i = 0; i < actions->list->count; i++)
        longer.list->items[i] = actions->list->items[i];
    longer.list->items[actions->list->count] = construct_value(c, &(af_field){.classes = field->classes}, raw,
                                                               &last);
    *actions = longer;
}

/* The actions that every node of a class has; a Network has its own only where it names none. */
static void append_actions(construction *c, const af_class *class, af_typed *object, af_value raw, spot *at)
{
    static const struct { const char *class, *actions[3]; bool always; } standard[] = {
        {"Memory", {"read", "write"}, true}, {"Toll", {"read"}, true}, {"Compute", {"compute"}, true},
        {"Network", {"hop"}, false}};
    for (size_t s = 0; s < sizeof standard / sizeof *standard; s++) {
        if (strcmp(standard[s].class, class->kind.name) ||
            (!standard[s].always && af_dict_find(raw, "actions")))
            continue;
        int index = af_field_index(class, "actions");
        for (int k = 0; standard[s].actions[k]; k++)
            if (!has_action(object->values[index], standard[s].actions[k]))
                append_action(c, &class->fields[index], &object->values[index], standard[s].actions[k], at);
    }
}

static void missing_field(construction *c, const af_class *class, const af_field *field,
                          const af_typed *object, spot *at)
{
    const char *path = path_of(c, &(spot){.above = at, .name = field->name}), *name = af_typed_name(object);
    complain(c, object->place, name ? af_format(c->arena, "%s (%s)", path, name) : path,
             "Field %s is required for %s: %s", field->name, af_class_called(class), field->help);
}

static af_typed *construct_object(construction *c, const af_class *class, af_value raw, bool several,
                                  spot *at)
{
    const char *path = path_of(c, at);
    if (raw.type != AF_DICT) {
        complain(c, af_place_of(raw), path,
                 class->open ? "a map of names and values is expected%s, found %s"
                             : "a map with the fields of %s is expected, found %s",
                 class->open ? "" : af_class_called(class), af_describe(c->arena, raw));
        return NULL;
    }
    af_typed *object = af_new(c->arena, af_typed);
    *object = (af_typed){.object = {&class->kind}, .path = path, .place = af_place_of(raw), .arena = c->arena,
                         .values = af_new_array(c->arena, af_value, class->n_fields + 1)};
    object->extra = class->open ? af_dict_value(c->arena) : af_undefined();
    take_fields(c, class, raw, several, at, object);
    for (int i = 0; i < class->n_fields; i++) {
        const af_field *field = &class->fields[i];
        spot here = {.above = at, .name = field->name};
        if (object->values[i].type != AF_UNDEFINED)
            object->values[i] = construct_value(c, field, object->values[i], &here);
        else if (field->missing)
            object->values[i] = missing_value(c, field, &here);
        else
            missing_field(c, class, field, object, at);
    }
    if (af_field_index(class, "latency") >= 0)
        rewrite_latency(c, object, "latency", "throughput", path);
    if (af_field_index(class, "latency_scale") >= 0)
        rewrite_latency(c, object, "latency_scale", "throughput_scale", path);
    append_actions(c, class, object, raw, at);
    return object;
}

/* ---- shapes */

static af_value one_value(construction *c, const af_field *field, af_value raw, spot *at)
{
    if (raw.type == AF_UNDEFINED)             /* an Einsum whose mistake is told already */
        return af_none();
    if (!field->classes)
        return scalar(c, field, raw, at);
    const af_class *class = class_of(c, field, raw, at);
    af_typed *object = class ? construct_object(c, class, raw, field->classes[1] != NULL, at) : NULL;
    return object ? af_typed_value(object) : af_none();
}

static af_value list_of(construction *c, const af_field *field, af_value raw, spot *at, bool nested)
{
    if (raw.type != AF_LIST) {
        complain(c, af_place_of(raw), path_of(c, at), "a list is expected, found %s",
                 af_describe(c->arena, raw));
        return af_list_value(c->arena, 0);
    }
    af_value list = af_list_value(c->arena, raw.list->count);
    for (int i = 0; i < raw.list->count; i++) {
        spot here = {.above = at, .index = i};
        list.list->items[i] = nested ? list_of(c, field, raw.list->items[i], &here, false)
                                     : one_value(c, field, raw.list->items[i], &here);
    }
    list.file = raw.file, list.line = raw.line, list.column = raw.column;
    return list;
}

static af_value dict_of(construction *c, const af_field *field, af_value raw, spot *at)
{
    if (raw.type != AF_DICT) {
        complain(c, af_place_of(raw), path_of(c, at), "a map is expected, found %s",
                 af_describe(c->arena, raw));
        return af_dict_value(c->arena);
    }
    int count;
    const af_entry *entries = af_dict_entries(raw, &count);
    af_value dict = af_dict_value(c->arena);
    for (int i = 0; i < count; i++) {
        af_value key = entries[i].key;
        spot here = {.above = at, .name = key.string};
        if (key.type != AF_STRING)
            complain(c, af_place_of(key), path_of(c, at), "a name is expected, found %s as key",
                     af_describe(c->arena, key));
        else
            af_dict_put(c->arena, dict, key, one_value(c, field, entries[i].value, &here));
    }
    dict.file = raw.file, dict.line = raw.line, dict.column = raw.column;
    return dict;
}

static af_value construct_value(construction *c, const af_field *field, af_value raw, spot *at)
{
    switch (field->shape) {
    case AF_MANY: return list_of(c, field, raw, at, false);
    case AF_MANY_LISTS: return list_of(c, field, raw, at, true);
    case AF_BY_NAME: return dict_of(c, field, raw, at);
    default: return one_value(c, field, raw, at);
    }
}

/* ---- checks across objects */

/* Dimensions of a node have names of their own (20 section 3.8). */
static void check_dimensions(construction *c, const af_typed *node)
{
    const af_value *spatial;
    int count = af_typed_children(node, "spatial", &spatial);
    for (int i = 0; i < count; i++)
        for (int k = 0; k < i; k++) {
            const af_typed *one = af_typed_of(spatial[i]), *other = af_typed_of(spatial[k]);
            const char *name = one ? af_typed_name(one) : NULL,
                       *earlier = other ? af_typed_name(other) : NULL;
            if (name && earlier && !strcmp(name, earlier))
                complain(c, one->place, af_typed_path(one, "name"),
                         "Duplicate name %s: two dimensions of a node have different names", name);
        }
}

static void check_leaf_names(construction *c, const af_typed *node, af_names *names)
{
    const af_value *nodes;
    int count = af_typed_children(node, "nodes", &nodes);
    for (int i = 0; i < count; i++) {
        const af_typed *child = af_typed_of(nodes[i]);
        if (!child)
            continue;
        const char *name = af_typed_name(child);
        if (name && af_name_find(names, name) >= 0)
            complain(c, child->place, af_typed_path(child, "name"),
                     "Duplicate name %s found in architecture: the name of a node is its own", name);
        if (name)
            af_name_add(names, name);
        if ((af_typed_is(child, "Fork") || af_typed_is(child, "Hierarchical") ||
             af_typed_is(child, "Array")) &&
            af_typed_is(node, "Array"))
            complain(c, child->place, child->path,
                     "a %s cannot stand inside an Array, which has leaves alone",
                     af_typed_class(child)->kind.name);
        /* No flattened architecture would reach it: 20 section 7 */
        if (af_typed_is(child, "Compute") && af_typed_is(node, "Array"))
            complain(c, child->place, af_typed_path(child, NULL),
                     "a Compute cannot stand inside an Array: put it after the Array");
        check_dimensions(c, child);
        check_leaf_names(c, child, names);
    }
}

static af_value normal_renames_section(construction *c, af_value raw)
{
    const af_value *einsums = af_dict_find(raw, "einsums");
    if (!einsums || einsums->type != AF_LIST)
        return raw;
    for (int i = 0; i < einsums->list->count; i++) {
        af_value entry = einsums->list->items[i];
        for (int k = 0; entry.type == AF_DICT && k < 2; k++) {
            const char *key = k ? "rank_variables" : "tensor_accesses";
            const af_value *list = af_dict_find(entry, key);
            if (list)
                af_dict_put(c->arena, entry, af_string(key), af_normal_renames(c->arena, *list));
        }
    }
    return raw;
}

af_typed *af_construct(af_arena *arena, const af_class *class, af_value raw, const char *path,
                       af_report *report)
{
    construction c = {.arena = arena, .report = report};
    bool spec = !strcmp(class->kind.name, "Spec");
    const af_value *workload = spec ? af_dict_find(raw, "workload") : NULL,
                   *renames = spec ? af_dict_find(raw, "renames") : NULL;
    if (workload && workload->type == AF_DICT) {
        af_value normal;
        c.failed = af_normal_workload(arena, *workload, &normal, report) < 0;
        af_dict_put(arena, raw, af_string("workload"), normal);
    }
    if (renames && renames->type == AF_DICT)
        af_dict_put(arena, raw, af_string("renames"), normal_renames_section(&c, *renames));
    af_typed *object = construct_object(&c, class, raw, false, &(spot){.path = path});
    if (object && spec && af_typed_child(object, "arch"))
        check_leaf_names(&c, af_typed_child(object, "arch"), af_names_new(arena));
    workload = spec ? af_dict_find(raw, "workload") : NULL;
    if (object && workload && workload->type == AF_DICT && af_check_workload(*workload, report))
        c.failed = true;
    return c.failed ? NULL : object;
}
