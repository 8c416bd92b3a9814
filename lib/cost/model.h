/* What answers for a component class: the closed forms and tables of this folder, Python files,
 * executables (30 sections 2 and 10).
 *
 * A model describes itself (names, priority, parameters, actions); select.c chooses among all that
 * describe themselves with the class that is asked for, tries them best first, and remembers answers. To
 * add a kind of model: fill model structs, hand them in through a model_source. */
#ifndef AF_COST_MODEL_H
#define AF_COST_MODEL_H

#include "cost/cost.h"

/* How a figure came about, best first. A composed model's answer is as its worst part. */
typedef enum cost_method { COST_EXACT, COST_FORMULA, COST_INTERPOLATED, COST_EXTRAPOLATED } cost_method;

/* What is asked of a model. Dicts hold no NONE. An action's attributes are its own over the component's
 * (20 section 8.3). */
typedef struct model_request {
    const char *component_class;             /* as written */
    const char *path;                        /* "arch.nodes.1.component_class (GlobalBuffer)", for messages */
    af_place place;
    af_value attributes;
    int n_actions; struct requested_action { const char *name; af_value attributes; } *actions;
    bool extrapolate;                        /* beyond a table's range: a warning, not a refusal */
} model_request;

/* Error bands are relative, 0.02 for 2 %; nan: none, inf: extrapolated. Energies J, latencies s,
 * throughputs 1/s, area m2, leak power W; before scales. */
typedef struct action_answer { double energy, latency, throughput, energy_band; } action_answer;
typedef struct model_answer {
    double area, leak_power;
    action_answer *actions;                  /* one per requested action, made by the one who asks */
    const char *source;                      /* "library", "cacti-table",
                                              * "plugin:NAME", … (30 section 10.3) */
    cost_method method;
    /* with a failure: what answers does not work, so the failure is told; no other model is asked instead */
    bool broken;
    double area_band, leak_power_band, throughput_band;
} model_answer;

typedef struct model_parameter { const char *name; bool required; } model_parameter;

typedef struct cost_model cost_model;
struct cost_model {
    const char *name;                        /* "AladdinAdder" */
    /* classes that it answers for; compared without regard to case */
    int n_names; const char *const *names;
    double priority;                         /* 0 … 1, higher is asked first */
    int n_parameters; const model_parameter *parameters;
    bool (*has_action)(const cost_model *model, const char *action);
    /* NULL: answered; `arena` lives until this request is answered. Else why not, as a text in `arena`
     * without path ("width must be an integer, not 2.5"): the next model is asked. */
    const char *(*answer)(const cost_model *model, const model_request *request, model_answer *answer,
                          af_arena *arena, af_report *report);
    const void *self;                        /* of the model's owner */
};

/* Models that are not of this folder. `list` is called once, when the first component needs a model; it
 * may start a process. NULL, or why it cannot list: an error of every component that needs a model, for
 * what is installed a warning. Models and texts live in `arena`. */
typedef af_list(cost_model) model_list;
typedef struct model_source {
    const char *(*list)(void *self, model_list *models, af_arena *arena, af_report *report);
    void *self;
    /* listed only when no other model gives an exact figure or a closed form's (30 section 10.1) */
    bool installed;
} model_source;

/* ---- select.c */
typedef struct model_register model_register;   /* models by name, and answers so far */
model_register *af_new_register(af_arena *arena);
void af_add_model_source(model_register *models, model_source source);
typedef struct chosen_model { const char *model; model_answer answer; } chosen_model;
/* The answer for a class, remembered by request; valid until the next call. `arena` is for what the search
 * needs. NULL: reported under request->path. */
const chosen_model *af_choose_model(af_cost *cost, const model_request *request, af_arena *arena,
                                    af_report *report);

/* ---- component.c */
model_register *af_models_of(af_cost *cost);
/* A table of share/models (table.h), read when first asked for. NULL, and *failure says why. */
const struct table *af_cost_table(af_cost *cost, const char *name, int n_columns, const char **failure);

/* ---- embedded.c: all models of this folder */
void af_list_embedded(af_cost *cost, af_arena *arena, model_list *models);

#endif
