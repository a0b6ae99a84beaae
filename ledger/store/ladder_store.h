/* The ladder of warnings: which chains and accounts are to be looked at, and the notices (A.6). */
#ifndef LEDGER_STORE_LADDER_STORE_H
#define LEDGER_STORE_LADDER_STORE_H

#include "ledger/domain/ladder.h"
#include "runtime/database/database.h"

enum notice_channel { NOTICE_EMAIL = 1, NOTICE_SMS };

struct unwarned_chain {
    struct id company_id;
    int64_t warned_length;
    int64_t folded_length;
};
/* Those after a company, in the order of companies. */
enum failure ladder_store_list(struct reader reader, struct id after_id, size_t limit,
                               struct unwarned_chain **chains, size_t *count) must_check;

struct looked_account {
    struct id company_id;
    struct id account_id;
};
/* Of the entries after warned_length up to folded_length. */
enum failure ladder_store_list_accounts(struct reader reader, const struct unwarned_chain *stretch,
                                        struct looked_account **accounts, size_t *count) must_check;
enum failure ladder_store_note(struct reader reader,
                               const struct unwarned_chain *stretch) must_check;

/* Those that nobody looked at since. */
enum failure ladder_store_list_due(struct reader reader, int64_t before_us, size_t limit,
                                   struct looked_account **accounts, size_t *count) must_check;

struct ladder_look {
    struct looked_account account;
    unsigned before, now; /* bits */
    int64_t now_us;
};
/* How the account was found last; 0 in *looked_us: never. */
enum failure ladder_store_read(struct reader reader, struct id account_id, unsigned *rungs,
                               int64_t *looked_us) must_check;
/* *kept is false when another process looked meanwhile. */
enum failure ladder_store_keep(struct transaction *transaction, const struct ladder_look *look,
                               bool *kept) must_check;

struct suspension_notice {
    struct id account_id;
    struct id notice_id;
    enum notice_channel channel;
    enum rung rung;
    unsigned rungs; /* bits of all that it names */
    int64_t raised_us;
    int64_t delivered_us; /* 0: not yet */
};
enum failure ladder_store_keep_notice(struct transaction *transaction,
                                      const struct suspension_notice *notice) must_check;

struct notice_list {
    struct suspension_notice *items; /* lent by the task's arena */
    size_t count;
};
enum failure ladder_store_list_notices(struct reader reader, struct id account_id, int64_t to_us,
                                       struct notice_list *list) must_check;

#endif
