#include "identity/service/token.h"

#include "runtime/base/text.h"

bool token_hash(const char *token, uint8_t hash[TOKEN_HASH_SIZE])
{
    uint8_t random[TOKEN_BYTES];
    if (!bytes_from_hex(token, random, sizeof random))
        return false;
    sha256(token, TOKEN_SIZE - 1, hash);
    return true;
}
