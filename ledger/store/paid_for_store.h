/* Purchases and usage of an account that others paid for, in whatever chains (LED-20). */
#ifndef LEDGER_STORE_PAID_FOR_STORE_H
#define LEDGER_STORE_PAID_FOR_STORE_H

#include "runtime/database/database.h"

/* Kinds of entries. */
enum paid_for_kind { PAID_FOR_PURCHASE = 3, PAID_FOR_REFUND, PAID_FOR_USAGE };

/* The list's order. */
struct paid_for_place {
    int64_t recorded_us;
    int64_t chain; /* its number in this database */
    int64_t sequence;
};

struct paid_for {
    struct paid_for_place place;
    struct id company_id;
    struct id payer_id;
    enum paid_for_kind kind;
    int64_t amount_micros; /* below zero: given back */
    const char *currency, *remark, *tag;
    int64_t effective_us;
};

struct paid_for_wanted {
    struct id sub_account_id;
    struct paid_for_place before;
    size_t limit;
};
struct paid_for_list {
    struct paid_for *lines; /* lent by the task's arena */
    size_t count;
};
enum failure paid_for_store_list(struct reader reader, const struct paid_for_wanted *wanted,
                                 struct paid_for_list *list) must_check;

#endif
