/* pmap: FFM, first half. All Pareto-optimal pmappings of one Einsum (document 60). */
#ifndef AF_PMAP_H
#define AF_PMAP_H

#include "model/model.h"

/* ---- templates: storage, order and loops chosen, tile shapes unknown */
typedef struct af_loop_bound {   /* what a constraint asks of iteration counts (60 section 10.3) */
    int node, dimension;
    af_comparison_operator operator; double value;
    bool product;                            /* of the counts of all its loops; else each count */
    int n_loops; int *loops;
} af_loop_bound;
/* min_usage: best effort */
typedef struct af_least_usage { int node, dimension; double value; } af_least_usage;

typedef struct af_template {
    int index;                               /* in the stream of one compute path (60 Q19) */
    int path;
    int n_steps; af_step *steps;             /* holders, loops, compute; no reservations.
                                              * Loops are labelled; tile: known 1, or 0 for a symbol */
    int n_loops;
    int n_symbols;                           /* unknown tile shapes;
                                              * symbol j belongs to loop symbol_loop[j] */
    int *symbol_loop;
    int n_bounds; af_loop_bound *bounds;
    int n_least; af_least_usage *least;
    double n_total;                          /* tilings */
    double **tilings;                        /* per rank variable: of its loops; with imperfect ones also with
                                              * the first 1, 2, … places left empty */
    bool is_variant;                         /* it differs from others in reservations only;
                                              * the reference has no such templates */
} af_template;

/* ---- compatibility: what other Einsums must agree with (70 section 3) */
/* Rank NULL: "NO RANK. RECOMPUTED." */
typedef struct af_loop_signature { const char *rank; bool spatial; const char *dimension; } af_loop_signature;
typedef struct af_tensor_reservation {
    const char *tensor, *memory;
    bool persistent;
    int n_loops; af_loop_signature *loops;   /* all loops above its backing reservation, outermost first */
} af_tensor_reservation;
typedef struct af_compatibility {
    int n_loops;
    int n_tensors; af_tensor_reservation *tensors;   /* sorted by tensor name */
    uint64_t fences;                         /* bit k: something is reserved or held at
                                              * level k (reservation_indices) */
} af_compatibility;
/* order[0 … n - 1] are loops, which change places only inside of their blocks: a block ends where a bit of
 * `stops` is set, of which bit n is one. Starts with all in ascending order and goes on like an odometer, the
 * innermost block turning fastest. False: that was the last order, and it is the first again. */
bool af_next_loop_order(uint8_t *order, int n, uint64_t stops);

/* ---- groups: one compatibility and a table of Pareto-optimal rows; columns are parallel arrays */
/* Running totals: level n holds all above */
typedef struct af_reservation_column { const char *memory; int level; double *bits; } af_reservation_column;
typedef struct af_tensor_column { const char *tensor; double *bits; } af_tensor_column;
enum { AF_OBJECTIVES = 4 };                  /* latency, energy, dynamic_energy, leak_energy */
extern const char *const af_objective_names[AF_OBJECTIVES];

typedef struct af_group_template {   /* a template as the tree needs it: with reservations, by names */
    int id;                                  /* position among all templates of the Einsum; twice if it
                                              * entered under two orders of its loops (60 section 11.5) */
    int *loop_of;                            /* per loop of the compatibility:
                                              * its index among this template's loops (K of 70 section 2) */
    int n_nodes; af_mapping_node **nodes;    /* flat list; loops have tile_shape 0 where the row gives it */
} af_group_template;

