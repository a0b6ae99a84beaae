#include "runtime/base/secret.h"

#include <openssl/crypto.h>

void secret_wipe(void *memory, size_t size)
{
    OPENSSL_cleanse(memory, size);
}
