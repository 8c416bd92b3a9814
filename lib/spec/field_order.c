/* In what order fields are evaluated (10 section 8.1): first those that are never expressions, then each once
 * the fields that its text names are done, containers after all else that is ready; within each kind by name.
 * Linear in the texts, n log n in the fields. */
#include "spec/field_order.h"

#include <stdlib.h>
#include <string.h>

typedef struct edge { int dependent, next; } edge;   /* of a list per entry: who names it */
struct field_order {
    af_arena *arena;
    int count; ordered_field *fields;
    /* missing: mentions of fields that are not done */
    struct { int missing, first_edge; bool done; } *states;
    af_list(edge) edges;
    int n_ready, *ready;                      /* a heap of ranks, the least first */
};

/* ---- the heap of what is ready: ranks are in the order of evaluation, and tell the field */

static int rank_of(const field_order *o, int field)
{
    const ordered_field *f = &o->fields[field];
    return field + o->count * (!f->pending ? 0 : !f->container ? 1 : 2);
}

static void swap(int *a, int *b)
{
    int kept = *a;
    *a = *b;
    *b = kept;
}

static void add_ready(field_order *o, int field)
{
    int at = o->n_ready++;
    o->ready[at] = rank_of(o, field);
    for (; at && o->ready[at] < o->ready[(at - 1) / 2]; at = (at - 1) / 2)
        swap(&o->ready[at], &o->ready[(at - 1) / 2]);
}

static int take_ready(field_order *o)
{
    int least = o->ready[0];
    o->ready[0] = o->ready[--o->n_ready];
    for (int at = 0, child; (child = 2 * at + 1) < o->n_ready; at = child) {
        child += child + 1 < o->n_ready && o->ready[child + 1] < o->ready[child];
        if (o->ready[at] <= o->ready[child])
            break;
        swap(&o->ready[at], &o->ready[child]);
    }
    return least % o->count;
}

/* ---- who waits for whom */

static int compare_slice(const char *start, size_t length, const char *name)
{
    int order = strncmp(start, name, length);
    return order ? order : -(name[length] != 0);
}

static int find_field(const field_order *o, const char *start, size_t length)
{
    int low = 0, high = o->count - 1;
    while (low <= high) {
        int middle = (low + high) / 2, order = compare_slice(start, length, o->fields[middle].name);
        if (!order)
            return middle;
        *(order < 0 ? &high : &low) = order < 0 ? middle - 1 : middle + 1;
    }
    return -1;
}

typedef struct reading { field_order *order; int field; } reading;

static void note_word(void *context, const char *start, size_t length)
{
    reading *r = context;
    field_order *o = r->order;
    int named = find_field(o, start, length);
    if (named < 0 || named == r->field || !o->fields[named].pending)
        return;
    *af_push(o->arena, &o->edges) = (edge){r->field, o->states[named].first_edge};
    o->states[named].first_edge = o->edges.count;
    o->states[r->field].missing++;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const ordered_field *)a)->name, ((const ordered_field *)b)->name);
}

field_order *af_field_order(af_arena *arena, ordered_field *fields, int count)
{
    field_order *o = af_new(arena, field_order);
    *o = (field_order){.arena = arena, .count = count, .fields = fields};
    o->ready = af_new_array(arena, int, count + 1);
    o->states = af_arena_take(arena, sizeof *o->states * (size_t)(count + 1));
    qsort(fields, (size_t)count, sizeof *fields, by_name);
    for (int i = 0; i < count; i++)
        if (fields[i].pending && fields[i].value.type == AF_STRING && !fields[i].value.quoted)
            af_identifier_runs(fields[i].value.string, note_word, &(reading){o, i});
    for (int i = 0; i < count; i++)
        if (!o->states[i].missing)
            add_ready(o, i);
    return o;
}

const ordered_field *af_next_field(field_order *o)
{
    if (!o->n_ready)
        return NULL;
    int field = take_ready(o);
    o->states[field].done = true;
    for (int e = o->states[field].first_edge; e; e = o->edges.items[e - 1].next)
        if (!--o->states[o->edges.items[e - 1].dependent].missing)
            add_ready(o, o->edges.items[e - 1].dependent);
    return &o->fields[field];
}

/* "a names b, b names a", of the fields that are left, at most some. */
static void add_circle(const field_order *o, af_text *text)
{
    int count = 0;
    for (int i = 0; i < o->count; i++)
        for (int e = o->states[i].first_edge; e && !o->states[i].done && count < 6;
             e = o->edges.items[e - 1].next) {
            int dependent = o->edges.items[e - 1].dependent, later = o->edges.items[e - 1].next;
            /* A text that says the name twice */
            bool again = later && o->edges.items[later - 1].dependent == dependent;
            if (!o->states[dependent].done && !again)
                af_text_printf(text, "%s%s names %s", count++ ? ", " : "", o->fields[dependent].name,
                               o->fields[i].name);
        }
}

int af_check_order(const field_order *o, af_report *report, af_place place, const char *path)
{
    af_text names = {0};
    for (int i = 0; i < o->count; i++) {
        if (o->states[i].done)
            continue;
        if (!names.length && o->fields[i].value.line)
            place = af_place_of(o->fields[i].value);
        af_text_printf(&names, "%s%s", names.length ? ", " : "", o->fields[i].name);
    }
    bool failed = names.length;
    if (failed) {
        af_text circle = {0};
        add_circle(o, &circle);
        af_fail(report, AF_BAD_DATA, place, path,
                "Circular dependency detected in expressions. Fields: %s (%s)", names.bytes,
                circle.bytes ? circle.bytes : "");
        af_text_free(&circle);
    }
    af_text_free(&names);
    return failed ? -1 : 0;
}
