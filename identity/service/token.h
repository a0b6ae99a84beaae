/* Tokens of sessions and devices: random, given once, and kept as their hash. */
#ifndef IDENTITY_SERVICE_TOKEN_H
#define IDENTITY_SERVICE_TOKEN_H

#include "identity/store/session_store.h"

#define TOKEN_BYTES 32
#define TOKEN_SIZE (2 * TOKEN_BYTES + 1)

/* The hash by which a token of a session or a device is kept; false: not a token of ours. */
bool token_hash(const char *token, uint8_t hash[TOKEN_HASH_SIZE]);

/* A new token in the arena, and its hash. */
char *token_make(struct arena *arena, uint8_t hash[TOKEN_HASH_SIZE]);

#endif
