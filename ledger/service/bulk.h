/* The orders of one message: read group by group, settled together, answered in the same places.
 * SubmitOrders does so once, StreamOrders message by message. */
#ifndef LEDGER_SERVICE_BULK_H
#define LEDGER_SERVICE_BULK_H

#include "ledger/domain/refusals.h"
#include "ledger/service/reading.h"

struct bulk {
    Ledger__V1__Order **orders; /* these five are given; the rest is bulk_read's */
    size_t count;
    struct origin origin;
    struct reading_scope scope;
    bool is_streamed;
    struct batch_item *items; /* of those that could be read, in order */
    size_t *places;           /* where each of them stands among the orders */
    size_t item_count;
    Ledger__V1__OrderResult **results; /* as many as orders */
};

/* 1 to BATCH_ORDERS_MAX orders, the last of them not linked to what is not there; else bulk_refusal
 * says so. */
bool bulk_fits(const struct bulk *bulk) must_check;

/* Reads what fits, and finds the chains of its accounts: it may wait for the database. */
enum failure bulk_read(struct task *task, struct ledger *ledger, struct arena *arena,
                       struct bulk *bulk) must_check;

/* Settles what was read and fills in bulk->results, in the arena; it waits for nothing before the
 * batcher has the orders. Everything in bulk lives until it returns. After a failure the same
 * request ids tell what was done. */
enum failure bulk_settle(struct task *task, struct ledger *ledger, struct arena *arena,
                         struct bulk *bulk) must_check;

/* Puts an answer into the result: the response under its kind, or the status of a refusal. */
bool bulk_fill_result(struct arena *arena, Ledger__V1__Order__KindCase kind,
                      const struct batch_item *item, Ledger__V1__OrderResult *result) must_check;

#endif
