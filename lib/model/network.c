/* Networks: which lie between two holders, and what a spatial loop below one costs (50 section 5). */
#include "model/analysis.h"

#include <math.h>
#include <string.h>

/* ---- dimension names of a path, each once: traffic of one link direction is one number */

static const char *name_or_number(const af_pmapping *pmapping, const char *wanted, int *number)
{
    const af_einsum *e = pmapping->einsum;
    const af_path *path = &e->paths[pmapping->path];
    int n = 0;
    for (int i = 0; i < path->n_nodes; i++)
        for (int d = 0; d < e->nodes[path->nodes[i]].n_dimensions; d++) {
            const char *name = e->nodes[path->nodes[i]].dimensions[d].name;
            bool again = false;
            for (int k = 0; k <= i && !again; k++)
                for (int c = 0; c < (k == i ? d : e->nodes[path->nodes[k]].n_dimensions); c++)
                    again |= !strcmp(e->nodes[path->nodes[k]].dimensions[c].name, name);
            if (again)
                continue;
            if (wanted ? !strcmp(name, wanted) : n == *number) {
                *number = n;
                return name;
            }
            n++;
        }
    *number = n;
    return NULL;
}

int af_n_dimension_names(const af_pmapping *pmapping)
{
    int n = -1;
    name_or_number(pmapping, NULL, &n);
    return n;
}

int af_dimension_name_number(const af_pmapping *pmapping, const char *name)
{
    int n;
    name_or_number(pmapping, name, &n);
    return n;
}

const char *af_dimension_name(const af_pmapping *pmapping,
                              int number) { return name_or_number(pmapping, NULL, &number); }

/* ---- cost of one spatial loop */

const struct af_physical *af_physical_along(const af_einsum *einsum, int node, const af_step *loop)
{
    const af_arch_node *memory = &einsum->nodes[node];
    const char *name = einsum->nodes[loop->node].dimensions[loop->dimension].name;
    for (int i = 0; i < memory->n_physical && memory->parent == loop->node; i++)
        if (!strcmp(memory->physical[i].name, name) && memory->physical[i].fanout > 1)
            return &memory->physical[i];
    return NULL;
}

/* The reference asks for the name of the dimension alone. */
static const struct af_physical *physical_by_name(const af_arch_node *node, const char *dimension)
{
    for (int i = 0; i < node->n_physical; i++)
        if (!strcmp(node->physical[i].name, dimension) && node->physical[i].fanout > 1)
            return &node->physical[i];
    return NULL;
}

/* 0 + 1 + … + (n - 1) */
static af_num arithmetic_sum(af_graph *g, af_num n)
{
    return af_mul(g, af_known(0.5), af_mul(g, n, af_sub(g, n, af_known(1))));
}

/* 0 for a loop of a template that runs once, since it is not in the mapping then (60 Q29 (i)); else 1. */
static af_num is_there(af_graph *g, const af_passing *s)
{
    af_num one = af_known(1), others = af_sub(g, s->factor, one);
    return s->loop->of_template ? af_min(g, af_ceil(g, others), one) : one;
}

typedef struct charge { af_num hops, max_hops, traffic; } charge;

static bool may_differ(af_num a, af_num b)
{
    return af_is_known(a) && af_is_known(b) &&
        fabs(a.value - b.value) > 1e-9 * fmax(fabs(a.value), fabs(b.value));
}

/* Notes where the quirk makes a difference, and takes the right figure if it is fixed. */
static af_num choose(af_route *route, af_quirk quirk, uint64_t fixes, af_num reference, af_num right)
{
    if (may_differ(reference, right))
        route->quirks |= (uint64_t)1 << quirk;
    return af_has_quirk(fixes, quirk) ? right : reference;
}

/* Steps to n places in a row from the parts of the source, which stand `stride` places apart: of each whole
 * part 0 + 1 + … + (stride - 1), and of the rest. */
static af_num steps_from_parts(af_graph *g, af_num n, af_num stride)
{
    af_num one = af_known(1), wholes = af_ceil(g, af_div(g, af_add(g, af_sub(g, n, stride), one), stride));
    af_num rest = af_sub(g, n, af_mul(g, stride, wholes));
    return af_add(g, af_mul(g, wholes, arithmetic_sum(g, stride)), arithmetic_sum(g, rest));
}

