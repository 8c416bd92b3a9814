/* Building and asking embedded components (30 section 2). */
#include "cost/embedded.h"
#include "cost/table.h"

#include <math.h>
#include <string.h>
#include <strings.h>

int refuse(builder *b, const char *format, ...)
{
    if (!b->failure) {
        va_list arguments;
        va_start(arguments, format);
        b->failure = af_format_list(b->arena, format, arguments);
        va_end(arguments);
    }
    return -1;
}

/* ---- parameters */

static int parameter_index(const component_class *class, const char *name)
{
    for (int i = 0; i < MAX_PARAMETERS && class->parameters[i].name; i++)
        if (!strcmp(class->parameters[i].name, name))
            return i;
    return -1;
}

double number_of(const component *c, const char *parameter)
{
    return c->values[parameter_index(c->class, parameter)];
}

bool is_given(const component *c, const char *parameter)
{
    return !isnan(number_of(c, parameter));
}

void set_number(component *c, const char *parameter, double value)
{
    c->values[parameter_index(c->class, parameter)] = value;
}

const char *text_of(const component *c, const char *parameter)
{
    const af_value *value = af_dict_find(c->attributes, parameter);
    return value && value->type == AF_STRING ? value->string : NULL;
}

int list_of(builder *b, const component *c, const char *parameter, const double **numbers)
{
    const af_value *value = af_dict_find(c->attributes, parameter);
    if (!value || (value->type != AF_LIST && value->type != AF_TUPLE) || !value->list->count)
        return refuse(b, "%s must be a list of numbers", parameter);
    double *copy = af_new_array(b->arena, double, value->list->count);
    for (int i = 0; i < value->list->count; i++) {
        if (!af_is_number(value->list->items[i]))
            return refuse(b, "%s[%d] must be a number, not %s", parameter, i,
                          af_type_name(value->list->items[i]));
        copy[i] = af_as_double(value->list->items[i]);
    }
    *numbers = copy;
    return value->list->count;
}

static const char *printed(builder *b, af_value value)
{
    af_text text = {0};
    af_print_short(&text, value, 60);
    const char *copy = af_copy_text(b->arena, text.bytes);
    af_text_free(&text);
    return copy;
}

static int read_number(builder *b, const parameter *p, af_value value, double *number)
{
    bool bounded = p->least != 0 || p->most != 0;
    if (!af_is_number(value) && !(value.type == AF_STRING && af_parse_double(value.string, number)))
        return refuse(b, "%s must be a number, not %s", p->name, printed(b, value));
    if (af_is_number(value))
        *number = af_as_double(value);
    if (p->kind == PARAMETER_INTEGER && *number != trunc(*number))
        return refuse(b, "%s must be an integer, not %s", p->name, printed(b, value));
    if (isnan(*number) || (bounded && !(*number >= p->least && *number <= p->most)))
        return bounded ? refuse(b, "%s is %s; it must be from %g to %g", p->name, printed(b, value), p->least,
                                p->most)
                       : refuse(b, "%s must be a number, not %s", p->name, printed(b, value));
    return 0;
}

/* Nanometres given as they are, or nothing, would pass for a length. */
static int check_tech_node(builder *b, const component *c, int index)
{
    double value = c->values[index];
    if (strcmp(c->class->parameters[index].name, "tech_node") || isnan(value) || (value > 0 && value < 1e-3))
        return 0;
    return refuse(b, "tech_node is %g; a length in metres is expected, such as 65e-9", value);
}

static int read_parameter(builder *b, component *c, int index)
{
    const parameter *p = &c->class->parameters[index];
    const af_value *value = af_dict_find(c->attributes, p->name);
    c->values[index] = p->standard;
    if (!value || value->type == AF_NONE)
        return p->required ? refuse(b, "attribute %s is required", p->name) : 0;
    if (p->kind == PARAMETER_TRUTH)
        c->values[index] = af_truth(*value);
    else if (p->kind == PARAMETER_TEXT && value->type != AF_STRING)
        return refuse(b, "%s must be a text, not %s", p->name, printed(b, *value));
    else if (p->kind == PARAMETER_NUMBER || p->kind == PARAMETER_INTEGER)
        return read_number(b, p, *value, &c->values[index]) ? -1 : check_tech_node(b, c, index);
    return 0;
}

