/* Merkle trees (domain/merkle.h) grown on libuv's threads, for the loop has money to move. */
#ifndef LEDGER_JOBS_TREE_H
#define LEDGER_JOBS_TREE_H

#include "ledger/domain/merkle.h"
#include "runtime/loop/task.h"

enum failure tree_grow(struct task *task, struct merkle_hash *tree, size_t leaf_count,
                       struct merkle_hash *root) must_check;

#endif
