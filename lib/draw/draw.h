/* draw: pictures of records. Knows no physics. */
#ifndef AF_DRAW_H
#define AF_DRAW_H

#include "join/join.h"

/* Each writes one whole document into `out`. */
typedef struct af_draw_options { const char *title; bool reservations; const char *theme; } af_draw_options;
int af_draw_mapping_svg(af_text *out, const af_mapping *mapping, const af_draw_options *options, af_report *report);
int af_draw_mapping_text(af_text *out, const af_mapping *mapping, const af_draw_options *options, af_report *report);

#endif
