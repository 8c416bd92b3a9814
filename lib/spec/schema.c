/* The classes of a spec and their fields: one table per class
 * (10 section 6.5, Appendices A and B; 20 section 3; 40 section 2). */
#include "spec/schema.h"

#include <string.h>

const char *const af_topology_names[] = {"mesh", "all_to_all", NULL};

#define COUNT(table) (int)(sizeof(table) / sizeof *(table))
static bool class_attribute(const af_object *object, const char *name, af_value *value);
static bool class_item(const af_object *object, af_value key, af_value *value);
static int class_names(const af_object *object, const char **names, int room);
static int class_count(const af_object *object);
#define KIND(name_) \
    {.name = name_, .attribute = class_attribute, .item = class_item, .names = class_names, \
     .count = class_count}
#define CLASS(id, name, table, open_, first_, help_) \
    static const af_class id = {KIND(name), COUNT(table), table, open_, first_, help_}
#define OPEN_CLASS(id, name, help_) static const af_class id = {KIND(name), 0, NULL, true, NULL, help_}

#define PLAIN(n, t, d, h) {n, AF_PLAIN, AF_ONE, t, NULL, d, h, 0}
#define EVAL(n, t, d, h) {n, AF_EVALUATES, AF_ONE, t, NULL, d, h, 0}
#define TRY(n, t, d, h) {n, AF_TRIES, AF_ONE, t, NULL, d, h, 0}
#define OBJECT(n, c, h) {n, AF_PLAIN, AF_ONE, 0, c, "{}", h, 0}
#define OBJECTS(n, c, h) {n, AF_PLAIN, AF_MANY, 0, c, "[]", h, 0}
#define TEXTS(n, h) {n, AF_PLAIN, AF_MANY, AF_MAY_STRING, NULL, "[]", h, 0}
#define OPTION(n, t, d, h) {n, AF_PLAIN, AF_ONE, t, NULL, d, h, 0}
#define PRIVATE(n, t, d) {n, AF_PLAIN, AF_ONE, t, NULL, d, "set with -S only", AF_FIELD_PRIVATE}
#define NUMBER_OR_NULL (AF_MAY_NULL | AF_MAY_NUMBER)

/* ---- open classes */
OPEN_CLASS(variables_class, "Variables", "names and their values or expressions");
OPEN_CLASS(extras_class, "EvalExtras", "attributes handed to component models");
static const af_class *const variables_only[] = {&variables_class, NULL};
static const af_class *const extras_only[] = {&extras_class, NULL};

/* ---- architecture */
static const af_field comparison_fields[] = {
    TRY("expression", AF_MAY_RANK_VARIABLES, NULL, "set of rank variables"),
    PLAIN("operator", AF_MAY_STRING, NULL, "==, <=, >=, <, > or one of these after \"product\""),
    EVAL("value", AF_MAY_INT, NULL, "loop bound to compare with"),
};
CLASS(comparison_class, "Comparison", comparison_fields, false, NULL,
      "a constraint on loop bounds or tile shapes");
static const af_class *const comparison_only[] = {&comparison_class, NULL};

static const af_field spatial_fields[] = {
    PLAIN("name", AF_MAY_STRING, NULL, "dimension, as spatial loops call it"),
    EVAL("fanout", AF_MAY_INT, NULL, "instances along this dimension"),
    TRY("may_reuse", AF_MAY_TENSORS, "<Same as reuse if reuse is defined, else All>",
        "tensors that may be multicast or reduced"),
    TRY("reuse", AF_MAY_TENSORS, "<Defaults to Nothing>", "only loops that reuse all these tensors"),
    {"loop_bounds", AF_PLAIN, AF_MANY, 0, comparison_only, "[]",
     "constraints on the loops of this dimension", 0},
    EVAL("min_usage", AF_MAY_NUMBER, "0.0", "least fraction of the instances to use"),
    EVAL("usage_scale", AF_MAY_NUMBER | AF_MAY_STRING, "1", "factor of the usage"),
    EVAL("power_gateable", AF_MAY_BOOL, "false", "unused instances do not leak"),
};
CLASS(spatial_class, "Spatial", spatial_fields, false, NULL, "one dimension of a spatial fanout");
static const af_class *const spatial_only[] = {&spatial_class, NULL};

