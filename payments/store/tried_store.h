/* Keeps each try of a card and its subjects, before the provider is asked (S5). */
#ifndef PAYMENTS_STORE_TRIED_STORE_H
#define PAYMENTS_STORE_TRIED_STORE_H

#include "payments/domain/attempt_limit.h"
#include "runtime/database/database.h"

struct tried {
    enum attempt_action action;
    struct id tried_id; /* the payment method's or the top-up's */
    int64_t now_us;
    struct bytes subjects[ATTEMPT_SUBJECT_COUNT]; /* without data: not counted */
};

/* Makes concurrent tries of the same subjects wait until the transaction ends, and counts the tries
 * that each limit has seen; seen[i] is of attempt_limits[i]. */
enum failure tried_store_count(struct transaction *transaction, const struct tried *tried,
                               struct attempt_seen seen[ATTEMPT_LIMIT_COUNT]) must_check;
enum failure tried_store_insert(struct transaction *transaction,
                                const struct tried *tried) must_check;

/* The provider accepted it. */
enum failure tried_store_accept(struct transaction *transaction, struct id tried_id) must_check;

enum failure tried_store_sweep(struct reader reader, int64_t before_us) must_check;

#endif
