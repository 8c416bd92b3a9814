/* Networks: which one lies between two holders, and what a spatial loop below it costs (50 section 5). */
#include "model/analysis.h"

#include <math.h>
#include <string.h>

int af_network_between(const af_pmapping *pmapping, int above, int below)
{
    const af_path *path = &pmapping->einsum->paths[pmapping->path];
    for (int i = path->position[above] + 1; i < path->position[below]; i++)
        if (pmapping->einsum->nodes[path->nodes[i]].kind == AF_NETWORK)
            return path->nodes[i];
    return -1;
}

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

static const struct af_physical *physical_along(const af_arch_node *node, const char *dimension)
{
    for (int i = 0; i < node->n_physical; i++)
        if (!strcmp(node->physical[i].name, dimension))
            return &node->physical[i];
    return NULL;
}

/* 0 + 1 + … + (n - 1) */
static af_num arithmetic_sum(af_graph *g, af_num n)
{
    return af_mul(g, af_known(0.5), af_mul(g, n, af_sub(g, n, af_known(1))));
}

/* The source is spread along the dimension with this stride: each part serves the instances nearest to it. */
static af_charge charge_from_parts(af_graph *g, double stride, af_num count, af_num below, af_num volume,
                                   bool exact)
{
    af_num one = af_known(1), p = af_known(stride), per_part = one, reach = af_mul(g, count, below),
        parts = reach;
    if (stride != 1) {
        per_part = af_min_nonzero(g, af_max(g, af_div(g, p, below), one), count);
        parts = af_max(g, af_div(g, reach, p), one);
    }
    af_num others = af_sub(g, per_part, one);
    af_charge charge;
    charge.hops = af_mul(g, af_mul(g, parts, af_mul(g, arithmetic_sum(g, per_part), below)), volume);
    af_num farthest = af_mul(g, others, below);
    /* no hop at all counts as p in the reference */
    charge.max_hops = exact ? af_min(g, farthest, p) : af_min_nonzero(g, farthest, p);
    charge.traffic = af_mul(g, others, volume);
    return charge;
}

af_charge af_charge_of_loop(af_graph *g, const af_arch_node *network, const af_arch_node *source,
                            const char *dimension,
                            bool relevant, af_num count, af_num below, af_num volume, uint64_t fixes)
{
    const struct af_physical *physical = physical_along(source, dimension);
    af_num others = af_sub(g, count, af_known(1));
    af_num unicast = af_mul(g, others, volume);
    if (network->topology == AF_ALL_TO_ALL)
        return (af_charge){unicast, af_known(1), relevant ? unicast : volume};
    af_num reach = af_mul(g, count, below);
    if (!relevant)
        return (af_charge){af_mul(g, af_mul(g, others, below), volume), reach, volume};
    if (physical && physical->fanout > 1)
        return charge_from_parts(g, physical->stride, count, below, volume,
                                 af_has_quirk(fixes, AF_QUIRK_NETWORK_TRAFFIC));
    return (af_charge){af_mul(g, af_mul(g, arithmetic_sum(g, count), below), volume), reach, unicast};
}