/* Every way that gives a depth must give the same (30 section 4, note i). */
int depth_of(builder *b, component *c, double width)
{
    double depth = number_of(c, "depth"), of_size = number_of(c, "size") / width;
    if (isnan(depth) && isnan(of_size))
        return refuse(b, "depth or size must be given");
    if (!isnan(depth) && !isnan(of_size) && depth != of_size)
        return refuse(b, "depth is %g, but size / width is %g", depth, of_size);
    set_number(c, "depth", isnan(depth) ? of_size : depth);
    return 0;
}

/* ---- tables */

const table *shared_table(builder *b, const char *name, int n_columns)
{
    const char *failure = NULL;
    const table *table = af_cost_table(b->cost, name, n_columns, &failure);
    if (!table)
        refuse(b, "%s", failure);
    return table;
}

int beyond_range(builder *b, const char *range)
{
    if (!b->request->extrapolate)
        return refuse(b, "%s (af-eval and af-area estimate beyond with --extrapolate)", range);
    af_warn(b->report, b->request->place, b->request->path, "extrapolated: %s", range);
    return 0;
}

/* ---- scaling */

void scale_component(component *c, factors by, bool parts)
{
    c->factors.area *= by.area;
    c->factors.energy *= by.energy;
    c->factors.latency *= by.latency;
    c->factors.leak *= by.leak;
    c->factors.throughput *= by.throughput;
    for (int i = 0; parts && i < c->n_parts; i++)
        scale_component(c->parts[i], by, true);
}

void scale_by_tech(component *c, double to, double from)
{
    factors by = {scale_area_by_tech(to, from), scale_energy_by_tech(to, from),
                  scale_latency_by_tech(to, from), scale_energy_by_tech(to, from),
                  scale_throughput_by_tech(to, from)};
    if (c->class->fixed_throughput)
        by.throughput = 1;
    if (to != from)
        scale_component(c, by, true);
}

void scale_by_size(component *c, const size_scaling *by)
{
    double value = number_of(c, by->parameter), from = by->standard;
    if (isnan(value) || value == from)
        return;
    factors all = {scaling_factor(by->area, value, from), scaling_factor(by->energy, value, from),
                   scaling_factor(by->latency, value, from),
                   scaling_factor(by->leak, value, from), scaling_factor(by->throughput, value, from)};
    scale_component(c, all, true);
}

/* ---- building */

static const component_class *const groups[] = {
    closed_forms,    composed_classes,  memory_classes, converter_classes, digital_classes,
    capacitor_classes, ladder_classes, albireo_classes, crossbar_classes,
};
enum { N_GROUPS = sizeof groups / sizeof *groups };

static const component_class *find_class(const char *model)
{
    for (int i = 0; i < N_GROUPS; i++)
        for (const component_class *class = groups[i]; class->model; class++)
            if (!strcmp(class->model, model))
                return class;
    return NULL;
}

static int build(builder *b, component *c)
{
    const component_class *class = c->class;
    for (int i = 0; i < MAX_PARAMETERS && class->parameters[i].name; i++)
        if (read_parameter(b, c, i))
            return -1;
    if (class->prepare && class->prepare(b, c))
        return -1;
    if (class->build)
        return class->build(b, c);
    c->area = class->square_micrometres * 1e-12;
    c->leak = class->leak;
    if (class->tech_from > 0)
        scale_by_tech(c, number_of(c, "tech_node"), class->tech_from);
    for (const size_scaling *s = class->scalings; s < class->scalings + 3 && s->parameter; s++)
        scale_by_size(c, s);
    return 0;
}

