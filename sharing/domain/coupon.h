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

/* For whom an operator meant the pool. */
enum pool_target { POOL_TARGET_ENTERPRISE_MANAGEMENT_ACCOUNT = 1, POOL_TARGET_OTHER = 2 };

/* Customers see and spend a pool that is meant for their enterprise management account; of another
 * one they see an empty list (SHR-16). */
#define POOL_TARGET_SEEN POOL_TARGET_ENTERPRISE_MANAGEMENT_ACCOUNT

struct coupon_pool {
    bool known;
    bool of_actor; /* the account that acts */
    enum pool_target target;
    int64_t remaining_micros;
    int64_t expire_us;
};

struct coupon_issue {
    bool scope_set; /* the caller tried to set products, bill types or validity */
    int64_t count;
    int64_t face_micros;
    bool face_is_whole; /* in the pool's currency */
};

/* Whether the pool is there for the account that acts (SHR-16). */
bool coupon_pool_is_seen(const struct coupon_pool *pool);

/* *value_micros is count × face when accepted. */
enum coupon_verdict coupon_issue_decide(const struct coupon_pool *pool,
                                        const struct coupon_issue *issue, int64_t now_us,
                                        int64_t *value_micros);

#define COUPON_REVOKE_REFUSALS(X)                                       \
    X(COUPON_REVOKE_UNKNOWN, NEVER, CODE_NOT_FOUND, "COUPON_NOT_FOUND", \
      "The account issued no such coupon.")                             \
    X(COUPON_REVOKED, NEVER, CODE_FAILED_PRECONDITION, "ASSET_REVOKED", \
      "The remaining value of the asset was revoked.")

enum coupon_revoke_verdict { COUPON_REVOKE_ACCEPTED = 0, COUPON_REVOKE_REFUSALS(REFUSAL_ENUM) };
const struct refusal *coupon_revoke_refusal(enum coupon_revoke_verdict verdict);

/* The facts of the asset that is to be revoked. */
struct coupon_asset {
    bool known;
    bool is_coupon;
    bool issued_by_actor;
    bool revoked;
};

/* SHR-12: the right is the issuer's and nobody else's, whatever its relation to the recipients is
 * now: no relation is among the facts. */
enum coupon_revoke_verdict coupon_revoke_decide(const struct coupon_asset *coupon);

/* How much of a coupon an amount takes: as much as is left, at most. */
int64_t coupon_redeemed_micros(int64_t amount_micros, int64_t remaining_micros);

/* How much returns to the pool when a coupon is revoked: its remaining value while the pool is
 * valid, else nothing (SHR-17). */
int64_t coupon_returned_micros(int64_t remaining_micros, int64_t pool_expire_us, int64_t now_us);

#endif
