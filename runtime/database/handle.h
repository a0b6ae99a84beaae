/* libuv handles live on the heap, each on its own: libuv ends a handle one turn of the loop after
 * it was closed, and whatever used it does not have to wait for that. */
#ifndef RUNTIME_DATABASE_HANDLE_H
#define RUNTIME_DATABASE_HANDLE_H

#include <assert.h>
#include <stdlib.h>
#include <uv.h>

static inline void handle_closed(uv_handle_t *handle)
{
    free(handle);
}

/* No callback of the handle runs after this. */
#define handle_close(handle) uv_close((uv_handle_t *)(handle), handle_closed)

static inline void *handle_new(size_t size)
{
    void *handle = calloc(1, size);
    assert(handle != NULL);
    return handle;
}

/* For libuv calls that only fail when they are used wrongly. */
static inline void handle_check(int result)
{
    assert(result == 0);
    (void)result;
}

#endif
