/* A mapping: the LoopTree of 50 section 1, with names, as users write it and as records carry it. */
#ifndef AF_SPEC_MAPPING_H
#define AF_SPEC_MAPPING_H

#include "lang/lang.h"

typedef enum af_node_kind {
    AF_NODE_TEMPORAL, AF_NODE_SPATIAL, AF_NODE_STORAGE, AF_NODE_TOLL, AF_NODE_COMPUTE, AF_NODE_NESTED,
    AF_NODE_SEQUENTIAL, AF_NODE_PIPELINE, AF_NODE_SPLIT, AF_NODE_MAPPING, AF_NODE_RESERVATION,
    AF_NODE_TEXT_BOX
} af_node_kind;

typedef struct af_mapping_node af_mapping_node;
struct af_mapping_node {
    af_node_kind kind;
    const char *text;                        /* replaces the label when drawn; NULL */
    const char *path; af_place place;        /* where it was written: "mapping.nodes.3"; NULL for made ones */
    /* loops */
    af_name_list rank_variables;             /* usually one; several where Einsums name one loop
                                              * differently (70 section 9.3) */
    /* For such loops: Einsum k uses variable k; empty otherwise */
    af_name_list loop_einsums, loop_einsum_variables;
    double tile_shape;                       /* 0: not given */
    double initial_tile_shape;               /* 0: none */
    double n_iterations;                     /* 0: not known */
    int fused;                               /* -1 not known, 0, 1 */
    const char *dimension;                   /* Spatial: `name` */
    /* Storage, Toll (tensors, component), Spatial (component), Compute (component, einsum),
     * Reservation (tensors = purposes, component = resource) */
    af_name_list tensors;
    const char *component;
    const char *einsum;
    bool persistent, lower;
    af_name_list backing;                    /* of tensors: those whose outermost holder this is */
    af_name_list einsums;                    /* of a holder or reservation: for these Einsums alone; empty:
                                              * for all below that access the tensors */
    /* Nested, Sequential, Pipeline, Split, Mapping */
    const char *title;
    int n_nodes; af_mapping_node **nodes;
};
typedef af_mapping_node af_mapping;          /* the root: kind AF_NODE_MAPPING */

static inline bool af_is_loop_node(const af_mapping_node *node)
{
    return node->kind == AF_NODE_TEMPORAL || node->kind == AF_NODE_SPATIAL;
}
static inline bool af_is_holder_node(const af_mapping_node *node)
{
    return node->kind == AF_NODE_STORAGE || node->kind == AF_NODE_TOLL;
}
static inline bool af_is_split_node(const af_mapping_node *node)      /* its children are branches */
{
    return node->kind == AF_NODE_SEQUENTIAL || node->kind == AF_NODE_PIPELINE || node->kind == AF_NODE_SPLIT;
}

/* Whether a value (YAML or the spec's `mapping`) has the tags, fields and forms of values that 50
 * sections 1.1 to 1.3 ask for; nothing is evaluated. 0, or -1 with every mistake reported. */
int af_check_mapping(af_arena *arena, af_value value, af_report *report);
int af_mapping_node_kind(af_value node);                 /* by its tag; -1: none that is known */
/* From such a value, checked, and with its tile shapes evaluated in `scope`. NULL: reported. */
af_mapping *af_mapping_of_value(af_arena *arena, af_value value, const af_scope *scope, af_report *report);
/* The `tree` of a `mapping` record (70 section 18.2), both directions. */
af_mapping *af_mapping_of_json(af_arena *arena, const af_json *json, af_report *report, af_place place);
void af_put_mapping(af_json_writer *w, const char *key, const af_mapping *mapping);
void af_mapping_write_yaml(af_text *out, const af_mapping *mapping);

/* Operations (50 section 1.5). Each returns a new tree in `arena`; the given one stays as it is.
 * split: one reservation per purpose, one holder per tensor, in the order listed. clear: of reservations and
 * holders only what concerns these tensors stays. remove: all reservations go. All work at every depth. */
af_mapping_node *af_mapping_copy(af_arena *arena, const af_mapping_node *node);
af_mapping_node *af_mapping_split_reservations(af_arena *arena, const af_mapping_node *node);
af_mapping_node *af_mapping_split_holders(af_arena *arena, const af_mapping_node *node);
af_mapping_node *af_mapping_clear_irrelevant_reservations(af_arena *arena, const af_mapping_node *node,
                                                          const char *const *tensors, int count);
af_mapping_node *af_mapping_remove_reservations(af_arena *arena, const af_mapping_node *node);

/* One flat node list per leaf, in tree order (50 section 1.6): holders keep only what
 * `accessed(context, einsum, tensor)` admits. */
typedef struct af_branch { const char *einsum; int n_nodes; af_mapping_node **nodes; } af_branch;
int af_mapping_branches(af_arena *arena, const af_mapping *mapping,
                        bool (*accessed)(void *context, const char *einsum, const char *tensor),
                        void *context, af_branch **branches, int *n_branches, af_report *report);

/* Compact text of one node: "T-m shape=4", "[T0 in GlobalBuffer]", … (50 section 1.4). */
void af_mapping_node_text(af_text *out, const af_mapping_node *node);
const char *af_node_kind_name(af_node_kind kind);    /* the YAML tag without "!" */

#endif
