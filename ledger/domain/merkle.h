/* Merkle trees as RFC 6962 (2.1) hashes them: a leaf is SHA-256 of 0x00 and what it says, a node of
 * 0x01 and its two sides. */
#ifndef LEDGER_DOMAIN_MERKLE_H
#define LEDGER_DOMAIN_MERKLE_H

#include <stddef.h>
#include <stdint.h>

#define MERKLE_HASH_SIZE 32
#define MERKLE_PATH_MAX 48

struct merkle_hash {
    uint8_t bytes[MERKLE_HASH_SIZE];
};

struct merkle_hash merkle_leaf(const void *data, size_t size);

/* Of count leaves that were hashed; at least one. */
struct merkle_hash merkle_root(const struct merkle_hash *leaves, size_t count);

/* The sides from the leaf up to the root; returns how many. */
size_t merkle_path(const struct merkle_hash *leaves, size_t count, size_t index,
                   struct merkle_hash path[MERKLE_PATH_MAX]);

#endif
