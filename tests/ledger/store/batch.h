/* A batch of one account, as tests of what is cached make it. */
#ifndef TESTS_LEDGER_STORE_BATCH_H
#define TESTS_LEDGER_STORE_BATCH_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ledger/store/facts_keys.h"

#define LOTS 80 /* more than are cached of one account */

/* One batch of one company with one account, and what it found of it. */
struct batch {
    struct chain chain;
    struct account account;
    struct lot lots[LOTS];
    struct facts facts;
};

static struct account_cache *cache; /* one per process: each test has ids of its own */
static uint64_t last_id;

static inline struct id fresh_id(void)
{
    struct id id = {{[6] = 0x70, [8] = 0x80}};
    last_id++;
    for (size_t i = 0; i < 6; i++)
        id.bytes[15 - i] = (uint8_t)(last_id >> (8 * i));
    return id;
}

/* Of an account that everything was read of: no money, no lots. */
static inline struct batch *open_batch(struct batch *batch)
{
    *batch = (struct batch){
        .chain = {.company_id = fresh_id(), .revision_found = fresh_id(), .revision = fresh_id()}};
    batch->account = (struct account){.company_id = batch->chain.company_id,
                                      .id = fresh_id(),
                                      .currency = "CNY",
                                      .state = ACCOUNT_ACTIVE,
                                      .lots_horizon = INT64_MAX,
                                      .last_lot_known = true,
                                      .pool_known = true,
                                      .uncapped = true,
                                      .changed = true};
    batch->facts = (struct facts){
        .chains = &batch->chain, .chain_count = 1, .accounts = &batch->account, .account_count = 1};
    return batch;
}

/* A lot behind the others, of a source of its own; left: what is not spent of its ten. */
static inline void add_lot(struct batch *batch, int64_t left)
{
    struct account *account = &batch->account;
    struct lot *lot = account->lots_last == NULL ? batch->lots : account->lots_last + 1;
    *lot = (struct lot){.account = account,
                        .sequence = 1 + (lot - batch->lots),
                        .kind = LOT_TRANSFER,
                        .source_id = fresh_id(),
                        .granted_micros = 10,
                        .spent_micros = 10 - left,
                        .is_new = true,
                        .changed = true};
    if (account->lots_last != NULL)
        account->lots_last->next = lot;
    else
        account->lots = lot;
    account->lots_last = lot;
    account->books[BOOK_TRANSFERRED_IN] += left;
}

static inline void add_lots(struct batch *batch, size_t count)
{
    for (size_t i = 0; i < count; i++)
        add_lot(batch, 10);
}

/* The next batch of the company begins where this one ended. */
static inline void go_on(struct batch *batch)
{
    batch->chain.revision_found = batch->chain.revision;
    batch->chain.revision = fresh_id();
}

static inline const struct cached_account *learn(struct batch *batch)
{
    account_cache_store(cache, &batch->facts);
    return account_cache_find(cache, batch->chain.company_id, batch->account.id);
}

#endif
