#include "ledger/domain/merkle.h"

#include <assert.h>
#include <string.h>

#include "runtime/base/text.h"

struct merkle_hash merkle_leaf(const void *data, size_t size)
{
    uint8_t bytes[1 + 128] = {0};
    struct merkle_hash hash;
    assert(size < sizeof bytes);
    memcpy(bytes + 1, data, size);
    sha256(bytes, 1 + size, hash.bytes);
    return hash;
}

static struct merkle_hash node(struct merkle_hash left, struct merkle_hash right)
{
    uint8_t bytes[1 + 2 * MERKLE_HASH_SIZE] = {1};
    struct merkle_hash hash;
    memcpy(bytes + 1, left.bytes, MERKLE_HASH_SIZE);
    memcpy(bytes + 1 + MERKLE_HASH_SIZE, right.bytes, MERKLE_HASH_SIZE);
    sha256(bytes, sizeof bytes, hash.bytes);
    return hash;
}

/* The largest power of two below count. */
static size_t split(size_t count)
{
    size_t left = 1;
    assert(count > 1);
    while (left * 2 < count)
        left *= 2;
    return left;
}

struct merkle_hash merkle_root(const struct merkle_hash *leaves, size_t count)
{
    assert(count > 0);
    if (count == 1)
        return leaves[0];
    size_t left = split(count);
    return node(merkle_root(leaves, left), merkle_root(leaves + left, count - left));
}

size_t merkle_path(const struct merkle_hash *leaves, size_t count, size_t index,
                   struct merkle_hash path[MERKLE_PATH_MAX])
{
    assert(index < count);
    if (count == 1)
        return 0;
    size_t left = split(count);
    bool is_left = index < left;
    size_t size = is_left ? merkle_path(leaves, left, index, path)
                          : merkle_path(leaves + left, count - left, index - left, path);
    assert(size < MERKLE_PATH_MAX);
    path[size] = is_left ? merkle_root(leaves + left, count - left) : merkle_root(leaves, left);
    assert(size + 1 <= MERKLE_PATH_MAX);
    return size + 1;
}
