/* Files to one raw tree: globs, Jinja with its globals, YAML, merge, top keys (10 sections 2, 3.3). */
#include "spec/load_parts.h"

#include <errno.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* ---- one file being read; included ones nest */

typedef struct file_frame file_frame;
struct file_frame {
    loader *loader;
    const file_frame *parent;
    const char *path, *folder, *stem;
    af_list(const char *) include_paths;
    af_list(af_entry) included;                /* NAME → value, for !include_loaded */
    af_scope *data;                            /* what the file was called with */
    int depth;
};
typedef struct file_function { af_function function; file_frame *frame; } file_function;

static int read_file(loader *l, const char *path, af_scope *data, const file_frame *parent, bool text_only,
                     af_value *result);

char *af_file_content(af_arena *arena, const char *path, af_report *report)
{
    bool standard = !strcmp(path, "-");
    FILE *file = standard ? stdin : fopen(path, "rb");
    if (!file) {
        af_fail(report, AF_NO_INPUT, (af_place){path, 0, 0}, NULL, "cannot read this file: %s",
                strerror(errno));
        return NULL;
    }
    af_text text = {0};
    char block[65536];
    size_t n;
    while ((n = fread(block, 1, sizeof block, file)) > 0)
        af_text_add(&text, block, n);
    bool failed = ferror(file);
    int error = errno;
    if (!standard)
        fclose(file);
    char *copy = af_copy_slice(arena, text.bytes ? text.bytes : "", text.length);
    bool zeros = text.length && memchr(text.bytes, 0, text.length);
    af_text_free(&text);
    if (failed)
        af_fail(report, AF_NO_INPUT, (af_place){path, 0, 0}, NULL, "cannot read this file: %s",
                strerror(error));
    else if (zeros)
        af_fail(report, AF_BAD_DATA, (af_place){path, 0, 0}, NULL,
                "the file holds bytes of value zero: it is no text");
    return failed || zeros ? NULL : copy;
}

/* ---- paths */

static char *real_path(af_arena *arena, const char *path)
{
    char *resolved = realpath(path, NULL);
    char *copy = af_copy_text(arena, resolved);
    free(resolved);
    return copy;
}

typedef af_list(const char *) path_list;

static void add_matches(af_arena *arena, const char *pattern, path_list *found)
{
    glob_t matches;
    if (glob(pattern, 0, NULL, &matches) == 0)
        for (size_t i = 0; i < matches.gl_pathc; i++) {
            char *path = real_path(arena, matches.gl_pathv[i]);
            bool known = !path;
            for (int k = 0; k < found->count && !known; k++)
                known = !strcmp(found->items[k], path);
            if (!known)
                *af_push(arena, found) = path;
        }
    globfree(&matches);
}

/* Candidates of `p` in order: itself if absolute, in the file's folder, in each include path. */
static int find_paths(af_evaluation *e, file_frame *f, const char *p, path_list *found)
{
    af_arena *arena = e->arena;
    af_text tried = {0};
    const char *candidate = *p == '/' ? p : af_format(arena, "%s/%s", f->folder, p);
    add_matches(arena, candidate, found);
    af_text_printf(&tried, "%s", candidate);
    for (int i = 0; *p != '/' && i < f->include_paths.count; i++) {
        candidate = af_format(arena, "%s/%s", f->include_paths.items[i], p);
        add_matches(arena, candidate, found);
        af_text_printf(&tried, ", %s", candidate);
    }
    int failed = found->count
                     ? 0
                     : af_raise(e, "FileNotFoundError",
                                "Could not find file %s in any of the following paths: %s", p, tried.bytes);
    af_text_free(&tried);
    return failed;
}

static af_value text_value(const char *text)
{
    af_value value = af_string(text);
    value.quoted = true;
    return value;
}

static int path_argument(const af_call *call, const char **path)
{
    if (!call->count || call->arguments[0].type != AF_STRING)
        return af_raise(call->evaluation, "TypeError", "a path is expected");
    *path = call->arguments[0].string;
    return 0;
}

/* ---- globals of templates (10 section 3.3) */

