/* The `einsum` record to an af_einsum: the only maker of it.
 * What the record leaves out has the defaults of documents 20 and 60. */
#include "spec/einsum_reading.h"

#include <math.h>
#include <string.h>

const char *af_read_text(reading *in, const af_json *object, const char *key)
{
    return af_copy_text(in->arena, af_json_string(in->reader, object, key));
}

int af_find_text(const char *const *names, int count, const char *name)
{
    for (int i = 0; i < count; i++)
        if (!strcmp(names[i], name))
            return i;
    return -1;
}

/* ---- workload */

static void read_rank(reading *in, const af_json *json, af_rank *rank)
{
    const af_einsum *e = in->einsum;
    rank->name = af_read_text(in, json, "rank");
    rank->text = af_read_text(in, json, "expression");
    rank->constant = af_json_real_or(in->reader, json, "constant", 0);
    const af_json *terms = af_json_array(in->reader, json, "terms");
    rank->n_terms = af_json_count(terms);
    rank->terms = af_new_array(in->arena, af_term, rank->n_terms);
    for (int i = 0; i < rank->n_terms; i++) {
        const af_json *pair = af_json_item(terms, i);
        const char *name = af_json_as_string(in->reader, af_json_item(pair, 0), "terms");
        int v = af_find_rank_variable(e, name);
        if (v < 0) {
            af_json_wrong(in->reader, "terms", "\"%s\" is no rank variable of %s", name, e->name);
            v = 0;
        }
        rank->terms[i] = (af_term){v, af_json_as_real(in->reader, af_json_item(pair, 1), "terms")};
        rank->mentioned |= (af_mask)1 << v;
        rank->identifier |= !strcmp(name, rank->text);
    }
    rank->sum = rank->n_terms + (rank->constant != 0) >= 2;
}

static void read_tensor(reading *in, const af_json *json, af_tensor *tensor)
{
    af_json_reader *r = in->reader;
    tensor->output = af_json_bool_or(r, json, "output", false);
    tensor->persistent = af_json_bool_or(r, json, "persistent", false);
    tensor->fusable = af_json_bool_or(r, json, "fusable", false);
    tensor->intermediate = af_json_bool_or(r, json, "intermediate", false);
    tensor->bits_per_value = af_json_real(r, json, "bits_per_value");
    tensor->size = af_json_real_or(r, json, "size", NAN);
    const af_json *projection = af_json_array(r, json, "projection");
    tensor->n_ranks = af_json_count(projection);
    tensor->ranks = af_new_array(in->arena, af_rank, tensor->n_ranks);
    for (int i = 0; i < tensor->n_ranks; i++) {
        af_rank *rank = &tensor->ranks[i];
        read_rank(in, af_json_item(projection, i), rank);
        /* The first rank that has a rank variable decides (50 section 4.1). */
        af_mask fresh = rank->mentioned & ~(tensor->relevant | tensor->partially_relevant);
        *(rank->sum ? &tensor->partially_relevant : &tensor->relevant) |= fresh;
    }
}

enum { MOST_NAMES = 64 };                    /* bits of an af_mask */

static int count_of(reading *in, const af_json *array, const char *key, const char *what)
{
    int count = af_json_count(array);
    if (count <= MOST_NAMES)
        return count;
    af_json_wrong(in->reader, key, "%d %s; at most %d are supported", count, what, MOST_NAMES);
    return 0;
}

static void read_names(reading *in, const af_json *json)
{
    af_einsum *e = in->einsum;
    const af_json *variables = af_json_array(in->reader, json, "rank_variables");
    const af_json *tensors = af_json_array(in->reader, json, "tensors");
    e->n_rank_variables = count_of(in, variables, "rank_variables", "rank variables");
    e->n_tensors = count_of(in, tensors, "tensors", "tensors");
    e->rank_variables = af_new_array(in->arena, af_rank_variable, e->n_rank_variables);
    e->tensors = af_new_array(in->arena, af_tensor, e->n_tensors);
    for (int i = 0; i < e->n_rank_variables; i++) {
        const af_json *item = af_json_item(variables, i);
        e->rank_variables[i] = (af_rank_variable){af_read_text(in, item, "name"),
                                                  af_json_real(in->reader, item, "bound")};
    }
    for (int i = 0; i < e->n_tensors; i++)
        e->tensors[i].name = af_read_text(in, af_json_item(tensors, i), "name");
}

static void read_tensors(reading *in, const af_json *json)
{
    af_einsum *e = in->einsum;
    for (int i = 0; i < e->n_tensors; i++)
        read_tensor(in, af_json_item(af_json_at(json, "tensors"), i), &e->tensors[i]);
}

