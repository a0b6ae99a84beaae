/* Promotions and what accounts activated (ID-29). */
#ifndef IDENTITY_STORE_PROMOTION_STORE_H
#define IDENTITY_STORE_PROMOTION_STORE_H

#include "identity/domain/promotion.h"
#include "runtime/database/database.h"

/* Open at a moment. */
enum failure promotion_store_count(struct transaction *transaction, int64_t now_us,
                                   int64_t *open) must_check;

/* *kept is false when another has, or had, the code. */
enum failure promotion_store_insert(struct transaction *transaction,
                                    const struct promotion *promotion, bool *kept) must_check;

/* Takes it until the transaction ends; *found is false when none has the code. */
enum failure promotion_store_lock(struct transaction *transaction, const char *code,
                                  struct promotion *promotion, bool *found) must_check;

enum failure promotion_store_end(struct transaction *transaction, struct id promotion_id,
                                 int64_t now_us) must_check;

struct promotions_found {
    struct promotion *items; /* lent by the task's arena */
    size_t count;
};

/* Newest first. */
enum failure promotion_store_list(struct reader reader, struct id before_id, size_t limit,
                                  struct promotions_found *found) must_check;

struct activation {
    struct id account_id;
    struct id coupon_id;
    struct id promotion_id;
    struct id actor_id;
    int64_t activated_us;
    int64_t expires_us;
};

/* The account's part of the facts, under its lock. */
enum failure activation_store_count(struct transaction *transaction, struct id account_id,
                                    struct id promotion_id,
                                    struct activation_facts *facts) must_check;

/* Counts it with the promotion, which is locked. */
enum failure activation_store_insert(struct transaction *transaction,
                                     const struct activation *activation) must_check;

/* With what the promotion grants. */
struct activation_row {
    struct id coupon_id; /* the list's order */
    struct activation activation;
    struct promotion promotion;
};

struct activations_found {
    struct activation_row *items; /* lent by the task's arena */
    size_t count;
};

/* Newest first. */
enum failure activation_store_list(struct reader reader, struct id account_id, struct id before_id,
                                   size_t limit, struct activations_found *found) must_check;

#endif
