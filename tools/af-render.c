/* af-render: pictures of mappings, and of what is known about them. */
#include "option.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const per_names[] = {"einsum", NULL}, *const unit_names[] = {"si", "raw", NULL},
    *const when_names[] = {"auto", "always", "never", NULL},
    *const axis_names[] = {"x", "y", NULL};
enum { WHEN_AUTO, WHEN_ALWAYS };
static const char *picture_names[AF_N_PICTURES + 2];        /* af_picture_names and "all" */
static option_choice picture = {.names = picture_names}, format = {.names = af_draw_format_names},
    theme = {.names = af_theme_names}, sort = {.names = af_bar_order_names},
    collapse = {.names = af_collapse_names}, reservations = {.names = af_reservation_names},
    by = {.names = af_bar_field_names}, stack = {.names = af_bar_field_names},
    per_compute = {.names = per_names}, units = {.names = unit_names}, color = {.names = when_names},
    decades = {.names = axis_names};
static const char *labels, *mapping = "0", *folder;
static bool all_branches, html, extract, pass, partial;
static const char *passed_by;             /* --pass: the file of the picture; else NULL */
static af_draw_options draw;

static const tool_option options[] = {
    {'p', "picture", OPTION_CHOICE, &picture, "NAME",
     "mapping (usual), workload, arch; energy, latency, actions, memory, area: bars; "
     "pareto, skislope, roofline: curves; all, with -O: each that there are records of"},
    {'T', "format", OPTION_CHOICE, &format, "NAME",
     "svg (usual), text (usual on a terminal); of bars and curves tsv, the numbers; of mapping, "
     "workload and arch dot; html: a report with all pictures"},
    {'f', "format", OPTION_CHOICE, &format, "NAME", NULL},   /* an older letter */
    {0, "html", OPTION_FLAG, &html, NULL, "as -T html"},
    {0, "extract", OPTION_FLAG, &extract, NULL, "the input is such a report: write the records in it"},
    {'m', "mapping", OPTION_TEXT, &mapping, "N",
     "which mapping, from 0 (the best); all, with -O: a file for each"},
    {'O', "folder", OPTION_TEXT, &folder, "FOLDER", "write there, PICTURE-N.FORMAT for mapping N"},
    {0, "pass", OPTION_FLAG, &pass, NULL,
     "with -o or -O: write the input to standard output, for the next tool of a pipe"},
    {0, "partial", OPTION_FLAG, &partial, NULL,
     "the input may end too early: draw what is there; the picture says so"},
    {0, "by", OPTION_CHOICES, &by, "A,B",
     "a bar for each: of input, mapping, einsum, component, tensor, action"},
    {0, "stack", OPTION_CHOICES, &stack, "A,B", "in each bar a part for each of these fields"},
    {0, "per-compute", OPTION_MAYBE_CHOICE, &per_compute, "einsum",
     "bars: over the number of computes; einsum: of those of their own Einsum"},
    {0, "keep", OPTION_TEXT, &draw.keep, "COMPONENT,…", "bars: only of these components"},
    {0, "drop", OPTION_TEXT, &draw.drop, "COMPONENT,…", "bars: not of these components"},
    {0, "sort", OPTION_CHOICE, &sort, "NAME", "bars: none (usual: as the records come), value, name"},
    {0, "hide-zeros", OPTION_FLAG, &draw.hide_zeros, NULL, "bars: leave out those that are zero"},
    {0, "x", OPTION_TEXT, &draw.x, "NAME",
     "curves over this: a metric, or a memory, meaning its bits in use"},
    {0, "y", OPTION_TEXT, &draw.y, "NAME", "curves of this: likewise"},
    {0, "log", OPTION_CHOICES, &decades, "x,y",
     "SVG: these axes by powers of ten, and no other; bars: x, if they have no parts"},
    {0, "plot", OPTION_FLAG, &draw.plot, NULL, "curves as text: dots, before the table"},
    {0, "level", OPTION_TEXT, &draw.level, "COMPONENT", "roofline, skislope, memory: of this memory"},
    {0, "peak", OPTION_REAL, &draw.peak, "N",
     "roofline: computes a second, instead of what the records say; with --bandwidth no input is needed"},
    {0, "bandwidth", OPTION_REAL, &draw.bandwidth, "N", "roofline: bits a second, likewise"},
    {0, "label", OPTION_TEXT, &labels, "A,B", "names of the input files, where several are compared"},
    {0, "title", OPTION_TEXT, &draw.title, "TEXT", "instead of a title made from the spec"},
    {0, "width", OPTION_INTEGER, &draw.width, "PIXELS", "SVG: branches wrap there"},
    {0, "columns", OPTION_INTEGER, &draw.columns, "N",
     "text: as wide as that; usual is the width of the terminal, or 100"},
    {0, "collapse", OPTION_CHOICE, &collapse, "NAME",
     "mapping: branches that are alike become one: auto (usual: in tall pictures), none, alike"},
    {0, "all-branches", OPTION_FLAG, &all_branches, NULL, NULL},        /* older: --collapse none */
    {0, "reservations", OPTION_MAYBE_CHOICE, &reservations, "NAME",
     "mapping: what is set aside in memories: bars (usual), rows (if no NAME is given), none"},
    {0, "no-tile-shape", OPTION_FLAG, &draw.no_tile_shape, NULL, "mapping: loops without sizes of tiles"},
    {0, "theme", OPTION_CHOICE, &theme, "NAME", "SVG: auto (usual: as the viewer likes it), light, dark"},
    {0, "ascii", OPTION_FLAG, &draw.ascii, NULL, "text in pure ASCII"},
    {0, "color", OPTION_CHOICE, &color, "NAME",
     "text in colours, by component: auto (usual: at a terminal, if NO_COLOR is not set), always, never"},
    {0, "units", OPTION_CHOICE, &units, "NAME", "numbers as si (usual: 5.816 MJ) or raw (5.816e+06 J)"},
    {0, "raw-units", OPTION_FLAG, &draw.raw_units, NULL, NULL},         /* older: --units raw */
    {0, NULL, OPTION_FLAG, NULL, NULL, NULL},
};

