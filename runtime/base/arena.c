#include "runtime/base/arena.h"

#include <assert.h>
#include <fcntl.h>
#include <stdalign.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "runtime/base/secret.h"

#if defined(__SANITIZE_ADDRESS__)
#define ARENA_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_ASAN 1
#endif
#endif

/* Memory that was not lent is poisoned, and a gap follows each piece, so that AddressSanitizer sees
 * an overrun inside a chunk. */
#ifdef ARENA_ASAN
#include <sanitizer/asan_interface.h>
#define POISON(memory, size) ASAN_POISON_MEMORY_REGION((memory), (size))
#define UNPOISON(memory, size) ASAN_UNPOISON_MEMORY_REGION((memory), (size))
#define GAP_SIZE 16
#else
#define POISON(memory, size) ((void)(memory), (void)(size))
#define UNPOISON(memory, size) ((void)(memory), (void)(size))
#define GAP_SIZE 0
#endif

#define ALIGNMENT alignof(max_align_t)
#define CHUNK_SIZE_FIRST ((size_t)4096)
#define CHUNK_SIZE_MAX ((size_t)256 * 1024)
#define OVERDRAFT_BYTES_MAX ((size_t)256 * 1024 * 1024)

struct arena_chunk {
    alignas(max_align_t) struct arena_chunk *older;
    size_t size; /* of data */
    alignas(max_align_t) char data[];
};

static _Atomic uint64_t own_countdown;
static _Atomic uint64_t *countdown = &own_countdown;

void arena_fail_nth(unsigned long nth)
{
    atomic_store(countdown, nth);
}

