/* Einsums that differ in names only have the same templates and the same rows: layers of a network are mapped
 * once.
 *
 * The shape of an Einsum is the text of its record with the names of its tensors, rank variables and ranks
 * replaced by their places in the order of the names, also inside of expressions; sets that are empty, those
 * of other Einsums' names among them, are left out. Equal shapes are explored alike, so that nothing is lost
 * by taking the rows of one for the other (60 section 2: exploration depends on nothing but the Einsum): all
 * that the mapper asks of a name is how it compares with others (60 Q19). */
#include "lang/letter.h"
#include "pmap/compatibility.h"
#include "pmap/memo.h"

#include <pthread.h>
#include <stdlib.h>

typedef struct renaming { const char *name, *place; } renaming;
typedef struct renamings {
    af_arena *arena;
    renaming *items; int count, capacity;
    bool begins[256];                        /* a name with this byte */
} renamings;

typedef enum state { SOUGHT, FOUND, GIVEN_UP } state;
struct af_claim {
    const char *shape; uint64_t hash;
    state state;
    af_counts counts;
    int n_outcomes; const af_outcome *outcomes;
};
struct af_memo { af_arena *arena; pthread_mutex_t lock; af_list(af_claim *) items; };

af_memo *af_memo_new(void)
{
    af_arena *arena = af_arena_new();
    af_memo *memo = af_new(arena, af_memo);
    memo->arena = arena;
    pthread_mutex_init(&memo->lock, NULL);
    return memo;
}

void af_memo_free(af_memo *memo)
{
    for (int i = 0; i < memo->items.count; i++)
        for (int o = 0; o < memo->items.items[i]->n_outcomes; o++)
            af_arena_free(memo->items.items[i]->outcomes[o].arena);
    pthread_mutex_destroy(&memo->lock);
    af_arena_free(memo->arena);
}

/* ---- places of names */

static void add_name(renamings *r, const char *name, char kind, int place)
{
    for (int i = 0; i < r->count; i++)
        if (!strcmp(r->items[i].name, name)) {   /* a tensor, a rank and a rank variable may have one name */
            if (!strchr(r->items[i].place, kind))
                r->items[i].place = af_format(r->arena, "%s$%c%d", r->items[i].place, kind, place);
            return;
        }
    *af_push(r->arena, r) = (renaming){name, af_format(r->arena, "$%c%d", kind, place)};
}

static void add_sorted_names(renamings *r, const af_json *objects, char kind)
{
    int n = af_json_count(objects);
    af_json_reader reader = {0};
    const char **names = af_new_array(r->arena, const char *, n + 1);
    for (int i = 0; i < n; i++)
        names[i] = af_json_string_or(&reader, af_json_item(objects, i), "name", "");
    af_sort_texts(names, n);
    for (int i = 0; i < n; i++)
        add_name(r, names[i], kind, i);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const renaming *)a)->name, ((const renaming *)b)->name);
}

static renamings places_of(af_arena *arena, const af_json *record)
{
    renamings r = {.arena = arena};
    af_json_reader reader = {0};
    const af_json *tensors = af_json_at(record, "tensors");
    add_sorted_names(&r, tensors, 't');
    add_sorted_names(&r, af_json_at(record, "rank_variables"), 'v');
    for (int t = 0, n = 0; t < af_json_count(tensors); t++) {
        const af_json *ranks = af_json_at(af_json_item(tensors, t), "projection");
        for (int i = 0; i < af_json_count(ranks); i++)
            add_name(&r, af_json_string_or(&reader, af_json_item(ranks, i), "rank", ""), 'r', n++);
    }
    qsort(r.items, (size_t)r.count, sizeof *r.items, by_name);
    for (int i = 0; i < r.count; i++)
        r.begins[(unsigned char)*r.items[i].name] = true;
    return r;
}

/* ---- the text */

static const char *place_of(const renamings *r, const char *word, size_t length)
{
    int low = 0, high = r->begins[(unsigned char)*word] ? r->count - 1 : -1;
    while (low <= high) {
        int middle = (low + high) / 2, order = strncmp(r->items[middle].name, word, length);
        if (!order && r->items[middle].name[length])
            order = 1;
        if (!order)
            return r->items[middle].place;
        if (order < 0)
            low = middle + 1;
        else
            high = middle - 1;
    }
    return NULL;
}

