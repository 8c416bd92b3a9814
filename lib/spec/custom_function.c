/* The Python helper: started when a spec names function files, asked for each call, kept for the next. */
#include "spec/python.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const double usual_seconds = 60;       /* for one call */

/* ---- what Python asks back while a call is on its way */

static af_value field(python *p, const af_json *question, const char *key)
{
    return af_python_value(p, af_json_at(question, key));
}

/* Positional arguments, then those with keywords. */
static int call_back(python *p, const af_json *question, af_evaluation *e, af_value *result)
{
    const af_json *positional = af_json_at(question, "arguments"), *named = af_json_at(question, "keywords");
    af_list(af_value) arguments = {0};
    af_list(const char *) keywords = {0};
    for (int i = 0; i < af_json_count(positional); i++) {
        *af_push(p->arena, &arguments) = af_python_value(p, af_json_item(positional, i));
        *af_push(p->arena, &keywords) = NULL;
    }
    for (af_json_each(named, it)) {
        *af_push(p->arena, &arguments) = af_python_value(p, it.value);
        *af_push(p->arena, &keywords) = af_copy_text(p->arena, it.key);
    }
    af_value function = field(p, question, "function");
    return af_call_value(e, function, arguments.items, arguments.count, keywords.items, result);
}

static int names_of(python *p, af_value object, af_evaluation *e, af_value *result)
{
    if (object.type != AF_OBJECT || !object.object->kind->names)
        return af_raise(e, "TypeError", "'%s' object has no fields", af_type_name(object));
    int count = object.object->kind->names(object.object, NULL, 0);
    const char **names = af_new_array(p->arena, const char *, count + 1);
    object.object->kind->names(object.object, names, count);
    *result = af_list_value(p->arena, count);
    for (int i = 0; i < count; i++)
        result->list->items[i] = af_string(names[i]);
    return 0;
}

static int answer_back(python *p, const char *op, const af_json *question, af_evaluation *e, af_value *result)
{
    if (!strcmp(op, "call"))
        return call_back(p, question, e, result);
    af_value of = field(p, question, "of");
    if (!strcmp(op, "attribute"))
        return af_attribute(e, of, field(p, question, "name").string, result);
    if (!strcmp(op, "item"))
        return af_index(e, of, field(p, question, "key"), result);
    return names_of(p, of, e, result);
}

/* The line that answers. What goes wrong is Python's to tell, or to catch. */
static void write_answer_back(python *p, const char *op, const af_json *question, af_evaluation *outer,
                              af_json_writer *w)
{
    af_report *report = af_report_new("");
    af_evaluation e = *outer;
    af_value value = af_none();
    e.report = report;
    e.text = e.path = NULL;
    e.place = AF_NOWHERE;
    int failed = answer_back(p, op, question, &e, &value);
    outer->steps_left = e.steps_left;
    af_text_clear(&w->text);
    *w = (af_json_writer){.text = w->text, .first = true};
    af_put_object(w, NULL);
    if (failed || af_put_python_value(p, w, "value", value, &e))
        af_put_string(w, "error", af_report_message(report, 0));
    af_put_end_object(w);
    af_report_free(report);
}

/* ---- calls */

static int fail_by_helper(const python *p, af_evaluation *e)
{
    return af_raise(e, "RuntimeError", "Python, with the functions of %s, %s", p->files,
                    af_helper_failure(p->helper));
}

static int raise_theirs(const af_json *answer, af_evaluation *e)
{
    af_json_reader reader = {.what = "answer"};
    const char *type = af_json_string_or(&reader, answer, "error", "");
    const char *message = af_json_string_or(&reader, answer, "message", "");
    const char *where = af_json_string_or(&reader, answer, "where", NULL);
    if (!where)
        return af_raise(e, type, "%s", message);
    return af_raise(e, type, "%s%s(%s)", message, *message ? " " : "", where);
}

static int write_call(python *p, const char *function, int number, const af_call *call, af_json_writer *w)
{
    int failed = 0;
    af_put_object(w, NULL);
    af_put_string(w, "op", "call");
    if (function) {
        af_put_string(w, "function", function);
    } else {
        af_put_object(w, "function");
        af_put_integer(w, "kept", number);
        af_put_end_object(w);
    }
    af_put_array(w, "arguments");
    for (int i = 0; i < call->count; i++)
        if (!call->keywords || !call->keywords[i])
            failed |= af_put_python_value(p, w, NULL, call->arguments[i], call->evaluation);
    af_put_end_array(w);
    af_put_object(w, "keywords");
    for (int i = 0; i < call->count; i++)
        if (call->keywords && call->keywords[i])
            failed |= af_put_python_value(p, w, call->keywords[i], call->arguments[i], call->evaluation);
    af_put_end_object(w);
    af_put_end_object(w);
    return failed;
}

/* The conversation of one call, whose line is in `w`. */
static int converse(python *p, af_json_writer *w, af_evaluation *e, af_value *result)
{
    af_json_reader reader = {.what = "answer"};
    const af_json *answer;
    const char *op;
    while ((answer = af_helper_ask(p->helper, w->text.bytes))
           && (op = af_json_string_or(&reader, answer, "op", NULL)))
        write_answer_back(p, op, answer, e, w);
    if (!answer)
        return fail_by_helper(p, e);
    if (af_json_at(answer, "error"))
        return raise_theirs(answer, e);
    *result = af_python_value(p, af_json_at(answer, "value"));
    return 0;
}

