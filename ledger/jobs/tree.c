#include "ledger/jobs/tree.h"

struct growing {
    struct merkle_hash *tree;
    size_t leaf_count;
    struct merkle_hash root;
};

static void grow(void *argument)
{
    struct growing *growing = argument;
    growing->root = merkle_grow(growing->tree, growing->leaf_count);
}

enum failure tree_grow(struct task *task, struct merkle_hash *tree, size_t leaf_count,
                       struct merkle_hash *root)
{
    struct growing growing = {.tree = tree, .leaf_count = leaf_count};
    enum failure failure = task_offload(task, grow, &growing);
    *root = growing.root;
    return failure;
}
