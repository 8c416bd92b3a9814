/* Values: making, dictionaries, equality and truth as Python has them, places. */
#include "lang/value.h"
#include "lang/number.h"
#include "lang/token_set.h"

#include <math.h>
#include <pthread.h>
#include <string.h>

af_value af_undefined(void) { return (af_value){.type = AF_UNDEFINED}; }
af_value af_none(void) { return (af_value){.type = AF_NONE}; }
af_value af_bool(bool truth) { return (af_value){.type = AF_BOOL, .truth = truth}; }
af_value af_int(int64_t integer) { return (af_value){.type = AF_INT, .integer = integer}; }
af_value af_real(double real) { return (af_value){.type = AF_REAL, .real = real}; }
af_value af_string(const char *text) { return (af_value){.type = AF_STRING, .string = text}; }

static af_value items_value(af_arena *arena, af_type type, int count)
{
    af_items *items = af_new(arena, af_items);
    items->count = count;
    items->items = af_new_array(arena, af_value, count);
    return (af_value){.type = type, .list = items};
}

af_value af_list_value(af_arena *arena, int count) { return items_value(arena, AF_LIST, count); }
af_value af_tuple_value(af_arena *arena, int count) { return items_value(arena, AF_TUPLE, count); }
af_value af_dict_value(af_arena *arena)
{
    return (af_value){.type = AF_DICT, .dict = af_new(arena, af_dict)};
}

af_value af_range_value(af_arena *arena, int64_t start, int64_t stop, int64_t step)
{
    af_range *range = af_new(arena, af_range);
    uint64_t span = step > 0 ? (uint64_t)stop - (uint64_t)start : (uint64_t)start - (uint64_t)stop;
    uint64_t width = step > 0 ? (uint64_t)step : 0 - (uint64_t)step, count = (span - 1) / width;
    bool empty = step > 0 ? start >= stop : start <= stop;
    *range = (af_range){start, stop, step, empty ? 0 : count < INT64_MAX ? (int64_t)count + 1 : INT64_MAX};
    return (af_value){.type = AF_RANGE, .range = range};
}

/* ---- numbers */
bool af_is_number(af_value value) { return af_is_integer(value) || value.type == AF_REAL; }

double af_as_double(af_value value)
{
    double real = NAN;
    if (value.type == AF_REAL)
        return value.real;
    if (af_is_integer(value) && !af_int_to_double(value, &real))
        return af_int_sign(value) * INFINITY;
    return real;
}

/* ---- truth and equality */
bool af_truth(af_value value)
{
    switch (value.type) {
    case AF_BOOL: return value.truth;
    case AF_INT: return value.integer != 0;
    case AF_REAL: return value.real != 0;
    case AF_STRING: return value.string[0] != 0;
    case AF_LIST: case AF_TUPLE: case AF_PLAIN_SET: return value.list->count > 0;
    case AF_DICT: return value.dict->count > 0;
    case AF_SET: return (value.set->members | value.set->strangers) != 0;
    case AF_RANGE: return value.range->count > 0;
    case AF_OBJECT: return !value.object->kind->count || value.object->kind->count(value.object) > 0;
    case AF_UNDEFINED: case AF_NONE: return false;
    default: return true;                     /* BIG is never 0; functions, iterators, unknown numbers */
    }
}

static bool numbers_equal(af_value a, af_value b)
{
    if (a.type == AF_REAL && b.type == AF_REAL)
        return a.real == b.real;
    if (a.type == AF_REAL)
        return !isnan(a.real) && af_int_compare_real(b, a.real) == 0;
    if (b.type == AF_REAL)
        return !isnan(b.real) && af_int_compare_real(a, b.real) == 0;
    return af_int_compare(a, b) == 0;
}

/* Same item, or equal: Python's containers take an item for equal to itself, nan too. */
static bool same_item(af_value a, af_value b)
{
    return (a.type == b.type && a.type != AF_BOOL && a.integer == b.integer) || af_equal(a, b);
}

static bool items_equal(const af_items *a, const af_items *b)
{
    if (a == b)
        return true;
    bool equal = a->count == b->count;
    for (int i = 0; equal && i < a->count; i++)
        equal = same_item(a->items[i], b->items[i]);
    return equal;
}

static const af_entry *find(const af_dict *dict, af_value key);

static bool dicts_equal(const af_dict *a, const af_dict *b)
{
    if (a == b)
        return true;
    bool equal = a->count == b->count;
    for (int i = 0; equal && i < a->count; i++) {
        const af_entry *other = find(b, a->entries[i].key);
        equal = other && same_item(a->entries[i].value, other->value);
    }
    return equal;
}

static bool plain_sets_equal(const af_items *a, const af_items *b)
{
    bool equal = a->count == b->count;
    for (int i = 0; equal && i < a->count; i++) {
        int j = 0;
        while (j < b->count && !same_item(a->items[i], b->items[j]))
            j++;
        equal = j < b->count;
    }
    return equal;
}