static const af_field tensors_fields[] = {
    TRY("keep", AF_MAY_TENSORS, "<Defaults to Nothing>", "tensors that must be held here"),
    TRY("may_keep", AF_MAY_TENSORS, "<Nothing if keep is defined, else All>",
        "tensors that may be held here"),
    TRY("back", AF_MAY_TENSORS, "Nothing", "tensors whose outermost holder this must be"),
    TRY("no_refetch_from_above", AF_MAY_TENSORS, "~All", "tensors that are fetched once"),
    TRY("no_resend_to_below", AF_MAY_TENSORS, "~All", "tensors that are sent below once"),
    {"tensor_order_options", AF_TRIES, AF_MANY_LISTS, AF_MAY_TENSORS, NULL, "[]",
     "orders in which tensors may be held", 0},
    {"tile_shape", AF_PLAIN, AF_MANY, 0, comparison_only, "[]",
     "constraints on tile shapes (without effect)", 0},
    PLAIN("force_memory_hierarchy_order", AF_MAY_BOOL, "true",
          "holders stand in the order of the architecture"),
};
CLASS(tensors_class, "Tensors", tensors_fields, false, NULL, "which tensors a memory holds");
static const af_class *const tensors_only[] = {&tensors_class, NULL};

#define ACTION_FIELDS \
    PLAIN("name", AF_MAY_STRING, NULL, "read, write, compute, hop, or another"), \
    EVAL("energy", NUMBER_OR_NULL, "null", "J per action"), \
    EVAL("energy_scale", AF_MAY_NUMBER, "1", "factor"), \
    EVAL("throughput", NUMBER_OR_NULL, "null", "actions/s"), \
    EVAL("throughput_scale", AF_MAY_NUMBER, "1", "factor"), \
    {"latency", AF_EVALUATES, AF_ONE, NUMBER_OR_NULL, NULL, "null", \
     "s; use throughput", AF_FIELD_DEPRECATED}, \
    {"latency_scale", AF_EVALUATES, AF_ONE, AF_MAY_NUMBER, NULL, "1", \
     "use throughput_scale", AF_FIELD_DEPRECATED}, \
    OBJECT("extra_attributes_for_component_model", extras_only, "further arguments of the model's action")
#define SETS_AS_KEYS(n, h) {n, AF_EVALUATES, AF_BY_NAME, AF_MAY_ANY, NULL, "{}", h, AF_FIELD_KEYS_ARE_SETS}
static const af_field action_fields[] = {ACTION_FIELDS};
CLASS(action_class, "Action", action_fields, false, NULL, "something that a component does");
static const af_class *const action_only[] = {&action_class, NULL};
static const af_field holder_action_fields[] = {
    ACTION_FIELDS,
    EVAL("bits_per_action", AF_MAY_NUMBER, "1 if bits_per_action is None else bits_per_action", "bit"),
    SETS_AS_KEYS("values_per_action", "tensors to values moved by one action"),
};
CLASS(holder_action_class, "TensorHolderAction", holder_action_fields, false, NULL, "a read or write");
static const af_class *const holder_action_only[] = {&holder_action_class, NULL};

#define COMPONENT_FIELDS(actions, latency) \
    PLAIN("name", AF_MAY_STRING, NULL, "unique in the architecture"), \
    {"spatial", AF_PLAIN, AF_MANY, 0, spatial_only, "[]", "fanout between the node above and this one", 0}, \
    PLAIN("component_class", AF_MAY_NULL | AF_MAY_STRING, "null", "name of the component model"), \
    TEXTS("component_modeling_log", "notes of the component model"), \
    {"actions", AF_PLAIN, AF_MANY, 0, actions, "[]", "what it does", 0}, \
    TRY("enabled", AF_MAY_BOOL, "true", "may be used"), \
    EVAL("area", NUMBER_OR_NULL, "null", "m^2 of one instance"), \
    EVAL("total_area", NUMBER_OR_NULL, "null", "m^2, computed"), \
    EVAL("area_scale", AF_MAY_NUMBER, "1", "factor"), \
    EVAL("leak_power", NUMBER_OR_NULL, "null", "W of one instance"), \
    EVAL("total_leak_power", NUMBER_OR_NULL, "null", "W, computed"), \
    EVAL("leak_power_scale", AF_MAY_NUMBER, "1", "factor"), \
    EVAL("energy_scale", AF_MAY_NUMBER, "1", "factor of every action's energy"), \
    EVAL("throughput_scale", AF_MAY_NUMBER, "1", "factor of every action's throughput"), \
    EVAL("actions_scale", AF_MAY_NUMBER, "1", "factor of all action counts"), \
    EVAL("n_parallel_instances", AF_MAY_NUMBER, "1", "factor of area, leak power and throughput"), \
    {"total_latency", AF_LATE, AF_ONE, AF_MAY_STRING | AF_MAY_NUMBER, NULL, latency, \
     "s, from the counts of actions", 0}, \
    {"latency_scale", AF_EVALUATES, AF_ONE, AF_MAY_NUMBER, NULL, "1", \
     "use throughput_scale", AF_FIELD_DEPRECATED}, \
    OBJECT("extra_attributes_for_component_model", extras_only, "further arguments of the component model")
