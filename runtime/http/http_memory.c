#include "runtime/http/http_memory.h"

#include <curl/curl.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/base/secret.h"

/* The old place is wiped, too: realloc would leave it as it was. */
static void *wiping_realloc(void *memory, size_t size)
{
    size_t old_size = memory != NULL ? malloc_usable_size(memory) : 0;
    void *moved = malloc(size);
    if (moved == NULL)
        return NULL;
    if (memory != NULL)
        memcpy(moved, memory, old_size < size ? old_size : size);
    secret_free(memory);
    return moved;
}

bool http_memory_init(void)
{
    return curl_global_init_mem(CURL_GLOBAL_DEFAULT, malloc, secret_free, wiping_realloc, strdup,
                                calloc) == CURLE_OK;
}
