/* The pictures of one mapping. Private to draw. */
#ifndef AF_DRAW_MAPPING_PICTURE_H
#define AF_DRAW_MAPPING_PICTURE_H

#include "draw/rows.h"

const char *af_metric_unit(const char *metric);                     /* "J", "s", "J·s", or "" */

/* Each writes a whole document; 0, or -1 reported. */
int af_mapping_svg(af_text *out, const af_mapping_facts *facts, const af_draw_options *options, af_arena *arena, af_report *report);
int af_mapping_text(af_text *out, const af_mapping_facts *facts, const af_draw_options *options, af_arena *arena, af_report *report);

#endif