component *make_component(builder *b, const component_class *class, af_value attributes)
{
    component *c = af_new(b->arena, component);
    *c = (component){.class = class, .attributes = attributes, .factors = {1, 1, 1, 1, 1},
                     .source = class->source, .method = COST_FORMULA};
    return build(b, c) ? NULL : c;
}

component *make_named(builder *b, const char *model, af_value attributes)
{
    return make_component(b, find_class(model), attributes);
}

component *add_part(builder *b, component *c, const char *model, af_value attributes)
{
    component *part = make_named(b, model, attributes);
    if (part)
        c->parts[c->n_parts++] = part;
    return part;
}

af_value with_number(af_arena *arena, af_value dict, const char *name, double value)
{
    if (dict.type != AF_DICT)
        dict = af_dict_value(arena);
    af_dict_put(arena, dict, af_string(name), af_real(value));
    return dict;
}

double area_of(const component *c)
{
    double sum = c->area * c->factors.area;
    for (int i = 0; i < c->n_parts; i++)
        sum += area_of(c->parts[i]);
    return sum;
}

double leak_of(const component *c)
{
    double sum = c->leak * c->factors.leak;
    for (int i = 0; i < c->n_parts; i++)
        sum += leak_of(c->parts[i]);
    return sum;
}

/* ---- actions */

static bool has_word(const char *words, const char *word)
{
    size_t length = strlen(word);
    for (const char *at = strstr(words, word); at && length; at = strstr(at + 1, word))
        if ((at == words || at[-1] == ' ') && (at[length] == ' ' || !at[length]))
            return true;
    return false;
}

const component_action *find_action(const component_class *class, const char *name)
{
    for (int i = 0; i < MAX_ACTIONS && class->actions[i].names; i++)
        if (has_word(class->actions[i].names, name))
            return &class->actions[i];
    return NULL;
}

static action_cost closed_form(const component *c, const component_action *action)
{
    double seconds = action->seconds;
    if (action->rate == RATE_PER)
        seconds /= number_of(c, action->rate_parameter);
    else if (action->rate == RATE_TIMES)
        seconds *= number_of(c, action->rate_parameter);
    double units = action->energy_parameter ? number_of(c, action->energy_parameter) : 1;
    /* no latency: infinite throughput */
    return (action_cost){action->picojoules * 1e-12 * units, seconds, 1 / seconds, 0, 0};
}

void add_cost(action_cost *sum, action_cost part)
{
    sum->energy += part.energy;
    sum->latency += part.latency;
    sum->throughput = fmin(sum->throughput, part.throughput);
    if (part.energy != 0)
        sum->energy_band = fmax(sum->energy_band, part.energy_band);
    if (part.throughput < INFINITY)
        sum->throughput_band = fmax(sum->throughput_band, part.throughput_band);
}

/* bits_per_action scales energy and throughput of the whole, its parts included, but no latency (30
 * section 2.2). */
action_cost call_action(builder *b, const component *c, const char *name, double bits, af_value attributes)
{
    const component_action *action = find_action(c->class, name);
    action_cost parts = FREE_ACTION;
    action_cost own = action->cost ? action->cost(b, c, attributes, &parts) : closed_form(c, action);
    own.energy *= c->factors.energy;
    own.latency *= c->factors.latency;
    own.throughput *= c->factors.throughput;
    add_cost(&own, parts);
    double whole = action->width ? number_of(c, action->width) : action->n_bits;
    if (whole > 0 && !isnan(bits)) {
        double ratio = bits / whole;
        own.energy *= ratio;
        own.throughput /= ratio;
    }
    return own;
}

void add_action(builder *b, const component *part, const char *name, double bits, action_cost *sum)
{
    add_cost(sum, call_action(b, part, name, bits, af_none()));
}

/* ---- as models */

typedef struct embedded { af_cost *cost; const component_class *class; } embedded;

static bool has_action(const cost_model *model, const char *action)
{
    const component_action *found = find_action(((const embedded *)model->self)->class, action);
    return found && !found->inner;
}

