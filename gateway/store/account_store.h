/* Accounts kept: where each one's money and benefits live, and who is opening it just now. */
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

/* nil: not opened yet. */
struct account_home {
    struct id
        company_id; /* the chain that the ledger opened it in, for ever: its own, or a company's */
    struct id chain_id;           /* where its money is: it moves out of its own chain once */
    struct id benefit_company_id; /* under which sharing opened it, for ever */
    struct id sharing_company_id; /* its verified company, as sharing was told */
    struct id told_company_id; /* its verified company, as the ledger was told; an individual's is
                                  itself */
    int64_t looked_us; /* when it was last in a task's hand, or will be no more at the latest */
};

/* Decides each once, by whomever first; nil decides nothing. *home is what is decided. */
enum failure account_store_settle(struct reader reader, struct id account_id,
                                  const struct account_home *wanted,
                                  struct account_home *home) must_check;

enum failure account_store_read(struct reader reader, struct id account_id,
                                struct account_home *home) must_check;

/* Notes where the money is and of which company the ledger was told; of which sharing was. */
enum failure account_store_tell(struct reader reader, struct id account_id,
                                const struct account_home *home) must_check;
enum failure account_store_tell_sharing(struct reader reader, struct id account_id,
                                        struct id company_id) must_check;

#endif
