/* One plug-in: what it describes, what it is asked, what it answers, and everything that it may do wrong. */
#include "cost/plug_in.h"
#include "test.h"

#define TWO "{\"v\":1,\"models\":[" \
    "{\"model\":\"Mac\",\"names\":[\"mac\",\"MAC2\"],\"priority\":0.9,\"required\":[\"width\"]," \
    "\"optional\":[\"node\"]," \
    "\"actions\":{\"compute\":{\"required\":[\"bits\"],\"optional\":[\"x\"]},\"read\":{}}}," \
    "{\"model\":\"Plain\",\"actions\":{\"read\":null}}]}"
#define FIGURES "\"area\":1,\"leak_power\":\"inf\""

/* What a plug-in answers to a request for `compute` of Mac, and what comes of it. */
static const struct { const char *answer, *want; } answers[] = {
    {"{\"v\":1,\"id\":1,\"ok\":true," FIGURES
     ",\"actions\":{\"compute\":{\"energy\":2,\"latency\":0.5,\"throughput\":7}}}",
     "area 1 leak inf energy 2 latency 0.5 throughput 7 exact"},
    {"{" FIGURES ",\"method\":\"interpolated\",\"actions\":{\"compute\":{\"energy\":2,\"latency\":0.5}}}",
     "area 1 leak inf energy 2 latency 0.5 throughput 2 interpolated"},
    {"{" FIGURES ",\"method\":\"formula\",\"actions\":{\"compute\":{\"energy\":-2}}}",
     "area 1 leak inf energy -2 latency 0 throughput inf formula"},
    {"{" FIGURES
     ",\"method\":\"extrapolated\",\"actions\":{\"compute\":{\"energy\":0,\"throughput\":\"inf\"},\"other\":"
     "{}}}",
     "area 1 leak inf energy 0 latency 0 throughput inf extrapolated"},
    {"{\"ok\":false,\"error\":\"too wide\"}", "too wide"},
    {"{\"ok\":false}", "refused, without a reason"},
    {"{\"id\":2," FIGURES "}", "broken: component model provider ./p answered request 2 when asked 1"},
    {"{\"leak_power\":1,\"actions\":{\"compute\":{\"energy\":1}}}",
     "broken: component model provider ./p answered with nonsense: answer.area: missing, expected a number"},
    {"{\"area\":1,\"actions\":{\"compute\":{\"energy\":1}}}",
     "broken: component model provider ./p answered with nonsense: answer.leak_power: "
     "missing, expected a number"},
    {"{" FIGURES "}",
     "broken: component model provider ./p answered with nonsense: answer.actions: "
     "action compute is missing"},
    {"{" FIGURES ",\"actions\":{\"compute\":[]}}",
     "broken: component model provider ./p answered with nonsense: answer.actions: "
     "action compute is missing"},
    {"{" FIGURES ",\"actions\":{\"compute\":{}}}",
     "broken: component model provider ./p answered with nonsense: answer.energy: "
     "missing, expected a number"},
    {"{" FIGURES ",\"method\":\"good\",\"actions\":{\"compute\":{\"energy\":1}}}",
     "broken: component model provider ./p answered with nonsense: answer.method: \"good\" found, exact, "
     "formula, interpolated or extrapolated is expected"},
    {"7", "broken: component model provider ./p answered with what is no JSON object: 7"},
};

static const char *const program =
    "read -r line; echo \"$1\"; while read -r line; do echo \"$line\" >&2; [ -n \"$2\" ] || exit 3; "
    "echo \"$2\"; done";

static plug_in *start(af_arena *arena, const char *description, const char *answer)
{
    const char **arguments = af_new_array(arena, const char *, 7);
    const char *const given[] = {"sh", "-c", program, "sh", description, answer};
    for (int i = 0; i < 6; i++)
        arguments[i] = given[i];
    return af_new_plug_in(arena, "./p", "p", arguments);
}

static const char *shown(af_arena *arena, const model_answer *a)
{
    static const char *const methods[] = {"exact", "formula", "interpolated", "extrapolated"};
    return af_format(arena, "area %g leak %g energy %g latency %g throughput %g %s", a->area, a->leak_power,
                     a->actions[0].energy, a->actions[0].latency, a->actions[0].throughput,
                     methods[a->method]);
}

static af_value dict_of(af_arena *arena, const char *first, double x, const char *second, double y)
{
    af_value dict = af_dict_value(arena);
    af_dict_put(arena, dict, af_string(first), af_real(x));
    af_dict_put(arena, dict, af_string(second), af_real(y));
    return dict;
}