static af_results *results;
static text_list names;

static int visit(af_record *record)
{
    af_output *next = pass ? tool_output() : NULL;
    if (pass && !next)
        return -1;
    if (next)
        af_pass_record(next, record);
    if (!af_results_add(results, record, tool_operands.count ? names.items[tool_input_index] : NULL))
        af_record_done(record);
    return 0;
}

/* Inputs of one name would be added up. */
static int name_inputs(void)
{
    names = labels ? tool_split(labels) : tool_operands;
    if (names.count != tool_operands.count)
        return af_fail(tool_report, AF_USAGE, AF_NOWHERE, NULL,
                       "--label: a name for each of the %d input files is expected, "
                       "found %d", tool_operands.count, names.count);
    for (int i = 0; i < names.count; i++)
        for (int k = 0; k < i; k++)
            if (!strcmp(names.items[i], names.items[k]))
                return af_fail(tool_report, AF_USAGE, AF_NOWHERE, NULL,
                               "two inputs are called %s: --label gives other names",
                               names.items[i]);
    return 0;
}

/* Operands, or standard input, are reports. */
static int extract_all(void)
{
    af_output *out = tool_output();
    int status = out ? 0 : -1;
    for (int i = 0; i < (tool_operands.count ? tool_operands.count : 1) && !status; i++) {
        const char *name = tool_operands.count ? tool_operands.items[i] : "-";
        bool standard = !strcmp(name, "-");
        FILE *file = standard ? stdin : fopen(name, "r");
        if (!file)
            return af_fail(tool_report, AF_NO_INPUT, AF_NOWHERE, NULL, "%s: cannot read this file: %s", name,
                           strerror(errno));
        status = af_page_extract(file, standard ? "standard input" : name, out, tool_report);
        if (!standard)
            fclose(file);
    }
    return status;
}

/* How many mappings -m all has; one that is only counted is none of the spec's. */
static int64_t n_mappings(void)
{
    int64_t count = af_results_n_mappings(results);
    return count ? count : 1;
}

/* Of the one mapping that draw.mapping says; path NULL: -o, or standard output. */
static int write_picture(const char *path)
{
    FILE *file = NULL;
    af_text text = {0};
    int failed = af_draw(&text, results, &draw, tool_report);
    if (!failed && !(file = path ? fopen(path, "w") : tool_output_file()))
        failed = path ? af_fail(tool_report, AF_CANNOT_CREATE, (af_place){path, 0, 0}, NULL,
                                "cannot create this file: %s", strerror(errno)) : -1;
    if (!failed)
        fwrite(text.bytes, 1, text.length, file);
    af_text_free(&text);
    if (!failed && path && (ferror(file) | fclose(file)))
        failed = af_fail(tool_report, AF_WRITE_FAILED, (af_place){path, 0, 0}, NULL, "cannot write: %s",
                         strerror(errno));
    return failed;
}

