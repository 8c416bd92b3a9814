/* The `einsum` record (af-records(5)): one Einsum, evaluated, with all that the model and the mapper ask.
 * Read back by einsum_record.c. */
#include "spec/evaluate_parts.h"

#include <string.h>

/* ---- workload */

static void put_rank(af_json_writer *w, const evaluated_einsum *einsum, const af_rank *rank)
{
    af_put_object(w, NULL);
    af_put_string(w, "rank", rank->name);
    af_put_string(w, "expression", rank->text);
    af_put_array(w, "terms");
    for (int k = 0; k < rank->n_terms; k++) {
        af_put_array(w, NULL);
        af_put_string(w, NULL, einsum->universe.rank_variables[rank->terms[k].rank_variable]);
        af_put_number(w, NULL, rank->terms[k].coefficient);
        af_put_end_array(w);
    }
    af_put_end_array(w);
    af_put_number(w, "constant", rank->constant);
    af_put_end_object(w);
}

static void put_tensor(af_json_writer *w, const evaluated_workload *workload, const evaluated_einsum *einsum,
                       const evaluated_access *access)
{
    const evaluated_tensor *t = &workload->tensors[access->tensor];
    af_put_object(w, NULL);
    af_put_string(w, "name", access->name);
    af_put_bool(w, "output", access->output);
    af_put_bool(w, "persistent", access->persistent);
    af_put_bool(w, "fusable", t->n_einsums > 1);
    af_put_bool(w, "intermediate", t->n_readers && t->n_writers);
    af_put_value(w, "bits_per_value", access->bits);
    af_put_integer(w, "size", t->size);
    af_put_array(w, "projection");
    for (int r = 0; r < access->n_ranks; r++)
        put_rank(w, einsum, &access->projection[r]);
    af_put_end_array(w);
    af_put_end_object(w);
}

static void put_workload(af_json_writer *w, const evaluated_workload *workload,
                         const evaluated_einsum *einsum)
{
    af_put_number(w, "n_instances", (double)workload->n_instances * (double)einsum->n_instances);
    af_put_bool(w, "is_copy_operation", einsum->is_copy);
    af_put_integer(w, "n_computes", einsum->n_computes);
    af_put_array(w, "tensors");
    for (int i = 0; i < einsum->n_accesses; i++)
        put_tensor(w, workload, einsum, &einsum->accesses[i]);
    af_put_end_array(w);
    af_put_array(w, "rank_variables");
    for (int i = 0; i < einsum->universe.n_rank_variables; i++) {
        af_put_object(w, NULL);
        af_put_string(w, "name", einsum->universe.rank_variables[i]);
        af_put_integer(w, "bound", einsum->extents[i]);
        af_put_end_object(w);
    }
    af_put_end_array(w);
    af_put_object(w, "sets");
    for (int i = 0; i < einsum->renames.count; i++)
        af_put_value(w, einsum->renames.items[i].name, einsum->renames.items[i].set);
    af_put_end_object(w);
}

/* ---- architecture: the values before the cost step (ArchNode of 10 section 17.2) */

static void put_node_value(af_json_writer *w, const char *key, const af_field *field, af_value value);

static void put_fields(af_json_writer *w, const af_typed *object)
{
    const af_class *class = af_typed_class(object);
    for (int i = 0; i < class->n_fields; i++) {
        const af_field *field = &class->fields[i];
        if (!strcmp(field->name, "extra_attributes_for_component_model"))
            af_put_value(w, "extra", af_typed_child(object, field->name)->extra);
        else if (strcmp(field->name, "nodes"))
            put_node_value(w, field->name, field, object->values[i]);
    }
}