#define DEFAULT_LATENCY "sum(a.n_calls / a.throughput for a in actions)"
#define HOLDER_FIELDS \
    OBJECT("tensors", tensors_only, "which tensors it holds"), \
    SETS_AS_KEYS("bits_per_value", "tensors to bits of one value here"), \
    EVAL("bits_per_action", NUMBER_OR_NULL, "null", "bit, of actions that do not say"), \
    SETS_AS_KEYS("values_per_action", "tensors to values")

static const char *const extra_first[] = {"extra_attributes_for_component_model", NULL};
static const af_field memory_fields[] = {
    COMPONENT_FIELDS(holder_action_only, DEFAULT_LATENCY),
    HOLDER_FIELDS,
    EVAL("size", AF_MAY_NUMBER, NULL, "bit"),
    PLAIN("skip_initial_output_write", AF_MAY_BOOL, "true", "the first read of a partial sum is free"),
};
CLASS(memory_class, "Memory", memory_fields, false, extra_first, "holds tiles of tensors");
static const af_field toll_fields[] = {
    COMPONENT_FIELDS(holder_action_only, DEFAULT_LATENCY),
    HOLDER_FIELDS,
    {"direction", AF_PLAIN, AF_ONE, AF_MAY_STRING | AF_MAY_DICT, NULL, NULL,
     "up, down, up_and_down, or tensors to these", 0},
};
CLASS(toll_class, "Toll", toll_fields, false, extra_first, "charges what passes through it");
static const af_field compute_fields[] = {
    COMPONENT_FIELDS(action_only, DEFAULT_LATENCY),
    PLAIN("skip_initial_output_write", AF_MAY_BOOL, "true", "the first read of a partial sum is free"),
};
CLASS(compute_class, "Compute", compute_fields, false, extra_first, "does the operations");
static const af_field network_fields[] = {
    COMPONENT_FIELDS(action_only,
                     "max(max_hops*actions['hop'].latency, max_link_traffic/actions['hop'].throughput)"),
    SETS_AS_KEYS("bits_per_value", "tensors to bits of one value here"),
    EVAL("bits_per_action", NUMBER_OR_NULL, "null", "bit per hop"),
    PLAIN("topology", AF_MAY_TOPOLOGY, "mesh", "mesh or all_to_all"),
};
CLASS(network_class, "Network", network_fields, false, extra_first, "moves data between instances");
static const af_field container_fields[] = {
    PLAIN("name", AF_MAY_STRING, NULL, "unique in the architecture"),
    OBJECTS("spatial", spatial_only, "fanout"),
};
CLASS(container_class, "Container", container_fields, false, NULL, "a fanout without cost");

extern const af_class *const af_arch_node_classes[];
static const af_field hierarchical_fields[] = {OBJECTS("nodes", af_arch_node_classes, "top to bottom")};
CLASS(hierarchical_class, "Hierarchical", hierarchical_fields, false, NULL, "nodes in the place of this one");
static const af_field fork_fields[] = {
    OBJECTS("nodes", af_arch_node_classes, "the side branch"),
    PLAIN("forked_power_gateable", AF_MAY_BOOL, "false",
          "the branch leaks nothing while a Compute outside is used"),
    PLAIN("non_forked_power_gateable", AF_MAY_BOOL, "false",
          "what follows leaks nothing while a Compute inside is used"),
};
CLASS(fork_class, "Fork", fork_fields, false, NULL, "a side branch");
static const af_field array_fields[] = {
    PLAIN("name", AF_MAY_STRING, NULL, "as spatial loops call it"),
    OBJECTS("spatial", spatial_only, "size per dimension"),
    OBJECTS("nodes", af_arch_node_classes, "leaves side by side"),
};
CLASS(array_class, "Array", array_fields, false, NULL, "a placement of leaves side by side");
const af_class *const af_arch_node_classes[] = {
    &compute_class, &memory_class, &toll_class, &container_class, &network_class, &hierarchical_class,
    &array_class, &fork_class, NULL
};

