/* Writing SVG (80 section B3.3). */
#include "draw/svg.h"
#include "draw/label.h"

#include <string.h>

/* ---- colours. One row per class: what it paints, then fill and stroke in the light and in
 * the dark theme; NULL: none. */
typedef struct paint { const char *classes, *fill, *stroke, *dark_fill, *dark_stroke; } paint;
static const paint paints[] = {
    {"bg", "#ffffff", NULL, "#14171c", NULL},
    {"text", "#1b2028", NULL, "#e9edf2", NULL},
    {"dim", "#4b5563", NULL, "#b4bcc8", NULL},
    {"on", "#ffffff", NULL, "#ffffff", NULL},
    {"panel", "#f6f7f9", "#dfe3e8", "#1b1f26", "#363d48"},
    {"for", "#f3f5fb", "#c9d0e6", "#1c212c", "#3b4560"},
    {"for-bar", "#e2e7f6", NULL, "#29314a", NULL},
    {"for-mark", "#44558f", NULL, "#5468ad", NULL},
    {"par", "#fff8e8", "#e6cb86", "#2a2416", "#6b5a26"},
    {"par-bar", "#fdeac0", NULL, "#463a18", NULL},
    {"par-mark", "#7d5a00", NULL, "#8f6a0a", NULL},
    {"hold", "#ffffff", "#e3e6eb", "#20252d", "#353c47"},
    {"branch", "#ffffff", "#aab3c0", "#181c22", "#4a5362"},
    {"branch-bar", "#eceff3", NULL, "#2a3039", NULL},
    {"compute", "#eef7ee", "#a9cfab", "#1b2a1f", "#3f6b48"},
    {"arrow", NULL, "#7b8594", NULL, "#8a94a3"},
    {"track", "#e4e8ed", NULL, "#363d48", NULL},
    {"axis", NULL, "#9aa3af", NULL, "#6b7482"},
    {"grid", NULL, "#e6e9ee", NULL, "#2b313a"},
    {"limit", NULL, "#c62828", NULL, "#ff7a70"},
    {"framed", NULL, "#d58a3e", NULL, "#e0a05a"},
    {"c0", "#1d4e9e", NULL, "#3568c0", NULL},
    {"c1", "#0b6152", NULL, "#13806c", NULL},
    {"c2", "#8c3b0e", NULL, "#b0541f", NULL},
    {"c3", "#5f3a96", NULL, "#7d55b8", NULL},
    {"c4", "#8a1c4a", NULL, "#b03468", NULL},
    {"c5", "#4e5510", NULL, "#6b7420", NULL},
    {"c6", "#0a5a7c", NULL, "#14789f", NULL},
    {"c7", "#474e59", NULL, "#667080", NULL},
    {"k0", NULL, "#1d4e9e", NULL, "#6b98ea"},
    {"k1", NULL, "#0b6152", NULL, "#3fb9a2"},
    {"k2", NULL, "#8c3b0e", NULL, "#dd8048"},
    {"k3", NULL, "#5f3a96", NULL, "#a585d8"},
    {"k4", NULL, "#8a1c4a", NULL, "#dd6495"},
    {"k5", NULL, "#4e5510", NULL, "#a3ae4a"},
    {"k6", NULL, "#0a5a7c", NULL, "#48aacf"},
    {"k7", NULL, "#474e59", NULL, "#98a2b2"},
    {"t0", "#d5e5ff", "#5b8ed6", "#1f3a63", "#6c9fe8"},
    {"t1", "#ffe3c7", "#d58a3e", "#5a3814", "#e0a05a"},
    {"t2", "#d7f2d6", "#57a45b", "#1d4a25", "#6cba72"},
    {"t3", "#ffdbe3", "#d86182", "#5c2033", "#e8829c"},
    {"t4", "#e8defb", "#8f6ccf", "#3b2a60", "#ab8ae6"},
    {"t5", "#fff4bd", "#bd9f17", "#4d4210", "#d4b93c"},
    {"t6", "#d0f1f0", "#379e9b", "#134847", "#56bdb9"},
    {"t7", "#f5ddcf", "#a7704f", "#4d3022", "#c48f6e"},
    {"t8", "#e6eaef", "#7d8996", "#39414c", "#a0abb8"},
    {"t9", "#f8d8f4", "#bf5cb2", "#55204e", "#d880cc"},
    {"t10", "#e5f2bf", "#87a02b", "#3c4a10", "#a6c04a"},
    {"t11", "#dbe0ff", "#6874cc", "#2b3268", "#8e99ea"},
};

static const char shape_style[] =
    "text{font-family:Helvetica,Arial,\"Liberation Sans\",\"DejaVu Sans\",sans-serif;font-size:12px}"
    ".af-small{font-size:11px}.af-tiny{font-size:10px;letter-spacing:.06em}"
    ".af-big{font-size:20px}.af-title{font-size:17px}"
    ".af-bold{font-weight:bold}.af-end{text-anchor:end}.af-mid{text-anchor:middle}"
    ".af-chip{stroke-width:1}.af-shared{stroke-width:2}.af-again{stroke-dasharray:4 2}"
    ".af-dashed{stroke-dasharray:5 3}"
    ".af-under{stroke:currentColor;stroke-width:1}"
    ".af-arrow{fill:none;stroke-width:2;stroke-linecap:round;stroke-linejoin:round}"
    ".af-curve{fill:none;stroke-width:2}.af-axis,.af-grid,.af-limit{fill:none}.af-faint{opacity:.55}"
    ".af-pale{opacity:.3}.af-framed{stroke-width:2}";