static int call_cwd(const af_function *self, const af_call *call, af_value *result)
{
    (void)call;
    *result = text_value(((const file_function *)self)->frame->folder);
    return 0;
}

static int call_find_path(const af_function *self, const af_call *call, af_value *result)
{
    const char *path = "";
    path_list found = {0};
    bool several = !strcmp(self->name, "find_paths");
    if (path_argument(call, &path) ||
        find_paths(call->evaluation, ((const file_function *)self)->frame, path, &found))
        return -1;
    *result = several ? af_list_value(call->evaluation->arena, found.count) : text_value(found.items[0]);
    for (int i = 0; several && i < found.count; i++)
        result->list->items[i] = text_value(found.items[i]);
    return 0;
}

static int call_path_exists(const af_function *self, const af_call *call, af_value *result)
{
    const char *path = "";
    path_list found = {0};
    af_evaluation silent = *call->evaluation;
    silent.report = NULL;
    if (path_argument(call, &path))
        return -1;
    *result = af_bool(!find_paths(&silent, ((const file_function *)self)->frame, path, &found));
    return 0;
}

static int call_add_to_path(const af_function *self, const af_call *call, af_value *result)
{
    const char *path = "";
    file_frame *frame = ((const file_function *)self)->frame;
    path_list found = {0};
    if (path_argument(call, &path) || find_paths(call->evaluation, frame, path, &found))
        return -1;
    for (int i = 0; i < found.count; i++)
        *af_push(frame->loader->arena, &frame->include_paths) = found.items[i];
    *result = text_value("");
    return 0;
}

static int call_setenv(const af_function *self, const af_call *call, af_value *result)
{
    (void)self;
    if (call->count != 2 || call->arguments[0].type != AF_STRING || call->arguments[1].type != AF_STRING)
        return af_raise(call->evaluation, "TypeError", "setenv() takes a name and a text");
    setenv(call->arguments[0].string, call->arguments[1].string, 1);
    *result = text_value("");
    return 0;
}

/* What an included file sees: this file's own data, what the template has set so
 * far, and the call's keywords. */
static af_scope *child_data(const af_call *call, file_frame *f, const char *const *own, int n_own)
{
    af_arena *arena = f->loader->arena;
    af_scope *data = af_scope_new(arena, f->data);
    bool inherit = true;
    for (int i = 0; i < call->count; i++)
        if (call->keywords && call->keywords[i] && !strcmp(call->keywords[i], "inherit_parse_data"))
            inherit = af_truth(call->arguments[i]);
    const char *names[1024];
    int count = inherit && call->evaluation->scope ? af_scope_names(call->evaluation->scope, names, 1024) : 0;
    for (int i = 0; i < count && i < 1024; i++) {
        af_value value;
        if (*names[i] != '_' && af_scope_get(call->evaluation->scope, names[i], &value) &&
            value.type != AF_FUNCTION)
            af_scope_set(data, names[i], value);
    }
    for (int i = 0; i < call->count; i++) {
        bool mine = !call->keywords || !call->keywords[i];
        for (int k = 0; k < n_own && !mine; k++)
            mine = !strcmp(call->keywords[i], own[k]);
        if (!mine)
            af_scope_set(data, call->keywords[i], call->arguments[i]);
    }
    return data;
}

static af_value indexed(af_evaluation *e, af_value value, const char *indices, bool *found)
{
    while (*indices && *found) {
        size_t n = strcspn(indices, ".");
        const af_value *entry = af_dict_find(value, af_copy_slice(e->arena, indices, n));
        *found = entry != NULL;
        if (entry)
            value = *entry;
        indices += n + (indices[n] == '.');
    }
    return value;
}