static const char *const arch_first[] = {"variables", "extra_attributes_for_all_component_models", NULL};
static const af_field arch_fields[] = {
    OBJECT("variables", variables_only, "seen by everything in the architecture"),
    OBJECT("extra_attributes_for_all_component_models", extras_only,
           "defaults of every component's extra attributes"),
    OBJECTS("nodes", af_arch_node_classes, "top to bottom"),
};
CLASS(arch_class, "Arch", arch_fields, false, arch_first, "the accelerator");
static const af_class *const arch_only[] = {&arch_class, NULL};

/* ---- workload and renames */
static const af_field rename_fields[] = {
    PLAIN("name", AF_MAY_STRING, NULL, "the new name"),
    TRY("source", AF_MAY_TENSORS, NULL, "set expression"),
    EVAL("expected_count", AF_MAY_NULL | AF_MAY_INT, "null", "number of members it must have"),
};
CLASS(rename_class, "Rename", rename_fields, false, NULL, "a name for a set");
static const af_class *const rename_only[] = {&rename_class, NULL};
static const af_field access_fields[] = {
    PLAIN("name", AF_MAY_STRING, NULL, "tensor"),
    {"projection", AF_PLAIN, AF_BY_NAME, AF_MAY_STRING, NULL, NULL, "rank to index expression", 0},
    PLAIN("output", AF_MAY_BOOL, "false", "written"),
    PLAIN("persistent", AF_MAY_BOOL, "false", "lives for the whole workload"),
    PLAIN("backing_storage_size_scale", AF_MAY_NUMBER, "1.0", "without effect"),
    {"bits_per_value", AF_LATE, AF_ONE, AF_MAY_NULL | AF_MAY_INT, NULL, "null", "bit", 0},
    {"_repeated", AF_PLAIN, AF_ONE, AF_MAY_NULL | AF_MAY_LIST, NULL, "null",
     "rank variables that the projection as written has once more", AF_FIELD_PRIVATE},
};
CLASS(access_class, "TensorAccess", access_fields, false, NULL, "a tensor as an Einsum indexes it");
static const af_class *const access_only[] = {&access_class, NULL};
static const af_field einsum_fields[] = {
    PLAIN("name", AF_MAY_STRING, NULL, "unique in the workload"),
    OBJECTS("tensor_accesses", access_only, "inputs and output"),
    TEXTS("iteration_space_shape", "constraints in isl's syntax"),
    {"rank_sizes", AF_PLAIN, AF_BY_NAME, AF_MAY_INT, NULL, "{}", "rank to size", 0},
    PLAIN("is_copy_operation", AF_MAY_BOOL, "false", "moves data only"),
    OBJECTS("renames", rename_only, "names for its tensors"),
    PLAIN("n_instances", AF_MAY_INT, "1", "how often it runs"),
};
CLASS(einsum_class, "Einsum", einsum_fields, false, NULL, "one step of the workload");
static const af_class *const einsum_only[] = {&einsum_class, NULL};
static const af_field workload_fields[] = {
    OBJECTS("einsums", einsum_only, "in order"),
    {"iteration_space_shape", AF_PLAIN, AF_BY_NAME, AF_MAY_STRING, NULL, "{}",
     "rank variable to constraint", 0},
    {"rank_sizes", AF_EVALUATES, AF_BY_NAME, AF_MAY_INT, NULL, "{}", "rank to size", 0},
    PLAIN("n_instances", AF_MAY_INT, "1", "how often the workload runs"),
    {"bits_per_value", AF_LATE, AF_BY_NAME, AF_MAY_INT, NULL, "{}",
     "set of tensors to bit", AF_FIELD_KEYS_ARE_SETS},
    {"persistent_tensors", AF_LATE, AF_ONE, AF_MAY_NULL | AF_MAY_STRING, NULL, "null", "set of tensors", 0},
};
CLASS(workload_class, "Workload", workload_fields, false, NULL, "a cascade of Einsums");
static const af_class *const workload_only[] = {&workload_class, NULL};
static const af_field einsum_renames_fields[] = {
    PLAIN("name", AF_MAY_STRING, NULL, "default"),
    OBJECTS("tensor_accesses", rename_only, "names for tensors"),
    OBJECTS("rank_variables", rename_only, "names for rank variables"),
};
CLASS(einsum_renames_class, "EinsumRename", einsum_renames_fields, false, NULL, "renames of Einsums");
static const af_class *const einsum_renames_only[] = {&einsum_renames_class, NULL};
static const af_field renames_fields[] = {
    OBJECTS("einsums", einsum_renames_only, "the entry called default applies to all"),
};
CLASS(renames_class, "Renames", renames_fields, false, NULL, "names for sets of tensors");
static const af_class *const renames_only[] = {&renames_class, NULL};

