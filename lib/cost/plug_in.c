/* One plug-in: what it describes becomes models, each request a line (the protocol: plug_in.h). */
#include "cost/plug_in.h"

#include <math.h>
#include <string.h>

static const double usual_seconds = 600;      /* for one answer: memory compilers take their time */

struct plug_in {
    const char *name, *source;
    const char *const *arguments;
    af_helper *helper;                        /* NULL: not yet started */
    int64_t asked;
};

typedef struct described_action {
    const char *name;
    int n_arguments; const model_parameter *arguments;
} described_action;
typedef struct described_model {
    plug_in *owner;
    int n_actions; const described_action *actions;
} described_model;

plug_in *af_new_plug_in(af_arena *arena, const char *name, const char *source, const char *const *arguments)
{
    plug_in *self = af_new(arena, plug_in);
    *self = (plug_in){.name = name, .source = af_format(arena, "plugin:%s", source), .arguments = arguments};
    return self;
}

void af_end_plug_in(plug_in *self)
{
    af_helper_stop(self->helper);
    self->helper = NULL;
}

static const char *broken(const plug_in *self, af_arena *arena)
{
    return af_format(arena, "component model provider %s %s", self->name, af_helper_failure(self->helper));
}

/* ---- description */

typedef af_list(model_parameter) parameter_list;

static void read_names(af_json_reader *reader, const af_json *array, bool required, parameter_list *list,
                       af_arena *arena)
{
    for (int i = 0; i < af_json_count(array); i++) {
        const char *name = af_json_as_string(reader, af_json_item(array, i), "names");
        *af_push(arena, list) = (model_parameter){af_copy_text(arena, name), required};
    }
}

static parameter_list read_parameters(af_json_reader *reader, const af_json *json, af_arena *arena)
{
    parameter_list list = {0};
    read_names(reader, af_json_at(json, "required"), true, &list, arena);
    read_names(reader, af_json_at(json, "optional"), false, &list, arena);
    return list;
}

static const described_model *read_actions(plug_in *self, af_json_reader *reader, const af_json *actions,
                                           af_arena *arena)
{
    described_model *model = af_new(arena, described_model);
    af_list(described_action) list = {0};
    if (!af_json_is_object(actions))
        af_json_wrong(reader, "actions", "an object with a member per action is expected");
    for (af_json_each(actions, it)) {
        parameter_list arguments = read_parameters(reader, it.value, arena);
        const char *name = af_copy_text(arena, it.key);
        *af_push(arena, &list) = (described_action){name, arguments.count, arguments.items};
    }
    *model = (described_model){self, list.count, list.items};
    return model;
}

static const described_action *find_action(const cost_model *model, const char *name)
{
    const described_model *described = model->self;
    for (int i = 0; i < described->n_actions; i++)
        if (!strcmp(described->actions[i].name, name))
            return &described->actions[i];
    return NULL;
}

static bool has_action(const cost_model *model, const char *action)
{
    return find_action(model, action) != NULL;
}

static const char *answer(const cost_model *model, const model_request *request, model_answer *result,
                          af_arena *arena, af_report *report);

static cost_model read_model(plug_in *self, af_json_reader *reader, const af_json *json, af_arena *arena)
{
    cost_model model = {.has_action = has_action, .answer = answer};
    model.name = af_copy_text(arena, af_json_string(reader, json, "model"));
    model.priority = af_json_real_or(reader, json, "priority", 0.5);
    parameter_list names = {0}, parameters = read_parameters(reader, json, arena);
    read_names(reader, af_json_at(json, "names"), false, &names, arena);
    if (!names.count)
        *af_push(arena, &names) = (model_parameter){model.name, false};
    const char **classes = af_new_array(arena, const char *, names.count);
    for (int i = 0; i < names.count; i++)
        classes[i] = names.items[i].name;
    model.n_names = names.count, model.names = classes;
    model.n_parameters = parameters.count, model.parameters = parameters.items;
    model.self = read_actions(self, reader, af_json_at(json, "actions"), arena);
    if (!(model.priority >= 0 && model.priority <= 1))
        af_json_wrong(reader, "priority", "%g found, 0 to 1 is expected", model.priority);
    return model;
}

/* What a reader has found wrong makes the plug-in fail. */
static void fail_by_nonsense(plug_in *self, const char *what, af_report *found)
{
    const char *message = af_report_message(found, 0);
    af_helper_fail(self->helper, "%s: %s", what, message ? message : "not understood");
}

static const char *list_models(void *context, model_list *models, af_arena *arena, af_report *report)
{
    plug_in *self = context;
    (void)report;
    self->helper = af_helper_start(self->arguments, af_helper_seconds(usual_seconds));
    const af_json *json = af_helper_ask(self->helper, "{\"v\":1,\"op\":\"describe\"}");
    const af_json *list = af_json_at(json, "models");
    af_report *found = af_report_new("");
    af_json_reader reader = {.report = found, .what = "description"};
    if (json && af_json_at(json, "error"))
        af_helper_fail(self->helper, "cannot tell its models: %s",
                       af_json_string_or(&reader, json, "error", ""));
    else if (json && !af_json_is_array(list))
        af_helper_fail(self->helper, "describes itself without `models`, a list");
    for (int i = 0; !af_helper_failure(self->helper) && i < af_json_count(list); i++) {
        *af_push(arena, models) = read_model(self, &reader, af_json_item(list, i), arena);
        if (reader.failed)
            fail_by_nonsense(self, af_format(arena, "describes itself with nonsense, models.%d", i), found);
    }
    af_report_free(found);
    if (!af_helper_failure(self->helper))
        return NULL;
    models->count = 0;
    return broken(self, arena);
}

