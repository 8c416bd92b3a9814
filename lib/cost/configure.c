/* Which component models a spec's `config` asks for besides the embedded ones (30 sections 2.4, 10.1):
 * executables by path or by name, Python files and modules through our own plug-in for them, and what the
 * folders of $AF_MODELS have installed. */
#include "cost/plug_in.h"
#include "spec/schema.h"

#include <ctype.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef af_list(const char *) text_list;

struct configurations {
    af_arena *arena;
    af_names *commands;                       /* of plug-ins made so far; */
    af_list(plug_in *) plug_ins;
    af_names *asked;                          /* configurations met so far; */
    af_list(model_register *) registers;
};

configurations *af_new_configurations(af_arena *arena)
{
    configurations *known = af_new(arena, configurations);
    *known = (configurations){.arena = arena, .commands = af_names_new(arena), .asked = af_names_new(arena)};
    return known;
}

void af_end_plug_ins(configurations *known)
{
    for (int i = 0; i < known->plug_ins.count; i++)
        af_end_plug_in(known->plug_ins.items[i]);
}

/* ---- files */

static bool is_program(const char *path)
{
    struct stat there;
    return !stat(path, &there) && S_ISREG(there.st_mode) && !access(path, X_OK);
}

/* Folders of $AF_MODELS, then ours. */
static text_list folders(af_arena *arena, bool ours)
{
    text_list list = {0};
    const char *given = getenv("AF_MODELS"), *own = ours ? af_share_path(arena, "plug-ins") : NULL;
    for (const char *at = given ? given : ""; *at;) {
        size_t length = strcspn(at, ":");
        if (length)
            *af_push(arena, &list) = af_copy_slice(arena, at, length);
        at += length + (at[length] == ':');
    }
    if (own)
        *af_push(arena, &list) = own;
    return list;
}

/* The program that a name without a slash stands for; NULL: none. */
static const char *find_program(const char *name, af_arena *arena)
{
    text_list list = folders(arena, true);
    for (int i = 0; i < list.count; i++) {
        const char *paths[] = {af_format(arena, "%s/%s", list.items[i], name),
                               af_format(arena, "%s/af-model-%s", list.items[i], name)};
        for (int k = 0; k < 2; k++)
            if (is_program(paths[k]))
                return paths[k];
    }
    return is_program(name) ? af_format(arena, "./%s", name) : NULL;
}

static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text), size = strlen(end);
    return length >= size && !strcmp(text + length - size, end);
}

/* Words of letters, digits and _, with points between them. */
static bool is_module(const char *name)
{
    bool start = true;
    for (const char *c = name; *c; start = *c == '.', c++)
        if (*c == '.' ? start : !(isalnum((unsigned char)*c) || *c == '_')
            || (start && isdigit((unsigned char)*c)))
            return false;
    return !start;
}

/* ---- what one entry of config.component_models stands for */

typedef struct wanted_models { text_list programs, python; } wanted_models;

static int add_matches(const char *pattern, text_list *list, af_arena *arena)
{
    glob_t matches;
    int failed = glob(pattern, 0, NULL, &matches);
    for (size_t i = 0; !failed && i < matches.gl_pathc; i++)
        *af_push(arena, list) = af_copy_text(arena, matches.gl_pathv[i]);
    globfree(&matches);
    return failed;
}

static const char *known_programs(af_arena *arena)
{
    text_list list = folders(arena, true);
    const char *text = "";
    for (int i = 0; i < list.count; i++)
        text = af_format(arena, "%s%s%s", text, i ? ", " : "", list.items[i]);
    return text;
}

static int add_entry(const char *entry, wanted_models *wanted, af_arena *arena, af_report *report,
                     const char *field)
{
    const char *program;
    if (ends_with(entry, ".py"))
        return !add_matches(entry, &wanted->python, arena)
                   ? 0 : af_fail(report, AF_NO_INPUT, AF_NOWHERE, field, "there is no Python file %s", entry);
    if (strchr(entry, '/')) {
        if (!is_program(entry))
            return af_fail(report, AF_NO_INPUT, AF_NOWHERE, field,
                           "%s is no program: a plug-in is an executable file, "
                           "a Python model's name ends in .py",
                           entry);
        *af_push(arena, &wanted->programs) = entry;
    } else if ((program = find_program(entry, arena))) {
        *af_push(arena, &wanted->programs) = program;
    } else if (is_module(entry)) {
        *af_push(arena, &wanted->python) = entry;
    } else {
        return af_fail(report, AF_NO_INPUT, AF_NOWHERE, field, "no plug-in is called %s; looked for in %s "
                       "($AF_MODELS)", entry, known_programs(arena));
    }
    return 0;
}