/* ---- options */
#define INF_OPTION(n, h) OPTION(n, AF_MAY_NUMBER, ".inf", h)
static const af_field mapper_fields[] = {
    OPTION("metrics", AF_MAY_METRICS, "2", "what is optimised"),
    OPTION("info_metrics", AF_MAY_METRICS, "255", "what is reported"),
    OPTION("force_memory_hierarchy_order", AF_MAY_BOOL, "true",
           "holders stand in the order of the architecture"),
    OPTION("out_of_order_hierarchy_explore_removing_spatials_for_more_temporals", AF_MAY_BOOL, "false",
           "60 section 8.6"),
    OPTION("max_fused_loops_per_rank_variable", AF_MAY_INT, "1", ""),
    OPTION("tiling_coarseness", AF_MAY_REAL, "1", "least ratio of tile sizes"),
    INF_OPTION("max_fused_loops", ""),
    INF_OPTION("max_loops_per_spatial_dimension", ""),
    INF_OPTION("max_loops_minus_ranks", "without effect"),
    OPTION("explore_loop_orders", AF_MAY_BOOL, "true", ""),
    INF_OPTION("memory_limit", "bytes"),
    INF_OPTION("memory_limit_per_process", "bytes"),
    INF_OPTION("time_limit", "s"),
    INF_OPTION("time_limit_per_pmapping_template", "s"),
    INF_OPTION("max_pmapping_templates_per_einsum", ""),
    OPTION("explore_imperfect_spatial_loops", AF_MAY_BOOL, "false", ""),
    OPTION("explore_imperfect_temporal_loops", AF_MAY_BOOL, "false", ""),
    OPTION("prioritize_reuse_of_unfused_tensors", AF_MAY_BOOL, "false", ""),
    OPTION("objective_tolerance", AF_MAY_REAL, "0", ""),
    OPTION("resource_usage_tolerance", AF_MAY_REAL, "0", ""),
    PRIVATE("_timeloop_style_even", AF_MAY_BOOL, "false"),
    PRIVATE("_can_lower_outermost_memory", AF_MAY_BOOL, "false"),
    PRIVATE("_only_output_pmapping_with_index", AF_MAY_NULL | AF_MAY_INT, "null"),
    PRIVATE("_let_non_intermediate_tensors_respawn_in_backing_storage", AF_MAY_BOOL, "false"),
};
CLASS(mapper_class, "Mapper", mapper_fields, false, NULL, "options of the mapper");
static const af_class *const mapper_only[] = {&mapper_class, NULL};
static const af_field model_fields[] = {OPTION("metrics", AF_MAY_METRICS, "255", "what is reported")};
CLASS(model_class, "Model", model_fields, false, NULL, "options of the model");
static const af_class *const model_only[] = {&model_class, NULL};
static const af_field config_fields[] = {
    TEXTS("expression_custom_functions", "Python files whose functions expressions may call"),
    TEXTS("component_models", "plug-ins and Python files with component models"),
    OPTION("use_installed_component_models", AF_MAY_NULL | AF_MAY_BOOL, "true",
           "ask the plug-ins in the folders of $AF_MODELS too"),
};
CLASS(config_class, "Config", config_fields, false, NULL, "where functions and component models come from");
static const af_class *const config_only[] = {&config_class, NULL};

