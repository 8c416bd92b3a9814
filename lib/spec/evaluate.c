/* A spec to the records of af-eval, in the order of 10 section 9: variables, renames, workload, then per Einsum the architecture and its costs. */
#include "spec/evaluate_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct evaluation {
    engine engine;
    const af_spec *spec;
    const af_evaluate_options *options;
    af_scope *scope;                          /* functions, variables, sections */
    af_typed *variables;
    evaluated_workload *workload;
    af_list(const char *) never_full;
} evaluation;

/* ---- names of the spec */

static int evaluate_variables(evaluation *v)
{
    engine *e = &v->engine;
    af_scope *functions = af_scope_new(e->arena, NULL);
    af_add_math_names(functions);
    v->scope = af_scope_new(e->arena, functions);
    af_scope_set(v->scope, "spec", af_typed_value(v->spec->root));
    v->variables = af_typed_copy(e->arena, v->spec->variables);
    if (af_evaluate_open(e, v->variables, v->scope, v->scope))
        return -1;
    af_typed *root = af_typed_copy(e->arena, v->spec->root);
    af_typed_set(root, "variables", af_typed_value(v->variables));
    af_scope_set(v->scope, "spec", af_typed_value(root));
    af_scope_set(v->scope, "variables", af_typed_value(v->variables));
    af_scope_set(v->scope, "renames", af_typed_value(v->spec->renames));
    af_scope_set(v->scope, "workload", af_typed_value(v->spec->workload));
    return 0;
}

/* ---- which memories can hold all that may ever be in them (60 section 13 step 2) */

static double bits_in(const af_typed *memory, const evaluated_access *access)
{
    const af_value *own = af_dict_find(af_typed_get(memory, "bits_per_value"), access->name);
    return af_as_double(own ? *own : access->bits);
}

static double tensor_use(const evaluation *v, const evaluated_einsum *einsum, const evaluated_access *access, const af_typed *memory, double size)
{
    const evaluated_workload *w = v->workload;
    double scale = 1;
    if (access->persistent) {
        scale = (double)(w->n_instances * einsum->n_instances);
        for (int i = 0; i < w->n_einsums; i++)
            for (int k = 0; k < w->einsums[i].n_accesses; k++)
                if (!strcmp(w->einsums[i].accesses[k].name, access->name))
                    scale = fmax(scale, (double)(w->n_instances * w->einsums[i].n_instances));
    }
    if (size == 0)
        return 2;
    return (double)w->tensors[af_name_find(w->tensor_names, access->name)].size * scale * bits_in(memory, access) / size;
}

static void add_uses(const evaluation *v, const evaluated_einsum *einsum, const af_typed *branch, af_names *memories, double *uses)
{
    const af_value *nodes;
    int count = af_typed_children(branch, "nodes", &nodes);
    for (int i = 0; i < count; i++) {
        const af_typed *node = af_typed_of(nodes[i]);
        add_uses(v, einsum, node, memories, uses);
        if (!af_typed_is(node, "Memory") || af_name_count(memories) >= 255)
            continue;
        int m = af_name_add(memories, af_typed_name(node));
        for (int k = 0; k < einsum->n_accesses; k++)
            uses[m] += tensor_use(v, einsum, &einsum->accesses[k], node, af_as_double(af_typed_get(node, "size")));
    }
}

/* ---- per Einsum */

static evaluated_arch *arch_for(evaluation *v, const evaluated_einsum *einsum)
{
    engine *e = &v->engine;
    af_scope *scope;
    if (einsum) {
        e->universe = &einsum->universe;
        scope = einsum->scope;
    } else {
        static const char *const names[] = {"All", "Tensors", "Nothing", "Inputs", "Outputs"};
        af_universe *none = af_new(e->arena, af_universe);
        e->universe = none;
        scope = af_scope_new(e->arena, v->scope);
        for (int i = 0; i < 5; i++)
            af_scope_set(scope, names[i], af_set_value(e->arena, none, AF_TENSORS, 0));
    }
    return af_evaluate_arch(e, v->spec->arch, scope);
}

