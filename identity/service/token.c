#include "identity/service/token.h"

#include "runtime/base/text.h"

char *token_make(struct arena *arena, uint8_t hash[TOKEN_HASH_SIZE])
{
    uint8_t random[TOKEN_BYTES];
    char *token = arena_alloc(arena, TOKEN_SIZE);
    random_bytes(random, sizeof random);
    sha256(bytes_to_hex(random, sizeof random, token), TOKEN_SIZE - 1, hash);
    return token;
}

bool token_hash(const char *token, uint8_t hash[TOKEN_HASH_SIZE])
{
    uint8_t random[TOKEN_BYTES];
    if (!bytes_from_hex(token, random, sizeof random))
        return false;
    sha256(token, TOKEN_SIZE - 1, hash);
    return true;
}