static void put_node_value(af_json_writer *w, const char *key, const af_field *field, af_value value)
{
    bool set = field->types & (AF_MAY_TENSORS | AF_MAY_RANK_VARIABLES);
    if (value.type == AF_OBJECT && af_typed_of(value)) {
        af_put_object(w, key);
        put_fields(w, af_typed_of(value));
        af_put_end_object(w);
    } else if (value.type == AF_LIST && field->shape != AF_ONE) {
        af_put_array(w, key);
        for (int i = 0; i < value.list->count; i++)
            put_node_value(w, NULL, field, value.list->items[i]);
        af_put_end_array(w);
    } else if (value.type == AF_STRING &&
               (set || field->kind == AF_LATE || !strcmp(field->name, "enabled"))) {
        af_put_object(w, key);
        af_put_string(w, "e", value.string);
        af_put_end_object(w);
    } else {
        af_put_value(w, key, value);
    }
}

/* Named nodes that are parents of what follows (20 section 6.1) */
typedef af_list(const char *) name_stack;

static void put_nodes(af_json_writer *w, af_arena *arena, const af_typed *branch, name_stack *parents);

static void put_node(af_json_writer *w, af_arena *arena, const af_typed *node, name_stack *parents)
{
    const char *name = af_typed_name(node);
    int before = parents->count;
    af_put_object(w, NULL);
    af_put_string(w, "type", af_typed_class(node)->kind.name);
    af_put_string(w, "path", node->path);
    af_put_array(w, "parents");
    for (int i = 0; i < parents->count; i++)
        af_put_string(w, NULL, parents->items[i]);
    af_put_end_array(w);
    put_fields(w, node);
    if (name)
        *af_push(arena, parents) = name;
    if (af_field_index(af_typed_class(node), "nodes") >= 0)
        put_nodes(w, arena, node, parents);
    if (af_typed_is(node, "Fork"))
        parents->count = before;
    af_put_end_object(w);
}

static void put_nodes(af_json_writer *w, af_arena *arena, const af_typed *branch, name_stack *parents)
{
    const af_value *nodes;
    int count = af_typed_children(branch, "nodes", &nodes), before = parents->count;
    af_put_array(w, "nodes");
    for (int i = 0; i < count; i++) {
        put_node(w, arena, af_typed_of(nodes[i]), parents);
        if (af_typed_is(branch, "Array"))
            parents->count = before;
    }
    af_put_end_array(w);
}

static void put_arch(af_json_writer *w, af_arena *arena, const evaluated_arch *arch)
{
    name_stack parents = {0};
    af_put_object(w, "arch");
    af_put_value(w, "extra_attributes_for_all_component_models",
                 af_typed_child(arch->typed, "extra_attributes_for_all_component_models")->extra);
    put_nodes(w, arena, arch->typed, &parents);
    af_put_end_object(w);
}

static void put_paths(af_json_writer *w, af_arena *arena, const af_typed *arch, const af_typed *branch)
{
    const af_value *nodes;
    int count = af_typed_children(branch, "nodes", &nodes);
    for (int i = 0; i < count; i++) {
        const af_typed *node = af_typed_of(nodes[i]);
        node_list list = {0};
        if (!af_typed_is(node, "Compute")) {
            if (!af_typed_is(node, "Array"))
                put_paths(w, arena, arch, node);
            continue;
        }
        af_flatten(arena, arch, node, &list);
        af_put_object(w, NULL);
        af_put_string(w, "compute", af_typed_name(node));
        af_put_array(w, "nodes");
        for (int k = 0; k < list.count; k++)
            af_put_string(w, NULL, af_typed_name(list.items[k]));
        af_put_end_array(w);
        af_put_end_object(w);
    }
}

/* ---- costs */

static void put_errors(af_json_writer *w, const component_cost *cost)
{
    const struct { const char *key, *message; } all[] = {
        {"area",       cost->errors.area},
        {"energy",     cost->errors.energy},
        {"throughput", cost->errors.throughput},
        {"leak_power", cost->errors.leak_power},
    };
    bool any = false;
    for (int i = 0; i < 4; i++)
        any |= all[i].message != NULL;
    if (!any)
        return;
    af_put_object(w, "errors");
    for (int i = 0; i < 4; i++)
        if (all[i].message)
            af_put_string(w, all[i].key, all[i].message);
    af_put_end_object(w);
}

static void put_band(af_json_writer *w, const char *key, double band)
{
    if (band > 0)
        af_put_number(w, key, band);
}