static const af_field spec_fields[] = {
    OBJECT("variables", variables_only, ""),
    OBJECT("renames", renames_only, ""),
    OBJECT("workload", workload_only, ""),
    OBJECT("config", config_only, ""),
    OBJECT("mapper", mapper_only, ""),
    OBJECT("model", model_only, ""),
    PLAIN("mapping", AF_MAY_ANY, "null", "a LoopTree"),
    OBJECT("arch", arch_only, ""),
};
CLASS(spec_class, "Spec", spec_fields, false, NULL, "architecture, workload, mapping, options");

const af_class *const af_classes[] = {
    &spec_class, &arch_class, &memory_class, &toll_class, &compute_class, &network_class, &container_class,
    &hierarchical_class, &fork_class, &array_class, &spatial_class, &tensors_class, &comparison_class,
    &action_class, &holder_action_class, &workload_class, &einsum_class, &access_class, &rename_class,
    &renames_class, &einsum_renames_class, &mapper_class, &model_class, &config_class, &variables_class,
    &extras_class, NULL
};

const af_class *af_find_class(const char *name)
{
    for (int i = 0; af_classes[i]; i++)
        if (!strcmp(af_classes[i]->kind.name, name))
            return af_classes[i];
    return NULL;
}

/* ---- older spellings (85 U3) */

typedef struct spelling { const char *class, *old, *now; } spelling;

static const spelling spellings[] = {
    {"Spec",         "architecture",    "arch"},
    {"Spec",         "problem",         "workload"},
    {"Spec",         "constraints",     "tensors and spatial of each node of arch"},
    {"Workload",     "shape",           "iteration_space_shape: {m: 0 <= m < 4}, or rank_sizes: {M: 4}"},
    {"Einsum",       "shape",           "iteration_space_shape: [0 <= m < 4], or rank_sizes: {M: 4}"},
    {"TensorAccess", "rank_projection", "projection"},
    {NULL,           "attributes",      "no map of its own: its entries are fields of the component, or of "
                                        "extra_attributes_for_component_model what only its model knows"},
    {NULL,           "constraints",     "tensors and spatial"},
    {NULL,           "fanout",          "spatial: [{name: X, fanout: …}]"},
    {NULL,           "meshX",           "spatial: [{name: X, fanout: …}]"},
    {NULL,           "meshY",           "spatial: [{name: Y, fanout: …}]"},
    {NULL,           "datawidth",       "bits_per_value: {All: …}"},
    {NULL,           "width",           "bits_per_action"},
    {NULL,           "depth",           "size, in bits"},
    {NULL,           "class",           "component_class"},
    {NULL,           "subclass",        "component_class"},
    {NULL,           "bypass",          "tensors: {keep: …}"},
};

static const spelling tags[] = {
    {NULL, "Component",       "!Memory, !Compute, !Toll, !Network"},
    {NULL, "ProcessingStage", "!Toll"},
    {NULL, "Parallel",        "!Pipeline or !Sequential"},
    {NULL, "Fill",            "left out: !Storage says what is held"},
    {NULL, "TensorHolder",    "!Storage or !Toll"},
    {NULL, "Loop",            "!Temporal or !Spatial"},
};

const char *af_present_spelling(const af_class *class, const char *old)
{
    for (int i = 0; i < COUNT(spellings); i++)
        if (!strcmp(spellings[i].old, old) &&
            (spellings[i].class ? !strcmp(spellings[i].class, class->kind.name)
                                : af_field_index(class, "name") >= 0))
            return spellings[i].now;
    return NULL;
}

const char *af_present_tag(const char *old)
{
    for (int i = 0; i < COUNT(tags); i++)
        if (!strcmp(tags[i].old, old))
            return tags[i].now;
    return NULL;
}

/* ---- objects */

af_place af_typed_place(const af_typed *object, af_value part)
{
    return part.line ? af_place_of(part) : object->place;
}

const af_class *af_typed_class(const af_typed *object) { return (const af_class *)object->object.kind; }

af_typed *af_typed_of(af_value value)
{
    if (value.type != AF_OBJECT || value.object->kind->attribute != class_attribute)
        return NULL;
    return (af_typed *)value.object;
}

af_value af_typed_value(const af_typed *object)
{
    return (af_value){.type = AF_OBJECT, .object = &object->object};
}

