/* YAML: libyaml gives events, the composer here makes values of them (10 section 4). */
#include "lang/yaml.h"

#include <string.h>
#include <yaml.h>

enum {
    MOST_LINES = 0xfffff,                 /* further ones have no place */
    MOST_DEPTH = 100,                     /* deeper nesting is no spec; it keeps recursion in bounds */
    MOST_COPIES = 1000000                 /* values that aliases, merges and included files stand for */
};

typedef struct anchor { const char *name; af_value value; long weight; bool open; } anchor;

typedef struct composer {
    yaml_parser_t parser;
    yaml_event_t event;                   /* the one looked at; taken by next() */
    const af_yaml_source *source;
    /* of the source, after its byte-order mark: libyaml would count that as a column */
    const char *text;
    af_arena *arena;
    af_report *report;
    int file, depth;
    /* values so far, aliases counted with all they stand for; those that they stand for */
    long weight, copies;
    af_list(anchor) anchors;
    af_names *anchor_names;
    af_list(int) latest;                  /* per name its last anchor */
} composer;

/* ---- places and errors */

static void set_place(const composer *c, yaml_mark_t mark, af_value *value)
{
    const af_yaml_source *s = c->source;
    size_t line = mark.line;
    value->file = (uint16_t)c->file;
    line = s->line_of && (int)line < s->n_lines ? (size_t)s->line_of[line] : line + 1;
    value->line = line <= MOST_LINES ? (uint32_t)line : 0;
    value->column = mark.column < 4095 ? (uint32_t)mark.column + 1 : 0;
}

static af_place place_of(const composer *c, yaml_mark_t mark)
{
    af_value value = af_none();
    set_place(c, mark, &value);
    return (af_place){c->source->path, value.line, value.column};
}

static int fail(const composer *c, yaml_mark_t mark, const char *format, ...) AF_PRINTF(3, 4);
static int fail(const composer *c, yaml_mark_t mark, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    af_fail_list(c->report, AF_BAD_DATA, place_of(c, mark), NULL, format, arguments);
    va_end(arguments);
    return -1;
}

/* ---- libyaml's errors, in words that say what to do */

static const struct { const char *problem, *said; } problems[] = {
    {"mapping values are not allowed in this context",
     "a key cannot stand here: a text that holds `: ` needs quotes, and a map inside of a map begins on a "
     "line of its own"},
    {"did not find expected key",
     "a key is expected here: check the indentation of this line, and the quotes around the value before it"},
    {"did not find expected '-' indicator",
     "a list item, which begins with `- `, is expected here: check the indentation"},
    {"block sequence entries are not allowed in this context",
     "a list item cannot stand here: `- ` begins a line of its own"},
    {"did not find expected ',' or '}'",
     "`,` or `}` is expected here: inside of {…} a text that holds , : [ ] { } needs quotes"},
    {"did not find expected ',' or ']'",
     "`,` or `]` is expected here: inside of […] a text that holds , : [ ] { } needs quotes"},
    {"did not find expected node content", "a value is expected here: is a [ or { not closed?"},
    {"could not find expected ':'", "`: ` is expected after a key"},
    {"found unexpected end of stream", "a text in quotes is never closed"},
    {"did not find expected alphabetic or numeric character",
     "`*` begins the name of an anchor: a text that begins with * or & needs quotes"},
    {"found unknown escape character",
     "no such escape: write \\\\ for a backslash, or use '…', where a backslash is itself"},
};
static const struct { const char *context, *said; } contexts[] = {
    {"while parsing a block mapping", "the map"},       {"while parsing a flow mapping", "the map {…}"},
    {"while parsing a block collection", "the list"},   {"while parsing a flow sequence", "the list […]"},
    {"while scanning a quoted scalar", "the text"},     {"while scanning a simple key", "the key"},
};

/* Where in the text a mark is; the mark counts characters. */
static const char *text_at(const composer *c, yaml_mark_t mark)
{
    const char *at = c->text;
    for (size_t i = 0; i < mark.index; i++)
        for (at++; (*at & 0xc0) == 0x80;)
            at++;
    return at;
}