/* A switch: the first of the instances that a part serves is where the part is. */
static charge charge_switch_from_parts(af_graph *g, double stride, const af_passing *s, af_num below,
                                       af_num volume)
{
    af_num one = af_known(1);
    af_num per_part = af_min(g, af_max(g, af_div(g, af_known(stride), below), one), s->factor);
    af_num parts = af_ceil(g, af_div(g, s->factor, per_part));
    af_num others = af_sub(g, per_part, one), sent = af_sub(g, s->factor, parts);
    return (charge){af_mul(g, sent, volume), af_min(g, others, one), af_mul(g, others, volume)};
}

/* The source is spread along the dimension with this stride: each part serves the instances nearest to it. */
static charge charge_from_parts(af_graph *g, double stride, const af_passing *s, af_num below, af_num volume,
                                af_route *route, uint64_t fixes)
{
    bool exact = af_has_quirk(fixes, AF_QUIRK_NETWORK_TRAFFIC);
    af_num one = af_known(1), p = af_known(stride), per_part = one;
    af_num reach = af_mul(g, s->factor, below), parts = reach;
    if (stride != 1) {
        per_part = af_min_nonzero(g, af_max(g, af_div(g, p, below), one), s->factor);
        parts = af_max(g, af_div(g, reach, p), one);
    }
    af_num others = af_sub(g, per_part, one), farthest = af_mul(g, others, below);
    af_num hops = af_mul(g, af_mul(g, parts, af_mul(g, arithmetic_sum(g, per_part), below)), volume);
    /* a part of a part: 3 instances with a stride of 2 are one that serves two, and one that serves itself */
    af_num inner = af_mul(g, s->factor, steps_from_parts(g, below, p));
    af_num own = af_sub(g, steps_from_parts(g, reach, p), inner);
    hops = choose(route, AF_QUIRK_SPREAD_UNITS, fixes, hops, af_mul(g, af_div(g, own, below), volume));
    /* no hop at all counts as p in the reference */
    af_num max_hops = exact ? af_min(g, farthest, p)
                            : af_mul(g, is_there(g, s), af_min_nonzero(g, farthest, p));
    return (charge){hops, max_hops, af_mul(g, others, volume)};
}

/* A network carries what the holder below asks for, as often as it does, to each instance unless they share;
 * in the reference one tile, shared where the loop's variable does not index it. */
static bool is_sent_apart(af_route *route, const af_passing *s, bool relevant, uint64_t fixes, af_num *values)
{
    bool apart = !s->shared;
    *values = choose(route, AF_QUIRK_NETWORK_VOLUME, fixes, s->tile, s->moved);
    if (apart != relevant && may_differ(s->factor, af_known(1)))
        route->quirks |= (uint64_t)1 << AF_QUIRK_NETWORK_VOLUME;
    return af_has_quirk(fixes, AF_QUIRK_NETWORK_VOLUME) ? apart : relevant;
}

static charge choose_charge(af_route *route, uint64_t fixes, charge reference, charge right)
{
    return (charge){choose(route, AF_QUIRK_SPREAD_UNITS, fixes, reference.hops, right.hops),
                    choose(route, AF_QUIRK_SPREAD_UNITS, fixes, reference.max_hops, right.max_hops),
                    choose(route, AF_QUIRK_SPREAD_UNITS, fixes, reference.traffic, right.traffic)};
}

/* The parts of the source that the loop's instances are served by; NULL: it is one. */
static const struct af_physical *parts_of_source(const af_einsum *e, af_route *route, const af_passing *s,
                                                 const char *dimension, uint64_t fixes)
{
    const struct af_physical *right = af_physical_along(e, route->source, s->loop),
        *reference = physical_by_name(&e->nodes[route->source], dimension);
    if (right != reference && may_differ(s->factor, af_known(1)))
        route->quirks |= (uint64_t)1 << AF_QUIRK_SPREAD_UNITS;
    return af_has_quirk(fixes, AF_QUIRK_SPREAD_UNITS) ? right : reference;
}

