/* Memory: one allocation hook for the whole library, and arenas over it.
 *
 * Every byte passes af_memory_resize(), so that memory is counted, can be limited, and can be made to fail
 * at the n-th call in tests (the way of Lua). Callers never see NULL: when memory ends, the handler runs,
 * and it does not return (a tool says so and exits: 71, or 75 if a limit was set; nothing after it is
 * written, so no output looks whole). */
#ifndef AF_BASE_MEMORY_H
#define AF_BASE_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Size 0 frees and returns NULL; else never NULL. New bytes are not cleared */
void *af_memory_resize(void *block, size_t size);
void af_memory_limit(size_t bytes);                        /* 0: no limit */
void af_memory_fail_at(uint64_t call);   /* the call-th allocation from now on fails; 0: never */
/* What is freed stays with the process: for programs that end when their work is done */
void af_memory_keep(void);
/* Must not return; NULL: the default, a message and _exit */
void af_memory_on_failure(void (*handler)(bool limited));
size_t af_memory_in_use(void);
size_t af_memory_peak(void);

/* An arena hands out blocks that live until it is released. Not shared between threads. */
typedef struct af_arena af_arena;
typedef struct af_arena_mark { void *chunk; size_t used; } af_arena_mark;

af_arena *af_arena_new(void);
void af_arena_free(af_arena *arena);                       /* NULL is fine */
void *af_arena_take(af_arena *arena, size_t size);         /* zeroed, aligned to 16, never NULL */
/* The same, not set to anything: for what is written before it is read */
void *af_arena_room(af_arena *arena, size_t size);
af_arena_mark af_arena_here(const af_arena *arena);
void af_arena_rewind(af_arena *arena, af_arena_mark mark); /* frees what was taken since */
/* What `other` has lives as long as the arena from now on; `other` is gone */
void af_arena_adopt(af_arena *arena, af_arena *other);
size_t af_arena_size(const af_arena *arena);              /* bytes that it holds, whole chunks counted */

#define af_new(arena, type) ((type *)af_arena_take((arena), sizeof(type)))
#define af_new_array(arena, type, count) ((type *)af_arena_take((arena), sizeof(type) * (size_t)(count)))

/* A growing array in an arena: struct { T *items; int count, capacity; }.
 * af_push evaluates to the new item's address. The block left behind by growth stays in the arena. */
#define af_list(type) struct { type *items; int count, capacity; }
#define af_push(arena, list)                                                                                 \
    ((list)->count == (list)->capacity                                                                       \
         ? (void)((list)->items = af_arena_grow((arena), (list)->items, sizeof *(list)->items,               \
                                                (list)->count, &(list)->capacity))                           \
         : (void)0,                                                                                          \
     &(list)->items[(list)->count++])
void *af_arena_grow(af_arena *arena, const void *items, size_t size, int count, int *capacity);

#endif
