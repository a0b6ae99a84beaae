/* Coupon pools: what an operator fixes, what a customer may set, and what comes back (SHR-10,
 * SHR-13 to SHR-17). */
#ifndef SHARING_DOMAIN_COUPON_H
#define SHARING_DOMAIN_COUPON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "runtime/base/failure.h"
#include "runtime/base/refusal.h"

#define COUPON_RECIPIENTS_MAX 100 /* SHR-15 */
#define COUPON_COUNT_MAX 1000     /* of one call */

#define COUPON_REFUSALS(X)                                                                   \
    X(COUPON_SCOPE_SET, NEVER, CODE_INVALID_ARGUMENT, "SCOPE_NOT_CUSTOMER_SETTABLE",         \
      "Products, bill types and validity are fixed by the pool.")                            \
    X(COUPON_POOL_UNKNOWN, NEVER, CODE_NOT_FOUND, "COUPON_POOL_NOT_FOUND",                   \
      "The account has no such coupon pool.")                                                \
    X(COUPON_POOL_EXPIRED, NEVER, CODE_FAILED_PRECONDITION, "COUPON_POOL_EXPIRED",           \
      "The coupon pool has expired.")                                                        \
    X(COUPON_COUNT_OUT_OF_RANGE, NEVER, CODE_INVALID_ARGUMENT, "COUPON_COUNT_OUT_OF_RANGE",  \
      "The number of coupons must be 1 to 1000.")                                            \
    X(COUPON_FACE_NOT_POSITIVE, NEVER, CODE_INVALID_ARGUMENT, "COUPON_FACE_INVALID",         \
      "The face value must be positive and whole in the currency's minor unit.")             \
    X(COUPON_VALUE_OUT_OF_RANGE, NEVER, CODE_OUT_OF_RANGE, "AMOUNT_OUT_OF_RANGE",            \
      "The number times the face value does not fit.")                                       \
    X(COUPON_POOL_INSUFFICIENT, NEVER, CODE_FAILED_PRECONDITION, "COUPON_POOL_INSUFFICIENT", \
      "The pool has less left than the coupons are worth.")

enum coupon_verdict { COUPON_ACCEPTED = 0, COUPON_REFUSALS(REFUSAL_ENUM) };

/* Lends the row; not for COUPON_ACCEPTED. */
const struct refusal *coupon_refusal(enum coupon_verdict verdict);

struct coupon_pool {
    bool known; /* and meant for this enterprise management account (SHR-16) */
    int64_t remaining_micros;
    int64_t expire_us;
};

struct coupon_issue {
    bool scope_set; /* the caller tried to set products, bill types or validity */
    int64_t count;
    int64_t face_micros;
    bool face_is_whole; /* in the pool's currency */
};

/* *value_micros is count × face when accepted. */
enum coupon_verdict coupon_issue_decide(const struct coupon_pool *pool,
                                        const struct coupon_issue *issue, int64_t now_us,
                                        int64_t *value_micros);

/* What returns to the pool when a coupon is revoked: its remaining value while the pool is valid,
 * else nothing (SHR-17). */
int64_t coupon_returned_micros(int64_t remaining_micros, int64_t pool_expire_us, int64_t now_us);

#endif
