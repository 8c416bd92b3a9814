/* Questions about one Einsum: relevance, look-ups, sets that depend on what the memories above hold. */
#include "spec/einsum.h"

#include <string.h>

/* ---- relevance: 50 section 4.1, 60 section 1 */

af_relevance af_relevance_of(const af_tensor *tensor, int rank_variable)
{
    return tensor->relevant >> rank_variable & 1 ? AF_RELEVANT
         : tensor->partially_relevant >> rank_variable & 1 ? AF_PARTIALLY_RELEVANT : AF_IRRELEVANT;
}

/* Textual: relevant where the rank variable stands alone in some rank, whatever the other ranks say. */
af_relevance af_textual_relevance_of(const af_tensor *tensor, int rank_variable)
{
    af_relevance found = AF_IRRELEVANT;
    for (int i = 0; i < tensor->n_ranks; i++)
        if (tensor->ranks[i].mentioned >> rank_variable & 1) {
            if (tensor->ranks[i].identifier)
                return AF_RELEVANT;
            found = AF_PARTIALLY_RELEVANT;
        }
    return found;
}

/* ---- look-ups */

int af_find_node(const af_einsum *einsum, const char *name)
{
    for (int i = 0; i < einsum->n_nodes; i++)
        if (einsum->nodes[i].name && !strcmp(einsum->nodes[i].name, name))
            return i;
    return -1;
}

int af_find_tensor(const af_einsum *einsum, const char *name)
{
    for (int i = 0; i < einsum->n_tensors; i++)
        if (!strcmp(einsum->tensors[i].name, name))
            return i;
    return -1;
}

int af_find_rank_variable(const af_einsum *einsum, const char *name)
{
    for (int i = 0; i < einsum->n_rank_variables; i++)
        if (!strcmp(einsum->rank_variables[i].name, name))
            return i;
    return -1;
}

int af_check_bounds(const af_einsum *const *einsums, int n_einsums, af_report *report)
{
    for (int i = 0; i < n_einsums; i++)
        for (int k = 0; k < einsums[i]->n_rank_variables; k++) {
            const af_rank_variable *a = &einsums[i]->rank_variables[k];
            for (int other = 0; other < i; other++) {
                int found = af_find_rank_variable(einsums[other], a->name);
                if (found >= 0 && einsums[other]->rank_variables[found].bound != a->bound)
                    return af_fail(report, AF_BAD_DATA, AF_NOWHERE, "workload",
                                   "rank variable %s has the bound %.17g in %s and %.17g in %s", a->name,
                                   einsums[other]->rank_variables[found].bound, einsums[other]->name,
                                   a->bound, einsums[i]->name);
            }
        }
    return 0;
}

int af_find_dimension(const af_arch_node *node, const char *name)
{
    for (int i = 0; i < node->n_dimensions; i++)
        if (!strcmp(node->dimensions[i].name, name))
            return i;
    return -1;
}

int af_find_action(const af_arch_node *node, const char *name)
{
    for (int i = 0; i < node->n_actions; i++)
        if (!strcmp(node->actions[i].name, name))
            return i;
    return -1;
}

const af_path *af_find_path(const af_einsum *einsum, int compute)
{
    for (int i = 0; i < einsum->n_paths; i++)
        if (einsum->paths[i].compute == compute)
            return &einsum->paths[i];
    return NULL;
}

const char *af_node_path(af_arena *arena, const af_arch_node *node, const char *field)
{
    size_t length = strlen(node->path) - (node->name ? strlen(node->name) + strlen(" ()") : 0);
    return af_format(arena, "%.*s.%s%s", (int)length, node->path, field, node->path + length);
}

static const char *const metric_names[] = {"latency", "energy", "dynamic_energy", "leak_energy",
                                           "resource_usage", "actions", "detailed_memory_usage",
                                           "energy_delay_product"};
enum { N_METRICS = sizeof metric_names / sizeof *metric_names };

const char *af_metric_name(int metric)
{
    for (int i = 0; i < N_METRICS; i++)
        if (metric == 1 << i)
            return metric_names[i];
    return NULL;
}

