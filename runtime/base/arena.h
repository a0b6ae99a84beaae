/* An arena: memory that is taken piece by piece and given back all at once. Every rpc call, job and batch has one, with a maximum.
 * Business code never calls malloc or free (banned.h). */
#ifndef RUNTIME_BASE_ARENA_H
#define RUNTIME_BASE_ARENA_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include "runtime/base/failure.h"

struct arena_chunk;

struct arena {
    struct arena_chunk *chunks; /* newest first */
    char *next;
    char *end;
    size_t taken_bytes;
    size_t taken_bytes_max;
    bool wiped; /* what is given back is overwritten first */
};

/* No memory is taken until the first allocation. */
void arena_init(struct arena *arena, size_t taken_bytes_max);

/* Gives everything back; the arena may be used again. */
void arena_reset(struct arena *arena);
void arena_deinit(struct arena *arena);

/* From now on what is given back is overwritten first: the arena of a call whose messages hold secrets. */
void arena_wipe_when_freed(struct arena *arena);

/* A place in an arena. Rewinding gives back what was taken since, for work that goes round: a call that streams. */
struct arena_mark {
    struct arena_chunk *newest;
    char *next;
    char *end;
    size_t taken_bytes;
};
struct arena_mark arena_mark(const struct arena *arena);
void arena_rewind(struct arena *arena, struct arena_mark mark);

/* Lends zeroed memory, aligned for any type, until the arena is reset. NULL when the maximum is reached (answer RESOURCE_EXHAUSTED). */
void *arena_alloc(struct arena *arena, size_t size) must_check;

/* As arena_alloc for count elements; NULL also when count * size overflows. */
void *arena_alloc_array(struct arena *arena, size_t count, size_t size) must_check;

/* Copies text; NULL at the maximum. */
char *arena_strdup(struct arena *arena, const char *text) must_check;
char *arena_strndup(struct arena *arena, const char *text, size_t length) must_check;
void *arena_memdup(struct arena *arena, const void *bytes, size_t size) must_check;

/* Formats like printf; NULL at the maximum. */
char *arena_printf(struct arena *arena, const char *format, ...) must_check __attribute__((format(printf, 2, 3)));
char *arena_vprintf(struct arena *arena, const char *format, va_list arguments) must_check __attribute__((format(printf, 2, 0)));

/* Makes the n-th allocation from now on fail (0 = never), for the fault tests. Process wide. */
void arena_fail_nth(unsigned long nth);

#endif