static int read_config(const af_typed *config, wanted_models *wanted, af_arena *arena, af_report *report)
{
    const af_items *entries = af_typed_get(config, "component_models").list;
    int failed = 0;
    for (int i = 0; i < entries->count; i++)
        failed |= add_entry(af_copy_text(arena, entries->items[i].string), wanted, arena, report,
                            af_format(arena, "config.component_models.%d", i));
    return failed;
}

/* ---- registers */

static void add_plug_in(configurations *known, model_register *r, const char *name, const char *source,
                        const char *const *arguments, bool installed)
{
    const char *command = "";
    for (int i = 0; arguments[i]; i++)
        command = af_format(known->arena, "%s%s\n", command, arguments[i]);
    int id = af_name_add(known->commands, command);
    if (id == known->plug_ins.count)
        *af_push(known->arena, &known->plug_ins) = af_new_plug_in(known->arena, name, source, arguments);
    af_add_model_source(r, af_plug_in_source(known->plug_ins.items[id], installed));
}

/* Figures name a program without its folder and "af-model-", so that they are the same on every machine. */
static void add_program(configurations *known, model_register *r, const char *path, bool installed)
{
    static const char prefix[] = "af-model-";
    const char **arguments = af_new_array(known->arena, const char *, 2);
    const char *slash = strrchr(path, '/'), *base = slash ? slash + 1 : path;
    arguments[0] = path;
    add_plug_in(known, r, path, strncmp(base, prefix, strlen(prefix)) ? base : base + strlen(prefix),
                arguments, installed);
}

/* All Python files and modules in one process. */
static void add_python(configurations *known, model_register *r, const text_list *files)
{
    const char **arguments = af_new_array(known->arena, const char *, files->count + 4);
    const char *given = getenv("AF_PYTHON"), *name = "";
    const char *script = af_share_path(known->arena, "python/af_models.py");
    arguments[0] = given && *given ? given : "python3";
    arguments[1] = "-B";
    arguments[2] = script ? script : "python/af_models.py";
    for (int i = 0; i < files->count; i++) {
        arguments[i + 3] = files->items[i];
        name = af_format(known->arena, "%s%s%s", name, i ? ", " : "", files->items[i]);
    }
    add_plug_in(known, r, af_format(known->arena, "%s (%s)", name, arguments[0]), name, arguments, false);
}

static void add_installed(configurations *known, model_register *r)
{
    text_list places = folders(known->arena, false), found = {0};
    for (int i = 0; i < places.count; i++)
        add_matches(af_format(known->arena, "%s/af-model-*", places.items[i]), &found, known->arena);
    for (int i = 0; i < found.count; i++)
        if (is_program(found.items[i]))
            add_program(known, r, found.items[i], true);
}

static const char *text_of_config(const wanted_models *wanted, bool installed, af_arena *arena)
{
    const char *text = installed ? "installed" : "";
    for (int i = 0; i < wanted->programs.count; i++)
        text = af_format(arena, "%s\n%s", text, wanted->programs.items[i]);
    for (int i = 0; i < wanted->python.count; i++)
        text = af_format(arena, "%s\npython %s", text, wanted->python.items[i]);
    return text;
}

model_register *af_models_for(configurations *known, const af_spec *spec, af_report *report)
{
    wanted_models wanted = {0};
    if (read_config(spec->config, &wanted, known->arena, report))
        return NULL;
    af_value installed = af_typed_get(spec->config, "use_installed_component_models");
    bool use_installed = installed.type == AF_BOOL && installed.truth;
    int id = af_name_add(known->asked, text_of_config(&wanted, use_installed, known->arena));
    if (id < known->registers.count)
        return known->registers.items[id];
    model_register *r = *af_push(known->arena, &known->registers) = af_new_register(known->arena);
    for (int i = 0; i < wanted.programs.count; i++)
        add_program(known, r, wanted.programs.items[i], false);
    if (wanted.python.count)
        add_python(known, r, &wanted.python);
    if (use_installed)
        add_installed(known, r);
    return r;
}