/* With the same items. */
static bool ranges_equal(const af_range *a, const af_range *b)
{
    if (a->count != b->count || !a->count)
        return a->count == b->count;
    return a->start == b->start && (a->count == 1 || a->step == b->step);
}

bool af_equal(af_value a, af_value b)
{
    if (af_is_number(a) && af_is_number(b))
        return numbers_equal(a, b);
    if (a.type != b.type)
        return false;
    switch (a.type) {
    case AF_STRING: return !strcmp(a.string, b.string);
    case AF_LIST: case AF_TUPLE: return items_equal(a.list, b.list);
    case AF_PLAIN_SET: return plain_sets_equal(a.list, b.list);
    case AF_DICT: return dicts_equal(a.dict, b.dict);
    case AF_SET: return a.set->members == b.set->members && a.set->strangers == b.set->strangers &&
                        (a.set->kind == b.set->kind || !(a.set->members | a.set->strangers));
    case AF_RANGE: return ranges_equal(a.range, b.range);
    case AF_UNDEFINED: return true;
    case AF_NONE: return true;
    default: return a.object == b.object;     /* the same one */
    }
}

/* ---- dictionaries: entries in order; past a few, an index of hashed places */
enum { FEW_ENTRIES = 8 };

static uint32_t mix(uint32_t hash, uint64_t word)
{
    word = (word ^ hash) * 0x9e3779b97f4a7c15u;
    return (uint32_t)(word >> 32) ^ (uint32_t)word;
}

static uint32_t hash_of_real(double real)
{
    if (fabs(real) < 0x1p63 && real == trunc(real))
        return mix(1, (uint64_t)(int64_t)real);
    uint64_t bits;
    memcpy(&bits, &real, sizeof bits);
    return mix(2, bits);
}

/* Equal keys have equal hashes: 1, 1.0 and True are one key. */
static uint32_t hash_of(af_value key)
{
    uint32_t hash = key.type;
    switch (key.type) {
    case AF_BOOL: return mix(1, key.truth);
    case AF_INT: return mix(1, (uint64_t)key.integer);
    case AF_BIG: case AF_REAL: return hash_of_real(af_as_double(key));
    case AF_STRING: return (uint32_t)af_hash_text(key.string, AF_HASH_START);
    case AF_TUPLE:
        for (int i = 0; i < key.list->count; i++)
            hash = mix(hash, hash_of(key.list->items[i]));
        return hash;
    default: return hash;
    }
}

static uint32_t *place_of(const af_dict *dict, af_value key)
{
    uint32_t i = hash_of(key) & (dict->n_index - 1);
    while (dict->index[i] && !same_item(dict->entries[dict->index[i] - 1].key, key))
        i = (i + 1) & (dict->n_index - 1);
    return &dict->index[i];
}

static const af_entry *find_text(const af_dict *dict, const char *key)
{
    for (int i = 0; i < dict->count; i++)
        if (dict->entries[i].key.type == AF_STRING && af_same_text(dict->entries[i].key.string, key))
            return &dict->entries[i];
    return NULL;
}

static const af_entry *find(const af_dict *dict, af_value key)
{
    if (dict->index) {
        uint32_t entry = *place_of(dict, key);
        return entry ? &dict->entries[entry - 1] : NULL;
    }
    if (key.type == AF_STRING)
        return find_text(dict, key.string);
    for (int i = 0; i < dict->count; i++)
        if (same_item(dict->entries[i].key, key))
            return &dict->entries[i];
    return NULL;
}

static void make_index(af_arena *arena, af_dict *dict)
{
    dict->n_index = 4 * (uint32_t)dict->capacity;    /* capacities are powers of two */
    dict->index = af_new_array(arena, uint32_t, dict->n_index);
    for (int i = 0; i < dict->count; i++)
        *place_of(dict, dict->entries[i].key) = (uint32_t)i + 1;
}

static void grow(af_arena *arena, af_dict *dict)
{
    int capacity = dict->capacity ? dict->capacity * 2 : 4;
    af_entry *entries = af_new_array(arena, af_entry, capacity);
    if (dict->count)
        memcpy(entries, dict->entries, sizeof *entries * (size_t)dict->count);
    dict->entries = entries;
    dict->capacity = capacity;
    if (capacity > FEW_ENTRIES)
        make_index(arena, dict);
}

void af_dict_put(af_arena *arena, af_value value, af_value key, af_value item)
{
    af_dict *dict = (af_dict *)value.dict;           /* being made: not yet shared */
    af_entry *old = (af_entry *)find(dict, key);
    if (old) {
        old->value = item;
        return;
    }
    if (dict->count == dict->capacity)
        grow(arena, dict);
    dict->entries[dict->count++] = (af_entry){key, item};
    if (dict->index)
        *place_of(dict, key) = (uint32_t)dict->count;
}

