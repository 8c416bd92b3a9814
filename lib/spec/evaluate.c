/* A spec to the records of af-eval, in the order of 10 section 9: variables, renames, workload,
 * then per Einsum the architecture and its costs. */
#include "spec/evaluate_parts.h"
#include "spec/mapping.h"
#include "spec/python.h"

#include <math.h>
#include <string.h>

typedef struct evaluation {
    engine engine;
    const af_spec *spec;
    const af_evaluate_options *options;
    af_scope *scope;                          /* functions, variables, sections */
    af_typed *variables;
    af_functions own_functions;               /* where the options have none to keep */
    python *python;                           /* functions of the user's files; NULL: none */
    evaluated_workload *workload;
    af_name_list never_full;
} evaluation;

/* ---- names of the spec */

/* From the lowest rank: ours, the user's, those of MATH. The user's do not change what ours call. */
static af_scope *function_names(evaluation *v)
{
    engine *e = &v->engine;
    af_scope *ours = af_scope_new(e->arena, NULL), *all = af_scope_new(e->arena, ours);
    af_add_math_names(ours);
    af_add_library(ours, e->arena);
    af_functions *functions = v->options && v->options->functions ? v->options->functions : &v->own_functions;
    if (af_add_custom_functions(v->spec->config, all, e->arena, functions, &v->python, e->report))
        return NULL;
    af_add_math_names(all);
    return all;
}

