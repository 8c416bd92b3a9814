/* How long each component takes: total_latency over the calls of its actions (50 section 7.3,
 * 20 section 10). */
#include "model/analysis.h"
#include "model/unknown.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

/* Calls of one component's actions, and what a network knows besides. */
typedef struct calls { af_num *of_action; af_num max_hops, max_link_traffic; } calls;

typedef struct timing {
    af_arena *arena; af_graph *g;
    const af_pmapping *pmapping;
    const af_figures *figures;
    af_report *report;
} timing;

/* ---- counting calls */

static void add_call(const timing *t, const af_arch_node *node, calls *c, const char *name, af_num count)
{
    int action = af_find_action(node, name);
    if (action >= 0)
        c->of_action[action] = af_add(t->g, c->of_action[action], count);
}

static calls no_calls(const timing *t, const af_arch_node *node)
{
    return (calls){.of_action = af_new_array(t->arena, af_num, node->n_actions)};
}

static calls holder_calls(const timing *t, int index)
{
    const af_arch_node *node = &t->pmapping->einsum->nodes[index];
    calls c = no_calls(t, node);
    for (int i = 0; i < t->figures->n_buffets; i++) {
        const af_buffet *b = &t->figures->buffets[i];
        if (b->node != index)
            continue;
        add_call(t, node, &c, "read", b->read_per_unit);
        if (node->kind != AF_TOLL)
            add_call(t, node, &c, "write", b->write_per_unit);
    }
    return c;
}

static calls network_calls(const timing *t, int index)
{
    const af_arch_node *node = &t->pmapping->einsum->nodes[index];
    calls c = no_calls(t, node);
    int n_names = af_n_dimension_names(t->pmapping);
    af_num *traffic = af_new_array(t->arena, af_num, n_names);
    for (int i = 0; i < t->figures->n_hops; i++) {
        const af_hop *h = &t->figures->hops[i];
        if (h->node != index)
            continue;
        c.max_hops = af_max(t->g, c.max_hops, h->max_hops);
        for (int k = 0; k < h->n_traffic; k++)
            traffic[h->dimensions[k]] = af_add(t->g, traffic[h->dimensions[k]], h->traffic[k]);
    }
    for (int i = 0; i < n_names; i++)
        c.max_link_traffic = af_max(t->g, c.max_link_traffic, traffic[i]);
    add_call(t, node, &c, "hop", c.max_hops);
    return c;
}

/* ---- the usual forms, without the evaluator */

typedef enum latency_form { FORM_SUM, FORM_MAX, FORM_NETWORK, FORM_OTHER } latency_form;

static latency_form form_of(const char *text)
{
    static const char *const forms[] = {
        "sum(a.n_calls/a.throughputforainactions)",
        "max(a.n_calls/a.throughputforainactions)",
        "max(max_hops*actions['hop'].latency,max_link_traffic/actions['hop'].throughput)",
    };
    for (int form = FORM_SUM; form <= FORM_NETWORK; form++) {
        const char *a = text, *b = forms[form];
        while (*b && *a)
            if (isspace((unsigned char)*a))
                a++;
            else if (*a++ != *b)
                break;
            else
                b++;
        while (isspace((unsigned char)*a))
            a++;
        if (!*a && !*b)
            return form;
    }
    return FORM_OTHER;
}

static int bad_latency(const timing *t, const af_arch_node *node, const char *what)
{
    return af_fail(t->report, AF_BAD_DATA, AF_NOWHERE, af_node_path(t->arena, node, "total_latency"), "%s",
                   what);
}

static const char *no_throughput(af_arena *arena, const af_arch_node *node, const char *action)
{
    return af_format(arena, "action %s has no throughput%s%s", action, node->no_throughput ? ": " : "",
                     node->no_throughput ? node->no_throughput : "");
}

static int latency_of_actions(const timing *t, const af_arch_node *node, const calls *c, bool largest,
                              af_num *latency)
{
    *latency = af_known(0);
    for (int i = 0; i < node->n_actions; i++) {
        double throughput = node->actions[i].throughput;
        if (throughput == 0)
            return bad_latency(t, node, af_format(t->arena, "division by zero: action %s has throughput 0",
                                                  node->actions[i].name));
        if (isnan(throughput))
            return bad_latency(t, node, no_throughput(t->arena, node, node->actions[i].name));
        af_num own = af_div(t->g, c->of_action[i], af_known(throughput));
        *latency = largest ? af_max(t->g, *latency, own) : af_add(t->g, *latency, own);
    }
    return 0;
}