/* Relative errors of figures that are interpolated; inf: extrapolated, nothing is known (30 section 8.5). */
static void put_bands(af_json_writer *w, const af_component_query *q)
{
    bool energy = false, any = q->area_band > 0 || q->leak_power_band > 0 || q->throughput_band > 0;
    for (int i = 0; i < q->n_actions; i++)
        energy |= q->actions[i].energy_band > 0;
    if (!any && !energy)
        return;
    af_put_object(w, "error_bands");
    put_band(w, "area", q->area_band);
    put_band(w, "leak_power", q->leak_power_band);
    if (energy) {
        af_put_object(w, "energy");
        for (int i = 0; i < q->n_actions; i++)
            put_band(w, q->actions[i].name, q->actions[i].energy_band);
        af_put_end_object(w);
    }
    put_band(w, "throughput", q->throughput_band);
    af_put_end_object(w);
}

/* Beside a model's figures, those that the spec gives itself. */
static void put_given(af_json_writer *w, const component_cost *cost)
{
    if (!cost->query.model || !cost->given.count)
        return;
    af_put_array(w, "given");
    for (int i = 0; i < cost->given.count; i++)
        af_put_string(w, NULL, cost->given.items[i]);
    af_put_end_array(w);
}

static void put_cost(af_json_writer *w, const component_cost *cost)
{
    const af_component_query *q = &cost->query;
    af_put_object(w, NULL);
    af_put_string(w, "component", q->name);
    af_put_figure(w, "instances", cost->instances);
    af_put_figure(w, "area", q->area);
    af_put_figure(w, "total_area", cost->total_area);
    af_put_figure(w, "leak_power", q->leak_power);
    af_put_figure(w, "total_leak_power", cost->total_leak_power);
    af_put_string(w, "model", q->model);
    af_put_string(w, "source", q->source);
    af_put_string(w, "method", q->method);
    put_given(w, cost);
    put_bands(w, q);
    af_put_array(w, "actions");
    for (int k = 0; k < q->n_actions; k++) {
        af_put_object(w, NULL);
        af_put_string(w, "name", q->actions[k].name);
        af_put_figure(w, "energy", q->actions[k].energy);
        af_put_figure(w, "throughput", q->actions[k].throughput);
        af_put_end_object(w);
    }
    af_put_end_array(w);
    put_errors(w, cost);
    af_put_end_object(w);
}

/* ---- the record */

static void put_options(af_json_writer *w, const char *key, const af_typed *object)
{
    const af_class *class = af_typed_class(object);
    af_put_object(w, key);
    for (int i = 0; i < class->n_fields; i++)
        af_put_value(w, class->fields[i].name, object->values[i]);
    af_put_end_object(w);
}

void af_put_einsum(af_output *out, const einsum_record *r)
{
    af_json_writer *w = af_begin_record(out, "einsum");
    af_put_string(w, "spec", r->spec->id);
    af_put_string(w, "einsum", r->index >= 0 ? r->workload->einsums[r->index].name : NULL);
    if (r->index >= 0) {
        af_put_integer(w, "index", r->index);
        af_put_integer(w, "n_einsums", r->workload->n_einsums);
        put_workload(w, r->workload, &r->workload->einsums[r->index]);
    }
    af_put_value(w, "variables", r->variables);
    af_put_value(w, "arch_variables", r->arch->variables);
    put_arch(w, r->spec->arena, r->arch);
    af_put_array(w, "flattened");
    put_paths(w, r->spec->arena, r->arch->typed, r->arch->typed);
    af_put_end_array(w);
    af_put_array(w, "costs");
    for (int i = 0; i < r->arch->costs.count; i++)
        put_cost(w, &r->arch->costs.items[i]);
    af_put_end_array(w);
    af_put_array(w, "never_full");
    for (int i = 0; i < r->never_full.count; i++)
        af_put_string(w, NULL, r->never_full.names[i]);
    af_put_end_array(w);
    put_options(w, "mapper", r->spec->mapper);
    put_options(w, "model", r->spec->model);
    af_end_record(out);
}
