/* Which model answers for a component class (30 section 2.3), and what was answered before. */
#include "cost/model.h"

#include <math.h>
#include <ctype.h>
#include <string.h>

/* Models are found by their names in lower case; models of one name are chained in the order they were
 * listed. */
typedef struct named_model { const cost_model *model; bool installed; int next; } named_model;

typedef struct remembered { chosen_model chosen; const char *failure; } remembered;

struct model_register {
    af_arena *arena;                         /* of the run: models and answers */
    af_list(model_source) sources;
    bool listed, installed_listed;
    /* why a source that was asked for by name cannot list its models; NULL: all did */
    const char *unlisted;
    af_names *names;                         /* lower case; */
    af_list(const char *) spelled;           /* …per name: as its first model writes it */
    af_list(int) first;                      /* …per name: index into models */
    af_list(named_model) models;
    af_names *requests;                      /* texts of what was asked; */
    af_list(remembered) answers;             /* …what was answered */
};

model_register *af_new_register(af_arena *arena)
{
    model_register *r = af_new(arena, model_register);
    r->arena = arena;
    r->names = af_names_new(arena);
    r->requests = af_names_new(arena);
    return r;
}

void af_add_model_source(model_register *r, model_source source)
{
    *af_push(r->arena, &r->sources) = source;
}

/* ---- the register */

static const char *lower_case(af_arena *arena, const char *text)
{
    char *copy = af_copy_text(arena, text);
    for (char *c = copy; *c; c++)
        *c = (char)tolower((unsigned char)*c);
    return copy;
}

static void enter(model_register *r, const cost_model *model, bool installed)
{
    for (int i = 0; i < model->n_names; i++) {
        int name = af_name_add(r->names, lower_case(r->arena, model->names[i]));
        if (name == r->first.count) {
            *af_push(r->arena, &r->first) = -1;
            *af_push(r->arena, &r->spelled) = model->names[i];
        }
        *af_push(r->arena, &r->models) = (named_model){model, installed, r->first.items[name]};
        r->first.items[name] = r->models.count - 1;
    }
}

static void enter_all(model_register *r, const model_list *models, bool installed)
{
    for (int i = 0; i < models->count; i++)
        enter(r, &models->items[i], installed);
}

/* Whether there are sources of the kind. */
static bool list_sources(model_register *r, bool installed, af_report *report)
{
    bool any = false;
    for (int i = 0; i < r->sources.count; i++) {
        model_list models = {0};
        if (r->sources.items[i].installed != installed)
            continue;
        const char *failure = r->sources.items[i].list(r->sources.items[i].self, &models, r->arena, report);
        if (failure && installed)
            af_warn(report, AF_NOWHERE, NULL, "%s", failure);
        else if (failure)
            r->unlisted = failure;
        enter_all(r, &models, installed);
        any = true;
    }
    return any;
}

static void list_models(af_cost *cost, model_register *r, af_report *report)
{
    model_list embedded = {0};
    if (r->listed)
        return;
    r->listed = true;
    af_list_embedded(cost, r->arena, &embedded);
    enter_all(r, &embedded, false);
    list_sources(r, false, report);
}

static bool list_installed(model_register *r, af_report *report)
{
    if (r->installed_listed)
        return false;
    r->installed_listed = true;
    return list_sources(r, true, report);
}

/* ---- candidates */

typedef struct candidate {
    const cost_model *model;
    bool installed;
    int n_given, n_defaulted;
    const char *missing;
} candidate;
typedef af_list(candidate) candidates;

static candidate consider(const named_model *named, af_value attributes)
{
    candidate c = {.model = named->model, .installed = named->installed};
    for (int i = 0; i < c.model->n_parameters; i++) {
        const model_parameter *p = &c.model->parameters[i];
        if (af_dict_find(attributes, p->name))
            c.n_given++;
        else if (p->required)
            c.missing = c.missing ? c.missing : p->name;
        else
            c.n_defaulted++;
    }
    return c;
}

static int sign(double difference)
{
    return (difference > 0) - (difference < 0);
}

/* Installed packages after what is embedded; then higher priority, more attributes taken, fewer defaults
 * used, name. */
static int compare(const candidate *a, const candidate *b)
{
    const int order[] = {a->installed - b->installed, sign(b->model->priority - a->model->priority),
                         b->n_given - a->n_given,
                         a->n_defaulted - b->n_defaulted};
    for (size_t i = 0; i < sizeof order / sizeof *order; i++)
        if (order[i])
            return order[i];
    return strcmp(a->model->name, b->model->name);
}