static void put_projection(af_json_writer *w, engine *e, const evaluated_einsum *einsum, const evaluated_access *access)
{
    int count;
    const af_entry *ranks = af_dict_entries(access->projection, &count);
    af_variables variables = {einsum->universe.n_rank_variables, einsum->universe.rank_variables};
    af_put_array(w, "projection");
    for (int i = 0; i < count; i++) {
        af_rank rank = {0};
        af_read_projection(e->arena, ranks[i].key.string, ranks[i].value.string, &variables, &rank, e->report, access->typed->place,
                           af_typed_path(access->typed, "projection"));
        af_put_object(w, NULL);
        af_put_string(w, "rank", ranks[i].key.string);
        af_put_string(w, "expression", ranks[i].value.string);
        af_put_array(w, "terms");
        for (int k = 0; k < rank.n_terms; k++) {
            af_put_array(w, NULL);
            af_put_string(w, NULL, variables.names[rank.terms[k].rank_variable]);
            af_put_number(w, NULL, rank.terms[k].coefficient);
            af_put_end_array(w);
        }
        af_put_end_array(w);
        af_put_number(w, "constant", rank.constant);
        af_put_end_object(w);
    }
    af_put_end_array(w);
}

static void put_workload_part(af_json_writer *w, evaluation *v, const evaluated_einsum *einsum)
{
    af_put_number(w, "n_instances", (double)v->workload->n_instances * (double)einsum->n_instances);
    af_put_bool(w, "is_copy_operation", einsum->is_copy);
    af_put_integer(w, "n_computes", einsum->n_computes);
    af_put_array(w, "tensors");
    for (int i = 0; i < einsum->n_accesses; i++) {
        const evaluated_access *a = &einsum->accesses[i];
        const evaluated_tensor *t = &v->workload->tensors[af_name_find(v->workload->tensor_names, a->name)];
        af_put_object(w, NULL);
        af_put_string(w, "name", a->name);
        af_put_bool(w, "output", a->output);
        af_put_bool(w, "persistent", a->persistent);
        af_put_bool(w, "fusable", t->n_einsums > 1);
        af_put_bool(w, "intermediate", t->n_readers && t->n_writers);
        af_put_value(w, "bits_per_value", a->bits);
        af_put_integer(w, "size", t->size);
        put_projection(w, &v->engine, einsum, a);
        af_put_end_object(w);
    }
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

static void put_options(af_json_writer *w, const char *key, const af_typed *object)
{
    const af_class *class = af_typed_class(object);
    af_put_object(w, key);
    for (int i = 0; i < class->n_fields; i++)
        af_put_value(w, class->fields[i].name, object->values[i]);
    af_put_end_object(w);
}

static int put_einsum(evaluation *v, af_output *out, int index, evaluated_arch *arch)
{
    const evaluated_einsum *einsum = index >= 0 ? &v->workload->einsums[index] : NULL;
    if (af_ask_costs(&v->engine, arch, v->options))
        return -1;
    af_json_writer *w = af_begin_record(out, "einsum");
    af_put_string(w, "spec", v->spec->id);
    af_put_string(w, "einsum", einsum ? einsum->name : NULL);
    if (einsum) {
        af_put_integer(w, "index", index);
        af_put_integer(w, "n_einsums", v->workload->n_einsums);
        put_workload_part(w, v, einsum);
    }
    af_put_value(w, "variables", v->variables->extra);
    af_put_value(w, "arch_variables", arch->variables);
    af_put_arch(w, arch);
    af_put_array(w, "never_full");
    for (int i = 0; i < v->never_full.count; i++)
        af_put_string(w, NULL, v->never_full.items[i]);
    af_put_end_array(w);
    put_options(w, "mapper", v->spec->mapper);
    put_options(w, "model", v->spec->model);
    af_end_record(out);
    return 0;
}

static bool is_chosen(const evaluation *v, const char *name)
{
    for (int i = 0; i < v->options->n_einsums; i++)
        if (!strcmp(v->options->einsums[i], name))
            return true;
    return !v->options->n_einsums;
}

static int check_chosen(const evaluation *v)
{
    const char *names[1024];
    int count = v->workload->n_einsums < 1024 ? v->workload->n_einsums : 1024;
    for (int i = 0; i < count; i++)
        names[i] = v->workload->einsums[i].name;
    for (int i = 0; i < v->options->n_einsums; i++) {
        bool known = false;
        for (int k = 0; k < v->workload->n_einsums && !known; k++)
            known = !strcmp(v->options->einsums[i], v->workload->einsums[k].name);
        const char *near = af_nearest(v->options->einsums[i], names, count);
        if (!known)
            return af_fail(v->engine.report, AF_BAD_DATA, AF_NOWHERE, "workload.einsums", "no Einsum is called '%s'%s%s%s", v->options->einsums[i],
                           near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
    }
    return 0;
}

/* The same rank variable must have one bound in all Einsums (50 section 2). */
static int check_bounds(const evaluation *v)
{
    const evaluated_workload *w = v->workload;
    for (int i = 0; i < w->n_einsums; i++)
        for (int k = 0; k < w->einsums[i].universe.n_rank_variables; k++)
            for (int j = 0; j < i; j++)
                for (int l = 0; l < w->einsums[j].universe.n_rank_variables; l++)
                    if (!strcmp(w->einsums[i].universe.rank_variables[k], w->einsums[j].universe.rank_variables[l]) &&
                        w->einsums[i].extents[k] != w->einsums[j].extents[l])
                        af_warn(v->engine.report, w->einsums[i].typed->place, w->einsums[i].typed->path,
                                "Rank variable %s has different bounds for einsum %s and %s: %lld and %lld", w->einsums[i].universe.rank_variables[k],
                                w->einsums[j].name, w->einsums[i].name, (long long)w->einsums[j].extents[l], (long long)w->einsums[i].extents[k]);
    return 0;
}

static int evaluate_all(evaluation *v, af_output *out)
{
    engine *e = &v->engine;
    if (evaluate_variables(v) || !(v->workload = af_evaluate_workload(e, v->spec->workload, v->spec->renames, v->scope)))
        return -1;
    if (check_chosen(v) || check_bounds(v))
        return -1;
    af_spec marked = *v->spec;
    marked.evaluated = true;
    af_json_writer *w = af_begin_record(out, "spec");
    af_put_spec(w, &marked);
    af_end_record(out);
    af_put_workload(out, v->workload, v->spec->id);
    if (v->options->no_einsum || !v->workload->n_einsums) {
        evaluated_arch *arch = arch_for(v, NULL);
        return arch ? put_einsum(v, out, -1, arch) : -1;
    }
    int count = v->workload->n_einsums;
    evaluated_arch **arches = af_new_array(e->arena, evaluated_arch *, count + 1);
    af_names *memories = af_names_new(e->arena);
    double uses[256] = {0};
    for (int i = 0; i < count; i++) {
        if (!(arches[i] = arch_for(v, &v->workload->einsums[i])))
            return -1;
        add_uses(v, &v->workload->einsums[i], arches[i]->typed, memories, uses);
    }
    bool track_all = (int64_t)af_as_double(af_typed_get(v->spec->mapper, "metrics")) & AF_RESOURCE_USAGE;
    for (int i = 0; i < af_name_count(memories) && !track_all; i++)
        if (uses[i] <= 1)
            *af_push(e->arena, &v->never_full) = af_name_text(memories, i);
    for (int i = 0; i < count; i++) {
        e->universe = &v->workload->einsums[i].universe;
        if (is_chosen(v, v->workload->einsums[i].name) && put_einsum(v, out, i, arches[i]))
            return -1;
    }
    return 0;
}

int af_evaluate_spec(const af_spec *spec, const af_evaluate_options *options, af_output *out, af_report *report)
{
    evaluation v = {.engine = {.arena = spec->arena, .report = report}, .spec = spec, .options = options};
    int failed = evaluate_all(&v, out);
    if (v.workload)
        af_spaces_free(v.workload->spaces);
    return failed || af_failed(report) ? -1 : 0;
}

int af_evaluate_to_lines(const af_spec *spec, const af_evaluate_options *options, af_arena *arena, af_lines *lines, af_report *report)
{
    char *text = NULL;
    size_t length = 0;
    FILE *memory = open_memstream(&text, &length);
    if (!memory)
        return af_fail(report, AF_SYSTEM, AF_NOWHERE, NULL, "out of memory");
    af_output *out = af_output_open(memory, "memory", report);
    int failed = af_evaluate_spec(spec, options, out, report);
    if (!failed)
        failed = af_output_finish(out);
    else
        af_output_abandon(out);
    af_list(char *) all = {0};
    for (char *at = text, *end; !failed && at && (end = strchr(at, '\n')); at = end + 1)
        *af_push(arena, &all) = af_copy_slice(arena, at, (size_t)(end - at));
    free(text);
    *lines = (af_lines){all.count ? all.count - 1 : 0, all.items};      /* without `end` */
    return failed;
}