static const char *problem_text(const composer *c)
{
    const char *problem = c->parser.problem;
    if (!strcmp(problem, "found character that cannot start any token")) {
        char byte = *text_at(c, c->parser.problem_mark);
        return byte == '\t' ? "a tab cannot indent: use blanks"
                            : af_format(c->arena, "a text cannot begin with `%c`: put it in quotes", byte);
    }
    for (size_t i = 0; i < sizeof problems / sizeof *problems; i++)
        if (!strcmp(problem, problems[i].problem))
            return problems[i].said;
    return problem;
}

/* At the end of a text without a last line break libyaml counts one more line. */
static yaml_mark_t problem_mark(const composer *c)
{
    yaml_mark_t mark = c->parser.problem_mark;
    size_t length = strlen(c->text);
    if (!length || c->text[length - 1] == '\n' || *text_at(c, mark) || mark.column)
        return mark;
    for (mark.line--; mark.column < length && c->text[length - 1 - mark.column] != '\n'; mark.column++)
        continue;
    return mark;
}

static int fail_syntax(const composer *c)
{
    const yaml_parser_t *p = &c->parser;
    yaml_mark_t at = problem_mark(c);
    if (p->error == YAML_MEMORY_ERROR)
        return af_fail(c->report, AF_SYSTEM, AF_NOWHERE, NULL, "out of memory");
    if (p->error == YAML_READER_ERROR) {
        size_t line = 0, start = 0;
        for (size_t i = 0; i < p->problem_offset; i++)
            if (c->text[i] == '\n')
                line++, start = i + 1;
        return fail(c, (yaml_mark_t){p->problem_offset, line, p->problem_offset - start}, "%s", p->problem);
    }
    for (size_t i = 0; p->context && i < sizeof contexts / sizeof *contexts; i++)
        if (!strcmp(p->context, contexts[i].context) && p->context_mark.line != at.line)
            return fail(c, at, "%s (in %s that begins on line %d)", problem_text(c),
                        contexts[i].said,
                        place_of(c, p->context_mark).line);
    return fail(c, at, "%s", problem_text(c));
}

static int next(composer *c)
{
    yaml_event_delete(&c->event);
    return yaml_parser_parse(&c->parser, &c->event) ? 0 : fail_syntax(c);
}

/* The type of a core tag, "int" of !!int; NULL: another tag or none. */
static const char *core_type(const yaml_char_t *tag)
{
    static const char prefix[] = "tag:yaml.org,2002:";
    return tag && !strncmp((const char *)tag, prefix, sizeof prefix - 1)
        ? (const char *)tag + sizeof prefix - 1 : NULL;
}

/* "Memory" of !Memory; NULL: a core tag or none. */
static const char *own_tag(const yaml_char_t *tag)
{
    const char *text = (const char *)tag;
    return !tag || core_type(tag) || !strcmp(text, "!") ? NULL : text + (*text == '!');
}

static int compose(composer *c, af_value *value);

/* ---- anchors */

static int open_anchor(composer *c, const yaml_char_t *name)
{
    if (!name)
        return -1;
    int id = af_name_add(c->anchor_names, (const char *)name), index = c->anchors.count;
    *af_push(c->arena, &c->anchors) = (anchor){af_name_text(c->anchor_names, id), af_none(), c->weight, true};
    if (id == c->latest.count)
        *af_push(c->arena, &c->latest) = index;
    c->latest.items[id] = index;
    return index;
}

static void close_anchor(composer *c, int index, af_value value)
{
    if (index < 0)
        return;
    anchor *a = &c->anchors.items[index];
    a->value = value;
    a->weight = c->weight - a->weight;
    a->open = false;
}

static int add_copies(composer *c, long count)
{
    c->weight += count;
    c->copies += count;
    if (c->copies <= MOST_COPIES)
        return 0;
    return fail(c, c->event.start_mark, "aliases and included files stand for more than %d values",
                MOST_COPIES);
}

static int compose_alias(composer *c, af_value *value)
{
    const char *name = (const char *)c->event.data.alias.anchor;
    int id = af_name_find(c->anchor_names, name);
    const anchor *a = id >= 0 ? &c->anchors.items[c->latest.items[id]] : NULL;
    if (a && a->open)
        return fail(c, c->event.start_mark, "the alias *%s stands inside of what its anchor names", name);
    if (a) {
        *value = a->value;
        return add_copies(c, a->weight);
    }
    const char **names = af_new_array(c->arena, const char *, c->anchors.count);
    for (int i = 0; i < c->anchors.count; i++)
        names[i] = c->anchors.items[i].name;
    const char *near = af_nearest(name, names, c->anchors.count);
    return fail(c, c->event.start_mark, "found undefined alias '%s'%s%s%s", name,
                near ? " (did you mean '" : "", near ? near : "",
                near ? "'?)" : "");
}

