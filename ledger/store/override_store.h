/* Overrides as they were granted (LED-19). */
#ifndef LEDGER_STORE_OVERRIDE_STORE_H
#define LEDGER_STORE_OVERRIDE_STORE_H

#include "runtime/database/database.h"

struct granted_override {
    struct id override_id;
    struct id company_id; /* of a list: not told */
    struct id account_id;
    int64_t until_us;
    const char *reason;
    struct id operator_id;
    struct id approver_id;
    struct id approval_id;
    int64_t granted_us;
    int64_t ended_us; /* 0: nobody ended it */
    struct id ended_by;
};

struct override_list {
    struct granted_override *items;
    size_t count;
};

/* The one that stands is ended; the company's chain is locked. */
enum failure override_store_grant(struct transaction *transaction,
                                  const struct granted_override *override) must_check;

/* Of a company and an account, by whom and when; *found is false when none stood. */
enum failure override_store_end(struct transaction *transaction, struct granted_override *override,
                                bool *found) must_check;

struct override_page {
    struct id account_id; /* nil: all */
    struct id before_id;
    bool with_ended;
    int64_t now_us;
    size_t limit;
};
enum failure override_store_list(struct reader reader, const struct override_page *page,
                                 struct override_list *list) must_check;

#endif
