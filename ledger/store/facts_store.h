/* The facts of a batch: cached, or read under lock in one round trip, and kept in another.
 * Reads only what the orders can touch, writes only what changed, always as arrays. */
#ifndef LEDGER_STORE_FACTS_STORE_H
#define LEDGER_STORE_FACTS_STORE_H

#include "ledger/store/account_cache.h"
#include "ledger/store/query_rows.h"
#include "runtime/database/database.h"

/* An earlier request with the id and origin of orders[place], or one of before there were origins:
 * the entry that it became, or the answer that was stored. */
struct found_request {
    size_t place;
    bool is_entry;
    struct ledger_find_request_entries_row entry;
    struct bytes body_hash;
    int64_t code;
    struct bytes answer;
};

struct facts_reading {
    const struct order *const *orders;
    size_t order_count;
    bool lock;          /* false: a preview reads what is there and locks nothing */
    bool find_requests; /* look for earlier requests of these ids; not: facts_store_keep fails on
                           them */
    bool deep; /* lots and bills are read as deep as one order may touch them, not as deep as
                  most need; for facts that fell short */
    const struct account_cache *cache; /* NULL: everything is read */
    int64_t fence_place; /* of the batch in the fence of freezes; 0: freezes stop none of it */
    int64_t now_us;      /* of the batch's own work */
    int64_t foremost_us; /* holds are read that have expired by then */
    int64_t payment_term_us;
    int64_t grace_us;                   /* settled 12 */
    int64_t credit_line_default_micros; /* a company's line until an operator sets one */
    struct found_request *requests;     /* lent by the task's arena */
    size_t request_count;
};

/* Fills facts, lent by the task's arena. One lock for all that a company has here: its chain's row,
 * taken in the order of company ids; when all was cached, it is taken by facts_store_keep,
 * which fails when the cache was stale. */
enum failure facts_store_read(struct transaction *transaction, struct facts_reading *reading,
                              struct facts *facts) must_check;

/* As facts_store_read, from the cache alone. false in *all: something would have to be read, and
 * facts is nothing. */
enum failure facts_store_read_cache(struct arena *arena, struct facts_reading *reading,
                                    struct facts *facts, bool *all) must_check;

/* A request that was refused for ever, and its answer. */
struct kept_refusal {
    const struct order *order;
    struct bytes body_hash;
    int64_t code;
    const char *reason;
    struct bytes answer;
};

struct kept_event {
    struct id company_id;
    struct id event_id;
    const char *type;
    struct bytes payload;
};

/* The rows that a batch leaves behind beside the facts. */
struct kept {
    const struct order **asked; /* accepted or refused for ever, by a request id */
    size_t asked_count;
    struct kept_refusal *refusals;
    size_t refusal_count;
    const struct order **actors; /* of whom those are: an order of each company and actor, when it
                                    is not surely kept already */
    size_t actor_count;
    struct bytes *outcomes; /* of each of the facts' entries; no data: nobody is answered */
    struct kept_event *events;
    size_t event_count;
    int64_t fence_place;
    int64_t let_in; /* the lowest of what is accepted; with a place */
};

/* Keeps everything that changed, with the requests and events, and gives the chains their new
 * revisions. Only sends: the statements travel with the COMMIT, in one round trip, and it fails as
 * they do. FAILURE_CONSTRAINT there may mean that a request id is taken or that a chain has another
 * revision than was decided upon, or that the fence of freezes was raised; read afresh, the whole
 * transaction may be tried again. */
enum failure facts_store_keep(struct transaction *transaction, const struct facts *facts,
                              const struct kept *kept) must_check;

/* Whether one statement keeps it all. Then, when nothing was read either, that statement is the
 * whole transaction: it goes over the lane's connection, behind those that the lane has sent before
 * it, and this returns when it is committed or failed as above. */
bool facts_store_keeps_in_one(const struct facts *facts);
enum failure facts_store_keep_in_lane(struct reader reader, size_t lane, const struct facts *facts,
                                      const struct kept *kept) must_check;

void facts_store_account_from_row(const struct ledger_read_accounts_row *row,
                                  struct account *account);
void facts_store_transit_from_row(const struct ledger_read_transits_row *row,
                                  struct transit *transit);

#endif