/* Names are whole texts, or words in a longer one. */
static void put_words(af_text *out, const renamings *r, const char *text)
{
    const char *place = place_of(r, text, strlen(text));
    if (place) {
        af_text_puts(out, place);
        return;
    }
    const char *from = text;                 /* what is not written yet, and stays as it is */
    while (*text) {
        size_t n = 0;
        while (af_is_word_byte(text[n]))
            n++;
        place = n ? place_of(r, text, n) : NULL;
        if (place) {
            af_text_add(out, from, (size_t)(text - from));
            af_text_puts(out, place);
            from = text + n;
        }
        text += n ? n : 1;
    }
    af_text_add(out, from, (size_t)(text - from));
}

static bool is_left_out(const char *key, const af_json *value)
{
    const af_json *members = af_json_at(value, "s");
    return !strcmp(key, "index") || !strcmp(key, "einsum") || (members && !af_json_count(members));
}

static void put_shape(af_text *out, const renamings *r, const af_json *json)
{
    if (af_json_is_object(json)) {
        af_text_puts(out, "{");
        for (af_json_each(json, member)) {
            if (member.value && is_left_out(member.key, member.value))
                continue;
            put_words(out, r, member.key);
            af_text_puts(out, ":");
            put_shape(out, r, member.value);
        }
        af_text_puts(out, "}");
    } else if (af_json_is_array(json)) {
        af_text_puts(out, "[");
        for (int i = 0; i < af_json_count(json); i++)
            put_shape(out, r, af_json_item(json, i));
        af_text_puts(out, "]");
    } else if (af_json_is_string(json)) {
        af_json_reader reader = {0};
        af_text_puts(out, "'");
        put_words(out, r, af_json_as_string(&reader, json, ""));
        af_text_puts(out, "'");
    } else {
        af_json_writer w = {.text = *out, .first = true};
        af_put_json(&w, NULL, json);
        *out = w.text;
        af_text_puts(out, " ");
    }
}

const char *af_shape_of(af_arena *arena, const af_json *record)
{
    renamings r = places_of(arena, record);
    af_text text = {0};
    put_shape(&text, &r, record);
    const char *shape = af_copy_slice(arena, text.bytes, text.length);
    af_text_free(&text);
    return shape;
}

/* ---- what was explored */

static af_claim *known_of(af_memo *memo, const char *shape, uint64_t hash)
{
    for (int i = 0; i < memo->items.count; i++)
        if (memo->items.items[i]->hash == hash && !strcmp(memo->items.items[i]->shape, shape))
            return memo->items.items[i];
    return NULL;
}

af_claim *af_memo_claim(af_memo *memo, const char *shape, bool *first)
{
    uint64_t hash = af_hash_text(shape, AF_HASH_START);
    pthread_mutex_lock(&memo->lock);
    af_claim *known = known_of(memo, shape, hash);
    *first = !known || known->state == GIVEN_UP;
    if (!known) {
        known = *af_push(memo->arena, &memo->items) = af_new(memo->arena, af_claim);
        *known = (af_claim){.shape = af_copy_text(memo->arena, shape), .hash = hash};
    }
    known->state = *first ? SOUGHT : known->state;
    pthread_mutex_unlock(&memo->lock);
    return known;
}

void af_memo_add(af_memo *memo, af_claim *known, af_arena *arena, const af_counts *counts,
                 const af_outcome *outcomes, int n_outcomes)
{
    pthread_mutex_lock(&memo->lock);
    known->state = FOUND;
    known->counts = *counts;
    known->n_outcomes = n_outcomes, known->outcomes = outcomes;
    af_arena_adopt(memo->arena, arena);
    pthread_mutex_unlock(&memo->lock);
}

void af_memo_give_up(af_memo *memo, af_claim *known)
{
    pthread_mutex_lock(&memo->lock);
    known->state = GIVEN_UP;
    pthread_mutex_unlock(&memo->lock);
}

int af_memo_find(af_memo *memo, const af_claim *known, af_arena *arena, const af_einsum *einsum,
                 af_counts *counts, af_outcome **outcomes, int *n_outcomes)
{
    pthread_mutex_lock(&memo->lock);
    state state = known->state;
    pthread_mutex_unlock(&memo->lock);
    if (state != FOUND)
        return state == SOUGHT ? AF_LATER : 0;
    *counts = known->counts;
    *n_outcomes = known->n_outcomes;
    *outcomes = af_new_array(arena, af_outcome, known->n_outcomes + 1);
    for (int o = 0; o < known->n_outcomes; o++) {
        af_outcome *outcome = &(*outcomes)[o];
        *outcome = known->outcomes[o];
        af_pmapping renamed = {.einsum = einsum, .n_steps = outcome->n_steps, .steps = outcome->steps};
        if (!outcome->cause)
            outcome->compatibility = af_compatibility_of(arena, &renamed);
    }
    return 1;
}