typedef struct af_group {
    const char *einsum;
    int id;                                  /* position among the Einsum's groups */
    af_compatibility compatibility;
    int n_rows;
    int *template_of;                        /* per row: index into templates */
    int32_t **iterations;                    /* per loop of the compatibility:
                                              * a column of iteration counts, the join keys */
    double *objectives[AF_OBJECTIVES];       /* NULL: not asked for */
    int n_reservations; af_reservation_column *reservations;
    int n_tensors; af_tensor_column *tensors;
    double **tiles;                          /* per row: one tile shape for every loop of its template */
    int n_templates; af_group_template *templates;
    const char *unread;                      /* JSON of template_of, tiles and templates,
                                              * which are not there yet: af_group_complete. Else NULL */
    int n_ignored; const char **ignored;     /* memories ignored because they hold
                                              * a persistent tensor (70 Q5) */
    double n_total, n_valid;
    af_place place;                          /* of its record, for messages of what is read later */
} af_group;

typedef struct af_counts { double templates, total, evaluated, valid, pareto; bool capped; } af_counts;

/* What was found of earlier Einsums, for those that differ from them in names only. */
typedef struct af_memo af_memo;
af_memo *af_memo_new(void);
void af_memo_free(af_memo *memo);

typedef struct af_pmap_options {
    int threads;
    uint64_t fixes;
    bool eager;                            /* prune however few candidates there are:
                                            * slower, the same groups. For tests of the rules */
    af_memo *memo; const af_json *record;  /* both or none; the Einsum's record */
    void (*progress)(void *context, int done, int total); void *progress_context;   /* done: 0 at first */
} af_pmap_options;

/* What became of candidates, stage by stage. Rules work on unfinished things too, so one that is removed may
 * stand for many. Of each stage, what was tried is what rules removed and what went on: to be finished, or to
 * the next stage. */
typedef enum af_stage_of_search {
    AF_CHOICES, AF_ORDERS, AF_TEMPLATES, AF_TILINGS, AF_ROWS, AF_N_SEARCH_STAGES
} af_stage_of_search;
extern const char *const af_search_stage_names[AF_N_SEARCH_STAGES];       /* "storage choices", … */
/* Another is as good; it breaks a rule; so does any like it */
typedef enum af_removal { AF_REPLACED, AF_INVALID, AF_IMPOSSIBLE } af_removal;
typedef struct af_cause {
    const char *text;
    double removed;
    af_stage_of_search of;
    af_removal kind;
} af_cause;
typedef struct af_searched { double tried, went_on; } af_searched;
typedef struct af_pmap_result {
    int n_groups; af_group **groups;
    af_counts counts;
    af_searched searched[AF_N_SEARCH_STAGES];
    int n_causes; af_cause *causes;
} af_pmap_result;

/* All templates of one Einsum on one compute path, in the reference's order (60 sections 4 to
 * 9). NULL and no error: none. */
int af_make_templates(af_arena *arena, const af_einsum *einsum, int path, uint64_t fixes,
                      af_template **templates, int *n_templates, af_counts *counts, af_report *report);
/* The Pareto-optimal pmappings of one Einsum. -1: reported (AF_NO_ANSWER: none valid,
 * the message names what removed the last ones; the result has counts and causes all the same). */
int af_pmap(af_arena *arena, const af_einsum *einsum, const af_pmap_options *options, af_pmap_result *result,
            af_report *report);

/* The same in steps, as a task for af_run_tasks: new, in the order of the Einsums; next and job as there;
 * end, whose result is af_pmap's, also of one that is given up. The memo and its threads may be shared by
 * searches that run at the same time; all else belongs to this one. */
typedef struct af_search af_search;
af_search *af_search_new(af_arena *arena, const af_einsum *einsum, const af_pmap_options *options,
                         af_pmap_result *result, af_report *report);
int af_search_next(af_search *search);
void af_search_job(af_search *search, int index, int worker);
int af_search_status(const af_search *search);   /* 0, or -1 reported */
int af_search_end(af_search *search);

/* An expression over the columns of a row: latency, energy, …, energy_delay_product, as far as metrics ask
 * for them; bits and usage, by memory; memories, by shared tensor; iterations of the loops around these;
 * template; einsum. NULL: reported, it is none or uses another name. */