static int latency_of_network(const timing *t, const af_arch_node *node, const calls *c, af_num *latency)
{
    int hop = af_find_action(node, "hop");
    if (hop < 0)
        return bad_latency(t, node,
                           "the default total_latency needs an action 'hop'; none is declared. "
                           "Its older name is hops");
    const af_action *action = &node->actions[hop];
    if (isnan(action->latency) || isnan(action->throughput) || action->throughput == 0)
        return bad_latency(t, node,
                           "the default total_latency needs both latency and throughput of actions['hop']; a "
                           "latency that is given alone is turned into a throughput. "
                           "Give both, or an own total_latency such as max_hops");
    *latency = af_max(t->g, af_mul(t->g, c->max_hops, af_known(action->latency)),
                      af_div(t->g, c->max_link_traffic, af_known(action->throughput)));
    return 0;
}

/* ---- any expression */

typedef struct action_object { af_object object; const af_action *action; af_value n_calls; } action_object;

static af_value real_or_none(double x) { return isnan(x) ? af_none() : af_real(x); }

static bool action_attribute(const af_object *object, const char *name, af_value *value)
{
    const action_object *a = (const action_object *)object;
    const struct { const char *name; double number; } numbers[] = {
        {"throughput", a->action->throughput}, {"energy", a->action->energy}, {"latency", a->action->latency},
        {"energy_scale", a->action->energy_scale}, {"throughput_scale", a->action->throughput_scale},
        {"latency_scale", a->action->latency_scale}, {"bits_per_action", a->action->bits_per_action}};
    if (!strcmp(name, "name"))
        return *value = af_string(a->action->name), true;
    if (!strcmp(name, "n_calls"))
        return *value = a->n_calls, true;
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        if (!strcmp(name, numbers[i].name))
            return *value = real_or_none(numbers[i].number), true;
    const af_value *extra = af_dict_find(a->action->extra, name);
    if (extra)
        *value = *extra;
    return extra != NULL;
}

static const af_object_kind action_kind = {.name = "Action", .attribute = action_attribute};

static af_value actions_value(const timing *t, const af_arch_node *node, const calls *c, af_arena *arena)
{
    af_value list = af_list_value(arena, node->n_actions);
    for (int i = 0; i < node->n_actions; i++) {
        action_object *a = af_new(arena, action_object);
        *a = (action_object){{&action_kind}, &node->actions[i],
                             af_value_of_num(arena, t->g, c->of_action[i])};
        list.list->items[i] = af_none();
        list.list->items[i].type = AF_OBJECT;
        list.list->items[i].object = &a->object;
    }
    return list;
}

/* Names of an older version, read_actions and read_latency, stand for the action's calls and
 * their time (85 U1). */
static int set_older_name(const timing *t, const af_arch_node *node, const calls *c, const char *name,
                          af_scope *scope, af_arena *arena)
{
    static const char *const endings[] = {"_actions", "_latency"};
    size_t length = strlen(name);
    for (int e = 0; e < 2; e++) {
        size_t ending = strlen(endings[e]);
        if (length <= ending || strcmp(name + length - ending, endings[e]))
            continue;
        const char *action = af_copy_slice(arena, name, length - ending);
        int found = af_find_action(node, action);
        if (found < 0) {
            af_text known = {0};
            for (int i = 0; i < node->n_actions; i++)
                af_text_printf(&known, "%s%s", i ? ", " : "", node->actions[i].name);
            bad_latency(t, node,
                        af_format(arena,
                                  "%s is a name of an older version, and %s declares no action \"%s\" "
                                  "(it has %s); write actions['NAME'].n_calls",
                                  name, node->name, action, known.bytes ? known.bytes : "none"));
            af_text_free(&known);
            return -1;
        }
        double throughput = node->actions[found].throughput;
        if (e == 1 && throughput == 0)
            return bad_latency(t, node, af_format(arena, "division by zero: action %s has throughput 0",
                                                  action));
        af_num value = e == 0 ? c->of_action[found] : af_div(t->g, c->of_action[found], af_known(throughput));
        af_scope_set(scope, name, af_value_of_num(arena, t->g, value));
    }
    return 0;
}

static bool is_older(const char *name)
{
    size_t length = strlen(name), ending = strlen("_actions");       /* as long as _latency */
    return length > ending && (!strcmp(name + length - ending, "_actions") ||
                               !strcmp(name + length - ending, "_latency"));
}