static const char *ask(af_arena *arena, const cost_model *model, const char *argument)
{
    struct requested_action action = {"compute", dict_of(arena, "width", 8, argument, 3)};
    action_answer figures = {0};
    model_answer answer = {.actions = &figures};
    model_request request = {.component_class = "mac",
                             .path = "X",
                             .attributes = dict_of(arena, "width", 8, "height", 2),
                             .n_actions = 1,
                             .actions = &action};
    const char *failure = model->answer(model, &request, &answer, arena, NULL);
    return !failure        ? shown(arena, &answer)
           : answer.broken ? af_format(arena, "broken: %s", failure)
                           : failure;
}

static const char *list(plug_in *self, model_list *models, af_arena *arena)
{
    model_source source = af_plug_in_source(self, true);
    CHECK(source.installed);
    return source.list(source.self, models, arena, NULL);
}

static void check_answers(af_arena *arena)
{
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        plug_in *self = start(arena, TWO, answers[i].answer);
        model_list models = {0};
        CHECK(!list(self, &models, arena) && models.count == 2);
        if (models.count == 2) {
            const char *got = ask(arena, &models.items[0], "bits");
            size_t said = strcspn(got, ";");                     /* what it said on stderr follows */
            CHECK_TEXT(af_copy_slice(arena, got, said), answers[i].want);
        }
        af_end_plug_in(self);
    }
}

static void check_description(af_arena *arena)
{
    plug_in *self = start(arena, TWO, "");
    model_list models = {0};
    CHECK(!list(self, &models, arena) && models.count == 2);
    const cost_model *mac = &models.items[0], *plain = &models.items[1];
    CHECK_TEXT(mac->name, "Mac");
    CHECK(mac->n_names == 2 && !strcmp(mac->names[1], "MAC2") && mac->priority == 0.9);
    CHECK(mac->n_parameters == 2 && mac->parameters[0].required && !mac->parameters[1].required &&
          !strcmp(mac->parameters[1].name, "node"));
    CHECK(mac->has_action(mac, "compute") && mac->has_action(mac, "read") && !mac->has_action(mac, "write"));
    CHECK(plain->n_names == 1 && !strcmp(plain->names[0], "Plain") && plain->priority == 0.5 &&
          !plain->n_parameters);
    CHECK_TEXT(ask(arena, mac, "bit"), "action compute needs bits");     /* it need not be asked for that */
    CHECK_TEXT(ask(arena, mac, "bits"), "broken: component model provider ./p ended with status 3 instead of "
                                        "answering; it said: {\"v\":1,\"op\":\"cost\",\"id\":2,"
                                        "\"model\":\"Mac\",\"attributes\":{\"width\":8.0},\"actions\":[{"
                                        "\"name\":\"compute\",\"arguments\":{\"bits\":3.0}}]}");
    af_end_plug_in(self);
}

static const struct { const char *description, *want; } descriptions[] = {
    {"", "answered with what is no JSON object: "},
    {"{}", "describes itself without `models`, a list"},
    {"{\"models\":{}}", "describes itself without `models`, a list"},
    {"{\"error\":\"no licence\"}", "cannot tell its models: no licence"},
    {"{\"models\":[{\"model\":\"a\",\"actions\":{}},{\"actions\":{}}]}",
     "describes itself with nonsense, models.1: description.model: missing, expected a string"},
    {"{\"models\":[{\"model\":\"a\",\"priority\":\"nan\",\"actions\":{}}]}",
     "describes itself with nonsense, models.0: description.priority: nan found, 0 to 1 is expected"},
    {"{\"models\":[{\"model\":\"a\",\"names\":[3],\"actions\":{}}]}",
     "describes itself with nonsense, models.0: description.names: 3 found, expected a string"},
    {"{\"models\":[{\"model\":\"a\"}]}",
     "describes itself with nonsense, models.0: description.actions: "
     "an object with a member per action is expected"},
};

static void check_bad_descriptions(af_arena *arena)
{
    for (size_t i = 0; i < sizeof descriptions / sizeof *descriptions; i++) {
        plug_in *self = start(arena, descriptions[i].description, "{}");
        model_list models = {0};
        const char *failure = list(self, &models, arena);
        CHECK_TEXT(failure, af_format(arena, "component model provider ./p %s", descriptions[i].want));
        CHECK(!models.count);
        af_end_plug_in(self);
    }
}

int main(void)
{
    af_arena *arena = af_arena_new();
    freopen("/dev/null", "w", stderr);                                   /* what plug-ins say */
    check_answers(arena);
    check_description(arena);
    check_bad_descriptions(arena);
    af_arena_free(arena);
    CHECK(af_memory_in_use() == 0);
    return test_end("cost/plug_in");
}