static int evaluate_variables(evaluation *v)
{
    engine *e = &v->engine;
    af_scope *functions = function_names(v);
    if (!functions)
        return -1;
    v->scope = af_scope_new(e->arena, functions);
    af_scope_set(v->scope, "spec", af_typed_value(v->spec->root));
    v->variables = af_typed_copy(e->arena, v->spec->variables);
    if (af_evaluate_open(e, v->variables, v->scope, v->scope))
        return -1;
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

/* Persistent tensors are there once per instance of the Einsum that has most of them. */
static double copies_of(const evaluated_workload *w, const evaluated_tensor *t)
{
    double most = 1;
    for (int i = 0; i < t->uses.count; i++)
        if (af_access_of(w, t->uses.items[i])->persistent)
            most = fmax(most, (double)(w->n_instances * w->einsums[t->uses.items[i].einsum].n_instances));
    return most;
}

static double share_of(const evaluated_workload *w, const evaluated_access *access, const af_typed *memory)
{
    const evaluated_tensor *t = &w->tensors[access->tensor];
    double size = af_as_double(af_typed_get(memory, "size"));
    return size == 0 ? 2 : (double)t->size * copies_of(w, t) * bits_in(memory, access) / size;
}

typedef struct memory_uses { af_names *names; af_list(double) shares; } memory_uses;

static void add_uses(const evaluation *v, const evaluated_einsum *einsum, const af_typed *branch,
                     memory_uses *uses)
{
    const af_value *nodes;
    int count = af_typed_children(branch, "nodes", &nodes);
    for (int i = 0; i < count; i++) {
        const af_typed *node = af_typed_of(nodes[i]);
        add_uses(v, einsum, node, uses);
        if (!af_typed_is(node, "Memory"))
            continue;
        int m = af_name_add(uses->names, af_typed_name(node));
        if (m == uses->shares.count)
            *af_push(v->engine.arena, &uses->shares) = 0;
        for (int k = 0; k < einsum->n_accesses; k++)
            uses->shares.items[m] += share_of(v->workload, &einsum->accesses[k], node);
    }
}

static void find_never_full(evaluation *v, evaluated_arch *const *arches)
{
    memory_uses uses = {af_names_new(v->engine.arena), {0}};
    bool track_all = (int64_t)af_as_double(af_typed_get(v->spec->mapper, "metrics")) & AF_RESOURCE_USAGE;
    for (int i = 0; i < v->workload->n_einsums && !track_all; i++)
        add_uses(v, &v->workload->einsums[i], arches[i]->typed, &uses);
    v->never_full.names = af_new_array(v->engine.arena, const char *, uses.shares.count);
    for (int i = 0; i < uses.shares.count; i++)
        if (uses.shares.items[i] <= 1)
            v->never_full.names[v->never_full.count++] = af_name_text(uses.names, i);
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

static bool is_chosen(const evaluation *v, const char *name)
{
    for (int i = 0; i < v->options->n_einsums; i++)
        if (!strcmp(v->options->einsums[i], name))
            return true;
    return !v->options->n_einsums;
}

static int check_chosen(const evaluation *v)
{
    int count = v->workload->n_einsums;
    const char **names = af_new_array(v->engine.arena, const char *, count);
    for (int i = 0; i < count; i++)
        names[i] = v->workload->einsums[i].name;
    for (int i = 0; i < v->options->n_einsums; i++) {
        bool known = false;
        for (int k = 0; k < count && !known; k++)
            known = !strcmp(v->options->einsums[i], names[k]);
        const char *near = af_nearest(v->options->einsums[i], names, count);
        if (!known)
            return af_fail(v->engine.report, AF_BAD_DATA, AF_NOWHERE, "workload.einsums",
                           "no Einsum is called '%s'%s%s%s", v->options->einsums[i],
                           near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
    }
    return 0;
}

static void put_spec(const evaluation *v, af_output *out)
{
    af_spec marked = *v->spec;
    marked.evaluated = true;
    af_json_writer *w = af_begin_record(out, "spec");
    af_put_spec(w, &marked);
    af_end_record(out);
}

static void put_einsum(evaluation *v, af_output *out, int index, evaluated_arch *arch)
{
    einsum_record record = {v->spec, v->workload, index, arch, v->variables->extra, v->never_full};
    af_ask_costs(&v->engine, arch, v->options);
    af_put_einsum(out, &record);
}

/* The reference evaluates the mapping with the spec, whether it is used or not.
 * Shapes are numbers: any Einsum's names will do. */
static int check_mapping(evaluation *v, const af_scope *scope)
{
    af_value mapping = v->spec->mapping_value;
    if (mapping.type == AF_NONE || mapping.type == AF_UNDEFINED)
        return 0;
    return af_mapping_of_value(v->engine.arena, mapping, scope, v->engine.report) ? 0 : -1;
}

static int evaluate_einsums(evaluation *v, af_output *out)
{
    int count = v->workload->n_einsums;
    evaluated_arch **arches = af_new_array(v->engine.arena, evaluated_arch *, count);
    bool failed = false;
    for (int i = 0; i < count; i++)
        failed |= !(arches[i] = arch_for(v, &v->workload->einsums[i]));
    failed |= check_mapping(v, v->workload->einsums[0].scope) < 0;
    if (failed)
        return -1;
    find_never_full(v, arches);
    bool done = false;
    for (int i = 0; i < count && !(done && v->options->only_first); i++)
        if (is_chosen(v, v->workload->einsums[i].name)) {
            put_einsum(v, out, i, arches[i]);
            done = true;
        }
    return 0;
}

static int evaluate_all(evaluation *v, af_output *out)
{
    engine *e = &v->engine;
    if (evaluate_variables(v) || !(v->workload = af_evaluate_workload(e, v->spec->workload, v->spec->renames,
                                                                      v->spec->arch, v->scope)))
        return -1;
    af_scope_set(v->scope, "workload", af_workload_value(e, v->workload));
    if (check_chosen(v))
        return -1;
    af_warn_of_workload(e, v->workload);
    put_spec(v, out);
    af_put_workload(out, v->workload, v->spec->id);
    if (!v->options->no_einsum && v->workload->n_einsums)
        return evaluate_einsums(v, out);
    evaluated_arch *arch = arch_for(v, NULL);
    if (!arch || check_mapping(v, v->scope))
        return -1;
    put_einsum(v, out, -1, arch);
    return 0;
}

/* A name that is not there may stand in a section that another file hid (85 U13). */
static void tell_hidden(const af_spec *spec, af_report *report)
{
    for (int i = 0; i < spec->hidden.list->count; i++) {
        const af_value *section = af_dict_find(spec->hidden.list->items[i], "section"),
                       *file = af_dict_find(spec->hidden.list->items[i], "file"),
                       *by = af_dict_find(spec->hidden.list->items[i], "by");
        if (section && file && by)
            af_fail(report, AF_BAD_DATA, AF_NOWHERE, section->string,
                    "note that this section of %s is ignored: %s, read before, has it too", file->string,
                    by->string);
    }
}

af_workload *af_workload_of_spec(const af_spec *spec, af_report *report)
{
    evaluation v = {.engine = {.arena = spec->arena, .report = report}, .spec = spec};
    if (!evaluate_variables(&v))
        v.workload = af_evaluate_workload(&v.engine, spec->workload, spec->renames, spec->arch, v.scope);
    int failed = af_check_custom_functions(v.python, report);
    af_end_functions(&v.own_functions);
    if (!failed)
        return v.workload;
    af_workload_free(v.workload);
    return NULL;
}

static int evaluate_spec(const af_spec *spec, const af_evaluate_options *options, af_output *out,
                         af_report *report)
{
    af_spec named = *spec;
    named.id = af_spec_id(spec);
    evaluation v = {.engine = {.arena = spec->arena, .report = report}, .spec = &named, .options = options};
    int failed = evaluate_all(&v, out);
    failed |= af_check_custom_functions(v.python, report);
    af_end_functions(&v.own_functions);
    af_workload_free(v.workload);
    if (failed)
        tell_hidden(spec, report);
    return failed || af_failed(report) ? -1 : 0;
}

int af_evaluate_to_lines(const af_spec *spec, const af_evaluate_options *options, af_arena *arena,
                         af_lines *lines, af_report *report)
{
    af_output *out = af_output_open(NULL, "memory", report);
    af_list(char *) all = {0};
    int failed = evaluate_spec(spec, options, out, report);
    if (failed)
        af_output_abandon(out);
    for (char *at = failed ? "" : af_output_lines(out, arena), *end; (end = strchr(at, '\n')); at = end + 1) {
        *end = 0;
        *af_push(arena, &all) = at;
    }
    *lines = (af_lines){all.count, all.items};
    return failed;
}
