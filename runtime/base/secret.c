#include "runtime/base/secret.h"

#include <assert.h>
#include <openssl/crypto.h>

void secret_wipe(void *memory, size_t size)
{
    assert(size == 0 || memory != NULL);
    OPENSSL_cleanse(memory, size);
}
