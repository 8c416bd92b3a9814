/* Einsums as users write them (40 sections 2.4, 2.5, 3; 10 Appendix A) to one form: "Y[ny] = A[na] * B[na,
 * ny]" becomes {name: Y, tensor_accesses: [{name: A, projection: {NA: na}, output: false}, …]}. */
#include "lang/letter.h"
#include "spec/schema.h"
#include "spec/workload.h"

#include <ctype.h>
#include <string.h>

typedef struct writer {                       /* where a mistake of the present element is told */
    af_arena *arena;
    af_report *report;
    const char *path;
    af_place place;
} writer;

static int wrong(const writer *at, const char *format, ...) AF_PRINTF(2, 3);
static int wrong(const writer *at, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int result = af_fail_list(at->report, AF_BAD_DATA, at->place, at->path, format, arguments);
    va_end(arguments);
    return result;
}

static writer inside(const writer *outer, const char *key, int index, af_value value)
{
    writer at = *outer;
    at.path = key ? af_joined_text(outer->arena, outer->path, ".", key)
                  : af_numbered_text(outer->arena, outer->path, ".", index);
    if (value.line)
        at.place = af_place_of(value);
    return at;
}

static af_value at_place(const char *text, af_value where)
{
    af_value value = af_string(text);
    value.file = where.file, value.line = where.line, value.column = where.column;
    return value;
}

/* ---- names */

static bool starts_word(char c) { return isalpha((unsigned char)c) || c == '_' || (unsigned char)c >= 0x80; }

static bool is_reserved(const char *text, size_t length)
{
    static const char *const isl_words[] = {"EQ", "NE", "LT", "GT", "LE", "GE", "NG", "NL", "AND", "OR"};
    for (size_t i = 0; i < sizeof isl_words / sizeof *isl_words; i++)
        if (strlen(isl_words[i]) == length && !memcmp(isl_words[i], text, length))
            return true;
    return false;
}

/* Length of the rank variable at the start of `text`, 0 if there is none. */
static size_t rank_variable_length(const char *text)
{
    size_t n = 0;
    if (!isalpha((unsigned char)*text))
        return 0;
    while (isalnum((unsigned char)text[n]) || text[n] == '_')
        n++;
    return af_is_word_byte(text[n]) || is_reserved(text, n) ? 0 : n;
}

bool af_is_rank_variable(const char *text, size_t length)
{
    return length && rank_variable_length(text) == length;
}

void af_rank_variables_of(const char *text, void (*visit)(void *context, const char *start, size_t length),
                          void *context)
{
    while (*text) {
        size_t n = rank_variable_length(text);
        if (n)
            visit(context, text, n);
        while (af_is_word_byte(*text))
            text++;
        while (*text && !af_is_word_byte(*text))
            text++;
    }
}

static bool is_identifier(const char *text)
{
    if (!starts_word(*text))
        return false;
    while (af_is_word_byte(*text))
        text++;
    return !*text;
}

static char *upper_case(af_arena *arena, const char *text)
{
    char *upper = af_copy_text(arena, text);
    for (char *c = upper; *c; c++)
        *c = (char)toupper((unsigned char)*c);
    return upper;
}

static char *lower_case(af_arena *arena, const char *text)
{
    char *lower = af_copy_text(arena, text);
    for (char *c = lower; *c; c++)
        *c = (char)tolower((unsigned char)*c);
    return lower;
}

/* ---- projections */

/* A rank variable that stands twice in a projection is there once;
 * what is lost is kept for a warning (85 U6). */
static void note_repeated(const writer *at, af_value *repeated, af_value variable)
{
    int count = repeated->type == AF_LIST ? repeated->list->count : 0;
    af_value longer = af_list_value(at->arena, count + 1);
    for (int i = 0; i < count; i++)
        longer.list->items[i] = repeated->list->items[i];
    longer.list->items[count] = variable;
    *repeated = longer;
}

static void put_projection(const writer *at, af_value access, af_value projection, af_value repeated)
{
    af_dict_put(at->arena, access, af_string("projection"), projection);
    if (repeated.type == AF_LIST)
        af_dict_put(at->arena, access, af_string("_repeated"), repeated);
}

