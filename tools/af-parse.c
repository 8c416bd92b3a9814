/* af-parse: YAML files to the `spec` record. */
#include "option.h"

static text_list data, overrides, top_keys;
static bool yaml, list_paths;
static const char *explained;

static const tool_option options[] = {
    {'D', "define", OPTION_LIST, &data, "NAME=VALUE", "a Jinja variable; VALUE is JSON or else text"},
    {'S', "set", OPTION_LIST, &overrides, "PATH=VALUE",
     "set a field: mapper.metrics=ENERGY|LATENCY, arch.nodes.MainMemory.tensors.keep=All"},
    {0, "top-key", OPTION_LIST, &top_keys, "KEY",
     "the spec is under this key; SECTION=FILE: this section from that file"},
    {0, "yaml", OPTION_FLAG, &yaml, NULL,
     "write the spec as YAML instead: templates rendered, files merged, defaults left out"},
    {0, "list-paths", OPTION_FLAG, &list_paths, NULL,
     "write instead the PATHs that --set can set, one a line"},
    {0, "explain", OPTION_TEXT, &explained, "CLASS",
     "say what a Memory, an Einsum, the Mapper, … may have instead: "
     "fields, kinds, defaults; all: everything"},
    {0, NULL, OPTION_FLAG, NULL, NULL, NULL},
};

static int write_text(af_text *text)
{
    FILE *file = tool_output_file();
    if (file)
        /* A failure shows when the file is flushed at the end */
        fwrite(text->bytes, 1, text->length, file);
    af_text_free(text);
    return file ? 0 : -1;
}

static int explain(void)
{
    af_text text = {0};
    int failed = af_explain(&text, explained, tool_report);
    return failed ? -1 : write_text(&text);
}

/* What is asked for instead of the record. */
static int write_as(void (*write)(af_text *, const af_spec *), const af_spec *spec)
{
    af_text text = {0};
    write(&text, spec);
    return write_text(&text);
}

static void tell_variable(const char *path, const char *name, const char *value)
{
    fprintf(stderr, "af-parse: %s: %s = %s\n", path, name, value);
}

static int run(void)
{
    if (explained)
        return explain();
    af_load_options load = {tool_operands.count, tool_operands.items, data.count, data.items, overrides.count,
                            overrides.items, top_keys.count, top_keys.items,
                            tool_verbose ? tell_variable : NULL, list_paths};
    af_spec *spec = af_spec_load(tool_arena, &load, tool_report);
    if (!spec)
        return -1;
    if (yaml || list_paths)
        return write_as(yaml ? af_spec_write_yaml : af_spec_write_paths, spec);
    af_output *out = tool_output();
    if (!out)
        return -1;
    af_put_spec(af_begin_record(out, "spec"), spec);
    af_end_record(out);
    return 0;
}

int main(int argc, char **argv)
{
    static const tool self = {"af-parse",
                              "Load, template, merge and check YAML files; write a `spec` record.", "FILE…",
                              options, run};
    return tool_main(argc, argv, &self);
}
