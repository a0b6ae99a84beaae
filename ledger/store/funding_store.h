/* Requests for more (LED-41); kept under the lock of the chain of whoever acts. The batch that
 * allocates notes what it grants (facts_store_keep_rare.c). */
#ifndef LEDGER_STORE_FUNDING_STORE_H
#define LEDGER_STORE_FUNDING_STORE_H

#include "ledger/domain/funding.h"
#include "ledger/domain/relation.h"
#include "runtime/database/database.h"

/* All that asking hangs on but the account and the currency; agent_id: who is asked. */
enum failure funding_store_read_facts(struct transaction *transaction, struct id customer_id,
                                      int64_t now_us, struct funding_facts *facts,
                                      struct id *agent_id) must_check;

/* One that has expired makes room. */
enum failure funding_store_insert(struct transaction *transaction,
                                  const struct funding_request *request) must_check;

/* Held until the transaction ends. */
enum failure funding_store_lock(struct transaction *transaction, struct id request_id,
                                struct funding_request *request, bool *found) must_check;

enum failure funding_store_end(struct transaction *transaction,
                               const struct funding_request *request) must_check;

/* Ends the request of a customer whose relation with the agent ended; under the locks of both. */
enum failure funding_store_lapse(struct transaction *transaction, struct relation_ends ends,
                                 int64_t now_us) must_check;

struct funding_page {
    struct id account_id;
    struct id before_id;
    bool with_ended;
    int64_t now_us;
    size_t limit;
};
struct funding_list {
    struct funding_request *items;
    size_t count;
};
enum failure funding_store_list(struct reader reader, const struct funding_page *page,
                                struct funding_list *list) must_check;

#endif