void af_dict_remove(af_value value, af_value key)
{
    af_dict *dict = (af_dict *)value.dict;           /* being made: not yet shared */
    af_entry *old = (af_entry *)find(dict, key);
    if (!old)
        return;
    memmove(old, old + 1, sizeof *old * (size_t)(dict->entries + dict->count - old - 1));
    dict->count--;
    if (dict->index)
        memset(dict->index, 0, sizeof *dict->index * dict->n_index);
    for (int i = 0; dict->index && i < dict->count; i++)
        *place_of(dict, dict->entries[i].key) = (uint32_t)i + 1;
}

const af_value *af_dict_get(af_value dict, af_value key)
{
    const af_entry *entry = dict.type == AF_DICT ? find(dict.dict, key) : NULL;
    return entry ? &entry->value : NULL;
}

const af_value *af_dict_find(af_value dict, const char *key) { return af_dict_get(dict, af_string(key)); }

const af_entry *af_dict_entries(af_value dict, int *count)
{
    *count = dict.type == AF_DICT ? dict.dict->count : 0;
    return *count ? dict.dict->entries : NULL;
}

/* ---- copies */
static af_value copy_items(af_arena *arena, af_value value)
{
    af_value copy = value;
    copy.list = items_value(arena, value.type, value.list->count).list;
    for (int i = 0; i < value.list->count; i++)
        copy.list->items[i] = af_copy_value(arena, value.list->items[i]);
    return copy;
}

static af_value copy_dict(af_arena *arena, af_value value)
{
    af_value copy = value;
    af_dict *dict = af_new(arena, af_dict);
    copy.dict = dict;
    dict->tag = af_copy_text(arena, value.dict->tag);
    for (int i = 0; i < value.dict->count; i++)
        af_dict_put(arena, copy, af_copy_value(arena, value.dict->entries[i].key),
                    af_copy_value(arena, value.dict->entries[i].value));
    return copy;
}

static const void *copy_block(af_arena *arena, const void *block, size_t size)
{
    return memcpy(af_arena_take(arena, size), block, size);
}

af_value af_copy_value(af_arena *arena, af_value value)
{
    switch (value.type) {
    case AF_STRING: value.string = af_copy_text(arena, value.string); return value;
    case AF_BIG:
        value.big = copy_block(arena, value.big,
                               sizeof *value.big + sizeof *value.big->limbs * (size_t)value.big->count);
        return value;
    case AF_LIST: case AF_TUPLE: case AF_PLAIN_SET: return copy_items(arena, value);
    case AF_DICT: return copy_dict(arena, value);
    case AF_RANGE: value.range = copy_block(arena, value.range, sizeof *value.range); return value;
    case AF_SET: value.set = copy_block(arena, value.set, sizeof *value.set); return value;
    default: return value;                    /* what it points to belongs to somebody else */
    }
}

/* ---- names of types */
const char *af_type_name(af_value value)
{
    static const char *const names[] = {
        [AF_UNDEFINED] = "undefined", [AF_NONE] = "NoneType", [AF_BOOL] = "bool", [AF_INT] = "int",
        [AF_BIG] = "int", [AF_REAL] = "float",
        [AF_STRING] = "str", [AF_LIST] = "list", [AF_TUPLE] = "tuple", [AF_DICT] = "dict",
        [AF_SET] = "set of tensors",
        [AF_FUNCTION] = "function", [AF_RANGE] = "range", [AF_PLAIN_SET] = "set",
    };
    switch (value.type) {
    case AF_SET: return value.set->kind == AF_TENSORS ? names[AF_SET] : "set of rank variables";
    case AF_OBJECT: return value.object->kind->name;
    case AF_OPAQUE: return value.opaque->kind->name;
    case AF_ITERATOR: return value.iterator->name;
    default: return names[value.type];
    }
}

/* ---- places. Values refer to the table of files until the end. A file is in it before n_files says so. */
static char *files[UINT16_MAX];
static _Atomic int n_files;
static pthread_mutex_t files_lock = PTHREAD_MUTEX_INITIALIZER;

int af_source_file(const char *path)
{
    pthread_mutex_lock(&files_lock);
    int i = 0;
    while (i < n_files && strcmp(files[i], path))
        i++;
    if (i == n_files && i < UINT16_MAX) {
        size_t size = strlen(path) + 1;
        files[i] = memcpy(af_memory_resize(NULL, size), path, size);
        n_files = i + 1;
    }
    pthread_mutex_unlock(&files_lock);
    return i < UINT16_MAX ? i + 1 : 0;
}

void af_forget_source_files(void)
{
    for (int i = 0; i < n_files; i++)
        af_memory_resize(files[i], 0);
    n_files = 0;
}

const char *af_source_path(int file) { return file > 0 && file <= n_files ? files[file - 1] : NULL; }

af_place af_place_of(af_value value)
{
    return (af_place){af_source_path(value.file), (int)value.line, (int)value.column};
}
