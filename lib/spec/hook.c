/* What classes do besides evaluating their fields: defaults that depend on other fields,
 * and what follows from the values (10 section 8.4). */
#include "spec/evaluate_parts.h"
#include "spec/figure_bound.h"

#include <math.h>
#include <string.h>

static bool is_text(af_value value, const char *text)
{
    return value.type == AF_STRING && !strcmp(value.string, text);
}

/* Defaults that depend on other fields. */
void af_resolve_defaults(af_typed *object)
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

/* ---- tensors: `back` is kept, and not chosen; sets of one order do not overlap */

static int check_order(engine *e, const af_typed *object, af_value option)
{
    for (int i = 0; i < option.list->count; i++)
        for (int k = 0; k < i; k++) {
            af_value a = option.list->items[k], b = option.list->items[i];
            if (a.type != AF_SET || b.type != AF_SET || !(a.set->members & b.set->members))
                continue;
            af_text text = {0};
            af_print_str(&text, a);
            af_text_puts(&text, " and ");
            af_print_str(&text, b);
            af_fail(e->report, AF_BAD_DATA, object->place, af_typed_path(object, "tensor_order_options"),
                    "Intersecting entries in tensor_order_options: %s", text.bytes);
            af_text_free(&text);
            return -1;
        }
    return 0;
}

/* The set with the members of `back`, or without them. Either may hold names of the other kind. */
static af_value folded(const engine *e, const af_token_set *set, const af_token_set *back, bool with)
{
    bool alike = set->kind == back->kind;
    af_mask members = alike ? back->members : back->strangers;
    af_mask strangers = alike ? back->strangers : back->members;
    af_token_set *result = af_new(e->arena, af_token_set);
    *result = *set;
    result->members = with ? set->members | members : set->members & ~members;
    result->strangers = with ? set->strangers | strangers : set->strangers & ~strangers;
    return (af_value){.type = AF_SET, .set = result};
}

static int finish_tensors(engine *e, af_typed *object, const af_scope *scope)
{
    (void)scope;
    af_value keep = af_typed_get(object, "keep"), may = af_typed_get(object, "may_keep"),
             back = af_typed_get(object, "back");
    if (back.type == AF_SET && keep.type == AF_SET)
        af_typed_set(object, "keep", folded(e, keep.set, back.set, true));
    if (back.type == AF_SET && may.type == AF_SET)
        af_typed_set(object, "may_keep", folded(e, may.set, back.set, false));
    const af_value *options;
    int count = af_typed_children(object, "tensor_order_options", &options);
    for (int i = 0; i < count; i++)
        if (options[i].type == AF_LIST && check_order(e, object, options[i]))
            return -1;
    return 0;
}

/* ---- comparisons: the product over one rank variable is no product;
 * of a text that stays one its characters are counted (10 Q13) */

static int finish_comparison(engine *e, af_typed *object, const af_scope *scope)
{
    (void)scope;
    af_value set = af_typed_get(object, "expression");
    const char *operator = af_typed_text(object, "operator");
    bool one = set.type == AF_SET
                   ? __builtin_popcountll(set.set->members) + __builtin_popcountll(set.set->strangers) == 1
                   : set.type == AF_STRING && strlen(set.string) == 1;
    if (one && operator && !strncmp(operator, "product", 7))
        af_typed_set(object, "operator", af_string(af_copy_text(e->arena, operator + 7)));
    return 0;
}

/* ---- spatial dimensions (20 Quirks 19) */

static int finish_spatial(engine *e, af_typed *object, const af_scope *scope)
{
    (void)scope;
    af_value fanout = af_typed_get(object, "fanout");
    if (af_is_number(fanout) && af_as_double(fanout) < 1)
        return af_fail(e->report, AF_BAD_DATA, af_typed_place(object, fanout),
                       af_typed_path(object, "fanout"), "a fanout is at least 1; this one is %g",
                       af_as_double(fanout));
    return 0;
}

/* ---- figures of components and actions */

static int check_figure(engine *e, const af_typed *object, const char *field, double figure,
                        const af_figure_bound *bound)
{
    if (af_is_within(bound, figure))
        return 0;
    return af_fail(e->report, AF_BAD_DATA, af_typed_place(object, af_typed_get(object, field)),
                   af_typed_path(object, field), "%s; this one is %g", bound->what, figure);
}

static int check_number(engine *e, const af_typed *object, const char *field, const af_figure_bound *bound)
{
    af_value value = af_typed_get(object, field);
    return af_is_number(value) ? check_figure(e, object, field, af_as_double(value), bound) : 0;
}

static int check_of_tensors(engine *e, const af_typed *object, const char *field,
                            const af_figure_bound *bound)
{
    af_value values = af_typed_get(object, field);
    int count = 0, failed = 0;
    const af_entry *entries = values.type == AF_DICT ? af_dict_entries(values, &count) : NULL;
    for (int i = 0; i < count && !failed; i++)
        if (af_is_number(entries[i].value))
            failed = check_figure(e, object, field, af_as_double(entries[i].value), bound);
    return failed;
}