/* A list [a, b] means {A: a, B: b} (40 section 2.4). */
static int projection_of_list(const writer *at, af_value list, af_value *result, af_value *repeated)
{
    int status = 0;
    *result = af_dict_value(at->arena);
    for (int i = 0; i < list.list->count; i++) {
        af_value item = list.list->items[i];
        writer here = inside(at, NULL, i, item);
        if (item.type != AF_STRING)
            status = wrong(&here, "a projection lists rank variables, found %s",
                           af_describe(at->arena, item));
        else if (rank_variable_length(item.string) != strlen(item.string) ||
                 isupper((unsigned char)*item.string))
            status = wrong(&here,
                           "Invalid projection key: %s. A list has rank variables, which start with a "
                           "lower-case letter; write an index expression with its rank, "
                           "in a map such as {H: p + r}",
                           upper_case(at->arena, item.string));
        else {
            const char *rank = upper_case(at->arena, item.string);
            if (af_dict_find(*result, rank))
                note_repeated(at, repeated, item);
            af_dict_put(at->arena, *result, at_place(rank, item), item);
        }
    }
    return status;
}

static int check_projection(const writer *at, af_value projection)
{
    int status = 0;
    for (int i = 0; i < projection.dict->count; i++) {
        af_value rank = projection.dict->entries[i].key, expression = projection.dict->entries[i].value;
        if (rank.type != AF_STRING || !is_identifier(rank.string))
            status = wrong(at, "Invalid projection key: %s. A rank is a name, as in {H: p + r}",
                           rank.type == AF_STRING ? rank.string : af_describe(at->arena, rank));
        else if (islower((unsigned char)*rank.string))
            status = wrong(at,
                           "Invalid projection key: %s. "
                           "A rank does not start with a lower-case letter: write %s: %s",
                           rank.string, upper_case(at->arena, rank.string),
                           expression.type == AF_STRING ? expression.string : "…");
        else if (expression.type != AF_STRING)
            status = wrong(at,
                           "the index expression of rank %s must be text, found %s; "
                           "put a fixed coordinate in quotes, as in {%s: '0'}",
                           rank.string, af_describe(at->arena, expression), rank.string);
    }
    return status;
}

/* RANK: expression. */
static int named_entry(const writer *at, const char *rank, const char *expression, af_value *result)
{
    if (strchr(expression, ':'))
        return wrong(at,
                     "Invalid projection: %s:%s. "
                     "One rank and one index expression are expected, as in H: p + r",
                     rank, expression);
    if (!af_is_rank_variable(rank, strlen(rank)) || islower((unsigned char)*rank))
        return wrong(at,
                     "Invalid projection key: %s. "
                     "A rank is a name that does not start with a lower-case letter, as in %s: %s",
                     rank, upper_case(at->arena, rank), expression);
    if (af_dict_find(*result, rank))
        return wrong(at, "Duplicate rank entry: %s. Each rank of a tensor stands once", rank);
    af_dict_put(at->arena, *result, af_string(rank), af_string(expression));
    return 0;
}

/* A rank variable alone: m means M: m. */
static int bare_entry(const writer *at, const char *variable, af_value *result, af_value *repeated)
{
    const char *rank = upper_case(at->arena, variable);
    bool upper = isupper((unsigned char)*variable), word = af_is_rank_variable(rank, strlen(rank));
    if (!*variable)
        return wrong(at, "Empty projection entry: a rank variable is missing before or after a comma");
    if (upper && word)
        return wrong(at,
                     "Invalid projection: %s is a rank; write its rank variable, "
                     "which starts with a lower-case letter, as in `%s`",
                     variable, lower_case(at->arena, variable));
    if (upper || !word)
        return wrong(at,
                     "Invalid projection: %s is no rank variable, which is one word that starts with a "
                     "lower-case letter. Write an index expression with its rank, as in `H: %s`",
                     variable, variable);
    if (af_dict_find(*result, rank))
        note_repeated(at, repeated, af_string(variable));
    af_dict_put(at->arena, *result, af_string(rank), af_string(variable));
    return 0;
}

/* Splits "b, H: p + r" (blanks already gone) at its commas into `result`. */
static int projection_of_text(const writer *at, char *text, af_value *result, af_value *repeated)
{
    int failed = 0;
    *result = af_dict_value(at->arena);
    if (!*text)
        return wrong(at, "Projection cannot be empty: write the rank variables, as in O[m, n]");
    for (char *part = text, *next; part; part = next) {
        next = strchr(part, ',');
        if (next)
            *next++ = 0;
        char *colon = strchr(part, ':');
        if (colon)
            *colon = 0;
        failed |= colon ? named_entry(at, part, colon + 1, result) : bare_entry(at, part, result, repeated);
    }
    return failed;
}

/* ---- the compact text (40 section 3.2) */

/* Parts of the text, which is cut into pieces */
typedef struct access_text { char *name, *projection, *end; } access_text;

