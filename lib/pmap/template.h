/* How the stages of template generation hand work to each other. Private to pmap.
 *
 * storage_choice -> storage_order -> loops -> template: each stage calls the next once for every alternative,
 * in the reference's order (60 Q19). A stage answers 0 to go on, 1 when enough templates were made,
 * -1 when something was reported. */
#ifndef AF_PMAP_TEMPLATE_H
#define AF_PMAP_TEMPLATE_H

#include "pmap/pmap.h"

typedef enum af_going { AF_GO_ON = 0, AF_ENOUGH = 1, AF_STOPPED = -1 } af_going;

/* What removes storage choices, orders of holders, templates; told by cause.c */
typedef enum af_template_rule {
    AF_BACK_BELOW, AF_UNHELD, AF_DISABLED, AF_OUT_OF_ORDER, AF_USELESS_COPY, AF_ORDER_OPTIONS,
    AF_WITHOUT_LOOP, AF_SEEN_BEFORE, AF_N_TEMPLATE_RULES
} af_template_rule;

struct af_storage_choice;
typedef struct af_seen af_seen;
/* Holders that come after some that they stand above in the mapping (sink.c). */
typedef struct af_sunk {
    const int *place;                        /* per holder: its place in the mapping */
    const bool *unspread;                    /* per node: its spatial loops iterate once */
} af_sunk;
typedef struct af_tilings_counted {
    double bound;
    int n_loops;
    uint64_t imperfect;
    double count;
} af_tilings_counted;
typedef struct af_generator {                /* what all stages know of one Einsum on one compute path */
    const af_einsum *einsum;
    const af_path *path; int path_index;
    int *position;                           /* per node: its index in the path, -1 not on it */
    double *fanout;                          /* per node of the path:
                                              * product of fan-outs from the root down to and including it */
    int first_memory;                        /* node; -1: none */
    int *tensor_order;                       /* tensors sorted by name */
    af_mask tensors, fusable, intermediate, rank_variables;
    af_mask *relevant, *partial;             /* per tensor: rank variables,
                                              * by the textual test of 60 section 1 */
    uint64_t fixes;
    bool sinking; const af_sunk *sunk;       /* holders are being sunk; those of the order at hand */
    bool every_loop_matters;                 /* a network on the path: 60 Q29 (ii) */
    double most_templates;                   /* of this path */
    af_arena *arena;                         /* of the templates */
    struct { af_seen **slots; size_t room, n_used; } seen;   /* keys of the templates made: 60 section 9.5 */
    struct { af_template *items; int count, capacity; } made;
    af_list(const af_seen *) made_as;        /* per template made */
    int n_variants;                          /* of those */
    struct { af_tilings_counted *items; int count, capacity; } counted;
    double n_yielded;                        /* templates in the reference's numbering */
    bool capped;
    af_mask unheld; bool disabled;           /* why choices were dropped:
                                              * tensors that no memory held; the Compute not enabled */
    af_mask without_loop;                    /* why templates were: rank variables all of whose
                                              * loops constraints forced to one */
    double removed[AF_N_TEMPLATE_RULES];
    af_searched searched[AF_TEMPLATES + 1];
    af_report *report;
    /* What is done with a storage choice */
    int (*each_choice)(struct af_generator *g, const struct af_storage_choice *choice);
    void *context;                           /* of each_choice, if it is not af_order_storage */
} af_generator;

/* One entry of tensor_order_options, evaluated */
typedef struct af_option { int n_sets; af_mask *sets; } af_option;

typedef struct af_level {                    /* a memory or toll with what it was chosen to hold */
    int node;
    af_mask held, no_refetch, no_resend;
    int n_options; af_option *options;       /* tensor_order_options, empty sets and options taken out */
} af_level;

typedef struct af_storage_choice {
    int n_levels; af_level *levels;          /* outermost first */
    int n_holders; af_step *holders;         /* one tensor each: level by level, inside a level by name */
} af_storage_choice;

/* All templates of one path into g->made, in `arena`. 0, or -1 reported. */
void af_generator_begin(af_generator *g, af_arena *arena, const af_einsum *einsum, int path, uint64_t fixes,
                        af_report *report);
int af_generate_templates(af_generator *g, af_arena *arena, const af_einsum *einsum, int path, uint64_t fixes,
                          af_report *report);

/* ---- the stages */
int af_choose_storage(af_generator *g);   /* 60 section 4 */
int af_order_storage(af_generator *g, const af_storage_choice *choice);   /* section 5 */
/* Of holders in one order: all others in which some have sunk (sink.c). */
bool af_may_sink(const af_generator *g);
int af_sink_holders(af_generator *g, const af_storage_choice *choice, const af_step *holders, int n_holders);
/* section 6 */
int af_place_loops(af_generator *g, const af_storage_choice *choice, const af_step *holders, int n_holders);
/* sections 7 to 9 */
int af_finish_template(af_generator *g, const af_storage_choice *choice, const af_step *steps, int n_steps);

/* ---- a mapping being built: steps that are inserted and deleted */
typedef struct af_draft { af_step *items; int count, capacity; } af_draft;
void af_draft_insert(af_arena *arena, af_draft *draft, int at, af_step step);
void af_draft_remove(af_draft *draft, int at);

/* ---- repeated templates (repeated.c) */
/* Notes a finished template. NULL: it was there before. `like`: number of the one from which it differs in
 * reservations only, -1: none. */
const af_seen *af_note_template(af_generator *g, const af_draft *draft, int *like);
void af_drop_needless_variants(af_generator *g);
void af_count_templates(const af_generator *g, af_counts *counts);

void af_add_spatial_loops(const af_generator *g, af_arena *arena, af_draft *draft);   /* section 7 */
/* 60 section 8. Deletes loops that constraints force to one and finds the others' constraints,
 * one set of both per variant of 8.6. */
typedef struct af_constrained {
    af_draft draft;
    int n_bounds;
    af_loop_bound *bounds;
    int n_least;
    af_least_usage *least;
} af_constrained;
int af_constrain(const af_generator *g, af_arena *arena, const af_storage_choice *choice,
                 const af_draft *draft, af_constrained **variants);

/* ---- small questions */
bool af_is_outermost_class(const af_generator *g, const af_step *holder);   /* section 5.1 R2 */
/* Must `first` stand above `second`, as the hierarchy or tensor_order_options want it? */
bool af_must_stand_above(const af_generator *g, const af_storage_choice *choice, const af_step *first,
                         const af_step *second);
static inline af_mask af_bit(int index) { return (af_mask)1 << index; }

#endif
