/* An arena: memory that is taken piece by piece and given back all at once. Every rpc call, job and
 * batch has one, with a maximum. Business code never calls malloc or free (banned.h).
 *
 * An allocation beyond the maximum is lent all the same, and remembered: the arena is exhausted,
 * and nothing that was made in it is sent, answered or kept from then on. message_pack, the
 * statements and the COMMIT of a database, a call's answer, a call to a peer and mail ask
 * arena_exhausted and end in FAILURE_EXHAUSTED. So nobody between them needs to ask. Code that
 * means to go on goes back to a place before it (arena_rewind, arena_reset).
 *
 * The overdraft has an end of its own, 256 MiB beyond the maximum: no code may go on that long
 * without coming to one of those places, so the process stops. An amount that the caller, a peer or
 * a table chooses is therefore taken by arena_try_alloc, which lends nothing beyond the maximum. */
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
    bool wiped;     /* what is given back is overwritten first */
    bool exhausted; /* an allocation went beyond the maximum, or was refused */
};

/* No memory is taken until the first allocation. */
void arena_init(struct arena *arena, size_t taken_bytes_max);

/* Gives everything back; the arena may be used again. */
void arena_reset(struct arena *arena);
void arena_deinit(struct arena *arena);

/* From now on what is given back is overwritten first: the arena of a call whose messages hold
 * secrets. */
void arena_wipe_when_freed(struct arena *arena);

/* A place in an arena. Rewinding gives back what was taken since, and forgets what was refused
 * since, for work that goes round: a call that streams, a batch that is tried again. */
struct arena_mark {
    struct arena_chunk *newest;
    char *next;
    char *end;
    size_t taken_bytes;
    bool exhausted;
};
struct arena_mark arena_mark(const struct arena *arena);
void arena_rewind(struct arena *arena, struct arena_mark mark);

/* Whether an allocation went beyond the maximum, or was refused, since the arena was new, reset or
 * rewound. */
bool arena_exhausted(const struct arena *arena);

/* Lends zeroed memory, aligned for any type, until the arena is reset; never NULL. */
void *arena_alloc(struct arena *arena, size_t size) must_check;
void *arena_alloc_array(struct arena *arena, size_t count, size_t size) must_check;

/* As arena_alloc, but NULL beyond the maximum, or when count * size overflows. */
void *arena_try_alloc(struct arena *arena, size_t size) must_check;
void *arena_try_alloc_array(struct arena *arena, size_t count, size_t size) must_check;
void *arena_try_memdup(struct arena *arena, const void *bytes, size_t size) must_check;

/* Copies, as arena_alloc lends. */
char *arena_strdup(struct arena *arena, const char *text) must_check;
char *arena_strndup(struct arena *arena, const char *text, size_t length) must_check;
void *arena_memdup(struct arena *arena, const void *bytes, size_t size) must_check;

/* Formats like printf, as arena_alloc lends. */
char *arena_printf(struct arena *arena, const char *format, ...) must_check
    __attribute__((format(printf, 2, 3)));
char *arena_vprintf(struct arena *arena, const char *format, va_list arguments) must_check
    __attribute__((format(printf, 2, 0)));

/* For the fault tests, process wide: the n-th allocation from now on fails (0: never) … */
void arena_fail_nth(unsigned long nth);

/* … or, counted down in the first 8 bytes of a file that others write (little endian), the one that
 * reaches 0; false: no such file. */
bool arena_fail_by_file(const char *path) must_check;

#endif
