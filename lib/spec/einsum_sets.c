/* Sets and comparisons of an `einsum` record (10 section 17.2, 20 sections 12 and 13). */
#include "spec/einsum_reading.h"

#include <string.h>

/* `stranger`: one of the names that is none of the Einsum's, or NULL. */
static af_mask read_names(reading *in, const af_json *names, af_token_kind kind, const char **stranger)
{
    const af_universe *u = &in->einsum->universe;
    af_mask mask = 0;
    *stranger = NULL;
    for (int i = 0; i < af_json_count(names); i++) {
        const char *name = af_json_as_string(in->reader, af_json_item(names, i), "s");
        int found = kind == AF_TENSORS ? af_find_text(u->tensors, u->n_tensors, name)
                                       : af_find_text(u->rank_variables, u->n_rank_variables, name);
        if (found >= 0)
            mask |= (af_mask)1 << found;
        else
            *stranger = af_copy_text(in->arena, name);
    }
    return mask;
}

af_mask af_read_names(reading *in, const af_json *names, af_token_kind kind)
{
    const char *stranger;                    /* what this Einsum does not have does not matter to it */
    return read_names(in, names, kind, &stranger);
}

af_mask af_read_tensors(reading *in, const af_json *names)
{
    const char *stranger;
    af_mask mask = read_names(in, names, AF_TENSORS, &stranger);
    if (stranger) {
        in->reader->failed = true;
        af_fail(in->reader->report, AF_BAD_DATA, AF_NOWHERE, in->path,
                "a set of tensors is expected; %s is no tensor of the Einsum %s", stranger, in->einsum->name);
    }
    return mask;
}

const char *af_late_text(const af_json *set)
{
    af_json_reader reader = {0};             /* cannot fail: it is asked only for what is a string */
    const af_json *text = af_json_at(set, "e");
    return af_json_is_string(text) ? af_json_as_string(&reader, text, "e") : NULL;
}

bool af_is_default_text(const char *text) { return text && text[0] == '<'; }

af_late_set af_read_late_set(reading *in, const af_json *set, af_token_kind kind, af_mask missing)
{
    const char *text = af_late_text(set);
    if (!set || af_is_default_text(text))
        return (af_late_set){.known = true, .members = missing};
    if (text) {
        text = af_copy_text(in->arena, text);
        const af_expression *parsed = af_parse_expression(in->arena, text, in->reader->report,
                                                          in->reader->place, in->path);
        if (!parsed)
            in->reader->failed = true;
        return (af_late_set){.expression = parsed, .text = text};
    }
    af_late_set result = {.known = true};
    result.members = read_names(in, af_json_at(set, "s"), kind, &result.stranger);
    return result;
}

/* ---- texts that are no sets: what is found in them all the same, and what is not (85 U16) */

typedef struct name_search { reading *in; const char *text; af_text unknown; } name_search;

static void note_unknown(void *context, const char *start, size_t length)
{
    name_search *s = context;
    af_value set;
    bool attribute = start > s->text && start[-1] == '.', number = *start >= '0' && *start <= '9';
    if (!attribute && !number &&
        !af_scope_get(s->in->einsum->sets, af_copy_slice(s->in->arena, start, length), &set))
        af_text_printf(&s->unknown, "%s%.*s", s->unknown.length ? ", " : "", (int)length, start);
}

/* The names of a text that no Einsum has, "qx, y1"; NULL: it has them all. */
static const char *unknown_names(reading *in, const char *text)
{
    name_search search = {in, text, {0}};
    af_identifier_runs(text, note_unknown, &search);
    const char *names = search.unknown.length ? af_copy_text(in->arena, search.unknown.bytes) : NULL;
    af_text_free(&search.unknown);
    return names;
}

/* The one-letter rank variables, of any Einsum, that stand in a text; NULL: none. */
static const char *letters_inside(reading *in, const char *text)
{
    af_text letters = {0};
    for (const char *c = text; *c; c++) {
        char name[2] = {*c, 0};
        af_value set;
        if (memchr(text, *c, (size_t)(c - text)) || !af_scope_get(in->einsum->sets, name, &set) ||
            set.type != AF_SET || set.set->kind != AF_RANK_VARIABLES)
            continue;
        af_text_printf(&letters, "%s%s", letters.length ? ", " : "", name);
    }
    const char *found = letters.length ? af_copy_text(in->arena, letters.bytes) : NULL;
    af_text_free(&letters);
    return found;
}