static charge charge_of_loop(af_graph *g, const af_arch_node *network, const struct af_physical *physical,
                             af_route *route, const af_passing *s, bool apart, af_num volume, uint64_t fixes)
{
    af_num one = af_known(1), others = af_sub(g, s->factor, one), below = af_is_zero(s->below) ? one :
        s->below;
    af_num there = is_there(g, s), any = there, unicast = af_mul(g, others, volume),
        reach = af_mul(g, there, af_mul(g, s->factor, below)), steps = af_mul(g, others, below);
    /* a loop that runs once sends nothing; n instances in a row are n - 1 steps */
    if (af_has_quirk(fixes, AF_QUIRK_NETWORK_REACH) || af_is_zero(others))
        any = choose(route, AF_QUIRK_NETWORK_REACH, fixes, there, af_min(g, others, one));
    af_num multicast = af_mul(g, any, volume);
    if (network->topology == AF_ALL_TO_ALL) {
        charge reference = {unicast, any, apart ? unicast : multicast};
        if (!apart || !physical)
            return reference;
        return choose_charge(route, fixes, reference,
                             charge_switch_from_parts(g, physical->stride, s, below, volume));
    }
    if (apart && physical)
        return charge_from_parts(g, physical->stride, s, below, volume, route, fixes);
    reach = choose(route, AF_QUIRK_NETWORK_REACH, fixes, reach, steps);
    if (!apart)
        return (charge){af_mul(g, steps, volume), reach, multicast};
    return (charge){af_mul(g, af_mul(g, arithmetic_sum(g, s->factor), below), volume), reach, unicast};
}

/* ---- routes */

int af_routes_between(af_arena *arena, const af_pmapping *pmapping, int source, int destination,
                      uint64_t fixes, af_route **routes)
{
    const af_path *path = &pmapping->einsum->paths[pmapping->path];
    int n = 0, names = af_n_dimension_names(pmapping);
    *routes = af_new_array(arena, af_route, path->n_nodes);
    for (int i = path->position[source] + 1; i < path->position[destination]; i++) {
        if (pmapping->einsum->nodes[path->nodes[i]].kind != AF_NETWORK)
            continue;
        if (n)
            (*routes)[n - 1].end = i;
        (*routes)[n++] = (af_route){
            .network = path->nodes[i], .end = path->n_nodes, .lowest = path->position[destination],
            .source = source, .destination = destination, .traffic = af_new_array(arena, af_num, names),
            .charged = af_new_array(arena, bool, names)};
    }
    return af_has_quirk(fixes, AF_QUIRK_NETWORK_BETWEEN) ? n : n > 0;
}

int af_copy_destination(const af_pmapping *pmapping, int tensor, int from)
{
    const af_tensor *tensors = pmapping->einsum->tensors;
    int destination = from;
    for (int i = 0; i < pmapping->n_analysed; i++) {
        const af_step *s = &pmapping->analysed[i];
        if (af_is_holder(s) && s->tensor == tensor)
            destination = from;
        else if (af_is_holder(s) && tensors[s->tensor].output != tensors[tensor].output)
            destination = s->node;
    }
    return destination;
}

static void multiply_route(af_graph *g, const af_pmapping *pmapping, af_route *route, const af_step *loop,
                           af_num factor, uint64_t fixes)
{
    bool all_iterations = af_has_quirk(fixes, AF_QUIRK_NETWORK_TRAFFIC) && loop->kind == AF_STEP_TEMPORAL;
    route->hops = af_mul(g, route->hops, factor);
    for (int i = 0, n = all_iterations ? af_n_dimension_names(pmapping) : 0; i < n; i++)
        route->traffic[i] = af_mul(g, route->traffic[i], factor);
}

/* What a loop does to a route: it sends over the network, only repeats what is sent, or has no part in it. */
typedef enum part { PART_SENDS, PART_REPEATS, PART_NONE } part;

static part part_of(const af_pmapping *pmapping, af_route *route, const af_passing *s, uint64_t fixes)
{
    const int *position = pmapping->einsum->paths[pmapping->path].position;
    int at = position[s->loop->node];
    if (s->loop->kind == AF_STEP_TEMPORAL || at < position[route->network])
        return PART_REPEATS;
    if (at >= route->end) {                          /* a network further down serves these instances */
        route->quirks |= (uint64_t)may_differ(s->factor, af_known(1)) << AF_QUIRK_NETWORK_BETWEEN;
        if (af_has_quirk(fixes, AF_QUIRK_NETWORK_BETWEEN))
            return PART_NONE;
    }
    if (at > route->lowest) {
        route->quirks |= (uint64_t)may_differ(s->factor, af_known(1)) << AF_QUIRK_COPY_NETWORK;
        if (af_has_quirk(fixes, AF_QUIRK_COPY_NETWORK))
            return PART_REPEATS;
    }
    return PART_SENDS;
}