static void insert(af_arena *arena, candidates *list, candidate new)
{
    af_push(arena, list);
    int i = list->count - 1;
    for (; i > 0 && compare(&new, &list->items[i - 1]) < 0; i--)
        list->items[i] = list->items[i - 1];
    list->items[i] = new;
}

static candidates find_candidates(model_register *r, const model_request *request, af_arena *arena)
{
    candidates list = {0};
    int name = af_name_find(r->names, lower_case(arena, request->component_class));
    for (int i = name < 0 ? -1 : r->first.items[name]; i >= 0; i = r->models.items[i].next)
        insert(arena, &list, consider(&r->models.items[i], request->attributes));
    return list;
}

/* ---- one candidate */

static const char *given_names(af_arena *arena, af_value attributes)
{
    int count;
    const af_entry *entries = af_dict_entries(attributes, &count);
    const char *text = "";
    for (int i = 0; i < count; i++)
        text = af_format(arena, "%s%s%s", text, i ? ", " : "", entries[i].key.string);
    return *text ? text : "none";
}

/* NULL: it may be asked. */
static const char *unfit(const candidate *c, const model_request *request, af_arena *arena)
{
    const af_value *model = af_dict_find(request->attributes, "model"),
        *least = af_dict_find(request->attributes, "min_priority");
    if (c->missing)
        return af_format(arena, "attribute %s is required (given: %s)", c->missing,
                         given_names(arena, request->attributes));
    for (int i = 0; i < request->n_actions; i++)
        if (!c->model->has_action(c->model, request->actions[i].name))
            return af_format(arena, "it has no action %s", request->actions[i].name);
    if (model && (model->type != AF_STRING || strcmp(model->string, c->model->name)))
        return "the attribute `model` asks for another model";
    if (least && af_is_number(*least) && af_as_double(*least) > c->model->priority)
        return af_format(arena, "its priority %g is below min_priority %g", c->model->priority,
                         af_as_double(*least));
    return NULL;
}

static const char *not_finite(const model_answer *answer, const model_request *request, af_arena *arena)
{
    if (isnan(answer->area) || isnan(answer->leak_power))
        return af_format(arena, "its %s is not a number", isnan(answer->area) ? "area" : "leak power");
    for (int i = 0; i < request->n_actions; i++)
        if (isnan(answer->actions[i].energy) || isnan(answer->actions[i].throughput))
            return af_format(arena, "its %s of action %s is not a number", isnan(answer->actions[i].energy)
                             ? "energy" : "throughput", request->actions[i].name);
    return NULL;
}

/* NULL: answered. */
static const char *ask(const candidate *c, const model_request *request, chosen_model *chosen,
                       af_arena *arena, af_report *report)
{
    const char *failure = unfit(c, request, arena);
    *chosen = (chosen_model){.model = c->model->name};
    chosen->answer.actions = af_new_array(arena, action_answer, request->n_actions + 1);
    if (!failure)
        failure = c->model->answer(c->model, request, &chosen->answer, arena, report);
    return failure ? failure : not_finite(&chosen->answer, request, arena);
}

/* ---- choosing */

static const char *unknown_class(const model_register *r, const model_request *request, af_arena *arena)
{
    int count = af_name_count(r->names);
    const char **names = af_new_array(arena, const char *, count + 1), *asked = request->component_class;
    for (int i = 0; i < count; i++)
        names[i] = af_name_text(r->names, i);
    const char *near = af_nearest(lower_case(arena, asked), names, count);
    return af_format(arena, "component %s is not supported by any model%s%s%s", asked,
                     near ? "; did you mean " : "; af-area --explain all tells those of the library",
                     near ? r->spelled.items[af_name_find(r->names, near)] : "", near ? "?" : "");
}

/* First success wins; an embedded figure that is interpolated gives way to an installed package's. The
 * result lives in `arena`. */