int af_call_python(python *p, const char *function, int number, const af_call *call, af_value *result)
{
    af_json_writer w = {.first = true};
    int failed = write_call(p, function, number, call, &w);
    int known = failed ? -1 : af_name_find(p->questions, w.text.bytes);
    if (known >= 0) {
        *result = p->answers.items[known];
    } else if (!failed) {
        const char *question = af_copy_text(p->arena, w.text.bytes);
        failed = converse(p, &w, call->evaluation, result);
        if (!failed && af_name_add(p->questions, question) == p->answers.count)
            *af_push(p->arena, &p->answers) = *result;
    }
    af_text_free(&w.text);
    return failed;
}

/* ---- from files to names */

static const char *trimmed(af_arena *arena, const char *text)
{
    const char *start = text + strspn(text, " \t\r\n");
    size_t length = strlen(start);
    while (length && strchr(" \t\r\n", start[length - 1]))
        length--;
    return af_copy_slice(arena, start, length);
}

typedef struct function_file { const char *path, *field; af_place place; } function_file;
typedef struct function_files { int count; function_file *items; } function_files;

static int find_files(const af_typed *config, af_arena *arena, function_files *files, af_report *report)
{
    const af_items *named = af_typed_get(config, "expression_custom_functions").list;
    files->count = named->count;
    files->items = af_new_array(arena, function_file, files->count + 1);
    int failed = 0;
    for (int i = 0; i < files->count; i++) {
        af_value item = named->items[i];
        const char *path = trimmed(arena, item.string);
        const char *at = af_format(arena, "config.expression_custom_functions.%d", i);
        files->items[i] = (function_file){path, at, af_place_of(item)};
        if (access(path, R_OK))
            failed = af_fail(report, AF_NO_INPUT, af_place_of(item), at,
                             "Could not find math function file %s.", path);
    }
    return failed;
}

static int load_file(python *p, const function_files *files, int i, af_scope *scope, af_report *report)
{
    af_json_reader reader = {.what = "answer"};
    af_json_writer w = {.first = true};
    af_put_object(&w, NULL);
    af_put_string(&w, "op", "load");
    af_put_string(&w, "file", files->items[i].path);
    af_put_end_object(&w);
    const af_json *answer = af_helper_ask(p->helper, w.text.bytes), *names = af_json_at(answer, "names");
    af_text_free(&w.text);
    af_place place = files->items[i].place;
    const char *path = files->items[i].path, *field = files->items[i].field;
    const char *where = af_json_string_or(&reader, answer, "where", path);
    const char *failure = answer ? "" : af_helper_failure(p->helper);
    bool run = strncmp(failure, "cannot be run", 13);
    if (!answer)
        return af_fail(report, AF_BAD_DATA, place, field, "Python, which is needed for %s, %s%s", path,
                       failure, run ? "" : "; $AF_PYTHON names another");
    if (!af_json_is_object(names))
        return af_fail(report, AF_BAD_DATA, place, field, "%s cannot be loaded: %s: %s", where,
                       af_json_string_or(&reader, answer, "error", "error"),
                       af_json_string_or(&reader, answer, "message", "no names"));
    for (af_json_each(names, it))
        af_scope_set(scope, it.key, af_python_value(p, it.value));
    return 0;
}

/* ---- the helper: one for a list of files */

void af_end_functions(af_functions *functions)
{
    af_helper_stop(functions->helper);
    functions->helper = NULL;
    af_text_free(&functions->files);
}

static af_helper *start_python(af_arena *arena)
{
    const char *given = getenv("AF_PYTHON"), *program = af_share_path(arena, "python/af_functions.py");
    const char *const arguments[] = {given && *given ? given : "python3", "-B",
                                     program ? program : "python/af_functions.py", NULL};
    return af_helper_start(arguments, af_helper_seconds(usual_seconds));
}

/* The one that runs already, if it is well and has these files; what it was lent by an earlier spec it
 * forgets. */
static af_helper *helper_for(af_functions *functions, const char *files, af_arena *arena)
{
    bool same = functions->helper && !af_helper_failure(functions->helper)
                && !strcmp(functions->files.bytes, files);
    if (same && af_helper_ask(functions->helper, "{\"op\":\"forget\"}"))
        return functions->helper;
    af_end_functions(functions);
    af_text_puts(&functions->files, files);
    return functions->helper = start_python(arena);
}

int af_add_custom_functions(const af_typed *config, af_scope *scope, af_arena *arena, af_functions *functions,
                            python **result, af_report *report)
{
    function_files files = {0};
    *result = NULL;
    if (find_files(config, arena, &files, report))
        return -1;
    if (!files.count)
        return 0;
    const char *names = files.items[0].path;
    for (int i = 1; i < files.count; i++)
        names = af_format(arena, "%s, %s", names, files.items[i].path);
    python *p = *result = af_new(arena, python);
    *p = (python){.arena = arena, .helper = helper_for(functions, names, arena), .files = names,
                  .questions = af_names_new(arena)};
    for (int i = 0; i < files.count; i++)
        if (load_file(p, &files, i, scope, report))
            return -1;
    return 0;
}

int af_check_custom_functions(const python *p, af_report *report)
{
    const char *failure = p ? af_helper_failure(p->helper) : NULL;
    if (failure && !af_failed(report))
        af_fail(report, AF_BAD_DATA, AF_NOWHERE, "config.expression_custom_functions",
                "Python, with the functions of %s, %s", p->files, failure);
    return failure ? -1 : 0;
}
