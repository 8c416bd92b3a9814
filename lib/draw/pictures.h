/* pictures: what af_draw chooses from, one function per picture and format. Private to draw. 0, or -1
 * reported. */
#ifndef AF_DRAW_PICTURES_H
#define AF_DRAW_PICTURES_H

#include "draw/axis.h"
#include "draw/bars.h"
#include "draw/cascade.h"
#include "draw/curves.h"
#include "draw/rows.h"

/* af_draw without a word on an input that breaks off. */
int af_draw_whole(af_text *out, const af_results *results, const af_draw_options *options, af_report *report);

int af_mapping_svg(af_text *out, af_rows *rows, af_report *report);
int af_mapping_text(af_text *out, af_rows *rows, af_report *report);
void af_mapping_dot(af_text *out, const af_mapping_facts *facts, const af_draw_options *options,
                    af_arena *arena);
/* The head of an undirected graph for graphviz; title NULL: none. "}" ends it. */
void af_dot_begin(af_text *out, const char *name, const char *title);
/* `arch` of a `spec` or `einsum` record */
void af_arch_dot(af_text *out, const af_json *arch, const af_draw_options *options, af_arena *arena);
/* The same blocks of an architecture, and its costs if they are known. */
int af_arch_picture(af_text *out, const af_results *results, const af_draw_options *options, af_arena *arena,
                    af_report *report);

void af_cascade_svg(af_text *out, const af_cascade *cascade);
void af_cascade_text(af_text *out, const af_cascade *cascade);
void af_cascade_dot(af_text *out, const af_cascade *cascade);

void af_bars_svg(af_text *out, const af_bars *bars);
void af_bars_text(af_text *out, const af_bars *bars);
void af_bars_tsv(af_text *out, const af_bars *bars);

void af_curves_svg(af_text *out, const af_curves *curves);
void af_curves_axes(const af_curves *curves, af_axis *x_axis, af_axis *y_axis, int width, int height);
void af_curves_plot(af_text *out, const af_curves *curves);          /* of the text: points as dots */
void af_curves_text(af_text *out, const af_curves *curves);
void af_curves_tsv(af_text *out, const af_curves *curves);

/* All pictures of one mapping, tables, and the records themselves: one HTML file (80 section B8). */
int af_page_html(af_text *out, const af_results *results, const af_draw_options *options, af_arena *arena,
                 af_report *report);
/* Its tables; each writes nothing if its records are not there. */
void af_page_summary(af_text *out, const af_results *results, const af_mapping_facts *facts, bool raw,
                     af_arena *arena);
void af_page_actions(af_text *out, const af_results *results, int64_t map, bool raw, af_arena *arena);
void af_page_memories(af_text *out, const af_results *results, int64_t map, bool raw, af_arena *arena);
void af_page_costs(af_text *out, const af_results *results, bool raw, af_arena *arena);
void af_page_search(af_text *out, const af_results *results, int64_t map, bool raw, af_arena *arena);
void af_page_asked(af_text *out, const af_results *results, int64_t map, bool raw, af_arena *arena);
/* Of several inputs: energies, latencies or areas side by side, with differences; AF_PICTURE_AUTO: totals. */
void af_page_compare(af_text *out, const af_results *results, const af_draw_options *options, af_picture what,
                     af_arena *arena);
void af_page_script(af_text *out);
/* The records that pictures are made of, for af_page_extract. */
void af_page_records(af_text *out, const af_results *results);

#endif
