/* The orders of a piece as messages. */
#ifndef BENCH_LOAD_ORDER_H
#define BENCH_LOAD_ORDER_H

#include "ledger/v1/order.pb-c.h"
#include "bench/load/run.h"

/* In the task's arena; account_id is filled. */
Ledger__V1__CreateTransferRequest *order_transfer(struct task *task, const struct run *run,
                                                  const struct piece *piece, size_t number);
Ledger__V1__RevokeTransferRequest *order_revoke(struct task *task, const struct run *run,
                                                const struct piece *piece);

/* All orders of the piece together, whatever its kind. */
Ledger__V1__SubmitOrdersRequest *order_all(struct task *task, const struct run *run,
                                           const struct piece *piece);

/* Of the piece's payer, or any account of its company; in the task's arena. */
char *order_account(struct task *task, const struct run *run, const struct piece *piece,
                    size_t account);

#endif
