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

typedef struct unknown_names { reading *in; af_text text; } unknown_names;

static void note_unknown(void *context, const char *start, size_t length)
{
    unknown_names *u = context;
    af_value set;
    if (!af_scope_get(u->in->einsum->sets, af_copy_slice(u->in->arena, start, length), &set))
        af_text_printf(&u->text, "%s%.*s", u->text.length ? ", " : "", (int)length, start);
}

/* What is to be said of such a text: which names there are not, and that it has no
 * effect, or which it has (85 U16). */
static void warn_of_letters(reading *in, const char *text, af_mask letters)
{
    unknown_names unknown = {in, {0}};
    af_identifier_runs(text, note_unknown, &unknown);
    if (letters)
        af_warn(in->reader->report, AF_NOWHERE, in->path,
                "\"%s\" is no set of rank variables; its one-letter names are taken. Sets are written m | n",
                text);
    else
        af_warn(in->reader->report, AF_NOWHERE, in->path,
                "the constraint over \"%s\" does nothing: no Einsum has rank variables called %s", text,
                unknown.text.bytes ? unknown.text.bytes : "so");
    af_text_free(&unknown.text);
}

/* A constraint over tensors says nothing of rank variables (20 section 13). */
static void warn_of_tensors(reading *in, const af_json *set)
{
    const char *universe = af_json_string_or(in->reader, set, "u", "");
    const af_json *names = af_json_at(set, "s");
    if (!strcmp(universe, "t") && af_json_count(names))
        af_warn(in->reader->report, AF_NOWHERE, in->path,
                "a constraint over tensors, %s, does nothing; "
                "their rank variables are written %s.rank_variables",
                af_json_as_string(in->reader, af_json_item(names, 0), "s"),
                af_json_as_string(in->reader, af_json_item(names, 0), "s"));
}

/* A set of rank variables that could not be evaluated is taken letter by letter (20 section 13). */
static af_mask letters_of(reading *in, const char *text)
{
    const af_universe *u = &in->einsum->universe;
    af_mask mask = 0;
    for (const char *c = text; *c; c++) {
        char name[2] = {*c, 0};
        int found = af_find_text(u->rank_variables, u->n_rank_variables, name);
        if (found >= 0)
            mask |= (af_mask)1 << found;
    }
    warn_of_letters(in, text, mask);
    return mask;
}

af_mask af_names_inside(reading *in, const char *text)
{
    const af_universe *u = &in->einsum->universe;
    af_mask mask = 0;
    for (int i = 0; i < u->n_tensors; i++)
        if (strstr(text, u->tensors[i]))
            mask |= (af_mask)1 << i;
    af_warn(in->reader->report, AF_NOWHERE, in->path,
            "may_reuse: \"%s\" is no set of tensors; tensors whose names stand in it are taken", text);
    return mask;
}

static af_comparison read_comparison(reading *in, const af_json *json, af_token_kind kind)
{
    static const struct { const char *text; af_comparison_operator operator; } operators[] = {
        {"==", AF_EQ}, {"<=", AF_LE}, {">=", AF_GE}, {"<", AF_LT}, {">", AF_GT}};
    af_comparison comparison = {.value = af_json_real(in->reader, json, "value")};
    const af_json *set = af_json_at(json, "expression");
    const char *text = af_late_text(set);
    if (text && kind == AF_RANK_VARIABLES)
        comparison.expression = (af_late_set){.known = true, .members = letters_of(in, text)};
    else
        comparison.expression = af_read_late_set(in, set, kind, 0);
    if (!text && set && kind == AF_RANK_VARIABLES)
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

int af_read_comparisons(reading *in, const af_json *array, af_token_kind kind, af_comparison **comparisons)
{
    int count = af_json_count(array);
    *comparisons = af_new_array(in->arena, af_comparison, count);
    for (int i = 0; i < count; i++)
        (*comparisons)[i] = read_comparison(in, af_json_item(array, i), kind);
    return count;
}