bool arena_fail_by_file(const char *path)
{
    int file = open(path, O_RDWR | O_CLOEXEC);
    void *mapped =
        file < 0 ? MAP_FAILED
                 : mmap(NULL, sizeof own_countdown, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (file >= 0)
        close(file);
    if (mapped == MAP_FAILED)
        return false;
    countdown = mapped;
    return true;
}

static bool allocation_is_to_fail(void)
{
    if (atomic_load_explicit(countdown, memory_order_relaxed) == 0)
        return false;
    return atomic_fetch_sub(countdown, 1) == 1;
}

void arena_init(struct arena *arena, size_t taken_bytes_max)
{
    assert(arena != NULL);
    *arena = (struct arena){.taken_bytes_max = taken_bytes_max};
}

static void free_chunks_after(struct arena *arena, const struct arena_chunk *last)
{
    while (arena->chunks != last) {
        struct arena_chunk *chunk = arena->chunks;
        assert(chunk != NULL);
        arena->chunks = chunk->older;
        UNPOISON(chunk->data, chunk->size);
        if (arena->wiped)
            secret_wipe(chunk->data, chunk->size);
        free(chunk);
    }
}

void arena_wipe_when_freed(struct arena *arena)
{
    arena->wiped = true;
}

void arena_reset(struct arena *arena)
{
    assert(arena != NULL);
    free_chunks_after(arena, NULL);
    bool wiped = arena->wiped;
    arena_init(arena, arena->taken_bytes_max);
    arena->wiped = wiped;
}

struct arena_mark arena_mark(const struct arena *arena)
{
    assert(arena->next <= arena->end);
    return (struct arena_mark){arena->chunks, arena->next, arena->end, arena->taken_bytes,
                               arena->exhausted};
}

void arena_rewind(struct arena *arena, struct arena_mark mark)
{
    assert(mark.taken_bytes <= arena->taken_bytes);
    free_chunks_after(arena, mark.newest);
    arena->next = mark.next;
    arena->end = mark.end;
    arena->taken_bytes = mark.taken_bytes;
    arena->exhausted = mark.exhausted;
    POISON(arena->next, (size_t)(arena->end - arena->next));
}

void arena_deinit(struct arena *arena)
{
    arena_reset(arena);
}

static size_t chunk_size_for(const struct arena *arena, size_t piece_size)
{
    assert(piece_size > 0);
    size_t size = arena->chunks == NULL ? CHUNK_SIZE_FIRST : arena->chunks->size * 2;
    if (size > CHUNK_SIZE_MAX)
        size = CHUNK_SIZE_MAX;
    return size > piece_size ? size : piece_size;
}

static bool chunk_add(struct arena *arena, size_t piece_size)
{
    size_t size = chunk_size_for(arena, piece_size);
    assert(size >= piece_size);
    struct arena_chunk *chunk = malloc(sizeof *chunk + size);
    if (chunk == NULL)
        return false;
    chunk->older = arena->chunks;
    chunk->size = size;
    POISON(chunk->data, size);
    arena->chunks = chunk;
    arena->next = chunk->data;
    arena->end = chunk->data + size;
    return true;
}

static void *refuse(struct arena *arena)
{
    arena->exhausted = true;
    return NULL;
}

static inline size_t rounded(size_t size)
{
    return (size + (size == 0) + ALIGNMENT - 1) & ~(ALIGNMENT - 1);
}

/* NULL beyond bytes_max, or beyond the machine's memory. */
static inline void *lend(struct arena *arena, size_t size, size_t bytes_max)
{
    size_t left = arena->taken_bytes < bytes_max ? bytes_max - arena->taken_bytes : 0;
    size_t taken = rounded(size);
    if (size > left || taken > left)
        return NULL;
    if ((size_t)(arena->end - arena->next) < taken + GAP_SIZE &&
        !chunk_add(arena, taken + GAP_SIZE))
        return NULL;
    void *piece = arena->next;
    arena->next += taken + GAP_SIZE;
    arena->taken_bytes += taken;
    assert(arena->next <= arena->end && arena->taken_bytes <= bytes_max);
    UNPOISON(piece, size);
    return memset(piece, 0, size);
}

/* The end of the overdraft, or of the machine's memory, is no state to go on in. */
static void *overdraw(struct arena *arena, size_t size)
{
    assert(arena->taken_bytes_max <= SIZE_MAX - OVERDRAFT_BYTES_MAX);
    void *piece = lend(arena, size, arena->taken_bytes_max + OVERDRAFT_BYTES_MAX);
    arena->exhausted = true;
    if (piece == NULL) {
        fprintf(stderr, "an arena of %zu bytes was to lend %zu more than %zu\n",
                arena->taken_bytes_max, size, arena->taken_bytes);
        abort();
    }
    return piece;
}

bool arena_exhausted(const struct arena *arena)
{
    return arena->exhausted;
}

void *arena_try_alloc(struct arena *arena, size_t size)
{
    assert(arena != NULL);
    void *piece = allocation_is_to_fail() ? NULL : lend(arena, size, arena->taken_bytes_max);
    return piece != NULL ? piece : refuse(arena);
}

void *arena_try_alloc_array(struct arena *arena, size_t count, size_t size)
{
    size_t product;
    if (__builtin_mul_overflow(count, size, &product))
        return refuse(arena);
    return arena_try_alloc(arena, product);
}

void *arena_try_memdup(struct arena *arena, const void *bytes, size_t size)
{
    assert(size == 0 || bytes != NULL);
    void *copy = arena_try_alloc(arena, size);
    if (copy != NULL && size > 0)
        memcpy(copy, bytes, size);
    return copy;
}

void *arena_alloc(struct arena *arena, size_t size)
{
    assert(arena != NULL);
    void *piece = allocation_is_to_fail() ? NULL : lend(arena, size, arena->taken_bytes_max);
    return piece != NULL ? piece : overdraw(arena, size);
}

void *arena_alloc_array(struct arena *arena, size_t count, size_t size)
{
    size_t product;
    if (__builtin_mul_overflow(count, size, &product))
        product = SIZE_MAX;
    return arena_alloc(arena, product);
}

char *arena_strdup(struct arena *arena, const char *text)
{
    assert(text != NULL);
    return arena_strndup(arena, text, strlen(text));
}

char *arena_strndup(struct arena *arena, const char *text, size_t length)
{
    assert(text != NULL);
    length = strnlen(text, length);
    char *copy = arena_alloc(arena, length + 1);
    memcpy(copy, text, length);
    return copy;
}

void *arena_memdup(struct arena *arena, const void *bytes, size_t size)
{
    assert(size == 0 || bytes != NULL);
    void *copy = arena_alloc(arena, size);
    if (size > 0)
        memcpy(copy, bytes, size);
    return copy;
}

char *arena_printf(struct arena *arena, const char *format, ...)
{
    assert(format != NULL);
    va_list arguments;
    va_start(arguments, format);
    char *text = arena_vprintf(arena, format, arguments);
    va_end(arguments);
    return text;
}

char *arena_vprintf(struct arena *arena, const char *format, va_list arguments)
{
    va_list again;
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, again);
    va_end(again);
    assert(length >= 0);
    char *text = arena_alloc(arena, (size_t)length + 1);
    vsnprintf(text, (size_t)length + 1, format, arguments);
    return text;
}
