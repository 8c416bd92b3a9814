/* Small architectures, workloads and mappings in one line each, for the tests of lib/model.
 *
 * Workload:  "E0: T0[m,n0] W0[n0,n1]^ T1[m,n1]!"   ! an output, ^ persistent, E0=: a copy; indices are sums
 *            of terms such as 2*p or r; one line per Einsum
 * Bounds:    "m=4 n0=8 n1=8"
 * Mapping:   "T0,W0,T1@Main T0,W0@GB m/1 X:n/2@RF ~T0@Toll ( n0/1 MAC:E0 | n1/1 MAC:E1 )"
 *            ~ a Toll, ^T0@GB persistent, m/2+4 initial 4 as a mapper labels it, m/2-4 as a user writes it
 * Architecture: JSON with ' for ", the value of `arch.nodes`. */
#ifndef AF_MODEL_CASE_H
#define AF_MODEL_CASE_H

#include "model/model.h"
#include "test.h"
#include <ctype.h>
#include <stdlib.h>

enum { CASE_EINSUMS = 4, CASE_TENSORS = 8 };
typedef struct model_case {
    af_arena *arena; af_report *report;
    int n_einsums; af_einsum *einsums[CASE_EINSUMS];
    const char *bits;                        /* bits per value; "8" if NULL */
    const char *extra;                       /* more members of every einsum record,
                                              * with ' for ": "'n_instances':6," */
} model_case;

static inline void case_start(model_case *c)
{
    *c = (model_case){af_arena_new(), af_report_new("test"), 0, {0}, NULL, NULL};
    af_report_quiet(c->report, true);
}

static inline void case_end(model_case *c)
{
    af_report_free(c->report);
    af_arena_free(c->arena);
}

static inline const char *case_take(model_case *c, const char **at, const char *stops)
{
    size_t n = strcspn(*at, stops);
    const char *word = af_copy_slice(c->arena, *at, n);
    *at += n;
    return word;
}

static inline double case_bound(const char *bounds, const char *name)
{
    size_t n = strlen(name);
    for (const char *b = bounds; b && *b; b = strchr(b, ' ') ? strchr(b, ' ') + 1 : NULL)
        if (!strncmp(b, name, n) && b[n] == '=')
            return atof(b + n + 1);
    return 1;
}

/* "2*p+r" as the terms of a projection. */
static inline void case_put_terms(af_json_writer *w, model_case *c, const char *text)
{
    double constant = 0;
    af_put_array(w, "terms");
    for (const char *at = text; *at; at += *at == '+') {
        const char *term = case_take(c, &at, "+"), *star = strchr(term, '*');
        if (isdigit((unsigned char)*term) && !star) {
            constant += atof(term);
            continue;
        }
        af_put_array(w, NULL);
        af_put_string(w, NULL, star ? star + 1 : term);
        af_put_number(w, NULL, star ? atof(term) : 1);
        af_put_end_array(w);
    }
    af_put_end_array(w);
    af_put_number(w, "constant", constant);
}

static inline int case_uses(const char *workload, const char *tensor)
{
    int uses = 0;
    char wanted[64];
    snprintf(wanted, sizeof wanted, " %s[", tensor);
    for (const char *at = workload; (at = strstr(at, wanted)); at++)
        uses++;
    return uses;
}

static inline void case_put_tensor(af_json_writer *w, model_case *c, const char *workload, const char *text)
{
    const char *at = text, *name = case_take(c, &at, "[");
    af_put_object(w, NULL);
    af_put_string(w, "name", name);
    af_put_bool(w, "output", strchr(text, '!') != NULL);
    af_put_bool(w, "persistent", strchr(text, '^') != NULL);
    af_put_bool(w, "fusable", case_uses(workload, name) > 1);
    af_put_number(w, "bits_per_value", atof(c->bits ? c->bits : "8"));
    af_put_array(w, "projection");
    for (at++; *at && *at != ']'; at += *at == ',') {
        const char *index = case_take(c, &at, ",]");
        char rank[32];
        snprintf(rank, sizeof rank, "%s", index);
        for (char *r = rank; *r; r++)
            *r = (char)toupper((unsigned char)*r);
        af_put_object(w, NULL);
        af_put_string(w, "rank", rank);
        af_put_string(w, "expression", index);
        case_put_terms(w, c, index);
        af_put_end_object(w);
    }
    af_put_end_array(w);
    af_put_end_object(w);
}