void af_warn_of_older_names(const af_einsum *e, af_report *report)
{
    for (int i = 0; i < e->n_nodes; i++) {
        const af_arch_node *node = &e->nodes[i];
        const char *const *names;
        af_value value;
        int n_names = node->total_latency && node->latency_expression ?
            af_expression_names(node->latency_expression, &names) : 0;
        for (int k = 0; k < n_names; k++)
            if (is_older(names[k]) && !af_scope_get(node->latency_scope, names[k], &value))
                af_warn(report, AF_NOWHERE, "arch",
                        "total_latency: names such as read_actions and read_latency are of an older version; "
                        "write actions['read'].n_calls and actions['read'].n_calls "
                        "/ actions['read'].throughput");
    }
}

/* Leak powers are seen as the cost step leaves them, as energies and throughputs are (20 sections 8.2, 10):
 * from the component's model if none is given, and scaled. Areas are not costed for the model. */
static void set_leak_powers(const af_arch_node *node, af_scope *scope)
{
    if (!isnan(node->leak_power))
        af_scope_set(scope, "leak_power", af_real(node->leak_power));
    if (!isnan(node->total_leak_power))
        af_scope_set(scope, "total_leak_power", af_real(node->total_leak_power));
}

static int latency_of_expression(const timing *t, const af_arch_node *node, const calls *c, af_num *latency)
{
    af_arena *arena = af_arena_new();
    af_scope *scope = af_scope_new(arena, node->latency_scope);
    set_leak_powers(node, scope);
    af_scope_set(scope, "actions", actions_value(t, node, c, arena));
    if (node->kind == AF_NETWORK) {
        af_scope_set(scope, "max_hops", af_value_of_num(arena, t->g, c->max_hops));
        af_scope_set(scope, "max_link_traffic", af_value_of_num(arena, t->g, c->max_link_traffic));
    }
    const char *const *names;
    int n_names = af_expression_names(node->latency_expression, &names), status = 0;
    af_value value;
    for (int i = 0; i < n_names && status == 0; i++)
        if (!af_scope_get(scope, names[i], &value))
            status = set_older_name(t, node, c, names[i], scope, arena);
    const char *path = af_node_path(t->arena, node, "total_latency");
    if (status == 0)
        status = af_evaluate(node->latency_expression, scope, arena, &value, t->report, AF_NOWHERE, path);
    if (status == 0 && !af_num_of_value(value, latency))
        status = bad_latency(t, node, af_format(t->arena, "a number is expected, found %s",
                                                af_describe(t->arena, value)));
    if (status == 0 && af_is_known(*latency) && !(isfinite(latency->value) && latency->value >= 0))
        status = bad_latency(t, node,
                             af_format(t->arena,
                                       "a latency is a finite number of seconds, at least 0; this one is %g",
                                       latency->value));
    af_arena_free(arena);
    return status;
}

static int component_latency(const timing *t, const af_arch_node *node, const calls *c, af_num *latency)
{
    if (!node->total_latency) {
        *latency = af_known(node->constant_latency);
        return 0;
    }
    switch (form_of(node->total_latency)) {
    case FORM_SUM: return latency_of_actions(t, node, c, false, latency);
    case FORM_MAX: return latency_of_actions(t, node, c, true, latency);
    case FORM_NETWORK: return latency_of_network(t, node, c, latency);
    default: return latency_of_expression(t, node, c, latency);
    }
}

/* ---- all components of the path */

static bool is_used(const timing *t, int index)
{
    if (index == t->pmapping->compute)
        return true;
    for (int i = 0; i < t->figures->n_buffets; i++)
        if (t->figures->buffets[i].node == index)
            return true;
    for (int i = 0; i < t->figures->n_hops; i++)
        if (t->figures->hops[i].node == index)
            return true;
    return false;
}

int af_component_latencies(af_arena *arena, af_graph *g, const af_pmapping *pmapping,
                           const af_figures *figures, af_num *latency, bool *used, af_report *report)
{
    timing t = {arena, g, pmapping, figures, report};
    const af_path *path = &pmapping->einsum->paths[pmapping->path];
    for (int i = 0; i < path->n_nodes; i++) {
        int index = path->nodes[i];
        const af_arch_node *node = &pmapping->einsum->nodes[index];
        used[index] = is_used(&t, index);
        if (!used[index])
            continue;
        calls c = node->kind == AF_NETWORK ? network_calls(&t, index) : holder_calls(&t, index);
        if (index == pmapping->compute)
            add_call(&t, node, &c, "compute", af_mul(g, figures->compute_steps,
                                                     af_known(node->actions_scale)));
        if (component_latency(&t, node, &c, &latency[index]) < 0)
            return -1;
    }
    return 0;
}
