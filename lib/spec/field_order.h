/* The order in which the fields of one object, or the entries of an open class, are evaluated. */
#ifndef AF_SPEC_FIELD_ORDER_H
#define AF_SPEC_FIELD_ORDER_H

#include "lang/lang.h"

typedef struct ordered_field {
    const char *name;
    af_value value;              /* an unquoted text waits for the pending fields
                                  * that it names, as whole words */
    bool container, pending;     /* pending: may be an expression, or holds some */
    int index;                   /* the caller's */
} ordered_field;
typedef struct field_order field_order;

/* Sorts `fields` by name, and keeps them. */
field_order *af_field_order(af_arena *arena, ordered_field *fields, int count);
/* The one before counts as evaluated. NULL: no more, or the rest wait for each other. */
const ordered_field *af_next_field(field_order *order);
/* 0: all were given; -1: some wait for each other, reported. */
int af_check_order(const field_order *order, af_report *report, af_place place, const char *path);

#endif