bool af_metrics_of_text(const char *text, int64_t *metrics)
{
    double number;
    if (af_parse_double(text, &number) && number > 0 && number <= AF_METRICS_ALL && number == (int)number) {
        *metrics |= (int)number;
        return true;
    }
    while (*text) {
        text += strspn(text, " |,");
        size_t n = strcspn(text, " |,");
        bool known = !n;
        for (int i = 0; i < N_METRICS; i++)
            if (strlen(metric_names[i]) == n && !strncasecmp(metric_names[i], text, n)) {
                *metrics |= 1 << i;
                known = true;
            }
        if (!known)
            return false;
        text += n;
    }
    return *metrics != 0;
}

/* ---- late sets: 20 section 5.5. A holder's name means the tensors that it holds, Above their union. */

static af_scope *late_scope(const af_einsum *einsum, af_arena *arena, const af_mask *held,
                            const bool *decided, af_mask above)
{
    af_scope *scope = af_scope_new(arena, einsum->sets);
    for (int i = 0; i < einsum->n_nodes; i++)
        if (decided[i] && einsum->nodes[i].name)
            af_scope_set(scope, einsum->nodes[i].name,
                         af_set_value(arena, &einsum->universe, AF_TENSORS, held[i]));
    af_scope_set(scope, "Above", af_set_value(arena, &einsum->universe, AF_TENSORS, above));
    return scope;
}

int af_late_set_members(const af_einsum *einsum, const af_late_set *set, const af_mask *held,
                        const bool *decided, af_mask above, af_token_kind kind, af_mask *members,
                        af_report *report, const char *path)
{
    *members = set->members;
    if (set->known)
        return 0;
    af_arena *arena = af_arena_new();
    af_value value;
    int status = af_evaluate_set(set->text, late_scope(einsum, arena, held, decided, above), kind, -1, arena,
                                 &value, report, AF_NOWHERE, path);
    if (status == 0 && (value.set->kind != kind ? value.set->members : value.set->strangers))
        status = af_fail(report, AF_BAD_DATA, AF_NOWHERE, path, "a set of %s is expected, found %s",
                         kind == AF_TENSORS ? "tensors" : "rank variables", af_describe(arena, value));
    else if (status == 0)
        *members = value.set->kind == kind ? value.set->members : value.set->strangers;
    af_arena_free(arena);
    return status;
}

int af_check_compute_sets(const af_einsum *einsum, int compute, const af_mask *held, const bool *decided,
                          af_mask above, af_report *report)
{
    const af_arch_node *n = &einsum->nodes[compute];
    int status = 0;
    for (int d = 0; d < n->n_dimensions; d++) {
        const af_dimension *dimension = &n->dimensions[d];
        for (int i = -1; i < dimension->n_loop_bounds && status == 0; i++) {
            const char *text = i < 0 ? dimension->may_reuse_text : dimension->loop_bounds[i].text;
            if (!text)
                continue;
            af_arena *arena = af_arena_new();
            const char *field = i < 0 ? af_format(arena, "spatial.%d.may_reuse", d)
                                      : af_format(arena, "spatial.%d.loop_bounds.%d.expression", d, i);
            af_value value;
            status = af_evaluate_set(text, late_scope(einsum, arena, held, decided, above),
                                     i < 0 ? AF_TENSORS : AF_RANK_VARIABLES, -1, arena, &value, report,
                                     AF_NOWHERE, af_node_path(arena, n, field));
            af_arena_free(arena);
        }
    }
    return status;
}

int af_node_enabled(const af_einsum *einsum, int node, const af_mask *held, const bool *decided,
                    af_mask above, af_report *report)
{
    const af_arch_node *n = &einsum->nodes[node];
    if (n->enabled >= 0)
        return n->enabled;
    if (n->kind != AF_COMPUTE)               /* what cannot be evaluated counts as enabled: 20 section 14 */
        return 1;
    af_arena *arena = af_arena_new();
    af_value value;
    int enabled = -1;
    const char *path = af_node_path(arena, n, "enabled");
    if (af_evaluate(n->enabled_expression, late_scope(einsum, arena, held, decided, above), arena, &value,
                    report, AF_NOWHERE, path) == 0) {
        if (value.type == AF_BOOL)
            enabled = value.truth;
        else
            af_fail(report, AF_BAD_DATA, AF_NOWHERE, path, "true or false is expected, found %s",
                    af_describe(arena, value));
    }
    af_arena_free(arena);
    return enabled;
}
