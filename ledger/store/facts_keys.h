/* The questions of a batch to the database: the keys that its orders name, as the arrays of its
 * queries, each once, less what is cached. */
#ifndef LEDGER_STORE_FACTS_KEYS_H
#define LEDGER_STORE_FACTS_KEYS_H

#include "ledger/store/account_cache.h"
#include "runtime/base/arena.h"

/* (company, account), by account. */
struct pairs {
    struct id *companies, *accounts;
    size_t count;
};

struct fact_keys {
    struct pairs accounts; /* acting accounts and counterparties */
    struct pairs expiring; /* those of which a hold may have run out */
    struct pairs spenders, receivers, payers;
    struct pairs pools;          /* accounts that may pay for others (LED-20) */
    struct pairs consumers;      /* whose spending the orders are, and may have a cap (LED-31) */
    const struct order **spends; /* the spenders' orders */
    size_t spend_count;
    struct id *companies; /* distinct */
    size_t company_count;
    struct id *revoke_companies, *revoke_accounts, *revoke_sources;
    int64_t *revoke_kinds; /* of lots */
    size_t revoke_count;
    struct id *hold_companies;
    int64_t *holds;
    size_t hold_count;
    struct id *purchase_companies;
    int64_t *purchases;
    size_t purchase_count;
    struct id *quota_companies, *quota_accounts, *quota_sub_accounts;
    size_t quota_count;
    struct id *line_companies;
    const char **line_currencies;
    size_t line_count;
    struct id *transits;
    size_t transit_count;
    struct id *agents, *customers; /* of relations */
    size_t relation_count;
    struct id *request_companies, *requests, *request_origins, *request_keys;
    bool *request_steps;
    size_t request_count;
};

/* A cached account, with as many lots as the batch is likely to need. */
struct known_account {
    struct account account;  /* lots_horizon: every open lot up to it is among these */
    struct cached_lot *lots; /* those that are spent first, and the last one when last_lot_known */
    size_t lot_count;
    int64_t wanted_micros; /* the orders spend no more than this of it; -1: they spend nothing */
    bool suffices;         /* so much is in these lots, or all that are open are here */
};

/* Facts that need not be read: copies, for the cache goes on while this batch waits. */
struct cached_facts {
    struct known_account *accounts; /* by id */
    size_t account_count;
    struct chain *chains; /* of their companies, by id */
    size_t chain_count;
};

enum failure keys_collect(struct fact_keys *keys, struct arena *arena,
                          const struct order *const *orders, size_t order_count) must_check;

/* Takes what the cache knows out of the keys. deep: lots that are not all cached are read. */
enum failure keys_take_cached(struct fact_keys *keys, struct arena *arena,
                              const struct account_cache *cache, bool deep,
                              struct cached_facts *known) must_check;

/* Request ids are looked up before they are kept only when some are expected to be there. */
void keys_omit_requests(struct fact_keys *keys);

/* Whether nothing is left to be read. */
bool keys_are_empty(const struct fact_keys *keys);

#endif
