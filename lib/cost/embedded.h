/* The embedded component classes: how one is described, built out of its attributes, and asked (30 section
 * 2).
 *
 * A class is a row of data: names, parameters, actions, and one function that builds a component. A
 * component may consist of others (a smart buffer of an SRAM, registers, an adder): areas and leak powers
 * add up, and an action's cost is its own plus that of the parts' actions that it names. Five factors
 * scale a component's own figures. */
#ifndef AF_COST_EMBEDDED_H
#define AF_COST_EMBEDDED_H

#include "cost/model.h"
#include "cost/scaling.h"

typedef struct component component;
typedef struct component_class component_class;
typedef struct builder builder;

/* ---- parameters */
typedef enum parameter_kind {
    PARAMETER_NUMBER, PARAMETER_INTEGER, PARAMETER_TRUTH, PARAMETER_TEXT, PARAMETER_LIST
} parameter_kind;
#define NO_DEFAULT NAN                       /* absent unless given: number_of is nan then */
typedef struct parameter {
    const char *name;
    parameter_kind kind;
    bool required;
    double standard;                         /* the default, unless required */
    double least, most;                      /* bounds of what is accepted; both 0: any */
} parameter;
enum { MAX_PARAMETERS = 20, MAX_ACTIONS = 5, MAX_PARTS = 4 };

/* ---- costs of one action */
typedef struct action_cost { double energy, latency, throughput, energy_band, throughput_band; } action_cost;
#define FREE_ACTION ((action_cost){.throughput = INFINITY})

/* Latency of a closed form: `seconds` alone, over a parameter, or times it. Throughput is its inverse. */
typedef enum rate { RATE_CONSTANT, RATE_PER, RATE_TIMES } rate;

typedef struct component_action {
    const char *names;                       /* "read add" */
    double picojoules, seconds;              /* closed form, without `cost` */
    rate rate; const char *rate_parameter;
    const char *energy_parameter;            /* the energy is per unit of it; NULL: as it stands */
    /* how many bits one call moves, by parameter or number: bits_per_action scales. NULL, 0: per call */
    const char *width; double n_bits;
    bool inner;                              /* for components that this is a part of; no action for users */
    /* The action's own cost, before the component's factors; costs of parts are added to `parts`. May
     * refuse */
    action_cost (*cost)(builder *b, const component *c, af_value attributes, action_cost *parts);
} component_action;

typedef struct size_scaling {                /* how each figure goes with parameter / standard */
    const char *parameter;
    double standard;
    scaling area, energy, latency, leak, throughput;
} size_scaling;

struct component_class {
    const char *model, *names;               /* "AladdinAdder", "Adder AladdinAdder IntAdder" */
    double priority;
    const char *source;                      /* 30 section 10.3; NULL: that of its parts */
    parameter parameters[MAX_PARAMETERS];
    component_action actions[MAX_ACTIONS];
    /* closed forms: figures at `tech_from`, then size scalings in order */
    double tech_from, square_micrometres, leak;
    bool fixed_throughput;                   /* technology does not scale it */
    size_scaling scalings[3];
    /* checks and derived parameters, before; may be NULL. 0, or -1: b->failure */
    int (*prepare)(builder *b, component *c);
    int (*build)(builder *b, component *c);     /* instead of a closed form */
};

/* ---- components */
typedef struct factors { double area, energy, latency, leak, throughput; } factors;
struct component {
    const component_class *class;
    double values[MAX_PARAMETERS];
    af_value attributes;                     /* for texts and lists */
    double area, leak;                       /* own, before factors */
    factors factors;
    int n_parts; component *parts[MAX_PARTS];
    const char *source; cost_method method; double area_band, leak_band;   /* of own figures; bands 0: none */
    const void *data;                        /* of the class */
};

struct builder {                             /* what is at hand while one request is answered */
    af_cost *cost;
    af_arena *arena;
    af_report *report;
    const model_request *request;
    const char *failure;
};
int refuse(builder *b, const char *format, ...) AF_PRINTF(2, 3);   /* -1; the first reason stays */

/* NULL: refused */
component *make_component(builder *b, const component_class *class, af_value attributes);
/* of the class of that model */
component *make_named(builder *b, const char *model, af_value attributes);
/* the same, as a part of c */
component *add_part(builder *b, component *c, const char *model, af_value attributes);
/* A table of share/models, read once. NULL: refused. */
const struct table *shared_table(builder *b, const char *name, int n_columns);
/* Figures beyond a table's range: with --extrapolate a warning and 0, else -1: refused. */
int beyond_range(builder *b, const char *range);
/* dict NONE: a new one */
af_value with_number(af_arena *arena, af_value dict, const char *name, double value);

double number_of(const component *c, const char *parameter);             /* nan: absent */
bool is_given(const component *c, const char *parameter);
void set_number(component *c, const char *parameter, double value);
const char *text_of(const component *c, const char *parameter);          /* NULL: absent */
/* how many; -1: refused */
int list_of(builder *b, const component *c, const char *parameter, const double **numbers);
/* sets `depth` from depth or size; 0, or -1: refused */
int depth_of(builder *b, component *c, double width);

double area_of(const component *c);
double leak_of(const component *c);
void scale_component(component *c, factors by, bool parts);
void scale_by_tech(component *c, double to, double from);
void scale_by_size(component *c, const size_scaling *by);

const component_action *find_action(const component_class *class, const char *name);
/* One call of an action; `bits` nan: of its whole width. A failure is in b->failure. */
action_cost call_action(builder *b, const component *c, const char *name, double bits, af_value attributes);
void add_cost(action_cost *sum, action_cost part);
/* A part's action, added to `sum`. */
void add_action(builder *b, const component *part, const char *name, double bits, action_cost *sum);

/* Technologies that NeuroSim knows, nm, ascending; figures of others lie between two. */
enum { N_CIRCUIT_NODES = 9 };
extern const double circuit_nodes[N_CIRCUIT_NODES];
int circuit_node_from(double tech_nm);   /* index of the first that is not below */

const component_class *embedded_class(int index);   /* of all groups; NULL past the last */

/* ---- the classes, in groups; each ends with one without model */
extern const component_class closed_forms[], composed_classes[], memory_classes[], converter_classes[],
    digital_classes[], capacitor_classes[],
    ladder_classes[], albireo_classes[], crossbar_classes[];

#endif
