/* A spec from files, and the `spec` record in both directions (10 sections 2, 17). */
#include "spec/mapping.h"
#include "spec/load_parts.h"

#include <errno.h>
#include <glob.h>
#include <string.h>
#include <sys/stat.h>

/* ---- -D */

static int add_data(loader *l, const char *definition)
{
    const char *equals = strchr(definition, '=');
    if (!equals || equals == definition)
        return af_fail(l->report, AF_USAGE, AF_NOWHERE, NULL, "-D %s: NAME=VALUE is expected", definition);
    af_value value = af_command_line_value(l->arena, equals + 1);
    const char *name = af_copy_slice(l->arena, definition, (size_t)(equals - definition));
    af_scope_set(l->data, name, value);
    af_dict_put(l->arena, l->data_dict, af_string(name), value);
    return 0;
}

/* An -D name that no template says is probably misspelt (85 U15). */
static void warn_unused_data(loader *l)
{
    int count, n_words = af_name_count(l->template_words);
    const af_entry *entries = af_dict_entries(l->data_dict, &count);
    const char **words = af_new_array(l->arena, const char *, n_words + 1);
    for (int i = 0; i < n_words; i++)
        words[i] = af_name_text(l->template_words, i);
    for (int i = 0; i < count; i++) {
        const char *name = entries[i].key.string, *near = af_nearest(name, words, n_words);
        if (af_name_find(l->template_words, name) < 0)
            af_warn(l->report, AF_NOWHERE, NULL, "-D %s is used by no file%s%s%s", name,
                    near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
    }
}

/* ---- files together: the first file that has a key wins */

static void note_hidden(loader *l, const char *section, const char *file, const char *by)
{
    af_value entry = af_dict_value(l->arena), longer = af_list_value(l->arena, l->hidden.list->count + 1);
    af_dict_put(l->arena, entry, af_string("section"), af_string(section));
    af_dict_put(l->arena, entry, af_string("file"), af_string(file));
    af_dict_put(l->arena, entry, af_string("by"), af_string(by));
    for (int i = 0; i < l->hidden.list->count; i++)
        longer.list->items[i] = l->hidden.list->items[i];
    longer.list->items[l->hidden.list->count] = entry;
    l->hidden = longer;
}

static void gather(loader *l, af_value all, af_value one, const char *path)
{
    int count;
    const af_entry *entries = af_dict_entries(one, &count);
    for (int i = 0; i < count; i++) {
        const char *section = entries[i].key.type == AF_STRING ? entries[i].key.string : "";
        const af_value *owner = af_dict_find(l->owners, section);
        if (owner) {
            note_hidden(l, section, path, owner->string);
            af_warn(l->report, af_place_of(entries[i].value), section,
                    "%s has this section too, but %s, read before, has it already: ignored", path,
                    owner->string);
            continue;
        }
        af_dict_put(l->arena, all, entries[i].key, entries[i].value);
        af_dict_put(l->arena, l->owners, entries[i].key, af_string(path));
    }
}

static bool same_file(const char *a, const char *b)
{
    struct stat x, y;
    return !stat(a, &x) && !stat(b, &y) && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

static int fail_no_match(loader *l, const char *pattern)
{
    struct stat found;
    af_place place = {pattern, 0, 0};
    if (stat(pattern, &found) && !strpbrk(pattern, "*?["))
        return af_fail(l->report, AF_NO_INPUT, place, NULL, "cannot read this file: %s", strerror(errno));
    return af_fail(l->report, AF_NO_INPUT, place, NULL, "no file matches this pattern");
}

static int gather_pattern(loader *l, const char *pattern, af_value all, const char **taken, int *n_taken,
                          int room)
{
    glob_t matches = {0};
    bool standard = !strcmp(pattern, "-");
    if (!standard && (glob(pattern, 0, NULL, &matches) || !matches.gl_pathc)) {
        globfree(&matches);
        return fail_no_match(l, pattern);
    }
    int failed = 0;
    for (size_t i = 0; i < (standard ? 1 : matches.gl_pathc) && !failed; i++) {
        const char *path = standard ? "-" : af_copy_text(l->arena, matches.gl_pathv[i]);
        bool known = false;
        for (int k = 0; k < *n_taken && !known; k++)
            known = same_file(taken[k], path);
        if (known || *n_taken == room)
            continue;
        taken[(*n_taken)++] = path;
        af_value one;
        failed = af_load_file(l, path, &one);
        if (!failed)
            gather(l, all, one, path);
    }
    globfree(&matches);
    return failed;
}

static int no_top_key(loader *l, af_value source, const char *name, const char *where)
{
    const char *names[64];
    int count = 0;
    af_text all = {0};
    for (int i = 0; i < source.dict->count && count < 64; i++)
        if (source.dict->entries[i].key.type == AF_STRING) {
            names[count++] = source.dict->entries[i].key.string;
            af_text_printf(&all, "%s%s", all.length ? ", " : "", names[count - 1]);
        }
    af_fail(l->report, AF_BAD_DATA, AF_NOWHERE, NULL, "Top key %s not found in %s, which have %s%s", name,
            where, count ? all.bytes : "none", af_meant(l->arena, name, names, count));
    af_text_free(&all);
    return -1;
}

static int apply_top_keys(loader *l, const af_load_options *options, af_value *tree)
{
    for (int i = 0; i < options->n_top_keys; i++) {
        const char *key = options->top_keys[i], *equals = strchr(key, '=');
        af_value source = *tree;
        const char *name = equals ? af_copy_slice(l->arena, key, (size_t)(equals - key)) : key;
        if (equals && af_load_file(l, equals + 1, &source))
            return -1;
        const af_value *entry = af_dict_find(source, name);
        if (!entry)
            return no_top_key(l, source, name, equals ? equals + 1 : "the files");
        if (equals)
            af_dict_put(l->arena, *tree, af_string(name), *entry);
        else
            *tree = *entry;
    }
    return 0;
}

/* ---- the whole */

static af_spec *spec_of_tree(af_arena *arena, af_value tree, af_report *report)
{
    const af_value *mapping = af_dict_find(tree, "mapping");
    af_typed *root = af_construct(arena, af_find_class("Spec"), tree, "", report);
    if (!root)
        return NULL;
    af_spec *spec = af_new(arena, af_spec);
    *spec = (af_spec){.arena = arena,
                      .root = root,
                      .data = af_dict_value(arena),
                      .hidden = af_list_value(arena, 0),
                      .mapping_value = mapping ? *mapping : af_none()};
    const struct { const char *name; af_typed **section; } sections[] = {
        {"arch",      &spec->arch},
        {"config",    &spec->config},
        {"mapper",    &spec->mapper},
        {"model",     &spec->model},
        {"renames",   &spec->renames},
        {"variables", &spec->variables},
        {"workload",  &spec->workload},
    };
    for (size_t i = 0; i < sizeof sections / sizeof *sections; i++)
        *sections[i].section = af_typed_child(root, sections[i].name);
    return spec;
}

af_spec *af_spec_load(af_arena *arena, const af_load_options *options, af_report *report)
{
    loader l = {.arena = arena,
                .report = report,
                .data_dict = af_dict_value(arena),
                .template_words = af_names_new(arena),
                .options = options,
                .owners = af_dict_value(arena),
                .hidden = af_list_value(arena, 0)};
    l.functions = af_scope_new(arena, NULL);
    af_add_math_names(l.functions);
    l.data = af_scope_new(arena, l.functions);
    for (int i = 0; i < options->n_data; i++)
        if (add_data(&l, options->data[i]))
            return NULL;
    if (!options->n_files && !options->n_top_keys) {
        af_fail(report, AF_USAGE, AF_NOWHERE, NULL, "no file is given; - is standard input");
        return NULL;
    }
    af_value tree = af_dict_value(arena);
    const char *taken[256];
    int n_taken = 0;
    int failed = 0;
    for (int i = 0; i < options->n_files; i++)
        failed |= gather_pattern(&l, options->files[i], tree, taken, &n_taken, 256);
    if (failed || apply_top_keys(&l, options, &tree))
        return NULL;
    for (int i = 0; i < options->n_overrides; i++)
        failed |= af_apply_override(arena, tree, options->overrides[i], report);
    if (failed)
        return NULL;
    warn_unused_data(&l);
    af_value written = options->keep_written ? af_copy_value(arena, tree) : af_none();
    af_spec *spec = spec_of_tree(arena, tree, report);
    const af_value *mapping = af_dict_find(tree, "mapping");
    if ((mapping && af_check_mapping(arena, *mapping, report)) || !spec)
        return NULL;
    spec->files = l.files.items;
    spec->n_files = l.files.count;
    spec->data = l.data_dict;
    spec->written = written;
    spec->hidden = l.hidden;
    return spec;
}

af_value af_spec_mapping(const af_spec *spec) { return spec->mapping_value; }

/* ---- writing the record: expressions as {"e":text,"at":[line,column,file]}, quoted texts of open
 * classes as {"lit":text}, objects and nodes of a mapping with their place as "@", which is no key that
 * a YAML file is likely to have */

typedef struct printing { af_json_writer *w; const af_spec *spec; } printing;

/* [line, column, index of the file], as far as they are known */
static void put_place(const printing *p, const char *key, af_place place)
{
    int numbers[] = {place.line, place.column, 0}, *file = &numbers[2];
    if (!place.line)
        return;
    while (place.file && *file < p->spec->n_files && strcmp(p->spec->files[*file], place.file))
        ++*file;
    af_put_integers(p->w, key, numbers, place.file && *file < p->spec->n_files ? 3 : 2);
}

static void put_expression(const printing *p, const char *key, af_value value)
{
    af_put_object(p->w, key);
    af_put_string(p->w, "e", value.string);
    put_place(p, "at", af_place_of(value));
    af_put_end_object(p->w);
}

static void put_object(const printing *p, const char *key, const af_typed *object, bool tagged);

/* `nodes`: maps are nodes of a mapping, and written with their tags and places. */
static void put_raw(const printing *p, const char *key, af_value value, bool nodes)
{
    int count;
    if (value.type == AF_DICT) {
        const af_entry *entries = af_dict_entries(value, &count);
        af_put_object(p->w, key);
        if (value.dict->tag)
            af_put_string(p->w, "!", value.dict->tag);
        if (nodes)
            put_place(p, "@", af_place_of(value));
        for (int i = 0; i < count; i++) {
            af_text name = {0};
            af_print_str(&name, entries[i].key);
            put_raw(p, name.bytes ? name.bytes : "", entries[i].value, nodes);
            af_text_free(&name);
        }
        af_put_end_object(p->w);
    } else if (value.type == AF_LIST) {
        af_put_array(p->w, key);
        for (int i = 0; i < value.list->count; i++)
            put_raw(p, NULL, value.list->items[i], nodes);
        af_put_end_array(p->w);
    } else {
        af_put_value(p->w, key, value);
    }
}

static void put_field(const printing *p, const char *key, const af_field *field, af_value value)
{
    int count;
    if (value.type == AF_OBJECT) {
        put_object(p, key, af_typed_of(value), field->classes && field->classes[1]);
    } else if (value.type == AF_LIST && field->shape != AF_ONE) {
        af_put_array(p->w, key);
        for (int i = 0; i < value.list->count; i++)
            put_field(p, NULL, field, value.list->items[i]);
        af_put_end_array(p->w);
    } else if (value.type == AF_DICT && field->shape == AF_BY_NAME) {
        const af_entry *entries = af_dict_entries(value, &count);
        af_put_object(p->w, key);
        for (int i = 0; i < count; i++)
            put_field(p, entries[i].key.string, field, entries[i].value);
        af_put_end_object(p->w);
    } else if (value.type == AF_STRING && field->kind != AF_PLAIN) {
        put_expression(p, key, value);
    } else {
        put_raw(p, key, value, false);
    }
}

static void put_object(const printing *p, const char *key, const af_typed *object, bool tagged)
{
    const af_class *class = af_typed_class(object);
    int count;
    af_put_object(p->w, key);
    if (tagged)
        af_put_string(p->w, "type", class->kind.name);
    if (!class->open)
        put_place(p, "@", object->place);
    for (int i = 0; i < class->n_fields; i++)
        if (!(class->fields[i].flags & AF_FIELD_PRIVATE) ||
            (object->values[i].type != AF_NONE && af_truth(object->values[i])))
            put_field(p, class->fields[i].name, &class->fields[i], object->values[i]);
    const af_entry *entries = object->extra.type == AF_DICT ? af_dict_entries(object->extra, &count) : NULL;
    for (int i = 0; entries && i < count; i++) {
        af_value value = entries[i].value;
        if (value.type == AF_STRING && !value.quoted) {
            put_expression(p, entries[i].key.string, value);
        } else if (value.type == AF_STRING) {
            af_put_object(p->w, entries[i].key.string);
            af_put_string(p->w, "lit", value.string);
            af_put_end_object(p->w);
        } else {
            put_raw(p, entries[i].key.string, value, false);
        }
    }
    af_put_end_object(p->w);
}

static void put_sections(af_json_writer *w, const af_spec *spec)
{
    printing p = {w, spec};
    const char *const names[] = {"variables", "renames", "workload", "config", "mapper", "model", "arch"};
    for (int i = 0; i < 7; i++)
        put_object(&p, names[i], af_typed_child(spec->root, names[i]), false);
    put_raw(&p, "mapping", spec->mapping_value, true);
    af_put_array(w, "files");
    for (int i = 0; i < spec->n_files; i++)
        af_put_string(w, NULL, spec->files[i]);
    af_put_end_array(w);
    af_put_value(w, "jinja", spec->data);
}

/* The id: a hash of the sections as they are written. */
enum { ID_DIGITS = 16 };

static void print_id(char digits[ID_DIGITS + 1], const char *sections, size_t length)
{
    uint64_t hash = af_hash_bytes(sections, length, AF_HASH_START);
    snprintf(digits, ID_DIGITS + 1, "%0*llx", ID_DIGITS, (unsigned long long)hash);
}

const char *af_spec_id(const af_spec *spec)
{
    if (spec->id)
        return spec->id;
    char digits[ID_DIGITS + 1];
    af_json_writer w = {.first = true, .depth = 1};
    put_sections(&w, spec);
    print_id(digits, w.text.bytes, w.text.length);
    af_text_free(&w.text);
    return af_copy_text(spec->arena, digits);
}

/* The sections are written once: an id that is not known yet is put in behind them. */
void af_put_spec(af_json_writer *w, const af_spec *spec)
{
    char digits[ID_DIGITS + 1] = "0000000000000000";
    af_put_string(w, "id", spec->id ? spec->id : digits);
    size_t id = w->text.length - ID_DIGITS - 1;
    if (spec->evaluated)
        af_put_bool(w, "evaluated", true);
    if (spec->hidden.list->count)
        af_put_value(w, "hidden", spec->hidden);
    size_t sections = w->text.length + 1;                  /* behind the comma */
    put_sections(w, spec);
    if (spec->id)
        return;
    print_id(digits, w->text.bytes + sections, w->text.length - sections);
    memcpy(w->text.bytes + id, digits, ID_DIGITS);
}

/* ---- reading the record */

typedef struct restoring { af_arena *arena; const int *files; int n_files; } restoring;

/* {"e":…,"at":…}, and not a map by names of which one is "e", a rank variable say. */
static bool is_text_object(const af_json *json)
{
    for (af_json_each(json, it))
        if (strcmp(it.key, "e") && strcmp(it.key, "lit") && strcmp(it.key, "at") && strcmp(it.key, "q"))
            return false;
    return af_json_is_string(af_json_at(json, "e")) || af_json_is_string(af_json_at(json, "lit"));
}

/* A place that is no [line, column, file] is left out: it serves messages only. */
static void set_place(const restoring *r, af_value *value, const af_json *at)
{
    if (af_json_count(at) < 2)
        return;
    for (int i = 0; i < af_json_count(at); i++)
        if (!af_json_is_integer(af_json_item(at, i)))
            return;
    value->line = (uint32_t)af_json_int64(af_json_item(at, 0)) & 0xfffff;
    value->column = (uint32_t)af_json_int64(af_json_item(at, 1)) & 0xfff;
    int64_t file = af_json_count(at) > 2 ? af_json_int64(af_json_item(at, 2)) : -1;
    value->file = file >= 0 && file < r->n_files ? (uint16_t)r->files[file] : 0;
}

static af_value restore(const restoring *r, const af_json *json)
{
    if (af_json_is_array(json)) {
        af_value list = af_list_value(r->arena, af_json_count(json));
        for (int i = 0; i < list.list->count; i++)
            list.list->items[i] = restore(r, af_json_item(json, i));
        return list;
    }
    if (!af_json_is_object(json)) {
        af_value value = af_value_of_json(r->arena, json);
        return value;
    }
    if (is_text_object(json)) {
        const af_json *expression = af_json_at(json, "e"), *literal = af_json_at(json, "lit");
        af_value value = af_value_of_json(r->arena, expression ? expression : literal);
        value.quoted = !expression;
        set_place(r, &value, af_json_at(json, "at"));
        return value;
    }
    af_value dict = af_dict_value(r->arena);
    set_place(r, &dict, af_json_at(json, "@"));
    for (af_json_each(json, it)) {
        if (!strcmp(it.key, "@"))
            continue;
        af_value value = restore(r, it.value);
        if (!strcmp(it.key, "!") && value.type == AF_STRING)
            ((af_dict *)dict.dict)->tag = value.string;
        else
            af_dict_put(r->arena, dict, af_string(af_copy_text(r->arena, it.key)), value);
    }
    return dict;
}

af_spec *af_spec_of_json(af_arena *arena, const af_json *json, af_report *report, af_place place)
{
    static const char *const sections[] = {"variables", "renames", "workload", "config", "mapper", "model",
                                           "mapping", "arch"};
    af_json_reader reader = {.report = report, .what = "spec", .place = place};
    const af_json *files = af_json_at(json, "files");
    int n_files = af_json_count(files);
    int *ids = af_new_array(arena, int, n_files + 1);
    const char **paths = af_new_array(arena, const char *, n_files + 1);
    for (int i = 0; i < n_files; i++) {
        paths[i] = af_copy_text(arena, af_json_as_string(&reader, af_json_item(files, i), "files"));
        ids[i] = af_source_file(paths[i]);
        af_report_file(report, paths[i]);
    }
    restoring r = {arena, ids, n_files};
    af_value tree = af_dict_value(arena);
    for (size_t i = 0; i < sizeof sections / sizeof *sections; i++)
        if (af_json_at(json, sections[i]))
            af_dict_put(arena, tree, af_string(sections[i]), restore(&r, af_json_at(json, sections[i])));
    const char *id = af_json_string(&reader, json, "id");
    af_spec *spec = reader.failed ? NULL : spec_of_tree(arena, tree, report);
    if (!spec)
        return NULL;
    spec->id = af_copy_text(arena, id);
    spec->evaluated = af_json_bool_or(&reader, json, "evaluated", false);
    spec->files = paths;
    spec->n_files = n_files;
    const af_json *data = af_json_at(json, "jinja"), *hidden = af_json_at(json, "hidden");
    spec->data = data ? af_value_of_json(arena, data) : af_dict_value(arena);
    if (af_json_is_array(hidden))
        spec->hidden = af_value_of_json(arena, hidden);
    return reader.failed ? NULL : spec;
}
