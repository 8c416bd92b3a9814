/* The allocation hook, and arenas over it. */
#include "base/memory.h"

#include <malloc.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- the hook. Each block is preceded by its size, so that freeing can be counted; 16 bytes keep the
 * alignment. */
enum { HEADER = 16 };

static _Atomic size_t in_use, peak, limit;
static _Atomic uint64_t calls_left;          /* 0: no planned failure */
static void (*on_failure)(bool limited);

void af_memory_limit(size_t bytes) { limit = bytes; }
void af_memory_fail_at(uint64_t call) { calls_left = call; }

/* The mapper's many short-lived tables would else be given back to the system, and fetched again page by
 * page, all the time. */
void af_memory_keep(void)
{
#ifdef __GLIBC__
    mallopt(M_MMAP_THRESHOLD, 32 << 20);
    mallopt(M_TRIM_THRESHOLD, 256 << 20);
    mallopt(M_TOP_PAD, 1 << 20);              /* address space alone: fewer calls of the system */
#endif
}

void af_memory_on_failure(void (*handler)(bool limited)) { on_failure = handler; }
size_t af_memory_in_use(void) { return in_use; }
size_t af_memory_peak(void) { return peak; }

static _Noreturn void fail(bool limited)
{
    if (on_failure)
        on_failure(limited);
    fputs(limited ? "af: the memory limit is reached\n" : "af: out of memory\n", stderr);
    _exit(limited ? 75 : 71);
}

static void count(size_t before, size_t after)
{
    size_t now = atomic_fetch_add(&in_use, after - before) + after - before;
    size_t most = peak;
    while (now > most && !atomic_compare_exchange_weak(&peak, &most, now))
        ;
}

static bool planned_failure(void)
{
    return calls_left && atomic_fetch_sub(&calls_left, 1) == 1;
}

void *af_memory_resize(void *block, size_t size)
{
    char *base = block ? (char *)block - HEADER : NULL;
    size_t before = base ? *(size_t *)base : 0;
    if (!size) {
        count(before, 0);
        free(base);
        return NULL;
    }
    if (planned_failure() || size > SIZE_MAX / 2)
        fail(false);
    if (limit && size > before && in_use - before + size > limit)
        fail(true);
    base = realloc(base, size + HEADER);
    if (!base)
        fail(false);
    count(before, size);
    *(size_t *)base = size;
    return base + HEADER;
}

/* ---- arenas: a stack of chunks, each twice as large as the one before, up to a limit */
enum { FIRST_CHUNK = 4096, LARGEST_CHUNK = 1 << 20, ALIGNMENT = 16 };

typedef struct chunk {
    struct chunk *before;
    size_t size;
    _Alignas(ALIGNMENT) char bytes[];
} chunk;

struct af_arena {
    chunk *top, *bottom;
    size_t used, size;                        /* used: of the top chunk; size: of all */
};

af_arena *af_arena_new(void)
{
    af_arena *arena = af_memory_resize(NULL, sizeof *arena);
    *arena = (af_arena){0};
    return arena;
}

static void pop_chunk(af_arena *arena)
{
    chunk *top = arena->top;
    arena->top = top->before;
    arena->size -= top->size;
    af_memory_resize(top, 0);
}

void af_arena_free(af_arena *arena)
{
    if (!arena)
        return;
    while (arena->top)
        pop_chunk(arena);
    af_memory_resize(arena, 0);
}

static void push_chunk(af_arena *arena, size_t needed)
{
    size_t size = arena->top ? arena->top->size * 2 : FIRST_CHUNK;
    if (size > LARGEST_CHUNK)
        size = LARGEST_CHUNK;
    if (size < needed)
        size = needed;
    chunk *top = af_memory_resize(NULL, sizeof *top + size);
    top->before = arena->top;
    if (!arena->top)
        arena->bottom = top;
    top->size = size;
    arena->top = top;
    arena->used = 0;
    arena->size += size;
}

static size_t rounded_up(size_t size) { return (size + !size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT; }

void *af_arena_room(af_arena *arena, size_t size)
{
    if (size > SIZE_MAX / 2)                  /* a negative count, or an absurd product */
        fail(false);
    size_t rounded = rounded_up(size);
    if (!arena->top || arena->top->size - arena->used < rounded)
        push_chunk(arena, rounded);
    void *block = arena->top->bytes + arena->used;
    arena->used += rounded;
    return block;
}

void *af_arena_take(af_arena *arena, size_t size)
{
    return memset(af_arena_room(arena, size), 0, size <= SIZE_MAX / 2 ? rounded_up(size) : 0);
}

/* Its chunks go below all others, where no mark that is in use reaches. */
void af_arena_adopt(af_arena *arena, af_arena *other)
{
    if (!arena->top) {
        arena->top = other->top;
        arena->used = other->used;
    } else if (other->top) {
        arena->bottom->before = other->top;
    }
    if (other->top)
        arena->bottom = other->bottom;
    arena->size += other->size;
    other->top = NULL;
    af_arena_free(other);
}

size_t af_arena_size(const af_arena *arena) { return arena->size; }

af_arena_mark af_arena_here(const af_arena *arena)
{
    return (af_arena_mark){arena->top, arena->used};
}

void af_arena_rewind(af_arena *arena, af_arena_mark mark)
{
    while (arena->top != mark.chunk)
        pop_chunk(arena);
    arena->used = mark.used;
}

void *af_arena_grow(af_arena *arena, const void *items, size_t size, int count, int *capacity)
{
    int larger = *capacity ? *capacity * 2 : 8;
    if (larger <= *capacity)                  /* overflow of int */
        fail(false);
    char *grown = af_arena_room(arena, size * (size_t)larger);
    if (count)
        memcpy(grown, items, size * (size_t)count);
    memset(grown + size * (size_t)count, 0, size * (size_t)(larger - count));
    *capacity = larger;
    return grown;
}