static void warn_of_letters(reading *in, const char *text)
{
    const char *unknown = unknown_names(in, text), *letters = letters_inside(in, text);
    const char *none = unknown ? af_format(in->arena, "no Einsum has rank variables called %s", unknown)
                               : "this is no set of rank variables";
    if (letters)
        af_remark_on(in,
                     "\"%s\": %s; of such a text its one-letter names are taken, %s. "
                     "Sets are written m | n", text, none, letters);
    else
        af_remark_on(in, "\"%s\": %s; the constraint does nothing", text, none);
}

/* A constraint over tensors says nothing of rank variables (20 section 13). */
static void warn_of_tensors(reading *in, const af_json *set)
{
    const char *universe = af_json_string_or(in->reader, set, "u", "");
    const af_json *names = af_json_at(set, "s");
    if (!strcmp(universe, "t") && af_json_count(names))
        af_remark_on(in,
                     "a constraint over tensors, %s, does nothing; "
                     "their rank variables are written %s.rank_variables",
                     af_json_as_string(in->reader, af_json_item(names, 0), "s"),
                     af_json_as_string(in->reader, af_json_item(names, 0), "s"));
}

/* A set of rank variables that could not be evaluated is taken letter by letter (20 section 13). */
static af_mask letters_of(reading *in, const char *text, bool warn)
{
    const af_universe *u = &in->einsum->universe;
    af_mask mask = 0;
    for (const char *c = text; *c; c++) {
        char name[2] = {*c, 0};
        int found = af_find_text(u->rank_variables, u->n_rank_variables, name);
        if (found >= 0)
            mask |= (af_mask)1 << found;
    }
    if (warn)
        warn_of_letters(in, text);
    return mask;
}

void af_refuse_tensors(reading *in, const char *text)
{
    const char *unknown = unknown_names(in, text);
    in->reader->failed = true;
    af_fail(in->reader->report, AF_BAD_DATA, AF_NOWHERE, in->path,
            "\"%s\" is no set of the Einsum's tensors%s%s", text,
            unknown ? ": no Einsum has any called " : "", unknown ? unknown : "");
}

af_mask af_names_inside(reading *in, const char *text)
{
    const af_universe *u = &in->einsum->universe;
    af_mask mask = 0;
    for (int i = 0; i < u->n_tensors; i++)
        if (strstr(text, u->tensors[i]))
            mask |= (af_mask)1 << i;
    const char *unknown = unknown_names(in, text);
    af_remark_on(in, "\"%s\": %s%s; of such a text the tensors are taken whose names stand in it", text,
                 unknown ? "no Einsum has tensors called " : "this is no set of tensors",
                 unknown ? unknown : "");
    return mask;
}

/* `refused`: names that no Einsum has are told where the constraint would be used, not here. */
static af_comparison read_comparison(reading *in, const af_json *json, bool refused)
{
    static const struct { const char *text; af_comparison_operator operator; } operators[] = {
        {"==", AF_EQ}, {"<=", AF_LE}, {">=", AF_GE}, {"<", AF_LT}, {">", AF_GT}};
    af_comparison comparison = {.value = af_json_real(in->reader, json, "value")};
    const af_json *set = af_json_at(json, "expression");
    const char *text = af_late_text(set);
    if (text) {
        comparison.text = af_copy_text(in->arena, text);
        comparison.unknown = unknown_names(in, text);
        bool warn = !refused || !comparison.unknown;
        comparison.expression = (af_late_set){.known = true, .members = letters_of(in, text, warn)};
    } else
        comparison.expression = af_read_late_set(in, set, AF_RANK_VARIABLES, 0);
    if (!text && set)
        warn_of_tensors(in, set);
    const char *written = af_json_string(in->reader, json, "operator");
    comparison.product = !strncmp(written, "product", 7);
    const char *operator = written + (comparison.product ? 7 : 0);
    for (size_t i = 0; i < sizeof operators / sizeof *operators; i++)
        if (!strcmp(operators[i].text, operator)) {
            comparison.operator = operators[i].operator;
            return comparison;
        }
    in->reader->failed = true;
    af_fail(in->reader->report, AF_BAD_DATA, AF_NOWHERE, in->path,
            "Unknown operator: %s. One of ==, <=, >=, <, > is expected, or product== and so on", written);
    return comparison;
}

int af_read_comparisons(reading *in, const af_json *array, const af_arch_node *node, const char *field,
                        af_comparison **comparisons)
{
    const char *outer = in->path;
    int count = af_json_count(array);
    *comparisons = af_new_array(in->arena, af_comparison, count);
    for (int i = 0; i < count; i++) {
        in->path = af_node_path(in->arena, node, af_numbered_text(in->arena, field, ".", i));
        (*comparisons)[i] = read_comparison(in, af_json_item(array, i), !strcmp(field, "tensors.tile_shape"));
    }
    in->path = outer;
    return count;
}