typedef struct af_row_filter af_row_filter;
const af_row_filter *af_row_filter_make(af_arena *arena, const af_einsum *einsum, const char *text,
                                        af_report *report);
/* Drops the rows of which it is not true. Groups without a row go.
 * -1: reported (AF_NO_ANSWER: none is left). */
int af_filter_rows(const af_row_filter *filter, af_pmap_result *result, af_report *report);

/* `lines`: the records of one evaluated workload. Adds "reserved_across" to its `einsum` records:
 * the names of memories in which some Einsum may hold something while others run or across fused loops (60
 * section 13 step 3). What the others do is known only here, where all are seen; in each record, it gives
 * the same groups whether an Einsum is mapped alone or with the others. Lines that cannot be read stay. */
void af_note_reserved_across(af_arena *arena, char **lines, int n_lines);

/* The `group` record, both directions: of result->groups[index], and of all. What is read lives in `arena`,
 * `json` may go; NULL: reported. */
void af_put_group(af_json_writer *w, const af_einsum *einsum, const af_pmap_result *result, int index);
void af_write_groups(af_output *out, const af_einsum *einsum, const af_pmap_result *result);
/* Members of a `group` that can stay unread (af_json_parse_but): only the rows that are chosen need them.
 * Ended by NULL. */
extern const char *const af_group_members_of_rows[];
af_group *af_group_of_json(af_arena *arena, const af_json *json, af_report *report, af_place place);
/* Its "counts", of all groups of the Einsum; what is missing is 0. -1: reported, one has another type. */
int af_counts_of_group(const af_json *group, af_counts *counts, af_report *report, af_place place);
/* Reads what is unread. -1: reported */
int af_group_complete(af_arena *arena, af_group *group, af_report *report);

/* ---- a folder of groups that were found before (cache.c). Any number of processes may use it at a time. */
typedef struct af_cache af_cache;
/* Made if it is not there; NULL: reported */
af_cache *af_cache_open(af_arena *arena, const char *folder, af_report *report);
const char *af_cache_key(af_arena *arena, const af_json *record, uint64_t fixes);  /* of an `einsum` record */
/* Fills in groups and counts, not causes. False: not there, or damaged. */
bool af_cache_find(const af_cache *cache, af_arena *arena, const char *key, af_pmap_result *result);
/* Keeps groups and counts of a result under the key; warns if it cannot. */
void af_cache_keep(const af_cache *cache, af_arena *arena, const char *key, const af_einsum *einsum,
                   const af_pmap_result *result, af_report *report);

/* Of searches that run beside each other, one at a time seeks an entry; the others wait for what it keeps, so
 * that what comes from the folder does not depend on timing. True: it is this one, until af_cache_sought,
 * which does nothing to one that does not seek. The seeker, zero at first, and its key stay the caller's. */
typedef struct af_cache_seeker { const char *key; struct af_cache_seeker *next; } af_cache_seeker;
bool af_cache_seek(af_cache *cache, af_cache_seeker *seeker, const char *key);
void af_cache_sought(af_cache *cache, af_cache_seeker *seeker);

/* ---- the Pareto kernel, one for all fronts (60 section 12). Columns to minimise and key
 * columns to partition by. keep[i] is set for rows that stay: not dominated within their key;
 * of equal rows the first. Returns how many stay. */
int af_pareto(const double *const *minimise, int n_minimise, const int32_t *const *keys, int n_keys,
              int n_rows, bool *keep);
/* The same for fronts that may keep rows too many: classes of equal keys, spread over all,
 * are gone through as long as those so far took no more than `worth` comparisons for each row that
 * went; the rest stays as it is. */
int af_pareto_while_it_pays(const double *const *minimise, int n_minimise, const int32_t *const *keys,
                            int n_keys, int n_rows, double worth, bool *keep);
/* 70 section 5.1 multi_round, in place */
void af_round_for_tolerance(double *column, int n_rows, double relative, double absolute);

#endif