static inline int case_compare(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Identifiers inside the brackets of a line, sorted, each once. */
static inline void case_put_variables(af_json_writer *w, model_case *c, const char *line, const char *bounds)
{
    const char *names[64];
    int n = 0;
    bool inside = false;
    for (const char *at = line; *at && *at != '\n';) {
        inside = *at == '[' ? true : *at == ']' ? false : inside;
        if (!inside || !isalpha((unsigned char)*at)) {
            at++;
            continue;
        }
        const char *name = case_take(c, &at, "+*,]");
        bool again = false;
        for (int i = 0; i < n; i++)
            again |= !strcmp(names[i], name);
        if (!again)
            names[n++] = name;
    }
    qsort(names, (size_t)n, sizeof *names, case_compare);
    af_put_array(w, "rank_variables");
    for (int i = 0; i < n; i++) {
        af_put_object(w, NULL);
        af_put_string(w, "name", names[i]);
        af_put_number(w, "bound", case_bound(bounds, names[i]));
        af_put_end_object(w);
    }
    af_put_end_array(w);
}

static inline char *case_json(model_case *c, const char *text)
{
    char *json = af_copy_text(c->arena, text);
    for (char *at = json; *at; at++)
        if (*at == '\'')
            *at = '"';
    return json;
}

/* The flattened paths: every list of named nodes up to a Compute, Forks apart (for Arrays
 * the members stand before the Array). */
static inline void case_flatten(model_case *c, const af_json *nodes, const char **path, int n,
                                af_json_writer *w)
{
    for (int i = 0; i < af_json_count(nodes); i++) {
        const af_json *node = af_json_item(nodes, i);
        af_json_reader reader = {.report = c->report};
        const char *type = af_json_string(&reader, node, "type"),
                   *name = af_json_string_or(&reader, node, "name", NULL);
        const af_json *below = af_json_at(node, "nodes");
        if (!strcmp(type, "Fork")) {
            case_flatten(c, below, path, n, w);
            continue;
        }
        for (int k = 0; k < af_json_count(below); k++)
            path[n++] = af_json_string(&reader, af_json_item(below, k), "name");
        if (!strcmp(type, "Compute")) {
            af_put_object(w, NULL);
            af_put_string(w, "compute", name);
            af_put_array(w, "nodes");
            for (int k = 0; k < n; k++)
                af_put_string(w, NULL, path[k]);
            af_put_string(w, NULL, name);
            af_put_end_array(w);
            af_put_end_object(w);
        } else
            path[n++] = name;
    }
}

static inline double case_fanout(model_case *c, const af_json *node)
{
    double fanout = 1;
    af_json_reader reader = {.report = c->report};
    for (int d = 0; d < af_json_count(af_json_at(node, "spatial")); d++)
        fanout *= af_json_real(&reader, af_json_item(af_json_at(node, "spatial"), d), "fanout");
    return fanout;
}

/* Totals as 20 section 6.3 has them. */
static inline void case_put_costs(model_case *c, const af_json *nodes, double fanout, af_json_writer *w)
{
    for (int i = 0; i < af_json_count(nodes); i++) {
        const af_json *node = af_json_item(nodes, i);
        af_json_reader reader = {.report = c->report};
        case_put_costs(c, af_json_at(node, "nodes"), fanout * case_fanout(c, node), w);
        if (af_json_at(node, "actions")) {
            double leak = af_json_real_or(&reader, node, "leak_power", 0);
            af_put_object(w, NULL);
            af_put_string(w, "component", af_json_string(&reader, node, "name"));
            af_put_number(w, "total_leak_power", leak * fanout);
            af_put_json(w, "actions", af_json_at(node, "actions"));
            af_put_end_object(w);
        }
        fanout *= case_fanout(c, node);
    }
}

static inline void case_put_einsum(model_case *c, af_json_writer *w, const char *line, const char *workload,
                                   const char *bounds, const char *arch)
{
    const char *at = line, *path[64];
    af_put_object(w, NULL);
    af_put_string(w, "einsum", case_take(c, &at, "=:"));
    if (*at == '=') {
        af_put_bool(w, "is_copy_operation", true);
        at++;
    }
    if (c->extra)
        af_text_printf(&w->text, ",%s", case_json(c, c->extra));
    af_put_array(w, "tensors");
    for (at += 2; *at && *at != '\n'; at += *at == ' ')
        case_put_tensor(w, c, workload, case_take(c, &at, " \n"));
    af_put_end_array(w);
    case_put_variables(w, c, line, bounds);
    af_json *nodes = af_json_parse(arch, strlen(arch), c->report, AF_NOWHERE);
    af_put_object(w, "arch");
    af_put_raw(w, "nodes", arch);
    af_put_end_object(w);
    af_put_array(w, "flattened");
    case_flatten(c, nodes, path, 0, w);
    af_put_end_array(w);
    af_put_array(w, "costs");
    case_put_costs(c, nodes, 1, w);
    af_put_end_array(w);
    af_put_end_object(w);
    af_json_free(nodes);
}

/* Makes c->einsums. False: the records could not be read; the report says why. */
static inline bool case_make(model_case *c, const char *workload, const char *bounds, const char *arch)
{
    c->n_einsums = 0;
    for (const char *line = workload; line && *line;
         line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL) {
        af_json_writer w = {.first = true};
        case_put_einsum(c, &w, line, workload, bounds, case_json(c, arch));
        af_json *json = af_json_parse(w.text.bytes, w.text.length, c->report, AF_NOWHERE);
        af_einsum *e = json ? af_einsum_of_json(c->arena, json, c->report, AF_NOWHERE) : NULL;
        af_json_free(json);
        af_text_free(&w.text);
        if (!e) {
            af_report_print(c->report, stdout);
            return false;
        }
        c->einsums[c->n_einsums++] = e;
    }
    return true;
}

/* ---- mappings */

static inline af_name_list case_names(model_case *c, const char *text)
{
    af_name_list list = {0, af_new_array(c->arena, const char *, 16)};
    for (const char *at = text; *at; at += *at == ',')
        list.names[list.count++] = case_take(c, &at, ",");
    return list;
}

static inline af_mapping_node *case_node(model_case *c, const char *word)
{
    af_mapping_node *node = af_new(c->arena, af_mapping_node);
    node->fused = -1;
    node->lower = true;
    const char *at = word, *slash = strchr(word, '/'), *colon = strchr(word, ':');
    if (slash) {
        node->kind = colon ? AF_NODE_SPATIAL : AF_NODE_TEMPORAL;
        if (colon) {
            node->dimension = case_take(c, &at, ":");
            at++;
            node->component = af_copy_text(c->arena, strchr(word, '@') + 1);
        }
        node->rank_variables = case_names(c, case_take(c, &at, "/"));
        node->tile_shape = atof(at + 1);
        const char *initial = strpbrk(at, "+-");
        if (initial) {
            node->initial_tile_shape = atof(initial + 1);
            node->fused = *initial == '+' ? 1 : -1;
        }
    } else if (strchr(word, '@')) {
        node->kind = *at == '~' ? AF_NODE_TOLL : AF_NODE_STORAGE;
        node->persistent = *at == '^';
        at += *at == '~' || *at == '^';
        node->tensors = case_names(c, case_take(c, &at, "@"));
        node->component = af_copy_text(c->arena, at + 1);
    } else {
        node->kind = AF_NODE_COMPUTE;
        node->component = case_take(c, &at, ":");
        node->einsum = af_copy_text(c->arena, at + (*at == ':'));
    }
    return node;
}

static inline af_mapping_node *case_nodes(model_case *c, const char **at, af_node_kind kind)
{
    af_mapping_node *list = af_new(c->arena, af_mapping_node);
    *list = (af_mapping_node){.kind = kind,
                              .fused = -1,
                              .nodes = af_new_array(c->arena, af_mapping_node *, 64)};
    for (;;) {
        *at += strspn(*at, " ");
        if (!**at || **at == '|' || **at == ')')
            return list;
        if (**at == '(') {
            af_mapping_node *split = af_new(c->arena, af_mapping_node);
            *split = (af_mapping_node){.kind = AF_NODE_SEQUENTIAL,
                                       .fused = -1,
                                       .nodes = af_new_array(c->arena, af_mapping_node *, 16)};
            do {
                ++*at;
                split->nodes[split->n_nodes++] = case_nodes(c, at, AF_NODE_NESTED);
            } while (**at == '|');
            ++*at;
            list->nodes[list->n_nodes++] = split;
        } else
            list->nodes[list->n_nodes++] = case_node(c, case_take(c, at, " "));
    }
}

static inline af_mapping *case_mapping(model_case *c, const char *text)
{
    return case_nodes(c, &text, AF_NODE_MAPPING);
}

static inline af_mapping_figures *case_evaluate(model_case *c, const char *mapping, uint64_t fixes)
{
    const af_model_options options = {AF_METRICS_ALL, fixes, false};
    return af_evaluate_mapping(c->arena, (const af_einsum *const *)c->einsums, c->n_einsums,
                               case_mapping(c, mapping), &options, c->report);
}

/* A case made and its mapping evaluated; NULL: refused, and what was said is printed. */
static inline af_mapping_figures *case_run(model_case *c, const char *workload, const char *bounds,
                                           const char *arch, const char *mapping)
{
    case_make(c, workload, bounds, arch);
    af_mapping_figures *all = case_evaluate(c, mapping, 0);
    if (!all) {
        af_report_print(c->report, stdout);
        af_report_clear(c->report);
    }
    return all;
}

/* ---- looking figures up */

static inline const af_buffet *case_buffet(const af_figures *f, const char *component, const char *tensor)
{
    static const af_buffet none = {.level = -9};
    for (int i = 0; f && i < f->n_buffets; i++)
        if (!strcmp(f->einsum->nodes[f->buffets[i].node].name, component) &&
            !strcmp(f->einsum->tensors[f->buffets[i].tensor].name, tensor))
            return &f->buffets[i];
    return &none;
}

static inline const af_component_figure *case_component(const af_figures *f, const char *component)
{
    static const af_component_figure none = {.latency = {-9, 0}};
    for (int i = 0; f && i < f->n_components; i++)
        if (!strcmp(f->einsum->nodes[f->components[i].node].name, component))
            return &f->components[i];
    return &none;
}

static inline const af_hop *case_hop(const af_figures *f, const char *network, const char *tensor)
{
    static const af_hop none = {.node = -1};
    for (int i = 0; f && i < f->n_hops; i++)
        if (!strcmp(f->einsum->nodes[f->hops[i].node].name, network) &&
            !strcmp(f->einsum->tensors[f->hops[i].tensor].name, tensor))
            return &f->hops[i];
    return &none;
}

/* The n-th of the names that the dimensions of all nodes have. */
static inline const char *case_dimension(const af_figures *f, int n)
{
    static const char none[] = "";
    for (int i = 0; i < f->n_spatial; i++)
        if (i == n)
            return f->einsum->nodes[f->spatial[i].node].dimensions[f->spatial[i].dimension].name;
    return none;
}

static inline double case_usage(const af_mapping_figures *all, const char *component)
{
    for (int i = 0; all && i < all->n_usages; i++)
        if (!strcmp(all->usages[i].component, component))
            return all->usages[i].usage;
    return -1;
}

#endif