/* ---- mapper options: one table of names, places and defaults (60 section 3) */

static void read_mapper(reading *in, const af_json *json, af_mapper *mapper)
{
    const struct { const char *name; bool *place; bool missing; } flags[] = {
        {"_timeloop_style_even", &mapper->timeloop_style_even, false},
        {"force_memory_hierarchy_order", &mapper->force_memory_hierarchy_order, true},
        {"out_of_order_hierarchy_explore_removing_spatials_for_more_temporals",
         &mapper->explore_removing_spatials, false},
        {"explore_loop_orders", &mapper->explore_loop_orders, true},
        {"_can_lower_outermost_memory", &mapper->can_lower_outermost_memory, false},
        {"explore_imperfect_spatial_loops", &mapper->explore_imperfect_spatial_loops, false},
        {"explore_imperfect_temporal_loops", &mapper->explore_imperfect_temporal_loops, false},
        {"prioritize_reuse_of_unfused_tensors", &mapper->prioritize_reuse_of_unfused_tensors, false},
        {"_let_non_intermediate_tensors_respawn_in_backing_storage",
         &mapper->let_non_intermediate_tensors_respawn, false},
        {"can_combine_multiple_runs", &mapper->can_combine_multiple_runs, false},
    };
    const struct { const char *name; double *place; double missing; } numbers[] = {
        {"max_fused_loops_per_rank_variable", &mapper->max_fused_loops_per_rank_variable, 1},
        {"max_fused_loops", &mapper->max_fused_loops, INFINITY},
        {"max_loops_per_spatial_dimension", &mapper->max_loops_per_spatial_dimension, INFINITY},
        {"tiling_coarseness", &mapper->tiling_coarseness, 1},
        {"memory_limit", &mapper->memory_limit, INFINITY},
        {"memory_limit_per_process", &mapper->memory_limit_per_process, INFINITY},
        {"time_limit", &mapper->time_limit, INFINITY},
        {"time_limit_per_pmapping_template", &mapper->time_limit_per_pmapping_template, INFINITY},
        {"max_pmapping_templates_per_einsum", &mapper->max_pmapping_templates_per_einsum, INFINITY},
        {"objective_tolerance", &mapper->objective_tolerance, 0},
        {"resource_usage_tolerance", &mapper->resource_usage_tolerance, 0}};
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
        *flags[i].place = af_json_bool_or(in->reader, json, flags[i].name, flags[i].missing);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        *numbers[i].place = af_json_real_or(in->reader, json, numbers[i].name, numbers[i].missing);
    mapper->metrics = (int)af_json_integer_or(in->reader, json, "metrics", AF_ENERGY);
    mapper->info_metrics = (int)af_json_integer_or(in->reader, json, "info_metrics", AF_METRICS_ALL);
    mapper->only_template = (int)af_json_integer_or(in->reader, json, "_only_output_pmapping_with_index", -1);
}

/* ---- the whole record */

void af_remark_on(reading *in, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const char *text = af_format_list(in->arena, format, arguments);
    va_end(arguments);
    *af_push(in->arena, &in->einsum->remarks) = (af_remark){in->path, text};
}

void af_warn_of_einsum(const af_einsum *einsum, af_report *report)
{
    for (int i = 0; i < einsum->remarks.count; i++)
        af_warn(report, AF_NOWHERE, einsum->remarks.items[i].path, "%s", einsum->remarks.items[i].text);
}

af_einsum *af_einsum_of_json(af_arena *arena, const af_json *json, af_report *report, af_place place)
{
    af_json_reader reader = {.report = report, .what = "einsum record", .place = place};
    af_einsum *e = af_new(arena, af_einsum);
    reading in = {arena, e, &reader, NULL};
    e->name = af_read_text(&in, json, "einsum");
    e->spec = af_copy_text(arena, af_json_string_or(&reader, json, "spec", ""));
    e->index = (int)af_json_integer_or(&reader, json, "index", 0);
    e->n_einsums = (int)af_json_integer_or(&reader, json, "n_einsums", 1);
    e->n_instances = af_json_real_or(&reader, json, "n_instances", 1);
    e->is_copy = af_json_bool_or(&reader, json, "is_copy_operation", false);
    e->n_computes = af_json_real_or(&reader, json, "n_computes", NAN);
    read_names(&in, json);
    read_tensors(&in, json);
    af_make_universe(&in);
    af_make_scopes(&in, json);
    af_read_architecture(&in, json);
    read_mapper(&in, af_json_at(json, "mapper"), &e->mapper);
    e->model_metrics = (int)af_json_integer_or(&reader, af_json_at(json, "model"), "metrics", AF_METRICS_ALL);
    return reader.failed ? NULL : e;
}