static void choose(model_register *r, const model_request *request, remembered *result, af_arena *arena,
                   af_report *report)
{
    candidates list = find_candidates(r, request, arena);
    const char *failures = NULL;
    bool found = false;
    *result = (remembered){0};
    for (int i = 0; i < list.count; i++) {
        const candidate *c = &list.items[i];
        chosen_model chosen;
        if (found && (!c->installed || result->chosen.answer.method < COST_INTERPOLATED))
            break;
        const char *failure = ask(c, request, &chosen, arena, report);
        if (failure && chosen.answer.broken && !found) {
            *result = (remembered){chosen, failure};
            return;
        }
        if (failure && chosen.answer.broken)
            af_warn(report, request->place, request->path, "%s", failure);
        if (failure && !found)
            failures = af_format(arena, "%s%smodel %s: %s", failures ? failures : "", failures ? "; " : "",
                                 c->model->name, failure);
        if (!failure) {
            result->chosen = chosen;
            found = true;
        }
    }
    if (!list.count)
        result->failure = unknown_class(r, request, arena);
    else if (!found)
        result->failure = list.count == 1 ? failures
            : af_format(arena, "no model answers for component %s: %s", request->component_class, failures);
}

/* ---- memory: a request as text, of what some model of the class reads */

static bool is_read(const model_register *r, int first, const char *attribute)
{
    for (int i = first; i >= 0; i = r->models.items[i].next)
        for (int k = 0; k < r->models.items[i].model->n_parameters; k++)
            if (!strcmp(r->models.items[i].model->parameters[k].name, attribute))
                return true;
    return !strcmp(attribute, "model") || !strcmp(attribute, "min_priority");
}

static af_value what_is_read(const model_register *r, const model_request *request, af_arena *arena)
{
    int name = af_name_find(r->names, lower_case(arena, request->component_class)), count;
    const af_entry *entries = af_dict_entries(request->attributes, &count);
    af_value read = af_dict_value(arena);
    for (int i = 0; i < count; i++)
        if (entries[i].value.type != AF_NONE && is_read(r, name < 0 ? -1 : r->first.items[name],
                                                        entries[i].key.string))
            af_dict_put(arena, read, entries[i].key, entries[i].value);
    return read;
}

static void describe(af_json_writer *w, const model_request *request)
{
    af_put_array(w, NULL);
    af_put_string(w, NULL, request->component_class);
    af_put_value(w, NULL, request->attributes);
    for (int i = 0; i < request->n_actions; i++) {
        af_put_string(w, NULL, request->actions[i].name);
        af_put_value(w, NULL, request->actions[i].attributes);
    }
    af_put_end_array(w);
}

/* The place of the answer, empty if the request is new. */
static remembered *recall(model_register *r, const model_request *request, bool *new)
{
    af_json_writer w = {.first = true};
    describe(&w, request);
    int id = af_name_add(r->requests, w.text.bytes);
    af_text_free(&w.text);
    *new = id == r->answers.count;
    return *new ? af_push(r->arena, &r->answers) : &r->answers.items[id];
}

/* What was found in a passing arena, kept for the run. */
static void keep(model_register *r, const model_request *request, const remembered *found, remembered *kept)
{
    const action_answer *actions = found->chosen.answer.actions;
    *kept = *found;
    kept->failure = af_copy_text(r->arena, found->failure);
    kept->chosen.answer.source = af_copy_text(r->arena, found->chosen.answer.source);
    kept->chosen.answer.actions = af_new_array(r->arena, action_answer, request->n_actions + 1);
    for (int i = 0; actions && i < request->n_actions; i++)
        kept->chosen.answer.actions[i] = actions[i];
}

static const remembered *answer_for(model_register *r, const model_request *request, bool again,
                                    af_arena *arena, af_report *report)
{
    model_request reduced = *request;
    bool new;
    reduced.attributes = what_is_read(r, request, arena);
    remembered *result = recall(r, &reduced, &new), found;
    if (new || again) {
        choose(r, &reduced, &found, arena, report);
        keep(r, &reduced, &found, result);
    }
    return result;
}

static bool could_be_better(const remembered *result)
{
    return result->failure ? !result->chosen.answer.broken
        : result->chosen.answer.method >= COST_INTERPOLATED;
}

const chosen_model *af_choose_model(af_cost *cost, const model_request *request, af_arena *arena,
                                    af_report *report)
{
    model_register *r = af_models_of(cost);
    list_models(cost, r, report);
    const remembered *result = r->unlisted ? NULL : answer_for(r, request, false, arena, report);
    if (result && could_be_better(result) && list_installed(r, report))
        result = answer_for(r, request, true, arena, report);
    const char *failure = result ? result->failure : r->unlisted;
    if (failure)
        af_fail(report, AF_BAD_DATA, request->place, request->path, "%s", failure);
    return failure ? NULL : &result->chosen;
}
