/* Shared by the files that read an `einsum` record: einsum_record.c has the workload's part and the mapper's
 * options, einsum_sets.c sets and comparisons, einsum_names.c what expressions see, einsum_arch.c the
 * architecture. Mistakes are reported by way of `reader`, which remembers that there was one. */
#ifndef AF_SPEC_EINSUM_READING_H
#define AF_SPEC_EINSUM_READING_H

#include "spec/einsum.h"

typedef struct reading {
    af_arena *arena;
    af_einsum *einsum;
    af_json_reader *reader;
    const char *path;                        /* of what is read of the architecture, for warnings */
} reading;

const char *af_read_text(reading *in, const af_json *object, const char *key);     /* a copy in the arena */
int af_find_text(const char *const *texts, int count, const char *text);           /* its index, or -1 */

/* Something odd at in->path, for af_warn_of_einsum. */
void af_remark_on(reading *in, const char *format, ...) AF_PRINTF(2, 3);

/* ---- sets (einsum_sets.c): {"s":[names],"u":"t"|"r"}, or {"e":text} for what is not known yet */

/* The names of an array as a mask; those that this Einsum does not have are left out. */
af_mask af_read_names(reading *in, const af_json *names, af_token_kind kind);

/* Names of tensors; one that this Einsum does not have is an error, which this tells of in->path. */
af_mask af_read_tensors(reading *in, const af_json *names);

/* The text of a set that is not known yet, NULL: it is known. It belongs to the record. */
const char *af_late_text(const af_json *set);

/* Whether such a text says that nothing was given: "<Defaults to Nothing>". */
bool af_is_default_text(const char *text);

/* `missing`: what a set stands for that is absent or not given. */
af_late_set af_read_late_set(reading *in, const af_json *set, af_token_kind kind, af_mask missing);

/* `may_reuse` that could not be evaluated permits the tensors whose name is in the text (20 section 12.3). */
af_mask af_names_inside(reading *in, const char *text);
/* `reuse` that could not be evaluated is an error, which this tells. */
void af_refuse_tensors(reading *in, const char *text);

/* An array of constraints on rank variables, which stands in this field of the node, into a new array; their
 * number. */
int af_read_comparisons(reading *in, const af_json *array, const af_arch_node *node, const char *field,
                        af_comparison **comparisons);

/* ---- names that expressions see (einsum_names.c) */

void af_make_universe(reading *in);                           /* once rank variables and tensors are read */
void af_make_scopes(reading *in, const af_json *record);      /* `sets` and `variables` of the Einsum */
af_value af_read_dict(reading *in, const af_json *object);    /* numbers that JSON cannot write are words */
af_value af_plain_value(reading *in, const af_json *json);    /* one such value */
af_value af_fields_value(reading *in, af_value dict);         /* an object whose attributes are its entries */

/* ---- the architecture (einsum_arch.c): nodes, paths, costs, and what is known of its memories */
void af_read_architecture(reading *in, const af_json *record);

#endif