model_source af_plug_in_source(plug_in *self, bool installed)
{
    return (model_source){list_models, self, installed};
}

/* ---- a request */

/* Members of `from` that are among the parameters. A required one that is missing: its name. */
static const char *put_known(af_json_writer *w, const char *key, af_value from,
                             const model_parameter *parameters, int count)
{
    const char *missing = NULL;
    af_put_object(w, key);
    for (int i = 0; i < count; i++) {
        const af_value *value = af_dict_find(from, parameters[i].name);
        if (value && value->type != AF_NONE)
            af_put_value(w, parameters[i].name, *value);
        else if (parameters[i].required && !missing)
            missing = parameters[i].name;
    }
    af_put_end_object(w);
    return missing;
}

/* The line; NULL, and `failure` says which argument is missing. */
static const char *write_request(const cost_model *model, const model_request *request, int64_t id,
                                 af_arena *arena, const char **failure)
{
    af_json_writer w = {.first = true};
    *failure = NULL;
    af_put_object(&w, NULL);
    af_put_integer(&w, "v", 1);
    af_put_string(&w, "op", "cost");
    af_put_integer(&w, "id", id);
    af_put_string(&w, "model", model->name);
    put_known(&w, "attributes", request->attributes, model->parameters, model->n_parameters);
    af_put_array(&w, "actions");
    for (int i = 0; i < request->n_actions; i++) {
        const described_action *action = find_action(model, request->actions[i].name);
        af_put_object(&w, NULL);
        af_put_string(&w, "name", action->name);
        const char *missing = put_known(&w, "arguments", request->actions[i].attributes, action->arguments,
                                        action->n_arguments);
        if (missing && !*failure)
            *failure = af_format(arena, "action %s needs %s", action->name, missing);
        af_put_end_object(&w);
    }
    af_put_end_array(&w);
    af_put_end_object(&w);
    const char *line = af_copy_text(arena, w.text.bytes);
    af_text_free(&w.text);
    return *failure ? NULL : line;
}

/* ---- its answer */

static action_answer read_action(af_json_reader *reader, const af_json *json)
{
    double energy = af_json_real(reader, json, "energy");
    double latency = af_json_real_or(reader, json, "latency", NAN);
    double throughput = af_json_real_or(reader, json, "throughput", NAN);
    if (isnan(throughput))
        throughput = latency > 0 ? 1 / latency : INFINITY;
    return (action_answer){energy, isnan(latency) ? 0 : latency, throughput, NAN};
}

static cost_method read_method(af_json_reader *reader, const af_json *json)
{
    static const char *const names[] = {
        [COST_EXACT] = "exact", [COST_FORMULA] = "formula", [COST_INTERPOLATED] = "interpolated",
        [COST_EXTRAPOLATED] = "extrapolated",
    };
    const char *method = af_json_string_or(reader, json, "method", "exact");
    for (int i = 0; i < 4; i++)
        if (!strcmp(names[i], method))
            return (cost_method)i;
    af_json_wrong(reader, "method", "\"%s\" found, exact, formula, interpolated or extrapolated is expected",
                  method);
    return COST_EXTRAPOLATED;
}

static void read_answer(af_json_reader *reader, const af_json *json, const model_request *request,
                        model_answer *result)
{
    const af_json *actions = af_json_at(json, "actions");
    result->area = af_json_real(reader, json, "area");
    result->leak_power = af_json_real(reader, json, "leak_power");
    result->method = read_method(reader, json);
    result->area_band = result->leak_power_band = result->throughput_band = NAN;
    for (int i = 0; i < request->n_actions; i++) {
        const af_json *action = af_json_at(actions, request->actions[i].name);
        if (!af_json_is_object(action))
            af_json_wrong(reader, "actions", "action %s is missing", request->actions[i].name);
        result->actions[i] = read_action(reader, action);
    }
}

static const char *answer(const cost_model *model, const model_request *request, model_answer *result,
                          af_arena *arena, af_report *report)
{
    plug_in *self = ((const described_model *)model->self)->owner;
    const char *failure, *line = write_request(model, request, ++self->asked, arena, &failure);
    (void)report;
    if (!line)
        return failure;
    af_report *found = af_report_new("");
    af_json_reader reader = {.report = found, .what = "answer"};
    const af_json *json = af_helper_ask(self->helper, line);
    bool refused = json && !af_json_bool_or(&reader, json, "ok", true);
    if (json && af_json_integer_or(&reader, json, "id", self->asked) != self->asked)
        af_helper_fail(self->helper, "answered request %lld when asked %lld",
                       (long long)af_json_integer_or(&reader, json, "id", 0), (long long)self->asked);
    else if (refused)
        failure = af_copy_text(arena, af_json_string_or(&reader, json, "error", "refused, without a reason"));
    else if (json)
        read_answer(&reader, json, request, result);
    if (reader.failed)
        fail_by_nonsense(self, "answered with nonsense", found);
    af_report_free(found);
    result->source = self->source;
    result->broken = af_helper_failure(self->helper) != NULL;
    return result->broken ? broken(self, arena) : failure;
}
