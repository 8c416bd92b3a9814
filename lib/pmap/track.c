/* Which memories other Einsums must know the use of (60 section 13). */
#include "pmap/problem.h"
#include "pmap/template.h"

#include <math.h>
#include <string.h>

/* Nothing is lost where a memory is not tracked (60 section 13): rows then do not compete by what they use of
 * it, and the join does not add that up. If all tensors of the workload together fit into it, no mapping can
 * overflow it. If it is reserved neither across Einsums nor across fused loops, all is freed before the next
 * Einsum comes, so that its use by one does not concern the others: that each row fits is tested while tile
 * shapes are chosen (problem.c: reserve).
 *
 * Step 2, which memories can hold everything at once, stands in the einsum record (`never_full`), step 3 too
 * (`reserved_across`): what is freed before the next Einsum and the next fused iteration only must fit. A
 * memory of infinite size is never tracked. Where usage is asked for, or runs are to be combined, all others
 * are. */
bool *af_tracked_memories(af_arena *arena, const af_einsum *e)
{
    bool *tracked = af_new_array(arena, bool, e->n_nodes);
    bool all = (e->mapper.metrics & AF_RESOURCE_USAGE) || e->mapper.can_combine_multiple_runs;
    for (int node = 0; node < e->n_nodes; node++)
        tracked[node] = e->nodes[node].kind == AF_MEMORY && isfinite(e->nodes[node].size) &&
                        (all || (!e->never_full[node] && e->reserved_across[node]));
    return tracked;
}

/* ---- step 3, from the storage choices of all Einsums
 *
 * A memory is reserved across Einsums or fused loops only if it is the outermost to hold some tensor, or if
 * a fused loop stands below a holder in it. Fused loops stand above the outermost holder of a fusable tensor;
 * so where holders come in the order of the hierarchy (persistent ones before all others), a memory inside
 * of all that back something has none below. Where the order is free, any memory may. */

enum { MOST_CHOICES = 4096 };                /* of one path; beyond, all memories are taken */

typedef struct noting { bool *across; int n_choices; bool any_order; } noting;

static bool order_is_free(const af_generator *g)
{
    const af_einsum *e = g->einsum;
    bool is_free = !e->mapper.force_memory_hierarchy_order;
    for (int i = 0; i < g->path->n_nodes; i++) {
        const af_arch_node *node = &e->nodes[g->path->nodes[i]];
        is_free = is_free || (node->kind == AF_MEMORY && !node->tensors.force_memory_hierarchy_order);
    }
    return is_free;
}

/* Everything at or outside of the innermost memory that backs a tensor. */
static int note_choice(af_generator *g, const af_storage_choice *choice)
{
    noting *n = g->context;
    int innermost = -1;
    for (int i = 0; i < choice->n_holders; i++)
        if (choice->holders[i].backing && g->position[choice->holders[i].node] > innermost)
            innermost = g->position[choice->holders[i].node];
    for (int i = 0; i < g->path->n_nodes; i++)
        n->across[g->path->nodes[i]] = n->across[g->path->nodes[i]] || i <= innermost || n->any_order;
    return ++n->n_choices < MOST_CHOICES ? AF_GO_ON : AF_ENOUGH;
}

/* Adds what one Einsum may reserve to `names`; false: it cannot be told. */
static bool note_einsum(af_arena *arena, const af_einsum *e, af_names *names, af_report *report)
{
    noting n = {.across = af_new_array(arena, bool, e->n_nodes)};
    for (int p = 0; p < e->n_paths; p++) {
        af_generator g;
        af_generator_begin(&g, arena, e, p, 0, report);
        g.each_choice = note_choice;
        g.context = &n;
        n.any_order = order_is_free(&g);
        n.n_choices = 0;
        if (af_choose_storage(&g) != AF_GO_ON)
            return false;
    }
    for (int node = 0; node < e->n_nodes; node++)
        if (n.across[node] && e->nodes[node].kind == AF_MEMORY)
            af_name_add(names, e->nodes[node].name);
    return true;
}

/* The JSON of an `einsum` record of some Einsum, else NULL.
 * Others, the large `workload` among them, are not even parsed. */
static af_json *einsum_of_line(const char *line, af_report *report)
{
    static const char start[] = "{\"rec\":\"einsum\"";
    af_json *json = strncmp(line, start, sizeof start - 1)
                        ? NULL
                        : af_json_parse(line, strlen(line), report, AF_NOWHERE);
    if (json && af_json_at(json, "einsum"))
        return json;
    af_json_free(json);
    return NULL;
}

/* The line with one member more. */
static char *with_names(af_arena *arena, const char *line, const af_names *names)
{
    af_json_writer w = {0};
    af_put_object(&w, NULL);
    af_put_array(&w, "reserved_across");
    for (int i = 0; i < af_name_count(names); i++)
        af_put_string(&w, NULL, af_name_text(names, i));
    af_put_end_array(&w);
    af_put_end_object(&w);
    size_t before = strlen(line) - 1;         /* without the closing bracket */
    char *longer = af_arena_room(arena, before + w.text.length + 1);
    memcpy(longer, line, before);
    memcpy(longer + before, w.text.bytes, w.text.length + 1);
    longer[before] = ',';                     /* for the opening bracket of the other */
    af_text_free(&w.text);
    return longer;
}

void af_note_reserved_across(af_arena *arena, char **lines, int n_lines)
{
    af_arena *scratch = af_arena_new();
    af_report *silent = af_report_new("");
    af_report_quiet(silent, true);
    af_names *names = af_names_new(arena);
    bool *is_einsum = af_new_array(arena, bool, n_lines), sure = true;
    for (int i = 0; i < n_lines && sure; i++) {
        af_arena_mark begun = af_arena_here(scratch);
        af_json *json = einsum_of_line(lines[i], silent);
        if (json) {
            is_einsum[i] = true;
            const af_einsum *e = af_einsum_of_json(scratch, json, silent, AF_NOWHERE);
            sure = e && note_einsum(scratch, e, names, silent);
        }
        af_json_free(json);
        af_arena_rewind(scratch, begun);
    }
    for (int i = 0; i < n_lines && sure; i++)
        if (is_einsum[i])
            lines[i] = with_names(arena, lines[i], names);
    af_report_free(silent);
    af_arena_free(scratch);
}
