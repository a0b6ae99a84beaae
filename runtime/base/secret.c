#include "runtime/base/secret.h"

#include <assert.h>
#include <malloc.h>
#include <openssl/crypto.h>
#include <stdlib.h>

void secret_wipe(void *memory, size_t size)
{
    assert(size == 0 || memory != NULL);
    OPENSSL_cleanse(memory, size);
}

void secret_free(void *memory)
{
    if (memory != NULL)
        secret_wipe(memory, malloc_usable_size(memory));
    free(memory);
}
