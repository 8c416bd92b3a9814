/* The operations on a LoopTree (50 section 1.5) and the text of its nodes (50 section 1.4). */
#include "spec/mapping.h"
#include "test.h"

static const char tree[] =
    "{'!':'Mapping','nodes':["
    "{'!':'Storage','tensors':['A','B'],'component':'Main','backing':['A']},"
    "{'!':'Reservation','purposes':['A','B'],'resource':'Main'},"
    "{'!':'Temporal','rank_variable':'m','tile_shape':4,'initial_tile_shape':2},"
    "{'!':'Sequential','nodes':["
    "{'!':'Nested','nodes':[{'!':'Toll','tensors':['B','C'],'component':'Link'},"
    "{'!':'Reservation','purposes':['C'],'resource':'Main'},"
    "{'!':'Compute','einsum':'E','component':'MAC'}]},"
    "{'!':'Nested','nodes':[{'!':'Spatial','rank_variable':'n','tile_shape':1,'name':'X','component':'MAC'},"
    "{'!':'Compute','einsum':'F','component':'MAC'}]}]}]}";

static void put_tree(af_text *out, const af_mapping_node *node)
{
    af_mapping_node_text(out, node);
    if (!node->n_nodes)
        return;
    af_text_puts(out, "(");
    for (int i = 0; i < node->n_nodes; i++) {
        af_text_puts(out, i ? "; " : "");
        put_tree(out, node->nodes[i]);
    }
    af_text_puts(out, ")");
}

static const char *shown(af_arena *arena, const af_mapping_node *node)
{
    af_text text = {0};
    put_tree(&text, node);
    const char *copy = af_copy_text(arena, text.bytes);
    af_text_free(&text);
    return copy;
}

static af_mapping *read_tree(af_arena *arena, af_report *report)
{
    char *text = af_copy_text(arena, tree);
    for (char *c = text; *c; c++)
        if (*c == '\'')
            *c = '"';
    af_json *json = af_json_parse(text, strlen(text), report, AF_NOWHERE);
    af_mapping *mapping = json ? af_mapping_of_json(arena, json, report, AF_NOWHERE) : NULL;
    af_json_free(json);
    return mapping;
}

#define LOOP "T-m initial=2 shape=4; "

int main(void)
{
    af_arena *arena = af_arena_new();
    af_report *report = af_report_new("test");
    af_mapping *m = read_tree(arena, report);
    CHECK(m != NULL);
    if (!m)
        return test_end("mapping");
    static const char whole[] =
        "Mapping([A,B in Main]; A,B reserves Main; " LOOP "Sequential("
        "Nested([B,C in Link]; C reserves Main; MAC computes E); Nested(S-X-n shape=1; MAC computes F)))";
    CHECK_TEXT(shown(arena, m), whole);
    CHECK_TEXT(shown(arena, af_mapping_copy(arena, m)), whole);

    af_mapping_node *split = af_mapping_split_reservations(arena, m);
    CHECK_TEXT(shown(arena, split),
               "Mapping([A,B in Main]; A reserves Main; B reserves Main; " LOOP "Sequential("
               "Nested([B,C in Link]; C reserves Main; MAC computes E); "
               "Nested(S-X-n shape=1; MAC computes F)))");
    split = af_mapping_split_holders(arena, m);
    CHECK_TEXT(shown(arena, split),
               "Mapping([A in Main]; [B in Main]; A,B reserves Main; " LOOP "Sequential("
               "Nested([B in Link]; [C in Link]; C reserves Main; MAC computes E); "
               "Nested(S-X-n shape=1; MAC computes F)))");
    CHECK(split->nodes[0]->backing.count == 1 && split->nodes[1]->backing.count == 0);

    CHECK_TEXT(shown(arena, af_mapping_remove_reservations(arena, m)),
               "Mapping([A,B in Main]; " LOOP "Sequential("
               "Nested([B,C in Link]; MAC computes E); Nested(S-X-n shape=1; MAC computes F)))");

    static const char *const only[] = {"A"};
    CHECK_TEXT(shown(arena, af_mapping_clear_irrelevant_reservations(arena, m, only, 1)),
               "Mapping([A in Main]; A reserves Main; " LOOP "Sequential("
               "Nested(MAC computes E); Nested(S-X-n shape=1; MAC computes F)))");
    CHECK_TEXT(shown(arena, m), whole);      /* the given tree stays as it is */
    af_report_free(report);
    af_arena_free(arena);
    return test_end("mapping");
}
