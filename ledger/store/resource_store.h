/* The register of resources (domain/resource.h): of an account, whatever chain it is in. */
#ifndef LEDGER_STORE_RESOURCE_STORE_H
#define LEDGER_STORE_RESOURCE_STORE_H

#include "ledger/domain/resource.h"
#include "runtime/database/database.h"

/* Whether its product and its region are offered, and how many of its account are not released. */
enum failure resource_store_read_facts(struct transaction *transaction,
                                       const struct resource *resource,
                                       struct resource_facts *facts) must_check;

/* *kept is false when its service has another of its id. */
enum failure resource_store_insert(struct transaction *transaction, const struct resource *resource,
                                   bool *kept) must_check;

/* By the service and its id for it; held until the transaction ends. */
enum failure resource_store_lock(struct transaction *transaction, const char *source,
                                 const char *resource_id, struct resource *resource,
                                 bool *found) must_check;
enum failure resource_store_read(struct reader reader, const char *source, const char *resource_id,
                                 struct resource *resource, bool *found) must_check;

/* Keeps where it stands: its state, its term's end, whether it renews. */
enum failure resource_store_update(struct transaction *transaction,
                                   const struct resource *resource) must_check;

struct resource_page {
    struct id account_id, before_id;
    int64_t state, kind;                /* 0: any */
    const char *product_id, *region_id; /* "": any */
    bool charging, with_ended;
    size_t limit;
};
struct resource_list {
    struct resource *items;
    size_t count;
};
enum failure resource_store_list(struct reader reader, const struct resource_page *page,
                                 struct resource_list *list) must_check;

/* Those of an account's that stand in the way. The second under the lock of the account's chain,
 * without which nothing is registered. */
enum failure resource_store_sum(struct reader reader, struct id account_id, int64_t now_us,
                                struct resource_standing *standing) must_check;
enum failure resource_store_sum_locked(struct transaction *transaction, struct id account_id,
                                       int64_t now_us,
                                       struct resource_standing *standing) must_check;

#endif
