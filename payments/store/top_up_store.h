/* Keeps top-ups and when to come back to them. */
#ifndef PAYMENTS_STORE_TOP_UP_STORE_H
#define PAYMENTS_STORE_TOP_UP_STORE_H

#include "payments/domain/wire.h"
#include "payments/store/subject.h"

struct top_up {
    struct id account_id;
    struct id top_up_id; /* also our reference at the provider and the idempotency key */
    struct id target_account_id;
    struct id payment_method_id; /* nil for other rails than CARD */
    enum top_up_rail rail;
    enum top_up_state state;
    int64_t amount_micros;
    const struct currency *currency;
    const char *remark;
    const char *provider_id; /* NULL until the provider told it */
    const char *failure_reason;
    const char *failure_advice;
    const char *wire_reference; /* NULL for other rails than WIRE */
    const char *statement_line; /* NULL until the bank received it */
    int64_t tries;
    int64_t created_us;
    int64_t succeeded_us;
    int64_t credited_us;
    const char *suspense_reason; /* "": it never was in suspense */
    int64_t suspense_us;
    int64_t returned_us;
};

/* next_us is when the worker looks after it, for open states. */
enum failure top_up_store_insert(struct transaction *transaction, const struct top_up *top_up,
                                 int64_t next_us) must_check;

/* The sum ordered by card in a currency since a moment and not declined (PAY-26). */
enum failure top_up_store_sum_by_card(struct transaction *transaction, struct id account_id,
                                      const struct currency *currency, int64_t since_us,
                                      int64_t *sum_micros) must_check;

/* *top_up is NULL when there is none; in the task's arena. */
enum failure top_up_store_find(struct reader reader, struct subject_key key,
                               struct top_up **top_up) must_check;
enum failure top_up_store_look(struct transaction *transaction, struct subject_key key,
                               struct top_up **top_up) must_check;
enum failure top_up_store_find_wire(struct transaction *transaction, const char *wire_reference,
                                    struct top_up **top_up) must_check;

struct top_up_filter {
    struct id account_id;
    struct id below_id;
    const char *remark_contains; /* "" and zeros keep all */
    const char *state;
    const char *rail;
    bool open; /* only those that may still move */
    struct id target_account_id;
    int64_t start_us; /* when they were ordered */
    int64_t end_us;
    size_t limit;
};
enum failure top_up_store_list(struct reader reader, const struct top_up_filter *filter,
                               struct top_up **top_ups, size_t *count) must_check;

enum failure top_up_store_claim(struct reader reader, const struct claim *claim,
                                struct subject_keys *taken) must_check;

struct top_up_change {
    enum top_up_state next;
    const char *provider_id; /* NULL: as it was */
    const char *failure_reason;
    const char *failure_advice;
    int64_t tries;
    int64_t next_us; /* of open states */
    int64_t now_us;
};
/* *changed is false when the top-up was not in top_up->state any more. */
enum failure top_up_store_change(struct transaction *transaction, const struct top_up *top_up,
                                 const struct top_up_change *change, bool *changed) must_check;
enum failure top_up_store_receive_wire(struct transaction *transaction, const struct top_up *top_up,
                                       int64_t amount_micros,
                                       const char *statement_line) must_check;

/* The account could not take it, for this reason. */
enum failure top_up_store_suspend(struct transaction *transaction, struct subject_key key,
                                  const char *reason, int64_t now_us) must_check;

/* Notes an act of an operator. */
struct top_up_act {
    const char *act; /* "RETURN", "RECORD_RETURN", "REDRIVE" */
    const char *principal_id;
    const char *remark;
    int64_t now_us;
};
enum failure top_up_store_note(struct transaction *transaction, struct subject_key key,
                               const struct top_up_act *act) must_check;

struct unsettled_filter {
    struct id below_id;
    const char *state; /* "" keeps every unsettled one */
    size_t limit;
};
/* Of all accounts, newest first. */
enum failure top_up_store_list_unsettled(struct reader reader,
                                         const struct unsettled_filter *filter,
                                         struct top_up **top_ups, size_t *count) must_check;

/* Money that is on its way to an account, or was paid by it and is not settled. */
struct top_up_sum {
    bool received; /* the provider has the money */
    const struct currency *currency;
    int64_t micros;
};
#define TOP_UP_SUMS_MAX 16
struct top_up_sums {
    size_t count;
    struct top_up_sum sums[TOP_UP_SUMS_MAX];
};
enum failure top_up_store_sum_under_way(struct reader reader, struct id account_id,
                                        struct top_up_sums *sums) must_check;
enum failure top_up_store_look_under_way(struct transaction *transaction, struct id account_id,
                                         struct top_up_sums *sums) must_check;

/* Fills the recorded_… fields of *facts: the top-up that the receipt's line was recorded for. */
enum failure wire_receipt_store_find(struct transaction *transaction,
                                     const struct wire_receipt *receipt,
                                     struct wire_facts *facts) must_check;
/* FAILURE_CONFLICT: the line was recorded meanwhile. recorded_by is the operator's principal. */
enum failure wire_receipt_store_insert(struct transaction *transaction,
                                       const struct wire_receipt *receipt, struct id top_up_id,
                                       const char *recorded_by, int64_t now_us) must_check;

struct top_up_counts {
    int64_t open;
    int64_t slow;
    int64_t manual;
    int64_t suspense;        /* received, and no account has it */
    int64_t oldest_doubt_us; /* made first of those whose money the provider may have; 0: none */
};
enum failure top_up_store_count_open(struct reader reader, int64_t slow_before_us,
                                     struct top_up_counts *counts) must_check;

#endif