static const char *included_name(file_frame *f)
{
    af_text name = {0};
    for (const char *c = f->stem; *c; c++)
        if (strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_", *c))
            af_text_add(&name, c, 1);
    af_text_printf(&name, "_%d", f->included.count);
    char *copy = af_copy_text(f->loader->arena, name.bytes);
    af_text_free(&name);
    return copy;
}

/* Reads a file for a template. What it holds does not count against the limits
 * of the template that asks for it. */
static int read_included(const af_call *call, file_frame *f, const char *path, const char *const *own,
                         int n_own, bool text_only, af_value *value)
{
    size_t before = af_arena_size(f->loader->arena);
    int failed = read_file(f->loader, path, child_data(call, f, own, n_own), f, text_only, value);
    call->evaluation->most_bytes += af_arena_size(f->loader->arena) - before;
    return failed;
}

static int call_include(const af_function *self, const af_call *call, af_value *result)
{
    static const char *const own[] = {"p", "indices", "inherit_parse_data"};
    file_frame *f = ((const file_function *)self)->frame;
    bool all = !strcmp(self->name, "include_all");
    af_arena *arena = f->loader->arena;
    const char *path = "", *indices = "";
    path_list found = {0};
    if (path_argument(call, &path) || find_paths(call->evaluation, f, path, &found))
        return -1;
    for (int i = 1; i < call->count; i++)
        if ((!call->keywords || !call->keywords[i] || !strcmp(call->keywords[i], "indices")) &&
            call->arguments[i].type == AF_STRING)
            indices = call->arguments[i].string + strspn(call->arguments[i].string, ".");
    if (found.count > 1 && !all)
        return af_raise(call->evaluation, "ValueError",
                        "include('%s') finds more than one file; use include_all", path);
    af_value list = af_list_value(arena, found.count), value = af_none();
    for (int i = 0; i < found.count; i++) {
        bool there = true;
        if (read_included(call, f, found.items[i], own, 3, false, &value))
            return -1;
        if (found.count > 1)
            value = indexed(call->evaluation, value, indices, &there);
        if (!there)
            return af_raise(call->evaluation, "KeyError", "%s not found in %s", indices, found.items[i]);
        list.list->items[i] = value;
    }
    const char *name = included_name(f);
    *af_push(arena, &f->included) = (af_entry){af_string(name), found.count > 1 ? list : value};
    bool more = *indices && found.count == 1;
    *result = text_value(
        af_format(arena, "!include_loaded %s%s%s", name, more ? "." : "", more ? indices : ""));
    return 0;
}

static int call_include_text(const af_function *self, const af_call *call, af_value *result)
{
    static const char *const own[] = {"p", "inherit_parse_data"};
    file_frame *f = ((const file_function *)self)->frame;
    const char *path = "";
    path_list found = {0};
    af_text text = {0};
    if (path_argument(call, &path) || find_paths(call->evaluation, f, path, &found))
        return -1;
    for (int i = 0; i < found.count; i++) {
        af_value one;
        if (read_included(call, f, found.items[i], own, 2, true, &one)) {
            af_text_free(&text);
            return -1;
        }
        af_text_printf(&text, "%s%s", i ? "\n" : "", one.string);
    }
    *result = text_value(af_copy_text(f->loader->arena, text.bytes ? text.bytes : ""));
    af_text_free(&text);
    return 0;
}

static const af_function globals[] = {
    {"cwd",          call_cwd,          false, NULL},
    {"find_path",    call_find_path,    false, NULL},
    {"find_paths",   call_find_path,    false, NULL},
    {"path_exists",  call_path_exists,  false, NULL},
    {"add_to_path",  call_add_to_path,  false, NULL},
    {"include",      call_include,      false, NULL},
    {"include_all",  call_include,      false, NULL},
    {"include_text", call_include_text, false, NULL},
    {"setenv",       call_setenv,       false, NULL},
};

static void add_globals(af_scope *scope, file_frame *f)
{
    for (size_t i = 0; i < sizeof globals / sizeof *globals; i++) {
        af_value there;
        file_function *function = af_new(f->loader->arena, file_function);
        *function = (file_function){globals[i], f};
        if (!af_scope_get(scope, globals[i].name, &there) || there.type == AF_FUNCTION)
            af_scope_set(scope, globals[i].name, af_function_value(&function->function));
    }
    af_add_jinja_globals(scope);
}

/* ---- tags that stand for other files (10 section 4.4) */

/* !include PATH, relative to the file that has the tag. The included one starts with this one's
 * data and an empty include list. */
static int include_file(file_frame *f, const char *path, af_place place, af_value *result)
{
    const file_frame bare = {.loader = f->loader, .depth = f->depth};
    size_t length = strlen(path);
    const char *trimmed = af_copy_slice(f->loader->arena, path,
                                        length && path[length - 1] == ',' ? length - 1 : length);
    const char *full = *trimmed == '/' ? trimmed : af_format(f->loader->arena, "%s/%s", f->folder, trimmed);
    struct stat there;
    if (stat(full, &there) || S_ISDIR(there.st_mode))
        return af_fail(f->loader->report, AF_NO_INPUT, place, NULL, "!include %s: there is no file %s",
                       trimmed, full);
    return read_file(f->loader, full, f->data, &bare, false, result);
}

/* !includedir PATH: a list of all its *.yaml, sorted. */
static int include_folder(file_frame *f, const char *path, af_place place, af_value *result)
{
    struct stat there;
    glob_t matches;
    const char *folder = *path == '/' ? path : af_format(f->loader->arena, "%s/%s", f->folder, path);
    if (stat(folder, &there) || !S_ISDIR(there.st_mode))
        return af_fail(f->loader->report, AF_NO_INPUT, place, NULL, "!includedir %s: there is no folder %s",
                       path, folder);
    int failed = glob(af_format(f->loader->arena, "%s/*.yaml", folder), 0, NULL, &matches);
    size_t count = failed ? 0 : matches.gl_pathc;
    *result = af_list_value(f->loader->arena, (int)count);
    failed = 0;
    for (size_t i = 0; i < count && !failed; i++)
        failed = include_file(f, af_copy_text(f->loader->arena, matches.gl_pathv[i]), place,
                              &result->list->items[i]);
    globfree(&matches);
    return failed;
}

/* !include_loaded NAME.a.b */
static int resolve_loaded(file_frame *f, const char *argument, af_place place, af_value *result)
{
    af_report *report = f->loader->report;
    size_t n = strcspn(argument, ".");
    for (int i = 0; i < f->included.count; i++) {
        const char *name = f->included.items[i].key.string;
        if (strlen(name) != n || strncmp(name, argument, n))
            continue;
        af_value value = f->included.items[i].value;
        for (const char *key = argument + n + (argument[n] == '.'); *key;) {
            size_t length = strcspn(key, ".");
            char *text = af_copy_slice(f->loader->arena, key, length);
            const af_value *entry = af_dict_find(value, text);
            if (!entry)
                return af_fail(report, AF_BAD_DATA, place, NULL,
                               "Could not parse !include_loaded %s: %s not found in the included file",
                               argument, text);
            value = *entry;
            key += length + (key[length] == '.');
        }
        *result = af_copy_value(f->loader->arena, value);
        return 0;
    }
    return af_fail(report, AF_BAD_DATA, place, NULL,
                   "Could not parse !include_loaded %s: nothing was included under this name", argument);
}

static int resolve_included(void *context, const char *tag, const char *argument, af_place place,
                            af_value *result)
{
    static const struct {
        const char *tag;
        int (*resolve)(file_frame *, const char *, af_place, af_value *);
    } tags[] = {
        {"include_loaded", resolve_loaded},
        {"include",        include_file},
        {"includedir",     include_folder},
    };
    for (size_t i = 0; i < sizeof tags / sizeof *tags; i++)
        if (!strcmp(tag + (*tag == '!'), tags[i].tag))
            return tags[i].resolve(context, argument, place, result);
    return af_fail(((file_frame *)context)->loader->report, AF_BAD_DATA, place, NULL,
                   "the tag !%s is not known; there are !include, !includedir and !include_loaded", tag);
}

/* ---- reading */

static file_frame *frame_of(loader *l, const char *path, af_scope *data, const file_frame *parent)
{
    file_frame *f = af_new(l->arena, file_frame);
    char *real = !strcmp(path, "-") ? NULL : real_path(l->arena, path);
    char *folder = real ? af_copy_text(l->arena, real) : real_path(l->arena, ".");
    char *slash = folder ? strrchr(folder, '/') : NULL;
    if (real && slash)
        *slash = 0;
    const char *base = real && slash ? slash + 1 : "stdin";
    const char *dot = strrchr(base, '.');
    *f = (file_frame){.loader = l,
                      .parent = parent,
                      .path = path,
                      .folder = folder ? folder : ".",
                      .data = data,
                      .depth = parent ? parent->depth + 1 : 0};
    f->stem = dot ? af_copy_slice(l->arena, base, (size_t)(dot - base)) : base;
    for (int i = 0; parent && i < parent->include_paths.count; i++)
        *af_push(l->arena, &f->include_paths) = parent->include_paths.items[i];
    return f;
}

/* The words inside of {{ … }} and {% … %}: what a template may take from -D. */
static void note_word(void *context, const char *start, size_t length)
{
    af_name_add_slice(context, start, length);
}

static void note_template_words(loader *l, const char *text)
{
    for (const char *at = text; (at = strchr(at, '{'));) {
        const char *close = at[1] == '{'   ? "}}"
                            : at[1] == '%' ? "%}"
                                           : NULL,
                   *end = close ? strstr(at + 2, close) : NULL;
        if (end)
            af_identifier_runs(af_copy_slice(l->arena, at + 2, (size_t)(end - at - 2)), note_word,
                               l->template_words);
        at = end ? end : at + 1;
    }
}

/* A function, or a constant such as pi, that every template sees. */
static bool is_builtin(const loader *l, const char *name, af_value value)
{
    af_value built_in;
    return value.type == AF_FUNCTION ||
           (value.type == AF_REAL && af_scope_get(l->functions, name, &built_in) &&
            built_in.type == AF_REAL && !memcmp(&built_in.real, &value.real, sizeof value.real));
}

static void tell_variables(loader *l, const char *path, const af_scope *variables)
{
    int count = af_scope_names(variables, NULL, 0);
    const char **names = af_new_array(l->arena, const char *, count + 1);
    af_text text = {0};
    af_scope_names(variables, names, count);
    for (int i = 0; i < count; i++) {
        af_value value;
        if (!af_scope_get(variables, names[i], &value) || is_builtin(l, names[i], value))
            continue;
        af_text_clear(&text);
        af_print_repr(&text, value);
        l->options->on_variable(path, names[i], text.bytes);
    }
    af_text_free(&text);
}

static int read_file(loader *l, const char *path, af_scope *data, const file_frame *parent, bool text_only,
                     af_value *result)
{
    file_frame *f = frame_of(l, path, data, parent);
    if (f->depth > 32)
        return af_fail(l->report, AF_BAD_DATA, (af_place){path, 0, 0}, NULL,
                       "files include each other more than 32 deep");
    const char *text = af_file_content(l->arena, path, l->report);
    if (!text)
        return -1;
    af_report_file(l->report, path);
    *af_push(l->arena, &l->files) = af_copy_text(l->arena, path);
    af_scope *variables = af_scope_new(l->arena, data);
    note_template_words(l, text);
    add_globals(variables, f);
    af_rendered rendered = {0};
    int failed = af_render_jinja(text, path, variables, &rendered, l->arena, l->report);
    af_text_add(&rendered.text, "", 0);
    if (!failed && l->options->on_variable)
        tell_variables(l, path, variables);
    if (!failed && text_only) {
        *result = text_value(af_copy_slice(l->arena, rendered.text.bytes, rendered.text.length));
    } else if (!failed) {
        af_yaml_source source = {.text = rendered.text.bytes,
                                 .length = rendered.text.length,
                                 .path = path,
                                 .line_of = rendered.lines,
                                 .n_lines = rendered.n_lines,
                                 .include = resolve_included,
                                 .context = f};
        failed = af_read_yaml(l->arena, &source, result, l->report) || af_merge(l->arena, result, l->report);
    }
    af_rendered_free(&rendered);
    return failed ? -1 : 0;
}

int af_load_file(loader *l, const char *path, af_value *result)
{
    if (read_file(l, path, l->data, NULL, false, result))
        return -1;
    if (result->type != AF_DICT)
        return af_fail(l->report, AF_BAD_DATA, (af_place){path, 0, 0}, NULL,
                       "a map of sections such as arch and workload is expected, found %s",
                       af_describe(l->arena, *result));
    return 0;
}