/* What a component and all its parts say of their figures. */
typedef struct origin { const char *source; cost_method method; double area_band, leak_band; } origin;

static void note_origin(const component *c, origin *o)
{
    if (!o->source || (c->source && c->method > o->method))
        o->source = c->source;
    o->method = c->method > o->method ? c->method : o->method;
    o->area_band = fmax(o->area_band, c->area * c->factors.area != 0 ? c->area_band : 0);
    o->leak_band = fmax(o->leak_band, c->leak * c->factors.leak != 0 ? c->leak_band : 0);
    for (int i = 0; i < c->n_parts; i++)
        note_origin(c->parts[i], o);
}

/* 0: no band. Of an extrapolated answer nothing is known. */
static double told_band(const origin *o, double band)
{
    return o->method == COST_EXTRAPOLATED ? INFINITY : band > 0 ? band : NAN;
}

static const char *answer(const cost_model *model, const model_request *request, model_answer *answer,
                          af_arena *arena, af_report *report)
{
    const embedded *e = model->self;
    builder b = {.cost = e->cost, .arena = arena, .report = report, .request = request};
    const component *c = make_component(&b, e->class, request->attributes);
    origin o = {0};
    double throughput_band = 0;
    if (!c)
        return b.failure;
    note_origin(c, &o);
    *answer = (model_answer){.area = area_of(c), .leak_power = leak_of(c), .actions = answer->actions,
                             .source = o.source, .method = o.method,
                             .area_band = told_band(&o, o.area_band),
                             .leak_power_band = told_band(&o, o.leak_band)};
    for (int i = 0; i < request->n_actions && !b.failure; i++) {
        const af_value attributes = request->actions[i].attributes,
            *bits = af_dict_find(attributes, "bits_per_action");
        double width = bits && af_is_number(*bits) ? af_as_double(*bits) : NAN;
        action_cost cost = call_action(&b, c, request->actions[i].name, width, attributes);
        answer->actions[i] = (action_answer){cost.energy, cost.latency, cost.throughput,
                                             told_band(&o, cost.energy_band)};
        throughput_band = fmax(throughput_band, cost.throughput_band);
    }
    answer->throughput_band = told_band(&o, throughput_band);
    return b.failure;
}

const component_class *embedded_class(int index)
{
    for (int i = 0; i < N_GROUPS; i++)
        for (const component_class *class = groups[i]; class->model; class++)
            if (!index--)
                return class;
    return NULL;
}

/* The words of a class's `names`, for the model that it is. */
static int split(af_arena *arena, const char *words, const char *const **names)
{
    af_list(const char *) list = {0};
    char *rest;
    for (char *word = strtok_r(af_copy_text(arena, words), " ", &rest); word;
         word = strtok_r(NULL, " ", &rest))
        *af_push(arena, &list) = word;
    *names = list.items;
    return list.count;
}

static cost_model model_of(af_arena *arena, const embedded *e)
{
    const component_class *class = e->class;
    model_parameter *parameters = af_new_array(arena, model_parameter, MAX_PARAMETERS);
    cost_model model = {.name = class->model, .priority = class->priority, .parameters = parameters,
                        .has_action = has_action, .answer = answer, .self = e};
    model.n_names = split(arena, class->names, &model.names);
    for (; model.n_parameters < MAX_PARAMETERS && class->parameters[model.n_parameters].name;
         model.n_parameters++)
        parameters[model.n_parameters] = (model_parameter){class->parameters[model.n_parameters].name,
                                                           class->parameters[model.n_parameters].required};
    return model;
}

void af_list_embedded(af_cost *cost, af_arena *arena, model_list *models)
{
    const component_class *class;
    for (int i = 0; (class = embedded_class(i)); i++) {
        embedded *e = af_new(arena, embedded);
        *e = (embedded){cost, class};
        *af_push(arena, models) = model_of(arena, e);
    }
}