const char *af_class_called(const af_class *class)
{
    static const struct { const af_class *class; const char *called; } nameless[] = {
        {&action_class, "an action"},
        {&holder_action_class, "an action of a Memory or Toll"},
        {&comparison_class, "a comparison"},
        {&access_class, "a tensor access"},
        {&einsum_renames_class, "an entry of renames.einsums"},
    };
    for (size_t i = 0; i < sizeof nameless / sizeof *nameless; i++)
        if (nameless[i].class == class)
            return nameless[i].called;
    return class->kind.name;
}

bool af_typed_is(const af_typed *object, const char *class_name)
{
    return !strcmp(object->object.kind->name, class_name);
}

int af_field_index(const af_class *class, const char *name)
{
    for (int i = 0; i < class->n_fields; i++)
        if (af_same_text(class->fields[i].name, name))
            return i;
    return -1;
}

af_value af_typed_get(const af_typed *object, const char *name)
{
    int index = af_field_index(af_typed_class(object), name);
    if (index >= 0)
        return object->values[index];
    const af_value *entry = object->extra.type == AF_DICT ? af_dict_find(object->extra, name) : NULL;
    return entry ? *entry : af_undefined();
}

af_typed *af_typed_child(const af_typed *object, const char *name)
{
    return af_typed_of(af_typed_get(object, name));
}

int af_typed_children(const af_typed *object, const char *name, const af_value **items)
{
    af_value list = af_typed_get(object, name);
    *items = list.type == AF_LIST ? list.list->items : NULL;
    return list.type == AF_LIST ? list.list->count : 0;
}

const char *af_typed_text(const af_typed *object, const char *name)
{
    af_value value = af_typed_get(object, name);
    return value.type == AF_STRING ? value.string : NULL;
}

const char *af_typed_name(const af_typed *object) { return af_typed_text(object, "name"); }

const char *af_typed_path(const af_typed *object, const char *field)
{
    const char *name = af_typed_name(object), *path = object->path;
    if (field)
        path = *path ? af_joined_text(object->arena, path, ".", field) : field;
    return name ? af_joined_text(object->arena, path, " (", af_joined_text(object->arena, name, ")", ""))
                : path;
}

af_typed *af_typed_copy(af_arena *arena, const af_typed *object)
{
    af_typed *copy = af_new(arena, af_typed);
    int count = af_typed_class(object)->n_fields;
    *copy = *object;
    copy->arena = arena;
    copy->values = af_new_array(arena, af_value, count + 1);
    if (count)
        memcpy(copy->values, object->values, sizeof(af_value) * (size_t)count);
    if (object->extra.type == AF_DICT) {
        int n;
        const af_entry *entries = af_dict_entries(object->extra, &n);
        copy->extra = af_dict_value(arena);
        for (int i = 0; i < n; i++)
            af_dict_put(arena, copy->extra, entries[i].key, entries[i].value);
    }
    return copy;
}

void af_typed_set(af_typed *object, const char *name, af_value value)
{
    int index = af_field_index(af_typed_class(object), name);
    if (index >= 0)
        object->values[index] = value;
    else
        af_dict_put(object->arena, object->extra, af_string(af_copy_text(object->arena, name)), value);
}

static bool class_attribute(const af_object *object, const char *name, af_value *value)
{
    const af_typed *typed = (const af_typed *)object;
    *value = af_typed_get(typed, name);
    return value->type != AF_UNDEFINED || af_typed_method(typed, name, value);
}

static bool class_item(const af_object *object, af_value key, af_value *value)
{
    if (key.type != AF_STRING)
        return false;
    if (class_attribute(object, key.string, value))
        return true;
    const af_value *nodes;
    int count = af_typed_children((const af_typed *)object, "nodes", &nodes);
    for (int i = 0; i < count; i++) {
        const char *name = af_typed_name(af_typed_of(nodes[i]));
        if (name && !strcmp(name, key.string)) {
            *value = nodes[i];
            return true;
        }
    }
    return false;
}

static int class_names(const af_object *object, const char **names, int room)
{
    const af_typed *typed = (const af_typed *)object;
    const af_class *class = af_typed_class(typed);
    int count = 0, n = 0;
    const af_entry *entries = typed->extra.type == AF_DICT ? af_dict_entries(typed->extra, &n) : NULL;
    for (int i = 0; i < class->n_fields; i++, count++)
        if (count < room)
            names[count] = class->fields[i].name;
    for (int i = 0; i < n; i++, count++)
        if (count < room)
            names[count] = entries[i].key.string;
    return count;
}

static int class_count(const af_object *object) { return class_names(object, NULL, 0); }