static void add_paints(af_text *out, bool dark)
{
    for (size_t i = 0; i < sizeof paints / sizeof *paints; i++) {
        const paint *p = &paints[i];
        const char *fill = dark ? p->dark_fill : p->fill, *stroke = dark ? p->dark_stroke : p->stroke;
        af_text_printf(out, ".af-%s{%s%s%s%s%s}", p->classes, fill ? "fill:" : "", fill ? fill : "",
                       fill && stroke ? ";" : "", stroke ? "stroke:" : "", stroke ? stroke : "");
    }
}

void af_svg_style(af_text *out, af_theme theme)
{
    af_text_printf(out, "<style>%s", shape_style);
    add_paints(out, theme == AF_THEME_DARK);
    if (theme == AF_THEME_AUTO) {
        af_text_puts(out, "@media (prefers-color-scheme:dark){");
        add_paints(out, true);
        af_text_puts(out, "}");
    }
    af_text_puts(out, "</style>\n");
}

void af_svg_begin(af_text *out, int width, int height, const char *title, const char *description,
                  af_theme theme)
{
    af_text_printf(out,
                   "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d "
                   "%d\" role=\"img\" aria-labelledby=\"af-title af-desc\">\n<title id=\"af-title\">",
                   width, height, width, height);
    af_add_escaped(out, title);
    af_text_puts(out, "</title>\n<desc id=\"af-desc\">");
    af_add_escaped(out, description);
    af_text_puts(out, "</desc>\n");
    af_svg_style(out, theme);
    af_svg_rect(out, "bg", (af_box){0, 0, width, height}, 0);
}

void af_svg_end(af_text *out)
{
    af_text_puts(out, "</svg>\n");
}

/* class="af-a af-b" */
static void add_classes(af_text *out, const char *classes)
{
    af_text_puts(out, " class=\"");
    for (const char *c = classes; *c;) {
        size_t length = strcspn(c, " ");
        af_text_printf(out, "%saf-%.*s", c == classes ? "" : " ", (int)length, c);
        c += length + (c[length] == ' ');
    }
    af_text_puts(out, "\"");
}

void af_svg_rect(af_text *out, const char *classes, af_box box, int radius)
{
    af_text_printf(out, "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\"", box.x, box.y, box.w, box.h);
    if (radius)
        af_text_printf(out, " rx=\"%d\"", radius);
    add_classes(out, classes);
    af_text_puts(out, "/>\n");
}

void af_svg_text(af_text *out, const char *classes, int x, int y, const char *text)
{
    af_text_printf(out, "<text x=\"%d\" y=\"%d\"", x, y);
    add_classes(out, classes);
    af_text_puts(out, ">");
    af_add_escaped(out, text);
    af_text_puts(out, "</text>\n");
}

void af_svg_path(af_text *out, const char *classes, const char *d)
{
    af_text_printf(out, "<path d=\"%s\"", d);
    add_classes(out, classes);
    af_text_puts(out, "/>\n");
}

void af_svg_line(af_text *out, const char *classes, int x1, int y1, int x2, int y2)
{
    af_text_printf(out, "<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\"", x1, y1, x2, y2);
    add_classes(out, classes);
    af_text_puts(out, "/>\n");
}

void af_svg_open(af_text *out, const char *classes, const char *tooltip)
{
    af_text_puts(out, "<g");
    add_classes(out, classes);
    af_text_puts(out, ">");
    if (tooltip) {
        af_text_puts(out, "<title>");
        af_add_escaped(out, tooltip);
        af_text_puts(out, "</title>");
    }
    af_text_puts(out, "\n");
}

void af_svg_close(af_text *out)
{
    af_text_puts(out, "</g>\n");
}

const char *af_component_class(int index)
{
    static const char *const names[AF_N_COMPONENT_COLORS] = {"c0", "c1", "c2", "c3", "c4", "c5", "c6", "c7"};
    return names[index < 0 ? AF_N_COMPONENT_COLORS - 1 : index % AF_N_COMPONENT_COLORS];
}

const char *af_part_class(af_arena *arena, int index)
{
    static const char *const looks[] = {"", " faint", " pale", " framed", " framed faint", " framed pale"};
    size_t round = index < 0 ? 0 : (size_t)index / AF_N_COMPONENT_COLORS;
    return af_format(arena, "%s%s", af_component_class(index), looks[round % (sizeof looks / sizeof *looks)]);
}

const char *af_tensor_class(af_arena *arena, int index)
{
    return af_format(arena, "t%d%s", index % AF_N_TENSOR_COLORS,
                     index / AF_N_TENSOR_COLORS % 2 ? " again" : "");
}