/* ---- scalars */

/* !!bool takes the words of YAML 1.1 too, in any case, as the reference does. */
static bool bool_of_word(const char *text, af_value *value)
{
    static const char *const words[] = {"no", "yes", "off", "on", "false", "true"};
    for (int i = 0; i < 6; i++)
        if (!strcasecmp(words[i], text)) {
            *value = af_bool(i & 1);
            return true;
        }
    return false;
}

static int compose_core_scalar(composer *c, const char *type, const char *text, size_t length,
                               af_value *value)
{
    *value = af_yaml_scalar(c->arena, text, length);
    bool whole = value->type == AF_INT || value->type == AF_BIG, fits = false;
    if (!strcmp(type, "int"))
        fits = whole;
    else if (!strcmp(type, "bool"))
        fits = bool_of_word(text, value);
    else if (!strcmp(type, "null"))
        *value = af_none(), fits = true;
    else if (!strcmp(type, "float")) {
        fits = whole || value->type == AF_REAL;
        *value = whole ? af_real(af_as_double(*value)) : *value;
    }
    return fits ? 0 : fail(c, c->event.start_mark, "the tag !!%s does not fit the scalar \"%s\"", type, text);
}

/* How many values there are, up to a limit; as deep as the composer lets values be. */
static long count_values(af_value value, long limit)
{
    long count = 1;
    if (value.type == AF_LIST)
        for (int i = 0; i < value.list->count && count <= limit; i++)
            count += count_values(value.list->items[i], limit - count);
    if (value.type == AF_DICT)
        for (int i = 0; i < value.dict->count && count <= limit; i++)
            count += count_values(value.dict->entries[i].value, limit - count);
    return count;
}

static int compose_include(composer *c, const char *tag, const char *argument, af_value *value)
{
    if (!c->source->include)
        return fail(c, c->event.start_mark, "the tag !%s is not possible here", tag);
    if (c->source->include(c->source->context, tag, argument, place_of(c, c->event.start_mark), value))
        return -1;
    return add_copies(c, count_values(*value, MOST_COPIES));
}

static int compose_tagged_scalar(composer *c, const char *tag, const char *text, size_t length,
                                 af_value *value)
{
    if (!strncmp(tag, "include", 7))
        return compose_include(c, tag, text, value);
    if (!strcmp(tag, "nomerge"))
        return fail(c, c->event.start_mark,
                    "the tag !nomerge must be applied to a list or dict, not to a scalar");
    if (!length)
        return fail(c, c->event.start_mark,
                    "the tag !%s stands alone: fields must follow it, indented, or {}", tag);
    return fail(c, c->event.start_mark, "the tag !%s cannot stand before a scalar (\"%s\")", tag, text);
}

static bool is_date(const char *text)
{
    static const char form[] = "0000-00-00";
    for (int i = 0; form[i]; i++)
        if (form[i] == '0' ? text[i] < '0' || text[i] > '9' : text[i] != form[i])
            return false;
    return text[10] < '0' || text[10] > '9';
}

static int compose_scalar(composer *c, af_value *value)
{
    const char *text = (const char *)c->event.data.scalar.value;
    const char *core = core_type(c->event.data.scalar.tag), *tag = own_tag(c->event.data.scalar.tag);
    size_t length = c->event.data.scalar.length;
    yaml_scalar_style_t style = c->event.data.scalar.style;
    if (memchr(text, 0, length))
        return fail(c, c->event.start_mark, "a text must not hold the character NUL");
    if (core)
        return compose_core_scalar(c, core, text, length, value);
    if (tag)
        return compose_tagged_scalar(c, tag, text, length, value);
    if (style != YAML_PLAIN_SCALAR_STYLE) {
        *value = af_string(af_copy_slice(c->arena, text, length));
        value->quoted = style == YAML_SINGLE_QUOTED_SCALAR_STYLE || style == YAML_DOUBLE_QUOTED_SCALAR_STYLE;
        return 0;
    }
    if (!strcmp(text, "="))
        return fail(c, c->event.start_mark, "a single = is not a value (quote it)");
    *value = af_yaml_scalar(c->arena, text, length);
    if (value->type == AF_STRING && is_date(text))
        af_warn(c->report, place_of(c, c->event.start_mark), NULL, "the date %s is taken as text", text);
    return 0;
}

