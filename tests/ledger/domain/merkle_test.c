/* The tree is RFC 6962's (2.1): its definition, written down once more, gives the same root, and
 * the same sides of each leaf, whatever the number of leaves. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ledger/domain/merkle.h"
#include "runtime/base/text.h"

#define LEAVES_MAX 70

static struct merkle_hash node(const struct merkle_hash *left, const struct merkle_hash *right)
{
    uint8_t bytes[65] = {1};
    struct merkle_hash hash;
    memcpy(bytes + 1, left, 32);
    memcpy(bytes + 33, right, 32);
    sha256(bytes, sizeof bytes, hash.bytes);
    return hash;
}

static size_t split(size_t count)
{
    size_t left = 1;
    while (left * 2 < count)
        left *= 2;
    return left;
}

static struct merkle_hash root_of(const struct merkle_hash *leaves, size_t count)
{
    if (count == 1)
        return leaves[0];
    struct merkle_hash left = root_of(leaves, split(count)),
                       right = root_of(leaves + split(count), count - split(count));
    return node(&left, &right);
}

static size_t path_of(const struct merkle_hash *leaves, size_t count, size_t index,
                      struct merkle_hash *path)
{
    if (count == 1)
        return 0;
    size_t left = split(count);
    size_t size = index < left ? path_of(leaves, left, index, path)
                               : path_of(leaves + left, count - left, index - left, path);
    path[size] = index < left ? root_of(leaves + left, count - left) : root_of(leaves, left);
    return size + 1;
}

static void the_tree_is_as_defined(void **state)
{
    (void)state;
    struct merkle_hash leaves[LEAVES_MAX], tree[MERKLE_ROOM(LEAVES_MAX)];
    for (size_t i = 0; i < LEAVES_MAX; i++)
        leaves[i] = merkle_leaf(&(uint8_t){(uint8_t)i}, 1);
    for (size_t count = 1; count <= LEAVES_MAX; count++) {
        memset(tree, 0xaa, sizeof tree);
        memcpy(tree, leaves, count * sizeof *leaves);
        struct merkle_hash root = merkle_grow(tree, count), defined = root_of(leaves, count);
        assert_memory_equal(&root, &defined, sizeof root);
        for (size_t index = 0; index < count; index++) {
            struct merkle_hash path[MERKLE_PATH_MAX], wanted[MERKLE_PATH_MAX];
            size_t size = merkle_path(tree, count, index, path);
            assert_int_equal(size, path_of(leaves, count, index, wanted));
            assert_memory_equal(path, wanted, size * sizeof *path);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_tree_is_as_defined)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
