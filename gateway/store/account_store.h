/* Accounts kept: under which company each one's money lives, and who is opening it just now. */
#ifndef GATEWAY_STORE_ACCOUNT_STORE_H
#define GATEWAY_STORE_ACCOUNT_STORE_H

#include "runtime/database/database.h"

/* An account in one task's hand until the lease ends. */
struct account_lease {
    struct id account_id;
    struct id lease_id;
    bool taken; /* false: another has it */
};

enum failure account_store_claim(struct reader reader, struct id account_id, int64_t now_us,
                                 int64_t lease_until_us, struct account_lease *lease) must_check;
enum failure account_store_release(struct reader reader, const struct account_lease *lease,
                                   int64_t now_us) must_check;

/* Decides once where the money lives; *settled_id is the company decided first, by whomever. */
enum failure account_store_settle(struct reader reader, struct id account_id, struct id company_id,
                                  struct id *settled_id) must_check;

/* *company_id is nil before the account was opened. */
enum failure account_store_company(struct reader reader, struct id account_id,
                                   struct id *company_id) must_check;

#endif
