/* Keeps the 1.00 USD holds and when to come back to them. */
#ifndef PAYMENTS_STORE_HOLD_STORE_H
#define PAYMENTS_STORE_HOLD_STORE_H

#include "payments/domain/hold.h"
#include "payments/store/subject.h"

struct card_hold {
    struct id account_id;
    struct id hold_id; /* also our reference at the provider and the idempotency key */
    struct id payment_method_id;
    enum hold_state state;
    const char *provider_id; /* NULL until the provider told it */
    int64_t tries;
    int64_t created_us;
    int64_t authorized_us;
};

/* In state RECORDED; next_us is when the worker looks after it unless it is done by then. */
enum failure hold_store_insert(struct transaction *transaction, const struct card_hold *hold,
                               int64_t next_us) must_check;

/* *hold is NULL when there is none. */
enum failure hold_store_find(struct reader reader, struct subject_key key,
                             struct card_hold **hold) must_check;

enum failure hold_store_claim(struct reader reader, const struct claim *claim,
                              struct subject_keys *taken) must_check;

struct hold_change {
    enum hold_state next;
    const char *provider_id; /* NULL: as it was */
    int64_t tries;
    int64_t next_us; /* of open states */
    int64_t now_us;
};
/* *changed is false when the hold was not in hold->state any more. */
enum failure hold_store_change(struct transaction *transaction, const struct card_hold *hold,
                               const struct hold_change *change, bool *changed) must_check;

struct hold_counts {
    int64_t open;
    int64_t overdue;
    int64_t oldest_us; /* made first of the open ones; 0: none */
};
enum failure hold_store_count_open(struct reader reader, int64_t alarm_before_us,
                                   struct hold_counts *counts) must_check;

#endif