/* ---- sequences and mappings */

static int check_core(const composer *c, const yaml_char_t *tag, const char *type, const char *what)
{
    const char *core = core_type(tag);
    if (!core || !strcmp(core, type))
        return 0;
    return fail(c, c->event.start_mark, "the tag !!%s does not fit a %s", core, what);
}

static int compose_sequence(composer *c, af_value *value)
{
    af_list(af_value) items = {0};
    const char *tag = own_tag(c->event.data.sequence_start.tag);
    bool protected = tag && !strcmp(tag, "nomerge");
    if (check_core(c, c->event.data.sequence_start.tag, "seq", "list"))
        return -1;
    if (tag && !protected)
        af_warn(c->report, place_of(c, c->event.start_mark), NULL, "the tag !%s of a list says nothing", tag);
    for (;;) {
        if (next(c))
            return -1;
        if (c->event.type == YAML_SEQUENCE_END_EVENT)
            break;
        af_value item;
        if (compose(c, &item))
            return -1;
        *af_push(c->arena, &items) = item;
    }
    *value = af_list_value(c->arena, items.count);
    if (items.count)
        memcpy(value->list->items, items.items, sizeof *items.items * (size_t)items.count);
    value->quoted = protected;
    return 0;
}

static int fail_duplicate(const composer *c, af_value dict, af_value key)
{
    af_text text = {0};
    int first = 0;
    for (int i = 0; i < dict.dict->count; i++)
        if (af_equal(dict.dict->entries[i].key, key))
            first = (int)dict.dict->entries[i].key.line;
    af_print_str(&text, key);
    af_fail(c->report, AF_BAD_DATA, af_place_of(key), NULL,
            "found duplicate key \"%s\", which stands on line %d too",
            text.bytes ? text.bytes : "", first);
    af_text_free(&text);
    return -1;
}

/* Native `<<`: entries of one map or of a list of maps that are not there yet; the first source wins (10
 * section 5). */
static int merge_native(composer *c, af_value value, af_value source, yaml_mark_t mark)
{
    const af_value *sources = &source;
    int n_sources = 1;
    if (source.type == AF_LIST)
        sources = source.list->items, n_sources = source.list->count;
    for (int i = 0; i < n_sources; i++) {
        if (sources[i].type != AF_DICT)
            return fail(c, mark, "`<<` takes a map or a list of maps, found %s",
                        af_describe(c->arena, sources[i]));
        int count;
        const af_entry *entries = af_dict_entries(sources[i], &count);
        for (int k = 0; k < count; k++)
            if (!af_dict_get(value, entries[k].key)) {
                af_dict_put(c->arena, value, entries[k].key, entries[k].value);
                if (add_copies(c, 1))
                    return -1;
            }
    }
    return 0;
}

static int compose_key(composer *c, af_value *key, bool *merge)
{
    yaml_event_type_t type = c->event.type;
    yaml_mark_t mark = c->event.start_mark;
    *merge = type == YAML_SCALAR_EVENT && c->event.data.scalar.style == YAML_PLAIN_SCALAR_STYLE
          && !strcmp((const char *)c->event.data.scalar.value, "<<");
    if (type == YAML_MAPPING_START_EVENT || type == YAML_SEQUENCE_START_EVENT)
        return fail(c, mark, "a key must be a scalar, not a %s",
                    type == YAML_MAPPING_START_EVENT ? "mapping" : "sequence");
    if (compose(c, key))
        return -1;
    if (key->type == AF_DICT || key->type == AF_LIST)     /* of an alias, or included */
        return fail(c, mark, "a key must be a scalar, not a %s",
                    key->type == AF_DICT ? "mapping" : "sequence");
    return 0;
}