/* The loop's instances are sent what they need: its own hops and traffic, and `factor` times those so far. */
static void send_to_instances(af_graph *g, const af_pmapping *pmapping, int tensor, af_route *route,
                              const af_passing *s, bool relevant, uint64_t fixes)
{
    const af_einsum *e = pmapping->einsum;
    const af_arch_node *network = &e->nodes[route->network];
    const char *dimension = e->nodes[s->loop->node].dimensions[s->loop->dimension].name;
    double bits = network->bits_per_value[tensor];
    double actions_per_value = network->bits_per_action > 0 ? bits / network->bits_per_action : bits;
    af_num values;
    bool apart = is_sent_apart(route, s, relevant, fixes, &values);
    charge own = charge_of_loop(g, network, parts_of_source(e, route, s, dimension, fixes), route, s,
                                apart, af_mul(g, values, af_known(actions_per_value)), fixes);
    int name = af_dimension_name_number(pmapping, dimension);
    own.traffic = choose(route, AF_QUIRK_SPREAD_UNITS, fixes, own.traffic,
                         af_div(g, own.traffic, s->parts_below));
    route->hops = af_add(g, own.hops, af_mul(g, route->hops, s->factor));
    route->max_hops = af_add(g, own.max_hops, route->max_hops);
    af_num traffic = af_add(g, own.traffic, route->traffic[name]);
    /* The traffic of other dimensions is dropped here, if the loop is there (50 section 15, quirk 7). */
    int n_dropped = af_has_quirk(fixes, AF_QUIRK_NETWORK_TRAFFIC) ? 0 : af_n_dimension_names(pmapping);
    af_num absent = af_sub(g, af_known(1), is_there(g, s));
    for (int i = 0; i < n_dropped; i++) {
        route->traffic[i] = af_mul(g, absent, route->traffic[i]);
        route->charged[i] &= !af_is_zero(absent);
    }
    route->traffic[name] = traffic;
    route->charged[name] = true;
}

int af_pass_route(af_graph *g, const af_pmapping *pmapping, int tensor, af_route *route,
                  const af_passing *passing, uint64_t fixes, af_report *report, const char *path)
{
    const af_einsum *e = pmapping->einsum;
    const af_step *loop = passing->loop;
    if (af_is_zero(is_there(g, passing)))
        return 0;
    part taken = part_of(pmapping, route, passing, fixes);
    if (taken == PART_REPEATS)
        multiply_route(g, pmapping, route, loop, passing->factor, fixes);
    if (taken != PART_SENDS)
        return 0;
    af_relevance relevance = af_relevance_of(&e->tensors[tensor], loop->rank_variable);
    const char *variable = e->rank_variables[loop->rank_variable].name;
    if (relevance == AF_PARTIALLY_RELEVANT)
        return af_fail(report, AF_BAD_DATA, AF_NOWHERE, path,
                       "not supported: the spatial loop over %s sends %s over the network %s, and %s stands "
                       "in a sum in its index", variable, e->tensors[tensor].name,
                       e->nodes[route->network].name, variable);
    send_to_instances(g, pmapping, tensor, route, passing, relevance == AF_RELEVANT, fixes);
    return 0;
}

void af_combine_visits(af_graph *g, const af_pmapping *pmapping, const af_step *loop, af_route *a,
                       const af_route *b, uint64_t fixes)
{
    bool temporal = loop->kind == AF_STEP_TEMPORAL;
    /* the second visit overwrites the first (50 section 15, quirk 7) */
    if (temporal && !af_has_quirk(fixes, AF_QUIRK_NETWORK_TRAFFIC)) {
        *a = *b;
        return;
    }
    a->hops = af_add(g, a->hops, b->hops);
    a->max_hops = temporal ? af_max_nonzero(g, a->max_hops, b->max_hops)
                           : af_add(g, a->max_hops, b->max_hops);
    a->quirks |= b->quirks;
    for (int i = 0; i < af_n_dimension_names(pmapping); i++) {
        a->traffic[i] = temporal ? af_add(g, a->traffic[i], b->traffic[i]) :
            af_max_nonzero(g, a->traffic[i], b->traffic[i]);
        a->charged[i] |= b->charged[i];
    }
}
