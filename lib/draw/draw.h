/* draw: pictures of records (document 80). Knows no physics: it adds, divides and formats what the records
 * say.
 *
 * A tool hands in the records that it reads and asks for one picture:
 *
 *     af_results *results = af_results_new(arena);
 *     for (af_record r; af_read_record(in, &r) > 0;)
 *         if (!af_results_add(results, &r, label)) af_record_done(&r);
 *     status = af_draw(&text, results, &options, report);
 */
#ifndef AF_DRAW_H
#define AF_DRAW_H

#include "base/base.h"

/* ---- the records that pictures are made of */
typedef struct af_results af_results;
af_results *af_results_new(af_arena *arena);
void af_results_free(af_results *results);                 /* frees the records it kept; NULL is fine */
/* true: kept, the record is the results' now. false: of no use to any picture, still the caller's. `label`
 * names the input that it came from, where several are compared: the same address for all records of one
 * input; may be NULL; must live as long as the results. */
bool af_results_add(af_results *results, af_record *record, const char *label);
void af_results_break(af_results *results);                /* the input ended too early: some are missing */
int64_t af_results_n_mappings(const af_results *results);

/* ---- pictures */
typedef enum af_picture {
    AF_PICTURE_AUTO,                     /* mapping, else workload, else arch: what the records allow */
    AF_PICTURE_MAPPING, AF_PICTURE_WORKLOAD, AF_PICTURE_ARCH,
    /* bars */
    AF_PICTURE_ENERGY, AF_PICTURE_LATENCY, AF_PICTURE_ACTIONS, AF_PICTURE_MEMORY, AF_PICTURE_AREA,
    /* curves */
    AF_PICTURE_PARETO, AF_PICTURE_SKISLOPE, AF_PICTURE_ROOFLINE, AF_N_PICTURES
} af_picture;
/* Names as options have them, each list ended by NULL. */
extern const char *const af_picture_names[AF_N_PICTURES + 1];      /* "auto", "mapping", … */

typedef enum af_draw_format { AF_DRAW_SVG, AF_DRAW_TEXT, AF_DRAW_TSV, AF_DRAW_DOT,
                              AF_DRAW_HTML, AF_N_DRAW_FORMATS } af_draw_format;
extern const char *const af_draw_format_names[AF_N_DRAW_FORMATS + 1];  /* "svg", "text", … */

typedef enum af_collapse { AF_COLLAPSE_AUTO, AF_COLLAPSE_NONE, AF_COLLAPSE_ALIKE } af_collapse;
extern const char *const af_collapse_names[];
typedef enum af_reservation_style { AF_RESERVATION_BARS, AF_RESERVATION_ROWS,
                                    AF_RESERVATION_NONE } af_reservation_style;
extern const char *const af_reservation_names[];
typedef enum af_theme { AF_THEME_AUTO, AF_THEME_LIGHT, AF_THEME_DARK, AF_N_THEMES } af_theme;
extern const char *const af_theme_names[AF_N_THEMES + 1];           /* "auto", … */
/* as the records come; the longest first; by name */
typedef enum af_bar_order {
    AF_BARS_AS_READ, AF_BARS_BY_VALUE, AF_BARS_BY_NAME, AF_N_BAR_ORDERS
} af_bar_order;
extern const char *const af_bar_order_names[AF_N_BAR_ORDERS + 1];   /* "none", … */

/* What bars and their parts are told apart by: "input", "mapping", "einsum", … */
extern const char *const af_bar_field_names[];

/* All zero: the defaults. */
typedef struct af_draw_options {
    af_picture picture;
    af_draw_format format;
    int64_t mapping;                     /* which mapping record, by position from 0 */
    int width, columns;                  /* SVG: pixels (0: up to 1800, as needed); text: columns (0: 100).
                                            What lies side by side wraps there */
    const char *title;                   /* NULL: composed */
    af_theme theme;
    af_collapse collapse;
    af_reservation_style reservations;
    bool no_tile_shape, raw_units;
    bool ascii, color;                   /* text: no box drawing; ANSI colours, by component */
    const char *by, *stack;              /* bars: fields, "einsum,component"; NULL: as fits the picture */
    bool per_compute, hide_zeros;        /* bars: over the number of computes; none of length 0 */
    bool per_einsum;                     /* with per_compute: over those of the figure's own Einsum */
    const char *keep, *drop;             /* bars: "Sram,Mac", only these components, or all but these; NULL:
                                            all. The title says how much of the whole is shown */
    af_bar_order order;
    const char *x, *y;                   /* curves: a metric, or a memory, meaning the bits in use; NULL: as
                                            fits */
    const char *log;                     /* curves, bars: "x", "y", "x,y": these axes by powers of ten, no
                                            other; NULL: as fits */
    bool plot;                           /* curves as text: the points as dots before the table */
    const char *level;                   /* roofline, ski slope, memory: of this component; NULL: as fits */
    double peak, bandwidth;              /* roofline: computes and bits a second; 0: as the records say */
} af_draw_options;

/* Writes one whole document into `out`. HTML: a report with all pictures that the records allow; `picture`,
 * `by`, `stack`, `x` and `y` are not asked. 0, or -1 reported: a picture whose records are missing is
 * AF_BAD_DATA and names the tool that makes them; a mapping that is not there, and a format that the picture
 * does not have, are AF_USAGE. */
int af_draw(af_text *out, const af_results *results, const af_draw_options *options, af_report *report);

/* Writes the records that an HTML report keeps. 0; -1 reported: `name` is none, or keeps none (65). */
int af_page_extract(FILE *in, const char *name, af_output *out, af_report *report);

#endif