static int write_in_folder(const char *what)
{
    const char *ending = draw.format == AF_DRAW_TEXT ? "txt" : af_draw_format_names[draw.format];
    return write_picture(af_format(tool_arena, "%s/%s-%lld.%s", folder, what, (long long)draw.mapping,
                                   ending));
}

/* Every picture that the records allow, in the format that is asked for. */
static int write_all(void)
{
    int written = 0;
    for (draw.picture = AF_PICTURE_MAPPING; draw.picture < AF_N_PICTURES; draw.picture++) {
        af_report *quiet = af_report_new("");
        af_text text = {0};
        af_report_hold(quiet);
        bool there = !af_draw(&text, results, &draw, quiet);
        af_report_free(quiet);
        af_text_free(&text);
        if (there && write_in_folder(af_picture_names[draw.picture]))
            return -1;
        written += there;
    }
    return written ? 0 : af_fail(tool_report, AF_BAD_DATA, AF_NOWHERE, NULL,
                                 "no picture of these records is drawn as %s",
                                 af_draw_format_names[draw.format]);
}

static int write_folder(bool all)
{
    mkdir(folder, 0777);                     /* if it is not to be had, its files are not either */
    int64_t from = all ? 0 : draw.mapping, to = all ? n_mappings() : from + 1;
    af_picture asked = draw.picture;
    for (draw.mapping = from; draw.mapping < to; draw.mapping++) {
        draw.picture = asked;                /* write_all has gone through all */
        const char *what = draw.format == AF_DRAW_HTML ? "report"
            : draw.picture == AF_PICTURE_AUTO ? "mapping" : picture_names[draw.picture];
        if (draw.picture == AF_N_PICTURES ? write_all() : write_in_folder(what))
            return -1;
    }
    return 0;
}

/* An option that the picture has no use for was meant for another one. A picture that is not named is none of
 * bars or curves. */
static int check_uses(void)
{
    enum { BARS, CURVES, BOTH };
    static const char *const of[] = {
        [BARS] = "bars: -p energy, latency, actions, memory or area",
        [CURVES] = "curves: -p pareto, skislope or roofline",
        [BOTH] = "bars and curves: -p energy, pareto, …"};
    const struct { bool given; const char *name; int use; } uses[] = {
        {draw.by, "by", BARS}, {draw.stack, "stack", BARS}, {draw.hide_zeros, "hide-zeros", BARS},
        {draw.keep, "keep", BARS}, {draw.drop, "drop", BARS}, {sort.text, "sort", BARS},
        {per_compute.text, "per-compute", BARS}, {draw.x, "x", CURVES}, {draw.y, "y", CURVES},
        {draw.plot, "plot", CURVES}, {draw.log, "log", BOTH}};
    bool bars = draw.picture >= AF_PICTURE_ENERGY && draw.picture <= AF_PICTURE_AREA;
    bool curves = draw.picture >= AF_PICTURE_PARETO && draw.picture < AF_N_PICTURES;
    if (draw.format == AF_DRAW_HTML || draw.picture == AF_N_PICTURES)
        return 0;
    for (size_t i = 0; i < sizeof uses / sizeof *uses; i++)
        if (uses[i].given && !(uses[i].use != CURVES && bars) && !(uses[i].use != BARS && curves))
            return af_fail(tool_report, AF_USAGE, AF_NOWHERE, NULL, "--%s is of %s", uses[i].name,
                           of[uses[i].use]);
    if (draw.plot && draw.format != AF_DRAW_TEXT)
        return af_fail(tool_report, AF_USAGE, AF_NOWHERE, NULL, "--plot is of text: -T text");
    return 0;
}