static int finish_action(engine *e, af_typed *object, const af_scope *scope)
{
    (void)scope;
    return check_number(e, object, "bits_per_action", &af_bound_of_bits_moved) |
           check_of_tensors(e, object, "values_per_action", &af_bound_of_values_moved);
}

static int finish_component(engine *e, af_typed *object, const af_scope *scope)
{
    (void)scope;
    af_value size = af_typed_get(object, "size");
    if (af_is_number(size) && isnan(af_as_double(size)))
        return af_fail(e->report, AF_BAD_DATA, af_typed_place(object, size), af_typed_path(object, "size"),
                       "a size is a number of bits; this one is nan");
    return check_number(e, object, "size", &af_bound_of_size) |
           check_number(e, object, "total_latency", &af_bound_of_latency) |
           check_number(e, object, "bits_per_action", &af_bound_of_bits_moved) |
           check_of_tensors(e, object, "bits_per_value", &af_bound_of_value) |
           check_of_tensors(e, object, "values_per_action", &af_bound_of_values_moved);
}

/* ---- direction of a Toll: never evaluated; one for all tensors, or a map that
 * covers them (20 section 18) */

static const char *const directions[] = {"up", "down", "up_and_down"};

static int check_direction(engine *e, const af_typed *toll, const char *key, af_value direction)
{
    for (int i = 0; i < 3; i++)
        if (is_text(direction, directions[i]))
            return 0;
    const char *near = direction.type == AF_STRING ? af_nearest(direction.string, directions, 3) : NULL;
    return af_fail(e->report, AF_BAD_DATA, toll->place, af_typed_path(toll, "direction"),
                   "Invalid direction%s%s: \"%s\". Must be one of down, up, up_and_down%s%s%s",
                   key ? " for " : "", key ? key : "",
                   direction.type == AF_STRING ? direction.string : af_describe(e->arena, direction),
                   near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
}

/* Later keys win. */
static int direction_of_map(engine *e, const af_typed *toll, af_value map, const af_scope *scope,
                            af_value result)
{
    int count;
    const af_entry *entries = af_dict_entries(map, &count);
    for (int i = 0; i < count; i++) {
        af_value set;
        const char *key = entries[i].key.string;
        if (check_direction(e, toll, key, entries[i].value) ||
            af_evaluate_set(key, scope, AF_TENSORS, -1, e->arena, &set, e->report, toll->place,
                            af_entry_path(e, toll, "direction", key)))
            return -1;
        for (int t = 0; t < set.set->universe->n_tensors; t++)
            if (af_tensors_in(set.set) >> t & 1)
                af_dict_put(e->arena, result, af_string(set.set->universe->tensors[t]), entries[i].value);
    }
    return 0;
}

static int finish_toll(engine *e, af_typed *toll, const af_scope *scope)
{
    af_value direction = af_typed_get(toll, "direction"), result = af_dict_value(e->arena);
    if (finish_component(e, toll, scope))
        return -1;
    if (direction.type == AF_DICT ? direction_of_map(e, toll, direction, scope, result)
                                  : check_direction(e, toll, NULL, direction))
        return -1;
    af_text missing = {0};
    for (int t = 0; e->universe && t < e->universe->n_tensors; t++)
        if (direction.type != AF_DICT)
            af_dict_put(e->arena, result, af_string(e->universe->tensors[t]), direction);
        else if (!af_dict_find(result, e->universe->tensors[t]))
            af_text_printf(&missing, "%s%s", missing.length ? ", " : "", e->universe->tensors[t]);
    if (missing.length)
        af_fail(e->report, AF_BAD_DATA, toll->place, af_typed_path(toll, "direction"),
                "Missing direction for %s; every tensor of the Einsum needs one", missing.bytes);
    bool covered = !missing.length;
    af_text_free(&missing);
    af_typed_set(toll, "direction", result);
    return covered ? 0 : -1;
}

int af_finish_object(engine *e, af_typed *object, const af_scope *scope)
{
    static const struct {
        const char *class;
        int (*finish)(engine *, af_typed *, const af_scope *);
    } hooks[] = {
        {"Tensors",            finish_tensors},
        {"Comparison",         finish_comparison},
        {"Spatial",            finish_spatial},
        {"Toll",               finish_toll},
        {"Memory",             finish_component},
        {"Network",            finish_component},
        {"Compute",            finish_component},
        {"Action",             finish_action},
        {"TensorHolderAction", finish_action},
    };
    for (size_t i = 0; i < sizeof hooks / sizeof *hooks; i++)
        if (af_typed_is(object, hooks[i].class))
            return hooks[i].finish(e, object, scope);
    return 0;
}
