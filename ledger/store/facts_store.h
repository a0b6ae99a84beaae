/* The facts of a batch: read under lock in one round trip, kept in another. Reads only what the orders can touch, writes only what
 * changed, always as arrays. */
#ifndef LEDGER_STORE_FACTS_STORE_H
#define LEDGER_STORE_FACTS_STORE_H

#include "ledger/domain/facts.h"
#include "runtime/database/database.h"

/* An earlier request with the id of orders[place]. */
struct found_request {
    size_t place;
    struct bytes body_hash;
    int64_t code;
    struct bytes answer;
};

struct facts_reading {
    const struct order *const *orders;
    size_t order_count;
    bool lock;                         /* false: a preview reads what is there and locks nothing */
    int64_t now_us;
    int64_t payment_term_us;
    int64_t credit_line_default_micros; /* a company's line until an operator sets one */
    struct found_request *requests;    /* lent by the task's arena */
    size_t request_count;
};

/* Fills facts, lent by the task's arena. Locks in one order everywhere: accounts by id, credit lines, chains; what
 * was done before under these request ids is looked up under all of them. */
enum failure facts_store_read(struct task *task, struct transaction *transaction, struct facts_reading *reading,
                              struct facts *facts) must_check;

/* A request and its answer, to be kept with the money. */
struct kept_request {
    struct id company_id;
    struct id request_id;
    struct bytes body_hash;
    int64_t code;
    struct bytes answer;
};

struct kept_event {
    struct id company_id;
    struct id event_id;
    const char *type;
    struct bytes payload;
};

/* Keeps everything that changed, with the requests and events. Only sends: the statements travel with the COMMIT, in one round trip,
 * and it fails as they do. FAILURE_CONSTRAINT there may mean that a request id was taken meanwhile; the whole transaction may be tried
 * again. */
enum failure facts_store_keep(struct task *task, struct transaction *transaction, const struct facts *facts,
                              const struct kept_request *requests, size_t request_count,
                              const struct kept_event *events, size_t event_count) must_check;

/* One account as it stands, for reads. */
enum failure facts_store_read_account(struct task *task, struct database *database, struct id company_id, struct id account_id,
                                      struct account *account, bool *found) must_check;

/* Reads a row of lock_accounts or read_accounts. */
void facts_store_account_from_row(const struct rows *rows, size_t row, struct account *account);

#endif
