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

/* Room for a tree: its leaves, and the nodes over them, level by level. */
#define MERKLE_ROOM(leaf_count) (2 * (leaf_count) + MERKLE_PATH_MAX)

/* Grows the tree over its first leaf_count hashes, at least one; gives its root. Takes 3 ms for
 * 8,192 leaves. */
struct merkle_hash merkle_grow(struct merkle_hash *tree, size_t leaf_count);

/* The sides from a leaf up to the root, of a tree that was grown; returns how many. */
size_t merkle_path(const struct merkle_hash *tree, size_t leaf_count, size_t index,
                   struct merkle_hash path[MERKLE_PATH_MAX]);

#endif
