/* The batcher: gathers the orders that arrive while the previous commit is under way and settles
 * them together, in one transaction. No timer: a lone order is a batch of one and waits for nobody;
 * a hot account costs one commit per batch. Lanes settle batches of different companies side by
 * side; the orders of one company keep their order, for they share a lane while any of them is
 * under way. Within a lane a batch is decided while the one before it is on its way to the disk. No
 * balance rests on either: lanes, like processes over one database, are kept apart by the locks and
 * revisions of the chains. */
#ifndef LEDGER_BATCH_BATCHER_H
#define LEDGER_BATCH_BATCHER_H

#include "ledger/domain/settle.h"
#include "ledger/ledger.h"

#define BATCH_ORDERS_MAX 1000
#define BATCH_LANES_MAX 16

/* One order and what became of it. Lent to the batcher until it is settled. */
struct batch_item {
    struct order order;
    uint8_t body_hash[32];
    enum failure failure; /* the world said no: code and answer mean nothing */
    enum code code;       /* CODE_OK or what the refusal says */
    struct bytes answer;  /* the packed response, or the packed google.rpc.Status of a refusal; in
                             the arena given at submit */
    bool replayed;        /* settled before, by this request id */
    bool is_streamed;   /* given by the caller, like the order: it waits in a place of its own while
                           the company is locked */
    bool is_impatient;  /* given, too: it waits for no lock, who handed it in comes back */
    int64_t timeout_ms; /* given to batcher_submit_each; above 0 */
    bool is_indefinite; /* a try of it ended without an answer: only its request id tells */
};

struct batcher_limits {
    int64_t queue_orders_max; /* waiting, in all lanes together */
    int64_t batch_orders_max; /* ≤ BATCH_ORDERS_MAX */
    int64_t lanes;            /* ≤ BATCH_LANES_MAX */
};

struct batcher *batcher_new(struct ledger *ledger, const struct batcher_limits *limits);

/* Settles the items, all of one company, in order and in one batch; returns when that was
 * committed. A batch that has begun is waited for, whatever happens to the task meanwhile. Items
 * that still wait just before the task's deadline are taken out: UNAVAILABLE, or LOCKED when
 * somebody holds a row of the company (ward.h). FAILURE_EXHAUSTED and FAILURE_LOCKED: there was no
 * room to wait. In all of these nothing was done. Else look at each item. count ≤ BATCH_ORDERS_MAX.
 */
enum failure batcher_submit(struct task *task, struct batcher *batcher, struct arena *arena,
                            struct batch_item *items, size_t count) must_check;

/* Settles each item by itself, of whatever company, as many calls of batcher_submit at once would,
 * and no longer than its timeout. Returns when each item's own failure tells
 * its end. */
void batcher_submit_each(struct task *task, struct batcher *batcher, struct arena *arena,
                         struct batch_item *items, size_t count);

/* Judges one order by the same path and keeps nothing. *outcome is lent by the task's arena. */
enum failure batcher_preview(struct task *task, struct ledger *ledger, struct batch_item *item,
                             struct order_outcome **outcome) must_check;

#endif
