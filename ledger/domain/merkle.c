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

/* A node without another side goes up as it is: so RFC 6962's tree, which splits at the largest
 * power of two, has the same nodes. */
struct merkle_hash merkle_grow(struct merkle_hash *tree, size_t leaf_count)
{
    size_t level = leaf_count;
    assert(leaf_count > 0);
    for (; level > 1; level = (level + 1) / 2) {
        struct merkle_hash *above = tree + level;
        for (size_t i = 0; i < level; i += 2)
            above[i / 2] = i + 1 < level ? node(tree[i], tree[i + 1]) : tree[i];
        tree = above;
    }
    return tree[0];
}

size_t merkle_path(const struct merkle_hash *tree, size_t leaf_count, size_t index,
                   struct merkle_hash path[MERKLE_PATH_MAX])
{
    size_t size = 0;
    assert(index < leaf_count);
    for (size_t level = leaf_count; level > 1; level = (level + 1) / 2) {
        size_t side = index ^ 1;
        assert(size < MERKLE_PATH_MAX);
        if (side < level)
            path[size++] = tree[side];
        tree += level;
        index /= 2;
    }
    return size;
}
