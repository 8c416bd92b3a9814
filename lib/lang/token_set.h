/* Sets of tensors and of rank variables of one Einsum (10 section 10), as bit masks over one table of
 * names. */
#ifndef AF_LANG_TOKEN_SET_H
#define AF_LANG_TOKEN_SET_H

#include "lang/value.h"

/* of tensors or rank variables of one Einsum: at most 64 of each, checked by who makes the tables */
typedef uint64_t af_mask;

typedef enum af_token_kind { AF_TENSORS, AF_RANK_VARIABLES } af_token_kind;

/* What the names of one Einsum are; shared by all its sets. */
typedef struct af_universe {
    int n_tensors, n_rank_variables;
    const char **tensors, **rank_variables;   /* bit i of a mask is name i */
    af_mask *rank_variables_of_tensor;        /* one mask per tensor */
    af_mask *tensors_of_rank_variable;
    const double *bits_per_value;             /* per tensor; NULL: not known yet */
} af_universe;

struct af_token_set {
    const af_universe *universe;
    af_token_kind kind;
    /* a name or rename of the Einsum: has .bits_per_value; computed sets have none (10 section 10.2) */
    bool named;
    af_mask members;                          /* of `kind` */
    /* members of the other kind: `I | m` is legal (10 section 10.1) */
    af_mask strangers;
};

/* A named set, for the Einsum's names and renames: what an expression gave is made again by this before it
 * becomes a rename. */
af_value af_set_value(af_arena *arena, const af_universe *universe, af_token_kind kind, af_mask members);
af_mask af_universe_mask(const af_universe *universe, af_token_kind kind);
/* sorted by byte order; the number of members */
int af_set_names(const af_token_set *set, const char **names, int room);

#endif