/* The access NAME[…] that starts at `at`: its parts end where the next begins. */
static bool find_access(char *at, access_text *found)
{
    char *bracket = at;
    while (af_is_word_byte(*bracket))
        bracket++;
    char *close = *bracket == '[' ? strchr(bracket, ']') : NULL;
    if (!starts_word(*at) || !close)
        return false;
    *found = (access_text){at, bracket + 1, close + 1};
    return true;
}

static char *without_blanks(af_arena *arena, const char *text)
{
    char *packed = af_copy_text(arena, text), *to = packed;
    for (const char *from = text; *from; from++)
        if (!isspace((unsigned char)*from))
            *to++ = *from;
    *to = 0;
    return packed;
}

typedef af_list(af_value) value_list;

/* Adds {name, projection, output}. */
static int add_access(const writer *at, value_list *accesses, access_text text, bool output)
{
    af_value projection, repeated = af_none(), access = af_dict_value(at->arena);
    text.projection[-1] = 0, text.end[-1] = 0;
    if (projection_of_text(at, text.projection, &projection, &repeated) < 0)
        return -1;
    access.file = (uint16_t)(at->place.file ? af_source_file(at->place.file) : 0);
    access.line = (uint32_t)at->place.line, access.column = (uint32_t)at->place.column;
    af_dict_put(at->arena, access, af_string("name"), af_string(text.name));
    put_projection(at, access, projection, repeated);
    af_dict_put(at->arena, access, af_string("output"), af_bool(output));
    *af_push(at->arena, accesses) = access;
    return 0;
}

static int check_form(const writer *at, const char *text, const char *packed)
{
    int equals = 0;
    for (const char *c = packed; *c; c++)
        equals += *c == '=';
    if (!*packed)
        return wrong(at, "Einsum string cannot be empty: write OUTPUT[ranks] = INPUT[ranks] * …");
    if (equals != 1)
        return wrong(at,
                     "Invalid einsum format: %s has %d equals signs. Write OUTPUT[ranks] = INPUT[ranks] * …",
                     text, equals);
    return 0;
}

/* `+=` is no form of the language; it is told, and read as `=`, so that what else is wrong is told too. */
static int drop_operator(const writer *at, const char *text, char *packed)
{
    char *equal = strchr(packed, '=');
    if (equal == packed || !strchr("+-*/", equal[-1]))
        return 0;
    memmove(equal - 1, equal, strlen(equal) + 1);
    return wrong(at,
                 "Invalid einsum format: %s. Write `=`: "
                 "an output is reduced over the rank variables that it lacks",
                 text);
}

/* The inputs from left to right; what stands between them is ignored.
 * A digit in front of a name is no part of it: 3A[b] is A. */
static int read_inputs(const writer *at, char *text, value_list *accesses)
{
    access_text input;
    int failed = 0;
    for (char *c = text; *c;) {
        if (find_access(c, &input)) {
            c = input.end;
            failed |= add_access(at, accesses, input, false);
            continue;
        }
        bool word = starts_word(*c);
        do
            c++;
        while (word && af_is_word_byte(*c));
    }
    return failed;
}

int af_parse_einsum_text(af_arena *arena, const char *text, af_value *result, af_report *report,
                         af_place place, const char *path)
{
    writer at = {arena, report, path, place};
    char *packed = without_blanks(arena, text);
    access_text output;
    value_list accesses = {0};
    if (check_form(&at, text, packed) < 0)
        return -1;
    int failed = drop_operator(&at, text, packed);
    if (!find_access(packed, &output) || *output.end != '=' || !output.end[1])
        return wrong(&at,
                     "Invalid einsum format: %s. Write OUTPUT[ranks] = INPUT[ranks] * …, "
                     "each tensor with its brackets",
                     text);
    failed |= read_inputs(&at, output.end + 1, &accesses);
    if (!failed && !accesses.count)
        return wrong(&at, "No input tensors: %s. Write each with its brackets, as in A[m]", text);
    failed |= add_access(&at, &accesses, output, true);
    if (failed)
        return -1;
    af_value list = af_list_value(arena, accesses.count);
    memcpy(list.list->items, accesses.items, sizeof(af_value) * (size_t)accesses.count);
    *result = af_dict_value(arena);
    af_dict_put(arena, *result, af_string("name"), af_string(output.name));
    af_dict_put(arena, *result, af_string("tensor_accesses"), list);
    return 0;
}

/* ---- entries of `einsums` */