/* Options that go together, or do not. */
static int check_options(bool all)
{
    double number = 0;
    if (!all && (!af_parse_double(mapping, &number) || number < 0 || number > 1e9 ||
                 number != (double)(int64_t)number))
        return af_fail(tool_report, AF_USAGE, AF_NOWHERE, NULL,
                       "--mapping %s: a number is expected, or all", mapping);
    if ((all || draw.picture == AF_N_PICTURES) && !folder)
        return af_fail(tool_report, AF_USAGE, AF_NOWHERE, NULL, "-%c all writes several files: -O FOLDER "
                       "says where", all ? 'm' : 'p');
    if (folder && tool_output_path)
        return af_fail(tool_report, AF_USAGE, AF_NOWHERE, NULL, "-o and -O: one of them is expected");
    text_list axes = tool_split(decades.text);
    for (int i = 0; i < axes.count; i++)
        if (strcmp(axes.items[i], "x") && strcmp(axes.items[i], "y"))
            return af_fail(tool_report, AF_USAGE, AF_NOWHERE, NULL, "--log %s: x, y or x,y is expected",
                           decades.text);
    if (draw.keep && draw.drop)
        return af_fail(tool_report, AF_USAGE, AF_NOWHERE, NULL, "--keep and --drop: one of them is expected");
    if (pass && !folder && !tool_output_path)
        return af_fail(tool_report, AF_USAGE, AF_NOWHERE, NULL, "--pass: -o FILE or -O FOLDER for the "
                       "picture is expected");
    if (pass)
        passed_by = tool_output_path, tool_output_path = NULL;
    if (check_uses())
        return -1;
    draw.mapping = (int64_t)number;
    draw.per_compute = per_compute.text, draw.per_einsum = per_compute.text && *per_compute.text;
    return 0;
}

/* --level in the terms of each picture. */
static int choose_level(void)
{
    if (!draw.level || draw.picture == AF_PICTURE_ROOFLINE)
        return 0;
    if (draw.picture == AF_PICTURE_SKISLOPE && !draw.x)
        draw.x = draw.level;
    else if (draw.picture == AF_PICTURE_MEMORY && !draw.keep && !draw.drop)
        draw.keep = draw.level;
    else
        return af_fail(tool_report, AF_USAGE, AF_NOWHERE, NULL, "--level is of roofline, of skislope without "
                       "--x, and of memory without --keep and --drop");
    return 0;
}

/* Of text: what is asked for, else what the terminal is; --width was the option for it. */
static int choose_columns(bool terminal)
{
    struct winsize size;
    if (draw.columns || draw.width)
        return draw.columns ? draw.columns : draw.width;
    return terminal && !ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) && size.ws_col >= 40 ? size.ws_col : 0;
}

/* People at a terminal get what they can read, as wide as it is. */
static void choose_format(void)
{
    bool terminal = isatty(STDOUT_FILENO) && !tool_output_path && !folder;
    const char *no_color = getenv("NO_COLOR");
    if (html)
        format.index = AF_DRAW_HTML;
    else if (!format.text)
        format.index = terminal ? AF_DRAW_TEXT : AF_DRAW_SVG;
    draw.format = format.index;
    draw.columns = choose_columns(terminal);
    draw.color = color.index == WHEN_ALWAYS ||
                 (color.index == WHEN_AUTO && terminal && !(no_color && *no_color));
    draw.raw_units |= units.index;
}

/* With --partial a stream that breaks off is as good as what came before. */
static int read_records(void)
{
    if (!partial)
        return tool_each_record(visit);
    af_report *broken = tool_reading = af_report_new("af-render");
    af_report_hold(broken);
    int failed = tool_each_record(visit);
    if (failed && !af_failed(tool_report) && af_report_status(broken) == AF_BAD_DATA) {
        af_warn(tool_report, AF_NOWHERE, NULL, "%s", af_report_message(broken, 0));
        af_results_break(results);
        failed = 0;
    } else
        af_report_add(tool_report, broken);
    tool_reading = tool_report;
    af_report_free(broken);
    return failed;
}

static int run(void)
{
    if (extract)
        return extract_all();
    choose_format();
    bool all = !strcmp(mapping, "all");
    draw.picture = picture.index, draw.theme = theme.index;
    draw.log = decades.text, draw.order = sort.index, draw.by = by.text, draw.stack = stack.text;
    draw.collapse = all_branches ? AF_COLLAPSE_NONE : collapse.index;
    draw.reservations = reservations.text && !*reservations.text ? AF_RESERVATION_ROWS : reservations.index;
    if (check_options(all) || choose_level() || name_inputs())
        return -1;
    results = af_results_new(tool_arena);
    bool bare = draw.picture == AF_PICTURE_ROOFLINE && draw.peak > 0 && draw.bandwidth > 0 &&
                !tool_operands.count;
    int failed = (!bare && read_records()) ||
                 (folder ? write_folder(all) : write_picture(passed_by));
    af_results_free(results);
    return failed ? -1 : 0;
}

int main(int argc, char **argv)
{
    static const tool self = {
        "af-render", "Draw mappings, their figures, workloads, architectures: SVG, text, numbers, a report.",
        "[FILE…]", options, run};
    memcpy(picture_names, af_picture_names, sizeof *picture_names * AF_N_PICTURES);
    picture_names[AF_N_PICTURES] = "all";
    return tool_main(argc, argv, &self);
}
