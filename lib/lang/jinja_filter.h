/* The functions behind Jinja's filters and tests, for the tables of jinja_function.c. */
#ifndef AF_LANG_JINJA_FILTER_H
#define AF_LANG_JINJA_FILTER_H

#include "lang/expression_tree.h"
#include "lang/jinja.h"

/* Filters are called by templates only: call->keywords is there. */
typedef int af_filter(const af_function *self, const af_call *call, af_value *result);

/* Of lists and maps: jinja_items.c, jinja_group.c. */
af_filter af_filter_join, af_filter_map, af_filter_end, af_filter_unique, af_filter_sort, af_filter_extreme,
    af_filter_reverse;
af_filter af_filter_sum, af_filter_select, af_filter_select_attribute;
af_filter af_filter_batch, af_filter_slice, af_filter_group, af_filter_dictsort, af_filter_items;
/* Of texts: jinja_text.c, jinja_json.c. */
af_filter af_filter_case, af_filter_trim, af_filter_string, af_filter_replace, af_filter_title,
    af_filter_center, af_filter_indent, af_filter_truncate, af_filter_size, af_filter_format, af_filter_json;

/* ---- shared by those files */

/* undefined; the message is told when it is used */
af_value af_missing_value(af_arena *arena, const char *message);
/* What Jinja compares: texts without regard to case, unless case_sensitive. */
af_value af_jinja_key(const af_call *call, af_value value, af_value case_sensitive);
/* An attribute or item by "a", "a.b", "a.0" or a number; `missing` stands for what is undefined, unless it
 * is undefined or none. */
int af_jinja_attribute(af_evaluation *e, af_value item, af_value attribute, af_value missing,
                       af_value *result);
/* Sorts the items by their keys; equal ones keep their order. sign -1: the largest first. */
typedef struct af_keyed { af_value key, value; } af_keyed;
int af_sort_keyed(af_evaluation *e, af_keyed *items, int count, int sign);
int af_print_text(const af_call *call, af_value value, af_value *text);  /* str(value) as a value */

#endif