static int unknown_access(const writer *at, af_value accesses, const af_value *name)
{
    if (!name || name->type != AF_STRING)
        return wrong(at, "this entry needs the `name` of a tensor of the Einsum's text");
    const char **names = af_new_array(at->arena, const char *, accesses.dict->count);
    af_text all = {0};
    for (int i = 0; i < accesses.dict->count; i++) {
        names[i] = accesses.dict->entries[i].key.string;
        af_text_printf(&all, "%s%s", i ? ", " : "", names[i]);
    }
    wrong(at, "%s is no tensor of this Einsum's text, which has %s%s", name->string, all.bytes,
          af_meant(at->arena, name->string, names, accesses.dict->count));
    af_text_free(&all);
    return -1;
}

/* Fields that a compact entry adds to the accesses of its text (40 section 3.1). */
static int add_access_fields(const writer *at, af_value accesses, af_value given)
{
    int status = 0;
    if (given.type != AF_LIST)
        return wrong(at, "a list of tensor accesses is expected, found %s", af_describe(at->arena, given));
    for (int i = 0; i < given.list->count; i++) {
        af_value entry = given.list->items[i];
        writer here = inside(at, NULL, i, entry);
        const af_value *name = af_dict_find(entry, "name");
        const af_value *access = name && name->type == AF_STRING ? af_dict_find(accesses, name->string)
                                                                 : NULL;
        if (!access) {
            status = unknown_access(&here, accesses, name);
            continue;
        }
        for (int k = 0; k < entry.dict->count; k++) {
            af_value key = entry.dict->entries[k].key;
            if (key.type != AF_STRING || strcmp(key.string, "name") == 0)
                continue;
            if (af_dict_find(*access, key.string))
                status = wrong(&here,
                               "tensor_accesses entry %s has set %s, which is already set by "
                               "the einsum string: drop one of them",
                               name->string, key.string);
            else
                af_dict_put(at->arena, *access, key, entry.dict->entries[k].value);
        }
    }
    return status;
}

static af_value values_of(af_arena *arena, af_value dict)
{
    af_value list = af_list_value(arena, dict.dict->count);
    for (int i = 0; i < dict.dict->count; i++)
        list.list->items[i] = dict.dict->entries[i].value;
    return list;
}

static af_value copy_without(af_arena *arena, af_value dict, const char *const *keys, int n_keys)
{
    af_value copy = af_dict_value(arena);
    copy.file = dict.file, copy.line = dict.line, copy.column = dict.column;
    for (int i = 0; i < dict.dict->count; i++) {
        bool left_out = false;
        for (int k = 0; k < n_keys; k++)
            left_out |= dict.dict->entries[i].key.type == AF_STRING &&
                        !strcmp(dict.dict->entries[i].key.string, keys[k]);
        if (!left_out)
            af_dict_put(arena, copy, dict.dict->entries[i].key, dict.dict->entries[i].value);
    }
    return copy;
}

/* Accesses by tensor; a later access of the same tensor takes the place of the earlier one. */
static af_value by_name(const writer *at, af_value list)
{
    af_value accesses = af_dict_value(at->arena);
    for (int i = 0; i < list.list->count; i++) {
        af_value name = *af_dict_find(list.list->items[i], "name");
        if (af_dict_find(accesses, name.string))
            af_warn(at->report, at->place, at->path,
                    "tensor %s is accessed more than once; only the last access counts", name.string);
        af_dict_put(at->arena, accesses, name, list.list->items[i]);
    }
    return accesses;
}

static int normal_compact(const writer *at, af_value entry, af_value *result)
{
    static const char *const replaced[] = {"einsum", "name", "tensor_accesses"};
    const af_value *text = af_dict_find(entry, "einsum"), *given = af_dict_find(entry, "tensor_accesses");
    af_value parsed, accesses;
    writer in_accesses = inside(at, "tensor_accesses", 0, given ? *given : entry);
    if (text->type != AF_STRING)
        return wrong(at, "text such as \"O[m] = I[m, k] * W[k]\" is expected as `einsum`, found %s",
                     af_describe(at->arena, *text));
    if (af_parse_einsum_text(at->arena, text->string, &parsed, at->report, at->place, at->path) < 0)
        return -1;
    accesses = by_name(at, *af_dict_find(parsed, "tensor_accesses"));
    if (given && given->type != AF_NONE && add_access_fields(&in_accesses, accesses, *given) < 0)
        return -1;
    *result = copy_without(at->arena, entry, replaced, 3);
    af_dict_put(at->arena, *result, at_place("name", *text),
                at_place(af_dict_find(parsed, "name")->string, *text));
    af_dict_put(at->arena, *result, at_place("tensor_accesses", *text), values_of(at->arena, accesses));
    return 0;
}