/* One key and its value; the value of `<<` goes to `merged`. */
static int compose_entry(composer *c, af_value dict, af_value *merged, yaml_mark_t *merge_mark)
{
    yaml_mark_t mark = c->event.start_mark;
    af_value key, value;
    bool merge;
    if (compose_key(c, &key, &merge) || next(c))
        return -1;
    if (merge && merged->type != AF_UNDEFINED)
        return fail(c, mark, "found duplicate merge key \"<<\"");
    if (!merge && af_dict_get(dict, key))
        return fail_duplicate(c, dict, key);
    if (merge)
        *merge_mark = c->event.start_mark;
    if (compose(c, merge ? merged : &value))
        return -1;
    if (!merge)
        af_dict_put(c->arena, dict, key, value);
    return 0;
}

static int compose_mapping(composer *c, af_value *value)
{
    const char *tag = own_tag(c->event.data.mapping_start.tag);
    bool protected = tag && !strcmp(tag, "nomerge");
    if (check_core(c, c->event.data.mapping_start.tag, "map", "map"))
        return -1;
    yaml_mark_t merge_mark = c->event.start_mark;
    af_value merged = af_undefined();
    *value = af_dict_value(c->arena);
    value->quoted = protected;
    if (tag && !protected)
        ((af_dict *)value->dict)->tag = af_copy_text(c->arena, tag);
    for (;;) {
        if (next(c))
            return -1;
        if (c->event.type == YAML_MAPPING_END_EVENT)
            break;
        if (compose_entry(c, *value, &merged, &merge_mark))
            return -1;
    }
    return merged.type == AF_UNDEFINED ? 0 : merge_native(c, *value, merged, merge_mark);
}

static const yaml_char_t *anchor_of(const yaml_event_t *event)
{
    return event->type == YAML_SCALAR_EVENT ? event->data.scalar.anchor
         : event->type == YAML_SEQUENCE_START_EVENT ? event->data.sequence_start.anchor
             : event->data.mapping_start.anchor;
}

/* The value that begins with the current event; afterwards the current event is its last. */
static int compose(composer *c, af_value *value)
{
    yaml_mark_t mark = c->event.start_mark;
    yaml_event_type_t type = c->event.type;
    if (type == YAML_ALIAS_EVENT)
        return compose_alias(c, value);
    if (++c->depth > MOST_DEPTH)
        return fail(c, mark, "nested deeper than %d levels", MOST_DEPTH);
    c->weight++;
    int named = open_anchor(c, anchor_of(&c->event));
    int failed = type == YAML_SCALAR_EVENT ? compose_scalar(c, value)
               : type == YAML_SEQUENCE_START_EVENT ? compose_sequence(c, value) : compose_mapping(c, value);
    if (failed)
        return -1;
    c->depth--;
    if (!value->file)                                    /* what was included keeps its own place */
        set_place(c, mark, value);
    close_anchor(c, named, *value);
    return 0;
}

static int check_version(const composer *c)
{
    const yaml_version_directive_t *version = c->event.data.document_start.version_directive;
    if (!version || version->minor != 1)
        return 0;
    return fail(c, c->event.start_mark, "%%YAML %d.%d is not supported: values are read as YAML 1.2 says",
                version->major, version->minor);
}

static int compose_stream(composer *c, af_value *result)
{
    *result = af_none();
    if (next(c) || next(c))                              /* the stream's start, then a document or the end */
        return -1;
    if (c->event.type == YAML_STREAM_END_EVENT)
        return 0;
    if (check_version(c) || next(c) || compose(c, result) || next(c) || next(c))
        return -1;
    if (c->event.type != YAML_STREAM_END_EVENT)
        return fail(c, c->event.start_mark, "one document is expected in a file; another begins here");
    return 0;
}

int af_read_yaml(af_arena *arena, const af_yaml_source *source, af_value *result, af_report *report)
{
    size_t mark = source->length >= 3 && !memcmp(source->text, "\xef\xbb\xbf", 3) ? 3 : 0;
    composer c = {.source = source, .text = source->text + mark, .arena = arena, .report = report,
                  .file = source->path ? af_source_file(source->path) : 0,
                  .anchor_names = af_names_new(arena)};
    if (!yaml_parser_initialize(&c.parser))
        return af_fail(report, AF_SYSTEM, AF_NOWHERE, NULL, "out of memory");
    yaml_parser_set_encoding(&c.parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&c.parser, (const unsigned char *)c.text, source->length - mark);
    int failed = compose_stream(&c, result);
    yaml_event_delete(&c.event);
    yaml_parser_delete(&c.parser);
    return failed;
}