static int normal_access(const writer *at, af_value access, af_value *result)
{
    const af_value *projection = af_dict_find(access, "projection");
    *result = access;
    if (!projection)
        return 0;                             /* the schema says that it is missing */
    af_value dict = *projection, repeated = af_none();
    writer here = inside(at, "projection", 0, *projection);
    if (projection->type == AF_LIST) {
        if (projection_of_list(&here, *projection, &dict, &repeated) < 0)
            return -1;
        *result = copy_without(at->arena, access, NULL, 0);
        put_projection(at, *result, dict, repeated);
    }
    return dict.type == AF_DICT ? check_projection(&here, dict) : 0;
}

static int normal_verbose(const writer *at, af_value entry, af_value *result)
{
    const af_value *given = af_dict_find(entry, "tensor_accesses");
    int status = 0;
    *result = copy_without(at->arena, entry, NULL, 0);
    if (!given || given->type != AF_LIST)
        return 0;
    af_value accesses = af_list_value(at->arena, given->list->count);
    writer list = inside(at, "tensor_accesses", 0, *given);
    for (int i = 0; i < given->list->count; i++) {
        writer here = inside(&list, NULL, i, given->list->items[i]);
        status |= normal_access(&here, given->list->items[i], &accesses.list->items[i]);
    }
    af_dict_put(at->arena, *result, af_string("tensor_accesses"), accesses);
    return status;
}

af_value af_normal_renames(af_arena *arena, af_value renames)
{
    if (renames.type != AF_DICT)
        return renames;
    af_value list = af_list_value(arena, renames.dict->count);
    list.file = renames.file, list.line = renames.line, list.column = renames.column;
    for (int i = 0; i < renames.dict->count; i++) {
        af_value rename = af_dict_value(arena), source = renames.dict->entries[i].value;
        rename.file = source.file, rename.line = source.line, rename.column = source.column;
        af_dict_put(arena, rename, af_string("name"), renames.dict->entries[i].key);
        af_dict_put(arena, rename, af_string("source"), source);
        af_dict_put(arena, rename, af_string("expected_count"), af_none());
        list.list->items[i] = rename;
    }
    return list;
}

static int normal_einsum(const writer *at, af_value entry, af_value *result)
{
    if (entry.type == AF_STRING) {
        af_value compact = af_dict_value(at->arena);
        af_dict_put(at->arena, compact, af_string("einsum"), entry);
        entry = (af_value){.type = AF_DICT,
                           .file = entry.file,
                           .line = entry.line,
                           .column = entry.column,
                           .dict = compact.dict};
    }
    if (entry.type != AF_DICT)
        return wrong(at,
                     "an Einsum is expected: text such as \"O[m] = I[m, k] * W[k]\", "
                     "or a map with name and tensor_accesses; found %s",
                     af_describe(at->arena, entry));
    if ((af_dict_find(entry, "einsum") ? normal_compact : normal_verbose)(at, entry, result) < 0)
        return -1;
    const af_value *renames = af_dict_find(*result, "renames");
    if (renames)
        af_dict_put(at->arena, *result, af_string("renames"), af_normal_renames(at->arena, *renames));
    return 0;
}

static void flatten(af_arena *arena, af_value list, value_list *flat)
{
    for (int i = 0; i < list.list->count; i++)
        if (list.list->items[i].type == AF_LIST)
            flatten(arena, list.list->items[i], flat);
        else
            *af_push(arena, flat) = list.list->items[i];
}

int af_normal_workload(af_arena *arena, af_value workload, af_value *result, af_report *report)
{
    const af_value *einsums = af_dict_find(workload, "einsums");
    *result = workload;
    if (!einsums || einsums->type != AF_LIST)
        return 0;                             /* the schema says what is wrong */
    value_list flat = {0};
    flatten(arena, *einsums, &flat);
    af_value list = af_list_value(arena, flat.count);
    writer root = {arena, report, "workload.einsums", af_place_of(*einsums)};
    int status = 0;
    for (int i = 0; i < flat.count; i++) {
        writer at = inside(&root, NULL, i, flat.items[i]);
        if (normal_einsum(&at, flat.items[i], &list.list->items[i]) < 0) {
            list.list->items[i] = af_undefined();
            status = -1;
        }
    }
    *result = copy_without(arena, workload, NULL, 0);
    af_dict_put(arena, *result, af_string("einsums"), list);
    return status;
}
